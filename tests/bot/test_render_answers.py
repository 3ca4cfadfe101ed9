"""What the message that answers a question says, and that it never exceeds what Discord takes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import layout, markup
from bot.asked import Asked, read_asked
from bot.languages import ENGLISH, language
from bot.layout import AMBER, GREEN, GREY, Page
from bot.render.answers import MOST, PASSAGES_SHOWN, QUOTE, Found, Frame, answer_page, more_page
from index.model import (
    AlsoIn,
    Answer,
    AnswerSpan,
    Bearing,
    Citation,
    Highlight,
    Note,
    Outcome,
    ScorePart,
    Understood,
)
from tests.bot import fakes
from tests.bot.pages import buttons, check_limits, choices, text, texts
from tests.bot.test_markup import HOSTILE, read

NUMBER = re.compile(r"(?<!\\)\[(\d+)\]")
LISTED = re.compile(r"^(?:\*\*|-# )\[(\d+)\]", re.MULTILINE)
MARKS = re.compile(r"(\\.)|\*\*|__")
ASKER = 5


def found(
    answer: Answer | None = None, asked: Asked | None = None, **people: tuple[str, ...]
) -> Found:
    answer = answer or fakes.answered()
    titles = {"log": "Log of the Petrel", "letter": "Letter to the Owners"}
    return Found(answer, asked or Asked(answer.question), titles, people)


def page(answer: Answer | None = None, **frame: bool | str) -> Page:
    return answer_page(found(answer), Frame(ASKER, **frame), ENGLISH)  # type: ignore[arg-type]


def many(count: int = MOST) -> Answer:
    """An answer with ``count`` passages, the first of which answers."""
    passages = tuple(fakes.citation(n, f"Passage {n} tells. More.") for n in range(1, count + 1))
    return replace(
        fakes.answered(),
        answer="Passage 1 tells.",
        answer_spans=(AnswerSpan(1, 0, 16),),
        passages=passages,
        events=(),
    )


def foot(shown: Page) -> list[str]:
    """The quiet lines at the end of a page."""
    return texts(shown)[-1].splitlines()


# ---------------------------------------------------------------- an answer


def test_an_answer_opens_with_the_answering_sentence() -> None:
    """Before anything else stands, large, the sentence that answers, with its number."""
    heading = texts(page())[0]
    assert heading.startswith("## The ship sailed from Cork on 4 March 1871")
    assert heading.endswith("[1]")


def test_a_passage_shows_its_place_and_date_and_marked_words() -> None:
    """Under its number and title stand its place, its date and whom it names, then the quote."""
    cited = replace(fakes.answered().passages[0], date=fakes.sailing().event.date)
    answer = replace(fakes.answered(), passages=(cited,))
    shown = answer_page(found(answer, p1=("Byrne", "The owners")), Frame(ASKER), ENGLISH)
    head, quote = texts(shown)[1:3]
    assert head == "**[1] Log of the Petrel**\n-# Voyage"
    over, quote = quote.split("\n", 1)
    assert over == "-# 4 March 1871 · notes 3–4 · Byrne, The owners"
    assert quote.startswith("> __The **ship sailed** from Cork")
    assert "kept the log himself" in quote  # a line break of the source is a blank


def test_beside_each_passage_a_button_opens_its_context() -> None:
    """It says of which passage, and whether notes come with it; it knows it and the generation."""
    shown = page()
    pressed = buttons(shown)
    assert str(pressed["Context, notes of [1]"].press) == "v1:context:p1:7"
    assert str(pressed["Context of [2]"].press) == "v1:context:p2:7"


@pytest.mark.parametrize(
    ("notes", "label", "named"),
    [
        ((), "Context of [1]", ""),
        ((64,), "Context, note of [1]", "-# note 64\n"),
        ((3, 4, 5), "Context, notes of [1]", "-# notes 3–5\n"),
        ((3, 9), "Context, notes of [1]", "-# notes 3, 9\n"),
        ((3, 9, 11), "Context, notes of [1]", "-# 3 notes\n"),
    ],
)
def test_the_notes_of_a_passage_are_named(notes: tuple[int, ...], label: str, named: str) -> None:
    """Over the quote by their numbers, and on the button that opens them."""
    answer = replace(fakes.answered(), passages=(fakes.citation(1, notes=notes),), events=())
    shown = page(answer)
    assert label in buttons(shown)
    assert f"-# Voyage\n{named}>" in text(shown)


def test_a_note_is_named_as_it_is_printed() -> None:
    printed = replace(fakes.citation(1, notes=(7,)), notes=(Note(7, 0, 4, (), "Note", label="iv"),))
    answer = replace(fakes.answered(), passages=(printed,), events=())
    assert "-# note iv\n>" in text(page(answer))


def test_numbers_in_the_text_are_those_in_the_list() -> None:
    """Every [n] is a passage shown or a source listed, and each of those is there."""
    far = fakes.event("They reached Callao.", "May 1871", "1871-05", passage="p9", line="Log, 1872")
    shown = text(page(replace(fakes.answered(), events=(fakes.sailing(), far))))
    assert set(NUMBER.findall(shown)) == set(LISTED.findall(shown)) == {"1", "2", "3"}
    assert "-# [3] Log of the Petrel, 1871" in shown


def test_a_passage_keeps_its_number_where_only_an_event_names_it() -> None:
    """The fifth passage is [5] on every page, and listed where an event stands in it."""
    told = fakes.event("It told.", "1871", "1871", passage="p5")
    shown = text(page(replace(many(), events=(told,))))
    assert "- **1871** — It told. [5]" in shown
    assert "-# [5] Log of the Petrel, Voyage" in shown


def test_the_answers_own_passage_is_always_shown() -> None:
    """When the answer is in a passage that would not be among the first three, it is shown."""
    answer = replace(many(6), answer="Passage 6 tells.", answer_spans=(AnswerSpan(6, 0, 16),))
    shown = text(page(answer))
    assert "tells. [6]" in shown
    assert "**[6] Log" in shown
    assert shown.count("\n> ") == PASSAGES_SHOWN


def test_the_answering_words_stand_out_in_the_answer_and_in_its_quote() -> None:
    """They are underlined in the heading; in the quote they alone of their sentence are bold."""
    start = fakes.LOG_TEXT.index("4 March")
    whole = fakes.answered().passages[0]
    marks = (*whole.highlights, Highlight(start, start + 12, "answer"))
    cited = replace(whole, highlights=marks)
    heading, _, quote = texts(page(replace(fakes.answered(), passages=(cited,), events=())))[:3]
    assert "## The ship sailed from Cork on __4 March 1871__ with forty men" in heading
    assert "> __The ship sailed from Cork on **4 March 1871** with forty men" in quote


@pytest.mark.parametrize(
    ("said", "line"),
    [
        pytest.param("March 4: she sails.", "-# Date of [1]: 4 March 1871", id="no year"),
        pytest.param("She sails in March 1871.", "", id="a year"),
    ],
)
def test_an_answer_that_names_no_year_has_the_date_of_its_passage_under_it(
    said: str, line: str
) -> None:
    """A reader need not look for the year in the heading of a chronology."""
    cited = replace(fakes.citation(1, said), date=fakes.sailing().event.date)
    spans = (AnswerSpan(1, 0, len(said)),)
    answer = replace(fakes.answered(), passages=(cited,), answer=said, answer_spans=spans)
    assert texts(page(answer))[0].splitlines()[1:] == ([line] if line else [])


def test_an_answer_from_two_passages_has_a_line_for_each() -> None:
    """Each line ends with the number of the passage that says it."""
    spans = (*fakes.answered().answer_spans, AnswerSpan(2, 0, len(fakes.LETTER_TEXT)))
    heading = texts(page(replace(fakes.answered(), answer_spans=spans)))[0]
    assert [line[-3:] for line in heading.splitlines()] == ["[1]", "[2]"]
    assert "\n## Byrne wrote to the owners" in heading


def test_what_is_left_out_of_an_answer_shows() -> None:
    """Between two sentences of one passage, and where one is cut, stands "…"."""
    log = fakes.LOG_TEXT
    first, last = log.index(" with forty"), log.index("Two days")
    spans = (AnswerSpan(1, 0, first), AnswerSpan(1, last, len(log)))
    heading = texts(page(replace(fakes.answered(), answer_spans=spans)))[0]
    assert "on 4 March 1871 … Two days out" in heading
    heading = texts(page(replace(fakes.answered(), answer_spans=spans[:1])))[0]
    assert heading.endswith("on 4 March 1871 … [1]")


def test_a_heading_needs_no_sign_against_lists() -> None:
    """A numbered sentence is shown as it is: inside a heading it begins no list."""
    cited = fakes.citation(1, "4. August 1871: she sails.")
    answer = replace(
        fakes.answered(),
        passages=(cited,),
        answer=cited.passage.text,
        answer_spans=(AnswerSpan(1, 0, len(cited.passage.text)),),
    )
    assert texts(page(answer))[0].startswith("## 4. August 1871: she sails.")


def test_disagreements_are_told_with_numbers_that_are_listed() -> None:
    """What passages disagree on stands under the answer; a passage named there is listed."""
    answer = replace(many(), differs=("[1] says “1847”, [5] says “<@9> [77]”.",))
    shown = text(page(answer))
    assert "**The passages disagree.** [1] says “1847”, [5] says" in shown
    assert "-# [5] Log of the Petrel, Voyage" in shown
    assert "<@9>" not in shown
    assert set(NUMBER.findall(shown)) == set(LISTED.findall(shown))


def test_where_else_it_stands_is_told() -> None:
    """By number where that passage is on the page, else by its place; a note says what for."""
    log, letter = fakes.answered().passages
    also = AlsoIn("p2", letter.source, letter.passage.locator, "x", letter.line, True, 2)
    far = replace(also, passage="p8", number=8)
    bearing = Bearing("p1", log.passage.locator, "She sailed.", log.line)
    cited = replace(log, also=(also, far), borne=(bearing,))
    shown = text(page(replace(fakes.answered(), passages=(cited, letter))))
    assert "-# Also in [2], Log of the Petrel, Voyage" in shown
    assert "-# Stands for: “She sailed.”" in shown


def test_the_quiet_line_says_what_matched_and_how_the_question_was_read() -> None:
    """How many passages of which documents; corrections, other words, what was carried or left out."""
    part = ScorePart("term", "strikers", 1.0, term="worker", reason="related", fields=("text",))
    cited = replace(fakes.answered().passages[0], why=(part,))
    understood = Understood(
        corrections=(("shpi", "ship"),), carried=("1871",), excluded=("salt",),
        expanded=(("strikers", ("workers", "masons")), ("ship", ("vessel",))),
    )  # fmt: skip
    answer = replace(
        fakes.answered(),
        passages=(cited,),
        understood=understood,
        matched=(("letter", 1_200), ("log", 3)),
    )
    assert foot(page(answer))[0] == (
        "-# 1,203 passages matched: Letter to the Owners (1,200), Log of the Petrel (3)"
        " · read “shpi” as “ship” · “strikers”: also “workers”"
        " · carried over: “1871” · left out what holds: “salt”"
    )


def test_of_many_documents_the_first_are_named() -> None:
    matched = tuple((f"d{n}", 10 - n) for n in range(5))
    line = foot(page(replace(fakes.answered(), matched=matched)))[0]
    assert line == "-# 40 passages matched: d0 (10), d1 (9), d2 (8) and 2 more"


def test_an_event_shows_its_date_as_written_and_never_as_a_timestamp() -> None:
    """The source's words for the date, the year it stands under, and what happened."""
    shown = text(page())
    assert "- **March 4** (1871) — The Petrel sails from Cork. [1]" in shown
    assert "<t:" not in shown


def test_an_event_is_cut_at_a_sentence() -> None:
    """What goes on behind the last sentence that fits shows as "…"."""
    told = fakes.event("The mast broke at noon. " + "And so on it went. " * 20, "1871", "1871")
    shown = text(page(replace(fakes.answered(), events=(told,))))
    assert "- **1871** — The mast broke at noon. And so" in shown
    assert "went. … [1]" in shown


def test_what_comes_close_is_not_called_what_happened() -> None:
    """The events of a near miss, and how many passages it has, don't read like an answer."""
    shown = text(page(replace(fakes.near_miss(), events=(fakes.sailing(),))))
    assert "**Events that come close**" in shown
    assert "2 passages have a word of the question" in shown
    assert "What happened" not in shown
    assert "matched" not in shown


def test_possible_events_stand_under_their_own_heading() -> None:
    """What only may fall in the time asked for is told apart from what does."""
    maybe = fakes.event("A mutiny was feared.", "1871", "1871", passage="p2")
    shown = text(page(replace(fakes.answered(), possible_events=(maybe,))))
    assert shown.index("**What happened**") < shown.index("**May also fall in that time**")
    assert shown.index("**May also fall in that time**") < shown.index("A mutiny")


def test_what_was_asked_stands_at_the_foot() -> None:
    """The question, the one before it, the time and the document can be read back from the page."""
    asked = Asked("And then?", "When did *she* sail?", "1871-01-01..", document="Log of the Petrel")
    shown = answer_page(found(asked=asked), Frame(ASKER), ENGLISH)
    assert foot(shown)[-1] == "-# 📄 Log of the Petrel"
    assert read_asked(texts(shown)) == asked


def test_a_long_passage_is_cut_at_sentences_around_the_answer() -> None:
    """At most 900 characters, the answering sentence whole."""
    words = (
        "Filler words stand here. " * 60 + "The mast broke at noon. " + "And so on it went. " * 60
    )
    start = words.index("The mast")
    answer = replace(
        fakes.answered(),
        answer="The mast broke at noon.",
        answer_spans=(AnswerSpan(1, start, start + 23),),
        passages=(fakes.citation(1, words),),
    )
    quote = texts(page(answer))[2].partition("> ")[2]
    assert "here. __The mast broke at noon.__ And so" in quote
    assert quote.startswith("… ")
    assert quote.endswith(" …")
    assert len(quote) <= QUOTE + len("… ____ …")


# ---------------------------------------------------------------- what can be pressed


def test_an_answer_offers_more_results_and_its_timeline() -> None:
    """Each says who asked and of which generation; more begins behind what is shown."""
    pressed = buttons(page(replace(many(), events=(fakes.sailing(),))))
    assert str(pressed["More results"].press) == "v1:more:4:5:7"
    assert str(pressed["Timeline of this"].press) == "v1:events:5:7"


def test_what_there_is_not_is_not_offered() -> None:
    """No more results behind the last passage, no timeline without events."""
    pressed = buttons(page(replace(fakes.answered(), events=())))
    assert not {"More results", "Timeline of this"} & pressed.keys()


def test_only_a_private_answer_can_be_shared() -> None:
    assert str(buttons(page(private=True))["Share"].press) == "v1:share:5:7"
    assert "Share" not in buttons(page())


def test_the_menu_holds_what_is_seldom_wanted() -> None:
    """Why, citations in four styles, a problem, deletion; a thread where one can be made."""
    assert list(choices(page(threads=True)).values()) == [
        "why", "cite.note", "cite.bibtex", "cite.csl-json", "cite.ris", "thread", "report", "delete",
    ]  # fmt: skip
    assert "thread" not in choices(page()).values()
    assert "thread" not in choices(page(threads=True, private=True)).values()


def test_a_question_too_long_to_be_kept_has_no_buttons_that_need_it() -> None:
    """They are left out, and the page says why; what needs only its passages stays."""
    long = Asked("word " * 300)
    shown = answer_page(found(many(), long), Frame(ASKER, private=True), ENGLISH)
    assert set(buttons(shown)) == {f"Context of [{n}]" for n in (1, 2, 3)}
    assert "why" not in choices(shown).values()
    assert "cite.note" in choices(shown).values()
    assert "too long to be kept" in text(shown)


def test_who_shares_an_answer_is_named_without_a_mention() -> None:
    shown = text(page(shared_by="<@1> *Ada*"))
    assert r"-# Shared by \<\@1> \*Ada\*." in shown


# ---------------------------------------------------------------- near misses, nothing found


def test_a_near_miss_says_so_before_it_quotes() -> None:
    """Passages that don't answer are called closest, and no sentence of theirs is a heading."""
    near = page(fakes.near_miss())
    heading = texts(near)[0]
    assert heading.startswith("### Not said in these documents\n")
    assert "come closest" in heading
    assert "Cork" not in heading
    assert (near.colour, page().colour) == (AMBER, GREEN)


def test_a_near_miss_says_what_was_understood_and_what_is_covered() -> None:
    near = replace(fakes.near_miss(), understood=replace(fakes.not_found().understood))
    heading = texts(page(near))[0]
    assert "-# Looked for: “built”, “lighthouse”" in heading
    assert "-# Time: May 1871" in heading
    assert "-# The corpus holds 2 documents." in heading


def test_a_near_miss_says_which_words_are_missing() -> None:
    """Words that no passage shown holds are named, not those that one of them has after all."""
    part = ScorePart("term", "whale", 1.0, term="whale", reason="typed", fields=("text",))
    near = fakes.near_miss()
    passages = (near.passages[0], replace(near.passages[1], why=(part,)))
    understood = Understood(terms=("captain", "whale"), missing=("captain", "whale"))
    answer = replace(near, passages=passages, understood=understood)
    assert "Nothing here says “captain”." in texts(page(answer))[0]


def test_not_found_cites_nothing_and_says_what_was_looked_for() -> None:
    """No number and no quote; the words, the time, what is nearest, what the corpus holds."""
    shown = page(fakes.not_found())
    said = text(shown)
    assert not NUMBER.search(said)
    assert "\n> " not in said
    assert said.startswith("### Not found in these documents")
    assert "“built”, “lighthouse”" in said
    assert "Time: May 1871" in said
    assert "Read “lihgthouse” as “lighthouse”." in said
    assert "The corpus holds 2 documents." in said
    assert shown.colour == GREY


@pytest.mark.parametrize("answer", [fakes.near_miss(), fakes.not_found()])
def test_what_was_not_answered_can_be_told_to_the_curators(answer: Answer) -> None:
    assert str(buttons(page(answer))["Tell the curators"].press) == "v1:curators:5:7"
    assert "Tell the curators" not in buttons(page())


def test_not_found_leads_on_to_the_documents() -> None:
    """It is no dead end: other words, and all documents at a press."""
    shown = page(fakes.not_found())
    assert "Try other words, or look through the documents." in text(shown)
    assert str(buttons(shown)["All documents"].press) == "v1:sources:1:7"
    assert "All documents" not in buttons(page())


def test_not_found_offers_no_citations() -> None:
    assert list(choices(page(fakes.not_found())).values()) == ["report", "delete"]


# ---------------------------------------------------------------- more results


def more(first: int, answer: Answer | None = None, **frame: bool) -> Page:
    return more_page(found(answer or many()), Frame(ASKER, **frame), ENGLISH, first)


def test_a_page_of_more_results_says_where_it_is() -> None:
    """Three passages under their numbers, with the way back and on."""
    shown = more(4)
    assert texts(shown)[0] == "### Passages 4–6 of 12"
    assert LISTED.findall(text(shown)) == ["4", "5", "6"]
    pressed = buttons(shown)
    assert str(pressed["Previous page"].press) == "v1:more:1:5:7"
    assert str(pressed["Next page"].press) == "v1:more:7:5:7"


def test_a_page_with_one_passage_says_which() -> None:
    assert texts(more(4, many(4)))[0] == "### Passage 4 of 4"


def test_all_pages_together_show_each_passage_once() -> None:
    """Whatever a page shows, the next one goes on behind it, to the last passage."""
    seen, first = [], 1
    while True:
        shown = more(first)
        seen += LISTED.findall(text(shown))
        label = "More results" if first == 1 else "Next page"
        button = buttons(shown).get(label)
        if button is None or button.disabled:
            break
        assert button.press is not None
        first = int(button.press.argument(0))
    assert seen == [str(n) for n in range(1, MOST + 1)]


@pytest.mark.parametrize("first", [0, 1])
def test_the_first_page_is_the_answer(first: int) -> None:
    assert more(first) == answer_page(found(many()), Frame(ASKER), ENGLISH)


def test_past_the_last_page_it_is_said_politely() -> None:
    shown = more(13)
    assert "There are no more passages: 12 were found." in text(shown)
    assert str(buttons(shown)["First page"].press) == "v1:more:1:5:7"


def test_after_a_reindexing_a_page_says_so() -> None:
    assert "-# The documents were indexed anew since." in foot(more(4, anew=True))


def test_a_page_of_nothing_any_more_is_polite() -> None:
    """After a reindexing nothing may be found any more."""
    shown = more(4, fakes.not_found())
    assert "no passages for that question any more" in text(shown)


# ---------------------------------------------------------------- whatever the texts are

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
            "[1] [2] [99] " * 200,
            "-# 💬 asked\n" * 200,
            "\u202eabc" * 300,
        ]
    ),
)


def answer_of(
    words: str, title: str, outcome: Outcome, count: int, place: tuple[int, int], every: int
) -> Answer:
    """An answer in which all that can come from a document or a person is ``words`` or ``title``."""
    words = words or "x"
    start = place[0] % len(words)
    stop = min(len(words), start + place[1])
    marks = tuple(
        Highlight(n, n + 1, "answer" if n % 2 else "term")
        for n in range(0, min(len(words), 1_000), every)
    )
    passages = tuple(_citation(n, words, title, marks) for n in range(1, count + 1))
    told = fakes.event(words, title, "1871", passage="p999", line=title)
    is_found = outcome is Outcome.ANSWERED
    return replace(
        fakes.not_found(),
        question=words[:2_000],
        outcome=outcome,
        answer=words[start:stop] if is_found else None,
        answer_spans=tuple(AnswerSpan(n, start, stop) for n in sorted({1, count})[:2])
        if is_found
        else (),
        passages=() if outcome is Outcome.NOT_FOUND else passages,
        events=(told,) * (count * 2),
        possible_events=(told,) * (count - 1),
        understood=Understood(
            terms=(words,) * 50,
            corrections=((words, words),) * 9,
            expanded=((words, (words,) * 9),) * 9,
            carried=(words,) * 9,
            excluded=(words,) * 9,
            missing=(words,) * 9,
        ),
        covers=words,
        differs=(f"[1] says {words}", words),
        matched=((title, 3), (words, 2)),
    )


def _citation(number: int, words: str, title: str, marks: tuple[Highlight, ...]) -> Citation:
    cited = fakes.citation(number, words, marks=marks, notes=(1, 2, 9), title=title)
    locator = replace(cited.passage.locator, section=(title, words, title), note_label=title)
    also = AlsoIn("p8", cited.source, locator, words, title, True, 8)
    return replace(
        cited,
        passage=replace(cited.passage, locator=locator),
        also=(also,) * 5,
        borne=(Bearing("p8", locator, words, title),),
    )


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    HOSTILE_LONG,
    HOSTILE_LONG,
    st.sampled_from(Outcome),
    st.sampled_from([1, 2, 3, 12]),
    st.tuples(st.integers(0, 5_000), st.integers(1, 400)),
    st.integers(1, 9),
    st.sampled_from(["en", "ru"]),
)
def test_no_answer_exceeds_what_discord_takes_or_does_anything(
    words: str,
    title: str,
    outcome: Outcome,
    count: int,
    place: tuple[int, int],
    every: int,
    tag: str,
) -> None:
    """Whatever its texts are, each page fits, nothing in it acts, and its numbers are those listed."""
    answer = answer_of(words, title, outcome, count, place, every)
    asked = Asked(markup.readable(words), title, "2021-01-01..", document=title)
    people = {f"p{n}": (title, words) for n in range(1, 13)}
    all_of_it = Found(answer, asked, {words: title}, people)
    frame = Frame(ASKER, private=True, anew=True, shared_by=title, note=words[:100])
    for first in (1, 4, 12):
        shown = more_page(all_of_it, frame, language(tag), first)
        check_limits(shown)
        said = text(shown)
        check_inert(said)
        assert set(NUMBER.findall(said)) == set(LISTED.findall(said))
        if asked.kept:
            assert read_asked(texts(shown)) == read_asked([asked.lines()])


OUR_LEAD = re.compile(r"^(?:#{2,3} |-# (?:(?:💬|↩️|📅|📄) )?|> |- )+")


def check_inert(said: str) -> None:
    """Nothing but our own marks is active, and no override is left."""
    assert not set(said) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x07")
    for line in said.splitlines():
        words = OUR_LEAD.sub("x", line)
        read(MARKS.sub(lambda found: found[1] or "", "x" + words))


@settings(max_examples=25, deadline=None)
@given(HOSTILE_LONG, st.integers(0, 3_000))
def test_quotes_are_slices(words: str, place: int) -> None:
    """What is shown of a passage is its text, but for white space, where nothing is left out."""
    answer = answer_of(words, "T", Outcome.ANSWERED, 2, (place, 200), 3)
    plain = markup.readable(answer.passages[0].passage.text)
    shown = answer_page(found(answer), Frame(ASKER), ENGLISH)
    for block in texts(shown):
        if block.startswith("> "):
            quote = block.splitlines()[0].removeprefix("> ")
            said = markup.unescape(MARKS.sub(lambda m: m[1] or "", quote))
            for part in said.split("…"):
                assert part.strip() in plain or "…" in words


# ---------------------------------------------------------------- plain text


def test_in_plain_text_a_quote_stands_with_its_number() -> None:
    """Where text goes on in an embed, no passage is torn from what stands over it."""
    words = "The mast broke at noon and fell into the sea. " * 40
    passages = tuple(fakes.citation(n, words) for n in (1, 2, 3))
    sent = layout.to_message(page(replace(many(), passages=passages)), plain=True)
    assert sent["embeds"]
    for part in (sent["content"], sent["embeds"][0].description):
        assert part.count("\n> ") == len(re.findall(r"^\*\*\[\d\]", part, re.MULTILINE))


def test_in_plain_text_each_button_says_which_passage_it_is_of() -> None:
    """The buttons stand beneath all of the text there."""
    view = layout.to_message(page(), plain=True)["view"]
    labels = [button.item.label for button in view.children[:2]]
    assert labels == ["Context, notes of [1]", "Context of [2]"]
