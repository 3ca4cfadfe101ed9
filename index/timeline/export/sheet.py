"""A timeline as CSV (RFC 4180), for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io

from index.dates.edtf import bound_to_iso
from index.model import CitedEvent, Timeline

_MARK = "\ufeff"  # tells Excel that it is UTF-8
_APART = "; "
#: A cell that begins so is a formula to a spreadsheet; the wide forms are, in East Asian ones.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")

COLUMNS = (
    "id", "start", "end", "earliest", "latest", "edtf", "precision", "inferred", "inferred_from",
    "as_written", "headline", "text", "actors", "places", "document", "document_id", "section",
    "page", "note", "overlap", "same_as", "differs", "citation",
)  # fmt: skip


def to_csv(timeline: Timeline) -> str:
    """An event a row under `COLUMNS`; it begins with a byte order mark and its lines end in CRLF.

    A cell that a spreadsheet would take for a formula has an apostrophe before it. That is true of
    dates before the year 0 as well: of ``-0043-03-15`` Excel would make -61.
    """
    out = io.StringIO()
    out.write(_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cited in timeline:
        writer.writerow(map(cell, _values(cited)))
    return out.getvalue()


def _values(cited: CitedEvent) -> tuple[str | int | None, ...]:
    event, date, place = cited.event, cited.event.date, cited.event.locator
    return (
        event.id,
        date.start,
        date.end,
        bound_to_iso(date.earliest),
        bound_to_iso(date.latest),
        date.edtf,
        str(date.precision),
        "true" if event.inferred else "false",
        event.inferred_from,
        event.as_written,
        event.headline,
        event.text,
        _APART.join(event.actors),
        _APART.join(event.places),
        cited.source.name,
        cited.source.id,
        " › ".join(place.section),
        place.page,
        place.note,
        cited.overlap,
        _APART.join(event.same_as),
        event.differs,
        cited.line,
    )


def cell(value: str | int | None) -> str:
    """A cell that no spreadsheet takes for a formula; empty for None (OWASP, “CSV Injection”)."""
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) else text
