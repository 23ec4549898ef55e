//! Names of columns that need another name of a column of persons beside them.

use std::sync::LazyLock;

use super::labels::HEADINGS;

/// Names of columns that tables of settings have as well, `| Имя | Тип |`: another name of a column of persons stands beside them, or
/// their cells hold what is known as a name or read as an address.
pub(super) const BARE: &[&str] = &[
    "名前",
    "担当者",
    "이름",
    "담당자",
    "Имя",
    "Ім'я",
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
    "पता",
    "Город",
    "Місто",
    "Град",
    "Πόλη",
    "城市",
    "المدينة",
    "עיר",
    "शहर",
    "도시",
    "Индекс",
    "Індекс",
];

/// Names of columns that tell a table of persons: mail, age, sex, town, department, position, number of an employee, pay.
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
    "Город",
    "Місто",
    "Πόλη",
    "المدينة",
    "עיר",
    "शहर",
    "城市",
    "소속",
    "직급",
    "직위",
    "사번",
    "社員番号",
    "内線",
    "工号",
    "学号",
    "Табельный номер",
    "Зарплата",
    "Оклад",
    "الراتب",
];

/// Bytes of the head of a table before and behind a name of a column that are looked at for others.
const BESIDE: usize = 256;
/// Cells on each side of it.
const CELLS_BESIDE: usize = 8;

/// What has to stand beside a name of a column.
#[derive(Clone, Copy)]
pub(super) enum Beside {
    /// Another name of a column of persons.
    Person,
    /// The same, or what tables of employees have.
    Employee,
}

fn sorted(companions: &'static [&'static str]) -> Vec<&'static [u8]> {
    let headings = HEADINGS.iter().flat_map(|(_, labels)| *labels).filter(|label| !BARE.contains(label));
    let mut names: Vec<_> = headings.chain(companions).map(|label| label.as_bytes()).collect();
    names.sort_unstable();
    names
}

/// Whether such a name stands in the line of the one at `text[start..end]`, a few columns from it.
pub(super) fn is_beside(beside: Beside, text: &[u8], start: usize, end: usize) -> bool {
    static PERSONS: LazyLock<Vec<&[u8]>> = LazyLock::new(|| sorted(&[]));
    static EMPLOYEES: LazyLock<Vec<&[u8]>> = LazyLock::new(|| sorted(COMPANIONS));
    let names = match beside {
        Beside::Person => &PERSONS,
        Beside::Employee => &EMPLOYEES,
    };
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
        names.binary_search(&cell).is_ok()
    };
    before.rsplit(parts_cells).take(CELLS_BESIDE).any(is_personal)
        || behind.split(parts_cells).take(CELLS_BESIDE).any(is_personal)
}
