//! What people make up where programs ask for a secret: in settings, flags and calls of frameworks, and what only looks so.

use super::{missed, taken, tokens};

/// Words with a sign between them, and a number.
fn phrases() -> [String; 6] {
    [
        ["Maple%", "Rain77"].concat(),
        ["Maple#", "Rain71"].concat(),
        ["71Copper", "+violet!"].concat(),
        ["Copper.", "Harbor.71"].concat(),
        ["Silver", "Harbor391"].concat(),
        ["Saddle", "@4608"].concat(),
    ]
}

/// What people type in who set up an application.
fn people() -> [String; 5] {
    [
        ["Olegoni", "678"].concat(),
        ["Demo@", "12345"].concat(),
        ["Harbor", "!2026"].concat(),
        ["Maple#", "2024!"].concat(),
        ["Teal@", "417x"].concat(),
    ]
}

#[test]
fn secrets_of_applications_may_be_words_with_a_sign_and_a_number() {
    let places = [
        "client_secret=\u{b6}",
        "client_secret: \u{b6}",
        "\"clientSecret\": \"\u{b6}\",",
        "API_KEY = '\u{b6}'",
        "acme login --client-secret \u{b6}",
        "acme login --api-token \u{b6} > out.txt",
        "builder.setClientSecret(\"\u{b6}\");",
        "WEBHOOK_SECRET=\u{b6}",
    ];
    assert_eq!(missed(&places, &phrases()), Vec::<String>::new());
    let harmless = [
        "client_secret: BigUint256",
        "token = \"Read+Write64\"",
        "token = Base+Offset32",
        "token: \"Auth.Service.V2\"",
        "query.withToken(\"csrf_token\")",
        "page.setNextToken(\"Maple%Rain77\")",
        "type Token = Vec<Ident&Span32>",
        "acme list --token NAME > out.txt",
    ];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}

#[test]
fn authentication_is_a_part_of_names_like_any_other() {
    let places = [
        "authentication_password: \u{b6}",
        "snmpAuthenticationPassword=\u{b6}",
        "\"group_authentication_secret\": \"\u{b6}\"",
        "oauth_request_token_secret = '\u{b6}'",
        "exchange_token: \"\u{b6}\"",
    ];
    assert_eq!(missed(&places, &tokens()), Vec::<String>::new());
    let token = tokens();
    let [hex, _] = &token;
    let harmless = ["authenticationPublicKey = ", "authentication_type: ", "request_token: ", "authenticatedTokens: "]
        .map(|name| format!("{name}{hex}"));
    assert_eq!(taken(&harmless.each_ref().map(String::as_str)), Vec::<String>::new());
}

#[test]
fn frameworks_are_given_passwords_to_hash_and_to_log_in() {
    let places = [
        "hashed = pwd_context.hash(\"\u{b6}\")",
        "hashed_password=get_password_hash(\"\u{b6}\"),",
        "Bcrypt.hash_pwd_salt(\"\u{b6}\")",
        "BCrypt.Net.BCrypt.HashPassword(\"\u{b6}\")",
        "BCrypt::Password.create(\"\u{b6}\")",
        "await userManager.AddPasswordAsync(user, \"\u{b6}\");",
        ".password(passwordEncoder().encode(\"\u{b6}\"))",
        "const { token } = await loginUser(email, '\u{b6}');",
        "await loginAs(page, 'ann', '\u{b6}')",
        "createUser('ann', '\u{b6}')",
        "register_user(client, \"ann\", \"\u{b6}\")",
        "secretOrKey: '\u{b6}',",
        "Keys.hmacShaKeyFor(\"\u{b6}\".getBytes())",
        "new SymmetricSecurityKey(Encoding.UTF8.GetBytes(\"\u{b6}\"))",
        "CryptoJS.AES.decrypt(text, '\u{b6}')",
        "url.set_password(Some(\"\u{b6}\")).unwrap();",
        "db: str = Field(\"\u{b6}\", env=\"DB_PASSWORD\")",
        "key: str = typer.Option(default=\"\u{b6}\", envvar=\"SECRET_KEY\")",
        "I set it to \u{b6} (the new admin password)",
        "JWT::encode($payload, '\u{b6}', 'HS256')",
        "4. Log in with the administrator's account (default: admin/\u{b6})",
        "Default credentials: admin / \u{b6}",
        "ntp authentication-key 2 md5 \u{b6} 7",
    ];
    assert_eq!(missed(&places, &people()), Vec::<String>::new());
    // A member of anything: only what can be nothing else.
    let [.., signed, twice, _] = people();
    let told = ["options.passphrase(\"\u{b6}\").import(FILE)"];
    assert_eq!(missed(&told, &[signed, twice]), Vec::<String>::new());
    let harmless = [
        "pwd_context.hash(password)",
        "get_password_hash(\"password\")",
        "secretOrKey: configService.get('jwt.secret'),",
        "createUser('ann', 'administrator')",
        "getToken('shop', 'read:orders')",
        "create_user(\"ann\", \"reports\")",
        "Encoding.UTF8.GetBytes(\"Olegoni678\")",
        "AES.encrypt(text, 'Olegoni678')",
        "default: admin/dashboard2",
        "read.password(\"Password2024: \")",
        "url.set_password(Some(password))",
        "name: str = Field(\"Olegoni678\", env=\"APP_NAME\")",
        "see chapter 12 (the admin password)",
        "the default page is admin/orders24",
        "the login page is admin/session20",
    ];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}

#[test]
fn secrets_are_piped_to_what_keeps_them() {
    let places = [
        "printf \"\u{b6}\" | gcloud secrets versions add app --data-file=-",
        "Write-Output \"\u{b6}\" | gcloud secrets create app --data-file=-",
        "echo \"\u{b6}\" | keyring set pypi.acme.example ann",
        "echo -n '\u{b6}' | vault kv put secret/app value=-",
        "echo -n '\u{b6}' | systemd-creds encrypt --name=db - -",
        "printf '%s' '\u{b6}' | wrangler secret put DB_PW",
    ];
    let values = [people().to_vec(), tokens().to_vec()].concat();
    assert_eq!(missed(&places, &values), Vec::<String>::new());
    let harmless = [
        "printf \"$PW\" | gcloud secrets versions add app --data-file=-",
        "Write-Output \"Olegoni678\" | Out-File a.txt",
        "echo \"Olegoni678\" | tee a.txt",
    ];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}

#[test]
fn what_documents_and_code_write_beside_names_of_secrets_stays() {
    let hex = tokens()[0].clone();
    let idempotent = format!("aws acm request-certificate --idempotency-token {hex}");
    let texts = [
        "<table>\n<tr><th>Option</th><th>Required</th></tr>\n<tr>\n<td>password</td>\n<td>true</td>\n</tr>\n<tr>\n<td>https_port2</td>\n<td>false</td>\n</tr>\n</table>",
        "\"password\": [\"v7.4.2\", \"\"]",
        "password: v7.4.2",
        "admin_ssh_password: \"enable\"",
        "token = _XRegExp$exec2[0];",
        "credentials: :class:`oauth2client.Credentials2`",
        idempotent.as_str(),
        "def sign(self, credentials: Any) -> S3SigV4Auth:",
        "from kubernetes.client import AuthorizationV1beta1Api",
        "  update_password:\n    description: when to set\n    default: always\n",
        "@click.option(\"--update-password\", default=\"on_create\")",
    ];
    assert_eq!(taken(&texts), Vec::<String>::new());
    let setters = ["credentials.with_password('\u{b6}')", "url.set_password(Some(\"\u{b6}\"))"];
    assert_eq!(missed(&setters, &people()), Vec::<String>::new());
}

#[test]
fn a_product_of_a_word_and_letters_may_be_a_password() {
    let password = [["Copper95", "*YYI"].concat()];
    let places =
        ["password: \u{b6}", "DB_PASSWORD=\u{b6}", "acme login --password \u{b6}", "psexec -u ann -p \u{b6} cmd"];
    assert_eq!(missed(&places, &password), Vec::<String>::new());
    let harmless = ["password_length = Width64*Count", "secret = Float32*SCALE", "key_bytes = Block16*n"];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}

#[test]
fn a_remark_may_stand_between_a_key_and_its_value() {
    let places = ["encryption key (hex): \u{b6}", "AES key (hex): \u{b6}", "private key (base58) = \u{b6}"];
    assert_eq!(missed(&places, &tokens()), Vec::<String>::new());
    let harmless = [
        "commit (hex): 22974ef37b80f59e6d964a173f27da9122974ef3",
        "key (of the map): 22974ef37b80f59e6d964a173f27da91",
        "getKey(hex): 22974ef37b80f59e6d964a173f27da91",
    ];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}

#[test]
fn short_secrets_of_both_cases_with_a_digit_count_where_a_line_sets_them() {
    let values = [["KXMv", "GNl99W"].concat(), ["35Ab", "hjhToM"].concat(), ["Ecrk", "1XyyOx"].concat()];
    let places = [
        "CLIENT_SECRET=\u{b6}",
        "naverClientSecret: \u{b6}",
        "helm upgrade shop ./chart --set app.clientSecret=\u{b6}",
    ];
    assert_eq!(missed(&places, &values), Vec::<String>::new());
    assert_eq!(
        taken(&[
            "clientSecret: Uint8Array",
            "secret: BigInt64Array",
            "token: Base64Token",
            "https://codecov.io/gh/acme/shop/badge.svg?token=KxQmZ2pRwv",
        ]),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_drawn_from_many_signs_is_a_key_in_any_setting() {
    let key = ["llnomt#l$(2%", "8)igrkr=m^8)", "r%)p3&kb=v30", "c(fj#tifbegg", "kw"].concat();
    let places = [
        "\"cfg\": {\"djangoSecretKey\": \"\u{b6}\"}}",
        "| `DJANGO_SECRET_KEY` | `\u{b6}` | prod |",
        "Environment=\"DJANGO_SECRET_KEY=\u{b6}\" \"TZ=UTC\"",
        "use this django secret key: \u{b6}",
    ];
    assert_eq!(missed(&places, &[key]), Vec::<String>::new());
}

#[test]
fn fields_of_spans_secrets_of_radius_and_short_names_of_calls_tell_passwords() {
    let values = [["Hockey", "Berlin79"].concat(), ["1v2K8z", "TpINDU"].concat()];
    let places = [
        "INFO connecting{host=db neo4j_password=\u{b6}}: pool ready",
        "Client::builder().bind_pw(\"\u{b6}\").build()?",
        "radius secret: \u{b6}",
    ];
    assert_eq!(missed(&places, &values), Vec::<String>::new());
    assert_eq!(
        taken(&[
            "-CLIENT_SECRET=\n+CLIENT_SECRET=arn:aws:secretsmanager:eu-central-1:123456789012:secret:app-AbCdEf",
            "Client::builder().bind_pw(config.pw).build()?",
        ]),
        Vec::<String>::new()
    );
}
