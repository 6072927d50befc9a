-- What the team did about incidents, every step of it.
CREATE TABLE action (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL,
    key         TEXT NOT NULL,
    record      BLOB NOT NULL,
    UNIQUE (incident_id, key)
);
