//! Secrets stay found whatever happens to a text on its way through a session: it is encoded, coloured, compared, cut or masked.
//!
//! Each text is tried as it stands and within one and two layers of JSON strings.

use scrubber::detect::{Finding, Scratch};

use crate::support::{engine, escaped, rest};

/// What a machine makes, in three parts.
const PARTS: [&str; 3] = ["q7Zp4Xw2", "Lr9Tb6Nk", "5Hd8Vc3M"];
/// The same in hex.
const HEX: [&str; 3] = ["8f7d6c5b", "4a392817", "06f5e4d3"];
/// What a person makes up.
const PASSWORD: [&str; 2] = ["tigerlake", "77x"];

/// Holds that no part is left of the text that `%` stands in.
fn leaves_nothing(text: &str, parts: &[&str]) {
    let engine = engine();
    for layers in 0..3 {
        let rest = rest(engine, &escaped(text, layers));
        assert!(parts.iter().all(|part| !rest.contains(part)), "{layers} {text:?}: {rest:?}");
    }
}

/// Holds that nothing is found.
fn stays(text: &str) {
    let engine = engine();
    for layers in 0..3 {
        let text = escaped(text, layers);
        assert_eq!(rest(engine, &text), text, "{layers}");
    }
}

/// Every byte beyond ASCII by a function of its value, or every character.
fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

#[test]
fn words_of_other_languages_are_read_beneath_encodings() {
    let password = PASSWORD.concat();
    for line in [
        format!("пароль: {password}"),
        format!("密码是{password}。"),
        format!("パスワードは{password}です"),
        format!("La contraseña es {password}."),
    ] {
        let beyond = |write: fn(u8) -> String| {
            each(&line, |byte| if byte.is_ascii() { char::from(byte).to_string() } else { write(byte) })
        };
        let hex = each(&line, |byte| format!("{byte:02x} "));
        let characters: String = line.chars().map(|letter| format!("&#{};", u32::from(letter))).collect();
        for (text, part) in [
            (beyond(|byte| format!("\\x{byte:02x}")), password.clone()),
            (
                format!("GET /log?msg={}&v=1", beyond(|byte| format!("%{byte:02X}")).replace(' ', "%20")),
                password.clone(),
            ),
            (each(&line, |byte| format!("\\{byte:03o}")), each("lake77", |byte| format!("\\{byte:03o}"))),
            (characters, "&#107;&#101;&#55;".to_owned()),
            (format!("{hex}20 2e"), each("lake77", |byte| format!("{byte:02x} "))),
        ] {
            let rest = rest(engine(), &text);
            assert!(!rest.contains(&part), "{text}: {rest}");
        }
    }
}

#[test]
fn text_in_utf16_is_read_in_the_scripts_of_europe() {
    let base64 = |bytes: Vec<u8>| {
        let signs: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
        let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        let six = bits.as_bytes().chunks(6).map(|six| format!("{:0<6}", String::from_utf8_lossy(six)));
        six.filter_map(|six| signs.get(usize::from_str_radix(&six, 2).unwrap_or(0))).collect::<String>()
    };
    for line in ["contraseña: ", "пароль базы: ", "κωδικός: ", "$env:DB_PASSWORD = "] {
        let line = format!("{line}{}", PASSWORD.concat());
        for bytes in [
            line.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            line.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            let text = format!("powershell -EncodedCommand {}", base64(bytes));
            assert_eq!(rest(engine(), &text), "powershell -EncodedCommand \u{b6}", "{line}");
        }
    }
}

#[test]
fn names_stay_names_where_markdown_escapes_their_signs() {
    let [a, b, c] = HEX;
    for text in [
        format!("API\\_KEY={a}{b}{c}\n"),
        format!("set `STRIPE\\_SECRET\\_KEY` = \"{a}{b}{c}\"\n"),
        format!("DB\\_PASSWORD: {}\n", PASSWORD.concat()),
    ] {
        leaves_nothing(&text, &[a, b, c, PASSWORD[0]]);
    }
    stays("max\\_tokens: 4096, see `token\\_type` and `password\\_policy`\n");
}

#[test]
fn links_and_colours_in_the_middle_of_a_value_hide_nothing() {
    let [a, b, c] = PARTS;
    for veil in [
        "\u{1b}]8;;https://a.example/\u{7}",
        "\u{1b}]8;id=4;https://a.example/x?y=1\u{1b}\\",
        "\u{1b}]8;;\u{1b}\\",
        "[0m[33m",
        "[1;31m",
    ] {
        leaves_nothing(&format!("API_TOKEN={a}{veil}{b}{c}\n"), &[a, b, c]);
    }
    stays("[32m✓[0m login.spec.ts [2m(12ms)[0m and v[1] = w[20m]\n");
}

#[test]
fn both_sides_of_a_difference_by_words_are_read() {
    let [a, b, c] = HEX;
    for text in [
        format!("const apiKey = \"[-{a}{b}-]{{+{c}{b}+}}\";\n"),
        format!("DB_PASSWORD=[-{}-]{{+{a}!{b}+}}\n", PASSWORD.concat()),
        format!("url: redis://worker:[-{a}{c}-]{{+{b}{c}+}}@cache.acme.test:6379\n"),
        format!("token: {{+{a}{b}{c}+}}\n"),
    ] {
        leaves_nothing(&text, &[a, b, c, PASSWORD[0]]);
    }
    stays("the token [-is-]{+was+} read, x = {+y+} and password: [-optional-]{+required+}\n");
}

#[test]
fn a_mask_that_shows_most_of_a_value_hides_none_of_it() {
    let [a, b, c] = PARTS;
    for mask in ["****", "***", "••••", "...", "…", "********"] {
        for text in [
            format!("API_KEY=\"q7Zp{mask}{b}{c}\"\n"),
            format!("\"apiToken\": \"{a}{b}{mask}{c}\"\n"),
            format!("export SECRET_KEY='{mask}{a}{b}'\n"),
            format!("DB_PASSWORD=psca{mask}5Hd8Vc3M{b}\n"),
            format!("val clientSecret = \"3uKm{mask}eocqMygmjRVCgMzCqG7y\"\n"),
        ] {
            leaves_nothing(&text, &[a, b, c, "eocqMygmjRVCgMzCqG7y"]);
        }
    }
    for text in
        ["API_KEY=sk-****", "token: ********", "secret = abcd****wxyz", "password: ****-****-1234", "key: 12ab...cd34"]
    {
        stays(text);
    }
}

#[test]
fn an_article_cut_short_joins_a_name_to_what_it_is_of() {
    let [a, b, c] = HEX;
    for text in [format!("La clé d'API est {a}{b}{c}."), format!("la clé d'accès : {a}{b}{c}\n")] {
        leaves_nothing(&text, &[a, b, c]);
    }
    stays("la clé d'or est perdue, la clé d'API est invalide.\n");
}

#[test]
fn what_od_writes_is_read() {
    let [a, b, c] = HEX;
    let dump = |text: &str| {
        let line = |(at, bytes): (usize, &[u8])| {
            let cells = bytes.iter().map(|byte| match byte {
                b'\n' => "  \\n".to_owned(),
                b' '..=b'~' => format!("{:>4}", char::from(*byte)),
                other => format!(" {other:03o}"),
            });
            format!("{:07o}{}\n", at * 16, cells.collect::<String>())
        };
        let lines: String = text.as_bytes().chunks(16).enumerate().map(line).collect();
        format!("{lines}{:07o}\n", text.len())
    };
    for text in [format!("A=1\nAPI_KEY={a}{b}{c}\n"), format!("Grüße\nsecret key: \"{a}{b}{c}\"\n")] {
        leaves_nothing(&dump(&text), &["8   f   7   d", "4   a   3   9", "0   6   f   5"]);
    }
    stays(&dump("the host is up\nand the key is read from a file\n"));
}

#[test]
fn items_below_a_name_and_macros_hold_its_value() {
    let ([a, b, c], password) = (HEX, PASSWORD.concat());
    for text in [
        format!("- **DB password**\n  - `{password}`\n- **Region**\n  - eu\n"),
        format!("* API key:\n    * {a}{b}{c}\n"),
        format!("\\newcommand{{\\apikey}}{{{a}{b}{c}}}\n"),
        format!("\\def\\password{{{password}}}\n"),
    ] {
        leaves_nothing(&text, &[a, b, c, PASSWORD[0]]);
    }
    for text in [
        "- **Password**\n  - `minLength`\n  - at least one digit\n",
        "- Token\n  - jwt.verify\n",
        "- **Password**\n- `tigerlake77x`\n",
        "\\newcommand{\\password}[1]{\\textbf{#1}}\n",
    ] {
        stays(text);
    }
}

#[test]
fn codes_that_let_somebody_in_again_are_told_by_their_names() {
    for code in [["KWM3-ZP", "Q9-AKTV"], ["bb34c-", "02ba5f7"]] {
        let value = code.concat();
        for text in [
            format!("{{\"backup_code\": \"{value}\"}}\n"),
            format!("const k = process.env.RECOVERY_CODE || \"{value}\";\n"),
            format!("<recovery-code><![CDATA[{value}]]></recovery-code>\n"),
        ] {
            leaves_nothing(&text, &code);
        }
    }
    stays("\"recovery_code\": \"Enter a recovery code\", backupCode: string, error_code: E1234-5678\n");
}

#[test]
fn passwords_may_hold_letters_beyond_ascii_and_quotes() {
    for text in ["export LDAP_PASSWORD='ЖирафLFgq§BxZc'\n", "ldap_password = \"ÑandúrHiC!sQLc\"\n"] {
        leaves_nothing(text, &["LFgq", "sQLc"]);
    }
    leaves_nothing("密码是6wjNG'NPPPxD3。\n", &["6wjNG", "NPPPxD3"]);
    for text in [
        "password: \"Contraseña\"",
        "password = \"mot-de-passe oublié\"",
        "'password': 'Пароль!'",
        "password: \"größer/gleich\"",
    ] {
        stays(text);
    }
}

#[test]
fn sentences_hand_values_over() {
    let ([a, b, c], password) = (HEX, PASSWORD.concat());
    for text in [
        format!("here is my signing key - {a}{b}{c} - dont commit it\n"),
        format!("Use {} as the aws secret access key, please.\n", PARTS.concat()),
        "Use jFRRUvcKahrFoI as the smtp password, please.\n".to_owned(),
        format!("Revoke `{password}` (the old passwd_ro)\n"),
        format!("Created API key \"ci\".\n\n    {}\n\nKeep it safe.\n", PARTS.concat()),
    ] {
        leaves_nothing(&text, &[a, b, c, PARTS[0], PASSWORD[0], "jFRRUvcK"]);
    }
    stays("Run `migrate` (the old password reader) and use JavaScript as the password hasher\n");
    stays("this is the deploy key - see docs/keys.md - and here is the token - optional\n");
}

#[test]
fn a_text_that_is_nothing_but_a_token_is_one() {
    let [a, b, c] = PARTS;
    for token in [format!("{a}{b}{c}"), format!("{a}+{b}/{c}w==")] {
        leaves_nothing(&token, &[a, b, c]);
    }
    for text in [
        "toolu_01XgQ7Zp4Xw2Lr9Tb6Nk5Hd8",
        "gsk_Q7Zp4Xw2Lr9Tb6Nk5Hd8",
        "fix the login page please",
        "SGVsbG8sIHRoaXMgaXMgYSBub3RlIGZvciB5b3U=",
        "src/components/Login2FAForm/index.test.tsx",
        "3b1f0a9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a",
        "handleTokenRefreshResponseV2WithRetry",
        "2026-03-04T10:00:12.345Z",
    ] {
        stays(text);
    }
}

#[test]
fn a_known_value_is_found_where_lines_cut_it() {
    let value = HEX.concat() + "c2b1a098";
    let (head, tail) = value.split_at(14);
    let named = format!("API_KEY={value}\n");
    for text in [
        format!("it was {head}\n{tail} then"),
        format!("> it was {head}\n> {tail}"),
        format!("│ it was {head} │\n│ {tail} ok     │"),
        format!("it was {head}\\n    {tail} then"),
    ] {
        let mut scratch = Scratch::remembering();
        engine().scan(named.as_bytes(), &mut scratch);
        let found = engine().scan(text.as_bytes(), &mut scratch);
        let whole = |span: &Finding| {
            text.get(span.start..span.end).is_some_and(|it| it.starts_with(head) && it.ends_with(tail))
        };
        assert!(found.iter().any(whole), "{text}");
        assert!(engine().scan(text.as_bytes(), &mut Scratch::default()).is_empty(), "{text}");
    }
}

#[test]
fn ordinary_things_stay_whatever_happens_to_them() {
    let [a, b, c] = HEX;
    for text in [
        format!("refs/heads/feature/rotate-api-key-2026\t{a}{b}{c}{a}{b}\n"),
        "\"passwd\": \"/etc/passwd\", password: /var/run/app.pid\n".to_owned(),
        // A map of sources, and settings, in Base64.
        "//# map=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJuYW1lcyI6WyJ0b2tlbiIsInBhc3N3b3JkIl0sInNvdXJjZXMiOlsiYS50cyJdfQ==\n".to_owned(),
        "bW9kZSA9IHByb2R1Y3Rpb24Kc2VjcmV0ID0gc2VlIHRoZSB2YXVsdApyZWdpb24gPSBldS13ZXN0\n".to_owned(),
    ] {
        stays(&text);
    }
    // A public key that a terminal broke.
    let key = ["AAAAC3NzaC1lZDI1NTE5", "AAAAI", "ptgUzEjfebzJ6sZWdoHIxrXl0gqn87b1PZqZrmktsO3"].concat();
    for width in [15, 30] {
        let (head, tail) = key.split_at(width);
        stays(&format!("ssh-ed25519 {head}\n{tail}\n"));
    }
}

#[test]
fn what_grants_an_address_is_found_whatever_parts_its_members_and_begins_it() {
    let value = ["knI2Q9PPq8tjfZ2J", "dFChRrDNhHulhY1k", "3DHALUnCko9GXK3d"];
    for parted in ["&", "&amp;", "\\u0026"] {
        for sign in ["", "-", "~", "_"] {
            let text = format!(
                "https://cdn.acme.test/v.mp4?Expires=1796000000{parted}Signature={sign}{}{parted}Key-Pair-Id=K2\n",
                value.concat()
            );
            leaves_nothing(&text, &value);
        }
    }
    stays("https://cdn.acme.test/v.js?v=1.2.3&amp;hash=3f786850e387550fdab836ed7e6dc881de23001b\n");
}

#[test]
fn padding_and_brackets_hide_no_token_and_no_password() {
    let token = ["xVejwu8m28bCpbPz_pescOF", "y6_QCjtJ5GFCkUskZ3GGKRb7", "Gxj9_DdgS8TvQ_VyWKrYZjb", "3Dbc9vmvYSFQDuon"];
    leaves_nothing(&format!("what is this? {}==\n", token.concat()), &token);
    let password = ["9qht", "OQ[(m}98", ";hk5Vpt"];
    leaves_nothing(&format!("La password del database \u{e8} {} , provala.\n", password.concat()), &password);
    let sum = ["sha512-AbCdEf1hIjKl2nOp", "QrStUv3xYz4aBcDeFgHiJ5lMnOpQrS", "tUvWxYz0123_aBcDeF"].concat();
    stays(&format!("integrity {sum}==\n"));
    stays("the password hash is computed by map(|x| x[2]) in Crypto2Fn(a)\n");
}

#[test]
fn short_words_for_keys_are_read_behind_marks_and_in_names_of_humps() {
    for form in ["\t#psk=\"%\"\n", ";psk=%\n", "<key>IpsecPsk</key>\n<string>%</string>\n", "**SNMP Community:** %\n"] {
        leaves_nothing(&form.replace('%', &PASSWORD.concat()), &PASSWORD);
    }
    let hashes = ["2f46afe5f3d7baf0", "cc812750249a4555", ":bb084aae786d43e7", "270ed0364b442afd"];
    for form in ["Set NTLM_HASH to % in the vault.\n", "{\"ntlm_hash\": {\"value\": \"%\"}}\n"] {
        leaves_nothing(&form.replace('%', &hashes.concat()), &hashes);
    }
    stays("the community: welcome2025 to all, contentHash: bb084aae786d43e7270ed0364b442afd\n");
}
