from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.near_duplicates import fingerprint, repeated_share
from analysis.stories import MemoryStoryIndex, Storyteller, StoryText, assign_stories
from vigie.model import DocumentKind
from vigie.ports import StorySignature

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DISPATCH = (
    "Le groupe de grande distribution a annoncé lundi la fermeture de douze magasins dans l'ouest de la France d'ici à la "
    "fin de l'année, une décision qui concerne près de six cents salariés selon les syndicats. La direction invoque la "
    "baisse durable de la fréquentation et la hausse des loyers. Les représentants du personnel, reçus au siège dans la "
    "matinée, dénoncent un plan préparé de longue date et appellent à un rassemblement jeudi devant la préfecture. Le "
    "ministère du Travail dit suivre le dossier de près et rappelle que chaque salarié devra se voir proposer un "
    "reclassement dans un rayon de trente kilomètres."
)
OTHER = (
    "La ville inaugure samedi sa nouvelle bibliothèque, un bâtiment de verre et de bois posé au bord du fleuve après quatre"
    " ans de travaux. Les habitants pourront y emprunter des livres, des jeux et des instruments de musique jusqu'à vingt "
    "heures en semaine. L'architecte, originaire de la région, a voulu une maison ouverte où l'on vient aussi pour "
    "travailler, discuter ou ne rien faire. Le coût, un temps contesté par l'opposition municipale, a finalement été tenu à"
    " deux millions d'euros près."
)


def story(identity: str, text: str, *, title: str = "", hours: float = 0, kind: DocumentKind | None = None, author: str | None = None) -> StoryText:  # noqa: E501  # fmt: skip
    return StoryText(identity, title, text, NOON + timedelta(hours=hours), "journal", author, kind)


def stories(*rows: StoryText) -> list[str]:
    return [found for _, found in assign_stories(rows)]


def shortened(text: str) -> str:
    return " ".join(text.split()[: len(text.split()) // 2])


@pytest.mark.parametrize(
    "copy",
    [
        DISPATCH,
        DISPATCH.upper().replace("’", "'"),
        f"Par Jeanne Martin, avec AFP\n{DISPATCH}\nhttps://exemple.fr/a-lire-aussi",
        shortened(DISPATCH),
        "Coup de tonnerre dans la région : des centaines d'emplois sont menacés, les élus se disent consternés. "
        + DISPATCH.partition(". ")[2],
    ],
    ids=["same", "capitals", "by-line", "first half", "other lead"],
)
def test_a_copied_dispatch_is_the_same_story_under_any_title(copy: str) -> None:
    assert stories(story("a", DISPATCH, title="Douze fermetures"), story("b", copy, title="Tout autre titre")) == ["a", "a"]


def test_texts_written_apart_are_stories_apart() -> None:
    assert stories(story("a", DISPATCH), story("b", OTHER)) == ["a", "b"]


def test_an_article_that_quotes_a_dispatch_and_adds_much_is_its_own_story() -> None:
    quoted = " ".join(DISPATCH.split()[:40])
    assert stories(story("a", DISPATCH), story("b", f"{OTHER} Selon l'agence, « {quoted} ».")) == ["a", "b"]


def test_a_customer_who_quotes_and_adds_a_line_speaks_for_himself() -> None:
    own = "Et nous les clients on fait comment, le plus proche magasin est à quarante minutes de chez moi, bravo la direction."
    post = story("b", f"{shortened(DISPATCH)}\n{own}", kind=DocumentKind.FORUM_POST)
    assert stories(story("a", DISPATCH), post) == ["a", "b"]


def test_two_customers_who_write_the_same_few_words_are_two_voices() -> None:
    assert stories(story("a", "Même problème chez moi"), story("b", "même problème chez moi !")) == ["a", "b"]


def test_an_author_who_repeats_a_few_words_is_one_voice() -> None:
    rows = [story(identity, "Même problème chez moi", author=author) for identity, author in [("a", "x"), ("b", "x"), ("c", "y")]]
    assert stories(*rows) == ["a", "a", "c"]


def test_short_texts_that_differ_by_a_word_are_not_merged() -> None:
    text = "Bonjour, plus de connexion depuis ce matin à {}, et chez vous ?"
    assert stories(story("a", text.format("Lyon")), story("b", text.format("Paris"))) == ["a", "b"]


def test_a_short_text_pasted_word_for_word_is_one_story() -> None:
    text = "Partagez tous : cette enseigne refuse de rembourser ses clients malgré la loi"
    assert stories(story("a", text), story("b", f"{text.upper()} https://exemple.fr/x")) == ["a", "a"]


def test_a_story_is_over_after_two_weeks() -> None:
    assert stories(story("a", DISPATCH), story("b", DISPATCH, hours=24 * 15)) == ["a", "b"]
    assert stories(story("a", DISPATCH), story("b", DISPATCH, hours=24 * 13)) == ["a", "a"]
    assert stories(story("a", DISPATCH), story("b", DISPATCH, hours=-24 * 15)) == ["a", "b"]


def test_a_row_without_a_date_is_as_old_as_the_row_before_it() -> None:
    rows = [StoryText("a", "", OTHER, NOON, ""), StoryText("b", "", DISPATCH, None, ""), story("c", DISPATCH, hours=24 * 15)]
    assert stories(*rows) == ["a", "b", "c"]
    assert stories(StoryText("a", "", DISPATCH, None, ""), StoryText("b", "", DISPATCH, None, "")) == ["a", "a"]


def test_a_text_seen_again_keeps_its_story_even_after_an_edit() -> None:
    teller = Storyteller(MemoryStoryIndex())
    rows = [story("a", DISPATCH), story("b", shortened(DISPATCH)), story("a", f"{DISPATCH} Mise à jour."), story("b", DISPATCH)]
    assert [teller.story_of(row, NOON) for row in rows] == ["a", "a", "a", "a"]


def test_an_article_rewritten_at_its_own_address_is_a_version_of_its_story() -> None:
    index = MemoryStoryIndex()
    teller = Storyteller(index)
    assert teller.story_of(story("a", DISPATCH), NOON) == "a"
    assert teller.story_of(story("b", DISPATCH), NOON) == "a"
    teller.keep()
    assert Storyteller(index).story_of(story("b", OTHER), NOON + timedelta(days=20)) == "a"


def test_empty_texts_are_stories_of_their_own() -> None:
    assert stories(story("a", "", author="x"), story("b", "", author="x"), story("c", "…")) == ["a", "b", "c"]


def test_a_long_text_is_recognised_from_its_sketch() -> None:
    words = [f"mot{place * place % 7919}" for place in range(3000)]
    whole, half = fingerprint("", " ".join(words)), fingerprint("", " ".join(words[:1500]))
    assert repeated_share(half.sketch, whole.sketch) > 0.95
    assert 0.4 < repeated_share(whole.sketch, half.sketch) < 0.6


@given(st.text(alphabet="abcdefgh \n", max_size=400), st.text(alphabet="abcdefgh \n", max_size=400))
def test_a_share_is_a_share_and_a_text_repeats_itself_wholly(one: str, other: str) -> None:
    first, second = fingerprint("", one), fingerprint("", other)
    assert 0 <= repeated_share(first.sketch, second.sketch) <= 1
    assert not first.sketch or repeated_share(first.sketch, first.sketch) == 1


@given(st.lists(st.sampled_from([DISPATCH, OTHER, shortened(DISPATCH), "ok", ""]), max_size=8))
def test_the_same_texts_in_the_same_order_give_the_same_stories(texts: list[str]) -> None:
    rows = [story(str(place), text, hours=place) for place, text in enumerate(texts)]
    assert stories(*rows) == stories(*rows)
    assert stories(*rows)[:3] == stories(*rows[:3])


def test_the_memory_index_keeps_the_latest_signature_of_a_document_and_forgets_old_ones() -> None:
    index = MemoryStoryIndex()
    index.remember(StorySignature("s", "d", (1, 2), b"", NOON))
    index.remember(StorySignature("s", "d", (2, 3), b"", NOON + timedelta(days=1)))
    assert index.candidates([1], NOON) == []
    assert [found.document_id for found in index.candidates([2, 3], NOON)] == ["d"]
    assert index.candidates([2], NOON + timedelta(days=2)) == []
    assert index.forget(NOON + timedelta(days=2)) == 1
    assert index.candidates([2], NOON) == []
