//! Calls of the tools that reach out: the web, MCP servers, the search for tools.

use super::files::picture;
use super::tools::{Call, RESULT};
use crate::json::{Json, arr, obj};
use crate::ledger::Form;
use crate::maker::Maker;
use crate::plant::Surface;
use crate::session::Session;

pub(crate) fn fetch(maker: &mut Maker, _: &mut Session) -> Call {
    let url = maker
        .line("assistant.message.content[type=tool_use].input<WebFetch>.url", "https://docs.{n}.test/{v}/{n}?q={a}");
    let result = maker.reply("user.toolUseResult.result", 1200);
    let twin = obj! {
        "bytes" => maker.dice.between(2_000, 400_000), "code" => 200, "codeText" => "OK", "result" => &result,
        "durationMs" => maker.dice.between(300, 9_000), "url" => &url,
    };
    let input = obj! {"url" => url, "prompt" => maker.line("assistant.message.content[type=tool_use].input<WebFetch>.prompt", "How does {I} {v} a {n}?")};
    Call::new(maker, "WebFetch", input, result, Some(twin))
}

pub(crate) fn search(maker: &mut Maker, _: &mut Session) -> Call {
    let query = maker.line("assistant.message.content[type=tool_use].input<WebSearch>.query", "{n} {a} {n} {x}");
    let hits: Vec<Json> = (0..maker.dice.between(3, 10))
        .map(|_| obj! {"title" => maker.plain("{a} {n}: how to {v}"), "url" => maker.plain("https://www.{n}-{n}.test/{n}/{d}")})
        .collect();
    let summary = maker.reply("user.toolUseResult.results[]", 600);
    let results = arr![
        obj! {"tool_use_id" => format!("srvtoolu_01{}", maker.dice.base62(22)), "content" => hits},
        obj! {"tool_use_id" => format!("srvtoolu_01{}", maker.dice.base62(22)), "content" => Json::NONE},
        &summary,
    ];
    let content = format!("Web search results for query: \"{query}\"\n\n{summary}");
    let twin = obj! {"query" => &query, "results" => results, "durationSeconds" => 3.25 + f64::from(u8::try_from(maker.dice.below(20)).unwrap_or(0))};
    Call::new(maker, "WebSearch", obj! {"query" => query}, content, Some(twin))
}

pub(crate) fn tool_search(maker: &mut Maker, _: &mut Session) -> Call {
    let query = maker.plain("select:{v}{n}");
    let found = maker.next_of("tool search", &[true, true, false]);
    let (content, matches) = if found {
        let name = maker.plain("mcp__{n}__{v}_{n}");
        (arr![obj! {"type" => "tool_reference", "tool_name" => &name}], arr![name])
    } else {
        (Json::from("No matching deferred tools found"), Json::NONE)
    };
    let twin = obj! {"matches" => matches, "query" => &query, "total_deferred_tools" => maker.dice.between(10, 120)};
    Call::new(maker, "ToolSearch", obj! {"query" => query, "max_results" => 5}, content, Some(twin))
}

pub(crate) fn list_resources(maker: &mut Maker, _: &mut Session) -> Call {
    Call::new(maker, "ListMcpResourcesTool", Json::EMPTY, "[]", Some(Json::NONE))
}

/// A call of a tool that nobody has heard of, with free inputs: paths, numbers, lists, and content in its keys.
pub(crate) fn mcp(maker: &mut Maker, _: &mut Session) -> Call {
    let place = "assistant.message.content[type=tool_use].input<mcp__*>.{*}";
    let name = maker.plain("mcp__{n}-{n}__{v}_{n}");
    let mut input = Json::EMPTY;
    match maker.next_of("mcp", &[0, 1, 2, 3]) {
        0 => {}
        1 => {
            input = obj! {"sql" => maker.line(place, "select {n}, {n} from {n} where {n}_id = {d}"), "limit" => maker.dice.below(500), "path" => maker.plain("/srv/{n}/{f}")};
        }
        2 => {
            let items: Vec<Json> =
                (0..3).map(|_| obj! {"name" => maker.line(place, "{a} {n}"), "kind" => "entity"}).collect();
            input = obj! {"items" => items, "labels" => arr![maker.plain("{n}"), maker.plain("/tmp/{n}")], "depth" => arr![1, 2]};
        }
        _ => {
            input =
                obj! {"title" => maker.line(place, "{a} {n}"), "body" => maker.reply(place, 250), "env" => Json::EMPTY};
            if let Some(secret) = maker.planter.bare("(key of a free input)", Form::Key) {
                input.put(secret, maker.plain("{n}"));
            }
        }
    }
    let mut text = maker.writer().json_text(600);
    maker.planter.salt(&mut text, RESULT, Surface::Output);
    let blocks = arr![obj! {"type" => "text", "text" => text}];
    let twin = maker.dice.per_mille(800).then(|| blocks.clone());
    Call::new(maker, name, input, blocks, twin)
}

pub(crate) fn mcp_image(maker: &mut Maker, _: &mut Session) -> Call {
    let source = obj! {"data" => picture(maker, 12_000), "media_type" => "image/png", "type" => "base64"};
    let text = maker.line(RESULT, "screenshot of the {n} page");
    let blocks = arr![obj! {"type" => "text", "text" => text}, obj! {"type" => "image", "source" => source}];
    Call::new(maker, "mcp__browser__take_screenshot", obj! {"fullPage" => true}, blocks.clone(), Some(blocks))
}
