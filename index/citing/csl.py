"""CSL-JSON, the input of citation processors and of Zotero (CSL 1.0.2, schema csl-data.json)."""

from __future__ import annotations

import json
import re
from typing import Any

from index.citing.names import Name
from index.citing.reference import Pinpoint, Reference
from index.dates.wording import say_date
from index.model import HistoricDate

_EXACT = re.compile(r"(-?[0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?([~?%]?)")
_SEASON = re.compile(r"(-?[0-9]{4})-2([1-4])([~?%]?)")


def to_csl_json(reference: Reference) -> str:
    """A JSON array of one item."""
    return json.dumps([csl_item(reference)], ensure_ascii=False, indent=2) + "\n"


def csl_item(reference: Reference) -> dict[str, Any]:
    """The item, with what is missing left out.

    What CSL has no variable for stands in ``custom``: the locator's label, the quote, the link to
    it, the passage's id, rights, and the hash of the file that was read.
    """
    item: dict[str, Any] = {"id": reference.key, "type": reference.kind, "title": reference.title}
    item["author"] = [_name(name) for name in reference.authors]
    item["publisher"] = reference.publisher
    item["issued"] = issued(reference.date, reference.date_written)
    item["URL"] = reference.url
    item["language"] = reference.language
    item["locator"] = locator(reference.pinpoint)
    item["custom"] = _filled(
        {
            "label": reference.pinpoint.label if reference.pinpoint else "",
            "place": reference.place,
            "passage": reference.passage,
            "quote": reference.quote,
            "link": reference.link,
            "rights": reference.rights,
            "sha256": reference.sha256,
        }
    )
    return _filled(item)


def issued(date: HistoricDate | None, written: str = "") -> dict[str, Any]:
    """A date variable: numbers where they say just what is known, else words.

    Years before 1 count as people count them, so that 44 BCE is -44 (CSL has no year 0; EDTF's
    -0043 is 44 BCE). A decade, a century, an open interval and one between seasons have words only.
    """
    if date is None:
        return {"literal": written} if written else {}
    ends = date.edtf.split("/")
    exact = [_EXACT.fullmatch(end) for end in ends]
    parts = [[_year(m[1]), *(int(m[n]) for n in (2, 3) if m[n])] for m in exact if m]
    if len(parts) == len(ends):
        doubtful = any(m[4] for m in exact if m)
        return {"date-parts": parts} | ({"circa": True} if doubtful else {})
    if season := _SEASON.fullmatch(date.edtf):
        said: dict[str, Any] = {"date-parts": [[_year(season[1])]], "season": int(season[2])}
        return said | ({"circa": True} if season[3] else {})
    return {"literal": say_date(date)}


def locator(pinpoint: Pinpoint | None) -> str:
    """``9``, ``9-10``, ``9n63`` (note 63 on page 9), ``Trade, para. 3``; "" where there is none."""
    if pinpoint is None:
        return ""
    pages = f"{pinpoint.first}-{pinpoint.last}" if pinpoint.last else pinpoint.first
    note = f"n{pinpoint.note}" if pinpoint.note else ""
    paragraph = f", para. {pinpoint.paragraph}" if pinpoint.paragraph is not None else ""
    return f"{pages}{note}{paragraph}"


def _name(name: Name) -> dict[str, str]:
    return _filled(
        {
            "family": name.family,
            "given": name.given,
            "suffix": name.suffix,
            "literal": name.literal,
        }
    )


def _year(written: str) -> int:
    year = int(written)
    return year if year > 0 else year - 1


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}
