//! Personal data of made-up people, and the developer whose machine is being made up.

use super::encode::{iban_check, luhn_digit};
use super::kinds::Value;
use crate::dice::Dice;

const FIRST: &[&str] =
    &["Talvi", "Ondra", "Merel", "Jorun", "Sabet", "Ilka", "Runo", "Pelle", "Vanja", "Corin", "Edda", "Tiber"];
const LAST_HEAD: &[&str] =
    &["Quill", "Brack", "Vost", "Marl", "Stroh", "Kell", "Zand", "Wick", "Torn", "Halv", "Drev", "Plum"];
const LAST_TAIL: &[&str] = &["mere", "enburg", "osky", "iander", "haven", "quist", "etti", "orth", "andal", "ewicz"];

/// The made-up owner of the machine: what git config and the operating system would say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Developer {
    /// First and last name.
    pub name: String,
    /// The name of the account, which is also the name of the home folder.
    pub user: String,
    /// The address in git config.
    pub email: String,
    /// The name of the machine.
    pub host: String,
    /// The home folder, in the style of the system.
    pub home: String,
}

impl Developer {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let (first, last, tag) = (dice.pick(FIRST), last_name(dice), dice.digits(2));
        let user = format!("{}{}{tag}", first.to_lowercase(), last.to_lowercase());
        let email = format!("{}.{}@{}", first.to_lowercase(), last.to_lowercase(), domain(dice));
        let host = format!("{}-{}-{}", dice.pick(&["mbp", "thinkpad", "devbox"]), last.to_lowercase(), dice.hex(4));
        let home = match dice.below(5) {
            0 => format!("C:\\Users\\{user}"),
            1 | 2 => format!("/home/{user}"),
            _ => format!("/Users/{user}"),
        };
        Self { name: format!("{first} {last}"), user, email, host, home }
    }

    /// A path below the home folder, with the separators of its system.
    pub(crate) fn path(&self, below: &str) -> String {
        if self.home.starts_with('/') {
            format!("{}/{below}", self.home)
        } else {
            format!("{}\\{}", self.home, below.replace('/', "\\"))
        }
    }
}

fn last_name(dice: &mut Dice) -> String {
    [dice.pick(LAST_HEAD), dice.pick(LAST_TAIL)].concat()
}

/// A domain that nobody is meant to own and that is no documentation domain either.
fn domain(dice: &mut Dice) -> String {
    let name = last_name(dice).to_lowercase();
    format!("{name}-{}.{}", dice.pick(&["labs", "works", "soft", "data"]), dice.pick(&["io", "dev", "eu", "net"]))
}

/// A kind of personal data: the sentences it stands in hold `{}` for the value.
pub(crate) struct Trait {
    pub(crate) id: &'static str,
    pub(crate) make: fn(&mut Dice, &Developer) -> Value,
    pub(crate) carriers: &'static [&'static str],
}

/// All kinds of personal data.
pub(crate) const TRAITS: &[Trait] = &[
    Trait {
        id: "email",
        make: |d, _| {
            let text = format!(
                "{}.{}{}@{}",
                d.pick(FIRST).to_lowercase(),
                last_name(d).to_lowercase(),
                d.digits(2),
                domain(d)
            );
            Value::of(text)
        },
        carriers: &["cc {} please", "customer {} cannot log in", "\"contact\": \"{}\",", "mailto:{}", "<{}>"],
    },
    Trait {
        id: "phone",
        make: |d, _| {
            let (a, b, c) = (d.between(212, 989), d.between(220, 989), d.digits(4));
            let text = match d.below(3) {
                0 => format!("+1 ({a}) {b}-{c}"),
                1 => format!("+49 1{} {}{c}", d.between(51, 79), d.digits(4)),
                _ => format!("+44 7{} {}", d.digits(3), d.digits(6)),
            };
            Value::of(text)
        },
        carriers: &["call me on {}", "phone: {}", "Tel. {} (mobile)", "'phone': '{}'"],
    },
    Trait {
        id: "card",
        make: |d, _| {
            let head = format!("{}{}", d.pick(&["4539", "5425", "4716", "5186"]), d.digits(11));
            let number = format!("{head}{}", luhn_digit(&head));
            let text = if d.per_mille(500) { number } else { grouped(&number) };
            Value::of(text)
        },
        carriers: &["card {} exp 04/29", "paid with {}", "\"pan\":\"{}\"", "card_number={}"],
    },
    Trait {
        id: "ssn",
        make: |d, _| {
            let text = format!("{:03}-{:02}-{:04}", d.between(101, 665), d.between(11, 98), d.between(1000, 9998));
            Value::of(text)
        },
        carriers: &["SSN {}", "ssn: {}", "social security number {}"],
    },
    Trait {
        id: "iban",
        make: |d, _| {
            let account = d.digits(18);
            let iban = format!("DE{}{account}", iban_check("DE", &account));
            let text = if d.per_mille(500) { iban } else { grouped(&iban) };
            Value::of(text)
        },
        carriers: &["IBAN {}", "iban: '{}'", "transfer to {} today"],
    },
    Trait {
        id: "ipv4",
        make: |d, _| {
            let text = format!(
                "{}.{}.{}.{}",
                d.pick(&[81, 93, 109, 151, 178]),
                d.between(1, 250),
                d.between(1, 250),
                d.between(1, 250)
            );
            Value::of(text)
        },
        carriers: &["Accepted publickey from {} port 52114 ssh2", "client={} status=403", "{} - - \"GET /login\" 200"],
    },
    Trait {
        id: "ipv6",
        make: |d, _| {
            let text = format!("2a02:{}:{}:{}::{}", d.hex(4), d.hex(4), d.hex(4), d.between(1, 99)).replace(":0", ":1");
            Value::of(text)
        },
        carriers: &["peer [{}]:443", "from {} port 22"],
    },
    Trait {
        id: "home-folder",
        make: |d, _| {
            let user = format!("{}{}", last_name(d).to_lowercase(), d.digits(3));
            let text = match d.below(3) {
                0 => format!("/Users/{user}/Library/Logs/app.log"),
                1 => format!("/home/{user}/code/build.sh"),
                _ => format!("C:\\Users\\{user}\\AppData\\Local\\Temp\\x.txt"),
            };
            Value { text, needles: vec![user] }
        },
        carriers: &["see {}", "cannot open {}: permission denied", "file://{}"],
    },
    Trait {
        id: "own-email",
        make: |_, own| Value::of(own.email.clone()),
        carriers: &["user.email={}", "Signed-off-by: me <{}>", "my address is {}"],
    },
    Trait {
        id: "own-name",
        make: |_, own| Value::of(own.name.clone()),
        carriers: &["Author: {} <noreply@github.com>", "thanks, {}", "Assignee: {}"],
    },
    Trait {
        id: "own-host",
        make: |_, own| Value::of(own.host.clone()),
        carriers: &["ssh deploy@{} uptime", "Host: {}", "{}:~/work$ make"],
    },
    Trait {
        id: "own-user",
        make: |_, own| Value { text: own.path("notes/todo.md"), needles: vec![own.user.clone()] },
        carriers: &["open {}", "wrote {}", "{}: no such file"],
    },
];

fn grouped(text: &str) -> String {
    let mut out = String::new();
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(' ');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_card_passes_the_luhn_check() {
        let mut dice = Dice::new(3);
        let own = Developer::new(&mut dice);
        for kind in TRAITS.iter().filter(|kind| kind.id == "card") {
            for _ in 0..50 {
                let digits: String = (kind.make)(&mut dice, &own).text.chars().filter(char::is_ascii_digit).collect();
                let (head, check) = digits.split_at(15);
                assert_eq!(luhn_digit(head).to_string(), check);
            }
        }
    }
}
