"""``timeline-edits.toml``: what an owner says of the events that were extracted.

[[hide]]                    # no event at all
id = "3k2j1h0g9f8e7d6c"

[[redate]]                  # any date of `index.dates`, or EDTF
id = "…"
date = "7 September 2022"

[[retitle]]                 # the owner's words above the quote, which stays verbatim
id = "…"
headline = "First meeting with Putin"

[[add]]                     # an event that was not found: the quote must stand in the document
document = "russia-myanmar-briefing"
quote = "a destroyer from the Pacific Fleet also called at Yangon"
date = "November 2013"

[[merge]]                   # one happening: events of one document become the first of them,
ids = ["…", "…"]            # those of several documents are linked
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from index.dates import ambiguous_dates, find_dates
from index.dates.edtf import from_edtf
from index.errors import CorpusError
from index.model import HistoricDate

Kind = Literal["hide", "redate", "retitle", "add", "merge"]

_KEYS: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {  # needed, and further ones
    "hide": (("id",), ("reason",)),
    "redate": (("id", "date"), ("reason",)),
    "retitle": (("id", "headline"), ("reason",)),
    "add": (("document", "quote", "date"), ("headline", "actors", "places", "reason")),
    "merge": (("ids",), ("reason",)),
}
_LISTS = ("ids", "actors", "places")
_FEWEST_MERGED = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the file; what its kind has no use for is empty."""

    kind: Kind
    number: int  # counts from 1 among the entries of its kind
    ids: tuple[str, ...] = ()  # of events
    date: HistoricDate | None = None
    as_written: str = ""  # the date, in the owner's words
    headline: str | None = None
    document: str = ""  # an id, a file name or a title
    quote: str = ""
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    collection: str = ""  # whose events it may change; "" for the owner's file: all

    @property
    def place(self) -> str:
        """Where it stands in the file, for messages."""
        return f"[[{self.kind}]] {self.number}"


def read_corrections(
    settings: Mapping[str, Any], file: str, collection: str = ""
) -> tuple[Correction, ...]:
    """The corrections that ``file`` holds, in the order in which they are applied.

    They are for events of ``collection`` alone, if it is given. Raises CorpusError for an unknown key,
    a missing or wrong value, and an unreadable date.
    """
    for kind in settings:
        if kind not in _KEYS:
            known = ", ".join(f"[[{name}]]" for name in _KEYS)
            raise CorpusError(
                f"{file}: [[{kind}]] can't be used: there are {known}.", hint="Mend that line."
            )
    found: list[Correction] = []
    for kind in _KEYS:
        entries = settings.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise _wrong(f"{file}: {kind}", f"written as [[{kind}]] tables")
        for number, entry in enumerate(entries, start=1):
            found.append(_correction(kind, number, entry, f"{file}: [[{kind}]] {number}"))
    return tuple(replace(each, collection=collection) for each in found)


def _correction(kind: Kind, number: int, entry: Mapping[str, Any], where: str) -> Correction:
    needed, further = _KEYS[kind]
    for key in entry:
        if key not in (*needed, *further):
            raise _wrong(f"{where}: {key}", f"one of {', '.join((*needed, *further))}")
    for key in needed:
        if key not in entry:
            raise CorpusError(f"{where}: {key} is missing.", hint="Add it.")
    for key, value in entry.items():
        _check(key, value, f"{where}: {key}")
    ids = tuple(entry.get("ids", ())) or ((entry["id"],) if "id" in entry else ())
    if kind == "merge" and len(set(ids)) < _FEWEST_MERGED:
        raise _wrong(f"{where}: ids", "two different ids or more")
    written = str(entry.get("date", ""))
    return Correction(
        kind,
        number,
        ids=tuple(dict.fromkeys(ids)),
        date=_date(written, f"{where}: date") if written else None,
        as_written=written,
        headline=entry.get("headline"),
        document=entry.get("document", ""),
        quote=entry.get("quote", ""),
        actors=tuple(entry.get("actors", ())),
        places=tuple(entry.get("places", ())),
    )


def _check(key: str, value: object, where: str) -> None:
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise _wrong(where, "a list of strings")
    elif key == "date":
        if isinstance(value, bool) or not str(value).strip():
            raise _wrong(where, "a date in quotes")
    elif not isinstance(value, str) or not value.strip():
        raise _wrong(where, "text in quotes")


def _date(written: str, where: str) -> HistoricDate:
    """The one date that ``written`` is; TOML's own dates and years as numbers will do."""
    try:
        return from_edtf(written)
    except ValueError:
        pass
    for unclear in ambiguous_dates(written):
        raise _wrong(where, f"clear: {unclear.reason}; name the month")
    # "in" makes a bare year one; it changes no other date.
    found = find_dates(f"in {written}")
    if len(found) == 1 and found[0].stop == len(written) + 3 and found[0].start in (0, 3):
        return found[0].date
    raise _wrong(where, "one date such as “7 September 2022”, “2022-09” or “1914/1918”")


def _wrong(where: str, wanted: str) -> CorpusError:
    return CorpusError(f"{where} can't be used: it must be {wanted}.", hint="Mend that line.")
