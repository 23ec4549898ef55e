//! Names of fields that hold a part of a person's name behind whose it is, or in capitals: `billing_first_name`, `patientSurname`,
//! `LAST_NAME`. Those that begin with the part are literals of `cue` and of the columns.

use std::sync::LazyLock;

use crate::detect::sets::lexicon::List;

/// What such names end with.
const PARTS: [&[u8]; 7] =
    [b"firstname", b"lastname", b"surname", b"givenname", b"familyname", b"middlename", b"maidenname"];
/// Whose part it is. `sortByFirstName` and `labelLastName` are nobody's.
const OWNERS: &str = "\
    customer user client contact patient employee billing bill shipping ship student teacher guest passenger member owner author person \
    parent guardian mother father spouse partner child emergency recipient sender account holder cardholder driver applicant candidate \
    beneficiary buyer seller payer payee primary secondary my your his her doctor profile legal registrant subscriber insured tenant \
    landlord attendee participant donor visitor resident admin staff worker manager supervisor reporter assignee representative rep";
/// The longest name that is looked at, in bytes.
const NAME_MAX: usize = 40;

/// Whether `name` is such a name of a field.
pub(super) fn is_owned(name: &[u8]) -> bool {
    static OWNER_WORDS: LazyLock<List> = LazyLock::new(|| List::new(OWNERS));
    let mut room = [0; NAME_MAX];
    let Some(folded) = folded(name, &mut room) else { return false };
    let Some(owner) = PARTS.iter().find_map(|part| folded.strip_suffix(*part)) else { return false };
    if owner.is_empty() { !name.iter().any(u8::is_ascii_lowercase) } else { OWNER_WORDS.ends(owner) }
}

/// The letters of a name in lower case, if they find room.
pub(super) fn folded<'a>(name: &[u8], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphabetic()) {
        *room.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    room.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_belongs_to_somebody() {
        for (name, expected) in [
            ("billing_first_name", true),
            ("patientSurname", true),
            ("LAST_NAME", true),
            ("CUSTOMER_FIRST_NAME", true),
            ("customer.last_name", true),
            ("first_name", false),
            ("sortByFirstName", false),
            ("labelLastName", false),
            ("hostname", false),
        ] {
            assert_eq!(is_owned(name.as_bytes()), expected, "{name}");
        }
    }
}
