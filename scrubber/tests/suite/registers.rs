//! Persons in exports, bookings, payments and letters, their towns, and what stands in the same texts and is nobody.

use crate::support::{engine, escaped, rest};
use scrubber::detect::Scratch;

/// Each text with `%` in the place of a value: the value is found, and what stands around it stays.
fn are_found(texts: &[(&str, [&str; 2])]) {
    for (text, value) in texts {
        for layers in 0..2 {
            let [whole, expected] = [&value.concat(), "\u{b6}"].map(|value| escaped(&text.replace('%', value), layers));
            assert_eq!(rest(engine(), &whole), expected, "{layers}: {whole}");
        }
    }
}

fn stay(texts: &[&str]) {
    for text in texts {
        assert_eq!(rest(engine(), text), *text);
    }
}

#[test]
fn columns_of_names_and_births_are_called_so_in_many_languages() {
    are_found(&[
        ("alumno\tcurso\n%\t2\n", ["Quelibar Zon", "tor, Xanthia"]),
        ("Namn\tF\u{f6}dd\tPo\u{e4}ng\n%\t1\t87\n", ["Quelibar, ", "Xanthor"]),
        ("curso\tfecha nac.\tnota\n2\t%\t7\n", ["14/05/", "2012"]),
        ("seat,name,dob\n4A,%,\n", ["Quelibar ", "Xanthor"]),
        ("spz;typ\n%;A\n", ["5AK ", "2217"]),
        ("\u{41f}\u{430}\u{441}\u{43f}\u{43e}\u{440}\u{442};n\n%;1\n", ["4510 ", "123456"]),
    ]);
    stay(&["id,name,type\n4,Quelibar Xanthor,a\n", "name,version\nQuelibar,1.2\n"]);
}

#[test]
fn towns_and_their_codes_stand_beside_other_data_of_persons() {
    are_found(&[
        ("phone,city\n,%\n", ["Quel", "stadt"]),
        ("phone\tpostcode\n\t%\n", ["SW1A", " 2AB"]),
        ("{\"street\": \"\", \"city\": \"%\"}", ["Quel", "stadt"]),
        ("<PstCd>%</PstCd>", ["101", "15"]),
        ("ADR;TYPE=HOME:;;%\nEND:VCARD", ["Quelweg 8;Xan", "stadt;;10115"]),
    ]);
    stay(&[
        "city,zip,state\nQuelstadt,10115,XA\n",
        "struct Address {\n    street: String,\n    city: String,\n}",
        "{\"host\": \"a\", \"city\": \"Quelstadt\"}",
        "{ street: DataTypes.STRING, city: DataTypes.STRING }",
        "city,ip_address,latency\nQuelstadt,10.0.0.1,12\n",
        "ADR: context; options; decision and what follows from it",
    ]);
}

#[test]
fn columns_of_documents_are_called_so_in_many_languages() {
    are_found(&[
        ("Navn;F\u{f8}rerkortnummer\n;%\n", ["PX341", "8139"]),
        ("Nome;Patente di guida\n;%\n", ["U1731", "0441K"]),
        ("| Nimi | Passi number |\n|---|---|\n| | % |\n", ["KE035", "7090"]),
        ("nume;pa\u{219}aport nr.\n;%\n", ["05441", "8207"]),
        ("Navn;CPR-nr.\n;%\n", ["020268", "-1364"]),
        ("id;\u{5ea}.\u{5d6}.;x\n1;%;2\n", ["0223", "36440"]),
        ("n;\u{41f}\u{430}\u{441}\u{43f}\u{43e}\u{440}\u{442} \u{2116};x\n1;%;2\n", ["UE074", "0616"]),
        (
            "n;\u{397}\u{3bc}\u{3b5}\u{3c1}\u{3bf}\u{3bc}\u{3b7}\u{3bd}\u{3af}\u{3b1} \u{3b3}\u{3ad}\u{3bd}\u{3bd}\u{3b7}\u{3c3}\u{3b7}\u{3c2};x\n1;%;2\n",
            ["05/01/", "1992"],
        ),
        ("phone,city\n,%\n", ["Quelstadt LS6", " 2PH"]),
        ("Naam: %\n", ["Liesbeth De ", "Smedt"]),
        ("C\u{ed}m: %.\n", ["Kossuth Lajos ", "utca 12"]),
    ]);
    stay(&[
        "package;license\nserde;MIT-2024\n",
        "run;pass;fail\n20261124001;12;0\n",
        "city,zip,state\nQuelstadt 10115,10115,XA\n",
        "permissions 13AB44182 and nr. 12",
    ]);
}

#[test]
fn streets_are_told_by_their_town_and_by_what_stands_before() {
    are_found(&[
        ("ich wohne seit Mai %.", ["Am Quelgraben 3, ", "34302 Xanhagen"]),
        ("Paket an die %, bitte", ["Quelsh\u{f6}her Allee 188", ", 34119 Xassel"]),
        ("dirección: %\n", ["Calle del Quel, 17, 3.\u{ba} ", "izq., 28012 Madrid"]),
        ("sede: %\n", ["Via dei Quelli, 41 - ", "25122 Brescia"]),
        ("eve: % evi", ["Orman Cad. No:118", " D:4"]),
    ]);
    are_found(&[
        ("wohnt %.", ["An der Allee 12, ", "34119 Xassel"]),
        ("% f\u{fc}hrt", ["Quelsh\u{f6}her ", "Allee 5"]),
    ]);
    stay(&[
        "see March 5, 2024 Meeting",
        "Chapter 3, 12345 Words",
        "Tabelle 3, 12345 Zeilen",
        "In der Allee 12 stehen sie",
        "Unter Ring 0 l\u{e4}uft der Kern",
        "by (Jon Mah, 2009 Jan 12)",
    ]);
}

#[test]
fn bookings_and_statements_hold_persons() {
    are_found(&[
        ("SSR DOCS XQ HK1 P/GBR/%/GBR", ["54881", "0923"]),
        ("SSR DOCS XQ HK1 P/GBR//GBR/%/M/", ["14MA", "Y79"]),
        (":25:10050000/%\n:28C:1", ["4418", "820"]),
    ]);
}

#[test]
fn a_name_that_was_found_is_found_again_where_nothing_tells_it() {
    let (engine, mut scratch) = (engine(), Scratch::remembering());
    let name = ["Xanwen ", "Quelibor"].concat();
    let said = format!("**{name}** (09:00): the rollout of {name} and X. Quelibor, Quelibor, Xanwen");
    assert!(engine.scan(said.as_bytes(), &mut scratch).is_empty());
    engine.scan(format!("\"author\": \"{name}\"").as_bytes(), &mut scratch);
    assert_eq!(engine.scan(said.as_bytes(), &mut scratch).len(), 4);
    // Words that say something else are nobody's, whoever signs with them.
    engine.scan(b"\"author\": \"Visual Studio\"", &mut scratch);
    assert!(engine.scan(b"I opened it in Visual Studio again and again, and then once more", &mut scratch).is_empty());
}

#[test]
fn what_only_looks_like_a_person_stays() {
    stay(&[
        "la montagna Monte Rosa",
        "i rum Selma Quelgren",
        "IES Ramiro de Maeztu",
        "la Rua Coelho da Rocha",
        "der von Felix Mendelssohn",
        "Dear Sirs, kindly",
        "TC Kimlik No\tDo\u{11f}um Tarihi\tTelefon\tMaa\u{15f}\n",
        "die Plakate (DIN A25)",
    ]);
    let mail = "From: Fern Quelibar <no-reply@acme.dev>";
    assert!(rest(engine(), mail).starts_with("From: Fern Quelibar <"), "{}", rest(engine(), mail));
}

#[test]
fn keys_of_tickets_uids_of_dates_and_boarding_passes_are_no_secrets() {
    stay(&[
        "Issue key,Summary\nSHOP-1182,x\nSHOP-1190,y\n",
        "BEGIN:VEVENT\nUID:20260304T101500-cv87@acme.example\n",
        "{\"boardingPass\":\"M1XQUELIBAR4\"}",
    ]);
    // Some passwords have the form of such a key.
    are_found(&[("user,password\nx,%\n", ["KESTREL-", "48213"])]);
}
