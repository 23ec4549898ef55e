//! What commands print: builds, tests, git, listings, lock files, logs, stack traces, JSON.

use super::Writer;
use crate::json::{Json, arr, obj};

/// A kind of command output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Cargo,
    Pytest,
    Npm,
    GitLog,
    GitDiff,
    Listing,
    Lock,
    Log,
    Trace,
    Json,
    Docker,
}

const ALL: &[Output] = &[
    Output::Cargo,
    Output::Pytest,
    Output::Npm,
    Output::GitLog,
    Output::GitDiff,
    Output::Listing,
    Output::Lock,
    Output::Log,
    Output::Trace,
    Output::Json,
    Output::Docker,
];

const CARGO: &[&str] = &[
    "   Compiling {n}-{n} v{x}",
    "\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m {n} v{x} (crates/{n})",
    "warning: unused variable: `{n}`\n  --> {f}:{d}:9\n   |\n{d} |     let {n} = {i}();\n   |         ^^^^ help: if this is intentional, prefix it with an underscore: `_{n}`",
    "test {m}::tests::{i}_{v}s_the_{a}_{n} ... ok",
    "test {m}::tests::{i} ... \u{1b}[31mFAILED\u{1b}[0m",
    "error[E0308]: mismatched types\n  --> {f}:{d}:{d}\n   |\n   |     expected `{I}`, found `Option<{I}>`",
    "test result: ok. {d} passed; 0 failed; {d} ignored; finished in 0.{d}s",
];
const PYTEST: &[&str] = &[
    "tests/test_{n}.py::test_{i} PASSED                                 [ {d}%]",
    "tests/test_{n}.py::Test{I}::test_{v}_{a}_{n} FAILED [ {d}%]",
    "E       AssertionError: assert {d} == {d}",
    "E        +  where {d} = len(['{n}', '{n}', \"{n}'s\"])",
    "tests/test_{n}.py:{d}: AssertionError",
    "=========== {d} passed, {d} warnings in {d}.{d}s ===========",
];
const NPM: &[&str] = &[
    "npm warn deprecated {n}-{n}@{x}: use {n}-{v} instead",
    "added {d} packages, and audited {d} packages in {d}s",
    "  \u{2713} {v}s the {a} {n} ({d} ms)",
    "  \u{2717} {v}s the {a} {n}",
    "\u{1b}[36m{n}.ts\u{1b}[0m  {d}.{d} kB \u{2502} gzip: {d}.{d} kB",
    "src/{n}/{n}.ts({d},{d}): error TS2345: Argument of type '{I}' is not assignable to parameter of type '{I}'.",
];
const GIT_LOG: &[&str] = &[
    "commit {h}\nMerge: {s} {s}\nDate:   Tue Mar 4 {t} 2025 +0100\n\n    {v} the {a} {n}\n",
    "{s} {n}: {v} {a} {n} (#{d})",
    "* {s} (origin/{v}-{n}) {v} {n} in {f}",
    " {f} | {d} ++++++----",
    " {d} files changed, {d} insertions(+), {d} deletions(-)",
];
const GIT_DIFF: &[&str] = &[
    "diff --git a/{f} b/{f}\nindex {s}..{s} 100644\n--- a/{f}\n+++ b/{f}",
    "@@ -{d},7 +{d},9 @@ fn {i}()",
    "-    let {n} = {i}(\"{n}\");",
    "+    let {n} = {i}(\"{n}\")?; // {a}",
    "     if {n}.is_empty() {",
    "+        \"{n}\": \"{a}\\t{n}\",",
    " }",
];
const LISTING: &[&str] = &[
    "-rw-r--r--   1 dev  staff   {d} Mar  4 {t} {n}.{e}",
    "drwxr-xr-x  12 dev  staff   384 Mar  4 {t} {n}_{n}",
    "./{f}",
    "./node_modules/{n}/dist/{n}.js",
    "{d}\t./{f}",
    "M  {f}",
    "?? {f}",
    "{f}:{d}:    {i}({n}, \"{n}\")",
];
const LOCK: &[&str] = &[
    "[[package]]\nname = \"{n}-{v}\"\nversion = \"{x}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
    "    \"node_modules/{n}-{n}\": {\n      \"version\": \"{x}\",\n      \"license\": \"MIT\"\n    },",
    "{n}-{n}@^{x}:\n  version \"{x}\"\n  dependencies:\n    {n} \"^{x}\"\n",
    "{n} v{x} h1:{a}-{n}/go.mod",
];
const LOG: &[&str] = &[
    "2025-03-04T{t}.{d}Z INFO  {m}::{m} {v} {n} took {d}ms id={u}",
    "2025-03-04 {t},{d} [worker-{d}] WARN {I} - {a} {n}, retrying in {d} ms",
    "{\"ts\":\"2025-03-04T{t}Z\",\"level\":\"error\",\"msg\":\"{v} {n} failed\",\"trace\":\"{u}\",\"n\":{d}}",
    "[{t}] GET /api/{n}/{d}?{n}={a} 200 {d}ms",
    "\u{1b}[33m[{n}]\u{1b}[0m {a} {n}: {d}/{d}\r",
];
const TRACE: &[&str] = &[
    "Traceback (most recent call last):\n  File \"/srv/app/{n}/{n}.py\", line {d}, in {i}\n    return self.{n}.{i}({n})\n{I}Error: {a} {n} '{n}'",
    "    at {I}.{i} (/srv/app/dist/{n}/{n}.js:{d}:{d})",
    "    at async {i} (node:internal/{n}:{d}:{d})",
    "thread 'main' panicked at {f}:{d}:{d}:\n{a} {n}: index out of bounds: the len is {d} but the index is {d}",
    "Caused by: java.lang.IllegalStateException: {a} {n}\n\tat org.{n}.{I}.{v}({I}.java:{d})",
];
const DOCKER: &[&str] = &[
    "{s}{s}   {n}/{n}:{x}   \"/entrypoint {v}\"   {d} minutes ago   Up {d} minutes   {n}-{d}",
    "#{d} [{n} {d}/{d}] RUN make {v}",
    "NAME                     READY   STATUS    RESTARTS   AGE\n{a}-{n}-{s}-abcde   1/1     Running   {d}   {d}h",
    "Step {d}/{d} : COPY {f} /app/",
];

impl Writer<'_> {
    pub(crate) fn any_output(&mut self) -> Output {
        self.dice.pick(ALL)
    }

    /// About `bytes` of output of one kind.
    pub(crate) fn output(&mut self, kind: Output, bytes: usize) -> String {
        let templates = match kind {
            Output::Cargo => CARGO,
            Output::Pytest => PYTEST,
            Output::Npm => NPM,
            Output::GitLog => GIT_LOG,
            Output::GitDiff => GIT_DIFF,
            Output::Listing => LISTING,
            Output::Lock => LOCK,
            Output::Log => LOG,
            Output::Trace => TRACE,
            Output::Docker => DOCKER,
            Output::Json => return self.json_text(bytes),
        };
        self.lines_until(templates, bytes)
    }

    /// A JSON document as a tool prints it; now and then one that holds JSON in a string.
    pub(crate) fn json_text(&mut self, bytes: usize) -> String {
        let mut items = Vec::new();
        let mut size = 0;
        while size < bytes {
            let item = self.json_item();
            size += 260;
            items.push(item);
        }
        let document = obj! {"items" => Json::Arr(items), "next" => Json::Null};
        if self.dice.per_mille(500) { document.pretty() } else { document.text() }
    }

    fn json_item(&mut self) -> Json {
        let nested = obj! {"name" => self.filled("{n}"), "note" => self.filled("\"{a}\"\n{n}")};
        let payload = if self.dice.per_mille(300) { Json::from(nested.text()) } else { nested };
        obj! {
            "id" => self.dice.uuid(), "name" => self.filled("{a}-{n}"), "count" => self.dice.below(5000),
            "enabled" => self.dice.per_mille(600), "payload" => payload, "tags" => arr![self.filled("{n}"), self.filled("{a}")],
        }
    }

    /// A shell command as the model writes it.
    pub(crate) fn command(&mut self) -> String {
        self.one_of(&[
            "cargo test -p {n} -- --nocapture 2>&1 | tail -{d}",
            "git log --oneline -{d} -- {f}",
            "git diff HEAD~1 --stat && git status -s",
            "grep -rn \"{i}\" src --include='*.{e}' | head -20",
            "ls -la {n}/ && wc -l {f}",
            "npm run build 2>&1 | tail -30",
            "python3 -m pytest tests/test_{n}.py -q",
            "docker compose up -d {n} && docker compose logs {n} | tail -{d}",
            "curl -s http://localhost:8{d}/api/{n} | jq '.items[] | {id, name}'",
            "sed -n '{d},{d}p' {f}",
            "find . -name '*.{e}' -newer {f} -not -path './node_modules/*'",
            "cat > /tmp/{n}.py <<'EOF'\nimport json\nprint(json.dumps({\"{n}\": {d}}))\nEOF\npython3 /tmp/{n}.py",
            "psql -c 'select count(*) from {n} where {n}_at is null'",
            "cd crates/{n} && cargo clippy --all-targets -- -D warnings",
        ])
    }
}
