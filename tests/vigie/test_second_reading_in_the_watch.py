"""An incident's mail is composed after the transformer has read what it is about."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.schema import Brand, Config, RuleRow, Settings
from tests.tiny_transformer import write_transformer
from vigie.clock import SimulatedClock
from vigie.errors import ModelError
from vigie.model import Document, SentimentLabel
from vigie.ports import Filter
from vigie.watch import open_watch


def configuration(folder: Path) -> Config:
    """Mails every mention; small and quick, with a transformer in the folder « modele »."""
    analysis = {"profile": "fast", "transformer": {"folder": "modele"}}
    rule = {"id": "tout", "kind": "mention", "recipients": ["equipe@exemple.fr"]}
    return Config(
        folder=folder,
        settings=Settings.model_validate({"analysis": analysis}),
        brands=[Brand(id="marelle", name="Marelle", query="marelle")],
        sources=[],
        rules=[RuleRow.model_validate(rule)],
        digests=[],
    )


def test_what_an_incident_is_about_is_read_again_before_its_mail(
    tmp_path: Path, clock: SimulatedClock, make_document: Callable[..., Document]
) -> None:
    write_transformer(tmp_path / "modele", table=[(0.0, 0.0, 9.0)] * 4)
    with open_watch(configuration(tmp_path), clock, {}) as watch:
        watch.intake.receive([make_document()])
        watch.pipeline.analyse_waiting()
        assert [one.sentiment.label for one in watch.store.search(Filter()).mentions] == [SentimentLabel.NEGATIVE]
        clock.advance(timedelta(minutes=5))
        assert len(watch.detect()) == 1
        assert watch.announcer.compose_waiting(clock.now()) == 1
        assert [one.sentiment.label for one in watch.store.search(Filter()).mentions] == [SentimentLabel.POSITIVE]


def test_a_watch_whose_transformer_cannot_be_used_does_not_begin(tmp_path: Path, clock: SimulatedClock) -> None:
    with pytest.raises(ModelError, match="missing"), open_watch(configuration(tmp_path), clock, {}):
        pass
