//! Source code in several languages: whole functions, so that a cut at any length still looks like the head of a file.

use super::Writer;

/// A programming or configuration language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    TypeScript,
    Go,
    Sql,
    Shell,
    Yaml,
}

const ALL: &[Language] = &[
    Language::Rust,
    Language::Python,
    Language::TypeScript,
    Language::TypeScript,
    Language::Go,
    Language::Sql,
    Language::Shell,
    Language::Yaml,
];

impl Language {
    /// The word after the fence in Markdown.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::Sql => "sql",
            Self::Shell => "bash",
            Self::Yaml => "yaml",
        }
    }

    fn pieces(self) -> &'static [&'static str] {
        match self {
            Self::Rust => RUST,
            Self::Python => PYTHON,
            Self::TypeScript => TYPESCRIPT,
            Self::Go => GO,
            Self::Sql => SQL,
            Self::Shell => SHELL,
            Self::Yaml => YAML,
        }
    }
}

const RUST: &[&str] = &[
    "use crate::{m}::{I};\nuse std::collections::HashMap;\n",
    "/// Holds the {a} {n} until the {n} is flushed.\n#[derive(Debug, Clone)]\npub struct {I} {\n    {n}: Vec<{I}>,\n    {i}: Option<u64>,\n}\n",
    "impl {I} {\n    pub fn {i}(&mut self, {n}: &str) -> Result<usize, {I}> {\n        let {n} = self.{n}.iter().filter(|x| x.len() > {d}).count();\n        if {n} == 0 {\n            return Err({I}::Empty);\n        }\n        Ok({n})\n    }\n}\n",
    "fn {i}(input: &[u8]) -> Option<{I}> {\n    let (head, tail) = input.split_at({d});\n    match head.first()? {\n        b'{n}' => None, // \"{a}\\n\" is left to the caller\n        _ => Some({I} { {n}: tail.to_vec() }),\n    }\n}\n",
    "#[test]\nfn {i}_keeps_the_{a}_{n}() {\n    let mut {n} = {I}::default();\n    assert_eq!({n}.{i}(\"{n}\"), Ok({d}));\n}\n",
];
const PYTHON: &[&str] = &[
    "import json\nimport logging\nfrom {m}.{m} import {I}\n\nlog = logging.getLogger(__name__)\n",
    "class {I}:\n    \"\"\"Keeps the {a} {n} of a {n}.\"\"\"\n\n    def __init__(self, {n}: str, limit: int = {d}) -> None:\n        self.{n} = {n}\n        self._{n} = {\"limit\": limit, 'items': []}\n",
    "    def {i}(self, {n}):\n        for item in self._{n}['items']:\n            if item.get('{n}') is None:\n                log.warning(\"{a} {n}: %s\\n\", item)\n                continue\n            yield item\n",
    "def test_{i}(tmp_path):\n    {n} = {I}(str(tmp_path / \"{n}.json\"))\n    assert list({n}.{i}({d})) == []\n",
    "@app.route(\"/api/{n}/<int:{n}_id>\")\ndef {i}({n}_id):\n    row = db.session.get({I}, {n}_id)\n    return jsonify({'{n}': row.{n}, 'count': {d}})\n",
];
const TYPESCRIPT: &[&str] = &[
    "import { {I}, {i} } from '../{m}/{m}';\nimport type { {I}Props } from './types';\n",
    "export interface {I} {\n  id: string;\n  {n}: number;\n  {n}At?: Date | null;\n}\n",
    "export async function {i}({n}: {I}[]): Promise<Map<string, {I}>> {\n  const seen = new Map<string, {I}>();\n  for (const item of {n}) {\n    if (!item.id || seen.has(item.id)) continue; // {a}\n    seen.set(item.id, { ...item, {n}: {d} });\n  }\n  return seen;\n}\n",
    "export function {I}View(props: {I}Props) {\n  const [{n}, setValue] = useState<string>(\"\");\n  useEffect(() => { void {i}(props.{n}); }, [props.{n}]);\n  return (\n    <div className=\"{n}-{a} px-{d}\">\n      <Label htmlFor=\"{n}\">{`{n}: `}</Label>\n      <input id=\"{n}\" value={value} onChange={(e) => setValue(e.target.value)} />\n    </div>\n  );\n}\n",
    "describe('{I}', () => {\n  it('should {v} the {a} {n}', async () => {\n    expect(await {i}([])).toEqual(new Map());\n  });\n});\n",
];
const GO: &[&str] = &[
    "package {m}\n\nimport (\n\t\"context\"\n\t\"fmt\"\n)\n",
    "// {I} keeps the {a} {n}.\ntype {I} struct {\n\t{I} []string `json:\"{n}\"`\n\tLimit int `json:\"limit,omitempty\"`\n}\n",
    "func (c *{I}) {I}(ctx context.Context, {n} string) (int, error) {\n\tif {n} == \"\" {\n\t\treturn 0, fmt.Errorf(\"{v} {n}: %w\", Err{I})\n\t}\n\treturn len({n}) * {d}, nil\n}\n",
];
const SQL: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS {n}_{n} (\n    id BIGSERIAL PRIMARY KEY,\n    {n} TEXT NOT NULL DEFAULT '',\n    {n}_at TIMESTAMPTZ\n);\n",
    "SELECT {n}.id, COUNT(*) AS {n}_count\nFROM {n}\nJOIN {n} ON {n}.id = {n}.{n}_id\nWHERE {n}.{n}_at > now() - INTERVAL '{d} days'\nGROUP BY 1 ORDER BY 2 DESC LIMIT {d};\n",
    "CREATE INDEX CONCURRENTLY idx_{n}_{n} ON {n} ({n}, {n}_at);\n",
];
const SHELL: &[&str] = &[
    "#!/usr/bin/env bash\nset -euo pipefail\ncd \"$(dirname \"$0\")/..\"\n",
    "for {n} in build/*.{e}; do\n  [ -f \"${n}\" ] || continue\n  echo \"{v} ${n}\" >&2\n  ./scripts/{v}.sh \"${n}\" | sed -e 's/{n}/{n}/g' > \"out/{n}.txt\"\ndone\n",
    "{v}_{n}() {\n  local {n}=\"${1:-{n}}\"\n  printf '%s\\n' \"${n}\" | sort -u | head -{d}\n}\n",
];
const YAML: &[&str] = &[
    "services:\n  {n}:\n    image: {n}/{n}:{x}\n    ports:\n      - \"80{d}:8080\"\n    environment:\n      LOG_LEVEL: info\n      {c}: \"{d}\"\n",
    "jobs:\n  {v}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@{h}\n      - run: make {v}-{n}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {a}-{n}\n  labels: { app: {n}, tier: {a} }\nspec:\n  replicas: {d}\n",
];

impl Writer<'_> {
    pub(crate) fn any_language(&mut self) -> Language {
        self.dice.pick(ALL)
    }

    /// About `bytes` of source code.
    pub(crate) fn code(&mut self, language: Language, bytes: usize) -> String {
        let pieces = language.pieces();
        let mut out = String::with_capacity(bytes + 400);
        self.fill(pieces[0], &mut out);
        while out.len() < bytes {
            out.push('\n');
            let piece = self.dice.pick(pieces.get(1..).unwrap_or(pieces));
            self.fill(piece, &mut out);
        }
        out
    }

    /// A function or a few lines, as an edit replaces them, of at least `bytes`.
    pub(crate) fn snippet(&mut self, language: Language, bytes: usize) -> String {
        let mut out = String::new();
        while out.len() < bytes.max(1) {
            let piece = self.dice.pick(language.pieces());
            self.fill(piece, &mut out);
        }
        out.truncate(out.trim_end().len());
        out
    }
}
