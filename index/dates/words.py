"""The words that dates are made of, those around them that tell, and tokens with their spans."""

from __future__ import annotations

import re
from bisect import bisect_left
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
#: Month names of French, German, Spanish, Italian, Portuguese, Dutch and Russian that English lacks.
_FOREIGN = """
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    januar februar märz april mai juni juli august september oktober november dezember
    jänner februar maerz april mai juni juli august september oktober november dezember
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
    januari februari maart april mei juni juli augustus september oktober november december
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре
"""
FOREIGN_MONTHS = {
    word: n
    for line in _FOREIGN.strip().splitlines()
    for n, word in enumerate(line.split(), start=1)
    if word not in MONTHS
}
#: Of these, the ones that are also names or words: with a day before them and in lower case only.
FOREIGN_WORDS = _words("mars mai mayo mei marzo abril maart augustus julio maggio март май мае")
ROMAN_MONTHS = {
    word: n for n, word in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)
}
#: Before a day with a stop these make its month German: "am 7. September 2022".
GERMAN = ("am", "vom", "dem", "den", "der", "bis", "zum", "ab", "seit", "und")
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
TENS = {"twenty": 20, "thirty": 30}  # "twenty-first"
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = {
    word: n
    for n, names in enumerate(
        (
            "monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thur thu",
            "friday fri", "saturday sat", "sunday sun",
        )
    )
    for word in names.split()
}  # fmt: skip

BETWEEN = _words("between betwen beween bewteen betweeen beetween betwene btween btwn btw")
ABOUT = _words("around about circa approximately roughly ca c")
EARLY = _words("early mid late")
EDGES = _words("beginning start end middle close turn")
#: "the last days of May", "the opening weeks of 2021"
PORTIONS = _words("first second third fourth fifth last final opening closing early")
PORTION_UNITS = _words("week weeks days months years part decade decades")
MAYBE = _words("possibly perhaps probably maybe")
QUALIFIERS = ABOUT | EARLY | EDGES | MAYBE
OPEN = {"since": "since", "after": "after", "before": "before", "until": "until", "till": "until"}
COMPARED = {"later": "after", "earlier": "before"}  # than X
RELATIVE = _words("today yesterday tomorrow last past previous this next")
DASHES = _words("- – — −")
TO = _words("to until till through thru au al bis по")
AND = _words("and &")
NOW = _words("now present today")
TRIGGERS = (
    BETWEEN | QUALIFIERS | WEEKDAYS.keys() | TENS.keys() | COMPARED.keys() | PORTIONS
    | _words("from prior up q h ad ce a year no not in on")
    | MONTHS.keys() | FOREIGN_MONTHS.keys() | SEASONS.keys() | ORDINALS.keys() | OPEN.keys()
)  # fmt: skip
#: In a document nothing counts from today; in a question "two years ago" does.
TRIGGERS_OF_QUESTIONS = TRIGGERS | RELATIVE | AGO.keys()
#: A date without qualifier or preposition begins with a number or one of these.
BEGINNINGS = (
    QUALIFIERS | RELATIVE | WEEKDAYS.keys() | TENS.keys() | PORTIONS | AGO.keys()
    | _words("q h ad ce a now year ~")
    | MONTHS.keys() | FOREIGN_MONTHS.keys() | SEASONS.keys() | ORDINALS.keys()
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
    nist directive directives regulation regulations decision copyright patent lot plate psalm sonnet
    fl b d port ports error rooms channels resolutions models flights routes columns rows records"""
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
#: After these, "for 2000" is a price.
PAID = _words("sold bought paid priced cost offered worth fined auctioned available asked sells")
#: A day without a year before these is part of a name: "the 26 July Movement", "12 May Street".
NAMED_AFTER_DAYS = _words(
    """street road avenue boulevard square bridge lane highway station movement brigade stadium
    airport park school university hospital metro prize"""
)
CLAUSE = _words(
    """and or but when where which who that was were is are has have had will would could may might
    the a an in on at by to of for with from as until till since before after while it its he she
    they there this these no not"""
)
VERBS = _words("was is saw marked brought began will has had would ended became")
NEGATIONS = _words("not never neither nor no nothing nobody none hardly without t")

_token = tuple.__new__
_TOKEN = re.compile(r"\s*(?:([0-9]+)|([^\W\d_]+)|(\S))")


class Token(NamedTuple):
    """A number, a word or a sign; the one after the last is empty."""

    text: str  # in lower case
    start: int
    stop: int
    gap: str  # what stands before it: "" nothing, " " blanks, "\n" a line's end, "¶" more
    is_number: bool


class Words(dict[int, Token]):
    """The tokens of ``text`` from ``pos`` on by number, read only as far as they are asked for."""

    __slots__ = ("_pos", "_starts", "text")

    def __init__(self, text: str, pos: int = 0) -> None:
        super().__init__()
        self.text = text
        self._pos = pos
        self._starts: list[int] = []  # of the tokens read so far

    def __missing__(self, i: int) -> Token:
        starts = self._starts
        for n in range(len(starts), i + 1):
            self[n] = token = self._next()
            starts.append(token[1])
        return token

    def _next(self) -> Token:
        text, pos = self.text, self._pos
        match = _TOKEN.match(text, pos)
        if match is None:
            end = len(text)
            return Token("", end, end, "¶", False)
        kind = match.lastindex or 1
        start, self._pos = match.span(kind)
        if start == pos:
            gap = ""
        else:
            lines = text.count("\n", pos, start)
            gap = "¶" if lines > 1 else "\n" if lines else " "
        word = match[kind]
        return _token(
            Token, (word.lower() if kind == 2 else word, start, self._pos, gap, kind == 1)
        )

    def find(self, pos: int) -> int:
        """The index of the token that starts at ``pos`` among those read so far; -1 if it is none."""
        starts = self._starts
        if not starts or starts[-1] < pos:
            return -1
        i = bisect_left(starts, pos)
        return i if starts[i] == pos else -1

    def begin(self, i: int) -> None:
        """Make token ``i`` the first of a text: nothing stands before it."""
        self[i] = self[i]._replace(gap="")

    def index_at(self, pos: int, i: int) -> int:
        """The index of the first token from ``i`` on that starts at ``pos`` or later."""
        while self[i].start < pos and self[i].text:
            i += 1
        return i
