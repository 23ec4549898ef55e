-- Who is active: a user pseudonym with at least one message of a model. Counts of people, upwards rounded by those with two laptops.
CREATE OR REPLACE VIEW adoption_daily AS
SELECT
  day, team,
  count(DISTINCT "user") AS active_users,
  count(DISTINCT session) AS sessions,
  count(*) AS messages
FROM message_cost
GROUP BY day, team;

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
