"""What the buttons of the audit log do. Who presses is checked anew at each press.

Arguments of their ids: what to show, and then the filters as `Asked` writes them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from bot import presses
from bot.layout import Page
from bot.people import administered, person
from bot.presses import OldButtonError, Press
from bot.render.audit import LISTED, audit_file, audit_page, file_page
from bot.replies import Interaction
from bot.services import Reader, Services
from bot.state import AuditLine, State
from bot.visibility import Sight
from index.collections import is_owners
from index.messages import say

_MOST = 100_000  # lines of a file
_BLOCK = 2_000  # lines that are read at a time
_LAST_PAGE = 5_000
_MOST_DIGITS = 19
_ALL = "all documents"  # what a build of all of them is noted as being of
_ROOM = 64 * 1024  # bytes of a message besides its file


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are wanted."""

    action: str = ""  # or the first word of several; empty: any
    who: int = 0  # 0: anybody
    everywhere: bool = False  # of all servers

    def __str__(self) -> str:
        """What stands for it in the id of a button; `read_asked` gives it back."""
        return f"{self.action}-{self.who}-{'all' if self.everywhere else 'here'}"


def read_asked(argument: str) -> Asked:
    """Raises OldButtonError for what is none."""
    action, _, rest = argument.partition("-")
    who, _, scope = rest.partition("-")
    if not who.isdecimal() or len(who) > _MOST_DIGITS or scope not in ("all", "here"):
        raise OldButtonError(say("This can't be shown any more."))
    return Asked(action, int(who), scope == "all")


def check_rights(services: Services, interaction: Interaction, asked: Asked) -> int | None:
    """The server whose lines this person may see; None for all. Raises NotAllowedError."""
    guild = administered(services, interaction)
    if not asked.everywhere:
        return guild
    services.rights.check_owner(person(interaction))
    return None


def as_seen(line: AuditLine, sight: Sight) -> AuditLine:
    """A line as somebody may read it who may search ``sight``, and their own server's documents.

    What was said of other collections is left out, and which they are: it may quote them.
    """
    of_collection = line.action.startswith(("alias.", "correction.", "index.build"))
    if not of_collection or not is_owners(line.what) or line.what in (*sight, _ALL):
        return line
    return replace(line, what="", before=None, after=None)


async def show_page(
    services: Services,
    reader: Reader,
    guild: int | None,
    asked: Asked,
    *,
    page: int = 1,
    top: int = 0,
) -> Page:
    """A page of the lines of a server, or of all; ``top`` is the newest of page 1, 0 the newest there is."""
    state, t = services.state, reader.language
    page = min(max(page, 1), _LAST_PAGE)
    found = await state.audit(
        guild,
        before_id=top + 1 if top else None,
        limit=page * LISTED + 1,
        action=asked.action or None,
        who=asked.who or None,
    )
    first = (page - 1) * LISTED
    shown = found[first : first + LISTED]
    return audit_page(
        shown if asked.everywhere else [as_seen(line, reader.private) for line in shown],
        t,
        asked=str(asked),
        everywhere=asked.everywhere,
        page=page,
        more=len(found) > first + LISTED,
        top=found[0].id if found else 0,
    )


@presses.on("audit_page")
async def _turn(press: Press) -> None:
    """Another page; lines that came since the first was shown are left out."""
    asked = read_asked(press.id.argument(2))
    guild = check_rights(press.services, press.interaction, asked)
    await press.turn(str(press.reader.id))
    page = await show_page(
        press.services,
        press.reader,
        guild,
        asked,
        page=_number(press.id.argument(0)),
        top=_number(press.id.argument(1)),
    )
    await press.show(page)


@presses.on("audit_file")
async def _download(press: Press) -> None:
    """All lines as a file, in a message of its own."""
    asked = read_asked(press.id.argument(1))
    guild = check_rights(press.services, press.interaction, asked)
    await press.wait()
    lines = await _all(press.services.state, guild, asked)
    if not asked.everywhere:
        lines = [as_seen(line, press.reader.private) for line in lines]
    form = "csv" if press.id.argument(0) == "csv" else "json"
    most = press.interaction.filesize_limit - _ROOM
    file, left_out = await asyncio.to_thread(audit_file, lines, form, most)
    await press.show(file_page(file, len(lines), left_out, press.reader.language))


async def _all(state: State, guild: int | None, asked: Asked) -> list[AuditLine]:
    """Every line that is wanted, newest first."""
    lines: list[AuditLine] = []
    while len(lines) < _MOST:
        found = await state.audit(
            guild,
            before_id=lines[-1].id if lines else None,
            limit=_BLOCK,
            action=asked.action or None,
            who=asked.who or None,
        )
        lines += found
        if len(found) < _BLOCK:
            break
    return lines


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < _MOST_DIGITS else 0
