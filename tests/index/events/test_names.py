"""Who and where: the actors and places that a text names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from index.analysis import Analyzer
from index.events.names import Names, canonical, names_in

_CASES = Path(__file__).parents[2] / "cases" / "names.txt"
_PLAIN = Analyzer()
_ALIASED = Analyzer(
    [
        ("Ilse Varga", "Captain Varga", "the harbour's captain", "Varga"),
        ("Harbour Council", "HC", "the council's men"),
        ("Norway", "Kingdom of Norway"),
        ("helicopter", "chopper"),
        ("defence ministry", "Ministry of Defence"),
        ("Orlan-10", "Orlan"),
        ("Ostmark Airport", "Ostmark field"),
    ]
)


def _cases() -> list[object]:
    found: list[object] = []
    _, _, lines = _CASES.read_text(encoding="utf-8").partition("\n\n")
    for line in lines.splitlines():
        if line.count("|") == 3:
            title, *cells = (cell.strip() for cell in line.split("|"))
            found.append(pytest.param(*cells, id=title))
    assert found
    return found


def _listed(cell: str) -> tuple[str, ...]:
    return () if cell == "none" else tuple(name.strip() for name in cell.split(";"))


@pytest.mark.parametrize(("text", "actors", "places"), _cases())
def test_case(text: str, actors: str, places: str) -> None:
    """Each golden case names exactly these actors and places, in this order."""
    found = names_in(text.replace("\\n", "\n"), _PLAIN)
    assert found == Names(_listed(actors), _listed(places))


# ---------------------------------------------------------------- aliases


def test_an_alias_is_shown_by_its_groups_first_name() -> None:
    """Any name of a group, in small letters too, gives the group's first name, once."""
    found = names_in("Captain Varga rose; the harbour's captain sang; Varga left.", _ALIASED)
    assert found.actors == ("Ilse Varga",)


def test_titles_around_an_alias_are_no_actors() -> None:
    """What stands before an aliased name is its title."""
    found = names_in("Deputy Harbour Minister Admiral Ilse Varga spoke.", _ALIASED)
    assert found.actors == ("Ilse Varga",)


def test_an_alias_of_a_place_is_a_place() -> None:
    """Groups whose first name is of a place count as places."""
    found = names_in("The Kingdom of Norway closed Ostmark field.", _ALIASED)
    assert found == Names((), ("Norway", "Ostmark Airport"))


@pytest.mark.parametrize("text", ["A chopper came.", "A Chopper came.", "An Orlan fell."])
def test_aliases_of_things_are_neither(text: str) -> None:
    """Groups of ordinary words and of products name no actor."""
    assert names_in(text, _ALIASED) == Names()


def test_ordinary_words_written_as_a_bodys_name_are_one() -> None:
    """A group whose first name is ordinary words counts where a body's name is written."""
    assert names_in("The Ministry of Defence agreed.", _ALIASED).actors == ("defence ministry",)
    assert names_in("The ministry of defence agreed.", _ALIASED).actors == ()


def test_an_alias_inside_a_longer_name_of_a_body_does_not_count() -> None:
    """The bank of a country is not the country."""
    found = names_in("The Norway Fisheries Bank met the HC.", _ALIASED)
    assert found == Names(("Norway Fisheries Bank", "Harbour Council"), ())


def test_a_surname_alias_does_not_take_another_persons_name() -> None:
    """Someone else's full name that ends in an aliased surname is someone else."""
    assert names_in("Igor Varga met Ilse Varga.", _ALIASED).actors == ("Igor Varga", "Ilse Varga")


# ---------------------------------------------------------------- one form


def test_a_surname_is_the_one_fuller_name_that_ends_in_it() -> None:
    """Shorter names map to the fuller name when exactly one fits."""
    names = ["Sergei Orlov", "Orlov", "bin Nasser", "Khalid bin Nasser", "Nasser"]
    assert canonical(names) == {
        "Orlov": "Sergei Orlov",
        "bin Nasser": "Khalid bin Nasser",
        "Nasser": "Khalid bin Nasser",
    }


def test_a_surname_of_two_people_stays() -> None:
    """Where two fuller names end alike, the surname is neither."""
    assert canonical(["Orlov", "Sergei Orlov", "Anna Orlov"]) == {}


def test_burmese_names_have_no_surname() -> None:
    """Names that end alike are different people; a name may begin a fuller one."""
    three = ["Maung Aye", "Maung Maung Aye", "Maung Maung Kyaw"]
    assert canonical(three) == {}
    assert canonical(["Khin Mya", "Khin Mya Htun"]) == {"Khin Mya": "Khin Mya Htun"}


def test_family_names_that_stand_first() -> None:
    """A Chinese or Korean family name stands for the one name that begins with it."""
    assert canonical(["Zhao", "Zhao Meiling", "Meiling"]) == {"Zhao": "Zhao Meiling"}


def test_royal_numbers_and_juniors() -> None:
    """Numbers of kings tell them apart; "Jr." does not hide the surname."""
    names = ["Matilda II", "Queen Matilda II", "Matilda", "Reed", "Paul Reed Jr."]
    assert canonical(names) == {"Matilda II": "Queen Matilda II", "Reed": "Paul Reed Jr."}


def test_a_bodys_kind_is_no_short_name() -> None:
    """ "Security Council" may be many councils."""
    assert canonical(["Security Council", "UN Security Council", "Council"]) == {}


# ---------------------------------------------------------------- hostile and large texts


@pytest.mark.parametrize(
    "unit",
    ["Aa ", "A. ", "A ", "John Smith ", "A-", "A'", "Bank of ", "A\n", "Foo Bar said ", "X (X) ",
     "U Ko ", "The ", "Varga ", "of Norway "],
)  # fmt: skip
def test_time_grows_with_the_text(unit: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""

    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        took = []
        for _ in range(2):
            started = time.process_time()
            names_in(text, _ALIASED)
            took.append(time.process_time() - started)
        return min(took)

    seconds(2_000)
    assert seconds(80_000) < 10 * seconds(20_000) + 0.02


@pytest.mark.parametrize("text", ["", " ", "\n\n", ".", "’s", "A", "О", "Dr.", "of", "\u0301A"])
def test_texts_of_nothing(text: str) -> None:
    """Scraps of text name nobody and are no error."""
    assert names_in(text, _ALIASED) == Names()
