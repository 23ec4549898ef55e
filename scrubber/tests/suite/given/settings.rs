//! Passwords of words that files of settings, command lines and tables of accounts hold without quotes.

use super::{missed, taken};

/// Words with a sign, a capital or a number, as people make them up.
fn words() -> Vec<String> {
    [
        ["mosquito", "_Net"],
        ["proxy", "-Macaw"],
        ["blue", "Harbor"],
        ["Copper", "*7"],
        ["Fog+", "Harbor"],
        ["blue.", "fog7"],
    ]
    .iter()
    .map(|parts| parts.concat())
    .collect()
}

#[test]
fn a_line_of_settings_may_set_a_password_to_any_word() {
    let places = [
        "DB_PASSWORD=\u{b6}",
        "  12\u{2192}export DB_PASSWORD=\u{b6}",
        "spring.datasource.password=\u{b6}\nspring.jpa.show-sql=true",
        "[client]\nuser = ann\npassword = \u{b6}\nport = 3306",
        "    environment:\n      POSTGRES_PASSWORD: \u{b6}\n    ports:",
        "ENV DB_PASSWORD=\u{b6}",
    ];
    assert_eq!(missed(&places, &words()), [""; 0]);
    let titles = [["Harbor", "light"].concat(), ["Mac", "aco"].concat()];
    assert_eq!(missed(&["DB_PASSWORD=\u{b6}", "DB_PASSWORD=\"\u{b6}\"", "db.password=\u{b6}"], &titles), [""; 0]);
    let structured = [["mosquito", "_Net"].concat(), ["proxy", "-Macaw"].concat(), ["Copper", "*7"].concat()];
    assert_eq!(
        missed(
            &[
                "db:\n  user: ann\n  password: \u{b6}\n  port: 5432",
                "db: {user: ann, password: \u{b6}, port: 5432}",
                "pools: [{user: ann, password: \u{b6}}]",
            ],
            &structured
        ),
        [""; 0]
    );
    assert_eq!(missed(&["db: {user: ann, password: \u{b6}, port: 5432}"], &[["harbor", "77"].concat()]), [""; 0]);
    assert_eq!(missed(&["{user: ann, password: \u{b6}}"], &[["copper", "-fog"].concat()]), [""; 0]);
}

#[test]
fn where_no_variable_stands_a_password_may_be_one_word() {
    let words = [["mosquito", "_Net"], ["proxy", "-Macaw"], ["blue", "Harbor"], ["Blue.", "Harbor"]]
        .map(|parts| parts.concat());
    let places = [
        "tool --user ann --password \u{b6} --host h",
        "docker run -e MYSQL_ROOT_PASSWORD=\u{b6} mysql",
        "curl -d user=ann&password=\u{b6}&go=1 https://acme.test",
        "request {user=ann, password=\u{b6}} was refused",
        "setx DB_PASSWORD \u{b6}",
        "| user | password | note |\n|---|---|---|\n| ann | \u{b6} | no sso |",
    ];
    assert_eq!(missed(&places, &words), [""; 0]);
    assert_eq!(missed(&["#define DB_PASSWORD \"\u{b6}\""], &[["blue", "_harbor"].concat()]), [""; 0]);
    assert_eq!(missed(&["MI_CLAVE = \"\u{b6}\""], &[["Tributo", ".4T"].concat()]), [""; 0]);
}

#[test]
fn words_of_a_shell_are_neither_members_nor_sums() {
    let words = [["jolly", ".roger"].concat(), ["Fog+", "Harbor"].concat()];
    let places = [
        "openssl enc -aes-256-cbc -d -in k.enc -k \u{b6} -out k",
        "htpasswd -nb ann '\u{b6}'",
        "mcrcon -H localhost -p \u{b6} list",
        "add-user.sh -u ann -p \u{b6}",
        "db2 connect to KDN user ann using \u{b6}",
        "zfs create -o keyformat=passphrase tank/e <<< \"\u{b6}\"",
        ": PSK \"\u{b6}\"",
    ];
    assert_eq!(missed(&places, &words), [""; 0]);
    let quoted = [["Monthly", ".Report"].concat()];
    let places = ["ALTER USER 'ann' IDENTIFIED BY '\u{b6}'", "connect('weblogic', '\u{b6}', 't3://localhost:7001')"];
    assert_eq!(missed(&places, &quoted), [""; 0]);
    let numbered = [["JANUAR", "01"].concat(), ["biaoge-", "888"].concat()];
    let places = ["ALTUSER BATCH1 PASSWORD(\u{b6}) NOEXPIRED", "Sheets(1).Unprotect \"\u{b6}\""];
    assert_eq!(missed(&places, &numbered), [""; 0]);
}

#[test]
fn what_code_and_help_write_beside_such_names_stays() {
    let texts = [
        "connect(host=host, password=dbPass)",
        "connect(\n    host=host,\n    password=raw_word\n)",
        "login({\n  user: ann,\n  password: copper_fog\n})",
        "const { user, password: hashed } = form;",
        "return {auth: {password: copper_fog}};",
        "User(name=ann, password=blueHarbor)",
        "usage: tool --password PASSWORD --user USER",
        "tool --password Required --user x",
        "PASSWORD=config.Password",
        "tool --password file_name.txt -v",
        "items = [a]\npassword = blue_harbor",
        "| Field | Type | Required |\n|---|---|---|\n| password | string | yes_please |",
        "| Username | Password | Result |\n|---|---|---|\n| valid | invalid | error |",
        "#define LN_kx_psk \"kx-psk\"",
        "SetBasicAuth(user, cfg.Secret)",
        "palabra_clave = \"contabilidad\"",
        "PSK -> HKDF-Extract = Early",
        "class A:\n    DB_PASSWORD: Incomplete\n    x: int",
        "class A {\n    [Fact]\n    public void B() {\n    password = newWord\n    }",
        "the passkey 2024 of the browser",
        "login.title=Anmeldung\nlogin.password=Kennwort\nlogin.submit=Anmelden",
        "label.password=Wachtwoord",
        "ConnectionInfo{host=h, password=Optional.empty, port=1}",
        "error.password=TooShort",
        "$cred.Password=Read-Host\nPassword=ConvertTo-SecureString",
        "update: x\npassword: auto_generated\nkeep: y",
        "| user | password | expected |\n|---|---|---|\n| ann | too_short | error |\n| ann | NoDigits | error |",
        "| host | password |\n|---|---|\n| db3 | LDAP-bind |",
    ];
    assert_eq!(taken(&texts), [""; 0]);
}
