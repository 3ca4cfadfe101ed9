"""Which files of a corpus folder are documents, what they are called, and what is said of them."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus import CorpusFile, scan
from index.errors import CorpusError
from index.model import DocumentMeta
from tests.index.harbour import write


def ids(folder: Path) -> dict[str, str]:
    return {file.name: file.document_id for file in scan(folder).files}


def left_out(folder: Path) -> dict[str, str]:
    return {entry.name: entry.reason for entry in scan(folder).skipped}


# ---------------------------------------------------------------- files


def test_collections_are_the_folders_below_the_corpus(tmp_path: Path) -> None:
    """A file at the top is in `main`; one anywhere below a folder is in that folder's collection."""
    write(tmp_path, {"a.txt": "", "ships/b.txt": "", "ships/old/c.txt": "", "town/d.txt": ""})
    collections = {file.name: file.collection for file in scan(tmp_path).files}
    assert collections == {
        "a.txt": "main",
        "ships/b.txt": "ships",
        "ships/old/c.txt": "ships",
        "town/d.txt": "town",
    }


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Documents are in order of their names, wherever they lie."""
    write(tmp_path, {"ships/b.txt": "", "zoo.txt": "", "Anchor.txt": "", "ships/a/c.txt": ""})
    names = [file.name for file in scan(tmp_path).files]
    assert names == ["Anchor.txt", "ships/a/c.txt", "ships/b.txt", "zoo.txt"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["The Kestrel’s Log (2).txt"], ["the-kestrel-s-log-2"], id="punctuation"),
        pytest.param(["ships/log.txt"], ["ships-log"], id="a folder is part of it"),
        pytest.param(["Café Ærø.txt"], ["cafe-ærø"], id="accents go, letters stay"),
        pytest.param(["Гавань.txt"], ["гавань"], id="Cyrillic"),
        pytest.param(["မြန်မာ သင်္ဘော.txt"], ["မြန်မာ-သင်္ဘော"], id="Burmese keeps its vowel signs"),
        pytest.param(["a_b  c.txt"], ["a-b-c"], id="underscores and blanks"),
        pytest.param(["…!.txt"], ["document"], id="nothing to make an id of"),
        pytest.param(["log.md", "log.txt"], ["log-md", "log-txt"], id="the extension tells apart"),
        pytest.param(["log!.txt", "log.txt"], ["log-txt", "log-txt-2"], id="nothing tells apart"),
        pytest.param(
            ["log txt 2.md", "log!.txt", "log.txt"],
            ["log-txt-2", "log-txt", "log-txt-3"],
            id="a number that another file has by name",
        ),
        pytest.param(
            ["log-txt.md", "log.md", "log.txt"],
            ["log-txt", "log-md", "log-txt-2"],
            id="an extension that another file has by name",
        ),
        pytest.param(["log"], ["log"], id="no extension"),
    ],
)
def test_document_ids(tmp_path: Path, names: list[str], expected: list[str]) -> None:
    write(tmp_path, dict.fromkeys(names, ""))
    assert [file.document_id for file in scan(tmp_path).files] == expected


def test_ids_are_the_same_whichever_way_a_name_is_composed(tmp_path: Path) -> None:
    """é as one character or as two makes the same id, and the same table of corpus.toml is meant."""
    said = '[documents."café.txt"]\ntitle = "The café"\n'
    one = write(tmp_path / "1", {unicodedata.normalize("NFC", "café.txt"): "", "corpus.toml": said})
    two = write(tmp_path / "2", {unicodedata.normalize("NFD", "café.txt"): "", "corpus.toml": said})
    assert list(ids(one).values()) == list(ids(two).values()) == ["cafe"]
    for folder in (one, two):
        corpus = scan(folder)
        assert corpus.meta(corpus.files[0].name).title == "The café"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sets(
        st.text(st.sampled_from("aA1é-_ ."), min_size=1, max_size=5).filter(
            lambda name: name.strip(".") and not name.startswith(".")
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_two_documents_have_one_id(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    """Whatever files are called, each document has an id of its own."""
    folder = write(tmp_path_factory.mktemp("corpus"), dict.fromkeys(names, ""))
    files = scan(folder).files
    assert len({file.document_id for file in files}) == len(files) == len(os.listdir(folder))  # noqa: PTH208


def test_settings_hidden_and_backup_files_are_no_documents(tmp_path: Path) -> None:
    """Settings files, hidden ones, backups and what `ignore` names are listed, but not indexed."""
    write(
        tmp_path,
        {
            "corpus.toml": 'ignore = ["drafts/*", "*.bak", "old/"]',
            "aliases.toml": "",
            "timeline-edits.toml": "",
            ".hidden.txt": "",
            "~lock.txt": "",
            "log.txt~": "",
            ".git/config": "",
            "drafts/a.txt": "",
            "b.bak": "",
            "old/c.txt": "",
            "log.txt": "",
        },
    )
    assert list(ids(tmp_path)) == ["log.txt"]
    skipped = scan(tmp_path).skipped
    assert all(entry.ignored and entry.reason for entry in skipped)
    assert [entry.name for entry in skipped] == [
        ".git",
        ".hidden.txt",
        "aliases.toml",
        "b.bak",
        "corpus.toml",
        "drafts/a.txt",
        "log.txt~",
        "old",
        "timeline-edits.toml",
        "~lock.txt",
    ]


def test_a_settings_file_of_a_folder_below_is_a_document(tmp_path: Path) -> None:
    """Only at the top of the corpus is corpus.toml a settings file."""
    write(tmp_path, {"ships/corpus.toml": "title = 1"})
    assert list(ids(tmp_path)) == ["ships/corpus.toml"]


def test_links(tmp_path: Path) -> None:
    """A link inside the corpus is a document; one that leads out, nowhere or in circles is left out."""
    outside = write(tmp_path / "outside", {"secret.txt": "secret", "deep/more.txt": "more"})
    corpus = write(tmp_path / "corpus", {"log.txt": "log", "ships/list.txt": "list"})
    (corpus / "inside.txt").symlink_to("log.txt")
    (corpus / "out.txt").symlink_to(outside / "secret.txt")
    (corpus / "broken.txt").symlink_to("nothing.txt")
    (corpus / "circle.txt").symlink_to("circle.txt")
    (corpus / "folder-out").symlink_to(outside / "deep")
    (corpus / "folder-inside").symlink_to("ships")
    (corpus / "up").symlink_to("..")
    assert list(ids(corpus)) == ["inside.txt", "log.txt", "ships/list.txt"]
    leads_out = "It is a link that leads out of the corpus folder."
    reasons = left_out(corpus)
    assert reasons == {
        "circle.txt": "It can't be opened: it is a link that leads back to itself.",
        "broken.txt": "It is a link that leads nowhere.",
        "folder-inside": "It is a link to a folder; such links are not followed.",
        "folder-out": leads_out,
        "out.txt": leads_out,
        "up": leads_out,
    }


def test_a_corpus_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    """The corpus folder may be a link; what lies in it does not lead out of it."""
    real = write(tmp_path / "real", {"log.txt": "log"})
    (real / "again.txt").symlink_to("log.txt")
    (tmp_path / "corpus").symlink_to(real)
    assert list(ids(tmp_path / "corpus")) == ["again.txt", "log.txt"]


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    """A named pipe is left out without being opened, which would wait for ever."""
    write(tmp_path, {"log.txt": "log"})
    os.mkfifo(tmp_path / "pipe.txt")
    assert list(ids(tmp_path)) == ["log.txt"]
    assert left_out(tmp_path) == {"pipe.txt": "It is a named pipe, not a file."}


def test_a_name_that_is_not_utf_8_is_left_out(tmp_path: Path) -> None:
    """A file whose name no text can hold is left out, under a name that can be shown."""
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt")).write_text("coffee")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert left_out(tmp_path) == {"caf�.txt": "Its name is not UTF-8."}


def test_a_folder_that_cannot_be_opened_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without permission is named among what was left out, and the others are read."""
    write(tmp_path, {"log.txt": "", "locked/a.txt": "", "open/b.txt": ""})
    refuse_to_list(monkeypatch, tmp_path / "locked")
    assert list(ids(tmp_path)) == ["log.txt", "open/b.txt"]
    assert left_out(tmp_path) == {"locked": "The folder can't be opened (Permission denied)."}


def test_a_corpus_folder_that_cannot_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corpus folder without permission is one sentence."""
    refuse_to_list(monkeypatch, tmp_path)
    with pytest.raises(CorpusError, match=r"can't be read \(Permission denied\)"):
        scan(tmp_path)


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As modes do for everyone but root."""
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is one sentence with its name, and without its whole path."""
    with pytest.raises(CorpusError) as raised:
        scan(tmp_path / "nowhere")
    assert str(raised.value) == "The corpus folder “nowhere” does not exist."
    assert raised.value.hint


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    """A file named as the corpus is one sentence."""
    write(tmp_path, {"log.txt": ""})
    with pytest.raises(CorpusError, match=r"“log.txt” is not a folder"):
        scan(tmp_path / "log.txt")


def test_a_path_that_no_folder_can_have(tmp_path: Path) -> None:
    """A path too long for the system is one sentence."""
    with pytest.raises(CorpusError, match="can't be read"):
        scan(tmp_path / ("x" * 5000))


def test_an_empty_corpus_has_no_files(tmp_path: Path) -> None:
    """An empty folder holds nothing, and that is no error yet."""
    corpus = scan(tmp_path)
    assert (corpus.files, corpus.skipped) == ((), ())


# ---------------------------------------------------------------- settings files


def test_what_an_owner_says_of_a_document(tmp_path: Path) -> None:
    """Every key of a document's table arrives; what is not said has its default."""
    write(
        tmp_path,
        {
            "corpus.toml": """
                [documents."kestrel/log.txt"]
                title = "Log"
                author = "I. Varga"
                publisher = "Lind Company"
                date = "1890-03"
                url = "https://example.org/log"
                rights = "free"
                language = "de"
                date_order = "mdy"
                works = ["The mail ships", ""]
                [collections.kestrel]
                name = "The Kestrel"
            """
        },
    )
    corpus = scan(tmp_path)
    assert corpus.meta("kestrel/log.txt") == DocumentMeta(
        title="Log",
        author="I. Varga",
        publisher="Lind Company",
        date="1890-03",
        url="https://example.org/log",
        rights="free",
        language="de",
        date_order="mdy",
        works=("The mail ships",),
    )
    assert corpus.meta("other.txt") == DocumentMeta()


@pytest.mark.parametrize(
    ("written", "date"),
    [
        pytest.param('"1890-03-26"', "1890-03-26", id="text"),
        pytest.param("1890-03-26", "1890-03-26", id="a date of TOML"),
        pytest.param("1890-03-26T12:00:00Z", "1890-03-26", id="with a time"),
        pytest.param("0890-03-26", "0890-03-26", id="before 1000"),
        pytest.param("1890", "1890", id="a year as a number"),
    ],
)
def test_dates_of_documents(tmp_path: Path, written: str, date: str) -> None:
    write(tmp_path, {"corpus.toml": f'[documents."a.txt"]\ndate = {written}\n'})
    assert scan(tmp_path).meta("a.txt").date == date


TABLE = '[documents."a.txt"]\n'


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        pytest.param("corpus.toml", "title = ", r"corpus.toml is not valid TOML", id="no TOML"),
        pytest.param("corpus.toml", b"\xff\xfe", r"corpus.toml is not UTF-8", id="no UTF-8"),
        pytest.param("corpus.toml", "ingore = []", r"corpus.toml: ingore ", id="unknown key"),
        pytest.param("corpus.toml", "ignore = 5", r"corpus.toml: ignore ", id="ignore: a number"),
        pytest.param("corpus.toml", "ignore = [5]", r"corpus.toml: ignore ", id="ignore: numbers"),
        pytest.param(
            "corpus.toml", "documents = 5", r"documents .*table", id="documents: a number"
        ),
        pytest.param("corpus.toml", "documents.a = 5", r'documents."a" ', id="document: a number"),
        pytest.param("corpus.toml", TABLE + "titel = ''", r'"a.txt": titel .*title', id="titel"),
        pytest.param("corpus.toml", TABLE + "title = 5", r'"a.txt": title .*quotes', id="title: 5"),
        pytest.param("corpus.toml", TABLE + "title = true", r'"a.txt": title ', id="title: true"),
        pytest.param("corpus.toml", TABLE + "date = true", r'"a.txt": date ', id="date: true"),
        pytest.param(
            "corpus.toml", TABLE + "date = 12:00:00", r'"a.txt": date ', id="date: a time"
        ),
        pytest.param("corpus.toml", TABLE + "date_order = 'ymd'", r"date_order .*dmy", id="order"),
        pytest.param("corpus.toml", TABLE + "works = 'one'", r"works .*list", id="works: text"),
        pytest.param("corpus.toml", "collections.a.nam = ''", r'collections."a": nam ', id="nam"),
        pytest.param("corpus.toml", "collections.a.name = 5", r'"a": name ', id="name: a number"),
        pytest.param("aliases.toml", "[[alias]", r"aliases.toml is not valid TOML", id="aliases"),
        pytest.param("aliases.toml", "alias = 5", r"aliases.toml: alias ", id="alias: a number"),
        pytest.param("aliases.toml", "[alias]\nnames = []", r"\[\[alias\]\]", id="one table"),
        pytest.param("aliases.toml", "[[aliases]]\n", r"aliases.toml: aliases ", id="wrong table"),
        pytest.param("aliases.toml", "[[alias]]\nname = []", r"alias: name ", id="wrong key"),
        pytest.param("aliases.toml", "[[alias]]\nnames = 'a'", r"names .*list", id="names: text"),
    ],
)
def test_settings_that_cannot_be_used(
    tmp_path: Path, file: str, content: str | bytes, said: str
) -> None:
    """The error is one sentence that names the file and the key, and has a hint."""
    write(tmp_path, {file: content})
    with pytest.raises(CorpusError, match=said) as raised:
        scan(tmp_path)
    assert file in str(raised.value)
    assert "\n" not in raised.value.sentence
    assert raised.value.hint


def test_a_settings_file_that_is_a_folder(tmp_path: Path) -> None:
    """corpus.toml as a folder is one sentence."""
    (tmp_path / "corpus.toml").mkdir()
    with pytest.raises(CorpusError, match=r"corpus.toml can't be read"):
        scan(tmp_path)


def test_aliases_are_groups_of_at_least_two_names(tmp_path: Path) -> None:
    """A group arrives in the order written; a group of one name says nothing and is dropped."""
    write(
        tmp_path,
        {
            "aliases.toml": '[[alias]]\nnames = ["Kestrel", "SS Kestrel"]\n[[alias]]\nnames = ["x"]\n'
        },
    )
    assert scan(tmp_path).aliases == (("Kestrel", "SS Kestrel"),)


def test_the_settings_hash_changes_for_the_documents_concerned_alone(tmp_path: Path) -> None:
    """A document's hash follows its own table and the aliases, not what is said of another."""
    write(tmp_path, {"a.txt": "", "b.txt": ""})

    def hashes(**files: str) -> tuple[str, str, str]:
        for name in ("corpus.toml", "aliases.toml"):
            (tmp_path / name).write_text(files.get(name[:-5], ""), encoding="utf-8")
        corpus = scan(tmp_path)
        return corpus.settings_hash("a.txt"), corpus.settings_hash("b.txt"), corpus.settings_hash()

    first = hashes()
    titled = hashes(corpus='[documents."a.txt"]\ntitle = "A"\n')
    assert [one == other for one, other in zip(first, titled, strict=True)] == [False, True, False]
    absent = hashes(corpus='[documents."not-here.txt"]\ntitle = "A"\n')
    assert absent == first
    aliased = hashes(aliases='[[alias]]\nnames = ["a", "b"]\n')
    assert not set(aliased) & set(first)


def test_the_stamp_of_a_file_changes_with_its_size_and_time(tmp_path: Path) -> None:
    """The stamp is size and time of the last change."""
    write(tmp_path, {"a.txt": "12345"})
    os.utime(tmp_path / "a.txt", ns=(7, 9))
    assert CorpusFile(tmp_path / "a.txt", "a.txt", "a", "main", tmp_path).stamp() == (5, 9)
