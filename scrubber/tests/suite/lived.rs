//! Secrets as they stand in whole sessions of work: told in passing, given to tools, corrected, and shown once more.

use crate::support::{engine, rest};

/// Of these texts, in which `¶` stands for the value, those in which it is not found, or more than it.
fn missed(cases: &[(&str, &[&str])]) -> Vec<String> {
    let text = |form: &str, parts: &[&str]| form.replace('\u{b6}', &parts.concat());
    let left = |(form, parts): &&(&str, &[&str])| rest(engine(), &text(form, parts)) != **form;
    cases.iter().filter(left).map(|(form, parts)| rest(engine(), &text(form, parts))).collect()
}

/// Of these texts those in which something is found.
fn taken(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| rest(engine(), text)).filter(|rest| rest.contains('\u{b6}')).collect()
}

#[test]
fn a_full_stop_in_a_password_makes_it_no_member_of_an_object() {
    let cases: [(&str, &[&str]); 6] = [
        ("psexec \\\\ws14 -u admin -p \u{b6} cmd", &["lokal", ".Ruder3"]),
        ("schtasks /create /tn b /ru corp\\bak /rp \u{b6}", &["B4rn", ".Ruder"]),
        ("DB_PASSWORD = \"\u{b6}\"", &["Tributo", ".4T"]),
        ("formLogin().user(\"ann\").password(\"\u{b6}\")", &["Kettle", ".fog9"]),
        ("Hash::make('\u{b6}')", &["Praia", "*Onda7"]),
        ("wachtwoord is \u{b6}. Verder", &["Kaas", "&Fiets1"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine = [
        "mysql -u root -p config.Token2 db",
        "the password of Log4j.Logger is set",
        "password(\"login.password.label\")",
        "password: Width.Token2",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn a_word_parted_by_a_sign_needs_one_digit_to_be_striking() {
    let cases: [(&str, &[&str]); 3] = [
        ("the staging password, as far as I know it, is something like \u{b6} today", &["Monsun", "!Juni3"]),
        ("about the database password they said \u{b6} and no more", &["Kettle", "$Fog7"]),
        ("PW steht im Brief: \u{b6}", &["xV7-wald", "-Gabel"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine = ["login with R&D or Width*Height2", "the ssh config#Host4 anchor", "pw is checked: see step 3"];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn what_is_hashed_needs_no_digit() {
    let cases: [(&str, &[&str]); 3] = [
        ("'password' => bcrypt('\u{b6}')", &["Fjord", "-sab"]),
        ("encoder.matches(\"\u{b6}\", user.getPassword())", &["Carols", "-Hut"]),
        ("Hash::make('\u{b6}')", &["Kettle", "Fog77"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine =
        ["bcrypt('password')", "Hash::make($request->password)", "encoder.matches(raw, hash)", "hashpw(\"text\")"];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn settings_of_routers_may_be_plain_words() {
    let cases: [(&str, &[&str]); 5] = [
        ("radius-server key \u{b6}\nend", &["gaga", "rin"]),
        ("snmp-server community \u{b6} RO 10\nend", &["zavod", "RO"]),
        ("rocommunity \u{b6} 10.20.0.0/16", &["nord", "licht"]),
        ("snmp_community=\u{b6}\nntp_server=10.20.0.1", &["nord", "licht"]),
        ("hostname gw\nenable secret \u{b6}\nend", &["vostok", "east"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine = [
        "the radius-server key command sets what both share",
        "radius-server key is shared by both",
        "snmp-server community public RO",
        "snmp_community=public\n",
        "rocommunity is read from the file",
        "# enable secret scanning\nenable password reset\n",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn further_tools_are_given_passwords() {
    let cases: [(&str, &[&str]); 5] = [
        ("net rpc user info svc -U 'corp\\ann%\u{b6}' -S dc01", &["Feier", "abend17Uhr"]),
        ("doveadm pw -s SHA512-CRYPT -p '\u{b6}'", &["Zubr", "owka2025"]),
        ("gpg --batch --passphrase '\u{b6}' --export", &["stary dąb ", "przy drodze 14"]),
        ("rename-command CONFIG \"\u{b6}\"", &["CONFIG", "_b840fc02"]),
        ("Admin war admin/\u{b6}. Hol zuerst", &["Jenk", "ins!Oel7"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
}

#[test]
fn pins_and_one_time_codes_are_found_by_their_names() {
    let cases: [(&str, &[&str]); 6] = [
        ("nuki_pin: \u{b6}\n", &["9051", "13"]),
        ("alarm_code: \"\u{b6}\"", &["48", "26"]),
        ("password    [password:12345678]\npin         \u{b6}\n", &["55", "021"]),
        ("alarm code for guests should be \u{b6}, ok", &["11", "33"]),
        ("le code pin du téléphone (\u{b6})", &["25", "80"]),
        ("the PIN is on the box, \u{b6}.", &["25", "80"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine = [
        "gpio pin: 13",
        "pin the version to 2024",
        "the error code is 1045",
        "PIN 13 and 12",
        "the OTP 26 release",
        "pin_count: 4096",
        "led_pin: 4826",
        "pin: 20240115",
        "the OTP region (1024 bytes) is locked, the OTP (2024)",
        "the verification code expires in 3600 seconds",
        "the verification code on port 8080",
        "security code review 2024, security code 2019",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn a_row_with_an_empty_cell_does_not_end_its_table() {
    let key = ["jyXk83ieZTXP", "K4UuMNGsGE6D"].concat();
    let text =
        format!("provider\tenv\tid\tsecret\nadyen\tlive\tacme\t{key}\nhmac\tlive\t\t{key}\npaypal\tlive\tabc\t{key}\n");
    assert_eq!(rest(engine(), &text), text.replace(&key, "\u{b6}"));
    let text = text.replace('\t', "\\t").replace('\n', "\\n");
    assert_eq!(rest(engine(), &text), text.replace(&key, "\u{b6}"));
}

#[test]
fn what_is_public_by_its_name_is_left() {
    let key = ["PwiwBqkYoyrOFV/wzN8jo8", "f2XrKlBBXqBZteBDjzI8Y="].concat();
    let texts = [
        format!("/interface wireguard peers add interface=wg0 public-key=\"{key}\""),
        "default_pass_scheme = SHA512-CRYPT\n".to_owned(),
        "password_strategy = \"bcrypt-2b-12\"\n".to_owned(),
        "types=wpa2-psk wpa2-pre-shared-key=\"abc\"".to_owned(),
        ["vault token revoke -accessor Kx7vTq2p", "Wb9Zr4Lm"].concat(),
        "[INFO] |  \\- io.jsonwebtoken:jjwt-api:jar:0.11.5:compile".to_owned(),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(taken(&texts), Vec::<String>::new());
}

#[test]
fn what_sentences_in_other_scripts_tell_may_hold_a_full_stop() {
    let cases: [(&str, &[&str]); 3] = [
        ("口令改成了 \u{b6} ，请保存", &["Xihu.", "Cha88"]),
        ("密码：\u{b6}", &["Xihu.", "Cha88"]),
        ("neues Kennwort für svc ist jetzt \u{b6}, bitte", &["Trafo-", "Haus/13"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
}

#[test]
fn names_and_places_of_passwords_that_programs_use() {
    let cases: [(&str, &[&str]); 5] = [
        ("keyForSecrets: \u{b6}", &["Kx7vTq2p", "Wb9Zr4Lm"]),
        ("\"private_key_passphrase\":\"\u{b6}\"", &["Cerra", "dura_vieja"]),
        ("managerDN: cn=x\n  managerPasswordSecret: \u{b6}\n  rootDN: dc=x", &["Zahnrad", "_Bahn_3"]),
        ("user cache on >\u{b6} ~cache:* +get", &["quick", ".fox"]),
        ("HASLO_DO_BAZY=\u{b6}\n", &["Bigos", "&Piwo7"]),
    ];
    assert_eq!(missed(&cases), Vec::<String>::new());
    let fine = ["\"password\": \"Required\"", "hPW = compute(x)", "user cache on >$REDIS_PW ~*"];
    assert_eq!(taken(&fine), Vec::<String>::new());
}

#[test]
fn the_short_last_line_of_a_key_without_its_end_is_part_of_it() {
    let line = "vA8zzouYsa+IGYwWEU8HQeInVAqA0FlZBSIK+L8Vmj09TliQSlvA8zzouYsa+IGY";
    let head = ["-----BEGIN PGP PRIVA", "TE KEY BLOCK-----"].concat();
    let text = format!("{head}\n\n{line}\n{line}\n1jJbnhnbOLewGBJdz3GnTULvTjIERu==\n=ab1d\nsec   ed25519");
    assert_eq!(rest(engine(), &text), "\u{b6}\n=ab1d\nsec   ed25519");
}
