-- What people said of mentions, every word of it: a mark outlives its mention, not the erasure of its document.
CREATE TABLE mark (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    mention_id  TEXT NOT NULL,
    about       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    document_id TEXT NOT NULL,
    record      BLOB NOT NULL,
    UNIQUE (mention_id, about, at)
);
CREATE INDEX mark_document ON mark (document_id);
