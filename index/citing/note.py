"""A note in the manner of the Chicago Manual of Style, made by citeproc-py from a style sheet.

The style sheet, ``chicago-note.csl`` beside this module, is our own. citeproc-py is loaded by
notes only.
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from typing import Any

from index.citing.csl import csl_item
from index.citing.names import Name
from index.citing.reference import Pinpoint, Reference
from index.dates.wording import say_date
from index.model import one_line

_STYLE_SHEET = "chicago-note.csl"
_INNER_QUOTES = str.maketrans("“”", "‘’")
#: citeproc-py reads markup in titles and makes a dash of each hyphen in a locator, also of those in
#: headings: it gets characters that stand in no text (Unicode's noncharacters) in their place.
_HIDDEN = str.maketrans("<-", "\ufdd0\ufdd1")
_SHOWN = str.maketrans("\ufdd0\ufdd1", "<-")


def to_note(reference: Reference) -> str:
    """One line: author, title, publisher, date, place, and the link to the quoted words."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        Locator,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    item, place = _item(reference), _place(reference.pinpoint)
    for key in item.keys() & {"title", "publisher", "URL"}:
        item[key] = item[key].translate(_HIDDEN)
    cited: dict[str, Any] = {}
    if reference.pinpoint:
        cited["locator"] = Locator(reference.pinpoint.label, place.translate(_HIDDEN))
    # A style sheet keeps what it has cited, so each note has one of its own.
    sheet = BytesIO(files("index.citing").joinpath(_STYLE_SHEET).read_bytes())
    style = CitationStylesStyle(sheet, validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON([item]), formatter.plain)
    citation = Citation([CitationItem(reference.key, **cited)])
    bibliography.register(citation)
    note = str(bibliography.cite(citation, lambda _: None))
    return one_line(note.translate(_SHOWN)) + "\n"


def _item(reference: Reference) -> dict[str, Any]:
    """The CSL-JSON item as the note wants it: the date in words, the link to the passage."""
    item = csl_item(reference)
    for unused in ("custom", "locator", "language"):
        item.pop(unused, None)
    if reference.kind not in ("book", "report"):  # their titles stand in quotation marks
        item["title"] = reference.title.translate(_INNER_QUOTES)
    if any(_is_east_asian(name) for name in reference.authors):
        item["author"] = [
            {"literal": name.family + name.given} if _is_east_asian(name) else said
            for name, said in zip(reference.authors, item["author"], strict=True)
        ]
    if reference.date is not None:
        item["issued"] = {"literal": say_date(reference.date)}
    if reference.link:
        item["URL"] = reference.link
    return item


def _is_east_asian(name: Name) -> bool:
    """Whether the name is in Chinese, Japanese or Korean signs: family name first, no blank."""
    written = name.family + name.given
    return bool(name.given) and all("\u2e80" <= char <= "\U0003ffff" for char in written)


def _place(pinpoint: Pinpoint | None) -> str:
    """The locator as a note writes it: ``9–10``, ``9n63``, ``“Trade,” para. 3``."""
    if pinpoint is None:
        return ""
    if pinpoint.label == "section":
        paragraph = f", para. {pinpoint.paragraph}" if pinpoint.paragraph is not None else ""
        return f"“{pinpoint.first}{paragraph and ','}”{paragraph.removeprefix(',')}"
    pages = f"{pinpoint.first}–{pinpoint.last}" if pinpoint.last else pinpoint.first
    return pages + (f"n{pinpoint.note}" if pinpoint.note else "")
