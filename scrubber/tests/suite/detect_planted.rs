//! Planted secrets are found in every context in which a transcript can hold them, and their look-alikes are left alone.

use std::sync::OnceLock;

use proptest::prelude::*;
use scrubber::detect::{Engine, Finding, KnownIdentities, Scratch};

use crate::support::escaped;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let known = KnownIdentities {
            logins: vec!["zuleika7".into()],
            names: vec!["Zuleika Dobson".into()],
            emails: vec!["zd@oxford.test".into()],
            hosts: vec!["judas-college".into()],
            homes: vec!["/home/zuleika7".into()],
        };
        match Engine::new(&known) {
            Ok(engine) => engine,
            Err(error) => panic!("{error}"),
        }
    })
}

fn scan(engine: &Engine, text: &str) -> Vec<Finding> {
    engine.scan(text.as_bytes(), &mut Scratch::default()).to_vec()
}

/// The text with every finding replaced.
fn scrubbed(engine: &Engine, text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for finding in scan(engine, text) {
        out.push_str(text.get(at..finding.start).unwrap_or_default());
        out.push_str(&format!("[{}:{:08x}]", engine.rules()[usize::from(finding.rule.0)].kind, 0x1a2b_3c4d_u32));
        at = finding.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Ways in which a value stands beside its name; `%` is the value.
const CONTEXTS: &[&str] = &[
    "API_TOKEN=%",
    "export API_TOKEN=\"%\"",
    "<output>ENV API_TOKEN=%</output>",
    "api_token: %\n",
    "  \"apiToken\": \"%\",",
    "apiToken = '%';",
    "const apiToken = `%`;",
    "var apiToken string = \"%\"",
    "api_token := \"%\"",
    "$apiToken .= \"%\";",
    "  :api_token => \"%\"",
    "System.setProperty(\"API_TOKEN\", \"%\")",
    "<apiToken>%</apiToken>",
    "<apiToken>\n  %\n</apiToken>",
    "<add key=\"ApiToken\" value=\"%\" />",
    "{\"name\": \"API_TOKEN\", \"value\": \"%\"}",
    "api.token=%\n",
    "deploy --api-token % --verbose",
    "deploy --api-token=% --verbose",
    "Authorization: Bearer %\r\n",
    "curl -H 'X-Api-Key: %' https://x.test/",
    "Server=db;User Id=ann;Password=%;",
    "machine x.test login ann --password %",
    "//registry.npmjs.org/:_authToken=%",
    "CREATE USER ann WITH PASSWORD '%';",
    "CREATE USER ann IDENTIFIED BY '%';",
    "https://x.test/cb?access_token=%&state=1",
    "curl -u ann:% https://x.test",
    "   12\u{2192}API_TOKEN=%\n",
    "+api_token = \"%\"\n",
    "\u{1b}[31mAPI_TOKEN\u{1b}[0m=\u{1b}[32m%\u{1b}[0m",
];

fn token() -> impl Strategy<Value = String> {
    "[a-z]{3}[A-Z]{2}[0-9]{2}[a-z][0-9][a-zA-Z0-9]{12,28}".prop_filter("random enough", |token| {
        let mut seen: Vec<char> = token.chars().collect();
        seen.sort_unstable();
        seen.dedup();
        // Unlikely to read like words or hold a placeholder.
        seen.len() >= 14 && !token.to_lowercase().contains("xxx") && !token.contains("000")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_planted_token_is_found_in_every_context_at_every_depth(token in token(), layers in 0usize..4) {
        let engine = engine();
        for context in CONTEXTS {
            let text = escaped(&format!("line one\n{}\nline two", context.replace('%', &token)), layers);
            let out = scrubbed(engine, &text);
            prop_assert!(!out.contains(&token), "depth {layers}: {context}");
        }
    }

    #[test]
    fn encoded_text_that_holds_a_token_is_found(token in token(), layers in 0usize..3) {
        let engine = engine();
        let plain = format!("HOST=x.test\nAPI_TOKEN={token}\nDEBUG=1\n");
        for encoded in [base64(&plain), hex(&plain), percent(&plain)] {
            let text = escaped(&format!("line one\n\"{encoded}\"\nline two"), layers);
            let out = scrubbed(engine, &text);
            prop_assert!(!out.contains(&encoded), "{encoded}");
            prop_assert!(!out.contains(&token));
        }
    }

    #[test]
    fn scrubbing_twice_changes_nothing_more(token in token(), layers in 0usize..3) {
        let engine = engine();
        for context in CONTEXTS {
            let text = escaped(&format!("line one\n{}\nmail ann.lee@corp.test /home/annlee/x", context.replace('%', &token)), layers);
            let once = scrubbed(engine, &text);
            prop_assert_eq!(&scrubbed(engine, &once), &once);
        }
    }

    #[test]
    fn findings_are_sorted_apart_and_on_character_boundaries(text in "([\\PC]{0,12}|token=|\"|\\\\|\\n|/home/|@x.de|=|password: |%3D|eyJ|AKIA){0,24}") {
        let engine = engine();
        let mut last = 0;
        for finding in scan(engine, &text) {
            prop_assert!(finding.start >= last && finding.start < finding.end && finding.end <= text.len());
            prop_assert!(text.is_char_boundary(finding.start) && text.is_char_boundary(finding.end));
            last = finding.end;
        }
    }

    #[test]
    fn equal_secrets_have_equal_values_at_every_depth(token in "[a-zA-Z0-9]{12}\"[a-z/]{4}[0-9]{3}") {
        let engine = engine();
        let mut plain = Vec::new();
        engine.value(token.as_bytes(), &mut plain);
        for layers in 1..4 {
            let mut value = Vec::new();
            engine.value(escaped(&token, layers).as_bytes(), &mut value);
            prop_assert_eq!(&value, &plain);
        }
    }

    #[test]
    fn any_bytes_can_be_scanned(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let engine = engine();
        let mut scratch = Scratch::default();
        for finding in engine.scan(&bytes, &mut scratch) {
            prop_assert!(finding.start < finding.end && finding.end <= bytes.len());
        }
    }
}

#[test]
fn the_same_findings_come_from_used_buffers() {
    let engine = engine();
    let mut scratch = Scratch::default();
    let text = format!("API_TOKEN={} and /home/annlee/", ["q7Zp", "4Xw2", "Lr9T", "b6Nk"].concat());
    let first = engine.scan(text.as_bytes(), &mut scratch).to_vec();
    engine.scan(b"password: hunter2-and-more\n", &mut scratch);
    assert_eq!(engine.scan(text.as_bytes(), &mut scratch), first);
    assert!(!first.is_empty());
}

#[test]
fn known_identities_are_found_wherever_they_stand() {
    let engine = engine();
    for text in [
        "/home/zuleika7/src/main.rs",
        "C:\\\\Users\\\\zuleika7\\\\x",
        "-home-zuleika7-src",
        "by Zuleika Dobson <x>",
        "mail ZD@oxford.test now",
        "zuleika7@judas-college:~$ ls",
        "{\"user\":\"zuleika7\"}",
        "line\\nzuleika7 ",
        "5\u{2192}zuleika7",
        "\u{201c}zuleika7\u{201d}",
        "\u{2502}/home/zuleika7/x",
    ] {
        let out = scrubbed(engine, text).to_lowercase();
        for name in ["zuleika", "zd@", "judas"] {
            assert!(!out.contains(name), "{text} -> {out}");
        }
    }
}

#[test]
fn user_names_in_home_folders_are_found_and_common_ones_stay() {
    let engine = engine();
    for text in [
        "/home/annlee/x",
        "/Users/annlee/x",
        "C:\\Users\\annlee\\x",
        "C:\\\\Users\\\\annlee\\\\x",
        "-Users-annlee-code",
        "/c/Users/annlee",
        "5\u{2192}/home/annlee/x",
        "\u{201c}/Users/annlee\u{201d}",
        "\u{2014}/home/annlee",
    ] {
        assert!(!scrubbed(engine, text).contains("annlee"), "{text}");
    }
    for text in [
        "/home/runner/work",
        "/Users/Shared/x",
        "/home/$USER/x",
        "file:///home/.rustup/toolchains",
        "/home/<name>/x",
        "src/home/page.rs",
        "/home/ubuntu/.bashrc",
    ] {
        assert_eq!(scrubbed(engine, text), text);
    }
}

#[test]
fn passwords_are_found_though_they_are_plain_words() {
    let engine = engine();
    for (text, password) in [
        ("password = \"hunter2\"", "hunter2"),
        ("DB_PASS=hunter2\n", "hunter2"),
        ("password: open-sesame2\n", "open-sesame2"),
        ("user = ann\npassword = opensesame\n", "opensesame"),
        ("user[\"password\"] = \"opensesame\"\n", "opensesame"),
        ("creds[password]=opensesame\n", "opensesame"),
        ("creds[\"password\"]=opensesame\n", "opensesame"),
        ("DB_PASSWORD=?hunter2*x7\n", "hunter2"),
        ("DB_PASSWORD=~.hunter2*x7\n", "hunter2"),
        ("password:!hunter2*x7\n", "hunter2"),
        ("machine x.test\n  password ?hunter2*x7\n", "hunter2"),
        ("adminPassword=**hunter2+x7c8\n", "hunter2"),
        ("<password>hunter2</password>", "hunter2"),
        ("{\"password\":\"tr0ub4dor&3\"}", "tr0ub4dor&3"),
        ("{\\\"password\\\":\\\"p@ss\\\\\\\"wd\\\"}", "p@ss"),
    ] {
        assert!(!scrubbed(engine, text).contains(password), "{text}");
    }
}

#[test]
fn look_alikes_survive() {
    let engine = engine();
    for text in [
        "password = get_password()",
        "password: process.env.DB_PASSWORD,",
        "PASSWORD=${DB_PASSWORD}",
        "token = <token>",
        "password=changeme",
        "if password == other_password {",
        "password => password.len(),",
        "user[\"_password\"] = proposed\n",
        "opts[:password] = entered\n",
        "secret: xxxxxxxx",
        "password: None",
        "  password: string;",
        "\"usage\":{\"input_tokens\":1200,\"output_tokens\":33,\"cache_read_input_tokens\":90000}",
        "max_tokens: 4096, tokenizer=\"cl100k_base\"",
        "commit 6ea943ce8ee3328162909e16f3444fbd247f3094",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "checksum = \"5f0e0fee31ef5ed1ba1316088939cea399010ed7731dba877ed44aeb407a75ea\"",
        "\"integrity\": \"sha512-RCJV7DSGNSNNtdt0Y8+kW1DaBAsHbfvU3RbHZkGHNP+P6ow9Cm6+bKXLaA2MW5mGtTDVgcYuZzXZzzzzzzzzzw==\"",
        "github.com/x/y v1.2.3 h1:zPAT6CGy6wXeQ7NtTnaTerfKOsV6V6F8agHXFiazDkg=",
        "\"id\":\"toolu_01A09q90qw90lq917835lq9\",\"type\":\"tool_use\"",
        "\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\"",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "fn refresh_access_token(&self) -> Result<Token2, Error20> {",
        "let key = BTreeMapKey2::from(tokenIndex3);",
        "version = \"1.0.101\"",
        "2026-06-17T06:55:10.123Z",
        "password=[password:1a2b3c4d]",
        "\"token\": \"[github-token:00ff00ff]\"",
    ] {
        assert_eq!(scrubbed(engine, text), text);
    }
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.as_bytes()
        .chunks(3)
        .flat_map(|chunk| {
            let word = (0..3).fold(0u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
            let length = chunk.len() + 1;
            (0..4).map(
                move |at| if at < length { char::from(ALPHABET[(word >> (18 - 6 * at) & 63) as usize]) } else { '=' },
            )
        })
        .collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[test]
fn passwords_in_addresses_are_found_and_addresses_without_stay() {
    let engine = engine();
    for text in [
        "postgres://ann:open-7sesame@db.corp.test/x",
        "redis://:open-7sesame@10.0.0.1:6379",
        "\\\"amqp://a:open-7sesame@mq\\\"",
    ] {
        assert!(!scrubbed(engine, text).contains("open-7sesame"), "{text}");
    }
    for text in [
        "https://x.test/@scope/pkg",
        "https://x.test:8080/a?b=c@d",
        "postgres://ann:${PASSWORD}@db/x",
        "postgres://ann:[password:1a2b3c4d]@db/x",
    ] {
        assert_eq!(scrubbed(engine, text), text);
    }
}

#[test]
fn a_token_that_names_a_folder_on_windows_is_found() {
    let tokens = [
        ["npm", "_MKbx6YMjbgem3kSeFYjCHYeQibbGcT3aIigx"].concat(),
        ["xoxb", "-649406841948-6583981095265-CYTxni6cs7NxSJ6jc7jttN3E"].concat(),
        ["rk", "_live_gnN1efBJQuBl69IhkQkrQJTC"].concat(),
    ];
    for token in tokens {
        for layers in 0..3 {
            let text = escaped(&format!("C:\\code\\backup\\{token}\\lib\\main.rs"), layers);
            assert!(!scrubbed(engine(), &text).contains(&token), "{text}");
        }
    }
}
