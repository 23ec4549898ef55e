//! Our own replacements: what was found before is not looked for again.

use std::sync::LazyLock;

use crate::detect::sets::lexicon::List;

/// Our own replacement, `[kind:8 hex digits]`, perhaps with a part of the value after a colon; whole or cut before its bracket.
pub(in crate::detect) fn is_marker(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b"[") else { return false };
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    let mut parts = inner.splitn(3, |byte| *byte == b':');
    let (Some(kind), Some(hash)) = (parts.next(), parts.next()) else { return false };
    is_kind(kind)
        && hash.len() == 8
        && hash.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        && parts.next().is_none_or(|part| is_kept_part(kind, part))
}

/// Whether one of our replacements stands at the start of `text`.
pub(in crate::detect) fn starts_with_marker(text: &[u8]) -> bool {
    let end = text.iter().take(64).position(|byte| *byte == b']');
    end.and_then(|end| text.get(..=end)).is_some_and(is_marker)
}

/// Whether a kind of value may be called so. What is none has to be looked at like any other text: a password would pass for one.
fn is_kind(kind: &[u8]) -> bool {
    // Of names that hold letters and digits in one part these are known; passwords do as well.
    static MIXED: LazyLock<List> = LazyLock::new(|| {
        List::new("1password ai21 aip80 auth0 context7 dash0 e2b ed25519 k3s mem0 msg91 n8n pkcs12 rapid7 smtp2go")
    });
    let is_part = |part: &[u8]| {
        let small = part.iter().all(u8::is_ascii_lowercase);
        let number = part.len() <= 3 && part.iter().all(u8::is_ascii_digit);
        !part.is_empty() && (small || number || MIXED.holds(part))
    };
    kind.split(|byte| *byte == b'-').all(is_part)
}

/// The last four signs of a value, or the domain of an address.
fn is_kept_part(kind: &[u8], part: &[u8]) -> bool {
    match part.strip_prefix(b"@") {
        Some(domain) => {
            kind == b"email" && domain.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
        }
        None => part.len() <= 4 && part.iter().all(u8::is_ascii_alphanumeric),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Engine, EngineError, KnownIdentities};

    #[test]
    fn own_markers_are_recognised() {
        for text in [
            "[password:1a2b3c4d]",
            "[aws-access-key:00ff00ff",
            "[email:deadbeef]",
            "[email:deadbeef:@acme.example]",
            "[payment-card:deadbeef:1111]",
            "[ed25519-private-key-hex:deadbeef]",
            "[imported-aws-1:deadbeef]",
        ] {
            assert!(is_marker(text.as_bytes()), "{text}");
        }
        for text in [
            "[password]",
            "password:1a2b3c4d",
            "[x:12345]",
            "[Ab:12345678]",
            "[token:deadbeef:@acme.example]",
            "[token:deadbeef:hunter2]",
            "[token:DEADBEEF]",
            "[email:deadbeef:@a b]",
            "[hunter2:deadbeef]",
            "[my-hunter2:deadbeef]",
            "[-:deadbeef]",
        ] {
            assert!(!is_marker(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn every_kind_that_is_shipped_may_stand_in_a_marker() -> Result<(), EngineError> {
        let engine = Engine::new(&KnownIdentities::default())?;
        for rule in engine.rules() {
            assert!(is_kind(rule.kind.as_bytes()), "{}", rule.kind);
        }
        Ok(())
    }
}
