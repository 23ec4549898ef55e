//! Secrets that have no name beside them are found by their form, and what has nearly the same form stays.

use crate::support::{engine, escaped, rest};

const HEX: &str = "0123456789abcdef";
const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Numbers by chance, from a seed.
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    let mut state = seed ^ 0x5DEE_CE66_D123_4567;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (state >> 33) as usize
    })
}

fn signs(seed: u64, alphabet: &str, length: usize) -> String {
    numbers(seed).take(length).map(|number| char::from(alphabet.as_bytes()[number % alphabet.len()])).collect()
}

#[test]
fn keys_are_found_by_their_form_alone() {
    let engine = engine();
    let pair: Vec<_> = numbers(7).take(64).map(|number| (number % 256).to_string()).collect();
    let seed = ["legal winner thank year", "wave sausage worth useful", "legal winner thank yellow"].join(" ");
    let ghost = format!("{}:{}", signs(1, HEX, 24), signs(2, HEX, 64));
    for (value, before, after) in [
        (format!("[{}]", pair.join(",")), "$ cat id.json\n", "\n"),
        (format!("[{}]", pair.join(", ")), "Uint8Array.from(", ")\n"),
        (ghost.clone(), "", "\n"),
        (ghost, "key: '", "',\n"),
        (seed.clone(), "", "\n"),
        (seed.clone(), "const words = \"", "\";\n"),
        (seed, "The words are ", ".\n"),
    ] {
        for depth in 0..3 {
            let text = escaped(&format!("first line\n{before}{value}{after}last line"), depth);
            let expected = escaped(&format!("first line\n{before}\u{b6}{after}last line"), depth);
            assert_eq!(rest(engine, &text), expected, "{text}");
        }
    }
}

#[test]
fn what_a_box_or_the_end_of_a_line_cuts_goes() {
    let engine = engine();
    for (name, length) in [("ghp_", 36), ("npm_", 36), ("glpat-", 20), ("dop_v1_", 64)] {
        let tail = signs(9, if length == 64 { HEX } else { BASE62 }, length);
        let (first, second) = tail.split_at(length / 2);
        for depth in 0..3 {
            let width = 36 + name.len() + first.len();
            let boxed = format!(
                "╭─╮\n│ Saved the new key for the builds: {name}{first} │\n│ {second:<w$} │\n╰─╯\n",
                w = width - 2
            );
            let left = rest(engine, &escaped(&boxed, depth));
            assert!(!left.contains(first) && !left.contains(second), "{left}");
            for text in [format!("export X={name}{first}\nnext line"), format!("a line\n{name}{first}...\nnext line")] {
                let left = rest(engine, &escaped(&text, depth));
                assert!(!left.contains(first), "{left}");
            }
        }
    }
}

#[test]
fn what_has_nearly_the_same_form_stays() {
    let engine = engine();
    let nanoid = ["V1StGXR8_Z5j", "dHi6B-myT"].concat();
    let repeated = "test ".repeat(11);
    for text in [
        format!("<Item key=\"{nanoid}\" name=\"a\" />"),
        format!("{repeated}junk\n"),
        "all of them can use the same tool when there is time to learn what it will do for you\n".to_owned(),
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]\n".to_owned(),
        format!("{}:{}\n", signs(1, HEX, 12), signs(2, HEX, 64)),
        "│ password │ role  │\n├──────────┼───────┤\n│ yes      │ admin │\n".to_owned(),
        "That is the password policy, and it is the password field that counts.\n".to_owned(),
        "use src/login.rs to log in\n".to_owned(),
    ] {
        assert_eq!(rest(engine, &text), text);
    }
}
