//! A line of a prompt as words, each with the parts that it may play.

use crate::detect::context::keys::{self, Key};
use crate::detect::context::mentioned;

use super::words::{self, LOOKED_UP_MAX, Parts};

/// A word, or words that are one name: `mot de passe`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Where it lies in the prompt, without the signs around it.
    pub start: usize,
    pub end: usize,
    pub parts: Parts,
    /// A digit is in it.
    pub digit: bool,
    /// A colon stands behind it.
    pub colon: bool,
    /// It ends a sentence.
    pub stops: bool,
}

/// Longer lines are pasted: what they hold is told by itself.
const LINE_MAX: usize = 400;

/// The words of `text[from..to]`, a line; none where it is too long to be typed.
pub(super) fn words(text: &str, from: usize, to: usize, out: &mut Vec<Word>) {
    out.clear();
    let line = text.get(from..to).unwrap_or_default();
    if line.len() > LINE_MAX {
        return;
    }
    let mut start = None;
    let mut last = Script::Blank;
    for (at, letter) in line.char_indices() {
        let script = script(letter);
        if script != last
            && let Some(begun) = start.take()
        {
            add(text, from + begun, from + at, out);
        }
        if script == Script::Blank {
            if let Some(word) = out.last_mut() {
                word.colon |= letter == '：';
                word.stops |= matches!(letter, '。' | '？' | '！' | '؟' | '।');
            }
        } else if start.is_none() {
            start = Some(at);
        }
        last = script;
    }
    if let Some(begun) = start {
        add(text, from + begun, to, out);
    }
    join(text, out);
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Script {
    /// White space, and signs of scripts that need none.
    Blank,
    Latin,
    Other,
}

fn script(letter: char) -> Script {
    match letter {
        _ if letter.is_whitespace() => Script::Blank,
        '，' | '。' | '：' | '、' | '（' | '）' | '「' | '」' | '『' | '』' | '；' | '？' | '！' | '؟' | '،' | '।'
        | '“' | '”' | '«' | '»' => Script::Blank,
        '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '→' => Script::Latin,
        _ => Script::Other,
    }
}

/// Adds the word without the signs around it. A sign alone belongs to the word before it, or joins.
fn add(text: &str, from: usize, to: usize, out: &mut Vec<Word>) {
    let whole = text.get(from..to).unwrap_or_default();
    let (start, end) = mentioned::trimmed(text.as_bytes(), from, to);
    // `Pepper1994*,`: a sign of emphasis that opens nothing.
    let number = end.checked_sub(1).and_then(|last| text.as_bytes().get(last)).is_some_and(u8::is_ascii_digit);
    let own = number
        && start == from
        && text.get(end..to).is_some_and(|signs| signs.starts_with('*') && !signs.starts_with("**"));
    let end = end + usize::from(own && end > start);
    let colon = whole.ends_with(':');
    let stops = whole.ends_with(['?', '.']);
    if start >= end {
        if let Some(word) = out.last_mut() {
            word.colon |= colon;
            word.stops |= stops;
        }
        return;
    }
    let digit = text.get(start..end).unwrap_or_default().bytes().any(|byte| byte.is_ascii_digit());
    out.push(Word { start, end, parts: parts_of(text, start, end), digit, colon, stops });
}

fn parts_of(text: &str, start: usize, end: usize) -> Parts {
    let Some(word) = text.get(start..end).filter(|word| word.len() <= LOOKED_UP_MAX) else { return Parts::default() };
    let parts = words::parts_of(word);
    // `DEPLOY_PASS`: what programs call a password.
    let named = parts.is_none() && word.contains('_') && keys::classify(word.as_bytes()) == Some(Key::Password);
    if named { words::parts_of("password") } else { parts }
}

/// Makes one word of words that are a name together.
fn join(text: &str, out: &mut Vec<Word>) {
    let mut at = 0;
    while at < out.len() {
        for count in (2..=words::TOGETHER_MAX).rev() {
            let Some([first, .., last]) = out.get(at..at + count) else { continue };
            let joined = Word { start: first.start, ..*last };
            let together = text.get(joined.start..joined.end).filter(|words| words::may_begin(words));
            let parts = together.map(|words| words::parts_together(&words.to_lowercase())).unwrap_or_default();
            if !parts.is_none() {
                out.splice(at..at + count, [Word { parts, ..joined }]);
                break;
            }
        }
        at += 1;
    }
}
