-- What the scrubber replaced in texts that left, by rule: of the tier content alone, as at the others no text leaves. A rise after a release of the rules is as telling as one after a leak.
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

-- Who consented when, to which tier and text, and how: what the agent tells once a day of the consent in force. Of one that ended before the
-- agent told of it only the span of its events is known: it was given before `first_ingest_at`. Nobody tells when one ended, since nothing is
-- sent without: at some time after `last_ingest_at`. `widest_tier` is of the events that came.
CREATE OR REPLACE VIEW consents AS
SELECT
  "user", consent_id,
  max_by(host, ingest_at) AS host,
  CAST(from_iso8601_timestamp(min(health.consent_at)) AT TIME ZONE 'UTC' AS TIMESTAMP) AS consented_at,
  max_by(health.consent_tier, health.consent_at) AS consented_tier,
  max_by(health.consent_given, health.consent_at) AS given,
  max_by(health.consent_text, health.consent_at) AS text_version,
  min(ingest_at) AS first_ingest_at,
  max(ingest_at) AS last_ingest_at,
  max_by(tier, CASE tier WHEN 'content' THEN 2 WHEN 'activity' THEN 1 ELSE 0 END) AS widest_tier,
  count(*) AS events
FROM events
GROUP BY "user", consent_id;

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
