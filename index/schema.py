"""The tables of a generation: names and types of their columns, and their keys."""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA_VERSION = 5  # a generation of another version is built anew

TABLES: Mapping[str, Mapping[str, type]] = {
    "manifest": {"key": str, "value": str},
    "documents": {
        "id": str, "ordinal": int, "name": str, "collection": str, "title": str, "meta": str,
        "text": str, "encoding": str, "sha256": str, "text_sha256": str, "source_map": str,
        "format": str, "lifted": str, "records": str, "acronyms": str, "warnings": str,
        "words": int, "fingerprint": str, "size": int, "modified_ns": int,
    },
    "sections": {
        "document_id": str, "ordinal": int, "path": str, "level": int, "start": int, "stop": int,
        "anchor": str,
    },
    "paragraphs": {
        "document_id": str, "ordinal": int, "section": int, "number": int, "kind": str,
        "start": int, "stop": int,
    },
    "notes": {
        "document_id": str, "number": int, "start": int, "stop": int, "marks": str, "label": str,
    },
    "pages": {
        "document_id": str, "ordinal": int, "number": int, "start": int, "stop": int, "label": str,
    },
    "cross_references": {
        "document_id": str, "ordinal": int, "kind": str, "target": int, "start": int, "stop": int,
    },
    "passages": {
        "id": str, "document_id": str, "ordinal": int, "kind": str, "section": str, "start": int,
        "stop": int, "page": int, "page_end": int, "page_label": str, "paragraph": int,
        "note": int, "note_label": str, "notes": str, "terms": str,
    },
    "events": {
        "id": str, "document_id": str, "ordinal": int, "passage_id": str, "kind": str, "edtf": str,
        "precision": str, "earliest": int, "latest": int, "inferred_from": str, "as_written": str,
        "section": str, "start": int, "stop": int, "page": int, "page_end": int, "page_label": str,
        "paragraph": int, "note": int, "actors": str, "places": str, "also": str, "headline": str,
        "terms": str,
    },
    "timeline": {
        "id": str, "ordinal": int, "document_id": str, "passage_id": str, "kind": str, "edtf": str,
        "precision": str, "earliest": int, "latest": int, "inferred_from": str, "as_written": str,
        "section": str, "start": int, "stop": int, "page": int, "page_end": int, "page_label": str,
        "paragraph": int, "note": int, "actors": str, "places": str, "also": str, "headline": str,
        "edited": int, "same_as": str, "differs": str, "terms": str,
    },
    "skipped": {
        "name": str, "reason": str, "hint": str, "ignored": int, "fingerprint": str, "size": int,
        "modified_ns": int,
    },
}  # fmt: skip
KEYS: Mapping[str, str | tuple[str, ...]] = {
    "manifest": "key",
    "documents": "id",
    "sections": ("document_id", "ordinal"),
    "paragraphs": ("document_id", "ordinal"),
    "notes": ("document_id", "number"),
    "pages": ("document_id", "ordinal"),
    "cross_references": ("document_id", "ordinal"),
    "passages": "id",
    "events": "id",
    "timeline": "id",
    "skipped": "name",
}
#: Tables whose rows belong to one document and are carried over while that document stays as it is.
OF_DOCUMENTS = (
    "sections", "paragraphs", "notes", "pages", "cross_references", "passages", "events",
)  # fmt: skip
