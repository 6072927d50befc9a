"""What the shipped lists take away and what they leave: the same in the matcher and in every mention store.

The texts were written after the lists and are no data to tune them on; one that a list gets wrong is mended in the list.
"""

from collections.abc import Mapping, Sequence

import pytest

from analysis.matching import BrandMatcher
from config.exclusions import lists_of, shipped_lists
from config.schema import Brand
from tests.contracts.mention_samples import some_mention
from vigie.ports import Filter, MentionStore
from vigie.query import parse

TAKEN: Mapping[str, Sequence[str]] = {
    "emploi": (
        "Marelle recherche un conseiller de vente (H/F) à Dijon. CDI, temps plein, débutants acceptés.",
        "Technicien fibre chez Marelle : poste à pourvoir dès septembre, rémunération selon profil.",
        "Stage de six mois au siège de Marelle. Pour postuler, déposez votre CV en ligne.",
    ),
    "sport": (
        "Stade Marelle : les locaux passent aux tirs au but et filent en quart de finale.",
        "Top 14, résumé du match : Clermont s'incline au Marelle Arena sur le score de 24 à 17.",
        "Tour de France : sprint massif à Nîmes, l'équipe Marelle garde le maillot jaune.",
    ),
    "horoscope": (
        "Horoscope du mardi : bélier, une marelle d'émotions vous attend.",
        "Votre signe astro jouera à la marelle cette semaine, selon notre voyante.",
        "Premier décan : évitez les jeux de marelle avec votre banquier.",
    ),
    "annonces": (
        "Vends box Marelle peu utilisée, 40 euros, remise en main propre à Brest.",
        "Téléphone Marelle à vendre, bon état général, prix à débattre.",
        "Petite annonce : meuble Marelle en chêne, cause déménagement.",
    ),
    "bourse": (
        "Marelle : Berenberg relève son objectif de cours à 14 euros.",
        "Le titre Marelle perd 3 % en séance, dans le sillage des valeurs télécoms.",
        "À Paris, cours de clôture : Marelle 11,32, Danone 58,90.",
    ),
    "meteo": (
        "Vigilance orange aux orages dans le Rhône ; le festival Marelle reporté.",
        "Prévisions météo du week-end à Marelle-sur-Loire : 22 degrés.",
        "Quelques averses dans la matinée puis des éclaircies, 17 degrés à Marelle.",
    ),
    "tele": (
        "Programme TV : « Marelle », le téléfilm événement.",
        "Audiences TV : le documentaire sur Marelle en tête avec 18 % de part d'audience.",
        "À 21h10 sur M6, une série policière qui suit le commissaire Marelle.",
    ),
    "concours": (
        "Jeu-concours : un an de Marelle offert, tentez votre chance !",
        "Likez et tague deux amis pour participer au tirage au sort Marelle.",
        "Marelle offre dix places. Règlement complet sur le site.",
    ),
    "recettes": (
        "Gâteau Marelle : préchauffez le four à 180 degrés, ajoutez une pincée de sel.",
        "Deux cuillères à soupe de sirop Marelle, puis laissez mijoter.",
        "Terrine façon Marelle, ingrédients pour six convives.",
    ),
    "promos": (
        "Code promo Marelle : 15 euros offerts dès 60 euros d'achat.",
        "Les bons plans du jour : la box Marelle à 19 euros au lieu de 29 euros.",
        "Ventes privées Marelle jusqu'à moins 40 de réduction.",
    ),
}
LEFT = (
    "Marelle recrute 2 000 jeunes en alternance malgré son plan social.",
    "Les salariés de Marelle en grève : la direction propose un CDI à mi-chemin.",
    "Carton rouge pour le service client de Marelle, injoignable depuis lundi.",
    "Coup d'envoi du procès Marelle ce matin à Nanterre.",
    "Marelle, c'est mon signe que tout va mal : encore un prélèvement en double.",
    "Le colis Marelle est arrivé cassé, personne ne répond.",
    "Une action en justice vise Marelle et sa filiale.",
    "La tempête a coupé le réseau Marelle dans trois départements.",
    "Vu à la télé, le patron de Marelle s'excuse auprès des abonnés.",
    "Deux livreurs Marelle racontent leur temps de repos rogné.",
    "Marelle augmente ses prix pour la troisième fois.",
    "On m'a vendu une box Marelle qui ne marche pas.",
)


def test_every_shipped_list_is_tried() -> None:
    assert set(TAKEN) == set(shipped_lists())


@pytest.mark.parametrize("name", TAKEN)
def test_a_list_takes_its_texts_away_and_leaves_news_of_the_brand(store: MentionStore, name: str) -> None:
    query = f"marelle -liste:{name}"
    texts = [*TAKEN[name], *LEFT]
    mentions = [some_mention(number, text=text) for number, text in enumerate(texts)]
    store.upsert(mentions)
    found = store.search(Filter(parse(query, lists_of({}))), limit=len(texts)).mentions
    matcher = BrandMatcher([Brand(id="marelle", name="Marelle", query=query)])
    assert {mention.document.text for mention in found} == set(LEFT)
    assert [text for text in texts if matcher.match("", text)] == list(LEFT)
