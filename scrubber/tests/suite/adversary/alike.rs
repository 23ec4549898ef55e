//! What only looks like a secret in the same places survives.

use super::{Chance, found};
use crate::support::escaped;

const HEX: &str = "0123456789abcdef";

/// Texts without a secret. `#` is a commit, `@` a digest of 32 bytes.
const HARMLESS: &[&str] = &[
    "PASS src/auth/login2.test.js (5.2 s)\nPASS src/app.test.js\n",
    "--- PASS: TestToken2 (0.00s)\nPASS\nok  \tacme.test/auth\t0.123s\n",
    "import token,\n    parser2,\n    lexer3,\n    reader4,\n",
    "use std::{\n    password,\n    token_kind1,\n    token_kind2,\n};\n",
    "fn f(user: &str, password: &str, n: u32) {}\nfn g(a: u8, b: u16, c: u32) {}\n",
    "$ git rev-parse feature/token-refresh\n#\n",
    "$ git log --format=%H -1 -- src/token.rs\n#\n",
    "$ sha256sum token.txt\n@\n",
    "$ cat Cargo.lock | grep -A1 secrecy\n@\n",
    "The password for the user is checked below.\n",
    "[sudo] password for ann: \nHit1: http://deb.test stable InRelease\n",
    "Password for 'https://ann@git.acme.test':\nremote: Enumerating objects2\n",
    "name,value,type\npassword,string2,input\ntoken,number3,hidden\n",
    "| Field | Password | Required |\n|---|---|---|\n| type | string | yes |\n",
    "INSERT INTO users (id, password, name) VALUES ($1, $2, $3)",
    "INSERT INTO users (id, password) VALUES (1, NULL)",
    "https://acme.test/reset-password/new\n",
    "https://acme.test/hooks/use-token\n",
    "https://acme.test/a?code=404&key=name\n",
    "Cookie: theme=dark; lang=en-US; tz=Europe/Berlin\n",
    "const [token, setToken] = useState('');\n",
    "tokens = ['<bos>', '<eos>', 'hello2', 'world3']\n",
    "max_tokens=4096, top_p=1\n",
    "{\"tokens\": [101, 7592, 2088, 102]}",
    "{\"name\": \"password\", \"type\": \"string\", \"required\": true}",
    "{\"value\": \"blue\", \"name\": \"color\"}",
    "<input type=\"password\" name=\"password\" placeholder=\"Enter2\">",
    "<input type=\"password\" autoComplete=\"off\" />",
    "<input id=\"password\" className=\"input\">",
    "sign(payload, jwtSecret=jwtSecret)",
    "auth(\n    jwtSecret=jwtSecret,\n    debug=True)",
    "<password minlength=\"8\">required</password>",
    "密码长度至少为8位\n",
    "密码: 必填\n",
    "la contraseña es obligatoria\n",
    "das Passwort ist falsch\n",
    "le mot de passe est incorrect\n",
    "await page.fill('#email', 'ann@example.com');\n",
    "bcrypt.hash(password, 10)\n",
    "auth('admin', role2)\n",
    "rate(http_requests_total{job=\"a\"}[5m])\n",
    "chpasswd: line 1: missing new password\n",
    "net use Z: /delete\n",
    "AUTH is disabled\nLOGIN page2\n",
    "mutation Login($email: String!, $password: String!) { token }\n",
    "{\"nextPageToken\": \"#\", \"ClientRequestToken\": \"#\"}",
    "aws s3api list-objects --starting-token #\n",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1B2c3\n",
    "<script nonce=\"#\"></script>\n",
    "please set the password to something better\n",
    "creds are stored in the keychain\n",
    "poll the user to pass \"step\" to the form\n",
    "password=fn(UserID9);\n",
    "GET /api/#/config HTTP/1.1\n",
    "poll the queue until the user resets the password2 field\n",
    "the neighbor is asked for its password when remote-as is set\n",
    "HKDF-Extract(salt, password: HKDF-Extract)\n",
    "AUTHENTICATE PLAIN is refused\n",
    "sip:6001@pbx.acme.test:5060\n",
    "SMB         10.0.0.5        445    DC01             [-] acme.test\\ann:STATUS_LOGON_FAILURE\n",
    "NTLM: negotiate\n",
    "live_view_2 = 1\n",
    "set interfaces ethernet eth0 address dhcp\n",
    "change vnc settings2 on the host\n",
    "{\"ssid\": \"home\", \"key\": \"none\"}",
    "Password (min 8 characters)\n",
    "Password - required\n",
    "Password (SHA-256): stored as a hash\n",
    "the password for the new user is hashed with bcrypt12\n",
    "<td>Password</td><td>required</td>",
    "\"tokens_per_second\": 123, \"total_tokens\": 45678",
    "login with github.com/acme\n",
    "пароль должен быть длиннее 8 символов\n",
    "비밀번호는 8자 이상\n",
    "image: acme/app@sha256:@\n",
    "parser.add_argument(\"--password\", action=\"store_true\", help=\"asks\")\n",
    "nPass = sqlite3_value_bytes(argv[1]);\npKey = utf8_to_utf16_dup(v);\n",
    "password = \"$PASSWORD1\"\npassword = \"%DB_PASSWORD%\"\n",
    "senha inválida\nPasswort ungültig\nmot de passe oublié\n",
    "# public key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudmas\n",
    "the password (of the test host) is required\n",
    "let table: [u8; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];\n",
    "pbkdf2_hmac('sha256', password, salt, 1000)\n",
    "openssl passwd -6 -stdin\nmkpasswd --help\n",
    "resolved \"https://r.acme.test/a/-/a-1.2.3.tgz##\"\n",
    "pub const AUTH_ALGORITHM_WPA_PSK: AUTH_ALGORITHM = AUTH_ALGO_WPA;\npub const SOURCE_MDP: SOURCETYPEENUM20 = 3i32;\n",
    "    pub ExportKey: BCryptExportKeyFn,\n    pub DestroyKey: BCryptDestroyKeyFn,\n",
    "pub const GUID_PixelFormat32bppR10G10B10A2HDR10: GUID = GUID::new();\n",
    "{\"AWS::KMS::Alias\": \"0fa10688a0296565\", \"AWS::KMS::ReplicaKey\": \"6d699a00c7c245c5\"}",
    "type SharedSecret = kem::SharedSecret<X25519HkdfSha256>;\ntype EncappedKey = <X25519HkdfSha256 as Kem>::Key;\n",
    "let secret = ml_kem768_x25519::SecretKey::generate(rng);\n",
    "RSAPrivateKey = rfc3447.RSAPrivateKey\ndef f(private_key: ed25519.Ed25519PrivateKey, other)\n",
    "[\"MLKEM768X25519PrivateKey\", \"MLKEM768X25519PublicKey\", \"MLKEM1024P384PublicKey\"]",
    "[\"TR31_K1_KEY_BLOCK_PROTECTION_KEY\", \"TR31_M3_ISO_9797_3_MAC_KEY\"]",
    "\"KmsKey\": {\"pattern\": \"^[a-zA-Z0-9:/_-]+$\", \"type\": \"string\"}",
    "{\"decryptKey\": \"e2e-001-decrypt.asc\", \"verifyKey\": \"x25519.pub.asc\"}",
    "put(&PUT_KEY, \"photos/2026/10/07/IMG_0001.jpg\")\n",
    "  PASS: tests/openpgp/setup.scm\n  PASS: tests/openpgp/armor.scm\n",
    "gpg --batch --passphrase \"\" 'demo-testkey-v4-rsa4096 <x>' rsa4096\n",
    "gpg --armor --export-secret-key demo-testkey-v4-rsa4096\n",
    "- Rename `PasswordHash::hash_password` => `PasswordHash::hash_password_customized`\n",
    "the way to unset the password is [`User::unset_passwd`].\n",
    "extends = \"Credential\", extends = \"::js_sys::Object\"\n",
    "\"ARN\": \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:TestDatabaseSecret-a1b2c3\"\n",
    "Sec-WebSocket-Key: #\n",
    "this.renderPass=\"translucent\";run({doesFilterPass:\"external\"})\n",
    "pass \"inline=False\" to use conditionals, or pass ``crypto.Certificate`` instances\n",
    "key_material = _convert_rfc4716(key_material)\n",
];

#[test]
fn look_alikes_survive_in_the_places_of_secrets() {
    let mut chance = Chance::new(0x77_a11e);
    let mut failed = Vec::new();
    for text in HARMLESS {
        let text = text.replace('#', &chance.of(HEX, 40)).replace('@', &chance.of(HEX, 64));
        for depth in 0..3 {
            let text = escaped(&format!("first line\n{text}\nlast line"), depth);
            let secrets: Vec<_> = found(&text)
                .into_iter()
                .filter(|(_, _, rule)| {
                    ["generic-", "command-", "random-", "url-", "account-", "login-"]
                        .iter()
                        .any(|it| rule.starts_with(it))
                })
                .map(|(start, end, rule)| (rule, text.get(start..end).unwrap_or_default().to_owned()))
                .collect();
            if !secrets.is_empty() {
                failed.push(format!("{text:?}: {secrets:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn lines_of_data_that_begin_like_tokens_survive() {
    const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut chance = Chance::new(0xda7a);
    for _ in 0..40 {
        let zeros =
            |count: usize, chance: &mut Chance| format!("{}{}", "A".repeat(count), chance.of(BASE64, 64 - count));
        let lines = [chance.of(BASE64, 64), zeros(4, &mut chance), chance.of(BASE64, 64), zeros(22, &mut chance)];
        let armored = format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{}\n-----END", lines.join("\n"));
        let amid = format!("AAAAD1AAAACRsdW1pAAAD+{}\n", zeros(4, &mut chance));
        let wide = format!("{}/AQE{}", chance.of(BASE64, 200), chance.of(BASE64, 90));
        let literals = format!("data = (\n    \"{}\"\n    \" {}\")\n", lines.join(""), chance.of(BASE64, 61));
        let continued = format!("data = \"{}\\n\\\n     {}\\n\\\n\";\n", "QUJD".repeat(16), chance.of(BASE64, 61));
        for text in [armored, amid, wide, literals, continued] {
            let found: Vec<_> = found(&text).iter().map(|(start, end, rule)| (*rule, text.get(*start..*end))).collect();
            assert!(found.iter().all(|(_, part)| part.is_some_and(|part| part.len() > 100)), "{text}: {found:?}");
        }
    }
}

#[test]
fn the_public_parts_of_keys_survive() {
    const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut chance = Chance::new(0x9_0b11c);
    for _ in 0..40 {
        let line = |chance: &mut Chance| chance.of(BASE64, 64);
        let (x, y, last) = (chance.of(BASE64, 43), chance.of(BASE64, 43), chance.of(BASE64, 43) + "=");
        let lines =
            ["MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa".to_owned(), line(&mut chance), line(&mut chance), last];
        let certificate = |mark: &str| {
            let lines: Vec<_> = lines.iter().map(|line| format!("{mark}{line}\n")).collect();
            format!("{mark}-----BEGIN CERTIFICATE-----\n{}{mark}-----END CERTIFICATE-----\n", lines.concat())
        };
        let key = format!("{{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"{x}\", \"y\": \"{y}\", \"kid\": \"{x}\"}}");
        for text in
            [key, certificate(" * "), certificate("+"), certificate("> "), certificate("// "), certificate("    ")]
        {
            for depth in 0..3 {
                let text = escaped(&text, depth);
                assert!(found(&text).is_empty(), "{text}: {:?}", found(&text));
            }
        }
    }
}
