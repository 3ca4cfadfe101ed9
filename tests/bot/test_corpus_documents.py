"""/corpus add, list and the rest, and their buttons: who may, what is told, what is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock, create_autospec

import discord
import pytest
from discord import ui

from bot.cogs.corpus import Corpus
from bot.ids import press_id
from bot.languages import ENGLISH
from bot.layout import Page
from bot.library import Library
from bot.presses import OldButtonError
from bot.render import uploads as pages
from bot.rules import AlreadyDoneError, NotAllowedError
from bot.services import Services
from bot.settings import Settings
from bot.state import BuildLine, By, Upload, Usage
from bot.uploads import GoneUploadError, Quota, Searchable, Uploads, uploads_of
from bot.waiting import Batch, Candidate, Details, GonePreviewError, Warned
from index.errors import CorpusError, InputError, UnreadableDateError
from index.messages import say
from index.model import BuildReport, Skipped, SourceSummary
from tests.bot import fakes
from tests.bot.pages import buttons, check_limits, choices, text
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.bot.pressing import services as plain_services
from tests.bot.test_uploads import GUILD, NEW, NOW, ON_DISK, facts, visible, wait_for

BY = By(1, GUILD, NOW)


@dataclass
class FakeLibrary:
    """Indexes at once whatever a server has, unless it is to fail."""

    services: Services | None = None
    fails: Exception | None = None
    left_out: tuple[Skipped, ...] = ()
    asked: list[dict[str, Any]] = field(default_factory=list)
    indexed: tuple[SourceSummary, ...] = ()
    builds: Any = field(default_factory=lambda: SimpleNamespace(queue=()))

    def today(self) -> dt.date:
        return NOW.date()

    async def shelf(self, sight: frozenset[str]) -> Any:
        assert sight == {f"server/{GUILD}"}
        return SimpleNamespace(sources=self.indexed)

    def build(self, **options: Any) -> Any:
        self.asked.append(options)
        return SimpleNamespace(wait=self._wait)

    async def _wait(self, _: float) -> BuildReport:
        if self.fails is not None:
            raise self.fails
        assert self.services is not None
        names = {one.name for one in self.left_out}
        self.indexed = tuple(
            replace(
                fakes.summary(one.name),
                source=replace(fakes.source(one.name, one.title), sha256=one.sha256),
            )
            for one in await self.services.state.uploads(GUILD)
            if one.name not in names
        )
        return fakes.report(skipped=self.left_out)


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
async def services(tmp_path: Path, library: FakeLibrary) -> AsyncIterator[Services]:
    settings = Settings(data=tmp_path, server_builds=2)
    made = replace(plain_services(tmp_path, settings), library=cast("Library", library))
    library.services = made
    yield made
    await made.state.close()


@pytest.fixture
def made(services: Services) -> Uploads:
    return uploads_of(services)


@pytest.fixture
def folder(made: Uploads) -> Path:
    return made.folder(GUILD)


async def saved(made: Uploads, file: tuple[str, str, bytes] = ON_DISK) -> Upload:
    batch = wait_for(made.folder(GUILD), file)
    return (await made.save(GUILD, batch.id, [0], BY)).kept[0]


async def push(services: Services, kind: str, *arguments: object, **options: Any) -> Mock:
    """Press a button of a private message, as an administrator unless told otherwise."""
    page = Page(("a page",))
    chosen = {"permissions": MANAGER, "message": message_of(page, private=True)} | options
    return await press(services, press_id(kind, *arguments), **chosen)


def attachment(name: str = "log.txt", size: int = 5) -> Mock:
    fake: Mock = create_autospec(discord.Attachment, instance=True)
    fake.filename, fake.title, fake.size, fake.url = name, None, size, "https://elsewhere/1"
    return fake


# ---------------------------------------------------------------- who may

KINDS = (
    *("up_added", "up_look", "up_edit", "up_edited", "up_drop", "up_save"),
    *("doc_list", "doc_gone", "doc_open", "doc_show", "doc_file", "doc_edit", "doc_edited"),
    *("doc_remove", "doc_removed", "doc_restore"),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_press_of_a_member_does_anything(
    services: Services, made: Uploads, kind: str
) -> None:
    """Though the button was an administrator's: rights may have been taken meanwhile."""
    await saved(made)
    with pytest.raises(NotAllowedError):
        await push(services, kind, "1", permissions=discord.Permissions.none())
    assert len(await services.state.uploads(GUILD)) == 1


@pytest.mark.parametrize("kind", ["doc_show", "doc_file", "doc_edit", "doc_remove", "doc_removed"])
async def test_no_press_reaches_another_servers_document(
    services: Services, made: Uploads, kind: str
) -> None:
    upload = await saved(made)
    with pytest.raises(GoneUploadError):
        await push(services, kind, upload.id, guild=99)
    assert await services.state.uploads(GUILD) == (upload,)


async def test_no_press_reaches_another_servers_preview(services: Services, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    for kind in ("up_look", "up_edit", "up_edited", "up_drop", "up_save"):
        with pytest.raises(GonePreviewError):
            await push(services, kind, batch.id, 0, guild=99)


async def test_a_role_of_the_settings_may_administer(services: Services) -> None:
    await services.state.set_server(GUILD, admin_roles=(7,))
    fake = fakes.interaction(user_id=5, guild_id=GUILD)
    fake.locale = discord.Locale.american_english
    fake.user.roles = [Mock(id=7)]
    await Corpus.list_.callback(Corpus(services), fake)  # type: ignore[arg-type]
    assert "Documents of this server" in fakes.shown(fake)


@pytest.mark.parametrize("command", ["add", "replace", "remove", "rename", "list_", "show"])
async def test_no_command_of_a_member_does_anything(services: Services, command: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "replace": {"document": "log", "file": attachment()},
        **{name: {"document": "log"} for name in ("remove", "rename", "show")},
    }
    fake = fakes.interaction(user_id=5, guild_id=GUILD)
    with pytest.raises(NotAllowedError):
        await getattr(Corpus, command).callback(Corpus(services), fake, **options.get(command, {}))
    fake.response.defer.assert_not_awaited()


async def test_members_are_suggested_no_document(services: Services, made: Uploads) -> None:
    await saved(made)
    cog = Corpus(services)
    member = fakes.interaction(user_id=5, guild_id=GUILD)
    manager = fakes.interaction(user_id=5, guild_id=GUILD, permissions=MANAGER)
    assert await cog.suggest(member, "log") == []
    (choice,) = await cog.suggest(manager, "PETREL")
    assert (choice.name, choice.value) == ("Log of the Petrel (log.txt)", "1")


# ---------------------------------------------------------------- adding


def caller() -> Mock:
    fake = fakes.interaction(user_id=1, guild_id=GUILD, permissions=MANAGER)
    fake.locale = discord.Locale.american_english
    return fake


async def test_add_without_a_file_opens_a_form_for_ten(services: Services) -> None:
    fake = caller()
    await Corpus.add.callback(Corpus(services), fake)  # type: ignore[arg-type]
    (form,) = fake.response.send_modal.await_args.args
    (label,) = form.children
    assert isinstance(label.component, ui.FileUpload)
    assert (label.component.min_values, label.component.max_values) == (1, 10)


async def test_a_file_that_is_too_large_is_refused_at_once(services: Services) -> None:
    fake = caller()
    with pytest.raises(InputError, match="at most 100 MB"):
        await Corpus.add.callback(  # type: ignore[call-arg]
            Corpus(services),  # type: ignore[arg-type]
            fake,
            attachment(size=100_000_001),
        )
    fake.response.defer.assert_not_awaited()


async def test_a_file_from_elsewhere_is_told_privately(services: Services) -> None:
    fake = caller()
    await Corpus.add.callback(Corpus(services), fake, attachment())  # type: ignore[arg-type, call-arg]
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "log.txt can't be added" in fakes.shown(fake)
    assert "doesn't lie with Discord" in fakes.shown(fake)


async def test_a_form_sent_in_without_files_is_told_so(services: Services) -> None:
    with pytest.raises(InputError, match="No file was attached"):
        await push(services, "up_added", message=None, fields={})


# ---------------------------------------------------------------- previews


async def test_save_keeps_indexes_and_says_what_is_searchable(
    services: Services, library: FakeLibrary, folder: Path
) -> None:
    batch = wait_for(folder, ON_DISK)
    fake = await push(services, "up_save", batch.id, 0)
    assert "**Log of the Petrel** is searchable: 4 passages · 3 events" in page_after(fake)
    assert visible(folder) == {"log.txt": ON_DISK[2]}
    assert library.asked == [{"only": f"server/{GUILD}", "who": 1, "guild": GUILD}]


async def test_save_all_keeps_each_that_can_be(services: Services, folder: Path) -> None:
    """The other is named, with the reason."""
    batch = wait_for(folder, ON_DISK, NEW)
    wait = wait_for(folder, ("The same name", "letter.md", b"Other words."))
    await push(services, "up_save", wait.id, 0)
    fake = await push(services, "up_save", batch.id, "all")
    assert "**letter.md** is not saved" in page_after(fake)
    assert "**Log of the Petrel** is searchable" in page_after(fake)


async def test_a_second_press_of_save_is_told_so(
    services: Services, library: FakeLibrary, folder: Path
) -> None:
    batch = wait_for(folder, ON_DISK)
    await push(services, "up_save", batch.id, 0)
    with pytest.raises(AlreadyDoneError):
        await push(services, "up_save", batch.id, 0)
    assert len(library.asked) == 1
    assert len(await services.state.audit(GUILD)) == 1


async def test_a_document_that_the_build_left_out_is_told_with_the_reason(
    services: Services, library: FakeLibrary, folder: Path
) -> None:
    library.left_out = (Skipped("log.txt", "It is empty.", "Fill it."),)
    fake = await push(services, "up_save", wait_for(folder, ON_DISK).id, 0)
    assert "is saved but not searchable yet: It is empty." in page_after(fake)


async def test_what_was_saved_stays_when_the_build_fails(
    services: Services, library: FakeLibrary, folder: Path
) -> None:
    library.fails = CorpusError(say("The folder can't be read."))
    fake = await push(services, "up_save", wait_for(folder, ON_DISK).id, 0)
    assert "could not be indexed: The folder can't be read." in page_after(fake)
    assert visible(folder) == {"log.txt": ON_DISK[2]}


async def test_saving_beyond_the_builds_of_an_hour_keeps_the_file_and_says_so(
    services: Services, library: FakeLibrary, folder: Path
) -> None:
    now = dt.datetime.now(dt.UTC)
    for _ in range(2):
        line = BuildLine(now, GUILD, 1, f"server/{GUILD}", "build", "changed", 1, 0.1)
        await services.state.add_build(line)
    fake = await push(services, "up_save", wait_for(folder, ON_DISK).id, 0)
    assert "2 builds an hour" in page_after(fake)
    assert visible(folder) == {"log.txt": ON_DISK[2]}
    assert library.asked == []


async def test_details_are_filled_in_with_what_was_found(services: Services, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    fake = await push(services, "up_edit", batch.id, 0)
    (form,) = fake.response.send_modal.await_args.args
    given = {label.component.custom_id: label.component.default for label in form.children}
    assert given == {
        "title": "Log of the Petrel",
        "author": None,
        "date": None,
        "rights": None,
        "language": "en",
    }


FORM = {"title": {"value": "Log"}, "date": {"value": "May 1871"}, "language": {"value": "en"}}


async def test_changed_details_are_shown_and_kept_until_it_is_saved(
    services: Services, made: Uploads, folder: Path
) -> None:
    """What was found in the file itself stays open, for a later file in its place."""
    batch = wait_for(folder, ON_DISK)
    fake = await push(services, "up_edited", batch.id, 0, fields=FORM)
    assert "## Log\nMay 1871" in page_after(fake)
    assert (await made.batch(GUILD, batch.id)).candidates[0].details == Details(
        "Log", date="1871-05"
    )
    await push(services, "up_save", batch.id, 0)
    (upload,) = await services.state.uploads(GUILD)
    assert (upload.title, upload.date, upload.language) == ("Log", "1871-05", "")


async def test_details_that_cant_be_used_change_nothing(
    services: Services, made: Uploads, folder: Path
) -> None:
    batch = wait_for(folder, ON_DISK)
    with pytest.raises(UnreadableDateError):
        await push(services, "up_edited", batch.id, 0, fields=FORM | {"date": {"value": "soon"}})
    assert await made.batch(GUILD, batch.id) == batch


async def test_cancel_deletes_what_waited(services: Services, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK)
    fake = await push(services, "up_drop", batch.id, 0)
    assert "Nothing was saved." in page_after(fake)
    with pytest.raises(AlreadyDoneError):
        await push(services, "up_save", batch.id, 0)


async def test_one_of_several_can_be_left_out(services: Services, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK, NEW)
    fake = await push(services, "up_drop", batch.id, 0)
    assert "1 file can be saved" in page_after(fake)
    assert "**log.txt**: left out" in page_after(fake)


async def test_one_of_several_is_looked_at(services: Services, folder: Path) -> None:
    batch = wait_for(folder, ON_DISK, NEW)
    fake = await push(services, "up_look", batch.id, values=("1",))
    assert "## Letter to the owners" in page_after(fake)


@pytest.mark.parametrize("said", ["", "2", "-1", "x", "99", "٣"])
async def test_a_place_that_no_preview_has_is_an_old_button(
    services: Services, folder: Path, said: str
) -> None:
    batch = wait_for(folder, ON_DISK, NEW)
    with pytest.raises(OldButtonError):
        await push(services, "up_look", batch.id, values=(said,) if said else ())


async def test_a_preview_that_is_over_says_so(services: Services) -> None:
    with pytest.raises(GonePreviewError, match="waits an hour"):
        await push(services, "up_save", "0" * 12, 0)


# ---------------------------------------------------------------- documents that are there


async def test_removing_asks_then_offers_the_way_back(
    services: Services, made: Uploads, folder: Path
) -> None:
    upload = await saved(made)
    asked = await push(services, "doc_remove", upload.id)
    assert "3 passages · 2 events" in page_after(asked)
    gone = await push(services, "doc_removed", upload.id)
    assert "is removed" in page_after(gone)
    assert "23 November 2026" not in page_after(asked)
    assert visible(folder) == {}
    back = await push(services, "doc_restore", upload.id)
    assert "is searchable" in page_after(back)
    with pytest.raises(AlreadyDoneError):
        await push(services, "doc_restore", upload.id)


async def test_a_document_is_removed_though_the_builds_of_the_hour_are_over(
    services: Services, made: Uploads, library: FakeLibrary
) -> None:
    upload = await saved(made)
    for _ in range(2):
        line = BuildLine(dt.datetime.now(dt.UTC), GUILD, 1, None, "build", "changed", 1, 0.1)
        await services.state.add_build(line)
    await push(services, "doc_removed", upload.id)
    assert len(library.asked) == 1


async def test_changed_details_of_a_document_are_indexed_anew(
    services: Services, made: Uploads, library: FakeLibrary
) -> None:
    upload = await saved(made)
    await push(services, "doc_edited", upload.id, fields=FORM)
    (changed,) = await services.state.uploads(GUILD)
    assert (changed.id, changed.name, changed.title) == (upload.id, "log.txt", "Log")
    assert len(library.asked) == 1


async def test_details_that_stay_are_not_indexed_anew(
    services: Services, made: Uploads, library: FakeLibrary
) -> None:
    upload = await saved(made)
    await push(services, "doc_edited", upload.id, fields={"title": {"value": upload.title}})
    assert library.asked == []
    assert len(await services.state.audit(GUILD)) == 1


async def test_rename_changes_the_title_alone(services: Services, made: Uploads) -> None:
    await saved(made)
    fake = caller()
    await Corpus.rename.callback(Corpus(services), fake, "log.txt", "A voyage")  # type: ignore[arg-type, call-arg]
    (upload,) = await services.state.uploads(GUILD)
    assert (upload.title, upload.name) == ("A voyage", "log.txt")
    assert (await services.state.audit(GUILD))[0].action == "document.rename"


async def test_the_file_comes_back_as_it_was_added(services: Services, made: Uploads) -> None:
    upload = await saved(made)
    fake = await push(services, "doc_file", upload.id)
    (file,) = fake.edit_original_response.await_args.kwargs["attachments"]
    assert (file.filename, file.fp.read()) == ("log.txt", ON_DISK[2])


async def test_a_file_above_what_may_be_sent_is_refused_before_the_wait(
    services: Services, made: Uploads
) -> None:
    upload = await saved(made, ("Big", "big.txt", b"0" * (10 * 1024 * 1024 + 1)))
    with pytest.raises(InputError, match="too large to be sent"):
        await push(services, "doc_file", upload.id)


# ---------------------------------------------------------------- pages

HOSTILE = "**a** @everyone <@1> [x](https://x.example) `c` \u202e# " * 8


def document(**changes: Any) -> Upload:
    made = Upload(1, GUILD, "log.txt", "Log", "", "", "", "", "0" * 64, 5, 3, 2, NOW, 7)
    return replace(made, **changes)


def hostile_batch(count: int) -> Batch:
    found = replace(
        facts(HOSTILE),
        headings=(HOSTILE,) * 12,
        first_events=((HOSTILE, HOSTILE),) * 3,
        warnings=(Warned(HOSTILE, line=3),) * 5,
        warned=50,
        unlinked_notes=2,
        notes=9,
        pages=3,
    )
    one = Candidate("x" * 100 + ".txt", 5, "0", Details(HOSTILE, HOSTILE, "1871", HOSTILE), found)
    left = Candidate(HOSTILE, reason=HOSTILE, hint=HOSTILE)
    return Batch("0" * 12, NOW, (one, left, *(one,) * 8)[:count])


@pytest.mark.parametrize("count", [1, 2, 10])
def test_a_preview_of_hostile_words_fits_and_does_nothing(count: int) -> None:
    batch = hostile_batch(count)
    for page in (
        pages.preview_page(batch, ENGLISH, 0),
        pages.preview_page(batch, ENGLISH, 0, old=document(title=HOSTILE)),
        pages.batch_page(batch, ENGLISH),
    ):
        check_limits(page)
        assert "@everyone" not in text(page)
        assert "<@1>" not in text(page)
        assert "**a**" not in text(page)


def test_lists_of_hostile_names_fit_and_do_nothing() -> None:
    many = [document(id=n, title=HOSTILE, name=f"{n}" + "x" * 100) for n in range(1, 30)]
    held = {"0" * 64: fakes.summary()}
    quota = Quota(200, 1_000, 1_000)
    for page in (
        pages.list_page(many, held, Usage(29, 5, 3), quota, ENGLISH, page=2, removed=3),
        pages.gone_page([replace(one, removed=NOW, removed_by=7) for one in many], ENGLISH),
        pages.show_page(many[0], None, ENGLISH),
        pages.show_page(many[0], fakes.summary(), ENGLISH),
        pages.remove_page(many[0], ENGLISH),
        pages.changed_page("Saved.", many, ENGLISH, results={1: Searchable()}),
    ):
        check_limits(page)
        assert "@everyone" not in text(page)


def test_a_list_tells_size_when_by_whom_and_the_quota() -> None:
    usage, quota = Usage(1, 5, 3), Quota(200, 200_000_000, 50_000)
    page = pages.list_page([document()], {}, usage, quota, ENGLISH)
    assert "1 of 200 documents · 5 bytes of 200 MB · 3 of 50,000 passages" in text(page)
    assert "log.txt · 5 bytes · 3 passages · **not searchable yet**" in text(page)
    assert "added 22 November 2026 by <@7>" in text(page)
    assert choices(page) == {"Log": "1"}


def test_an_empty_list_says_how_to_add() -> None:
    page = pages.list_page([], {}, Usage(), Quota(200, 1, 1), ENGLISH)
    assert "`/corpus add`" in text(page)
    check_limits(page)


def test_a_former_administrator_is_not_named() -> None:
    assert "by a former administrator" in text(pages.show_page(document(added_by=0), None, ENGLISH))


def test_a_replacement_is_compared_with_what_is_there() -> None:
    batch = hostile_batch(1)
    page = pages.preview_page(
        batch, ENGLISH, 0, old=document(passages=9), old_summary=fakes.summary()
    )
    assert "- Passages: 9 → **3**" in text(page)
    assert "- Events: 2" in text(page)
    assert "Replace" in buttons(page)


def test_hints_for_a_host_are_not_told_to_administrators() -> None:
    hint = "Split it, or raise ARCHIVIST_MAX_FILE_MB."
    batch = Batch("0" * 12, NOW, (Candidate("a", reason="It is large.", hint=hint),))
    page = pages.preview_page(batch, ENGLISH)
    assert "ARCHIVIST_" not in text(page)
    assert "Split it into smaller files" in text(page)
