-- Cache efficiency: which part of the prompts' tokens was read from the cache, and what caching saved at list prices.
CREATE OR REPLACE VIEW cache_efficiency AS
SELECT
  day, model,
  sum(prompt_tokens) AS prompt_tokens,
  sum(cache_read) AS cache_read,
  sum(cache_write_5m) + sum(cache_write_1h) AS cache_write,
  CAST(sum(cache_read) AS DOUBLE) / nullif(sum(prompt_tokens), 0) AS read_rate,
  coalesce(sum(cache_saving_usd), 0) AS saving_usd
FROM message_cost
GROUP BY day, model;
