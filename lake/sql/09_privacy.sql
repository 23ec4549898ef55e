-- What the scrubber replaced, by rule. A rise after a release of the rules is as telling as one after a leak.
CREATE OR REPLACE VIEW redaction_trends AS
SELECT
  day, rule,
  count(*) AS events,
  count(DISTINCT "user") AS users,
  sum(element_at(redactions, rule)) AS redacted
FROM events CROSS JOIN UNNEST(map_keys(redactions)) AS rules (rule)
GROUP BY day, rule;

-- Fields that no rule names, by version of Claude Code: a new version brings new fields, and they stay on the laptop.
CREATE OR REPLACE VIEW dropped_fields_by_version AS
SELECT day, cc_version, count(*) AS events, sum(dropped_fields) AS dropped_fields
FROM events
WHERE kind NOT IN ('agent_health', 'erasure_request')
GROUP BY day, cc_version;

-- Under which consent and policy events came. Every event names its consent: without_consent must be 0.
CREATE OR REPLACE VIEW consent_evidence AS
SELECT
  day, tier, policy_id,
  count(DISTINCT consent_id) AS consents,
  count(DISTINCT "user") AS users,
  count(*) AS events,
  count_if(coalesce(consent_id, '') = '') AS without_consent
FROM events
GROUP BY day, tier, policy_id;
