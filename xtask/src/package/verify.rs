//! Checks of definitions and packages.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::build::{Floor, GLIBC};
use super::{Job, both, checked};

/// The most that `systemd-analyze security` may find, in tenths: of the unit alone, and with the drop-in.
const EXPOSURE_MAX: (&str, &str) = ("62", "43");

const UNIT: &str = "packaging/linux/bcce-agent.service";
const DROP_IN: &str = "packaging/linux/hardened.conf";
const AGENT: &str = "packaging/macos/io.github.bcce-agent.plist";
const TASK: &str = "packaging/windows/bcce-agent-task.xml";

/// What a package must hold, with its mode.
const FILES: [(&str, &str); 10] = [
    ("-rwxr-xr-x", "/usr/bin/bcce-agent"),
    ("-rw-r--r--", "/usr/lib/systemd/user/bcce-agent.service"),
    ("-rw-r--r--", "/usr/lib/systemd/user-preset/90-bcce-agent.preset"),
    ("-rw-r--r--", "/hardened.conf"),
    ("-rw-r--r--", "/default.toml"),
    ("-rw-r--r--", "/usr/share/man/man1/bcce-agent.1"),
    ("-rw-r--r--", "/usr/share/bash-completion/completions/bcce-agent"),
    ("-rw-r--r--", "/_bcce-agent"),
    ("-rw-r--r--", "/_bcce-agent.ps1"),
    ("-rw-r--r--", "/usr/share/fish/vendor_completions.d/bcce-agent.fish"),
];

/// Libraries that every system with glibc has.
const LIBRARIES: [&str; 6] =
    ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2"];

/// Checks what the program asks of the system's C library.
pub(super) fn floor(job: &mut Job<'_>, floor: Floor) -> Result<()> {
    if floor == Floor::OfThisSystem {
        job.skip("the floor of glibc", "the program was built for this system; --full builds it for an old one");
        return Ok(());
    }
    // objdump knows no --help that ends with 0 everywhere, but comes with every C compiler.
    let symbols = checked(job.command("objdump").arg("-T").arg(&job.binary))?;
    let newest = newest_glibc(&both(&symbols)).context("the program asks for no symbol of glibc")?;
    let most = parse_version(GLIBC).context("the floor is a version")?;
    ensure!(newest <= most, "the program asks for glibc {}.{}, above {GLIBC}", newest.0, newest.1);
    let headers = checked(job.command("objdump").arg("-p").arg(&job.binary))?;
    for line in both(&headers).lines().filter_map(|line| line.trim().strip_prefix("NEEDED")) {
        let library = line.trim();
        let known = LIBRARIES.contains(&library) || library.starts_with("ld-linux");
        ensure!(known, "the program asks for {library}, which the packages do not name");
    }
    job.say(&format!("the program asks for glibc {}.{}, not above {GLIBC}", newest.0, newest.1));
    Ok(())
}

/// The latest version of glibc that symbols name.
fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1);
    versions.filter_map(|rest| parse_version(rest.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?)).max()
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next().unwrap_or("0").parse().ok()?))
}

/// Workflows keep to their form.
pub(super) fn workflows(job: &mut Job<'_>) -> Result<()> {
    const TOOL: &str = "check-jsonschema";
    let folder = job.root.join(".github/workflows");
    let files: Vec<_> = fs::read_dir(&folder)?.collect::<std::io::Result<Vec<_>>>()?;
    let files: Vec<_> = files.into_iter().map(|file| file.path()).collect();
    if job.has("actionlint") {
        checked(job.command("actionlint").args(&files))?;
        job.say("actionlint finds nothing in the workflows");
        return Ok(());
    }
    if !job.has(TOOL) && job.has("python3") {
        let tools = job.root.join("target/tools/lint");
        let pip = tools.join("bin/pip");
        let made = job.command("python3").args(["-m", "venv"]).arg(&tools).output();
        if made.is_ok_and(|output| output.status.success()) {
            let quiet = ["install", "--quiet", "--disable-pip-version-check", "check-jsonschema==0.39.0"];
            // Without a network it stays away, which is said below.
            let _ = job.command(&pip.to_string_lossy()).args(quiet).output();
        }
    }
    if !job.has(TOOL) {
        job.skip("the workflows", "neither actionlint nor check-jsonschema of PyPI is here");
        return Ok(());
    }
    checked(job.command(TOOL).args(["--builtin-schema", "vendor.github-workflows"]).args(&files))?;
    job.say("the workflows keep to their schema; actionlint, which looks deeper, is not here");
    Ok(())
}

/// Checks the definitions of all systems.
pub(super) fn definitions(job: &mut Job<'_>) -> Result<()> {
    same_text(job)?;
    xml(job)?;
    systemd(job)
}

/// The unit of the package is what `service install` writes, but for the program.
fn same_text(job: &mut Job<'_>) -> Result<()> {
    if !cfg!(target_os = "linux") {
        job.skip("the unit of `service install`", "it is written on Linux");
        return Ok(());
    }
    let home = job.out.join("home");
    fs::create_dir_all(&home)?;
    let mut command = job.command(&job.binary.to_string_lossy());
    let output = checked(
        command
            .args(["service", "install", "--dry-run"])
            .env("HOME", &home)
            .env("BCCE_ALLOW_ROOT", "1")
            .env_remove("CLAUDE_CONFIG_DIR")
            .env_remove("XDG_CONFIG_HOME"),
    )?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let written: Vec<&str> =
        printed.lines().skip(1).take_while(|line| !line.starts_with("would ")).map(str::trim).collect();
    let text = fs::read_to_string(job.root.join(UNIT))?;
    let own = text.replace("/usr/bin/bcce-agent", &job.binary.to_string_lossy());
    let packaged: Vec<&str> = own.lines().map(str::trim).collect();
    ensure!(written == packaged, "`service install` writes another unit than {UNIT}:\n{printed}");
    job.say("the package's unit is what `service install` writes");
    Ok(())
}

/// Definitions in XML parse, and the plist holds nothing that launchd does not know.
fn xml(job: &mut Job<'_>) -> Result<()> {
    const SCRIPT: &str = r#"
import plistlib, sys, xml.etree.ElementTree as tree
known = {"Label", "ProgramArguments", "RunAtLoad", "KeepAlive", "ThrottleInterval", "LimitLoadToSessionType", "ProcessType",
         "LowPriorityIO", "Nice", "Umask"}
agent = plistlib.load(open(sys.argv[1], "rb"))
assert set(agent) == known, set(agent) ^ known
assert agent["ProgramArguments"][1:] == ["run", "--wait"] and agent["KeepAlive"] == {"SuccessfulExit": False}
assert agent["Umask"] == 0o077 and agent["Label"] + ".plist" in sys.argv[1]
# The file says UTF-16, as it is when it is registered.
task = tree.fromstring(open(sys.argv[2], encoding="utf-8").read().split("?>", 1)[1])
space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
assert task.find("t:Actions/t:Exec/t:Arguments", space).text.endswith("run --wait")
assert task.find("t:Principals/t:Principal/t:RunLevel", space).text == "LeastPrivilege"
"#;
    if !job.has("python3") {
        job.skip("the definitions of macOS and Windows", "there is no python3");
        return Ok(());
    }
    checked(job.command("python3").args(["-c", SCRIPT, AGENT, TASK]))?;
    job.say("the definitions of macOS and Windows parse");
    Ok(())
}

fn systemd(job: &mut Job<'_>) -> Result<()> {
    if !job.has("systemd-analyze") {
        job.skip("the systemd unit", "there is no systemd-analyze");
        return Ok(());
    }
    let folder = job.out.join("systemd");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let unit = folder.join("bcce-agent.service");
    let program = job.binary.to_string_lossy().into_owned();
    fs::write(&unit, fs::read_to_string(job.root.join(UNIT))?.replace("/usr/bin/bcce-agent", &program))?;
    check_unit(job, &folder, &unit, EXPOSURE_MAX.0)?;
    let drop_ins = folder.join("bcce-agent.service.d");
    fs::create_dir_all(&drop_ins)?;
    fs::copy(job.root.join(DROP_IN), drop_ins.join("hardened.conf"))?;
    check_unit(job, &folder, &unit, EXPOSURE_MAX.1)?;
    job.say("systemd accepts the unit, plain and hardened");
    Ok(())
}

fn check_unit(job: &Job<'_>, folder: &Path, unit: &Path, exposure_max: &str) -> Result<()> {
    let analyze = |arguments: &[&str]| {
        let mut command = job.command("systemd-analyze");
        // Without it there is no user's manager to check for; the one given holds nothing.
        command.args(["--user", "--man=no", "--no-pager"]).args(arguments).arg(unit).env("XDG_RUNTIME_DIR", folder);
        command.output().context("cannot start systemd-analyze")
    };
    let verified = analyze(&["verify"])?;
    // It ends with 0 on keys that it does not know.
    ensure!(verified.status.success() && both(&verified).is_empty(), "the unit: {}", both(&verified));
    let exposure = analyze(&["security", "--offline=true", &format!("--threshold={exposure_max}")])?;
    ensure!(exposure.status.success(), "the unit is more exposed than {exposure_max}: {}", both(&exposure));
    Ok(())
}

/// Checks contents and modes of a deb, and what lintian says.
pub(super) fn deb(job: &mut Job<'_>, file: &Path) -> Result<()> {
    if job.has("dpkg-deb") {
        let listed = checked(job.command("dpkg-deb").arg("--contents").arg(file))?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let lines = listed.lines().filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            Some((*fields.first()?, *fields.get(1)?, fields.get(5)?.trim_start_matches('.')))
        });
        holds(lines)?;
        let control = checked(job.command("dpkg-deb").args(["--info"]).arg(file))?;
        for script in ["postinst", "prerm", "postrm", "preinst"] {
            ensure!(!both(&control).contains(script), "the deb holds a script that runs as root: {script}");
        }
        job.say("the deb holds what it should");
    } else {
        job.skip("contents of the deb", "there is no dpkg-deb");
    }
    if job.has("lintian") {
        let arguments = ["--fail-on", "error,warning", "--suppress-tags", "initial-upload-closes-no-bugs,no-changelog"];
        let output = job.command("lintian").args(arguments).arg(file).output().context("cannot start lintian")?;
        ensure!(output.status.success(), "lintian: {}", both(&output));
        job.say("lintian finds nothing");
    } else {
        job.skip("lintian", "it is not installed");
    }
    Ok(())
}

/// Checks contents and modes of an rpm.
pub(super) fn rpm(job: &mut Job<'_>, file: &Path) -> Result<()> {
    if !job.has("rpm") {
        job.skip("contents of the rpm", "there is no rpm");
        return Ok(());
    }
    let query = ["--query", "--package", "--queryformat", "[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES}\n]"];
    let listed = checked(job.command("rpm").args(query).arg(file))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    holds(listed.lines().filter_map(|line| {
        let mut fields = line.split_whitespace();
        Some((fields.next()?, fields.next()?, fields.next()?))
    }))?;
    let scripts = checked(job.command("rpm").args(["--query", "--package", "--scripts"]).arg(file))?;
    let scripts = String::from_utf8_lossy(&scripts.stdout).into_owned();
    let (head, rest) = scripts.split_once('\n').unwrap_or_default();
    // It removes two empty folders; whatever comes with it would run as root, too.
    ensure!(
        head == "postuninstall scriptlet (using <lua>):"
            && rest.trim().lines().count() == 1
            && rest.contains("posix.rmdir"),
        "the rpm holds a script that runs as root: {scripts}"
    );
    job.say("the rpm holds what it should");
    Ok(())
}

/// Checks lines of mode, owner and path.
fn holds<'a>(lines: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Result<()> {
    let lines: Vec<_> = lines.collect();
    for (mode, file) in FILES {
        let here = lines.iter().find(|(_, _, path)| path.trim_end_matches(".gz").ends_with(file));
        let (found, owner, path) = here.with_context(|| format!("the package lacks {file}"))?;
        // Archives without names of owners tell numbers.
        let by_root = owner.starts_with("root") || *owner == "0/0";
        ensure!(*found == mode && by_root, "{path} is {found} of {owner}, not {mode} of root");
    }
    for (mode, _, path) in lines {
        ensure!(!path.starts_with("/etc") && !path.starts_with("/home"), "the package brings {path}");
        ensure!(!mode.contains(['s', 't']) && !mode.ends_with("w-"), "{path} is {mode}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Lines = Vec<(&'static str, &'static str, &'static str)>;

    fn whole() -> Lines {
        FILES.iter().map(|(mode, path)| (*mode, "root/root", *path)).collect()
    }

    #[test]
    fn the_newest_glibc_is_found_among_symbols() {
        let symbols =
            "0000 DF *UND* 0000 (GLIBC_2.2.5) read\n0000 DF *UND* 0000 (GLIBC_2.28) fcntl64\n (GLIBC_2.9) pipe2";
        assert_eq!(newest_glibc(symbols), Some((2, 28)));
        assert_eq!(newest_glibc("no symbols"), None);
    }

    #[test]
    fn a_package_with_all_files_passes_and_each_flaw_is_found() {
        assert!(holds(whole().into_iter()).is_ok());
        let check = |flaw: &dyn Fn(&mut Lines)| {
            let mut lines = whole();
            flaw(&mut lines);
            assert!(holds(lines.into_iter()).is_err());
        };
        check(&|lines| lines.truncate(lines.len() - 1));
        check(&|lines| lines[0].0 = "-rwsr-xr-x");
        check(&|lines| lines[1].0 = "-rw-rw-r--");
        check(&|lines| lines[2].1 = "ada/ada");
        check(&|lines| lines.push(("-rw-r--r--", "root/root", "/etc/bcce/policy.toml")));
        check(&|lines| lines.push(("-rw-rw-rw-", "root/root", "/usr/share/x")));
    }
}
