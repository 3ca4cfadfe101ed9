"""Whom a typed name means."""

from __future__ import annotations

import pytest

from index.analysis import Analyzer
from index.dates.edtf import from_edtf
from index.model import Event, Locator
from index.timeline.people import Meant, People

ALIASES = (("Ilse Varga", "Captain Varga", "the Kestrel's captain"), ("Harbour Board", "HB"))


def event(*actors: str, places: tuple[str, ...] = ()) -> Event:
    return Event("e", from_edtf("1890"), "1890", "", Locator("d", (), 0, 0), "p", actors=actors,
                 places=places)  # fmt: skip


PEOPLE = People(
    [
        event("Ilse Varga", "Aldo Brandt", places=("Ostmark",)),
        event("Ilse Varga", "Harbour Board"),
        event("Maung Aye", "Maung Maung Aye", "Maung Maung Kyaw"),
        event("Sergei Shoigu", "José Núñez"),
        event("Aung San Suu Kyi", "Anna Brandt"),
    ],
    Analyzer(ALIASES),
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("Ilse Varga", "Ilse Varga", id="itself"),
        pytest.param("captain varga", "Ilse Varga", id="an alias"),
        pytest.param("HB", "Harbour Board", id="an acronym among the aliases"),
        pytest.param("jose nunez", "José Núñez", id="without accents"),
        pytest.param("ASSK", "Aung San Suu Kyi", id="initials"),
        pytest.param("A.S.S.K.", "Aung San Suu Kyi", id="initials with points"),
        pytest.param("S. Shoigu", "Sergei Shoigu", id="a first letter and the surname"),
        pytest.param("Sergey Shoygu", "Sergei Shoigu", id="misspelt"),
        pytest.param("Ostmrak", "Ostmark", id="letters turned round"),
        pytest.param("maung maung aye", "Maung Maung Aye", id="not the one with fewer names"),
    ],
)
def test_a_name_is_read(typed: str, name: str) -> None:
    """A name is found by itself, an alias, its initials, or nearly so spelt."""
    assert PEOPLE.meant(typed) == Meant(name)


@pytest.mark.parametrize("typed", ["AB", "Maung Maung", "Zzyzx", "A. Brandt"])
def test_an_unclear_name_is_nobodys(typed: str) -> None:
    """What may mean several people, or nobody, is not taken for one of them."""
    assert PEOPLE.meant(typed).name is None


def test_the_nearest_names_are_offered() -> None:
    """For a name that is not known, the nearest ones come, three at most."""
    meant = PEOPLE.meant("Maung Maung")
    assert meant.name is None
    assert "Maung Maung Aye" in meant.suggestions
    assert len(meant.suggestions) <= 3


def test_suggestions_begin_with_what_is_typed() -> None:
    """Names that begin as typed come first, then those of which a word does; aliases count."""
    assert PEOPLE.suggest("br") == [("Aldo Brandt", 1), ("Anna Brandt", 1)]
    assert PEOPLE.suggest("capt") == [("Ilse Varga", 2)]
    assert PEOPLE.suggest("")[0] == ("Ilse Varga", 2)
    assert PEOPLE.suggest("xyz") == []


@pytest.mark.parametrize("typed", ["ass", "A.S.S.K.", "assk"])
def test_suggestions_take_initials(typed: str) -> None:
    """Somebody is suggested by the first letters of all names, with points or without."""
    assert PEOPLE.suggest(typed) == [("Aung San Suu Kyi", 1)]


def test_suggestions_take_aliases_of_several_words() -> None:
    """Whoever an alias begins, or a word of one, comes under the name that stands in events."""
    assert PEOPLE.suggest("the kes") == [("Ilse Varga", 2)]
    assert PEOPLE.suggest("hb") == [("Harbour Board", 1)]
    assert ("Ilse Varga", 2) in PEOPLE.suggest("captain")


def test_an_alias_group_that_events_call_otherwise() -> None:
    """Where events name a group by another than its first name, that one is suggested and meant."""
    people = People([event("HB"), event("HB")], Analyzer(ALIASES))
    assert people.suggest("harb") == [("HB", 2)]
    assert people.meant("Harbour Board") == Meant("HB")


def test_names_that_begin_so_come_before_initials() -> None:
    """Best are names that begin as typed, then initials, then words inside a name."""
    people = People([event("Mara Aune"), event("Magda Orr"), event("Jan Maas")], Analyzer(()))
    assert [name for name, _ in people.suggest("ma")] == ["Magda Orr", "Mara Aune", "Jan Maas"]
    assert [name for name, _ in people.suggest("mo")] == ["Magda Orr"]
