"""The shape of the mention indexes: names, index template, field types, French analysis. Pure; `documents` says what is written.

One index for each month of publication (UTC) behind the alias `<prefix>-mentions`, so that retention drops an index whole. The
name holds the mapping version: indexes of two versions can stand side by side behind the alias. ECS field names where their
meaning fits (`@timestamp`, `event.*`, `url.*`, `user.*`), the rest under `vigie.`. Nothing beyond a basic licence is used: no
ILM, no data stream, no ingest pipeline.
"""

from datetime import UTC, datetime
from typing import Any

MAPPING_VERSION = 1
"""Grows with every change of `template_body` that an existing index cannot take in place."""

ECS_VERSION = "8.11.0"
LONGEST_KEYWORD = 1024
"""Characters; a longer value is kept and shown, but not found by its field."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # wrong dates must not make an index each: a server holds about a thousand
_LONGEST_ADDRESS = 8191  # characters: four bytes each stay below Lucene's limit for one term
_ARTICLES = ["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"]


def alias_name(prefix: str) -> str:
    """What mentions are read through; also the name of the index template."""
    return f"{prefix}-mentions"


def index_pattern(prefix: str) -> str:
    """Every mention index, whatever its mapping version."""
    return f"{prefix}-mentions-v*"


def index_name(prefix: str, published: datetime, version: int = MAPPING_VERSION) -> str:
    """The index of mentions published at `published`: `vigie-mentions-v1-2026.03`.

    One index holds everything before the year 2000 (`…-1999.12`), one everything after 2099 (`…-2100.01`).
    """
    moment = published.astimezone(UTC)
    year, month = moment.year, moment.month
    if year < _FIRST_YEAR:
        year, month = _FIRST_YEAR - 1, 12
    elif year > _LAST_YEAR:
        year, month = _LAST_YEAR + 1, 1
    return f"{alias_name(prefix)}-v{version}-{year:04}.{month:02}"


def end_of(index: str) -> datetime | None:
    """The moment before which everything in `index` was published; None where there is none, or the name is not a month's."""
    year, dot, month = index.rpartition("-")[2].partition(".")
    if not (dot and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12) or int(year) > _LAST_YEAR:
        return None
    months = int(year) * 12 + int(month)
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def template_body(prefix: str, shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """The arguments of `indices.put_index_template` besides the name, which is `alias_name(prefix)`."""
    return {
        "index_patterns": [index_pattern(prefix)],
        "priority": 500,
        "version": MAPPING_VERSION,
        "template": {
            "aliases": {alias_name(prefix): {}},
            "settings": index_settings(shards, replicas),
            "mappings": mappings(),
        },
        "meta": {"vigie": {"mapping_version": MAPPING_VERSION}},
    }


def index_settings(shards: int, replicas: int) -> dict[str, Any]:
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",  # said, so that an index nobody searches is refreshed too
            "codec": "best_compression",
            "merge.policy.expunge_deletes_allowed": 0,  # what is erased can be merged away to the last word
        },
        "analysis": _analysis(),
    }


def mappings() -> dict[str, Any]:
    """Strict: a field that is not here is refused, never guessed."""
    return {
        "dynamic": "strict",
        "_meta": {"vigie": {"mapping_version": MAPPING_VERSION}},
        "properties": {
            "@timestamp": {"type": "date"},
            "ecs": _fields(version=_KEYWORD),
            "event": _fields(
                kind=_KEYWORD, module=_KEYWORD, dataset=_KEYWORD, id=_KEYWORD, hash=_KEYWORD, created=_DATE, ingested=_DATE
            ),
            "url": _fields(full={"type": "keyword", "ignore_above": _LONGEST_ADDRESS}, domain=_KEYWORD),
            "user": _fields(name=_KEYWORD, hash=_KEYWORD),
            "vigie": _fields(**_own_fields()),
        },
    }


_KEYWORD = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
_DATE = {"type": "date"}
_LONG = {"type": "long"}
_DOUBLE = {"type": "double"}
_BOOLEAN = {"type": "boolean"}
_KEPT = {"type": "object", "enabled": False}
_TEXT = {"type": "text", "analyzer": "vigie_strict", "fields": {"fuzzy": {"type": "text", "analyzer": "vigie_fuzzy"}}}
_WORDS = {"type": "text", "analyzer": "vigie_words", "search_analyzer": "vigie_word_row", "norms": False}


def _fields(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"properties": properties}


def _own_fields() -> dict[str, dict[str, Any]]:
    return {
        "brand": _KEYWORD,
        "document": _fields(id=_KEYWORD, language=_KEYWORD),
        "kind": _KEYWORD,
        "language": _KEYWORD,
        "source": _fields(id=_KEYWORD, tier={"type": "integer"}),
        "sites": _KEYWORD,
        "author": _fields(words=_KEYWORD),
        "title": _TEXT,
        "text": _TEXT,
        "words": _fields(title=_WORDS, text=_WORDS),
        "thread": _fields(url=_KEYWORD, title=_TEXT, parent=_KEYWORD),
        "match": _fields(spans=_KEPT),
        "relevance": _DOUBLE,
        "sentiment": _fields(label=_KEYWORD, model=_KEYWORD, source=_KEYWORD, score=_DOUBLE, negative=_DOUBLE, evidence=_KEYWORD),
        "story": _fields(id=_KEYWORD),
        "date": _fields(
            source=_KEYWORD, confidence=_DOUBLE, day_only=_BOOLEAN, published_us=_LONG, seen_us=_LONG, stored_us=_LONG
        ),
        "workflow": _fields(state=_KEYWORD, note=_TEXT, has_note=_BOOLEAN, corrected=_KEYWORD),
    }


def _analysis() -> dict[str, Any]:
    """`vigie_strict` and `vigie_fuzzy` are for people who type in Kibana; `vigie_words` is for `vigie.query`.

    `vigie_words` receives words cut and folded by `vigie.store.words`, `déçu` as `decu=déçu` (`documents.indexed_words`), and
    makes of each the folded word and, at the same place, `=` and the word as written: one field finds rows of either sort.
    """
    strict = ["vigie_elision", "lowercase", "asciifolding"]
    return {
        "tokenizer": {"vigie_spaces": {"type": "whitespace", "max_token_length": 65_536}},
        "filter": {
            "vigie_elision": {"type": "elision", "articles_case": True, "articles": _ARTICLES},
            "vigie_stop": {"type": "stop", "stopwords": "_french_"},
            "vigie_stemmer": {"type": "stemmer", "language": "light_french"},
            "vigie_folded_word": {"type": "pattern_replace", "pattern": "=.*$", "replacement": "", "all": False},
            "vigie_exact_word": {"type": "pattern_replace", "pattern": "^(?:[^=]*=)?(.*)$", "replacement": "=$1", "all": False},
            "vigie_both_words": {
                "type": "multiplexer",
                "preserve_original": False,
                "filters": ["vigie_folded_word", "vigie_exact_word"],
            },
        },
        "analyzer": {
            "vigie_strict": {"type": "custom", "tokenizer": "standard", "filter": strict},
            "vigie_fuzzy": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["vigie_elision", "lowercase", "vigie_stop", "vigie_stemmer", "asciifolding"],
            },
            "vigie_words": {"type": "custom", "tokenizer": "vigie_spaces", "filter": ["vigie_both_words"]},
            "vigie_word_row": {"type": "custom", "tokenizer": "vigie_spaces", "filter": []},
        },
    }
