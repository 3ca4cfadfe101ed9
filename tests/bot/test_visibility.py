"""Who may see which documents: by server, channel and role, in whatever way they are asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot import asking, people
from bot.asked import Asked
from bot.cogs.cite import Cite
from bot.cogs.help import Help
from bot.cogs.questions import Questions
from bot.cogs.sources import Sources
from bot.cogs.timeline import Timelines
from bot.documents import key
from bot.ids import press_id
from bot.languages import ENGLISH
from bot.library import Library
from bot.presses import MENU
from bot.render import sources as pages
from bot.rules import Rights
from bot.services import Services
from bot.shelves import Shelf
from bot.state import By, Grant
from bot.visibility import ALONE, granted, private_sight, public_sight
from index.archive import Archive
from index.building import build
from index.errors import ArchivistError, GonePassageError, IndexMissingError
from index.model import Skipped
from tests.bot import fakes, pressing
from tests.bot.fakes import TODAY, interaction
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.conftest import write_corpus

OURS, THEIRS = 10, 11  # servers
HERE, THERE = 77, 78  # channels
CURATOR = 500  # a role
BY = By(1, OURS, TODAY_AT := fakes.dt.datetime(2026, 11, 21, tzinfo=fakes.dt.UTC))
MAIN_TEXT = (
    "The Petrel sailed from Cork on 4 March 1871 with forty men.\n\n"
    "Captain Byrne kept the log of the Petrel himself.\n"
)
OUR_TEXT = "The lamp of Arn was lit on 5 May 1801 by Maud Ferrars.\n"
THEIR_TEXT = "Zebediah Quirk sold the lighthouse of Arn on 6 June 1822 for nine guineas.\n"
PLAN_TEXT = "The tunnel under the harbour was dug in August 1870 by Otto Brandt.\n"
WHO_SOLD, WHO_LIT = "Who sold the lighthouse?", "Who lit the lamp of Arn?"
TUNNEL = "Who dug the tunnel under the harbour?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """An index of the owner's documents, of one more folder of theirs, and of two servers."""
    folder = tmp_path_factory.mktemp("two")
    write_corpus(folder / "corpus", {"log.txt": MAIN_TEXT, "plans/plan.txt": PLAN_TEXT})
    for guild, files in ((OURS, {"own.txt": OUR_TEXT}), (THEIRS, {"quirk.txt": THEIR_TEXT})):
        write_corpus(folder / "data" / "uploads" / str(guild), files)
    build(folder / "corpus", folder / "data")
    archive = Archive.open(folder / "data")
    return Shelf(archive, archive.snapshot.whole.summaries())


@pytest.fixture
async def services(whole: Shelf, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: TODAY)
    left_out = (
        Skipped("ours.pdf", "It is damaged.", collection=f"server/{OURS}"),
        Skipped("theirs.pdf", "It is damaged.", collection=f"server/{THEIRS}"),
        Skipped("owners.pdf", "It is damaged."),
    )
    library._shelf = replace(whole, left_out=left_out)
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


def at(guild: int | None = OURS, **options: Any) -> Mock:
    fake = interaction(guild_id=guild, **options)
    fake.locale = discord.Locale.american_english
    fake.is_guild_integration.return_value = guild is not None
    fake.client = Mock(command_ids={})
    return fake


async def ask(services: Services, fake: Mock, question: str, **options: object) -> str:
    cog: Any = Questions(services)
    await Questions.ask.callback(cog, fake, question, **options)
    return fakes.shown(fake)


async def limit(services: Services, **how: Any) -> None:
    """Limit our own documents."""
    grant = Grant(OURS, f"server/{OURS}", "some", **how)
    await services.state.set_grant(grant, BY)


async def give(services: Services, **how: Any) -> None:
    """Let our server have the owner's folder ``plans``."""
    await services.state.set_grant(Grant(OURS, "plans", **how), BY)


# ---------------------------------------------------------------- what may be seen


def sights(
    *grants: Grant, roles: tuple[int, ...] = (), parent: int | None = None
) -> list[set[str]]:
    """Public and private sight in channel `HERE` of our server."""
    state = Mock()
    state.grants.return_value = grants
    return [
        set(public_sight(state, OURS, HERE, parent)),
        set(private_sight(state, OURS, HERE, parent, roles)),
    ]


OWN = f"server/{OURS}"


@pytest.mark.parametrize(
    ("grants", "roles", "public", "private"),
    [
        pytest.param((), (), {"main", OWN}, {"main", OWN}, id="by default"),
        pytest.param((Grant(OURS, OWN, "none"),), (CURATOR,), {"main"}, {"main"}, id="closed"),
        pytest.param(
            (Grant(OURS, OWN, "some", roles=(CURATOR,)),),
            (CURATOR, 3),
            *({"main"}, {"main", OWN}),
            id="role",
        ),
        pytest.param(
            (Grant(OURS, OWN, "some", roles=(CURATOR,)),), (3,), {"main"}, {"main"}, id="other role"
        ),
        pytest.param(
            (Grant(OURS, OWN, "some", channels=(HERE,)),),
            (),
            *({"main", OWN}, {"main", OWN}),
            id="channel",
        ),
        pytest.param(
            (Grant(OURS, OWN, "some", channels=(THERE,), roles=(CURATOR,)),),
            (CURATOR,),
            *({"main"}, {"main", OWN}),
            id="other channel, but a role",
        ),
        pytest.param((Grant(OURS, OWN, "some"),), (3,), {"main"}, {"main"}, id="some of none"),
        pytest.param(
            (Grant(OURS, "main", "none"), Grant(OURS, "plans", "all")),
            (),
            *({OWN, "plans"}, {OWN, "plans"}),
            id="another of the owner's, given",
        ),
        pytest.param(
            (Grant(OURS, f"server/{THEIRS}", "all"),),
            (),
            *({"main", OWN}, {"main", OWN}),
            id="another server's, whoever wrote that",
        ),
        pytest.param(
            (Grant(THEIRS, "plans", "all"),), (), {"main", OWN}, {"main", OWN}, id="not for us"
        ),
    ],
)
def test_what_may_be_seen(
    grants: tuple[Grant, ...], roles: tuple[int, ...], public: set[str], private: set[str]
) -> None:
    assert sights(*grants, roles=roles) == [public, private]


def test_a_thread_is_as_open_as_its_channel() -> None:
    grant = Grant(OURS, OWN, "some", channels=(THERE,))
    assert sights(grant, parent=THERE) == [{"main", OWN}] * 2


def test_without_a_server_only_main_is_seen() -> None:
    """In direct messages, and where the app is only user-installed; no state is asked for it."""
    assert public_sight(Mock(), None, HERE) == private_sight(Mock(), None, HERE, None, ()) == ALONE


def test_where_the_channel_isn_t_told_what_is_limited_stays_hidden() -> None:
    state = Mock()
    state.grants.return_value = (Grant(OURS, OWN, "some", channels=(HERE,)),)
    assert public_sight(state, OURS, None) == ALONE


def test_a_server_s_own_documents_come_first() -> None:
    state = Mock()
    state.grants.return_value = (Grant(OURS, "b", "all"), Grant(OURS, "a", "none"))
    assert [one.collection for one in granted(state, OURS)] == [OWN, "main", "a", "b"]


# ---------------------------------------------------------------- who it is


def test_a_reader_sees_by_what_discord_says_with_the_interaction(services: Services) -> None:
    """Channel, thread's channel and roles; the role that everybody has is none."""
    fake = at(channel_id=900, roles=(CURATOR, OURS))
    fake.channel = create_autospec(discord.Thread, instance=True)
    fake.channel.parent_id = THERE
    assert services.reader(fake).place == (900, THERE)
    assert people.person(fake).roles == {CURATOR}


def test_of_a_server_without_the_bot_nothing_is_known(services: Services) -> None:
    """Its roles and Manage Server there count for nothing, and main alone is seen."""
    fake = at(permissions=MANAGER, roles=(CURATOR,))
    fake.is_guild_integration.return_value = False
    reader = services.reader(fake)
    assert (reader.guild, reader.public, reader.private) == (None, ALONE, ALONE)
    who = people.person(fake)
    assert (who.guild, who.manages_guild, who.roles) == (None, False, frozenset())


# ---------------------------------------------------------------- shelves


async def test_a_shelf_holds_nothing_else(services: Services) -> None:
    shelf = await services.library.shelf(ALONE)
    assert [one.source.id for one in shelf.sources] == ["log"]
    assert [one.name for one in shelf.left_out] == ["owners.pdf"]


async def test_a_shelf_is_made_once_for_all_who_see_the_same(services: Services) -> None:
    """Collections that aren't there make no difference."""
    ours = await services.library.shelf(frozenset({"main", OWN}))
    assert await services.library.shelf(frozenset({"main", OWN, "nowhere"})) is ours
    assert await services.library.shelf(frozenset({"main", "server/12"})) is (
        await services.library.shelf(ALONE)
    )


async def test_nothing_may_be_seen_and_that_is_no_error(services: Services) -> None:
    shelf = await services.library.shelf(frozenset())
    assert shelf.sources == ()
    found = shelf.archive.answer(WHO_SOLD, today=TODAY)
    assert not found.passages


async def test_answers_are_kept_for_each_sight_by_itself(services: Services) -> None:
    """The same question finds in one server what it doesn't in another, asked one after the other."""
    for guild, found in ((THEIRS, True), (OURS, False), (THEIRS, True)):
        assert ("nine guineas" in await ask(services, at(guild), WHO_SOLD)) is found


async def test_a_shelf_that_could_not_be_made_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Shelf, "seeing", Mock(side_effect=IndexMissingError("gone")))
        with pytest.raises(IndexMissingError):
            await services.library.shelf(ALONE)
    assert (await services.library.shelf(ALONE)).sources


# ---------------------------------------------------------------- commands


@pytest.mark.parametrize(
    ("fake", "found"),
    [
        pytest.param(at(OURS), False, id="another server"),
        pytest.param(at(THEIRS), True, id="their server"),
        pytest.param(at(None), False, id="direct message"),
    ],
)
async def test_ask_finds_what_the_server_has(services: Services, fake: Mock, found: bool) -> None:
    assert ("nine guineas" in await ask(services, fake, WHO_SOLD)) is found


async def test_a_role_finds_it_in_private_answers_only(services: Services) -> None:
    await limit(services, roles=(CURATOR,))
    assert "Maud" in await ask(services, at(roles=(CURATOR,)), WHO_LIT, private=True)
    assert "Maud" not in await ask(services, at(roles=(CURATOR,)), WHO_LIT)
    assert "Maud" not in await ask(services, at(roles=(3,)), WHO_LIT, private=True)


async def test_a_channel_finds_it_for_all_who_read_there(services: Services) -> None:
    await limit(services, channels=(THERE,))
    assert "Maud" in await ask(services, at(channel_id=THERE), WHO_LIT)
    assert "Maud" not in await ask(services, at(channel_id=HERE), WHO_LIT, private=True)


async def test_what_the_owner_gave_is_there_and_else_isn_t(services: Services) -> None:
    assert "Brandt" not in await ask(services, at(), TUNNEL)
    await give(services, open="all")
    assert "Brandt" in await ask(services, at(), TUNNEL)
    await services.state.drop_grant(OURS, "plans", BY)
    assert "Brandt" not in await ask(services, at(), TUNNEL)


async def test_what_is_not_found_tells_of_what_may_be_seen_alone(services: Services) -> None:
    """How many documents and events there are, from when on, and how words are spelt."""
    text = await ask(services, at(), "Where did Zebediah Quirck sell guineas in 1822?")
    assert "2 documents" in text
    assert "from 1801 to 1871" in text
    assert "Quirk" not in text


async def test_the_menu_of_a_message_answers_from_what_the_asker_sees(services: Services) -> None:
    await limit(services, roles=(CURATOR,))
    message = create_autospec(discord.Message, instance=True)
    message.content, message.embeds, message.components = WHO_LIT, [], []
    for roles, found in (((CURATOR,), True), ((), False)):
        fake = at(roles=roles)
        await Questions(services).ask_about(fake, message)
        assert ("Maud" in fakes.shown(fake)) is found


async def timeline(services: Services, fake: Mock, **options: Any) -> str:
    cog: Any = Timelines(services)
    await Timelines.timeline.callback(cog, fake, **options)
    return fakes.shown(fake)


async def test_a_timeline_has_the_events_that_may_be_seen(services: Services) -> None:
    text = await timeline(services, at())
    assert "1801" in text
    assert "1871" in text
    assert "1822" not in text
    assert "1870" not in text


async def test_a_private_timeline_has_those_of_roles_too(services: Services) -> None:
    await limit(services, roles=(CURATOR,))
    assert "1801" not in await timeline(services, at(roles=(CURATOR,)))
    assert "1801" in await timeline(services, at(roles=(CURATOR,)), private=True)


async def test_sources_lists_what_may_be_seen(services: Services) -> None:
    cog: Any = Sources(services)
    fake = at()
    await Sources.sources.callback(cog, fake)
    text, _ = fakes.told(fake)
    assert "2 documents" in text
    assert "plan" not in text


async def test_left_out_files_are_told_to_those_who_look_after_them(services: Services) -> None:
    """An administrator hears of their server's own; the owner's are the owner's."""
    fake = await leftout(services, permissions=MANAGER)
    assert "ours.pdf" in page_after(fake)
    assert "owners.pdf" not in page_after(fake)
    assert "theirs.pdf" not in page_after(fake)
    owned = replace(services, rights=Rights(frozenset({1}), frozenset()))
    assert "owners.pdf" in page_after(await leftout(owned))
    with pytest.raises(ArchivistError):
        await leftout(services)


async def leftout(services: Services, **options: Any) -> Mock:
    listed = message_of(pages.sources_page([fakes.summary()], 1, ENGLISH), private=True)
    return await press(services, "v1:leftout:1:1", message=listed, **options)


async def test_cite_knows_what_may_be_seen(services: Services) -> None:
    """A hidden passage's id is told like one that nobody ever had."""
    passage = await passage_of(services, THEIRS, WHO_SOLD)
    cog: Any = Cite(services)
    mine = at(THEIRS)
    await Cite.cite.callback(cog, mine, passage)
    assert "quirk.txt" in fakes.shown(mine)
    said = []
    for wanted in (passage, "zzzzzzzzzzzz"):
        with pytest.raises(ArchivistError) as told:
            await Cite.cite.callback(cog, at(OURS), wanted)
        said.append(str(told.value).replace(wanted, "…"))
    assert said[0] == said[1]


async def passage_of(services: Services, guild: int, question: str) -> str:
    sight = frozenset({"main", f"server/{guild}"})
    shelf = await services.library.shelf(sight)
    return shelf.archive.answer(question, today=TODAY).passages[0].passage.id


async def test_help_tells_of_what_may_be_seen(services: Services) -> None:
    """Counts, titles and examples."""
    cog: Any = Help(services)
    fake = at()
    await Help.help.callback(cog, fake)
    text, _ = fakes.told(fake)
    assert "2 documents" in text
    assert not {"Zebediah", "1822", "plan.txt"} & set(text.replace("?", " ").split())


# ---------------------------------------------------------------- while somebody types


SUGGESTED: list[tuple[str, Any, str, str]] = [
    ("document of /ask", lambda s: Questions(s).suggest_document, "quirk", "quirk.txt"),
    ("document of /timeline", lambda s: Timelines(s).suggest_document, "quirk", "quirk.txt"),
    ("document of /sources", lambda s: Sources(s).suggest_document, "quirk", "quirk.txt"),
    ("when of /timeline", lambda s: Timelines(s).suggest_when, "1822", "1822"),
    ("from of /ask", lambda s: Questions(s).suggest_time, "1822", "1822"),
    ("who of /timeline", lambda s: Timelines(s).suggest_who, "zeb", "Zebediah Quirk"),
    ("about of /timeline", lambda s: Timelines(s).suggest_about, "guin", "guineas"),
    ("passage of /cite", lambda s: Cite(s).suggest_passage, "lighthouse", "Zebediah"),
]


@pytest.mark.parametrize(
    ("of", "typed", "expected"),
    [pytest.param(of, typed, expected, id=name) for name, of, typed, expected in SUGGESTED],
)
async def test_only_what_may_be_seen_is_offered(
    services: Services, of: Any, typed: str, expected: str
) -> None:
    suggest = of(services)

    async def offered(guild: int | None) -> bool:
        choices = await suggest(at(guild), typed)
        return any(expected in one.name and "(0)" not in one.name for one in choices)

    assert await offered(THEIRS)
    assert not await offered(OURS)
    assert not await offered(None)


async def test_counts_are_of_what_may_be_seen(services: Services) -> None:
    """A year in which only hidden events fall is offered with none."""
    choices = await Timelines(services).suggest_when(at(OURS), "1822")  # type: ignore[operator, arg-type, call-arg]
    assert all("(0)" in choice.name for choice in choices)


async def test_who_types_is_offered_what_they_alone_may_see(services: Services) -> None:
    """And told, when they then ask for all to see, how to ask for it."""
    await limit(services, roles=(CURATOR,))
    suggest: Any = Questions(services).suggest_document
    [choice] = await suggest(at(roles=(CURATOR,)), "own")
    assert await suggest(at(), "own") == []
    with pytest.raises(ArchivistError, match="to you alone"):
        await ask(services, at(roles=(CURATOR,)), WHO_LIT, document=choice.value)
    with pytest.raises(ArchivistError) as told:
        await ask(services, at(), WHO_LIT, document=choice.value)
    assert "alone" not in str(told.value)


# ---------------------------------------------------------------- presses, now and later


async def answered(services: Services, question: str, *, private: bool, **options: Any) -> Mock:
    """A message with an answer, as it stands in the channel."""
    fake = at(**options)
    cog: Any = Questions(services)
    await Questions.ask.callback(cog, fake, question, private=private)
    view = fake.edit_original_response.await_args.kwargs["view"]
    message: Mock = create_autospec(discord.Message, instance=True)
    message.content, message.embeds = "", []
    message.components = [pressing._component_factory(one) for one in view.to_components()]
    message.flags = discord.MessageFlags(components_v2=True, ephemeral=private)
    message.id = 1234
    return message


async def test_context_of_a_passage_that_was_closed_meanwhile_is_gone(services: Services) -> None:
    """In the same words as one that was removed, also for who could see it."""
    message = await answered(services, WHO_LIT, private=False)
    passage = await passage_of(services, OURS, WHO_LIT)
    custom_id = press_id("context", passage, 1)
    assert "Maud" in page_after(await press(services, custom_id, message=message))
    await limit(services, roles=(CURATOR,))
    with pytest.raises(GonePassageError) as closed:
        await press(services, custom_id, message=message, roles=(CURATOR,))
    with pytest.raises(GonePassageError) as unknown:
        await press(services, press_id("context", "zzzzzzzz", 1), message=message)
    assert str(closed.value) == str(unknown.value)


async def test_a_press_on_a_private_answer_sees_what_the_presser_may(services: Services) -> None:
    """Their role is looked at anew: taken from them, the answer says no more."""
    await limit(services, roles=(CURATOR,))
    message = await answered(services, WHO_LIT, private=True, roles=(CURATOR,))
    custom_id = press_id("context", await passage_of(services, OURS, WHO_LIT), 1)
    assert "Maud" in page_after(await press(services, custom_id, message=message, roles=(CURATOR,)))
    with pytest.raises(GonePassageError):
        await press(services, custom_id, message=message)


async def test_sharing_shows_what_all_may_see(services: Services) -> None:
    """Not what the private answer held."""
    await limit(services, roles=(CURATOR,))
    message = await answered(services, WHO_LIT, private=True, roles=(CURATOR,))
    fake = await press(services, press_id("share", 1, 1), message=message, roles=(CURATOR,))
    assert "Shared by Ann" in page_after(fake)
    assert "Not found" in page_after(fake)
    assert "Ferrars" not in page_after(fake)
    fake.response.defer.assert_awaited_once_with(ephemeral=False, thinking=True)


async def test_more_of_a_public_answer_goes_on_from_what_all_may_see(services: Services) -> None:
    """Also in the private copy for who could see more."""
    await limit(services, roles=(CURATOR,))
    message = await answered(services, WHO_LIT, private=False)
    fake = await press(services, press_id("more", 1, 1, 1), message=message, roles=(CURATOR,))
    assert "Maud" not in page_after(fake)


@pytest.mark.parametrize("form", ["csv", "ics", "timelinejs", "html", "json"])
async def test_files_of_a_timeline_hold_what_may_be_seen(services: Services, form: str) -> None:
    fake = at(THEIRS)
    shown = await timeline_message(services, fake)
    for guild, found in ((THEIRS, True), (OURS, False)):
        menu = press_id(MENU, 1, 1)
        made = await press(services, menu, message=shown, guild=guild, values=(f"tlfile.{form}",))
        [file] = made.edit_original_response.await_args.kwargs["attachments"]
        assert (b"Quirk" in file.fp.read()) is found


async def timeline_message(services: Services, fake: Mock) -> Mock:
    await timeline(services, fake)
    view = fake.edit_original_response.await_args.kwargs["view"]
    message: Mock = create_autospec(discord.Message, instance=True)
    message.content, message.embeds = "", []
    message.components = [pressing._component_factory(one) for one in view.to_components()]
    message.flags = discord.MessageFlags(components_v2=True)
    return message


async def test_an_outline_s_button_of_another_server_opens_nothing(services: Services) -> None:
    """A key that somebody carried over is told like one of a document that is gone."""
    listed = message_of(pages.sources_page([fakes.summary()], 1, ENGLISH), private=True)
    theirs = key(f"{THEIRS}.quirk")
    await press(services, press_id("outline", theirs, 1, 1), message=listed, guild=THEIRS)
    said = []
    for wanted in (theirs, "000000000000"):
        with pytest.raises(ArchivistError) as told:
            await press(services, press_id("outline", wanted, 1, 1), message=listed, guild=OURS)
        said.append(str(told.value))
    assert said[0] == said[1]


async def test_a_document_asked_for_once_is_looked_for_anew(services: Services) -> None:
    """When an answer is shared, by what all may see."""
    await limit(services, roles=(CURATOR,))
    reader = services.reader(at(roles=(CURATOR,)))
    asked = Asked(WHO_LIT, document=f"{OURS}.own")
    await asking.again(services, reader, asked, private=True)
    with pytest.raises(ArchivistError):
        await asking.again(services, reader, asked, private=False)
