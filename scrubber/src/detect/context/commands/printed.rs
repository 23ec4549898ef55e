//! Commands that are run to print a secret: what they print says nothing of itself, so that the command has to tell. It stands
//! in the line below the command where a text holds both, or in the result of a tool's call.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::starts::{OneOf, Starts};
use super::{Found, generic, value};
use crate::detect::context::assign::within_string;
use crate::detect::judge::public;

/// A command by its first words, and words one of which must stand in its line.
type Printer = (&'static str, &'static [&'static str]);

/// Words for a secret in the name of what is asked for.
const NAMED: &[&str] = &[
    "pass", "PASS", "Pass", "secret", "SECRET", "Secret", "token", "TOKEN", "Token", "key", "KEY", "Key", "cred",
    "CRED", "pwd", "PWD", "_pw", "_PW", "_PAT", "_pat", "psk", "PSK", "SESSION", "_AUTH", "SALT", "SEED", "TOTP",
    "totp",
];

/// Files that hold nothing but settings, and words for a secret in what is cut out of another one.
const OF_ENV: &[&str] = &[
    ".env", "pass", "PASS", "Pass", "secret", "SECRET", "Secret", "token", "TOKEN", "Token", "API_KEY", "api_key",
    "cred", "CRED", "pwd", "PWD",
];

/// What leaves the value alone of a line that holds a name and a value.
const CUTTERS: &[&str] = &[
    "-d=", "-d'='", "-d\"=\"", "-d '='", "-d \"=\"", "-F=", "-F'='", "-F\"=\"", "-F '='", "-F \"=\"", "-oP", "s/.*=",
    "s/^.*=",
];

/// The commands. The first words of each are looked for in every text; those of the first one by a row of its own.
const PRINTERS: &[Printer] = &[
    ("echo", NAMED),
    ("gcloud auth", &["print-access-token", "print-identity-token"]),
    ("gcloud secrets", &["access"]),
    ("aws ecr", &["get-login-password"]),
    ("aws secretsmanager", &["get-secret-value", "get-random-password"]),
    ("aws ssm", &["--with-decryption"]),
    ("aws codeartifact", &["get-authorization-token"]),
    ("aws rds", &["generate-db-auth-token"]),
    ("az account", &["get-access-token"]),
    ("az keyvault", &["secret show"]),
    ("az storage", &["keys list", "connection-string"]),
    ("vault kv", &["-field"]),
    ("vault read", &["-field"]),
    ("vault print", &["token"]),
    ("vault token", &["create"]),
    ("op read", &[]),
    ("op item", &["get"]),
    ("pass show", &[]),
    ("gopass", &["show"]),
    ("bw get", &[]),
    ("lpass show", &[]),
    ("chamber read", &[]),
    ("doppler secrets", &["get"]),
    ("infisical secrets", &["get"]),
    ("security find", &["-w"]),
    ("secret-tool", &["lookup"]),
    ("kubectl", &["create token", "secret"]),
    ("oc get", &["secret"]),
    ("oc whoami", &["-t"]),
    ("openssl rand", &[]),
    ("pwgen", &[]),
    ("heroku config:get", NAMED),
    ("heroku auth", &["token"]),
    ("gh auth", &["token"]),
    ("fly auth", &["token"]),
    ("flyctl auth", &["token"]),
    ("npm token", &["create"]),
    ("argocd", &["initial-password", "generate-token"]),
    ("docker swarm", &["-q"]),
    ("terraform output", NAMED),
    ("tofu output", NAMED),
    ("pulumi", &["--show-secrets", "config get"]),
    ("printenv", NAMED),
    ("cat", NAMED),
    ("base64 -d", &[]),
    ("base64 --decode", &[]),
    ("rails secret", &[]),
    ("wg genkey", &[]),
    ("wg genpsk", &[]),
    ("wg show", &["private-key", "preshared-keys"]),
    ("pass generate", &[]),
    ("python3 -c", &["secrets.token", "get_random_secret_key"]),
    ("python -c", &["secrets.token", "get_random_secret_key"]),
    ("mix phx.gen.secret", &[]),
    ("ceph auth", &["get-key", "print-key"]),
    ("php artisan key:generate", &["--show"]),
    ("node -e", &["randomBytes"]),
    ("ruby -rsecurerandom", &[]),
    ("python manage.py", &["get_random_secret_key"]),
    ("pass", &["/"]),
    ("apg", &["-"]),
    ("keyring get", &[]),
    ("kwallet-query", &[]),
    ("dashlane-cli", &["password"]),
    ("bw unlock", &["--raw"]),
    ("sops -d", &["--extract"]),
    ("sops decrypt", &["--extract"]),
    ("gpg -d", &[]),
    ("gpg --decrypt", &[]),
    ("age -d", &[]),
    ("ansible-vault", &["view", "decrypt"]),
    ("az acr", &["credential show"]),
    ("jq -r", NAMED),
    ("yq", NAMED),
    ("grep", NAMED),
    ("cut -d=", OF_ENV),
    ("cut -d", OF_ENV),
    ("awk -F=", OF_ENV),
    ("awk -F", OF_ENV),
    ("sed -n", OF_ENV),
    ("git config --get", NAMED),
    ("glab config get", NAMED),
    ("npm config get", &["authToken"]),
    ("consul keygen", &[]),
    ("consul kv", NAMED),
    ("etcdctl get", NAMED),
    ("k3s token", &["create"]),
    ("psql -At", NAMED),
    ("mysql -N", NAMED),
    ("sqlite3", NAMED),
    ("redis-cli get", NAMED),
    ("nmcli", &["psk"]),
    ("head -c", &["/dev/urandom"]),
    ("tr -dc", &["/dev/urandom"]),
    ("circleci-agent", &["env get"]),
];

/// The first words that are no names of other rows.
pub(super) const NAMES: &[&str] = &{
    let mut names = [""; PRINTERS.len() - 1];
    let mut at = 0;
    while at < names.len() {
        names[at] = PRINTERS[at + 1].0;
        at += 1;
    }
    names
};

/// Lines that such a command prints; more are no answer to it alone.
const LINES_MAX: usize = 3;
/// Bytes of a line that is one.
const LENGTH_MAX: usize = 4096;

/// The commands that may print secrets, with the words of which one must stand in their line.
static BY_NAME: LazyLock<Starts<(&str, OneOf)>> = LazyLock::new(|| {
    let named = OneOf::new(NAMED);
    let one_of = |words| if words == NAMED { named.clone() } else { OneOf::new(words) };
    Starts::new(PRINTERS.iter().map(|(name, words)| (*name, (*name, one_of(*words)))))
});

/// Whether `line` starts with the name of such a command, perhaps as the head of a longer word.
pub(super) fn is_printer(line: &[u8]) -> bool {
    BY_NAME.of(line).next().is_some()
}

/// The name of a command that starts `line`, if it may print a secret.
pub(super) fn may_print(line: &[u8]) -> Option<&'static str> {
    let ends = |name: &str| line.get(name.len()).is_none_or(|next| b" \"')-:;".contains(next));
    BY_NAME.of(line).find(|(name, words)| ends(name) && words.stands_in(line)).map(|(name, _)| *name)
}

/// Whether the command that starts `line` prints a secret.
pub(super) fn prints(line: &[u8]) -> bool {
    let line = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len())).unwrap_or_default();
    let Some(name) = may_print(line) else { return false };
    let holds = |word: &&str| memchr::memmem::find(line, word.as_bytes()).is_some();
    if name == "echo" && memchr::memchr(b'$', line).is_none() && !holds(&"base64 -") {
        return false;
    }
    if ["public", "pubkey", ".pub", "signingkey", "known_hosts", "keyboard"].iter().any(holds) {
        return false;
    }
    if names_an_id(line) {
        return false;
    }
    match name {
        // What is kept for later is not printed.
        _ if memchr::memmem::find(line, b" > ").is_some() || memchr::memmem::find(line, b">>").is_some() => false,
        "grep" | "cut -d" | "awk -F" => CUTTERS.iter().any(holds),
        "kubectl" => holds(&"create token") || ["path", "template", "base64"].iter().any(holds),
        // `pass db/staging`; elsewhere it is a word of a pattern.
        "pass" => line.split(|byte| *byte == b' ').skip(1).take(2).any(|word| word.contains(&b'/')),
        "cat" => !line.iter().any(|byte| b"*<|".contains(byte)) && is_one_file(line),
        _ => true,
    }
}

/// `printenv KMS_KEY_ID`, `echo "${keyId}"`: what is printed says which key it is. The id of a secret is one, as Vault calls it.
fn names_an_id(line: &[u8]) -> bool {
    let end = line.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let name = line.get(..end).unwrap_or_default().to_ascii_lowercase();
    name.ends_with(b"key_id") || name.ends_with(b"keyid")
}

/// `cat /run/secrets/db_password`: one file that holds nothing else.
fn is_one_file(line: &[u8]) -> bool {
    const KINDS: &[&[u8]] = &[
        b".md", b".rs", b".ts", b".js", b".tsx", b".jsx", b".py", b".go", b".java", b".rb", b".yaml", b".yml",
        b".json", b".toml", b".sh", b".html", b".css", b".sql", b".log", b".php", b".cs", b".c", b".h", b".cpp",
        b".kt", b".swift", b".vue", b".tf", b".xml", b".conf",
    ];
    let mut words = line.split(|byte| *byte == b' ').skip(1).filter(|word| !word.is_empty());
    // The accounts of a system, and how it checks passwords; no password is in either. `/etc/passwd-s3fs` holds keys.
    let of_system = |file: &[u8]| {
        let file = file.strip_suffix(b"'").or_else(|| file.strip_suffix(b"\"")).unwrap_or(file);
        matches!(file, b"/etc/passwd" | b"/etc/passwd-") || file.starts_with(b"/etc/pam.d/")
    };
    words.next().is_some_and(|file| !KINDS.iter().any(|kind| file.ends_with(kind)) && !of_system(file))
        && words.next().is_none_or(|word| matches!(word, b";" | b"&&" | b"||"))
}

/// Whether one of the commands of a shell prints a secret.
pub(in crate::detect) fn any_prints(script: &[u8]) -> bool {
    // Thousands of commands name none: one pass tells.
    static FIRST_WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(PRINTERS.iter().map(|(name, _)| name)).ok());
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| script.get(at));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte))
    };
    FIRST_WORDS.as_ref().is_some_and(|words| {
        words
            .find_overlapping_iter(script)
            .any(|found| begins(found.start()) && script.get(found.start()..).is_some_and(prints))
    })
}

/// The word that fills the line below the command at `at`.
pub(super) fn below(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let rest = text.get(at..).unwrap_or_default();
    // What is given to a variable or another command is not printed.
    let before = text.get(at.saturating_sub(2)..at).unwrap_or_default();
    let kept = before.ends_with(b"$(") || before.ends_with(b"`");
    let Some(end) = memchr::memchr(b'\n', rest).filter(|_| !kept && prints(rest)) else { return found };
    let end = end + heading(rest, end);
    let below = rest.get(end + 1..).unwrap_or_default();
    let line = below.get(..memchr::memchr(b'\n', below).unwrap_or(below.len())).unwrap_or_default();
    // What was printed may end with the string that holds it, or with the element: `…</bash-stdout>`.
    let line = within_string(line);
    let line = line.get(..memchr::memmem::find(line, b"</").unwrap_or(line.len())).unwrap_or_default();
    let word = line.trim_ascii();
    if is_printed(word) {
        let start = at + end + 1 + line.len() - line.trim_ascii_start().len();
        found[0] = Some((start, start + word.len()));
    }
    found
}

/// Bytes below the command that name what was asked for, before the line that holds it: the key, as `etcdctl` shows it, or
/// `Secret: …` and an empty line, as `gopass` does. The command's line ends at `end`.
fn heading(text: &[u8], end: usize) -> usize {
    let (command, below) = (text.get(..end).unwrap_or_default(), text.get(end + 1..).unwrap_or_default());
    let line = below.get(..memchr::memchr(b'\n', below).unwrap_or(below.len())).unwrap_or_default();
    let name = line.strip_prefix(b"Secret: ").unwrap_or(line).trim_ascii();
    let named = name.len() > 3 && command.trim_ascii_end().ends_with(name);
    // `The generated password for db/staging is:`
    let said = line.starts_with(b"The generated password for ") && name.ends_with(b" is:");
    let asked = (named || said) && below.len() > line.len();
    let empty = usize::from(below.get(line.len() + 1) == Some(&b'\n'));
    if asked { line.len() + 1 + empty } else { 0 }
}

/// Whether a text is what such a command printed and nothing else: a word, or a few below each other.
pub(in crate::detect) fn is_answer(text: &[u8]) -> bool {
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let words = lines().count() <= LINES_MAX
        && lines().any(is_printed)
        && lines().all(|line| !line.iter().any(u8::is_ascii_whitespace));
    words || is_entry(&mut lines())
}

/// Whether a password stands in the first line and what belongs to it in those below, as `pass` keeps them: `login: ann`.
fn is_entry<'a>(lines: &mut impl Iterator<Item = &'a [u8]>) -> bool {
    const FIELDS_MAX: usize = 8;
    const LABEL_MAX: usize = 24;
    let field = |line: &[u8]| {
        let label = memchr::memchr(b':', line).and_then(|sign| line.get(..sign)).unwrap_or_default();
        (1..=LABEL_MAX).contains(&label.len())
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(byte))
    };
    let (mut fields, password) = (0, lines.next().is_some_and(is_printed));
    let all = password && lines.inspect(|_| fields += 1).all(field);
    all && (1..=FIELDS_MAX).contains(&fields)
}

/// Whether a word alone in its line may be a secret and no message.
pub(super) fn is_printed(word: &[u8]) -> bool {
    let form = value::shape(word);
    let plain = word.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-.".contains(byte));
    (6..=LENGTH_MAX).contains(&word.len())
        && !word.iter().any(u8::is_ascii_whitespace)
        && (form.foreign == 0 || value::accented(word).is_some())
        && (!plain || value::is_jumbled(word) || generic::is_given_password(word))
        && (form.digit > 0 || form.letters() >= 4)
        && !word.ends_with(b":")
        && !public::is_publishable(word)
        && !b"/$<-".contains(word.first().unwrap_or(&b'/'))
        && !value::is_placeholder(word)
        && !generic::is_marker(word)
        && !value::is_reference(word)
        && !word.windows(3).any(|three| three == b"://")
}

/// Whether a word of letters alone, in quotes, may be a password.
pub(super) fn is_plain_password(word: &[u8]) -> bool {
    (6..=64).contains(&word.len()) && word.iter().all(u8::is_ascii_lowercase) && !value::is_placeholder(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_print_a_secret_are_told() {
        for line in [
            "gcloud auth print-access-token",
            "vault kv get -field=password secret/db",
            "op read op://vault/db/password",
            "kubectl get secret db -o jsonpath='{.data.password}' | base64 -d",
            "echo $DB_PASSWORD",
            "printenv VAULT_SECRET_ID",
            "cat /run/secrets/db_password",
            "terraform output -raw db_password",
            "grep DB_PASSWORD .env | cut -d= -f2",
            "cut -d= -f2 .env",
            "awk -F'=' '/API_KEY/ {print $2}' settings",
            "sed -n 3p .env",
        ] {
            assert!(any_prints(line.as_bytes()), "{line}");
            assert!(any_prints(format!("cd x && {line}").as_bytes()), "{line}");
        }
        for line in [
            "gcloud auth list",
            "kubectl get secrets",
            "echo done",
            "echo $PATH",
            "printenv KMS_KEY_ID",
            "echo \"${signingKeyId}\"",
            "cat src/token.rs",
            "cat docs/passwords.md | head",
            "cat /etc/passwd",
            "sh -c 'cat /etc/passwd'",
            "cat /etc/pam.d/common-password",
            "env | grep -E 'token|pass' ; date; cal 2>/dev/null",
            "vault kv get -field=password secret/db > pw.txt",
            "grep -rn password src",
            "grep -rl password src | cut -d/ -f1",
            "cut -d: -f1 /etc/group",
            "sed -n 1,40p src/parser.rs",
            "concat keys",
        ] {
            assert!(!any_prints(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn answers_are_told_from_messages() {
        let entry = "Open-1987!\nlogin: ann\nurl: https://db.example\n";
        for text in ["open1x\n", "a8f5f167f44f4964\n", "83910274", "op$n.sesame", entry] {
            assert!(is_answer(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "null",
            "version1\nline two of it\n",
            "error: no such secret\n",
            "/run/x1y2",
            "(no output)",
            "Error:",
            "https://a1.example",
            "main",
        ] {
            assert!(!is_answer(text.as_bytes()), "{text}");
        }
    }
}
