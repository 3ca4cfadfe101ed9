"""Whatever people send from Discord: one outcome each, no fault of ours, nothing of another server.

Two servers have documents, names, corrections, questions and settings; a person of one sends presses,
forms, commands and messages that were made up, with the ids of the other server's things among them.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import discord
import pytest
from discord import app_commands
from discord.app_commands.namespace import Namespace
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot import attachments, presses, replies
from bot.app import ArchivistBot
from bot.asked import Asked
from bot.attachments import Fetched, Offer
from bot.cogs import COGS
from bot.documents import key
from bot.ids import press_id
from bot.library import Library, _open
from bot.presses import MENU
from bot.rules import Cooldowns
from bot.settings import Settings
from bot.shelves import Shelf
from bot.state import By, Feedback, Grant, State, Upload, open_state
from bot.uploads import uploads_of
from index.building import build
from tests.bot import fakes
from tests.bot.fakes import TODAY
from tests.bot.pressing import MANAGER
from tests.bot.test_health import Program
from tests.bot.test_mentions import ME
from tests.bot.test_mentions import message as message_to_us
from tests.bot.test_uploads import wait_for
from tests.conftest import write_corpus
from tests.discord_server import limits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OURS, THEIRS = 10, 11
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
MAIN = (
    "# Log\n\nThe Petrel sailed from Cork on 4 March 1871 with forty men.[^1]\n\n"
    "Captain Byrne kept the log of the Petrel himself.\n\n[^1]: So says the harbour book.\n"
)
OURS_TEXT = "The lamp of Arn was lit on 5 May 1801 by Maud Ferrars.\n"
THEIRS_TEXT = "Zebediah Quirk sold the xylograph of Arn on 6 June 1822 for nine guineas.\n"
PLAN = "The tunnel under the harbour was dug in August 1870 by Otto Vandermeer.\n"
#: What nobody of our server may ever read: of the other's documents and state, and of a folder of the
#: owner's that our server was not given.
SECRETS = ("zebediah", "quirk", "xylograph", "guineas", "vandermeer", "wexcombe", "haldane")
#: Examples of each; FUZZ_TIMES=20 in the environment makes twenty times as many, other ones each time.
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
COUNT = 6 * TIMES
PARTS = 6  # tests that share the kinds of presses

fuzzing = settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("two")
    write_corpus(folder / "corpus", {"log.md": MAIN, "plans/plan.txt": PLAN})
    for guild, files in ((OURS, {"own.txt": OURS_TEXT}), (THEIRS, {"tale.txt": THEIRS_TEXT})):
        write_corpus(folder / "data" / "uploads" / str(guild), files)
    build(folder / "corpus", folder / "data")
    return _open(folder / "data", thorough=False)


@dataclass
class World:
    """A bot that has signed in, to nobody, and the ids of all that it holds."""

    bot: ArchivistBot
    ids: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)  # of the other server alone
    messages: list[Mock] = field(default_factory=list)
    number: int = 1_000

    def interaction(self, who: str, message: Mock | None = None) -> Mock:
        """Of a member, an administrator of our server, or somebody in a direct message."""
        self.number += 1
        guild = None if who == "direct" else OURS
        fake = fakes.interaction(
            user_id=3 if who == "member" else 2,
            guild_id=guild,
            permissions=MANAGER if who == "administrator" else None,
            number=self.number,
        )
        fake.is_guild_integration.return_value = guild is not None
        fake.locale = discord.Locale.american_english
        fake.client, fake._state = self.bot, self.bot._connection
        fake.message = message
        fake.guild = Mock(channels=[Mock(id=77), Mock(id=78)], roles=[Mock(id=500), Mock(id=OURS)])
        fake.followup = Mock(send=AsyncMock())
        fake.extras = {}

        def done(*_: object, **__: object) -> None:
            fake.response.is_done.return_value = True

        fake.response.send_modal.side_effect = done
        fake.response.autocomplete.side_effect = done
        return fake


class _Build:
    """A build that ended before it began."""

    id = "build"

    async def wait(self, _: float) -> Any:
        return fakes.report()

    report = wait


@pytest.fixture
async def world(
    whole: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr(replies, "WAITS", (0.0,))
    library = Library(tmp_path, tmp_path, today=lambda: TODAY)
    library._shelf = whole
    library._opened.set()
    monkeypatch.setattr(library, "build", lambda **_: _Build())
    monkeypatch.setattr(library, "roll_back", AsyncMock(return_value=1))
    state = open_state(tmp_path)
    made = Settings(
        corpus=tmp_path,
        data=tmp_path,
        owner_ids=frozenset({1}),
        home_guilds=frozenset({99}),
        cdn_urls=("http://127.0.0.1:9/cdn/",),
    )
    bot = ArchivistBot(made, library, state)
    bot.services = replace(bot.services, cooldowns=Cooldowns())
    for make in COGS:
        cog = make(bot.services)
        await bot.add_cog(cog)
        if isinstance(menu := getattr(cog, "menu", None), app_commands.ContextMenu):
            bot.tree.add_command(menu)
    bot._connection.user = Mock(id=ME)
    found = World(bot)
    await _fill(found, whole, state)
    yield found
    await library.close()
    await state.close()


async def _fill(world: World, whole: Shelf, state: State) -> None:
    """Both servers have something of everything."""
    uploads = uploads_of(world.bot.services)
    ids: list[object] = []
    for guild, word, who in ((OURS, "Ferrars", 2), (THEIRS, "Quirk", 7)):
        by = By(who, guild, NOW)
        collection = f"server/{guild}"
        folder = uploads.folder(guild)
        for name in ("kept", "removed"):
            added = Upload(
                *(0, guild, f"{word}-{name}.txt", f"{word} {name}", word, "1822", word, "en"),
                *(f"{guild}{name}", 3, 1, 1, NOW, who),
            )
            upload = await state.add_upload(added, by)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / added.name).write_text(word)
            if name == "removed":
                await uploads.remove(upload, by)
            ids.append(upload.id)
        files = ((word, f"{word}-w.txt", word.encode()), ("b", "b.txt", b"b"))
        ids.append(wait_for(folder, *files).id)
        for removed in (False, True):
            group = await state.add_alias(collection, (word, f"{word} the elder"), by)
            kept = await state.add_correction(collection, "hide", {"id": "x", "reason": word}, by)
            if removed:
                await state.remove_alias(group.id, by)
                await state.undo_correction(kept.id, by)
            ids += [group.id, kept.id]
        await state.set_server(guild, by=by, questions=True)
        await state.set_grant(Grant(guild, collection, "all"), by)
        secret = "Wexcombe" if guild == THEIRS else "Cork"
        asked = Asked(f"Who is Haldane of {secret}?" if guild == THEIRS else "Who is Cork?")
        ids.append(
            await state.add_feedback(
                Feedback("gap", NOW, who, guild, 77, asked, "not_found", text=secret, tell=True)
            )
        )
        await state.add_question(
            guild=guild, person=who, question=asked.question, terms=(secret.casefold(),),
            outcome="not_found", passages=(), generation=1, at=NOW,
        )  # fmt: skip
        ids += [guild, collection, key(collection)]
    from bot.state.gaps import gap_lines

    for guild in (OURS, THEIRS):
        ids += [line.id for line in await gap_lines(state, guild)]
    for name in whole.archive.collections:
        ids += [name, key(name)]
    for summary in whole.sources:
        ids += [summary.source.id, key(summary.source.id)]
    ids += list(whole.archive.snapshot.positions)
    ids += [one.event.id for one in whole.archive.timeline(today=TODAY).events]
    world.ids = [str(one) for one in dict.fromkeys(ids)]
    own = whole.archive.seeing(frozenset({f"server/{THEIRS}"}))
    kept, removed = [await state.uploads(THEIRS, removed=gone) for gone in (False, True)]
    lines = await gap_lines(state, THEIRS)
    world.theirs = [
        *(str(one.id) for one in (*kept, *removed)),
        *(line.id for line in lines),
        *(path.stem for path in (uploads.folder(THEIRS) / ".waiting").glob("*.json")),
        *(key(one) for one in (f"server/{THEIRS}", *(s.source.id for s in own.sources()))),
        *(one.event.id for one in own.timeline(today=TODAY).events),
        *own.snapshot.positions,
    ]
    world.messages = [await _answer(world, question) for question in ("Who lit the lamp?", "xx?")]


async def _answer(world: World, question: str) -> Mock:
    """A message as `/ask` sends it."""
    fake = world.interaction("administrator")
    command = world.bot.tree.get_command("ask")
    assert isinstance(command, app_commands.Command)
    options: Any = [{"type": 3, "name": "question", "value": question}]
    await command._invoke_with_namespace(fake, Namespace(fake, {}, options))
    view = fake.edit_original_response.await_args.kwargs["view"]
    return _message(view)


def _message(view: discord.ui.LayoutView) -> Mock:
    from discord.components import _component_factory

    message: Mock = create_autospec(discord.Message, instance=True)
    message.content, message.embeds = "", []
    message.components = [_component_factory(made) for made in view.to_components()]
    message.flags = discord.MessageFlags(components_v2=True, ephemeral=True)
    message.mentions, message.attachments = [], []
    return message


# ---------------------------------------------------------------- what is sent, and what came of it

NASTY = (
    "", " ", "0", "1", "-1", "00", "9" * 18, "9" * 19, "9" * 20, "9223372036854775808", "all",
    "here", "open", "csv", "json", "on", "off", "..", "../../etc/passwd", "main", "plans",
    "server/11", "’; drop table feedback; --", "%s%n{0}", "@everyone <@1> <#1> <@&1>",
    "[a](https://evil.example)", "`" * 9, "||a||", "\u202e\u2066abc", "\u0000", "\ud800",
    "e\u0301" * 40, "🚢" * 60, "٣", "²", "x" * 2_001, "(((((((((", '"' * 50, "1871..1822", "1822", "1870",
    "log", "a OR NOT (b AND", "\n\n\n", "<script>", "true", "null", "NaN", "1e999",
)  # fmt: skip


def words(world: World) -> st.SearchStrategy[str]:
    some = st.sampled_from(NASTY) | st.text(max_size=40) | st.sampled_from(world.ids)
    return some | st.lists(some, max_size=4).map(" ".join)


def arguments(world: World) -> st.SearchStrategy[str]:
    """What an id of a button may hold."""
    known = [one for one in (*NASTY, *world.ids) if presses_may_hold(one)]
    return (
        st.sampled_from(world.ids)
        | st.sampled_from(known)
        | st.from_regex(r"[0-9A-Za-z._\-]{0,12}", fullmatch=True)
    )


def presses_may_hold(text: str) -> bool:
    try:
        press_id("x", text)
    except ValueError:
        return False
    return True


def everything(fake: Mock) -> Iterator[Any]:
    """All that was sent in answer to an interaction, as JSON takes it."""
    for call in (
        *fake.response.send_message.await_args_list,
        *fake.edit_original_response.await_args_list,
        *fake.followup.send.await_args_list,
        *fake.response.send_modal.await_args_list,
        *fake.response.autocomplete.await_args_list,
    ):
        yield from said_in(call)


def said_in(call: Any) -> Iterator[Any]:
    """What one call sent; a message with the names of its files."""
    values = list(_flat((*call.args, *call.kwargs.values())))
    files = [one.filename for one in values if isinstance(one, discord.File)]
    for value in values:
        for one in _plain(value):
            if isinstance(one, dict) and "flags" in one:
                one["files"] = files
            yield one


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _flat(value)
        else:
            yield value


def _plain(value: Any) -> Iterator[Any]:
    if isinstance(value, discord.ui.LayoutView):
        yield {"flags": 1 << 15, "components": value.to_components()}
    elif isinstance(value, discord.ui.Modal):
        yield {"form": value.to_dict()}
    elif isinstance(value, discord.File):
        yield value.filename
        yield value.fp.read().decode(errors="replace")
        value.fp.seek(0)
    elif isinstance(value, (app_commands.Choice, discord.Embed)):
        yield value.to_dict()
    elif isinstance(value, str):
        yield value


def check(fake: Mock, log: pytest.LogCaptureFixture) -> None:
    """One outcome, which Discord takes, in which nothing is that this person may not read."""
    faults = [record for record in log.records if record.levelno >= logging.ERROR]
    assert not faults, [record.getMessage() for record in faults]
    first = (
        fake.response.defer.await_count
        + fake.response.send_message.await_count
        + fake.response.send_modal.await_count
    )
    assert first == 1, f"{first} first responses"
    if fake.response.defer.await_count:
        assert (
            fake.edit_original_response.await_count
            + fake.followup.send.await_count
            + fake.delete_original_response.await_count
        ), "nothing followed"
    check_said(fake)


def check_said(fake: Mock) -> None:
    said = list(everything(fake))
    told = json.dumps(said, ensure_ascii=False).casefold()
    told.encode()  # a half character is none that Discord takes
    for secret in SECRETS:
        assert secret not in told, f"{secret}: {told[:3_000]}"
    for one in said:
        if isinstance(one, dict) and "flags" in one:
            assert not [
                p
                for p in limits.message_problems(
                    one, files=[(name, 1) for name in one.pop("files")]
                )
                if p.refused
            ]


KINDS = sorted(presses._HANDLERS)
FIELDS = (
    "title", "author", "date", "rights", "language", "reason", "text", "tell", "passage",
    "question", "x",
)  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
async def test_any_press(part: int, world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A press or a form of any kind with any arguments has one outcome and tells no secret."""
    loop = Loop()

    def one(kind: str) -> None:
        @fuzzing
        @given(
            st.lists(arguments(world), max_size=5),
            st.lists(words(world), max_size=3),
            st.dictionaries(st.sampled_from(FIELDS), words(world), max_size=4),
            st.sampled_from([None, *world.messages]),
            st.booleans(),
            st.sampled_from(["administrator", "administrator", "member", "direct"]),
        )
        def run(
            said: list[str],
            values: list[str],
            fields: dict[str, str],
            message: Mock | None,
            menu: bool,
            who: str,
        ) -> None:
            try:
                custom_id = str(press_id(MENU, *said) if menu else press_id(kind, *said))
            except ValueError:
                return
            caplog.clear()
            fake = world.interaction(who, message)
            fake.type = discord.InteractionType.component
            if menu:
                values = [".".join([kind, *said[:2]])]
            inputs = [
                {"type": 18, "component": {"custom_id": name, "value": value}}
                for name, value in fields.items()
            ]
            fake.data = {"custom_id": custom_id, "values": values, "components": inputs}
            loop.run(world.bot.archivist_tree.press(fake))
            check(fake, caplog)

        run()

    for kind in KINDS[part::PARTS]:
        await loop.of(lambda kind=kind: one(kind))


async def _kept_of_theirs(state: State) -> tuple[Any, ...]:
    from bot.state.gaps import gap_lines

    return (
        await state.uploads(THEIRS),
        await state.uploads(THEIRS, removed=True),
        [await state.alias(n) for n in range(9) if await _is_theirs(state.alias(n))],
        [await state.correction(n) for n in range(9) if await _is_theirs(state.correction(n))],
        await gap_lines(state, THEIRS),
        await state.audit(THEIRS, limit=99),
        await state.feedback_of(7),
        (state.server(THEIRS), state.grants(THEIRS)),
    )


async def _is_theirs(found: Any) -> bool:
    return (kept := await found) is not None and kept.collection == f"server/{THEIRS}"


async def test_no_press_reaches_another_server(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A press of any kind with any id of another server's things shows and changes nothing of it."""
    state = world.bot.services.state
    before = await _kept_of_theirs(state)
    assert all(before)
    assert len(world.theirs) >= 8
    for kind in KINDS:
        for wanted in world.theirs[:7]:
            caplog.clear()
            fake = world.interaction("administrator", world.messages[0])
            fake.data = {
                "custom_id": str(press_id(kind, wanted, "0")),
                "values": [wanted],
                "components": [
                    {"type": 18, "component": {"custom_id": "title", "value": "Ours now"}},
                    {"type": 18, "component": {"custom_id": "passage", "value": wanted}},
                ],
            }
            await world.bot.archivist_tree.press(fake)
            check(fake, caplog)
    assert await _kept_of_theirs(state) == before


async def test_two_presses_at_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A press that comes twice at the same time, or from two people, has one outcome for each."""
    loop = Loop()

    async def both(fakes_: tuple[Mock, Mock]) -> None:
        tree = world.bot.archivist_tree
        await asyncio.gather(*(tree.press(fake) for fake in fakes_))

    def one(kind: str) -> None:
        @settings(fuzzing, max_examples=TIMES)
        @given(st.lists(st.sampled_from(world.ids), min_size=1, max_size=3))
        def run(said: list[str]) -> None:
            try:
                custom_id = str(press_id(kind, *said))
            except ValueError:
                return
            caplog.clear()
            pair = (
                world.interaction("administrator", world.messages[0]),
                world.interaction("administrator", world.messages[0]),
            )
            for fake in pair:
                fake.data = {"custom_id": custom_id, "values": said[:1], "components": []}
            loop.run(both(pair))
            for fake in pair:
                check(fake, caplog)

        run()

    for kind in KINDS:
        await loop.of(lambda kind=kind: one(kind))


class Loop:
    """Lets a property, which hypothesis calls in another thread, run coroutines in this loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    async def of(self, work: Callable[[], None]) -> None:
        await asyncio.to_thread(work)


# ---------------------------------------------------------------- commands


def commands(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    found = world.bot.tree.walk_commands()
    return [one for one in found if isinstance(one, app_commands.Command)]


FILE = {
    "id": "5",
    "filename": "a.txt",
    "size": 3,
    "url": "http://127.0.0.1:9/cdn/a.txt",
    "proxy_url": "",
    "content_type": "text/plain",
}


def options_of(
    command: app_commands.Command[Any, ..., Any], text: st.SearchStrategy[str]
) -> st.SearchStrategy[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """Options as Discord sends them, and what it resolves."""

    def value(kind: discord.AppCommandOptionType) -> st.SearchStrategy[Any]:
        match kind.name:
            case "integer":
                return st.integers(-(2**53), 2**53) | st.integers(-2, 40)
            case "boolean":
                return st.booleans()
            case "number":
                return st.floats(allow_nan=False, allow_infinity=False)
            case "string":
                return text
            case _:
                return st.just("5")

    made = {}
    needed = {}
    for one in command.parameters:
        if one.type is discord.AppCommandOptionType.channel:
            continue  # Discord offers those that there are, and none is here
        value_of = value(one.type)
        if one.choices:
            value_of = st.sampled_from([choice.value for choice in one.choices]) | value_of
        pair = st.tuples(st.just(int(one.type.value)), value_of)
        (needed if one.required else made)[one.name] = pair
    files = st.fixed_dictionaries(
        {"filename": text, "size": st.integers(0, 10**12), "url": text | st.just(FILE["url"])}
    )

    def sent(
        chosen: dict[str, tuple[int, Any]], file: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        options = [{"name": name, "type": kind, "value": v} for name, (kind, v) in chosen.items()]
        user = {"id": "5", "username": "ann", "discriminator": "0", "avatar": None}
        return options, {"attachments": {"5": FILE | file}, "users": {"5": user}}

    return st.builds(sent, st.fixed_dictionaries(needed, optional=made), files)


async def test_any_command(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A command with any options has one outcome and tells no secret."""
    loop = Loop()

    async def invoke(command: app_commands.Command[Any, ..., Any], fake: Mock, said: Any) -> None:
        fake.command = command
        try:
            await command._invoke_with_namespace(fake, Namespace(fake, said[1], said[0]))
        except app_commands.AppCommandError as error:
            await world.bot.tree.on_error(fake, error)

    def one(command: app_commands.Command[Any, ..., Any]) -> None:
        @settings(fuzzing, max_examples=5 * TIMES)
        @given(
            options_of(command, words(world)),
            st.sampled_from(["administrator", "member", "direct"]),
        )
        def run(said: Any, who: str) -> None:
            caplog.clear()
            fake = world.interaction(who)
            loop.run(invoke(command, fake, said))
            check(fake, caplog)

        run()

    for command in commands(world):
        await loop.of(lambda command=command: one(command))


async def test_anything_typed(world: World) -> None:
    """What is offered while somebody types is at most 25 short lines without a secret."""
    loop = Loop()

    async def offer(command: Any, name: str, fake: Mock, said: Any) -> None:
        fake.type = discord.InteractionType.autocomplete
        await command._invoke_autocomplete(fake, name, Namespace(fake, {}, said))

    def one(command: app_commands.Command[Any, ..., Any], name: str) -> None:
        @settings(fuzzing, max_examples=4 * TIMES)
        @given(words(world), st.sampled_from(["administrator", "member", "direct"]))
        def run(typed: str, who: str) -> None:
            fake = world.interaction(who)
            loop.run(offer(command, name, fake, [{"name": name, "type": 3, "value": typed}]))
            choices = list(everything(fake))
            assert fake.response.autocomplete.await_count == 1
            assert len(choices) <= 25
            for choice in choices:
                assert 1 <= len(choice["name"]) <= 100
                assert 1 <= len(choice["value"]) <= 100
            check_said(fake)

        run()

    pairs = [
        (command, name)
        for command in commands(world)
        for name, parameter in command._params.items()
        if parameter.autocomplete
    ]
    assert pairs
    for command, name in pairs:
        await loop.of(lambda command=command, name=name: one(command, name))


async def test_any_message_under_a_menu(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A message of anybody's words, asked about by its menu, has one outcome and tells no secret."""
    loop = Loop()
    menus = list(world.bot.tree.walk_commands(type=discord.AppCommandType.message))
    assert menus

    async def invoke(menu: Any, fake: Mock, text: str) -> None:
        message: Mock = create_autospec(discord.Message, instance=True)
        message.content, message.mentions, message.components = text, [], []
        message.embeds, message.attachments = [], []
        try:
            await menu._invoke(fake, message)
        except app_commands.AppCommandError as error:
            await world.bot.tree.on_error(fake, error)

    def one(menu: Any) -> None:
        @fuzzing
        @given(words(world), st.sampled_from(["administrator", "member", "direct"]))
        def run(text: str, who: str) -> None:
            caplog.clear()
            fake = world.interaction(who)
            loop.run(invoke(menu, fake, text))
            check(fake, caplog)

        run()

    for menu in menus:
        await loop.of(lambda menu=menu: one(menu))


async def test_any_mention(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A message that mentions the bot never makes a fault, and its answer tells no secret."""
    loop = Loop()

    @fuzzing
    @given(words(world), st.booleans())
    def run(text: str, direct: bool) -> None:
        caplog.clear()
        world.number += 1
        fake = message_to_us(f"<@{ME}> {text}", direct=direct, number=world.number)
        loop.run(world.bot.on_message(fake))
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
        said = [
            part
            for call in (*fake.reply.await_args_list, *fake.author.send.await_args_list)
            for part in said_in(call)
        ]
        told = json.dumps(said, ensure_ascii=False).casefold()
        told.encode()
        assert not [one for one in SECRETS if one in told]

    await loop.of(run)


# ---------------------------------------------------------------- files

JSONS: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NASTY), inner),
    max_leaves=8,
)
NAMES = ("language", "plain", "private", "length", "cooldown_member", "cooldown_guild", "channels",
         "admin_roles", "feedback", "questions", "retention_days")  # fmt: skip


def settings_files() -> st.SearchStrategy[bytes]:
    """Files like those of `/settings export`, with anything in each place."""
    ids = st.lists(st.sampled_from(["77", "78", "500", "10", "11", 77, "x", None]), max_size=4)
    grant = st.fixed_dictionaries(
        {}, optional={"open": st.sampled_from(["all", "some", "none"]) | JSONS,
                      "channels": ids | JSONS, "roles": ids | JSONS},
    )  # fmt: skip
    made = st.fixed_dictionaries(
        {"form": st.just("archivist server settings"), "version": st.just(1)},
        optional={
            "server": st.sampled_from(["10", "11", 10]) | JSONS,
            "settings": st.dictionaries(st.sampled_from([*NAMES, *NASTY]), JSONS | ids) | JSONS,
            "collections": st.dictionaries(
                st.sampled_from(["main", "plans", "server/10", "server/11", *NASTY]), grant | JSONS
            )
            | JSONS,
        },
    )
    whole = made.map(lambda one: json.dumps(one).encode())
    deep = st.sampled_from([b"[" * 99_000, b'{"a":' * 16_000, b"9" * 99_000, b"\xff\xfe"])
    return whole | JSONS.map(lambda one: json.dumps(one).encode()) | st.binary(max_size=60) | deep


async def test_any_file_of_settings(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any file imported as settings is shown or refused; saved, it changes this server alone."""
    loop = Loop()
    content = b""

    async def fetch(_: Offer, path: Path, **__: Any) -> Fetched:
        await asyncio.to_thread(path.write_bytes, content)
        return Fetched(len(content), "")

    monkeypatch.setattr(attachments, "fetch", fetch)
    state = world.bot.services.state
    command = next(one for one in commands(world) if one.qualified_name == "settings import")
    theirs = (state.server(THEIRS), state.grants(THEIRS))

    async def invoke(fake: Mock) -> None:
        option = [{"name": "file", "type": 11, "value": "5"}]
        resolved: Any = {"attachments": {"5": FILE}}
        try:
            await command._invoke_with_namespace(fake, Namespace(fake, resolved, option))
        except app_commands.AppCommandError as error:
            await world.bot.tree.on_error(fake, error)

    @settings(fuzzing, max_examples=4 * COUNT)
    @given(settings_files())
    def run(data: bytes) -> None:
        nonlocal content
        content = data
        caplog.clear()
        fake = world.interaction("administrator")
        loop.run(invoke(fake))
        check(fake, caplog)
        saved = [
            inner["custom_id"]
            for one in everything(fake)
            if isinstance(one, dict)
            for inner in fakes.walk(one.get("components", []))
            if str(inner.get("custom_id", "")).startswith("v1:import_save")
        ]
        if saved:
            message = _message(fake.edit_original_response.await_args.kwargs["view"])
            pressed = world.interaction("administrator", message)
            pressed.data = {"custom_id": saved[0]}
            loop.run(world.bot.archivist_tree.press(pressed))
            check(pressed, caplog)
        assert (state.server(THEIRS), state.grants(THEIRS)) == theirs
        known = {"main", f"server/{OURS}"}
        assert {grant.collection for grant in state.grants(OURS)} <= known

    await loop.of(run)


# ---------------------------------------------------------------- health

LINES = st.sampled_from(
    [b"GET /live HTTP/1.1", b"GET / HTTP/1.1", b"POST /metrics HTTP/1.0", b"Host: localhost",
     b"Host: evil", b"Content-Length: 9999999999", b"Content-Length: -1", b"Upgrade: websocket",
     b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"\x00", b"\xff" * 9, b"a" * 2_000,
     b"GET http://x/ HTTP/1.1", b"5", b"", b"GET /../../etc/passwd HTTP/1.1", b"Host: [::1",
     b"CONNECT a:1 HTTP/1.1", b"PRI * HTTP/2.0"]
)  # fmt: skip


async def test_any_request_of_health(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is sent to the health address is answered or cut off, and repeated nowhere."""
    program = Program()
    await program.health.start()
    loop = Loop()

    @fuzzing
    @given(st.lists(LINES | st.binary(max_size=20), min_size=1, max_size=6))
    def run(lines: list[bytes]) -> None:
        caplog.clear()
        data = b"\r\n".join([*lines, b"Connection: close", b"", b""])
        back = loop.run(program.send(data))
        assert back == b"" or back.startswith(b"HTTP/1.")
        assert b"root:" not in back
        assert b"evil" not in back
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    await loop.of(run)
    await program.health.stop()
