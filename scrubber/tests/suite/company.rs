//! What is found by itself is found in company: beside other members and lines, within the quotes of an argument, behind what
//! listings put before a line.

use crate::support::{engine, escaped, rest};

/// Six bytes of a value tell it.
const PART: usize = 6;

/// Whether a part of the value is left, as the text stands or within two layers of JSON strings.
fn left(form: &str, value: &str) -> bool {
    let text = form.replace("{}", value);
    [text.clone(), escaped(&text, 2)].iter().any(|text| holds_part(&rest(engine(), text), value))
}

/// Whether the value is left as a whole in both.
fn left_whole(form: &str, value: &str) -> bool {
    let text = form.replace("{}", value);
    [text.clone(), escaped(&text, 2)].iter().all(|text| rest(engine(), text).contains(value))
}

fn holds_part(text: &str, value: &str) -> bool {
    value.as_bytes().windows(PART).any(|part| text.as_bytes().windows(PART).any(|other| other == part))
}

fn each(forms: &[&str], values: &[&str], found: bool) {
    for (form, value) in forms.iter().flat_map(|form| values.iter().map(move |value| (form, value))) {
        let held = if found { !left(form, value) } else { left_whole(form, value) };
        assert!(held, "{}", form.replace("{}", value));
    }
}

#[test]
fn a_value_beside_its_name_is_found_whatever_the_next_member_is_called() {
    let token = ["q7Zp4X", "w2Lr9Tb6", "Nk1mV8"].concat();
    each(
        &[
            "\"password\": \"{}\",\n\"value\": \"none\",",
            "'password': '{}',\n    value: 3\n",
            "t.Setenv(\"API_SECRET\", \"{}\")\n  value: 3\n",
            "ENV[\"DB_PASSWORD\"] = \"{}\"\n  value: 3\n",
            "ENV['API_SECRET'] ||= '{}'\n  value: 3\n",
            "{\"password\": \"{}\", \"default\": \"none\"}",
        ],
        &[&["wander_", "Topaz_66!"].concat(), &["Kettle", "Vault187"].concat()],
        true,
    );
    // A member that names the value and does not hold it.
    each(
        &[
            "{\"name\": \"API_TOKEN\", \"type\": \"x\", \"value\": \"{}\"}",
            "{\"type\": \"x\", \"name\": \"API_TOKEN\",\n \"value\": \"{}\"}",
            "<add key=\"ApiToken\" type=\"x\" value=\"{}\"/>",
            "{\"password\": \"\", \"value\": \"{}\"}",
            "{\"name\": \"x\", \"secret\": true, \"value\": \"{}\"}",
        ],
        &[&token],
        true,
    );
}

#[test]
fn an_argument_in_quotes_within_quotes_is_read_as_the_other_shell_reads_it() {
    let values = [["plasma", "77", "64!"].concat(), ["Harbor", "Echo", "187"].concat()];
    for value in &values {
        for (open, form) in [
            ("'\\''", "ssh web1 'mysql -uroot -p{}{q} shop'"),
            ("'\"'\"'", "ssh web1 'mysql -uroot -p{}{q} shop'"),
            ("'\"'\"'", "ssh web1 'PGPASSWORD={}{q} psql -U app shop'"),
            ("'\\''", "su - app -c 'curl -u {}{q} https://acme.example/'"),
            ("'\"'\"'", "bash -c 'redis-cli -a {}{q} ping'"),
        ] {
            let value = if form.contains("curl") { format!("ann:{value}") } else { value.clone() };
            let form = form.replace("{}", &format!("{open}{{}}")).replace("{q}", open);
            assert!(!left(&form, &value), "{form} {value}");
        }
    }
    for text in
        ["case '\\'': case '\"': return quote;", "s = s.replace('\\'', '\\'\\'');", "echo 'it'\\''s 4 o'\\''clock'"]
    {
        assert_eq!(rest(engine(), text), text);
    }
}

#[test]
fn what_listings_put_before_a_line_hides_nothing() {
    each(
        &[
            "-        - name: DB_PASSWORD\n-          value: {}\n",
            "-  <property>\n-    <name>db.ConnectionPassword</name>\n-    <value>{}</value>\n",
            "12:  [\"password\"]=>\n13:  string(12) \"{}\"\n",
            "{\"content\": \"12\\tid,login,password\\n13\\t1,ann,{}\\n\"}",
            "<pre><code>      AWS_SECRET: {}</code></pre>",
            "<pre><code>requirepass {}</code></pre>",
            "<p>la contraseña es {}</p>",
            "<p>пароль {}</p>",
            "12:\u{2502} login \u{2502} password  \u{2502}\n13:\u{251c}\u{2500}\u{253c}\u{2500}\u{2524}\n14:\u{2502} ops   \u{2502} {} \u{2502}\n",
            "13:        - --requirepass\n14:        - {}\n",
            "12:3) \"DB_PASSWORD\"\n13:4) \"{}\"\n",
            "redis-1  | 1) \"requirepass\"\nredis-1  | 2) \"{}\"\n",
            "+| `app_prod_password` | `{}` |\n",
            "12:| `db_password` | `{}` |\n",
            "> \"password\": {\n>   \"sensitive\": true,\n>   \"value\": \"{}\"\n> }\n",
        ],
        &[&["Opal", ".Onyx.", "47"].concat(), &["cedar", "_36", "40!"].concat()],
        true,
    );
    let token = ["3246ca6ac869b929", "f2ba72f7383d8db0"].concat();
    each(
        &[
            "12:MqttPassword {}\n",
            "12: ldap-login-password {}\n",
            "2024-05-02T10:11:00.123Z  remote_password {}\n",
            "/etc/nslcd.conf:bindpw {}\n",
            "./x/.msmtprc:password {}\n",
        ],
        &[&["Ivory", "19", "91$"].concat(), &["qm7L*", "aVuL!", "rV"].concat()],
        true,
    );
    each(
        &[
            "-Token leaked in logs: {} -> revoke it",
            "12:Token leaked in logs: {} -> revoke it",
            "12\u{2192}token leaked: {} now",
        ],
        &[&token],
        true,
    );
    for text in [
        "-password word    set the password",
        "-pass phrase source of the key",
        "-   name: TOKEN\n-   value: of the session\n",
        "12:arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
        "app.conf-12-git@github.com:acme/x.git",
        "12-support@github.com",
        "12:| `db_password` | the password of the database, sha256 |",
        "12:3) \"password\"\n13:7) \"Wander_Topaz_66!\"\n",
        "-let password = read(\"Password: \")?;.",
        "<p>let password = read(\"Password: \")?;</p>",
    ] {
        assert_eq!(rest(engine(), text), text);
    }
}

#[test]
fn a_bare_password_ends_at_a_comma() {
    let values = [
        ["plasma", "77", "64"].concat(),
        ["Cactus", "Zinc", "712"].concat(),
        ["cKdftDFY", "7GOCmiTN", "KLEP"].concat(),
    ];
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    each(&["db_password: {}, host: db", "password: {}, retry=3}", "default_pass = {}, retry=3"], &values, true);
    each(
        &["password: {}, host: db", "password = {}, salt"],
        &["userPassword2", "sha256", "rsa4096", "newPassword"],
        false,
    );
}

/// What `xxd` shows of a text.
fn dump(text: &str, group: usize) -> String {
    let lines = text.as_bytes().chunks(16).enumerate().map(|(line, bytes)| {
        let pairs: Vec<_> = bytes
            .chunks(group)
            .map(|pairs| pairs.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            .collect();
        let width = 32 + 16 / group - 1;
        format!("{:08x}: {:width$}  {}\n", line * 16, pairs.join(" "), String::from_utf8_lossy(bytes))
    });
    lines.collect()
}

#[test]
fn all_of_a_value_in_a_dump_is_found_in_both_columns() {
    let uuid = ["b14e2647-", "f173-4ee3-", "bdf6-8d05", "20c9e79e"].concat();
    let hex = ["345db85237ef7a4b", "d0d75c1717c93812"].concat();
    for value in [uuid, hex] {
        for (name, group) in
            [("PAGSEGURO_TOKEN=", 2), ("PAGSEGURO_TOKEN=", 1), ("acme_secret_key=", 2), ("A_SECRET=", 2)]
        {
            let text = dump(&format!("{name}{value}"), group);
            let left = rest(engine(), &text);
            let parts = value.as_bytes().windows(6).filter_map(|part| std::str::from_utf8(part).ok());
            for part in parts {
                assert!(!left.contains(part), "{text}\n{left}");
            }
        }
    }
}

#[test]
fn a_value_ends_where_the_next_line_is_one_of_its_own() {
    let token = ["EDaFl0Xcu6T5", "uiUajFd82SIh", "UyitObGySlmd"].concat();
    // As long as lines are that tools cut.
    let line = format!("//registry.acme.example/:_authToken={token}");
    assert_eq!(line.len(), 72);
    for next in [
        "\nspring.datasource.password=${DB_PASSWORD}",
        "\njdbc:mysql://${DB_HOST}:3306/${DB_NAME}",
        "\nPassword for user app:",
        "\nString.fromEnvironment('API_KEY', defaultValue: 'none')",
        "\nshared-secret is configured in the RADIUS profile",
        "\n\nkSecValueData as String: passwordData",
    ] {
        assert_eq!(rest(engine(), &format!("{line}{next}")), format!("//registry.acme.example/:_authToken=¶{next}"));
    }
    // What was cut goes on.
    let (head, tail) = line.split_at(60);
    let left = rest(engine(), &format!("{head}\n{tail}\nnext line"));
    assert!(!left.contains(tail) && left.ends_with("\nnext line"), "{left}");
    let value = ["Harvest", "@14", "14"].concat();
    for next in ["\"tokens\": [101, 7592]\n", "\"use strict\";\n", "\" a remark of Vim\n"] {
        let text = format!("dbPassword = \"{value}\"\n{next}");
        assert_eq!(rest(engine(), &text), format!("dbPassword = \"¶\"\n{next}"));
    }
}

#[test]
fn the_type_that_a_language_shows_with_a_value_is_none_of_it() {
    let values = [["umbra_", "Quartz_13!"].concat(), ["Falcon", "1997*"].concat()];
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    each(
        &[
            "Object {\"user\": String(\"ann\"), \"password\": String(\"{}\")}",
            "Login { password: Some(String(\"{}\")), port: 5432 }",
            "Object {\"password\": String(\"{}\"), \"value\": String(\"none\")}",
            "Row { password: Text(\"{}\") }",
            "password: Optional(\"{}\")",
            "Login(ann,password=Some({}))",
            "password=Optional[{}]",
        ],
        &values,
        true,
    );
    for text in [
        "password = StringField(\"Password1\")",
        "password: String(255)",
        "password = Some(userPassword2)",
        "token: Some(Token::Ident(\"x1\"))",
        "password: Some(password)",
        "secret = Text(\"label.secret\")",
    ] {
        assert_eq!(rest(engine(), text), text);
    }
}
