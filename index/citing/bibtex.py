"""BibTeX: an entry that BibTeX, biber and reference managers read.

Text is UTF-8; only what LaTeX would obey is written in its commands. Braces have commands too, since
BibTeX counts them even behind a backslash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from index.citing.names import Name
from index.citing.reference import Kind, Reference
from index.dates.wording import say_date
from index.model import HistoricDate

_TYPES: dict[Kind, str] = {
    "book": "book",
    "dataset": "misc",
    "document": "misc",
    "report": "techreport",
    "webpage": "misc",
}
_COMMANDS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",  # these three are other signs in the oldest of LaTeX's encodings
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{char: f"\\{char}" for char in "&%$#_"},
    }
)
_URL_SIGNS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR_MONTH = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-[0-9]{2})?)?")


def to_bibtex(reference: Reference) -> str:
    """One entry, a field a line.

    ``note`` says where the passage stands, ``annote`` quotes it; the title is in braces of its own,
    so that no style changes its capitals. ``date`` is biblatex's, in EDTF.
    """
    lines = [f"  {name} = {value}," for name, value in _fields(reference)]
    return "\n".join([f"@{_TYPES[reference.kind]}{{{reference.key},", *lines, "}", ""])


def escape(text: str) -> str:
    """``text`` for a field in braces: signs that LaTeX would obey as commands, nothing else changed.

    A line end is a blank, as BibTeX has it: some readers take an “@” that begins a line for an entry.
    Other characters without a meaning in text are left out.
    """
    return _printable(text).translate(_COMMANDS)


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    if reference.authors:
        yield "author", f"{{{' and '.join(map(_author, reference.authors))}}}"
    yield "title", f"{{{{{escape(reference.title)}}}}}"
    if reference.publisher:
        field = "institution" if reference.kind == "report" else "publisher"
        yield field, f"{{{{{escape(reference.publisher)}}}}}"
    yield from _dates(reference.date, reference.date_written)
    if reference.url:
        yield "url", f"{{{reference.url.translate(_URL_SIGNS)}}}"
    if reference.language:
        yield "language", f"{{{escape(reference.language)}}}"
    if reference.rights:
        yield "copyright", f"{{{escape(reference.rights)}}}"
    if reference.place:
        yield "note", f"{{{escape(reference.place)}}}"
    yield "annote", f"{{{escape(reference.quote)}}}"


def _author(name: Name) -> str:
    if name.literal:
        return f"{{{escape(name.literal)}}}"
    parts = (name.family, name.suffix, name.given)  # BibTeX has the suffix in the middle
    return ", ".join(escape(part) for part in parts if part)


def _dates(date: HistoricDate | None, written: str) -> Iterator[tuple[str, str]]:
    if date is None:
        if written:
            yield "year", f"{{{escape(written)}}}"
        return
    if exact := _YEAR_MONTH.fullmatch(date.edtf):
        yield "year", f"{{{exact[1]}}}"
        if exact[2]:
            yield "month", _MONTHS[int(exact[2]) - 1]
    else:
        yield "year", f"{{{{{escape(say_date(date))}}}}}"
    yield "date", f"{{{date.edtf}}}"


def _printable(text: str) -> str:
    folded = (" " if char in "\n\t" else char for char in text)
    return "".join(char for char in folded if unicodedata.category(char) not in ("Cc", "Cs"))
