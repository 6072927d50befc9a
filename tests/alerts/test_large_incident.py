"""An incident of a hundred thousand mentions: its mails are composed, small, and made from few texts."""

import email
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest

from alerts.gather_incident import gather_incident
from alerts.incidents import NOTICES
from alerts.mail import compose_incident
from alerts.views import IncidentView
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, ONSET, TEAM, config, crisis, healthy, incident, ordinary_month
from vigie.model import Mention
from vigie.ports import Filter, Page

_MANY = 100_000
_MOST_TEXTS = 1_000


class Reading(FakeStore):
    """Counts the mentions that it hands over."""

    read = 0

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        page = super().search(chosen, limit, cursor)
        self.read += len(page.mentions)
        return page


def _flood() -> list[Mention]:
    samples = crisis()
    step = (NOW - ONSET) / _MANY
    made = []
    for number in range(_MANY):
        like = samples[number % len(samples)]
        published = replace(like.document.published, at=ONSET + number * step)
        url = f"{like.document.url}/{number}"
        document = replace(like.document, id=f"d{number}", url=url, published=published, author=f"auteur-{number % 20_000}")
        made.append(replace(like, id=f"m{number}", document=document, story_id=f"récit-{number % 60_000}"))
    return made


@pytest.fixture(scope="module")
def store() -> Reading:
    return Reading([*ordinary_month(), *_flood()])


@pytest.fixture(scope="module")
def view(store: Reading) -> IncidentView:
    return gather_incident(store, FakeState(healthy()), config(), incident(), NOW)


@pytest.mark.parametrize("purpose", NOTICES)
def test_a_hundred_thousand_mentions_are_told_in_a_small_mail(view: IncidentView, purpose: str) -> None:
    mail = compose_incident(view, purpose=purpose, recipient=TEAM, config=config(), key="k", now=NOW)
    assert view.total.total >= _MANY
    assert len(mail) < 100_000
    assert email.message_from_bytes(mail, policy=default).get_body(("html",)) is not None


def test_few_of_a_hundred_thousand_texts_are_read(store: Reading, view: IncidentView) -> None:
    assert view.around.voices is not None
    assert 0 < store.read < _MOST_TEXTS


def test_the_first_of_a_hundred_thousand_mentions_is_found(view: IncidentView) -> None:
    first = view.around.first_mention
    assert first is not None and first.published_at - ONSET < timedelta(seconds=1)
