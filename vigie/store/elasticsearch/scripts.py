"""The scripts that change a document where it is, so that a decision and a new analysis never overwrite each other. Pure.

Each text is constant, with parameters for what varies: the server compiles it once.
"""

from collections.abc import Mapping
from typing import Any

from vigie.model import SentimentLabel
from vigie.ports import Decision
from vigie.store.elasticsearch.documents import Source, decided_fields

_IS_SET_ASIDE = """
    boolean isSetAside(def match, def workflow) {
        return match.doubtful && !(workflow.confirmed == true || workflow.state == 'handled');
    }
"""
_WRITE = (
    _IS_SET_ASIDE
    + """
    def mention = params.mention;
    boolean isNew = ctx.op == 'create';
    def workflow = params.earlier != null || isNew ? params.earlier : ctx._source.vigie.workflow;
    if (!isNew) {
        mention.event.ingested = ctx._source.event.ingested;
        mention.vigie.date.stored_us = ctx._source.vigie.date.stored_us;
    }
    if (workflow != null) {
        def tone = mention.vigie.sentiment;
        mention.vigie.workflow = workflow;
        tone.label = workflow.corrected != null ? workflow.corrected : tone.model;
        tone.source = workflow.corrected != null ? 'human' : 'model';
        mention.vigie.doubtful = isSetAside(mention.vigie.match, workflow);
    }
    if (!isNew && ctx._source == mention) {
        ctx.op = 'none';
    } else {
        ctx._source.clear();
        ctx._source.putAll(mention);
    }
"""
)
_DECIDE = (
    _IS_SET_ASIDE
    + """
    def workflow = ctx._source.vigie.workflow;
    workflow.putAll(params.fields);
    workflow.values().removeIf(value -> value == null);
    def match = ctx._source.vigie.match;
    if (match.doubtful != null) {
        ctx._source.vigie.doubtful = isSetAside(match, workflow);
    }
"""
)
_CORRECT = """
    def tone = ctx._source.vigie.sentiment;
    if (params.label == null) {
        ctx._source.vigie.workflow.remove('corrected');
        tone.label = tone.model;
        tone.source = 'model';
    } else {
        ctx._source.vigie.workflow.corrected = params.label;
        tone.label = params.label;
        tone.source = 'human';
    }
"""


def creating(source: Source) -> dict[str, Any]:
    """A bulk action, without index and id, that writes `source` where there is no document, and is refused where there is one."""
    return {"_op_type": "create", "_source": source}


def replacing(source: Source, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """A bulk action, without index and id, that writes `source` and keeps the workflow of the document that is there.

    `earlier` is the workflow of the mention where it stands in another index: what people decided until it moved.
    """
    script = {"source": _WRITE, "lang": "painless", "params": {"mention": source, "earlier": earlier}}
    return {"_op_type": "update", "retry_on_conflict": 5, "scripted_upsert": True, "upsert": {}, "script": script}


def marking(decision: Decision) -> dict[str, Any]:
    """Sets what the team decided, and keeps the rest."""
    return {"source": _DECIDE, "lang": "painless", "params": {"fields": decided_fields(decision)}}


def correction(label: SentimentLabel | None) -> dict[str, Any]:
    """Sets a person's tone, or takes it back."""
    return {"source": _CORRECT, "lang": "painless", "params": {"label": None if label is None else str(label)}}
