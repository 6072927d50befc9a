"""What every site's pages share: the rendered page as the server sends it, the templates, dates in French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from hashlib import sha1
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from vigie.demo.world.stock import PARIS

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_SHORT_DAYS = ("Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page: its bytes, their type, and when something on it last changed. No `modified`: no validators are sent."""

    body: bytes
    content_type: str
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """A strong validator of the bytes."""
        return f'"{sha1(self.body, usedforsecurity=False).hexdigest()[:20]}"'


class SitePages(Protocol):
    """The pages of one host."""

    def page(self, path: str, query: Mapping[str, str], now: datetime) -> Rendered | None:
        """The page at `path` as it stands at `now`, None where there is none."""
        ...


def html(template: str, modified: datetime | None, **values: Any) -> Rendered:
    """The page that `template` makes of `values`."""
    return Rendered(render(template, **values), "text/html; charset=UTF-8", modified)


def xml(template: str, modified: datetime | None, **values: Any) -> Rendered:
    """The feed or sitemap that `template` makes of `values`."""
    return Rendered(render(template, **values), "application/xml; charset=UTF-8", modified)


def robots(sitemap: str) -> Rendered:
    """The robots.txt of every site; an empty `sitemap` names none."""
    return Rendered(render("robots.txt.j2", sitemap=sitemap), "text/plain; charset=UTF-8")


def render(template: str, **values: Any) -> bytes:
    """The bytes of a template. Values are escaped, whatever the template's name says of its format."""
    return _templates().get_template(template).render(values).encode()


def latest(moments: Sequence[datetime], otherwise: datetime) -> datetime:
    """The last of `moments`."""
    return max(moments, default=otherwise)


def long_date(at: datetime) -> str:
    """`10 mars 2026 à 14h05`, local time."""
    local = at.astimezone(PARIS)
    return f"{day(at)} à {local:%Hh%M}"


def comment_date(at: datetime) -> str:
    """`10 mars 2026 à 14 h 05 min`, as WordPress writes it."""
    local = at.astimezone(PARIS)
    return f"{day(at)} à {local.hour} h {local:%M} min"


def day(at: datetime) -> str:
    """`10 mars 2026`, local time."""
    local = at.astimezone(PARIS)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def forum_date(at: datetime, now: datetime) -> str:
    """`Aujourd’hui, 10:12`, `Hier, 23:10`, else `Mar 03 Mars 2026, 10:12`: phpBB's format `|D d M Y|, H:i` in French."""
    local, age = at.astimezone(PARIS), (now.astimezone(PARIS).date() - at.astimezone(PARIS).date()).days
    written = f"{_SHORT_DAYS[local.weekday()]} {local:%d} {_MONTHS[local.month - 1].capitalize()} {local.year}"
    return f"{('Aujourd’hui', 'Hier')[age] if age in (0, 1) else written}, {local:%H:%M}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("vigie.demo.world"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {
        "local": lambda at: at.astimezone(PARIS),
        "http_date": lambda at: format_datetime(at, usegmt=True),
        "long_date": long_date,
        "comment_date": comment_date,
        "day": day,
    }
    return environment
