"""Sentence -> the clauses that give a reason, a means or a meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.answer_types.asked import AnswerType, Fit, key, told
from index.answer_types.cues import cues
from index.events import name_words as known
from index.questions.kind_words import NOUNS

_LONGEST = 220  # characters of a clause
_STOP = re.compile(
    r"[;:!?]|\.\s|\s[–—-]\s|,\s(?:and|but|while|whereas|which|although|though|so)\s|\)"
)
_TIGHT = re.compile(r"[;:!?,]|\.\s|\s[–—-]\s|\)")  # for what only may be a reason or a means
_BACK = re.compile(r"[;:!?]\s|\s[–—-]\s|,\s(?:and|but|while|whereas|which)\s")
_WORD = re.compile(r"[^\W_]+")

_Cues = tuple[tuple[float, re.Pattern[str]], ...]


def _cues(*rows: tuple[float, str]) -> _Cues:
    """Patterns for a text in small letters, with the strength of what they begin."""
    return tuple((strength, cues(words)) for strength, words in rows)


#: Words that begin a reason.
_REASONS = _cues(
    (
        1.0,
        r"because|on\sthe\s(?:basis\sof|grounds?)|owing\sto|due\sto|on\saccount\sof|in\sorder\s(?:to|that|for)|"
        r"so\s(?:as\s(?:not\s)?to|that)|by\sreason\sof|for\s(?:the\s(?:sake|purpose)s?\sof|(?:this|that)\sreason|"
        r"fear)|the\s(?:\w+\s)?(?:reasons?|causes?|purpose|aim|goal|motive)\s(?:for|of|was|is|were|are|why|"
        r"that)|with\sthe\s(?:\w+\s)?(?:aim|intention|goal|purpose|hope)|in\san?\s(?:\w+\s)?(?:effort|attempt|"
        r"bid)\sto|lest|in\sthe\shopes?\sof|потому\sчто|так\sкак|из-за|чтобы|поскольку|ввиду|weil|wegen|"
        r"aufgrund|damit|parce\sque|afin\sde|à\scause\sde|porque|debido\sa|para\sque",
    ),
    (
        0.85,
        r"(?:caused|prompted|driven|motivated|triggered|spurred|angered|provoked|inspired|explained|"
        r"encouraged|alarmed|necessitated|threatened|forced|hampered|attracted)\sby|(?:stem(?:s|med)?|"
        r"result(?:s|ed|ing)?|arose|arising|suffer(?:ed|ing)?)\sfrom|attribut(?:ed|able)\sto|"
        r"blam(?:ed|ing|es)|as\s(?:a|the)\s(?:(?:result|consequence)\sof|means\s(?:of|to))|"
        r"in\s(?:response|retaliation|reaction|answer|protest|revenge)\s(?:to|at|against|for|over)|thanks\sto|"
        r"out\sof|over\s(?:the\sissue|an?\s(?:dispute|disagreement|quarrel)|differences)|(?:intended|designed|meant|aimed|hop(?:ed|ing)|seeking|wanting|wanted|wishing|wished|trying|"
        r"eager|anxious|striving|keen|sought)\s(?:to|at|for)|arguing|claiming|insisting|reasoning|reasoned|complaining|"
        r"citing|fearing|feared|fearful|wary\sof|concerned|worried|afraid|suspect(?:ing|ed)|believing|"
        r"reali[sz]ing|knowing|given\s(?:that|the|its|his|their)|considering|in\s(?:view|light|recognition)\sof|"
        r"with\sa\sview\sto|(?:dissatisfied|unhappy|angry|annoyed|frustrated|disappointed|dismayed|"
        r"displeased|outraged|fed\sup)\s(?:with|at|by|about|over|that)|since\s(?:it|they|he|she|there|this|these|those|its|their|his|her|no|not|many|most|"
        r"all|the\s\w+\s(?:is|are|was|were|had|has))",
    ),
    (
        0.5,
        r"since\s(?:the|an?|some|such|\w+\s(?:is|are|was|were|had|has|have|can|could|would))|"
        r"for\s(?:\w+ing|his|her|its|their|being|having|not|lack|reasons?|failing)|"
        r"as\s(?:it|they|he|she|there|this|these|those|its|their|his|her|many|most)|"
        r"with\s(?:the|its|his|her|their|no|so|many|few|little|more|most)\s\w+\s\w+ing|lack\sof|despite|"
        r"allow(?:s|ed|ing)?|enabl(?:e|es|ed|ing)|help(?:s|ed|ing)?\sto|mak(?:e|es|ing)|made|"
        r"prevent(?:s|ed|ing)?|avoid(?:s|ed|ing)?|serv(?:e|es|ed|ing)\sto|too\s\w+|unable|cannot|"
        r"so\s(?:he|she|it|they|the)|after\s(?:he|she|it|they|the|\w+ing)",
    ),
)
#: "to" with a verb that may be a purpose: "they left to find work".
_PURPOSE = re.compile(
    r"\bto"
    r"(?<!\bhow\sto)(?<!\bable\sto)(?<!\bbegan\sto)(?<!\bhad\sto)(?<!\bhas\sto)"
    r"(?<!\bhave\sto)(?<!\bcontinue\sto)(?<!\bcontinued\sto)(?<!\bseem\sto)(?<!\bseems\sto)"
    r"(?<!\bappear\sto)(?<!\bappears\sto)(?<!\btend\sto)(?<!\btends\sto)(?<!\bgoing\sto)"
    r"(?<!\bused\sto)(?<!\baddition\sto)(?<!\bdue\sto)(?<!\baccording\sto)(?<!\bowing\sto)"
    r"(?<!\bprior\sto)(?<!\brelated\sto)(?<!\bsubject\sto)(?<!\bthanks\sto)"
    r"(?<!\bsimilar\sto)(?<!\bclose\sto)(?<!\bcompared\sto)(?<!\bequal\sto)"
    r"\s(?!(?:the|an?|his|her|its|their|this|that|these|those|which|whom|be|date|him|it|them|some|all|"
    r"any|each|other|have|one|two|more)\b)[a-z]{3,20}\b"
)
#: Words behind a reason: it stands before them.
_CONSEQUENCES = _cues(
    (
        0.8,
        r"le(?:d|ads?|ading)\sto|result(?:s|ed|ing)?\sin|prompt(?:ed|s|ing)|caus(?:ed|es|ing)|"
        r"trigger(?:ed|s|ing)|forc(?:ed|es|ing)|provok(?:ed|es|ing)|brought\sabout|gave\srise\sto|"
        r"contribut(?:ed|es|ing)\sto|means\sthat|meant\sthat|explains?\swhy|is\swhy|made\sit|"
        r"which\s(?:means|meant|made)",
    ),
    (
        0.6,
        r"(?:push(?:ed|es)|dr[io]ves?|mov(?:ed|es)|compel(?:led|s)|convinc(?:ed|es)|persuad(?:ed|es)|"
        r"encourag(?:ed|es)|induc(?:ed|es)|motivat(?:ed|es)|inspir(?:ed|es)|spur(?:red|s)|tempt(?:ed|s)|"
        r"caus(?:ed|es)|requir(?:ed|es)|allow(?:ed|s)|obliged?)\s(?:[\w’'-]+\s){1,5}to",
    ),
    (
        0.7,
        r"therefore|thus|hence|consequently|accordingly|thereby|as\sa\s(?:result|consequence)(?!\sof)|"
        r"for\s(?:this|that|these)\sreasons?|поэтому|deshalb|daher",
    ),
)
#: Words that begin a means.
_MEANS = _cues(
    (
        1.0,
        r"by\s(?:\w+ly\s|not\s|first\s)?\w+ing|by\s(?:means|way|use)\sof|"
        r"with\sthe\s(?:help|aid|use|assistance)\sof|through\sthe\suse\sof|using|"
        r"(?:method|technique|procedure|way)s?\s(?:of|is|was|to)|пут[её]м|с\sпомощью|mithilfe|mittels|"
        r"indem|au\smoyen\sde",
    ),
    (
        0.8,
        r"via|thanks\sto|utili[sz]ing|employing|relying\son|based\son|in\sthe\sform\sof|on\sfoot|"
        r"by\s(?:hand|mail|sea|air|land|train|ship|boat|rail|road|plane|car)",
    ),
    (0.65, r"through\s[^\W\d]\w*"),
    (
        0.6,
        r"[^\W\d_]{2,20}-(?:powered|driven|operated|based|fired|borne|assisted|aided|controlled|made|held)|"
        r"with\s(?:an?|the)\s(?:\w+\s){0,3}(?:mechanism|method|technique|system|process|device|tool|machine|"
        r"engine|instrument)",
    ),
    (0.4, r"by\s(?!the\s(?:end|time|late|early|mid)\b|about\b|then\b|now\b)[^\W\d]\w*"),
    (
        0.3,
        r"(?:with|without|from|as|into|in)\s(?:(?:an?|the|its|his|her|their)\s)?\w+|so\sthat|such\sthat|"
        r"when|if",
    ),
)
_ADVERB = re.compile(
    r"\b(?!only|early|family|likely|nearly|really|mostly|mainly|daily|yearly|finally)[a-z]{4,16}ly\b"
)

_DEFINING = re.compile(
    r"\b(?:(?:is|are|was|were|remains?|became|becomes?)\s(?:(?:also|often|usually|generally|commonly|"
    r"widely|now|then|still|essentially|basically|simply|thus|the\sname\sof|one\sof)\s)?"
    r"(?=(?:an?|the|one|any|some)\b)"
    r"|(?:is|are|was|were)\s(?:(?:also|often|usually|generally|commonly|sometimes)\s)?(?:called|known\sas|"
    r"defined\sas|termed|named|described\sas|considered|regarded\sas|referred\sto\sas)\b"
    r"|(?:refers?|referred)\sto\b|stands?\sfor\b|stood\sfor\b|mean(?:s|t|ing)?\b|denotes?\b|"
    r"consists?\sof\b|comprises?\b|serv(?:ed|es|ing)\sas\b|acts?\sas\b|acted\sas\b|"
    r"(?:is|are|was|were)\b|это\b|—|является\b)",
    re.IGNORECASE,
)
_APPOSITION = re.compile(
    r"\s?(?:\sor\s(?=[A-Z])|,\s(?=(?:an?|the|one|his|her|its|their|who|which|also|or|then|former)\b)"
    r"|:\s|\((?=[\w“\"‘']))"
)
_CALLED = re.compile(
    r"\b(?:called|named|known\sas|termed|dubbed|abbreviated|nicknamed|so-called|or)\s[“\"‘'(]?\Z|\(\Z",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s[“\"‘']?(?:[Tt]he\s)?\Z")
_JOINING = frozenset("of for and the in on de".split())
_ASKING = frozenset("what who mean meaning definit stand term kind type is was".split())
_OFFICES = frozenset(map(key, known.TITLES | known.KEPT_TITLES | known.TITLE_PARTS)) | frozenset(
    key(word) for word, expects in NOUNS.items() if expects == "person"
)


def find_reasons(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Clauses that tell why, each with the words that show it."""
    low = _small(text, start, stop)
    for strength, pattern in _REASONS:
        for match in pattern.finditer(low):
            yield from _clause(
                text, start + match.start(), start + match.end(), stop, strength, asked
            )
    for match in _PURPOSE.finditer(text, start, stop):
        yield from _clause(text, match.start(), match.end(), stop, 0.5, asked)
    for strength, pattern in _CONSEQUENCES:
        for match in pattern.finditer(low):
            first, last = start + match.start(), start + match.end()
            begin = _clause_start(text, start, first)
            end = begin + len(text[begin:first].rstrip(" ,;"))
            if end - begin > 7:
                yield Fit(begin, end, strength)
            elif strength < 0.8:
                yield from _clause(text, first, last, stop, 0.4, asked)


def find_means(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """Clauses that tell how, each with the words that show it."""
    low = _small(text, start, stop)
    for strength, pattern in _MEANS:
        for match in pattern.finditer(low):
            yield from _clause(
                text, start + match.start(), start + match.end(), stop, strength, asked
            )
    for match in _ADVERB.finditer(text, start, stop):
        if key(match[0]) not in asked.words:
            yield Fit(match.start(), match.end(), 0.35)


def _small(text: str, start: int, stop: int) -> str:
    """``text[start:stop]`` in small letters, every character in its place."""
    part = text[start:stop]
    low = part.lower()
    return low if len(low) == len(part) else "".join(c.lower()[0] for c in part)


def _clause(
    text: str, begin: int, after: int, stop: int, strength: float, asked: AnswerType
) -> Iterator[Fit]:
    """The clause from ``begin`` that goes on from ``after``; none if the question holds its words."""
    end = _clause_end(text, after, min(stop, begin + _LONGEST), stop, tight=strength <= 0.5)
    words = _WORD.findall(text, after, end)
    if told(asked, words or _WORD.findall(text, begin, end)):
        return
    end = begin + len(text[begin:end].rstrip(" ,.;:"))
    yield Fit(begin, max(end, after), strength)


def _clause_end(text: str, after: int, limit: int, stop: int, *, tight: bool) -> int:
    match = (_TIGHT if tight else _STOP).search(text, after, limit)
    if match:
        return match.start()
    return limit if limit == stop else max(text.rfind(" ", after, limit), after)


def _clause_start(text: str, start: int, place: int) -> int:
    """Where the clause begins that ends at ``place``."""
    begin = max(start, place - _LONGEST)
    for match in _BACK.finditer(text, begin, place):
        if match.end() < place - 8:
            begin = match.end()
    return begin


# ---------------------------------------------------------------- definitions


def find_definitions(text: str, start: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """What the thing or person that the question names is said to be."""
    for first, last in _mentions(text, start, stop, (asked.target or asked.telling) - _ASKING):
        yield from _said_to_be(text, last, stop, asked)
        if match := _APPOSITION.match(text, last, stop):
            closing = ")" if match[0].endswith("(") else ";" if match[0][0] == ":" else ","
            limit = min(stop, match.end() + _LONGEST)
            end = text.find(closing, match.end() + 1, limit)
            end = match.end() + len(text[match.end() : end if end > 0 else limit].rstrip(" .;"))
            if end > match.end():
                yield Fit(match.end(), end, 0.75)
        yield from _before_mention(text, start, first)


def _said_to_be(text: str, last: int, stop: int, asked: AnswerType) -> Iterator[Fit]:
    """The predicate behind a mention that ends at ``last``."""
    match = _DEFINING.search(text, last, min(stop, last + 80))
    if match is None:
        return
    between = text[last : match.start()]
    if ";" in between or ". " in between or between.count(",") == 1:
        return  # the verb of another clause
    plain = match[0].lower() in ("is", "are", "was", "were")
    strength = (0.6 if plain else 0.95) - (0.0 if len(between) < 25 else 0.25)
    after = match.end()
    end = _clause_end(text, after, min(stop, after + _LONGEST), stop, tight=False)
    begin = after + len(text[after:end]) - len(text[after:end].lstrip())
    end = begin + len(text[begin:end].rstrip(" ,.;:"))
    if end > begin and not told(asked, _WORD.findall(text, begin, end)):
        yield Fit(begin, end, strength)


def _before_mention(text: str, start: int, first: int) -> Iterator[Fit]:
    """The full name before "(NFA", an office before a name, a description before ", Ada Holm"."""
    before = text[max(start, first - 20) : first]
    if match := _CALLED.search(before):
        end = first - len(before) + match.start()
        end = start + len(text[start:end].rstrip())
        begin = _name_before(text, start, end)
        if begin == end and match[0][0] != "(":
            begin = _clause_start(text, start, end)  # "a kind of starch called"
        if end > begin:
            yield Fit(begin, end, 0.7)
    elif comma := _COMMA.search(before):
        end = first - len(before) + comma.start()
        begin = _clause_start(text, start, end)
        if end > begin:
            yield Fit(begin, end, 0.4)
    elif before.endswith(" "):
        begin = _name_before(text, start, first - 1, offices=True)
        if begin < first - 1 and any(
            key(word) in _OFFICES for word in _WORD.findall(text, begin, first)
        ):
            yield Fit(begin, first - 1, 0.6)


def _mentions(
    text: str, start: int, stop: int, wanted: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Runs of the words that are defined."""
    first = last = -1
    for match in _WORD.finditer(text, start, stop):
        if key(match[0]) in wanted:
            if first >= 0 and match.start() - last > 4:
                yield first, last
                first = -1
            if first < 0:
                first = match.start()
            last = match.end()
    if first >= 0:
        yield first, last


def _name_before(text: str, start: int, place: int, *, offices: bool = False) -> int:
    """Where the words with capitals begin that end at ``place``; ``place`` where there are none.

    With ``offices`` words for offices count in small letters too.
    """
    begin = behind = place
    for match in reversed(list(_WORD.finditer(text, max(start, place - 120), place))):
        kept = match[0][0].isupper() or (offices and key(match[0]) in _OFFICES)
        if text[match.end() : behind].strip(" -’'") or not (kept or match[0] in _JOINING):
            break
        if match[0] in ("The", "A", "An"):
            break
        behind = match.start()
        begin = behind if kept else begin
    return begin
