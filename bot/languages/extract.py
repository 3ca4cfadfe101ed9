"""Collects every pattern of the code into the catalogues: ``python -m bot.languages.extract``.

What is said already stays as it is; what the code no longer says goes. With ``--check`` nothing is
written, and it ends with 1 when something is missing, wrong or no longer used.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from discord.app_commands import ContextMenu, TranslationContextTypes, Translator, locale_str

from bot.languages import dates
from bot.languages.catalogues import COMMAND, TAGS, read_catalogue, wrong
from index.messages import names_of

_ROOT = Path(__file__).parents[2]
_HERE = Path(__file__).parent

#: Files whose errors are shown in a terminal only, or are those of a single file of the corpus.
_NOT_IN_DISCORD = re.compile(
    r"bot/(__main__|app|cli|terminal|settings|shapes|logs|health|forgetting)\.py|bot/(backup|doctor)/"
    r"|index/(reading|evaluation|events)/"
    r"|index/(files|worker|memory|corpus|unpickling)\.py|index/timeline/(?!lookup)"
)
_LANGUAGES = ("t", "language", "ENGLISH")  # what a `Language` is called where it is used
_HEADER = """\
# {name}. Run `make messages` when patterns change; what stands in braces is filled in.
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""
_OWN_NAMES = {"ru": "Russian", "my": "Burmese"}

#: Context, pattern, and the pattern for other numbers than one; those without are empty.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What the code says: each pattern once, with the files that it stands in."""

    places: dict[Key, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)  # what can't be collected, a line each

    def add(self, file: str, pattern: str, many: str = "", context: str = "") -> None:
        places = self.places.setdefault((context, pattern, many), [])
        if file not in places:
            places.append(file)


def collect() -> Found:
    """All patterns of `bot` and `index`, in the order of their files, and the commands' words."""
    found = Found()
    for folder in ("bot", "index"):
        for path in sorted((_ROOT / folder).rglob("*.py")):
            collect_from(
                path.read_text(encoding="utf-8"), path.relative_to(_ROOT).as_posix(), found
            )
    for words in sorted(asyncio.run(command_words())):
        found.add("bot/cogs", words, context=COMMAND)
    return found


def collect_from(source: str, file: str, found: Found) -> None:
    """Add the patterns of one module, ``source``, to ``found``."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    collector = _Collector(file, found, constants)
    collector.visit(tree)


class _Collector(ast.NodeVisitor):
    def __init__(self, file: str, found: Found, constants: Mapping[str, object]) -> None:
        self._file = file
        self._found = found
        self._constants = constants
        self._function = ""
        self._shown = _NOT_IN_DISCORD.match(file) is None
        own = file == "bot/languages/__init__.py"
        self._languages = (*_LANGUAGES, "self") if own else _LANGUAGES

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outside, self._function = self._function, node.name
        self.generic_visit(node)
        self._function = outside

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            if isinstance(statement, ast.Assign) and self._shown:
                targets = [
                    target.id for target in statement.targets if isinstance(target, ast.Name)
                ]
                if targets == ["hint"]:
                    self._add_sentence(statement.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called, arguments = node.func, node.args
        name = _name_of(called)
        owner = _name_of(called.value) if isinstance(called, ast.Attribute) else ""
        if isinstance(called, ast.Name) and name == "marked" and arguments:
            self._add(arguments[0])
        elif (isinstance(called, ast.Name) and name == "say") or name in self._languages:
            if arguments:
                self._add(arguments[0])
                self._check_values(node, arguments[:1])
        elif (isinstance(called, ast.Name) and name == "say_n") or (
            owner in self._languages and name == "n"
        ):
            if len(arguments) > 1:
                self._add(arguments[0], arguments[1])
                self._check_values(node, arguments[:2], "count")
        elif owner in self._languages and name == "within" and len(arguments) > 1:
            for context in self._contexts(arguments[0]):
                self._add(arguments[1], context=context)
            self._check_values(node, arguments[1:2])
        elif name.endswith("Error") and not hasattr(builtins, name) and self._is_shown(name):
            for value in [*arguments[:1], *(k.value for k in node.keywords if k.arg == "hint")]:
                self._add_sentence(value)
        self.generic_visit(node)

    def _is_shown(self, error: str) -> bool:
        """Whether Discord may show an error; the state's own folder is opened before it is."""
        return self._shown and not (
            error == "DataFolderError" and self._file.startswith("bot/state/")
        )

    def _contexts(self, node: ast.expr) -> Iterable[str]:
        if isinstance(node, ast.Constant):
            return (str(node.value),)
        name = _name_of(node)
        if name in self._constants:
            return (str(self._constants[name]),)
        if name == "context" and self._function in dates.CONTEXTS:
            return dates.CONTEXTS[self._function]
        self._problem(node, "a context that is no literal")
        return ()

    def _add(self, one: ast.expr, many: ast.expr | None = None, context: str = "") -> None:
        """A pattern; one that is chosen elsewhere is marked there."""
        if isinstance(one, ast.IfExp) and many is None:
            self._add(one.body, context=context)
            self._add(one.orelse, context=context)
        elif isinstance(one, ast.JoinedStr | ast.BinOp):
            self._problem(one, "a pattern that is put together")
        elif many is not None and not isinstance(many, ast.Constant):
            self._problem(many, "a pattern for several that is no literal")
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            several = many.value if many is not None else ""
            if context or has_words(one.value):  # a context tells how its parts are joined
                self._found.add(self._file, one.value, str(several), context)

    def _check_values(self, call: ast.Call, patterns: Sequence[ast.expr], *own: str) -> None:
        """Report a call whose values are not those that its literal patterns name."""
        given = {keyword.arg for keyword in call.keywords}
        names: set[str] = set()
        for pattern in patterns:
            if not isinstance(pattern, ast.Constant) or None in given:
                return
            names |= names_of(str(pattern.value))
        if names - set(own) != given:
            odd = ", ".join(sorted(map(str, names - set(own) ^ given)))
            self._problem(call, f"its values are not those of its pattern: {odd}")

    def _add_sentence(self, node: ast.expr) -> None:
        """An error's sentence or hint, where it is a literal."""
        if isinstance(node, ast.JoinedStr):
            self._problem(node, "an error's sentence that is put together: use `say`")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            self._found.add(self._file, node.value)

    def _problem(self, node: ast.expr, what: str) -> None:
        self._found.problems.append(f"{self._file}:{node.lineno}: {what}")


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def has_words(pattern: str) -> bool:
    """Whether there is anything to say differently in ``pattern`` but names and blanks."""
    return bool(re.sub(r"\{\w*\}", "", pattern).strip())


# ---------------------------------------------------------------- commands


class _Recorder(Translator):
    """Keeps what it is asked to translate."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> None:
        del locale, context
        self.words.add(string.message)


async def command_words() -> set[str]:
    """Names, descriptions and choices of all commands, in English."""
    recorder = _Recorder()
    await payloads(recorder)
    return recorder.words


async def payloads(translator: Translator) -> list[dict[str, Any]]:
    """What Discord is told of each command, with what ``translator`` says; without connecting."""
    from bot.app import ArchivistBot  # which needs this package
    from bot.cogs import COGS
    from bot.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        bot = ArchivistBot(Settings(corpus=Path(folder), data=Path(folder)))
        try:
            for cog in COGS:
                made = cog(bot.services)
                await bot.add_cog(made)
                menu = getattr(made, "menu", None)  # discord.py adds no menus of a cog by itself
                if isinstance(menu, ContextMenu):
                    bot.tree.add_command(menu, override=True)
            return [
                await command.get_translated_payload(bot.tree, translator)
                for command in bot.tree.get_commands()
            ]
        finally:
            await bot.services.library.close()
            await bot.services.state.close()


# ---------------------------------------------------------------- catalogues


def updated(tag: str, found: Found) -> Catalog:
    """The catalogue of ``tag`` with just the patterns that were found; new ones have no words yet."""
    catalogue = read_catalogue(tag)  # for its header, which tells the plural forms
    known = {key_of(message): message for message in catalogue if message.id}
    for message in known.values():
        catalogue.delete(message.id, message.context)
    for key, files in places_in(tag, found).items():
        context, one, many = key
        before = known.get(key)
        said = before.string if before else None
        flags = before.flags if before else ()
        catalogue.add(
            (one, many) if many else one,
            said,
            [(file, 0) for file in files],  # lines would change with every edit: not written
            flags=[flag for flag in flags if flag == "fuzzy"],
            context=context or None,
        )
    return catalogue


def places_in(tag: str, found: Found) -> dict[Key, list[str]]:
    """What a catalogue is to hold: commands only in a language that Discord has too."""
    locales = {locale.value.partition("-")[0] for locale in discord.Locale}
    return {
        key: files for key, files in found.places.items() if key[0] != COMMAND or tag in locales
    }


def key_of(message: Message) -> Key:
    one, many = message.id if isinstance(message.id, tuple | list) else (message.id, "")
    return (message.context or "", str(one), str(many))


def write(tag: str, catalogue: Catalog) -> str:
    """The text of a catalogue's file. The same patterns and translations give the same bytes."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, include_lineno=False, omit_header=True)
    plurals = catalogue.plural_forms
    header = _HEADER.format(name=_OWN_NAMES[tag], tag=tag, plurals=plurals)
    return header + "\n" + out.getvalue().decode().strip() + "\n"


def problems_of(tag: str, found: Found) -> Iterator[str]:
    """What is missing from a catalogue, wrong in it, or no longer used, a line each."""
    known = {key_of(message): message for message in read_catalogue(tag) if message.id}
    places = places_in(tag, found)
    for key in places:
        if key not in known:
            yield f"{tag}: “{key[1]}” is missing: run `make messages`"
        elif what := wrong(known[key]):
            yield f"{tag}: “{key[1]}”: {what}"
    for key in known.keys() - places.keys():
        yield f"{tag}: “{key[1]}” is no longer used: run `make messages`"


def main(arguments: list[str]) -> int:
    found = collect()
    if "--check" not in arguments:
        for tag in TAGS:
            text = write(tag, updated(tag, found))
            (_HERE / f"{tag}.po").write_text(text, encoding="utf-8")
    lines = [*found.problems, *(line for tag in TAGS for line in problems_of(tag, found))]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
