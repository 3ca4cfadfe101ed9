"""Words and buttons that all pages about documents share. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.ids import PressId
from bot.languages import Language
from bot.layout import Button
from bot.limits import OPTION, URL, shorten
from bot.markup import escape, units
from index.citing.links import web_address
from index.dates.edtf import from_edtf
from index.model import SectionEntry, SourceInfo

DEEPEST = 4  # steps by which a heading is indented
PRINTED = 12  # characters of a page's number as it is printed
_BLANK = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u2800\u115f\u1160\u180e\u034f")


def pager(
    page: int, pages: int, t: Language, press: Callable[[int], PressId]
) -> tuple[Button, ...]:
    """Buttons to the page before and the next one, at an end disabled; none for a single page."""
    if pages < 2:
        return ()
    return (
        Button(t("Previous page"), press(page - 1), disabled=page <= 1),
        Button(t("Next page"), press(page + 1), disabled=page >= pages),
    )


def foot(generation: int, since: int | None, t: Language, *said: str) -> str:
    """The quiet last line: what was said, and whether the documents were indexed since."""
    parts = [part for part in said if part]
    if since is not None and since != generation:
        parts.append(t("The documents were indexed anew since."))
    parts.append(t("index {generation}", generation=generation))
    return f"-# {' · '.join(parts)}"


def say_edtf(written: str, t: Language) -> str:
    """A date that an owner wrote in ``corpus.toml``, in words; as it is when it is not EDTF."""
    try:
        return t.date(from_edtf(written))
    except ValueError:
        return written


def page_of(page: int, pages: int, t: Language) -> str:
    if pages < 2:
        return ""
    return t("page {page} of {pages}", page=t.number(page), pages=t.number(pages))


def seen(text: str, limit: int) -> str:
    """``text`` in one line, shortened; empty when there is nothing in it to see. Not markup."""
    said = shorten(text, limit)
    return said if any(not char.isspace() and char not in _BLANK for char in said) else ""


def seen_markup(text: str, t: Language, limit: int) -> str:
    return escape(seen(text, limit)) or t("(no name)")


def title_text(source: SourceInfo, t: Language, limit: int) -> str:
    return seen(source.title, limit) or seen(source.name, limit) or t("(no title)")


def title_of(source: SourceInfo, t: Language, limit: int) -> str:
    return escape(title_text(source, t, limit))


def label_of(text: str, t: Language, other: str) -> str:
    return seen(text, OPTION) or seen(other, OPTION) or t("(no title)")


def address_of(source: SourceInfo) -> str | None:
    """Where the document is on the web, if a button can lead there."""
    address = web_address(source.url)
    return address if address and units(address) <= URL else None


def heading_of(entry: SectionEntry, t: Language, limit: int) -> str:
    """A section's own heading as text; it always has something to see."""
    if not entry.path:
        return t("Before the first heading")
    return seen(entry.path[-1], limit) or t("A heading without words")
