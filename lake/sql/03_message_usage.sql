-- Tokens of each API message, once, and what they cost in US dollars; NULL where the model has no price in `prices`, or none at the
-- message's speed.
--
-- One message makes several records, and their counts grow: the largest of each field is the message's. Adding the records up
-- would count 1.8 to 2.9 times too much. A record without a message id stands for itself, as in `bcce-agent stats`.
-- What Claude Code wrote itself (model `<synthetic>`: failed calls, interruptions) stands here without tokens, and in no view of cost and use.
-- A message is in fast mode if one of its records says so; each speed has its prices.
-- Where cache writes are not parted by lifetime they count as five-minute writes, as in `bcce-agent stats`.
--
-- The price of the day on which the message began holds, and of the band of its prompt's length. What Anthropic would bill on its
-- own API, or AWS for a model with Amazon Bedrock's name, at list prices: no discounts, no server tools (web searches), and not the
-- tenth more for requests that must be answered in the United States.
-- cache_saving_usd is what the same prompt would have cost more (below zero: less) with every cached token as plain input.
CREATE OR REPLACE VIEW message_usage AS
WITH messages AS (
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
  GROUP BY message_key
)
SELECT
  m.*,
  (m.input_tokens * p.input + m.output_tokens * p.output + m.cache_write_5m * p.cache_write_5m
    + m.cache_write_1h * p.cache_write_1h + m.cache_read * p.cache_read) / 1e6 AS cost_usd,
  (m.cache_read * (p.input - p.cache_read) + m.cache_write_5m * (p.input - p.cache_write_5m)
    + m.cache_write_1h * (p.input - p.cache_write_1h)) / 1e6 AS cache_saving_usd,
  p.model IS NULL AND m.prompt_tokens + m.output_tokens > 0 AS unpriced
FROM messages AS m
LEFT JOIN prices AS p
  ON p.model = regexp_replace(regexp_replace(regexp_replace(m.model, '\[1m\]$', ''), '-v[0-9]+(:[0-9]+)?$', ''), '-[0-9]{8}$', '')
  AND m.speed = p.speed
  AND m.day BETWEEN p.valid_from AND p.valid_to
  AND m.prompt_tokens BETWEEN p.prompt_tokens_min AND p.prompt_tokens_max;
