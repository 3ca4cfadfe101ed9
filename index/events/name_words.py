"""The words that tell whether capitals make a person, a body, a place or none of them.

Everything is folded as `index.analysis.fold` folds: small letters, no accents, no full stops.
"""

from __future__ import annotations

from index.analysis import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


# ---------------------------------------------------------------- words that begin sentences

#: Function words and common beginnings of sentences, in the languages that documents have most.
STARTERS = _words(
    """
    a about above according across actually additionally after afterwards again against ahead all
    almost along already also although always amid amidst among an and another any anyone are
    around as at away back based be because been before behind being below beside besides between
    beyond both but by can could currently despite did do does due during each earlier early
    either else elsewhere even eventually ever every everyone except few finally first firstly
    following for former formerly from further furthermore given had has have having he hence her
    here hereafter him his how however i if immediately in indeed initially inside instead into is
    it its just last late later latter least less like likewise many may maybe me meanwhile might
    more moreover most mostly much must my near nearly neither never nevertheless new next no
    nobody none nonetheless nor not nothing notably now of off often on once one only onto or
    other others otherwise our out outside over own per perhaps possibly present previously prior
    rather recent recently regarding same second secondly see several she should similarly since
    so some someone sometimes somewhere soon still subsequently such than that the their them then
    there thereafter therefore these they third this those though through throughout thus till to
    today together tomorrow tonight too toward towards two three four five six seven eight nine
    ten eleven twelve under unfortunately unless unlike until up upon us using usually versus very
    via was we well were what whatever when whenever where whereas wherever whether which while
    who whoever whom whose why will with within without would yes yesterday yet you your born died
    founded signed established opened closed added fixed removed changed note notes source sources
    chapter section page figure table appendix part volume article see photo image updated
    published edited dozens hundreds thousands millions half nearby part parts part-time le la les
    un une des du de au aux en dans sur pour par avec sans sous apres avant depuis pendant il elle
    ils elles ce cette ces cet son sa ses leur leurs mais ou et donc quand lors selon el los las
    una unos unas al del desde durante con sin segun pero cuando donde este esta su sus lo gli uno
    nel nella dal dalla dopo prima il der die das den dem des ein eine einen einem einer im am vom
    zum zur mit nach bei seit aus auf uber unter vor wahrend und oder aber als wenn dieser diese
    dieses sein seine er sie es wir o os um uma na nas dos ao aos apos в на по с со из за от до
    при после перед под над к ко о об у во и а но или это этот эта эти тот как когда где что он
    она они его ее их мы вы я не ни также кроме однако затем потом тогда согласно через между для
    во-первых
    """
)

#: What entries of change logs begin with.
STARTERS |= _words(
    """
    add allow avoid build bump change clean convert create delete deprecate disable document drop
    enable ensure expose extend fix handle ignore implement improve increase introduce merge move
    prevent reduce refactor release remove rename replace restore revert rewrite simplify support
    switch test update upgrade use make correct cleanup bugfix hotfix feature breaking
    """
)

#: Of these, those that are syllables of names too: they end no name that has begun.
SYLLABLES = _words(
    """le la les un une des du de au aux en son sa el los las al del lo gli der die das den des ein im
    er es os um na no so do da se lui su sus sur ses ni mit nur con sin pas elle uma dos nas ao han
    bei van an"""
)

#: Days, months and feasts: they end a name that stands before them.
CALENDAR = _words(
    """
    january february march april may june july august september october november december jan feb
    mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday
    sunday mon tue tues wed thu thur thurs fri sat sun spring summer autumn winter christmas
    easter ramadan diwali passover hanukkah eid nowruz lent advent yule thanksgiving januar
    februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout
    septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto
    septiembre octubre noviembre diciembre montag dienstag mittwoch donnerstag freitag samstag
    sonntag lundi mardi mercredi jeudi vendredi samedi dimanche январь января февраль февраля март
    марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября октябрь
    октября ноябрь ноября декабрь декабря bc ad bce ce am pm est edt gmt utc
    """
)
#: Months that are names of people too, beside a given name or a title.
MONTH_NAMES_OF_PEOPLE = _words("may april june august jan mai")

# ---------------------------------------------------------------- peoples, faiths and tongues

PEOPLES = _words(
    """
    afghan afghans african africans albanian albanians algerian algerians american americans
    angolan arab arabs arabic aramaic argentine argentinian armenian armenians asian asians
    australian australians austrian austrians azerbaijani bahraini bangladeshi basque belarusian
    belgian belgians bengali bolivian bosnian bosnians brazilian brazilians breton british briton
    britons bulgarian bulgarians burmese burman bamar cambodian canadian canadians castilian
    catalan catholic catholics celtic chechen chechens chilean chinese christian christians
    colombian congolese cossack croat croats croatian cuban cubans cypriot czech czechs
    czechoslovak dane danes danish dutch ecuadorian egyptian egyptians english englishman eritrean
    estonian ethiopian european europeans fijian filipino filipinos finn finns finnish flemish
    french frenchman frank franks frankish gaelic georgian german germans germanic ghanaian greek
    greeks guatemalan gypsy haitian hebrew hellenistic hindi hindu hindus hungarian hungarians hun
    huns icelandic indian indians indonesian indonesians iranian iranians iraqi iraqis irish
    irishman islamic islamist islamists israeli israelis israelite israelites italian italians
    jacobite jamaican japanese jew jewish jews jordanian kashmiri kazakh kenyan khmer korean
    koreans kosovar kurd kurds kurdish kuwaiti kyrgyz lao laotian latin latvian lebanese liberian
    libyan libyans lithuanian lutheran macedonian macedonians malagasy malay malays malayan
    malaysian malian maltese manchu mandarin maori mexican mexicans mongol mongols mongolian
    moroccan mozambican muslim muslims namibian nepalese nepali nicaraguan nigerian nigerians
    norman normans norse norwegian norwegians nubian omani orthodox ottoman ottomans pakistani
    pakistanis palestinian palestinians panamanian pashtun persian persians peruvian pole poles
    polish portuguese protestant protestants prussian prussians puritan puritans qatari roman
    romans romanian romanians russian russians rwandan saudi saudis saxon saxons scandinavian scot
    scots scottish scotsman senegalese serb serbs serbian shia shiite sikh sikhs slav slavs slavic
    slovak slovaks slovene slovenian somali somalis soviet soviets spaniard spaniards spanish
    sudanese sunni swede swedes swedish swiss syrian syrians taiwanese tajik tamil tamils
    tanzanian tatar tatars thai thais tibetan tibetans tunisian turk turks turkish turkmen tutsi
    tutsis hutu hutus ugandan ukrainian ukrainians uruguayan uzbek venezuelan venezuelans
    victorian vietnamese viking vikings visigoth visigoths goth goths vandal vandals welsh western
    eastern northern southern yemeni yoruba yugoslav yugoslavs zambian zimbabwean zionist zulu
    zulus assyrian babylonian athenian athenians spartan spartans carthaginian byzantine buddhist
    buddhists buddhism christianity hinduism islam judaism communism communist communists fascist
    nazi nazis marxist democrat democrats republican republicans conservative conservatives
    liberal liberals labour tory tories whig whigs bolshevik bolsheviks menshevik confederate
    federalist allied allies axis
    """
)

# ---------------------------------------------------------------- titles and honorifics

#: Before a name; left out of it.
TITLES = _words(
    """
    mr mrs ms miss mx messrs dr doctor prof professor rev reverend revd fr father sister brother
    sir dame madam master mister lady lord gen general snr sen senior lt lieutenant col colonel
    maj major capt captain cmdr commander cdr adm admiral sgt sergeant cpl corporal pvt private
    brig brigadier marshal commodore ensign commandant warrant officer generalissimo fuhrer
    chancellor president premier minister secretary governor gov mayor senator rep representative
    congressman congresswoman councillor ambassador amb envoy consul commissioner chairman
    chairwoman chairperson chair speaker deputy viceroy judge justice attorney sheriff inspector
    superintendent constable detective agent director commander-in-chief lieutenant-general
    major-general colonel-general vice-admiral rear-admiral brigadier-general lieutenant-colonel
    lieutenant-commander director-general secretary-general under-secretary-general
    governor-general attorney-general vice-president vice-chairman vice-chancellor vice-premier
    general-secretary archbishop bishop cardinal deacon archdeacon pastor rabbi reb rebbe imam
    mufti mullah maulana ayatollah hojatoleslam hajji haji hadji patriarch metropolitan abbot
    abbess canon chaplain student author singer actor actress writer poet physicist chemist
    inventor explorer botanist naturalist composer architect lawyer banker businessman billionaire
    entrepreneur philosopher mathematician astronomer historian spokesman spokesperson spokeswoman
    pilot artist painter novelist playwright economist biologist geologist surgeon nurse ceo cto
    cfo coach engineer scientist cosmonaut astronaut journalist activist u daw ko sayadaw ashin bo
    thakin bogyoke saw sao sai mahn nai khun luang phraya phra mom shri sri smt shrimati pandit
    swami begum babu lala acharya mahatma netaji sardar seyyed sayyid sayed mirza aga herr frau
    fraulein mme mlle madame mademoiselle monsieur abbe don dona senor senora senorita dom padre
    signor signora comandante bey pasa pasha hanim efendi hoca dato datuk tan pak ibu bapak bung
    encik puan haji syed oba alhaji alhaja chief otunba mzee nana ogbeni eze mallam ras dejazmach
    comrade citizen tovarishch subcomandante lama rinpoche sensei президент генерал министр
    адмирал маршал академик император царь князь король патриарх господин товарищ депутат
    губернатор секретарь полковник генерал-майор генерал-лейтенант
    """
)
TITLES |= _words(
    """executive officer incumbent leader rebel dictator consul tribune praetor editor founder
    dissident guerrilla pioneer boxer footballer cricketer golfer dancer conductor photographer"""
)
TITLES_BEHIND = _words("pasa pasha bey efendi hanim khan hoca")
#: Kept with the name: alone, the name would not tell who is meant.
KEPT_TITLES = _words(
    """
    king queen pope emperor empress tsar czar tsarina czarina kaiser shah sultan sultana caliph
    prince princess emir amir khan maharaja maharajah maharani rajah raja nizam nawab saint st
    duke duchess earl count countess baron baroness viscount marquess marquis archduke archduchess
    infante dauphin pharaoh tun tunku tengku sheikh shaikh sheik negus mikado shogun crown regent
    """
)
NOBLE = _words(
    """king queen prince princess duke duchess earl count countess marquess marquis bishop
    archbishop emperor empress sultan emir baron viscount archduke patriarch lord lady"""
)
#: Only before another capitalised word, and only in their own capitals.
SHORT_TITLES = _words("u ma ko bo saw sai sao mom")
#: Between titles, or before one, they belong to the title.
TITLE_PARTS = _words(
    """
    prime foreign defence defense interior home finance deputy vice assistant associate acting
    chief first second third former ex interim incoming outgoing senior junior high supreme grand
    crown lord lady state union federal national air rear fleet field lance staff executive
    managing permanent special general attorney principal honorary honourable hon honorable right
    excellency majesty highness holiness eminence commander-in-chief in-chief cabinet exterior
    press under junta opposition party army navy royal secretary
    """
)
#: What ministries and agencies are for; joined by "and" in their names.
SUBJECTS = _words(
    """
    affairs agriculture arts atomic aviation broadcasting budget business commerce communication
    communications construction control cooperation co-operation culture customs defence defense
    democracy design development disaster drug economic economics economy education electricity
    electronics electrical emergencies emergency employment energy engineering environment
    environmental exploration family finance fisheries fishery food foreign forestry friendship
    gas health heritage home housing human humanitarian hydrology immigration industrial
    industries industry information infrastructure innovation intelligence interior international
    investigation irrigation islamic labor labour land language law literature livestock
    management manpower maritime mechanical medical medicine meteorological meteorology mines
    mining monetary music national natural nuclear oil peace petroleum planning policy population
    power prevention privatization propaganda public radio railways reconciliation reconstruction
    refugees regional rehabilitation relations relief religion religious research resettlement
    resources rights rural sanitation science sciences scientific security settlement social space
    sport sports statistics supply technical technology telecommunications territories tourism
    trade training transport transportation treasury urban veterans water welfare wildlife women
    work works youth justice order freedom progress equality restoration reform solidarity
    liberation independence
    """
)

# ---------------------------------------------------------------- bodies

#: A name that ends in one of these, or has it before "of", is of a body.
BODIES = _words(
    """
    academy administration agency airlines airways alliance army assembly assembly association
    authority bank battalion board brigade broadcaster broadcasting brotherhood bureau cabinet
    cabinets caucus center centre chamber church club co coalition college command commission
    committee community commune commonwealth company confederation conglomerate congregation
    congress consortium convent cooperative corp corporation corps council court curia department
    directorate division duma embassy enterprise enterprises faction federation firm fleet force
    forces foundation front fund gmbh government group guard guards guild headquarters holdings
    hospital house inc industries inspectorate institute institution intelligence junta knesset
    labs laboratories laboratory league legion library llc ltd limited militia ministry mission
    monastery movement museum navy network office orchestra order organisation organization
    parliament partnership party patrol police politburo press priory ratification railway
    railways regiment registry reserve secretariat securities senate service services society
    squad squadron staff studio studios survey syndicate synod team tribunal troops trust union
    unions university workers works airline shipyard watch administration newspaper министерство
    совет комитет партия армия университет банк академия союз дума
    """
)
#: Bodies of one word, or with a name that does not tell that they are one.
KNOWN_BODIES = _words(
    """
    parliament congress senate knesset duma bundestag bundesrat reichstag kremlin pentagon
    interpol europol comintern cominform politburo gestapo wehrmacht luftwaffe mossad hamas
    hezbollah hizbollah hizbullah taliban solidarity solidarnosc wikileaks greenpeace oxfam unicef
    unesco nato asean opec frontex eurojust mercosur ecowas comecon benelux westminster
    bundeswehr stasi securitate likud fatah sinn fianna viet vietcong microsoft google apple ibm
    intel facebook twitter amazon netflix samsung sony toyota volkswagen boeing airbus lockheed
    siemens gazprom rosneft lukoil rosatom huawei tencent alibaba nokia ericsson
    oracle netscape mozilla wikipedia reuters bloomberg spacex tesla nvidia xerox motorola cisco
    hewlett-packard alphabet youtube roscosmos aeroflot lufthansa unilever nestle shell exxon
    chevron totalenergies
    """
)
KNOWN_ACRONYMS = _words(
    """
    adb afp african-union aiib aist anc ansa ap apec arpa asean au bbc bbn bjp brics cbi cbs cdc
    cern cfr cia cis cnbc cnn cpc cpsu csto darpa dea dhs doe doj dpa ebrd ec ecb ecowas ecsc eec
    efta epa esa eta eu europol faa fao farc fatf fbi fcc fda fema fifa fis frelimo fsb ftc g20 g7
    g8 gchq gru hrw iaea iata icao icc icj ict icrc ieee ietf ifc ilo imf ioc iom iphc ipcc ira
    irgc isi isil isis iso itu kgb kia kmt knla knu kpd lttec ltte mgm mi5 mi6 mit mpla nasa nato
    nbc nhs nist nkvd nld npr nsa nsf oas oau oecd ogpu oic opcw opec osce pkk plo pla raf ran
    rcmp renamo rfa rfe sadc saarc sco sdp seato shape sipri slorc spd spdc spla ss ssr swapo
    tass tuc uaw uefa ukip un unctad undp unep unesco unfpa unga unhcr unhrc unicef unita unodc
    unprofor unrwa unsc usaaf usaf usaid usn ussf voa w3c wfp who wipo wmo wto wwf zanu zapu icann
    isoc ucla cpb aa ata nug crph nlc
    """
)
#: Capitals that are neither.
NO_ACRONYMS = _words(
    """
    am pm bc ad bce ce utc gmt est edt cet pst tv dvd cd pc pcs html http https url urls xml json
    csv sql api apis gui cli cpu gpu ram rom usb pdf hiv aids dna rna gdp gnp covid sars sms gps
    vip ceo cto cfo id ok usd eur gbp jpy rmb cny mw kw gw kg km mph rpm mhz ghz hd led lcd ip tcp
    udp dns ssh ssl tls html css js php sdk ide os ui ux ai ml ascii utf unicode md rst txt isbn
    issn doi phd md ba ma bsc msc mba jr sr no nos vol ch pp fig ed eds et al aka faq diy pow pows
    mp mps gop wwi wwii ww1 ww2 ufo vat mou nda ngo ngos icbm icbms smr sam ibid op cit ssn tba
    tbd rip rfc pr lgbt lgbtq adhd bmw suv suvs atm pin isp lan wan vpn ftp smtp imap crud orm ci
    nb ps re ie eg etc n s e w ne nw se sw i ii iii iv v vi vii viii ix x xi xii sos lp ep mvp
    """
)

# ---------------------------------------------------------------- things with capitals

#: A name that ends in one of these, or has it before "of", is neither actor nor place.
THINGS = _words(
    """
    accord accords act acts affair age agreement agreements air album amendment anniversary arms
    armistice article assault award awards ballet battle bible bill blockade bomb bond bonds book
    bulletin bursary campaign card centenary century ceremony championship championships charter
    chronicle city-state civil code cold coming communique compact compromise concert concordat
    conference conferences consensus constitution contract convention conventions coup covenant
    crisis crusade crusades cup curse daily day days decade declaration decree decrees
    defenestration degree depression derby dialogue diary directive disaster doctrine dynasty
    earthquake edict edition election elections emporium empire-building enlightenment epic era
    eruption eve event exchange exhibition exhibit expedition expo exposition fair faith festival
    fever film final finals fire flight flood flu formula forum games gazette genocide gospel
    guide harvest heresy holocaust holiday hurricane hymn incident index inquiry insurrection
    intifada inventory invasion issue jubilee law laws lecture letter light line list listing
    liturgy magna manifesto manuscript marathon march mass massacre match medal meeting memorandum
    mode model month museum-ship mutiny night note nobel novel offensive olympics opera operation
    ordinance outbreak package pact pandemic papers parade paradox partition party-line peace
    people phase plague plan play poem policy prize problem procedure process proclamation program
    programme project proposal protocol protocols psalm publication purge putsch race raid
    rebellion reformation referendum reform reforms regulation regulations release renaissance
    report resolution restoration review revolt revolution revolutions riot riots maru rising role
    root roundtable route rule rules scandal schedule scheme school season sedition series session
    siege song spring standard star statement statute storm strategy strike study summit superior
    surrender symphony system tale talks tax tea tempest testament test theorem theory title tour
    tournament transition treaty treaties trial trials trophy truce tsunami tunnel-vision typhoon
    uprising vaccine version vote war wars warship week whistle will window windows world workshop
    year years zeitung throne flu virus rifle tank missile rocket satellite shuttle
    submarine ship destroyer frigate cruiser carrier bomber fighter helicopter aircraft jet
    emporium platform software protocol server database language война договор закон революция
    конституция мир битва
    """
)
#: Of these the place is told: "Battle of Waterloo".
FIGHTS = _words("battle siege fall sack capture bombing massacre surrender bombardment")

#: Ordinary words: a name of nothing but known kinds has none of them.
COMMON = _words(
    """
    absolute action advanced ancient annual arab-israeli archive artificial atlantic-wall
    award-winning bad best big black blue bloody blitz brown business capital central
    chapter charge charm church classic cloud cold college colonial commercial common complete
    concept content contract core corn cotton crime critical cross crown cultural curriculum dark
    data dead deep democratic diamond digital direct domestic double dual dynamic economic
    electric electoral electronic elementary emergency empire engine entire environmental
    essential ethnic exhibition express extra fair false far fast federal final financial fine
    fire first five flash focus food force four free french-speaking friendly full fugitive future
    galactic game gas general global gold golden good grand great green gross guest gulf half hard
    head health heavy heroes hidden high historic history holy home honorary hot house human ice
    imperial important independent industrial influential information inner instant interface
    integrated international internet iron joint junk key kingdom lake land large latest leading
    left legal legacy level liberation life little living local long lost love low lower lunar
    magic main major maritime market martial mass master media medical mental mid middle military
    mobile modern monetary moon mother multi municipal mutual national natural naval new news
    night nine noble north northeast northern northwest nuclear ocean official oil old olympic
    open opening orange original outer outstanding packet paper pacific-rim parliamentary people
    peoples permanent personal political popular popular-front post power press primary private
    provisional public purple quick quiet radical radio rail railroad rainbow random rapid real
    red regional regular religious republic revolutionary right rock royal rural sacred safe sand
    science sea second secret senior seven-year severe short silent silk silver single six slave
    small smart social socialist soft solar solid south southeast southern southwest space special
    stamp standard star state states steel stone street strategic strong sugar summer sun super
    supreme switching tea technical ten third thirty three time top total tower trade traditional
    transport tribal triple true twelve twin two ultimate united universal upper urban user
    virtual visual voyager war water web west white wide wild wise women world yellow young zero
    unknown military-technical summary introduction background overview conclusion contents
    references index acknowledgements abstract timeline chronology history famine police peace
    rumour unrest army navy government rebel troop parliament election snow rain drought plague
    inflation trade talks wheat coal bread rice gold iron steam earth internet web net sun moon
    heaven hell god gods bible quran koran torah north south east west treaty soldiers workers
    students farmers miners prisoners refugees officials leaders ministers rebels protesters
    protestors demonstrators police civilians hostages king-size state-owned pro-military
    anti-coup cable fuel power ministry minister department council committee commission party
    company bank court church union board office club team university college school hospital
    museum library port airport station bridge railway river construction production work building
    life trading slavery women men children people
    """
)
COMMON |= _words(  # words of headings
    """
    agenda aim aims alert alternative analysis annex answer approach arrangement assessment bilateral
    branch briefing broader building build case cases challenge challenges close closer commentary
    commit communal comparison conflict contact context contribution cost costs crackdown current
    deal deals debt decline default demand detail details diplomacy diplomatic discussion divided
    economy edge effort efforts embargo engagement essay evidence exclusive facts failure fears
    feature features file files findings fresh friends friendly friendship fully further future gain
    gains goods growth help highlights hope hopes host impact import imports initial interest
    interests interview investment issue issues item items job jobs join joint lack lessons
    letter letters limits links list load look lost margin material memory message method methods
    migration mixed money motion movement name names need needs neighbour neighbours note notes nothing
    number numbers object objects offer offers option options origin origins outcome outlook output
    page pages partner partners path pattern photo photos picture platform plot possible practice
    premium price prices profile promise promises public pull push question questions reader readers
    reason reasons recommendation recommendations record records relation relations request requests
    requirement resource response responses result results reward risk risks rival rivals safety sale
    sales sanction sanctions scale scope search share shares sharp shift sign signs simple site sites
    situation size solution solutions source sources speech start statement statements step steps
    stories story strike strikes strength stress structure style subject success sudden support
    survey symbol table target targets task tasks tension tensions term terms threat threats tie
    ties tips tool tools top topic tragedy trend trends trouble trust truth turn type types update
    updates usage use value values view views violence vision visit visits warm warning
    way ways weak weapon weapons win wonder word words work worker wrong
    """
)
#: Ends of ordinary words: a single word that has one and stands nowhere else is no name.
COMMON_ENDS = (
    "ing", "ed", "ly", "tion", "sion", "ment", "ness", "ity", "ism", "ists", "ance", "ence",
    "ship", "hood", "ful", "less", "ous", "ive", "able", "ible", "ology", "ies", "ers", "ors",
    "ians", "ture", "graphy", "ware", "fare", "wide", "lands", "works",
)  # fmt: skip

# ---------------------------------------------------------------- words about places

PLACE_WORDS = _words(
    """
    abbey airfield airport archipelago cemetery gardens hall jail pagoda prison tower atoll basin
    bay beach borough bridge canal canyon cape cathedral hotel castle
    cave channel city coast colony county creek dam delta desert district estuary falls fjord
    forest fort fortress garrison gate glacier gulf harbor harbour heights hill hills island
    islands isle isles isthmus jetty kingdom lagoon lake lakes lighthouse mount mountain mountains
    oasis oblast ocean oblast palace park pass peak peninsula pier plain plains plateau pond port
    prefecture province provinces quay raion range reef region republic reservoir ridge river road
    rock sea shoal shrine sound spaceport cosmodrome spring springs square stadium state station
    strait straits street temple territory town township valley village volcano wadi wall
    waterfall wharf область край река озеро район
    """
)
#: Before the name; "Port" and the like before "of".
PLACE_FIRST = _words(
    "cape fort ft gulf isle isles lake mount mt port river san santa sao saint st camp isthmus bay "
    "strait straits republic kingdom state province city town village county principality grand-duchy "
    "duchy emirate territory commonwealth region sea"
)
#: In small letters behind a name, or with "of" before it: the name is of a place.
PLACE_NOUNS = _words(
    """
    airport area bay canal city coast county district harbor harbour island islands mountains
    oblast peninsula port prefecture province region river sea state strait town township valley
    village suburb capital port outskirts
    """
)
#: Before "in" or "at": where the name is a place.
STAYING = _words(
    """
    arrive arrived arrives arriving land landed lands landing born died dies die buried lived
    lives living based headquartered located situated settled docked docks anchored stationed born
    resides resided
    """
)
LOCATIVE = _words("in at near into outside around throughout off via toward towards across onto")
WITHIN = LOCATIVE | _words("on from to")

# ---------------------------------------------------------------- people

#: What stands in small letters inside names of people.
PARTICLES = frozenset(
    "von van der den de du da di del della dos das la le bin ibn binti bint al el ter ten zu af av "
    "ul ud ben bar ap abu".split()
)
EPITHETS = _words(
    """great terrible bald conqueror magnificent elder younger wise bold fat lionheart confessor
    pious short fearless good bad cruel fair simple impaler navigator bearded saint"""
)
SUFFIXES = _words("jr sr esq san sama junior")

GIVEN = _words(
    """
    aaron abdul abdullah abdel abraham adam adolf adrian agnes ahmad ahmed alain alan albert
    alberto aleksandr aleksei alessandro alex alexander alexandra alexei alexey alfred ali alice
    allen amir amy ana anastasia anatoly andre andrea andreas andrei andrew andrey angela anna
    anne anthony antoine anton antonio anwar arthur arnold ashraf augustus barack barbara bashar
    beatrice ben benazir benito benjamin bernard bertrand bill bob boris brian bruce carl carlo
    carlos caroline catherine cecil charles chester chris christian christine christopher claude
    claudia clement condoleezza cornelius cyril cyrus daniel david deborah denis dennis diana dick
    diego dmitri dmitriy dmitry dominique donald dorothy douglas dwight edgar edmund eduard edward
    edwin eleanor elena elizabeth emil emily emma emmanuel enrico eric erich ernest ernesto erwin
    ethel eugene eva evgeny felix ferdinand fidel florence francis francisco franco francois frank
    franklin franz fred frederick friedrich fyodor gabriel galileo gavrilo gennady geoffrey georg
    george georges gerald gerard gerhard gilbert giovanni giuseppe golda gordon grace graham
    gregory grigory guglielmo guido guillaume gustav guy hafez hamid hannah hans harold harriet
    harry hassan heinrich helen helmut henri henry herbert herman hermann hillary hiroshi hirohito
    horace horatio hosni howard hubert hugh hugo hussein ian ibrahim ignacio igor ilya imran
    indira ingrid irene isaac isabel isabella ismail ivan jack jacob jacques jakob james jan jane
    janet jason javier jawaharlal jay jean jeff jefferson jennifer jerry jessica jesus jim jimmy
    joan joao joe johan johann johannes john jonas jonathan jorge jose josef joseph josephine
    joshua josip juan judith jules julia julius juri justin kamal karel karen karl katherine keith
    kenneth kenji kevin klaus klement konrad kurt kwame larry laura laurent lawrence lech lee leon
    leonard leonardo leonid leopold lev lewis liam linda lisa lloyd louis louise luca lucy ludwig
    luis luigi luke lyndon mahathir mahmoud mahmud manmohan manuel marc marcel marcus margaret
    maria marie marine mario mark martha martin mary maryam masoud matthew maurice max maxim
    maximilian maximilien mehmet menachem michael michel miguel mikhail milan milos mohamed
    mohammad mohammed mohandas moshe muammar muhammad muhammadu mustafa nadia nancy napoleon
    narendra nathan nathaniel neil nelson neville niccolo nicholas nicolas nicolae nikita nikolai
    nikolay nina noam noel norman olaf oleg olga oliver olof omar orville oscar osama otto pablo
    pascal patrick paul paula pavel pedro percy peter petr philip philippe pierre pietro pol
    queenie rachel rafael ralph ramon raul ray raymond rebecca reinhard rene richard rita robert
    roberto rodrigo roger roland roman ronald rosa rosalynn rose roy rudolf rudolph rufus rupert
    ruslan russell rustam ruth saddam salman salvador sam samuel sandra sarah scott sebastian
    sergei sergey shimon sidney sigmund silvio simon sofia sophia spiro stanislav stanley stefan
    stephen steve steven stuart suleiman susan tariq ted teresa thabo theodor theodore theresa
    thomas tim timothy tito todd tom tony trygve tsar ulrich ulysses umberto ursula valentina
    valery vasily vera victor victoria viktor vikram vincent vint virginia vitaly vivian vladimir
    vojislav volodymyr vyacheslav walter warren wen werner wilbur wilfred wilhelm will william
    winston wladyslaw wolfgang woodrow xavier yasser yasir yitzhak yuri yury yulia yves zbigniew
    zoe ray marc erica ada grace alan linus guido dennis tafawa nnamdi ahmadu festus владимир
    сергей борис михаил никита леонид иосиф александр алексей дмитрий николай иван петр юрий
    андрей виктор анатолий василий григорий павел константин федор георгий евгений олег игорь
    екатерина анна мария наталья ольга елена татьяна валентина людмила максим роман рустам
    """
)
#: Syllables of Burmese names: a name of nothing else is one, and has no surname.
BURMESE = _words(
    """
    aung aye ba cho chit din gyi han hein hla hlaing hnin hpone htay htet htin htoo htun htut
    htway khaing khin kyaw kyaing kyi kyin kyu lay lin lwin maung min mint moe mon mu mya myat
    myint myo nai naing nan nanda nay ne nu nwe nyan nyein nyo nyunt ohn oo pe phone phyo pyae
    pyone saing san sandar sein shein shwe soe su suu swe tha than thanda thant thaung thaw thein
    thet thi thida thiha thin thu thura thuzar ti tin toe tun tut wai wanna win wunna wutyi yan
    yar yaw ye yi yin yu za zarni zaw zayar zeya zin ko ma htwe linn sithu
    """
)
#: Family names that stand first.
FAMILY_FIRST = _words(
    """
    mao deng xi zhou jiang hu li wang zhang liu chen yang zhao huang wu xu sun zhu lin zhuge
    chiang kim park pak lee choi jung cho kang yoon moon roh nguyen tran le pham ho vo ngo bui
    """
)

#: Verbs that a person or a body is the subject of.
VERBS = _words(
    """
    is was has had becomes became begins began meets met visits visited says said tells told makes
    made takes took gives gave goes went comes came leaves left sends sent wins won loses lost
    leads led holds held speaks spoke writes wrote flies flew sees saw finds found gets got brings
    brought buys bought sells sold builds built fights fought falls fell flees fled dies died
    steps sets seeks sought pays paid thanks calls called announces signs joins orders attacks
    agrees refuses rejects accepts launches resigns retires returns travels arrives attends opens
    closes invades declares defeats appoints founds publishes proposes promises warns urges denies
    issues demands demanded crosses crossed marches marched captures captured conquers conquered
    besieges besieged escapes escaped commands commanded persuades persuaded appeals appealed
    replies replied argues argued claims claimed admits admitted confirms confirmed vows vowed
    pledges pledged threatens threatened insists insisted asks asked suggests suggested grants
    granted marries married studies studied teaches taught invents invented discovers discovered
    designs designed composes composed paints painted patents patented joined visited announced
    ordered attacked agreed refused rejected accepted launched resigned retired returned travelled
    traveled arrived attended invaded declared defeated appointed founded published proposed
    promised warned urged denied flees retreats retreated surrenders surrendered abdicates
    abdicated succeeds succeeded demonstrates demonstrated becomes met praised praises condemns
    condemned criticises criticizes plays played sings records recorded directs directed wrote
    would will could can did does also then later himself herself
    """
)
#: Before a name alone that is of someone.
TOWARDS_PEOPLE = _words(
    """
    by met meets meeting told tells succeeded succeeds succeeding replaced replaces replacing
    invited invites arrested arrests killed kills assassinated elected elects appointed appoints
    defeated defeats overthrew overthrows ousted ousts married marries accompanied thanked thanks
    praised praises criticised criticized under against between including like visited befriended
    """
)
TALKING = _words(
    "met meet meets meeting talks talk met negotiations spoke negotiated together along summit "
    "negotiates conferred"
)

NO_PERSON_BODIES = _words(
    "motors electric election elections strike staff assembly hospital public"
)


#: Verbs that only people and bodies are the subject of.
DEEDS = VERBS - _words(
    """
    is was has had becomes became begins began takes took gives gave goes went comes came leaves
    left wins won loses lost leads led holds held falls fell gets got brings brought sees saw
    finds found opens closes would will could can did does also then later sets steps
    """
)
ABBREVIATIONS = _words(  # a full stop behind one of them ends nothing
    """mr mrs ms dr prof rev revd fr gen lt col maj capt cmdr cdr adm sgt cpl pvt brig snr sen rep gov
    hon st mt ft jr sr amb pres vice-adm dept det insp supt mgr msgr ste co corp inc ltd"""
) - _words("jan feb")

# ---------------------------------------------------------------- places by name

#: One place an entry; behind "|" other forms of its name. The first form is the one that is shown.
_PLACES = """
Afghanistan; Albania; Algeria; Andorra; Angola; Antigua and Barbuda; Argentina|Argentine Republic;
Armenia; Australia; Austria; Azerbaijan; Bahamas; Bahrain; Bangladesh; Barbados;
Belarus|Belorussia|Byelorussia; Belgium; Belize; Benin|Dahomey; Bhutan; Bolivia; Bosnia and
Herzegovina|Bosnia-Herzegovina; Bosnia; Herzegovina; Botswana|Bechuanaland; Brazil; Brunei;
Bulgaria; Burkina Faso|Upper Volta; Burundi; Cambodia|Kampuchea; Cameroon; Canada; Cape Verde|Cabo
Verde; Central African Republic; Chad; Chile; China|People's Republic of China|PRC; Colombia;
Comoros; Democratic Republic of the Congo|Democratic Republic of Congo|DRC|Zaire|DR Congo;
Republic of the Congo; Congo; Costa Rica; Croatia; Cuba; Cyprus; Czech Republic|Czechia;
Czechoslovakia; Denmark; Djibouti; Dominica; Dominican Republic; Ecuador; Egypt; El Salvador;
Equatorial Guinea; Eritrea; Estonia; Eswatini|Swaziland; Ethiopia|Abyssinia; Fiji; Finland;
France; Gabon; Gambia; Georgia; Germany|Federal Republic of Germany; East Germany|German
Democratic Republic|GDR; West Germany|FRG; Ghana|Gold Coast; Greece; Grenada; Guatemala; Guinea;
Guinea-Bissau; Guyana; Haiti; Honduras; Hungary; Iceland; India|Republic of India; Indonesia;
Iran|Persia|Islamic Republic of Iran; Iraq; Ireland|Republic of Ireland|Irish Free State; Israel;
Italy; Ivory Coast|Cote d'Ivoire; Jamaica; Japan; Jordan|Transjordan; Kazakhstan; Kenya; Kiribati;
North Korea|DPRK|Democratic People's Republic of Korea; South Korea|Republic of Korea; Korea;
Kosovo; Kuwait; Kyrgyzstan; Laos; Latvia; Lebanon; Lesotho; Liberia; Libya; Liechtenstein;
Lithuania; Luxembourg; Madagascar; Malawi|Nyasaland; Malaysia|Federation of Malaysia;
Malaya|Federation of Malaya; Maldives; Mali; Malta; Marshall Islands; Mauritania; Mauritius;
Mexico; Micronesia; Moldova|Moldavia; Monaco; Mongolia; Montenegro; Morocco; Mozambique;
Myanmar|Burma|Union of Burma|Union of Myanmar; Namibia; Nauru; Nepal; Netherlands|Holland; New
Zealand; Nicaragua; Niger; Nigeria; North Macedonia; Macedonia; Norway; Oman; Pakistan; East
Pakistan; West Pakistan; Palau; Palestine; Panama; Papua New Guinea; Paraguay; Peru; Philippines;
Poland; Portugal; Puerto Rico; Qatar; Romania|Rumania; Russia|Russian Federation; Soviet
Union|USSR|Union of Soviet Socialist Republics; Rwanda; Saint Kitts and Nevis; Saint Lucia|St.
Lucia; Saint Vincent and the Grenadines; Samoa; San Marino; Sao Tome and Principe; Saudi Arabia;
Senegal; Serbia; Seychelles; Sierra Leone; Singapore; Slovakia; Slovenia; Solomon Islands;
Somalia; Somaliland; South Africa; South Sudan; Spain; Sri Lanka|Ceylon; Sudan; Suriname; Sweden;
Switzerland; Syria; Taiwan|Formosa; Tajikistan; Tanzania|Tanganyika; Thailand|Siam;
Timor-Leste|East Timor; Togo; Tonga; Trinidad and Tobago; Trinidad; Tunisia;
Turkey|Türkiye|Republic of Turkey; Turkmenistan; Tuvalu; Uganda; Ukraine; United Arab
Emirates|UAE; United Arab Republic; United Kingdom|UK|U.K.|Great Britain|Britain; United
States|US|USA|U.S.|U.S.A.|United States of America|America; Uruguay; Uzbekistan; Vanuatu; Vatican
City|Vatican; Venezuela; Vietnam|Viet Nam; North Vietnam; South Vietnam; Yemen; Yugoslavia;
Zambia; Zimbabwe|Rhodesia|Southern Rhodesia; Northern Rhodesia; Zanzibar; Greenland; Bermuda;
Gibraltar; Hong Kong; Macau|Macao; Guam; American Samoa; Faroe Islands; French Guiana; French
Polynesia; New Caledonia; Guadeloupe; Martinique; Aruba; Curacao; Cayman Islands; Falkland
Islands|Falklands; Isle of Man; Jersey; Guernsey; Reunion; Western Sahara; Saint Helena|St.
Helena; Prussia; Austria-Hungary|Austro-Hungary|Austro-Hungarian Empire; Ottoman Empire; Roman
Empire; Byzantine Empire; Holy Roman Empire; British Empire; Russian Empire; British India; Dutch
East Indies; Indochina|French Indochina; Mesopotamia; Babylon; Carthage; Sparta; Troy; Gaul;
Judea; Assyria; Macedon; Thrace; Numidia; Phoenicia; England; Scotland; Wales; Northern Ireland;
Ulster; Catalonia; Andalusia; Castile; Aragon; Galicia; Brittany; Normandy; Burgundy; Provence;
Alsace; Lorraine; Flanders; Bavaria; Saxony; Silesia; Pomerania; Westphalia; Rhineland; Ruhr;
Bohemia; Moravia; Ruthenia; Transylvania; Wallachia; Bessarabia; Tyrol; Lombardy; Tuscany; Sicily;
Sardinia; Corsica; Crete; Piedmont; Savoy; Lapland; Karelia; Crimea; Donbas; Chechnya; Dagestan;
Tatarstan|Republic of Tatarstan; Bashkortostan; Ossetia; South Ossetia; Abkhazia; Ingushetia;
Nagorno-Karabakh; Siberia; Kamchatka; Sakhalin; Far East|Russian Far East; Manchuria; Tibet;
Xinjiang; Inner Mongolia; Guangdong; Sichuan; Yunnan; Hunan; Hubei; Fujian; Hainan; Shandong;
Kashmir; Punjab; Bengal; West Bengal; Assam; Bihar; Gujarat; Kerala; Maharashtra; Rajasthan; Tamil
Nadu; Uttar Pradesh; Sindh; Balochistan; Goa; Sikkim; Manipur; Nagaland; Orissa|Odisha; Hyderabad;
Sumatra; Java; Borneo; Bali; Sulawesi|Celebes; Aceh; West Papua; New Guinea; Kalimantan; Sabah;
Sarawak; Penang; Johor|Johore; Kelantan; Perak; Selangor; Malacca|Melaka; Luzon; Mindanao;
Okinawa; Hokkaido; Kyushu; Honshu; Tasmania; Queensland; New South Wales; Darfur; Biafra; Katanga;
Eritrea; Tigray; Transvaal; Natal; Kurdistan; Sinai; Gaza|Gaza Strip; West Bank; Golan Heights;
Galilee; Hejaz; Anatolia; Asia Minor; Rakhine State|Arakan|Rakhine; Shan State; Kachin State;
Karen State|Kayin State; Chin State; Mon State; Kayah State; Sagaing; Tenasserim; Alabama; Alaska;
Arizona; Arkansas; California; Colorado; Connecticut; Delaware; Florida; Hawaii; Idaho; Illinois;
Indiana; Iowa; Kansas; Kentucky; Louisiana; Maine; Maryland; Massachusetts; Michigan; Minnesota;
Mississippi; Missouri; Montana; Nebraska; Nevada; New Hampshire; New Jersey; New Mexico; North
Carolina; North Dakota; Ohio; Oklahoma; Oregon; Pennsylvania; Rhode Island; South Carolina; South
Dakota; Tennessee; Texas; Utah; Vermont; Virginia; West Virginia; Wisconsin; Wyoming; Ontario;
Quebec; Nova Scotia; British Columbia; Alberta; Manitoba; Newfoundland; Labrador; Yucatan;
Patagonia; Africa; Asia; Europe; North America; South America; Latin America; Central America;
Antarctica; Oceania; Southeast Asia|South East Asia|South-East Asia; East Asia; South Asia;
Central Asia; Middle East; Near East; Eastern Europe; Western Europe; Central Europe; West Africa;
East Africa; North Africa; Southern Africa; Caucasus; Balkans; Scandinavia; Caribbean; Polynesia;
Arctic; Arabia; Maghreb; Sahara; Sahel; Levant; Iberia; Baltic; Atlantic Ocean|Atlantic; Pacific
Ocean|Pacific; Indian Ocean; Arctic Ocean; Mediterranean Sea|Mediterranean; Black Sea; Red Sea;
Baltic Sea; North Sea; Caspian Sea; South China Sea; East China Sea; Persian Gulf; English
Channel; Bosporus|Bosphorus; Dardanelles; Suez Canal; Panama Canal; Suez; Himalayas; Alps; Andes;
Urals; Pyrenees; Mount Everest; Rhine; Danube; Volga; Nile; Amazon River; Ganges; Yangtze; Mekong;
Irrawaddy|Ayeyarwady; Euphrates; Tigris; Thames; Seine; Dnieper; Elbe; Oder; Amsterdam; Rotterdam;
The Hague; Athens; Thessaloniki|Salonica; Baghdad; Basra; Mosul; Bangkok; Barcelona; Madrid;
Seville; Valencia; Granada; Bilbao; Beijing|Peking; Shanghai; Nanjing|Nanking; Tianjin; Wuhan;
Guangzhou|Canton; Shenzhen; Chongqing; Chengdu; Harbin; Urumqi; Lhasa; Belgrade; Berlin; East
Berlin; West Berlin; Hamburg; Munich; Cologne; Frankfurt; Dresden; Leipzig; Stuttgart; Nuremberg;
Bonn; Potsdam; Weimar; Bremen; Hanover; Bern; Geneva; Zurich; Basel; Lausanne; Bogota; Brasilia;
Rio de Janeiro; Sao Paulo; Salvador; Recife; Bratislava; Brussels; Antwerp; Ghent; Bruges;
Bucharest; Budapest; Buenos Aires; Cairo; Alexandria; Canberra; Sydney; Melbourne; Brisbane;
Perth; Adelaide; Darwin; Caracas; Colombo; Conakry; Copenhagen; Dakar; Damascus; Aleppo; Homs; Dar
es Salaam; Delhi|New Delhi; Mumbai|Bombay; Kolkata|Calcutta; Chennai|Madras; Bangalore|Bengaluru;
Lucknow; Amritsar; Agra; Jaipur; Dhaka|Dacca; Chittagong; Dublin; Cork; Belfast; Edinburgh;
Glasgow; Cardiff; London; Birmingham; Manchester; Liverpool; Leeds; Sheffield; Bristol; Oxford;
Cambridge; Portsmouth; Plymouth; Dover; Hastings; Windsor; Canterbury; Newcastle; Freetown;
Monrovia; Accra; Kumasi; Lagos; Abuja; Ibadan; Kano; Kaduna; Port Harcourt; Enugu; Hanoi; Ho Chi
Minh City|Saigon; Hue; Da Nang; Haiphong; Dien Bien Phu; Havana; Helsinki; Turku; Islamabad;
Karachi; Lahore; Peshawar; Rawalpindi; Quetta; Istanbul|Constantinople; Ankara; Izmir|Smyrna;
Gallipoli; Jakarta|Batavia; Bandung; Surabaya; Yogyakarta; Jerusalem; Tel Aviv; Haifa; Bethlehem;
Nazareth; Hebron; Ramallah; Johannesburg; Cape Town; Pretoria; Durban; Soweto; Sharpeville; Kabul;
Kandahar; Herat; Kampala; Entebbe; Kathmandu; Khartoum; Omdurman; Kiev|Kyiv; Kharkiv|Kharkov;
Odessa|Odesa; Lviv|Lvov; Mariupol; Donetsk; Luhansk; Sevastopol; Yalta; Chernobyl; Kigali;
Kingston; Kinshasa|Leopoldville; Brazzaville; Lubumbashi; Kuala Lumpur; Kuching; Ipoh; George
Town; Kuwait City; La Paz; Lima; Cusco; Quito; Santiago; Valparaiso; Lisbon; Porto; Ljubljana;
Lome; Luanda; Lusaka; Harare|Salisbury; Bulawayo; Lilongwe; Managua; Manila; Maputo; Minsk; Mecca;
Medina; Riyadh; Jeddah; Mogadishu; Montevideo; Asuncion; Montreal; Ottawa; Toronto; Vancouver;
Quebec City; Winnipeg; Calgary; Halifax; Moscow; Saint Petersburg|St.
Petersburg|Leningrad|Petrograd|St Petersburg; Kazan; Vladivostok; Novosibirsk;
Yekaterinburg|Sverdlovsk; Volgograd|Stalingrad; Kursk; Smolensk; Rostov; Sochi; Murmansk;
Arkhangelsk|Archangel; Kaliningrad|Konigsberg; Nizhny Novgorod|Gorky; Omsk; Irkutsk; Khabarovsk;
Grozny; Beslan; Ufa; Samara; Baikonur; Muscat; Aden; Sanaa|Sana'a; Nairobi; Mombasa; Addis Ababa;
Asmara; Naypyitaw|Nay Pyi Taw|Naypyidaw; Yangon|Rangoon; Mandalay; Bago|Pegu; Bagan|Pagan;
Taunggyi; Myitkyina; Mawlamyine|Moulmein; Sittwe; Pathein; Meiktila; Lashio; Myeik; Dawei; New
York|New York City; Boston; Chicago; Los Angeles; San Francisco; San Diego; Seattle;
Washington|Washington, D.C.|Washington D.C.; Philadelphia; Baltimore; Pittsburgh; Atlanta; Miami;
New Orleans; Houston; Dallas; Austin; San Antonio; Denver; Detroit; Cleveland; Cincinnati; St.
Louis; Minneapolis; Milwaukee; Memphis; Nashville; Phoenix; Las Vegas; Salt Lake City; Portland;
Sacramento; Honolulu; Pearl Harbor; Richmond; Charleston; Savannah; Gettysburg; Berkeley; Oakland;
Buffalo; Albany; Indianapolis; Kansas City; Camp David; Cape Canaveral; Los Alamos; Hollywood;
Brooklyn; Manhattan; Harlem; Princeton; Ann Arbor; Palo Alto; Jamestown; Pensacola; Nassau;
Nicosia; Nouakchott; Niamey; Bamako; Timbuktu; Ouagadougou; Abidjan; Yamoussoukro; Cotonou;
Porto-Novo; Libreville; Yaounde; Douala; Bangui; N'Djamena; Malabo; Bujumbura; Dodoma; Windhoek;
Gaborone; Maseru; Mbabane; Antananarivo; Port Louis; Oslo; Bergen; Stockholm; Gothenburg; Uppsala;
Reykjavik; Tallinn; Riga; Vilnius; Kaunas; Paris; Marseille|Marseilles; Lyon|Lyons; Toulouse;
Bordeaux; Nice; Strasbourg; Lille; Nantes; Orleans; Reims|Rheims; Rouen; Calais; Dunkirk; Cannes;
Avignon; Versailles; Verdun; Vichy; Waterloo; Austerlitz; Trafalgar; Agincourt; Hiroshima;
Nagasaki; Tokyo; Osaka; Kyoto; Yokohama; Nagoya; Kobe; Fukushima; Sapporo; Seoul; Busan|Pusan;
Incheon|Inchon; Pyongyang; Panmunjom; Taipei; Kaohsiung; Phnom Penh; Siem Reap; Angkor; Vientiane;
Luang Prabang; Chiang Mai; Phuket; Pattaya; Port-au-Prince; Prague; Brno; Pristina; Podgorica;
Sarajevo; Srebrenica; Mostar; Skopje; Sofia; Tirana; Zagreb; Dubrovnik; Split; Vukovar; Rabat;
Casablanca; Marrakesh; Tangier|Tangiers; Algiers; Oran; Tunis; Tripoli; Benghazi; Misrata; Tobruk;
Rome; Milan; Naples; Turin; Venice; Florence; Genoa; Bologna; Palermo; Trieste; Pisa; Ravenna;
Verona; Padua; Pompeii; Syracuse; San Jose; San Juan; San Salvador; Santo Domingo; Guatemala City;
Tegucigalpa; Panama City; Mexico City; Veracruz; Guadalajara; Tijuana; Acapulco; Tashkent;
Samarkand; Bukhara; Almaty|Alma-Ata; Astana|Nur-Sultan; Bishkek; Dushanbe; Ashgabat; Baku;
Yerevan; Tbilisi; Batumi; Tehran|Teheran; Isfahan; Tabriz; Mashhad; Shiraz; Qom; Abadan; Beirut;
Sidon; Tyre; Amman; Petra; Aqaba; Doha; Dubai; Abu Dhabi; Manama; Thimphu; Ulaanbaatar|Ulan Bator;
Suva; Port Moresby; Wellington; Auckland; Christchurch; Dili; Bandar Seri Begawan; Male; Vienna;
Salzburg; Innsbruck; Graz; Linz; Warsaw; Krakow|Cracow; Gdansk|Danzig; Lodz; Wroclaw|Breslau;
Poznan; Auschwitz; Katyn; Treblinka; Valletta; Luxembourg City; Vaduz; Guantanamo; Guantanamo Bay;
Bay of Pigs; Dayton; Maastricht; Lockerbie; Bhopal; Fukushima Daiichi; Tiananmen Square; Red
Square; Trafalgar Square; Tahrir Square; White House; Downing Street; Buckingham Palace;
Westminster Abbey; Wall Street; Berlin Wall; Great Wall of China; Taj Mahal; Eiffel Tower; Statue
of Liberty; Kuril Islands; Aleutian Islands; Channel Islands; Canary Islands; Azores; Madeira;
Galapagos Islands; Easter Island; Hawaiian Islands; Midway; Iwo Jima; Guadalcanal; Bikini Atoll;
Diego Garcia; Spratly Islands; Paracel Islands; Andaman Islands; Nicobar Islands; Coco Islands;
Cox's Bazar; Sihanoukville
"""
#: More often ordinary words or names of people: places only behind "in" and the like.
AMBIGUOUS_PLACES = _words(
    """split nice male cork tyre phoenix buffalo midway troy petra hue natal reunion austin sofia
    virginia florence sydney lorraine salvador orleans savannah reading charleston phoenix dakota
    gorky victoria lincoln madison nelson"""
)

_RUSSIAN_PLACES = """
Россия Москва Ленинград Петроград Киев Украина Белоруссия Беларусь Минск Казань Татарстан Крым
Севастополь Ялта Одесса Харьков Львов Варшава Польша Германия Берлин Франция Париж Англия Лондон
Британия Италия Рим Испания Мадрид Китай Пекин Япония Токио Индия Дели Мьянма Бирма Вьетнам Ханой
Корея Куба Гавана Америка Вашингтон Нью-Йорк Европа Азия Африка Сибирь Урал Кавказ Чечня Грозный
Грузия Тбилиси Армения Ереван Азербайджан Баку Казахстан Узбекистан Ташкент Литва Вильнюс Латвия
Рига Эстония Таллин Финляндия Хельсинки Швеция Турция Стамбул Иран Тегеран Ирак Сирия Дамаск
Египет Каир Израиль Владивосток Новосибирск Екатеринбург Сталинград Волгоград Мурманск Новгород
Псков Смоленск Рязань Тверь Самара Сочи Калининград Байконур Австрия Вена Венгрия Будапешт
Чехословакия Прага Румыния Болгария Сербия Югославия Афганистан Кабул СССР США РФ Петербург
Санкт-Петербург Приднестровье Молдавия Донбасс Донецк Луганск Мариуполь Херсон
"""


def _declined(name: str) -> tuple[str, ...]:
    """A Russian name in the cases that are formed by its ending."""
    if name.endswith("ия"):
        return tuple(name[:-1] + end for end in ("я", "и", "ю", "ей"))
    if name.endswith("а"):
        return tuple(name[:-1] + end for end in ("а", "ы", "и", "е", "у", "ой"))
    if name.endswith("ь"):
        return tuple(name[:-1] + end for end in ("ь", "и", "я", "ю", "е", "ем", "ью"))
    if name[-1] in "еиоуСАФ" or name.isupper():
        return (name,)
    if name[-1] == "я":
        return tuple(name[:-1] + end for end in ("я", "и", "е", "ю", "ей"))
    return tuple(name + end for end in ("", "а", "у", "ом", "е"))


def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _PLACES.replace("\n", " ").split(";"):
        forms = [form.strip() for form in entry.split("|")]
        for form in forms:
            if form:
                found.setdefault(" ".join(map(fold, form.replace(",", "").split())), forms[0])
    for name in _RUSSIAN_PLACES.split():
        for form in _declined(name):
            found.setdefault(fold(form), name)
    return found


#: A folded name of a place -> the form that is shown.
PLACES = _places()
#: The most words that a name in `PLACES` has.
LONGEST_PLACE = max(name.count(" ") + 1 for name in PLACES)
