//! What stands where a secret would: templates, samples, words that name the kind of value.

use std::sync::LazyLock;

use super::{is_jumbled, is_mixed, is_scrambled, is_wordlike, pieces, shape};
use crate::detect::sets::lexicon::{List, Words, words};

/// No longer value is a placeholder.
const PLACEHOLDER_MAX: usize = 160;

/// Values that stand where a secret would be.
pub(in crate::detect) fn is_placeholder(value: &[u8]) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(words(PARTS)));
    static SHORT: LazyLock<Words> = LazyLock::new(|| Words::new(["todo", "fixme", "dummy"]));
    const PARTS: &str = "\
        **** .... ____ ---- example changeme change_me change-me your_ your- yourpass yoursecret yourtoken \
        yourapi placeholder redacted replace insert ${ $( {{ }} #{ %( <% 00000000 \
        notreal anonymous not-set not_set notset undefined my_password mypassword my-password my_secret mysecret \
        my-secret some-password some_password \u{2026} \u{2022}\u{2022}";
    // Of other languages: people make passwords of these words too, with a number.
    static OTHERS: LazyLock<Words> = LazyLock::new(|| Words::new(words(YOURS)));
    const YOURS: &str = "\
        sua_senha sua-senha tu_contrase su_contrase dein_passwort dein-passwort ihr_passwort votre_mot_de_passe votre-mot-de-passe";
    if !value.iter().any(u8::is_ascii_digit) && OTHERS.occur_in(value) {
        return true;
    }
    if let Some(part) = cut_in_the_middle(value) {
        return is_placeholder(part);
    }
    // `334 …`: what a server of mail asks for, `Username:` and `Password:` in Base64.
    if matches!(value, b"VXNlcm5hbWU6" | b"UGFzc3dvcmQ6") {
        return true;
    }
    // `openssl enc -pass pass:$KEY`
    if let Some(rest) = value.strip_prefix(b"pass:").filter(|rest| !rest.starts_with(b"pass:")) {
        return is_placeholder(rest);
    }
    let Some((&first, _)) = value.split_first() else { return true };
    if value.iter().all(|byte| *byte == first) {
        return true;
    }
    let wrapped = match first {
        b'<' => value.contains(&b'>'),
        b'{' | b'[' | b'(' => true,
        b'$' if is_macro(value) => true,
        b'$' => {
            value.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
                && !value.get(1..).unwrap_or_default().contains(&b'$')
                && !ends_like_a_password(value)
        }
        // `%~dp0`: where a script of Windows stands.
        b'%' => {
            let path = value.strip_prefix(b"%~dp0");
            value.ends_with(b"%")
                || path.is_some_and(|path| path.is_empty() || path.iter().any(|byte| b"\\/.".contains(byte)))
        }
        // `__PASSWORD__`, which a tool fills in.
        b'_' => {
            value.len() > 6
                && value.starts_with(b"__")
                && value.ends_with(b"__")
                && value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
        }
        // `':password'`, a variable of a query.
        b':' => value.iter().skip(1).all(|byte| byte.is_ascii_lowercase() || *byte == b'_'),
        b'@' => value.ends_with(b"@") && !ends_like_a_password(value),
        b'!' => {
            let tag = value
                .strip_prefix(b"!!")
                .is_some_and(|tag| tag.iter().all(|byte| byte.is_ascii_lowercase() || b"/:._-".contains(byte)));
            tag || value.starts_with(b"!Ref")
        }
        _ => false,
    };
    // What is filled in by `printf` says little besides; a password may hold the same signs.
    let format = || {
        let form = shape(value);
        (form.digit < 2 || form.upper < 2 || form.length < 12) && !is_mixed(value)
    };
    let shortened = || {
        let form = shape(value);
        form.digit == 0 || form.upper == 0 || form.length < 10
    };
    wrapped && !is_scrambled(value)
        || (holds_verb(value) && format())
        || holds_field(value)
        || (memchr::memmem::find(value, b"..").is_some() && shortened())
        || is_cut_header(value)
        || (value.len() <= PLACEHOLDER_MAX
            && (WORDS.occur_in(value) && !is_changed(value, shape(value).digit) && !is_noise(value)
                || SHORT.occur_in(value) && !is_chance(value)
                || is_masked(value)
                || is_common_word(value)))
}

/// `$host.vars.pw$`, `$NGINX_STATUS_PASS$`, which a program that watches hosts fills in: names of more than one word, of which one says what
/// they stand for.
fn is_macro(value: &[u8]) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "host hostname service user username vars pass password passwd passphrase pwd pw secret token key community auth arg",
        )
    });
    let name = value.strip_prefix(b"$").and_then(|value| value.strip_suffix(b"$")).unwrap_or_default();
    let words = |case: fn(&u8) -> bool| name.iter().all(|byte| case(byte) || b"_.".contains(byte));
    name.iter().any(|byte| b"_.".contains(byte))
        && (words(u8::is_ascii_lowercase) || words(u8::is_ascii_uppercase))
        && name.split(|byte| b"_.".contains(byte)).any(|word| NAMES.holds(word) || names_a_password(word))
}

/// `authpassword`, `dbpass`
fn names_a_password(word: &[u8]) -> bool {
    let word = word.to_ascii_lowercase();
    word.ends_with(b"password") || word.ends_with(b"pass")
}

/// `eyJhbGciOiJIUzI1NiIs...`: of a web token no more than its head, which says how it was signed.
fn is_cut_header(value: &[u8]) -> bool {
    const HEADER_MAX: usize = 40;
    const HEADS: [&[u8]; 4] = [b"eyJhbGciOi", b"eyJ0eXAiOi", b"ewogICJhbGciOi", b"ewogICJ0eXAiOi"];
    let dots = value.iter().rev().take_while(|byte| **byte == b'.').count();
    let head = value.get(..value.len() - dots).unwrap_or_default();
    head.len() <= HEADER_MAX && HEADS.iter().any(|start| head.starts_with(start)) && !head.contains(&b'.')
}

/// The longest part of a value in the middle of which something was left out, or at its start: of what a machine made enough is
/// left to tell it. A mask shows less.
pub(in crate::detect) fn cut_in_the_middle(value: &[u8]) -> Option<&[u8]> {
    const PART_MIN: usize = 10;
    let (first, length) = gap(value)?;
    let (head, tail) = (value.get(..first)?, value.get(first + length..)?);
    let random = |part: &&[u8]| {
        let form = shape(part);
        let mixed = form.digit >= 2 && form.letters() >= 2 && pieces(part) * 3 >= form.length && !is_wordlike(part);
        part.len() >= PART_MIN && (mixed || is_jumbled(part))
    };
    [head, tail].into_iter().filter(random).max_by_key(|part| part.len()).filter(|_| gap(tail).is_none())
}

/// What is left of the value at `start`, which ends at `end` or behind: dots stand for the rest, and what follows them says that the
/// text was cut there: `Copper_Har… [truncated]`. Dots alone also end what a sentence or a label leaves open: there a digit has to
/// tell the value, as no word has one.
pub(in crate::detect) fn cut_at_its_end(text: &[u8], start: usize, end: usize) -> Option<&[u8]> {
    const LEFT_MIN: usize = 6;
    const SAYS_MAX: usize = 32;
    const OPENS: &[u8] = b"[(<";
    let value = text.get(start..end)?;
    let (first, length) = gap(value).filter(|(first, _)| *first >= LEFT_MIN && value.get(*first) != Some(&b'*'))?;
    let left = value.get(..first)?.trim_ascii_end();
    let behind = start + first + length;
    let rest = text.get(behind..text.len().min(behind + SAYS_MAX))?;
    let blanks = rest.iter().take(2).take_while(|byte| **byte == b' ').count();
    let says = rest.get(blanks..).filter(|says| says.first().is_some_and(|byte| OPENS.contains(byte)));
    let cut = says.is_some_and(|says| {
        [b"truncat".as_slice(), b"Truncat", b"TRUNCAT", b"omitted", b"more "]
            .iter()
            .any(|word| memchr::memmem::find(says, word).is_some())
    });
    let open = || {
        let form = shape(left);
        behind == end && form.digit > 0 && form.letters() > 0
    };
    (!left.iter().any(u8::is_ascii_whitespace) && (cut || open())).then_some(left)
}

/// Where the first stretch of dots or stars begins that stands for what was left out, and its length.
fn gap(value: &[u8]) -> Option<(usize, usize)> {
    const SIGNS_MIN: usize = 3;
    const DOTS: [&[u8]; 2] = ["\u{2026}".as_bytes(), "\u{2022}".as_bytes()];
    memchr::memchr3_iter(b'*', b'.', 0xe2, value).find_map(|at| {
        let rest = value.get(at..)?;
        if let Some(dot) = DOTS.iter().find(|dot| rest.starts_with(dot)) {
            let count = rest.chunks(dot.len()).take_while(|chunk| chunk == dot).count();
            return Some((at, count * dot.len()));
        }
        let sign = rest.first().filter(|byte| b"*.".contains(byte))?;
        let count = rest.iter().take_while(|byte| *byte == sign).count();
        (count >= SIGNS_MIN).then_some((at, count))
    })
}

/// Whether letters x in a row cover a value. Up to five of one case are chance amid letters and digits as a machine mixes them.
pub(in crate::detect) fn is_masked(value: &[u8]) -> bool {
    const CHANCE_MAX: usize = 5;
    let (mut longest, mut count, mut last) = (0, 0, 0);
    for &byte in value {
        count = if byte == last { count + 1 } else { 1 };
        last = byte;
        if matches!(byte, b'x' | b'X') {
            longest = longest.max(count);
        }
    }
    let mixed = || {
        let form = shape(value);
        let both = form.upper >= 2 && form.lower >= 2 && pieces(value) * 3 >= form.length;
        form.digit >= 2 && (form.length >= 12 + longest && both || form.length >= 16 + longest && !is_wordlike(value))
    };
    longest > CHANCE_MAX || longest >= 4 && !mixed()
}

/// Letters, digits and many kinds of signs in disorder, as keys of Django and WordPress are: two of the signs that begin a template
/// are chance there.
pub(in crate::detect) fn is_noise(value: &[u8]) -> bool {
    const LENGTH_MIN: usize = 40;
    const KINDS_MIN: u32 = 7;
    const WORD_MAX: usize = 7;
    let sign = |byte: &&u8| byte.is_ascii_punctuation();
    let kinds = value.iter().filter(sign).fold(0u128, |kinds, byte| kinds | 1 << (byte & 0x7f)).count_ones();
    let words = || value.split(|byte| !byte.is_ascii_alphabetic()).map(<[u8]>::len).max();
    value.len() >= LENGTH_MIN
        && kinds >= KINDS_MIN
        && words().is_some_and(|longest| longest <= WORD_MAX)
        && shape(value).digit >= 4
        && !value.iter().any(u8::is_ascii_whitespace)
        && memchr::memmem::find(value, b"://").is_none()
}

/// Letters and digits as a machine mixes them, among which a short word is chance.
fn is_chance(value: &[u8]) -> bool {
    let form = shape(value);
    form.length >= 16
        && form.letters() + form.digit == form.length
        && form.digit >= 2
        && form.upper >= 2
        && form.lower >= 2
        && pieces(value) * 3 >= form.length
}

/// `ChangeMe!2024`, `changeme_orange49`: what was asked for was done, with as little as possible.
fn is_changed(value: &[u8], digits: usize) -> bool {
    let word = b"changeme".len();
    let asks = value.windows(word).any(|part| part.eq_ignore_ascii_case(b"changeme"));
    let more = value.len().saturating_sub(word);
    let tail = value.iter().rev().take(4).filter(|byte| byte.is_ascii_digit()).count();
    asks && (more >= 4 && digits >= 4 || more >= 6 && tail >= 2) && value.len() <= 32
}

/// `$summer1987!`, `@Falcon63@`: no variable ends with two digits and a sign.
pub(in crate::detect) fn ends_like_a_password(value: &[u8]) -> bool {
    matches!(value, [.., a, b, b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'*' | b'?'] if a.is_ascii_digit() && b.is_ascii_digit())
        && value.iter().any(u8::is_ascii_lowercase)
}

/// A text that a verb begins without a sign behind it is shorter.
const VERB_MAX: usize = 12;

/// Whether a verb of `printf` ends a word, or begins a short text: amid letters the same signs are chance.
fn holds_verb(value: &[u8]) -> bool {
    memchr::memchr_iter(b'%', value)
        .filter(|at| matches!(value.get(at + 1), Some(b's' | b'd' | b'v')))
        .any(|at| at == 0 && value.len() < VERB_MAX || !value.get(at + 2).is_some_and(u8::is_ascii_alphanumeric))
}

/// `md5{0}`, `v2/users/{id}`, `fan[{#INDEX}]`: text around fields that are filled in. A field stands at an end of the text or beside a
/// sign, and what is around is no password by itself.
fn holds_field(value: &[u8]) -> bool {
    const FIELD_MAX: usize = 32;
    let Some(first) = memchr::memchr(b'{', value) else { return false };
    // `{#INDEX}`, which a program that finds what it watches fills in, stands in names of things, with digits among their letters.
    let discovered = value.get(first + 1) == Some(&b'#');
    let is_sign = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let mut around = Vec::new();
    let (mut rest, mut fields) = (value, 0);
    while let Some(open) = memchr::memchr(b'{', rest) {
        let (head, field) = rest.split_at(open);
        let Some(close) = memchr::memchr(b'}', field).filter(|close| *close <= FIELD_MAX) else { return false };
        let (name, tail) = (field.get(1..close).unwrap_or_default(), field.get(close + 1..).unwrap_or_default());
        let name = name.strip_prefix(b"#").unwrap_or(name);
        let plain = name.iter().all(|byte| byte.is_ascii_alphabetic() || b"_.".contains(byte))
            || name.len() == 1 && name.iter().all(u8::is_ascii_digit);
        if !plain || !(is_sign(head.last()) || is_sign(tail.first())) {
            return false;
        }
        around.extend_from_slice(head);
        (rest, fields) = (tail, fields + 1);
    }
    around.extend_from_slice(rest);
    let form = shape(&around);
    fields > 0
        && (form.digit == 0 || form.upper == 0 && (form.digit == 1 || discovered))
        && around.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:[]'\"=".contains(byte))
        && !is_jumbled(&around)
        && !is_mixed(&around)
}

/// None of the words is longer.
const COMMON_MAX: usize = 18;

/// Words that stand beside a secret-saying name without being one: types, states, the name again.
pub(in crate::detect) fn is_common_word(value: &[u8]) -> bool {
    static WORDS: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "none null nil true false yes no on off string str text number int integer boolean bool any unknown \
             object void byte bytes char varchar varchar2 nvarchar nvarchar2 optional required option default empty hidden password passwd pass \
             pwd passphrase secret secrets token tokens key apikey api_key api-key access_token accesstoken \
             refresh_token id_token auth bearer basic user username login name email admin_password user_password \
             new_password old_password value here test foo bar baz foobar self this that the a an is are was and or \
             not for with from in of to it must should can will type input field label prompt env environment config \
             get set let const var func return if else public private static final readonly file path disabled \
             enable disable always on_create enabled invalid valid missing expired wrong incorrect new client_secret clientsecret client_credentials \
             authorization authorization_code session cookie digest abc abcd example sample fake mock secret_key \
             secretkey private_key session_token csrf_token csrftoken dict list vec array map float double u8 u64 \
             usize nan option options flag flags argument arguments parameter parameters stringarray hint prompt stdin \
             strings variable variables settings setting generated true/false yes/no on/off scram-sha-256 scram-sha-1 \
             access_key access_key_id secret_access_key auth_token api_token api_secret app_secret app_password bot_token \
             consumer_key consumer_secret hashed contraseña clave hasło heslo lösenord şifre пароль amd64 arm64 armhf i386 \
             vergessen pflichtfeld erforderlich falsch abgelaufen obligatoire requis oubli\u{e9} invalide incorrecte obligatoria obligatorio \
             requerida requerido olvidada incorrecta incorrecto caducada obrigat\u{f3}ria obrigat\u{f3}rio esquecida incorreta obbligatoria \
             obbligatorio dimenticata errata scaduta richiesta wymagane zapomniane vergeten verplicht vereist onjuist ongeldig verlopen \
             zorunlu gerekli hatal\u{131} tbd n/a masked encrypted plaintext cleartext passwort kennwort wachtwoord salasana parola lozinka adgangskode kodeord passord senha geslo jelsz\u{f3} parool \
             bcrypt argon2 argon2id scrypt pbkdf2 sha256 keychain keyring",
        )
    });
    let scheme = value.starts_with(b"AWS4-");
    value.len() <= COMMON_MAX && WORDS.holds(value) || scheme || is_type(value)
}

/// A type as GraphQL requires it: `String!`.
fn is_type(value: &[u8]) -> bool {
    let name = value.strip_suffix(b"!").unwrap_or_default();
    [b"String".as_slice(), b"ID", b"Int", b"Float", b"Boolean"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_may_stand_in_a_random_value_by_chance() {
        for value in [
            ["2TpZ", "XxXX", "oSyCSzh9eCquDQ7"],
            ["q7Zp", "ToDo", "4Xw2Lr9Tb6Nk"],
            ["hvs.pwxFTngP", "XXXX", "SjaAU1hQ8Glw06w5Aej"],
            ["NRAK-WHDAXYIMD4W", "XXXX", "WZ6XWMPKCNFQ"],
            ["AKIA2SSIS3", "XXXX", "VTSSCX"],
            ["j%", "d*sXiPp", "EMPoN+y!Zw7"],
            ["!!", "VHFDWEhTQnw", "tdxBkaPVBdw7"],
        ] {
            assert!(!is_placeholder(value.concat().as_bytes()), "{value:?}");
        }
        for value in [
            "xxxxxxxxxxxxAb12",
            "ghp_XXXXXXXXXXXXXXXX",
            "sk-xxxx",
            "sk-ab12xxxxcd34",
            "xoxb-xxxx-xxxx-xxxx",
            "xoxb-1234-5678-xxxx-your-token",
            "TODO",
            "myDummyKey1234567",
            "exampleQ7wZr4Kd9Xtb5",
            "!!str",
        ] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_was_cut_short_still_tells_a_secret() {
        for value in [["q7Zp4Xw2Lr9Tb6Nk…", "h3Kd8"], ["…q7Zp4Xw2", "Lr9Tb6Nk"], ["q7Zp4Xw2Lr9Tb6N…", ""]] {
            assert!(!is_placeholder(value.concat().as_bytes()), "{value:?}");
        }
        for value in ["q7Zp…Nk4d", "…", "abc…", "…your-token-here-please"] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_password_may_begin_like_a_verb() {
        assert!(holds_verb(b"%sPassword") && holds_verb(b"%s_token"));
        assert!(!holds_verb(["%vd", "ZWpHpxXZhL"].concat().as_bytes()));
    }

    #[test]
    fn fields_that_are_filled_in_are_told_from_brackets_of_passwords() {
        for value in ["md5{0}", "'{}'", "v2/rbac/users/{id}", "app.ies500x.fan[{#INDEX}]", "host-{name}-pass"] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in
            ["Pa{ss}w0rd9", "kettle-{harbor}9X", "kettle.9284{x}", "Harbor{71}x", "copper77{x}", "q}7Rk{Z2m|w", "a{b!c"]
        {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn macros_of_several_words_are_told_from_passwords_between_signs() {
        for value in ["$host.vars.pw$", "$NGINX_STATUS_PASS$"] {
            assert!(is_placeholder(value.as_bytes()), "{value}");
        }
        for value in ["$harbor$", "$copper_harbor$", "$BLUE_KETTLE$", "$Copper_Harbor$", "$copper_7$", "$_Kx7vTq$"] {
            assert!(!is_placeholder(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_password_that_was_to_be_changed_may_have_been() {
        for text in ["ChangeMe!2024", "changeme_orange49", "changeme5112"] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
        for text in ["changeme", "CHANGEME", "changeme123", "please-changeme", "change-me-2024", "changeme!!"] {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_password_may_begin_like_a_variable() {
        for text in ["$summer1987!", "@Falcon63@", "$welcome04#"] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
        for text in ["$PASSWORD1", "$pass", "$user@$host", "@DB_PASSWORD@", "@VERSION_2@", "$PASS_12!", "$price1"] {
            assert!(is_placeholder(text.as_bytes()) || text.contains("@$"), "{text}");
        }
    }
}
