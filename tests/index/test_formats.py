"""What kind of file it is, told by its bytes; its name decides only between kinds of text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentFormatError
from index.reading import packages, read
from index.reading.formats import Format, sniff, sniff_text
from index.reading.packages import Package
from tests.conftest import ROOT, SHARED

PROSE = "The harbour of Ostmark was dug in 1847.\nIt took nine years, and two men were hurt.\n"
MARKDOWN = "# The harbour\n\nIt was *dug* in [1847](a.md).\n\n- one\n- two\n\n```\ncode\n```\n"
RST = "The harbour\n===========\n\n.. note:: It was dug in 1847.\n\nSee :ref:`pier`.\n\n.. _pier:\n"
TABLE = (
    "date,event,place\n2021-02-01,A storm,Ostmark\n2021-03-04,A calm,Lind\n2021-05-06,Fog,Lind\n"
)
RECORDS = '[{"date": "2021-02-01", "event": "A storm"}, {"date": "2021-03-04", "event": "Fog"}]'
LINES = '{"date": "2021-02-01", "event": "A storm"}\n{"date": "2021-03-04", "event": "Fog"}\n'
PAGE = "<!DOCTYPE html>\n<html><head><title>T</title></head><body><p>Words.</p></body></html>"
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


BOOK = package({"mimetype": "application/epub+zip", "META-INF/container.xml": "<container/>"})
LETTER = package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(PDF, Format.PDF, id="PDF"),
        pytest.param(b"\xef\xbb\xbf\r\n\r\n" + PDF, Format.PDF, id="PDF after other bytes"),
        pytest.param(BOOK, Format.EPUB, id="EPUB"),
        pytest.param(
            package({"META-INF/container.xml": "<container/>"}), Format.EPUB, id="EPUB without type"
        ),
        pytest.param(LETTER, Format.DOCX, id="DOCX"),
        pytest.param(
            package(
                {
                    "[Content_Types].xml": "<Override PartName='/w/doc.xml' ContentType='application/"
                    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/>"
                }
            ),
            Format.DOCX,
            id="DOCX whose parts have other names",
        ),
        pytest.param(PAGE.encode(), Format.HTML, id="HTML"),
        pytest.param(PAGE.encode("utf-16"), Format.HTML, id="HTML in UTF-16"),
        pytest.param(
            b"\n<!-- saved from -->\n<?xml version='1.0'?>\n" + PAGE.encode(),
            Format.HTML,
            id="HTML after comments",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\nDate: Mon\n\n" + PAGE.encode(), Format.HTML, id="HTML after a head"
        ),
        pytest.param(b"<pre>\nSEC. 1. SHORT TITLE.\n</pre>", Format.HTML, id="a law in <pre>"),
        pytest.param(
            "".join(f"<p>Line {n}<br>\n" for n in range(9)).encode(), Format.HTML, id="tags alone"
        ),
        pytest.param(b"<?xml version='1.0'?><TEI><p>Words.</p></TEI>", Format.HTML, id="XML"),
        pytest.param(RECORDS.encode(), Format.JSON, id="JSON"),
        pytest.param(LINES.encode(), Format.JSON, id="JSON lines"),
        pytest.param(TABLE.encode(), Format.CSV, id="CSV"),
        pytest.param(TABLE.replace(",", "\t").encode("utf-16"), Format.CSV, id="TSV in UTF-16"),
        pytest.param(MARKDOWN.encode(), Format.MARKDOWN, id="Markdown"),
        pytest.param(RST.encode(), Format.RESTRUCTUREDTEXT, id="reStructuredText"),
    ],
)
@pytest.mark.parametrize("name", ["x", "x.txt", "x.pdf", "x.bin"])
def test_the_name_changes_nothing(data: bytes, name: str, expected: Format) -> None:
    """A file is what its bytes are, whether its extension is missing or wrong."""
    assert sniff(data, name) is expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param(PROSE, "x.txt", Format.TEXT, id="prose"),
        pytest.param(PROSE, "x.md", Format.MARKDOWN, id="prose in .md"),
        pytest.param(PROSE, "x.rst", Format.RESTRUCTUREDTEXT, id="prose in .rst"),
        pytest.param(PROSE, "X.MD", Format.MARKDOWN, id="capitals"),
        pytest.param(PROSE, "x.pdf", Format.TEXT, id="prose in .pdf"),
        pytest.param(PROSE, "x.html", Format.TEXT, id="prose in .html"),
        pytest.param(PROSE, "x.json", Format.TEXT, id="prose in .json"),
        pytest.param("name\nAda\nBela\n", "x.csv", Format.CSV, id="one column in .csv"),
        pytest.param("name\nAda\nBela\n", "x.txt", Format.TEXT, id="one column in .txt"),
        pytest.param(f"{PROSE}\n{PROSE}", "x.csv", Format.TEXT, id="paragraphs in .csv"),
        pytest.param('{"a": 1,', "x.json", Format.JSON, id="cut JSON in .json"),
        pytest.param("[Applause.]\n\n" + PROSE, "x.txt", Format.TEXT, id="a bracket first"),
        pytest.param("<ada@example.org> wrote:\n" + PROSE, "x.txt", Format.TEXT, id="an address"),
        pytest.param(
            "<p align=center>\n<b>Title</b>\n</p>\n\n" + MARKDOWN,
            "x.md",
            Format.MARKDOWN,
            id="tags",
        ),
        pytest.param("Signed PDFs begin with %PDF-1.4.", "x.txt", Format.TEXT, id="about PDF"),
    ],
)
def test_the_name_decides_between_kinds_of_text(text: str, name: str, expected: Format) -> None:
    """Where the bytes allow several kinds, the extension tells which is meant."""
    assert sniff(text.encode(), name) is expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(b"II*\0" + bytes(50), "picture (TIFF)", id="TIFF"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 " + bytes(50), "picture (WebP)", id="WebP"),
        pytest.param(b"BM\x9a\0\0\0\0\0\0\0" + bytes(50), "picture (BMP)", id="BMP"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt " + bytes(50), "sound", id="WAV"),
        pytest.param(b"OggS" + bytes(50), "sound", id="Ogg"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(50), "film", id="Matroska"),
        pytest.param(b"BZh91AY" + bytes(50), "bzip2", id="bzip2"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(50), "7-Zip", id="7-Zip"),
        pytest.param(b"Rar!\x1a\x07\0" + bytes(50), "RAR", id="RAR"),
        pytest.param(b"a.txt".ljust(257, b"\0") + b"ustar\0" + bytes(300), "tar", id="tar"),
        pytest.param(b"MZ\x90\0" + bytes(100), "program", id="a Windows program"),
        pytest.param(b"\0asm\1\0\0\0", "program", id="WebAssembly"),
        pytest.param(b"%!PS-Adobe-3.0\n", "PostScript", id="PostScript"),
        pytest.param(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS", id="Git LFS"
        ),
        pytest.param(
            b"From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n",
            "MHTML",
            id="a web archive",
        ),
        pytest.param(package({"xl/workbook.bin": "x"}), "Excel", id="a binary workbook"),
        pytest.param(package({"Index/Document.iwa": "x"}), "Pages", id="Pages"),
        pytest.param(
            package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "OpenDocument spreadsheet",
            id="ODS",
        ),
    ],
)
def test_what_is_no_document(data: bytes, what: str) -> None:
    """A file of another kind is named as what it is, with what to do instead."""
    with pytest.raises(DocumentFormatError) as raised:
        sniff(data, "x.txt")
    assert what in str(raised.value)
    assert raised.value.hint.endswith(".")


def test_text_that_begins_like_something_else() -> None:
    """Words that share their first letters with a binary format are text."""
    for text in ("BM is short for British Museum.", "MZ, a town.", "ID is needed.", "RIFF, raff."):
        assert sniff(text.encode(), "x.txt") is Format.TEXT


def test_our_own_documents() -> None:
    """The shipped documents, and the original ones where they are, are what they were written as."""
    folders = [folder for folder in (ROOT / "corpus", SHARED / "seeds") if folder.is_dir()]
    for folder in folders:
        for path in folder.glob("*.txt"):
            assert sniff(path.read_bytes(), "x") is Format.TEXT, path.name
        for path in folder.glob("*.md"):
            assert sniff(path.read_bytes(), "x.md") is Format.MARKDOWN, path.name


@given(st.binary(max_size=300), st.sampled_from(["x", "x.md", "x.csv", "x.json", "x.docx"]))
def test_any_bytes_are_told_or_refused(data: bytes, name: str) -> None:
    """Whatever the bytes, there is a format or a sentence."""
    with suppress(DocumentFormatError):
        assert sniff(data, name) in Format


@given(st.text(max_size=300), st.sampled_from(["x", "x.md", "x.rst", "x.csv"]))
def test_any_text_is_some_kind_of_text(text: str, name: str) -> None:
    """Whatever the text, it is of one kind, and the same one when asked again."""
    with suppress(DocumentFormatError):
        assert sniff_text(text, name) is sniff_text(text, name)


def test_warnings_of_decoding_and_reading_are_joined() -> None:
    """What was wrong with the bytes and with the marks is told together."""
    data = b"# A title\n\nAn \xff odd byte.\n\n<div>A board</div>\n\n" + "Käse. ".encode() * 50
    warnings = [warning.text for warning in read(data, "x.md").warnings]
    assert len(warnings) >= 1


# ---------------------------------------------------------------- packages


def test_a_package_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit, which counts all parts together."""
    monkeypatch.setattr(packages, "MOST_UNPACKED", 1_500)
    opened = Package(package({"a": bytes(1_000), "b": bytes(1_000)}))
    assert opened.read("a") == bytes(1_000)
    with pytest.raises(DocumentFormatError, match="unpacks to more than"):
        opened.read("b")


def test_the_start_of_a_part_costs_no_more_than_itself() -> None:
    """The first bytes of a part are had without unpacking the rest."""
    opened = Package(package({"a": b"begin" + bytes(1_000_000)}))
    assert opened.start("a", 5) == b"begin"
    assert opened.start("b", 5) == opened.read("b") == b""


def test_a_list_of_contents_that_lies() -> None:
    """Entries that lead nowhere, or a part that is not what its checksum says, are damage."""
    data = package({"a": b"words " * 100})
    for place in (data.index(b"PK\x01\x02") + 16, 30):
        torn = bytearray(data)
        torn[place] ^= 0xFF
        with pytest.raises(DocumentFormatError, match="damaged"):
            Package(bytes(torn)).read("a")


def test_more_parts_than_a_document_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of very many parts is refused before its list is read."""
    monkeypatch.setattr(packages, "MOST_PARTS", 10)
    with pytest.raises(DocumentFormatError, match="more than 10 parts"):
        Package(package({str(number): b"" for number in range(11)}))
