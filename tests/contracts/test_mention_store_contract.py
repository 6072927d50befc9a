"""What every mention store promises (`vigie.ports.MentionStore`)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.mention_samples import DUE, MONDAY, NEGATIVE, NEUTRAL, POSITIVE, some_mention
from tests.store import one_of_everything
from vigie.model import (
    DateSource,
    DocumentKind,
    Emotion,
    Enrichment,
    PublicationDate,
    Role,
    Span,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
    document_id,
)
from vigie.ports import EVERYTHING, Decision, Filter, MentionStore, Tally, Upserted
from vigie.query import parse


def _found(store: MentionStore, query: str) -> list[str]:
    return [mention.document.title for mention in store.search(Filter(parse(query)), limit=100).mentions]


# --- writing


def test_a_stored_mention_comes_back_as_it_was(store: MentionStore) -> None:
    document = replace(
        some_mention().document,
        text="L'« été »\n\nsans œufs 😡",
        author="Zoé",
        parent_url="https://exemple.fr/p",
        thread_url="https://exemple.fr/t",
        tier=1,
        published=PublicationDate(MONDAY, DateSource.PAGE_TEXT, 0.3, day_only=True),
    )
    workflow = Workflow(WorkflowState.HANDLED, "vu avec la presse", POSITIVE, "Zoé", MONDAY + timedelta(microseconds=1))
    mention = replace(some_mention(evidence=("pas bon",)), document=document, workflow=workflow)
    store.upsert([mention])
    assert store.get(mention.id) == mention


def test_everything_that_was_read_comes_back_as_it_was(store: MentionStore) -> None:
    mention = one_of_everything.mention(1)
    store.upsert([mention, replace(mention, id="0" * 40, target=None, enrichment=Enrichment(), doubtful=True)])
    assert store.get(mention.id) == mention
    assert store.get("0" * 40) == replace(mention, id="0" * 40, target=None, enrichment=Enrichment(), doubtful=True)


TOWARDS = Target(Role.VICTIM, NEUTRAL, 0.3, Span("text", 0, 9))
READ = Enrichment(Emotion.FEAR, ("prix", "retard"), toxicity=(Toxicity.THREAT,))


@pytest.mark.parametrize(
    "chosen",
    [
        Filter(roles=[Role.VICTIM]),
        Filter(roles=[Role.OWN, Role.VICTIM]),
        Filter(emotions=[Emotion.FEAR]),
        Filter(themes=["retard"]),
        Filter(themes=["grève", "prix"]),
        Filter(toxic=True),
        Filter(labels=[NEUTRAL]),
        Filter(parse("texte"), roles=[Role.VICTIM], themes=["prix"], toxic=True),
        Filter(brands=["orange"], emotions=[Emotion.FEAR]),
    ],
    ids=str,
)
def test_mentions_are_chosen_by_what_was_read_in_them(store: MentionStore, chosen: Filter) -> None:
    wanted = some_mention(1, label=NEGATIVE, target=TOWARDS, enrichment=READ)
    others = [
        some_mention(2, label=NEGATIVE, target=replace(TOWARDS, role=Role.SUBJECT, tone=NEGATIVE)),
        some_mention(3, label=NEGATIVE, enrichment=Enrichment(Emotion.JOY, ("retards", "pri"))),
    ]
    store.upsert([wanted, *others])
    assert store.search(chosen).mentions == [wanted]
    assert store.count(chosen) == Tally(neutral=1)
    assert store.count(Filter(toxic=False)).total == 2


def test_the_tone_that_counts_is_the_one_towards_the_brand_until_a_person_corrects_it(store: MentionStore) -> None:
    mention = some_mention(1, label=NEGATIVE, target=TOWARDS)
    store.upsert([mention])
    assert store.count(Filter()) == Tally(neutral=1)
    assert store.stories(Filter())[0].negative == 0
    store.correct(mention.id, POSITIVE)
    store.upsert([replace(mention, target=None)])
    assert store.count(Filter()) == Tally(positive=1)
    store.correct(mention.id, None)
    assert store.count(Filter()) == Tally(negative=1)


def test_what_is_doubtful_is_not_counted_until_a_person_says_that_the_brand_is_meant(store: MentionStore) -> None:
    sure, doubtful = some_mention(1), some_mention(2, doubtful=True)
    store.upsert([sure, doubtful])
    day = {"start": MONDAY - timedelta(hours=8), "end": MONDAY + timedelta(days=1)}
    for counted in (Filter(), Filter(brands=["orange"]), Filter(parse("texte")), Filter(**day)):
        assert store.search(counted).mentions == [sure]
        assert store.count(counted).total == 1
    assert store.search(Filter(doubtful=True)).mentions == [doubtful]
    assert store.count(EVERYTHING).total == 2
    assert store.mark(doubtful.id, Decision(WorkflowState.NOT_RELEVANT))
    assert store.count(Filter()).total == store.count(Filter(**day)).total == 1
    assert store.mark(doubtful.id, Decision(confirmed=True))
    store.upsert([replace(doubtful, reason="lu encore")])
    assert store.count(Filter()).total == store.count(Filter(**day)).total == 2
    assert store.search(Filter(doubtful=True)).mentions == []
    assert store.mark(doubtful.id, Decision(confirmed=False))
    set_aside = replace(doubtful, reason="lu encore", workflow=Workflow(WorkflowState.NOT_RELEVANT))
    assert store.search(Filter(doubtful=True), limit=1).mentions == [set_aside]


def test_an_unknown_mention_is_none(store: MentionStore) -> None:
    assert store.get("0" * 40) is None


def test_writing_the_same_mentions_twice_changes_nothing(store: MentionStore) -> None:
    mentions = [some_mention(1), some_mention(2)]
    assert store.upsert(mentions) == Upserted(created=2, updated=0)
    assert store.upsert(mentions) == Upserted(created=0, updated=2)
    assert store.count(Filter()).total == 2


def test_a_batch_that_holds_a_mention_twice_keeps_the_last(store: MentionStore) -> None:
    first, second = some_mention(1, text="avant"), some_mention(1, text="après")
    assert store.upsert([first, second]).created == 1
    assert store.get(first.id) == second


def test_nothing_to_write_is_nothing_written(store: MentionStore) -> None:
    assert store.upsert([]) == Upserted(0, 0)


def test_a_rewritten_text_is_found_by_its_new_words_only(store: MentionStore) -> None:
    store.upsert([some_mention(1, title="t", text="une panne géante")])
    store.upsert([some_mention(1, title="t", text="une grève surprise")])
    assert (_found(store, "panne"), _found(store, "greve")) == ([], ["t"])


def test_a_new_publication_date_moves_the_mention(store: MentionStore) -> None:
    store.upsert([some_mention(1, title="a"), some_mention(2, title="b")])
    store.upsert([some_mention(1, title="a", at=MONDAY + timedelta(days=2))])
    assert [mention.document.title for mention in store.search(Filter()).mentions] == ["a", "b"]
    assert store.count(Filter(end=MONDAY + timedelta(days=1))).total == 1


def test_a_new_analysis_keeps_what_people_decided(store: MentionStore) -> None:
    mention = some_mention(1, label=NEGATIVE)
    store.upsert([mention])
    store.mark(mention.id, Decision(WorkflowState.NEW, "répondu"))
    store.mark(mention.id, Decision(WorkflowState.HANDLED, assignee="claire", due_at=DUE))
    store.correct(mention.id, POSITIVE)
    other = Workflow(WorkflowState.NOT_RELEVANT, "x", NEGATIVE, "paul", MONDAY)
    store.upsert([replace(some_mention(1, label=NEUTRAL, text="autre texte"), workflow=other)])
    kept = store.get(mention.id)
    assert kept is not None
    assert kept.workflow == Workflow(WorkflowState.HANDLED, "répondu", POSITIVE, "claire", DUE)
    assert (kept.document.text, kept.sentiment.label) == ("autre texte", NEUTRAL)


@pytest.mark.parametrize("days", [0, 40], ids=["same month", "another month"])
def test_an_assignment_stays_when_the_publication_date_changes(store: MentionStore, days: int) -> None:
    mention = some_mention(1)
    store.upsert([mention])
    store.mark(mention.id, Decision(assignee="claire", due_at=DUE))
    moved = some_mention(1, at=MONDAY + timedelta(days=days))
    store.upsert([moved])
    assert store.get(mention.id) == replace(moved, workflow=Workflow(assignee="claire", due_at=DUE))
    assert store.count(Filter(assignees=["claire"])).total == 1


DECIDED = Workflow(WorkflowState.HANDLED, "répondu", None, "claire", DUE)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (Decision(), DECIDED),
        (Decision(WorkflowState.NEW), replace(DECIDED, state=WorkflowState.NEW)),
        (Decision(note="x"), replace(DECIDED, note="x")),
        (Decision(note=""), replace(DECIDED, note="")),
        (Decision(assignee="paul"), replace(DECIDED, assignee="paul")),
        (Decision(assignee=""), replace(DECIDED, assignee="")),
        (Decision(due_at=MONDAY), replace(DECIDED, due_at=MONDAY)),
        (Decision(due_at=None), replace(DECIDED, due_at=None)),
        (Decision(confirmed=True), replace(DECIDED, confirmed=True)),
        (Decision.of(Workflow()), Workflow()),
    ],
    ids=str,
)
def test_a_decision_changes_what_it_says_and_keeps_the_rest(store: MentionStore, decision: Decision, expected: Workflow) -> None:
    mention = some_mention(1)
    store.upsert([mention])
    assert store.mark(mention.id, Decision.of(DECIDED))
    assert store.mark(mention.id, decision)
    assert store.get(mention.id) == replace(mention, workflow=expected)


def test_a_corrected_tone_and_a_decision_keep_one_another(store: MentionStore) -> None:
    mention = some_mention(1)
    store.upsert([mention])
    store.correct(mention.id, NEGATIVE)
    store.mark(mention.id, Decision.of(DECIDED))
    store.correct(mention.id, POSITIVE)
    assert store.get(mention.id) == replace(mention, workflow=replace(DECIDED, corrected_label=POSITIVE))
    store.correct(mention.id, None)
    assert store.get(mention.id) == replace(mention, workflow=DECIDED)


def test_removing_documents_keeps_the_brands_that_are_still_named(store: MentionStore) -> None:
    url, second = "https://exemple.fr/a", "https://exemple.fr/b"
    kept, gone = some_mention(1, url=url, brand="orange"), some_mention(1, url=url, brand="free")
    also_gone, other = some_mention(3, url=second, brand="free"), some_mention(2, brand="free")
    store.upsert([kept, gone, also_gone, other])
    documents = [document_id(url), document_id(second)]
    assert store.remove_documents(documents, keep=[kept.id]) == 2
    assert [store.get(each.id) for each in (kept, gone, also_gone, other)] == [kept, None, None, other]
    assert store.remove_documents(documents, keep=[kept.id]) == 0


def test_removing_no_document_removes_nothing(store: MentionStore) -> None:
    store.upsert([some_mention(1)])
    assert store.remove_documents([]) == 0
    assert store.count(Filter()).total == 1


def test_marks_and_corrections_need_a_mention(store: MentionStore) -> None:
    assert not store.mark("0" * 40, Decision(WorkflowState.HANDLED))
    assert not store.correct("0" * 40, NEGATIVE)


def test_marked_mentions_are_found_by_their_state(store: MentionStore) -> None:
    first, second = some_mention(1), some_mention(2)
    store.upsert([first, second])
    assert store.mark(first.id, Decision(WorkflowState.HANDLED, "note"))
    assert [mention.id for mention in store.search(Filter(states=[WorkflowState.HANDLED])).mentions] == [first.id]
    assert store.count(Filter(states=[WorkflowState.NEW])).total == 1


def test_mentions_are_found_by_who_takes_care_of_them(store: MentionStore) -> None:
    claire, paul, nobody = some_mention(1), some_mention(2), some_mention(3)
    store.upsert([claire, paul, nobody])
    store.mark(claire.id, Decision(assignee="claire"))
    store.mark(paul.id, Decision(assignee="paul"))

    def found(*assignees: str) -> list[str]:
        return [mention.id for mention in store.search(Filter(assignees=assignees)).mentions]

    assert found("claire") == [claire.id]
    assert found("claire", "paul", "Claire") == [paul.id, claire.id]
    assert found("Claire") == []
    store.mark(claire.id, Decision(assignee=""))
    assert found("claire") == []


def test_mentions_are_found_by_their_due_date(store: MentionStore) -> None:
    first, second, never = some_mention(1), some_mention(2), some_mention(3)
    store.upsert([first, second, never])
    store.mark(first.id, Decision(due_at=DUE))
    store.mark(second.id, Decision(due_at=DUE + timedelta(days=1)))

    def found(due_before: datetime) -> list[str]:
        return [mention.id for mention in store.search(Filter(due_before=due_before)).mentions]

    assert found(DUE) == []
    assert found(DUE + timedelta(microseconds=1)) == [first.id]
    assert found(DUE + timedelta(days=2)) == [second.id, first.id]
    store.mark(first.id, Decision(due_at=None))
    assert found(DUE + timedelta(days=1)) == []


def test_a_correction_counts_everywhere_until_it_is_taken_back(store: MentionStore) -> None:
    mention = some_mention(1, label=NEGATIVE, text="panne")
    day = Filter(start=datetime(2026, 3, 8, 23, tzinfo=UTC), end=datetime(2026, 3, 9, 23, tzinfo=UTC))

    def counts() -> list[Tally]:
        return [
            store.count(Filter()),
            store.count(Filter(parse("panne"))),
            store.share_of_voice(Filter())["orange"],
            store.top_sources(Filter())[0][1],
            store.histogram(day, timedelta(days=1), "Europe/Paris")[0].tally,
            store.histogram(day, timedelta(hours=12), "UTC")[0].tally,
        ]

    store.upsert([mention])
    assert counts() == [Tally(negative=1)] * 6
    store.correct(mention.id, POSITIVE)
    assert counts() == [Tally(positive=1)] * 6
    assert store.search(Filter(labels=[POSITIVE])).mentions
    assert not store.search(Filter(labels=[NEGATIVE])).mentions
    assert store.stories(Filter())[0].negative == 0
    store.correct(mention.id, None)
    assert counts() == [Tally(negative=1)] * 6


def test_an_authors_mentions_are_erased(store: MentionStore) -> None:
    store.upsert(
        [
            some_mention(1, author="Jean Dupont", title="a"),
            some_mention(2, author="Jeanne", title="b"),
            some_mention(3, title="c"),
        ]
    )
    assert store.erase_author("Jean Dupont") == 1
    assert store.erase_author("Jean Dupont") == 0
    assert _found(store, "texte") == ["c", "b"]


def test_a_page_is_erased_for_every_brand(store: MentionStore) -> None:
    url = "https://exemple.fr/a"
    store.upsert([some_mention(1, url=url), some_mention(1, url=url, brand="free"), some_mention(2)])
    assert store.erase_url(url) == 2
    assert store.count(Filter()).total == 1


@pytest.mark.parametrize(
    ("decision", "spared"),
    [
        (Decision(), False),
        (Decision(note="à garder"), True),
        (Decision(WorkflowState.HANDLED, "à garder"), True),
        (Decision(assignee="claire"), True),
        (Decision(due_at=DUE), True),
        (Decision(WorkflowState.HANDLED, assignee="claire", due_at=DUE), False),
        (Decision(WorkflowState.NOT_RELEVANT, assignee="claire", due_at=DUE), False),
    ],
    ids=str,
)
@pytest.mark.parametrize("end", [MONDAY + timedelta(days=5), MONDAY + timedelta(days=60)], ids=["in the month", "whole month"])
def test_retention_spares_notes_and_open_assignments(
    store: MentionStore, decision: Decision, spared: bool, end: datetime
) -> None:
    old, decided, recent = some_mention(1), some_mention(2), some_mention(3, at=end)
    store.upsert([old, decided, recent])
    store.mark(decided.id, decision)
    assert store.purge(end) == (1 if spared else 2)
    assert [mention.id for mention in store.search(Filter()).mentions] == [recent.id, decided.id][: 2 if spared else 1]


# --- finding


def test_the_newest_publication_comes_first(store: MentionStore) -> None:
    store.upsert([some_mention(2, title="b"), some_mention(3, title="c"), some_mention(1, title="a")])
    assert [mention.document.title for mention in store.search(Filter()).mentions] == ["c", "b", "a"]


def test_pages_hold_each_mention_once_whatever_is_written_between(store: MentionStore) -> None:
    same_minute = [some_mention(number, at=MONDAY) for number in range(7)]
    store.upsert(same_minute)
    seen: list[str] = []
    cursor = None
    for turn in range(4):
        page = store.search(Filter(brands=["orange"]), limit=2, cursor=cursor)
        seen += [mention.id for mention in page.mentions]
        cursor = page.cursor
        store.upsert([some_mention(100 + turn, at=MONDAY + timedelta(hours=turn))])
        store.upsert(same_minute)
    assert cursor is None
    assert sorted(seen) == sorted(mention.id for mention in same_minute)


def test_the_last_page_has_no_cursor(store: MentionStore) -> None:
    store.upsert([some_mention(1), some_mention(2)])
    assert store.search(Filter(), limit=2).cursor is None
    assert store.search(Filter(), limit=1).cursor is not None


@pytest.mark.parametrize("cursor", ["abc", "", "-1", "9" * 40])
def test_a_cursor_that_no_page_gave_is_refused(store: MentionStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.search(Filter(), cursor=cursor)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("decue", True),
        ("DÉÇUE", True),
        ('"service client"', True),
        ('"client service"', False),
        ('"nul part"', False),
        ("coeur", True),
        ("cœur", True),
        ("été", True),
        ("l'été", True),
        ("l’ete", True),
        ("serv*", True),
        ('"service cli"*', True),
        ('"service cli"', False),
        ("=Orange", True),
        ("=orange", False),
        ("=Déç*", True),
        ("=Dec*", False),
        ("orange -banane", True),
        ("orange -panne", False),
        ("banane OU panne", True),
        ("banane panne", False),
        ("orange (banane OU (panne -fraise))", True),
        ("orange NOT site:exemple.fr", False),
        ("site:exemple.fr", True),
        ("site:www.exemple.fr", True),
        ("site:xemple.fr", False),
        ("lang:fr", True),
        ("lang:en", False),
        ('author:"jean-rene"', True),
        ("author:jean", False),
        ("title:orange", True),
        ("title:panne", False),
        ("kind:news", True),
        ("source:une-source", True),
        ("source:source", False),
        ("++", False),
        ('c++ OU a-b OU prix: OU "(*"', False),
        ("orange -++", True),
        ("banane OU site:exemple.fr", True),
    ],
)
def test_a_query_means_what_its_language_says(store: MentionStore, query: str, found: bool) -> None:
    text = "Je suis Déçue du service client. Une panne en plein cœur de l’été, nul\nn'y va."
    store.upsert([some_mention(1, title="Orange", text=text, author="Jean-René", source="une-source")])
    assert _found(store, query) == (["Orange"] if found else [])


def test_a_site_includes_the_hosts_below_it(store: MentionStore) -> None:
    store.upsert(
        [
            some_mention(1, url="https://exemple.fr/1", title="a"),
            some_mention(2, url="https://forum.exemple.fr/2", title="b"),
            some_mention(3, url="https://contre-exemple.fr/3", title="c"),
        ]
    )
    assert _found(store, "site:exemple.fr") == ["b", "a"]


@pytest.mark.parametrize(
    "chosen",
    [
        Filter(brands=["free", "sosh"]),
        Filter(labels=[POSITIVE]),
        Filter(kinds=["blog"]),
        Filter(sources=["forum-1"]),
        Filter(languages=["en"]),
        Filter(story_id="autre"),
        Filter(start=MONDAY + timedelta(hours=1)),
        Filter(seen_start=MONDAY + timedelta(hours=1)),
        Filter(parse("texte"), brands=["free"], labels=[POSITIVE], start=MONDAY + timedelta(hours=1)),
    ],
    ids=str,
)
def test_each_part_of_a_filter_narrows(store: MentionStore, chosen: Filter) -> None:
    wanted = some_mention(
        1,
        brand="free",
        label=POSITIVE,
        kind=DocumentKind.BLOG,
        source="forum-1",
        language="en",
        story="autre",
        at=MONDAY + timedelta(hours=1),
    )
    store.upsert([wanted, some_mention(2, at=MONDAY)])
    assert store.search(chosen).mentions == [wanted]
    assert store.count(chosen) == Tally(positive=1)


def test_windows_hold_their_start_and_not_their_end(store: MentionStore) -> None:
    mention = some_mention(1, at=MONDAY)
    store.upsert([mention])
    seen = mention.document.seen_at
    later = timedelta(seconds=1)
    assert store.count(Filter(start=MONDAY, end=MONDAY + later)).total == 1
    assert store.count(Filter(start=MONDAY - later, end=MONDAY)).total == 0
    assert store.count(Filter(seen_start=seen, seen_end=seen + later)).total == 1
    assert store.count(Filter(seen_start=seen - later, seen_end=seen)).total == 0


def test_clearing_removes_every_mention_also_those_with_a_note(store: MentionStore) -> None:
    mentions = [some_mention(1), some_mention(2), some_mention(3, at=MONDAY - timedelta(days=400))]
    store.upsert(mentions)
    store.mark(mentions[0].id, Decision(note="à garder"))
    assert store.clear() == 3
    assert store.clear() == 0
    assert store.search(Filter()).mentions == []
    store.upsert(mentions[:1])
    assert [mention.workflow for mention in store.search(Filter()).mentions] == [Workflow()]
