"""Bytes -> characters, whatever the encoding, and what is wrong with them."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

import chardet

from index.errors import DocumentFormatError
from index.model import ReadingWarning

_ERAS = chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME
_UNLIKELY = frozenset(
    ("mac-greek", "mac-iceland", "mac-latin2", "mac-turkish", "johab", "hp-roman8")
)


def _detect(sample: bytes) -> str | None:
    found = chardet.detect(sample, encoding_era=_ERAS, exclude_encodings=_UNLIKELY)
    return found["encoding"]


_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536  # bytes that are looked at to tell an encoding that is not marked
_CONTROLS = bytes(sorted(set(range(32)) - {9, 10, 11, 12, 13, 27}))
_SHARE_OF_CONTROLS = 0.01  # text has next to none; above this a file is binary
_FEW_CONTROLS = 2  # a short text may have as many
_SHARE_OF_DAMAGE = 0.1  # of the characters: above this nothing of use is left
_STRANGE = frozenset(("Cc", "Cn", "Co", "Cs"))  # control, unassigned, private, half a character
_SHARE_OF_STRANGE = 0.02
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TO_BLANKS = dict.fromkeys((*range(9), *range(14, 32), 127), " ") | {
    code: "\ufffd" for code in range(0x80, 0xA0) if code != 0x85
}
_SIGNATURES = (  # of what is often misnamed as text
    (0, b"%PDF-", "a PDF"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older office program"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"SQLite format 3\0", "a database"),
    (0, b"\x7fELF", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\0asm", "a program"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF87a", "a picture"),
    (0, b"GIF89a", "a picture"),
    (8, b"WEBP", "a picture"),
    (0, b"ID3", "a sound recording"),
    (0, b"OggS", "a sound recording"),
    (0, b"fLaC", "a sound recording"),
    (4, b"ftyp", "a film or a sound recording"),
)
#: What names mean on the web (https://encoding.spec.whatwg.org), where Python means less by them.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "ks_c-5601": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "utf-8-sig": "utf-8",
}
_NAMES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "windows-949": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode": "utf-16-le",
    "x-cp1252": "cp1252",
    "iso-8859-8-i": "iso8859-8",
    "visual": "iso8859-8",
    "logical": "iso8859-8",
}
_EAST_ASIAN = frozenset(("cp932", "euc_jp", "gb18030", "cp949", "big5hkscs"))
_NO_CHARSETS = frozenset(("utf-7", "idna", "punycode", "mbcs", "oem", "undefined", "unicode_escape",
                          "raw_unicode_escape"))  # fmt: skip
_WIDEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file without its byte order mark, and what was wrong with it.

    A byte that means nothing is U+FFFD, a control character a blank.
    """

    text: str
    encoding: str
    warnings: tuple[ReadingWarning, ...] = ()


def decode(data: bytes) -> tuple[str, str]:
    """The characters of ``data`` and the encoding they were in: see `decode_bytes`."""
    decoded = decode_bytes(data)
    return decoded.text, decoded.encoding


def decode_bytes(data: bytes, declared: str | None = None) -> Decoded:
    """The characters of ``data``. ``declared`` is the encoding that the file itself names.

    A byte order mark decides; else zero bytes that stand where UTF-16 or UTF-32 put them; else
    that all is valid UTF-8, or all but little; else ``declared``, if all bytes mean something in it;
    else what letters and words look likeliest. Raises DocumentFormatError for an empty file, a
    binary one, one that is damaged all over, and one whose encoding can't be told.
    """
    for offset, signature, what in _SIGNATURES:
        if data.startswith(signature, offset) and (offset != 8 or data.startswith(b"RIFF")):
            raise DocumentFormatError(
                f"It is {what}, not text.", hint="Save it as text, or remove it."
            )
    mark, encoding = next((entry for entry in _MARKS if data.startswith(entry[0])), (b"", ""))
    if not data[len(mark) :].strip(b" \t\r\n\f\0\x1a"):
        raise _empty(data[len(mark) :])
    body = data[len(mark) :] if mark else data
    if encoding:
        text = _mended(body, encoding, len(mark))
    else:
        text, encoding = _unmarked(body.removesuffix(b"\x1a"), declared)  # DOS ended files so
    found: list[ReadingWarning] = []
    text = _without_controls(text, found)
    if not text.strip():
        raise _empty(body)
    if "\ufffd" in text:
        count, first = text.count("\ufffd"), text.index("\ufffd")
        found.append(
            ReadingWarning(
                f"{_counted(count, 'place')} can't be read in {encoding.upper()}; each is shown as “�”.",
                _line_of(text, first),
            )
        )
    return Decoded(text, encoding, tuple(found))


def _counted(count: int, thing: str) -> str:
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"


def _line_of(text: str, at: int) -> int:
    feeds = text.count("\n", 0, at)
    return 1 + feeds + text.count("\r", 0, at) - text.count("\r\n", 0, at)


def _mended(data: bytes, encoding: str, offset: int = 0) -> str:
    """``data`` in an encoding of Unicode, with U+FFFD for what is wrong, if that is little."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") > max(_FEW_CONTROLS, _SHARE_OF_DAMAGE * len(text)):
            raise DocumentFormatError(
                f"It looks like {encoding.upper()} but is damaged from byte {offset + error.start + 1} on.",
                hint="Save it anew as UTF-8.",
            ) from error
        return text


def _unmarked(data: bytes, declared: str | None) -> tuple[str, str]:
    sample = data[:_SAMPLE]
    if wide := _wide(sample):
        return _mended(data, wide), wide
    if not _few_controls(sample):
        raise _binary()
    named = codec_of(declared) if declared else None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if named and (data.isascii() or named in _EAST_ASIAN):
            return _declared(data, named) or (text, "utf-8")
        if b"\x1b$" in data and (seven_bit := _declared(data, "iso2022_jp")):
            return seven_bit
        return text, "utf-8"
    if named and named != "utf-8" and (known := _declared(data, named)):
        return known
    mended = data.decode("utf-8", "replace")
    bad = mended.count("\ufffd")
    good = len(mended) - bad - sum(map(mended.count, _ASCII)) if bad < len(mended) else 0
    if good > 2 * bad:  # other encodings hardly ever make a valid sequence of UTF-8
        return mended, "utf-8"
    encoding = _code_page(data)
    return data.decode(encoding, "replace"), encoding


_ASCII = [chr(code) for code in range(128)]


def _declared(data: bytes, named: str) -> tuple[str, str] | None:
    try:
        return data.decode(named), named
    except (UnicodeError, LookupError):
        return None


def codec_of(name: str) -> str | None:
    """Python's name of the encoding that a file calls ``name``, as the web means it; None if unknown."""
    name = name.strip(" \t\r\n\f\"'").lower()
    if not name or len(name) > _WIDEST_NAME or not name.isascii():
        return None
    if name in _NAMES:
        return _NAMES[name]
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name in _NO_CHARSETS:
        return None
    return _WIDER.get(info.name, info.name)


def _empty(data: bytes) -> DocumentFormatError:
    if not data:
        return DocumentFormatError("It is empty.")
    if data.count(0) > len(data) // 2 and not data.strip(b"\0"):
        return DocumentFormatError(
            "It is empty: it holds nothing but zero bytes.",
            hint="Get the file anew; it may have been lost in copying.",
        )
    return DocumentFormatError("It is empty: it holds nothing but white space.")


def _binary() -> DocumentFormatError:
    return DocumentFormatError(
        "It is a binary file, not text.", hint="Save it as text, or remove it."
    )


def _few_controls(data: bytes) -> bool:
    count = len(data) - len(data.translate(None, _CONTROLS))
    return count <= max(_FEW_CONTROLS, _SHARE_OF_CONTROLS * len(data))


def _without_controls(text: str, found: list[ReadingWarning]) -> str:
    """``text`` with a blank for each control character, if they are few; a note of it in ``found``."""
    first = _UNWANTED.search(text)
    if first is None:
        return text.replace("\x85", "\n") if "\x85" in text else text
    plain = text.translate(_TO_BLANKS).replace("\x85", "\n")
    count = sum(map(text.count, map(chr, _TO_BLANKS)))
    binary = sum(text.count(chr(code)) for code in _CONTROLS)
    if binary > max(_FEW_CONTROLS, _SHARE_OF_CONTROLS * len(text)):
        raise _binary()
    found.append(
        ReadingWarning(
            f"{_counted(count, 'control character')} {'is' if count == 1 else 'are'} left out.",
            _line_of(text, first.start()),
        )
    )
    return plain


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes fill certain places of its characters."""
    others = sample.replace(b"\0", b"")
    if len(sample) - len(others) < 2 or (len(others) > 0.9 * len(sample) and _few_controls(others)):
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


# ---------------------------------------------------------------- code pages

_HIGH = re.compile(rb"[\x80-\xff]+")
_FEW_HIGH = 3  # so few say nothing of the frequency of letters
_BEFORE = 4_000  # bytes before the first that is not ASCII
_WESTERN = ("cp1252", "mac_roman", "cp850")  # the likeliest first
_WESTERN_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüßÿ")
_LATIN_1 = ("iso8859-1", "iso8859-15", "cp1252")
_LATIN_9_ONLY = re.compile(rb"[A-Za-z][\xa6\xa8\xb8\xbc\xbd\xbe][a-z]|\xa4\s?\d|\d\s?\xa4")
_C1 = re.compile(rb"[\x80-\x9f]")


def _code_page(data: bytes) -> str:
    """The likeliest of the older encodings. Raises DocumentFormatError if none is likely."""
    if western := _few_western(data):
        return western
    first = _HIGH.search(data)
    begin = max(0, (first.start() if first else 0) - _BEFORE)
    named = _detect(data[begin : begin + _SAMPLE])
    if named is None:
        raise DocumentFormatError("Its encoding can't be told.", hint="Save it as UTF-8.")
    encoding = codecs.lookup(named).name
    if encoding in _LATIN_1:
        if _C1.search(data) is None and _LATIN_9_ONLY.search(data):
            return "iso8859-15"
        return "cp1252"
    return _WIDER.get(encoding, encoding)


def _few_western(data: bytes) -> str | None:
    """The first Western encoding in which two or three signs in plain English make sense."""
    rows = []
    for match in _HIGH.finditer(data):
        rows.append(match)
        if len(rows) > _FEW_HIGH or len(match[0]) > 2:
            return None
    for encoding in _WESTERN:
        around = (data[max(0, m.start() - 2) : m.end() + 2] for m in rows)
        try:
            if all(_sensible(words.decode(encoding)) for words in around):
                return encoding
        except UnicodeDecodeError:
            continue
    return None


def _sensible(words: str) -> bool:
    """Whether the signs in ``words`` that are not ASCII stand where Western text has them."""
    for place, sign in enumerate(words):
        if sign.isascii():
            continue
        before, after = words[place - 1 : place], words[place + 1 : place + 2]
        if sign.lower() in _WESTERN_LETTERS:
            if sign.isupper() and before.islower():
                return False
        elif sign in "“‘„«¿¡":
            if before.isalnum():
                return False
        elif sign in "”»…":
            if after.isalpha():
                return False
        elif sign == "’":
            if not before.isalnum() and not after.isalnum():
                return False
        elif sign in "£€¥°§½¼¾²³–":
            if before.isalpha() and after.isalpha():
                return False
        elif sign == "•":
            if before.isalnum():
                return False
        elif sign not in "—\u00a0©®™":
            return False
    return True
