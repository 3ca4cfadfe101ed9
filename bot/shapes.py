"""Answers, events and reports as JSON: the shapes that scripts rely on (design section 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.backup.values import Made, Restored
from index.analysis import GROUP
from index.archive import NoteReading, SourceReading
from index.dates.edtf import bound_to_iso
from index.evaluation import RANKS, Evaluation
from index.evaluation.comparing import Comparison
from index.evaluation.runs import row_shape
from index.model import (
    AlsoIn,
    Answer,
    Bearing,
    BuildReport,
    Citation,
    CitedEvent,
    HistoricDate,
    Note,
    ScorePart,
    Skipped,
    SourceSummary,
    Understood,
)
from index.verifying import Verification

Json = dict[str, Any]


def answer_json(answer: Answer, question_id: object = None) -> Json:
    """An answer in the shape of design section 1; ``id`` is null where none was given."""
    return {
        "id": question_id,
        "question": answer.question,
        "answered": answer.answered,
        "outcome": str(answer.outcome),
        "answer": answer.answer,
        "confidence": answer.confidence,
        "answer_spans": [asdict(span) for span in answer.answer_spans],
        "passages": [_citation_json(citation, answer.generation) for citation in answer.passages],
        "differs": list(answer.differs),
        "events": [event_json(event) for event in answer.events],
        "possible_events": [event_json(event) for event in answer.possible_events],
        "understood": _understood_json(answer.understood),
        "took_ms": answer.took_ms,
        "matched": dict(answer.matched),
    }


def error_json(question_id: object, sentence: str) -> Json:
    """A line of a batch that could not be answered."""
    return {"id": question_id, "answered": False, "outcome": "error", "error": sentence}


def event_json(cited: CitedEvent) -> Json:
    """An event in the shape of design section 1."""
    event, date = cited.event, cited.event.date
    return {
        "id": event.id,
        "start": date.start,
        "end": date.end,
        "earliest": bound_to_iso(date.earliest),
        "latest": bound_to_iso(date.latest),
        "edtf": date.edtf,
        "precision": str(date.precision),
        "inferred": event.inferred,
        "as_written": event.as_written,
        "text": event.text,
        "actors": list(event.actors),
        "places": list(event.places),
        "document": cited.source.name,
        "document_id": cited.source.id,
        "passage": event.passage,
        "span": [event.locator.start, event.locator.stop],
        "overlap": cited.overlap,
        "same_as": list(event.same_as),
        "differs": event.differs,
        "citation": cited.line,
        "inferred_from": event.inferred_from or None,
        "headline": event.headline,
        "also": [[place.start, place.stop] for place in event.also],
        "edited": event.edited,
    }


def evaluation_json(evaluation: Evaluation, comparison: Comparison | None = None) -> Json:
    """The figures of `archivist eval`: a row a kind, how it compares, and what could not be judged."""
    rows = []
    for row in evaluation.rows:
        shape: Json = {
            "kind": row.kind,
            "questions": row.questions,
            "recall": {str(k): share for k, share in zip(RANKS, row.recall, strict=True)},
            "mrr": row.mrr,
            "answer_hit": row.answer_hit,
            "refused": row.refused,
            "wrongly_refused": row.wrongly_refused,
            "figures": row_shape(row)["figures"],
        }
        rows.append(shape)
    return {
        "rows": rows,
        "difficulties": [row_shape(row) for row in evaluation.difficulties],
        "latency_ms": {f"p{p}": value for p, value in evaluation.latency},
        "evidence_missing": {
            result.expected.id: list(ground.missing)
            for result, ground in zip(evaluation.results, evaluation.grounds, strict=False)
            if ground.missing
        },
        "unlocated": [result.expected.id for result in evaluation.unlocated],
        "failed": {result.expected.id: result.error for result in evaluation.failed},
        "comparison": None if comparison is None else _comparison_json(comparison),
    }


def _comparison_json(comparison: Comparison) -> Json:
    return {
        "before": asdict(comparison.before),
        "after": asdict(comparison.after),
        "questions": comparison.questions,
        "differences": {
            one.measure.name: {"before": one.before, "after": one.after, **asdict(one.paired)}
            for one in comparison.differences
        },
        "changes": [asdict(change) for change in comparison.changes],
        "only_before": list(comparison.only_before),
        "only_after": list(comparison.only_after),
        "reworded": list(comparison.reworded),
        "latency_ms": dict(zip(("before", "after"), comparison.latency, strict=True)),
    }


def source_json(summary: SourceSummary) -> Json:
    """A document with its counts and warnings."""
    counts = (
        "sections", "paragraphs", "notes", "passages", "events", "words", "encoding", "format",
        "pages", "linked_notes", "unlinked_notes", "references", "unresolved",
    )  # fmt: skip
    return {
        **asdict(summary.source),
        **{name: getattr(summary, name) for name in counts},
        "lifted": dict(summary.lifted),
        "warnings": [asdict(warning) for warning in summary.warnings],
    }


def reading_json(reading: SourceReading) -> Json:
    """All that was read of a document, each part with its span of the stored ``text``."""
    document = reading.document
    paragraphs = Counter(paragraph.section for paragraph in document.paragraphs)
    return {
        "text": document.text,
        "meta": asdict(document.meta),
        "sections": [
            {
                "path": list(section.path),
                "level": section.level,
                "start": section.start,
                "stop": section.stop,
                "page": document.pages_of(section.start, section.stop)[0],
                "anchor": section.anchor,
                "paragraphs": paragraphs[number],
            }
            for number, section in enumerate(document.sections)
        ],
        "paragraphs": [asdict(paragraph) for paragraph in document.paragraphs],
        "notes": [_note_reading_json(note) for note in reading.notes],
        "pages": [asdict(page) for page in document.pages],
        "references": [
            {**asdict(reference), "text": document.text[reference.start : reference.stop]}
            for reference in document.references
        ],
        "records": [asdict(record) for record in document.records],
        "lifted": [asdict(lifted) for lifted in document.lifted],
        "warnings": [asdict(warning) for warning in document.warnings],
        "source_map": [list(run) for run in document.source_map],
    }


def _note_reading_json(reading: NoteReading) -> Json:
    note = reading.note
    return {
        "number": note.number,
        "label": note.label,
        "text": note.text,
        "start": note.start,
        "stop": note.stop,
        "page": reading.page,
        "marks": [
            {
                "at": mark.at,
                "before": mark.before,
                "page": mark.page,
                "section": list(mark.section),
                "sentence": list(mark.sentence),
            }
            for mark in reading.marks
        ],
        "refers_to": list(reading.refers_to),
    }


def verification_json(verification: Verification) -> Json:
    """What came of a proof of the index."""
    return {
        "generation": verification.generation,
        "holds": verification.holds,
        "documents": verification.documents,
        **dict(verification.counts),
        "read_again": verification.read_again,
        "failed": verification.failed,
        "failures": [asdict(finding) for finding in verification.failures],
        "remarks": [asdict(finding) for finding in verification.remarks],
    }


def skipped_json(skipped: Skipped) -> Json:
    """A file that was left out."""
    names = ("name", "reason", "hint", "ignored")
    return {name: getattr(skipped, name) for name in names}


def report_json(report: BuildReport) -> Json:
    """What a build did."""
    shape = asdict(report)
    shape["seconds"] = round(report.seconds, 3)
    shape["skipped"] = [skipped_json(entry) for entry in report.skipped]
    shape["read"] = [source_json(summary) for summary in report.read]
    shape["warnings"] = [{"name": name, **asdict(warning)} for name, warning in report.warnings]
    return shape


def _citation_json(citation: Citation, generation: int) -> Json:
    passage, locator, source = citation.passage, citation.passage.locator, citation.source
    return {
        "id": passage.id,
        "number": citation.number,
        "document": source.name,
        "document_id": source.id,
        "title": source.title,
        "text": passage.text,
        "highlights": [asdict(highlight) for highlight in citation.highlights],
        "score": citation.score,
        "why": [_why_json(part) for part in citation.why],
        "locator": {
            "section": list(locator.section),
            "page": locator.page,
            "page_end": locator.page_end,
            "page_label": locator.page_label,
            "paragraph": locator.paragraph,
            "note": locator.note,
            "start": locator.start,
            "stop": locator.stop,
        },
        "notes": [_note_json(note) for note in citation.notes],
        "meant": [_note_json(note) for note in citation.meant],
        "borne": [_bearing_json(bearing) for bearing in citation.borne],
        "also": [_also_json(also) for also in citation.also],
        "citation": citation.line,
        "generation": generation,
        "sha256": source.sha256,
        "text_sha256": source.text_sha256,
    }


def _why_json(part: ScorePart) -> Json:
    """A summand of a score. The term of a name with several forms is null: any of them counts."""
    named = part.term is not None and part.term.startswith(GROUP)
    return {
        "kind": part.kind,
        "name": part.name,
        "term": None if named else part.term,
        "reason": part.reason,
        "weight": part.weight,
        "fields": list(part.fields),
        "amount": part.amount,
    }


def backup_json(made: Made) -> Json:
    """A backup that was made."""
    return {
        "file": str(made.file),
        "bytes": made.size,
        "generation": made.generation,
        "uploads": made.uploads,
        "warnings": list(made.warnings),
        "dropped": [str(path) for path in made.dropped],
    }


def restored_json(found: Restored, *, dry_run: bool) -> Json:
    """What a backup holds; ``before`` is the folder of what it took the place of."""
    return {
        "restored": not dry_run,
        "made": found.made.isoformat(),
        "program": found.program,
        "generation": found.generation,
        "uploads": found.uploads,
        "before": None if found.before is None else str(found.before),
    }


def _note_json(note: Note) -> Json:
    shape: Json = {
        "number": note.number, "text": note.text, "start": note.start, "stop": note.stop,
    }  # fmt: skip
    return shape | {"refers_to": list(note.refers_to)}


def _bearing_json(bearing: Bearing) -> Json:
    return {
        "passage": bearing.passage,
        "text": bearing.text,
        "section": list(bearing.locator.section),
        "page": bearing.locator.page,
        "start": bearing.locator.start,
        "stop": bearing.locator.stop,
        "citation": bearing.line,
    }


def _also_json(also: AlsoIn) -> Json:
    return {
        "passage": also.passage,
        "number": also.number,
        "copy": also.copy,
        "document": also.source.name,
        "document_id": also.source.id,
        "title": also.source.title,
        "text": also.text,
        "start": also.locator.start,
        "stop": also.locator.stop,
        "citation": also.line,
    }


def _understood_json(understood: Understood) -> Mapping[str, object]:
    return {
        "terms": list(understood.terms),
        "phrases": list(understood.phrases),
        "dates": _range_json(understood.dates),
        "people": list(understood.people),
        "corrections": dict(understood.corrections),
        "expanded": {word: list(others) for word, others in understood.expanded},
        "carried": list(understood.carried),
        "excluded": list(understood.excluded),
        "missing": list(understood.missing),
        "kind": understood.kind,
        "named": {name: date.edtf for name, date in understood.named},
    }


def _range_json(dates: tuple[HistoricDate, ...]) -> Json | None:
    """First and last day of all the dates asked for together; null when there is none."""
    if not dates:
        return None
    return {
        "earliest": bound_to_iso(min(date.earliest for date in dates)),
        "latest": bound_to_iso(max(date.latest for date in dates)),
    }
