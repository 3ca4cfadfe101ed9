"""The segments of a new generation: which are written, which stay, and which are merged.

Segments of a collection are merged by size, as those of Lucene are: a few of about the same size
become one of the next size, so that a document is copied as often as the logarithm of the corpus tells.
Small ones are merged while the new generation is written, large ones when it is current already.
"""

from __future__ import annotations

import math
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from index import catalogue, generations, views
from index.catalogue import Entry, SegmentEntry, Stamp
from index.contents import Contents
from index.generations import Draft, new_generation
from index.model import Event, SourceSummary
from index.rows import summary_json, to_json
from index.segments import Held, Segment, SegmentWriter, merge_segments, new_segment
from index.store import Indexed, summarize
from index.timeline.making import Made

SMALL = 2_000  # passages: of a collection at most one segment has fewer
_FACTOR = 8  # from one size of segments to the next
_ALIKE = 4  # segments of one size, above the small, that are merged
_GONE = 0.2  # of a segment's passages: when more of them are gone it is written anew
_AT_ONCE = 3 * SMALL  # passages that are merged before the new generation is current


@dataclass(frozen=True, slots=True)
class Live:
    """A segment, and how many of its passages a generation has."""

    entry: SegmentEntry
    passages: int

    @property
    def gone(self) -> int:
        return self.entry.passages - self.passages

    @property
    def size(self) -> int:
        """0 for small ones, and one more for each factor of 8."""
        if self.passages < SMALL:
            return 0
        return 1 + int(math.log(self.passages / SMALL, _FACTOR) + 1e-9)


def due_merges(segments: Iterable[Live]) -> list[list[Live]]:
    """The groups of segments to be merged, each into one; one that is alone is written anew."""
    alike: dict[tuple[str, int], list[Live]] = defaultdict(list)
    for segment in segments:
        alike[segment.entry.collection, segment.size].append(segment)
    found: list[list[Live]] = []
    for (_, size), group in alike.items():
        if len(group) >= (_ALIKE if size else 2):
            found.append(group)
        else:
            most_gone = _GONE if size else 0.0
            found += [[one] for one in group if one.gone > most_gone * one.entry.passages]
    return found


class NewSegments:
    """The segments of a generation that is being written. Use it in a ``with`` block.

    Documents are kept and added in corpus order.
    """

    def __init__(self, draft: Draft, before: Contents | None) -> None:
        self._draft = draft
        self._before = before
        self._entries: dict[str, Entry] = {}
        self._stack = ExitStack()
        self._writers: dict[str, tuple[str, SegmentWriter]] = {}  # by collection
        self._made = 0

    def __enter__(self) -> NewSegments:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def keep(self, entry: Entry) -> None:
        """Keep a document of the generation before."""
        self._entries[entry.id] = entry

    def add(self, indexed: Indexed, summary: SourceSummary, stamp: Stamp) -> None:
        """Add a document. Raises DataFolderError."""
        document = indexed.document
        if document.collection not in self._writers:
            name = self._new_name()
            writer = self._stack.enter_context(new_segment(self._draft.segment_folder(name)))
            self._writers[document.collection] = (name, writer)
        name, writer = self._writers[document.collection]
        first, notes, stop = writer.add(indexed)
        self._entries[document.id] = Entry(
            id=document.id,
            name=document.name,
            collection=document.collection,
            title=document.title,
            language=document.meta.language,
            acronyms=to_json(document.acronyms),
            summary=summary_json(summary),
            segment=name,
            first=first,
            notes=notes,
            stop=stop,
            sha256=document.sha256,
            fingerprint=stamp.fingerprint,
            size=stamp.size,
            modified_ns=stamp.modified_ns,
            seen_ns=stamp.seen_ns,
        )

    def finish(self) -> Contents:
        """Write what is not written yet; what the new generation then holds.

        Raises DataFolderError, IndexDamagedError.
        """
        self._stack.close()
        draft, written = self._draft, {}
        kept: dict[str, SegmentEntry] = {}
        if self._before:
            used = {entry.segment for entry in self._entries.values()}
            kept = {s.name: s for s in self._before.segments if s.name in used}
        for collection, (name, writer) in self._writers.items():
            written[name] = SegmentEntry(name, collection, writer.passages)
        opened = {name: Segment(draft.segment_folder(name)) for name in written}
        if self._before:
            opened |= {name: self._before.open_segment(name) for name in kept}
        segments = kept | written
        folders = {name: draft.segment_folder(name) for name in written}
        if self._before:
            folders |= {name: self._before.segment_folder(name) for name in kept}
        merging = _Merging(self._entries, segments, opened, folders)
        for group in due_merges(merging.live()):
            if sum(one.passages for one in group) <= _AT_ONCE:
                merging.merge(group, draft, self._new_name())
        for name in written.keys() - segments.keys():
            shutil.rmtree(draft.segment_folder(name))
        _share_segments(draft, self._before, segments)
        catalogue.write_parts(draft.database, segments.values(), self._entries.values())
        return Contents(draft.database, draft.folder, draft.number, opened)

    def _new_name(self) -> str:
        self._made += 1
        return f"{self._draft.number}-{self._made}"


class _Merging:
    """The documents and segments of a generation, some of which are merged."""

    def __init__(
        self,
        entries: dict[str, Entry],
        segments: dict[str, SegmentEntry],
        opened: dict[str, Segment],
        folders: Mapping[str, Path],
    ) -> None:
        """``entries`` are in corpus order; they, ``segments`` and ``opened`` are changed by `merge`.

        ``folders`` are those of the segments.
        """
        self._entries = entries
        self._segments = segments
        self._opened = opened
        self._folders = folders

    def live(self) -> Iterator[Live]:
        """The segments, and how much of each there is."""
        passages: dict[str, int] = defaultdict(int)
        for entry in self._entries.values():
            passages[entry.segment] += entry.stop - entry.first
        return (Live(segment, passages[name]) for name, segment in self._segments.items())

    def merge(self, group: Sequence[Live], draft: Draft, name: str) -> None:
        """Write the documents of ``group`` into one new segment, which is called ``name``."""
        old = {one.entry.name for one in group}
        moved = [entry for entry in self._entries.values() if entry.segment in old]
        held = [
            Held(entry.id, self._opened[of], entry.numbers, self._folders[of])
            for entry in moved
            for of in [entry.segment]
        ]
        folder = draft.segment_folder(name)
        numbers = merge_segments(folder, held)
        for entry, new in zip(moved, numbers, strict=True):
            self._entries[entry.id] = entry.placed(name, new)
        for gone in old:
            del self._segments[gone], self._opened[gone]
        passages = numbers[-1].stop if numbers else 0
        self._segments[name] = SegmentEntry(name, group[0].entry.collection, passages)
        self._opened[name] = Segment(folder)


def _share_segments(
    draft: Draft, before: Contents | None, segments: dict[str, SegmentEntry]
) -> None:
    """Take over the segments that the generation before has and the new one still needs."""
    if before is None:
        return
    for segment in before.segments:
        if segment.name in segments:
            draft.take_over(segment.name, before.folder, before.files())


def write_generation(data: Path, documents: Iterable[Indexed], manifest: Mapping[str, str]) -> int:
    """A new generation of ``documents`` alone, in their order, which becomes current; its number.

    Its timeline are their events as extracted. For documents that come from no folder: builds of a
    corpus folder are `index.building`'s. Raises DataFolderError.
    """
    events: list[Event] = []
    terms: list[Sequence[str]] = []
    with new_generation(data) as draft:
        with NewSegments(draft, None) as target:
            for indexed in documents:
                stamp = Stamp(indexed.document.name, "", 0, 0, 0)
                target.add(indexed, summarize(indexed), stamp)
                events += indexed.events
                terms += indexed.event_terms
            contents = target.finish()
        views.save_owners(draft, contents, Made(tuple(events), tuple(map(tuple, terms)), ()))
        catalogue.write_manifest(draft.database, manifest)
    return draft.number


def compact_generation(data: Path, number: int) -> int | None:
    """Merge what segments of generation ``number``, the current one, are due; the new one's number.

    It holds the same documents and the same timeline. None if nothing is due. The caller holds the
    build lock. Raises DataFolderError, IndexDamagedError.
    """
    before = Contents.open(data, number)
    with before.reading() as database:
        entries = {entry.id: entry for entry in catalogue.entries(database)}
    segments = {segment.name: segment for segment in before.segments}
    opened: dict[str, Segment] = {}
    folders = {name: before.segment_folder(name) for name in segments}
    merging = _Merging(entries, segments, opened, folders)
    groups = due_merges(merging.live())
    if not groups:
        return None
    opened |= {name: before.open_segment(name) for name in segments}
    with new_generation(data) as draft:
        for made, group in enumerate(groups, start=1):
            merging.merge(group, draft, f"{draft.number}-{made}")
        _share_segments(draft, before, segments)
        views.share_all(draft, before)
        catalogue.copy_rest(draft.database, before.folder / generations.INDEX)
        catalogue.write_parts(draft.database, segments.values(), entries.values())
        origin = before.manifest().get(generations.ORIGIN, str(number))
        catalogue.note(draft.database, generations.ORIGIN, origin)
    return draft.number
