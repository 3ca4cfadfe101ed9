"""The words that tell the kind of a question: question words, and nouns that name what is sought."""

from __future__ import annotations

from index.questions.concepts import Expects, Kind


def _table(rows: dict[Expects, str]) -> dict[str, Expects]:
    return {word: expects for expects, words in rows.items() for word in words.split()}


#: Nouns in the singular, folded -> what answers a question for one. German, French and Spanish ones too.
NOUNS: dict[str, Expects] = _table(
    {
        "person": """
            person people man woman boy girl individual minister general president premier chancellor
            king queen emperor empress prince princess duke sultan leader chief head boss director
            manager chairman chairwoman chairperson founder cofounder inventor author writer poet
            composer artist painter sculptor architect engineer scientist physicist chemist historian
            philosopher professor teacher student ambassador envoy diplomat spokesman spokeswoman
            spokesperson secretary official officer commander captain colonel admiral lieutenant
            marshal soldier politician senator governor mayor judge lawyer player actor actress singer
            musician producer editor journalist explorer missionary priest bishop pope saint ruler
            dictator owner ceo wife husband son daughter father mother brother sister widow successor
            predecessor deputy winner champion coach candidate representative host speaker monarch
            viceroy treasurer clerk guest designer developer translator researcher expert doctor
            surgeon nurse pilot holder astronaut athlete defender quarterback skipper keeper master
            kanzler konig kaiser minister prasident direktor chef leiter autor erfinder burgermeister
            ministre roi reine directeur dirigeant auteur maire ambassadeur fondateur
            ministro presidente rey reina jefe autor alcalde embajador fundador""",
        "body": """
            company firm corporation organisation organization ministry department agency bank party
            union army navy team club university college school court committee council commission
            institution institute body network airline manufacturer supplier contractor shipyard band
            church denomination league association society regiment brigade battalion faction militia
            publisher tribe authority board parliament lab laboratory academy studio orchestra choir
            charity foundation consortium alliance coalition broadcaster retailer insurer
            ministerium firma unternehmen partei behorde
            ministere entreprise societe parti organisme
            ministerio empresa partido compania""",
        "place": """
            country nation state city town village region province district county continent island
            river lake sea ocean mountain port harbour harbor airport capital location place street
            square building territory border station stadium museum site spot kingdom empire colony
            planet venue birthplace headquarters neighbourhood neighborhood suburb municipality bay
            prison jail gaol fort fortress castle palace hotel hospital cemetery hometown
            land stadt fluss ort hauptstadt
            pays ville fleuve capitale endroit lieu
            pais ciudad rio lugar""",
        "date": """
            date day month time weekday morning evening moment century decade era season birthday
            anniversary deadline birthdate tag datum monat jour mois fecha dia mes""",
        "year": "year jahr annee ano",
        "duration": "duration",
        "number": """
            number population count total quantity length height weight width depth distance size speed
            temperature age capacity frequency rate score amount altitude elevation turnout toll tally
            anzahl zahl einwohnerzahl hohe lange nombre taille hauteur longueur numero poblacion
            altura""",
        "money": """
            cost price value worth budget salary wage fee revenue income profit debt expenditure
            spending gdp fortune turnover payment sum fare rent pay pension ransom tuition stipend
            allowance dowry bribe subsidy expense earnings proceeds deficit surplus
            preis kosten prix cout precio coste""",
        "percentage": "percentage percent share proportion fraction prozent pourcentage porcentaje",
        "reason": """
            reason cause purpose motive motivation rationale explanation justification aim goal
            objective grund ursache raison motif razon motivo""",
        "means": "way method means technique manner mechanism maniere manera",
        "work": """
            book article report source paper film movie song novel poem play album study magazine
            journal newspaper painting opera symphony essay memoir footnote citation
            reference buch artikel quelle livre libro articulo fuente""",
    }
)
#: Nouns for persons that are family names too, or count only in small letters; the singular.
#: Makers, dealers and builders are left out: they are firms as often.
PERSONS = frozenset(
    """
    merchant waiter waitress baker butcher tailor miller farmer fisherman driver rider banker
    broker carpenter mason potter weaver printer bookseller barber cook brewer grocer smith
    blacksmith goldsmith shepherd hunter trapper gardener worker labourer laborer miner foreman
    steward butler servant maid cleaner messenger courier guard warden jailer sheriff constable
    detective inspector policeman thief robber burglar murderer killer assassin pirate smuggler
    prisoner victim survivor witness employee cashier accountant auditor solicitor barrister
    attorney prosecutor magistrate juror plaintiff defendant dentist physician midwife patient
    pharmacist lecturer tutor headmaster headmistress dean rector provost scholar pupil graduate
    grad alumnus alumna preacher pastor vicar rabbi imam monk nun abbot deacon cardinal archbishop
    curate knight baron baroness earl countess lord lady duchess marquis heir heiress nobleman
    warlord chieftain corporal sergeant brigadier cadet sniper gunner navigator helmsman lookout
    stoker rebel spy informant traitor hostage refugee settler colonist immigrant pioneer
    trailblazer mp pm congressman congresswoman councillor councilor alderman lawmaker legislator
    whistleblower reporter photographer columnist novelist playwright dramatist filmmaker dancer
    drummer guitarist pianist violinist conductor lyricist songwriter librettist narrator
    presenter comedian magician clown wrestler boxer jockey swimmer runner sprinter cyclist
    goalkeeper striker kicker punter linebacker pitcher batsman bowler referee umpire trainer aunt
    uncle cousin nephew niece grandfather grandmother grandson granddaughter stepfather stepmother
    spouse fiance fiancee bride groom bridegroom sibling twin orphan lover mistress friend rival
    mentor patron donor benefactor tenant landlord landlady lodger neighbour neighbor caretaker
    janitor registrar curator librarian archivist surveyor draughtsman mechanic electrician
    plumber tycoon magnate entrepreneur industrialist philanthropist millionaire billionaire
    contender volunteer activist bailiff usher squire gentleman
    """.split()
)
#: Endings of other such nouns, and words with these endings that name no person.
PERSON_ENDS = (
    "ist", "man", "woman", "eer", "ician", "arian", "orian", "waiter", "keeper",
    "monger", "wright", "smith", "father", "mother", "minister", "teller", "holder",
    "officer", "worker", "breeder", "mistress", "owner",
)  # fmt: skip
NO_PERSONS = frozenset(
    """
    list mist twist fist wrist gist exist assist consist insist resist persist checklist playlist
    whitelist shortlist german roman human norman ottoman talisman caiman beer deer steer peer career
    veneer sheer cheer administer householder placeholder vegetarian agrarian hungarian bulgarian
    authoritarian utilitarian proletarian riparian ovarian
    """.split()
)
#: Of the nouns for persons those that no telegram asks for: “flood victim”, “young man”.
GENERIC_PERSONS = frozenset(
    "person people man woman boy girl individual student teacher soldier player official officer worker "
    "prisoner victim survivor refugee settler rebel pupil guest immigrant volunteer model friend twin "
    "agent host saint saints guard patient count general major lord lady trainer anchor fighter".split()
)
#: Those that name no profession: kin, ranks of birth, and what happens to people.
NO_PROFESSIONS = GENERIC_PERSONS - frozenset(
    "teacher soldier officer settler agent model trainer fighter".split()
) | frozenset(
    """
    wife husband son daughter father mother brother sister widow aunt uncle cousin nephew niece
    grandfather grandmother grandson granddaughter stepfather stepmother spouse fiance fiancee bride
    groom bridegroom sibling orphan lover mistress rival heir heiress owner holder successor
    predecessor winner champion founder cofounder inventor candidate contender bidder leader head
    murderer killer hostage plaintiff defendant donor benefactor lodger neighbour neighbor witness
    """.split()
)
#: Words between an owner and “name” that ask for a part of a person's name.
PARTS_OF_NAMES = frozenset(
    "first last full given middle maiden christian family real birth second sur fore".split()
)
#: Nouns for what a person or a thing has one of, as a telegram asks for it: “Ada Brandt religion”.
ATTRIBUTES = frozenset(
    """
    religion faith denomination nationality ethnicity profession occupation job career trade language
    colour color nickname surname motto slogan anthem flag currency title rank alias pseudonym gender
    sex hobby instrument sport shape genre ideology affiliation specialty speciality alma breed
    symbol emblem mascot address website
    """.split()
)
#: Nouns beside them and amounts that a telegram asks for: “Karsk bridge location”.
TELEGRAM = frozenset(
    "date birthday birthdate deadline year birthplace capital headquarters location venue hometown "
    "whereabouts reason cause purpose motive".split()
)
#: Those of them that ask where something is.
WHEREABOUTS = frozenset("location venue whereabouts".split())
AGES = frozenset("stone bronze iron ice middle dark golden modern space jazz old".split())
#: Verbs of a place in a contest: “what place did they finish in”.
RANKED = frozenset(
    "finish finished finishing take took taken rank ranked ranks place placed end ended occupy "
    "occupied hold".split()
)
BROADCASTING = frozenset("radio tv television news broadcasting".split())
#: What “time” and the word behind it ask for.
TIMES: dict[str, Expects] = {
    "frame": "date",
    "period": "date",
    "span": "date",
    "limit": "duration",
}
#: The same of Russian nouns, by their beginnings, longest first.
RUSSIAN_NOUNS: tuple[tuple[str, Expects], ...] = tuple(
    sorted(
        _table(
            {
                "person": "министр президент премьер директор глав посол посла генерал человек люди "
                "автор основател командир командующ начальник руководител король царь император",
                "body": "министерств ведомств компани фирм парти организаци комитет банк завод",
                "place": "стран город государств рек област столиц порт остров регион мест",
                "date": "дат день дня дню днем месяц век числа числу",
                "year": "год",
                "number": "населени количеств численност высот длин площад возраст",
                "money": "цен стоимост сумм бюджет",
                "percentage": "процент",
                "reason": "причин цель цели",
                "means": "способ образ",
                "work": "книг стать источник фильм доклад сноск",
            }
        ).items(),
        key=lambda row: (-len(row[0]), row[0]),
    )
)
#: The kind that a noun stands for where no question word is nearer: “population of …”, “boss of …”.
KIND_OF: dict[Expects, Kind] = {
    "person": "who",
    "body": "what",
    "place": "what",
    "date": "when",
    "year": "when",
    "duration": "how many",
    "number": "how many",
    "money": "how much",
    "percentage": "how much",
    "reason": "why",
    "means": "how",
    "work": "what",
    "definition": "what",
}
#: Numbers of which there is more or less, not more or fewer.
MEASURES = frozenset(
    "length height weight width depth distance size speed temperature capacity rate amount altitude "
    "elevation hohe lange taille hauteur longueur altura высот длин площад".split()
)
UNITS_OF_TIME = frozenset(
    "second minute hour day week fortnight month year decade century term tag woche jahr stunde monat "
    "jour semaine mois annee heure dia semana mes ano hora".split()
)
RUSSIAN_UNITS_OF_TIME = (
    "секунд минут час дней дня день недел месяц год лет десятилети век времени".split()
)
MONEY_UNITS = frozenset(
    "money dollar euro pound cent yuan yen rupee rouble ruble franc cash geld argent dinero".split()
)
RUSSIAN_MONEY = "денег деньг руб доллар евро стоит стоил стоят".split()
PERCENT = frozenset("percent percentage процентов процента".split())
#: Verbs that ask for a sum where they end the clause: “what did they pay”.
MONEY_VERBS = frozenset(
    "cost costs pay pays paid spend spends spent charge charged earn earned worth owe owed "
    "kostet kostete coute couta cuesta costo".split()
)
#: Verbs of sums with an object: “what did they pay the guide”; the first words behind them that
#: are no sum's: “what did they pay attention to”.
PAY = frozenset("pay pays paid paying charge charges charged owe owes owed".split())
NO_SUM = frozenset("attention tribute homage heed respect respects lip with off".split())
EARN = frozenset("spend spends spent spending earn earns earned earning".split())
#: Verbs that ask for a sum with “for” or “at” behind them.
SOLD = frozenset("sell sells sold go goes went auctioned bought rent rented".split())
VALUED = frozenset("valued priced insured assessed estimated appraised".split())
#: What a cost without money is counted in: “what did the war cost in lives”.
NO_PRICES = frozenset("terms prices figures practice words".split())
#: Adjectives that follow “how”.
MEASURED = frozenset(
    "far tall high deep wide heavy big large fast hot cold small thick short great broad strong full "
    "loud old often frequently quickly slow steep".split()
)
COUNTED = frozenset("many often frequently old".split())
SOON = frozenset("soon early late recent recently".split())
DEAR = frozenset("expensive costly dear rich".split())
#: Words after which “how” asks for no means: “how about”, “how good”.
NO_MEANS = frozenset("about good bad well important accurate likely likable true similar".split())
IS_CALLED = frozenset("called named spelt spelled pronounced known titled termed".split())

BE = frozenset("is are was were be been am isnt arent wasnt werent".split())
AUXILIARIES = BE | frozenset(
    "do does did dont doesnt didnt has have had hasnt havent hadnt can could cant couldnt will would "
    "wont wouldnt shall should shouldnt may might must".split()
)
#: Verbs behind which “what” asks for a cause: “what led to …”.
CAUSES = frozenset(
    "caused causes led leads made makes prompted triggered drove forced motivated provoked compelled "
    "induced inspired".split()
)
IRREGULAR_PAST = frozenset(
    """
    became began bought broke brought built came chose cost cut died drew drove fell felt fled flew
    fought found gave got grew had held hid hit kept knew laid lay led left lent lost made meant met
    paid put ran rose said sailed sank sat saw sent sold spent spoke stood stole struck swam swore
    taught told took wore went withdrew won wrote
    sought caught beat dealt dug fed forbade froze heard overthrew rode sang shook slept threw tore
    underwent understood undertook upheld woke bore hung burnt
    beaten born broken chosen done drawn driven eaten fallen given grown hidden known risen seen shown
    spoken stolen taken thrown worn written
    """.split()
)
#: Adverbs between a noun and its verb: “which lab first dated …”, “what city now stands …”.
ADVERBS = frozenset(
    "first now then once later initially originally currently still ever soon".split()
)
#: Question words that “is” can be glued to.
FIRST_WORDS = frozenset("who what where when why how that it he she there".split())
#: Verbs that can stand right behind “what”.
PRESENT = frozenset(
    "happens happen comes goes follows remains lies stands exists occurs "
    "gets needs makes takes gives keeps helps allows".split()
)
PREPOSITIONS = frozenset(
    """
    in on at of to for from by with under over into onto upon during about around approximately roughly
    exactly after before since until till through against among between beneath behind above below
    within without via across along near per like than towards toward throughout despite as
    """.split()
)
DETERMINERS = frozenset("the a an his her its their my our your this that these those".split())
PRONOUNS = frozenset(
    "i you he she it we they me him us them there who whom whose which what when where why how".split()
)
CONJUNCTIONS = frozenset("and or but if because although while whereas so nor".split())
#: Words that end a noun phrase.
ENDS_PHRASE = AUXILIARIES | PREPOSITIONS | DETERMINERS | PRONOUNS | CONJUNCTIONS | {"not", "also"}

#: Words before a question that ask nothing themselves.
LEAD_INS = frozenset(
    """
    please pls plz ok okay well so hi hello hey question q say just exactly then now and but also or
    actually btw sorry thanks um
    """.split()
)
#: The same of several words, longest first.
LEAD_PHRASES: tuple[tuple[str, ...], ...] = tuple(
    sorted(
        (
            tuple(said.split())
            for said in (
                "do you know|do you happen to know|does anyone know|does anybody know|do we know|"
                "does it say|do they say|does the text say|do the documents say|do you remember|"
                "can you tell me|can you tell us|could you tell me|could you please tell me|"
                "can you say|can you explain|could you explain|would you tell me|can you find|"
                "can you find out|can you please tell me|tell me|tell us|please tell me|"
                "i want to know|i would like to know|id like to know|i need to know|i wonder|"
                "i am wondering|im wondering|any idea|any ideas|find out|find|find me|explain|state|"
                "give|give me|show|show me|let me know|i am looking for|im looking for|looking for|"
                "i need|i want|wondering|what i want to know is|remind me|can you give me|"
                "can you show me|can you|could you|would you|will you|get me|about"
            ).split("|")
        ),
        key=lambda words: (-len(words), words),
    )
)
#: Those of them that are a question of their own where nothing that is asked follows.
ASK_ALONE = frozenset({("can", "you"), ("could", "you"), ("would", "you"), ("will", "you")})
LISTING = frozenset("list enumerate перечисли перечислите список liste enumere".split())
NAMING = frozenset("name names identify назови назовите nenne nennen nomme nommez nombra".split())
ALL = frozenset("all some several every three two four five ten".split())
LOOKED_THROUGH = frozenset(
    "name title type kind sort example form brand nom nombre имя название".split()
)
PLURALS = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "wives": "wife",
    "lander": "land",
    "stadte": "stadt",
}
#: Endings of plurals in -men, and not those of specimen or regimen.
MEN = ("smen", "rmen", "tmen", "dmen", "kmen", "ymen", "women")
NO_PLURALS = frozenset(
    "series news means species headquarters physics politics gas bus campus status lens canvas basis "
    "process congress class pays fois mois mes temps his its was is has does this us".split()
)

_FOREIGN_ROWS: tuple[tuple[str, str, Kind, Expects | None], ...] = (
    ("ru", "кто кого кому кем чей чья чье чьи", "who", "person"),
    ("ru", "когда", "when", "date"),
    ("ru", "где куда откуда", "where", "place"),
    ("ru", "сколько скольких сколькими", "how many", "number"),
    ("ru", "почему зачем отчего", "why", "reason"),
    ("ru", "как", "how", "means"),
    ("ru", "что чего чем чему каков какова каково каковы", "what", None),
    ("ru", "какой какая какое какие какого какому каким каком какую каких какими", "what", None),
    ("de", "wer wen wem wessen", "who", "person"),
    ("de", "wann", "when", "date"),
    ("de", "wo wohin woher", "where", "place"),
    ("de", "wieviele wieviel", "how many", "number"),
    ("de", "warum wieso weshalb wozu wofur", "why", "reason"),
    ("de", "wie womit wodurch", "how", "means"),
    ("de", "welche welcher welches welchem welchen", "what", None),
    ("fr", "qui", "who", "person"),
    ("fr", "quand", "when", "date"),
    ("fr", "ou", "where", "place"),
    ("fr", "combien", "how many", "number"),
    ("fr", "pourquoi", "why", "reason"),
    ("fr", "que quoi quel quelle quels quelles", "what", None),
    ("es", "quien quienes", "who", "person"),
    ("es", "cuando", "when", "date"),
    ("es", "donde adonde", "where", "place"),
    ("es", "cuantos cuantas", "how many", "number"),
    ("es", "cuanto cuanta", "how much", "number"),
    ("es", "porque", "why", "reason"),
    ("es", "como", "how", "means"),
    ("es", "cual cuales", "what", None),
)
#: Question words of other languages, folded, with their language.
FOREIGN: dict[str, tuple[str, Kind, Expects | None]] = {
    word: (language, kind, expects)
    for language, words, kind, expects in _FOREIGN_ROWS
    for word in words.split()
}
#: Words that show “was” to be German and “comment” to be French, standing right behind them.
BEHIND_WAS = frozenset(
    "hat haben hatte hatten ist sind war waren wurde wurden wird werden kostet kostete bedeutet macht "
    "machte geschah passierte kann soll tat sagte sagt".split()
)
BEHIND_COMMENT = frozenset(
    "est sont a ont le la les un une etait fut se il elle on ils peut fait fonctionne avait".split()
)
FOREIGN_PREPOSITIONS = frozenset(
    "в во на с со к о об от из по для за до после при у под над через между "
    "an auf mit von zu bei seit bis nach um fur durch aus unter uber gegen "
    "a de en dans par pour avec depuis sur sous chez vers con por desde hasta sobre".split()
)
#: Words that questions are made of, mistyped -> as meant: two neighbouring letters changed places, or
#: one is missing.
_MADE_OF = (
    "what which when where who whose whom why how the was were did does are many much and that name with"
).split()
_OTHER_WORDS = frozenset(
    "odes form fro woh hwo ear era aer eras ohw dose mane amen dna nad".split()
)


def _mistyped() -> dict[str, str]:
    found = {
        said: meant
        for meant, typed in (
            ("what", "wat wht waht whta wath wot whaat"),
            ("which", "wich whch whic whick"),
            ("when", "whn wehn"),
            ("where", "wher whre wheer"),
            ("why", "wy"),
            ("who", "woh whoo"),
            ("how", "hw hwo"),
            ("many", "mny manny"),
            ("much", "mutch mch"),
            ("people", "ppl"),
            ("percentage", "precentage percentge pecentage percantage"),
        )
        for said in typed.split()
    }
    for word in _MADE_OF:
        for n in range(len(word) - 1):
            said = word[:n] + word[n + 1] + word[n] + word[n + 2 :]
            if said != word and said not in _OTHER_WORDS and said not in _MADE_OF:
                found.setdefault(said, word)
    return found


MISTYPED = _mistyped()
#: Short forms whose full stop ends no clause.
SHORT_FORMS = frozenset("mr mrs ms dr st no prof sr jr gen col capt lt rev hon".split())
FOREIGN_JOINING = frozenset("und et y e и а или oder".split())
