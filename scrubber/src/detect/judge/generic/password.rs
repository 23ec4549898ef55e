//! Whether a value beside a name like `password` is one. Short and plain values count, so what stands around decides.

use std::sync::LazyLock;

use super::other::{is_file_name, is_folder};
use super::{Named, is_identifier, is_machine_made, is_path};
use crate::detect::context::assign::{Joint, Setting};
use crate::detect::context::keys::{self, Key};
use crate::detect::judge::striking;
use crate::detect::judge::value::{self, Shape};
use crate::detect::sets::lexicon::{List, words};
use crate::detect::shape::mnemonic;

const LENGTH_MAX: usize = 256;

pub(super) fn is_password(named: &Named<'_>, text: &[u8]) -> bool {
    let shape = value::shape(text);
    let place = named.place;
    let drawn = value::is_drawn(text);
    if drawn && (place.quoted || place.literal || named.setting.is_some()) && place.joint != Joint::Passed {
        return true;
    }
    if shape.length > LENGTH_MAX || is_nobodys(text) {
        return false;
    }
    if text.iter().any(u8::is_ascii_whitespace) {
        let phrase = value::is_passphrase(text) || value::is_phrase_with_digits(text);
        // `--passphrase 'copper harbor violin'`
        let given = place.joint == Joint::Assigned || place.joint == Joint::Spaced && named.flag;
        return place.quoted && given && phrase;
    }
    if place.joint == Joint::Said {
        // Letters alone: only what ends a clause, and no word is.
        let alone = named.next.is_none_or(|byte| b"\n.,)\"'`".contains(&byte));
        let words = || mnemonic::is_compound(text) || mnemonic::is_triple(text) || value::is_jumbled(text);
        return is_chosen(text, place.quoted) || value::is_hyphenated(text) || drawn || alone && words();
    }
    if is_tested(named, text, shape) || is_looked_up(named, text, shape) || is_argument(named, text) {
        return false;
    }
    if named.setting.is_some_and(|setting| is_set_to(setting, text)) {
        return true;
    }
    let joints = text.iter().filter(|byte| b"_-".contains(byte)).count();
    let plain = shape.letters() + joints == shape.length;
    if place.quoted && place.joint != Joint::Passed {
        if plain {
            let title = text.first().is_some_and(u8::is_ascii_uppercase) && shape.upper == 1 && !text.contains(&b'_');
            let named = names_a_secret(text) && (value::is_wordlike(text) || is_name(text));
            return shape.length >= 6 && !title && !named;
        }
        return shape.foreign == 0 || shape.digit > 0 || holds_sign_amid(text);
    }
    // `password: Пароль`, `Passwort: größer als …`: texts of a program in another language have no quotes in YAML.
    if !place.quoted && shape.foreign > 0 && shape.letters() + joints + shape.foreign == shape.length {
        return false;
    }
    let ends_line = named.next.is_none_or(|byte| byte == b'\n');
    if value::is_hyphenated(text) && (place.literal || place.quoted || place.joint == Joint::Assigned || ends_line) {
        return true;
    }
    if plain {
        return is_plain(named, text, shape);
    }
    if place.quoted && value::is_code(text) && !super::is_joined_password(text) {
        return false;
    }
    if is_identifier(text) {
        let line = named.next.is_none_or(|byte| !b",;).".contains(&byte));
        // Code puts blanks around its signs, connection strings and settings do not.
        let tight = named.previous == Some(b'=');
        let mixed = shape.length >= 8 && shape.digit >= 2 && !value::is_wordlike(text);
        return line || tight || place.literal || mixed || is_numbered(text) || is_machine_made(text);
    }
    shape.digit > 0 || shape.length >= 6
}

/// What stands beside names of passwords and is none by itself: a community that every device comes with, a version, a folder.
fn is_nobodys(text: &[u8]) -> bool {
    matches!(text, b"public" | b"private" | b"Optional.empty")
        || is_remark(text)
        || is_cmdlet(text)
        || is_selector(text)
        || is_chat(text)
        || is_member(text)
        || is_version(text)
        || is_range(text)
        || is_rate(text)
        || is_folder(text)
        || text.strip_prefix(b"@").is_some_and(is_file_name)
        || text.ends_with(b":")
        || text.ends_with(b"/tcp")
        || text.ends_with(b"/udp")
        || are_rules(text)
}

/// `Read-Host`, `ConvertTo-SecureString`: what PowerShell asks for a password, or makes of one.
fn is_cmdlet(text: &[u8]) -> bool {
    const VERBS: [&[u8]; 4] = [b"Read-", b"ConvertTo-", b"ConvertFrom-", b"Import-"];
    let noun = VERBS.iter().find_map(|verb| text.strip_prefix(*verb));
    noun.is_some_and(|noun| {
        noun.first().is_some_and(u8::is_ascii_uppercase) && noun.iter().all(u8::is_ascii_alphabetic)
    })
}

/// `#confirm-password`: how a page's style and script name the field of one.
fn is_selector(text: &[u8]) -> bool {
    let name = text.strip_prefix(b"#").unwrap_or_default();
    name.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(byte))
        && keys::classify(name).is_some_and(|key| matches!(key, Key::Password))
}

/// `Client#password`, as comments name a member.
fn is_member(text: &[u8]) -> bool {
    let Some(sign) = memchr::memchr(b'#', text) else { return false };
    let (class, name) = (text.get(..sign).unwrap_or_default(), text.get(sign + 1..).unwrap_or_default());
    class.first().is_some_and(u8::is_ascii_uppercase)
        && class.iter().all(u8::is_ascii_alphabetic)
        && is_called_secret(name)
}

/// `*new*UNIX*password*`: what a program waits for before it answers, as Samba is told it.
fn is_chat(text: &[u8]) -> bool {
    text.starts_with(b"*")
        && text.ends_with(b"*")
        && text.iter().filter(|byte| **byte == b'*').count() > 2
        && text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'*')
        && [b"assw".as_slice(), b"token"].iter().any(|word| memchr::memmem::find(text, word).is_some())
}

/// `too_short`, `auto_generated`, `LockedOut`: words that say something of a password, and nothing else.
fn is_remark(text: &[u8]) -> bool {
    static WORDS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "too not no is only any some see keep min max length short long weak strong empty missing blank null required \
             optional mandatory invalid valid incorrect wrong mismatch expired locked out disabled enabled spaces digit digits \
             numbers special char chars characters upper lower case string text field type array sequence flag hidden hashed \
             hash salted encrypted plain vault ref auto generated random existing current default omitted removed masked \
             redacted lookup plugin register var new old typed entered confirm confirmed wi fi wifi wlan passwort kennwort \
             wachtwoord salasana l\u{f6}senord parola has\u{142}o heslo senha ldap sso saml kerberos bind",
        )
    });
    let hump = |one: &u8, next: &u8| one.is_ascii_lowercase() && next.is_ascii_uppercase();
    let mut parts =
        text.split(|byte| b"_-".contains(byte)).flat_map(|part| part.chunk_by(|one, next| !hump(one, next)));
    parts.clone().count() > 1 && parts.all(|part| WORDS.holds(part))
}

/// What a sentence or a runner of tests says beside such a word: `senha inválida`, `Wachtwoord vergeten?`, `PASS src/app.test.js`.
fn is_tested(named: &Named<'_>, text: &[u8], shape: Shape) -> bool {
    let place = named.place;
    let asked =
        !place.literal && text.strip_suffix(b"?").is_some_and(|word| word.iter().skip(1).all(u8::is_ascii_lowercase));
    let said = place.joint == Joint::Spaced && shape.digit == 0 && (shape.foreign > 0 || asked);
    let runner = place.joint == Joint::Spaced
        || place.joint == Joint::Assigned && !place.quoted && named.previous == Some(b' ') && is_path(text);
    said || runner && !place.literal && is_file(text)
}

/// What stands for a value that is elsewhere: `= :newSecret`, as a statement binds it; `=> @password`, a variable of an object;
/// `login.password.label`, as texts are looked up; `AUTH_PASSWORD_BROKER`.
fn is_looked_up(named: &Named<'_>, text: &[u8], shape: Shape) -> bool {
    let bound = text.strip_prefix(b":").is_some_and(|name| shape.letters() + 1 == shape.length && !name.is_empty());
    let of_object = !named.place.quoted
        && named.previous == Some(b' ')
        && text.first() == Some(&b'@')
        && text.iter().skip(1).all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        && names_a_secret(text);
    let message = shape.digit == 0
        && value::is_members(text)
        && text.iter().filter(|byte| **byte == b'.').count() > 1
        && text.split(|byte| *byte == b'.').any(is_called_secret);
    bound || of_object || message || value::is_reference(text) || named.place.quoted && is_constant(text)
}

/// What a call is given beside the name, and no password.
fn is_argument(named: &Named<'_>, text: &[u8]) -> bool {
    if named.place.joint != Joint::Passed {
        return false;
    }
    let quoted = named.place.quoted;
    // `pass "x=False"`, ``pass `filter.handler` ``: the verb.
    let truth = [b"=False".as_slice(), b"=True", b"=None", b"=false", b"=true", b"=null"];
    let member = named.previous == Some(b'`') && value::is_members(text);
    // `lookup('password', 'credentials/' + …)`: the folder that what is made up is kept in.
    let folder =
        quoted && text.ends_with(b"/") && text.iter().all(|byte| byte.is_ascii_alphabetic() || b"_-./".contains(byte));
    // Lists of functions one of which is named after a password.
    let listed = quoted
        && is_identifier(text)
        && text.contains(&b'_')
        && !striking::is_made_of_words(text)
        && (value::is_wordlike(text) || value::is_snake_case(text));
    member || folder || listed || truth.iter().any(|end| text.ends_with(end))
}

/// Whether a word of letters without quotes is a password: it may be a variable, prose or one.
fn is_plain(named: &Named<'_>, text: &[u8], shape: Shape) -> bool {
    let place = named.place;
    let joints = text.len() - shape.letters();
    let tight = named.previous == Some(b'=');
    let word = shape.length >= 6 && shape.upper == 0 && !names_a_secret(text)
        || value::is_jumbled(text) && !names_a_secret(text)
        || place.literal && shape.length >= 8 && !value::is_wordlike(text)
        || is_hyphenated_name(text) && (place.literal || tight);
    let argument = named.setting == Some(Setting::Argument);
    let ends_line = named.next.is_none_or(|byte| byte == b'\n');
    let whole_line = !argument && (ends_line || named.setting.is_some()) && place.joint == Joint::Assigned;
    let variable = text.contains(&b'_') && named.previous == Some(b' ');
    // `PGPASSWORD=blue_harbor psql`: what a shell's variable is set to needs no quotes.
    let literal = place.literal && !argument && (!text.contains(&b'_') || tight);
    // Nor is a word with a hyphen a variable: `{user: ann, password: copper-fog}`.
    let hyphenated = text.contains(&b'-') && shape.upper == 0 && place.joint == Joint::Assigned;
    // And what a machine made of letters is no word at all.
    let jumbled = place.joint == Joint::Assigned && joints == 0 && value::is_jumbled(text);
    word && !variable && (whole_line || literal || hyphenated || jumbled)
}

/// Whether a line of settings may set a password to this word, which elsewhere is a variable, a title or arithmetic: `mosquito_net`,
/// `proxy-Macaco`, `Copper*7`.
pub(super) fn is_set_to(setting: Setting, text: &[u8]) -> bool {
    let shape = value::shape(text);
    let joints = text.iter().filter(|byte| b"_-".contains(byte)).count();
    let arithmetic = text.iter().any(|byte| b"*+&".contains(byte));
    let dots = memchr::memchr_iter(b'.', text).count();
    let word = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-*+&.".contains(byte));
    let bare = match setting {
        Setting::Argument => false,
        Setting::Environment => true,
        Setting::Yaml => arithmetic || text.contains(&b'_') || joints > 0 && shape.upper > 0 || shape.digit > 1,
        // `blueHarbor`, but neither `Required` nor `STRING`.
        Setting::Given => {
            let hump = text.iter().skip(1).any(u8::is_ascii_uppercase) && shape.lower > 0;
            arithmetic || joints > 0 && shape.lower > 0 || hump || dots > 0 || shape.digit > 1
        }
    };
    // `config.Password`, `com.acme.Provider`
    let member = dots > 1 || dots == 1 && (shape.upper + shape.digit == 0 || setting == Setting::Yaml);
    word && bare
        && (!arithmetic || shape.upper > 0)
        && !member
        && shape.length >= 6
        && shape.letters() >= 4
        && text.first().is_some_and(u8::is_ascii_alphanumeric)
        && text.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"*+".contains(byte))
        && !names_a_secret(text)
        // `login.password=Wachtwoord`: a text of a program.
        && keys::classify(text) != Some(Key::Password)
}

/// What a sentence calls a password: only what cannot be one of its words.
pub(super) fn is_chosen(text: &[u8], quoted: bool) -> bool {
    let whole = text;
    let text = text.strip_suffix(b",").or_else(|| text.strip_suffix(b"!")).unwrap_or(text);
    let shape = value::shape(text);
    let accented = if shape.foreign == 0 { Some(0) } else { value::accented(text) };
    let Some(accented) = accented.filter(|accented| *accented <= shape.letters()) else { return false };
    let first = text.first().is_some_and(u8::is_ascii_alphanumeric) || value::is_accented(text) || is_framed(whole);
    let signs = shape.length - shape.letters() - shape.digit - 2 * accented;
    // `OrchidSunset!`: no sentence ends with a word that has capitals in its middle.
    let cries = whole.len() > text.len() && whole.ends_with(b"!") && shape.length >= 8;
    let cried = cries && is_two_words(text);
    let likely = if quoted {
        (shape.digit > 0 || (signs > 0 && shape.upper > 0) || cries && is_humped(text))
            && !value::is_chain_of_calls(text)
    } else {
        first
            && (cried || shape.digit > 0 || shape.length >= 8 && signs > 0 && is_humped(text))
            && shape.letters() >= 3
            && (signs * 4 <= shape.length || signs * 2 < shape.length && value::is_scrambled(text))
            && (!value::is_code(text) || super::is_joined_password(text) && is_numbered_at_end(text))
            && !is_measured(text)
    };
    shape.length >= 6 && shape.letters() > 0 && likely && !is_algorithm(text) && (accented == 0 || shape.digit > 0)
}

/// `sha-256`, `oauth2`, `Base64-kodiert`: what has a digit by its name.
pub(in crate::detect) fn is_algorithm(text: &[u8]) -> bool {
    const ALGORITHMS: &str = "\
        sha1 sha2 sha256 sha384 sha512 sha-1 sha-256 sha-512 md4 md5 base16 base32 base58 base64 utf8 utf-8 utf16 argon2 argon2i \
        argon2id bcrypt pbkdf2 hs256 hs512 rs256 es256 oauth2 x509 ed25519 aes128 aes256 aes-128 aes-256 3des des3 ipv4 ipv6 \
        http2 win32 int32 int64 uint8 step1 step2 v1 v2 rsa:1024 rsa:2048 rsa:3072 rsa:4096 rsa:8192 rsa1024 rsa2048 rsa3072 rsa4096 \
        cram-md5 digest-md5 scram-sha-1 scram-sha-256 scram-sha-512 xoauth2 imdsv2 socks4 socks5";
    // `Base64-kodiert`: encoded so, in the words of several languages by what they begin with.
    const ENCODED: [&str; 6] = ["kodiert", "codiert", "encod", "codific", "gecod", "kodow"];
    let encoded = |rest: &[u8]| ENCODED.iter().any(|how| rest.starts_with(how.as_bytes()));
    words(ALGORITHMS).any(|word| match text.split_at_checked(word.len()) {
        Some((head, rest)) => {
            head.eq_ignore_ascii_case(word.as_bytes()) && rest.strip_prefix(b"-").map_or(rest.is_empty(), encoded)
        }
        None => false,
    })
}

/// `Violin1964!`, `copper_bridge!91`, `Falcon%7542`: what a person makes up who is asked for letters, digits and a sign.
pub(super) fn is_made_up(text: &[u8]) -> bool {
    const SIGNS: &[u8] = b"!#$%^*?~";
    let shape = value::shape(text);
    let first = text.first().is_some_and(u8::is_ascii_alphanumeric);
    let signs = text.iter().filter(|byte| SIGNS.contains(byte)).count();
    let plain = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(byte) || SIGNS.contains(byte));
    (8..=40).contains(&shape.length)
        && first
        && plain
        && (1..=3).contains(&signs)
        && shape.letters() >= 4
        && shape.digit >= 2
}

/// `Copper.Harbor7`, `Copper.7H`: unlike `Log4j.Logger` with the digits at the end, or before the letters of a part.
fn is_numbered_at_end(text: &[u8]) -> bool {
    let begins = |part: &[u8]| part.first().is_some_and(u8::is_ascii_digit);
    text.last().is_some_and(u8::is_ascii_digit) || text.split(|byte| b".*+&".contains(byte)).any(begins)
}

/// `plasma7764`: small letters or two words, and more digits than names of variables end in.
fn is_numbered(text: &[u8]) -> bool {
    const SIZES: [&[u8]; 9] = [b"128", b"192", b"224", b"256", b"384", b"512", b"1024", b"2048", b"4096"];
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = text.get(letters..).unwrap_or_default();
    letters >= 4 && (3..=6).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && !SIZES.contains(&digits)
}

/// `!letmein5532@`, `#Admin97#`: a sign before it, and digits with another one behind it.
fn is_framed(text: &[u8]) -> bool {
    matches!(text, [b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*', next, .., digit, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*' | b'?']
        if next.is_ascii_alphanumeric() && digit.is_ascii_digit())
}

/// Two words of small letters, each with a capital: `OrchidSunset`. Names of products have shorter ones.
fn is_two_words(text: &[u8]) -> bool {
    let words = text.split(u8::is_ascii_uppercase).skip(1);
    let capitals = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    capitals == 2
        && text.first().is_some_and(u8::is_ascii_uppercase)
        && words.clone().all(|word| word.len() >= 3 && word.iter().all(u8::is_ascii_lowercase))
        && !NAMES.contains(&text)
}

/// Names of products of two words.
const NAMES: [&[u8]; 8] = [
    b"JavaScript",
    b"TypeScript",
    b"SharePoint",
    b"WordPress",
    b"PowerShell",
    b"CloudFormation",
    b"CloudWatch",
    b"BitBucket",
];

/// `orangeOrange%`, `P@sswordChelsea`: capitals amid a word, and a sign that ends no sentence.
fn is_humped(text: &[u8]) -> bool {
    let hump = text.windows(2).any(|two| matches!(two, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    let sign = text.iter().filter(|byte| !byte.is_ascii_alphanumeric()).all(|byte| b"%$&#@^*!".contains(byte));
    hump && sign
}

/// `required|min:8|confirmed`: what a form asks of a password.
fn are_rules(text: &[u8]) -> bool {
    const RULES: &str = "required nullable sometimes string confirmed present filled bail alpha_num same different";
    let mut parts = text.split(|byte| *byte == b'|');
    let named = parts.next().is_some_and(|first| words(RULES).any(|word| word.as_bytes() == first));
    let mut rest = parts.peekable();
    named
        && rest.peek().is_some()
        && rest.all(|part| {
            let name = part.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_').count();
            name >= 3 && matches!(part.get(name), None | Some(b':'))
        })
}

/// `Grüße!sQLc`: a sign between letters that no text has there.
fn holds_sign_amid(text: &[u8]) -> bool {
    let amid = |three: &[u8]| matches!(three, [before, sign, after] if is_letter(*before) && b"!?#$%&*@^+=~|".contains(sign) && is_letter(*after));
    let paragraph = memchr::memmem::find(text, "\u{a7}".as_bytes());
    text.windows(3).any(amid)
        || paragraph.is_some_and(|at| at > 0 && text.get(at + 2).is_some_and(|byte| is_letter(*byte)))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// `1.302103`, `10.0.1`, `v7.4.2`.
fn is_version(text: &[u8]) -> bool {
    // `^0.2.1`, as a package asks for another one.
    let text = text
        .strip_prefix(b">=")
        .or_else(|| text.strip_prefix(b"^"))
        .or_else(|| text.strip_prefix(b"~"))
        .unwrap_or(text);
    let text = text.strip_prefix(b"v").unwrap_or(text);
    text.contains(&b'.') && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// `5/m/user`, `20/m/ip,5/m/key`: how often something may be done.
fn is_rate(text: &[u8]) -> bool {
    const UNITS: &str = "s sec second m min minute h hour d day";
    let rate = |part: &[u8]| {
        let mut parts = part.split(|byte| *byte == b'/');
        let count = parts.next().unwrap_or_default();
        let unit = parts.next().unwrap_or_default();
        (1..=5).contains(&count.len())
            && count.iter().all(u8::is_ascii_digit)
            && words(UNITS).any(|word| word.as_bytes() == unit)
            && parts.all(|rest| rest.iter().all(u8::is_ascii_lowercase))
    };
    text.split(|byte| *byte == b',').all(rate)
}

/// `8-20`: how long a password may be.
fn is_range(text: &[u8]) -> bool {
    const DIGITS_MAX: usize = 3;
    let number = |part: &[u8]| (1..=DIGITS_MAX).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    text.iter()
        .position(|byte| *byte == b'-')
        .and_then(|sign| text.split_at_checked(sign))
        .is_some_and(|(least, most)| number(least) && most.strip_prefix(b"-").is_some_and(number))
}

/// `proxy-Macaco`, `Copper-and-Fog`: words that hyphens join and one of which has a capital, none of them like those of a setting.
fn is_hyphenated_name(text: &[u8]) -> bool {
    let word = |part: &[u8]| part.len() >= 2 && part.iter().skip(1).all(u8::is_ascii_lowercase);
    text.len() >= 8
        && text.contains(&b'-')
        && text.iter().any(u8::is_ascii_uppercase)
        && text.split(|byte| *byte == b'-').all(word)
        && !names_a_secret(text)
}

/// `12-character`, `8-stellig`: how long it is.
fn is_measured(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let word = text.get(digits..).and_then(|rest| rest.strip_prefix(b"-"));
    (1..=2).contains(&digits)
        && word.is_some_and(|word| word.iter().all(|byte| byte.is_ascii_lowercase() || !byte.is_ascii()))
}

/// A path whose last part has an extension of letters.
fn is_file(text: &[u8]) -> bool {
    let name = text.rsplit(|byte| b"/\\".contains(byte)).next().unwrap_or_default();
    let extension = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    name.len() < text.len()
        && extension.len() < name.len()
        && (1..=4).contains(&extension.len())
        && extension.iter().all(u8::is_ascii_lowercase)
}

/// A name made of the words that announce secrets: `new_password`, `apiToken`.
/// `jwtSecret`: the name of a secret and no more, in two words that capitals part.
fn is_name(text: &[u8]) -> bool {
    let humps = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    text.first().is_some_and(u8::is_ascii_lowercase)
        && matches!(humps, 1 | 2)
        && text.iter().all(u8::is_ascii_alphabetic)
        && [b"Secret".as_slice(), b"Token", b"Password", b"Key"].iter().any(|word| text.ends_with(word))
}

/// `AUTH_PASSWORD_BROKER`: the name of a variable, of which one word is that of a secret.
fn is_constant(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"PASSWORD", b"PASSWORDS", b"PASSWD", b"PASSPHRASE", b"SECRET", b"TOKEN", b"PASS", b"PWD"];
    // Passwords in capitals have digits.
    const NUMBERED: [&[u8]; 4] = [b"NEO4J", b"OAUTH2", b"S3", b"DB2"];
    let word = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_uppercase) || NUMBERED.contains(&part);
    let mut parts = text.split(|byte| *byte == b'_');
    text.contains(&b'_') && parts.clone().all(word) && parts.any(|part| WORDS.contains(&part))
}

/// `password`, `newPassword`.
fn is_called_secret(name: &[u8]) -> bool {
    const WORDS: [&[u8]; 4] = [b"password", b"passphrase", b"secret", b"token"];
    let ends = |word: &&[u8]| {
        let head = name.len().checked_sub(word.len()).and_then(|head| name.split_at_checked(head));
        head.is_some_and(|(head, end)| {
            *end == **word
                || end.eq_ignore_ascii_case(word) && !head.is_empty() && end.first().is_some_and(u8::is_ascii_uppercase)
        })
    };
    WORDS.iter().any(ends)
}

pub(super) fn names_a_secret(text: &[u8]) -> bool {
    const WORDS: &str = "\
        pass pwd psk secret token key user self input value config env cred get";
    let text = text.to_ascii_lowercase();
    // `DragonMonkey`
    let animal = |at: usize| keys::is_animal(text.get(..at).unwrap_or_default());
    words(WORDS).any(|word| memchr::memmem::find_iter(&text, word.as_bytes()).any(|at| word != "key" || !animal(at)))
}
