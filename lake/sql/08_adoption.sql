-- Who is active: a user pseudonym with at least one message of a model. Counts of people, upwards rounded by those with two laptops.
CREATE OR REPLACE VIEW adoption_daily AS
SELECT
  day, team,
  count(DISTINCT "user") AS active_users,
  count(DISTINCT session) AS sessions,
  count(*) AS messages
FROM message_cost
GROUP BY day, team;

-- Prompts that a model answered in a session's main thread, and how long it took: to the end of the first block of the answer, and to
-- the last record before the next prompt. Prompts are records of a user that hold no result of a tool and that Claude Code did not
-- write itself; commands of Claude Code are among them where a model answered. What a session repeats of another one counts once.
CREATE OR REPLACE VIEW turns AS
SELECT
  min(day) AS day, "user", session, min_by(project, event_at) AS project, min_by(model, event_at) FILTER (WHERE NOT is_prompt) AS model,
  min(event_at) FILTER (WHERE is_prompt) AS asked_at,
  min(event_at) FILTER (WHERE NOT is_prompt) AS first_answer_at,
  max(event_at) FILTER (WHERE NOT is_prompt) AS last_answer_at,
  date_diff('millisecond', min(event_at) FILTER (WHERE is_prompt), min(event_at) FILTER (WHERE NOT is_prompt)) AS first_answer_ms,
  date_diff('millisecond', min(event_at) FILTER (WHERE is_prompt), max(event_at) FILTER (WHERE NOT is_prompt)) AS last_answer_ms
FROM (
  SELECT *, sum(CASE WHEN is_prompt THEN 1 ELSE 0 END) OVER (PARTITION BY "user", session ORDER BY event_at, is_prompt DESC, event_id) AS turn
  FROM (
    SELECT
      day, event_at, event_id, "user", session, project, model, kind = 'user' AS is_prompt,
      row_number() OVER (PARTITION BY "user", coalesce(record, event_id) ORDER BY ingest_at, event_id) AS copy
    FROM events
    WHERE event_time IS NOT NULL AND NOT coalesce(sidechain, false) AND (
      kind = 'assistant' AND model IS NOT NULL AND model <> '<synthetic>'
      OR kind = 'user' AND coalesce(cardinality(tools), 0) = 0
        AND NOT coalesce(labels.meta, false) AND NOT coalesce(labels.compact_summary, false)
    )
  ) AS marks
  WHERE copy = 1
) AS numbered
WHERE turn > 0
GROUP BY "user", session, turn
HAVING count_if(NOT is_prompt) > 0;

-- A month's distinct users, its mean of active users a day (over days with any), and their ratio.
CREATE OR REPLACE VIEW adoption_monthly AS
SELECT
  m.month, m.active_users, d.active_users_daily_mean,
  d.active_users_daily_mean / m.active_users AS daily_to_monthly
FROM (
  SELECT date_trunc('month', day) AS month, count(DISTINCT "user") AS active_users
  FROM message_cost GROUP BY date_trunc('month', day)
) AS m
JOIN (
  SELECT date_trunc('month', day) AS month, avg(CAST(active_users AS DOUBLE)) AS active_users_daily_mean
  FROM (SELECT day, count(DISTINCT "user") AS active_users FROM message_cost GROUP BY day) AS days
  GROUP BY date_trunc('month', day)
) AS d ON d.month = m.month;
