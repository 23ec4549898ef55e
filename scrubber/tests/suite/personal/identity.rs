//! Numbers of persons in many countries, with the digits that check them.

use super::chance::{Chance, luhn, mod_11_10, until, values, weighted};
use super::{Case, Kind};

/// A number by its country's name: how it is made, and where it stands.
type Row = (fn(&mut Chance) -> String, &'static [&'static str]);

/// Draws digits until `check` gives what belongs behind them.
fn with_check(chance: &mut Chance, form: &str, check: impl Fn(&str) -> Option<u64>) -> String {
    until(chance, |chance| {
        let head = chance.fill(form);
        check(&head).filter(|digit| *digit < 10).map(|digit| format!("{head}{digit}"))
    })
}

/// `YYMMDD` and other orders of a day.
fn day(chance: &mut Chance, form: &str) -> String {
    let (year, month, day) = chance.day();
    form.replace("YYYY", &year.to_string())
        .replace("YY", &format!("{:02}", year % 100))
        .replace("MM", &format!("{month:02}"))
        .replace("DD", &format!("{day:02}"))
}

fn dated(chance: &mut Chance, form: &str, check: impl Fn(&str) -> Option<u64>) -> String {
    let form = day(chance, form);
    with_check(chance, &form, check)
}

const ROWS: &[Row] = &[
    (|c| c.fill("41#-4#-1#N#"), &["SSN %", "\"%\"", "his % is known"]),
    (|c| c.fill("AB1##N5#C"), &["NI number %", "\"%\"", "nino=%"]),
    (|c| c.fill("CE 4# N5 #1 D"), &["NI number %", "\"%\""]),
    (
        |c| with_check(c, "4########", |h| Some((11 - weighted(h, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11)),
        &["NHS number: %", "nhs=%"],
    ),
    (
        |c| {
            with_check(c, "36#57#4812", |h| {
                (0..10).any(|d| values(h).iter().filter(|v| **v == d).count() == 2).then(|| mod_11_10(h))
            })
        },
        &["Steuer-ID: %", "tax id %"],
    ),
    (
        |c| {
            let head = c.fill("1") + &day(c, "YYMM") + &c.fill("75####1#");
            format!("{head}{:02}", 97 - head.parse::<u64>().unwrap_or(0) % 97)
        },
        &["NIR %", "\"%\"", "sécu %"],
    ),
    (
        |c| {
            let n = c.range(10_000_000, 99_999_999);
            format!("{n}{}", char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(n % 23) as usize]))
        },
        &["DNI %", "\"%\""],
    ),
    (
        |c| with_check(c, "1#######", |h| Some(weighted(h, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11)),
        &["BSN: %", "burgerservicenummer %"],
    ),
    (
        |c| {
            let head = day(c, "YYMMDD") + &c.fill("2##");
            let key = 97 - head.parse::<u64>().unwrap_or(0) % 97;
            format!("{}.{}.{}-{}.{key:02}", &head[..2], &head[2..4], &head[4..6], &head[6..])
        },
        &["rijksregister %", "\"%\""],
    ),
    (
        |c| dated(c, "YYMMDD####", |h| Some((10 - weighted(h, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10)),
        &["PESEL: %", "pesel=%"],
    ),
    (
        |c| {
            let head = day(c, "DDMMYY");
            let serial = c.fill("4#1");
            let n: u64 = format!("{head}{serial}").parse().unwrap_or(0);
            format!("{head}-{serial}{}", char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(n % 31) as usize]))
        },
        &["hetu %", "\"%\""],
    ),
    (|c| dated(c, "YYMMDD-###", |h| Some(luhn(h))), &["personnummer %", "\"%\""]),
    (|c| dated(c, "DDMMYY-###", |_| Some(4)), &["CPR: %", "cpr=%"]),
    (
        |c| {
            with_check(c, "756.####.####.#", |h| {
                Some((10 - weighted(h, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10)
            })
        },
        &["AHV %", "\"%\""],
    ),
    (
        |c| with_check(c, "2#######", |h| Some((11 - weighted(h, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10)),
        &["NIF: %", "contribuinte %"],
    ),
    (
        |c| {
            let head = c.fill("4##.###.###");
            let a = weighted(&head, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
            let b = weighted(&format!("{head}{a}"), &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
            format!("{head}-{a}{b}")
        },
        &["CPF %", "\"%\""],
    ),
    (|c| c.fill("BKZPM25#1F"), &["PAN %", "\"%\""]),
    (
        |c| {
            let head = c.fill("110105") + &day(c, "YYYYMMDD") + &c.fill("##1");
            let sum = values(&head)
                .iter()
                .zip([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
                .map(|(d, w)| d * w)
                .sum::<u64>()
                % 11;
            format!("{head}{}", char::from(b"10X98765432"[sum as usize]))
        },
        &["身份证 %", "\"%\""],
    ),
    (
        |c| dated(c, "YYMMDD-1#####", |h| Some((11 - weighted(h, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10)),
        &["RRN %", "\"%\""],
    ),
    (
        |c| {
            let head = c.fill("#######");
            let sum = weighted(&head, &[2, 7, 6, 5, 4, 3, 2]) % 11;
            format!("S{head}{}", char::from(b"JZIHGFEDCBA"[sum as usize]))
        },
        &["NRIC %", "\"%\""],
    ),
    (
        |c| {
            with_check(c, "4## ### ##", |h| {
                let sum = weighted(h, &[1, 4, 3, 7, 5, 8, 6, 9]) % 11;
                (0..10).find(|d| (sum + d * 10).is_multiple_of(11))
            })
        },
        &["TFN: %", "tax file number %"],
    ),
    (|c| with_check(c, "4## ### ##", |h| Some(luhn(h))), &["SIN: %", "social insurance %"]),
    (
        |c| {
            let head = c.fill("4########");
            let v = values(&head);
            let odd: u64 = v.iter().step_by(2).sum();
            let even: u64 = v.iter().skip(1).step_by(2).sum();
            let a = (odd * 7 + 90 - even) % 10;
            format!("{head}{a}{}", (v.iter().sum::<u64>() + a) % 10)
        },
        &["TCKN: %", "kimlik no %"],
    ),
    (|c| with_check(c, "3#######", |h| Some(luhn(h))), &["teudat zehut: %", "\"zehut\": \"%\""]),
    (|c| dated(c, "YYMMDD5###08", |h| Some(luhn(h))), &["ID number: %", "rsa id %"]),
    (
        |c| {
            dated(c, "1YYMMDD40###", |h| {
                let r = weighted(h, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
                Some(if r == 10 { 1 } else { r })
            })
        },
        &["CNP: %", "cnp=%"],
    ),
    (|c| dated(c, "YYMMDD###", |h| Some(weighted(h, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10)), &["EGN: %", "ЕГН %"]),
    (|c| with_check(c, "4#########", |h| Some(mod_11_10(h))), &["OIB: %", "oib=%"]),
    (
        |c| dated(c, "DDMM9YY71###", |h| Some((11 - weighted(h, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11)),
        &["JMBG: %"],
    ),
    (
        |c| {
            until(c, |c| {
                let head = day(c, "YYMMDD") + &c.fill("/###");
                let n: u64 = head.replace('/', "").parse().unwrap_or(0);
                let check = (11 - n * 10 % 11) % 11;
                (check < 10).then(|| format!("{head}{check}"))
            })
        },
        &["rodné číslo %", "\"%\""],
    ),
    (
        |c| {
            dated(c, "3YYMMDD###", |h| {
                let r = weighted(h, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
                Some(r)
            })
        },
        &["isikukood: %", "asmens kodas %"],
    ),
    (|c| dated(c, "DDMMYY####", |h| Some(luhn(h))), &["AMKA: %"]),
    (|c| with_check(c, "1## ### ##", |h| Some(weighted(h, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10)), &["TAJ: %", "TAJ szám %"]),
    (
        |c| {
            let date = day(c, "DDMMYY");
            let body =
                with_check(c, &format!("{date}2#"), |h| Some((11 - weighted(h, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11));
            format!("{}-{}9", &body[..6], &body[6..])
        },
        &["kennitala %", "\"%\""],
    ),
    (
        |c| {
            let head = c.fill("1##-###-4##");
            let sum = weighted(&head, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
            format!("{head} {sum:02}")
        },
        &["СНИЛС %", "\"%\""],
    ),
    (
        |c| {
            let head = c.fill("50########");
            let a = weighted(&head, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            let b = weighted(&format!("{head}{a}"), &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            format!("{head}{a}{b}")
        },
        &["ИНН %", "INN: %"],
    ),
    (
        |c| with_check(c, "20-########-", |h| Some((11 - weighted(h, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11)),
        &["CUIT %", "\"%\""],
    ),
    (
        |c| {
            let head = c.fill("1#.4##.###");
            let sum: u64 = values(&head).iter().rev().zip([2, 3, 4, 5, 6, 7, 2, 3]).map(|(d, w)| d * w).sum();
            let check = match 11 - sum % 11 {
                11 => "0".to_owned(),
                10 => "K".to_owned(),
                d => d.to_string(),
            };
            format!("{head}-{check}")
        },
        &["RUT %", "\"%\""],
    ),
    (
        |c| {
            with_check(c, "1-####-4####-##-", |h| {
                Some((11 - weighted(h, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10)
            })
        },
        &["Thai ID %", "\"%\""],
    ),
    (
        |c| {
            with_check(c, "4#24#####1#", |h| {
                let r = weighted(h, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
                Some(if r <= 1 { 0 } else { 11 - r })
            })
        },
        &["マイナンバー: %", "My Number %"],
    ),
    (|c| c.fill("784-19NN-#######-#"), &["Emirates ID %", "\"%\""]),
    (|c| c.fill("4#1#1-#######-#"), &["CNIC %", "\"%\""]),
    (|c| with_check(c, "1####4###", |h| Some(luhn(&format!("80840{h}")))), &["NPI: %", "npi=%"]),
    (|c| c.fill("X4#5##N"), &["Passport No: %", "passport_number=\"%\"", "Reisepass %"]),
    (|c| c.fill("D61#14#7"), &["driver's license: %", "driving_licence=%", "Führerschein %"]),
    (|c| c.fill("NN-0#4#-91@"), &["national ID: %", "\"national_id\": \"%\"", "social security number is %"]),
];

pub(crate) fn kind() -> Kind {
    Kind { group: "identity", cases: ROWS.iter().map(|(make, contexts)| Case { make: *make, contexts }).collect() }
}
