"""The corpus folder: which files are documents, and what their owner says of them."""

from __future__ import annotations

import datetime as dt
import errno
import fnmatch
import hashlib
import json
import os
import re
import stat
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from index.catalogue import Edits
from index.collections import MAIN, edits_folder, server_collection, uploads_folder
from index.errors import CorpusError
from index.model import DocumentMeta, Skipped
from index.timeline.corrections import Correction, read_corrections

CORRECTIONS = "timeline-edits.toml"
ALIASES = "aliases.toml"
SETTINGS_FILES = ("corpus.toml", ALIASES, CORRECTIONS)
_TEXT_KEYS = ("title", "author", "publisher", "date", "url", "rights", "language", "date_order")
_ACCENTS = 200  # combining classes from here on stand round a letter; below are signs of scripts
_OUTSIDE = "It is a link that leads out of the corpus folder."
_MEND_LINK = "Mend the link, or remove it."
_NO_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISDIR, "a folder"),
)


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that is to be read as a document."""

    path: Path
    name: str  # path below the corpus, with forward slashes
    document_id: str
    collection: str
    folder: Path  # the folder of documents that it lies in

    def stamp(self) -> tuple[int, int]:
        """Size and time of the last change: when both stay, the bytes are taken to have stayed."""
        status = self.path.stat()
        return status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a corpus folder holds, in corpus order: by name, folders and files alike."""

    folder: Path
    files: tuple[CorpusFile, ...]
    skipped: tuple[Skipped, ...]
    metas: Mapping[str, DocumentMeta]
    aliases: tuple[tuple[str, ...], ...]
    corrections: tuple[Correction, ...] = ()
    collection: str | None = None  # the one that all files belong to; None: as their folders tell

    def meta(self, name: str) -> DocumentMeta:
        """What the owner says of the document called ``name``; nothing if it is not mentioned."""
        return self.metas.get(unicodedata.normalize("NFC", name), DocumentMeta())

    def settings_hash(self, name: str | None = None) -> str:
        """Changes whenever the document called ``name`` must be indexed again though its bytes stayed.

        Without ``name``, whenever any of the documents must. What ``corpus.toml`` says of files that
        are not there does not count.
        """
        names = [file.name for file in self.files] if name is None else [name]
        told = [each for each in names if unicodedata.normalize("NFC", each) in self.metas]
        return _hash({each: self.meta(each) for each in told}, self.aliases)


def _hash(metas: Mapping[str, DocumentMeta], aliases: tuple[tuple[str, ...], ...]) -> str:
    if not metas:
        return _hash_of_aliases(aliases)
    said = [{name: asdict(meta) for name, meta in metas.items()}, aliases]
    return _digest(said)


@lru_cache(maxsize=4)  # the same for most documents
def _hash_of_aliases(aliases: tuple[tuple[str, ...], ...]) -> str:
    return _digest([{}, aliases])


def _digest(said: object) -> str:
    written = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def scan_uploads(data: Path, guild: int) -> Corpus:
    """What a server's folder of documents holds: see `index.collections.uploads_folder`.

    Its names for things and its corrections lie elsewhere. A settings file that can't be used is
    among what is skipped. Raises CorpusError when the folder can't be listed.
    """
    folder, collection = uploads_folder(data, guild), server_collection(guild)
    found = _Walk(folder, ())
    skipped = [
        replace(entry, collection=collection)
        for entry in found.skipped
        if not entry.ignored  # what the program itself keeps there
    ]
    metas: Mapping[str, DocumentMeta] = {}
    try:
        metas = _metas(_toml(folder / "corpus.toml").get("documents", {}))
    except CorpusError as error:
        skipped.append(Skipped("corpus.toml", error.message, error.hint, collection=collection))
    ids = _document_ids([name for name, _ in found.files])
    return Corpus(
        folder,
        tuple(
            CorpusFile(path, name, f"{guild}.{ids[name]}", collection, folder)
            for name, path in found.files
        ),
        tuple(sorted(skipped, key=lambda entry: entry.name)),
        metas,
        (),
        collection=collection,
    )


def read_edits(data: Path, collection: str) -> Edits:
    """What was changed in Discord for a collection; files that can't be used are told in `unapplied`."""
    folder = edits_folder(data, collection)
    aliases: tuple[tuple[str, ...], ...] = ()
    corrections: tuple[Correction, ...] = ()
    problems = []
    try:
        aliases = _aliases(_toml(folder / ALIASES))
    except CorpusError as error:
        problems.append(error.sentence)
    try:
        corrections = read_corrections(_toml(folder / CORRECTIONS), CORRECTIONS, collection)
    except CorpusError as error:
        problems.append(error.sentence)
    return Edits(collection, "", aliases, corrections, tuple(problems))


def scan(folder: Path) -> Corpus:
    """What ``folder`` holds. Nothing is opened but the settings files.

    Folders below it that can't be listed, and links that lead out of it or to folders, are among
    what is skipped. Raises CorpusError when ``folder`` itself can't be listed or a settings file
    can't be used.
    """
    try:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            raise CorpusError(f"The corpus folder “{_readable(folder.name)}” {what}.")
    except OSError as error:
        raise CorpusError(f"The corpus folder can't be read ({error.strerror}).") from error
    settings = _toml(folder / "corpus.toml")
    _check_keys(settings, ("ignore", "documents", "collections"), "corpus.toml")
    _check_collections(settings.get("collections", {}))
    found = _Walk(folder, _strings(settings.get("ignore", []), "corpus.toml: ignore"))
    ids = _document_ids([name for name, _ in found.files])
    metas = _metas(settings.get("documents", {}))
    seen = {*ids, *(entry.name for entry in found.skipped)}
    missing = [
        Skipped(name, "corpus.toml describes it, but there is no such file.", "Mend the name.")
        for name in sorted(metas)
        if unicodedata.normalize("NFC", name) not in {unicodedata.normalize("NFC", n) for n in seen}
    ]
    return Corpus(
        folder,
        tuple(
            CorpusFile(path, name, ids[name], _collection(name), folder)
            for name, path in found.files
        ),
        tuple(
            replace(entry, collection=_collection(entry.name))
            for entry in sorted((*found.skipped, *missing), key=lambda entry: entry.name)
        ),
        metas,
        _aliases(_toml(folder / ALIASES)),
        read_corrections(_toml(folder / CORRECTIONS), CORRECTIONS),
    )


class _Walk:
    """The files below ``folder`` that are documents, and what else lies there; both by name."""

    def __init__(self, folder: Path, ignored: Sequence[str]) -> None:
        self._folder = folder
        self._resolved = folder.resolve()
        self._ignored = ignored
        self.files: list[tuple[str, Path]] = []
        self.skipped: list[Skipped] = []
        waiting = [folder]  # no recursion: folders may be nested a thousand deep
        while waiting:
            waiting += self._look_into(waiting.pop())
        self.files.sort()
        self.skipped.sort(key=lambda entry: entry.name)

    def _name(self, path: Path) -> str:
        """``path`` below the corpus folder, with forward slashes, as text that can be saved."""
        return _readable(path.relative_to(self._folder).as_posix())

    def _look_into(self, folder: Path) -> list[Path]:
        """Take the files of ``folder``; the folders in it that are to be looked into next."""
        try:
            with os.scandir(folder) as listing:
                entries = [(Path(entry.path), _is_folder(entry)) for entry in listing]
        except OSError as error:
            self._fail(folder, error)
            return []
        for path, is_folder in entries:
            if not is_folder:
                self._take(path)
        return [path for path, is_folder in entries if is_folder and self._enters(path)]

    def _fail(self, path: Path, error: OSError) -> None:
        if path == self._folder:
            raise CorpusError(f"The corpus folder can't be read ({error.strerror}).") from error
        reason = f"The folder can't be opened ({error.strerror})."
        self.skipped.append(Skipped(self._name(path), reason, "Make it readable, or remove it."))

    def _enters(self, path: Path) -> bool:
        """Whether the folder at ``path`` is to be looked into; it is noted if not."""
        name = self._name(path)
        if reason := _not_a_document(name, self._ignored):
            self.skipped.append(Skipped(name, reason, ignored=True))
        elif path.is_symlink():
            reason = "It is a link to a folder; such links are not followed."
            reason = reason if self._is_inside(path) else _OUTSIDE
            self.skipped.append(Skipped(name, reason, "Put the folder itself in its place."))
        else:
            return True
        return False

    def _take(self, path: Path) -> None:
        name = self._name(path)
        if reason := _not_a_document(name, self._ignored):
            self.skipped.append(Skipped(name, reason, ignored=True))
        elif unfit := self._unfit(path):
            self.skipped.append(Skipped(name, *unfit))
        else:
            self.files.append((name, path))

    def _unfit(self, path: Path) -> tuple[str, str] | None:
        """Why the file at ``path`` can't be a document, told without opening it, and what to do."""
        try:
            path.name.encode()
            kind = path.stat().st_mode
        except UnicodeEncodeError:
            return "Its name is not UTF-8.", "Rename it."
        except FileNotFoundError:
            return "It is a link that leads nowhere.", _MEND_LINK
        except OSError as error:
            if error.errno == errno.ELOOP:
                return "It can't be opened: it is a link that leads back to itself.", _MEND_LINK
            return f"It can't be opened ({error.strerror}).", "Make it readable, or remove it."
        if not self._is_inside(path):
            return _OUTSIDE, "Put the file itself in its place."
        return None if stat.S_ISREG(kind) else (what_it_is(kind), "Remove it.")

    def _is_inside(self, path: Path) -> bool:
        return not path.is_symlink() or path.resolve().is_relative_to(self._resolved)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def what_it_is(mode: int) -> str:
    """What the file of that mode is, if it is no file of bytes that end."""
    for is_it, name in _NO_FILES:
        if is_it(mode):
            return f"It is {name}, not a file."
    return "It is not a file."


def _readable(name: str) -> str:
    """``name`` with what is not UTF-8 in it replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _not_a_document(name: str, ignored: Sequence[str]) -> str | None:
    last = PurePosixPath(name).name
    if name in SETTINGS_FILES:
        return "It is a settings file."
    if last.startswith((".", "~")) or last.endswith("~"):
        return "Its name marks it as hidden or as a backup."
    for pattern in ignored:
        bare = pattern.rstrip("/")
        if fnmatch.fnmatchcase(name, bare) or fnmatch.fnmatchcase(last, bare):
            return "corpus.toml says to ignore it."
    return None


def _collection(name: str) -> str:
    parts = PurePosixPath(name).parts
    return parts[0] if len(parts) > 1 else MAIN


def _document_ids(names: Sequence[str]) -> dict[str, str]:
    """Slugs of the names without their extensions, unless these tell two apart."""
    short = {name: _slug(str(PurePosixPath(name).with_suffix(""))) for name in names}
    often = Counter(short.values())
    ids = {name: slug for name, slug in short.items() if often[slug] == 1}
    taken = set(ids.values())
    for name in names:
        if name in ids:
            continue
        slug = _slug(name)
        counted = (f"{slug}-{number}" for number in count(2))
        ids[name] = slug if slug not in taken else next(s for s in counted if s not in taken)
        taken.add(ids[name])
    return ids


def _slug(name: str) -> str:
    """``name`` in small letters without accents, all but letters, digits and vowel signs as hyphens."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(
        char if char.isalnum() or unicodedata.category(char).startswith("M") else "-"
        for char in folded
        if unicodedata.combining(char) < _ACCENTS
    )
    return re.sub("-+", "-", kept).strip("-") or "document"


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path.name} is not UTF-8.", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(f"{path.name} is not valid TOML: {error}.", hint="Mend it.") from error
    except OSError as error:
        raise CorpusError(
            f"{path.name} can't be read ({error.strerror}).", hint="Make it readable."
        ) from error


def _metas(documents: object) -> dict[str, DocumentMeta]:
    metas = {}
    for name, said in _tables(documents, "corpus.toml: documents", "file name"):
        where = f'corpus.toml: documents."{name}"'
        _check_keys(said, (*_TEXT_KEYS, "works"), where)
        texts = {key: _text(said[key], key, where) for key in _TEXT_KEYS if key in said}
        if texts.get("date_order") not in (None, "dmy", "mdy"):
            raise _wrong(f"{where}: date_order", "dmy or mdy")
        works = tuple(_strings(said.get("works", []), f"{where}: works"))
        meta = DocumentMeta(**texts, works=works)  # type: ignore[arg-type]  # checked above
        metas[unicodedata.normalize("NFC", name)] = meta
    return metas


def _text(value: object, key: str, where: str) -> str:
    """``value`` as it would be in quotes; a date may stand as TOML's own, or as a year's number."""
    if isinstance(value, str):
        return value
    if key == "date" and isinstance(value, dt.date):
        return value.isoformat()[:10]  # of a date with a time the day alone
    if key == "date" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:04}"
    wanted = "a date, or text in quotes" if key == "date" else "text in quotes"
    raise _wrong(f"{where}: {key}", wanted)


def _check_collections(collections: object) -> None:
    for name, said in _tables(collections, "corpus.toml: collections", "collection"):
        where = f'corpus.toml: collections."{name}"'
        _check_keys(said, ("name",), where)
        if not isinstance(said.get("name", ""), str):
            raise _wrong(f"{where}: name", "text in quotes")


def _tables(value: object, where: str, each: str) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(value, dict):
        raise _wrong(where, f"a table of tables, one for each {each}")
    for name, said in value.items():
        if not isinstance(said, dict):
            raise _wrong(f'{where}."{name}"', "a table")
    return list(value.items())


def _check_keys(said: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise _wrong(f"{where}: {unknown[0]}", f"one of {', '.join(known)}")


def _aliases(settings: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    _check_keys(settings, ("alias",), "aliases.toml")
    groups = settings.get("alias", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise _wrong("aliases.toml: alias", "written as [[alias]] tables, each with names")
    for group in groups:
        _check_keys(group, ("names",), "aliases.toml: alias")
    return tuple(
        tuple(names)
        for group in groups
        if len(names := _strings(group.get("names", []), "aliases.toml: names")) > 1
    )


def _strings(value: object, where: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [item for item in value if item.strip()]
    raise _wrong(where, "a list of strings")


def _wrong(where: str, wanted: str) -> CorpusError:
    return CorpusError(f"{where} can't be used: it must be {wanted}.", hint="Mend that line.")
