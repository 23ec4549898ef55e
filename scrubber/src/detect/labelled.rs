//! The part of a search that looks at what stands beside a label in a script other than Latin: names, addresses and dates of birth of
//! persons, `姓名：…`, `住所: …`, `생년월일: …`, `ФИО: …`. The names of columns of tables in these scripts are told here as well.
//!
//! Rules begin where a word of ASCII letters or digits does, and these values have none. Only a label with a colon behind it
//! counts: without one the next word of a sentence looks the same.

use std::sync::LazyLock;

use super::builtin::Builtin;
use super::columns::Personal;
use super::foreign::PairSet;
use super::search::{Search, byte_at};

/// What a label says of the value beside it.
#[derive(Clone, Copy)]
enum Kind {
    Name,
    Address,
    Birth,
}

const LABELS: &[(Kind, &[&str])] = &[
    (
        Kind::Name,
        &[
            "姓名",
            "氏名",
            "お名前",
            "担当者",
            "担当者名",
            "联系人",
            "聯絡人",
            "收件人",
            "患者",
            "患者名",
            "客户姓名",
            "员工姓名",
            "이름",
            "성명",
            "담당자",
            "고객명",
            "환자명",
            "수령인",
            "ФИО",
            "Имя",
            "Фамилия",
            "Пациент",
            "Клиент",
            "Сотрудник",
            "ПІБ",
            "Автор",
            "Исполнитель",
            "Получатель",
            "Отправитель",
            "Заказчик",
            "Контактное лицо",
            "Плательщик",
            "收货人",
            "收貨人",
            "寄件人",
            "持卡人",
            "申请人",
            "顧客名",
            "宛名",
            "예금주",
            "신청인",
            "Ονοματεπώνυμο",
            "Όνομα",
            "Επώνυμο",
            "الاسم الكامل",
            "الاسم",
            "اسم العميل",
            "שם מלא",
            "שם הלקוח",
            "שם פרטי",
            "שם משפחה",
            "पूरा नाम",
            "ग्राहक का नाम",
        ],
    ),
    (Kind::Address, &["住所", "地址", "住址", "주소", "Адрес", "адрес", "Адреса"]),
    (Kind::Birth, &["生年月日", "出生日期", "出生年月", "生日", "생년월일", "出生"]),
];

/// Names of columns; more than labels, since the rows below tell whether they hold such values.
const HEADINGS: &[(Personal, &[&str])] = &[
    (
        Personal::Name,
        &[
            "姓名",
            "氏名",
            "名前",
            "お名前",
            "联系人",
            "收件人",
            "收货人",
            "客户姓名",
            "员工姓名",
            "顧客名",
            "担当者",
            "이름",
            "성명",
            "고객명",
            "담당자",
            "ФИО",
            "Имя",
            "Фамилия",
            "Отчество",
            "Клиент",
            "Сотрудник",
            "ПІБ",
            "Прізвище",
            "Ονοματεπώνυμο",
            "Όνομα",
            "Επώνυμο",
            "الاسم",
            "الاسم الكامل",
            "اسم العميل",
            "שם",
            "שם מלא",
            "שם הלקוח",
            "שם פרטי",
            "שם משפחה",
            "नाम",
            "पूरा नाम",
        ],
    ),
    (
        Personal::Address,
        &["住所", "地址", "住址", "收货地址", "주소", "Адрес", "Адреса", "Διεύθυνση", "العنوان", "כתובת"],
    ),
    (
        Personal::BirthDate,
        &["生年月日", "出生日期", "生日", "생년월일", "Дата рождения", "Дата народження", "تاريخ الميلاد", "תאריך לידה"],
    ),
    (
        Personal::Phone,
        &[
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "联系电话",
            "電話",
            "電話番号",
            "전화번호",
            "연락처",
            "휴대폰",
            "Телефон",
            "телефон",
            "Τηλέφωνο",
            "رقم الهاتف",
            "الهاتف",
            "טלפון",
            "נייד",
            "फ़ोन",
            "मोबाइल",
        ],
    ),
    (
        Personal::NationalId,
        &[
            "身份证",
            "身份证号",
            "身份证号码",
            "個人番号",
            "マイナンバー",
            "주민등록번호",
            "СНИЛС",
            "ИНН",
            "رقم الهوية",
            "תעודת זהות",
            "ת.ז.",
            "आधार",
            "ΑΜΚΑ",
            "ΑΦΜ",
        ],
    ),
];

/// Names of columns that tables of settings have as well, `| Имя | Тип |`: another name of a column of persons stands beside them, or
/// their cells hold what is known as a name or read as an address.
const BARE: &[&str] = &[
    "名前",
    "担当者",
    "이름",
    "담당자",
    "Имя",
    "Клиент",
    "Сотрудник",
    "Όνομα",
    "الاسم",
    "שם",
    "नाम",
    "地址",
    "주소",
    "Адрес",
    "Адреса",
    "Διεύθυνση",
    "العنوان",
    "כתובת",
];

/// Names of columns that tell a table of persons: mail, age, sex, department, position.
const COMPANIONS: &[&str] = &[
    "Email",
    "email",
    "E-mail",
    "E-Mail",
    "e-mail",
    "メール",
    "メールアドレス",
    "邮箱",
    "电子邮箱",
    "이메일",
    "Почта",
    "почта",
    "年齢",
    "年龄",
    "나이",
    "Возраст",
    "Вік",
    "Ηλικία",
    "العمر",
    "גיל",
    "उम्र",
    "आयु",
    "性別",
    "性别",
    "성별",
    "Пол",
    "部署",
    "部门",
    "부서",
    "Отдел",
    "役職",
    "职位",
    "직책",
    "Должность",
];

/// What forms and messages say in the place of a value: please, must, not, empty, input, choose.
const NO_VALUES: &[&str] = &[
    "请",
    "請",
    "必",
    "不",
    "未",
    "空",
    "输入",
    "入力",
    "选",
    "ください",
    "です",
    "입력",
    "필수",
    "선택",
    "확인",
    "없",
    "名前",
    "默认",
    "示例",
    "测试",
    "なし",
    "用户",
    "用戶",
    "公司",
    "会社",
    "ユーザー",
    "사용자",
    "회사",
    "본인",
];
/// The same as words of scripts that part them: not, available, known, required, name, user, company.
const NO_WORDS: &[&str] = &[
    "غير",
    "متوفر",
    "متاح",
    "معروف",
    "محدد",
    "مطلوب",
    "مجهول",
    "اسم",
    "المستخدم",
    "الشركة",
    "לא",
    "אין",
    "ידוע",
    "זמין",
    "שדה",
    "חובה",
    "שם",
    "משתמש",
    "המשתמש",
    "חברה",
    "नहीं",
    "उपलब्ध",
    "अज्ञात",
    "नाम",
    "उपयोगकर्ता",
    "आवश्यक",
    "अनिवार्य",
    "Μη",
    "Δεν",
    "Όνομα",
    "Χρήστη",
    "Χρήστης",
    "Άγνωστο",
    "Άγνωστος",
    "Не",
    "Нет",
    "Имя",
    "Пользователь",
    "Пользователя",
    "Название",
    "Компания",
];

/// What addresses are made of: a street, a house, a ward, a town. Two of the first are needed, one of the others.
const PARTS: &[&str] = &[
    "号", "號", "路", "街", "巷", "弄", "区", "區", "市", "県", "省", "都", "府", "町", "村", "丁目", "番地", "시",
    "구", "동", "로", "길",
];
const STREETS: &[&str] =
    &["ул.", "ул ", "улица", "просп", "пер.", "вул.", "д. ", "οδός", "Οδός", "Λεωφ", "شارع", "רחוב"];

/// Bytes of the head of a table before and behind a name of a column that are looked at for others.
const BESIDE: usize = 256;
/// Cells on each side of it.
const CELLS_BESIDE: usize = 8;

/// No label takes more bytes.
const LABEL_MAX: usize = 32;
/// Characters of a name without a blank, and of both its parts.
const NAME_MAX: usize = 5;
const NAMES_MAX: usize = 9;
/// Bytes of an address.
const ADDRESS_MAX: usize = 160;

impl Search<'_> {
    /// A colon of double width stands at `colon`.
    pub(super) fn wide_colon(&mut self, colon: usize) {
        self.labelled(colon, colon + "：".len());
    }

    /// Characters beyond ASCII end at `end`, and a colon may follow, behind the quote of a key.
    pub(super) fn label_end(&mut self, end: usize) {
        let rest = self.text.get(end..self.text.len().min(end + 8)).unwrap_or_default();
        let quote = rest.iter().take_while(|byte| b"\\\"'`*".contains(byte)).count();
        if rest.get(quote) == Some(&b':') {
            self.labelled(end, end + quote + 1);
        } else if rest.starts_with(b",\n")
            && self.text.get(..end).is_some_and(|head| head.ends_with("важением".as_bytes()))
        {
            self.signed_in_cyrillic(end + 2);
        } else if rest.starts_with(b". ") && self.text.get(..end).is_some_and(|head| head.ends_with("ул".as_bytes()))
        {
            self.street_of_russia(end);
        }
    }

    /// Characters beyond ASCII end at `end`: a name of a column may, before a sign that parts cells or at the end of its line.
    pub(super) fn heading_end(&mut self, end: usize) {
        let text = self.text;
        if !may_head(text, end) {
            return;
        }
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        // At the end of its line it is the last of several, or no heading.
        let last = text.get(end).is_some_and(|byte| b"\r\n".contains(byte));
        // All of its cell, or else words that end like it come before.
        let is_whole = |label: &&&str| {
            let head = near.strip_suffix(label.as_bytes());
            head.is_some_and(|head| {
                head.last().is_none_or(|byte| b",;|\t\n\"'` ".contains(byte)) && (!last || follows_cell(head))
            })
        };
        let found = HEADINGS.iter().find_map(|(kind, labels)| Some((*kind, *labels.iter().find(is_whole)?)));
        if let Some((kind, label)) = found {
            let start = end - label.len();
            let sure = !BARE.contains(&label) || is_beside_personal(text, start, end);
            self.personal_heading(if sure { kind } else { kind.known() }, start, end);
        }
    }

    /// A label may end at `end`, and its value begin behind `at`.
    fn labelled(&mut self, end: usize, at: usize) {
        let text = self.text;
        let near = text.get(end.saturating_sub(LABEL_MAX)..end).unwrap_or_default();
        let kind = LABELS.iter().find(|(_, labels)| labels.iter().any(|label| near.ends_with(label.as_bytes())));
        let Some((kind, _)) = kind else { return };
        self.work += 1;
        let start = at + blanks(text.get(at..).unwrap_or_default());
        let rest = text.get(start..text.len().min(start + ADDRESS_MAX)).unwrap_or_default();
        let (builtin, length) = match kind {
            Kind::Name => (Builtin::PersonName, name(rest)),
            Kind::Address => (Builtin::StreetAddress, address(rest)),
            Kind::Birth => (Builtin::BirthDate, date(rest)),
        };
        if let Some(length) = length {
            self.report(builtin, start, start + length);
        }
    }

    /// `С уважением,`, and a name that is all of the next line, which starts at `start`.
    fn signed_in_cyrillic(&mut self, start: usize) {
        let rest = self.text.get(start..self.text.len().min(start + ADDRESS_MAX)).unwrap_or_default();
        let alone = |length: &usize| rest.get(*length).is_none_or(|byte| b"\r\n,\"".contains(byte));
        if let Some(length) = name_in_cyrillic(rest).filter(alone) {
            self.report(Builtin::PersonName, start, start + length);
        }
    }

    /// `ул. Ленина, д. 14, кв. 7`: a street behind its short form, which ends at `end`.
    fn street_of_russia(&mut self, end: usize) {
        let start = end - "ул".len();
        let rest = self.text.get(end..self.text.len().min(end + ADDRESS_MAX)).unwrap_or_default();
        let inside =
            |byte: &u8| matches!(byte, 0xd0 | 0xd1 | 0x80..=0xbf) || byte.is_ascii_digit() || b" .,-/".contains(byte);
        let part = rest.get(..rest.iter().position(|byte| !inside(byte)).unwrap_or(rest.len())).unwrap_or_default();
        let digit = part.iter().rposition(u8::is_ascii_digit);
        let upper = |pair: &[u8]| matches!(pair, [b' ', 0xd0, ..]);
        if let Some(digit) = digit.filter(|_| part.windows(2).any(upper)) {
            self.report(Builtin::StreetAddress, start, end + digit + 1);
        }
    }
}

/// Whether the name of a column may end before `end`, by its last two bytes.
#[inline]
fn may_head(text: &[u8], end: usize) -> bool {
    static LAST: LazyLock<PairSet> = LazyLock::new(|| {
        PairSet::of_ends(HEADINGS.iter().flat_map(|(_, labels)| labels.iter().map(|label| label.as_bytes())))
    });
    LAST.holds_end(text.get(..end).unwrap_or_default())
}

/// Whether another name of a column of persons stands in the line of the one at `text[start..end]`, a few columns from it.
fn is_beside_personal(text: &[u8], start: usize, end: usize) -> bool {
    static PERSONAL: LazyLock<Vec<&[u8]>> = LazyLock::new(|| {
        let headings = HEADINGS.iter().flat_map(|(_, labels)| *labels).filter(|label| !BARE.contains(label));
        let mut names: Vec<_> = headings.chain(COMPANIONS).map(|label| label.as_bytes()).collect();
        names.sort_unstable();
        names
    });
    let before = text.get(start.saturating_sub(BESIDE)..start).unwrap_or_default();
    let behind = text.get(end..text.len().min(end + BESIDE)).unwrap_or_default();
    // A line that starts further off is looked at no closer, so that a long one of such names costs no more.
    let Some(line) = memchr::memrchr2(b'\n', b'\\', before).map(|at| at + 1).or((start <= BESIDE).then_some(0)) else {
        return false;
    };
    let before = before.get(line..).unwrap_or_default();
    let behind = behind.get(..memchr::memchr2(b'\n', b'\\', behind).unwrap_or(behind.len())).unwrap_or_default();
    let parts_cells = |byte: &u8| matches!(byte, b'|' | b',' | b';' | b'\t' | b'\r');
    let is_personal = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        let cell = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
        PERSONAL.binary_search(&cell).is_ok()
    };
    before.rsplit(parts_cells).take(CELLS_BESIDE).any(is_personal)
        || behind.split(parts_cells).take(CELLS_BESIDE).any(is_personal)
}

/// Whether a value is what forms and messages say in the place of one.
pub(super) fn is_said(value: &[u8]) -> bool {
    NO_VALUES.iter().any(|word| memchr::memmem::find(value, word.as_bytes()).is_some())
        || value.split(|byte| *byte == b' ').any(|word| NO_WORDS.iter().any(|said| said.as_bytes() == word))
}

/// Whether a value that may be an address names parts of one.
pub(super) fn has_parts_of_address(value: &[u8]) -> bool {
    let holds = |part: &&&str| memchr::memmem::find(value, part.as_bytes()).is_some();
    value.is_ascii() || STREETS.iter().any(|part| holds(&part)) || PARTS.iter().filter(holds).take(2).count() == 2
}

/// Whether a sign that parts cells ends `head`, before blanks.
fn follows_cell(head: &[u8]) -> bool {
    head.last() == Some(&b'\t') || head.trim_ascii_end().last().is_some_and(|byte| b",;|".contains(byte))
}

/// Blanks and opening quotes before a value.
fn blanks(text: &[u8]) -> usize {
    let mut at = 0;
    while at < 12 {
        match text.get(at..) {
            Some([b' ' | b'"' | b'\'' | b'\\' | b'*' | b'`', ..]) if text.get(at + 1) != Some(&b'n') => at += 1,
            Some([0xe3, 0x80, 0x80, ..]) => at += 3,
            _ => break,
        }
    }
    at
}

/// The character of Chinese, Japanese or Korean writing that `text` begins with; no sign.
fn is_east_asian(text: &[u8]) -> bool {
    matches!(text, [0xe3, 0x81..=0x83 | 0x90..=0xbf, _, ..] | [0xe4..=0xe9 | 0xeb..=0xec, _, _, ..] | [0xea, 0xb0..=0xbf, _, ..] | [0xed, 0x80..=0x9e, _, ..])
}

/// How many bytes of characters of these scripts `text` begins with, `most` characters or more being too many.
fn east_asian(text: &[u8], most: usize) -> usize {
    let (characters, _) = text.as_chunks::<3>();
    3 * characters.iter().take(most + 1).take_while(|character| is_east_asian(*character)).count()
}

/// Whether nothing that belongs to the value follows.
fn ends(rest: &[u8]) -> bool {
    let sign = matches!(rest, [0xe3, 0x80, ..] | [0xef, 0xbc, ..] | [0xe2, 0x80, ..]);
    rest.first().is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) || sign
}

fn name(rest: &[u8]) -> Option<usize> {
    match rest {
        [0xd0, ..] => return name_in_cyrillic(rest).filter(|length| !is_said(rest.get(..*length).unwrap_or_default())),
        [0xce | 0xcf | 0xd7..=0xdb | 0xe0, ..] => {
            return name_of_words(rest).filter(|length| !is_said(rest.get(..*length).unwrap_or_default()));
        }
        _ => {}
    }
    let first = east_asian(rest, NAME_MAX);
    let gap = match rest.get(first..) {
        Some([b' ', ..]) => 1,
        Some([0xe3, 0x80, 0x80, ..] | [0xe3, 0x83, 0xbb, ..]) => 3,
        _ => 0,
    };
    let second = if gap > 0 { east_asian(rest.get(first + gap..)?, NAME_MAX) } else { 0 };
    let length = if second > 0 { first + gap + second } else { first };
    let value = rest.get(..length)?;
    ((6..=3 * NAME_MAX).contains(&first) && length <= 3 * NAMES_MAX && !is_said(value) && ends(rest.get(length..)?))
        .then_some(length)
}

/// Two to four words with capitals.
fn name_in_cyrillic(rest: &[u8]) -> Option<usize> {
    let word = |text: &[u8]| {
        let capital = matches!(text, [0xd0, 0x81..=0xaf, ..] | [0xd2, 0x90, ..]);
        let (letters, _) = text.as_chunks::<2>();
        2 * letters.iter().take(24).take_while(|letter| capital && matches!(letter, [0xd0..=0xd2, _])).count()
    };
    let (mut length, mut words) = (word(rest), 1);
    while words < 4
        && let Some([b' ' | b'-', next @ ..]) = rest.get(length..)
        && word(next) >= 4
    {
        length += 1 + word(next);
        words += 1;
    }
    (words >= 2 && length >= 10).then_some(length)
}

/// Two to four words of letters of one script, Greek ones with capitals, that are all there is.
fn name_of_words(rest: &[u8]) -> Option<usize> {
    let line = rest.split(|byte| byte.is_ascii() && *byte != b' ').next()?;
    let value = std::str::from_utf8(line).ok()?.trim_end_matches(' ');
    let script = |letter: char| u32::from(letter) >> 8;
    let first = value.chars().next()?;
    let is_word = |word: &str| {
        let count = word.chars().count();
        let alike = |letter: char| (letter.is_alphabetic() || letter == '\u{94d}') && script(letter) == script(first);
        let capital = !first.is_uppercase() || word.starts_with(char::is_uppercase);
        (2..=14).contains(&count) && capital && word.chars().all(alike)
    };
    let words = value.split(' ').count();
    let said = !first.is_uppercase() && matches!(first, '\u{370}'..='\u{3ff}');
    ((2..=4).contains(&words) && !said && value.split(' ').all(is_word) && ends(rest.get(value.len()..)?))
        .then_some(value.len())
}

/// Whether all of `value` is an address, as [`address`] reads one.
pub(super) fn is_address(value: &[u8]) -> bool {
    address(value) == Some(value.len())
}

/// Characters, digits and signs between them, with a digit among them.
fn address(rest: &[u8]) -> Option<usize> {
    let (mut at, mut last) = (0, 0);
    while let Some(&byte) = rest.get(at) {
        if is_east_asian(rest.get(at..)?) || matches!(rest.get(at..)?, [0xe2, 0x88, 0x92, ..] | [0xe3, 0x80, 0x92, ..])
        {
            at += 3;
        } else if matches!(byte, 0xd0 | 0xd1) {
            at += 2;
        } else if byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" -.,/#".contains(&byte) && last > 0 {
            at += 1;
            if b" -.,/#".contains(&byte) {
                continue;
            }
        } else {
            break;
        }
        last = at.min(rest.len());
    }
    let value = rest.get(..last)?;
    let foreign = value.iter().filter(|byte| !byte.is_ascii()).count();
    (foreign >= 8 && value.iter().any(u8::is_ascii_digit)).then_some(last)
}

/// `1984年3月12日`, `1984년 3월 12일`.
fn date(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (most, signs) in [(4, ["年", "년"]), (2, ["月", "월"]), (2, ["日", "일"])] {
        at += usize::from(byte_at(rest, at) == b' ' && at > 0 && at < rest.len());
        let digits = rest.get(at..)?.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let after = rest.get(at + digits..)?;
        let sign = signs.iter().find(|sign| after.starts_with(sign.as_bytes()))?;
        at += if digits > 0 { digits + sign.len() } else { return None };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beside_labels_are_told_from_what_forms_say() {
        for (text, expected) in [
            ("王小明\n", "王小明"),
            ("田中 太郎さん", "田中 太郎さん"),
            ("田中 太郎\n", "田中 太郎"),
            ("김민수,", "김민수"),
            ("请输入", ""),
            ("用户的真实姓名全称", ""),
            ("Иванов Сергей Петрович, 1984", "Иванов Сергей Петрович"),
            ("Не указано", ""),
            ("Μαρία Γεωργίου\n", "Μαρία Γεωργίου"),
            ("محمد الحسيني,", "محمد الحسيني"),
            ("דוד כהן\"", "דוד כהן"),
            ("राजेश शर्मा\n", "राजेश शर्मा"),
            ("Μη διαθέσιμο\n", ""),
            ("مطلوب\n", ""),
            ("غير متوفر\n", ""),
            ("اسم المستخدم\n", ""),
            ("לא ידוע\n", ""),
            ("שדה חובה\n", ""),
            ("उपलब्ध नहीं\n", ""),
            ("Имя Пользователя\n", ""),
            ("当前用户\n", ""),
            ("公司\n", ""),
            ("会社\n", ""),
            ("본인\n", ""),
            ("قاسم الحسيني,", "قاسم الحسيني"),
        ] {
            let length = name(text.as_bytes()).unwrap_or(0);
            assert_eq!(text.get(..length), Some(expected), "{text}");
        }
        assert_eq!(address("東京都渋谷区宇田川町3-7-2\n".as_bytes()), Some(35));
        assert_eq!(address("必填的字段\n".as_bytes()), None);
        assert_eq!(date("1984년 3월 12일".as_bytes()), Some(18));
        assert_eq!(date("1984年度".as_bytes()), None);
    }
}
