"""Which document somebody means: by its id, its file name or its title."""

from __future__ import annotations

from collections.abc import Iterable

from index.errors import UnknownDocumentError
from index.messages import say
from index.model import SourceInfo


class DocumentNames:
    """What documents may be called: their ids, else their file names and titles."""

    def __init__(self, names: Iterable[tuple[str, str, str]]) -> None:
        """``names`` are the id, the name and the title of each."""
        self._ids: dict[str, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        for document_id, name, title in names:
            self._ids.setdefault(document_id.casefold(), []).append(document_id)
            for said in {one.casefold() for one in (name, name.rsplit("/", 1)[-1], title)}:
                self._names.setdefault(said, []).append(document_id)

    def find(self, said: str) -> str:
        """The id of the one that ``said`` names.

        Raises UnknownDocumentError when none fits, or more than one.
        """
        wanted = said.strip().casefold()
        for names in (self._ids, self._names):
            fitting = names.get(wanted, [])
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                raise UnknownDocumentError(
                    say("“{name}” names {count} documents.", name=_short(said), count=len(fitting)),
                    hint=say("Use an id: {ids}.", ids=", ".join(sorted(fitting)[:5])),
                )
        raise UnknownDocumentError(say("No document is called “{name}”.", name=_short(said)))


def find_document(sources: Iterable[SourceInfo], said: str) -> str:
    """The id of the one of ``sources`` that ``said`` names: see `DocumentNames.find`."""
    return DocumentNames((s.id, s.name, s.title) for s in sources).find(said)


def _short(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= 80 else said[:79] + "…"
