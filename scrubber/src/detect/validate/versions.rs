//! Tells numbers of four parts that stand among versions from addresses of machines.

/// Versions beside each other in a list are no further apart.
const STEP_MAX: u32 = 2;

/// Whether the text on one side of `number` is that of a list of versions: a step from one to it, a version beside it, or
/// a table whose lines end with versions.
pub(super) fn are_around(number: &[u8], before: &[u8], after: &[u8]) -> bool {
    is_step(before)
        || is_beside(number, before, after)
        || is_in_table(before, after)
        || is_installed(before, after)
        || is_heading(number, before, after)
}

/// `<h3>24.6.2.5. Text colors`, `## 24.6.2.5. Text colors`: the number of a section begins a heading, and its title follows. No part has
/// three digits.
fn is_heading(number: &[u8], before: &[u8], after: &[u8]) -> bool {
    let titled = matches!(after, [b'.', b' ', title, ..] if title.is_ascii_uppercase());
    let section = number.split(|byte| *byte == b'.').all(|part| part.len() <= 2);
    let tag = before.strip_suffix(b">").and_then(|head| head.rsplit(|byte| *byte == b'<').next());
    let element = tag.is_some_and(|tag| matches!(tag, [b'h' | b'H', level, ..] if level.is_ascii_digit()));
    let line = last_line(before);
    let heading = line.starts_with(b"#") && line.iter().all(|byte| b"# \t".contains(byte));
    section && titled && (element || heading)
}

/// `chromium «3.22.10.62» installed`: nobody installs an address. A sign such as that of `host:` may still name one.
fn is_installed(before: &[u8], after: &[u8]) -> bool {
    const TOLD: [&[u8]; 4] = [b" installed", b" (installed", b" is installed", b" is already "];
    TOLD.iter().any(|told| after.starts_with(told))
        && before.strip_suffix(b" ").is_some_and(|name| name.last().is_some_and(u8::is_ascii_alphanumeric))
}

/// `Upgraded docs from 43.0.201.47 to `
fn is_step(before: &[u8]) -> bool {
    let line = last_line(before).to_ascii_lowercase();
    let Some(rest) = line.strip_suffix(b" to ") else { return false };
    let number = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let head = rest.get(..rest.len() - number).unwrap_or_default();
    let told = [b"upgrad".as_slice(), b"downgrad", b"bump", b"updat"];
    number > 0 && head.ends_with(b" from ") && told.iter().any(|word| memchr::memmem::find(head, word).is_some())
}

/// `(«7.0.4.13», 6.1.5)`, `7.0.4 «7.0.4.13» 7.0.5`: the word before or behind has three parts. A program's version stands beside a
/// machine's address as well, where no comma lists them: then both begin with
/// nearly the same number.
fn is_beside(number: &[u8], before: &[u8], after: &[u8]) -> bool {
    let last = |left: &[u8]| left.rsplit(|byte| b" \t\n(".contains(byte)).next().unwrap_or_default().to_vec();
    let next = |right: &[u8]| right.split(|byte| b" \t\n,)".contains(byte)).next().unwrap_or_default().to_vec();
    let listed = before.strip_suffix(b", ").map(last).into_iter().chain(after.strip_prefix(b", ").map(next));
    let beside = before.strip_suffix(b" ").map(last).into_iter().chain(after.strip_prefix(b" ").map(next));
    let near = |word: &[u8]| major(word).zip(major(number)).is_some_and(|(one, other)| one.abs_diff(other) <= STEP_MAX);
    let mut listed = listed.filter(|word| is_version(word));
    let mut beside = beside.filter(|word| is_version(word) && near(word));
    listed.next().or_else(|| beside.next()).is_some()
}

/// A line of a name, blanks and the number, near one that ends with a version of three parts: `pip list` prints such.
fn is_in_table(before: &[u8], after: &[u8]) -> bool {
    let end = after.iter().position(|byte| *byte == b'\n').unwrap_or(after.len());
    let line = last_line(before);
    let name = line.trim_ascii_end();
    let is_name = |name: &[u8]| !name.is_empty() && !name.iter().any(|byte| b" \t:=".contains(byte));
    let blank = after.get(..end).is_some_and(|rest| rest.trim_ascii().is_empty());
    if !blank || line.len() < name.len() + 2 || !is_name(name.trim_ascii_start()) {
        return false;
    }
    // The first and the last line may be cut.
    let above = before.get(..before.len() - line.len()).unwrap_or_default();
    let below = after.get(end..).unwrap_or_default();
    let lines = || above.split(|byte| *byte == b'\n').chain(below.split(|byte| *byte == b'\n'));
    lines().any(|line| {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let (name, number, more) = (words.next(), words.next(), words.next());
        name.is_some_and(is_name) && number.is_some_and(is_version) && more.is_none()
    })
}

fn last_line(text: &[u8]) -> &[u8] {
    text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// The first number of a version or an address.
fn major(word: &[u8]) -> Option<u32> {
    std::str::from_utf8(word.split(|byte| *byte == b'.').next()?).ok()?.parse().ok()
}

/// Three numbers parted by points.
fn is_version(word: &[u8]) -> bool {
    let parts = || word.split(|byte| *byte == b'.');
    parts().count() == 3 && parts().all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_sections_are_told_from_addresses() {
        for before in ["<h3>", "<h2 id=\"a\">", "x\n## "] {
            assert!(are_around(b"24.6.2.5", before.as_bytes(), b". Text colors"), "{before}");
            assert!(!are_around(b"24.6.112.5", before.as_bytes(), b". Text colors"), "{before}");
        }
        for (before, after) in [
            ("connect to ", ". Then"),
            ("\n", ". then"),
            ("\n", " is up"),
            ("<b>", "</b>"),
            ("<li>", ". Please"),
            ("\n", ". Please"),
        ] {
            assert!(!are_around(b"24.6.2.5", before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
    }

    #[test]
    fn numbers_among_versions_are_told_from_addresses() {
        for (before, after) in [
            ("Upgraded docs from 43.0.201.47 to ", ""),
            ("bump foo from 1.2 to ", "\n"),
            ("rails (", ", 6.1.5)"),
            ("chromium ", " installed\n"),
            ("7.0.4 ", ""),
            ("6.7.2 ", " 7.0.4.14"),
            ("numpy                1.26.4\nnvidia-cublas-cu12   ", "\n"),
            ("Package  Version\nnvidia-cublas-cu12   ", "\nnvidia-cuda-cupti-cu12 12.1.105\n"),
        ] {
            assert!(are_around(b"7.0.4.13", before.as_bytes(), after.as_bytes()), "{before}|{after}");
        }
        for (before, after) in [
            ("moved from 10.0.0.3 to ", ""),
            ("upgraded host 7.0.4\n", ""),
            ("chromium ", " is open\n"),
            ("host: ", " installed\n"),
            ("10.0.0.3 ", " 10.0.0.4"),
            ("nginx 4.5.5 ", " - - \"GET /login\" 200"),
            ("db-1   10.0.0.3\nweb-1   ", "\ndb-2   10.0.0.4\n"),
            ("numpy   1.26.4\nhost: ", "\n"),
            ("numpy   1.26.4\nweb-1   ", "  Running\n"),
        ] {
            assert!(!are_around(b"7.0.4.13", before.as_bytes(), after.as_bytes()), "{before}|{after}");
        }
    }
}
