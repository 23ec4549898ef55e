-- Each agent: when it was last heard of and what it runs. `silent` after three days, as in the alarm on all agents together.
CREATE OR REPLACE VIEW agent_health AS
SELECT
  "user", host,
  min_by(os, ingest_at) AS os,
  max_by(agent_version, ingest_at) AS agent_version,
  max_by(cc_version, ingest_at) AS cc_version,
  max_by(policy_id, ingest_at) AS policy_id,
  max_by(tier, ingest_at) AS tier,
  max(ingest_at) AS last_ingest_at,
  max(event_at) AS last_event_at,
  max(dt) AS last_arrival,
  count(*) AS events,
  date_diff('day', max(ingest_at), CAST(current_timestamp AT TIME ZONE 'UTC' AS TIMESTAMP)) >= 3 AS silent
FROM events
GROUP BY "user", host;

-- How long events were on their way from the transcript to the agent; what follows until S3 is Firehose's metric
-- DeliveryToS3.DataFreshness. Backfilled and copied records are old when they are read: look at the share, not at the maximum.
CREATE OR REPLACE VIEW freshness AS
SELECT
  CAST(ingest_at AS DATE) AS ingest_day,
  count(*) AS events,
  count_if(date_diff('second', event_at, ingest_at) <= 900) AS within_15_minutes,
  CAST(count_if(date_diff('second', event_at, ingest_at) <= 900) AS DOUBLE) / count(*) AS share_within_15_minutes
FROM events
GROUP BY CAST(ingest_at AS DATE);

-- How much came more than once, by day of arrival, before duplicates are removed. Narrowed copies count as well.
CREATE OR REPLACE VIEW duplicates AS
SELECT dt, count(*) AS received, count(*) - count(DISTINCT event_id) AS repeated
FROM events_internal
WHERE dt >= date_format(current_date - INTERVAL '400' DAY, '%Y-%m-%d')
GROUP BY dt;
