"""What the French sentiment scorer promises: bounds, rules, evidence, and a floor on the development set."""

import csv
import hashlib
import itertools
import math
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sentiment import SentimentScorer, hits, rules
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import layout
from analysis.sentiment.lexicon import Field, load
from analysis.sentiment.stream import score_lines
from analysis.sentiment.tokens import tokens
from vigie.model import DocumentKind, SentimentLabel

DEV = Path(__file__).parents[1] / "eval" / "sentiment_dev.tsv"
# The floor holds for this very file; a new file needs a new figure, which goes into docs/sentiment.md as well.
DEV_DIGEST = "6d9faf20c060cd1d1365a633c3ce317d68b773d56137b73b6eb37aec400e60a5"
DEV_FLOOR = 94.0

LABELS = tuple(SentimentLabel)


TELLING = (
    "ne", "pas", "plus", "jamais", "mais", "si", "«", "»", '"', "?", "!", "...", "très", "peu", "nul", "bon", "😡", "👍🏽", "5/5",
    "★☆", "3", "étoiles", ".", ",", "merci", "panne", "/s", ":)", "@x", "#honte", "sauf que",
)  # fmt: skip


@pytest.fixture(scope="module")
def scorer() -> SentimentScorer:
    return SentimentScorer()


def weighed(text: str) -> list[Hit]:
    row = tokens(text)
    return rules.weigh(hits.find(row, load()), row, layout(row))


def tone(text: str) -> float:
    """What the rules make of a text, before any model."""
    return sum(hit.value for hit in weighed(text))


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    scores = []
    for label in LABELS:
        hit = sum(gold == label == answer for gold, answer in pairs)
        size = sum(gold == label for gold, _ in pairs) + sum(answer == label for _, answer in pairs)
        scores.append(2 * hit / size)
    return 100 * sum(scores) / len(scores)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, *DocumentKind]))
def test_no_text_crashes_it_and_every_answer_is_in_bounds(text: str, kind: DocumentKind | None) -> None:
    tone = SentimentScorer().score(text, kind)
    assert tone.label in LABELS
    assert -1 <= tone.score <= 1
    assert 0 <= tone.negative <= 1
    assert all(words and words in text for words in tone.evidence)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(TELLING),
        max_size=30,
    )
)
def test_any_order_of_telling_words_gives_evidence_that_stands_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    assert all(part and part in text for part in SentimentScorer().score(text).evidence)


def test_the_same_text_always_gets_the_same_answer(scorer: SentimentScorer) -> None:
    text = "Très déçue : trois semaines d'attente, mais la vendeuse était adorable 😊"
    assert scorer.score(text) == SentimentScorer().score(text) == scorer.score(text)


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "12 34", "@quelqu_un https://exemple.fr"])
def test_a_text_that_says_nothing_is_neutral_and_has_no_evidence(scorer: SentimentScorer, text: str) -> None:
    tone = scorer.score(text)
    assert (tone.label, tone.evidence) == (SentimentLabel.NEUTRAL, ())


def test_a_very_long_text_is_read_to_its_limit(scorer: SentimentScorer) -> None:
    tone = scorer.score("mot " * 30_000 + "honteux")
    assert tone.evidence == ()
    assert math.isfinite(tone.score)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("Ce produit n'est pas bon.", "Ce produit est bon."),
        ("Ça ne marche jamais.", "Ça marche."),
        ("Ça marche plus.", "Ça marche bien."),
        ("Je ne suis plus satisfaite de l'offre.", "Je suis plus satisfaite de l'offre."),
        ("Ni rapide ni efficace.", "Rapide et efficace."),
        ("Très peu fiable.", "Très fiable."),
        ("Il y a eu des pannes.", "Il n'y a eu aucune panne."),
        ("J'ai été déçu.", "Jamais déçu."),
    ],
)
def test_negation_turns_what_it_reaches(scorer: SentimentScorer, worse: str, better: str) -> None:
    assert scorer.score(worse).score < 0 < scorer.score(better).score


@pytest.mark.parametrize(
    "text",
    ["Il n'y a que du bon chez eux.", "Pas seulement rapide, excellent aussi.", "Je n'ai pas attendu. Excellent accueil."],
)
def test_negation_does_not_reach_beyond_its_scope(scorer: SentimentScorer, text: str) -> None:
    assert scorer.score(text).label is SentimentLabel.POSITIVE


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Pas terrible.", SentimentLabel.NEGATIVE),
        ("Pas mal du tout !", SentimentLabel.POSITIVE),
        ("Rien à redire.", SentimentLabel.POSITIVE),
        ("La finition laisse vraiment à désirer.", SentimentLabel.NEGATIVE),
        ("Enseigne à fuir.", SentimentLabel.NEGATIVE),
        ("J'en ai marre de ce service.", SentimentLabel.NEGATIVE),
        ("Ras-le-bol !", SentimentLabel.NEGATIVE),
        ("C'est pas donné.", SentimentLabel.NEGATIVE),
        ("Installation sans souci.", SentimentLabel.POSITIVE),
        ("Je ne peux que conseiller ce garage.", SentimentLabel.POSITIVE),
        ("Toujours rien reçu.", SentimentLabel.NEGATIVE),
        ("Trois semaines que j'attends ma commande.", SentimentLabel.NEGATIVE),
        ("Le conseiller m'a raccroché au nez.", SentimentLabel.NEGATIVE),
    ],
)
def test_idioms_mean_more_than_their_words(scorer: SentimentScorer, text: str, label: SentimentLabel) -> None:
    assert scorer.score(text).label is label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("nuuuuul", SentimentLabel.NEGATIVE),
        ("GENIAAAAL", SentimentLabel.POSITIVE),
        ("decu, tres mauvaise experience", SentimentLabel.NEGATIVE),
        ("tro bien jadore", SentimentLabel.POSITIVE),
        ("sa marche pa", SentimentLabel.NEGATIVE),
        ("C'est poche, je suis tanné", SentimentLabel.NEGATIVE),
        ("😡😡", SentimentLabel.NEGATIVE),
        ("Ma commande 👍🏿", SentimentLabel.POSITIVE),
        ("Le nouveau logo 👎🏼", SentimentLabel.NEGATIVE),
        ("Voilà :-(", SentimentLabel.NEGATIVE),
        ("5/5", SentimentLabel.POSITIVE),
        ("★☆☆☆☆", SentimentLabel.NEGATIVE),
        ("1 étoile", SentimentLabel.NEGATIVE),
    ],
)
def test_spellings_signs_and_ratings_are_read(scorer: SentimentScorer, text: str, label: SentimentLabel) -> None:
    assert scorer.score(text).label is label


@pytest.mark.parametrize("text", ["On se voit le 1/5 à la gare.", "Nous logeons dans un hôtel 1 étoile à Lille."])
def test_a_date_or_a_hotels_stars_are_no_rating(text: str) -> None:
    assert tone(text) == 0


def test_what_follows_mais_counts_more(scorer: SentimentScorer) -> None:
    blamed = scorer.score("L'écran est superbe, mais la batterie est nulle.")
    praised = scorer.score("La batterie est nulle, mais l'écran est superbe.")
    assert blamed.score < praised.score


def test_a_question_and_a_condition_weigh_less_than_a_statement(scorer: SentimentScorer) -> None:
    stated = scorer.score("Le service est mauvais.").negative
    assert scorer.score("Le service est mauvais ?").negative < stated
    assert scorer.score("Si le service est mauvais, dites-le.").negative < stated


def test_quoted_words_weigh_less_than_the_writers_own() -> None:
    assert tone("Il parle d'un service honteux.") < tone("Il parle d'un service « honteux ».") < 0


@pytest.mark.parametrize(
    "text",
    [
        "Merci Filao pour les trois jours de panne",
        "Bravo, encore deux heures de retard",
        "J'adore attendre le technicien 🙄",
        "Super, la box est encore en panne",
    ],
)
def test_thanks_for_a_fault_are_ironic(scorer: SentimentScorer, text: str) -> None:
    assert scorer.score(text).label is SentimentLabel.NEGATIVE


@pytest.mark.parametrize(
    "text", ["Merci à Léa qui a réglé ma panne en dix minutes", "Bravo pour le remboursement rapide après ce retard"]
)
def test_thanks_for_a_cure_are_sincere(scorer: SentimentScorer, text: str) -> None:
    assert scorer.score(text).label is SentimentLabel.POSITIVE


@pytest.mark.parametrize(
    "text",
    [
        "Rappel de produits : du verre dans des compotes",
        "Une enquête ouverte après la fuite de données de l'opérateur",
        "L'ancien directeur mis en examen pour fraude",
        "Appel au boycott de l'enseigne",
    ],
)
def test_bad_news_about_a_brand_is_negative_however_plainly_told(scorer: SentimentScorer, text: str) -> None:
    assert scorer.score(text, DocumentKind.NEWS).label is SentimentLabel.NEGATIVE


def test_there_are_six_hundred_idioms_and_more() -> None:
    phrases = {phrase for found in load().phrases.values() for phrases in found.values() for phrase in phrases}
    assert sum(bool(phrase.entry.strength) for phrase in phrases) >= 600


def test_no_phrase_is_entered_with_two_tones() -> None:
    tones: dict[tuple[str, ...], set[object]] = defaultdict(set)
    for phrase in {phrase for found in load().phrases.values() for phrases in found.values() for phrase in phrases}:
        for words in itertools.product(*(part.words for part in phrase.parts)):
            tones[words].add(phrase.entry)
    assert [words for words, entries in tones.items() if len(entries) > 1] == []


@pytest.mark.parametrize(
    "text",
    [
        "Ils ont jeté l'éponge", "Un service à la ramasse", "Je n'y remettrai pas les pieds", "Mieux vaut fuir",
        "C'est l'arnaque",
        "Ça casse pas trois pattes à un canard", "C'est plate", "L'ancien patron mis en examen", "Mise en demeure du régulateur",
        "Rappel de lots de compotes", "Un plan social annoncé", "On nous a roulés dans la farine", "Le dindon de la farce",
        "Deuxième relance en trois semaines", "Au bout de trois semaines", "Obligée de rappeler", "Ils n'ont jamais répondu",
        "Il a fini à la poubelle", "Six fois que je les appelle", "Du brol", "J'ai mon voyage", "Leur réseau nous fatigue",
    ],
)  # fmt: skip
def test_blame_in_an_idiom_or_in_a_fact_is_found(text: str) -> None:
    assert tone(text) < 0


@pytest.mark.parametrize(
    "text",
    [
        "Rien à redire", "Ça vaut le détour", "Y'a pas photo", "Il a tiré son épingle du jeu", "Carnet de commandes plein",
        "Le prix coup de cœur du jury", "Réglé en deux minutes", "Sans que je demande", "J'y retourne", "Dix ans sans une panne",
        "Je leur dois une fière chandelle", "Comme sur des roulettes", "C'est tip top", "C'est vraiment le fun", "Ça enjaille",
    ],
)  # fmt: skip
def test_praise_in_an_idiom_or_in_a_fact_is_found(text: str) -> None:
    assert tone(text) > 0


@pytest.mark.parametrize("text", ["Ni mieux ni pire", "Ni bon ni mauvais", "Couci-couça", "Du pour et du contre"])
def test_words_of_balance_carry_no_tone(text: str) -> None:
    assert tone(text) == 0


@pytest.mark.parametrize(
    ("number", "found"), [("3", True), ("trois", True), ("septante", True), ("quelques", True), ("un", False), ("la", False)]
)
def test_a_phrase_with_a_number_reads_figures_and_words(number: str, found: bool) -> None:
    assert bool(weighed(f"il y est resté pendant {number} semaines")) is found


def test_jamais_before_aussi_is_no_negation() -> None:
    assert tone("Je n'ai jamais vu un hôtel aussi propre") > 0 > tone("Un hôtel jamais propre")


def test_the_reach_of_sans_ends_at_the_verb() -> None:
    assert tone("Le dernier client sans ligne a retrouvé le sourire") > 0


def test_what_news_deny_is_hardly_praise() -> None:
    denied, absent = weighed("Aucun incendie.")[0], weighed("Aucun bug.")[0]
    assert denied.field is Field.CRISIS
    assert 0 <= denied.value < absent.value


def test_a_question_that_denies_is_a_reproach() -> None:
    assert tone("Pourquoi le site plante et personne n'est joignable ?") < tone("Que faire quand le site plante ?") < 0


@pytest.mark.parametrize(
    ("worse", "better"),
    [("Personne n'est aimable.", "Une personne aimable."), ("Pas une personne aimable.", "Personne aimable.")],
)
def test_personne_negates_only_with_ne(worse: str, better: str) -> None:
    assert tone(worse) < 0 < tone(better)


@pytest.mark.parametrize(("text", "turns"), [("Belle vue. Seulement, il pleut.", True), ("Il y avait seulement une vue.", False)])
def test_seulement_turns_a_text_only_where_it_opens_a_sentence(text: str, turns: bool) -> None:
    assert bool(layout(tokens(text)).turns) is turns


def test_congratulations_on_a_fault_are_ironic() -> None:
    assert next(hit.ironic for hit in weighed("Je félicite la banque pour cette panne."))


def test_money_signs_are_words() -> None:
    assert [token.folded for token in tokens("12 € ou 5 %")] == ["12", "€", "ou", "5", "%"]


def test_evidence_holds_the_deciding_words_strongest_first(scorer: SentimentScorer) -> None:
    assert scorer.score("Accueil lent et conseiller ODIEUX.").evidence == ("ODIEUX", "lent")


def test_evidence_shows_the_negation_with_its_word(scorer: SentimentScorer) -> None:
    assert "pas bon" in scorer.score("Ce café n'est pas bon.").evidence


def test_lines_are_unescaped_and_answered_one_for_one() -> None:
    lines = ["Honteux.\\nJe résilie.\n", "\n", "un \\\\n n'est pas une fin de ligne\n"]
    answers = [line.split("\t") for line in score_lines(lines, DocumentKind.REVIEW)]
    assert [len(answer) for answer in answers] == [3, 3, 3]
    assert answers[0][0] == "negative"
    assert all(-1 <= float(score) <= 1 and 0 <= float(negative) <= 1 for _, score, negative in answers)


def test_lines_are_answered_as_they_come() -> None:
    assert next(score_lines(itertools.repeat("Parfait !\n"))).startswith("positive\t")


def test_the_development_set_is_the_one_the_floor_was_set_on() -> None:
    assert hashlib.sha256(DEV.read_bytes()).hexdigest() == DEV_DIGEST


def test_macro_f1_on_the_development_set_stays_above_its_floor(scorer: SentimentScorer) -> None:
    with DEV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    pairs = [(row["label"], str(scorer.score(row["text"], DocumentKind(row["kind"])).label)) for row in rows]
    assert macro_f1(pairs) >= DEV_FLOOR


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("It doesn't look good.", "It looks good."),
        ("This is not worth the money.", "This is worth every penny."),
        ("I can't recommend it.", "I recommend it."),
        ("Thanks for nothing.", "Thanks for your help."),
    ],
)
def test_english_negation_and_idioms_are_read(scorer: SentimentScorer, worse: str, better: str) -> None:
    assert scorer.score(worse).score < scorer.score(better).score


def test_a_gift_is_no_english_negation() -> None:
    assert not any(hit.negated for hit in weighed("un don généreux"))


@pytest.mark.parametrize("text", ["I use the app every day.", "The interest rate is 3%.", "Boarding at gate 12."])
def test_english_words_that_french_has_too_carry_no_tone(text: str) -> None:
    assert tone(text) == 0
