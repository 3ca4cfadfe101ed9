"""RIS, the tagged lines that reference managers exchange (Research Information Systems, 2001, 2011).

A line is two characters, two blanks, a hyphen, a blank and a value; lines end in CR LF. A value has
one line, since readers differ on what a second one means, so line ends in quotes become blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from index.citing.reference import Kind, Reference
from index.dates.wording import say_date
from index.model import HistoricDate, one_line

_TYPES: dict[Kind, str] = {
    "book": "BOOK",
    "dataset": "DATA",
    "document": "GEN",
    "report": "RPRT",
    "webpage": "ELEC",
}
_YEAR = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?")


def to_ris(reference: Reference) -> str:
    """One record. ``N1`` says where the passage stands, a second one quotes it."""
    lines = [("TY", _TYPES[reference.kind]), *_fields(reference)]
    written = [f"{tag}  - {_value(value)}" for tag, value in lines if value]
    return "\r\n".join([*written, "ER  - ", ""])


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "ID", reference.passage
    for name in reference.authors:
        yield "AU", name.inverted
    yield "TI", reference.title
    yield "PB", reference.publisher
    yield from _dates(reference.date, reference.date_written)
    if (pinpoint := reference.pinpoint) and pinpoint.label == "page":
        yield "SP", pinpoint.first
        yield "EP", pinpoint.last
    elif pinpoint and pinpoint.label == "section":
        yield "SE", pinpoint.first
    yield "LA", reference.language
    for address in dict.fromkeys((reference.url, reference.link)):
        yield "UR", address.replace(";", "%3B")  # a semicolon parts two addresses
    yield "N1", reference.place
    yield "N1", reference.quote
    if reference.rights:
        yield "N1", f"Rights: {reference.rights}"


def _dates(date: HistoricDate | None, written: str) -> Iterator[tuple[str, str]]:
    """``PY`` a year, ``DA`` year, month, day and words, with slashes between."""
    if date is None:
        yield "DA", f"///{written}" if written else ""
        return
    if exact := _YEAR.fullmatch(date.edtf):
        year, month, day = (part or "" for part in exact.groups())
        yield "PY", year
        yield "DA", f"{year}/{month}/{day}/"
    else:
        yield "DA", f"///{say_date(date)}"


def _value(text: str) -> str:
    kept = (char for char in one_line(text) if unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept)
