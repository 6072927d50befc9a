"""Values that would only fail later, when a mail is made or a page is asked for: refused where they are written."""

from datetime import timedelta
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from config.schema import Crawl, Mail, RuleRow, Schedule

ADDRESSES = ["equipe@exemple.fr", "vigie@localhost", "a.b+c@x-y.exemple.fr", "o'neil@exemple.fr", "a@[192.0.2.1]"]
NO_ADDRESSES = [
    *("équipe@exemple.fr", "equipe@société.fr", 'a"b@x', "a..b@c.fr", ".a@b.fr", "a@b..fr", "a b@c.fr", "a@b@c", "@b.fr", "a@"),
    *("", " ", "a", "a@b.fr\n", "a@b.fr, c@d.fr", "<a@b.fr>", "a(b)@c.fr", "a;b@c.fr", "Zoé <a@b.fr>", "a:b@c.fr;"),
]


def accepts(model: type[BaseModel], **values: object) -> bool:
    try:
        model.model_validate(values)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_mail_address_is_taken(address: str) -> None:
    assert accepts(Mail, sender=address)
    assert accepts(RuleRow, id="r", recipients=[address])


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_no_header_can_say_is_no_mail_address(address: str) -> None:
    assert not accepts(Mail, sender=address)
    assert not accepts(Mail, operators=[address])


@given(st.text(st.sampled_from("aé@.\"'()<>:;,[]\\ \t\n1-+")))
def test_every_address_that_is_taken_can_be_written_to(address: str) -> None:
    if accepts(Mail, sender=address):
        message = EmailMessage(SMTP)
        message["From"] = HeaderAddress("Vigie", addr_spec=address)
        message["To"] = address
        assert [one.addr_spec for one in message["To"].addresses] == [address]
        assert message.as_bytes().isascii()


@pytest.mark.parametrize("target", ["", "equipe@exemple.fr", "https://intranet.exemple/vigie", "http://intranet.exemple/?q=1"])
def test_who_unsubscribes_goes_to_a_page_or_writes_to_an_address(target: str) -> None:
    assert Mail(unsubscribe=target).unsubscribe == target


@pytest.mark.parametrize(
    "target", ["ftp://exemple.fr/", "intranet.exemple", "https://", "équipe@exemple.fr", "javascript:alert(1)"]
)
def test_nobody_can_unsubscribe_anywhere_else(target: str) -> None:
    assert not accepts(Mail, unsubscribe=target)


@pytest.mark.parametrize("proxy", ["", "http://proxy.exemple:3128", "http://moi:secret@proxy.exemple", "http://[::1]:3128"])
def test_an_http_proxy_is_taken(proxy: str) -> None:
    assert Crawl(proxy=proxy).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    ["proxy.exemple:3128", "socks5://proxy.exemple:1080", "http://", "http://:3128", "http://proxy:99999", "http://proxy:0"],
)
def test_another_proxy_is_refused(proxy: str) -> None:
    assert not accepts(Crawl, proxy=proxy)


@pytest.mark.parametrize(("tick", "taken"), [(59, False), (60, True), ("PT1H", True), (3601, False), (0, False), (-300, False)])
def test_a_tick_lasts_from_a_minute_to_an_hour(tick: object, taken: bool) -> None:
    assert accepts(Schedule, tick=tick) is taken


def test_the_usual_tick_is_five_minutes() -> None:
    assert Schedule().tick == timedelta(minutes=5)
