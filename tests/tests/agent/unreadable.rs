//! Files and folders that the agent's user may not read.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::binary::{Agent, binary};
use crate::lake::files;
use crate::small::{Root, arrived, record};

/// `nobody` nearly everywhere. Any user will do who is not root, since root may read everything.
const NOBODY: u32 = 65534;

/// An agent whose user may not read everything: this user, or nobody where this user is root.
struct Desk {
    agent: Agent,
    root: Root,
    program: PathBuf,
    user: Option<u32>,
}

impl Desk {
    /// `None` where no process can be started as another user.
    fn new() -> Option<Self> {
        let (agent, root) = (Agent::new(""), Root::new(&record(1)));
        let is_root = rustix::process::geteuid().is_root();
        let program = if is_root {
            // The folder that it was built in may be closed to others.
            let copy = agent.home().join("bcce-agent");
            fs::copy(binary(), &copy).unwrap();
            copy
        } else {
            binary().to_owned()
        };
        let desk = Self { agent, root, program, user: is_root.then_some(NOBODY) };
        desk.hand_over();
        let version = desk.command(&["--version"]).output();
        version.is_ok_and(|output| output.status.success()).then_some(desk)
    }

    /// Makes everything the agent's user's own.
    fn hand_over(&self) {
        let Some(user) = self.user else { return };
        for top in [self.agent.home(), self.root.path()] {
            let all = folders(top).into_iter().chain(files(top));
            all.for_each(|path| chown(path, Some(user), Some(user)).unwrap());
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.agent.command_of(&self.program, self.root.path());
        command.args(arguments);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let Output { status, stderr, stdout } = self.command(arguments).output().unwrap();
        (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
    }
}

fn folders(top: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(top).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let below = entries.flat_map(|folder| folders(&folder)).collect::<Vec<_>>();
    [vec![top.to_owned()], below].concat()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_is_named_the_rest_arrives_and_nothing_is_lost() {
    let Some(desk) = Desk::new() else {
        println!("SKIPPED: folders that may not be read, because no process can be started as another user");
        return;
    };
    let closed_folder = desk.root.path().join("projects/-closed");
    let closed_file = desk.root.path().join("projects/-work/closed.jsonl");
    fs::create_dir_all(&closed_folder).unwrap();
    fs::write(closed_folder.join("session.jsonl"), record(2)).unwrap();
    fs::write(&closed_file, record(3)).unwrap();
    desk.hand_over();
    for (closed, open) in [(&closed_folder, 0o700), (&closed_file, 0o600)] {
        set_mode(closed, 0);
        // What is there could be read later, against the consent: it is not given then.
        let (code, said) = desk.run(&["consent", "grant", "--tier", "content", "--yes"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("permission denied") && said.contains("hint:"), "{said}");
        assert_eq!(desk.run(&["run", "--once"]).0, Some(77));
        set_mode(closed, open);
    }
    set_mode(&closed_folder, 0);
    set_mode(&closed_file, 0);
    let (code, said) = desk.run(&["consent", "grant", "--tier", "content", "--yes", "--backfill"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = desk.run(&["run", "--once"]);
    assert_eq!(code, Some(0), "{said}");
    for closed in [&closed_folder, &closed_file] {
        assert!(said.contains(&format!("cannot read {}", closed.display())), "{said}");
    }
    assert!(!said.contains("say 2") && !said.contains("say 3"));
    assert_eq!(arrived(&desk.agent), [1]);
    let (code, said) = desk.run(&["doctor"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("-closed"), "{said}");

    set_mode(&closed_folder, 0o700);
    set_mode(&closed_file, 0o600);
    assert_eq!(desk.run(&["run", "--once"]).0, Some(0));
    assert_eq!(arrived(&desk.agent), [1, 2, 3]);

    // A root that is closed as a whole.
    desk.root.append(&record(4));
    set_mode(&desk.root.path().join("projects"), 0);
    let (code, said) = desk.run(&["run", "--once"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("cannot read") && said.contains("projects"), "{said}");
    set_mode(&desk.root.path().join("projects"), 0o700);
    assert_eq!(desk.run(&["run", "--once"]).0, Some(0));
    assert_eq!(arrived(&desk.agent), [1, 2, 3, 4]);
}
