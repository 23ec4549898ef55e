//! `doctor`: looks for what would keep events from leaving, and names the remedy.

use super::args::JsonArgs;
use super::output::{BAD, GOOD};
use super::{Context, Exit, consent};
use crate::config::PolicyState;
use crate::driver::session;
use crate::edge::clock;
use crate::edge::files::OpenLog;
use crate::edge::key::KeyFile;
use crate::edge::ledger::LedgerFile;
use crate::edge::lock::InstanceLock;
use crate::edge::store::Store;
use pipeline::tail::Fingerprint;
use serde_json::json;
use std::fs;
use std::path::Path;

/// One check and what it found.
struct Check {
    name: &'static str,
    /// `None` is well.
    finding: Option<String>,
    remedy: &'static str,
}

/// Runs all checks; exit code 1 when one of them finds something.
///
/// # Errors
/// When the result cannot be printed.
pub(super) fn run(context: &Context, arguments: &JsonArgs) -> anyhow::Result<Exit> {
    let checks = [
        check(
            "policy",
            policy(context),
            "`bcce-agent config check` tells what is wrong; your administrator can mend it",
        ),
        check("roots", roots(context), "make the folder readable for you, or name another one with --root"),
        check("transcripts", transcripts(context), "start Claude Code once, or name its folder with --root"),
        check(
            "state folder",
            state_folder(&context.paths.state_dir),
            "make it yours alone (mode 0700), or choose another with --state-dir",
        ),
        check("consent", consent_finding(context), "see `bcce-agent consent status`"),
        check("keys", keys(context), "`chmod 600` the key file; a damaged one is set aside at the next start"),
        check(
            "spool",
            spool(context),
            "a damaged spool is set aside and read again at the next start of `bcce-agent run`",
        ),
        check("sink", sink(context), "see `bcce-agent config show`"),
        super::delivery::finding(context)
            .map_or_else(|| check("delivery", None, ""), |(finding, help)| check("delivery", Some(finding), help)),
        check("running", running(context), "start `bcce-agent run`, or install it with `bcce-agent service install`"),
        check("service", super::service::finding(context), "see `bcce-agent service status`"),
    ];
    let findings = checks.iter().filter(|check| check.finding.is_some()).count();
    if arguments.json {
        let rows = checks.iter().map(|check| {
            json!({ "check": check.name, "ok": check.finding.is_none(), "finding": check.finding,
                    "remedy": check.finding.as_ref().map(|_| check.remedy) })
        });
        let report = json!({ "ok": findings == 0, "checks": rows.collect::<Vec<_>>() });
        context.output.line(format_args!("{report:#}"))?;
    } else {
        for check in &checks {
            match &check.finding {
                None => context.output.line(format_args!("{GOOD}ok     {GOOD:#} {}", check.name))?,
                Some(finding) => {
                    context.output.line(format_args!("{BAD}problem{BAD:#} {}: {finding}", check.name))?;
                    context.output.line(format_args!("         {}", check.remedy))?;
                }
            }
        }
    }
    Ok(if findings == 0 { Exit::Done } else { Exit::No })
}

fn check(name: &'static str, finding: Option<String>, remedy: &'static str) -> Check {
    Check { name, finding, remedy }
}

fn policy(context: &Context) -> Option<String> {
    match &context.config.policy {
        PolicyState::Broken(problems) => Some(format!("the organisation policy cannot be used: {problems}")),
        PolicyState::Absent | PolicyState::InForce => None,
    }
}

fn roots(context: &Context) -> Option<String> {
    // A passing key: nothing here is kept.
    let fingerprint = Fingerprint::new(&[0; 32]);
    let troubles = session::roots(&context.config, &context.paths).list(&fingerprint, &mut |_| {});
    let first = troubles.first()?;
    Some(format!("{} places cannot be listed, among them {} ({})", troubles.len(), first.path.display(), first.kind))
}

fn transcripts(context: &Context) -> Option<String> {
    let fingerprint = Fingerprint::new(&[0; 32]);
    let (mut files, mut unreadable) = (0_u64, 0_u64);
    session::roots(&context.config, &context.paths).list(&fingerprint, &mut |file| {
        files += 1;
        unreadable += u64::from(OpenLog::open(&file.path, &fingerprint).is_err());
    });
    match (files, unreadable) {
        (0, _) => Some("no transcript of Claude Code was found".to_owned()),
        (_, 0) => None,
        (files, unreadable) => Some(format!("{unreadable} of {files} transcripts cannot be opened")),
    }
}

fn state_folder(folder: &Path) -> Option<String> {
    let metadata = match fs::metadata(folder) {
        Ok(metadata) => metadata,
        // It is made with the first grant.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("{} cannot be read ({})", folder.display(), error.kind())),
    };
    if !metadata.is_dir() {
        return Some(format!("{} is no folder", folder.display()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Some(format!("{} is open to other users", folder.display()));
        }
    }
    let probe = folder.join(".doctor");
    let written = fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe));
    written.err().map(|error| format!("{} cannot be written ({})", folder.display(), error.kind()))
}

fn consent_finding(context: &Context) -> Option<String> {
    match LedgerFile::open(&context.paths.state_dir) {
        Err(error) => Some(error.to_string()),
        Ok(file) => {
            let reason = file.ledger().stand(&context.circumstances()).off?;
            Some(format!("{reason}; {}", consent::remedy(reason)))
        }
    }
}

fn keys(context: &Context) -> Option<String> {
    KeyFile::new(&context.paths.state_dir).load().err().map(|error| error.to_string())
}

fn spool(context: &Context) -> Option<String> {
    let settings = context.store_settings();
    if !Store::exists(&settings) {
        return None;
    }
    let checked = Store::open(settings, clock::wall()).and_then(|opened| opened.store.check());
    match checked {
        Err(error) => Some(error.to_string()),
        Ok(health) if !health.sound => Some("the database is damaged".to_owned()),
        Ok(health) if health.bytes >= health.bytes_max => Some("the spool is full: reading waits".to_owned()),
        Ok(_) => None,
    }
}

fn sink(context: &Context) -> Option<String> {
    crate::driver::sinks::AnySink::check(&context.config, &context.paths).err().map(|error| {
        let causes: Vec<String> = anyhow::Error::from(error).chain().map(ToString::to_string).collect();
        causes.join(": ")
    })
}

fn running(context: &Context) -> Option<String> {
    InstanceLock::holder(&context.paths.state_dir).is_none().then(|| "the agent is not running".to_owned())
}
