//! Records of type `system`.

use crate::json::{Json, arr, obj};
use crate::maker::{Label, Maker};
use crate::session::{Era, Lane, Session};

fn write(maker: &mut Maker, session: &mut Session, lane: &mut Lane, subtype: &'static str, rest: Json) {
    let body = obj! {"subtype" => subtype}.join(rest);
    session.write(maker, lane, "system", body, Label { subtype: subtype.into(), ..Label::of("system") });
}

/// The records at the end of a turn.
pub(crate) fn turn_end(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    if session.era >= Era::Early {
        let infos = arr![obj! {
            "command" => maker.line("system.hookInfos[].command", "~/.claude/hooks/{v}-{n}.sh"), "durationMs" => maker.dice.between(5, 900),
        }];
        let errors = if maker.dice.per_mille(250) {
            arr![maker.line("system.hookErrors[]", "{n}: {a} {n} at line {d}")]
        } else {
            Json::NONE
        };
        let mut tool = maker.dice.uuid();
        tool.make_ascii_lowercase();
        let rest = obj! {
            "hookCount" => 1, "hookInfos" => infos, "hookErrors" => errors, "preventedContinuation" => false, "stopReason" => "",
            "hasOutput" => false, "level" => "suggestion", "toolUseID" => tool,
        };
        write(maker, session, lane, "stop_hook_summary", rest);
    }
    if session.era >= Era::Early && maker.dice.per_mille(700) {
        let mut rest = obj! {"durationMs" => maker.dice.between(900, 900_000)};
        if session.era == Era::Late {
            rest.put("messageCount", maker.dice.between(4, 400));
        }
        write(maker, session, lane, "turn_duration", rest.with("isMeta", false));
    }
}

/// The next of the rarer subtypes.
pub(crate) fn rare(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    const SUBTYPES: &[&str] = &[
        "local_command",
        "api_error",
        "away_summary",
        "informational",
        "microcompact_boundary",
        "api_error",
        "bridge_status",
        "api_error",
        "compact_boundary",
        "compact_boundary",
        "scheduled_task_fire",
    ];
    let subtype = maker.next_of("system", SUBTYPES);
    let rest = match subtype {
        "local_command" => {
            let text = maker.line("system.content", "{n}: {a} {n}");
            obj! {"content" => format!("<local-command-stdout>{text}</local-command-stdout>"), "level" => "info", "isMeta" => false}
        }
        "api_error" => api_error(maker),
        "away_summary" => obj! {"content" => maker.reply("system.content", 200), "isMeta" => false},
        "informational" => {
            obj! {"content" => maker.reply("system.content", 300), "isMeta" => false, "level" => "warning"}
        }
        "bridge_status" => obj! {
            "content" => maker.line("system.content", "/remote-control is {a} {n}"), "url" => maker.plain("https://bridge.{n}.test/code/{s}"), "isMeta" => false,
        },
        "microcompact_boundary" => {
            let metadata = obj! {
                "trigger" => "auto", "preTokens" => maker.dice.between(20_000, 90_000), "tokensSaved" => maker.dice.between(900, 40_000),
                "compactedToolIds" => arr![format!("toolu_01{}", maker.dice.base62(22))], "clearedAttachmentUUIDs" => Json::NONE,
            };
            obj! {"content" => "Context microcompacted", "isMeta" => false, "level" => "info", "microcompactMetadata" => metadata}
        }
        "compact_boundary" => {
            compact(maker, session, lane);
            return;
        }
        _ => obj! {"content" => maker.line("system.content", "{v} {n} fired"), "isMeta" => false},
    };
    write(maker, session, lane, subtype, rest);
}

/// A compaction: the boundary, and the summary that the next turn starts from.
fn compact(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let mut metadata =
        obj! {"trigger" => maker.dice.pick(&["auto", "manual"]), "preTokens" => maker.dice.between(90_000, 190_000)};
    if session.era == Era::Late {
        metadata = metadata
            .with("preCompactDiscoveredTools", arr![maker.plain("mcp__{n}__{v}_{n}"), "WebFetch"])
            .with("postTokens", maker.dice.between(3_000, 30_000))
            .with("durationMs", maker.dice.between(9_000, 120_000));
    }
    let rest = obj! {"content" => "Conversation compacted", "isMeta" => false, "level" => "info", "compactMetadata" => metadata};
    write(maker, session, lane, "compact_boundary", rest);
    let text = format!(
        "This session is being continued from a previous conversation that ran out of context.\n\n{}",
        maker.reply("user.message.content", 2200)
    );
    let body = obj! {
        "message" => obj!{"role" => "user", "content" => text}, "isVisibleInTranscriptOnly" => true, "isCompactSummary" => true,
    };
    session.write(maker, lane, "user", body, Label { subtype: "compact_summary".into(), ..Label::of("user") });
}

fn api_error(maker: &mut Maker) -> Json {
    let connection =
        || obj! {"code" => "ECONNRESET", "path" => "https://api.anthropic.com/v1/messages?beta=true", "errno" => -54};
    let retry = obj! {"retryInMs" => 0.5 + f64::from(u16::try_from(maker.dice.below(3000)).unwrap_or(0)), "retryAttempt" => 1, "maxRetries" => 10};
    let retry = if maker.next_of("retry", &[false, true, false]) {
        obj! {"retryInMs" => 1000, "retryAttempt" => 2, "maxRetries" => 10}
    } else {
        retry
    };
    let body = match maker.next_of("api error", &[0, 1, 2, 3, 4]) {
        0 => obj! {"cause" => connection(), "error" => obj!{"cause" => connection()}},
        1 => {
            obj! {"cause" => Json::EMPTY, "error" => obj!{"cause" => Json::EMPTY, "headers" => Json::EMPTY, "requestID" => Json::Null}}
        }
        2 => obj! {"error" => Json::EMPTY},
        _ => {
            let request = format!("req_011C{}", maker.dice.base62(20));
            let code = maker.next_of("api error 2", &["", "overloaded"]);
            let inner = obj! {
                "type" => "overloaded_error", "message" => maker.line("system.error.error.error.message", "{a} {n}"), "code" => code,
            };
            let named = maker.next_of("api error 3", &[true, false]).then(|| request.clone());
            let inner = obj! {"type" => "error", "error" => inner, "request_id" => named};
            obj! {"error" => obj!{
                "status" => 529, "headers" => headers(maker, &request), "requestID" => request, "error" => inner,
            }}
        }
    };
    obj! {"level" => "error"}.join(body).join(retry)
}

/// HTTP headers as they were received: cookies and organisation ids among them. They must never ship.
fn headers(maker: &mut Maker, request: &str) -> Json {
    let mut cookie = format!("__cf_bm={}", maker.dice.base62(40));
    maker.planter.salt(&mut cookie, "system.error.headers.{*}", crate::plant::Surface::Line);
    obj! {
        "date" => "Tue, 04 Mar 2025 10:12:44 GMT", "content-type" => "application/json", "content-length" => maker.dice.below(400).to_string(),
        "connection" => "keep-alive", "x-should-retry" => "true", "request-id" => request.to_owned(),
        "anthropic-organization-id" => maker.dice.uuid(), "server" => "cloudflare", "set-cookie" => arr![cookie], "cf-ray" => maker.dice.hex(16),
    }
}
