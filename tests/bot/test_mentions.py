"""Messages that mention the bot, and direct ones: which are read, and what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, create_autospec

import aiohttp
import discord
import pytest

from bot import asking, mentions, replies
from bot.app import ArchivistBot
from bot.asked import Asked
from bot.layout import Page
from bot.library import Library, SlowSearchError
from bot.rules import TooSoonError
from bot.settings import Settings
from bot.state import State
from index.errors import IndexMissingError, InputError
from tests.bot import fakes, pressing

ME, ASKER = 77, 1
QUESTION = "When did the ship sail?"


@pytest.fixture
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ArchivistBot]:
    """A bot whose answer to every question is that question."""

    async def answer(_: Any, __: Any, ready: asking.Ready, **___: Any) -> Page:
        return Page((f"{ready.asked.question} ({ready.asked.before})",))

    async def prepare(_: Any, __: Any, question: str, **___: Any) -> asking.Ready:
        return asking.Ready(Mock(), Asked(question))

    monkeypatch.setattr(asking, "prepare", prepare)
    monkeypatch.setattr(asking, "answer_page_for", answer)
    monkeypatch.setattr(replies, "WAITS", (0.0,))
    library = create_autospec(Library, instance=True)
    async with ArchivistBot(Settings(data=tmp_path), library, State()) as made:
        made._connection.user = Mock(id=ME)
        yield made


def guild(**granted: bool) -> Mock:
    """A server in whose channels the bot has what an answer needs, and what is ``granted``."""
    needed = {"view_channel": True, "send_messages": True, "read_message_history": True}
    server: Mock = create_autospec(discord.Guild, instance=True, id=10)
    server.preferred_locale = discord.Locale.american_english
    server.have = discord.Permissions(
        **(needed | {"send_messages_in_threads": True, "add_reactions": True} | granted)
    )
    return server


def message(
    text: str = f"<@{ME}> {QUESTION}",
    *,
    server: Mock | None = None,
    direct: bool = False,
    number: int = 500,
    mentioned: tuple[int, ...] = (ME,),
    channel: type[Any] = discord.TextChannel,
) -> Mock:
    """A message in a server that mentions the bot; ``direct`` in their own channel."""
    server = server or guild()
    fake: Mock = create_autospec(discord.Message, instance=True, id=number)
    fake.content, fake.type = text, discord.MessageType.default
    fake.webhook_id = fake.reference = None
    fake.author = create_autospec(discord.Member, instance=True, id=ASKER, bot=False)
    fake.mentions = [Mock(id=one, display_name=f"Ann{one}") for one in mentioned]
    fake.guild = None if direct else server
    fake.channel = create_autospec(channel, instance=True, id=20)
    if not direct:
        fake.channel.permissions_for.return_value = server.have
    fake.jump_url = "https://discord.com/channels/10/20/500"
    return fake


def replied(fake: Mock) -> str:
    """What the reply to a message says."""
    return fakes.text_of(fake.reply.await_args.kwargs["view"])


def whispered(fake: Mock) -> str:
    """What its author was told by direct message."""
    return fakes.text_of(fake.author.send.await_args.kwargs["view"])


# ---------------------------------------------------------------- which are read


def change(**values: Any) -> Callable[[Mock], None]:
    def apply(fake: Mock) -> None:
        for name, value in values.items():
            setattr(fake, name, value)

    return apply


@pytest.mark.parametrize(
    "unlike",
    [
        pytest.param(change(mentions=[]), id="no mention"),
        pytest.param(change(mentions=[Mock(id=3)]), id="of somebody else"),
        pytest.param(change(mentions=[], mention_everyone=True), id="of everyone"),
        pytest.param(change(author=Mock(id=4, bot=True)), id="by a bot"),
        pytest.param(change(author=Mock(id=ME, bot=False)), id="by itself"),
        pytest.param(change(webhook_id=9), id="by a webhook"),
        pytest.param(change(type=discord.MessageType.pins_add), id="by the system"),
    ],
)
async def test_other_messages_are_never_looked_at(
    bot: ArchivistBot, unlike: Callable[[Mock], None]
) -> None:
    fake = message()
    unlike(fake)
    await bot.on_message(fake)
    fake.reply.assert_not_awaited()
    fake.author.send.assert_not_called()
    fake.channel.permissions_for.assert_not_called()


@pytest.mark.parametrize("direct", [False, True])
async def test_a_question_is_answered_by_a_reply(bot: ArchivistBot, direct: bool) -> None:
    """Which pings nobody, and which Discord takes once."""
    fake = message(direct=direct, mentioned=() if direct else (ME,))
    await bot.on_message(fake)
    assert replied(fake) == f"{QUESTION} ()"
    sent = fake.reply.await_args.kwargs
    assert sent["mention_author"] is False
    assert sent["nonce"] == "500"


async def test_a_reply_that_pings_the_bot_needs_no_mention_in_its_words(bot: ArchivistBot) -> None:
    fake = message(QUESTION)
    fake.type = discord.MessageType.reply
    await bot.on_message(fake)
    assert QUESTION in replied(fake)


async def test_a_message_that_comes_twice_is_answered_once(bot: ArchivistBot) -> None:
    fake = message()
    await asyncio.gather(bot.on_message(fake), bot.on_message(fake))
    fake.reply.assert_awaited_once()


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (f"<@{ME}> When did she sail?", "When did she sail?"),
        (f"<@!{ME}>, when did she sail?", "when did she sail?"),
        (f"When did she sail, <@{ME}>?", "When did she sail?"),
        (f"When did <@{ME}> she sail?", "When did she sail?"),
        (f"<@{ME}> help me find the log", "help me find the log"),
        (f"<@{ME}>\nWho is\n<@5>?", "Who is Ann5?"),
        (f"  <@{ME}>  ", ""),
        (f"<@{ME}>?!", ""),
        ("", ""),
    ],
)
def test_the_mention_is_no_part_of_the_question(text: str, question: str) -> None:
    """Wherever it stands; others are read by their names."""
    assert mentions.question_in(message(text, mentioned=(ME, 5)), ME) == question


async def test_a_mention_without_a_question_is_told_how_to_ask(bot: ArchivistBot) -> None:
    fake = message(f"<@{ME}>")
    await bot.on_message(fake)
    assert "/ask" in replied(fake)


# ---------------------------------------------------------------- the question before


def answer_of_ours(question: str, author: int = ME) -> Mock:
    made = pressing.message_of(Page((f"Found.\n{Asked(question).lines()}",)))
    made.author = Mock(id=author)
    made.__class__ = discord.Message
    return made


def referring(fake: Mock, resolved: Mock | None) -> Mock:
    fake.reference = Mock(message_id=400, channel_id=20, resolved=resolved)
    return fake


async def test_a_reply_to_an_answer_takes_up_its_question(bot: ArchivistBot) -> None:
    fake = referring(message("and in May?"), answer_of_ours(QUESTION))
    await bot.on_message(fake)
    assert replied(fake) == f"and in May? ({QUESTION})"


async def test_a_reply_to_somebody_else_takes_up_nothing(bot: ArchivistBot) -> None:
    """Even if they wrote what looks like an answer."""
    fake = referring(message("and in May?"), answer_of_ours(QUESTION, author=3))
    await bot.on_message(fake)
    assert replied(fake) == "and in May? ()"


async def test_an_answer_that_did_not_come_with_the_reply_is_fetched(bot: ArchivistBot) -> None:
    fake = referring(message("and in May?"), None)
    fake.channel.fetch_message.return_value = answer_of_ours(QUESTION)
    await bot.on_message(fake)
    assert replied(fake) == f"and in May? ({QUESTION})"


@pytest.mark.parametrize(
    "failure", [fakes.http_error(404, 10008), aiohttp.ServerDisconnectedError(), KeyError("id")]
)
async def test_a_question_before_that_can_not_be_looked_up_is_left_out(
    bot: ArchivistBot, failure: Exception
) -> None:
    fake = referring(message("and in May?"), None)
    fake.channel.fetch_message.side_effect = failure
    await bot.on_message(fake)
    assert replied(fake) == "and in May? ()"


def in_thread(*earlier: Mock) -> Mock:
    """A message in a thread made from an answer, after these."""
    fake = message("and in May?", channel=discord.Thread)

    async def history(**_: Any) -> AsyncIterator[Mock]:
        for one in earlier:
            yield one

    fake.channel.history = history
    fake.channel.parent = create_autospec(discord.TextChannel, instance=True)
    fake.channel.parent.fetch_message.return_value = answer_of_ours("Who built her?")
    return fake


async def test_in_a_thread_the_answer_that_it_began_with_goes_before(bot: ArchivistBot) -> None:
    fake = in_thread(answer_of_ours("Not ours?", author=3))
    await bot.on_message(fake)
    fake.channel.parent.fetch_message.assert_awaited_once_with(fake.channel.id)
    assert replied(fake) == "and in May? (Who built her?)"


async def test_in_a_thread_the_latest_answer_goes_before(bot: ArchivistBot) -> None:
    fake = in_thread(answer_of_ours(QUESTION), answer_of_ours("Who built her?"))
    await bot.on_message(fake)
    assert replied(fake) == f"and in May? ({QUESTION})"


# ---------------------------------------------------------------- what concerns the asker alone


def refusing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(asking, "prepare", AsyncMock(side_effect=error))


async def test_a_refusal_goes_by_direct_message(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a link to the message, and not in the channel."""
    refusing(monkeypatch, TooSoonError("Please wait 5 seconds."))
    fake = message()
    await bot.on_message(fake)
    assert "Please wait 5 seconds." in whispered(fake)
    assert fake.jump_url in whispered(fake)
    fake.reply.assert_not_awaited()


async def test_a_refusal_in_a_direct_message_is_a_reply(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, InputError("No."))
    fake = message(direct=True)
    await bot.on_message(fake)
    assert "No." in replied(fake)


@pytest.mark.parametrize(
    ("error", "sign"),
    [
        (TooSoonError("x"), mentions.WAIT),
        (IndexMissingError("x"), mentions.WAIT),
        (InputError("x"), mentions.UNREAD),
    ],
)
async def test_who_takes_no_direct_messages_gets_a_sign(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch, error: Exception, sign: str
) -> None:
    refusing(monkeypatch, error)
    fake = message()
    fake.author.send.side_effect = fakes.http_error(403, 50007)
    await bot.on_message(fake)
    fake.add_reaction.assert_awaited_once_with(sign)
    fake.reply.assert_not_awaited()


async def test_a_sign_that_may_not_be_put_is_not_tried(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, InputError("x"))
    fake = message(server=guild(add_reactions=False))
    fake.author.send.side_effect = fakes.http_error(403, 50007)
    await bot.on_message(fake)
    fake.add_reaction.assert_not_awaited()


@pytest.mark.parametrize(
    ("missing", "label", "channel"),
    [
        ("send_messages", "Send Messages", discord.TextChannel),
        ("send_messages_in_threads", "Send Messages in Threads", discord.Thread),
        ("read_message_history", "Read Message History", discord.TextChannel),
    ],
)
async def test_a_missing_permission_is_named_before_work_starts(
    bot: ArchivistBot,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
    label: str,
    channel: type[Any],
) -> None:
    """To the asker alone: in the channel nothing can be said."""
    refusing(monkeypatch, AssertionError("asked"))
    fake = message(server=guild(**{missing: False}), channel=channel)
    await bot.on_message(fake)
    assert label in whispered(fake)
    fake.reply.assert_not_awaited()


async def test_while_the_bot_stops_it_says_so(bot: ArchivistBot) -> None:
    bot.closing = True
    fake = message()
    await bot.on_message(fake)
    assert "restarted" in whispered(fake)
    bot.closing = False


# ---------------------------------------------------------------- what goes wrong


async def test_a_failed_search_ends_in_one_reply(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With an id that the log has too; what was asked is in no log."""
    caplog.set_level("INFO")
    slow = AsyncMock(side_effect=SlowSearchError("The search took too long."))
    monkeypatch.setattr(asking, "answer_page_for", slow)
    fake = message()
    await bot.on_message(fake)
    fake.reply.assert_awaited_once()
    assert "The search took too long." in replied(fake)
    error_id = replied(fake).rpartition(" ")[2]
    assert f"message 500: error {error_id}" in caplog.text
    assert QUESTION not in caplog.text


async def test_a_failure_that_nobody_raised_on_purpose_tells_nothing_of_itself(
    bot: ArchivistBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, KeyError("secret"))
    fake = message()
    await bot.on_message(fake)
    assert "Something went wrong" in replied(fake)
    assert "secret" not in replied(fake)


@pytest.mark.parametrize(
    "failure",
    [
        aiohttp.ServerDisconnectedError(),
        TimeoutError(),
        KeyError("id"),
        fakes.http_error(503),
        fakes.http_error(429, retry_after=0.0),
    ],
)
async def test_a_reply_is_sent_again_with_the_same_nonce(
    bot: ArchivistBot, failure: Exception
) -> None:
    """By which Discord knows one that it has."""
    fake = message()
    fake.reply.side_effect = [failure, failure, None]
    await bot.on_message(fake)
    assert [call.kwargs["nonce"] for call in fake.reply.await_args_list] == ["500"] * 3


async def test_a_reply_that_discord_refuses_is_replaced_by_an_error(bot: ArchivistBot) -> None:
    fake = message()
    fake.reply.side_effect = [fakes.http_error(400, 50035), None]
    await bot.on_message(fake)
    assert "Something went wrong" in replied(fake)


async def test_a_permission_lost_meanwhile_is_told_to_the_asker(bot: ArchivistBot) -> None:
    fake = message()
    fake.reply.side_effect = fakes.http_error(403, 50013)
    await bot.on_message(fake)
    assert "may not answer" in whispered(fake)


async def test_a_message_that_was_deleted_is_not_answered(bot: ArchivistBot) -> None:
    fake = message()
    gone = fakes.http_error(400, 50035)
    gone.text = "In message_reference: Unknown message"
    fake.reply.side_effect = gone
    await bot.on_message(fake)
    fake.reply.assert_awaited_once()
    fake.author.send.assert_not_awaited()


async def test_a_search_that_takes_a_moment_shows_typing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions, "TYPING_AFTER", 0.0)
    channel = Mock(typing=AsyncMock())
    async with mentions.typing(channel):
        await fakes.until(lambda: channel.typing.await_count)
    channel.typing.assert_awaited_once()


async def test_typing_that_can_not_be_shown_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mentions, "TYPING_AFTER", 0.0)
    channel = Mock(typing=AsyncMock(side_effect=fakes.http_error(403)))
    async with mentions.typing(channel):
        await fakes.until(lambda: channel.typing.await_count)


# ---------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("preferred", "text", "tag"),
    [
        (discord.Locale.american_english, "Когда вышел корабль?", "ru"),
        (discord.Locale.russian, QUESTION, "ru"),
        (discord.Locale.american_english, QUESTION, "en"),
        (discord.Locale.german, QUESTION, "en"),
    ],
)
async def test_the_language_is_the_servers_else_that_of_the_words(
    bot: ArchivistBot, preferred: discord.Locale, text: str, tag: str
) -> None:
    """American English is what servers have that chose none."""
    server = guild()
    server.preferred_locale = preferred
    assert bot.mentions._reader(message(text, server=server)).language.tag == tag
