"""The stream of elements in a part of a Word document -> paragraphs, with their notes and pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NoReturn

from index.reading.docx_formula import Formula
from index.reading.docx_notes import Mark
from index.reading.docx_paragraphs import NoteKey, Paragraph, row_paragraphs
from index.reading.docx_parts import WORD, attribute, number, refuse_declarations, switched_on
from index.reading.docx_text import Field, Frame, OpenText, Row, Run
from index.reading.symbol_fonts import sign_of_font

_MATH = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_FIELDS_OF_CONTENTS = ("TOC", "TOA")
DEEPEST = 400  # elements in each other; what is deeper is left out
_MOST_FIELDS = 100  # in each other
_LONG_CODE = 200  # characters of a field's code that can matter
_SIGNS = {"w:cr": "\n", "w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"}
_PROPERTIES = {  # of a paragraph, with the element that holds them
    "w:pStyle": ("style", "w:pPr"),
    "w:outlineLvl": ("outline", "w:pPr"),
    "w:numId": ("list", "w:numPr"),
    "w:ilvl": ("list level", "w:numPr"),
}


class Story(OpenText):
    """Takes the elements of a part as they come."""

    # ------------------------------------------------------------ what the parser calls

    def doctype(self, *_: object) -> NoReturn:
        refuse_declarations()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _NAMES.get(tag, "")
        self._path.append(name)
        if self._skip:
            self._look_at_skipped(name, attributes)
            return
        if len(self._path) > DEEPEST:
            self._told.too_deep = True
            self._leave_out()
            self._path[-1] = ""  # what was not begun must not be ended
            return
        handler = _STARTS.get(name)
        if handler is not None:
            handler(self, attributes)

    def data(self, text: str) -> None:
        if self._text is not None and not self._skip:
            self._text.append(text)

    def end(self, _: str) -> None:
        depth = len(self._path)
        name = self._path[-1]
        if self._skip and depth > self._skip:
            self._path.pop()
            return
        self._skip = 0
        if self._lifted_depths and self._lifted_depths[-1] == depth:
            self._lifted_depths.pop()
            self._lifting -= 1
        handler = _ENDS.get(name)
        if handler is not None:
            handler(self)
        self._path.pop()

    def close(self) -> None:
        """The parser says so at damage too, and goes on: see `finish`."""

    def finish(self) -> None:
        """Finish what a damaged part left open."""
        if self._skip:
            del self._path[self._skip :]
        self._skip = 0
        while self._path:
            handler = _ENDS.get(self._path[-1])
            if handler is not None:
                handler(self)
            self._path.pop()
        while self._frames:
            self._close_frame()
        self._close_section()

    def _leave_out(self, _: Mapping[str, str] | None = None) -> None:
        self._skip = len(self._path)

    def _look_at_skipped(self, name: str, attributes: Mapping[str, str]) -> None:
        """What is left out may still hold marks of notes, which are left out too, and page ends."""
        if name in ("w:footnoteReference", "w:endnoteReference"):
            self._told.dropped.add(_note_key(name, attributes))
        elif name == "w:lastRenderedPageBreak" and self._path[self._skip - 1] != "mc:Fallback":
            self._turn_page(attributes)

    # ------------------------------------------------------------ words

    def _begin_text(self, _: Mapping[str, str]) -> None:
        self._text = []

    def _end_text(self) -> None:
        text = "".join(self._text or ())
        self._text = None
        if "\n" in text or "\r" in text:  # laid out by hand: line ends there are blanks
            text = text.strip("\r\n\t ").replace("\r", " ").replace("\n", " ")
        if self._math is not None:
            self._math.add(text)
        else:
            self._write(text)

    def _symbol(self, attributes: Mapping[str, str]) -> None:
        digits = attribute(attributes, "char") or ""
        try:
            code = int(digits, 16)
        except ValueError:
            return
        if not 0x20 <= code < 0xFFFE or 0xD800 <= code < 0xE000:
            return
        sign = sign_of_font(code, attribute(attributes, "font") or "")
        if sign is None:
            self._told.unknown_signs += 0xE000 <= code < 0xF900
        self._write(sign or chr(code))

    def _break(self, attributes: Mapping[str, str]) -> None:
        paragraph = self._paragraphs[-1][0] if self._paragraphs else None
        if paragraph is None or self._coding:
            return
        twice = paragraph.words_end and "\n" in self._after_words(paragraph)
        page = attribute(attributes, "type") in ("page", "column")
        if (twice or page) and paragraph.kind in ("text", "item", "quote") and not self._lifting:
            self._split()
        else:
            self._write("\n")

    def _turn_page(self, _: Mapping[str, str]) -> None:
        """Word saw a page begin here. In a table's row each cell tells of the same pages."""
        if self._note_kind is not None or "w:txbxContent" in self._path:
            return
        if self._rows:
            for row in self._rows:
                row.seen += 1
            if self._rows[-1].seen <= self.page:
                return
        self.page += 1
        if self._paragraphs:
            paragraph = self._paragraphs[-1][0]
            paragraph.breaks.append((self.page, paragraph.length))

    # ------------------------------------------------------------ runs and their properties

    def _begin_run(self, _: Mapping[str, str]) -> None:
        self._run = Run()

    def _end_run(self) -> None:
        self._run = Run()

    def _set_look(self, attributes: Mapping[str, str]) -> None:
        if len(self._path) < 3 or self._path[-3] not in ("w:r", "m:r"):
            return
        run, told = self._run, attribute(attributes, "val")
        match self._path[-1]:
            case "w:b":
                run.bold = switched_on(told)
            case "w:vanish":
                run.hidden = switched_on(told)
            case "w:sz":
                run.size = number(told)
            case "w:rStyle":
                run.style = told
            case _:
                run.font = attribute(attributes, "ascii") or attribute(attributes, "hAnsi") or ""

    def _set_property(self, attributes: Mapping[str, str]) -> None:
        key, parent = _PROPERTIES[self._path[-1]]
        if self._parent == parent and self._properties and (told := attribute(attributes, "val")):
            self._properties[-1][key] = told

    def _drop_cap(self, attributes: Mapping[str, str]) -> None:
        """A large first letter stands in a paragraph of its own, before the one it belongs to."""
        told = attribute(attributes, "dropCap")
        if self._parent == "w:pPr" and self._properties and told in ("drop", "margin"):
            self._properties[-1]["joins"] = "yes"

    # ------------------------------------------------------------ tracked changes

    def _inserted(self, _: Mapping[str, str]) -> None:
        self._told.changes += 1

    def _deleted(self, _: Mapping[str, str]) -> None:
        self._told.changes += 1
        if self._parent == "w:rPr":  # the end of a paragraph
            if self._properties and self._path[-3] == "w:pPr":
                self._properties[-1]["joins"] = "yes"
        elif self._parent == "w:trPr" and self._rows:
            self._rows[-1].deleted = True
            self._skip = len(self._path) - 2
        else:
            self._leave_out()

    def _cell_deleted(self, _: Mapping[str, str]) -> None:
        self._told.changes += 1
        if self._parent == "w:tcPr":
            self._skip = len(self._path) - 2

    # ------------------------------------------------------------ fields

    def _field_sign(self, attributes: Mapping[str, str]) -> None:
        fields = self._frames[-1].fields
        match attribute(attributes, "fldCharType"):
            case "begin":
                if len(fields) >= _MOST_FIELDS:  # they were never ended
                    self._end_field(fields.pop(0))
                fields.append(Field())
                self._coding += 1
            case "separate" if fields and not fields[-1].shown:
                fields[-1].shown = True
                self._coding -= 1
                if _is_contents("".join(fields[-1].code)):
                    fields[-1].lifts = True
                    self._lifting += 1
            case "end" if fields:
                self._end_field(fields.pop())
            case _:
                pass

    def _end_field(self, entry: Field) -> None:
        self._coding -= not entry.shown
        self._lifting -= entry.lifts

    def _end_code(self) -> None:
        code = "".join(self._text or ())
        self._text = None
        fields = self._frames[-1].fields
        if fields and not fields[-1].shown and len(fields[-1].code) < _LONG_CODE:
            fields[-1].code.append(code[:_LONG_CODE])

    def _simple_field(self, attributes: Mapping[str, str]) -> None:
        if _is_contents(attribute(attributes, "instr") or ""):
            self._lift_from_here()

    def _lift_from_here(self, depth: int | None = None) -> None:
        depth = len(self._path) if depth is None else depth
        if not (self._lifted_depths and self._lifted_depths[-1] >= depth):
            self._lifted_depths.append(depth)
            self._lifting += 1

    def _gallery(self, attributes: Mapping[str, str]) -> None:
        """A content control that Word made for a table of contents."""
        told = (attribute(attributes, "val") or "").lower()
        if told == "table of contents" and "w:sdt" in self._path:
            self._lift_from_here(_last(self._path, "w:sdt"))

    def _placeholder(self, attributes: Mapping[str, str]) -> None:
        if switched_on(attribute(attributes, "val")) and self._path[-3:-1] == ["w:sdt", "w:sdtPr"]:
            self._lift_from_here(len(self._path) - 2)

    # ------------------------------------------------------------ tables, boxes, choices

    def _begin_row(self, _: Mapping[str, str]) -> None:
        self._rows.append(Row(page=self.page, seen=self.page))

    def _end_row(self) -> None:
        row = self._rows.pop()
        if row.deleted:
            return
        for paragraph in row_paragraphs(row.cells):
            self._deliver(paragraph)

    def _begin_cell(self, _: Mapping[str, str]) -> None:
        if self._rows:
            self._rows[-1].seen = self._rows[-1].page
        self._frames.append(Frame([]))

    def _end_cell(self) -> None:
        cell = self._close_frame()
        if self._rows:
            self._rows[-1].cells.append(cell)
        else:
            for paragraph in cell:
                self._deliver(paragraph)

    def _begin_box(self, _: Mapping[str, str]) -> None:
        if self._paragraphs:
            self._open_paragraph()
        self._frames.append(Frame(self._paragraphs[-1][0].boxes if self._paragraphs else []))

    def _end_box(self) -> None:
        rest = self._close_frame()
        if not self._paragraphs:
            for paragraph in rest:
                self._deliver(paragraph)

    def _close_frame(self) -> list[Paragraph]:
        frame = self._frames[-1]
        if frame.carry is not None:
            carry, frame.carry = frame.carry, None
            self._deliver(carry)
        for entry in frame.fields:
            self._end_field(entry)
        return self._frames.pop().sink or []

    def _begin_choices(self, _: Mapping[str, str]) -> None:
        self._choices.append((self._source.length, False))

    def _begin_choice(self, _: Mapping[str, str]) -> None:
        """The same thing for programs of several ages: the first that holds words is read."""
        if self._choices:
            before, _done = self._choices[-1]
            if self._source.length > before:
                self._leave_out()

    def _end_choices(self) -> None:
        self._choices.pop()

    # ------------------------------------------------------------ notes

    def _note_mark(self, attributes: Mapping[str, str]) -> None:
        key = _note_key(self._path[-1], attributes)
        if not self._paragraphs:
            return
        self._open_paragraph()
        paragraph, _ = self._paragraphs[-1]
        if self._coding or self._look(paragraph)[2]:
            self._told.dropped.add(key)
        elif not self._lifting:
            custom = attribute(attributes, "customMarkFollows")
            is_custom = custom is not None and switched_on(custom)
            if is_custom:
                self._run.custom = key
            paragraph.marks.append((key, paragraph.words_end))
            self._told.marks.append(Mark(key, len(self.sections), self.page, is_custom))

    def _begin_note(self, attributes: Mapping[str, str]) -> None:
        name = self._path[-1]
        kind = attribute(attributes, "type") or "normal"
        if name != f"w:{self._note_kind}" or kind != "normal":
            if self._note_kind is not None:
                self._leave_out()
            self._path[-1] = ""  # what was not begun must not be ended
            return
        key = _note_key(name, attributes)
        self._frames.append(Frame(self.notes.setdefault(key, [])))

    def _end_note(self) -> None:
        self._close_frame()

    # ------------------------------------------------------------ sections

    def _section_property(self, attributes: Mapping[str, str]) -> None:
        section = self._section
        section.page_start = number(attribute(attributes, "start"))
        section.page_format = attribute(attributes, "fmt")

    def _note_setting(self, attributes: Mapping[str, str]) -> None:
        told = attribute(attributes, "val")
        if told is None or len(self._path) < 3 or self._path[-3] != "w:sectPr":
            return
        section = self._section
        if self._parent == "w:footnotePr":
            section.footnotes[self._path[-1]] = told
        elif self._parent == "w:endnotePr":
            section.endnotes[self._path[-1]] = told

    def _end_section(self) -> None:
        """A section ends with the paragraph that tells of it."""
        if self._parent == "w:pPr" and self._properties:
            self._properties[-1]["ends section"] = "yes"
        else:
            self._close_section()

    # ------------------------------------------------------------ odds and ends

    def _embedded(self, _: Mapping[str, str]) -> None:
        self._told.embedded += 1

    def _write_tab(self, _: Mapping[str, str]) -> None:
        if self._parent in ("w:r", "m:r", "w:ins"):
            self._write("\t")

    def _write_sign(self, _: Mapping[str, str]) -> None:
        self._write(_SIGNS[self._path[-1]])

    # ------------------------------------------------------------ formulas

    def _begin_formula(self, _: Mapping[str, str]) -> None:
        if self._math is None:
            self._math = Formula(len(self._path))

    def _end_formula(self) -> None:
        if self._math is not None and self._math.depth == len(self._path):
            formula, self._math = self._math, None
            self._run = Run()
            self._write(formula.text())

    def _begin_formula_part(self, attributes: Mapping[str, str]) -> None:
        formula, name = self._math, self._path[-1]
        if formula is None:
            return
        sign = (_math_attribute(attributes) or "")[:1]
        if name in _MATH_SIGNS:
            formula.begin(_MATH_SIGNS[name])
        elif name == "m:d":
            formula.begin_brackets()
        elif name == "m:e" and self._parent == "m:d":
            formula.operand()
        elif name in _BRACKETS and self._parent == "m:dPr":
            formula.set_bracket(_BRACKETS.index(name), sign)
        elif name == "m:chr" and self._parent == "m:naryPr":
            formula.add(sign)

    def _end_formula_part(self) -> None:
        formula, name = self._math, self._path[-1]
        if formula is None:
            return
        if name in _MATH_SIGNS:
            formula.end()
        elif name == "m:d":
            formula.end_brackets()
        elif name == "m:fName":
            formula.add(" ")


def _last(path: Sequence[str], name: str) -> int:
    return len(path) - path[::-1].index(name)


def _is_contents(code: str) -> bool:
    return code.split(None, 1)[0].upper() in _FIELDS_OF_CONTENTS if code.strip() else False


def _note_key(name: str, attributes: Mapping[str, str]) -> NoteKey:
    kind: Literal["footnote", "endnote"] = "endnote" if "endnote" in name else "footnote"
    return kind, attribute(attributes, "id") or ""


def _math_attribute(attributes: Mapping[str, str]) -> str | None:
    return next((attributes[space + "val"] for space in _MATH if space + "val" in attributes), None)


_LEFT_OUT = (  # readings above other words, and how things were before they were changed
    "rt", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange",
    "tblGridChange", "tcPrChange", "trPrChange", "numberingChange",
)  # fmt: skip
_HANDLED_STARTS: dict[str, Callable[[Story, Mapping[str, str]], None]] = {
    "p": Story._begin_paragraph,
    "r": Story._begin_run,
    "t": Story._begin_text,
    "instrText": Story._begin_text,
    "b": Story._set_look,
    "vanish": Story._set_look,
    "sz": Story._set_look,
    "rStyle": Story._set_look,
    "rFonts": Story._set_look,
    "framePr": Story._drop_cap,
    "pStyle": Story._set_property,
    "outlineLvl": Story._set_property,
    "numId": Story._set_property,
    "ilvl": Story._set_property,
    "sym": Story._symbol,
    "tab": Story._write_tab,
    "ptab": Story._write_tab,
    "cr": Story._write_sign,
    "br": Story._break,
    "noBreakHyphen": Story._write_sign,
    "softHyphen": Story._write_sign,
    "lastRenderedPageBreak": Story._turn_page,
    "ins": Story._inserted,
    "moveTo": Story._inserted,
    "del": Story._deleted,
    "moveFrom": Story._deleted,
    "cellDel": Story._cell_deleted,
    "fldChar": Story._field_sign,
    "fldSimple": Story._simple_field,
    "docPartGallery": Story._gallery,
    "showingPlcHdr": Story._placeholder,
    "tr": Story._begin_row,
    "tc": Story._begin_cell,
    "txbxContent": Story._begin_box,
    "footnoteReference": Story._note_mark,
    "endnoteReference": Story._note_mark,
    "footnote": Story._begin_note,
    "endnote": Story._begin_note,
    "pgNumType": Story._section_property,
    "numFmt": Story._note_setting,
    "numStart": Story._note_setting,
    "numRestart": Story._note_setting,
    **dict.fromkeys(_LEFT_OUT, Story._leave_out),
    "altChunk": Story._embedded,
    "subDoc": Story._embedded,
}
_HANDLED_ENDS: dict[str, Callable[[Story], None]] = {
    "p": Story._end_paragraph,
    "pPr": Story._end_paragraph_properties,
    "r": Story._end_run,
    "t": Story._end_text,
    "instrText": Story._end_code,
    "tr": Story._end_row,
    "tc": Story._end_cell,
    "txbxContent": Story._end_box,
    "footnote": Story._end_note,
    "endnote": Story._end_note,
    "sectPr": Story._end_section,
}
_KNOWN = {
    *_HANDLED_STARTS, *_HANDLED_ENDS,
    "rPr", "numPr", "trPr", "tcPr", "sdt", "sdtPr", "footnotePr", "endnotePr", "body",
}  # fmt: skip
_MATH_SIGNS = {
    "m:num": "", "m:den": "/", "m:sup": "^", "m:sub": "_", "m:lim": "_", "m:rad": "√",
}  # fmt: skip
_BRACKETS = ("m:begChr", "m:sepChr", "m:endChr")
_STARTS: dict[str, Callable[[Story, Mapping[str, str]], None]] = {
    **{f"w:{name}": handler for name, handler in _HANDLED_STARTS.items()},
    "m:r": Story._begin_run,
    "m:t": Story._begin_text,
    "m:oMath": Story._begin_formula,
    **dict.fromkeys(_MATH_SIGNS, Story._begin_formula_part),
    "m:d": Story._begin_formula_part,
    **dict.fromkeys(_BRACKETS, Story._begin_formula_part),
    "m:e": Story._begin_formula_part,
    "m:chr": Story._begin_formula_part,
    "mc:AlternateContent": Story._begin_choices,
    "mc:Choice": Story._begin_choice,
    "mc:Fallback": Story._begin_choice,
}
_ENDS: dict[str, Callable[[Story], None]] = {
    **{f"w:{name}": handler for name, handler in _HANDLED_ENDS.items()},
    "m:r": Story._end_run,
    "m:t": Story._end_text,
    "m:oMath": Story._end_formula,
    **dict.fromkeys(_MATH_SIGNS, Story._end_formula_part),
    "m:d": Story._end_formula_part,
    "m:fName": Story._end_formula_part,
    "mc:AlternateContent": Story._end_choices,
}
_MATH_KNOWN = {name.removeprefix("m:") for name in (*_STARTS, *_ENDS) if name.startswith("m:")} | {
    "dPr",
    "naryPr",
}
_NAMES = {
    **{name: name for name in (*_STARTS, *_ENDS)},  # where damage took the declaration of names
    **{space + name: f"w:{name}" for space in WORD for name in _KNOWN},
    **{space + name: f"m:{name}" for space in _MATH for name in _MATH_KNOWN},
    **{_CHOICES + name: f"mc:{name}" for name in ("AlternateContent", "Choice", "Fallback")},
}
