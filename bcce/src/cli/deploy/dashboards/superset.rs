//! Superset: all dashboards as one bundle, by the import that its own pages use.

use agent::cli::{Exit, hinted};
use serde_json::json;

use super::web::{Said, Site, secret};
use super::zip::zip;
use crate::assets;
use crate::cli::Context;
use crate::cli::args::DeployArgs;
use crate::cli::deploy::wait::agreed;

/// Parts of the form; no file of the bundle holds it.
const BOUNDARY: &str = "bcce-deploy-4f9d2b7c61e0";
/// The file of the bundle that names the database.
const DATABASE: &str = "databases/bcce_lake.yaml";

pub(super) async fn deploy(context: &Context, arguments: &DeployArgs, url: &str) -> anyhow::Result<Exit> {
    let site = Site::new(context, url)?;
    let uri = database_uri(context, arguments)?;
    let (user, password) = (secret("SUPERSET_USERNAME")?, secret("SUPERSET_PASSWORD")?);
    let bundle = zip(&bundle(&uri))?;
    let headers = login(&site, &user, &password).await?;
    context.output.note(format_args!("Superset at {}", site.base()));
    if arguments.dry_run {
        return told(context, &site, "dry_run");
    }
    if !arguments.yes && !agreed(context, "Import the dashboards, over those that were imported before?").await? {
        told(context, &site, "declined")?;
        return Ok(Exit::No);
    }
    let said = site.call("POST", "/api/v1/dashboard/import/", &headers, form(&bundle)).await?;
    if !said.is_ok() {
        return Err(refused(&said, "does not take the dashboards", &[&password, &uri]));
    }
    told(context, &site, "deployed")
}

/// By default the lake of the region, asked as the role `user`.
fn database_uri(context: &Context, arguments: &DeployArgs) -> anyhow::Result<String> {
    match (&arguments.database_uri, context.global.region.as_slice()) {
        (Some(uri), _) => Ok(uri.clone()),
        (None, [region]) if region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
            let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            Ok(format!("awsathena+rest://athena.{region}.{suffix}:443/bcce?work_group=bcce-user"))
        }
        (None, _) => Err(hinted(
            "no database is named that the dashboards ask",
            "--region REGION for the lake there, or --database-uri URI as SQLAlchemy writes it",
        )),
    }
}

/// The files of the bundle, over a database.
fn bundle(uri: &str) -> Vec<(String, String)> {
    let file = |(name, text): &(&str, &str)| {
        let text = if *name == DATABASE { over(text, uri) } else { (*text).to_owned() };
        (format!("bcce/{name}"), text)
    };
    assets::SUPERSET.iter().map(file).collect()
}

fn over(text: &str, uri: &str) -> String {
    const KEY: &str = "sqlalchemy_uri: ";
    let line = |line: &str| {
        // A string of JSON is one of YAML as well.
        if line.starts_with(KEY) { format!("{KEY}{}\n", json!(uri)) } else { format!("{line}\n") }
    };
    text.lines().map(line).collect()
}

/// Logs in, and gives the headers of what follows.
async fn login(site: &Site, user: &str, password: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    let body = json!({"username": user, "password": password, "provider": "db", "refresh": false});
    let said = site.post("/api/v1/security/login", &[], &body).await?;
    let Some(token) = said.text("/access_token").filter(|_| said.is_ok()) else {
        return Err(refused(&said, "does not let us in", &[password]));
    };
    let mut headers = vec![("authorization", format!("Bearer {token}"))];
    let said = site.call("GET", "/api/v1/security/csrf_token/", &headers, Vec::new()).await?;
    let Some(csrf) = said.text("/result").filter(|_| said.is_ok()) else {
        return Err(refused(&said, "gives no token against forged requests", &[password, &token]));
    };
    headers.push(("x-csrftoken", csrf));
    headers.push(("referer", site.base().to_owned()));
    // The token counts in the session of the cookie only.
    if !said.cookies.is_empty() {
        headers.push(("cookie", said.cookies.join("; ")));
    }
    headers.push(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")));
    Ok(headers)
}

/// The form of the import: the bundle, and that it may replace what is there.
fn form(bundle: &[u8]) -> Vec<u8> {
    let mut form = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"overwrite\"\r\n\r\ntrue\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"formData\"; filename=\"bcce.zip\"\r\nContent-Type: application/zip\r\n\r\n"
    )
    .into_bytes();
    form.extend(bundle);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    form
}

fn refused(said: &Said, what: &str, secrets: &[&str]) -> anyhow::Error {
    let hint = match said.status {
        401 => "SUPERSET_USERNAME and SUPERSET_PASSWORD are those of a user of Superset's own database",
        403 => "the user needs the role Admin, or rights to import dashboards",
        404 => "look at the address: it is the one that a browser shows, up to the first path of Superset's own",
        422 => "the database's address may need a driver that Superset does not have, such as PyAthena",
        _ => "Superset's log says more",
    };
    let message = secrets.iter().fold(said.message(), |text, secret| text.replace(secret, "****"));
    hinted(format!("Superset {what} ({message})"), hint)
}

fn told(context: &Context, site: &Site, outcome: &str) -> anyhow::Result<Exit> {
    let dashboards: Vec<&str> =
        assets::SUPERSET.iter().map(|(name, _)| *name).filter(|name| name.starts_with("dashboards/")).collect();
    if context.global.json {
        context.output.line(json!({
            "component": "dashboards", "server": site.base(), "kind": "superset", "outcome": outcome, "dashboards": dashboards,
        }))?;
        return Ok(Exit::Done);
    }
    match outcome {
        "deployed" => context.output.line(format_args!("{} dashboards imported", dashboards.len()))?,
        "dry_run" => context.output.line(format_args!("dry run: would import {}", dashboards.join(", ")))?,
        _ => context.output.line("no dashboard was imported")?,
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_is_the_lakes_over_another_database() {
        let uri = "duckdb:////a \"b\"/lake.duckdb";
        let changed: Vec<_> = bundle(uri)
            .into_iter()
            .zip(assets::SUPERSET)
            .filter(|((name, text), (known, written))| {
                assert_eq!(name, &format!("bcce/{known}"));
                text != written
            })
            .map(|((_, text), _)| text)
            .collect();
        let [database] = changed.as_slice() else { panic!("one file changes: {changed:?}") };
        assert!(database.contains("\nsqlalchemy_uri: \"duckdb:////a \\\"b\\\"/lake.duckdb\"\n"), "{database}");
    }
}
