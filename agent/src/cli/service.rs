//! `service`: the agent as a service of its user, started by the system at each login.

use super::args::{DryRunArgs, Global, InstallArgs, JsonArgs, ServiceCommand};
use super::output::{GOOD, STRONG, printable};
use super::{Context, Exit, hinted};
use crate::config::{Paths, Sink};
use crate::edge::ledger::LedgerFile;
use crate::edge::manager;
use crate::service::{Action, Answer, Call, LABEL, Manager, Plan, Reach, Reported, Service, Standing, Step, UNIT};
use anyhow::Context as _;
use directories::BaseDirs;
use pipeline::consent::OffReason;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Carries out a command on the service.
///
/// # Errors
/// When the system's manager is not there, refuses, or the definition cannot be written.
pub(super) fn run(context: &Context, global: &Global, command: &ServiceCommand) -> anyhow::Result<Exit> {
    let service = service(context, global)?;
    match command {
        ServiceCommand::Install(InstallArgs { dry_run, if_missing }) => {
            let action = if *if_missing { Action::InstallMissing } else { Action::Install };
            act(context, &service, action, dry_run)
        }
        ServiceCommand::Uninstall(arguments) => act(context, &service, Action::Uninstall, arguments),
        ServiceCommand::Start(arguments) => act(context, &service, Action::Start, arguments),
        ServiceCommand::Stop(arguments) => act(context, &service, Action::Stop, arguments),
        ServiceCommand::Status(arguments) => status(context, &service, arguments),
    }
}

/// How the service stands, for `doctor`; `None` where the home folder is not known.
pub(super) fn standing(context: &Context) -> Option<Standing> {
    let service = standard(context, String::new(), Vec::new())?;
    let own_file = manager::read(&service.file).ok().flatten().is_some();
    let now = ask(&service).unwrap_or_else(|_| Reported::nothing(Reach::Unreachable(String::new())));
    Some(service.standing(&now, own_file))
}

/// The service that these options name.
fn service(context: &Context, global: &Global) -> anyhow::Result<Service> {
    let unwritable = || hinted("this program's path cannot stand in a service definition", "move it to a plain path");
    let program = std::env::current_exe().context("cannot tell where this program lies")?;
    let program = program.to_str().ok_or_else(unwritable)?.to_owned();
    let mut options = Vec::new();
    let mut named = |name: &str, path: &Path| -> anyhow::Result<()> {
        let path = std::path::absolute(path).context("cannot tell the present folder")?;
        options.extend([name.to_owned(), path.to_str().ok_or_else(unwritable)?.to_owned()]);
        Ok(())
    };
    for (name, path) in [("--config", &global.config), ("--state-dir", &global.state_dir), ("--policy", &global.policy)]
    {
        if let Some(path) = path {
            named(name, path)?;
        }
    }
    // The system starts the service without this shell's variables.
    let from_environment = std::env::var_os("CLAUDE_CONFIG_DIR").is_some_and(|value| !value.is_empty());
    if !global.roots.is_empty() || from_environment {
        context.paths.roots.iter().try_for_each(|root| named("--root", root))?;
    }
    standard(context, program, options).ok_or_else(|| hinted("the home folder is not known", "set HOME"))
}

/// The service at the standard places.
fn standard(context: &Context, program: String, options: Vec<String>) -> Option<Service> {
    let folders = BaseDirs::new()?;
    let manager = Manager::here();
    let (file, packaged) = match manager {
        Manager::Systemd => {
            let places = ["/etc/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"];
            (
                folders.config_dir().join("systemd/user").join(UNIT),
                places.map(|place| Path::new(place).join(UNIT)).to_vec(),
            )
        }
        Manager::Launchd => {
            let name = format!("{LABEL}.plist");
            let agents = context.paths.home.join("Library/LaunchAgents");
            (agents.join(&name), vec![Path::new("/Library/LaunchAgents").join(&name)])
        }
        Manager::TaskScheduler => (folders.data_local_dir().join("BCCE").join("service.xml"), Vec::new()),
    };
    let packaged: Option<PathBuf> = packaged.into_iter().find(|path| path.exists());
    Some(Service { manager, program, options, file, packaged, for_all: manager::for_all(), user: manager::user() })
}

fn act(context: &Context, service: &Service, action: Action, arguments: &DryRunArgs) -> anyhow::Result<Exit> {
    if context.environment.superuser && matches!(action, Action::Install | Action::InstallMissing | Action::Start) {
        return Err(hinted(
            "this is the account of the system, not of a person: its service would send nothing",
            "run it as the person whose sessions are meant, without sudo",
        ));
    }
    let now = ask(service)?;
    if !arguments.dry_run {
        reachable(service, &now)?;
    }
    let file = manager::read(&service.file).with_context(|| format!("cannot read {}", service.file.display()))?;
    match service.plan(action, &now, file.as_deref())? {
        Plan::Nothing(words) => context.output.line(words)?,
        Plan::NotInstalled => {
            return Err(hinted("the service is not installed", "`bcce-agent service install` installs it"));
        }
        Plan::Steps(steps, _) if arguments.dry_run => {
            steps.iter().try_for_each(|step| show(context, step))?;
            return Ok(Exit::Done);
        }
        Plan::Steps(steps, words) => {
            steps.iter().try_for_each(|step| carry_out(context, service, step))?;
            // Nobody is told of an end that is none.
            if action == Action::Uninstall && ask(service)?.at_login == Some(true) {
                return Err(hinted(
                    "it is still to start at each login",
                    "`systemctl --user mask bcce-agent` forbids that",
                ));
            }
            context.output.line(words)?;
        }
    }
    if matches!(action, Action::Install | Action::InstallMissing | Action::Start) {
        note_consent(context, off(context));
    }
    if action == Action::Uninstall {
        leftovers(context).iter().for_each(|line| context.output.note(line));
    }
    Ok(Exit::Done)
}

/// What stays on the disk when the service is gone, and what removes it.
fn leftovers(context: &Context) -> Vec<String> {
    let Paths { state_dir, config_file, policies, .. } = &context.paths;
    let mut lines = Vec::new();
    let mut stays = |path: &Path, what: &str| {
        if path.exists() {
            lines.push(format!("  {}: {what}", path.display()));
        }
    };
    stays(
        state_dir,
        "consent, keys, what waits to be sent, the log of what was sent; `bcce-agent purge` deletes what waits",
    );
    if let Sink::Directory(directory) = &context.config.sink {
        stays(directory.path.as_ref().unwrap_or(&context.paths.lake), "the events that went to this folder");
    }
    stays(config_file, "your settings");
    policies.iter().for_each(|policy| stays(policy, "the organisation policy, which its administrator installed"));
    if lines.is_empty() {
        return vec!["Nothing of the agent stays but its program.".to_owned()];
    }
    lines.insert(0, "This stays:".to_owned());
    lines.push(
        "This service reads and sends nothing any more. `bcce-agent consent revoke` ends your consent too; deleting what is listed \
         removes the rest."
            .to_owned(),
    );
    lines
}

fn ask(service: &Service) -> anyhow::Result<Reported> {
    let query = service.query();
    let answer = manager::ask(&query).with_context(|| format!("cannot start {}", query.program))?;
    Ok(service.read(&answer))
}

fn reachable(service: &Service, now: &Reported) -> anyhow::Result<()> {
    let name = service.manager.name();
    match &now.reach {
        Reach::Answers => Ok(()),
        Reach::Missing => {
            Err(hinted(format!("{name} is not on this system"), "let your own start-up run `bcce-agent run --wait`"))
        }
        Reach::Unreachable(words) => Err(anyhow::anyhow!(printable(words)).context(hinted_unreachable(name))),
    }
}

fn hinted_unreachable(name: &str) -> super::Hinted {
    super::Hinted {
        what: format!("{name} does not answer for this user"),
        hint: "log in as this user (sudo and su open no session of their own); in a container let its start-up run \
               `bcce-agent run --wait`"
            .to_owned(),
        exit: Exit::Failed,
    }
}

fn show(context: &Context, step: &Step) -> anyhow::Result<()> {
    let output = &context.output;
    match step {
        Step::Write { path, text, .. } => {
            output.line(format_args!("would write {}:", path.display()))?;
            for line in text.lines() {
                output.line(format_args!("    {line}").to_string().trim_end())?;
            }
        }
        Step::Remove(path) => output.line(format_args!("would remove {}", path.display()))?,
        Step::Run(call) => output.line(format_args!("would run {call}"))?,
        Step::AwaitUnloaded => output.line("would wait until it has ended")?,
    }
    Ok(())
}

fn carry_out(context: &Context, service: &Service, step: &Step) -> anyhow::Result<()> {
    match step {
        Step::Write { path, bytes, .. } => {
            manager::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
            context.output.note(format_args!("wrote {}", path.display()));
        }
        Step::Remove(path) => {
            manager::remove(path).with_context(|| format!("cannot remove {}", path.display()))?;
            context.output.note(format_args!("removed {}", path.display()));
        }
        Step::Run(call) => {
            run_call(call)?;
            context.output.note(format_args!("ran {call}"));
        }
        Step::AwaitUnloaded => {
            for _ in 0..100 {
                if !ask(service)?.loaded {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            return Err(hinted("the running service does not end", "try again in a minute"));
        }
    }
    Ok(())
}

fn run_call(call: &Call) -> anyhow::Result<()> {
    let hint = "`bcce-agent service status` tells how it stands now; \
                `bcce-agent service uninstall` takes back what was done";
    match manager::ask(call).with_context(|| format!("cannot start {}", call.program))? {
        Answer::NoProgram => Err(hinted(format!("{} is not on this system", call.program), hint)),
        Answer::Ended { code: Some(0), .. } => Ok(()),
        Answer::Ended { code, out, err } => {
            let words = if err.trim().is_empty() { out } else { err };
            let code = code.map(|code| format!(" with exit code {code}")).unwrap_or_default();
            let what = format!("`{call}` failed{code}");
            let said = printable(words.trim().lines().next().unwrap_or_default());
            Err(anyhow::anyhow!(said).context(super::Hinted { what, hint: hint.to_owned(), exit: Exit::Failed }))
        }
    }
}

/// Why nothing may be read or sent now.
fn off(context: &Context) -> Option<OffReason> {
    match LedgerFile::open(&context.paths.state_dir) {
        Ok(file) => file.ledger().stand(&context.circumstances()).off,
        Err(_) => Some(OffReason::LedgerUnreadable),
    }
}

fn note_consent(context: &Context, off: Option<OffReason>) {
    if let Some(reason) = off {
        let (reason, remedy) = context.words_of(reason);
        context.output.note(format_args!("It waits, and reads nothing: {reason}."));
        context.output.note(format_args!("{GOOD}hint:{GOOD:#} {remedy}"));
    }
}

fn status(context: &Context, service: &Service, arguments: &JsonArgs) -> anyhow::Result<Exit> {
    let output = &context.output;
    let now = ask(service)?;
    let own = manager::read(&service.file).with_context(|| format!("cannot read {}", service.file.display()))?;
    let installed = service.is_installed(&now, own.as_deref());
    let own = own.is_some();
    let file = if own { Some(&service.file) } else { service.packaged.as_ref() }.filter(|_| installed);
    let off = off(context);
    let (reach, trouble) = match &now.reach {
        Reach::Answers => ("answers", None),
        Reach::Missing => ("missing", Some("it is not on this system".to_owned())),
        Reach::Unreachable(words) => ("unreachable", Some(printable(words))),
    };
    if arguments.json {
        let report = json!({
            "manager": service.manager.name(), "manager_state": reach, "manager_says": trouble,
            "installed": installed, "by_package": file.is_some() && !own, "file": file,
            "starts_at_login": now.at_login, "running": now.running, "pid": now.pid,
            "waits_for_consent": now.running && off.is_some(), "off_because": off.map(OffReason::as_str),
        });
        output.line(format_args!("{report:#}"))?;
    } else {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" };
        let colon = if trouble.is_some() { ": " } else { "" };
        let trouble = trouble.unwrap_or_default();
        output.line(format_args!("{STRONG}manager{STRONG:#}    {}{colon}{trouble}", service.manager.name()))?;
        let place = file.map(|file| format!("{} {}", if own { "," } else { ", by a package:" }, file.display()));
        output.line(format_args!("{STRONG}installed{STRONG:#}  {}{}", yes_no(installed), place.unwrap_or_default()))?;
        if let Some(at_login) = now.at_login {
            output.line(format_args!("{STRONG}at login{STRONG:#}   {}", yes_no(at_login)))?;
        }
        let process = now.pid.map(|pid| format!(", process {pid}")).unwrap_or_default();
        output.line(format_args!("{STRONG}running{STRONG:#}    {}{process}", yes_no(now.running)))?;
        match (installed, now.running) {
            (false, _) => output.note(format_args!("{GOOD}hint:{GOOD:#} `bcce-agent service install` installs it")),
            (true, false) => output.note(format_args!("{GOOD}hint:{GOOD:#} `bcce-agent service start` starts it")),
            (true, true) => note_consent(context, off),
        }
    }
    Ok(if installed && now.running { Exit::Done } else { Exit::No })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use crate::cli::output::Output;
    use crate::config::{Sources, UserFile, load};
    use pipeline::consent::Environment;
    use std::{fs, io, sync::Arc};

    #[test]
    fn what_stays_after_an_uninstall_is_listed_with_what_removes_it() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths {
            state_dir: dir.path().join("state"),
            config_file: dir.path().join("config.toml"),
            lake: dir.path().join("lake"),
            roots: Vec::new(),
            named_roots: Vec::new(),
            policies: vec![dir.path().join("policy.toml")],
            home: dir.path().to_owned(),
        };
        let none =
            Sources { policies: vec![], extra_policy: None, user: UserFile::Nowhere, environment: vec![], home: None };
        let output = Arc::new(Output::to(io::sink(), io::sink(), io::sink()));
        let context = Context::new(load(&none).unwrap(), paths, output, Environment::default());
        assert_eq!(leftovers(&context), ["Nothing of the agent stays but its program."]);
        fs::create_dir(dir.path().join("state")).unwrap();
        fs::create_dir(dir.path().join("lake")).unwrap();
        fs::write(dir.path().join("policy.toml"), "").unwrap();
        let lines = leftovers(&context);
        assert_eq!(lines.len(), 5, "{lines:?}");
        for (line, place) in lines.iter().skip(1).zip(["state", "lake", "policy.toml"]) {
            assert!(line.contains(&format!("{}: ", dir.path().join(place).display())), "{line}");
        }
        assert!(lines.last().unwrap().contains("removes the rest"));
    }
}
