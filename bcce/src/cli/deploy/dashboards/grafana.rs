//! Grafana: each dashboard by its API, over the one with the same uid.

use agent::cli::{Exit, hinted};
use anyhow::Context as _;
use serde_json::{Value, json};

use super::web::{Said, Site, secret};
use crate::assets;
use crate::cli::Context;
use crate::cli::args::DeployArgs;
use crate::cli::deploy::wait::agreed;

pub(super) async fn deploy(context: &Context, arguments: &DeployArgs, url: &str) -> anyhow::Result<Exit> {
    let site = Site::new(context, url)?;
    let token = [("authorization", format!("Bearer {}", secret("GRAFANA_TOKEN")?))];
    let version = version(&site).await?;
    let organisation = organisation(&site, &token).await?;
    context.output.note(format_args!("Grafana {version} at {}, organisation {organisation}", site.base()));
    let names = assets::GRAFANA.map(|(name, _)| name);
    if arguments.dry_run {
        return told(context, &site, "dry_run", &names, &[]);
    }
    let question = format!("Write {} dashboards over those of the same uid there?", names.len());
    if !arguments.yes && !agreed(context, &question).await? {
        told(context, &site, "declined", &names, &[])?;
        return Ok(Exit::No);
    }
    let mut written: Vec<Value> = Vec::new();
    for (name, text) in assets::GRAFANA {
        let dashboard: Value = serde_json::from_str(text).with_context(|| format!("{name} is not JSON"))?;
        let body = json!({"dashboard": dashboard, "overwrite": true, "message": "bcce deploy"});
        let said = site.post("/api/dashboards/db", &token, &body).await.and_then(|said| {
            if said.is_ok() { Ok(said) } else { Err(refused(&said, &format!("does not take {name}"))) }
        });
        let so_far = || format!("{} of {} dashboards were written", written.len(), names.len());
        let said = said.with_context(so_far)?;
        written.push(json!({"file": name, "url": said.text("/url")}));
    }
    told(context, &site, "deployed", &names, &written)
}

async fn version(site: &Site) -> anyhow::Result<String> {
    let said = site.call("GET", "/api/health", &[], Vec::new()).await?;
    let version = said.text("/version").filter(|_| said.is_ok());
    version.ok_or_else(|| {
        let what = format!("{} does not answer as Grafana does ({})", site.base(), said.message());
        hinted(what, "look at the address: it is the one that a browser shows, up to the first path of Grafana's own")
    })
}

/// Finds out whether the token counts, and where.
async fn organisation(site: &Site, token: &[(&'static str, String)]) -> anyhow::Result<String> {
    let said = site.call("GET", "/api/org", token, Vec::new()).await?;
    match said.status {
        // A token may be allowed to write dashboards and not to read this.
        403 => Ok("unknown".to_owned()),
        _ if said.is_ok() => Ok(said.text("/name").unwrap_or_else(|| "unknown".to_owned())),
        _ => Err(refused(&said, "does not take the token")),
    }
}

fn refused(said: &Said, what: &str) -> anyhow::Error {
    let hint = match said.status {
        401 => "GRAFANA_TOKEN is the token of a service account, which may have run out",
        403 => "the service account needs the role Editor",
        412 => "a dashboard of another uid has the same name in the same folder: rename or delete that one",
        _ => "Grafana's log says more",
    };
    hinted(format!("Grafana {what} ({})", said.message()), hint)
}

fn told(context: &Context, site: &Site, outcome: &str, names: &[&str], written: &[Value]) -> anyhow::Result<Exit> {
    if context.global.json {
        let dashboards: Vec<Value> = if written.is_empty() {
            names.iter().map(|name| json!({"file": name})).collect()
        } else {
            written.to_vec()
        };
        context.output.line(json!({
            "component": "dashboards", "server": site.base(), "kind": "grafana", "outcome": outcome, "dashboards": dashboards,
        }))?;
        return Ok(Exit::Done);
    }
    match outcome {
        "deployed" => context.output.line(format_args!("{} dashboards written", written.len()))?,
        "dry_run" => context.output.line(format_args!("dry run: would write {}", names.join(", ")))?,
        _ => context.output.line("no dashboard was written")?,
    }
    Ok(Exit::Done)
}
