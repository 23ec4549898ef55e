-- Tool calls, once each, with what became of them. The result of a call stands in a later event, joined by the call's id; it may
-- be missing (the session ended). A call with a `denial` never ran: refused, forbidden by a rule, or cancelled; Claude Code tells so
-- since 2.1.205, and of older versions such a call is one that failed. MCP tools are `mcp:` and two pseudonyms, of server and tool, under
-- the key of one laptop: a server that two people use is two servers here.
-- From `called_at` to `answered_at` also whoever was asked for permission may have waited.
CREATE OR REPLACE VIEW tool_calls AS
SELECT
  c.id, c.day, c."user", c.org, c.project, c.session, c.sidechain, c.message_key, c.name, c.agent_type,
  r.outcome, r.denial, r.user_modified, r.duration_ms, c.called_at, r.answered_at,
  r.total_tokens, r.tool_uses, r.lines_added, r.lines_removed
FROM (
  SELECT
    element_at(tools, place).id AS id,
    min(day) AS day,
    min(event_at) AS called_at,
    min_by("user", event_at) AS "user",
    min_by(org, event_at) AS org,
    min_by(project, ROW(event_at, ingest_at)) AS project,
    min_by(session, ROW(event_at, ingest_at)) AS session,
    coalesce(bool_or(sidechain), false) AS sidechain,
    min_by(coalesce(message_id, record, event_id), event_at) AS message_key,
    coalesce(max(element_at(tools, place).name), 'other') AS name,
    max(element_at(tools, place).agent_type) AS agent_type
  FROM events CROSS JOIN UNNEST(sequence(1, greatest(cardinality(tools), 1))) AS places (place)
  WHERE element_at(tools, place).id IS NOT NULL AND element_at(tools, place).outcome IS NULL AND kind = 'assistant'
  GROUP BY element_at(tools, place).id
) AS c
LEFT JOIN (
  SELECT
    element_at(tools, place).id AS id,
    min_by(element_at(tools, place).outcome, event_at) AS outcome,
    min_by(element_at(tools, place).denial, event_at) AS denial,
    bool_or(element_at(tools, place).user_modified) AS user_modified,
    min(event_at) AS answered_at,
    max(coalesce(element_at(tools, place).duration_ms, element_at(tools, place).duration_s * 1000)) AS duration_ms,
    max(element_at(tools, place).total_tokens) AS total_tokens,
    max(element_at(tools, place).tool_uses) AS tool_uses,
    max(element_at(tools, place).lines_added) AS lines_added,
    max(element_at(tools, place).lines_removed) AS lines_removed
  FROM events CROSS JOIN UNNEST(sequence(1, greatest(cardinality(tools), 1))) AS places (place)
  WHERE element_at(tools, place).outcome IS NOT NULL
  GROUP BY element_at(tools, place).id
) AS r ON r.id = c.id;

-- Error rates: of the calls whose outcome is known. What never ran did not fail.
CREATE OR REPLACE VIEW tool_errors AS
SELECT
  day, name AS tool,
  count(*) AS calls,
  count(outcome) AS known_outcomes,
  count_if(coalesce(outcome, '') = 'error' AND denial IS NULL) AS errors,
  count_if(coalesce(outcome, '') = 'interrupted' AND denial IS NULL) AS interrupted,
  count(denial) AS denied,
  CAST(count_if(coalesce(outcome, '') = 'error' AND denial IS NULL) AS DOUBLE) / nullif(count_if(outcome IS NOT NULL AND denial IS NULL), 0) AS error_rate,
  avg(duration_ms) AS duration_ms_mean
FROM tool_calls
GROUP BY day, name;

-- What became of edits. `accepted` were made, whether or not somebody was asked (the permission mode may say yes by itself), `changed` of them
-- after the user had changed them; `rejected` by the user, `not_run` for another reason, `failed` were tried in vain.
CREATE OR REPLACE VIEW edit_acceptance AS
SELECT
  day, name AS tool,
  count(*) AS calls,
  count_if(coalesce(outcome, '') = 'ok' AND denial IS NULL) AS accepted,
  count_if(coalesce(outcome, '') = 'ok' AND denial IS NULL AND coalesce(user_modified, false)) AS changed,
  count_if(coalesce(denial, '') = 'user-rejected') AS rejected,
  count_if(coalesce(denial, 'user-rejected') <> 'user-rejected') AS not_run,
  count_if(coalesce(outcome, '') = 'error' AND denial IS NULL) AS failed
FROM tool_calls
WHERE name IN ('Edit', 'MultiEdit', 'NotebookEdit', 'Write')
GROUP BY day, name;

-- Cost by tool: a message's cost goes in equal parts to the tools that it calls; `(none)` is the cost of messages that call none.
-- It says which tools the model was working towards, not what a tool's output costs as input later.
CREATE OR REPLACE VIEW cost_by_tool AS
SELECT
  m.day, coalesce(c.name, '(none)') AS tool,
  count(c.id) AS calls,
  coalesce(sum(m.cost_usd / greatest(coalesce(n.calls, 1), 1)), 0) AS cost_usd,
  sum(CAST(m.output_tokens AS DOUBLE) / greatest(coalesce(n.calls, 1), 1)) AS output_tokens
FROM message_cost AS m
LEFT JOIN tool_calls AS c ON c.message_key = m.message_key
LEFT JOIN (SELECT message_key, count(*) AS calls FROM tool_calls GROUP BY message_key) AS n ON n.message_key = m.message_key
GROUP BY m.day, coalesce(c.name, '(none)');

-- MCP servers and tools, as pseudonyms.
CREATE OR REPLACE VIEW mcp_use AS
SELECT
  day,
  split_part(name, ':', 2) AS server,
  split_part(name, ':', 3) AS tool,
  count(DISTINCT "user") AS users,
  count(*) AS calls,
  count_if(coalesce(outcome, '') = 'error' AND denial IS NULL) AS errors
FROM tool_calls
WHERE name LIKE 'mcp:%'
GROUP BY day, split_part(name, ':', 2), split_part(name, ':', 3);

-- Calls that start a subagent, by its kind, and what its result reports.
CREATE OR REPLACE VIEW subagent_types AS
SELECT
  day, agent_type,
  count(*) AS runs,
  count_if(coalesce(outcome, '') = 'error' AND denial IS NULL) AS errors,
  sum(total_tokens) AS reported_tokens,
  sum(tool_uses) AS tool_uses
FROM tool_calls
WHERE agent_type IS NOT NULL
GROUP BY day, agent_type;

-- What subagents' own threads used, measured from their messages.
CREATE OR REPLACE VIEW subagents AS
SELECT
  day,
  count(DISTINCT agent) AS threads,
  count(*) AS messages,
  sum(prompt_tokens) AS prompt_tokens,
  sum(output_tokens) AS output_tokens,
  coalesce(sum(cost_usd), 0) AS cost_usd
FROM message_cost
WHERE sidechain
GROUP BY day;
