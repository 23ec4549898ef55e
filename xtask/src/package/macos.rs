//! Scripts and samples of macOS, tried on any Unix: the system's commands are replaced by some that note how they were called.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::{Job, both, checked};

const LABEL: &str = "io.github.bcce-agent";
/// What else an administrator may have there.
const FOREIGN: [&str; 2] = ["usr/local/bin/other", "Library/Application Support/BCCE/policy.toml"];

/// One try of a script.
struct Case {
    what: &'static str,
    script: &'static str,
    /// Package, place, volume: as the installer gives them.
    volume: &'static str,
    /// Who has a graphical session.
    sessions: &'static [u32],
    /// The user has written a definition of his own.
    own: bool,
    launchctl_fails: bool,
    /// How launchctl is called, with `@` for the user's home.
    calls: &'static [&'static str],
}

const CASES: [Case; 7] = [
    Case {
        what: "an upgrade stops the agent of everybody who is logged in",
        script: "preinstall",
        volume: "/",
        sessions: &[88, 501, 502],
        own: false,
        launchctl_fails: false,
        calls: &["bootout gui/501/io.github.bcce-agent", "bootout gui/502/io.github.bcce-agent"],
    },
    Case {
        what: "another volume concerns nobody here",
        script: "preinstall",
        volume: "/Volumes/Other",
        sessions: &[501],
        own: false,
        launchctl_fails: false,
        calls: &[],
    },
    Case {
        what: "the agent starts for who is logged in",
        script: "postinstall",
        volume: "/",
        sessions: &[501],
        own: false,
        launchctl_fails: false,
        calls: &["bootstrap gui/501 /Library/LaunchAgents/io.github.bcce-agent.plist"],
    },
    Case {
        what: "a definition of the user's own goes before the package's",
        script: "postinstall",
        volume: "/",
        sessions: &[501],
        own: true,
        launchctl_fails: false,
        calls: &["bootstrap gui/501 @/Library/LaunchAgents/io.github.bcce-agent.plist"],
    },
    Case {
        what: "nobody is logged in",
        script: "postinstall",
        volume: "/",
        sessions: &[],
        own: false,
        launchctl_fails: false,
        calls: &[],
    },
    Case {
        what: "another volume starts nothing",
        script: "postinstall",
        volume: "/Volumes/Other",
        sessions: &[501],
        own: false,
        launchctl_fails: false,
        calls: &[],
    },
    Case {
        what: "a refusal of launchd does not end the installation",
        script: "postinstall",
        volume: "/",
        sessions: &[501],
        own: false,
        launchctl_fails: true,
        calls: &["bootstrap gui/501 /Library/LaunchAgents/io.github.bcce-agent.plist"],
    },
];

/// A folder with commands that note how they were called.
struct Stage {
    folder: PathBuf,
}

impl Stage {
    fn new(job: &Job<'_>, sessions: &[u32], launchctl_fails: bool) -> Result<Self> {
        let folder = job.out.join("macos-stage");
        let _ = fs::remove_dir_all(&folder);
        let stage = Self { folder };
        fs::create_dir_all(stage.home())?;
        let window = "/System/Library/CoreServices/loginwindow.app/Contents/MacOS/loginwindow";
        let list: String = sessions.iter().map(|uid| format!("  {uid} {window}\\n")).collect();
        stage.command("ps", &format!("printf '    1 /sbin/launchd\\n  501 /bin/zsh\\n{list}'"))?;
        let noted = |program: &str| format!("echo {program} \"$@\" >> '{}'", stage.log().display());
        let end = if launchctl_fails { "; exit 5" } else { "" };
        stage.command("launchctl", &(noted("launchctl") + end))?;
        stage.command("pkill", &noted("pkill"))?;
        stage.command("pkgutil", &noted("pkgutil"))?;
        stage.command("dscl", &format!("echo 'NFSHomeDirectory: {}'", stage.home().display()))?;
        stage.command("id", "[ \"$1\" = -un ] && echo ada || echo 0")?;
        Ok(stage)
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("calls")
    }

    fn command(&self, name: &str, text: &str) -> Result<()> {
        let file = self.folder.join("bin").join(name);
        fs::create_dir_all(self.folder.join("bin"))?;
        fs::write(&file, format!("#!/bin/sh\n{text}\n"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }

    /// Runs a script, which must end with 0, and tells the calls.
    fn run(&self, job: &Job<'_>, script: &Path, arguments: &[&str], root: &Path) -> Result<Vec<String>> {
        let mut command = job.command("/bin/sh");
        let mut path = self.folder.join("bin").into_os_string();
        path.push(":/usr/bin:/bin");
        command.arg(script).args(arguments).env("PATH", path).env("ROOT", root);
        let output = command.output().context("cannot start the shell")?;
        ensure!(output.status.success(), "{} ended with {}: {}", script.display(), output.status, both(&output));
        Ok(fs::read_to_string(self.log()).unwrap_or_default().lines().map(str::to_owned).collect())
    }
}

/// Tries the scripts of the package, and looks at the samples.
pub(super) fn definitions(job: &mut Job<'_>) -> Result<()> {
    if !cfg!(unix) {
        job.skip("the scripts of the pkg", "there is no shell for them");
        return Ok(());
    }
    for case in &CASES {
        let stage = Stage::new(job, case.sessions, case.launchctl_fails)?;
        if case.own {
            let agents = stage.home().join("Library/LaunchAgents");
            fs::create_dir_all(&agents)?;
            fs::write(agents.join(format!("{LABEL}.plist")), "")?;
        }
        let script = job.root.join("packaging/macos/scripts").join(case.script);
        let calls = stage.run(job, &script, &["x.pkg", "/", case.volume], Path::new(""))?;
        let home = stage.home().to_string_lossy().into_owned();
        let expected: Vec<String> =
            case.calls.iter().map(|call| format!("launchctl {}", call.replace('@', &home))).collect();
        ensure!(calls == expected, "{}: {} calls {calls:?}", case.what, case.script);
    }
    login_items(job)?;
    job.say("the pkg's scripts do what they should in every case");
    Ok(())
}

/// The profile names the agent that the package brings.
fn login_items(job: &mut Job<'_>) -> Result<()> {
    const SCRIPT: &str = r#"
import plistlib, sys
profile = plistlib.load(open(sys.argv[1], "rb"))
agent = plistlib.load(open(sys.argv[2], "rb"))
[payload] = profile["PayloadContent"]
assert profile["PayloadType"] == "Configuration" and profile["PayloadScope"] == "System"
assert payload["PayloadType"] == "com.apple.servicemanagement"
[rule] = payload["Rules"]
assert rule["RuleType"] == "Label" and rule["RuleValue"] == agent["Label"]
assert set(rule) <= {"RuleType", "RuleValue", "TeamIdentifier", "Comment"}
"#;
    if !job.has("python3") {
        job.skip("the profile of login items", "there is no python3");
        return Ok(());
    }
    let files = ["packaging/macos/login-items.mobileconfig", "packaging/macos/io.github.bcce-agent.plist"];
    checked(job.command("python3").args(["-c", SCRIPT]).args(files))?;
    Ok(())
}

/// `uninstall.sh` over a root that holds the payload and files of others: the payload is gone, the others are not, the agent stops.
pub(super) fn removal(job: &mut Job<'_>, root: &Path, payload: &[String]) -> Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    for file in FOREIGN {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap_or(root))?;
        fs::write(file, "")?;
    }
    let stage = Stage::new(job, &[88, 501], false)?;
    let calls = stage.run(job, &job.root.join("packaging/macos/uninstall.sh"), &[], root)?;
    let expected = [format!("launchctl bootout gui/501/{LABEL}"), "pkill -x bcce-agent".to_owned()];
    ensure!(calls.starts_with(&expected), "uninstall.sh calls {calls:?}");
    ensure!(
        calls.last().is_some_and(|call| call == &format!("pkgutil --forget {LABEL}")),
        "uninstall.sh calls {calls:?}"
    );
    for file in payload {
        ensure!(!root.join(file).exists(), "uninstall.sh leaves {file}");
    }
    for file in FOREIGN {
        ensure!(root.join(file).exists(), "uninstall.sh takes {file} with it");
    }
    job.say("removing the pkg leaves nothing of it, and all that is of others");
    Ok(())
}
