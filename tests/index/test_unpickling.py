"""What a worker sends is made into values again, and nothing that it sends is run."""

from __future__ import annotations

import os
import pickle
import pickletools
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from index.analysis import Analyzer
from index.inverting import Counted
from index.model import Document, DocumentMeta, Event, Locator, Passage, Precision
from index.unpickling import KNOWN, load
from index.worker import Job, Limits, Refusal, index_bytes, unpack

JOB = Job("log.txt", "log", "main", "0" * 64, DocumentMeta())
TEXT = (
    b"II. The Harbour\n\nOn 7 May 1847 the town of Ostmark dug its harbour.[1]\n\n[1] Town log.\n"
)


def packed(value: object, protocol: int = 5) -> bytearray:
    return bytearray(pickle.dumps(value, protocol))


def read_here() -> object:
    return index_bytes(JOB, TEXT, Analyzer(()), Limits())


class Calls:
    """Pickled, it is a call of ``what`` where it is loaded."""

    def __init__(self, what: Callable[..., Any], *given: Any) -> None:
        self.call = (what, given)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def types_within(kind: Any) -> set[type]:
    """``kind`` and every class that its fields can hold, theirs too."""
    found = {kind} if isinstance(kind, type) else set()
    if is_dataclass(kind):
        held = [get_type_hints(kind)[field.name] for field in fields(kind)]
    else:
        held = list(get_args(kind))
    return found.union(*(types_within(one) for one in held))


def test_a_reading_comes_back_as_it_was_sent() -> None:
    """What was made of a file is loaded equal to itself."""
    made = read_here()
    assert isinstance(made, tuple)
    assert load(packed(made)) == made


def test_every_type_that_a_reading_can_hold_is_known() -> None:
    """No field of a reading is of a class of ours that can't be sent, and none besides is known."""
    held = types_within(Document) | types_within(Passage) | types_within(Event) | {Counted}
    ours = {kind for kind in held if is_dataclass(kind) or issubclass(kind, Enum)}
    known = {name for name in KNOWN if name[0] != "array"}
    assert known == {(kind.__module__, kind.__qualname__) for kind in ours}


def test_a_long_text_is_loaded() -> None:
    """Strings that are sent outside of frames, which long ones are, come back whole."""
    long = ("wharf " * 100_000, b"\x00\xff" * 100_000)
    assert load(packed(long)) == long


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda trace: packed(Calls(os.mkdir, str(trace))), id="a function"),
        pytest.param(
            lambda trace: packed(Calls(eval, f"__import__('os').mkdir('{trace}')")), id="eval"
        ),
        pytest.param(lambda trace: packed(Calls(os.mkdir, str(trace)), 0), id="in words"),
        pytest.param(
            lambda _: bytearray(
                b"\x80\x04\x8c\x0bindex.model\x8c\x15Document.__init__.__globals__\x93."
            ),
            id="by way of a known type",
        ),
        pytest.param(lambda _: bytearray(b"cindex.worker\nos\n."), id="a module's own import"),
        pytest.param(lambda _: bytearray(b"P1\n."), id="out of itself"),
        pytest.param(lambda _: bytearray(b"\x80\x05\x82\x01."), id="by number"),
        pytest.param(lambda _: bytearray(b"cindex.model\nPrecision"), id="a line without an end"),
        pytest.param(lambda _: bytearray(), id="nothing"),
        pytest.param(lambda _: packed(read_here())[:-500], id="cut short"),
        pytest.param(lambda _: packed(Calls(Locator, 1)), id="arguments that don't fit"),
        pytest.param(lambda _: packed(Calls(Precision, "moment")), id="no member"),
    ],
)
def test_a_hostile_pickle_is_refused(hostile: Callable[[Path], bytearray], tmp_path: Path) -> None:
    """A pickle that names anything else, or is broken, is refused and nothing of it is run."""
    trace = tmp_path / "trace"
    with pytest.raises(pickle.UnpicklingError):
        load(hostile(trace))
    assert not trace.exists()


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_what_is_known_can_not_be_altered(name: tuple[str, str]) -> None:
    """A pickle can't set an attribute of what it may name: it would stay for what is read next."""
    module, qualname = (part.encode() for part in name)
    # the object, then (None, {"mark": 1}) as its state
    stated = bytearray(b"c" + module + b"\n" + qualname + b"\nN}U\x04markK\x01s\x86b.")
    assert [code.name for code, *_ in pickletools.genops(stated)][-2:] == ["BUILD", "STOP"]
    with pytest.raises(pickle.UnpicklingError):
        load(stated)
    assert not hasattr(KNOWN[name], "mark")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(packed(("a", "b")), id="no reading"),
        pytest.param(packed(None), id="nothing"),
        pytest.param(
            bytearray(
                b"\x80\x05(cindex.model\nDocument\n)\x81)cindex.inverting\nCounted\n)\x81))t."
            ),
            id="parts without values",
        ),
    ],
)
def test_what_is_no_reading_is_refused(sent: bytearray) -> None:
    """What makes no reading is a refusal of its file, which says what to do."""
    refused = unpack(sent, JOB)
    assert isinstance(refused, Refusal)
    assert refused.hint.endswith(".")


def test_a_reading_of_another_file_is_refused() -> None:
    """A worker can't have what it sends stand under another document or collection."""
    sent = packed(read_here())
    assert not isinstance(unpack(sent, JOB), Refusal)
    for other in (
        Job(JOB.name, "other", "main", JOB.sha256, JOB.meta),
        Job(JOB.name, "log", "server/7", JOB.sha256, JOB.meta),
    ):
        assert isinstance(unpack(sent, other), Refusal)
