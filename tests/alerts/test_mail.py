import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from functools import cache

import pytest

from alerts.gather_digest import gather_digest
from alerts.gather_incident import gather_incident
from alerts.mail import compose_digest, compose_incident
from alerts.views import Fragment, IncidentView, Period
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import (
    MORNING,
    NOW,
    config,
    crisis,
    healthy,
    incident,
    mention,
    ordinary_month,
    sample_mails,
)
from vigie.model import IncidentState, SignalKind, Workflow

SAMPLES = ["incident_opened", "incident_worse", "incident_closed", "digest", "digest_calm", "digest_blind"]
ME = "com@kerlann.example"
PERIOD = Period(MORNING - timedelta(days=1), MORNING)


@cache
def written(language: str) -> dict[str, bytes]:
    return sample_mails(language)


@cache
def samples(language: str) -> dict[str, EmailMessage]:
    return {name: parsed(mail) for name, mail in written(language).items()}


def parsed(mail: bytes) -> EmailMessage:
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\u202f", " ").replace("\u00a0", " ")


def flat(message: EmailMessage) -> str:
    return " ".join(body(message, "plain").split())


def view() -> IncidentView:
    return gather_incident(FakeStore(crisis()), FakeState(healthy()), config(), incident(), NOW)


def opened(changed: IncidentView, recipient: str = ME, key: str = "k1") -> EmailMessage:
    content = compose_incident(changed, purpose="incident_opened", recipient=recipient, config=config(), key=key, now=NOW)
    return parsed(content)


def digest(store: FakeStore, state: FakeState, late: timedelta = timedelta(0)) -> EmailMessage:
    settings = config()
    seen = gather_digest(store, state, settings, settings.digests[0], PERIOD, MORNING + late)
    return parsed(compose_digest(seen, recipient=ME, config=settings, key="k", now=MORNING + late))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_mail_is_plain_text_and_html_with_its_pictures_inside(name: str, language: str) -> None:
    message = samples(language)[name]
    assert message.get_content_type() == "multipart/alternative"
    plain, related = message.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    shown = set(re.findall(r'src="cid:([^"]+)"', body(message, "html")))
    held = {part["Content-ID"].strip("<>") for part in message.walk() if part.get_content_type() == "image/png"}
    assert shown == held != set()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_mail_is_smaller_than_100_kb_and_seven_bit(name: str) -> None:
    mail = written("fr")[name]
    assert len(mail) < 100_000
    assert mail.isascii()
    assert max(map(len, mail.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", SAMPLES)
def test_no_mail_loads_anything_from_elsewhere(name: str) -> None:
    page = body(samples("fr")[name], "html")
    assert not re.findall(r'(?:src|background|srcset)\s*=\s*"(?!cid:)|url\(|@import|<link|<script', page)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_plain_text_keeps_to_76_columns_but_for_addresses_and_commands(name: str) -> None:
    lines = body(samples("fr")[name], "plain").splitlines()
    assert [line for line in lines if len(line) > 76 and "://" not in line and not line.startswith("  vigie search ")] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_plain_text_has_no_trace_of_markup(name: str) -> None:
    text = body(samples("fr")[name], "plain")
    assert not re.findall(r"&\w+;|</?\w+>|\{\{|None|datetime", text)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_mail_says_it_is_automatic_and_how_to_leave(name: str) -> None:
    message = samples("fr")[name]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:vigie@localhost?subject=unsubscribe>"
    assert message["Content-Language"] == "fr"
    assert message["From"] == "Vigie <vigie@localhost>"


def test_the_styles_are_inlined_and_the_dark_ones_kept() -> None:
    page = body(samples("fr")["incident_opened"], "html")
    assert "prefers-color-scheme" in page
    assert re.search(r'<h1 style="[^"]*font-size', page)


def test_the_subject_of_an_alert_says_level_brand_and_figures() -> None:
    subject = samples("fr")["incident_opened"]["Subject"]
    assert " ".join(subject.split()) == "[Vigie] CRISE bad buzz – Kerlann – 36 mentions négatives en 2 h, attendu 0,5"


def test_the_first_sentence_of_an_alert_says_what_happens() -> None:
    text = flat(samples("fr")["incident_opened"])
    assert "36 mentions négatives en 2 h, contre 0,5 d’ordinaire, depuis le 19 nov. à 8 h 40." in text


def test_a_buzz_is_not_called_bad() -> None:
    message = opened(replace(view(), incident=replace(incident(), kind=SignalKind.BUZZ)))
    assert "AVIS buzz – Kerlann – 38 mentions en" in " ".join(message["Subject"].split())
    assert "bad buzz" not in flat(message)


def test_an_alert_names_the_sources_that_were_not_seen() -> None:
    text = flat(samples("fr")["incident_opened"])
    assert "Sources lues : 6 sur 8" in text
    assert "Avis de courses : pas encore lue" in text


def test_the_deciding_words_stand_out_in_both_twins() -> None:
    message = samples("fr")["incident_opened"]
    assert re.search(r'<b class="mark"[^>]*>scandaleux</b>', body(message, "html"))
    assert "*scandaleux*" in body(message, "plain")


def test_a_worse_incident_is_compared_with_its_opening() -> None:
    text = flat(samples("fr")["incident_worse"])
    assert "69 mentions négatives en 2 h, contre 36 en 2 h à l’ouverture" in text


def test_the_end_of_an_incident_tells_duration_peak_and_total() -> None:
    text = flat(samples("fr")["incident_closed"])
    assert "Durée : 10 h 25" in text
    assert "Au plus fort : 69 mentions négatives (en 2 h, le 19 nov. à 11 h 05)" in text
    assert "En tout : 92 mentions" in text


def test_the_mails_of_an_incident_are_one_thread_for_each_recipient() -> None:
    mails = samples("fr")
    opening = mails["incident_opened"]["Message-ID"]
    for later in ("incident_worse", "incident_closed"):
        assert mails[later]["In-Reply-To"] == mails[later]["References"] == opening
    assert opened(view(), recipient="autre@kerlann.example")["Message-ID"] != opening
    assert "In-Reply-To" not in mails["incident_opened"]


def test_a_message_identity_follows_from_its_key_alone() -> None:
    def identity(key: str, minutes: int) -> str:
        later = NOW + timedelta(minutes=minutes)
        mail = compose_incident(view(), purpose="incident_worse", recipient=ME, config=config(), key=key, now=later)
        return str(parsed(mail)["Message-ID"])

    assert identity("k1", 0) == identity("k1", 5) != identity("k2", 0)


def test_a_mail_is_dated_by_the_clock_it_was_given() -> None:
    assert samples("fr")["incident_opened"]["Date"].datetime == NOW


def test_an_unknown_purpose_is_refused() -> None:
    with pytest.raises(KeyError):
        compose_incident(view(), purpose="incident_lost", recipient=ME, config=config(), key="k", now=NOW)


def test_a_page_to_unsubscribe_is_named_as_it_is() -> None:
    settings = config()
    mail = settings.settings.mail.model_copy(update={"unsubscribe": "https://intranet.example/vigie"})
    settings = settings.model_copy(update={"settings": settings.settings.model_copy(update={"mail": mail})})
    content = compose_incident(view(), purpose="incident_opened", recipient=ME, config=settings, key="k", now=NOW)
    assert parsed(content)["List-Unsubscribe"] == "<https://intranet.example/vigie>"


def test_foreign_markup_is_shown_and_never_run() -> None:
    text = "<script>alert(1)</script> <img src=x onerror=y> \"'& c’est <b>nul</b>"
    hostile = [mention(NOW - timedelta(minutes=9), text, title="</a><script>", evidence=("nul",), number=n) for n in range(3)]
    seen = gather_incident(FakeStore(hostile), FakeState(healthy()), config(), incident(), NOW)
    page = body(opened(seen), "html")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_foreign_bytes_that_cannot_be_sent_do_not_stop_the_mail() -> None:
    hostile = [
        mention(NOW - timedelta(minutes=9), "nul \ud800\x00\x1b[31m \u202e " + "w" * 5000, title="\ud83d\n", evidence=("nul",))
    ]
    seen = gather_incident(FakeStore(hostile), FakeState(healthy()), config(), incident(), NOW)
    assert "nul" in flat(opened(seen))


def test_a_brand_name_cannot_add_a_header() -> None:
    message = opened(replace(view(), brand="Kerlann\r\nBcc: tous@exemple.fr"))
    assert "Bcc" not in message
    assert "Kerlann" in message["Subject"]


def test_a_link_that_is_no_web_address_is_not_made() -> None:
    seen = view()
    assert seen.around.first_mention is not None
    unlinked = replace(seen.around.first_mention, url="", quotation=(Fragment("Une phrase sans lien."),))
    page = body(opened(replace(seen, around=replace(seen.around, first_mention=unlinked), quotes=(), stories=())), "html")
    assert "Une phrase sans lien." in page
    assert "<a " not in page


def test_the_longest_foreign_texts_still_fit_in_100_kb() -> None:
    start = NOW - timedelta(minutes=59)
    words = "é€😀" * 9
    long = [
        mention(
            start + timedelta(seconds=n), f"{words} " * 90, title=f"{words} " * 9, evidence=(words,), number=n, story=str(n % 40)
        )
        for n in range(200)
    ]
    seen = gather_incident(FakeStore(long), FakeState(healthy(8)), config(), incident(), NOW)
    mail = compose_incident(seen, purpose="incident_opened", recipient=ME, config=config(), key="k", now=NOW)
    assert len(mail) < 100_000


def test_the_subject_of_a_digest_says_volume_usual_and_tone() -> None:
    subject = " ".join(samples("fr")["digest"]["Subject"].replace("\u202f", " ").split())
    assert re.fullmatch(r"\[Vigie\] Kerlann : \d+ mentions depuis hier \(habituel \d+ à \d+\), \d+ % négatives", subject)


def test_a_quiet_day_is_calm_only_when_the_sources_were_read() -> None:
    mails = samples("fr")
    assert "calme" in mails["digest_calm"]["Subject"]
    assert "calme" not in mails["digest_blind"]["Subject"].lower()
    assert "aveugle (sources lues : 3 sur 8)" in " ".join(mails["digest_blind"]["Subject"].split())


def test_a_quiet_day_seen_in_part_is_neither_calm_nor_blind() -> None:
    message = digest(FakeStore(), FakeState(healthy(2)))
    assert "vue partielle (sources lues : 6 sur 8)" in " ".join(message["Subject"].split())
    assert "Ce calme n’est pas sûr." in flat(message)


def test_a_late_digest_names_its_days() -> None:
    message = digest(FakeStore(ordinary_month()), FakeState(healthy()), late=timedelta(hours=9))
    assert "du 18 nov. au 19 nov." in " ".join(message["Subject"].replace("\u00a0", " ").split())


def test_a_digest_tells_what_became_of_an_incident() -> None:
    over = replace(
        incident(IncidentState.CLOSED), opened_at=MORNING - timedelta(hours=20), closed_at=MORNING - timedelta(hours=2)
    )
    text = flat(digest(FakeStore(), FakeState(healthy(), [over])))
    assert "Ouvert le 18 nov. à 12 h, clos le 19 nov. à 6 h" in text


def test_a_digest_says_how_many_mentions_are_overdue_also_when_nothing_new_is_to_handle() -> None:
    old = mention(MORNING - timedelta(days=9), "Kerlann a perdu mon colis.")
    late = replace(old, workflow=Workflow(due_at=MORNING - timedelta(hours=1)))
    assert "1 mention en retard : son échéance est passée." in flat(digest(FakeStore([late]), FakeState(healthy())))


def test_a_digest_of_many_brands_still_fits_in_100_kb() -> None:
    settings = config()
    names = [f"marque-{n}" for n in range(12)]
    brands = [settings.brands[0].model_copy(update={"id": name, "name": name}) for name in names]
    many = settings.model_copy(update={"brands": [*brands, settings.brands[1]]})
    month = [replace(each, id=each.id + name, brand_id=name) for each in ordinary_month()[:300] for name in names]
    seen = gather_digest(FakeStore(month), FakeState(healthy()), many, many.digests[0], PERIOD, MORNING)
    mail = compose_digest(seen, recipient=ME, config=many, key="k", now=MORNING)
    assert len(mail) < 100_000
    assert all(name in flat(parsed(mail)) for name in names)


def test_a_blind_digest_says_first_what_was_not_seen() -> None:
    text = flat(samples("fr")["digest_blind"])
    assert text.index("Ce que Vigie a pu lire") < text.index("Volume sur quatre semaines")


def test_a_digest_of_two_brands_tells_each_ones_day() -> None:
    settings = config()
    both = settings.digests[0].model_copy(update={"brands": ["kerlann", "la-doree"]})
    seen = gather_digest(FakeStore(ordinary_month()), FakeState(healthy()), settings, both, PERIOD, MORNING)
    text = flat(parsed(compose_digest(seen, recipient=ME, config=settings, key="k", now=MORNING)))
    assert "Kerlann et La Dorée : " in text
    assert "Kerlann : Volume sur quatre semaines" in text
    assert "La Dorée : Volume sur quatre semaines" in text
