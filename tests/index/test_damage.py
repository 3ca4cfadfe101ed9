"""Damage that stays in the text: it is reported with its place, and nothing is changed."""

from __future__ import annotations

import pytest

from index.reading import read


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("caf\u00c3\u00a9 noir", id="French"),
        pytest.param("it\u00e2\u20ac\u2122s late", id="an apostrophe"),
        pytest.param("Привет".encode().decode("cp1252", "ignore"), id="Russian"),
    ],
)
def test_misread_utf_8_is_reported(text: str) -> None:
    """UTF-8 that was read as Windows-1252 and saved so stays as it is and is reported."""
    reading = read(f"One.\n\n{text}\n".encode(), "x.txt")
    assert text in reading.text
    (warning,) = reading.warnings
    assert "saved wrongly" in warning.text
    assert warning.line == 3


@pytest.mark.parametrize(
    "text",
    ["Ça, MANHÃ, «IRMÃ», AÇÃO e Ângela", "PÂNĂ Â»", "Ðýr, Ñandú Ñoño", "Ã…ngström? naïveté"],
)
def test_what_only_looks_misread(text: str) -> None:
    """Words with capitals that misread UTF-8 has too are not reported."""
    assert not read(text.encode(), "x.txt").warnings


def test_zawgyi_is_reported() -> None:
    """Burmese in Zawgyi's encoding is reported; in Unicode it is not; neither is changed."""
    zawgyi = "\u1031\u1014\u1015\u103c\u102e \u1031\u1000\u102c\u1004\u1039\u1038 " * 5
    unicode = "\u1014\u1031\u1015\u103c\u102e \u1000\u1031\u102c\u1004\u103a\u1038 " * 5
    (warning,) = read(zawgyi.encode(), "x.txt").warnings
    assert "Zawgyi" in warning.text
    assert not read(unicode.encode(), "x.txt").warnings


def test_broken_burmese_is_reported() -> None:
    """A vowel sign that has lost its letter is reported and stays."""
    text = "\u1014\u1031\u1015\u103c\u102e " * 40 + "\u102e\u1038"
    reading = read(text.encode(), "x.txt")
    assert reading.text == text.strip()
    assert "broken in 1 place" in reading.warnings[0].text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("UN Doc. SC/1446210, March 2021, and no more.", id="a number and a day"),
        pytest.param("Words. " + "n" * 60 + " and more words of it.", id="blanks that are missing"),
        pytest.param(
            "Here theWords haveRunning intoEach otherWithout anyBlank betweenThem, whichOften happensInside "
            "oldFiles.",
            id="words without blanks",
        ),
    ],
)
def test_what_ran_together_is_reported(text: str) -> None:
    """Fields and words that ran together stay so, and are reported with their line."""
    reading = read(f"First line here.\n\n{text}\n".encode(), "x.txt")
    assert text in reading.text
    (warning,) = reading.warnings
    assert "together" in warning.text or "missing" in warning.text
    assert warning.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "UN Doc. A/RES/75/287, March 2021.",
        "iPhone, McDonald, eBay and JavaScript are names.",
        "နိုင်ငံတော်သမ္မတရုံးမှထုတ်ပြန်ကြေညာချက်အရအစည်းအဝေးကိုကျင်းပခဲ့သည်",
    ],
)
def test_what_is_no_damage(text: str) -> None:
    """Numbers, names and scripts without blanks are as they should be."""
    assert read(f"First line here.\n\n{text}\n".encode(), "x.txt").warnings == ()


def test_damage_on_a_page_is_reported_with_the_page() -> None:
    """Where pages are known, damage is reported with its page."""
    text = "One page.\fAnother, with cafÃ© on it.\fA third."
    (warning,) = read(text.encode(), "x.txt").warnings
    assert (warning.page, warning.line) == (2, None)


def test_an_endless_word_is_one() -> None:
    """A word without end counts once, and stands on the first line."""
    (warning,) = read(("n" * 5_000 + " and more.").encode(), "x.txt").warnings
    assert warning.text.startswith("A word of 45 letters or more")
    assert warning.line == 1
