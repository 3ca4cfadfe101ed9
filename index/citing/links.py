"""Addresses that open a document on the web at the quoted words, or a PDF at their page.

Text directives are those of “URL Fragment Text Directives” (WICG, scroll-to-text-fragment): a
browser looks for whole words, within one block for each part, and leaves the page as it is when it
doesn't find them. Pages of PDFs are those of RFC 8118.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

_SCHEMES = ("http", "https")
_WORDS = 6  # of each end of a longer quote
_LONGEST = 120  # characters of such an end
_ENOUGH = 60  # characters that tell a place without six words
_FEWEST = 3  # words of a line that can stand for the place
_WHOLE = 2 * _WORDS  # words of a quote that is looked for as a whole
_LONG_WORD = 24  # characters; a longer one may be of a script without spaces
_WORD = re.compile(r"\S+")
_ITEM = re.compile(r"\(?(?:[0-9]{1,3}|[A-Za-z]|[ivxIVX]{2,4})[.)]")
_BLOCK_END = re.compile(r"[|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")  # a line's or a cell's
_DIRECTIVE = ":~:"
_END_SIGNS = ".,;:!?"


def web_address(said: str | None) -> str | None:
    """``said`` as an address that a link may lead to; None if it isn't one.

    Only http and https, with a host and without a user's name; blanks are encoded, and what can't
    be seen is refused, since it could hide where the link leads.
    """
    said = (said or "").strip().replace(" ", "%20")
    if not said.isprintable():
        return None
    try:
        parts = urlsplit(said)
        usable = parts.scheme in _SCHEMES and parts.hostname and parts.username is None
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    return said if usable else None


def deep_link(
    url: str | None,
    *,
    quote: str = "",
    before: str = "",
    breaks: Iterable[int] = (),
    page: int | None = None,
    anchor: str | None = None,
    is_pdf: bool = False,
) -> str | None:
    """The address that opens ``url`` at ``quote``; None if ``url`` is no web address.

    ``before`` is the text that precedes the quote, where the same words may stand too. ``breaks`` are
    offsets in the quote at which the page may show something more, such as the mark of a note.
    ``anchor`` names the section's element and is used where the address has no fragment
    of its own. A PDF (by its address, or ``is_pdf``) opens at ``page``, which counts from 1.
    """
    address = web_address(url)
    if address is None:
        return None
    bare, _, fragment = address.partition("#")
    fragment = fragment.partition(_DIRECTIVE)[0]
    if is_pdf or urlsplit(bare).path.lower().endswith(".pdf"):
        fragment = _page_fragment(fragment, page)
    else:
        fragment = fragment or _encode_anchor(anchor or "")
        if directive := text_directive(quote, breaks, before):
            fragment += f"{_DIRECTIVE}{directive}"
    return f"{bare}#{fragment}" if fragment else bare


def text_directive(quote: str, breaks: Iterable[int] = (), before: str = "") -> str:
    """``text=start`` for a short quote, ``text=start,end`` for a longer one; "" where none can be made.

    Both parts are whole words that stand side by side in the quote, with no line end, cell or one of
    ``breaks`` between them. Browsers take the first place that fits, so a part has more words where
    the usual number stands in ``before``, or in the quote before its end.
    """
    runs = [run for run in _runs(quote, sorted(set(breaks))) if run]
    if not runs:
        return ""
    long_enough = [run for run in runs if len(run) >= _FEWEST] or runs
    first, last = long_enough[0], long_enough[-1]
    if first is last and len(first) <= _WHOLE and len(_text(quote, first)) <= _LONGEST:
        return f"text={_encode(_text(quote, first))}"
    start = _telling(quote, first, _plain(before))
    rest = (last[len(start) :] if first is last else last)[::-1]
    end = _telling(quote, rest, _plain(quote[: last[-1][1]]), once=True)[::-1]
    parts = [_encode(_text(quote, part)) for part in (start, end) if part]
    return f"text={','.join(parts)}" if parts else ""


_Word = tuple[int, int]


def _runs(quote: str, breaks: list[int]) -> Iterator[list[_Word]]:
    """The words of ``quote`` in stretches that the page shows without anything between them."""
    run: list[_Word] = []
    waiting, until = iter([*breaks, len(quote) + 1]), 0
    cut = next(waiting)
    for start, stop in _words(quote):
        between = quote[until:start]
        passed = cut <= start
        while cut <= start:
            cut = next(waiting)
        if run and (passed or _BLOCK_END.search(between)):
            yield _trimmed(quote, run)
            run = []
        until = stop
        if cut < stop:  # a mark in the middle of a word: the page shows the word in two
            yield _trimmed(quote, run)
            run = []
        else:
            run.append((start, stop))
    yield _trimmed(quote, run)


def _words(quote: str) -> Iterator[_Word]:
    for match in _WORD.finditer(quote):
        start, stop = match.span()
        if match[0] == "|":
            continue
        if stop - start > _LONG_WORD:
            for at in range(start, stop - 1):
                if not quote[at].isascii() and unicodedata.category(quote[at]) == "Po":
                    yield start, at + 1
                    start = at + 1
        yield start, stop


def _trimmed(quote: str, run: list[_Word]) -> list[_Word]:
    """``run`` without bullets, dashes and numbers of items, which a page draws in other ways."""
    first, last = 0, len(run)
    while first < last and not _has_letter(quote, run[first]):
        first += 1
    if first < last and _ITEM.fullmatch(quote, *run[first]):
        first += 1
    while first < last and not _has_letter(quote, run[last - 1]):
        last -= 1
    return run[first:last]


def _has_letter(quote: str, word: _Word) -> bool:
    return any(char.isalnum() for char in quote[word[0] : word[1]])


def _telling(quote: str, run: list[_Word], seen: str, *, once: bool = False) -> list[_Word]:
    """The first words of ``run`` that tell the place: as many as an end usually has, or up to twice
    as many while they stand in ``seen`` (with ``once``, more than once). Empty if one is too long."""
    part = _fitting(run)
    while part and len(part) < min(len(run), _WHOLE):
        if seen.count(_plain(_text(quote, sorted(part)))) <= once:
            break
        part = run[: len(part) + 1]
    return part


def _plain(text: str) -> str:
    """``text`` as browsers compare it: without regard to case and to how wide blanks are."""
    return " ".join(text.split()).casefold()


def _fitting(run: list[_Word]) -> list[_Word]:
    """As many of the first words of ``run`` as an end usually has; none if one of them is too long."""
    fitting: list[_Word] = []
    length = 0
    for word in run[:_WORDS]:
        length += word[1] - word[0] + 1
        if length > _LONGEST or (fitting and length > _ENOUGH):
            break
        fitting.append(word)
    return fitting


def _text(quote: str, words: list[_Word]) -> str:
    """``words`` as a browser looks for them: with single blanks, and no sign behind the last word,
    which may be one that programs don't take for a part of the address."""
    return " ".join(quote[words[0][0] : words[-1][1]].split()).rstrip(_END_SIGNS)


def _encode(text: str) -> str:
    return percent_encode(text, safe="", errors="replace").replace("-", "%2D")


def _encode_anchor(anchor: str) -> str:
    return percent_encode(anchor, safe="", errors="replace")


def _page_fragment(fragment: str, page: int | None) -> str:
    kept = [part for part in fragment.split("&") if part and "=" in part]
    if page is None:
        return fragment
    kept = [part for part in kept if not part.lower().startswith("page=")]
    return "&".join([f"page={page}", *kept])
