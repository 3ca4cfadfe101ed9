"""Bytes become characters, or one sentence that says why not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DocumentFormatError
from index.reading import read
from index.reading.decoding import decode

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
    with pytest.raises(DocumentFormatError, match=r"^It is empty\.$"):
        decode(data)


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
        pytest.param(b"some words\0 and more words", "It is a binary file, not text.", id="a zero byte"),
        pytest.param(b"\xef\xbb\xbfwords\0", "It is a binary file, not text.", id="marked, a zero byte"),
    ],
)  # fmt: skip
def test_binary_files_are_refused(data: bytes, said: str) -> None:
    """What is no text is refused with a sentence that says what it is."""
    with pytest.raises(DocumentFormatError) as caught:
        decode(data)
    assert str(caught.value) == said
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(
            b"\xef\xbb\xbfab\xffcd", "It looks like UTF-8 but is damaged at byte 6.", id="marked"
        ),
        pytest.param(
            RUSSIAN.encode() + b"\xd0", "It looks like UTF-8 but is damaged at byte 323.", id="cut off"
        ),
        pytest.param(
            "\ufeffabc".encode("utf-16-le")[:-1],
            "It looks like UTF-16-LE but is damaged at byte 7.",
            id="half a character",
        ),
        pytest.param(
            LATIN.encode("utf-16-le") + b"\x3d\xd8",
            "It looks like UTF-16-LE but is damaged at byte 137.",
            id="half a pair",
        ),
    ],
)  # fmt: skip
def test_damaged_unicode_is_refused_and_never_guessed(data: bytes, said: str) -> None:
    """Damaged Unicode is not read as some code page: the sentence names the first wrong byte."""
    with pytest.raises(DocumentFormatError) as caught:
        decode(data)
    assert str(caught.value) == said


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.txt.gz", ".txt"])
def test_other_formats_are_refused(name: str) -> None:
    """A file whose name is of no format that is read is refused, with what to do."""
    with pytest.raises(DocumentFormatError, match="format") as caught:
        read(b"words", name)
    assert ".md" in caught.value.hint


def test_the_ending_may_be_in_capitals() -> None:
    """REPORT.TXT is read as report.txt is."""
    assert read(b"Words here.", "REPORT.TXT").text == "Words here."


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """Whatever the bytes, decoding gives text without zero characters or says why it can't."""
    with suppress(DocumentFormatError):
        text, encoding = decode(data)
        assert "\0" not in text
        assert text.strip()
        assert not encoding.startswith("utf") or data.endswith(text.encode(encoding))
