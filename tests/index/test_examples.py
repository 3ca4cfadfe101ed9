"""Questions made from a corpus: each is one that it answers, by the words that it was made from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.dates import parse_when
from index.examples import examples
from index.model import Example, one_line
from tests.conftest import write_corpus
from tests.index.railways import ALIASES, FILES

TODAY = dt.date(2026, 11, 22)

GERMAN = """# Chronik von Ostmark

## 1890

3. März 1890: Ilse Varga eröffnet die Brücke über die Lind.

5. März 1890: Tomas Reed verkauft zwölf Boote an die Stadt.
"""
VAGUE = """# Notes on a garden

It was sold in 1890. He bought it back in 1891, and then they sold it again. In May 1892 this was
done by those who had done so before, while it rained.

Visits by others followed in 1893: "Nobody came (1893)", she wrote.
"""


def archive_of(folder: Path, files: dict[str, str]) -> Archive:
    build(write_corpus(folder / "corpus", files), folder / "data")
    return Archive.open(folder / "data")


@pytest.fixture(scope="module")
def railways(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive_of(tmp_path_factory.mktemp("railways"), {**FILES, "aliases.toml": ALIASES})


def asked(found: tuple[Example, ...]) -> list[str]:
    return [one.text for one in found if one.kind == "ask"]


def check(archive: Archive, found: tuple[Example, ...]) -> None:
    """Fail unless each example is answered, and by its own document if it names one."""
    for one in found:
        if one.kind == "timeline":
            assert parse_when(one.text, today=TODAY).date is not None
            events = archive.timeline(when=one.text, today=TODAY).events
            assert events
            assert one.document in (None, *(cited.source.id for cited in events))
            continue
        before = () if one.before is None else (one.before,)
        answer = archive.answer(one.text, today=TODAY, before=before)
        assert answer.answered, one.text
        if one.document is not None and not answer.understood.dates:
            assert answer.passages[0].source.id == one.document


def test_questions_of_several_sorts(railways: Archive) -> None:
    """A when, a how many, a who, a month and a question that follows it come first, each answered."""
    found = examples(railways, TODAY)
    assert [one.split()[0] for one in asked(found)] == ["When", "How", "Who", "What", "And"]
    assert found[-1].before == found[-2].text
    check(railways, found)


def test_all_examples_are_answered(railways: Archive, harbour: Archive) -> None:
    """Whatever is offered, of two corpora, is answered, each thing offered once."""
    for archive in (railways, harbour):
        found = examples(archive, TODAY, most=20)
        assert len({(one.text, one.before) for one in found}) == len(found) > 5
        check(archive, found)


def test_a_sentence_is_turned_round(railways: Archive, harbour: Archive) -> None:
    """The questions are those of the sentences that they were made from, in good English."""
    assert "How many locomotives did Velmland buy from Ostria?" in asked(examples(railways, TODAY))
    found = asked(examples(harbour, TODAY))
    assert found[:2] == [
        "When was the harbour of Skerrow dug?",
        "How many masons worked on the north mole for six years?",
    ]


def test_an_answer_holds_what_was_asked(railways: Archive) -> None:
    """The answer to a question about a number or a person holds the sentence that it was made from."""
    found = {one.split()[0]: one for one in asked(examples(railways, TODAY))}
    many = railways.answer(found["How"], today=TODAY).answer or ""
    assert "forty locomotives" in one_line(many)
    who = railways.answer(found["Who"], today=TODAY).answer or ""
    assert "Ilse Varga" in one_line(who)


def test_the_same_every_time(railways: Archive) -> None:
    """The same generation gives the same examples, and fewer are the first of more."""
    assert examples(railways, TODAY, most=9) == examples(railways, TODAY, most=9)
    assert examples(railways, TODAY, most=9)[:4] == examples(railways, TODAY, most=4)
    assert examples(railways, TODAY, most=0) == examples(railways, TODAY, most=-1) == ()


def test_other_languages_give_times_and_names(tmp_path: Path) -> None:
    """Of a document in another language only times and names are offered, no English question."""
    archive = archive_of(tmp_path, {"chronik.md": GERMAN})
    found = examples(archive, TODAY, most=9)
    assert [one.text for one in found if one.kind == "timeline"][:2] == ["1890", "1890-03"]
    assert asked(found) == ["Ilse Varga", "Tomas Reed"]
    check(archive, found)


def test_what_cannot_be_turned_round_is_left_out(tmp_path: Path) -> None:
    """Sentences that lean on others give no question about what they tell."""
    archive = archive_of(tmp_path, {"garden.md": VAGUE})
    found = examples(archive, TODAY, most=9)
    assert not [one for one in asked(found) if one.startswith(("When", "How", "Who"))]
    check(archive, found)


def test_a_corpus_without_events_has_no_examples(tmp_path: Path) -> None:
    """Where nothing can be offered, nothing is."""
    archive = archive_of(tmp_path, {"a.txt": "A word or two about hens and their feathers.\n"})
    assert examples(archive, TODAY) == ()


@pytest.mark.slow
def test_examples_of_the_shipped_corpus(shipped: Archive) -> None:
    """The repository's own corpus gives a full page of examples, all answered."""
    found = examples(shipped, TODAY)
    assert len(found) == 5
    check(shipped, found)
