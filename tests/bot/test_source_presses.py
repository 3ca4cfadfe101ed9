"""/sources and the presses that read on in it: outlines, sections, notes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import discord
import pytest
from discord import ui

from bot.cogs.sources import Sources
from bot.documents import GoneDocumentError, key
from bot.languages import ENGLISH
from bot.library import Library
from bot.presses import OldButtonError
from bot.reading import check
from bot.render import sources as pages
from bot.rules import NotAllowedError, Rights
from bot.services import Services
from bot.shelves import Shelf
from index.archive import Archive
from index.errors import InputError, UnknownDocumentError
from index.model import Skipped
from tests.bot import fakes, pressing
from tests.bot.mill import mill_archive
from tests.bot.pressing import MANAGER, message_of, page_after, press

MILL = key("mill")
LEFT_OUT = (Skipped("broken.pdf", "It is damaged."), Skipped("corpus.toml", "", ignored=True))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return mill_archive(tmp_path_factory.mktemp("mill"))


@pytest.fixture
async def services(archive: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(archive, archive.sources(), LEFT_OUT)
    home = Rights(frozenset(), frozenset({10}))
    made = replace(pressing.services(tmp_path), library=library, rights=home)
    yield made
    await library.close()
    await made.state.close()


def listed(*, private: bool = True) -> Mock:
    """A message with the list of documents."""
    return message_of(pages.sources_page([fakes.summary()], 1, ENGLISH), private=private)


def labels(view: ui.LayoutView) -> list[str]:
    """What stands on the buttons."""
    return [item["label"] for item in fakes.walk(view.to_components()) if item["type"] == 2]


def values(view: ui.LayoutView) -> list[str]:
    """What can be chosen in the menus."""
    menus = (item for item in fakes.walk(view.to_components()) if item["type"] == 3)
    return [option["value"] for menu in menus for option in menu["options"]]


def after(fake: Mock) -> ui.LayoutView:
    view: ui.LayoutView = fake.edit_original_response.await_args.kwargs["view"]
    return view


async def sources(made: Services, **options: Any) -> Mock:
    fake = fakes.interaction(permissions=options.pop("permissions", None))
    cog = Sources(made)
    await Sources.sources.callback(cog, fake, **options)  # type: ignore[arg-type, call-arg]
    return fake


# ---------------------------------------------------------------- /sources


async def test_sources_are_told_to_the_asker_alone(services: Services) -> None:
    """Unless the asker wants all to see them."""
    text, private = fakes.told(await sources(services))
    assert "**The mill of Arn** — Jonas Reed, 1792" in text
    assert private
    assert fakes.told(await sources(services, public=True))[1] is False


async def test_a_document_opens_at_its_outline(services: Services) -> None:
    fake = await sources(services, document="The Mill of Arn")
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert "  - Its stones" in fakes.shown(fake)


async def test_an_unknown_document_is_refused_before_the_wait(services: Services) -> None:
    """And what may be meant is named."""
    with pytest.raises(UnknownDocumentError) as told:
        await sources(services, document="mil of arn")
    assert "The mill of Arn" in told.value.hint


async def test_only_who_looks_after_the_documents_is_told_what_was_left_out(
    services: Services,
) -> None:
    """Settings files are not counted; what all can see never tells it."""

    async def offers(**options: Any) -> bool:
        fake = await sources(services, **options)
        view = fake.response.send_message.await_args.kwargs["view"]
        return "1 file left out" in labels(view)

    assert await offers(permissions=MANAGER)
    assert not await offers()
    assert not await offers(permissions=MANAGER, public=True)


async def test_documents_are_suggested_from_memory(services: Services) -> None:
    suggest: Any = Sources(services).suggest_document
    found = await suggest(fakes.interaction(), "mill")
    assert [(choice.name, choice.value) for choice in found] == [("The mill of Arn", "mill")]


# ---------------------------------------------------------------- reading on


async def test_a_document_chosen_in_the_list_opens_in_place(services: Services) -> None:
    """In a message that is the presser's alone."""
    fake = await press(services, "v1:source:1", message=listed(), values=(MILL,))
    fake.response.defer.assert_awaited_once_with()
    assert page_after(fake).startswith("## The mill of Arn\nJonas Reed, 1792")


async def test_from_a_public_list_a_private_copy_opens(services: Services) -> None:
    fake = await press(services, "v1:source:1", message=listed(private=False), values=(MILL,))
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)


async def test_one_reads_from_the_list_to_a_note_and_back(services: Services) -> None:
    """Each page offers what leads on: outline, section, note, notes, outline, documents."""
    message = listed()
    outline = await press(services, f"v1:outline:{MILL}:1:1", message=message)
    stones = next(value for value in values(after(outline)) if value.startswith("4-"))
    section = await press(services, f"v1:section:{MILL}::::1", message=message, values=(stones,))
    assert "### Its stones" in page_after(section)
    assert labels(after(section)) == ["Previous section", "Next section", "Outline"]
    assert (values(after(section))) == ["1", "2"]
    note = await press(services, f"v1:note:{MILL}:::1", message=message, values=("2",))
    assert "> Eels are caught below it on 3 May 1790." in page_after(note)
    assert "Note 1: Parish book of Arn" in page_after(note)
    notes = await press(services, f"v1:notes:{MILL}:1:1", message=message)
    assert "**1** Parish book of Arn, 1788, leaf 4." in page_after(notes)
    back = await press(services, "v1:sources:1:1", message=message)
    assert "## 2 documents" in page_after(back)


async def test_a_note_leads_to_the_section_that_bears_it(services: Services) -> None:
    note = await press(services, f"v1:note:{MILL}:2:1:1", message=listed())
    button = next(
        item
        for item in fakes.walk(after(note).to_components())
        if item.get("label") == "Its section"
    )
    fake = await press(services, button["custom_id"], message=listed())
    assert "### Its stones" in page_after(fake)


async def test_a_section_turns_its_pages(services: Services) -> None:
    told = check(("The cooper",))
    fake = await press(services, f"v1:section:{MILL}:2:{told}:2:1", message=listed())
    assert "page 2 of 2" in page_after(fake)
    assert "He never wrote to" in page_after(fake)


async def test_a_section_comes_as_a_file_in_a_message_of_its_own(services: Services) -> None:
    told = check(("The cooper",))
    message = listed()
    fake = await press(services, f"v1:sectionfile:{MILL}:2:{told}:1", message=message)
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    [file] = fake.edit_original_response.await_args.kwargs["attachments"]
    assert file.filename == "The-cooper.txt"
    assert b"stave 89 over" in file.fp.read()


async def test_a_page_of_a_later_generation_says_so(services: Services) -> None:
    fake = await press(services, f"v1:outline:{MILL}:1:0", message=listed())
    assert "The documents were indexed anew since." in page_after(fake)


async def test_a_section_that_moved_is_found_again(services: Services) -> None:
    told = check(("The weir", "Its eels"))
    fake = await press(services, f"v1:section:{MILL}:17:{told}:1:0", message=listed())
    assert "Eels are caught" in page_after(fake)


# ---------------------------------------------------------------- what can't be done


async def test_a_document_that_is_gone_is_told_before_anything_is_promised(
    services: Services,
) -> None:
    with pytest.raises(GoneDocumentError, match="no longer there"):
        await press(services, f"v1:outline:{key('diary')}:1:1", message=listed())


async def test_a_section_or_note_that_is_gone_is_told(services: Services) -> None:
    gone = check(("The tower",))
    with pytest.raises(InputError, match="no longer in the document"):
        await press(services, f"v1:section:{MILL}:2:{gone}:1:1", message=listed())
    with pytest.raises(InputError, match="no note 9"):
        await press(services, f"v1:note:{MILL}:9:1:1", message=listed())


@pytest.mark.parametrize(
    "custom_id",
    [f"v1:outline:{MILL}:x:1", f"v1:section:{MILL}:-4::1:1", f"v1:note:{MILL}", "v1:sources"],
)
async def test_an_id_that_lacks_something_is_an_old_button(
    services: Services, custom_id: str
) -> None:
    with pytest.raises(OldButtonError):
        await press(services, custom_id, message=listed())


async def test_files_left_out_are_shown_to_administrators_alone(services: Services) -> None:
    """Checked at the press: the button may have been seen by another."""
    fake = await press(services, "v1:leftout:1:1", message=listed(), permissions=MANAGER)
    assert "- **broken.pdf** It is damaged." in page_after(fake)
    assert "corpus.toml" not in page_after(fake)
    with pytest.raises(NotAllowedError):
        await press(services, "v1:leftout:1:1", message=listed())


async def test_administrators_of_other_servers_are_not_told_what_was_left_out(
    services: Services,
) -> None:
    home = replace(services, rights=Rights(frozenset(), frozenset({99})))
    fake = await press(home, "v1:leftout:1:1", message=listed(), permissions=MANAGER)
    assert "broken.pdf" not in page_after(fake)


async def test_the_owner_is_told_in_a_direct_message_too(services: Services) -> None:
    owned = replace(services, rights=Rights(frozenset({1}), frozenset()))
    fake = await press(owned, "v1:leftout:1:1", message=listed(), guild=None)
    assert "broken.pdf" in page_after(fake)


async def test_manage_server_where_the_bot_is_no_member_counts_for_nothing(
    services: Services,
) -> None:
    """There the app is the person's own: see `discord.Interaction.is_guild_integration`."""
    fake = fakes.interaction(permissions=discord.Permissions(administrator=True))
    fake.is_guild_integration.return_value = False
    cog = Sources(services)
    await Sources.sources.callback(cog, fake)  # type: ignore[arg-type]
    view = fake.response.send_message.await_args.kwargs["view"]
    assert "left out" not in str(view.to_components())
