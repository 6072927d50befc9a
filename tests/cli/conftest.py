"""A mention store on a real Elasticsearch, for commands."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import pytest


class NewStore(Protocol):
    def __call__(self) -> AbstractContextManager[tuple[object, object, str]]: ...


@pytest.fixture
def in_elasticsearch(new_elasticsearch_mentions: NewStore, open_elasticsearch_address: str) -> Iterator[str]:
    """The lines of `[store]` for indexes of its own, removed at the end."""
    with new_elasticsearch_mentions() as (_, _, prefix):
        yield f'kind = "elasticsearch"\nhosts = ["{open_elasticsearch_address}"]\nindex_prefix = "{prefix}"'
