//! The inner structure of tokens: checksums, base64 layers, PEM bodies.

/// Largest JWT header that is decoded; real ones have a few hundred bytes.
const JWT_HEADER_MAX_BYTES: usize = 4096;

/// The value of a base64 character, in the standard and the URL alphabet.
fn sextet(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Decodes base64 of either alphabet, with or without padding; white space is left out.
fn decode_base64(value: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(value.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in value.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=') {
        bits = (bits << 6) | sextet(*byte)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(decoded)
}

/// Whether the first part of a JWT decodes to a JSON object that names its algorithm (RFC 7519, section 5; RFC 7515,
/// section 4.1.1) or, for an encrypted one, its encryption (RFC 7516).
pub(super) fn is_jwt(value: &[u8]) -> bool {
    let header = value.split(|byte| *byte == b'.').next().unwrap_or_default();
    if header.len() > JWT_HEADER_MAX_BYTES {
        return false;
    }
    let Some(decoded) = decode_base64(header) else { return false };
    let holds = |name: &[u8]| decoded.windows(name.len()).any(|window| window == name);
    decoded.trim_ascii().starts_with(b"{")
        && decoded.trim_ascii().ends_with(b"}")
        && (holds(b"\"alg\"") || holds(b"\"enc\""))
}

/// Whether the value, `Basic`'s argument, decodes to printable text with a colon in it (RFC 7617, section 2).
pub(super) fn is_basic_auth(value: &[u8]) -> bool {
    decode_base64(value).is_some_and(|text| {
        text.iter().position(|byte| *byte == b':').is_some_and(|colon| colon + 1 < text.len())
            && text.iter().all(|byte| (b' '..=b'~').contains(byte))
    })
}

/// Whether the twelve to sixteen characters after an AWS key id's prefix are base32, the account number's encoding
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>).
pub(super) fn is_aws_key_id(value: &[u8]) -> bool {
    value.get(4..).is_some_and(|rest| {
        !rest.ends_with(b"EXAMPLE") && rest.iter().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(byte))
    })
}

/// GitHub's token checksum: CRC32 (IEEE) of the 30 random characters, in base62 over six characters
/// (<https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>). GitLab,
/// npm and others took over the scheme.
pub(super) fn github_crc32(value: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some(underscore) = value.iter().position(|byte| *byte == b'_') else { return false };
    let Some(rest) = value.get(underscore + 1..) else { return false };
    let Some((random, sum)) = rest.len().checked_sub(6).and_then(|len| rest.split_at_checked(len)) else {
        return false;
    };
    let mut number = crc32(random);
    let mut expected = [b'0'; 6];
    for place in expected.iter_mut().rev() {
        *place = usize::try_from(number % 62).ok().and_then(|digit| ALPHABET.get(digit)).copied().unwrap_or(b'0');
        number /= 62;
    }
    sum == expected
}

/// CRC32 with the reflected polynomial 0xEDB88320 (IEEE 802.3; RFC 1952, section 8).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// A line of a key has so many characters of base64 or hex in a row, where a listing does not cut it.
const LINE_BYTES: usize = 32;

/// Whether there is a key between the lines of dashes: base64 of some length and variety (RFC 7468, section 2).
pub(super) fn is_pem_body(value: &[u8]) -> bool {
    let Some(end_of_first) = value.windows(5).skip(5).position(|window| window == b"-----") else { return false };
    let body = value.get(end_of_first + 10..).unwrap_or_default();
    let end = body.windows(5).position(|window| window == b"-----").unwrap_or(body.len());
    // Lines such as `DEK-Info: …` are no part of it; a listing may put a colon before a line of the key.
    let run = |line: &[u8]| line.split(|byte| sextet(*byte).is_none()).map(<[u8]>::len).max().unwrap_or(0);
    let body = body.get(..end).unwrap_or_default();
    let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.contains(&b':') || run(line) >= LINE_BYTES);
    let body: Vec<u8> = lines.collect::<Vec<_>>().join(&b'\n');
    let longest = run(&body);
    let mut seen = [false; 256];
    let mut count = 0usize;
    for byte in body.iter().filter(|byte| sextet(**byte).is_some()) {
        count += 1;
        if let Some(flag) = seen.get_mut(usize::from(*byte)) {
            *flag = true;
        }
    }
    longest >= 16 && count >= 24 && seen.iter().filter(|flag| **flag).count() >= 8
}

/// Whether a text speaks of Vault and its roles.
pub(super) fn is_of_vault(near: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"vault", b"approle", b"app-role", b"app_role", b"roleid", b"role_id", b"role-id", b"_accessor"];
    let lower = near.to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_gives_the_standards_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_github_token_with_one_wrong_character_fails_its_checksum() {
        // CRC32 of thirty zeros, in base62.
        let random = "0".repeat(30);
        let mut number = crc32(random.as_bytes());
        let mut sum = Vec::new();
        for _ in 0..6 {
            sum.push(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(number % 62) as usize]);
            number /= 62;
        }
        sum.reverse();
        let good = [b"ghp_".as_slice(), random.as_bytes(), &sum].concat();
        assert!(github_crc32(&good));
        let mut bad = good.clone();
        bad[10] = b'1';
        assert!(!github_crc32(&bad));
        assert!(!github_crc32(b"ghp_123"));
    }

    #[test]
    fn a_jwt_names_its_algorithm() {
        // {"alg":"HS256"} and {"foo":"HS256"}
        assert!(is_jwt(b"eyJhbGciOiJIUzI1NiJ9.e30.x"));
        assert!(!is_jwt(b"eyJmb28iOiJIUzI1NiJ9.e30.x"));
    }

    #[test]
    fn basic_auth_holds_a_colon_and_a_password() {
        assert!(is_basic_auth(b"dXNlcjpwYXNz"));
        assert!(!is_basic_auth(b"dXNlcm5hbWU="));
        assert!(!is_basic_auth(b"dXNlcjo="));
    }

    #[test]
    fn an_aws_key_id_is_base32() {
        assert!(is_aws_key_id(["AKIA", "Y34FZKBOKM", "UTVV7A"].concat().as_bytes()));
        assert!(!is_aws_key_id(["AKIA", "Y34FZKBOKM", "UTVV1A"].concat().as_bytes()));
        assert!(!is_aws_key_id(["AKIA", "IOSFODNN7", "EXAMPLE"].concat().as_bytes()));
    }

    #[test]
    fn a_pem_block_without_a_key_is_none() {
        let block = |body: &str| format!("-----BEGIN {} KEY-----\n{body}\n-----END X-----", "PRIVATE");
        assert!(is_pem_body(block("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC").as_bytes()));
        assert!(!is_pem_body(block("...").as_bytes()));
        assert!(!is_pem_body(block("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").as_bytes()));
    }
}
