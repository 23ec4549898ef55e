-- What each message of a model cost (`message_usage`), and the team of who sent it.
-- Who only met errors has none: active users and sessions are counted over these.
CREATE OR REPLACE VIEW message_cost AS
SELECT m.*, coalesce(t.team, 'unassigned') AS team
FROM message_usage AS m
LEFT JOIN (SELECT "user", min(team) AS team FROM teams GROUP BY "user") AS t
  ON t."user" = m."user"
WHERE coalesce(m.model, '') <> '<synthetic>';
