"""Public retrieval collections as generations, one passage a document.

A collection is a folder beside the repository (``../shared/bench``) with ``documents.jsonl`` (``id``,
``title``, ``text``), ``queries.jsonl`` (``id``, ``text``) and ``qrels.tsv`` (query, document, gain);
a file may be gzipped. Passages are not cut, so that what is found can be compared with the judgements.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.analysis import Analyzer
from index.drafting import write_generation
from index.fields import shares_beside
from index.model import Document, DocumentMeta, Locator, Paragraph, Passage, Section
from index.parsing import hash_text
from index.passages import IdMaker
from index.postings import count_terms
from index.snapshot import Snapshot
from index.store import Indexed

BENCH = Path(__file__).parent.parent.parent / "shared" / "bench"


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, which may lie there gzipped (``path`` + ``.gz``)."""
    packed = path.with_name(path.name + ".gz")
    text = (
        gzip.decompress(packed.read_bytes()).decode("utf-8")
        if packed.exists()
        else path.read_text(encoding="utf-8")
    )
    for line in text.split("\n"):
        if line.strip():
            yield json.loads(line)


def read_gains(path: Path) -> dict[str, dict[str, float]]:
    """For each query the gain of each judged document."""
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            query, document, gain = line.rstrip("\n").split("\t")
            if gain.replace(".", "").lstrip("-").isdecimal():
                gains[query][document] = float(gain)
    return gains


def load(collection: Path, data: Path) -> Snapshot:
    """A generation of ``collection`` in the folder ``data``, where passage n is document n."""
    return Snapshot(data, write_generation(data, _indexed(collection), {"aliases": "[]"}))


def _indexed(collection: Path) -> Iterator[Indexed]:
    analyzer = Analyzer()
    for line in read_lines(collection / "documents.jsonl"):
        document = _document(str(line["id"]), line.get("title") or "", line["text"])
        place = Locator(document.id, (), 0, len(document.text))
        id_ = IdMaker(document.id).make("text", document.text)
        passage = Passage(id_, "text", place, document.text)
        terms = tuple(term.text for term in analyzer.terms(document.text))
        beside = shares_beside((passage,), (terms,), document.title, analyzer)
        yield Indexed(document, (passage,), count_terms((terms,), beside), (), ())


def _document(id_: str, title: str, text: str) -> Document:
    return Document(
        id=id_,
        name=id_,
        collection="main",
        title=title,
        meta=DocumentMeta(title=title),
        text=text,
        encoding="utf-8",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_sha256=hash_text(text),
        source_map=((0, 0),),
        sections=(Section((), 0, 0, len(text)),),
        paragraphs=(Paragraph(0, len(text), 0, 1),),
        notes=(),
    )
