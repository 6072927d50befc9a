"""A real Elasticsearch for the tests that want one: the server that VIGIE_TEST_ES names, whoever started it.

Its address may hold who asks (`http://user:password@host:port`, percent-encoded); VIGIE_TEST_ES_CA is the PEM file that signs an
HTTPS server's certificate. VIGIE_REQUIRE_ES=1: nobody may leave these tests out.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest
from elasticsearch import ApiError, Elasticsearch, TransportError

from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.cluster import Cluster, Layout

ADDRESS = os.environ.get("VIGIE_TEST_ES", "")
_CA = os.environ.get("VIGIE_TEST_ES_CA") or None
_WHY_SKIPPED = "VIGIE_TEST_ES is not set; start a server with `make elasticsearch`, then VIGIE_TEST_ES=http://127.0.0.1:9200"

NewStore = Callable[[], AbstractContextManager[tuple[ElasticsearchMentionStore, Elasticsearch, str]]]


def pytest_configure() -> None:
    """Ends a run whose server is missing with one sentence, before a hundred tests say it each in its own way."""
    if not ADDRESS:
        if os.environ.get("VIGIE_REQUIRE_ES") == "1":
            raise pytest.UsageError("VIGIE_REQUIRE_ES=1 and no server to test on: VIGIE_TEST_ES is not set")
        return
    try:
        with _client() as client:
            client.info()
    except (ApiError, TransportError) as error:
        where = urlsplit(ADDRESS)
        raise pytest.UsageError(
            f"VIGIE_TEST_ES: {where.hostname}:{where.port} does not answer as it should ({type(error).__name__})"
        ) from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says once why the tests on Elasticsearch were left out."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if _WHY_SKIPPED in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} Elasticsearch tests skipped: {_WHY_SKIPPED}")


@pytest.fixture(scope="session")
def new_elasticsearch_mentions() -> NewStore:
    """Opens an empty store under an index prefix of its own, with a client to look behind it; leaves nothing on the server."""
    if not ADDRESS:
        pytest.skip(_WHY_SKIPPED)

    @contextmanager
    def opened() -> Iterator[tuple[ElasticsearchMentionStore, Elasticsearch, str]]:
        prefix = f"test-{uuid.uuid4().hex[:12]}"
        with _client() as client:
            try:
                yield ElasticsearchMentionStore(Cluster(client, Layout(prefix)), prefix), client, prefix
            finally:
                remove_all(client, prefix)

    return opened


@pytest.fixture
def elasticsearch_mentions(new_elasticsearch_mentions: NewStore) -> Iterator[ElasticsearchMentionStore]:
    with new_elasticsearch_mentions() as (store, _, _):
        yield store


@pytest.fixture(scope="session")
def open_elasticsearch_address() -> str:
    """The address of the server, for tests that reach it without a password."""
    if not ADDRESS:
        pytest.skip(_WHY_SKIPPED)
    if ADDRESS.startswith("https:") or "@" in ADDRESS:
        pytest.skip("the server that VIGIE_TEST_ES names wants a password; this test is for one that does not")
    return ADDRESS


def _client() -> Elasticsearch:
    return Elasticsearch(ADDRESS, ca_certs=_CA) if _CA else Elasticsearch(ADDRESS)


def remove_all(client: Elasticsearch, prefix: str) -> None:
    """Removes every index and every template whose name begins with `prefix`."""
    indexes = client.indices.get(index=f"{prefix}-*", expand_wildcards="all")
    if names := list(indexes.body):
        client.indices.delete(index=names)
    templates = client.options(ignore_status=404).indices.get_index_template(name=f"{prefix}-*").body
    for template in templates.get("index_templates", ()):
        client.indices.delete_index_template(name=template["name"])
