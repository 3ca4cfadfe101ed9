"""What the buttons and the menu of an answer do, on an index of an invented corpus."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import AsyncMock, Mock, create_autospec

import discord
import pytest

from bot import asking, presses
from bot.asked import Asked
from bot.ids import press_id
from bot.languages import ENGLISH
from bot.layout import Page
from bot.library import Library
from bot.permissions import MissingPermissionError
from bot.presses import MENU, OldButtonError
from bot.render.answers import Frame, answer_page
from bot.rules import AlreadyDoneError, NotAllowedError
from bot.services import Services
from bot.shelves import Shelf
from bot.views.answers import NoThreadError, passages_in, thread_name
from index.archive import Archive
from index.building import build
from index.errors import GonePassageError
from tests.bot import fakes, pressing
from tests.bot.pressing import message_of, page_after
from tests.conftest import write_corpus

OWNER, OTHER = 1, 2
QUESTION = "When did the tug reach the wreck?"
DAYS = "\n\n".join(
    f"{n} May 1902: The tug Marten searched sector {n} for the wreck and found nothing."
    for n in range(2, 20)
)
LOG = f"""# The salvage of the Aurora

## Search

{DAYS}

## Find

On 21 May 1902 the tug Marten reached the wreck of the Aurora off Holm Point.[^a] Captain Ilse Rand sent
down two divers.[^b]

The divers came up after an hour with the ship's bell.

[^a]: Log of the Marten, 21 May 1902.
[^b]: Ibid.
"""
TOML = '[documents."salvage.md"]\ntitle = "The salvage"\nurl = "https://example.org/salvage"\n'


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("salvage")
    build(
        write_corpus(folder / "corpus", {"salvage.md": LOG, "corpus.toml": TOML}), folder / "data"
    )
    return Archive.open(folder / "data")


@pytest.fixture
async def services(archive: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


async def answer(services: Services, *, private: bool = False, asked: Asked | None = None) -> Page:
    """The first page of the answer, as it is shown to who asked."""
    ready = await asking.again(
        services, pressing.reader(), asked or Asked(QUESTION), private=private
    )
    found = await asking.find(services, ready)
    return answer_page(found, Frame(OWNER, private=private), ENGLISH)


async def answered(services: Services, *, private: bool = False) -> Mock:
    return message_of(await answer(services, private=private), private=private)


async def choose(
    services: Services, message: Mock, line: str, generation: int = 1, **more: object
) -> Mock:
    menu = press_id(MENU, OWNER, generation)
    return await pressing.press(services, menu, message=message, values=(line,), **more)  # type: ignore[arg-type]


def was_private(fake: Mock) -> bool:
    return bool(fake.response.defer.await_args.kwargs.get("ephemeral"))


def in_place(fake: Mock) -> bool:
    """Whether the message itself changes."""
    return not fake.response.defer.await_args.kwargs


def files(fake: Mock) -> dict[str, bytes]:
    sent = fake.edit_original_response.await_args.kwargs["attachments"]
    return {file.filename: file.fp.read() for file in sent}


# ---------------------------------------------------------------- context


def best(message: Mock) -> str:
    return next(passages_in(message))


async def test_context_opens_privately_beside_the_answer(services: Services) -> None:
    """What stands before and after the passage, its notes and what they mean."""
    message = await answered(services)
    fake = await pressing.press(services, press_id("context", best(message), 1), message=message)
    assert was_private(fake)
    shown = page_after(fake)
    assert "> On 21 May 1902 the tug Marten reached the wreck" in shown
    assert "the ship's bell" in shown
    assert "**Note 1** Log of the Marten, 21 May 1902." in shown
    assert "Ibid." in shown


async def test_context_is_read_on_in_place(services: Services) -> None:
    message = await answered(services, private=True)
    pressed = press_id("context", best(message), 1, "before-1")
    fake = await pressing.press(services, pressed, message=message)
    assert in_place(fake)
    assert "found nothing" in page_after(fake)


async def test_context_of_a_private_answer_leaves_the_answer_there(services: Services) -> None:
    message = await answered(services, private=True)
    fake = await pressing.press(services, press_id("context", best(message), 1), message=message)
    assert was_private(fake)


async def test_context_links_to_the_words_in_the_document(services: Services) -> None:
    message = await answered(services)
    fake = await pressing.press(services, press_id("context", best(message), 1), message=message)
    view = fake.edit_original_response.await_args.kwargs["view"]
    links = [one["url"] for one in fakes.walk(view.to_components()) if "url" in one]
    assert len(links) == 1
    assert links[0].startswith("https://example.org/salvage#:~:text=")


async def test_a_passage_that_is_gone_is_told(services: Services) -> None:
    message = await answered(services)
    with pytest.raises(GonePassageError):
        await pressing.press(services, press_id("context", "gone", 1), message=message)


# ---------------------------------------------------------------- more, timeline


async def test_more_results_of_a_public_answer_come_privately(services: Services) -> None:
    """The public page stays, for who asked too."""
    message = await answered(services)
    fake = await pressing.press(services, press_id("more", 4, OWNER, 1), message=message)
    assert was_private(fake)
    assert "### Passages 4–6 of 12" in page_after(fake)


async def test_more_results_of_a_private_message_turn_in_place(services: Services) -> None:
    message = await answered(services, private=True)
    fake = await pressing.press(services, press_id("more", 4, OWNER, 1), message=message)
    assert in_place(fake)
    back = await pressing.press(services, press_id("more", 1, OWNER, 1), message=message)
    assert page_after(back).startswith("## On __21 May 1902__ the tug")


async def test_a_passage_has_the_same_number_on_every_page(services: Services) -> None:
    """Asked again, the question finds the same in the same order."""
    first = passages_in(await answered(services))
    message = await answered(services)
    fake = await pressing.press(services, press_id("more", 4, OWNER, 1), message=message)
    view = fake.edit_original_response.await_args.kwargs["view"]
    ids = [one.get("custom_id", "") for one in fakes.walk(view.to_components())]
    ids += [
        one["accessory"]["custom_id"]
        for one in fakes.walk(view.to_components())
        if "accessory" in one
    ]
    later = {one.split(":")[2] for one in ids if one.startswith("v1:context")}
    assert len(later) == 3
    assert later.isdisjoint(first)


@pytest.mark.parametrize("first", ["", "x", "99", "0"])
async def test_an_odd_page_is_no_error(services: Services, first: str) -> None:
    message = await answered(services)
    fake = await pressing.press(services, press_id("more", first, OWNER, 1), message=message)
    assert page_after(fake)


async def test_after_a_reindexing_it_is_told(services: Services) -> None:
    message = await answered(services)
    fake = await pressing.press(services, press_id("more", 4, OWNER, 0), message=message)
    assert "indexed anew" in page_after(fake)


async def test_the_timeline_of_an_answer_has_all_its_events(services: Services) -> None:
    message = await answered(services)
    fake = await pressing.press(services, press_id("events", OWNER, 1), message=message)
    assert was_private(fake)
    assert "21 May 1902" in page_after(fake)


async def test_a_message_that_no_longer_says_what_was_asked_is_told(services: Services) -> None:
    message = message_of(Page(("Hello.",)))
    with pytest.raises(OldButtonError):
        await pressing.press(services, press_id("more", 4, OWNER, 1), message=message)


# ---------------------------------------------------------------- share


async def share(
    services: Services, name: str = "Ada <@9>", message: discord.Message | None = None
) -> Mock:
    fake = fakes.interaction(user_id=OTHER)
    fake.locale = discord.Locale.american_english
    fake.message = message or await answered(services, private=True)
    fake.user.display_name = name
    fake.channel = create_autospec(discord.TextChannel, instance=True)
    fake.is_guild_integration.return_value = True
    fake.data = {"custom_id": str(press_id("share", OWNER, 1))}
    await presses.answer(services, fake)
    return fake


async def test_a_shared_answer_is_public_and_says_who_shared_it(services: Services) -> None:
    """Named, not mentioned; it can't be shared again, but made a thread."""
    fake = await share(services)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)
    shown = page_after(fake)
    assert "reached the wreck" in shown
    assert "<@9>" not in shown
    assert r"Shared by Ada \<\@9>." in shown


async def test_an_answer_is_shared_once(services: Services) -> None:
    """Pressing again fills the channel with the same."""
    message = await answered(services, private=True)
    await share(services, message=message)
    with pytest.raises(AlreadyDoneError):
        await share(services, message=message)


# ---------------------------------------------------------------- why, citations


async def test_why_explains_the_passages_of_the_message(services: Services) -> None:
    """Each with its score, and no others."""
    message = await answered(services)
    shown = page_after(await choose(services, message, "why"))
    assert shown.count("score `") == 3
    assert "**[1] The salvage**" in shown
    assert "“wreck”" in shown


async def test_passages_are_cited_as_notes_to_be_copied(services: Services) -> None:
    fake = await choose(services, await answered(services), "cite.note")
    assert was_private(fake)
    assert page_after(fake).count("\n> ") == 3


async def test_passages_are_cited_in_a_file(services: Services) -> None:
    """One entry for each, in a file that programs read."""
    message = await answered(services)
    bibtex = files(await choose(services, message, "cite.bibtex"))["citations.bib"]
    assert bibtex.count(b"@misc{") == 3
    items = json.loads(files(await choose(services, message, "cite.csl-json"))["citations.json"])
    assert [item["custom"]["passage"] for item in items] == list(passages_in(message))
    ris = files(await choose(services, message, "cite.ris"))["citations.ris"]
    assert ris.count(b"TY  - ") == 3


async def test_passages_that_are_gone_are_told(services: Services) -> None:
    """The others are cited; where all are gone, that is said."""
    message = await answered(services)
    pressed = next(one.accessory for one in message.components[0].children if one.type.value == 9)
    pressed.custom_id = "v1:context:gone:1"
    shown = page_after(await choose(services, message, "cite.note"))
    assert shown.count("\n> ") == 2
    assert "1 passage of this message is no longer" in shown
    with pytest.raises(GonePassageError):
        await choose(services, message_of(Page(("x",))), "cite.note")


async def test_in_plain_text_the_passages_are_found_too(services: Services) -> None:
    message = message_of(await answer(services), plain=True)
    assert len(list(passages_in(message))) == 3


# ---------------------------------------------------------------- threads

ALL = discord.Permissions(create_public_threads=True, send_messages_in_threads=True)


async def thread(
    services: Services,
    *,
    channel: type[object] = discord.TextChannel,
    rights: discord.Permissions = ALL,
    own: discord.Permissions = ALL,
    private: bool = False,
    created: Exception | None = None,
) -> tuple[Mock, Mock]:
    fake = fakes.interaction(user_id=OTHER)
    fake.locale = discord.Locale.american_english
    fake.channel = create_autospec(channel, instance=True)
    fake.is_guild_integration.return_value = True
    fake.app_permissions = rights
    fake.permissions = own
    message = await answered(services, private=private)
    message.id = 77
    message.create_thread = AsyncMock(side_effect=created)
    fake.message = message
    fake.data = {"custom_id": str(press_id(MENU, OWNER, 1)), "values": ["thread"]}
    await presses.answer(services, fake)
    return fake, message


async def test_a_public_answer_becomes_a_thread(services: Services) -> None:
    """Named after the question; whoever pressed is pointed to it."""
    fake, message = await thread(services)
    message.create_thread.assert_awaited_once_with(name=QUESTION)
    assert "<#77>" in page_after(fake)


async def test_a_thread_that_is_there_is_pointed_to(services: Services) -> None:
    fake, _ = await thread(services, created=fakes.http_error(400, 160004))
    assert "already: <#77>" in page_after(fake)


async def test_who_may_open_no_threads_gets_none_opened(services: Services) -> None:
    """The bot opens one for somebody whom the server lets open none; administrators may."""
    with pytest.raises(NotAllowedError, match="Create Public Threads"):
        await thread(services, own=discord.Permissions(send_messages=True))
    _, message = await thread(services, own=discord.Permissions(administrator=True))
    message.create_thread.assert_awaited_once()


@pytest.mark.parametrize("missing", ["create_public_threads", "send_messages_in_threads"])
async def test_a_missing_permission_is_named_before_anything_is_done(
    services: Services, missing: str
) -> None:
    rights = discord.Permissions(ALL.value)
    rights.update(**{missing: False})
    with pytest.raises(MissingPermissionError, match=missing.split("_")[0].capitalize()):
        await thread(services, rights=rights)


@pytest.mark.parametrize(
    "place", [{"channel": discord.DMChannel}, {"channel": discord.Thread}, {"private": True}]
)
async def test_where_there_can_be_no_thread_that_is_told(
    services: Services, place: dict[str, object]
) -> None:
    with pytest.raises(NoThreadError):
        await thread(services, **place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When?", "When?"),
        ("**When** did <@5> sail, @everyone?", "When did sail, everyone?"),
        ("# x `y` ||z||", "x y z"),
        ("<@1>", "Archivist"),
        ("word " * 60, "word " * 19 + "word…"),
    ],
)
def test_the_name_of_a_thread_is_plain(question: str, name: str) -> None:
    """In one line, at most 100 characters, without mentions and markup."""
    assert thread_name(question) == name
    assert len(name) <= 100


def test_each_button_of_an_answer_does_something() -> None:
    """Every kind of press that an answer offers is known."""
    kinds = {"context", "more", "events", "share", "why", "cite", "thread", "report", "delete"}
    assert kinds | {"curators"} <= presses._HANDLERS.keys()
