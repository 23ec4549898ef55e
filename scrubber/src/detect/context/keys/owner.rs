//! Names that tell whose a secret is behind the word for it: `PASSWORD_JENKINS`, `api_key_for_brevo`, `tokenPartner`. Any word may
//! stand there, but for those that make the name that of something about a secret: `password_hint`, `tokenUrl`.

use std::sync::LazyLock;

use super::{Key, announced, is_harmless, last_part};
use crate::detect::sets::lexicon::List;

/// So many words may tell whose it is.
const WORDS_MAX: usize = 4;

/// What follows the word where the name is that of something about a secret: its place, form, age, use, or a part of a program.
const ABOUT: &str = "\
    abstract accounts action actions add address addresses after age alg algo algorithm all alphabet amount \
    annotation answer any arg arn array at attempt attempts attributes audience audiences auth authentication avg \
    b64 balance base base64 bearer before begin binder blank board box breach btn budget buf buffer builder button \
    by bytes cache cached callback can category cb cert certificate certificates certs change changed char character characters chars charset check \
    checker checks checksum claim claims class cmd code codes color colour column columns command comment config \
    configuration const context contract control converter copy cost count counts cracking crc create created css \
    csv data date decoder decorator default defaults delete delimiter depth derivation derive deserializer \
    destination detail details detection detector dialog digest dir disabled down driver dto dummy duration element \
    empty enabled encoder encoding encrypt encrypted encryption encryptor end endpoint endpointurl entity entropy \
    enum equal equals err error errors etag event events example examples exchange exists expiration expire expired \
    expires expiresat expiresin expiry exposure extension factory failed failure fake feature fetch field fields \
    file filename files filter filtered finding fingerprint fixture flag flags flow fn folder font forgot forgotten \
    form format frame framerate frames from func gen generator get grant group groups guard guess guessing guid \
    handler has hash hashed hasher hashes header height help helper hex hidden hide hint hints history hole hook \
    hooks host href icon id ids impl in index info input inputs instance interceptor interface interval \
    introspection invalid is issued issuer iter iterator json keys kind label labels language last leak leaked leaks \
    left len length level lifetime limit limiter limits line lines link list listener literal load loader loc locale \
    location log logs manager map mapper mask masked masking match matcher matches material max maximum md5 message \
    messages meta metadata middleware min minimum missing mock modal mode model models mount msg must name names \
    namespace new next no node none not note notification null num number obj object off offset old on option \
    options other out owner package pad page pair pairs param parameter parameters params parser passwords paste \
    path paths pattern permission permissions placeholder plugin policies policy pool port position prefix present \
    press pressed prev previous price print prompt prop props provider providers ptr question queue quota rate raw \
    read reader record recovery redacted ref reference refs regex regexes regexp region remove reply repo repository \
    request requests required reset resets resolver response result results retries retry revision revocation revoke \
    right ring role roles rotate rotated rotation route row rule rules same sample save scan scanner scanning schema scheme schemes \
    scope scopes score screen secrets selector sent separator serializer services set sets setting settings sha sha1 \
    sha256 sha512 should show shown sign signature signed signer since size source sources span spec spraying start \
    state status storage store str strategies strategy stream strength string stroke strokes struct style subject suffix sum supply \
    symbol table tag tags target template templates text textbox theme time timeout timestamp title to toggle \
    tokenizer tokens toml total tree ttl type types uid until up update updated updates uri uris url urls usage \
    username utf8 util utils val valid validate validation validator value values var verification verifier verify \
    version versions view visibility visible volume width will window with without word words write writer xml yaml \
    yes zone";

/// Short words for a secret, where a name begins with one: `PASS_JENKINS`, `KEY_BREVO`.
const FIRST: [(&str, Key); 6] = [
    ("pass", Key::PasswordOf),
    ("psw", Key::PasswordOf),
    ("pw", Key::PasswordOf),
    ("psk", Key::PasswordOf),
    ("key", Key::SecretOf),
    ("cred", Key::SecretOf),
];

/// What a name announces that ends with whose it is.
pub(super) fn of_somebody(name: &[u8]) -> Option<Key> {
    let mut head = without_number(name);
    let mut words = 0;
    while words < WORDS_MAX {
        let word = last_part(head);
        if !tells_whose(word) {
            break;
        }
        head = without_last(head, word);
        words += 1;
    }
    if words == 0 || is_harmless(name) {
        return None;
    }
    let short = FIRST.iter().find(|(word, _)| head.eq_ignore_ascii_case(word.as_bytes()));
    short.map(|(_, key)| *key).or_else(|| match announced(head)? {
        Key::Password => Some(Key::PasswordOf),
        Key::Secret => Some(Key::SecretOf),
        Key::Access | Key::Hint | Key::PasswordOf | Key::SecretOf => None,
    })
}

/// `API_KEY_LIVE_V2`, `token_partner_2` without what numbers them.
fn without_number(name: &[u8]) -> &[u8] {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 2 {
        return name;
    }
    let head = name.get(..name.len() - digits).unwrap_or_default();
    let head = head.strip_suffix(b"_v").or_else(|| head.strip_suffix(b"_V")).unwrap_or(head);
    head.strip_suffix(b"_").unwrap_or(head)
}

/// What stands before the last word, without the sign that joins it.
fn without_last<'a>(name: &'a [u8], word: &[u8]) -> &'a [u8] {
    let head = name.get(..name.len() - word.len()).unwrap_or_default();
    match head {
        [head @ .., b'_' | b'-' | b'.'] => head,
        _ => head,
    }
}

/// Whether a word tells whose a secret is, or leads to what does: any that has another meaning beside a secret does not.
fn tells_whose(word: &[u8]) -> bool {
    static ABOUT_WORDS: LazyLock<List> = LazyLock::new(|| List::new(ABOUT));
    let mut buffer = [0; 16];
    let Some(lower) = buffer.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    word.len() >= 2
        && word.iter().all(u8::is_ascii_alphabetic)
        && !ABOUT_WORDS.holds(lower)
        && announced(lower).is_none()
}
