"""Presses on the examples of /help."""

from __future__ import annotations

import time

from bot import asking, presses, rules
from bot.asked import Asked
from bot.presses import Press
from bot.render.help import check
from bot.render.timelines import Showing, timeline_page
from bot.shelves import Shelf
from bot.views.timelines import find
from index.errors import InputError
from index.messages import say
from index.model import Example


class GoneExampleError(InputError):
    hint = say("/help shows new ones.")


@presses.on("try")
async def try_example(press: Press) -> None:
    """Answer an example, for who presses alone. Id: its number from 1, its check."""
    shelf = await press.services.shelf(press.reader, private=True)
    await press.services.library.add_examples(shelf)
    example = find_example(shelf, press.id.argument(0), press.id.argument(1))
    if example.kind == "timeline":
        await _show_timeline(press, shelf, example)
    else:
        await _answer(press, example)


def find_example(shelf: Shelf, number: str, told: str) -> Example:
    """The example that a button stands for. Raises GoneExampleError after the documents changed."""
    known = {check(example): example for example in shelf.examples}
    if told not in known:
        raise GoneExampleError(
            say("Example {number} was made from documents that have changed.", number=number[:4])
        )
    return known[told]


async def _answer(press: Press, example: Example) -> None:
    ready = await asking.prepare(
        press.services, press.reader, example.text, private=True, before=example.before or ""
    )
    await press.wait()
    page = await asking.answer_page_for(press.services, press.reader, ready, private=True)
    await press.show(page)


async def _show_timeline(press: Press, shelf: Shelf, example: Example) -> None:
    library, reader = press.services.library, press.reader
    press.services.cooldowns.check(reader.id, reader.guild, time.monotonic(), reader.server)
    asked = Asked(when=rules.check_when(example.text, library.today()) or "")
    await press.wait()
    timeline = await find(library, shelf, asked)
    showing = Showing(asked, reader.id, private=True, feedback=reader.server.feedback)
    await press.show(timeline_page(timeline, reader.language, showing))
