"""Citations of passages: what is cited, and the four styles as a built index gives them."""

from __future__ import annotations

import json

import pytest

from index.archive import Archive
from index.building import build
from index.citing import STYLES, cite
from index.citing.names import Name, split_authors
from index.citing.reference import Pinpoint, Reference, make_reference
from index.errors import InputError
from tests.conftest import write_corpus

PAGES = """I. Tolls

The sea-wall & quay were paid for by a toll of 5% on salt. The toll ended in 1871.
\f
II. Boats - and crews

Eva Brandt built seven boats for the harbour, and sold four of them to Bergen.
"""
PAGE = """<html><head><title>The ferry</title></head><body><article>
<h1 id="top">The ferry</h1><p>This page tells how the ferry came to the island, year by year.</p>
<h2 id="first-run">The first run</h2>
<p>The ferry first ran on 3 May 1908, with twelve passengers, two cows and a piano on its deck.</p>
</article></body></html>
"""
SETTINGS = """
[documents."tolls.txt"]
title = "Tolls & {quays}: a “short” history"
author = "Brandt, Eva; Harbour Board"
publisher = "Quay Press"
date = "1902-05"
url = "https://example.org/tolls.pdf?v=2"
rights = "CC BY 4.0"

[documents."ferry.html"]
url = "https://example.org/ferry#story"
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("cited")
    files = {"tolls.txt": PAGES, "ferry.html": PAGE, "bare.txt": "Nothing is known of this text."}
    write_corpus(folder / "corpus", files | {"corpus.toml": SETTINGS})
    build(folder / "corpus", folder / "data")
    return Archive.open(folder / "data")


def id_of(archive: Archive, words: str) -> str:
    """The id of the passage that holds ``words``."""
    snapshot = archive.snapshot
    found = [p.id for n, p in enumerate(snapshot.passages) if words in snapshot.passage(n).text]
    assert len(found) == 1
    return found[0]


def reference_of(archive: Archive, words: str) -> Reference:
    snapshot = archive.snapshot
    passage = snapshot.passage(snapshot.positions[id_of(archive, words)])
    return make_reference(snapshot.document(passage.locator.document_id), passage)


# ---------------------------------------------------------------- authors


@pytest.mark.parametrize(
    ("said", "names"),
    [
        pytest.param("Brandt, Eva", [Name("Brandt", "Eva")], id="a person"),
        pytest.param("de la Cruz, Ana María", [Name("de la Cruz", "Ana María")], id="particles"),
        pytest.param("al-Assad, B. H.", [Name("al-Assad", "B. H.")], id="a particle with a hyphen"),
        pytest.param(
            "García Márquez, Gabriel", [Name("García Márquez", "Gabriel")], id="two family names"
        ),
        pytest.param("Olsen, Nils, Jr.", [Name("Olsen", "Nils", "Jr.")], id="a suffix"),
        pytest.param("Иванов, Иван", [Name("Иванов", "Иван")], id="Cyrillic"),
        pytest.param("王, 小明", [Name("王", "小明")], id="a script without capitals"),
        pytest.param("Eva Brandt", [Name(literal="Eva Brandt")], id="not turned round"),
        pytest.param("Harbour Board", [Name(literal="Harbour Board")], id="a body"),
        pytest.param(
            "Institute of Ports, Bergen",
            [Name(literal="Institute of Ports, Bergen")],
            id="its town",
        ),
        pytest.param(
            "Ports Institute, Bergen", [Name(literal="Ports Institute, Bergen")], id="by its words"
        ),
        pytest.param(
            "Ministry of Trade and Industry",
            [Name(literal="Ministry of Trade and Industry")],
            id="an and within a body",
        ),
        pytest.param(
            "Brandt, Eva; Olsen, Nils",
            [Name("Brandt", "Eva"), Name("Olsen", "Nils")],
            id="a semicolon",
        ),
        pytest.param(
            "Brandt, Eva and Olsen, Nils & Berg, Kari",
            [Name("Brandt", "Eva"), Name("Olsen", "Nils"), Name("Berg", "Kari")],
            id="and",
        ),
        pytest.param(
            "Eva Brandt, Nils Olsen and Kari Berg",
            [Name(literal=name) for name in ("Eva Brandt", "Nils Olsen", "Kari Berg")],
            id="a list with commas",
        ),
        pytest.param(
            "Ministry of Trade and Industry; Berg, Kari",
            [Name(literal="Ministry of Trade and Industry"), Name("Berg", "Kari")],
            id="an and beside a semicolon",
        ),
        pytest.param(" ; ,", [], id="nothing"),
        pytest.param("", [], id="empty"),
    ],
)
def test_authors(said: str, names: list[Name]) -> None:
    """An author is a person where the words say so, and else stays as written."""
    assert list(split_authors(said)) == names


# ---------------------------------------------------------------- what is cited


def test_key_is_ascii_and_has_the_passage(archive: Archive) -> None:
    """The key of an entry is its document's id with its passage's."""
    assert reference_of(archive, "toll of 5%").key == f"tolls-{id_of(archive, 'toll of 5%')}"


@pytest.mark.parametrize(
    ("words", "kind"),
    [("toll of 5%", "report"), ("first ran", "webpage"), ("Nothing is known", "document")],
)
def test_kind(archive: Archive, words: str, kind: str) -> None:
    """What has a publisher is a report, a page of the web a webpage, all else a document."""
    assert reference_of(archive, words).kind == kind


def test_pages_come_before_sections(archive: Archive) -> None:
    """A passage on a known page is cited by its page."""
    assert reference_of(archive, "Eva Brandt built").pinpoint == Pinpoint("page", "2")


def test_section_and_paragraph_where_there_are_no_pages(archive: Archive) -> None:
    """A passage of a document without pages is cited by its section and paragraph."""
    assert reference_of(archive, "first ran").pinpoint == Pinpoint(
        "section", "The first run", paragraph=1
    )


def test_the_quote_is_verbatim(archive: Archive) -> None:
    """The quote of a reference is the passage as its document has it."""
    reference = reference_of(archive, "first ran")
    assert reference.quote in archive.snapshot.text("ferry")


def test_pdf_opens_at_the_page(archive: Archive) -> None:
    """The link to a PDF leads to the page, and keeps the rest of the address."""
    link = reference_of(archive, "Eva Brandt built").link
    assert link == "https://example.org/tolls.pdf?v=2#page=2"


def test_page_opens_at_the_words(archive: Archive) -> None:
    """The link to a web page leads to the quoted words, behind its own fragment."""
    assert reference_of(archive, "first ran").link == (
        "https://example.org/ferry#story"
        ":~:text=The%20ferry%20first%20ran%20on%203,and%20a%20piano%20on%20its%20deck"
    )


def test_nothing_is_invented(archive: Archive) -> None:
    """A document of which nothing is said has no author, publisher, date or address."""
    found = reference_of(archive, "Nothing is known")
    assert (found.authors, found.publisher, found.date, found.url, found.link) == (
        (), "", None, "", "",
    )  # fmt: skip


# ---------------------------------------------------------------- asking for one


def test_note(archive: Archive) -> None:
    """A note names author, title, publisher, date and page, and leads to the page."""
    assert cite(archive.snapshot, id_of(archive, "Eva Brandt built"), "note") == (
        "Eva Brandt and Harbour Board, Tolls & {quays}: a “short” history (Quay Press, May 1902), 2, "
        "https://example.org/tolls.pdf?v=2#page=2.\n"
    )


def test_csl_json(archive: Archive) -> None:
    """CSL-JSON is an array of one item, with the quote and its link beside it."""
    written = cite(archive.snapshot, id_of(archive, "Eva Brandt built"), "csl-json")
    (item,) = json.loads(written)
    assert item["issued"] == {"date-parts": [[1902, 5]]}
    assert item["author"] == [{"family": "Brandt", "given": "Eva"}, {"literal": "Harbour Board"}]
    assert item["URL"] == "https://example.org/tolls.pdf?v=2"
    assert item["locator"] == "2"
    assert item["custom"]["label"] == "page"
    assert item["custom"]["link"].endswith("#page=2")
    assert item["custom"]["quote"].startswith("Eva Brandt built seven boats")


@pytest.mark.parametrize("style", STYLES)
def test_same_passage_same_citation(archive: Archive, style: str) -> None:
    """The same passage has the same citation every time, and it ends with a line end."""
    wanted = id_of(archive, "toll of 5%")
    first = cite(archive.snapshot, wanted, style)
    assert first.endswith("\n")
    assert cite(archive.snapshot, f" {wanted.upper()} ", style) == first


@pytest.mark.parametrize("said", ["", "zzzzzzzz", "../tolls", "\x1b[31m\n" * 50])
def test_unknown_passage(archive: Archive, said: str) -> None:
    """An id that no passage has is refused with a word on why and on where ids are shown."""
    with pytest.raises(InputError, match="No passage has the id") as error:
        cite(archive.snapshot, said)
    assert "--json" in error.value.hint
    assert len(str(error.value)) < 80


def test_unknown_style(archive: Archive) -> None:
    """An unknown style is refused with the names of those there are."""
    with pytest.raises(InputError, match="no style") as error:
        cite(archive.snapshot, id_of(archive, "toll of 5%"), "apa")
    assert "bibtex" in error.value.hint


def test_passages_of_the_shipped_corpus(shipped: Archive) -> None:
    """Passages that we ship can be cited, quoted verbatim, by keys that differ."""
    snapshot = shipped.snapshot
    items = [
        json.loads(cite(snapshot, passage.id, "csl-json"))[0] for passage in snapshot.passages[::9]
    ]
    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        passage = snapshot.passage(snapshot.positions[item["custom"]["passage"]])
        assert item["custom"]["quote"] == passage.text
