"""Why a file of Office before 2007, or an encrypted one, can't be read (OLE2, MS-CFB)."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import DocumentFormatError


@dataclass(frozen=True, slots=True)
class _Kind:
    what: str
    stream: str  # that only it has
    classes: tuple[bytes, ...]  # the first bytes of its class
    program: str  # that saves it as another kind
    target: str


_KINDS = (
    _Kind(
        "an old Word document (.doc)",
        "WordDocument",
        (b"\x06\x09\x02\x00", b"\x00\x09\x02\x00"),
        "Word or LibreOffice",
        ".docx",
    ),
    _Kind(
        "an old Excel workbook (.xls)",
        "Workbook",
        (b"\x20\x08\x02\x00", b"\x10\x08\x02\x00"),
        "Excel or LibreOffice",
        ".csv",
    ),
    _Kind(
        "an old PowerPoint presentation (.ppt)",
        "PowerPoint Document",
        (b"\x10\x8d\x81\x64", b"\x70\xae\x7b\xea"),
        "PowerPoint or LibreOffice",
        "PDF",
    ),
    _Kind(
        "an Outlook message (.msg)",
        "__properties_version1.0",
        (b"\x0b\x0d\x02\x00",),
        "Outlook",
        "text or HTML",
    ),
)
_UNKNOWN = _Kind("an old Office file", "", (), "the program that made it", ".docx or PDF")


def explain_ole(data: bytes) -> DocumentFormatError:
    """Why ``data``, an OLE2 file, can't be read: what it is, by its class or its streams."""
    if _stream_name("EncryptedPackage") in data:
        return DocumentFormatError(
            "It is encrypted and needs a password.", hint="Save it without a password."
        )
    sector = int.from_bytes(data[48:52], "little")
    size = 1 << min(16, int.from_bytes(data[30:32], "little"))
    class_id = data[(sector + 1) * size :][80:84]
    kind = next((kind for kind in _KINDS if class_id in kind.classes), None)
    if kind is None:
        places = [(data.find(_stream_name(kind.stream)), kind) for kind in _KINDS]
        found = [(place, kind) for place, kind in places if place >= 0]
        kind = min(found, key=lambda pair: pair[0])[1] if found else _UNKNOWN
    return DocumentFormatError(
        f"It is {kind.what}, which Archivist does not read.",
        hint=f"Open it in {kind.program} and save it as {kind.target}.",
    )


def _stream_name(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"
