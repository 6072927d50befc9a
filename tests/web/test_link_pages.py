"""The links of the mails, over real HTTP: a visit changes nothing, a confirmation does, once; a forged one does nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.signing import WISHES, LinkError, LinkExpired, Links, reader_of
from config.schema import Brand, Config, Settings, Web
from tests.contracts.state_samples import some_delivery, some_incident
from vigie.clock import SimulatedClock
from vigie.errors import VigieError
from vigie.model import Handling, handling_of
from vigie.ports import State
from vigie.store import open_database, open_state
from vigie.web.pages import LinkPages
from vigie.web.server import serving

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LINKS = Links("http://vigie.exemple", b"a key", timedelta(days=14))
ME = "equipe@exemple.fr"


@dataclass
class Desk:
    """A served state, and what a browser does with a link."""

    state: State
    clock: SimulatedClock
    port: int

    def link(self, wish: str = "ack", recipient: str = ME) -> str:
        return LINKS.make("incident", wish, recipient, self.clock.now()).removeprefix(LINKS.url)

    def visit(self, path: str, method: str = "GET") -> httpx.Response:
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", trust_env=False)

    def handling(self) -> Handling:
        return handling_of(self.state.actions("incident"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = SimulatedClock(NOW)
    database = open_database(tmp_path)
    state = open_state(database, clock)
    state.save(some_incident("incident"))
    state.add(some_delivery())
    brand = Brand(id="orange", name="Orange <b>& Cie</b> 🍊", query="orange")
    config = Config(folder=tmp_path, settings=Settings(), brands=[brand], sources=[], rules=[], digests=[])
    with serving(LinkPages(config, state, LINKS), clock, Web.model_construct(host="127.0.0.1", port=0)) as port:
        yield Desk(state, clock, port)
    database.close()


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_every_link_changes_nothing(desk: Desk, wish: str, method: str) -> None:
    answer = desk.visit(desk.link(wish), method)
    assert answer.status_code == 200
    assert not desk.state.actions()
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"
    if method == "GET":
        assert '<form method="post">' in answer.text and "ne change rien" in answer.text


def test_a_confirmation_does_it_and_says_who_and_what(desk: Desk) -> None:
    assert "C’est noté : vous vous en occupez." in desk.visit(desk.link(), "POST").text.replace("\xa0", " ")
    taken = desk.handling().acknowledged
    assert taken is not None and (taken.by, taken.at) == (ME, NOW)


@pytest.mark.parametrize(
    ("wish", "check"),
    [
        ("mute_2h", lambda now: now.muted_until == NOW + timedelta(hours=2)),
        ("mute_24h", lambda now: now.muted_until == NOW + timedelta(hours=24)),
        ("false", lambda now: now.is_false),
    ],
)
def test_each_link_does_its_own_thing(desk: Desk, wish: str, check: Callable[[Handling], bool]) -> None:
    assert desk.visit(desk.link(wish), "POST").status_code == 200
    assert check(desk.handling())


def test_a_link_confirmed_twice_does_it_once_and_says_so(desk: Desk) -> None:
    link = desk.link("mute_2h")
    desk.visit(link, "POST")
    desk.clock.advance(timedelta(hours=1))
    for method in ("POST", "GET"):
        assert "C’était déjà fait" in desk.visit(link, method).text
    assert len(desk.state.actions()) == 1
    assert desk.handling().muted_until == NOW + timedelta(hours=2)


def test_the_link_of_a_later_mail_may_do_the_same_again(desk: Desk) -> None:
    desk.visit(desk.link("mute_2h"), "POST")
    desk.clock.advance(timedelta(hours=3))
    desk.visit(desk.link("mute_2h"), "POST")
    assert desk.handling().muted_until == NOW + timedelta(hours=5)


def test_a_colleague_who_was_first_is_named(desk: Desk) -> None:
    desk.state.add(replace(some_delivery("l"), recipient="paul@exemple.fr"))
    desk.visit(desk.link(recipient="paul@exemple.fr"), "POST")
    assert "paul@exemple.fr s’en occupe" in desk.visit(desk.link()).text


def test_a_link_expires(desk: Desk) -> None:
    link = desk.link()
    desk.clock.advance(timedelta(days=14))
    for method in ("GET", "POST"):
        answer = desk.visit(link, method)
        assert answer.status_code == 410 and "a expiré" in answer.text
    assert not desk.state.actions()


@pytest.mark.parametrize("path", ["/incident/forged", "/incident/a.b", "/incident/" + "x" * 9000, "/incident/%00%ff"])
def test_a_forged_link_does_nothing_and_says_so(desk: Desk, path: str) -> None:
    answer = desk.visit(path, "POST")
    assert answer.status_code == 403 and "n’est pas valable" in answer.text
    assert not desk.state.actions()


def test_a_link_of_an_incident_that_is_gone_says_so(desk: Desk) -> None:
    answer = desk.visit(LINKS.make("gone", "ack", ME, NOW).removeprefix(LINKS.url), "POST")
    assert answer.status_code == 404 and "plus connu" in answer.text


@pytest.mark.parametrize("path", ["/", "/incident/", "/../etc/passwd", "/docs"])
def test_every_other_address_is_a_plain_page(desk: Desk, path: str) -> None:
    answer = desk.visit(path)
    assert answer.status_code == 404 and "Il n’y a rien ici" in answer.text


def test_foreign_text_is_shown_and_not_run(desk: Desk) -> None:
    page = desk.visit(desk.link()).text
    assert "Orange &lt;b&gt;&amp; Cie&lt;/b&gt; 🍊" in page
    assert "default-src 'none'" in desk.visit(desk.link()).headers["Content-Security-Policy"]


def test_a_port_that_is_taken_is_told(desk: Desk, tmp_path: Path) -> None:
    config = Config(folder=tmp_path, settings=Settings(), brands=[], sources=[], rules=[], digests=[])
    with (
        pytest.raises(VigieError, match="cannot be listened on"),
        serving(LinkPages(config, desk.state, LINKS), desk.clock, Web(port=desk.port)),
    ):
        pass


@given(incident=st.text(max_size=60), wish=st.sampled_from(list(WISHES)), recipient=st.text(max_size=60), at=st.integers(0, 40))
def test_what_is_made_is_read_until_it_ends_and_never_with_another_key(incident: str, wish: str, recipient: str, at: int) -> None:
    if any(0xD800 <= ord(character) < 0xE000 for character in incident + recipient):
        return
    token = LINKS.make(incident, wish, recipient, NOW).removeprefix(f"{LINKS.url}/incident/")
    later = NOW + timedelta(days=at)
    if at < 14:
        link = LINKS.read(token, later)
        assert (link.incident_id, link.wish, link.reader) == (incident, wish, reader_of(recipient))
    else:
        with pytest.raises(LinkExpired):
            LINKS.read(token, later)
    with pytest.raises(LinkError):
        replace(LINKS, key=b"another").read(token, NOW)
    assert recipient not in token or len(recipient) < 3


@given(place=st.integers(0, 200), other=st.sampled_from("abcXYZ019-_."))
def test_a_link_in_which_anything_is_changed_is_refused(place: int, other: str) -> None:
    token = LINKS.make("incident", "ack", ME, NOW).removeprefix(f"{LINKS.url}/incident/")
    place %= len(token) - 1  # the last character carries spare bits
    changed = token[:place] + other + token[place + 1 :]
    if changed != token:
        with pytest.raises(LinkError):
            LINKS.read(changed, NOW)
