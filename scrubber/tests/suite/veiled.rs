//! Personal data beside what names it, in many languages and places, and secrets that signs, lines or other letters veil.
//!
//! Each text is tried as it stands and within one and two layers of JSON strings.

use crate::support::{engine, escaped, rest};

/// Texts in which `%` is the value, and the value in parts.
const TOLD: &[(&str, &[&str])] = &[
    ("né le % à Lyon", &["17 ma", "rs 19", "84"]),
    ("nato il %", &["17 mar", "zo 1984"]),
    ("生年月日: %\n", &["1984年", "3月17日"]),
    ("生年月日：%\n", &["1984年", "3月17日"]),
    ("姓名：%\n", &["王小", "明"]),
    ("\"氏名\": \"%\"", &["田中 ", "太郎"]),
    ("이름: %\n", &["김민", "수"]),
    ("ФИО: %\n", &["Иванов ", "Сергей ", "Петрович"]),
    ("住所：%\n", &["東京都渋谷区", "宇田川町", "3-7-2"]),
    ("адрес: ул. %\n", &["Ленина, д", ". 14, кв. 7"]),
    ("license plate: % seen", &["7XK", "R482"]),
    ("Kennzeichen %, rot", &["B-GH", " 4829"]),
    ("CVV: %\n", &["48", "2"]),
    ("sort code % and", &["20-4", "8-39"]),
    ("IFSC %\n", &["HDFC", "0004829"]),
    ("GPS Latitude : %\n", &["52 deg 3", "1' 12.02\" N"]),
    ("write to % soon", &["kmoritan at north", "wind dot dev"]),
    ("-rw-r--r--  1 % staff 160 Nov 27 10:00 a.rs\n", &["kmori", "tan"]),
    ("uid=1000(%) gid=1000(staff)\n", &["kmori", "tan"]),
    ("HOME=/x\nLOGNAME=%\nTERM=x\n", &["kmori", "tan"]),
    ("%:~/dev$ ls\n", &["kmoritan@", "thinkpad"]),
    ("% dev % ls\n", &["kmoritan@", "MacBook-Pro"]),
    ("origin https://%@git.acme.test/a.git (fetch)\n", &["kmori", "tan"]),
    ("scp a %@10.2.3.4:/tmp\n", &["kmori", "tan"]),
    ("✓ Logged in to github.com account % (keyring)\n", &["kmori", "tan"]),
    ("cd /var/home/%/dev\n", &["kmori", "tan"]),
    ("open /System/Volumes/Data/Users/%/dev\n", &["kmori", "tan"]),
    ("vscode://file/Users/%/dev\n", &["kmori", "tan"]),
    ("dir C:\\Users\\%\\Documents\n", &["Kaori ", "Moritan"]),
    ("dir \"\\\\files\\users\\%\\docs\"\n", &["kmori", "tan"]),
    ("dir \"C:\\Documents and Settings\\%\\Desktop\"\n", &["kmori", "tan"]),
    ("ls /run/media/%/USB\n", &["kmori", "tan"]),
];

/// Texts in the same places without a person.
const HARMLESS: &[&str] = &[
    "-rw-r--r--  1 root root 160 Nov 27 10:00 a.rs\n",
    "uid=0(root) gid=0(root) groups=0(root)\n",
    "root@4f5a6c1b2d3e:/app# ls\n",
    "USER=root\nUSERNAME=admin\nUSER=$USER\n",
    "https://git@git.acme.test/a.git\nftp://anyone@example.com/\nhttps://oauth2@git.acme.test/a.git\n",
    "docker://alpine@sha256\n",
    "姓名：请输入姓名\n姓名: 必填\n地址：必填的字段\n",
    "Имя: не указано\n",
    "logged in as root\nif logged in then\n",
    "look at the dot and at the dots\n",
    "/api/v1/Users/active/list and /src/home/page/index.ts\n",
    "cvv: string\nsort code: required\n",
    "password = \"…\"\napi_key: abcd…\n",
    "let a = [\"one1\", \"two2\"]; f(\"x1\" . \"y2\");\n",
    "line one two three\n    \"first1\",\n    \"second2\"\n",
    "ａｂｃ　ｄｅｆ１２３\n",
];

#[test]
fn personal_data_beside_what_names_it_is_found() {
    let engine = engine();
    let mut left = Vec::new();
    for (place, parts) in TOLD {
        let value = parts.concat();
        let text = place.replacen('%', &value, 1);
        for layers in 0..3 {
            let text = format!("{}{}", escaped("first line\n", layers), escaped(&text, layers));
            let rest = rest(engine, &text);
            if rest.contains(&escaped(&value, layers)) || !rest.contains('\u{b6}') {
                left.push(format!("{layers}: {rest}"));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn the_same_places_without_a_person_stay() {
    let engine = engine();
    let mut found = Vec::new();
    for text in HARMLESS {
        for layers in 0..3 {
            let text = escaped(text, layers);
            let rest = rest(engine, &text);
            if rest != text {
                found.push(rest);
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A token that a rule tells by what it begins with.
fn token() -> String {
    ["gl", "pat-", "x7Kq2", "Lm9Zt4", "Wb6Rv1PaQ"].concat()
}

#[test]
fn characters_that_cannot_be_seen_hide_nothing() {
    let engine = engine();
    let (head, tail) = ("x7Kq2Lm", "9Zt4Wb6Rv1PaQ");
    for veil in ["\u{ad}", "\u{200b}", "\u{200e}", "\u{202d}", "\u{2060}", "\u{2066}", "\u{feff}", "\u{200e}\u{2060}"] {
        for layers in 0..3 {
            let text = escaped(&format!("use {}pat-{head}{veil}{tail} there\n", "gl"), layers);
            let rest = rest(engine, &text);
            assert!(!rest.contains(head) && !rest.contains(tail), "{veil:?} {layers}: {rest}");
        }
    }
}

#[test]
fn other_spellings_of_letters_hide_nothing() {
    let engine = engine();
    let token = token();
    let spelled = |write: &dyn Fn(char) -> String| token.chars().map(write).collect::<String>();
    let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).map(String::from).unwrap_or_default();
    for text in [
        spelled(&|letter| format!("\\u{{{:x}}}", u32::from(letter))),
        spelled(&|letter| format!("\\U{:08x}", u32::from(letter))),
        spelled(&wide),
    ] {
        for layers in 0..3 {
            let text = escaped(&format!("x = \"{text}\"\n"), layers);
            let rest = rest(engine, &text);
            assert!(rest.contains('\u{b6}') && rest.len() < 40, "{layers}: {rest}");
        }
    }
}

#[test]
fn letters_of_other_languages_are_known_as_escapes_too() {
    let engine = engine();
    let value = ["Blau", "baer", "-1987"].concat();
    let spell = |text: &str| {
        let write = |letter: char| match letter {
            letter if letter.is_ascii() => letter.to_string(),
            letter => letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        };
        text.chars().map(write).collect::<String>()
    };
    for place in [
        "l\u{f6}senord: %\n",
        "la contrase\u{f1}a es %\n",
        "\u{5bc6}\u{7801}\u{ff1a}%\n",
        "\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}: %\n",
        "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}: %\n",
        "\"has\u{142}o\": \"%\"\n",
    ] {
        for layers in 0..2 {
            let text = escaped(&spell(&escaped(&format!("a line\n{}", place.replacen('%', &value, 1)), 1)), layers);
            let rest = rest(engine, &text);
            assert!(!rest.contains(&value) && rest.contains('\u{b6}'), "{layers}: {rest}");
        }
    }
    let plain =
        spell("caf\u{e9} cr\u{e8}me, \u{65e5}\u{672c}\u{8a9e}\u{3001}\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442} 1987");
    assert_eq!(rest(engine, &plain), plain);
}

#[test]
fn the_zero_bytes_of_a_text_in_utf_16_hide_nothing() {
    let engine = engine();
    // No rule knows how such a value begins.
    let value = ["q7Zp4Xw2", "Lr9Tb6Nk", "1Vh8Sd3F"].concat();
    let wide = |text: &str| text.chars().map(|letter| format!("{letter}\u{0}")).collect::<String>();
    let lines = format!("# of staging\r\nDB_PASSWORD=\"{value}\"\r\nAPI_TOKEN={value}\r\nDEBUG=1\r\n");
    let padding = "one line of many\r\n".repeat(400);
    for text in [lines.clone(), format!("{padding}{lines}"), format!("{lines}{padding}")] {
        for layers in 1..3 {
            let rest = rest(engine, &escaped(&wide(&text), layers)).replace(&escaped("\0", layers), "");
            assert!(
                !rest.contains(value.get(4..12).unwrap_or_default()) && rest.matches('\u{b6}').count() == 2,
                "{layers}: {rest}"
            );
            assert!(rest.contains("DB_PASSWORD=") && rest.contains("DEBUG=1"), "{layers}: {rest}");
        }
    }
    // As programs and `cat -v` show them; as they stand; in UTF-32.
    for zero in ["\\x00", "\\0", "\\000", "^@", "\0", "\0\0\0"] {
        let shown = |text: &str| text.chars().map(|letter| format!("{letter}{zero}")).collect::<String>();
        for layers in 0..3 {
            let rest = rest(engine, &escaped(&shown(&lines), layers)).replace(&escaped(zero, layers), "");
            assert!(!rest.contains(value.get(4..12).unwrap_or_default()), "{zero} {layers}: {rest}");
            assert!(rest.contains("DB_PASSWORD=") && rest.contains("DEBUG=1"), "{zero} {layers}: {rest}");
        }
    }
    // Zero bytes part what `xargs -0` and `/proc` give.
    let plain = escaped("src/one.rs\0src/two.rs\0a\0b\0", 1);
    assert_eq!(rest(engine, &plain), plain);
}

#[test]
fn literals_in_a_row_hide_nothing() {
    let engine = engine();
    // A name says what it is; no rule knows how such a value begins.
    let (head, tail) = ("q7Zp4Xw2Lr9T", "b6Nk1Vh8Sd3F");
    for joint in ["\" . \"", "\" .. \"", "\" ++ \"", "\" || \"", "\" & \"", "\" & _\n    \"", "\"\n    \"", "\"\""] {
        for layers in 0..3 {
            let text = escaped(&format!("api_key = \"{head}{joint}{tail}\"\nnext\n"), layers);
            let rest = rest(engine, &text);
            assert!(!rest.contains(head) && !rest.contains(tail), "{joint:?} {layers}: {rest}");
        }
    }
}

#[test]
fn what_a_terminal_cut_in_a_list_or_a_quotation_is_whole_again() {
    let engine = engine();
    let (head, tail) = ("q7Zp4Xw2Lr9T", "b6Nk1Vh8Sd3F");
    for (first, next) in [("> ", "> "), ("    ", "    "), ("  \u{23bf}  ", "     ")] {
        let named = format!(" API_TOKEN={head}");
        let line = format!("{}{named}", "w".repeat(80 - named.len()));
        for layers in 0..3 {
            let text = escaped(&format!("words\n{first}{line}\n{next}{tail} and more words\n"), layers);
            let rest = rest(engine, &text);
            assert!(!rest.contains(head) && !rest.contains(tail), "{first:?} {layers}: {rest}");
        }
    }
}

#[test]
fn the_ends_of_what_was_cut_in_its_middle_are_found() {
    let engine = engine();
    let (head, tail) = ("q7Zp4Xw2Lr9Tb6N", "k1Vh8Sd3FgT5");
    for text in [format!("api_key = {head}\u{2026}{tail}\n"), format!("api_key: \"\u{2026}{head}{tail}\"\n")] {
        let rest = rest(engine, &text);
        assert!(!rest.contains(head) && !rest.contains(tail), "{rest}");
    }
}

#[test]
fn what_a_terminal_colours_is_found_as_without_colours() {
    // `<` begins a colour and `>` ends it, `%` is the value, which `^` and `$` halve.
    const PLACES: &[&str] = &[
        "a line\n<%>\nand another\n",
        "<token>: <%>\n",
        "\"<token>\": \"<%>\"",
        "msg <token %> sent\n",
        "the <token> % was sent\n",
        "export API_KEY=<<%\n",
        "-<secret = \"%\">\n",
        "https://ann:<%>@git.acme.test/x\n",
        "a line\n<^><$>\n",
        "token=^<$>\n",
    ];
    let engine = engine();
    let token = token();
    let (head, tail) = token.split_at(token.len() / 2);
    for place in PLACES {
        for escape in ["\u{1b}", "\\u001b", "\\x1b", "\\033", "\\e"] {
            let text = place.replace('<', &format!("{escape}[1;32m")).replace('>', &format!("{escape}[0m"));
            let text = text.replace('%', &token).replace('^', head).replace('$', tail);
            for layers in 0..3 {
                let rest = rest(engine, &escaped(&text, layers));
                assert!(!(rest.contains(head) || rest.contains(tail)), "{place} {escape:?} {layers}: {rest}");
            }
        }
    }
}

#[test]
fn numbers_before_lines_and_signs_by_name_hide_nothing() {
    let engine = engine();
    let password = ["Tiger", "361x"].concat();
    for text in [
        "\"     7\u{2192}env:\n     8\u{2192}  - name: DB_PASSWORD\n     9\u{2192}    value: %\n",
        "\"     7\tenv:\n     8\t  - name: DB_PASSWORD\n     9\t    value: %\n",
        "     7\u{2192}<key>db_password</key>\n     8\u{2192}  <string>%</string>\n",
        "\"     1\u{2192}user,password,x\n     2\u{2192}ann,%,1\n",
        "&quot;args&quot;: [&quot;--db-password&quot;, &quot;%&quot;],\n",
        "&lt;entry key=&quot;db_password&quot;&gt;%&lt;/entry&gt;\n",
        "{&#39;db_password&#39; =&gt; &#39;%&#39;}\n",
        "  - name: DB_PASSWORD\r\n    value: %\r\n",
        "db_password: |\r\n  %\r\nport: 5\r\n",
    ] {
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text.replace('%', &password), layers));
            assert!(!left.contains(&password), "{layers}: {left}");
        }
    }
    for text in [
        "    12\u{2192}let a = b &amp;&amp; c;\n",
        "a &lt; b\n     7\t8\n",
        "Cell::&lt;libc::passwd&gt;::uninit();\n<a href=1>",
        "the password &gt; 8 &amp; &lt; 12\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn what_tools_put_before_lines_hides_no_value_in_another_line() {
    let value = ["Q65hqjYftJw1", "dniudOkaJYVE", "HErhDhCy"].concat();
    let texts = [
        format!("id,name,api_token\n1,acme,{value}\n2,other,\n"),
        format!("    - name: ACME_TOKEN\n      value: \"{value}\"\n    - name: X\n"),
        format!("{{\n  \"name\": \"ACME_TOKEN\",\n  \"value\": \"{value}\"\n}}\n"),
        format!("db:\n  password:\n    {value}\n  port: 1\n"),
        format!("<dict>\n<key>Password</key>\n<string>{value}</string>\n</dict>\n"),
        format!("COPY public.users (id, email, api_token) FROM stdin;\n1\tx\t{value}\n\\.\n"),
    ];
    let numbered = |at: usize, sign: char| format!("src/a.conf{sign}{}{sign}", at + 9);
    let margins: [(&str, &dyn Fn(usize) -> String); 12] = [
        ("number", &|at| format!("{}\t", at + 8)),
        ("number", &|at| format!("{:6}\u{2192}", at + 8)),
        ("number", &|at| format!("{:6}\t", at + 8)),
        ("difference", &|_| "+".to_owned()),
        ("quotation", &|_| "> ".to_owned()),
        ("comment", &|_| "# ".to_owned()),
        ("comment", &|_| "//   ".to_owned()),
        ("comment", &|_| " * ".to_owned()),
        ("match", &|at| numbered(at, ':')),
        ("context", &|at| numbered(at, if at == 2 { ':' } else { '-' })),
        ("service", &|_| "web_1  | ".to_owned()),
        ("time", &|at| format!("2026-01-02T03:04:05.67{at}Z ")),
    ];
    let engine = engine();
    for text in &texts {
        for (name, margin) in margins {
            let lines = text.lines().enumerate().map(|(at, line)| format!("{}{line}\n", margin(at)));
            let text = format!("before it\n{}after it\n", lines.collect::<String>());
            for layers in 0..3 {
                let left = rest(engine, &escaped(&text, layers));
                assert!(!left.contains(&value), "{name} {layers}: {left}");
            }
        }
    }
    // The lines of a block that one rule reads, with the numbers that files are read with.
    for (sign, width) in [('\u{2192}', 6), ('\t', 6), ('\t', 0), ('|', 0)] {
        let lines =
            ["Recovery codes (keep them):", "abcd1-efgh2", "ijkl3-mnop4", "qrst5-uvwx6", "end"].iter().enumerate();
        let text: String = lines.map(|(at, line)| format!("{:width$}{sign}{line}\n", at + 8)).collect();
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text, layers));
            assert!(!["efgh2", "ijkl3", "uvwx6"].iter().any(|code| left.contains(code)), "{sign} {layers}: {left}");
        }
    }
    // No value of another line.
    for text in ["+    user,\n+    token,\n+    password,\n", "- token\n- secret2name\n", "// token\n// abc12345def\n"]
    {
        assert_eq!(rest(engine, text), text);
    }
}
