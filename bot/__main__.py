"""``python -m bot`` is ``archivist``."""

from bot.cli import archivist


def main() -> None:
    """Run the command line."""
    archivist(prog_name="archivist")


if __name__ == "__main__":
    main()
