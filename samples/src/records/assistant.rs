//! Records of type `assistant`: one block of a message each, several records to a message, with usage that grows.

use crate::json::{Json, arr, obj};
use crate::ledger::Usage;
use crate::maker::{Label, Maker};
use crate::session::{Era, Lane, Session};

/// A message of the model while its blocks are written.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    request: String,
    usage: Usage,
    tier_1h: bool,
}

impl Message {
    pub(crate) fn new(maker: &mut Maker, session: &Session) -> Self {
        let tier_1h = session.era >= Era::Early && maker.dice.per_mille(500);
        let created = u64::try_from(maker.dice.size(1500)).unwrap_or(0);
        Self {
            id: format!("msg_01{}", maker.dice.base62(22)),
            request: format!("req_011C{}", maker.dice.base62(20)),
            usage: Usage {
                input: u64::try_from(maker.dice.between(1, 12)).unwrap_or(1),
                output: u64::try_from(maker.dice.between(1, 5)).unwrap_or(1),
                cache_creation_5m: if tier_1h { 0 } else { created },
                cache_creation_1h: if tier_1h { created } else { 0 },
                cache_read: u64::try_from(maker.dice.between(0, 150_000)).unwrap_or(0),
            },
            tier_1h,
        }
    }

    /// Writes one block of the message. The token counts of its last record are the true ones.
    pub(crate) fn block(
        &mut self,
        maker: &mut Maker,
        session: &mut Session,
        lane: &mut Lane,
        block: Json,
        stop: Option<&'static str>,
    ) -> String {
        if stop.is_some() || maker.dice.per_mille(300) {
            self.usage.output += u64::try_from(maker.dice.size(120)).unwrap_or(0);
        }
        let message = self.json(maker, session, block, stop);
        // A fifth of real records have no request id.
        let request = (!maker.dice.per_mille(180)).then(|| self.request.clone());
        let mut body = obj! {"message" => message}.with_some("requestId", request);
        if session.era == Era::Late && maker.dice.per_mille(80) {
            body.put(
                if lane.agent.is_some() { "attributionAgent" } else { "attributionSkill" },
                maker.plain("{n}-{v}"),
            );
        }
        let label = Label { usage: Some((self.id.clone(), self.usage)), ..Label::of("assistant") };
        session.write(maker, lane, "assistant", body, label)
    }

    /// The message object with one block; also what `agent_progress` records hold.
    pub(crate) fn json(&self, maker: &mut Maker, session: &Session, block: Json, stop: Option<&'static str>) -> Json {
        let stop = stop.filter(|_| session.era >= Era::Middle).map(str::to_owned);
        let mut message = obj! {
            "model" => session.model, "id" => &self.id, "type" => "message", "role" => "assistant",
            "content" => arr![block], "stop_reason" => stop, "stop_sequence" => Json::Null,
        };
        if session.era == Era::Late {
            message.put("stop_details", Json::Null);
        }
        message.put("usage", self.usage_json(session));
        if session.era == Era::Late {
            let diagnostics = if maker.dice.per_mille(60) {
                let mut reason = obj! {"type" => maker.dice.pick(&["ttl_expired", "prefix_changed"])};
                if maker.dice.per_mille(500) {
                    reason.put("cache_missed_input_tokens", maker.dice.below(90_000));
                }
                obj! {"cache_miss_reason" => reason}
            } else {
                Json::Null
            };
            message.put("diagnostics", diagnostics);
        } else if session.era >= Era::Early && maker.dice.per_mille(80) {
            message.put(
                "context_management",
                maker.next_of("json", &[true, false]).then(|| obj! {"applied_edits" => Json::NONE}),
            );
        }
        message
    }

    fn usage_json(&self, session: &Session) -> Json {
        let usage = &self.usage;
        let split = obj! {"ephemeral_5m_input_tokens" => usage.cache_creation_5m, "ephemeral_1h_input_tokens" => usage.cache_creation_1h};
        let created = usage.cache_creation_5m + usage.cache_creation_1h;
        let mut json = obj! {
            "input_tokens" => usage.input, "cache_creation_input_tokens" => created, "cache_read_input_tokens" => usage.cache_read,
        };
        if session.era > Era::V1 || self.tier_1h {
            json.put("cache_creation", split.clone());
        }
        json.put("output_tokens", usage.output);
        if session.era >= Era::Middle {
            json.put("server_tool_use", obj! {"web_search_requests" => 0, "web_fetch_requests" => 0});
        }
        json.put("service_tier", "standard");
        if session.era == Era::Middle {
            json = json.with("inference_geo", "").with("iterations", Json::NONE).with("speed", "standard");
        }
        if session.era == Era::Late {
            let iteration = obj! {
                "input_tokens" => usage.input, "output_tokens" => usage.output, "cache_read_input_tokens" => usage.cache_read,
                "cache_creation_input_tokens" => created, "cache_creation" => split, "type" => "message",
            };
            json = json
                .with("inference_geo", "not_available")
                .with("iterations", arr![iteration])
                .with("speed", "standard");
        }
        json
    }
}

/// A block of text.
pub(crate) fn text_block(maker: &mut Maker) -> Json {
    obj! {"type" => "text", "text" => maker.reply("assistant.message.content[type=text].text", 230)}
}

/// A block of thinking with its signature; late versions often leave the text out.
pub(crate) fn thinking_block(maker: &mut Maker, session: &Session) -> Json {
    let place = "assistant.message.content[type=thinking].thinking";
    let hidden = session.era == Era::Late && maker.dice.per_mille(500);
    let thinking = if hidden { String::new() } else { maker.thought(place, 220) };
    let length = maker.dice.between(300, 1900);
    let mut signature = ["Er", "UB"].concat();
    signature.push_str(&maker.dice.base64(length));
    obj! {"type" => "thinking", "thinking" => thinking, "signature" => signature}
}

/// A record for a failed request: made by the program, not by the model.
pub(crate) fn api_error(maker: &mut Maker, session: &mut Session, lane: &mut Lane) {
    let status = maker.dice.pick(&[401, 429, 500, 529]);
    let request = format!("req_011C{}", maker.dice.base62(20));
    let text = format!(
        "API Error: {status} {{\"type\":\"error\",\"error\":{{\"type\":\"overloaded_error\",\"message\":\"{}\"}},\"request_id\":\"{request}\"}}",
        crate::json::escaped(&maker.line("assistant.message.content[type=text].text", "{a} {n}, try again"))
    );
    let zero = obj! {
        "input_tokens" => 0, "output_tokens" => 0, "cache_creation_input_tokens" => 0, "cache_read_input_tokens" => 0,
        "server_tool_use" => obj!{"web_search_requests" => 0, "web_fetch_requests" => 0}, "service_tier" => Json::Null,
        "cache_creation" => obj!{"ephemeral_1h_input_tokens" => 0, "ephemeral_5m_input_tokens" => 0},
        "inference_geo" => Json::Null, "iterations" => Json::Null, "speed" => Json::Null,
    };
    let id = maker.dice.uuid();
    let message = obj! {
        "id" => &id, "container" => Json::Null, "model" => "<synthetic>", "role" => "assistant",
        "stop_reason" => "stop_sequence", "stop_sequence" => "", "type" => "message", "usage" => zero,
        "content" => arr![obj!{"type" => "text", "text" => text}], "context_management" => Json::Null,
    };
    let mut body = obj! {"message" => message, "error" => maker.dice.pick(&["unknown", "rate_limit", "authentication_failed"]), "isApiErrorMessage" => true};
    if session.era == Era::Late {
        body.put("apiErrorStatus", status);
    }
    let label = Label { subtype: "api_error".into(), usage: Some((id, Usage::default())), ..Label::of("assistant") };
    session.write(maker, lane, "assistant", body, label);
}
