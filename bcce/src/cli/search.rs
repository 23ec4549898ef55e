//! `audit search`: which events there are, and no text of them.

use agent::cli::Exit;
use jiff::Timestamp;
use serde_json::json;

use super::Context;
use super::args::AuditSearchArgs;
use super::table::{self, Side};
use crate::lake::{Finds, LakeError, Role, Search};

/// Finds events, the newest first, and ends with 1 where there are none.
///
/// # Errors
/// When the lake cannot be read.
pub(super) async fn search(context: &Context, arguments: &AuditSearchArgs) -> anyhow::Result<Exit> {
    let lake = context.lake(Role::Auditor).await?;
    let AuditSearchArgs { period, user, session, consent, policy, kind, tool, rule, limit } = arguments;
    let (from, to) = period.days(Timestamp::now());
    let search = Search {
        user: user.clone(),
        session: session.clone(),
        consent: consent.clone(),
        policy: policy.clone(),
        kind: kind.clone(),
        tool: tool.clone(),
        rule: rule.clone(),
        limit: *limit,
    };
    let finds = lake.search(&search, from, to).await.map_err(LakeError::explained)?;
    if context.global.json {
        let json = json!({
            "from": from.to_string(), "to": to.to_string(), "events": finds.events, "cut_off": finds.is_cut_off,
        });
        context.output.line(format_args!("{json:#}"))?;
    } else if !finds.events.is_empty() {
        print(context, &finds)?;
    }
    if finds.events.is_empty() {
        context.output.note(format_args!("no event from {from} to {to} matches"));
    } else if finds.is_cut_off {
        context.output.note(format_args!(
            "these are the newest {limit}; older ones match, too: raise --limit or narrow the search"
        ));
    }
    Ok(if finds.events.is_empty() { Exit::No } else { Exit::Done })
}

fn print(context: &Context, finds: &Finds) -> anyhow::Result<()> {
    let head = ["event_time", "kind", "user", "session", "tier", "policy", "consent", "tools", "redactions"]
        .map(|name| (name, Side::Left));
    let rows: Vec<Vec<String>> = finds
        .events
        .iter()
        .map(|event| {
            let redactions: Vec<String> =
                event.redactions.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            vec![
                event.at.to_string(),
                event.kind.clone(),
                event.user.clone(),
                event.session.clone().unwrap_or_default(),
                event.tier.clone(),
                event.policy_id.clone(),
                event.consent_id.clone(),
                event.tools.join(", "),
                redactions.join(", "),
            ]
        })
        .collect();
    Ok(table::print(&context.output, &head, &rows, None)?)
}
