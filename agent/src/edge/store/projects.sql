-- A label knows the project as well: a keyed hash of its folder, 0 for none. The folder itself is sealed, by its hash, so that
-- the rules for projects can be asked again before what waits is sent; `rules` is a hash of the rules that let it pass last.
CREATE TABLE project (
    tag INTEGER PRIMARY KEY,
    rules INTEGER NOT NULL,
    folder BLOB NOT NULL
) STRICT;

CREATE TABLE new_label (
    id INTEGER PRIMARY KEY,
    policy TEXT NOT NULL,
    consent TEXT NOT NULL,
    project INTEGER NOT NULL,
    UNIQUE (policy, consent, project)
) STRICT;
INSERT INTO new_label SELECT id, policy, consent, 0 FROM label;

CREATE TABLE new_segment (
    seq INTEGER PRIMARY KEY,
    class INTEGER NOT NULL,
    label INTEGER NOT NULL REFERENCES new_label (id),
    lines INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    key INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    stored_ms INTEGER NOT NULL,
    aged_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
INSERT INTO new_segment SELECT seq, class, label, lines, bytes, key, nonce, stored_ms, aged_ms, sealed FROM segment;

DROP TABLE segment;
DROP TABLE label;
ALTER TABLE new_label RENAME TO label;
ALTER TABLE new_segment RENAME TO segment;
CREATE INDEX segment_by_class ON segment (class, seq);

-- How often reading began anew: who read before that adds nothing more.
ALTER TABLE total ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;
