"""Where and when something was read: what the addresses and dates in feeds and services' answers are relative to."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crawlers.dates import read_date
from crawlers.urls import canonicalise_url
from vigie.model import DateSource, PublicationDate


@dataclass(frozen=True, slots=True)
class Place:
    """`url` is the address of the answer, `zone` that of dates without an offset."""

    url: str
    now: datetime
    zone: str

    def address(self, value: object) -> str:
        """The canonical address, empty for what is none."""
        try:
            return canonicalise_url(value, self.url, keep_fragment=True) if isinstance(value, str) and value.strip() else ""
        except ValueError:
            return ""

    def date(self, value: object) -> PublicationDate | None:
        """The date that a text or a number of seconds since 1970 says; None for what is none."""
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e11:
            value = datetime.fromtimestamp(value, UTC).isoformat()
        if not isinstance(value, str):
            return None
        return read_date(value, now=self.now, zone=self.zone, source=DateSource.FEED)
