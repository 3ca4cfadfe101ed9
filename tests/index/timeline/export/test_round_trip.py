"""What was exported, put back into a corpus: the same dates and the same words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from index.archive import Archive
from index.building import build
from index.dates.wording import event_words
from index.model import Timeline, one_line
from index.timeline.export import to_csv, to_markdown, to_timelinejs
from tests.conftest import write_corpus

TODAY = dt.date(2026, 11, 22)
CHRONOLOGY = """# The quay of Skerrow

## Early times

- 5th century BCE – The place was settled by fishers.
- 5th century BCE – Their huts burnt down.
- 44 BCE – The first quay was built of logs.
- 15 March 44 BCE – A galley sank off the quay; "five" were saved.
- 24 August 79 CE – Ash fell on the boats.
- 79 CE – The boats were mended.
- 18th century – Trade in slate began.
- 18th century – A mill was built.

## Later times

- the 1850s – The pier was lengthened <twice> & paved.
- the 1850s – Its gate was moved.
- about 1860 – The lamp was changed.
- spring 1921 – Storms broke the *wall* | and the gate.
- until 1930 – Boats were built here.
- until 1931 – Nets were made here.
- 28 February 2020 – A year of floods began =1+1.
- 29 February 2020 – The leap day was kept, as always.
- 27 March – 3 April 2021 – A regatta was held.
- July to August 2021 – The quay was closed.
- 31 December 2021 – There were fireworks.
"""
Export = Callable[[Timeline], str]


def timeline_of(folder: Path, name: str, text: str) -> Timeline:
    corpus = write_corpus(folder / "corpus", {name: text})
    build(corpus, folder / "data")
    return Archive.open(folder / "data").timeline(today=TODAY)


def dates(timeline: Timeline) -> Counter[tuple[str, str]]:
    return Counter((cited.event.date.edtf, str(cited.event.date.precision)) for cited in timeline)


@pytest.mark.parametrize(
    ("name", "export"), [("t.csv", to_csv), ("t.json", to_timelinejs), ("t.md", to_markdown)]
)
def test_exports_come_back_with_the_same_dates_and_words(
    tmp_path: Path, name: str, export: Export
) -> None:
    """As a document of a corpus the file holds the same events: none lost, added or redated."""
    given = timeline_of(tmp_path / "a", "quay.md", CHRONOLOGY)
    assert len(given.events) == CHRONOLOGY.count("\n- ")
    back = timeline_of(tmp_path / "b", name, export(given))
    assert dates(back) == dates(given)
    texts = [one_line(cited.event.text) for cited in back]
    for cited in given:
        words = event_words(cited.event)
        assert any(words in text or f"'{words}" in text for text in texts), words


@pytest.mark.parametrize(
    ("name", "export"), [("t.csv", to_csv), ("t.json", to_timelinejs), ("t.md", to_markdown)]
)
def test_prose_comes_back_too(harbour: Archive, tmp_path: Path, name: str, export: Export) -> None:
    """Events of a history and a log, some with inferred years, come back as they were."""
    given = harbour.timeline(today=TODAY)
    assert dates(timeline_of(tmp_path, name, export(given))) == dates(given)
