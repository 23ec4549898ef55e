-- Which events were stored: halves of their ids, 8 bytes each, by session. Keyed hashes; without the key they tell nothing.
-- `aged_ms` is `total.aged_ms` as it was when the last of them came; the ids come last, so that age is read without them.
CREATE TABLE stored (
    part INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    aged_ms INTEGER NOT NULL,
    ids BLOB NOT NULL
) STRICT;
CREATE INDEX stored_by_session ON stored (session, part);
