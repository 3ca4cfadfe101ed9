"""Nothing that can be pressed, run or typed goes without a scenario.

A reader walks through everything that messages offer: each kind of press that the bot knows is come
upon and pressed, and each ends in one visible outcome. Commands and options are those that Discord
was told of.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import pytest

import bot.views  # noqa: F401, TID251  # registers every press
from bot import presses  # noqa: TID251  # what there is to be covered
from tests.discord_server.limits import BUTTON, LINK, SELECTS
from tests.scenarios.conftest import FreshDriver, corpus_dir
from tests.scenarios.driver import Driver, Json, Reply
from tests.scenarios.looking import answered, assert_once, assert_private

GAP = "Do quokkas hibernate?"
ABOUT = "Ask the documents about this"
#: What is sent in with a form, by the label of its input.
FILLED = {"Day, month, year or range": "1853"}
#: Presses after which a message is gone or another, so that they come last.
LAST = ("delete", "erased", "kept")

#: Every slash command with options that are all different from none.
COMMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "/ask": (
        "ordinary",
        {
            "question": "What happened to the Corrie?",
            "document": "log",
            "from": "1853",
            "to": "1855",
            "private": True,
        },
    ),
    "/timeline": (
        "ordinary",
        {"when": "1853..1855", "who": "Lord Ardent", "about": "light", "document": "log"},
    ),
    "/sources": ("ordinary", {"document": "log", "public": True}),
    "/cite": ("ordinary", {"passage": "", "style": "bibtex"}),
    "/help": ("ordinary", {}),
    "/privacy show": ("ordinary", {}),
    "/privacy export": ("ordinary", {}),
    "/privacy delete": ("ordinary", {}),
    "/settings show": ("admin", {}),
    "/corpus reindex": ("owner", {"full": True}),
}
#: What is typed into each option that completes, and a value that is then offered.
TYPED = {
    "/ask document": ("harb", "log"),
    "/ask from": ("185", "1853"),
    "/ask to": ("185", "1853"),
    "/timeline when": ("185", "1853"),
    "/timeline who": ("ard", "Ardent"),
    "/timeline about": ("wha", "whale"),
    "/timeline document": ("log", "log"),
    "/sources document": ("skerr", "town"),
    "/cite passage": ("keeper ines calder", ""),
}


def _leaves(command: Json, path: str = "") -> Iterator[tuple[str, list[Json]]]:
    """The paths of a command that can be run, each with its options."""
    path = f"{path} {command['name']}".strip()
    options = command.get("options") or []
    inner = [one for one in options if one["type"] in (1, 2)]
    for one in inner:
        yield from _leaves(one, path)
    if not inner:
        yield f"/{path}", options


def _registered(driver: Driver) -> dict[str, list[Json]]:
    slash = [command for command in driver.commands() if command.get("type", 1) == 1]
    return {path: options for command in slash for path, options in _leaves(command)}


async def test_each_command_and_option_is_used(driver: Driver) -> None:
    """All those registered and no others; each answers once with all of its options given."""
    registered = _registered(driver)
    assert registered.keys() == COMMANDS.keys()
    for path, options in registered.items():
        member, given = COMMANDS[path]
        assert {option["name"] for option in options} == given.keys(), path
        if path == "/corpus reindex":
            continue  # in `test_each_kind_of_press_ends_in_one_outcome`
        if path == "/cite":
            [(_, passage), *_] = await driver.autocomplete("/cite passage", "keeper ines calder")
            given = {**given, "passage": passage}
        reply = await driver.slash(path, member=member, options=given)
        assert_once(reply)


async def test_each_option_that_completes_is_typed_into(driver: Driver) -> None:
    completed = {
        f"{path} {option['name']}"
        for path, options in _registered(driver).items()
        for option in options
        if option.get("autocomplete")
    }
    assert completed == TYPED.keys()
    for path, (typed, value) in TYPED.items():
        offered = await driver.autocomplete(path, typed)
        assert any(value in offer for _, offer in offered), path
        await driver.autocomplete(path, "zz\u202e@everyone ||")  # it is answered


async def test_each_message_menu_is_opened(driver: Driver) -> None:
    menus = [one["name"] for one in driver.commands() if one.get("type", 1) != 1]
    assert menus == [ABOUT]
    posted = await driver.post("When was the harbour of Skerrow dug?", member="second")
    assert_private(await driver.context_menu(ABOUT, posted))


# ---------------------------------------------------------------- presses


class Walk:
    """Presses every kind that it comes upon, until nothing is new."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.pressed: set[str] = set()
        self._waiting: deque[Reply] = deque()
        self._made: list[tuple[str, Reply]] = []

    async def begin(self, start: Callable[[], Awaitable[Reply]]) -> None:
        """Press on from here, again and again as long as that leads to something new."""
        known = -1
        while known < len(self.pressed):
            known = len(self.pressed)
            self._waiting.append(await start())
            await self._go()

    async def _go(self) -> None:
        late: list[tuple[Reply, str]] = []
        while self._waiting:
            reply = self._waiting.popleft()
            for kind in list(_kinds(reply)):
                if kind.split(".")[0] in LAST:
                    late.append((reply, kind))
                elif kind not in self.pressed:
                    await self.press(reply, kind)
        for reply, kind in late:
            if kind not in self.pressed and kind in list(_kinds(reply)):
                await self.press(reply, kind)

    @property
    def kinds(self) -> set[str]:
        """Of presses, as they are registered."""
        return {kind.split(".")[0].removesuffix(" menu") for kind in self.pressed}

    async def press(self, reply: Reply, kind: str) -> Reply | None:
        """Press the first of this kind, and send in what it opens; None if there is none any more."""
        found = next((one for one in _all(reply) if one[0] == kind), None)
        if found is None:  # a press before has turned the page
            return None
        _, component, option = found
        self.pressed.add(kind)
        if option is None:
            made = await reply.click(component["custom_id"], until=answered)
        else:
            made = await reply.select(option, menu=component["custom_id"], until=answered)
        self._seen(kind, made)
        if made.modal is not None:
            sent_as = str((made.modal_json or {}).get("custom_id", "")).split(":")[1]
            self.pressed.add(sent_as)
            sent = await made.modal.submit(
                {label: _value(label, field) for label, field in made.modal.fields.items()}
            )
            self._seen(sent_as, sent)
        return made

    def _seen(self, kind: str, made: Reply) -> None:
        assert not made.failed, kind
        assert made.outcomes == 1, (kind, made)
        assert "Something went wrong" not in made.text, (kind, made)
        self._waiting.append(made)
        self._made.append((kind, made))

    def check(self) -> None:
        """Nothing came of any press later on."""
        for kind, made in self._made:
            assert made.outcomes == 1, (kind, made)


def _value(label: str, field: Json) -> Any:
    if field["type"] in SELECTS:
        return [field["options"][0]["label"]]
    return FILLED.get(label, "Some words.")


def _all(reply: Reply) -> Iterator[tuple[str, Json, str | None]]:
    """(kind, component, label of the option) of each press that a message offers."""
    for one in reply.components:
        kind = str(one.get("custom_id", "")).split(":")[1:2]
        if not kind or one.get("disabled"):
            continue
        if one["type"] == BUTTON and one.get("style") != LINK:
            yield kind[0], one, None
        elif one["type"] in SELECTS and kind[0] == presses.MENU:
            for option in one["options"]:
                yield option["value"], one, option["label"]
        elif one["type"] in SELECTS:
            yield f"{kind[0]} menu", one, one["options"][0]["label"]


def _kinds(reply: Reply) -> Iterator[str]:
    yield from dict.fromkeys(kind for kind, _, _ in _all(reply))


async def _long_section(driver: Driver) -> Reply:
    outline = await driver.slash("/sources", document="diary")
    return await outline.select("Days", menu="Open a section")


@pytest.mark.slow
async def test_each_kind_of_press_ends_in_one_outcome(fresh_driver: FreshDriver) -> None:
    """Every kind that is registered is come upon by pressing, and every press is answered once."""
    driver = await fresh_driver()
    corpus = corpus_dir(driver)
    (corpus / "broken.pdf").write_bytes(b"%PDF-")
    long = "\n\n".join(f"Day {n}: the masons worked on the mole until dusk." for n in range(2_000))
    notes = "\n".join(f"[^{n}]: Report of day {n}." for n in range(1, 60))
    marks = " ".join(f"Day {n} is told there.[^{n}]" for n in range(1, 60))
    (corpus / "diary.md").write_text(
        f"# Diary of the mole\n\n## Days\n\n{long}\n\n## Reports\n\n{marks}\n\n{notes}\n",
        encoding="utf-8",
    )
    inn = "The inn of Skerrow opened in 1931.\n\n" * 9
    (corpus / "inn.txt").write_text(f"{inn}It had\x01 six beds.\n", encoding="utf-8")
    report = await driver.slash(
        "/corpus reindex",
        member="owner",
        full=True,
        until=lambda reply: "read anew" in reply.text,
    )
    assert_private(report)
    walk = Walk(driver)
    for path, options in (
        ("/ask", {"question": "What happened to the Corrie in the harbour?"}),
        ("/ask", {"question": "What happened in 1853?", "private": True}),
        ("/ask", {"question": GAP}),
        ("/timeline", {}),
        ("/timeline", {"when": "1854"}),
        ("/sources", {}),
        ("/sources", {"document": "diary"}),
        ("/sources", {"document": "inn"}),
        ("/help", {}),
        ("/privacy show", {}),
    ):
        await walk.begin(partial(driver.slash, path, member="admin", options=options))
    await walk.begin(partial(driver.slash, "/settings show", member="admin"))
    await walk.begin(partial(_long_section, driver))
    for last in ("kept", "erased"):
        await (await driver.slash("/ask", question=GAP)).click("Tell the curators")
        shown = await driver.slash("/privacy show")
        asked = await walk.press(shown, "erase")
        assert asked is not None
        assert await walk.press(asked, last) is not None
    walk.check()
    assert walk.kinds == presses._HANDLERS.keys()
