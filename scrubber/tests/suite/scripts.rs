//! Names and addresses in scripts other than Latin, and what forms and tables say in their place. The people are made up.

use crate::support::{engine, escaped, rest};

/// Each text with its values in brackets: they are found, alone and within a string, and what stands around them stays.
fn are_found(texts: &[&str]) {
    for text in texts {
        let plain = text.replace(['[', ']'], "");
        let parts = text.split('[').enumerate().map(|(at, part)| match part.split_once(']') {
            Some((_, behind)) if at > 0 => format!("\u{b6}{behind}"),
            _ => part.to_owned(),
        });
        let expected: String = parts.collect();
        for layers in 0..2 {
            assert_eq!(rest(engine(), &escaped(&plain, layers)), escaped(&expected, layers), "{text}");
        }
    }
}

fn stay(texts: &[&str]) {
    for text in texts {
        assert_eq!(rest(engine(), text), *text);
    }
}

#[test]
fn what_forms_call_names_is_none() {
    for field in [
        "Nome",
        "Imię",
        "Nom",
        "Ad",
        "Soyad",
        "Naam",
        "Förnamn",
        "Jméno",
        "Příjmení",
        "Имя",
        "Фамилия",
        "Отчество",
        "Ім'я",
        "Прізвище",
        "По батькові",
        "Όνομα",
        "Επώνυμο",
        "الاسم الأول",
        "اسم العائلة",
        "שם פרטי",
        "שם משפחה",
        "पहला नाम",
        "उपनाम",
        "이름",
        "姓名",
        "氏名",
    ] {
        stay(&[&format!("\"firstName\": \"{field}\", \"lastName\": \"{field}\""), &format!("last_name: '{field}'\n")]);
    }
    are_found(&["\"firstName\": \"[Nomeda]\"", "\"firstName\": \"[Имран]\"", "\"lastName\": \"[שמעוני]\""]);
    stay(&[
        "| 氏名 | string | 必須 |\n|---|---|---|\n| 電話番号 | string | 半角 |\n",
        "Lieber Kunde,\n",
        "Liebe Kundin,\n",
    ]);
}

#[test]
fn names_with_characters_of_no_and_empty_are_names() {
    are_found(&[
        "氏名: [田中 未来]\n",
        "氏名：[不破太郎]\n",
        "氏名：[林 健]\n",
        "氏名,年齢\n[空知英秋],30\n",
        "氏名,年齢\n[田中 未来],30\n",
        "姓名,部门\n[选民强],研发\n",
        "이름,나이\n[김필수],30\n",
    ]);
    stay(&[
        "氏名：不明\n",
        "氏名: 未登録\n",
        "姓名：不能为空\n",
        "姓名: 必填\n",
        "이름: 필수항목\n",
        "姓名,年龄\n未填写,30\n",
    ]);
}

#[test]
fn texts_of_forms_are_no_names_and_no_addresses() {
    stay(&[
        "\"姓名\": \"姓名\",\n\"联系人\": \"联系人信息\",\n\"收件人\": \"收件人姓名\"\n",
        "\"お名前\": \"お名前\",\n\"担当者\": \"担当者名\"\n",
        "\"이름\": \"이름\",\n\"담당자\": \"담당자명\"\n",
        "الاسم: حقل إجباري\nالاسم الكامل: الرجاء إدخال الاسم\n",
        "שם מלא: נא להזין ערך\nשם פרטי: טקסט חופשי\n",
        "पूरा नाम: कम से कम\n",
        "Όνομα: Υποχρεωτικό Πεδίο\n",
        "Имя: Обязательное Поле\nИсполнитель: Отдел Продаж\n",
        "| 이름 | 이메일 |\n|---|---|\n| 관리자 | 필수 |\n",
        "| 联系人 | 邮箱 |\n|---|---|\n| 客服中心 | 无 |\n",
        "Адрес: не более 100 символов\n",
        "адрес: строка до 255 символов\n",
        "地址：服务器地址1\n",
        "住所: 全角50文字以内\n",
        "地址：起始位置一二0x1000\n",
    ]);
    are_found(&[
        "Адрес: [Москва, Тверская 12]\n",
        "Адрес: [ул. Ленина, д. 14]\n",
        "住所: [東京都渋谷区宇田川町3-7-2]\n",
    ]);
}

#[test]
fn columns_that_only_lists_of_persons_have_tell_rare_names() {
    are_found(&[
        "№;Имя;Телефон\n1;[Ксантор Квели];[+79161234567]\n",
        "ग्राहक,नाम,मोबाइल\nx,[अमित कुमार],-\n",
        "Имя,Город\n[Ксантор Квели],Москва\n",
        "Сотрудник,Зарплата\n[Ксантор Квели],150000\n",
        "الاسم,المدينة\n[سعيد الحربي],جدة\n",
        "שם,עיר\n[אורן זילברמן],חיפה\n",
        "이름,직급\n[독고탁],과장\n",
        "名前,内線\n[勅使河原 恵],1234\n",
        // The family name shows it, whatever stands beside it.
        "Клиент,Сумма\n[Рустам Ахметов],1500\n",
        "Адрес,Примечание\n[г. Москва Тверской бульвар 12],нет\n",
        "Адрес,Примечание\n[Проспект Мира 12],нет\n",
        "Адрес,Примечание\n[Москва Тверская 12],нет\n",
        "地址,备注\n[天河体育西191号],无\n",
    ]);
    stay(&[
        "Клиент,Сумма\nБраузер Хром,1500\n",
        "地址,备注\n内存地址段第12号,无\n",
        "Адрес,Значение\nРегистр 12,ноль\n",
    ]);
}

#[test]
fn patronymics_double_family_names_and_endings_that_are_no_particles_show_names() {
    are_found(&[
        "звонил [Рустам Маратович], просил",
        "[Ахмедов Рустам Маратович] позвонил",
        "Уважаемая [Гульнара Рашидовна]!",
        "尊敬的[欧阳]先生，",
        "请联系[诸葛孔方]老师",
        "[박지은] 과장",
        "[강하은]님 안녕하세요",
        "[이순자] 고객님",
        "[عمر الحسيني] اتصل",
    ]);
    stay(&[
        "Мова Основна, Рада Верховна",
        "설정은 팀장만",
        "변경은 대표 승인",
        "이미지 대표 사진, 주민들 대표",
        "관리자님, 이용자님, 유저들 님",
        "عمر المستخدم",
        "小林製薬さん",
        "千葉県様",
    ]);
}

#[test]
fn letters_with_unsure_greetings_name_people_who_are_in_no_list() {
    are_found(&[
        "Vážený pane [Quelibarku],\n",
        "Gentile Sig. [Quelibar],\n",
        "Hei [Quelibar],\n",
        "Kære [Xanthor Quelibar],\n",
    ]);
    stay(&["Hei Kaikki,\n", "Kære Alle,\n", "Sayın Yetkili,\n", "the pane Quelibar,\n", "Hei Quelibar og velkommen\n"]);
}

#[test]
fn a_key_of_a_part_of_a_name_needs_one_word() {
    are_found(&[
        "{\"имя\": \"[Зоряна]\", \"фамилия\": \"[Квелибар]\"}",
        "{\"ім'я\": \"[Зоряна]\", \"прізвище\": \"[Квелібар-Лис]\"}",
        "{\"όνομα\": \"[Ξανθή]\", \"επώνυμο\": \"[Κβελιμπάρ]\"}",
        "{\"שם_פרטי\": \"[צליל]\", \"שם_משפחה\": \"[קבליבר]\"}",
        "{\"姓\": \"[葛城]\", \"名\": \"[由香里]\"}",
    ]);
    stay(&[
        "{\"имя\": \"Порт\", \"тип\": \"Число\"}",
        "{\"фамилия\": \"Фамилия\", \"имя\": \"Имя\"}",
        "{\"фамилия\": \"строка\"}",
        "{\"姓\": \"姓\", \"名\": \"名\"}",
    ]);
}

#[test]
fn the_last_column_of_a_head_is_one_in_any_layer() {
    are_found(&[
        "姓名,手机号,地址\n[龚雪莲],[13955501447],[成都市武侯区天府大道 88 号]\n",
        "이름,주소\n[함소영],[부산광역시 해운대구 센텀로 45]\n",
        "ID,ФИО\n7,[Зорина Анна Петровна]\n",
        "Прізвище;Ім'я;По батькові;Дата народження\n[Бондарук];[Левко];[Устимович];[15.08.1992]\n",
    ]);
}

#[test]
fn addresses_of_more_scripts_end_with_their_sentence() {
    are_found(&[
        "адреса: [м. Полтава, вул. Соборності, буд. 22, кв. 5]. Телефон",
        "Διεύθυνση: [Ερμού 45]\n",
        "כתובת: [רחוב הרצל 45, רחובות]. טלפון",
        "العنوان: [شارع الحرية 14]، الهاتف",
        "पता: [12, नेहरू नगर]\n",
    ]);
    stay(&["العنوان: الصفحة الأولى 14\n", "адреса: не більше 100 символів\n"]);
}

#[test]
fn names_behind_forms_of_address_of_more_languages() {
    are_found(&[
        "przesyłam umowę pana [Zdzisława Quelibary].\n",
        "rozmawiałem z panią [Quelibarską]\n",
        "kun je de factuur van de heer [Quelibaar] nakijken?",
        "mevrouw [Quelibaar] belde",
        "dhr. [Van den Quelibaar]\n",
        "шановний, надсилаю договір [Остапа Чумаченка].\n",
        "З повагою,\n[Соломія Квелібар]\n",
        "το συμβόλαιο του κυρίου [Αχιλλέα Μαυρομιχάλη].",
        "السيدة [هالة المنصوري]\n",
        "السيد [عبد الرحمن القحطاني] المحترم\n",
        "العميلة: [فاطمة الزهراء بنعيسى]، تاريخ\n",
        "ご担当の[黒柳 恵介]様\n",
        "Sayın [Quelibaroğlu],\n",
        "של מר [גדעון לוינסון].\n",
    ]);
    stay(&[
        "담당자: 미정 상태: 진행 중\n",
        "联系人：待定\n",
        "客户: 腾讯云\n",
        "고객: 삼성전자\n",
        "お客様: 青木商店\n",
        "العميل: قيد المراجعة\n",
        "לקוח: ממתין לאישור\n",
        "ग्राहक: समीक्षा में\n",
    ]);
    stay(&["Sr. Backend Engineer", "Familie Linux", "Geachte heer/mevrouw,"]);
}

#[test]
fn a_time_in_brackets_leads_to_the_one_who_speaks() {
    for (before, name) in [("[10:02] ", "Svenja"), ("[10:02:44] ", "Yesenia")] {
        for layers in 0..2 {
            let (text, left) = (format!("{before}{name}: kann\n"), format!("{before}\u{b6}: kann\n"));
            assert_eq!(rest(engine(), &escaped(&text, layers)), escaped(&left, layers));
        }
    }
    stay(&["[10:02] Error: it failed\n", "[10:02] Server: started\n", "[10:02:44] Grace: on\n", "Svenja: x\n"]);
}

#[test]
fn an_address_named_as_such_goes_on_in_a_line_of_a_town_alone() {
    are_found(&[
        "wohnhaft [Lerchenstieg 14, 30629 Hannover]\nKontakt erbeten unter\n",
        "Address: [plac Bema 14\n00-238 Warszawa]\n",
        "address: [Cuesta Larga 5\nSpringfield, IL 62704]\n",
    ]);
    stay(&["font: \"Lucida Grande\", \"Vera Sans\"\n", "author: Erika Mustermann\n"]);
}

#[test]
fn marks_of_changed_words_stay_beside_their_values() {
    let [old, new] = [["Tr0ub", "4dor&3x"].concat(), ["C0rrect", "!Horse7"].concat()];
    let text = format!("password: [-{old}-]{{+{new}+}} and more\n");
    assert_eq!(rest(engine(), &text), "password: [-\u{b6}-]{+\u{b6}+} and more\n");
}
