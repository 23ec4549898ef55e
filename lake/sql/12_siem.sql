-- OCSF 1.8.0, class API Activity (6003) with the profile ai_operation: one row a message of a model, or a call that failed.
-- Source: https://github.com/ocsf/ocsf-schema (events/application/api_activity.json, profiles/ai_operation.json, objects/ai_model.json,
-- objects/message_context.json), looked at 2026-11-26.
--
-- Read with care:
-- * No class of OCSF says "a model answered". 6003 is the one that takes the profile; the activity is 99 (Other). We saw a
--   transcript, not the call: there is no address, no user agent, no HTTP request. src_endpoint, which the class requires, has
--   only the pseudonym of the host.
-- * actor.user.uid is a pseudonym. user.name, e-mail and groups never leave the laptop.
-- * ai_model.ai_provider is who made the model; which platform ran it (own API, Amazon Bedrock, ...) is not known.
-- * prompt_tokens is the whole prompt: plain input, cache writes and cache reads. OCSF 1.8 has no fields for the cache, for cost,
--   stop reason, subagents or redactions: `unmapped` has them.
CREATE OR REPLACE VIEW siem_ocsf AS
SELECT
  6 AS category_uid,
  6003 AS class_uid,
  99 AS activity_id,
  'Model response' AS activity_name,
  600399 AS type_uid,
  1 AS severity_id,
  CASE WHEN api_error THEN 2 ELSE 1 END AS status_id,
  CAST(to_unixtime(first_at) * 1000 AS BIGINT) AS "time",
  CAST(to_unixtime(last_at) * 1000 AS BIGINT) AS end_time,
  CAST(ROW('1.8.0', message_key, CAST(ROW('BCCE Agent', 'BCCE') AS ROW(name varchar, vendor_name varchar)))
    AS ROW(version varchar, uid varchar, product ROW(name varchar, vendor_name varchar))) AS metadata,
  CAST(ROW(CAST(ROW("user") AS ROW(uid varchar)), CAST(ROW(session) AS ROW(uid varchar)))
    AS ROW("user" ROW(uid varchar), session ROW(uid varchar))) AS actor,
  CAST(ROW('message', CAST(ROW('Claude') AS ROW(name varchar))) AS ROW(operation varchar, service ROW(name varchar))) AS api,
  CAST(ROW(host) AS ROW(uid varchar)) AS src_endpoint,
  CAST(ROW(model, CASE WHEN model LIKE '%claude-%' THEN 'Anthropic' ELSE 'Unknown' END)
    AS ROW(model_name varchar, ai_provider varchar)) AS ai_model,
  CAST(ROW(session, CASE WHEN sidechain THEN 4 ELSE 2 END, CAST(ROW('Claude Code', cc_version) AS ROW(name varchar, version varchar)),
      prompt_tokens, output_tokens, prompt_tokens + output_tokens)
    AS ROW(uid varchar, ai_role_id integer, application ROW(name varchar, version varchar),
      prompt_tokens bigint, completion_tokens bigint, total_tokens bigint)) AS message_context,
  CAST(ROW(org, project, agent, stop_reason, input_tokens, cache_write_5m, cache_write_1h, cache_read, cost_usd)
    AS ROW(org varchar, project varchar, agent varchar, stop_reason varchar, input_tokens bigint, cache_write_5m bigint,
      cache_write_1h bigint, cache_read bigint, cost_usd double)) AS unmapped
FROM message_usage;

-- Elastic Common Schema 9, with its field set gen_ai (beta): one row an event, one column for each field set. As JSON a column's
-- members are the ECS fields (event.kind, gen_ai.usage.input_tokens); "timestamp" becomes "@timestamp", which no view can be called.
-- Source: https://github.com/elastic/ecs (schemas/gen_ai.yml), looked at 2026-11-26.
--
-- Read with care:
-- * event.category is left out: none of ECS's categories fits, and a wrong one would wake the wrong rules.
-- * user.id and host.id are pseudonyms; user.name, host.name, host.ip and source.* are never known.
-- * gen_ai.usage.* of one event are counts so far and must not be added up: take the largest by gen_ai.response.id.
-- * Cache tokens, project, tier, redactions, policy and consent have no ECS field; they stand under bcce.
CREATE OR REPLACE VIEW siem_ecs AS
SELECT
  event_at AS "timestamp",
  CAST(ROW('9.0.0') AS ROW(version varchar)) AS ecs,
  CAST(ROW('event', 'bcce.event', event_id, kind, ingest_time,
      CASE WHEN coalesce(labels.api_error, false) THEN 'failure' WHEN usage IS NOT NULL THEN 'success' ELSE 'unknown' END)
    AS ROW(kind varchar, dataset varchar, id varchar, action varchar, created varchar, outcome varchar)) AS event,
  CAST(ROW("user") AS ROW(id varchar)) AS "user",
  CAST(ROW(host, CAST(ROW(os) AS ROW("type" varchar))) AS ROW(id varchar, os ROW("type" varchar))) AS host,
  CAST(ROW(org) AS ROW(name varchar)) AS organization,
  CAST(ROW('bcce-agent', agent_version) AS ROW("type" varchar, version varchar)) AS agent,
  CASE WHEN model IS NOT NULL THEN
    CAST(ROW(CASE WHEN model LIKE '%claude-%' THEN 'anthropic' END, CAST(ROW(agent) AS ROW(id varchar)),
        CAST(ROW(message_id, model) AS ROW(id varchar, model varchar)),
        CAST(ROW(coalesce(usage.input_tokens, 0) + coalesce(usage.cache_creation, 0) + coalesce(usage.cache_read, 0), usage.output_tokens)
          AS ROW(input_tokens bigint, output_tokens bigint)))
      AS ROW(system varchar, agent ROW(id varchar), response ROW(id varchar, model varchar),
        usage ROW(input_tokens bigint, output_tokens bigint)))
  END AS gen_ai,
  CAST(ROW(session, project, tier, policy_id, consent_id, usage.cache_read, usage.cache_creation, cardinality(map_keys(redactions)))
    AS ROW(session varchar, project varchar, tier varchar, policy_id varchar, consent_id varchar, cache_read bigint,
      cache_creation bigint, redaction_rules bigint)) AS bcce
FROM events;
