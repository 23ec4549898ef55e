//! What only looks like a secret survives.

use super::around::{NAMED, OTHER_NAMES, PASSWORD_NAMES, PLAIN, TOKEN_NAMES};
use super::chance::{BASE62, Chance, HEX, base64};
use super::{Tally, fits, found, placed};

/// Values that are no secrets, each with a word for it.
fn alike(chance: &mut Chance) -> Vec<(&'static str, String)> {
    let bytes: Vec<u8> = (0..64).map(|_| chance.below(256) as u8).collect();
    let sum = |count: usize| base64(&bytes[..count]);
    let picture =
        base64(&[b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0".as_slice(), &bytes].concat());
    vec![
        ("uuid", chance.uuid()),
        ("uuid, capitals", chance.uuid().to_uppercase()),
        ("sha-1", chance.of(HEX, 40)),
        ("sha-256", chance.of(HEX, 64)),
        ("md5", chance.of(HEX, 32)),
        ("short commit", chance.of(HEX, 9)),
        ("image digest", format!("sha256:{}", chance.of(HEX, 64))),
        ("integrity", format!("sha512-{}", sum(64))),
        ("integrity, 256", format!("sha256-{}", sum(32))),
        ("go sum", format!("h1:{}", sum(32))),
        ("version", format!("{}.{}.{}-rc.{}", chance.below(20), chance.below(40), chance.below(9), chance.below(9))),
        ("long version", format!("v0.0.0-20260304050607-{}", chance.of(HEX, 12))),
        ("described", format!("v1.{}.0-{}-g{}", chance.below(30), chance.below(300), chance.of(HEX, 7))),
        ("colour", format!("#{}", chance.of(HEX, 6))),
        ("time", format!("2026-03-{:02}T05:06:{:02}.123456Z", chance.below(28) + 1, chance.below(60))),
        ("number", format!("17{}", chance.of("0123456789", 11))),
        ("ulid", format!("01J{}", chance.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23))),
        ("tool call", format!("toolu_01{}", chance.of(BASE62, 22))),
        ("message", format!("msg_01{}", chance.of(BASE62, 22))),
        ("request", format!("req_011C{}", chance.of(BASE62, 20))),
        (
            "pod",
            format!(
                "shop-api-{}-{}",
                chance.of("bcdfghjklmnpqrstvwxz2456789", 10),
                chance.of("bcdfghjklmnpqrstvwxz2456789", 5)
            ),
        ),
        ("object", "handleAuthTokenRefreshRequest2".to_owned()),
        ("constant", "MAX_ACCESS_TOKEN_LENGTH_IN_BYTES".to_owned()),
        ("class", "org.springframework.security.oauth2.core.OAuth2AccessToken".to_owned()),
        ("mangled", "_ZN4core3fmt9Formatter9write_str17h1f2e3d4c5b6a7988E".to_owned()),
        ("path", "src/auth/token/refresh_token_service2.rs".to_owned()),
        ("chunk", format!("main.{}.chunk.js", chance.of(HEX, 8))),
        ("picture", picture),
        ("locale", "en_US.UTF-8".to_owned()),
        ("media type", "application/vnd.acme.token.v2+json".to_owned()),
        ("fingerprint", format!("SHA256:{}", sum(32).trim_end_matches('='))),
        ("target", "aarch64-unknown-linux-gnu.2.17".to_owned()),
    ]
}

/// What stands in the place of a secret.
const PLACEHOLDERS: &[&str] = &[
    "<your-token>",
    "${API_TOKEN}",
    "$API_TOKEN",
    "{{ token }}",
    "%TOKEN%",
    "changeme",
    "xxxxxxxxxxxx",
    "********",
    "your_api_key_here",
    "YOUR_TOKEN",
    "REPLACE_ME",
    "null",
    "None",
    "undefined",
    "example",
    "placeholder",
    "<redacted>",
    "...",
    "string",
    "true",
    "TODO",
    "process.env.API_TOKEN",
    "os.environ[KEY]",
    "get_secret(name)",
    "config.token",
    "self.token",
    "args.password",
    "secrets.GH_TOKEN",
    "var.db_password",
    "vault:secret/data/app",
    "{password}",
    "%s",
    "[REDACTED]",
    "sk-xxxxxxxxxxxxxxxx",
    "my-secret",
    "token",
];

#[test]
fn look_alikes_survive_in_plain_places() {
    let mut chance = Chance::new(0x00b7_90de);
    let mut tally = Tally::default();
    for _ in 0..5 {
        for (kind, value) in alike(&mut chance) {
            for place in PLAIN.iter().filter(|place| fits(place, &value)) {
                for (text, ..) in placed(place, "", &value) {
                    let found = found(&text, true);
                    tally.add(kind, found.is_empty(), || format!("{found:?} {text:?}"));
                }
            }
        }
    }
    tally.hold("look-alikes in plain places", 1, 20);
}

#[test]
fn look_alikes_survive_beside_names_of_other_things() {
    let mut chance = Chance::new(0x0031_fa62);
    let mut tally = Tally::default();
    for round in 0..4 {
        for (kind, value) in alike(&mut chance) {
            for (count, place) in NAMED.iter().filter(|place| fits(place, &value)).enumerate() {
                let name = OTHER_NAMES[(count * 3 + round * 7 + value.len()) % OTHER_NAMES.len()];
                for (text, ..) in placed(place, name, &value) {
                    let found = found(&text, true);
                    tally.add(kind, found.is_empty(), || format!("{found:?} {text:?}"));
                }
            }
        }
    }
    tally.hold("look-alikes beside other names", 1, 20);
}

#[test]
fn placeholders_survive_beside_names_of_secrets() {
    let mut tally = Tally::default();
    for (round, value) in PLACEHOLDERS.iter().enumerate() {
        for (count, place) in NAMED.iter().enumerate() {
            let names = if (count + round) % 2 == 0 { TOKEN_NAMES } else { PASSWORD_NAMES };
            let name = names[(count * 3 + round) % names.len()];
            for (text, ..) in placed(place, name, value) {
                let found = found(&text, true);
                tally.add(value, found.is_empty(), || format!("{found:?} {text:?}"));
            }
        }
    }
    tally.hold("placeholders", 5, 60);
}
