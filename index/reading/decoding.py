"""Bytes -> characters, whatever the encoding."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from index.errors import DocumentFormatError

_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536  # bytes that are looked at to tell an encoding that is not marked
_CONTROLS = frozenset(range(32)) - {9, 10, 11, 12, 13, 27}
_SHARE_OF_CONTROLS = 0.01  # text has next to none; above this a file is binary


def decode(data: bytes) -> tuple[str, str]:
    """The characters of ``data`` without a byte order mark, and the encoding they were in.

    A mark decides; else UTF-8 if it is valid; else UTF-16 or UTF-32 if zero bytes stand where they
    put them; else what charset-normalizer makes of it. Raises DocumentFormatError for an empty
    file, a binary one, and one whose encoding can't be told.
    """
    if not data.strip(b" \t\r\n\f\0"):
        raise DocumentFormatError("It is empty.")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), encoding
    encoding = _unmarked(data)
    text = _strictly(data, encoding)
    if "\0" in text:
        raise DocumentFormatError("It is a binary file, not text.")
    return text, encoding


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentFormatError(
            f"It looks like {encoding.upper()} but is damaged at byte {error.start}.",
            hint="Save it as UTF-8; the other files are indexed.",
        ) from error


def _unmarked(data: bytes) -> str:
    if wide := _wide(data[:_SAMPLE]):
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    controls = sum(byte in _CONTROLS for byte in data[:_SAMPLE])
    if controls > _SHARE_OF_CONTROLS * min(len(data), _SAMPLE):
        raise DocumentFormatError("It is a binary file, not text.")
    return _code_page(data)


def _code_page(data: bytes) -> str:
    """What charset-normalizer holds likeliest; among equals the commonest, Windows-1252."""
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise DocumentFormatError("Its encoding can't be told.", hint="Save it as UTF-8.")
    for match in matches:
        as_good = match.chaos <= best.chaos and match.coherence >= best.coherence
        if as_good and "cp1252" in match.could_be_from_charset:
            return "cp1252"
    return best.encoding


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes fill the same places of each character."""
    if b"\0" not in sample:
        return None
    zeros = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    first, second, third, fourth = (share > 0.5 for share in zeros)
    return {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }.get((first, second, third, fourth))
