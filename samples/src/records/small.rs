//! Records outside the conversation: queue, titles, modes, snapshots, history, and types that appeared last week.

use std::path::PathBuf;

use crate::json::{Json, obj};
use crate::ledger::{Fate, Form};
use crate::maker::{Label, Maker};
use crate::session::{Era, Session, iso};

/// The prompt as the queue saw it, when it was typed while the model was busy.
pub(crate) fn queue(maker: &mut Maker, session: &mut Session, prompt: &str) {
    let (enqueued, dequeued) = (session.tick(maker), session.tick(maker));
    let mut record = obj! {"type" => "queue-operation", "operation" => "enqueue", "timestamp" => enqueued, "sessionId" => &session.id};
    if maker.dice.per_mille(500) {
        record.put("content", prompt.to_owned());
    }
    session.write_small(maker, "queue-operation", &record, Fate::Event);
    let operation = maker.dice.pick(&["dequeue", "dequeue", "dequeue", "remove", "popAll"]);
    let record = obj! {"type" => "queue-operation", "operation" => operation, "timestamp" => dequeued, "sessionId" => &session.id};
    session.write_small(maker, "queue-operation", &record, Fate::Event);
}

/// The files that Claude Code could restore. Their paths are keys: content that must never pass.
pub(crate) fn file_history(maker: &mut Maker, session: &mut Session) {
    let id = maker.dice.uuid();
    let mut files = Json::EMPTY;
    let count = if maker.dice.per_mille(500) { 0 } else { maker.dice.between(1, 16) };
    for _ in 0..count {
        let path = session.file(maker, "file-history-snapshot.snapshot.trackedFileBackups (key)");
        let name = (!maker.dice.per_mille(180)).then(|| format!("{}@v1", maker.dice.hex(16)));
        let backup = obj! {"backupFileName" => name, "version" => 1, "backupTime" => iso(session.now)};
        files.put(path, backup);
    }
    let snapshot = obj! {"messageId" => &id, "trackedFileBackups" => files, "timestamp" => session.tick(maker)};
    let record = obj! {"type" => "file-history-snapshot", "messageId" => &id, "snapshot" => snapshot, "isSnapshotUpdate" => maker.dice.per_mille(500)};
    session.write_small(maker, "file-history-snapshot", &record, Fate::Event);
}

/// One line of `history.jsonl`.
pub(crate) fn history(maker: &mut Maker, session: &Session, prompt: &str) {
    let mut pasted = Json::EMPTY;
    match maker.next_of("history", &[0, 1, 2, 3, 4]) {
        0 => {
            let text = maker.output("history.pastedContents.{*}.content", 300);
            pasted = obj! {"1" => obj!{"id" => 1, "type" => "text", "content" => text}};
        }
        1 => pasted = obj! {"2" => obj!{"id" => 2, "type" => "text", "contentHash" => maker.dice.hex(16)}},
        _ => {}
    }
    let mut record = obj! {"display" => prompt.to_owned(), "pastedContents" => pasted, "timestamp" => session.now, "project" => session.cwd.clone()};
    if session.era != Era::V1 {
        record.put("sessionId", &session.id);
    }
    let label = Label { fate: Fate::History, ..Label::of("history") };
    maker.emit(PathBuf::from("history.jsonl"), &session.id, &record, label);
}

/// The records that late versions write around a turn.
pub(crate) fn around(maker: &mut Maker, session: &mut Session) {
    let id = session.id.clone();
    let last = session.main.parent.clone();
    match session.era {
        Era::V1 | Era::V2 => {
            if maker.dice.per_mille(250) {
                let leaf = last.unwrap_or_default();
                let record =
                    obj! {"type" => "summary", "summary" => title(maker, "summary.summary"), "leafUuid" => leaf};
                session.write_small(maker, "summary", &record, Fate::Event);
            }
        }
        Era::Early | Era::Middle | Era::Late => {
            if maker.dice.per_mille(500) {
                let prompt: String = session.last_prompt.chars().take(200).collect();
                let record = obj! {"type" => "last-prompt", "lastPrompt" => prompt}
                    .with_some("leafUuid", last)
                    .with("sessionId", &id);
                session.write_small(maker, "last-prompt", &record, Fate::Event);
            }
            one_of_the_small(maker, session);
        }
    }
}

fn title(maker: &mut Maker, place: &'static str) -> String {
    let text = maker.writer().title();
    maker.salted(text, place, crate::plant::Surface::Line)
}

fn one_of_the_small(maker: &mut Maker, session: &mut Session) {
    const KINDS: &[&str] = &[
        "ai-title",
        "permission-mode",
        "mode",
        "custom-title",
        "ai-title",
        "agent-name",
        "permission-mode",
        "pr-link",
        "bridge-session",
        "ai-title",
        "worktree-state",
        "permission-mode",
        "file-history-delta",
        "frame-link",
        "fork-context-ref",
        "tag",
        "nebula-sync",
    ];
    let kind = maker.next_of("small", KINDS);
    let id = session.id.clone();
    let record = obj! {"type" => kind};
    let (record, fate) = match kind {
        "ai-title" => (record.with("aiTitle", title(maker, "ai-title.aiTitle")), Fate::Event),
        "custom-title" => (record.with("customTitle", title(maker, "custom-title.customTitle")), Fate::Event),
        "agent-name" => (record.with("agentName", title(maker, "agent-name.agentName")), Fate::Event),
        "permission-mode" => {
            let mode = maker.dice.pick(&["default", "acceptEdits", "plan", "auto", "bypassPermissions"]);
            (record.with("permissionMode", mode), Fate::Event)
        }
        "pr-link" => {
            let (number, name) = (maker.dice.between(1, 900), maker.plain("{n}-{n}"));
            let record = record
                .with("prNumber", number)
                .with("prUrl", format!("https://github.com/acme-{name}/{name}/pull/{number}"));
            (
                record.with("prRepository", format!("acme-{name}/{name}")).with("timestamp", session.tick(maker)),
                Fate::Event,
            )
        }
        // Types that fewer than three users had, and one that nobody had: no list can know them.
        _ => {
            let mut note = maker.plain("{v} {n} {f}");
            maker.planter.plant(&mut note, "(unlisted type)", crate::plant::Surface::Line);
            let mut data = obj! {"note" => note, "path" => session.cwd.clone(), "state" => maker.dice.uuid()};
            if let Some(secret) = maker.planter.bare("(unlisted key)", Form::Key) {
                data.put(secret, 1);
            }
            (record.with("data", data), Fate::UnknownType)
        }
    };
    let record = record.with("sessionId", id);
    session.write_small(maker, kind, &record, fate);
}
