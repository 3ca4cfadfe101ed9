"""Names and descriptions of commands in other languages."""

from __future__ import annotations

import asyncio
import gettext
import json
import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import create_autospec

import discord
import pytest
from discord.app_commands import (
    Choice,
    Command,
    TranslationContext,
    TranslationContextLocation,
    locale_str,
)

from bot.languages import commands as module
from bot.languages import extract
from bot.languages.commands import CommandTranslator

MOST = 8_000  # characters of a command: names, descriptions, values
SLASH_NAME = re.compile(r"[-_'\w]{1,32}")


@pytest.fixture(scope="module")
def payloads() -> list[dict[str, Any]]:
    return asyncio.run(extract.payloads(CommandTranslator()))


def parts(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command, its subcommands, options and choices."""
    pending = [payload]
    while pending:
        part = pending.pop()
        yield part
        pending += [*part.get("options", ()), *part.get("choices", ())]


def test_every_command_is_said_in_russian(payloads: list[dict[str, Any]]) -> None:
    """Names and descriptions of commands, options and choices have Russian beside the English."""
    for payload in payloads:
        for part in parts(payload):
            if "value" in part and part["name"] in ("BibTeX", "CSL-JSON", "RIS"):
                continue  # names of formats
            assert "ru" in (part.get("name_localizations") or {}), part["name"]
            if part.get("description"):
                assert "ru" in (part.get("description_localizations") or {}), part["name"]


def test_localised_names_are_what_discord_takes(payloads: list[dict[str, Any]]) -> None:
    """A slash command's and an option's name is lower case without blanks, at most 32 characters."""
    for payload in payloads:
        for part in parts(payload):
            name = part.get("name_localizations", {}).get("ru", "x")
            if "value" in part or payload.get("type", 1) != 1:
                assert 1 <= len(name) <= 100
            else:
                assert SLASH_NAME.fullmatch(name)
                assert name == name.lower()
            assert len(part.get("description_localizations", {}).get("ru", "")) <= 100


def test_localised_names_are_unique(payloads: list[dict[str, Any]]) -> None:
    """No two commands, and no two options of a command, have one name in a language."""

    def names(group: list[dict[str, Any]]) -> list[str]:
        return [part.get("name_localizations", {}).get("ru", part["name"]) for part in group]

    slash = [payload for payload in payloads if payload.get("type", 1) == 1]
    groups = [slash, *(part.get("options", []) for payload in payloads for part in parts(payload))]
    for group in groups:
        assert len(set(names(group))) == len(names(group))


def test_a_command_fits_with_its_localisations(payloads: list[dict[str, Any]]) -> None:
    """Names, descriptions and values of a command in all languages stay within 8,000 characters."""
    for payload in payloads:
        assert len(json.dumps(payload, ensure_ascii=False)) <= MOST, payload["name"]


# ---------------------------------------------------------------- the translator itself


async def _callback(interaction: discord.Interaction) -> None:
    """A command of this test."""


@pytest.fixture
def command_name() -> TranslationContext[Any, Any]:
    command: Command[Any, ..., Any] = Command(name="ask", description="Ask.", callback=_callback)
    return TranslationContext(TranslationContextLocation.command_name, command)


async def test_a_name_is_translated(command_name: TranslationContext[Any, Any]) -> None:
    """The name of a command comes in the language of the locale."""
    said = await CommandTranslator().translate(
        locale_str("ask"), discord.Locale.russian, command_name
    )
    assert said == "спросить"


async def test_other_locales_stay_english(command_name: TranslationContext[Any, Any]) -> None:
    """A locale without a catalogue has no translation, nor has a word that none has."""
    translator = CommandTranslator()
    for word, locale in (
        ("ask", discord.Locale.german),
        ("ask", discord.Locale.british_english),
        ("unheard", discord.Locale.russian),
    ):
        assert await translator.translate(locale_str(word), locale, command_name) is None


@pytest.mark.parametrize("said", ["Спросить", "два слова", "а" * 33, "", "с!"])
async def test_a_name_that_discord_refuses_is_left_out(
    said: str, command_name: TranslationContext[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A translation that would make Discord refuse all commands is not sent."""

    catalogue = create_autospec(gettext.NullTranslations, instance=True)
    catalogue.pgettext.return_value = said
    monkeypatch.setattr(module, "translations", {"ru": catalogue}.get)
    translator = CommandTranslator()
    assert (
        await translator.translate(locale_str("ask"), discord.Locale.russian, command_name) is None
    )


async def test_a_description_may_have_100_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer description or choice stays English."""
    command: Command[Any, ..., Any] = Command(name="ask", description="Ask.", callback=_callback)
    places = (
        TranslationContext(TranslationContextLocation.command_description, command),
        TranslationContext(TranslationContextLocation.choice_name, Choice(name="a", value="a")),
    )
    catalogue = create_autospec(gettext.NullTranslations, instance=True)
    monkeypatch.setattr(module, "translations", {"ru": catalogue}.get)
    for length, kept in ((100, True), (101, False)):
        catalogue.pgettext.return_value = "Я" * length
        for place in places:
            said = await CommandTranslator().translate(
                locale_str("Ask."), discord.Locale.russian, place
            )
            assert (said is not None) is kept
