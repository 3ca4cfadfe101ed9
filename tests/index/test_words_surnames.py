"""Surnames and the given names that go with them."""

from __future__ import annotations

import pytest

from index.words.surnames import Surnames, surname_of

_PEOPLE = ("Sergei Varlamov", "Anna Brodskaya", "Peter Lindqvist", "Maria Lindqvist", "Port Ashby")


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Sergei Varlamov", "varlamov"),
        ("Anne-Marie Okonkwo", "okonkwo"),
        ("Harbour Committee", ""),
        ("aung san", ""),
        ("B-52", ""),
        ("", ""),
    ],
)
def test_the_surname_of_a_name(name: str, surname: str) -> None:
    """A person's surname is the last word, folded; a body, a thing and nothing have none."""
    assert surname_of(name) == surname


@pytest.mark.parametrize(
    "question", ["did Sergey Varlamov go", "Peter Lindqvist", "Colonel Anna Brodskaya"]
)
def test_names_may_be_looked_up(question: str) -> None:
    """Names that are looked up by surname tell the same as those that are kept."""

    def bearers(surname: str) -> list[str]:
        return [name for name in _PEOPLE if name.casefold().endswith(surname)]

    words = question.split()
    kept, looked_up = Surnames(_PEOPLE), Surnames((), bearers)
    assert list(looked_up.covered(words)) == list(kept.covered(words))


def test_a_looked_up_name_that_only_ends_alike_is_nobodys() -> None:
    """A look-up may give too much: names of another surname don't count."""
    assert Surnames((), lambda _: ["Anna Brodskaya"]).given("varlamov") == frozenset()
