"""Bytes -> characters, whatever the encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata

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
#: Where bytes above 127 stand alone or by twos, as in Western text, an encoding of East Asia is no guess.
_EAST_ASIAN_ROW = re.compile(rb"[\x80-\xff]{3}")
_EAST_ASIAN = (
    "big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk johab "
    "shift_jis shift_jis_2004 shift_jisx0213 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le".split()
)
_STRANGE = frozenset(("Cc", "Cn", "Co", "Cs"))  # control, unassigned, private, half a character
_SHARE_OF_STRANGE = 0.02
_SIGNATURES = (  # of what is often misnamed as text
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The characters of ``data`` without a byte order mark, and the encoding they were in.

    A mark decides; else UTF-16 or UTF-32 if zero bytes stand where they put them; else UTF-8 if it
    is valid; else what charset-normalizer makes of it. Raises DocumentFormatError for an empty file,
    a binary or damaged one, and one whose encoding can't be told.
    """
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise DocumentFormatError(f"It is {what}, not text.")
    mark, encoding = next((entry for entry in _MARKS if data.startswith(entry[0])), (b"", ""))
    if not data[len(mark) :].strip(b" \t\r\n\f\0"):
        raise DocumentFormatError("It is empty.")
    encoding = encoding or _unmarked(data)
    text = _strictly(data, len(mark), encoding)
    if "\0" in text:
        raise DocumentFormatError("It is a binary file, not text.")
    if not text.strip():
        raise DocumentFormatError("It is empty.")
    return text, encoding


def _strictly(data: bytes, start: int, encoding: str) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeError as error:
        at = start + error.start if isinstance(error, UnicodeDecodeError) else 0
        raise _damaged(encoding, at) from error


def _damaged(encoding: str, at: int) -> DocumentFormatError:
    return DocumentFormatError(
        f"It looks like {encoding.upper()} but is damaged at byte {at + 1}.",
        hint="Save it as UTF-8; the other files are indexed.",
    )


def _unmarked(data: bytes) -> str:
    if wide := _wide(data[:_SAMPLE]):
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        damage = error.start
    else:
        return "utf-8"
    if not _few_controls(data[:_SAMPLE]):
        raise DocumentFormatError("It is a binary file, not text.")
    mended = data.decode("utf-8", "replace")
    bad = mended.count("\ufffd")
    good = sum(char > "\x7f" for char in mended) - bad
    if good > 2 * bad:  # other encodings hardly ever make a valid sequence of UTF-8
        raise _damaged("utf-8", damage)
    return _code_page(data)


def _few_controls(data: bytes) -> bool:
    return sum(byte in _CONTROLS for byte in data) <= _SHARE_OF_CONTROLS * len(data)


def _code_page(data: bytes) -> str:
    """What charset-normalizer holds likeliest; among equals the commonest, Windows-1252."""
    in_rows = _EAST_ASIAN_ROW.search(data) is not None
    matches = from_bytes(data, cp_exclusion=None if in_rows else _EAST_ASIAN)
    best = matches.best()
    if best is None:
        raise DocumentFormatError("Its encoding can't be told.", hint="Save it as UTF-8.")
    for match in matches:
        as_good = match.chaos <= best.chaos and match.coherence >= best.coherence
        if as_good and "cp1252" in match.could_be_from_charset:
            return "cp1252"
    return best.encoding


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes fill certain places of its characters."""
    others = sample.replace(b"\0", b"")
    if others == sample or (len(others) > 0.9 * len(sample) and _few_controls(others)):
        return None  # a byte is a character, in spite of a few zeros
    zeros = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if min(zeros[2:]) > 0.9:
        encoding = "utf-32-le"
    elif min(zeros[:2]) > 0.9:
        encoding = "utf-32-be"
    elif odd > even:
        encoding = "utf-16-le"
    else:
        encoding = "utf-16-be"
    text = sample[: len(sample) // 4 * 4].decode(encoding, "replace")
    strange = sum(
        unicodedata.category(char) in _STRANGE and char not in "\t\n\f\r" for char in text
    )
    return encoding if strange <= _SHARE_OF_STRANGE * len(text) else None
