"""/timeline-edit and its presses, from the options to what is kept, written and built."""

from __future__ import annotations

import datetime as dt
import threading
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest

from bot.building import Request
from bot.cogs.timeline_edit import TimelineEdit
from bot.edits import GoneDraftError
from bot.ids import read_id
from bot.layout import Page
from bot.library import Library, Shelf
from bot.presses import OldButtonError
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from bot.state import BuildLine, By
from index.archive import Archive
from index.building import Progress, build
from index.collections import edits_folder, server_collection
from index.errors import CorpusError, InputError, UnknownDocumentError, UnreadableDateError
from index.model import BuildReport
from tests.bot import fakes, pressing
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.conftest import HARBOUR, write_corpus

OWNER, ADMIN, MEMBER = 1, 2, 3
GUILD = 10
OWN = server_collection(GUILD)


class Desk:
    """Services over a real index, and builds that only note what was asked for."""

    def __init__(self, services: Services, archive: Archive) -> None:
        self.services, self.archive = services, archive
        self.cog = TimelineEdit(services)
        self.built: list[str | None] = []
        self.fails: Exception | None = None
        self.unapplied: tuple[str, ...] = ()

    def run_build(
        self,
        _corpus: Path,
        _data: Path,
        request: Request,
        _tell: Callable[[Progress], None],
        _stop: threading.Event,
    ) -> BuildReport:
        self.built.append(request.only)
        if self.fails is not None:
            raise self.fails
        return fakes.report(generation=self.archive.generation, unapplied=self.unapplied)

    def event(self, words: str) -> str:
        found = self.archive.timeline(today=fakes.TODAY)
        return next(cited.event.id for cited in found if words in cited.event.text)

    async def run(
        self,
        command: str,
        *events: str,
        user: int = OWNER,
        permissions: discord.Permissions = MANAGER,
        guild: int | None = GUILD,
        **options: str,
    ) -> Mock:
        """The interaction after a command was answered."""
        fake = fakes.interaction(user_id=user, guild_id=guild, permissions=permissions)
        fake.locale = discord.Locale.american_english
        fake.channel_id = 77
        await getattr(TimelineEdit, command).callback(self.cog, fake, *events, **options)
        return fake

    async def press(
        self, custom_id: str, *, user: int = OWNER, guild: int = GUILD, **more: Any
    ) -> Mock:
        more.setdefault("permissions", MANAGER)
        more.setdefault("message", _private())
        return await press(self.services, custom_id, user=user, guild=guild, **more)

    def file(self, collection: str = "main") -> dict[str, Any]:
        path = edits_folder(self.services.settings.data, collection) / "timeline-edits.toml"
        return tomllib.loads(path.read_text()) if path.exists() else {}


def _private() -> Mock:
    return message_of(Page(("…",)), private=True)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    place = tmp_path_factory.mktemp("harbour")
    build(write_corpus(place / "corpus", HARBOUR), place / "data")
    return Archive.open(place / "data")


@pytest.fixture
async def desk(indexed: Archive, tmp_path: Path) -> AsyncIterator[Desk]:
    made = pressing.services(tmp_path)
    made = replace(
        made,
        settings=replace(made.settings, data=tmp_path),
        rights=Rights(frozenset({OWNER}), frozenset()),
    )
    desk = Desk(made, indexed)
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY, run_build=desk.run_build)
    library._shelf = Shelf(indexed, indexed.sources())
    desk.services = replace(made, library=library)
    desk.cog = TimelineEdit(desk.services)
    yield desk
    await library.close()
    await desk.services.state.close()


def text(fake: Mock) -> str:
    return page_after(fake).replace("*", "").replace("\\", "")


def button(fake: Mock, kind: str) -> str:
    """The id of the first button or menu of this kind in what was shown last."""
    view = fake.edit_original_response.await_args.kwargs["view"]
    for item in view.walk_children():
        custom_id = getattr(item, "custom_id", None)
        pressed = read_id(custom_id) if custom_id else None
        if pressed is not None and pressed.kind == kind:
            return str(custom_id)
    raise AssertionError(f"no {kind}")


# ---------------------------------------------------------------- preview, save, undo


async def test_an_entry_is_shown_before_and_after_and_nothing_is_changed(desk: Desk) -> None:
    fake = await desk.run("redate", desk.event("whale"), date="1 July 1853")
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    shown = text(fake)
    assert "June (1853) — A whale was seen off the mole." in shown
    assert "1 July 1853 — A whale was seen off the mole." in shown
    assert (
        "“1 July 1853” was understood as 1 July 1853, known to the day (EDTF `1853-07-01`)" in shown
    )
    assert await desk.services.state.corrections("main") == ()
    assert desk.built == []


async def test_save_keeps_it_writes_it_and_builds_its_collection(desk: Desk) -> None:
    whale = desk.event("whale")
    fake = await desk.run("hide", whale)
    saved = await desk.press(button(fake, "edit_save"))
    assert "Saved: hidden. 1853-06: A whale was seen" in text(saved)
    assert "It counts from now on" in text(saved)
    assert [each["id"] for each in desk.file()["hide"]] == [whale]
    assert desk.built == ["main"]
    (line,) = await desk.services.state.audit(GUILD, action="correction")
    assert (line.who, line.what, line.after["id"]) == (OWNER, "main", whale)


async def test_undo_takes_it_back_and_again_makes_it_once_more(desk: Desk) -> None:
    fake = await desk.run("hide", desk.event("whale"))
    saved = await desk.press(button(fake, "edit_save"))
    undone = await desk.press(button(saved, "edit_undo"))
    assert "Taken back" in text(undone)
    assert desk.file() == {}
    again = await desk.press(button(undone, "edit_redo"))
    assert "Saved" in text(again)
    assert len(desk.file()["hide"]) == 1
    assert desk.built == ["main"] * 3
    with pytest.raises(InputError, match="counts already"):
        await desk.press(button(undone, "edit_redo"))
    with pytest.raises(InputError, match="taken back already"):
        await desk.press(button(saved, "edit_undo"))


async def test_cancel_forgets_the_preview(desk: Desk) -> None:
    fake = await desk.run("hide", desk.event("whale"))
    assert "Nothing was changed" in text(await desk.press(button(fake, "edit_cancel")))
    with pytest.raises(GoneDraftError):
        await desk.press(button(fake, "edit_save"))
    assert desk.built == []


async def test_save_pressed_twice_keeps_it_once(desk: Desk) -> None:
    fake = await desk.run("hide", desk.event("whale"))
    await desk.press(button(fake, "edit_save"))
    with pytest.raises(GoneDraftError):
        await desk.press(button(fake, "edit_save"))
    assert len(await desk.services.state.corrections("main")) == 1


async def test_what_a_build_cannot_do_is_told_and_the_edit_stays(desk: Desk) -> None:
    desk.fails = CorpusError("The folder is gone.")
    fake = await desk.run("hide", desk.event("whale"))
    saved = text(await desk.press(button(fake, "edit_save")))
    assert "It is saved, but the index could not be made anew: The folder is gone." in saved
    assert len(desk.file()["hide"]) == 1


async def test_a_correction_that_does_not_fit_is_told(desk: Desk) -> None:
    whale = desk.event("whale")
    desk.unapplied = (f"[[hide]] 1 was not applied: no event has the id “{whale}”.",)
    fake = await desk.run("hide", whale)
    saved = text(await desk.press(button(fake, "edit_save")))
    assert "It doesn't fit the documents: was not applied: no event has the id" in saved


async def test_entries_are_merged_and_titled(desk: Desk) -> None:
    fake = await desk.run("merge", desk.event("storm"), desk.event("whale"))
    assert "The first stays" in text(fake)
    fake = await desk.run("retitle", desk.event("whale"), headline="**A** <@1> whale")
    assert "**A**" not in page_after(fake)
    assert "A <@1> whale" in text(fake)
    assert "<@1>" not in page_after(fake)


# ---------------------------------------------------------------- a new entry


async def test_a_new_entry_is_previewed_with_its_quote(desk: Desk) -> None:
    fake = await desk.run("add", "log", "she was afloat again by the evening", "9 Jan 1854")
    assert "Add this entry" in text(fake)
    saved = await desk.press(button(fake, "edit_save"))
    assert "Saved: added." in text(saved)
    (kept,) = desk.file()["add"]
    assert kept["document"] == "log"
    assert kept["quote"] == "she was afloat again by the evening"


async def test_the_nearest_words_can_be_used_instead(desk: Desk) -> None:
    """A quote that doesn't stand in the document is refused with what stands there."""
    fake = await desk.run("add", "town", "the ferry carried slate and wool", "1850")
    assert "don't stand in the document" in text(fake)
    assert "carried slate, wool" in text(fake)
    preview = await desk.press(button(fake, "edit_quote"))
    assert "Add this entry" in text(preview)
    await desk.press(button(preview, "edit_save"))
    assert "carried slate, wool" in desk.file()["add"][0]["quote"]


async def test_an_unknown_document_and_date_are_told_before_anything_is_looked_up(
    desk: Desk,
) -> None:
    with pytest.raises(UnknownDocumentError):
        await desk.run("add", "nothing of the kind", "words", "1850")
    with pytest.raises(UnreadableDateError):
        await desk.run("add", "log", "words", "31 February 1850")
    with pytest.raises(UnreadableDateError):
        await desk.run("redate", "e1", date="soon")


# ---------------------------------------------------------------- rights


@pytest.mark.parametrize(
    ("user", "permissions", "guild"),
    [
        (MEMBER, discord.Permissions(manage_messages=True), GUILD),
        (MEMBER, discord.Permissions.none(), GUILD),
        (OWNER, MANAGER, None),
    ],
    ids=["moderator", "member", "direct message"],
)
async def test_others_may_edit_nothing(
    desk: Desk, user: int, permissions: discord.Permissions, guild: int | None
) -> None:
    whale = desk.event("whale")
    for command, options in (
        ("hide", (whale,)),
        ("undo", ()),
        ("add", ("log", "A whale was seen", "1853")),
    ):
        with pytest.raises(NotAllowedError):
            await desk.run(command, *options, user=user, permissions=permissions, guild=guild)


async def test_an_administrator_may_not_edit_the_owners_documents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They see the entry, so that they are told why."""
    own = Mock(wraps=desk.services.library.shelf)

    async def shelf(sight: frozenset[str]) -> Any:
        found = await own(sight)
        if "main" in sight:
            return found
        empty = fakes.archive()
        empty.timeline.return_value = fakes.timeline()
        return Shelf(empty, ())

    monkeypatch.setattr(desk.services.library, "shelf", shelf)
    with pytest.raises(NotAllowedError, match="owner's documents"):
        await desk.run("hide", desk.event("whale"), user=ADMIN)
    with pytest.raises(InputError, match="no entry that you may edit"):
        await desk.run("hide", "abcdef123", user=ADMIN)


async def test_each_press_checks_who_presses(desk: Desk) -> None:
    """Who lost their rights, or another person, or another server, saves and undoes nothing."""
    fake = await desk.run("hide", desk.event("whale"))
    save = button(fake, "edit_save")
    none = discord.Permissions.none()
    with pytest.raises(NotAllowedError):
        await desk.press(save, user=MEMBER, permissions=none)
    with pytest.raises(GoneDraftError):
        await desk.press(save, user=ADMIN)
    with pytest.raises(GoneDraftError):
        await desk.press(save, guild=11)
    saved = await desk.press(save)
    undo = button(saved, "edit_undo")
    with pytest.raises(NotAllowedError):
        await desk.press(undo, user=MEMBER, permissions=none)
    with pytest.raises(OldButtonError):  # of a collection that isn't theirs
        await desk.press(undo, user=ADMIN)
    assert len(await desk.services.state.corrections("main")) == 1


# ---------------------------------------------------------------- the list


async def hidden(desk: Desk, words: str) -> None:
    fake = await desk.run("hide", desk.event(words))
    await desk.press(button(fake, "edit_save"))


async def test_the_list_tells_who_and_when_newest_first_and_takes_one_back(desk: Desk) -> None:
    await hidden(desk, "whale")
    await hidden(desk, "storm")
    fake = await desk.run("undo")
    shown = text(fake)
    assert shown.index("A storm held") < shown.index("A whale was seen")
    assert f"<@{OWNER}>" in page_after(fake)
    assert "UTC" in shown
    first, _ = await desk.services.state.corrections("main")
    undone = await desk.press(button(fake, "edit_undo"), values=(str(first.id),))
    assert "Taken back: hidden. 1853-06: A whale was seen" in text(undone)
    assert "A whale was seen" not in text(await desk.run("undo"))


async def test_the_list_tells_what_no_longer_fits(desk: Desk) -> None:
    whale = desk.event("whale")
    await hidden(desk, "whale")
    line = BuildLine(
        at=(await desk.services.state.corrections("main"))[0].at,
        guild=None,
        who=None,
        collection="main",
        kind="build",
        outcome="changed",
        generation=2,
        seconds=1.0,
        report={"unapplied": [f"[[hide]] 1 was not applied: no event has the id “{whale}”."]},
    )
    await desk.services.state.add_build(line)
    assert "It no longer fits: was not applied: no event has the id" in text(await desk.run("undo"))


async def test_the_list_turns_its_pages(desk: Desk) -> None:
    """Eight on a page; the last page has what is left."""
    state = desk.services.state
    by = By(OWNER, GUILD, dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    for number in range(10):
        await state.add_correction(
            "main", "hide", {"id": f"e{number}", "reason": f"No. {number};"}, by
        )
    fake = await desk.run("undo", collection="main")
    assert "No. 9;" in text(fake)
    assert "No. 1;" not in text(fake)
    second = await desk.press(button(fake, "edit_list").replace(":0:", ":2:"))
    assert "No. 1;" in text(second)
    assert "page 2 of 2" in text(second)


async def test_without_corrections_the_list_says_so(desk: Desk) -> None:
    assert "No correction of the timeline counts here" in text(await desk.run("undo"))


# ---------------------------------------------------------------- what is offered


async def test_entries_and_documents_are_offered_to_who_may_edit(desk: Desk) -> None:
    fake = fakes.interaction(user_id=OWNER, guild_id=GUILD, permissions=MANAGER)
    fake.locale, fake.channel_id = discord.Locale.american_english, 77
    for suggest in (desk.cog.suggest_hide, desk.cog.suggest_first):
        (found,) = await suggest(fake, "whale")
        assert (found.name, found.value) == (
            "June 1853: A whale was seen off the mole.",
            desk.event("whale"),
        )
    assert [one.value for one in await desk.cog.suggest_document(fake, "lo")] == ["log"]
    assert {one.value for one in await desk.cog.suggest_collection(fake, "")} == {OWN, "main"}


async def test_nothing_is_offered_to_others(desk: Desk) -> None:
    fake = fakes.interaction(user_id=MEMBER, guild_id=GUILD)
    fake.locale, fake.channel_id = discord.Locale.american_english, 77
    assert await desk.cog.suggest_hide(fake, "whale") == []
    assert await desk.cog.suggest_document(fake, "") == []
    assert await desk.cog.suggest_collection(fake, "") == []
