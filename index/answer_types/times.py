"""Sentence -> dates, years and times of day, and phrases that tell a time by another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.answer_types.asked import AnswerType, Fit, key
from index.dates import WrittenDate, scan_dates
from index.model import Precision

#: What a date must have: a digit, a month's, season's or span's word (their beginnings).
_MAY_HOLD = re.compile(
    r"[0-9]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|fall\b|winter|"
    r"centur|decade|millenni|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|"
    r"twelfth|\w{3,8}teenth|twent|easter|christmas|jän|fév|mär|mai|avr|juin|juil|août|déc|ene|abr|ago|"
    r"янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)",
    re.IGNORECASE,
)
_COUNTED = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|some|a\sfew|many|"
    r"\d{1,4}|half\san?)"
)
_UNIT = r"(?:second|minute|hour|day|night|week|fortnight|month|year|decade|centur(?:y|ie)|season)s?"
_NEXT = (
    r"(?:next|following|previous|preceding|same|last|past|final|later|earlier|ensuing|subsequent)"
)
_PART = (
    r"(?:day|night|morning|afternoon|evening|week|weekend|month|year|decade|century|spring|summer|autumn|"
    r"winter|season|era|period)"
)
_RELATIVE = re.compile(
    rf"\b{_COUNTED}\s{_UNIT}\s(?:later|earlier|ago|before|after|afterwards|beforehand|previously)\b"
    rf"|\b(?:within|in|after|for)\s{_COUNTED}\s{_UNIT}\b"
    rf"|\b(?:the|that|this)\s{_NEXT}\s{_PART}\b"
    r"|\b(?:last|next)\s(?:night|week|month|year|spring|summer|autumn|winter)\b"
    r"|\b(?:\d[\d.,–-]{0,12}|\w{3,9})\s(?:(?:hundred|thousand|million|billion)\s)?(?:years|yrs?)\sago\b"
    r"|\b\d{1,3}(?:[,.]?\d{3}){0,3}\s(?:BP|BCE?|CE|AD)\b"
    r"|\b(?:\w{3,11}\s)?millennium\s(?:BCE?|CE|AD)\b"
    r"|\b(?:the|early|mid|late)[\s-](?:twen|thir|for|fif|six|seven|eigh|nine)ties\b"
    r"|\b(?:yesterday|today|tonight|tomorrow|nowadays|currently|overnight)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?:weekdays|weekends|midweek)\b"
    r"|\b(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье)\b"
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?::\d{2}(?::\d{2})?)?\s?(?:[ap]\.?m\b\.?|o['’]clock|hours|hrs|GMT|UTC)"
    r"|(?<![\d:])\d{1,2}:\d{2}(?![\d:])|\b(?:at\s)?(?:noon|midday|midnight|dawn|dusk|sunrise|sunset|night)\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\so['’]clock\b",
    re.IGNORECASE,
)
#: A year that nothing but its place shows to be one: "established in about 1300", "In 999".
_YEAR = re.compile(
    r"\b(?:in|by|until|till|since|from|around|circa|before|after|of|and|to)\s(?:(?:about|around|circa|c\.|ca\.)\s)?"
    r"(?P<year>[1-9]\d{2}|1\d{3}|20\d{2})(?!\w|[.,:–-]\d|\s?%|\s[a-z]{3,14}s\b)"
    r"|(?<![\w.,$£€–/-])(?P<bare>1\d{3}|20\d{2})(?!\w|[.,:/-]\d|\s?%|\s[a-z]{3,14}s\b)",
    re.IGNORECASE,
)
#: A time told by something that happened then.
_WHILE = re.compile(
    r"\b(?:after|before|during|until|since|when(?:ever)?|while|once|if|following|upon|by\sthe\stime|at\sthe\s(?:time|"
    r"end|beginning|start)|prior\sto|as\ssoon\sas)\s[^;:.,()]{3,80}",
    re.IGNORECASE,
)
_STRENGTHS = {
    Precision.DAY: 1.0,
    Precision.MONTH: 0.95,
    Precision.SEASON: 0.85,
    Precision.QUARTER: 0.85,
    Precision.HALF: 0.8,
    Precision.YEAR: 0.8,
    Precision.DECADE: 0.65,
    Precision.CENTURY: 0.6,
}
#: Stems of target words -> the precision that fits them best.
_ASKED_FOR = {
    key(word): precision
    for word, precision in (
        ("day", Precision.DAY),
        ("date", Precision.DAY),
        ("month", Precision.MONTH),
        ("season", Precision.SEASON),
        ("year", Precision.YEAR),
        ("decade", Precision.DECADE),
        ("century", Precision.CENTURY),
    )
}
_DAILY = frozenset(map(key, "time hour morning evening day weekday week".split()))
_TIME = key("time")


def find_times(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Dates and times that ``asked`` expects; those of the question are none."""
    if _MAY_HOLD.search(text, start, stop):
        for written in scan_dates(text[start:stop]):
            strength = _strength(written, asked)
            if strength and not _told(written.as_written, asked):
                yield Fit(start + written.start, start + written.stop, strength)
    for match in _YEAR.finditer(text, start, stop):
        group = "year" if match["year"] else "bare"
        if not _told(match[group], asked):
            strength = 0.5 if match["year"] and len(match["year"]) == 3 else 0.65
            yield Fit(match.start(group), match.end(group), strength)
    weak = 0.2 if asked.expects == "year" else 0.45
    for match in _RELATIVE.finditer(text, start, stop):
        if not _told(match[0], asked):
            yield Fit(match.start(), match.end(), weak)
    if asked.expects == "year":
        return
    daily = 0.9 if asked.head in _DAILY or _TIME in asked.target else 0.35
    for pattern in (_WEEKDAY, _CLOCK):
        for match in pattern.finditer(text, start, stop):
            if not _told(match[0], asked):
                yield Fit(match.start(), match.end(), daily)
    if not asked.target:
        for match in _WHILE.finditer(text, start, stop):
            if not _told(match[0], asked):
                yield Fit(match.start(), match.end(), 0.65 if asked.general else 0.3)


def _strength(written: WrittenDate, asked: AnswerType) -> float:
    atom = written.found.first or written.found.last
    if atom is None:
        return 0.0
    dated = atom.year is not None or (
        written.found.last is not None and written.found.last.year is not None
    )
    if asked.expects == "year":
        return (1.0 if atom.precision is not Precision.CENTURY else 0.4) if dated else 0.15
    wanted = _ASKED_FOR.get(asked.head)
    strength = _STRENGTHS[atom.precision]
    if wanted is Precision.SEASON and atom.precision is Precision.YEAR:
        return 1.0  # of a theatre, of a sport
    if wanted in (Precision.CENTURY, Precision.DECADE, Precision.MONTH, Precision.SEASON):
        fits = atom.precision is wanted or (
            wanted is Precision.MONTH and atom.precision is Precision.DAY
        )
        if fits:
            return 1.0
        return strength * 0.6
    return strength if dated else strength * 0.7


def _told(words: str, asked: AnswerType) -> bool:
    """Whether all words and numbers of a time stand in the question."""
    return all(key(word) in asked.words for word in _PARTS.findall(words))


_PARTS = re.compile(r"\w+")
