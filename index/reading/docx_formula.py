"""Formulas of Word documents (ECMA-376 part 1, 22.1) in one line of text."""

from __future__ import annotations


class Formula:
    """A formula in one line: a/b, x^2, with brackets around parts of more than one sign."""

    def __init__(self, depth: int) -> None:
        self.depth = depth  # of its element
        self._pieces: list[str] = []
        self._length = 0
        self._parts: list[tuple[int, int, str]] = []  # place of its bracket, length before, sign
        self._brackets: list[tuple[int, list[str], bool]] = []

    def add(self, text: str) -> None:
        """Add signs."""
        self._pieces.append(text)
        self._length += len(text)

    def begin(self, sign: str) -> None:
        """Begin a part that ``sign`` parts from what is before it."""
        self._parts.append((len(self._pieces), self._length, sign))
        self._pieces.append("")

    def end(self) -> None:
        """End that part."""
        if not self._parts:
            return
        place, before, sign = self._parts.pop()
        if self._length > before:
            long = self._length > before + 1
            self._pieces[place] = sign + ("(" if long else "")
            self.add(")" if long else "")

    def begin_brackets(self) -> None:
        """Begin what stands in brackets: round ones, unless it is told otherwise."""
        self._brackets.append((len(self._pieces), ["(", "|", ")"], False))
        self._pieces.append("")

    def set_bracket(self, which: int, sign: str) -> None:
        """Take another sign for the first bracket (0), between operands (1) or at the end (2)."""
        if self._brackets:
            self._brackets[-1][1][which] = sign

    def operand(self) -> None:
        """Begin a further thing in the brackets."""
        if self._brackets:
            place, signs, further = self._brackets[-1]
            if further:
                self.add(signs[1])
            self._brackets[-1] = (place, signs, True)

    def end_brackets(self) -> None:
        """Close them."""
        if self._brackets:
            place, signs, _ = self._brackets.pop()
            self._pieces[place] = signs[0]
            self.add(signs[2])

    def text(self) -> str:
        """The whole formula."""
        return "".join(self._pieces).strip()
