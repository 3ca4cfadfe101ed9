"""PDFs for tests, made with reportlab or written out byte by byte. Places are in points from below."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Sequence

from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = letter
_WORDS = (
    "the a of and harbour vessel pilot tide crew cargo lantern rope signal quay winter record council "
    "agreed shall before after under between every second morning paper letter station"
).split()

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, encrypt: StandardEncryption | None = None, **info: str) -> bytes:
    """A PDF of the pages that each of ``pages`` draws; ``info`` is its title, author, subject."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=letter, encrypt=encrypt, invariant=1)
    for key, value in info.items():
        getattr(canvas, f"set{key.capitalize()}")(value)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def put(
    canvas: Canvas, x: float, y: float, text: str, size: float = 10, font: str = "Times-Roman"
) -> float:
    """Draw ``text`` and give the place where it ends."""
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
    return x + pdfmetrics.stringWidth(text, font, size)


def written(*lines: str, x: float = 72, top: float = 720, size: float = 10) -> Draw:
    """A page of ``lines`` below each other."""

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            put(canvas, x, top - 1.2 * size * number, line, size)

    return draw


def prose(seed: int, words: int = 300) -> str:
    """Words without sense, the same for the same ``seed``."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(_WORDS) for _ in range(words)).capitalize() + "."


def wrapped(text: str, width: float, size: float = 9, font: str = "Times-Roman") -> list[str]:
    """``text`` in lines that are at most ``width`` wide."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if pdfmetrics.stringWidth(longer, font, size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def column(
    canvas: Canvas, lines: Iterable[str], x: float, top: float, size: float = 9, step: float = 10.5
) -> float:
    """Draw ``lines`` below each other; gives the height at which the next would stand."""
    for line in lines:
        put(canvas, x, top, line, size)
        top -= step
    return top


def columns(
    texts: Sequence[str], *, top: float = 700, shift: float = 0, by_row: bool = False
) -> tuple[Draw, list[list[str]]]:
    """A page of a column for each of ``texts``, and the columns' lines.

    Each column's base lines stand ``shift`` lower than the last one's; with ``by_row`` the page is
    drawn line by line over all columns, as OCR and some printers do.
    """
    gutter = 16.0
    width = (WIDTH - 100 - gutter * (len(texts) - 1)) / len(texts)
    lines = [wrapped(text, width) for text in texts]
    places = [
        (50 + number * (width + gutter), top - number * shift - 10.5 * row, line)
        for number, rows in enumerate(lines)
        for row, line in enumerate(rows)
    ]
    if by_row:
        places.sort(key=lambda place: (-place[1], place[0]))

    def draw(canvas: Canvas) -> None:
        for x, y, line in places:
            put(canvas, x, y, line, 9)

    return draw, lines


def use_cjk_font(name: str = "HeiseiMin-W3") -> str:
    """Make one of the fonts that every PDF viewer has for Japanese known to reportlab; its name."""
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of ``objects``, numbered from 1; the first is the catalog."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<</Size %d /Root 1 0 R %s>>\n" % (len(objects) + 1, trailer)
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object of ``content``."""
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def one_page(
    content: bytes, *, catalog: bytes = b"", page: bytes = b"", fonts: bytes = b""
) -> bytes:
    """A PDF of one page that ``content`` draws, in which /F is Helvetica."""
    fonts = fonts or b"/F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalog,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources <</Font <<%s>>>> %s>>" % (fonts, page),
        stream(content),
    )
