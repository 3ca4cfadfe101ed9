"""Acronyms are found where a document defines them, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.acronyms import acronym_pairs, find_acronyms
from index.analysis import GROUP, Analyzer
from index.analysis.analyzer import group_term


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The Harbour Pilots Union (HPU) met.", "HPU", "Harbour Pilots Union"),
        ("Talks with the HPU (Harbour Pilots Union) began.", "HPU", "Harbour Pilots Union"),
        ("the Harbour Pilots Union [HPU]", "HPU", "Harbour Pilots Union"),
        ("the Harbour\nPilots  Union (HPU)", "HPU", "Harbour Pilots Union"),
        ("“Harbour Pilots Union” (“HPU”)", "HPU", "Harbour Pilots Union"),
        ("Harbour Pilots Union (hereafter: the HPU)", "HPU", "Harbour Pilots Union"),
        ("Harbour Pilots Union (HPU; founded 1911)", "HPU", "Harbour Pilots Union"),
        ("HPU (Harbour Pilots Union, in Dutch HLV)", "HPU", "Harbour Pilots Union"),
        ("the Association of Ports of the North (APON)", "APON", "Association of Ports of the North"),
        ("the Office of Island Customs (OIC)", "OIC", "Office of Island Customs"),
        ("free trade zones (FTZs)", "FTZ", "free trade zones"),
        ("the Officer-in-Charge (O-i-C)", "O-i-C", "Officer-in-Charge"),
        ("Salt & Timber Company (S&TC)", "S&TC", "Salt & Timber Company"),
        ("the Ministry of Ports (MoP)", "MoP", "Ministry of Ports"),
        ("the Ministry of Trade, Ports and Ice (MOTPI)", "MOTPI", "Ministry of Trade, Ports and Ice"),
        ("Brackwater Boat League (BBL)", "BBL", "Brackwater Boat League"),
        ("Bristol Basketball League (BBL)", "BBL", "Bristol Basketball League"),
        ("phenylbutazone (PB)", "PB", "phenylbutazone"),
        ("Союз Портовых Лоцманов (СПЛ)", "СПЛ", "Союз Портовых Лоцманов"),
        ("The U.S. Bureau of Lights (USBL)", "USBL", "U.S. Bureau of Lights"),
    ],
)  # fmt: skip
def test_definitions(text: str, short: str, long: str) -> None:
    """A short form is found with the words it stands for, whichever comes first."""
    assert acronym_pairs(text) == ((short, long),)


@pytest.mark.parametrize(
    "text",
    [
        "the largest port of the region (Lerwick)",
        "pilots rarely agree (see above)",
        "the second part, in it the third (II)",
        "they use this (US) as well",
        "its fleet (HPU)",
        "Pilots left the harbour. Unions followed (HPU)",
        "the agreement (the “Agreement”)",
        "Harbour Pilots Union (1911)",
        "the NPA (a body of forty men that met twice and never again in that year)",
        "A (b) C (d)",
        "((HPU))",
        "(HPU)",
        "",
    ],
)
def test_what_defines_nothing(text: str) -> None:
    """Places, remarks, numbers and letters that stand for other words are no acronyms."""
    assert find_acronyms(text) == ()


def test_the_place_of_a_definition() -> None:
    """The span holds both forms and the closing bracket."""
    text = "So the Harbour Pilots Union (HPU) and the LB (Light Board) met."
    found = find_acronyms(text)
    assert [text[a.start : a.stop] for a in found] == [
        "Harbour Pilots Union (HPU)",
        "LB (Light Board)",
    ]


@given(st.text(st.sampled_from("AB ab()[].,;\n-“”İ"), max_size=80))
def test_any_text(text: str) -> None:
    """Whatever the text, what is found stands in it."""
    for found in find_acronyms(text):
        assert 0 <= found.start < found.stop <= len(text)
        assert found.short in text[found.start : found.stop]


@pytest.mark.parametrize("piece", ["(", "(A", "(AB) ", "A (a b)", "A B C (ABC) ", "((((AB)", "[("])
def test_hostile_texts(piece: str) -> None:
    """Thousands of brackets, open or closed, are read to the end."""
    assert len(find_acronyms(piece * 10_000)) <= 10_000


# ---------------------------------------------------------------- as names


def words(found: object) -> set[str]:
    return {term.text for term in found}  # type: ignore[attr-defined]


def test_either_form_finds_the_other() -> None:
    """With its acronyms an analyzer gives both forms one term, the same in every document."""
    one = Analyzer().for_document("en", [("HPU", "Harbour Pilots Union")])
    other = Analyzer(acronyms=[("FTZ", "free trade zones"), ("HPU", "Harbour pilots union")])
    assert words(one.terms("the HPU")) & words(other.terms("harbour pilots union")) == {
        f"{GROUP}harbour_pilot_union"
    }
    assert one.names == {f"{GROUP}harbour_pilot_union": "Harbour Pilots Union"}


@pytest.mark.parametrize("text", ["an FTZ", "two FTZs", "a free trade zone", "free trade zones"])
def test_plurals(text: str) -> None:
    """The plural of an acronym, or of what it stands for, is that acronym too."""
    analyzer = Analyzer(acronyms=[("FTZ", "free trade zones")])
    assert f"{GROUP}free_trade_zone" in words(analyzer.terms(text))


def test_several_long_forms() -> None:
    """A short form that stands for two things has the term of each."""
    analyzer = Analyzer(acronyms=[("LB", "Light Board"), ("LB", "Lime Bank")])
    assert words(analyzer.terms("LB")) == {f"{GROUP}light_board", f"{GROUP}lime_bank", "lb"}


def test_more_meanings_than_anybody_gives_a_short_form() -> None:
    """A document that gives a short form hundreds of meanings gets terms for the first few only."""
    pairs = [("LB", f"Light Board{n}") for n in range(300)]
    found = words(Analyzer(acronyms=pairs).terms("LB"))
    assert f"{GROUP}light_board0" in found
    assert len(found) < 20


def test_names_that_begin_alike() -> None:
    """Of thousands of names that begin with one word each is found, and no other."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    pairs = [(f"PX{a}{b}".upper(), f"Port x {a}a {b}b") for a in letters for b in letters]
    found = words(Analyzer(acronyms=pairs).terms("the Port X Da Kb, and port after port " * 200))
    assert {term for term in found if term.startswith(GROUP)} == {f"{GROUP}port_x_da_kb"}


def test_an_alias_group_wins() -> None:
    """No group is made of a pair that the owner's aliases hold already; one that they hold half is."""
    aliases = (("Harbour Pilots Union", "HPU"), ("Light Board",))
    analyzer = Analyzer(aliases, [("HPU", "Harbour Pilots Union"), ("LB", "Light Board")])
    assert words(analyzer.terms("HPU")) == {group_term(aliases[0]), "hpu"}
    assert f"{GROUP}light_board" in words(analyzer.terms("LB"))


def test_small_letters() -> None:
    """Only a question may write an acronym in small letters: a document's "map" is a map."""
    analyzer = Analyzer(acronyms=[("MAP", "Mooring Aid Plan")])
    term = f"{GROUP}moor_aid_plan"
    assert term not in words(analyzer.terms("a map"))
    assert term in words(analyzer.question_terms("a map", ["en"]))
    assert term in words(analyzer.terms("the MAP"))


def test_no_acronyms_no_new_analyzer() -> None:
    """An analyzer that is given no acronyms stays itself."""
    analyzer = Analyzer()
    assert analyzer.for_document("en") is analyzer
