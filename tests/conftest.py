"""A real Elasticsearch for the tests that want one: the server that VIGIE_TEST_ES names."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from elasticsearch import Elasticsearch

from vigie.store.elasticsearch import ElasticsearchMentionStore
from vigie.store.elasticsearch.cluster import Cluster, Layout
from vigie.store.elasticsearch.mapping import alias_name, index_pattern

ADDRESS = os.environ.get("VIGIE_TEST_ES", "")
_WHY_SKIPPED = "VIGIE_TEST_ES is not set; start a server with `make elasticsearch`, then VIGIE_TEST_ES=http://127.0.0.1:9200"

NewStore = Callable[[], AbstractContextManager[tuple[ElasticsearchMentionStore, Elasticsearch, str]]]


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
        with Elasticsearch(ADDRESS) as client:
            yield ElasticsearchMentionStore(Cluster(client, Layout(prefix)), prefix), client, prefix
            if indexes := list(client.indices.get(index=index_pattern(prefix)).body):
                client.indices.delete(index=indexes)
            client.options(ignore_status=404).indices.delete_index_template(name=alias_name(prefix))

    return opened


@pytest.fixture
def elasticsearch_mentions(new_elasticsearch_mentions: NewStore) -> Iterator[ElasticsearchMentionStore]:
    with new_elasticsearch_mentions() as (store, _, _):
        yield store
