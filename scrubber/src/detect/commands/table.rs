//! The commands and calls that are given passwords, and where.

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
}

const NOTHING: Row = Row { name: "", needs: &[], flags: &[], glued: &[], pairs: &[], parts: b":", place: Place::Flags };

const fn flags(name: &'static str, flags: &'static [&'static str]) -> Row {
    Row { name, flags, ..NOTHING }
}
const fn login(name: &'static str) -> Row {
    Row { name, needs: &["login "], flags: &["-p"], ..NOTHING }
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

/// What makes of the output of `echo` a password.
pub(super) const PIPED: &[&str] =
    &["sudo -S", "chpasswd", "passwd --stdin", "--password-stdin", "kinit", "sudo --stdin", "--with-token"];

/// The commands and calls, the longer of two names that begin alike first.
const TABLE: &[Row] = &[
    pairs("curl", &["-u", "--user", "-U", "--proxy-user"], b":"),
    pairs("http", &["-a", "--auth"], b":"),
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
    flags("sqlcmd", &["-P"]),
    flags("bcp", &["-P"]),
    flags("plink", &["-pw"]),
    flags("pscp", &["-pw"]),
    flags("ipmitool", &["-P"]),
    flags("mosquitto_pub", &["-P"]),
    flags("mosquitto_sub", &["-P"]),
    flags("evil-winrm", &["-p"]),
    flags("crackmapexec", &["-p"]),
    flags("snmpwalk", &["-A", "-X"]),
    flags("snmpget", &["-A", "-X"]),
    flags("keytool", &["-storepass", "-keypass", "-srcstorepass", "-deststorepass"]),
    Row { name: "openssl", needs: &["enc "], flags: &["-k"], ..NOTHING },
    flags("ssh-keygen", &["-N", "-P"]),
    flags("twine", &["-p", "--password"]),
    word("wpa_passphrase", &[], 2),
    token("vault login", 1),
    token("cargo login", 1),
    token("wandb login", 1),
    token("railway login", 1),
    token("poetry config", 2),
    flags("unzip", &["-P"]),
    flags("zip", &["-P"]),
    flags("xfreerdp", &["-p"]),
    glued("7za"),
    glued("7z"),
    Row { name: "htpasswd", needs: &["-b", "-nb", "-Bb", "-cb"], place: Place::Word(3), ..NOTHING },
    Row { name: "sqlplus", place: Place::Between(b'/', b'@'), ..NOTHING },
    word("rabbitmqctl", &["add_user", "change_password"], 3),
    word("mc alias", &["set "], 5),
    Row { name: "net use", flags: &[], place: Place::Word(4), ..NOTHING },
    word("net user", &["/add", "/ADD", "/domain", "/active"], 2),
    Row { name: "echo", needs: &["chpasswd"], place: Place::Pair(b':'), ..NOTHING },
    Row {
        name: "echo",
        needs: &["sudo ", "--stdin", "-stdin", "kinit", "--with-token"],
        place: Place::Word(1),
        ..NOTHING
    },
    Row { name: "IDENTIFIED", flags: &["BY", "BY PASSWORD"], place: Place::Statement, ..NOTHING },
    Row { name: "identified", flags: &["by"], place: Place::Statement, ..NOTHING },
    flags("machine", &["password"]),
    flags("wifi connect", &["password"]),
    call("SetBasicAuth", 2),
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
];

/// The names that are looked for.
pub(in crate::detect) const COMMANDS: &[&str] = &{
    let mut names = [""; TABLE.len() + 2];
    let mut at = 0;
    while at < TABLE.len() {
        names[at] = TABLE[at].name;
        at += 1;
    }
    names[at] = "data";
    names[at + 1] = "stringData";
    names
};

/// The row of the command that `line` starts with.
pub(super) fn row(line: &[u8]) -> Option<&'static Row> {
    TABLE.iter().find(|row| {
        let whole = line.get(row.name.len()).is_none_or(|next| !(next.is_ascii_alphanumeric() || *next == b'_'));
        let named = line.starts_with(row.name.as_bytes()) && (whole || row.name.ends_with('('));
        named
            && (row.name != "echo"
                || row.needs.iter().any(|word| memchr::memmem::find(line, word.as_bytes()).is_some()))
    })
}
