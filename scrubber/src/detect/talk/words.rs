//! The words by which people tell a secret, in all languages at once: no grammar is read, so that a list is all that a language is.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::detect::sets::lexicon::words;

/// What a word of a prompt does in a sentence that tells a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `password`, `mot de passe`.
    Password,
    /// `passphrase`: several words may follow.
    Phrase,
    /// `pin`, `door code`: digits follow.
    Pin,
    /// `2fa code`: digits follow that hold once.
    Once,
    /// `code`: digits of which six confirm a login.
    Code,
    /// `user`, `login`: an account follows.
    Account,
    /// `creds`, `access`: accounts and passwords follow, or stand below.
    Access,
    /// `is`, `now`, `=`: joins a name to its value.
    Joint,
    /// `changed`, `reset`.
    Change,
    /// `to`, `from`: joins what was changed to its value.
    Towards,
    /// `enter`, `log in with`, `opens`.
    Use,
    /// `wifi`, `ssid`: a key beside it is a password.
    Wifi,
    /// `key`.
    Key,
    /// `yes`, `it's`, `sorry`: says nothing.
    Filler,
    /// `error`: the code behind it is none that opens anything.
    Other,
    /// `no`, `wait`: what was told is put right.
    Correct,
}

/// Words of each part, parted by commas; those of several words have one blank between them. Words in scripts without blanks are found within others.
const WORDS: &[(Part, &str)] = &[
    (
        Part::Password,
        "password, passwords, pasword, passord, passwrod, pasword's, passwort, passwörter, passwd, pwd, pw, pws, pass, \
         pswd, psw, passcode, kennwort, kennwörter, initialpasswort, mot de passe, mots de passe, mdp, contraseña, \
         contraseñas, contrasena, clave, claves, senha, senhas, parola, wachtwoord, wachtwoorden, ww, hasło, hasła, \
         haslo, hasłem, şifre, sifre, şifresi, şifreyi, şifrem, parolası, parolayı, lösenord, lösenordet, salasana, \
         jelszó, heslo, adgangskode, adgangskoden, kodeord, kodeordet, passordet, passphrases, пароль, пароля, паролю, \
         паролем, пароли, паролі, 密码, 密碼, 口令, パスワード, 비밀번호, 비번, 암호, كلمة المرور, كلمة السر, पासवर्ड",
    ),
    (Part::Phrase, "passphrase, pass phrase, phrase secrète, frase de contraseña, frase segreta, wachtwoordzin"),
    (
        Part::Pin,
        "pin, puk, pin-code, pincode, pin-nummer, pin code, pin number, pin numarası, pinkode, pinkod, pinnen, пин код, \
         пін код, code pin, door code, gate code, alarm code, türcode, alarmcode, digicode, código pin, codice pin, \
         kod pin, pin kodu, пин, пін, пин-код, пін-код, пинкод, 暗証番号, 핀번호, رقم التعريف, पिन",
    ),
    (
        Part::Once,
        "otp, 2fa, mfa, totp, tan, sms, authenticator, verification code, confirmation code, auth code, one-time code, \
         6 digit code, 6-digit code, bestätigungscode, sicherheitscode, code de vérification, code reçu, \
         código de verificación, código de verificação, codice di verifica, verificatiecode, kod weryfikacyjny, \
         doğrulama kodu, код подтверждения, код підтвердження, смс, 验证码, 驗證碼, 認証コード, 確認コード, 인증번호, 인증 코드, رمز التحقق, \
         ओटीपी",
    ),
    (Part::Code, "code, código, codice, kod, kodu, код, コード, 코드, رمز, कोड, digits"),
    (
        Part::Account,
        "user, username, usr, login, account, acc, acct, benutzer, benutzername, nutzer, konto, utilisateur, \
         identifiant, compte, usuario, usuário, cuenta, conta, utente, gebruiker, gebruikersnaam, użytkownik, kullanıcı, \
         логин, логін, пользователь, користувач, 用户名, 账号, 帳號, ユーザー, 아이디, 계정, اسم المستخدم, यूज़र",
    ),
    (
        Part::Access,
        "creds, cred, credentials, login, logins, access, zugang, zugangsdaten, anmeldedaten, accès, identifiants, \
         acceso, accesos, credenciales, acesso, acessos, credenciais, credenziali, accesso, inloggegevens, \
         inloggen, dane logowania, dane dostępowe, giriş bilgileri, доступ, доступы, доступи, 账号, 登录, ログイン, 접속, 로그인, بيانات الدخول, \
         लॉगिन",
    ),
    (
        Part::Joint,
        "is, was, now, currently, still, it's, its, =, :, -, ->, =>, →, ist, lautet, jetzt, nun, aktuell, derzeit, est, \
         c'est, maintenant, actuellement, es, ahora, actualmente, é, agora, atualmente, foi, è, adesso, ora, \
         attualmente, nu, momenteel, to, teraz, obecnie, jest, şu an, şimdi, это, теперь, сейчас, це, зараз, тепер, 是, \
         は, هي, هو, الآن, reads, says, shows, zeigt, affiche, muestra, mostra, показывает, показує, wird, sera, será, \
         vai ser, er, är",
    ),
    (
        Part::Change,
        "change, changed, reset, set, rotated, switched, updated, geändert, ändern, gesetzt, changé, changer, remplacé, \
         cambié, cambia, cambiar, cambiada, mudei, troca, troquei, mude, cambiato, cambiare, veranderd, gewijzigd, \
         zmieniłem, zmieniłam, zmień, değiştirdim, değiştir, поменял, поменяла, сменил, смени, змінив, змінила, зміни, \
         moved, swap, old, new",
    ),
    (Part::Towards, "to, from, auf, zu, von, en, à, a, de, por, para, da, naar, van, na, z, на, с, з"),
    (
        Part::Use,
        "enter, unlock, unlocks, opens, log in, log into, login, sign in, ssh, try, use, einloggen, anmelden, \
         eingeben, connecte-toi, saisis, entra, accedi, zaloguj, giriş, войди, введи, увійди",
    ),
    (Part::Wifi, "wifi, wi-fi, wlan, ssid, wpa, wpa2, psk, вайфай, вайфая"),
    (Part::Key, "key, schlüssel, clé, ключ"),
    (
        Part::Filler,
        "yes, yep, yeah, sure, ok, okay, sorry, oh, no, it, it's, its, is, the, a, that, that's, then, try, use, with, \
         here, you, go, and, or, i, meant, mean, please, pls, ja, oui, si, sí, sim, да, так, es, ist, c'est, é, è, to, \
         это, это:, password, pw, user, /, :, -, =, now, typo, do, have, one, got, und, et, y, e, ve, и, та, и:, 是, 다시",
    ),
    (
        Part::Correct,
        "no, nope, wait, sorry, oops, nein, ne, stimmt, quatsch, pardon, non, perdón, perdona, não, desculpa, scusa, \
         nee, nie, yok, нет, ой, ні, 不对, 違う, 아니",
    ),
    (
        Part::Other,
        "error, exit, status, zip, postal, product, country, color, colour, hex, http, response, return, fehler, erreur, errore, erro, \
         ошибка, ошибки, помилка, błąd, hata, issue, ticket, 错误, エラー, 오류, خطأ, त्रुटि",
    ),
];

/// Parts that a word has, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Parts(u16);

impl Parts {
    pub(super) fn has(self, part: Part) -> bool {
        self.0 >> part as u16 & 1 == 1
    }

    fn with(self, part: Part) -> Self {
        Self(self.0 | 1 << part as u16)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether it names a password or a phrase.
    pub(super) fn names_password(self) -> bool {
        self.has(Part::Password) || self.has(Part::Phrase)
    }
}

/// Longer words are none of the list.
pub(super) const LOOKED_UP_MAX: usize = 40;

/// Words of no more are written with blanks between them.
pub(super) const TOGETHER_MAX: usize = 3;

static BY_WORD: LazyLock<HashMap<&str, Parts>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Parts> = HashMap::new();
    for (part, words) in WORDS {
        for word in words.split(',').map(str::trim) {
            let known = all.entry(word).or_default();
            *known = known.with(*part);
        }
    }
    all
});

/// Words in scripts without blanks, and in those that put endings behind them: they are found within a longer one.
static WITHIN: LazyLock<Option<(AhoCorasick, Vec<Parts>)>> = LazyLock::new(|| {
    let is_within = |word: &str| !word.contains(' ') && word.chars().all(|letter| letter as u32 >= 0x900);
    let known = BY_WORD.iter().filter(|(word, _)| is_within(word) && word.chars().count() > 1);
    let (words, parts): (Vec<&str>, Vec<Parts>) = known.map(|(word, parts)| (*word, *parts)).unzip();
    Some((AhoCorasick::new(words).ok()?, parts))
});

/// The parts of all words that stand within this one.
fn parts_within(word: &str) -> Parts {
    let Some((words, parts)) = WITHIN.as_ref() else { return Parts::default() };
    let known = words.find_overlapping_iter(word).filter_map(|found| parts.get(found.pattern().as_usize()));
    known.fold(Parts::default(), |all, parts| all.and(*parts))
}

/// Whether words may be a name together, by the first of them.
pub(super) fn may_begin(text: &str) -> bool {
    static BEGINNINGS: LazyLock<Filter> =
        LazyLock::new(|| Filter::of(BY_WORD.keys().filter_map(|word| Some(word.split_once(' ')?.0))));
    text.len() <= LOOKED_UP_MAX && text.split(' ').next().is_some_and(|first| BEGINNINGS.may_hold(first.as_bytes()))
}

/// A bit for the length and the ends of each word of a list, whatever their case: most words are none of it by these alone.
struct Filter([u64; 64]);

impl Filter {
    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut bits = [0; 64];
        for place in words.filter_map(|word| Self::place(word.as_bytes())) {
            if let Some(bits) = bits.get_mut(place / 64) {
                *bits |= 1 << (place % 64);
            }
        }
        Self(bits)
    }

    fn may_hold(&self, word: &[u8]) -> bool {
        Self::place(word).is_some_and(|place| self.0.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1))
    }

    fn place(word: &[u8]) -> Option<usize> {
        let (first, last) = (*word.first()? & 31, *word.last()? & 31);
        Some(((usize::from(first) << 7) ^ (usize::from(last) << 2) ^ (word.len() * 37)) % 4096)
    }
}

/// The parts of words that have a blank between them, in small letters.
pub(super) fn parts_together(words: &str) -> Parts {
    BY_WORD.get(words).copied().unwrap_or_default()
}

static FILTER: LazyLock<Filter> = LazyLock::new(|| Filter::of(BY_WORD.keys().copied()));

/// The parts of one word, whatever its case.
pub(super) fn parts_of(word: &str) -> Parts {
    if word.is_ascii() {
        return if FILTER.may_hold(word.as_bytes()) {
            parts_together(&word.to_ascii_lowercase())
        } else {
            Parts::default()
        };
    }
    let word = word.to_lowercase();
    let parts = parts_together(&word);
    if !parts.is_none() || word.chars().next().is_none_or(|letter| (letter as u32) < 0x900) {
        return parts;
    }
    parts_within(&word)
}

/// What a text may hold that is worth a look: each part of the names in it, by their last words. Letters beyond ASCII always are.
pub(super) fn glance(text: &[u8]) -> Glance {
    static LAST: LazyLock<HashMap<Vec<u8>, Glance>> = LazyLock::new(|| {
        let mut all: HashMap<Vec<u8>, Glance> = HashMap::new();
        for (word, parts) in BY_WORD.iter().filter(|(word, _)| word.is_ascii()) {
            let last = word.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
            let glance = Glance {
                names: NAMING.iter().any(|part| parts.has(*part)),
                leads: LEADING.iter().any(|part| parts.has(*part)),
            };
            let known = all.entry(last.as_bytes().to_vec()).or_default();
            *known = known.and(glance);
        }
        for account in super::ACCOUNTS {
            all.entry(account.as_bytes().to_vec()).or_default().leads = true;
        }
        all
    });
    static ENDS: LazyLock<Filter> =
        LazyLock::new(|| Filter::of(LAST.keys().filter_map(|word| std::str::from_utf8(word).ok())));
    let mut glance = Glance::default();
    for word in text.split(|byte| !byte.is_ascii_alphanumeric()) {
        if ENDS.may_hold(word)
            && let Some(known) = LAST.get(&word.to_ascii_lowercase())
        {
            glance = glance.and(*known);
        }
    }
    // First bytes of letters beyond ASCII, and not of the signs that texts are set with.
    let foreign = text.iter().any(|byte| matches!(byte, 0xc3..=0xe1 | 0xe3..=0xed));
    if foreign { Glance { names: true, leads: true } } else { glance }
}

/// What [`glance`] saw.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Glance {
    /// The name of a password, a phrase or a code.
    pub names: bool,
    /// A word that leads to a password with digits.
    pub leads: bool,
}

impl Glance {
    fn and(self, other: Self) -> Self {
        Self { names: self.names || other.names, leads: self.leads || other.leads }
    }
}

const NAMING: [Part; 6] = [Part::Password, Part::Phrase, Part::Pin, Part::Once, Part::Code, Part::Key];
const LEADING: [Part; 5] = [Part::Account, Part::Access, Part::Change, Part::Use, Part::Wifi];

/// Words behind `password is` that say something of it, by their endings; others are in [`is_prose`]'s list.
const ENDINGS: &str = "\
    ed ing ly able ible ment tion less ful ness ity ive ous ory ary ent ada ado ata ato ida ido uta uto lich ig elt \
    ert iert ant ire eux ique aal ial ical";

/// Words that go on a name: `user profile password strength`.
const BEHIND: &str = "\
    strength validator generator manager checker policies recovery settings entropy encoder prompts dialogue \
    visible somewhere everywhere anywhere something anything everything whatever because instead without through \
    column columns endpoint database keychain keystore handler service authentication component components function \
    attempts minimum maximum complexity rotation rotations";

/// Whether a word of letters says something of a password more likely than it is one.
pub(super) fn is_prose(word: &str) -> bool {
    words(ENDINGS).any(|ending| word.ends_with(ending)) || words(BEHIND).any(|behind| behind == word)
}
