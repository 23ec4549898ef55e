//! Secrets as people tell them in other languages than English, and in settings and programs of less common kinds.

use scrubber::detect::Scratch;

use crate::support::{engine, escaped};

/// Passwords as machines make them: letters in disorder, with few digits, and with many signs.
fn passwords() -> [String; 4] {
    [["Qzk", "NejH4LB"].concat(), ["GYJF", "1eXV"].concat(), ["D%oR", "~I9+Op?e"].concat(), ["Kx7!", "vTq2pW"].concat()]
}

/// Tokens, of which the second is no longer than an id.
fn tokens() -> [String; 2] {
    [["8Qx2", "hhPl9zVt", "4mWc7RkD"].concat(), ["77e32429", "0f247861"].concat()]
}

/// The texts, alone and within a string, in which a value, `{}`, is not found as a whole.
fn missed(forms: &[&str], values: &[String]) -> Vec<String> {
    let mut missed = Vec::new();
    for form in forms {
        for value in values {
            let text = format!("first\n{}\nlast", form.replace("{}", value));
            for text in [text.clone(), escaped(&text, 1)] {
                let found = engine().scan(text.as_bytes(), &mut Scratch::default()).to_vec();
                let covers = |at: usize| found.iter().any(|it| it.start <= at && at + value.len() <= it.end);
                if !text.match_indices(value.as_str()).all(|(at, _)| covers(at)) {
                    missed.push(text);
                }
            }
        }
    }
    missed
}

/// Those texts in which something is found, alone or within a string.
fn found_in(texts: &[&str]) -> Vec<String> {
    let both = |text: &&str| [(*text).to_owned(), escaped(text, 1)];
    let found = |text: &String| !engine().scan(text.as_bytes(), &mut Scratch::default()).is_empty();
    texts.iter().flat_map(both).filter(found).collect()
}

#[test]
fn sentences_tell_passwords_without_a_verb_or_with_one_that_nobody_knows() {
    let forms = [
        "пароль от базы данных {}, пропиши его",
        "database ka password {} hai, config me daal do",
        "şifreyi {} olarak değiştirdim",
        "ik heb het wachtwoord veranderd naar {}",
        "A palavra-passe do servidor passou a ser {}",
        "Das Datenbank-Passwort wurde auf {} geändert",
        "Le mot de passe du compte de service a été changé en {}",
        "connecte-toi avec root / {} puis relance le service",
        "Mon mot de passe, c'est {}",
        "密码已经改为 {} 了",
        "密码（测试环境）：{}",
        "【账号】admin【密码】{}",
        "e-posta parolası: {}",
        "sifre = \"{}\"",
        "mot de passe wifi : {}",
        "Le mot de passe administrateur est : {}",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let forms = ["usa este token de acceso: {}", "Jeton d'accès : {}", "API कुंजी: {}"];
    assert_eq!(missed(&forms, &tokens()), Vec::<String>::new());
    // As with `key`, a short value may be an id.
    let [long, _] = tokens();
    assert_eq!(missed(&["klucz: {}", "clave: \"{}\"", "chiave={}"], &[long]), Vec::<String>::new());
    let harmless = [
        "das Passwort ist Base64-kodiert",
        "Wachtwoord vergeten?",
        "wachtwoord: verplicht",
        "mot de passe : obligatoire",
        "the password MyApp2Go uses is in the vault",
        "una frase contraseña!%0AnNo se permiten",
        "the Win-key, pressed with R2-D2x9Q",
        "clave = \"id_cliente\"",
        "for clave, valor in datos.items():",
        "klucz: klient_id2",
        "'clave' => 'campo_12_obs34'",
        "nyckel: \"order-2024-0091\"",
        "clave_usuario: \"jperez01\"",
        "token de acceso: obligatorio",
        "密码（8-20位）",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn headings_in_any_script_are_those_of_columns_and_sections() {
    let forms = [
        "| Usługa | Użytkownik | Hasło |\n|---|---|---|\n| Grafana | admin | {} |",
        "| サービス | ユーザー | パスワード |\n|---|---|---|\n| Grafana | admin | {} |",
        "Сервис;Логин;Пароль\nGrafana;admin;{}",
        "servicio\tusuario\tcontraseña\ngrafana\tadmin\t{}",
        "Passwörter:\n- Grafana: {}\n- Kibana: {}",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let seed = [["JBSWY3DP", "EHPK3PXP"].concat()];
    assert_eq!(missed(&["url,username,totp,name\nhttps://a.example,app,{},a"], &seed), Vec::<String>::new());
    let harmless = [
        "    --heslo=HESLO              heslo uživatele\n    --auth-no-challenge         posílá údaje\n",
        "| Feld | Passwort |\n|---|---|\n| Typ | Pflichtfeld |",
        "| 字段 | 密码 |\n|---|---|\n| 类型 | varchar2 |",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn words_and_a_number_that_a_full_stop_joins_are_no_code() {
    let words = [["copper.", "harbor71"].concat(), ["copper.harbor.", "violin.maple"].concat()];
    assert_eq!(
        missed(&["DB_PASSWORD={}", "password: {}", "mysqldump --password={} shop"], &words),
        Vec::<String>::new()
    );
    let words = [["Copper", "HarborMaple71"].concat()];
    assert_eq!(missed(&["clientSecret: \"{}\"", "API_SECRET={}"], &words), Vec::<String>::new());
    let harmless = [
        "password = user.password2",
        "password: config.auth.secret12",
        "token = \"JsonWebTokenKey12\"",
        "token = \"ParserStateMachine64\"",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn declarations_controls_and_stores_are_given_values() {
    let forms = [
        "DATA: lv_user TYPE string VALUE 'RFCUSER',\n      lv_password TYPE string VALUE '{}'.",
        "       01  WS-DB-PASSWORD  PIC X(24) VALUE \"{}\".",
        "PasswordEdit.Text := '{}';",
        "keychain.set(\"{}\", forKey: \"password\")",
        "[request setValue:@\"{}\" forHTTPHeaderField:@\"X-Api-Key\"];",
        "DRIVER={SQL Server};SERVER=db;UID=sa;PWD={{}}",
        "When I enter \"{}\" into the password field",
        "I changed the password from `hunter22x` to `{}`.",
        "Passwort von \"hunter22x\" auf \"{}\" geändert",
        "pulumi config set dbPassword {} --plaintext",
        "kubectl create secret generic app --from-literal=db={} -n prod",
        "==== Data ====\nKey     Value\n---     -----\nmain    {}\n",
    ];
    let values = [["Kx7v", "Tq2pW9zL"].concat(), ["9fQ2", "hhPl0zVt"].concat()];
    assert_eq!(missed(&forms, &values), Vec::<String>::new());
    let key = [["rF8OvKLRLkK2Qm", "ezO1oqdLqo3Srt", "339PyAABNuWH0mM="].concat()];
    assert_eq!(missed(&["$ wg show wg0 private-key\n{}"], &key), Vec::<String>::new());
    let made = ["$ pass generate -n db/staging 24\nThe generated password for db/staging is:\n{}"];
    assert_eq!(missed(&made, &tokens()), Vec::<String>::new());
    let asked = ["[10:42] ann: what's the db password?\n[10:43] ben: {}"];
    assert_eq!(missed(&asked, &passwords()), Vec::<String>::new());
    let harmless = [
        "lv_password TYPE string VALUE lv_default.",
        "01  WS-PASSWORD  PIC X(8) VALUE SPACES.",
        "PasswordEdit.Text := Edit2.Text;",
        "keychain.set(token2, forKey: \"token\")",
        "<Input password={formValues2} />",
        "password hashing changed from `md5` to `argon2id`",
        "the token type changed from `JWT` to `PASETO4`",
        "== Data ==\nKey    Value\nhost   db01.intern\nuser   app2\nport   5432\n",
    ];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}

#[test]
fn a_value_in_a_query_ends_before_the_next_member() {
    let [key, _] = tokens();
    let text = format!("https://maps.example/api?key={key}{key}&v=3.3.88");
    let found = engine().scan(text.as_bytes(), &mut Scratch::default()).to_vec();
    let rest = found.first().and_then(|found| text.get(found.end..));
    assert_eq!(rest, Some("&v=3.3.88"));
}

#[test]
fn what_is_said_of_passwords_in_general_hides_none() {
    let password = [["v2-copper", "harbor"].concat(), ["base64-", "copper71"].concat()];
    let forms = ["the password is {}", "The admin password is \"{}\".", "password was changed to {}"];
    assert_eq!(missed(&forms, &password), Vec::<String>::new());
    assert_eq!(missed(&["set password {}"], &[["Velvet", "Harbor?"].concat()]), Vec::<String>::new());
    // The letter with an accent and what stands behind it are left.
    let cut = [["Kx7v", "Tq2pW"].concat()];
    let forms = ["password {}é4 works", "Passwort {}ö9 geht nicht", "Mon mot de passe, c'est {}é4"];
    assert_eq!(missed(&forms, &cut), Vec::<String>::new());
}

#[test]
fn odbc_quotes_a_password_and_code_a_name() {
    let password = [["Kx7!", "vTq2pW"].concat()];
    let forms = ["DRIVER={a};SERVER=db;PWD={{}};", "\"DRIVER={a};UID=ann;PWD={{}}\""];
    assert_eq!(missed(&forms, &password), Vec::<String>::new());
    let harmless = ["<Foo password={formState123abc} />", "f\"password={user_2024_01}\""];
    assert_eq!(found_in(&harmless), Vec::<String>::new());
}
