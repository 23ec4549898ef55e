//! Addresses of houses: what is one of a machine, of memory, or a sentence.

/// Whether an address of a house, and not of a machine or in memory, could read so: words and a number of at most five digits, no port,
/// no unit of measure, no sign of code.
pub(super) fn is_address(value: &[u8]) -> bool {
    const UNITS: &[&[u8]] = &[
        b"bytes",
        b"byte",
        b"bits",
        b"bit",
        b"mb",
        b"gb",
        b"kb",
        b"kib",
        b"mib",
        b"gib",
        b"ms",
        b"mbps",
        b"pm",
        b"am",
        b"utc",
        b"gmt",
        b"ip",
        b"ipv4",
        b"ipv6",
        b"port",
        b"line",
        b"version",
        b"hex",
        b"wei",
        b"eth",
        b"btc",
        b"rfc",
        b"fips",
        b"issue",
        b"section",
        b"must",
        b"have",
        b"accepts",
        b"returns",
        b"requires",
        b"when",
        b"digits",
        b"octets",
        b"default",
        b"value",
        b"address",
        b"windows",
        b"syntax",
        b"alignment",
        b"api",
        b"returned",
        b"with",
        b"from",
        b"where",
        b"that",
        b"which",
        b"like",
        b"none",
        b"null",
        b"firefox",
        b"chrome",
        b"safari",
    ];
    let mut words = value.split(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80).filter(|word| !word.is_empty());
    let named = words
        .clone()
        .filter(|word| word.len() > 2 && word.iter().any(|byte| byte.is_ascii_lowercase() || *byte >= 0x80))
        .count();
    let technical = words.any(|word| UNITS.contains(&word.to_ascii_lowercase().as_slice()));
    named > 0 && !technical && !value.windows(2).any(|pair| pair == b"::" || pair == b"0x" || pair == b"//")
}

/// Whether a sentence begins or goes on at the value, and no address: `the address. If the 64…`, `addresses defined by CEC 2`.
pub(super) fn begins_sentence(value: &[u8], before: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"of", b"in", b"by", b"for", b"as", b"if", b"and", b"or", b"with", b"on", b"from", b"this", b"each", b"defined",
    ];
    let first = value.split(|byte| *byte == b' ').next().unwrap_or_default();
    let head = before.trim_ascii_end();
    let last = head.rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    let goes_on =
        first == b"is" || [first, last].iter().any(|beside| WORDS.iter().any(|word| beside.eq_ignore_ascii_case(word)));
    let stops = head.len() < before.len() && head.ends_with(b".") && !first.first().is_some_and(u8::is_ascii_digit);
    goes_on || stops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_no_addresses() {
        for (before, value) in [
            ("e address. ", "Python 3"),
            ("addresses ", "defined by CEC 2"),
            ("The address ", "of Block 3"),
            ("address in ", "Policy 6"),
        ] {
            assert!(begins_sentence(value.as_bytes(), before.as_bytes()), "{before}{value}");
        }
        for (before, value) in [
            ("address: ", "Lindenallee 3"),
            ("new address. ", "12 Foxglove"),
            ("address ", "plac Bema 14"),
            ("address is ", "plac Bema 14"),
        ] {
            assert!(!begins_sentence(value.as_bytes(), before.as_bytes()), "{before}{value}");
        }
    }
}
