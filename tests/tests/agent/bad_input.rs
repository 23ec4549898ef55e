//! Settings, folders and lines that nobody should have made: a clear error, the right exit code, nothing lost.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

use serde_json::{Value, json};

use crate::binary::Agent;
use crate::small::{Root, arrived, dropped, fails, grant, record};

#[test]
fn an_unknown_setting_is_named_with_its_file_and_line() {
    let root = Root::new(&record(1));
    let agent = Agent::new("tier = \"metrics\"\n\n[sink.directory]\ncompresion = \"gzip\"\n");
    for arguments in [&["run", "--once"][..], &["preview"], &["config", "check"], &["consent", "grant", "--yes"]] {
        let (code, said) = fails(&agent, root.path(), arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains("config.toml:4: sink.directory.compresion"), "{said}");
        assert!(said.contains("hint:"), "{said}");
    }
    assert!(!agent.home().join("state").exists());
}

#[test]
fn wrong_settings_keep_nobody_from_stopping_or_looking() {
    let root = Root::new(&record(1));
    let agent = Agent::new("");
    grant(&agent, root.path());
    agent.run(root.path(), &["pause"]);
    agent.run(root.path(), &["run", "--once"]);
    let wrong = "tier = \"everything\"\n";
    fs::write(agent.home().join("config.toml"), wrong).unwrap();
    // All that only looks, or makes less leave.
    for (arguments, code) in [
        (&["status"][..], 0),
        (&["doctor"], 1),
        (&["log"], 0),
        (&["consent", "status"], 0),
        (&["consent", "history"], 0),
        // It is not installed here, which is said after the settings.
        (&["service", "stop"], 2),
        (&["resume"], 0),
        (&["pause"], 0),
    ] {
        let (ended, said) = fails(&agent, root.path(), arguments);
        assert_eq!(ended, Some(code), "{arguments:?}: {said}");
        assert!(said.contains("config.toml:1: tier") && said.contains("goes on without them"), "{said}");
    }
    let status = |agent: &Agent| -> Value {
        serde_json::from_slice(&agent.run(root.path(), &["status", "--json"]).stdout).unwrap()
    };
    let told = status(&agent);
    assert_eq!((&told["mode"], &told["off_because"]), (&json!("off"), &json!("the settings cannot be used")));
    assert_eq!((&told["destination"], &told["spool"]["events"]), (&Value::Null, &json!(1)));
    // What would send is refused.
    for arguments in [&["run", "--once"][..], &["flush"], &["purge", "--request-erasure", "--yes"]] {
        assert_eq!(fails(&agent, root.path(), arguments).0, Some(2), "{arguments:?}");
    }
    agent.run(root.path(), &["purge", "--yes"]);
    assert_eq!(status(&agent)["spool"]["events"], json!(0));
    agent.run(root.path(), &["consent", "revoke"]);
    fs::write(agent.home().join("config.toml"), "").unwrap();
    let told = status(&agent);
    assert_eq!((&told["mode"], &told["off_because"]), (&json!("off"), &json!("consent was revoked")));
    assert!(arrived(&agent).is_empty());
}

#[test]
fn all_faults_of_the_settings_are_told_at_once() {
    let root = Root::new(&record(1));
    let agent = Agent::new("tier = \"everything\"\n[spool]\nbytes_max = 7\n[limits]\nno_such_key = 1\n");
    let (code, said) = fails(&agent, root.path(), &["config", "check"]);
    assert_eq!(code, Some(2), "{said}");
    for place in ["config.toml:1: tier", "config.toml:3: spool.bytes_max", "config.toml:5: limits.no_such_key"] {
        assert!(said.contains(place), "{place}: {said}");
    }
}

#[test]
fn a_broken_policy_stops_sending_and_nothing_is_lost() {
    let root = Root::new(&record(1));
    let agent = Agent::new("");
    grant(&agent, root.path());
    let policy = agent.home().join("policy.toml");
    let name = policy.to_str().unwrap().to_owned();
    for broken in ["max_tier = \"metrics\"\nmax_teir = \"metrics\"\n", "max_tier = [\n", "max_tier = 7\n"] {
        fs::write(&policy, broken).unwrap();
        let (code, said) = fails(&agent, root.path(), &["run", "--once", "--policy", &name]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("policy.toml:"), "{said}");
        assert!(arrived(&agent).is_empty());
    }
    // A policy that was named and is not there is no leave to send.
    fs::remove_file(&policy).unwrap();
    assert_eq!(fails(&agent, root.path(), &["run", "--once", "--policy", &name]).0, Some(2));
    assert!(arrived(&agent).is_empty());
    fs::write(&policy, "max_tier = \"content\"\n").unwrap();
    agent.run(root.path(), &["run", "--once", "--policy", &name]);
    assert_eq!(arrived(&agent), [1]);
}

#[test]
fn a_root_that_cannot_be_listed_is_named_and_the_others_are_read() {
    let (good, bad) = (Root::new(&record(1)), tempfile::tempdir().unwrap());
    fs::write(bad.path().join("projects"), b"a file where a folder should be").unwrap();
    let agent = Agent::new("");
    grant(&agent, good.path());
    let other = bad.path().to_str().unwrap().to_owned();
    let output = agent.run(good.path(), &["--root", &other, "run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot read") && said.contains(&other), "{said}");
    assert_eq!(arrived(&agent), [1]);
    let missing = agent.home().join("nowhere").to_str().unwrap().to_owned();
    let output = agent.run(good.path(), &["--root", &missing, "run", "--once"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&format!("the folder {missing} does not exist")), "{said}");
    // Mended, it is read.
    fs::remove_file(bad.path().join("projects")).unwrap();
    fs::create_dir_all(bad.path().join("projects/-other")).unwrap();
    fs::write(bad.path().join("projects/-other/late.jsonl"), record(2)).unwrap();
    agent.run(good.path(), &["--root", &other, "run", "--once"]);
    assert_eq!(arrived(&agent), [1, 2]);
}

#[test]
fn a_state_folder_that_cannot_be_made_is_named() {
    let root = Root::new(&record(1));
    let agent = Agent::new("");
    // A file in its place stands for a read-only disk: root may write to any folder.
    fs::write(agent.home().join("state"), b"").unwrap();
    let (code, said) = fails(&agent, root.path(), &["consent", "grant", "--tier", "content", "--yes"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("state") && said.contains("hint:"), "{said}");
    assert_eq!(fs::read(agent.home().join("state")).unwrap(), b"");
    fs::remove_file(agent.home().join("state")).unwrap();
    grant(&agent, root.path());
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), [1]);
}

#[test]
fn damaged_lines_are_counted_and_the_others_arrive() {
    let mut bytes = record(1);
    let halves = record(2);
    // Torn, and the next line whole.
    bytes.extend(&halves[..halves.len() / 2]);
    bytes.push(b'\n');
    bytes.extend(record(3));
    // Not UTF-8.
    bytes.extend(b"{\"type\":\"user\",\"message\":\"\xC3\x28\"}\n");
    // Two JSON bombs: one deeper than any record, one a megabyte of brackets.
    bytes.extend(b"{\"type\":\"user\",\"message\":");
    bytes.extend([vec![b'['; 200], vec![b']'; 200]].concat());
    bytes.extend(b"}\n");
    bytes.extend([vec![b'['; 1_000_000], b"\n".to_vec()].concat());
    bytes.extend([vec![0; 512], b"\n".to_vec()].concat());
    bytes.extend(record(4));
    let root = Root::new(&bytes);
    let agent = Agent::new("");
    grant(&agent, root.path());
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), [1, 3, 4]);
    let dropped = dropped(&agent, root.path());
    assert_eq!(dropped["not_utf8"], 1, "{dropped}");
    assert_eq!(dropped["not_json"], 4, "{dropped}");
}

#[test]
fn a_line_of_64_megabytes_is_skipped_and_counted() {
    let mut bytes = record(1);
    bytes.extend(b"{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"");
    bytes.resize(64 << 20, b'a');
    bytes.extend(b"\"}}\n");
    bytes.extend(record(2));
    let root = Root::new(&bytes);
    let agent = Agent::new("");
    grant(&agent, root.path());
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), [1, 2]);
    assert_eq!(dropped(&agent, root.path()), json!({"line_too_long": 1}));
}

#[test]
fn a_line_of_two_gigabytes_is_skipped_and_counted() {
    let root = Root::new(&record(1));
    // A hole: it takes no room on the disk.
    let mut file = fs::OpenOptions::new().write(true).open(root.transcript()).unwrap();
    file.seek(SeekFrom::Start(2 << 30)).unwrap();
    file.write_all(b"\n").unwrap();
    file.write_all(&record(2)).unwrap();
    drop(file);
    let agent = Agent::new("");
    grant(&agent, root.path());
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), [1, 2]);
    assert_eq!(dropped(&agent, root.path()), json!({"line_too_long": 1}));
}

#[cfg(target_os = "linux")]
mod disk {
    use crate::binary::Agent;
    use crate::running::{Running, until};
    use crate::small::{Root, arrived, fails, grant, record};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// A small disk of its own, where this process may mount one.
    struct Disk(PathBuf);

    impl Disk {
        fn mount(at: &Path, options: &str) -> Option<Self> {
            std::fs::create_dir_all(at).unwrap();
            let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
            done.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
        }

        fn remount(&self, options: &str) {
            let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).output();
            assert!(done.unwrap().status.success());
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            // Nothing is left to do where it fails; the folder goes with the machine then.
            let _ = Command::new("umount").arg("-l").arg(&self.0).output();
        }
    }

    #[test]
    fn a_full_disk_stops_reading_and_loses_nothing() {
        let count = 2_000;
        let bytes: Vec<u8> = (0..count).flat_map(record).collect();
        let root = Root::new(&[]);
        let agent = Agent::new("");
        let state = agent.home().join("state");
        let Some(disk) = Disk::mount(&state, "size=1m,mode=0700") else {
            println!("SKIPPED: a full disk, because no file system can be mounted here");
            return;
        };
        grant(&agent, root.path());
        std::fs::write(state.join("filler"), vec![0; 2 << 20]).unwrap_err();
        std::fs::write(root.transcript(), bytes).unwrap();
        let mut running = Running::start(&agent, root.path());
        until("it says that the disk is full", || running.said().contains("takes nothing") || !running.runs());
        assert!(arrived(&agent).len() < count);
        drop(running);
        disk.remount("size=64m");
        std::fs::remove_file(state.join("filler")).unwrap();
        agent.run(root.path(), &["run", "--once"]);
        assert_eq!(arrived(&agent), (0..count).collect::<Vec<_>>());
    }

    #[test]
    fn too_few_files_end_in_an_error_that_says_so() {
        let (agent, root) = (Agent::new(""), Root::new(&record(0)));
        grant(&agent, root.path());
        let mut told = 0;
        for files in 6..24 {
            let command = agent.command(root.path());
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"]).arg(command.get_program());
            shell.args(command.get_args()).args(["run", "--once"]).env_clear();
            shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let output = shell.output().unwrap();
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{files}: {} {text}", output.status);
            told += usize::from(text.contains("hint: let it open more files"));
        }
        assert!(told > 2, "{told}");
    }

    #[test]
    fn a_read_only_state_folder_is_named_and_nothing_is_lost() {
        let root = Root::new(&record(1));
        let agent = Agent::new("");
        let Some(disk) = Disk::mount(&agent.home().join("state"), "size=8m,mode=0700") else {
            println!("SKIPPED: a read-only state folder, because no file system can be mounted here");
            return;
        };
        grant(&agent, root.path());
        disk.remount("ro");
        let (code, said) = fails(&agent, root.path(), &["run", "--once"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("cannot"), "{said}");
        disk.remount("rw");
        agent.run(root.path(), &["run", "--once"]);
        assert_eq!(arrived(&agent), [1]);
    }
}

#[test]
fn a_file_replaced_while_it_is_read_arrives_whole_and_once() {
    use crate::running::{Running, until};
    let all = 6_000;
    let bytes: Vec<u8> = (0..all).flat_map(record).collect();
    let half = record(0).len() * 10;
    let root = Root::new(bytes.get(..half).unwrap());
    let agent = Agent::new("[tail]\nrescan_interval = \"1s\"\n");
    grant(&agent, root.path());
    let running = Running::start(&agent, root.path());
    // Each time it is another file that begins with the old one, renamed over it while the old one may be open.
    for part in 1..=20 {
        let end = bytes.len() * part / 20;
        let temporary = root.transcript().with_extension("tmp");
        fs::write(&temporary, bytes.get(..end).unwrap()).unwrap();
        fs::rename(temporary, root.transcript()).unwrap();
    }
    let lines = || -> u64 {
        let output = agent.run(root.path(), &["status", "--json"]);
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        status["total"]["events"].as_u64().unwrap_or(0)
    };
    until("everything is read", || lines() >= all as u64);
    running.kill();
    agent.run(root.path(), &["run", "--once"]);
    assert_eq!(arrived(&agent), (0..all).collect::<Vec<_>>());
}
