//! One session of Claude Code: its version, its folder, its clock, and the members that its records share.

use std::path::PathBuf;

use crate::json::{Json, obj};
use crate::ledger::Fate;
use crate::maker::{Label, Maker, join};

/// The structural generations of transcripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Era {
    /// 1.0.x: summaries, subagents inside the main file.
    V1,
    /// 2.0.x: `agent-*.jsonl` beside the sessions, slugs.
    V2,
    /// 2.1.0 to 2.1.39: progress records, permission modes.
    Early,
    /// 2.1.40 to 2.1.119: `<session>/subagents/`, `speed`, `caller`.
    Middle,
    /// 2.1.120 and later: attachments for hooks, `entrypoint`, prompt ids, iterations.
    Late,
}

impl Era {
    /// All of them, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1, Self::V2, Self::Early, Self::Middle, Self::Late];

    fn versions(self) -> &'static [&'static str] {
        match self {
            Self::V1 => &["1.0.3", "1.0.30", "1.0.56", "1.0.98", "1.0.120"],
            Self::V2 => &["2.0.14", "2.0.53", "2.0.74", "2.0.76"],
            Self::Early => &["2.1.2", "2.1.12", "2.1.23", "2.1.39"],
            Self::Middle => &["2.1.41", "2.1.62", "2.1.87", "2.1.92", "2.1.118"],
            Self::Late => &["2.1.121", "2.1.126", "2.1.132", "2.1.201", "2.1.232"],
        }
    }

    fn models(self) -> &'static [&'static str] {
        match self {
            Self::V1 => &["claude-sonnet-4-20250514", "claude-opus-4-20250514"],
            Self::V2 => &["claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101"],
            Self::Early | Self::Middle => &["claude-opus-4-5-20251101", "claude-opus-4-6", "claude-haiku-4-5-20251001"],
            Self::Late => &["claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5-20251001"],
        }
    }
}

/// A file of a session and the chain of records in it.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) file: PathBuf,
    pub(crate) parent: Option<String>,
    /// The id of the subagent that writes it.
    pub(crate) agent: Option<String>,
}

/// Where below `<session>/subagents/` a subagent writes.
#[derive(Clone, Copy, Debug)]
enum Place {
    Plain,
    Workflow,
    Compact,
}

/// A session that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) era: Era,
    pub(crate) version: &'static str,
    pub(crate) model: &'static str,
    pub(crate) entrypoint: &'static str,
    pub(crate) cwd: String,
    pub(crate) branch: String,
    pub(crate) slug: String,
    pub(crate) prompt_id: String,
    pub(crate) main: Lane,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    pub(crate) turns: usize,
    pub(crate) last_prompt: String,
    pub(crate) todos: Json,
}

impl Session {
    pub(crate) fn new(maker: &mut Maker, era: Era, now: i64) -> Self {
        let id = maker.dice.uuid();
        let project = maker.plain("{n}-{n}");
        let cwd = maker.own.path(&format!("{}/{project}", maker.dice.pick(&["work", "src", "code/acme", "Projects"])));
        let file = PathBuf::from("projects").join(encoded(&cwd)).join(format!("{id}.jsonl"));
        let branch = maker.dice.pick(&["main", "main", "master", "HEAD", "", "dev"]);
        let branch = if maker.dice.per_mille(400) { maker.plain("feature/{v}-{n}-{d}") } else { branch.to_owned() };
        Self {
            era,
            version: maker.dice.pick(era.versions()),
            model: maker.dice.pick(era.models()),
            entrypoint: maker.dice.pick(&["cli", "cli", "claude-vscode", "sdk-ts"]),
            cwd,
            branch,
            slug: maker.plain("{v}-{a}-{n}"),
            prompt_id: maker.dice.uuid(),
            main: Lane { file, parent: None, agent: None },
            now,
            turns: 0,
            last_prompt: String::new(),
            todos: Json::NONE,
            id,
        }
    }

    /// The folder beside the main file that is named after the session.
    pub(crate) fn folder(&self) -> PathBuf {
        self.main.file.with_extension("")
    }

    /// A new lane for a subagent, where this version puts it.
    pub(crate) fn agent_lane(&self, maker: &mut Maker) -> Lane {
        let flat = self.era == Era::V2 || (self.era == Era::Early && maker.dice.per_mille(500));
        let agent = maker.dice.hex(if flat { 8 } else { 17 });
        let name = format!("agent-{agent}.jsonl");
        let folder = self.folder().join("subagents");
        let file = if self.era == Era::V1 {
            self.main.file.clone()
        } else if flat {
            self.main.file.with_file_name(name)
        } else {
            let late = self.era == Era::Late;
            let places: &[Place] = if late {
                &[Place::Workflow, Place::Plain, Place::Compact]
            } else {
                &[Place::Plain, Place::Plain, Place::Compact]
            };
            match maker.next_of(if late { "late lane" } else { "lane" }, places) {
                Place::Workflow => folder.join("workflows").join(format!("wf-{}", maker.dice.hex(8))).join(name),
                Place::Compact => folder.join(format!("agent-acompact-{}.jsonl", maker.dice.hex(6))),
                Place::Plain => folder.join(name),
            }
        };
        let parent = if self.era == Era::V1 { self.main.parent.clone() } else { None };
        Lane { file, parent, agent: Some(agent) }
    }

    /// A path in the project.
    pub(crate) fn file(&self, maker: &mut Maker, place: &'static str) -> String {
        maker.path(&self.cwd, place)
    }

    /// The plan file of the session.
    pub(crate) fn plan_file(&self, maker: &Maker) -> String {
        maker.own.path(&format!(".claude/plans/{}.md", self.slug))
    }

    /// Where the outputs of background tasks are said to be.
    pub(crate) fn task_output(&self, task: &str) -> String {
        join(&format!("/tmp/claude-501/{}", encoded(&self.cwd)), &format!("tasks/{task}.output"))
    }

    /// Moves the clock on; now and then a timestamp runs backwards, as it does in life.
    pub(crate) fn tick(&mut self, maker: &mut Maker) -> String {
        self.now += maker.dice.int(20, 9_000);
        let back = if maker.dice.per_mille(36) { maker.dice.int(1, 900) } else { 0 };
        iso(self.now - back)
    }

    /// Wraps the members of a record that is part of the conversation and writes it to a lane.
    pub(crate) fn write(
        &mut self,
        maker: &mut Maker,
        lane: &mut Lane,
        kind: &'static str,
        body: Json,
        mut label: Label,
    ) -> String {
        let uuid = maker.dice.uuid();
        let late = self.era == Era::Late;
        let mut record = obj! {"parentUuid" => lane.parent.clone()};
        if label.subtype == "compact_boundary" {
            record = obj! {"parentUuid" => Json::Null, "logicalParentUuid" => lane.parent.clone()};
        }
        record.put("isSidechain", lane.agent.is_some());
        if !late {
            record = record.join(self.place_members());
        }
        if self.era != Era::V1 {
            record = record.with_some("agentId", lane.agent.clone());
        }
        let slugged = self.era != Era::V1 && self.turns > 1;
        if !late && slugged {
            record.put("slug", &self.slug);
        }
        if late && kind == "user" {
            record.put("promptId", &self.prompt_id);
        }
        if kind == "assistant" {
            record = record.join(body).with("type", kind);
        } else {
            record = record.with("type", kind).join(body);
        }
        record = record.with("uuid", &uuid).with("timestamp", self.tick(maker));
        if late {
            record = record.join(self.place_members());
            if slugged {
                record.put("slug", &self.slug);
            }
        }
        if maker.dice.per_mille(6) {
            record = self.with_news(maker, record);
        }
        lane.parent = Some(uuid.clone());
        label.uuid = Some(uuid.clone());
        let file = lane.file.clone();
        maker.emit(file, &self.id, &record, label);
        uuid
    }

    /// Writes a record that stands outside the conversation: no uuid, no parent.
    pub(crate) fn write_small(&self, maker: &mut Maker, kind: &'static str, record: &Json, fate: Fate) {
        let label = Label { fate, ..Label::of(kind) };
        maker.emit(self.main.file.clone(), &self.id, record, label);
    }

    fn place_members(&self) -> Json {
        let mut members = obj! {"userType" => "external"};
        if self.era == Era::Late || ["2.1.87", "2.1.92", "2.1.118"].contains(&self.version) {
            members.put("entrypoint", self.entrypoint);
        }
        members
            .with("cwd", &self.cwd)
            .with("sessionId", &self.id)
            .with("version", self.version)
            .with("gitBranch", &self.branch)
    }

    /// Members that no list can know: they appeared last week. Their texts hold plants.
    fn with_news(&self, maker: &mut Maker, record: Json) -> Json {
        use crate::ledger::Form;
        use crate::plant::Surface;
        let mut note = maker.plain("{a} {n}");
        maker.planter.plant(&mut note, "(unlisted field)", Surface::Line);
        let mut inner = obj! {"note" => note, "count" => maker.dice.below(100)};
        if let Some(secret) = maker.planter.bare("(unlisted key)", Form::Key) {
            inner.put(secret, true);
        }
        record.with("turnInsights", inner)
    }
}

/// A folder as Claude Code names it below `projects/`: everything but letters and digits becomes `-`.
pub(crate) fn encoded(cwd: &str) -> String {
    cwd.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect()
}

/// A time in milliseconds as an ISO 8601 string. Source of the calendar arithmetic: proleptic Gregorian calendar in
/// eras of 400 years.
pub(crate) fn iso(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (h, m, s, milli) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{milli:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_the_gregorian_calendar() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(1_767_225_599_999), "2025-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_folder_name_keeps_only_letters_and_digits() {
        assert_eq!(encoded("/home/dev/my.app"), "-home-dev-my-app");
        assert_eq!(encoded("C:\\Users\\dev"), "C--Users-dev");
    }
}
