"""What was asked, written into the answer so that a later press or reply can read it there.

Nothing of it is stored: the message is the memory. Each part is a quiet line of its own, led by a
sign, in this order and the same in every language. These lines end the message, and only there are
they read: a heading or a title that begins with such a sign stands in a quiet line too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import discord

from bot.markup import one_line_markup, readable, unescape

#: Characters of all that is kept; a longer question can't be taken up again by a press.
LONGEST = 1_000
#: What stands between the days of a range.
BETWEEN = ".."
_SIGNS = {
    "question": "💬", "before": "↩️", "when": "📅", "who": "👤", "about": "🔎", "document": "📄",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that were asked, in one line each; empty ones were not given."""

    question: str = ""
    before: str = ""  # the question that it follows
    when: str = ""  # a date expression; of a question its range, as days: 2021-01-01..2021-12-31
    who: str = ""
    about: str = ""
    document: str = ""  # its title if only one has it, else its id

    @property
    def kept(self) -> bool:
        """Whether all of it can stand in a message, so that presses can take it up."""
        return sum(len(text) for _, text in self._parts()) <= LONGEST

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """The first and last day of a question's range; None for an end that is open, or not given."""
        since, _, until = self.when.partition(BETWEEN)
        return since or None, until or None

    def lines(self) -> str:
        """Markup that says what was asked, a quiet line for each part; shortened if not `kept`."""
        most = None if self.kept else LONGEST // len(_SIGNS)
        return "\n".join(
            f"{_lead(name)}{one_line_markup(text, most)}" for name, text in self._parts()
        )

    def _parts(self) -> Iterator[tuple[str, str]]:
        for name in _SIGNS:
            if text := readable(getattr(self, name)):
                yield name, text


def read_asked(texts: Iterable[str]) -> Asked | None:
    """What the last lines of a message's markup say was asked; None when they say nothing of it."""
    found: dict[str, str] = {}
    names = list(_SIGNS)
    for line in reversed([line for text in texts for line in text.splitlines()]):
        name = next((name for name in names if line.startswith(_lead(name))), None)
        if name is None:
            break
        found[name] = unescape(line.removeprefix(_lead(name)))
        names = names[: names.index(name)]
    return Asked(**found) if found else None


def _lead(name: str) -> str:
    return f"-# {_SIGNS[name]} "


def texts_of(message: discord.Message) -> Iterator[str]:
    """All markup that a message of ours shows, from top to bottom."""
    yield message.content
    for embed in message.embeds:
        yield embed.description or ""
    for component in components_of(message):
        if isinstance(component, discord.TextDisplay):
            yield component.content


def components_of(message: discord.Message) -> Iterator[Any]:
    """All components of a message from top to bottom, each before those that it holds."""
    pending: list[Any] = list(reversed(message.components))
    while pending:
        component = pending.pop()
        yield component
        inner = [*getattr(component, "children", ()), getattr(component, "accessory", None)]
        pending.extend(one for one in reversed(inner) if one is not None)
