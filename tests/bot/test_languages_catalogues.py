"""The catalogues: complete, right, and just what the code says."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from bot.languages import dates, extract
from bot.languages.catalogues import COMMAND, TAGS, read_catalogue, translations
from bot.languages.extract import Found, collect_from


@pytest.fixture(scope="module")
def found() -> Found:
    return extract.collect()


def collected(source: str, file: str = "bot/render/new.py") -> Found:
    found = Found()
    collect_from(dedent(source), file, found)
    return found


def test_every_pattern_can_be_collected(found: Found) -> None:
    """Patterns and sentences of errors are literals, not put together when they are said."""
    assert found.problems == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_is_complete(found: Found, tag: str) -> None:
    """Each pattern of the code is translated, not fuzzy, with its own names, and no other is there.

    Run `make messages`, then translate in ``bot/languages/*.po`` what has no words.
    """
    assert list(extract.problems_of(tag, found)) == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_is_as_it_would_be_written(found: Found, tag: str) -> None:
    """Collecting again changes no byte of a catalogue but its list of files."""
    written = extract.write(tag, extract.updated(tag, found))
    assert extract.updated(tag, found).num_plurals == read_catalogue(tag).num_plurals
    assert _without_places(written) == _without_places(extract.write(tag, read_catalogue(tag)))


def _without_places(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.startswith("#:")]
    return sorted(lines)


@pytest.mark.parametrize("tag", TAGS)
def test_markup_of_a_pattern_is_that_of_its_translation(tag: str) -> None:
    """Code, bold and quiet lines stand in a translation as often as in its pattern."""
    for message in read_catalogue(tag):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        pattern = message.id[-1] if isinstance(message.id, tuple) else message.id
        for form in filter(None, forms if pattern else ()):
            for mark in ("`", "**", "-# ", "## ", "- **"):
                assert form.count(mark) == pattern.count(mark), (pattern, form)


@pytest.mark.parametrize("tag", TAGS)
def test_short_words_stay_short(tag: str) -> None:
    """What is short enough in English for a button, a menu's line or a form is so in translation."""
    for message in read_catalogue(tag):
        if message.id and isinstance(message.id, str) and isinstance(message.string, str):
            limits = [most for most in (80, 100) if len(message.id) <= most / 2]
            assert len(message.string) <= (limits or [4_000])[0], message.id


# ---------------------------------------------------------------- collecting


@pytest.mark.parametrize(
    ("source", "key"),
    [
        pytest.param('t("A {b}.", b=b)', ("", "A {b}.", ""), id="a pattern"),
        pytest.param('self.t("A " "b.")', ("", "A b.", ""), id="in two literals"),
        pytest.param('reader.language("A.")', ("", "A.", ""), id="of a reader"),
        pytest.param('t.n("{count} a", "{count} as", n)', ("", "{count} a", "{count} as"), id="n"),
        pytest.param('t.within("list", "{a}")', ("list", "{a}", ""), id="in a context"),
        pytest.param('say("A.")', ("", "A.", ""), id="a message"),
        pytest.param('say_n("a", "as", n)', ("", "a", "as"), id="a counted message"),
        pytest.param('LABEL = marked("A")', ("", "A", ""), id="said elsewhere"),
        pytest.param('raise InputError("No a.")', ("", "No a.", ""), id="an error"),
        pytest.param('InputError(x, hint="Do a.")', ("", "Do a.", ""), id="a hint"),
        pytest.param(
            'class AError(B):\n    hint = "Do a."', ("", "Do a.", ""), id="a class's hint"
        ),
    ],
)
def test_what_is_collected(source: str, key: tuple[str, str, str]) -> None:
    """Each way to say something puts its pattern into the catalogues."""
    assert list(collected(source).places) == [key]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('t("{a} {b}", a=a, b=b)', id="nothing to say but names"),
        pytest.param("t(pattern)", id="chosen elsewhere"),
        pytest.param('raise ValueError("No a.")', id="an error of Python"),
        pytest.param('print("A.")', id="another function"),
        pytest.param('t.say("A.")', id="said already"),
    ],
)
def test_what_is_not_collected(source: str) -> None:
    """What is no pattern of ours isn't in the catalogues."""
    assert collected(source).places == {}


def test_both_of_a_choice_are_collected() -> None:
    """Where one of two literals is said, both are in the catalogues."""
    assert [one for _, one, _ in collected('t("A." if a else "B.")').places] == ["A.", "B."]


@pytest.mark.parametrize(
    "source",
    [
        't(f"A {b}.")',
        't("A " + b)',
        'raise InputError(f"No {a}.")',
        't.within(x, "A")',
        't.n("{count} a", many, n)',
        't("A {b}.", c=c)',
        't("A {b}.")',
        'say_n("{count} a", "{count} as", n, b=b)',
    ],
)
def test_what_cannot_be_collected_is_told(source: str) -> None:
    """A pattern that is put together is reported with its place."""
    [problem] = collected(source).problems
    assert problem.startswith("bot/render/new.py:1: ")


def test_errors_of_the_terminal_are_not_collected() -> None:
    """A sentence that only a terminal shows isn't translated."""
    assert collected('raise UsageError("No a.")', "bot/cli.py").places == {}


def test_contexts_of_dates_are_those_of_their_functions() -> None:
    """Every function of dates that is given a context says in which ones it stands."""
    tree = ast.parse(Path(dates.__file__).read_text(encoding="utf-8"))
    given = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(argument.arg == "context" for argument in node.args.args)
        and node.name != "within"
    }
    assert given == dates.CONTEXTS.keys()


# ---------------------------------------------------------------- commands


def test_commands_are_collected(found: Found) -> None:
    """Names and descriptions of the commands are in the catalogue under their own context."""
    words = {one for context, one, _ in found.places if context == COMMAND}
    assert {"ask", "timeline", "sources", "question"} <= words


def test_only_languages_of_discord_have_commands(found: Found) -> None:
    """Burmese, which Discord has no locale for, has no names of commands."""
    assert {key[0] for key in extract.places_in("my", found)} & {COMMAND} == set()


def test_a_word_of_a_command_is_not_another() -> None:
    """The command “ask” is translated apart from the same word in a sentence."""
    assert translations("ru").pgettext(COMMAND, "ask") == "спросить"
    assert translations("ru").gettext("ask") == "ask"
