"""Nothing that can be pressed, run or typed goes without a scenario.

A reader walks through everything that messages offer: each kind of press that the bot knows is come
upon and pressed, and each ends in one visible outcome. Commands and options are those that Discord
was told of.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

import bot.views  # noqa: F401, TID251  # registers every press
from bot import presses  # noqa: TID251  # what there is to be covered
from tests.discord_server.limits import BUTTON, LINK, SELECTS, TEXT_INPUT
from tests.discord_server.members import CHANNEL_MENU, FILES, ROLE_MENU
from tests.scenarios.conftest import FreshDriver, corpus_dir
from tests.scenarios.driver import Driver, Json, Reply
from tests.scenarios.looking import answered, assert_once, assert_private

GAP = "Do quokkas hibernate?"
ABOUT = "Ask the documents about this"
PETREL = b"""The Petrel

1871

March 4: The Petrel sailed from Cork with forty men.
May 9: Jonas Hale became keeper of the Petrel.
June 2: The cook left the ship at Kinsale.
July 3: A gale took the foremast.
August 5: Seven casks of oil were landed.
September 6: The owners paid for a new mast.
"""
SETTINGS = b'{"form": "archivist server settings", "version": 1, "settings": {"length": "%s"}}'
#: What is sent in with a form, by the label of its input.
FILLED = {
    "Day, month, year or range": "1853",
    "The passage that answers": "two hundred masons north mole",
    "Date": "May 1882",
    "Language": "en",
}
#: What is chosen in menus of the server's channels and roles.
CHOSEN = {
    CHANNEL_MENU: {"local": "general", "simulator": "general"},
    ROLE_MENU: {"local": "Moderators", "simulator": "Moderator"},
}
#: Presses after which a message is gone or another, so that they come last.
LAST = ("delete", "erased", "kept")
#: What stands there while more is to come.
UNDERWAY = ("Reading the ", "Being indexed", "being made anew;", "waits for its turn")
REFUSED = re.compile("^-# Error [0-9a-f]+", re.MULTILINE)
#: Modules of `bot.views` whose presses are those of who looks after a server's documents.
ADMINISTRATORS = ("aliases", "audit", "builds", "edits", "gaps", "settings", "uploads")


@dataclass(frozen=True, slots=True)
class Typed:
    """The value of the first that is offered when this is typed."""

    text: str


def _file(number: int) -> tuple[str, bytes]:
    return f"note-{number}.md", f"# Note {number}\n\nOn {number} May 1899 the pier fell.".encode()


#: Every slash command of readers with options that are all different from none.
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
        {
            "when": "1853..1855",
            "who": "Lord Ardent",
            "about": "light",
            "document": "log",
            "private": True,
        },
    ),
    "/sources": ("ordinary", {"document": "log", "public": True}),
    "/cite": ("ordinary", {"passage": "", "style": "bibtex"}),
    "/help": ("ordinary", {}),
    "/privacy show": ("ordinary", {}),
    "/privacy export": ("ordinary", {}),
    "/privacy delete": ("ordinary", {}),
}
#: Those of administrators, who have a document in the main server.
ADMINISTRATION: dict[str, tuple[str, dict[str, Any]]] = {
    "/corpus add": (
        "admin",
        {f"file{n or ''}": _file(n + 1) for n in (0, 2, 3, 4, 5)},
    ),
    "/corpus replace": (
        "admin",
        {"document": Typed("petrel"), "file": ("new.txt", PETREL + b"\nOctober 7: She sailed.\n")},
    ),
    "/corpus remove": ("admin", {"document": Typed("petrel")}),
    "/corpus show": ("admin", {"document": Typed("petrel")}),
    "/corpus list": ("admin", {}),
    "/corpus status": ("admin", {}),
    "/corpus history": ("admin", {}),
    "/corpus reindex": ("owner", {"dry-run": True, "full": True}),
    "/corpus rollback": ("owner", {}),
    "/timeline-edit hide": ("admin", {"event": Typed("hale")}),
    "/timeline-edit redate": ("admin", {"event": Typed("hale"), "date": "10 May 1871"}),
    "/timeline-edit retitle": ("admin", {"event": Typed("hale"), "headline": "A keeper"}),
    "/timeline-edit add": (
        "admin",
        {
            "document": Typed("petrel"),
            "quote": "with forty men",
            "date": "5 March 1871",
            "headline": "Under way",
        },
    ),
    "/timeline-edit merge": (
        "admin",
        {
            "first": Typed("hale"),
            "second": Typed("kinsale"),
            "third": Typed("foremast"),
            "fourth": Typed("casks"),
            "fifth": Typed("new mast"),
        },
    ),
    "/timeline-edit undo": ("admin", {"collection": Typed("this server")}),
    "/aliases add": (
        "admin",
        {"names": "Petrel, Stormbird", "collection": Typed("this server")},
    ),
    "/aliases list": ("admin", {"collection": Typed("this server")}),
    "/aliases remove": ("admin", {"collection": Typed("this server")}),
    "/gaps": ("admin", {}),
    "/settings show": ("admin", {}),
    "/settings export": ("admin", {}),
    "/settings import": ("admin", {"file": ("settings.json", SETTINGS % b"long")}),
    "/audit": ("owner", {"action": Typed("document"), "who": "admin", "all": True}),
    "/diagnose": ("admin", {"channel": "staff"}),
    "/corpus rename": ("admin", {"document": Typed("petrel"), "title": "The Petrel and her men"}),
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


HOSTILE = "zz\u202e@everyone ||"


def _settled(reply: Reply) -> bool:
    """For ``until``: what came of it is the last of it."""
    underway = any(said in reply.text for said in UNDERWAY) or "Cancel the build" in reply.labels
    return answered(reply) and not underway


def _refused(reply: Reply) -> bool:
    """Whether it says that something wasn't done."""
    return "Something went wrong" in reply.text or REFUSED.search(reply.text) is not None


async def _added(driver: Driver, *files: tuple[str, bytes], member: str = "admin") -> None:
    """Add documents to the main server, and index them."""
    options = {f"file{n or ''}": file for n, file in zip((0, 2, 3, 4, 5), files, strict=False)}
    preview = await driver.slash("/corpus add", member=member, options=options, until=_settled)
    saved = await preview.click("Save", until=_settled)
    assert "searchable" in saved.text, saved


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
    """All those registered and no others; each of readers answers once with all of its options."""
    registered = _registered(driver)
    assert registered.keys() == COMMANDS.keys() | ADMINISTRATION.keys()
    for path, options in registered.items():
        member, given = (COMMANDS | ADMINISTRATION)[path]
        assert {option["name"] for option in options} == given.keys(), path
        if path in ADMINISTRATION:
            continue  # in `test_each_command_of_administrators_is_used`
        if path == "/cite":
            [(_, passage), *_] = await driver.autocomplete("/cite passage", "keeper ines calder")
            given = {**given, "passage": passage}
        reply = await driver.slash(path, member=member, options=given)
        assert_once(reply)
        assert not _refused(reply), (path, reply)


@pytest.mark.slow
async def test_each_command_of_administrators_is_used(fresh_driver: FreshDriver) -> None:
    """Each answers privately and once with all of its options given, of which those are offered
    that complete, whatever is typed.
    """
    driver = await fresh_driver()
    await _added(driver, ("petrel.txt", PETREL))
    for path, (member, given) in ADMINISTRATION.items():
        options = dict(given)
        for name, value in given.items():
            if isinstance(value, Typed):
                offered = await driver.autocomplete(f"{path} {name}", value.text, member=member)
                assert offered, (path, name)
                options[name] = offered[0][1]
                await driver.autocomplete(f"{path} {name}", HOSTILE, member=member)
        reply = await driver.slash(path, member=member, options=options, until=_settled)
        assert_private(reply)
        assert _settled(reply), (path, reply)
        assert not _refused(reply), (path, reply)


async def test_each_option_that_completes_is_typed_into(driver: Driver) -> None:
    completed = {
        f"{path} {option['name']}"
        for path, options in _registered(driver).items()
        for option in options
        if option.get("autocomplete")
    }
    typed_into = {
        f"{path} {name}"
        for path, (_, given) in ADMINISTRATION.items()
        for name, value in given.items()
        if isinstance(value, Typed)
    }
    assert completed == TYPED.keys() | typed_into
    for path, (typed, value) in TYPED.items():
        offered = await driver.autocomplete(path, typed)
        assert any(value in offer for _, offer in offered), path
        await driver.autocomplete(path, HOSTILE)  # it is answered


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
        self._waiting: list[Reply] = []  # the last is the next
        self._made: list[tuple[str, Reply]] = []
        self._numbers = itertools.count(1)  # of files

    async def begin(self, start: Callable[[], Awaitable[Reply]]) -> None:
        """Press on from here, again and again as long as that leads to something new."""
        known = -1
        while known < len(self.pressed):
            known = len(self.pressed)
            reply = await start()
            if reply.modal is not None:
                reply = await self._send_in(reply)
            assert not _refused(reply), reply
            self._waiting.append(reply)
            await self._go()

    async def _go(self) -> None:
        """What comes of a press is pressed on first: it may have taken the place of the page."""
        late: list[tuple[Reply, str]] = []
        while self._waiting:
            reply = self._waiting[-1]
            offered = list(_kinds(reply))
            late += [(reply, kind) for kind in offered if kind.split(".")[0] in LAST]
            new = [k for k in offered if k not in self.pressed and k.split(".")[0] not in LAST]
            if new:
                await self.press(reply, new[0])
            else:
                self._waiting.remove(reply)
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
            made = await reply.click(component["custom_id"], until=_settled)
        elif component["type"] in CHOSEN:
            chosen = CHOSEN[component["type"]][self.driver.name]
            [native] = reply.natives()
            made = await self.driver.press(
                native, component, [chosen], member=reply.member, until=_settled
            )
        else:
            made = await reply.select(option, menu=component["custom_id"], until=_settled)
        self._seen(kind, made)
        if made.modal is not None:
            await self._send_in(made)
        return made

    async def _send_in(self, opened: Reply) -> Reply:
        """Send in the form that was opened; what came of it."""
        assert opened.modal is not None
        sent_as = str((opened.modal_json or {}).get("custom_id", "")).split(":")[1]
        self.pressed.add(sent_as)
        sent = await opened.modal.submit(
            {label: self._value(label, field) for label, field in opened.modal.fields.items()}
        )
        await self.driver.until(lambda: _settled(sent))
        self._seen(sent_as, sent)
        return sent

    def _value(self, label: str, field: Json) -> Any:
        """What is put into a field of a form."""
        if field["type"] == FILES:
            return [_file(next(self._numbers)) for _ in range(2)]
        if field["type"] != TEXT_INPUT:
            return [field["options"][0]["label"]]
        return field.get("value") or FILLED.get(label, "Some words.")

    def _seen(self, kind: str, made: Reply) -> None:
        assert not made.failed, kind
        assert made.outcomes == 1, (kind, made)
        assert made.modal is not None or _settled(made), (kind, made)
        assert not _refused(made), (kind, made)
        self._waiting.append(made)
        self._made.append((kind, made))

    def check(self) -> None:
        """Nothing came of any press later on."""
        for kind, made in self._made:
            assert made.outcomes == 1, (kind, made)


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
            options = one.get("options") or [{"label": ""}]  # of channels and roles it has none
            yield f"{kind[0]} menu", one, options[0]["label"]


def _kinds(reply: Reply) -> Iterator[str]:
    yield from dict.fromkeys(kind for kind, _, _ in _all(reply))


async def _long_section(driver: Driver) -> Reply:
    outline = await driver.slash("/sources", document="diary")
    return await outline.select("Days", menu="Open a section")


def _of(*modules: str) -> set[str]:
    """The kinds of presses of these modules."""
    named = {f"bot.views.{module}" for module in modules}
    return {
        kind
        for kind, handler in presses._HANDLERS.items()
        if getattr(handler, "func", handler).__module__ in named
    }


@pytest.mark.slow
async def test_each_kind_of_press_ends_in_one_outcome(fresh_driver: FreshDriver) -> None:
    """Every kind of readers' is come upon by pressing, and every press is answered once."""
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
    # What could not be read of the owner's folder is told to the owner alone.
    await walk.begin(partial(driver.slash, "/sources", member="owner"))
    for path, options in (
        ("/ask", {"question": "What happened to the Corrie in the harbour?"}),
        ("/ask", {"question": "What happened in 1853?", "private": True}),
        ("/ask", {"question": GAP}),
        ("/timeline", {}),
        ("/timeline", {"when": "1854"}),
        ("/sources", {"document": "diary"}),
        ("/sources", {"document": "inn"}),
        ("/help", {}),
        ("/privacy show", {}),
    ):
        await walk.begin(partial(driver.slash, path, member="admin", options=options))
    await walk.begin(partial(_long_section, driver))
    for last in ("kept", "erased"):
        await (await driver.slash("/ask", question=GAP)).click("Tell the curators")
        shown = await driver.slash("/privacy show")
        asked = await walk.press(shown, "erase")
        assert asked is not None
        assert await walk.press(asked, last) is not None
    walk.check()
    others = _of(*ADMINISTRATORS) | {"told"}
    assert presses._HANDLERS.keys() - others <= walk.kinds


# ---------------------------------------------------------------- presses of administrators


async def _settings_page(driver: Driver, page: str) -> Reply:
    return await (await driver.slash("/settings show", member="owner")).click(page)


async def _collection(driver: Driver, name: str) -> Reply:
    return await (await _settings_page(driver, "Documents")).select(name)


async def _import(driver: Driver, lengths: Iterator[bytes]) -> Reply:
    file = ("settings.json", SETTINGS % next(lengths))
    return await driver.slash("/settings import", member="owner", file=file)


async def _gap(driver: Driver, member: str = "ordinary") -> Reply:
    """A group of questions that found nothing and whose asker wishes to be told."""
    answer = await driver.slash("/ask", question=GAP, member=member)
    await (await answer.click("Tell the curators")).click("Tell me when it is answered")
    listed = await driver.slash("/gaps", member="owner")
    return await listed.click("Open\u00a01")


def _told(driver: Driver, member: str) -> list[Reply]:
    """Direct messages that tell of a passage that answers."""
    return [one for one in driver.dms(member) if "told" in _kinds(one)]


async def _previewed(driver: Driver, path: str, **options: Any) -> Reply:
    """The preview of a correction; of the first entry that is offered, unless it makes one."""
    if path != "/timeline-edit add":
        [(_, event), *_] = await driver.autocomplete(f"{path} event", "1871", member="owner")
        options["event"] = event
    return await driver.slash(path, member="owner", options=options)


async def _names(driver: Driver, number: Iterator[int]) -> Reply:
    names = f"Petrel, Stormbird{next(number)}"
    return await driver.slash("/aliases add", member="owner", names=names)


async def _saved(preview: Reply) -> None:
    await preview.click("Save", until=_settled)


async def _one_added(driver: Driver, numbers: Iterator[int]) -> Reply:
    file = _file(next(numbers))
    return await driver.slash("/corpus add", member="owner", file=file, until=_settled)


async def _document(driver: Driver) -> Reply:
    [(_, document), *_] = await driver.autocomplete("/corpus show document", "", member="owner")
    return await driver.slash("/corpus show", member="owner", document=document)


async def _cancelled(walk: Walk) -> None:
    """Cancel a build that is going on."""
    driver = walk.driver
    folder = corpus_dir(driver) / "days"
    folder.mkdir()
    for number in range(200):
        text = f"On day {number} the masons of Skerrow worked on the mole until dusk.\n\n" * 600
        (folder / f"day-{number}.txt").write_text(text, encoding="utf-8")
    going_on = await driver.slash(
        "/corpus reindex",
        member="owner",
        until=lambda reply: "Cancel the build" in reply.labels,
    )
    assert await walk.press(going_on, "build_cancel") is not None
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _check(walk: Walk, *modules: str) -> None:
    """Every kind of these was come upon, and every press answered once."""
    walk.check()
    assert _of(*modules) <= walk.kinds
    assert walk.kinds <= presses._HANDLERS.keys()


@pytest.mark.slow
async def test_each_press_on_documents_and_builds_ends_in_one_outcome(
    fresh_driver: FreshDriver,
) -> None:
    driver = await fresh_driver()
    walk = Walk(driver)
    await walk.begin(partial(driver.slash, "/corpus add", member="owner"))
    await walk.begin(partial(_one_added, driver, itertools.count(50)))
    await walk.begin(partial(_document, driver))
    asked = await (await _document(driver)).click("Remove")
    await asked.click("Remove", until=_settled)  # the list then leads to what can be brought back
    await walk.begin(partial(driver.slash, "/corpus list", member="owner"))
    await _cancelled(walk)
    await walk.begin(partial(driver.slash, "/corpus status", member="owner"))
    for kind in ("roll_back_no", "roll_back"):
        asked = await driver.slash("/corpus rollback", member="owner")
        assert await walk.press(asked, kind) is not None
    _check(walk, "uploads", "builds")


@pytest.mark.slow
async def test_each_press_on_corrections_and_names_ends_in_one_outcome(
    fresh_driver: FreshDriver,
) -> None:
    """The audit log that they leave among them."""
    driver = await fresh_driver()
    await _added(driver, ("petrel.txt", PETREL), member="owner")
    walk = Walk(driver)
    await walk.begin(partial(_previewed, driver, "/timeline-edit hide"))
    wrong = {"document": "The Petrel", "quote": "Jonas Hall became keeper", "date": "9 May 1871"}
    await walk.begin(partial(_previewed, driver, "/timeline-edit add", **wrong))
    numbers = itertools.count(1)
    await walk.begin(partial(_names, driver, numbers))
    corrections = [
        await _previewed(driver, "/timeline-edit retitle", headline=f"Headline {n}")
        for n in range(9)
    ]
    groups = [await _names(driver, numbers) for _ in range(11)]
    await asyncio.gather(*map(_saved, (*corrections, *groups)))
    for path in ("/timeline-edit undo", "/aliases list", "/audit"):
        await walk.begin(partial(driver.slash, path, member="owner"))
    _check(walk, "edits", "aliases", "audit")


@pytest.mark.slow
async def test_each_press_on_gaps_and_settings_ends_in_one_outcome(
    fresh_driver: FreshDriver,
) -> None:
    """And the one of the message that tells an asker what answers."""
    driver = await fresh_driver()
    board = corpus_dir(driver) / "board"
    board.mkdir()
    (board / "minutes.txt").write_text("On 1 May 1901 the board met.", encoding="utf-8")
    await driver.slash("/corpus reindex", member="owner", until=_settled)
    walk = Walk(driver)
    await walk.begin(partial(_gap, driver))
    await walk.begin(partial(driver.slash, "/gaps", member="owner"))
    form = (await (await _gap(driver, "second")).click("Name a passage")).modal
    assert form is not None
    passage = "The passage that answers"
    found = await form.submit({passage: FILLED[passage]})
    await (await found.click("Choose\u00a01")).click("This answers it")
    await driver.until(lambda: _told(driver, "second"))
    assert await walk.press(_told(driver, "second")[-1], "told") is not None
    for page in ("Where and how often", "People and data", "Documents"):
        await walk.begin(partial(_settings_page, driver, page))
    await walk.begin(partial(_collection, driver, "board"))
    await walk.begin(partial(driver.slash, "/settings show", member="owner"))
    await walk.begin(partial(_import, driver, itertools.cycle((b"long", b"short"))))
    _check(walk, "gaps", "settings")
    assert "told" in walk.kinds
