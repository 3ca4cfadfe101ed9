"""What stands around a passage, how it was found and how it is cited, as pages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.languages import ENGLISH, language
from bot.render.citing import citations_page, notes_page
from bot.render.passages import Opened, Window, context_page, read_window, thread_page
from bot.render.why import why_page
from index.model import (
    Bearing,
    Citation,
    Context,
    Locator,
    Note,
    Outcome,
    Quote,
    ScorePart,
    Understood,
)
from tests.bot import fakes
from tests.bot.pages import buttons, check_limits, choices, text, texts
from tests.bot.test_render_answers import HOSTILE_LONG, check_inert

READER = 5


def quote(words: str, section: tuple[str, ...] = ("Voyage",), **place: int) -> Quote:
    return Quote(Locator("log", section, 0, len(words), **place), words)


def around(
    before: tuple[Quote, ...] = (quote("They loaded salt."),),
    after: tuple[Quote, ...] = (quote("She reached Callao."),),
    *,
    cited: Citation | None = None,
    first: bool = False,
    last: bool = True,
) -> Context:
    return Context(cited or fakes.citation(1), before, after, first, last, 7)


def opened(window: Window = Window(), **more: object) -> Opened:  # noqa: B008 - it never changes
    return Opened(READER, window, **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- context


def test_a_passage_stands_between_its_neighbours_marked_off_from_them() -> None:
    """In the order of the document; the passage is a quote, its neighbours are plain."""
    shown = texts(context_page(around(), ENGLISH, opened()))
    assert shown[0] == "### Log of the Petrel\n-# Voyage"
    assert shown[1] == "They loaded salt."
    assert shown[2].startswith("> The ship sailed from Cork")
    assert shown[3] == "She reached Callao."


def test_a_heading_stands_where_the_section_changes() -> None:
    after = (quote("He sold her.", ("The end", "Debts")),)
    shown = texts(context_page(around(after=after), ENGLISH, opened()))
    assert shown[3] == "**The end › Debts**\nHe sold her."


def test_the_notes_of_a_passage_are_shown_with_what_they_mean() -> None:
    """“Ibid.” is told by the note that it means."""
    cited = replace(
        fakes.citation(1, notes=(4,)),
        notes=(Note(4, 0, 5, (), "Ibid."),),
        meant=(Note(3, 0, 5, (), "Port book of Cork."),),
    )
    shown = text(context_page(around(cited=cited), ENGLISH, opened()))
    assert "**Note 4** Ibid." in shown
    assert "Meant there: **Note 3** Port book of Cork." in shown


def test_a_note_is_shown_with_the_sentence_that_it_stands_for() -> None:
    """Around it stand the notes next to it, with their numbers."""
    log = fakes.citation(1)
    place = replace(log.passage.locator, note=4)
    bearing = Bearing("p9", Locator("log", ("Voyage",), 0, 4, paragraph=2), "She sailed.", "")
    cited = replace(log, passage=replace(log.passage, kind="note", locator=place), borne=(bearing,))
    before = (quote("Port book.", note=3),)
    shown = text(context_page(around(before, cited=cited), ENGLISH, opened()))
    assert "**Note 3** Port book." in shown
    assert "Stands for: “She sailed.”\n-# Voyage, para. 2" in shown


def test_earlier_and_later_lead_on_from_what_is_shown_whole() -> None:
    """Where nothing more stands there the button can't be pressed."""
    pressed = buttons(context_page(around(), ENGLISH, opened()))
    assert str(pressed["Text before"].press) == "v1:context:p1:7:before-2"
    assert not pressed["Text before"].disabled
    assert pressed["Text after"].disabled


def test_a_long_neighbour_is_cut_at_a_sentence_and_shown_whole_on_its_own_page() -> None:
    """The end of what stands before, the beginning of what stands after."""
    long = quote("It rained all day. " * 200 + "Then it blew.")
    shown = context_page(around((long,), (long,)), ENGLISH, opened())
    assert texts(shown)[1].startswith("… It rained")
    assert texts(shown)[1].endswith("Then it blew.")
    assert texts(shown)[3].endswith("It rained all day. …")
    assert str(buttons(shown)["Text after"].press) == "v1:context:p1:7:after-1"


@pytest.mark.parametrize("side", ["before", "after"])
def test_reading_on_shows_each_paragraph_once_and_in_order(side: str) -> None:
    """Pressing on to the end of what is given, every paragraph comes once."""
    every = tuple(quote(f"Paragraph {n}. " + "Word. " * 90) for n in range(20))
    seen: list[int] = []
    window = Window("before" if side == "before" else "after", 1)
    while True:
        wanted = window.wanted
        before, after = every[20 - wanted[0] :], every[: wanted[1]]
        context = around(before, after, first=wanted[0] >= 20, last=wanted[1] >= 20)
        shown = context_page(context, ENGLISH, opened(window))
        check_limits(shown)
        numbers = [int(n) for n in re.findall(r"Paragraph (\d+)", text(shown))]
        seen = [*numbers, *seen] if side == "before" else [*seen, *numbers]
        button = buttons(shown)["Text before" if side == "before" else "Text after"]
        if button.disabled or button.press is None:
            break
        window = read_window(button.press.argument(2))
    assert seen == list(range(20))


def test_the_way_back_leads_to_the_passage() -> None:
    """What stands further away is told to be behind it."""
    shown = context_page(around(last=False), ENGLISH, opened(Window("after", 1)))
    assert texts(shown)[0] == "### Log of the Petrel\n-# after Voyage"
    assert str(buttons(shown)["Text before"].press) == "v1:context:p1:7:near"


@pytest.mark.parametrize("text", ["near", "before-3", "after-20"])
def test_a_window_is_read_back(text: str) -> None:
    assert str(read_window(text)) == text


@pytest.mark.parametrize("text", ["", "before-", "x-1", "after--1", "before-999"])
def test_what_is_no_window_is_the_nearest_one(text: str) -> None:
    assert read_window(text) == Window()


def test_a_link_opens_the_document_where_discord_takes_it() -> None:
    link = "https://example.org/log#:~:text=The%20ship"
    assert (
        buttons(context_page(around(), ENGLISH, opened(link=link)))["Open the document"].url == link
    )
    long = opened(link="https://example.org/" + "x" * 600)
    assert "Open the document" not in buttons(context_page(around(), ENGLISH, long))


def test_a_context_page_shows_the_id_and_can_be_cited() -> None:
    shown = context_page(around(), ENGLISH, opened(anew=True))
    assert "-# Passage p1" in text(shown)
    assert "indexed anew" in text(shown)
    assert "cite.bibtex" in choices(shown).values()


@settings(max_examples=25, deadline=None)
@given(HOSTILE_LONG, HOSTILE_LONG, st.sampled_from(["near", "before-1", "after-3"]))
def test_no_context_exceeds_what_discord_takes_or_does_anything(
    words: str, title: str, window: str
) -> None:
    words = words or "x"
    cited = fakes.citation(1, words, notes=tuple(range(1, 30)), title=title)
    bearing = Bearing("p9", cited.passage.locator, title, "")
    cited = replace(
        cited,
        notes=tuple(Note(n, 0, 4, (), words, label=title) for n in range(1, 30)),
        meant=(Note(99, 0, 4, (), words),) * 5,
        borne=(bearing,) * 5,
    )
    beside = (quote(words, (title, words), note=3), quote(title, (words,) * 9)) * 6
    context = around(beside, beside, cited=cited)
    shown = context_page(context, language("ru"), opened(read_window(window)))
    check_limits(shown)
    check_inert(text(shown))


# ---------------------------------------------------------------- why

PARTS = (
    ScorePart("term", "ship", 1.0, term="ship", weight=1.0, reason="typed", fields=("text",)),
    ScorePart("term", "sail", 2.0, term="sail", reason="related", fields=("text", "heading")),
    ScorePart("boost", "the sentence that answers", 3.0),
    ScorePart("boost", "only a note", -0.25),
    ScorePart("boost", "a *new* reason", 0.1),
)


def why(parts: tuple[ScorePart, ...] = PARTS, **changes: object) -> str:
    cited = replace(fakes.citation(1), why=parts)
    understood = Understood(
        terms=("ship", "sail"), people=("Byrne",), expanded=(("sail", ("sails",)),)
    )
    answer = replace(
        fakes.answered(), passages=(cited,), understood=understood, confidence=0.9, **changes
    )  # type: ignore[arg-type]
    return text(why_page(answer, answer.passages, ENGLISH))


def test_why_says_each_summand_in_plain_words() -> None:
    """Words with what counted for them and where, boosts by what they are for."""
    shown = why()
    assert "`1.00` “ship”" in shown
    assert "`2.00` “sail”, found as the related word “sails”, in a heading" in shown
    assert "`-0.25` only a note" in shown
    assert r"a \*new\* reason" in shown


@given(st.lists(st.floats(-5, 40), min_size=1, max_size=20))
def test_the_summands_add_up_to_the_score(amounts: list[float]) -> None:
    """To the last digit that is shown, however many are put together."""
    parts = tuple(ScorePart("boost", f"b{n}", amount) for n, amount in enumerate(amounts))
    shown = why(parts)
    score = re.search(r"score `(-?[\d.]+)`", shown)
    assert score
    told = re.findall(r"^- `(-?[\d.]+)`", shown, re.MULTILINE)
    assert round(sum(map(float, told)), 2) == float(score[1])
    assert abs(float(score[1]) - sum(amounts)) < 0.01


def test_why_says_what_was_understood() -> None:
    """The words looked for, the people, and the words that counted for others."""
    shown = why()
    assert "-# Looked for: “ship”, “sail”" in shown
    assert "-# Names: Byrne" in shown
    assert "-# “sail”: also “sails”" in shown


def test_a_score_is_no_percentage() -> None:
    shown = why()
    assert "%" not in shown
    assert "Scores have no unit" in shown


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.1, "Not sure enough"), (0.3, "Just sure enough"), (0.6, "Sure:"), (0.9, "Very sure")],
)
def test_the_confidence_is_told_in_words(confidence: float, said: str) -> None:
    answer = replace(fakes.answered(), confidence=confidence)
    shown = text(why_page(answer, (), ENGLISH))
    assert said in shown
    assert "0.27 is needed" in shown


def test_why_tells_when_its_passages_are_gone() -> None:
    shown = text(why_page(fakes.answered(), (), ENGLISH, anew=True))
    assert "no longer found" in shown
    assert "indexed anew" in shown


@settings(max_examples=25, deadline=None)
@given(HOSTILE_LONG, st.sampled_from(Outcome), st.integers(0, 40))
def test_no_reason_exceeds_what_discord_takes_or_does_anything(
    words: str, outcome: Outcome, count: int
) -> None:
    part = ScorePart("term", words, 1.1, term=words, reason="related", fields=("heading", "note"))
    cited = replace(fakes.citation(1, title=words), why=(part,) * count)
    understood = Understood(expanded=((words, (words,)),), carried=(words,) * 9)
    answer = replace(fakes.not_found(), outcome=outcome, understood=understood)
    shown = why_page(answer, (cited,) * 3, language("ru"))
    check_limits(shown)
    check_inert(re.sub(r"(\\.)|`", lambda found: found[1] or "", text(shown)))


# ---------------------------------------------------------------- citing, threads


def test_notes_are_shown_to_be_copied_with_their_ids() -> None:
    """Each is a quote of its own, without code marks; what is gone is told."""
    shown = text(notes_page([("p1", "J. Byrne, *Log*, 1871.\n")], 2, ENGLISH))
    assert "> J. Byrne, \\*Log\\*, 1871.\n-# Passage p1" in shown
    assert "2 passages of this message are no longer" in shown
    assert "`" not in shown


def test_a_note_to_be_copied_has_the_number_of_its_passage() -> None:
    """As it stands in the message; one without a number has its id alone."""
    notes = [("p1", "Byrne, Log."), ("p2", "Byrne, Letter.")]
    shown = text(notes_page(notes, 0, ENGLISH, {"p1": "3"}))
    assert "> Byrne, Log.\n-# [3] · Passage p1" in shown
    assert "> Byrne, Letter.\n-# Passage p2" in shown


@pytest.mark.parametrize(
    ("style", "name"),
    [("bibtex", "citations.bib"), ("csl-json", "citations.json"), ("ris", "citations.ris")],
)
def test_other_styles_come_as_a_file(style: str, name: str) -> None:
    shown = citations_page(style, "@misc{}", 1, 0, ENGLISH)
    assert [(file.name, file.content) for file in shown.files] == [(name, b"@misc{}")]
    assert text(shown) == "1 citation, as a file."


@given(HOSTILE_LONG)
def test_no_citation_exceeds_what_discord_takes(words: str) -> None:
    shown = notes_page([("p1", words)] * 3, 1, ENGLISH)
    check_limits(shown)
    check_inert(text(shown))


def test_a_thread_is_pointed_to() -> None:
    assert "<#77>" in text(thread_page(77, ENGLISH, new=True))
    assert "already" in text(thread_page(77, ENGLISH, new=False))
