"""The shape of the indexes: names, templates, field types, French analysis. Pure; `documents` and `shown` say what is written.

One index for each month of publication (UTC) behind the alias `<prefix>-mentions`, so that retention drops an index whole, and
one index behind the alias of each other family. The name holds the mapping version: indexes of two versions can stand side by
side behind an alias. ECS field names where their meaning fits (`@timestamp`, `event.*`, `url.*`, `user.*`, `rule.*`), the rest
under `vigie.`. Nothing beyond a basic licence is used: no ILM, no data stream, no ingest pipeline.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

MAPPING_VERSION = 5
"""Grows with every change of `template_body` that an existing index cannot take in place."""

ECS_VERSION = "8.11.0"
LONGEST_KEYWORD = 1024
"""Characters; a longer value is kept and shown, but not found by its field."""

MENTIONS, INCIDENTS, SOURCES, DIGESTS = "mentions", "incidents", "sources", "digests"
"""The families of documents: each has an alias, a template and a mapping of its own."""

SHOWN = (INCIDENTS, SOURCES, DIGESTS)
"""The families that copy the state for people to see."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # wrong dates must not make an index each: a server holds about a thousand
_LONGEST_ADDRESS = 8191  # characters: four bytes each stay below Lucene's limit for one term
_ARTICLES = ["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"]
_READ_WITHOUT_FIELD = [
    *("vigie.title", "vigie.title.fuzzy", "vigie.text", "vigie.text.fuzzy", "vigie.thread.title", "vigie.workflow.note"),
    *("vigie.brand", "user.name.text", "url.domain"),
]
_SAID = {
    "tone": {"negative": "n[ée]gati(?:f|ve)s?", "neutral": "neutres?", "positive": "positi(?:f|ve)s?"},
    "decider": {"model": "(?:la )?machine", "human": "(?:une )?personne"},
    "state": {
        "new": "[àa] traiter|nouve(?:au|lle)s?",
        "handled": "trait[ée]e?s?",
        "not_relevant": "(?:non|pas) pertinente?s?|[ée]cart[ée]e?s?",
    },
    "role": {
        "subject": "sujet",
        "compared": "compar[ée]e?s?",
        "passing": "(?:cit[ée]e?s? )?en passant",
        "own": "(?:prise de )?parole propre",
        "victim": "victimes?",
    },
    "emotion": {
        "anger": "col[èe]re",
        "disgust": "d[ée]go[ûu]t",
        "fear": "peur",
        "joy": "joie",
        "sadness": "tristesse",
        "surprise": "[ée]tonnement",
    },
    "toxicity": {"insult": "insultes?", "threat": "menaces?", "racism": "racisme|haine", "sexual": "sexuel(?:le)?s?"},
    "kind": {
        "news": "presse",
        "comment": "commentaires?",
        "forum_post": "forums?",
        "review": "avis",
        "social": "r[ée]seaux? socia(?:l|ux)",
        "list": "listes?",
    },
    "incident": {
        "bad_buzz": "bad buzz",
        "open": "ouverts?",
        "worse": "aggrav[ée]s?",
        "calmer": "plus calmes?|accalmie",
        "closed": "clos|ferm[ée]s?|termin[ée]s?",
    },
    "verdict": {"false": "fausses?(?: alertes?)?", "true": "vraies?(?: alertes?)?"},
    "health": {
        "never": "jamais lue?s?",
        "ok": "saines?",
        "late": "en (?:panne|[ée]chec|retard)",
        "changed_layout": "mise en page chang[ée]e",
        "blocked": "bloqu[ée]e?s?",
        "gone": "disparue?s?",
        "silent": "silencieu(?:x|ses?)|muet(?:te)?s?",
    },
    "sending": {"sent": "envoy[ée]e?s?", "waiting": "en attente", "failed": "[ée]chou[ée]e?s?|refus[ée]e?s?"},
}
"""What people call our values, in Kibana's labels too, by the sort of value: they are found by either."""


def alias_name(prefix: str, family: str = MENTIONS) -> str:
    """What a family is read through; also the name of its index template."""
    return f"{prefix}-{family}"


def index_pattern(prefix: str, family: str = MENTIONS) -> str:
    """Every index of the family, whatever its mapping version."""
    return f"{prefix}-{family}-v*"


def shown_index(prefix: str, family: str) -> str:
    """The one index of a family of SHOWN."""
    return f"{alias_name(prefix, family)}-v{MAPPING_VERSION}"


def index_name(prefix: str, published: datetime, version: int = MAPPING_VERSION) -> str:
    """The index of mentions published at `published`: `vigie-mentions-v2-2026.03`.

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


def template_body(prefix: str, shards: int = 1, replicas: int = 0, family: str = MENTIONS) -> dict[str, Any]:
    """The arguments of `indices.put_index_template` besides the name, which is `alias_name(prefix, family)`."""
    return {
        "index_patterns": [index_pattern(prefix, family)],
        "priority": 500,
        "version": MAPPING_VERSION,
        "template": {
            "aliases": {alias_name(prefix, family): {}},
            "settings": index_settings(shards, replicas, family),
            "mappings": mappings(family),
        },
        "meta": {"vigie": {"mapping_version": MAPPING_VERSION}},
    }


def index_settings(shards: int, replicas: int, family: str = MENTIONS) -> dict[str, Any]:
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",  # said, so that an index nobody searches is refreshed too
            "codec": "best_compression",
            "merge.policy.expunge_deletes_allowed": 0,  # what is erased can be merged away to the last word
            "query.default_field": _READ_WITHOUT_FIELD if family == MENTIONS else ["*"],  # typed into Kibana with no field
        },
        "analysis": _analysis(),
    }


def mappings(family: str = MENTIONS) -> dict[str, Any]:
    """Strict: a field that is not here is refused, never guessed."""
    return {
        "dynamic": "strict",
        "_meta": {"vigie": {"mapping_version": MAPPING_VERSION}},
        "properties": {"@timestamp": _DATE, "ecs": _fields(version=_KEYWORD), **_PROPERTIES[family]()},
    }


_KEYWORD = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
_EXACT = {"fields": {"exact": _KEYWORD}}  # what the store compares, and charts show; the field itself is for people who type
_LOWER = {**_KEYWORD, "normalizer": "vigie_lower"}
_SITE = {**_KEYWORD, "normalizer": "vigie_site"}
_NAME = {
    **_KEYWORD,
    "normalizer": "vigie_name",
    "fields": {**_EXACT["fields"], "text": {"type": "text", "analyzer": "vigie_strict"}},
}
_DATE = {"type": "date"}
_ADDRESS = {"type": "keyword", "ignore_above": _LONGEST_ADDRESS}
_LONG = {"type": "long"}
_INTEGER = {"type": "integer"}
_DOUBLE = {"type": "double"}
_BOOLEAN = {"type": "boolean"}
_EVENT = dict.fromkeys(("kind", "module", "dataset", "id"), _KEYWORD)
_KEPT = {"type": "object", "enabled": False}
_TEXT = {"type": "text", "analyzer": "vigie_strict", "fields": {"fuzzy": {"type": "text", "analyzer": "vigie_fuzzy"}}}
_WORDS = {"type": "text", "analyzer": "vigie_words", "search_analyzer": "vigie_word_row", "norms": False}


def _value(sort: str) -> dict[str, Any]:
    """A keyword that holds one of our values, of a sort of _SAID."""
    return {**_KEYWORD, "normalizer": f"vigie_{sort}"}


def _fields(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"properties": properties}


_Properties = dict[str, dict[str, Any]]


def _mention_fields() -> _Properties:
    return {
        "event": _fields(**_EVENT, hash=_KEYWORD, created=_DATE, ingested=_DATE),
        "url": _fields(full=_ADDRESS, domain=_SITE),
        "user": _fields(name=_NAME, hash=_KEYWORD),
        "vigie": _fields(**_own_fields()),
    }


def _incident_fields() -> _Properties:
    handling = _fields(taken_at=_DATE, taken_by=_NAME, muted_until=_DATE, verdict=_value("verdict"), notes=_LONG, last_note=_TEXT)
    incident = _fields(id=_KEYWORD, kind=_value("incident"), state=_value("incident"), updated=_DATE, handling=handling)
    counts = dict.fromkeys(("seen", "negatives", "stories", "sites", "copies"), _LONG)
    shares = dict.fromkeys(("evidence", "window_min", "expected", "expected_high", "expected_negatives"), _DOUBLE)
    return {
        "event": _fields(**_EVENT, start=_DATE, end=_DATE),
        "rule": _fields(id=_LOWER),
        "vigie": _fields(brand=_LOWER, incident=incident, signal=_fields(at=_DATE, **counts, **shares)),
    }


def _source_fields() -> _Properties:
    dates = dict.fromkeys(("last_pass", "last_ok", "last_item", "next"), _DATE)
    source = _fields(
        id=_LOWER, name=_NAME, kind=_LOWER, tier=_INTEGER, health=_value("health"), failures=_LONG, usual_gap_min=_DOUBLE, **dates
    )
    counts = dict.fromkeys(("documents", "requests", "not_modified", "errors"), _LONG)
    return {
        "event": _fields(**_EVENT, outcome=_KEYWORD, start=_DATE, end=_DATE, duration=_LONG),
        "error": _fields(message={"type": "text", **_EXACT}),
        "url": _fields(full=_ADDRESS, domain=_SITE),
        "vigie": _fields(kind=_value("kind"), source=source, **{"pass": _fields(reasons=_KEYWORD, **counts)}),
    }


def _digest_fields() -> _Properties:
    counts = dict.fromkeys(("recipients", "sent", "failed"), _LONG)
    digest = _fields(id=_LOWER, day=_DATE, channel=_LOWER, state=_value("sending"), **counts)
    return {"event": _fields(**_EVENT, end=_DATE), "vigie": _fields(brand=_LOWER, digest=digest)}


_PROPERTIES: Mapping[str, Callable[[], _Properties]] = {
    MENTIONS: _mention_fields,
    INCIDENTS: _incident_fields,
    SOURCES: _source_fields,
    DIGESTS: _digest_fields,
}


def _own_fields() -> _Properties:
    return {
        "brand": {**_LOWER, **_EXACT},
        "document": _fields(id=_KEYWORD, language=_KEYWORD),
        "kind": {**_value("kind"), **_EXACT},
        "language": {**_LOWER, **_EXACT},
        "source": _fields(id={**_LOWER, **_EXACT}, tier=_INTEGER),
        "sites": _KEYWORD,
        "author": _fields(words=_KEYWORD),
        "title": _TEXT,
        "text": _TEXT,
        "words": _fields(title=_WORDS, text=_WORDS),
        "terms": _LOWER,
        "thread": _fields(url=_KEYWORD, title=_TEXT, parent=_KEYWORD),
        "stars": _DOUBLE,
        "excerpt": _BOOLEAN,
        "match": _fields(spans=_KEPT, doubtful=_BOOLEAN),
        "relevance": _DOUBLE,
        "reason": _KEYWORD,
        "doubtful": _BOOLEAN,
        "sentiment": _fields(
            **dict.fromkeys(("label", "model"), _value("tone")),
            **dict.fromkeys(("score", "negative"), _DOUBLE),
            source=_value("decider"),
            evidence=_LOWER,
            uncertain=_BOOLEAN,
        ),
        "text_tone": _fields(label=_value("tone"), negative=_DOUBLE),
        "role": _value("role"),
        "proof": _KEPT,
        "emotion": _value("emotion"),
        "toxicity": _value("toxicity"),
        "themes": {**_LOWER, **_EXACT},
        "key_phrases": {**_LOWER, **_EXACT},
        **dict.fromkeys(("places", "entities"), _NAME),
        "story": _fields(id=_KEYWORD),
        "date": _fields(
            source=_KEYWORD, confidence=_DOUBLE, day_only=_BOOLEAN, published_us=_LONG, seen_us=_LONG, stored_us=_LONG
        ),
        "workflow": _fields(
            state=_value("state"),
            note=_TEXT,
            has_note=_BOOLEAN,
            corrected=_value("tone"),
            assignee=_NAME,
            due=_DATE,
            due_us=_LONG,
            confirmed=_BOOLEAN,
        ),
    }


def _normalizers() -> dict[str, Any]:
    """Keywords that people type: whatever the case, a name without accents, a site with `www.`, a value in French."""
    names = {
        "vigie_lower": ([], ["lowercase"]),
        "vigie_name": ([], ["lowercase", "asciifolding"]),
        "vigie_site": (["vigie_www"], ["lowercase"]),
        **{f"vigie_{sort}": ([f"vigie_said_{value}" for value in said], ["lowercase"]) for sort, said in _SAID.items()},
    }
    return {name: {"type": "custom", "char_filter": cut, "filter": filters} for name, (cut, filters) in names.items()}


def _replacing(pattern: str, replacement: str) -> dict[str, Any]:
    return {"type": "pattern_replace", "pattern": pattern, "replacement": replacement, "flags": "CASE_INSENSITIVE|UNICODE_CASE"}


def _analysis() -> dict[str, Any]:
    """`vigie_strict` and `vigie_fuzzy` are for people who type in Kibana; `vigie_words` is for `vigie.query`.

    `vigie_words` receives words cut and folded by `vigie.store.words`, `déçu` as `decu=déçu` (`documents.indexed_words`), and
    makes of each the folded word and, at the same place, `=` and the word as written: one field finds rows of either sort.
    """
    strict = ["vigie_elision", "lowercase", "asciifolding"]
    return {
        "char_filter": {
            "vigie_www": _replacing(r"^www\.", ""),
            **{
                f"vigie_said_{value}": _replacing(f"^(?:{said})$", value)
                for some in _SAID.values()
                for value, said in some.items()
            },
        },
        "normalizer": _normalizers(),
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
