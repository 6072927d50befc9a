"""What surrounds an incident in its mail: voices and copies, the path, earlier incidents, the rule's record, what people did."""

import email
from dataclasses import replace
from datetime import timedelta
from email.policy import default

import pytest

from alerts.gather_context import past_like, path_of, voices_of
from alerts.gather_incident import gather_incident
from alerts.mail import compose_incident
from alerts.signing import WISHES
from alerts.views import Surroundings
from config.schema import Brand, Theme
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, TEAM, config, crisis, healthy, incident, mention, ordinary_month
from vigie.model import Action, ActionKind, Incident, IncidentState, Mention, Role, SentimentLabel, Target

STORE = FakeStore([*ordinary_month(), *crisis()])
SETTINGS = config()


def by(author: str, number: int, story: str = "", **more: str) -> Mention:
    made = mention(NOW + timedelta(minutes=number), f"Message {number}", number=number, **more)
    return replace(made, story_id=story or made.story_id, document=replace(made.document, author=author))


def earlier(name: str, days: int, negatives: int = 36) -> Incident:
    one = incident(IncidentState.CLOSED)
    at = NOW - timedelta(days=days)
    peak = replace(one.peak, negatives=negatives)
    return replace(one, id=name, opened_at=at, onset=at, peak=peak, closed_at=at + timedelta(hours=6))


def state(*incidents: Incident, actions: tuple[Action, ...] = ()) -> FakeState:
    made = FakeState(healthy(2), [*incidents, incident()])
    made.done = list(actions)
    return made


def text(known: FakeState, **changes: object) -> str:
    view = replace(gather_incident(STORE, known, SETTINGS, incident(), NOW), **changes)  # type: ignore[arg-type]
    mail = compose_incident(view, purpose="incident_opened", recipient=TEAM, config=SETTINGS, key="k", now=NOW)
    part = email.message_from_bytes(mail, policy=default).get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_one_loud_author_is_told_from_many_voices_and_copies_from_texts() -> None:
    heard = [by("zoe", 1), by("zoe", 2), by("zoe", 3), by("max", 4, "a"), by("lou", 5, "a"), by("", 6, source="le-relais")]
    assert voices_of(heard, 6) == voices_of(heard[::-1], 6)
    found = voices_of(heard, 6)
    assert (found.voices, found.texts, found.copies, found.loudest) == (4, 5, 1, 3)


def test_of_an_incident_too_large_to_be_read_the_mail_says_what_was_read() -> None:
    found = voices_of([by("zoe", 1), by("max", 2)], 100_000)
    assert found.of_latest == 2
    assert "Qui parle, dans les 2 mentions les plus récentes : 2 voix" in text(state(), around=Surroundings(voices=found))


def test_the_path_names_each_site_once_in_the_order_of_its_first_word() -> None:
    firsts = [by("a", 9, source="le-relais"), by("b", 1), by("c", 5, source="ouest-matin"), by("d", 3)]
    assert [step.site for step in path_of(firsts)] == ["forum-parents.example", "ouest-matin.example", "lerelais.example"]
    assert path_of(firsts[1:2]) == ()


def test_themes_are_named_and_counted_in_all_mentions_however_few_are_read() -> None:
    known = SETTINGS.model_copy(update={"themes": [Theme(id="sav", name="Service après-vente", words="sav")]})
    themed = [replace(one, enrichment=replace(one.enrichment, themes=("sav",))) for one in crisis()]
    many = [replace(one, id=f"{one.id}-{turn}") for one in themed for turn in range(20)]
    view = gather_incident(FakeStore(many), state(), known, incident(), NOW)
    assert [(part.name, part.seen) for part in view.around.themes] == [("Service après-vente", len(many))]


def test_threads_of_an_incident_that_is_not_read_whole_are_counted_at_least() -> None:
    def told(times: int) -> FakeStore:
        thread = {"thread_url": "https://forum.example/1", "thread_title": "Du métal"}
        one = [replace(each, document=replace(each.document, **thread)) for each in crisis()]
        return FakeStore([replace(each, id=f"{each.id}-{turn}") for each in one for turn in range(times)])

    [whole] = gather_incident(told(1), state(), SETTINGS, incident(), NOW).threads
    [part] = gather_incident(told(20), state(), SETTINGS, incident(), NOW).threads
    assert (whole.at_least, part.at_least) == (False, True)
    assert "au moins 200 messages" in text(state(), threads=(part,))


def test_earlier_incidents_of_the_same_shape_come_nearest_in_strength_first() -> None:
    other = replace(earlier("other", 3), brand_id="la-doree")
    still = replace(earlier("still", 2), state=IncidentState.OPEN, closed_at=None)
    known = [earlier("weak", 9, 5), earlier("alike", 90, 30), earlier("strong", 5, 300), other, still]
    assert [past.incident.id for past in past_like(known, incident(), frozenset())] == ["alike", "weak", "strong"]


def test_the_record_of_a_rule_counts_a_year_of_alerts_and_the_false_ones() -> None:
    false = Action("b", "k", ActionKind.FALSE, NOW)
    known = state(earlier("old", 400), earlier("a", 200), earlier("b", 20), actions=(false,))
    around = gather_incident(STORE, known, SETTINGS, incident(), NOW).around
    assert (around.record.alerts, around.record.false, around.record.since) == (3, 1, None)
    assert around.record.latest_false == NOW - timedelta(days=20)
    assert {past.incident.id for past in around.past} == {"a", "b"}


def test_of_a_rule_that_tells_every_mention_the_latest_incidents_are_counted_and_the_mail_says_since_when() -> None:
    known = state(*(earlier(f"m{number}", 200 - number // 24) for number in range(3000)))
    record = gather_incident(STORE, known, SETTINGS, incident(), NOW).around.record
    assert (record.alerts, record.since) == (2000, NOW - timedelta(days=200 - 1001 // 24))
    assert "Depuis le" in text(known)


def test_the_mail_tells_how_such_incidents_ended_and_which_was_false() -> None:
    false = Action("b", "k", ActionKind.FALSE, NOW)
    said = text(state(earlier("a", 80), earlier("b", 20), actions=(false,)))
    assert "clos après 6 h" in said and "marqué fausse alerte" in said
    assert "En douze mois : 3 alertes, dont 1 marquée fausse." in said


def test_the_mail_tells_who_takes_care_and_what_was_noted() -> None:
    done = [
        Action(incident().id, "a", ActionKind.ACKNOWLEDGED, NOW, "claire@kerlann.example"),
        Action(incident().id, "b", ActionKind.NOTE, NOW, "paul", text="Communiqué\nà 15 h <b>"),
    ]
    said = text(state(actions=tuple(done)))
    assert "claire@kerlann.example s’en occupe" in said and "Communiqué à 15 h <b>" in said


def test_the_mail_carries_a_button_for_every_deed_and_none_without_pages() -> None:
    deeds = tuple((wish, f"https://vigie.exemple/incident/{wish}") for wish in WISHES)
    said = text(state(), deeds=deeds)
    assert all(url in said for _, url in deeds)
    assert "Fausse alerte" not in text(state())


def test_a_quotation_tells_the_role_of_the_brand() -> None:
    victim = Target(Role.VICTIM, SentimentLabel.NEGATIVE, 0.9)
    store = FakeStore([*ordinary_month(), *(replace(one, target=victim) for one in crisis())])
    view = gather_incident(store, FakeState(healthy()), SETTINGS, incident(), NOW)
    assert {quote.role for quote in view.quotes} == {Role.VICTIM}
    assert "la marque y est victime" in text(state(), quotes=view.quotes)


@pytest.mark.parametrize("name", ["🦊", "👩‍👩‍👧 Mamans", "<img src=x onerror=alert(1)>", "A" * 300])
def test_a_brand_of_any_name_has_its_mail(name: str) -> None:
    settings = SETTINGS.model_copy(update={"brands": [Brand(id="kerlann", name=name, query="Kerlann")]})
    view = gather_incident(STORE, state(), settings, incident(), NOW)
    mail = compose_incident(view, purpose="incident_opened", recipient=TEAM, config=settings, key="k", now=NOW)
    message = email.message_from_bytes(mail, policy=default)
    html = message.get_body(("html",))
    assert html is not None and "<img src=x" not in html.get_content()
    assert name[:2] in message["Subject"] and len(mail) < 100_000
