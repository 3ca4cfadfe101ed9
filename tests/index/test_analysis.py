"""Words become terms: folded, stemmed, joined, named; and each knows where it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import GROUP, STOP_WORDS, Analyzer, fold, language_of_text, stem
from index.analysis.numbers import MONEY

ALIASES = (
    ("Maung Aye", "Vice-Senior General Maung Aye"),
    ("Maung Maung Aye",),
    ("United States", "US", "U.S.", "USA"),
    ("Myanmar", "Burma"),
    ("State Administration Council", "SAC", "Myanmar junta"),
    ("Commander-in-Chief", "C-in-C"),
)
JUNTA = (("State Administration Council", "Myan-\nmar junta"), ("Myanmar", "Myan-\nmar"))
TEXTS = st.lists(
    st.sampled_from(
        "US us U.S. u.s. WHO who 7,000 1951.2 1.7 MIG-29 mig29 Maung Aye Burma’s coup d’État can't "
        "My-\nanmar so\u00adphist နိုင်ငံ हिन्दी ไทย x² ' ’ - , . 1,23 1,234,567 $1.7bn 400 000 fifty "
        "million one twenty-one 50% per cent 中文 한국 й 3rd MPs non-aligned".split(" ")
    )
    | st.text(max_size=6),
    max_size=15,
).map(" ".join)


def terms(text: str, *, aliases: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    return [term.text for term in Analyzer(aliases).terms(text)]


def named(text: str) -> list[tuple[str, str]]:
    """The names of ``text`` as they are shown, and the words they were found by."""
    analyzer = Analyzer(ALIASES)
    found = (term for term in analyzer.terms(text) if term.text.startswith(GROUP))
    return [(analyzer.names[term.text], text[term.start : term.stop]) for term in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KAZAN", "kazan"),
        ("Ｋａｚａｎ", "Kazan"),
        ("Naïve", "naive"),
        ("nai\u0308ve", "naïve"),
        ("ﬁre", "fire"),
        ("Straße", "STRASSE"),
        ("Russia’s", "Russia"),
        ("Russiaʼs", "Russia's"),
        ("generals’", "generals"),
        ("d’état", "d'Etat"),
        ("7,000", "7000"),
        ("1,234,567.5", "1234567.5"),
        ("U.S.", "US"),
        ("U.S", "US"),
        ("u.s.", "US"),
        ("U.S.S.R.", "USSR"),
        ("Sept.", "September"),
        ("Jan", "January"),
        ("sanctions", "sanctioned"),
        ("so\u00adphisticated", "sophisticated"),
        ("Путин", "ПУТИН"),
        ("word²", "word"),
        ("1951²", "1951"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "Diyarbakir"),
        ("Łódź", "Lodz"),
        ("Søren", "Soren"),
        ("Æsop", "aesop"),
        ("cœur", "coeur"),
        ("CO₂", "CO2"),
        ("２０２１", "2021"),
        ("٢٠٢١", "2021"),
        ("ёлка", "елка"),
        ("й", "и\u0306"),
        ("أحمد", "احمد"),
        ("Russia`s", "Russia"),
        ("Russia´s", "Russia"),
        ("Russians’", "Russians"),
        ("James’s", "James"),
        ("O’Brien", "OBrien"),
        ("ﬀ ﬂ ﬃ", "ff fl ffi"),
        ("✈️ plane", "plane"),
    ],
)
def test_folding(one: str, other: str) -> None:
    """Two ways to write a word give the same terms."""
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("1.7 millionths", ["1.7", "millionths"], id="a decimal is one number"),
        pytest.param("until 1951.2 Over", ["1951.2", "1951"], id="a note's mark glued to a year"),
        pytest.param("7,000.23", ["7000.23", "7000"], id="a note's mark glued to an amount"),
        pytest.param("1,23 and 1,2345", ["1", "23", "1", "2345"], id="commas that part numbers"),
        pytest.param("version 1.2.3", ["version", "1.2.3"], id="points within"),
        pytest.param("MIG-29", ["mig29", "mig", "29"], id="letters and digits apart"),
        pytest.param("mig29", ["mig29", "mig", "29"], id="letters and digits together"),
        pytest.param("the 5th", ["5th", "5"], id="an ordinal"),
        pytest.param("My-\nanmar", ["myanmar", "anmar"], id="a word that a line end broke"),
        pytest.param(
            "anti- \n coup", ["anticoup", "anti", "coup"], id="perhaps a hyphen of its own"
        ),
        pytest.param("1989-\n1999", ["1989", "1999"], id="numbers are never joined"),
        pytest.param("Min-Aung", ["minaung", "min", "aung"], id="a hyphen inside a line"),
        pytest.param("can't it's what’s", [], id="stop words with apostrophes"),
        pytest.param("", [], id="nothing"),
        pytest.param("?! – …", [], id="no words"),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    """A text gives these terms, in order."""
    stemmed = [stem(word) for word in found]
    assert [term for term in terms(text) if term != "my"] == stemmed


@pytest.mark.parametrize(
    "forms",
    [
        ["seven", "7"],
        ["twenty-one", "twenty one", "21"],
        ["third", "3rd"],
        ["twenty-first", "21st"],
        ["$1.7 billion", "1.7bn", "US$1.7bn", "1,700 million", "1700000000", "1.7-billion"],
        ["400,000", "400 000", "400\u202f000", "400k", "four hundred thousand", "400 thousand"],
        ["a million", "one million", "1m dollars, or $1m", "1,000,000"],
        ["two dozen", "24"],
        ["one hundred and five", "a hundred and five", "105"],
        ["2½ million", "2.5 million", "2500000"],
    ],
)
def test_a_quantity_has_one_term(forms: list[str]) -> None:
    """However a quantity is written, one term is that of all its forms."""
    assert set.intersection(*(set(terms(form)) for form in forms))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("50%", "50 percent"),
        ("50%", "fifty per cent"),
        ("$80", "80 dollars"),
        ("5 km", "5 kilometres"),
        ("5 kilometers", "5 kilometres"),
        ("12 kg", "12 kilograms"),
    ],
)
def test_units(one: str, other: str) -> None:
    """A unit has the same terms by its sign, its short form and its name."""
    assert sorted(terms(one)) == sorted(terms(other))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("one of the ships", ["one", "ship"], id="one is no number"),
        pytest.param("millions of men", ["million", "men"], id="nor is a scale alone"),
        pytest.param("fifty-five", ["55"], id="the words of a number say no other"),
        pytest.param("1989 and 1990", ["1989", "1990"], id="years are no sum"),
        pytest.param("12 345 6", ["12", "345", "6"], id="a row of numbers"),
        pytest.param("5 million", ["5000000", "5", "million"], id="digits keep their words"),
        pytest.param("5m high", ["5m", "5", "m", "high"], id="metres are no money"),
        pytest.param("LB and LBs", ["lb", "lb"], id="capitals are no unit"),
        pytest.param("the 1990s", ["1990s", "1990"], id="a decade"),
        pytest.param("MPs, mps", ["mp", "mps", "mp"], id="plurals of abbreviations"),
        pytest.param("GPS", ["gps"], id="an abbreviation that ends like a plural"),
        pytest.param("d’Artagnan", ["dartagnan", "artagnan"], id="a word that was cut off"),
        pytest.param("H.M.S. Erebus", ["hms", "erebus"], id="full stops within"),
    ],
)
def test_numbers_and_abbreviations(text: str, found: list[str]) -> None:
    """These numbers and abbreviations have these terms, in order."""
    assert terms(text) == found


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Kestrel-9", "kestrel 9"),
        ("Kestrel–9", "Kestrel9"),
        ("Kestrel-9s", "kestrel9"),
        ("non-aligned", "nonaligned"),
        ("e-mail", "email"),
        ("e‑mail", "email"),
        ("X-ray", "xray"),
        ("peace-keeping", "peacekeeping"),
    ],
)
def test_hyphens(text: str, other: str) -> None:
    """What may be written with a hyphen finds what is written without it, and back."""
    assert set(terms(text)) & set(terms(other))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("non-aligned ships", ["nonalign", "non", "align", "ship"]),
        ("peace-keeping ships", ["peac", "keep", "ship"]),
        ("2021-22", ["2021", "22"]),
        ("seven-year", ["7", "year"]),
        ("jack-of-all-trades", ["jack", "trade"]),
    ],
)
def test_hyphens_of_a_question(text: str, found: list[str]) -> None:
    """In a question a hyphened word is a term as a whole only where it is often written as one."""
    assert [term.text for term in Analyzer().question_terms(text, ["en"])] == found


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "die Häuser", "Haus"),
        ("de-AT", "Brücken", "brucke"),
        ("fr", "les activités", "activite"),
        ("fr", "l’ambassadeur", "ambassadeurs"),
        ("es", "las negociaciones", "negociación"),
        ("it", "dell’ambasciata", "ambasciate"),
        ("pt", "as embarcações", "embarcação"),
        ("nl", "de schepen en schepen", "schepen"),
        ("ru", "русских кораблей", "русский корабль"),
        ("ru", "the ships", "ship"),
        ("en", "кораблей", "корабли"),
        ("my", "the ships", "ship"),
        ("", "the ships", "ship"),
        ("xx-unknown", "Boote", "boote"),
    ],
)
def test_languages(language: str, one: str, other: str) -> None:
    """Words are stemmed in the language of their script and document, and its stop words left out."""
    analyzer = Analyzer()
    first, second = (
        {term.text for term in analyzer.terms(text, language=language)} for text in (one, other)
    )
    assert first & second
    assert not {"the", "die", "les", "las", "as", "de", "en"} & first


def asked(text: str, *languages: str) -> list[str]:
    return [term.text for term in Analyzer().question_terms(text, languages)]


def test_a_question_in_one_language() -> None:
    """In English alone, or where no language is told, a question has the terms of a text."""
    text = "Who sold the 12 ships to Norway’s navy for $3 million?"
    assert asked(text) == asked(text, "en") == asked(text, "en-GB") == terms(text)


def test_a_question_to_documents_in_several_languages() -> None:
    """A word of a question has the terms of every language of the corpus."""
    assert {"activit", "activité"} & set(asked("activités", "en", "fr"))
    assert set(asked("bookings", "en", "de")) >= {"book", "booking"}
    assert asked("корабли ships", "en", "ru") == ["корабл", "ship"]


def test_stop_words_of_the_language_of_a_question() -> None:
    """A word is dropped if it is a stop word of the language in which the question is asked."""
    assert "die" in asked("who did die there", "en", "de")
    assert "die" not in asked("wer hat die Brücke gebaut", "en", "de")
    assert "der" in asked("the der", "en", "de")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Qu’est-ce que c’est ? Qu'il l'a"),
        ("it", "Dov'è? Quand’è? Com’era?"),
        ("ru", "Кем? Какова? Каковы?"),
    ],
)
def test_words_that_ask_in_other_languages_tell_nothing(language: str, text: str) -> None:
    """Question words are stop words, with what an apostrophe cuts off before them too."""
    assert asked(text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The keeper of the light said that it was the only one in the bay.", "en"),
        ("Der Wärter sagte, dass es in der Bucht nur einen Turm gibt und er ihn nicht sah.", "de"),
        ("Le gardien a dit que la tour est la seule de la baie et qu'il ne l'a pas vue.", "fr"),
        ("Смотритель сказал, что он не был на башне, и потому её не видел никто из нас.", "ru"),
        ("Vartija sanoi, ettei lahdella ole muuta tornia, eikä kukaan nähnyt sitä.", None),
        ("Tower 1901, Light 1902, Keeper 1903, Fog Horn 1904, Boat House 1905", None),
        ("灯塔的看守人说海湾里只有一座塔。", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    """A text is in the language whose stop words it clearly has most of, else in none that is told."""
    assert language_of_text(text) == language


def test_stop_words_of_a_question_can_be_kept() -> None:
    """A question of stop words alone can still be searched in any language."""
    found = Analyzer().question_terms("wer ist das", ["de", "en"], keep_stop_words=True)
    assert {term.text for term in found} >= {"wer", "das"}


@given(TEXTS, st.lists(st.sampled_from(["en", "de", "ru", "fr", "my", "zh"]), max_size=3))
def test_offsets_of_a_question(text: str, languages: list[str]) -> None:
    """Whatever the question and the languages, its terms stand within it and begin in order."""
    found = Analyzer(ALIASES).question_terms(text, languages)
    assert all(0 <= term.start < term.stop <= len(text) and term.text for term in found)
    assert all(one.start <= other.start for one, other in pairwise(found))


# ---------------------------------------------------------------- scripts


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "עִבְרִית", "ქართული", "አማርኛ"])
def test_words_of_other_scripts_are_whole(word: str) -> None:
    """Vowel signs and accents that are characters of their own don't cut a word."""
    found = Analyzer().terms(f"x1 {word} x2")
    assert [(term.start, term.stop) for term in found if term.start == 3] == [(3, 3 + len(word))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("မြန်မာ", "မြန် မြန်မာ မာ", id="Burmese"),
        pytest.param("မြန်\u200bမာ", "မြန် မြန်မာ မာ", id="Burmese with marked words"),
        pytest.param("မန္တလေး", "မန္တ မန္တလေး လေး", id="Burmese with a stacked consonant"),
        pytest.param("ภาษา", "ภา ภาษา ษา", id="Thai"),
        pytest.param("กลม", "กล ลม", id="Thai in bare consonants"),
        pytest.param("ก", "ก", id="a Thai letter alone"),
        pytest.param("ລາວດີ", "ລາ ລາວ ວດີ ດີ", id="Lao"),
        pytest.param("ភាសា\u200bខ្មែរ", "ភា ភាសា សា សាខ្មែ ខ្មែ ខ្មែរ", id="Khmer"),
        pytest.param("北京市", "北 北京 京 京市 市", id="Chinese"),
        pytest.param("東京タワー", "東 東京 京 京タ タワ ワー", id="Japanese"),
        pytest.param("ﾀﾜｰ", "タワ ワー", id="half-width kana"),
        pytest.param("ｶﾞｽ", "ガス", id="half-width kana with a voice mark"),
        pytest.param("서울에서 한", "서울 울에 에서 한", id="Korean"),
        pytest.param("UN北京2021年", "un 北 北京 京 2021 年", id="mixed with Latin letters"),
        pytest.param("၂၀၂၁ ခု", "2021 ခု", id="digits of another script"),
    ],
)
def test_scripts_without_spaces(text: str, found: str) -> None:
    """Syllables and signs are terms, and so is each pair of them that stands in one run.

    A bare consonant of Thai, Lao or Khmer, which mostly ends a syllable, is one with others alone.
    """
    assert terms(text) == found.split()


def test_the_place_of_a_syllable() -> None:
    """A pair spans both syllables, with the mark of a word's end between them."""
    found = [(t.text, t.start, t.stop) for t in Analyzer().terms("x ភា\u200bសា")]
    assert found == [("x", 0, 1), ("ភា", 2, 4), ("ភាសា", 2, 7), ("សា", 5, 7)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the US and us", ["us"]),
        ("WHO says who", ["who", "say"]),
        ("US", ["us"]),
        ("SHIPS CARRIED US AND THEM", ["ship", "carri"]),
        ("THE U.S. IS IT", ["us"]),
    ],
)
def test_capitals_tell_a_name_from_a_stop_word(text: str, found: list[str]) -> None:
    """US and WHO are names, us and who are not; where all is in capitals they tell nothing."""
    assert terms(text) == found


def test_stop_words_can_be_kept() -> None:
    """A question of stop words alone can still be searched."""
    assert [t.text for t in Analyzer().terms("who is it", keep_stop_words=True)] == [
        "who",
        "is",
        "it",
    ]
    assert all(fold(word) in STOP_WORDS for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maung Aye met Burma’s men", [("Maung Aye", "Maung Aye"), ("Myanmar", "Burma’s")]),
        ("Maung Maung Aye", [("Maung Maung Aye", "Maung Maung Aye")]),
        ("general maung aye", [("Maung Aye", "maung aye")]),
        ("Maung\nAye", [("Maung Aye", "Maung\nAye")]),
        ("the Myanmar junta", [("State Administration Council", "Myanmar junta"), ("Myanmar", "Myanmar")]),
        ("the Myan-\nmar junta", [*JUNTA]),
        ("C-in-\nC", [("Commander-in-Chief", "C-in-\nC")]),
        ("Commander-\nin-Chief", [("Commander-in-Chief", "Commander-\nin-Chief")]),
        ("tell us of the U.S. and US", [("United States", "U.S."), ("United States", "US")]),
        ("u.s. ships", [("United States", "u.s.")]),
        ("Aye Maung", []),
        ("Maung", []),
    ],
)  # fmt: skip
def test_names(text: str, found: list[tuple[str, str]]) -> None:
    """A group's term stands where one of its names does, and not for a part of another's name."""
    assert named(text) == found


def test_a_name_finds_every_other_of_its_group() -> None:
    """Two names of a group share a term."""
    assert set(terms("Burma", aliases=ALIASES)) & set(terms("Myanmar", aliases=ALIASES))


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Whatever the text, each term stands within it, they begin in order, and none is empty."""
    found = Analyzer(ALIASES).terms(text)
    assert all(0 <= term.start < term.stop <= len(text) and term.text for term in found)
    assert all(one.start <= other.start for one, other in pairwise(found))


@given(TEXTS)
def test_a_term_is_made_of_its_words(text: str) -> None:
    """The words that a term was made of give that term again, unless context told what they are."""
    analyzer = Analyzer(ALIASES)
    for term in analyzer.terms(text):
        words = text[term.start : term.stop]
        again = analyzer.terms(f"1{words}" if words == "%" else words, keep_stop_words=True)
        again += analyzer.terms(f"{words}1") if words in MONEY else []
        assert term.text in {other.text for other in again}


@given(st.text(max_size=12))
def test_folding_twice_changes_nothing(word: str) -> None:
    """What is folded stays as it is when it is folded again."""
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize("size", [1, 20_000])
@pytest.mark.parametrize(
    "piece",
    ["-", "a-", "1", "1,", "1 000 ", "\u0301", "မ", "မ္", "中", "한", "a'", "a.", "one ", "$"],
)
def test_hostile_texts(piece: str, size: int) -> None:
    """However often a sign is repeated, terms come out, and they stand in the text."""
    text = piece * size
    found = Analyzer(ALIASES, [("AAA", "one one one")]).terms(text)
    assert len(found) <= 3 * len(text)
    assert all(term.stop <= len(text) for term in found)


def test_threads() -> None:
    """Eight threads that share an analyzer get the terms that one gets alone."""
    analyzer = Analyzer(ALIASES)
    texts = [f"Ships{n} sailing to Burma’s harbours with MIG-29 parts in {n}" for n in range(200)]
    alone = [analyzer.terms(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [analyzer.terms(text) for text in texts], range(8)))
    assert all(found == alone for found in together)


def test_a_term_holds_no_white_space() -> None:
    """A ligature that stands for a phrase is one term: terms are saved with blanks between."""
    assert [term.text for term in Analyzer().terms("\ufdfa")] == ["صلىاللهعليهوسلم"]
