"""Other spellings of one word: British and American, irregular forms, names in other alphabets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SHORTEST_KEY = 4  # letters of a name that is compared by its key

#: Words that no rule below makes of each other; British first.
_PAIRS = """
defence defense, offence offense, licence license, pretence pretense, practise practice, centre
center, centred centered, metre meter, litre liter, theatre theater, fibre fiber, calibre caliber,
sabre saber, lustre luster, spectre specter, sombre somber, meagre meager, kilometre kilometer,
centimetre centimeter, millimetre millimeter, manoeuvre maneuver, manoeuvres maneuvers, manoeuvring
maneuvering, goitre goiter, sceptre scepter, reconnoitre reconnoiter, programme program, programmes
programs, kilogramme kilogram, aluminium aluminum, sulphur sulfur, sulphate sulfate, plough plow,
cheque check, cheques checks, grey gray, judgement judgment, acknowledgement acknowledgment, ageing
aging, sceptic skeptic, sceptical skeptical, scepticism skepticism, moustache mustache, pyjamas
pajamas, kerb curb, draught draft, gaol jail, gaoled jailed, storey story, storeys stories, mould
mold, moulded molded, instalment installment, instalments installments, enrol enroll, enrolment
enrollment, fulfil fulfill, fulfilment fulfillment, skilful skillful, wilful willful, instil
instill, distil distill, artefact artifact, artefacts artifacts, cosy cozy, cypher cipher, disc
disk, jewellery jewelry, waggon wagon, tsar czar, tsarist czarist, connexion connection, enquiry
inquiry, enquiries inquiries, enquire inquire, despatch dispatch, despatched dispatched, aeroplane
airplane, aeroplanes airplanes, tyre tire, tyres tires, woollen woolen, marvellous marvelous,
counsellor counselor, councillor councilor, jeweller jeweler, traveller traveler, travellers
travelers, smoulder smolder, axe ax, whisky whiskey, maths math, arbour arbor, armour armor,
armoured armored, odour odor, speciality specialty, towards toward, afterwards afterward, learnt
learned, spelt spelled, burnt burned, dreamt dreamed, leapt leaped, spoilt spoiled, gases gasses,
adviser advisor, advisers advisors, focussed focused, cooperate co-operate, buses busses, mum mom,
sulphuric sulfuric, haulier hauler, nought naught, phoney phony, cauldron caldron, catalyse
catalyze, analyse analyze, paralyse paralyze, storeyed storied, per-cent percent, yoghurt yogurt,
homoeopathy homeopathy, foetus fetus, foetal fetal, oesophagus esophagus, oestrogen estrogen, oedema
edema, diarrhoea diarrhea, encyclopaedia encyclopedia, mediaeval medieval, anaemia anemia, leukaemia
leukemia, haemorrhage hemorrhage, haemoglobin hemoglobin, paediatric pediatric, orthopaedic
orthopedic, gynaecology gynecology, anaesthetic anesthetic, anaesthesia anesthesia, archaeology
archeology, archaeological archeological, caesium cesium, caesarean cesarean, faeces feces,
ischaemia ischemia, septicaemia septicemia, tumour tumor, palaeontology paleontology, aesthetic
esthetic
"""
#: Names of persons and places that are written in several ways, more than their key joins.
_NAMES = """
alexander aleksandr alexandr aleksander alexandre aliaksandr oleksandr, alexei aleksei alexey
aleksey alexi, dmitri dmitry dmitrii dmytro dimitri, sergei sergey serguei sergej serhiy serhii,
yuri yury iurii jurij, yevgeny evgeny yevgeni evgenii evgueni eugeny, mikhail mihail michail,
nikolai nikolay nicolai nikolaj mykola, vladimir wladimir volodymyr uladzimir, andrei andrey andrej
andriy, igor ihor, georgy georgi georgiy georgii, grigory grigori grigoriy hryhoriy, valery valeri
valeriy valerii, vasily vasili vassily vasyl, yekaterina ekaterina, natalia natalya nataliya,
tatiana tatyana, lukashenko lukashenka, mohammed muhammad mohamed mohammad muhammed mahomet mohamad,
ahmed ahmad akhmed ahmet, hussein husayn hussain husein, hassan hasan, omar umar, osama usama, yusuf
yousef youssef yusef, ibrahim ebrahim, abdullah abdallah abdulla, mustafa mustapha moustafa, khaled
khalid, said saeed sayed saied, jamal gamal djamal, nasser naser nasir, gaddafi qaddafi gadhafi
kadhafi qadhafi, khamenei khameini, mahmoud mahmud, rashid rasheed, tariq tarek tareq, faisal feisal
faysal, karim kareem, salim saleem, qaeda qaida kaida, quran koran, muslim moslem, sharia shariah,
hezbollah hizbullah hizballah, shiite shia, taliban taleban, kabul kaboul, kyiv kiev, kharkiv
kharkov, lviv lvov, odesa odessa, dnipro dnepr dnieper, chisinau kishinev, tbilisi tiflis, yerevan
erevan, tchaikovsky chaikovsky, khrushchev khruschev chruschtschow, gorbachev gorbatschow gorbachov,
yeltsin eltsin jelzin, chekhov tchekhov, dostoevsky dostoyevsky dostoievsky, tolstoy tolstoi,
trotsky trotzky trotski, rachmaninoff rakhmaninov rachmaninov, zelensky zelenskyy zelenskiy
zelenskyi, genghis chinggis jenghis, mao, kuomintang guomindang, chiang jiang, saddam sadam, beirut
beyrouth, mecca makkah, medina madinah, rumania romania roumania, ukraine ukraina, belarus byelarus,
calcutta kolkata
"""
#: Short forms of haste, and the words that they stand for.
_ABBREVIATIONS = """
govt government, gov government governor, dept department, gen general, yr year, yrs years, pres
president, sec secretary, min minister, intl international, natl national, univ university, uni
university, prof professor, approx approximately, info information, corp corporation, max maximum,
dr doctor, km kilometre, kms kilometres, kg kilogram, ft feet, hr hour, hrs hours, mins minutes,
secs seconds, assoc association, tech technology, admin administration, ops operations, rep
representative, reps representatives, grad graduate, grads graduates, undergrad undergraduate,
undergrads undergraduates, exec executive, lab laboratory, mil military million, bn billion, mn
million, comm committee, cttee committee, cmte committee, amb ambassador, col colonel, capt captain,
lt lieutenant, sgt sergeant, maj major, adm admiral, cmdr commander, mgr manager, asst assistant,
avg average, temp temperature, pop population, ref reference, refs references, vol volume, chap
chapter, doc document, docs documents, org organization, orgs organizations, inc incorporated, ltd
limited, mgmt management, dev development, env environment, edu education, econ economy, pol
politics, parl parliament, elec election, agri agriculture, mtg meeting, mtn mountain, bldg
building, acad academy, inst institute, hosp hospital, expt experiment, temps temperatures, qty
quantity, amt amount, est established
"""
#: Base forms and what becomes of them: no rule of a stemmer joins these.
_IRREGULAR_FILE = Path(__file__).with_name("irregular.txt")

_ENDINGS = (
    ("isation", "ization"), ("isations", "izations"), ("ising", "izing"), ("ised", "ized"),
    ("ises", "izes"), ("ise", "ize"), ("iser", "izer"), ("isers", "izers"), ("isational", "izational"),
    ("ysing", "yzing"), ("ysed", "yzed"), ("yser", "yzer"),
    ("our", "or"), ("ours", "ors"), ("oured", "ored"), ("ouring", "oring"), ("ourable", "orable"),
    ("ourite", "orite"), ("ourites", "orites"), ("ourist", "orist"), ("ourer", "orer"),
    ("ourers", "orers"), ("ourhood", "orhood"), ("ourhoods", "orhoods"), ("ourless", "orless"),
    ("ogue", "og"), ("ogues", "ogs"),
    ("lled", "led"), ("lling", "ling"), ("ller", "ler"), ("llers", "lers"), ("llor", "lor"),
    ("metre", "meter"), ("metres", "meters"), ("etre", "eter"),
)  # fmt: skip
_BOTH_WAYS = (*_ENDINGS, *((american, british) for british, american in _ENDINGS))
_ALL_ENDINGS = tuple(old for old, _ in _BOTH_WAYS)
_INSIDE = (("haem", "hem"), ("aemi", "emi"), ("paed", "ped"), ("anaes", "anes"), ("oed", "ed"))
_SHORTEST_STEM = 3  # letters before an ending


def _groups(text: str) -> dict[str, tuple[str, ...]]:
    """Each word of each comma-separated group -> the others of its group, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for group in text.split(","):
        words = group.split()
        for word in words:
            others = tuple(other for other in words if other != word)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return found


_LISTED_PAIRS = _groups(_PAIRS)
_LISTED_NAMES = _groups(_NAMES)
_STANDS_FOR = {words[0]: tuple(words[1:]) for words in map(str.split, _ABBREVIATIONS.split(","))}


def respellings(word: str) -> tuple[str, ...]:
    """British and American spellings of ``word`` (folded), itself left out; some are no words."""
    found = dict.fromkeys(_LISTED_PAIRS.get(word, ()))
    if word.endswith(_ALL_ENDINGS):
        for old, new in _BOTH_WAYS:
            if word.endswith(old) and len(word) - len(old) >= _SHORTEST_STEM:
                found.setdefault(word[: -len(old)] + new)
    if "e" in word:
        for british, american in _INSIDE:
            for old, new in ((british, american), (american, british)):
                if old in word:
                    found.setdefault(word.replace(old, new))
    found.pop(word, None)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Irregular:
    """What `irregular.txt` says of each word."""

    forms: dict[str, tuple[str, ...]]  # of a base form: "buy" -> "bought"
    others: dict[str, tuple[str, ...]]  # of any form, base forms too: "bought" -> "buy"
    families: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _irregular() -> _Irregular:
    read = _Irregular({}, {}, {})
    for line in _IRREGULAR_FILE.read_text("utf-8").splitlines():
        words = line.partition("#")[0].split()
        related = words[:1] == ["~"]
        words = words[1:] if related else words
        if words and not related:
            read.forms[words[0]] = (*read.forms.get(words[0], ()), *words[1:])
        for word in words:
            found = read.families if related else read.others
            others = (other for other in words if other != word)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return read


def inflections(word: str, *, of_base: bool = False) -> tuple[str, ...]:
    """Irregular forms of the same word ("buy" for "bought"), itself left out; often none.

    A form that belongs to two words ("saw", "lay", "found") gives those of both; with ``of_base``
    only those of which ``word`` is the base form.
    """
    irregular = _irregular()
    return (irregular.forms if of_base else irregular.others).get(word, ())


def family(word: str) -> tuple[str, ...]:
    """Words of the same family with another stem ("arrival" for "arrive"); often none."""
    return _irregular().families.get(word, ())


def written_out(word: str) -> tuple[str, ...]:
    """The words that a short form such as "govt" stands for; often none."""
    return _STANDS_FOR.get(word, ())


def name_spellings(word: str) -> tuple[str, ...]:
    """Other spellings of a name that are listed, as for "muhammad"."""
    return _LISTED_NAMES.get(word, ())


_KEY_ENDS = (
    ("off", "ov"), ("iy", "i"), ("ij", "i"), ("ii", "i"), ("yy", "i"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_KEY_STEPS = (
    ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("ks", "x"), ("cz", "ch"), ("ck", "k"),
    ("ou", "u"), ("oo", "u"), ("w", "v"), ("ye", "e"), ("ie", "e"), ("ya", "ia"), ("ja", "ia"),
    ("yu", "iu"), ("ju", "iu"), ("yo", "io"), ("jo", "io"), ("ey", "ei"), ("ay", "ai"), ("oy", "oi"),
)  # fmt: skip


def name_keys(words: Sequence[str]) -> list[str]:
    """What the transliterations of each of ``words`` (folded) into Latin letters have in common.

    Names that differ by more than this key are different names. Short words and words of other
    letters are their own keys.
    """
    apt = [
        word if len(word) >= _SHORTEST_KEY and word.isascii() and word.isalpha() else ""
        for word in words
    ]
    text = "".join(
        f"{word}\n" for word in apt
    )  # all at once: a word by itself takes ten times as long
    for old, new in _KEY_ENDS:
        text = text.replace(f"{old}\n", f"{new}\n")
    for old, new in _KEY_STEPS:
        text = text.replace(old, new)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        text = text.replace(letter * 2, letter)
    keys = text.split("\n")[:-1]
    return [key or word for word, key in zip(words, keys, strict=True)]


def name_key(word: str) -> str:
    """The key of one folded word: see `name_keys`."""
    return name_keys((word,))[0]


#: Words before a number that is often written in Roman figures.
_NUMBERED = frozenset(
    "war chapter part volume section phase article annex appendix book act title class type stage "
    "grade level category schedule mark form table protocol tier division corps pope king queen "
    "emperor louis henry charles george edward william james philip pius paul benedict leo nicholas "
    "alexander catherine frederick elizabeth".split()
)
_ROMAN = (
    "", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
    "xvi", "xvii", "xviii", "xix", "xx",
)  # fmt: skip


def numerals(word: str, before: str) -> tuple[str, ...]:
    """The same number in the other figures, behind a word such as "war" or "chapter"; often none."""
    if before not in _NUMBERED:
        return ()
    if word.isascii() and word.isdigit() and 0 < int(word[:3]) < len(_ROMAN) and len(word) <= 2:
        return (_ROMAN[int(word)],)
    return (str(_ROMAN.index(word)),) if word in _ROMAN[1:] else ()
