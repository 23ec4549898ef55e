//! The addresses that licences print: those at which the Free Software Foundation, and who held the rights to Python and to Cyrus
//! SASL, had their offices.

/// What the address begins with, and a word that stands behind it.
const OFFICES: &[(&[u8], &[u8])] = &[
    (b"51 franklin st", b"boston"),
    (b"59 temple place", b"boston"),
    (b"675 mass ave", b"cambridge"),
    (b"31 milk st", b"boston"),
    (b"31 milk st", b"960789"),
    (b"1895 preston white d", b"reston"),
    (b"160 saratoga ave", b"santa clara"),
    (b"5000 forbes ave", b"pittsburgh"),
];
/// Bytes from the beginning of an address in which its town stands.
const AHEAD_MAX: usize = 96;

/// Whether `text[start..]` begins with one of these addresses.
pub(in crate::detect) fn is_office(text: &[u8], start: usize) -> bool {
    let lower = text.get(start..text.len().min(start + AHEAD_MAX)).unwrap_or_default().to_ascii_lowercase();
    OFFICES.iter().any(|(street, town)| lower.starts_with(street) && memchr::memmem::find(&lower, town).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_told_by_its_street_and_its_town() {
        assert!(is_office(b"51 Franklin Street, Fifth Floor,\n * Boston, MA 02110-1301", 0));
        assert!(is_office(b"at 59 Temple Place, Suite 330, Boston, MA", 3));
        assert!(!is_office(b"51 Franklin Street, Melrose, MA 02176", 0));
        assert!(!is_office(b"151 Franklin Street, Boston", 0));
    }
}
