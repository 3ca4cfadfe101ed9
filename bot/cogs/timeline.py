"""/timeline: what happened when."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from discord import AppCommandOptionType, app_commands
from discord.app_commands import Choice, Transform
from discord.ext import commands

from bot import asking, documents, logs, replies, rules
from bot.asked import Asked
from bot.cogs.suggesting import suggested_documents
from bot.languages import Language
from bot.limits import CHOICE, CHOICES, shorten
from bot.markup import readable, units
from bot.render.timelines import Showing, timeline_page
from bot.replies import Interaction
from bot.services import Services
from bot.views.timelines import find
from index.archive import Archive

log = logging.getLogger(__name__)

_Counted = Iterable[tuple[str, str, int]]  # what is shown, the value, how many events


class FilterText(app_commands.Transformer):
    """Words as they were typed. Discord keeps to the length, but a person may send anything."""

    type = AppCommandOptionType.string
    min_value = 1
    max_value = rules.LONGEST_FILTER

    async def transform(self, _: Interaction, value: Any, /) -> str:
        """The text, which `rules` judges in words that tell what is wrong."""
        return str(value)


class Timelines(commands.Cog):
    """What can be judged from the options alone is told privately; then comes the wait."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.library = services.library

    @app_commands.command()
    @app_commands.describe(
        when="A day, month, year or range: 7 September 2022, Sept 2022, 2021..2022, since May 2021",
        who="A person, body or country",
        about="Words of the entry",
        document="Only the events of this document",
        private="Show it to you alone; as this server chose, unless you say",
    )
    async def timeline(
        self,
        interaction: Interaction,
        when: Transform[str, FilterText] | None = None,
        who: Transform[str, FilterText] | None = None,
        about: Transform[str, FilterText] | None = None,
        document: str | None = None,
        private: bool | None = None,
    ) -> None:
        """What happened when, from the documents; all of it when nothing is given."""
        began = time.monotonic()
        reader = self.services.reader(interaction)
        when = rules.check_when(when, self.library.today())
        who = rules.check_filter(who, "who")
        about = rules.check_filter(about, "about")
        private = reader.server.private if private is None else private
        shelf = await self.services.shelf(reader, private=private)
        said, only = (document or "").strip(), ""
        if said:
            found = await asking.find_document(self.services, reader, shelf, said)
            only = found.source.id
        self.services.cooldowns.check(reader.id, reader.guild, began, reader.server)
        await replies.defer(interaction, private=private)
        asked = Asked(
            when=readable(when or ""),
            who=readable(who or ""),
            about=readable(about or ""),
            document=documents.name_of(shelf.sources, only) if only else "",
        )
        timeline = await find(self.library, shelf, asked)
        showing = Showing(asked, reader.id, private=private, feedback=reader.server.feedback)
        latest = asked == Asked()  # nothing was given
        page = timeline_page(timeline, reader.language, showing, page=None if latest else 1)
        await replies.show(interaction, page, plain=reader.plain)
        milliseconds = (time.monotonic() - began) * 1000
        events = len(timeline.events)
        log.info("interaction %s: %d events in %.0f ms", interaction.id, events, milliseconds)

    @timeline.autocomplete("when")
    async def suggest_when(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        today = self.library.today()

        def look(archive: Archive, t: Language) -> _Counted:
            for found in archive.suggest_when(typed, today=today):
                said = t.date(found.date) if found.date else t.say(found.said)
                yield said, found.when, found.events or found.possible

        return await self._suggest(interaction, look)

    @timeline.autocomplete("who")
    async def suggest_who(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        def look(archive: Archive, _: Language) -> _Counted:
            return ((name, name, count) for name, count in archive.suggest_names(typed))

        return await self._suggest(interaction, look)

    @timeline.autocomplete("about")
    async def suggest_about(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        def look(archive: Archive, _: Language) -> _Counted:
            return ((words, words, count) for words, count in archive.suggest_topics(typed))

        return await self._suggest(interaction, look)

    @timeline.autocomplete("document")
    async def suggest_document(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        return await suggested_documents(self.services, interaction, typed)

    async def _suggest(
        self, interaction: Interaction, look: Callable[[Archive, Language], _Counted]
    ) -> list[Choice[str]]:
        """What ``look`` finds, off the loop; nothing when that fails: any value may be typed."""
        try:
            reader = self.services.reader(interaction)
            t = reader.language
            shelf = await self.library.shelf(reader.private)
            return await self.library.run(shelf, lambda archive: choices(look(archive, t), t))
        except Exception as error:
            log.info("interaction %s: no suggestions: %s", interaction.id, logs.trail(error))
            return []


def choices(counted: _Counted, t: Language) -> list[Choice[str]]:
    """Suggestions as Discord takes them, each with its count; a value that is too long is left out."""
    found: dict[str, Choice[str]] = {}
    for shown, value, count in counted:
        if not value.strip() or units(value) > CHOICE or len(found) >= CHOICES:
            continue
        more = f" ({t.number(count)})"
        if name := shorten(shown, CHOICE - len(more)):
            found.setdefault(value, Choice(name=name + more, value=value))
    return list(found.values())
