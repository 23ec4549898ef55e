//! Records of type `attachment` (2.1.120 and later mostly; a few kinds are older).

use super::more::todo;
use crate::json::{Json, arr, obj};
use crate::maker::{Label, Maker};
use crate::session::{Lane, Session};

const TYPES: &[&str] = &[
    "hook_success",
    "task_reminder",
    "async_hook_response",
    "file",
    "hook_additional_context",
    "deferred_tools_delta",
    "total_tokens_reminder",
    "hook_non_blocking_error",
    "skill_listing",
    "nested_memory",
    "queued_command",
    "edited_text_file",
    "todo_reminder",
    "mcp_instructions_delta",
    "command_permissions",
    "plan_mode",
    "hook_success",
    "date_change",
    "plan_mode_exit",
    "plan_file_reference",
    "invoked_skills",
    "auto_mode",
    "agent_listing_delta",
    "hook_cancelled",
    "queued_command",
    "command_permissions",
    "selected_lines_in_ide",
    "deferred_tools_delta",
    "pulse_digest",
];

/// The attachment that a hook leaves: the most common one by far.
pub(crate) fn hook(maker: &mut Maker, session: &mut Session, lane: &mut Lane, tool: &str, event: &'static str) {
    let kind = if maker.dice.per_mille(300) { "async_hook_response" } else { "hook_success" };
    let name = format!("{event}:{tool}");
    let body = hook_body(maker, kind, name, event);
    write(maker, session, lane, kind, body);
}

/// The next of the attachment types, in turn.
pub(crate) fn any(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let kind = maker.next_of("attachment", TYPES);
    let body = match kind {
        "hook_success"
        | "async_hook_response"
        | "hook_non_blocking_error"
        | "hook_additional_context"
        | "hook_cancelled" => hook_body(maker, kind, "PostToolUse:Edit".into(), "PostToolUse"),
        "file" | "edited_text_file" | "nested_memory" | "selected_lines_in_ide" => file_body(maker, session, kind),
        "queued_command" | "skill_listing" | "invoked_skills" | "command_permissions" => command_body(maker, kind),
        "deferred_tools_delta" | "mcp_instructions_delta" | "agent_listing_delta" => delta_body(maker, kind),
        _ => mode_body(maker, session, kind),
    };
    write(maker, session, lane, kind, body);
}

fn write(maker: &mut Maker, session: &mut Session, lane: &mut Lane, kind: &'static str, rest: Json) {
    let body = obj! {"attachment" => obj!{"type" => kind}.join(rest)};
    session.write(maker, lane, "attachment", body, Label { subtype: kind.into(), ..Label::of("attachment") });
}

fn hook_body(maker: &mut Maker, kind: &str, name: String, event: &'static str) -> Json {
    let tool = if maker.dice.per_mille(700) { format!("toolu_01{}", maker.dice.base62(22)) } else { maker.dice.uuid() };
    let body = obj! {"hookName" => name, "toolUseID" => tool, "hookEvent" => event};
    if kind == "hook_additional_context" {
        let text = maker.reply("attachment.attachment.content[]", 400);
        return body.with("content", arr![text]);
    }
    let stdout =
        if maker.dice.per_mille(850) { maker.output("attachment.attachment.stdout", 900) } else { String::new() };
    let stderr =
        if maker.dice.per_mille(200) { maker.output("attachment.attachment.stderr", 120) } else { String::new() };
    if kind == "async_hook_response" {
        return body.with("response", Json::EMPTY).with("stdout", stdout).with("stderr", stderr).with("exitCode", 0);
    }
    let command = maker.line("attachment.attachment.command", "$HOME/.claude/hooks/{v}-{n}.sh --{n}");
    let code = if kind == "hook_success" { 0 } else { 127 };
    body.with("content", if maker.dice.per_mille(200) { stdout.clone() } else { String::new() })
        .with("stdout", stdout)
        .with("stderr", stderr)
        .with("exitCode", code)
        .with("command", command)
        .with("durationMs", maker.dice.between(5, 4000))
}

fn file_body(maker: &mut Maker, session: &Session, kind: &str) -> Json {
    let path = session.file(maker, "attachment.attachment.filename");
    let language = maker.writer().any_language();
    let text = maker.code("attachment.attachment.content.file.content", language, 1800);
    let lines = text.lines().count();
    match kind {
        "file" => {
            let file = obj! {"filePath" => &path, "content" => text, "numLines" => lines, "startLine" => 1, "totalLines" => lines};
            obj! {"filename" => &path, "content" => obj!{"type" => "text", "file" => file}, "displayPath" => maker.plain("{f}")}
        }
        "edited_text_file" => obj! {"filename" => path, "snippet" => crate::text::with_gutter(&text, 1, false)},
        "nested_memory" => {
            let memory = maker.reply("attachment.attachment.content.content", 900);
            let content =
                obj! {"path" => &path, "type" => "Project", "content" => memory, "contentDiffersFromDisk" => false};
            obj! {"path" => &path, "content" => content, "displayPath" => maker.plain("{n}/CLAUDE.md")}
        }
        _ => {
            obj! {"ideName" => "editor", "lineStart" => 3, "lineEnd" => 9, "filename" => path, "content" => text, "displayPath" => maker.plain("{f}")}
        }
    }
}

fn command_body(maker: &mut Maker, kind: &str) -> Json {
    match kind {
        "queued_command" => {
            let text = maker.prompt("attachment.attachment.prompt");
            let prompt = if maker.next_of("command body", &[true, false]) {
                Json::from(text)
            } else {
                arr![obj! {"type" => "text", "text" => text}]
            };
            obj! {"prompt" => prompt, "commandMode" => maker.dice.pick(&["prompt", "task-notification"]), "source_uuid" => maker.dice.uuid()}
        }
        "skill_listing" => {
            let list: Vec<String> = (0..6).map(|_| maker.plain("- {v}-{n}: {v} the {a} {n}")).collect();
            obj! {"content" => list.join("\n"), "skillCount" => 6, "isInitial" => true, "names" => arr![maker.plain("{v}-{n}")]}
        }
        "invoked_skills" => {
            let content = maker.reply("attachment.attachment.skills[].content", 1500);
            obj! {"skills" => arr![obj!{"name" => maker.plain("{v}-{n}"), "path" => maker.plain("userSettings:{v}-{n}"), "content" => content}]}
        }
        _ => {
            let tools = if maker.next_of("command body 2", &[true, false]) {
                Json::NONE
            } else {
                arr!["Bash(gh pr view:*)", "Read"]
            };
            obj! {"allowedTools" => tools}
        }
    }
}

fn delta_body(maker: &mut Maker, kind: &str) -> Json {
    if kind == "mcp_instructions_delta" {
        let block = maker.reply("attachment.attachment.addedBlocks[]", 700);
        return obj! {"addedNames" => arr![maker.plain("{n}")], "addedBlocks" => arr![block], "removedNames" => Json::NONE};
    }
    if maker.next_of("delta body", &[false, true]) {
        return obj! {
            "addedNames" => Json::NONE, "addedLines" => Json::NONE, "removedNames" => arr![maker.plain("mcp__{n}__{v}")],
            "readdedNames" => Json::NONE, "pendingMcpServers" => Json::NONE,
        };
    }
    let names: Vec<String> = (0..maker.dice.between(3, 60)).map(|_| maker.plain("mcp__{n}__{v}_{n}")).collect();
    obj! {
        "addedNames" => names.clone(), "addedLines" => names, "removedNames" => Json::NONE, "readdedNames" => Json::NONE,
        "isInitial" => true,
    }
}

fn mode_body(maker: &mut Maker, session: &Session, kind: &str) -> Json {
    let plan = session.plan_file(maker);
    match kind {
        "task_reminder" | "todo_reminder" => {
            if maker.next_of("mode body", &[true, false]) {
                let items: Vec<Json> = (0..3).map(|at| todo(maker, at, 1, false)).collect();
                return obj! {"content" => items, "itemCount" => 3};
            }
            obj! {"content" => Json::NONE, "itemCount" => 0}
        }
        "plan_mode" => {
            obj! {"reminderType" => "full", "isSubAgent" => false, "planFilePath" => plan, "planExists" => false}
        }
        "plan_mode_exit" => obj! {"planFilePath" => plan, "planExists" => true},
        "plan_file_reference" => {
            obj! {"planFilePath" => plan, "planContent" => maker.reply("attachment.attachment.planContent", 1500)}
        }
        "date_change" => obj! {"newDate" => "2025-03-05"},
        "total_tokens_reminder" => {
            obj! {"text" => format!("<total_tokens>{}</total_tokens>", maker.dice.between(9000, 190_000))}
        }
        "auto_mode" => Json::EMPTY,
        // A type that appeared last week.
        _ => obj! {"digest" => maker.reply("(unlisted field)", 150), "score" => maker.dice.below(10)},
    }
}
