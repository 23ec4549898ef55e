-- Tokens of each API message, once.
--
-- One message makes several records, and their counts grow: the largest of each field is the message's. Adding the records up
-- would count 1.8 to 2.9 times too much. A record without a message id stands for itself, as in `bcce-agent stats`.
-- What Claude Code wrote itself (model `<synthetic>`: failed calls, interruptions) stands here without tokens, and in no view of cost and use.
-- A message is in fast mode if one of its records says so; each speed has its prices.
-- Where cache writes are not parted by lifetime they count as five-minute writes, as in `bcce-agent stats`.
CREATE OR REPLACE VIEW message_usage AS
SELECT
  message_key,
  min(day) AS day,
  min(event_at) AS first_at,
  max(event_at) AS last_at,
  min_by("user", event_at) AS "user",
  min_by(host, event_at) AS host,
  min_by(org, event_at) AS org,
  -- Of copies in a session that was resumed under another id, which have the same times, the one that was read first.
  min_by(project, ROW(event_at, ingest_at)) AS project,
  min_by(session, ROW(event_at, ingest_at)) AS session,
  min_by(agent, event_at) AS agent,
  min_by(model, event_at) AS model,
  min_by(cc_version, ROW(event_at, ingest_at)) AS cc_version,
  min_by(os, event_at) AS os,
  -- fast before other before standard
  min(speed) AS speed,
  max(stop_reason) AS stop_reason,
  coalesce(bool_or(sidechain), false) AS sidechain,
  coalesce(bool_or(api_error), false) AS api_error,
  count(*) AS records,
  max(input_tokens) AS input_tokens,
  max(output_tokens) AS output_tokens,
  max(cache_write_5m) AS cache_write_5m,
  max(cache_write_1h) AS cache_write_1h,
  max(cache_read) AS cache_read,
  max(input_tokens) + max(cache_write_5m) + max(cache_write_1h) + max(cache_read) AS prompt_tokens,
  max(web_searches) AS web_searches
FROM (
  SELECT
    coalesce(message_id, record, event_id) AS message_key,
    day, event_at, ingest_at, "user", host, org, project, session, agent, model, cc_version, os, stop_reason, sidechain,
    labels.api_error AS api_error,
    CASE WHEN labels.speed IS NULL OR labels.speed = 'standard' THEN 'standard' WHEN labels.speed = 'fast' THEN 'fast' ELSE 'other' END AS speed,
    coalesce(usage.input_tokens, 0) AS input_tokens,
    coalesce(usage.output_tokens, 0) AS output_tokens,
    greatest(
      coalesce(usage.cache_creation_5m, 0),
      coalesce(usage.cache_creation, 0) - coalesce(usage.cache_creation_1h, 0)
    ) AS cache_write_5m,
    coalesce(usage.cache_creation_1h, 0) AS cache_write_1h,
    coalesce(usage.cache_read, 0) AS cache_read,
    coalesce(usage.web_search_requests, 0) AS web_searches
  FROM events
  WHERE usage IS NOT NULL
) AS counted
GROUP BY message_key;
