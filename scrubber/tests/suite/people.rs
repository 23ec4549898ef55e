//! People, their devices and places in the forms in which letters, registers and tools write them.

use crate::support::{engine, escaped, rest};

/// Each text with `%` in the place of a value: the value is found, and what stands around it stays.
fn are_found(texts: &[(&str, [&str; 2])]) {
    let engine = engine();
    for (text, value) in texts {
        for layers in 0..2 {
            let [whole, expected] = [&value.concat(), "\u{b6}"].map(|value| escaped(&text.replace('%', value), layers));
            assert_eq!(rest(engine, &whole), expected, "{layers}: {whole}");
        }
    }
}

fn stay(texts: &[&str]) {
    for text in texts {
        assert_eq!(rest(engine(), text), *text);
    }
}

#[test]
fn initials_and_particles_begin_names_where_one_is_due() {
    are_found(&[
        ("Author: %\nx", ["X. Queli", "bar"]),
        ("Reviewed-by: %\n", ["X. van ", "Quelibar"]),
        ("Dear Mr %,\n\nthe report", ["X. Queli", "bar"]),
        ("Sehr geehrter Herr %,\n\nanbei", ["van den ", "Quelibar"]),
        ("authors = [\"%\"]", ["X. Queli", "bar"]),
    ]);
    stay(&[
        "name: A. First choice\nB. Second choice\n",
        "Mr. de facto standard",
        "Option: A. Use the cache\n",
        "title: \"C. Elegans genome\"",
    ]);
}

#[test]
fn registers_and_elements_hold_names() {
    are_found(&[
        ("<Customer><GivenName>%</GivenName></Customer>", ["Xan", "thor"]),
        ("<ns2:lastName>%</ns2:lastName>", ["Queli", "bar"]),
        ("<input name=\"first_name\" id=\"first_name\" value=\"%\">", ["Xan", "thor"]),
        ("{\"name\": \"last_name\", \"value\": \"%\"}", ["Queli", "bar"]),
        ("BEGIN:VCARD\nVERSION:3.0\nN:%;;;\nEND:VCARD", ["Quelibar;", "Xanthor"]),
        ("dn: cn=xq,dc=corp\nobjectClass: person\nsn: %\nuid: xq\n", ["Queli", "bar"]),
        ("\"name\": [{\"family\": \"%\", \"given\": [1]}]", ["Queli", "bar"]),
        ("{\"family\": \"\", \"given\": [\"%\"]}", ["Xan", "thor"]),
        (
            "\u{410}\u{432}\u{442}\u{43e}\u{440}: %\n",
            ["\u{418}\u{432}\u{430}\u{43d} ", "\u{421}\u{43e}\u{43a}\u{43e}\u{43b}\u{43e}\u{432}"],
        ),
    ]);
    let letter = "\u{421} \u{443}\u{432}\u{430}\u{436}\u{435}\u{43d}\u{438}\u{435}\u{43c},\n";
    let name = ["\u{418}\u{432}\u{430}\u{43d} ", "\u{421}\u{43e}\u{43a}\u{43e}\u{43b}\u{43e}\u{432}"].concat();
    assert_eq!(rest(engine(), &format!("{letter}{name}\n")), format!("{letter}\u{b6}\n"));
    stay(&[
        "<firstName>string</firstName>",
        "<input name=\"author\" value=\"Qualibra\"><input name=\"first_name\" value=\"First name\">",
        "{\"name\": \"last_name\"}, {\"value\": \"Qualibra\"}",
        "<author>Qualibra</author><customer>Qualibra</customer>",
        "\"family\": \"Inter\", \"given\": \"sans\"",
        "\"given\": [\"Feature\"]",
        "Login: required. Name: optional",
        "family: \"Open Sans\", given: true",
        "dn: cn=printer,dc=corp\nsn: SN123456\n",
        "BEGIN:VCARD\nN:Forum;;;;\nEND:VCARD",
        "{\"given\": [\"a user\", \"a cart\"], \"when\": []}",
    ]);
}

#[test]
fn devices_and_logins_are_found_in_what_tools_print() {
    are_found(&[
        ("DHCPACK on 192.168.1.23 to AA (%) via eth1", ["xanthors", "-laptop"]),
        ("lease { client-hostname \"%\"; }", ["xanthors", "-laptop"]),
        ("   Host Name . . . . . . . . . . . . : %\n", ["XANTHORS", "-LAPTOP"]),
        ("Login: %\t\t\tName: \n", ["kmori", "tan"]),
        ("\"Arn\": \"arn:aws:iam::111122223333:user/%\"", ["kemal.", "moritan"]),
    ]);
    stay(&[
        "DHCPREQUEST for 192.168.1.23 from AA via eth0",
        "\"Arn\": \"arn:aws:iam::111122223333:user/deploy\"",
        "Host Name . . . . . . . . . . . . : \n",
    ]);
}

#[test]
fn bold_names_and_columns_leave_a_telephone_one() {
    are_found(&[
        ("**Phone:** %\n", ["030 623", "9619"]),
        ("- **Mobile**: % (work)", ["+49 176 ", "26522849"]),
        ("**Fax**  %\n", ["+49 30 ", "6239619"]),
        ("5  8739   closed  %  2024-07-19 10:58:54", ["+491762", "6522849"]),
        ("PID|1||77^^^H^MR|||19520102x|F|||B^^C||%|", ["030 623", "9619"]),
    ]);
    stay(&["2 ** 4915112345678", "x ** +49 171 2345679", "cel: 0.14.0 0.5.2 0.6.0 0.7.1"]);
}

#[test]
fn streets_with_hyphens_and_other_letters_are_found() {
    are_found(&[
        ("lives at %\n", ["Karl-Marx-Allee", " 65"]),
        ("moved to %.", ["N\u{f8}rregade", " 8"]),
        ("moved to %.", ["Bj\u{f6}rkv\u{e4}gen", " 2"]),
    ]);
    stay(&["Pre-Release 2", "Stra\u{df}en 5 x", "Z\u{fc}rich 8", "Street View API returned 835"]);
}

#[test]
fn positions_are_found_in_the_text_of_shapes_and_days_of_birth_with_midnight() {
    are_found(&[
        ("POINT (%)", ["139.6503", "12 35.676191"]),
        ("SELECT ST_MakePoint(%);", ["122.4194", "16, 37.774929"]),
        ("Born: %\n", ["1987-05-06", "T00:00:00Z"]),
        ("DOB %, female", ["1987-05-06", "T00:00:00.000+02:00"]),
    ]);
    stay(&["M 139.650312 35.676191 L 139.650313 35.676192", "Born: 2024-05-06T13:14:15Z"]);
}

#[test]
fn the_end_of_a_private_address_is_none_of_its_own() {
    stay(&["inet6 fd12:3456:789a::1/64", "allow fd00:2a02:8108::1"]);
    are_found(&[
        ("addr:%", ["2a02:8108", ":1::1"]),
        ("[%]:8080", ["2a02:8108", ":1::1"]),
        ("tcp6 0 0 %:443 :::* ", ["2a02:8108:1:2", ":3:4:5:6"]),
    ]);
}

#[test]
fn a_row_without_a_head_holds_a_given_and_a_family_name() {
    for text in ["INSERT INTO users VALUES (17, '%', '%', '1979-03-14');", "17,%,%,+a\n", "%,%\n", "[\"%\",\"%\",3]"] {
        let filled = |first, second| text.replacen('%', first, 1).replacen('%', second, 1);
        for layers in 0..2 {
            for (first, second) in [("Hiroshi", "Tanaka"), ("Schmidt", "Hannelore")] {
                let whole = escaped(&filled(first, second), layers);
                assert_eq!(rest(engine(), &whole), escaped(&filled("\u{b6}", "\u{b6}"), layers), "{whole}");
            }
        }
    }
    for (whole, expected) in [
        ("17\tHiroshi\tTanaka\tMunich\n", "17\t\u{b6}\t\u{b6}\tMunich\n"),
        // An escaped tab is a blank, and both are one name.
        (r"17\tHiroshi\tTanaka\tMunich\n", r"17\t%\tMunich\n"),
    ] {
        assert_eq!(rest(engine(), whole), expected.replace('%', "\u{b6}"), "{whole}");
    }
    stay(&[
        // Lists of names.
        "['Hannelore', 'Schmidt', 'Hiroshi', 'Tanaka']",
        "'Schmidt','Hannelore','Tanaka'",
        "const NAMES = ['Hannelore', 'Schmidt']",
        "(1, 'Jordan', 'Kenya')",
        "('April', 'May')",
        "'Roboto', 'Lato'",
        "import {Hannelore,Tanakas} from 'x'",
    ]);
}

#[test]
fn factories_records_and_other_languages_name_the_fields_of_a_person() {
    are_found(&[
        ("{\"firstname\":\"%\",\"dealstage\":\"won\"}", ["Xan", "thor"]),
        ("{\"prijmeni\": \"%\"}", ["Queli", "bar"]),
        ("    last_name  { \"%\" }\n", ["Queli", "bar"]),
        ("id         | 12\nfirst_name | %\nplan       | pro\n", ["Xan", "thor"]),
    ]);
    stay(&[
        "first_name | last_name | plan\n-----------+-----------+-----\n",
        "    last_name  { build_name }\n",
        "id         | 12\nfirst_name | varchar(40)\n",
    ]);
}

#[test]
fn greetings_stand_behind_the_number_of_a_line_and_in_more_languages() {
    are_found(&[
        ("     2\u{2192}Hi %,\n", ["An", "na"]),
        ("K\u{e6}re %,\n", ["An", "na"]),
        ("Gentile Sig.ra %, la ringraziamo", ["Queli", "bar"]),
        ("Szanowny Panie %,\n", ["Xan", "thor"]),
    ]);
    stay(&["K\u{e6}re kunde,\n", "Gentile cliente, la"]);
    // Words of other languages, and what everyone is addressed by.
    stay(&["Split the pane Horizontally", "Hei Maailma,\n", "Say\u{131}n M\u{fc}\u{15f}teri,\n", "K\u{e6}re Kunde,\n"]);
    are_found(&[("Hei %,\n", ["An", "na"]), ("Sig. % ha scritto", ["Ro", "ssi"])]);
}

#[test]
fn programs_and_companies_are_no_people() {
    stay(&[
        "Tested-by: Jenkins CI <ci@example.com>\n",
        "{\"real_name\": \"Slackbot\"}",
        "our customers are Booz Allen Hamilton and Eli Lilly",
    ]);
    are_found(&[("Tested-by: % <ci@example.com>\n", ["Xanthor ", "Talbot"])]);
    // Companies that are called as people are, where a person is named.
    are_found(&[
        ("Signed-off-by: %\n", ["Raymond ", "James"]),
        ("{\"full_name\": \"%\"}", ["Edward ", "Jones"]),
        ("Dear %,\n", ["Edward ", "Jones"]),
        ("Author: %\n", ["Ernst ", "Young"]),
    ]);
    stay(&["an account at Edward Jones and one at Raymond James"]);
}

#[test]
fn streets_stand_in_cells_and_quotes_and_end_with_their_sentence() {
    are_found(&[
        ("VALUES ('%', 'Portland')", ["12 Quel", "bar St"]),
        ("|F|||%^^Portland^OR", ["12 Quel", "bar St"]),
        ("7\t%\tPortland", ["12 Quel", "bar St"]),
        ("%\nLeeds", ["Flat 2, 12 Quel", "bar Close"]),
        ("till %. Artikel 53-630", ["Quelgatan 7", "1, 753 31 Uppsala"]),
        ("lives at % and asked for a call on Monday", ["10 Quel Street, ", "Cape Town, 8001"]),
        ("Domiciliu: %\n", ["Quel Mic 5", ", 400001 Cluj-Napoca"]),
    ]);
}

#[test]
fn places_near_greenwich_have_one_digit_before_their_point() {
    are_found(&[("{\"lng\":%,\"speed\":3}", ["8.70", "647"]), ("\"coordinates\":[%]}", ["8.31949", ", 52.39747"])]);
    stay(&["{\"ratio\":8.70647,\"speed\":3}", "lat: 8.7 ms"]);
}

#[test]
fn headings_and_labels_of_other_scripts_lead_to_names_and_addresses() {
    // `name,address`, in Japanese, and a made-up person and place below.
    let [name, address] = ["\u{6c0f}\u{540d}", "\u{4f4f}\u{6240}"];
    let person = ["\u{7530}\u{4e2d}", "\u{592a}\u{90ce}"].concat();
    let place = ["\u{6771}\u{4eac}\u{90fd}", "1-2-13"].concat();
    let left = rest(engine(), &format!("{name},{address},id\n{person},{place},A7\n"));
    assert_eq!(left, format!("{name},{address},id\n\u{b6},\u{b6},A7\n"));
    let full = "\u{5e9}\u{5dd} \u{5de}\u{5dc}\u{5d0}: ";
    assert_eq!(
        rest(engine(), &format!("{full}\u{5d0}\u{5d1}\u{5d2} \u{5d3}\u{5d4}\u{5d5}\n")),
        format!("{full}\u{b6}\n")
    );
    // Heads of reference tables, in which the same words name settings.
    stay(&[
        "| 名前 | 型 |\n|---|---|\n| 注文番号 | 文字列 |\n",
        "| 이름 | 타입 |\n|---|---|\n| 주문 | 문자열 |\n",
        "| Имя | Тип |\n|---|---|\n| Порт | число |\n",
        "| Клиент | Назначение |\n|---|---|\n| Браузер | Просмотр |\n",
        "| 担当者 | タスク |\n|---|---|\n| 未定 | 設計 |\n",
        "| שם | סוג |\n|---|---|\n| מזהה | מספר |\n",
        "| 地址 | 说明 |\n|---|---|\n| 内存地址一 0x10 | 起始 |\n",
        "| Адрес | Значение |\n|---|---|\n| Регистр 12 | ноль |\n",
        "| 氏名 | 年齢 |\n|---|---|\n| 未定 | 30 |\n",
    ]);
    for (head, value) in [
        ("| 名前 | 型 |", ["田中", "太郎"]),
        ("| Имя | Тип |", ["Анна ", "Петрова"]),
        ("| Имя | Возраст |", ["Ксантор ", "Квелибар"]),
        ("| Имя | Телефон |", ["Ксантор ", "Квелибар"]),
        ("| 이름 | 이메일 |", ["제갈", "공"]),
        ("| 地址 | 说明 |", ["北京市朝阳区", "建国路88号"]),
        ("| Адрес | Значение |", ["ул. Ленина ", "14"]),
    ] {
        let table = |value: &str| format!("{head}\n|---|---|\n| {value} | - |\n");
        assert_eq!(rest(engine(), &table(&value.concat())), table("\u{b6}"), "{head}");
    }
    let numbers = [name, address, "id\n1,2,3\n"].join(",");
    stay(&[&numbers]);
}

#[test]
fn an_address_that_spells_a_name_tells_it_and_a_quoted_farewell_leads_to_one() {
    for (text, expected) in [
        (
            "{\"name\": \"Zyla Quonk\", \"email\": \"zyla.quonk@acme.io\"}",
            "{\"name\": \"\u{b6}\", \"email\": \"\u{b6}\"}",
        ),
        ("ask Zyla Quonk (zquonk@acme.io) first", "ask \u{b6} (\u{b6}) first"),
        ("Checkout Service, checkout-service@acme.io", "Checkout Service, \u{b6}"),
        ("> Best regards,\n> Jiqian Chen.\n> ---\n", "> Best regards,\n> \u{b6}.\n> ---\n"),
        ("Best regards,\nThe Acme Team.\n", "Best regards,\nThe Acme Team.\n"),
    ] {
        for layers in 0..3 {
            assert_eq!(rest(engine(), &escaped(text, layers)), escaped(expected, layers), "{text}");
        }
    }
}

#[test]
fn a_part_of_a_name_is_found_behind_whose_it_is() {
    are_found(&[
        ("\"billing_first_name\": \"%\"", ["Zy", "la"]),
        ("\"LAST_NAME\": \"%\"", ["Quo", "nk"]),
        ("shippingLastName: '%',\n", ["Quo", "nk"]),
        ("patient_surname,ward\n%,4\n", ["Quo", "nk"]),
        ("\"mother_name\": \"%\"", ["Zyla ", "Quonk"]),
        ("\"recipientName\": \"%\"", ["Zyla ", "Quonk"]),
    ]);
    for text in [
        "sortByLastName: \"Ascending\"",
        "billingFirstName: \"Vorname\",",
        "\"billing_first_name\": null, \"billing_last_name\": \"\"",
        "SELECT billing_first_name, billing_last_name FROM orders",
        "\"driver_name\": \"Open Source\"",
    ] {
        assert_eq!(rest(engine(), text), text);
    }
}
