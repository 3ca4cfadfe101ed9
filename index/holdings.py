"""All that is to be indexed: the owner's corpus folder, what servers added, and what was said of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.catalogue import Edits
from index.collections import MAIN, UPLOADS, guild_of, is_owners
from index.corpus import Corpus, CorpusFile, read_edits, scan, scan_uploads

EVERYWHERE = ""  # in place of a collection: what the owner's files say


@dataclass(frozen=True, slots=True)
class Holdings:
    """Folders of documents, the owner's first, then those of servers by their ids."""

    owner: Corpus
    servers: tuple[Corpus, ...]
    edits: Mapping[str, Edits]  # by collection; what the owner's files say under `EVERYWHERE`

    @property
    def corpora(self) -> tuple[Corpus, ...]:
        return (self.owner, *self.servers)

    @property
    def files(self) -> Iterator[CorpusFile]:
        """All files in corpus order."""
        return (file for corpus in self.corpora for file in corpus.files)

    def corpus_of(self, collection: str) -> Corpus:
        """The folder in which a collection's documents lie."""
        own = (corpus for corpus in self.servers if corpus.collection == collection)
        return next(own, self.owner)

    def more_aliases(self, collection: str) -> tuple[tuple[str, ...], ...]:
        """Names for one thing that are a collection's own, beside those of the owner's file."""
        return self.edits[collection].aliases if collection in self.edits else ()

    @property
    def aliases(self) -> tuple[tuple[str, ...], ...]:
        """The names for one thing of the owner's file."""
        return self.edits[EVERYWHERE].aliases

    def settings_hash(self, file: CorpusFile) -> str:
        """Changes when a document must be indexed again though its bytes stayed."""
        corpus = self.corpus_of(file.collection)
        more = self.more_aliases(file.collection)
        return replace(corpus, aliases=(*self.aliases, *more)).settings_hash(file.name)


def read_holdings(corpus: Path, data: Path) -> Holdings:
    """What lies in the corpus folder and in the data folder. Raises CorpusError."""
    owner = scan(corpus)
    servers = tuple(scan_uploads(data, guild) for guild in _guilds(data))
    edits = {EVERYWHERE: Edits(EVERYWHERE, owner.settings_hash(), owner.aliases, owner.corrections)}
    owned = dict.fromkeys((MAIN, *(file.collection for file in owner.files)))
    for collection in (*owned, *(one.collection for one in servers if one.collection)):
        own = next((one for one in servers if one.collection == collection), None)
        said = read_edits(data, collection)
        if own is not None and own.files:
            said = replace(said, settings=own.settings_hash())
        if said != Edits(collection):
            edits[collection] = said
    return Holdings(owner, servers, edits)


def covers(only: str | None, collection: str) -> bool:
    """Whether a build of ``only`` (None: of all) reads the files of ``collection``.

    Those of the owner are read together. `EVERYWHERE` is the owner's.
    """
    return only is None or only == collection or (is_owners(only) and is_owners(collection))


def ordered(collections: Iterable[str]) -> list[str]:
    """Collections in corpus order: the owner's by name, then those of servers by their ids."""
    return sorted(collections, key=lambda c: (guild_of(c) or 0, c))


def _guilds(data: Path) -> list[int]:
    folder = data / UPLOADS
    if not folder.is_dir():
        return []
    return sorted(int(p.name) for p in folder.iterdir() if p.name.isdecimal() and p.is_dir())
