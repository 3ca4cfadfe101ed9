"""``--collection``: what the terminal searches, by default all folders of the corpus and no server's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import archivist
from index.building import build
from tests.conftest import write_corpus

CORPUS = {
    "mill.md": "# The mill\n\nThe mill of Skerrow was built in 1847 by Lord Ardent.\n",
    "maps/atlas.md": "# The atlas\n\nThe atlas of Skerrow was drawn in 1901 by Anna Pell.\n",
}
WEIR = "# The weir\n\nThe weir of Skerrow was mended in 1902 by Tom Reed.\n"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A corpus with a collection beside `main`, and a document that a server's administrators added."""
    room = tmp_path_factory.mktemp("collections")
    corpus, data = write_corpus(room / "corpus", CORPUS), room / "data"
    write_corpus(data / "uploads" / "5", {"weir.md": WEIR})
    build(corpus, data)
    return ["--corpus", str(corpus), "--data", str(data)]


def run(folders: list[str], *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(archivist, [*words, *folders])
    return done.exit_code, done.stdout, done.stderr


def titles(folders: list[str], *words: str) -> set[str]:
    code, out, _ = run(folders, "sources", "--json", *words)
    assert code == 0
    return {document["title"] for document in json.loads(out)["documents"]}


@pytest.mark.parametrize(
    ("question", "answered"),
    [("Who built the mill?", True), ("Who drew the atlas?", True), ("Who mended the weir?", False)],
)
def test_by_default_all_folders_of_the_corpus_are_searched(
    folders: list[str], question: str, answered: bool
) -> None:
    """What servers added is in no answer unless it is asked for."""
    code, out, _ = run(folders, "ask", question)
    assert (code == 0) is answered
    assert "Tom Reed" not in out


def test_a_servers_collection_is_searched_when_it_is_named(folders: list[str]) -> None:
    code, out, _ = run(folders, "ask", "Who mended the weir?", "--collection", "server/5")
    assert code == 0
    assert "Tom Reed" in out


def test_several_collections_are_searched_together(folders: list[str]) -> None:
    found = titles(folders, "--collection", "maps", "--collection", "server/5")
    assert found == {"The atlas", "The weir"}


def test_a_timeline_is_of_what_is_seen(folders: list[str]) -> None:
    """Without the server's collection its events are not there; with it only its own are."""
    assert "weir" not in run(folders, "timeline")[1]
    out = run(folders, "timeline", "--collection", "server/5")[1]
    assert "weir" in out
    assert "mill" not in out


def test_sources_lists_what_is_seen(folders: list[str]) -> None:
    assert titles(folders) == {"The mill", "The atlas"}
    assert titles(folders, "--collection", "maps") == {"The atlas"}


def test_a_document_of_another_collection_is_not_found(folders: list[str]) -> None:
    code, _, errors = run(folders, "sources", "5.weir", "--collection", "maps")
    assert code == 1
    assert "No document is called" in errors


@pytest.mark.parametrize("words", [["ask", "Who?"], ["timeline"], ["sources"]])
def test_a_collection_that_is_not_there_is_told_with_those_that_are(
    folders: list[str], words: list[str]
) -> None:
    code, _, errors = run(folders, *words, "--collection", "map")
    assert code == 1
    assert "There are: main, maps, server/5." in errors


def test_status_counts_what_the_index_holds(folders: list[str]) -> None:
    """The operator is told of all documents, servers' too."""
    shape = json.loads(run(folders, "index", "status", "--json")[1])
    assert shape["documents"] == 3


def test_eval_measures_the_corpus_folders_alone(folders: list[str], tmp_path: Path) -> None:
    """A question whose answer only a server's document holds is refused."""
    questions = tmp_path / "questions.jsonl"
    line = {"id": "1", "question": "Who mended the weir of Skerrow?", "answerable": False}
    questions.write_text(json.dumps(line) + "\n", encoding="utf-8")
    code, out, errors = run(folders, "eval", str(questions), "--json")
    assert code == 0, errors
    assert "Tom Reed" not in out
