"""The languages of messages. English is in the code; catalogues of the others lie beside this file.

Patterns are literals where they are used, so that `make messages` finds them: ``t("… {name} …",
name=…)``, ``t.n("{count} page", "{count} pages", n)``, `index.messages.say` and `say_n`, and `marked`
for one that is said elsewhere. What a catalogue lacks, or has with other names in braces, is said in
English, sentence by sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

from babel import Locale
from babel.numbers import format_decimal

from bot.languages.catalogues import TAGS, translations
from bot.languages.dates import say_date, say_year
from bot.languages.guessing import guess
from index.messages import DayOfYear, Listed, Message, Value, fill
from index.model import HistoricDate, Locator

__all__ = ["ENGLISH", "NAMES", "Language", "guess", "language", "marked", "warm"]

#: The languages that a person may choose, by tag, each in its own words.
NAMES: Mapping[str, str] = MappingProxyType({"en": "English", "ru": "Русский", "my": "မြန်မာ"})
_LOCALES = {"en": "en_GB", "ru": "ru", "my": "my"}  # Babel's, for numbers and names of months


class Language:
    """Says our own sentences in one language. Values are filled in as they are: escape them first.

    Never changes, and may be used in any thread.
    """

    __slots__ = ("_catalogue", "_locale", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._catalogue = translations(tag)
        self._locale = Locale.parse(_LOCALES[tag])

    def __repr__(self) -> str:
        return f"Language({self.tag!r})"

    # -- sentences

    def __call__(self, pattern: str, /, **values: object) -> str:
        """``pattern`` in this language, with its ``{names}`` filled in."""
        return fill(self._catalogue.gettext(pattern), _texts(values))

    def n(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The same where the words depend on ``count``, which is the value ``{count}``."""
        pattern = self._catalogue.ngettext(one, many, count)
        return fill(pattern, _texts(values) | {"count": self.number(count)})

    def within(self, context: str, pattern: str, /, **values: object) -> str:
        """The same for words that mean something else in another ``context``, a literal too."""
        return fill(self._catalogue.pgettext(context, pattern), _texts(values))

    def say(self, said: str) -> str:
        """A sentence of `index`, or of an error, in this language: text, which is to be escaped.

        A `Message` is said with its dates, numbers and lists in this language; other text only when
        it stands in the catalogue as it is.
        """
        if not isinstance(said, Message):
            return self._catalogue.gettext(said) if said else said
        catalogue = self._catalogue
        pattern = (
            catalogue.gettext(said.pattern)
            if said.many is None
            else catalogue.ngettext(said.pattern, said.many, said.number)
        )
        return fill(pattern, {name: self._value(value) for name, value in said.values.items()})

    def _value(self, value: Value) -> str:
        match value:
            case Message():
                return self.say(value)
            case str():
                return value
            case int():
                return self.number(value)
            case Listed():
                return self.listed([self._value(one) for one in value.values], either=value.either)
            case DayOfYear():
                return self.day_of_year(value)
        return self.date(value)

    # -- dates

    def date(self, date: HistoricDate) -> str:
        """A date, as exactly as it is known. Not markup, but nothing in it acts."""
        return _said_date(self, date)

    def year(self, date: HistoricDate) -> str:
        """The year, decade or century that a date begins in; empty when nobody knows it."""
        return say_year(date, self)

    def month(self, number: int, *, alone: bool = False) -> str:
        """A month's name, counted from 1: as it stands beside a day, or ``alone``."""
        name: str = self._locale.months["stand-alone" if alone else "format"]["wide"][number]
        return name

    def day_of_year(self, day: DayOfYear) -> str:
        """A day or month of every year."""
        if not day.day:
            return self.month(day.month, alone=True)
        return self.within("date", "{day} {month}", day=day.day, month=self.month(day.month))

    # -- numbers

    def number(self, number: float) -> str:
        """A number, grouped by thousands. Its digits are 0 to 9 in every language."""
        return format_decimal(number, locale=self._locale)

    def bytes(self, count: int) -> str:
        """A size of a file, in the largest unit of a thousand that it fills."""
        for size, unit in ((1_000_000, marked("{number} MB")), (1_000, marked("{number} kB"))):
            if count >= size:
                amount = count / size
                return self(unit, number=self.number(round(amount, 1 if amount < 10 else 0)))
        return self.n("{count} byte", "{count} bytes", count)

    def duration(self, seconds: float) -> str:
        """How long something takes or is to be waited for, rounded up: “40 seconds”, “3 minutes”."""
        whole = max(1, math.ceil(seconds))
        if whole < 90:
            return self.n("{count} second", "{count} seconds", whole)
        minutes = math.ceil(whole / 60)
        if minutes < 90:
            return self.n("{count} minute", "{count} minutes", minutes)
        hours = math.ceil(minutes / 60)
        if hours < 48:
            return self.n("{count} hour", "{count} hours", hours)
        return self.n("{count} day", "{count} days", math.ceil(hours / 24))

    # -- words

    def listed(self, words: Sequence[str], *, either: bool = False) -> str:
        """“a, b and c”, or “a, b or c”; of one word that word, of none nothing."""
        if len(words) < 2:
            return "".join(words)
        first = words[0]
        for word in words[1:-1]:
            first = self.within("list", "{first}, {next}", first=first, next=word)
        if either:
            return self.within("list", "{first} or {last}", first=first, last=words[-1])
        return self.within("list", "{first} and {last}", first=first, last=words[-1])

    # -- places

    def place(self, locator: Locator) -> str:
        """Where a slice stands, in one line: sections, page, paragraph or note. Not markup."""
        parts = [*locator.section]
        if locator.page is not None:
            parts.append(self.pages(locator.page, locator.page_end, locator.page_label))
        if locator.note is not None:
            parts.append(self("note {note}", note=locator.note_label or locator.note))
        elif locator.paragraph is not None:
            parts.append(self("para. {paragraph}", paragraph=locator.paragraph))
        return ", ".join(parts)

    def pages(self, first: int, last: int | None = None, label: str | None = None) -> str:
        """Pages by number, with the ``label`` that is printed on the first where that differs."""
        printed = label if label != str(first) else None
        if last in (None, first):
            if printed:
                return self("p. {page} (printed {label})", page=first, label=printed)
            return self("p. {page}", page=first)
        if printed:
            return self(
                "pp. {first}–{last} (printed {label})", first=first, last=last, label=printed
            )
        return self("pp. {first}–{last}", first=first, last=last)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


@lru_cache(maxsize=8_192)
def _said_date(t: Language, date: HistoricDate) -> str:
    return say_date(date, t)


ENGLISH = Language("en")


@cache
def _of_tag(tag: str) -> Language:
    return ENGLISH if tag == ENGLISH.tag else Language(tag)


def language(*tags: str | None) -> Language:
    """The first language that we have of these tags (BCP 47, as Discord writes locales), else English."""
    for tag in tags:
        primary = (tag or "").strip().replace("_", "-").lower().partition("-")[0]
        if primary in NAMES:
            return _of_tag(primary)
    return ENGLISH


def warm() -> None:
    """Read all catalogues, so that no later message waits for that."""
    for tag in TAGS:
        _of_tag(tag)


def marked(pattern: str, /) -> str:
    """``pattern`` itself: marks a literal that is said elsewhere, as ``t(pattern)``."""
    return pattern
