"""The spam filter on hand-written paragraphs, half of which were set aside while its list was written (docs/spam.md)."""

from functools import cache

import pytest

from analysis.components.spam import SpamSort, split_spam
from analysis.components.spam_meaning import load
from analysis.components.spam_page import sold
from training.spam import answers, is_cut, paragraphs
from training.texts import EVALUATION

BEFORE = "La mairie a présenté mardi le calendrier des travaux de la place du marché, qui doivent durer jusqu'à la fin de l'été."
AFTER = "Les commerçants, inquiets pour leur chiffre d'affaires, demandent que le stationnement reste gratuit cet automne."
RECALL, FALSE_CUTS = 0.95, 0.01

answered = cache(answers)


def texts(part: str, *, spam: bool) -> list[str]:
    return [text for is_spam, text in paragraphs(part) if is_spam is spam]


@pytest.mark.parametrize("part", ["dev", "check"])
def test_injected_paragraphs_are_found_in_an_article(part: str) -> None:
    spam = texts(part, spam=True)
    missed = [text for text in spam if not is_cut(text)]
    assert len(spam) > 75
    assert len(missed) <= (1 - RECALL) * len(spam), missed


def test_meaning_finds_what_the_list_has_no_words_for() -> None:
    spam = texts("words_unseen", spam=True)
    by_rules, by_both = sum(map(is_cut, spam)), sum(is_cut(text, sold) for text in spam)
    assert len(spam) == 60
    assert by_rules < 30
    assert by_both >= 55


def test_most_of_what_was_injected_into_pages_never_seen_is_cut() -> None:
    cut = [is_cut for is_spam, is_cut in answered("pages_unseen") if is_spam]
    assert len(cut) == 126
    assert cut.count(True) >= 0.9 * len(cut)


@pytest.mark.parametrize("part", ["check", "words_unseen", "pages_unseen"])
def test_no_more_than_one_clean_paragraph_in_a_hundred_is_cut(part: str) -> None:
    cut = [is_cut for is_spam, is_cut in answered(part) if not is_spam]
    assert len(cut) >= 50
    assert cut.count(True) <= FALSE_CUTS * len(cut)


def test_what_the_judge_says_counts_more_than_the_words_of_the_trade() -> None:
    offer = "Besoin de liquidités pour vos travaux, notre organisme verse dix mille euros demain matin sans aucune question"
    news = "Acheter du viagra sans ordonnance, livraison discrète : le parquet met en garde"
    page = f"{BEFORE}\n{offer}\n{news}\n{AFTER}"
    (cut,) = split_spam(page, lambda asked: [each.signs.text == offer for each in asked]).cuts
    assert (cut.text, cut.sort) == (offer, SpamSort.OFFER)


def test_a_judge_that_cannot_tell_leaves_it_to_the_rules() -> None:
    spam = "Acheter viagra sans ordonnance, livraison discrète, cliquez ici"
    assert split_spam(f"{BEFORE}\n{spam}\n{AFTER}", lambda _: None).cut == (spam,)


def test_an_offer_is_spam_on_another_page_and_a_price_on_its_own() -> None:
    offer = (
        "Ouverture de porte et changement de serrure dès 90 euros, déplacement compris, appelez le 04 65 71 09 33 jour et nuit."
    )
    own = (
        "Serrurerie Charbonnel, père et fille, à Ambert depuis 1987 : serrures, portes et blindages.\n"
        "Une porte claquée s'ouvre le plus souvent sans casse, en dix minutes, et sans changer la serrure.\n"
        f"{offer}\n"
        "Méfiez-vous des étiquettes laissées dans les halls : demandez un devis, un nom et une adresse avant l'intervention."
    )
    recipe = (
        "Faites fondre le beurre, ajoutez la farine et remuez deux minutes sans laisser colorer.\n"
        "Versez le lait froid d'un coup, puis fouettez jusqu'à ce que la sauce épaississe.\n"
        f"{offer}\n"
        "Râpez un peu de muscade, salez, et nappez-en vos endives avant de les passer au four."
    )
    assert split_spam(recipe, sold).cut == (offer,)
    assert split_spam(own, sold).kept == own


def test_most_paragraphs_of_the_press_never_reach_the_encoder() -> None:
    page, model = (EVALUATION / "spam_page.txt").read_text("utf-8").splitlines(), load()
    assert [model.is_worth_asking(model.look(paragraph)) for paragraph in page].count(True) <= 1


def test_of_a_flood_of_offers_only_the_first_hundreds_are_judged_by_their_meaning() -> None:
    offers = [f"Jouez au casino en ligne numéro {number} et profitez du bonus sans dépôt" for number in range(1500)]
    assert set(split_spam("\n".join([BEFORE, *offers]), sold).cut) == set(offers)


@pytest.mark.parametrize("part", ["dev", "check"])
def test_paragraphs_that_only_look_like_spam_are_kept(part: str) -> None:
    clean = texts(part, spam=False)
    lost = [text for text in clean if is_cut(text)]
    assert len(clean) > 150
    assert len(lost) <= FALSE_CUTS * len(clean), lost


SURVIVORS = {
    "online gambling in court": """Le tribunal de Paris a ordonné le blocage de onze casinos en ligne installés à Curaçao.
Ces sites proposaient machines à sous, roulette et blackjack en argent réel, avec un bonus de bienvenue allant jusqu'à 500 euros.
« Les joueurs français n'ont aucun recours quand leurs gains ne sont pas versés », plaide l'Autorité nationale des jeux.
Jouer comporte des risques : endettement, isolement, dépendance. Appelez le 09 74 75 13 13 (appel non surtaxé).""",
    "an Arabic poem": """La soirée rendra hommage au poète Mahmoud Darwich, dont les vers seront lus dans les deux langues.
على هذه الأرض ما يستحق الحياة تردد أبريل رائحة الخبز في الفجر
« Sur cette terre, il y a ce qui mérite vie », traduit la comédienne, qui récitera ensuite un inédit.""",
    "a list of links": """Pour préparer votre randonnée, voici les adresses utiles de la vallée.
Office de tourisme : https://vallee.example/tourisme
Refuges et gîtes : https://refuges.example/carte
Horaires des cars : https://cars.example/horaires""",
    "a pharmacy": """La pharmacie du Marché baisse le rideau après quatre-vingts ans, faute de repreneur.
On y trouvait du paracétamol, des conseils et des semelles, mais aussi des nouvelles du quartier.
Les habitants devront faire six kilomètres pour leurs médicaments, sans bus le mercredi.
Les ordonnances peuvent être envoyées par la messagerie de l'Assurance maladie à l'officine voisine.""",
    "loans compared": """Quel prêt personnel choisir pour 10 000 euros sur quatre ans ? Nous avons comparé sept banques.
La moins chère demande 2,9 %, soit 220 euros par mois, mais réserve ce taux à ses clients.
Les organismes spécialisés répondent en vingt-quatre heures et prêtent à 4,5 % en moyenne, sans frais de dossier.
Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant de vous engager.""",
    "two languages": """Le festival ouvre vendredi avec un concert gratuit sur la plage.
The festival opens on Friday with a free concert on the beach.
Les navettes circulent jusqu'à deux heures du matin, tickets en vente à la gare.
Shuttle buses run until two in the morning, and tickets are sold at the station.""",
    "an honest product test": """Nous avons testé cinq aspirateurs sans fil pendant un mois, sur parquet et sur tapis.
Le meilleur aspire fort, se vide sans poussière et tient quarante minutes ; on le trouve à 349 euros chez plusieurs marchands.
Cet article contient des liens affiliés : si vous achetez par leur biais, nous touchons une commission, sans surcoût pour vous.
Abonnez-vous à notre lettre pour recevoir les prochains essais, c'est gratuit.""",
}


@pytest.mark.parametrize("page", SURVIVORS.values(), ids=SURVIVORS)
def test_a_page_that_speaks_of_what_spam_sells_stays_whole(page: str) -> None:
    assert split_spam(page, sold).kept == split_spam(page).kept == page


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("娱乐城 百家乐 真人娱乐 老虎机 开户送彩金 体验金", SpamSort.FOREIGN),
        ("%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE", SpamSort.ENCODED),
        ("http://slot-a.test/ http://casino-b.test/ http://togel-c.test/", SpamSort.LINKS),
        ("canapé " + " ".join(f"canapé {place}" for place in range(20)), SpamSort.STUFFED),
        ("Acheter viagra sans ordonnance dans la boutique de la rue, livraison discrète, cliquez ici", SpamSort.OFFER),
        ("viagra cialis levitra kamagra tadalafil", SpamSort.LISTING),
        ("Un crédit s4ns r3fus pour tous", SpamSort.DISGUISED),
        ("Dеs mоntrеs que personne ne distingue", SpamSort.DISGUISED),  # Cyrillic е and о
        ("V o y a n c e par courrier, réponse dans la journée", SpamSort.DISGUISED),
    ],
)
def test_each_cut_says_what_gave_it_away(text: str, sort: SpamSort) -> None:
    (cut,) = split_spam(f"{BEFORE}\n{text}\n{AFTER}").cuts
    assert cut.sort is sort
    assert cut.reason


@pytest.mark.parametrize(
    "text",
    [
        "La S.N.C.F. et la R.A.T.P. prolongent la ligne jusqu'à H2O, le centre aquatique, ouvert dès 10h30 aux moins de 26ans.",
        "Le cinéma C A S T I L L E rouvre avec un film en 3D et un disque en mp3.",
        "Le β-carotène et les rayons γ, expliqués aux enfants par un prix Nobel.",
    ],
)
def test_acronyms_hours_formulas_and_spaced_capitals_are_no_disguise(text: str) -> None:
    assert split_spam(f"{BEFORE}\n{text}\n{AFTER}").kept == f"{BEFORE}\n{text}\n{AFTER}"


def test_spam_in_a_text_worth_reading_was_injected_and_a_text_of_spam_alone_was_not() -> None:
    spam = "Acheter viagra sans ordonnance, livraison discrète, cliquez ici"
    assert split_spam(f"{BEFORE}\n{spam}\n{AFTER}").is_injected
    assert not split_spam(spam).is_injected
    assert not split_spam(BEFORE).is_injected


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "jouer " * 1_700_000,
        "z" * 100_000,
        "😂" * 100_000,
        "\ud800 " * 100_000,
        "\0" * 100_000,
        "%D0" * 100_000,
        "\n".join(f"casino en ligne {place}" for place in range(30_000)),
    ],
    ids=[
        "one word of 10 MB",
        "one paragraph of 10 MB",
        "one letter",
        "emoji",
        "surrogates",
        "NUL",
        "encoded",
        "30,000 paragraphs",
    ],
)
def test_bad_input_is_answered_and_nothing_is_lost(text: str) -> None:
    split = split_spam(text)
    assert len(split.kept) + sum(map(len, split.cut)) <= len(text)
    assert split.kept or split.cut


def test_what_a_page_hides_is_cut_and_a_break_in_only_where_it_sells() -> None:
    menu, spam = (
        "Voir toutes les rubriques du site de la marque",
        "Acheter viagra sans ordonnance, livraison discrète, cliquez ici",
    )
    split = split_spam(BEFORE, hidden=[menu])
    assert (split.kept, split.cut, split.is_injected, split.is_spam) == (BEFORE, (menu,), False, False)
    assert split.cuts[0].reason == "texte caché aux lecteurs"
    assert split_spam(BEFORE, hidden=[menu, spam]).is_injected
