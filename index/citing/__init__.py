"""Where quotes stand: one line for people, citations in four styles, links to the very words.

`cite` strings it together: a passage → `reference` (what is cited, and where in it) → the note of a
style sheet (`note`), CSL-JSON (`csl`), BibTeX (`bibtex`) or RIS (`ris`). `links` makes the address
that opens a page at the quoted words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from index.citing.bibtex import to_bibtex
from index.citing.csl import to_csl_json
from index.citing.lines import citation_line, cited_event, pages_line
from index.citing.note import to_note
from index.citing.reference import Reference, make_reference
from index.citing.ris import to_ris
from index.errors import InputError
from index.messages import say
from index.model import one_line
from index.snapshot import Snapshot

__all__ = ["STYLES", "citation_line", "cite", "cited_event", "pages_line"]

_WRITERS: Mapping[str, Callable[[Reference], str]] = {
    "note": to_note,
    "csl-json": to_csl_json,
    "bibtex": to_bibtex,
    "ris": to_ris,
}
STYLES = tuple(_WRITERS)

_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs: no file can hold one
_SHOWN = 40  # characters of an id that nobody knows


def cite(snapshot: Snapshot, passage_id: str, style: str = "note") -> str:
    """A citation of one passage in one of `STYLES`, ready for a file; it ends with a line end.

    An id may have capitals, and blanks around it. Raises InputError for one that this generation
    doesn't have, and for an unknown style.
    """
    if style not in _WRITERS:
        raise InputError(
            say("“{name}” is no style.", name=one_line(style)[:_SHOWN]),
            hint=say("Use one of {names}.", names=", ".join(STYLES)),
        )
    wanted = passage_id.strip().lower()
    position = snapshot.positions.get(wanted)
    if position is None:
        raise InputError(
            say("No passage has the id “{id}”.", id=one_line(passage_id)[:_SHOWN]),
            hint="An id changes when the words of its passage change; "
            "`archivist ask QUESTION --json` shows the ids that passages have now.",
        )
    passage = snapshot.passage(position)
    document = snapshot.document(passage.locator.document_id)
    return _HALVES.sub("\ufffd", _WRITERS[style](make_reference(document, passage)))
