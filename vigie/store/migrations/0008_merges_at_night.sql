-- What the nightly upkeep merges of the text index: two parts of a level are enough, four by default.
INSERT INTO mention_text (mention_text, rank) VALUES ('usermerge', 2);
