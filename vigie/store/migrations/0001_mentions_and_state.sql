-- Times are microseconds since 1970 UTC. A `record` is a value of vigie.model as JSON (vigie/store/codec.py).

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Mentions: what is filtered and counted, apart from what is only shown. mid grows with published_at (vigie/store/rows.py).
CREATE TABLE mention (
    mid          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    document_id  TEXT NOT NULL,
    brand        TEXT NOT NULL,
    source       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    language     TEXT NOT NULL,
    site         TEXT NOT NULL,
    story        TEXT NOT NULL,
    author       TEXT,             -- as written, for erasure
    author_words TEXT NOT NULL,    -- folded, for author:
    published_at INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    label        TEXT NOT NULL,    -- the tone that counts: a person's where there is one
    corrected    TEXT,             -- that person's tone
    state        TEXT NOT NULL,
    note         TEXT NOT NULL
);
CREATE UNIQUE INDEX mention_id ON mention (id);
CREATE INDEX mention_document ON mention (document_id);
CREATE INDEX mention_brand ON mention (brand, published_at, label, source);  -- covers the counts of a brand
CREATE INDEX mention_seen ON mention (brand, seen_at);
CREATE INDEX mention_story ON mention (story);
CREATE INDEX mention_author ON mention (author) WHERE author IS NOT NULL;

CREATE TABLE mention_record (mid INTEGER PRIMARY KEY, record BLOB NOT NULL);

-- Receives words that are already cut and folded (vigie/store/words.py); the tokenizer only splits at the spaces.
CREATE VIRTUAL TABLE mention_text USING fts5 (title, body, tags, content = '', tokenize = 'ascii');

CREATE TABLE mention_day (
    brand TEXT NOT NULL, day INTEGER NOT NULL, label TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (brand, day, label)
) WITHOUT ROWID;

-- Inbox. outcome is NULL while the document waits; document is kept while it waits and when it failed.
CREATE TABLE inbox (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    source_id    TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    retry_at     INTEGER NOT NULL DEFAULT 0,
    outcome      TEXT,
    reason       TEXT NOT NULL DEFAULT '',
    document     BLOB
);
CREATE INDEX inbox_waiting ON inbox (seen_at, published_at, id) WHERE outcome IS NULL;
CREATE INDEX inbox_failed ON inbox (reason) WHERE outcome = 'failed';
CREATE INDEX inbox_source ON inbox (source_id, published_at);

CREATE TABLE outcome_count (
    at INTEGER NOT NULL, source_id TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (at, source_id, outcome, reason)
) WITHOUT ROWID;

CREATE TABLE arrival (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    mention_id   TEXT NOT NULL UNIQUE,
    seen_at      INTEGER NOT NULL,
    record       BLOB NOT NULL
);
CREATE INDEX arrival_seen ON arrival (seen_at);

-- Sources.
CREATE TABLE source_memory (
    source_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (source_id, key)
) WITHOUT ROWID;
CREATE TABLE source_pass (source_id TEXT NOT NULL, finished_at INTEGER NOT NULL, record BLOB NOT NULL);
CREATE INDEX source_pass_finished ON source_pass (finished_at);
CREATE INDEX source_pass_source ON source_pass (source_id, finished_at);
CREATE TABLE source_state (source_id TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;

-- Stories.
CREATE TABLE story_signature (
    number      INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL UNIQUE,
    seen_at     INTEGER NOT NULL,
    record      BLOB NOT NULL
);
CREATE INDEX story_signature_seen ON story_signature (seen_at);
CREATE TABLE story_band (
    band INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (band, number)
) WITHOUT ROWID;
CREATE INDEX story_band_number ON story_band (number);

-- Incidents and what is sent about them.
CREATE TABLE incident (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, opened_at INTEGER NOT NULL, state TEXT NOT NULL, record BLOB NOT NULL
);
CREATE INDEX incident_opened ON incident (opened_at);
CREATE TABLE detector_state (name TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE delivery (
    number     INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    subject_id TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at    INTEGER,
    record     BLOB NOT NULL,
    content    BLOB NOT NULL
);
CREATE INDEX delivery_pending ON delivery (created_at) WHERE state = 'pending';
CREATE INDEX delivery_subject ON delivery (subject_id);
