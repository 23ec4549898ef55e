//! Reads a rule file strictly: every problem is reported with file, line, rule and key, and none quotes the file.

use regex::bytes::{Regex, RegexBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Place, Reader, is_name, line_of};
use super::{
    Anchor, Boundary, Class, DISTANCE_DEFAULT_BYTES, Examples, Group, Rule, RuleProblem, RuleProblems,
    WINDOW_DEFAULT_BYTES,
};

/// A compiled pattern may take this much; larger ones are refused, because hundreds of them live in one process.
const COMPILED_SIZE_MAX_BYTES: usize = 256 * 1024;
/// The same for a pattern that is searched for: such rules are imported, and their authors did not write them for us.
const SEARCHED_SIZE_MAX_BYTES: usize = 2 * 1024 * 1024;
/// The lazy automaton of one pattern may grow to this.
const AUTOMATON_CACHE_MAX_BYTES: usize = 128 * 1024;

/// Compiles a pattern the way rules use it: over bytes, and only at the start of the window where it is not searched for.
pub(super) fn compile(pattern: &str, anchor: Anchor) -> Result<Regex, regex::Error> {
    let (pattern, size_max) = match anchor {
        Anchor::Around => (pattern.to_owned(), SEARCHED_SIZE_MAX_BYTES),
        Anchor::Prefix | Anchor::Inside | Anchor::Digits | Anchor::HexGroups | Anchor::Keyword => {
            (format!(r"\A(?:{pattern})"), COMPILED_SIZE_MAX_BYTES)
        }
    };
    RegexBuilder::new(&pattern).unicode(false).size_limit(size_max).dfa_size_limit(AUTOMATON_CACHE_MAX_BYTES).build()
}

/// The most bytes that a match of a pattern has; `None` where it has no bound.
pub(super) fn longest(pattern: &str) -> Option<usize> {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    hir.properties().maximum_len()
}

/// The rules of one file; the patterns are not compiled yet.
pub(super) fn rules(file: &str, text: &str, examples: Examples) -> Result<Vec<Rule>, RuleProblems> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        let problem = "does not parse as TOML";
        let file = file.to_owned();
        RuleProblems(vec![RuleProblem { file, line, rule: String::new(), key: "(document)".to_owned(), problem }])
    })?;
    let mut problems = Vec::new();
    let place = Place { file, text, rule: String::new(), line: 0 };
    let mut top = Reader::new(place, document.get_ref(), &mut problems);
    let class = top.named("class", |name| match name {
        "secret" => Some(Class::Secret),
        "personal" => Some(Class::Personal),
        _ => None,
    });
    let class = top.required("class", class).unwrap_or(Class::Secret);
    let tables = top.array("rule").unwrap_or_default();
    top.refuse_unknown();
    let mut rules = Vec::with_capacity(tables.len());
    rules.extend(tables.iter().filter_map(|table| {
        let place = Place { file, text, rule: String::new(), line: line_of(text, table.span().start) };
        read_rule(place, class, table, examples, &mut problems)
    }));
    if problems.is_empty() { Ok(rules) } else { Err(RuleProblems(problems)) }
}

fn read_rule(
    place: Place<'_>,
    class: Class,
    table: &Spanned<DeValue<'_>>,
    keep_examples: Examples,
    problems: &mut Vec<RuleProblem>,
) -> Option<Rule> {
    let Some(fields) = table.get_ref().as_table() else {
        let (file, line) = (place.file.to_owned(), place.line);
        problems.push(RuleProblem { file, line, rule: String::new(), key: "rule".to_owned(), problem: "is no table" });
        return None;
    };
    let id = fields.get("id").and_then(|id| id.get_ref().as_str()).filter(|id| is_name(id));
    let rule = id.map_or_else(String::new, |id| format!("rule `{id}`, "));
    let mut reader = Reader::new(Place { rule, ..place }, fields, problems);
    let id = reader.name("id");
    let id = reader.required("id", id);
    let kind = reader.name("kind").or_else(|| id.clone());
    let description = reader.required_string("description");
    let provider = reader.required_string("provider");
    let reference = reader.required_string("reference");
    let checked = reader.string("checked");
    let anchor = reader.named("anchor", anchor_named);
    let anchor = reader.required("anchor", anchor);
    let pattern = reader.required_string("pattern");
    let literals = reader.strings("literals");
    let keywords = reader.strings("keywords");
    let also = reader.strings("also");
    let ignore_case = reader.flag("ignore_case");
    let distance = reader.number("distance").unwrap_or(DISTANCE_DEFAULT_BYTES);
    let window = reader.number("window").unwrap_or(WINDOW_DEFAULT_BYTES);
    let back = reader.back();
    let (left_default, right_default) = boundaries_of(anchor.unwrap_or(Anchor::Prefix));
    let left = reader.named("left", Boundary::named).unwrap_or(left_default);
    let right = reader.named("right", Boundary::named).unwrap_or(right_default);
    let validators = reader.validators();
    let min_entropy = reader.float("min_entropy").unwrap_or(0.0);
    let examples = reader.examples("examples", keep_examples);
    let counter_examples = reader.examples("counter_examples", keep_examples);
    reader.check_sense(anchor, &literals, &keywords);
    reader.refuse_unknown();
    Some(Rule {
        id: id?,
        kind: kind?,
        class,
        description: description?,
        provider: provider?,
        reference: reference?,
        checked,
        anchor: anchor?,
        literals,
        ignore_case,
        keywords,
        also,
        distance,
        back,
        left,
        right,
        window,
        validators,
        min_entropy,
        examples,
        counter_examples,
        group: Group::Named,
        conditions: None,
        head: std::sync::OnceLock::new(),
        pattern: pattern?,
        compiled: std::sync::OnceLock::new(),
        longest: std::sync::OnceLock::new(),
    })
}

fn anchor_named(name: &str) -> Option<Anchor> {
    Some(match name {
        "prefix" => Anchor::Prefix,
        "inside" => Anchor::Inside,
        "digits" => Anchor::Digits,
        "hex-groups" => Anchor::HexGroups,
        "keyword" => Anchor::Keyword,
        "around" => Anchor::Around,
        _ => return None,
    })
}

/// Left and right boundary of a rule that names none.
fn boundaries_of(anchor: Anchor) -> (Boundary, Boundary) {
    match anchor {
        Anchor::Prefix | Anchor::Inside => (Boundary::Alnum, Boundary::Word),
        Anchor::Digits => (Boundary::Number, Boundary::Number),
        Anchor::HexGroups => (Boundary::HexGroup, Boundary::HexGroup),
        Anchor::Keyword => (Boundary::Token, Boundary::Token),
        Anchor::Around => (Boundary::None, Boundary::None),
    }
}

#[cfg(test)]
mod tests {
    const GOOD: &str = concat!(
        "class = \"secret\"\n[[rule]]\nid = \"a\"\ndescription = \"d\"\nprovider = \"p\"\nreference = \"r\"\n",
        "anchor = \"prefix\"\nliterals = [\"ab_\"]\npattern = \"ab_[0-9]{4}\"\nexamples = [[\"ab_\", \"1234\"]]\n",
    );

    fn problems(text: &str) -> Vec<String> {
        match crate::detect::rule::RuleSet::parse("x.toml", text) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_complete_rule_is_read() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn every_problem_names_file_line_rule_and_key() {
        let missing = GOOD.replace("anchor = \"prefix\"\n", "");
        assert_eq!(problems(&missing), ["x.toml:2: rule `a`, key `anchor` is missing"]);
        let two = GOOD.replace("description = \"d\"", "descripton = \"d\"");
        assert_eq!(
            problems(&two),
            ["x.toml:2: rule `a`, key `description` is missing", "x.toml:4: rule `a`, key `descripton` is not known"]
        );
        let wrong_name = GOOD.replace("\"prefix\"", "\"prefixx\"");
        assert_eq!(problems(&wrong_name), ["x.toml:7: rule `a`, key `anchor` has a value that is not known"]);
        let pattern = GOOD.replace("{4}", "{4");
        assert_eq!(problems(&pattern), ["x.toml: rule `a`, key `pattern` is not a valid bounded regular expression"]);
        let twice = format!("{GOOD}{}", GOOD.replace("class = \"secret\"\n", ""));
        assert_eq!(problems(&twice), ["x.toml: rule `a`, key `id` is used twice"]);
        let words: String = (0..50_001).map(|number| format!("\"w{number}\",")).collect();
        let many = GOOD.replace("literals", &format!("keywords = [{words}]\nliterals"));
        let problem = "has, with literals and those of other rules, more words than the engine can tell apart";
        assert_eq!(problems(&many), [format!("x.toml: key `keywords` {problem}")]);
    }

    #[test]
    fn no_problem_quotes_the_file() {
        let canary = "c4nary";
        for broken in [
            GOOD.replace("\"d\"", canary),
            GOOD.replace("\"a\"", "\"C4nary c4nary\""),
            GOOD.replace("id =", "\"c4nary\" ="),
            GOOD.replace("\"prefix\"", "\"c4nary\""),
            GOOD.replace("ab_[0-9]{4}", "c4nary("),
            GOOD.replace("[[\"ab_\", \"1234\"]]", "[\"c4nary\"]"),
        ] {
            let found = problems(&broken);
            assert!(!found.is_empty(), "{broken}");
            assert!(found.iter().all(|problem| !problem.to_lowercase().contains(canary)), "{found:?}");
        }
    }
}
