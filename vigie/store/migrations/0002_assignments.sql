-- Who takes care of a mention, NULL for nobody, and until when. Few mentions have either.
ALTER TABLE mention ADD COLUMN assignee TEXT;
ALTER TABLE mention ADD COLUMN due_at INTEGER;
CREATE INDEX mention_assignee ON mention (assignee) WHERE assignee IS NOT NULL;
CREATE INDEX mention_due ON mention (due_at) WHERE due_at IS NOT NULL;
