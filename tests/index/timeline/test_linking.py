"""Events of several documents that are one happening, and what those disagree on."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.analysis import Analyzer
from index.archive import Archive
from index.building import build
from index.dates.edtf import from_edtf
from index.model import Event, Locator, Precision
from index.timeline.linking import link


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


# ---------------------------------------------------------------- all pairs, one by one

_WORDS = ("pier", "ferry", "board", "1890", "may", "12", "mill", "weir", "kestrel")
_DATES = ("1890-05-02", "1890-05", "1890", "1890-05-02/1890-06-04", "1889/1891", "1891-05-02")


@st.composite
def told(draw: st.DrawFn) -> list[tuple[Event, tuple[str, ...]]]:
    """Events of three documents, with their words."""
    found = []
    for n in range(draw(st.integers(0, 14))):
        document = draw(st.sampled_from(("log", "diary", "minutes")))
        kind = "entry" if draw(st.booleans()) else "prose"
        date = from_edtf(draw(st.sampled_from(_DATES)))
        words = draw(st.lists(st.sampled_from(_WORDS), max_size=6))
        place = Locator(document, (), n, n + 1)
        found.append((Event(f"e{n}", date, "", "", place, "p", kind=kind), tuple(words)))
    return found


def _telling(event: Event, words: tuple[str, ...]) -> frozenset[str]:
    years = {(event.date.start or "")[:4], (event.date.end or "")[:4]}
    return frozenset(
        word
        for word in words
        if word not in years and word != "may" and not (word.isdecimal() and len(word) < 3)
    )


def _linked_one_by_one(told: list[tuple[Event, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """By id, the events that are the same happening, each pair of them compared."""
    words = {event.id: _telling(event, held) for event, held in told}
    often = Counter(word for held in words.values() for word in held)
    weight = {word: math.log(1 + len(told) / count) for word, count in often.items()}
    share: dict[tuple[str, str], float] = {}
    for (a, _), (b, _) in combinations(told, 2):
        length = max(one.date.latest - one.date.earliest for one in (a, b))
        apart = a.date.latest < b.date.earliest or b.date.latest < a.date.earliest
        alone = a.locator.document_id == b.locator.document_id and a.kind == b.kind
        both = words[a.id] & words[b.id]
        telling = [word for word in both if often[word] <= max(3, len(told) // 25)]
        if apart or alone or length > 400 or len(telling) < 2:
            continue
        sums = [sum(weight[word] for word in sorted(words[one.id])) for one in (a, b)]
        held = sum(weight[word] for word in sorted(both)) / min(sums)
        exact = a.date.precision is b.date.precision is Precision.DAY
        if held >= (0.5 if length > 31 else 0.3 if exact else 0.4):
            share[a.id, b.id] = share[b.id, a.id] = held
    document = {event.id: event.locator.document_id for event, _ in told}
    place = {event.id: n for n, (event, _) in enumerate(told)}

    def best(of: str, among: str) -> str:
        others = [b for a, b in share if a == of and document[b] == among]
        return min(others, key=lambda other: (-share[of, other], place[other]))

    return {
        event.id: tuple(
            other
            for other in sorted({b for a, b in share if a == event.id}, key=place.__getitem__)
            if best(event.id, document[other]) == other
            and best(other, document[event.id]) == event.id
        )
        for event, _ in told
    }


@given(told())
def test_events_are_linked_as_if_each_pair_were_compared(
    told: list[tuple[Event, tuple[str, ...]]],
) -> None:
    """Linking all events at once gives what comparing each two of them does."""
    events, words = [event for event, _ in told], [held for _, held in told]
    titles = {name: name.title() for name in ("log", "diary", "minutes")}
    made = link(events, words, titles, Analyzer(()), lambda: ())
    assert {event.id: event.same_as for event in made} == _linked_one_by_one(told)
