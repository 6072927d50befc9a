"""A Vigie at work on a real Elasticsearch, with an analyser that finds the brand in every document."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from elasticsearch import Elasticsearch

from config.schema import Config, Settings, Store
from vigie.clock import SimulatedClock
from vigie.model import (
    Analysis,
    DateSource,
    Document,
    DocumentKind,
    Mention,
    Outcome,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    document_id,
    mention_id,
)
from vigie.pipeline import Intake, Pipeline
from vigie.ports import MentionStore, State
from vigie.store import open_stores
from vigie.store.elasticsearch.mapping import alias_name, index_name, index_pattern

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class OneMentionEach:
    """Finds the brand in every document."""

    def analyse(self, documents: Iterable[Document]) -> Sequence[Analysis]:
        return [Analysis(one.id, Outcome.STORED, (self._mention(one),)) for one in documents]

    def _mention(self, document: Document) -> Mention:
        sentiment = Sentiment(SentimentLabel.NEGATIVE, -0.5, 0.9)
        return Mention(mention_id(document.id, "marelle"), "marelle", document, (), "fr", 1.0, sentiment, document.id)


def documents(first: int, number: int, at: datetime = NOON) -> list[Document]:
    """Documents published at `at`, with addresses numbered from `first`."""
    addresses = [f"https://journal.exemple/{one}" for one in range(first, first + number)]
    published = PublicationDate(at, DateSource.META, 0.9)
    return [
        Document(
            document_id(url), "journal", DocumentKind.NEWS, url, "Titre", f"Marelle, {url}, {at:%d/%m/%Y}", None, published, NOON
        )
        for url in addresses
    ]


@dataclass(frozen=True)
class Installation:
    """A Vigie whose store is on a real server; `server` asks that server itself."""

    folder: Path
    prefix: str
    server: Elasticsearch
    state: State
    store: MentionStore

    @property
    def index(self) -> str:
        return index_name(self.prefix, NOON)

    def receive(self, some: Sequence[Document]) -> None:
        Intake(self.state, b"cle").receive(some)

    def work(self) -> None:
        Pipeline(self.state, self.store, OneMentionEach()).analyse_waiting()

    def stored(self) -> list[str]:
        """The addresses of the stored mentions, as the server has them, in order."""
        self.server.indices.refresh(index=index_pattern(self.prefix))
        hits = self.server.search(index=alias_name(self.prefix), size=10_000)["hits"]["hits"]
        return sorted(hit["_source"]["url"]["full"] for hit in hits)

    def arrived(self) -> int:
        return len(self.state.arrivals_after(0))


@contextmanager
def installed(folder: Path, address: str, prefix: str, server: Elasticsearch, timeout_s: float = 6) -> Iterator[Installation]:
    """A Vigie in `folder` that reaches its store at `address`."""
    store = Store(kind="elasticsearch", hosts=[address], index_prefix=prefix, timeout_s=timeout_s)
    config = Config(folder=folder, settings=Settings(store=store), brands=[], sources=[], rules=[], digests=[])
    with open_stores(config, SimulatedClock(NOON)) as (state, mentions):
        yield Installation(folder, prefix, server, state, mentions)


def write_configuration(folder: Path, address: str, prefix: str) -> None:
    """The four files of a Vigie that keeps its mentions at `address`."""
    files = {
        "vigie.toml": f'[store]\nkind = "elasticsearch"\nhosts = ["{address}"]\nindex_prefix = "{prefix}"\n'
        '[analysis]\nspacy_model = "absent"\n',
        "brands.toml": '[[brand]]\nid = "marelle"\nname = "Marelle"\nquery = "marelle"\n',
        "sources.toml": "",
        "alerts.toml": "",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
