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
    /// Seconds of processor time of all its threads; the clock's step is 10 ms.
    pub cpu_seconds: f64,
    /// The most memory that was resident, in KiB.
    pub rss_kib_max: u64,
}

/// What Linux tells of a running process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Memory resident now, in KiB.
    pub rss_kib: u64,
    /// The most that was, in KiB.
    pub rss_kib_max: u64,
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
        home.set(&format!(
            "[sink]\nkind = \"directory\"\n[sink.directory]\npath = {:?}\n",
            lake.display().to_string()
        ))?;
        Ok(home)
    }

    /// Writes the settings; before this they say that events go to a folder.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, settings: &str) -> io::Result<()> {
        fs::write(self.folder.path().join("config.toml"), settings)
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
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The daemon, with the environment that the packages' systemd unit gives it.
    pub fn daemon(&self) -> Command {
        let mut command = self.agent(&["run"]);
        command.env("MALLOC_ARENA_MAX", "1");
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
    write_sessions(root, &samples::Generator::new(7).plants_per_mille(5).bytes(bytes))
}

/// Writes what a generator gives below `root`, and gives the files.
///
/// # Errors
/// When something cannot be written.
pub fn write_sessions(root: &Path, generator: &samples::Generator) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open: std::collections::HashMap<PathBuf, BufWriter<fs::File>> = std::collections::HashMap::new();
    for line in generator.stream() {
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

/// Repeats the transcripts below `from` under new names below `root` until they are about `bytes` bytes, and gives their
/// files. Each copy begins with a blank line of its own, or the agent would know it for a copy and read nothing of it.
///
/// # Errors
/// When a file cannot be read or written, or there is none.
pub fn repeat_transcripts(from: &Path, root: &Path, bytes: u64) -> io::Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    find_transcripts(from, &mut sources)?;
    sources.sort();
    if sources.is_empty() {
        return Err(io::Error::other("there are no transcripts in this folder"));
    }
    let (mut files, mut written) = (Vec::new(), 0);
    for round in 0_u32.. {
        for source in &sources {
            if written >= bytes {
                return Ok(files);
            }
            let number = u32::try_from(files.len()).map_err(io::Error::other)?;
            let to = root.join("projects").join(format!("round-{round}")).join(place_of(source, from));
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut content: Vec<u8> =
                (0..u32::BITS).map(|bit| if number >> bit & 1 == 0 { b' ' } else { b'\t' }).collect();
            content.push(b'\n');
            content.append(&mut fs::read(source)?);
            fs::write(&to, &content)?;
            written += content.len() as u64;
            files.push(to);
        }
    }
    Ok(files)
}

/// The transcripts below a folder; the prompt history is none.
fn find_transcripts(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find_transcripts(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "jsonl") && !path.ends_with("history.jsonl") {
            found.push(path);
        }
    }
    Ok(())
}

/// Where a transcript lies below its `projects` folder, in a folder named after what is above that: several users' may be
/// repeated together, and a session's subagents must stay with it.
fn place_of(source: &Path, from: &Path) -> PathBuf {
    let parts: Vec<_> = source.strip_prefix(from).unwrap_or(source).iter().collect();
    let at = parts.iter().position(|part| *part == "projects");
    let (above, below) = parts.split_at(at.unwrap_or(0));
    let above: Vec<_> = above.iter().map(|part| part.to_string_lossy()).collect();
    let below = below.iter().skip(usize::from(at.is_some()));
    Path::new(&format!("from-{}", above.join("-"))).join(below.collect::<PathBuf>())
}

/// Runs a command to its end and says what it cost.
///
/// # Errors
/// When it cannot be started or fails.
pub fn cost(command: &mut Command) -> io::Result<Cost> {
    let cpu_before = cpu_of_children()?;
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
    Ok(Cost { seconds, cpu_seconds: cpu_of_children()? - cpu_before, rss_kib_max })
}

/// Processor time of all children that were waited for.
fn cpu_of_children() -> io::Result<f64> {
    cpu_seconds(&fs::read_to_string("/proc/self/stat")?, 13)
}

/// Two fields of a `stat` file added up, the first of them `at` fields after the process's name, which may hold spaces.
fn cpu_seconds(stat: &str, at: usize) -> io::Result<f64> {
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: Vec<f64> = after.split_whitespace().skip(at).take(2).filter_map(|field| field.parse().ok()).collect();
    match ticks.as_slice() {
        [user, system] => Ok((user + system) / TICKS_PER_SECOND),
        _ => Err(io::Error::other("the system tells no processor time")),
    }
}

/// What a running process used so far.
///
/// # Errors
/// When `/proc` does not tell.
pub fn usage(child: &Child) -> io::Result<Usage> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id()))?;
    let mut switches = 0;
    for task in fs::read_dir(format!("/proc/{}/task", child.id()))? {
        let status = fs::read_to_string(task?.path().join("status"))?;
        let counts = status.lines().filter_map(|line| line.split_once("ctxt_switches:"));
        switches += counts.filter_map(|(_, count)| count.trim().parse::<u64>().ok()).sum::<u64>();
    }
    let [rss_kib, rss_kib_max] = ["VmRSS:", "VmHWM:"].map(|field| field_kib(child.id(), field).unwrap_or(0));
    Ok(Usage { rss_kib, rss_kib_max, cpu_seconds: cpu_seconds(&stat, 11)?, switches })
}

/// How often the thread that waits for notifications of files was woken so far; 0 before it is there.
///
/// # Errors
/// When `/proc` does not tell.
pub fn watcher_wakeups(child: &Child) -> io::Result<u64> {
    let mut wakeups = 0;
    for task in fs::read_dir(format!("/proc/{}/task", child.id()))? {
        let task = task?.path();
        // notify's name for it, cut to the fifteen bytes that the kernel keeps.
        if fs::read_to_string(task.join("comm"))?.starts_with("notify-rs inot") {
            let status = fs::read_to_string(task.join("status"))?;
            let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            wakeups += count.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0);
        }
    }
    Ok(wakeups)
}

/// How many folders and files a running process is notified of.
///
/// # Errors
/// When `/proc` does not tell.
pub fn watches(child: &Child) -> io::Result<usize> {
    let mut watches = 0;
    for file in fs::read_dir(format!("/proc/{}/fdinfo", child.id()))? {
        // Files are closed while they are listed.
        let text = fs::read_to_string(file?.path()).unwrap_or_default();
        watches += text.lines().filter(|line| line.starts_with("inotify ")).count();
    }
    Ok(watches)
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
    use super::{cpu_seconds, place_of, quantile, repeat_transcripts};
    use std::path::Path;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let mut values = [3.0, 1.0, 2.0];
        assert!((quantile(&mut values, 0.5) - 2.0).abs() < f64::EPSILON);
        assert!((quantile(&mut values, 0.99) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn repeated_transcripts_keep_their_subagents_and_differ_in_their_first_line() -> std::io::Result<()> {
        let (from, to) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for (name, content) in [("u1/.claude/projects/-p/s.jsonl", "{}\n"), ("u1/.claude/history.jsonl", "{}\n")] {
            let path = from.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
            std::fs::write(path, content)?;
        }
        let files = repeat_transcripts(from.path(), to.path(), 100)?;
        let contents: std::collections::BTreeSet<Vec<u8>> =
            files.iter().map(std::fs::read).collect::<std::io::Result<_>>()?;
        assert_eq!((files.len(), contents.len()), (3, 3));
        assert!(contents.iter().all(|content| content.ends_with(b"\n{}\n")));
        let place = place_of(Path::new("/x/u1/.claude/projects/-p/s/subagents/agent-1.jsonl"), Path::new("/x"));
        assert_eq!(place, Path::new("from-u1-.claude/-p/s/subagents/agent-1.jsonl"));
        Ok(())
    }

    #[test]
    fn processor_time_is_read_after_a_name_with_spaces_and_brackets() -> std::io::Result<()> {
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 30 20 0";
        assert!((cpu_seconds(stat, 11)? - 2.0).abs() < 1e-9);
        assert!((cpu_seconds(stat, 13)? - 0.5).abs() < 1e-9);
        assert!(cpu_seconds("7 (a) S", 11).is_err());
        Ok(())
    }
}
