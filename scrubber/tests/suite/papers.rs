//! Dates of birth, papers, plates and places of birth, as forms, tables and sentences of many countries hold them; and what looks alike.

use crate::support::{engine, rest};

#[test]
fn dates_of_birth_are_found_in_the_words_of_each_country() {
    for (before, date, after) in [
        ("Родилась ", "12 марта 1984", " года в Твери"),
        ("született ", "1984. március 12", "., anyja neve"),
        ("วันเกิด ", "27 กุมภาพันธ์ 2529", " เลข"),
        ("nar. ", "7. 4. 1971", ", bytem"),
        ("{\"data_nasterii\": \"", "30 noiembrie 1969", "\"}"),
        ("ngày sinh: ", "12/03/1984", ", số"),
        ("Ihr Sohn (*", "21.01.1969", ") ist"),
        ("<syntymaaika>", "14.5.1968", "</syntymaaika>"),
        ("dateOfBirth: ", "19810203000000Z", "\n"),
        ("| A | DOB |\n|---|---|\n| 1 | ", "7/4/71", " |\n"),
        ("会員番号,生年月日\n10417,", "1984年3月12日", "\n"),
        ("氏名：綾小路 生年月日：", "昭和61年2月27日", "\n"),
        ("   id   name   fecha_nac    curso\n   17   x   ", "21/05/2001", "   b\n"),
    ] {
        let found = rest(engine(), &format!("{before}{date}{after}"));
        assert!(found.contains('\u{b6}') && !found.contains(date), "{before}{date}{after}: {found}");
    }
}

#[test]
fn papers_are_found_under_the_names_that_each_country_has_for_them() {
    for (before, number, after) in [
        ("dowód osobisty seria ", "CBA 418827", ", zam."),
        ("carta d'identità n. ", "CA41788RT", ", patente"),
        ("patente ", "FE5218804K", ", cell."),
        ("carta de condução ", "P-4418820 7", "."),
        ("\"serie_ci\": \"", "RX 441882", "\""),
        ("паспорт ", "КВ 441882", ", адреса"),
        ("číslo pasu ", "44182077", ". Faktura č. 2024000417"),
        ("paszport ", "EK 7310441", ", prawo"),
        ("hộ chiếu số ", "C4418820", ", địa"),
        ("LIC:", "A613-7310-4412", " PH:"),
        ("CNI ", "880229203417", ", roule"),
    ] {
        let expected = format!("{before}\u{b6}{after}");
        assert_eq!(rest(engine(), &format!("{before}{number}{after}")), expected);
    }
}

#[test]
fn plates_are_found_where_something_says_that_they_are_plates() {
    for (before, plate, after) in [
        ("license_plate: ", "847 KZT", "\n"),
        ("roule en Renault immatriculée ", "FJ-482-KD", ".\n"),
        ("auto Fiat Panda targata ", "FN 418 WC", "."),
        ("\"placa\": \"", "BRA2E19", "\"}"),
        ("\"vehicle_number\":\"", "KA 05 MH 4417", "\""),
        ("vehicleReg: '", "191-D-44182", "'"),
        ("Kennzeichen ..........: ", "G-UB 417", "\n"),
        ("госномер ", "А417КР69", ", водительское"),
        ("车牌号 ", "浙A·K8417", "，银行"),
        ("車両ナンバー ", "品川 330 さ 44-17", "\n"),
        ("차량번호 ", "12가 4417", ","),
        ("רכב: מספר רכב: ", "441-88-207", "\n"),
        ("Ford Focus, reg ", "YK64 XBD", "\n"),
        ("biển số xe ", "51F-441.88", "."),
        ("id,plate,x\n17,", "7-24418B", ",1\n"),
    ] {
        let expected = format!("{before}\u{b6}{after}");
        assert_eq!(rest(engine(), &format!("{before}{plate}{after}")), expected);
    }
}

#[test]
fn towns_and_codes_are_found_where_somebody_lives_or_was_born() {
    for (before, value, after) in [
        ("née le 12 mars 1984 à ", "Quimper", ", demeurant"),
        ("nata a ", "Ferrara", " il 09/02/1978"),
        ("\"place_of_birth\": \"", "Gera", "\""),
        ("邮编 ", "310013", "，护照"),
        ("почтовый индекс ", "170100", ", Тверь"),
        ("Previous address: The Old Rectory, Otley ", "LS21 3XY", "\n"),
        ("<street>Quelweg 8</street><city>", "Gera", "</city>"),
        ("postalAddress: ", "8 Quelweg$Gera 07546$DE", "\n"),
    ] {
        let found = rest(engine(), &format!("{before}{value}{after}"));
        assert!(found.contains('\u{b6}') && !found.contains(value), "{before}{value}{after}: {found}");
    }
}

#[test]
fn what_looks_like_papers_plates_and_births_stays() {
    for text in [
        "plate: 24 NOV 2024",
        "| Part | Rev | Released |\n|---|---|---|\n| BKR-4417 | C | 03/12/1984 |",
        "Der Verein wurde am 21.01.1969 gegründet.",
        "вышла 12 марта 2024 года",
        "сервер находился 14 июня 2024 года в ремонте, дата прохождения: 12 марта 2024",
        "Менеджер свободен 14 июня 2025",
        "индекс 100000 выходит за границы массива",
        "错误发生于 2024-03-12 10:22",
        "Город;Отдел\nКазань;12\n",
        "bracket FJ-482-KD, plate 40 x 60 mm",
        "a car with USB-C 30",
        "vehicle: CAN-H 120",
        "a Honda CR-V 2024 and a Nissan GT-R 500",
        "componente,placa,precio\nCPU,ESP32,10\nGPU,RTX 4090,1500",
        "producto,patente,fecha\nA,EP1234567,2020",
        "placas ESP32, placa: STM32F4",
        "sample plate: P0001, steel plate: S355 10",
        "FORK AND KNIFE WITH PLATE\n1F37E\nBOTTLE",
        "(* 21.01.1969 released *)",
        "номерной знак без рамки 12",
        "license: MIT-2024, dl: 12345678",
        "rg 20240412 src",
        "cap: 10000, market cap: 12500, {\"cap\": 20000, \"cp\": 10245}",
        "Routing account 123456789012 through eu-west-1",
    ] {
        assert_eq!(rest(engine(), text), text);
    }
}
