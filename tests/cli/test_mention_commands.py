"""`vigie mark` and `vigie search` as a community manager types them: who takes care of a mention, and until when."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from vigie.cli import marking, mentions, quality
from vigie.clock import SystemClock
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Mark,
    Mention,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
    document_id,
    mention_id,
)
from vigie.ports import Decision
from vigie.store import open_database, open_state
from vigie.store.sqlite import SqliteMentionStore

APP = typer.Typer()
mentions.register(APP)
marking.register(APP)
quality.register(APP)
PUBLISHED = datetime(2026, 3, 9, 8, tzinfo=UTC)
DECIDED = Workflow(WorkflowState.NEW, "appeler le client", None, "claire", datetime(2026, 3, 12, 17, tzinfo=UTC))
URLS = {name: f"https://exemple.fr/{name}" for name in ("late", "free", "later")}
IDS = {name: mention_id(document_id(url), "orange") for name, url in URLS.items()}

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with three mentions: one that is late, one of which nobody takes care, one that has time."""
    brand = '[[brand]]\nid = "orange"\nname = "Orange"\nquery = "Orange"\n'
    for name, text in {"vigie.toml": "", "brands.toml": brand, "sources.toml": "", "alerts.toml": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    database = open_database(tmp_path / "data")
    store = SqliteMentionStore(database)
    store.upsert([_mention(name) for name in URLS])
    store.mark(IDS["late"], Decision.of(DECIDED))
    store.mark(IDS["later"], Decision(assignee="paul", due_at=datetime(2999, 1, 1, tzinfo=UTC)))
    database.close()
    return tmp_path


def _mention(name: str) -> Mention:
    url = URLS[name]
    published = PublicationDate(PUBLISHED, DateSource.META, 1.0)
    document = Document(document_id(url), "source", DocumentKind.NEWS, url, name, "Texte.", None, published, PUBLISHED)
    sentiment = Sentiment(SentimentLabel.NEGATIVE, -1.0, 0.9)
    return Mention(IDS[name], "orange", document, (), "fr", 1.0, sentiment, "story")


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *arguments: CliRunner().invoke(APP, [*arguments, "-c", str(folder)])


def _workflow(folder: Path, name: str) -> Workflow:
    database = open_database(folder / "data")
    stored = SqliteMentionStore(database).get(IDS[name])
    database.close()
    assert stored is not None
    return stored.workflow


def _found(run: Run, *arguments: str) -> set[str]:
    return {json.loads(line)["title"] for line in run("search", "--json", *arguments).stdout.splitlines()}


def test_a_mention_is_given_to_somebody_until_a_moment_of_the_teams_zone(run: Run, folder: Path) -> None:
    assert run("mark", IDS["free"], "--assignee", "claire", "--due", "2026-03-12T18:00").exit_code == 0
    assert _workflow(folder, "free") == Workflow(assignee="claire", due_at=datetime(2026, 3, 12, 17, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due", "moment"),
    [
        ("2026-03-12", datetime(2026, 3, 12, 22, 59, tzinfo=UTC)),  # the day is included: its last minute in Paris
        ("2026-07-14", datetime(2026, 7, 14, 21, 59, tzinfo=UTC)),
        ("2026-03-12T18:00+00:00", datetime(2026, 3, 12, 18, tzinfo=UTC)),
        ("none", None),
    ],
)
def test_a_due_date_is_a_day_a_moment_or_none(run: Run, folder: Path, due: str, moment: datetime | None) -> None:
    assert run("mark", IDS["late"], "--due", due).exit_code == 0
    assert _workflow(folder, "late").due_at == moment


def test_a_state_alone_keeps_note_assignee_and_due_date(run: Run, folder: Path) -> None:
    run("mark", IDS["late"], "handled")
    kept = Workflow(WorkflowState.HANDLED, DECIDED.note, None, DECIDED.assignee, DECIDED.due_at)
    assert _workflow(folder, "late") == kept


def test_an_empty_assignee_is_nobody(run: Run, folder: Path) -> None:
    run("mark", IDS["late"], "--assignee", "")
    assert _workflow(folder, "late").assignee == ""


@pytest.mark.parametrize(
    "options", [[], ["--due", "demain"], ["--due", ""], ["--due", "2026-02-30"], ["--due", "0001-01-01T00:00"]]
)
def test_a_mark_that_says_nothing_readable_is_wrong_use_and_changes_nothing(run: Run, folder: Path, options: list[str]) -> None:
    assert run("mark", IDS["late"], *options).exit_code == 2
    assert _workflow(folder, "late") == DECIDED


def test_mentions_are_found_by_assignee(run: Run) -> None:
    assert _found(run, "--assignee", "claire") == {"late"}
    assert _found(run, "--assignee", "claire", "--assignee", "paul") == {"late", "later"}
    assert run("search", "--assignee", "nobody").exit_code == 1


def test_overdue_is_what_is_new_although_its_due_date_is_past(run: Run) -> None:
    assert _found(run, "--overdue") == {"late"}
    assert _found(run, "--overdue", "--state", "new") == {"late"}
    run("mark", IDS["late"], "handled")
    assert _found(run, "--overdue") == set()


def test_overdue_with_another_state_is_wrong_use(run: Run) -> None:
    assert run("search", "--overdue", "--state", "handled").exit_code == 2


def test_search_shows_who_takes_care_and_until_when(run: Run) -> None:
    lines = run("search", "--state", "new").output.splitlines()
    assert "  for claire, due 2026-03-12 18:00, overdue" in lines
    assert "  for paul, due 2999-01-01 01:00" in lines
    assert sum(line.startswith("  for ") for line in lines) == 2


def test_a_handled_mention_is_not_called_overdue(run: Run) -> None:
    run("mark", IDS["late"], "handled")
    assert "  for claire, due 2026-03-12 18:00" in run("search", "--assignee", "claire").output.splitlines()


def test_the_json_of_a_mention_holds_assignee_and_due_date(run: Run) -> None:
    rows = {row["title"]: row for row in map(json.loads, run("search", "--json").stdout.splitlines())}
    assert (rows["late"]["assignee"], rows["late"]["due_at"]) == ("claire", "2026-03-12T17:00:00+00:00")
    assert (rows["free"]["assignee"], rows["free"]["due_at"]) == ("", None)


def _marks(folder: Path) -> list[Mark]:
    database = open_database(folder / "data")
    marks = list(open_state(database, SystemClock()).marks())
    database.close()
    return marks


@pytest.mark.parametrize("word", ["not_relevant", "non_pertinent", "NOT-RELEVANT", "hors_sujet"])
def test_a_mention_that_is_not_relevant_is_told_so_and_learnt_from(run: Run, folder: Path, word: str) -> None:
    assert run("mark", IDS["late"], word).output == "done: 1 of 1\n"
    (mark,) = _marks(folder)
    assert (mark.relevant, mark.brand_id, mark.source_id, mark.machine_relevance) == (False, "orange", "source", 1.0)
    assert _workflow(folder, "late") == replace(DECIDED, state=WorkflowState.NOT_RELEVANT)


@pytest.mark.parametrize(("command", "word"), [("mark", "neutral"), ("mark", "neutre"), ("correct", "neutral")])
def test_a_tone_is_corrected_and_kept_as_a_mark(run: Run, folder: Path, command: str, word: str) -> None:
    run(command, IDS["free"], word)
    (mark,) = _marks(folder)
    assert (mark.tone, mark.machine_tone) == (SentimentLabel.NEUTRAL, SentimentLabel.NEGATIVE)
    assert _workflow(folder, "free").corrected_label is SentimentLabel.NEUTRAL


def test_a_doubtful_mention_is_in_the_tray_until_somebody_says_what_it_is(run: Run, folder: Path) -> None:
    database = open_database(folder / "data")
    SqliteMentionStore(database).upsert([replace(_mention("free"), doubtful=True, reason="« orange » : incertain")])
    database.close()
    assert (_found(run), _found(run, "--doubtful")) == ({"late", "later"}, {"free"})
    assert "  doubtful: « orange » : incertain" in run("search", "--doubtful").output.splitlines()
    run("mark", IDS["free"], "not_relevant")
    assert (_found(run), _found(run, "--doubtful")) == ({"late", "later"}, set())
    run("mark", IDS["free"], "relevant")
    assert (_found(run), _found(run, "--doubtful")) == ({"late", "free", "later"}, set())
    assert _workflow(folder, "free") == Workflow(confirmed=True)


def test_mentions_are_found_by_what_was_read_in_them(run: Run, folder: Path) -> None:
    database = open_database(folder / "data")
    read = Enrichment(Emotion.ANGER, ("prix",), toxicity=(Toxicity.INSULT,))
    target = Target(Role.COMPARED, SentimentLabel.NEGATIVE, 0.9)
    SqliteMentionStore(database).upsert([replace(_mention("free"), enrichment=read, target=target)])
    database.close()
    for asked in (["--role", "compared"], ["--theme", "prix"], ["--emotion", "anger"], ["--toxic"]):
        assert _found(run, *asked) == {"free"}
    assert "  compared, prix, anger, insult" in run("search", "--toxic").output.splitlines()


def test_several_mentions_are_marked_at_once_each_once(run: Run, folder: Path) -> None:
    ran = run("mark", IDS["late"], IDS["free"], IDS["late"], "relevant")
    assert ran.output == "done: 2 of 2\n"
    assert [mark.relevant for mark in _marks(folder)] == [True, True]


def test_ids_come_from_standard_input_for_a_dash(folder: Path) -> None:
    lines = f"{IDS['late']}\n\n{IDS['free']}\tune suite\n"
    ran = CliRunner().invoke(APP, ["mark", "-", "traité", "-c", str(folder)], input=lines)
    assert ran.exit_code == 0
    assert {_workflow(folder, name).state for name in ("late", "free")} == {WorkflowState.HANDLED}


def test_an_unknown_id_is_named_and_the_others_are_marked(run: Run, folder: Path) -> None:
    ran = run("mark", "absent", IDS["free"], "handled")
    assert ran.exit_code == 1
    assert "no mention absent" in ran.output
    assert _workflow(folder, "free").state is WorkflowState.HANDLED


@pytest.mark.parametrize("words", [["handled"], [IDS["free"], "negativ"], ["-", "neutral"]])
def test_a_mark_without_an_id_or_with_a_slip_is_wrong_use(run: Run, folder: Path, words: list[str]) -> None:
    assert run("mark", *words).exit_code == 2
    assert _marks(folder) == []


def test_quality_prints_shares_with_their_marks_and_json(run: Run, folder: Path) -> None:
    assert run("quality").exit_code == 1
    run("mark", IDS["late"], "relevant")
    run("mark", IDS["free"], "not_relevant")
    run("mark", IDS["later"], "negative")
    shown = run("quality")
    assert shown.exit_code == 0
    assert "Orange\ttous\t50 % [9-91] (2)\t-\t100 % [21-100] (1)\t100 % [21-100] (1)" in shown.stdout
    whole = json.loads(run("quality", "--json").stdout.splitlines()[0])
    assert (whole["brand"], whole["relevance"]["right"], whole["relevance"]["marks"], whole["doubt"]["share"]) == (
        None,
        1,
        2,
        None,
    )


def test_a_query_is_tried_in_numbers_before_it_is_saved(run: Run) -> None:
    lines = run("search", "texte -liste:emploi", "--counts").stdout.splitlines()
    assert lines[1:] == ["all\t\t3\t3\t0\t0", "kind\tnews\t3\t3\t0\t0", "source\tsource\t3\t3\t0\t0"]
    rows = [json.loads(line) for line in run("search", "texte", "--counts", "--json").stdout.splitlines()]
    assert [(row["by"], row["value"], row["total"]) for row in rows] == [
        ("all", None, 3),
        ("kind", "news", 3),
        ("source", "source", 3),
    ]
    assert run("search", "introuvable", "--counts").exit_code == 1
