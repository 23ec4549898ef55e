//! The commands and calls that are given passwords, and where.

use std::sync::LazyLock;

use super::{behind, printed};

/// Where the password stands, beside the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Only after flags.
    Flags,
    /// The same, inside of a statement that makes or changes an account.
    Statement,
    /// The word with this number among those that are no flags, from 1.
    Word(usize),
    /// The same, and it must look like a token: such commands are written about as well.
    Token(usize),
    /// Between two signs of any word.
    Between(u8, u8),
    /// After a sign in the first word.
    Pair(u8),
    /// The literal with this number among the arguments of a call.
    Argument(usize),
    /// What is fed to the command in place of a file: `<<< '…'`.
    Here,
    /// The first word that is no flag, no drive and no folder.
    Bare,
    /// The last word.
    Last,
    /// After a sign that begins a word.
    Behind(u8),
    /// The name is that of an account, perhaps with its host: `root@db / …`, `admin:…`.
    Login,
    /// Any word of the sentence that the name begins.
    Sentence,
}

/// What the value has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Anything but a placeholder, a variable or code.
    None,
    /// A password that no word of a sentence can be.
    Said,
    /// Made by a machine.
    Machine,
    /// What no text holds by chance.
    Striking,
}

/// One command.
pub(super) struct Row {
    pub name: &'static str,
    /// One of these must stand in the line.
    pub needs: &'static [&'static str],
    /// The next word is the password. Flags of more than one letter hold in any case.
    pub flags: &'static [&'static str],
    /// The rest of the word is.
    pub glued: &'static [&'static str],
    /// The next word, or the rest of this one, is a user and the password, parted by one of `parts`.
    pub pairs: &'static [&'static str],
    pub parts: &'static [u8],
    pub place: Place,
    pub proof: Proof,
    /// One of these must stand near, before or after.
    pub near: &'static [&'static str],
}

const NOTHING: Row = Row {
    name: "",
    needs: &[],
    flags: &[],
    glued: &[],
    pairs: &[],
    parts: b":",
    place: Place::Flags,
    proof: Proof::None,
    near: &[],
};

const fn flags(name: &'static str, flags: &'static [&'static str]) -> Row {
    Row { name, flags, ..NOTHING }
}
const fn login(name: &'static str) -> Row {
    Row { name, needs: &["login "], flags: &["-p"], glued: &["-p="], ..NOTHING }
}
const fn glued(name: &'static str) -> Row {
    Row { name, glued: &["-p"], ..NOTHING }
}
const fn word(name: &'static str, needs: &'static [&'static str], number: usize) -> Row {
    Row { name, needs, place: Place::Word(number), ..NOTHING }
}
const fn token(name: &'static str, number: usize) -> Row {
    Row { name, place: Place::Token(number), ..NOTHING }
}
const fn call(name: &'static str, number: usize) -> Row {
    Row { name, place: Place::Argument(number), ..NOTHING }
}
const fn pairs(name: &'static str, pairs: &'static [&'static str], parts: &'static [u8]) -> Row {
    Row { name, pairs, parts, ..NOTHING }
}

/// What people and routers write: a password that is no word.
const fn said(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Said, ..NOTHING }
}
const fn striking(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Striking, ..NOTHING }
}
const fn said_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::Said, ..call(name, number) }
}
const fn keyed_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::Machine, ..call(name, number) }
}
/// A call that fills in a field of a form, or types at a prompt for a password.
const fn typed(name: &'static str, number: usize) -> Row {
    Row { near: &["assw", "assphrase"], ..said_call(name, number) }
}
const fn here(name: &'static str) -> Row {
    Row { name, place: Place::Here, needs: &["<<<"], ..NOTHING }
}
/// What is typed at the prompt of a protocol.
const fn prompt(name: &'static str, number: usize, near: &'static [&'static str]) -> Row {
    Row { name, place: Place::Word(number), proof: Proof::Said, near, ..NOTHING }
}

/// What stands near the commands of a mail server or a cache.
const GREETS: &[&str] =
    &["redis", "6379", "EHLO", "HELO", "250", "+OK", "* OK", "IMAP", "imap", "220 ", "331", "OK LOGIN"];

/// What connects with an account and its password, near the call.
const CONNECTS: &[&str] =
    &["ssh", "SSH", "ftp", "FTP", "sql", "SQL", "mqtt", "smtp", "imap", "amqp", "paramiko", "ldap"];

/// What makes of the output of `echo` a password.
pub(super) const PIPED: &[&str] = &[
    "sudo -S",
    "chpasswd",
    "passwd",
    "-stdin",
    "kinit",
    "sudo --stdin",
    "--with-token",
    "--passphrase-fd",
    "cryptsetup",
    "| su ",
    "secret set",
    "secret put",
    "secrets create",
    "secret create",
    "versions add",
    "env add",
    "secrets:set",
];

/// The commands and calls, the longer of two names that begin alike first.
const TABLE: &[Row] = &[
    pairs("curl", &["-u", "--user", "-U", "--proxy-user"], b":"),
    pairs("http", &["-a", "--auth"], b":"),
    pairs("https", &["-a", "--auth"], b":"),
    flags("wget", &["--password", "--http-password", "--ftp-password"]),
    glued("mysqldump"),
    glued("mysqladmin"),
    glued("mysqlimport"),
    glued("mysql"),
    glued("mariadb"),
    Row { name: "sshpass", flags: &["-p"], glued: &["-p"], ..NOTHING },
    flags("redis-cli", &["-a", "--pass"]),
    login("docker"),
    login("podman"),
    login("buildah"),
    login("helm registry"),
    login("az"),
    login("oc"),
    pairs("skopeo", &["--creds", "--src-creds", "--dest-creds"], b":"),
    flags("ldapsearch", &["-w"]),
    flags("ldapmodify", &["-w"]),
    flags("ldapadd", &["-w"]),
    flags("ldapwhoami", &["-w"]),
    pairs("smbclient", &["-U", "--user"], b"%"),
    pairs("rpcclient", &["-U"], b"%"),
    pairs("winexe", &["-U"], b"%"),
    pairs("lftp", &["-u"], b","),
    flags("mongodump", &["-p"]),
    flags("mongorestore", &["-p"]),
    flags("mongosh", &["-p"]),
    flags("mongo", &["-p"]),
    flags("psexec", &["-p"]),
    flags("PsExec", &["-p"]),
    flags("cqlsh", &["-p"]),
    Row { name: "sqlcmd", flags: &["-P"], glued: &["-P"], ..NOTHING },
    flags("bcp", &["-P"]),
    flags("isql", &["-P"]),
    said("isql", Place::Word(3)),
    flags("osql", &["-P"]),
    flags("tsql", &["-P"]),
    flags("snowsql", &["-p"]),
    flags("hdbsql", &["-p"]),
    flags("beeline", &["-p"]),
    flags("couchbase-cli", &["-p"]),
    flags("nzsql", &["-pw"]),
    flags("vsql", &["-w"]),
    flags("plink", &["-pw"]),
    flags("pscp", &["-pw"]),
    flags("ipmitool", &["-P"]),
    flags("mosquitto_pub", &["-P"]),
    flags("mosquitto_sub", &["-P"]),
    flags("evil-winrm", &["-p"]),
    flags("crackmapexec", &["-p"]),
    Row { name: "snmpwalk", flags: &["-c"], proof: Proof::Said, ..NOTHING },
    Row { name: "snmpget", flags: &["-c"], proof: Proof::Said, ..NOTHING },
    said("snmp-server community", Place::Word(1)),
    said("snmp community", Place::Word(1)),
    said("authentication-key", Place::Word(1)),
    said("pre-shared-key", Place::Last),
    said("rootpw", Place::Last),
    said("enable secret", Place::Last),
    said("enable password", Place::Last),
    said("radius-server key", Place::Last),
    said("tacacs-server key", Place::Last),
    said("crypto isakmp", Place::Word(2)),
    said("creds are", Place::Pair(b':')),
    said("creds are", Place::Pair(b'/')),
    said("credentials are", Place::Pair(b':')),
    said("credentials are", Place::Pair(b'/')),
    said("creds:", Place::Pair(b':')),
    said("creds:", Place::Pair(b'/')),
    said("credentials:", Place::Pair(b':')),
    said("credentials:", Place::Pair(b'/')),
    said("log in with", Place::Pair(b':')),
    said("log in with", Place::Pair(b'/')),
    said("log in as", Place::Pair(b':')),
    said("log in as", Place::Pair(b'/')),
    said("login with", Place::Pair(b':')),
    said("login with", Place::Pair(b'/')),
    said("login is", Place::Pair(b':')),
    said("login is", Place::Pair(b'/')),
    striking("log in", Place::Sentence),
    striking("logs in", Place::Sentence),
    striking("Log in", Place::Sentence),
    striking("login", Place::Sentence),
    striking("Login", Place::Sentence),
    striking("logins", Place::Sentence),
    striking("Logins", Place::Sentence),
    striking("sign in", Place::Sentence),
    striking("Sign in", Place::Sentence),
    striking("unlock", Place::Sentence),
    striking("basic auth", Place::Sentence),
    striking("Basic auth", Place::Sentence),
    striking("authenticate as", Place::Sentence),
    striking("protected with", Place::Sentence),
    striking("encrypted with", Place::Sentence),
    striking("decrypted using", Place::Sentence),
    striking("test account", Place::Sentence),
    striking("Test account", Place::Sentence),
    striking("demo user", Place::Sentence),
    striking("ssh", Place::Sentence),
    striking("ftp", Place::Sentence),
    striking("VPN", Place::Sentence),
    striking("VNC", Place::Sentence),
    striking("creds", Place::Sentence),
    striking("Creds", Place::Sentence),
    striking("Benutzer", Place::Sentence),
    striking("admin", Place::Login),
    striking("Admin", Place::Login),
    striking("administrator", Place::Login),
    striking("Administrator", Place::Login),
    striking("root", Place::Login),
    striking("postgres", Place::Login),
    pairs("etcdctl", &["--user"], b":"),
    flags("cypher-shell", &["-p"]),
    flags("snmpwalk", &["-A", "-X"]),
    flags("snmpget", &["-A", "-X"]),
    flags("keytool", &["-storepass", "-keypass", "-srcstorepass", "-deststorepass"]),
    said("openssl passwd", Place::Last),
    Row { name: "openssl", needs: &["enc ", " aes", " des", " chacha20"], flags: &["-k", "-K"], ..NOTHING },
    said("mkpasswd", Place::Last),
    flags("pdftk", &["input_pw", "user_pw", "owner_pw"]),
    flags("ssh-keygen", &["-N", "-P"]),
    flags("twine", &["-p", "--password"]),
    word("wpa_passphrase", &[], 2),
    token("vault login", 1),
    token("cargo login", 1),
    token("nuget push", 2),
    flags("signtool", &["/p"]),
    flags("certutil", &["-p"]),
    flags("pvk2pfx", &["-pi", "-po"]),
    flags("altool", &["-p"]),
    token("wandb login", 1),
    token("railway login", 1),
    token("poetry config", 2),
    flags("unzip", &["-P"]),
    flags("zip", &["-P"]),
    Row { name: "xfreerdp", flags: &["-p"], glued: &["/p:"], ..NOTHING },
    glued("7za"),
    glued("7z"),
    Row { name: "htpasswd", needs: &["-b", "-nb", "-Bb", "-cb"], place: Place::Word(3), ..NOTHING },
    Row { name: "sqlplus", place: Place::Between(b'/', b'@'), ..NOTHING },
    word("rabbitmqctl", &["add_user", "change_password"], 3),
    word("mc alias", &["set "], 5),
    Row { name: "net use", place: Place::Bare, ..NOTHING },
    word("net user", &["/add", "/ADD", "/domain", "/active"], 2),
    word("net user", &["/add ", "/ADD "], 3),
    Row { name: "echo", needs: &["chpasswd"], place: Place::Pair(b':'), ..NOTHING },
    Row {
        name: "echo",
        needs: &[
            "sudo ",
            "-stdin",
            "kinit",
            "--with-token",
            "--passphrase-fd",
            "cryptsetup",
            "| su ",
            "| passwd",
            "secret set",
            "secret put",
            "secrets create",
            "secret create",
            "versions add",
            "env add",
            "secrets:set",
        ],
        place: Place::Word(1),
        ..NOTHING
    },
    Row {
        name: "printf",
        needs: &["chpasswd", "-stdin", "cryptsetup", "secret set", "secrets create"],
        place: Place::Last,
        ..NOTHING
    },
    Row { name: "gh secret", needs: &["set "], flags: &["-b"], glued: &["-b"], ..NOTHING },
    Row { name: "send", needs: &["send \""], ..prompt("send", 1, &["assw", "assphrase"]) },
    here("chpasswd"),
    here("kinit"),
    here("sudo -S"),
    here("cryptsetup"),
    here("vncpasswd"),
    here("smbpasswd"),
    here("passwd"),
    here("gh secret"),
    here("vercel env"),
    here("pass insert"),
    here("keepassxc-cli"),
    here("docker login"),
    here("docker secret"),
    here("podman secret"),
    here("gcloud secrets"),
    here("wrangler secret"),
    prompt("AUTH", 1, GREETS),
    prompt("AUTH", 2, GREETS),
    prompt("PASS", 1, GREETS),
    prompt("LOGIN", 2, GREETS),
    Row { name: "ACL SETUSER", place: Place::Behind(b'>'), ..NOTHING },
    Row { name: "user default", place: Place::Behind(b'>'), ..NOTHING },
    Row { name: "ftp> user", place: Place::Word(2), proof: Proof::Said, ..NOTHING },
    flags("useradd", &["-p"]),
    flags("usermod", &["-p"]),
    Row { name: "dscl", needs: &["-passwd"], place: Place::Word(3), ..NOTHING },
    Row { name: "security", needs: &["keychain", "-password"], flags: &["-w", "-p"], ..NOTHING },
    flags("schtasks", &["/rp"]),
    flags("rdesktop", &["-p"]),
    flags("rabbitmqadmin", &["-p"]),
    flags("ncftpput", &["-p"]),
    flags("ncftpget", &["-p"]),
    flags("ncftp", &["-p"]),
    flags("caddy hash-password", &["--plaintext", "-p"]),
    flags("rclone config", &["pass", "password"]),
    pairs("jenkins-cli", &["-auth"], b":"),
    pairs("xh", &["-a", "--auth"], b":"),
    Row { name: "mosquitto_passwd", needs: &["-b"], place: Place::Word(3), ..NOTHING },
    Row { name: "htpasswd", needs: &["-nb", "-bn"], place: Place::Word(2), ..NOTHING },
    Row { name: "bw login", place: Place::Word(2), proof: Proof::Said, ..NOTHING },
    Row { name: "bw unlock", place: Place::Word(1), proof: Proof::Said, ..NOTHING },
    Row { name: "rar", glued: &["-hp", "-p"], needs: &[".rar"], ..NOTHING },
    Row { name: "unrar", glued: &["-p"], needs: &[".rar"], ..NOTHING },
    Row { name: "impdp", place: Place::Pair(b'/'), ..NOTHING },
    Row { name: "expdp", place: Place::Pair(b'/'), ..NOTHING },
    Row { name: "rman target", place: Place::Pair(b'/'), ..NOTHING },
    Row { name: "sqlldr", place: Place::Pair(b'/'), ..NOTHING },
    Row { name: "impacket-psexec", place: Place::Between(b':', b'@'), ..NOTHING },
    Row { name: "impacket-secretsdump", place: Place::Between(b':', b'@'), ..NOTHING },
    Row { name: "secretsdump.py", place: Place::Between(b':', b'@'), ..NOTHING },
    Row { name: "psexec.py", place: Place::Between(b':', b'@'), ..NOTHING },
    Row { name: "wmiexec.py", place: Place::Between(b':', b'@'), ..NOTHING },
    Row { name: "doctl auth", flags: &["-t"], ..NOTHING },
    Row { name: "dotnet nuget", flags: &["-p", "-k"], proof: Proof::Said, ..NOTHING },
    Row { name: "codecov", flags: &["-t"], proof: Proof::Machine, ..NOTHING },
    flags("oathtool", &["-b", "--base32"]),
    token("cloudflared service", 2),
    token("composer config", 2),
    token("composer config", 3),
    token("poetry config", 3),
    Row { name: "bundle config", place: Place::Last, proof: Proof::Machine, ..NOTHING },
    Row { name: "SET PASSWORD", flags: &["="], place: Place::Statement, ..NOTHING },
    Row { name: "IDENTIFIED", flags: &["BY", "BY PASSWORD"], place: Place::Statement, ..NOTHING },
    Row { name: "identified", flags: &["by"], place: Place::Statement, ..NOTHING },
    flags("machine", &["password"]),
    flags("wifi connect", &["password"]),
    call("SetBasicAuth", 2),
    call("PlainAuth", 3),
    call("Credentials::new(", 2),
    call("HTTPBasicAuth", 2),
    call("BasicAuth", 2),
    call("basicAuth", 2),
    call("basic_auth", 2),
    call("auth=(", 2),
    call("auth = (", 2),
    call("login(", 2),
    call("Sequelize(", 3),
    call("jwt.sign", 2),
    call("jwt.verify", 2),
    call("jwt.encode", 2),
    call("jwt.decode", 2),
    call("mysqli_connect", 3),
    call("mysqli(", 3),
    call("mysql_connect", 3),
    call("PDO(", 3),
    call("getConnection", 3),
    call("UsernamePasswordCredentials", 2),
    call("NetworkCredential", 2),
    call("PasswordAuthentication", 2),
    call("UsernamePasswordAuthenticationToken", 2),
    call("FTP(", 3),
    call("FTP_TLS(", 3),
    call("PlainCredentials(", 2),
    call("PlainTextAuthProvider(", 2),
    call("UserPassCredentials(", 2),
    call("UsernamePasswordToken(", 2),
    call("Credentials.basic(", 2),
    call("UserPassword(", 2),
    call("basic_auth=(", 2),
    call("req_auth_basic", 3),
    call("authorization_basic", 2),
    call("encode_basic_auth", 2),
    call("userauth_password", 2),
    call("ssh2_auth_password", 3),
    call("ldap_bind", 3),
    call("ftp_login", 3),
    call("mysql_real_connect", 4),
    call("createConnection(", 3),
    call("createPool(", 3),
    call("signInWithEmailAndPassword", 3),
    call("createUserWithEmailAndPassword", 3),
    call("changeUserPassword", 2),
    call("PasswordSignInAsync", 2),
    call("SMTP.start", 5),
    call("CompareHashAndPassword", 2),
    call("GenerateFromPassword", 1),
    call("keyring.set_password", 3),
    call("sp_addlogin", 2),
    call("pgp_sym_decrypt", 2),
    call("pgp_sym_encrypt", 2),
    said_call("load_cert_chain", 3),
    said_call("ldap.bind", 2),
    said_call("X509Certificate2", 2),
    said_call("addIdentity", 2),
    said_call("CreateAsync", 2),
    said_call("Authenticate(", 2),
    said_call("authenticate(", 1),
    said_call("Login(", 2),
    said_call("Login(", 3),
    said_call("keyPassword", 1),
    said_call("storePassword", 1),
    said_call("password_verify", 1),
    said_call("Hash::make", 1),
    said_call("HMAC256", 1),
    said_call("HMAC384", 1),
    said_call("HMAC512", 1),
    said_call("SignedString", 1),
    said_call("hmac.New", 2),
    Row { near: &["assw"], ..said_call("Field(", 1) },
    Row { near: &["assw", "login"], ..said_call("MD5(", 1) },
    Row { near: &["assw", "login"], ..said_call("SHA2(", 1) },
    Row { near: &["assw", "login"], ..said_call("SHA1(", 1) },
    typed("setValue", 1),
    typed("typeText", 1),
    typed("pyautogui.write", 1),
    Row { near: &["'pw", "\"pw", "=pw", "pass", "PASS", "Pass"], ..said_call("fill(", 1) },
    Row { near: &["'pw", "\"pw", "=pw", "pass", "PASS", "Pass"], ..said_call("type(", 1) },
    keyed_call("twilio(", 2),
    keyed_call("OpenAI(", 1),
    keyed_call("Minio(", 3),
    keyed_call("Gitlab(", 2),
    keyed_call("ClientSecretCredential", 3),
    call("SqlCredential", 2),
    call("PSCredential", 2),
    call("httpBasic", 2),
    call("withBasicAuth", 2),
    call("encodeBasicAuth", 2),
    call("ssh.Password", 1),
    said_call("basic(", 2),
    said_call("authenticate(", 2),
    Row { near: CONNECTS, ..said_call("connect(", 3) },
    Row { near: CONNECTS, ..said_call("connect(", 4) },
    Row { near: &["edis", "6379"], ..said_call("auth(", 1) },
    Row { name: "cx_Oracle.connect(", place: Place::Between(b'/', b'@'), ..NOTHING },
    call("MySQLdb.connect", 3),
    call("pymysql.connect", 3),
    call("pymssql.connect", 3),
    call("cx_Oracle.connect", 2),
    call("oracledb.connect", 2),
    call("WiFi.begin", 2),
    said_call("Credentials(", 4),
    said_call("auth(", 2),
    said_call("auth: [", 2),
    said_call("auth=[", 2),
    said_call("creds = (", 2),
    said_call("credentials = (", 2),
    said_call("credentials = [", 2),
    said_call("create_user", 3),
    said_call("create_superuser", 3),
    said_call("hashpw", 1),
    said_call("bcrypt.hash", 1),
    said_call("bcrypt.compare", 1),
    said_call("bcrypt.compareSync", 1),
    said_call("bcrypt.hashSync", 1),
    said_call("bcrypt.checkpw", 1),
    said_call("argon2.hash", 1),
    said_call("argon2.verify", 2),
    said_call("passwordEncoder.encode", 1),
    said_call("passwordEncoder.matches", 1),
    said_call("hashPassword", 1),
    said_call("comparePassword", 1),
    said_call("comparePasswords", 1),
    said_call("verifyPassword", 1),
    said_call("checkPassword", 1),
    said_call("validatePassword", 1),
    said_call("password_hash", 1),
    said_call("hash_password", 1),
    said_call("make_password", 1),
    said_call("verify_password", 1),
    said_call("check_password", 1),
    said_call("check_password", 2),
    said_call("check_password_hash", 2),
    said_call("generate_password_hash", 1),
    Row { near: &["gen_salt"], ..call("crypt(", 1) },
    said_call("Rfc2898DeriveBytes", 1),
    said_call("PBKDF2", 1),
    said_call("pbkdf2", 1),
    said_call("pbkdf2Sync", 1),
    said_call("pbkdf2_hmac", 2),
    said_call("PBEKeySpec", 1),
    said_call("scrypt", 1),
    said_call("scryptSync", 1),
    said_call("scrypt.kdf", 1),
    said_call("derive_key", 1),
    typed("fill", 1),
    typed("fill", 2),
    typed("type", 1),
    typed("type", 2),
    typed("send_keys", 1),
    typed("sendKeys", 1),
    typed("sendline", 1),
    said_call("createHmac", 2),
    said_call("hmac.new", 1),
    said_call("cookieParser", 1),
    keyed_call("Fernet", 1),
    keyed_call("Twilio(", 2),
    Row { near: &["wilio", "account_sid", "accountSid"], ..keyed_call("Client(", 2) },
    keyed_call("Stripe(", 1),
    keyed_call("stripe')(", 1),
    keyed_call("stripe\")(", 1),
    keyed_call("Github(", 1),
    keyed_call("TeleBot", 1),
    keyed_call("bot.run", 1),
    keyed_call("client.run", 1),
    keyed_call("client.login", 1),
    keyed_call("algoliasearch", 2),
    keyed_call("ethers.Wallet", 1),
    keyed_call("from_key", 1),
    keyed_call("privateKeyToAccount", 1),
    keyed_call("web3.eth.accounts", 1),
];

/// The names that are looked for.
pub(in crate::detect) const COMMANDS: &[&str] = &{
    let mut names = [""; TABLE.len() + 3 + behind::NAMES.len() + printed::NAMES.len()];
    let mut at = 0;
    while at < TABLE.len() {
        names[at] = TABLE[at].name;
        at += 1;
    }
    names[at] = "data";
    names[at + 1] = "stringData";
    names[at + 2] = "chpasswd:";
    let mut name = 0;
    while name < behind::NAMES.len() {
        names[at + 3 + name] = behind::NAMES[name];
        name += 1;
    }
    let from = at + 3 + name;
    let mut name = 0;
    while name < printed::NAMES.len() {
        names[from + name] = printed::NAMES[name];
        name += 1;
    }
    names
};

/// Whether the text starts with a name of which all rows look at a sentence.
pub(super) fn is_sentence(line: &[u8]) -> bool {
    let mut rows = rows(line).peekable();
    rows.peek().is_some() && rows.all(|row| matches!(row.place, Place::Sentence | Place::Login))
}

/// The rows of the command that `line` starts with.
pub(super) fn rows(line: &[u8]) -> impl Iterator<Item = &'static Row> + '_ {
    static BY_FIRST: LazyLock<Vec<Vec<&'static Row>>> = LazyLock::new(|| {
        let mut rows = vec![Vec::new(); 128];
        for row in TABLE {
            let first = row.name.as_bytes().first().map_or(0, |first| usize::from(*first));
            if let Some(rows) = rows.get_mut(first) {
                rows.push(row);
            }
        }
        rows
    });
    let rows = line.first().and_then(|first| BY_FIRST.get(usize::from(*first))).map_or(&[][..], Vec::as_slice);
    rows.iter().copied().filter(|row| {
        let whole = line.get(row.name.len()).is_none_or(|next| !(next.is_ascii_alphanumeric() || *next == b'_'));
        line.starts_with(row.name.as_bytes()) && (whole || row.name.ends_with(['(', '[']))
    })
}
