"""Words that every text has, French and English: no key phrase, emerging term or chart of terms begins or ends with one.

Without case and accents, as they are compared.
"""

_FRENCH = """
afin ailleurs ainsi alors apres assez aucun aucune aujourd hui auquel aura aurai auraient aurais aurait auront aussi autant
autre autres aux auxquelles auxquels avaient avais avait avant avec avez aviez avions avoir avons ayant beaucoup bien bon
bonjour bonne car cela celle celles celui cependant certain certaine certaines certains ces cet cette ceux chacun chacune
chaque chez comme comment contre dans dedans dehors deja depuis des desormais desquelles desquels dessous dessus deux
devant doit doivent donc dont duquel durant elle elles encore enfin ensuite entre envers est etaient etais etait etant ete
etes etre eux faire fais faisait fait faites faut fois font furent ici ils jamais jusqu jusque laquelle lequel les lesquelles
lesquels leur leurs lors lorsqu lorsque lui maintenant mais malgre meme memes merci mes mien mienne moi moins mon neanmoins
non nos notre notres nous nul nulle ont oui outre par parce parfois parmi partout pas peu peut peuvent peux plus
plusieurs plutot pour pourquoi pourrait pourtant pouvez pouvoir pres presque puis puisqu puisque quand quant que quel quelle
quelles quelqu quelque quelques quels qui quoi quoiqu quoique rien sans sauf selon sera serai seraient serais serait seront
ses seulement sien sienne soi soient sois soit sommes son sont sous souvent suis sur surtout tandis tant tel telle
tellement telles tels tes tien toi ton toujours tous tout toute toutefois toutes tres trois trop une vais vas vers via voici
voila voir vos votre votres vous vraiment
"""
_ENGLISH = """
about above after again against all also although always and any are because been before being below between both but came can
cannot could did does doing done down during each either else ever every few for from further get got had has have having her
here hers herself him himself his how however into its itself just like made make many may might more most much must myself
neither never nor not nothing now off often once one only other our ours out over own per quite rather really said same say
she should since some still such than that the their theirs them themselves then there these they thing this those though
through too two under until upon very was way well were what when where whether which while who whole whom whose why will with
within without would yet you your yours yourself http https www com html amp
"""
_FURNITURE = """
abonner abonnez abonne article articles auteur cliquez commentaire commentaires commenter connecter connexion cookies copyright
credit decouvrir email facebook inscrire inscrivez instagram lien liens lire linkedin mail mentions newsletter page pages
partage partager partagez photo photos publie publies publiee reagir redaction repondre reserves retrouvez site suivez
telecharger tweet twitter video videos voir whatsapp afp reuters belga
"""
_DATES = """
lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre
decembre
"""
_CALENDAR = """
hier aujourd demain matin midi soir jour jours semaine semaines mois an ans annee annees heure heures minute minutes
"""
_NUMERALS = """
trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante septante
octante nonante cent cents mille million millions milliard milliards dizaine quinzaine vingtaine trentaine cinquantaine
soixantaine centaine
"""
_MONEY = "euro euros franc francs balles"
STOP_WORDS = frozenset(f"{_FRENCH} {_ENGLISH}".split())
"""Words that say nothing of a subject."""

BOILERPLATE = frozenset(f"{_FURNITURE} {_DATES} {_CALENDAR} {_NUMERALS} {_MONEY}".split())
"""What sites put around texts, the calendar and numbers: words of every subject."""

FIGURES = frozenset(f"{_DATES} {_NUMERALS}".split())
"""Days, months, and numbers from three on, in French words: what a report says anew in each issue."""
