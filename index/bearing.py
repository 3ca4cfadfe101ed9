"""Notes and the sentences that bear their marks; the notes that a note's own words (“ibid.”) mean.

What a note says is of use only with the claim that it stands for. That sentence is found from the
note's marks and the passages in memory, without loading the document.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from index.citing import citation_line
from index.model import Bearing, Note, Passage
from index.sentences import sentences
from index.snapshot import Snapshot

_MOST_BEARINGS = 5  # of one note
_MOST_FOLLOWED = 20  # notes from an “ibid.” to what it means in the end
_BLANK_LINE = "\n\n"  # between the paragraphs of a stored text
_LONGEST_WORDS = 120  # characters of the words before a mark
_WORDS_BEFORE = 6


# ---------------------------------------------------------------- where a mark stands


def holding(spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int] | None:
    """The last of ``spans`` (in order) that begins at or before ``at``; None if none does."""
    number = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return spans[number] if number >= 0 else None


def marked_word(at: int) -> int:
    """A place in the word that a mark at ``at`` belongs to: it stands behind that word."""
    return max(0, at - 1)


def words_before(text: str, start: int, at: int) -> str:
    """The last few words of ``text[start:at]``, as they stand."""
    return " ".join(text[max(start, at - _LONGEST_WORDS) : at].split()[-_WORDS_BEFORE:])


def find_bearings(snapshot: Snapshot, passage: Passage) -> tuple[Bearing, ...]:
    """The sentences that bear the marks of the note that ``passage`` is, in order, each once.

    At most five; none for a passage that is no note, for a note without marks and for a mark that
    stands in no passage, as in a heading.
    """
    place = passage.locator
    if passage.kind != "note" or place.note is None:
        return ()
    found: dict[tuple[int, int], Bearing] = {}
    for note in snapshot.notes(place.document_id, (place.note,)):
        for at in note.marks:
            bearing = _bearing(snapshot, passage, at)
            if bearing is not None and len(found) < _MOST_BEARINGS:
                found.setdefault((bearing.locator.start, bearing.locator.stop), bearing)
    return tuple(found[span] for span in sorted(found))


def _bearing(snapshot: Snapshot, note: Passage, at: int) -> Bearing | None:
    word = marked_word(at)
    passage = _passage_at(snapshot, note, word)
    if passage is None:
        return None
    begin = passage.locator.start
    text = snapshot.quote(passage.locator)
    inside = word - begin
    start, stop = holding(tuple(sentences(text)), inside) or (0, len(text))
    if (blank := text.rfind(_BLANK_LINE, start, inside)) >= 0:
        start = blank + len(_BLANK_LINE)
    if (blank := text.find(_BLANK_LINE, inside, stop)) >= 0:
        stop = blank
    locator = replace(passage.locator, start=begin + start, stop=begin + stop)
    if _BLANK_LINE in text[:start]:
        locator = replace(locator, paragraph=None)  # its number is that of the first one
    line = citation_line(snapshot.sources[locator.document_id], locator)
    return Bearing(passage.id, locator, text[start:stop], line)


def _passage_at(snapshot: Snapshot, note: Passage, at: int) -> Passage | None:
    """The passage of the body of a note's document that holds the character at ``at``.

    Of each document the body comes before the notes, both in the order of its text.
    """
    document_id = note.locator.document_id

    def order(passage: Passage) -> int:
        if passage.locator.document_id != document_id:
            return -1  # of a document before it
        return sys.maxsize if passage.kind == "note" else passage.locator.start

    stop = snapshot.positions[note.id]
    number = bisect_right(snapshot.passages, at, hi=stop, key=order) - 1
    found = snapshot.passages[number] if number >= 0 else None
    if found is None or found.locator.document_id != document_id:
        return None
    return found if found.locator.start <= at < found.locator.stop else None


# ---------------------------------------------------------------- notes that mean others


def read_notes(
    snapshot: Snapshot, document_id: str, numbers: Sequence[int]
) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The notes that bear ``numbers``, and those that they mean in the end or on the way there.

    All have their texts and `Note.refers_to`; see `follow` for the order of the second.
    """
    if not numbers:
        return (), ()
    known = snapshot.note_references(document_id)
    if not known:
        return snapshot.notes(document_id, numbers), ()
    meant = meant_by(snapshot.all_notes(document_id), known)
    followed = follow(meant, numbers)
    notes = (
        replace(note, refers_to=meant.get(note.number, ()))
        for note in snapshot.notes(document_id, (*numbers, *followed))
    )
    found = {note.number: note for note in notes}
    own = tuple(found[number] for number in numbers if number in found)
    return own, tuple(found[number] for number in followed if number in found)


def meant_by(
    notes: Sequence[Note], references: Iterable[tuple[int, int]]
) -> Mapping[int, tuple[int, ...]]:
    """The notes that each of ``notes`` (by their starts) means, by number, in the order of its words.

    ``references`` are cross-references to notes: where each stands, and the number that it leads to.
    One that stands in no note, or leads to its own, is left out.
    """
    starts = [note.start for note in notes]
    meant: dict[int, list[int]] = {}
    for start, target in references:
        position = bisect_right(starts, start) - 1
        if position >= 0 and start < notes[position].stop:
            number = notes[position].number
            if number != target and target not in meant.setdefault(number, []):
                meant[number].append(target)
    return {number: tuple(targets) for number, targets in meant.items() if targets}


def follow(meant: Mapping[int, Sequence[int]], numbers: Sequence[int]) -> tuple[int, ...]:
    """The notes that ``numbers`` mean in the end or on the way there, without ``numbers`` themselves.

    By their distance, nearest first; at most twenty, so that no circle is followed.
    """
    found = dict.fromkeys(numbers)
    queue = list(found)
    for number in queue:
        for target in meant.get(number, ()):
            if target not in found and len(queue) < len(numbers) + _MOST_FOLLOWED:
                found[target] = None
                queue.append(target)
    return tuple(queue[len(dict.fromkeys(numbers)) :])
