"""reStructuredText -> text without its marks, with headings, blocks, footnotes and citations.

docutils says what each line is. It tells of a text only about where it stands, so words are looked
for from there on and lead back exactly; a substitution leads to its ``|name|``. Directives and roles
are not run but shown with their words, Sphinx's too, by states and an inline parser of our own that
no other user of docutils sees. Comments, targets and the names of directives and roles are markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from docutils.frontend import Values, get_default_settings
from docutils.parsers.rst import Parser, states
from docutils.statemachine import StringList, TransitionCorrection
from docutils.utils import escape2null, new_document, punctuation_chars

from index.model import Lifted, Note, ReadingWarning, one_line
from index.reading.markdown import CODE_LINE
from index.reading.placed import BlockReader, Content, PendingBlock
from index.reading.plain import read_plain
from index.reading.text import Block, BlockKind, Reading, SourceMap, TextBuilder, marks_outside

_DEEPEST = 40  # lists, quotes and directives in each other
_MOST_LINES = 50_000  # docutils copies the rest of the lines at each list
_MOST_CHARACTERS = 20_000_000
_LONGEST_LINE = 20_000
_MOST_NESTED = (
    100_000  # items, cells, quotes and directives: each takes docutils a fifth of a millisecond
)
_LONGEST_WORD = 500  # docutils looks at each part of a word once more
_MOST_INLINE = 60_000_000  # characters to be searched for the ends of inline marks
_MOST_IN_BLOCK = 3_000_000  # of which in one paragraph
_MOST_TABLE = 3_000_000  # corners of a table times its height and width
_NEAR = 200  # lines within which a text is looked for
_TAB = 8

_LINE_END = re.compile(r"\r\n?|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BLANK = "\f\v\x85\u2028\u2029"
_ENUMERATOR = re.compile(r"\(?(?:[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+|#)[.)](?=\s|$)")
_OPTION = re.compile(r":([\w:.+-]+):(?:\s+(.*))?$")
_FIELD_END = re.compile(r":(?=\s|$)")
_SUBSTITUTION = re.compile(r"([^|]+)\|\s+([\w:.+-]+)::")
_CODE_POINT = re.compile(r"(?:0x|x|\\x|U\+|u|\\u|&#x)([0-9a-fA-F]{1,6});?|([0-9]{1,7})")
_RCS = re.compile(r"\$(?:Date|Author|Revision)(?::(.*))?\$")
_MARKS = re.compile(r"[*`|\[_]")
_WORD = re.compile(r"\S+")

_HIDDEN = frozenset(
    "index highlight highlightlang currentmodule py:currentmodule default-domain default-role role "
    "meta sectnum section-numbering tabularcolumns target-notes include literalinclude".split()
)
_OUTSIDE = frozenset("include literalinclude".split())
_SILENT = frozenset(
    "image figure code code-block sourcecode only class rst-class cssclass container graphviz ifconfig "
    "testcode testoutput testsetup testcleanup doctest prompt ipython toctree".split()
)
_LITERAL = frozenset(
    "code code-block sourcecode math parsed-literal productionlist graphviz digraph graph mermaid uml "
    "plantuml testcode testoutput testsetup testcleanup doctest prompt ipython aafig ditaa".split()
)
_ADMONITIONS = frozenset(
    "attention caution danger error hint important note tip warning seealso todo epigraph highlights "
    "pull-quote compound glossary replace".split()
)
_CHANGES = frozenset("versionadded versionchanged deprecated versionremoved".split())
_TITLED = frozenset(
    "topic sidebar rubric admonition table list-table csv-table centered contents tab dropdown card "
    "tab-item grid-item-card".split()
)
_SHOWN_OPTIONS = frozenset("alt caption".split())
_VERBATIM_ROLES = frozenset("math code kbd samp command file guilabel menuselection abbr".split())
_PROPERTIES = {
    "organization": "publisher",
    "copyright": "rights",
    "authors": "author",
    "lang": "language",
}
_DOCINFO = frozenset("author date language lang publisher rights title url version".split())
_SYMBOLS = "*†‡§¶#♠♥♦♣"


def read_rst(text: str, encoding: str) -> Reading:
    """The words of reStructuredText ``text``: block by block, notes at the end.

    What docutils could only read at great cost (nested beyond reason, of very many or very long
    lines) is read as plain text, with a warning.
    """
    source, to_file = _normal(text)
    lines = source.split("\n")
    try:
        _refuse_unwieldy(lines)
        document = _parse(lines)
        reader = _Reader(source, lines, document)
        reader.read()
    except _UnwieldyError as error:
        return _as_plain(text, encoding, str(error))
    except Exception:  # docutils asserts, and fails on numbers of a thousand digits
        return _as_plain(text, encoding, "Its reStructuredText can't be told")
    return reader.reading(text, encoding, to_file, "restructuredtext")


class _UnwieldyError(Exception):
    """Why a text is not for docutils."""


def _as_plain(text: str, encoding: str, reason: str) -> Reading:
    plain = read_plain(text, encoding)
    warning = ReadingWarning(f"{reason}; it is read as plain text.")
    return replace(plain, warnings=(*plain.warnings, warning))


def _refuse_unwieldy(lines: Sequence[str]) -> None:
    if len(lines) > _MOST_LINES or sum(map(len, lines)) > _MOST_CHARACTERS:
        raise _UnwieldyError("It is too long for reStructuredText")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise _UnwieldyError("Its lines are too long for reStructuredText")


def _normal(text: str) -> tuple[str, SourceMap]:
    """``text`` as docutils reads it: line feeds, blanks for tabs, no control characters."""
    builder = TextBuilder()
    position = start = 0
    while position <= len(text):
        end = _LINE_END.search(text, position)
        stop = end.start() if end else len(text)
        start = position
        column = 0
        line = text[position:stop]
        if "\t" in line or _CONTROL.search(line) or not line.isprintable():
            for number, char in enumerate(line):
                if char == "\t":
                    width = _TAB - column % _TAB
                    for _ in range(width):
                        builder.append(" ", start + number)
                    column += width
                elif char in _BLANK:
                    builder.append(" ", start + number)
                    column += 1
                elif not _CONTROL.match(char):
                    builder.append(char, start + number)
                    column += 1
        else:
            builder.append(line, start)
        if end is None:
            break
        builder.append("\n", end.end() - 1)
        position = end.end()
    return builder.result()


_DIRECTIVE = re.compile(r"[ \t]*\.\. (?:\|[^|\n]{1,80}\| )?[A-Za-z][\w:.+-]{0,60}::(?:[ \t]|$)")
_TARGET = re.compile(r"\.\. (?:_[^:\n]{1,200}:(?:[ \t]|$)|\[(?:\d+|#[\w-]*|\*)\] \S)")
_ROLE = re.compile(r"(?<![\w:]):[A-Za-z][\w:.+-]{0,60}:`[^`\n]{1,300}`")
_PHRASE = re.compile(r"`[^`\n]{1,300}`__?(?!\w)")
_LITERAL_TEXT = re.compile(r"(?<![\w`])``[^`\s](?:[^`\n]{0,300}[^`\s])?``(?![\w`])")
_RULE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*")
_FENCE = re.compile(r"[ ]{0,3}(?:```|~~~)")
_ATX = re.compile(r"#{1,6} \S")


def looks_like_rst(sample: str) -> bool:
    """Whether ``sample``, the beginning of a text, is marked up in reStructuredText.

    Prose, logs, source code, e-mail and Markdown are not: titles that are underlined as Markdown does
    count only beside marks that nothing else has.
    """
    lines = _LINE_END.split(sample)
    titles = score = fences = 0
    for number, line in enumerate(lines):
        if _DIRECTIVE.match(line):
            score += 3
        elif _TARGET.match(line):
            score += 2
        elif number and _RULE.fullmatch(line) and _underlines(lines, number):
            titles += 1
        elif _FENCE.match(line) or _ATX.match(line):
            fences += 1
        score += min(2, sum(1 for _ in _ROLE.finditer(line)))
        score += min(1, sum(1 for _ in _PHRASE.finditer(line)))
    literals = sum(1 for _ in _LITERAL_TEXT.finditer(sample))
    ends = sum(1 for n, line in enumerate(lines) if line.endswith("::") and _indented(lines, n + 1))
    code = sum(1 for line in lines if CODE_LINE.match(line))
    if fences > score or code > 1 + len(lines) // 100 + score // 6:
        return False
    if titles:
        return score + literals + ends >= 1
    return score >= 4


def _underlines(lines: Sequence[str], number: int) -> bool:
    title = lines[number - 1].rstrip()
    above = lines[number - 2].strip() if number > 1 else ""
    return (
        bool(title.strip())
        and any(char.isalnum() for char in title)
        and 0 <= len(lines[number].rstrip()) - len(title) <= 40
        and (not above or above == lines[number].strip())
    )


def _indented(lines: Sequence[str], number: int) -> bool:
    """Whether a blank line and then an indented one stand at ``number``."""
    return (
        number + 1 < len(lines)
        and not lines[number].strip()
        and lines[number + 1][:1] in (" ", "\t")
    )


# ---------------------------------------------------------------- docutils, made tame


class _Words(nodes.inline):
    """A text with inline marks, as written, and its pieces.

    A piece is a kind and a range of the text without the marks around it. ``line`` is about where it
    stands, counting from 0; ``placed`` says exactly where, if that is known.
    """

    def __init__(self, text: str = "", line: int = 0) -> None:
        super().__init__("")
        self.written = text
        self.at = line
        self.pieces: list[tuple[str, int, int]] = []
        self.placed: list[tuple[int, int]] | None = None


class _Verbatim(nodes.literal_block):
    """Lines that stand as they are: code, and what else no mark is looked for in."""

    def __init__(self, lines: Sequence[str] = (), line: int = 0, kind: BlockKind = "code") -> None:
        super().__init__()
        self.written = "\n".join(lines)
        self.at = line
        self.kind: BlockKind = kind


class _Directive(nodes.container):
    """A directive's words, one child after the other."""


class _ListTable(nodes.container):
    """A table written as a list of lists."""


class _Raw(nodes.container):
    """Lines ``first`` to ``last``, which are no text but raw HTML or the like."""

    def __init__(self, first: int = 0, last: int = 0) -> None:
        super().__init__()
        self.first, self.last = first, last


class _Target(nodes.container):
    """A name for what follows it."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name


class _Elsewhere(nodes.container):
    """An instruction to take in another file, which stays undone."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.at = line


class _Inliner(states.Inliner):
    """Finds inline marks, and where they stand; knows no roles and no addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.left = _MOST_INLINE
        self.gave_up: int | None = None  # the first line whose marks were not looked for

    def parse(self, text: str, lineno: int, memo: Any, parent: Any) -> Any:  # noqa: ARG002  # docutils passes it
        """One `_Words`, and no messages."""
        try:
            line = memo.reporter.get_source_and_line(lineno)[1]
        except (AttributeError, TypeError):
            line = lineno
        words = _Words(text, (line or lineno or 1) - 1)
        escaped = escape2null(text)
        marks = sum(1 for _ in _MARKS.finditer(text))
        cost = marks * len(text)
        if cost > min(_MOST_IN_BLOCK, self.left) or (
            len(text) > _LONGEST_WORD and max(map(len, text.split()), default=0) > _LONGEST_WORD
        ):
            if self.gave_up is None:
                self.gave_up = words.at
            words.pieces.append(("literal", 0, len(text)))
        else:
            self.left -= cost
            words.pieces += self._pieces(escaped)
        words += nodes.Text(plain_words(words))
        return [words], []

    def _pieces(self, text: str) -> Iterator[tuple[str, int, int]]:
        done = position = 0
        while match := self.patterns.initial.search(text, position):
            found = self._construct(match)
            if found is None:
                position = max(match.end(), position + 1)
                continue
            start, stop, piece = found
            if done < start:
                yield "text", done, start
            yield piece
            done = position = stop
        if done < len(text):
            yield "text", done, len(text)

    def _construct(self, match: re.Match[str]) -> tuple[int, int, tuple[str, int, int]] | None:
        """Where the mark that begins at ``match`` begins and ends, and what it holds."""
        text = match.string
        if match["refend"]:
            start = match.start("whole")
            return start, match.end("whole"), ("text", start, match.start("refend"))
        if match["fnend"]:
            label = match.start("footnotelabel")
            kind = "citation" if match["citationlabel"] else "footnote"
            stop = match.end("whole")
            return match.start("whole"), stop, (kind, label, match.end("footnotelabel"))
        group = "start" if match["start"] else "backquote"
        begin = match.end(group)
        if not match["role"] and self._quoted(text, match.start(group), begin):
            return None
        pattern = {
            "*": self.patterns.emphasis,
            "**": self.patterns.strong,
            "``": self.patterns.literal,
            "_`": self.patterns.target,
            "|": self.patterns.substitution_ref,
        }.get(match["start"] or "", self.patterns.interpreted_or_phrase_ref)
        end = pattern.search(text, begin)
        if end is None or end.start(1) <= begin:
            return None
        kind = {"``": "literal", "|": "substitution"}.get(match["start"] or "", "text")
        stop = end.end(1)
        inner = begin, end.start(1)
        if match["backquote"]:
            role = (match["role"] or "").strip(":") or (end["role"] or "").strip(":")
            kind, *inner_ = _shown(text, *inner, role, link=bool(end["refend"]))
            inner = inner_[0], inner_[1]
            return match.start("role"), stop, (kind, *inner)
        return match.start("start"), stop, (kind, *inner)

    @staticmethod
    def _quoted(text: str, start: int, stop: int) -> bool:
        """Whether the mark stands in quotes, and so is none."""
        if start == 0:
            return False
        return stop >= len(text) or bool(punctuation_chars.match_chars(text[start - 1], text[stop]))


for _name, _pattern in vars(states.Inliner).items():  # which it looks for in the class itself
    if isinstance(_pattern, str) and not _name.startswith("__"):
        setattr(_Inliner, _name, _pattern)


def _shown(text: str, start: int, stop: int, role: str, *, link: bool) -> tuple[str, int, int]:
    """What is shown of what stands between backquotes: the title of ``title <target>``."""
    if not link and (not role or role.startswith("code") or role in _VERBATIM_ROLES):
        return ("literal" if role.startswith(("math", "code")) else "text"), start, stop
    if text[stop - 1] == ">" and text[stop - 2] != "\0":
        bracket = text.rfind("<", start, stop)
        title = text[start : max(bracket, start)].rstrip(" \n")
        if bracket > start and title and text[bracket - 1] in " \n":
            return "text", start, start + len(title)
        if bracket == start:
            return "text", start + 1, stop - 1
    if not link and text[start] in "~!" and stop - start > 1:
        start += 1
    return "text", start, stop


def plain_words(words: _Words) -> str:
    """What ``words`` say, without marks."""
    return "".join(
        words.written[position]
        for kind, start, stop in words.pieces
        if kind not in ("footnote", "citation")
        for position in _kept(words.written, start, stop, kind)
    )


def _kept(text: str, start: int, stop: int, kind: str) -> Iterator[int]:
    """The offsets of the characters that are shown: not of a backslash nor of the blank it takes."""
    if kind == "literal":
        yield from range(start, stop)
        return
    position = start
    while position < stop:
        if text[position] == "\\":
            position += 1
            if position < stop and text[position] not in " \n":
                yield position
        else:
            yield position
        position += 1


class _State:
    """What every state does otherwise than docutils' own."""

    memo: Any
    document: Any
    state_machine: Any
    inliner: Any

    def __init__(self, state_machine: Any, debug: bool = False) -> None:
        super().__init__(state_machine, debug)  # type: ignore[call-arg]
        self.nested_sm_kwargs = {"state_classes": _STATES, "initial_state": "Body"}

    @property
    def nested_sm_cache(self) -> list[Any]:
        """State machines to be used again: of this text alone."""
        if not hasattr(self.memo, "machines"):
            self.memo.machines = []
        machines: list[Any] = self.memo.machines
        return machines

    def nested_parse(self, *arguments: Any, **options: Any) -> Any:
        depth = getattr(self.memo, "depth", 0)
        self.memo.left = getattr(self.memo, "left", self.document.most_nested) - 1
        if depth >= _DEEPEST or self.memo.left < 0:
            raise _UnwieldyError("Its reStructuredText is nested too deep or too often")
        self.memo.depth = depth + 1
        try:
            return super().nested_parse(*arguments, **options)  # type: ignore[misc]
        finally:
            self.memo.depth = depth


class _Body(_State):
    explicit: Any
    goto_line: Any

    def block_quote(self, indented: StringList, line_offset: int) -> list[nodes.Node]:
        """One quote; who said it is its last paragraph."""
        quote = nodes.block_quote()
        self.nested_parse(indented, line_offset, quote)
        return [quote]

    def option_list_item(self, match: re.Match[str]) -> Any:
        """Options as they are written, and what they are for."""
        line = self.state_machine.abs_line_offset()
        indented, _, offset, finish = self.state_machine.get_first_known_indented(match.end())
        if not indented:
            self.goto_line(line)
            raise TransitionCorrection("text")
        words = _Words(match[0].strip(), line)
        words.pieces = [("literal", 0, len(words.written))]
        description = nodes.description()
        self.nested_parse(indented, offset, description)
        item = nodes.option_list_item("", nodes.option_group("", words), description)
        return item, finish

    def parse_field_body(self, indented: StringList, offset: int, node: Any) -> None:
        """Paragraphs and lists; a single line is words, even if it begins ``V. Olsen``."""
        if len(indented) == 1 and not indented[0].endswith("::"):
            self._inline(node, list(indented), offset)
        else:
            self.nested_parse(indented, offset, node)

    def nest_line_block_lines(self, block: nodes.Element) -> None:
        """Nothing: how far a line is indented is not kept."""

    def table(self, isolate: Any, parser: Any) -> Any:
        """docutils' own, if the table is not so large that its cells would take long to find."""

        def guarded() -> Any:
            block, messages, finish = isolate()
            if not block:
                return block, messages, finish
            corners = sum(line.count("+") for line in block)
            columns = block[0].count(" =") * len(block)
            if max(corners * (len(block) + len(block[0])), columns) > _MOST_TABLE:
                first = self.state_machine.abs_line_offset() - len(block) + 1
                return None, [_Verbatim(list(block), max(0, first))], finish
            return block, messages, finish

        return super().table(guarded, parser)  # type: ignore[misc]

    def hyperlink_target(self, match: re.Match[str]) -> Any:
        """A name for what follows, if no address does."""
        block, _, _, finish = self.state_machine.get_first_known_indented(
            match.end(), until_blank=True, strip_indent=False
        )
        written = block[0].strip() if block else ""
        name = written.rstrip(":").strip("`")
        inner = written.endswith(":") and len(block) == 1
        return ([_Target(name)] if inner else []), finish

    def substitution_def(self, match: re.Match[str]) -> Any:
        """Put by what is to stand for a name."""
        line = self.state_machine.abs_line_offset()
        block, _, _, finish = self.state_machine.get_first_known_indented(
            match.end(), strip_indent=False
        )
        found = _SUBSTITUTION.match("\n".join(block)[:_LONGEST_LINE])
        if found:
            written = "\n".join(block)[found.end() :].strip()[:_LONGEST_LINE]
            self._substitutions()[one_line(found[1]).lower()] = self._replacement(
                found[2].lower(), written, line
            )
            return [], finish
        return [_Verbatim([match.string, *block[1:]], line, "text")], finish

    def _substitutions(self) -> dict[str, str]:
        if not hasattr(self.document, "replacements"):
            self.document.replacements = {}
        replacements: dict[str, str] = self.document.replacements
        return replacements

    def _replacement(self, directive: str, written: str, line: int) -> str:
        if directive == "replace":
            (words,), _ = self.inliner.parse(written, line + 1, self.memo, None)
            return one_line(plain_words(words))
        if directive == "unicode":
            written = written.split("\n")[0].split(".. ")[0]
            return "".join(_code_point(word) for word in written.split())
        options = (_OPTION.match(option.strip()) for option in written.split("\n"))
        return next(
            (one_line(found[2] or "") for found in options if found and found[1] == "alt"), ""
        )

    def directive(self, match: re.Match[str], **_: Any) -> Any:
        """The words of a directive, whatever it is."""
        name = match[1].lower()
        line = self.state_machine.abs_line_offset()
        block, _, _, finish = self.state_machine.get_first_known_indented(
            match.end(), strip_top=False
        )
        while block and not block[-1].strip():
            block.trim_end()
        shown = _Directive()
        if block:
            self._show(shown, name, block, line)
        if name in _OUTSIDE:
            shown += _Elsewhere(line)
        return [shown], finish

    def _show(self, shown: nodes.Element, name: str, block: StringList, line: int) -> None:
        if name == "raw":
            shown += _Raw(line, line + len(block) - 1)
        if name in _HIDDEN or name == "raw":
            return
        options = next((n for n, text in enumerate(block) if n and _OPTION.match(text)), len(block))
        blank = next((n for n, text in enumerate(block) if not text.strip() and n), len(block))
        head = min(options, blank)  # lines of the argument
        body = head
        if options < blank:
            while body < len(block) and block[body].strip():
                body += 1
        argued = name not in _SILENT and any(text.strip() for text in block[:head])
        if argued:
            self._argument(shown, name, block[:head], line)
        for number in range(head, body):
            option = _OPTION.match(block[number])
            if name == "csv-table" and option and option[1] == "header":
                self._csv(shown, [option[2] or ""], line + number)
            elif option and option[1] in _SHOWN_OPTIONS and option[2]:
                self._inline(shown, [option[2]], line + number)
        while body < len(block) and not block[body].strip():
            body += 1
        rest = block[body:]
        if name in _SILENT and name not in _LITERAL and name != "toctree":
            self.nested_parse(rest, line + body, shown)
        elif name in _LITERAL:
            shown += _Verbatim(list(rest), line + body) if rest else []
        elif name == "toctree":
            for number, text in enumerate(rest):
                if text.strip():
                    shown += _Verbatim([text], line + body + number, "item")
        elif name == "csv-table":
            self._csv(shown, list(rest), line + body)
        elif name == "list-table":
            table = _ListTable()
            self.nested_parse(rest, line + body, table)
            shown += table
        elif rest:
            self.nested_parse(rest, line + body, shown)

    def _argument(self, shown: nodes.Element, name: str, head: StringList, line: int) -> None:
        if name in _ADMONITIONS:
            self.nested_parse(head, line, shown)
        elif name in _CHANGES or name in _TITLED:
            paragraph = self._inline(shown, list(head), line)
            if name in _CHANGES:
                paragraph["named"] = name
        else:
            kind: BlockKind = "code" if name in _LITERAL else "text"
            shown += _Verbatim(list(head), line, kind)

    def _inline(self, shown: nodes.Element, lines: Sequence[str], line: int) -> nodes.paragraph:
        words, _ = self.inliner.parse("\n".join(lines).strip("\n"), line + 1, self.memo, None)
        words[0].at = line
        paragraph = nodes.paragraph("", "", *words)
        shown += paragraph
        return paragraph

    def _csv(self, shown: nodes.Element, lines: Sequence[str], line: int) -> None:
        for number, text in enumerate(lines):
            row = nodes.row()
            for cell in _cells(text):
                entry = nodes.entry()
                words = _Words(cell, line + number)
                words.pieces = [("text", 0, len(cell))]
                entry += nodes.paragraph("", "", words)
                row += entry
            shown += row if text.strip() else []


class _Text(_State):
    def term(self, lines: Sequence[str], lineno: int) -> Any:
        """The term with its classifiers, as they are written."""
        words, messages = self.inliner.parse(lines[0], lineno, self.memo, None)
        return [nodes.term("", "", *words)], messages


def _cells(line: str) -> list[str]:
    """What stands between the commas of a line, without the quotes around it."""
    cells: list[str] = []
    cell: list[str] = []
    quoted = False
    for char in line:
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            cells.append("".join(cell).strip())
            cell = []
            continue
        cell.append(char)
    cells.append("".join(cell).strip())
    return [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]


def _code_point(word: str) -> str:
    found = _CODE_POINT.fullmatch(word)
    if not found:
        return word
    value = int(found[1], 16) if found[1] else int(found[2])
    return chr(value) if value < 0x110000 and not 0xD800 <= value < 0xE000 and value > 31 else word


def _tamed() -> tuple[type, ...]:
    tamed: list[type] = []
    for state in states.state_classes:
        base = _Body if issubclass(state, states.Body) else _Text
        tamed.append(type(state.__name__, (base, state), {}))
    return tuple(tamed)


_EXPLICIT: Any = states.Body.explicit
_Body.explicit = SimpleNamespace(
    patterns=_EXPLICIT.patterns,
    constructs=[
        (getattr(_Body, method.__name__, method), pattern)
        for method, pattern in _EXPLICIT.constructs
    ],
)
_STATES = _tamed()


@cache
def _settings() -> Values:
    """Nothing is taken in from elsewhere, printed or raised. No file of settings is read."""
    settings = get_default_settings(Parser)
    settings.file_insertion_enabled = False
    settings.raw_enabled = False
    settings.report_level = settings.halt_level = 5
    settings.warning_stream = False
    return settings


def _parse(lines: Sequence[str]) -> Any:
    """The tree of a text, whose ``replacements`` are its substitutions."""
    document: Any = new_document("", _settings().copy())
    length = sum(map(len, lines))
    document.most_nested = min(2_000 + length // 4, _MOST_NESTED)
    machine = states.RSTStateMachine(state_classes=_STATES, initial_state="Body")
    inliner = _Inliner()
    machine.run([line.rstrip() for line in lines], document, inliner=inliner)
    document.unmarked_from = inliner.gave_up
    return document


# ---------------------------------------------------------------- the tree -> text


class _Reader(BlockReader):
    """Walks the tree once, writing what is to be read and noting what it was."""

    def __init__(self, source: str, lines: Sequence[str], document: Any) -> None:
        super().__init__({})
        self._source = source
        self._lines = lines
        self._line_starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        self._document = document
        self._replacements: dict[str, str] = getattr(document, "replacements", {})
        self._used: dict[int, list[tuple[int, int]]] = {}  # of each line, what is already placed
        self._source_end = 0
        self._containers: list[BlockKind] = []
        self._markers: list[tuple[int, int]] = []  # line and number of items without words yet
        self._anchor: str | None = None
        self._cell: PendingBlock | None = None
        self._bars = 0
        self._first = True  # nothing but a title has been read
        self._in_name = False  # of a field, which stands at its line's front
        self._labels: dict[str, _NoteText] = {}  # how a note is referred to -> the note
        self._unnamed: dict[str, list[_NoteText]] = {"#": [], "*": []}
        self._taken = {"#": 0, "*": 0}
        self._order: list[_NoteText] = []
        self._spans: list[tuple[_NoteText, int, int]] = []
        self._in_note = False
        self._last_words = ""  # of the block that was written last
        self._all: list[_NoteText] = []
        self._marked: list[_NoteText] = []  # of each mark
        self.astray = 0  # characters that lead only near to their place

    def read(self) -> None:
        """Write the whole document, then its notes."""
        self._find_notes()
        self._children(self._document, 0)
        self._read_notes()
        if self._document.unmarked_from is not None:
            self.warn(
                "Its inline marks are so many that some are left as they are written.",
                self._document.unmarked_from + 1,
            )

    # ------------------------------------------------------------ notes

    def _find_notes(self) -> None:
        found = [
            _NoteText(node)
            for node in self._document.findall(
                lambda node: isinstance(node, nodes.footnote | nodes.citation)
            )
        ]
        printed = {note.label for note in found if note.label}
        number = 0
        for note in found:
            auto = note.node.get("auto")
            names = [name.lower() for name in note.node["names"] + note.node["dupnames"]]
            if auto == 1:
                while str(number := number + 1) in printed:
                    pass
                note.label = str(number)
                if not names:
                    self._unnamed["#"].append(note)
            elif auto == "*":
                position = len(self._unnamed["*"])
                note.label = _SYMBOLS[position % 10] * (position // 10 + 1)
                self._unnamed["*"].append(note)
            for name in names:
                self._labels.setdefault(("#" if auto == 1 else "") + name, note)
                self._labels.setdefault(name, note)
        self._all = found

    def _note_of(self, label: str) -> _NoteText | None:
        """The note that a mark ``label`` belongs to; for ``#`` and ``*`` the next one."""
        if label in ("#", "*"):
            position = self._taken[label]
            self._taken[label] += 1
            unnamed = self._unnamed[label]
            return unnamed[position] if position < len(unnamed) else None
        return self._labels.get(one_line(label).lower())

    def _read_notes(self) -> None:
        self._in_note = True
        self._containers.clear()
        written = 0
        unmarked = iter(self._all)
        while True:
            if written < len(self._order):
                note = self._order[written]
                written += 1
                self._spans.append((note, -1, -1))
                self._children(note.node, 0)
                self._markers.clear()
                if self._spans[-1][1] < 0:
                    self._spans.pop()
            else:
                for note in unmarked:
                    if not note.ordered:
                        self.warn("A note has no mark in the text.", note.node.line or 1)
                        self._in_order(note)
                        break
                else:
                    return

    def _in_order(self, note: _NoteText) -> None:
        if not note.ordered:
            note.ordered = True
            self._order.append(note)

    def numbered_notes(self, stored: str) -> tuple[Note, ...]:
        """The notes by number, with their texts and the labels that are printed."""
        return tuple(
            Note(
                number,
                start,
                stop,
                marks_outside(note.marks, start, stop),
                stored[start:stop],
                note.label if note.label != str(number) else None,
            )
            for number, (note, start, stop) in enumerate(self._spans, 1)
        )

    # ------------------------------------------------------------ the tree

    def _children(self, node: Any, level: int) -> None:
        for child in node.children:
            self._node(child, level)

    def _node(self, node: Any, level: int) -> None:
        match node:
            case nodes.section():
                self._children(node, level + 1)
            case nodes.title():
                self._heading(node, level)
            case nodes.paragraph() | nodes.term() | nodes.line():
                self._paragraph(node)
            case _Words():
                self._text([node], self._kind("text"))
            case _Verbatim():
                self._verbatim(node.written, node.at, node.kind)
            case nodes.literal_block() | nodes.doctest_block():
                self._verbatim(node.rawsource or node.astext(), (node.line or 1) - 1, "code")
            case nodes.bullet_list() | nodes.enumerated_list():
                self._list(node, level)
            case nodes.definition_list_item():
                self._within("item", node, level)
            case nodes.block_quote():
                self._within("quote", node, level)
            case nodes.field_list():
                self._fields(node, level)
            case nodes.option_list_item():
                self._option(node, level)
            case nodes.line_block():
                self._line_block(node)
            case nodes.row():
                self._row(node.children, level)
            case _ListTable():
                self._list_table(node, level)
            case _Raw():
                self._raw(node)
            case _Target():
                self._anchor = nodes.make_id(node.name) or self._anchor
            case _Elsewhere():
                self.warn("What it takes in from other files was left out.", node.at + 1)
            case nodes.system_message():
                self._message(node)
            case (
                nodes.Text() | nodes.comment() | nodes.footnote() | nodes.citation() | nodes.label()
            ):
                pass
            case nodes.Element():
                self._children(node, level)
            case _:
                pass

    def _within(self, kind: BlockKind, node: Any, level: int) -> None:
        self._containers.append(kind)
        self._children(node, level)
        self._containers.pop()

    def _kind(self, kind: BlockKind) -> BlockKind:
        return self._containers[-1] if self._containers and kind == "text" else kind

    def _heading(self, title: Any, level: int) -> None:
        ids = title.parent.get("ids", ()) if title.parent is not None else ()
        anchor, self._anchor = self._anchor or (ids[0] if ids else None), None
        heading = bool(level) and isinstance(title.parent, nodes.section) and not self._in_note
        first = self._first
        span = self._text(
            title.children, "heading" if heading else self._kind("text"), level, anchor=anchor
        )
        if heading and span:
            self._first = first
            if level == 1 and self.title is None:
                self.title = self._last_words

    def _paragraph(self, paragraph: Any) -> None:
        named = paragraph.get("named") if isinstance(paragraph, nodes.Element) else None
        words = [child for child in paragraph.children if isinstance(child, _Words)]
        self._text(words, self._kind("text"), named=named)

    def _text(
        self,
        words: Sequence[Any],
        kind: BlockKind,
        level: int = 0,
        *,
        anchor: str | None = None,
        named: str | None = None,
    ) -> tuple[int, int] | None:
        block = self._begin(marked=kind != "heading")
        for one in words:
            if not isinstance(one, _Words):
                continue
            if named:
                self._name(block, named, one.at)
            self._inline(block, one)
        return self._finish(block, kind, level, anchor)

    def _name(self, block: PendingBlock, name: str, line: int) -> None:
        """The name of a directive, which says something here: versionadded."""
        column = self._lines[line].lower().find(name) if line < len(self._lines) else -1
        if column >= 0:
            start = self._line_starts[line] + column
            self._insert(block, self._source[start : start + len(name)], start)
            self._insert(block, " ", start + len(name))

    def _verbatim(self, written: str, line: int, kind: BlockKind) -> None:
        content = self._placed(written, line)
        block = self._begin()
        self._write(block, content, 0, len(written))
        self._finish(block, self._kind(kind))

    def _list(self, node: Any, level: int) -> None:
        self._containers.append("item")
        numbered = isinstance(node, nodes.enumerated_list)
        for number, item in enumerate(node.children, node.get("start", 1)):
            if numbered and isinstance(item, nodes.list_item):
                self._markers.append(((item.line or 1) - 1, number))
            self._node(item, level)
            if self._markers:  # a number without words, perhaps a year
                self._finish(self._begin(), "item")
        self._containers.pop()

    def _fields(self, fields: Any, level: int) -> None:
        docinfo = self._first and level <= 1 and not self._in_note and self._cell is None
        for field in fields.children:
            parts: list[Any] = [each for each in field.children if isinstance(each, nodes.Element)]
            if not parts:
                self._node(field, level)
                continue
            block = self._begin()
            self._in_name = True
            for words in parts[0].children:
                if isinstance(words, _Words):
                    self._inline(block, words)
            self._in_name = False
            body = [part for part in parts[1:] for part in part.children]
            self._named_body(block, body, level, "text", ": ")
            if docinfo:
                name = (
                    plain_words(parts[0].children[0]).strip().lower() if parts[0].children else ""
                )
                said = self._last_words.partition(":")[2].strip()
                self._docinfo(name, said)
        self._first = False

    def _docinfo(self, name: str, said: str) -> None:
        if rcs := _RCS.fullmatch(said):
            said = (rcs[1] or "").strip()
        name = _PROPERTIES.get(name, name)
        if name in _DOCINFO and said:
            self.properties.setdefault(name, said)

    def _option(self, item: Any, level: int) -> None:
        group, description = item.children[0], item.children[1]
        block = self._begin()
        self._inline(block, group.children[0])
        self._named_body(block, description.children, level, "item", "  ")

    def _named_body(
        self, block: PendingBlock, body: Sequence[Any], level: int, kind: BlockKind, between: str
    ) -> None:
        """What has a name before it: its first paragraph goes on after the name."""
        body = [node for node in body if not isinstance(node, nodes.comment)]
        if body and isinstance(body[0], nodes.paragraph):
            end = None  # of a field's name, which may end in marks: see :`x`_: y
            if between[0] == ":":
                end = _FIELD_END.search(self._source, self._source_end, self._source_end + 2_000)
            self._insert(block, between, end.start() if end else self._source_end)
            for words in body[0].children:
                if isinstance(words, _Words):
                    self._inline(block, words)
            body = body[1:]
        self._finish(block, self._kind(kind))
        self._containers.append("item" if kind == "item" else "text")
        for node in body:
            self._node(node, level)
        self._containers.pop()

    def _line_block(self, node: Any) -> None:
        block = self._begin()
        for line in node.findall(nodes.line):
            for words in line.children:
                if isinstance(words, _Words) and words.written.strip():
                    if block.words_end:
                        self._insert(block, "\n", self._source_end)
                    self._inline(block, words)
        self._finish(block, self._kind("text"))

    def _row(self, cells: Sequence[Any], level: int) -> None:
        if self._cell is not None:  # a table in a table
            for cell in cells:
                self._node(cell, level)
            return
        block = self._begin()
        self._cell, self._bars = block, 0
        for number, cell in enumerate(cells):
            self._bars += number > 0
            self._node(cell, level)
        self._cell = None
        self._finish(block, "table")

    def _list_table(self, table: Any, level: int) -> None:
        for child in table.children:
            if not isinstance(child, nodes.bullet_list):
                self._node(child, level)
                continue
            for item in child.children:
                rows = [node for node in item.children if isinstance(node, nodes.bullet_list)]
                if len(rows) == 1 == len(item.children):
                    self._row(rows[0].children, level)
                else:
                    self._node(item, level)

    def _raw(self, raw: _Raw) -> None:
        start, stop = self._line_starts[raw.first], self._line_starts[raw.last + 1] - 1
        if start < stop:
            self.lifted.append(Lifted("boilerplate", start, stop))
            self.warn("Raw text for another format was left out.", raw.first + 1)

    def _message(self, message: Any) -> None:
        """What docutils could not read stands in its message alone."""
        for child in message.children:
            if isinstance(child, nodes.literal_block):
                written = child.rawsource or child.astext()
                line = max(0, int(message.get("line") or 1) - 1 - written.count("\n") - 1)
                places = self._place(written.split("\n"), line)
                if places is not None:
                    self._verbatim(written, line, "text")

    # ------------------------------------------------------------ writing

    def _begin(self, *, marked: bool = True) -> PendingBlock:
        """A new block, with the numbers of the list items that it begins; in a cell, the row's."""
        if self._cell is not None:
            block = self._cell
            if self._bars:
                self._insert(block, " | " * self._bars, self._source_end)
            elif block.words_end:
                self._insert(block, " ", self._source_end)
            self._bars = 0
        else:
            block = PendingBlock()
        for line, number in self._markers if marked else ():
            self._marker(block, line, number)
        if marked:
            self._markers.clear()
        return block

    def _marker(self, block: PendingBlock, line: int, number: int) -> None:
        """The number of a list's item as it is written; ``#.``, but in a table, for one that is counted."""
        text = self._lines[line] if line < len(self._lines) else ""
        for found in _ENUMERATOR.finditer(text):
            if self._free(line, found.start(), found.end()):
                self._use(line, found.start(), found.end())
                there = self._line_starts[line] + found.start()
                marker = found[0]
                sign = marker.find("#") if self._cell is None else -1
                if sign >= 0:
                    self._insert(block, marker[:sign], there)
                    for digit in str(number):  # each leads to the sign
                        block.insert(digit, there + sign)
                    self._insert(block, marker[sign + 1 :], there + sign + 1)
                else:
                    self._insert(block, marker, there)
                self._insert(block, " ", there + len(marker))
                return

    def _insert(self, block: PendingBlock, text: str, there: int) -> None:
        if text:
            block.insert(text, there)
            self._source_end = there + (len(text) if self._source.startswith(text, there) else 0)

    def _finish(
        self, block: PendingBlock, kind: BlockKind, level: int = 0, anchor: str | None = None
    ) -> tuple[int, int] | None:
        """Write ``block`` after a blank line, or in a note after a line end; its span if it has words."""
        if block is self._cell:
            return None
        pieces, cut = block.trimmed()
        before = self.builder.length
        if pieces and before:
            goes_on = self._in_note and self._spans[-1][1] >= 0
            self.builder.append("\n" if goes_on else "\n\n", pieces[0][1])
        start = self.builder.length
        for text, there in pieces:
            self.builder.append(text, there)
        for label, place in block.marks:
            mark = start + max(0, place - cut) if pieces else before
            self._marked[int(label)].marks.append(mark)
        if not pieces:
            return None
        self._first = False
        self._last_words = one_line("".join(text for text, _ in pieces))
        if self._in_note:
            note, begun, _ = self._spans[-1]
            self._spans[-1] = (note, start if begun < 0 else begun, self.builder.length)
        else:
            self.blocks.append(Block(kind, start, self.builder.length, level, anchor))
            self._anchor = None
        return start, self.builder.length

    def _inline(self, block: PendingBlock, words: _Words) -> None:
        content = self._placed(words.written, words.at)
        for number, (kind, start, stop) in enumerate(words.pieces):
            if kind == "citation":  # its label stays, as it reads: see [CIT2002]
                known = self._known(words.written[start:stop])
                self._write(block, content, start - 1, stop + (1 if known else 2))
                self._mark(block, words, content, start, stop, lifted=False)
            elif kind == "footnote":
                if not self._mark(block, words, content, start, stop):
                    self._write(block, content, start - 1, stop + 2)
            elif kind == "substitution":
                self._substitute(block, words, content, start, stop)
            elif kind == "literal":
                self._write(block, content, start, stop)
            else:
                following = words.pieces[number + 1][0] if number + 1 < len(words.pieces) else ""
                if following == "footnote":  # the mark's blank goes with it
                    label = words.pieces[number + 1]
                    if self._known(words.written[label[1] : label[2]]):
                        while stop > start and words.written[stop - 1] in " \n":
                            stop -= 1
                begun = start
                text = words.written
                while (sign := text.find("\\", begun, stop)) >= 0:
                    self._write(block, content, begun, sign)
                    begun = sign + 1
                    if begun < stop:
                        if text[begun] not in " \n":
                            self._write(block, content, begun, begun + 1)
                        begun += 1
                self._write(block, content, begun, stop)

    def _known(self, label: str) -> bool:
        if label in ("#", "*"):
            return self._taken[label] < len(self._unnamed[label])
        return one_line(label).lower() in self._labels

    def _mark(
        self,
        block: PendingBlock,
        words: _Words,
        content: Content,
        start: int,
        stop: int,
        *,
        lifted: bool = True,
    ) -> bool:
        """Link what stands before a mark to its note, if there is one, and take the mark out."""
        note = self._note_of(words.written[start:stop])
        if note is None:
            return False
        self._in_order(note)
        self._marked.append(note)
        block.marks.append((str(len(self._marked) - 1), block.words_end))
        if lifted:
            there = content.source(start - 1)
            self.lifted.append(Lifted("note mark", there, there + stop - start + 3))
        return True

    def _substitute(
        self, block: PendingBlock, words: _Words, content: Content, start: int, stop: int
    ) -> None:
        name = one_line(words.written[start:stop]).lower()
        replacement = self._replacements.get(name)
        if replacement is None:
            self._write(block, content, start - 1, stop + 1)
        else:
            there = content.source(start - 1)
            for sign in replacement:  # each leads to the name
                block.insert(sign, there)

    def _write(self, block: PendingBlock, content: Content, start: int, stop: int) -> None:
        for text, there in content.pieces(start, stop):
            if block is self._cell:
                text = text.replace("\n", " ")
            block.insert(text, there)
            self._source_end = there + len(text)

    # ------------------------------------------------------------ where it stands

    def _placed(self, written: str, line: int) -> Content:
        """``written`` with its place in the source."""
        lines = written.split("\n")
        places = self._place(lines, line)
        if places is None:
            return self._placed_by_words(written, line)
        runs: list[tuple[int, int]] = []
        offset = 0
        end = self._line_starts[min(max(line, 0), len(self._lines) - 1)]
        for text, place in zip(lines, places, strict=True):
            if place is None:
                runs.append((offset, end))
            else:
                number, column = place
                indent = len(text) - len(text.lstrip())
                start = self._line_starts[number] + column
                if indent > column:
                    runs.append((offset, start - column))
                    runs.append((offset + indent, start))
                else:
                    runs.append((offset, start - indent))
                words = text.strip()
                self._use(number, column, column + len(words))
                end = start + len(words)
            offset += len(text) + 1
        return Content(written, runs)

    def _place(self, lines: Sequence[str], hint: int) -> list[tuple[int, int] | None] | None:
        """Line and column of each of ``lines``, None for blank ones; None if they aren't found."""
        first = next((n for n, text in enumerate(lines) if text.strip()), None)
        if first is None:
            return [None] * len(lines)
        opening = lines[first].strip()
        hint = min(max(hint, 0), len(self._lines) - 1)
        near = (hint + offset for offset in (0, 1, -1, 2, -2, 3, -3))
        for number in (*near, *range(hint + 4, hint + _NEAR)):
            if not 0 <= number < len(self._lines) or opening not in self._lines[number]:
                continue
            places: list[tuple[int, int] | None] = []
            for offset, text in enumerate(lines, number - first):
                words = text.strip()
                column = self._column(offset, words) if words else -1
                if words and column < 0:
                    break
                places.append((offset, column) if words else None)
            else:
                return places
        return None

    def _column(self, line: int, words: str) -> int:
        """Where ``words`` stand in a line, apart from what is placed there already; -1: nowhere."""
        if not 0 <= line < len(self._lines):
            return -1
        text = self._lines[line].rstrip()
        if self._cell is None and not self._in_name and text.endswith(words):
            start = len(text) - len(words)
            if self._free(line, start, len(text)):
                return start
        found = -1
        position = text.find(words)
        while position >= 0:
            stop = position + len(words)
            if self._free(line, position, stop):
                apart = (position == 0 or not text[position - 1].isalnum()) and (
                    stop == len(text) or not text[stop].isalnum()
                )
                if apart:
                    return position
                found = position if found < 0 else found
            position = text.find(words, position + 1)
        return found

    def _placed_by_words(self, written: str, line: int) -> Content:
        """The same for what does not stand in the source as it is: each word by itself."""
        runs: list[tuple[int, int]] = []
        line = min(max(line, 0), len(self._lines) - 1)
        position = self._line_starts[line]
        end = self._line_starts[min(line + written.count("\n") + _NEAR // 4, len(self._lines) - 1)]
        end += len(self._lines[min(line + _NEAR // 4, len(self._lines) - 1)])
        for word in _WORD.finditer(written):
            there = self._source.find(word[0], position, end)
            if there >= 0:
                runs.append((word.start(), there))
                position = there + len(word[0])
            else:
                runs.append((word.start(), position))
                self.astray += len(word[0])
        return Content(written, runs if runs and runs[0][0] == 0 else [(0, position), *runs])

    def _free(self, line: int, start: int, stop: int) -> bool:
        return all(stop <= a or b <= start for a, b in self._used.get(line, ()))

    def _use(self, line: int, start: int, stop: int) -> None:
        self._used.setdefault(line, []).append((start, stop))


class _NoteText:
    """A footnote or citation, and where its marks stand."""

    def __init__(self, node: Any) -> None:
        self.node = node
        label = next((child for child in node.children if isinstance(child, nodes.label)), None)
        self.label: str | None = label.astext() if label is not None else None
        self.marks: list[int] = []
        self.ordered = False
