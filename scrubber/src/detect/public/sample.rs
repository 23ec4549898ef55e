//! Tokens that standards and documentation print: everybody knows them, and they let nobody in.

/// The samples of RFC 6749, 6750, 7617 and 7519, and of jwt.io, as the ends of values. In parts, so that nothing here is shaped like
/// a live token.
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
    &[".dBjftJe", "Z4CVP-mB", "92K27uhb", "UJU1p1r_", "wW1gFWFO", "EjXk"],
    &[".SflKxwR", "JSMeKKF2", "QT4fwpMe", "Jf36POk6", "yJV_adQs", "sw5c"],
];

/// Whether a value is such a sample, or is signed as one was.
pub(in super::super) fn is_sample(value: &[u8]) -> bool {
    SAMPLES.iter().any(|parts| {
        let mut rest = Some(value);
        for part in parts.iter().rev() {
            rest = rest.and_then(|rest| rest.strip_suffix(part.as_bytes()));
        }
        let signature = parts.first().is_some_and(|part| part.starts_with('.'));
        rest.is_some_and(|rest| rest.is_empty() || signature)
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
            let signature = sample.starts_with('.');
            assert_eq!(is_sample(format!("eyJ9.eyJ9{sample}").as_bytes()), signature, "{sample}");
            assert!(!is_sample(format!("{sample}1").as_bytes()) && !is_sample(&sample.as_bytes()[1..]), "{sample}");
        }
    }
}
