"""The words that dates are made of, those around them that tell, and tokens with their spans."""

from __future__ import annotations

import re
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SHORT_MONTHS = {name[:3].lower(): n for n, name in enumerate(MONTH_NAMES, start=1) if n != 5}
SHORT_MONTHS |= {"sept": 9}
MONTHS = {name.lower(): n for n, name in enumerate(MONTH_NAMES, start=1)} | SHORT_MONTHS
ALSO_NAMES = _words("may march august april june jan mar jun sep dec")  # or ordinary words
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
ORDINALS = {
    word: n
    for n, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
        thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
        twentieth""".split(),
        start=1,
    )
}
SUFFIXES = _words("st nd rd th")
COUNTS = {
    word: n
    for n, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve".split(), start=2
    )
}
AGO = COUNTS | {"a": 1, "an": 1, "one": 1}  # "a week ago"
WEEKDAYS = _words(
    """monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun"""
)

BETWEEN = _words("between betwen beween bewteen betweeen beetween betwene btween")
ABOUT = _words("around about circa approximately roughly ca c")
EARLY = _words("early mid late")
EDGES = _words("beginning start end middle close turn")
MAYBE = _words("possibly perhaps probably maybe")
QUALIFIERS = ABOUT | EARLY | EDGES | MAYBE
OPEN = {"since": "since", "after": "after", "before": "before", "until": "until", "till": "until"}
RELATIVE = _words("today yesterday tomorrow last past previous this next")
DASHES = _words("- – — −")
TO = _words("to until till through thru")
AND = _words("and &")
NOW = _words("now present today")
TRIGGERS = (
    BETWEEN | QUALIFIERS | RELATIVE | WEEKDAYS | _words("from prior up q h ad ce following preceding same")
    | MONTHS.keys() | SEASONS.keys() | ORDINALS.keys() | OPEN.keys()
)  # fmt: skip
#: In a document nothing counts from today; in a question "two years ago" does.
LATER = _words("following preceding same next previous")  # day, month, year
TRIGGERS_OF_TEXT = TRIGGERS - (RELATIVE - LATER)
TRIGGERS_OF_QUESTIONS = TRIGGERS | AGO.keys()
#: A date without qualifier or preposition begins with a number or one of these.
BEGINNINGS = (
    QUALIFIERS | RELATIVE | WEEKDAYS | _words("q h ad ce now") | AGO.keys()
    | MONTHS.keys() | SEASONS.keys() | ORDINALS.keys()
)  # fmt: skip

#: A bare year stands after these, and never after those.
YEAR_AFTER = _words(
    """in since by until till from to during before after of early late mid
    through throughout between year years into for beginning starting ending dated"""
)
NEVER_YEAR_AFTER = _words(
    """no nos number numbers p pp page pages para paras paragraph section sections resolution
    article articles art vol volume chapter ch fig figure table note notes n line lines rule law act
    item room channel model type class flight route bus order decree some another over nearly almost
    least most approximately roughly fewer further all only than these those additional other extra
    version v tel phone fax call code id isbn std standard standards ieee iso iec rfc ansi ecma din
    nist port ports error rooms channels resolutions models flights routes columns rows records"""
)
#: After these, in the plural, several numbers are counted up: "Rooms 1201, 1202 and 1203".
ENUMERATING = _words(
    """rooms nos numbers pages pp paras paragraphs sections articles notes lines rules resolutions
    channels models flights routes orders ports standards columns rows records"""
)
#: After these a number is a version, not the day of the month after it: "Windows 10 October 2018".
VERSIONED = _words("windows ios ipados macos android ubuntu fedora debian java python office")
#: After these a range of four digits is a measure: "the size was 1420–1530".
MEASURED = _words("was were is are")
#: Before "of", "by", "to" or "from" these make a number of what follows: "a total of 2000".
COUNTING = _words(
    """one some total number average most each sum maximum minimum population rose grew rise fell
    increased dropped declined cut raised reduced increase up default instead value values size
    limit"""
)
ARTICLES = _words("the a an this its their his her s")  # s of ’s
#: A month without day and year stands after these; one that is also a name after the first only.
SURELY_MONTH_AFTER = _words("in since until till during early mid late between")
MONTH_AFTER = SURELY_MONTH_AFTER | _words("by from to before after of around about")
#: Before these a number counts, or measures.
COUNTED = _words(
    """people soldiers troops men women children officers students villages houses homes dollars
    euros rubles roubles kyat kyats pounds km kilometres kilometers miles metres meters tons tonnes
    kg years days months weeks hours minutes seconds copies members refugees prisoners deaths
    casualties fighters tanks aircraft jets ships vessels megawatts mw barrels doses words pages
    percent per degrees feet acres hectares square million billion thousand trillion hundred bn mn
    times units workers civilians protesters protestors persons others more households sources
    families recruits guns rifles rounds shells cases votes seats points items documents samples
    detainees monks villagers companies firms sites tests hp rpm am pm meals employees personnel
    cadets passengers visitors residents participants delegates representatives
    bit bits byte bytes kb kib mb mib gb gib kbit mbit pixel pixels px hz khz mhz ghz kelvin kelvins
    joules watts volts files folders directories rows columns rooms characters threads iterations
    ms milliseconds"""
)
#: A year may stand before these without any word before it: "planned 2023 elections".
EVENTS = _words(
    """coup coups election elections constitution invasion war wars protest protests talks summit
    uprising uprisings revolution ceasefire census budget crisis agreement treaty accord visit visits
    campaign offensive attack attacks massacre genocide crackdown sanctions takeover vote referendum
    poll polls report speech meeting conference law charter edition earthquake cyclone flood floods
    annexation independence exercises exercise events event timeline chronology statement deal pact
    review plan plans"""
)
#: Words that go on with the sentence, so that the date before them is no part of a name.
CLAUSE = _words(
    """and or but when where which who that was were is are has have had will would could may might
    the a an in on at by to of for with from as until till since before after while it its he she
    they there this these no not"""
)
VERBS = _words("was is saw marked brought began will has had would ended became")
NEGATIONS = _words("not never neither nor no nothing nobody none hardly without t")

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|\S")
_BLANKS = re.compile(r"\s*")


class Token(NamedTuple):
    """A number, a word or a sign; the one after the last is empty."""

    text: str  # in lower case
    start: int
    stop: int
    gap: str  # what stands before it: "" nothing, " " blanks, "\n" a line's end, "¶" more
    is_number: bool


class Words:
    """The tokens of ``text`` from ``pos`` on, read only as far as they are asked for."""

    def __init__(self, text: str, pos: int = 0) -> None:
        self.text = text
        self._pos = pos
        self._read: list[Token] = []

    def __getitem__(self, i: int) -> Token:
        read = self._read
        try:
            return read[i]
        except IndexError:
            while len(read) <= i:
                read.append(self._next())
            return read[i]

    def _next(self) -> Token:
        blanks = _BLANKS.match(self.text, self._pos)
        start = blanks.end() if blanks else self._pos
        match = _TOKEN.match(self.text, start)
        if match is None:
            return Token("", len(self.text), len(self.text), "¶", False)
        lines = self.text.count("\n", self._pos, start)
        gap = "¶" if lines > 1 else "\n" if lines else " " if start > self._pos else ""
        self._pos = match.end()
        word = match[0].lower()
        return Token(word, start, match.end(), gap, "0" <= word[0] <= "9")

    def index_at(self, pos: int, i: int) -> int:
        """The index of the first token from ``i`` on that starts at ``pos`` or later."""
        while self[i].start < pos and self[i].text:
            i += 1
        return i
