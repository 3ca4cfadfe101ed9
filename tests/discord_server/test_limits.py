"""Each documented limit: what just fits passes, one more is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.discord_server import limits
from tests.discord_server.world import COMPONENTS_V2


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": f"b{number}", **more}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def menu(count: int = 1, **more: Any) -> dict[str, Any]:
    options = [{"label": f"o{n}", "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "menu", "options": options, **more}


def v2(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": COMPONENTS_V2, "components": list(components), **more}


def embed(**more: Any) -> dict[str, Any]:
    return {"embeds": [more]}


FITS = {
    "content": {"content": "x" * 2000},
    "five buttons": {"components": [row(*(button(n) for n in range(5)))]},
    "forty components": v2({"type": 17, "components": [text() for _ in range(39)]}),
    "4,000 characters": v2(text("x" * 2000), text("y" * 2000)),
    "25 options": {"components": [row(menu(25))]},
    "label": {"components": [row(button(label="x" * 80))]},
    "embeds": {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]},
    "section": v2({"type": 9, "components": [text()], "accessory": button()}),
}
TOO_MUCH = {
    "nothing": {},
    "content": {"content": "x" * 2001},
    "six buttons": {"components": [row(*(button(n) for n in range(6)))]},
    "six rows": {"components": [row(button(n)) for n in range(6)]},
    "button beside a menu": {"components": [row(menu(), button())]},
    "41 components": v2({"type": 17, "components": [text() for _ in range(40)]}),
    "4,001 characters": v2(text("x" * 2000), text("y" * 2001)),
    "no text": v2(text("")),
    "content beside V2": v2(text(), content="x"),
    "embeds beside V2": v2(text(), embeds=[{"title": "x"}]),
    "V2 without its flag": {"components": [text()]},
    "the same custom_id": v2(row(button(1)), row(button(1))),
    "custom_id": v2(row(button(custom_id="x" * 101))),
    "no custom_id": v2(row(button(custom_id=""))),
    "label": v2(row(button(label="x" * 81))),
    "no label": v2(row(button(label=""))),
    "26 options": v2(row(menu(26))),
    "option": v2(row(menu(options=[{"label": "x" * 101, "value": "v"}]))),
    "the same value": v2(row(menu(options=[{"label": "a", "value": "v"}] * 2))),
    "placeholder": v2(row(menu(placeholder="x" * 151))),
    "more than there are": v2(row(menu(1, max_values=2))),
    "section without accessory": v2({"type": 9, "components": [text()]}),
    "section of four": v2({"type": 9, "components": [text()] * 4, "accessory": button()}),
    "container in a container": v2(
        {"type": 17, "components": [{"type": 17, "components": [text()]}]}
    ),
    "empty row": v2(row()),
    "eleven pictures": v2({"type": 12, "items": [{"media": {"url": "https://a.example/b"}}] * 11}),
    "missing file": v2({"type": 13, "file": {"url": "attachment://a.txt"}}),
    "file from elsewhere": v2({"type": 13, "file": {"url": "https://a.example/b"}}),
    "button outside a row": v2(button()),
    "title": embed(title="x" * 257),
    "field without name": embed(fields=[{"name": "", "value": "x"}]),
    "26 fields": embed(fields=[{"name": "n", "value": "v"}] * 26),
    "6,000 in embeds": {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    "eleven embeds": {"embeds": [{"title": "x"}] * 11},
    "listed and parsed": {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS.keys())
def test_what_fits_passes(body: dict[str, Any]) -> None:
    assert limits.message_problems(body) == []


@pytest.mark.parametrize("body", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_one_more_is_refused(body: dict[str, Any]) -> None:
    assert limits.message_problems(body)


def test_a_file_has_ten_mebibytes() -> None:
    most = 10 * 1024 * 1024
    assert limits.message_problems({}, [("a.bin", most)]) == []
    assert limits.message_problems({}, [("a.bin", most + 1)])[0].code == 40005


def test_with_v2_a_file_needs_a_component() -> None:
    """Otherwise nobody would see it."""
    shown = v2({"type": 13, "file": {"url": "attachment://a.txt"}})
    assert limits.message_problems(shown, [("a.txt", 1)]) == []
    assert limits.message_problems(v2(text()), [("a.txt", 1)])


def form(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "T", "custom_id": "f", "components": list(components), **more}


def label(number: int = 0, **more: Any) -> dict[str, Any]:
    field = {"type": 4, "style": 1, "custom_id": f"f{number}", **more}
    return {"type": 18, "label": "L", "component": field}


@pytest.mark.parametrize(
    ("modal", "fits"),
    [
        (form(*(label(n) for n in range(5))), True),
        (form(*(label(n) for n in range(6))), False),
        (form(), False),
        (form(label(), title="x" * 46), False),
        (form(label(max_length=4001)), False),
        (form(label(placeholder="x" * 101)), False),
        (form(label(1), label(1)), False),
        (form({"type": 18, "label": "L", "component": menu(2)}), True),
        (form(button()), False),
    ],
)
def test_forms(modal: dict[str, Any], fits: bool) -> None:
    assert (limits.modal_problems(modal) == []) is fits


@pytest.mark.parametrize(
    ("choices", "fits"),
    [
        ([{"name": "n", "value": "v"}] * 25, True),
        ([{"name": "n", "value": "v"}] * 26, False),
        ([{"name": "x" * 101, "value": "v"}], False),
        ([{"name": "n", "value": "x" * 101}], False),
        ([{"name": "", "value": "v"}], False),
    ],
)
def test_choices(choices: list[dict[str, Any]], fits: bool) -> None:
    assert (limits.choice_problems(choices) == []) is fits


def command(**more: Any) -> dict[str, Any]:
    return {"name": "ask", "type": 1, "description": "Ask", **more}


def option(name: str = "a", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": 3, "description": "d", **more}


LARGE = [option(str(n), choices=[{"name": "x" * 100, "value": "y" * 100}] * 20) for n in range(3)]


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        pytest.param(command(), True, id="plain"),
        pytest.param(command(name_localizations={"ru": "спросить"}), True, id="Russian"),
        pytest.param(command(name_localizations={"my": "မေး"}), False, id="no such locale"),
        pytest.param(command(name="Ask"), False, id="capital"),
        pytest.param(command(name="ask me"), False, id="space"),
        pytest.param(command(name="x" * 33), False, id="long name"),
        pytest.param(command(description="x" * 101), False, id="long description"),
        pytest.param(command(options=[option(str(n)) for n in range(26)]), False, id="26 options"),
        pytest.param(command(options=[option("a"), option("b", required=True)]), False, id="required last"),
        pytest.param(command(options=[option("a"), option("a")]), False, id="same option"),
        pytest.param(command(type=3, name="Ask about this", description=""), True, id="menu"),
        pytest.param(command(contexts=[0, 3]), False, id="context"),
        pytest.param(command(options=LARGE), False, id="8,000 characters"),
    ],
)  # fmt: skip
def test_commands(one: dict[str, Any], fits: bool) -> None:
    assert (limits.commands_problems([one]) == []) is fits


def test_two_commands_have_two_names() -> None:
    assert limits.commands_problems([command(), command()])
