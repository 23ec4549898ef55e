//! Tokens that standards and documentation print: everybody knows them, and they let nobody in.

/// The samples of RFC 6749, 6750 and 7617. In parts, so that nothing here is shaped like a live token.
const SAMPLES: &[&[&str]] = &[
    &["2YotnFZF", "Ejr1zCsi", "cMWpAA"],
    &["tGzv3JOk", "F0XG5Qx2", "TlKWIA"],
    &["SplxlOBe", "ZQQYbYS6", "WxSbIA"],
    &["7Fjfp0ZB", "r1KtDRbn", "fVdmIw"],
    &["gX1fBat3", "bV"],
    &["czZCaGRS", "a3F0Mzpn", "WDFmQmF0", "M2JW"],
    &["mF_9.B5f", "-4.1JqM"],
    &["QWxhZGRp", "bjpvcGVu", "IHNlc2Ft", "ZQ=="],
    &["dGVzdDox", "MjPCow=="],
];

/// Whether a value is such a sample.
pub(in crate::detect) fn is_sample(value: &[u8]) -> bool {
    SAMPLES.iter().any(|parts| {
        let mut rest = Some(value);
        for part in *parts {
            rest = rest.and_then(|rest| rest.strip_prefix(part.as_bytes()));
        }
        rest.is_some_and(<[u8]>::is_empty)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_known_whole() {
        for parts in SAMPLES {
            let sample = parts.concat();
            assert!(is_sample(sample.as_bytes()), "{sample}");
            assert!(!is_sample(format!("{sample}1").as_bytes()) && !is_sample(&sample.as_bytes()[1..]), "{sample}");
        }
    }
}
