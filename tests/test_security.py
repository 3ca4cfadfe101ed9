"""Nothing outside is fetched, run or written, whatever is read; and SECURITY.md says what is true."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yarl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.attachments import _encoded, is_allowed
from bot.backup.archive import BackupError, unpack
from bot.settings import Settings, load_settings
from index.archive import list_sources
from index.building import build
from index.collections import server_collection
from index.corpus import scan
from index.errors import ArchivistError, CorpusError, DocumentFormatError, SettingsError
from index.reading import read
from tests.conftest import ROOT, write_corpus
from tests.index.make_docx import docx, p, part
from tests.index.make_docx import package as zipped
from tests.index.make_pdf import one_page, raw_pdf, stream

CANARY = "Kittiwake"  # a word of a file that no document may reach
WORDS = "The ferry left at noon."

# ---------------------------------------------------------------- nothing is fetched

_watched: list[str] | None = None  # what was tried, while somebody watches
_CALLS = (
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
    "urllib.Request", "http.client.connect", "ftplib.connect", "subprocess.Popen", "os.system",
    "os.exec", "os.posix_spawn", "os.fork", "webbrowser.open",
)  # fmt: skip


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Hear of what Python is about to do: see `sys.addaudithook`, which knows no way back."""
    if _watched is None:
        return
    if event in _CALLS:
        _watched.append(event)
    elif event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path, mode = os.fsdecode(arguments[0]), str(arguments[1] or "r")
        if "canary" in path or set(mode) & set("wax+"):
            _watched.append(f"open {path} {mode}")


sys.addaudithook(_watch)


@contextmanager
def nothing_tried() -> Iterator[None]:
    """Fail when Python connects, starts a program, writes a file or opens the canary meanwhile."""
    global _watched
    _watched = tried = []
    try:
        yield
    finally:
        _watched = None
    assert tried == []


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that nobody may come to, not even a library that isn't written in Python."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        yield server


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text(f"{CANARY}\n", encoding="utf-8")
    return path


def markdown(url: str, path: str) -> bytes:
    return f"""{WORDS}

![a]({url}a.png) ![b](file://{path}) [c]({url}c) <img src="{url}d.png"><iframe src="{url}e"></iframe>

<link rel="stylesheet" href="{url}f.css"><script src="{url}g.js"></script>
[h]: {url}h "i"
{{% include "{path}" %}} !include {path}
""".encode()


def front_matter(url: str, path: str) -> bytes:
    return (
        f"---\ntitle: !!python/object/apply:os.system ['touch {path}.made']\n"
        f"bibliography: {url}a.bib\ncss: {url}b.css\n---\n\n{WORDS}\n"
    ).encode()


def rst(url: str, path: str) -> bytes:
    return f"""{WORDS}

.. include:: {path}

.. literalinclude:: {path}

.. raw:: html
   :file: {path}

.. raw:: html
   :url: {url}a

.. csv-table:: b
   :file: {path}

.. csv-table:: c
   :url: {url}c

.. image:: {url}d.png
   :scale: 50 %

.. figure:: file://{path}

.. stylesheet:: {url}e.css

.. role:: raw-html(raw)
   :format: html

:raw-html:`<img src="{url}f">`

.. |g| image:: {url}g.png

|g| :pep:`8` :rfc:`2822`

.. math:: \\input{{{path}}}
""".encode()


def html(url: str, path: str) -> bytes:
    return f"""<!DOCTYPE html SYSTEM "{url}a.dtd" [<!ENTITY b SYSTEM "file://{path}">]>
<html manifest="{url}c" xmlns:xi="http://www.w3.org/2001/XInclude"><head><title>T</title>
<base href="{url}"><meta http-equiv="refresh" content="0; url={url}d">
<link rel="stylesheet" href="{url}e.css"><link rel="import" href="f.html">
<style>@import url({url}g.css); body {{ background: url({url}h.png) }}</style>
<script src="{url}i.js">fetch("{url}")</script></head>
<body background="{url}j.png" onload="fetch('{url}')"><p>{WORDS} &b;</p>
<img src="{url}k.png" srcset="{url}l.png 2x"><iframe src="file://{path}"></iframe>
<object data="{url}m"></object><embed src="{url}n"><video src="{url}o" poster="{url}p"></video>
<svg><use href="{url}q#x"/><image xlink:href="{url}r"/></svg><audio src="{url}s"></audio>
<xi:include href="file://{path}" parse="text"/><form action="{url}t"></form></body></html>
""".encode()


def xhtml(url: str, path: str) -> bytes:
    return f"""<?xml version="1.0"?><?xml-stylesheet href="{url}a.xsl" type="text/xsl"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{url}b.dtd" [
<!ENTITY % c SYSTEM "{url}c.ent"> %c; <!ENTITY d SYSTEM "file://{path}">
<!ENTITY e "x"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head>
<body><p>{WORDS} &d; &f;</p></body></html>
""".encode()


def svg(url: str, path: str) -> bytes:
    return f"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file://{path}">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<image xlink:href="{url}a.png"/><script xlink:href="{url}b.js"/><text>{WORDS} &a;</text></svg>
""".encode()


def _related(url: str, path: str) -> dict[str, bytes]:
    kinds = {
        "image": f"{url}a.png",
        "attachedTemplate": f"{url}b.dotm",
        "hyperlink": f"{url}c",
        "aFChunk": f"file://{path}",
        "oleObject": f"{url}d",
        "frame": f"{url}e",
        "subDocument": f"file://{path}",
        "footnotes": f"{url}f.xml",
        "styles": f"../../../../..{path}",
    }
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = "".join(
        f'<Relationship Id="x{n}" Type="{base}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(kinds.items())
    )
    opened = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return {"word/_rels/document.xml.rels": f"{opened}{lines}</Relationships>".encode()}


def word(url: str, path: str) -> bytes:
    fields = (
        f'<w:p><w:r><w:instrText>INCLUDETEXT "{path}"</w:instrText></w:r></w:p>'
        f'<w:p><w:r><w:instrText>INCLUDEPICTURE "{url}g"</w:instrText></w:r></w:p>'
        '<w:altChunk xmlns:r="urn:r" r:id="x3"/><w:subDoc xmlns:r="urn:r" r:id="x6"/>'
    )
    return docx(p(WORDS), fields, parts=_related(url, path))


def word_with_entities(url: str, path: str) -> bytes:
    body = part("document", f"<w:body>{p(WORDS)}<w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>")
    declared = f'<!DOCTYPE a SYSTEM "{url}a.dtd" [<!ENTITY a SYSTEM "file://{path}">]><w:'
    return docx(p(WORDS), parts={"word/document.xml": body.replace("<w:", declared, 1).encode()})


def epub(url: str, path: str) -> bytes:
    opf = f"""<?xml version="1.0"?><!DOCTYPE package [<!ENTITY a SYSTEM "file://{path}">]>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T &a;</dc:title></metadata><manifest>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="{url}b.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="file://{path}" media-type="application/xhtml+xml"/>
<item id="d" href="../../../../..{path}" media-type="application/xhtml+xml"/>
<item id="e" href="{url}e.css" media-type="text/css"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/><itemref idref="d"/></spine></package>"""
    container = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OPS/a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OPS/a.opf": opf.replace(" &a;", ""),
            "OPS/a.xhtml": xhtml(url, path),
            f"../../..{path}.made": WORDS,
            f"{path}.made": WORDS,
        }
    )


def pdf(url: str, path: str) -> bytes:
    action = f"<</S /URI /URI ({url}a)>>".encode()
    launch = f"<</S /Launch /F ({path})>>".encode()
    script = f"<</S /JavaScript /JS (app.launchURL\\('{url}b'\\))>>".encode()
    annotations = b"".join(
        b"<</Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s>>" % one
        for one in (action, launch, script)
    )
    return one_page(
        f"BT /F 12 Tf 72 700 Td ({WORDS}) Tj ET".encode(),
        catalog=b"/OpenAction %s /AA <</WC %s>>" % (script, launch),
        page=b"/Annots [%s] /AA <</O %s>>" % (annotations, script),
    )


def pdf_of_other_files(url: str, path: str) -> bytes:
    """Its words stand in a file beside it, its picture at an address."""
    outside = f"<</Type /Filespec /FS /URL /F ({url}a)>>".encode()
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [4 0 R 5 0 R] /Resources"
        b" <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>"
        b" /XObject <</X 6 0 R>>>>>>",
        stream(f"BT /F 9 Tf 9 50 Td ({WORDS}) Tj ET /X Do".encode()),
        stream(b"", f"/F ({path})".encode()),
        stream(b"", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /F " + outside),
    )


def sheet(url: str, path: str) -> bytes:
    return (
        f'date,event\n1871-03-04,"=WEBSERVICE(""{url}a"")"\n1871-03-05,=cmd|\' /C touch {path}.made\'!A0\n'
        f"1871-03-06,{WORDS}\n1871-03-07,@import {path}\n"
    ).encode()


def data(url: str, path: str) -> bytes:
    return (
        f'{{"$schema": "{url}a", "$ref": "file://{path}", "title": "{WORDS}",'
        f' "__class__": "os.system", "events": [{{"start_date": {{"year": "1871"}},'
        f' "media": {{"url": "{url}b"}}, "text": {{"text": "{WORDS}"}}}}]}}'
    ).encode()


HOSTILE: dict[str, Callable[[str, str], bytes]] = {
    "a.md": markdown, "front.md": front_matter, "a.rst": rst, "a.html": html, "a.xhtml": xhtml,
    "a.svg": svg, "a.docx": word, "entities.docx": word_with_entities, "a.epub": epub, "a.pdf": pdf,
    "outside.pdf": pdf_of_other_files, "a.csv": sheet, "a.json": data, "a.txt": markdown,
}  # fmt: skip
REFUSED = {"entities.docx", "a.svg"}  # entities are none of Word's, and a picture is no document


def test_what_is_tried_is_noticed(canary: Path) -> None:
    """The tests here would notice a connection, a program, a look at the canary, and a new file."""
    tries: list[Callable[[], object]] = [
        lambda: socket.create_connection(("127.0.0.1", 1), timeout=1),
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        canary.read_text,
        lambda: (canary.parent / "made").write_text(""),
    ]
    for one in tries:
        with pytest.raises(AssertionError), nothing_tried(), suppress(OSError):
            one()


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_fetches_nothing(name: str, listening: socket.socket, canary: Path) -> None:
    """A document that names other files and addresses is read without going to any of them."""
    content = HOSTILE[name](f"http://127.0.0.1:{listening.getsockname()[1]}/", str(canary))
    said = ""
    read(b"Words.\n", "warm.txt")
    with suppress(DocumentFormatError):
        read(content, name)  # what is loaded at a format's first file is no concern of ours
    with nothing_tried():
        try:
            said = read(content, name).text
        except DocumentFormatError:
            assert name in REFUSED
    assert name in REFUSED or WORDS in said
    assert CANARY not in said
    with pytest.raises(BlockingIOError):
        listening.accept()
    assert [path.name for path in canary.parent.iterdir()] == ["canary.txt"]


BASE = "https://cdn.example:8443/files/"
PIECES = st.sampled_from(
    ["https://", "http://", "//", "cdn.example", ":8443", ":443", "/files", "/", "..", "%2e%2e", "%2f",
     "%5c", "\\", "@", "evil.example", "?", "#", ";", "[", "]", "\t", "\n", " ", "\u3002", "\uff0f",
     "\u200b", ".", "a", "%00", "%"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=10).map("".join), st.booleans())
def test_an_address_that_is_allowed_leads_nowhere_else(text: str, below: bool) -> None:
    """What is asked for at an allowed address is below the base, by the parser that does the asking."""
    url = BASE + text if below else text
    if is_allowed(url, [BASE]):
        asked = yarl.URL(_encoded(url), encoded=True)
        assert (asked.scheme, asked.host, asked.port) == ("https", "cdn.example", 8443)
        assert asked.user is None
        assert asked.raw_path.startswith("/files/")
        assert ".." not in asked.path.split("/")


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize("kind", ["epub", "docx"])
def test_nothing_is_unpacked_from_a_package(kind: str, tmp_path: Path) -> None:
    """Parts whose names are paths, and parts that are links, make no file anywhere."""
    (tmp_path / "below").mkdir()
    content = io.BytesIO(epub("", "/x") if kind == "epub" else docx(p(WORDS)))
    with zipfile.ZipFile(content, "a") as package:
        for name in ("../above.txt", "../../above.txt", f"{tmp_path}/made.txt", "C:\\made.txt"):
            package.writestr(name, WORDS)
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    before = os.getcwd()  # noqa: PTH109 - as it was
    os.chdir(tmp_path / "below")
    try:
        with nothing_tried():
            assert WORDS in read(content.getvalue(), f"a.{kind}").text
    finally:
        os.chdir(before)
    assert [path.name for path in tmp_path.rglob("*")] == ["below"]


def test_a_link_among_a_servers_documents_is_not_followed(tmp_path: Path, canary: Path) -> None:
    """Who can put a link beside documents from Discord gets no other file searched by it."""
    write_corpus(tmp_path / "corpus", {"a.txt": WORDS})
    folder = tmp_path / "data" / "uploads" / "10"
    write_corpus(folder, {"own.txt": "The lamp was lit in May 1801.\n"})
    (folder / "link.txt").symlink_to(canary)
    (folder / "up.txt").symlink_to("../../../canary.txt")
    (folder / "folder").symlink_to(tmp_path, target_is_directory=True)
    build(tmp_path / "corpus", tmp_path / "data")
    found = list_sources(tmp_path / "data", frozenset({server_collection(10)}))
    assert [one.source.name for one in found.summaries] == ["own.txt"]


@pytest.mark.parametrize(
    "name",
    ["../out", "/tmp/out", "uploads/../../out", "uploads/10/./a", "uploads//a", "other/a", ".."],
)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_backup_reaches_nothing_outside(name: str, kind: bytes, tmp_path: Path) -> None:
    """An entry that leads out of the data folder, or that is a link, is refused with its backup."""
    file = tmp_path / "backup.tar"
    with tarfile.open(file, "w") as made:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        made.addfile(entry)
    with pytest.raises(BackupError):
        unpack(file, tmp_path / "target", lambda *_: None)
    assert {path.name for path in tmp_path.rglob("*")} <= {"backup.tar", "target"}


# ---------------------------------------------------------------- what an operator writes

some_text = st.text(max_size=60) | st.sampled_from(
    [
        "http://[::1",
        "http://a:99999/",
        "[::1]:x",
        "0.0.0.0:1",
        "-1",
        "1e999",
        "nan",
        "٣",
        "/dev/null",
    ]
)


@given(
    st.dictionaries(
        st.sampled_from(
            sorted(re.findall(r"(?m)^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text()))
        ),
        some_text,
        max_size=5,
    )
)
def test_any_value_of_a_setting_is_used_or_refused(values: dict[str, str]) -> None:
    """Whatever stands in `.env`, settings come of it or one sentence that repeats no value."""
    try:
        made = load_settings(values, serving=True)
    except SettingsError as error:
        told = f"{error}"
        assert not [v for v in values.values() if len(v) > 12 and v in told]
    else:
        assert isinstance(made, Settings)
        for url in made.cdn_urls:
            assert url.startswith(("http://", "https://"))
            assert url.endswith("/")


TOML = st.sampled_from(
    ["title = 1", "[documents]", '[documents."a.txt"]', 'title = "x"', "date = 2021-02-30", "ignore = []",
     'ignore = ["' + "*" * 30 + 'b"]', "[[alias]]", 'names = ["a", "b"]', "names = [1]", "= = =", "[" * 40,
     "a = " + "[" * 30, "a = {b = {c = {}}}", "\ufeff", "\x00", 'language = "../../x"', "[collections.x]",
     'date = "' + "9" * 50 + '"', "x = 1e999", "a.b.c.d = 1", "[hide]", "[[hide]]", 'id = "x"']
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(["corpus.toml", "aliases.toml"]), st.lists(TOML, max_size=6))
def test_any_file_of_an_owner_is_used_or_refused(
    tmp_path: Path, name: str, lines: list[str]
) -> None:
    """Whatever an owner's file says, the folder is read or one sentence says what is wrong."""
    write_corpus(tmp_path, {"a.txt": WORDS, name: "\n".join(lines)})
    said = ""
    try:
        scan(tmp_path)
    except CorpusError as error:
        said = str(error)
    (tmp_path / name).unlink()
    assert str(tmp_path) not in said


# ---------------------------------------------------------------- the page and the linter

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    """Each `tests/….py::test_…` of SECURITY.md is a test of that file."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 30
    for file, test in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"(?m)^(?:async )?def {test}\(", text), f"{file}::{test}"


def test_every_measure_names_its_proof() -> None:
    """Each row of the tables of threats ends with a test, or says that there is none and why."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and " | " in line[2:]]
    threats = [row for row in rows if not row.startswith(("| threat", "| what"))]
    assert threats
    for row in threats:
        proof = row.rstrip("| ").rpartition(" | ")[2]
        assert "::test_" in proof or proof.startswith("none: "), row


def test_rules_about_security_are_on() -> None:
    """Ruff checks all of its rules of the kind S, and no line switches one off without a reason."""
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"][
        "lint"
    ]
    assert "S" in ruff["select"]
    assert {rule for rule in ruff["ignore"] if rule.startswith("S1")} == {"S101"}
    for folder in ("bot", "index", "benchmarks", "docs"):
        for path in (ROOT / folder).rglob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                off = re.search(r"# noqa: S\d+(?:, S\d+)*(.*)", line)
                assert off is None or re.search(r"\w{3}", off[1]), f"{path.name}: {line.strip()}"


def test_no_error_raised_on_purpose_says_more_than_its_sentence() -> None:
    """What readers are told of an unforeseen error holds nothing of it."""
    from bot.tree import for_readers

    told = for_readers(ValueError("/home/ann/token.txt: MTIz.abc"))
    assert isinstance(told, ArchivistError)
    assert "ann" not in f"{told} {told.hint}"
