//! Lines that tell of a secret by filling their line, where something else begins and ends it: a string of JSON, what a search or a
//! log of containers puts before it, two signs at its end.

use crate::support::{engine, escaped, rest};

/// What the lines of a text may stand in.
fn wrapped(text: &str) -> Vec<(&'static str, String)> {
    let each = |before: &dyn Fn(usize) -> String| {
        let lines = text.split('\n').enumerate().map(|(number, line)| format!("{}{line}", before(number)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let object = |text: &str| format!("{{\"output\":{},\"ok\":true}}", serde_json::json!(text));
    vec![
        ("nothing", text.to_owned()),
        ("a string", object(text)),
        ("a string in a string", object(&object(text))),
        ("the last of a list", format!("[\"a\", {}]", serde_json::json!(text))),
        ("two signs", text.replace('\n', "\r\n") + "\r\n"),
        ("a search", each(&|number| format!("deploy/notes.txt:{}:", number + 7))),
        ("a log of containers", each(&|_| "api-1  | ".to_owned())),
        ("a difference", "@@ -1 +1,2 @@\n x\n".to_owned() + &each(&|_| "+".to_owned())),
    ]
}

#[test]
fn what_fills_its_line_is_found_in_what_lines_are_wrapped_in() {
    let places = [
        "ENV DB_PASSWORD \u{b6}",
        "ENV DB_PASSWORD \u{b6}\nRUN make",
        "setx DB_PASSWORD \u{b6}",
        "set -Ux DB_PASSWORD \u{b6}",
        "login ann\npassword \u{b6}",
        "machine a.test\n  login ann\n  password \u{b6}",
        "requirepass \u{b6}",
        "Password: \u{b6}",
        "pw: \u{b6}",
        "user ann\npw: \u{b6}",
        "expect \"password:\"\nsend \"\u{b6}\\r\"",
        "fly secrets set MAIL=\u{b6}",
        "kubectl create secret generic a --from-literal=mail=\u{b6}",
        "gh secret set MAIL --body \u{b6}",
        "printf 'DB_PASSWORD=%s\\n' '\u{b6}' >> .env",
        "sed -i 's/YOUR_API_TOKEN/\u{b6}/g' config.js",
        "sed -i \"s|changeme|\u{b6}|\" values.yaml",
        "fastcgi_param DB_PASSWORD \u{b6};",
        "Elasticsearch(a, http_auth=(\"elastic\", \"\u{b6}\"))",
    ];
    let value = ["Tiger", "-361-lake"].concat();
    let engine = engine();
    let mut missed = Vec::new();
    for place in places {
        for (name, text) in wrapped(&place.replace('\u{b6}', &value)) {
            for layers in 0..2 {
                if rest(engine, &escaped(&text, layers)).contains(&value) {
                    missed.push(format!("{layers} layers, {name}: {place}"));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_a_command_printed_is_found_up_to_the_end_of_its_string() {
    let value = ["tiger", "lake77"].concat();
    let text = format!("$ cat /run/secrets/db_password\n{value}");
    let engine = engine();
    for (name, text) in
        wrapped(&text).into_iter().filter(|(name, _)| !["a search", "a log of containers"].contains(name))
    {
        let left = rest(engine, &escaped(&text, 1));
        assert!(!left.contains(&value), "{name}: {left}");
    }
}

#[test]
fn messages_in_strings_stay() {
    let engine = engine();
    for text in [
        "{\"title\": \"Password required\", \"hint\": \"password: required\"}",
        "{\"label\": \"Set password\", \"text\": \"set password later\"}",
        "t(\"password: optional\", x)",
        "{\"a\": \"export token\"}",
        "docs/a.md:7:Password policy",
        "api-1  | password reset",
        "docs/a.md:7:set password first",
        "fly secrets set REGION=us-east-1 HOST=db.internal PORT=8080",
        "vault write auth/approle/role/web token_policies=default token_ttl=1h",
        "kubectl create secret generic a --from-literal=username=ann --from-literal=url=https://a.test/x",
        "kubectl create secret tls a --cert=a.crt --key=a.key --namespace=web",
        "net use Z: \\\\nas\\data /persistent:yes",
        "\"password\": \"Step 2 & Step 3\"",
        "sed -i 's/foo/bar2024x/' a.txt",
        "sed -i 's/token/sha512hash/' a.py",
        "sed -i 's/password/passwd2hash/' a.py",
        "vault write transit/keys/k type=aes256-gcm96",
        "vault kv put secret/a db_driver=postgres15",
        "kubectl create secret generic a --namespace=team-blue2024 --context=kind2024ctx",
        "does it log the password?\nResult: passed12of12",
        "where is the password?\nfile: config2024.yml",
        "await loginAs(page, \"customer2\")",
        "sed -i 's/old_token/new_token2/' a.py",
        "sed -i \"s/YOUR_API_KEY/$API_KEY_2024/\" a.js",
        "printf 'TOKEN=%s\\n' \"$TOKEN\"",
        "stringData:\n  host: db-1.internal\n  port: \"5432\"\n",
        "\"password\": \"AES256 or better\"",
    ] {
        for layers in 0..3 {
            let text = escaped(text, layers);
            assert_eq!(rest(engine, &text), text);
        }
    }
}

#[test]
fn a_folder_that_reads_like_a_line_end_parts_no_command_from_its_password() {
    let value = ["Tiger", "-361-lake"].concat();
    let engine = engine();
    for text in [
        "C:\\repo> mysql -u root -p\"\u{b6}\" shop",
        "cd C:\\new && mysql -uroot -p\"\u{b6}\"",
        "cd C:\\node && set password \"\u{b6}\"",
        "cd C:\\repo & setx DB_PASSWORD \"\u{b6}\"",
        "curl -w 'code %{http_code}\\nx' -u \"ann:\u{b6}\" https://a.test",
        "sed 's/a/\\nb/' f > g; set requirepass \"\u{b6}\"",
    ] {
        let text = text.replace('\u{b6}', &value);
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text, layers));
            assert!(!left.contains(&value), "{left}");
        }
    }
}
