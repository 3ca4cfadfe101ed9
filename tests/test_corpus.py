"""The corpus that comes with the program: its words are ours, its tables and dates are in order."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
SEEDS = ROOT.parent / "shared" / "seeds"
BRIEFING = CORPUS / "russia-myanmar-briefing.md"
CHRONOLOGY = CORPUS / "russia-myanmar-chronology.txt"
NEWS_TIMELINE = SEEDS / "004_2deec140dd806d98.txt"

# A sentence of 12 words in a row is somebody's sentence.
RUN = 12
# Nobody can say these in other words: each counts as one word of a run.
BODIES = (
    "Association of Southeast Asian Nations",
    "Federal Service for Military-Technical Cooperation",
    "Global New Light of Myanmar",
    "Journal of Current Southeast Asian Affairs",
    "Russia-Myanmar Association for Friendship and Cooperation",
    "Stockholm International Peace Research Institute",
)
MONTHS = list(calendar.month_name)[1:]

_WORD = re.compile(r"[^\W_]+")
_INSIDE = re.compile(r"(?<=\w)['’/](?=\w)|(?<=[^\W\d])\.(?=\w)")  # U.S., Russia's, SC/8939
_BROKEN = re.compile(r"(?<=\w)-[ \t]*\n[ \t]*(?=\w)")
_GLUED_MARKER = re.compile(r"(?<=[A-Za-z)”.][.,;”)])\d{1,3}\b")
_NOTE_MARKER = re.compile(r"\[\^\d+\]")
_NOTE = re.compile(r"^\[\^\d+\]:(.*(?:\n(?!\[\^|[ \t]*$).*)*)", re.MULTILINE)
_WORK = re.compile(r'“[^”\n]*”|"[^"\n]*"|\*[^*\n]+\*')
_GAP = "\0"  # no word holds it, and no run goes across it

_YEAR = re.compile(r"\d{4}")
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_LABEL = re.compile(
    rf"""(?P<decade>\d{{3}}0)s | (?P<year>\d{{4}})
    | (?:(?:Early|Mid|Late)\ )?(?P<whole>{_MONTH})
    | (?P<month>{_MONTH})\ (?P<day>\d{{1,2}})
      (?: -(?P<to_day>\d{{1,2}}) | \ –\ (?P<to_month>{_MONTH})\ (?P<end_day>\d{{1,2}}) )?""",
    re.VERBOSE,
)
_NEWS_LABEL = re.compile(r"^([A-Z][a-z]+)\.? (\d{1,2})(?:-\d{1,2})?(?:, \d{4})?: ", re.MULTILINE)


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, each of `BODIES` as one; a gap stays as a word.

    A word has letters and digits only: "Russia's", "U.S." and "A/RES/75/287" are one word each.
    """
    text = _INSIDE.sub("", text.casefold())
    for number, body in enumerate(BODIES):
        name = r"\W+".join(_WORD.findall(body.casefold()))
        text = re.sub(rf"\b{name}\b", f"body{number}", text)
    return re.findall(rf"{_WORD.pattern}|{_GAP}", text)


def own_words(document: str) -> str:
    """``document`` with a gap at the start of a note and for each work it names, and no markers."""
    without = _NOTE.sub(lambda note: _GAP + _WORK.sub(_GAP, note[1]), document)
    return _NOTE_MARKER.sub("", without)


def shared_runs(ours: str, theirs: str, length: int = RUN) -> list[str]:
    """The runs of at least ``length`` words that stand in both texts, each as long as it goes.

    ``theirs`` is also read with words rejoined at line ends and without the numbers of notes that
    an extraction glued to words, since a copied sentence would have neither.
    """
    rejoined = _BROKEN.sub("", theirs)
    known: set[tuple[str, ...]] = set()
    for text in (theirs, rejoined, _GLUED_MARKER.sub("", rejoined)):
        source = words(text)
        known.update(tuple(source[i : i + length]) for i in range(len(source) - length + 1))
    mine = words(_BROKEN.sub("", ours))
    hits = {i for i in range(len(mine) - length + 1) if tuple(mine[i : i + length]) in known}
    starts = sorted(i for i in hits if i - 1 not in hits)
    stops = sorted(i + length for i in hits if i + 1 not in hits)
    return [" ".join(mine[a:z]) for a, z in zip(starts, stops, strict=True)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the chronology; ``earliest`` and ``latest`` are what its label can mean."""

    label: str
    earliest: dt.date
    latest: dt.date
    text: str


def month_end(year: int, month: int) -> dt.date:
    """The last day of that month."""
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def entry_of(year: int, block: str) -> Entry:
    """The entry that ``block`` is, under the heading ``year``; ValueError if its label is wrong."""
    label, colon, text = block.partition(": ")
    found = _LABEL.fullmatch(label)
    if not (colon and found):
        raise ValueError(f"under {year}: no date at the start of {block[:60]!r}")
    if found["decade"] or found["year"]:
        first = int(found["decade"] or found["year"])
        if first != year:
            raise ValueError(f"{label!r} stands under {year}")
        last = first + 9 if found["decade"] else first
        return Entry(label, dt.date(first, 1, 1), dt.date(last, 12, 31), text)
    if found["whole"]:
        month = MONTHS.index(found["whole"]) + 1
        return Entry(label, dt.date(year, month, 1), month_end(year, month), text)
    earliest = dt.date(year, MONTHS.index(found["month"]) + 1, int(found["day"]))
    latest = earliest
    if found["to_day"]:
        latest = earliest.replace(day=int(found["to_day"]))
    elif found["to_month"]:
        latest = dt.date(year, MONTHS.index(found["to_month"]) + 1, int(found["end_day"]))
    if latest < earliest:
        raise ValueError(f"{label!r} under {year} ends before it begins")
    return Entry(label, earliest, latest, text)


def chronology() -> dict[int, list[Entry]]:
    """The entries by the year they stand under, in the order of the file."""
    _title, _introduction, *blocks = CHRONOLOGY.read_text(encoding="utf-8").strip().split("\n\n")
    years: dict[int, list[Entry]] = {}
    year = 0
    for block in blocks:
        if _YEAR.fullmatch(block):
            year = int(block)
            if year in years:
                raise ValueError(f"{year} is a heading twice")
            years[year] = []
        else:
            years[year].append(entry_of(year, block))
    return years


def table(name: str) -> dict[str, Any]:
    """What a TOML file of the corpus says."""
    with (CORPUS / name).open("rb") as file:
        return tomllib.load(file)


def documents() -> list[Path]:
    """The files of the corpus that are documents."""
    files = (path for path in CORPUS.rglob("*") if path.is_file())
    return sorted(p for p in files if p.suffix != ".toml" and not p.name.startswith((".", "~")))


TWELVE = "The ship left Cork at dawn, and nobody saw the lamp on"


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param(f"Before. {TWELVE} after", id="as it is"),
        pytest.param(f"Before. {TWELVE.upper()} after", id="in capitals"),
        pytest.param(TWELVE.replace("nobody", "no-\nbody"), id="a word broken at a line end"),
        pytest.param(TWELVE.replace("dawn,", "dawn,12"), id="the number of a note in it"),
    ],
)
def test_finder_finds_a_run_of_twelve_words(theirs: str) -> None:
    """Twelve words that both texts share are found, whatever an extraction did to the source."""
    assert shared_runs(f"They say: {TWELVE}!", theirs) == [
        "the ship left cork at dawn and nobody saw the lamp on"
    ]


def test_finder_ignores_a_run_of_eleven_words() -> None:
    """Eleven shared words in a row are not reported."""
    assert shared_runs(f"So {TWELVE.removesuffix(' on')} off", f"So it was. {TWELVE}") == []


def test_finder_counts_the_name_of_a_body_as_one_word() -> None:
    """Seven words beside a name of five words are not a run of twelve, but of eight."""
    text = "he read of it in the Global New Light of Myanmar yesterday"
    assert shared_runs(text, text) == []
    assert len(shared_runs(text, text, length=8)) == 1


def test_finder_leaves_out_works_named_in_notes_only() -> None:
    """The title of a work is left out where a note names it, and found where the text copies it."""
    assert shared_runs(own_words(f"A.[^1]\n\n[^1]: See “{TWELVE}”, p. 3."), TWELVE) == []
    assert shared_runs(own_words(f"A.[^1]\n\n[^1]: See *{TWELVE}*, p. 3."), TWELVE) == []
    assert len(shared_runs(own_words(f"As “{TWELVE}” says.[^1]\n\n[^1]: P. 3."), TWELVE)) == 1


def test_finder_sees_through_markers_of_notes() -> None:
    """The marker of a note amid a copied sentence doesn't hide it."""
    assert len(shared_runs(own_words(TWELVE.replace("dawn,", "dawn,[^7]")), TWELVE)) == 1


@pytest.mark.shared
@pytest.mark.parametrize("document", [BRIEFING, CHRONOLOGY], ids=lambda path: path.name)
def test_no_sentence_is_copied(document: Path) -> None:
    """No twelve words in a row of our document stand in one of the works it draws on."""
    ours = own_words(document.read_text(encoding="utf-8"))
    sources = sorted(SEEDS.glob("*.txt"))
    assert sources
    runs = [run for path in sources for run in shared_runs(ours, path.read_text(encoding="utf-8"))]
    assert runs == []


def test_corpus_toml_names_every_document() -> None:
    """corpus.toml names the documents that lie in the corpus, no fewer and no others."""
    names = [path.relative_to(CORPUS).as_posix() for path in documents()]
    assert sorted(table("corpus.toml")["documents"]) == names


def test_corpus_toml_says_what_each_document_is() -> None:
    """Every document has a title, an author, a day, rights and the works that it draws on."""
    for name, facts in table("corpus.toml")["documents"].items():
        for key in ("title", "author", "date", "rights"):
            assert facts.get(key, "").strip(), f"{name} has no {key}"
        assert dt.date.fromisoformat(facts["date"])
        assert facts["works"], f"{name} draws on no work"
        assert all(work.strip() for work in facts["works"])


def test_aliases_have_one_group_a_name() -> None:
    """No name stands in two groups of aliases.toml, whatever its capitals; each group has two."""
    groups = [group["names"] for group in table("aliases.toml")["alias"]]
    assert [names for names in groups if len(names) < 2] == []
    counts = Counter(name for names in groups for name in {" ".join(words(n)) for n in names})
    assert [name for name, count in counts.items() if count > 1] == []


def test_chronology_begins_with_its_title_and_what_it_is() -> None:
    """A title of one line and an introduction of one paragraph precede the first year."""
    title, introduction, first, *_ = CHRONOLOGY.read_text(encoding="utf-8").split("\n\n")
    assert "\n" not in title
    assert "\n" not in introduction
    assert _YEAR.fullmatch(first)


def test_chronology_years_ascend() -> None:
    """Each heading of the chronology is a later year than the one before, and has entries."""
    years = chronology()
    assert all(before < after for before, after in pairwise(years))
    assert all(years.values())


def test_chronology_labels_have_the_form() -> None:
    """Each entry begins with a date in a known form that belongs under its year, then a text."""
    entries = [entry for under in chronology().values() for entry in under]
    assert entries
    assert all(entry.text.strip() == entry.text != "" for entry in entries)


def test_chronology_entries_ascend() -> None:
    """Entries under a year stand in the order of their first days, the coarser ones first."""
    for entries in chronology().values():
        order = [(entry.earliest, -entry.latest.toordinal()) for entry in entries]
        assert order == sorted(order), [entry.label for entry in entries]


@pytest.mark.shared
def test_chronology_has_every_date_of_the_news_timeline() -> None:
    """On each day on which the news timeline has an entry, ours has one."""
    known = {
        entry.earliest
        for entries in chronology().values()
        for entry in entries
        if re.search(r" \d", entry.label)
    }
    shortened = {month[:3]: number for number, month in enumerate(MONTHS, start=1)}
    sections = re.split(r"^(\d{4})$", NEWS_TIMELINE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    days = [
        dt.date(int(year), shortened[month[:3]], int(day))
        for year, section in zip(sections[1::2], sections[2::2], strict=True)
        for month, day in _NEWS_LABEL.findall(section)
    ]
    assert len(days) > 30
    assert [day.isoformat() for day in days if day not in known] == []


def test_briefing_notes_are_marked_and_defined_once() -> None:
    """The briefing has the notes 1 to 122, each with one marker and one definition."""
    text = BRIEFING.read_text(encoding="utf-8")
    numbers = [str(number) for number in range(1, 123)]
    defined = Counter(re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE))
    marked = Counter(re.findall(r"\[\^(\w+)\]", text)) - defined
    assert defined == Counter(numbers)
    assert marked == Counter(numbers)
