//! Secrets that stand behind wrappers, prompts, tags and words of many languages, and in the encodings of texts in any script; and
//! what only looks so.

use super::{missed, taken};
use crate::support::{engine, rest};

/// Passwords as people make them up: words with a number behind or between them, with digits and signs for letters.
fn passwords() -> [String; 6] {
    [
        ["Welkom", "@4485"].concat(),
        ["r1ver", "_2419"].concat(),
        ["Castle254", "dragon"].concat(),
        ["Garten", "Lemon7885"].concat(),
        ["kaffee", "8490!"].concat(),
        ["copper-Harbor", "-3338"].concat(),
    ]
}

#[test]
fn a_sentence_joins_a_password_to_its_name() {
    let places = [
        "cambi\u{e9} la contrase\u{f1}a a \u{b6}",
        "j'ai chang\u{e9} le mot de passe en \u{b6}",
        "troquei a senha para \u{b6}",
        "zmieni\u{142}em has\u{142}o na \u{b6}",
        "\u{44f} \u{43f}\u{43e}\u{43c}\u{435}\u{43d}\u{44f}\u{43b} \u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c} \u{43d}\u{430} \u{b6}",
        "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c} \u{43e}\u{442} \u{441}\u{435}\u{440}\u{432}\u{435}\u{440}\u{430} \u{b6}",
        "our old password, \u{b6}, leaked",
        "identifiant ann, mot de passe \u{b6}",
        "\u{15f}ifrem \u{b6}",
        "\u{be44}\u{bc88}\u{c740} \u{b6}",
        "the password should be set to \u{b6}",
        "la clave del servidor es \u{b6}",
        "le code d'acc\u{e8}s est \u{b6}",
        "kata sandinya \u{b6}",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn wrappers_prompts_and_tags_hold_passwords() {
    let places = [
        "Password: aws.String(\"\u{b6}\"),",
        "password = pointer.To(\"\u{b6}\")",
        "let password = r#\"\u{b6}\"#;",
        "SecretString::new(\"\u{b6}\".into())",
        "PW=${PW:-\"\u{b6}\"}",
        "-define(PASSWORD, \"\u{b6}\").",
        ".withUser(\"ann\").password(\"{noop}\u{b6}\").roles(\"USER\")",
        "password = [-\u{b6}-]{+\u{b6}+}",
        "<wsse:Password Type=\"http://acme.example/#PasswordText\">\u{b6}</wsse:Password>",
        "DSN=prod;UID=app;PWD={\u{b6}};",
        ">>> settings.SECRET_KEY\n'\u{b6}'",
        "In [3]: settings.DB_PASSWORD\nOut[3]: '\u{b6}'",
        ">>> print(config.db_password)\n\u{b6}",
        "irb(main):001:0> user.password\n=> \"\u{b6}\"",
        "> password \u{b6}",
        "secret=Monkey\u{b6}",
        "NEO4J_AUTH=neo4j/\u{b6}",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn more_commands_are_given_passwords_or_print_them() {
    let places = [
        "conan user -p \u{b6} -r acme ci",
        "x11vnc -passwd \u{b6} -display :0",
        "glab variable set DEPLOY_PASS \u{b6} --masked",
        "drush user:password admin \"\u{b6}\"",
        "Input Password    id:password    \u{b6}",
        "echo -n \u{b6} | kubectl create secret generic s --from-file=password=/dev/stdin",
        "#0 /app/db.php(12): PDO->__construct('mysql:host=db;db...', 'app', '\u{b6}')",
        "$ consul kv get app/db/password\n\u{b6}",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn encoded_text_may_be_of_any_script() {
    let engine = engine();
    let password = ["Garten", "Lemon7885!"].concat();
    for text in [
        format!("\u{43c}\u{43e}\u{439} \u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}: {password}"),
        format!("\u{7528}\u{6237}\u{540d} ann\u{ff0c}\u{5bc6}\u{7801}\u{ff1a}{password}"),
    ] {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let left = rest(engine, &format!("echo {hex} | xxd -r -p\n"));
        assert!(!left.contains(&hex), "{left}");
    }
}

#[test]
fn what_only_looks_joined_stays() {
    let texts = [
        "the password is stored in server-1234 and hashed with sha256sum",
        "reset the password to continue with ticket-4711",
        "changed the password field to issue_4711",
        "the password policy, Chapter1204, applies",
        "password = aws.String(cfg.Password)",
        "let secret = r#\"{}\"#;",
        "SecretString::new(value)",
        "PW=${PW:-\"\"}",
        "-define(PASSWORD, undefined).",
        ".password(\"{noop}\")",
        "password = [-\"\"-]{+None+}",
        "<wsse:Password Type=\"http://acme.example/#PasswordText\"/>",
        "PWD={home};",
        ">>> settings.SECRET_KEY\nTraceback (most recent call last):",
        ">>> print(config.db_password)\nNone",
        "> the password\n> 'is kept'",
        "$ consul kv get app/db/host\ndb1.internal",
        "la clave del problema es Windows10",
        "le code d'acc\u{e8}s est invalide",
        "secret = Token1",
        "secret=my-secret-name",
        "Input Password    ${FIELD}    ${PASSWORD}",
        "drush user:password admin \"$PASSWORD\"",
    ];
    assert_eq!(taken(&texts), Vec::<String>::new());
}
