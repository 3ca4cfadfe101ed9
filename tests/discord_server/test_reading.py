"""What the driver reads from a message is what a member sees in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.discord_server.client import Client
from tests.discord_server.server import DiscordServer
from tests.discord_server.world import COMPONENTS_V2, EPHEMERAL
from tests.scenarios.driver import RejectedError, Reply
from tests.scenarios.local import LocalDriver, LocalReply

CARD: dict[str, Any] = {
    "flags": COMPONENTS_V2,
    "attachments": [
        {"id": "0", "filename": "chart.png", "description": "Ships by year"},
        {"id": "1", "filename": "all.csv"},
    ],
    "components": [
        {
            "type": 17,
            "components": [
                {"type": 10, "content": "**Ships**"},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "[1] The Corrie"}],
                    "accessory": {"type": 2, "style": 2, "label": "Context", "custom_id": "v1:c:1"},
                },
                {
                    "type": 12,
                    "items": [
                        {"media": {"url": "attachment://chart.png"}, "description": "Ships by year"}
                    ],
                },
                {"type": 13, "file": {"url": "attachment://all.csv"}},
                {
                    "type": 1,
                    "components": [
                        {
                            "type": 3,
                            "custom_id": "v1:more",
                            "placeholder": "More",
                            "options": [
                                {"label": "Why", "value": "why"},
                                {"label": "Cite", "value": "cite"},
                            ],
                        }
                    ],
                },
            ],
        }
    ],
}
FILES = {"chart.png": b"png", "all.csv": b"a,b"}


class Reader(LocalDriver):
    """A driver without a bot, that only reads."""

    def __init__(self, server: DiscordServer) -> None:
        super().__init__(Path(), Path())
        self.server = server
        self.hands = None  # type: ignore[assignment]  # nothing is done
        self._loop.close()


async def sent(
    client: Client, body: dict[str, Any], files: dict[str, bytes] | None = None
) -> Reply:
    """What is posted in general, as a reply."""
    world = client.server.world
    path = f"/channels/{world.channel('general').id}/messages"
    status, _ = await client.ask("POST", path, body, files=files)
    assert status == 200
    reply = LocalReply(Reader(client.server), "ordinary", None)
    reply.shown = list(world.channel("general").messages.values())
    return reply


async def test_a_card_is_read_in_order(client: Client) -> None:
    """Texts with their Markdown, labels, menus, pictures with their descriptions, and files."""
    reply = await sent(client, CARD, FILES)
    assert reply.text == "**Ships**\n[1] The Corrie"
    assert reply.labels == ["Context"]
    assert reply.menus == {"More": ["Why", "Cite"]}
    assert [(one.alt, one.name, one.data) for one in reply.images] == [
        ("Ships by year", "chart.png", b"png")
    ]
    assert reply.files == FILES
    assert reply.outcomes == 1
    assert not reply.ephemeral


async def test_an_embed_is_read_in_order(client: Client) -> None:
    embed = {
        "title": "Title",
        "description": "Words",
        "fields": [{"name": "N", "value": "V"}],
        "footer": {"text": "Foot"},
    }
    reply = await sent(client, {"content": "Before", "embeds": [embed]})
    assert reply.text == "Before\nTitle\nWords\nN\nV\nFoot"


async def test_what_is_not_there_is_not_pressed(client: Client) -> None:
    """The error names what there is."""
    reply = await sent(client, CARD, FILES)
    with pytest.raises(RejectedError, match="Context"):
        await reply.click("Delete")
    with pytest.raises(RejectedError, match="Cite"):
        await reply.select("Report")


async def test_a_deleted_message_is_an_outcome(client: Client) -> None:
    reply = await sent(client, {"content": "soon gone"})
    client.server.delete_message(reply.natives()[0])
    assert reply.deleted
    assert reply.text == ""
    assert reply.outcomes == 1


async def test_pings_are_names(client: Client) -> None:
    second = client.server.world.users["second"]
    reply = await sent(client, {"content": f"<@{second.id}> @everyone"})
    assert reply.pings == ["second"]  # the bot may not mention everyone


async def test_private_is_what_one_member_sees(client: Client) -> None:
    reply = await sent(client, {"content": "psst"})
    reply.natives()[0].flags |= EPHEMERAL
    assert reply.ephemeral
