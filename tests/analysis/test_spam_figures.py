"""The spam filter on hand-written paragraphs, half of which were set aside while its list was written (docs/spam.md)."""

import pytest

from analysis.components.spam import SpamSort, split_spam
from analysis.components.spam_meaning import sells
from training.spam import is_cut, paragraphs

BEFORE = "La mairie a présenté mardi le calendrier des travaux de la place du marché, qui doivent durer jusqu'à la fin de l'été."
AFTER = "Les commerçants, inquiets pour leur chiffre d'affaires, demandent que le stationnement reste gratuit cet automne."
RECALL, FALSE_CUTS = 0.95, 0.01


def texts(part: str, *, spam: bool) -> list[str]:
    return [text for is_spam, text in paragraphs(part) if is_spam is spam]


@pytest.mark.parametrize("part", ["dev", "check"])
def test_injected_paragraphs_are_found_in_an_article(part: str) -> None:
    spam = texts(part, spam=True)
    missed = [text for text in spam if not is_cut(text)]
    assert len(spam) > 75
    assert len(missed) <= (1 - RECALL) * len(spam), missed


def test_meaning_finds_what_the_list_has_no_words_for() -> None:
    spam = texts("unseen", spam=True)
    by_rules, by_both = sum(map(is_cut, spam)), sum(is_cut(text, sells) for text in spam)
    assert (len(spam), by_rules) == (40, 25)
    assert by_both >= 32


@pytest.mark.parametrize("part", ["check", "unseen"])
def test_meaning_cuts_no_more_than_one_clean_paragraph_in_a_hundred(part: str) -> None:
    clean = texts(part, spam=False)
    lost = [text for text in clean if is_cut(text, sells)]
    assert len(lost) <= FALSE_CUTS * len(clean), lost


def test_a_paragraph_on_the_subject_of_its_page_is_not_judged_by_its_meaning() -> None:
    asked: list[str] = []
    offer = "Besoin de liquidités, nous versons dix mille euros demain matin"
    split_spam(f"Ces liquidités qui attirent les ménages\n{offer}", lambda text: bool(asked.append(text)))
    assert asked == []
    assert split_spam(f"{BEFORE}\n{offer}\n{AFTER}", lambda text: text == offer).cut == (offer,)


@pytest.mark.parametrize("part", ["dev", "check"])
def test_paragraphs_that_only_look_like_spam_are_kept(part: str) -> None:
    clean = texts(part, spam=False)
    lost = [text for text in clean if is_cut(text)]
    assert len(clean) > 150
    assert len(lost) <= FALSE_CUTS * len(clean), lost


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("娱乐城 百家乐 真人娱乐 老虎机 开户送彩金 体验金", SpamSort.FOREIGN),
        ("%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE", SpamSort.ENCODED),
        ("http://slot-a.test/ http://casino-b.test/ http://togel-c.test/", SpamSort.LINKS),
        ("canapé " + " ".join(f"canapé {place}" for place in range(20)), SpamSort.STUFFED),
        ("Acheter viagra sans ordonnance dans la boutique de la rue, livraison discrète, cliquez ici", SpamSort.OFFER),
        ("viagra cialis levitra kamagra tadalafil", SpamSort.LISTING),
    ],
)
def test_each_cut_says_what_gave_it_away(text: str, sort: SpamSort) -> None:
    (cut,) = split_spam(f"{BEFORE}\n{text}\n{AFTER}").cuts
    assert cut.sort is sort
    assert cut.reason


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
