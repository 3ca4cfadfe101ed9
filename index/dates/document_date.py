"""Document -> its own date, which "this month" counts from: as its owner says, or as it says itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from index.dates import find_dates
from index.dates.edtf import from_edtf
from index.dates.forms import Order
from index.dates.wording import say_date
from index.model import Document, HistoricDate, Precision, one_line

_NEAR_TOP, _NEAR_END = 6, 2  # paragraphs in which a document dates itself
_LONGEST_LINE = 90
_SAID, _PLACED, _ALONE = range(3)  # "Published 4 May 2022", "Bangkok, 4 May 2022", "4 May 2022"
_MOST = 40  # such lines; more are entries
_FEWEST_NOT_LATER = 0.9  # of its dates, those that a document can know of
_PUBLISHED = re.compile(
    r"(?:(?:first |originally )?(?:published|posted|issued|released|printed|written|filed)"
    r"|(?:page |last )*(?:updated|modified|revised|reviewed|changed)|dated?|dateline"
    r"|publication date|release date|date of (?:publication|issue|release))"
    r"(?: (?:on|at|in|by|of))?\s*[:.–—-]?\s*(?:on |the )?",
    re.IGNORECASE,
)
#: A place, or several: "Bangkok/Brussels, ", "YANGON, Myanmar – ".
_PLACES = re.compile(
    r"(?P<places>[A-Z][\w'’.-]*(?:[ /][A-Z][\w'’.-]*){0,4}(?:, [A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,2})?)"
    r"(?:,|\s[–—-]|\s\|)\s*"
)
_AFTER = re.compile(
    r"[\s.,;|)\]*_–—-]*(?:,?\s*(?:at\s)?[0-9]{1,2}[:.][0-9]{2}(?:[ ]?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?)?"
    r"(?:\s*\|\s*[^\d\s|][^\d|]{1,40})?"  # "| Name of the agency"
    r"[\s.,;|)\]*_–—-]*\Z",
    re.IGNORECASE,
)
#: What has a day of its own stands in front of it in the same way: "The Battle of X, 14 October 1066".
_HAPPENINGS = re.compile(
    r"\b(?:the|of|battle|treaty|conference|born|died|act|agreement|summit|coup|declaration|siege|war"
    r"|speech|report|resolution|constitution|day|figure|table|note|source|see|act)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnDate:
    """When a document was made, and how that is known, in words."""

    date: HistoricDate
    inferred_from: str  # "the document’s date, 4 August 2022"
    year: int
    month: int  # 0: unknown
    day: int

    @property
    def is_day(self) -> bool:
        return self.day > 0


def document_date(document: Document, *, order: Order | None = None) -> OwnDate | None:
    """The date in the document's metadata, else that of a line that does nothing but date it.

    Such a line is a date after "Published", "Last updated" and the like, or after the name of a
    place, or near the top or the end a date alone. It does not count when lines of the kind differ,
    or when much of what the document tells happened later.
    """
    if document.meta.date:
        try:
            return _own(from_edtf(document.meta.date))
        except ValueError:
            pass
    found: list[tuple[int, OwnDate]] = []
    count = len(document.paragraphs)
    for number, paragraph in enumerate(document.paragraphs):
        at_edge = number < _NEAR_TOP or number >= count - _NEAR_END
        if not at_edge and paragraph.stop - paragraph.start > _LONGEST_LINE:
            continue
        text = document.text[paragraph.start : min(paragraph.stop, paragraph.start + 600)]
        for line in islice(text.split("\n"), 6) if at_edge else (text,):
            read = _line_date(one_line(line), order)
            if read is not None and (at_edge or read[0] != _ALONE) and (own := _own(read[1])):
                found.append((read[0], own))
        if len(found) > _MOST:
            return None
    if not found:
        return None
    rank = min(rank for rank, _ in found)
    best = [own for found_rank, own in found if found_rank == rank]
    if rank != _SAID and len({own.date.edtf for own in best}) > 1:
        return None  # the dates of letters, or of a chronology
    return best[0] if _plausible(document, best[0], order) else None


def _line_date(line: str, order: Order | None) -> tuple[int, HistoricDate] | None:
    """The date that ``line`` is, and how it is introduced."""
    line = line.strip("*_#>[]() ")
    if not line or len(line) > _LONGEST_LINE or not any(c.isdigit() for c in line):
        return None
    dates = find_dates(line, order=order)
    if len(dates) != 1 or dates[0].date.precision not in (Precision.DAY, Precision.MONTH):
        return None
    mention = dates[0]
    if mention.date.end or mention.date.edtf[-1] in "~?%./" or not _AFTER.match(line, mention.stop):
        return None
    lead = line[: mention.start]
    if published := _PUBLISHED.match(lead):
        return None if lead[published.end() :].strip() else (_SAID, mention.date)
    if not lead.strip():
        return _ALONE, mention.date
    places = _PLACES.fullmatch(lead)
    day = mention.date.precision is Precision.DAY
    known = places and day and not _HAPPENINGS.search(places["places"])
    return (_PLACED, mention.date) if known else None


def _own(date: HistoricDate) -> OwnDate | None:
    if date.start is None or date.end is not None or date.edtf.endswith(".."):
        return None
    if date.precision not in (Precision.DAY, Precision.MONTH, Precision.YEAR):
        return None
    if date.start.startswith("-"):
        return None
    year, month, day = (*map(int, date.start.split("-")), 0, 0)[:3]
    return OwnDate(date, f"the document’s date, {say_date(date)}", year, month, day)


def _plausible(document: Document, own: OwnDate, order: Order | None) -> bool:
    """Whether nearly all dates at the document's beginning and end lie before it."""
    text, size = document.text, 20_000
    pieces = [text[:size], text[max(size, len(text) - size) :]]
    dates = [mention.date for piece in pieces for mention in find_dates(piece, order=order)]
    known = sum(date.earliest <= own.date.latest for date in dates)
    return known >= _FEWEST_NOT_LATER * len(dates)
