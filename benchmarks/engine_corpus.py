"""Passages to measure engines on: made ones that behave like English, or those of a folder of texts.

A corpus is a folder with ``passages.txt`` (a passage a line) and ``documents.npz`` (which passages each
document has, its first byte, its day and whether it is in the one half). Documents hold up to a
hundred passages; a corpus of n passages is the first n lines. The same for the same seed or texts.

Frequencies of made words follow the law of Zipf and Mandelbrot, and a word that was once used is
likelier again: a Pólya urn for each document, in which the words of the same passage weigh more. Set
by the texts of SQuAD (2,067 passages of Wikipedia), whose figures stand in brackets: 114 words a passage
(126), 67 of them no stop words (73), 56 different ones (58); 84 % of these stand once, 12 % twice (84, 11);
a word is in the next passage of its document three times as often as by chance (six times).
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from index.analysis.stop_words import STOP_WORDS

PASSAGES = 100  # of a document, at most
DAYS = 3_650  # on which documents are dated
_SEED = 7
_PASSAGE_WORDS = 100  # of a text that is read from a folder
_PIECE = 1 << 20  # characters that are read at a time
_LONGEST_WORD = 1_000  # characters, after which a word may be cut in two

# What a made passage is like.
_BLOCK = 100  # documents that are made at a time
_TOLD = 25  # blocks, after which it is told how many are made
_WORDS, _SPREAD = 117, 0.42  # of a passage: mean, and deviation of the logarithm
_FEWEST, _MOST = 12, 400
_FUNCTION_SHARE = 0.42  # of the words
_VOCABULARY = 1 << 21  # words there are; a million passages use about half
_ZIPF, _SHIFT = 1.1, 50.0  # the word of rank r has the weight 1 / (r + shift) ** zipf
_URN = 1_500.0  # draws from all words that the urn of a document begins with
_AGAIN = 0.14  # of the words of a passage that are drawn from it itself
_SENTENCE = 20  # words, in the mean

# What a question is like.
_OWN, _OWN_SPREAD = 6, 2  # content words of a passage: mean, and how many fewer or more at most
_COMMON = 2  # words that questions say whatever they are about
_COMMONEST = 200  # words of which those are
_SAMPLE = 2_000  # passages from which the commonest words are counted
_RANGE = 182  # days before and behind the day of a document that a range of days takes in

_FUNCTION_WORDS = (
    "the of and in to a was is for as on with by that it from at his an were are which be this had or "
    "has their not its he but have they after been who also other when during all into there she may "
    "these than some her most only him between more would about such while where before them can both "
    "however through over so being until then no under will if"
).split()
_ONSETS = "b d f g h k l m n p r s t v br st tr ch sh pl".split()
_SYLLABLES = [onset + vowel for vowel in ("a", "e", "i") for onset in _ONSETS]
_BASE = len(_SYLLABLES)
_WORD = re.compile(r"\w+")

Strings = NDArray[np.object_]
Integers = NDArray[np.int64]
Kind = Literal["document", "days", "half"]


def terms_of(text: str) -> list[str]:
    """The words of ``text`` in lower case without stop words: what every engine is given."""
    return [word for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS]


@dataclass(frozen=True, slots=True)
class Filter:
    """What may be found: one document, those dated ``first`` to ``last`` (both included), or one half.

    ``first`` and ``last`` are the document's number twice, days, or 1 twice.
    """

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Question:
    """The terms of a question, each once, and the filters that it is asked with besides."""

    terms: tuple[str, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The first ``size`` passages of the corpus in ``folder``."""

    folder: Path
    size: int
    starts: Integers  # (documents + 1,): the first passage of each, and `size`
    offsets: Integers  # (documents + 1,): the first byte of each in passages.txt
    days: Integers  # (documents,)
    halves: NDArray[np.bool_]  # (documents,)

    @classmethod
    def open(cls, folder: Path, size: int) -> Corpus:
        """All of it, if it has no ``size`` passages."""
        with np.load(folder / "documents.npz") as arrays:
            starts, offsets = arrays["starts"], arrays["offsets"]
            days, halves = arrays["days"], arrays["halves"]
        size = min(size, int(starts[-1]))
        documents = int(np.searchsorted(starts, size))
        starts = starts[: documents + 1].copy()
        starts[-1] = size
        return cls(
            folder, size, starts, offsets[: documents + 1], days[:documents], halves[:documents]
        )

    def read(self, first: int = 0, last: int | None = None) -> Iterator[list[str]]:
        """The texts of each document from number ``first`` to before ``last``, or to the end."""
        last = len(self.days) if last is None else last
        with (self.folder / "passages.txt").open("rb") as file:
            file.seek(int(self.offsets[first]))
            for number in range(first, last):
                held = file.read(int(self.offsets[number + 1] - self.offsets[number]))
                count = int(self.starts[number + 1] - self.starts[number])
                yield held.decode("utf-8").split("\n", count)[:count]

    def terms(self, first: int = 0, last: int | None = None) -> Iterator[list[list[str]]]:
        """The terms of each passage of each document; numbers as in `read`."""
        for texts in self.read(first, last):
            yield [terms_of(text) for text in texts]

    def passage(self, position: int) -> str:
        """The text of one passage."""
        document = self.document(position)
        texts = next(self.read(document, document + 1))
        return texts[position - int(self.starts[document])]

    def document(self, position: int) -> int:
        """The number of the document that holds the passage."""
        return int(np.searchsorted(self.starts, position, side="right")) - 1

    def positions(self, among: Filter) -> Integers:
        """The passages that ``among`` lets through, rising."""
        match among.kind:
            case "document":
                return np.arange(*self.starts[among.first : among.first + 2], dtype=np.int64)
            case "days":
                kept = np.flatnonzero((self.days >= among.first) & (self.days <= among.last))
            case "half":
                kept = np.flatnonzero(self.halves)
        counts = self.starts[kept + 1] - self.starts[kept]
        jumps = self.starts[kept] - (np.cumsum(counts) - counts)
        return np.repeat(jumps, counts) + np.arange(counts.sum())

    @property
    def text_bytes(self) -> int:
        """Of all its passages; the last document counts whole."""
        return int(self.offsets[-1])


def tell(line: str) -> None:
    """Print how far it is on standard error: over the line before on a terminal, else below it."""
    start, end = ("\r\033[K", "") if sys.stderr.isatty() else ("", "\n")
    sys.stderr.write(f"{start}{line}{end}")
    sys.stderr.flush()


# ---------------------------------------------------------------- making and reading


def make(folder: Path, size: int, *, seed: int = _SEED) -> None:
    """Write a corpus of ``size`` made passages into the folder, which must be there."""
    words = np.full(_VOCABULARY, "", dtype=object)
    with _Writer(folder, seed) as writer:
        for block in range(-(-size // (_BLOCK * PASSAGES))):
            if block % _TOLD == 0:
                tell(f"making passages: {writer.passages:,} of {size:,}")
            for document in _made_block(np.random.default_rng((seed, block)), words):
                if writer.passages < size:
                    writer.add(document[: size - writer.passages])


def take(folder: Path, texts: Path, size: int) -> None:
    """Write the first ``size`` passages of the files below ``texts`` into the folder, fewer if they
    have fewer. Files are taken by name; those that hold a zero byte are left out, as are hidden ones.
    Raises ValueError when there are no words.
    """
    with _Writer(folder, _SEED) as writer:
        for path in sorted(path for path in texts.rglob("*") if path.is_file()):
            if any(part.startswith(".") for part in path.relative_to(texts).parts):
                continue
            cut = _cut(path)
            while held := list(islice(cut, min(PASSAGES, size - writer.passages))):
                writer.add(held)
        if not writer.passages:
            raise ValueError("There are no words in that folder.")


def _cut(path: Path) -> Iterator[str]:
    """The words of a file, a hundred to a passage; the rest of a file is its last passage."""
    with path.open("rb") as file:
        if b"\0" in file.read(4_096):
            return
    words: list[str] = []
    begun = ""  # the word at which the last piece ended
    with path.open(encoding="utf-8", errors="replace") as file:
        while piece := file.read(_PIECE):
            found = (begun + piece).split()
            ended = piece[-1].isspace() or len(found[-1]) > _LONGEST_WORD
            begun = "" if ended else found.pop()
            words += found
            whole = len(words) - len(words) % _PASSAGE_WORDS
            for start in range(0, whole, _PASSAGE_WORDS):
                yield " ".join(words[start : start + _PASSAGE_WORDS])
            words = words[whole:]
    if begun:
        words.append(begun)
    if words:
        yield " ".join(words)


class _Writer:
    """Writes a corpus document by document."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._file = (folder / "passages.txt").open("wb")
        self._starts, self._offsets = [0], [0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        random = np.random.default_rng((self._seed, 1 << 40))
        # A row a document, so that it has the same day however many there are.
        chances = random.random((len(self._starts) - 1, 2))
        np.savez(
            self._folder / "documents.npz",
            starts=np.array(self._starts, dtype=np.int64),
            offsets=np.array(self._offsets, dtype=np.int64),
            days=(chances[:, 0] * DAYS).astype(np.int64),
            halves=chances[:, 1] < 0.5,
        )

    @property
    def passages(self) -> int:
        """How many are written."""
        return self._starts[-1]

    def add(self, passages: Sequence[str]) -> None:
        """Write the passages of a document, which hold no line breaks."""
        written = self._file.write(("\n".join(passages) + "\n").encode("utf-8"))
        self._starts.append(self.passages + len(passages))
        self._offsets.append(self._offsets[-1] + written)


def _made_block(random: np.random.Generator, words: Strings) -> Iterator[list[str]]:
    """The passages of `_BLOCK` made documents; ``words`` keeps the words that were coined."""
    drawn = random.lognormal(np.log(_WORDS) - _SPREAD**2 / 2, _SPREAD, _BLOCK * PASSAGES)
    lengths = np.clip(drawn, _FEWEST, _MOST).astype(np.int64)
    ends: Integers = np.cumsum(lengths)
    total = int(ends[-1])
    pieces = np.empty(total, dtype=object)
    functional = random.random(total) < _FUNCTION_SHARE
    weights = 1 / (np.arange(len(_FUNCTION_WORDS)) + 2.0)
    chosen = random.choice(len(_FUNCTION_WORDS), int(functional.sum()), p=weights / weights.sum())
    pieces[functional] = np.array(_FUNCTION_WORDS, dtype=object)[chosen]
    content = np.flatnonzero(~functional)
    ranks = _urn(random, content, ends - lengths)
    new = np.unique(ranks)
    for rank in new.tolist():
        words[rank] = words[rank] or _coin(rank)
    pieces[content] = words[ranks]

    starting = random.random(total) < 1 / _SENTENCE
    starting[ends - lengths] = True
    stopping = np.append(starting[1:], True)
    pieces[starting] = [word.capitalize() for word in pieces[starting]]
    pieces[stopping] = [word + "." for word in pieces[stopping]]
    texts, at = pieces.tolist(), 0
    bounds = ends.tolist()
    for first in range(0, _BLOCK * PASSAGES, PASSAGES):
        document = []
        for end in bounds[first : first + PASSAGES]:
            document.append(" ".join(texts[at:end]))
            at = end
        yield document


def _urn(random: np.random.Generator, content: Integers, starts: Integers) -> Integers:
    """Ranks of the words at the places ``content``, where passages begin at ``starts``.

    Each word is either new or that of an earlier place, whose own source is then looked up: a Pólya
    urn for each document, in which one of the same passage is drawn more often.
    """
    count = len(content)
    passage = np.searchsorted(starts, content, side="right") - 1
    place = np.arange(count)
    # How many content words stand before a word in its passage, and in its document.
    in_passage = place - np.searchsorted(content, starts)[passage]
    in_document = place - np.searchsorted(content, starts[passage - passage % PASSAGES])
    near = (random.random(count) < _AGAIN) & (in_passage > 0)
    far = ~near & (random.random(count) < in_document / (in_document + _URN))
    room = np.where(near, in_passage, in_document)
    back = 1 + (random.random(count) * room).astype(np.int64)
    source = np.where(near | far, place - back, place)
    while True:
        further = source[source]
        if np.array_equal(further, source):
            return _draw(random, count)[source]
        source = further


def _draw(random: np.random.Generator, count: int) -> Integers:
    """Ranks from 0 by the law of Zipf and Mandelbrot: the inverse of its distribution."""
    power = 1 - _ZIPF
    low, high = (1 + _SHIFT) ** power, (_VOCABULARY + _SHIFT) ** power
    ranks: NDArray[np.float64] = (low + random.random(count) * (high - low)) ** (1 / power) - _SHIFT
    return np.minimum(ranks.astype(np.int64), _VOCABULARY) - 1


def _coin(rank: int) -> str:
    """The word of that rank, each another; rarer ones are longer."""
    syllables, least = 2, 0
    while rank - least >= _BASE**syllables:
        least += _BASE**syllables
        syllables += 1
    # Neighbours in rank should not look alike; the base and the factor have no common divisor.
    number = (rank - least) * 1_000_003 % _BASE**syllables
    word = []
    for _ in range(syllables):
        number, last = divmod(number, _BASE)
        word.append(_SYLLABLES[last])
    return "".join(word)


# ---------------------------------------------------------------- questions


def ask(corpus: Corpus, count: int, *, seed: int = _SEED) -> list[Question]:
    """``count`` questions of about eight terms: words of a passage, whether rare or not, and a few
    common ones. Fewer terms where passages have fewer; none for a corpus without terms."""
    random = np.random.default_rng((seed, corpus.size))
    documents = random.choice(len(corpus.days), min(_SAMPLE // PASSAGES, len(corpus.days)), False)
    counts = Counter(
        term
        for number in sorted(documents.tolist())
        for terms in next(corpus.terms(number, number + 1))
        for term in set(terms)
    )
    common = [term for term, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    common = common[:_COMMONEST]
    questions: list[Question] = []
    for position in random.integers(0, corpus.size, 20 * count + 100).tolist():
        held = terms_of(corpus.passage(position))
        wanted = int(random.integers(_OWN - _OWN_SPREAD, _OWN + _OWN_SPREAD + 1))
        # Drawn from all its words, so that one that is used twice is likelier.
        own = [held[n] for n in random.permutation(len(held)).tolist()]
        others = [common[n] for n in random.integers(0, len(common), _COMMON)] if common else []
        terms = [*dict.fromkeys(own)][:wanted] + others
        if own:
            order = random.permutation(len(terms)).tolist()
            filters = _filters(corpus, position)
            questions.append(Question(tuple(dict.fromkeys(terms[n] for n in order)), filters))
        if len(questions) == count:
            break
    return questions


def _filters(corpus: Corpus, position: int) -> tuple[Filter, ...]:
    number = corpus.document(position)
    day = int(corpus.days[number])
    return (
        Filter("document", number, number),
        Filter("days", day - _RANGE, day + _RANGE),
        Filter("half", 1, 1),
    )


def save_questions(questions: Sequence[Question], path: Path) -> None:
    """Write them as JSON."""
    path.write_text(json.dumps([asdict(question) for question in questions]), encoding="utf-8")


def load_questions(path: Path) -> list[Question]:
    """What `save_questions` wrote."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [
        Question(tuple(one["terms"]), tuple(Filter(**among) for among in one["filters"]))
        for one in found
    ]
