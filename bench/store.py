"""What the SQLite store costs: loading and searching 100,000 mentions made up from a French-like vocabulary.

    python -m bench.store [number of mentions]

Figures are CPU time of this process, which a busy machine changes little.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    document_id,
    mention_id,
)
from vigie.ports import Filter
from vigie.query import parse
from vigie.store import open_database
from vigie.store.sqlite import SqliteMentionStore

BATCH, REPEATS, SPAN = 500, 20, timedelta(days=540)
START = datetime(2025, 1, 1, tzinfo=UTC)
END = START + SPAN
SYLLABLES = ["ba", "cé", "don", "fi", "gra", "lou", "mê", "ni", "pro", "res", "so", "tœu", "ver", "l'a", "an", "que"]
QUERIES = {
    "1 word, brand, 30 days, negative": Filter(
        parse("mot50"), ["brand3"], [SentimentLabel.NEGATIVE], start=END - timedelta(days=30), end=END
    ),
    "common word, no filter": Filter(parse("mot0")),
    "rare word, no filter": Filter(parse("mot15000")),
    "2 words and an exclusion, brand": Filter(parse("mot5 mot30 -mot20"), ["brand3"]),
    "phrase, brand": Filter(parse('"mot0 mot1"'), ["brand3"]),
    "prefix, brand, 90 days": Filter(parse("mot12*"), ["brand3"], start=END - timedelta(days=90), end=END),
    "exact case, brand": Filter(parse("=mot50"), ["brand3"]),
    "site and word": Filter(parse("mot50 site:site7.fr")),
    "brand and tone": Filter(brands=["brand3"], labels=[SentimentLabel.NEGATIVE]),
}


def vocabulary(dice: random.Random) -> list[str]:
    """20,000 words, the common ones first; every fifth is `mot` and its rank, so that queries can name it."""
    return [f"mot{rank}" if rank % 5 == 0 or rank == 1 else "".join(dice.choices(SYLLABLES, k=3)) for rank in range(20_000)]


def made_up(number: int) -> Iterator[Mention]:
    """`number` mentions in the order of their publication, texts of about 1.2 kB, words as frequent as Zipf says."""
    dice = random.Random(7)
    words = vocabulary(dice)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    for index in range(number):
        text = " ".join(dice.choices(words, cum_weights=weights, k=190))
        yield _mention(index, text, START + SPAN * (index / number), dice)


def _mention(index: int, text: str, at: datetime, dice: random.Random) -> Mention:
    url = f"https://site{dice.randrange(600)}.fr/article/{index}"
    brand = f"brand{dice.randrange(30)}"
    document = Document(
        id=document_id(url),
        source_id=f"source{dice.randrange(600)}",
        kind=DocumentKind.NEWS,
        url=url,
        title=text[:60],
        text=text,
        author=f"auteur {dice.randrange(9000)}",
        published=PublicationDate(at, DateSource.META, 0.9),
        seen_at=at + timedelta(minutes=5),
    )
    label = dice.choices(list(SentimentLabel), [2, 5, 1])[0]
    sentiment = Sentiment(label, 0.1, 0.2, ("mot",))
    return Mention(mention_id(document.id, brand), brand, document, (), "fr", 0.8, sentiment, f"story{index // 3}")


def load(store: SqliteMentionStore, number: int) -> None:
    mentions = list(made_up(number))
    began = time.process_time()
    for at in range(0, number, BATCH):
        store.upsert(mentions[at : at + BATCH])
    spent = time.process_time() - began
    print(f"load: {number / spent:,.0f} mentions per CPU second, in batches of {BATCH}, each durable")
    again = mentions[: 10 * BATCH]
    began = time.process_time()
    for at in range(0, len(again), BATCH):
        store.upsert(again[at : at + BATCH])
    print(f"the same again: {len(again) / (time.process_time() - began):,.0f} mentions per CPU second")


def report(name: str, call: Callable[[], object]) -> None:
    """Prints the middle of the CPU times of `call`, in milliseconds."""
    call()
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    print(f"{sorted(times)[REPEATS // 2] * 1000:9.2f} ms  {name}")


def search(store: SqliteMentionStore) -> None:
    for name, chosen in QUERIES.items():
        report(f"search: {name} ({store.count(chosen).total:,} found)", lambda chosen=chosen: store.search(chosen))
    month = Filter(start=END - timedelta(days=30), end=END)
    brand_month = Filter(brands=["brand3"], start=month.start, end=END)
    year = Filter(brands=["brand3"], start=datetime(2024, 12, 31, 23, tzinfo=UTC), end=datetime(2026, 5, 31, 22, tzinfo=UTC))
    day, hour = timedelta(days=1), timedelta(hours=1)
    report("count: common word", lambda: store.count(QUERIES["common word, no filter"]))
    report("histogram: 17 months by day, one brand", lambda: store.histogram(year, day, "Europe/Paris"))
    report("histogram: 17 months by day, one brand, other zone", lambda: store.histogram(year, day, "UTC"))
    report("histogram: 30 days by hour, one brand", lambda: store.histogram(brand_month, hour, "Europe/Paris"))
    report("share of voice: 30 days", lambda: store.share_of_voice(month))
    report("share of voice: everything", lambda: store.share_of_voice(Filter()))
    report("top sources: brand, 30 days", lambda: store.top_sources(brand_month))
    report("stories: brand, 30 days", lambda: store.stories(brand_month))
    since = Filter(brands=["brand3"], seen_start=END - day)
    report("seen since yesterday: brand", lambda: store.search(since))


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        store = SqliteMentionStore(database)
        load(store, number)
        print(f"file: {database.path.stat().st_size / 1e6:,.0f} MB")
        search(store)
        began = time.process_time()
        problems = store.integrity()
        print(f"integrity: {time.process_time() - began:.1f} CPU s, {problems or 'nothing wrong'}")
        database.close()


if __name__ == "__main__":
    main()
