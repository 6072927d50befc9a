"""The team's own templates: used where they work, and never in the way of a mail where they do not."""

import email
import logging
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from alerts.gather_incident import gather_incident
from alerts.mail import compose_incident
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, TEAM, config, crisis, healthy, incident

STORE = FakeStore(crisis())


def composed(folder: Path) -> EmailMessage:
    settings = config().model_copy(update={"folder": folder})
    view = gather_incident(STORE, FakeState(healthy()), settings, incident(), NOW)
    mail = compose_incident(view, purpose="incident_opened", recipient=TEAM, config=settings, key="k", now=NOW)
    return email.message_from_bytes(mail, policy=default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def write(folder: Path, name: str, text: str) -> Path:
    (folder / "templates").mkdir()
    (folder / "templates" / name).write_text(text, "utf-8")
    return folder


def test_a_template_of_the_team_is_used(tmp_path: Path) -> None:
    message = composed(write(tmp_path, "letter.html.j2", "<html><body><h1>Maison : {{ letter.lead }}</h1></body></html>"))
    assert "Maison : On dit du mal de Kerlann" in body(message, "html")
    assert "Votre modèle" not in body(message, "plain")


@pytest.mark.parametrize("name", ["letter.html.j2", "letter.txt.j2"])
@pytest.mark.parametrize(
    "text",
    ["{% if %}", "{{ letter.no_such_thing }}", "{{ 1 / 0 }}", "{{ letter.lead + 1 }}", "{% include 'gone' %}", "{{ unknown }}"],
)
def test_a_broken_template_is_replaced_and_told(tmp_path: Path, name: str, text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        message = composed(write(tmp_path, name, text))
    assert "template_failed" in caplog.text
    for kind in ("html", "plain"):
        assert "On dit du mal de Kerlann" in body(message, kind)
        assert f"Votre modèle templates/{name} n’a pas pu servir" in body(message, kind)
