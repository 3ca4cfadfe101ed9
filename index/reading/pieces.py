"""Pieces of text with the places where they stand in the source, before they are written."""

from __future__ import annotations

from collections.abc import Sequence

Piece = tuple[str, int]  # words, and where they stand in the source


def trimmed(pieces: Sequence[Piece]) -> tuple[list[Piece], int]:
    """``pieces`` without the white space at both ends, and how much was cut off in front."""
    first, last, cut = 0, len(pieces), 0
    while first < last and not pieces[first][0].strip():
        cut += len(pieces[first][0])
        first += 1
    while last > first and not pieces[last - 1][0].strip():
        last -= 1
    kept = list(pieces[first:last])
    if not kept:
        return [], 0
    text, there = kept[0]
    indent = len(text) - len(text.lstrip())
    kept[0] = (text[indent:], there + indent)
    kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    return kept, cut + indent
