//! What the benchmarks share: generated transcripts, the agent as a child process, and what Linux tells of a process.
//!
//! Everything is measured from outside, in processes of their own: `/proc` needs no unsafe code and adds nothing to
//! what is measured. Linux only. Start at [`Home`].

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/PID/stat`: 100 on every Linux that Rust's standard library supports (`proc(5)`).
const TICKS_PER_SECOND: f64 = 100.0;
/// How often the peak of a running process is looked at; the kernel keeps the peak, so only the last moments can be missed.
const LOOK: Duration = Duration::from_millis(2);

/// A made-up user's home: transcripts, settings, state and lake, all in one folder that goes with the value.
pub struct Home {
    folder: tempfile::TempDir,
    agent: PathBuf,
}

/// What a child process cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Seconds from start to end.
    pub seconds: f64,
    /// The most memory that was resident, in KiB.
    pub rss_kib_max: u64,
}

/// What Linux tells of a running process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Memory resident now, in KiB.
    pub rss_kib: u64,
    /// Seconds of processor time so far.
    pub cpu_seconds: f64,
    /// Context switches of all threads so far.
    pub switches: u64,
}

impl Home {
    /// Makes an empty home. `agent` is the program to measure.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub fn new(agent: &Path) -> io::Result<Self> {
        let home = Self { folder: tempfile::tempdir()?, agent: agent.to_owned() };
        fs::create_dir_all(home.root().join("projects"))?;
        let lake = home.folder.path().join("lake");
        let settings =
            format!("[sink]\nkind = \"directory\"\n[sink.directory]\npath = {:?}\n", lake.display().to_string());
        fs::write(home.folder.path().join("config.toml"), settings)?;
        Ok(home)
    }

    /// The configuration folder of Claude Code.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("claude")
    }

    /// Forgets what the agent did: state, consent and lake.
    ///
    /// # Errors
    /// When a folder cannot be removed.
    pub fn forget(&self) -> io::Result<()> {
        for name in ["state", "lake"] {
            match fs::remove_dir_all(self.folder.path().join(name)) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The agent with this home's places, quiet, and allowed where it would be off by default.
    pub fn agent(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.agent);
        command
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .arg("--state-dir")
            .arg(self.folder.path().join("state"))
            .arg("--root")
            .arg(self.root())
            .args(arguments)
            .env("HOME", self.folder.path())
            .env("BCCE_ALLOW_ROOT", "1")
            .env_remove("CI")
            .env_remove("DO_NOT_TRACK")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Grants consent for `tier`, with what is already there.
    ///
    /// # Errors
    /// When the agent refuses.
    pub fn grant(&self, tier: &str) -> io::Result<()> {
        let status = self.agent(&["consent", "grant", "--tier", tier, "--backfill", "--yes"]).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("the agent took no consent")) }
    }

    /// The write-ahead log of the spool's database.
    pub fn wal(&self) -> PathBuf {
        self.folder.path().join("state").join("spool.db-wal")
    }
}

/// Writes about `bytes` bytes of transcripts below `root`, five plants in a thousand texts, and gives their files.
///
/// # Errors
/// When a file cannot be written.
pub fn write_transcripts(root: &Path, bytes: u64) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open: std::collections::HashMap<PathBuf, BufWriter<fs::File>> = std::collections::HashMap::new();
    for line in samples::Generator::new(7).plants_per_mille(5).bytes(bytes).stream() {
        let path = root.join(&line.file);
        if open.len() > 64 {
            // Dropping a writer swallows its errors.
            open.drain().try_for_each(|(_, mut writer)| writer.flush())?;
        }
        if !open.contains_key(&path) {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            if !path.exists() {
                files.push(path.clone());
            }
            let file = fs::OpenOptions::new().create(true).append(true).open(&path)?;
            open.insert(path.clone(), BufWriter::new(file));
        }
        if let Some(writer) = open.get_mut(&path) {
            writer.write_all(&line.bytes)?;
        }
    }
    open.drain().try_for_each(|(_, mut writer)| writer.flush())?;
    Ok(files)
}

/// Runs a command to its end and says what it cost.
///
/// # Errors
/// When it cannot be started or fails.
pub fn cost(command: &mut Command) -> io::Result<Cost> {
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut rss_kib_max = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        rss_kib_max = rss_kib_max.max(field_kib(child.id(), "VmHWM:").unwrap_or(0));
        std::thread::sleep(LOOK);
    };
    let seconds = started.elapsed().as_secs_f64();
    if !status.success() {
        return Err(io::Error::other(format!("the measured process ended with {status}")));
    }
    Ok(Cost { seconds, rss_kib_max })
}

/// What a running process used so far.
///
/// # Errors
/// When `/proc` does not tell.
pub fn usage(child: &Child) -> io::Result<Usage> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id()))?;
    // The name in brackets may hold spaces; user and system time are fields 14 and 15 of all.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    let mut switches = 0;
    for task in fs::read_dir(format!("/proc/{}/task", child.id()))? {
        let status = fs::read_to_string(task?.path().join("status"))?;
        let counts = status.lines().filter_map(|line| line.split_once("ctxt_switches:"));
        switches += counts.filter_map(|(_, count)| count.trim().parse::<u64>().ok()).sum::<u64>();
    }
    let rss_kib = field_kib(child.id(), "VmRSS:").unwrap_or(0);
    Ok(Usage { rss_kib, cpu_seconds: ticks / TICKS_PER_SECOND, switches })
}

fn field_kib(pid: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

/// The value below which `share` of the sorted values lie.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (share * (values.len().saturating_sub(1)) as f64).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let mut values = [3.0, 1.0, 2.0];
        assert!((quantile(&mut values, 0.5) - 2.0).abs() < f64::EPSILON);
        assert!((quantile(&mut values, 0.99) - 3.0).abs() < f64::EPSILON);
    }
}
