"""The tables of a generation and of its segments: names and types of their columns, and their keys."""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA_VERSION = 7  # a generation of another version is built anew

Tables = Mapping[str, Mapping[str, type]]
Keys = Mapping[str, str | tuple[str, ...]]

_PLACE: Mapping[str, type] = {
    "section": str, "start": int, "stop": int, "page": int, "page_end": int, "page_label": str,
    "paragraph": int, "note": int,
}  # fmt: skip
_EVENT: Mapping[str, type] = {
    "id": str, "document_id": str, "passage_id": str, "kind": str, "edtf": str, "precision": str,
    "earliest": int, "latest": int, "inferred_from": str, "as_written": str, **_PLACE,
    "actors": str, "places": str, "also": str, "headline": str, "terms": str,
}  # fmt: skip

#: Of `documents.db`, which holds the documents of one segment.
SEGMENT_TABLES: Tables = {
    "documents": {
        "id": str, "ordinal": int, "name": str, "collection": str, "title": str, "meta": str,
        "text": str, "encoding": str, "sha256": str, "text_sha256": str, "source_map": str,
        "format": str, "lifted": str, "records": str, "acronyms": str, "warnings": str,
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
    # `number` is the passage's in the segment, from 0: see `index.segments`.
    "passages": {
        "number": int, "id": str, "document_id": str, "kind": str, **_PLACE, "note_label": str,
        "notes": str,
    },
    "events": {"ordinal": int, **_EVENT},
}  # fmt: skip
SEGMENT_KEYS: Keys = {
    "documents": "id",
    "sections": ("document_id", "ordinal"),
    "paragraphs": ("document_id", "ordinal"),
    "notes": ("document_id", "number"),
    "pages": ("document_id", "ordinal"),
    "cross_references": ("document_id", "ordinal"),
    "passages": "number",
    "events": ("document_id", "ordinal"),
}
#: Tables of a segment whose rows belong to one document.
OF_DOCUMENTS = (
    "sections", "paragraphs", "notes", "pages", "cross_references", "passages", "events",
)  # fmt: skip

#: Of `index.db`, which says what a generation is made of.
GENERATION_TABLES: Tables = {
    "manifest": {"key": str, "value": str},
    "segments": {"name": str, "ordinal": int, "collection": str, "passages": int},
    "files": {"path": str, "size": int, "sha256": str},
    # `first`, `notes` and `stop` are numbers of passages in the segment: see `index.catalogue`.
    "documents": {
        "id": str, "ordinal": int, "name": str, "collection": str, "title": str, "language": str,
        "acronyms": str, "summary": str, "events": int, "segment": str, "first": int, "notes": int,
        "stop": int, "sha256": str, "fingerprint": str, "size": int, "modified_ns": int, "seen_ns": int,
    },
    "timeline": {"ordinal": int, **_EVENT, "edited": int, "same_as": str, "differs": str},
    # What was said of the documents beside them: by the owner's files ("" for `collection`), by what
    # was changed in Discord for a collection, by a server's folder.
    "edits": {
        "collection": str, "settings": str, "aliases": str, "corrections": str, "unapplied": str,
    },
    # How often each collection changed, and when it did last (ISO 8601, UTC); `key` tells what it is.
    "collections": {"collection": str, "key": str, "version": int, "changed": str},
    # The timelines of views that aren't all of the owner's collections: see `index.views`.
    "views": {"name": str, "collections": str, "key": str},
    "skipped": {
        "collection": str, "name": str, "reason": str, "hint": str, "ignored": int,
        "fingerprint": str, "size": int, "modified_ns": int, "seen_ns": int,
    },
}  # fmt: skip
#: Of the `timeline.db` of a view.
VIEW_TABLES: Tables = {"timeline": GENERATION_TABLES["timeline"]}
VIEW_KEYS: Keys = {"timeline": "ordinal"}
GENERATION_KEYS: Keys = {
    "manifest": "key",
    "segments": "name",
    "files": "path",
    "documents": "id",
    "timeline": "ordinal",
    "edits": "collection",
    "collections": "collection",
    "views": "name",
    "skipped": ("collection", "name"),
}
