"""Files of every format damaged at random, and what must hold of whatever is read of them.

    python -m tests.index.mutation --minutes 10 [--format pdf] [--seed 7] [--files DIR] [--save DIR]

goes through all formats until time is up, prints a line a minute and each failure, and exits with 1
if there was one. A mutant is known by its format, seed and number: ``--show pdf:7:123`` writes it to
standard output. Readers run in a process of their own with a limit on memory and a watchdog, so that
a crash of native code, too, is one failure with its number.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import random
import re
import resource
import signal
import subprocess
import sys
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import FrameType

from index.errors import DocumentFormatError
from index.model import DocumentMeta
from index.parsing import parse
from index.passages import cut_passages
from index.reading import Reading, read
from index.reading.formats import Format, decode_text, reader
from tests.index import make_docx as word

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "reading"
FOLDERS = (ROOT / "corpus", ROOT.parent / "shared" / "seeds")
SECONDS = 20  # a mutant of a few kilobytes that takes longer hangs
MEMORY = 3_000_000_000  # bytes of address space
SLICE = 6_000  # bytes of a text that are mutated: enough for every construct, and quick
LONGEST = 400_000  # bytes of a mutant
BATCH = 250
_NAMES = {
    Format.TEXT: "x.txt",
    Format.MARKDOWN: "x.md",
    Format.RESTRUCTUREDTEXT: "x.rst",
    Format.HTML: "x.html",
    Format.PDF: "x.pdf",
    Format.DOCX: "x.docx",
    Format.EPUB: "x.epub",
    Format.CSV: "x.csv",
    Format.JSON: "x.json",
}
_SUFFIXES = {
    ".txt": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".rst": Format.RESTRUCTUREDTEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".epub": Format.EPUB,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".json": Format.JSON,
}
PACKED = frozenset((Format.PDF, Format.DOCX, Format.EPUB))
EXACT = frozenset(("text", "pdf"))  # without markup: nothing of the source may be lost
_UNSEEN = str.maketrans({"␌": "\f", "␍": "\r", "␉": "\t", "␠": " "})


# ---------------------------------------------------------------- what must hold


def faults(reading: Reading) -> list[str]:
    """What is wrong with ``reading``, in words; nothing if it is sound."""
    return [*_wrong_spans(reading), *_wrong_map(reading), *_wrong_passages(reading)]


def _wrong_spans(reading: Reading) -> Iterator[str]:
    text = reading.text
    bad = {char for char in set(text) if (char < " " and char not in "\n\t\f") or char == "\x7f"}
    if bad and reading.format != "text":
        yield f"control characters in the text: {sorted(map(ord, bad))}"
    done = 0
    for block in reading.blocks:
        if not done <= block.start < block.stop <= len(text):
            yield f"block {block} begins before {done} or is empty"
            return
        words = text[block.start : block.stop]
        if words != words.strip():
            yield f"block {block} has white space at its ends"
        between = text[done : block.start].strip()
        titled = not done and between == (reading.title or "").strip()
        if reading.format not in EXACT and between and not titled:
            yield f"words stand before block {block} and in none"
        if (block.kind == "heading") != (block.level > 0):
            yield f"block {block} has a level that its kind has not"
        done = block.stop
    number = 0
    for note in reading.notes:
        if not done <= note.start < note.stop <= len(text):
            yield f"note {note.number} stands before {done} or is empty"
            return
        if note.text != text[note.start : note.stop] or note.text != note.text.strip():
            yield f"note {note.number} is not its slice, or not trimmed"
        if note.number <= number:
            yield f"note {note.number} comes after note {number}"
        number = note.number
        if not all(0 <= mark <= len(text) for mark in note.marks):
            yield f"note {note.number} has a mark outside the text"
        if any(note.start <= mark <= note.stop for mark in note.marks):
            yield f"note {note.number} has a mark in itself"
        done = note.stop
    for first, second in pairwise(reading.pages):
        if not first.start <= first.stop <= second.start:
            yield f"pages {first} and {second} are out of order"
    for page in reading.pages:
        if not 0 <= page.start <= page.stop <= len(text):
            yield f"page {page} is outside the text"
    starts = {block.start for block in reading.blocks}
    for record in reading.records:
        if record.start not in starts:
            yield f"record {record} is no block"
        for start, stop in (record.written, record.body, *record.actors, *record.places):
            if not record.start <= start <= stop <= record.stop:
                yield f"a span of record {record} is outside it"


def _wrong_map(reading: Reading) -> Iterator[str]:
    """Runs must rise in the stored text and lead to the same characters, apart from what is lifted."""
    text, source, runs = reading.text, reading.source, reading.source_map
    if text and not runs and text != source[: len(text)]:
        yield "the text has no map"
    covered = bytearray(len(source))
    for (stored, there), (stop, _) in pairwise([*runs, (len(text), 0)]):
        if not stored < stop or there < 0:
            yield f"run {stored}, {there} is empty or out of order"
            return
        if text[stored:stop] == source[there : there + stop - stored]:
            covered[there : there + stop - stored] = b"\1" * (stop - stored)
            continue
        for offset in range(stored, stop):
            at = there + offset - stored
            if text[offset] == source[at : at + 1]:
                covered[at] = 1
            elif not _leads(text[offset], source[at : at + 1]):
                near = text[max(0, offset - 12) : offset + 1], source[at : at + 12]
                yield f"character {offset} leads to another: {near}"
                return
    if not runs:
        covered[: len(text)] = b"\1" * min(len(text), len(source))
    done = 0
    for lifted in reading.lifted:
        if not done <= lifted.start < lifted.stop <= len(source):
            yield f"{lifted} begins before {done} or lies outside"
            return
        done = lifted.stop
        if reading.format in EXACT and any(covered[lifted.start : lifted.stop]):
            yield f"{lifted} is in the text as well"
            return
        covered[lifted.start : lifted.stop] = b"\1" * (lifted.stop - lifted.start)
    if reading.format in EXACT:
        for offset, char in enumerate(source):
            if not covered[offset] and not char.isspace() and char.isprintable():
                yield f"lost at {offset}: {source[max(0, offset - 10) : offset + 10]!r}"
                return


def _leads(char: str, source: str) -> bool:
    """Whether a stored character may lead to ``source``: itself, or the sign that stands for it."""
    return (
        char == source
        or char.isspace()
        or char == "|"
        or source in tuple("&\\<#|\"'")
        or not source
    )


def _wrong_passages(reading: Reading) -> Iterator[str]:
    document = parse(
        reading,
        document_id="x",
        name="x",
        collection="main",
        sha256="0" * 64,
        meta=DocumentMeta(),
    )
    text = document.text
    passages = cut_passages(document)
    for passage in passages:
        if text[passage.locator.start : passage.locator.stop] != passage.text:
            yield f"passage {passage.id} is not its slice"
            return
    spans = [(part.start, part.stop) for part in document.paragraphs]
    spans += [(note.start, note.stop) for note in document.notes]
    words = "".join(text[start:stop] for start, stop in spans)
    if _letters("".join(passage.text for passage in passages)) != _letters(words):
        yield "passages don't hold each word once"
    for paragraph in document.paragraphs:
        section = document.sections[paragraph.section]
        if not section.start <= paragraph.start < paragraph.stop <= section.stop:
            yield f"{paragraph} is not in its section"
            return


def _letters(text: str) -> str:
    return "".join(text.split())


# ---------------------------------------------------------------- seeds


def _inputs(name: str) -> list[bytes]:
    """The inputs of a file of golden cases."""
    path = CASES / name
    if not path.is_file():
        return []
    pieces = path.read_text(encoding="utf-8").split("\n.\n")
    return [piece.translate(_UNSEEN).encode() for piece in pieces[1::3]]


@cache
def seeds(kind: Format, files: Path | None = None) -> tuple[bytes, ...]:
    """Sound files of a format: golden cases, the corpus, and what lies in the folder ``files``."""
    found: list[bytes] = []
    if kind not in PACKED:
        for name in sorted(path.name for path in CASES.glob("*.txt")):
            if _case_format(name) is kind:
                found += _inputs(name)
    for folder in (*FOLDERS, *((files,) if files else ())):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if _SUFFIXES.get(path.suffix.lower()) is kind and path.is_file():
                found.append(path.read_bytes()[: 30_000_000 if kind in PACKED else None])
    found += _made(kind)
    return tuple(data for data in found if data.strip())


def _case_format(name: str) -> Format:
    stem = name.removesuffix(".txt")
    for kind in Format:
        if stem.startswith((kind.value, _NAMES[kind][2:])):
            return kind
    return Format.HTML if stem.startswith("html") else Format.TEXT


def _made(kind: Format) -> list[bytes]:
    makers: dict[Format, Callable[[], list[bytes]]] = {
        Format.PDF: _pdfs,
        Format.DOCX: _docxs,
        Format.EPUB: _epubs,
        Format.HTML: lambda: [_PAGE.encode()],
        Format.CSV: lambda: [_TABLE.encode(), _TABLE.replace(",", ";").encode("cp1252")],
        Format.JSON: lambda: [_EVENTS.encode(), _TIMELINE.encode()],
        Format.RESTRUCTUREDTEXT: lambda: [_RST.encode()],
    }
    return makers.get(kind, list)()


_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Ferry</title>
<script>var x = "<p>";</script><style>p > a {}</style></head><body><nav><a href="#a">Home</a></nav>
<main><h1 id="a">The Ferry</h1><p>It sank<sup><a href="#n1" id="r1">1</a></sup> in <b>May 1911</b>
&amp; was raised.</p><ul><li>Salt<ol start="3"><li>coarse</li></ol></li><li>Tar</li></ul>
<table><tr><th>Boat</th><th>Year</th></tr><tr><td rowspan=2>Ida</td><td>1907</td></tr></table>
<pre>row --hard
  row</pre><blockquote>Ours.<br>Mine.</blockquote><!-- no --><dl><dt>a<dd>b</dl>
<ol class="notes"><li id="n1">Olsen. <a href="#r1">back</a></li></ol></main></body></html>"""
_TABLE = """event_date,actor1,location,notes,fatalities
2021-02-01,Harbour Office,Cork,"The quay, ""old"", was closed.",0
01 February 2021,V. Olsen,Bergen,The ferry sailed.,2
"""
_EVENTS = """[{"event_date": "2021-02-01", "actor1": "Harbour Office", "notes": "The quay was \\"closed\\"."},
 {"event_date": "2021-03", "notes": "It opened \\u2014 again.", "more": {"a": [1, null, true, "x"]}}]"""
_TIMELINE = """{"title": {"text": {"headline": "Ferries"}}, "events": [{"start_date": {"year": "1911",
 "month": "5"}, "text": {"headline": "Sinking", "text": "<p>It <b>sank</b>.</p>"}}]}"""
_RST = """The Ferry\n=========\n\n:Author: V. Olsen\n\nIt sank [1]_ in *May* ``1911`` |by| :ref:`quays <q>`.
\n.. |by| replace:: by\n\n.. _q:\n\nBoats\n-----\n\n1. Salt\n\n   a. coarse\n\n* Tar\n\nterm\n  What it is.
\n+-----+------+\n| Ida | 1907 |\n+-----+------+\n| a   | * b  |\n+-----+------+\n
====  ====\nBoat  Year\n====  ====\nIda   1907\n====  ====\n\n.. note:: Mind.\n\n   - x
\n.. list-table:: T\n\n   * - a\n     - b\n\nCode::\n\n    row\n\n| a\n|  b\n\n.. [1] Olsen.\n"""


def _pdfs() -> list[bytes]:
    from reportlab.pdfgen.canvas import Canvas

    made = []
    for compressed in (0, 1):
        file = io.BytesIO()
        canvas = Canvas(file, pageCompression=compressed, invariant=1)
        for page in range(3):
            canvas.drawString(72, 800, "The Ferry")
            lines = canvas.beginText(72, 760)
            for number in range(30):
                lines.textLine(f"On {number + 1} May 1911 the ferry sailed from the old har-")
                lines.textLine("bour, and nobody saw it again.2")
            canvas.drawText(lines)
            canvas.setFont("Helvetica", 7)
            canvas.drawString(72, 40, f"{page + 2} Olsen, The Boats, p. {page}.")
            canvas.bookmarkPage(f"p{page}")
            canvas.addOutlineEntry(f"Part {page}", f"p{page}")
            canvas.drawString(290, 20, str(page + 1))
            canvas.showPage()
        canvas.save()
        made.append(file.getvalue())
    return made


def _docxs() -> list[bytes]:
    rows = [word.tr(word.tc(word.p("Ida")), word.tc(word.p("1911"))) for _ in range(2)]
    return [
        word.docx(
            word.p("The Ferry", style="Title"),
            word.p("Boats", style="Heading1"),
            word.p(
                "It sank in May 1911.", word.mark(1), word.r(" It was raised.", properties="<w:b/>")
            ),
            word.li("Salt"),
            word.li("Tar"),
            word.tbl(*rows),
            footnotes=word.note(1, word.p("Olsen, The Boats, p. 3.")),
        )
    ]


def _epubs() -> list[bytes]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr(
            "META-INF/container.xml",
            '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
            ' version="1.0"><rootfiles><rootfile full-path="o/book.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        items = "".join(
            f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
            for n in range(3)
        )
        refs = "".join(f'<itemref idref="c{n}"/>' for n in range(3))
        package.writestr(
            "o/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Ferry</dc:title>'
            f"<dc:language>en</dc:language></metadata><manifest>{items}</manifest>"
            f"<spine>{refs}</spine></package>",
        )
        for number in range(3):
            page = _PAGE.replace("<br>", "<br/>").replace('<meta charset="utf-8">', "")
            package.writestr(f"o/c{number}.xhtml", page)
    return [file.getvalue()]


# ---------------------------------------------------------------- mutants

_TOKENS = {
    Format.MARKDOWN: "# |> |- |[^1]: |[^1]|`|```\n|<!--|*|**|[|](|\\||&amp;|<b>|---\n|$$|~~~\n|{#a}",
    Format.RESTRUCTUREDTEXT: (
        ".. |:: |::\n\n   |`|``|*|**|[1]_|[#]_|_`|\\|=====\n|-----\n|+---+\n|:a: |.. [1] |.. note::\n"
        "|- |1. |#. |.. _a:\n|   |\\ "
    ),
    Format.HTML: (
        "<p>|</p>|<table>|<td>|</table>|<!--|-->|<script>|<b>|</b>|<pre>|&amp;|&#0;|&#x110000;|<|>|"
        '"|<svg>|<a '
    ),
    Format.CSV: ',|;|\t|"|""|\n|\r|\r\n|\'',
    Format.JSON: '{|}|[|]|"|:|,|\\u0000|\\ud800|null|1e999|-|{"a":|[[',
    Format.PDF: (
        "<<|>>|endobj|stream\n|endstream|1 0 R|[|]|(|)|/Length 9|/Kids|/Parent|99999999999|xref\n|"
        "%%EOF|BT|ET|Tj"
    ),
}
_COMMON = "\n|\n\n|\f|\r|\r\n|\t| |\0|\u202e|\ufeff|\u00ad|\u2028|é|字"
_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "koi8-r",
    "shift_jis",
)
_TAG = re.compile(rb"<[^<>]{0,300}>")
_NUMBER = re.compile(rb"\d+")
_STREAM = re.compile(rb"stream\r?\n")
_NUMBERS = (b"0", b"1", b"-1", b"2147483648", b"99999999999999999999", b"0.00001", b"65536")


def mutant(kind: Format, seed: int, number: int, files: Path | None = None) -> bytes:
    """Mutant ``number`` of a format; the same for the same seeds."""
    chance = random.Random(f"{kind.value}/{seed}/{number}")
    known = seeds(kind, files)
    data = chance.choice(known)
    other = chance.choice(known)
    if kind in (Format.DOCX, Format.EPUB):
        made = (
            _rezipped(data, chance)
            if chance.random() < 0.85
            else _damaged(data, other, kind, chance)
        )
    elif kind is Format.PDF:
        made = _pdf_mutant(data, other, chance)
    else:
        made = _text_mutant(data, other, kind, chance)
    return made if kind in PACKED else made[:LONGEST]


def _text_mutant(data: bytes, other: bytes, kind: Format, chance: random.Random) -> bytes:
    start = chance.randrange(max(1, len(data) - SLICE)) if len(data) > SLICE else 0
    piece = data[start : start + SLICE]
    if kind is Format.HTML and chance.random() < 0.6:
        piece = _tags(piece, chance)
    piece = _damaged(piece, other, kind, chance)
    if chance.random() < 0.25:
        encoding = chance.choice(_ENCODINGS)
        piece = piece.decode("utf-8", "ignore").encode(encoding, "ignore")
    return piece


def _damaged(data: bytes, other: bytes, kind: Format, chance: random.Random) -> bytes:
    """``data`` with some bytes changed, moved, repeated, cut off, or taken from ``other``."""
    tokens = [*_TOKENS.get(kind, _COMMON).split("|"), *_COMMON.split("|")]
    body = bytearray(data or b" ")
    for _ in range(chance.choice((0, 1, 1, 2, 3, 8, 40))):
        place = chance.randrange(len(body))
        size = chance.choice((1, 3, 20, 200, 2_000))
        match chance.randrange(8):
            case 0:
                body[place] = chance.randrange(256)
            case 1:
                body[place] ^= 1 << chance.randrange(8)
            case 2:
                token = chance.choice(tokens).encode() or b"|"
                body[place:place] = token * chance.choice((1, 1, 1, 3, 50, 500))
            case 3:
                del body[place : place + size]
            case 4:
                body[place:place] = body[place : place + size] * chance.choice((1, 2, 10))
            case 5:
                there = chance.randrange(max(1, len(other)))
                body[place : place + size] = other[there : there + size]
            case 6:
                there = chance.randrange(len(body))
                body[place : place + size], body[there : there + size] = (
                    body[there : there + size],
                    body[place : place + size],
                )
            case _:
                if chance.random() < 0.2:
                    del body[place:]
        body = body[: 2 * LONGEST + len(data)] or bytearray(b" ")
    return bytes(body)


def _tags(data: bytes, chance: random.Random) -> bytes:
    """Markup with tags dropped, doubled, nested many times or swapped."""
    found = list(_TAG.finditer(data))
    if not found:
        return data
    pieces = [(tag.start(), tag.end(), tag[0]) for tag in found]
    for _ in range(chance.choice((1, 2, 5))):
        place = chance.randrange(len(pieces))
        start, stop, tag = pieces[place]
        other = chance.choice(pieces)[2]
        changed = {
            0: b"",
            1: tag[:300] * chance.choice((2, 30, 1_000)),
            2: other,
            3: tag[:-1],
            4: tag.replace(b'"', b"", 1),
            5: (other + tag)[:LONGEST],
        }[chance.randrange(6)]
        pieces[place] = (start, stop, changed)
    made = bytearray()
    done = 0
    for start, stop, tag in pieces:
        made += data[done:start] + tag
        done = stop
    return bytes(made + data[done:])


def _rezipped(data: bytes, chance: random.Random) -> bytes:
    """A package with one of its parts mutated, dropped, doubled or renamed, its sums right."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [(name, package.read(name)) for name in package.namelist()]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError):
        return _damaged(data, data, Format.TEXT, chance)
    written = [
        n for n, (name, _) in enumerate(parts) if name.endswith(("ml", ".rels", ".opf", ".ncx"))
    ]
    favoured = [n for n in written if "document" in parts[n][0] or "note" in parts[n][0]]
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.choice(favoured if favoured and chance.random() < 0.5 else written or [0])
        name, part = parts[place]
        match chance.randrange(10):
            case 0:
                parts[place] = (name, b"")
            case 1:
                parts[place] = (name, chance.choice(parts)[1])
            case 2:
                parts[place] = (chance.choice(("../" * 9 + "x.xml", "/etc/x", name + "x")), part)
            case 3 | 4:
                parts[place] = (name, _numbers(part, chance))
            case 5 | 6 | 7:
                parts[place] = (name, _tags(part, chance))
            case _:
                parts[place] = (name, _damaged(part, part, Format.HTML, chance))
    file = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(
            file, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        ) as new,
    ):
        warnings.simplefilter("ignore")  # of two parts of one name
        for name, part in parts:
            with suppress(ValueError):
                new.writestr(zipfile.ZipInfo(name), part)
    return file.getvalue()


def _numbers(data: bytes, chance: random.Random) -> bytes:
    """Some numbers made others."""
    found = list(_NUMBER.finditer(data))
    for number in sorted(chance.sample(found, min(len(found), 3)), key=lambda m: -m.start()):
        data = data[: number.start()] + chance.choice(_NUMBERS) + data[number.end() :]
    return data


def _pdf_mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A PDF damaged as bytes, in its numbers and references, or inside its packed streams."""
    if chance.random() < 0.5:
        starts = [match.end() for match in _STREAM.finditer(data)]
        if starts:
            start = chance.choice(starts)
            stop = data.find(b"endstream", start)
            stream = data[start : stop if stop > 0 else None]
            try:
                plain = zlib.decompressobj().decompress(stream, 5_000_000)
                packed = True
            except zlib.error:
                plain, packed = stream, False
            changed = (
                _numbers(plain, chance)
                if chance.random() < 0.4
                else _damaged(plain, plain, Format.PDF, chance)
            )
            data = data[:start] + (zlib.compress(changed) if packed else changed) + data[stop:]
    if chance.random() < 0.3:
        data = _numbers(data, chance)
    return _damaged(data, other, Format.PDF, chance) if chance.random() < 0.5 else data


# ---------------------------------------------------------------- running


@dataclass(frozen=True, slots=True)
class Failure:
    """A mutant that was not read as it must be, and how."""

    kind: Format
    seed: int
    number: int
    what: str


def judge(kind: Format, data: bytes, *, twice: bool) -> str | None:
    """What is wrong with how ``data`` is read; None if it is read soundly or refused."""
    try:
        reading = _read(kind, data)
    except DocumentFormatError as error:
        sentence = str(error)
        return None if sentence.endswith(".") else f"no sentence: {sentence!r}"
    wrong = faults(reading)
    if not wrong and twice and _read(kind, data) != reading:
        wrong = ["reading twice gives two readings"]
    return wrong[0] if wrong else None


def _read(kind: Format, data: bytes) -> Reading:
    if kind in PACKED:
        return reader(kind)(data)
    decoded = decode_text(data)
    return reader(kind)(decoded.text, decoded.encoding)


def run_batch(
    kind: Format, seed: int, first: int, count: int, files: Path | None = None
) -> list[Failure]:
    """Read mutants in another process; those that fail. A crash costs one mutant, not the batch."""
    failures = []
    stop = first + count
    while first < stop:
        command = [
            sys.executable, "-m", "tests.index.mutation", "--batch",
            f"{kind.value}:{seed}:{first}:{stop - first}",
        ]  # fmt: skip
        if files:
            command += ["--files", str(files)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        lines = done.stdout.splitlines()
        for line in lines:
            if line.startswith("F "):
                _, number, what = line.split(" ", 2)
                failures.append(Failure(kind, seed, int(number), json.loads(what)))
        if lines and lines[-1] == "done":
            break
        last = next((int(line[2:]) for line in reversed(lines) if line.startswith("N ")), None)
        end = done.stderr.strip()[-1_500:]
        if last is None:
            raise RuntimeError(f"The batch did not begin: {end}")
        failures.append(Failure(kind, seed, last, f"died with {done.returncode}: {end}"))
        first = last + 1
    return failures


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"took more than {SECONDS} seconds")


def _batch(order: str, files: Path | None) -> None:
    """In the other process: read mutants and say of each that it begins, and what is wrong."""
    name, seed, first, count = order.split(":")
    kind = Format(name)
    seeds(kind, files)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _ring)
    for number in range(int(first), int(first) + int(count)):
        _say(f"N {number}")
        data = mutant(kind, int(seed), number, files)
        faulthandler.dump_traceback_later(SECONDS + 10, exit=True)
        signal.alarm(SECONDS)
        try:
            what = judge(kind, data, twice=number % 5 == 0)
        except Exception as error:  # what no reader may raise
            what = _where(error)
        signal.alarm(0)
        if what:
            _say(f"F {number} {json.dumps(what)}")
    faulthandler.cancel_dump_traceback_later()
    _say("done")


def _where(error: Exception) -> str:
    places = []
    trace = error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename).name
        places.append(f"{file}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__}: {str(error)[:200]} at {' '.join(places[-6:])}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz until time is up; 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.index.mutation")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--format", action="append", choices=[kind.value for kind in Format])
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--show", metavar="FORMAT:SEED:NUMBER")
    parser.add_argument("--batch", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.batch:
        _batch(options.batch, options.files)
        return 0
    if options.show:
        name, seed, number = options.show.split(":")
        sys.stdout.buffer.write(mutant(Format(name), int(seed), int(number), options.files))
        return 0
    return _fuzz(options)


def _fuzz(options: argparse.Namespace) -> int:
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    kinds = [Format(name) for name in options.format or [kind.value for kind in Format]]
    end = time.monotonic() + 60 * options.minutes
    said = time.monotonic()
    first = read_ = failed = 0
    _say(f"seed {seed}")
    while time.monotonic() < end:
        for kind in kinds:
            if time.monotonic() >= end or not seeds(kind, options.files):
                continue
            for failure in run_batch(kind, seed, first, BATCH, options.files):
                failed += 1
                _say(f"{kind.value}:{seed}:{failure.number} {failure.what}")
                if options.save:
                    options.save.mkdir(parents=True, exist_ok=True)
                    name = f"{kind.value}-{seed}-{failure.number}{Path(_NAMES[kind]).suffix}"
                    data = mutant(kind, seed, failure.number, options.files)
                    (options.save / name).write_bytes(data)
            read_ += BATCH
            if time.monotonic() - said >= 60:
                said = time.monotonic()
                _say(f"{read_} mutants read, {failed} failed")
        first += BATCH
    _say(f"{read_} mutants read, {failed} failed")
    return 1 if failed else 0


def read_as_named(kind: Format, data: bytes) -> Reading:
    """What the program makes of a file of that name, whatever its bytes say it is."""
    return read(data, _NAMES[kind])


if __name__ == "__main__":
    sys.exit(main())
