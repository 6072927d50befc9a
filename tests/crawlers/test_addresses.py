"""Which addresses are asked: what is checked is what is connected to, on every hop."""

import socket

import aiohttp
import pytest

from crawlers.addresses import PublicResolver, is_public, literal_address, refuse_unreachable
from vigie.errors import FetchRefused


class Names(aiohttp.abc.AbstractResolver):
    """A name server that says something else at each question."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [{"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://localhost./", "http://sub.localhost/", "http://2130706433/",
        "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://0.0.0.0/", "http://10.0.0.1/",
        "http://100.64.0.1/", "http://169.254.169.254/", "http://172.16.0.1/", "http://192.168.1.1/", "http://198.18.0.1/",
        "http://224.0.0.1/", "http://255.255.255.255/", "http://[::1]/", "http://[::]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/",
        "http://[::ffff:10.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::a00:1]/",
        "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[2001:db8::1]/",
        "http://user:password@127.0.0.1/", "http://127.0.0.1.:80/", "http://１２７.０.０.１/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_in_every_spelling(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        refuse_unreachable(url, allow_private=False)
    assert refused.value.reason == "private_address"
    refuse_unreachable(url, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example/",
        "http:///x",
    ],
)
def test_what_is_not_http_is_refused_whatever_is_allowed(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        refuse_unreachable(url, allow_private=True)
    assert refused.value.reason == "not_http"


@pytest.mark.parametrize("host", ["www.gazette.example", "3615.example", "10.example", "0x7f.example", "8.8.8.8"])
def test_other_hosts_are_asked(host: str) -> None:
    refuse_unreachable(f"http://{host}/", allow_private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_is_no_literal_address() -> None:
    assert literal_address("www.gazette.example") is None


async def test_a_name_is_refused_when_any_of_its_addresses_is_private() -> None:
    with pytest.raises(FetchRefused):
        await PublicResolver(Names("10.0.0.1")).resolve("a.example")


async def test_a_name_that_changes_its_address_is_checked_at_each_connection(web) -> None:
    """DNS rebinding: the first answer is public, the next one leads to this machine."""
    names = Names("8.8.8.8", "127.0.0.1")
    resolver = PublicResolver(names)
    assert (await resolver.resolve("a.example"))[0]["host"] == "8.8.8.8"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver)) as session:
        with pytest.raises(FetchRefused):
            await session.get(f"http://a.example:{web.port}/")
    assert (names.asked, web.asked) == (2, [])
