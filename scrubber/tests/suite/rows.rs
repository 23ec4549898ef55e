//! Values in rows: each is found in whatever column and row it stands, and lists of plain numbers stay.

use crate::support::{engine, escaped, rest};

/// A password that differs from row to row.
fn password(row: usize) -> String {
    ["Vel", "vet", &(1000 + row * 7).to_string(), "!x"].concat()
}

#[test]
fn values_are_found_behind_a_number_and_a_comma() {
    let engine = engine();
    for value in [
        ["4539578", "763621486"],
        ["DE12370", "400440731044127"],
        ["93.184.", "216.34"],
        ["355-02-", "3552"],
        ["+1 415 ", "867 5309"],
        ["+49171", "2345679"],
        ["131052-", "308T"],
        ["529.982", ".247-25"],
        ["756.9217", ".0769.85"],
    ] {
        for (before, after) in [("7,", ",x\n"), ("17,", ",200\n"), ("1,Anna,", ",3\n"), ("a,2026,", ",b,123\n")] {
            let text = format!("id,a,b\n{before}{}{after}", value.concat());
            assert_eq!(rest(engine, &text), format!("id,a,b\n{before}\u{b6}{after}"), "{text}");
        }
    }
}

#[test]
fn lists_of_constants_stay() {
    let engine = engine();
    for text in
        ["NTOKEN       187\nMAX_SHIFT    599\n", "** NTOKEN     Number of symbols\n** MAX_SHIFT  Most of them\n"]
    {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn lists_of_numbers_stay() {
    let engine = engine();
    for text in [
        "[1,4539,22,5787,6362,1486,7,355,02,3551]",
        "<path d=\"M12.5,93.184.216.34c1.2-3.4,5.6,7.8z\"/>",
        "<path d=\"M3 4a2.12 2.12 0 0 1 2.12 3.51.98.32 1.5 2.5z\"/>",
        "<path d=\"M2.12 3.51.98.32 5.1z\"/>",
        "[[13.404954,52.520008],[13.405,52.5201],[2.352222,48.856614]]",
        "var a=[.4539578763621486,.5425233430109903,1e3,.5,-.25,12,1700000000000,3];",
        "0.4539578763621486,0.5425233430109903",
        "total 1,234,567,890 of 4,539,578,763,621,486 bytes",
        "t=[12,345,678,901,234,567];u={a:1234567890,b:2345678901}",
        "2026-11-24,10,3.5,1700000000,1234567,0.25",
        "SELECT 1,2,3 WHERE 1.3.6.1.4.1.311.20.2 AND x IN (212,555,867)",
        "\"Asia/Tel_Aviv\", 197520..198594",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn a_heading_holds_to_the_last_row() {
    const ROWS: usize = 700;
    let engine = engine();
    let table = |head: &str, row: &dyn Fn(usize, &str) -> String, value: &dyn Fn(usize) -> String| {
        (0..ROWS).fold(head.to_owned(), |text, at| text + &row(at, &value(at)))
    };
    let insert = |at: usize, value: &str| format!("({at}, 'o''hara', '{value}'),\n");
    let csv = |at: usize, value: &str| format!("{at},bob,{value}\n");
    let psql = |at: usize, value: &str| format!(" {at:4} | bob   | {value}\n");
    let hidden = |_: usize| "\u{b6}".to_owned();
    for (head, row) in [
        ("INSERT INTO users (id, login, password) VALUES\n", &insert as &dyn Fn(usize, &str) -> String),
        ("id,login,password\n", &csv),
        ("  id  | login | password\n------+-------+----------\n", &psql),
    ] {
        assert_eq!(rest(engine, &table(head, row, &password)), table(head, row, &hidden), "{head}");
    }
}

#[test]
fn programs_that_sign_commits_keep_their_names() {
    let engine = engine();
    for name in [
        "Claude <noreply@anthropic.com>",
        "Claude Opus 4.5 <noreply@anthropic.com>",
        "Copilot <198982749+Copilot@users.noreply.github.com>",
        "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
        "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>",
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
        "Cursor Agent <cursoragent@cursor.com>",
    ] {
        for before in ["fix: a\n\nCo-Authored-By: ", "Author: ", "commit 1\nSigned-off-by: "] {
            let text = format!("{before}{name}\n");
            assert_eq!(rest(engine, &text), text);
        }
    }
    let person = "Co-Authored-By: Devin Quelibar <12+quelibar@users.noreply.github.com>\n";
    assert_eq!(rest(engine, person), "Co-Authored-By: \u{b6} <12+quelibar@users.noreply.github.com>\n");
}

#[test]
fn dates_of_birth_and_passports_are_found_below_their_names_and_beside_them() {
    let engine = engine();
    let passport = ["X12", "34567"].concat();
    let dates = ["1984-03-12", "12.03.1984", "12 Mar 1984", "1979-11-02T00:00:00Z"];
    for name in ["dob", "birth_date", "customer_birth_date", "geburtsdatum", "Date of Birth"] {
        for date in dates {
            for (text, expected) in [
                (format!("id,{name},x\n1,{date},a\n2,{date},b\n"), format!("id,{name},x\n1,\u{b6},a\n2,\u{b6},b\n")),
                (
                    format!("| id | {name} |\n|---|---|\n| 1 | {date} |\n"),
                    format!("| id | {name} |\n|---|---|\n| 1 | \u{b6} |\n"),
                ),
                (
                    format!("INSERT INTO p (id, {name}) VALUES (1, '{date}');"),
                    format!("INSERT INTO p (id, {name}) VALUES (1, '\u{b6}');"),
                ),
                (format!("{{\"{name}\": \"{date}\"}}"), format!("{{\"{name}\": \"\u{b6}\"}}")),
            ] {
                // Rules for dates beside a word for birth leave the time that follows.
                let found = rest(engine, &text).replace("\u{b6}T00:00:00Z", "\u{b6}");
                assert_eq!(found, expected, "{text}");
            }
        }
    }
    let made = rest(engine, "dob = date(1984, 3, 12)\nbirthday: new Date('1984-03-12')");
    assert_eq!(made, "dob = date(\u{b6})\nbirthday: new Date('\u{b6}')");
    for (before, between, after) in [("\"dob\": [\"", "\", \"", "\"]"), ("dob:\n  - ", "\n  - ", "\nx: 1\n")] {
        let list = |value: &[&str]| format!("{before}{}{after}", value.join(between));
        assert_eq!(rest(engine, &list(&["1984-03-12"; 9])), list(&["\u{b6}"; 9]));
    }
    let cells = ["ann", "1984-03-12", "bob", "1979-11-02"].map(|cell| format!("<td>{cell}</td>"));
    let html =
        format!("<tr><th>name</th><th>dob</th></tr><tr>{}{}</tr><tr>{}{}</tr>", cells[0], cells[1], cells[2], cells[3]);
    assert_eq!(rest(engine, &html).matches('\u{b6}').count(), 2, "{html}");
    let text = format!("id,passport_no,paid\n1,{passport},2024-01-02\n2,{passport},2024-01-02\n");
    assert_eq!(rest(engine, &text), "id,passport_no,paid\n1,\u{b6},2024-01-02\n2,\u{b6},2024-01-02\n");
    for text in [
        "CREATE TABLE p (id int, dob date, passport text);",
        "id,dob_format_of_the_table,paid\n1,1984-03-12,x\n",
        "id,paid,x\n1,2024-01-02,y\n",
        "id,passport,x\n1,YES,y\n2,TEXT,z\n",
        "birthday = None\npassport.use(new Strategy())",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn what_only_its_column_tells_is_found_in_every_row() {
    let engine = engine();
    for (name, values) in [
        ("phone", [["605 392", " 897"], ["9587", " 0087"], ["138466", "60060"]]),
        ("mobile_number", [["609-524", "-045"], ["22 61 1", "0 15"], ["01/644", "1229"]]),
        ("telefon", [["030 / 62", "39619"], ["0176 265", "22849"], ["(01) 71", "1 4131"]]),
        ("nhs_number", [["722 775", " 0116"], ["994 002", " 1542"], ["943 476", " 5919"]]),
        ("pesel", [["980524", "70511"], ["731219", "85109"], ["440514", "01359"]]),
        ("national_id", [["D2173", "00235"], ["8434", "904M"], ["230566", "-2654"]]),
        ("driver_license", [["D662-33", "98-7921"], ["A5321518", "00981"], ["W129", "87344"]]),
        ("nip", [["526025", "0274"], ["526-02", "5-02-74"], ["106-00", "-00-062"]]),
        ("taj szam", [["111 111", " 110"], ["459226", "745"], ["334-914", "-460"]]),
        ("vat_number", [["DE1367", "25570"], ["ATU1358", "5627"], ["NL0044", "95445B01"]]),
        ("tax file number", [["648 188", " 480"], ["876543", "210"], ["459 599", " 230"]]),
        ("driving licence number", [["MORGA65", "7054SM9IJ"], ["A5321518", "00981"], ["W129", "87344"]]),
        ("license_plate", [["M-AB ", "1234"], ["7ABC", "123"], ["AB-12", "3-CD"]]),
        ("mac_address", [["3c22.fb", "9a.107e"], ["3C22FB", "9A107E"], ["3c-22-fb-", "9a-10-7e"]]),
        ("shipping address", [["12 Foxglove ", "Rise"], ["Dlouh\u{e1} ", "525/91"], ["Am Alten ", "Markt 6"]]),
        ("first_name", [["An", "na"], ["Mar", "k"], ["Xanth", "or"]]),
        ("family_name", [["van den ", "Berg"], ["Lindqv", "ist"], ["dos San", "tos"]]),
        ("last name", [["Wal", "ker"], ["O'Bri", "en"], ["Lindqv", "ist-Berg"]]),
    ] {
        let [one, two, three] = values.map(|parts| parts.concat());
        let table = |values: [&str; 3]| {
            let [one, two, three] = values;
            [
                format!("id,{name},plan\n1,{one},pro\n2,{two},free\n3,{three},pro\n"),
                format!(
                    " id | {name}   | plan\n----+--------+------\n  1 | {one} | pro\n  2 | {two} | free\n  3 | {three} | pro\n"
                ),
                format!("id\t{name}\tplan\n1\t{one}\tpro\n2\t{two}\tfree\n3\t{three}\tpro\n"),
                format!("Stra\u{df}e;{name};Gr\u{f6}\u{df}e\nx;{one};1\ny;{two};2\nz;{three};3\n"),
            ]
        };
        for (text, expected) in table([&one, &two, &three]).iter().zip(table(["\u{b6}"; 3])) {
            for layers in 0..3 {
                assert_eq!(rest(engine, &escaped(text, layers)), escaped(&expected, layers), "{layers}: {text}");
            }
        }
    }
}

#[test]
fn coordinates_are_found_where_both_have_a_column() {
    let engine = engine();
    let (lat, lng) = (["-32.46", "56"].concat(), ["115.7736", "59"].concat());
    let text = format!("id,latitude,longitude,x\n1,{lat},{lng},9\n2,{lat},{lng},9\n3,{lat},{lng},9\n");
    // Two in a row may be found as one.
    let left = rest(engine, &text).replace("\u{b6},\u{b6}", "\u{b6}");
    assert_eq!(left, "id,latitude,longitude,x\n1,\u{b6},9\n2,\u{b6},9\n3,\u{b6},9\n");
    for text in [
        "host,lat,bandwidth\na-1,12.345678,99.123456\nb-1,13.345678,98.123456\n",
        "how long: 12.3456\nas long as 45.6789 s",
        "step,lat_ms,x\n1,12.3456,3.1\n2,13.3456,3.2\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn a_latitude_needs_no_longitude_when_it_is_written_out() {
    let engine = engine();
    let lat = ["32.46", "56"].concat();
    let text = |name: &str, value: &str| format!("id,{name},distance_walked\n1,{value},9\n2,{value},9\n");
    assert_eq!(rest(engine, &text("latitude", &lat)), text("latitude", "\u{b6}"));
    assert_eq!(rest(engine, &text("lat", &lat)), text("lat", &lat));
}

#[test]
fn names_with_the_family_first_are_found_below_their_name_and_beside_it() {
    let engine = engine();
    let name = ["Queli", "bar, Xanthor"].concat();
    let table = |name: &str| format!(" id | full_name | n\n----+----+---\n  1 | {name} | 2\n  2 | {name} | 3\n");
    assert_eq!(rest(engine, &table(&name)), table("\u{b6}"));
    let quoted = |name: &str| format!("id,patient_name,n\n1,\"{name}\",2\n");
    assert_eq!(rest(engine, &quoted(&name)).replace('"', ""), quoted("\u{b6}").replace('"', ""));
    let object = |name: &str| format!("{{\"full_name\": \"{name}\", \"n\": 2}}");
    assert_eq!(rest(engine, &object(&name)), object("\u{b6}"));
    for text in [table("Red, Small"), table("Number, String"), table("a, b"), table("Monday, March")] {
        assert_eq!(rest(engine, &text), text);
    }
}

#[test]
fn parameters_of_a_statement_that_is_logged_stand_in_its_columns() {
    let engine = engine();
    let (licence, password) = (["D662-33", "98-7921"].concat(), password(3));
    let log = |places: &str, note: &str, first: &str, second: &str| {
        format!(
            "INFO e.Engine INSERT INTO users (id, driver_license, password, n) VALUES {places}\nINFO e.Engine [{note}] (7, '{first}', '{second}', 3)\n"
        )
    };
    for (places, note) in [
        ("(?, ?, ?, ?)", "generated in 0.00021s"),
        ("(%s, %s, %s, %s)", "cached since 12.3s ago"),
        ("($1, $2, $3, $4)", "generated in 0.00021s"),
    ] {
        let expected = log(places, note, "\u{b6}", "\u{b6}");
        assert_eq!(rest(engine, &log(places, note, &licence, &password)), expected);
    }
    let other = log("(?, ?, ?, ?)", "raw sql", &licence, "x");
    assert_eq!(rest(engine, &other), other);
}

#[test]
fn tables_of_machines_have_other_addresses() {
    let engine = engine();
    for text in [
        "address,name,n\n0x40021000,RCC,1\n0x40011000,USART1,2\n",
        "| Address | Port |\n|---|---|\n| 10.0.0.4:5432 | 5432 |\n| db.internal:80 | 80 |\n",
        "address,size\nPort 22,8 bytes\nline 30,4\n",
        "mac,plate,n\nhmac-sha2-256,96,1\nnone,tectonic,2\n",
        "id,plate,address\n1,NONE,\n2,12345,main\n",
        "def ship(street, address, plate, mac):\n    return Parcel(street, address, 12, plate)\n",
        "nip,inn,rfc\n1234,yes,2616\n12,no,9110\n",
        "INSERT INTO hosts (mac, address) VALUES ('auto', 'tcp://10.0.0.4:80');",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn counts_and_types_below_the_name_of_a_person_stay() {
    let engine = engine();
    for text in [
        "device,mobile,desktop\n2025-01,1234567,2345678\n2025-02,1234890,2345999\n",
        "x,fax,tel\n1,0.12345678,yes\n2,1234567.5,n/a\n",
        "id,tin,lead\n1,1234.5,99.1\n2,100234,98.3\n",
        "id,national_id,paid\n1,1041,2024-03-02\n2,1042,2024-03-03\n",
        "id,first_name,type\n1,STRING,x\n2,varchar,y\n3,first_name,z\n4,The,v\n",
        "package,license_number,license\nserde,1,MIT\ntokio,2,Apache-2.0\n",
        "CREATE TABLE c (phone varchar(20), mobile varchar(20), first_name text, lat numeric, lng numeric);",
        "SELECT id, phone, mobile, first_name FROM contacts WHERE id > 10000000 LIMIT 20000000;",
        "const { phone, mobile, tel } = contact; // 20240312",
        "def create(name, phone, mobile, ssn):\n    return Contact(name, phone, mobile, 7)\n",
        "| Cryptography | Secret | \u{2714} Token |\n|---|---|---|\n| a | RSASSA-PKCS1-v1_5 | x |\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn rows_that_are_typed_at_the_prompt_of_a_database_are_read() {
    let (first, second) = (["copper", "#77harbor"].concat(), ["kelp77", "!maple"].concat());
    for (shell, prompt) in
        [("mysql> ", "    -> "), ("postgres=# ", "postgres-# "), ("sqlite> ", "   ...> "), ("SQL> ", "  2  ")]
    {
        let head = format!("{shell}INSERT INTO users (id, login, password) VALUES");
        let rows = |first: &str, second: &str| {
            format!("{head}\n{prompt}(1, 'ops', '{first}'),\n{prompt}(2, 'web', '{second}');\n")
        };
        for layers in 0..3 {
            let text = escaped(&rows(&first, &second), layers);
            assert_eq!(rest(engine(), &text), escaped(&rows("\u{b6}", "\u{b6}"), layers), "{text}");
        }
    }
}

#[test]
fn a_short_name_of_a_column_is_one_of_people_beside_another() {
    let engine = engine();
    let text = "nom;prenom;ville\nQuelibart;Anna;Cluny\n";
    assert_eq!(rest(engine, text), "nom;prenom;ville\n\u{b6};\u{b6};\u{b6}\n");
    for text in ["nom;prix;ville\nQuelibart;12;Cluny\n", "nome,preco\nQuelibart,12\n"] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn a_cell_may_say_what_its_head_says() {
    let engine = engine();
    for (head, row) in [
        ("host  user  password", "db1  user  {}"),
        ("host  port  user  password", "db1  5432  user  {}"),
        ("id  name  password", "1  name  {}"),
    ] {
        let rows = |values: [&str; 2]| format!("{head}\n{}\n", values.map(|value| row.replace("{}", value)).join("\n"));
        let [first, second] = [1, 2].map(password);
        assert_eq!(rest(engine, &rows([&first, &second])), rows(["\u{b6}"; 2]), "{head}");
    }
}

#[test]
fn a_name_may_stand_far_before_the_end_of_a_wide_column() {
    let engine = engine();
    let hex = ["85e4318ac084e32f", "817e3d20b3e06623", "7fc4bb4a48fa4906", "303c8b27d09fa4ce"].concat();
    let line = format!("+----+-{}-+", "-".repeat(120));
    for (name, expected) in [("api_token", "\u{b6}"), ("refresh_token", "\u{b6}"), ("image_digest", hex.as_str())] {
        let text =
            |value: &str| format!("{line}\n| id | {name:<120} |\n{line}\n|  1 | {value}{} |\n{line}\n", " ".repeat(56));
        for depth in 0..3 {
            assert_eq!(rest(engine, &escaped(&text(&hex), depth)), escaped(&text(expected), depth), "{name}");
        }
    }
    // Without lines, and a password that nothing but its column tells.
    let password = ["tiger", "lily42x"].concat();
    let text = |value: &str| {
        format!("NAME  {:<100}ROLE\nanna  {value}{}admin\n", "PASSWORD", " ".repeat(100 - password.len()))
    };
    assert_eq!(rest(engine, &text(&password)), text("\u{b6}"));
}

#[test]
fn a_cell_below_the_name_of_a_field_is_its_value_whatever_sign_it_begins_with() {
    let engine = engine();
    for value in [["!PLA", "dragon", "5513"].concat(), ["-rz3X9", "PzNBYN0", "rbdP_qW"].concat()] {
        let table = |name: &str, value: &str| {
            format!("┌────┬──────┐\n│ id │ {name} │\n├────┼──────┤\n│ 1  │ {value} │\n└────┴──────┘")
        };
        let text = table("mysql_root_password", &value);
        assert_eq!(rest(engine, &text), table("mysql_root_password", "\u{b6}"), "{text}");
    }
    for text in [
        "│ id │ db_password │\n├────┼──────┤\n│ 1  │ required │\n",
        "│ id │ db_password │\n├────┼──────┤\n│ 1  │ NULL │\n",
    ] {
        assert_eq!(rest(engine, text), text);
    }
}

#[test]
fn exports_of_names_and_values_may_have_quotes() {
    let engine = engine();
    for value in [["banana", "_bilbo#", "27"].concat(), ["Pepper", "Garten", "17"].concat()] {
        let text = format!("name,value\nLOG_LEVEL,\"info\"\nMSSQL_SA_PASSWORD,\"{value}\"\nTZ,\"UTC\"");
        assert_eq!(rest(engine, &text), text.replace(&value, "\u{b6}"));
    }
}
