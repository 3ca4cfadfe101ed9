"""What two documents tell otherwise of one event, as sentences that are stored and read back.

A generation holds them as English text; read back they are messages again, so that they can be said
in another language. They quote the two documents and name the other one by its title.
"""

from __future__ import annotations

import re

from index.messages import Message, joined, say

# No quotation mark stands in what is quoted or in a title, or the sentence isn't read back. The title
# ends at the last full stop before the next quote.
_SENTENCE = re.compile(
    r"(?P<met>On who was met: h|H)ere “(?P<here>[^“”]*)”; “(?P<there>[^“”]*)” in (?P<title>[^“”]*)"
    r"\.(?: |\Z)"
)


def told_otherwise(here: str, there: str, title: str) -> Message:
    """That this document has other words or numbers than the one with that title."""
    return say("Here “{here}”; “{there}” in {title}.", here=here, there=there, title=title)


def met_otherwise(here: str, there: str, title: str) -> Message:
    """That this document says otherwise who was met."""
    return say(
        "On who was met: here “{here}”; “{there}” in {title}.", here=here, there=there, title=title
    )


def read_differences(said: str | None) -> str | None:
    """Such sentences, with blanks between, as one message; text that is no such as it is."""
    if not said:
        return None
    found: list[Message] = []
    at = 0
    while match := _SENTENCE.match(said, at):
        make = told_otherwise if match["met"] == "H" else met_otherwise
        found.append(make(match["here"], match["there"], match["title"]))
        at = match.end()
    made = joined(*found)
    return made if made == said else said
