//! Tells words, names and sentences from letters by chance.

use std::sync::LazyLock;

use super::shape;
use crate::detect::sets::lexicon::List;

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
pub(in crate::detect) fn is_wordlike(value: &[u8]) -> bool {
    let pairs = Pairs::of(value);
    // Random text changes its class every other byte; names do so at the end of a word.
    pairs.all > 0 && pairs.common * 100 >= pairs.all * 72 && pairs.breaks as usize * 4 <= value.len()
}

/// Pairs of neighbouring letters.
struct Pairs {
    all: u32,
    common: u32,
    /// Places at which the case rises, or letters and digits meet.
    breaks: u32,
}

impl Pairs {
    fn of(value: &[u8]) -> Self {
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
        Self { all, common, breaks }
    }
}

/// Bytes that are looked at; what begins like words goes on so.
const WORDLIKE_MAX: usize = 128;

/// The pieces of a value: letters of one case, a capital with the small letters behind it, digits, anything else. A name is
/// made of few and long ones, random text of many.
pub(in crate::detect) fn pieces(value: &[u8]) -> usize {
    const CLASSES: [u8; 256] = {
        let mut classes = [3; 256];
        let mut at = 0;
        while at < 256 {
            classes[at] = match at as u8 {
                b'a'..=b'z' => 0,
                b'A'..=b'Z' => 1,
                b'0'..=b'9' => 2,
                _ => 3,
            };
            at += 1;
        }
        classes
    };
    static BREAKS: [[bool; 4]; 4] =
        [[false, true, true, true], [false, false, true, true], [true, true, false, true], [true, true, true, false]];
    static CLASS: [u8; 256] = CLASSES;
    let class = |byte: u8| usize::from(CLASS.get(usize::from(byte)).copied().unwrap_or(3));
    let (mut last, mut count) = (value.first().map_or(0, |byte| class(*byte)), 1);
    for &byte in value {
        let next = class(byte);
        count += usize::from(BREAKS.get(last).and_then(|row| row.get(next)).copied().unwrap_or(false));
        last = next;
    }
    count
}

/// Letters of both cases that change so often that no word is left: a machine made them, whether a digit is among them or not.
pub(in crate::detect) fn is_jumbled(value: &[u8]) -> bool {
    let form = shape(value);
    if form.upper < 3 || form.lower < 3 || form.length < 10 {
        return false;
    }
    let pieces = pieces(value);
    pieces * 3 >= form.length && !is_wordlike(value) || pieces * 4 >= form.length && has_rare_pairs(value)
}

/// Whether so many pairs of neighbouring letters are uncommon that no words can be among them.
pub(super) fn has_rare_pairs(value: &[u8]) -> bool {
    let pairs = Pairs::of(value);
    pairs.common * 100 < pairs.all * 60
}

/// Whether many kinds of signs, digits and letters take turns, as a generator draws them: no formula and no template has so many.
pub(in crate::detect) fn is_drawn_from_signs(value: &[u8]) -> bool {
    const KINDS_MIN: usize = 5;
    let form = shape(value);
    let kinds = (b'!'..=b'~').filter(|sign| sign.is_ascii_punctuation() && value.contains(sign)).count();
    kinds >= KINDS_MIN && form.digit * 16 >= form.length && form.letters() * 3 >= form.length
}

/// Words that sentences, labels and messages are made of, and no passphrase.
const TALK: &str = "\
    the a an is are was be must should can cannot could will would may not no your you my our their this that these to of \
    for from in on at by with without and or if then than when enter type choose confirm forgot reset change update set get \
    new old current please invalid incorrect wrong missing required optional password passwords passphrase pin login \
    username user account email address does do did has have been it its here there click show hide strong weak short \
    long least at doesnt dont cant wont isnt didnt start right wrong sure real really some other another characters letters field value name use used using generate generated create created delete remove \
    add as all any only same match matches matched expired failed error try again between more less max min too let us \
    i we they he she so but how what why who token key secret code config file string input output default example test";

/// Words of a passphrase, or of the seed of a wallet: lower case, parted by one blank each, none that sentences are made of.
pub(in crate::detect) fn is_passphrase(value: &[u8]) -> bool {
    static WORDS: LazyLock<List> = LazyLock::new(|| List::new(TALK));
    let mut count = 0;
    for word in value.split(|byte| *byte == b' ') {
        let plain = word.iter().all(|byte| byte.is_ascii_lowercase()) || word.iter().all(u8::is_ascii_digit);
        if word.is_empty() || word.len() > 16 || !plain || WORDS.holds(word) {
            return false;
        }
        count += 1;
    }
    (3..=24).contains(&count) && value.len() >= 12
}

/// `C0ffee & Tea`, `My dog Rex2019!`: words in quotes, none that sentences are made of, one with digits that no word has.
pub(in crate::detect) fn is_phrase_with_digits(value: &[u8]) -> bool {
    const WORDS_MAX: usize = 6;
    static WORDS: LazyLock<List> = LazyLock::new(|| List::new(TALK));
    let (mut count, mut odd) = (0, false);
    for word in value.split(|byte| *byte == b' ') {
        let plain = word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&*+?@^_-".contains(byte));
        if word.is_empty() || word.len() > 16 || !plain || WORDS.holds(&word.to_ascii_lowercase()) {
            return false;
        }
        count += 1;
        odd |= has_odd_digits(word);
    }
    (2..=WORDS_MAX).contains(&count) && value.len() >= 8 && odd
}

/// Digits amid letters, `c0ffee`, or two and a sign behind them, `Rex19!`.
fn has_odd_digits(word: &[u8]) -> bool {
    let amid = |three: &[u8]| matches!(three, [a, b, c] if a.is_ascii_alphabetic() && b.is_ascii_digit() && c.is_ascii_lowercase());
    let signed = matches!(word, [a, .., b, c, sign]
        if a.is_ascii_alphabetic() && b.is_ascii_digit() && c.is_ascii_digit() && b"!#$%&*?@^".contains(sign));
    word.len() >= 5 && (word.windows(3).any(amid) || signed)
}

/// Words of a passphrase that hyphens join: four or more, none that sentences and names of settings are made of.
pub(in crate::detect) fn is_hyphenated(value: &[u8]) -> bool {
    let count = value.iter().filter(|byte| **byte == b'-').count() + 1;
    (4..=8).contains(&count) && are_words_of_passphrase(value)
}

/// Whether all that hyphens join are words of which sentences and names of settings are not made.
pub(in crate::detect) fn are_words_of_passphrase(value: &[u8]) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| {
        List::new(
            "api app auth aws azure bucket button cache class client cloud cluster color com container content controller \
             credential credentials data database dev docker env environment error form group grid header host html http image \
             index info internal json layout level link list local log main manager master media menu message meta model module \
             network node null number object oauth one open order page panel path policy port prod production provider public \
             query read release request resource response role root rule schema screen script search section select server \
             service session settings shared size source staging state static status storage store style system table tag task \
             template theme time title tool toolbar tools top track two type unit url variable vault version view web widget \
             width window work write yaml",
        )
    });
    static TALK_WORDS: LazyLock<List> = LazyLock::new(|| List::new(TALK));
    value.split(|byte| *byte == b'-').all(|word| {
        let letters = word.len() >= 3 && word.len() <= 10 && word.iter().all(u8::is_ascii_lowercase);
        letters && !TALK_WORDS.holds(word) && !NAMES.holds(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_without_a_word_are_told_from_names() {
        for text in ["nlgDVhDKqBDOqmjsKD", "QEjWZudOifwtHYcX.AziOwv", "WfmYpCcqLwNtzR"] {
            assert!(is_jumbled(text.as_bytes()), "{text}");
        }
        for text in
            ["getXmlHttpRequest", "TlsRsaPskKeyManager", "refreshAccessToken", "IOKitPowerSource", "MAX_RETRIES"]
        {
            assert!(!is_jumbled(text.as_bytes()), "{text}");
        }
    }

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
    fn passphrases_are_told_from_sentences() {
        for text in ["river copper falcon winter", "walnut 7 glacier ribbon orbit"] {
            assert!(is_passphrase(text.as_bytes()), "{text}");
        }
        for text in
            ["enter your password", "Reset Your Password", "open sesame", "must be at least", "river, copper, falcon"]
        {
            assert!(!is_passphrase(text.as_bytes()), "{text}");
            assert!(!is_phrase_with_digits(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn names_have_few_pieces() {
        assert_eq!(pieces(b"xmlSecGCryptTransformAes128CbcId"), 8);
        assert_eq!(pieces(b"aB3x9Kq"), 6);
    }
    #[test]
    fn words_of_a_passphrase_are_told_from_names_of_settings() {
        for text in ["copper-harbor-violin-maple", "willow-tundra-marble-walnut-anchor"] {
            assert!(is_hyphenated(text.as_bytes()), "{text}");
        }
        for text in [
            "copper-harbor-violin",
            "app-db-credentials-secret",
            "set-by-the-admin",
            "btn-primary-large-outline-button",
            "Copper-harbor-violin-maple",
            "copper-harbor-violin-maple-",
        ] {
            assert!(!is_hyphenated(text.as_bytes()), "{text}");
        }
    }
}
