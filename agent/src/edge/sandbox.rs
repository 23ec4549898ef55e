//! Takes rights from threads that see what transcripts say, by Landlock (Linux, <https://docs.kernel.org/userspace-api/landlock.html>).
//!
//! Promises: a restricted thread, and every thread that it starts, can read what its user can, but makes, writes, moves and deletes
//! nothing outside of the folders that are named, starts no program, opens no TCP connection, and reaches no other process by a signal or
//! an abstract socket. Where the kernel knows only part of this, that part holds; nothing fails where it knows none. What was
//! open before stays as it was. Why these rights and these threads: decision 22.

use std::path::Path;

/// How much of it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// All of it.
    Full,
    /// What the kernel knows: full from Linux 6.12 on, in part from 5.13 on.
    Partial,
    /// None: another system, an older kernel, or Landlock is turned off.
    None,
}

impl Sandbox {
    /// For `status`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }

    /// How much would hold here, found out on a thread of its own.
    pub fn on_trial() -> Self {
        std::thread::scope(|scope| scope.spawn(|| restrict_thread(&[])).join().unwrap_or(Self::None))
    }
}

/// Restricts this thread for the rest of its life; files in `writable` can be written, made and deleted.
#[cfg(target_os = "linux")]
pub fn restrict_thread(writable: &[&Path]) -> Sandbox {
    use landlock::RulesetStatus;
    match linux::restrict(writable) {
        Some(RulesetStatus::FullyEnforced) => Sandbox::Full,
        Some(RulesetStatus::PartiallyEnforced) => Sandbox::Partial,
        Some(RulesetStatus::NotEnforced) | None => Sandbox::None,
    }
}

/// There is nothing of the kind for one thread on this system.
#[cfg(not(target_os = "linux"))]
pub fn restrict_thread(_writable: &[&Path]) -> Sandbox {
    Sandbox::None
}

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
        RulesetStatus, Scope,
    };
    use std::path::Path;

    /// Linux 6.12.
    const KNOWN: ABI = ABI::V6;

    pub(super) fn restrict(writable: &[&Path]) -> Option<RulesetStatus> {
        let reading = AccessFs::ReadFile | AccessFs::ReadDir;
        let writing = reading | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile;
        // What is handled and allowed nowhere is forbidden.
        let rules = Ruleset::default().handle_access(AccessFs::from_all(KNOWN)).ok()?;
        let rules = rules.handle_access(AccessNet::from_all(KNOWN)).ok()?;
        let rules = rules.scope(Scope::from_all(KNOWN)).ok()?.create().ok()?;
        let mut rules = rules.add_rule(PathBeneath::new(PathFd::new("/").ok()?, reading)).ok()?;
        for folder in writable {
            rules = rules.add_rule(PathBeneath::new(PathFd::new(folder).ok()?, writing)).ok()?;
        }
        Some(rules.restrict_self().ok()?.ruleset)
    }
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{self, ErrorKind};
    use std::net::{TcpListener, TcpStream};
    use std::process::{Command, Stdio};

    /// What a thread can do, each by its name; none where the kernel has no Landlock.
    fn tried<const N: usize>(
        writable: &Path,
        tries: [(&'static str, &(dyn Fn() -> io::Result<()> + Sync)); N],
    ) -> Option<Vec<(&'static str, Option<ErrorKind>)>> {
        let attempt = || tries.iter().map(|(name, run)| (*name, run().err().map(|error| error.kind()))).collect();
        // Each can be done without the restriction, or its failure would show nothing.
        let free: Vec<_> = attempt();
        assert!(free.iter().all(|(_, error)| error.is_none()), "{free:?}");
        std::thread::scope(|scope| {
            let restricted = || match restrict_thread(&[writable]) {
                Sandbox::None => None,
                // By a thread that it starts: as bound as itself.
                Sandbox::Full | Sandbox::Partial => std::thread::scope(|scope| scope.spawn(attempt).join().ok()),
            };
            scope.spawn(restricted).join().unwrap()
        })
    }

    fn program() -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 0"]).stdin(Stdio::null());
        command
    }

    #[test]
    fn a_restricted_thread_writes_connects_and_starts_nothing_and_reads_and_stores_what_it_must() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = |name: &str| outside.path().join(name);
        for name in ["appended", "cut", "removed", "read"] {
            fs::write(place(name), "text").unwrap();
        }
        fs::create_dir(place("later")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let again = |name: &str| fs::write(place(name), "text");
        let full = Sandbox::on_trial() == Sandbox::Full;
        let denied = tried(
            inside.path(),
            [
                ("make", &|| fs::write(place("made"), "x")),
                ("append", &|| fs::OpenOptions::new().append(true).open(place("appended")).map(drop)),
                ("remove", &|| fs::remove_file(place("removed")).and_then(|()| again("removed"))),
                ("rename", &|| fs::rename(place("removed"), place("moved")).and_then(|()| again("removed"))),
                ("make a folder", &|| fs::create_dir(place("folder")).and_then(|()| fs::remove_dir(place("folder")))),
                ("link", &|| {
                    std::os::unix::fs::symlink("x", place("link")).and_then(|()| fs::remove_file(place("link")))
                }),
                ("start", &|| program().status().map(drop)),
            ],
        );
        let Some(denied) = denied else { return };
        for (name, error) in denied {
            assert_eq!(error, Some(ErrorKind::PermissionDenied), "{name}");
        }
        if full {
            let denied = tried(
                inside.path(),
                [
                    ("cut", &|| fs::OpenOptions::new().write(true).truncate(true).open(place("cut")).map(drop)),
                    ("connect", &|| TcpStream::connect(address).map(drop)),
                    ("listen", &|| TcpListener::bind("127.0.0.1:0").map(drop)),
                ],
            );
            for (name, error) in denied.unwrap() {
                assert_eq!(error, Some(ErrorKind::PermissionDenied), "{name}");
            }
        }
        let allowed = tried(
            inside.path(),
            [
                ("read", &|| fs::read(place("read")).map(drop)),
                ("list", &|| fs::read_dir(place("later")).map(drop)),
                ("store", &|| fs::write(inside.path().join("wal"), "x")),
                ("forget", &|| {
                    fs::write(inside.path().join("x"), "").and_then(|()| fs::remove_file(inside.path().join("x")))
                }),
            ],
        );
        for (name, error) in allowed.unwrap() {
            assert_eq!(error, None, "{name}");
        }
        // Others are as free as before.
        assert!(program().status().unwrap().success() && TcpStream::connect(address).is_ok());
    }
}
