//! Code in the place of a value: calls, members, indices, interpolations, paths.

use super::{are_words_of_passphrase, is_common_word, is_jumbled, is_mixed, is_noise, is_wordlike, pieces, shape};
use crate::detect::sets::byteset::ByteSet;

/// Code in the place of a value: calls, members, indices, interpolations.
pub(in crate::detect) fn is_code(value: &[u8]) -> bool {
    const STARTS: &[&str] = &[
        "process.",
        "os.",
        "env.",
        "self.",
        "this.",
        "config.",
        "settings.",
        "secrets.",
        "vars.",
        "var.",
        "local.",
        "data.",
        "module.",
        "import.",
        "params.",
        "props.",
        "req.",
        "request.",
        "ctx.",
        "context.",
        "opts.",
        "options.",
        "args.",
        "state.",
        "->",
        "=>",
        "::",
        "std::",
        "await",
        "async",
        "new ",
        "function",
        "lambda",
        "def ",
        "fn ",
        "str.",
        "==",
        "null==",
        "$env:",
        "env:",
        "vault:",
        "ref+",
        "op://",
        "arn:",
        "http://",
        "https://",
        "file:",
        "./",
        "../",
        "~/",
    ];
    if STARTS.iter().any(|start| value.starts_with(start.as_bytes())) {
        return true;
    }
    // A path; Base64 may begin with a slash as well.
    if value.first() == Some(&b'/') && (shape(value).upper < 4 || shape(value).digit < 3 || is_wordlike(value)) {
        return true;
    }
    // `&config.token`, `**key`: references to names; a password may begin so too.
    let name = value.iter().position(|byte| !b"&*!".contains(byte)).unwrap_or(value.len());
    let name_like = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.".contains(byte);
    let odd = |rest: &[u8]| {
        let form = shape(rest);
        form.upper >= 3 && form.lower >= 3 && form.length >= 12 && !is_wordlike(rest)
    };
    let made = || is_mixed(value) || value.get(name..).is_some_and(odd);
    if name > 0 && value.iter().skip(name).all(name_like) && shape(value).digit <= 2 && !made() {
        return true;
    }
    if is_drawn(value) {
        return false;
    }
    static BRACKETS: ByteSet = ByteSet::of(b"()[]{}<>;|");
    if value.iter().any(|byte| BRACKETS.holds(*byte)) && !is_scrambled(value) && !is_noise(value) || has_joint(value) {
        return true;
    }
    // `match?.status`
    let chained = || {
        memchr::memmem::find(value, b"?.").is_some()
            && value.iter().all(|byte| byte.is_ascii_alphabetic() || b"_?.".contains(byte))
    };
    is_members(value) || chained() || is_expression(value) && !is_mixed(value) && !is_scrambled(value)
}

/// `z.string().min(8)`: members of which two or more are called with nothing, a name or a number.
pub(in crate::detect) fn is_chain_of_calls(value: &[u8]) -> bool {
    let name = |name: &[u8]| name.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let argument = |argument: &[u8]| name(argument) || argument.iter().all(u8::is_ascii_digit);
    let mut calls = 0;
    let all = value.split(|byte| *byte == b'.').all(|member| {
        let open = memchr::memchr(b'(', member).unwrap_or(member.len());
        let (called, rest) = member.split_at(open);
        calls += usize::from(!rest.is_empty());
        let arguments = rest.strip_prefix(b"(").map(|rest| rest.strip_suffix(b")"));
        !called.is_empty() && name(called) && arguments.is_none_or(|inner| inner.is_some_and(argument))
    });
    all && calls >= 2
}

/// Whether `::`, `->` or `=>` stands in a value.
fn has_joint(value: &[u8]) -> bool {
    let before = |at: usize| at.checked_sub(1).and_then(|at| value.get(at)).copied().unwrap_or(b' ');
    memchr::memchr2_iter(b':', b'>', value).any(|at| match value.get(at) {
        Some(b':') => before(at) == b':',
        Some(_) | None => matches!(before(at), b'-' | b'='),
    })
}

/// `GSnz7bazM{`, `&obXzfP3fL`: letters of both cases, perhaps digits, and a sign or a few: without the signs no name is left.
pub(in crate::detect) fn is_drawn(value: &[u8]) -> bool {
    const LENGTH_MAX: usize = 32;
    const LETTERS_MIN: usize = 8;
    static SIGNS: ByteSet = ByteSet::of(b"!#%&()*+,/:;<>?@[]^{|}~");
    if !(LETTERS_MIN + 1..=LENGTH_MAX).contains(&value.len()) {
        return false;
    }
    let mut bare = [0; LENGTH_MAX];
    let mut length = 0;
    for byte in value.iter().filter(|byte| !SIGNS.holds(**byte)) {
        if !byte.is_ascii_alphanumeric() {
            return false;
        }
        if let Some(slot) = bare.get_mut(length) {
            *slot = *byte;
        }
        length += 1;
    }
    let bare = bare.get(..length).unwrap_or_default();
    let form = shape(bare);
    let mixed = form.upper >= 2 && form.lower > 0;
    let signs = value.len() - length;
    // `GpgNoSecKey,`: a name of short words, and the sign of a list.
    let listed = form.digit == 0 && value.last().is_some_and(|last| b",;:)".contains(last));
    // `fmt(UserID9);`, `Map<String,Vec2>`
    let holds = |signs: &[u8]| value.iter().any(|byte| signs.contains(byte));
    let call = (holds(b"()[]{}") || holds(b"<") && holds(b">")) && is_paired(value.strip_suffix(b";").unwrap_or(value));
    // `fn(UserID9`, the bracket that closes it left out.
    let cut =
        memchr::memchr(b'(', value).is_some_and(|open| open > 0 && value.iter().take(open).all(u8::is_ascii_lowercase));
    length >= LETTERS_MIN
        && !cut
        && !listed
        && !call
        && (1..=3).contains(&signs)
        && mixed
        && pieces(bare) * 3 >= length
        && !is_wordlike(bare)
}

/// Whether brackets stand in a value as signs do in passwords of machines: amid parts that are no names. Fit for short values.
pub(in crate::detect) fn is_scrambled(value: &[u8]) -> bool {
    let form = shape(value);
    if !(8..=64).contains(&form.length) || value.iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    let cased = form.lower > 0 && form.upper > 0 && form.digit > 0 && form.upper + form.digit >= 3;
    // A word of four letters of one case is a name.
    let named = || {
        let mut words = value.split(|byte| !byte.is_ascii_alphabetic()).filter(|part| part.len() >= 4);
        words.any(|part| is_wordlike(part) && pieces(part) * 3 <= part.len())
    };
    // Where brackets are no pairs, as in no whole piece of code, less disorder will do.
    let odd = || !is_paired(value);
    let dense = || {
        let pieces = pieces(value);
        pieces * 2 > form.length || pieces * 5 >= form.length * 2 && odd()
    };
    (cased && dense() || is_jumbled(value) && odd()) && !named()
}

/// Whether every bracket has its other half, and no sign stands there that parts statements or alternatives. The call may be
/// cut behind its bracket.
fn is_paired(value: &[u8]) -> bool {
    let mut open = Vec::new();
    let value = value.strip_suffix(b"(").filter(|name| is_callable(name)).unwrap_or(value);
    let matches = value.iter().all(|byte| match byte {
        b'(' | b'[' | b'{' => {
            open.push(*byte);
            true
        }
        b')' => open.pop() == Some(b'('),
        b']' => open.pop() == Some(b'['),
        b'}' => open.pop() == Some(b'{'),
        _ => !b";|".contains(byte),
    });
    matches && open.is_empty()
}

/// What names the place of a value, in quotes too: `process.env.X`, `secrets.X`, `vault:secret/x`, `get_secret(name)`.
pub(in crate::detect) fn is_reference(value: &[u8]) -> bool {
    const STARTS: &[&str] = &[
        "process.env",
        "os.environ",
        "os.getenv",
        "env.",
        "self.",
        "this.",
        "config.",
        "settings.",
        "secrets.",
        "vars.",
        "var.",
        "local.",
        "data.",
        "module.",
        "args.",
        "params.",
        "options.",
        "opts.",
        "vault:",
        "secret/data/",
        "ssm:/",
        "op://",
        "env:",
        "$env:",
        "ref+",
    ];
    let name_like = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-/:[]#".contains(byte);
    if is_store(value) {
        return true;
    }
    if STARTS.iter().any(|start| value.starts_with(start.as_bytes())) && shape(value).digit <= 2 {
        return value.iter().all(name_like);
    }
    let Some(open) = memchr::memchr(b'(', value).filter(|_| value.ends_with(b")")) else { return false };
    let name = value.get(..open).unwrap_or_default();
    let called = name.first().is_some_and(u8::is_ascii_alphabetic) && name.len() >= 3;
    called && name.iter().all(|byte| byte.is_ascii_alphabetic() || b"_.:".contains(byte)) && shape(value).digit <= 2
}

/// Where a secret is kept, by the address of a store: `arn:aws:secretsmanager:…`, `gcp:secretmanager:db`, `keyring:db`.
pub(in crate::detect) fn is_store(value: &[u8]) -> bool {
    const STARTS: &[&[u8]] = &[b"aws:secretsmanager:", b"gcp:secretmanager:", b"keyring:", b"keychain:"];
    let name_like = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-/:[]#".contains(byte);
    let plain = |byte: &u8| byte.is_ascii_lowercase() || b"_-".contains(byte);
    // Whatever numbers are in it: an account's, a version's.
    let resource = value.starts_with(b"arn:") && value.split(|byte| *byte == b':').count() >= 6;
    let name = STARTS.iter().find_map(|start| value.strip_prefix(*start));
    resource && value.iter().all(|byte| name_like(byte) || b"*+=@,".contains(byte))
        || is_kind_of_resource(value)
        || value.strip_suffix(b":latest").is_some_and(|name| name.iter().all(plain))
        || name.is_some_and(|name| name.iter().all(name_like) && shape(name).digit <= 2)
}

/// `Microsoft.KeyVault/vaults/secrets@2023-07-01`: a kind of resource, and the day of the version of its interface.
fn is_kind_of_resource(value: &[u8]) -> bool {
    const DAY: usize = 10;
    let Some(sign) = memchr::memchr(b'@', value).filter(|_| value.contains(&b'/')) else { return false };
    let (kind, version) = (value.get(..sign).unwrap_or_default(), value.get(sign + 1..).unwrap_or_default());
    let kind_like = |byte: &u8| byte.is_ascii_alphabetic() || b"./".contains(byte);
    let day = |(place, byte): (usize, &u8)| if matches!(place, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    kind.contains(&b'.')
        && kind.iter().all(kind_like)
        && version.len() >= DAY
        && version.iter().take(DAY).enumerate().all(day)
        && version.iter().skip(DAY).all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
}

/// What may stand before the bracket of a call: `sqlite3_value_bytes`, `util.GetV1FieldName`.
pub(in crate::detect) fn is_callable(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte))
        && (is_wordlike(value) || shape(value).digit <= 3 || value.starts_with(b"_"))
}

/// `user.password`, `cfg.Auth.Token`: names joined by full stops.
pub(in crate::detect) fn is_members(value: &[u8]) -> bool {
    if memchr::memchr(b'.', value).is_none() {
        return false;
    }
    for member in value.split(|byte| *byte == b'.') {
        let name = member.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && member.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        // `AuthMechanism.MONGODB_SCRAM_SHA256`
        let form =
            || [b"_SHA256".as_slice(), b"_SHA384", b"_SHA512", b"_X509"].iter().any(|form| member.ends_with(form));
        if !name || member.len() > 24 && !is_wordlike(member) || shape(member).digit > 2 && !form() {
            return false;
        }
    }
    // A password of a machine may hold a full stop, and so may one of two words and a number.
    !is_jumbled(value) && !is_scrambled(value) && !is_two_words(value) && !are_dotted_words(value)
}

/// `copper.harbor71`, `copper.harbor.violin.maple`: words of which names in code are not made, and a number, or four words and more.
fn are_dotted_words(value: &[u8]) -> bool {
    const WORD_MIN: usize = 4;
    let (words, number) = match value.split_last_chunk::<2>() {
        Some((words, number)) if number.iter().any(u8::is_ascii_digit) => (words, Some(number)),
        _ => (value, None),
    };
    let count = words.split(|byte| *byte == b'.').count();
    let enough =
        if number.is_some_and(is_plain_number) { count == 2 } else { number.is_none() && (4..=6).contains(&count) };
    enough && words.split(|byte| *byte == b'.').all(|word| word.len() >= WORD_MIN && are_words_of_passphrase(word))
}

/// `Copper.harbor7`, `Maple*Rain71`, `B4y.Harbor`: two or three words, a capital and a digit among them, with a sign between them that
/// joins names in code as well. Only where a password is more likely than code.
pub(in crate::detect) fn is_joined_by_a_sign(value: &[u8]) -> bool {
    const WORD_MIN: usize = 2;
    let form = shape(value);
    let word = |word: &[u8]| word.len() >= WORD_MIN && word.iter().all(u8::is_ascii_alphanumeric);
    let parts = || value.split(|byte| b".*+&".contains(byte));
    (8..=40).contains(&form.length)
        && form.digit > 0
        && form.upper > 0
        && form.lower >= 4
        && value.first().is_some_and(u8::is_ascii_alphabetic)
        && (2..=3).contains(&parts().count())
        && parts().all(word)
        && parts().any(|part| part.first().is_some_and(u8::is_ascii_uppercase))
        // `S3.Id`
        && !parts().all(|part| part.len() <= 4 || is_common_word(part))
}

/// `CTX_get0_ecdh_kdf_ukm`, `ssh_host_ed25519_key`: three words or more, each in one case and perhaps with a number behind it.
pub(in crate::detect) fn is_snake_case(value: &[u8]) -> bool {
    const DIGITS_MAX: usize = 5;
    // Abbreviations are short; letters in disorder are not.
    const SHORT_MAX: usize = 6;
    let is_word = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, number) = part.split_at(letters);
        let one_case = word.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase);
        let known = word.len() <= SHORT_MAX || !is_jumbled(word);
        !word.is_empty() && one_case && known && number.iter().all(u8::is_ascii_digit)
    };
    let mut parts = value.split(|byte| *byte == b'_');
    parts.clone().count() > 2 && parts.all(is_word) && shape(value).digit <= DIGITS_MAX
}

/// `Copper.Harbor71`: two words with capitals, and a number that is neither a width of a type nor a shade of a colour.
pub(in crate::detect) fn is_two_words(value: &[u8]) -> bool {
    let word = |word: &[u8]| {
        let [first, rest @ ..] = word else { return false };
        first.is_ascii_uppercase() && rest.len() >= 3 && rest.iter().all(u8::is_ascii_lowercase)
    };
    let Some(sign) = memchr::memchr3(b'.', b'_', b'-', value) else { return false };
    let Some((second, number)) = value.get(sign + 1..).and_then(<[u8]>::split_last_chunk::<2>) else { return false };
    // `Copper.Harbor.71`: the same sign once more.
    let second = second.strip_suffix(value.get(sign..=sign).unwrap_or_default()).unwrap_or(second);
    is_plain_number(number) && word(value.get(..sign).unwrap_or_default()) && word(second)
}

/// `CopperHarborMaple71`: three words with capitals, and a number.
pub(in crate::detect) fn is_three_words(value: &[u8]) -> bool {
    const WORD_MIN: usize = 4;
    let Some((words, number)) = value.split_last_chunk::<2>() else { return false };
    let humps = words.split(u8::is_ascii_uppercase).skip(1);
    is_plain_number(number)
        && words.first().is_some_and(u8::is_ascii_uppercase)
        && humps.clone().count() == 3
        && humps.clone().all(|hump| hump.len() + 1 >= WORD_MIN && hump.iter().all(u8::is_ascii_lowercase))
}

/// Two digits that are neither a width of a type nor a shade of a colour.
fn is_plain_number(number: &[u8; 2]) -> bool {
    let [_, last] = number;
    number.iter().all(u8::is_ascii_digit) && *last != b'0' && !matches!(number, b"16" | b"32" | b"64" | b"86")
}

/// `Maple%Rain77`, `71Copper+violet!`: two words, one of which has a capital, with a sign between them, and a number. Where it comes
/// first a sign ends them.
pub(in crate::detect) fn is_signed_phrase(value: &[u8]) -> bool {
    const WORD_MIN: usize = 3;
    const LETTERS_MIN: usize = 8;
    let (number, rest, signs) = match value {
        [a, b, rest @ .., b'!' | b'?' | b'*' | b'#' | b'$'] if a.is_ascii_digit() => {
            ([*a, *b], rest, b"+.-_%&*?^~!#$@".as_slice())
        }
        [rest @ .., a, b] => ([*a, *b], rest, b"+%&*?^~".as_slice()),
        _ => return false,
    };
    let Some(sign) = rest.iter().position(|byte| !byte.is_ascii_alphabetic()) else { return false };
    let Some((first, [between, second @ ..])) = rest.split_at_checked(sign) else { return false };
    let small = |word: &[u8]| word.len() >= WORD_MIN && word.iter().skip(1).all(u8::is_ascii_lowercase);
    let capital = |word: &[u8]| word.first().is_some_and(u8::is_ascii_uppercase);
    signs.contains(between)
        && is_plain_number(&number)
        && small(first)
        && small(second)
        && (capital(first) || capital(second))
        && first.len() + second.len() >= LETTERS_MIN
}

/// `User::unset_passwd`, `::js_sys::Object`: names joined as modules and their members are.
pub(in crate::detect) fn is_qualified(value: &[u8]) -> bool {
    let Some(first) = memchr::memchr(b':', value).filter(|at| value.get(at + 1) == Some(&b':')) else { return false };
    let value = if first == 0 { value.get(2..).unwrap_or_default() } else { value };
    let plain = value.iter().all(|byte| byte.is_ascii_alphabetic() || b"_:".contains(byte));
    let mut parts = value.split(|byte| *byte == b':').filter(|part| !part.is_empty());
    plain && !value.ends_with(b":") && parts.all(|part| (2..=8).contains(&part.len()) || is_wordlike(part))
}

/// `^[a-zA-Z0-9_-]+$`, `(?:…)*`: a regular expression, by a class of characters in it or the kind of its group.
pub(in crate::detect) fn is_pattern(value: &[u8]) -> bool {
    if value.starts_with(b"(?:") {
        return true;
    }
    let Some(open) = memchr::memchr(b'[', value) else { return false };
    let class = value.get(open..).unwrap_or_default();
    let class = class.get(..memchr::memchr(b']', class).unwrap_or(0)).unwrap_or_default();
    class.windows(3).any(|three| matches!(three, b"a-z" | b"A-Z" | b"0-9"))
}

/// `rfc3447.RSAPrivateKey`, `MLKEM1024PublicKey`, `TR31_M3_MAC_KEY`: the name of a kind of key, by its last words.
pub(in crate::detect) fn is_name_of_key(value: &[u8], quoted: bool) -> bool {
    let value = value.strip_suffix(b",").unwrap_or(value);
    let name_like = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte));
    if !name_like || !value.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let ends = |words: &[&[u8]]| words.iter().any(|word| value.ends_with(word));
    let constant = value.iter().filter(|byte| **byte == b'_').count() >= 2
        && !value.iter().any(u8::is_ascii_lowercase)
        && ends(&[b"_KEY", b"_TOKEN", b"_SECRET"]);
    let last = value.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let member = !quoted
        && last.len() < value.len()
        && last.first().is_some_and(u8::is_ascii_uppercase)
        && value.split(|byte| *byte == b'.').all(|part| part.first().is_some_and(u8::is_ascii_alphabetic));
    ends(&[b"PublicKey", b"PrivateKey"]) || constant || member && ends(&[b"Key", b"Token", b"Secret"])
}

/// `src1Length+src2Length`, `0x20+0x10*$i`: names and numbers joined by signs of arithmetic.
fn is_expression(value: &[u8]) -> bool {
    let Some(sign) = memchr::memchr2(b'*', b'+', value) else { return false };
    for part in value.split(|byte| b"+*".contains(byte)) {
        let name = part.strip_prefix(b"$").unwrap_or(part);
        let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let form = shape(name);
        let one_case = form.digit == 0 && (form.upper == 0 || form.lower == 0);
        // `3ch0`: no name, and no number with its unit.
        let number = name.first().is_some_and(u8::is_ascii_digit) && !name.starts_with(b"0x");
        let leet = number && form.letters() >= if name.last().is_some_and(u8::is_ascii_digit) { 2 } else { 3 };
        // `h9AC`: no name, as short as it is.
        let shredded = form.digit > 0 && form.upper > 0 && form.lower > 0;
        let known = name.len() <= 4 && !shredded || is_wordlike(name) || one_case;
        if leet || !plain || name.is_empty() || !known {
            return false;
        }
    }
    // `wYUT*HUi*kam`: capitals beside each other in words that have small letters too, more than once.
    let uneven = |part: &&[u8]| {
        part.windows(2).any(|two| two.iter().all(u8::is_ascii_uppercase)) && part.iter().any(u8::is_ascii_lowercase)
    };
    if value.split(|byte| b"+*".contains(byte)).filter(uneven).count() >= 2 {
        return false;
    }
    // `Harbor*4471`: a word with a capital and a long number.
    let (word, number) = (value.get(..sign).unwrap_or_default(), value.get(sign + 1..).unwrap_or_default());
    let chosen = word.len() >= 5
        && number.len() >= 3
        && word.first().is_some_and(u8::is_ascii_uppercase)
        && word.iter().skip(1).all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && number.iter().all(u8::is_ascii_digit);
    // `Harbor*Opal90`: words that are written like names, and the last one ends with a number.
    let named = |part: &[u8]| {
        let small = part.iter().skip(1).take_while(|byte| byte.is_ascii_lowercase()).count();
        let digits = part.iter().skip(1 + small).filter(|byte| byte.is_ascii_digit()).count();
        part.first().is_some_and(u8::is_ascii_uppercase) && small >= 3 && 1 + small + digits == part.len()
    };
    let numbered = value.last_chunk::<2>().is_some_and(|last| last.iter().all(u8::is_ascii_digit));
    let phrase = numbered && value.split(|byte| b"+*".contains(byte)).all(named);
    // `Copper95*YYI`: the number behind such a word is none that types and colours have.
    let counted = |part: &[u8]| named(part) && part.last_chunk::<2>().is_some_and(is_plain_number);
    !chosen && !phrase && !value.split(|byte| b"+*".contains(byte)).any(counted)
}
