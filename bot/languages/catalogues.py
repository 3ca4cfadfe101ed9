"""The catalogues beside this file: gettext's ``.po``, read into memory and checked."""

from __future__ import annotations

import gettext
import io
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from index.messages import names_of

#: Languages beside English that have a catalogue, by their tags.
TAGS = ("ru", "my")

#: What a name of a command in Discord, and all else that is shown with it, is translated under.
COMMAND = "command"


@cache
def translations(tag: str) -> gettext.NullTranslations:
    """The sentences of ``tag`` that are translated rightly; none of English. Never changed."""
    if tag not in TAGS:
        return gettext.NullTranslations()
    catalogue = read_catalogue(tag)
    for message in [message for message in catalogue if message.id and wrong(message)]:
        catalogue.delete(message.id, message.context)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogue(tag: str) -> Catalog:
    """The catalogue of ``tag`` as it is written."""
    text = resources.files("bot.languages").joinpath(f"{tag}.po").read_bytes()
    return read_po(io.BytesIO(text), locale=tag)


def wrong(message: Message) -> str:
    """What keeps a translation from being used, a phrase; empty if it is right.

    Each of its forms must have the names in braces that its pattern has, or one of its two patterns.
    """
    if message.fuzzy:
        return "it is marked as fuzzy"
    forms = _each(message.string)
    if not forms or not all(forms):
        return "it is not translated"
    wanted = frozenset[str]().union(*map(names_of, _each(message.id)))
    for form in forms:
        try:
            names = names_of(form)
        except ValueError:
            return "it holds something other than names in braces"
        if names != wanted:
            odd = sorted(names ^ wanted)
            return f"its names differ from the pattern's: {', '.join(odd)}"
    return ""


def _each(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said or ""),)
