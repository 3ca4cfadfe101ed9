"""Tests of the ids of buttons."""

from __future__ import annotations

import pytest

from bot.ids import PressId, press_id, read_id
from bot.limits import CUSTOM_ID


@pytest.mark.parametrize(
    "made",
    [
        press_id("context", "0k3f9a", 12),
        press_id("more", 2, 123456789012345678, 7),
        press_id("delete", None, 3),
        press_id("help"),
    ],
)
def test_an_id_reads_back_as_what_was_written(made: PressId) -> None:
    """Writing an id and reading it gives something else."""
    assert read_id(str(made)) == made


def test_an_id_of_another_version_is_still_read() -> None:
    """A button of an old or a later version of the bot can't be told from a foreign one."""
    read = read_id("v9:context:abc")
    assert read is not None
    assert (read.version, read.kind) == (9, "context")


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "v1",
        "v1:",
        "v1:Upper:a",
        "context:abc",
        "v1:context:a b",
        "v1:context:é",
        "v1:a" + "b" * 98,
    ],
)
def test_what_is_no_id_of_ours_reads_as_none(custom_id: str) -> None:
    """A foreign or damaged id is taken for one of ours."""
    assert read_id(custom_id) is None


@pytest.mark.parametrize(
    ("kind", "argument"),
    [("more", "a:b"), ("more", "a b"), ("More", "1"), ("more", "x" * CUSTOM_ID)],
    ids=["a colon", "a blank", "a capital", "too long"],
)
def test_what_could_not_be_read_back_is_refused(kind: str, argument: str) -> None:
    """An id is made that Discord or we could not read."""
    with pytest.raises(ValueError, match="id of a button"):
        press_id(kind, argument)


def test_an_argument_that_is_not_there_is_empty() -> None:
    """Asking for a missing argument of an older id raises."""
    assert press_id("more", 2).argument(5) == ""
