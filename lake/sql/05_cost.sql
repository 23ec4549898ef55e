-- Usage and cost by day and one more dimension. A user, host or project is a pseudonym of one laptop's key: a person with two
-- laptops is two users here. unpriced_messages says how many messages cost_usd leaves out.

CREATE OR REPLACE VIEW cost_by_day AS
SELECT
  day,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day;

CREATE OR REPLACE VIEW cost_by_team AS
SELECT
  day, team,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day, team;

CREATE OR REPLACE VIEW cost_by_org AS
SELECT
  day, org,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day, org;

CREATE OR REPLACE VIEW cost_by_model AS
SELECT
  day, model,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day, model;

CREATE OR REPLACE VIEW cost_by_project AS
SELECT
  day, project,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day, project;

CREATE OR REPLACE VIEW cost_by_user AS
SELECT
  day, "user", host,
  count(*) AS messages,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(cache_write_5m) AS cache_write_5m,
  sum(cache_write_1h) AS cache_write_1h,
  sum(cache_read) AS cache_read,
  coalesce(sum(cost_usd), 0) AS cost_usd,
  count_if(unpriced) AS unpriced_messages
FROM message_cost
GROUP BY day, "user", host;
