-- Each agent: when it was last heard of and what it runs. `silent` after three days, as in the alarm on all agents together. An agent is a
-- user's pseudonym: that of the host changes with the host's name, which some networks give.
CREATE OR REPLACE VIEW agent_health AS
SELECT
  "user",
  max_by(host, ingest_at) AS host,
  min_by(os, ingest_at) AS os,
  max_by(agent_version, ingest_at) AS agent_version,
  max_by(cc_version, ingest_at) FILTER (WHERE kind NOT IN ('agent_health', 'erasure_request')) AS cc_version,
  max_by(policy_id, ingest_at) AS policy_id,
  max_by(tier, ingest_at) FILTER (WHERE kind NOT IN ('agent_health', 'erasure_request')) AS tier,
  max(ingest_at) AS last_ingest_at,
  max(event_at) AS last_event_at,
  max(dt) AS last_arrival,
  count(*) AS events,
  date_diff('day', max(ingest_at), CAST(current_timestamp AT TIME ZONE 'UTC' AS TIMESTAMP)) >= 3 AS silent
FROM events
GROUP BY "user";

-- How long events were on their way from the transcript to the agent; what follows until S3 is Firehose's metric
-- DeliveryToS3.DataFreshness. Backfilled and copied records are old when they are read: look at the share, not at the maximum.
CREATE OR REPLACE VIEW freshness AS
SELECT
  CAST(ingest_at AS DATE) AS ingest_day,
  count(*) AS events,
  count_if(date_diff('second', event_at, ingest_at) <= 900) AS within_15_minutes,
  CAST(count_if(date_diff('second', event_at, ingest_at) <= 900) AS DOUBLE) / count(*) AS share_within_15_minutes
FROM events
WHERE kind NOT IN ('agent_health', 'erasure_request')
GROUP BY CAST(ingest_at AS DATE);

-- What each agent tells of itself once a day: counts of the days from `since` to `until`, and its state when it told.
CREATE OR REPLACE VIEW agent_reports AS
SELECT
  day, "user", host, os, agent_version, policy_id, ingest_at,
  health.since AS since, health.until AS until, health.lines AS lines, health.bytes AS bytes, health.events AS events,
  health.files_in_trouble AS files_in_trouble, health.unread_bytes AS unread_bytes,
  health.spool_events AS spool_events, health.spool_bytes AS spool_bytes, health.spool_bytes_max AS spool_bytes_max,
  health.oldest_seconds AS oldest_seconds, health.oldest_seconds <= 900 AS fresh,
  health.state AS state, health.trouble AS trouble,
  health.records_dropped AS records_dropped, health.events_dropped AS events_dropped,
  health.unknown_types AS unknown_types, health.redactions AS redactions
FROM events
WHERE kind = 'agent_health';

-- How much came more than once, by day of arrival, before duplicates are removed. Narrowed copies count as well.
CREATE OR REPLACE VIEW duplicates AS
SELECT dt, CAST(dt AS DATE) AS arrival_day, count(*) AS received, count(*) - count(DISTINCT event_id) AS repeated
FROM events_internal
WHERE dt >= date_format(current_date - INTERVAL '400' DAY, '%Y-%m-%d')
GROUP BY dt;
