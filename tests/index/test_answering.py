"""Questions and answers: right quotes, honest outcomes, the same answer every time."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.building import build
from index.errors import (
    EmptyQueryError,
    QueryTooLongError,
    UnknownDocumentError,
    UnreadableDateError,
)
from index.model import Answer, Outcome
from tests.conftest import HARBOUR, SHARED, write_corpus

TODAY = dt.date(2026, 11, 21)


def ask(archive: Archive, question: str, **options: object) -> Answer:
    return archive.answer(question, today=TODAY, **options)  # type: ignore[arg-type]  # of answer


def check_quotes(archive: Archive, answer: Answer) -> None:
    """Fail unless everything that ``answer`` quotes stands where it says."""
    for number, citation in enumerate(answer.passages, start=1):
        assert citation.number == number
        text, locator = citation.passage.text, citation.passage.locator
        assert archive.snapshot.text(locator.document_id)[locator.start : locator.stop] == text
        assert citation.source.id == locator.document_id
        assert all(0 <= h.start < h.stop <= len(text) for h in citation.highlights)
        for note in citation.notes:
            stored = archive.snapshot.text(locator.document_id)
            assert stored[note.start : note.stop] == note.text
    for cited in (*answer.events, *answer.possible_events):
        place = cited.event.locator
        stored = archive.snapshot.text(place.document_id)
        assert stored[place.start : place.stop] == cited.event.text
    quoted = [
        answer.passages[span.passage - 1].passage.text[span.start : span.stop]
        for span in answer.answer_spans
    ]
    assert answer.answer == (" ".join(quoted) if quoted else None)
    assert answer.answer is None or 0 < len(answer.answer) <= 400
    assert (answer.answer is not None) == answer.answered == (answer.outcome is Outcome.ANSWERED)
    assert answer.passages or answer.outcome is not Outcome.NEAR_MISS
    assert not answer.passages or answer.outcome is not Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("question", "said", "place"),
    [
        ("When was the harbour dug?", "dug in 1847", "I. The harbour"),
        ("who lived there with four children?", "Keeper Ines Calder lived there", "I. The harbour"),
        ("how much did the harbour cost", "$80 million", "I. The harbour"),
        ("Why did the work on the mole take six years?", "because the sea took", "I. The harbour"),
        ("which source gives 41 ships for the first year?", "gives 41 ships", "note 1"),
        ("what ran aground on the bar?", "The Corrie ran aground", "1854"),
        ("where was teak from", "Myanmar teak", "A. First years"),
    ],
)
def test_the_answering_sentence_and_its_place(
    harbour: Archive, question: str, said: str, place: str
) -> None:
    """The sentence that answers is quoted, and its citation says where it stands."""
    answer = ask(harbour, question)
    check_quotes(harbour, answer)
    assert answer.outcome is Outcome.ANSWERED
    assert said in (answer.answer or "").replace("\n", " ")
    assert place in answer.passages[answer.answer_spans[0].passage - 1].line


def test_any_name_of_a_group_finds_the_others(harbour: Archive) -> None:
    """A question that says Burma finds the passage that says Myanmar, and names both as one."""
    answer = ask(harbour, "What did Burma give for the ferry's deck?")
    assert "Myanmar teak" in (answer.answer or "")
    assert answer.understood.people == ("Myanmar",)


def test_note_texts_come_with_their_passage(harbour: Archive) -> None:
    """A passage whose sentence bears a note's mark brings the note's text."""
    answer = ask(harbour, "Who ordered the harbour to be dug?")
    best = answer.passages[0]
    assert best.passage.kind == "text"
    assert [note.number for note in best.notes] == [1, 2]
    assert best.notes[0].text.startswith("Anna Pell, Slate and Sea")


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Mongolia?",
        "who won the football world cup",
        "Did the harbour master of Trondheim visit Oslo with Captain Haraldsen?",
        "how much did container 2669 cost",
    ],
)
def test_what_the_documents_do_not_say_is_not_answered(harbour: Archive, question: str) -> None:
    """A question about names and things that no document holds gets no answer."""
    answer = ask(harbour, question)
    check_quotes(harbour, answer)
    assert not answer.answered


def test_not_found_says_what_was_understood_and_what_there_is(harbour: Archive) -> None:
    """A reply that found nothing names the words looked for and the documents, and cites nothing."""
    answer = ask(harbour, "quantum chromodynamics lagrangian?")
    assert answer.outcome is Outcome.NOT_FOUND
    assert (answer.passages, answer.events) == ((), ())
    assert answer.understood.terms == ("quantum", "chromodynamics", "lagrangian")
    assert "Skerrow: a town and its harbour" in answer.covers
    assert "from 1847 to 1974" not in answer.covers  # a note's date is no event
    assert "from 1847" in answer.covers


def test_with_a_date_only_events_of_that_date_are_shown(harbour: Archive) -> None:
    """A question with a date gets the events of that date, possible ones apart, and no others."""
    answer = ask(harbour, "What happened on 11 June 1853?")
    assert [c.event.date.edtf for c in answer.events] == ["1853-06-10/1853-06-12"]
    assert [c.event.date.edtf for c in answer.possible_events] == ["1853-06"]
    assert {c.overlap for c in answer.events} == {"certain"}
    assert {c.overlap for c in answer.possible_events} == {"possible"}
    assert "A storm held" in (answer.answer or "")


def test_a_date_without_events_is_no_answer(harbour: Archive) -> None:
    """Nothing is told of a year in which nothing is known to have happened."""
    answer = ask(harbour, "What happened in 1790?")
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.events == ()


def test_without_a_date_events_are_related_by_words(harbour: Archive) -> None:
    """A question without dates gets events that share its people and words, oldest first."""
    answer = ask(harbour, "When did Lord Ardent come to see the light lit?")
    days = [cited.event.date.earliest for cited in answer.events]
    assert days == sorted(days)
    assert any("Lord Ardent came" in cited.event.text for cited in answer.events)
    assert {cited.overlap for cited in answer.events} == {None}


def test_an_entry_of_several_paragraphs_is_one_passage_with_its_date(harbour: Archive) -> None:
    """A chronology entry is quoted whole, and its citation knows its date."""
    best = ask(harbour, "was anybody hurt when the Corrie was aground").passages[0]
    assert best.passage.text.startswith("January 9: The Corrie ran aground")
    assert best.passage.text.endswith("by the evening.")
    assert best.date is not None
    assert best.date.edtf == "1854-01-09"


def test_k_limits_the_passages(harbour: Archive) -> None:
    """At most ``k`` passages come back."""
    assert len(ask(harbour, "the Corrie ferry harbour light", k=2).passages) == 2


@pytest.mark.parametrize("name", ["log", "log.txt", "LOG.TXT", "Harbour log"])
def test_a_document_can_be_named_by_id_file_or_title(harbour: Archive, name: str) -> None:
    """``document`` limits passages and events to the one that is named."""
    answer = ask(harbour, "What is said of Lord Ardent?", document=name)
    assert {citation.source.id for citation in answer.passages} == {"log"}
    assert {cited.source.id for cited in answer.events} <= {"log"}


def test_an_unknown_document_is_named(harbour: Archive) -> None:
    """A document that does not exist is refused by its name."""
    with pytest.raises(UnknownDocumentError, match="“diary”"):
        ask(harbour, "Who?", document="diary")


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u3000"])
def test_an_empty_question_is_refused(harbour: Archive, question: str) -> None:
    """Nothing but white space is no question."""
    with pytest.raises(EmptyQueryError):
        ask(harbour, question)


def test_the_longest_question_is_read_and_a_longer_one_is_refused(harbour: Archive) -> None:
    """2,000 characters are read, 2,001 are refused with both numbers; blanks at the ends are free."""
    ask(harbour, " " + "light " * 333 + "li" + " ")
    with pytest.raises(QueryTooLongError, match=r"2,001 characters.*2,000"):
        ask(harbour, "x" * 2001)


@pytest.mark.parametrize("question", ["the of and is", "🚢🚢🚢", "?!…", "\ud800", "\x00", "*_~`|"])
def test_questions_without_words_of_their_own_are_never_answered(
    harbour: Archive, question: str
) -> None:
    """Stop words, emoji, marks and broken characters are searched or not found, never an error."""
    answer = ask(harbour, question)
    check_quotes(harbour, answer)
    assert not answer.answered


def test_a_date_that_does_not_exist_is_named(harbour: Archive) -> None:
    """An impossible date in a question is refused with the reason."""
    with pytest.raises(UnreadableDateError, match="31 February 1853 does not exist"):
        ask(harbour, "What happened on 31 February 1853?")


def test_two_builds_answer_alike(
    harbour: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same question, corpus and day give the same answer, ids included."""
    data = tmp_path_factory.mktemp("again")
    build(write_corpus(tmp_path_factory.mktemp("copy"), HARBOUR), data)
    again = Archive.open(data)
    for question in ("When was the harbour dug?", "June 1853", "ferry", "the light of Lord Ardent"):
        first, second = ask(harbour, question), ask(again, question)
        assert replace(first, took_ms=0) == replace(second, took_ms=0)


@settings(max_examples=200, deadline=None)
@given(question=st.text(min_size=1, max_size=80))
def test_any_text_is_answered_or_refused_and_all_quotes_hold(
    harbour: Archive, question: str
) -> None:
    """Whatever is typed, the reply is sound or a refusal raised on purpose."""
    try:
        answer = ask(harbour, question)
    except (EmptyQueryError, UnreadableDateError):
        return
    check_quotes(harbour, answer)


WORDS = sorted({word for text in HARBOUR.values() for word in text.split()})


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_questions_of_the_documents_words_hold(harbour: Archive, words: list[str]) -> None:
    """Questions made of the documents' own words in any order give sound replies."""
    answer = ask(harbour, " ".join(words))
    check_quotes(harbour, answer)


def test_highlights_mark_the_words_asked_for(harbour: Archive) -> None:
    """Marked words are those of the question, under any ending, and the answer is marked too."""
    best = ask(harbour, "Which ferries carried passengers?").passages[0]
    marked = {
        best.passage.text[h.start : h.stop].lower() for h in best.highlights if h.kind == "term"
    }
    assert marked == {"ferry", "carried", "passengers"}
    assert sum(h.kind == "answer" for h in best.highlights) == 1


def test_a_long_event_is_cut_where_a_word_ends(tmp_path: Path) -> None:
    """An answer of at most 400 characters never ends inside a word."""
    told = "The council of Skerrow " + "deliberated extraordinarily " * 40
    corpus = write_corpus(tmp_path / "corpus", {"log.txt": f"1853\n\nMay 3: {told}\n"})
    build(corpus, tmp_path / "data")
    archive = Archive.open(tmp_path / "data")
    answer = ask(archive, "What happened in May 1853?")
    check_quotes(archive, answer)
    assert (answer.answer or "").endswith(("deliberated", "extraordinarily"))


# ---------------------------------------------------------------- however many are shown


def same_beginning(few: Answer, many: Answer) -> None:
    """Fail unless two answers differ only in how many passages they show, from three on."""
    shown = [(one.passage, one.highlights, one.score, one.why) for one in few.passages]
    assert shown == [
        (one.passage, one.highlights, one.score, one.why) for one in many.passages[: len(shown)]
    ]
    assert len(shown) == min(3, len(many.passages))
    for part in ("outcome", "confidence", "answer", "answer_spans", "events", "possible_events"):
        assert getattr(few, part) == getattr(many, part)
    assert few.matched == many.matched


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_more_passages_change_nothing_before_them(harbour: Archive, words: list[str]) -> None:
    """The first three passages, the answer and the events are the same whether 3 or 12 are wanted."""
    question = " ".join(words)
    same_beginning(ask(harbour, question, k=3), ask(harbour, question, k=12))


@pytest.mark.shared
@pytest.mark.slow
def test_more_passages_change_no_answer_to_the_questions(seeds: Archive) -> None:
    """The same of the development questions about the source documents."""
    lines = (SHARED / "gold" / "qa.dev.jsonl").read_text(encoding="utf-8").splitlines()
    for question in (json.loads(line)["question"] for line in lines):
        same_beginning(ask(seeds, question, k=3), ask(seeds, question, k=12))


# ---------------------------------------------------------------- how many passages matched


@pytest.mark.parametrize(
    ("question", "options", "matched"),
    [
        pytest.param("Corrie", {}, {"log": 2, "town": 1}, id="most first"),
        pytest.param("whale slate", {}, {"town": 3, "log": 1}, id="any of the words"),
        pytest.param("Corrie", {"document": "town"}, {"town": 1}, id="of one document"),
        pytest.param("Corrie doc:log", {}, {"log": 2}, id="of one that the question names"),
        pytest.param("Corrie -wool", {}, {"log": 2}, id="without what is shut out"),
        pytest.param('"north mole" light', {}, {"town": 1}, id="with the phrase"),
        pytest.param("June 1853", {}, {"log": 2}, id="of a time, that tell its events"),
        pytest.param("Corrie", {"since": "1854", "until": "1854"}, {"log": 1}, id="within a time"),
        pytest.param("zeppelin", {}, {}, id="nowhere"),
    ],
)
def test_how_many_passages_matched(
    harbour: Archive, question: str, options: dict[str, object], matched: dict[str, int]
) -> None:
    """An answer tells how many passages of which documents matched, those with most first."""
    assert list(ask(harbour, question, **options).matched) == list(matched.items())


def test_what_matched_is_told_beyond_what_is_shown(harbour: Archive) -> None:
    """As many matched whether one passage is shown or all."""
    assert ask(harbour, "Corrie", k=1).matched == ask(harbour, "Corrie", k=20).matched


# ---------------------------------------------------------------- all of its events


def test_a_timeline_holds_all_events_of_a_question(harbour: Archive) -> None:
    """The events beside an answer are among those of the question's timeline, in order of time."""
    for question in ("Lord Ardent light", "What happened to the Corrie?", "11 June 1853"):
        answer, timeline = ask(harbour, question), harbour.timeline_of(question, today=TODAY)
        told = [cited.event.id for cited in timeline.events]
        assert [cited.event.id for cited in answer.events if cited.event.id not in told] == []
        days = [cited.event.date.earliest for cited in timeline.events]
        assert days == sorted(days)
        assert timeline.possible_events == answer.possible_events


def test_a_timeline_of_words_shows_more_than_an_answer(tmp_path: Path) -> None:
    """Beside an answer stand five events; the timeline of its question has all that share its words."""
    entries = "\n\n".join(f"May {day}: The ferry of Dunmoran sails." for day in range(1, 13))
    files = {"log.txt": f"1853\n\n{entries}\n\n1854\n\nMay 2: A whale is seen.\n"}
    build(write_corpus(tmp_path / "corpus", files), tmp_path / "data")
    archive = Archive.open(tmp_path / "data")
    question = "ferry of Dunmoran"
    assert len(ask(archive, question).events) == 5
    timeline = archive.timeline_of(question, today=TODAY)
    assert len(timeline.events) == 12
    assert timeline.asked == "ferry, Dunmoran"
    assert timeline.when is None
    assert timeline.span is not None


def test_a_timeline_of_dates_has_what_may_have_happened(harbour: Archive) -> None:
    """Of a question's date come what certainly and what possibly happened then, and the date itself."""
    timeline = harbour.timeline_of("What happened on 11 June 1853?", today=TODAY)
    assert [cited.event.date.edtf for cited in timeline.events] == ["1853-06-10/1853-06-12"]
    assert [cited.event.date.edtf for cited in timeline.possible_events] == ["1853-06"]
    assert timeline.when is not None
    assert (timeline.asked, timeline.when.edtf) == ("11 June 1853", "1853-06-11")


def test_a_timeline_follows_the_question_before(harbour: Archive) -> None:
    """A question's timeline takes what it leaves out from the one before it, and keeps to a document."""
    timeline = harbour.timeline_of("and in 1854?", today=TODAY, before="What happened in 1853?")
    assert [cited.event.date.edtf for cited in timeline.events] == ["1854-01-09"]
    other = harbour.timeline_of("1853", today=TODAY, document="town")
    assert {cited.source.id for cited in other.events} == {"town"}


def test_events_that_are_shut_out_belong_to_no_timeline(harbour: Archive) -> None:
    """An event that holds a word that is shut out is neither beside the answer nor in the timeline."""
    question = "Corrie -storm"
    assert [e.event.date.edtf for e in ask(harbour, question).events] == ["1854-01-09"]
    timeline = harbour.timeline_of(question, today=TODAY)
    assert [e.event.date.edtf for e in timeline.events] == ["1854-01-09"]


def test_a_long_timeline_says_what_it_leaves_out(tmp_path: Path) -> None:
    """At most 500 events come, and a sentence says how many there are."""
    lines = ["Tides"]
    for year in range(1800, 1822):
        lines.append(str(year))
        lines += [f"May {day}: The tide of {year} comes in {day} times." for day in range(1, 25)]
    build(write_corpus(tmp_path / "corpus", {"tides.txt": "\n\n".join(lines)}), tmp_path / "data")
    timeline = Archive.open(tmp_path / "data").timeline_of("since 1800", today=TODAY)
    assert len(timeline.events) + len(timeline.possible_events) == 500
    assert timeline.notes == ("528 events belong to it; the first 500 are here.",)
