"""Words that tell nothing of what a text is about, by language; question words are among them."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any are aren't arent
    as at be because been before being below between both but by can can't cannot cant could
    couldn't couldnt did didn't didnt do does doesn't doesnt doing don't dont down during each
    either else etc even ever every few for from further get gets got had hadn't hadnt has hasn't
    hasnt have haven't havent having he he'd he'll he's her here here's heres hers herself hes him
    himself his how how's however hows i i'd i'll i'm i've if im in into is isn't isnt it it's its
    itself ive just let let's many may me might more most much must my myself neither no nor not of
    off on once only onto or other others our ours ourselves out over own per please quite rather
    really s same shall she she'd she'll she's shes should shouldn't shouldnt since so some such t
    tell than that that's thats the their theirs them themselves then there there's theres these
    they they'd they'll they're they've theyre theyve this those though through thus to too under
    until up upon us very via was wasn't wasnt we we'd we'll we're we've were weren't werent weve
    what what's whats when when's whens where where's wheres whether which while who who's whom
    whos whose why why's whys will with within without won't would wouldn't wouldnt yes yet you
    you'd you'll you're you've your youre yours yourself yourselves youve
    """.split()
)
#: The same of other languages, by BCP 47 primary language; without accents.
OTHER_STOP_WORDS = {
    "de": """
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes
    auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den denn der des dessen
    dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer
    eines er es etwas euch euer eure fur gegen gewesen hab habe haben hat hatte hatten hier hin
    hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder
    jedes jene jener jetzt kann kein keine keinem keinen keiner konnen konnte man manche mehr mein
    meine mich mir mit muss mussen nach nicht nichts noch nun nur ob oder ohne sehr sein seine
    seinem seinen seiner seit sich sie sind so solche soll sollen sollte sondern sonst uber um und
    uns unser unter viel viele vom von vor wahrend wann war waren warum was weil welche welchem
    welchen welcher welches wem wen wenn wer werde werden wessen wie wieso wieviel will wir wird
    wirst wo woher wohin wurde wurden zu zum zur zwar zwischen
    """,
    "fr": """
    a afin ai ainsi alors apres as assez au aucun aucune aujourd'hui auquel aussi autre autres aux
    avait avant avec avoir ayant bien car ce ceci cela celle celles celui cependant ces cet cette
    ceux chaque chez ci combien comme comment d dans de depuis des donc dont du elle elles en encore
    entre es est et etaient etait etant ete etes etre eu eux fait font furent fut ici il ils j je l
    la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais meme memes
    mes moi moins mon n ne ni non nos notre nous on ont ou par parce pas pendant peu peut plus
    pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi s sa sans se sera
    seront ses si soit son sont sous sur t ta tes toi ton tous tout toute toutes tres tu un une vers
    voici vos votre vous y
    """,
    "es": """
    a adonde ahi al algo alguien algun alguna algunas alguno algunos ante antes aquel aquella aquellas
    aquello aquellos aqui asi aun aunque cada como con contra cual cuales cuando cuanta cuantas
    cuanto cuantos cuyo de del desde donde durante e el ella ellas ellos en entre era eran eres es
    esa esas ese eso esos esta estaba estaban estado estamos estan estar estas este esto estos fue
    fueron ha habia habian haber han hasta hay he la las le les lo los mas me mi mientras mis mucha
    muchas mucho muchos muy nada ni ninguna ninguno no nos nosotros nuestra nuestras nuestro nuestros
    o os otra otras otro otros para pero poco por porque pues que quien quienes se sea segun ser si
    sido sin sobre sois somos son soy su sus tal tambien tampoco tan tanto te tiene tienen toda
    todas todo todos tu tus un una unas uno unos usted ustedes y ya yo
    """,
    "it": """
    a ad agli ai al alla alle allo anche ancora avere aveva avevano c che chi ci cio co coi col come
    con contro cosa cui d da dagli dai dal dalla dalle dallo de degli dei del dell della delle dello
    di dopo dove due durante e ebbe ed egli era erano essa esse essere essi esso fra fu furono gia
    gli ha hanno ho i il in io l la le lei li lo loro lui ma mentre mi mia mie miei mio molto ne
    negli nei nel nella nelle nello no noi non nostra nostre nostri nostro o ogni ognuno per perche
    pero piu poi presso prima qual quale quali qualche quando quanta quante quanti quanto quella
    quelle quelli quello questa queste questi questo qui quindi sara se secondo sei senza si sia sono
    sopra sotto sta stata state stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tu tua
    tue tuo tuoi tutta tutte tutti tutto un una uno vi voi vostra vostro
    """,
    "pt": """
    a ao aonde aos apenas apos aquela aquelas aquele aqueles aquilo as ate cada com como contra cuja
    cujo da das de dela delas dele deles depois desde do dos durante e ela elas ele eles em entre era
    eram essa essas esse esses esta estao estar estas estava estavam este estes eu foi foram ha isso
    isto ja la lhe lhes lo mais mas me mesma mesmo meu meus minha minhas muita muitas muito muitos na
    nao nas nem nenhum nenhuma no nos nossa nossas nosso nossos num numa o onde os ou outra outras
    outro outros para pela pelas pelo pelos per pois por porque porem quais qual quando quanta
    quantas quanto quantos que quem se seja sem ser sera seu seus si sido sob sobre sua suas tambem
    tao te tem tinha toda todas todo todos tu tua tudo um uma umas uns voce voces
    """,
    "nl": """
    aan af al alle alles als alsof altijd andere ben bij daar dan dat de der deze die dit doch doen
    doet door dus een eens en er ge geen geweest haar had hadden heb hebben heeft hem hen het hier
    hij hoe hoeveel hun ie iemand iets ik in is ja je jij jou jouw jullie kan kon konden kunnen maar
    me meer men met mij mijn moet moeten na naar niet niets nog nu of om omdat ons onze ook op over
    reeds te tegen ten ter toch toen tot tussen u uit uw van veel voor vooral waar waarom wanneer
    want waren was wat we weer wel welk welke werd werden wie wier wij wil worden wordt zal ze zei
    zelf zich zij zijn zo zoals zonder zou zouden
    """,
    "ru": """
    а без более больше будет будто будут бы был была были было быть в вам вас ваш весь во вот все
    всего всех всю вы где да даже два для до другая другие другой его ее ей ему если есть еще ж же
    за зачем здесь и из или им имени ими иногда их к каждый как какая какие каким какими каких каков
    какова каково каковы какого какое какой какую кем когда кого ком кому которая которого которое
    которой котором которую которые который которых кто куда ли либо между меня мне много может
    можно мой моя мы на над надо нам нас наш не него нее ней нельзя нем нет нею ни них но ну о об
    однако он она они оно от откуда отчего перед по под после потом потому почему при про раз разве
    с сам свое своего своей своем свои своих свой свою себе себя сейчас сколько со так такая также
    такие такое такой там тебя тем теперь то тогда того тоже той только том тот тою ту тут ты у уж
    уже хоть хотя чего чей чем чему через что чтобы чье чья эта эти этим этих это этого этой этом
    этот эту я
    """,
    "sv": """
    alla allt att av bara blev bli blir da dag de dem den denna deras dess dessa det detta dig din
    dina du efter ej eller en er ett fran for fore gor ha hade han hans har hon honom hur i icke
    inte ja jag kan kunde man med mellan men mig min mina mitt mot mycket ni nu nagon nagot nagra
    nar och om oss pa sa samma sedan sig sin sina sitt ska skulle som till under upp ut utan vad var
    varfor varit vart vem vi vid vilka vilken vilket var vara
    """,
    "pl": """
    a aby ale ani az bardzo bez bo by byc byl byla byli bylo bym byly ci cie co czy dla do dlaczego
    gdy gdzie go i ich ile im in inny ja jak jaka jakie jaki jako je jego jej jest jeszcze jesli juz
    kiedy kim kogo komu kto ktora ktore ktorego ktorej ktory ktorych ktorym ktorzy ma maja mi mnie
    mu na nad nas nasz nic nich nie niego nim niz o od on ona one oni ono oraz po pod przed przez
    przy sa sam si sie sobie swoj ta tak takie tam te tego tej ten to tu tych tylko tym u w we wiec
    wszystko z za ze zeby
    """,
    "uk": """
    а або але без би був була були було бути в вам вас весь вже ви від він вона вони воно все всі
    да де для до його й із за з зі і ій інших їх його коли кого кому крім куди ми мій може на над
    нам нас наш не немає ні них ніж о один під по після при про саме свій себе скільки та так також
    такий там те ти то тобто тоді той тому тут у хто це цей ця ці чи чого чому через що щоб я як яка
    яке який які якого якої яку
    """,
}  # fmt: skip
