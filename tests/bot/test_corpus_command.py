"""/corpus reindex, status, history and rollback: who may, what is told meanwhile, what comes of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot import replies
from bot.building import Request, keep_account
from bot.cogs import corpus_builds
from bot.cogs.corpus import Corpus
from bot.ids import press_id
from bot.library import Library, Shelf
from bot.presses import OldButtonError
from bot.render.builds import PER_PAGE
from bot.rules import AlreadyDoneError, NotAllowedError, Rights, TooSoonError
from bot.services import Services
from bot.settings import Settings
from bot.state.values import BuildLine
from bot.watching import Watcher
from index.building import Progress
from index.errors import BusyError, CorpusError, IndexMissingError, InputError
from index.generations import Listed
from index.model import BuildReport
from tests.bot import fakes, pressing
from tests.bot.fakes import http_error, shown, until
from tests.bot.pressing import MANAGER, message_of, page_after, press

OWNER, ADMIN, MEMBER = 1, 2, 3
HOME, ELSEWHERE = 10, 20
OWN = f"server/{ELSEWHERE}"


class Builder:
    """Builds when it is let, and ends when it is told to."""

    def __init__(self) -> None:
        self.calls: list[Request] = []
        self.go = threading.Event()
        self.progress = Progress(1, 2, "log.txt")
        self.outcome: BuildReport | Exception = fakes.report(generation=7)

    def run(
        self,
        _corpus: Path,
        _data: Path,
        request: Request,
        tell: Callable[[Progress], None],
        stop: threading.Event,
    ) -> BuildReport:
        self.calls.append(request)
        tell(self.progress)
        while not self.go.wait(0.005):
            if stop.is_set():
                raise corpus_builds.BuildCancelledError("The build was cancelled.")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
async def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Services]:
    """An owner, a home server, and another server with one document of its own."""
    monkeypatch.setattr(corpus_builds, "EVERY", 0.02)
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    archive = fakes.archive()
    own = fakes.summary("20.map", "Map of the Weir")
    own = replace(own, source=replace(own.source, collection=OWN, name="map.txt"))
    when = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    library._shelf = Shelf(archive, (*archive.sources(), own), (), when)
    rights = Rights(frozenset({OWNER}), frozenset({HOME}))
    settings = replace(Settings(), server_builds=3)
    made = replace(pressing.services(tmp_path, settings), library=library, rights=rights)
    library.builds.records.append(keep_account(made.state))
    yield made
    await library.close()
    await made.state.close()


@pytest.fixture
def builder(services: Services) -> Builder:
    made = Builder()
    services.library._run_build = made.run
    return made


@pytest.fixture
def cog(services: Services) -> Corpus:
    return Corpus(services)


def interaction(**options: Any) -> Mock:
    fake = fakes.interaction(**{"guild_id": ELSEWHERE, "permissions": MANAGER, **options})
    fake.client = Mock(closing=False)
    return fake


async def reindex(cog: Corpus, fake: Mock, *, dry_run: bool = False, full: bool = False) -> None:
    await Corpus.reindex.callback(cog, fake, dry_run, full)  # type: ignore[arg-type, call-arg]


async def run(cog: Corpus, command: Any, fake: Mock) -> str:
    await command.callback(cog, fake)
    return shown(fake)


def buttons(fake: Mock) -> dict[str, str]:
    """The ids of the buttons that are shown last, by their labels."""
    view = fake.edit_original_response.await_args.kwargs["view"]
    items = [item.item for item in view.walk_children() if hasattr(item, "item")]
    return {item.label: item.custom_id for item in items if not item.disabled}


# ---------------------------------------------------------------- who may


async def test_the_command_is_offered_to_managers_of_servers_alone(cog: Corpus) -> None:
    """By default; a server may change that, so the bot checks too."""
    group: Any = cog.app_command
    assert group.default_permissions == discord.Permissions(manage_guild=True)
    there = group.allowed_contexts
    assert (there.guild, there.dm_channel, there.private_channel) == (True, False, False)
    assert (group.allowed_installs.guild, group.allowed_installs.user) == (True, False)


NOBODY = discord.Permissions.none()


@pytest.mark.parametrize(
    ("fake", "full"),
    [
        pytest.param({"user_id": MEMBER, "permissions": NOBODY}, False, id="a member"),
        pytest.param({"user_id": ADMIN}, True, id="a server's manager, in full"),
        pytest.param({"user_id": ADMIN, "guild_id": None}, False, id="in a DM"),
    ],
)
async def test_who_may_not_reindex_is_refused_before_the_wait(
    cog: Corpus, builder: Builder, fake: dict[str, Any], full: bool
) -> None:
    """The bot checks itself: a server may hand its commands to anyone."""
    asker = interaction(**fake)
    with pytest.raises(NotAllowedError):
        await reindex(cog, asker, full=full)
    asker.response.defer.assert_not_awaited()
    assert builder.calls == []


@pytest.mark.parametrize(
    ("fake", "only"),
    [
        pytest.param({"user_id": ADMIN}, OWN, id="a server's manager: its own"),
        pytest.param({"user_id": ADMIN, "guild_id": HOME}, None, id="a home server's: all"),
        pytest.param({"user_id": OWNER, "permissions": NOBODY}, None, id="the owner: all"),
    ],
)
async def test_everyone_reindexes_what_they_look_after(
    cog: Corpus, builder: Builder, fake: dict[str, Any], only: str | None
) -> None:
    builder.go.set()
    await reindex(cog, interaction(**fake))
    assert builder.calls == [Request(only)]


@pytest.mark.parametrize("command", ["status", "history", "rollback"])
async def test_a_member_sees_nothing_of_builds(cog: Corpus, command: str) -> None:
    asker = interaction(user_id=MEMBER, permissions=NOBODY)
    with pytest.raises(NotAllowedError):
        await getattr(Corpus, command).callback(cog, asker)
    asker.response.defer.assert_not_awaited()


async def test_a_servers_manager_may_not_go_back(cog: Corpus) -> None:
    """That changes what all servers are answered from."""
    with pytest.raises(NotAllowedError):
        await run(cog, Corpus.rollback, interaction(user_id=ADMIN))


# ---------------------------------------------------------------- what is told


async def test_reindex_reports_to_the_asker_alone(cog: Corpus, builder: Builder) -> None:
    """Deferred privately, then what was read and what changed."""
    builder.go.set()
    fake = interaction(user_id=OWNER)
    await reindex(cog, fake, full=True)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "2 documents · 9 passages · 4 events" in shown(fake)
    assert builder.calls == [Request(full=True)]


async def test_reindex_shows_how_far_it_is(cog: Corpus, builder: Builder) -> None:
    """Documents done of all, the time, the file, and that it can be cancelled."""
    builder.progress = Progress(1, 2, "log.txt", 2_000.0, 40.0)
    fake = interaction(user_id=OWNER)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    said = shown(fake)
    assert "Reading the documents: 1 of 2" in said
    assert "1 second · about 40 seconds left · 2 kB a second" in said
    assert "Now: log.txt" in said
    assert list(buttons(fake)) == ["Cancel the build"]
    builder.go.set()
    await task
    assert "The documents were read anew." in shown(fake)


async def test_progress_that_has_not_changed_is_not_shown_again(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord is told only what is new, and at most every few seconds."""
    monkeypatch.setattr(corpus_builds, "EVERY", 0.005)
    fake = interaction(user_id=OWNER)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    await asyncio.sleep(0.05)
    assert fake.edit_original_response.await_count == 1
    builder.go.set()
    await task


async def test_the_report_comes_though_progress_could_not_be_shown(
    cog: Corpus, builder: Builder
) -> None:
    """A refused edit is not the end of it."""
    fake = interaction(user_id=OWNER)
    fake.edit_original_response.side_effect = [http_error(400), None]
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    builder.go.set()
    await task
    assert "The documents were read anew." in shown(fake)


async def test_a_dry_run_says_what_would_change(cog: Corpus, builder: Builder) -> None:
    builder.go.set()
    fake = interaction(user_id=OWNER)
    await reindex(cog, fake, dry_run=True)
    assert builder.calls == [Request(dry_run=True)]
    assert "A dry run: this would change." in shown(fake)


async def test_a_build_that_fails_says_why_and_that_nothing_changed(
    cog: Corpus, builder: Builder
) -> None:
    builder.outcome = CorpusError("The corpus folder holds no documents.")
    builder.go.set()
    fake = interaction(user_id=OWNER)
    await reindex(cog, fake)
    assert "could not be indexed.** The corpus folder holds no documents." in shown(fake)
    assert "Nothing has changed" in shown(fake)
    assert "--corpus" not in shown(fake)


async def test_a_build_elsewhere_is_told_with_what_to_do(cog: Corpus, builder: Builder) -> None:
    """Another process builds: it is named."""
    builder.outcome = BusyError("Another process (id 5) is already indexing this data folder.")
    builder.go.set()
    fake = interaction(user_id=OWNER)
    await reindex(cog, fake)
    assert "id 5" in shown(fake).replace("\\", "")
    assert "Wait until it has finished" in shown(fake)


async def test_a_build_longer_than_a_reply_can_be_edited_is_left_to_itself(
    cog: Corpus, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord lets a reply be edited for fifteen minutes; before that the asker is told where to look."""
    monkeypatch.setattr(replies, "TOKEN_LIFE", 0.0)
    fake = interaction(user_id=OWNER)
    await reindex(cog, fake)
    assert "still being indexed" in shown(fake)
    assert "`/corpus status`" in shown(fake)
    await until(lambda: builder.calls)


async def test_a_restart_meanwhile_is_told(cog: Corpus, builder: Builder) -> None:
    """Who waits for the report learns that the documents read before go on answering."""
    fake = interaction(user_id=OWNER)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: builder.calls)
    fake.client.closing = True
    await task
    assert "being restarted" in shown(fake)


# ---------------------------------------------------------------- several at once


async def test_a_second_reindex_joins_the_first(cog: Corpus, builder: Builder) -> None:
    """One build at a time; both askers get its result, and the second is told."""
    first, second = interaction(user_id=OWNER, number=1), interaction(user_id=OWNER, number=2)
    tasks = [asyncio.create_task(reindex(cog, first))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, second)))
    await until(lambda: second.edit_original_response.await_count)
    assert "being read already when you asked" in shown(second)
    builder.go.set()
    await asyncio.gather(*tasks)
    assert builder.calls == [Request()]
    assert "already when you asked" not in shown(first)
    assert "already when you asked" in shown(second)


async def test_what_the_build_under_way_does_not_do_waits_its_turn(
    cog: Corpus, builder: Builder
) -> None:
    first, second = interaction(user_id=OWNER, number=1), interaction(user_id=OWNER, number=2)
    tasks = [asyncio.create_task(reindex(cog, first))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, second, full=True)))
    await until(lambda: second.edit_original_response.await_count)
    assert "waits for its turn" in shown(second)
    builder.go.set()
    await asyncio.gather(*tasks)
    assert builder.calls == [Request(), Request(full=True)]
    assert "read anew" in shown(second)


async def test_a_server_that_joins_a_build_of_all_sees_only_its_own(
    cog: Corpus, builder: Builder
) -> None:
    """No figure, name or button of the others, neither meanwhile nor in the report."""
    builder.progress = Progress(7, 99, "secret.txt")
    builder.outcome = fakes.report(
        generation=7, added=("secret", "20.map", "30.secret"), documents=99, passages=999
    )
    first, second = interaction(user_id=OWNER, number=1), interaction(user_id=ADMIN, number=2)
    tasks = [asyncio.create_task(reindex(cog, first))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, second)))
    await until(lambda: second.edit_original_response.await_count)
    meanwhile = shown(second)
    assert buttons(second) == {}
    builder.go.set()
    await asyncio.gather(*tasks)
    assert builder.calls == [Request()]
    assert "**Added:** map" in shown(second)
    for said in (meanwhile, shown(second)):
        assert "secret" not in said
        assert "99" not in said


async def test_a_server_sees_nothing_of_why_a_build_of_all_failed(
    cog: Corpus, builder: Builder
) -> None:
    first, second = interaction(user_id=OWNER, number=1), interaction(user_id=ADMIN, number=2)
    tasks = [asyncio.create_task(reindex(cog, first))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, second)))
    await until(lambda: second.edit_original_response.await_count)
    builder.outcome = CorpusError("No file can be read; secret.txt: It is torn.")
    builder.go.set()
    await asyncio.gather(*tasks)
    assert "secret" in shown(first)
    assert "secret" not in shown(second)
    assert "could not be indexed" in shown(second)


async def test_questions_are_answered_while_reindexing(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    task = asyncio.create_task(reindex(cog, interaction(user_id=OWNER)))
    await until(lambda: builder.calls)
    shelf = services.library._shelf
    assert shelf is not None
    answer = await services.library.run(
        shelf, lambda archive: archive.answer("When did the ship sail?", today=fakes.TODAY)
    )
    assert answer.answered
    builder.go.set()
    await task


# ---------------------------------------------------------------- builds an hour


async def test_a_server_has_so_many_builds_an_hour(cog: Corpus, builder: Builder) -> None:
    """The next is refused with the number; another server and the owner are not."""
    builder.go.set()
    for _ in range(3):
        await reindex(cog, interaction(user_id=ADMIN))
    with pytest.raises(TooSoonError, match="3 builds an hour"):
        await reindex(cog, interaction(user_id=ADMIN))
    await reindex(cog, interaction(user_id=ADMIN, guild_id=30))
    await reindex(cog, interaction(user_id=OWNER))
    assert len(builder.calls) == 5


async def test_builds_of_an_hour_ago_don_t_count(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    builder.go.set()
    before = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=61)
    for _ in range(3):
        await services.state.add_build(build_line(at=before, guild=ELSEWHERE))
    await reindex(cog, interaction(user_id=ADMIN))
    assert builder.calls


async def test_who_joins_a_build_needs_none_of_their_own(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    now = dt.datetime.now(dt.UTC)
    for _ in range(3):
        await services.state.add_build(build_line(at=now, guild=ELSEWHERE))
    tasks = [asyncio.create_task(reindex(cog, interaction(user_id=OWNER)))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, interaction(user_id=ADMIN))))
    await asyncio.sleep(0.02)
    builder.go.set()
    await asyncio.gather(*tasks)


# ---------------------------------------------------------------- ending a build


@pytest.mark.usefixtures("builder")
async def test_cancelling_ends_the_build_and_everyone_is_told(
    services: Services, cog: Corpus
) -> None:
    """Who pressed, who waits for it, the history and the audit log."""
    fake = interaction(user_id=ADMIN)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    pressed = await press_button(services, buttons(fake)["Cancel the build"], user=4)
    await task
    assert "The build was cancelled.\n" in page_after(pressed).replace("**", "")
    assert "cancelled by somebody else" in shown(fake)
    history = await run(cog, Corpus.history, interaction(user_id=ADMIN))
    assert "Cancelled" in history
    assert "cancelled by <@4>" in history
    (line,) = await services.state.audit(ELSEWHERE, action="index.cancel")
    assert line.who == 4


async def press_button(services: Services, custom_id: str, **options: Any) -> Mock:
    message = message_of(replies.Page(("…",)), private=True)
    options = {"guild": ELSEWHERE, "permissions": MANAGER, **options}
    return await press(services, custom_id, message=message, **options)


async def test_nobody_cancels_what_is_not_theirs(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    """Not a member, not another server's manager, though they know the button's id."""
    fake = interaction(user_id=ADMIN)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    custom_id = buttons(fake)["Cancel the build"]
    with pytest.raises(NotAllowedError):
        await press_button(services, custom_id, user=MEMBER, permissions=NOBODY)
    with pytest.raises(AlreadyDoneError):
        await press_button(services, custom_id, user=ADMIN, guild=30)
    assert services.library.building
    builder.go.set()
    await task


async def test_a_build_that_is_over_says_so_when_it_is_cancelled(services: Services) -> None:
    """Long after, or after a restart: no other build is ended by it."""
    with pytest.raises(AlreadyDoneError, match="over already"):
        await press_button(services, str(press_id("build_cancel", "0a1b2c3d")))


async def test_an_index_that_is_used_already_is_not_cancelled(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    """There is a way back, and that is told."""
    builder.progress = Progress(1, 1, "", published=7)
    fake = interaction(user_id=OWNER)
    task = asyncio.create_task(reindex(cog, fake))
    await until(lambda: fake.edit_original_response.await_count)
    assert buttons(fake) == {}
    (build,) = services.library.builds.queue
    with pytest.raises(AlreadyDoneError, match="used already"):
        await press_button(services, str(press_id("build_cancel", build.id)), user=OWNER)
    builder.go.set()
    await task


# ---------------------------------------------------------------- status


async def test_status_tells_a_server_of_its_own_documents(cog: Corpus) -> None:
    said = await run(cog, Corpus.status, interaction(user_id=ADMIN))
    assert "This server’s documents" in said
    assert "1 document · 4 passages · 3 events" in said
    assert "index 7" not in said
    assert "folder" not in said


async def test_status_tells_the_owner_of_all_and_of_the_folder(
    services: Services, cog: Corpus
) -> None:
    services.library.watcher = Watcher(services.library, Path(), reindex=True)
    services.library.watcher.changed = True
    said = await run(cog, Corpus.status, interaction(user_id=OWNER))
    assert "All documents" in said
    assert "3 documents · 12 passages · 9 events" in said
    assert "Changed since it was indexed. Changes are indexed by themselves" in said


async def test_status_shows_what_is_under_way_and_what_waits(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    tasks = [asyncio.create_task(reindex(cog, interaction(user_id=OWNER)))]
    await until(lambda: builder.calls)
    tasks.append(asyncio.create_task(reindex(cog, interaction(user_id=OWNER), full=True)))
    await until(lambda: len(services.library.builds.queue) == 2)
    fake = interaction(user_id=OWNER)
    said = await run(cog, Corpus.status, fake)
    assert "Reading the documents: 1 of 2" in said
    assert "Waiting for their turn**\n- everything anew" in said
    assert "Cancel: everything anew" in buttons(fake)
    builder.go.set()
    await asyncio.gather(*tasks)
    refreshed = await press_button(services, buttons(fake)["Refresh"], user=OWNER)
    assert "Reading" not in page_after(refreshed)


async def test_a_build_of_another_server_is_hidden(cog: Corpus, builder: Builder) -> None:
    task = asyncio.create_task(reindex(cog, interaction(user_id=ADMIN, guild_id=30)))
    await until(lambda: builder.calls)
    before = await run(cog, Corpus.status, interaction(user_id=ADMIN))
    builder.go.set()
    await task
    assert await run(cog, Corpus.status, interaction(user_id=ADMIN)) == before


async def test_the_last_failure_is_told_until_a_build_succeeds(
    cog: Corpus, builder: Builder
) -> None:
    builder.go.set()
    builder.outcome = CorpusError("The corpus folder holds no documents.")
    await reindex(cog, interaction(user_id=OWNER))
    builder.outcome = fakes.report(generation=7)
    await reindex(cog, interaction(user_id=OWNER), dry_run=True)
    said = await run(cog, Corpus.status, interaction(user_id=OWNER))
    assert "Last failure" in said
    assert "holds no documents" in said
    await reindex(cog, interaction(user_id=OWNER))
    assert "Last failure" not in await run(cog, Corpus.status, interaction(user_id=OWNER))


# ---------------------------------------------------------------- history


def build_line(**values: Any) -> BuildLine:
    line = BuildLine(
        at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        guild=ELSEWHERE,
        who=ADMIN,
        collection=OWN,
        kind="build",
        outcome="changed",
        generation=7,
        seconds=2.0,
        report={"counts": {"added": 2, "updated": 0, "removed": 1}},
    )
    return replace(line, **values)


async def test_history_tells_what_when_who_and_what_came_of_it(
    services: Services, cog: Corpus
) -> None:
    await services.state.add_build(build_line())
    said = await run(cog, Corpus.history, interaction(user_id=ADMIN))
    assert f"**Done** · what changed · <@{ADMIN}>" in said
    assert "2 added · 1 removed · 2 seconds" in said
    assert "index 7" not in said  # it would tell of others' builds


async def test_history_of_a_server_holds_no_other_builds(services: Services, cog: Corpus) -> None:
    await services.state.add_build(build_line(collection=None, reason="secret", outcome="failed"))
    await services.state.add_build(build_line(collection="server/30", guild=30))
    said = await run(cog, Corpus.history, interaction(user_id=ADMIN))
    assert "Nothing has been indexed" in said
    assert "secret" in await run(cog, Corpus.history, interaction(user_id=OWNER))


async def test_history_has_pages(services: Services, cog: Corpus) -> None:
    for number in range(PER_PAGE + 1):
        await services.state.add_build(build_line(seconds=10.0 + number))
    fake = interaction(user_id=ADMIN)
    said = await run(cog, Corpus.history, fake)
    assert "16 seconds" in said
    assert "10 seconds" not in said
    older = await press_button(services, buttons(fake)["Older"], user=ADMIN)
    assert "10 seconds" in page_after(older)
    with pytest.raises(NotAllowedError):
        await press_button(services, buttons(fake)["Older"], user=MEMBER, permissions=NOBODY)


# ---------------------------------------------------------------- going back


def listed(number: int, documents: int) -> Listed:
    made = "2026-11-20T08:00:00+00:00"
    return Listed(number, number == 7, made, documents, documents * 10, 3, 1, 1_000, None)


@pytest.fixture
def stepping(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Generations 7 and 6; who goes back is noted."""
    went: list[int] = []
    held: list[Listed | None] = [listed(7, 2), listed(6, 1)]

    async def generations() -> tuple[Listed | None, Listed | None]:
        return held[0], held[1]

    async def roll_back(*, who: int, guild: int | None) -> int:
        assert guild == ELSEWHERE
        went.append(who)
        held[:] = [listed(6, 1), None]
        return 6

    monkeypatch.setattr(services.library, "generations", generations)
    monkeypatch.setattr(services.library, "roll_back", roll_back)
    return went


async def test_going_back_is_asked_first_with_what_the_index_before_holds(
    services: Services, cog: Corpus, stepping: list[int]
) -> None:
    fake = interaction(user_id=OWNER)
    said = await run(cog, Corpus.rollback, fake)
    assert "index 6" in said
    assert "1 document · 10 passages" in said
    assert "`/corpus list`" in said
    assert stepping == []
    done = await press_button(services, buttons(fake)["Go back"], user=OWNER)
    assert "answered from index 6 again" in page_after(done)
    assert stepping == [OWNER]


async def test_going_back_twice_by_one_message_is_refused(
    services: Services, cog: Corpus, stepping: list[int]
) -> None:
    """The index is another by then than the one that was shown."""
    fake = interaction(user_id=OWNER)
    await run(cog, Corpus.rollback, fake)
    button = buttons(fake)["Go back"]
    await press_button(services, button, user=OWNER)
    with pytest.raises(InputError, match="has changed"):
        await press_button(services, button, user=OWNER)
    assert stepping == [OWNER]


async def test_the_press_that_goes_back_checks_rights_again(
    services: Services, cog: Corpus, stepping: list[int]
) -> None:
    fake = interaction(user_id=OWNER)
    await run(cog, Corpus.rollback, fake)
    with pytest.raises(NotAllowedError):
        await press_button(services, buttons(fake)["Go back"], user=ADMIN)
    assert stepping == []


async def test_leaving_it_as_it_is_changes_nothing(
    services: Services, cog: Corpus, stepping: list[int]
) -> None:
    fake = interaction(user_id=OWNER)
    await run(cog, Corpus.rollback, fake)
    done = await press_button(services, buttons(fake)["Leave it as it is"], user=OWNER)
    assert "Nothing was changed." in page_after(done)
    assert stepping == []


@pytest.mark.usefixtures("stepping")
async def test_without_an_index_before_that_is_told(services: Services, cog: Corpus) -> None:
    await services.library.roll_back(who=OWNER, guild=ELSEWHERE)
    with pytest.raises(IndexMissingError, match="no index before"):
        await run(cog, Corpus.rollback, interaction(user_id=OWNER))


async def test_a_button_with_nonsense_is_refused(services: Services) -> None:
    with pytest.raises((AlreadyDoneError, OldButtonError, InputError)):
        await press_button(services, str(press_id("build_cancel", "..", "x")))


# ---------------------------------------------------------------- account


async def test_each_build_is_in_the_audit_log(
    services: Services, cog: Corpus, builder: Builder
) -> None:
    builder.go.set()
    await reindex(cog, interaction(user_id=ADMIN))
    (line,) = await services.state.audit(ELSEWHERE, action="index.build")
    assert (line.who, line.what) == (ADMIN, OWN)
    assert line.after == {"kind": "build", "outcome": "changed"}


async def test_loading_the_command_keeps_account_and_watches(tmp_path: Path) -> None:
    made = pressing.services(tmp_path)
    library = made.library
    library.builds = Mock(records=[])
    await Corpus(made).cog_load()
    assert len(library.builds.records) == 1
    library.watch.assert_called_once_with(reindex=False)  # type: ignore[attr-defined]
    await made.state.close()
