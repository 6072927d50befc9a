"""The small words that rules go by, folded as tokens are: lower case, no accents. Words that carry tone are in lexicon.tsv."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# English ones that are so before "'t" only: "don't", but "un don".
CUT_SHORT = _words("don can isn wasn aren weren didn doesn couldn wouldn shouldn won hasn haven hadn ain")
NEGATORS = CUT_SHORT | _words("""
    pas pa jamais jms jamai aucun aucune aucunement sans ni guere nullement zero rien moins manque peu non plus personne
    not never without nor cannot nobody nothing
""")
NEGATORS_AFTER_VERB = _words("pas pa po jamais jms jamai guere rien aucun aucune nullement plus mal")
# Negators of a noun, and what ends their reach; what ends the reach of any.
NOMINAL_NEGATORS = _words("sans zero aucun aucune ni")
NOMINAL_ENDS = _words("a ont est sont m et")
SCOPE_ENDS = _words("depuis pendant car quand puis lorsque dont")
# "pas seulement", "pas que", "pas encore": the negation says something else.
UNDO_NEGATION = _words("que qu seulement uniquement encore")
# Words between a negation and what it negates that do not use up its reach.
LIGHT = _words("""
    du tout tous a fait vraiment tres si aussi assez trop franchement un une de d des le la les l ete eu particulierement
    specialement forcement super hyper plus bien me m te t se s en y
""")
INTENSIFIERS = _words("""
    tres trop tro vraiment vrmt super hyper ultra mega extremement tellement si absolument totalement completement tout
    franchement particulierement incroyablement vachement grave enormement terriblement profondement carrement
    purement strictement exceptionnellement bien fort ben quel quelle quels quelles grand grande gros grosse immense
    enorme vrai vraie pur pure
    bcp beaucoup
""")
DIMINISHERS = _words("peu assez plutot relativement legerement moyennement presque vaguement petit petite petits petites quelque")
# Praise that irony likes to open with, and the part of it that closes a message out of politeness.
OPENERS = _words("""
    merci mrc mrci bravo felicitations felicitation super genial top chapeau magnifique parfait excellent formidable fabuleux
    adore cool bonheur nickel classe sympa felicite felicitons saluons
""")
POLITE = _words("merci mrc mrci")
WINKS = _words("🙄 🤡 🙃 /s")
# How words begin that tell of a cure: thanks near them are meant.
CURES = (
    "resol", "regl", "repar", "depan", "rembours", "remplac", "retrouv", "sauv", "aid", "rattrap", "solution", "rapid", "reactiv",
    "efficac",
)  # fmt: skip
# What turns a text. "pourtant" is left out: it turns as often back as forward.
CONTRASTS = (
    ("mais",),
    ("sauf", "que"),
    ("sauf", "qu"),
    ("par", "contre"),
    ("en", "revanche"),
    ("cependant",),
    ("toutefois",),
    ("neanmoins",),
    ("malheureusement",),
    ("helas",),
    ("hormis",),
    ("dommage", "que"),
    ("dommage", "qu"),
    ("n", "empeche"),
    ("reste", "que"),
    ("reste", "qu"),
    ("heureusement",),
    ("finalement",),
)
# What turns a text where it opens a sentence, and nowhere else.
OPENING_CONTRASTS = _words("seulement depuis desormais sinon")
# What follows "si" when it opens a condition; before other words it is a degree ("si bon").
AFTER_IF = _words("""
    je j tu il ils elle elles on nous vous ca cela c ce cette ces mon ma mes ton ta tes son sa ses notre votre leur
    le la les l un une des
""")
FIRST_PERSON = _words("je j jai chui jsuis g nous on moi mon ma mes me m notre nos")
SECOND_PERSON = _words("vous votre vos tu toi ton ta tes te t")
OWNED = _words("mon ma mes notre nos")
TO_ME = _words("m me nous")
DENIALS = _words("pas jamais aucun aucune rien ni sans plus personne")
GREETINGS = _words("bonjour bonsoir salut hello bjr slt coucou")
MONEY = _words("euro euros franc francs balles piasses dollar dollars cfa chf € $")
UNITS_OF_TIME = _words("minute minutes min heure heures h jour jours semaine semaines mois an ans annee annees")
REQUESTS = _words("quelqu qqn savez sait sais connait connaissez comment combien pourquoi avis conseil")
# Words that differ from a word of the lexicon by an accent only and are common: "le marché" is not "ça marche". They keep it.
ACCENTED = _words("marché marchés tâche tâches pâle côté côtés congé congés")
# Numbers in words, as `#` in a phrase reads them; "un" is left out, being an article first.
NUMBER_WORDS = _words("""
    deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante
    septante huitante octante nonante cent cents mille quelques plusieurs
""")
STARS_SPELT = _words("etoile etoiles")
STARS_COUNTED = {"zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}
