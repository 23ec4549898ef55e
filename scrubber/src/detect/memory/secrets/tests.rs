use super::*;
use crate::detect::{Engine, KnownIdentities, Scratch};

fn found(engine: &Engine, text: &str, scratch: &mut Scratch) -> Vec<String> {
    let spans = engine.scan(text.as_bytes(), scratch).to_vec();
    spans.iter().map(|span| text.get(span.start..span.end).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_secret_found_by_its_name_is_found_again_alone_cut_escaped_and_encoded() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let secret = ["kv9", "xq2m", "lr7t", "zw4p", "hs8"].concat();
    let long = ["kV9", "xQ2m", "Lr7T", "zW4p", "Hs8J", "bN3y", "Fd6C", "gR5t", "aE"].concat();
    let password = ["Tr0ub", "&dor", "\"3x"].concat();
    let line = format!("export ACME_SECRET={secret}\nDB_PASSWORD='{password}'\nB_TOKEN={long}");
    let alone = format!("x {secret} y");
    let mut scratch = Scratch::remembering();
    assert_eq!(found(&engine, "the host is up", &mut scratch).len(), 0);
    // Also before its name, in the same text.
    assert_eq!(found(&engine, &format!("is it {secret}?\n{line}"), &mut scratch).len(), 4);
    for text in [alone.clone(), format!("https://h.example/{secret}/x"), format!("a-{secret}-b")] {
        assert_eq!(found(&engine, &text, &mut scratch), [secret.as_str()], "{text}");
    }
    let (half, rest) = long.split_at(long.len() / 2);
    assert_eq!(found(&engine, &format!("seen: {half}..."), &mut scratch), [half]);
    assert_eq!(found(&engine, &format!("seen: ...{rest}"), &mut scratch), [rest]);
    let (head, tail) = (long.get(..CUT).unwrap_or_default(), long.get(long.len() - CUT..).unwrap_or_default());
    let ends = format!("the one that starts with `{head}…` and ends in {tail}.");
    assert_eq!(found(&engine, &ends, &mut scratch), [head, tail]);
    let again = format!("mysql -h db {} x", password.replace('"', "\\\""));
    assert_eq!(found(&engine, &again, &mut scratch), [password.replace('"', "\\\"").as_str()]);
    let river = ["forest", "River", "4711"].concat();
    assert!(!found(&engine, &format!("postgres://app:{river}@db.acme.example/x"), &mut scratch).is_empty());
    assert_eq!(found(&engine, &format!("it was {river} then"), &mut scratch), [river.as_str()]);
    let encoded: String = alone.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(found(&engine, &encoded, &mut scratch).len(), 1);
    // The password of a pair, one in Base64, and what one in Base64 is.
    let garden = ["Rosen7", "garten"].concat();
    assert_eq!(found(&engine, &format!("curl -u ann:{garden} https://h.example/"), &mut scratch).len(), 1);
    assert_eq!(found(&engine, &format!("then {garden} works"), &mut scratch), [garden.as_str()]);
    let in_base64 = ["Um9zZW43", "Z2FydGVu"].concat();
    assert_eq!(found(&engine, &format!("see {in_base64} here"), &mut scratch), [in_base64.as_str()]);
    let mut other = Scratch::remembering();
    assert_eq!(found(&engine, &format!("data:\n  password: {in_base64}\n"), &mut other), [in_base64.as_str()]);
    assert_eq!(found(&engine, &format!("then {garden} works"), &mut other), [garden.as_str()]);
    // A token within a value that is found as a whole.
    let token = ["glpat-", "Zk7x", "Qw2P", "mLr9", "TbVd", "83nH"].concat();
    let whole = format!("xPm9?{token}&7qz");
    assert_eq!(found(&engine, &format!("password = \"{whole}\""), &mut scratch), [whole]);
    assert_eq!(found(&engine, &format!("a@b.a{token}D"), &mut scratch), [token.as_str()]);
    // In the middle of a word, and without what stands before it.
    assert_eq!(found(&engine, &format!("f'pw{secret}x'"), &mut scratch), [secret.as_str()]);
    let rest = token.trim_start_matches("glpat-");
    assert_eq!(found(&engine, &format!("\"glpat-\" \"{rest}\""), &mut scratch).len(), 1);
    // In a form of the text that is read while the text is searched.
    let mut third = Scratch::remembering();
    assert_eq!(found(&engine, &format!("p{token}\n0\u{2502}token) {token} \n5\u{2502} "), &mut third).len(), 2);
    // Buffers that do not remember find only what the text itself tells.
    let mut plain = Scratch::default();
    found(&engine, &line, &mut plain);
    assert!(found(&engine, &format!("a {half} {secret} b"), &mut plain).is_empty());
}

#[test]
fn values_of_this_machine_are_found_and_ordinary_words_are_not_taken() {
    let mut secrets = KnownSecrets::default();
    let value = ["hunter", "-Gr33n", "-fields"].concat();
    assert!(secrets.add(value.as_bytes()));
    let plain = [
        ["tiger", "rain77"].concat(),
        ["hunt", "er2x"].concat(),
        ["Tiger", "Rain"].concat(),
        ["zwxk", "qvbt", "npml"].concat(),
    ];
    for value in &plain {
        assert!(secrets.add(value.as_bytes()), "{value}");
    }
    for ordinary in ["password", "localhost", "changeme", "administrator", "/usr/local/bin/x1", "${ACME_TOKEN_1}", ""] {
        assert!(!secrets.add(ordinary.as_bytes()), "{ordinary}");
    }
    assert_eq!(secrets.len(), 1 + plain.len());
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let engine = engine.knowing(secrets);
    let text = format!("it is {value} there");
    assert_eq!(found(&engine, &text, &mut Scratch::default()), [value.as_str()]);
    for value in &plain {
        let text = format!("I typed {value} there, and \\n{value}, but not {value}s or {value}_2");
        assert_eq!(found(&engine, &text, &mut Scratch::default()), [value.as_str(), value.as_str()], "{value}");
    }
}

#[test]
fn of_names_the_latest_are_known_and_secrets_stay_beside_them() {
    let mut known = KnownSecrets::default();
    let secret = ["kv9xq2m", "lr7tzw4p"].concat();
    known.add_found(secret.as_bytes(), RuleId(0));
    // What was taken for a name first.
    let phrase = ["copper harbor", " violin 71"].concat();
    known.add_name(phrase.as_bytes(), RuleId(1));
    known.add_found(phrase.as_bytes(), RuleId(0));
    let secrets = known.len();
    let name = |number: usize| format!("Xan Quelibar{}", "i".repeat(number));
    for number in 0..=NAMES_MAX {
        known.add_name(name(number).as_bytes(), RuleId(1));
    }
    let is_known = |value: &str, at: usize| known.find(value.as_bytes(), at, 0).is_some();
    assert!(is_known(&name(NAMES_MAX), 4) && is_known(&secret, 0) && is_known(&phrase, 0));
    assert!(!is_known(&name(200), 4));
    assert!(known.len() <= secrets + NAMES_MAX && known.shapes.values().map(Vec::len).sum::<usize>() <= known.len());
}

#[test]
fn a_value_that_begins_another_one_is_one_of_its_own() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let (short, long) = (["Vault", "77!"].concat(), ["Vault", "77!", "2024"].concat());
    let mut scratch = Scratch::remembering();
    assert_eq!(found(&engine, &format!("DB_PASSWORD={long}\n"), &mut scratch), [long.as_str()]);
    let text = format!("is it {short} here?\nDB_PASSWORD={short}\n");
    assert_eq!(found(&engine, &text, &mut scratch), [short.as_str(), short.as_str()]);
}

#[test]
fn the_beginning_of_a_value_is_found_with_what_goes_on_behind_it() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let token = ["rnd_gQO", "VTIImai", "d1XV2m", "Z8pfqoq9", "07Vu"].concat();
    for (value, shown) in
        [(token, 22), (["2b78f523", "c3c13b3341", "e5687381", "3c0c"].concat(), 21), (["kqUJ7", "00#7sxO"].concat(), 9)]
    {
        let mut scratch = Scratch::remembering();
        assert_eq!(found(&engine, &format!("DB_PASSWORD={value}\n"), &mut scratch).len(), 1, "{value}");
        let part = value.get(..shown).unwrap_or_default();
        assert_eq!(found(&engine, &format!("it starts with {part} I think"), &mut scratch), [part]);
        // What every commit or token begins with.
        let few = value.get(..7).unwrap_or_default();
        assert!(found(&engine, &format!("it starts with {few} I think"), &mut scratch).is_empty(), "{few}");
    }
}

#[test]
fn the_name_of_a_hash_function_stays_when_a_hash_is_known() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    for (name, salt) in
        [("$argon2id$v=19$m=65536,t=3,p=4$", "c29tZXNhbHQ"), ("$argon2i$v=19$m=4096,t=3,p=1$", "q7Zp4Xw2Lr9T")]
    {
        let mut scratch = Scratch::remembering();
        let hash = [name, salt, "$RdescudvJ", "CsgtubdWRJ", "JTmaaYbkPz", "q7Zp4Xw2Lr"].concat();
        assert_eq!(found(&engine, &format!("stored {hash}\n"), &mut scratch), [hash.as_str()]);
        assert!(found(&engine, &format!("we use {name} today"), &mut scratch).is_empty(), "{name}");
    }
}

#[test]
fn the_beginning_of_a_value_is_found_where_dots_follow() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    for value in [["Copper!", "Tundra25"].concat(), ["e3e57a639f709a96", "5fb7c0d2a4e8b1f3"].concat()] {
        let mut scratch = Scratch::remembering();
        assert_eq!(found(&engine, &format!("DB_PASSWORD={value}\n"), &mut scratch).len(), 1, "{value}");
        for (length, rest) in [(8, "\u{2026}"), (12, "..."), (12, "****"), (8, "\\u2026")] {
            let head = value.get(..length).unwrap_or_default();
            assert_eq!(found(&engine, &format!("it begins with {head}{rest} as set"), &mut scratch), [head]);
            assert!(found(&engine, &format!("it begins with {head} as set"), &mut scratch).is_empty(), "{head}");
        }
    }
}

#[test]
fn what_other_values_begin_with_as_well_is_no_head() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let random = ["kTq8", "Zp2Lx", "Vn4Rb", "7W9fQ", "8eJs"].concat();
    for (common, own, others) in [
        // The time in ids, also up to the machine.
        ("0193a5b2-7", "c41-7d3e-9f5e-4d3c2b1a0987", "f02-7aa1-8c11-1a2b3c4d5e6f"),
        ("672a1f3c9d8e7b6a5c4d3e", "2f", "31"),
        ("01JBXK5Z7M", "Q4T8V2W6Y9A3C5E7", "ZZT8V2W6Y9A3C5F8"),
        ("cm3a1b2c3000", "0qzrmn831i7rn", "1qzrmabc1i7zz"),
        // What a container, a cipher or an issuer begins with.
        ("U2FsdGVkX1", &format!("8{random}"), "9abcDEFghi"),
        ("IQoJb3JpZ2luX2Vj", &random, "E"),
        ("pypi-AgEIcHlwaS5vcmc", &random, ""),
        // Names and versions.
        ("x86_64-unknown-", &random, "linux-gnu"),
        ("arm64-v8a-", &random, "debug"),
        ("react@18.2.0-", &random, "rc1"),
        // The settings of a hash.
        ("SCRAM-SHA-256$4096:", &format!("{random}==${random}={random}="), "0"),
        ("scrypt:32768:8:1$", &format!("{random}$9f8e7d6c5b4a39281706f5e4d3c2b1a0"), "salt"),
    ] {
        let mut scratch = Scratch::remembering();
        let value = [common, own].concat();
        assert_eq!(found(&engine, &format!("API_TOKEN=\"{value}\"\n"), &mut scratch).len(), 1, "{value}");
        assert!(!found(&engine, &format!("then {value} again"), &mut scratch).is_empty(), "{value}");
        let other = [common, others].concat();
        assert_eq!(found(&engine, &format!("x {other} y"), &mut scratch), [""; 0], "{other}");
    }
}

#[test]
fn the_beginning_of_a_token_tells_it_though_a_sign_stands_in_it() {
    let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
    let mut scratch = Scratch::remembering();
    let head = ["glrt-", "Hu6IsM", "_JCZhe"].concat();
    let value = [head.as_str(), "VBehRKgu"].concat();
    assert_eq!(found(&engine, &format!("app.runner.token={value}\n"), &mut scratch).len(), 1);
    assert_eq!(found(&engine, &format!("it starts with {head} I think"), &mut scratch), [head]);
}
