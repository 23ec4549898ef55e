//! What a policy sets without effect: it can be used, and does not do what whoever wrote it may think.

use std::path::Path;

use pipeline::consent::Mode;
use scrubber::Tier;

use super::load::CheckAs;
use super::problem::Problem;
use super::raw::{self, Entry};
use super::value::Value;

/// Calls to Firehose alone are counted against these.
const OF_FIREHOSE: [&str; 5] = [
    "limits.records_per_second",
    "limits.bytes_per_second",
    "limits.calls_per_second",
    "limits.bytes_per_day",
    "limits.start_jitter",
];
/// What these sections say is of sending, or of reading for it.
const OF_SENDING: [&str; 5] = ["sink.", "limits.", "spool.", "tail.", "consent."];
/// Heeded as well by commands that send nothing.
const OF_ALL_READING: &str = "limits.line_bytes_max";
/// What a user's own settings may not say, whatever the policy says of a sink.
const BOUNDS: [&str; 3] =
    ["sink.firehose.allowed_regions", "sink.firehose.allow_endpoint_override", "sink.firehose.fips"];
/// Of texts, which leave at `content` alone.
const OF_TEXTS: [&str; 2] = ["scrub.keep_last_four", "scrub.keep_email_domains"];

/// The settings of a policy that change nothing of what leaves beside its others, with the reason, by line. What cannot be read is another matter.
pub fn ineffective(text: &str, path: &Path) -> Vec<Problem> {
    let entries = raw::parse_all(text, &CheckAs::Policy.origin(path)).0.entries;
    let mode = |key: &str| match entries.get(key).map(|entry| &entry.value) {
        Some(Value::Mode(mode)) => Some(*mode),
        Some(_) | None => None,
    };
    let kind = match entries.get("sink.kind").map(|entry| &entry.value) {
        Some(Value::Text(kind)) => Some(kind.as_str()),
        Some(_) | None => None,
    };
    let max = mode("max_tier").unwrap_or(Mode::Send(Tier::Content));
    let ceiling = mode("tier").map_or(max, |tier| tier.min(max));
    let is_of = |key: &str, sections: &[&str]| sections.iter().any(|section| key.starts_with(section));
    let why = |key: &str, entry: &Entry| {
        let of_firehose = key.starts_with("sink.firehose.") || OF_FIREHOSE.contains(&key);
        if ceiling <= Mode::Local && key != OF_ALL_READING && is_of(key, &OF_SENDING) {
            return Some("nothing leaves under this policy");
        }
        match (&entry.value, kind) {
            (Value::Mode(tier), _) if key == "tier" && *tier >= max => Some("max_tier lets no more leave anyway"),
            (Value::Tiers(tiers), _) if tiers.iter().all(|(_, tier)| Mode::Send(*tier) >= ceiling) => {
                Some("no folder is held below what leaves of all others")
            }
            (_, Some("directory")) if of_firehose => Some("sink.kind is \"directory\""),
            (_, Some("firehose")) if key.starts_with("sink.directory.") => Some("sink.kind is \"firehose\""),
            (_, None) if key.starts_with("sink.firehose.") && !BOUNDS.contains(&key) => {
                Some("sink.kind is not set, so events go to a folder unless a user's settings say \"firehose\"")
            }
            _ if ceiling < Mode::Send(Tier::Content) && OF_TEXTS.contains(&key) => {
                Some("texts leave at the tier `content` alone")
            }
            _ => None,
        }
    };
    let found = entries.iter().filter_map(|(key, entry)| {
        let what = format!("without effect on what leaves: {}", why(key, entry)?);
        Some(Problem { origin: entry.origin.clone(), line: entry.line, key: Some((*key).to_owned()), what })
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|problem| problem.line);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(policy: &str) -> Vec<String> {
        ineffective(policy, Path::new("policy.toml")).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_policy_sets_without_effect_is_told_by_name_and_line() {
        let kind = "sink.kind is not set, so events go to a folder unless a user's settings say \"firehose\"";
        assert_eq!(
            of("[sink.firehose]\nregion = \"eu-central-1\"\n"),
            [format!("policy.toml:2: sink.firehose.region: without effect on what leaves: {kind}")]
        );
        let folder = "sink.kind = \"directory\"\nlimits.bytes_per_day = \"1MiB\"\nlimits.line_bytes_max = \"1MiB\"\n";
        assert_eq!(
            of(folder),
            ["policy.toml:2: limits.bytes_per_day: without effect on what leaves: sink.kind is \"directory\""]
        );
        assert_eq!(of("sink.kind = \"firehose\"\nsink.directory.compression = \"none\"\n").len(), 1);
        assert_eq!(
            of("tier = \"activity\"\nmax_tier = \"activity\"\nprojects.tiers = { \"~/a\" = \"content\" }\n"),
            [
                "policy.toml:1: tier: without effect on what leaves: max_tier lets no more leave anyway",
                "policy.toml:3: projects.tiers: without effect on what leaves: no folder is held below what leaves of all others"
            ]
        );
        assert_eq!(of("max_tier = \"metrics\"\nscrub.keep_last_four = [\"iban\"]\n").len(), 1);
        assert_eq!(of("max_tier = \"local\"\nconsent.contact = \"x\"\nscrub.rules = [\"/rules\"]\n").len(), 1);
    }

    #[test]
    fn what_has_an_effect_is_not_told() {
        for policy in [
            "",
            "max_tier = \"activity\"\ntier = \"metrics\"\nlimits.bytes_per_day = \"1MiB\"\nidentity.org = \"acme\"\n",
            "sink.kind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nfips = true\n",
            "[projects.tiers]\n\"~/a\" = \"content\"\n\"~/b\" = \"metrics\"\n",
            "scrub.keep_last_four = [\"iban\"]\nsink.allow = 1\n",
            "max_tier = \"local\"\nlimits.line_bytes_max = \"1MiB\"\n",
            "[sink.firehose]\nallowed_regions = [\"eu-central-1\"]\nallow_endpoint_override = false\nfips = true\n",
        ] {
            assert_eq!(of(policy), [] as [&str; 0], "{policy}");
        }
    }
}
