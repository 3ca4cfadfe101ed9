"""What is offered while somebody types what to ask the timeline for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive
from index.building import build
from index.timeline.topics import Topics
from tests.conftest import write_corpus

TODAY = dt.date(1903, 6, 10)
ANNALS = """Annals of Arn

1788

May 3: The Lind Company opens the Old Weir.

June: A regatta is held.

1790

May 3: The Lind Company sells the Old Weir to Ida Holm.

1902

May: The weir is painted.
"""


def timeline(folder: Path, text: str) -> Archive:
    build(write_corpus(folder / "corpus", {"annals.txt": text}), folder / "data")
    return Archive.open(folder / "data")


@pytest.fixture(scope="module")
def annals(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return timeline(tmp_path_factory.mktemp("annals"), ANNALS)


@pytest.fixture(scope="module")
def long_annals(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A timeline with an event in each of thirty years."""
    years = (f"{year}\n\nMay 2: The ferry is tarred." for year in range(1871, 1901))
    return timeline(tmp_path_factory.mktemp("long"), "Annals\n\n" + "\n\n".join(years))


def said(archive: Archive, typed: str) -> list[tuple[str, str, int, int]]:
    found = archive.suggest_when(typed, today=TODAY)
    return [(one.said, one.when, one.events, one.possible) for one in found]


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("since may 1790", ("since May 1790", "since may 1790", 2, 0), id="since"),
        pytest.param("1788..1790", ("1788–1790", "1788..1790", 3, 0), id="a range"),
        pytest.param("last year", ("1902", "last year", 1, 0), id="counted from today"),
        pytest.param("3 may", ("3 May of every year", "3 may", 2, 1), id="a day of every year"),
        pytest.param("may", ("May of every year", "may", 3, 0), id="a month of every year"),
        pytest.param("2 June 1788", ("2 June 1788", "2 June 1788", 0, 1), id="perhaps then"),
        pytest.param(" 4  may 2000 ", ("4 May 2000", "4 may 2000", 0, 0), id="nothing then"),
    ],
)
def test_a_date_expression_comes_first(
    annals: Archive, typed: str, first: tuple[str, str, int, int]
) -> None:
    """What is typed is offered as the time it is read as, with how many events fall or may fall in it."""
    assert said(annals, typed)[0] == first


def test_what_is_offered_finds_as_many_events(annals: Archive) -> None:
    """The timeline reads back what is offered, and holds as many events as were told."""
    for typed in ("", "1", "17", "may", "june", "since 17", "around 1789", "3 may"):
        offered = annals.suggest_when(typed, today=TODAY)
        assert offered or typed == "june"
        for one in offered:
            found = annals.timeline(when=one.when, today=TODAY)
            assert (one.events, one.possible) == (len(found.events), len(found.possible_events))
            assert (one.date is None) is (one.recurring is not None)
            assert one.date == found.when


def test_years_and_months_that_begin_so(annals: Archive) -> None:
    """Behind it come years and months with events that begin as typed, in order, each once."""
    assert [one[0] for one in said(annals, "17")] == [
        "1788", "May 1788", "June 1788", "1790", "May 1790",
    ]  # fmt: skip
    assert [one[0] for one in said(annals, "1790")] == ["1790", "May 1790"]
    assert [one[0] for one in said(annals, "may")] == [
        "May of every year", "May 1788", "May 1790", "May 1902",
    ]  # fmt: skip


def test_a_relation_is_completed(annals: Archive) -> None:
    """“since 17” offers the times since each year and month that begins so."""
    assert [one[:2] for one in said(annals, "since 1790")][:2] == [
        ("since 1790", "since 1790"),
        ("since May 1790", "since May 1790"),
    ]
    assert ("since 1788", "since 1788", 4, 0) in said(annals, "since 17")


def test_nothing_typed_offers_the_latest_years(annals: Archive, long_annals: Archive) -> None:
    """With nothing typed the latest years come; where there are many, the decades behind ten of them."""
    assert [one[0] for one in said(annals, "")] == ["1902", "1790", "1788"]
    latest = [one[0] for one in said(long_annals, "  ")]
    assert latest[:2] == ["1900", "1899"]
    assert latest[10:14] == ["the 1900s", "the 1890s", "the 1880s", "the 1870s"]
    assert len(latest) == 25


def test_decades_are_offered_where_there_are_many_years(
    annals: Archive, long_annals: Archive
) -> None:
    """A decade comes before its years, but not in a timeline of a few."""
    assert said(long_annals, "188")[:2] == [
        ("the 1880s", "the 1880s", 10, 0),
        ("1880", "1880", 1, 0),
    ]
    assert not any("s" in one[0] for one in said(annals, "17"))


@pytest.mark.parametrize("typed", ["zzz", "32 May 1788", "9" * 300, "may " * 90, "“", "..", "-"])
def test_what_is_no_time_offers_nothing(annals: Archive, typed: str) -> None:
    """What is no time and begins none offers nothing, and is no error."""
    assert annals.suggest_when(typed, today=TODAY) == ()


def test_no_more_than_wanted(long_annals: Archive) -> None:
    """At most as many as are wanted come."""
    assert len(long_annals.suggest_when("18", today=TODAY, limit=3)) == 3
    assert len(long_annals.suggest_topics("", limit=1)) == 1


# ---------------------------------------------------------------- topics


def test_topics_begin_as_typed(annals: Archive) -> None:
    """Words and phrases with capitals that begin as typed come with how many events hold them."""
    assert annals.suggest_topics("lind") == [("Lind Company", 2)]
    assert annals.suggest_topics("WEI") == [("Weir", 3), ("Old Weir", 2)]
    assert annals.suggest_topics("reg") == [("regatta", 1)]
    assert annals.suggest_topics("zz") == []


def test_a_topic_finds_as_many_events(annals: Archive) -> None:
    """The timeline about what is offered holds as many events as were told."""
    offered = annals.suggest_topics("", limit=25)
    assert offered
    for words, count in offered:
        assert len(annals.timeline(about=words, today=TODAY).events) == count


def test_nothing_typed_offers_the_commonest_topics(annals: Archive) -> None:
    """With nothing typed the commonest telling words and phrases come, no stop words and no months."""
    offered = [words for words, _ in annals.suggest_topics("")]
    assert offered[0] in ("Lind Company", "Weir", "Old Weir")
    assert not {"the", "May", "June", "is", "held", "Company"} & set(offered)


def test_topics_of_a_text_in_another_language() -> None:
    """Stop words are those of the events' own language."""
    topics = Topics([("Am 3. Mai wird die Brücke über die Lind geweiht.", "de")] * 2)
    assert "Brücke" in topics.suggest("", 25)
    assert not {"die", "wird", "Mai", "über"} & set(topics.counts)


def test_topics_of_nothing() -> None:
    """A timeline without events offers no topics."""
    assert Topics([]).suggest("", 5) == Topics([]).suggest("a", 5) == []


@settings(max_examples=150, deadline=None)
@given(
    typed=st.text(max_size=60) | st.text(st.sampled_from("1789 may-/.~XS?%.,“since"), max_size=60)
)
def test_any_text_may_be_typed(harbour: Archive, typed: str) -> None:
    """Whatever is typed, suggesting is no error, and what is offered can be offered."""
    for one in harbour.suggest_when(typed, today=TODAY):
        assert 0 < len(one.when) <= 100
        assert one.said
    for words, count in (*harbour.suggest_topics(typed), *harbour.suggest_names(typed)):
        assert 0 < len(words) <= 100
        assert count > 0
