//! Where somebody lives: degrees, towns, their codes, and houses.

use crate::detect::personal::{labelled, names};
use crate::detect::rule::Validator;

/// Bytes of a street with its number, and of a town behind it.
const HOUSE_MAX: usize = 96;

/// Degrees with four digits behind their point at least: so many tell a house.
pub(super) fn is_coordinate(value: &[u8]) -> bool {
    let degrees = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = degrees.split(|byte| *byte == b'.');
    let [whole, fraction] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    parts.next().is_none()
        && (1..=3).contains(&whole.len())
        && (4..=15).contains(&fraction.len())
        && whole.iter().chain(fraction).all(u8::is_ascii_digit)
        && Validator::Measured.accepts(value, 0..value.len())
}

/// One to four words of letters, of which the first begins with a capital.
pub(super) fn is_town(value: &[u8]) -> bool {
    const TOWN_MAX: usize = 40;
    let is_inside = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || b" -'./".contains(byte);
    let first = value.first().is_some_and(|first| first.is_ascii_uppercase() || *first >= 0xc3);
    (3..=TOWN_MAX).contains(&value.len())
        && first
        && value.iter().all(is_inside)
        && value.iter().filter(|byte| **byte == b' ').count() < 4
        // `city: String`, `city: CityField`
        && !names::is_ordinary(value)
        && !is_type(value)
        && !labelled::is_said(value)
}

/// `Leeds LS6 2PH`, `Boise, ID 83702`, `50674 Köln`: a town with its code, and the short name of its state.
pub(super) fn is_coded_town(value: &[u8]) -> bool {
    let is_place = |town: &[u8]| {
        let state = |part: &[u8]| (2..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_uppercase);
        let mut parts = town.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        parts.next().is_some_and(is_town) && parts.all(|part| state(part) || is_town(part))
    };
    let blanks = value.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at);
    blanks.filter_map(|at| value.split_at_checked(at)).any(|(head, tail)| {
        let tail = tail.trim_ascii_start();
        is_postcode(tail) && is_place(head) || is_postcode(head) && is_place(tail)
    })
}

/// `DataTypes.STRING`, `CityField`: a word of some letters goes on with a point and more, or with a capital.
fn is_type(value: &[u8]) -> bool {
    value.split(|byte| b" -'/".contains(byte)).any(|word| {
        let mut pairs = word.windows(2).enumerate().skip(3);
        pairs.any(|(at, pair)| match pair {
            [_, b'.'] => at + 2 < word.len(),
            [last, next] => last.is_ascii_lowercase() && next.is_ascii_uppercase(),
            _ => false,
        })
    })
}

/// `10115`, `00-238`, `SW1A 2AB`: digits and capitals.
pub(super) fn is_postcode(value: &[u8]) -> bool {
    let value = value.strip_prefix("〒".as_bytes()).unwrap_or(value);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let signs = value.iter().filter(|byte| b" -".contains(byte)).count();
    digits + letters + signs == value.len()
        && signs <= 1
        && value.first().is_some_and(u8::is_ascii_alphanumeric)
        && (letters == 0 && (4..=9).contains(&digits) || (2..=6).contains(&digits) && (1..=5).contains(&letters))
        && (4..=10).contains(&value.len())
}

/// Words with a number beside them, as houses have: no host, no port, no path and no address in memory.
pub(super) fn is_house(value: &[u8]) -> bool {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b" ,.'/#-".contains(byte);
    let mut words = value.split(|byte| b" ,".contains(byte)).filter(|word| !word.is_empty());
    let number = |word: &&[u8]| {
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
        (1..=5).contains(&digits) && word.len() - digits <= 2
    };
    let name = |word: &&[u8]| {
        word.len() >= 3 && word.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80 || b"-'.".contains(byte))
    };
    // `Am Markt 6` is no hour.
    let street = value.strip_prefix(b"Am ").unwrap_or(value);
    let capital = |word: &[u8]| word.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
    value.len() <= HOUSE_MAX
        && value.iter().all(inside)
        && words.clone().any(|word| number(&word))
        && words.clone().any(|word| name(&word) && capital(word))
        && !words.any(|word| word.windows(2).any(|pair| pair == b"//"))
        && Validator::Address.accepts(street, 0..street.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_and_their_codes_are_told_from_other_cells() {
        for town in ["K\u{f6}ln", "Little Missenden", "Saint-Denis", "St.Gallen", "McAllen", "Frankfurt a.M."] {
            assert!(is_town(town.as_bytes()), "{town}");
        }
        for other in
            ["", "NULL", "String", "DataTypes.STRING", "Schema.Types.String", "CityField", "eu-west-1", "Room 4", "Iu"]
        {
            assert!(!is_town(other.as_bytes()), "{other}");
        }
        for town in ["Leeds LS6 2PH", "Boise, ID 83702", "50674 K\u{f6}ln", "Fitzroy VIC 3065"] {
            assert!(is_coded_town(town.as_bytes()), "{town}");
        }
        for other in ["", "Room 4", "eu-west-1 1234", "Released 2024-03-02", "NULL 12345"] {
            assert!(!is_coded_town(other.as_bytes()), "{other}");
        }
        for code in ["10115", "00-238", "SW1A 2AB", "1016 HP", "D04 X2T9", "〒160-0022"] {
            assert!(is_postcode(code.as_bytes()), "{code}");
        }
        for other in ["", "12", "1.2.3", "TEXT", "2024-03-02", "0x1234"] {
            assert!(!is_postcode(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn houses_and_degrees_are_told_from_other_cells() {
        for degrees in ["48.2082", "-122.419416", "7.44744"] {
            assert!(is_coordinate(degrees.as_bytes()), "{degrees}");
        }
        for other in ["", "12", "48.21", "1.2.3456", "-", "2024.12345", "48.33333333"] {
            assert!(!is_coordinate(other.as_bytes()), "{other}");
        }
        for house in [
            "12 Elm Street",
            "N\u{f8}rregade 9",
            "Flat 432, Sector 78",
            "C/ Mayor, 36, 3\u{ba} B",
            "ul. D\u{142}uga 7",
            "Am Alten Markt 6",
            "Dlouh\u{e1} 525/91",
        ] {
            assert!(is_house(house.as_bytes()), "{house}");
        }
        for other in
            ["", "10.0.0.4:5432", "0x7ffe0010", "main street", "Berlin", "tcp 80", "http://a.B/1", "8080", "Port 22"]
        {
            assert!(!is_house(other.as_bytes()), "{other}");
        }
    }
}
