//! Forms of numbers that are too short to be told from counts by their digits alone.

use crate::detect::search::byte_at;

/// `DDMMYYA123C`.
pub(in crate::detect) fn is_lettered(stretch: &[u8]) -> bool {
    let (Some(sign), Some(serial)) = (stretch.get(6), stretch.get(7..10)) else { return false };
    (sign.is_ascii_uppercase() || *sign == b'-' || *sign == b'+') && serial.iter().all(u8::is_ascii_digit)
}

/// `AB 12 34 56 C`.
pub(in crate::detect) fn is_after_letters(text: &[u8], start: usize) -> bool {
    let Some(from) = start.checked_sub(3) else { return false };
    matches!(text.get(from..start), Some(&[a, b, b' ']) if a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// `1984-03-17` with no time after it but midnight, or `3/7/1984`: forms of a date that `looks_like_number` leaves out and people are born on.
pub(in crate::detect) fn is_lone_date(text: &[u8], start: usize) -> bool {
    let rest = text.get(start..text.len().min(start + 12)).unwrap_or_default();
    let mut groups = [0usize; 3];
    let (mut at, mut sign) = (0, 0);
    for (place, group) in groups.iter_mut().enumerate() {
        if place > 0 {
            let found = byte_at(rest, at);
            if !b"-/.".contains(&found) || (place == 2 && found != sign) {
                return false;
            }
            sign = found;
            at += 1;
        }
        *group = rest.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
        at += *group;
    }
    let next = [at, at + 1].map(|at| byte_at(text, start + at));
    let midnight = text.get(start + at..).is_some_and(|rest| rest.starts_with(b"T00:00"));
    let time = next[0].is_ascii_alphanumeric() || next[0] == b'_' || (next[0] == b' ' && next[1].is_ascii_digit());
    let time = time && !midnight;
    matches!(groups, [4, 2, 2] | [1..=2, 1..=2, 4]) && !time
}

/// Numbers of cards, phones, accounts and persons have fewer groups of one digit, and of two.
const GROUPS_MIN: [usize; 2] = [20, 12];

/// Where a list of counts that starts at `start` ends: many groups of one digit each, or of two, with the same sign after each, as
/// in matrices and dumps of bytes. Read no further than the list goes.
pub(in crate::detect) fn end_of_counts(text: &[u8], start: usize) -> Option<usize> {
    let width = 1 + usize::from(byte_at(text, start + 1).is_ascii_digit());
    let sign = byte_at(text, start + width);
    if !b" -.".contains(&sign) {
        return None;
    }
    let rest = text.get(start..).unwrap_or_default();
    let is_group = |group: &&[u8]| {
        group.split_last().is_some_and(|(last, digits)| *last == sign && digits.iter().all(u8::is_ascii_digit))
    };
    let groups = rest.chunks_exact(width + 1).take_while(is_group).count();
    let fewest = GROUPS_MIN.get(width - 1).copied().unwrap_or(usize::MAX);
    (groups >= fewest).then_some(start + groups * (width + 1))
}

/// Numbers of a key pair of ed25519 as Solana's tools write it: seed and public key.
const PAIR_NUMBERS: usize = 64;
/// As many of them differ at least: other tables of bytes repeat themselves.
const PAIR_DIFFERENT: usize = 40;
/// As many of them are above the middle at least: half of them are by chance.
const PAIR_HIGH: usize = 8;

/// Where the list of bytes `[…]` ends whose bracket stands at `open`, when it has as many as a key pair and looks random.
pub(in crate::detect) fn end_of_key_pair(text: &[u8], open: usize) -> Option<usize> {
    let (mut at, mut seen, mut last) = (open + 1, [0u64; 4], 0u8);
    let (mut rising, mut different, mut high) = (0, 0, 0);
    for number in 0..PAIR_NUMBERS {
        at += text.get(at..)?.iter().take(24).take_while(|byte| b" \n\r\t\\nr".contains(byte)).count();
        let digits = text.get(at..)?.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let value = std::str::from_utf8(text.get(at..at + digits)?).ok()?.parse::<u8>().ok()?;
        let slot = seen.get_mut(usize::from(value / 64))?;
        different += usize::from(*slot >> (value % 64) & 1 == 0);
        *slot |= 1 << (value % 64);
        high += usize::from(value >= 128);
        rising += usize::from(number > 0 && value >= last);
        last = value;
        at += digits;
        at += text.get(at..)?.iter().take(24).take_while(|byte| b" \n\r\t\\nr".contains(byte)).count();
        let sign = text.get(at)?;
        let ends = number + 1 == PAIR_NUMBERS;
        if *sign != if ends { b']' } else { b',' } {
            return None;
        }
        at += 1;
    }
    // Counting up or down is no chance, nor are small numbers: pictures are compressed by tables of as many.
    (different >= PAIR_DIFFERENT && (16..=48).contains(&rising) && high >= PAIR_HIGH).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_bytes_as_long_as_a_key_pair_are_told_from_others() {
        let list = |count: usize, byte: fn(usize) -> usize| {
            let numbers: Vec<_> = (0..count).map(|at| (byte(at) % 256).to_string()).collect();
            format!("[{}]", numbers.join(", "))
        };
        let random = |at: usize| at * at * 167 + at * 91 + 13;
        assert_eq!(end_of_key_pair(list(64, random).as_bytes(), 0), Some(list(64, random).len()));
        let small = list(64, |at| (at * at * 167 + at * 91 + 13) % 121);
        for text in [
            list(63, random),
            list(65, random),
            list(64, |at| at * 3),
            list(64, |at| at % 16 * 7),
            small,
            "[1, 2".to_owned(),
        ] {
            assert_eq!(end_of_key_pair(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn lists_of_counts_are_told_from_numbers_in_groups() {
        for (text, end) in [("1 ".repeat(20), 40), ("41 42 ".repeat(6) + "4111", 36), ("1.".repeat(30), 60)] {
            assert_eq!(end_of_counts(text.as_bytes(), 0), Some(end), "{text}");
        }
        for text in ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "33 1 23 45 67 89 12", "41 11 11 11 11 11 11 11", "12", ""] {
            assert_eq!(end_of_counts(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn dates_without_a_time_are_told_from_moments_and_versions() {
        for text in ["1984-03-17", "1984-03-17T00:00:00Z", "17.03.1984\"", "3/7/1984,", "1984/03/17."] {
            assert!(is_lone_date(text.as_bytes(), 0), "{text}");
        }
        for text in ["1984-03-17T10", "1984-03-17 10:00", "1.2.3", "3/7-1984", "198-03-17", "12"] {
            assert!(!is_lone_date(text.as_bytes(), 0), "{text}");
        }
    }

    #[test]
    fn letters_beside_six_digits_are_seen() {
        assert!(is_lettered(b"131052A308T") && is_lettered(b"131052-308T") && !is_lettered(b"131052.308T"));
        assert!(is_after_letters(b"AB 12 34 56 C", 3) && !is_after_letters(b"in 12 34 56", 3));
    }
}
