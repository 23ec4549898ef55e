//! Detection rules as data: what a rule says, how a set is loaded, and how one rule is tried at one place.
//!
//! The rules stand in `config/rules/*.toml`, whose form `config/rules/README.md` describes. This module promises that
//! a [`RuleSet`] holds only rules that are complete and whose ids differ. It does not look for places where a rule
//! could match: that is the engine's part. The engine finds *hits* (a literal, a run of digits, a value near a
//! keyword: see [`Anchor`]) and asks [`Rule::match_at`] about each.
//!
//! Start at [`RuleSet::shipped`] and [`Rule`].

use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex::bytes::Regex;

pub use super::validate::Validator;
pub(super) use behind::Behinds;
pub use boundary::{Boundary, ByteClass};
pub use conditions::{Conditions, Exemption, Group, Needs, Part, Refusal};
pub(super) use head::Head;
pub(super) use heads::Heads;
pub use problem::{RuleProblem, RuleProblems};

mod around;
mod behind;
mod boundary;
mod conditions;
mod head;
mod heads;
pub mod import;
mod parse;
mod problem;
mod reader;
mod shipped;
mod trace;

/// The longest stretch of text that a rule may look at from its start, where the rule says nothing else.
pub const WINDOW_DEFAULT_BYTES: usize = 512;
/// How far a keyword may stand before the value, where the rule says nothing else.
pub const DISTANCE_DEFAULT_BYTES: usize = 40;

/// What the engine looks for before it tries a rule, and what the `at` of [`Rule::match_at`] means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// One of the rule's literals begins the match; `at` is the literal's first byte.
    Prefix,
    /// One of the rule's literals stands within the match; `at` is the literal's first byte, and the rule steps
    /// back from there itself ([`Rule::back`]). An e-mail address (`@`) and a URI (`://`) are found this way.
    Inside,
    /// The match begins at, or a few bytes before, a run of ASCII digits; `at` is the run's first digit.
    Digits,
    /// Groups of hex digits parted by colons (MAC and IPv6 addresses); `at` is the first byte of a group in a
    /// stretch of hex digits and colons that holds at least two colons. Groups are tried from the left.
    HexGroups,
    /// A value whose shape says little, near one of [`Rule::keywords`]; `at` is the value's first byte.
    Keyword,
    /// One of the rule's literals stands in the match or near it, in any case of its letters and also within a word; the
    /// pattern is searched for from [`Rule::distance`] bytes before the literal to [`Rule::window`] bytes after it. The
    /// slowest way, for patterns whose beginning says little; imported rules use it.
    Around,
}

/// Whether a rule finds secrets or personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A credential: whoever holds it can act as somebody.
    Secret,
    /// Something that identifies a person or where they are.
    Personal,
}

/// How far a rule steps back from a hit to where its pattern begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Back {
    /// Bytes stepped over.
    pub class: ByteClass,
    /// At most this many.
    pub max: usize,
}

/// A text that shows what a rule finds, or what it leaves alone. Kept in parts, so that no file holds anything
/// shaped like a live key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What stands before the secret.
    pub before: String,
    /// The secret, in parts.
    pub secret: Vec<String>,
    /// What stands after it.
    pub after: String,
}

impl Example {
    /// The whole text, and where in it the secret lies.
    pub fn text(&self) -> (String, Range<usize>) {
        let mut text = self.before.clone();
        text.extend(self.secret.iter().map(String::as_str));
        let secret = self.before.len()..text.len();
        text.push_str(&self.after);
        (text, secret)
    }
}

/// A text of a rule, shared by the rule and what an engine tells of it.
pub type Text = Arc<str>;

/// Whether the examples of rules are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// For tests of the rules.
    Kept,
    /// For searching: what is shipped holds the rules once more without them.
    LeftOut,
}

/// Where a rule matched: offsets into the text that was given to [`Rule::match_at`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// All that the pattern took.
    pub whole: Range<usize>,
    /// What has to be replaced: the pattern's group `secret`, or all of it.
    pub secret: Range<usize>,
}

/// One rule, checked.
#[derive(Debug)]
pub struct Rule {
    /// Unique name, lower case with hyphens.
    pub id: Text,
    /// The kind of value, as replacements show it. Several rules may find one kind.
    pub kind: Text,
    /// Secret or personal data.
    pub class: Class,
    /// One line for people.
    pub description: Text,
    /// Who issues such values; `generic` where nobody does.
    pub provider: Text,
    /// Where the form is described.
    pub reference: Text,
    /// When the form was last held against the reference (`YYYY-MM-DD`); none where that has not been done.
    pub checked: Option<Text>,
    /// What the engine looks for.
    pub anchor: Anchor,
    /// For [`Anchor::Prefix`] and [`Anchor::Inside`]: strings of which one occurs in every match. For [`Anchor::Around`]:
    /// strings near which the pattern is searched for.
    pub literals: Vec<Text>,
    /// Whether the literals hold in any ASCII case.
    pub ignore_case: bool,
    /// Lower-case words of which one must stand before the value, at most [`Rule::distance`] bytes away. Empty: no
    /// context is needed.
    pub keywords: Vec<Text>,
    /// With keywords that only name a provider: words such as `key` and `token`, of which one must stand near as well,
    /// unless the value is directly assigned to a name that ends with the keyword or little after it.
    pub also: Vec<Text>,
    /// The most bytes between the end of the keyword and the match.
    pub distance: usize,
    /// How to get from the hit to the start of the match.
    pub back: Option<Back>,
    /// What must not stand before the match.
    pub left: Boundary,
    /// What must not stand after it.
    pub right: Boundary,
    /// The most bytes from the start of the match that the rule looks at: the bound of patterns that have none.
    pub window: usize,
    /// Checks that the value has to pass, all of them.
    pub validators: Vec<Validator>,
    /// Least Shannon entropy of the value in bits per byte; zero asks for none.
    pub min_entropy: f64,
    /// Texts in which the rule finds the secret. None in an engine, nor where they were left out.
    pub examples: Vec<Example>,
    /// Texts in which it finds nothing. None in an engine, nor where they were left out.
    pub counter_examples: Vec<Example>,
    group: Group,
    conditions: Option<Box<Conditions>>,
    pattern: Text,
    head: OnceLock<Head>,
    compiled: OnceLock<Regex>,
    longest: OnceLock<usize>,
}

/// Rules with their literals and keywords. The engine numbers rules and words, its own among them, by sixteen bits.
pub(super) const WORDS_MAX: usize = 50_000;

/// Rules whose ids differ. Where two rules find the same span, the earlier one names it.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The rules that come with the product. Their patterns are compiled when first needed, so this costs only the
    /// reading of the files.
    ///
    /// # Errors
    /// When a rule is not complete; a test holds that all of them are.
    pub fn shipped() -> Result<Self, RuleProblems> {
        Self::shipped_with(Examples::Kept)
    }

    /// The same; most of what is written in the files are examples, which nobody needs who searches.
    ///
    /// # Errors
    /// When a rule is not complete.
    pub fn shipped_with(examples: Examples) -> Result<Self, RuleProblems> {
        let mut set = Self::default();
        for file in shipped::FILES {
            let text = file.text(examples).ok_or_else(|| {
                RuleProblems(vec![RuleProblem::of_rule(file.name, "", "document", "is not whole in this program")])
            })?;
            set.append(file.name, parse::rules(file.name, &text, examples)?)?;
        }
        set.rules.shrink_to_fit();
        Ok(set)
    }

    /// Reads the rules of one file, compiling every pattern. `name` is the file's name for error messages.
    ///
    /// # Errors
    /// When the text is no TOML, a key is unknown, missing or of the wrong type, a name is unknown, an id occurs twice
    /// or a pattern does not compile. All problems are reported; none quotes the file.
    pub fn parse(name: &str, text: &str) -> Result<Self, RuleProblems> {
        let rules = parse::rules(name, text, Examples::Kept)?;
        let broken: Vec<_> = rules.iter().filter_map(|rule| rule.compile_problem(name)).collect();
        if !broken.is_empty() {
            return Err(RuleProblems(broken));
        }
        let mut set = Self::default();
        set.append(name, rules)?;
        Ok(set)
    }

    /// Adds the rules of `other`, which `name` names in errors, after those of this set.
    ///
    /// # Errors
    /// When an id is in both, or there would be more words to look for than the engine can tell apart.
    pub fn extend(&mut self, name: &str, other: Self) -> Result<(), RuleProblems> {
        self.append(name, other.rules)
    }

    /// The rules, in order of precedence.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Forgets the texts that only tests of the rules read.
    pub(super) fn forget_examples(&mut self) {
        for rule in &mut self.rules {
            (rule.examples, rule.counter_examples) = (Vec::new(), Vec::new());
        }
    }

    fn append(&mut self, name: &str, rules: Vec<Rule>) -> Result<(), RuleProblems> {
        let mut seen: HashSet<&str> = self.rules.iter().map(|rule| &*rule.id).collect();
        let twice: Vec<_> = rules
            .iter()
            .filter(|rule| !seen.insert(&rule.id))
            .map(|rule| RuleProblem::of_rule(name, &rule.id, "id", "is used twice"))
            .collect();
        if !twice.is_empty() {
            return Err(RuleProblems(twice));
        }
        let words = |rule: &Rule| 1 + rule.literals.len() + rule.keywords.len() + rule.also.len();
        if self.rules.iter().chain(&rules).map(words).sum::<usize>() > WORDS_MAX {
            let problem = "has, with literals and those of other rules, more words than the engine can tell apart";
            return Err(RuleProblems(vec![RuleProblem::of_rule(name, "", "keywords", problem)]));
        }
        self.rules.extend(rules);
        Ok(())
    }
}

impl Rule {
    /// Tries the rule at the hit `at` of its [`Anchor`] in `text`, which holds no escapes any more. Everything is
    /// checked but the context, see [`Rule::in_context`].
    pub fn match_at(&self, text: &[u8], at: usize) -> Option<Hit> {
        if self.anchor == Anchor::Around {
            return self.match_around(text, at);
        }
        self.match_within(text, at, self.window)
    }

    /// The same with another window.
    fn match_within(&self, text: &[u8], at: usize, window_max: usize) -> Option<Hit> {
        let start = self.start_of(text, at);
        let window = text.get(start..text.len().min(start.saturating_add(window_max)))?;
        if !self.head().allows(window) || !self.left.allows_before(text, start) {
            return None;
        }
        let (whole_len, secret) = self.match_bounded(text, start, (window, window_max))?;
        let whole = start..start + whole_len;
        let secret = start + secret.start..start + secret.end;
        if whole.is_empty() {
            return None;
        }
        self.refuse(text, &whole, &secret).is_none().then_some(Hit { whole, secret })
    }

    /// Whether a match may begin at `start` of a text with escapes. Cheap, and sure only when it says no.
    pub(super) fn may_begin(&self, text: &[u8], start: usize) -> bool {
        self.head().allows_escaped(text.get(start..).unwrap_or_default())
    }

    /// Whether every match begins with `length` bytes of a token of which one may be a digit.
    pub(super) fn begins_long_run(&self, length: usize) -> bool {
        self.head().begins_long_run(length)
    }

    /// What every match has from one of its literals on, where the pattern tells.
    pub(super) fn head_of_literal(&self, literal: &[u8]) -> Option<Head> {
        let begins = self.anchor == Anchor::Prefix && self.back.is_none();
        Head::from_literal(&self.pattern, literal).or_else(|| begins.then(|| self.head().clone()))
    }

    fn head(&self) -> &Head {
        self.head.get_or_init(|| Head::of(&self.pattern, self.anchor == Anchor::Digits))
    }

    /// Whether one of the rule's keywords stands close enough before `start`; always so for a rule without keywords.
    ///
    /// Case does not matter. A keyword of up to four letters must stand by itself (`SSN:`, `my_ssn`, `ssnValue`, not
    /// `lessness`), one of up to six must begin a word; a longer one may be part of it.
    pub fn in_context(&self, text: &[u8], start: usize) -> bool {
        if self.keywords.is_empty() {
            return true;
        }
        let longest = self.keywords.iter().chain(&self.also).map(|word| word.len()).max().unwrap_or(0);
        let from = start.saturating_sub(self.distance + longest);
        // One byte more on the left, to see whether a short keyword is part of a word.
        let before = text.get(from.saturating_sub(1)..start).unwrap_or_default();
        let near = |word: &Text| boundary::keyword_end(before, word.as_bytes(), self.distance);
        let Some(end) = self.keywords.iter().filter_map(near).max() else { return false };
        self.also.is_empty()
            || boundary::is_assignment(before.get(end..).unwrap_or_default())
            || self.also.iter().any(|word| near(word).is_some())
    }

    /// Tries the rule at the hit `at`, context included.
    pub fn find_at(&self, text: &[u8], at: usize) -> Option<Hit> {
        self.match_at(text, at).filter(|hit| self.in_context(text, hit.whole.start))
    }

    /// The same for a rule with a literal at `at` where its window cut off what it found, with a wider one.
    pub(super) fn find_within(&self, text: &[u8], at: usize, window_max: usize) -> Option<Hit> {
        self.match_within(text, at, window_max).filter(|hit| self.in_context(text, hit.whole.start))
    }

    /// All that decides what the rule finds, and what that is called.
    pub(super) fn write_fingerprint(&self, whole: &mut String) {
        let wakes = (&self.anchor, &self.literals, self.ignore_case, &self.keywords, &self.also, self.distance);
        let bounds = (&self.back, &self.left, &self.right, self.window);
        let checks = (&self.validators, self.min_entropy, &self.group, &self.conditions);
        // Writing to a text cannot fail.
        let _ = writeln!(whole, "{:?}", (&self.id, &self.kind, &self.class, &self.pattern, wakes, bounds, checks));
    }

    /// The pattern as the rule file has it.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Where a match begins whose hit is at `at`.
    pub(super) fn start_of(&self, text: &[u8], at: usize) -> usize {
        let Some(back) = self.back else { return at };
        let before = text.get(at.saturating_sub(back.max)..at).unwrap_or_default();
        at - before.iter().rev().take_while(|byte| back.class.holds(**byte)).count()
    }

    /// The most bytes that a match has.
    pub(super) fn longest(&self) -> usize {
        *self.longest.get_or_init(|| parse::longest(&self.pattern).unwrap_or(usize::MAX).min(self.window))
    }

    /// The match at the start of a window, of so many bytes at most, that may end where it does.
    fn match_bounded(
        &self,
        text: &[u8],
        start: usize,
        (mut window, window_max): (&[u8], usize),
    ) -> Option<(usize, Range<usize>)> {
        loop {
            let (length, secret) = self.match_window(window)?;
            // A value longer than the window is cut there; better to replace the head of it than to let all of it pass.
            if length == window_max || self.right.allows_after(text, start, start + length) {
                return Some((length, secret));
            }
            // The word behind a number may begin with digits: `5186 7036 3735 1747 27cf9d`.
            let matched = window.get(..length).filter(|_| self.anchor == Anchor::Digits)?;
            window = matched.get(..memchr::memrchr(b' ', matched)?)?;
        }
    }

    /// Length of the match at the start of `window`, and the range of the secret in it.
    fn match_window(&self, window: &[u8]) -> Option<(usize, Range<usize>)> {
        let regex = self.regex();
        if regex.captures_len() == 1 {
            let found = regex.find(window)?;
            return Some((found.end(), found.range()));
        }
        let groups = regex.captures(window)?;
        Some((groups.get(0)?.end(), self.group.of(&groups)?))
    }

    #[expect(clippy::expect_used, reason = "shipped patterns are compiled by a test, others by RuleSet::parse")]
    fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| parse::compile(&self.pattern, self.anchor).expect("a rule's pattern compiles"))
    }

    fn compile_problem(&self, file: &str) -> Option<RuleProblem> {
        match parse::compile(&self.pattern, self.anchor) {
            Ok(regex) => {
                self.compiled.get_or_init(|| regex);
                None
            }
            Err(_) => {
                Some(RuleProblem::of_rule(file, &self.id, "pattern", "is not a valid bounded regular expression"))
            }
        }
    }
}
