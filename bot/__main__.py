"""``python -m bot`` is ``archivist``."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from bot.cli import archivist  # within the try: loading takes long enough to be interrupted

        archivist(prog_name="archivist")
    except KeyboardInterrupt:
        sys.exit("Aborted!")


if __name__ == "__main__":
    main()
