"""Documents as people and buttons name them: by id, file name, title, or the short key in a press."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process, utils

from bot.markup import readable
from index.errors import InputError, UnknownDocumentError
from index.messages import both, either, quoted, say
from index.model import SourceInfo, SourceSummary
from index.naming import find_document

LONGEST_TITLE = 100  # characters of a title that stands for a document
ALIKE = 70.0  # of 100: how alike a name must be to be what was meant
_MEANT = 3  # documents that an unknown name may mean
_COMPARED = 100  # characters of a name
_SHOWN = 80


class GoneDocumentError(InputError):
    hint = say("It was removed or renamed since; `/sources` lists what there is.")


@lru_cache(maxsize=20_000)
def key(document_id: str) -> str:
    """What stands for a document in the id of a button: twelve of ``[0-9a-f]``, always the same."""
    return hashlib.blake2s(document_id.encode(errors="replace"), digest_size=6).hexdigest()


def by_key(sources: Iterable[SourceSummary], wanted: str) -> SourceSummary:
    """The document that `key` made ``wanted`` of. Raises GoneDocumentError when there is none."""
    for summary in sources:
        if key(summary.source.id) == wanted:
            return summary
    raise GoneDocumentError(say("That document is no longer there."))


def find(sources: Sequence[SourceSummary], said: str) -> SourceSummary:
    """The document that an id, a file name or a title names, without regard to case.

    Raises UnknownDocumentError, whose hint names the documents that may be meant.
    """
    try:
        wanted = find_document([summary.source for summary in sources], said)
    except UnknownDocumentError as error:
        message = error.args[0] if error.args else ""
        raise UnknownDocumentError(message, hint=_hint(sources, said)) from None
    return next(summary for summary in sources if summary.source.id == wanted)


def name_of(sources: Sequence[SourceSummary], document_id: str) -> str:
    """How a message names a document: by its title if that is short and only one has it, else its id."""
    title = readable(find(sources, document_id).source.title)
    try:
        only = find(sources, title).source.id == document_id
    except UnknownDocumentError:
        only = False
    return title if only and len(title) <= LONGEST_TITLE else document_id


def meant(sources: Sequence[SourceSummary], said: str) -> list[SourceInfo]:
    """The documents whose title, id or file name is most like ``said``, best first: at most three."""
    named: list[tuple[str, SourceInfo]] = []
    for summary in sources:
        source = summary.source
        named += [(name[:_COMPARED], source) for name in (source.title, source.id, source.name)]
    wanted = utils.default_process(said[:_COMPARED])
    if not wanted:
        return []
    alike = process.extract(
        wanted,
        [name for name, _ in named],
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=3 * _MEANT,
    )
    found = {named[position][1].id: named[position][1] for _, _, position in alike}
    return list(found.values())[:_MEANT]


def _hint(sources: Sequence[SourceSummary], said: str) -> str:
    wanted = said.strip().casefold()
    same = [
        source.id
        for source in (summary.source for summary in sources)
        if wanted in (source.title.casefold(), source.name.rsplit("/", 1)[-1].casefold())
    ]
    if len(same) > 1:
        ids = both(one[:_SHOWN] for one in same[:5])
        return say("Choose it from what is offered while you type, or use its id: {ids}.", ids=ids)
    alike = meant(sources, said)
    if alike:
        titles = either(quoted(source.title[:_SHOWN]) for source in alike)
        return say("Did you mean {titles}? `/sources` lists all documents.", titles=titles)
    return say("`/sources` lists all documents.")
