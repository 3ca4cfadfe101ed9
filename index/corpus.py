"""The corpus folder: which files are documents, and what their owner says of them."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from index.errors import CorpusError
from index.model import DocumentMeta, Skipped

SETTINGS_FILES = ("corpus.toml", "aliases.toml", "timeline-edits.toml")
MAIN = "main"  # the collection of files that lie at the top
_TEXT_KEYS = ("title", "author", "publisher", "date", "url", "rights", "language", "date_order")


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that is to be read as a document."""

    path: Path
    name: str  # path below the corpus, with forward slashes
    document_id: str
    collection: str

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

    def meta(self, name: str) -> DocumentMeta:
        """What the owner says of the document called ``name``; nothing if it is not mentioned."""
        return self.metas.get(name, DocumentMeta())

    def settings_hash(self) -> str:
        """Changes whenever a document must be indexed again though its bytes stayed."""
        metas = {name: asdict(meta) for name, meta in sorted(self.metas.items())}
        said = json.dumps([metas, self.aliases], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def scan(folder: Path) -> Corpus:
    """What ``folder`` holds. Nothing is opened but the settings files.

    Raises CorpusError when the folder can't be listed or a settings file can't be used.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"The corpus folder “{folder.name}” {what}.")
    settings = _toml(folder / "corpus.toml")
    files: list[tuple[str, Path]] = []
    skipped: list[Skipped] = []
    ignored = _strings(settings.get("ignore", []), "corpus.toml: ignore")
    for name, path in _walk(folder):
        if reason := _not_a_document(name, ignored):
            skipped.append(Skipped(name, reason, ignored=True))
        elif not path.resolve().is_relative_to(folder.resolve()):
            skipped.append(Skipped(name, "It is a link that leads out of the corpus folder."))
        else:
            files.append((name, path))
    ids = _document_ids([name for name, _ in files])
    return Corpus(
        folder,
        tuple(CorpusFile(path, name, ids[name], _collection(name)) for name, path in files),
        tuple(skipped),
        _metas(settings.get("documents", {})),
        _aliases(_toml(folder / "aliases.toml")),
    )


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []

    def fail(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise CorpusError(f"The corpus folder can't be read ({error.strerror}).") from error

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "~")))
        for name in names:
            path = Path(parent, name)
            found.append((path.relative_to(folder).as_posix(), path))
    yield from sorted(found)


def _not_a_document(name: str, ignored: Sequence[str]) -> str | None:
    last = PurePosixPath(name).name
    if name in SETTINGS_FILES:
        return "It is a settings file."
    if last.startswith((".", "~")) or last.endswith("~"):
        return "Its name marks it as hidden or as a backup."
    if any(fnmatch.fnmatchcase(name, p) or fnmatch.fnmatchcase(last, p) for p in ignored):
        return "corpus.toml says to ignore it."
    return None


def _collection(name: str) -> str:
    parts = PurePosixPath(name).parts
    return parts[0] if len(parts) > 1 else MAIN


def _document_ids(names: Sequence[str]) -> dict[str, str]:
    """Slugs of the names without their extensions, unless these tell two apart."""
    short = {name: _slug(str(PurePosixPath(name).with_suffix(""))) for name in names}
    often = Counter(short.values())
    ids: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for name in names:
        slug = short[name] if often[short[name]] == 1 else _slug(name)
        taken[slug] += 1
        ids[name] = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
    return ids


def _slug(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[^\w]+|_+", "-", plain).strip("-") or "document"


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
    if not isinstance(documents, dict):
        raise _wrong("corpus.toml: documents", "a table of tables, one for each file name")
    metas = {}
    for name, said in documents.items():
        where = f'corpus.toml: documents."{name}"'
        if not isinstance(said, dict):
            raise _wrong(where, "a table")
        unknown = sorted(set(said) - {*_TEXT_KEYS, "works"})
        if unknown:
            raise _wrong(f"{where}: {unknown[0]}", f"one of {', '.join(_TEXT_KEYS)}, works")
        values = {key: said[key] for key in _TEXT_KEYS if key in said}
        for key, value in values.items():
            if not isinstance(value, str | int) and not hasattr(value, "isoformat"):
                raise _wrong(f"{where}: {key}", "a string")
        texts = {key: str(value) for key, value in values.items()}
        if texts.get("date_order") not in (None, "dmy", "mdy"):
            raise _wrong(f"{where}: date_order", "dmy or mdy")
        works = tuple(_strings(said.get("works", []), f"{where}: works"))
        metas[name] = DocumentMeta(**texts, works=works)  # type: ignore[arg-type]  # checked above
    return metas


def _aliases(settings: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    groups = settings.get("alias", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise _wrong("aliases.toml: alias", "written as [[alias]] tables, each with names")
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
