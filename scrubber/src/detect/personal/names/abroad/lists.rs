//! Names in Arabic, Hebrew and Devanagari letters, which have no capitals: both halves stand in a list, or one of them beside a form
//! of address.

use std::sync::LazyLock;

use super::groups::Groups;
use super::{Place, pair, word_at, word_before};

/// Arabic given names that are no ordinary words.
static ARABIC: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "محمد أحمد احمد محمود مصطفى فاطمة خالد يوسف إبراهيم ابراهيم عبدالله عبدالرحمن خديجة عائشة مريم طارق ياسر هشام \
        حسين عثمان سلمان فيصل ياسمين زينب حمزة أسامة رنا هدى ليلى سلمى عبدالعزيز \
        عبد إسماعيل إسحاق أيوب أيمن بلال تركي ثامر خليل داود رامي زكريا زياد سارة سامر سامي سعاد سعود سليمان سمير سميرة شيماء صفية \
        عبير عماد عيسى غادة غسان فراس فهد لطيفة لؤي ماجد مازن معاذ منصور موسى مهند نادية ناصر نايف نجلاء نزار نورة نوف هالة هيثم \
        وائل يحيى يونس",
    )
});
/// Given names that are words as well (`age`, `newborn`): a form of address or another given name stands beside them.
const ARABIC_WORDS: &[&str] = &["عمر", "وليد"];
/// Arabic forms of address.
const ARABIC_TITLES: &[&str] =
    &["السيد", "السيدة", "للسيد", "للسيدة", "الأستاذ", "الأستاذة", "الدكتور", "الدكتورة", "المهندس", "عزيزي", "عزيزتي"];
/// What is called after a person in Arabic: a university, a street, a mosque, a city.
const ARABIC_THINGS: &[&str] = &["جامعة", "شارع", "مسجد", "مدينة", "مستشفى", "مدرسة", "مطار"];

static HEBREW: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "דוד יוסף משה יעקב אברהם שרה רחל לאה מרים דניאל מיכל נועה תמר יצחק אסתר רבקה חנה אורי איתי עומר נועם יונתן מאיה שירה \
        עדי אלון גיל ערן רונית אבי יעל מאור שלמה חיים אליהו רועי יהונתן גדעון אביגיל אורלי אלעד נעמה עידו אסף אופיר הילה רונן ירון \
        יניב איל צבי שמעון ראובן בנימין אהרון מנחם מרדכי עמוס יואב נדב שירן ענת אורית מיטל ליאת דבורה נורית ציפורה חגית אפרת איילת \
        מירב אלינור דורית גליה יפעת סיוון עינת רינת בועז דורון זאב יגאל עמיר פנחס רפאל",
    )
});
static HEBREW_FAMILIES: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף דוד עמר אוחיון חדד גבאי בן אדרי שפירא רוזנברג גולדברג \
        שוורץ לביא ברק אלון שרון רביבו סויסה אשכנזי לוינסון אלקיים ברקוביץ גולדשטיין רוזן וייס שטרן קפלן ברגר קליין הרשקוביץ \
        אברמוביץ מועלם מימון חזן אלבז אוחנה בוזגלו נחום יעקובי סלומון ליברמן ויינברג גרינברג הופמן פישר טולדנו זכאי וקנין עמרני \
        שטרית לוין ברנשטיין רבינוביץ הררי",
    )
});

static INDIAN: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "शर्मा वर्मा गुप्ता यादव पटेल जोशी मिश्रा तिवारी पांडे पाण्डेय अग्रवाल चौधरी रेड्डी नायर मेहता मल्होत्रा कपूर खन्ना \
        चोपड़ा श्रीवास्तव त्रिपाठी द्विवेदी चतुर्वेदी दुबे चौबे पाठक पांडेय भट्ट नेगी रावत बिष्ट सिन्हा पवार कुलकर्णी देशपांडे जाधव शिंदे गायकवाड़ राठौर बंसल गोयल \
        मित्तल अरोड़ा भाटिया सेठी शुक्ला सक्सेना देसाई ठाकुर बनर्जी मुखर्जी चटर्जी अय्यर",
    )
});

/// A Hebrew given name before a family name or behind a greeting.
pub(super) fn hebrew(text: &[u8], end: usize) -> Option<Place> {
    pair(text, end, is_given_in_hebrew, is_hebrew_pair)
}

fn is_given_in_hebrew(word: &str) -> bool {
    HEBREW.holds(word) || word.strip_prefix(['ל', 'ו', 'מ', 'ש', 'ב', 'ה']).is_some_and(|word| HEBREW.holds(word))
}

fn is_hebrew_pair(before: &str, first: &str, second: &str) -> bool {
    const TITLES: &[&str] = &["שלום", "לכבוד", "היי", "מר", "גברת", "הגברת"];
    is_given_in_hebrew(first) && (HEBREW_FAMILIES.holds(second) || TITLES.contains(&before))
}

/// An Arabic given name before another or a family name, or behind a form of address.
pub(super) fn arabic(text: &[u8], end: usize) -> Option<Place> {
    let (from, to) = pair(text, end, is_given_in_arabic, is_arabic_pair)?;
    // `عبد الرحمن القحطاني`
    let third = if to > end && text.get(to) == Some(&b' ') { word_at(text, to + 1) } else { "" };
    let origin = third.starts_with("ال") && third.ends_with('ي') && third.chars().count() >= 6;
    Some((from, if origin { to + 1 + third.len() } else { to }))
}

fn is_given_in_arabic(word: &str) -> bool {
    let given = |word: &str| ARABIC.holds(word) || ARABIC_WORDS.contains(&word);
    given(word) || word.strip_prefix('و').is_some_and(given)
}

fn is_arabic_pair(before: &str, first: &str, second: &str) -> bool {
    // Behind a given name that is a word only a family name that tells an origin: `عمر الحسيني`, and not `عمر المستخدم`.
    let (letters, origin) = (second.chars().count(), second.ends_with('ي'));
    let likely = if ARABIC_WORDS.contains(&first) { origin && letters >= 6 } else { letters >= 5 };
    let family = is_given_in_arabic(second) || second.starts_with("ال") && likely;
    is_given_in_arabic(first) && !ARABIC_THINGS.contains(&before) && (family || ARABIC_TITLES.contains(&before))
}

/// Whether all of the words are a name, one of which is known.
pub(super) fn is_person(words: &[&str]) -> bool {
    let [first, .., last] = words else { return words.iter().any(|word| ARABIC.holds(word) || HEBREW.holds(word)) };
    ARABIC.holds(first) || is_arabic_pair("", first, last) || HEBREW.holds(first) || INDIAN.holds(last)
}

/// A family name of India, and the word before it.
pub(super) fn indian(text: &[u8], end: usize) -> Option<Place> {
    const NO_NAMES: &[&str] = &["श्री", "श्रीमती", "और", "डॉ", "कुमारी", "प्रिय", "प्रो"];
    let family = word_before(text, end);
    if !INDIAN.holds(family) {
        return None;
    }
    let start = end - family.len();
    let given = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let whole = given.chars().count() >= 3 && !NO_NAMES.contains(&given);
    Some((if whole { start - 1 - given.len() } else { start }, end))
}
