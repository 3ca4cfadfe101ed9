"""Proof of a generation: every span that it holds is checked against the text, and against the files.

What is proven of each document: its text is the one that was indexed; sections, paragraphs, notes,
pages, cross-references and records lie in it as `index.model` says; passages, events, postings and what
lists tell of it come out the same when they are made again; and where the file is as it was, reading it
again gives the same document, each letter of which stands at its place in the file. Of the generation:
its files have the bytes that were written, its segments are sound and all of use, its timeline and what
finds events are what all documents make, and sampled terms score as rank-bm25 scores them.

Documents are taken one after the other, segment by segment: memory grows with the passages of a segment
and with the events of the timeline alone.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

from sqlite_utils import Database

from index import building, catalogue, generations, proving, rows, store, views
from index.analysis import Analyzer
from index.building import Progress
from index.catalogue import Entry, Stamp
from index.contents import Contents, reading_contents
from index.corpus import CorpusFile
from index.dates.edtf import from_edtf
from index.errors import CorpusError, DocumentFormatError, IndexDamagedError
from index.files import UnreadableFileError, read_file
from index.holdings import read_holdings
from index.model import Document, Event, Passage, SourceSummary, one_line
from index.parsing import hash_text, parse
from index.reading import Reading, read
from index.reading.text import SourceMap, source_offset
from index.rows import summary_json, summary_of
from index.segments import WORDS, Segment
from index.sentences import count_words
from index.store import Indexed, summarize
from index.worker import dated, index_document

KEPT = 100  # failures that are told; the others are only counted
_EACH = 3  # failures of one kind in one document that are told
_ESCAPES = frozenset("&\\|")  # they begin what stands for other signs: &amp; \* \u00e9 |name|
_ITEM_LABEL = re.compile(r"\(?\w{1,12}[.)]\s")
_LINE_END = re.compile("\n")
_COUNTED = ("sections", "paragraphs", "notes", "pages", "references", "passages", "events")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a document, in a sentence; ``document`` is empty for the whole generation."""

    document: str  # its name
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of a proof. Remarks are no failures: a file may have changed since."""

    generation: int
    documents: int
    counts: tuple[tuple[str, int], ...]  # what was proven, and how many of it
    read_again: int  # documents whose files are as they were, and were read again
    failures: tuple[Finding, ...]  # the first of them
    failed: int  # all of them
    remarks: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.failed


@dataclass(slots=True)
class _Findings:
    failures: list[Finding] = field(default_factory=list)
    failed: int = 0
    remarks: list[Finding] = field(default_factory=list)
    read_again: int = 0

    def fail(self, document: str, sentences: Iterable[str]) -> None:
        """Note what a check finds, the first few word for word.

        One that damage keeps from going on has found something too.
        """
        try:
            for number, sentence in enumerate(sentences):
                self._add(document, sentence, told=number < _EACH)
        except (LookupError, TypeError, ValueError, IndexDamagedError):
            self._add(document, "Its parts don't belong together.", told=True)

    def _add(self, document: str, sentence: str, *, told: bool) -> None:
        self.failed += 1
        if told and len(self.failures) < KEPT:
            self.failures.append(Finding(document, sentence))

    def remark(self, document: str, sentence: str) -> None:
        self.remarks.append(Finding(document, sentence))


def verify(
    corpus: Path, data: Path, *, progress: Callable[[Progress], None] | None = None
) -> Verification:
    """Prove every span of the current generation.

    Raises IndexMissingError, IndexDamagedError when it can't even be opened. ``progress`` is called
    before each document.
    """
    findings = _Findings()
    counts: Counter[str] = Counter()
    with reading_contents(data) as contents:
        manifest = contents.manifest()
        with contents.reading() as database:
            entries = catalogue.entries(database)
        findings.fail("", _files_kept(contents))
        findings.fail("", _segments(contents, entries))
        current = manifest.get("indexing_version") == str(building.INDEXING_VERSION)
        if not current:
            findings.remark(
                "", "It was made by another version of the program: nothing was made again."
            )
        files = _files(corpus, data, findings)
        if current:
            findings.fail("", _timelines(contents, entries))
        sample = proving.Sample(contents)
        proof = _Proof(contents, findings, sample, again=current)
        order = {segment.name: number for number, segment in enumerate(contents.segments)}
        entries.sort(key=lambda entry: (order.get(entry.segment, len(order)), entry.first))
        for done, entry in enumerate(entries):
            if progress:
                progress(Progress(done, len(entries), entry.name))
            summary = summary_of(entry.summary, entry.events)
            counts.update({name: getattr(summary, name) or 0 for name in _COUNTED})
            proof.run(files, entry, summary)
        if current:
            findings.fail("", sample.check())
    return Verification(
        generation=contents.number,
        documents=len(entries),
        counts=tuple((name, counts[name]) for name in _COUNTED),
        read_again=findings.read_again,
        failures=tuple(findings.failures),
        failed=findings.failed,
        remarks=tuple(findings.remarks),
    )


def _files_kept(contents: Contents) -> Iterator[str]:
    """Every file of the generation has the bytes that it was written with, and there is no other."""
    known = contents.files()
    for path, file in sorted(known.items()):
        try:
            same = generations.hash_of(contents.folder / path) == file.sha256
        except OSError as error:
            yield f"The file {path} can't be read ({error.strerror})."
            continue
        if not same:
            yield f"The file {path} is not what was written."
    for found in sorted(contents.folder.rglob("*")):
        path = found.relative_to(contents.folder).as_posix()
        own = (generations.INDEX, generations.SEAL)
        if path not in known and path not in own and not found.is_dir():
            yield f"The file {path} belongs to nothing."


def _segments(contents: Contents, entries: Iterable[Entry]) -> Iterator[str]:
    """Every segment is sound by itself, of use, and holds what the generation says that it does."""
    with contents.reading() as database:
        yield from rows.unsound(database)
    collections: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        collections[entry.segment].add(entry.collection)
    for segment in contents.segments:
        name = segment.name
        if collections[name] != {segment.collection}:
            said = "has documents of another collection" if collections[name] else "is of no use"
            yield f"The segment {name} {said}."
        try:
            opened = contents.open_segment(name)
            with opened.reading() as database:
                yield from store.unsound(database)
            yield from proving.unsound(opened.postings)
            words = contents.folder / generations.SEGMENTS / name / WORDS
            with rows.damage_told(None):
                other = proving.other_words(words, opened.postings)
        except IndexDamagedError as error:
            yield f"The segment {name} can't be opened: {error.__cause__ or error}."
            continue
        if other:
            yield f"The words of the segment {name} are not those of its postings."


def _timelines(contents: Contents, entries: Sequence[Entry]) -> Iterator[str]:
    """Each timeline is what events and corrections make, and each document has its events in one."""
    counted: Counter[str] = Counter()
    own = views.owners(contents)
    yield from _timeline(own, contents.folder, contents.database, "", counted)
    with contents.reading() as database:
        saved = catalogue.views(database)
    for view, (name, _) in saved.items():
        folder = contents.folder / views.FOLDER / name
        more: Counter[str] = Counter()
        try:
            database = rows.open_file(folder / views.FILE, contents.number)
        except IndexDamagedError as error:
            yield f"The timeline {name} can't be loaded: {error.__cause__ or error}."
            continue
        with closing(database):
            yield from _timeline(contents.seeing(view), folder, database, f" {name}", more)
        counted |= more
    if missing := set(views.due(contents.collections)) - saved.keys():
        yield f"{len(missing)} timelines are missing."
    made = set(own.collections).union(*saved)
    for entry in entries:
        if entry.collection in made and entry.events != counted[entry.id]:
            yield f"{entry.name} is listed with {entry.events:,} events, and not {counted[entry.id]:,}."


def _timeline(
    contents: Contents,
    folder: Path,
    database: Database,
    name: str,
    counted: Counter[str],
) -> Iterator[str]:
    """The timeline in ``folder`` is made of ``contents``, each event in its place; they are counted."""
    try:
        with rows.damage_told(None):
            made = views.make(contents)
            pairs = zip(made.events, made.terms, strict=True)
            for event, terms in catalogue.timeline(database):
                counted[event.locator.document_id] += 1
                again, words = next(pairs, (None, ()))
                if again is None or event != replace(again, text="") or terms != words:
                    yield (
                        f"Event {event.id} of the timeline{name} is not what the documents and "
                        "corrections make."
                    )
            if counted.total() != len(made.events):
                yield (
                    f"The timeline{name} holds {counted.total():,} events; "
                    f"they make {len(made.events):,}."
                )
            yield from proving.other_tables(contents, folder, database, made)
    except IndexDamagedError as error:
        yield f"The timeline{name} can't be loaded: {error.__cause__ or error}."


def _files(corpus: Path, data: Path, findings: _Findings) -> dict[str, CorpusFile]:
    """The files by document id; none where the corpus can't be read."""
    try:
        found = read_holdings(corpus, data)
    except CorpusError as error:
        findings.remark("", f"The files could not be compared: {error}")
        return {}
    return {file.document_id: file for file in found.files}


@dataclass(frozen=True, slots=True)
class _Saved:
    """What is saved of a document."""

    document: Document
    passages: tuple[Passage, ...]
    events: tuple[Event, ...]
    event_terms: tuple[tuple[str, ...], ...]

    @classmethod
    def load(cls, database: Database, document: Document, numbers: range) -> _Saved:
        """``numbers`` are those of its passages in the segment."""
        text = document.text
        told = list(store.events(database, document.id))
        return cls(
            document,
            tuple(
                replace(p, text=text[p.locator.start : p.locator.stop])
                for p in store.passages(database, document.id, numbers)
            ),
            tuple(replace(e, text=text[e.locator.start : e.locator.stop]) for e, _ in told),
            tuple(terms for _, terms in told),
        )


class _Proof:
    """The proof of documents, one after the other."""

    def __init__(
        self,
        contents: Contents,
        findings: _Findings,
        sample: proving.Sample,
        *,
        again: bool,
    ) -> None:
        """``again``: what is made of documents may be made again, for the same program made it."""
        self._contents = contents
        self._analyzer = lru_cache(maxsize=4)(Analyzer)
        self._findings, self._sample, self._again = findings, sample, again
        self._turned: tuple[Segment, proving.ByPassage] | None = None

    def run(self, files: dict[str, CorpusFile], entry: Entry, summary: SourceSummary) -> None:
        """Prove the document of ``entry``; those of one segment come in order."""
        try:
            with rows.damage_told(None):
                segment = self._contents.segment(entry.id)
                with segment.reading() as database:
                    document = store.document(database, entry.id)
                    saved = _Saved.load(database, document, range(entry.first, entry.stop))
                    days = store.event_days(database, entry.id)
                    numbered = _numbered(database, entry, saved.passages)
        except IndexDamagedError as error:
            said = f"It can't be loaded: {error.__cause__ or error}."
            self._findings.fail(entry.name, [said])
            return
        self._name = entry.name
        for check in (_text, _sections, _paragraphs, _notes, _pages, _references, _records):
            self._note(check(document))
        self._note(_source_map(document.source_map, len(document.text)))
        self._note(_lifted(document))
        self._note(_passages(saved))
        self._note(_events(saved, days))
        self._note(numbered)
        self._note(_listed(document, entry))
        if summary.words != count_words(document.text):
            self._note(["The count of its words is wrong."])
        if self._again:
            self._note(self._again_made(segment, saved, entry, whole=not numbered))
        self._read_again(document, files, entry.stamp)

    def _again_made(
        self, segment: Segment, saved: _Saved, entry: Entry, *, whole: bool
    ) -> Iterator[str]:
        """What is made of the document comes out the same; ``whole``: its numbers are its own."""
        aliases = self._contents.aliases_of(entry.id)
        made = index_document(saved.document, self._analyzer(aliases))
        yield from _made_again(saved, made)
        if entry.summary != summary_json(summarize(replace(made, document=saved.document))):
            yield "What lists tell of it is not so."
        if whole:
            if self._turned is None or self._turned[0] is not segment:
                self._turned = (segment, proving.ByPassage(segment.postings))
            yield from proving.unlike_words(
                self._turned[1], segment.postings, made.counted, entry.first, entry.stop
            )
        start = self._contents.starts[self._contents.ordinals[entry.id]]
        self._sample.take(int(start), made.counted)

    def _note(self, sentences: Iterable[str]) -> None:
        self._findings.fail(self._name, sentences)

    def _read_again(self, document: Document, files: dict[str, CorpusFile], stamp: Stamp) -> None:
        file = files.get(document.id)
        if file is None:
            if files:
                self._findings.remark(document.name, "Its file is gone.")
            return
        try:
            data = read_file(file.path, file.folder, max(stamp.size, 1))
        except (UnreadableFileError, OSError) as error:
            changed = _size(file) not in (None, stamp.size)
            said = "Its file has changed since." if changed else f"Its file: {error}"
            self._findings.remark(document.name, said)
            return
        if hashlib.sha256(data).hexdigest() != document.sha256:
            if (len(data), file.stamp()[1]) == (stamp.size, stamp.modified_ns):
                self._note(["The hash of its file is wrong."])
            else:
                self._findings.remark(document.name, "Its file has changed since.")
            return
        self._note(_same_reading(document, data))
        self._findings.read_again += 1


def _size(file: CorpusFile) -> int | None:
    try:
        return file.stamp()[0]
    except OSError:
        return None


# ---------------------------------------------------------------- the document


def _text(document: Document) -> Iterator[str]:
    if hash_text(document.text) != document.text_sha256:
        yield "Its text is not what was indexed."
    if any(sign < " " and sign not in "\n\t\f" for sign in set(document.text)):
        yield "Its text holds control characters."


def _sections(document: Document) -> Iterator[str]:
    """Sections lie one after the other, from the text's start to its notes."""
    done = 0
    for number, section in enumerate(document.sections):
        where = f"Section {number + 1} {_span(section)}"
        if section.start != done or section.stop < section.start:
            yield f"{where} doesn't begin where the one before ends."
        done = section.stop
        heading = document.text[section.start : max(0, min(section.stop, section.start + 4_000))]
        if section.path and not one_line(heading).startswith(one_line(section.path[-1])[:2_000]):
            yield f"{where} doesn't begin with its heading."
        if (section.level > 0) != (number > 0):
            yield f"{where} has no depth that fits."
    if done != _body_end(document):
        yield f"Sections end at {done}, and not where the notes begin."


def _body_end(document: Document) -> int:
    return min((note.start for note in document.notes), default=len(document.text))


def _paragraphs(document: Document) -> Iterator[str]:
    """Paragraphs lie in order in their sections, and are numbered there."""
    done, last, number = 0, -1, 0
    for paragraph in document.paragraphs:
        where = f"The paragraph {_span(paragraph)}"
        number = number + 1 if paragraph.section == last else 1
        if not last <= paragraph.section < len(document.sections) or paragraph.section < 0:
            yield f"{where} has no section."
            continue
        section, last = document.sections[paragraph.section], paragraph.section
        if not max(done, section.start) <= paragraph.start < paragraph.stop <= section.stop:
            yield f"{where} doesn't lie in its section, behind the one before."
        elif not _trimmed(document.text[paragraph.start : paragraph.stop]):
            yield f"{where} begins or ends with white space."
        if paragraph.number != number:
            yield f"{where} has the number {paragraph.number} and not {number}."
        done = paragraph.stop


def _notes(document: Document) -> Iterator[str]:
    """Notes lie in order behind the body, numbered; marks stand behind words, in no note of theirs."""
    done = document.sections[-1].stop if document.sections else 0
    starts = {section.start for section in document.sections}
    starts |= {paragraph.start for paragraph in document.paragraphs}
    for number, note in enumerate(document.notes, start=1):
        where = f"Note {note.number} {_span(note)}"
        if not done <= note.start < note.stop <= len(document.text):
            yield f"{where} doesn't lie behind the body and the note before."
        elif not _trimmed(document.text[note.start : note.stop]):
            yield f"{where} begins or ends with white space."
        if note.number != number:
            yield f"{where} should have the number {number}."
        done = note.stop
        for mark in note.marks:
            if not 0 <= mark <= len(document.text) or note.start <= mark <= note.stop:
                yield f"A mark of note {note.number} ({mark}) doesn't stand in the text."
            elif mark not in starts and (not mark or document.text[mark - 1] in "\n\t "):
                yield f"A mark of note {note.number} ({mark}) doesn't stand behind a word."


def _pages(document: Document) -> Iterator[str]:
    """Pages lie one after the other."""
    done = 0
    for page in document.pages:
        if not done <= page.start <= page.stop <= len(document.text) or page.number < 1:
            yield f"Page {page.number} {_span(page)} doesn't lie behind the one before."
        done = max(done, page.stop)


def _references(document: Document) -> Iterator[str]:
    """Cross-references lie in order in the text and lead to what there is."""
    done, notes = 0, {note.number for note in document.notes}
    for reference in document.references:
        where = f"The cross-reference {_span(reference)}"
        if not done <= reference.start < reference.stop <= len(document.text):
            yield f"{where} doesn't lie in the text behind the one before."
        done = reference.stop
        known = notes if reference.kind == "note" else range(len(document.sections))
        if reference.target is not None and reference.target not in known:
            yield f"{where} leads to {reference.kind} {reference.target}, which there is not."


def _records(document: Document) -> Iterator[str]:
    """Rows of tables of events lie in order, and what their columns hold in them."""
    done = 0
    for record in document.records:
        where = f"The record {_span(record)}"
        if not done <= record.start < record.stop <= _body_end(document):
            yield f"{where} doesn't lie in the body behind the one before."
        done = record.stop
        for start, stop in (record.written, record.body, *record.actors, *record.places):
            if not record.start <= start <= stop <= record.stop:
                yield f"{where} has a column ({start}–{stop}) that it doesn't hold."
        try:
            from_edtf(record.date, record.precision)
        except ValueError:
            yield f"{where} has a date that is none."


def _lifted(document: Document) -> Iterator[str]:
    """What was lifted out lies in order."""
    if any(not 0 <= part.start <= part.stop for part in document.lifted):
        yield "Something that was lifted out has no place."
    elif any(one.start > other.start for one, other in pairwise(document.lifted)):
        yield "What was lifted out is not in order."


def _source_map(source_map: SourceMap, length: int) -> Iterator[str]:
    """The map goes forward through the text, and leads to places."""
    if length and (not source_map or source_map[0][0] != 0):
        yield "The map to its file doesn't begin with the text."
    for (stored, _), (following, _) in pairwise(source_map):
        if stored >= following:
            yield f"The map to its file goes back at {following}."
    if any(stored > length or source < 0 for stored, source in source_map):
        yield "The map to its file leads nowhere."


# ---------------------------------------------------------------- what was made of it


def _passages(indexed: _Saved) -> Iterator[str]:
    """Each passage is text of its section's paragraphs, or a note; an entry goes on over the sections
    below its own."""
    document = indexed.document
    notes = {note.number: (note.start, note.stop) for note in document.notes}
    starts = [section.start for section in document.sections]
    for passage in indexed.passages:
        where = f"Passage {passage.id} {_span(passage.locator)}"
        start, stop = passage.locator.start, passage.locator.stop
        if not 0 <= start < stop <= len(document.text):
            yield f"{where} is no slice of the text."
        elif passage.kind == "note":
            if notes.get(passage.locator.note or 0) != (start, stop):
                yield f"{where} is not its note."
        else:
            number = max(0, bisect_right(starts, start) - 1)
            section = document.sections[number]
            last = number + 1
            while passage.kind == "entry" and last < len(starts) and starts[last] < stop:
                if document.sections[last].level <= section.level:
                    break
                last += 1
            if stop > document.sections[last - 1].stop or passage.locator.section != section.path:
                yield f"{where} doesn't lie in its section."
        if not set(passage.notes) <= notes.keys():
            yield f"{where} names a note that there is not."
    if len({passage.id for passage in indexed.passages}) < len(indexed.passages):
        yield "Two of its passages have one id."


def _events(indexed: _Saved, days: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Each event is text of its passage and holds its date as it is written, or says where that is."""
    text = indexed.document.text
    holders = {passage.id: passage.locator for passage in indexed.passages}
    for event, bounds in zip(indexed.events, days, strict=True):
        where = f"Event {event.id} {_span(event.locator)}"
        start, stop = event.locator.start, event.locator.stop
        holder = holders.get(event.passage)
        if not 0 <= start < stop <= len(text):
            yield f"{where} is no slice of the text."
            continue
        words = one_line(event.as_written)
        if words not in one_line(text[start:stop]) and words not in one_line(event.inferred_from):
            yield f"{where} doesn't hold “{event.as_written}”."
        if holder is None or not holder.start <= start < holder.stop:
            yield f"{where} doesn't stand in the passage that it names."
        if bounds != (event.date.earliest, event.date.latest):
            yield f"{where} is looked up by days that are not its own."


def _numbered(database: Database, entry: Entry, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The numbers with which a document is listed are those of its passages in the segment."""
    first, notes, stop = entry.numbers
    body = sum(passage.kind != "note" for passage in passages)
    if (notes - first, stop - first) == (body, len(passages)):
        held = store.passages_at(database, range(first, stop))
        if [held.get(number) for number in range(first, stop)] == [
            replace(passage, text="") for passage in passages
        ]:
            return ()
    return (
        f"It is listed with the passages {first}–{stop} of its segment, which are not its own.",
    )


def _listed(document: Document, entry: Entry) -> Iterator[str]:
    """What lists have of a document is what stands in it."""
    own = {
        "name": document.name,
        "collection": document.collection,
        "title": document.title,
        "language": document.meta.language,
        "acronyms": rows.to_json(document.acronyms),
        "sha256": document.sha256,
    }
    wrong = [name for name, value in own.items() if getattr(entry, name) != value]
    if wrong:
        yield f"It is listed with another {' and '.join(wrong)}."


def _made_again(saved: _Saved, made: Indexed) -> Iterator[str]:
    """Passages, events and the events' terms come out the same when they are made again."""
    yield from _differences("passage", saved.passages, made.passages)
    yield from _differences("event", saved.events, made.events)
    pairs = zip(saved.event_terms, made.event_terms, strict=False)
    for number, (terms, again) in enumerate(pairs, start=1):
        if terms != again:
            yield f"The terms of event {number} are not those of its words."


def _differences(
    kind: str, saved: Sequence[Passage | Event], made: Sequence[Passage | Event]
) -> Iterator[str]:
    if len(saved) != len(made):
        yield f"It has {len(saved):,} {kind}s, and {len(made):,} come of its text."
    for number, (one, other) in enumerate(zip(saved, made, strict=False), start=1):
        if one != other:
            names = [f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)]
            yield f"The {kind} {one.id} (number {number}) has another {' and '.join(names)} now."


# ---------------------------------------------------------------- the file


def _same_reading(document: Document, data: bytes) -> Iterator[str]:
    """Reading the file again gives the same document, and its letters stand where the map leads."""
    try:
        reading = read(data, document.name)
        again = parse(
            reading,
            document_id=document.id,
            name=document.name,
            collection=document.collection,
            sha256=document.sha256,
            meta=document.meta,
        )
    except DocumentFormatError as error:
        yield f"Its file can't be read again: {error}"
        return
    again, _, _ = dated(again)
    for part in fields(document):
        if getattr(document, part.name) != getattr(again, part.name):
            yield f"Reading its file again gives another {part.name.replace('_', ' ')}."
    for place in islice(misplaced(reading), _EACH):
        word = one_line(reading.text[max(0, place - 10) : place + 10])
        yield f"“{word}” ({place}) doesn't stand where the map to its file leads."
    if any(part.stop > len(reading.source) for part in reading.lifted):
        yield "Something that was lifted out reaches beyond its file."


def misplaced(reading: Reading) -> Iterator[int]:
    """Places of letters and digits of the stored text that don't lead to themselves in the source.

    What an entity or an escape stands for leads to the sign that begins it; the number of a list's
    item may have been counted in reading.
    """
    text, source = reading.text, reading.source
    items = [
        block.start
        for block in reading.blocks
        if block.kind == "item" or _leads_to_tag(reading, block.start)
    ]
    for note in reading.notes:
        items += [
            note.start,
            *(end.end() for end in _LINE_END.finditer(text, note.start, note.stop)),
        ]
    labels = (_ITEM_LABEL.match(text, start) for start in items)
    counted = {offset for label in labels if label for offset in range(*label.span())}
    runs = [*reading.source_map, (len(text), 0)]
    for (start, there), (stop, _) in pairwise(runs):
        if text[start:stop] == source[there : there + stop - start]:
            continue
        for offset in range(start, stop):
            sign = source[there + offset - start : there + offset - start + 1]
            if offset in counted or not text[offset].isalnum():
                continue
            if sign != text[offset] and sign not in _ESCAPES:
                yield offset


def _leads_to_tag(reading: Reading, offset: int) -> bool:
    """Whether ``offset`` leads to a tag, as the number of an item does that holds code or a table."""
    there = source_offset(reading.source_map, offset)
    return reading.source[there : there + 1] == "<" != reading.text[offset : offset + 1]


# ---------------------------------------------------------------- helpers


def _span(part: object) -> str:
    """The span of ``part`` as people read it."""
    return f"({getattr(part, 'start', '?')}–{getattr(part, 'stop', '?')})"


def _trimmed(text: str) -> bool:
    return text == text.strip()
