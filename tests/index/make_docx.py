"""Word documents for tests, written part by part: `docx(p("One."), p("Two."))` is a file's bytes.

What a test is about stands in its own call; all else is as Word has it by default.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SPACES = (
    f'xmlns:w="{WORD}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:x"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}"/></Types>'
)
MAIN = "wordprocessingml.document.main+xml"


def docx(
    *body: str,
    styles: str = "",
    numbering: str = "",
    settings: str = "",
    footnotes: str | None = None,
    endnotes: str | None = None,
    properties: str | None = None,
    main: str = "word/document.xml",
    kind: str = MAIN,
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """A document whose body is ``body``; the other parts hold what is given for them."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(main, kind),
        "_rels/.rels": relations(officeDocument=main, **{"core-properties": "docProps/core.xml"}),
        main: part("document", f"<w:body>{''.join(body)}</w:body>"),
        "word/styles.xml": part("styles", STYLES + styles),
        "word/numbering.xml": part("numbering", numbering),
        "word/settings.xml": part("settings", settings),
    }
    if footnotes is not None:
        files["word/footnotes.xml"] = part("footnotes", _separators("footnote") + footnotes)
    if endnotes is not None:
        files["word/endnotes.xml"] = part("endnotes", _separators("endnote") + endnotes)
    if properties is not None:
        files["docProps/core.xml"] = (
            '<c:coreProperties xmlns:c="urn:core" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:dcterms="http://purl.org/dc/terms/">{properties}</c:coreProperties>'
        )
    return package({**files, **(parts or {})})


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP file with these parts, the same for the same parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def part(name: str, content: str) -> str:
    """A part whose root is called ``name``."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_SPACES}>{content}</w:{name}>'


def relations(**targets: str) -> str:
    """A part of relations, each by the last word of its type."""
    return "".join(
        (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">',
            *(
                f'<Relationship Id="r{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
                for number, (kind, target) in enumerate(targets.items())
            ),
            "</Relationships>",
        )
    )


def p(*runs: str, style: str = "", properties: str = "", mark: str = "") -> str:
    """A paragraph; runs without markup are text. ``mark`` are properties of its end."""
    told = f'<w:pStyle w:val="{style}"/>' if style else ""
    told += properties + (f"<w:rPr>{mark}</w:rPr>" if mark else "")
    words = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p>{f'<w:pPr>{told}</w:pPr>' if told else ''}{words}</w:p>"


def r(text: str = "", *inner: str, properties: str = "") -> str:
    """A run of ``text``, then what stands in ``inner``."""
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    words = f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
    return f"<w:r>{told}{words}{''.join(inner)}</w:r>"


def li(text: str, number: int = 1, level: int = 0, style: str = "") -> str:
    """A paragraph of a list."""
    told = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, style=style, properties=told) if text else p(style=style, properties=told)


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def tr(*cells: str, properties: str = "") -> str:
    """A row; cells without markup are text."""
    told = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{told}{''.join(c if c.startswith('<w:tc>') else tc(c) for c in cells)}</w:tr>"


def tc(*blocks: str, properties: str = "") -> str:
    """A cell."""
    told = f"<w:tcPr>{properties}</w:tcPr>" if properties else ""
    return f"<w:tc>{told}{''.join(b if b.startswith('<') else p(b) for b in blocks)}</w:tc>"


def fld(code: str, *shown: str) -> str:
    """A field: its code and the runs that it shows."""
    sign = '<w:fldChar w:fldCharType="{}"/>'
    begin = r("", sign.format("begin")) + r("", f"<w:instrText>{code}</w:instrText>")
    words = "".join(run if run.startswith("<") else r(run) for run in shown)
    return begin + r("", sign.format("separate")) + words + r("", sign.format("end"))


def mark(number: int, kind: str = "footnote", label: str = "") -> str:
    """A note's mark; with a ``label`` of its author's own."""
    custom = ' w:customMarkFollows="1"' if label else ""
    words = f"<w:t>{label}</w:t>" if label else ""
    return r("", f'<w:{kind}Reference{custom} w:id="{number}"/>', words)


def note(number: int, *blocks: str, kind: str = "footnote") -> str:
    """A note of paragraphs; those without markup are text behind the note's own mark."""
    ref = r("", f"<w:{kind}Ref/>")
    words = "".join(b if b.startswith("<") else p(ref, f" {b}") for b in blocks)
    return f'<w:{kind} w:id="{number}">{words}</w:{kind}>'


def levels(*patterns: tuple[str, str], inner: str = "") -> str:
    """The levels of a list: each one's number format and label; ``inner`` is for all of them."""
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'{inner}<w:lvlText w:val="{escape(pattern)}"/></w:lvl>'
        for level, (style, pattern) in enumerate(patterns)
    )


def lists(*abstract: str, instances: str = "") -> str:
    """Lists of these levels with the numbers 1, 2, …; ``instances`` are further ones."""
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{inner}</w:abstractNum>'
        for n, inner in enumerate(abstract, 1)
    )
    each = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
        for n in range(1, len(abstract) + 1)
    )
    return kinds + each + instances


def style(
    name: str, style_id: str = "", *, based_on: str = "", kind: str = "paragraph", inner: str = ""
) -> str:
    """A style; its id is its name without blanks."""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{style_id or name.replace(" ", "").capitalize()}">'
        f'<w:name w:val="{name}"/>{base}{inner}</w:style>'
    )


def _separators(kind: str) -> str:
    return (
        f'<w:{kind} w:type="separator" w:id="-1"><w:p>{r("----")}</w:p></w:{kind}>'
        f'<w:{kind} w:type="continuationSeparator" w:id="0"><w:p/></w:{kind}>'
    )


STYLES = "".join(
    (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="en-GB"/></w:rPr>'
        "</w:rPrDefault></w:docDefaults>",
        *(
            style(f"heading {n}", inner=f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr>')
            for n in range(1, 4)
        ),
        *(style(name) for name in ("Title", "Subtitle", "Quote", "toc 1")),
    )
)
