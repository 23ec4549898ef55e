//! The fields of an event, version 1: name, type, narrowest tier at which each leaves, and meaning.
//!
//! One table feeds the writer, the narrowing of spooled events, `config/event.schema.json` and `docs/schema.md`.

use crate::Tier;

/// The value of the field `schema` in every event.
pub const SCHEMA: &str = "bcce.event.v1";

/// JSON type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A string.
    Text,
    /// RFC 3339 with `Z`.
    Time,
    /// A whole number, which may be negative.
    Integer,
    /// As many of something.
    Count,
    /// How long something took.
    Duration,
    /// `true` or `false`.
    Boolean,
    /// Whole numbers by reason, rule id, class or pseudonym.
    Counts,
}

/// Where in an event a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// At the top.
    Top,
    /// In the object `usage`.
    Usage,
    /// In the object `measures`.
    Measures,
    /// In the object `labels`.
    Labels,
    /// In the object `health`, of events that the agent makes of itself.
    Health,
    /// In each element of the array `tools`.
    Tools,
    /// In each element of the array `shapes`.
    Shapes,
    /// In each element of the array `text`.
    Text,
}

impl Group {
    /// All groups, in the order in which an event holds them.
    pub const ALL: [Self; 8] =
        [Self::Top, Self::Usage, Self::Measures, Self::Labels, Self::Health, Self::Tools, Self::Shapes, Self::Text];

    /// The member's name; empty for the top.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Usage => "usage",
            Self::Measures => "measures",
            Self::Labels => "labels",
            Self::Health => "health",
            Self::Tools => "tools",
            Self::Shapes => "shapes",
            Self::Text => "text",
        }
    }
}

/// One field of an event.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Where it stands.
    pub group: Group,
    /// Its name within the group.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: FieldType,
    /// The narrowest tier at which it leaves.
    pub tier: Tier,
    /// Whether every event has it.
    pub always: bool,
    /// What it means.
    pub doc: &'static str,
}

const fn field(group: Group, name: &'static str, kind: FieldType, tier: Tier, doc: &'static str) -> Field {
    Field { group, name, kind, tier, always: false, doc }
}

const fn always(name: &'static str, kind: FieldType, doc: &'static str) -> Field {
    Field { group: Top, name, kind, tier: Metrics, always: true, doc }
}

use FieldType::{Boolean, Count, Counts, Duration, Integer, Text, Time};
use Group::{Health, Labels, Measures, Shapes, Tools, Top, Usage};
use Tier::{Activity, Content, Metrics};

/// The fields that the allow-list may fill, in the order in which an event holds them.
pub const RECORD_FIELDS: &[Field] = &[
    field(Top, "event_time", Time, Metrics, "when the record was written, by the developer's clock"),
    field(Top, "subtype", Text, Metrics, "finer kind: system subtype, attachment or progress type"),
    field(Top, "cc_version", Text, Metrics, "version of Claude Code that wrote the record"),
    field(Top, "entrypoint", Text, Metrics, "how Claude Code was started (cli, vscode, sdk, ...)"),
    field(Top, "user_type", Text, Metrics, "external or internal"),
    field(Top, "permission_mode", Text, Metrics, "permission mode in force"),
    field(Top, "sidechain", Boolean, Metrics, "whether the record belongs to a subagent's thread"),
    field(Top, "session", Text, Metrics, "pseudonym of the session"),
    field(Top, "record", Text, Metrics, "pseudonym of the record's uuid; what `parent` of later records points to"),
    field(Top, "parent", Text, Metrics, "pseudonym of the record that this one follows"),
    field(Top, "agent", Text, Metrics, "pseudonym of the subagent"),
    field(Top, "prompt", Text, Metrics, "pseudonym of the prompt that the record belongs to"),
    field(Top, "project", Text, Metrics, "pseudonym of the working folder"),
    field(Top, "branch", Text, Activity, "pseudonym of the git branch"),
    field(Top, "model", Text, Metrics, "model, where its name is of a known form, else `other`"),
    field(
        Top,
        "message_id",
        Text,
        Metrics,
        "id of the API message; group by it and take the maximum of each usage field",
    ),
    field(Top, "request_id", Text, Metrics, "id of the API request"),
    field(Top, "stop_reason", Text, Metrics, "why the model stopped"),
    field(Usage, "input_tokens", Count, Metrics, "uncached input tokens"),
    field(Usage, "output_tokens", Count, Metrics, "output tokens so far; grows over the records of one message"),
    field(Usage, "cache_creation", Count, Metrics, "tokens written to the cache, all lifetimes"),
    field(Usage, "cache_creation_5m", Count, Metrics, "tokens written to the five-minute cache"),
    field(Usage, "cache_creation_1h", Count, Metrics, "tokens written to the one-hour cache"),
    field(Usage, "cache_read", Count, Metrics, "tokens read from the cache"),
    field(Usage, "web_search_requests", Count, Metrics, "server-side web searches"),
    field(Usage, "web_fetch_requests", Count, Metrics, "server-side web fetches"),
    field(Measures, "duration_ms", Duration, Metrics, "duration of what the record is about, in milliseconds"),
    field(Measures, "elapsed_seconds", Duration, Metrics, "time since a still running command began, in seconds"),
    field(Measures, "timeout_ms", Count, Metrics, "time-out of a running command, in milliseconds"),
    field(Measures, "message_count", Count, Metrics, "messages in the turn"),
    field(Measures, "item_count", Count, Metrics, "items in a reminder or listing"),
    field(Measures, "hook_count", Count, Metrics, "hooks that ran"),
    field(Measures, "exit_code", Integer, Metrics, "exit code of a hook"),
    field(Measures, "pre_tokens", Count, Metrics, "context tokens before compaction"),
    field(Measures, "post_tokens", Count, Metrics, "context tokens after compaction"),
    field(Measures, "tokens_saved", Count, Metrics, "tokens saved by compaction"),
    field(Measures, "cache_missed_tokens", Count, Metrics, "input tokens that missed the cache"),
    field(Measures, "thinking_tokens_max", Count, Metrics, "thinking budget in tokens"),
    field(Measures, "retry_attempt", Count, Metrics, "number of the retry"),
    field(Measures, "retries_max", Count, Metrics, "retries allowed"),
    field(Measures, "retry_in_ms", Duration, Metrics, "wait before the retry, in milliseconds"),
    field(Measures, "http_status", Count, Metrics, "status of a failed API call"),
    field(Measures, "result_count", Count, Metrics, "search results received"),
    field(Measures, "output_lines", Count, Metrics, "lines of output of a running command"),
    field(Measures, "output_bytes", Count, Metrics, "bytes of output of a running command"),
    field(Measures, "image_count", Count, Metrics, "images and documents in the record; they never leave"),
    field(Labels, "level", Text, Metrics, "severity of a system record"),
    field(Labels, "trigger", Text, Metrics, "what started a compaction"),
    field(Labels, "hook_event", Text, Metrics, "event that ran a hook"),
    field(Labels, "operation", Text, Metrics, "queue operation"),
    field(Labels, "service_tier", Text, Metrics, "service tier of the API call"),
    field(Labels, "speed", Text, Metrics, "speed setting of the API call"),
    field(Labels, "origin", Text, Metrics, "where a prompt came from"),
    field(Labels, "thinking_level", Text, Metrics, "thinking level asked for"),
    field(Labels, "cache_miss", Text, Metrics, "why the cache was missed"),
    field(Labels, "api_error", Boolean, Metrics, "whether the message stands for a failed API call"),
    field(Labels, "error_class", Text, Activity, "class of an API or connection error"),
    field(Labels, "meta", Boolean, Metrics, "whether the record was made by Claude Code and not typed"),
    field(Labels, "compact_summary", Boolean, Metrics, "whether the record is the summary of a compaction"),
    field(Labels, "has_output", Boolean, Metrics, "whether a hook printed something"),
    field(Labels, "prevented_continuation", Boolean, Metrics, "whether a hook stopped the turn"),
    field(Labels, "reminder", Text, Metrics, "kind of a plan-mode reminder"),
    field(Labels, "status", Text, Metrics, "status of an MCP call or task"),
];

/// The fields of each element of `tools`.
pub const TOOL_FIELDS: &[Field] = &[
    field(Tools, "id", Text, Metrics, "id of the tool call; joins call and result"),
    field(
        Tools,
        "name",
        Text,
        Metrics,
        "tool; for MCP tools `mcp:` and two pseudonyms, of server and tool, 8 digits each; `other` for unknown ones",
    ),
    field(Tools, "caller", Text, Metrics, "who called the tool"),
    field(Tools, "outcome", Text, Metrics, "ok, error or interrupted; absent on the call itself"),
    field(
        Tools,
        "denial",
        Text,
        Metrics,
        "why the call never ran; its outcome is `error` or `interrupted`. Known since Claude Code 2.1.205",
    ),
    field(Tools, "duration_ms", Duration, Metrics, "duration in milliseconds"),
    field(Tools, "duration_s", Duration, Metrics, "duration in seconds, where the tool gives seconds"),
    field(Tools, "exit_code", Integer, Metrics, "exit code"),
    field(Tools, "http_status", Count, Metrics, "HTTP status of a fetch"),
    field(Tools, "bytes", Count, Metrics, "bytes fetched or written to a side file"),
    field(Tools, "lines", Count, Metrics, "lines read or found"),
    field(Tools, "total_lines", Count, Metrics, "lines that the file has"),
    field(Tools, "files", Count, Metrics, "files found"),
    field(Tools, "matches", Count, Metrics, "matches found"),
    field(Tools, "lines_added", Count, Metrics, "lines added by a subagent"),
    field(Tools, "lines_removed", Count, Metrics, "lines removed by a subagent"),
    field(Tools, "total_tokens", Count, Metrics, "tokens that a subagent used"),
    field(Tools, "tool_uses", Count, Metrics, "tools that a subagent used"),
    field(Tools, "truncated", Boolean, Metrics, "whether the result was cut by the tool"),
    field(Tools, "background", Boolean, Metrics, "whether it ran in the background"),
    field(Tools, "replace_all", Boolean, Metrics, "whether an edit replaced every occurrence"),
    field(Tools, "user_modified", Boolean, Metrics, "whether the user changed the edit before accepting it"),
    field(Tools, "status", Text, Metrics, "status of a task"),
    field(Tools, "mode", Text, Metrics, "mode of a search"),
    field(Tools, "agent_type", Text, Metrics, "kind of a subagent, where it is a built-in one, else `other`"),
    field(Tools, "extension", Text, Activity, "file extension, where it is a known one, else `other`"),
    field(Tools, "command", Text, Activity, "first word of a command, where it is a known one, else `other`"),
    field(Tools, "input_bytes", Count, Activity, "size of the input in bytes of JSON"),
    field(Tools, "input_values", Count, Activity, "members of the input"),
];

/// The fields of each element of `shapes`.
pub const SHAPE_FIELDS: &[Field] = &[
    field(Shapes, "role", Text, Activity, "whose text it is"),
    field(Shapes, "bytes", Count, Activity, "length as written in JSON"),
    field(Shapes, "lines", Count, Activity, "lines"),
];

/// The fields of each element of `text`.
pub const TEXT_FIELDS: &[Field] = &[
    field(Group::Text, "role", Text, Content, "whose text it is"),
    field(Group::Text, "field", Text, Content, "parameter of a tool's input, or a pseudonym of it"),
    field(Group::Text, "tool", Text, Content, "id of the tool call that the text belongs to"),
    field(Group::Text, "body", Text, Content, "the text, scrubbed; `[cut:N]` at its end where N bytes were cut off"),
];

/// The value of the field `kind` in events that the agent makes of itself, one a day.
pub const HEALTH_KIND: &str = "agent_health";

/// The value of the field `kind` in events by which a person asks to have erased what is known under their pseudonyms. It has
/// no fields but those of the frame.
pub const ERASURE_KIND: &str = "erasure_request";

/// The fields of `health`: counts of the days from `since` to `until`, the state at the time of the event, and the consent in force.
pub const HEALTH_FIELDS: &[Field] = &[
    field(Health, "since", Text, Metrics, "first day that is counted, UTC"),
    field(Health, "until", Text, Metrics, "last day that is counted, UTC"),
    field(Health, "lines", Count, Metrics, "lines read"),
    field(Health, "bytes", Count, Metrics, "bytes of those lines"),
    field(Health, "events", Count, Metrics, "events made"),
    field(Health, "records_dropped", Counts, Metrics, "records of which no event was made, by reason"),
    field(Health, "redactions", Counts, Metrics, "values replaced, by rule id"),
    field(Health, "unknown_types", Counts, Metrics, "records of unknown type, by pseudonym of the type"),
    field(Health, "events_dropped", Counts, Metrics, "events that left the spool and were not accepted, by reason"),
    field(Health, "events_sent", Counts, Metrics, "events accepted, by data class"),
    field(Health, "bytes_sent", Counts, Metrics, "bytes accepted, by data class"),
    field(Health, "files", Count, Metrics, "transcripts found"),
    field(Health, "files_in_trouble", Count, Metrics, "files and folders that could not be read"),
    field(Health, "unread_bytes", Count, Metrics, "bytes of transcripts found and not read yet"),
    field(Health, "spool_events", Count, Metrics, "events that wait"),
    field(Health, "spool_bytes", Count, Metrics, "sealed bytes that wait"),
    field(Health, "spool_bytes_max", Count, Metrics, "sealed bytes that may wait"),
    field(Health, "oldest_seconds", Count, Metrics, "age of what waits longest; the goal is at most 900"),
    field(
        Health,
        "state",
        Text,
        Metrics,
        "state of the stream that is worst off: idle, backing_off, breaker_open, held, ...",
    ),
    field(Health, "trouble", Text, Metrics, "trouble that this stream is in"),
    field(
        Health,
        "consent_at",
        Time,
        Metrics,
        "when the consent in force (`consent_id`) was given, by the developer's clock",
    ),
    field(Health, "consent_tier", Text, Metrics, "tier that was agreed to; less may be in force"),
    field(Health, "consent_given", Text, Metrics, "how: terminal (a question was answered) or flags"),
    field(Health, "consent_text", Count, Metrics, "version of the text that was agreed to"),
];

/// The fields that every event has, written by the policy itself.
pub const FRAME_FIELDS: &[Field] = &[
    always("schema", Text, "`bcce.event.v1`"),
    always(
        "event_id",
        Text,
        "keyed hash of session, uuid and kind; equal for every reading of a record, and for copies within its session",
    ),
    always("ingest_time", Time, "when the agent read the record"),
    always("tier", Text, "tier of the event"),
    always("data_class", Text, "internal, confidential or restricted"),
    always(
        "kind",
        Text,
        "type of the record; `agent_health` for what the agent tells of itself, `erasure_request` where its user asks for erasure",
    ),
    always("user", Text, "pseudonym of the login name"),
    always("host", Text, "pseudonym of the host name"),
    always("os", Text, "linux, macos or windows"),
    field(Top, "org", Text, Metrics, "organisation, as its policy names it"),
    field(
        Top,
        "redaction_key",
        Text,
        Content,
        "id of the key of the hashes in replacements, where keys change with time: equal hashes mean equal values under one key",
    ),
    always("dropped_fields", Count, "values of the record that no rule names or that had not the declared shape"),
    always("agent_version", Text, "version of the agent"),
    always(
        "policy_id",
        Text,
        "hash of all by which the record was projected and scrubbed: allow-list, rules, tier, version; the same on every computer where these are",
    ),
    always("consent_id", Text, "consent under which the event was made; empty in previews"),
];

/// All fields, in groups.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    [FRAME_FIELDS, RECORD_FIELDS, HEALTH_FIELDS, TOOL_FIELDS, SHAPE_FIELDS, TEXT_FIELDS].into_iter().flatten()
}

/// Whose text an element of `text` or `shapes` is.
pub const ROLES: &[&str] = &[
    "prompt",
    "assistant",
    "thinking",
    "tool_input",
    "tool_result",
    "system",
    "hook",
    "title",
    "summary",
    "queued",
    "attachment",
    "error",
    "image",
    "signature",
    "file",
];
