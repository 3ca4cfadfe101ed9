"""A host deletes what is stored about a person, beside a program that runs."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.asked import Asked
from bot.cli import archivist
from bot.forgetting import forget_person
from bot.state import Deleted, Feedback, open_state
from index.errors import DataFolderError

GAP = Feedback(
    kind="gap",
    at=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC),
    person=1,
    guild=10,
    channel=77,
    asked=Asked("Who built the lighthouse?"),
    outcome="not_found",
)


async def test_a_person_is_forgotten_while_the_bot_runs(tmp_path: Path) -> None:
    """The running program finds nothing any more, and goes on writing."""
    state = open_state(tmp_path)
    await state.add_feedback(GAP)
    assert await asyncio.to_thread(forget_person, tmp_path, 1) == Deleted(feedback=1)
    assert await state.feedback_of(1) == ()
    await state.add_feedback(GAP)
    assert len(await state.feedback_of(1)) == 1
    await state.close()


def test_nothing_is_made_where_nothing_is_stored(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="Nothing is stored"):
        forget_person(tmp_path, 1)
    assert list(tmp_path.iterdir()) == []


async def test_the_command_says_what_it_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that there was nothing, the second time."""
    state = open_state(tmp_path)
    await state.add_feedback(GAP)
    await state.close()
    for said in ("1 messages to curators", "Nothing was stored"):
        with pytest.raises(SystemExit) as ended:
            await asyncio.to_thread(archivist, ["forget", "--data", str(tmp_path), "1"])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out
