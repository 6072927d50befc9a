"""Which network addresses may be asked: public ones, unless the settings allow more; no site leads us into an intranet."""

import ipaddress
import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from vigie.errors import FetchRefused

_ENDS_IN_IPV4 = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("::/96"),
)  # NAT64; "compatible", long given up
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215


def is_public(address: str) -> bool:
    """True for an IP address of the open Internet; private, loopback, link-local, shared and reserved ones are not."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found in _LOCAL_NAT64:
        return False
    inner = _embedded(found) if isinstance(found, IPv6Address) else None
    return (inner or found).is_global and not (inner or found).is_multicast


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64)."""
    if any(address in network for network in _ENDS_IN_IPV4):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def literal_address(host: str) -> str | None:
    """The IP address that a host name spells out, in any form that resolvers take (`127.1`, `0x7f000001`, full-width digits)."""
    bare = (host if host.isascii() else unicodedata.normalize("NFKC", host).replace("。", ".")).strip("[]").rstrip(".")
    if bare == "localhost" or bare.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare[:1].isdigit() else None
    except OSError:
        return None


def refuse_unreachable(url: str, *, allow_private: bool) -> None:
    """Raises: FetchRefused when `url` is not http(s), or spells out a private address that is not allowed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchRefused(url, "not_http")
    literal = literal_address(parts.hostname)
    if literal and not allow_private and not is_public(literal):
        raise FetchRefused(url, "private_address", f"{literal} is not a public address")


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to an address that is not public; what is checked is what is connected to."""

    def __init__(self, names: AbstractResolver | None = None) -> None:
        self._names = names or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Raises: FetchRefused when any address of the name is not public; OSError when there is none."""
        found = await self._names.resolve(host, port, family)
        for result in found:
            if not is_public(result["host"]):
                raise FetchRefused(host, "private_address", f"{host} leads to {result['host']}, not a public address")
        return found

    async def close(self) -> None:
        await self._names.close()
