"""What somebody finds who tries everything: old buttons, forged ones, rights of others, builds elsewhere."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from bot.documents import key  # noqa: TID251  # what stands for a document in a button
from bot.state import By, Grant, open_state  # noqa: TID251  # what was chosen before
from index.building import build
from index.collections import edits_folder, server_collection
from tests.conftest import HARBOUR, write_corpus
from tests.discord_server.limits import BUTTON, LINK, SELECTS
from tests.discord_server.world import Member
from tests.scenarios.conftest import FreshDriver
from tests.scenarios.driver import Driver, RejectedError, Reply
from tests.scenarios.local import LocalDriver
from tests.scenarios.test_visibility import ANSWERED, GAP, HOSTILE, OURS, put, told

pytestmark = pytest.mark.slow

#: Words that stand in `HOSTILE` and nowhere else, but for questions.
THEIRS = ("smugglers", "Bandits", "Zebulon", "hibernate in", "Quirke")
ALIASES = """[[alias]]
names = ["harbour", "Quokkas", "Leith"]
[[alias]]
names = ["Ines Calder", "Lord Ardent"]
"""
ASKED = (GAP, "Who was Zebulon Quirk?", "What is the HQB?", "harbour")
TYPED = (
    ("/ask document", ""),
    ("/timeline when", ""),
    ("/timeline who", ""),
    ("/timeline about", ""),
    ("/cite passage", "harbour"),
    ("/timeline-edit hide event", ""),
)
#: Kinds of presses that change something, or are no look at documents.
CHANGING = ("delete", "plain", "helpful", "unhelpful", "report", "curators", "thread")
Values = list[str] | None


def give(driver: Driver, *grants: Grant) -> None:
    """Say who may search which of the owner's collections; the bot is stopped meanwhile."""

    async def keep() -> None:
        state = open_state(driver.data)
        try:
            by = By(driver.user_id("owner"), None, dt.datetime.now(dt.UTC))
            for grant in grants:
                await state.set_grant(grant, by)
        finally:
            await state.close()

    with ThreadPoolExecutor(1) as pool:  # a loop runs in this thread already
        pool.submit(asyncio.run, keep()).result()


def open_to(driver: LocalDriver) -> tuple[Grant, Grant]:
    """Of the server `main`: ``board`` for moderators alone, ``den`` in the channel ``staff`` alone."""
    main = driver.server.world.guild("main")
    role = next(role.id for role in main.roles if role.name == "Moderators")
    staff = driver.server.world.channel("staff", "main").id
    return (
        Grant(main.id, "board", "some", roles=(role,)),
        Grant(main.id, "den", "some", channels=(staff,)),
    )


def hidden_files() -> dict[str, str]:
    """The same documents in each folder of the owner's that members of `main` don't see."""
    folders = ("secret", "board", "den")
    return {f"{folder}/{name}": text for folder in folders for name, text in HOSTILE.items()}


def presses(reply: Reply) -> Iterator[tuple[Any, dict[str, Any], Values]]:
    """All that can be pressed and chosen in a reply, but for what changes something."""
    for native in reply.natives():
        for one in reply.json_of(native)["components"]:
            for component in _inside(one):
                kind = str(component.get("custom_id", "")).split(":")[1:2]
                if not kind or kind[0] in CHANGING or component.get("style") == LINK:
                    continue
                if component["type"] == BUTTON:
                    yield native, component, None
                elif component["type"] in SELECTS:
                    values = [option["value"] for option in component.get("options", ())]
                    for value in values:
                        if value.split(".")[0] not in CHANGING:
                            yield native, component, [value]


def _inside(component: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    within = [*component.get("components", ()), component.get("accessory")]
    yield dict(component)
    for one in filter(None, within):
        yield from _inside(one)


async def press_all(reply: Reply, member: str, *, every: int = 1) -> list[tuple[str, Reply]]:
    """What comes of each, or of each so many, in the order in which they stand there now."""
    made = []
    for native, component, values in list(presses(reply))[::every]:
        what = f"{component['custom_id']} {values or ''}"
        with suppress(RejectedError):
            found = await reply.driver.press(native, component, values, member=member, bypass=True)
            made.append((what, found))
    return made


async def look(driver: Driver, old: Mapping[str, Reply]) -> AsyncIterator[tuple[str, list[str]]]:
    """What members and administrators of `main` see, index numbers with it."""
    for name, reply in old.items():
        for what, found in await press_all(reply, "second", every=2):
            yield f"{name}: {what}", told_all(found)
    for number, question in enumerate(ASKED):
        answer = await driver.slash("/ask", question=question, private=number % 2 == 0)
        yield question, told_all(answer)
    for path in ("/timeline", "/sources", "/help"):
        yield path, told_all(await driver.slash(path))
    yield "a document", told_all(await driver.slash("/sources", document="town.md"))
    yield "direct", told_all(await driver.slash("/timeline", dm=True))
    for path in ("/corpus status", "/corpus list", "/aliases list", "/settings export"):
        yield path, told_all(await driver.slash(path, member="admin"))
    for path, typed in TYPED:
        yield f"{path} {typed}", [str(await driver.autocomplete(path, typed, member="admin"))]


def told_all(reply: Reply) -> list[str]:
    """As `told`, then with the numbers of the index, and the ids of what can be pressed."""
    parts = [reply.text, *(str(one.get("custom_id")) for one in reply.components)]
    numbered = [re.sub(r"Error [0-9a-f]{8}|\d{15,}", "<id>", part) for part in parts]
    return [*told(reply), *numbered]


@pytest.mark.parametrize("fresh_driver", ["local"], indirect=True)
async def test_what_is_indexed_elsewhere_changes_nothing(fresh_driver: FreshDriver) -> None:
    """Not a letter: old buttons, new answers, administrators' pages, files and index numbers."""
    driver = await fresh_driver()
    assert isinstance(driver, LocalDriver)
    await driver.restart(lambda: give(driver, *open_to(driver)))
    await put(driver, {"main": OURS})
    old = {
        "answer": await driver.slash("/ask", question=ANSWERED),
        "timeline": await driver.slash("/timeline", when="1853"),
        "document": await driver.slash("/sources", document="town.md", public=True),
    }
    expected = dict([one async for one in look(driver, old)])
    write_corpus(driver.corpus, hidden_files())
    for collection in ("secret", server_collection(driver.guild_id("other"))):
        write_corpus(edits_folder(driver.data, collection), {"aliases.toml": ALIASES})
    await put(driver, {"other": HOSTILE})
    found = dict([one async for one in look(driver, old)])
    differing = {
        what: (seen, found[what]) for what, seen in expected.items() if seen != found[what]
    }
    assert found.keys() == expected.keys()
    assert differing == {}
    write_corpus(driver.data / "uploads" / str(driver.guild_id()), {"new.txt": "Slate is grey.\n"})
    await put(driver, {})
    assert "indexed anew" in (await old["answer"].click("Context", member="second")).text


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDriver]:
    """A bot with folders that are hidden or limited, and documents in both servers, all alike."""
    place = tmp_path_factory.mktemp("crowded")
    write_corpus(place / "corpus", {**HARBOUR, **hidden_files()})
    driver = LocalDriver(place / "corpus", place / "data", deadline=10.0)

    async def begin() -> None:
        await driver.start()

        def fill() -> None:
            give(driver, *open_to(driver))
            for guild, files in (("main", OURS), ("other", HOSTILE)):
                write_corpus(place / "data" / "uploads" / str(driver.guild_id(guild)), dict(files))
            build(driver.corpus, driver.data)

        await driver.restart(fill)

    asyncio.run(begin())
    yield driver
    asyncio.run(driver.stop())


def _moderator(driver: LocalDriver) -> Member:
    return driver.server.world.guild("main").members[driver.user_id("moderator")]


async def test_buttons_of_who_lost_a_role_show_nothing_more(crowded: LocalDriver) -> None:
    """None of those that an earlier private answer, timeline, list or document has."""
    own: dict[str, Any] = {"member": "moderator"}
    replies = [
        await crowded.slash("/ask", question="Do quokkas hibernate?", private=True, **own),
        await crowded.slash("/timeline", when="1701", private=True, **own),
        await crowded.slash("/sources", **own),
        await crowded.slash("/sources", document="board/quarry", **own),
    ]
    assert "Quokkas hibernate" in replies[0].text.replace("*", "")
    assert "Zebulon" in replies[1].text
    member = _moderator(crowded)
    roles, member.roles = member.roles, []
    try:
        for reply in replies:
            for what, found in await press_all(reply, "moderator"):
                content = b"".join(found.files.values()).decode(errors="replace")
                seen = [word for word in THEIRS if word in found.text + content]
                assert seen == [], (what, found)
                assert not found.failed, what
    finally:
        member.roles = roles


async def test_what_is_limited_to_a_role_is_not_shared(crowded: LocalDriver) -> None:
    """A private answer is asked again for all who can read the channel; so is a timeline."""
    for path, options in (
        ("/ask", {"question": "Do quokkas hibernate?"}),
        ("/timeline", {"when": "1701"}),
    ):
        private = await crowded.slash(
            path, member="moderator", options={**options, "private": True}
        )
        assert "Quirke" in private.text
        shared = await private.click("Share")
        assert not shared.ephemeral
        assert "Quirke" not in shared.text


async def test_a_forged_button_names_nothing_of_others(crowded: LocalDriver) -> None:
    """Keys of hidden documents and passages are answered as keys that nothing has."""
    mine = await crowded.slash("/ask", question=ANSWERED)
    other = crowded.guild_id("other")
    offered = await crowded.autocomplete("/cite passage", "quokkas", member="moderator")
    [passage] = [value for name, value in offered if "Quokkas hibernate" in name][:1] or [
        offered[0][1]
    ]
    hidden = [key(f"{other}.quarry"), key("secret/quarry"), key("board/quarry")]
    nothing = key("nothing")
    forms = ("outline:{}:1:1", "notes:{}:1:1", "warnings:{}:1:1", "sectionfile:{}:0:x")

    async def forged(custom_id: str) -> str:
        made = {"type": BUTTON, "custom_id": f"v1:{custom_id}"}
        [native] = mine.natives()
        found = await crowded.press(native, made, None, member="ordinary", bypass=True)
        assert found.ephemeral
        return told(found)[0]

    for form in forms:
        expected = await forged(form.format(nothing))
        assert [await forged(form.format(one)) for one in hidden] == [expected] * len(hidden)
    expected = await forged("context:zzzzzzzzzzzz:1")
    assert await forged(f"context:{passage}:1") == expected


async def test_an_administrator_elsewhere_reaches_nothing_by_forged_buttons(
    crowded: LocalDriver,
) -> None:
    """Nor do members: settings, documents, questions, corrections, builds and collections of others."""
    mine = await crowded.slash("/ask", question=ANSWERED, guild="other", member="moderator")
    [native] = mine.natives()
    secret, main = key("secret"), key(server_collection(crowded.guild_id("main")))
    for custom_id, values in (
        ("grant", [secret]),
        ("grant", [main]),
        (f"grant_open:{secret}", ["all"]),
        ("grant_add", [secret]),
        ("audit_file:csv:-0-all", None),
        ("roll_back:2:1", None),
        ("doc_open:1", None),
        ("edit_undo:1", None),
        ("alias_remove:1", None),
    ):
        made = {"type": BUTTON if values is None else 3, "custom_id": f"v1:{custom_id}"}
        found = await crowded.press(native, made, values, member="moderator", bypass=True)
        assert found.ephemeral, custom_id
        assert "**Not " in found.text, custom_id
        refused = await crowded.press(native, made, values, member="ordinary", bypass=True)
        assert "**Not allowed.**" in refused.text, custom_id
    assert crowded.log.count("ERROR") == 0


#: Commands of administrators that change nothing, with options; then those of the owner alone.
THEIR_OWN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/corpus list", {}),
    ("/corpus status", {}),
    ("/corpus history", {}),
    ("/settings show", {}),
    ("/settings export", {}),
    ("/audit", {}),
    ("/gaps", {}),
    ("/aliases list", {}),
    ("/timeline-edit undo", {}),
    ("/diagnose", {}),
)
OWNERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/corpus rollback", {}),
    ("/corpus reindex", {"full": True, "dry-run": True}),
    ("/audit", {"all": True}),
)
OUTSIDE: dict[str, Any] = {"member": "owner", "dm": True}
STRANGER: dict[str, Any] = {"member": "admin", "guild": "other"}  # administers `main` alone


async def test_administrators_rights_end_with_their_server(crowded: LocalDriver) -> None:
    """Whatever Discord lets through: members, others' administrators, and anybody outside servers."""
    for path, options in THEIR_OWN:
        allowed = await crowded.slash(path, options=options, member="admin")
        assert allowed.ephemeral, path
        assert "Not allowed" not in allowed.text, path
        seen = [word for word in THEIRS if word in allowed.text]
        assert seen == [], path
        for who in (STRANGER, OUTSIDE):
            refused = await crowded.slash(path, options=options, bypass=True, **who)
            assert "**Not allowed.**" in refused.text, (path, who)
            assert refused.ephemeral, (path, who)
    for path, options in OWNERS:
        for who in ({"member": "admin"}, {"member": "ordinary"}, STRANGER, OUTSIDE):
            refused = await crowded.slash(path, options=options, bypass=True, **who)
            assert "**Not allowed.**" in refused.text, (path, who)


async def test_the_log_tells_no_words(crowded: LocalDriver) -> None:
    """Neither of questions nor of documents, nor names of these, of people or of servers."""
    await crowded.slash("/ask", question="Did Zebulon rob the quarry?", document="quarry.md")
    await crowded.slash("/sources", document="board/quarry")
    names = ("quarry", "board", "secret", "Skerrow", "Server main", "Ivo", "Mira", "moderator")
    told_of = [word for word in (*THEIRS, *names) if word.lower() in crowded.log.lower()]
    assert told_of == []
