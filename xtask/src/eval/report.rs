//! The figures as Markdown for people, and as JSON for the next comparison.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::judge::Class;
use super::labelled::Purpose;
use super::score::{Score, Tally, share};

/// The name and version of the JSON form.
const FORM: &str = "bcce-eval/1";
/// Kinds with the lowest recall that the Markdown names for each set.
const WORST_MAX: usize = 12;

/// One line of the report.
pub(crate) struct Row {
    pub set: String,
    pub form: String,
    pub purpose: Purpose,
    /// Whether secrets or personal data were looked for.
    pub class: Class,
    pub score: Score,
}

/// All that was measured.
#[derive(Default)]
pub(crate) struct Report {
    pub rows: Vec<Row>,
    /// Planted values by their place.
    pub contexts: BTreeMap<String, Tally>,
    /// Planted values by their rule or kind.
    pub planted: BTreeMap<String, Tally>,
    pub notes: Vec<String>,
}

/// Figures of an earlier run, by set and form.
#[derive(Default)]
pub(crate) struct Baseline(BTreeMap<String, Map<String, Value>>);

impl Baseline {
    /// Reads the JSON report of an earlier run.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("the baseline is no JSON")?;
        let rows = value.get("sets").and_then(Value::as_array).context("the baseline holds no sets")?;
        let row = |row: &Value| Some((row.get("key")?.as_str()?.to_owned(), row.as_object()?.clone()));
        Ok(Self(rows.iter().filter_map(row).collect()))
    }

    fn number(&self, key: &str, name: &str) -> Option<f64> {
        self.0.get(key)?.get(name)?.as_f64()
    }

    /// The change of a figure, in brackets, when there is an earlier one that differs.
    fn change(&self, key: &str, name: &str, now: f64, digits: usize) -> String {
        let Some(before) = self.number(key, name) else { return String::new() };
        let change = now - before;
        if format!("{change:.digits$}").trim_matches(['-', '0', '.']).is_empty() {
            return String::new();
        }
        format!(" ({change:+.digits$})")
    }
}

impl Row {
    fn key(&self) -> String {
        let class = if self.class == Class::Personal { " personal" } else { "" };
        format!("{} {}{class}", self.set, self.form)
    }

    fn json(&self) -> Value {
        let score = &self.score;
        let [secrets, personal] = score.extra;
        let [flagged_secrets, flagged_personal] = score.flagged;
        json!({
            "key": self.key(), "set": self.set, "form": self.form, "records": score.records, "bytes": score.bytes,
            "spans": score.all.spans, "caught": score.all.caught, "caught_percent": 100.0 * score.all.share(),
            "touched": score.all.touched, "touched_percent": 100.0 * share(score.all.touched, score.all.spans),
            "caught_by_other_class": score.all.by_others,
            "extra_secrets": secrets, "extra_personal": personal,
            "flagged_secrets": flagged_secrets, "flagged_personal": flagged_personal,
            "secrets_per_mb": score.extra_per_megabyte(Class::Secret),
            "personal_per_mb": score.extra_per_megabyte(Class::Personal),
            "mb_per_s": score.speed(), "kinds": tallies(&score.kinds), "extra_by_rule": score.rules,
        })
    }
}

fn tallies(all: &BTreeMap<String, Tally>) -> Value {
    let entry = |(kind, tally): (&String, &Tally)| {
        (kind.clone(), json!({ "spans": tally.spans, "caught": tally.caught, "touched": tally.touched }))
    };
    Value::Object(all.iter().map(entry).collect())
}

impl Report {
    pub(crate) fn json(&self, rules: usize) -> Value {
        json!({
            "form": FORM, "rules": rules,
            "sets": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
            "planted_by_place": tallies(&self.contexts), "planted_by_kind": tallies(&self.planted),
            "notes": self.notes,
        })
    }

    pub(crate) fn markdown(&self, rules: usize, baseline: &Baseline) -> String {
        let mut page = format!(
            "# Evaluation\n\n{rules} rules. *Caught*: every byte of the secret's core is covered by rules of its class; *touched*: any \
             byte. *Extra*: findings that meet no label. Changes against the baseline in brackets.\n"
        );
        self.recall(&mut page, baseline);
        self.negatives(&mut page, baseline);
        self.hard(&mut page, baseline);
        worst(&mut page, "Places with the lowest recall", &self.contexts);
        worst(&mut page, "Planted kinds with the lowest recall", &self.planted);
        for row in self.rows.iter().filter(|row| row.form == "raw" && row.purpose == Purpose::Positive) {
            worst(&mut page, &format!("Kinds with the lowest recall: {}", row.key()), &row.score.kinds);
        }
        for note in &self.notes {
            let _ = write!(page, "\n{note}\n");
        }
        page
    }

    fn with(&self, purpose: Purpose) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.purpose == purpose)
    }

    fn recall(&self, page: &mut String, baseline: &Baseline) {
        if self.with(Purpose::Positive).next().is_none() {
            return;
        }
        page.push_str(
            "\n| Positives | Form | Spans | Caught % | Touched % | Caught only with the other class | Extra secrets | Extra personal | MB/s |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        for row in self.with(Purpose::Positive) {
            let (score, key) = (&row.score, row.key());
            let (caught, touched) = (100.0 * score.all.share(), 100.0 * share(score.all.touched, score.all.spans));
            let [secrets, personal] = score.extra;
            let _ = writeln!(
                page,
                "| {} | {} | {} | {caught:.1}{} | {touched:.1}{} | {} | {secrets}{} | {personal} | {} |",
                row.set,
                if row.class == Class::Personal { format!("{}, personal", row.form) } else { row.form.clone() },
                score.all.spans,
                baseline.change(&key, "caught_percent", caught, 1),
                baseline.change(&key, "touched_percent", touched, 1),
                score.all.by_others,
                baseline.change(&key, "extra_secrets", secrets as f64, 0),
                speed(score),
            );
        }
    }

    fn negatives(&self, page: &mut String, baseline: &Baseline) {
        if self.with(Purpose::Negative).next().is_none() {
            return;
        }
        page.push_str("\n| Negatives | Texts | Flagged as secret | Flagged as personal |\n|---|---|---|---|\n");
        for row in self.with(Purpose::Negative) {
            let [secrets, personal] = row.score.flagged;
            let change = baseline.change(&row.key(), "flagged_secrets", secrets as f64, 0);
            let _ = writeln!(page, "| {} | {} | {secrets}{change} | {personal} |", row.set, row.score.records);
        }
    }

    fn hard(&self, page: &mut String, baseline: &Baseline) {
        if self.with(Purpose::Hard).next().is_none() {
            return;
        }
        page.push_str(
            "\n| Hard negatives | MB | Secrets | Secrets/MB | Personal/MB | MB/s | Rules |\n|---|---|---|---|---|---|---|\n",
        );
        for row in self.with(Purpose::Hard) {
            let (score, key) = (&row.score, row.key());
            let [secrets, _] = score.extra;
            let rate = score.extra_per_megabyte(Class::Secret);
            let _ = writeln!(
                page,
                "| {} | {:.2} | {secrets} | {rate:.3}{} | {:.2} | {} | {} |",
                row.set,
                score.megabytes(),
                baseline.change(&key, "secrets_per_mb", rate, 3),
                score.extra_per_megabyte(Class::Personal),
                speed(score),
                most(&score.rules),
            );
        }
    }
}

fn speed(score: &Score) -> String {
    score.speed().map_or_else(String::new, |speed| format!("{speed:.0}"))
}

/// The rules that found most.
fn most(rules: &BTreeMap<String, u64>) -> String {
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    sorted.iter().take(4).map(|(rule, count)| format!("{rule} {count}")).collect::<Vec<_>>().join(", ")
}

fn worst(page: &mut String, title: &str, kinds: &BTreeMap<String, Tally>) {
    let mut sorted: Vec<_> = kinds.iter().filter(|(_, tally)| tally.caught < tally.spans).collect();
    sorted.sort_by(|(_, one), (_, other)| {
        let missed = |tally: &Tally| tally.spans - tally.caught;
        missed(other).cmp(&missed(one)).then(one.share().total_cmp(&other.share()))
    });
    if sorted.is_empty() {
        return;
    }
    let _ = write!(page, "\n{title} ({} of {} not complete):\n\n", sorted.len(), kinds.len());
    for (kind, tally) in sorted.iter().take(WORST_MAX) {
        let _ = writeln!(page, "- {kind}: {} of {}", tally.caught, tally.spans);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(caught: u64) -> Report {
        let all = Tally { spans: 200, caught, touched: caught, by_others: 0 };
        let score = Score { records: 200, bytes: 10, all, ..Score::default() };
        let row =
            Row { set: "a_pos".into(), form: "d1".into(), purpose: Purpose::Positive, class: Class::Secret, score };
        Report { rows: vec![row], ..Report::default() }
    }

    #[test]
    fn the_change_since_the_baseline_is_shown() {
        let text = report(150).json(3).to_string();
        let baseline = Baseline::parse(&text).unwrap_or_default();
        assert!(report(150).markdown(3, &baseline).contains("| a_pos | d1 | 200 | 75.0 | 75.0 |"));
        assert!(report(190).markdown(3, &baseline).contains("| a_pos | d1 | 200 | 95.0 (+20.0) | 95.0 (+20.0) |"));
        assert!(Baseline::parse("{}").is_err());
    }
}
