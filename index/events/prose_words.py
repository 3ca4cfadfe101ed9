"""The kinds of English words by which prose shows that something happened, or that nothing did.

Lists of closed classes, of irregular verbs, and of common verbs and nouns by what they mean. None
belongs to a subject: a word is here because it would say the same in any English text.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ---------------------------------------------------------------- closed classes

DETERMINERS = _words(
    "the a an this that these those its his her their our my your whose each every another one"
)
#: They say that what they stand before is known.
DEFINITE = _words("the this that these those its his her their our my your")
MODALS = _words("will shall would could should may might must can cannot ought")
#: With a date they tell what is still to come, even of a noun: "the 2023 elections will be free".
FUTURE = _words("will shall")
BE = _words("am is are was were be been being")
WAS = _words("was were")
HAVE = _words("has have had having")
DO = _words("do does did")
PRONOUNS = _words("he she it they we i you who which this these there")
NEGATIONS = _words("not never neither nor no cannot hardly scarcely")
#: Between them and what goes before a clause ends: nothing to their left governs a date.
COMPLEMENTIZERS = _words(
    "that which who whom whose where when while whilst whereas although though because if unless "
    "whether why how"
)
#: "No agreement if talks fail in May": what follows is only thought of.
SUPPOSING = _words("if unless whether should suppose provided lest")
#: They make a phrase of their own; what governs the sentence does not govern a date in it.
BACKGROUND = _words("after following upon during despite before since amid")
PREPOSITIONS = _words(
    "in on at by of to from for with within during since until till before after about around "
    "near into onto over under between among through throughout towards toward against across "
    "upon following despite amid as than like via without behind beside besides per "
    "including regarding concerning"
)
#: A date after these is when something was, not a part of it.
AT_TIME = _words("in on at during from within around about circa early late mid")
#: After these a date is a limit, an aim or a measure.
NOT_AT_TIME = _words(
    "by for until till through throughout before than to towards toward into like as till per "
    "over beyond versus vs against"
)
#: Parts of a time: "on the morning of 4 May", "at the end of 2022".
TIMES = _words(
    "morning evening afternoon night nights day days dawn dusk noon midnight eve weekend week weeks "
    "month months end start beginning middle close turn early late mid summer winter spring autumn "
    "fall half quarter part opening closing course first second third last final hours weekdays "
    "monday tuesday wednesday thursday friday saturday sunday"
)
#: They may stand between a preposition or a clause's beginning and its date.
LIGHT = _words(
    "also then later early late again thus meanwhile finally eventually subsequently already "
    "only even just perhaps probably possibly about around approximately circa shortly soon "
    "however moreover furthermore similarly likewise and but or so yet too back starting beginning "
    "commencing effective as"
)
#: Adverbs without -ly that stand between the parts of a verb.
ADVERBS = _words(
    "also then later never not again thus once first soon still just even already only now ever "
    "thereafter almost further always often sometimes instead together twice since"
)
CONJUNCTIONS = _words("and or but nor yet")
COMPARATIVES = _words(
    "first last only highest lowest largest smallest biggest best worst most least fewest "
    "greatest strongest weakest longest shortest fastest slowest deadliest earliest latest "
    "more less fewer higher lower larger smaller better worse unchanged"
)

# ---------------------------------------------------------------- verbs

#: Past forms that do not end in -ed, finite or not.
IRREGULAR_PASTS = _words(
    """arisen arose ate awoke awoken bade beat beaten became befallen befell began begun bent bet
    bit bitten bled blew blown bore born borne bought bound bred broadcast broke broken brought
    built burnt burst came cast caught chose chosen clung cost crept cut dealt did done drank
    drawn drew driven drove drunk dug eaten fallen fed fell felt fled flew flown forbade
    forbidden foresaw forewent forgave forgiven forgot forgotten forsook fought found froze
    frozen gave given gone got gotten grew ground grown had heard held hewn hid hidden hit hung
    hurt kept knelt knew known laid lain leant leapt learnt led left lent let lit lost made
    meant met mistook outbid outgrew outlawed overcame overheard overran overridden overrode
    oversaw overseen overtaken overthrew overthrown overtook paid pled proved proven put quit
    ran rang rebuilt redrew reheld reran resat resold retaken retook rewound rewritten rewrote
    ridden risen rode rose said sang sank sat saw seen sent set shaken shed shod shone shook
    shot showed shown shrank shrunk shut slain slept slew slid slung smote sold sought sown spat
    sped spelt spent spilt split spoke spoken sprang spread sprung spun stole stolen stood
    stricken strode strove struck strung stuck sung sunk swam swept swollen swore sworn swung
    taken taught thought threw thrown thrust told took tore torn trod undergone understood
    undertaken undertook underwent undid undone upheld upset went wept withdrawn withdrew
    withheld withstood woke woken won wore worn wound written wrote wrung rung shorn smitten stank strewn
    stunk wove woven"""
)
#: "disproven", "retold", "outgrown": a past form with one of these is a past form.
PAST_PREFIXES = ("dis", "fore", "mis", "out", "over", "re", "under")
#: Those of them that are something else more often: finite only after a subject.
ALSO_OTHER = _words(
    "set put cut hit let cost cast read left found ground bound wound lay saw felt shed split spread "
    "hurt upset broadcast bet burst shut quit fell bit rose lit hung born fed bent led bid read"
)
#: Words that look like a past form and are none.
NOT_PAST = _words(
    """aforementioned agreed-upon ahmed alleged allied bed biped bleed breed creed deed
    disadvantaged embed exceed feed greed hamed hatred hundred indeed infrared kindred
    mohamed mohammed moped muhammad naked need proceed ragged rared red rugged sacred seed
    relent resent shed shred sled so-called speed succeed supposed unarmed unchanged undated unfinished
    united unlimited unnamed unopposed unprecedented unpublished unrelated unspecified weed
    wicked"""
)
#: Verbs that tell how something was, or what people had in mind: no date is that of a happening.
STATES = _words(
    """admired aimed anticipated are based be been being believed belonged coincided comprised
    concerned considered consisted constituted contained containing corresponded cost dated
    depended deserved did differed doubted dwelt enjoyed entitled equaled equalled existed
    expected faced feared felt had has hated have having hoped housed included including
    involved is knew known lacked lasted lay lie liked lived located looked loved meant measured
    needed operated owned planned possessed predominated preferred prevailed ranged referred
    regarded related relied remain remained remaining remains represented required resembled
    resided seem seemed seems shared situated sounded spanned stayed stood stylised stylized
    tended thought titled understood used wanted was weighed were worried"""
)
#: The same with "from … to …" tell a term of office, which begins and ends: a happening.
TERMS = _words(
    "served worked reigned ruled governed lived taught studied attended commanded led presided "
    "chaired headed edited held lasted raged fought ran played stayed resided represented operated"
)
#: Verbs that measure: with a figure they are statistics.
MEASURES = _words(
    """accounted amounted averaged climbed comprised contracted contributed declined decreased
    dipped doubled dropped earned edged estimated exceeded expanded exported fallen fell
    fluctuated generated grew grossed grown halved imported improved increased indicated jumped
    netted numbered outnumbered outpaced peaked plunged quadrupled ranged reached rebounded
    recorded registered reported represented risen rose showed shown shrank slowed slumped
    soared spent stood surged totaled totalled trebled tripled varied worsened yielded"""
)
#: What rises and falls; such a subject of such a verb is a statistic even without a figure.
MEASURED = _words(
    """assets attendance audience average capacity circulation consumption cost costs debt deficit
    demand earnings emissions employment enrollment enrolment expenditure export exports gdp gnp
    growth import imports income incomes inflation level levels margin margins membership number
    numbers output percentage population price prices production profit profits proportion rate
    rates ratings revenue revenues sales share spending surplus temperature temperatures total
    trade turnover unemployment viewership volume wage wages yield yields"""
)
#: Verbs for the making of a document; behind its noun they only name the document.
PUBLISHING = _words(
    "published released issued printed dated written posted updated revised retrieved accessed "
    "cited modified reprinted archived submitted edited quoted compiled copyrighted reviewed "
    "checked viewed consulted translated filed prepared downloaded released"
)
#: Those that say only when the words before them were put before readers: "(updated 4 July 2018)".
NOTICES = _words(
    "published posted printed updated edited modified revised reviewed corrected amended retrieved "
    "accessed archived viewed consulted checked cited dated uploaded"
)
#: Said of what readers have before them, these tell nothing: "this page was updated on 3 March".
PUT_BEFORE_READERS = _words(
    "accessed archived checked cited consulted downloaded edited modified posted retrieved updated "
    "uploaded viewed"
)
BEFORE_READERS = _words(
    "article articles blog content data document entries entry figures file image information "
    "link list map notice page pages photo post site story table text version video webpage website"
)
#: What of them only readers have before them when "this" stands before it.
THIS_TEXT = _words("article blog document entry page post site story text webpage website")
#: What stands between them and a date.
NOTICE_WORDS = _words("first last originally recently online here and on in")
#: Letters and the like: what is done in one with a date was done then.
LETTERS = _words("letter letters telegram telegrams memo memorandum communique note leaflet")
#: Verbs of speech and of will: what follows their colon is what was said or willed.
SAYING = _words(
    "said wrote told asked added answered replied noted explained stated claimed declared read "
    "argued insisted warned recalled remarked reported concluded "
    "approved adopted listed promised proposed planned agreed decided"
)
#: "The lease ends in 2030": in the present they tell what is laid down, not what happened.
LAID_DOWN = _words("expires ends lapses matures terminates")
#: They tell what is soon over: with two years, it happened in either.
SHORT = _words(
    "appeared came died erupted failed fell followed happened met occurred resigned returned "
    "struck visited voted won"
)
#: They open a clause that, beside what will be, has not happened either.
TEMPORAL = _words("when once until till after before whenever")
#: "Lost 12 in 2020, up from 9 in 2019": what goes before and behind a figure compared with.
COMPARED = _words("compared versus vs against")
NUMERALS = _words(
    "one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds "
    "thousand thousands just only about some nearly almost none"
)
DIRECTIONS = _words("up down rising falling")
#: After these an infinitive has not happened by their date.
PLANS = _words(
    """agree agreed aim aimed aims allow allowed ask asked bound call called committed decide
    decided due expect expected expects fail failed forecast hope hoped hopes intend intended
    intends invite invited likely need needed needs offer offered order ought plan planned
    planning plans pledge pledged prefer preferred prepare prepared preparing projected promise
    promised propose proposed ready refuse refused required scheduled seek seeks set slated
    sought supposed target targeted threaten threatened tried try trying unlikely urge urged vow
    vowed want wanted wants willing wish wished"""
)
#: Said of what has not happened (yet): "planned 2023 elections", "a visit scheduled for May".
UNREAL = _words(
    """aborted alleged anticipated any approaching canceled cancelled desired due envisaged
    envisioned expected forecast forthcoming future hypothetical impending intended likely
    looming next no pending planned possible postponed potential projected proposed prospective
    scheduled slated targeted tentative upcoming"""
)
#: "by 2014 he would become": "would" of what did happen later.
LATER = _words("later eventually subsequently ultimately soon finally go become come prove")

#: Base forms of verbs that tell happenings. Forms in -s tell the present of history, in -ing acts.
HAPPENING_VERBS = _words(
    """abandon abdicate abolish accede accept accompany accuse achieve acquire acquit add address
    adjourn admit adopt advance agree allow amend annex announce appeal appear appoint approve
    arrest arrive assassinate assault assemble assume attack attain attend award ban baptise
    become begin block bomb break bring broker build burn bury buy call cancel capture cause
    cede celebrate chair change charge choose christen circulate claim close collapse collide
    come commence commission commit complete concede conclude condemn conduct confirm conquer
    consecrate construct convene convert convict crash create cross crown crush cut deal decide
    declare declassify decommission dedicate defeat defect deliver demand demolish demote
    denounce depart deploy deport depose deposit derail descend design destroy detain detonate
    develop devise die disappear disband disclose discontinue discover dismiss dispatch dissolve
    divide divorce dock donate double draft drop drown earn eject elect eliminate embark emerge
    emigrate enact end endorse enlist enrol enroll ensue enter erect erupt escape establish
    evacuate exchange execute exile expand expel expire explode explore extend extradite fail
    fall fight file finish fire flee flood fly force form found free gain gather give go
    graduate grant greet ground halt hand hijack hire hit hold host ignite import impose
    imprison inaugurate incorporate increase induct inflict inherit initiate injure insist
    inspect install institute integrate intervene introduce invade invent invite issue join jump
    kidnap kill land launch lay lead leak leave liberate lift lock lose make marry massacre
    mediate meet merge migrate mobilise mobilize move murder name nationalise nationalize
    negotiate nominate object obtain occupy occur offer open oppose order organise organize oust
    outlaw overrun overthrow pardon participate partition pass patent pay perform perish permit
    pioneer plant pledge premiere present privatise privatize proceed proclaim produce prohibit
    promise promote propose protest prove publish pull purchase pursue push quit raid raise
    ratify reach reactivate reaffirm rebel rebuild recall recapture receive recognise recognize
    record recover recruit reelect reestablish reform refuse regain register reinstate reject
    release relinquish relocate remove rename renew renounce reopen reorganise reorganize repeal
    replace report repulse request rescue resettle resign resist resolve respond restore
    restructure resume retake retire retreat return reunite reveal revive revoke revolt rise
    sabotage sack sail scrap secede secure seize sell send sentence separate set settle sever
    shelve shift ship shoot shut sign sink spark split spread stage start steal step stop storm
    strengthen strike submit succeed succumb sue suffer summon surrender survive suspend sweep
    switch table take tear terminate test threaten tighten toll topple toughen tour transfer
    transform translate transport travel trigger try turn unify unite unleash unveil upgrade
    urge vacate veto visit vote vow weaken welcome win withdraw withhold witness wound wreck
    yield"""
)
#: Those whose form in -s is a noun or an adverb more often than a verb.
NOT_VERB_IN_S = _words("means times works states claims changes forms ends names lands falls")

# ---------------------------------------------------------------- nouns

#: Nouns that are happenings: with a date of their own they tell that one took place.
HAPPENINGS = _words(
    """abdication abduction abolition accession accident accord acquisition addition adoption advance
    agreement airstrike ambush amnesty annexation anniversary announcement appearance
    appointment armistice arrest arrival ascension assassination assault attack avalanche award
    ballot ban bankruptcy battle birth blast blockade bombardment bombing boycott breach
    briefing burial buyout campaign capitulation capture cease-fire ceasefire celebration
    ceremony championship clash closing closure collapse collision colonisation colonization
    commencement commissioning completion conclave conclusion condemnation conference conflict
    conquest consecration construction convention conversion conviction coronation coup
    crackdown crash creation crisis cyclone deal death debate debut decision declaration defeat
    defection delivery demonstration departure deployment deportation derailment destruction
    detention detonation disappearance disaster discovery discussion dismantling dismissal
    dispute dissolution divorce drought earthquake election emergency emigration enactment
    encounter enlargement epidemic eruption escape establishment evacuation exchange execution
    exercise exhibition exile exodus expansion expedition explosion expulsion failure fall
    famine festival fighting fire flight flood flooding formation foundation founding funeral
    genocide handover handshake hearing heist hijacking hurricane imprisonment inauguration
    incident incorporation incursion independence inquiry insurgency insurrection intervention
    interview introduction invasion invention investigation ipo journey kidnapping killing
    landing landslide launch liberation lockdown loss march marriage massacre meeting memorandum
    merger migration mission mobilisation mobilization murder mutiny nationalisation
    nationalization negotiation nomination offensive offering opening operation ouster outage
    outbreak overthrow pact pandemic parade partition passage pilgrimage plebiscite pogrom
    premiere privatisation privatization procession proclamation protest publication purchase
    purge putsch raid rally ratification re-election rebellion recall recapture reception
    recession recognition reelection referendum reform relaunch release relocation renewal
    reopening repeal resignation restoration restructuring retirement retreat return
    reunification revival revolt revolution riot ruling rupture sabotage sack sacking sale
    scandal secession seizure sentencing separation session settlement shelling shipwreck
    shooting shutdown siege signing sinking skirmish slaughter speech spill split stand-off
    standoff start statement storm strike strikes suicide summit surge surrender suspension
    takeoff takeover talk talks test tornado tour tournament transfer transition treaty trial
    trip truce tsunami turmoil typhoon unification upgrade uprising verdict veto victory
    violence visit vote voyage war wedding wildfire withdrawal"""
)
#: Of a name with such a word the years behind it are those of the happening: "War (1754–1763)".
NAMED_HAPPENINGS = _words(
    "war wars revolution uprising rebellion revolt battle siege massacre crisis famine plague "
    "election elections coup treaty conference flood earthquake fire strike expedition restoration"
)
#: Such nouns as a heading or a name uses of no happening when a date only stands before them.
DOCUMENTS = _words(
    """act agenda album almanac article atlas autobiography bill biography book budget cable
    calendar catalog catalogue census charter class code cohort communique constitution data
    decree directive dissertation document documentary draft edition episode essay estimate
    figure figures film fiscal forecast framework game goal goals group guide guidelines
    handbook index journal law letter level levels list magazine manual map memo memoir model
    movie newspaper novel ordinance painting paper photo photograph plan play poem policy poll
    portrait press price prices profile program programme ranking rankings regulation report
    resolution review roadmap rulebook season series song specification standard statistics
    strategy study survey target targets tax term textbook thesis value values version vintage
    white-paper yearbook"""
)
#: Marks of a reference to a work, and of what stands beside a text.
CITING = _words(
    "pp vol vols isbn issn doi http https www ibid op cit et al ed eds retrieved accessed arxiv "
    "copyright"
)
#: How captions, headings and notices begin.
CAPTIONS = _words(
    "figure fig table photo photograph image source sources map chart box plate exhibit appendix "
    "annex note notes copyright see cf credit caption updated posted published last retrieved "
    "accessed archived modified version isbn keywords tags filed"
)
#: Sections whose text names works or addresses: nothing is told there.
REFERENCES = _words(
    "references bibliography sources works cited citations literature notes footnotes endnotes "
    "reading links publications discography filmography license licence copyright contents "
    "further external selected additional general see also and the of list"
)
PERCENT = _words("percent per-cent percentage")
QUANTITIES = _words(
    "million millions billion billions trillion thousand thousands bn mn dollars euros pounds "
    "tonnes tons barrels hectares"
)
PERIODS = _words("year years quarter month months period half weeks week days decade season")
#: Words that nearly every English sentence holds one of.
ENGLISH = _words(
    "the of and to in was were is are for that with by on at from his her its it he she they as "
    "an had has have this which after when first their who been between not but took place"
)
#: Small words of German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish and Polish.
FOREIGN = _words(
    "der das und von dem den mit für ist wurde wurden nach bei zum zur sich nicht auch eine einer "
    "le les et des du est une dans par sur pour qui aux avec fut été "
    "el los las del en por para que se fue su con una como al "
    "il che di della nel dei alla gli fu nella è "
    "het een op werd voor met zijn naar niet ook "
    "och av som det att på till den blev til og er af "
    "do da na em foi ao os à não no um uma w z się nie jest oraz został"
) - _words("do no en as")

#: Words for one kind of happening: two sentences that use them may tell the same one.
KINDS = tuple(
    _words(line)
    for line in (
        "coup putsch takeover overthrow overthrew overthrown oust ousted ouster topple toppled "
        "seize seized seizure depose deposed",
        "visit visits visited trip tour toured travel travels travelled traveled went arrive arrives "
        "arrived arrival journey return returned",
        "sign signs signed signing agreement agreements agree agrees agreed accord deal treaty pact "
        "memorandum contract contracts ratified ratification concluded",
        "meet meets met meeting meetings talk talks summit summits discuss discussed discussion "
        "discussions negotiation negotiations negotiated session conference held",
        "election elections elect elected vote votes voted voting ballot poll polls won win victory "
        "referendum",
        "war invade invaded invasion attack attacked attacks offensive assault battle fought fighting "
        "raid raided captured capture siege",
        "kill killed killing killings massacre massacred execute executed execution executions murder "
        "murdered assassinated assassination died death deaths shot",
        "found founded founding establish established establishment create created creation form "
        "formed formation set incorporated incorporation inaugurated",
        "appoint appointed appointment become became named made nominated nomination promoted "
        "promotion elected",
        "open opened opening launch launched inauguration inaugurated unveiled",
        "buy bought purchase purchased purchases order ordered orders acquire acquired acquisition "
        "procured sold sale sales",
        "crash crashed collapse collapsed collapses fall fell fallen",
        "independence independent gained gaining",
        "annex annexed annexation",
        "expel expelled expulsion exile exiled deported deportation exodus fled",
        "protest protests protested demonstration demonstrations rally rallies uprising uprisings "
        "revolt rebellion riot riots",
        "arrest arrested arrests detained detention imprisoned imprisonment jailed",
        "earthquake quake cyclone flood floods hurricane storm typhoon tsunami eruption erupted "
        "struck",
        "resign resigned resignation quit left stepped retired retirement dismissed dismissal",
        "born birth",
        "marry married marriage wedding",
        "adopt adopted adoption approve approved passed passage enacted",
        "build built building construct constructed construction complete completed completion "
        "erected finished",
        "join joined joining admitted admission accession acceded",
        "dissolve dissolved dissolution abolish abolished abolition closed closure",
        "deliver delivered delivery shipped shipment",
        "veto vetoed vetoes",
        "burn burned burnt fire fires blaze",
        "release released publish published publication issued",
    )
)
