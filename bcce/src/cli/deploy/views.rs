//! `deploy --component log-aggregation`: the views over the tables, in Athena.

use agent::cli::hinted;
use anyhow::Context as _;

use super::wait::{Pauses, agreed, interrupted};
use super::{Job, Outcome, Report, identify, one_line};
use crate::assets;
use crate::aws::athena::{self, Progress};
use crate::aws::{CallError, Session, cloudformation};

/// The tables that the views read: those of the template.
const TABLES: [&str; 4] = ["events_internal", "events_confidential", "events_restricted", "teams"];

/// One view, and the file that makes it.
struct View {
    name: &'static str,
    file: &'static str,
    sql: &'static str,
}

/// Makes the views of a region.
pub(super) async fn deploy(job: &Job<'_>, session: &Session, report: &mut Report) -> anyhow::Result<()> {
    identify(job, session, report).await?;
    let region = session.region();
    let first = format!("`bcce deploy --component infrastructure --region {region}` first");
    let found = cloudformation::stack(session, job.stack()).await.map_err(CallError::explained)?;
    let stack = found.ok_or_else(|| hinted(format!("there is no stack {} in {region}", job.stack()), first.clone()))?;
    let (Some(database), Some(prefix)) = (stack.output("DatabaseName"), stack.parameter("Prefix")) else {
        let what = format!("the stack {} in {region} ({}) names no database and prefix", job.stack(), stack.status);
        return Err(hinted(what, first));
    };
    let tables = match athena::tables(session, database).await {
        Err(error) if error.is_missing() => Vec::new(),
        tables => tables.map_err(CallError::explained)?,
    };
    let missing: Vec<&str> =
        TABLES.into_iter().filter(|name| !tables.iter().any(|table| table.name == *name)).collect();
    if !missing.is_empty() {
        return Err(hinted(format!("missing tables in the database {database}: {}", missing.join(", ")), first));
    }
    let views: Vec<View> = views().collect();
    if job.arguments.dry_run {
        for view in &views {
            job.say(format_args!("{region}: would make {} ({})", view.name, view.file))?;
            report.views.push(view.name.to_owned());
        }
        report.outcome = Outcome::DryRun;
        return Ok(());
    }
    let question = format!("Make {} views in the database {database} in {region}?", views.len());
    if !job.arguments.yes && !agreed(job.context, &question).await? {
        report.outcome = Outcome::Declined;
        return job.say(format_args!("{region}: no view was made"));
    }
    let workgroup = format!("{prefix}-admin");
    let made = tokio::select! {
        made = make(session, &workgroup, database, &views, report) => made,
        () = interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    made.with_context(|| match report.views.as_slice() {
        [] => format!("no view was made in {region}"),
        made => format!("only {} of {} views were made in {region}: {}", made.len(), views.len(), made.join(", ")),
    })?;
    report.outcome = Outcome::Deployed;
    job.say(format_args!("{region}: {} views made in the database {database}", report.views.len()))
}

/// Makes one view after the other: later ones read earlier ones.
async fn make(
    session: &Session,
    workgroup: &str,
    database: &str,
    views: &[View],
    report: &mut Report,
) -> anyhow::Result<()> {
    for view in views {
        let query = athena::Query { workgroup, database, sql: view.sql, parameters: &[] };
        let id = athena::start(session, query).await.map_err(|error| match error.code() {
            Some("InvalidRequestException") => hinted(
                format!("the view {} ({}) cannot be made: {}", view.name, view.file, one_line(&error.to_string())),
                format!("the workgroup is {workgroup}: `bcce validate` says what is amiss"),
            ),
            _ => error.explained(),
        })?;
        let mut pauses = Pauses::new();
        loop {
            match athena::progress(session, &id).await.map_err(CallError::explained)? {
                Progress::Running => pauses.pause().await,
                Progress::Succeeded => break,
                Progress::Failed(reason) => {
                    return Err(hinted(
                        format!("Athena did not make the view {} ({}): {}", view.name, view.file, one_line(&reason)),
                        "correct the cause and deploy again: views that stand are replaced by the same",
                    ));
                }
            }
        }
        report.views.push(view.name.to_owned());
    }
    Ok(())
}

fn views() -> impl Iterator<Item = View> {
    assets::VIEWS.iter().flat_map(|(file, text)| {
        assets::statements(text).map(move |sql| View { name: name(sql).unwrap_or(file), file, sql })
    })
}

/// What a statement makes.
fn name(sql: &str) -> Option<&str> {
    sql.split_once("CREATE OR REPLACE VIEW ")?.1.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_its_name() {
        let names: Vec<_> = views().map(|view| view.name).collect();
        assert_eq!(names.first(), Some(&"events"));
        assert!(
            names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')),
            "{names:?}"
        );
        let once: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(once.len(), names.len());
    }

    #[test]
    fn the_tables_are_those_of_the_template() {
        for table in TABLES {
            assert!(assets::TEMPLATE.contains(&format!("        Name: {table}\n")), "{table}");
        }
    }
}
