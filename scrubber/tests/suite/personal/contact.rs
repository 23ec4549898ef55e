//! Ways to reach a person, and where they are.

use super::chance::{Chance, luhn, until};
use super::{Case, Kind};

const MAIL: &[&str] = &[
    "mail %",
    "\"email\": \"%\"",
    "<%>",
    "user=%&x=1",
    "mailto:%",
    "ssh-ed25519 AAAAC3NzaC1 %",
    "Contact us: %.",
    "[%](mailto)",
    "'%', 5",
];
const PHONE: &[&str] = &[
    "Phone: %",
    "tel %",
    "\"phone_number\": \"%\"",
    "Mobile: %, thanks",
    "call me at % after five",
    "my Telefon: %",
    "fax=%",
];
const ALONE: &[&str] = &["he left % on the desk", "(%)", "\"%\"", "- %\n", "% or later"];

/// National forms of thirty countries.
const NATIONAL: &[&str] = &[
    "030 #######",
    "0N1/####### ",
    "0NN# ### ####",
    "020 7### ####",
    "0N ## ## ## ##",
    "9## ## ## ##",
    "6## ### ###",
    "3## ### ####",
    "0N# ### ## ##",
    "0664 #######",
    "04## ## ## ##",
    "06 ########",
    "070-### ## ##",
    "## ## ## ##",
    "4## ## ###",
    "040 ### ####",
    "6## ### ###",
    "7## ### ###",
    "06 30 ### ####",
    "07## ### ###",
    "69# ### ####",
    "0532 ### ## ##",
    "(11) 9####-####",
    "55 #### ####",
    "98### #####",
    "138 #### ####",
    "090-####-####",
    "010-####-####",
    "04## ### ###",
    "021 ### ####",
    "082 ### ####",
    "050-###-####",
    "9### ####",
    "8 (9##) ###-##-##",
    "0812-####-####",
];
/// Country codes with forms of their national numbers.
const INTERNATIONAL: &[&str] = &[
    "+1 NN1 NN# ####",
    "+1-NN1-NN#-####",
    "+1NN1NN#####",
    "+1 (NN1) NN#-####",
    "+44 20 7### ####",
    "+44 (0)20 7### ####",
    "+447#########",
    "+49 30 #######",
    "+49 (0)30 #######",
    "+49-151-########",
    "+33 6 ## ## ## ##",
    "+336########",
    "+34 6## ### ###",
    "+39 3## ### ####",
    "+31 6 ########",
    "+32 4## ## ## ##",
    "+41 79 ### ## ##",
    "+43 664 #######",
    "+46 70 ### ## ##",
    "+47 4## ## ###",
    "+45 ## ## ## ##",
    "+358 40 ### ####",
    "+48 6## ### ###",
    "+420 7## ### ###",
    "+36 30 ### ####",
    "+40 7## ### ###",
    "+30 69# ### ####",
    "+90 532 ### ## ##",
    "+351 91# ### ###",
    "+353 85 ### ####",
    "+55 11 9####-####",
    "+52 55 #### ####",
    "+54 9 11 ####-####",
    "+91 98### #####",
    "+86 138 #### ####",
    "+81 90 #### ####",
    "+82 10 #### ####",
    "+61 4## ### ###",
    "+64 21 ### ####",
    "+27 82 ### ####",
    "+972 50 ### ####",
    "+971 50 ### ####",
    "+65 9### ####",
    "+7 9## ###-##-##",
    "+380 50 ### ## ##",
    "+62 812 #### ####",
    "+66 8# ### ####",
    "+84 90 ### ## ##",
    "+63 917 ### ####",
    "+234 803 ### ####",
];

fn email(chance: &mut Chance) -> String {
    let name = chance
        .pick(&["maria.lopez", "k_tan", "jo+news", "p.schmidt84", "anna-lena", "x.y.z9", "LiWei", "o'brien"])
        .replace('\'', "");
    let host = chance.pick(&[
        "contoso.io",
        "northwind.dev",
        "mail.initech.co.uk",
        "163.com",
        "fabrikam.com.br",
        "uni-halle.de",
        "wingtip.museum",
    ]);
    format!("{name}{}@{host}", chance.range(1, 999))
}

fn iban(chance: &mut Chance) -> String {
    let form = chance.pick(&[
        "DE########",
        "GB@@@@######",
        "FR##########",
        "ES####",
        "NL@@@@",
        "BE####",
        "IT@####",
        "AT####",
        "CH#####",
        "PL########",
        "PT####",
        "SE####",
        "NO####",
        "DK####",
        "FI####",
        "IE@@@@######",
        "CZ####",
        "HU####",
        "RO@@@@",
        "GR#######",
    ]);
    let length = [
        ("DE", 22),
        ("GB", 22),
        ("FR", 27),
        ("ES", 24),
        ("NL", 18),
        ("BE", 16),
        ("IT", 27),
        ("AT", 20),
        ("CH", 21),
        ("PL", 28),
        ("PT", 25),
        ("SE", 24),
        ("NO", 15),
        ("DK", 18),
        ("FI", 18),
        ("IE", 22),
        ("CZ", 24),
        ("HU", 28),
        ("RO", 24),
        ("GR", 27),
    ];
    let (country, rest) = form.split_at(2);
    let Some((_, length)) = length.iter().find(|(known, _)| *known == country) else { return String::new() };
    let head = chance.fill(rest);
    let body = head.clone() + &chance.digits(length - 4 - head.len());
    let number: String = format!("{body}{country}00")
        .chars()
        .filter_map(|character| character.to_digit(36))
        .map(|value| value.to_string())
        .collect();
    let rest = number.bytes().fold(0u64, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    let plain = format!("{country}{:02}{body}", 98 - rest);
    if chance.range(0, 1) == 0 {
        return plain;
    }
    plain.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" ")
}

fn card(chance: &mut Chance) -> String {
    let form = chance.pick(&[
        "4##############",
        "51#############",
        "2221###########",
        "6011###########",
        "34############",
        "3530###########",
        "36###########",
        "65#############",
        "55#############",
    ]);
    let plain = chance.fill(form);
    let plain = format!("{plain}{}", luhn(&plain));
    let sign = chance.pick(&["", " ", "-", " "]);
    let sizes: &[usize] = match plain.len() {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4],
    };
    let mut at = 0;
    let groups: Vec<_> = sizes
        .iter()
        .map(|size| {
            at += size;
            plain[at - size..at].to_owned()
        })
        .collect();
    groups.join(sign)
}

fn public_ipv4(chance: &mut Chance) -> String {
    until(chance, |chance| {
        let [a, b, c, d] = [chance.range(11, 222), chance.range(0, 255), chance.range(1, 255), chance.range(1, 254)];
        let special = matches!(
            (a, b),
            (127 | 10, _)
                | (172, 16..=31)
                | (192, 0 | 168 | 88)
                | (169, 254)
                | (100, 64..=127)
                | (198, 18 | 19 | 51)
                | (203, 0)
        );
        (!special).then(|| format!("{a}.{b}.{c}.{d}"))
    })
}

fn public_ipv6(chance: &mut Chance) -> String {
    let groups: Vec<_> = (0..7).map(|_| format!("{:x}", chance.range(1, 0xffff))).collect();
    let head = chance.pick(&["2a00", "2a02", "2600", "2409"]);
    if chance.range(0, 1) == 0 {
        format!("{head}:{}", groups.join(":"))
    } else {
        format!("{head}:{}:{}::{}", groups[0], groups[1], groups[2])
    }
}

fn mac(chance: &mut Chance) -> String {
    let sign = chance.pick(&[":", ":", "-"]);
    let pairs: Vec<_> = ["3c", "22", "fb"]
        .map(str::to_owned)
        .into_iter()
        .chain((0..3).map(|_| format!("{:02x}", chance.range(16, 254))))
        .collect();
    let text = pairs.join(sign);
    if chance.range(0, 1) == 0 { text.to_uppercase() } else { text }
}

fn birth(chance: &mut Chance) -> String {
    let (year, month, day) = chance.day();
    let name = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][month as usize - 1];
    match chance.range(0, 5) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{day:02}.{month:02}.{year}"),
        2 => format!("{month:02}/{day:02}/{year}"),
        3 => format!("{day} {name} {year}"),
        4 => format!("{name} {day}, {year}"),
        _ => format!("{day}/{month}/{year}"),
    }
}

fn coordinates(chance: &mut Chance) -> String {
    let part = |chance: &mut Chance, low, high| {
        format!("{}.{}{}", chance.range(low, high), chance.digits(5), chance.range(1, 9))
    };
    let (lat, lon) = (part(chance, 1, 89), part(chance, 1, 179));
    if chance.range(0, 1) == 0 { format!("{lat}, {lon}") } else { format!("-{lat},{lon}") }
}

fn address(chance: &mut Chance) -> String {
    let number = chance.range(1, 299);
    let street = chance.pick(&[
        "% Elm Street",
        "% Foxglove Hill Avenue, Springfield, IL 62704",
        "% W 4th St",
        "% Harbour Rd, London SW1A 2AB",
        "Lindenstraße %",
        "Hauptstr. %, 10115 Berlin",
        "Marktplatz %, 80331 München",
        "Kirchweg %",
        "% rue de la Paix, 75002 Paris",
        "% avenue Victor Hugo",
        "Calle Mayor %, 28013 Madrid",
        "Avenida Libertad %",
        "Via Garibaldi %, 00153 Roma",
        "Rua Augusta, %",
        "Keizersgracht %, 1015 CN Amsterdam",
        "Storgatan %",
        "Vestergade %, 8000 Aarhus",
        "ul. Długa %, 00-238 Warszawa",
        "% Oak Lane Apt 4",
        "% St. Georges Terrace",
    ]);
    street.replace('%', &number.to_string())
}

pub(crate) fn kinds() -> Vec<Kind> {
    let kind =
        |name, make: fn(&mut Chance) -> String, contexts| Kind { group: name, cases: vec![Case { make, contexts }] };
    vec![
        kind("email", email, MAIL),
        Kind {
            group: "phone",
            cases: vec![
                Case {
                    make: |chance| {
                        let form = chance.pick(NATIONAL);
                        chance.fill(form.trim())
                    },
                    contexts: PHONE,
                },
                Case {
                    make: |chance| {
                        let form = chance.pick(INTERNATIONAL);
                        chance.fill(form)
                    },
                    contexts: ALONE,
                },
                Case {
                    make: |chance| {
                        let form = chance.pick(&["(NN1) NN#-####", "NN1-NN#-####", "NN1.NN#.####"]);
                        chance.fill(form)
                    },
                    contexts: ALONE,
                },
            ],
        },
        kind("payment-card", card, &["card %", "\"%\"", "paid with % today", "card_number=%", "%\n"]),
        kind("iban", iban, &["IBAN %", "\"%\"", "transfer to % please", "iban=%"]),
        kind(
            "ip",
            public_ipv4,
            &["connected from %", "%:443", "http://%/x", "ip=%", "\"remote_addr\": \"%\"", "ssh root@%", "- - %\n"],
        ),
        kind("ip", public_ipv6, &["connected from %", "[%]:443", "ip=%", "\"remote_addr\": \"%\""]),
        kind("mac-address", mac, &["link/ether % brd", "mac=%", "\"%\""]),
        kind(
            "date-of-birth",
            birth,
            &["DOB: %", "born on %", "\"date_of_birth\": \"%\"", "Geburtsdatum: %", "birthday %"],
        ),
        kind("coordinates", coordinates, &["gps %", "location: %", "\"coordinates\": \"%\"", "geo:%"]),
        kind("address", address, &["Address: %", "ship it to %", "\"%\"", "we live at %.", "<td>%</td>"]),
    ]
}
