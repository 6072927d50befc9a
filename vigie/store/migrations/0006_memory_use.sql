-- The day (since 1970) on which a connector last wrote or asked for what it remembers; 0 where it has not since there is this column.
ALTER TABLE source_memory ADD COLUMN used_on INTEGER NOT NULL DEFAULT 0;
