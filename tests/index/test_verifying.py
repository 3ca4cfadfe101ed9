"""`index verify` proves a sound index, and finds whatever is changed in it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from array import array
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import building, catalogue, drafting, generations, postings, proving, segments, views
from index.analysis import Analyzer
from index.arrays import Arrays, write_arrays
from index.building import build
from index.catalogue import Stamp
from index.corpus import scan
from index.drafting import NewSegments
from index.errors import DocumentFormatError, IndexDamagedError, IndexMissingError
from index.inverting import Counted
from index.model import DocumentMeta
from index.parsing import parse
from index.reading import Reading, read
from index.store import summarize
from index.verifying import Verification, misplaced, verify
from index.words import vocabulary
from index.worker import index_document
from tests.index.harbour import FILES, write
from tests.index.test_markdown import PIECES

REPORT = """\
# I. The wreck

The Kestrel sank in 1893.[^1] See Section II below.

# II. The court

It sat on 3 May 1894.[^2]

[^1]: Town log, 1893.
[^2]: Ibid.
"""
PAGED = "The first page has words.\n\fThe second page has more words.\n\fThe third page ends.\n"


def index_here(corpus: Path, data: Path) -> Path:
    """Index a corpus as `build` does, without a process for reading; what can't be read is left out."""
    analyzer = Analyzer()
    with generations.new_generation(data) as draft:
        with NewSegments(draft, None) as target:
            for file in scan(corpus).files:
                content = file.path.read_bytes()
                with contextlib.suppress(DocumentFormatError):
                    document = parse(
                        read(content, file.name),
                        document_id=file.document_id,
                        name=file.name,
                        collection=file.collection,
                        sha256=hashlib.sha256(content).hexdigest(),
                        meta=DocumentMeta(),
                    )
                    indexed = index_document(document, analyzer)
                    stamp = Stamp(file.name, "", *file.stamp(), 0)
                    target.add(indexed, summarize(indexed), stamp)
            contents = target.finish()
        version = building.INDEXING_VERSION
        views.write(draft, contents, None, version, {})
        catalogue.write_manifest(draft.database, {"indexing_version": str(version)})
    return data


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and its index."""
    place = tmp_path_factory.mktemp("template")
    files: dict[str, str | bytes] = dict(FILES)
    files |= {"report.md": REPORT, "paged.txt": PAGED, "left.out": b"\0\1\2"}
    index_here(write(place / "corpus", files), place / "data")
    return place


@pytest.fixture
def corpus(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template / "corpus", tmp_path / "corpus")


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template / "data", tmp_path / "data")


def folder(data: Path) -> Path:
    return generations.generation_folder(data, 1)


def change(data: Path, sql: str) -> None:
    """Damage the documents of the first generation; what changes nothing is no damage."""
    _change(sorted(folder(data).glob("segments/*/documents.db")), sql)
    whitewash(data)


def change_lists(data: Path, sql: str) -> None:
    """Damage the `index.db` of the first generation."""
    _change([folder(data) / "index.db"], sql)


def _change(paths: list[Path], sql: str) -> None:
    changed = 0
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(sql)
            changed += connection.total_changes
            connection.commit()
    assert changed, sql


def whitewash(data: Path) -> None:
    """Note all files as they are now, so that only their contents can tell what is wrong."""
    with closing(sqlite3.connect(folder(data) / "index.db")) as connection:
        for path, size, digest in connection.execute(
            "select path, size, sha256 from files"
        ).fetchall():
            file = folder(data) / path
            now = (file.stat().st_size, generations.hash_of(file))
            if now != (size, digest):
                sql = "update files set size = ?, sha256 = ? where path = ?"
                connection.execute(sql, [*now, path])
        connection.commit()


def sentences(found: Verification) -> str:
    return "\n".join(finding.text for finding in found.failures)


def test_a_sound_index_is_proven(corpus: Path, tmp_path: Path) -> None:
    """Every span of a fresh index holds, every file is read again, and what was proven is counted."""
    build(corpus, tmp_path / "data")
    found = verify(corpus, tmp_path / "data")
    assert (found.holds, found.failed, found.failures, found.remarks) == (True, 0, (), ())
    assert (found.documents, found.read_again) == (5, 5)
    counts = dict(found.counts)
    assert counts["notes"] == 4
    assert counts["references"] == 2
    assert counts["passages"] > 5
    assert counts["events"] > 5


DAMAGE = [
    ("update documents set text = replace(text, '410', '140')", "not what was indexed"),
    ("update documents set text_sha256 = 'x' where id = 'guide'", "not what was indexed"),
    ("update documents set source_map = '[[0,0],[9,9],[4,4]]'", "map to its file goes back"),
    ("update documents set source_map = '[[3,3]]'", "doesn't begin with the text"),
    ("update documents set source_map = '[[0,-9]]'", "leads nowhere"),
    ("update documents set source_map = 'x'", "can't be loaded"),
    ("update documents set lifted = '[[\"rule\",9,3]]'", "has no place"),
    ('update documents set lifted = \'[["rule",9,9],["rule",3,4]]\'', "not in order"),
    ("update documents set meta = '{}'", "can't be loaded"),
    ("update sections set stop = stop - 1 where ordinal = 0", "where the one before ends"),
    ("update sections set start = start + 1 where ordinal = 1", "where the one before ends"),
    ("delete from sections where ordinal = 1", "where the one before ends"),
    ("update sections set path = '[\"The harbor\"]' where ordinal = 2", "with its heading"),
    ("update sections set level = 0", "no depth that fits"),
    ("update paragraphs set start = start - 1 where ordinal = 1", "paragraph"),
    ("update paragraphs set stop = 100000 where ordinal = 0", "doesn't lie in its section"),
    ("update paragraphs set start = stop", "doesn't lie in its section"),
    ("update paragraphs set number = 7 where ordinal = 0", "has the number 7"),
    ("update paragraphs set section = 99 where ordinal = 0", "has no section"),
    ("update paragraphs set stop = stop + 2 where document_id = 'guide' and ordinal = 0", "white"),
    ("update notes set start = start - 2 where number = 2", "Note 2"),
    ("update notes set stop = stop + 1 where number = 1", "Note 1"),
    ("update notes set number = 9 where number = 2", "should have the number 2"),
    ("update notes set marks = '[99999]' where number = 1", "doesn't stand in the text"),
    ("update notes set marks = '[4]' where document_id = 'guide' and number = 1", "behind a word"),
    ("update notes set marks = '[]' where number = 1", "passage"),
    ("update pages set start = 0 where number = 2", "behind the one before"),
    ("update pages set stop = 9999 where number = 3", "behind the one before"),
    ("update pages set number = 0 where number = 1", "behind the one before"),
    ("update cross_references set stop = start", "cross-reference"),
    ("update cross_references set stop = 99999 where kind = 'note'", "cross-reference"),
    ("update cross_references set target = 88 where kind = 'section'", "which there is not"),
    ("update cross_references set target = 88 where kind = 'note'", "which there is not"),
    ("update passages set start = start + 1 where kind = 'text'", "has another"),
    ("update passages set stop = 99999 where kind = 'text'", "no slice"),
    ("update passages set stop = stop - 1 where kind = 'note'", "is not its note"),
    ("update passages set section = '[\"x\"]' where kind = 'text'", "doesn't lie in its section"),
    ("update passages set notes = '[88]' where kind = 'text'", "note that there is not"),
    ("update passages set id = 'x' || substr(id, 2)", "another id"),
    ("update passages set paragraph = 8 where kind = 'text'", "another locator"),
    ("delete from passages where kind = 'note'", "come of its text"),
    ("update events set start = start + 5", "event"),
    ("update events set stop = 99999", "no slice"),
    ("update events set as_written = 'May 5'", "doesn't hold “May 5”"),
    ("update events set passage_id = 'x'", "doesn't stand in the passage"),
    ("update events set edtf = '1999', precision = 'year'", "days that are not its own"),
    ("update events set latest = latest + 1", "days that are not its own"),
    ("update events set terms = 'soup'", "The terms of event"),
    ("update events set edtf = 'x'", "can't be loaded"),
    ("update events set actors = '[\"Nobody\"]'", "another actors"),
    ("delete from events where document_id = 'kestrel-log'", "come of its text"),
    ("insert into notes values ('nowhere', 1, 0, 1, '[]', null)", "belong to no document"),
    ("delete from documents where id = 'guide'", "belong to no document"),
]


@pytest.mark.parametrize("files", ["as they were", "gone"])
@pytest.mark.parametrize(("sql", "said"), DAMAGE, ids=[sql for sql, _ in DAMAGE])
def test_damage_is_found(corpus: Path, data: Path, sql: str, said: str, files: str) -> None:
    """Whatever span or fact is changed, it is found and named, though the files may be gone."""
    change(data, sql)
    if files == "gone":
        corpus.rename(corpus.with_name("elsewhere"))
    found = verify(corpus, data)
    assert not found.holds
    assert found.failed >= len(found.failures) > 0
    assert said in sentences(found)


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("update documents set source_map = '[[0,1]]' where id = 'paged'", "source map"),
        ("update documents set encoding = 'cp1252' where id = 'guide'", "encoding"),
        ("update documents set format = 'pdf' where id = 'guide'", "format"),
        ("update documents set warnings = '[{\"text\":\"x\"}]' where id = 'guide'", "warnings"),
        ("update documents set lifted = '[[\"rule\",0,1]]' where id = 'guide'", "lifted"),
        ("update notes set marks = '[14]' where document_id = 'guide'", "notes"),
        ("update paragraphs set kind = 'quote' where kind = 'text'", "paragraphs"),
        ("update pages set label = 'iv'", "pages"),
        ("delete from pages", "pages"),
        ("delete from cross_references", "references"),
        ("update cross_references set target = null", "references"),
        ("update sections set anchor = 'x'", "sections"),
    ],
)
def test_reading_again_finds_what_spans_do_not_tell(
    corpus: Path, data: Path, sql: str, part: str
) -> None:
    """What could be so, but is not what the file says, is found by reading the file again."""
    change(data, sql)
    assert f"gives another {part}" in sentences(verify(corpus, data))


LISTED = [
    ("update documents set title = 'x' where id = 'guide'", "listed with another title"),
    (
        "update documents set language = 'my', sha256 = 'x'",
        "listed with another language and sha256",
    ),
    ("update documents set summary = replace(summary, '\"words\":', '\"words\":1')", "its words"),
    ("update documents set summary = replace(summary, '\"notes\":', '\"notes\":1')", "What lists"),
    ("update documents set events = events + 1", "and not"),
    ("update documents set notes = notes - 1 where id = 'guide'", "not its own"),
    ("update documents set first = 0, notes = 1, stop = 1 where id = 'kestrel-log'", "not its own"),
    ("update documents set segment = '1-1'", "can't be loaded"),
    ("update documents set ordinal = -ordinal", "of the timeline is not what"),
    (
        "insert into segments select '1-9', 9, collection, passages from segments limit 1",
        "of no use",
    ),
    ("update segments set passages = passages + 1", "another number of passages"),
    ("update segments set collection = 'x'", "another collection"),
    ("update timeline set edtf = '1999', precision = 'year'", "of the timeline is not what"),
    ("update timeline set terms = 'soup'", "of the timeline is not what"),
    ("update timeline set same_as = '[\"x\"]'", "of the timeline is not what"),
    ("update timeline set edtf = 'x'", "timeline can't be loaded"),
    ("delete from timeline where ordinal = 3", "of the timeline is not what"),
    ("delete from timeline where ordinal in (select max(ordinal) from timeline)", "they make"),
    ("update names set events = events + 1", "The table names is not"),
    ("delete from names where number = 0", "The table names is not"),
    ("delete from event_names where name = 0", "The table event_names is not"),
    ("update files set sha256 = 'x' where path = 'timeline.bin'", "timeline.bin is not what was"),
    ("delete from files where path = 'timeline.bin'", "timeline.bin belongs to nothing"),
    ("delete from files where path like 'segments/1-2/%'", "passages.bin belongs to nothing"),
]


@pytest.mark.parametrize(("sql", "said"), LISTED, ids=[sql for sql, _ in LISTED])
def test_damage_of_lists_is_found(corpus: Path, data: Path, sql: str, said: str) -> None:
    """Whatever is changed in what a generation is made of, it is found and named."""
    change_lists(data, sql)
    found = verify(corpus, data)
    assert not found.holds
    assert said in sentences(found)


@pytest.mark.parametrize(
    "sql",
    [
        "update documents set first = first + 1, notes = notes + 1, stop = stop + 1",
        "update documents set stop = stop - 1 where id = 'kestrel-log'",
        "update documents set segment = 'x' where id = 'guide'",
        "update manifest set value = '1' where key = 'schema_version'",
        "drop table segments",
    ],
)
def test_what_cannot_be_opened_is_one_error(corpus: Path, data: Path, sql: str) -> None:
    """Lists that lead nowhere are told before anything is proven."""
    with closing(sqlite3.connect(folder(data) / "index.db")) as connection:
        connection.executescript(sql)
    with pytest.raises(IndexDamagedError, match="Generation 1 of the index"):
        verify(corpus, data)


def every_posting(file: Path) -> Counted:
    """The postings of a segment as they were counted, passage by passage."""
    held = postings.Postings.open(file)
    sizes, passages, places = held.gather(np.arange(held.size))
    numbers = np.repeat(np.arange(held.size), sizes)
    order = np.lexsort((numbers, passages))
    values = held.values[places[order]]
    return Counted(
        tuple(held.terms()),
        array("I", held.lengths.tolist()),
        array("I", passages[order].tolist()),
        array("I", numbers[order].tolist()),
        array("d", np.abs(values).tolist()),
        (values < 0).tobytes(),
    )


def without_one(counted: Counted) -> Counted:
    at = 7
    parts = {
        name: getattr(counted, name)[:at] + getattr(counted, name)[at + 1 :]
        for name in ("passages", "numbers", "counts", "beside")
    }
    return replace(counted, **parts)


def with_one_more(counted: Counted) -> Counted:
    last = len(counted.lengths) - 1
    held = {n for p, n in zip(counted.passages, counted.numbers, strict=True) if p == last}
    more = next(n for n in range(len(counted.terms)) if n not in held)
    return replace(
        counted,
        passages=counted.passages + array("I", [last]),
        numbers=counted.numbers + array("I", [more]),
        counts=counted.counts + array("d", [1.0]),
        beside=counted.beside + b"\0",
    )


POSTINGS: dict[str, Callable[[Counted], Counted]] = {
    "one less": without_one,
    "one more": with_one_more,
    "another count": lambda c: replace(c, counts=array("d", [c.counts[0] + 1, *c.counts[1:]])),
    "in a field": lambda c: replace(c, beside=b"\1" + c.beside[1:]),
    "another term": lambda c: replace(c, terms=("zzyzx", *c.terms[1:])),
    "another passage": lambda c: replace(c, passages=array("I", [c.passages[0]] * len(c.passages))),
    "another length": lambda c: replace(c, lengths=array("I", [c.lengths[0] + 1, *c.lengths[1:]])),
}


@pytest.mark.parametrize("damage", POSTINGS)
def test_other_postings_are_found(corpus: Path, data: Path, damage: str) -> None:
    """Postings that aren't those of the words are found, in a file that is sound by itself."""
    file = folder(data) / "segments/1-2/passages.bin"
    counted = POSTINGS[damage](every_posting(file))
    file.unlink()
    with postings.PostingsWriter(file) as writer:
        writer.add(counted)
        writer.finish()
    whitewash(data)
    said = sentences(verify(corpus, data))
    wanted = "lengths of its passages" if damage == "another length" else "The postings of “"
    assert wanted in said
    assert "is not what was written" not in said


def test_lists_of_postings_that_do_not_rise_are_found(corpus: Path, data: Path) -> None:
    """Postings whose order no search could use are found."""
    file = folder(data) / "segments/1-2/passages.bin"
    arrays = dict(Arrays.open(file, postings.KIND, postings.VERSION))
    file.unlink()
    write_arrays(file, postings.KIND, postings.VERSION, arrays | {"low": arrays["low"][::-1]})
    whitewash(data)
    assert "Its postings are out of order." in sentences(verify(corpus, data))


def test_words_that_are_missing_are_found(corpus: Path, data: Path) -> None:
    """A term that spelling and names can't find is found by the proof."""
    place = folder(data) / "segments/1-1"
    terms = sorted(postings.Postings.open(place / "passages.bin").terms())
    (place / "words.bin").unlink()
    vocabulary.write_words(place / "words.bin", [term for term in terms if term != "harbour"])
    whitewash(data)
    assert "The words of the segment 1-1 are not" in sentences(verify(corpus, data))


@pytest.mark.parametrize("column", ["earliest", "latest", "document", "passage", "begun_count"])
def test_other_days_of_events_are_found(corpus: Path, data: Path, column: str) -> None:
    """Arrays that would find other events than those of the timeline are found."""
    file = folder(data) / "timeline.bin"
    arrays = dict(Arrays.open(file, "timeline", 1))
    file.unlink()
    write_arrays(file, "timeline", 1, arrays | {column: arrays[column] + 1})
    whitewash(data)
    assert "timeline.bin is not what the timeline makes" in sentences(verify(corpus, data))


@pytest.mark.parametrize(
    "path",
    ["timeline.bin", "timeline-terms.bin", *(f"segments/1-2/{name}" for name in segments.FILES)],
)
def test_a_changed_byte_is_found(corpus: Path, data: Path, path: str) -> None:
    """A single byte of any file that isn't what was written is found."""
    file = folder(data) / path
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)
    assert f"The file {path} is not what was written." in sentences(verify(corpus, data))


def test_a_file_that_nobody_knows_is_found(corpus: Path, data: Path) -> None:
    """What lies in a generation and isn't of it is said."""
    (folder(data) / "segments/1-1/more.bin").write_bytes(b"")
    assert "The file segments/1-1/more.bin belongs to nothing." in sentences(verify(corpus, data))


def test_scores_are_those_of_rank_bm25(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores by another formula than rank-bm25's are found, term by term."""
    monkeypatch.setattr(proving, "K1", 1.6)
    found = verify(corpus, data)
    assert "is not scored as rank-bm25 scores it" in sentences(found)


def test_a_generation_of_many_segments_is_proven(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents that were changed and removed in between leave an index that holds."""
    monkeypatch.setattr(drafting, "SMALL", 2)
    data = tmp_path / "data"
    build(corpus, data)
    for number in range(3):
        write(
            corpus,
            {f"kestrel/more-{number}.txt": f"1891\n\nMay {number + 1}: Fog at the Grey Cape."},
        )
        (corpus / "report.md").write_text(REPORT.replace("1893", str(1900 + number)))
        build(corpus, data)
    (corpus / "kestrel/log.txt").unlink()
    build(corpus, data)
    found = verify(corpus, data)
    assert found.failures == ()
    assert found.documents == 7


def test_a_wrong_hash_of_the_file_is_found(corpus: Path, data: Path) -> None:
    """A file that is as it was, but whose hash is another, is a fault of the index."""
    change(data, "update documents set sha256 = 'x' where id = 'guide'")
    assert "The hash of its file is wrong." in sentences(verify(corpus, data))


def test_a_changed_file_is_said_and_no_fault(corpus: Path, data: Path) -> None:
    """Files that changed, vanished or can't be opened are told of; the index holds all the same."""
    (corpus / "guide.md").write_text("# Another guide\n\nWords.\n")
    (corpus / "report.md").write_text(REPORT.replace("1893", "1892"))
    (corpus / "paged.txt").unlink()
    found = verify(corpus, data)
    assert found.holds
    assert {finding.document: finding.text for finding in found.remarks} == {
        "guide.md": "Its file has changed since.",
        "report.md": "Its file has changed since.",
        "paged.txt": "Its file is gone.",
    }
    assert found.read_again == 2


def test_a_corpus_that_is_gone_is_said_once(corpus: Path, data: Path) -> None:
    """Without the corpus folder all is proven but the files."""
    corpus.rename(corpus.with_name("elsewhere"))
    found = verify(corpus, data)
    assert found.holds
    assert found.read_again == 0
    [remark] = found.remarks
    assert remark.text.startswith("The files could not be compared: The corpus folder")


def test_an_index_of_an_older_program_is_not_made_again(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version made may come out otherwise now: its spans are proven all the same."""
    monkeypatch.setattr(building, "INDEXING_VERSION", building.INDEXING_VERSION + 1)
    change(data, "update events set terms = 'soup'")
    found = verify(corpus, data)
    assert found.holds
    assert "another version" in found.remarks[0].text
    change(data, "update passages set stop = 99999")
    assert not verify(corpus, data).holds


def test_a_file_that_can_no_longer_be_read_is_found(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with the same bytes that gives another text now is a fault."""

    def other(content: bytes, name: str) -> Reading:
        return read(content.replace(b"pier", b"quay"), name)

    monkeypatch.setattr("index.verifying.read", other)
    assert "gives another text" in sentences(verify(corpus, data))


def test_many_faults_are_counted_and_the_first_are_told(corpus: Path, data: Path) -> None:
    """A fault of each kind is told a few times only; all are counted."""
    change(data, "update paragraphs set number = 99")
    found = verify(corpus, data)
    told = [f for f in found.failures if f.document == "guide.md" and "number 99" in f.text]
    assert len(told) == 3
    assert found.failed > len(found.failures)


def test_before_the_first_build_there_is_nothing_to_prove(tmp_path: Path) -> None:
    """Without an index, proving it is an IndexMissingError."""
    with pytest.raises(IndexMissingError):
        verify(tmp_path, tmp_path / "data")


@pytest.mark.parametrize(
    ("text", "source", "source_map", "places"),
    [
        ("abc", "abc", ((0, 0),), []),
        ("abc", "xabc", ((0, 0),), [0, 1, 2]),
        ("abc", "xabc", ((0, 1),), []),
        ("a < b", "a &lt; b", ((0, 0), (3, 6)), []),
        ("a | b", "a b", ((0, 0), (4, 2)), []),
        ("ab", "a", ((0, 0),), [1]),
    ],
)
def test_misplaced_letters(
    text: str, source: str, source_map: tuple[tuple[int, int], ...], places: list[int]
) -> None:
    """Letters that don't lead to themselves are found; inserted signs and entities are none."""
    assert list(misplaced(Reading(text, "utf-8", source_map, (), source=source))) == places


def test_the_number_of_an_item_that_holds_code_is_not_misplaced() -> None:
    """A label that was counted leads to the tag of what it stands before, whatever kind that is."""
    page = b"<html><body><p>Do so.</p><ol><li><pre>make all</pre></li><li><pre>run</pre></li></ol>"
    reading = read(page, "page.html")
    assert "2. run" in reading.text
    assert list(misplaced(reading)) == []


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(st.lists(PIECES, min_size=1, max_size=3), st.sampled_from([".md", ".txt"]))
def test_whatever_is_indexed_is_proven(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], suffix: str
) -> None:
    """Whatever text was indexed, its index holds."""
    folder = tmp_path_factory.mktemp("case")
    files: dict[str, str | bytes] = {f"{n}{suffix}": text for n, text in enumerate(texts)}
    corpus = write(folder / "corpus", files | {"log.txt": FILES["kestrel/log.txt"]})
    found = verify(corpus, index_here(corpus, folder / "data"))
    assert found.holds, found.failures
