"""What scenarios look for in what the bot shows, and ids of buttons that it would not make."""

from __future__ import annotations

import re

from tests.discord_server.limits import BUTTON
from tests.discord_server.world import walk
from tests.scenarios.driver import Driver, Reply

ANSWER_MENU = "More: why, cite, report, delete"

_ESCAPED = re.compile(r"\\[^\w\s]")
_LISTED = re.compile(r"^\*\*\[(\d+)\] (.*)\*\*$", re.MULTILINE)
_NAMED = re.compile(r"^-# \[(\d+)\] (?!is dated)(.+)", re.MULTILINE)  # where events stand
_NUMBER = re.compile(r"\[(\d+)\]")
#: What Discord acts on. A backslash before its first character makes it plain.
_ACTIVE = {
    "a ping": re.compile(r"<@[!&]?\d+>|@(?:everyone|here)"),
    "a channel": re.compile(r"<#\d+>"),
    "an emoji": re.compile(r"<a?:\w+:\d+>"),
    "a timestamp": re.compile(r"<t:-?\d+"),
    "a command": re.compile(r"</[^<>:]+:\d+>"),
    "a link": re.compile(r"\]\(|https?://|<[a-z]+:[^\s>]+>"),
    "a spoiler": re.compile(r"\|\|"),
    "code": re.compile(r"```"),
    "a direction": re.compile("[\u202a-\u202e\u2066-\u2069]"),
}


def plain(reply: Reply) -> str:
    """What can be read, without the marks of Markdown."""
    return re.sub(r"[*_\\]", "", reply.text)


def active(markup: str) -> list[str]:
    """What in a message would do something: kinds, with the words."""
    shown = _ESCAPED.sub("·", markup)  # not "", which would join what stood apart
    return [
        f"{kind}: {found[0]}" for kind, form in _ACTIVE.items() for found in form.finditer(shown)
    ]


def numbers_listed(reply: Reply) -> list[int]:
    """The numbers of the passages that a page lists, in order."""
    return [int(number) for number, _ in _LISTED.findall(reply.text)]


def sources_named(reply: Reply) -> dict[int, str]:
    """What each number of a page stands for: a passage's title, or a quiet line that begins so."""
    found = _LISTED.findall(reply.text) + _NAMED.findall(reply.text)
    return {int(number): said for number, said in reversed(found)}


def numbers_said(reply: Reply) -> set[int]:
    """All numbers in brackets that a page has, those of the list too; escaped ones are no numbers."""
    return {int(number) for number in _NUMBER.findall(_ESCAPED.sub("·", reply.text))}


def context_of(reply: Reply) -> str:
    """The id of the first button that opens what stands around a passage."""
    return button(reply, "context")


def button(reply: Reply, kind: str, nth: int = 0) -> str:
    """The custom_id of a button of this kind that can be pressed, whatever it is called."""
    found = [
        one["custom_id"]
        for one in reply.components
        if one["type"] == BUTTON
        and not one.get("disabled")
        and one.get("custom_id", "").split(":")[1:2] == [kind]
    ]
    assert len(found) > nth, f"no button of kind {kind}; there are {reply.labels}"
    return str(found[nth])


def assert_once(reply: Reply) -> None:
    """One visible thing came of it, and nothing is owed."""
    assert not reply.failed, reply
    assert reply.outcomes == 1, reply
    assert reply.modal is not None or reply.text or reply.reactions or reply.deleted, reply


def assert_private(reply: Reply) -> None:
    assert_once(reply)
    assert reply.ephemeral, reply


def forge(reply: Reply, custom_id: str) -> str:
    """Give the first button of a message another id, as an older message might have."""
    native = reply.natives()[-1]
    button = next(one for one in walk(native.components) if one["type"] == BUTTON)
    button["custom_id"] = custom_id
    return custom_id


def answered(reply: Reply) -> bool:
    """For ``until``: something came of it. That it stays one thing is then to be checked later."""
    return reply.outcomes > 0 and not reply.waiting


async def forget(driver: Driver, *members: str) -> None:
    """Delete what is stored about these members, so that the next scenario finds nothing."""
    for member in members:
        asked = await driver.slash("/privacy delete", member=member)
        if "Delete it all" in asked.labels:
            await asked.click("Delete it all")
