"""Lists of HTML: what their items are numbered with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.reading.markup import Tree
from index.reading.numerals import roman

_WHOLE = re.compile(r"-?\d{1,9}")
_STYLES = {
    "lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I",
    "lower-latin": "a", "upper-latin": "A",
}  # fmt: skip


@dataclass(slots=True)
class OpenList:
    """A list that is being read, and the number of its next item."""

    ordered: bool
    next: int
    step: int
    style: str  # of its numbers, as the attribute ``type`` calls it
    silent: bool  # its items show no numbers

    def number(self, value: str) -> str:
        """The number of the next item, which may tell its ``value``; "" if none is shown."""
        if not self.ordered:
            return ""
        if _WHOLE.fullmatch(value):
            self.next = int(value)
        shown = "" if self.silent else _shown(self.next, self.style)
        self.next += self.step
        return shown


def open_list(tree: Tree, node: int) -> OpenList:
    """The list that begins at ``node``."""
    attributes = tree.attributes(node)
    ordered = tree.names[node] == "ol"
    step = -1 if "reversed" in attributes else 1
    first = attributes.get("start", "")
    start = 1
    if _WHOLE.fullmatch(first):
        start = int(first)
    elif step < 0 and ordered:
        start = _items(tree, node)
    told = attributes.get("style", "").replace(" ", "").lower()
    silent = "list-style:none" in told or "list-style-type:none" in told
    style = attributes.get("type", "1")
    for word, kind in _STYLES.items():
        if f"list-style-type:{word}" in told or f"list-style:{word}" in told:
            style = kind
            break
    return OpenList(ordered, start, step, style, silent)


def _items(tree: Tree, node: int) -> int:
    """How many items the list at ``node`` has of its own."""
    items, child = 0, node + 1
    while child < tree.last[node]:
        items += tree.names[child] == "li"
        child = max(child + 1, tree.last[child])
    return items


def _shown(number: int, style: str) -> str:
    if number < 1 or style not in ("a", "A", "i", "I"):
        return str(number)
    if style in ("i", "I"):
        written = roman(number) if number <= 3999 else str(number)
    else:
        written = ""
        while number:
            number, letter = divmod(number - 1, 26)
            written = chr(ord("A") + letter) + written
    return written if style in ("A", "I") else written.lower()
