//! Values of settings: how they are read from TOML or text, checked and shown.
//!
//! Sizes and durations are written with their unit ("256KiB", "60s"), so that nobody has to guess it. A message about a
//! value never repeats it: a settings file may hold anything, also what was pasted into it by mistake.

use std::fmt::Write as _;
use std::time::Duration;

use pipeline::consent::Mode;
use scrubber::Tier;
use toml::de::DeValue;

/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// `off`, `local` or a tier.
    Mode,
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text that passes the check.
    Text(fn(&str) -> Result<(), &'static str>),
    /// Bytes, within these bounds.
    Size { min: u64, max: u64 },
    /// A duration, within these bounds.
    Span { min: Duration, max: Duration },
    /// A number, within these bounds.
    Count { min: u64, max: u64 },
    /// Texts that each pass the check.
    List(fn(&str) -> Result<(), &'static str>),
    /// A table from folder globs to tiers.
    Tiers,
    /// A table from folder globs to lists of texts that each pass the check.
    Lists(fn(&str) -> Result<(), &'static str>),
}

/// A setting's value, checked against its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Mode(Mode),
    Flag(bool),
    Text(String),
    Size(u64),
    Span(Duration),
    Count(u64),
    List(Vec<String>),
    Tiers(Vec<(String, Tier)>),
    Lists(Vec<(String, Vec<String>)>),
}

/// How values of a kind are written, without their bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A text, one of these words where there are any.
    Text(&'static [&'static str]),
    /// True or false.
    Flag,
    /// A whole number within bounds.
    Count(u64, u64),
    /// A list of texts.
    List,
    /// A table from folder globs to tiers.
    Tiers,
    /// A table from folder globs to lists of texts.
    Lists,
}

/// The words of [`Kind::Mode`].
const MODES: &[&str] = &["off", "local", "metrics", "activity", "content"];

impl Kind {
    /// How values are written.
    pub(super) const fn form(self) -> Form {
        match self {
            Self::Mode => Form::Text(MODES),
            Self::Word(words) => Form::Text(words),
            Self::Text(_) | Self::Size { .. } | Self::Span { .. } => Form::Text(&[]),
            Self::Flag => Form::Flag,
            Self::Count { min, max } => Form::Count(min, max),
            Self::List(_) => Form::List,
            Self::Tiers => Form::Tiers,
            Self::Lists(_) => Form::Lists,
        }
    }

    /// Reads a TOML value.
    pub(super) fn read(self, value: &DeValue<'_>) -> Result<Value, String> {
        match self {
            Self::Flag => value.as_bool().map(Value::Flag).ok_or_else(|| "not true or false".to_owned()),
            Self::Count { min, max } => {
                let integer = value.as_integer().ok_or_else(|| "not a whole number".to_owned())?;
                let number = u64::from_str_radix(integer.as_str(), integer.radix());
                in_bounds(number.map_err(|_| count_bounds(min, max))?, min, max).map(Value::Count)
            }
            Self::List(check) => {
                let items = value.as_array().ok_or_else(|| "not a list of texts".to_owned())?;
                let texts: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
                list(texts.ok_or_else(|| "not a list of texts".to_owned())?, check)
            }
            Self::Tiers => tiers(value),
            Self::Lists(check) => lists(value, check),
            Self::Mode | Self::Word(_) | Self::Text(_) | Self::Size { .. } | Self::Span { .. } => {
                match value.as_str() {
                    Some(text) => self.read_text(text),
                    None => Err(format!("not a text in quotes; expected {}", self.expected())),
                }
            }
        }
    }

    /// Reads a value from plain text, as an environment variable holds it; lists are separated by commas.
    pub(super) fn read_text(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Mode => text.parse().map(Value::Mode).map_err(|_| format!("not {}", self.expected())),
            Self::Flag => match text {
                "true" | "1" => Ok(Value::Flag(true)),
                "false" | "0" => Ok(Value::Flag(false)),
                _ => Err("not true or false".to_owned()),
            },
            Self::Word(words) if words.contains(&text) => Ok(Value::Text(text.to_owned())),
            Self::Word(_) => Err(format!("not {}", self.expected())),
            Self::Text(check) => check(text).map(|()| Value::Text(text.to_owned())).map_err(str::to_owned),
            Self::Size { min, max } => {
                let size = parse_size(text).ok_or_else(|| format!("not {}", self.expected()))?;
                if (min..=max).contains(&size) {
                    Ok(Value::Size(size))
                } else {
                    Err(format!("not between {} and {}", show_size(min), show_size(max)))
                }
            }
            Self::Span { min, max } => {
                let span = parse_span(text).ok_or_else(|| format!("not {}", self.expected()))?;
                if (min..=max).contains(&span) {
                    Ok(Value::Span(span))
                } else {
                    Err(format!("not between {} and {}", show_span(min), show_span(max)))
                }
            }
            Self::Count { min, max } => {
                in_bounds(text.parse().map_err(|_| count_bounds(min, max))?, min, max).map(Value::Count)
            }
            Self::List(check) => list(text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect(), check),
            Self::Tiers | Self::Lists(_) => Err("can only be set in a file".to_owned()),
        }
    }

    /// What to write, in words.
    fn expected(self) -> String {
        match self {
            Self::Mode => "one of off, local, metrics, activity, content".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Text(_) => "a text".to_owned(),
            Self::Size { .. } => "a size with its unit, like \"256KiB\" or \"8MiB\"".to_owned(),
            Self::Span { .. } => {
                "a duration with its unit, like \"500ms\", \"60s\", \"15m\", \"6h\" or \"14d\"".to_owned()
            }
            Self::Count { .. } => "a whole number".to_owned(),
            Self::List(_) => "a list of texts".to_owned(),
            Self::Tiers => "a table from folders to tiers".to_owned(),
            Self::Lists(_) => "a table from folders to lists of texts".to_owned(),
        }
    }
}

impl Value {
    /// The value as it could be written in a settings file.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Mode(mode) => quoted(mode.as_str()),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => quoted(text),
            Self::Size(size) => quoted(&show_size(*size)),
            Self::Span(span) => quoted(&show_span(*span)),
            Self::Count(count) => count.to_string(),
            Self::List(items) => show_list(items),
            Self::Lists(lists) => {
                let pairs = lists.iter().map(|(glob, items)| format!("{} = {}", quoted(glob), show_list(items)));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
            Self::Tiers(tiers) => {
                let pairs = tiers.iter().map(|(glob, tier)| format!("{} = {}", quoted(glob), quoted(tier.as_str())));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn show_list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn count_bounds(min: u64, max: u64) -> String {
    format!("not a whole number between {min} and {max}")
}

fn in_bounds(number: u64, min: u64, max: u64) -> Result<u64, String> {
    if (min..=max).contains(&number) { Ok(number) } else { Err(count_bounds(min, max)) }
}

fn list(items: Vec<&str>, check: fn(&str) -> Result<(), &'static str>) -> Result<Value, String> {
    wrong_entries(items.iter().map(|item| check(item).map_err(str::to_owned)))?;
    Ok(Value::List(items.into_iter().map(str::to_owned).collect()))
}

fn tiers(value: &DeValue<'_>) -> Result<Value, String> {
    let table = value.as_table().ok_or_else(|| "not a table from folders to tiers".to_owned())?;
    let mut tiers = Vec::new();
    wrong_entries(table.iter().map(|(glob, tier)| {
        super::check::folder_glob(glob.get_ref())?;
        let tier = tier.get_ref().as_str().and_then(|text| text.parse().ok());
        tiers.push((glob.get_ref().clone().into_owned(), tier.ok_or("not one of metrics, activity, content")?));
        Ok(())
    }))?;
    Ok(Value::Tiers(tiers))
}

fn lists(value: &DeValue<'_>, check: fn(&str) -> Result<(), &'static str>) -> Result<Value, String> {
    let table = value.as_table().ok_or_else(|| "not a table from folders to lists of texts".to_owned())?;
    let mut lists = Vec::new();
    wrong_entries(table.iter().map(|(glob, items)| {
        super::check::folder_glob(glob.get_ref())?;
        let Value::List(items) = Kind::List(check).read(items.get_ref())? else {
            return Err("not a list of texts".into());
        };
        lists.push((glob.get_ref().clone().into_owned(), items));
        Ok(())
    }))?;
    Ok(Value::Lists(lists))
}

/// All that is wrong with entries, by their places from 1; those with the same fault together.
fn wrong_entries(entries: impl Iterator<Item = Result<(), String>>) -> Result<(), String> {
    let mut wrong: Vec<(String, Vec<String>)> = Vec::new();
    for (entry, place) in entries.zip(1..) {
        let (Err(what), place) = (entry, format!("{place}")) else { continue };
        match wrong.iter_mut().find(|(known, _)| *known == what) {
            Some((_, places)) => places.push(place),
            None => wrong.push((what, vec![place])),
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let told = wrong.into_iter().map(|(what, places)| {
        let entries = if places.len() == 1 { "entry" } else { "entries" };
        format!("{entries} {}: {what}", places.join(", "))
    });
    Err(told.collect::<Vec<_>>().join("; "))
}

const SIZE_UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Reads a size such as `256KiB`, `8 MiB` or `1GB` (powers of 1,024 with an `i`, of 1,000 without).
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_rest(text)?;
    let (_, factor) = SIZE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
    number.checked_mul(*factor)
}

const SPAN_UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads a duration such as `500ms`, `60s`, `1h30m` or `14d`.
pub(super) fn parse_span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total_ms: u64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = number_and_rest(rest)?;
        let after = after.trim_start();
        let unit_end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(unit_end)?;
        let (_, factor) = SPAN_UNITS.iter().find(|(name, _)| *name == unit)?;
        total_ms = total_ms.checked_add(number.checked_mul(*factor)?)?;
        rest = after.trim_start();
    }
    Some(Duration::from_millis(total_ms))
}

fn number_and_rest(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

/// Writes a size with the largest unit that divides it.
pub(super) fn show_size(size: u64) -> String {
    let fits = |factor: u64| size >= factor && size.is_multiple_of(factor);
    let (unit, factor) = SIZE_UNITS.into_iter().find(|(_, factor)| fits(*factor)).unwrap_or(("B", 1));
    format!("{}{unit}", size / factor)
}

/// Writes a duration with its units, largest first.
pub(super) fn show_span(span: Duration) -> String {
    let mut rest_ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, factor) in SPAN_UNITS {
        // A few minutes read better as the seconds that people wrote.
        if unit == "m" && rest_ms.is_multiple_of(1_000) && rest_ms < 120_000 {
            continue;
        }
        if rest_ms >= factor {
            let _ = write!(text, "{}{unit}", rest_ms / factor);
            rest_ms %= factor;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{parse_size, parse_span, show_size, show_span};
    use std::time::Duration;

    #[test]
    fn sizes_need_a_unit_and_must_fit() {
        let check = |text, expected| assert_eq!(parse_size(text), expected, "{text}");
        check("256KiB", Some(262_144));
        check("8 MiB", Some(8 << 20));
        check("1GB", Some(1_000_000_000));
        check("0B", Some(0));
        check("12", None);
        check("KiB", None);
        check("-1KiB", None);
        check("1.5MiB", None);
        check("99999999999GiB", None);
    }

    #[test]
    fn durations_need_units_and_may_be_put_together() {
        let check =
            |text, expected: Option<u64>| assert_eq!(parse_span(text), expected.map(Duration::from_millis), "{text}");
        check("500ms", Some(500));
        check("60s", Some(60_000));
        check("1h30m", Some(5_400_000));
        check("14d", Some(14 * 86_400_000));
        check("60", None);
        check("", None);
        check("s", None);
        check("5 weeks", None);
        check("99999999999999999999d", None);
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same_value() {
        for size in [0, 1, 1_000, 1_024, 262_144, 1_000_000, 8 << 20, 3 << 30, 1_025] {
            assert_eq!(parse_size(&show_size(size)), Some(size), "{size}");
        }
        for ms in [0, 1, 500, 1_000, 60_000, 90_000, 120_000, 3_600_000, 86_400_000, 90_061_001] {
            let span = Duration::from_millis(ms);
            assert_eq!(parse_span(&show_span(span)), Some(span), "{ms}");
        }
    }
}
