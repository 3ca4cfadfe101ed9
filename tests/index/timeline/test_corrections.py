"""``timeline-edits.toml``: what is read of it, and what becomes of the timeline."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.errors import CorpusError
from index.model import BuildReport, CitedEvent
from index.timeline.corrections import read_corrections
from index.verifying import verify

FILE = "timeline-edits.toml"
LOG = """\
1890

March 26: The Kestrel leaves Ostmark for the first time, under Captain Varga.

May 2: She carries forty sacks of mail to Lunde.

1891

Jan. 13: The Kestrel runs aground off Skerry Point, and a crew of twelve is saved.
"""
DIARY = """\
Captain Varga took the Kestrel out of Ostmark for the first time on 26 March 1890. The harbour
master wrote nothing of it.

In the spring after that the keeper painted the tower.
"""


def corpus(folder: Path, edits: str = "") -> Path:
    """A corpus of a chronology and a diary, with ``edits``."""
    files = {"log.txt": LOG, "diary.txt": DIARY, FILE: edits}
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def built(tmp_path: Path, edits: str = "") -> tuple[BuildReport, dict[str, CitedEvent]]:
    """What a build with ``edits`` reports, and the events by their first words."""
    folder = corpus(tmp_path / "corpus", edits)
    report = build(folder, tmp_path / "data")
    return report, events(tmp_path)


def events(tmp_path: Path) -> dict[str, CitedEvent]:
    snapshot = Archive.open(tmp_path / "data").snapshot
    found = {}
    for n in range(len(snapshot.events)):
        event = snapshot.event(n)
        source = snapshot.sources[event.locator.document_id]
        found[" ".join(event.text.split()[:4])] = CitedEvent(event, source, None, "")
    return found


GROUNDING, LEAVING, MAIL = "Jan. 13: The Kestrel", "March 26: The Kestrel", "May 2: She carries"
TOLD = "Captain Varga took the"


def id_of(tmp_path: Path, words: str) -> str:
    return events(tmp_path)[words].event.id


# ---------------------------------------------------------------- what is applied


def test_a_hidden_event_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    """`hide` takes one event from the timeline; undoing it brings the event back with its id."""
    built(tmp_path)
    hidden = id_of(tmp_path, GROUNDING)
    report, left = built(tmp_path, f'[[hide]]\nid = "{hidden}"\nreason = "told twice"\n')
    assert report.changed
    assert not report.unapplied
    assert GROUNDING not in left
    assert LEAVING in left
    _, again = built(tmp_path)
    assert again[GROUNDING].event.id == hidden


def test_a_redated_event_keeps_its_words_and_its_id(tmp_path: Path) -> None:
    """`redate` changes the date alone, and the event says that its owner did."""
    _, before = built(tmp_path)
    old = before[GROUNDING].event
    _, after = built(tmp_path, f'[[redate]]\nid = "{old.id}"\ndate = "14 January 1891"\n')
    new = after[GROUNDING].event
    assert new.date.edtf == "1891-01-14"
    assert new.inferred_from == "the owner’s correction"
    assert new.edited
    assert (new.id, new.text, new.as_written) == (old.id, old.text, "Jan. 13")


def test_a_headline_stands_beside_the_quote(tmp_path: Path) -> None:
    """`retitle` gives an event an owner's words, by which it is found too; its text stays verbatim."""
    _, before = built(tmp_path)
    old = before[GROUNDING].event
    edits = f'[[retitle]]\nid = "{old.id}"\nheadline = "Stranding at the lighthouse"\n'
    _, after = built(tmp_path, edits)
    assert after[GROUNDING].event.headline == "Stranding at the lighthouse"
    assert after[GROUNDING].event.text == old.text
    archive = Archive.open(tmp_path / "data")
    found = archive.timeline(today=dt.date(2026, 1, 1), about="stranding")
    assert [cited.event.id for cited in found] == [old.id]


def test_an_added_event_quotes_the_document(tmp_path: Path) -> None:
    """`add` makes an event of words that stand in a document, however its lines are broken."""
    report, after = built(
        tmp_path,
        '[[add]]\ndocument = "diary.txt"\nquote = "The harbour  master wrote\\nnothing of it."\n'
        'date = "1890-03"\nactors = ["the harbour master"]\n',
    )
    assert report.unapplied == ()
    added = after["The harbour master wrote"].event
    assert added.text == "The harbour master wrote nothing of it."
    assert (added.date.edtf, added.edited, added.actors) == (
        "1890-03",
        True,
        ("the harbour master",),
    )
    assert added.inferred_from == "the owner’s correction"  # its words give no date


def test_events_of_one_document_merge_into_the_first(tmp_path: Path) -> None:
    """`merge` leaves one event, which names where else it is told."""
    _, before = built(tmp_path)
    first, second = before[LEAVING].event, before[MAIL].event
    _, after = built(tmp_path, f'[[merge]]\nids = ["{first.id}", "{second.id}"]\n')
    assert MAIL not in after
    assert after[LEAVING].event.also == (second.locator,)


def test_merged_events_of_two_documents_are_linked(tmp_path: Path) -> None:
    """`merge` links events of different documents, both of which stay."""
    _, before = built(tmp_path)
    one, other = before[GROUNDING].event, before[TOLD].event
    _, after = built(tmp_path, f'[[merge]]\nids = ["{one.id}", "{other.id}"]\n')
    assert other.id in after[GROUNDING].event.same_as
    assert one.id in after[TOLD].event.same_as


# ---------------------------------------------------------------- what doesn't fit


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        pytest.param(
            '[[hide]]\nid = "nothing"\n',
            "[[hide]] 1 was not applied: no event has the id “nothing”.",
            id="unknown id",
        ),
        pytest.param(
            '[[add]]\ndocument = "diary.txt"\nquote = "She sank."\ndate = "1890"\n',
            "[[add]] 1 was not applied: the document does not hold that quote.",
            id="unknown quote",
        ),
        pytest.param(
            '[[add]]\ndocument = "diary.txt"\nquote = "the"\ndate = "1890"\n',
            "[[add]] 1 was not applied: that quote stands in the document more than once; quote more "
            "words.",
            id="ambiguous quote",
        ),
        pytest.param(
            '[[add]]\ndocument = "book"\nquote = "the"\ndate = "1890"\n',
            "[[add]] 1 was not applied: No document is called “book”.",
            id="unknown document",
        ),
    ],
)
def test_a_correction_that_does_not_fit_is_reported(tmp_path: Path, edits: str, told: str) -> None:
    """What can't be applied is said in one sentence, and costs nothing else."""
    report, after = built(tmp_path, edits)
    assert report.unapplied == (told,)
    assert {LEAVING, MAIL, GROUNDING, TOLD} <= after.keys()


def test_corrections_that_stay_make_no_new_generation(tmp_path: Path) -> None:
    """A build with the same documents and corrections changes nothing, unapplied ones included."""
    built(tmp_path, '[[hide]]\nid = "nothing"\n')
    report, _ = built(tmp_path, '[[hide]]\nid = "nothing"\n')
    assert not report.changed


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        pytest.param('[[remove]]\nid = "x"', "[[remove]] can't be used", id="unknown kind"),
        pytest.param("[[hide]]", "[[hide]] 1: id is missing", id="missing key"),
        pytest.param('[[hide]]\nid = "x"\ntext = "y"', "[[hide]] 1: text can't", id="unknown key"),
        pytest.param("[[hide]]\nid = 4", "[[hide]] 1: id can't be used", id="no text"),
        pytest.param('[[merge]]\nids = ["x"]', "[[merge]] 1: ids can't be used", id="one id"),
        pytest.param(
            '[[redate]]\nid = "x"\ndate = "soon"', "[[redate]] 1: date can't be used", id="no date"
        ),
        pytest.param(
            '[[redate]]\nid = "x"\ndate = "31 February 2021"',
            "[[redate]] 1: date can't be used",
            id="impossible date",
        ),
        pytest.param('hide = "x"', "hide can't be used", id="no tables"),
    ],
)
def test_a_wrong_file_names_what_is_wrong(edits: str, told: str) -> None:
    """A value that can't be used is named with its entry."""
    with pytest.raises(CorpusError, match=FILE.replace(".", r"\.")) as caught:
        read_corrections(tomllib.loads(edits), FILE)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("written", "edtf"),
    [
        ('"7 September 1890"', "1890-09-07"),
        ('"1890"', "1890"),
        ("1890", "1890"),
        ("1890-09-07", "1890-09-07"),
        ('"1914/1918"', "1914/1918"),
        ('"about 1200 BC"', "-1199~"),
        ('"late 1890"', "1890~"),
    ],
)
def test_dates_of_corrections(written: str, edtf: str) -> None:
    """A correction takes any date of the grammar, EDTF, and TOML's own dates and numbers."""
    [correction] = read_corrections(
        tomllib.loads(f'[[redate]]\nid = "x"\ndate = {written}\n'), FILE
    )
    assert correction.date is not None
    assert correction.date.edtf == edtf


# ---------------------------------------------------------------- proof


def test_verify_makes_the_timeline_again(tmp_path: Path) -> None:
    """A timeline with corrections and links proves itself; a change to it is found."""
    built(tmp_path)
    hidden = id_of(tmp_path, GROUNDING)
    built(tmp_path, f'[[hide]]\nid = "{hidden}"\n')
    assert verify(tmp_path / "corpus", tmp_path / "data").holds
    with closing(sqlite3.connect(tmp_path / "data" / "generations" / "2" / "index.db")) as database:
        database.execute("update timeline set edtf = '1890-03-27' where ordinal = 0")
        database.commit()
    found = verify(tmp_path / "corpus", tmp_path / "data")
    assert ["timeline" in finding.text for finding in found.failures] == [True]
