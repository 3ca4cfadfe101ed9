"""Text of documents and of people -> Discord markup that shows just that text, and does nothing.

Discord reads a message from left to right; a backslash makes the next character plain unless that
is a letter, a digit or white space. `escape` puts one before every character that could begin
something: emphasis, spoilers, code, headings, lists, quotes, links, mentions, emoji, timestamps.
All lengths are of text as it is shown, unless a name says otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

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
    "<": re.compile(r"<[<@#:/A-Za-z]"),  # mentions, channels, emoji, commands, timestamps, links
    "@": re.compile(r"(?<=<)@"),  # and what follows it, so that no part of it stands as it was
    "#": re.compile(r"(?<=<)#"),
    ":": re.compile(r"(?<=<):|(?<=<[at]):|(?<=<id):|:(?://|[A-Za-z0-9_+\-]{1,64}:)"),
    "(": re.compile(r"(?<=\])\("),  # [shown](address)
    "[": re.compile(r"\[\d{1,4}\]"),  # so that only our own numbers stand unescaped
    "/": re.compile(r"(?<=<)/|(?:(?<=discord\.gg)|(?<=discord\.com)|(?<=discordapp\.com))/", re.I),
}
_EVERYONE = re.compile(rf"@(?={_ZERO_WIDTH_SPACE}*(?:everyone|here))")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PUT_BEHIND_AT = re.compile(rf"@{_ZERO_WIDTH_SPACE}(?={_ZERO_WIDTH_SPACE}*(?:everyone|here))")
_DOT_ENDS_NUMBER = re.compile(r"\.(?:\s|$)")
#: Whatever may need a backslash, and what ends a line.
_CANDIDATE = re.compile(rf"[\\*_~|`<@#:(\[/.>+\-{''.join(sorted(_BREAKS))}]")
_BLANK = re.compile(rf"(?:(?![{''.join(sorted(_BREAKS))}])[\s{''.join(sorted(_INVISIBLE))}])*")
_SPACE = re.compile(r"\s")
_HALVES = re.compile("[\ud800-\udfff]")
_CONTROLS = rf"\s\x00-\x1f\x7f-\x9f{''.join(sorted(_OVERRIDES))}"
_UNSEEN = re.compile(rf" [{_CONTROLS}]+|(?! )[{_CONTROLS}]+")  # but for a single blank


def escape(text: str) -> str:
    """Markup that shows ``text``; the text comes back when its backslashes are taken out.

    ``@everyone`` and ``@here`` get a zero-width space too, which no reader sees.
    """
    return "".join(_spliced(text, 0, len(text), list(_escapes(text))))


def unescape(markup: str) -> str:
    """The text that `escape` made ``markup`` of."""
    return _PUT_BEHIND_AT.sub("@", _ESCAPED.sub(r"\1", markup))


def one_line_markup(text: str, limit: int | None = None) -> str:
    """Markup of ``text`` in one line, cut at a word with "…" when it is longer than ``limit``."""
    return escape(readable(text) if limit is None else one_line_of(text, limit))


def one_line_of(text: str, limit: int) -> str:
    """``text`` in one line, cut at a word with "…": not markup yet. Reads only what it needs."""
    enough, read = limit + 3, 2 * limit + 64  # 3: blanks at both ends, one more
    while len(shown := _shown(text[:read])) < enough and read < len(text):
        read *= 4
    return clip(shown[:enough].strip(), limit)


def readable(text: str) -> str:
    """``text`` as it is shown in one line: see `_shown`. Empty when nothing of it can be seen."""
    return _shown(text).strip()


def clip(text: str, limit: int) -> str:
    """``text``, or its beginning up to a word's end and "…", at most ``limit`` characters."""
    if len(text) <= limit:
        return text
    return text[: cut_before(text, limit - len(ELLIPSIS))].rstrip(" ,;:.–—-") + ELLIPSIS


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
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


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
    """Markup of ``text[span]``, what is marked underlined: for a heading, behind the signs of it."""
    flags = bytearray(len(text))
    for mark in marks:
        _mark(flags, mark, _UNDERLINED)
    return _marked(text, flags, span, line_start=False)


# ---------------------------------------------------------------- escaping


def _escapes(text: str, *, line_start: bool = True) -> Iterator[tuple[int, str]]:
    """Where ``text`` has a character that can begin something, and the markup that shows it, in order.

    ``line_start`` says that nothing but blanks stands before it in its line.
    """
    begin = _opening(text, 0) if line_start else None
    for found in _CANDIDATE.finditer(text):
        position, char = found.start(), found[0]
        if char in _BREAKS:
            begin = _opening(text, found.end())
            continue
        number = begin is not None and begin[0] < position == begin[1]
        opens = begin is not None and (position == begin[0] or number)
        if (piece := _piece(text, position, opens, number)) != char:
            yield position, piece


def _opening(text: str, start: int) -> tuple[int, int]:
    """Where the words of the line that begins at ``start`` begin, and where the digits there end."""
    words = _BLANK.match(text, start)
    begin = stop = words.end() if words else start
    while stop < len(text) and text[stop].isdigit():
        stop += 1
    return begin, stop


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


def _spliced(text: str, start: int, stop: int, escapes: Sequence[tuple[int, str]]) -> Iterator[str]:
    """``text[start:stop]`` with what `_escapes` says in its place; positions are of ``text``."""
    for position, piece in escapes:
        yield text[start:position]
        yield piece
        start = position + 1
    yield text[start:stop]


def _shown(text: str) -> str:
    """What is shown of ``text`` in one line: a blank for a run of white space, nothing for controls.

    Direction overrides are left out, because an open one would turn round the words after it. A
    lone surrogate can't be sent and shows as the replacement character.
    """
    shown = _UNSEEN.sub(lambda found: " " if _SPACE.search(found[0]) else "", text)
    return _HALVES.sub("\ufffd", shown)


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


def _marked(text: str, flags: bytearray, span: tuple[int, int], *, line_start: bool = True) -> str:
    """Markup of ``text[span]`` in one line; bold opens and closes inside an underline."""
    shown, kept = _aligned(text, flags, span)
    for blank in (found.start() for found in _SPACE.finditer(shown)):
        # Never first or last; at the end of marked words it isn't marked.
        left, right = kept[blank - 1], kept[blank + 1]
        kept[blank] = 0 if (left ^ right) & _UNDERLINED else left & right
    escapes = list(_escapes(shown, line_start=line_start))
    out: list[str] = []
    now = start = done = 0
    for flag, run in groupby(kept):
        stop = start + len(list(run))
        upto = bisect_left(escapes, (stop, ""))
        out += (_switch(now, flag), *_spliced(shown, start, stop, escapes[done:upto]))
        now, start, done = flag, stop, upto
    out.append(_switch(now, 0))
    return "".join(out)


def _aligned(text: str, flags: bytearray, span: tuple[int, int]) -> tuple[str, bytearray]:
    """What is shown of ``text[span]``, without blanks at its ends, and the flag of each character."""
    start, stop = span
    parts: list[str] = []
    kept = bytearray()
    for found in _UNSEEN.finditer(text, start, stop):
        parts.append(text[start : found.start()])
        kept += flags[start : found.start()]
        if blank := _SPACE.search(text, found.start(), found.end()):
            parts.append(" ")
            kept.append(flags[blank.start()])
        start = found.end()
    parts.append(text[start:stop])
    kept += flags[start:stop]
    shown = _HALVES.sub("\ufffd", "".join(parts))
    first, last = len(shown) - len(shown.lstrip(" ")), len(shown.rstrip(" "))
    return shown[first:last], kept[first:last]


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
