//! Records of type `progress`: what tools, hooks and subagents report while they run.

use super::assistant::Message;
use super::tools::{Call, rare};
use super::{files, more, web};
use crate::json::{Json, arr, obj};
use crate::maker::{Label, Maker};
use crate::session::{Era, Lane, Session};

/// Reports of a running tool call.
pub(crate) fn for_call(maker: &mut Maker, session: &mut Session, lane: &mut Lane, call: &Call) {
    if call.name == "Bash" && maker.dice.per_mille(600) {
        for seconds in 2..maker.dice.between(3, 9) {
            let output =
                if maker.dice.per_mille(600) { String::new() } else { maker.output("progress.data.fullOutput", 250) };
            let shown: String = output.chars().take(400).collect();
            let mut data = obj! {"type" => "bash_progress", "output" => shown, "fullOutput" => &output, "elapsedTimeSeconds" => seconds, "totalLines" => output.lines().count()};
            if maker.dice.per_mille(400) {
                data =
                    data.with("totalBytes", output.len()).with("taskId", maker.dice.hex(9)).with("timeoutMs", 120_000);
            }
            write(maker, session, lane, data, &call.id);
        }
    }
    if call.name.starts_with("mcp__") {
        let parts: Vec<&str> = call.name.split("__").collect();
        let (server, tool) = (
            parts.get(1).copied().unwrap_or_default().to_owned(),
            parts.last().copied().unwrap_or_default().to_owned(),
        );
        let started =
            obj! {"type" => "mcp_progress", "status" => "started", "serverName" => &server, "toolName" => &tool};
        write(maker, session, lane, started, &call.id);
        let ended = obj! {"type" => "mcp_progress", "status" => "completed", "serverName" => server, "toolName" => tool, "elapsedTimeMs" => maker.dice.below(9000)};
        write(maker, session, lane, ended, &call.id);
    }
    if maker.dice.per_mille(400) {
        let event = maker.dice.pick(&["PreToolUse", "PostToolUse"]);
        let command =
            maker.dice.pick(&["callback", "callback", "~/.claude/hooks/guard.sh", "node .claude/hooks/lint.mjs"]);
        let data = obj! {"type" => "hook_progress", "hookEvent" => event, "hookName" => format!("{event}:{}", call.name), "command" => command};
        write(maker, session, lane, data, &call.id);
    }
}

/// What a hook says when a session starts.
pub(crate) fn session_start(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let data = obj! {"type" => "hook_progress", "hookEvent" => "SessionStart", "hookName" => "SessionStart:startup", "command" => "callback"};
    let id = maker.dice.uuid();
    write(maker, session, lane, data, &id);
}

/// The next of the rarer kinds.
pub(crate) fn any(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let parent = format!("toolu_01{}", maker.dice.base62(22));
    let data = match maker
        .next_of("progress", &["query_update", "agent", "search_results_received", "waiting_for_task", "agent"])
    {
        "agent" => {
            agent(maker, session, lane, &parent);
            return;
        }
        "query_update" => obj! {"type" => "query_update", "query" => maker.line("progress.data.query", "{n} {a} {n}")},
        "search_results_received" => {
            obj! {"type" => "search_results_received", "resultCount" => 10, "query" => maker.line("progress.data.query", "{n} {v}")}
        }
        kind => {
            obj! {"type" => kind, "taskDescription" => maker.line("progress.data.taskDescription", "{v} the {n}"), "taskType" => "local_bash"}
        }
    };
    write(maker, session, lane, data, &parent);
}

/// What a subagent does, repeated in the main file: a prompt, a call, its answer.
pub(crate) fn agent(maker: &mut Maker, session: &mut Session, lane: &mut Lane, parent: &str) {
    const INPUTS: &[fn(&mut Maker, &mut Session) -> Call] = &[
        files::bash,
        files::read,
        files::grep_with_everything,
        files::edit,
        web::fetch,
        web::search,
        more::task_create,
        more::task_update,
        files::glob,
        rare,
    ];
    let id = maker.dice.hex(7);
    let prompt = maker.reply("progress.data.prompt", 200);
    let message = Message::new(maker, session);
    let asked = obj! {"role" => "user", "content" => arr![obj!{"type" => "text", "text" => &prompt}]};
    wrap(maker, session, lane, "user", asked, None, &prompt, &id, parent);
    let make = maker.next_of("agent", INPUTS);
    let mut call = make(maker, session);
    if call.name == "Read" && maker.dice.per_mille(500) {
        call.input = call
            .input
            .with("offset", if maker.dice.per_mille(500) { Json::from(12) } else { Json::from("12") })
            .with("limit", 30);
    }
    let said = message.json(maker, session, call.block(session), None).with("context_management", Json::Null);
    wrap(maker, session, lane, "assistant", said, None, "", &id, parent);
    let twin = call
        .failed
        .is_some_and(|failed| failed)
        .then(|| maker.line("progress.data.message.toolUseResult", "Error: {a} {n}"));
    call.failed = call.failed.or(Some(false));
    let answered = obj! {"role" => "user", "content" => arr![call.result_block()]};
    let twin = twin.or_else(|| maker.next_of("agent 2", &[true, false, false]).then(|| maker.plain("Error: {a} {n}")));
    wrap(maker, session, lane, "user", answered, twin, "", &id, parent);
}

#[expect(clippy::too_many_arguments, reason = "one record's parts; a struct would name each once more")]
fn wrap(
    maker: &mut Maker,
    session: &mut Session,
    lane: &mut Lane,
    kind: &'static str,
    message: Json,
    twin: Option<String>,
    prompt: &str,
    agent: &str,
    parent: &str,
) {
    let inner =
        obj! {"type" => kind, "message" => message, "uuid" => maker.dice.uuid(), "timestamp" => session.tick(maker)};
    let mut inner = inner.with_some("toolUseResult", twin);
    if kind == "assistant" {
        inner.put("requestId", format!("req_011C{}", maker.dice.base62(20)));
    }
    let mut data = obj! {"message" => inner};
    if session.era < Era::Late {
        data.put("normalizedMessages", Json::NONE);
    }
    let data = data.with("type", "agent_progress").with("prompt", prompt.to_owned()).with("agentId", agent.to_owned());
    write(maker, session, lane, data, parent);
}

fn write(maker: &mut Maker, session: &mut Session, lane: &mut Lane, data: Json, parent: &str) {
    let subtype = data.text_of("type").unwrap_or_default().to_owned();
    let number = maker.dice.below(90);
    let body =
        obj! {"data" => data, "toolUseID" => format!("progress-{number}"), "parentToolUseID" => parent.to_owned()};
    session.write(maker, lane, "progress", body, Label { subtype, ..Label::of("progress") });
}
