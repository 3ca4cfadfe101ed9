"""Bytes become characters, or one sentence that says why not."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentFormatError
from index.reading.decoding import codec_of, decode, decode_bytes
from tests.conftest import ROOT

LANGUAGES = ROOT / "tests" / "cases" / "languages.txt"
LATIN = "The ferry’s crew — “tired”, they said – came home. Café, naïve, £5.\n"
RUSSIAN = (
    "Паром вышел из гавани рано утром, когда над водой ещё стоял туман. На борту было двенадцать "
    "человек, три коровы и почта. Капитан сказал, что к вечеру будет ветер, и оказался прав.\n"
)
JAPANESE = (
    "渡し船は朝早く港を出た。水の上にはまだ霧が立っていた。乗っていたのは十二人と三頭の牛と郵便だけだった。"
    "船長は夕方には風が出ると言ったが、そのとおりになった。みんなは静かに待っていた。\n"
)
CHINESE = (
    "渡船一大早就离开了港口，水面上还笼罩着雾气。船上有十二个人、三头牛和一些邮件。船长说傍晚会起风，"
    "他说对了。大家都安静地等待着，没有人说话，直到对岸的灯光慢慢亮了起来。\n"
)


def picture() -> bytes:
    """A PNG of one pixel."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 4)),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (*chunks, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + body


def archive() -> bytes:
    """A ZIP with one text in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", LATIN * 50)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"),
        ("utf-32-be", b"\0\0\xfe\xff"),
    ],
)
@pytest.mark.parametrize("text", [LATIN, RUSSIAN, JAPANESE, "x"], ids=["en", "ru", "ja", "x"])
def test_a_byte_order_mark_decides_and_is_no_text(text: str, encoding: str, mark: bytes) -> None:
    """A marked file is read in the encoding of its mark, which is left out."""
    assert decode(mark + text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [LATIN, RUSSIAN * 3], ids=["en", "ru"])
def test_unicode_without_a_mark(text: str, encoding: str) -> None:
    """The five encodings of Unicode are told without a byte order mark."""
    assert decode(text.encode(encoding)) == (text, encoding)


def test_utf_16_of_a_script_without_zero_bytes() -> None:
    """Japanese in UTF-16 without a mark is told by the zero bytes of its few blanks and line ends."""
    text = f"{JAPANESE}A. {JAPANESE}"
    assert decode(text.encode("utf-16-le")) == (text, "utf-16-le")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(LATIN, "cp1252", id="curly quotes and dashes of Windows"),
        pytest.param("He said “no” – twice.", "cp1252", id="a short line of Windows"),
        pytest.param("It’s", "cp1252", id="a word of Windows"),
        pytest.param("It’s late.", "cp1252", id="two words of Windows"),
        pytest.param(RUSSIAN, "cp1251", id="cp1251"),
        pytest.param(RUSSIAN, "koi8-r", id="KOI8-R"),
        pytest.param(JAPANESE * 2, "shift_jis", id="Shift_JIS"),
        pytest.param(CHINESE * 2, "gb18030", id="GB18030"),
    ],
)
def test_code_pages(text: str, encoding: str) -> None:
    """The words of a file in an older encoding come out as they were."""
    assert decode(text.encode(encoding))[0] == text


def cut(text: str, encoding: str, size: int) -> str:
    """So much of ``text``, over and over, as takes ``size`` bytes."""
    data = (text * (size // len(text) + 1)).encode(encoding)[:size]
    return data.decode(encoding, "ignore")


@pytest.mark.parametrize(("size", "share"), [(60, 0.9), (300, 0.95), (3000, 0.95)])
def test_languages_and_their_encodings(size: int, share: float) -> None:
    """Nearly all texts come out as they were, in whichever encoding of their language."""
    wrong, count = [], 0
    lines = LANGUAGES.read_text(encoding="utf-8").splitlines()
    for encodings, text in (line.split(" | ") for line in lines if " | " in line):
        for encoding in encodings.split():
            words = cut(f"{text} ", encoding, size)
            if not words.isascii():
                count += 1
                if decode(words.encode(encoding))[0] != words:
                    wrong.append((encoding, words[:30]))
    assert len(wrong) <= (1 - share) * count, wrong


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Caf\xe9 open", "Café open"),
        (b"Caf\x8e open", "Café open"),
        (b"costs \x80 5", "costs € 5"),
        (b"costs \xa35 or 5\xbd", "costs £5 or 5½"),
        (b"Citro\xebn\x92s", "Citroën’s"),
        (b"\xa9 2021 Oldport", "© 2021 Oldport"),
    ],
)
def test_few_signs_in_plain_english(data: bytes, text: str) -> None:
    """Two or three signs that are not ASCII are read where they make sense."""
    assert decode(data)[0] == text


def test_latin_9_is_told_by_its_own_signs() -> None:
    """The euro sign of ISO 8859-15 is none of Windows-1252's."""
    text = "La sœur de Noé déjà paya 5 € à l'été, et l'œuvre coûta 12 €. "
    assert decode((text * 5).encode("iso8859-15"))[0] == text * 5


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \r\n\t\f \n", id="white space"),
        pytest.param(b"\0" * 500, id="zero bytes"),
        pytest.param(b"\xef\xbb\xbf", id="a mark alone"),
        pytest.param(b"\xff\xfe", id="a mark of UTF-16 alone"),
        pytest.param(b"\xef\xbb\xbf \n", id="a mark and white space"),
        pytest.param("\ufeff \n".encode("utf-16-be"), id="white space in UTF-16"),
        pytest.param("\u3000\u2028\n".encode(), id="white space of other scripts"),
    ],
)
def test_empty_files_are_refused(data: bytes) -> None:
    """A file without a visible character is said to be empty."""
    with pytest.raises(DocumentFormatError, match=r"^It is empty[.:]"):
        decode(data)


def test_a_file_of_zero_bytes_is_told_from_an_empty_one() -> None:
    """What is left of a file that was lost in copying is named, with what to do."""
    with pytest.raises(DocumentFormatError, match=r"nothing but zero bytes") as refused:
        decode(bytes(5_000))
    assert "anew" in refused.value.hint


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(picture(), "It is a picture, not text.", id="PNG"),
        pytest.param(archive(), "It is a ZIP archive or an office document, not text.", id="ZIP"),
        pytest.param(b"%PDF-1.4\n1 0 obj\n", "It is a PDF, not text.", id="PDF"),
        pytest.param(rb"{\rtf1\ansi Hello}", "It is an RTF document, not text.", id="RTF"),
        pytest.param(bytes(range(256)) * 9, "It is a binary file, not text.", id="all bytes"),
        pytest.param(zlib.compress(LATIN.encode() * 99), "It is a binary file, not text.", id="zlib"),
        pytest.param(struct.pack("<999h", *range(-500, 499)), "It is a binary file, not text.", id="samples"),
        pytest.param(b"words\0\1\2\3 and words", "It is a binary file, not text.", id="control characters"),
        pytest.param(b"\xef\xbb\xbfwords\0\0\0\0", "It is a binary file, not text.", id="marked, zero bytes"),
        pytest.param(b"7z\xbc\xaf\x27\x1c\0\4", "It is a 7-Zip archive, not text.", id="7-Zip"),
        pytest.param(b"SQLite format 3\0", "It is a database, not text.", id="SQLite"),
    ],
)  # fmt: skip
def test_binary_files_are_refused(data: bytes, said: str) -> None:
    """What is no text is refused with a sentence that says what it is."""
    with pytest.raises(DocumentFormatError) as caught:
        decode(data)
    assert str(caught.value) == said
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "read", "said"),
    [
        pytest.param(
            b"\xef\xbb\xbfab\xffcd and more", "ab\ufffdcd and more", "1 place", id="marked"
        ),
        pytest.param(RUSSIAN.encode() + b"\xd0", f"{RUSSIAN}\ufffd", "1 place", id="cut off"),
        pytest.param(
            RUSSIAN.encode() + b"\xff \xfe!", f"{RUSSIAN}\ufffd \ufffd!", "2 places", id="two bytes"
        ),
        pytest.param(
            "\ufeffabcdefghijkl".encode("utf-16-le")[:-1],
            "abcdefghijk\ufffd",
            "1 place",
            id="half a character",
        ),
        pytest.param(
            LATIN.encode("utf-16-le") + b"\x3d\xd8", f"{LATIN}\ufffd", "1 place", id="half a pair"
        ),
    ],
)
def test_slightly_damaged_unicode_is_read(data: bytes, read: str, said: str) -> None:
    """Unicode with a few wrong bytes is read with U+FFFD in their place and a warning."""
    decoded = decode_bytes(data)
    assert decoded.text == read
    assert [warning.text.startswith(said) for warning in decoded.warnings] == [True]


def test_the_warning_names_the_first_line() -> None:
    """What is wrong is said once, with its count and the first line of it."""
    (warning,) = decode_bytes("é\r\né\r\n".encode() * 9 + b"x\xff\n\xffy").warnings
    assert warning.text == "2 places can't be read in UTF-8; each is shown as “�”."
    assert warning.line == 19


def test_unicode_damaged_all_over_is_refused() -> None:
    """Marked Unicode of which much is wrong is refused and not read as some code page."""
    with pytest.raises(
        DocumentFormatError, match=r"looks like UTF-8 but is damaged from byte 4 on"
    ):
        decode(b"\xef\xbb\xbf" + b"\xff\xfea" * 50)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("windows-1251", "cp1251"),
        (" KOI8-R", "koi8-r"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("x-sjis", "cp932"),
        ("GB2312", "gb18030"),
        ("iso-8859-9", "cp1254"),
        ("utf8", "utf-8"),
        ("base64", None),
        ("nonsense", None),
        ("x" * 1000, None),
        ("", None),
    ],
)
def test_names_of_encodings(declared: str, encoding: str | None) -> None:
    """A name means what it means on the web; what names no encoding of text is None."""
    assert codec_of(declared) == encoding


def test_a_declared_encoding_wins_over_guessing() -> None:
    """Bytes that could be several encodings are read in the one that the file names."""
    for declared, text in (("windows-1257", "Kęstas"), ("windows-1252", "Kæstas")):
        assert decode_bytes(b"K\xe6stas", declared).text == text


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        pytest.param("Привет, как дела".encode(), "koi8-r", id="it is UTF-8"),
        pytest.param("\ufeffé".encode("utf-16-le"), "latin-1", id="a mark says otherwise"),
        pytest.param("Привет, как дела у вас".encode("cp1251"), "utf-8", id="it can't be"),
        pytest.param(b"Plain words.", "nonsense", id="no encoding"),
    ],
)
def test_a_wrong_declaration_is_not_heeded(data: bytes, declared: str) -> None:
    """A declared encoding that the bytes disprove changes nothing."""
    assert decode_bytes(data, declared) == decode_bytes(data)


def test_control_characters() -> None:
    """A few control characters become blanks, with a warning; a DOS file's last one is dropped."""
    decoded = decode_bytes(b"One\0two\x07.\nThree.\x1a")
    assert decoded.text == "One two .\nThree."
    assert [(w.text, w.line) for w in decoded.warnings] == [
        ("2 control characters are left out.", 1)
    ]


def test_escapes_of_a_terminal() -> None:
    """A log with a terminal's colours is text, however many they are."""
    text = decode_bytes(b"\x1b[31merror\x1b[0m one\n" * 50).text
    assert text == " [31merror [0m one\n" * 50


def test_wrongly_converted_quotes_stay_visible() -> None:
    """The control characters that Windows' quotes became in a wrong conversion are shown as damage."""
    decoded = decode_bytes("It\x92s late, isn\x92t it?".encode())
    assert decoded.text == "It\ufffds late, isn\ufffdt it?"
    assert decoded.warnings


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """Whatever the bytes, decoding gives text without zero characters or says why it can't."""
    with suppress(DocumentFormatError):
        text, encoding = decode(data)
        assert not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)
        assert text.strip()
        damaged = "\ufffd" in text or any(byte < 32 or byte == 127 for byte in data)
        assert (
            damaged
            or not encoding.startswith("utf")
            or "\x85" in data.decode(encoding)
            or (data.endswith(text.encode(encoding)))
        )


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_marked_unicode_is_read_as_it_is(text: str, encoding: str) -> None:
    """Any text without control characters comes back from a marked file."""
    text = re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]", "", text)
    with suppress(DocumentFormatError):
        mark = "\ufeff".encode() if encoding == "utf-8" else b""
        assert decode(mark + text.encode(encoding))[0] == text
