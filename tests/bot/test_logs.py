"""What the log holds: never a question, a token or a path, whatever is logged by whom."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import sys
import threading
import urllib.parse
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot import logs
from bot.settings import Settings

#: Of the form that Discord's have, and of no application.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GhT5xQ.vQx7k-2mZ_pL9sD4fR8tYbN1cW6aEuHgJoKi3M"
SECRET = TOKEN.rpartition(".")[2]
QUESTION = "Who buried the harbour master's silver"

Written = Callable[[], str]
Start = Callable[..., Written]


@pytest.fixture
def start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Start]:
    """Logs as ``serve`` sets them up, put back at the end; gives what was written since."""
    root, library = logging.getLogger(), logging.getLogger("discord")
    before = root.handlers[:], root.level, library.level
    hooks = threading.excepthook, sys.unraisablehook

    def made(**settings: Any) -> Written:
        logs.configure(Settings(data=tmp_path, **settings), token=TOKEN)
        return lambda: capsys.readouterr().err

    yield made
    logging.captureWarnings(False)
    root.handlers[:], root.level = before[0], before[1]
    library.setLevel(before[2])
    threading.excepthook, sys.unraisablehook = hooks


def spellings(token: str) -> dict[str, str]:
    """The token in the forms in which it may come into a message."""
    coded = base64.b64encode(f"Bot {token}".encode()).decode()
    return {
        "whole": token,
        "in bytes": repr(token.encode()),
        "split by a line end": token[:30] + "\n" + token[30:],
        "split by a written line end": repr(token[:30] + "\r\n  " + token[30:]),
        "percent-encoded": "".join(f"%{ord(char):02X}" for char in token),
        "percent-encoded in part": urllib.parse.quote(token).replace(".", "%2e"),
        "its secret part": SECRET,
        "in base64": coded,
        "in base64, one further": base64.b64encode(f"x=Bot {token}".encode()).decode(),
        "in base64, two further": base64.b64encode(f"xy=Bot {token}".encode()).decode(),
        "its secret part in base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
        "in a header": f"Authorization: Bot {token}",
    }


def holds_token(text: str) -> bool:
    """Whether eight characters in a row of its secret part stand in ``text``, in any form."""
    read = {text, urllib.parse.unquote(text), text.replace("\\n", "").replace("\n", "")}
    for word in text.replace("'", " ").split():
        for skipped in range(4):
            part = word[skipped:]
            cut = part[: len(part) // 4 * 4]
            try:
                read.add(base64.b64decode(cut, altchars=b"-_").decode("latin-1"))
            except ValueError:
                continue
    pieces = [SECRET[at : at + 8] for at in range(len(SECRET) - 7)]
    return any(piece in one for piece in pieces for one in read)


@pytest.mark.parametrize("how", spellings(TOKEN))
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
@pytest.mark.parametrize("logger", ["bot.app", "aiohttp.client", "elsewhere"])
def test_the_token_is_in_no_line(start: Start, how: str, level: str, logger: str) -> None:
    """In whatever form, at whatever level, whoever logs it; in errors and their causes too."""
    spelt = spellings(TOKEN)[how]
    assert holds_token(spelt)
    written = start(log_level=level)
    log = logging.getLogger(logger)
    log.warning("as value: %s", spelt)
    log.warning("in a message: " + spelt)
    try:
        try:
            raise KeyError(spelt)
        except KeyError as cause:
            raise aiohttp.ClientError(f"GET failed with {spelt}") from cause
    except aiohttp.ClientError:
        log.exception("failed")
    line = written()
    assert "ClientError" in line
    assert not holds_token(line)


def test_tokens_of_replies_are_blotted_out(start: Start) -> None:
    """By their place in an address, or by their form."""
    written = start(log_level="DEBUG")
    reply = base64.b64encode(b"interaction:123:abcdefghijkl").decode()
    logging.getLogger("x").warning("PATCH /webhooks/77/reply-token/messages/@original %s", reply)
    logging.getLogger("x").warning(
        "https://discord.com/api/interactions%2F7%2Freply-token%2Fcallback"
    )
    line = written()
    assert "reply-token" not in line
    assert reply not in line
    assert "/webhooks/77/[token]/messages" in line


def deep_errors(path: Path) -> dict[str, Exception]:
    """Errors whose messages quote a question or a path."""
    missing = path / "private letters" / "will.txt"
    info = SimpleNamespace(real_url=URL("http://x/").with_query(q=QUESTION))
    return {
        "of a decoder": UnicodeEncodeError("ascii", QUESTION, 0, 1, QUESTION),
        "of a dictionary": KeyError(QUESTION),
        "of a file": FileNotFoundError(2, "No such file or directory", str(missing)),
        "of a response": aiohttp.ClientResponseError(info, (), message=QUESTION),  # type: ignore[arg-type]  # what its text is made of
        "of a group": ExceptionGroup(QUESTION, [ValueError(QUESTION)]),
        "of JSON": json.JSONDecodeError(QUESTION, QUESTION, 0),
    }


@pytest.mark.parametrize("which", deep_errors(Path("/tmp")))
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_error_brings_a_question_or_a_path(
    start: Start, tmp_path: Path, which: str, form: str
) -> None:
    """Their messages are left out; also when a library logs them as values or within its words."""
    written = start(log_format=form)
    error = deep_errors(tmp_path)[which]
    try:
        raise error
    except Exception as caught:
        for logger in ("bot.tree", "discord.client", "asyncio", "elsewhere"):
            log = logging.getLogger(logger)
            log.exception("failed")
            if logger != "bot.tree":
                log.error("Ignoring %s in %r", caught, QUESTION)
                log.error(f"Exception in callback Asker.ask({caught!r})")  # as asyncio does
        logging.getLogger("bot.tree").error("failed: %s", logs.trail(caught))
    line = written()
    assert type(error).__name__ in line
    assert "Exception in callback Asker.ask" in line
    for secret in ("silver", "buried", str(tmp_path), "will.txt", "private letters", "Traceback"):
        assert secret not in line


@pytest.mark.parametrize(
    "said",
    [
        "[Errno 13] Permission denied: '{path}/private letters/will.txt'",
        "can't read {path}/letters/will.txt, giving up",
        "{path}/letters/will.txt: no such file",
        "(file://{path}/letters/will.txt)",
        'open("{path}/private letters/will.txt")',
        "[Errno 2] No such file or directory: 'letters/will.txt' -> 'letters/will.txt'",
        "in ~/letters/will.txt",
    ],
)
def test_paths_are_blotted_out(start: Start, said: str) -> None:
    """In our own messages too, and at any level."""
    written = start(log_level="DEBUG")
    logging.getLogger("bot.x").warning("%s", said.format(path="/srv/archive"))
    line = written()
    assert "will.txt" not in line
    assert "/srv" not in line


def test_the_programs_own_folders_are_blotted_out_though_they_hold_blanks(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "my papers"
    folder.mkdir()
    written = start(corpus=folder)
    logging.getLogger("bot.x").warning("reading %s/a.txt failed", folder)
    assert written().endswith("reading [path] failed\n")


@pytest.mark.parametrize(
    "said",
    [
        "to add the bot: https://discord.com/oauth2/authorize?client_id=1&scope=bot+x%20y",
        "interaction 100: /ask took 3/4 of a second and/or more",
        "KeyError at index.bm25:61 < bot.tree:10",
    ],
)
def test_what_is_no_path_stays(start: Start, said: str) -> None:
    written = start()
    logging.getLogger("bot.x").warning("%s", said)
    assert said in written()


def test_numbers_of_other_libraries_stay(start: Start) -> None:
    """And names of methods; all other values are hidden."""
    written = start()
    said = "%s %s responded with 429. Retrying in %.2f seconds."
    logging.getLogger("discord.http").warning(said, "POST", "https://x/y", 1.5)
    assert "POST … responded with 429. Retrying in 1.50 seconds." in written()


def test_a_line_is_a_line(start: Start) -> None:
    """What is logged can't look like another record, nor steer a terminal."""
    written = start()
    logging.getLogger("bot.x").warning("a\n2026-01-01T00:00:00Z ERROR bot: b\x1b[31m\u202ec\r")
    assert written().count("\n") == 1


def test_a_record_that_can_not_be_written_says_nothing_of_itself(start: Start) -> None:
    written = start()
    logging.getLogger("bot.x").warning("%d", QUESTION)
    assert written() == "A record of bot.x could not be logged.\n"


def test_half_characters_can_be_logged(start: Start) -> None:
    written = start(log_format="json")
    logging.getLogger("bot.x").warning("a \ud800 b")
    assert json.loads(written())["message"].startswith("a ")


def test_the_trail_tells_what_an_error_came_of() -> None:
    """Types and places, three at most."""
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("outer") from inner
    except ValueError as error:
        said = logs.trail(error)
    assert said.startswith("ValueError at tests.bot.test_logs:")
    assert ", from KeyError at tests.bot.test_logs:" in said
    assert "inner" not in said


def test_errors_that_cause_each_other_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert logs.trail(one).count(", from ") == 2


async def test_what_is_logged_within_an_interaction_says_so(start: Start) -> None:
    """In threads and in tasks that it begins, too; not in others."""
    written = start(log_format="json")
    log = logging.getLogger("bot.x")

    async def answer(number: int) -> None:
        logs.about(f"interaction {number}")
        log.info("asked")
        await asyncio.gather(asyncio.to_thread(log.info, "searched"))

    await asyncio.gather(answer(1), answer(2))
    log.info("idle")
    lines = [json.loads(line) for line in written().splitlines()]
    told = {(line["message"], line.get("about")) for line in lines}
    both = {(said, f"interaction {n}") for said in ("asked", "searched") for n in (1, 2)}
    assert told == both | {("idle", None)}


def test_a_line_of_text_says_what_it_is_about_once(start: Start) -> None:
    written = start()
    with logs.regarding("interaction 7"):
        logging.getLogger("bot.x").info("interaction 7: asked")
        logging.getLogger("bot.x").info("searched")
    logging.getLogger("bot.x").info("idle")
    said = [line.partition("bot.x: ")[2] for line in written().splitlines()]
    assert said == ["interaction 7: asked", "searched (interaction 7)", "idle"]


def test_an_error_id_is_a_field_of_its_own(start: Start) -> None:
    written = start(log_format="json")
    logging.getLogger("bot.x").error("failed", extra={"error_id": "ab12"})
    assert json.loads(written())["error_id"] == "ab12"


def test_a_thread_that_fails_is_logged_without_its_message(start: Start) -> None:
    written = start()

    def fail() -> None:
        raise ValueError(QUESTION)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    line = written()
    assert "a thread ended: ValueError at tests.bot.test_logs" in line
    assert "silver" not in line


def test_a_warning_shows_no_path(start: Start) -> None:
    written = start()
    with warnings.catch_warnings():
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.simplefilter("always")
        warnings.warn(QUESTION, stacklevel=1)
    line = written()
    assert "py.warnings" in line
    assert __file__ not in line
    assert "silver" not in line


@given(st.text(st.sampled_from(TOKEN[:6] + "/~:'\"[]()% \n\\nErrno0123Bot.-"), max_size=200))
def test_cleaning_twice_changes_no_more(text: str) -> None:
    """Nothing that is blotted out leaves something else to blot out that holds a token."""
    blotter = logs.Blotter(TOKEN, (Path("/srv/data"),))
    assert TOKEN not in blotter.clean(text + TOKEN + text)


@pytest.mark.parametrize(
    "unit", ["M", "/", "'/", "[Errno 1] ", "a/", "Bot ", "/a", '"/', "%2", "~/"]
)
def test_cleaning_takes_no_longer_for_hostile_text(unit: str) -> None:
    """A quarter of a megabyte is cleaned within the time that a test may take."""
    assert len(logs.Blotter(TOKEN).clean(unit * (250_000 // len(unit)))) <= 800_000


def test_suggestions_that_came_too_late_are_no_line(start: Start) -> None:
    """That a member had typed on when suggestions came is no error of the bot's; others are."""
    written = start()
    library = logging.getLogger("discord.app_commands.tree")
    for code, told in ((10062, False), (50001, True)):
        response = SimpleNamespace(status=404, reason="Not Found")
        error = discord.NotFound(response, {"code": code, "message": "x"})  # type: ignore[arg-type]
        library.error("Ignoring exception in autocomplete", exc_info=error)
        assert bool(written()) == told
