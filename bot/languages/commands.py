"""Names and descriptions of commands in the languages of Discord's locales that we have."""

from __future__ import annotations

import re

import discord
from discord.app_commands import ContextMenu, TranslationContextTypes, Translator, locale_str
from discord.app_commands import TranslationContextLocation as Place

from bot.languages.catalogues import COMMAND, TAGS, translations
from bot.limits import COMMAND_DESCRIPTION, COMMAND_NAME

_NAMES = (Place.command_name, Place.group_name, Place.parameter_name)
# Of a slash command and its options, as Discord wants it. "\w" is wider than that by scripts that we
# don't write in, and `lower` does the rest.
_NAME = re.compile(r"[-_'\w]{1,32}")


class CommandTranslator(Translator):
    """Says what Discord shows of our commands; give it to the tree before commands are synced."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """The words in ``locale``, or None where they stay English.

        One translation that Discord refuses would make it refuse all commands, so such is left out.
        """
        tag = locale.value.partition("-")[0]
        if tag not in TAGS:
            return None
        said = translations(tag).pgettext(COMMAND, string.message)
        return said if said != string.message and _is_allowed(said, context) else None


def _is_allowed(said: str, context: TranslationContextTypes) -> bool:
    if context.location not in _NAMES:
        return len(said) <= COMMAND_DESCRIPTION  # and so long may a choice be
    if isinstance(context.data, ContextMenu):  # a name of words, with capitals and blanks
        return len(said) <= COMMAND_NAME
    return _NAME.fullmatch(said) is not None and said == said.lower()
