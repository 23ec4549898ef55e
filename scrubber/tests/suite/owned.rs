//! Names that tell whose a secret is behind the word for it; what only names something about a secret stays.

use crate::support::{engine, escaped, rest};

/// What is left of each text once its value, `{}`, is planted in it, within as many layers of strings as matter.
fn check(forms: &[&str], value: &str, found: bool) {
    for (form, layers) in forms.iter().flat_map(|form| (0..3).map(move |layers| (form, layers))) {
        let text = escaped(&form.replace("{}", value), layers);
        let expected = if found { escaped(&form.replace("{}", "\u{b6}"), layers) } else { text.clone() };
        assert_eq!(rest(engine(), &text), expected, "{text}");
    }
}

#[test]
fn a_name_may_end_with_whose_the_secret_is() {
    let hex = ["9f8e2c4d6a1b", "3e5f7a9c0d2e", "4f6a8b1c"].concat();
    check(
        &[
            "API_KEY_BREVO=\"{}\"\n",
            "SECRET_WEBFORM: \"{}\"\n",
            "\"access_token_partner\": \"{}\",\n",
            "apiKeyForBrevo: '{}',\n",
            "TOKEN_OF_WEB_SHOP={}\n",
            "STRIPE_API_KEY_LIVE_V2={}\n",
            "KEY_BREVO=\"{}\"\n",
            "token.partner = \"{}\"\n",
        ],
        &hex,
        true,
    );
    check(
        &[
            "keyHash: \"{}\"\n",
            "key_fingerprint = \"{}\"\n",
            "token_id: {}\n",
            "tokenChecksum = '{}'\n",
            "secret_version_digest: {}\n",
            "tokenizer_model = '{}'\n",
        ],
        &hex,
        false,
    );
}

#[test]
fn passwords_of_people_are_found_there_too_and_ordinary_values_stay() {
    let chosen = ["Tr0ub4", "dor&33"].concat();
    check(
        &["PASSWORD_JENKINS={}\n", "passwordJenkins: \"{}\"\n", "PWD_NAS = '{}'\n", "PASS_ADMIN={}\n"],
        &chosen,
        true,
    );
    let plain = ["freenove", "208"].concat();
    check(&["const char* password_Router = \"{}\";\n", "password_for_web_shop: {}\n"], &plain, true);
    check(&["password_field = \"{}\"\n", "passwordLabel: \"{}\"\n", "pass_through_mode = \"{}\"\n"], &plain, false);
    check(&["password_router: {}\n", "tokenPartner = \"{}\"\n"], "rotatedWeekly", false);
}

#[test]
fn commands_between_backticks_end_there_and_names_in_capitals_are_no_values() {
    for text in [
        "`--password=`, `sshpass -p`, SQL `IDENTIFIED BY`, and more",
        "use `mysql -p`, `psql` or `sqlite3`",
        "curl -u USERNAME:ACCESS_KEY https://api.shop.io",
        "curl -u ACCOUNT_SID:AUTH_TOKEN https://api.shop.io",
    ] {
        check(&["{}\n"], text, false);
    }
    let chosen = ["copper", "77", "harbor"].concat();
    check(&["run `sshpass -p {} ssh nas` first\n", "`mysql -uroot -p{}`, then `\\q`\n"], &chosen, true);
    check(&["Your verification code is {}. It expires\n", "the admin password is {}\n"], "48213", true);
    check(&["the password is {} characters long\n"], "12", false);
    check(&["tool --password {} --verbose\n"], "@password2.txt", false);
}

#[test]
fn elements_calls_and_changes_that_hold_a_value_apart_from_its_name_are_read() {
    let chosen = ["Tr0ub4", "dor&33"].concat();
    check(
        &[
            "<setting name=\"SmtpPassword\" serializeAs=\"String\">\n  <value>{}</value>\n</setting>\n",
            "<parameter name=\"password\" type=\"string\" required=\"true\">{}</parameter>\n",
            "<string name=\"db_password\" translatable=\"false\">{}</string>\n",
            "<env-entry-name>dbPassword</env-entry-name>\n<env-entry-type>java.lang.String</env-entry-type>\n<env-entry-value>{}</env-entry-value>\n",
            "{\"path\": \"credentials.password\", \"old\": null, \"new\": \"{}\"}\n",
            "when(cfg.getPassword()).thenReturn(\"{}\");\n",
            "expect(cfg.password).to eq(\"{}\")\ncfg.password.should eq \"x\"\n",
            "When I fill in \"Password\" with \"{}\"\n",
            "if ($password -eq '{}') { exit }\n",
            "WHERE password IN ('{}')\n",
        ],
        &chosen,
        true,
    );
    check(
        &[
            "<setting name=\"PasswordLabel\" serializeAs=\"String\"><value>{}</value></setting>\n",
            "<env-entry-name>passwordFile</env-entry-name><env-entry-value>{}</env-entry-value>\n",
            "When I fill in \"Comment\" with \"{}\"\n",
        ],
        &chosen,
        false,
    );
}
