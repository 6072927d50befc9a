"""`vigie replay --since` and `vigie calendar`, as they are typed."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import config
from vigie.cli import app
from vigie.clock import SystemClock
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    mention_id,
)
from vigie.store import open_stores


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(Path(config.__file__).parent / "starter", tmp_path, dirs_exist_ok=True)
    return tmp_path


def vigie(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.output + str(done.exception or "")


def stored(folder: Path) -> datetime:
    """Keeps three weeks of a mention in two hours, and a flood of negatives; returns when it began."""
    from config.load import load
    from vigie.extensions import extensions

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    onset = now - timedelta(days=3)
    calm = [(now - timedelta(hours=2 * number), number % 4 == 0) for number in range(1, 12 * 21)]
    flood = [(onset + number * timedelta(minutes=2), True) for number in range(40)]
    with open_stores(load(folder, extensions()), SystemClock()) as (_state, store):
        store.upsert([mention(number, at, negative) for number, (at, negative) in enumerate([*calm, *flood])])
    return onset


def mention(number: int, at: datetime, negative: bool) -> Mention:
    name = f"d{number}"
    published = PublicationDate(at, DateSource.META, 1.0)
    document = Document(name, "gazette", DocumentKind.NEWS, f"http://j.example/{name}", "", "Exemple", None, published, at)
    label = SentimentLabel.NEGATIVE if negative else SentimentLabel.NEUTRAL
    tone = Sentiment(label, 0.0, 0.9 if negative else 0.1)
    return Mention(mention_id(name, "exemple"), "exemple", document, (), "fr", 1.0, tone, name)


def test_the_stored_past_is_priced_and_drawn(folder: Path) -> None:
    stored(folder)
    code, said = vigie("replay", "--rule", "bad-buzz", "--since", "1w", "--curve", folder / "price.png", "-c", folder)
    assert code == 0, said
    assert "bad_buzz" in said and "1 alerts, 1.00 a week; 0 marked false" in said
    assert (folder / "price.png").read_bytes().startswith(b"\x89PNG")


def test_a_wanted_rate_is_answered_with_a_setting(folder: Path) -> None:
    stored(folder)
    code, said = vigie("replay", "--rule", "bad-buzz", "--since", "5d", "--tune", "2/week", "-c", folder)
    assert code == 0, said
    assert 'proposed: false_alarms = "' in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rule", "bad-buz", "--since", "1w"], "there is bad-buzz"),
        (["--rule", "bad-buzz", "--since", "6m"], "6mo"),
        (["--since", "1w"], "--rule"),
        (["--tune", "1/week"], "--since"),
        (["--rule", "bad-buzz", "--since", "1w", "--tune", "often"], "1/month"),
        (["--rule", "mots-de-crise", "--since", "1w", "--tune", "1/week"], "no sensitivity"),
        (["--rule", "bad-buzz", "--since", "1w", "--curve", "x.gif"], ".png"),
        (["--rule", "bad-buzz", "--since", "1w"], "nothing to replay"),
    ],
)
def test_wrong_use_is_told(folder: Path, arguments: list[str], says: str) -> None:
    code, said = vigie("replay", *arguments, "-c", folder)
    assert code != 0
    assert says in said


def test_an_event_is_planned_listed_and_taken_out(folder: Path) -> None:
    assert vigie("calendar", "add", "Rentrée", "--start", "2026-09-01T09:00", "--end", "2026-09-15", "-c", folder)[0] == 0
    assert "2026-09-01 09:00" in vigie("calendar", "list", "-c", folder)[1]
    assert vigie("calendar", "remove", "Rentrée", "-c", folder)[0] == 0
    assert "Rentrée" not in vigie("calendar", "list", "-c", folder)[1]


def test_an_event_of_an_unknown_brand_or_without_a_length_is_refused(folder: Path) -> None:
    when = ["--start", "2026-09-02", "--end", "2026-09-01", "-c", folder]
    assert "ends before" in vigie("calendar", "add", "x", *when)[1]
    code, said = vigie("calendar", "add", "x", "--brand", "marelle", "--start", "2026-09-01", "--end", "2026-09-02", "-c", folder)
    assert code == 2
    assert "marelle" in said
