"""The engines that are measured: how each is built, opened and asked, all with the same terms.

An engine gets the terms as they are, and gives (position, score) of the ten best passages that hold any
of them, best first. Filters are given in the form that the engine takes most readily: positions
(ours, rank-bm25), weights (bm25s), a clause of the query (tantivy, SQLite). Packages are imported by
`Engine.load`, so that only those of the engine that is measured are.
"""

from __future__ import annotations

import json
import pickle
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cached_property, partial
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # what is imported here counts for the opening of each engine
    import sqlite3

    from benchmarks.engine_corpus import Corpus, Filter

DEPTH = 10
Hits = list[tuple[int, float]]
Load = Callable[[], "Corpus"]
_Floats = NDArray[np.float64]


class Opened(ABC):
    """An index that can be asked, by several threads too."""

    def __init__(self, load: Load) -> None:
        """``load`` gives the corpus; it is called with the first filter."""
        self._load = load

    @cached_property
    def corpus(self) -> Corpus:
        """What the index was made of."""
        return self._load()

    @abstractmethod
    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        """The ten best passages that hold a term, best first."""

    def close(self) -> None:  # noqa: B027  # most hold nothing
        """Let go of what it holds."""


class Builder(ABC):
    """Something whose building is measured."""

    key: str  # as it is named on the command line
    label: str  # as it is named in tables
    packages: tuple[str, ...] = ()  # that must be installed
    processes: int = 1  # that build it

    @property
    def missing(self) -> str | None:
        """The package that isn't installed."""
        return next((name for name in self.packages if find_spec(name) is None), None)

    def load(self) -> None:  # noqa: B027  # most need nothing
        """Import what it needs."""

    @abstractmethod
    def build(self, corpus: Corpus, folder: Path) -> None:
        """Index ``corpus`` in the empty ``folder``."""


class Engine(Builder):
    """A way to find passages."""

    @abstractmethod
    def open(self, folder: Path, load: Load) -> Opened:
        """The index that `build` wrote; ``load`` gives the corpus."""


def best(scores: _Floats) -> Hits:
    """The highest scores above 0 with their positions, highest first; equal ones by position."""
    if len(scores) > DEPTH:
        least = np.partition(scores, len(scores) - DEPTH)[len(scores) - DEPTH]
        found = np.flatnonzero((scores >= least) & (scores > 0))
    else:
        found = np.flatnonzero(scores > 0)
    order = found[np.lexsort((found, -scores[found]))][:DEPTH]
    return list(zip(order.tolist(), scores[order].tolist(), strict=True))


# ---------------------------------------------------------------- ours


class Ours(Engine):
    """`index.bm25` over postings in files; one segment for each process that built it."""

    def __init__(self, processes: int = 1) -> None:
        self.processes = processes
        self.key = "ours" if processes == 1 else f"ours-{processes}"
        self.label = "ours" if processes == 1 else f"ours, {processes} segments"

    def load(self) -> None:
        import index.bm25
        import index.postings  # noqa: F401

    def build(self, corpus: Corpus, folder: Path) -> None:
        bounds = [len(corpus.days) * n // self.processes for n in range(self.processes + 1)]
        parts = [
            (corpus.folder, corpus.size, first, last, folder / f"{n}.bin")
            for n, (first, last) in enumerate(pairwise(bounds))
            if first < last
        ]
        if len(parts) == 1:
            _build_segment(*parts[0])
            return
        from multiprocessing import get_context

        spawn = get_context("spawn")
        started = [spawn.Process(target=_build_segment, args=part) for part in parts]
        for process in started:
            process.start()
        for process in started:
            process.join()
        if any(process.exitcode for process in started):
            raise RuntimeError("A process that builds ended with an error.")

    def open(self, folder: Path, load: Load) -> Opened:
        from index.bm25 import Searcher
        from index.parts import Part
        from index.postings import Postings

        parts, size = [], 0
        for path in sorted(folder.glob("*.bin")):
            postings = Postings.open(path)
            positions = np.arange(size, size + len(postings), dtype=np.int32)
            parts.append(Part(postings, positions))
            size += len(postings)
        return _OursOpened(Searcher.of_parts(parts, size), load)


def _build_segment(folder: Path, size: int, first: int, last: int, path: Path) -> None:
    """Write the postings of the documents ``first`` to before ``last``."""
    from benchmarks.engine_corpus import Corpus
    from index.postings import PostingsWriter, count_terms

    writer = PostingsWriter(path)
    for passages in Corpus.open(folder, size).terms(first, last):
        writer.add(count_terms(passages))
    writer.finish()


class _OursOpened(Opened):
    def __init__(self, searcher: Any, load: Load) -> None:
        super().__init__(load)
        self._searcher = searcher

    @cached_property
    def _half(self) -> NDArray[np.int64]:
        from benchmarks.engine_corpus import Filter

        return self.corpus.positions(Filter("half", 1, 1))

    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        kept = None
        if among is not None:
            kept = self._half if among.kind == "half" else self.corpus.positions(among)
        found: Hits = self._searcher.search(terms, k=DEPTH, among=kept)
        return found


# ---------------------------------------------------------------- rank-bm25


class RankBM25(Engine):
    """rank-bm25 as it comes, but for the inverse document frequency, which is ours; pickled."""

    key, label = "rank-bm25", "rank-bm25"
    packages = ("rank_bm25",)

    def load(self) -> None:
        import benchmarks.engine_oracle  # noqa: F401

    def build(self, corpus: Corpus, folder: Path) -> None:
        from benchmarks.engine_oracle import Oracle

        with (folder / "index.pickle").open("wb") as file:
            pickle.dump(Oracle(_shared(corpus)), file, pickle.HIGHEST_PROTOCOL)

    def open(self, folder: Path, load: Load) -> Opened:
        with (folder / "index.pickle").open("rb") as file:
            return _RankBM25Opened(pickle.load(file), load)  # our own file


class _RankBM25Opened(Opened):
    def __init__(self, okapi: Any, load: Load) -> None:
        super().__init__(load)
        self._okapi = okapi

    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        if among is None:
            return best(self._okapi.get_scores(terms))
        kept = self.corpus.positions(among)
        scores = self._okapi.get_batch_scores(terms, kept.tolist())
        return [(int(kept[n]), score) for n, score in best(np.array(scores))]


def _shared(corpus: Corpus) -> Iterator[list[str]]:
    """The terms of each passage, where equal terms are one object: less memory, a smaller pickle."""
    known: dict[str, str] = {}
    for document in corpus.terms():
        for passage in document:
            yield [known.setdefault(term, term) for term in passage]


# ---------------------------------------------------------------- bm25s


class BM25S(Engine):
    """bm25s by Lucene's formula, mapped from disk."""

    packages: tuple[str, ...] = ("bm25s",)

    def __init__(self, backend: str = "numpy") -> None:
        self._backend = backend
        self.key = "bm25s" if backend == "numpy" else f"bm25s-{backend}"
        self.label = f"bm25s ({backend})"
        if backend == "numba":
            self.packages = ("bm25s", "numba")

    def load(self) -> None:
        import bm25s  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401

    def build(self, corpus: Corpus, folder: Path) -> None:
        import bm25s

        from index.bm25 import K1, B

        retriever: Any = bm25s.BM25(k1=K1, b=B, method="lucene", backend=self._backend)
        retriever.index(list(_shared(corpus)), show_progress=False)
        retriever.save(str(folder), show_progress=False)

    def open(self, folder: Path, load: Load) -> Opened:
        import bm25s

        retriever: Any = bm25s.BM25.load(str(folder), mmap=True, show_progress=False)
        return _BM25SOpened(retriever, load)


class _BM25SOpened(Opened):
    def __init__(self, retriever: Any, load: Load) -> None:
        super().__init__(load)
        self._retriever = retriever
        self._depth = min(DEPTH, int(retriever.scores["num_docs"]))

    @cached_property
    def _half(self) -> NDArray[np.float32]:
        from benchmarks.engine_corpus import Filter

        return self._weights(Filter("half", 1, 1))

    def _weights(self, among: Filter) -> NDArray[np.float32]:
        weights = np.zeros(self.corpus.size, dtype=np.float32)
        weights[self.corpus.positions(among)] = 1
        return weights

    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        known = [term for term in terms if term in self._retriever.vocab_dict]
        if not known:
            return []
        weights = None
        if among is not None:
            weights = self._half if among.kind == "half" else self._weights(among)
        found, scores = self._retriever.retrieve(
            [known], k=self._depth, show_progress=False, weight_mask=weights
        )
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [(position, score) for position, score in pairs if score > 0]


# ---------------------------------------------------------------- tantivy


class Tantivy(Engine):
    """tantivy with its own k1 and b (1.2 and 0.75), made by one thread and without positions of words.

    It isn't asked to count all hits, which it can then leave out (block-max WAND).
    """

    key, label = "tantivy", "tantivy"
    packages = ("tantivy",)

    def load(self) -> None:
        import tantivy  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401

    def build(self, corpus: Corpus, folder: Path) -> None:
        import tantivy

        schema: Any = tantivy.SchemaBuilder()
        schema.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
        schema.add_unsigned_field("position", fast=True)
        schema.add_unsigned_field("document", indexed=True)
        schema.add_unsigned_field("day", fast=True)
        schema.add_unsigned_field("half", indexed=True)
        index: Any = tantivy.Index(schema.build(), path=str(folder))
        writer = index.writer(heap_size=1_000_000_000, num_threads=1)
        position = 0
        for number, passages in enumerate(corpus.terms()):
            day, half = int(corpus.days[number]), int(corpus.halves[number])
            for terms in passages:
                held = tantivy.Document()
                held.add_text("terms", " ".join(terms))
                held.add_unsigned("position", position)
                held.add_unsigned("document", number)
                held.add_unsigned("day", day)
                held.add_unsigned("half", half)
                writer.add_document(held)
                position += 1
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path, load: Load) -> Opened:
        import tantivy

        return _TantivyOpened(tantivy.Index.open(str(folder)), load)


class _TantivyOpened(Opened):
    def __init__(self, index: Any, load: Load) -> None:
        super().__init__(load)
        import tantivy

        self._tantivy: Any = tantivy
        self._schema, self._searcher = index.schema, index.searcher()

    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        one = partial(query.term_query, self._schema, "terms", index_option="freq")
        wanted = query.boolean_query([(occur.Should, one(field_value=term)) for term in terms])
        if among is not None:
            kept = query.const_score_query(self._filter(among), 0.0)
            wanted = query.boolean_query([(occur.Must, wanted), (occur.Must, kept)])
        hits = self._searcher.search(wanted, DEPTH, count=False).hits
        positions = self._searcher.fast_field_values("position", [place for _, place in hits])
        return [(place, score) for place, (score, _) in zip(positions, hits, strict=True)]

    def _filter(self, among: Filter) -> Any:
        query, first = self._tantivy.Query, max(0, among.first)
        if among.kind != "days":
            return query.term_query(self._schema, among.kind, first)
        kind = self._tantivy.FieldType.Unsigned
        return query.range_query(self._schema, "day", kind, first, among.last)


# ---------------------------------------------------------------- SQLite


class FTS5(Engine):
    """SQLite's FTS5 without the texts, optimized after building, ranked by its bm25()."""

    key, label = "fts5", "SQLite FTS5"

    @property
    def missing(self) -> str | None:
        import sqlite3

        with closing(sqlite3.connect(":memory:")) as database:
            try:
                database.execute("CREATE VIRTUAL TABLE one USING fts5(terms)")
            except sqlite3.OperationalError:
                return "FTS5"
        return None

    def load(self) -> None:
        import sqlite3  # noqa: F401

    def build(self, corpus: Corpus, folder: Path) -> None:
        import sqlite3

        database = sqlite3.connect(folder / "index.db", isolation_level=None)
        database.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE VIRTUAL TABLE passages
                USING fts5(terms, content='', tokenize='unicode61 remove_diacritics 0');
            CREATE TABLE places (position INTEGER PRIMARY KEY, day INTEGER, half INTEGER);
            BEGIN;
            """
        )
        passages = (" ".join(terms) for document in corpus.terms() for terms in document)
        rows = enumerate(passages)
        while batch := list(islice(rows, 1_000)):
            database.executemany("INSERT INTO passages (rowid, terms) VALUES (?, ?)", batch)
        counts = np.diff(corpus.starts)
        days, halves = np.repeat(corpus.days, counts), np.repeat(corpus.halves, counts)
        dated = enumerate(zip(days.tolist(), halves.tolist(), strict=True))
        database.executemany(
            "INSERT INTO places VALUES (?, ?, ?)", ((n, day, half) for n, (day, half) in dated)
        )
        database.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        database.execute("COMMIT")
        database.close()

    def open(self, folder: Path, load: Load) -> Opened:
        return _FTS5Opened(folder / "index.db", load)


class _FTS5Opened(Opened):
    _ALL = "SELECT rowid, -rank FROM passages WHERE passages MATCH ?"
    _JOINED = (
        "SELECT passages.rowid, -rank FROM passages JOIN places ON position = passages.rowid "
        "WHERE passages MATCH ?"
    )
    _BEST = f" ORDER BY rank LIMIT {DEPTH}"

    def __init__(self, path: Path, load: Load) -> None:
        super().__init__(load)
        import sqlite3

        self._connect = sqlite3.connect
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._connections: dict[int, sqlite3.Connection] = {}

    def _database(self) -> sqlite3.Connection:
        """One for each thread."""
        thread = threading.get_ident()
        if thread not in self._connections:
            self._connections[thread] = self._connect(
                self._address, uri=True, check_same_thread=False
            )
        return self._connections[thread]

    def close(self) -> None:
        for database in self._connections.values():
            database.close()

    def search(self, terms: Sequence[str], among: Filter | None = None) -> Hits:
        words = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        database = self._database()
        if among is None:
            return database.execute(self._ALL + self._BEST, (words,)).fetchall()
        if among.kind == "document":
            first, last = self.corpus.starts[among.first : among.first + 2].tolist()
            query = self._ALL + " AND rowid BETWEEN ? AND ?" + self._BEST
            return database.execute(query, (words, first, last - 1)).fetchall()
        column = "day" if among.kind == "days" else "half"
        query = f"{self._JOINED} AND {column} BETWEEN ? AND ?{self._BEST}"
        return database.execute(query, (words, among.first, among.last)).fetchall()


# ---------------------------------------------------------------- none


class Reading(Builder):
    """Reads and tokenizes the passages, and does nothing with them: part of every engine's building."""

    key, label = "reading", "reading and tokenizing alone"

    def build(self, corpus: Corpus, folder: Path) -> None:
        count = sum(len(terms) for passages in corpus.terms() for terms in passages)
        (folder / "count.json").write_text(json.dumps(count))


ENGINES: dict[str, Builder] = {
    engine.key: engine
    for engine in (
        Ours(),
        Ours(2),
        RankBM25(),
        BM25S(),
        BM25S("numba"),
        Tantivy(),
        FTS5(),
        Reading(),
    )
}
