//! Secrets that nothing but the words around them tell: sentences, calls, tables in markup, sections, and what commands print.

use scrubber::detect::Scratch;

use crate::support::{engine, escaped, rest};

/// Passwords as people and machines make them.
fn passwords() -> [String; 5] {
    [
        ["Som", "mer2024!"].concat(),
        ["Kx7!", "vTq2pW"].concat(),
        ["Qx82", "hhPl9z"].concat(),
        ["Copper", "Harbor1275"].concat(),
        ["o77ca8", "WqzTYp$BT"].concat(),
    ]
}

/// Texts whose passwords, `{}`, are not found.
fn missed(forms: &[&str]) -> Vec<String> {
    let engine = engine();
    let mut missed = Vec::new();
    for form in forms {
        for password in passwords() {
            let plain = format!("first\n{}\nlast", form.replace("{}", &password));
            for text in [plain.clone(), plain.replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")] {
                let left = engine.scan(text.as_bytes(), &mut Scratch::default()).to_vec();
                let covers = |at: usize| left.iter().any(|found| found.start <= at && at + password.len() <= found.end);
                if !text.match_indices(&password).all(|(at, _)| covers(at)) {
                    missed.push(text);
                }
            }
        }
    }
    missed
}

#[test]
fn the_last_line_of_a_string_tells_as_much_as_any_other() {
    let engine = engine();
    let mut missed = Vec::new();
    for form in [
        "requirepass {}",
        "AdminPassword {}",
        "chpasswd:\n  list: |\n    root:{}",
        "$ cat /run/secrets/db_password\n{}",
    ] {
        for password in passwords() {
            let text = format!("first\n{}", form.replace("{}", &password));
            for layers in 1..3 {
                // What a service answers: the text ends where its string does.
                let inside = escaped(&serde_json::json!({ "log": text, "ok": true }).to_string(), layers - 1);
                let found = engine.scan(inside.as_bytes(), &mut Scratch::default()).to_vec();
                let at = inside.find(&password).unwrap_or(0);
                if !found.iter().any(|found| found.start <= at && at + password.len() <= found.end) {
                    missed.push(inside);
                }
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
    // What stands behind the string is in no line of it, and a quote that does not close it ends none.
    for text in [
        r#"{"help":"first\nset the admin token","version":"build2024"}"#,
        r#"{"help":"first\nthe \"token\" 4711abc is shown","ok":true}"#,
    ] {
        assert!(engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty(), "{text}");
    }
}

/// What of these forms is not found with any of the values in place of `{}`.
fn missed_with(forms: &[&str], values: &[String]) -> Vec<String> {
    let texts = forms.iter().flat_map(|form| values.iter().map(move |value| (form.replace("{}", value), value)));
    let whole = |(text, value): &(String, &String)| {
        let found = engine().scan(text.as_bytes(), &mut Scratch::default()).to_vec();
        let at = text.find(value.as_str()).unwrap_or(0);
        !found.iter().any(|found| found.start <= at && at + value.len() <= found.end)
    };
    texts.filter(whole).map(|(text, _)| text).collect()
}

/// Those texts in which something is found.
fn found_in(texts: &[&str]) -> Vec<String> {
    let found = |text: &&&str| !engine().scan(text.as_bytes(), &mut Scratch::default()).is_empty();
    texts.iter().filter(found).map(|text| (*text).to_owned()).collect()
}

#[test]
fn passwords_with_accents_and_of_three_words_are_told_as_others_are() {
    let accented = [["Grün", "3Wald"].concat(), ["żółw", "44las"].concat(), ["Öl20", "24sand"].concat()];
    let forms = [
        "my password is {}",
        "Passwort: {}",
        "密码: {}，谢谢",
        "пароль: {}",
        "use `{}` as the password",
        "bcrypt.hash('{}', 10)",
        "id|name|password\n1|bob|{}",
        "$ cat /run/secrets/db_password\n{}",
        "auth: 'ann:{}'",
    ];
    assert_eq!(missed_with(&forms, &accented), Vec::<String>::new());
    let words = [["maple-ti", "ger-rain"].concat(), ["copper-l", "amp-seven"].concat()];
    let forms =
        ["my password is {}", "het wachtwoord is {}.", "bcrypt.hash('{}', 10)", "$ cat /run/secrets/db_password\n{}"];
    assert_eq!(missed_with(&forms, &words), Vec::<String>::new());
    let harmless = [
        "the password is case-sensitive-only",
        "the password is read-write-only when set",
        "Das Passwort ist ungültig.",
        "Le mot de passe est réinitialisé",
        "password: ×2 tries",
        "$ cat /run/secrets/db_password\nno-such-file",
        "your password is 非常2024重要",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn the_line_below_a_label_holds_its_value() {
    let tokens = [["8Qx2", "hhPl9zVt", "4mWc7RkD"].concat(), ["0f3a9c", "71b2e84d", "5560af19", "c3d27b8e41"].concat()];
    let forms = [
        "Client ID\n123456\nClient Secret\n{}\n",
        "API Key\n{}",
        "**Access Token**\n\n{}\nKeep it safe.",
        "here's the key: {}",
        "use this key: `{}`",
    ];
    assert_eq!(missed_with(&forms, &tokens), Vec::<String>::new());
    assert_eq!(missed_with(&["Password\n{}\n", "Username\nann\nPassword\n{}"], &passwords()), Vec::<String>::new());
    let asked = ["ann: what's the db password?\nben: {}", "<ann> password?\n<ben> {}\n<ann> thanks"];
    assert_eq!(missed_with(&asked, &passwords()), Vec::<String>::new());
    assert_eq!(missed_with(&["Q: where is the API key?\nA: {}"], &tokens), Vec::<String>::new());
    let account = ["maple", "rain77"].concat();
    assert_eq!(missed_with(&["Email\nann.b\nPassword\n{}\nSign in"], &[account]), Vec::<String>::new());
    let harmless = [
        "Username\nPassword\nAddress1\nAddress2",
        "Forgot your password?\nStep2",
        "Forgot password?\nNote: see step2 of the guide",
        "Password\nUTF8mb4\n",
        "Token\nv2.14.0-rc1\n",
        "Token\nRefreshToken2\n",
        "Key\n0f3a9c71b2e84d5560af19c3d27b8e41\n",
        "the cache key: 0f3a9c71b2e84d5560af19c3d27b8e41",
        "here's the key: src/main/app.rs",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn the_value_has_the_place_in_its_list_that_the_name_has() {
    let values = [["maple", "rain77"].concat(), ["Som", "mer2024!"].concat()];
    let forms = [
        "user, password = \"ann\", \"{}\"",
        "const [user, pass] = ['ann', '{}'];",
        "host, user, passwd := \"db\", \"app\", \"{}\"",
        "\"password\": { \"type\": \"string\", \"default\": \"{}\" }",
        "{\"name\": \"password\", \"type\": \"string\", \"default\": \"{}\"}",
        "{\"password\":{\"S\":\"{}\"}}",
        "{\"password\":{\"stringValue\":\"{}\"}}",
        "Parameters:\n  DBPassword:\n    NoEcho: true\n    Type: String\n    Default: {}\n",
        "password := []byte(\"{}\")",
    ];
    assert_eq!(missed_with(&forms, &values), Vec::<String>::new());
    let harmless = [
        "user, password = \"ann\", read_password()",
        "user, password = split(\"ann:x\")",
        "for name, token in pairs(\"maplerain77\"):",
        "if user, password == \"ann\", \"guesthouse\":",
        "password:\n  type: string\nother:\n  default: maplerain77\n",
        "\"password\": { \"type\": \"string\", \"label\": \"Kennwort2\" }",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn calls_and_addresses_lead_to_the_password_of_an_account() {
    let values = [["maple", "rain77"].concat(), ["Som", "mer2024!"].concat()];
    let forms = [
        "loginAs(\"admin\", \"{}\")",
        "await login(page, 'admin', '{}');",
        "signIn('admin', '{}')",
        "r.set_basic_auth(\"ann\", \"{}\")",
        "wlan.connect('Home', '{}')",
    ];
    assert_eq!(missed_with(&forms, &values), Vec::<String>::new());
    let tokens = [["0f3a9c", "71b2e84d", "5560af19", "c3d27b8e41"].concat()];
    let forms = [
        "new AWS.Credentials('id', '{}')",
        "StorageSharedKeyCredential(\"acct\", \"{}\")",
        "createClient('https://x.example', '{}')",
    ];
    assert_eq!(missed_with(&forms, &tokens), Vec::<String>::new());
    let harmless =
        ["socket.connect('home', 'maple417')", "createClient('redis', 'cache-main')", "loginAs(\"admin\", \"viewer\")"];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn texts_in_other_languages_lengths_and_accounts_are_no_passwords() {
    let harmless = [
        "      password: Пароль\n",
        "      password: 密码\n",
        "    password_confirmation: Confirmación\n",
        "Passwort: Überprüfung erforderlich",
        "Mot de passe : généré automatiquement",
        "Das Passwort ist 8-stellig",
        "The password is 12-character",
        "password: 8-20 characters",
        "await login(page, 'admin', password)",
        "await login(page, 'standard_user')",
        "login(ctx, \"alice\", \"member\")",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
    let values = [["maple", "rain77"].concat(), ["Grün3", "Wald"].concat()];
    let forms =
        ["      password: {}\n", "Passwort: {} (temporär)", "The password is {}", "login(ctx, \"alice\", \"{}\")"];
    assert_eq!(missed_with(&forms, &values), Vec::<String>::new());
    assert_eq!(
        missed_with(&["login('ann', '{}', 1)", "login(\"ann\", \"{}\")"], &["sesame".to_owned()]),
        Vec::<String>::new()
    );
}

#[test]
fn what_a_name_owns_and_the_literal_before_another_one_are_values() {
    let passwords = [["maple", "rain77"].concat(), ["Som", "mer2024!"].concat()];
    let forms = [
        "the password's {} btw",
        "awk -v pass='{}' 'BEGIN { print pass }' a",
        "psql --password='{}' 'select 1 from t'",
    ];
    assert_eq!(missed_with(&forms, &passwords), Vec::<String>::new());
    let tokens = [["0f3a9c", "71b2e84d", "5560af19", "c3d27b8e41"].concat()];
    let forms = ["the token's {}", "curl 'https://api.example/weather?appid={}&q=Bern'"];
    assert_eq!(missed_with(&forms, &tokens), Vec::<String>::new());
    let harmless = [
        "the token's lifetime is 3600s",
        "the password's length is checked",
        "License: GFDL-1.3+-no-invariants",
        "\"license\": \"BSD-3-Clause\"",
        "appid=wx1234567890abcdef",
        "SPDX-License-Identifier: MPL-2.0",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn sentences_tell_passwords_in_many_languages() {
    let forms = [
        "Use the password {} for the staging box.",
        "I set it to {} (password for staging).",
        "Nimm {} als Passwort.",
        "mit dem Passwort {} einloggen",
        "utilise {} comme mot de passe",
        "usa {} como contraseña",
        "use {} como senha",
        "usa {} come password",
        "gebruik {} als wachtwoord",
        "użyj hasła {} do serwera",
        "зайди с паролем {} на сервер",
        "пароль от базы {}",
        "我把密码改成了{}",
        "adgangskoden er {}",
        "The login is ann with {}.",
        "basic auth ann:{} on staging",
        "grafana: admin/{}",
        "root@db1.example / {}",
    ];
    assert_eq!(missed(&forms), Vec::<String>::new());
}

#[test]
fn calls_sections_and_tables_tell_passwords() {
    let forms = [
        "return httpBasic(\"bob\", \"{}\");",
        "cfg.Auth = []ssh.AuthMethod{ssh.Password(\"{}\")}",
        "let pw = env::var(\"DB_PASSWORD\").unwrap_or(\"{}\".into());",
        "DB_PASSWORD: z.string().min(8).default(\"{}\"),",
        "await userEvent.type(screen.getByLabelText(/password/i), '{}');",
        "conn = createConnection('h', 'root', '{}', 'shop')",
        "passwords:\n  ann: {}\n  bob: {}\n",
        "[passwords]\nann = {}\n",
        "PASSWORDS = {\n    \"ann\": \"{}\",\n    \"bob\": \"{}\",\n}",
        "CREDENTIALS = [\n    (\"ann\", \"{}\"),\n]",
        "COPY users (id, name, password, note) FROM stdin;\n1\tann\t{}\tx\n\\.",
        "<tr><th>User</th><th>Password</th></tr>\n<tr><td>ann</td><td>{}</td></tr>",
        "{\"columns\":[\"id\",\"password\"],\"rows\":[[1,\"{}\"],[2,\"{}\"]]}",
    ];
    assert_eq!(missed(&forms), Vec::<String>::new());
}

#[test]
fn what_a_command_prints_below_it_is_a_secret() {
    let forms = [
        "$ vault kv get -field=password secret/db\n{}",
        "$ kubectl get secret db -o jsonpath='{.data.password}' | base64 -d\n{}",
        "$ cat /run/secrets/db_password\n{}",
        "$ terraform output -raw db_password\n{}",
    ];
    assert_eq!(missed(&forms), Vec::<String>::new());
}

#[test]
fn sentences_and_structures_without_a_secret_stay() {
    let engine = engine();
    for text in [
        "Use password authentication with OAuth2Client and AES256Gcm on ubuntu-2204.",
        "The password is hashed with PBKDF2-HMAC-SHA256, see RFC8018 and issue#1234 of bcrypt@5.1.1.",
        "The token for WindowsServer2022 expires on 2026-11-24; reset passwords in step12.",
        "log in with SSO on port 8443, then open http://localhost:3000/x1",
        "passwords:\n  min_length: 12\n  algorithm: pbkdf2-sha512\n  required: true\n",
        "\"Credentials\": {\"$ref\": \"#/definitions/MQBrokerAccessCredentials\"}",
        "credentials: INTERNET_CREDENTIALS_0,",
        "<tr><th>User</th><th>Password</th></tr>\n<tr><td>ann</td><td>hidden</td></tr>",
        "{\"columns\":[\"id\",\"password\"],\"rows\":[[1,null],[2,\"\"]]}",
        "$ gcloud auth list\nACTIVE",
        "$ cat docs/passwords.md\nintro2",
        "$ git config --get user.signingkey\n3AA5C34371567BD2",
        "gh secret set build --body \"$BODY\" # commit 1f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c",
        "connect(\"localhost\", \"5432\", \"postgres\")",
    ] {
        let found: Vec<_> =
            engine.scan(text.as_bytes(), &mut Scratch::default()).iter().map(|it| text.get(it.start..it.end)).collect();
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn two_words_and_a_number_right_beside_the_name_are_a_password() {
    let value = ["tiger", "lake77"].concat();
    let engine = engine();
    for text in [
        "ssh root@10.0.0.3 (pw \u{b6})",
        "temp password \u{b6} expires tomorrow",
        "Setting password to \u{b6} now",
        "admin / \u{b6}",
    ] {
        let text = text.replace('\u{b6}', &value);
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text, layers));
            assert!(!left.contains(&value), "{left}");
        }
    }
    for text in [
        "the password hostname01 asks for",
        "password windows11 shows",
        "password username12 field",
        "password step10 is next",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn of_two_values_the_second_is_that_of_the_second_name() {
    let forms = [
        "user/pass: ann / {}",
        "(default username/Password: admin/{})",
        "Account / Password: svc_app  /  {}",
        "ID/PW: demo01 / {}",
        "Логин / Пароль: demo01 / {}",
        "ssh root@host\n# 密码: {}\n",
        "# 密码: @{}",
    ];
    assert_eq!(missed(&forms), Vec::<String>::new());
    // The first half is part of the secret, or a secret itself.
    for form in ["prod/db/password={}", "db/password={}", "Login/Passwort: {}", "secret/token: {}"] {
        assert_eq!(missed_with(&[form], &[["Ab7x/9k", "Q2mZ4r"].concat()]), Vec::<String>::new());
    }
    assert_eq!(missed_with(&["/prod/db/password={}"], &[["maple/fog", "91x"].concat()]), Vec::<String>::new());
    assert_eq!(missed(&["Password / Passphrase: {} / other"]), Vec::<String>::new());
    let harmless = [
        "username/password: string / string",
        "user/password: see docs/setup",
        "login/password: https://example.com/login",
        "input/output pw: src / lib2024",
        "contraseña: obligatoria",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn keys_and_passwords_are_known_by_the_call_or_the_command_that_is_given_them() {
    let forms = [
        "OpenSSL::HMAC.hexdigest('SHA256', '{}', data)",
        "hash_hmac('sha256', $data, '{}')",
        "openssl_encrypt($data, 'AES-128-CTR', '{}', 0, $iv)",
        "cipher = AES.new(b'{}', AES.MODE_CBC, iv)",
        "auth.sign_in_with_email_and_password('a@acme.io', '{}')",
        "snmp-server host INSIDE nms01 poll community {}",
        "snmp-server host 10.1.1.1 traps version 2c {}",
    ];
    let short = [["Kx7!", "vTq2pW"].concat(), ["copper91", "Lamp"].concat()];
    assert_eq!(missed_with(&forms, &short), Vec::<String>::new());
    let cried = [["HarborIs", "TheBest!"].concat()];
    assert_eq!(
        missed_with(&["the admin password is `{}`\n(change it)", "Password is '{}'."], &cried),
        Vec::<String>::new()
    );
    let harmless = [
        "hash_hmac('sha256', $data, 'webhook')",
        "snmp-server host 10.1.1.1 traps version 2c public",
        "the password is 'Required!'",
        "AES.new(key, AES.MODE_CBC, 'iv')",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}
