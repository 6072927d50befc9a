-- What a mention is filtered by besides: see vigie/store/rows.py. themes are between line ends.
ALTER TABLE mention ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;  -- somebody said that the brand is meant
ALTER TABLE mention ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;  -- set aside: neither counted nor alerted on
ALTER TABLE mention ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE mention ADD COLUMN emotion TEXT NOT NULL DEFAULT '';
ALTER TABLE mention ADD COLUMN themes TEXT NOT NULL DEFAULT '';
ALTER TABLE mention ADD COLUMN toxic INTEGER NOT NULL DEFAULT 0;
DROP INDEX mention_brand;
CREATE INDEX mention_brand ON mention (brand, published_at, label, source, doubtful);  -- covers the counts of a brand
CREATE INDEX mention_doubtful ON mention (brand, published_at) WHERE doubtful = 1;
CREATE INDEX mention_toxic ON mention (brand, published_at) WHERE toxic = 1;
