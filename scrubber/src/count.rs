//! What did not leave, and why: every record or value that is dropped is counted under a reason.

use std::collections::BTreeMap;

/// Why a record or a value did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// The line is longer than the limit.
    LineTooLong,
    /// The line is not UTF-8.
    NotUtf8,
    /// The line is not a JSON object (torn, glued, NUL bytes, nested too deep).
    NotJson,
    /// The record's type is not in the allow-list.
    UnknownType,
    /// The allow-list names the record's type as one that never leaves.
    TypeNotShipped,
    /// The project is denied by a rule or opted out.
    ProjectDenied,
    /// The record names no project, and project rules are in force.
    ProjectUnknown,
    /// The event stayed above the record limit after its texts were cut.
    TooLarge,
    /// The scrubber panicked on the record.
    Panicked,
    /// An event under the same id was stored before: the record was read again, or stands in its session twice.
    AlreadyStored,
    /// The line was begun before consent, or stood in its file then, and nothing tells where reading would have to go on.
    BeforeConsent,
}

impl DropReason {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::LineTooLong,
        Self::NotUtf8,
        Self::NotJson,
        Self::UnknownType,
        Self::TypeNotShipped,
        Self::ProjectDenied,
        Self::ProjectUnknown,
        Self::TooLarge,
        Self::Panicked,
        Self::AlreadyStored,
        Self::BeforeConsent,
    ];

    /// The name in `status`, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LineTooLong => "line_too_long",
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::UnknownType => "unknown_type",
            Self::TypeNotShipped => "type_not_shipped",
            Self::ProjectDenied => "project_denied",
            Self::ProjectUnknown => "project_unknown",
            Self::TooLarge => "too_large",
            Self::Panicked => "panicked",
            Self::AlreadyStored => "already_stored",
            Self::BeforeConsent => "before_consent",
        }
    }

    /// Whether the drop is what policy asks for, as against trouble with the input.
    pub const fn intended(self) -> bool {
        match self {
            Self::TypeNotShipped
            | Self::ProjectDenied
            | Self::UnknownType
            | Self::AlreadyStored
            | Self::BeforeConsent => true,
            Self::LineTooLong
            | Self::NotUtf8
            | Self::NotJson
            | Self::ProjectUnknown
            | Self::TooLarge
            | Self::Panicked => false,
        }
    }
}

/// What a run of scrubbing did, in numbers alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines handed to the scrubber.
    pub lines: u64,
    /// Bytes of those lines.
    pub bytes: u64,
    /// Events made.
    pub events: u64,
    /// Records dropped whole, by reason.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Field values dropped because no rule names their path.
    pub fields_unlisted: u64,
    /// Field values dropped because their value has not the declared shape.
    pub fields_misshapen: u64,
    /// Texts dropped because the same text ships elsewhere.
    pub texts_twin: u64,
    /// Texts cut to fit the record limit.
    pub texts_cut: u64,
    /// Redactions by rule id.
    pub redactions: BTreeMap<String, u64>,
    /// Findings that settings let pass, by rule id. What is encoded in a text counts for each time it is looked at.
    pub allowed: BTreeMap<String, u64>,
    /// Records of unknown type, by pseudonym of the type.
    pub unknown_types: BTreeMap<String, u64>,
}

impl Counts {
    /// Adds what another run counted.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.events += other.events;
        self.fields_unlisted += other.fields_unlisted;
        self.fields_misshapen += other.fields_misshapen;
        self.texts_twin += other.texts_twin;
        self.texts_cut += other.texts_cut;
        add_each(&mut self.dropped, &other.dropped);
        add_each(&mut self.redactions, &other.redactions);
        add_each(&mut self.allowed, &other.allowed);
        add_each(&mut self.unknown_types, &other.unknown_types);
    }
}

fn add_each<K: Ord + Clone>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(key.clone()).or_default() += count;
    }
}
