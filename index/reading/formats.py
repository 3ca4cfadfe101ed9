"""What kind of document a file is, told by its bytes.

A name's extension decides only where the bytes allow several kinds of text: prose is Markdown in a
file called ``.md``, and one column of words is a table in a file called ``.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import PurePosixPath

from index.errors import DocumentFormatError
from index.reading.decoding import Decoded, decode_bytes
from index.reading.packages import Package
from index.reading.text import Reading


class Format(StrEnum):
    """The kinds of document that can be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    RESTRUCTUREDTEXT = "restructuredtext"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    EPUB = "epub"
    CSV = "csv"
    JSON = "json"


_UNPACK = "Unpack it and add the files that it holds."
_WORDS = "Add a text of what it shows or says."
_NO_TEXT = "Remove it: it holds no text to index."
_CSV = "Save each of its tables as CSV."

#: What else files are, by the bytes at an offset, with what to do about it.
_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"{\\rtf", "an RTF document", "Save it as DOCX or PDF."),
    (0, b"%!PS", "a PostScript file", "Save it as PDF."),
    (0, b"\x1f\x8b", "a gzip archive", _UNPACK),
    (0, b"\x1f\x9d", "a compressed archive", _UNPACK),
    (0, b"BZh", "a bzip2 archive", _UNPACK),
    (0, b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (0, b"\x04\x22\x4d\x18", "an LZ4 archive", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (0, b"MSCF\0", "a CAB archive", _UNPACK),
    (0, b"!<arch>\n", "a Unix archive", _UNPACK),
    (0, b"xar!", "a xar archive", _UNPACK),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, b"\x89PNG", "a picture (PNG)", _WORDS),
    (0, b"\xff\xd8\xff", "a picture (JPEG)", _WORDS),
    (0, b"GIF87a", "a picture (GIF)", _WORDS),
    (0, b"GIF89a", "a picture (GIF)", _WORDS),
    (0, b"II*\0", "a picture (TIFF)", _WORDS),
    (0, b"MM\0*", "a picture (TIFF)", _WORDS),
    (0, b"8BPS\0", "a picture (Photoshop)", _WORDS),
    (0, b"\0\0\1\0", "a picture (icon)", _WORDS),
    (0, b"\0\0\0\x0cjP  ", "a picture (JPEG 2000)", _WORDS),
    (0, b"AT&TFORM", "a DjVu document", "Save it as PDF with a text layer."),
    (8, b"WEBP", "a picture (WebP)", _WORDS),
    (8, b"WAVE", "a sound recording", _WORDS),
    (8, b"AVI ", "a film", _WORDS),
    (4, b"ftypheic", "a picture (HEIC)", _WORDS),
    (4, b"ftypavif", "a picture (AVIF)", _WORDS),
    (4, b"ftypM4A", "a sound recording", _WORDS),
    (4, b"ftyp", "a film", _WORDS),
    (0, b"ID3", "a sound recording", _WORDS),
    (0, b"\xff\xfb", "a sound recording", _WORDS),
    (0, b"\xff\xf3", "a sound recording", _WORDS),
    (0, b"OggS", "a sound recording", _WORDS),
    (0, b"fLaC", "a sound recording", _WORDS),
    (0, b"MThd", "a sound recording (MIDI)", _WORDS),
    (0, b"#!AMR", "a sound recording", _WORDS),
    (0, b"\x1a\x45\xdf\xa3", "a film", _WORDS),
    (0, b"\0\0\1\xba", "a film", _WORDS),
    (0, b"FLV\1", "a film", _WORDS),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a film or a sound recording", _WORDS),
    (0, b"SQLite format 3\0", "a database (SQLite)", _CSV),
    (4, b"Standard Jet DB", "a database (Access)", _CSV),
    (4, b"Standard ACE DB", "a database (Access)", _CSV),
    (0, b"PAR1", "a table of data (Parquet)", _CSV),
    (0, b"\x89HDF\r\n", "a table of data (HDF5)", _CSV),
    (0, b"\x93NUMPY", "a table of data (NumPy)", _CSV),
    (0, b"\x7fELF", "a program", _NO_TEXT),
    (0, b"\xca\xfe\xba\xbe", "a program", _NO_TEXT),
    (0, b"\xfe\xed\xfa\xce", "a program", _NO_TEXT),
    (0, b"\xfe\xed\xfa\xcf", "a program", _NO_TEXT),
    (0, b"\xce\xfa\xed\xfe", "a program", _NO_TEXT),
    (0, b"\xcf\xfa\xed\xfe", "a program", _NO_TEXT),
    (0, b"\0asm", "a program", _NO_TEXT),
    (0, b"OTTO\0", "a font", _NO_TEXT),
    (0, b"\0\1\0\0\0", "a font", _NO_TEXT),
    (0, b"wOFF", "a font", _NO_TEXT),
    (0, b"wOF2", "a font", _NO_TEXT),
    (60, b"BOOKMOBI", "a Kindle book", "Save it as EPUB."),
    (0, b"ITSF\3", "a help file (CHM)", "Save it as HTML or PDF."),
    (0, b"\xffWPC", "a WordPerfect document", "Save it as DOCX or PDF."),
    (0, b"bplist00", "a property list", _NO_TEXT),
    (0, b"!BDN", "an Outlook mailbox", "Save its letters as text."),
)
_RIFF = 8  # where the kind of a RIFF file stands
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_LFS = b"version https://git-lfs.github.com/spec/"
_WORD = re.compile(
    rb"wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.\w+\.macroEnabled\w*\.main\+xml"
)
_CONTENT_TYPES = 1_000_000  # bytes of a package's list of types that are looked at
#: Packages of other kinds: by their media type, or by a part that only they have.
_MEDIA_TYPES: tuple[tuple[bytes, str, str], ...] = (
    (b"opendocument.text", "an OpenDocument text", "Save it as DOCX or PDF."),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet", "Save each sheet as CSV."),
    (b"opendocument.presentation", "an OpenDocument presentation", "Save it as PDF."),
    (b"opendocument", "an OpenDocument drawing", "Save it as PDF."),
)
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.xml", "an Excel workbook", "Save each sheet as CSV."),
    ("xl/workbook.bin", "an Excel workbook", "Save each sheet as CSV."),
    ("ppt/presentation.xml", "a PowerPoint presentation", "Save it as PDF."),
    ("visio/document.xml", "a Visio drawing", "Save it as PDF."),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote document", "Save it as DOCX, CSV or PDF."),
    ("AndroidManifest.xml", "a program", _NO_TEXT),
    ("META-INF/MANIFEST.MF", "a program (Java)", _NO_TEXT),
    ("doc.kml", "a map (KMZ)", "Save its table of places as CSV."),
)

_HEAD = 1_024  # bytes in which a PDF's mark must stand
_PDF_OBJECT = re.compile(rb"\d \d+ obj\b")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|meta|body|\?xml)", re.IGNORECASE)
_MARKUP_HEAD = 4_096  # bytes in which markup shows itself
_SAMPLE = 65_536  # characters of a text that are looked at to tell its kind
_ROOT = re.compile(r"<(?:!doctype[ \t]+(?P<doctype>[\w:.-]+)|(?P<name>[A-Za-z_][\w:.-]*))", re.I)
_TAG = re.compile(
    r"</?(?:p|div|br|hr|t[dhr]|table|tbody|ul|ol|li|dl|d[dt]|h[1-6]|pre|blockquote|section|article"
    r"|span|a|b|i|em|strong|font|center|img)(?:[ \t\n][^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_PAGE = re.compile(r"^[ \t]*<(?:!doctype[ \t]+html|html)\b", re.IGNORECASE | re.MULTILINE)
_FEWEST_TAGS = 8
_TEXT_A_TAG = 400  # characters: where tags are farther apart they are an exception in a text
_HTML_ROOTS = ("html", "head", "body")

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")
_RST = (".rst", ".rest")
_CSV_NAMES = (".csv", ".tsv", ".tab")
_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".geojson")


def sniff(data: bytes, name: str) -> Format:
    """What kind of document the file called ``name`` is.

    Raises DocumentFormatError for what is none that can be read, with what it is instead: empty,
    binary, a picture, an archive, a document of another program.
    """
    return sniff_bytes(data) or sniff_text(decode_text(data).text, name)


def decode_text(data: bytes) -> Decoded:
    """The characters of ``data``; what HTML and XML say of their encoding is heeded."""
    if not is_markup(data):
        return decode_bytes(data)
    from index.reading.html import declared_encoding

    return decode_bytes(data, declared_encoding(data))


def sniff_bytes(data: bytes) -> Format | None:
    """PDF, DOCX or EPUB; None for what can only be text. Raises DocumentFormatError."""
    if data.startswith(b"%PDF-"):
        return Format.PDF
    if data.startswith(_ZIP):
        return _package(Package(data))
    if data.startswith(_OLE):
        from index.reading.docx import explain_ole

        raise explain_ole(data)
    _refuse_known(data)
    if b"%PDF-" in data[:_HEAD] and _PDF_OBJECT.search(data):
        return Format.PDF
    return None


def is_markup(data: bytes) -> bool:
    """Whether ``data`` begins like HTML or XML, which may declare its encoding."""
    return _MARKUP.search(data[:_MARKUP_HEAD].replace(b"\0", b"")) is not None


def sniff_text(text: str, name: str) -> Format:
    """Which kind of text ``text`` is. Raises DocumentFormatError for a picture written as text."""
    from index.reading.markdown import looks_like_markdown
    from index.reading.rst import looks_like_rst
    from index.reading.tables import looks_like_csv, looks_like_json

    suffix = PurePosixPath(name).suffix.lower()
    if _is_html(text, lenient=suffix not in (*_MARKDOWN, *_RST)):
        return Format.HTML
    if looks_like_json(text) or (suffix in _JSON_NAMES and text.lstrip()[:1] in ("{", "[")):
        return Format.JSON
    sample = text[:_SAMPLE]
    is_markdown, is_rst = looks_like_markdown(sample), looks_like_rst(sample)
    if suffix in _CSV_NAMES and (looks_like_csv(text) or "\n\n" not in text.strip()):
        return Format.CSV
    if is_markdown != is_rst:
        return Format.MARKDOWN if is_markdown else Format.RESTRUCTUREDTEXT
    if suffix in _RST:
        return Format.RESTRUCTUREDTEXT
    if is_markdown or suffix in _MARKDOWN:
        return Format.MARKDOWN
    return Format.CSV if looks_like_csv(text) else Format.TEXT


def _refuse_known(data: bytes) -> None:
    """Raise DocumentFormatError for a file that is known to be something else."""
    for offset, signature, what, hint in _SIGNATURES:
        if not data.startswith(signature, offset):
            continue
        if offset == _RIFF and not data.startswith(b"RIFF"):
            continue
        raise _unsupported(what, hint)
    if data.startswith(b"MZ") and b"\0" in data[:_HEAD]:
        raise _unsupported("a program", _NO_TEXT)
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        raise _unsupported("a picture (BMP)", _WORDS)
    if data.startswith(_LFS):
        raise _unsupported("a pointer of Git LFS, and not the file itself", "Run `git lfs pull`.")
    if b"multipart/related" in data[:_MARKUP_HEAD].lower() and b"\nMIME-Version:" in data[:_HEAD]:
        raise _unsupported("a web archive (MHTML)", "Save it as HTML or PDF.")


def _package(package: Package) -> Format:
    """What kind of document ``package`` is. Raises DocumentFormatError for all but two kinds."""
    if not package.names:
        raise DocumentFormatError("It is an empty ZIP archive.", hint="Get the file anew.")
    media_type = package.start("mimetype", 200)
    if "word/document.xml" in package.names:
        return Format.DOCX
    if _WORD.search(package.start("[Content_Types].xml", _CONTENT_TYPES)):
        return Format.DOCX
    for kind, what, hint in _MEDIA_TYPES:
        if kind in media_type:
            raise _unsupported(what, hint)
    if b"epub" in media_type or "META-INF/container.xml" in package.names:
        return Format.EPUB
    for part, what, hint in _PARTS:
        if part in package.names:
            raise _unsupported(what, hint)
    raise _unsupported("a ZIP archive", _UNPACK)


def _unsupported(what: str, hint: str) -> DocumentFormatError:
    return DocumentFormatError(f"It is {what}, which Archivist does not read.", hint=hint)


def _is_html(text: str, *, lenient: bool) -> bool:
    """Whether ``text`` is HTML or other XML; without ``lenient`` only where it begins as such."""
    start, declared = _after_prologue(text)
    root = _ROOT.match(text, start)
    if root is None:
        return lenient and _holds_page(text)
    kind = (root["doctype"] or root["name"]).lower()
    if kind.rpartition(":")[2] == "svg":
        raise _unsupported("a picture (SVG)", _WORDS)
    if declared or root["doctype"] or kind in _HTML_ROOTS:
        return True
    if not lenient:
        return False
    if text.rstrip()[-_MARKUP_HEAD:].lower().endswith(f"</{kind}>") or _holds_page(text):
        return True
    sample = text[:_SAMPLE]
    tags = sum(1 for _ in _TAG.finditer(sample))
    return tags >= max(_FEWEST_TAGS, len(sample) / _TEXT_A_TAG)


def _holds_page(text: str) -> bool:
    """Whether a page of HTML stands in ``text`` after some lines, such as those of a server."""
    whole = "</html>" in text.rstrip()[-_MARKUP_HEAD:].lower()
    return whole and _PAGE.search(text[:_MARKUP_HEAD]) is not None


def _after_prologue(text: str) -> tuple[int, bool]:
    """Where the first tag of ``text`` would stand, and whether it is declared to be XML."""
    place, declared = 0, False
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if text.startswith("<?", place):
            end, length = text.find("?>", place), 2
            declared = declared or text.startswith("<?xml", place)
        elif text.startswith("<!--", place):
            end, length = text.find("-->", place), 3
        else:
            return place, declared
        if end < 0:
            return place, declared
        place = end + length


def reader(kind: Format) -> Callable[..., Reading]:
    """What reads files of a kind: from its bytes, or from its text and encoding.

    It is loaded when it is first needed.
    """
    module, name = _READERS[kind]
    found: Callable[..., Reading] = getattr(import_module(module), name)
    return found


#: Where the reader of each format is, so that none is loaded before it is needed.
_READERS: Mapping[Format, tuple[str, str]] = {
    Format.TEXT: ("index.reading.plain", "read_plain"),
    Format.MARKDOWN: ("index.reading.markdown", "read_markdown"),
    Format.RESTRUCTUREDTEXT: ("index.reading.rst", "read_rst"),
    Format.HTML: ("index.reading.html", "read_html"),
    Format.PDF: ("index.reading.pdf", "read_pdf"),
    Format.DOCX: ("index.reading.docx", "read_docx"),
    Format.EPUB: ("index.reading.epub", "read_epub"),
    Format.CSV: ("index.reading.tables", "read_csv"),
    Format.JSON: ("index.reading.tables", "read_json"),
}
