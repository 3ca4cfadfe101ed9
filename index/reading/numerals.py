"""Numbers as they are printed: Roman, letters, and the other number formats of Word."""

from __future__ import annotations

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SEQUENCES = {  # numbered from 1; beyond its end a number is shown in digits
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "aiueo": _KANA,
    "aiueoFullWidth": _KANA,
    "iroha": (
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウ"
        "ヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
    ),
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "arabicAlpha": "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "arabicAbjad": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hebrew2": "אבגדהוזחטיכלמנסעפצקרשת",
    "thaiLetters": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
}
_DIGITS = {
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "hindiNumbers": "०१२३४५६७८९",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
}
_HAN = "零一二三四五六七八九"
_HAN_COUNTING = {
    "chineseCounting": "零", "chineseCountingThousand": "零", "taiwaneseCounting": "零",
    "taiwaneseCountingThousand": "零", "japaneseCounting": "",
}  # fmt: skip
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
             "nine": "ninth", "twelve": "twelfth"}  # fmt: skip
_SIGNS = "*†‡§"
_PLAIN = {"none", "bullet"}


def numeral(count: int, style: str) -> str:
    """``count`` in one of Word's number formats (ST_NumberFormat); in digits where it has none."""
    if style in _PLAIN:
        return ""
    digits = str(count)
    if style in _DIGITS:
        return "".join(_DIGITS[style][int(digit)] for digit in digits if digit.isdigit())
    if style == "decimalZero":
        return digits.zfill(2)
    if style == "numberInDash":
        return f"- {digits} -"
    if style == "decimalEnclosedParen":
        return f"({digits})"
    if style == "decimalEnclosedFullstop":
        return f"{digits}."
    if count < 1 or count >= 10_000:
        return digits
    return _counted(count, style) or digits


def _counted(count: int, style: str) -> str:
    if style in _SEQUENCES:
        return _SEQUENCES[style][count - 1 : count]
    if style in _HAN_COUNTING:
        return _han(count, _HAN_COUNTING[style])
    match style:
        case "lowerRoman":
            return roman(count).lower()
        case "upperRoman":
            return roman(count)
        case "lowerLetter":
            return _repeated(count, _LATIN)
        case "upperLetter":
            return _repeated(count, _LATIN).upper()
        case "russianLower":
            return _repeated(count, _RUSSIAN)
        case "russianUpper":
            return _repeated(count, _RUSSIAN).upper()
        case "chicago":
            return _repeated(count, _SIGNS)
        case "ordinal":
            return f"{count}{_ending(count)}"
        case "cardinalText" if count < 100:
            return _in_words(count).capitalize()
        case "ordinalText" if count < 100:
            return _ordinal(_in_words(count)).capitalize()
        case _:
            return ""


def roman(count: int) -> str:
    numerals = []
    for worth, sign in _ROMAN:
        numerals.append(sign * (count // worth))
        count %= worth
    return "".join(numerals)


def _repeated(count: int, letters: str) -> str:
    """After the last letter come the first twice, and so on: z, aa, bb."""
    times, which = divmod(count - 1, len(letters))
    return letters[which] * (times + 1) if times < 30 else ""


def _ending(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _in_words(count: int) -> str:
    if count < len(_UNITS):
        return _UNITS[count]
    tens, units = divmod(count, 10)
    return _TENS[tens] + (f"-{_UNITS[units]}" if units else "")


def _ordinal(words: str) -> str:
    front, dash, last = words.rpartition("-")
    if last in _ORDINALS:
        return front + dash + _ORDINALS[last]
    return front + dash + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def _han(count: int, gap: str) -> str:
    """``count`` up to 9999 in Chinese numerals; ``gap`` stands for places that are left out."""
    signs: list[str] = []
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = count // worth % 10
        if digit:
            one = digit == 1 and worth > 1 and (not gap or (worth == 10 and not signs))
            signs.append(("" if one else _HAN[digit]) + sign)
        elif signs and gap and signs[-1] != gap:
            signs.append(gap)
    while signs and signs[-1] == gap:
        signs.pop()
    return "".join(signs)
