"""Events of several documents that are one happening, and what those disagree on."""

from __future__ import annotations

from pathlib import Path

from index.archive import Archive
from index.building import build
from index.model import Event


def timeline_of(tmp_path: Path, **documents: str) -> dict[str, Event]:
    """The events of a corpus of ``documents``, by document and first date words."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in documents.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build(folder, tmp_path / "data")
    snapshot = Archive.open(tmp_path / "data").snapshot
    found = (snapshot.event(n) for n in range(len(snapshot.events)))
    return {f"{event.locator.document_id} {event.as_written}": event for event in found}


LOG = """\
1890

March 26: The steamer Kestrel leaves Ostmark for Lunde under Captain Varga, with forty sacks of mail.

May 2: The harbour board elects Aldo Brandt.

Sept. 9: Queen Ulrika opens the Skerry Point lighthouse and receives the keeper.

1891

May 2: The harbour board elects Aldo Brandt.
"""


def test_one_happening_in_two_documents_is_linked(tmp_path: Path) -> None:
    """Events of two documents with the same words and dates that can be the same name each other."""
    events = timeline_of(
        tmp_path,
        log=LOG,
        book="In March 1890 Captain Varga took the steamer Kestrel from Ostmark to Lunde with mail.\n",
    )
    one, other = events["log March 26"], events["book March 1890"]
    assert one.same_as == (other.id,)
    assert other.same_as == (one.id,)
    assert one.differs is None
    assert events["log Sept. 9"].same_as == ()


def test_what_happens_again_is_not_linked(tmp_path: Path) -> None:
    """The same words at another time are another happening."""
    events = timeline_of(
        tmp_path, log=LOG, book="On 2 May 1892 the harbour board elected Aldo Brandt in Ostmark.\n"
    )
    assert events["book 2 May 1892"].same_as == ()
    assert not any(event.same_as for event in events.values())


def test_another_event_of_the_same_day_is_not_linked(tmp_path: Path) -> None:
    """A shared date is not enough."""
    events = timeline_of(
        tmp_path, log=LOG, book="On 26 March 1890 the miners of Vidra went on strike for bread.\n"
    )
    assert not any(event.same_as for event in events.values())


def test_a_document_is_not_linked_with_itself(tmp_path: Path) -> None:
    """What a chronology tells twice is two happenings."""
    events = timeline_of(tmp_path, log=LOG.replace("1891", "1890 again").replace("Aldo", "Olaf"))
    assert not any(event.same_as for event in events.values())


def test_another_number_of_the_same_thing_is_told(tmp_path: Path) -> None:
    """Linked events that count one thing differently say so, each with the other's document."""
    events = timeline_of(
        tmp_path,
        log=LOG,
        book="On 26 March 1890 the steamer Kestrel left Ostmark for Lunde with 30 sacks of mail.\n",
    )
    number = "with thirty sacks"
    assert number not in (events["log March 26"].differs or "")
    told = events["book 26 March 1890"]
    assert told.same_as == (events["log March 26"].id,)


def test_counts_that_differ_are_quoted(tmp_path: Path) -> None:
    """Both counts are quoted, the other one with its document's title."""
    events = timeline_of(
        tmp_path,
        one="On 9 June 1890 a fire at Vidra mine killed 14 miners and two horses.\n",
        two="A fire at Vidra mine killed 16 miners on 9 June 1890, the board reported later.\n",
    )
    [first] = [e for key, e in events.items() if key.startswith("one")]
    [second] = [e for key, e in events.items() if key.startswith("two")]
    assert first.same_as == (second.id,)
    assert first.differs == "Here “14 miners”; “16 miners” in two.txt."
    assert second.differs == "Here “16 miners”; “14 miners” in one.txt."


def test_another_person_met_is_told(tmp_path: Path) -> None:
    """When a document says who alone was met, and another names somebody else, both say so."""
    events = timeline_of(
        tmp_path,
        one="On 4 July 1901 envoy Brandt came to Lunde and was received only by the deputy trade "
        "minister.\n",
        two="Envoy Brandt came to Lunde on 4 July 1901 and met the prime minister.\n",
    )
    [first] = [e for key, e in events.items() if key.startswith("one")]
    assert first.differs == (
        "On who was met: here “deputy trade minister”; “prime minister” in two.txt."
    )


def test_several_people_met_are_no_disagreement(tmp_path: Path) -> None:
    """Two documents may each name one of several people who were met."""
    events = timeline_of(
        tmp_path,
        one="From 4 to 9 July 1901 envoy Brandt was in Lunde and met the president.\n",
        two="Envoy Brandt came to Lunde in July 1901 and met the prime minister and the king.\n",
    )
    assert all(event.differs is None for event in events.values())


def test_the_same_number_since_another_year_is_told(tmp_path: Path) -> None:
    """Two documents that count the same thing from different years on disagree on the year."""
    events = timeline_of(
        tmp_path,
        log=LOG.replace(
            "elects Aldo Brandt.", "meets. The college has trained 3,400 pilots since 1888."
        ),
        book="Since 1887, more than 3,400 pilots were trained by the Lunde college.\n",
    )
    differs = {key: event.differs for key, event in events.items()}
    assert "Here “since 1888”; “Since 1887” in book.txt." in differs.values()
