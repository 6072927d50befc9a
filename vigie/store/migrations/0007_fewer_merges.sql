-- The text index gathers 8 MB of words before it writes a part of itself, and merges eight parts instead of four: loading costs less, a search as much.
INSERT INTO mention_text (mention_text, rank) VALUES ('hashsize', 8388608);
INSERT INTO mention_text (mention_text, rank) VALUES ('automerge', 8);
