"""How fast files of each format are read and indexed, and how much memory the largest takes.

    .venv/bin/python -m benchmarks.build_rate [--megabytes 4] [FILE ...]
    .venv/bin/python -m benchmarks.build_rate --pool [--processes 1 2] [--megabytes 16] [FILE ...]

Without files, one of about so many megabytes is made for each format from the repository's own
corpus (needs the test dependencies). Each file is read and indexed in a fresh process; the rates are
megabytes of the file a second, reading alone and with everything that indexing does. The peak is of
that process's memory. Where poppler's pdftotext is installed, its time on the same PDF stands beside.

With ``--pool`` many files of plain text are read as a build reads them, by a pool of so many
processes, and what is made of them is handed over but not written: seconds by the clock, processor
time of the readers and of the process that takes their results, passages a second of both, peak memory
of the latter. A file that is given counts for many: it is cut at paragraphs.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
#: XHTML packs to about a third, so that files of these formats hold more text than others.
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>{items}'
    "</manifest><spine>{spine}</spine></package>"
)


def paragraphs() -> Iterator[str]:
    """The paragraphs of the shipped briefing, over and over, each with a number of its own."""
    text = next((ROOT / "corpus").glob("*.md")).read_text(encoding="utf-8")
    found = [" ".join(part.split()) for part in text.split("\n\n") if part[:1].isalpha()]
    for number, part in enumerate(cycle(found)):
        yield f"{part} Paragraph {number}."


def some(letters: int) -> list[str]:
    """Paragraphs of about so many letters together."""
    found: list[str] = []
    source = paragraphs()
    while letters > 0:
        found.append(next(source))
        letters -= len(found[-1])
    return found


def as_text(parts: list[str]) -> bytes:
    return "\n\n".join(parts).encode()


def as_markdown(parts: list[str]) -> bytes:
    headed = (f"## Part {n}\n\n{part}" if n % 10 == 0 else part for n, part in enumerate(parts))
    return "\n\n".join(headed).encode()


def as_rst(parts: list[str]) -> bytes:
    headed = (
        f"Part {n}\n{'=' * 12}\n\n{part}" if n % 10 == 0 else part for n, part in enumerate(parts)
    )
    return "\n\n".join(headed).replace("*", "").replace("`", "").encode()


def as_html(parts: list[str]) -> bytes:
    body = "\n".join(f"<p>{escape(part)}</p>" for part in parts)
    return f"<!doctype html><html><body><main>{body}</main></body></html>".encode()


def as_csv(parts: list[str]) -> bytes:
    stream = io.StringIO()
    rows = csv.writer(stream)
    rows.writerow(["event_date", "actor1", "location", "notes"])
    for number, part in enumerate(parts):
        day = f"{1990 + number % 30}-{1 + number % 12:02}-{1 + number % 28:02}"
        rows.writerow([day, "Council", "Skerrow", part])
    return stream.getvalue().encode()


def as_json(parts: list[str]) -> bytes:
    events = [
        {"start_date": {"year": 1990 + n % 30, "month": 1 + n % 12}, "text": {"text": part}}
        for n, part in enumerate(parts)
    ]
    return json.dumps({"events": events}, ensure_ascii=False).encode()


def as_epub(parts: list[str]) -> bytes:
    stream = io.BytesIO()
    chapters = [parts[n : n + 200] for n in range(0, len(parts), 200)]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", _CONTAINER)
        names = [f"c{n}.xhtml" for n in range(len(chapters))]
        items = "".join(
            f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
            for n, name in enumerate(names)
        )
        spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(names)))
        book.writestr("book.opf", _PACKAGE.format(items=items, spine=spine))
        for name, chapter in zip(names, chapters, strict=True):
            book.writestr(name, as_html(chapter))
    return stream.getvalue()


def as_docx(parts: list[str]) -> bytes:
    from tests.index.make_docx import docx, p

    body = (
        p(f"Part {n}", style="Heading1") + p(part) if n % 10 == 0 else p(part)
        for n, part in enumerate(parts)
    )
    return docx(*body)


def as_pdf(parts: list[str]) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]
    stream = io.BytesIO()
    SimpleDocTemplate(stream).build([Paragraph(escape(part), style) for part in parts])
    return stream.getvalue()


#: Extension -> how such a file is made, and how many letters make a byte of it.
MAKERS: dict[str, tuple[Callable[[list[str]], bytes], float]] = {
    "txt": (as_text, 1),
    "md": (as_markdown, 1),
    "rst": (as_rst, 1),
    "html": (as_html, 1),
    "csv": (as_csv, 1),
    "json": (as_json, 1),
    "epub": (as_epub, 2),
    "docx": (as_docx, 2),
    "pdf": (as_pdf, 2),
}


def measure_here(path: Path) -> dict[str, float]:
    """Read and index the file at ``path`` in this process; seconds, letters, megabytes."""
    from index.analysis import Analyzer
    from index.building import index_document
    from index.model import DocumentMeta
    from index.parsing import parse
    from index.reading import read

    data = path.read_bytes()
    read(b"Words to load what every reader needs.", "words.txt")
    started = time.perf_counter()
    reading = read(data, path.name)
    done = time.perf_counter()
    document = parse(
        reading,
        document_id="x",
        name=path.name,
        collection="main",
        sha256="0" * 64,
        meta=DocumentMeta(),
    )
    indexed = index_document(document, Analyzer())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "read": done - started,
        "all": time.perf_counter() - started,
        "letters": len(reading.text),
        "pages": max((page.number for page in reading.pages), default=0),
        "passages": len(indexed.passages),
        "peak": peak / (1024 if sys.platform != "darwin" else 1024 * 1024),
    }


def measure(path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.build_rate", "--measure", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{path.name}: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


LETTERS_A_FILE = 200_000  # of those that a pool is given


def cut(text: str) -> list[bytes]:
    """Files of about `LETTERS_A_FILE` letters that make up ``text``, whole paragraphs each."""
    files: list[bytes] = []
    parts: list[str] = []
    letters = 0
    for part in text.split("\n\n"):
        parts.append(part)
        letters += len(part)
        if letters >= LETTERS_A_FILE:
            files.append("\n\n".join(parts).encode())
            parts, letters = [], 0
    return [*files, "\n\n".join(parts).encode()] if parts else files


def measure_pool(files: Sequence[bytes], processes: int) -> dict[str, float]:
    """Have ``files`` read by a pool of ``processes``; seconds, and what they were spent on."""
    from index.model import DocumentMeta
    from index.pool import Pool
    from index.worker import Job, Limits

    jobs = (
        (number, Job(f"{number}.txt", str(number), "main", "0" * 64, DocumentMeta()), data)
        for number, data in enumerate(files)
    )
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = children.ru_utime + children.ru_stime
    own, started = time.process_time(), time.perf_counter()
    passages = events = 0
    with Pool((), Limits(), processes) as pool:
        for _, result in pool.results(jobs):
            passages += len(getattr(result, "passages", ()))
            events += len(getattr(result, "events", ()))
        seconds = time.perf_counter() - started
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "processes": pool.processes,
        "megabytes": sum(map(len, files)) / 1e6,
        "passages": passages,
        "events": events,
        "seconds": seconds,
        "readers": children.ru_utime + children.ru_stime - before,
        "own": time.process_time() - own,
        "peak": peak / (1024 if sys.platform != "darwin" else 1024 * 1024),
    }


def report_pool(paths: Sequence[Path], counts: Sequence[int], megabytes: float) -> None:
    """Say how fast pools of so many processes are, a line each."""
    if paths:
        texts = [path.read_text(encoding="utf-8") for path in paths]
    else:
        texts = ["\n\n".join(some(int(megabytes * 1e6)))]
    files = [data for text in texts for data in cut(text)]
    say(
        f"{'processes':>9} {'files':>6} {'MB':>6} {'passages':>9} {'events':>8} {'clock s':>8} {'MB/s':>6} "
        f"{'readers s':>10} {'own s':>6} {'passages/s':>11} {'peak MB':>8}"
    )
    for count in counts:
        found = measure_pool(files, count)
        spent = found["readers"] + found["own"]
        say(
            f"{found['processes']:9.0f} {len(files):6} {found['megabytes']:6.1f} "
            f"{found['passages']:9,.0f} {found['events']:8,.0f} {found['seconds']:8.1f} "
            f"{found['megabytes'] / found['seconds']:6.2f} {found['readers']:10.1f} {found['own']:6.2f} "
            f"{found['passages'] / spent:11,.0f} {found['peak']:8.0f}"
        )


def pdftotext(path: Path) -> str:
    """How long poppler takes over the same PDF, in seconds; a dash where it can't be told."""
    if path.suffix != ".pdf" or shutil.which("pdftotext") is None:
        return "-"
    started = time.perf_counter()
    subprocess.run(["pdftotext", str(path), "/dev/null"], check=False, capture_output=True)
    return f"{time.perf_counter() - started:.1f}"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--megabytes", type=float)
    parser.add_argument("--pool", action="store_true", help="many files, in several processes")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        say(json.dumps(measure_here(options.measure)))
        return
    if options.pool:
        report_pool(options.files, options.processes, options.megabytes or 16.0)
        return
    say(
        f"{'file':34} {'MB':>6} {'letters':>11} {'pages':>6} {'read s':>7} {'MB/s':>6} {'all s':>7} "
        f"{'MB/s':>6} {'peak MB':>8} {'pdftotext s':>11}"
    )
    with tempfile.TemporaryDirectory() as folder:
        files = options.files
        if not files:
            for suffix, (make, letters) in MAKERS.items():
                path = Path(folder, f"made.{suffix}")
                path.write_bytes(make(some(int((options.megabytes or 4.0) * 1e6 * letters))))
                files.append(path)
        for path in files:
            size = path.stat().st_size / 1e6
            found = measure(path)
            say(
                f"{path.name[:34]:34} {size:6.1f} {found['letters']:11,.0f} {found['pages']:6.0f} "
                f"{found['read']:7.1f} {size / found['read']:6.1f} {found['all']:7.1f} "
                f"{size / found['all']:6.2f} {found['peak']:8.0f} {pdftotext(path):>11}"
            )


if __name__ == "__main__":
    main()
