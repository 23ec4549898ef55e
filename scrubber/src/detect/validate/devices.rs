//! Addresses of hardware: MAC.

/// Whether the address names one device: unicast, not all zeros, not counting up, not of the range kept for
/// documentation (RFC 9542, section 2.1.4: 00-00-5E-00-53-00 to FF).
pub(super) fn is_device_mac(value: &[u8]) -> bool {
    let hex: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_hexdigit()).map(u8::to_ascii_lowercase).collect();
    let Some(text) = std::str::from_utf8(&hex).ok() else { return false };
    let Ok(number) = u64::from_str_radix(text, 16) else { return false };
    let group = (number >> 40) & 1 == 1;
    // `02:00:00:00:00:00`, of which a system shows no more; `de:ad:be:ef:00:01`
    let alike = number.trailing_zeros() >= 40 || hex.iter().all(|digit| hex.first() == Some(digit));
    let alike = alike || memchr::memmem::find(&hex, b"deadbeef").is_some();
    let sample = matches!(
        number,
        0x5254_0012_3456 | 0x0011_2233_4455 | 0x0123_4567_89ab | 0x0012_3456_789a | 0xaabb_ccdd_eeff | 0x0001_0203_0405
    );
    // Docker makes it of a private address: `02:42:ac:11:00:02`.
    let container = matches!(number >> 16, 0x0242_ac10..=0x0242_ac1f | 0x0242_c0a8) || number >> 24 == 0x0002_420a;
    hex.len() == 12 && !group && !alike && !sample && !container && number >> 8 != 0x0000_005e_0053
}

/// Whether the text before six numbers says that they are an address of hardware; without a letter they may be a time or a score.
pub(super) fn names_device(before: &[u8]) -> bool {
    const WORDS: [&[u8]; 12] = [
        b"mac",
        b"ether",
        b"hwaddr",
        b"addr",
        b"device",
        b"physical",
        b"wlan",
        b"wifi",
        b"ssid",
        b"bluetooth",
        b" at ",
        b"station",
    ];
    let lower = before.to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

/// Whether bytes in hex end with a colon in the line above, and nothing but blanks stands before the value in its own: the last line of
/// a key or a signature, as OpenSSL prints it.
pub(super) fn ends_dump(before: &[u8]) -> bool {
    let indent = before.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
    let above = before.get(..before.len() - indent).and_then(|head| head.strip_suffix(b"\n")).unwrap_or_default();
    matches!(above.trim_ascii_end(), [.., b':', a, b, b':'] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_of_a_key_are_no_hardware_address() {
        assert!(ends_dump(b"a:12:9a:9b:\n         ") && ends_dump(b"c:44:9b:\r\n\t"));
        for text in ["", "\n    ", "ether ", "address:\n    ", "9c:44:9b:\n  eth0 ", "9c:44:9b\n  "] {
            assert!(!ends_dump(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn samples_and_groups_are_no_devices() {
        for (text, expected) in [
            ("3c:22:fb:9a:10:7e", true),
            ("3C-22-FB-9A-10-7E", true),
            ("00:11:22:33:44:55", false),
            ("ff:ff:ff:ff:ff:ff", false),
            ("01:00:5e:00:00:fb", false),
            ("00:00:5e:00:53:0f", false),
            ("02:42:ac:11:00:02", false),
            ("02:42:9d:11:00:02", true),
            ("52:54:00:12:34:56", false),
            ("02:00:00:00:00:00", false),
            ("02:00:00:00:00:01", true),
            ("00:de:ad:be:ef:00", false),
        ] {
            assert_eq!(is_device_mac(text.as_bytes()), expected, "{text}");
        }
    }
}
