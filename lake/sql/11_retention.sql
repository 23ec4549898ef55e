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
