//! One turn of a conversation: a prompt, what the model does about it, and what the program writes around it.

use super::assistant::{Message, api_error, text_block, thinking_block};
use super::tools::{self, Call};
use super::{attachment, files, more, progress, small, system};
use crate::json::{Json, arr, obj};
use crate::maker::{Label, Maker};
use crate::session::{Era, Lane, Session};

/// Writes one turn of the session, with the subagents it starts.
pub(crate) fn write(maker: &mut Maker, session: &mut Session) {
    session.turns += 1;
    session.prompt_id = maker.dice.uuid();
    let mut lane = session.main.clone();
    if session.turns == 1 {
        start(maker, session, &mut lane);
    }
    let text = prompt(maker, session, &mut lane);
    session.last_prompt.clone_from(&text);
    small::history(maker, session, &text);
    if session.era >= Era::V2 && maker.dice.per_mille(600) {
        small::file_history(maker, session);
    }
    if session.era == Era::Late {
        let count = if maker.asked("attachment") < 90 { 6 } else { 4 };
        for _ in 0..count {
            attachment::any(maker, session, &mut lane);
        }
    }
    for _ in 0..maker.dice.between(2, 9) {
        step(maker, session, &mut lane);
    }
    if session.turns % 6 == 1 || maker.dice.per_mille(60) {
        subagent(maker, session, &mut lane);
    }
    if session.turns == 3 || maker.dice.per_mille(20) {
        api_error(maker, session, &mut lane);
    }
    let mut last = Message::new(maker, session);
    let block = text_block(maker);
    last.block(maker, session, &mut lane, block, Some("end_turn"));
    system::turn_end(maker, session, &mut lane);
    if maker.asked("system") < 30 || maker.dice.per_mille(250) {
        system::rare(maker, session, &mut lane);
    }
    if (Era::Early..Era::Late).contains(&session.era) {
        progress::any(maker, session, &mut lane);
        if maker.asked("agent") < 40 {
            progress::any(maker, session, &mut lane);
        }
    }
    session.main = lane;
    small::around(maker, session);
}

/// What a hook says when a session starts: the first record, without a parent.
fn start(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    match session.era {
        Era::Early | Era::Middle => progress::session_start(maker, session, lane),
        Era::Late => attachment::hook(maker, session, lane, "startup", "SessionStart"),
        Era::V1 | Era::V2 => {}
    }
}

/// The user's record, in one of the forms that prompts have.
fn prompt(maker: &mut Maker, session: &mut Session, lane: &mut Lane) -> String {
    let text = maker.prompt("user.message.content");
    if session.era >= Era::Early && maker.dice.per_mille(850) {
        small::queue(maker, session, &text);
    }
    let block = |text: &str| obj! {"type" => "text", "text" => text.to_owned()};
    let mut body = Json::EMPTY;
    let content = match maker.next_of("prompt", &[0, 1, 0, 2, 0, 3, 4, 0, 1, 5, 6, 0, 7, 8]) {
        1 | 8 => arr![block(&text)],
        // Pictures are rare and large.
        2 if maker.asked("prompt") < 30 || maker.dice.per_mille(150) => {
            let source =
                obj! {"type" => "base64", "media_type" => "image/png", "data" => files::picture(maker, 30_000)};
            body.put("imagePasteIds", arr![1]);
            arr![block(&text), obj! {"type" => "image", "source" => source}]
        }
        3 => {
            let source = obj! {"type" => "base64", "media_type" => "application/pdf", "data" => format!("JVBERi0{}", maker.dice.base64(9001))};
            arr![obj! {"type" => "document", "source" => source, "title" => maker.plain("{n}.pdf")}, block(&text)]
        }
        4 => {
            body.put("isMeta", true);
            body.put("sourceToolUseID", format!("toolu_01{}", maker.dice.base62(22)));
            arr![block(&maker.reply("user.message.content[type=text].text", 900))]
        }
        5 => {
            let name = maker.plain("{v}-{n}");
            let output = maker.output("user.message.content", 200);
            Json::from(format!(
                "<command-name>/{name}</command-name>\n<command-args>{text}</command-args>\n<local-command-stdout>{output}</local-command-stdout>"
            ))
        }
        6 => {
            body.put("interruptedMessageId", format!("msg_01{}", maker.dice.base62(22)));
            arr![block("[Request interrupted by user]")]
        }
        7 => {
            body.put("planContent", maker.reply("user.planContent", 1200));
            Json::from(format!("Implement the following plan:\n\n{text}"))
        }
        _ => Json::from(&text),
    };
    let body = obj! {"message" => obj!{"role" => "user", "content" => content}}
        .join(body)
        .join(prompt_members(maker, session));
    session.write(maker, lane, "user", body, Label { subtype: "prompt".into(), ..Label::of("user") });
    text
}

fn prompt_members(maker: &mut Maker, session: &Session) -> Json {
    let mut members = Json::EMPTY;
    match session.era {
        Era::V1 => {}
        Era::V2 => {
            members.put("thinkingMetadata", obj! {"level" => "high", "disabled" => false, "triggers" => Json::NONE});
            let todos = if maker.dice.per_mille(500) {
                Json::NONE
            } else {
                Json::Arr((0..3).map(|at| more::todo(maker, at, 1, false)).collect())
            };
            members.put("todos", todos);
        }
        Era::Early => {
            members.put("thinkingMetadata", obj! {"maxThinkingTokens" => 31_999});
            members = members
                .with("todos", Json::NONE)
                .with("permissionMode", maker.dice.pick(&["default", "acceptEdits", "plan"]));
        }
        Era::Middle | Era::Late => {
            members.put("permissionMode", maker.dice.pick(&["default", "auto", "bypassPermissions"]));
            if maker.dice.per_mille(200) {
                members.put("origin", obj! {"kind" => maker.dice.pick(&["human", "task-notification"])});
            }
        }
    }
    members
}

/// One message of the model with a tool call, and the answer to it.
fn step(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let call = tools::any(maker, session);
    call_in(maker, session, lane, call);
}

fn call_in(maker: &mut Maker, session: &mut Session, lane: &mut Lane, call: Call) {
    let mut message = Message::new(maker, session);
    if maker.dice.per_mille(430) {
        let block = thinking_block(maker, session);
        message.block(maker, session, lane, block, None);
    }
    if maker.dice.per_mille(400) {
        let block = text_block(maker);
        message.block(maker, session, lane, block, None);
    }
    let asked_by = message.block(maker, session, lane, call.block(session), Some("tool_use"));
    if (Era::Early..Era::Late).contains(&session.era) {
        progress::for_call(maker, session, lane, &call);
    } else if session.era == Era::Late && maker.dice.per_mille(700) {
        attachment::hook(maker, session, lane, &call.name, "PreToolUse");
    }
    call.answer(maker, session, lane, &asked_by);
}

/// A subagent: its own file (or, in 1.0, the main one), and its report in the main file.
fn subagent(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    session.main = lane.clone();
    let mut own = session.agent_lane(maker);
    let agent = own.agent.clone().unwrap_or_default();
    let (name, input, task) = more::agent_input(maker, session);
    let mut call = Call::new(maker, name, input, Json::Null, None);
    let mut message = Message::new(maker, session);
    let asked_by = message.block(maker, session, lane, call.block(session), Some("tool_use"));
    let body = obj! {"message" => obj!{"role" => "user", "content" => &task}};
    session.write(maker, &mut own, "user", body, Label { subtype: "prompt".into(), ..Label::of("user") });
    for _ in 0..maker.dice.between(1, 6) {
        step(maker, session, &mut own);
        if session.era == Era::Late && maker.dice.per_mille(300) {
            attachment::any(maker, session, &mut own);
        }
    }
    if session.era == Era::Late {
        system::rare(maker, session, &mut own);
    } else if session.era >= Era::Early {
        progress::agent(maker, session, lane, &call.id);
    }
    let mut last = Message::new(maker, session);
    let block = text_block(maker);
    last.block(maker, session, &mut own, block, Some("end_turn"));
    let (content, twin) = more::agent_answer(maker, session, &agent, task);
    call.content = content;
    call.twin = Some(twin);
    call.answer(maker, session, lane, &asked_by);
}
