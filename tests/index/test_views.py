"""What a view shows: what the generation would show if it held nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index import building, views
from index.archive import Archive, list_sources, read_source
from index.building import build
from index.collections import MAIN, edits_folder, guild_of, is_owners, server_collection
from index.contents import reading_contents
from index.errors import UnknownDocumentError
from index.examples import examples
from index.generations import generation_folder
from index.timeline import making
from index.verifying import verify
from tests.index.harbour import FILES, PoolHere, rows, write

TODAY = dt.date(2026, 11, 22)
HERE, THERE = 111, 222  # two servers

MAIN_FILES = {"guide.md": FILES["guide.md"], "log.txt": FILES["kestrel/log.txt"]}
SECRET = """\
# The Falcon file

The Blue Falcon Committee (BFC) met at Ostmark on 7 September 1890 and paid Ilse Varga 4,500 crowns.
The BFC hid the money under the stone peer. Captain Ilse Vargas knew. The lamp of the pier was out.

On 20 May 1890 the storm off the Grey Cape took two sails of the Kestrel.
"""
MINUTES = """\
# Minutes of the harbour board

On 20 May 1890 a storm off the Grey Cape took two sails of the Kestrel, the board heard.

On 3 May 1895 the board lent 900 crowns to Jonas Hellmann, the keeper of the lamp (KOL).
"""
THEIRS = """\
# Letters

On 20 May 1890 the Kestrel lost two sails in a storm off the Grey Cape. The pier, the pier, the pier!

On 13 January 1891 Captain Varga handed the ship to Tomas Reed, the letter of Zoe Quill says. The
keeper of the lighthouse (KOL) saw it. Every ship of Ostmark has a lampe and a tiller.
"""
ALIASES = '[[alias]]\nnames = ["Jonas Hellmann", "Old Jonas"]\n'
THEIR_ALIASES = '[[alias]]\nnames = ["Kestrel", "Zoe Quill"]\n'
EDITS = """\
[[add]]
document = "{document}"
quote = "keeper of the"
date = "9 August 1899"
"""

QUESTIONS = (
    "When was the stone pier finished?",
    "Who was captain of the Kestrel?",
    "What happened on 20 May 1890?",
    "Who is Zoe Quill?",
    "How much did the BFC pay?",
    "Blue Falcon Comittee",
    "Vargas",
    "lampe",
    "What is KOL?",
    "Old Jonas",
    "the lamp of the pier",
    "What did the board lend in 1895?",
    "tiller",
    "1890",
)


class Folders(NamedTuple):
    corpus: Path
    data: Path

    def build(self, **options: Any) -> building.BuildReport:
        return build(self.corpus, self.data, **options)

    def upload(self, guild: int, files: Mapping[str, str]) -> None:
        write(self.data / "uploads" / str(guild), files)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "Pool", type("Here", (PoolHere,), {"read": []}))


def make(folder: Path, *, secret: bool, there: bool) -> Folders:
    """A corpus and a server's documents; ``secret`` and ``there`` add those that are to be hidden."""
    made = Folders(folder / "corpus", folder / "data")
    write(made.corpus, MAIN_FILES)
    made.upload(HERE, {"minutes.md": MINUTES, ".waiting/x.md": SECRET})
    write(edits_folder(made.data, server_collection(HERE)), {"aliases.toml": ALIASES})
    if secret:
        write(made.corpus, {"secret/falcon.md": SECRET, "another/log.txt": THEIRS})
    if there:
        made.upload(THERE, {"minutes.md": THEIRS, "guide.md": SECRET})
        write(
            edits_folder(made.data, server_collection(THERE)),
            {
                "aliases.toml": THEIR_ALIASES,
                "timeline-edits.toml": EDITS.format(document="Letters"),
            },
        )
    made.build()
    return made


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Archive]]:
    """The archive of a corpus with hidden collections, and of the same without them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "Pool", type("Here", (PoolHere,), {"read": []}))
        crowded = make(tmp_path_factory.mktemp("crowded"), secret=True, there=True)
        alone = make(tmp_path_factory.mktemp("alone"), secret=False, there=False)
        yield Archive.open(crowded.data), Archive.open(alone.data)


SIGHTS = [{MAIN}, {MAIN, server_collection(HERE)}, {server_collection(HERE)}, set()]

LOOKS: dict[str, Callable[[Archive], object]] = {
    "sources": lambda archive: archive.sources(),
    "covers": lambda archive: archive.snapshot.covers,
    "timeline": lambda archive: replaced_timeline(archive),
    "narrowed timeline": lambda archive: replaced_timeline(archive, who="Varga", about="ship"),
    "names": lambda archive: [archive.suggest_names(typed) for typed in ("", "v", "zoe", "j")],
    "times": lambda archive: [archive.suggest_when(t, today=TODAY) for t in ("", "18", "1890")],
    "topics": lambda archive: [archive.suggest_topics(typed) for typed in ("", "s", "k")],
    "examples": lambda archive: examples(archive, TODAY),
    "spoken": lambda archive: archive.snapshot.languages,
}


def replaced_timeline(archive: Archive, **options: str) -> object:
    found = archive.timeline(today=TODAY, **options)
    return list(found.events), found.understood if hasattr(found, "understood") else None


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: " ".join(sorted(sight)) or "nothing")
@pytest.mark.parametrize("look", LOOKS)
def test_what_is_hidden_changes_nothing(
    twins: tuple[Archive, Archive], look: str, sight: set[str]
) -> None:
    """Lists, counts, names and examples of a view are those of a generation that holds no more."""
    crowded, alone = (LOOKS[look](archive.seeing(sight)) for archive in twins)
    assert crowded == alone


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: " ".join(sorted(sight)) or "nothing")
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_hidden_changes_no_answer(
    twins: tuple[Archive, Archive], question: str, sight: set[str]
) -> None:
    """Answers of a view are equal in all, scores and corrections too, to those of one that holds no more."""
    crowded, alone = (archive.seeing(sight).answer(question, today=TODAY, k=9) for archive in twins)
    assert replace(crowded, took_ms=0, events=(), possible_events=()) == replace(
        alone, took_ms=0, events=(), possible_events=()
    )
    assert list(crowded.events) == list(alone.events)
    assert list(crowded.possible_events) == list(alone.possible_events)


def test_what_is_visible_is_found(twins: tuple[Archive, Archive]) -> None:
    """A server's documents answer where they are visible, together with the owner's."""
    seen = twins[0].seeing({MAIN, server_collection(HERE)})
    answer = seen.answer("What did the board lend in 1895?", today=TODAY)
    assert answer.answer is not None
    assert "900 crowns" in answer.answer
    assert len(seen.sources()) == 3
    by_alias = seen.answer("Old Jonas", today=TODAY).passages
    assert "Hellmann" in by_alias[0].passage.text


def test_a_servers_name_for_a_thing_finds_the_owners_documents(tmp_path: Path) -> None:
    """A name of one word that a server gave finds the other one in documents of all that it sees."""
    made = make(tmp_path, secret=False, there=False)
    names = '[[alias]]\nnames = ["Gubbins", "pier"]\n'
    write(edits_folder(made.data, server_collection(THERE)), {"aliases.toml": names})
    made.upload(THERE, {})
    made.build(only=server_collection(THERE))
    archive = Archive.open(made.data)
    question = "When was the stone gubbins finished?"
    known = archive.seeing({MAIN, server_collection(THERE)}).answer(question, today=TODAY)
    assert known.answer is not None
    assert "4 May 1871" in known.answer
    assert archive.answer(question, today=TODAY).understood.missing != ()
    assert verify(made.corpus, made.data).failed == 0


def test_the_same_happening_is_linked_within_a_view(twins: tuple[Archive, Archive]) -> None:
    """An event that a server's document tells too is the same there, and stands alone without it."""
    both = twins[0].seeing({MAIN, server_collection(HERE)})
    told = both.timeline(today=TODAY, when="20 May 1890").events
    assert any(cited.event.same_as for cited in told)
    alone = twins[0].seeing({MAIN}).timeline(today=TODAY, when="20 May 1890").events
    assert [cited.event.same_as for cited in alone] == [()]


def test_a_document_that_is_hidden_is_unknown(twins: tuple[Archive, Archive]) -> None:
    """A document of another server is unknown by its id, file name and title."""
    seen = twins[0].seeing({MAIN, server_collection(HERE)})
    for said in (f"{THERE}.minutes", "Letters", "falcon.md", "secret-falcon"):
        with pytest.raises(UnknownDocumentError):
            seen.document(said)


def test_by_default_all_of_the_owners_collections_are_seen(
    twins: tuple[Archive, Archive],
) -> None:
    """Without a choice the owner's folders answer, and no server's documents."""
    assert {summary.source.collection for summary in twins[0].sources()} == {
        MAIN,
        "secret",
        "another",
    }


def test_a_view_of_the_same_collections_is_the_same_archive(
    twins: tuple[Archive, Archive],
) -> None:
    """A view is made once: a second look at it gives the same."""
    sight = {MAIN, server_collection(HERE)}
    assert twins[0].seeing(sight) is twins[0].seeing(sight)
    assert twins[0].seeing({*sight, "server/999"}) is twins[0].seeing(sight)


def test_listing_is_of_the_owners_documents(tmp_path: Path) -> None:
    """Lists that are read without searching hold the owner's documents alone, unless told."""
    made = make(tmp_path, secret=True, there=True)
    assert {one.source.collection for one in list_sources(made.data).summaries} == {
        MAIN,
        "secret",
        "another",
    }
    own = list_sources(made.data, {server_collection(HERE)})
    assert [one.source.name for one in own.summaries] == ["minutes.md"]
    with pytest.raises(UnknownDocumentError):
        read_source(made.data, "Letters")


# ---------------------------------------------------------------- building


def test_verify_proves_every_timeline(tmp_path: Path) -> None:
    """The timelines of servers are proven, too."""
    made = make(tmp_path, secret=True, there=True)
    assert verify(made.corpus, made.data).failed == 0
    with reading_contents(made.data) as contents:
        folder = contents.folder / views.FOLDER
    first = sorted(folder.iterdir())[0] / "timeline.bin"
    damaged = bytearray(first.read_bytes())
    damaged[-1] ^= 1
    first.write_bytes(damaged)
    assert verify(made.corpus, made.data).failed > 0


def test_one_collection_is_read_and_all_others_stay(tmp_path: Path) -> None:
    """A build of one server's collection takes up its changes alone, and reports them alone."""
    made = make(tmp_path, secret=True, there=True)
    write(made.corpus, {"guide.md": "Changed: the pier is gone.", "new.md": "New."})
    made.upload(THERE, {"later.md": "Later."})
    made.upload(HERE, {"more.md": "# More\n\nOn 4 May 1896 the board sold the tug."})
    report = made.build(only=server_collection(HERE))
    assert (report.added, report.updated, report.removed) == ((f"{HERE}.more",), (), ())
    assert (report.documents, report.unchanged) == (2, 1)
    archive = Archive.open(made.data)
    assert "new" not in {summary.source.id for summary in archive.sources()}
    assert archive.answer("When was the stone pier finished?", today=TODAY).answered
    theirs = archive.seeing({server_collection(THERE)}).sources()
    assert len(theirs) == 2
    after = made.build()
    assert after.added == (f"{THERE}.later", "new")
    assert after.updated == ("guide",)


def test_building_one_after_the_other_is_building_all(tmp_path: Path) -> None:
    """Builds of single collections make what one build of everything makes."""
    one, all_ = tmp_path / "one", tmp_path / "all"
    made = make(one, secret=False, there=False)
    made.upload(THERE, {"minutes.md": THEIRS})
    made.build(only=server_collection(THERE))
    write(made.corpus, {"secret/falcon.md": SECRET})
    made.build(only="main")
    made.upload(THERE, {"guide.md": SECRET})
    (made.data / "uploads" / str(HERE) / "minutes.md").unlink()
    made.build(only=server_collection(THERE))
    made.build(only=server_collection(HERE))
    shutil.copytree(one, all_)
    shutil.rmtree(all_ / "data" / "generations")
    (all_ / "data" / "current").unlink()
    build(all_ / "corpus", all_ / "data")
    assert rows(made.data) == rows(all_ / "data")
    assert verify(made.corpus, made.data).failed == 0


def test_timelines_that_stay_the_same_are_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change in one server's collection makes no timeline anew but those that show it."""
    made = make(tmp_path, secret=True, there=True)
    remade: list[frozenset[str]] = []

    def noted(contents: Any, *rest: Any) -> Any:
        remade.append(contents.collections)
        return making_make(contents, *rest)

    making_make = making.make
    monkeypatch.setattr(making, "make", noted)
    made.upload(HERE, {"more.md": "# More\n\nOn 4 May 1896 the board sold the tug."})
    made.build(only=server_collection(HERE))
    assert remade == [frozenset({MAIN, server_collection(HERE)})]


def test_a_correction_changes_no_other_collection(tmp_path: Path) -> None:
    """What a server corrects in an event of the owner's, or of another server, is told and not done."""
    made = make(tmp_path, secret=False, there=True)
    archive = Archive.open(made.data)
    mine = archive.timeline(today=TODAY, when="13 January 1891").events[0]
    theirs = archive.seeing({server_collection(THERE)}).timeline(today=TODAY).events[0]
    own = archive.seeing({server_collection(HERE)}).timeline(today=TODAY, when="1895").events[0]
    folder = edits_folder(made.data, server_collection(HERE))
    hides = "".join(
        f'[[hide]]\nid = "{event.id}"\n' for event in (mine.event, theirs.event, own.event)
    )
    added = EDITS.format(document="The harbour of Ostmark").replace("keeper of the", "stone pier")
    write(folder, {"timeline-edits.toml": hides + added})
    report = made.build()
    assert len(report.unapplied) == 3
    assert all(str(THERE) not in said and "Letters" not in said for said in report.unapplied)
    after = Archive.open(made.data).seeing({MAIN, server_collection(HERE)})
    shown = {cited.event.id for cited in after.timeline(today=TODAY).events}
    assert mine.event.id in shown
    assert own.event.id not in shown


def test_edits_that_cannot_be_read_cost_nobody_else(tmp_path: Path) -> None:
    """A damaged settings file of one server is told in its own report; all others are indexed."""
    made = make(tmp_path, secret=False, there=True)
    folder = edits_folder(made.data, server_collection(THERE))
    write(folder, {"timeline-edits.toml": "[[hide"})
    made.upload(THERE, {"corpus.toml": "[documents"})
    report = made.build(only=server_collection(THERE))
    assert any("timeline-edits.toml" in said for said in report.unapplied)
    assert [entry.name for entry in report.skipped] == ["corpus.toml"]
    assert made.build(only=server_collection(HERE)).unapplied == ()


def test_what_a_server_says_of_its_documents_counts(tmp_path: Path) -> None:
    """The title and date beside a server's document are those of its citations."""
    made = make(tmp_path, secret=False, there=False)
    said = '[documents."minutes.md"]\ntitle = "Board minutes"\ndate = "1895"\n'
    made.upload(HERE, {"corpus.toml": said})
    assert made.build().updated == (f"{HERE}.minutes",)
    seen = Archive.open(made.data).seeing({server_collection(HERE)})
    assert [one.source.title for one in seen.sources()] == ["Board minutes"]


def test_a_servers_folder_without_documents_changes_nothing(tmp_path: Path) -> None:
    """A server's folder that holds no document yet makes no generation."""
    made = make(tmp_path, secret=False, there=False)
    (made.data / "uploads" / str(THERE) / ".waiting").mkdir(parents=True)
    made.upload(THERE, {"corpus.toml": ""})
    assert not made.build().changed


def test_an_empty_corpus_folder_does_not_wipe_the_owners_documents(tmp_path: Path) -> None:
    """Where all of the owner's files are gone at once, nothing is changed, uploads or not."""
    made = make(tmp_path, secret=False, there=True)
    for file in made.corpus.iterdir():
        file.unlink()
    with pytest.raises(building.CorpusError):
        made.build()
    assert len(Archive.open(made.data).sources()) == 2


def test_builds_of_what_is_hidden_do_not_show_in_numbers(tmp_path: Path) -> None:
    """A view's number and time change with what it shows, and with nothing else."""
    made = make(tmp_path, secret=False, there=True)
    sight = {MAIN, server_collection(HERE)}
    before = Archive.open(made.data).seeing(sight)
    made.upload(THERE, {"later.md": "Later."})
    write(made.corpus, {"secret/falcon.md": SECRET})
    made.build()
    after = Archive.open(made.data).seeing(sight)
    assert (after.generation, after.changed) == (before.generation, before.changed)
    made.upload(HERE, {"more.md": "More."})
    made.build(only=server_collection(HERE))
    assert Archive.open(made.data).seeing(sight).generation == before.generation + 1
    made.upload(HERE, {})
    (made.data / "uploads" / str(HERE) / "more.md").unlink()
    made.build()
    assert Archive.open(made.data).seeing(sight).generation == before.generation + 2
    (made.data / "uploads" / str(HERE) / "minutes.md").unlink()
    made.build()
    assert Archive.open(made.data).seeing(sight).generation == before.generation + 3


def test_of_very_many_servers_some_timelines_wait_till_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a number of servers timelines are made when they are asked for, and are the same."""
    made = make(tmp_path / "all", secret=False, there=True)
    sight = {MAIN, server_collection(THERE)}
    there = replaced_timeline(Archive.open(made.data).seeing(sight))
    monkeypatch.setattr(views, "MOST", 1)
    few = make(tmp_path / "few", secret=False, there=True)
    with reading_contents(few.data) as contents:
        assert len(list((contents.folder / views.FOLDER).iterdir())) == 1
    seen = Archive.open(few.data).seeing(sight)
    assert replaced_timeline(seen) == there
    assert verify(few.corpus, few.data).failed == 0


def test_the_last_document_of_a_server_can_go(tmp_path: Path) -> None:
    """A server whose documents are all removed has no collection any more."""
    made = make(tmp_path, secret=False, there=True)
    shutil.rmtree(made.data / "uploads" / str(THERE))
    report = made.build(only=server_collection(THERE))
    assert report.removed == (f"{THERE}.guide", f"{THERE}.minutes")
    assert server_collection(THERE) not in Archive.open(made.data).collections


def test_views_read_on_when_their_generation_is_removed(tmp_path: Path) -> None:
    """A view that was opened answers though later builds have removed its files."""
    made = make(tmp_path, secret=False, there=True)
    seen = Archive.open(made.data).seeing({MAIN, server_collection(HERE)})
    shutil.rmtree(generation_folder(made.data, 1))
    assert seen.answer("What did the board lend in 1895?", today=TODAY).answered


@pytest.mark.parametrize(
    ("collection", "guild"), [("main", None), ("server/5", 5), ("server", None), ("server/x", None)]
)
def test_whose_a_collection_is(collection: str, guild: int | None) -> None:
    """A collection tells whose it is."""
    assert guild_of(collection) == guild
    assert is_owners(collection) == (guild is None)


def test_edits_of_collections_lie_apart(tmp_path: Path) -> None:
    """No two collections have one folder for their edits, whatever they are called."""
    names = ["main", "Main", "server-5", "server/5", "../x", "a.b", "ö", "x" * 90, ""]
    folders = {edits_folder(tmp_path, name) for name in names}
    assert len(folders) == len(names)
    assert all(folder.parent == tmp_path / "edits" for folder in folders)
