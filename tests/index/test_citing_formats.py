"""What the styles write, read back by other programs' readers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import as_file, files
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from index.citing.bibtex import to_bibtex
from index.citing.csl import csl_item, issued, to_csl_json
from index.citing.names import split_authors
from index.citing.note import to_note
from index.citing.reference import Pinpoint, Reference
from index.citing.ris import to_ris
from index.dates.edtf import from_edtf

PLAIN = Reference(
    key="tolls-1a2b",
    passage="1a2b",
    kind="report",
    title="Tolls and quays",
    authors=split_authors("Brandt, Eva; Harbour Board"),
    publisher="Quay Press",
    date=from_edtf("1902-05-31"),
    date_written="",
    url="https://example.org/a",
    link="https://example.org/a#:~:text=Two%20boats",
    language="en",
    rights="CC BY 4.0",
    sha256="00ff",
    place="II. Boats, p. 9, note 63",
    pinpoint=Pinpoint("page", "9", note="63"),
    quote="Two boats\nsank.",
)
BARE = Reference(
    "bare-1", "1", "document", "A text", (), "", None, "", "", "", "", "", "00", "", None, "Two."
)  # fmt: skip

#: Texts that hold what the formats give a meaning.
HOSTILE = st.text(
    st.sampled_from("aB é王 {}\\&%$#_~^@\"'“”<>|=,;:.-–()*\t\n\r\v\x00\x85\u2028ER  TY\ud800🚢"),
    max_size=60,
)

# ---------------------------------------------------------------- CSL-JSON

_TEXT = {"type": "string", "minLength": 1}
#: The part of CSL 1.0.2's input schema that we use, written anew and tighter.
_DATE: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {"type": "integer", "not": {"const": 0}},
            },
        },
        "season": {"enum": [1, 2, 3, 4]},
        "circa": {"const": True},
        "literal": _TEXT,
    },
}
_NAME: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": dict.fromkeys(("family", "given", "suffix", "literal"), _TEXT),
}
_SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "required": ["id", "type", "title"],
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(("id", "publisher", "URL", "language", "locator"), _TEXT),
            "title": {"type": "string"},
            "type": {"enum": ["book", "dataset", "document", "report", "webpage"]},
            "author": {"type": "array", "minItems": 1, "items": _NAME},
            "issued": _DATE,
            "custom": {"type": "object", "additionalProperties": _TEXT},
        },
    },
}


@pytest.mark.parametrize(
    ("edtf", "variable"),
    [
        ("2022", {"date-parts": [[2022]]}),
        ("2022-08", {"date-parts": [[2022, 8]]}),
        ("2022-08-04", {"date-parts": [[2022, 8, 4]]}),
        ("2021~", {"date-parts": [[2021]], "circa": True}),
        ("2021-05?", {"date-parts": [[2021, 5]], "circa": True}),
        ("2021-05/2022-01", {"date-parts": [[2021, 5], [2022, 1]]}),
        ("2021-22", {"date-parts": [[2021]], "season": 2}),
        ("2021-24~", {"date-parts": [[2021]], "season": 4, "circa": True}),
        ("2021-21/2021-22", {"literal": "spring – summer 2021"}),
        ("-0043-03-15", {"date-parts": [[-44, 3, 15]]}),
        ("0000", {"date-parts": [[-1]]}),
        ("195X", {"literal": "the 1950s"}),
        ("18XX", {"literal": "the 19th century"}),
        ("2021/..", {"literal": "since 2021"}),
        ("../2021", {"literal": "until 2021"}),
    ],
)
def test_issued(edtf: str, variable: dict[str, object]) -> None:
    """A date has numbers where they say no more and no less than is known, and else words."""
    assert issued(from_edtf(edtf)) == variable


def test_date_that_is_no_edtf() -> None:
    """A date in other words stays in these words."""
    assert issued(None, "Easter term") == {"literal": "Easter term"}


@pytest.mark.parametrize("reference", [PLAIN, BARE], ids=["full", "bare"])
def test_csl_json_is_valid(reference: Reference) -> None:
    """CSL-JSON holds only what its schema knows, and nothing empty."""
    Draft7Validator(_SCHEMA).validate(json.loads(to_csl_json(reference)))


@pytest.mark.parametrize(
    ("place", "locator"),
    [
        (Pinpoint("page", "9"), "9"),
        (Pinpoint("page", "9", "10"), "9-10"),
        (Pinpoint("page", "iv", note="63"), "ivn63"),
        (Pinpoint("note", "63"), "63"),
        (Pinpoint("section", "IV. Trade", paragraph=3), "IV. Trade, para. 3"),
        (Pinpoint("paragraph", "3"), "3"),
    ],
)
def test_locator(place: Pinpoint, locator: str) -> None:
    """A locator names the one place, its label stands in `custom`."""
    item = csl_item(replace(PLAIN, pinpoint=place))
    assert item["locator"] == locator
    assert item["custom"]["label"] == place.label


# ---------------------------------------------------------------- the note


def test_style_sheet_is_valid() -> None:
    """Our style sheet is CSL by the schema that the processor ships."""
    from citeproc import CitationStylesStyle

    with as_file(files("index.citing").joinpath("chicago-note.csl")) as path:
        CitationStylesStyle(str(path), validate=True)  # it warns, and warnings are errors here


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        pytest.param(
            {},
            "Eva Brandt and Harbour Board, Tolls and quays (Quay Press, 31 May 1902), 9n63, "
            "https://example.org/a#:~:text=Two%20boats.",
            id="report",
        ),
        pytest.param(
            {"kind": "webpage", "link": "", "url": ""},
            "Eva Brandt and Harbour Board, “Tolls and quays,” Quay Press, 31 May 1902, 9n63.",
            id="web page",
        ),
        pytest.param(
            {"authors": (), "publisher": "", "date": None, "link": "", "url": "", "pinpoint": None},
            "Tolls and quays (n.d.).",
            id="nothing known",
        ),
        pytest.param(
            {"authors": split_authors("A, Al; B, Bo; C, Cy; D, Di"), "link": "", "url": ""},
            "Al A et al., Tolls and quays (Quay Press, 31 May 1902), 9n63.",
            id="four authors",
        ),
        pytest.param(
            {"authors": split_authors("王, 小明"), "link": "", "url": ""},
            "王小明, Tolls and quays (Quay Press, 31 May 1902), 9n63.",
            id="family name first",
        ),
        pytest.param(
            {"date": from_edtf("-0043"), "link": "", "url": "", "authors": ()},
            "Tolls and quays (Quay Press, 44 BCE), 9n63.",
            id="before our era",
        ),
        pytest.param(
            {"date": None, "date_written": "n.y.", "link": "", "url": "", "authors": ()},
            "Tolls and quays (Quay Press, n.y.), 9n63.",
            id="date in other words",
        ),
        pytest.param(
            {"kind": "document", "title": "The “Anna” & <i>co</i>: {why}?", "link": "", "url": ""},
            "Eva Brandt and Harbour Board, “The ‘Anna’ & <i>co</i>: {why}?,” Quay Press, "
            "31 May 1902, 9n63.",
            id="title with signs",
        ),
        pytest.param(
            {"pinpoint": Pinpoint("page", "A-3", "A-5"), "link": "", "url": "", "authors": ()},
            "Tolls and quays (Quay Press, 31 May 1902), A-3–A-5.",
            id="printed pages",
        ),
        pytest.param(
            {"pinpoint": Pinpoint("note", "63"), "link": "", "url": "", "authors": ()},
            "Tolls and quays (Quay Press, 31 May 1902), note 63.",
            id="note",
        ),
        pytest.param(
            {
                "pinpoint": Pinpoint("section", "IV. Salt-tax", paragraph=3),
                "link": "",
                "url": "",
                "authors": (),
            },
            "Tolls and quays (Quay Press, 31 May 1902), under “IV. Salt-tax,” para. 3.",
            id="section",
        ),
    ],
)
def test_note(changes: dict[str, Any], note: str) -> None:
    """A note says what is known, in Chicago's order, and invents nothing."""
    assert to_note(replace(PLAIN, **changes)) == f"{note}\n"


@given(HOSTILE, HOSTILE, HOSTILE)
@example('<span class="nocase">x</span>', "", "")
@example("\ue000-<\ue001", "", "\ufdd0")
def test_note_of_any_text(title: str, author: str, section: str) -> None:
    """Whatever title, author and section hold, a note is one line with the title in it."""
    place = Pinpoint("section", section or "x")
    authors = split_authors(author)
    note = to_note(replace(PLAIN, title=title, authors=authors, pinpoint=place))
    assert note.count("\n") == 1
    assert len(note.splitlines()) == 1
    assert " ".join(title.split()).rstrip(" .,;:!?").removeprefix(" ") in note.replace("  ", " ")


# ---------------------------------------------------------------- BibTeX

_SIGNS = {
    "textbackslash{}": "\\",
    "textbraceleft{}": "{",
    "textbraceright{}": "}",
    "textasciitilde{}": "~",
    "textasciicircum{}": "^",
    "textless{}": "<",
    "textgreater{}": ">",
    "textbar{}": "|",
}


def unescaped(value: str) -> str:
    """What LaTeX would print of a field."""
    return re.sub(r"\\(text[a-z]+\{\}|[&%$#_])", lambda m: _SIGNS.get(m[1], m[1]), value)


def bibtex_fields(reference: Reference) -> dict[str, str]:
    import bibtexparser

    library = bibtexparser.parse_string(to_bibtex(reference))
    assert not library.failed_blocks
    (entry,) = library.entries
    assert entry.key == reference.key
    return {field.key: field.value for field in entry.fields}


def test_bibtex() -> None:
    """An entry holds the facts, the place and the quote."""
    assert bibtex_fields(PLAIN) == {
        "author": "Brandt, Eva and {Harbour Board}",
        "title": "{Tolls and quays}",
        "institution": "{Quay Press}",
        "year": "1902",
        "month": "may",
        "date": "1902-05-31",
        "url": "https://example.org/a",
        "language": "en",
        "copyright": "CC BY 4.0",
        "note": "II. Boats, p. 9, note 63",
        "annote": "Two boats sank.",
    }


def test_bibtex_of_little() -> None:
    """What isn't known has no field."""
    assert bibtex_fields(BARE) == {"title": "{A text}", "annote": "Two."}


def test_bibtex_suffix() -> None:
    """A suffix stands between family and given name, as BibTeX wants it."""
    fields = bibtex_fields(replace(PLAIN, authors=split_authors("Olsen, Nils, Jr.")))
    assert fields["author"] == "Olsen, Jr., Nils"


def test_bibtex_year_that_is_no_number() -> None:
    """A date that is no year is told in words, and in EDTF to programs that read it."""
    fields = bibtex_fields(replace(PLAIN, date=from_edtf("195X")))
    assert (fields["year"], fields["date"]) == ("{the 1950s}", "195X")


@given(HOSTILE, HOSTILE)
@example("}, note = {x", "@misc{a, title={")
@example("a", "\n@(")
def test_bibtex_of_any_text(title: str, quote: str) -> None:
    """Whatever a title and a quote hold, they are read back, but for signs that nobody sees."""
    fields = bibtex_fields(replace(PLAIN, title=title, quote=quote, place=title))
    seen = str.maketrans("", "", "\x00\x85\r\v\ud800")
    assert unescaped(fields["title"][1:-1]).split() == title.translate(seen).split()
    assert unescaped(fields["annote"]).split() == quote.translate(seen).split()


# ---------------------------------------------------------------- RIS


def ris_records(reference: Reference) -> list[dict[str, Any]]:
    import rispy

    return rispy.loads(to_ris(reference))


def test_ris() -> None:
    """A record holds the facts, both addresses, the place and the quote in one line each."""
    assert ris_records(PLAIN) == [
        {
            "type_of_reference": "RPRT",
            "id": "1a2b",
            "authors": ["Brandt, Eva", "Harbour Board"],
            "title": "Tolls and quays",
            "publisher": "Quay Press",
            "year": "1902",
            "date": "1902/05/31/",
            "start_page": "9",
            "language": "en",
            "urls": ["https://example.org/a", "https://example.org/a#:~:text=Two%20boats"],
            "notes": ["II. Boats, p. 9, note 63", "Two boats sank.", "Rights: CC BY 4.0"],
        }
    ]


def test_ris_lines() -> None:
    """A record is lines of a tag and a value that end in CR LF, from TY to ER."""
    lines = to_ris(PLAIN).split("\r\n")
    assert lines[0] == "TY  - RPRT"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])


def test_ris_address_with_a_semicolon() -> None:
    """A semicolon in an address doesn't make two of it."""
    (record,) = ris_records(replace(PLAIN, url="https://a.example/x;y", link=""))
    assert record["urls"] == ["https://a.example/x%3By"]


@given(HOSTILE, HOSTILE)
@example("x\nER  - \nTY  - BOOK", "\r\nTI  - y")
def test_ris_of_any_text(title: str, quote: str) -> None:
    """Whatever a title and a quote hold, there is one record, and they are read back as one line."""
    (record,) = ris_records(replace(PLAIN, title=title, quote=quote))
    unseen = str.maketrans("", "", "\x00\ud800")
    assert record.get("title", "").split() == title.translate(unseen).split()
    assert quote.translate(unseen).split() in [note.split() for note in (*record["notes"], "")]
