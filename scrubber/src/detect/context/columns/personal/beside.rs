//! What stands beside the name of a column or a key: only there are names, towns and coordinates those of persons.

use std::sync::LazyLock;

use crate::detect::sets::lexicon::Words;

/// What names of columns of persons hold beside which a name, a town or its code is somebody's.
const TELLING: [&str; 32] = [
    "mail",
    "phone",
    "telef",
    "mobil",
    "dob",
    "birth",
    "geburt",
    "naissance",
    "nacimiento",
    "nascita",
    "nascimento",
    "urodz",
    "f\u{f6}dd",
    "first_name",
    "first name",
    "firstname",
    "surname",
    "last_name",
    "lastname",
    "forename",
    "prenom",
    "pr\u{e9}nom",
    "cognome",
    "apellido",
    "nachname",
    "jmeno",
    "passport",
    "street",
    "address",
    "anschrift",
    "indirizzo",
    "direcci",
];

/// What names of columns hold that are about machines.
const MACHINES: [&str; 6] = ["ip address", "ip_address", "ipaddress", "mac address", "mac_address", "macaddress"];

/// What keys of streets hold.
const STREET_KEYS: [&str; 18] = [
    "street",
    "address",
    "adres",
    "stra\u{df}e",
    "strasse",
    "anschrift",
    "indirizzo",
    "direcci",
    "endere",
    "morada",
    "calle",
    "ulic",
    "osoite",
    "logradouro",
    "line1",
    "\"line\"",
    "addr1",
    "domicil",
];

/// Whether another column of data of persons stands in the line of the name of a column that ends at `end`: `nom;prenom`, `name,dob`,
/// `city,phone`.
pub(super) fn is_beside_personal(text: &[u8], end: usize) -> bool {
    const BESIDE: usize = 128;
    static OTHERS: LazyLock<Words> = LazyLock::new(|| Words::new(TELLING));
    static NO_PERSONS: LazyLock<Words> = LazyLock::new(|| Words::new(MACHINES));
    // A sign that parts cells, or a column of blanks, follows.
    let behind = text.get(end..text.len().min(end + BESIDE)).unwrap_or_default();
    let quote = usize::from(behind.first().is_some_and(|byte| b"\"'`".contains(byte)));
    let parted = match behind.get(quote..) {
        Some(
            [b',' | b';' | b'|' | b'\t' | b'\r' | b'\n', ..]
            | [b' ', b' ' | b'|', ..]
            | [b'\\', b't' | b'n' | b'r' | b'"', ..],
        ) => true,
        Some(rest) => rest.is_empty(),
        None => false,
    };
    if !parted {
        return false;
    }
    let before = text.get(end.saturating_sub(BESIDE)..end).unwrap_or_default();
    let escape = memchr::memmem::rfind(before, b"\\n").map(|at| at + 2);
    let line = memchr::memrchr2(b'\r', b'\n', before).map(|at| at + 1).max(escape).unwrap_or(0);
    let stop = memchr::memchr2(b'\r', b'\n', behind).unwrap_or(behind.len());
    let stop = memchr::memmem::find(behind, b"\\n").map_or(stop, |escape| escape.min(stop));
    let mut cells = [before.get(line..), behind.get(..stop)]
        .into_iter()
        .flatten()
        .flat_map(|part| part.split(|byte| b",;|\t\\".contains(byte)));
    cells.any(|cell| OTHERS.occur_in(cell) && !NO_PERSONS.occur_in(cell))
}

/// Whether the key of a street stands near the one that ends at `end`, and a sign joins that one to its value:
/// `"street": "…", "city": "…"`.
pub(super) fn is_in_address(text: &[u8], end: usize) -> bool {
    const APART: usize = 96;
    static STREETS: LazyLock<Words> = LazyLock::new(|| Words::new(STREET_KEYS));
    let is_element = text.get(end) == Some(&b'>');
    if !is_element && !is_joined(text.get(end..text.len().min(end + 8)).unwrap_or_default()) {
        return false;
    }
    // Another record lies behind a brace.
    let before =
        text.get(end.saturating_sub(APART)..end).unwrap_or_default().rsplit(|byte| b"{}".contains(byte)).next();
    let behind =
        text.get(end..text.len().min(end + APART)).unwrap_or_default().split(|byte| b"{}".contains(byte)).next();
    [before, behind].into_iter().flatten().any(|part| STREETS.occur_in(part))
}

/// Whether a sign joins a name to its value in the text behind the name, perhaps behind a quote.
pub(super) fn is_joined(rest: &[u8]) -> bool {
    let next = rest.iter().take(8).find(|byte| !b"\"'`\\ ".contains(byte));
    next.is_some_and(|byte| b":=".contains(byte))
}

/// Whether a name that ends here is nothing but that of a coordinate.
pub(super) fn is_degrees(head: &[u8]) -> bool {
    head.len().checked_sub(4).and_then(|from| head.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(b"tude"))
}

/// Whether the names of both coordinates stand near `at`: latency is called `lat` as well.
pub(super) fn has_both(text: &[u8], at: usize) -> bool {
    const HEAD: usize = 96;
    let near = text.get(at.saturating_sub(HEAD)..text.len().min(at + HEAD)).unwrap_or_default().to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&near, word).is_some();
    has(b"lat") && (has(b"lng") || has(b"lon"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_in_the_line_or_record_tell_what_a_column_holds() {
        for (line, end) in [("id,name,dob\n", 7), ("city\tPhone\n", 4), ("city,ip_address,address\n", 4)] {
            assert!(is_beside_personal(line.as_bytes(), end), "{line}");
        }
        for line in ["name,ip_address\n", "name|MAC address\n", "name,first_seen,count\n"] {
            assert!(!is_beside_personal(line.as_bytes(), 4), "{line}");
        }
        assert!(is_in_address(b"{\"street\":\"Quelweg 8\",\"city\":\"Ulm\"}", 28));
        assert!(is_in_address(b"<street>Quelweg 8</street><city>Ulm</city>", 31));
        assert!(!is_in_address(b"{\"host\":\"a\",\"city\":\"Ulm\"}", 18) && !is_in_address(b"street, city, zip", 12));
        assert!(!is_beside_personal(b"id,name,type\n", 7) && !is_beside_personal(b"f(name) # phone\n", 6));
        assert!(has_both(b"id,lat,lng\n", 6) && !has_both(b"host,lat,bw\n", 8));
    }
}
