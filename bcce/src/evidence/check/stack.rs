//! The stack, and what of it takes events and answers questions.

use super::super::facts::Facts;
use super::{CheckId, DEPLOY, Finding, Found, good, one, several};
use crate::assets;

pub(super) fn stack(facts: &Facts) -> Finding {
    let remedy = "`bcce deploy --component infrastructure` creates it, or says why it cannot";
    one(CheckId::Stack, 10, "the stack", remedy, &facts.stack, |stack| {
        let is_well = matches!(stack.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE");
        (good(is_well), format!("{} resources, {}", stack.resources.len(), stack.status))
    })
}

pub(super) fn template(facts: &Facts) -> Finding {
    let own = facts.stack.clone().and_then(|stack| stack.is_own_template);
    let remedy = "`bcce deploy --component infrastructure --dry-run` shows what differs";
    one(CheckId::Template, 2, "the stack's template", remedy, &own, |is_own| {
        let version = env!("CARGO_PKG_VERSION");
        let found = if *is_own { "is that of" } else { "is not that of" };
        (good(*is_own), format!("the stack's template {found} version {version}"))
    })
}

pub(super) fn streams(facts: &Facts) -> Finding {
    let streams = facts.streams.iter().map(|(class, stream)| (class.logical(), stream));
    several(
        CheckId::Streams,
        8,
        "streams that take events, convert them, and keep what does not fit",
        DEPLOY,
        streams,
        &|_, stream| Found::Is(stream.status == "ACTIVE" && stream.is_parquet && stream.has_errors),
    )
}

pub(super) fn tables(facts: &Facts) -> Finding {
    one(CheckId::Tables, 4, "the tables", DEPLOY, &facts.tables, |(tables, _)| {
        let needed = ["events_internal", "events_confidential", "events_restricted", "teams"];
        let missing: Vec<&str> = needed.into_iter().filter(|name| !tables.iter().any(|table| table == name)).collect();
        let found = if missing.is_empty() {
            "all tables are there".to_owned()
        } else {
            format!("missing: {}", missing.join(", "))
        };
        (good(missing.is_empty()), found)
    })
}

pub(super) fn views(facts: &Facts) -> Finding {
    let remedy = "`bcce deploy --component log-aggregation` makes them";
    one(CheckId::Views, 4, "the views", remedy, &facts.tables, |(_, views)| {
        let all: Vec<&str> = assets::views().collect();
        let missing: Vec<&str> = all.iter().copied().filter(|name| !views.iter().any(|view| view == name)).collect();
        let found = match missing.as_slice() {
            [] => format!("all {} views are there", all.len()),
            missing => format!("{} of {} views are missing: {}", missing.len(), all.len(), missing.join(", ")),
        };
        (good(missing.is_empty()), found)
    })
}
