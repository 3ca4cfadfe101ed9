"""Words that all messages share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.languages import Language
from bot.markup import clip, escape, one_line_markup, one_line_of
from index.model import Locator, SourceInfo

TITLE = 100
PLACE = 160
QUESTION = 200
NAME = 80
PEOPLE_SHOWN = 4
WORD, WORDS_SHOWN = 40, 6  # characters of a word of a question; how many in one place
_SHORTEST_HEADING = 24  # characters


def quoted(words: Sequence[str], t: Language, most: int = WORDS_SHOWN) -> str:
    """Words of a question in quotation marks, with how many more there are than ``most``."""
    return first_of([t("“{word}”", word=one_line_markup(one, WORD)) for one in words], t, most)


def first_of(said: Sequence[str], t: Language, most: int) -> str:
    """The first ``most`` of some markup, with commas, and how many more there are."""
    shown = ", ".join(said[:most])
    rest = len(said) - most
    return t("{words} and {count} more", words=shown, count=t.number(rest)) if rest > 0 else shown


def place(locator: Locator, t: Language, limit: int = PLACE) -> str:
    """Markup that says where a slice stands; headings are shortened, so that page and note stay."""
    room = max(_SHORTEST_HEADING, limit // max(1, len(locator.section)))
    headings = [one_line_of(heading, room) for heading in locator.section]
    if len(headings) * _SHORTEST_HEADING > limit:
        headings = [headings[0], "…", headings[-1]]
    shown = t.place(replace(locator, section=tuple(headings)))
    return escape(clip(one_line_of(shown, 2 * limit), limit + 60))


def where(source: SourceInfo, locator: Locator, t: Language, limit: int = PLACE) -> str:
    """Markup of title and place."""
    title = one_line_markup(source.title, min(TITLE, limit))
    stands = place(locator, t, limit)
    return f"{title}, {stands}" if stands else title


def with_code(text: str) -> str:
    """Our own hints, in which `...` is a command: it stays code, all else is plain."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a lone one begins nothing
        return escape(text)
    return "".join(f"`{part}`" if n % 2 and part else escape(part) for n, part in enumerate(parts))
