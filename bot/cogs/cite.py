"""/cite: a citation of one passage."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot import replies
from bot.limits import CHOICE, CHOICES, shorten
from bot.markup import readable, units
from bot.render.citing import cited_page
from bot.replies import Interaction
from bot.services import Services
from index.archive import Archive
from index.errors import ArchivistError, GonePassageError, InputError
from index.messages import say
from index.model import Citation
from index.snapshot import Snapshot

log = logging.getLogger(__name__)

LONGEST = 100  # characters of what is typed
_FEWEST = 2  # characters from which on passages are offered
_LONGEST_ID, _FEWEST_OF_ID, _PLAINLY_ID = 16, 3, 6
_FEW = 5  # passages that are offered by a beginning of an id that may be a word's
_TERMS, _TOO_MANY = 4, 5_000  # words that are looked for; passages that are ranked
_TITLE, _WORDS = 34, 60  # characters of what is offered
_STYLES = {
    "Note": "note", "BibTeX": "bibtex", "CSL-JSON": "csl-json", "RIS": "ris"
}  # fmt: skip


class Cite(commands.Cog):
    """Private: a citation is for who writes. Passages are named by their ids, which answers show."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.library = services.library

    @app_commands.command()
    @app_commands.describe(
        passage="The id that an answer shows under Context and Cite, or words of the passage",
        style="How to write it; a note unless you choose",
    )
    @app_commands.choices(style=[Choice(name=name, value=value) for name, value in _STYLES.items()])
    async def cite(
        self,
        interaction: Interaction,
        passage: Range[str, 1, LONGEST],
        style: str = "note",
    ) -> None:
        """Cite a passage: as a note, or as a file for BibTeX, CSL-JSON or RIS."""
        reader = self.services.reader(interaction)
        shelf = await self.services.shelf(reader, private=True)
        wanted = check_passage(shelf.archive.snapshot, passage)
        if style not in _STYLES.values():
            raise InputError(
                say("There is no such style."), hint=say("Choose one that is offered.")
            )
        await replies.defer(interaction, private=True)

        def look(archive: Archive) -> tuple[Citation, str]:
            found = archive.passages_of([wanted])
            if not found:
                raise GonePassageError(say("That passage is no longer in the documents."))
            return found[0], archive.cite(wanted, style=style)

        citation, text = await self.library.run(shelf, look)
        page = cited_page(citation, style, text, shelf.archive.generation, reader.language)
        await replies.show(interaction, page, plain=reader.plain)

    @cite.autocomplete("passage")
    async def suggest_passage(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Passages by the beginning of their id, and by their words; none while that is short."""
        if len(typed.strip()) < _FEWEST:
            return []
        try:
            shelf = await self.library.shelf(self.services.reader(interaction).private)
            found = await self.library.run(shelf, lambda archive: offered(archive, typed))
        except ArchivistError:
            return []
        return [Choice(name=name, value=value) for name, value in found]


def check_passage(snapshot: Snapshot, said: str) -> str:
    """The id that ``said`` is, with or without capitals. Raises InputError when it is none."""
    wanted = said.strip().lower()
    if wanted in snapshot.positions:
        return wanted
    shown = shorten(said, 40)
    if wanted.isalnum() and wanted.isascii() and len(wanted) <= _LONGEST_ID:
        raise InputError(
            say("No passage has the id “{id}”.", id=shown),
            hint=say("An id changes when the words of its passage change: ask again for it."),
        )
    raise InputError(
        say("“{words}” is no passage.", words=shown),
        hint=say(
            "Choose one of those offered while you type its words, "
            "or copy an id that an answer shows under Context or Cite."
        ),
    )


def offered(archive: Archive, typed: str) -> list[tuple[str, str]]:
    """(what is shown, id) of at most 25 passages: by the beginning of their id, then by their words."""
    snapshot = archive.snapshot
    found = dict.fromkeys((*_by_id(snapshot, typed), *_by_words(snapshot, typed)))
    return [(_shown(snapshot, at), snapshot.passages[at].id) for at in list(found)[:CHOICES]]


def _by_id(snapshot: Snapshot, typed: str) -> list[int]:
    """Positions of passages whose id begins so; few for what may well begin a word."""
    wanted = typed.strip().lower()
    if not (wanted.isalnum() and wanted.isascii() and len(wanted) >= _FEWEST_OF_ID):
        return []
    most = CHOICES if len(wanted) >= _PLAINLY_ID else _FEW
    return [position for _, position in snapshot.positions.begun(wanted)[:most]]


def _by_words(snapshot: Snapshot, typed: str) -> list[int]:
    """Positions of passages that hold the words, best first; of very many the first."""
    terms = {term.text for term in snapshot.analyzer.terms(typed[:LONGEST])}
    searcher = snapshot.searcher
    often = {term: searcher.frequency(term) for term in terms}
    held = sorted((term for term in terms if often[term]), key=lambda term: (often[term], term))
    if not held:
        return []
    rarest = searcher.postings(held[0])
    if len(rarest) > _TOO_MANY:
        return _ints(rarest[:CHOICES])
    best = searcher.search(held[:_TERMS], among=rarest, k=CHOICES)
    rest = [at for term in held[1:_TERMS] for at in _ints(searcher.postings(term)[:CHOICES])]
    return [*(at for at, _ in best), *rest]


def _ints(positions: Iterable[int]) -> list[int]:
    return [int(position) for position in positions]


def _shown(snapshot: Snapshot, position: int) -> str:
    """A passage in one line: what it begins with, then its title and place."""
    passage = snapshot.passage(position)
    place = passage.locator
    words = shorten(readable(passage.text), _WORDS)
    title = shorten(snapshot.sources[place.document_id].title, _TITLE)
    said = f"{words} — {title}" if units(title) else words
    return shorten(said, CHOICE) or passage.id
