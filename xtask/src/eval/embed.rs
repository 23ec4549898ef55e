//! Texts within a record as Claude Code writes it: the content of a tool's result, once or twice escaped.

use super::labelled::Record;
use super::score::Label;

/// The inside of a JSON string that stands for `text`.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// The record around a labelled text, at an escape depth of one or more; the labels move along.
pub(crate) fn record(record: &Record, depth: usize) -> Record {
    let mut pieces = Pieces::of(&record.text, &record.labels);
    pieces.wrap("line one\n", "\nline two");
    for _ in 1..depth {
        pieces.escape();
        pieces.wrap("{\"stdout\":\"", "\"}");
    }
    pieces.escape();
    pieces.wrap(
        concat!(
            "{\"parentUuid\":null,\"isSidechain\":false,\"type\":\"user\",\"sessionId\":\"s\",\"message\":{\"role\":\"user\",",
            "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"",
        ),
        "\"}]},\"uuid\":\"u\"}",
    );
    let (text, labels) = pieces.join();
    Record { id: format!("{}-d{depth}", record.id), text, labels }
}

/// A text cut at the ends of its labels, so that each piece can be escaped by itself.
struct Pieces {
    pieces: Vec<String>,
    /// For each label its kind, and the pieces that it begins and ends with.
    labels: Vec<(String, usize, usize)>,
}

impl Pieces {
    fn of(text: &str, labels: &[Label]) -> Self {
        let mut cuts: Vec<usize> = labels.iter().flat_map(|label| [label.start, label.end]).collect();
        cuts.extend([0, text.len()]);
        cuts.retain(|cut| text.is_char_boundary(*cut));
        cuts.sort_unstable();
        cuts.dedup();
        let piece = |pair: &[usize]| match pair {
            [start, end] => text.get(*start..*end).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        let place = |offset: usize| cuts.partition_point(|cut| *cut < offset);
        let labels = labels.iter().map(|label| (label.kind.clone(), place(label.start), place(label.end))).collect();
        Self { pieces: cuts.windows(2).map(piece).collect(), labels }
    }

    fn escape(&mut self) {
        for piece in &mut self.pieces {
            *piece = escaped(piece);
        }
    }

    fn wrap(&mut self, before: &str, after: &str) {
        self.pieces.insert(0, before.to_owned());
        self.pieces.push(after.to_owned());
        for (_, first, end) in &mut self.labels {
            *first += 1;
            *end += 1;
        }
    }

    fn join(self) -> (String, Vec<Label>) {
        let offset = |place: usize| self.pieces.iter().take(place).map(String::len).sum();
        let labels = self.labels.iter();
        let labels =
            labels.map(|(kind, first, end)| Label { start: offset(*first), end: offset(*end), kind: kind.clone() });
        (self.pieces.concat(), labels.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_along_at_every_depth() {
        let text = "a = \"b\\c\"\n";
        let labels = vec![Label { start: 5, end: 8, kind: "k".to_owned() }];
        let given = Record { id: "x".to_owned(), text: text.to_owned(), labels };
        for (depth, expected) in [(1, r"b\\c"), (2, r"b\\\\c"), (3, r"b\\\\\\\\c")] {
            let record = record(&given, depth);
            assert!(serde_json::from_str::<serde_json::Value>(&record.text).is_ok());
            let found = record.labels.first().and_then(|label| record.text.get(label.start..label.end));
            assert_eq!(found, Some(expected), "{depth}");
        }
    }
}
