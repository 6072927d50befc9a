"""More mentions than fit in a page are read to the last, in order, and no more of them than were asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.fake_store import FakeStore
from tests.alerts.sample_mails import mention
from vigie.model import Mention
from vigie.paging import read_mentions
from vigie.ports import Filter, Page

_START = datetime(2026, 3, 10, tzinfo=UTC)
_MENTIONS = [mention(_START + timedelta(minutes=number), "Kerlann", number=number) for number in range(1100)]


class Asked(FakeStore):
    """Notes how many mentions each page was asked for."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        super().__init__(mentions)
        self.sizes: list[int] = []

    def search(self, chosen: Filter, limit: int = 20, cursor: str | None = None) -> Page:
        self.sizes.append(limit)
        return super().search(chosen, limit, cursor)


@given(st.integers(0, 30), st.one_of(st.none(), st.integers(1, 40)))
def test_the_newest_are_read_once_each_and_in_order(stored: int, most: int | None) -> None:
    found = list(read_mentions(FakeStore(_MENTIONS[:stored]), Filter(), most))
    assert found == _MENTIONS[:stored][::-1][:most]


def test_all_mentions_are_read_over_several_pages() -> None:
    assert len(list(read_mentions(FakeStore(_MENTIONS), Filter()))) == len(_MENTIONS)


@pytest.mark.parametrize(("most", "pages"), [(20, [20]), (500, [500]), (700, [500, 500])])
def test_no_more_pages_are_asked_for_than_are_wanted(most: int, pages: list[int]) -> None:
    store = Asked(_MENTIONS)
    assert len(list(read_mentions(store, Filter(), most))) == most
    assert store.sizes == pages
