"""Text of documents and of people -> Discord markup that shows just that text, and does nothing.

Discord reads a message from left to right; a backslash makes the next character plain unless that
is a letter, a digit or white space. `escape` puts one before every character that could begin
something: emphasis, spoilers, code, headings, lists, quotes, links, mentions, emoji, timestamps.
All lengths are of text as it is shown, unless a name says otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from bot.wording import ELLIPSIS, answering_words
from index.model import AnswerSpan, Highlight
from index.sentences import sentences

_ZERO_WIDTH_SPACE = "\u200b"

_ALWAYS = frozenset("\\*_~|`")
_AT_LINE_START = frozenset("#->+")
_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u061c")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: What may begin inside a line, by its first character. Names are bounded, so that no text is slow.
_INSIDE = {
    "<": re.compile(r"<[@#:/A-Za-z]"),  # mentions, channels, emoji, commands, timestamps, links
    "@": re.compile(r"(?<=<)@"),  # and what follows it, so that no part of it stands as it was
    "#": re.compile(r"(?<=<)#"),
    ":": re.compile(r"(?<=<):|(?<=<[at]):|(?<=<id):|:(?://|[A-Za-z0-9_+\-]{1,64}:)"),
    "(": re.compile(r"(?<=\])\("),  # [shown](address)
    "/": re.compile(r"(?<=<)/|(?:(?<=discord\.gg)|(?<=discord\.com)|(?<=discordapp\.com))/", re.I),
}
_EVERYONE = re.compile(rf"@(?={_ZERO_WIDTH_SPACE}*(?:everyone|here))")
_DOT_ENDS_NUMBER = re.compile(r"\.(?:\s|$)")


def escape(text: str) -> str:
    """Markup that shows ``text``; the text comes back when its backslashes are taken out.

    ``@everyone`` and ``@here`` get a zero-width space too, which no reader sees.
    """
    return "".join(_pieces(text))


def one_line_markup(text: str, limit: int | None = None) -> str:
    """Markup of ``text`` in one line, cut at a word with "…" when it is longer than ``limit``."""
    return escape(readable(text) if limit is None else one_line_of(text, limit))


def one_line_of(text: str, limit: int) -> str:
    """``text`` in one line, cut at a word with "…": not markup yet. Reads only what it needs."""
    seen = (char for char in _shown(text) if char)
    return clip("".join(islice(seen, limit + 3)).strip(), limit)  # 3: blanks at both ends, one more


def readable(text: str) -> str:
    """``text`` as it is shown in one line: see `_shown`. Empty when nothing of it can be seen."""
    return "".join(_shown(text)).strip()


def clip(text: str, limit: int) -> str:
    """``text``, or its beginning up to a word's end and "…", at most ``limit`` characters."""
    if len(text) <= limit:
        return text
    return text[: cut_before(text, limit - len(ELLIPSIS))].rstrip(" ,;:–—-") + ELLIPSIS


def cut_before(text: str, limit: int) -> int:
    """Where to cut ``text`` so that at most ``limit`` characters stay: after a word if that keeps
    the most of them, never inside a character that is made of several."""
    blank = text.rfind(" ", 0, limit + 1)
    if blank > limit * 2 // 3:
        return blank
    cut = max(limit, 0)
    while 0 < cut < len(text) and limit - cut < 32 and _joined(text[cut - 1], text[cut]):
        cut -= 1
    return cut


def units(text: str) -> int:
    """Length in UTF-16 units: never less than Discord counts, whichever way it counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def excerpt(
    text: str, limit: int, keep: Sequence[tuple[int, int]], near: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text`` to show, in order: all, or at most ``limit`` characters.

    Sentences that overlap ``keep`` come first, or the one that overlaps most of ``near``, then what
    stands next to them. Only a sentence longer than ``limit`` is cut, at words.
    """
    whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
    if whole[1] - whole[0] <= limit:
        return [whole]
    spans = list(sentences(text))
    wanted = [n for n, span in enumerate(spans) if any(_overlap(span, kept) for kept in keep)]
    if not wanted:
        marked = [sum(_overlap(span, mark) for mark in near) for span in spans]
        wanted = [marked.index(max(marked))]
    chosen: list[int] = []
    room = limit
    for n in wanted:
        if _size(spans[n]) <= room:
            chosen.append(n)
            room -= _size(spans[n])
        elif not chosen:
            return [_window(text, spans[n], limit, keep or near[:1])]
    for n in _neighbours(chosen, len(spans)):
        if _size(spans[n]) > room:
            break
        chosen.append(n)
        room -= _size(spans[n])
    return _joined_spans(spans, sorted(chosen), whole)


def quote(
    text: str,
    spans: Sequence[tuple[int, int]],
    marks: Iterable[Highlight],
    answering: Sequence[AnswerSpan] = (),
) -> str:
    """Markup of these spans of ``text`` in one line, "…" where something is left out.

    Terms are bold, what answers is underlined. The words of ``answering``, the sentences that answer,
    that do so are bold too, and then nothing else of it is, so that they stand out.
    """
    flags = _flags(len(text), tuple(marks), answering)
    parts = [_marked(text, flags, span) for span in spans]
    shown = f" {ELLIPSIS} ".join(part for part in parts if part)
    before = f"{ELLIPSIS} " if text[: spans[0][0]].strip() else ""
    after = f" {ELLIPSIS}" if text[spans[-1][1] :].strip() else ""
    return f"{before}{shown}{after}"


def underlined(text: str, span: tuple[int, int], marks: Iterable[Highlight]) -> str:
    """Markup of ``text[span]`` in one line, what is marked underlined: for a line all in bold."""
    flags = bytearray(len(text))
    for mark in marks:
        _mark(flags, mark, _UNDERLINED)
    return _marked(text, flags, span)


# ---------------------------------------------------------------- escaping


def _pieces(text: str) -> Iterator[str]:
    """The markup of each character of ``text``, in order."""
    line_start, number = True, False  # nothing but blanks in this line so far; only digits
    for position, char in enumerate(text):
        if char in _BREAKS:
            line_start, number = True, False
            yield char
        elif line_start and not number and (char.isspace() or char in _INVISIBLE):
            yield char
        else:
            yield _piece(text, position, line_start, number)
            number = line_start and char.isdigit()
            line_start = number


def _piece(text: str, position: int, line_start: bool, number: bool) -> str:
    char = text[position]
    if char == "@" and _EVERYONE.match(text, position):
        return char + _ZERO_WIDTH_SPACE
    begins = (
        char in _ALWAYS
        or (line_start and not number and char in _AT_LINE_START)
        or (number and _DOT_ENDS_NUMBER.match(text, position) is not None)
        or (char in _INSIDE and _INSIDE[char].match(text, position) is not None)
    )
    return "\\" + char if begins else char


def _shown(text: str) -> Iterator[str]:
    """What is shown of each character: one blank for a run of white space, nothing for controls.

    Direction overrides are left out, because an open one would turn round the words after it. A
    lone surrogate can't be sent and shows as the replacement character.
    """
    blank = False
    for char in text:
        if char.isspace():
            yield "" if blank else " "
            blank = True
        elif char in _OVERRIDES or unicodedata.category(char) == "Cc":
            yield ""
        else:
            yield "\ufffd" if "\ud800" <= char <= "\udfff" else char
            blank = False


# ---------------------------------------------------------------- marking

_BOLD, _UNDERLINED = 1, 2


def _flags(length: int, marks: Sequence[Highlight], answering: Sequence[AnswerSpan]) -> bytearray:
    """How each character is marked: terms, then the answering sentences, then the answering words."""
    flags = bytearray(length)
    for mark in marks:
        if mark.kind == "term":
            _mark(flags, mark, _BOLD)
    words = answering_words(marks, answering)
    for span in answering:
        if any(word.start < span.stop and span.start < word.stop for word in words):
            flags[span.start : span.stop] = bytes(len(flags[span.start : span.stop]))
        _mark(flags, span, _UNDERLINED)
    for word in words:
        _mark(flags, word, _BOLD | _UNDERLINED)
    return flags


def _mark(flags: bytearray, mark: Highlight | AnswerSpan, flag: int) -> None:
    for position in range(max(mark.start, 0), min(mark.stop, len(flags))):
        flags[position] |= flag


def _marked(text: str, flags: bytearray, span: tuple[int, int]) -> str:
    """Markup of ``text[span]`` in one line; bold opens and closes inside an underline."""
    start, stop = span
    pairs = zip(_shown(text[start:stop]), flags[start:stop], strict=True)
    shown = [(char, flag) for char, flag in pairs if char]
    while shown and shown[0][0] == " ":
        shown.pop(0)
    while shown and shown[-1][0] == " ":
        shown.pop()
    out: list[str] = []
    now = 0
    for n, piece in enumerate(_pieces("".join(char for char, _ in shown))):
        flag = shown[n][1]
        if piece == " ":  # never first or last; at the end of marked words it isn't marked
            left, right = shown[n - 1][1], shown[n + 1][1]
            flag = 0 if (left ^ right) & _UNDERLINED else left & right
        out.append(_switch(now, flag) + piece)
        now = flag
    out.append(_switch(now, 0))
    return "".join(out)


def _switch(now: int, then: int) -> str:
    """The marks that close ``now`` and open ``then``."""
    if now == then:
        return ""
    changes_line = (now ^ then) & _UNDERLINED
    close_bold = now & _BOLD and (changes_line or not then & _BOLD)
    open_bold = then & _BOLD and (changes_line or not now & _BOLD)
    close_line, open_line = changes_line & now, changes_line & then
    marks = (("**", close_bold), ("__", close_line), ("__", open_line), ("**", open_bold))
    return "".join(mark for mark, wanted in marks if wanted)


# ---------------------------------------------------------------- cutting


def _joined(left: str, right: str) -> bool:
    """Whether ``right`` belongs to the character that ``left`` begins or continues."""
    return (
        unicodedata.category(right) in ("Mn", "Me", "Mc")
        or "\u200d" in (left, right)
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or ("\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff")
    )


def _size(span: tuple[int, int]) -> int:
    return span[1] - span[0] + 1  # and a blank


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _neighbours(chosen: Sequence[int], count: int) -> Iterator[int]:
    """The sentences that are not chosen, nearest to a chosen one first, later before earlier."""
    others = [n for n in range(count) if n not in chosen]
    return iter(sorted(others, key=lambda n: (min(abs(n - c) for c in chosen), -n)))


def _joined_spans(
    spans: Sequence[tuple[int, int]], chosen: Sequence[int], whole: tuple[int, int]
) -> list[tuple[int, int]]:
    """The chosen sentences, those that follow each other as one span."""
    joined = [spans[chosen[0]]]
    for before, n in pairwise(chosen):
        if n == before + 1:
            joined[-1] = (joined[-1][0], spans[n][1])
        else:
            joined.append(spans[n])
    return joined if joined != [(spans[0][0], spans[-1][1])] else [whole]


def _window(
    text: str, span: tuple[int, int], limit: int, keep: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """A part of one long sentence, cut at words: around what to keep, else its beginning."""
    kept = [(max(a, span[0]), min(z, span[1])) for a, z in keep if _overlap(span, (a, z))]
    first, last = kept[0] if kept else (span[0], span[0])
    spare = max(limit - (last - first), 0)
    start = max(span[0], min(first - spare // 2, span[1] - limit))
    if start > span[0]:
        blank = text.find(" ", start, first)
        start = blank + 1 if blank >= 0 else min(first, span[1])
    stop = start + cut_before(text[start : span[1]], limit)
    return start, max(stop, min(last, start + limit))
