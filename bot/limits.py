"""Discord's limits, and text made to fit them. Lengths are UTF-16 units: never less than Discord counts.

The pages of https://discord.com/developers/docs that each is from stand beside it.
"""

from __future__ import annotations

import unicodedata

from bot.markup import cut_before, one_line_of, readable, units
from bot.wording import ELLIPSIS

# resources/message
CONTENT = 2_000
EMBEDS, EMBED_DESCRIPTION, EMBEDS_TEXT = 10, 4_096, 6_000
FILES, FILE_DESCRIPTION = 10, 1_024
# components/reference; LayoutView of discord.py has the text of all components together
COMPONENTS, TEXT = 40, 4_000
ROWS, ROW_BUTTONS = 5, 5
CUSTOM_ID, LABEL, PLACEHOLDER, URL = 100, 80, 150, 512
OPTIONS, OPTION = 25, 100
# interactions/receiving-and-responding
MODAL_TITLE, INPUT_LABEL, INPUT_DESCRIPTION, INPUT_PLACEHOLDER = 45, 45, 100, 100
# interactions/application-commands
CHOICES, CHOICE = 25, 100
COMMAND_NAME, COMMAND_DESCRIPTION = 32, 100
# resources/channel
THREAD_NAME = 100

_FILE_NAME = 60
_PLAIN_NAME = "file"


def shorten(text: str, limit: int) -> str:
    """``text`` in one line, of at most ``limit`` units, cut at a word with "…". Not markup."""
    line = one_line_of(text, limit)
    while units(line) > limit:  # signs that count twice
        line = line[: cut_before(line, len(line) - 2)].rstrip(f" {ELLIPSIS}") + ELLIPSIS
    return line


def file_name(stem: str, extension: str) -> str:
    """A name of a file that any system takes: letters, digits and dashes; ``file`` if none is left."""
    kept = (
        char if char.isalnum() else "-" for char in unicodedata.normalize("NFC", readable(stem))
    )
    parts = "".join(kept).split("-")
    name = shorten("-".join(part for part in parts if part), _FILE_NAME).rstrip(ELLIPSIS)
    return f"{name or _PLAIN_NAME}.{extension}"
