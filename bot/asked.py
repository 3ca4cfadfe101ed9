"""What was asked, written into the answer so that a later press or reply can read it there.

Nothing of it is stored: the message is the memory. Each part is a quiet line of its own, led by a
sign, in this order and the same in every language. `bot.markup.escape` puts a backslash before such
a line where a document or a person wrote it, so that only ours are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import discord

from bot.markup import one_line_markup, readable, unescape

#: Characters of all that is kept; a longer question can't be taken up again by a press.
LONGEST = 1_000
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

    def lines(self) -> str:
        """Markup that says what was asked, a quiet line for each part; shortened if not `kept`."""
        most = None if self.kept else LONGEST // len(_SIGNS)
        return "\n".join(
            f"-# {_SIGNS[name]} {one_line_markup(text, most)}" for name, text in self._parts()
        )

    def _parts(self) -> Iterator[tuple[str, str]]:
        for name in _SIGNS:
            if text := readable(getattr(self, name)):
                yield name, text


def read_asked(texts: Iterable[str]) -> Asked | None:
    """What the markup of a message says was asked; None when it says nothing of the kind."""
    found: dict[str, str] = {}
    for text in texts:
        for line in text.splitlines():
            for name, sign in _SIGNS.items():
                lead = f"-# {sign} "
                if line.startswith(lead):
                    found[name] = unescape(line[len(lead) :])
    return Asked(**found) if found else None


def texts_of(message: discord.Message) -> Iterator[str]:
    """All markup that a message of ours shows, from top to bottom."""
    yield message.content
    for embed in message.embeds:
        yield embed.description or ""
    pending = list(reversed(message.components))
    while pending:
        component = pending.pop()
        if isinstance(component, discord.TextDisplay):
            yield component.content
        pending.extend(reversed(getattr(component, "children", ())))
