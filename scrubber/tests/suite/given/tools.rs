//! Passwords and keys as further tools are given them, print them and keep them.

use super::{missed, passwords, taken, tokens};
use crate::support::{engine, rest};

#[test]
fn the_arguments_behind_a_key_that_a_rule_found_are_its_secrets() {
    let key = ["8a67639f74", "080f56c5aa"].concat();
    let places = [
        "pusher = new Pusher(\"KEY\", \"\u{b6}\", \"1234567\")",
        "pusher = new Pusher('KEY',\n    '\u{b6}')",
        "pusher = new Pusher(\"KEY\", \"3286f226e236a23e\", \"\u{b6}\")",
    ];
    let places = places.map(|place| place.replace("KEY", &key));
    assert_eq!(missed(&places.each_ref().map(String::as_str), &tokens()), Vec::<String>::new());
    let clients = [
        "require('node-mailjet').connect('app-7', '\u{b6}')",
        "StreamChat.getInstance(\"k7\", \"\u{b6}\")",
        "new StreamChat(\"k7\", \"\u{b6}\")",
        "c := sdk.NewClient(\"app-7\", \"\u{b6}\")",
        "up = UpYun(\"acme\", \"ann\", \"\u{b6}\")",
        "client = example.Client(\"app-7\", \"\u{b6}\")",
        "cloudinary.config(\"acme\", \"533666664342427\", \"\u{b6}\")",
    ];
    assert_eq!(missed(&clients, &tokens()), Vec::<String>::new());
    // Ids of all kinds are given to what is called so elsewhere.
    let commit = ["9fceb02d0ae598e9", "5dc970b74767f193", "72d61af8"].concat();
    let fine = ["git.connect(\"origin\", \"ID\")", "Parts.getInstance(\"a\", \"ID\")"]
        .map(|place| place.replace("ID", &commit));
    assert_eq!(taken(&fine.each_ref().map(String::as_str)), Vec::<String>::new());
    let engine = engine();
    // What is no token, and what stands in no call.
    for rest_of in [
        "\", \"notifications-channel\", \"eu-west-1\")",
        "\"], [\"22974ef37b80f59e6d964a173f27da91\"]",
        "\", \"550e8400-e29b-41d4-a716-446655440000\")",
    ] {
        let text = format!("pusher key: (\"{key}{rest_of}");
        assert_eq!(rest(engine, &text), text.replace(&key, "\u{b6}"), "{text}");
    }
}

#[test]
fn further_commands_are_given_passwords() {
    let places = [
        "samba-tool user create ann \u{b6} --surname=x",
        "swaks -s smtp.example.com -au mailer -ap \u{b6} -t a@example.com",
        "kadmin -p admin/admin -w \u{b6} -q listprincs",
        "fs_cli -H 127.0.0.1 -p \u{b6} -x status",
        "lftp -u ann,'\u{b6}' ftp.example.com",
        "curl --cert client.pem:\u{b6} https://api.example.com",
        "doveadm auth test ann@example.com '\u{b6}'",
        "prosodyctl register ann example.com \u{b6}",
        "mysqlsh root:\u{b6}@db:3306 --sql",
        "ftp -n host <<E\nuser ann \u{b6}\nput a\nE",
        "db2 connect to app user db2inst1 using '\u{b6}'",
        "PRAGMA key = '\u{b6}';",
        "uci set wireless.@wifi-iface[0].key='\u{b6}'",
        "security set-key-partition-list -S apple: -s -k \u{b6} build.keychain",
        "snmp-server user mon MON v3 auth sha \u{b6} priv aes 128 x",
        "echo '\u{b6}' | realm join -U Administrator example.com",
        "echo -n '\u{b6}' | secret-tool store --label=x service a",
        "printf '\u{b6}' | docker secret create db_pass -",
        "register => 4930:\u{b6}@sip.example.com/1001",
        "##vso[task.setvariable variable=sql;issecret=true]\u{b6}",
        "The WiFi is Home and the key is \u{b6}",
    ];
    let given = [["fwcepY", "yNGfB53k"].concat(), ["Tiger#", "36172"].concat()];
    assert_eq!(missed(&places, &given), Vec::<String>::new());
    assert_eq!(missed(&["gitea admin \u{2192} \u{b6}"], &given[..1]), Vec::<String>::new());
    let fine = [
        "curl --cert C:\\certs\\client.pem https://api.example.com",
        "curl --cert client.pem --key client.key https://api.example.com",
        "kadmin -p admin/admin -q listprincs",
        "connect to the cluster using kubectl-1.29",
        "mysqlsh root@db:3306 --sql",
        "PRAGMA key = '';",
        "uci set network.lan.ipaddr='192.168.1.1'",
        "echo 'done' | tee out.txt",
        "##vso[task.setvariable variable=sql;issecret=true]$(sqlPassword)",
        "the key is cached for five minutes",
        "gitea admin -> settings",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn numbers_that_people_type_beside_a_password_are_found() {
    for place in ["the 2FA code is \u{b6}", "my pin is \u{b6} for the card", "the verification code is \u{b6}."] {
        assert_eq!(missed(&[place], &[["48", "2915"].concat()]), Vec::<String>::new());
    }
    let fine = ["the pin is 13", "the pin is pulled up", "PIN is required", "the status code is 404123", "OTP is off"];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn further_calls_are_given_passwords_and_keys() {
    let places = [
        "let(:password) { '\u{b6}' }",
        "new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, \"nexus\", \"for a\", \"deploy\", \"\u{b6}\")",
        "curl_easy_setopt(curl, CURLOPT_PASSWORD, \"\u{b6}\");",
        "Connection(server, \"cn=admin,dc=example\", \"\u{b6}\", auto_bind=True)",
        "keyring::key_set_with_value(\"wh\", \"ds\", \"\u{b6}\")",
        "SELECT * FROM remote('ch2:9000', 'db', 't', 'etl', '\u{b6}');",
        "  password: <%= ENV.fetch('DB_PASSWORD') { '\u{b6}' } %>",
        "v_password VARCHAR2(30) := '\u{b6}';",
        "const k = String.fromEnvironment('PARTNER_PASSWORD', defaultValue: '\u{b6}');",
        "config('DB_PASSWORD', default='\u{b6}')",
        "<input type=\"password\" name=\"pw\" defaultValue=\"\u{b6}\" />",
        "c.DummyAuthenticator.password = \"\u{b6}\"",
        "login params={username=[ann], password=[\u{b6}]}",
        "kSecAttrAccount as String: \"ann\", kSecValueData as String: \"\u{b6}\".data(using: .utf8)!",
    ];
    let given = [["fwcepY", "yNGfB53k"].concat(), ["Tiger#", "36172"].concat()];
    assert_eq!(missed(&places, &given), Vec::<String>::new());
    let keyed = [
        "oss2.Auth('id', '\u{b6}')",
        "WebhookHandler('\u{b6}')",
        "request.setValue(\"\u{b6}\", forHTTPHeaderField: \"X-API-Key\")",
        "crypto.createCipheriv('aes-256-gcm', Buffer.from('\u{b6}', 'hex'), iv)",
    ];
    assert_eq!(missed(&keyed, &tokens()), Vec::<String>::new());
    let fine = [
        "let(:password) { build_password }",
        "curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());",
        "request.setValue(\"application/json\", forHTTPHeaderField: \"X-API-Key\")",
        "c.KeyboardAuthenticator.enabled = True",
        "value = ENV.fetch('API_TOKEN') { raise 'no token' }",
        "v_password VARCHAR2(30);",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn what_tools_print_names_its_secrets() {
    let places = [
        "Data\n====\nSMTP_PASSWORD:\n----\n\u{b6}\nBinaryData\n====",
        "        args:\n        - --requirepass\n        - \u{b6}\n        - --appendonly",
        "        args:\n        - \"--admin-password\"\n        - \"\u{b6}\"",
        "        password:\n          type: string\n          example: \u{b6}",
        "--environment-variables-override name=DB_PASSWORD,value=\u{b6},type=PLAINTEXT",
        "$ etcdctl get /app/prod/redis_password\n/app/prod/redis_password\n\u{b6}",
        "$ gopass show web/password\nSecret: web/password\n\n\u{b6}",
        ">>> df.head()\n   id  login          password  active\n0   1  carla    placehold-word    True\n1   2    ops  \u{b6}    True",
        "databricks secrets put-secret etl db-pass --string-value '\u{b6}'",
        "the admin pasword for staging is \u{b6}, thanks",
    ];
    assert_eq!(missed(&places, &passwords()[2..]), Vec::<String>::new());
    let fine = [
        "Data\n====\nPASSWORD_POLICY:\n----\nstrict\n",
        "        args:\n        - --token-file\n        - /run/secrets/token\n",
        "        args:\n        - --password\n        - $(DB_PASSWORD)\n",
        "        args:\n        - --token\n        - --verbose\n",
        "        password:\n          type: string\n          example: string\n",
        "--environment-variables-override name=PASSWORD_MIN_LENGTH,value=12,type=PLAINTEXT",
        "   token  count\n0    the   4021\n1     of   2210",
        "    try:\n        x()\n    except E:\n        pass\n        _fatal_error(7)\n        close_all2(x)",
        "    pass\n    columns  x1y2z3a4b5c6",
        "    columns  password  active\nfirst  column  x1y2z3a4b5c6  true",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
    // A notebook keeps each line of what it printed as a literal of its own.
    let [_, _, value, _] = passwords();
    let cell = format!("[\"   user      password\\n\",\n  \"0  carla  {value}\"]");
    assert!(!rest(engine(), &cell).contains(&value), "{cell}");
    // What a token is told by is no token.
    let accessor = ["Pj3KxGc1y0eB", "zvGVr9OX9ipl"].concat();
    assert_eq!(taken(&[&format!("Vault token accessor: {accessor}")]), Vec::<String>::new());
}

#[test]
fn a_value_ends_where_the_tag_around_what_was_printed_does() {
    let places = [
        "<bash-stdout>Wi-Fi: Home\ncisco(config-if)# ppp chap password 0 \u{b6}</bash-stdout><bash-stderr></bash-stderr>",
        "<local-command-stdout>mosquitto_passwd -b /etc/mosquitto/passwd dev \u{b6}</local-command-stdout>",
        "<command-name>/deploy</command-name>\n<command-args>the db password got rotated, it's now \u{b6}</command-args>",
        "<tool_use_error>mdp : \u{b6}</tool_use_error>",
    ];
    let value = ["Tiger#", "36172!"].concat();
    for place in places {
        let text = place.replace('\u{b6}', &value);
        let left = rest(engine(), &text);
        assert!(!left.contains(&value), "{left}");
        assert!(left.contains("</"), "{left}");
    }
}

#[test]
fn what_a_password_is_for_stands_between_its_name_and_the_value() {
    let places = [
        "the password for the staging db: \u{b6}",
        "passphrase for the ssh key = \u{b6}",
        "le mot de passe du serveur: \u{b6}",
        "**Credentials:** `ann` / `\u{b6}`",
        "j'ai remplac\u{e9} le mot de passe en \u{b6}",
        "wijzigde het wachtwoord naar \u{b6}",
        "Use \u{b6} as the database password",
        "changed the password of the app user to \u{b6}",
        "Set password for user \"app\" to '\u{b6}'",
        "troquei a senha do banco para \u{b6}",
    ];
    let given = [["sdOF", "Jk37"].concat(), ["Cobalt*", "Pebble10"].concat(), ["Silver", "1993*"].concat()];
    assert_eq!(missed(&places, &given), Vec::<String>::new());
    let german = "ich habe das Passwort der Datenbank auf \u{b6} gesetzt";
    assert_eq!(missed(&[german], &given[..2]), Vec::<String>::new());
    let fine = [
        "Creating secret for tenant: 8f7d6c5b-4a39-4817-86f5-e4d3c2b1a098",
        "the password for the staging db: see the vault",
        "the token for step: user1",
        "the password is *required*",
        "the password Windows2019 needs",
        "hash the password to Sha256Hex first",
        "set the password for access to server2",
        "the password of the account belongs to ann1984x",
        "changed the token of the build to Node2048",
        "**Credentials:** `user` / `password`",
        "a secret of the form: name=value",
        "XXH3_mix2Accs(const xxh_u64* XXH_RESTRICT acc, const xxh_u8* XXH_RESTRICT secret)",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn a_product_of_what_is_no_name_is_a_password() {
    let given = [["3ch0", "*262"].concat(), ["0nyx*", "4471"].concat()];
    assert_eq!(missed(&["      MYSQL_ROOT_PASSWORD: \u{b6}", "DB_PASSWORD=\u{b6}"], &given), Vec::<String>::new());
    let fine = ["password_max: 60s*2", "      PASSWORD_TTL: 0x10*262", "password_size = 4*kib+16*mib"];
    assert_eq!(taken(&fine), Vec::<String>::new());
}
