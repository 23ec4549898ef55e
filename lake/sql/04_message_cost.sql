-- What each message of a model cost in US dollars; NULL where the model has no price in `prices`, or none at the message's speed.
-- Who only met errors has none: active users and sessions are counted over these.
--
-- The price of the day on which the message began holds, and of the band of its prompt's length. What Anthropic would bill on its
-- own API, or AWS for a model with Amazon Bedrock's name, at list prices: no discounts, no server tools (web searches), and not the
-- tenth more for requests that must be answered in the United States.
-- cache_saving_usd is what the same prompt would have cost more (below zero: less) with every cached token as plain input.
CREATE OR REPLACE VIEW message_cost AS
SELECT
  m.*,
  coalesce(t.team, 'unassigned') AS team,
  (m.input_tokens * p.input + m.output_tokens * p.output + m.cache_write_5m * p.cache_write_5m
    + m.cache_write_1h * p.cache_write_1h + m.cache_read * p.cache_read) / 1e6 AS cost_usd,
  (m.cache_read * (p.input - p.cache_read) + m.cache_write_5m * (p.input - p.cache_write_5m)
    + m.cache_write_1h * (p.input - p.cache_write_1h)) / 1e6 AS cache_saving_usd,
  p.model IS NULL AND m.prompt_tokens + m.output_tokens > 0 AS unpriced
FROM message_usage AS m
LEFT JOIN prices AS p
  ON p.model = regexp_replace(regexp_replace(regexp_replace(m.model, '\[1m\]$', ''), '-v[0-9]+(:[0-9]+)?$', ''), '-[0-9]{8}$', '')
  AND m.speed = p.speed
  AND m.day BETWEEN p.valid_from AND p.valid_to
  AND m.prompt_tokens BETWEEN p.prompt_tokens_min AND p.prompt_tokens_max
LEFT JOIN (SELECT "user", min(team) AS team FROM teams GROUP BY "user") AS t
  ON t."user" = m."user"
WHERE coalesce(m.model, '') <> '<synthetic>';
