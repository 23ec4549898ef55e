//! Files of teams (CSV with the columns `user` and `team`) without the rows of some users.

use super::lines::Kept;
use super::{Pseudonyms, RewriteError};

/// Leaves out the rows of these users. Rows that stay, and the head, do so byte by byte.
pub(super) fn without(text: &[u8], of: &Pseudonyms) -> Result<Kept, RewriteError> {
    let mut kept = Kept::default();
    let mut rows = rows(text).into_iter();
    let head = rows.next().unwrap_or_default();
    let cells = cells(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let whose = cells.iter().position(|cell| cell.trim_ascii() == b"user");
    kept.bytes.extend_from_slice(head);
    for row in rows {
        let cells = self::cells(row);
        if whose.and_then(|column| cells.get(column)).is_some_and(|user| of.has(user.trim_ascii())) {
            kept.erased += 1;
        } else {
            kept.left += 1;
            kept.bytes.extend_from_slice(row);
        }
    }
    // A byte of zero: it is not written in UTF-8, and names would not be seen.
    if of.are_named_in(&kept.bytes) || text.contains(&0) { Err(RewriteError::Teams) } else { Ok(kept) }
}

/// The rows with their ends (RFC 4180: a line may end within quotes).
fn rows(text: &[u8]) -> Vec<&[u8]> {
    let mut is_quoted = false;
    let ends_row = |byte: &u8| {
        is_quoted ^= *byte == b'"';
        *byte == b'\n' && !is_quoted
    };
    text.split_inclusive(ends_row).collect()
}

/// The cells of a row, without their quotes.
fn cells(row: &[u8]) -> Vec<Vec<u8>> {
    let (mut cells, mut is_quoted) = (vec![Vec::new()], false);
    for byte in row {
        match (byte, cells.last_mut()) {
            (b'"', _) => is_quoted = !is_quoted,
            (b',', _) if !is_quoted => cells.push(Vec::new()),
            (byte, Some(cell)) => cell.push(*byte),
            (_, None) => {}
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const GONE: &str = "00000000000000aa";

    fn check(text: &str, wanted: Result<(&str, u64), RewriteError>) {
        let kept = without(text.as_bytes(), &Pseudonyms::of(&[GONE.to_owned()]));
        let kept = kept.map(|kept| (String::from_utf8_lossy(&kept.bytes).into_owned(), kept.erased));
        assert_eq!(kept, wanted.map(|(text, erased)| (text.to_owned(), erased)), "{text}");
    }

    #[test]
    fn only_the_rows_of_the_user_go() {
        check(&format!("user,team\nb,x\n{GONE},x\nc,y"), Ok(("user,team\nb,x\nc,y", 1)));
        let quoted = "\u{feff}team,\"user\"\r\n\"a, \"\"b\"\"\nc\",b\r\n";
        check(&format!("{quoted}x,\"{GONE}\"\r\n"), Ok((quoted, 1)));
        check(&format!("user,team\n{GONE},x\n"), Ok(("user,team\n", 1)));
        check("user,team\n", Ok(("user,team\n", 0)));
        check("", Ok(("", 0)));
    }

    #[test]
    fn a_user_who_is_named_elsewhere_is_not_silently_kept() {
        check(&format!("user,team\nb,{GONE}\n"), Err(RewriteError::Teams));
        check(&format!("person;team\n{GONE};x\n"), Err(RewriteError::Teams));
        check(&format!("user,team\nb,\"x\n{GONE},x\n"), Err(RewriteError::Teams));
        check("u\0s\0e\0r\0", Err(RewriteError::Teams));
    }
}
