//! Holds findings against labels.
//!
//! A label counts as **caught** when every byte of its core is covered by findings of rules for its class. The core is the
//! labelled span without what cannot be part of a value at its ends (white space, quotes, brackets, signs) and, where the
//! label takes in a whole address with a password or a name with its value, the password or value alone; of another address
//! all but its scheme. It counts as **touched** when any byte is covered.
//! A finding that meets no label is **extra**.

use std::collections::BTreeMap;

use super::judge::{Class, Found};

/// A span that is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub start: usize,
    pub end: usize,
    pub kind: String,
}

/// How a label fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Every byte of the core is covered by findings of the wanted class.
    Caught,
    /// Every byte is covered, but only together with findings of the other class.
    ByOthers,
    /// Some byte is covered.
    Touched,
    /// None is.
    Missed,
}

/// Labels of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub spans: u64,
    pub caught: u64,
    /// Caught, or any byte covered.
    pub touched: u64,
    /// Not caught, but covered by findings of the other class.
    pub by_others: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, fate: Fate) {
        self.spans += 1;
        self.caught += u64::from(fate == Fate::Caught);
        self.by_others += u64::from(fate == Fate::ByOthers);
        self.touched += u64::from(fate != Fate::Missed);
    }

    pub(crate) fn share(&self) -> f64 {
        share(self.caught, self.spans)
    }
}

/// What one set in one form gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    pub records: u64,
    pub bytes: u64,
    /// Texts with an extra finding, by class.
    pub flagged: [u64; 2],
    /// Extra findings, by class.
    pub extra: [u64; 2],
    pub all: Tally,
    pub kinds: BTreeMap<String, Tally>,
    /// Extra findings by rule.
    pub rules: BTreeMap<String, u64>,
    pub seconds: f64,
}

impl Score {
    /// Adds one text; gives the fates of its labels.
    pub(crate) fn add(&mut self, text: &str, labels: &[Label], found: &[Found<'_>], wanted: Class) -> Vec<Fate> {
        self.records += 1;
        self.bytes += text.len() as u64;
        let mut flagged = [false; 2];
        for finding in found.iter().filter(|finding| is_extra(finding, labels)) {
            let place = finding.class as usize;
            if let (Some(extra), Some(flag)) = (self.extra.get_mut(place), flagged.get_mut(place)) {
                *extra += 1;
                *flag = true;
            }
            *self.rules.entry(finding.rule.to_owned()).or_default() += 1;
        }
        for (count, flag) in self.flagged.iter_mut().zip(flagged) {
            *count += u64::from(flag);
        }
        let fates: Vec<Fate> = labels.iter().map(|label| fate(text, label, found, wanted)).collect();
        for (label, fate) in labels.iter().zip(&fates) {
            self.all.add(*fate);
            self.kinds.entry(label.kind.clone()).or_default().add(*fate);
        }
        fates
    }

    pub(crate) fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }

    pub(crate) fn extra_per_megabyte(&self, class: Class) -> f64 {
        let extra = self.extra.get(class as usize).copied().unwrap_or(0);
        if self.bytes == 0 { 0.0 } else { extra as f64 / self.megabytes() }
    }

    /// Megabytes a second; none where the time was too short to tell.
    pub(crate) fn speed(&self) -> Option<f64> {
        (self.seconds > 0.0).then(|| self.megabytes() / self.seconds)
    }
}

pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Whether a finding meets no label.
pub(crate) fn is_extra(finding: &Found<'_>, labels: &[Label]) -> bool {
    !labels.iter().any(|label| finding.start < label.end && label.start < finding.end)
}

/// How a label of `text` fared.
pub(crate) fn fate(text: &str, label: &Label, found: &[Found<'_>], wanted: Class) -> Fate {
    let (start, end) = core(text, label.start, label.end);
    let covers = |class: Option<Class>| {
        (start..end).all(|at| {
            found.iter().any(|finding| {
                class.is_none_or(|class| finding.class == class) && finding.start <= at && at < finding.end
            })
        })
    };
    let touches = found.iter().any(|finding| finding.start < label.end && label.start < finding.end);
    if covers(Some(wanted)) {
        Fate::Caught
    } else if covers(None) {
        Fate::ByOthers
    } else if touches {
        Fate::Touched
    } else {
        Fate::Missed
    }
}

/// The part of `text[start..end]` that is the secret itself.
fn core(text: &str, start: usize, end: usize) -> (usize, usize) {
    let span = text.as_bytes().get(start..end).unwrap_or_default();
    let edge = |byte: &&u8| byte.is_ascii_whitespace() || b"\"'`\\,;=<>()[]{}:".contains(byte);
    let before = span.iter().take_while(edge).count();
    let inner = span.get(before..).unwrap_or_default();
    let after = inner.iter().rev().take_while(edge).count();
    let inner = inner.get(..inner.len() - after).unwrap_or_default();
    let in_address = text.as_bytes().get(end) == Some(&b'@');
    let scheme =
        || inner.windows(3).position(|window| window == b"://").filter(|at| *at < 9).map(|at| (at + 3, inner.len()));
    let part = password_in_address(inner, in_address).or_else(|| assigned(inner)).or_else(scheme);
    let (from, to) = part.unwrap_or((0, inner.len()));
    // A label of nothing but signs stands for itself.
    if from >= to { (start, end) } else { (start + before + from, start + before + to) }
}

/// The password of `scheme://user:password@host`, or of `user:password` where an `@` follows.
fn password_in_address(span: &[u8], in_address: bool) -> Option<(usize, usize)> {
    let find = |part: &[u8], from: usize| {
        span.get(from..)?.windows(part.len()).position(|window| window == part).map(|at| from + at)
    };
    let authority = find(b"://", 0).map(|at| at + 3);
    let at = authority.and_then(|authority| find(b"@", authority)).or_else(|| in_address.then_some(span.len()))?;
    let colon = find(b":", authority.unwrap_or(0)).filter(|colon| *colon < at)?;
    Some((colon + 1, at))
}

/// The value of `name: value` where the label takes in the name.
fn assigned(span: &[u8]) -> Option<(usize, usize)> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-\"'".contains(byte);
    let name = span.iter().take_while(|byte| is_name(byte)).count();
    let rest = span.get(name..)?;
    let sign = rest.iter().take_while(|byte| b" :=\"'|>\n\\".contains(byte)).count();
    let assigns = rest.get(..sign)?.windows(2).any(|two| two == b": ");
    (name > 0 && assigns && span.len() - name - sign >= 6).then_some((name + sign, span.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(start: usize, end: usize, class: Class) -> Found<'static> {
        Found { start, end, class, rule: "r" }
    }

    #[test]
    fn the_core_leaves_out_what_is_no_part_of_a_value() {
        for (text, expected) in [
            ("'abc'", "abc"),
            ("=\\\"abc\\\"", "abc"),
            ("abc", "abc"),
            ("\"\"", "\"\""),
            ("https://ann:pw@x.test/", "pw"),
            ("password: 'abcdef'", "abcdef"),
            ("name:abcdef", "name:abcdef"),
            ("https://x.test/hook/abc", "x.test/hook/abc"),
        ] {
            let (start, end) = core(text, 0, text.len());
            assert_eq!(text.get(start..end), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_label_is_caught_only_when_all_of_its_core_is_covered_by_its_class() {
        let text = "x = \"abcd\"";
        let label = Label { start: 4, end: 10, kind: "k".to_owned() };
        for (findings, expected) in [
            (vec![found(5, 9, Class::Secret)], Fate::Caught),
            (vec![found(5, 7, Class::Secret), found(7, 9, Class::Secret)], Fate::Caught),
            (vec![found(5, 7, Class::Secret), found(7, 9, Class::Personal)], Fate::ByOthers),
            (vec![found(5, 8, Class::Secret)], Fate::Touched),
            (vec![found(0, 3, Class::Secret)], Fate::Missed),
            (vec![], Fate::Missed),
        ] {
            assert_eq!(fate(text, &label, &findings, Class::Secret), expected, "{findings:?}");
        }
    }

    #[test]
    fn findings_beside_the_labels_are_extra_and_flag_their_text_once() {
        let mut score = Score::default();
        let label = Label { start: 4, end: 10, kind: "k".to_owned() };
        let findings = [found(0, 1, Class::Secret), found(2, 3, Class::Secret), found(5, 9, Class::Secret)];
        score.add("x = \"abcd\"", &[label], &findings, Class::Secret);
        assert_eq!((score.extra, score.flagged, score.all.caught), ([2, 0], [1, 0], 1));
    }
}
