"""The scripts that change a document where it is, so that a decision and a new analysis never overwrite each other. Pure.

Each text is constant, with parameters for what varies: the server compiles it once.
"""

from collections.abc import Mapping
from typing import Any

from vigie.model import SentimentLabel, WorkflowState
from vigie.store.elasticsearch.documents import Source, kept

_WRITE = """
    def mention = params.mention;
    boolean isNew = ctx.op == 'create';
    def workflow = isNew ? params.earlier : ctx._source.vigie.workflow;
    if (!isNew) {
        mention.event.ingested = ctx._source.event.ingested;
        mention.vigie.date.stored_us = ctx._source.vigie.date.stored_us;
    }
    if (workflow != null) {
        def tone = mention.vigie.sentiment;
        mention.vigie.workflow = workflow;
        tone.label = workflow.corrected != null ? workflow.corrected : tone.model;
        tone.source = workflow.corrected != null ? 'human' : 'model';
    }
    if (!isNew && ctx._source == mention) {
        ctx.op = 'none';
    } else {
        ctx._source.clear();
        ctx._source.putAll(mention);
    }
"""
_DECIDE = """
    def workflow = ctx._source.vigie.workflow;
    workflow.state = params.state;
    if (params.note != null) {
        workflow.note = params.note;
        workflow.has_note = params.note != '';
    }
"""
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


def writing(source: Source, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """A bulk action, without index and id, that writes `source` and keeps the workflow of the document that is there.

    `earlier` is the workflow of a mention that stood in another index; it counts where there is no document yet.
    """
    script = {"source": _WRITE, "lang": "painless", "params": {"mention": source, "earlier": earlier}}
    return {"_op_type": "update", "retry_on_conflict": 5, "scripted_upsert": True, "upsert": {}, "script": script}


def decision(state: WorkflowState, note: str | None) -> dict[str, Any]:
    """Sets what the team did; without `note` the earlier one stays."""
    return {"source": _DECIDE, "lang": "painless", "params": {"state": str(state), "note": None if note is None else kept(note)}}


def correction(label: SentimentLabel | None) -> dict[str, Any]:
    """Sets a person's tone, or takes it back."""
    return {"source": _CORRECT, "lang": "painless", "params": {"label": None if label is None else str(label)}}
