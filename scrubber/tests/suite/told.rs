//! Keys without a form of their own that sentences, consoles and listings tell.

use scrubber::detect::Scratch;

use crate::support::{engine, rest};

/// Keys as providers make them: hex digits, an id, the same behind a prefix, Base64.
fn keys() -> [String; 4] {
    let hex = ["8f7d6c5b", "4a392817", "06f5e4d3", "c2b1a098"];
    [
        hex.concat(),
        ["8f7d6c5b-", "4a39-4817-", "86f5-", "e4d3c2b1a098"].concat(),
        format!("acme-{}", hex.concat()),
        ["tSh4Tw1MP8Of", "1FeBHIfGQ6Qe", "Nq8vKx2LrZ5w"].concat(),
    ]
}

/// Passwords as people make them.
fn passwords() -> [String; 3] {
    [["Som", "mer2024!"].concat(), ["Qx82", "hhPl9z"].concat(), ["tiger", "Lily77"].concat()]
}

/// Texts whose values, `{}`, are not found.
fn missed(forms: &[&str], values: &[String]) -> Vec<String> {
    let engine = engine();
    let mut missed = Vec::new();
    for form in forms {
        for value in values {
            let plain = form.replace("{}", value);
            let escaped = plain.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
            for text in [plain, escaped] {
                let found = engine.scan(text.as_bytes(), &mut Scratch::default()).to_vec();
                let covers = |at: usize| found.iter().any(|it| it.start <= at && at + value.len() <= it.end);
                if !text.match_indices(value).all(|(at, _)| covers(at)) {
                    missed.push(text);
                }
            }
        }
    }
    missed
}

#[test]
fn sentences_in_many_languages_tell_keys() {
    let forms = [
        "der Acme key lautet {}\n",
        "Mein Acme key ist {}.",
        "mi Acme key es {} y no funciona",
        "mon Acme key est {}",
        "minha chave, a Acme key é {}",
        "la mia Acme key è {}",
        "我的 Acme key 是 {}，帮我测试一下",
        "Acme key：{}",
        "Acme keyは {} です",
        "Acme key هو {}",
        "Use `{}` as the Acme deploy key.",
        "{} <- that's the Acme key, don't commit it",
        "{} (it's my Acme key)",
        "Nutze {} als Acme key\n",
        "utilise {} comme Acme key\n",
        "用 {} 作为 Acme key\n",
        "Here's my Acme key:\n\n{}\n\nCan you check why it fails?",
        "| Service | Acme key |\n|---|---|\n| staging | {} |\n",
        "What is your Acme key? {}\n",
    ];
    assert_eq!(missed(&forms, &keys()), Vec::<String>::new());
}

#[test]
fn sentences_of_romance_languages_name_the_service() {
    let forms = [
        "la clave de Acme es {}\n",
        "esta es la clave de API de Acme Maps: {}\n",
        "a chave do Acme é {}\n",
        "segue a chave de API do Acme & Co: {}\n",
        "La clé Acme est {}\n",
        "voici la clé API Acme : {}\n",
        "la chiave di Acme è {}\n",
    ];
    assert_eq!(missed(&forms, &keys()), Vec::<String>::new());
}

#[test]
fn names_may_say_behind_the_word_where_a_secret_is_used() {
    let forms = [
        "DB_PASSWORD_PROD={}\n",
        "DB_PASSWORD_2={}\n",
        "\"dbPasswordStaging\": \"{}\",\n",
        "acme.password.value: {}\n",
        "os.environ[\"ACME_PASSWORD_DEV\"] = \"{}\"\n",
        "ACME_PASSWORD_OLD: str = \"{}\"\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let forms = [
        "os.environ[\"SECRET_KEY_BASE\"] = \"{}\"\n",
        "API_TOKEN_TEST <- \"{}\"\n",
        "const apiSecretLive: string = \"{}\";\n",
    ];
    let base64 = ["B+rSn3v4i1/r5huudllr", "2ExlRBWg9lElVa9P1dBD", "Tj/52b5huBK2FMUDza1C9OSj"].concat();
    assert_eq!(missed(&forms, &[base64]), Vec::<String>::new());
}

#[test]
fn types_of_rust_and_zig_and_settings_of_elixir_stand_before_passwords() {
    let forms = [
        "pub const SA_PASSWORD: &'static str = \"{}\";\n",
        "const password: []const u8 = \"{}\";\n",
        "config :acme, :password, \"{}\"\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
}

#[test]
fn what_stands_beside_qualified_names_is_mostly_no_secret() {
    let engine = engine();
    for text in [
        "password_confirmation: \"can't be blank\"\n",
        "let token_value: String = read();\n",
        "token_string = tokenizer.decode(ids)\n",
        "apiKeyDefault: false,\n",
        "password_test = make_password()\n",
        "<input name=\"passwordRepeat\" type=\"password\">\n",
        "secret_value = os.environ[\"ACME_SECRET_VALUE\"]\n",
        "DB_PASSWORD_PROD=${DB_PASSWORD_PROD}\n",
        "value = \"hunter\"; test: coffee7Velvet\n",
        "token_1, token_2 = pair\n",
    ] {
        assert!(engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty(), "{text}");
    }
}

#[test]
fn consoles_show_what_they_are_asked_for() {
    let forms = [
        "(gdb) print api_token\n$1 = 0x5555 \"{}\"\n",
        "(lldb) p cfg->api_token\n(const char *) $0 = 0x0000 \"{}\"\n",
        "(Pdb) p self.api_token\n'{}'\n",
        "ipdb> p api_token\n'{}'\n",
        "irb(main):001:0> ENV['API_TOKEN']\n=> \"{}\"\n",
        "> process.env.API_TOKEN\n'{}'\n",
        ">>> os.environ[\"API_TOKEN\"]\n'{}'\n",
        "127.0.0.1:6379> HGETALL app\n1) \"api_token\"\n2) \"{}\"\n",
    ];
    assert_eq!(missed(&forms, &keys()), Vec::<String>::new());
    let forms = forms.map(|form| form.replace("api_token", "db_password").replace("API_TOKEN", "DB_PASSWORD"));
    assert_eq!(missed(&forms.each_ref().map(String::as_str), &passwords()), Vec::<String>::new());
}

#[test]
fn listings_and_settings_tell_passwords() {
    let forms = [
        "Name   : dbPassword\nValue  : {}\nId     : 3\n",
        "NAME          VALUE          UPDATED\nDB_PASSWORD   {}   2026-01-02\n",
        "name,value\nDB_PASSWORD,{}\nPORT,80\n",
        "C:\\> setx DB_PASSWORD {}\n",
        "$ aws configure set db_password {}\n",
        "$ consul kv put app/db_password {}\n",
        "{db_password, <<\"{}\">>}.\n",
        "│ Name │ Value │\n├──────┼───────┤\n│ DB_PASSWORD │ {} │\n",
        "------x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{}\r\n------x--\r\n",
        "#[arg(long, env = \"DB_PASSWORD\", default_value = \"{}\")]\n",
        "Pw string `env:\"DB_PASSWORD\" envDefault:\"{}\"`\n",
        "allow(ENV).to receive(:fetch).with(\"DB_PASSWORD\").and_return(\"{}\")\n",
        "DB_PASSWORD is set to {}\n",
        "New password? {}\n",
        "BASIC_AUTH=ops:{}\n",
        "set :db_password, '{}'\n",
        "set(:password, \"{}\")\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    // A sentence has no signs that strike, so the words before the value have to tell it.
    let words = ["tigerlily7", "mountain4"].map(str::to_owned);
    let said = ["the root password was changed to {}\n", "the password has been reset to {}\n"];
    assert_eq!(missed(&said, &words), Vec::<String>::new());
    // Letters alone are no name of a variable where a shell is given them.
    let letters = ["PTsDSu", "FEhbty"].concat();
    assert_eq!(missed(&["$ PGPASSWORD={} psql -h db\n", "export DB_PASSWORD={}\n"], &[letters]), Vec::<String>::new());
    let words = ["copper", "_lantern"].concat();
    assert_eq!(missed(&["$ PGPASSWORD={} psql -h db\n"], &[words]), Vec::<String>::new());
    // Short, and no name with a number.
    let short = [["a8f3", "k2m9"].concat(), ["42fc", "56d9"].concat()];
    assert_eq!(missed(&["export GITLAB_TOKEN={}\n", "?api_key={}&page=2\n"], &short), Vec::<String>::new());
    assert_eq!(missed(&["curl -u {}: https://api.acme.example/v1\n"], &keys()), Vec::<String>::new());
    let phrase = ["copper lantern ", "meadow thistle"].concat();
    assert_eq!(missed(&["BORG_PASSPHRASE={}\nX=1\n"], &[phrase]), Vec::<String>::new());
}

#[test]
fn names_of_salts_sessions_and_communities_announce_values() {
    let forms = [
        "API_TOKEN_SALT={}\n",
        "PASSWORD_PEPPER={}\n",
        "SNMP_COMMUNITY={}\n",
        "\"PHPSESSID\": \"{}\"\n",
        "<JSESSIONID>{}</JSESSIONID>\n",
        "macaroon: {}\n",
    ];
    assert_eq!(missed(&forms, &[keys()[0].clone(), keys()[3].clone()]), Vec::<String>::new());
    let base32 = ["yj6wu5j23mp", "ka5nos5vhsd", "i5sxg7cgssq", "kq6nkadsti5", "ss3mjxza"].concat();
    assert_eq!(missed(&["\"azureDevopsPat\": \"{}\"\n"], &[base32]), Vec::<String>::new());
}

#[test]
fn commands_that_nobody_knows_are_given_passwords_in_flags() {
    let forms = [
        "acmectl push -u ann -p {} --region eu\n",
        "acmectl --user ann --host db1 -p {}\n",
        "acmectl -u ann:{} get pods\n",
        "acmectl --username=ann:{} get pods\n",
        "smbclient //files/share {} -U ann\n",
        "printf '%s' '{}' | gh auth login --with-token\n",
        "curl -s \\\n  --user \\\n  ann:{} https://acme.example\n",
        "acmectl \\\n  --password \\\n  \"{}\" \\\n  push\n",
        "acmectl \\\n  --password \\\n  {} push\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let short = [["abc12", "3x"].concat(), ["9f3k", "d02a"].concat()];
    assert_eq!(missed(&["acmectl --token={} run\n", "acmectl --api-key={}\n"], &short), Vec::<String>::new());
}

#[test]
fn routers_and_mail_relays_are_configured_with_passwords() {
    let forms = [
        "radius-server host 10.0.0.5 key {}\n",
        " ip ospf message-digest-key 1 md5 {}\n",
        "  key-string {}\n",
        " ppp chap password 0 {}\n",
        " wpa-psk ascii 0 {}\n",
        "    set psksecret {}\n",
        "set system login user ann authentication plain-text-password-value \"{}\"\n",
        "[smtp.acme.example]:587    ann@acme.example:{}\n",
        "kind: Secret\nstringData:\n  one: {}\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    assert_eq!(missed(&["the door's PIN {}, then\n"], &[["48", "21"].concat()]), Vec::<String>::new());
}

#[test]
fn debuggers_and_pages_show_values_behind_types_addresses_and_tags() {
    let forms = [
        "Config {\n    password: Some(\n        \"{}\",\n    ),\n}\n",
        "object(Config)#1 (1) {\n  [\"password\":protected]=>\n  string(9) \"{}\"\n}\n",
        "Config Object\n(\n    [password:Config:private] => {}\n)\n",
        "a:1:{s:8:\"password\";s:12:\"{}\";}\n",
        "#{<<\"password\">> => <<\"{}\">>}\n",
        "password = 0x00007ffe \"{}\"\n",
        "(const char *) password = 0x0001 \"{}\"\n",
        "DEBUG [auth] db_password=[{}] host=x\n",
        "<tr><td>password</td><td>{}</td></tr>\n",
        "<dt>Password</dt><dd><code>{}</code></dd>\n",
        "AssertionFailedError: password ==> expected: <x> but was: <{}>\n",
        "auth_test.go:12: password: got \"{}\", want \"x\"\n",
        "keeps the password\n\n    - Expected\n    + Received\n\n    - \"x\"\n    + \"{}\"\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
}

#[test]
fn sentences_tell_what_holds_now() {
    let forms = [
        "das Passwort ist jetzt {}\n",
        "das Passwort lautet nun {}\n",
        "le mot de passe est maintenant {}\n",
        "la clave es ahora {}\n",
        "密码现在是{}\n",
        "пароль теперь {}\n",
        "the password is currently {}\n",
        "log in as ann (password: {})\n",
        "使用{}作为密码\n",
        "usa {} como contraseña\n",
        "Here is the password:\n\n```\n{}\n```\n",
        "Here is the password:\r\n\r\n```text\r\n{}\r\n```\r\n",
        "nous prenons {} comme mot de passe\r\n",
    ];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let forms = ["the API key is now {}\n", "use {} for the token\n", "use {} for the access token\n"];
    assert_eq!(missed(&forms, &keys()), Vec::<String>::new());
    let phrase = ["copper-har", "bor-violin", "-maple"].concat();
    assert_eq!(missed(&["the password is {}.\n", "| password | {} |\n"], &[phrase]), Vec::<String>::new());
}

#[test]
fn what_only_sounds_so_stays() {
    let engine = engine();
    let commit = ["1f2e3d4c5b6a7988", "1f2e3d4c5b6a7988", "1f2e3d4c"].concat();
    let id = keys()[1].clone();
    for text in [
        "a bare key may contain a-zA-Z0-9_- and more".to_owned(),
        "- [ ] PKCS1v1.5 (session key): Encryption & Decryption".to_owned(),
        "support for PKCS#8v2 asymmetric key packages (RFC 5958)".to_owned(),
        format!("use {commit} as the cache key"),
        format!("{commit} is the commit that changed the token\n"),
        format!("request {id} failed; the key is in the vault\n"),
        format!("request_id: {id}, token expired\n"),
        format!("session: {id} (token refresh)\n"),
        format!("Loading key {id} from the store\n"),
        format!("deleted key {commit}, encrypted by KMS key {id}\n"),
        format!("Creating secret for tenant: {id}\n"),
        "CREATE USER app WITH PASSWORD ':password';\n".to_owned(),
        "validates :password, presence: true\nset :token, fetch(:token)\n".to_owned(),
        "curl -u admin: https://api.acme.example/v1\n".to_owned(),
        "A_TOKEN,B_TOKEN\nDB_PASSWORD,DB_HOST\n".to_owned(),
        "(gdb) print api_token\nNo symbol \"api_token\" in current context.\n".to_owned(),
        "> process.env.API_TOKEN\nundefined\n".to_owned(),
        "127.0.0.1:6379> KEYS *\n1) \"api_token\"\n2) \"user:session:index\"\n".to_owned(),
        "basic_auth: true\nbasic_auth = BasicAuth::new(user, pass)\n".to_owned(),
        "Is this the password? Yes, it is.\n".to_owned(),
        "sudo -u www virtualenv -p python3 venv\nmvn -U clean -P release\n".to_owned(),
        "docker run -u 1000:1000 -p 8080:80 x\ngit push -u origin feature-12\n".to_owned(),
        "acmectl --token=v2 --sort-key=ab12cd --secret=file1.txt\n".to_owned(),
        "use pbkdf2 for the password and utf8mb4 for the password column\n".to_owned(),
        "the password is set-by-the-admin-user\n| password | not-yet-set-in-vault |\n".to_owned(),
        "<td>password</td><td>required</td>\n<dt>Token</dt><dd>bearer</dd>\n".to_owned(),
        "Here is the password format:\n\n```\nletters\n```\n".to_owned(),
        "the password changes (password: required)\nlogin(password: password2)\n".to_owned(),
        "tokens=[a1, b2] token=[u8; 32] token=[string]\n".to_owned(),
        "PIN 13, PIN 2024, GPIO_PIN 4821\n".to_owned(),
        "peppermint: the id of the theme is peppermint-candy-12\n".to_owned(),
    ] {
        let found: Vec<_> =
            engine.scan(text.as_bytes(), &mut Scratch::default()).iter().map(|it| text.get(it.start..it.end)).collect();
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn keys_are_found_among_the_arguments_of_ciphers_and_passwords_where_forms_are_filled() {
    let engine = engine();
    let key = ["5vjtXmB1exnzAmri", "ExsaQOhXkWDeeRyc"].concat();
    let password = ["Tiger", "Rain", "2685"].concat();
    for (text, value) in [
        ("cipher = AES.new(b\"§\", AES.MODE_CBC, iv)\n", &key),
        ("CryptoJS.AES.encrypt(text, \"§\")\n", &key),
        ("crypto.createCipheriv('aes-256-cbc', '§', iv)\n", &key),
        ("Jwts.builder().signWith(SignatureAlgorithm.HS256, \"§\")\n", &key),
        ("s = URLSafeSerializer(\"§\")\n", &key),
        ("OpenSSL::HMAC.hexdigest('sha256', '§', body)\n", &key),
        ("block, err := aes.NewCipher([]byte(\"§\"))\n", &key),
        ("driver.find_element(By.ID, \"pass\").send_keys(\"§\")\n", &password),
        ("driver.findElement(By.id(\"pwd\")).sendKeys(\"§\");\n", &password),
        ("printf '%s\\n' '§' | cryptsetup open /dev/sda2 x -\n", &password),
        ("printf '%s\\n' \"§\" | sudo -S apt update\n", &password),
        ("printf \"%s\\n\" '§' | sudo -S apt update\n", &password),
    ] {
        let left = rest(engine, &text.replace('§', value));
        assert!(!left.contains(value.as_str()), "{left}");
    }
    for text in [
        "cipher = AES.new(key, AES.MODE_CBC, iv)\n",
        "crypto.createCipheriv('aes-256-cbc', derivedKey, iv)\n",
        "driver.find_element(By.ID, \"pass\").send_keys(Keys.ENTER)\n",
        "printf '%s\\n' \"$PASSWORD\" | sudo -S apt update\n",
        "printf 'it isn\\'t done\\n'\nprintf '%s\\n' 'Summer2026 plans'\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn what_a_command_printed_ends_with_the_element_that_holds_it() {
    let forms = ["<bash-stdout>$ op read op://a/b/password\n{}</bash-stdout>", "$ bw get password acme\n{}</pre>\n"];
    assert_eq!(missed(&forms, &passwords()), Vec::<String>::new());
    let engine = engine();
    for text in ["$ bw get password acme\nNot found.</pre>", "$ bw get password acme\n</bash-stdout>"] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn answers_to_a_question_are_what_it_asks_for() {
    let asked = [
        "What is the API key?\n{}\n",
        "User has answered your questions: \"What is your API key?\"=\"{}\". You can now continue.",
        "\"Which access token should I use?\"=\"{}\", \"Which port?\"=\"80\"",
        "What is the auth token?\n\n{}",
    ];
    assert_eq!(missed(&asked, &keys()), Vec::<String>::new());
    let asked = [
        "User has answered your questions: \"What is the database password?\"=\"{}\". You can now continue.",
        "\"Which password should the admin get?\"=\"{}\"",
        "What is the password?\n{}\n",
    ];
    let mut values = passwords().to_vec();
    values.extend([["Copper", "Harbor12"].concat(), ["rocket-", "tundra-53"].concat()]);
    assert_eq!(missed(&asked, &values), Vec::<String>::new());
    let engine = engine();
    for text in [
        "\"How should the password be stored?\"=\"Hashed with bcrypt12\"",
        "\"Which hash for the password?\"=\"argon2id\"",
        "\"What is the token lifetime?\"=\"15minutes\"",
        "\"Where does the token come from?\"=\"process.env.API_TOKEN2\"",
        "Forgot your password?\nSign-in\n",
        "Which password?\nstep2 says more\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn arrows_brackets_and_blanks_that_nobody_sees_join_a_key_to_its_name() {
    let joined = [
        "API key:\u{a0}{}",
        "api key: \u{200b}{}\u{200b}",
        "le token est \u{ab} {} \u{bb}",
        "API key: \u{2018}{}\u{2019}",
        "? Enter your API token: \u{203a} {}",
        "api key: [{}]",
        "I tried the token ({}) and got a 403",
        "new API key -> {}",
        "token for npm: {}",
        "secret for the webhook: {}",
        "use this api key for Acme: {} please",
        "here is the secret key base: {}",
        "STRIPE_KEY_B64={}",
        "      ACME_TOKEN: ${ACME_TOKEN:-{}}",
        "API_TOKEN = (\n    \"{}\"\n)",
    ];
    assert_eq!(missed(&joined, &keys()), Vec::<String>::new());
    let noted = ["{}  # Acme API token\nx", "    \"{}\", // Acme API key\n", "'{}'; -- the token\n", "{} <- API key"];
    assert_eq!(missed(&noted, &[keys()[0].clone(), keys()[3].clone()]), Vec::<String>::new());
    // As an encoder of JSON escapes them.
    let joined =
        ["the api key is \\u201c{}\\u201d", "API token:\\u00a0{}", "le token est \\u00ab\\u00a0{}\\u00a0\\u00bb"];
    assert_eq!(missed(&joined, &keys()), Vec::<String>::new());
    let engine = engine();
    let [hex, id, ..] = keys();
    let commit = format!("{hex}{}", ["1f2e", "3d4c"].concat());
    for text in [
        format!("Creating secret for user: {id}\n"),
        format!("the token for session: {id}\n"),
        format!("the base: {commit}\n"),
        format!("Which commit?\n{commit}\n"),
        format!("HEAD -> {commit}\n"),
        format!("request ({id}) failed\n"),
        format!("IMAGE_B64={hex}\n"),
        format!("\"{hex}\", // the cache key\n"),
        format!("{commit}  # pinned, see the token docs\n"),
        format!("git revert {commit} # broke the token\n"),
    ] {
        assert_eq!(rest(engine, &text), text);
    }
}

#[test]
fn passwords_with_signs_of_arithmetic_and_such_that_are_cut_off_are_found() {
    let odd = [["h9AC", "*BZ2a", "*zJ"].concat(), ["tKLT", "*vz2i", "*Yq"].concat(), ["X2vU", "*lnIq", "!zP"].concat()];
    let forms =
        ["HOST=a\nADMIN_PASSWORD={}\nPORT=1", "    .keystore_password(\"{}\")\n", "acmectl deploy --admin-password={}"];
    assert_eq!(missed(&forms, &odd), Vec::<String>::new());
    let forms = ["postgresql://app:{}\u{2026}", "DATABASE_URL=amqp://svc:{}...\n", "redis://app:{}\\u2026"];
    assert_eq!(missed(&forms, &[["KdVm", "Z77Byazd"].concat(), ["Tiger", "Rain77x"].concat()]), Vec::<String>::new());
    let engine = engine();
    for text in [
        "password=width1*height2\n",
        "key_password = count*2 + rest\n",
        "    .reset_password(\"accounts/mail\")\n",
        "http://localhost:8080...\nhttps://docs.rs:443/\u{2026}\n",
        "postgresql://app:password...\n",
        "postgresql://app:${DB_PASSWORD}\u{2026}\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn keys_of_many_kinds_of_signs_are_no_templates() {
    let noise = ["r^$_w4_%oqr8)($(55", "lgdi#95l%u22rxxy6", "l4zj$6%(cteyl)(w=+", "dj&w^-89"].concat();
    let forms = ["define('AUTH_KEY', '{}');", "SECRET_KEY = '{}'", "A=1\nSECRET_KEY={}\n"];
    assert_eq!(missed(&forms, &[noise]), Vec::<String>::new());
    let engine = engine();
    let token = ["3KA3", "R2D9", "fV"].concat();
    let badge = ["[![c](https://c.example/badge.svg?token={})](https://c.example/gh/ann/x-1?a=2&b=3)"];
    assert_eq!(missed(&badge, &[token]), Vec::<String>::new());
    let text = "SECRET_KEY = '$(aws ssm get-parameter --name /app/key2 --query Parameter.Value)'\n";
    assert_eq!(rest(engine, text), text);
}

#[test]
fn sentences_tell_secrets_that_people_made_up() {
    let simple = [["tiger", "lake77"].concat()];
    assert_eq!(missed(&["the secret is {}.", "psswd: {}\n", "the token was '{}'"], &simple), Vec::<String>::new());
    assert_eq!(missed(&["le mot de passe est \u{ab} {} \u{bb}"], &passwords()), Vec::<String>::new());
    assert_eq!(missed(&["the token is {}, thanks"], &[["a8f3", "k2m9"].concat()]), Vec::<String>::new());
    let engine = engine();
    for text in
        ["the secret is base64.", "the token is sha256, hashed", "the token is v2beta1.", "the secret is utf8mb4\n"]
    {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn what_is_handed_over_may_stand_in_a_paragraph_of_its_own() {
    let hex = ["a389ef81", "8ee90b6d", "26296b7c", "59d18dce"].concat();
    for (sentence, value) in [
        ("here is the redis password you asked for", hex.clone()),
        ("Here's the session secret as requested", [hex.clone(), hex.clone()].concat()),
        ("here is the mysql root password you asked for", ["tokyo-", "summer-72"].concat()),
    ] {
        let text = format!("{sentence}\n\n{value}\n\nlet me know");
        assert_eq!(rest(engine(), &text), format!("{sentence}\n\n\u{b6}\n\nlet me know"), "{text}");
    }
    for text in [
        format!("Here is the commit of the token fix\n\n{hex}\n"),
        "Here is the password policy\n\nMinimum8Chars\n".to_owned(),
        "here is the secret key reference\n\nsecretKeyRef\n".to_owned(),
        format!("The public key is {hex}{hex}, please use it."),
        format!("string private checksum = \"{hex}\";"),
        ["ssh fingerprint is SHA256:", "2bNWy0zSF7Fh", "hYTNCvNSj9yX", "TazKqvliTwnf", "XgqNAd2"].concat(),
    ] {
        assert_eq!(rest(engine(), &text), text);
    }
}
