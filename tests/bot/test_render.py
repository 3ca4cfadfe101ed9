"""What a message says, and that it never exceeds what Discord takes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import render
from bot.markup import units
from index.errors import ArchivistError, UnknownDocumentError
from index.model import (
    Answer,
    AnswerSpan,
    Highlight,
    Outcome,
    ReadingWarning,
    ScorePart,
    Skipped,
    Understood,
)
from tests.bot import fakes
from tests.bot.fakes import text_of, texts, walk
from tests.bot.test_markup import HOSTILE

NUMBER = re.compile(r"(?<!\\)\[(\d+)\]")


def components(view: ui.LayoutView) -> int:
    return sum(1 for _ in walk(view.to_components()))


def check_limits(view: ui.LayoutView) -> None:
    assert components(view) <= render.COMPONENTS
    assert sum(units(text) for text in texts(view)) <= render.CHARACTERS
    assert all(texts(view))


# ---------------------------------------------------------------- answers


def test_an_answer_opens_with_the_answering_sentence() -> None:
    """Under the question stands, large, the sentence that answers, with its number."""
    heading = texts(render.answer_layout(fakes.answered()))[0].splitlines()
    assert heading[0] == "-# When did the ship sail?"
    assert heading[1].startswith("## The ship sailed from Cork on 4 March 1871")
    assert heading[1].endswith("[1]")


def test_a_passage_shows_its_place_its_notes_and_marked_words() -> None:
    """A quote stands in one line, under its number, title, place and notes."""
    passage = texts(render.answer_layout(fakes.answered()))[1].splitlines()
    assert passage[0] == "**[1]** **Log of the Petrel** — Voyage, para. 1 · notes 3, 4"
    assert passage[1].startswith("> __The **ship sailed** from Cork")
    assert "kept the log himself" in passage[1]  # a line break of the source is a blank


def test_numbers_in_the_text_are_those_in_the_list() -> None:
    """Every [n] is a passage shown or a source listed, and each of those is there."""
    far = fakes.event("They reached Callao.", "May 1871", "1871-05", passage="p9", line="Log, 1872")
    answer = replace(fakes.answered(), events=(fakes.sailing(), far))
    message = text_of(render.answer_layout(answer))
    listed = set(re.findall(r"^(?:\*\*|-# )\[(\d+)\]", message, re.MULTILINE))
    assert set(NUMBER.findall(message)) == listed == {"1", "2", "3"}
    assert "-# [3] Log, 1872" in message


def test_the_answers_own_passage_is_always_shown() -> None:
    """When the answer is in a passage that would not be among the first three, it is shown."""
    passages = tuple(fakes.citation(n, f"Passage {n} tells. More.") for n in range(1, 7))
    answer = replace(
        fakes.answered(),
        answer="Passage 6 tells.",
        answer_spans=(AnswerSpan(6, 0, 16),),
        passages=passages,
    )
    message = text_of(render.answer_layout(answer))
    assert "tells. [6]" in message
    assert "**[6]**" in message
    assert message.count("\n> ") == render.PASSAGES_SHOWN


def test_the_answering_words_stand_out_in_the_answer_and_in_its_quote() -> None:
    """They are underlined in the heading; in the quote they alone of their sentence are bold."""
    start = fakes.LOG_TEXT.index("4 March")
    whole = fakes.answered().passages[0]
    marks = (*whole.highlights, Highlight(start, start + 12, "answer"))
    cited = replace(whole, highlights=marks)
    heading, passage = texts(
        render.answer_layout(replace(fakes.answered(), passages=(cited,), events=()))
    )[:2]
    assert "## The ship sailed from Cork on __4 March 1871__ with forty men" in heading
    assert "> __The ship sailed from Cork on **4 March 1871** with forty men" in passage


def test_an_answer_from_two_passages_has_a_line_for_each() -> None:
    """Each line ends with the number of the passage that says it."""
    spans = (*fakes.answered().answer_spans, AnswerSpan(2, 0, len(fakes.LETTER_TEXT)))
    heading = texts(render.answer_layout(replace(fakes.answered(), answer_spans=spans)))[0]
    assert [line[-3:] for line in heading.splitlines()[1:]] == ["[1]", "[2]"]
    assert "\n## Byrne wrote to the owners" in heading


def test_what_is_left_out_of_an_answer_shows() -> None:
    """Between two sentences of one passage, and where one is cut, stands "…"."""
    log = fakes.LOG_TEXT
    first, last = log.index(" with forty"), log.index("Two days")
    spans = (AnswerSpan(1, 0, first), AnswerSpan(1, last, len(log)))
    heading = texts(render.answer_layout(replace(fakes.answered(), answer_spans=spans)))[0]
    assert "on 4 March 1871 … Two days out" in heading
    heading = texts(render.answer_layout(replace(fakes.answered(), answer_spans=spans[:1])))[0]
    assert heading.endswith("on 4 March 1871 … [1]")


def test_a_near_miss_says_which_words_are_missing() -> None:
    """Words that no passage shown holds are named, not those that one of them has after all."""
    part = ScorePart("term", "whale", 1.0, term="whale", reason="typed", fields=("text",))
    near = fakes.near_miss()
    passages = (near.passages[0], replace(near.passages[1], why=(part,)))
    understood = Understood(terms=("captain", "whale"), missing=("captain", "whale"))
    answer = replace(near, passages=passages, understood=understood)
    assert "Nothing here says: “captain”. The closest:" in text_of(render.answer_layout(answer))


def test_the_quiet_line_says_how_the_question_was_read() -> None:
    """Corrections, words that counted for one not found, what was carried over and left out."""
    part = ScorePart("term", "strikers", 1.0, term="worker", reason="related", fields=("text",))
    cited = replace(fakes.answered().passages[0], why=(part,))
    understood = Understood(
        corrections=(("shpi", "ship"),), carried=("1871",), excluded=("salt",),
        expanded=(("strikers", ("workers", "masons")), ("ship", ("vessel",))),
    )  # fmt: skip
    answer = replace(fakes.answered(), passages=(cited,), understood=understood)
    assert texts(render.answer_layout(answer))[-1] == (
        "-# 1 passage from 1 document · read “shpi” as “ship” · “strikers”: also “workers”"
        " · carried over: “1871” · left out what holds: “salt” · index 7"
    )


def test_an_event_shows_its_date_as_written_and_never_as_a_timestamp() -> None:
    """The source's words for the date, the year it stands under, and what happened."""
    message = text_of(render.answer_layout(fakes.answered()))
    assert "- **March 4** (1871) — The Petrel sails from Cork. [1]" in message
    assert "<t:" not in message


def test_possible_events_stand_under_their_own_heading() -> None:
    """What only may fall in the time asked for is told apart from what does."""
    maybe = fakes.event("A mutiny was feared.", "1871", "1871", passage="p2")
    message = text_of(render.answer_layout(replace(fakes.answered(), possible_events=(maybe,))))
    assert message.index("**Timeline**") < message.index("**May also fall in that time**")
    assert message.index("**May also fall in that time**") < message.index("A mutiny")


def test_a_near_miss_says_so_before_it_quotes() -> None:
    """Passages that don't answer are called closest, and no sentence of theirs is a heading."""
    near, answer = render.answer_layout(fakes.near_miss()), render.answer_layout(fakes.answered())
    heading = texts(near)[0]
    assert "Not said in these documents." in heading
    assert "The closest:" in heading
    assert "Cork" not in heading
    assert near.to_components()[0]["accent_color"] != answer.to_components()[0]["accent_color"]


def test_not_found_cites_nothing_and_says_what_was_looked_for() -> None:
    """No number and no quote; the words, the time, and what the corpus holds instead."""
    message = text_of(render.answer_layout(fakes.not_found()))
    assert not NUMBER.search(message)
    assert "\n> " not in message
    assert "“built”, “lighthouse”" in message
    assert "Time: May 1871" in message
    assert "Read “lihgthouse” as “lighthouse”" in message
    assert "The corpus holds 2 documents." in message


def test_the_quiet_line_counts_what_is_shown() -> None:
    """How many passages, of how many documents, of which generation."""
    last = texts(render.answer_layout(fakes.answered()))[-1]
    assert last == "-# 2 passages from 1 document · index 7"


def test_a_long_passage_is_cut_at_sentences_around_the_answer() -> None:
    """At most 900 characters, the answering sentence whole."""
    text = (
        "Filler words stand here. " * 60 + "The mast broke at noon. " + "And so on it went. " * 60
    )
    start = text.index("The mast")
    answer = replace(
        fakes.answered(),
        answer="The mast broke at noon.",
        answer_spans=(AnswerSpan(1, start, start + 23),),
        passages=(fakes.citation(1, text),),
    )
    quote = texts(render.answer_layout(answer))[1].partition("\n> ")[2]
    assert "here. __The mast broke at noon.__ And so" in quote
    assert quote.startswith("… ")
    assert quote.endswith(" …")
    assert len(quote) <= render.QUOTE + 4


HOSTILE_LONG = st.one_of(
    HOSTILE,
    st.tuples(HOSTILE, st.integers(1, 40)).map(lambda pair: (pair[0] * pair[1])[:4_000]),
    st.sampled_from(
        [
            "🇲🇲" * 700,
            "x" * 5_000,
            "*_" * 2_000,
            "שלום " * 900,
            "\u200b" * 3_000,
            "```\n" * 900,
            "@everyone " * 400,
        ]
    ),
)


def answer_of(
    text: str, title: str, outcome: Outcome, count: int, place: tuple[int, int], every: int
) -> Answer:
    """An answer in which all that can come from a document or a person is ``text`` or ``title``."""
    text = text or "x"
    start = place[0] % len(text)
    stop = min(len(text), start + place[1])
    marks = tuple(
        Highlight(n, n + 1, "answer" if n % 2 else "term")
        for n in range(0, min(len(text), 1_000), every)
    )
    notes = tuple(range(1, 60))
    passages = tuple(
        fakes.citation(n, text, marks=marks, notes=notes, title=title) for n in range(1, count + 1)
    )
    told = fakes.event(text, title, "1871", passage="p999", line=title)
    found = outcome is Outcome.ANSWERED
    return replace(
        fakes.not_found(),
        question=text[:2_000],
        outcome=outcome,
        answer=text[start:stop] if found else None,
        answer_spans=tuple(AnswerSpan(n, start, stop) for n in sorted({1, count})[:2])
        if found
        else (),
        passages=() if outcome is Outcome.NOT_FOUND else passages,
        events=(told,) * (count * 2),
        possible_events=(told,) * (count - 1),
        understood=Understood(
            terms=(text,) * 50,
            corrections=((text, text),) * 9,
            expanded=((text, (text,) * 9),) * 9,
            carried=(text,) * 9,
            excluded=(text,) * 9,
            missing=(text,) * 9,
        ),
        covers=text,
    )


@settings(max_examples=60, deadline=None)
@given(
    HOSTILE_LONG,
    HOSTILE_LONG,
    st.sampled_from(Outcome),
    st.sampled_from([1, 2, 3, 100]),
    st.tuples(st.integers(0, 5_000), st.integers(1, 400)),
    st.integers(1, 9),
)
def test_no_answer_exceeds_what_discord_takes(
    text: str, title: str, outcome: Outcome, count: int, place: tuple[int, int], every: int
) -> None:
    """Whatever its texts are, a message keeps to its components and characters."""
    check_limits(render.answer_layout(answer_of(text, title, outcome, count, place, every)))


@settings(max_examples=60, deadline=None)
@given(HOSTILE_LONG, HOSTILE_LONG, st.sampled_from([0, 1, 20, 300]))
def test_no_other_message_exceeds_what_discord_takes(text: str, title: str, count: int) -> None:
    told = fakes.event(text, title, "1871", line=title)
    line = fakes.timeline(*(told,) * count, possible=(told,) * count)
    check_limits(render.timeline_layout(replace(line, asked=text, covers=title)))
    summaries = [replace(fakes.summary(), source=fakes.source(text or "x", title))] * count
    check_limits(render.sources_layout(summaries, 1))
    made = fakes.report(
        added=(text,) * count,
        updated=(title,) * count,
        skipped=(Skipped(text, title, text),) * count,
        warnings=((text, ReadingWarning(title, 3)),) * count,
    )
    check_limits(render.report_layout(made, note="It was under way."))
    check_limits(render.progress_layout(1, count, text))
    check_limits(render.error_layout(ArchivistError(text, hint=title), "abc"))


# ---------------------------------------------------------------- timelines, sources, reports


def test_a_timeline_is_grouped_by_year_and_cited() -> None:
    """Each entry stands under its year with its date as written and a listed number."""
    line = fakes.timeline(
        fakes.sailing(),
        fakes.event("April 2: She meets a storm.", "April 2", "1871-04-02"),
        fakes.event("1872: She is sold.", "1872", "1872", line="Log, 1872"),
    )
    message = text_of(render.timeline_layout(line))
    assert "-# 3 entries" in message
    assert "### 1871\n- **March 4** — The Petrel sails from Cork. [1]\n- **April 2**" in message
    assert "### 1872\n- **1872** — She is sold. [2]" in message
    assert "-# [1] Log, 1871\n-# [2] Log, 1872" in message


def test_a_long_timeline_says_how_much_is_left() -> None:
    """The first entries, how many there are, and how to ask for fewer."""
    message = text_of(render.timeline_layout(fakes.timeline(*(fakes.sailing(),) * 40)))
    assert "-# 40 entries" in message
    assert "The first 12 of 40 are shown" in message


def test_an_empty_timeline_says_what_there_is() -> None:
    message = text_of(render.timeline_layout(fakes.timeline()))
    assert "No entry for that." in message
    assert "The timeline holds 2 events." in message


def test_sources_show_titles_and_counts() -> None:
    message = text_of(render.sources_layout([fakes.summary()], 7))
    assert "## 1 document" in message
    assert "**Log of the Petrel** — J. Byrne, 1871" in message
    assert "2 sections · 4 passages · 1 note · 3 events" in message


def test_a_report_names_what_changed_and_what_was_left_out() -> None:
    """Names of files with their warnings; settings files are no news."""
    made = fakes.report(
        skipped=(Skipped("bad.txt", "It is not text."), Skipped("corpus.toml", "", ignored=True)),
        warnings=(("log.txt", ReadingWarning("A note has no mark.", 12)),),
    )
    message = text_of(render.report_layout(made))
    assert "2 documents · 9 passages · 4 events · 0.4 s · index 8" in message
    assert "**Added:** letter.txt" in message
    assert "- bad.txt: It is not text." in message
    assert "- log.txt, line 12: A note has no mark." in message
    assert "corpus.toml" not in message


def test_a_report_tells_what_was_read_and_where_it_is_torn() -> None:
    """Each document that was read has its counts, a warning its page."""
    read = replace(fakes.summary(), pages=21, notes=122, unlinked_notes=3)
    warned = (("log.txt", ReadingWarning("Torn.", page=4)),)
    message = text_of(render.report_layout(fakes.report(read=(read,), warnings=warned)))
    assert "21 pages, 2 sections, 122 notes, 3 not linked, 4 passages, 3 events" in message
    assert "log.txt, page 4: Torn." in message.replace("\\", "")


def test_a_report_of_no_change_says_so() -> None:
    message = text_of(render.report_layout(fakes.report(changed=False, added=())))
    assert "Nothing had changed." in message


# ---------------------------------------------------------------- errors


def test_an_error_says_what_to_do_and_its_id() -> None:
    """The sentence, escaped; the hint, in which commands stay code; the id."""
    error = UnknownDocumentError("No document is called “<@1>`x`”.")
    message = text_of(render.error_layout(error, "1f2e"))
    assert "<@1>" not in message
    assert r"\`x\`" in message
    assert "`archivist sources`" in message
    assert message.endswith("-# Error 1f2e")


@pytest.mark.parametrize("hint", ["`", "a ` b", "``", "`<@1>` and <@2>"])
def test_odd_code_marks_in_a_hint_do_no_harm(hint: str) -> None:
    message = text_of(render.error_layout(ArchivistError("No.", hint=hint)))
    assert "<@2>" not in message
