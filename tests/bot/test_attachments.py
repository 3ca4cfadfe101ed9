"""Attachments: what they are called, where they may come from, and that fetching ends."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot import attachments
from bot.attachments import (
    NAME_BYTES,
    AttachmentError,
    Offer,
    TooLargeError,
    bare_name,
    clean_name,
    free_name,
    is_allowed,
    same_name,
)

CDN = ("https://cdn.example/", "https://media.example:8443/files/")

# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        pytest.param("Harbour log.pdf", "Harbour log.pdf", id="plain"),
        pytest.param("../../etc/passwd", "passwd", id="a path"),
        pytest.param("C:\\files\\log.txt", "log.txt", id="a path of Windows"),
        pytest.param("..", "document", id="a step upwards"),
        pytest.param(".hidden.txt", "hidden.txt", id="hidden"),
        pytest.param("~lock.docx", "lock.docx", id="a lock"),
        pytest.param("log.txt~", "log.txt", id="a backup"),
        pytest.param("a\u202etxt.exe", "atxt.exe", id="a direction turned round"),
        pytest.param("lo\x00g\n\x1b[31m.txt", "log [31m.txt", id="controls"),
        pytest.param("e\u0301t\u00e9.md", "\u00e9t\u00e9.md", id="composed"),
        pytest.param("corpus.toml", "document corpus.toml", id="a settings file"),
        pytest.param("ALIASES.TOML", "document ALIASES.TOML", id="one in capitals"),
        pytest.param("", "document", id="nothing"),
        pytest.param("\u200b\u2060.txt", "txt", id="nothing to see"),
        pytest.param('a<b>|"c?*.txt', "a-b---c--.txt", id="what some systems refuse"),
        pytest.param("log.not an extension at all", "log.not an extension at all", id="no suffix"),
    ],
)
def test_a_name_is_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text(st.sampled_from("a.~/\\ \n\u202e\u0301é🚢မြ-:\ud800toml")) | st.text(max_size=300))
def test_a_clean_name_can_only_be_a_document(name: str) -> None:
    """No path, nothing hidden or unseen, short, and cleaning it once more changes nothing."""
    cleaned = clean_name(name)
    assert cleaned
    assert not set(cleaned) & set("/\\\0\n")
    assert not cleaned.startswith((".", "~"))
    assert not cleaned.endswith("~")
    assert len(cleaned.encode()) <= NAME_BYTES
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in cleaned)
    assert clean_name(cleaned) == cleaned


@given(st.lists(st.text(st.sampled_from("ab .-é\u0301AB2"), max_size=8), max_size=6))
def test_free_names_give_each_document_an_id_of_its_own(names: list[str]) -> None:
    taken: list[str] = []
    for name in map(clean_name, names):
        taken.append(free_name(name, taken))
    assert len({bare_name(name) for name in taken}) == len(taken)
    assert all(len(name.encode()) <= NAME_BYTES for name in taken)


def test_a_long_name_keeps_its_extension() -> None:
    assert clean_name("ည" * 200 + ".pdf").endswith("ည.pdf")


@pytest.mark.parametrize(("one", "other"), [("Log.TXT", "log.txt"), ("e\u0301", "É"), ("ﬁ", "fi")])
def test_names_that_some_system_takes_for_one_are_the_same(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


def test_a_form_keeps_the_name_that_its_sender_gave() -> None:
    """Discord puts a name that isn't ASCII beside one that is."""
    file = {"filename": "bersicht.pdf", "title": "Übersicht", "size": 3, "url": "https://x/"}
    data = {"resolved": {"attachments": {"1": file}}}
    assert attachments.offers_of(data) == [Offer("Übersicht.pdf", 3, "https://x/")]


@pytest.mark.parametrize("data", [None, {}, {"resolved": None}, {"resolved": {"attachments": {}}}])
def test_a_form_without_files_has_none(data: object) -> None:
    assert attachments.offers_of(data) == []


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        pytest.param("https://cdn.example/a/1/log.txt?ex=1&hm=2", True, id="Discord's"),
        pytest.param("https://CDN.example:443/a", True, id="the same, written otherwise"),
        pytest.param("https://media.example:8443/files/a", True, id="with port and path"),
        pytest.param("https://cdn.example/a%20b.txt", True, id="a blank, encoded"),
        pytest.param("https://cdn.example/Пристань.txt", True, id="letters that aren't ASCII"),
        pytest.param("http://cdn.example/a", False, id="not encrypted"),
        pytest.param("https://cdn.example.evil/a", False, id="a longer host"),
        pytest.param("https://cdn.example@evil/a", False, id="the host as a user name"),
        pytest.param("https://user@cdn.example/a", False, id="a user name"),
        pytest.param("https://cdn.example:8443/a", False, id="another port"),
        pytest.param("https://media.example:8443/filesystem", False, id="a longer folder"),
        pytest.param("https://media.example:8443/files/../b", False, id="a step upwards"),
        pytest.param("https://media.example:8443/files/%2e%2e/b", False, id="an encoded one"),
        pytest.param("https://media.example:8443/files/%252e%252e/b", False, id="encoded twice"),
        pytest.param("https://media.example:8443/files/..%5cb", False, id="with a backslash"),
        pytest.param("https://cdn.example\\@evil/a", False, id="a backslash"),
        pytest.param("https://cdn.example /a", False, id="a blank"),
        pytest.param("https://cdn.exаmple/a", False, id="letters that look alike"),
        pytest.param("//cdn.example/a", False, id="no scheme"),
        pytest.param("https://cdn.example:x/a", False, id="no port"),
        pytest.param("https://cdn.example/", False, id="no file"),
        pytest.param("file:///etc/passwd", False, id="a file"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_only_addresses_below_those_of_the_settings_are_allowed(url: str, allowed: bool) -> None:
    assert is_allowed(url, CDN) is allowed


def test_a_base_without_a_slash_is_a_folder_too() -> None:
    assert is_allowed("http://127.0.0.1:9/cdn/a", ("http://127.0.0.1:9/cdn",))
    assert not is_allowed("http://127.0.0.1:9/cdnx/a", ("http://127.0.0.1:9/cdn",))


# ---------------------------------------------------------------- bytes

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Cdn:
    """A server of files whose answer a test chooses."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.answer: Answer
        self.asked: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)

    async def fetch(self, path: Path, *, size: int = 5, most: int = 100, **limits: float) -> object:
        base = str(self.server.make_url("/cdn/"))
        offer = Offer("log.txt", size, f"{base}1/log.txt?ex=1")
        return await attachments.fetch(offer, path, bases=(base,), most=most, **limits)


@pytest.fixture
async def serving() -> AsyncIterator[Cdn]:
    holder: list[Cdn] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        return await holder[0].handle(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with TestServer(app) as server:
        holder.append(Cdn(server))
        yield holder[0]


async def test_what_was_fetched_is_on_the_disk_with_its_hash(serving: Cdn, tmp_path: Path) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"hello")

    serving.answer = answer
    got = await serving.fetch(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"hello"
    assert got == attachments.Fetched(
        5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    )
    assert serving.asked[0].headers["Accept-Encoding"] == "identity"
    assert serving.asked[0].query_string == "ex=1"


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"0" * 1000)


async def _silent(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await asyncio.sleep(5)
    return response


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(500):
        await response.write(b"0")
        await asyncio.sleep(0.01)
    return response


async def _redirecting(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/elsewhere"})


async def _missing(_: web.Request) -> web.StreamResponse:
    return web.Response(status=404)


async def _broken(_: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def _packed(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * 10, headers={"Content-Encoding": "gzip"})


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "50"})
    await response.prepare(request)
    await response.write(b"0" * 10)
    assert request.transport is not None
    request.transport.abort()
    return response


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(_endless, "too large", id="without an end"),
        pytest.param(_silent, "took too long", id="silent"),
        pytest.param(_dripping, "took too long", id="drop by drop"),
        pytest.param(_redirecting, "not followed", id="sent on elsewhere"),
        pytest.param(_missing, "gone", id="gone"),
        pytest.param(_broken, "status 500", id="an error"),
        pytest.param(_packed, "can't be read", id="packed"),
        pytest.param(_cut, "could not be fetched", id="cut off"),
    ],
)
async def test_what_goes_wrong_is_told_and_leaves_no_file(
    serving: Cdn, tmp_path: Path, answer: Answer, said: str
) -> None:
    """The size is counted as it comes, whatever was promised; nothing else is asked for."""
    serving.answer = answer
    with pytest.raises((AttachmentError, TooLargeError), match=said):
        await serving.fetch(tmp_path / "file", seconds=0.5, silence=0.3)
    assert not (tmp_path / "file").exists()
    assert len(serving.asked) == 1


async def test_a_file_that_says_it_is_too_large_is_not_asked_for(
    serving: Cdn, tmp_path: Path
) -> None:
    with pytest.raises(TooLargeError, match="at most"):
        await serving.fetch(tmp_path / "file", size=101)
    assert serving.asked == []


async def test_an_address_elsewhere_is_not_asked_for(serving: Cdn, tmp_path: Path) -> None:
    offer = Offer("log.txt", 1, str(serving.server.make_url("/cdn/1")))
    with pytest.raises(AttachmentError, match="not fetched"):
        await attachments.fetch(offer, tmp_path / "file", bases=CDN, most=10)
    assert serving.asked == []


async def test_a_file_that_is_there_is_never_written_over(serving: Cdn, tmp_path: Path) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"hello")

    serving.answer = answer
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(attachments.StorageError):
        await serving.fetch(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"kept"
