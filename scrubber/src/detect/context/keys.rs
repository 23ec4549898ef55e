//! What the name beside a value says about it: `db_password`, `x-api-key`, `ACCESS_TOKEN`, but not `max_tokens`.

mod endings;
mod owner;
mod words;

use std::sync::LazyLock;

use crate::detect::search::SUFFIX_MAX;
use crate::detect::sets::lexicon::{List, Words, words};

pub(in crate::detect) use endings::Endings;

use words::{
    ACCESS, ANIMALS, CUT_SHORT, ENVIRONMENTS, HARMLESS, HINTS, MADE_UP, OWNERS, PASSWORDS, SAME, SECRETS, SHORT,
    SHORT_TABLES, TABLES,
};

/// What kind of value a name announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Key {
    /// A password: short and plain values count too.
    Password,
    /// A token, key or other credential: made by a machine.
    Secret,
    /// Access to something (`access`, `private`, `auth`): values made by a machine count, even such that may be digests.
    Access,
    /// Perhaps a secret (`key`, `session`, `nonce`): only values that are clearly random count.
    Hint,
    /// A password of what the name tells behind the word (`PASSWORD_JENKINS`): only assigned values that look like nothing else count.
    PasswordOf,
    /// The same of a token or key: `token_partner`.
    SecretOf,
}

impl Key {
    /// Whether only an assigned value counts that looks like nothing else.
    pub(in crate::detect) fn is_of_somebody(self) -> bool {
        matches!(self, Self::PasswordOf | Self::SecretOf)
    }
}

/// The longest name that is looked at; of a longer one the end.
const KEY_MAX: usize = 64;

/// What `name` announces, if anything.
pub(in crate::detect) fn classify(name: &[u8]) -> Option<Key> {
    classify_with_owner(name).filter(|key| !key.is_of_somebody())
}

/// The same, also where the name ends with a word for whose it is: `PASSWORD_JENKINS`.
pub(in crate::detect) fn classify_with_owner(name: &[u8]) -> Option<Key> {
    announced(name).or_else(|| announced_before_end(name)).or_else(|| owner::of_somebody(name))
}

/// The same without a number, an encoding, or a word for one of several at its end.
fn announced_before_end(name: &[u8]) -> Option<Key> {
    let bare = without_encoding(name).or_else(|| {
        // `DB_PASS_2`, `stripeKeyProd`. `pass2` may be a step, and `iKey2` a number.
        without_suffix(name).filter(|bare| bare.len() > 4 && !is_harmless(name))
    });
    announced(bare?).filter(|key| *key != Key::Hint)
}

/// `STRIPE_KEY_B64`: a name without what tells that the value is encoded.
fn without_encoding(name: &[u8]) -> Option<&[u8]> {
    let head = name.strip_suffix(b"64")?;
    [b"_base".as_slice(), b"-base", b"_b", b"-b"].into_iter().find_map(|word| {
        let (bare, end) = head.split_at_checked(head.len().checked_sub(word.len())?)?;
        end.eq_ignore_ascii_case(word).then_some(bare)
    })
}

/// A name without the number, or the word for one of several, behind what it names.
fn without_suffix(name: &[u8]) -> Option<&[u8]> {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let suffix = if (1..=2).contains(&digits) { digits } else { last_part(name).len() };
    let (head, suffix) = name.split_at(name.len() - suffix);
    let bare = head.iter().rposition(u8::is_ascii_alphanumeric).map(|at| head.get(..=at).unwrap_or_default())?;
    let word: Vec<u8> = suffix.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    is_environment(&word).then_some(bare)
}

/// A word for one of several, or none behind a number.
fn is_environment(word: &[u8]) -> bool {
    static ENVIRONMENT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(ENVIRONMENTS));
    word.is_empty() || ENVIRONMENT_WORDS.holds(word)
}

/// Whether a name may end with this behind the word that announced a secret.
pub(in crate::detect) fn may_follow(suffix: &[u8]) -> bool {
    let mut buffer = [0; SUFFIX_MAX];
    let mut length = 0;
    for (slot, byte) in buffer.iter_mut().zip(suffix.iter().filter(|byte| **byte != b'_')) {
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    after(buffer.get(..length).unwrap_or_default(), Key::Hint).is_some()
}

fn is_short(word: &[u8]) -> bool {
    static SHORT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(SHORT));
    SHORT_WORDS.holds(word)
}

fn announced(name: &[u8]) -> Option<Key> {
    let mut buffer = [0u8; KEY_MAX];
    let name = name.get(name.len().saturating_sub(KEY_MAX)..)?;
    let mut length = 0;
    for &byte in name {
        if byte.is_ascii_alphanumeric() {
            *buffer.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    let joined = buffer.get(..length)?;
    if joined.starts_with(b"author") && !joined.starts_with(b"authoriz") {
        return None;
    }
    static PASSWORD_COUNT: LazyLock<usize> = LazyLock::new(|| words(PASSWORDS).count());
    static ACCESS_WORDS: LazyLock<List> = LazyLock::new(|| List::new(ACCESS));
    static HINT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(HINTS));
    static MADE_UP_WORDS: LazyLock<List> = LazyLock::new(|| List::new(MADE_UP));
    static HARMLESS_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(words(HARMLESS)));
    static LOUD_WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(words(PASSWORDS).chain(words(SECRETS))));
    let harmless = || HARMLESS_WORDS.occur_in(after_authentication(joined));
    let of_request = || joined.ends_with(b"requesttokensecret") || joined.ends_with(b"exchangetoken");
    // `NOPASSWD: …`, what sudo asks for no password.
    if harmless() && !of_request() || joined.ends_with(b"tokens") || name == b"NOPASSWD" {
        // `c.DummyAuthenticator.password`: what the object is says nothing of its member.
        let member = name.iter().rposition(|byte| *byte == b'.').and_then(|dot| name.get(dot + 1..));
        let password = member.is_some_and(|member| member == b"password" || member == b"passwd");
        return password.then_some(Key::Password);
    }
    if let Some((word, end)) = LOUD_WORDS.last_in(joined) {
        let secret = || joined.get(..end).and_then(|head| head.strip_suffix(b"secret"));
        // `secretOrKey`, of which a library of tokens makes signatures.
        let of_signatures = || joined.starts_with(b"secretor");
        // What two ends agree on is a password more often than random.
        let pre_shared = || joined.get(..end).is_some_and(|head| head.ends_with(b"presharedkey"));
        let made_up = || secret().is_some_and(|owner| MADE_UP_WORDS.ends(owner)) || of_signatures() || pre_shared();
        let key = if word < *PASSWORD_COUNT || made_up() { Key::Password } else { Key::Secret };
        // `keyVaultToStoreSecrets`, `vaultForSecrets`: where they are kept, unlike `keyForSecrets`.
        if [b"vaultforsecrets".as_slice(), b"vaulttostoresecrets"].iter().any(|end| joined.ends_with(end)) {
            return None;
        }
        let rest = joined.get(end..).unwrap_or_default();
        // `secret_pass`: the last word decides.
        let own = after(rest, key).or_else(|| is_short(last_part(name)).then_some(Key::Password));
        // `credentials.stripe_key`: what the object is says nothing of its member.
        let member = || name.iter().rposition(|byte| *byte == b'.').and_then(|dot| name.get(dot + 1..));
        return own.or_else(|| member().and_then(announced));
    }
    let last = last_part(name);
    // Steps of drawing, what a filter says, and tickets of all kinds.
    if [b"renderpass".as_slice(), b"filterpass", b"shaderpass", b"boardingpass", b"seasonpass", b"skipass", b"issuekey"]
        .iter()
        .any(|step| joined.ends_with(step))
    {
        return None;
    }
    static OWNER_WORDS: LazyLock<List> = LazyLock::new(|| List::new(OWNERS));
    // In Spanish; of small letters a keyword (`palabra_clave`) or the key of a table more often.
    let clave = last == b"CLAVE" && joined.len() > last.len() && !joined.ends_with(b"palabraclave");
    if clave || is_short(last) || joined.strip_suffix(b"pass").is_some_and(|owner| OWNER_WORDS.holds(owner)) {
        return Some(Key::Password);
    }
    if let Some(before) = joined.strip_suffix(b"key") {
        // `AZURE_ML_PRIMARY_KEY`: the first of two keys of an account, or the key of a table.
        let first = || before.len() > 9 && (before.ends_with(b"primary") || before.ends_with(b"secondary"));
        if before.is_empty() || first() {
            return Some(Key::Hint);
        }
        return (!is_table(name, before)).then_some(Key::Secret);
    }
    let glued = |word: &str| joined.ends_with(word.as_bytes()) && joined.len() > word.len() + 2;
    static CUT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(CUT_SHORT));
    // `svc_acct_cred`: those of somebody; `cred` alone holds an object more often.
    let owned =
        || joined.len() > last.len() && [b"cred".as_slice(), b"creds"].iter().any(|it| last.eq_ignore_ascii_case(it));
    if CUT_WORDS.ends(joined) || owned() {
        return Some(Key::Secret);
    }
    if ACCESS_WORDS.holds(last) || glued("access") || glued("private") {
        return Some(Key::Access);
    }
    (HINT_WORDS.holds(last) || HINT_WORDS.holds(joined)).then_some(Key::Hint)
}

/// Names in the memory, and bytes of the longest one.
const MEMO_NAMES: usize = 1024;
const MEMO_NAME_MAX: usize = 32;

/// Remembers what names announce: a transcript has the same few thousands of times. Holds names in memory only.
#[derive(Default)]
pub(in crate::detect) struct Memo {
    known: Vec<([u8; MEMO_NAME_MAX], Option<Key>)>,
}

impl Memo {
    /// The same as the function [`classify_with_owner`].
    pub(in crate::detect) fn classify(&mut self, name: &[u8]) -> Option<Key> {
        let mut padded = [0; MEMO_NAME_MAX];
        // A name that fills all the room could be the head of a longer one; the empty one would be known before it is met.
        let Some(room) = padded.get_mut(..name.len()).filter(|room| !room.is_empty() && room.len() < MEMO_NAME_MAX)
        else {
            return classify_with_owner(name);
        };
        room.copy_from_slice(name);
        if self.known.is_empty() {
            self.known.resize(MEMO_NAMES, ([0; MEMO_NAME_MAX], None));
        }
        let (eights, _) = padded.as_chunks::<8>();
        let mixed = eights.iter().fold(0u64, |mixed, eight| {
            (mixed ^ u64::from_le_bytes(*eight)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
        });
        let Some((known, key)) = self.known.get_mut((mixed >> 20) as usize % MEMO_NAMES) else {
            return classify_with_owner(name);
        };
        if *known != padded {
            (*known, *key) = (padded, classify_with_owner(name));
        }
        *key
    }
}

/// Whether a name that ends with `key`, and is `before` without that and in lower case, is that of a place in a table.
fn is_table(name: &[u8], before: &[u8]) -> bool {
    static TABLE_WORDS: LazyLock<List> = LazyLock::new(|| List::new(TABLES));
    static SHORT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(SHORT_TABLES));
    let head =
        name.get(..name.iter().rposition(|byte| byte.is_ascii_alphanumeric()).map_or(0, |at| at.saturating_sub(2)));
    let head = head.unwrap_or_default();
    let end = head.iter().rposition(|byte| byte.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let last = last_part(head.get(..end).unwrap_or_default());
    TABLE_WORDS.ends(before) || SHORT_WORDS.holds(last) || is_animal(before)
}

/// Whether `key` behind this, in lower case, is the end of a word that names none: `monkey`.
pub(in crate::detect) fn is_animal(before: &[u8]) -> bool {
    static WORDS: LazyLock<List> = LazyLock::new(|| List::new(ANIMALS));
    WORDS.ends(before)
}

/// Judges the rest of a name after the word that announced a secret.
fn after(rest: &[u8], key: Key) -> Option<Key> {
    let rest = rest.trim_ascii();
    let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let word = rest.get(..rest.len() - digits).unwrap_or_default();
    static SAME_WORDS: LazyLock<List> = LazyLock::new(|| List::new(SAME));
    (is_environment(word) || SAME_WORDS.holds(word)).then_some(key)
}

/// Where the value starts in a run that begins with a name and a sign: `acme-secret-key-0024a2…`. The name ends with a word that
/// announces a secret.
pub(in crate::detect) fn value_within(run: &[u8]) -> Option<usize> {
    let signs = run.iter().enumerate().filter(|(_, byte)| b"-_.:".contains(byte)).map(|(at, _)| at);
    signs
        .take_while(|at| *at <= KEY_MAX)
        .filter(|at| announces(run.get(..*at).unwrap_or_default()))
        .last()
        .map(|at| at + 1)
}

/// The longest ending that [`announces`] knows, and no less than it wants of a name.
const ENDING_MAX: usize = 8;

/// Whether a name ends with a loud word, or with two words of which the last is only a hint.
fn announces(name: &[u8]) -> bool {
    static ENDINGS: LazyLock<List> = LazyLock::new(|| List::new("secret token password key access private"));
    // Most names end otherwise.
    let last = name.iter().rev().find(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    if !last.is_some_and(|last| b"tndyse".contains(&last)) {
        return false;
    }
    // Every ending is a word without signs in it, but signs may part it from the one before: `api_key`.
    let mut buffer = [0; ENDING_MAX];
    let mut length = 0;
    for (slot, byte) in buffer.iter_mut().rev().zip(name.iter().rev().filter(|byte| byte.is_ascii_alphanumeric())) {
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    let joined = buffer.get(ENDING_MAX - length..).unwrap_or_default();
    joined.len() >= 5 && ENDINGS.ends(joined) && classify(name).is_some_and(|key| key != Key::Hint)
}

/// Whether `text` holds one of the words that make a secret likely, wherever it stands: for text before a random value.
pub(in crate::detect) fn mentions_secret(text: &[u8]) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        Words::new([
            "secret",
            "token",
            "password",
            "passwd",
            "apikey",
            "api_key",
            "api-key",
            "api key",
            "access key",
            "credential",
            "bearer",
        ])
    });
    WORDS.occur_in(text)
}

/// Whether a name holds a word for a secret and announces something else: `nextPageToken`.
pub(in crate::detect) fn is_harmless(name: &[u8]) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(words(HARMLESS)));
    let joined: Vec<u8> = name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    WORDS.occur_in(&joined)
}

/// The last word of a name in any of the usual spellings.
fn last_part(name: &[u8]) -> &[u8] {
    let mut start = name.len();
    while let Some(&byte) = start.checked_sub(1).and_then(|at| name.get(at)) {
        if !byte.is_ascii_alphanumeric() {
            break;
        }
        start -= 1;
        let camel = byte.is_ascii_uppercase()
            && name.get(start + 1).is_some_and(u8::is_ascii_lowercase)
            && start.checked_sub(1).and_then(|at| name.get(at)).is_some_and(u8::is_ascii_lowercase);
        if camel {
            break;
        }
    }
    name.get(start..).unwrap_or_default()
}

/// What stands behind `authentication` in a name that goes on: of `authentication_password` the last word is what it names.
fn after_authentication(joined: &[u8]) -> &[u8] {
    const WORD: &[u8] = b"authentication";
    let rest = memchr::memmem::rfind(joined, WORD).and_then(|at| joined.get(at + WORD.len()..));
    let ends = |rest: &&[u8]| {
        [b"word".as_slice(), b"phrase", b"secret", b"token", b"key", b"superdigest"]
            .iter()
            .any(|end| rest.ends_with(end))
    };
    rest.filter(ends).unwrap_or(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_their_look_alikes() {
        for (name, expected) in [
            ("password", Some(Key::Password)),
            ("DB_PASS", Some(Key::Password)),
            ("DB_PASS_2", Some(Key::Password)),
            ("rootPassProd", Some(Key::Password)),
            ("pass2", None),
            ("stripe_key_test", Some(Key::Secret)),
            ("key_1", None),
            ("iKey2", None),
            ("issuerKeyHash", None),
            ("keyStr", None),
            ("result_key", None),
            ("dbPass", Some(Key::Password)),
            ("userPassword2", Some(Key::Password)),
            ("x-api-key", Some(Key::Secret)),
            ("githubToken", Some(Key::Secret)),
            ("ACCESS_TOKEN_PROD", Some(Key::Secret)),
            ("client_secret", Some(Key::Secret)),
            ("JWT_SECRET", Some(Key::Password)),
            ("sessionSecretKey", Some(Key::Password)),
            ("NEXTAUTH_SECRET", Some(Key::Password)),
            ("acme_key", Some(Key::Secret)),
            ("SECRET_KEY_BASE", Some(Key::Secret)),
            ("key", Some(Key::Hint)),
            ("kafka_key", Some(Key::Secret)),
            ("NOPASSWD", None),
            ("TRINO_PASSWD", Some(Key::Password)),
            ("pre_shared_key", Some(Key::Password)),
            ("bindCredentials", Some(Key::Password)),
            ("enable_secret", Some(Key::Password)),
            ("BANCO_CLAVE", Some(Key::Password)),
            ("PALABRA_CLAVE", Some(Key::Hint)),
            ("credentials.kafka_key", Some(Key::Secret)),
            ("credentials.cache_key", None),
            ("secret.name", None),
            ("amazonKey", Some(Key::Secret)),
            ("acmeACCESS", Some(Key::Access)),
            ("x-auth", Some(Key::Access)),
            ("monkey", None),
            ("get_key", None),
            ("rowKey", None),
            ("access", Some(Key::Access)),
            ("max_tokens", None),
            ("ClientRequestToken", None),
            ("idempotency-token", None),
            ("next-page-token", None),
            ("nonce", None),
            ("2fa seed", Some(Key::Secret)),
            ("tokenizer", None),
            ("token_type", None),
            ("cacheKey", None),
            ("public_key", None),
            ("author", None),
            ("compass", None),
            ("passwordPolicy", None),
            ("keyboard", None),
            ("secret_name", None),
            ("oauth_token_secret", Some(Key::Secret)),
            ("token_string", Some(Key::Secret)),
            ("tokens_per_second", None),
            ("client_token_accessor", None),
            ("ERR_INVALID_PASSWORD", None),
            ("authenticity_token", Some(Key::Secret)),
            ("authenticated", None),
            ("authentication_password", Some(Key::Password)),
            ("groupAuthenticationSecret", Some(Key::Secret)),
            ("authenticationPublicKey", None),
            ("authentication_key_type", None),
            ("PasswordAuthenticator", None),
            ("oauth_request_token_secret", Some(Key::Secret)),
            ("request_token", None),
            ("exchange_token", Some(Key::Secret)),
            ("webhookSecret", Some(Key::Password)),
            ("secretOrKey", Some(Key::Password)),
            ("secretOrKeyProvider", None),
            ("REFRESH_TOKEN_SECRET", Some(Key::Password)),
            ("bindPW", Some(Key::Password)),
            ("sftpPw", Some(Key::Password)),
            ("client_sec", Some(Key::Secret)),
            ("oauthCs", Some(Key::Secret)),
            ("bot.tok", Some(Key::Secret)),
            ("bot_tok_stg", Some(Key::Secret)),
            ("svc_acct_cred", Some(Key::Secret)),
            ("cred", Some(Key::Access)),
            ("sess", Some(Key::Hint)),
            ("x-csrf", Some(Key::Hint)),
            ("tok", None),
            ("timeout_sec", None),
            ("client_section", None),
            ("mdp", Some(Key::Password)),
            ("PASSWORD_JENKINS", Some(Key::PasswordOf)),
            ("passwordRouter", Some(Key::PasswordOf)),
            ("API_KEY_BREVO", Some(Key::SecretOf)),
            ("token.partner", Some(Key::SecretOf)),
            ("apiKeyForBrevo", Some(Key::SecretOf)),
            ("PASSWORD_OF_WEB_SHOP_2", Some(Key::PasswordOf)),
            ("KEY_BREVO", Some(Key::SecretOf)),
            ("pass_jenkins", Some(Key::PasswordOf)),
            ("get_key_brevo", None),
            ("pass_rate", None),
            ("passwordless", None),
            ("passwordResetTemplate", None),
            ("token_issuer", None),
        ] {
            assert_eq!(classify_with_owner(name.as_bytes()), expected, "{name}");
        }
    }
}
