//! Collects facts for `validate` and `audit report`, with a spinner at a terminal.

use agent::cli::hinted;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Context;
use crate::aws::CallError;
use crate::evidence::{Facts, Found, Kind, Unseen, collect};
use crate::lake::{LakeError, Period, Role};

/// Over which days events are counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Over {
    /// So many, up to today.
    LastDays(u16),
    /// From the first to the last.
    Days(Date, Date),
}

impl Over {
    pub(super) fn days(self, now: Timestamp) -> (Date, Date) {
        match self {
            Self::LastDays(days) => Period::Days(days).days(now),
            Self::Days(from, to) => (from, to),
        }
    }
}

/// Looks at the lake of the command line: a folder, or a stack with what belongs to it.
pub(super) async fn look(context: &Context, over: Over) -> anyhow::Result<Facts> {
    let spinner = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} looking at {msg} ({elapsed})") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
    let looked = |what: &str| spinner.set_message(what.to_owned());
    let facts = gathered(context, over, &looked).await;
    spinner.finish_and_clear();
    facts
}

async fn gathered(context: &Context, over: Over, looked: &dyn Fn(&str)) -> anyhow::Result<Facts> {
    let now = Timestamp::now();
    let today = TimeZone::UTC.to_datetime(now).date();
    let (from, to) = over.days(now);
    if let Some(folder) = &context.global.lake {
        let lake = context.lake(Role::Auditor).await?;
        let mut facts =
            Facts::unknown(Kind::Folder, today, format!("folder {}", folder.display()), "a folder has no such thing");
        looked("events");
        // A folder that cannot be read whole is an error: it is all that there is to look at.
        facts.consents = Found::Is(lake.consents(from, to).await.map_err(LakeError::explained)?);
        facts.retention = Found::Is(lake.retention().await.map_err(LakeError::explained)?);
        facts.agents = Found::Is(lake.agents(from, to).await.map_err(LakeError::explained)?);
        facts.redactions = Found::Is(lake.redactions(from, to).await.map_err(LakeError::explained)?);
        facts.requests = Found::Is(lake.requests().await.map_err(LakeError::explained)?);
        return Ok(facts);
    }
    let session = context.session().await?;
    let mut facts = collect(&session, &context.global.stack, today, looked).await.map_err(CallError::explained)?;
    if facts.stack == Found::Missing {
        return Err(hinted(
            format!("there is no stack {} in {}", context.global.stack, session.region()),
            "name another with --stack or --region, or create it: `bcce deploy --component infrastructure`",
        ));
    }
    looked("events");
    match context.opened(Role::Auditor).await? {
        Ok(lake) => {
            facts.consents = answered(lake.consents(from, to).await);
            facts.retention = answered(lake.retention().await);
            facts.agents = answered(lake.agents(from, to).await);
            facts.redactions = answered(lake.redactions(from, to).await);
            facts.requests = answered(lake.requests().await);
        }
        Err(error) => {
            let why = unseen(&error);
            facts.consents = Found::Unknown(why.clone());
            facts.retention = Found::Unknown(why.clone());
            facts.agents = Found::Unknown(why.clone());
            facts.redactions = Found::Unknown(why.clone());
            facts.requests = Found::Unknown(why);
        }
    }
    Ok(facts)
}

/// What the lake answered; where it does not there is no evidence, and the reason stands in its place.
fn answered<T>(answer: Result<T, LakeError>) -> Found<T> {
    answer.map_or_else(|error| Found::Unknown(unseen(&error)), Found::Is)
}

fn unseen(error: &LakeError) -> Unseen {
    Unseen { why: error.to_string(), help: error.hint() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_that_does_not_answer_is_unknown_with_what_helps() {
        let missing = "TABLE_NOT_FOUND: line 1:8: Table 'awsdatacatalog.bcce.consent_evidence' does not exist";
        let Found::Unknown(Unseen { why, help }) = answered::<()>(Err(LakeError::Query(missing.to_owned()))) else {
            panic!("it is not known")
        };
        assert_eq!(why, format!("Athena: {missing}"));
        assert!(help.is_some_and(|help| help.contains("bcce deploy --component log-aggregation")), "{help:?}");
    }
}
