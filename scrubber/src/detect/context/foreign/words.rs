//! What passwords, keys and tokens are called, and the place of such a name in a text.

use std::sync::LazyLock;

use crate::detect::context::keys::Key;

/// Words for a password. In those that go on with ASCII letters a bar shows where.
const PASSWORDS: &[&str] = &[
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "暗証番号",
    "رمز عبور",
    "گذرواژه",
    "পাসওয়ার্ড",
    "비밀번호",
    "암호",
    "비번",
    "пароль",
    "Пароль",
    "ПАРОЛЬ",
    "пароля",
    "паролю",
    "паролем",
    "пароли",
    "паролі",
    "гасло",
    "лозинка",
    "парола",
    "contraseñ|a",
    "Contraseñ|a",
    "CONTRASEÑ|A",
    "lö|senord",
    "Lö|senord",
    "lö|senordet",
    "Lö|senordet",
    "hasł|o",
    "hasł|a",
    "hasł|em",
    "Hasł|o",
    "Passwö|rter",
    "contraseñ|as",
    "Contraseñ|as",
    "Пароли",
    "ş|ifre",
    "Ş|ifre",
    "ş|ifresi",
    "ş|ifreyi",
    "ş|ifrem",
    "ş|ifren",
    "Ş|ifrem",
    "ş|ifreniz",
    "parolası",
    "parolasını",
    "parolayı",
    "parolanı",
    "parolanız",
    "WLAN-Schlü|ssel",
    "mật khẩ|u",
    "Mật khẩ|u",
    "jelszó",
    "Jelszó",
    "κωδικός",
    "Κωδικός",
    "parolă",
    "Parolă",
    "كلمة المرور",
    "كلمة السر",
    "סיסמה",
    "סיסמא",
    "पासवर्ड",
    "รหัสผ่าน",
];

/// Words for a key or token.
const SECRETS: &[&str] = &[
    "密钥",
    "秘钥",
    "密鑰",
    "金鑰",
    "令牌",
    "访问令牌",
    "トークン",
    "シークレット",
    "キー",
    "秘密鍵",
    "토큰",
    "키",
    "токен",
    "Токен",
    "секрет",
    "Секрет",
    "ключ",
    "Ключ",
    "chlü|ssel",
    "clé| API",
    "Clé| API",
    "clé",
    "Clé",
    "anahtarı",
    "कुंजी",
    "टोकन",
];

/// A name as it is looked for.
struct Name {
    key: Key,
    /// Up to its last foreign character, and the letters behind that.
    head: &'static [u8],
    tail: &'static [u8],
    /// Words in Latin, Greek and Cyrillic letters go on in the letter behind them, others do not.
    apart: bool,
}

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let passwords = PASSWORDS.iter().map(|word| (Key::Password, *word));
    let named = passwords.chain(SECRETS.iter().map(|word| (Key::Secret, *word))).map(|(key, word)| {
        let (head, tail) = word.split_once('|').unwrap_or((word, ""));
        let apart = head.as_bytes().last_chunk::<3>().is_some_and(|last| last[0] >= 0xe0) && tail.is_empty();
        Name { key, head: head.as_bytes(), tail: tail.as_bytes(), apart }
    });
    named.collect()
});

/// Joints and quotes of foreign characters, which cannot be told from the name before them until they are read.
const JOINED: &[&str] = &[
    "】",
    "：",
    "＝",
    "就是",
    "现在是",
    "目前是",
    "是",
    "已改为",
    "已经改为",
    "已经改成",
    "已改成",
    "更新为",
    "设置为",
    "改成了",
    "改成",
    "改为",
    "改為",
    "为",
    "為",
    "を",
    "를",
    "は",
    "が",
    "는",
    "은",
    "가",
    "هي",
    "هو",
    "היא",
    "הוא",
    "это",
    "là",
    "คือ",
    "है",
    "「",
    "『",
    "“",
    "«",
    "《",
    "‘",
];

/// No name takes more bytes.
const NAME_MAX: usize = 40;

/// Whether such a name may end with the foreign character before `at`, by that character's last two bytes.
#[inline]
pub(super) fn may_name(text: &[u8], at: usize) -> bool {
    static LAST: LazyLock<PairSet> = LazyLock::new(|| {
        let heads = PASSWORDS.iter().chain(SECRETS).chain(JOINED);
        PairSet::of_ends(heads.map(|word| word.split_once('|').map_or(*word, |(head, _)| head).as_bytes()))
    });
    LAST.holds_end(text.get(..at).unwrap_or_default())
}

/// Pairs of bytes above 127, the second of which goes on with a character.
pub(in crate::detect) struct PairSet(Box<[u64; PAIRS / 64]>);

const PAIRS: usize = 1 << 13;

impl PairSet {
    /// The last two bytes of each word.
    pub(in crate::detect) fn of_ends<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut bits = Box::new([0; PAIRS / 64]);
        for pair in words.filter_map(pair_at_end) {
            if let Some(slot) = bits.get_mut(pair / 64) {
                *slot |= 1 << (pair % 64);
            }
        }
        Self(bits)
    }

    /// Whether the last two bytes of `text` are among the pairs.
    #[inline]
    pub(in crate::detect) fn holds_end(&self, text: &[u8]) -> bool {
        pair_at_end(text).is_some_and(|pair| self.0.get(pair / 64).is_some_and(|bits| bits >> (pair % 64) & 1 == 1))
    }
}

fn pair_at_end(text: &[u8]) -> Option<usize> {
    let &[a, b] = text.last_chunk::<2>()?;
    Some(usize::from(a & 0x7f) << 6 | usize::from(b & 0x3f))
}

/// What the name that ends with the last foreign character before `at` announces, where it starts and where it ends.
pub(super) fn name_at(text: &[u8], at: usize) -> Option<(Key, usize, usize)> {
    let mut before = text.get(at.saturating_sub(NAME_MAX)..at)?;
    while let Some(head) = JOINED
        .iter()
        .filter(|sign| sign.as_bytes().last() == before.last())
        .find_map(|sign| before.strip_suffix(sign.as_bytes()))
    {
        before = head.strip_suffix(b" ").unwrap_or(head);
    }
    // `密码（测试环境）：…`
    let remark = before.strip_suffix("）".as_bytes()).and_then(|head| memchr::memmem::rfind(head, "（".as_bytes()));
    let before = remark.and_then(|open| before.get(..open)).unwrap_or(before);
    let at = at - (at.min(NAME_MAX) - before.len());
    let rest = text.get(at..)?;
    let last = before.last();
    NAMES.iter().filter(|name| name.head.last() == last).find_map(|name| {
        let whole = name.apart || !rest.get(name.tail.len()).is_some_and(u8::is_ascii_alphabetic);
        let stands = whole && before.ends_with(name.head) && rest.starts_with(name.tail);
        stands.then(|| (name.key, at - name.head.len(), at + name.tail.len()))
    })
}
