"""HTML -> its main text: headings, paragraphs, lists, tables and notes, without what is around them."""

from __future__ import annotations

from urllib.parse import unquote

from index.errors import DocumentFormatError
from index.reading.html_head import declared_encoding, own_addresses, page_properties, page_title
from index.reading.html_main import boilerplate, scan
from index.reading.html_notes import find_notes
from index.reading.html_reader import HtmlReader
from index.reading.markup import TreeBuilder, is_xml
from index.reading.text import Reading

__all__ = ["HtmlReader", "declared_encoding", "read_html"]


def read_html(text: str, encoding: str) -> Reading:
    """The main text of a page, each character leading back to its place in ``text``.

    Raises DocumentFormatError where there is no text to read.
    """
    builder = TreeBuilder(text)
    builder.add(0, len(text), xml=is_xml(text, 0))
    tree = builder.tree
    found = scan(tree, [0])
    around, share = boilerplate(tree, found)

    own = own_addresses(found, text)

    def resolve(_link: int, address: str) -> int | None:
        path, sign, fragment = address.partition("#")
        if not sign or not fragment or (path and path not in own):
            return None
        return found.ids.get((0, fragment), found.ids.get((0, unquote(fragment))))

    notes = find_notes(tree, found, resolve)
    reader = HtmlReader(tree, found, around, notes, encoding)
    reader.read(0, len(tree))
    reader.read_notes()
    stored, source_map = reader.builder.result()
    framed = "frameset" in tree.names
    if not stored.strip() and framed:
        raise DocumentFormatError(
            "It is a page of frames, whose text is in other files.",
            hint="Put the pages that its frames show into the corpus.",
        )
    if not stored.strip():
        scripted = "script" in tree.names
        raise DocumentFormatError(
            "It holds no text"
            + (": a script would have to fetch it." if scripted else ", only markup."),
            hint="Open it in a browser and save the page as it is shown there.",
        )
    properties = page_properties(found)
    title = page_title(tree, found, reader.title)
    if title:
        properties.setdefault("title", title)
    if framed:
        reader.warn("It is a page of frames: the text that they show is in other files.")
    if share >= 0.1:
        reader.warn(
            "Navigation and other text around the main text was left out: "
            f"{share:.0%} of the words.".replace("%", " %")
        )
    return Reading(
        stored,
        encoding,
        source_map,
        tuple(reader.blocks),
        title=title,
        notes=reader.numbered_notes(stored),
        properties=properties,
        warnings=tuple(reader.all_warnings(lines=True)),
        format="html",
        pages=reader.page_spans(stored),
        lifted=reader.all_lifted(),
        source=text,
    )
