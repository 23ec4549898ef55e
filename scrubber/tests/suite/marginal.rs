//! Values that stand a line below their name behind a margin, and values of people where a program compares or reads them.

use crate::support::{engine, escaped, rest};

/// What is left of each text once its value, `{}`, is planted in it and what is found is left out.
fn check(forms: &[&str], values: &[String], expected: bool) {
    for (form, value) in forms.iter().flat_map(|form| values.iter().map(move |value| (form, value))) {
        let text = form.replace("{}", value);
        assert_eq!(rest(engine(), &text).contains(value.as_str()), !expected, "{text}");
    }
}

fn chosen() -> [String; 3] {
    [
        ["Copper.", "Harbor", "71"].concat(),
        ["Harbor", "*44", "71"].concat(),
        ["tundra-", "maple-", "walnut-", "anchor"].concat(),
    ]
}

#[test]
fn a_value_in_the_next_line_of_a_difference_or_quotation_is_found() {
    let values = [["Qx82", "hhPl9z", "Vw3k", "Tr7b"].concat()];
    check(
        &[
            "+<key>APIKey</key>\n+<string>{}</string>\n",
            "-password: >-\n-  {}\n",
            "> Password:\n> {}\n",
            "a.conf:7:password:\na.conf:8:  {}\n",
        ],
        &values,
        true,
    );
    check(&["+++ a/password\n+{}\n", "+password: text\n+{}\n"], &["unchanged".to_owned()], false);
}

#[test]
fn passwords_of_words_are_found_where_code_compares_and_reads_them() {
    check(
        &[
            "if (password.equals(\"{}\")) {",
            "if (\"{}\".equals(request.getParameter(\"password\"))) {",
            "expect(body.password).toBe('{}')",
            "$admin_pw = Sensitive('{}')",
            "kubectl create secret generic db --from-literal=pw={}",
            "keys.load(in, \"{}\".toCharArray());",
        ],
        &chosen(),
        true,
    );
    let names = ["Color.Gray50", "Types.Int32"].map(str::to_owned);
    check(&["if (password.equals({})) {", "token = {}", "password = {}"], &names, false);
}

#[test]
fn a_command_that_ends_a_string_of_json_ends_with_it() {
    let value = ["open", "19x7"].concat();
    for text in [
        format!(r#"{{"m": "{{\"out\": \"mysql -u root -p{value}\"}}"}}"#),
        format!(r#"{{"command":"mysql -u root -p{value}","description":"x"}}"#),
    ] {
        let left = rest(engine(), &text);
        assert!(!left.contains(&value) && left.ends_with("\"}"), "{left}");
    }
}

#[test]
fn a_literal_in_a_string_of_json_ends_before_the_string_does() {
    let value = ["copper", "harbor"].concat();
    let text = format!(r#"{{"log":"DB_PASSWORD = \"{value}\"\n","stream":"stdout"}}"#);
    let left = rest(engine(), &text);
    assert!(!left.contains(&value) && left.ends_with(r#"","stream":"stdout"}"#), "{left}");
}

#[test]
fn a_key_of_a_network_is_a_password_though_its_name_is_two_words() {
    check(&["Wi-Fi key: {}\n", "WLAN key: {}\n"], &[["rocket", "2018"].concat()], true);
    check(&["Sort key: {}\n", "the key: {}\n"], &[["rocket", "2018"].concat()], false);
}

#[test]
fn random_letters_without_a_digit_are_a_key_where_one_is_told() {
    let value = ["sHqWnVbGdZk", "TxRmPcJfLyQ", "wB"].concat();
    check(&["Fernet(\"{}\")", "hash_hmac('sha256', $body, '{}')"], &[value], true);
    check(&["Fernet(\"{}\")"], &["configurationEntryNameOfKey".to_owned()], false);
}

#[test]
fn a_name_may_go_on_behind_the_word_for_a_secret() {
    let engine = engine();
    let password = ["Tiger", "Rain", "2685"].concat();
    for text in [
        "DB_PASSWORD_PROD=§\n",
        "db_password_staging: §\n",
        "PASSWORD_DEFAULT = \"§\"\n",
        "password1=§&password2=§\n",
        "{\"password_1\":\"§\",\"password2\":\"§\"}\n",
        "<password2>§</password2>\n",
        "passwordRepeat: '§'\n",
        "password-1: §\n",
        "app.password.staging=§\n",
        "--password1 §\n",
        "DB_PASS_2=§\n",
        "rootPassProd = \"§\"\n",
        "PASSWORD_MYSQL=§\n",
        "export ADMIN_PW_1='§'\n",
    ] {
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text.replace('§', &password), layers));
            assert!(!left.contains(&password), "{layers}: {left}");
        }
    }
    for text in [
        "password_policy: Strong2023\n",
        "PASSWORD_MIN_LENGTH=12345678\n",
        "password_field = \"loginPassword2\"\n",
        "secret_name: my-app-secrets-v2\n",
        "token_type_2 = \"bearer\"\n",
        "pass1: completed\n",
        "key_1: value_1\n",
        "password1 = forms.CharField(label=\"Password\")\n",
        "if (password1 !== password2) {\n",
        "password.length >= 8 && token.value\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn a_password_of_digits_alone_is_found_where_it_fills_its_line() {
    let engine = engine();
    let digits = ["8391", "0274"].concat();
    for text in ["password: §\n", "password = §\n", "MYSQL_ROOT_PASSWORD: §\n", "DB_PASSWORD=§\n", "  passphrase: §\n"]
    {
        for layers in 0..3 {
            let left = rest(engine, &escaped(&text.replace('§', &digits), layers));
            assert!(!left.contains(&digits), "{layers}: {left}");
        }
    }
    for text in
        ["password_changed: 20261129\n", "password: 1024\n", "tokens: 83910274\n", "if password == 83910274 {\n"]
    {
        assert_eq!(rest(engine, text), text);
    }
}
