//! Words, prompts and replies.

use super::Writer;

pub(super) const NOUNS: &[&str] = &[
    "parser",
    "cache",
    "queue",
    "session",
    "handler",
    "router",
    "schema",
    "index",
    "cursor",
    "worker",
    "client",
    "server",
    "buffer",
    "token",
    "record",
    "batch",
    "stream",
    "filter",
    "report",
    "widget",
    "invoice",
    "order",
    "ledger",
    "account",
    "cart",
    "shipment",
    "sensor",
    "gauge",
    "metric",
    "event",
    "topic",
    "bucket",
    "shard",
    "replica",
    "lock",
    "lease",
    "timer",
    "budget",
    "policy",
    "profile",
    "avatar",
    "comment",
    "thread",
    "digest",
    "signal",
    "layout",
    "theme",
    "palette",
    "folder",
    "archive",
    "snapshot",
    "migration",
    "column",
    "table",
    "query",
    "view",
    "form",
    "field",
    "label",
    "button",
    "modal",
    "toast",
    "tooltip",
    "grid",
    "chart",
    "axis",
    "legend",
    "marker",
    "route",
    "waypoint",
    "tile",
    "sprite",
];
pub(super) const VERBS: &[&str] = &[
    "load",
    "store",
    "parse",
    "render",
    "merge",
    "split",
    "flush",
    "retry",
    "resolve",
    "validate",
    "encode",
    "decode",
    "fetch",
    "publish",
    "subscribe",
    "sort",
    "group",
    "trim",
    "pad",
    "rotate",
    "scale",
    "clone",
    "drain",
    "collect",
    "compare",
    "check",
    "update",
    "insert",
    "remove",
    "schedule",
    "cancel",
    "pause",
    "resume",
    "notify",
    "measure",
    "probe",
];
pub(super) const ADJECTIVES: &[&str] = &[
    "stale",
    "fresh",
    "nested",
    "flat",
    "local",
    "remote",
    "pending",
    "active",
    "idle",
    "broken",
    "empty",
    "partial",
    "atomic",
    "shared",
    "unique",
    "sorted",
    "cached",
    "lazy",
    "eager",
    "strict",
    "loose",
    "inner",
    "outer",
    "global",
    "async",
    "final",
    "initial",
    "optional",
    "missing",
    "duplicate",
    "hidden",
    "visible",
    "compact",
    "verbose",
    "daily",
];
pub(super) const EXTENSIONS: &[&str] =
    &["rs", "py", "ts", "tsx", "go", "sql", "sh", "yaml", "toml", "md", "json", "java"];

const PROMPTS: &[&str] = &[
    "The {n} in {f} drops the last {n} when the {n} is {a}. Can you find out why and fix it?",
    "add a {a} {n} to {f}, with tests, and keep the public API as it is",
    "Why does `{i}` return {d} here? I expected the {a} {n}.",
    "please {v} the {n} before we {v} it, otherwise the {n} grows to {d} entries",
    "run the tests again and tell me which of the {n} ones fail",
    "ok, go on",
    "yes please, but don't touch {f}",
    "Refactor {f} so that {i} and {i} share one {n}. No behaviour change.",
    "look at the logs below and explain what the {a} {n} does at {t}",
    "write a migration that adds a {n} column to the {n} table, nullable, and backfill it in batches of {d}",
    "what would it take to replace the {n} with a {a} {n}?",
    "commit this with a short message, then open a draft pull request",
    "the build is red on main since {s}, {f} line {d}: mismatched types",
    "continue where we left off with the {n} {n}",
    "Can you review my changes in {f} for races? I am not sure about the {n} lock.",
];
const SENTENCES: &[&str] = &[
    "The {n} is {a}, so `{i}` never sees it.",
    "I'll {v} the {n} first and then {v} the {a} ones.",
    "There are {d} callers of `{i}`; only the one in `{f}` passes a {a} {n}.",
    "This is the same {n} that `{i}` uses, which explains the {a} {n}.",
    "Let me check whether {f} still compiles.",
    "The tests pass now: {d} passed, 0 failed.",
    "That keeps the {n} {a} while the {n} is being rebuilt.",
    "One thing to watch: the {n} may be {a} on the first run.",
    "`{I}` owns the {n}, and `{I}` only borrows it.",
    "I have not changed `{f}`, as you asked.",
    "The cause is a {a} {n} that nobody drains after {d} ms.",
    "Next I would {v} the {n}, but that can wait.",
    "It fails only when two {n} updates arrive within the same {n}.",
    "The {n} count went from {d} to {d}.",
];
const HEADINGS: &[&str] =
    &["## What changed", "## Why", "### Next steps", "## Summary", "### Open questions", "## The {a} {n}", "**Plan**"];
const BULLETS: &[&str] = &[
    "- `{f}`: {v} the {n} before the {a} {n}",
    "- {v} `{i}` once per {n} in place of once per {n}",
    "1. {v} the {a} {n}",
    "2. add a test for the {a} case",
    "- [ ] {v} {n} and {n}",
    "- **{n}**: {a}, {d} of {d}",
    "| {n} | {d} | {a} |",
];
const THOUGHTS: &[&str] = &[
    "The user wants the {n} to stay {a}. Let me look at {f} first.",
    "Wait, `{i}` is called twice: once from the {n} and once from the {n}.",
    "If the {n} is {a}, then {i} returns early and the {n} is never flushed.",
    "Hmm, {d} entries is more than I would expect from a {a} {n}.",
    "I should check the {n} as well before I edit anything.",
    "So the plan: {v} the {n}, then {v} the {n}, then run the tests.",
    "That test only covers the {a} case.",
];
const TITLES: &[&str] = &[
    "Fix {a} {n} in {n} {n}",
    "{I} refactoring",
    "Add {n} column to {n} table",
    "Investigate {a} {n} after deploy",
    "Review of the {n} lock",
    "{v} {n} on startup",
];

impl Writer<'_> {
    /// What a user types: mostly one line, now and then with pasted text below it.
    pub(crate) fn prompt(&mut self) -> String {
        self.one_of(PROMPTS)
    }

    /// A reply or a report of about `bytes`, in Markdown, with code now and then.
    pub(crate) fn reply(&mut self, bytes: usize) -> String {
        let mut out = String::with_capacity(bytes + 200);
        while out.len() < bytes {
            match self.dice.below(10) {
                0 if bytes > 400 => self.block(HEADINGS, 1, "\n\n", &mut out),
                1 | 2 if bytes > 300 => {
                    let count = self.dice.between(2, 5);
                    self.block(BULLETS, count, "\n", &mut out);
                    out.push('\n');
                }
                3 if bytes > 600 => {
                    let language = self.any_language();
                    let code = self.code(language, 300);
                    out.push_str("```");
                    out.push_str(language.tag());
                    out.push('\n');
                    out.push_str(&code);
                    out.push_str("\n```\n\n");
                }
                _ => {
                    let count = self.dice.between(1, 4);
                    self.block(SENTENCES, count, " ", &mut out);
                    out.push_str(if bytes > 300 { "\n\n" } else { "" });
                }
            }
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// What the model writes while it thinks.
    pub(crate) fn thought(&mut self, bytes: usize) -> String {
        let mut out = String::with_capacity(bytes + 200);
        while out.len() < bytes {
            let count = self.dice.between(1, 4);
            self.block(THOUGHTS, count, " ", &mut out);
            out.push_str("\n\n");
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// A title of a few words.
    pub(crate) fn title(&mut self) -> String {
        self.one_of(TITLES)
    }

    fn block(&mut self, templates: &[&str], count: usize, between: &str, out: &mut String) {
        for _ in 0..count {
            let template = self.dice.pick(templates);
            self.fill(template, out);
            out.push_str(between);
        }
    }
}
