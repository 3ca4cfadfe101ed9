"""Citations -> pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.languages import Language
from bot.layout import BLUE, Attachment, Block, Option, Page, Rule, first_fit
from bot.limits import file_name
from bot.markup import escape, excerpt, one_line_markup, quote
from bot.render.document_words import foot, title_of
from bot.render.words import place
from index.model import Citation

#: What files of citations end with, by style; a note is text.
EXTENSIONS = {"bibtex": "bib", "csl-json": "json", "ris": "ris"}


def cite_options(t: Language) -> tuple[Option, ...]:
    """Lines of a menu: a citation in each style."""
    return (
        Option(t("Cite as a note"), "cite.note", t("For a footnote, to copy")),
        Option(t("BibTeX file"), "cite.bibtex", t("For LaTeX and reference managers")),
        Option(t("CSL-JSON file"), "cite.csl-json", t("For Zotero and Pandoc")),
        Option(t("RIS file"), "cite.ris", t("For EndNote, Mendeley and others")),
    )


def notes_page(
    notes: Sequence[tuple[str, str]],
    gone: int,
    t: Language,
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> Page:
    """Citations as notes, to be copied: (passage id, note) each; ``gone`` passages are no more.

    ``numbers`` are those that passages have in the message, by their ids.
    """
    limits = (1_200, 600, 300)
    blocks = first_fit(limits, lambda limit: _notes_blocks(notes, gone, t, numbers, limit))
    return Page(tuple(blocks), BLUE)


def _notes_blocks(
    notes: Sequence[tuple[str, str]],
    gone: int,
    t: Language,
    numbers: Mapping[str, str],
    limit: int,
) -> list[Block]:
    blocks: list[Block] = [f"### {t('To cite these passages')}"]
    for passage_id, note in notes:
        named = t("Passage {id}", id=passage_id)
        number = f"[{numbers[passage_id]}] · " if passage_id in numbers else ""
        blocks.append(f"> {one_line_markup(note, limit)}\n-# {number}{named}")
    return [*blocks, *_gone(gone, t)]


def citations_page(style: str, content: str, count: int, gone: int, t: Language) -> Page:
    """A file of ``count`` citations; ``style`` is one of `index.citing.STYLES` but ``note``."""
    name = f"citations.{EXTENSIONS[style]}"
    text = t.n("{count} citation, as a file.", "{count} citations, as a file.", count)
    file = Attachment(name, content.encode("utf-8", "replace"), text)
    return Page((text, *_gone(gone, t)), BLUE, (file,))


def _gone(gone: int, t: Language) -> list[Block]:
    if not gone:
        return []
    said = t.n(
        "{count} passage of this message is no longer in the documents.",
        "{count} passages of this message are no longer in the documents.",
        gone,
    )
    return [f"-# {said}"]


def cited_page(citation: Citation, style: str, text: str, generation: int, t: Language) -> Page:
    """A passage's citation: a note as text, the other styles as a file."""
    source, passage = citation.source, citation.passage
    stands = place(passage.locator, t)
    head = f"**{title_of(source, t, 100)}**" + (f" — {stands}" if stands else "")
    words = quote(passage.text, excerpt(passage.text, 300, [(0, 1)]), ())
    quoted = f"> {words}" if passage.text.strip() else ""
    quiet = foot(generation, None, t, t("Passage {id}", id=passage.id))
    if style in EXTENSIONS:
        name = file_name(f"citation-{passage.id}", EXTENSIONS[style])
        file = Attachment(name, text.encode(errors="replace"), t("The citation as a file"))
        said = t("The citation as a file: {file}", file=escape(name))
        return Page((f"{head}\n{quoted}", said, quiet), BLUE, (file,))
    note = one_line_markup(text, 1_200)
    return Page((f"{head}\n{quoted}", Rule.LINE, note, Rule.LINE, quiet), BLUE)
