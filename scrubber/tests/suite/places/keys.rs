//! Keys of many lines, and values that are broken over lines, in every wrapping.

use super::chance::{BASE62, Chance, base64};
use super::{DEPTHS, Tally, found, is_covered};
use crate::support::escaped;

/// A made-up key in PEM form, and its lines between the marks.
fn pem(chance: &mut Chance, kind: &str, lines: usize) -> (String, Vec<String>) {
    let mut body: Vec<String> = (0..lines).map(|_| chance.of(BASE62, 64)).collect();
    body.push(chance.of(BASE62, 42) + "==");
    let dashes = "-".repeat(5);
    (format!("{dashes}BEGIN {kind}{dashes}\n{}\n{dashes}END {kind}{dashes}", body.join("\n")), body)
}

/// Every line with something before it and after it.
fn each_line(text: &str, write: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(at, line)| write(at, line)).collect::<Vec<_>>().join("\n")
}

fn lines(text: &str, width: usize, end: &str) -> String {
    let pieces: Vec<_> = text.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    pieces.join(end)
}

type Wrapping = (&'static str, fn(&str) -> String);

const WRAPPINGS: &[Wrapping] = &[
    ("as it is", |pem| pem.to_owned()),
    ("carriage returns", |pem| pem.replace('\n', "\r\n")),
    ("indented", |pem| format!("tls.key: |\n{}", each_line(pem, |_, line| format!("    {line}")))),
    ("numbered", |pem| each_line(pem, |at, line| format!("{:6}\u{2192}{line}", at + 8))),
    ("numbered with tabs", |pem| each_line(pem, |at, line| format!("{:6}\t{line}", at + 8))),
    ("numbered with colons", |pem| each_line(pem, |at, line| format!("{}:{line}", at + 8))),
    ("search result", |pem| each_line(pem, |at, line| format!("certs/a.pem-{}-{line}", at + 8))),
    ("added", |pem| each_line(pem, |_, line| format!("+{line}"))),
    ("removed", |pem| each_line(pem, |_, line| format!("-{line}"))),
    ("removed, indented", |pem| each_line(pem, |_, line| format!("-    {line}"))),
    ("quoted", |pem| each_line(pem, |_, line| format!("> {line}"))),
    ("comment", |pem| each_line(pem, |_, line| format!("# {line}"))),
    ("sql comment", |pem| each_line(pem, |_, line| format!("-- {line}"))),
    ("in a box", |pem| each_line(pem, |_, line| format!("\u{2502} {line:64} \u{2502}"))),
    ("log", |pem| each_line(pem, |at, line| format!("2026-03-04T05:06:{at:02}Z app-1  | {line}"))),
    ("coloured", |pem| each_line(pem, |_, line| format!("\u{1b}[32m{line}\u{1b}[0m"))),
    ("one line", |pem| format!("KEY=\"{}\"\n", pem.replace('\n', "\\n"))),
    ("one line twice", |pem| format!("KEY=\"{}\"\n", pem.replace('\n', "\\\\n"))),
    ("one line with blanks", |pem| format!("KEY={}\n", pem.replace('\n', " "))),
    ("added literals", |pem| each_line(pem, |_, line| format!("    \"{line}\\n\" +")) + "\n    \"\";"),
    ("literals", |pem| each_line(pem, |_, line| format!("    \"{line}\\n\""))),
    ("list", |pem| format!("[{}]", each_line(pem, |_, line| format!("  \"{line}\",")))),
    ("echo", |pem| each_line(pem, |_, line| format!("echo '{line}' >> a.pem"))),
    ("continued", |pem| each_line(pem, |_, line| format!("{line}\\n\\"))),
    ("json", |pem| format!("{{\"private_key\": \"{}\"}}", escaped(pem, 1))),
    ("html", |pem| each_line(pem, |_, line| format!("{line}<br>"))),
    ("percent", |pem| {
        pem.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace('\n', "%0A").replace(' ', "%20")
    }),
    ("base64", |pem| format!("  tls.key: {}\n", base64(pem.as_bytes()))),
    ("base64 in lines", |pem| lines(&base64(pem.as_bytes()), 76, "\n")),
    ("base64 in numbered lines", |pem| {
        each_line(&lines(&base64(pem.as_bytes()), 76, "\n"), |at, line| format!("{:6}\u{2192}{line}", at + 1))
    }),
    ("base64 in indented lines", |pem| {
        each_line(&lines(&base64(pem.as_bytes()), 76, "\n"), |_, line| format!("      {line}"))
    }),
];

const KINDS: &[[&str; 2]] = &[
    ["PRIVATE ", "KEY"],
    ["RSA PRIVATE ", "KEY"],
    ["EC PRIVATE ", "KEY"],
    ["OPENSSH PRIVATE ", "KEY"],
    ["ENCRYPTED PRIVATE ", "KEY"],
    ["PGP PRIVATE ", "KEY BLOCK"],
];

#[test]
fn no_line_of_a_private_key_survives_in_any_wrapping() {
    let mut chance = Chance::new(0x005e_c0de);
    let mut tally = Tally::default();
    for (round, kind) in KINDS.iter().enumerate() {
        let (pem, body) = pem(&mut chance, &kind.concat(), 3 + round * 5);
        for (name, wrap) in WRAPPINGS {
            for depth in DEPTHS {
                let text = escaped(&format!("first line\n{}\nlast line\n", wrap(&pem)), depth);
                let plain = !name.starts_with("base64");
                let good = if plain {
                    body.iter().all(|line| {
                        let line = line.trim_end_matches('=');
                        text.find(line).is_some_and(|at| is_covered(&text, at, at + line.len()))
                    })
                } else {
                    let encoded = base64(pem.as_bytes());
                    encoded.as_bytes().chunks(76).all(|line| {
                        let line = String::from_utf8_lossy(line);
                        let line = line.trim_end_matches('=');
                        text.find(line).is_some_and(|at| is_covered(&text, at, at + line.len()))
                            || !name.contains("lines")
                    }) && (name.contains("lines")
                        || text.find(&encoded).is_some_and(|at| is_covered(&text, at, at + encoded.len())))
                };
                let spared = found(&text, true).iter().all(|(start, end, _)| *start >= 8 && *end <= text.len() - 8);
                tally.add(name, good && spared, || format!("{} depth {depth}, {good} {spared}: {name}", kind.concat()));
            }
        }
    }
    tally.hold("private keys", 0, 0);
}

/// The value in two halves with something between them.
fn halves(value: &str, between: &str) -> String {
    let (one, other) = value.split_at(value.len() / 2);
    format!("{one}{between}{other}")
}

#[test]
fn values_broken_over_lines_are_found() {
    let mut chance = Chance::new(0x0077_1ead);
    let mut tally = Tally::default();
    let breaks: &[(&str, &str, &str)] = &[
        ("literals", "x = \"%\"\n", "\" \""),
        ("literals, single quotes", "x = '%'\n", "' '"),
        ("literals on lines", "x = (\"%\")\n", "\"\n     \""),
        ("added", "x = \"%\";\n", "\" + \""),
        ("added on lines", "x = '%';\n", "' +\n    '"),
        ("dotted", "$x = '%';\n", "' . '"),
        ("ampersand", "x = \"%\"\n", "\" & \""),
        ("concatenated", "x = \"%\"\n", "\" ++ \""),
        ("continued", "curl -H \"X: %\"\n", "\\\n"),
        ("continued, bare", "deploy --x %\n", "\\\n"),
        ("continued, quoted", "x = \"%\"\n", "\" \\\n    \""),
        ("folded", "%\n", "\n"),
    ];
    for _ in 0..6 {
        let values = [
            ["AK".to_owned(), "IA".to_owned(), chance.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)].concat(),
            ["gl".to_owned(), "pat-".to_owned(), chance.of(BASE62, 20)].concat(),
            ["gh".to_owned(), "p_".to_owned(), chance.of(BASE62, 36)].concat(),
        ];
        for value in values {
            for (name, place, between) in breaks {
                // `fold` breaks at its width and nowhere else.
                let wide = if *name == "folded" {
                    format!("{}: {value}", "see there, it says ".repeat(4).split_at(64).0)
                } else {
                    value.clone()
                };
                let broken = if *name == "folded" { lines(&wide, 76, "\n") } else { halves(&wide, between) };
                let (one, other) = if *name == "folded" { value.split_at(10) } else { value.split_at(value.len() / 2) };
                for depth in DEPTHS {
                    let text = escaped(&format!("first line\n{}last line\n", place.replace('%', &broken)), depth);
                    let good = [one, other]
                        .iter()
                        .all(|half| text.find(half).is_some_and(|at| is_covered(&text, at, at + half.len())));
                    tally.add(name, good, || format!("depth {depth}: {text:?}"));
                }
            }
        }
    }
    tally.hold("broken values", 0, 0);
}

#[test]
fn encoded_settings_are_found_in_listings() {
    let mut chance = Chance::new(0x0042_d0e5);
    let mut tally = Tally::default();
    let wrappings: &[Wrapping] = &[
        ("lines", |text| lines(text, 76, "\n")),
        ("lines with returns", |text| lines(text, 76, "\r\n")),
        ("numbered", |text| each_line(&lines(text, 76, "\n"), |at, line| format!("{:6}\u{2192}{line}", at + 1))),
        ("numbered with tabs", |text| each_line(&lines(text, 76, "\n"), |at, line| format!("{:6}\t{line}", at + 1))),
        ("added", |text| each_line(&lines(text, 76, "\n"), |_, line| format!("+{line}"))),
        ("removed", |text| each_line(&lines(text, 76, "\n"), |_, line| format!("-{line}"))),
        ("quoted", |text| each_line(&lines(text, 76, "\n"), |_, line| format!("> {line}"))),
        ("indented", |text| each_line(&lines(text, 64, "\n"), |_, line| format!("    {line}"))),
        ("literals", |text| each_line(&lines(text, 64, "\n"), |_, line| format!("    \"{line}\""))),
        ("added literals", |text| each_line(&lines(text, 64, "\n"), |_, line| format!("    \"{line}\" +"))),
        ("continued", |text| lines(text, 64, "\\\n")),
    ];
    for _ in 0..4 {
        let settings: String =
            (0..12)
                .map(|at| {
                    if at == 9 {
                        format!("API_TOKEN={}\n", chance.of(BASE62, 32))
                    } else {
                        format!("LEVEL_{at}=debug\n")
                    }
                })
                .collect();
        let encoded = base64(settings.as_bytes());
        for (name, wrap) in wrappings {
            for depth in DEPTHS {
                let text = escaped(&format!("first line\n{}\nlast line\n", wrap(&encoded)), depth);
                let good = encoded
                    .as_bytes()
                    .chunks(if text.contains("    ") || *name == "continued" { 64 } else { 76 })
                    .all(|line| {
                        let line = String::from_utf8_lossy(line);
                        let line = line.trim_end_matches('=');
                        text.find(line).is_none_or(|at| is_covered(&text, at, at + line.len()))
                    });
                tally.add(name, good && !found(&text, true).is_empty(), || format!("depth {depth}: {text:?}"));
            }
        }
    }
    tally.hold("encoded settings", 0, 0);
}
