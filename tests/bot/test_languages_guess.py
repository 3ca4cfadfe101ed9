"""The language that a message is written in, by its letters."""

from __future__ import annotations

import pytest

from bot.languages import guess


@pytest.mark.parametrize(
    "text",
    [
        "Когда корабль вышел из Корка?",
        "Кто подписал договор о мачте (1871) — Byrne?",
        "Где объявили о продаже соли?",
        "Что писал Їжак о мачтах и рыбах? Эти грузы были тяжёлыми.",
    ],
)
def test_russian(text: str) -> None:
    """Mostly Cyrillic without letters that Russian lacks is Russian; a foreign name does no harm."""
    assert guess(text) == "ru"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Коли корабель вийшов із порту?", id="Ukrainian"),
        pytest.param("Калі карабель выйшаў з порта?", id="Belarusian"),
        pytest.param("Къде беше корабът през зимата?", id="Bulgarian"),
        pytest.param("Када је брод изашао из луке и чији је?", id="Serbian"),
        pytest.param("Кеме порттан қашан шықты?", id="Kazakh"),
        pytest.param("When did the ship leave Корк?", id="English with a Russian word"),
        pytest.param("When did she sail?", id="English"),
        pytest.param("船はいつ出ましたか", id="Japanese"),
        pytest.param("1871 ?!", id="no letters"),
        pytest.param("", id="nothing"),
    ],
)
def test_none_of_ours(text: str) -> None:
    """Other languages are not taken for one of ours."""
    assert guess(text) is None


def test_burmese() -> None:
    """Burmese script is Burmese, a Latin name in it too."""
    assert guess("သင်္ဘော Petrel ဘယ်တုန်းက ထွက်ခဲ့သလဲ") == "my"


def test_a_long_text_is_read_only_so_far() -> None:
    """What stands far behind doesn't count, so that no text is slow."""
    assert guess("корабли " * 400 + "қ" * 1_000_000) == "ru"
