//! What is public stays, however much it looks like a secret; what has nearly the same form or name is found.

use scrubber::detect::{Engine, Scratch};

use crate::support::{engine, escaped};

const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Signs by chance, from a seed.
fn signs(seed: u64, length: usize) -> String {
    let mut state = seed ^ 0x5DEE_CE66_D123_4567;
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        char::from(BASE62.as_bytes()[(state >> 33) as usize % BASE62.len()])
    };
    (0..length).map(|_| next()).collect()
}

/// Whether nothing is found in the text, in none of its layers.
fn stays(engine: &Engine, text: &str) -> bool {
    (0..3).all(|layers| {
        let text = escaped(&format!("first line\n{text}\nlast line"), layers);
        engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty()
    })
}

#[test]
fn what_is_public_stays_and_its_twin_is_found() {
    let engine = engine();
    let ssh = format!("AAAAC3NzaC1lZDI1NTE5AAAAI{}", signs(1, 43));
    let head = ["eyJhbGciOiJ", "IUzI1NiIsIn", "R5cCI6IkpXVCJ9"].concat();
    let token = format!("{head}.eyJzdWIiOiIx{}.{}", signs(2, 30), signs(3, 43));
    let point = format!("BK{}A", signs(4, 84));
    let site = format!("6Lc{}", signs(5, 37));
    let (version, project) = (signs(6, 32), format!("prj_{}", signs(7, 28)));
    let halves = ["8f7d6c5b4a392817", "06f5e4d3c2b1a098"];
    let (digest, commit, key) = (halves.repeat(2).concat(), "8f7d6c5b4a39", ["8f7d6c5b4a392817", "06f5e4d3"].concat());
    let uri = |login: &str, host: &str| format!("DATABASE_URL=postgres://{login}@{host}:5432/app");
    for (public, secret) in [
        (format!("ssh-ed25519 {ssh}"), format!("TOKEN={}", signs(8, 68))),
        (format!("github.com {ssh}\n"), format!("secret: AAAA{}", signs(9, 64))),
        (format!("the header {head} is fixed"), format!("the token {token} is not")),
        (format!("Authorization: Bearer {head}"), format!("Authorization: Bearer {token}")),
        (format!("applicationServerKey: '{point}'"), format!("serverKey: '{point}'")),
        (format!("NEXT_PUBLIC_VAPID_KEY={point}"), format!("VAPID_PRIVATE_KEY={}", signs(10, 43))),
        (format!("RECAPTCHA_SITE_KEY={site}"), format!("RECAPTCHA_SECRET_KEY={site}")),
        (format!("<div data-sitekey=\"{site}\">"), format!("<div data-secretkey=\"{site}\">")),
        (format!("VersionId={version}"), format!("VersionKey={version}")),
        (format!("\"NextVersionIdMarker\": \"{version}\""), format!("\"NextSecretKey\": \"{version}\"")),
        (format!("deployed {project} now"), format!("PROJECT_TOKEN={project}")),
        (uri("postgres:postgres", "localhost"), uri("postgres:postgres", "db.acme.example")),
        (uri("postgres:postgres", "db"), uri("acme:acme1", "db")),
        (format!("\tgithub.com/acme/token v0.0.0-20240112093000-{commit}"), format!("\tgithub.com/acme/token {key}")),
        (format!("SHA256 (auth.key) = {digest}"), format!("auth.key = {digest}")),
        (format!("SHA2-256(auth.key)= {digest}"), format!("HMAC_KEY (auth.key)= {digest}")),
        ("51 Franklin Street, Fifth Floor, Boston, MA".to_owned(), "51 Franklin Street, Melrose, MA".to_owned()),
        ("lpass show --password acme-db2".to_owned(), "mysql --password acme-db2".to_owned()),
        ("pass work/jira".to_owned(), "login: ann\npass work/jira".to_owned()),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}

/// Small hex digits by chance, from a seed.
fn hex(seed: u64, length: usize) -> String {
    signs(seed, 4 * length)
        .bytes()
        .map(|byte| char::from(b"0123456789abcdef"[usize::from(byte) % 16]))
        .take(length)
        .collect()
}

#[test]
fn listings_with_digests_stay_and_the_same_digits_beside_a_name_are_found() {
    let engine = engine();
    let (md5, sha1, sha256) = (hex(21, 32), hex(22, 40), hex(23, 64));
    let (other, fingerprint) = (hex(24, 32), hex(25, 40).to_uppercase());
    for (public, secret) in [
        (format!("{md5}  usr/sbin/update-passwd\n{other}  usr/share/passwd2"), format!("name,passwd\nann,{md5}")),
        (format!("{md5}  a/b/examples/helper_functions_of/tests/test_16\n{other}  b"), format!("api_token={other}")),
        (format!("{sha256} *secrets\n{sha256}  release/token"), format!("secret: {sha256}")),
        (format!("netlify token\n\ncommit {sha1}"), format!("netlify token\n\ntoken {sha1}")),
        (format!("SPEC CHECKSUMS:\n  AppAuth: {sha1}"), format!("SPEC:\n  AppAuth: {sha1}")),
        (format!("name = \"auth_token\",\nsha256 = \"{sha256}\","), format!("auth_token = \"{sha256}\",")),
        (
            format!("Conffiles:\n /etc/pam.d/common-password {md5}\n /etc/default/passwd {other}"),
            format!("password {}", signs(26, 20)),
        ),
        (format!("    checksum/secret: {sha256}"), format!("    app/secret: {sha256}")),
        (format!("gpg:       using EDDSA key {fingerprint}"), format!("private key {fingerprint}")),
        (format!("Cache restored from key: Linux-cargo-{sha256}"), format!("secret key: {sha256}")),
        (format!("CrashReporter Key:   {sha1}"), format!("Reporter Secret:   {sha1}")),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}

#[test]
fn ids_names_and_numbers_of_programs_stay_and_their_twins_are_found() {
    let engine = engine();
    let arn = "arn:aws:secretsmanager:eu-west-1:112233445566:secret:prod/db/password-Ab12Cd";
    let mangled = "_ZThn88_N4node15LibuvStreamWrap18CreateShutdownWrapEN2v85LocalINS1_6ObjectEEE";
    let card = ["4460", "1300", "0000", "0000"].join(" ");
    let page = format!("pk_live_{}", signs(31, 99));
    let card_number = ["5425", "2334", "3010", "9903"].join(" ");
    for (public, secret) in [
        (format!("ref={arn}"), format!("ref=aws:secret:{}", signs(32, 40))),
        (format!("{{\"IAMUserChangePassword\": \"{arn}\"}}"), "{\"Password\": \"hunter2:a:b\"}".to_owned()),
        (format!("symbol {mangled}"), format!("symbol _Z{}", signs(33, 60))),
        (format!("00009d10: c751 0000 1100 1a00 {card}  .Q"), format!("paid {card_number} today")),
        (format!("const key = \"{page}\";"), format!("const key = \"sk_live_{}\";", signs(34, 99))),
        (format!("STRIPE_KEY={page}"), format!("COURIER_SECRET=pk_test_{}", signs(42, 28).to_uppercase())),
        (format!("refunded re_3{}", signs(35, 23)), format!("sent re_{}_{}", signs(36, 8), signs(37, 24))),
        (format!("site 0x4AAAAAAA{}", signs(38, 14)), format!("site 0x4AAAAAAA{}", signs(39, 26))),
        (format!("batch msgbatch_01{}", signs(40, 22)), format!("the token is tok_{}", signs(41, 30))),
        ("'password' => 'required|min:8|confirmed',".to_owned(), "'password' => 'rain|min8|fog3',".to_owned()),
        ("'password' => 'hashed',".to_owned(), "'password' => 'hashed8lake',".to_owned()),
        ("DB_PASSWORD=ssm:/prod/db/password".to_owned(), "DB_PASSWORD=ssm:prod4lake".to_owned()),
        ("x.rs:40:What is the password policy?".to_owned(), "x.rs:40:lake7fog is the password".to_owned()),
        ("Net32_Security_Credentials = [\"Net32_Security\"]".to_owned(), "credentials = [\"lake7fog\"]".to_owned()),
        ("+2026-11-27 08:00  internal 5".to_owned(), format!("+{}", ["49 171 ", "2345679"].concat())),
        ("firmware 1.15.3.1 is out".to_owned(), "host 1.15.3.1 is out".to_owned()),
        ("author: John Doe".to_owned(), "author: Maria Lopez".to_owned()),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}

#[test]
fn samples_of_standards_variables_and_certificates_stay() {
    let engine = engine();
    let jwt = ["eyJ0eXAiOiJKV1QiLA0KICJh", "bGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ"].concat();
    let signature = ["dBjftJeZ4CVP-mB92K27uh", "bUJU1p1r_wW1gFWFOEjXk"].concat();
    let (access, bearer) = (["2YotnFZFEjr1", "zCsicMWpAA"].concat(), ["mF_9.B5f", "-4.1JqM"].concat());
    let certificate = ["LS0tLS1CRUdJTiBDRVJU", "SUZJQ0FURS0tLS0tCk1JSUMrakND"].concat();
    let commit = "1f2e3d4c5b6a7988".repeat(2) + "1f2e3d4c";
    for text in [
        format!("\"access_token\":\"{access}\",\n"),
        format!("Authorization: Bearer {bearer}\n"),
        "set PASSWORD=%DB_PASS%\n".to_owned(),
        "psql \"postgres://%DB_USER%:%DB_PASS%@%DB_HOST%/shop\"\n".to_owned(),
        format!("kind: Secret\ndata:\n  tls.crt: {certificate}\n  ca.crt: {certificate}\n"),
        format!("{{\"kind\": \"Secret\", \"data\": {{\"tls.crt\": \"{certificate}\"}}}}\n"),
        format!("cd external/rules_token-{commit}\n"),
        format!("strip_prefix = \"rules_token-{commit}\",\n"),
    ] {
        assert!(stays(engine, &text), "{text}");
    }
    let key = ["q7Zp4Xw2Lr9T", "b6Nk1Vh8Sd3F"].concat();
    for text in [
        // Whatever a signed token says leaves with it.
        format!("token: {jwt}.{signature}\n"),
        format!("\"access_token\":\"{access}x\",\n"),
        format!("kind: Secret\ndata:\n  tls.crt: {certificate}\n  tls.key: {key}\n"),
        format!("kind: Secret\ndata:\n  ca.crt: {key}\n"),
        format!("kind: Secret\ndata:\n  bundle: {certificate}\n"),
        format!("use acme-token-{commit}\n"),
        format!("url=a%3Fpassword%3D{key}%20\n"),
    ] {
        assert!(!stays(engine, &text), "{text}");
    }
}

#[test]
fn groups_of_systems_and_brands_are_nobody() {
    let engine = engine();
    for group in "src utmp kmem disk dialout plugdev crontab shadow audio video netdev apache tomcat".split(' ') {
        let text = format!("-rw-r--r-- 1 root {group} 160 Nov 27 10:00 a.rs\n");
        assert!(stays(engine, &text), "{text}");
    }
    for brand in [
        "Mercedes Benz",
        "Johns Hopkins",
        "Levi Strauss",
        "Jimmy Choo",
        "Michael Kors",
        "Giorgio Armani",
        "Yves Rocher",
        "Elizabeth Arden",
        "Kate Spade",
        "Smith Wesson",
        "Black Decker",
        "Grant Thornton",
        "Lockheed Martin",
        "Jack Daniels",
        "Jenny Craig",
        "Reed Solomon",
        "Navier Stokes",
        "Sherlock Holmes",
        "Ada Lovelace",
        "Johnson algorithm",
        "Paul Smith jeans",
    ] {
        let text = format!("Name: {brand}\n");
        assert!(stays(engine, &text), "{text}");
    }
    for person in ["Name: Mercedes Brandt\n", "Name: Paul Smith\n", "Author: Ada Lovelace\n", "Hi, I am Jenny Craig\n"]
    {
        assert!(!stays(engine, person), "{person}");
    }
    assert!(!stays(engine, "-rw-r--r-- 1 root kmoritan 160 Nov 27 10:00 a\n"));
}

#[test]
fn numbers_that_have_check_digits_by_chance_stay_and_those_of_people_are_found() {
    let engine = engine();
    let card = ["453957", "8763621486"].concat();
    let ssn = ["287-65", "-4329"].concat();
    let codes = ["5534 5535 ", "5536 5537"].concat();
    for (public, secret) in [
        (format!("{{\"order_id\": {card}}}"), format!("{{\"number\": {card}}}")),
        (format!("https://x.test/a/status/{card}"), format!("https://x.test/pay/{card}")),
        (format!("epoch_ns={card}"), format!("card_id={card}")),
        (format!("check(x, -{card}, 2)"), format!("check(x, {card}, 2)")),
        (format!("U+{codes}"), format!("paid {}", ["4539 5787 ", "6362 1486"].concat())),
        (format!("part {ssn}"), format!("from {ssn}")),
        (format!("f 25 16 0 {} 1824", ssn.replace('-', " ")), format!("his {}", ssn.replace('-', " "))),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}

#[test]
fn lists_are_no_tables_and_packed_data_is_no_token() {
    let engine = engine();
    let packed = format!("{}AAAA{}AAAA{}", signs(51, 20), signs(52, 12), signs(53, 20));
    for (public, secret) in [
        (
            "apt\tbase-passwd\t3.6.1\napt\tlake7fog\t5.2\n".to_owned(),
            "host\tpasswd\tnote\napt\tlake7fog\tx\n".to_owned(),
        ),
        (
            "word\tname\tpasswd\nword\tname\tlake7fog\nword\tname\tfog8rain\n".to_owned(),
            "name\tpasswd\nname\tlake7fog\nann\tfog8rain\n".to_owned(),
        ),
        (
            "  set_token,    // of a store\n  lake7_fog8_rain,    // of a fog\n".to_owned(),
            "set_token,store\nlake7fog8rain9,x\n".to_owned(),
        ),
        (format!("load(\"{packed}\")"), format!("load(\"{}\")", packed.replace("AAAA", "q7Zp"))),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}

#[test]
fn what_stands_for_a_password_in_an_address_stays_and_a_password_is_found() {
    let engine = engine();
    for scheme in ["postgres", "mysql", "mongodb+srv", "amqp", "redis", "https", "ftp", "smtp"] {
        let uri = |password: &str| format!("{scheme}://ann:{password}@db.contoso.io:5432/app");
        for stand_in in [
            "$password",
            "$DB_PASS",
            "${DB_PASS}",
            "{password}",
            "%(password)s",
            "<password>",
            "<your-password>",
            "***",
            "\u{2026}",
            "password",
            "PASSWORD",
            "YOUR_PASSWORD",
            "changeme",
        ] {
            assert!(stays(engine, &uri(stand_in)), "{scheme} {stand_in}");
        }
        for password in ["lake7fog", "$summer", "*lake*", "{Tr0ub4dor}"] {
            assert!(!stays(engine, &uri(password)), "{scheme} {password}");
        }
    }
    for (public, secret) in [
        ("docker login -u ann -p <password> registry.contoso.io", "<password> lake7fog </password>"),
        ("?access_token=<token>&page=2", "<token>lake7fog8rain</token>"),
        ("https://<token>@github.com/acme/x.git", "<password>@lake7fog</password>"),
        ("openssl enc -pass pass:$KEY", "openssl enc -pass pass:lake7fog"),
        ("host=db user=ann password=password dbname=app", "host=db user=ann password=lake7fog dbname=app"),
        ("Server=db;User Id=ann;Password=__PASSWORD__;", "Server=db;User Id=ann;Password=__lake7fog__;"),
        ("DB_PASSWORD=bcrypt", "DB_PASSWORD=bcrypt7fog"),
    ] {
        assert!(stays(engine, public), "{public}");
        assert!(!stays(engine, secret), "{secret}");
    }
}

#[test]
fn what_tools_print_stays_and_its_twin_is_found() {
    let engine = engine();
    let (commit, token, site) = (hex(31, 40), signs(32, 40), format!("6Lc{}", signs(33, 37)));
    let private = ["eyJzY2hlbWFf", "dmVyc2lvbiI6IjEifQ=="].concat();
    let (phone, card, mac) = ("06 12 34 56 79", ["5425 2334", " 3010 9903"].concat(), "76:0e:ee:f7:05:17");
    for (public, secret) in [
        ("openssl req -newkey rsa:2048".to_owned(), format!("openssl req -passin pass:{token}")),
        (" Birth: 2026-11-28 13:36:04.123456789 +0000".to_owned(), " Birth: 1984-03-17".to_owned()),
        ("birthtime: Mon, 10 Oct 2011 23:24:11 GMT".to_owned(), "born Mon, 10 Oct 2011".to_owned()),
        (format!("00003720  {phone} fe  d3 44 89 ff"), format!("00003720  {phone}")),
        (format!("  9a:9b:9c:\n      {mac}"), format!("  9a:9b:9c\n      {mac}")),
        (format!("751C 606C {card} 8FE2"), format!("751C paid {card} in full")),
        (
            "drwx------ 3 polkitd ssl-cert 4096 May 9 .".to_owned(),
            "drwx------ 3 kmoritan staff 4096 May 9 .".to_owned(),
        ),
        ("Version: 20170116-3".to_owned(), "RUT 20170116-3".to_owned()),
        ("at main (/home/index.js:3:14)".to_owned(), "at main (/home/kmoritan/index.js:3:14)".to_owned()),
        ("-git@github.com:acme/x.git\n+noreply@github.com".to_owned(), "+maria.lopez@contoso.io".to_owned()),
        ("@acme/telemetry-js\t1.11.0\t1418411".to_owned(), "telem. 1418411".to_owned()),
        ("authenticate('CRAM-MD5', answer)".to_owned(), "authenticate('qX7-pLm9', answer)".to_owned()),
        (format!("\"private\": \"{private}\""), format!("\"private\": \"{token}\"")),
        (format!("push eu.gcr.io/acme/auth:{commit}"), format!("auth: {commit}")),
        ("secret: web-config-7f9c8b6d5c".to_owned(), "password: web-config-7f9c8b6d5c".to_owned()),
        (format!("SITE_KEY={site}\u{1b}[0m"), format!("SECRET_KEY={site}\u{1b}[0m")),
        (format!("  checksum/secret: {}\u{1b}[0m", hex(34, 64)), format!("  app/secret: {}\u{1b}[0m", hex(34, 64))),
        (
            "api_key = \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:KEY\"".to_owned(),
            format!("api_key = \"{token}\""),
        ),
        (
            "#define GL_BACK_PASS  0x8803\n#define GL_BUFFER14  0x8824".to_owned(),
            "#define PASS \"buffer14\"".to_owned(),
        ),
        (
            "#define NR_request_key\t249\n#define NR_eventfd2\t328".to_owned(),
            "user\ttoken\nann\teventfd2x328".to_owned(),
        ),
        (
            " -pass val           Output file pass phrase source\n -genparam2          Generate parameters".to_owned(),
            " user                pass\n ann                 genparam2".to_owned(),
        ),
        ("jwtSecret = \"jwtSecret\"".to_owned(), "jwtSecret = \"jwtMagnolia\"".to_owned()),
        ("SET password = :newSecret WHERE".to_owned(), "SET password = ':newSecret7' WHERE".to_owned()),
        ("password: 'login.newPassword.label'".to_owned(), "password: 'maple.harbor.violin'".to_owned()),
        ("{\"a\": \"Passwort vergessen?\"}".to_owned(), "[\"Passwort violine7?\"]".to_owned()),
        ("{\"a\": \"Password changed!\"}".to_owned(), "[[\"password violin!\"]]".to_owned()),
        ("per ECMA-262 19.1.2.4 and libxi6 (>= 2:1.2.99.4)".to_owned(), "peer 93.184.216.34".to_owned()),
    ] {
        assert!(stays(engine, &public), "{public}");
        assert!(!stays(engine, &secret), "{secret}");
    }
}
