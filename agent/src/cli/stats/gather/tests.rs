use super::*;
use crate::edge::kept::Content;
use crate::stats::{By, Day, Prices, Table};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

const LINE_BYTES_MAX: usize = 2000;
const DAY_MS: i64 = 86_400_000;

fn day(ms: i64) -> Day {
    let start = ms.div_euclid(DAY_MS) * DAY_MS;
    Day { name: format!("{:06}", ms.div_euclid(DAY_MS)), span_ms: start..start + DAY_MS }
}

/// When a run takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// While what was just changed could be changed again and look the same.
    Now,
    /// When that is over.
    Later,
}

/// A made-up user's transcripts, and chance.
struct Home {
    folder: tempfile::TempDir,
    chance: u64,
}

impl Home {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for project in ["a", "b/subagents"] {
            fs::create_dir_all(folder.path().join("projects").join(project)).unwrap();
        }
        fs::create_dir(folder.path().join("state")).unwrap();
        Self { folder, chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    fn below(&mut self, count: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        (self.chance >> 11) % count
    }

    fn kept(&self) -> Kept {
        Kept::new(&self.folder.path().join("state"), Content::Usage)
    }

    fn file(&mut self) -> PathBuf {
        let (folder, name) = (["a", "b", "b/subagents"][self.below(3) as usize], self.below(3));
        self.folder.path().join("projects").join(folder).join(format!("s{name}.jsonl"))
    }

    fn run(&self, kept: Option<&Kept>, when: When, since_ms: i64) -> (Counts, u64, Vec<Table>) {
        let mut gatherer = Gatherer::since(since_ms);
        let later_ms = if when == When::Later { 60_000 } else { 0 };
        let now = Wall(crate::edge::clock::wall().0 + later_ms);
        let counts = gather(&[self.folder.path().to_owned()], LINE_BYTES_MAX, kept, now, &mut gatherer);
        let prices = Prices::shipped().unwrap();
        let tables = [By::Day, By::Model, By::Project, By::Session, By::Tool, By::Subagent];
        (counts, gatherer.unreadable, tables.map(|by| gatherer.table(by, &prices, day)).to_vec())
    }

    /// Runs with the cache and without, and holds them against each other.
    fn check(&mut self, what: &str) -> When {
        let when = if self.below(2) == 0 { When::Now } else { When::Later };
        let since_ms = [i64::MIN, 1_790_000_000_000 + DAY_MS][self.below(2) as usize];
        let fresh = self.run(None, when, since_ms);
        assert_eq!(self.run(Some(&self.kept()), when, since_ms), fresh, "{what}");
        when
    }

    /// An id that is seldom met elsewhere.
    fn id(&mut self, kind: &str, own: &str, count: u64) -> String {
        let own = if self.below(60) == 0 { "" } else { own };
        format!("{kind} {own} {}", self.below(count))
    }

    /// A line, with or without its end.
    fn line(&mut self, own: &str) -> Vec<u8> {
        let mut line = match self.below(12) {
            0 => b"{\"broken".to_vec(),
            1 => b"  ".to_vec(),
            2 => vec![b'x'; LINE_BYTES_MAX + 1],
            3 => b"{\"uuid\":\"\xff\"}".to_vec(),
            _ => self.record(own).to_string().into_bytes(),
        };
        if self.below(8) > 0 {
            line.push(b'\n');
        }
        line
    }

    fn record(&mut self, own: &str) -> serde_json::Value {
        let at = jiff::Timestamp::from_millisecond(1_790_000_000_000 + self.below(3 * DAY_MS as u64) as i64).unwrap();
        let model = ["claude-opus-4-5-20251101", "claude-sonnet-4", "claude-opus-5", "claude-unheard-of"]
            [self.below(4) as usize];
        let content = match self.below(3) {
            0 => serde_json::json!([{"type": "tool_use", "id": self.id("call", own, 40), "name": "Bash"}]),
            1 => {
                serde_json::json!([{"type": "tool_result", "tool_use_id": self.id("call", own, 40), "is_error": true}])
            }
            _ => serde_json::json!("a text"),
        };
        let kind = ["user", "assistant"][self.below(2) as usize];
        let mut record = serde_json::json!({
            "type": kind, "timestamp": at.to_string(), "uuid": self.id("record", own, 300),
            "message": {"id": self.id("message", own, 60), "model": model, "content": content, "usage": {
                "input_tokens": self.below(100), "output_tokens": self.below(3000), "cache_read_input_tokens": self.below(9) * 1000,
                "cache_creation_input_tokens": self.below(500)}},
        });
        if self.below(3) == 0 {
            record["message"]["usage"]["speed"] = ["standard", "fast", "sluggish"][self.below(3) as usize].into();
        }
        if self.below(2) == 0 {
            // Also what files are named after.
            record["sessionId"] = format!("s{}", self.below(4)).into();
            record["cwd"] = format!("/p{}", self.below(3)).into();
            record["isSidechain"] = (self.below(2) == 0).into();
        }
        record
    }

    fn lines(&mut self, path: &Path) -> Vec<u8> {
        let own = path.to_string_lossy().into_owned();
        (0..=self.below(6)).flat_map(|_| self.line(&own)).collect()
    }

    /// Changes one file somehow. After a look from later on, every change must show in a length or an inode.
    fn change(&mut self, last: When) -> &'static str {
        let (path, other) = (self.file(), self.file());
        let there = fs::read(&path).unwrap_or_default();
        match self.below(9) {
            8 if !there.is_empty() && path != other => {
                let _ = fs::remove_file(&other);
                if self.below(2) == 0 {
                    fs::hard_link(&path, &other).unwrap();
                    "linked"
                } else {
                    fs::write(&other, there).unwrap();
                    "copied"
                }
            }
            0 => {
                let _ = fs::rename(&path, &other);
                "moved"
            }
            1 => {
                let _ = fs::remove_file(&path);
                "deleted"
            }
            2 if !there.is_empty() => {
                let length = self.below(there.len() as u64);
                File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
                "cut"
            }
            3 => {
                let mut lines = self.lines(&path);
                lines.extend((lines.len() == there.len()).then_some(b'\n'));
                let beside = path.with_extension("new");
                fs::write(&beside, lines).unwrap();
                fs::rename(&beside, &path).unwrap();
                "replaced"
            }
            4 if !there.is_empty() => {
                let mut bytes = there;
                let at = self.below(bytes.len() as u64) as usize;
                bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
                if last == When::Later || self.below(2) == 0 {
                    bytes.extend(self.lines(&path));
                }
                // In place: the inode stays.
                fs::write(&path, bytes).unwrap();
                "rewritten"
            }
            _ => {
                let lines = self.lines(&path);
                let mut file = File::options().create(true).append(true).open(&path).unwrap();
                file.write_all(&lines).unwrap();
                "appended"
            }
        }
    }
}

#[test]
fn stats_are_the_same_with_a_cache_and_without_whatever_happens_to_files() {
    let (mut alone, mut shared) = (0, 0);
    for seed in 1..=12 {
        let mut home = Home::new(seed);
        let mut last = home.check("empty");
        for step in 0..60 {
            let what = home.change(last);
            last = home.check(&format!("seed {seed}, step {step}: {what}"));
            let kept = home.kept().load(&Cache::about(LINE_BYTES_MAX)).unwrap();
            for part in Cache::from_bytes(&kept).unwrap().files.values() {
                *if part.is_alone() { &mut alone } else { &mut shared } += 1;
            }
        }
    }
    assert!(alone > 500 && shared > 500, "{alone} files by themselves, {shared} others");
}

#[test]
fn stats_take_a_file_that_looks_as_before_from_the_cache_and_a_young_one_never() {
    let mut home = Home::new(3);
    let lines: Vec<u8> = (0..50).flat_map(|_| home.line("")).collect();
    fs::write(home.file(), lines).unwrap();
    let about = Cache::about(LINE_BYTES_MAX);
    for when in [When::Now, When::Later] {
        let fresh = home.run(Some(&home.kept()), when, i64::MIN);
        let mut cache = Cache::from_bytes(&home.kept().load(&about).unwrap()).unwrap();
        assert_eq!(Cache::from_bytes(&cache.to_bytes()).as_ref(), Some(&cache));
        for part in cache.files.values_mut() {
            assert_eq!(part.seen.stamp.is_some(), when == When::Later);
            let stamp = part.seen.stamp;
            *part = Part::default();
            part.finish();
            part.seen.stamp = stamp;
        }
        home.kept().save(&about, cache.to_bytes()).unwrap();
        let emptied = home.run(Some(&home.kept()), when, i64::MIN);
        assert_eq!(emptied == fresh, when == When::Now);
    }
}

#[test]
fn stats_throw_a_broken_cache_away_and_make_a_new_one() {
    let mut home = Home::new(5);
    let lines: Vec<u8> = (0..50).flat_map(|_| home.line("")).collect();
    fs::write(home.file(), lines).unwrap();
    let fresh = home.run(None, When::Later, i64::MIN);
    let about = Cache::about(LINE_BYTES_MAX);
    let state = home.folder.path().join("state");
    let (cache, key) = (state.join("stats.cache"), state.join("stats.key"));
    assert_eq!(fs::read_dir(&state).unwrap().count(), 0);
    home.run(Some(&home.kept()), When::Later, i64::MIN);
    let whole = fs::read(&cache).unwrap();
    assert!(!whole.windows(7).any(|part| part == b"session"), "names are sealed");
    let mut breaks: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for at in (0..whole.len()).step_by(whole.len() / 20).chain([whole.len() - 1]) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        breaks.extend([(cache.clone(), flipped), (cache.clone(), whole[..at].to_vec())]);
    }
    breaks.extend([(key.clone(), vec![7; 32]), (key.clone(), b"short".to_vec())]);
    for (path, bytes) in breaks {
        fs::write(path, bytes).unwrap();
        assert!(home.kept().load(&about).is_none());
        assert_eq!(home.run(Some(&home.kept()), When::Later, i64::MIN), fresh);
        assert!(home.kept().load(&about).is_some());
    }
    assert!(home.kept().load(&Cache::about(LINE_BYTES_MAX + 1)).is_none(), "another limit");
    home.kept().save(&about, b"no cache".to_vec()).unwrap();
    assert_eq!(home.run(Some(&home.kept()), When::Later, i64::MIN), fresh);
    let nowhere = Kept::new(&state.join("not there"), Content::Usage);
    assert_eq!(home.run(Some(&nowhere), When::Later, i64::MIN), fresh);
    Kept::delete(&state).unwrap();
    assert_eq!(fs::read_dir(&state).unwrap().count(), 0);
    assert!(Kept::delete(&state.join("not there")).is_ok());
}

#[cfg(unix)]
#[test]
fn stats_keep_files_for_this_user_alone_and_do_not_trust_an_open_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let kept = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(kept.path().join(name)).unwrap().permissions().mode() & 0o777;
    Kept::new(kept.path(), Content::Usage).save(b"about", b"bytes".to_vec()).unwrap();
    assert_eq!((mode("stats.cache"), mode("stats.key")), (0o600, 0o600));
    assert_eq!(Kept::new(kept.path(), Content::Usage).load(b"about").as_deref(), Some(&b"bytes"[..]));
    fs::set_permissions(kept.path().join("stats.key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Kept::new(kept.path(), Content::Usage).load(b"about").is_none());
    Kept::new(kept.path(), Content::Usage).save(b"about", b"bytes".to_vec()).unwrap();
    assert_eq!(mode("stats.key"), 0o600);
}
