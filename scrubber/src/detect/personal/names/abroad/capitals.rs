//! Names in Cyrillic and Greek letters. Capitals show them; a given name is known by how it begins, a family name by how it ends.

use std::sync::LazyLock;

use super::groups::Groups;
use super::{Place, WORD_MAX, pair, word_at, word_before};
use crate::detect::search::byte_at;

/// How given names of Russian, Ukrainian and Bulgarian begin; up to two letters of their cases follow.
static CYRILLIC: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "Александр Алексе Алекси Алина Алин Алис Анастаси Анатоли Ангелин Андре Андри Анн Антон Артём Артем Богдан Борис Вадим \
        Валенти Валентин Валери Варвар Васили Василь Вер Вероник Виктор Виктори Витали Владимир Владислав Володимир Вячеслав \
        Галин Геннади Георги Григори Дари Денис Дмитри Дмитро Евгени Екатерин Елен Елизавет Жанн Зо Иван Игор Ильи Иль Инн \
        Ирин Іван Ігор Ірин Катерин Кирилл Константин Ксени Ларис Леонид Людмил Маргарит Марин Мари Максим Микола Микол Михаил \
        Михайл Надежд Натали Наталь Никит Николай Никола Оксан Олег Олександр Олекси Олен Ольг Павел Павл Петр Пётр Полин \
        Агафь Айдар Арсени Аристарх Арин Виолетт Герман Глафир Давид Диан Евдоки Ефросинь Захар Зинаид Кузьм Лиди Любов \
        Макар Марат Мирон Мирослав Назар Неонил Нин Платон Прохор Раис Регин Римм Ринат Родион Рустам Савели Снежан Тимур Тихон \
        Трофим Ульян Устинь Фаин Фатим Филипп Элин Эльвир Эдуард Эмм Юлиан Богдан Василис Вітал Валер Гнат Данил Євген Зорян \
        Іванн Левк Любомир Мар'ян Маркіян Одарк Оксен Олес Орест Орис Остап Панас Петро Роксолан Святослав Соломі Степані Уляна Федір \
        Христин Юхим Ярин Роман Руслан Светлан Семён Семен Серге Сергі Софи Станислав Степан Тамар Тарас Татьян Тетян Тимофе Фёдор Федор Юли Юри \
        Юлі Юрі Яна Яросла Ярослав Марк Матве Глеб Егор Димитър Стоян Ива Цветан Наталі",
    )
});

/// How family names and patronymics end, in the cases that texts put them in.
static FAMILIES: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_tails(
        "ов ова ову овым ове овой ев ева еву евым еве евой ёв ёва ин ина ину иным иной ын ына ский ская ского скому ским ской \
        скую цкий цкая цкого цкой ський ська цький цька енко чук чука щук юк юка юку як ян яна енка енку енком енці ич ича ичу ичем вна вны вне вну вной \
        ична ичны ичне швили дзе ска ски",
    )
});

/// The endings of these that few other words in capitals have.
static SURE_FAMILIES: LazyLock<Groups> =
    LazyLock::new(|| Groups::of_tails("ов ова ев ева ёв ёва енко ович евич овна евна швили дзе"));

/// People of history and of books, by the beginning of their family names.
static FAMOUS: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "Пушкин Каренин Ленин Сталин Гагарин Путин Чайковск Достоевск Маяковск Ломоносов Чехов Некрасов Лермонтов Горбачев \
        Горбачёв Невск Цветаев Магдалин",
    )
});

/// How Greek given names begin; up to three letters follow. `Χρήστης` is a user.
static GREEK: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "Αγγελ Αθανάσ Αικατερίν Αλέξαν Αλέξ Αναστασ Ανδρέα Άνν Αντών Βασίλ Βασιλικ Γεώργι Γεωργί Γιάνν Γιώργ Δέσποιν Δημήτρ \
        Δημήτρι Δήμητρ Ειρήν Ελέν Ευαγγελί Ηλία Θανάσ Θεόδωρ Θόδωρ Ιωάνν Κατερίν Κωνσταντίν Κώστα Μαρί Μιχάλ Νίκ Νικόλα \
        Παναγιώτ Παύλ Πέτρ Σοφί Σπύρ Στέλι Σωτήρ Φωτειν Χρήστος Χρήστου Χρήστο Χρήστε Χριστίν \
        Αντιγόν Απόστολ Αργύρ Αριστείδ Αρτέμι Αχιλλέ Βαγγέλ Γεράσιμ Γρηγόρ Διονύσ Ευανθί Ευγενί Ευδοκί Ευθύμ Ευστάθ Ευτυχί Ζαχαρί \
        Ηρακλή Θεμιστοκλ Θεοδώρ Θρασύβουλ Ιφιγένει Ισιδώρ Καλλιόπ Κυριάκ Λάμπρ Λεωνίδ Μαγδαλην Μαργαρίτ Μάρκ Μενέλα Μιλτιάδ \
        Νεκτάρι Οδυσσέ Ουρανί Παρασκευ Περικλή Πηνελόπ Πολυξέν Ραφαήλ Σάββα Σεβαστ Σταμάτ Σταύρ Στέφαν Στυλιαν Σωκράτ Τριαντάφυλλ \
        Φίλιππ Φώτι Χαράλαμπ Χαρίκλει Χρυσούλ",
    )
});
/// How Greek family names end.
static GREEK_FAMILIES: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_tails("πουλος πούλου πουλο ίδης ίδη ίδου άδης άδη άδου άκης άκη άκου ίου έλης έλη άτος άτου")
});

fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Whether one of `stems` begins `word`, and no more than `most` letters follow.
fn inflects(word: &str, stems: &Groups, most: usize) -> bool {
    stems.beginning(word).any(|stem| word.chars().count() <= stem.chars().count() + most)
}

fn ends_as(word: &str, endings: &Groups, letters: usize) -> bool {
    word.chars().count() >= letters && endings.ending(word).next().is_some()
}

/// `Иван Петров`, `Петрова Анна Сергеевна`, and a given name alone behind a greeting. The first word ends at `end`.
pub(super) fn cyrillic(text: &[u8], end: usize) -> Option<Place> {
    let near = text.get(end.saturating_sub(WORD_MAX)..end).unwrap_or_default();
    let letters = near.as_rchunks::<2>().1.iter().rev().take_while(|letter| matches!(letter[0], 0xd0..=0xd3));
    // Most words begin with a small letter.
    if !letters.last().is_some_and(|first| matches!(first, [0xd0, 0x81..=0xaf] | [0xd2, 0x90])) {
        return None;
    }
    let first = word_before(text, end);
    if !is_capitalised(first) {
        return None;
    }
    let start = end - first.len();
    let is_family = |word: &str| is_capitalised(word) && ends_as(word, &FAMILIES, 4) && !word.starts_with("Франц");
    let next = |at: usize| if text.get(at) == Some(&b' ') { word_at(text, at + 1) } else { "" };
    let second = next(end);
    let given = is_given_in_cyrillic(first);
    if given && is_greeted(text, start) && !is_capitalised(second) {
        return Some((start, end));
    }
    // A patronymic shows given names that no list has: `Рустам Маратович`, `Ахмедов Рустам Маратович`.
    let named = is_capitalised(second)
        && (is_sure_patronymic(second)
            || is_family(first) && is_sure_patronymic(next(end + 1 + second.len()))
            || is_family(first) && is_given_in_cyrillic(second));
    let whole = given && is_family(second) || named;
    if !whole || [first, second].iter().any(|word| FAMOUS.beginning(word).next().is_some()) {
        return None;
    }
    let stop = end + 1 + second.len();
    let third = next(stop);
    if is_family(third) {
        return Some((start, stop + 1 + third.len()));
    }
    // `(Сковорода Никита Андреевич)`: any word may be a family name.
    let family = if text.get(start.wrapping_sub(1)) == Some(&b' ') { word_before(text, start - 1) } else { "" };
    let from = start.saturating_sub(1 + family.len());
    let opens = from.checked_sub(1).is_some_and(|at| b"(\"'*,|;<[".contains(&byte_at(text, at)));
    let named = is_capitalised(family) && opens && is_patronymic(second);
    Some((if named { from } else { start }, stop))
}

fn is_given_in_cyrillic(word: &str) -> bool {
    word.chars().count() >= 3 && inflects(word, &CYRILLIC, 2)
}

/// `Андреевич`, `Сергеевна`
fn is_patronymic(word: &str) -> bool {
    word.chars().count() >= 6 && ["вич", "вна", "ична"].iter().any(|ending| word.ends_with(ending))
}

/// A patronymic that is no other word: `Основна`, `Верховна`.
fn is_sure_patronymic(word: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let letters = word.chars().count();
    is_capitalised(word)
        && (letters >= 7 && ends(&["ович", "евич", "ьич", "овича", "евича", "овичу", "евичу", "овичем", "евичем"])
            || letters >= 8 && ends(&["овна", "евна", "овны", "евны", "овне", "евне"]))
        && !["Верховн", "Церковн", "Часовн"].iter().any(|other| word.starts_with(other))
}

/// Whether all of the words are a name, one of which is known.
pub(super) fn is_person(words: &[&str]) -> bool {
    // The shortest beginnings are those of other words as well: `Зона`.
    let known = |word: &&str| {
        let stems = CYRILLIC.beginning(word).chain(GREEK.beginning(word));
        stems.map(|stem| stem.chars().count()).any(|stem| stem >= 4 && word.chars().count() <= stem + 2)
    };
    let families = || words.iter().any(|word| ends_as(word, &FAMILIES, 5) || ends_as(word, &GREEK_FAMILIES, 6));
    let sure = |word: &&str| ends_as(word, &SURE_FAMILIES, 6);
    words.iter().all(|word| is_capitalised(word))
        && (words.iter().any(known)
            || words.len() > 1 && words.iter().any(sure)
            || words.iter().any(|word| is_given_in_cyrillic(word)) && words.len() > 1 && families())
}

/// Whether a greeting in Russian or Ukrainian stands before `start`.
fn is_greeted(text: &[u8], start: usize) -> bool {
    const GREETINGS: &[&str] = &[
        "Уважаемый ",
        "Уважаемая ",
        "уважаемый ",
        "уважаемая ",
        "Дорогой ",
        "Дорогая ",
        "Привет, ",
        "Привет ",
        "Здравствуйте, ",
        "Добрый день, ",
        "Шановний ",
        "Шановна ",
        "Вітаю, ",
        "господин ",
        "госпожа ",
        "пане ",
        "пані ",
    ];
    text.get(..start).is_some_and(|head| GREETINGS.iter().any(|greeting| head.ends_with(greeting.as_bytes())))
}

/// A Greek given name and the capitalised word behind it, or either half behind a form of address.
pub(super) fn greek(text: &[u8], end: usize) -> Option<Place> {
    pair(text, end, is_capitalised, is_greek_pair)
}

fn is_greek_pair(before: &str, first: &str, second: &str) -> bool {
    const TITLES: &[&str] = &[
        "κύριε",
        "κύριο",
        "κύριος",
        "κυρίου",
        "κυρία",
        "κυρίας",
        "Κύριε",
        "Κύριος",
        "Κυρία",
        "Αγαπητέ",
        "Αγαπητή",
        "κος",
        "κα",
        "Κος",
        "Κα",
    ];
    let is_given = |word: &str| inflects(word, &GREEK, 3);
    let is_family = |word: &str| is_capitalised(word) && ends_as(word, &GREEK_FAMILIES, 6);
    let titled = TITLES.contains(&before) && (is_given(first) || is_family(first));
    is_capitalised(first)
        && (titled
            || is_given(first) && is_capitalised(second) && second.chars().count() >= 5
            || is_capitalised(first)
                && first.chars().count() >= 4
                && second.chars().count() >= 8
                && ["πουλος", "πούλου"].iter().any(|ending| second.ends_with(ending)))
}
