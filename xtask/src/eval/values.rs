//! The values that are planted: the examples of every rule, joined at run time, and values that no rule knows: passwords as
//! people and generators make them, tokens and keys without a prefix.

use anyhow::{Context as _, Result};
use scrubber::detect::rule::{self, Example, RuleSet};

use super::contexts::Takes;
use super::encode::{Dice, base64};
use super::judge::Class;

/// A value to plant.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// The rule whose example it is, or what kind of value.
    pub id: String,
    pub class: Class,
    pub secret: String,
    /// The words of the name that the value goes by.
    pub name: Vec<String>,
    /// The text of the example around the value, where the value says nothing without it.
    pub around: Option<(String, String)>,
    /// Whether a person might type it to log in.
    pub is_password: bool,
    /// Whether its own looks, or its name, give it away; if not, only a place that says what it is.
    pub knows_itself: bool,
}

impl Value {
    /// Whether a place of this kind can hold the value.
    pub(crate) fn fits(&self, takes: Takes) -> bool {
        let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=~@%^:!?*#$,".contains(&byte);
        let starts_bare = self.secret.bytes().next().is_some_and(|byte| !b"-#*@!~%^:,".contains(&byte));
        match takes {
            Takes::Bare => starts_bare && self.secret.bytes().all(bare),
            Takes::Line => self.secret.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"\"'`\\".contains(&byte)),
            Takes::Any => true,
        }
    }
}

/// The examples of all rules, secrets and personal data.
pub(crate) fn of_rules() -> Result<Vec<Value>> {
    let rules = RuleSet::shipped().context("cannot read the shipped rules")?;
    let examples = rules.rules().iter().flat_map(|rule| rule.examples.iter().map(move |example| (rule, example)));
    Ok(examples.map(|(rule, example)| of_example(&rule.id, class(rule.class), example)).collect())
}

fn class(class: rule::Class) -> Class {
    match class {
        rule::Class::Secret => Class::Secret,
        rule::Class::Personal => Class::Personal,
    }
}

fn of_example(id: &str, class: Class, example: &Example) -> Value {
    let name = assigned_name(&example.before, &example.after);
    let bare = example.before.is_empty() && example.after.is_empty();
    Value {
        id: id.to_owned(),
        class,
        secret: example.secret.concat(),
        around: (!bare && name.is_none()).then(|| (example.before.clone(), example.after.clone())),
        name: name.unwrap_or_else(|| vec!["value".to_owned()]),
        is_password: false,
        knows_itself: true,
    }
}

/// The words of the name that an example assigns its secret to, when that is all that stands around it.
fn assigned_name(before: &str, after: &str) -> Option<Vec<String>> {
    let sign = before.trim_end_matches(['"', '\'', ' ']);
    let name = sign.strip_suffix(['=', ':'])?.trim_matches(['"', '\'', ' ']);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    (plain && after.trim_matches(['"', '\'', ',', ';']).is_empty()).then(|| words(name))
}

/// The words of a name in any spelling, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    for letter in name.chars() {
        let hump = last.is_ascii_lowercase() && letter.is_ascii_uppercase();
        if !letter.is_ascii_alphanumeric() || hump {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric() {
            words.last_mut().iter_mut().for_each(|word| word.push(letter.to_ascii_lowercase()));
        }
        last = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const STRONG: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!@#%^*+=?_.";
const WORDS: &[&str] = &[
    "river", "copper", "falcon", "winter", "sesame", "lantern", "orbit", "pepper", "marble", "thunder", "velvet",
    "cactus", "saddle", "walnut", "glacier", "ribbon",
];
const NAMES: &[&str] = &[
    "db_password",
    "password",
    "admin_pass",
    "smtp_password",
    "user_pwd",
    "root_passwd",
    "keystore_password",
    "passphrase",
];
const TOKEN_NAMES: &[&str] = &[
    "api_token",
    "client_secret",
    "secret_key",
    "access_token",
    "app_secret",
    "auth_token",
    "api_key",
    "encryption_key",
    "webhook_secret",
    "private_token",
    "session_secret",
    "jwt_secret",
];

/// Passwords and tokens that have nothing but their names or places.
pub(crate) fn generic() -> Vec<Value> {
    let mut dice = Dice::new(0x5EC7);
    let mut values = Vec::new();
    for round in 0..6 {
        for (id, secret) in passwords(&mut dice) {
            values.push(generic_value(id, secret, pick(NAMES, values.len() + round), true));
        }
        for (id, secret) in tokens(&mut dice) {
            values.push(generic_value(id, secret, pick(TOKEN_NAMES, values.len() + round), false));
        }
    }
    values
}

fn pick(names: &[&'static str], place: usize) -> &'static str {
    names.get(place % names.len()).copied().unwrap_or_default()
}

fn generic_value(id: &str, secret: String, name: &str, is_password: bool) -> Value {
    Value {
        id: id.to_owned(),
        class: Class::Secret,
        secret,
        name: words(name),
        around: None,
        is_password,
        knows_itself: false,
    }
}

fn passwords(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let word = |dice: &mut Dice| dice.pick(WORDS).to_owned();
    let title = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    let (a, b, c, d) = (word(dice), word(dice), word(dice), word(dice));
    let length = 10 + dice.below(10);
    vec![
        ("password: word and digits", format!("{a}{}", 10 + dice.below(990))),
        ("password: word, year, sign", format!("{}{}!", title(&a), 2000 + dice.below(27))),
        ("password: word, at, digits", format!("{}@{}", title(&b), 100 + dice.below(900))),
        ("password: two words and a digit", format!("{a}-{b}{}", dice.below(10))),
        ("password: other letters", a.replace('e', "3").replace('a', "4").replace('o', "0") + "!" + &b),
        ("password: words joined", format!("{a}-{b}-{c}-{d}")),
        ("password: sentence", format!("{a} {b} {c} {d}")),
        ("password: one plain word", format!("{c}{d}")),
        ("password: generated", dice.letters(STRONG, length) + "7q"),
        ("password: generated letters", format!("{}4k", dice.letters(ALNUM, length))),
        ("password: short", format!("{}{}", dice.letters("abcdefghkmnpqrstuvwxyz", 4), 10 + dice.below(90))),
    ]
}

fn tokens(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let bytes: Vec<u8> = (0..32).map(|_| dice.next().to_le_bytes()[0]).collect();
    let length = 20 + dice.below(30);
    vec![
        ("token: letters and digits", format!("{}7dQ", dice.letters(ALNUM, length))),
        (
            "token: lower case and digits",
            format!("{}4k9", dice.letters("abcdefghijklmnopqrstuvwxyz0123456789", length)),
        ),
        ("token: hex, 32", dice.hex(32)),
        ("token: hex, 40", dice.hex(40)),
        ("token: hex, 64", dice.hex(64)),
        ("token: base64", base64(&bytes)),
        ("token: base64 for addresses", base64(&bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")),
        ("token: uuid", dice.uuid()),
        (
            "token: groups",
            format!("{}.{}-{}9", dice.letters(ALNUM, 12), dice.letters(ALNUM, 16), dice.letters(ALNUM, 7)),
        ),
        ("token: short", format!("{}6", dice.letters(ALNUM, 11))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_examples_that_only_assign() {
        for (before, after, expected) in [
            ("DATADOG_API_KEY=", "", Some("datadog api key")),
            ("\"apiKey\": \"", "\"", Some("api key")),
            ("Authorization: Bearer ", "", None),
            ("x=1&k=", "&z", None),
        ] {
            assert_eq!(assigned_name(before, after).map(|words| words.join(" ")).as_deref(), expected, "{before}");
        }
    }

    #[test]
    fn generated_values_are_the_same_every_time() {
        let secrets = || generic().into_iter().map(|value| value.secret).collect::<Vec<_>>();
        assert_eq!(secrets(), secrets());
    }
}
