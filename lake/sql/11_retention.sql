-- What is really kept: the oldest day that still holds events, against the limit of the class (lake/template.yaml, lifecycle rules).
-- `overdue` leaves S3 two days, since it removes expired objects in its own time. These read the tables as they are, without
-- duplicates removed and without a look-back. Lifecycle rules and trail are the other half of the evidence: this one shows their effect.
CREATE OR REPLACE VIEW retention_evidence AS
SELECT
  'internal' AS data_class,
  1096 AS days_max,
  count(*) AS events,
  min(dt) AS oldest_day,
  max(dt) AS newest_day,
  count(DISTINCT dt) AS days,
  date_diff('day', CAST(min(dt) AS DATE), current_date) AS oldest_age_days,
  coalesce(date_diff('day', CAST(min(dt) AS DATE), current_date) > 1096 + 2, false) AS overdue
FROM events_internal
UNION ALL
SELECT
  'confidential' AS data_class,
  2557 AS days_max,
  count(*) AS events,
  min(dt) AS oldest_day,
  max(dt) AS newest_day,
  count(DISTINCT dt) AS days,
  date_diff('day', CAST(min(dt) AS DATE), current_date) AS oldest_age_days,
  coalesce(date_diff('day', CAST(min(dt) AS DATE), current_date) > 2557 + 2, false) AS overdue
FROM events_confidential;

-- The restricted class by itself: only the admin can read it.
CREATE OR REPLACE VIEW retention_evidence_restricted AS
SELECT
  'restricted' AS data_class,
  2557 AS days_max,
  count(*) AS events,
  min(dt) AS oldest_day,
  max(dt) AS newest_day,
  count(DISTINCT dt) AS days,
  date_diff('day', CAST(min(dt) AS DATE), current_date) AS oldest_age_days,
  coalesce(date_diff('day', CAST(min(dt) AS DATE), current_date) > 2557 + 2, false) AS overdue
FROM events_restricted;

-- Who asked to have erased what is known of an installation, and what is left of it from before the request: done when both are 0.
-- The user's pseudonym is one installation's alone, and stays when its host is renamed. As above, without a look-back and with
-- duplicates. What came after the request came under a consent that holds; the requests themselves are the proof and stay.
CREATE OR REPLACE VIEW erasure_requests AS
WITH asked AS (
  SELECT
    event_id, "user", host, org, consent_id, min(dt) AS arrived,
    CAST(from_iso8601_timestamp(min(event_time)) AT TIME ZONE 'UTC' AS TIMESTAMP) AS requested_at
  FROM events_internal
  WHERE kind = 'erasure_request'
  GROUP BY event_id, "user", host, org, consent_id
), held AS (
  SELECT 'internal' AS data_class, "user", CAST(from_iso8601_timestamp(ingest_time) AT TIME ZONE 'UTC' AS TIMESTAMP) AS ingest_at
  FROM events_internal
  WHERE kind <> 'erasure_request'
  UNION ALL
  SELECT 'confidential' AS data_class, "user", CAST(from_iso8601_timestamp(ingest_time) AT TIME ZONE 'UTC' AS TIMESTAMP) AS ingest_at
  FROM events_confidential
)
SELECT
  asked.requested_at, asked.arrived, asked."user", asked.host, asked.org, asked.consent_id, asked.event_id,
  count(held.data_class) FILTER (WHERE held.data_class = 'internal') AS internal_left,
  count(held.data_class) FILTER (WHERE held.data_class = 'confidential') AS confidential_left
FROM asked LEFT JOIN held ON held."user" = asked."user" AND held.ingest_at <= asked.requested_at
GROUP BY asked.requested_at, asked.arrived, asked."user", asked.host, asked.org, asked.consent_id, asked.event_id;

-- The restricted class by itself, as above.
CREATE OR REPLACE VIEW erasure_requests_restricted AS
WITH asked AS (
  SELECT
    event_id, "user", host, min(dt) AS arrived,
    CAST(from_iso8601_timestamp(min(event_time)) AT TIME ZONE 'UTC' AS TIMESTAMP) AS requested_at
  FROM events_internal
  WHERE kind = 'erasure_request'
  GROUP BY event_id, "user", host
), held AS (
  SELECT "user", CAST(from_iso8601_timestamp(ingest_time) AT TIME ZONE 'UTC' AS TIMESTAMP) AS ingest_at
  FROM events_restricted
)
SELECT
  asked.requested_at, asked.arrived, asked."user", asked.host, asked.event_id, count(held."user") AS restricted_left
FROM asked LEFT JOIN held ON held."user" = asked."user" AND held.ingest_at <= asked.requested_at
GROUP BY asked.requested_at, asked.arrived, asked."user", asked.host, asked.event_id;
