"""Our own sentences, dates, numbers and places in several languages."""

from __future__ import annotations

import threading

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from bot.languages import ENGLISH, NAMES, Language, language, marked, warm
from bot.languages.catalogues import wrong
from index.citing import citation_line
from index.dates import parse_when
from index.dates.edtf import Part, from_edtf, interval, single
from index.dates.wording import say_date, say_year
from index.errors import UnknownDocumentError
from index.messages import DayOfYear, both, either, joined, quoted, say, say_n
from index.model import HistoricDate, Locator, Precision
from tests.bot.fakes import TODAY, source

RUSSIAN, BURMESE = language("ru"), language("my")

DATES = (
    "2022 2022-09 2022-09-07 2021-05-20/2021-05-22 2021-03-27/2021-04-03 2020-12-30/2021-01-02 "
    "2021-03/2021-05 2021-21/2021-24 2021-21/2021-08 195X 19XX 1950/1960 0500 004X 00XX -0043 "
    "-004X -00XX 0000 2022~ 2022-05? 2022% ../2021 2021/.. 2022-07/2022-09 2022-01/2022-06 "
    "2021-07/2021-12 2022-04/2022-06 2022-10/2022-12 2022-01/2022-03 -0043-03-15 -0001-01/.. 2021-05/2021-05 "
    "0044-03-15/0044-03-20 2021/2022-03 2021~/2022 0900/0950 19XX/.. ../19XX~ 2021-24~ 2021-22"
).split()


# ---------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("tags", "tag"),
    [
        pytest.param(("ru",), "ru", id="Russian"),
        pytest.param(("en-GB", "ru"), "en", id="the first that we have"),
        pytest.param((None, "", "de", "my"), "my", id="after those that we lack"),
        pytest.param(("RU_ru",), "ru", id="however it is written"),
        pytest.param(("run", "mya"), "en", id="no longer tag that begins alike"),
        pytest.param((), "en", id="none given"),
    ],
)
def test_language_is_the_first_that_we_have(tags: tuple[str | None, ...], tag: str) -> None:
    """Of several tags the first with a catalogue counts; English is what is left."""
    assert language(*tags).tag == tag


def test_a_language_is_made_once() -> None:
    """The same tag gives the same object, so that nothing is read twice."""
    warm()
    assert language("ru") is language("ru-RU")
    assert language("en-US") is ENGLISH


def test_each_language_has_its_name() -> None:
    """Every language that can be chosen is named in its own words."""
    assert {tag: language(tag).tag for tag in NAMES} == {"en": "en", "ru": "ru", "my": "my"}


# ---------------------------------------------------------------- sentences


def test_a_sentence_is_said_in_the_language() -> None:
    """A pattern of the catalogue comes in its language, values as they are."""
    assert RUSSIAN("p. {page}", page=9) == "с. 9"


def test_what_is_missing_is_said_in_english() -> None:
    """A pattern that no catalogue has is said as it is, with its values."""
    assert RUSSIAN("The {what} is nowhere.", what="mast") == "The mast is nowhere."
    assert BURMESE.n("{count} unheard", "{count} unheards", 2) == "2 unheards"


def test_marked_patterns_are_themselves() -> None:
    """`marked` changes nothing: it only shows the pattern to who collects them."""
    assert marked("More results") == "More results"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 день"),
        (2, "2 дня"),
        (5, "5 дней"),
        (11, "11 дней"),
        (21, "21 день"),
        (102, "102 дня"),
    ],
)
def test_russian_has_three_plural_forms(count: int, said: str) -> None:
    """The form of a counted word follows the last digits of the number."""
    assert RUSSIAN.n("{count} day", "{count} days", count) == said


def test_burmese_has_one_plural_form() -> None:
    """One and several are counted by the same words."""
    one, many = (BURMESE.n("{count} day", "{count} days", n) for n in (1, 3))
    assert one.replace("1", "3") == many


def test_values_are_not_formatted_again() -> None:
    """Braces that a person typed stay what they typed, and reach into nothing."""
    assert RUSSIAN("“{words}”", words="{words.__class__} {0}") == "«{words.__class__} {0}»"


@pytest.mark.parametrize(
    ("one", "many", "translation", "why"),
    [
        ("a {b}", "", "x {b}", ""),
        ("a {b}", "", "x", "its names differ from the pattern's: b"),
        ("a", "", "x {b}", "its names differ from the pattern's: b"),
        ("a {b}", "", "x {b.c}", "it holds something other than names in braces"),
        ("a", "", "", "it is not translated"),
        ("{count} a", "{count} as", ("{count} x", "{count} y", "z"), "its names differ"),
    ],
)
def test_a_wrong_translation_is_told(
    one: str, many: str, translation: str | tuple[str, ...], why: str
) -> None:
    """A translation with other names than its pattern is never used, and it is said why."""
    catalogue = Catalog(locale="ru")
    message = catalogue.add((one, many) if many else one, translation)
    assert wrong(message).startswith(why)
    assert bool(wrong(message)) is bool(why)


def test_a_fuzzy_translation_is_told() -> None:
    """A translation that was only guessed at counts as none."""
    catalogue = Catalog(locale="ru")
    assert wrong(catalogue.add("a", "x", flags=["fuzzy"])) == "it is marked as fuzzy"


# ---------------------------------------------------------------- messages of the index


def test_a_message_is_said_with_its_values_in_the_language() -> None:
    """Numbers, dates, lists and messages in a message are said in the language too."""
    said = say(
        "The corpus holds {documents}: {titles}; {events}.",
        documents=say_n("{count} document", "{count} documents", 2),
        titles=both(map(quoted, ("Log", "Letters"))),
        events=say_n(
            "{count} dated event from {first} to {last}",
            "{count} dated events from {first} to {last}",
            1_234,
            first=from_edtf("1871"),
            last=from_edtf("1872"),
        ),
    )
    assert ENGLISH.say(said) == said
    assert RUSSIAN.say(said) == (
        "В корпусе 2 документа: «Log» и «Letters»; "
        "1\u00a0234 датированных события (1871 год – 1872 год)."
    )


def test_an_error_is_said_in_the_language() -> None:
    """Message and hint of an error come in the language, a fixed hint too."""
    error = UnknownDocumentError(say("No document is called “{name}”.", name="Logbook"))
    assert RUSSIAN.say(error.message) == "Документа «Logbook» нет."
    assert RUSSIAN.say(error.hint).endswith("показывает документы.")
    assert RUSSIAN.say(error.sentence) == f"{RUSSIAN.say(error.message)} {RUSSIAN.say(error.hint)}"


def test_words_of_a_document_are_not_translated() -> None:
    """Plain text that is no sentence of ours stays, and so do words within a message."""
    assert RUSSIAN.say("The ship sailed from Cork.") == "The ship sailed from Cork."
    assert RUSSIAN.say(say("who: {name}", name="Timeline")) == "кто: Timeline"
    assert RUSSIAN.say("") == ""


def test_joined_sentences_are_each_said() -> None:
    """Sentences that were put side by side are said one by one."""
    said = joined(say("all events"), say("in {document}", document="log"), by="; ")
    assert RUSSIAN.say(said) == "все события; документ: log"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("edtf", DATES)
def test_dates_in_english_are_what_the_index_says(edtf: str) -> None:
    """English says a date and its year just as `say_date` and `say_year` do."""
    date = from_edtf(edtf)
    assert (ENGLISH.date(date), ENGLISH.year(date)) == (say_date(date), say_year(date))


PARTS = st.builds(
    lambda precision, year, month, day, mark: Part(
        precision,
        year - year % {Precision.DECADE: 10, Precision.CENTURY: 100}.get(precision, 1),
        {Precision.DAY: month, Precision.MONTH: month, Precision.SEASON: 20 + month % 4 + 1}.get(
            precision, 0
        ),
        day if precision is Precision.DAY else 0,
        mark,
    ),
    st.sampled_from(
        [
            Precision.DAY,
            Precision.MONTH,
            Precision.SEASON,
            Precision.YEAR,
            Precision.DECADE,
            Precision.CENTURY,
        ]
    ),
    st.integers(-8_000, 9_000),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from(["", "", "~", "?", "%"]),
)


@st.composite
def dates(draw: st.DrawFn) -> HistoricDate:
    first = draw(st.none() | PARTS)
    last = draw(st.none() | PARTS)
    try:
        if first is not None and last is not None and draw(st.booleans()):
            return interval(first, last)
        return interval(first, None) if last is None and first else single(last or first)  # type: ignore[arg-type]
    except (ValueError, AttributeError):
        return from_edtf("2021")


@given(dates())
def test_any_date_in_english_is_what_the_index_says(date: HistoricDate) -> None:
    """Whatever the date, English says it as `say_date` does, and no language fails."""
    assert (ENGLISH.date(date), ENGLISH.year(date)) == (say_date(date), say_year(date))
    assert RUSSIAN.date(date)
    assert BURMESE.date(date)


@pytest.mark.parametrize(
    ("edtf", "russian"),
    [
        ("2022", "2022 год"),
        ("2022-09", "сентябрь 2022 г."),
        ("2022-09-07", "7 сентября 2022 г."),
        ("2021-05-20/2021-05-22", "20–22 мая 2021 г."),
        ("2021-03-27/2021-04-03", "27 марта – 3 апреля 2021 г."),
        ("2021-03/2021-05", "март – май 2021 г."),
        ("2021-21", "весна 2021 г."),
        ("1950/1960", "1950–1960 годы"),
        ("195X", "1950-е годы"),
        ("19XX", "XX век"),
        ("-00XX", "I век до н. э."),
        ("-0043", "44 год до н. э."),
        ("0500", "500 год н. э."),
        ("2022~", "около 2022 года"),
        ("2022-05~", "около мая 2022 г."),
        ("2022-05?", "возможно, май 2022 г."),
        ("195X~", "около 1950-х годов"),
        ("2021-24~", "около зимы 2021 г."),
        ("../2021", "до 2021 года включительно"),
        ("2021-05/..", "с мая 2021 г."),
        ("2021/2022-03", "2021 год – март 2022 г."),
    ],
)
def test_dates_in_russian(edtf: str, russian: str) -> None:
    """A date in Russian has the case that its place asks for."""
    assert RUSSIAN.date(from_edtf(edtf)) == russian


@pytest.mark.parametrize(
    ("typed", "english", "russian"),
    [
        ("Q1 2022", "the first quarter of 2022", "I квартал 2022 г."),
        ("Q2 2022", "the second quarter of 2022", "II квартал 2022 г."),
        ("Q3 2022", "the third quarter of 2022", "III квартал 2022 г."),
        ("Q4 2022", "the fourth quarter of 2022", "IV квартал 2022 г."),
        ("H1 2022", "the first half of 2022", "первая половина 2022 г."),
        ("H2 2022", "the second half of 2022", "вторая половина 2022 г."),
        ("before May 2021", "before May 2021", "до мая 2021 г."),
        ("after 2021", "after 2021", "после 2021 года"),
        ("since May 2021", "since May 2021", "с мая 2021 г."),
    ],
)
def test_times_as_they_are_asked_for(typed: str, english: str, russian: str) -> None:
    """A part of a year, and an end that is left open, is said in words."""
    date = parse_when(typed, today=TODAY).date
    assert date is not None
    assert (ENGLISH.date(date), say_date(date), RUSSIAN.date(date)) == (english, english, russian)


@pytest.mark.parametrize(
    ("edtf", "burmese"),
    [
        ("2022", "2022 ခုနှစ်"),
        ("2022-09", "2022 ခုနှစ် စက်တင်ဘာလ"),
        ("2022-09-07", "2022 ခုနှစ် စက်တင်ဘာလ 7 ရက်"),
        ("2021-05-20/2021-05-22", "2021 ခုနှစ် မေလ 20–22 ရက်"),
        ("2022~", "2022 ခုနှစ် ခန့်"),
    ],
)
def test_dates_in_burmese(edtf: str, burmese: str) -> None:
    """A date in Burmese begins with the year, in the digits that the documents have."""
    assert BURMESE.date(from_edtf(edtf)) == burmese


def test_a_year_that_nobody_knows_is_empty() -> None:
    """What has no beginning has no year to say."""
    assert RUSSIAN.year(from_edtf("../2021")) == ""


def test_days_of_the_year() -> None:
    """A day of every year has the month's name as it stands beside a day, a month its own."""
    days = DayOfYear(9, 7), DayOfYear(9)
    assert [ENGLISH.day_of_year(day) for day in days] == ["7 September", "September"]
    assert [RUSSIAN.day_of_year(day) for day in days] == ["7 сентября", "сентябрь"]


# ---------------------------------------------------------------- numbers, lists, places


def test_numbers_are_grouped_as_the_language_does() -> None:
    """Thousands are parted by a comma in English and a blank that doesn't break in Russian."""
    assert (ENGLISH.number(12_345), RUSSIAN.number(12_345)) == ("12,345", "12\u00a0345")
    assert (ENGLISH.number(1.5), RUSSIAN.number(1.5)) == ("1.5", "1,5")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"),
        (60, "60 seconds"),
        (90, "2 minutes"),
        (3_700, "62 minutes"),
        (7_300, "3 hours"),
        (400_000, "5 days"),
    ],
)
def test_durations_are_rounded_up(seconds: float, said: str) -> None:
    """Who waits as long as is said has waited long enough."""
    assert ENGLISH.duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 byte"), (999, "999 bytes"), (1_500, "1.5 kB"), (10_485_760, "10 MB")]
)
def test_sizes(count: int, said: str) -> None:
    """A size is said in the largest unit that it fills."""
    assert ENGLISH.bytes(count) == said


def test_shares() -> None:
    """A share of one is said in whole per cent."""


@pytest.mark.parametrize(
    ("words", "all_of_them", "one_of_them"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a и b", "a или b"),
        (["a", "b", "c"], "a, b и c", "a, b или c"),
    ],
)
def test_lists(words: list[str], all_of_them: str, one_of_them: str) -> None:
    """Words are listed with the “and” or “or” of the language before the last."""
    assert RUSSIAN.listed(words) == all_of_them
    assert RUSSIAN.listed(words, either=True) == one_of_them


def test_quotation_marks() -> None:
    """Each language has its own marks."""


PLACES = [
    Locator("log", ("II. Storm", "A. Night"), 0, 9, page=9, paragraph=3),
    Locator("log", ("II. Storm",), 0, 9, page=9, page_end=10, page_label="iv", note=3),
    Locator("log", (), 0, 9, page=9, page_end=9, page_label="9", note=3, note_label="*"),
    Locator("log", (), 0, 9, page=9, page_label="iv"),
    Locator("log", (), 0, 9, page=9, page_end=10),
    Locator("log", (), 0, 9, paragraph=31),
    Locator("log", (), 0, 9),
]


@pytest.mark.parametrize("locator", PLACES)
def test_places_in_english_are_those_of_citations(locator: Locator) -> None:
    """A place is what the citation's line says behind the title."""
    line = citation_line(source("log", "Log"), locator)
    assert ENGLISH.place(locator) == line.removeprefix("Log").removeprefix(", ")


def test_headings_are_not_translated() -> None:
    """Sections stand in a place as they are; page, note and paragraph are said in the language."""
    assert [RUSSIAN.place(locator) for locator in PLACES[:2]] == [
        "II. Storm, A. Night, с. 9, абз. 3",
        "II. Storm, с. 9–10 (на странице: iv), прим. 3",
    ]


def test_languages_are_safe_in_threads() -> None:
    """Several threads that make and use a language at once say the same."""
    said: list[str] = []
    date = from_edtf("2022-09-07")

    def speak() -> None:
        t = Language("ru")
        said.extend(t.n("{count} day", "{count} days", n) + t.date(date) for n in range(50))

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 200
    assert len(set(said)) == 50
    assert either(["a"]).either
