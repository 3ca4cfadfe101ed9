"""Which ``<pre>`` of a page hold its text, and no programs."""

from __future__ import annotations

import re
from collections.abc import Collection

from index.reading.dated_lines import dated_lines
from index.reading.html_main import CODE_WORDS, Scan
from index.reading.markup import Tree

PRE = frozenset(("pre", "xmp", "listing", "plaintext"))
_CODE_SIGNS = frozenset("{}<>;=\\|$`_@#~^&+")
_LEAST_PLAIN = 80  # words of a page's ``<pre>`` that is read as plain text
_MOST = 20_000
_TAG = re.compile(r"<[^<>]{1,200}>")
_SAMPLE = 20_000  # characters of one that are looked at


def pres_of_prose(tree: Tree, found: Scan, left_out: Collection[int]) -> dict[int, list[int]]:
    """The ``<pre>`` that hold a page's text: the first of a run -> all of them, another -> none.

    On a page of other text those that list dates. No words stand between those of a run.
    """
    words = found.words
    pres: list[int] = []
    for node, name in enumerate(tree.names):
        outermost = not pres or node >= tree.last[pres[-1]]
        if name in PRE and outermost and len(pres) < _MOST and not is_within(tree, node, left_out):
            pres.append(node)
    held = sum(words[tree.last[node]] - words[node] for node in pres)
    around = sum(words[tree.last[node]] - words[node] for node in left_out)
    if held < _LEAST_PLAIN or held < 0.5 * (words[-1] - around):
        pres = [node for node in pres if _is_chronology(tree, node)]
    runs: dict[int, list[int]] = {}
    run: list[int] = []
    for node in pres:
        if not _is_prose(tree, found, node):
            continue
        if run and words[node] == words[tree.last[run[-1]]]:
            run.append(node)
            runs[node] = []
        else:
            run = runs[node] = [node]
    return runs


def _is_chronology(tree: Tree, node: int) -> bool:
    """Whether a short one lists dates, a line each and words behind it: no program does."""
    sample = tree.text[tree.inner[node] : min(tree.stop[node], tree.inner[node] + _SAMPLE)]
    lines = [line for line in _TAG.sub("", sample).splitlines() if line.strip()]
    return len(dated_lines(lines, ())) > 1


def is_within(tree: Tree, node: int, nodes: Collection[int]) -> bool:
    """Whether ``node`` is one of ``nodes`` or lies in one."""
    while node >= 0:
        if node in nodes:
            return True
        node = tree.parent[node]
    return False


def _is_prose(tree: Tree, found: Scan, node: int) -> bool:
    none: frozenset[str] = frozenset()
    hints = found.hints.get(node, none) | found.hints.get(tree.parent[node], none)
    last = tree.last[node]
    if hints & CODE_WORDS or "code" in tree.names[node : min(last, node + 4)]:
        return False
    sample = tree.words(node)[:_SAMPLE] if last - node < 50_000 else ""
    if not sample:
        sample = tree.text[tree.inner[node] : tree.inner[node] + _SAMPLE]
    return sum(char in _CODE_SIGNS for char in sample) <= 0.03 * len(sample)
