//! Passwords as machines make them over all signs of a keyboard, where people and programs write passwords.

use super::DEPTHS;
use crate::support::{engine, escaped};
use scrubber::detect::Scratch;

/// Parts of the values: no part alone is anything.
const VALUES: &[&[&str]] = &[
    &["aB3x(", "Kd9fQ2"],
    &["aB3x[", "Kd9fQ2z"],
    &["aB3x{", "Kd9fQ2z"],
    &["aB3x<", "Kd9fQ2z"],
    &["aB3x|", "Kd9fQ2z"],
    &["aB3x;", "Kd9fQ2z"],
    &["$aB3x", "Kd9fQ2z"],
    &["!aB3x", "Kd9fQ2z"],
    &["(aB3x", "Kd9)fQ2z"],
    &["W&9]t)", "Hq2Lm:vR<"],
    &["7Kp)Zs%", "d}R2=wQ9#"],
];

/// Places with `\u{a7}` for the value: where quotes or the end of the line say how long it is.
const PLACES: &[&str] = &[
    "mysql -u root -p'\u{a7}' app",
    "sshpass -p '\u{a7}' ssh h",
    "curl -u 'admin:\u{a7}' https://x.example",
    "export DB_PASSWORD='\u{a7}'\nA=1",
    "DB_PASSWORD=\"\u{a7}\"\nA=1",
    "password = \"\u{a7}\"\n",
    "{\"password\": \"\u{a7}\"}",
    "password: '\u{a7}'\n",
    "password: \u{a7}\n",
    "\nDB_PASSWORD=\u{a7}\nA=1",
];

#[test]
fn every_sign_may_stand_in_a_password() {
    let mut missed = Vec::new();
    for place in PLACES {
        for parts in VALUES {
            let value = parts.concat();
            for depth in DEPTHS {
                let text = escaped(&place.replace('\u{a7}', &value), depth);
                let within = escaped(&value, depth);
                let start = text.find(&within).unwrap_or_default();
                let mut scratch = Scratch::default();
                let found = engine().scan(text.as_bytes(), &mut scratch);
                if !found.iter().any(|it| it.start <= start && it.end >= start + within.len()) {
                    missed.push(text);
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

/// What people make up stands under names that mostly hold tokens as well, and digits alone may be a password.
#[test]
fn what_people_make_up_is_found_under_every_name_of_a_secret() {
    let found = |text: &str| {
        let mut scratch = Scratch::default();
        engine().scan(text.as_bytes(), &mut scratch).len()
    };
    let (violin, bridge, sunset) =
        (["Violin", "1964!"].concat(), ["copper_", "bridge!91"].concat(), ["Orchid", "Sunset!"].concat());
    for (before, value) in [
        ("\nSECRET=", bridge.as_str()),
        ("\nADMIN_SECRET=", &violin),
        ("\nAPI_KEY=", &violin),
        ("\nsecret = ", &violin),
        ("the secret is ", &violin),
        ("the password is ", &sunset),
        ("\nDB_PASSWORD=", "83910274"),
    ] {
        assert_eq!(found(&format!("{before}{value}\nA=1\n")), 1, "{before}{value}");
    }
    for text in [
        "the password is TypeScript!",
        "password_length = 12345678",
        "token = next_token!\n",
        "const password = 12345678;",
        "key = \"Section 12!\"",
        "macro secret!42",
    ] {
        assert_eq!(found(text), 0, "{text}");
    }
}
