//! Names of people, common ones and made-up ones, where texts have them.

use super::chance::Chance;
use super::{Case, Kind};

const GIVEN: &[&str] = &[
    "Anna",
    "Michael",
    "Jürgen",
    "Priya",
    "José",
    "Katarzyna",
    "Mehmet",
    "Hiroshi",
    "Olumide",
    "Fatima",
    "Nguyễn",
    "Wei",
    "Jean-Pierre",
    "Giulia",
    "Lars",
    "Zsófia",
    "Dmitri",
    "Ioana",
    "Thabo",
    "Min-jun",
    "Sarah",
    "Ahmed",
    "Chloé",
    "Sebastián",
    "Ewa",
    "Raj",
    "Yuki",
    "Amara",
    "Patrick",
    "Ingrid",
];
const FAMILY: &[&str] = &[
    "Schmidt",
    "O'Brien",
    "Müller",
    "Raghunathan",
    "García",
    "Wiśniewska",
    "Yılmaz",
    "Tanaka",
    "Adeyemi",
    "Al-Hassan",
    "Van Dyck",
    "Zhang",
    "Dubois",
    "Rossi",
    "Lindqvist",
    "Kovács",
    "Ivanov",
    "Popescu",
    "Mokoena",
    "Kim",
    "Thompson",
    "Khan",
    "Lefèvre",
    "Fernández",
    "Nowak",
    "Patel",
    "Watanabe",
    "Okafor",
    "McAllister",
    "Haugen",
];
/// Such names are in no list.
const SYLLABLES: &[&str] = &["ba", "dor", "ke", "lin", "mo", "quel", "ri", "sav", "tu", "vax", "yol", "zen"];

fn common(chance: &mut Chance) -> String {
    let (given, family) = (chance.pick(GIVEN), chance.pick(FAMILY));
    match chance.range(0, 9) {
        0 => format!("{given} {}. {family}", chance.letters(1)),
        _ => format!("{given} {family}"),
    }
}

fn given(chance: &mut Chance) -> String {
    chance.pick(GIVEN).to_owned()
}

fn made_up(chance: &mut Chance) -> String {
    let word = |chance: &mut Chance| {
        let text: String = (0..chance.range(2, 3)).map(|_| chance.pick(SYLLABLES)).collect();
        text[..1].to_uppercase() + &text[1..]
    };
    format!("{} {}", word(chance), word(chance))
}

pub(crate) fn kind() -> Kind {
    Kind {
        group: "name",
        cases: vec![
            Case {
                make: common,
                contexts: &[
                    "My name is %.",
                    "Hi %,\n\nthe build is broken.",
                    "Best regards,\n%\n",
                    "Author: % <dev@corp.io>",
                    "\"name\": \"%\"",
                    "please ask % about it",
                    "the ticket of % is open",
                    "@author %",
                    "I talked to % and we agreed",
                    "INSERT INTO users (name) VALUES ('%');",
                    "| % | Berlin |",
                    "- % (on call)\n",
                    "Thanks,\n%",
                    "<td>%</td>",
                    "%, 34, engineer",
                ],
            },
            Case {
                make: made_up,
                contexts: &[
                    "Author: %\n",
                    "Co-authored-by: % <x@users.noreply.github.com>",
                    "Signed-off-by: % <dev@corp.io>",
                    "\"full_name\": \"%\"",
                    "From: % <a.b@corp.io>",
                    "Reviewed-by: %\n",
                    "Dear %,",
                    "My name is %.",
                    "authors = [\"% <dev@corp.io>\"]",
                    "Kind regards,\n%\n",
                    "\"author\": \"%\"",
                    "Mr. % called",
                ],
            },
            Case {
                make: given,
                contexts: &[
                    "Hi %,\nthe build",
                    "Hello %!\n",
                    "\"firstName\": \"%\"",
                    "first_name: %\n",
                    "Cheers,\n%\n",
                    "my name is %.",
                    "ask % first",
                ],
            },
        ],
    }
}
