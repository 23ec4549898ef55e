//! Measures the agent's program from outside: `whole-process [--quick] [--mb N] [--transcripts DIR] [--tier TIER]
//! [run-once|backlog|long-line|start|idle|latency|delivery|stats]...` (all by default), or `whole-process parse FILE...`, the yardstick, which the first
//! one starts by itself. `run-once` reads generated transcripts, N MB of them, or those of DIR repeated, at the content tier or TIER.
//! `backlog` and `delivery` send to a double of Firehose within this program.
//! `stats` reads generated ones; beside it runs ccusage where `BCCE_TEST_CCUSAGE` names its script.
//!
//! The agent is `bcce-agent` beside this program, or what `BCCE_AGENT_BIN` names.

use bench_support::{
    Cost, Home, cost, quantile, repeat_transcripts, usage, watcher_wakeups, watches, write_sessions, write_transcripts,
};
use firehose_double::{Double, Script};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    bytes: u64,
    rounds: usize,
    idle: Duration,
    appends: usize,
}

const FULL: Size = Size { bytes: 200_000_000, rounds: 5, idle: Duration::from_secs(60), appends: 200 };
const QUICK: Size = Size { bytes: 20_000_000, rounds: 3, idle: Duration::from_secs(10), appends: 20 };
/// Transcripts and projects of the quiet home.
const QUIET_FILES: usize = 1000;
const QUIET_PROJECTS: usize = 500;
/// The line that no agent should hold in memory.
const LONG_LINE: usize = 64 * 1024 * 1024;
/// How long a daemon may take for its first look at everything.
const SETTLE: Duration = Duration::from_secs(8);
/// When it has looked a second time, and files and folders are no longer young.
const QUIET_AFTER: Duration = Duration::from_secs(40);
/// Turns of a session of which many make up a backlog: half a megabyte a file, those of subagents counted.
const TURNS_OF_BACKLOG: usize = 76;
/// Nothing more arrived for so long: longer than the flush interval.
const AT_REST: Duration = Duration::from_secs(70);
/// How long an appended record may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(40);

fn main() -> io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "parse") {
        return parse(arguments.get(1..).unwrap_or_default());
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    arguments.retain(|argument| argument != "--quick");
    let mut size = if quick { QUICK } else { FULL };
    if let Some(megabytes) = take_option(&mut arguments, "--mb")? {
        size.bytes = megabytes.parse::<u64>().map_err(io::Error::other)?.saturating_mul(1_000_000);
    }
    let transcripts = take_option(&mut arguments, "--transcripts")?.map(PathBuf::from);
    let tier = take_option(&mut arguments, "--tier")?.unwrap_or_else(|| "content".to_owned());
    let agent = agent()?;
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    if wanted("run-once") {
        run_once(&agent, size, transcripts.as_deref(), &tier)?;
    }
    if wanted("backlog") {
        backlog(&agent, size, &tier)?;
    }
    if wanted("long-line") {
        long_line(&agent)?;
    }
    if wanted("start") {
        start(&agent, size)?;
    }
    if wanted("idle") {
        idle(&agent, size)?;
    }
    if wanted("latency") {
        latency(&agent, size)?;
    }
    if wanted("delivery") {
        delivery(&agent, size)?;
    }
    if wanted("stats") {
        stats(&agent, size)?;
    }
    Ok(())
}

/// Takes an option and its value out of the arguments.
fn take_option(arguments: &mut Vec<String>, name: &str) -> io::Result<Option<String>> {
    let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(None) };
    arguments.remove(at);
    if at < arguments.len() {
        return Ok(Some(arguments.remove(at)));
    }
    Err(io::Error::other(format!("{name} needs a value")))
}

fn agent() -> io::Result<PathBuf> {
    let named = std::env::var_os("BCCE_AGENT_BIN").map(PathBuf::from);
    let path = match named {
        Some(path) => path,
        None => std::env::current_exe()?.with_file_name("bcce-agent"),
    };
    if path.is_file() {
        return Ok(path);
    }
    Err(io::Error::other("no agent here: `cargo build --release -p bcce-agent` makes it"))
}

/// The yardstick: every line to a `Value`, on one thread. Files are read line by line into one buffer.
fn parse(files: &[String]) -> io::Result<()> {
    let mut line = Vec::new();
    for file in files {
        let mut reader = BufReader::with_capacity(1024 * 1024, fs::File::open(file)?);
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            // Lines that do not parse cost time as well.
            drop(std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&line)));
        }
    }
    Ok(())
}

/// `run --once` beside the yardstick, in turn.
fn run_once(agent: &Path, size: Size, transcripts: Option<&Path>, tier: &str) -> io::Result<()> {
    let home = Home::new(agent)?;
    let files = match transcripts {
        Some(from) => repeat_transcripts(from, &home.root(), size.bytes)?,
        None => write_transcripts(&home.root(), size.bytes)?,
    };
    let bytes = files.iter().try_fold(0, |sum, file| fs::metadata(file).map(|facts| sum + facts.len()))?;
    let (mut ratios, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut cpu_ours, mut cpu_theirs) = (Vec::new(), Vec::new());
    let (mut rss_ours, mut rss_theirs) = (0, 0);
    for _ in 0..size.rounds {
        let yardstick = cost(Command::new(std::env::current_exe()?).arg("parse").args(&files))?;
        let run = once(&home, tier)?;
        ratios.push(yardstick.seconds / run.seconds);
        ours.push(run.seconds);
        theirs.push(yardstick.seconds);
        cpu_ours.push(run.cpu_seconds);
        cpu_theirs.push(yardstick.cpu_seconds);
        rss_ours = rss_ours.max(run.rss_kib_max);
        rss_theirs = rss_theirs.max(yardstick.rss_kib_max);
    }
    let spread = (quantile(&mut ratios, 0.0), quantile(&mut ratios, 1.0));
    tell(format_args!(
        "run-once: {tier} tier, {} MB in {} files, {} rounds: serde_json {:.2} s, run --once {:.2} s, ratio {:.2} ({:.2} to {:.2}; goal >= 1)",
        bytes / 1_000_000,
        files.len(),
        size.rounds,
        quantile(&mut theirs, 0.5),
        quantile(&mut ours, 0.5),
        quantile(&mut ratios, 0.5),
        spread.0,
        spread.1,
    ))?;
    let gigabytes = bytes as f64 / 1e9;
    tell(format_args!(
        "run-once: processor time {:.2} s/GB ({:.2} s/GB for the fastest round), serde_json {:.2} s/GB",
        quantile(&mut cpu_ours, 0.5) / gigabytes,
        quantile(&mut cpu_ours, 0.0) / gigabytes,
        quantile(&mut cpu_theirs, 0.5) / gigabytes,
    ))?;
    tell(format_args!("run-once: peak RSS {} (goal <= 80 MB), serde_json {}", mb(rss_ours), mb(rss_theirs)))
}

fn once(home: &Home, tier: &str) -> io::Result<Cost> {
    home.forget()?;
    home.grant(tier)?;
    cost(&mut home.agent(&["run", "--once"]))
}

/// The daemon over files that were there before it, until a double of Firehose has all of them, which takes no time of the
/// agent's but shares the machine with it.
fn backlog(agent: &Path, size: Size, tier: &str) -> io::Result<()> {
    let home = Home::new(agent)?;
    let sessions = samples::Generator::new(7).plants_per_mille(5).turns_per_session(TURNS_OF_BACKLOG);
    let files = write_sessions(&home.root(), &sessions.bytes(size.bytes + size.bytes / 2))?;
    let bytes = files.iter().try_fold(0, |sum, file| fs::metadata(file).map(|facts| sum + facts.len()))?;
    let double = Double::start(Script::default())?;
    home.set(&firehose(&double, "60s"))?;
    home.grant(tier)?;
    let started = Instant::now();
    let mut daemon = home.daemon().spawn()?;
    let (mut seen, mut seconds) = (0, 0.0);
    while seen == 0 || started.elapsed().as_secs_f64() - seconds < AT_REST.as_secs_f64() {
        std::thread::sleep(Duration::from_millis(100));
        let received = double.look(|received| received.distinct_events());
        if received > seen {
            (seen, seconds) = (received, started.elapsed().as_secs_f64());
        }
    }
    let run = usage(&daemon)?;
    daemon.kill()?;
    daemon.wait()?;
    let (received, sent) = double.look(|received| (received.distinct_events(), received.bytes));
    let billed = double.look(|received| received.billed_bytes);
    tell(format_args!(
        "backlog: {tier} tier, {} MB in {} files into Firehose: {:.2} s, {:.1} s of processor time a GB (goal <= 6 at content, <= 4 at metrics), peak RSS {} (goal <= 64 MB); {received} events, {} MB sent, billed {:.3} times that",
        bytes / 1_000_000,
        files.len(),
        seconds,
        run.cpu_seconds * 1e9 / bytes as f64,
        mb(run.rss_kib_max),
        sent / 1_000_000,
        billed as f64 / sent as f64,
    ))
}

/// Settings that send to the double, with nothing that slows a backlog.
fn firehose(double: &Double, flush_interval: &str) -> String {
    format!(
        "[sink]\nkind = \"firehose\"\n[sink.firehose]\nregion = \"eu-central-1\"\nendpoint_url = \"{}\"\nflush_interval = \"{flush_interval}\"\n\
         [limits]\nstart_jitter = \"0s\"\nrecords_per_second = 5000\nbytes_per_second = \"1GiB\"\ncalls_per_second = 1000\nbytes_per_day = \"100GiB\"\n",
        double.url()
    )
}

/// A line of 64 MiB between ordinary ones: skipped, and never held.
fn long_line(agent: &Path) -> io::Result<()> {
    let home = Home::new(agent)?;
    let files = write_transcripts(&home.root(), 1_000_000)?;
    let Some(first) = files.first() else { return Ok(()) };
    let mut file = fs::OpenOptions::new().append(true).open(first)?;
    file.write_all(b"{\"type\":\"user\",\"text\":\"")?;
    let block = [b'x'; 1024 * 1024];
    for _ in 0..LONG_LINE / block.len() {
        file.write_all(&block)?;
    }
    file.write_all(b"\"}\n")?;
    let run = once(&home, "content")?;
    tell(format_args!(
        "long-line: one line of 64 MB: {:.2} s, peak RSS {} (goal <= 80 MB)",
        run.seconds,
        mb(run.rss_kib_max)
    ))
}

/// A home with files that nobody writes any more, all of them known to the agent.
fn quiet_home(agent: &Path) -> io::Result<Home> {
    let home = Home::new(agent)?;
    let mut lines = samples::Generator::new(11).plants_per_mille(5).endless().stream();
    for at in 0..QUIET_FILES {
        let project = home.root().join("projects").join(format!("-work-p{}", at % QUIET_PROJECTS));
        fs::create_dir_all(&project)?;
        let bytes: Vec<u8> = lines.by_ref().take(4).flat_map(|line| line.bytes).collect();
        fs::write(project.join(format!("00000000-0000-4000-8000-{at:012}.jsonl")), bytes)?;
    }
    once(&home, "content")?;
    Ok(home)
}

/// From the start of the process until every project's folder is watched.
fn start(agent: &Path, size: Size) -> io::Result<()> {
    let home = quiet_home(agent)?;
    let (mut seconds, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..4 * size.rounds {
        let started = Instant::now();
        let mut daemon = home.daemon().spawn()?;
        let watching = loop {
            if watches(&daemon)? > QUIET_PROJECTS {
                cpu.push(usage(&daemon)?.cpu_seconds);
                break Ok(started.elapsed());
            }
            if started.elapsed() > PATIENCE {
                break Err(io::Error::other("the agent did not watch in 40 s"));
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        daemon.kill()?;
        daemon.wait()?;
        seconds.push(watching?.as_secs_f64());
    }
    tell(format_args!(
        "start: {QUIET_FILES} files in {QUIET_PROJECTS} projects, {} starts: watching after {:.3} s (goal <= 0.3 s), {:.3} to {:.3} s; processor time {:.2} s",
        seconds.len(),
        quantile(&mut seconds, 0.5),
        quantile(&mut seconds, 0.0),
        quantile(&mut seconds, 1.0),
        quantile(&mut cpu, 0.5),
    ))
}

/// The daemon over files that nobody writes: only what it opens itself could wake its watcher.
fn idle(agent: &Path, size: Size) -> io::Result<()> {
    let home = quiet_home(agent)?;
    let mut daemon = home.daemon().spawn()?;
    std::thread::sleep(QUIET_AFTER);
    let (before, woken) = (usage(&daemon)?, watcher_wakeups(&daemon)?);
    let started = Instant::now();
    std::thread::sleep(size.idle);
    let (after, woken) = (usage(&daemon)?, watcher_wakeups(&daemon)?.saturating_sub(woken));
    let seconds = started.elapsed().as_secs_f64();
    daemon.kill()?;
    daemon.wait()?;
    let cpu = after.cpu_seconds - before.cpu_seconds;
    tell(format_args!(
        "idle: {QUIET_FILES} files in {QUIET_PROJECTS} projects, {seconds:.0} s: RSS {} (goal <= 20 MB), CPU {:.0} ms a minute (goal <= 20), {:.1} context switches/s, {woken} wake-ups of the watcher (goal 0)",
        mb(after.rss_kib),
        60_000.0 * cpu / seconds,
        (after.switches.saturating_sub(before.switches)) as f64 / seconds,
    ))
}

/// From an append to its commit: SQLite's write-ahead log changes when, and only when, the spool commits.
fn latency(agent: &Path, size: Size) -> io::Result<()> {
    let home = Home::new(agent)?;
    let projects = home.root().join("projects");
    let mut files = write_transcripts(&home.root(), 1_000_000)?;
    // The prompt history lies beside the projects and is not read by default.
    files.retain(|file| file.starts_with(&projects));
    once(&home, "content")?;
    let mut daemon = home.daemon().spawn()?;
    std::thread::sleep(SETTLE);
    let measured = appends(&home, &files, size);
    daemon.kill()?;
    daemon.wait()?;
    let mut seconds = measured?;
    tell(format_args!(
        "latency: {} appends: appended -> spooled p50 {:.3} s, p99 {:.3} s (goal <= 1 s), max {:.3} s",
        seconds.len(),
        quantile(&mut seconds, 0.5),
        quantile(&mut seconds, 0.99),
        quantile(&mut seconds, 1.0),
    ))
}

/// From an append to the double's yes, in files that are known and in new ones, for the shortest intervals.
fn delivery(agent: &Path, size: Size) -> io::Result<()> {
    delivery_within("0s", agent, size)?;
    delivery_within("100ms", agent, size)
}

fn delivery_within(flush_interval: &str, agent: &Path, size: Size) -> io::Result<()> {
    let home = Home::new(agent)?;
    let double = Double::start(Script::default())?;
    home.set(&firehose(&double, flush_interval))?;
    let projects = home.root().join("projects");
    let mut files = write_transcripts(&home.root(), 1_000_000)?;
    files.retain(|file| file.starts_with(&projects));
    once(&home, "content")?;
    let mut daemon = home.daemon().spawn()?;
    std::thread::sleep(SETTLE);
    let measured = arrivals(&double, &files, size.appends);
    let new: Vec<PathBuf> = (0..size.appends)
        .map(|at| projects.join("-work-new").join(format!("00000000-0000-4000-8000-{at:012}.jsonl")))
        .collect();
    let measured_new = fs::create_dir_all(projects.join("-work-new")).and_then(|()| {
        // A folder that was just made is not watched yet.
        std::thread::sleep(SETTLE);
        arrivals(&double, &new, size.appends)
    });
    daemon.kill()?;
    daemon.wait()?;
    for (what, seconds) in [("known files", measured), ("new files", measured_new)] {
        let mut seconds = seconds?;
        tell(format_args!(
            "delivery: {} records, {what}, flush interval {flush_interval}: appended -> received p50 {:.3} s, p99 {:.3} s, max {:.3} s",
            seconds.len(),
            quantile(&mut seconds, 0.5),
            quantile(&mut seconds, 0.99),
            quantile(&mut seconds, 1.0),
        ))?;
    }
    Ok(())
}

fn arrivals(double: &Double, files: &[PathBuf], count: usize) -> io::Result<Vec<f64>> {
    let arrived = || Ok(double.look(|received| received.lines));
    let mut seconds = Vec::with_capacity(count);
    for (at, file) in files.iter().cycle().take(count).enumerate() {
        // Of a record that is known nothing arrives.
        let record = serde_json::json!({
            "type": "user", "uuid": format!("00000000-0000-4000-9000-{:012x}", arrived()? * 1000 + at as u64),
            "sessionId": "00000000-0000-4000-8000-000000000001", "timestamp": "2026-11-24T01:02:03.000Z",
            "version": "2.1.0", "cwd": "/home/tester/work", "message": { "role": "user", "content": "say a word" },
        });
        seconds.push(append(file, format!("{record}\n").as_bytes(), arrived)?);
    }
    Ok(seconds)
}

fn appends(home: &Home, files: &[PathBuf], size: Size) -> io::Result<Vec<f64>> {
    let lines = samples::Generator::new(13).plants_per_mille(5).endless().stream();
    let places = files.iter().cycle().take(size.appends);
    places.zip(lines).map(|(file, line)| append(file, &line.bytes, || committed(home))).collect()
}

/// Appends to a file, and waits until what `seen` counts has changed: the seconds that it took.
fn append<T: PartialEq>(file: &Path, bytes: &[u8], seen: impl Fn() -> io::Result<T>) -> io::Result<f64> {
    let before = seen()?;
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file)?;
    let started = Instant::now();
    file.write_all(bytes)?;
    while seen()? == before {
        if started.elapsed() > PATIENCE {
            return Err(io::Error::other("an appended record was not seen in 40 s"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let seconds = started.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_millis(30));
    Ok(seconds)
}

/// `stats` without a cache, for the first time and again, in turn, with ccusage beside it.
fn stats(agent: &Path, size: Size) -> io::Result<()> {
    let home = Home::new(agent)?;
    let files = write_transcripts(&home.root(), size.bytes)?;
    let bytes = files.iter().try_fold(0, |sum, file| fs::metadata(file).map(|facts| sum + facts.len()))?;
    // A file that was just written is read again next time.
    std::thread::sleep(SETTLE);
    let mut runs: Vec<(&str, Vec<Cost>)> =
        ["no cache", "first", "again", "ccusage"].map(|name| (name, Vec::new())).into();
    let ccusage = std::env::var_os("BCCE_TEST_CCUSAGE");
    for _ in 0..size.rounds {
        home.forget()?;
        for (name, costs) in &mut runs {
            match (*name, &ccusage) {
                ("no cache", _) => costs.push(cost(&mut home.agent(&["stats", "--no-cache", "--json"]))?),
                ("ccusage", Some(script)) => costs.push(cost(&mut self::ccusage(&home, script))?),
                ("ccusage", None) => {}
                (_, _) => costs.push(cost(&mut home.agent(&["stats", "--json"]))?),
            }
        }
    }
    for (name, costs) in &runs {
        let mut seconds: Vec<f64> = costs.iter().map(|cost| cost.seconds).collect();
        let mut cpu: Vec<f64> = costs.iter().map(|cost| cost.cpu_seconds).collect();
        let Some(rss) = costs.iter().map(|cost| cost.rss_kib_max).max() else { continue };
        tell(format_args!(
            "stats: {name}, {} MB in {} files, {} rounds: {:.2} s ({:.2} to {:.2}), processor time {:.2} s, {:.2} s/GB, peak RSS {}",
            bytes / 1_000_000,
            files.len(),
            costs.len(),
            quantile(&mut seconds, 0.5),
            quantile(&mut seconds, 0.0),
            quantile(&mut seconds, 1.0),
            quantile(&mut cpu, 0.5),
            quantile(&mut cpu, 0.5) / (bytes as f64 / 1e9),
            mb(rss)
        ))?;
    }
    Ok(())
}

/// ccusage over the same transcripts.
fn ccusage(home: &Home, script: &std::ffi::OsStr) -> Command {
    let mut command = Command::new("node");
    command
        .arg(script)
        .args(["daily", "--json", "--offline"])
        .env("CLAUDE_CONFIG_DIR", home.root())
        .env("HOME", home.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// When the spool was committed last.
fn committed(home: &Home) -> io::Result<std::time::SystemTime> {
    fs::metadata(home.wal())?.modified()
}

fn mb(kib: u64) -> String {
    format!("{:.1} MB", kib as f64 * 1024.0 / 1e6)
}

fn tell(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
