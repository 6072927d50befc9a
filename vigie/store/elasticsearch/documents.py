"""A mention as the `_source` of an Elasticsearch document, and back, exactly. Pure; the fields' types are in `mapping`.

Between the store and the wire. Times are kept twice: as dates, to the millisecond, for people and Kibana, and as microseconds
since 1970 for windows and order. Strings may hold anything: half surrogate pairs, which no JSON reader takes, are escaped.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Emotion,
    Enrichment,
    Mention,
    PublicationDate,
    Role,
    Sentiment,
    SentimentLabel,
    Span,
    Target,
    Toxicity,
    Workflow,
    WorkflowState,
)
from vigie.ports import UNCHANGED, Decision
from vigie.store.codec import microseconds, moment_of
from vigie.store.elasticsearch.mapping import ECS_VERSION
from vigie.store.elasticsearch.terms import content_terms
from vigie.store.words import folded, folded_words, sites, word_pairs, words

_ESCAPE = "\ufdd0"  # not a character of any text (Unicode 23.7); where it stands all the same, it is escaped too
_UNSAFE = re.compile(f"[\ud800-\udfff{_ESCAPE}]")
_ESCAPED = re.compile(f"{_ESCAPE}([0-9a-f]{{4}})")
_LONGEST_WORD = 2000  # characters: Lucene takes no term above 32,766 bytes
_MOST_SITES = 32

Source = dict[str, Any]


def kept(text: str) -> str:
    """`text` as any JSON reader takes it; the inverse of `restored`. Different texts stay different."""
    return _UNSAFE.sub(lambda found: f"{_ESCAPE}{ord(found[0]):04x}", text)


def restored(text: str) -> str:
    """The text that `kept` was given."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if _ESCAPE in text else text


def author_hash(author: str) -> str:
    """What an author is erased by, however long the name: 40 hexadecimal characters."""
    return hashlib.sha1(author.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def indexed_words(pairs: Sequence[tuple[str, str]]) -> str:
    """The words of a text for the analyzer `vigie_words`: folded, and as written where that differs, as in `je decu=Déçu`."""
    return " ".join(
        plain[:_LONGEST_WORD] if plain == written else f"{plain[:_LONGEST_WORD]}={written[:_LONGEST_WORD]}"
        for plain, written in pairs
    )


def folded_tokens(text: str) -> list[str]:
    """The words of a query as `vigie_words` indexes them without case and accents."""
    return [word[:_LONGEST_WORD] for word in folded_words(text)]


def exact_tokens(text: str) -> list[str]:
    """The words of a query as `vigie_words` indexes them with case and accents."""
    return [f"={word[:_LONGEST_WORD]}" for word in words(text)]


def source_of(mention: Mention, stored_us: int) -> Source:
    """The whole document. `stored_us` orders mentions by arrival; it and the workflow count only where the mention is new."""
    document = mention.document
    source: Source = {
        "@timestamp": document.published.at.isoformat(),
        "ecs": {"version": ECS_VERSION},
        "event": {
            "kind": "event",
            "module": "vigie",
            "dataset": "vigie.mention",
            "id": kept(mention.id),
            "hash": document.content_hash,
            "created": document.seen_at.isoformat(),
            "ingested": moment_of(stored_us).isoformat(),
        },
        "url": {"full": kept(document.url), "domain": kept(document.site)},
        "vigie": _own_fields(mention, stored_us),
    }
    if document.author is not None:
        source["user"] = {"name": kept(document.author), "hash": author_hash(document.author)}
    return source


def _own_fields(mention: Mention, stored_us: int) -> Source:
    """What is under `vigie`: what was read, what it means, what people decided."""
    own: Source = {
        "brand": kept(mention.brand_id),
        "language": kept(mention.language),
        **_document_fields(mention.document),
        "match": {"spans": list(map(_span_fields, mention.spans)), "doubtful": mention.doubtful},
        "relevance": mention.relevance,
        "reason": kept(mention.reason),
        "doubtful": mention.is_set_aside,
        "sentiment": _sentiment_fields(mention),
        "text_tone": {"label": str(mention.sentiment.label), "negative": mention.sentiment.negative},
        **_enrichment_fields(mention.enrichment),
        "story": {"id": kept(mention.story_id)},
        "date": _date_fields(mention.document, stored_us),
        "workflow": workflow_fields(mention.workflow),
    }
    if mention.target is not None:
        own["role"] = str(mention.target.role)
        own["proof"] = [_span_fields(mention.target.proof)] if mention.target.proof else []
    return own


def _document_fields(document: Document) -> Source:
    """What was published, as it was read."""
    in_title, in_text = word_pairs(document.title), word_pairs(document.text)
    found: Source = {
        "document": _without_none({"id": document.id, "language": document.language}),
        "kind": str(document.kind),
        "source": {"id": kept(document.source_id), "tier": document.tier},
        "sites": sites(kept(document.site))[:_MOST_SITES],
        "title": kept(document.title),
        "text": kept(document.text),
        "words": {"title": indexed_words(in_title), "text": indexed_words(in_text)},
        "terms": content_terms([*in_title, *in_text]),
        "thread": _without_none({"url": document.thread_url, "title": document.thread_title, "parent": document.parent_url}),
    }
    if document.author is not None:
        found["author"] = {"words": folded(document.author)}
    if document.stars is not None:
        found["stars"] = document.stars
    if document.is_excerpt:
        found["excerpt"] = True
    return found


def _date_fields(document: Document, stored_us: int) -> Source:
    published = document.published
    return {
        "source": str(published.source),
        "confidence": published.confidence,
        "day_only": published.day_only,
        "published_us": microseconds(published.at),
        "seen_us": microseconds(document.seen_at),
        "stored_us": stored_us,
    }


def workflow_fields(workflow: Workflow) -> Source:
    """`vigie.workflow`: what people decided."""
    corrected = None if workflow.corrected_label is None else str(workflow.corrected_label)
    fields = {**decided_fields(Decision.of(workflow)), "corrected": corrected}
    return {name: value for name, value in fields.items() if value is not None}


def decided_fields(decision: Decision) -> Source:
    """What `decision` changes in `vigie.workflow`; None stands for a field that goes."""
    fields: Source = {}
    if decision.state is not UNCHANGED:
        fields["state"] = str(decision.state)
    if decision.note is not UNCHANGED:
        fields |= {"note": kept(decision.note), "has_note": bool(decision.note)}
    if decision.assignee is not UNCHANGED:
        fields["assignee"] = kept(decision.assignee) or None
    if decision.confirmed is not UNCHANGED:
        fields["confirmed"] = decision.confirmed
    if decision.due_at is None:
        fields |= {"due": None, "due_us": None}
    elif decision.due_at is not UNCHANGED:
        fields |= {"due": decision.due_at.isoformat(), "due_us": microseconds(decision.due_at)}
    return fields


def mention_of(source: Mapping[str, Any]) -> Mention:
    """The mention that `source_of` was given."""
    own = source["vigie"]
    return Mention(
        id=restored(source["event"]["id"]),
        brand_id=restored(own["brand"]),
        document=_document_of(source),
        spans=tuple(map(_span_of, own["match"]["spans"])),
        language=restored(own["language"]),
        relevance=own["relevance"],
        sentiment=_sentiment_of(own),
        story_id=restored(own["story"]["id"]),
        workflow=_workflow_of(own["workflow"]),
        target=_target_of(own),
        enrichment=_enrichment_of(own),
        reason=restored(own.get("reason", "")),
        doubtful=own["match"].get("doubtful", False),
    )


def _document_of(source: Mapping[str, Any]) -> Document:
    own = source["vigie"]
    thread, date = own["thread"], own["date"]
    return Document(
        id=restored(own["document"]["id"]),
        source_id=restored(own["source"]["id"]),
        kind=DocumentKind(own["kind"]),
        url=restored(source["url"]["full"]),
        title=restored(own["title"]),
        text=restored(own["text"]),
        author=_restored_or_none(source.get("user", {}).get("name")),
        published=PublicationDate(
            moment_of(date["published_us"]), DateSource(date["source"]), date["confidence"], day_only=date["day_only"]
        ),
        seen_at=moment_of(date["seen_us"]),
        language=_restored_or_none(own["document"].get("language")),
        parent_url=_restored_or_none(thread.get("parent")),
        thread_url=_restored_or_none(thread.get("url")),
        thread_title=restored(thread["title"]),
        tier=own["source"]["tier"],
        stars=own.get("stars"),
        is_excerpt=own.get("excerpt", False),
    )


def _workflow_of(fields: Mapping[str, Any]) -> Workflow:
    corrected, due_us = fields.get("corrected"), fields.get("due_us")
    return Workflow(
        state=WorkflowState(fields["state"]),
        note=restored(fields["note"]),
        corrected_label=None if corrected is None else SentimentLabel(corrected),
        assignee=restored(fields.get("assignee", "")),
        due_at=None if due_us is None else moment_of(due_us),
        confirmed=fields.get("confirmed", False),
    )


def _sentiment_fields(mention: Mention) -> Source:
    """`label` is the tone that counts, `model` and `negative` the machine's part in it; score and evidence are the text's."""
    sentiment, target = mention.sentiment, mention.target
    return {
        "label": str(mention.label),
        "model": str(target.tone if target else sentiment.label),
        "source": "model" if mention.workflow.corrected_label is None else "human",
        "score": sentiment.score,
        "negative": mention.negative,
        "evidence": [kept(word) for word in sentiment.evidence],
        "uncertain": sentiment.uncertain,
    }


def _sentiment_of(own: Mapping[str, Any]) -> Sentiment:
    """The tone of the text; one stored before there was another has it as the tone that counts."""
    sentiment = own["sentiment"]
    text_tone = own.get("text_tone") or {"label": sentiment["model"], "negative": sentiment["negative"]}
    return Sentiment(
        SentimentLabel(text_tone["label"]),
        sentiment["score"],
        text_tone["negative"],
        tuple(map(restored, sentiment["evidence"])),
        uncertain=sentiment.get("uncertain", False),
    )


def _target_of(own: Mapping[str, Any]) -> Target | None:
    if "role" not in own:
        return None
    tone, proof = own["sentiment"], next(map(_span_of, own["proof"]), None)
    return Target(Role(own["role"]), SentimentLabel(tone["model"]), tone["negative"], proof)


def _enrichment_fields(enrichment: Enrichment) -> Source:
    """What was found; a field of nothing is left out."""
    listed = {
        "themes": enrichment.themes,
        "key_phrases": enrichment.key_phrases,
        "toxicity": tuple(map(str, enrichment.toxicity)),
        "places": enrichment.places,
        "entities": enrichment.entities,
    }
    found: Source = {name: list(map(kept, values)) for name, values in listed.items() if values}
    return found | ({"emotion": str(enrichment.emotion)} if enrichment.emotion else {})


def _enrichment_of(own: Mapping[str, Any]) -> Enrichment:
    texts = {name: tuple(map(restored, own.get(name, ()))) for name in ("themes", "key_phrases", "places", "entities")}
    emotion = Emotion(own["emotion"]) if "emotion" in own else None
    return Enrichment(emotion=emotion, toxicity=tuple(map(Toxicity, own.get("toxicity", ()))), **texts)


def _span_fields(span: Span) -> Source:
    return {"field": kept(span.field_name), "start": span.start, "end": span.end}


def _span_of(fields: Mapping[str, Any]) -> Span:
    return Span(restored(fields["field"]), fields["start"], fields["end"])


def _without_none(fields: Mapping[str, str | None]) -> Source:
    return {name: kept(value) for name, value in fields.items() if value is not None}


def _restored_or_none(text: str | None) -> str | None:
    return None if text is None else restored(text)
