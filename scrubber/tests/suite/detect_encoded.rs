//! Values are found beneath the encodings in which transcripts hold them, and nothing is found where nothing was hidden.

use flate2::Compression;
use flate2::read::{GzEncoder, ZlibEncoder};
use scrubber::detect::{Engine, Scratch};
use std::io::Read;

use crate::support::engine;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let value = three.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(alphabet[(value >> (18 - 6 * place) & 63) as usize]);
            text.push(if place > three.len() { '=' } else { digit });
        }
    }
    text
}

fn lines(text: &str, width: usize, end: &str) -> String {
    let pieces: Vec<_> = text.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    pieces.join(end)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = Vec::new();
    assert!(GzEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut packed).is_ok());
    packed
}

fn zlib(text: &str) -> Vec<u8> {
    let mut packed = Vec::new();
    assert!(ZlibEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut packed).is_ok());
    packed
}

/// Every byte by a function of its value.
fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn json(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

fn hexdump(text: &str) -> String {
    let line = |(at, part): (usize, &[u8])| {
        let pairs: Vec<_> = part.iter().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = pairs.split_at(pairs.len().min(8));
        let readable = String::from_utf8_lossy(part).replace('\n', ".");
        format!("{:08x}  {}  {}  |{readable}|", at * 16, first.join(" "), second.join(" "))
    };
    text.as_bytes().chunks(16).enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// The text with `veil` after its eighth byte and `after` after its fourteenth.
fn broken(text: &str, veil: &str, after: &str) -> String {
    let (head, rest) = text.split_at(8);
    let (middle, tail) = rest.split_at(6);
    format!("{head}{veil}{middle}{after}{tail}")
}

fn finds(engine: &Engine, text: &str) -> bool {
    !engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty()
}

/// Values that rules find by what they begin with, by their name, and by where they stand.
fn values() -> Vec<String> {
    [
        ["AK", "IA", "Q3ZV7RPLM4", "XW2TKD"].concat(),
        ["gl", "pat-", "x9Kd27Ws", "TbQ4mZr1", "LeV8"].concat(),
        ["SG", ".", "kR7tPq2mXw9LbZ4vNc8sYd", ".", "hT5gWj3nRk6pQm1xVz8bLc4fSd7yUa2eGi9oKt0r", "Bw5"].concat(),
        ["db_pass", "word=", "Rt7!kWq2", "vXm9"].concat(),
    ]
    .to_vec()
}

fn environment(value: &str) -> String {
    if value.contains('=') {
        format!("APP=shop\n{value}\nLEVEL=debug\n")
    } else {
        format!("APP=shop\nSERVICE_KEY={value}\nLEVEL=debug\n")
    }
}

#[test]
fn values_are_found_beneath_every_encoding() {
    type Encoding = (&'static str, fn(&str) -> String);
    let encodings: &[Encoding] = &[
        ("base64", |text| base64(text.as_bytes(), STANDARD)),
        ("base64 for addresses", |text| base64(text.as_bytes(), URL).replace('=', "")),
        ("base64 twice", |text| base64(base64(text.as_bytes(), STANDARD).as_bytes(), STANDARD)),
        ("base64 in lines", |text| lines(&base64(text.repeat(3).as_bytes(), STANDARD), 76, "\n")),
        ("base64 in lines of json", |text| json(&lines(&base64(text.repeat(3).as_bytes(), STANDARD), 64, "\n"))),
        ("base64 after a byte", |text| base64(format!("\0{text}").as_bytes(), STANDARD)),
        ("base64 of utf-16", |text| base64(&utf16(text), STANDARD)),
        ("base64 of gzip", |text| base64(&gzip(text), STANDARD)),
        ("base64 of zlib", |text| base64(&zlib(text), STANDARD)),
        ("hex", |text| each(text, |byte| format!("{byte:02x}"))),
        ("hex number", |text| format!("0x{}", each(text, |byte| format!("{byte:02X}")))),
        ("hex with blanks", |text| each(text, |byte| format!("{byte:02x} "))),
        ("hexdump", hexdump),
        ("hexdump in json", |text| json(&hexdump(text))),
        ("percent", |text| each(text, |byte| format!("%{byte:02X}"))),
        ("entities", |text| each(text, |byte| format!("&#{byte};"))),
        ("entities in hex", |text| each(text, |byte| format!("&#x{byte:x};"))),
        ("unicode escapes", |text| each(text, |byte| format!("\\u{byte:04x}"))),
        ("unicode escapes in json", |text| json(&each(text, |byte| format!("\\u{byte:04x}")))),
        ("hex escapes", |text| each(text, |byte| format!("\\x{byte:02x}"))),
        ("octal escapes", |text| each(text, |byte| format!("\\{byte:03o}"))),
        ("octal escapes of echo", |text| each(text, |byte| format!("\\0{byte:03o}"))),
        ("dump of od", |text| hexdump(text).replace("000000", "0000").replace('|', ">")),
        ("quoted-printable", |text| lines(&text.replace('=', "=3D"), 30, "=\n")),
        ("json", json),
        ("json in json in json", |text| json(&json(&json(&format!("\"{text}\""))))),
        ("line numbers", |text| format!("    7\u{2192}{}", text.replace('\n', "\n    8\u{2192}"))),
        ("diff", |text| format!("+{}", text.replace('\n', "\n+"))),
    ];
    let engine = engine();
    let mut missed = Vec::new();
    for value in values() {
        for (name, encode) in encodings {
            let text = format!("before {} after", encode(&environment(&value)));
            if !finds(engine, &text) {
                missed.push((*name, value.get(..4).unwrap_or_default().to_owned()));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn values_are_found_though_they_are_broken() {
    let engine = engine();
    for value in values().iter().take(3) {
        let (first, others) = value.split_at_checked(1).unwrap_or_default();
        let first = first.bytes().next().unwrap_or_default();
        for (name, text) in [
            ("colours", broken(value, "\u{1b}[1;31m", "\u{1b}[0m")),
            ("colours in json", json(&broken(value, "\u{1b}[1;31m", "\u{1b}[0m"))),
            ("nothing to be seen", broken(value, "\u{200b}", "\u{feff}")),
            ("first letter", format!("say \\u{first:04x}{others}")),
            ("first letter in hex", format!("say \\x{first:02x}{others}")),
            ("signs written twice", format!("&amp;quot;password&amp;quot;:&amp;quot;{value}&amp;quot;")),
            ("literals", format!("key = \"{}\"", broken(value, "\" + \"", "\" +\n    \""))),
            ("literals in json", json(&format!("key = \"{}\"", broken(value, "\" + \"", "\" +\n    \"")))),
        ] {
            assert!(finds(engine, &text), "{name}: {}", value.get(..4).unwrap_or_default());
        }
    }
}

#[test]
fn nothing_is_found_where_nothing_is_hidden() {
    let engine = engine();
    let harmless = "name=shop\nlevel=debug\nThe quick brown fox jumps over the lazy dog, again and again.\n";
    for text in [
        base64(harmless.as_bytes(), STANDARD),
        lines(&base64(harmless.repeat(4).as_bytes(), STANDARD), 76, "\n"),
        base64(&gzip(harmless), STANDARD),
        hexdump(harmless),
        each(harmless, |byte| format!("\\u{byte:04x}")),
        each(harmless, |byte| format!("&#{byte};")),
        "\"a\" + \"b\" + name + \"c\"".to_owned(),
        "C:\\1234\\users\\data.txt and \\101 in a pattern".to_owned(),
        "grey #8b8c8d &#38; =3D x=3Dy".to_owned(),
        "da 39 a3 ee 5e 6b 4b 0d 32 55 bf ef 95 60 18 90 af d8 07 09".to_owned(),
    ] {
        assert!(!finds(engine, &text), "{text}");
    }
}

/// A line of Base64 may be followed by anything, and what follows must not hide what the line itself holds.
#[test]
fn a_line_of_base64_is_read_whatever_line_follows() {
    let engine = engine();
    let mut scratch = Scratch::default();
    let token = ["glsa", "_CguwnjyYwU", "iFPiomwecz", "rauaJngQdba", "B_3645f245"].concat();
    // Sixty bytes: eighty digits without padding.
    let secret = base64(format!("GRAFANA_TOKEN={token}").as_bytes(), STANDARD);
    assert_eq!(secret.len() % 4, 0);
    let other = base64("a line of plain text, as long as the other one, to be read..".as_bytes(), STANDARD);
    for before in ["", "payload: ", &format!("{other}\n"), &format!("{}\n", "0123456789abcdef".repeat(5))] {
        for after in
            ["", "\nx", "\nprofile-handler@^4.2", "\nabcd", "\nreadme", "\n-----", &format!("\n{other}"), "\n\nend"]
        {
            let text = format!("{before}{secret}{after}");
            for text in [text.clone(), json(&text), json(&json(&text))] {
                let from = text.find(&secret).unwrap_or_default();
                let covers = |start: usize, end: usize| start <= from && from + secret.len() <= end;
                let findings = engine.scan(text.as_bytes(), &mut scratch);
                assert!(findings.iter().any(|found| covers(found.start, found.end)), "{text}");
            }
        }
    }
}

/// Passwords of `.netrc` and its like begin with any sign.
#[test]
fn a_password_that_ends_its_line_begins_with_any_sign() {
    let engine = engine();
    let rest = ["97za", "SykV", "kB7o", "b9jo"].concat();
    for sign in "!@#%^*-_+=?~,.".chars() {
        let text = format!("machine git.example.test\n  login deploy\n  password {sign}{rest}\n\nnext");
        for text in [text.clone(), json(&text)] {
            assert!(finds(engine, &text), "{sign}");
        }
    }
}
