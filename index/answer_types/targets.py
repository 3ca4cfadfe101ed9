"""Sentence -> what is said to be of the sort that a question seeks: "which currency", "what colour"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from index.analysis import STOP_WORDS
from index.answer_types.asked import KINDRED, AnswerType, Fit, Token, key, tokens, told
from index.answer_types.names import find_names
from index.answer_types.works import quotes
from index.events import name_words as known
from index.questions import kind_words as kw

_LONGEST = 160  # characters of what stands behind "such as"


def _class(words: str) -> frozenset[str]:
    return frozenset(key(word) for word in words.split())


_COLOURS = _class(
    "red orange yellow green blue purple violet indigo pink brown black white grey gray gold "
    "golden silver crimson scarlet maroon turquoise beige cyan magenta navy teal bronze amber "
    "khaki cream tan"
)
_RELIGIONS = _class(
    "christianity christian islam islamic muslim buddhism buddhist hinduism hindu judaism jewish "
    "catholicism catholic protestantism protestant orthodox lutheran lutheranism calvinism "
    "calvinist anglican methodist baptist sikhism taoism daoism confucianism shinto sunni shia "
    "shiite atheism animism jainism mormon quaker"
)
_SUBJECTS = _class(
    "physics chemistry biology mathematics maths history geography law medicine engineering "
    "philosophy theology economics literature music art arts languages linguistics psychology "
    "sociology politics science sciences computing programming logic grammar rhetoric astronomy "
    "geology archaeology anthropology education accounting nursing agriculture architecture "
    "aviation navigation mechanics electronics english russian french german chinese japanese "
    "spanish latin greek arabic"
)
_CURRENCIES = _class(
    "dollar dollars pound pounds euro euros yen yuan renminbi rupee rupees ruble rubles rouble "
    "roubles franc francs mark marks lira peso pesos real won baht kyat kyats dong riyal dinar "
    "dirham shilling krona kroner guilder zloty forint hryvnia sterling bitcoin cash barter"
)
_DIRECTIONS = _class(
    "north south east west northern southern eastern western northeast northwest southeast "
    "southwest up down left right upstream downstream northward southward eastward westward"
)
_METALS = _class(
    "iron copper gold silver tin lead zinc nickel steel bronze brass aluminium aluminum titanium "
    "uranium coal oil gas wood stone brick concrete glass timber rubber cotton silk wool oxygen "
    "nitrogen hydrogen carbon"
)
_SPORTS = _class(
    "football soccer rugby cricket tennis golf hockey baseball basketball volleyball handball badminton "
    "swimming rowing sailing cycling boxing wrestling fencing judo karate athletics gymnastics skiing "
    "skating curling archery shooting polo chess draughts bowls darts snooker billiards surfing diving"
)
_INSTRUMENTS = _class(
    "piano violin viola cello flute clarinet oboe bassoon trumpet trombone tuba horn harp organ guitar "
    "lute banjo mandolin drum drums percussion saxophone accordion harmonica fiddle bagpipes sitar "
    "keyboard synthesizer harpsichord xylophone bass"
)
_SHAPES = _class(
    "round circular square rectangular triangular oval spherical conical cylindrical cubic hexagonal "
    "octagonal pyramidal crescent spiral circle triangle rectangle cylinder cone sphere cube pyramid "
    "elliptical star-shaped domed"
)
_SEXES = _class("male female man woman boy girl men women")
_PROFESSIONS = frozenset(
    key(word)
    for word in (
        *kw.PERSONS,
        *(noun for noun, expects in kw.NOUNS.items() if expects == "person" and noun.isascii()),
    )
    if word not in kw.NO_PROFESSIONS
)
#: Words for a sort of thing, and words that are of that sort; peoples' names serve languages too.
_SORTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("color colour", _COLOURS),
    ("religion faith denomination", _RELIGIONS),
    ("subject field discipline degree major course science", _SUBJECTS),
    ("currency money", _CURRENCIES),
    ("profession occupation job career trade", _PROFESSIONS),
    ("sport game", _SPORTS),
    ("instrument", _INSTRUMENTS),
    ("shape", _SHAPES),
    ("gender sex", _SEXES),
    ("direction side", _DIRECTIONS),
    ("metal material element resource fuel", _METALS),
    ("language nationality ethnicity people dialect", frozenset(map(key, known.PEOPLES))),
)
#: Sorts whose words are none within a name: “the Black Sea”, “Iron Street”.
_WRITTEN_SMALL = (_COLOURS, _DIRECTIONS, _METALS, _PROFESSIONS, _INSTRUMENTS, _SHAPES, _SPORTS)
_CLASSES = {key(word): members for words, members in _SORTS for word in words.split()}
_INTRODUCES = re.compile(
    r"\s?(?:,?\s(?:such\sas|including|namely|called|named|known\sas|like|especially|e\.g\.,?|i\.e\.,?|titled|"
    r"entitled|dubbed|labell?ed|termed)\s|:\s|\s[–—-]\s|\s?\(|,\s(?=[A-Z“\"])|\s(?:is|was|are|were|include[sd]?|became|"
    r"consists?\sof|being)\s(?:(?:that|called|named|known\sas)\s)?|\s(?=[A-Z“\"]))"
)
_END = re.compile(r"[;:)]|\.\s|\s[–—]\s|,\s(?:which|who|while|but|although|whereas)\s")
_IS = re.compile(
    r"\s(?:is|was|are|were|became|becomes|remains?|being)\s(?:also\s|often\s|probably\s)?(?:an?|the|one|their|its|his|her)\b"
)
_KIND_OF = re.compile(
    r"\b(?:kinds?|types?|sorts?|forms?|species|classe?s?|categor(?:y|ies)|style|brand)\b",
    re.IGNORECASE,
)
_SURE_LETTERS = 3  # of a stem that its words keep
_REACH = 4  # words in front of the target that may tell which one


_NAMING = frozenset(
    key(word)
    for word in (
        "called call name named known term termed nickname nicknamed titled title referred "
        "dubbed word phrase expression acronym abbreviation slogan motto label"
    ).split()
)
_CALLED = re.compile(
    r"\b(?:called|known\s(?:\w+\s){0,2}as|termed|dubbed|nicknamed|named|titled|entitled|labell?ed|referred\sto\sas|"
    r"the\s(?:term|name|word|phrase|nickname|title|acronym|abbreviation|slogan|motto)(?:\s(?:is|was|of|for))?|"
    r"renamed|rebranded(?:\sas)?|christened|abbreviated(?:\s(?:as|to))?|stands?\sfor)\s[“\"‘'(]?(?:(?:an?|the)\s)?[“\"‘']?"
)
_CALLED_END = re.compile(
    r"[;:,().”\"]|\s(?:after|which|that|because|where|who|and\sthe|for\shis|in\s\d|by)\s"
)
_WORD = re.compile(r"[^\W_]+")
_NO_MODIFIERS = STOP_WORDS | frozenset(
    "one two three four five first second new same such another certain particular different various is was "
    "were are main major many".split()
)


def find_near(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Words that may say which of its sort the target is: those in front of it, those it introduces."""
    yield from find_called(text, start, stop, asked)
    alike = asked.near | KINDRED.get(asked.head, frozenset())
    sort = _CLASSES.get(asked.head, frozenset())
    may = sort or _may_hold(text[start:stop], alike | {asked.head})
    row = tokens(text, start, stop) if may else []
    keys = [key(token.text) if token.low[0].isalnum() else "" for token in row]
    places = [n for n, word in enumerate(keys) if word and word == asked.head]
    if not places:
        places = [n for n, word in enumerate(keys) if word in alike]
    small = any(sort is each for each in _WRITTEN_SMALL)
    for number, (token, word) in enumerate(zip(row, keys, strict=True)):
        if word and word in sort and word not in asked.words:
            if small and number and token.text[0].isupper():
                continue
            called = sort is not _PROFESSIONS or (
                number > 0
                and bool(_BEFORE_PROFESSIONS & {each.low for each in row[number - 3 : number]})
            )
            yield Fit(token.start, token.stop, 0.85 if called else 0.3)
    for place in places:
        following = row[place + 1] if place + 1 < len(row) else None
        if following and following.low[0].isdigit() and following.low not in asked.words:
            yield Fit(row[place].start, following.stop, 0.7)
        yield from _in_front(row, keys, place, asked)
        yield from _behind(text, row[place].stop, stop, asked)
    if places:
        yield from _subject(text, start, row[places[0]].start, asked)
    if not places:
        return  # any name would do, which tells nothing
    for name in find_names(text, start, stop):
        if not told(asked, name.words):
            yield Fit(name.start, name.stop, 0.45)
    for begin, end in quotes(text, start, stop):
        if not told(asked, _WORD.findall(text, begin, end)):
            yield Fit(begin, end, 0.5)


_BEFORE_PROFESSIONS = frozenset("a an as was were became is are being former".split())


def _may_hold(sentence: str, stems: Iterable[str]) -> bool:
    """Whether a word of one of ``stems`` may stand in the sentence; quicker than reading its words."""
    low = sentence.lower()
    return any(stem[:_SURE_LETTERS] in low for stem in stems)


def find_described(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """The target in small letters with the words that tell which: "the fisheries ministry"."""
    alike = asked.near | KINDRED.get(asked.head, frozenset()) | {asked.head}
    if not _may_hold(text[start:stop], alike):
        return
    row = tokens(text, start, stop)
    keys = [key(token.text) if token.low[0].isalnum() else "" for token in row]
    for place, word in enumerate(keys):
        if word and word in alike and row[place].text.islower():
            yield from _in_front(row, keys, place, asked)


def find_stated(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """What is said to be the target: "The aim is to save nets", "Saving nets is one of the aims"."""
    for match in _WORD.finditer(text, start, stop):
        if (word := key(match[0])) == asked.head or word in asked.near:
            yield from _behind(text, match.end(), stop, asked)
            yield from _subject(text, start, match.start(), asked)


def find_called(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """What is given as a name, where the question asks how something is called."""
    if not asked.words & _NAMING:
        return
    for match in _CALLED.finditer(text, start, stop):
        begin = match.end()
        limit = min(stop, begin + 80)
        found = _CALLED_END.search(text, begin, limit)
        end = begin + len(text[begin : found.start() if found else limit].rstrip(" .,;“”\"'"))
        words = _WORD.findall(text, begin, end)
        if not told(asked, words):
            yield Fit(begin, end, 0.85)
    for begin, end in quotes(text, start, stop):
        words = _WORD.findall(text, begin, end)
        if len(words) < 8 and not told(asked, words):
            yield Fit(begin, end, 0.6)


def _in_front(
    row: Sequence[Token], keys: Sequence[str], place: int, asked: AnswerType
) -> Iterator[Fit]:
    """The target with the words in front that tell which: "regulatory cells"."""
    first, new = place, False
    for number in range(place - 1, max(place - _REACH - 1, -1), -1):
        token = row[number]
        if token.text in ("-", "‐", "'") and first > 0:
            continue
        if not token.low[0].isalpha() or token.low in _NO_MODIFIERS:
            break
        before = row[number - 1].low if number else ""
        if token.low.endswith("ed") and before not in _BEFORE_MODIFIERS:
            break  # "they used drift nets"
        first = number
        new = new or keys[number] not in asked.words
    if new and first < place:
        yield Fit(row[first].start, row[place].stop, 0.75 if _KIND_OF.search(asked.text) else 0.6)


_BEFORE_MODIFIERS = frozenset(
    "the a an of in with and or , its their his her some any these those".split()
)


def _behind(text: str, after: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """What the target introduces: "subjects such as law and history"."""
    match = _INTRODUCES.match(text, after, stop)
    if match is None:
        return
    limit = min(stop, match.end() + _LONGEST)
    found = _END.search(text, match.end(), limit)
    end = found.start() if found else limit
    end = match.end() + len(text[match.end() : end].rstrip(" .,;"))
    words = _WORD.findall(text, match.end(), end)
    if not told(asked, words):
        lists = any(
            said in match[0]
            for said in ("such", "includ", "namely", "called", "named", ":", "known")
        )
        yield Fit(match.end(), end, 0.85 if lists else 0.6)


def _subject(text: str, start: int, place: int, asked: AnswerType) -> Iterator[Fit]:
    """What is said to be a target: "The kyat is the currency of …"."""
    match = _IS.search(text, max(start, place - 200), place)
    if match is None or place - match.end() > 60:
        return
    begin = max(start, match.start() - 120)
    if begin > start:
        begin = text.find(" ", begin) + 1
    words = _WORD.findall(text, begin, match.start())
    if len(words) < 12 and not told(asked, words):
        yield Fit(begin, match.start(), 0.7)
