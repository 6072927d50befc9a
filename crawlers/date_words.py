"""The words and signs that dates are written with: months, weekdays, units, zones, in the languages of the sites that are read.

All without accents and in lower case, as `crawlers.dates` folds a text before it looks.
"""

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            # French, English; then German, Spanish, Italian, Dutch, Portuguese but for what reads as another word ("ago", "set")
            "janvier janv jan january januar enero ene gennaio gen januari janeiro",
            "fevrier fevr fev february feb februar febrero febbraio februari fevereiro",
            "mars mar march marz mrz marzo maart mrt marco",
            "avril avr april apr abril abr aprile",
            "mai may mayo maggio mag mei maio",
            "juin june jun juni junio giugno giu junho",
            "juillet juil jul july juli julio luglio lug julho",
            "aout aou august aug agosto augustus",
            "septembre sept sep september septiembre settembre setembro",
            "octobre oct october oktober okt octubre ottobre ott outubro",
            "novembre nov november noviembre novembro",
            "decembre dec december dezember dez diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday montag lunes lunedi maandag",
            "mardi tuesday dienstag martes martedi dinsdag",
            "mercredi wednesday mittwoch miercoles mercoledi woensdag",
            "jeudi thursday donnerstag jueves giovedi donderdag",
            "vendredi friday freitag viernes venerdi vrijdag",
            "samedi saturday samstag sabado sabato zaterdag",
            "dimanche sunday sonntag domingo domenica zondag",
        )
    )
    for name in names.split()
}
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "hne": -5, "hae": -4, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Hours ahead of UTC. « HE », the hour of the east of Canada without a season, is left to the site's own zone."""

SECOND, MINUTE, HOUR, DAY, WEEK, MONTH_S, YEAR_S = 1, 60, 3600, 86400, 604800, 2629746, 31556952
UNITS = {
    name: seconds
    for seconds, names in (
        (SECOND, "s sec secs seconde secondes second seconds sekunde sekunden segundo segundos secondo secondi seconden"),
        (MINUTE, "m min mins mn minute minutes minuten minuto minutos minuti minuut"),
        (HOUR, "h heure heures hour hours hr hrs stunde stunden std hora horas ora ore uur uren"),
        (DAY, "j d jour jours day days tag tage tagen dia dias giorno giorni dag dagen"),
        (WEEK, "sem w wk semaine semaines week weeks woche wochen semana semanas settimana settimane weken"),
        (MONTH_S, "mo mois month months monat monate monaten mes meses mese mesi maand maanden"),
        (YEAR_S, "an ans annee annees y yr year years jahr jahre jahren ano anos anno anni jaar"),
    )
    for name in names.split()
}
NUMBER_WORDS = {
    word: number
    for number, words in (
        (1, "un une a an ein eine einem einer un' una uno een um uma one"),
        (2, "deux two zwei"),
        (3, "trois quelques three drei"),
    )
    for word in words.split()
}

EDITED = re.compile(
    r"\b(?:(?:derniere |date de )?(?:mise? a jour|modifi|actualis|edite\b|revise)|(?:last )?(?:updated?|edited|modified)\b"
    r"|aktualisiert|geandert|stand:|actualizad|aggiornat|bijgewerkt|atualizad)"
)
PUBLISHED = re.compile(
    r"\b(?:publie|publication|poste[es]?\b|mise? en ligne|parue?\b|redige|ecrit|cree|ajoute|diffuse|published|posted|created"
    r"|added|veroffentlicht|erstellt|publicado|pubblicato|gepubliceerd|geplaatst)"
)
HALF_AN_HOUR = re.compile(r"\bil y a une demi[- ]heure\b|\bhalf an hour ago\b|\bvor einer halben stunde\b")
JUST_NOW = re.compile(
    r"\ba l'instant\b|\bmaintenant\b|\bjust now\b|\ba few seconds ago\b|\bil y a quelques (?:secondes|instants)\b|\bgerade eben\b"
)
NAMED_DAYS = (
    (re.compile(r"\b(?:avant[- ]hier|vorgestern|anteayer|eergisteren)\b"), 2),
    (re.compile(r"\b(?:hier|yesterday|gestern|ayer|ieri|gisteren|ontem)\b"), 1),
    (
        re.compile(
            r"\b(?:aujourd'?\s?hui|today|heute|hoy|oggi|vandaag|hoje|ce (?:matin|midi|soir)"
            r"|cet apres[- ]midi|cette nuit|this morning)\b"
        ),
        0,
    ),
)
NAMED_HOURS = ((re.compile(r"\ba minuit\b"), "a 0h00"), (re.compile(r"\ba midi\b"), "a 12h00"))
