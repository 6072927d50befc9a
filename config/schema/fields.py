"""The types of single values that the files share: what is accepted, and what a refusal says."""

import re
from email.errors import MessageError
from email.headerregistry import Address as HeaderAddress
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl

from config.exclusions import lists_of
from vigie.errors import QueryError
from vigie.model import Level
from vigie.query import parse


class Strict(BaseModel):
    """Unknown keys are refused: a key that nothing reads is a typo. Validators are built at first use: commands start sooner."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; write it as Europe/Paris") from error
    return name


def _readable_lists(lists: dict[str, str]) -> dict[str, str]:
    """Raises: ValueError naming the first list that cannot be read."""
    above: dict[str, str] = {}
    for name, query in lists.items():
        above[name] = query
        try:
            lists_of(above)
        except QueryError as error:
            raise ValueError(f"{name}: {error}") from error
    return lists


_PLAIN_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9.]+\])", re.IGNORECASE | re.ASCII
)


def _header_address(written: str) -> str:
    """Exactly what a mail's header can say: what the header's own reader changes or refuses would fail when a mail is made."""
    try:
        is_taken = bool(_PLAIN_ADDRESS.fullmatch(written)) and str(HeaderAddress(addr_spec=written)) == written
    except (ValueError, IndexError, MessageError):
        is_taken = False
    if not is_taken:
        raise ValueError("a mail address without accents was expected, as equipe@exemple.fr")
    return written


def _address_or_channel(written: str) -> str:
    if "@" in written:
        return _header_address(written)
    if not re.fullmatch(_SLUG, written):
        raise ValueError("a mail address, as equipe@exemple.fr, or the id of a [[channel]] was expected")
    return written


_LEVEL_NAMES = {"avis": Level.NOTICE, "alerte": Level.ALERT, "crise": Level.CRISIS}


def _level_of(written: object) -> object:
    return _LEVEL_NAMES.get(written, written) if isinstance(written, str) else written


def http_url(written: str) -> HttpUrl:
    try:
        return HttpUrl(written)
    except ValueError as error:
        raise ValueError("an address that starts with http:// or https:// was expected") from error


def _page_or_address(written: str) -> str:
    return str(http_url(written)) if "://" in written else written and _header_address(written)


def _http_proxy(written: str) -> str:
    url = http_url(written) if written else None
    if url and not (url.scheme == "http" and url.port):
        raise ValueError("an HTTP proxy was expected, as http://proxy.exemple:3128")
    return written


def _readable_query(query: str) -> str:
    try:
        parse(query)
    except QueryError as error:
        raise ValueError(str(error)) from error
    return query


def _without_credentials(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port is None:
        raise ValueError("write it with its port, as https://elastic.exemple:9200")
    if "@" in parts.netloc:
        raise ValueError("users, passwords and keys come from the environment (VIGIE_ES_USER…), not from the address")
    return address


def _site_or_nothing(address: str) -> str:
    """An address that people open in a browser, without the slash at its end."""
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc):
        raise ValueError("write it as https://kibana.exemple, without user and password")
    return address.rstrip("/")


_SLUG = r"^[a-z0-9][a-z0-9_-]{0,62}$"

Hours = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")]
"""`22:00-06:00`, over midnight too; empty for no such hours."""

LevelName = Annotated[Level, BeforeValidator(_level_of)]
"""A level by its name, or as the team says it: avis, alerte, crise."""

Recipient = Annotated[str, AfterValidator(_address_or_channel)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Slug = Annotated[str, Field(pattern=_SLUG)]
Query = Annotated[str, AfterValidator(_readable_query)]
Lists = Annotated[dict[Slug, str], AfterValidator(_readable_lists)]
Address = Annotated[str, AfterValidator(_header_address)]
ServerAddress = Annotated[str, AfterValidator(_without_credentials)]
HttpProxy = Annotated[str, AfterValidator(_http_proxy)]
PageOrAddress = Annotated[str, AfterValidator(_page_or_address)]
SiteOrNothing = Annotated[str, AfterValidator(_site_or_nothing)]
