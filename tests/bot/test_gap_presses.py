"""/gaps and what curators press there, from the list to the answer that is kept."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import discord
import pytest

from bot.asked import Asked
from bot.cogs.gaps import Gaps
from bot.ids import press_id
from bot.layout import Page
from bot.library import Library
from bot.rules import NotAllowedError
from bot.services import Services
from bot.shelves import Shelf
from bot.state import By, Feedback, FeedbackKind, Grant, Reason
from bot.state.gaps import answer_in, gap_lines, unsaid
from bot.telling import what_answers
from bot.views.gaps import everybodys_sight
from index.archive import Archive
from index.building import build
from tests.bot import fakes, pressing
from tests.bot.pressing import MANAGER, message_of, page_after, press
from tests.conftest import write_corpus

NOW = dt.datetime.now(dt.UTC)
TRUSTED = 4  # a curator who has the role 7
QUESTION = "Who paid the masons of the *north* mole?"


@pytest.fixture
async def services(harbour: Archive, tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path, tmp_path, today=lambda: fakes.TODAY)
    library._shelf = Shelf(harbour, harbour.sources())
    made = replace(pressing.services(tmp_path), library=library)
    yield made
    await library.close()
    await made.state.close()


async def send(
    made: Services,
    question: str = QUESTION,
    *,
    kind: FeedbackKind = "gap",
    person: int = 5,
    guild: int = 10,
    **changes: Any,
) -> str:
    """A question that somebody sent to the curators; the id of its line."""
    told = Feedback(kind, NOW, person, guild, 77, Asked(question), "not_found", generation=1)
    return f"f{await made.state.add_feedback(replace(told, **changes))}"


async def curator(made: Services, kind: str, *arguments: object, **options: Any) -> Mock:
    """What a press of an administrator's in a private message ended in."""
    options = {"message": message_of(Page(("Gaps.",)), private=True), "user": 2} | options
    options.setdefault("permissions", MANAGER)
    return await press(made, press_id(kind, *arguments), **options)


async def listed(made: Services, **options: Any) -> str:
    fake = fakes.interaction(user_id=2, **{"permissions": MANAGER, **options})
    await Gaps.gaps.callback(Gaps(made), fake)  # type: ignore[arg-type, call-arg]
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    return fakes.shown(fake)


def pressable(fake: Mock) -> dict[str, str]:
    """The ids of the buttons that a press ended in, by their labels."""
    view = fake.edit_original_response.await_args.kwargs["view"]
    items = fakes.walk(view.to_components())
    found = [item for item in (*items, *_beside(view)) if item["type"] == 2]
    return {item["label"].replace("\u00a0", " "): item["custom_id"] for item in found}


def _beside(view: Any) -> list[dict[str, Any]]:
    every = fakes.walk(view.to_components())
    return [item["accessory"] for item in every if "accessory" in item]


def file_of(fake: Mock) -> bytes:
    [file] = fake.edit_original_response.await_args.kwargs["attachments"]
    content: bytes = file.fp.read()
    return content


def passage_of(archive: Archive, words: str) -> str:
    ids = [one.id for one in archive.snapshot.passages]
    return next(one.passage.id for one in archive.passages_of(ids) if words in one.passage.text)


# ---------------------------------------------------------------- who may


async def test_members_see_no_gaps(services: Services) -> None:
    """Whatever Discord offers them: neither the command nor a press that they forge."""
    line = await send(services)
    with pytest.raises(NotAllowedError):
        await listed(services, permissions=None)
    for kind in ("gap", "gap_passage", "gap_named", "gap_document", "gap_close", "gap_reopen"):
        with pytest.raises(NotAllowedError):
            await curator(services, kind, line, "open", 1, permissions=None)
    with pytest.raises(NotAllowedError):
        await curator(services, "gaps", "open", 1, permissions=None)
    with pytest.raises(NotAllowedError):
        await curator(services, "gaps_file", "csv", "open", permissions=None)


async def test_outside_servers_there_are_no_gaps(services: Services) -> None:
    with pytest.raises(NotAllowedError):
        await listed(services, guild_id=None)


async def test_another_server_s_questions_are_not_there(services: Services) -> None:
    """Neither listed, nor opened or answered by an id that is guessed."""
    line = await send(services, guild=11)
    assert "0 groups" in await listed(services)
    opened = await curator(services, "gap", line, "open", 1)
    assert "no longer kept" in page_after(opened)
    await curator(services, "gap_close", line, "open", 1)
    [kept] = await gap_lines(services.state, 11)
    assert kept.answer is None


# ---------------------------------------------------------------- the list


async def test_gaps_are_listed_with_counts_and_without_names(services: Services) -> None:
    """Questions that ask the same are one group; who asked is nowhere."""
    await send(services, person=987654321)
    await send(services, "who paid masons of the north mole", person=987654322, tell=True)
    said = await listed(services)
    assert "All that is open: 1 group" in said
    assert "2 told the curators" in said
    assert "1 wishes to be told" in said
    assert "masons" in said
    assert "98765432" not in said


async def test_questions_of_readers_do_nothing(services: Services) -> None:
    """Their markup is plain text, on each page that shows them."""
    line = await send(services, "@everyone <@5> **who** [built](https://x.example) it?")
    for said in (await listed(services), page_after(await curator(services, "gap", line))):
        assert "**who**" not in said
        assert not re.search(r"(?<!\\)<@5>", said)
        assert "@everyone" not in said


async def test_a_filter_lists_what_it_says(services: Services) -> None:
    """Found nothing, marked as not helpful, all that is open, answered or closed."""
    closed = await send(services, "What became of the ferry?", person=6)
    await curator(services, "gap_close", closed, "open", 1)
    await send(services)
    await send(services, "When did the railway open?", kind="report", outcome="answered")
    expected = {"open": 2, "nothing": 1, "unhelpful": 1, "closed": 1}
    for which, count in expected.items():
        said = page_after(await curator(services, "gaps", which, 1))
        assert f": {count} group" in said, which


@pytest.mark.parametrize("page", ["0", "99", "x", ""])
async def test_a_page_that_isnt_there_is_another(services: Services, page: str) -> None:
    await send(services)
    assert "1 group" in page_after(await curator(services, "gaps", "nonsense", page))


async def test_many_groups_are_turned_through(services: Services) -> None:
    """Five on a page, each of them once."""
    words = "anchor barrel candle drum engine falcon garden".split()
    for person, word in enumerate(words, start=20):
        await send(services, f"Who made the {word}?", person=person)
    first, second = [page_after(await curator(services, "gaps", "open", n)) for n in (1, 2)]
    assert sum(word in first for word in words) == 5
    assert {word for word in words if word in first or word in second} == set(words)


async def test_the_words_of_questions_are_listed_only_where_they_are_kept(
    services: Services,
) -> None:
    """Without the setting the list counts them and says that it has no words."""
    for _ in range(2):
        await services.state.add_question(10, 5, "Who kept the cows?", (), "not_found", (), 1, NOW)
    said = await listed(services)
    assert "cows" not in said
    assert "2 questions are noted here; 2 found nothing" in said
    assert "doesn't keep the words" in said


# ---------------------------------------------------------------- one group


async def test_a_group_tells_reasons_and_what_was_shown(
    services: Services, harbour: Archive
) -> None:
    """The reasons with counts, people's own words, the passages with their place."""
    shown = passage_of(harbour, "dug in 1847")
    line = await send(
        services,
        kind="report",
        outcome="answered",
        passages=(shown, "gone12"),
        reason=Reason.OUTDATED,
        text="It is *older*.",
    )
    said = page_after(await curator(services, "gap", line, "open", 1))
    assert "What it says is outdated × 1" in said
    assert r"It is \*older\*." in said
    assert "Skerrow: a town and its harbour" in said
    assert "gone12" not in said


async def test_a_group_that_is_gone_is_told(services: Services) -> None:
    """Its line was taken back, or its time is over."""
    for line in ("f999", "q1", "x", "f", "f" + "9" * 40):
        fake = await curator(services, "gap", line, "open", 1)
        assert "no longer kept" in page_after(fake)


# ---------------------------------------------------------------- answering


@pytest.mark.parametrize("form", ["{id}", " {ID} ", "Passage {id}", "https://x.example/c/{id}?"])
async def test_a_passage_is_named_by_its_id(
    services: Services, harbour: Archive, form: str
) -> None:
    """As Context and Cite show it, or in what was copied with it; it is asked for once more."""
    line, wanted = await send(services), passage_of(harbour, "Two hundred masons")
    said = form.format(id=wanted, ID=wanted.upper())
    fake = await curator(
        services, "gap_named", line, "open", 1, fields={"passage": {"value": said}}
    )
    assert "Does this answer it?" in page_after(fake)
    assert "Two hundred masons" in page_after(fake)
    assert wanted in pressable(fake)["This answers it"]
    [kept] = await gap_lines(services.state, 10)
    assert kept.answer is None


async def test_a_passage_is_found_by_words(services: Services, harbour: Archive) -> None:
    """What is found is offered, a button each, and taken after one more question."""
    line, wanted = await send(services), passage_of(harbour, "Two hundred masons")
    fields = {"passage": {"value": "two hundred masons north mole"}}
    fake = await curator(services, "gap_named", line, "open", 1, fields=fields)
    offered = [one for label, one in pressable(fake).items() if label.startswith("Choose")]
    [take] = [one for one in offered if wanted in one]
    asked = await press(
        services,
        take,
        user=2,
        permissions=MANAGER,
        message=message_of(Page(("Gaps.",)), private=True),
    )
    assert "Does this answer it?" in page_after(asked)


@pytest.mark.parametrize("words", ["quokkas", "🐳", "the"])
async def test_words_that_find_nothing_are_told(services: Services, words: str) -> None:
    line = await send(services)
    fields = {"passage": {"value": words}}
    fake = await curator(services, "gap_named", line, "open", 1, fields=fields)
    assert "Choose" not in str(pressable(fake)) or "Name another" in pressable(fake)


async def test_the_form_asks_for_one_thing(services: Services) -> None:
    line = await send(services)
    fake = await curator(services, "gap_passage", line, "open", 1)
    [form] = fake.response.send_modal.await_args.args
    assert form.to_dict()["custom_id"] == f"v1:gap_named:{line}:open:1"


async def test_a_passage_answers_the_whole_group(services: Services, harbour: Archive) -> None:
    """All its lines are answered, those who wish it are to be told, and who did it is on record."""
    line = await send(services, tell=True)
    await send(services, "who paid masons of the north mole", person=6)
    wanted = passage_of(harbour, "Two hundred masons")
    fake = await curator(services, "gap_answer", line, "open", 1, wanted, 1)
    assert "Answered by this passage" in page_after(fake)
    assert "1 person is being told" in page_after(fake)
    fake.client.telling.wake.assert_called_once_with()
    assert all(one.answer for one in await gap_lines(services.state, 10))
    assert [one.person for one in await unsaid(services.state)] == [5]
    [written] = await services.state.audit(10)
    assert (written.action, written.who) == ("gap.answer", 2)
    assert written.after["passage"] == wanted
    assert "masons" not in json.dumps([written.what, written.before, written.after])
    assert "0 groups" in await listed(services)


async def test_a_passage_that_isnt_there_answers_nothing(services: Services) -> None:
    line = await send(services)
    await curator(services, "gap_answer", line, "open", 1, "nothere", 1)
    [kept] = await gap_lines(services.state, 10)
    assert kept.answer is None
    assert await services.state.audit(10) == ()


async def test_a_document_answers(services: Services) -> None:
    """It is chosen among those that the curator may see, and named in the group."""
    line = await send(services)
    menu = await curator(services, "gap_document", line, "open", 1)
    view = menu.edit_original_response.await_args.kwargs["view"]
    [select] = [item for item in fakes.walk(view.to_components()) if item["type"] == 3]
    assert {option["value"] for option in select["options"]} == {"town", "log"}
    fake = await curator(services, "gap_added", line, "open", 1, values=("log",))
    assert "Answered by a document" in page_after(fake)
    wrong = await curator(services, "gap_added", await send(services, "Why?"), values=("none",))
    assert "no longer kept" in page_after(wrong)


async def test_what_is_closed_can_be_opened_again(services: Services) -> None:
    """Nobody is told of either, and both are on record."""
    line = await send(services, tell=True)
    closed = await curator(services, "gap_close", line, "open", 1)
    assert "Closed without an answer" in page_after(closed)
    assert await unsaid(services.state) == ()
    again = await curator(services, "gap_reopen", line, "closed", 1)
    assert "Open again" in page_after(again)
    [kept] = await gap_lines(services.state, 10)
    assert kept.answer is None
    actions = [one.action for one in await services.state.audit(10)]
    assert actions == ["gap.reopen", "gap.close"]


async def test_who_answers_second_changes_nothing(services: Services, harbour: Archive) -> None:
    """Of two curators with the same page open the first one's answer stands."""
    line = await send(services)
    await curator(services, "gap_close", line, "open", 1)
    second = await curator(
        services, "gap_answer", line, "open", 1, passage_of(harbour, "Two hundred masons"), 1
    )
    assert "Somebody else was faster" in page_after(second)
    [kept] = await gap_lines(services.state, 10)
    assert kept.answer is not None
    assert kept.answer.how == "closed"


# ---------------------------------------------------------------- files


async def test_the_list_is_a_spreadsheet(services: Services) -> None:
    """With what the filter lets through, and in a message of its own."""
    await send(services)
    fake = await curator(services, "gaps_file", "csv", "open")
    fake.response.defer.assert_awaited_once_with(ephemeral=True, thinking=True)
    assert QUESTION in file_of(fake).decode("utf-8-sig")


async def test_answered_questions_are_questions_for_eval(
    services: Services, harbour: Archive
) -> None:
    """The passage that a curator named is their evidence."""
    line, wanted = await send(services), passage_of(harbour, "Two hundred masons")
    await curator(services, "gap_answer", line, "open", 1, wanted, 1)
    fake = await curator(services, "gaps_file", "jsonl", "closed")
    [made] = [json.loads(text) for text in file_of(fake).decode().splitlines()]
    assert made["question"] == QUESTION
    assert "Two hundred masons" in made["evidence"][0]


# ---------------------------------------------------------------- what is hidden


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The index of a document for all, and of one in a collection of its own."""
    folder = tmp_path_factory.mktemp("divided")
    files = {
        "town.txt": "The harbour of Skerrow was dug in 1847 by two hundred masons.",
        "secret/ledger.txt": "The smugglers of Skerrow paid the masons in brandy.",
    }
    build(write_corpus(folder / "corpus", files), folder / "data")
    return Archive.open(folder / "data")


@pytest.fixture
async def guarded(
    divided: Archive, services: Services, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    """Services of a server where the collection ``secret`` is for members with role 7."""
    library = Library(Path(), Path(), today=lambda: fakes.TODAY)
    library._shelf = Shelf(divided, divided.sources())
    await services.state.set_grant(Grant(10, "secret", "some", (), (7,)), By(1, 10, NOW))
    usual = fakes.interaction

    def with_roles(**options: Any) -> Mock:
        fake = usual(**options)
        trusted = fake.user.id == TRUSTED
        fake.user.roles = [create_autospec(discord.Role, instance=True, id=7)] if trusted else []
        return fake

    monkeypatch.setattr(fakes, "interaction", with_roles)
    yield replace(services, library=library)
    await library.close()


async def test_a_curator_names_only_what_they_may_see(guarded: Services, divided: Archive) -> None:
    """By its id or its words, in old pages and in what was shown then: else there is no trace."""
    secret = passage_of(divided, "smugglers")
    line = await send(guarded, "Who paid the masons?", passages=(secret,))
    opened = page_after(await curator(guarded, "gap", line, "open", 1))
    assert "smugglers" not in opened
    none = await send(guarded, "What else?", person=6, passages=())
    other = page_after(await curator(guarded, "gap", none, "open", 1))
    assert opened.partition("What was shown")[2] == other.partition("What was shown")[2] != ""
    for said in (secret, "smugglers brandy"):
        fields = {"passage": {"value": said}}
        fake = await curator(guarded, "gap_named", line, "open", 1, fields=fields)
        assert "smugglers of" not in page_after(fake)
    for kind in ("gap_take", "gap_answer"):
        fake = await curator(guarded, kind, line, "open", 1, secret, 1)
        assert "no longer kept" in page_after(fake)
    menu = await curator(guarded, "gap_document", line, "open", 1)
    assert "ledger" not in str(
        menu.edit_original_response.await_args.kwargs["view"].to_components()
    )
    sheet = file_of(await curator(guarded, "gaps_file", "csv", "open")).decode()
    assert "edger" not in sheet


async def test_a_curator_who_sees_more_is_told_that_others_dont(
    guarded: Services, divided: Archive
) -> None:
    """Before the passage is named: those who wish to be told get no quote of it."""
    secret = passage_of(divided, "smugglers")
    line = await send(guarded, "Who paid the masons?", tell=True)
    fields = {"passage": {"value": secret}}
    fake = await curator(guarded, "gap_named", line, "open", 1, fields=fields, user=TRUSTED)
    assert "The smugglers of Skerrow" in page_after(fake)
    assert "told only that there is an answer" in page_after(fake)
    await curator(guarded, "gap_answer", line, "open", 1, secret, 1, user=TRUSTED)
    [told] = await unsaid(guarded.state)
    shelf = await guarded.library.shelf(everybodys_sight(guarded, 10))
    assert await what_answers(guarded, shelf, answer_in(told.answer)) == (None, None)
