"""Stories on hand-written groups of texts, half of which were set aside while the rules were written (docs/stories.md)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from analysis.near_duplicates import BANDS, fingerprint, read_sketch, replaced_share
from analysis.stories import MemoryStoryIndex, Storyteller, StoryText, assign_stories
from training.stories import labelled, stories_f1
from vigie.ports import StorySignature

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
F1 = 0.95
UNSEEN_F1 = 0.93
FOOTER = (
    "Retrouvez toute l'actualité de la région sur notre site et dans notre application, abonnez-vous dès maintenant pour "
    "soutenir une presse libre et indépendante, et recevez chaque matin notre lettre."
)


@pytest.mark.parametrize("part", ["dev", "check"])
def test_copies_share_a_story_and_independent_texts_do_not(part: str) -> None:
    assert len(labelled(part)) > 75
    assert stories_f1(part) >= F1


def test_on_texts_that_no_rule_was_written_for_no_copy_is_missed_and_few_texts_are_merged() -> None:
    assert stories_f1("unseen") >= UNSEEN_F1


class CountingIndex(MemoryStoryIndex):
    """A memory index that tells how many signatures its last answer held."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = 0

    def candidates(self, bands: Sequence[int], since: datetime) -> Sequence[StorySignature]:
        found = super().candidates(bands, since)
        self.answered = len(found)
        return found


def test_a_footer_under_ever_more_texts_never_costs_more() -> None:
    index = CountingIndex()
    teller = Storyteller(index)
    for place in range(300):
        body = " ".join(f"mot{place}x{word}" for word in range(40))
        assert teller.story_of(StoryText(str(place), "", f"{body}\n{FOOTER}", NOON, ""), NOON) == str(place)
        teller.keep()
    assert index.answered < 20


def test_a_text_that_everybody_copies_never_costs_more() -> None:
    index = CountingIndex()
    teller = Storyteller(index)
    text = labelled("dev")[0].text.text
    for place in range(300):
        assert teller.story_of(StoryText(str(place), "", f"{text} Partagé par lecteur{place}.", NOON, ""), NOON) == "0"
        teller.keep()
    assert index.answered < 50
    assert teller.story_of(StoryText("299", "", "Une version corrigée, sans un mot de la première.", NOON, ""), NOON) == "0"


def test_a_brief_and_the_article_that_fills_it_out_are_one_story() -> None:
    brief = labelled("dev")[0].text.text
    grown = StoryText("b", "", f"{brief}\n{' '.join(f'suite{word}' for word in range(30))}", NOON, "")
    assert [story for _, story in assign_stories([StoryText("a", "", brief, NOON, ""), grown])] == ["a", "a"]


def test_a_report_with_other_figures_is_an_update_today_and_another_issue_next_week() -> None:
    text = (
        "Baromètre des prix : le panier coûte {} euros, le beurre {} centimes, le café {} centimes, le lait {} centimes et la "
        "farine {} centimes. Les relevés sont faits chaque lundi par les bénévoles de l'association dans les magasins du "
        "département, puis vérifiés par une seconde équipe avant leur publication sur le site et dans la lettre mensuelle."
    )
    first, second = text.format(112, 241, 485, 92, 77), text.format(113, 246, 497, 90, 79)
    rows = [StoryText("a", "", first, NOON, ""), StoryText("b", "", second, NOON + timedelta(hours=3), "")]
    assert [story for _, story in assign_stories(rows)] == ["a", "a"]
    rows[1] = StoryText("b", "", second, NOON + timedelta(days=7), "")
    assert [story for _, story in assign_stories(rows)] == ["a", "b"]


def test_a_sketch_made_before_halves_and_names_were_kept_is_still_read() -> None:
    text = labelled("dev")[0].text.text
    marks = fingerprint("", text)
    runs = read_sketch(marks.sketch).runs
    old = b"".join(run.to_bytes(8, "little") for run in runs)
    assert read_sketch(old).runs == runs
    index = MemoryStoryIndex()
    index.remember(StorySignature("s", "d", marks.bands[:BANDS], old, NOON))
    assert Storyteller(index).story_of(StoryText("new", "", text, NOON, ""), NOON) == "s"


def test_names_are_replaced_only_when_each_text_has_some_of_its_own() -> None:
    assert replaced_share({1, 2}, {1, 3}) == 0.5
    assert replaced_share({1, 2}, {1}) == 0.0
    assert replaced_share(set(), {1}) == 0.0


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000_000, "mot " * 2_500_000, "z" * 100_000, "😂" * 100_000, "\ud800 " * 100_000, "\0" * 100_000],
    ids=["one word of 10 MB", "10 MB", "one letter", "emoji", "surrogates", "NUL"],
)
def test_bad_input_has_a_story(text: str) -> None:
    assert [story for _, story in assign_stories([StoryText("a", "", text, NOON, "")])] == ["a"]
