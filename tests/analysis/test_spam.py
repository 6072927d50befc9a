import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.components.spam import split_spam

ARTICLE = (
    "La mairie a présenté mardi le calendrier des travaux de la place du marché, qui doivent durer jusqu'à la fin de l'été.\n"
    "Les commerçants, inquiets pour leur chiffre d'affaires, demandent que le stationnement reste gratuit pendant cette période."
)
SPAM = [
    "Meilleur casino en ligne fiable : bonus sans dépôt et tours gratuits, jouez maintenant sur https://exemple-casino.test/fr",
    "Acheter viagra sans ordonnance, livraison discrète, cliquez ici : http://pilules.test/",
    "Buy cheap viagra without prescription, order now at http://pills.test/buy",
    "Offre de prêt entre particuliers sans justificatif, contactez-moi : preteur.serieux@exemple.test ou par WhatsApp",
    "Grand maître marabout, retour affectif en 24 h, retour de l'être aimé, contactez-le au +229 61 00 00 00",
    "cialis 20mg prix, tadalafil générique, kamagra oral jelly, levitra sans ordonnance en ligne",
    "Slot gacor hari ini terpercaya situs slot online deposit pulsa tanpa potongan",
    "Онлайн казино с бонусом за регистрацию и быстрые выплаты каждый день",
    "http://a.test/%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE?q=%D0%B1%D0%BE%D0%BD%D1%83%D1%81",
    "https://a.test/1 https://b.test/2 https://c.test/3 https://d.test/4 voir",
    "chaussures pas cher, chaussures homme, chaussures femme, chaussures sport, chaussures luxe, chaussures solde, chaussures "
    "cuir, chaussures running, chaussures enfant, chaussures ville, chaussures montagne, chaussures promo, chaussures soirée",
]
HONEST = [
    "Le groupe Casino ferme douze supermarchés. Casino a annoncé la nouvelle mardi aux salariés de Casino, à Saint-Étienne.",
    "Les casinos en ligne, interdits en France, attirent les joueurs avec un bonus sans dépôt et des tours gratuits, selon "
    "l'autorité des jeux, qui a condamné ces pratiques illégales. Voir https://anj.exemple.fr/rapport",
    "La Française des jeux lance un casino en ligne ? Les opérateurs étrangers offrent déjà un bonus de bienvenue. "
    "Inscrivez-vous à notre lettre : https://journal.exemple.fr/lettre",
    "Casino : le distributeur offre un bonus de bienvenue pour la carte de fidélité, profitez de dix euros.",
    "Du faux viagra vendu sans ordonnance : la police a saisi 2 000 boîtes, explique le parquet.",
    "Arnaque : un faux conseiller WhatsApp m'a promis un prêt sans justificatif, j'ai été victime et j'ai porté plainte.",
    "Ma banque a refusé mon crédit immobilier, contactez le service client, c'est une honte.",
    "honte " * 36,
    "Source : https://fr.wikipedia.org/wiki/%C3%89tat et https://fr.wikipedia.org/wiki/R%C3%A9publique",
    "Le romancier a signé « Привет » sur la page de garde avant de rentrer chez lui à Lyon, raconte son éditeur.",
    "",
]


@pytest.mark.parametrize("paragraph", SPAM)
def test_an_injected_paragraph_is_cut_and_the_article_kept(paragraph: str) -> None:
    first, second = ARTICLE.split("\n")
    split = split_spam(f"{first}\n{paragraph}\n{second}")
    assert split.kept == ARTICLE
    assert split.cut == (paragraph,)
    assert not split.is_spam


@pytest.mark.parametrize("text", [paragraph for paragraph in SPAM if paragraph.isascii() or "é" in paragraph or "è" in paragraph])
def test_a_text_that_is_nothing_else_is_spam(text: str) -> None:
    assert split_spam(text).is_spam
    assert split_spam(f"Super article, merci !\n{text}").is_spam


@pytest.mark.parametrize("text", HONEST)
def test_what_people_and_papers_write_stays_as_it_is(text: str) -> None:
    assert split_spam(text) == split_spam(split_spam(text).kept)
    assert split_spam(text).kept == text


def test_an_article_under_a_flood_of_spam_is_still_an_article() -> None:
    split = split_spam("\n".join([SPAM[0]] * 50 + [ARTICLE] + [SPAM[1]] * 50))
    assert split.kept == ARTICLE
    assert not split.is_spam


def test_a_flood_in_another_script_does_not_hide_the_article() -> None:
    flood = [paragraph for paragraph in SPAM if "Онлайн" in paragraph]
    assert split_spam("\n".join([*flood * 8, ARTICLE])).kept == ARTICLE


def test_a_text_in_another_script_is_not_spam_for_that() -> None:
    assert not split_spam("Сеть не работает со вчерашнего дня\nи никто не отвечает на звонки клиентов").cut


@given(st.lists(st.sampled_from([*SPAM, *HONEST, *ARTICLE.split("\n"), "x", "\u00a0"])))
def test_every_paragraph_is_either_kept_or_cut(paragraphs: list[str]) -> None:
    split = split_spam("\n".join(paragraphs))
    kept = split.kept.split("\n") if len(split.cut) < len(paragraphs) else []
    assert sorted([*kept, *split.cut]) == sorted(paragraphs or kept)


@given(st.text())
def test_no_text_breaks_the_filter(text: str) -> None:
    assert len(split_spam(text).kept) <= len(text)
