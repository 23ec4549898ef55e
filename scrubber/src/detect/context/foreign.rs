//! Names of secrets that are not written in the letters `A` to `Z` alone: `密码：…`, `contraseña: …`, `пароль — …`.
//!
//! The pass over all bytes knows words of ASCII letters only. It calls [`Search::foreign_names`] where characters beyond ASCII
//! end, and the names are compared there. They may head the column of a table, too.

use super::assign::{self, Joint, Value};
use super::keys::Key;
use crate::detect::builtin::Builtin;
use crate::detect::judge::value;
use crate::detect::personal::names;
use crate::detect::search::{AHEAD, Search, byte_at};
pub(in crate::detect) use words::PairSet;
use words::{may_name, name_at};

mod words;

/// What joins a name to its value: signs, and forms of "is".
const JOINTS: &[&str] = &[
    "】",
    ":",
    "：",
    "=",
    "＝",
    "—",
    "–",
    "-",
    "→",
    "…",
    "现在是",
    "目前是",
    "是",
    "就是",
    "已改为",
    "已经改为",
    "已经改成",
    "已改成",
    "更新为",
    "设置为",
    "为",
    "為",
    "改成了",
    "改成",
    "改为",
    "改為",
    "を",
    "를",
    "は",
    "が",
    "는",
    "은",
    "가",
    "هي ",
    "هو ",
    "היא ",
    "הוא ",
    "теперь ",
    "сейчас ",
    "это ",
    "це ",
    "là ",
    "คือ",
    "है ",
    "es ",
    "ist ",
    "lautet ",
    "est ",
    "é ",
    "è ",
    "jest ",
    "είναι ",
    "este ",
    "är ",
    "to ",
    "le ",
    "của bạn",
    "です",
];

/// Those that settings have, too.
const SIGNS: [&str; 4] = [":", "：", "=", "＝"];

/// Quotes around a value, each with the one that closes it.
const QUOTES: &[(&str, &str)] = &[
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("「", "」"),
    ("『", "』"),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("《", "》"),
    ("‘", "’"),
];

/// Joints between a name and its value.
const JOINTS_MAX: usize = 3;
const VALUE_MAX: usize = 256;
/// Words between a name and the sign behind them take no more bytes.
const WORDS_MAX: usize = 64;

/// The value of the name that ends at `end`, when foreign signs or words join them.
pub(in crate::detect) fn value_after(text: &[u8], end: usize) -> Option<Value> {
    let mut at = blank(text, after_remark(text, after_quote(text, end)));
    let mut joined = 0;
    let mut signed = false;
    while joined < JOINTS_MAX {
        let rest = text.get(at..)?;
        let Some(joint) = JOINTS.iter().find(|joint| rest.starts_with(joint.as_bytes())) else { break };
        at = blank(text, at + joint.len());
        joined += 1;
        signed |= SIGNS.contains(joint);
    }
    if joined == 0
        && let Some(further) = after_words(text, end)
    {
        at = further;
        joined += 1;
    }
    if let Some(value) = quoted(text, at) {
        return Some(value);
    }
    let rest = text.get(at..text.len().min(at + VALUE_MAX))?;
    let length = without_stop(rest.get(..word_end(rest))?);
    // Without a sign between them the value must end the line, or the sentence go on in the other script.
    let apart = || {
        let next = rest.get(length..).unwrap_or_default().trim_ascii_start();
        let glued = text.get(..end).and_then(<[u8]>::last).is_some_and(|last| !last.is_ascii());
        let ends = next.first().is_none_or(|byte| !byte.is_ascii())
            || rest.get(length) == Some(&b'\n')
            || next.starts_with(b"</");
        (at > end || glued) && ends
    };
    (length > 0 && (joined > 0 || apart())).then_some(Value {
        start: at,
        end: at + length,
        // `密码: @x9`: no word of a sentence begins so.
        joint: if signed && !rest.first().is_some_and(u8::is_ascii_alphanumeric) {
            Joint::Assigned
        } else {
            Joint::Said
        },
        quoted: false,
        literal: false,
    })
}

/// Where the word ends that `rest` begins with: before white space, quotes, and characters beyond ASCII but letters with accents.
fn word_end(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        match rest.get(at..).unwrap_or_default() {
            letter if value::is_accented(letter) => at += 2,
            // The element that the text stands in is closed.
            [b'<', b'/', ..] => break,
            // A quote amid letters parts nothing: what it closed would end there.
            [b'"' | b'\'', next, ..] if next.is_ascii_alphanumeric() && is_inner(rest, at) => at += 1,
            _ if !byte.is_ascii() || byte.is_ascii_whitespace() || b",;\"'`".contains(&byte) => break,
            _ => at += 1,
        }
    }
    at
}

/// Whether a letter or a digit stands before `at`, and no quote before that.
fn is_inner(rest: &[u8], at: usize) -> bool {
    let head = rest.get(..at).unwrap_or_default();
    head.last().is_some_and(u8::is_ascii_alphanumeric) && !head.iter().any(|byte| b"\"'`".contains(byte))
}

/// Behind the quote that closes a name at `end`, where a sign that joins a value to it follows.
fn after_quote(text: &[u8], end: usize) -> usize {
    let quoted = text.get(end).is_some_and(|byte| b"\"'`".contains(byte));
    let joined = text.get(blank(text, end + 1)).is_some_and(|byte| b":=".contains(byte));
    if quoted && joined { end + 1 } else { end }
}

/// `密码（测试环境）：…`, `пароль (новый): …`: behind a remark in brackets that a sign follows.
fn after_remark(text: &[u8], end: usize) -> usize {
    const BRACKETS: [(&str, &str); 2] = [("（", "）"), (" (", ")")];
    let rest = text.get(end..text.len().min(end + WORDS_MAX)).unwrap_or_default();
    let close = BRACKETS.iter().find_map(|(open, close)| {
        let remark = rest.strip_prefix(open.as_bytes())?;
        let length = memchr::memmem::find(remark, close.as_bytes())?;
        let plain = !remark.get(..length)?.contains(&b'\n');
        plain.then_some(open.len() + length + close.len())
    });
    let signed = |close: &usize| {
        rest.get(*close..).is_some_and(|rest| rest.starts_with(b":") || rest.starts_with("：".as_bytes()))
    };
    close.filter(signed).map_or(end, |close| end + close)
}

/// `пароль от сервера: …`: where the value starts behind more words and a sign.
fn after_words(text: &[u8], end: usize) -> Option<usize> {
    const SIGNS: &[&str] =
        &[": ", " - ", " = ", " ist ", " es ", " est ", " to ", "：", " — ", " – ", " är ", " é ", " è ", "是"];
    let rest = text.get(end..text.len().min(end + WORDS_MAX)).filter(|rest| rest.first() == Some(&b' '))?;
    // `clé d'API est …`
    let is_word = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii() || b" '".contains(byte);
    let words = rest.iter().take_while(|byte| is_word(byte)).count();
    let places = SIGNS.iter().filter_map(|sign| {
        let place = memchr::memmem::find(rest, sign.as_bytes()).filter(|place| *place <= words)?;
        Some(place + sign.len())
    });
    places.min().map(|place| blank(text, end + place))
}

/// The literal whose opening quote stands at `at`, in the quotes of any language.
pub(in crate::detect) fn quoted(text: &[u8], at: usize) -> Option<Value> {
    let rest = text.get(at..text.len().min(at + VALUE_MAX))?;
    let (open, close) = QUOTES.iter().find(|(open, _)| rest.starts_with(open.as_bytes()))?;
    let line = rest.get(open.len()..)?.split(|byte| *byte == b'\n').next()?;
    let length = memchr::memmem::find(line, close.as_bytes())?;
    // `« x9 »`: French parts its quotes from what they hold.
    let inner = line.get(..length)?;
    let gap = edge(inner, |text, blank| text.strip_prefix(blank));
    let inner = inner.get(gap..)?;
    let start = at + open.len() + gap;
    let end = start + inner.len() - edge(inner, |text, blank| text.strip_suffix(blank));
    (end > start).then_some(Value { start, end, joint: Joint::Assigned, quoted: true, literal: true })
}

/// The length of the blank at one end of what stands in quotes.
fn edge<'a>(text: &'a [u8], strip: impl Fn(&'a [u8], &'static [u8]) -> Option<&'a [u8]>) -> usize {
    let blanks: [&[u8]; 3] = [b" ", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
    blanks.into_iter().find_map(|blank| strip(text, blank).map(|_| blank.len())).unwrap_or(0)
}

/// The length without the signs that end a sentence.
fn without_stop(value: &[u8]) -> usize {
    value.len() - value.iter().rev().take_while(|byte| b".?)".contains(byte)).count()
}

fn blank(text: &[u8], at: usize) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take(8).take_while(|byte| b" \t*".contains(byte)).count()
}

/// Where the word ends that begins with a capital beyond ASCII before `at`, such as `Łukasz`.
#[inline]
fn capitalised(text: &[u8], at: usize) -> Option<usize> {
    let letter = text.get(at.checked_sub(2)?..at)?;
    let first = matches!(letter, [0xc3..=0xc8, 0x80..=0xbf]) && text.get(at)?.is_ascii_lowercase();
    let [escape, before] = [4, 3].map(|back| byte_at(text, at.wrapping_sub(back)));
    let goes_on = (before.is_ascii_alphanumeric() && escape != b'\\') || before == b'_' || before >= 0x80;
    if !first || goes_on {
        return None;
    }
    let capital = std::str::from_utf8(letter).ok()?.chars().next()?.is_uppercase();
    let length = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    capital.then_some(at + length)
}

impl Search<'_> {
    /// Looks at the places, as bits of the block at `base`, where characters beyond ASCII end.
    #[inline(never)]
    pub(in crate::detect) fn foreign_names(&mut self, base: usize, mut ends: u64) {
        while ends != 0 {
            let end = base + ends.trailing_zeros() as usize;
            ends &= ends - 1;
            if may_name(self.text, end) {
                self.foreign_name(end);
            }
            let next = byte_at(self.text, end);
            let ends_line = || b"\n\\".contains(&byte_at(self.text, end + 1));
            if b":\"'\\.*".contains(&next) || next == b',' && ends_line() {
                self.label_end(end);
            }
            if b" :\"'".contains(&next) {
                self.told_behind(end);
            }
            let parts_cells = match next {
                b',' | b';' | b'|' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' => true,
                b'\\' => b"nrt".contains(&byte_at(self.text, end + 1)),
                b' ' => b" |".contains(&byte_at(self.text, end + 1)),
                b'.' => b",;|\t".contains(&byte_at(self.text, end + 1)),
                _ => false,
            };
            if parts_cells {
                self.heading_end(end);
            }
            if names::may_be_abroad(self.text, end) {
                names::abroad(self.text, end, &mut |from, to| self.report(Builtin::PersonName, from, to));
            }
            if let Some(word_end) = capitalised(self.text, end)
                && names::may_go_on(self.text, word_end, byte_at(self.text, word_end))
            {
                self.capitals(end - 2, word_end);
            }
        }
    }

    fn foreign_name(&mut self, at: usize) {
        let Some((key, start, name_end)) = name_at(self.text, at) else { return };
        self.work += 1;
        self.open(at, AHEAD);
        let place = self.window.place(at);
        let text = self.window.bytes();
        let found = self.found.len();
        if let Some((_, name, end)) = name_at(text, place)
            && let Some(value) = value_after(text, end)
        {
            self.judge(key, assign::second(text, name, value));
        }
        self.section(key, self.window.place(start), self.window.place(name_end));
        if self.found.len() == found {
            self.foreign_column(key, start, name_end);
        }
        if self.found.len() == found {
            self.judge_told(key, start, false);
        }
        if self.found.len() == found {
            self.mentioned(key, at, name_end);
        }
    }

    /// The name may be that of a column: a sign between cells stands behind it, or its line ends there.
    fn foreign_column(&mut self, key: Key, start: usize, end: usize) {
        let next = self.text.get(end..).unwrap_or_default().iter().find(|byte| !b" \"'`*".contains(byte));
        if next.is_some_and(|byte| b"|,;\t\r\n\\".contains(byte)) {
            // What was looked at meanwhile may have moved the window.
            self.open(end, AHEAD);
            self.columns(key, self.window.place(start), self.window.place(end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_ascii_announce_what_signs_or_words_join_to_them() {
        for (text, expected) in [
            ("密码：open1x", Some("open1x")),
            ("密码是 open1x，请保存", Some("open1x")),
            ("パスワードは「open1x」です", Some("open1x")),
            ("contraseña: open1x.", Some("open1x")),
            ("пароль — open1x", Some("open1x")),
            ("API-Schlüssel: open1x", Some("open1x")),
            ("密码长度至少", None),
            ("비밀번호는 open1x 입니다", Some("open1x")),
            ("lösenordet är open1x", Some("open1x")),
            ("كلمة السر هي open1x", Some("open1x")),
            ("पासवर्ड open1x है", Some("open1x")),
            ("şifre open1x\n", Some("open1x")),
            ("Пароль от сервера: open1x", Some("open1x")),
            ("La contraseña del servidor es open1x", Some("open1x")),
            ("账号admin密码open1x", Some("open1x")),
            ("{\"密码\": \"open1x\"}", Some("open1x")),
            ("'contraseña' = 'open1x'", Some("open1x")),
            ("пароль open1x and more", None),
            ("café: open1x", None),
        ] {
            let ends =
                (1..text.len()).filter(|&at| text.as_bytes()[at].is_ascii() && !text.as_bytes()[at - 1].is_ascii());
            let value = ends.filter(|at| may_name(text.as_bytes(), *at)).find_map(|at| {
                let (_, _, end) = name_at(text.as_bytes(), at)?;
                value_after(text.as_bytes(), end)
            });
            assert_eq!(value.and_then(|value| text.get(value.start..value.end)), expected, "{text}");
        }
    }
}
