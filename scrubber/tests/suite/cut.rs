//! Secrets that lines, the edge of a text or an encoding cut are found as a whole, and what only looks cut stays.

use std::io::Read;

use flate2::Compression;
use flate2::read::GzEncoder;
use scrubber::detect::Engine;

use crate::support::{engine, escaped, rest};

const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Signs of an alphabet, from a seed.
fn signs(seed: u64, alphabet: &str, length: usize) -> String {
    let mut state = seed ^ 0x5DEE_CE66_D123_4567;
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        char::from(alphabet.as_bytes()[(state >> 33) as usize % alphabet.len()])
    };
    (0..length).map(|_| next()).collect()
}

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let value = three.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(STANDARD[(value >> (18 - 6 * place) & 63) as usize]);
            text.push(if place > three.len() { '=' } else { digit });
        }
    }
    text
}

/// Lines cut at a column.
fn folded(text: &str, width: usize, end: &str) -> String {
    let lines: Vec<_> = text.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    lines.join(end)
}

/// Holds that no eight signs of the secret in a row are left, at any depth.
fn leaves_nothing(engine: &Engine, text: &str, secret: &str) {
    for depth in 0..3 {
        let text = escaped(text, depth);
        let rest = rest(engine, &text);
        for part in secret.as_bytes().windows(8) {
            let part = String::from_utf8_lossy(part);
            assert!(!rest.contains(part.as_ref()), "{part} is left of {text:?}: {rest:?}");
        }
    }
}

#[test]
fn a_value_is_found_over_the_end_of_a_line_that_a_tool_cut() {
    let engine = engine();
    for (seed, before) in [
        (1, "2026-03-04 05:06:07 INFO started with API_TOKEN="),
        (2, "curl -s https://api.acme.test/v1/things/and/more -H 'Authorization: Bearer "),
        (3, "some words before it and then \"secretAccessKey\": \""),
    ] {
        for width in [72, 76, 80, 100] {
            let secret = signs(seed * 100 + width as u64, BASE62, 44) + "k3";
            for end in ["\n", "\r\n"] {
                let text = folded(&format!("{before}{secret}\" and more words"), width, end);
                if text.lines().any(|line| line.contains(&secret)) {
                    continue;
                }
                leaves_nothing(engine, &format!("first\n{text}\nlast"), &secret);
            }
        }
    }
}

#[test]
fn lines_that_only_end_at_a_usual_column_are_not_read_as_one() {
    let engine = engine();
    for text in [
        format!("{}release-2026-03-04\nbuild-20260304-1200 follows here\n", "many words ".repeat(5) + "more7 "),
        format!("{} commit {}\n{} second\n", "x".repeat(31), signs(5, "0123456789abcdef", 41), "a1b2c3d"),
        "checksum = \"".to_owned() + &signs(6, "0123456789abcdef", 64) + "\",\n\"b\"\n",
        base64(&[7; 300]).as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n"),
    ] {
        assert_eq!(rest(engine, &text), text);
    }
}

#[test]
fn the_last_lines_of_a_private_key_are_found_without_its_first() {
    let engine = engine();
    let lines: Vec<_> = (0..9).map(|line| signs(line + 40, BASE62, 64)).collect();
    for kind in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        for gutter in ["", "    12\u{2192}", "    12\t", "+", "-", "> "] {
            let end = ["-----", "END ", kind, "-----"].concat();
            let text: String = lines.iter().chain([&end]).map(|line| format!("{gutter}{line}\n")).collect();
            for line in &lines {
                leaves_nothing(engine, &format!("some words\n{text}more words"), line);
            }
        }
    }
    for text in ["-----END PUBLIC KEY-----\n", "the line -----END RSA PRIVATE KEY----- ends it\n"] {
        let text = format!("a file with these lines\n{}\n{text}", lines[0].to_lowercase());
        assert_eq!(rest(engine, &text), text);
    }
}

#[test]
fn a_long_key_is_found_to_its_end_beneath_escapes_and_entities() {
    let engine = engine();
    let body: Vec<_> = (0..26).map(|line| signs(line + 60, BASE62, 64)).collect();
    let key = ["-----BEG", "IN PRIVATE KEY-----\n", &body.join("\n"), "\n-----", "END PRIVATE KEY-----\n"].concat();
    let each = |write: &dyn Fn(u8) -> String| key.bytes().map(write).collect::<String>();
    for text in [
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("\\x{byte:02x}")),
        each(&|byte| format!("%{byte:02X}")),
    ] {
        let rest = rest(engine, &format!("before {text} after"));
        assert!(rest.len() < 80, "{rest}");
    }
}

/// Two signs of Base64 in a row end a run of words, and the data goes on.
#[test]
fn packed_text_is_replaced_to_its_end_whatever_signs_are_in_it() {
    let engine = engine();
    let mut tried = 0;
    for seed in 0..80 {
        let text = format!("MODE=production\nAPI_TOKEN={}\nLEVEL=info\n", signs(seed, BASE62, 40));
        let mut packed = Vec::new();
        assert!(GzEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut packed).is_ok());
        let encoded = base64(&packed);
        if !["//", "++", "+/", "/+"].iter().any(|signs| encoded.contains(signs)) {
            continue;
        }
        tried += 1;
        for text in [encoded.clone(), folded(&encoded, 76, "\n")] {
            assert_eq!(rest(engine, &format!("payload: {text}\nend")), "payload: \u{b6}\nend", "{text}");
        }
    }
    assert!(tried > 4, "{tried}");
}

#[test]
fn forms_and_addresses_that_encode_some_signs_only_are_read() {
    let engine = engine();
    let secret = signs(9, BASE62, 40);
    let slashed = format!("{}/{}", signs(10, BASE62, 20), signs(11, BASE62, 19));
    let word = ["velvet", "Harbor", "417"].concat();
    for (text, secret) in [
        (format!("body=Authorization%3A+Bearer+{secret}"), &secret),
        (format!("q=%22SecretAccessKey%22%3A%20%22{slashed}%22"), &slashed),
        (format!("body=%22password%22%3A+%22{word}%22%2C"), &word),
        (format!("https://a.test/?q=postgres%3A//app%3A{word}%40db.acme.test%3A5432/shop"), &word),
    ] {
        assert!(!rest(engine, &text).contains(secret.as_str()), "{text}");
    }
    for text in ["q=how+to+reset+a+password%3F", "q=password%3A+required%2C+token%3A+optional"] {
        assert_eq!(rest(engine, text), text);
    }
}

/// Holds that nothing of a secret is left of a dump whose lines of sixteen bytes `line` writes.
fn dump_is_read(seed: u64, line: impl Fn(usize, &[u8]) -> String) {
    let secret = signs(seed, BASE62, 40);
    let text = format!("# settings\nAPI_TOKEN={secret}\nLEVEL=info\n");
    let lines: Vec<_> = text.as_bytes().chunks(16).enumerate().map(|(at, part)| line(at, part)).collect();
    let dump = lines.join("\n");
    let rest = rest(engine(), &dump);
    for part in secret.as_bytes().windows(6) {
        let part = String::from_utf8_lossy(part);
        assert!(!rest.contains(part.as_ref()), "{part} is left of {dump}");
    }
}

#[test]
fn what_xxd_dumps_is_read() {
    dump_is_read(12, |at, part| {
        let pairs: Vec<_> =
            part.chunks(2).map(|two| two.iter().map(|byte| format!("{byte:02x}")).collect::<String>()).collect();
        format!("{:08x}: {:<39}  {}", at * 16, pairs.join(" "), String::from_utf8_lossy(part).replace('\n', "."))
    });
}

#[test]
fn a_token_of_which_the_end_is_missing_is_found_by_what_it_begins_with() {
    let engine = engine();
    let mixed = signs(13, BASE62, 22) + "4k7Q";
    for (start, length) in [("ghp_", 20), ("glpat-", 12), ("dop_v1_", 24), ("xoxb-", 18), ("AKIA", 0), ("sk-", 26)] {
        let token = match length {
            0 => format!("{start}{}", ["Q3ZV7R", "PLM4"].concat()),
            length => format!("{start}{}", mixed.get(26 - length..).unwrap_or_default()),
        };
        for end in ["", "...", "\u{2026}", "\\u2026", "\n", "\n... [42 lines truncated] ..."] {
            for depth in 0..2 {
                let text = escaped(&format!("it is {token}{end}"), depth);
                assert!(!rest(engine, &text).contains(&token), "{text}");
            }
        }
    }
    for text in [
        "npm_package_version2_name",
        "api-7d9f8b6c5d-x2x9z\n",
        "sk-learn-1234-abcd\n",
        "glpat-notation-v2-x4\n",
        "see cs_test_a1B2c3D4e5F6g7H8i9J0\n",
        "AKIARELATED\n",
        "the sess-ion and the test_2024_01_02\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn the_last_piece_of_a_key_that_is_cut_off_goes_with_it() {
    let engine = engine();
    let line = signs(3, BASE62, 64);
    let piece = signs(5, BASE62, 23);
    let head = ["-----BEGIN RSA ", "PRIVATE KEY-----"].concat();
    for end in ["\u{2026} [truncated]", "... [truncated 1200 characters] ..."] {
        for depth in 0..2 {
            let text = escaped(&format!("{head}\n{line}\n{line}\n{piece}{end}"), depth);
            assert!(!rest(engine, &text).contains(&piece), "{text}");
        }
    }
    let text = format!("{head}\n{line}\n{line}\nAlsoSeeThis and that...");
    assert!(rest(engine, &text).contains("AlsoSeeThis"));
}

#[test]
fn what_is_left_of_a_password_is_found_where_the_text_says_that_it_was_cut() {
    let engine = engine();
    for value in [["Mountain", "Pepp"], ["garten_", "tige"], ["tiger", "Lily77"]] {
        let value = value.concat();
        for (before, after) in [
            ("\"unifi_password\": \"", "\u{2026} [truncated]"),
            ("- Admin Password: `", "\u{2026} [truncated]\n"),
            ("db_password = '", "... (truncated)\n"),
            ("export ENDPOINT='http://ann:", "\u{2026} [truncated]"),
        ] {
            let text = format!("{before}{value}{after}");
            assert!(!rest(engine, &text).contains(&value), "{text}");
        }
    }
    let text = format!("password: {}\u{2026} [truncated]", ["tiger", "Lily77"].concat());
    assert!(!rest(engine, &text).contains("Lily77"), "{text}");
    let digits = ["sEQu", "vj3zqaho0", "jz39JbV"].concat();
    let text = format!("ldapsearch -x -D cn=svc,dc=corp -w '{digits}\u{2026} [truncated]");
    assert!(!rest(engine, &text).contains(&digits), "{text}");
    for text in [
        "password: \"Enter your passw\u{2026} [truncated]",
        "placeholder=\"password\u{2026}\"\n",
        "password: loading...\n",
        "the password is required\u{2026} [truncated]",
        "see http://localhost:8080\u{2026} [truncated]",
        "see http://docs:latest.acme\u{2026} [truncated]",
        "{\"cache_key\": \"node-modules-lin\u{2026} [truncated]",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn a_dump_is_read_behind_the_numbers_of_a_listing() {
    dump_is_read(13, |at, part| {
        let pairs: Vec<_> = part.iter().map(|byte| format!("{byte:02x}")).collect();
        let readable = String::from_utf8_lossy(part).replace('\n', ".");
        format!("{:>6}\u{2192}{:08x}  {:<48} |{readable}|", at + 1, at * 16, pairs.join(" "))
    });
}

#[test]
fn the_last_row_of_a_table_is_read_though_the_text_ends_in_it() {
    let engine = engine();
    let token = signs(41, BASE62, 30) + "k3";
    for (head, row) in [
        ("id,host,service_token,created\n", "1,db1,"),
        ("id\thost\tservice_token\tcreated\n", "1\tdb1\t"),
        ("| id | service_token | note |\n|---|---|---|\n", "| 1 | "),
        ("┌────┬───────┐\n│ id │ service_token │\n├────┼───────┤\n", "│ 1  │ "),
    ] {
        leaves_nothing(engine, &format!("{head}{row}{token}"), &token);
    }
}

#[test]
fn a_literal_is_found_to_its_quote_though_its_line_was_broken() {
    let engine = engine();
    let hex = signs(42, "0123456789abcdef", 32);
    let (first, second) = hex.split_at(13);
    for (before, after) in [("process.env.ACME_API_KEY = '", "';\nrun()"), ("  acmeSecret: \"", "\"\n  timeout: 30s")] {
        leaves_nothing(engine, &format!("{before}{first}\n{second}{after}"), &hex);
    }
    leaves_nothing(engine, &format!("export ACME_PRIVATE_KEY=\"{first}\\\n{second}\"\n"), &hex);
    // The next line is one of its own.
    let rest = rest(engine, &format!("token: '{hex}'\nsum7 = '1'\n"));
    assert_eq!(rest, "token: '\u{b6}'\nsum7 = '1'\n");
}

#[test]
fn a_value_without_quotes_goes_on_in_the_next_line_of_a_narrow_terminal() {
    let engine = engine();
    let token = signs(43, BASE62, 40) + "k3";
    let (first, second) = token.split_at(12);
    leaves_nothing(engine, &format!("jvmargs=-Xmx2g\nsystemProp.acmeServiceApiKey={first}\n{second}\na=1\n"), &token);
    let hex = signs(45, "0123456789abcdef", 64);
    let (head, tail) = hex.split_at(40 - 3);
    leaves_nothing(engine, &format!("ACME_SERVICE_API_KEY={head}\n{tail}\nlast\n"), &hex);
    // What a command prints below it: a commit, its short name, an id.
    let uuid = ["8f7d6c5b", "a392", "4170", "9f5e", "4d3c2b1a0987"].join("-");
    for below in [hex.get(..40).unwrap_or_default(), "a1b2c3d4e fix the build", "9f8e7d6c5b4a", &uuid] {
        for value in [&token, hex.get(32..).unwrap_or_default()] {
            let text = format!("export ACME_SERVICE_TOKEN={value}\n{below}\n");
            assert_eq!(rest(engine, &text), format!("export ACME_SERVICE_TOKEN=\u{b6}\n{below}\n"), "{text}");
        }
    }
    // A line near it is longer, so that none was broken; a word is no part of a token.
    for below in [format!("{second}\n# {}", "wide ".repeat(12)), "release notes follow".to_owned()] {
        let text = format!("jvmargs=-Xmx2g\nsystemProp.acmeServiceApiKey={first}\n{below}\n");
        assert!(rest(engine, &text).contains(below.as_str()), "{text}");
    }
}

#[test]
fn the_password_of_an_address_is_found_though_its_host_was_cut_off() {
    let engine = engine();
    let token = signs(44, "0123456789abcdef", 24);
    leaves_nothing(engine, &format!("Cloning into 'app'... https://svc:{token}"), &token);
    leaves_nothing(engine, &format!("x\nremote https://ci:{token}\nlast"), &token);
    for text in
        ["docker://node:20-bullseye\n", "see http://web:8080\n", "oci://ghcr:v1.2.3\n", "vscode://file:main42\n"]
    {
        assert_eq!(rest(engine, text), text);
    }
}
