//! What one line of a transcript tells, read leniently: a field of another type is as good as none.

use super::Tokens;
use serde_json::Value;

/// The parts of a record that are counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub uuid: Option<String>,
    pub session: Option<String>,
    pub time_ms: Option<i64>,
    pub project: Option<String>,
    pub is_subagent: bool,
    /// A prompt that a person wrote.
    pub is_prompt: bool,
    /// The message's id, or what stands for it where there is none.
    pub message: Option<String>,
    pub model: Option<String>,
    pub tokens: Option<Tokens>,
    /// Calls of tools: id and name.
    pub calls: Vec<(String, String)>,
    /// Ids of the calls that failed.
    pub failures: Vec<String>,
}

impl Record {
    /// Reads a line; `None` when it is no JSON object.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(line).ok()?;
        value.as_object()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut record = Self {
            uuid: text("uuid"),
            session: text("sessionId"),
            time_ms: value.get("timestamp").and_then(Value::as_str).and_then(time_ms),
            project: text("cwd"),
            is_subagent: value.get("isSidechain").and_then(Value::as_bool) == Some(true),
            ..Self::default()
        };
        let Some(message) = value.get("message").filter(|message| message.is_object()) else { return Some(record) };
        let kind = value.get("type").and_then(Value::as_str);
        record.read_blocks(message.get("content"));
        let results = record.failures.len()
            + message
                .get("content")
                .and_then(Value::as_array)
                .map_or(0, |blocks| blocks.iter().filter(|block| block_type(block) == Some("tool_result")).count());
        let meta = value.get("isMeta").and_then(Value::as_bool) == Some(true);
        record.is_prompt = kind == Some("user") && results == 0 && !meta && !record.is_subagent;
        record.model = message.get("model").and_then(Value::as_str).map(str::to_owned);
        // Messages that Claude Code makes itself cost nothing.
        if record.model.as_deref() != Some("<synthetic>")
            && let Some(usage) = message.get("usage").filter(|usage| usage.is_object())
        {
            record.tokens = Some(tokens(usage));
            let id = message.get("id").and_then(Value::as_str).map(str::to_owned);
            record.message = id.or_else(|| record.uuid.clone());
        }
        Some(record)
    }

    fn read_blocks(&mut self, content: Option<&Value>) {
        for block in content.and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| block.get(name).and_then(Value::as_str).map(str::to_owned);
            match block_type(block) {
                Some("tool_use") => self.calls.extend(text("id").zip(text("name"))),
                Some("tool_result") if block.get("is_error").and_then(Value::as_bool) == Some(true) => {
                    self.failures.extend(text("tool_use_id"));
                }
                _ => {}
            }
        }
    }
}

fn block_type(block: &Value) -> Option<&str> {
    block.get("type").and_then(Value::as_str)
}

/// The five kinds of tokens. Records that do not part cache writes by their time mean five minutes.
fn tokens(usage: &Value) -> Tokens {
    let count = |value: &Value, name: &str| value.get(name).and_then(Value::as_u64).unwrap_or(0);
    let written = count(usage, "cache_creation_input_tokens");
    let parted = usage.get("cache_creation").filter(|parts| parts.is_object());
    let (five, hour) = match parted {
        Some(parts) => (count(parts, "ephemeral_5m_input_tokens"), count(parts, "ephemeral_1h_input_tokens")),
        None => (written, 0),
    };
    // Where the parts say less than the sum, the rest is of the shorter kind.
    let five = five.max(written.saturating_sub(hour));
    Tokens {
        input: count(usage, "input_tokens"),
        output: count(usage, "output_tokens"),
        cache_write_5m: five,
        cache_write_1h: hour,
        cache_read: count(usage, "cache_read_input_tokens"),
    }
}

fn time_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}
