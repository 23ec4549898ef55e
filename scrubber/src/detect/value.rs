//! What a value looks like: made by a machine, chosen by a person, a placeholder, or a piece of code.

use std::sync::LazyLock;

use super::lexicon::{Words, words};

/// Counts over the bytes of a value.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Shape {
    /// Bytes.
    pub length: usize,
    /// `a-z`.
    pub lower: usize,
    /// `A-Z`.
    pub upper: usize,
    /// `0-9`.
    pub digit: usize,
    /// Letters above `f`.
    pub beyond_hex: usize,
    /// Bytes above 127 and control characters.
    pub foreign: usize,
}

/// Counts the bytes of `value`.
pub(super) fn shape(value: &[u8]) -> Shape {
    let mut shape = Shape { length: value.len(), ..Shape::default() };
    for &byte in value {
        shape.lower += usize::from(byte.is_ascii_lowercase());
        shape.upper += usize::from(byte.is_ascii_uppercase());
        shape.digit += usize::from(byte.is_ascii_digit());
        shape.beyond_hex += usize::from(byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit());
        shape.foreign += usize::from(!(0x20..0x7f).contains(&byte));
    }
    shape
}

impl Shape {
    /// Only hex digits, and hyphens or colons between them: digests, UUIDs, addresses.
    pub(super) fn is_hex(&self, value: &[u8]) -> bool {
        self.beyond_hex == 0 && value.iter().all(|byte| byte.is_ascii_hexdigit() || b"-:".contains(byte))
    }

    /// Letters and digits both.
    pub(super) fn is_mixed(&self) -> bool {
        self.digit > 0 && self.lower + self.upper > 0
    }
}

/// The pairs of letters that make up nearly all of English and of the names in programs, most frequent first.
const PAIRS: &str = "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me \
    de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot \
    il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai \
    sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag \
    if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba \
    ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki \
    rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr hr cc tw ft wn nu af hu nn eo vo rv nf gn sm fl \
    iz ok nl my gl aw ju oa sy sl ps jo nk gs ks dd sk oe ws lv xi";

/// For each first letter, one bit for each second letter that makes a common pair with it.
static PAIR_TABLE: [u32; 32] = {
    let mut table = [0u32; 32];
    let bytes = PAIRS.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        table[(bytes[at] - b'a') as usize] |= 1 << (bytes[at + 1] - b'a');
        at += 3;
    }
    table
};

/// Whether most pairs of neighbouring letters are common ones: words, names of variables, sentences.
pub(super) fn is_wordlike(value: &[u8]) -> bool {
    let (mut all, mut common, mut breaks) = (0u32, 0u32, 0u32);
    let mut last = 0u8;
    for &byte in value.get(..value.len().min(WORDLIKE_MAX)).unwrap_or_default() {
        let (was_letter, is_letter) = (last.is_ascii_alphabetic(), byte.is_ascii_alphabetic());
        let (was_digit, is_digit) = (last.is_ascii_digit(), byte.is_ascii_digit());
        // The hump of a camel-case name is no pair.
        let hump = last.is_ascii_lowercase() & byte.is_ascii_uppercase();
        let row = PAIR_TABLE.get(usize::from((last | 0x20).wrapping_sub(b'a') & 31)).copied().unwrap_or(0);
        let pair = was_letter & is_letter & !hump;
        all += u32::from(pair);
        common += u32::from(pair) & (row >> ((byte | 0x20).wrapping_sub(b'a') & 31));
        breaks += u32::from(hump | (was_letter & is_digit) | (was_digit & is_letter));
        last = byte;
    }
    // Random text changes its class every other byte; names do so at the end of a word.
    all > 0 && common * 100 >= all * 72 && breaks as usize * 4 <= value.len()
}

/// Bytes that are looked at; what begins like words goes on so.
const WORDLIKE_MAX: usize = 128;

/// Shannon entropy in bits per byte.
pub(super) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u16; 256];
    let value = value.get(..value.len().min(1024)).unwrap_or_default();
    for &byte in value {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = value.len().max(1) as f32;
    counts.iter().filter(|count| **count > 0).map(|&count| f32::from(count) / length).map(|p| -p * p.log2()).sum()
}

/// No longer value is a placeholder.
const PLACEHOLDER_MAX: usize = 160;

/// Values that stand where a secret would be.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(words(PARTS)));
    const PARTS: &str = "\
        xxxx **** .... ____ ---- example changeme change_me change-me your_ your- yourpass yoursecret yourtoken \
        yourapi placeholder redacted dummy replace insert todo fixme ${ $( {{ }} #{ %( <% 00000000 \
        notreal not-set not_set notset undefined my_password mypassword my-password my_secret mysecret \
        my-secret .. \u{2026} \u{2022}\u{2022}";
    let Some((&first, _)) = value.split_first() else { return true };
    if value.iter().all(|byte| *byte == first) {
        return true;
    }
    let wrapped = match first {
        b'<' => value.contains(&b'>'),
        b'{' | b'[' | b'(' => true,
        b'$' => {
            value.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
                && !value.get(1..).unwrap_or_default().contains(&b'$')
        }
        b'%' => value.ends_with(b"%"),
        b'@' => value.ends_with(b"@"),
        b'!' => value.starts_with(b"!!") || value.starts_with(b"!Ref"),
        _ => false,
    };
    let form = shape(value);
    // What is filled in by `printf` says little besides; a password may hold the same signs.
    let format = value.windows(2).any(|two| matches!(two, [b'%', b's' | b'd' | b'v']))
        && (form.digit < 2 || form.upper < 2 || form.length < 12);
    wrapped || format || (value.len() <= PLACEHOLDER_MAX && (WORDS.occur_in(value) || is_common_word(value)))
}

/// Words that stand beside a secret-saying name without being one: types, states, the name again.
fn is_common_word(value: &[u8]) -> bool {
    const WORDS: &str = "\
        none null nil true false yes no on off string str text number int integer boolean bool any unknown \
        object void byte bytes char varchar optional required option default empty hidden password passwd pass \
        pwd passphrase secret secrets token tokens key apikey api_key api-key access_token accesstoken \
        refresh_token id_token auth bearer basic user username login name email admin_password user_password \
        new_password old_password value here test foo bar baz foobar self this that the a an is are was and or \
        not for with from in of to it must should can will type input field label prompt env environment config \
        get set let const var func return if else public private static final readonly file path disabled \
        enabled invalid valid missing expired wrong incorrect new client_secret clientsecret client_credentials \
        authorization authorization_code session cookie digest abc abcd example sample fake mock secret_key \
        secretkey private_key session_token csrf_token csrftoken dict list vec array map float double u8 u64 \
        usize nan";
    let scheme = value.starts_with(b"AWS4-");
    value.len() <= 18 && words(WORDS).any(|word| value.eq_ignore_ascii_case(word.as_bytes())) || scheme
}

/// Code in the place of a value: calls, members, indices, interpolations.
pub(super) fn is_code(value: &[u8]) -> bool {
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
    if name > 0 && value.iter().skip(name).all(name_like) && shape(value).digit <= 2 {
        return true;
    }
    if value.iter().any(|byte| b"()[]{}<>;|".contains(byte))
        || value.windows(2).any(|pair| pair == b"::" || pair == b"->" || pair == b"=>")
    {
        return true;
    }
    // `user.password`, `cfg.Auth.Token`: names joined by full stops.
    let members = value.split(|byte| *byte == b'.');
    let mut count = 0;
    for member in members {
        count += 1;
        let name = member.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && member.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !name || member.len() > 24 || shape(member).digit > 2 {
            return false;
        }
    }
    count > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_random_letters() {
        for text in [
            "get_password_from_input",
            "refreshAccessToken",
            "openSesame",
            "correct-horse-battery",
            "TestSourcePassword",
        ] {
            assert!(is_wordlike(text.as_bytes()), "{text}");
        }
        for text in ["rwpgvnfyunhjch", "qzjxkwvbhfgt", "s0R4x8Kd2mVq", "xkcdqwvzjp"] {
            assert!(!is_wordlike(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn placeholders_and_code_are_no_values() {
        for text in [
            "<token>",
            "${X}",
            "changeme",
            "xxxxxxxx",
            "None",
            "string",
            "{{ secret }}",
            "$PASSWORD",
            "aaaaaa",
            "%PASS%",
        ] {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
        for text in [
            "process.env.X",
            "/etc/app/token.txt",
            "get_password()",
            "user.password",
            "cfg.Auth.Token",
            "args[0]",
            "Secret::new",
            "&token",
            "**key",
        ] {
            assert!(is_code(text.as_bytes()), "{text}");
        }
        for text in [
            "hunter2",
            "open_sesame",
            "s3cr3t!",
            "p@ss.w0rd",
            "C9%Rt!PdLxi%dXM2x7",
            "/aVzh9UGFla4Hxp7I",
            "**aB3x9+Kq2",
            "&aB3x9Kq2",
            "/aVz7hUG4FlaH9xp",
        ] {
            assert!(!is_placeholder(text.as_bytes()) && !is_code(text.as_bytes()), "{text}");
        }
    }
}
