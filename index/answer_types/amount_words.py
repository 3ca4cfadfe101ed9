"""Words of amounts: numbers, scales, currencies and units."""

from __future__ import annotations

SMALL = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    """.split()
)
SCALES = frozenset(
    "hundred thousand million billion trillion hundreds thousands millions billions trillions dozen "
    "dozens score scores lakh crore".split()
)
GLUED_SCALES = frozenset("k m bn tn b mn mln".split())
FRACTIONS = frozenset(
    "half halves third thirds quarter quarters fifth fifths sixth sixths seventh sevenths eighth eighths "
    "ninth ninths tenth tenths".split()
)
VAGUE = frozenset("several few many numerous couple handful both countless multiple single".split())
TIMES = frozenset("once twice thrice".split())
APPROXIMATE = frozenset(
    "about some around nearly almost over under approximately roughly only just exactly circa "
    "ca estimated least most than to".split()
)
BEFORE_THAN = frozenset("more less fewer greater higher lower better worse".split())
CURRENCY_SIGNS = frozenset("$£€¥₽₹₩₴₦₱฿")
CURRENCIES = frozenset(
    """
    dollar dollars pound pounds euro euros cent cents pence penny yen yuan renminbi rupee rupees ruble
    rubles rouble roubles franc francs mark marks lira lire peso pesos real reais won baht kyat kyats
    dong riyal riyals dinar dinars dirham dirhams shilling shillings krona kronor kroner crown crowns
    guilder guilders florin florins ducat ducats zloty forint hryvnia usd eur gbp jpy cny rmb rub inr
    chf mmk thb sgd aud cad bucks sterling
    рублей рубля рубль долларов доллара евро
    """.split()
)
TIME_UNITS = frozenset(
    """
    second seconds minute minutes hour hours day days night nights week weeks weekend weekends fortnight
    fortnights month months year years yr yrs decade decades century centuries millennium millennia
    season seasons semester semesters term terms generation generations
    секунд минут часов часа день дня дней недели недель месяц месяца месяцев год года лет
    """.split()
)
MEASURES = frozenset(
    """
    km kilometre kilometres kilometer kilometers mile miles metre metres meter meters m cm mm ft foot feet
    inch inches yard yards hectare hectares acre acres ton tons tonne tonnes kg kilogram kilograms
    kilo kilos gram grams pound pounds lb lbs litre litres liter liters gallon gallons barrel barrels
    mph kmh knots kn kw mw gw kwh mwh watt watts megawatt megawatts kilowatt kilowatts volt volts hz khz
    mhz ghz degree degrees ° °c °f celsius fahrenheit kelvin k mb gb tb bytes bits bit horsepower hp psi
    pa kpa mpa bar atm n newton newtons joule joules sq square cubic nautical ha sqmi mi miles
    """.split()
)
MEASURE_ENDS = ("metres", "meters", "metre", "meter", "grams", "watts", "volts", "hertz", "litres", "liters",
                 "bytes", "joules", "newtons", "amps", "seconds")  # fmt: skip
#: Units that are one by another name.
SAME_UNITS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "mile miles mi", "kilometre kilometer kilometres kilometers km", "metre meter metres meters m",
            "ton tons tonne tonnes", "foot feet ft", "inch inches in", "pound pounds lb lbs",
            "kilogram kilograms kilo kilos kg", "gram grams g", "litre liter litres liters l",
            "year years yr yrs year-old", "hectare hectares ha", "centimetre centimeter centimeters cm",
            "people person persons men women man inhabitants residents citizens individuals souls popul",
        )
    )
    for word in words.split()
}  # fmt: skip
MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    """.split()
)
LABELS = frozenset(
    """
    chapter section article part page pages p pp no nos number note notes vol volume figure fig table
    paragraph para resolution act law order decree case room route highway interstate apollo level grade
    line verse psalm item step phase appendix annex footnote version windows type model class channel
    game round unit platform gate district
    """.split()
)
TOTALS = frozenset("all total altogether together overall".split())
SUFFIXES = frozenset("st nd rd th s er".split())  # glued to digits they make an ordinal or a decade
PERCENT = frozenset("% percent percentage pct процентов процента".split())
#: Words between a number and its unit: "six-month", "half of a year", "two full days".
BEFORE_UNITS = frozenset(
    "- ‐ of a full consecutive more further or additional us u s . american british".split()
)
COUNTRIES_OF_DOLLARS = frozenset("US A C HK NZ S".split())
BEFORE_ONE = frozenset("no the this that any every each another some not".split())
AFTER_ONE = frozenset("of that who which is can may s".split())
#: Nouns for a count itself: "the number at over 7,000".
COUNTS = frozenset(
    "number numbers total figure figures toll tally count size estimate estimated".split()
)
#: Stems of words that ask for a sum of money.
WORTH = frozenset("cost price worth valu bill sum budget".split())
#: Words behind which something else is counted: "90 men on seven boats".
PARTING = SMALL | frozenset(
    "on in at with from by for to while as than but who which that when".split()
)
LONE = FRACTIONS | VAGUE | TIMES  # amounts of one word
BEHIND_A = SCALES | FRACTIONS | VAGUE  # "a" belongs to them: "a dozen", "a third", "a few"
SIGNS = CURRENCY_SIGNS | {"~", "≈"}
