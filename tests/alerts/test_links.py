"""The way from a mail to its mentions: the link to Kibana's Discover, or the command of the built-in search."""

import email
import email.policy
import shlex
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pydantic import ValidationError

from alerts.gather_incident import gather_incident
from alerts.links import discover_link, search_command
from alerts.mail import compose_incident
from config.schema import Config, Kibana
from tests.alerts.fake_store import FakeState, FakeStore
from tests.alerts.sample_mails import NOW, config, crisis, healthy, incident

START = datetime(2026, 3, 10, 8, tzinfo=UTC)
END = datetime(2026, 3, 10, 12, 30, 5, 999, tzinfo=UTC)
COUNTED = 'vigie.brand:"orange" AND NOT vigie.doubtful:true'
KIBANA = Kibana(url="https://kibana.example/", space="")


def _parts(link: str) -> tuple[str, str]:
    """The time and the state that the address holds, as Kibana reads them."""
    general, _, state = unquote(urlsplit(link).fragment).removeprefix("/?_g=").partition("&_a=")
    return general, state


def test_without_a_kibana_there_is_no_link() -> None:
    assert discover_link(Kibana(), "orange", START, END) == ""


def test_the_link_opens_discover_on_the_window() -> None:
    link = discover_link(KIBANA, "orange", START, END)
    assert link.startswith("https://kibana.example/app/discover#/?_g=")
    assert _parts(link)[0] == "(time:(from:'2026-03-10T08:00:00.000Z',to:'2026-03-10T12:30:05.000Z'))"


def test_the_window_is_in_utc_whatever_the_zone() -> None:
    paris = timezone(timedelta(hours=1))
    assert discover_link(KIBANA, "orange", START.astimezone(paris), END) == discover_link(KIBANA, "orange", START, END)


@pytest.mark.parametrize(
    ("negative_only", "query"),
    [(False, f"'{COUNTED}'"), (True, f"'{COUNTED} AND vigie.sentiment.label:negative'")],
)
def test_the_link_filters_on_the_brand_and_the_tone(negative_only: bool, query: str) -> None:
    state = _parts(discover_link(KIBANA, "orange", START, END, negative_only))[1]
    assert f"query:(language:kuery,query:{query})" in state
    assert "dataSource:(dataViewId:'vigie-mentions',type:dataView)" in state
    assert state.count("(") == state.count(")")


@pytest.mark.parametrize(("space", "path"), [("", "/app/"), ("default", "/app/"), ("equipe", "/s/equipe/app/")])
def test_the_link_is_into_the_team_s_space(space: str, path: str) -> None:
    link = discover_link(Kibana(url="https://k.example/kibana", space=space), "orange", START, END)
    assert urlsplit(link).path == f"/kibana{path}discover"


def test_no_character_ends_the_link_in_a_mail() -> None:
    assert not set(discover_link(KIBANA, "orange", START, END, negative_only=True)) & set(' "<>\n')


@pytest.mark.parametrize("url", ["kibana.example", "ftp://kibana.example", "https://user:secret@kibana.example"])
def test_an_address_that_is_none_or_holds_a_password_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Kibana(url=url)


def _mail(chosen: Config) -> str:
    view = gather_incident(FakeStore(crisis()), FakeState(healthy()), chosen, incident(), NOW)
    content = compose_incident(view, purpose="incident_opened", recipient="com@kerlann.example", config=chosen, key="k", now=NOW)
    message = email.message_from_bytes(content, policy=email.policy.default)
    return "".join(str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text")


def test_an_alert_links_to_kibana_where_there_is_one() -> None:
    chosen = config()
    settings = chosen.settings.model_copy(update={"kibana": KIBANA})
    mail = _mail(chosen.model_copy(update={"settings": settings}))
    assert mail.count("https://kibana.example/app/discover#/") == 2  # in the text and in the HTML
    assert "Voir toutes ces mentions dans Kibana" in mail
    assert "vigie search" not in mail


def test_an_alert_says_nothing_of_kibana_where_there_is_none() -> None:
    assert "kibana" not in _mail(config()).lower()


# --- the built-in search

FOLDER = Path("/etc/vigie")
SINCE = datetime(2026, 3, 10, 8, tzinfo=UTC)


def _option(command: str, name: str) -> str:
    words = shlex.split(command)
    return words[words.index(name) + 1]


def test_the_command_is_what_one_would_type() -> None:
    command = search_command(FOLDER, "Europe/Paris", "marelle", SINCE, END, negative_only=True)
    assert command == (
        "vigie search --brand marelle --tone negative "
        "--since 2026-03-10T09:00 --until 2026-03-10T13:30:06 --limit 1000 -c /etc/vigie"
    )


def test_the_command_of_a_buzz_asks_for_every_tone() -> None:
    assert "--tone" not in search_command(FOLDER, "Europe/Paris", "marelle", SINCE, END)


@pytest.mark.parametrize("folder", ["/srv/ma veille", "/srv/l'été", "/srv/$(reboot)", "/srv/a;b&c", '/srv/"x"', "/srv/`x`"])
def test_a_shell_reads_the_folder_as_it_is(folder: str) -> None:
    assert _option(search_command(Path(folder), "Europe/Paris", "marelle", SINCE, END), "-c") == folder


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00+01:00"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "2026-10-25T03:30"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T03:00"),
    ],
)
def test_the_hour_that_a_clock_change_repeats_has_its_offset(at: datetime, written: str) -> None:
    assert _option(search_command(FOLDER, "Europe/Paris", "marelle", at, END), "--since") == written


@pytest.mark.parametrize(("zone", "written"), [("UTC", "2026-03-10T08:00"), ("Indian/Reunion", "2026-03-10T12:00")])
def test_the_hour_is_the_team_s(zone: str, written: str) -> None:
    assert _option(search_command(FOLDER, zone, "marelle", SINCE, END), "--since") == written


def test_an_alert_gives_the_command_where_there_is_no_kibana() -> None:
    mail = _mail(config())
    command = next(
        line for line in mail.splitlines() if line.startswith("  vigie search --brand kerlann --tone negative --since ")
    )
    assert command.endswith(" --limit 1000 -c /tmp")
    assert mail.count("Pour voir toutes ces mentions, dans un terminal") == 2  # in the text and in the HTML
