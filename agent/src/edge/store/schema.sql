-- Names and numbers in clear hold no content: ids of policies and consents, keyed hashes, sizes, times, rule ids.
CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    policy TEXT NOT NULL,
    consent TEXT NOT NULL,
    UNIQUE (policy, consent)
) STRICT;

-- `aged_ms` is `total.aged_ms` as it was when the segment came; the payload comes last, so that lists need not read it.
CREATE TABLE segment (
    seq INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    label INTEGER NOT NULL REFERENCES label (id),
    lines INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    key INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    stored_ms INTEGER NOT NULL,
    aged_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX segment_by_class ON segment (class, seq);

CREATE TABLE file (
    device INTEGER NOT NULL,
    inode BLOB NOT NULL,
    path BLOB NOT NULL,
    position BLOB NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (device, inode, path)
) STRICT, WITHOUT ROWID;

-- Where a file's position was before the segments of `first_seq` to `last_seq` came; NULL where the file was new and is not held back.
CREATE TABLE rewind (
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    device INTEGER NOT NULL,
    inode BLOB NOT NULL,
    path BLOB NOT NULL,
    position BLOB,
    PRIMARY KEY (first_seq, device, inode, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE count (
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. `aged_ms` grows with the system's clock, but neither backwards nor by more than a day at a time.
CREATE TABLE total (
    bytes INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    aged_ms INTEGER NOT NULL,
    clock_ms INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES (0, 8, 0, 0);
