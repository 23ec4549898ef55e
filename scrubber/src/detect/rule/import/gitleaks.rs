//! The TOML of gitleaks and of Betterleaks, which took it over: `[[rules]]` and allow-lists.
//!
//! The form is read from <https://github.com/gitleaks/gitleaks#configuration> and the reader of Betterleaks (both checked
//! 2026-11-26). Keys are told apart without regard to case, as those programs do.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::RuleProblems;
use super::super::reader::line_of;
use super::{Draft, Effect, Exemption, Foreign, Imported, Needs, Part, Secret, exemption};
use crate::detect::rule::{Conditions, RuleProblem};

const NO_FILES: &str = "is about names of files, commits or resources, which transcripts have not";
const OTHER_FILES: &str = "leads to other files; name each file in `scrub.rules`";
const NOT_KNOWN: &str = "is not known here";

/// Whether a text is of our own form: it says of which class its rules are.
pub(super) fn is_ours(text: &str) -> bool {
    let Ok(document) = DeTable::parse(text) else { return false };
    let has = |key: &str| document.get_ref().contains_key(key);
    has("class") || (has("rule") && !has("rules"))
}

/// Reads the rules of a file.
pub(super) fn read(file: &str, text: &str) -> Result<Imported, RuleProblems> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        RuleProblems(vec![RuleProblem::at(file, line, "", "(document)", "does not parse as TOML")])
    })?;
    let mut draft = Draft::new(file);
    let top = Fields::of(text, 0, "", document.get_ref());
    let mut global = Vec::new();
    for (line, table) in top.tables(&mut draft, "allowlist").into_iter().chain(top.tables(&mut draft, "allowlists")) {
        let fields = Fields::of(text, line, "", table);
        let targets = fields.strings(&mut draft, "targetrules");
        global.extend(allow_list(&mut draft, &fields).map(|exempt| (targets, exempt)));
    }
    for (line, table) in top.tables(&mut draft, "extend") {
        let fields = Fields::of(text, line, "", table);
        for (key, at, _) in &fields.keys {
            draft.note(*at, "", key, OTHER_FILES, Effect::SettingLeftOut);
        }
    }
    for (line, table) in top.tables(&mut draft, "rules") {
        rule(&mut draft, text, line, table, &global);
    }
    let known = ["title", "description", "minversion", "extend", "rules", "allowlist", "allowlists"];
    top.others(&mut draft, &known, Effect::SettingLeftOut);
    draft.finish()
}

fn rule(draft: &mut Draft<'_>, text: &str, line: usize, table: &DeTable<'_>, global: &[(Vec<String>, Exemption)]) {
    let mut fields = Fields::of(text, line, "", table);
    let Some(id) = fields.string(draft, "id").filter(|id| !id.is_empty()) else {
        draft.problem(line, "", "id", "is missing");
        return;
    };
    fields.rule.clone_from(&id);
    let leave_out = |draft: &mut Draft<'_>, key: &str, reason| {
        draft.note(fields.line(key), &id, key, reason, Effect::RuleLeftOut);
    };
    let (pattern, path) = (fields.string(draft, "regex"), fields.string(draft, "path"));
    let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else {
        match path {
            Some(_) => leave_out(draft, "path", "looks at names of files alone, and transcripts have none"),
            None => leave_out(draft, "regex", "is missing; a rule of another file cannot be changed"),
        }
        return;
    };
    if fields.flag(draft, "skipreport") {
        leave_out(draft, "skipReport", "makes it a part of other rules, which is not supported");
        return;
    }
    if fields.has("required") {
        leave_out(draft, "required", "asks for a finding of another rule near by, which is not supported");
        return;
    }
    if path.is_some() {
        draft.note(fields.line("path"), &id, "path", NO_FILES, Effect::KeyLeftOut);
    }
    for key in ["validate", "validation", "verify"].into_iter().filter(|key| fields.has(key)) {
        draft.note(fields.line(key), &id, key, "asks the network, which the scrubber never does", Effect::KeyLeftOut);
    }
    let mut exempt: Vec<_> = global
        .iter()
        .filter(|(targets, _)| targets.is_empty() || targets.contains(&id))
        .map(|(_, exempt)| exempt.clone())
        .collect();
    for (line, table) in fields.tables(draft, "allowlist").into_iter().chain(fields.tables(draft, "allowlists")) {
        let fields = Fields::of(text, line, &id, table);
        exempt.extend(allow_list(draft, &fields));
    }
    let known = [
        "id",
        "description",
        "regex",
        "path",
        "secretgroup",
        "entropy",
        "keywords",
        "tags",
        "allowlist",
        "allowlists",
        "required",
        "skipreport",
        "validate",
        "validation",
        "verify",
    ];
    fields.others(draft, &known, Effect::KeyLeftOut);
    let group = fields.number(draft, "secretgroup").map_or(0, |number| number as usize);
    let foreign = Foreign {
        line,
        description: fields.string(draft, "description").unwrap_or_default(),
        pattern,
        group: if group == 0 { Secret::First } else { Secret::Number(group) },
        keywords: fields.strings(draft, "keywords"),
        min_entropy: fields.number(draft, "entropy").unwrap_or(0.0),
        conditions: Conditions { exempt, ..Conditions::default() },
        id,
        ..Foreign::default()
    };
    draft.rule(foreign);
}

/// What an allow-list exempts; what of it cannot be kept is listed.
fn allow_list(draft: &mut Draft<'_>, fields: &Fields<'_>) -> Option<Exemption> {
    let effect = if fields.rule.is_empty() { Effect::SettingLeftOut } else { Effect::KeyLeftOut };
    let known = [
        "description",
        "condition",
        "commits",
        "paths",
        "resources",
        "regextarget",
        "regexes",
        "stopwords",
        "targetrules",
    ];
    fields.others(draft, &known, effect);
    let condition = fields.string(draft, "condition").unwrap_or_default().to_ascii_lowercase();
    let needs = match condition.as_str() {
        "" | "or" | "||" => Needs::Any,
        "and" | "&&" => Needs::All,
        _ => {
            draft.problem(fields.line("condition"), &fields.rule, "condition", "must be `and` or `or`");
            return None;
        }
    };
    let of = match fields.string(draft, "regextarget").unwrap_or_default().as_str() {
        "" | "secret" => Part::Secret,
        "match" => Part::Match,
        "line" => Part::Line,
        _ => {
            draft.problem(fields.line("regextarget"), &fields.rule, "regexTarget", "must be `match` or `line`");
            return None;
        }
    };
    let mut about_files = false;
    for key in ["paths", "commits", "resources"].into_iter().filter(|key| fields.has(key)) {
        draft.note(fields.line(key), &fields.rule, key, NO_FILES, effect);
        about_files = true;
    }
    let (patterns, words) = (fields.strings(draft, "regexes"), fields.strings(draft, "stopwords"));
    // What must hold of a file as well cannot be told, so nothing is exempt.
    if (about_files && needs == Needs::All) || (patterns.is_empty() && words.is_empty()) {
        return None;
    }
    match exemption(of, needs, &patterns, words) {
        Ok(exempt) => Some(exempt),
        Err(reason) => {
            draft.note(fields.line("regexes"), &fields.rule, "regexes", reason, effect);
            None
        }
    }
}

/// The keys of a table in lower case, each with its line.
struct Fields<'a> {
    keys: Vec<(String, usize, &'a DeValue<'a>)>,
    text: &'a str,
    line: usize,
    rule: String,
}

impl<'a> Fields<'a> {
    fn of(text: &'a str, line: usize, rule: &str, table: &'a DeTable<'a>) -> Self {
        let keys = table
            .iter()
            .map(|(key, value)| (key.get_ref().to_ascii_lowercase(), line_of(text, key.span().start), value.get_ref()));
        Self { keys: keys.collect(), text, line, rule: rule.to_owned() }
    }

    fn get(&self, key: &str) -> Option<&'a DeValue<'a>> {
        self.keys.iter().find(|(name, ..)| *name == key).map(|(_, _, value)| *value)
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.as_array().is_none_or(|items| !items.is_empty()))
    }

    /// The line of a key, or of its table.
    fn line(&self, key: &str) -> usize {
        let key = key.to_ascii_lowercase();
        self.keys.iter().find(|(name, ..)| *name == key).map_or(self.line, |(_, line, _)| *line)
    }

    fn wrong(&self, draft: &mut Draft<'_>, key: &str, problem: &'static str) {
        draft.problem(self.line(key), &self.rule, key, problem);
    }

    fn string(&self, draft: &mut Draft<'_>, key: &str) -> Option<String> {
        let value = self.get(key)?;
        if value.as_str().is_none() {
            self.wrong(draft, key, "must be a string");
        }
        value.as_str().map(str::to_owned)
    }

    fn strings(&self, draft: &mut Draft<'_>, key: &str) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let texts = value.as_array().and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.wrong(draft, key, "must hold only strings");
        }
        texts.unwrap_or_default()
    }

    fn flag(&self, draft: &mut Draft<'_>, key: &str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if value.as_bool().is_none() {
            self.wrong(draft, key, "must be true or false");
        }
        value.as_bool() == Some(true)
    }

    fn number(&self, draft: &mut Draft<'_>, key: &str) -> Option<f64> {
        let value = self.get(key)?;
        let text = value.as_float().map(|number| number.as_str()).or(value.as_integer().map(|number| number.as_str()));
        let number = text.and_then(|text| text.parse().ok()).filter(|number: &f64| (0.0..=64.0).contains(number));
        if number.is_none() {
            self.wrong(draft, key, "must be a number from 0 to 64");
        }
        number
    }

    /// The table or the list of tables under a key, each with its line.
    fn tables(&self, draft: &mut Draft<'_>, key: &str) -> Vec<(usize, &'a DeTable<'a>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        if let Some(table) = value.as_table() {
            return vec![(self.line(key), table)];
        }
        let line = |item: &Spanned<DeValue<'_>>| line_of(self.text, item.span().start);
        let tables = value.as_array().and_then(|items| {
            items.iter().map(|item| Some((line(item), item.get_ref().as_table()?))).collect::<Option<Vec<_>>>()
        });
        if tables.is_none() {
            self.wrong(draft, key, "must be a table or a list of tables");
        }
        tables.unwrap_or_default()
    }

    fn others(&self, draft: &mut Draft<'_>, known: &[&str], effect: Effect) {
        for (key, line, _) in self.keys.iter().filter(|(key, ..)| !known.contains(&key.as_str())) {
            draft.note(*line, &self.rule, key, NOT_KNOWN, effect);
        }
    }
}
