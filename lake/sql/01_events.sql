-- Events, each once.
--
-- Delivery is at least once, and narrowing copies metrics of the wider classes into the internal table: of all that share an event_id
-- the first to arrive stands here. A copy of a record in a session that was resumed under another id is another event, with the same
-- `record`: messages and calls are counted by their own ids below, and whoever counts other records counts each `record` once.
-- Records without a time of their own (permission-mode, summary, titles) have that of their reading.
-- The view looks back 400 days by day of arrival (dt), which bounds what a query reads; change the one number to see more.
-- An event is never dated after its arrival, clocks that go ahead aside: for days of the last 399 the view is complete and exact.
-- Times are in UTC and without a zone: a view of Athena cannot hold columns of type timestamp with time zone.
CREATE OR REPLACE VIEW events AS
SELECT
  dt, event_id, event_time, ingest_time,
  CAST(from_iso8601_timestamp(coalesce(event_time, ingest_time)) AT TIME ZONE 'UTC' AS TIMESTAMP) AS event_at,
  CAST(from_iso8601_timestamp(ingest_time) AT TIME ZONE 'UTC' AS TIMESTAMP) AS ingest_at,
  CAST(from_iso8601_timestamp(coalesce(event_time, ingest_time)) AT TIME ZONE 'UTC' AS DATE) AS day,
  tier, data_class, kind, subtype, "user", host, os, org, project, session, prompt, agent, record, parent, sidechain,
  model, message_id, request_id, stop_reason, usage, measures, labels, health, tools, redactions, dropped_fields,
  cc_version, entrypoint, user_type, permission_mode, agent_version, policy_id, consent_id
FROM (
  SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY dt, ingest_time) AS arrival
  FROM events_internal
  WHERE dt >= date_format(current_date - INTERVAL '400' DAY, '%Y-%m-%d')
) AS numbered
WHERE arrival = 1;
