"""What a digest holds beside volume and tone, each part only when there is something to say."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.canary import Flight, keep
from alerts.digest_views import DigestView
from alerts.gather_digest import gather_digest
from alerts.mail import compose_digest
from alerts.views import Period
from config.schema import Brand, DigestRow, Theme
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import MORNING, config, healthy, incident, mention, ordinary_month
from vigie.model import Action, ActionKind, Enrichment, Mark, Mention, Role, SentimentLabel, SignalKind, Target, mark_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = MORNING + 4 * DAY
YESTERDAY = Period(MORNING - DAY, MORNING)
WEEKEND = Period(MONDAY - 3 * DAY, MONDAY)


def view(mentions: Sequence[Mention], every: str = "day", period: Period = YESTERDAY, **row: object) -> DigestView:
    settings = config().model_copy(update={"themes": [Theme(id="livraison", name="Livraison", words="livraison")]})
    digest = DigestRow.model_validate({"id": "point", "every": every, "recipients": ["com@kerlann.example"], **row})
    return gather_digest(FakeStore(mentions), FakeState(healthy()), settings, digest, period, period.end)


def text(seen: DigestView) -> str:
    settings = config()
    content = compose_digest(seen, recipient="com@kerlann.example", config=settings, key="k", now=seen.period.end)
    body = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).replace("\u202f", " ").replace("\u00a0", " ").split())


def said(number: int, words: str = "Kerlann, c’est correct.", hours: float = 1, **how: object) -> Mention:
    return mention(MORNING - hours * HOUR, words, number=number, **{"label": "neutral", **how})  # type: ignore[arg-type]


def test_monday_tells_the_weekend_apart() -> None:
    friday = [mention(WEEKEND.start + HOUR, "Kerlann", label="neutral", number=n) for n in range(3)]
    sunday = [mention(WEEKEND.end - 20 * HOUR, "Kerlann", label="negative", number=n) for n in range(2)]
    told = text(view([*friday, *sunday], "weekday", WEEKEND))
    assert "Vendredi : 3 mentions, dont 0 % négatives" in told
    assert "Week-end : 2 mentions, dont 100 % négatives" in told
    assert "Kerlann : 5 mentions depuis vendredi" in told


def test_a_public_holiday_is_told_with_the_weekend() -> None:
    tuesday = datetime(2026, 7, 14, 6, tzinfo=UTC)  # 8 h in Paris, of the national holiday
    week = Period(tuesday - 6 * DAY, tuesday + DAY)
    told = text(view([mention(tuesday + n * HOUR, "Kerlann", label="neutral", number=n) for n in range(3)], "week", week))
    assert "Week-end et jour férié : 3 mentions" in told
    assert "4 jours ouvrés : 0 mention" in told


def test_a_day_has_no_parts() -> None:
    assert "Week-end" not in text(view([said(1)], "weekday"))


def test_a_weekend_is_compared_with_the_weekends_before() -> None:
    seen = view(ordinary_month(MONDAY), "weekday", WEEKEND)
    past = view([each for each in ordinary_month(MONDAY) if each.document.published.at >= WEEKEND.start], "weekday", WEEKEND)
    assert past.brands[0].usual is None
    assert seen.brands[0].parts[1].usual is not None


def test_a_week_is_compared_with_the_one_before_and_named_by_its_dates() -> None:
    week = Period(MONDAY - 7 * DAY, MONDAY)
    before = [mention(week.start - HOUR, "Kerlann", number=n) for n in range(4)]
    told = text(view([*before, mention(week.start + HOUR, "Kerlann", label="neutral")], "week", week))
    assert "négatives, contre 4 la semaine d’avant. " in told
    assert "La semaine d’avant : 4 mentions, dont 100 % négatives." in told
    assert "Kerlann : 1 mention du 16 nov. au 23 nov." in told


def test_a_month_is_named() -> None:
    paris = [datetime.fromisoformat(f"2026-{month}-01T08:00:00+02:00") for month in ("09", "10")]
    told = text(view([], "month", Period(*paris)))
    assert "VEILLE DU MOIS, EN SEPTEMBRE 2026" in told
    assert "Volume sur deux mois" in told


def test_a_story_that_was_told_before_the_period_is_not_new() -> None:
    old = [said(n, story="rappel", hours=hours, title="Rappel de palets") for n, hours in enumerate((30, 3, 2))]
    fresh = [said(10 + n, story="prix", hours=2, title="Hausse des prix") for n in range(2)]
    stories = {told.story.title: told.is_new for told in view([*old, *fresh]).brands[0].stories}
    assert stories == {"Rappel de palets": False, "Hausse des prix": True}


def test_who_speaks_twice_is_named_by_pseudonym_and_the_press_is_not() -> None:
    def by(author: str, number: int, source: str) -> Mention:
        made = said(number, source=source)
        return replace(made, document=replace(made.document, author=author))

    authors = (
        view(
            [
                by("auteur-1a2b", 1, "forum-parents"),
                by("auteur-1a2b", 2, "forum-parents"),
                by("auteur-9f9f", 3, "forum-conso"),
                *(by("Anne Le Goff", n, "ouest-matin") for n in (4, 5)),
            ]
        )
        .brands[0]
        .voices.authors
    )
    assert [(author.name, author.site, author.messages) for author in authors] == [("auteur-1a2b", "forum-parents.example", 2)]


def test_terms_that_were_not_said_before_emerge_without_the_brands_name() -> None:
    before = [said(n, "Les palets de Kerlann sont bons.", hours=30 + n) for n in range(40)]
    now = [said(100 + n, "Un morceau de limaille chez Kerlann.", hours=2) for n in range(6)]
    terms = [term.term for term in view([*before, *now]).brands[0].voices.terms]
    assert any("limaille" in term for term in terms)
    assert not any("kerlann" in term for term in terms)


def test_complaint_themes_are_counted_under_their_names() -> None:
    late = [replace(said(n, label="negative"), enrichment=Enrichment(themes=("livraison",))) for n in range(3)]
    assert "Sujets de plainte : Livraison 3 (dont 3 nég.)." in text(view(late))


def test_a_release_of_ones_own_is_told_with_its_copies() -> None:
    def role(which: Role, number: int) -> Mention:
        made = said(number, story="communique", title="Kerlann lance le palet sans sucre", source="ouest-matin")
        return replace(made, target=Target(which, SentimentLabel.NEUTRAL, 0.1))

    told = text(view([role(Role.OWN, 1), role(Role.SUBJECT, 2), role(Role.SUBJECT, 3)]))
    assert "Ses propres publications" in told
    assert "reprise 2 fois, sur 1 site en tout" in told


def test_a_digest_of_competitors_asks_nobody_to_handle_their_mentions_and_shows_ones_own_beside() -> None:
    rival = [said(n, brand="la-doree", label="negative") for n in range(3)]
    seen = view([*rival, said(9, label="negative")], brands=["la-doree"])
    assert (seen.to_handle, seen.to_handle_total) == ((), 0)
    assert [(voice.brand, voice.own) for voice in seen.voice] == [("La Dorée", False), ("Kerlann", True)]


def test_the_marks_of_the_period_say_how_right_vigie_was() -> None:
    first, second = said(1, label="negative"), said(2)
    marks: list[Mark] = [
        mark_of(first, MORNING - HOUR, tone=SentimentLabel.NEGATIVE),
        mark_of(second, MORNING - HOUR, tone=SentimentLabel.NEGATIVE),
        mark_of(second, MORNING - HOUR, relevant=False),
        mark_of(said(3), MORNING - 2 * DAY, relevant=True),
    ]
    state = FakeState(healthy())
    state.all_marks = marks
    settings = config()
    quality = gather_digest(FakeStore(), state, settings, settings.digests[0], YESTERDAY, MORNING).quality
    assert (quality.tones, quality.tones_right, quality.judged, quality.relevant) == (2, 1, 1, 0)


@pytest.mark.parametrize("kind", list(SignalKind))
def test_an_incident_of_every_kind_can_be_told(kind: SignalKind) -> None:
    settings, state = config(), FakeState(healthy(), [replace(incident(), kind=kind, opened_at=MORNING - HOUR)])
    seen = gather_digest(FakeStore(), state, settings, settings.digests[0], YESTERDAY, MORNING)
    assert "Kerlann, " in text(seen)


def test_a_false_alarm_is_told_as_one_and_counted() -> None:
    state = FakeState(healthy(), [replace(incident(), opened_at=MORNING - HOUR)])
    state.done = [Action(incident().id, "k", ActionKind.FALSE, MORNING)]
    settings = config()
    told = text(gather_digest(FakeStore(), state, settings, settings.digests[0], YESTERDAY, MORNING))
    assert "en cours, fausse alerte selon l’équipe" in told
    assert "Incidents : 1 fausse alerte sur 1 en tout." in told


@pytest.mark.parametrize("lost", [False, True])
def test_the_canary_is_told_with_its_delays_or_its_loss(lost: bool) -> None:
    state, settings = FakeState(healthy()), config()
    planted = [YESTERDAY.start + n * HOUR for n in range(3)]
    late = None if lost else timedelta(minutes=4)
    keep(
        state,  # type: ignore[arg-type]
        [Flight(f"m{n}", "d", at, detected_at=at + late if late else None, lost=lost) for n, at in enumerate(planted)],
        MORNING,
    )
    told = text(gather_digest(FakeStore(), state, settings, settings.digests[0], YESTERDAY, MORNING))
    assert ("3 mentions témoins perdues en route" in told) is lost
    assert ("de la publication à la détection en 4 min pour la moitié, 4 min pour 95 %" in told) is not lost


def test_sections_with_nothing_to_say_are_left_out() -> None:
    told = text(view([]))
    assert not [title for title in ("Qui parle", "publications", "Incidents", "Le travail de Vigie") if title in told]


def test_the_foot_names_the_team_that_a_digest_is_for() -> None:
    assert "choisis par votre équipe (Marketing)" in text(view([], team="Marketing"))


def test_a_brand_without_any_own_brand_beside_it_is_told() -> None:
    settings = config()
    rivals = settings.model_copy(update={"brands": [Brand(id="la-doree", name="La Dorée", query="x", role="competitor")]})
    seen = gather_digest(FakeStore(), FakeState(), rivals, settings.digests[0], YESTERDAY, MORNING)
    assert [brand.id for brand in seen.brands] == ["la-doree"]
