"""From inbox to store: one counted outcome each, nothing lost, nothing twice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from vigie.clock import SimulatedClock
from vigie.errors import StoreUnavailable
from vigie.model import (
    Analysis,
    Document,
    DocumentKind,
    Mention,
    Outcome,
    Role,
    Sentiment,
    SentimentLabel,
    Span,
    Target,
    WorkflowState,
    mention_id,
)
from vigie.pipeline import Intake, Pipeline, noting_outage, pseudonym
from vigie.ports import Decision, Filter, MentionStore, State, Tally

Stores = tuple[State, MentionStore]
MakeDocument = Callable[..., Document]


class WordAnalyser:
    """Finds the brand « Marelle » and nothing else; raises on the word « explose »."""

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        return [self._one(document) for document in documents]

    def _one(self, document: Document) -> Analysis:
        if "explose" in document.text:
            raise ValueError("boum")
        at = document.text.find("Marelle")
        if at < 0:
            return Analysis(document.id, Outcome.OFF_TOPIC)
        sentiment = Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.9, ("panne",))
        key = mention_id(document.id, "marelle")
        mention = Mention(key, "marelle", document, (Span("text", at, at + 7),), "fr", 1.0, sentiment, document.id)
        return Analysis(document.id, Outcome.STORED, (mention,))


def pipeline(stores: Stores) -> Pipeline:
    return Pipeline(stores[0], stores[1], WordAnalyser())


def test_every_document_ends_in_one_outcome_and_they_add_up(stores: Stores, make_document: MakeDocument) -> None:
    state, store = stores
    state.put([make_document("a"), make_document("b", text="Rien à voir."), make_document("c")])
    state.put([make_document("a")])
    pipeline(stores).analyse_waiting()
    outcomes = state.outcomes()
    assert {outcome: n for outcome, n in outcomes.items() if n} == {Outcome.STORED: 2, Outcome.OFF_TOPIC: 1, Outcome.KNOWN: 1}
    assert state.waiting() == 0
    assert store.count(Filter()).total == 2


class CautiousAnalyser(WordAnalyser):
    """Reads that the brand is not to blame, and doubts that it is meant where the text says « peut-être »."""

    def _one(self, document: Document) -> Analysis:
        analysis = super()._one(document)
        target = Target(Role.VICTIM, SentimentLabel.NEUTRAL, 0.2)
        is_doubtful = "peut-être" in document.text
        return replace(analysis, mentions=tuple(replace(one, target=target, doubtful=is_doubtful) for one in analysis.mentions))


def test_what_arrives_has_the_tone_towards_the_brand_and_what_is_set_aside_does_not_arrive(
    stores: Stores, make_document: MakeDocument
) -> None:
    state, store = stores
    sure, doubtful = make_document("a", text="Une panne chez Marelle."), make_document("b", text="Une panne, peut-être Marelle.")
    state.put([sure, doubtful])
    Pipeline(state, store, CautiousAnalyser()).analyse_waiting()
    assert [(arrival.mention_id, arrival.negative) for arrival in state.arrivals_after(0)] == [
        (mention_id(sure.id, "marelle"), 0.2)
    ]
    assert store.count(Filter()) == Tally(neutral=1)
    assert [mention.document.id for mention in store.search(Filter(doubtful=True)).mentions] == [doubtful.id]


def test_a_text_that_breaks_the_analysis_is_quarantined_and_the_others_are_stored(
    stores: Stores, make_document: MakeDocument, clock: SimulatedClock
) -> None:
    state, store = stores
    state.put([make_document("a"), make_document("bad", text="Ce texte explose."), make_document("c")])
    for _ in range(3):
        pipeline(stores).analyse_waiting()
        clock.advance(timedelta(hours=1))
    assert store.count(Filter()).total == 2
    assert state.outcomes()[Outcome.FAILED] == 1
    assert state.waiting() == 0
    assert state.replay() == 1


def test_a_text_that_broke_once_is_tried_again_before_it_is_given_up(stores: Stores, make_document: MakeDocument) -> None:
    state, _ = stores
    state.put([make_document("bad", text="Ce texte explose.")])
    pipeline(stores).analyse_waiting()
    assert (state.waiting(), state.outcomes()[Outcome.FAILED]) == (1, 0)


def test_dying_between_store_and_settlement_repeats_an_upsert_and_loses_nothing(
    stores: Stores, make_document: MakeDocument
) -> None:
    state, store = stores

    class DyingState:
        """The real state, whose process dies just before it settles."""

        def __getattr__(self, name: str) -> object:
            return getattr(state, name)

        def settle(self, _settlements: object) -> None:
            raise StoreUnavailable("killed")

    state.put([make_document("a")])
    with pytest.raises(StoreUnavailable):
        Pipeline(DyingState(), store, WordAnalyser()).analyse_waiting()  # type: ignore[arg-type]
    assert (store.count(Filter()).total, state.waiting()) == (1, 1)
    pipeline(stores).analyse_waiting()
    assert (store.count(Filter()).total, state.waiting(), state.outcomes()[Outcome.STORED]) == (1, 0, 1)
    assert len(state.arrivals_after(0)) == 1


def test_an_outage_that_a_reader_noted_ends_when_nothing_waits_and_the_store_answers(stores: Stores) -> None:
    state, _ = stores
    with pytest.raises(StoreUnavailable), noting_outage(state):
        raise StoreUnavailable("away")
    outage = state.outage()
    assert (outage and outage.reason) == "away"
    pipeline(stores).analyse_waiting()
    assert state.outage() is None


def test_an_edit_that_takes_the_brand_away_takes_the_mention_away(stores: Stores, make_document: MakeDocument) -> None:
    state, store = stores
    state.put([make_document("a")])
    pipeline(stores).analyse_waiting()
    state.put([make_document("a", text="[message supprimé]")])
    pipeline(stores).analyse_waiting()
    assert store.count(Filter()).total == 0


def test_a_forum_name_is_never_kept_and_a_press_by_line_is(stores: Stores, make_document: MakeDocument) -> None:
    state, _ = stores
    article = make_document("n", kind=DocumentKind.NEWS, author="La rédaction")
    Intake(state, b"key").receive([make_document("a"), article, make_document("x", author=None)])
    authors = {entry.document.url: entry.document.author for entry in state.pending(10)}
    assert authors["https://forum.exemple/a"] == pseudonym("forum.exemple", "camille75", b"key")
    assert authors["https://forum.exemple/n"] == "La rédaction"
    assert authors["https://forum.exemple/x"] is None


def test_a_pseudonym_tells_people_apart_by_site_and_installation() -> None:
    names = [pseudonym("a.fr", "camille", b"1"), pseudonym("b.fr", "camille", b"1"), pseudonym("a.fr", "camille", b"2")]
    assert len(set(names)) == 3
    assert pseudonym("a.fr", "camille", b"1") == names[0]
    assert "camille" not in "".join(names)


def test_an_edit_that_cannot_be_analysed_keeps_the_mention_and_what_people_did_with_it(
    stores: Stores, make_document: MakeDocument, clock: SimulatedClock
) -> None:
    state, store = stores
    state.put([make_document("a")])
    pipeline(stores).analyse_waiting()
    (mention,) = store.search(Filter()).mentions
    store.mark(mention.id, Decision(WorkflowState.HANDLED, "répondu"))
    state.put([make_document("a", text="Ce texte explose.")])
    for _ in range(3):
        pipeline(stores).analyse_waiting()
        clock.advance(timedelta(hours=1))
    kept = store.get(mention.id)
    assert kept is not None
    assert kept.workflow.note == "répondu"
    assert state.outcomes()[Outcome.FAILED] == 1


def test_a_mention_that_the_store_cannot_take_does_not_block_the_others(stores: Stores, make_document: MakeDocument) -> None:
    state, store = stores

    class Picky:
        """The real store, which cannot take one text."""

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def upsert(self, mentions: Sequence[Mention]) -> object:
            if any("poison" in mention.document.text for mention in mentions):
                raise ValueError("cannot be written")
            return store.upsert(mentions)

    state.put([make_document(str(n)) for n in range(5)] + [make_document("p", text="Marelle, poison.")])
    Pipeline(state, Picky(), WordAnalyser()).analyse_waiting()  # type: ignore[arg-type]
    assert (store.count(Filter()).total, state.waiting()) == (5, 1)


def test_the_limit_is_kept(stores: Stores, make_document: MakeDocument) -> None:
    state, _ = stores
    state.put([make_document(str(n)) for n in range(5)])
    assert pipeline(stores).analyse_waiting(limit=2).settled == 2
    assert state.waiting() == 3
