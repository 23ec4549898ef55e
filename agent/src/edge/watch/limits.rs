//! What watching takes of what the system lets a user have (inotify on Linux; elsewhere there is no such limit).
//!
//! Promises: opens folders alone, no file in them; ends after as many as could be watched.

use super::nearest;
use notify::RecursiveMode;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What it takes, and what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watching {
    /// Folders to be watched: each needs a watch. Counting ends at one more than `watches_max`.
    pub folders: u64,
    /// Folders that this user's programs may watch together.
    pub watches_max: u64,
    /// Watchers that this user's programs may have together.
    pub instances_max: u64,
    /// Whether there is one left.
    pub instance: Instance,
}

/// Whether another watcher could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instance {
    /// One was made, and is gone again.
    Made,
    /// The user has no more.
    Refused,
}

impl Watching {
    /// Looks at the system's limits and at what lies below `roots`; `None` where there are no such limits.
    #[cfg(target_os = "linux")]
    pub fn look(roots: &[PathBuf]) -> Option<Self> {
        use rustix::fs::inotify::{CreateFlags, init};
        use rustix::io::Errno;
        let limit = |name: &str| {
            let text = std::fs::read_to_string(format!("/proc/sys/fs/inotify/{name}")).ok()?;
            text.trim().parse::<u64>().ok()
        };
        let (watches_max, instances_max) = (limit("max_user_watches")?, limit("max_user_instances")?);
        let refused = init(CreateFlags::CLOEXEC).err() == Some(Errno::MFILE);
        let instance = if refused { Instance::Refused } else { Instance::Made };
        let folders = folders(roots, watches_max.saturating_add(1));
        Some(Self { folders, watches_max, instances_max, instance })
    }

    /// There are no such limits here.
    #[cfg(not(target_os = "linux"))]
    pub fn look(_roots: &[PathBuf]) -> Option<Self> {
        None
    }
}

/// How many folders are watched for `roots`, `most` at most: those and all below them, not through links; of a root that is not
/// there its nearest parent.
#[cfg_attr(not(any(target_os = "linux", test)), expect(dead_code, reason = "there is no limit to hold it against"))]
fn folders(roots: &[PathBuf], most: u64) -> u64 {
    let watched: BTreeSet<_> = roots
        .iter()
        .filter_map(|root| nearest(root))
        .map(|(path, mode)| (path, mode == RecursiveMode::Recursive))
        .collect();
    let mut count = 0;
    let mut waiting: Vec<(PathBuf, bool)> = watched.into_iter().collect();
    while let Some((folder, whole)) = waiting.pop() {
        count += 1;
        if count >= most {
            return most;
        }
        let entries = whole.then(|| std::fs::read_dir(&folder).ok()).flatten().into_iter().flatten();
        let below = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        waiting.extend(below.map(|entry| (entry.path(), true)));
    }
    count
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;
    use std::fs::create_dir_all;

    #[test]
    fn every_folder_below_a_root_takes_a_watch_and_counting_ends() {
        let dir = tempfile::tempdir().unwrap();
        let projects = dir.path().join("projects");
        for below in ["p/session/subagents", "p/session/tool-results", "q"] {
            create_dir_all(projects.join(below)).unwrap();
        }
        std::fs::write(projects.join("q/s.jsonl"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), projects.join("q/link")).unwrap();
        let roots = [projects, dir.path().join("gone/projects")];
        // projects, p, session, subagents, tool-results, q; and the nearest parent of what is gone.
        assert_eq!(folders(&roots, 100), 7);
        assert_eq!(folders(&roots, 4), 4);
        assert_eq!(folders(&[], 4), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limits_of_this_system_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let watching = Watching::look(&[dir.path().to_owned()]).unwrap();
        assert!(watching.watches_max > 0 && watching.instances_max > 0, "{watching:?}");
        assert_eq!(watching.folders, 1);
    }
}
