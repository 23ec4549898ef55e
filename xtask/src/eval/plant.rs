//! Plants values in places: what a place's template says, with the encodings that it asks for, and where the value lies.

use super::contexts::{Context, Says, Wrapper};
use super::embed::escaped;
use super::encode::{base64, percent, xml};
use super::labelled::Record;
use super::score::Label;
use super::values::Value;

/// The value in the place; `None` where the two do not go together.
pub(crate) fn record(value: &Value, context: &Context) -> Option<Record> {
    let fits = match context.says {
        Says::Nothing => value.knows_itself,
        Says::Name => value.around.is_none(),
        Says::Token => value.around.is_none() && !value.is_password,
        Says::Password => value.is_password,
    };
    if !fits || (context.says != Says::Nothing && !value.fits(context.takes)) {
        return None;
    }
    let mut text = String::new();
    let mut labels = Vec::new();
    let mut rest = context.template;
    while let Some((before, after)) = rest.split_once("<<") {
        // `<<<camel>>>` is a name in an element's own brackets.
        let (open, after) = after.strip_prefix('<').map_or(("", after), |after| ("<", after));
        let (hole, after) = after.split_once(">>")?;
        text.push_str(before);
        text.push_str(open);
        fill(hole, value, &mut text, &mut labels);
        rest = after;
    }
    text.push_str(rest);
    (!labels.is_empty()).then(|| Record { id: format!("{} in {}", value.id, context.id), text, labels })
}

/// Writes what a hole of a template asks for.
fn fill(hole: &str, value: &Value, text: &mut String, labels: &mut Vec<Label>) {
    let words = || value.name.iter().map(String::as_str).collect::<Vec<_>>();
    let (what, encoding) = hole.split_once('|').unwrap_or((hole, ""));
    match what {
        "value" | "text" => {
            let around = value.around.as_ref().filter(|_| what == "text");
            let (mut before, mut after) = around.map_or(("", ""), |(before, after)| (before.as_str(), after.as_str()));
            let named = format!("{}=", words().join("_").to_uppercase());
            if what == "text" && value.around.is_none() && value.name != ["value"] {
                (before, after) = (&named, "");
            }
            // What is encoded as a whole has to go as a whole.
            if encoding == "base64" && what == "text" {
                let all = base64([before, &value.secret, after].concat().as_bytes());
                return put(&all, &value.id, text, labels);
            }
            text.push_str(&encode(encoding, before));
            put(&encode(encoding, &value.secret), &value.id, text, labels);
            text.push_str(&encode(encoding, after));
        }
        "snake" => text.push_str(&words().join("_")),
        "SNAKE" => text.push_str(&words().join("_").to_uppercase()),
        "kebab" => text.push_str(&words().join("-")),
        "dotted" => text.push_str(&words().join(".")),
        "camel" => text.push_str(&humps(&words(), false)),
        "Pascal" => text.push_str(&humps(&words(), true)),
        _ => {}
    }
}

fn put(secret: &str, id: &str, text: &mut String, labels: &mut Vec<Label>) {
    let start = text.len();
    text.push_str(secret);
    labels.push(Label { start, end: text.len(), kind: id.to_owned() });
}

fn encode(encoding: &str, text: &str) -> String {
    match encoding {
        "json" => escaped(text),
        "json2" => escaped(&escaped(text)),
        "xml" => xml(text),
        "base64" => base64(text.as_bytes()),
        "basic" => base64(format!("admin:{text}").as_bytes()),
        "percent" => percent(text),
        "zero-width" => text.chars().flat_map(|letter| [letter, '\u{200b}']).collect(),
        "halves" if !text.is_empty() => {
            let middle = text.len() / 2;
            let cut = (middle..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            let (one, other) = text.split_at(cut);
            format!("{one}\" \"{other}")
        }
        _ => text.to_owned(),
    }
}

fn humps(words: &[&str], first: bool) -> String {
    let mut out = String::new();
    for (place, word) in words.iter().enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(letter) if first || place > 0 => out.push(letter.to_ascii_uppercase()),
            Some(letter) => out.push(letter),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

/// The text with something around each line, as listings have it.
pub(crate) fn wrapped(record: &Record, wrapper: &Wrapper) -> Record {
    let mut text = String::new();
    let mut labels = record.labels.clone();
    let mut at = 0;
    for line in record.text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let starts = |offset: usize| offset >= at && offset < at + line.len();
        let start = text.len() + wrapper.before_line.len();
        for (moved, label) in labels.iter_mut().zip(&record.labels) {
            if starts(label.start) {
                moved.start = start + label.start - at;
            }
            if starts(label.end - 1) {
                moved.end = start + label.end - at;
            }
        }
        text.push_str(wrapper.before_line);
        text.push_str(bare);
        text.push_str(wrapper.after_line);
        if bare.len() < line.len() {
            text.push('\n');
        }
        at += line.len();
    }
    Record { id: format!("{}, {}", record.id, wrapper.id), text, labels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::contexts::{WRAPPERS, all};
    use crate::eval::values::generic;

    #[test]
    fn every_label_holds_its_value_and_every_place_holds_some() {
        let values = generic();
        let own = values.iter().map(|value| Value { knows_itself: true, ..value.clone() }).collect::<Vec<_>>();
        for context in all() {
            let records: Vec<_> = own.iter().filter_map(|value| Some((value, record(value, context)?))).collect();
            assert!(!records.is_empty(), "{}", context.id);
            for (value, record) in records {
                let label = record.labels.last().cloned();
                let found = label.and_then(|label| record.text.get(label.start..label.end)).unwrap_or_default();
                if !context.template.contains('|') {
                    assert_eq!(found, value.secret, "{}", record.id);
                }
                assert!(!found.is_empty() && !record.text.contains("<<<") && !record.text.contains(">>>>"));
            }
        }
    }

    #[test]
    fn labels_move_with_their_lines() {
        let text = "a\nb = secret\nc".to_owned();
        let labels = vec![Label { start: 6, end: 12, kind: "k".to_owned() }];
        let given = Record { id: "x".to_owned(), text, labels };
        for wrapper in WRAPPERS {
            let record = wrapped(&given, wrapper);
            let label = record.labels.first().map(|label| (label.start, label.end));
            assert_eq!(label.and_then(|(start, end)| record.text.get(start..end)), Some("secret"), "{}", wrapper.id);
        }
    }
}
