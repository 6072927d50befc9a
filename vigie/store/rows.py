"""Mentions as rows: the numbers, columns and index entries of one mention, and the mention back from its row.

A row's number, `mid`, grows with the publication date: its second since year 1, then eight bits for the mentions of that second.
So the text index itself is in order of time: newest-first searches stop after one page, and a window of dates is a range of rows.
When a second is full (many pages give a day without an hour) a mention takes the next free place after it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from vigie.model import Mention, SentimentLabel, Workflow, WorkflowState
from vigie.store.codec import decode, encode, microseconds, moment_of, restored, storable
from vigie.store.words import folded, sites

COLUMNS = (
    "mid, id, document_id, brand, source, kind, language, site, story, author, author_words, published_at, seen_at, "
    "label, role, emotion, themes, toxic, corrected, doubtful, state, note, assignee, due_at, confirmed"
)
WHOLE = "r.record, m.corrected, m.state, m.note, m.assignee, m.due_at, m.confirmed"
"""What `mention_of` reads, from `mention AS m` joined with `mention_record AS r`."""

PER_SECOND = 256
_SECONDS_TO_1970 = 62_135_596_800
_MILLION = 1_000_000
_UNTOUCHED = Workflow()


def first_mid(moment: datetime) -> int:
    """The smallest `mid` that a mention published at `moment` can have."""
    return (microseconds(moment) // _MILLION + _SECONDS_TO_1970) * PER_SECOND


def last_mid(moment: datetime) -> int:
    """More than any `mid` of a mention published before `moment`: an hour of room, enough for 900,000 of one second."""
    return first_mid(moment) + 3600 * PER_SECOND


def columns_of(mid: int, mention: Mention) -> tuple[object, ...]:
    """The values of COLUMNS."""
    document, workflow = mention.document, mention.workflow
    return (
        mid,
        storable(mention.id),
        storable(document.id),
        storable(mention.brand_id),
        storable(document.source_id),
        document.kind,
        storable(mention.language),
        storable(document.site),
        storable(mention.story_id),
        None if document.author is None else storable(document.author),
        folded(document.author or ""),
        microseconds(document.published.at),
        microseconds(document.seen_at),
        mention.label,
        mention.target.role if mention.target else "",
        mention.enrichment.emotion or "",
        storable("".join(map(theme_line, mention.enrichment.themes))),
        bool(mention.enrichment.toxicity),
        workflow.corrected_label,
        mention.is_set_aside,
        *decided_columns(workflow),
    )


def decided_columns(workflow: Workflow) -> tuple[object, ...]:
    """The values of the last five of COLUMNS; nobody is NULL."""
    due_at = None if workflow.due_at is None else microseconds(workflow.due_at)
    return (workflow.state, storable(workflow.note), storable(workflow.assignee) or None, due_at, workflow.confirmed)


def theme_line(theme: str) -> str:
    """What the column `themes` holds for one of them: another theme of which this is a part is not found."""
    return f"\n{theme}\n"


def record_of(mention: Mention) -> bytes:
    """Everything of `mention` but its workflow, which has columns of its own."""
    return encode(mention if mention.workflow == _UNTOUCHED else replace(mention, workflow=_UNTOUCHED))


def mention_of(
    record: bytes,
    corrected: str | None,
    state: str,
    note: str | bytes,
    assignee: str | bytes | None,
    due_at: int | None,
    confirmed: int,
) -> Mention:
    """The mention, from the columns of WHOLE."""
    workflow = Workflow(
        state=WorkflowState(state),
        note=restored(note),
        corrected_label=SentimentLabel(corrected) if corrected else None,
        assignee=restored(assignee or ""),
        due_at=None if due_at is None else moment_of(due_at),
        confirmed=bool(confirmed),
    )
    return replace(decode(Mention, record), workflow=workflow)


def indexed_words(mention: Mention) -> tuple[str, str, str]:
    """Title, text and tags as the text index holds them: to take a mention out of it, exactly these must be given again."""
    document, enrichment = mention.document, mention.enrichment
    tags = (
        tag("brand", mention.brand_id),
        tag("label", mention.label),
        tag("kind", document.kind),
        tag("source", document.source_id),
        tag("language", mention.language),
        tag("author", folded(document.author or "")),
        *(tag("site", host) for host in sites(document.site)),
        *([tag("role", mention.target.role)] if mention.target else []),
        *([tag("emotion", enrichment.emotion)] if enrichment.emotion else []),
        *(tag("theme", theme) for theme in enrichment.themes),
    )
    return folded(document.title), folded(document.text), " ".join(tags)


@lru_cache(maxsize=16_384)
def tag(name: str, value: str) -> str:
    """One word for "`name` is `value`". It narrows a search and never decides: two values could share it."""
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=6, person=name.encode())
    return f"x{digest.hexdigest()}"


def tags_expression(name: str, values: Iterable[str]) -> str:
    """The FTS5 expression for mentions whose `name` is one of `values`."""
    return "tags : (" + " OR ".join(f'"{tag(name, value)}"' for value in values) + ")"
