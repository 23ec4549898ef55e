//! `deploy --component dashboards`: into a Grafana or a Superset that runs already.

mod grafana;
mod superset;
mod web;
mod zip;

use agent::cli::{Exit, hinted_exit};

use super::super::Context;
use super::super::args::DeployArgs;

/// Brings the dashboards to the server that is named.
///
/// # Errors
/// When none is named, or it does not take them.
pub(super) async fn deploy(context: &Context, arguments: &DeployArgs) -> anyhow::Result<Exit> {
    match (&arguments.grafana, &arguments.superset) {
        (Some(url), _) => grafana::deploy(context, arguments, url).await,
        (None, Some(url)) => superset::deploy(context, arguments, url).await,
        (None, None) => Err(hinted_exit(
            Exit::Usage,
            "no server is named that the dashboards are for",
            "--grafana URL or --superset URL; who runs neither has `lake/tools/report.py`",
        )),
    }
}
