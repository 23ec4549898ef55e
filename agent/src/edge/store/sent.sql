-- What was accepted by a receiver, by the hour: the log that the user can read. Numbers and ids alone.
CREATE TABLE sent (
    hour INTEGER NOT NULL,
    class INTEGER NOT NULL,
    consent TEXT NOT NULL,
    policy TEXT NOT NULL,
    events INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (hour, class, consent, policy)
) WITHOUT ROWID;
