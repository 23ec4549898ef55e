//! Names of China, Japan and Korea. A form of address behind a family name shows them, or a key that says that a name is its value.

use std::sync::LazyLock;

use super::groups::Groups;
use super::{Place, WORD_MAX};
use crate::detect::personal::names::{context, read};

/// Family names of Japan.
static JAPANESE: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "佐々木 長谷川 五十嵐 佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 山口 松本 井上 \
        木村 斎藤 斉藤 清水 山崎 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 藤田 後藤 近藤 村上 遠藤 \
        青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 \
        森田 上田 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 谷口 工藤 今井 高田 増田 丸山 杉山 村田 大塚 \
        小島 平野 藤本 河野 上野 野口 武田 松井 千葉 菅原 岩崎 久保 木下 佐野 松尾 野村 菊地 菊池 杉本 市川 \
        荒木 飯田 今村 岩田 岩本 上原 内藤 榎本 大久保 大橋 岡崎 尾崎 片山 川上 菅野 熊谷 黒田 小松 斉木 榊原 桜田 沢田 篠原 \
        澤田 須藤 関口 高山 竹田 田辺 土屋 永井 中田 西川 西山 野崎 橋爪 服部 浜田 早川 樋口 平田 広瀬 藤川 星野 堀内 本間 \
        松岡 松永 松村 真鍋 水谷 三宅 宮田 宮川 村井 望月 森本 矢野 山内 山根 吉村 若林 渡部 黒柳 大河内 冨永 富永 朝比奈 古川 大西 島田 水野 桜井 高野 吉川 西田 林 森 原 関 岡",
    )
});
const JAPANESE_TITLES: &[&str] = &["様", "さん", "さま", "氏", "殿"];
/// What goes on otherwise behind a form of address: `様々`, `様式`, `氏名`.
const JAPANESE_OTHERS: &[&str] = &["々", "式", "子", "名", "方"];

/// Family names of China that few words begin with, and more that only count beside a form of address.
const CHINESE: &str = "王李张刘陈杨赵吴徐孙郭谢邓曹彭萧袁潘蔡蒋魏吕姚卢崔谭廖邹熊孟秦張劉陳楊趙吳孫謝鄧蕭蔣呂盧譚鄒";
const CHINESE_TITLED: &str = "黄黃周朱马馬胡林何高罗羅郑鄭梁宋唐许許韩韓冯馮曾田董余于杜叶葉程苏蘇丁沈任傅钟鍾姜范汪陆陸金石戴贾韦夏邱方侯薛尹段雷史龙陶贺顾毛郝龚邵万钱严覃武莫孔汤";
/// Family names of two characters.
static CHINESE_DOUBLE: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads("欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 夏侯 皇甫 公孙 公孫 慕容 令狐 尉迟 端木")
});
const CHINESE_TITLES: &[&str] = &["先生", "女士", "小姐", "老师", "老師"];
/// Words that begin like names.
static CHINESE_WORDS: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "王国 王者 王子 王牌 王座 王冠 李子 张量 张力 张开 张贴 张三 李四 王五 王小明 陈列 陈述 陈旧 陈皮 \
        杨梅 杨树 吴语 徐州 徐汇 孙子 谢谢 彭州 潘多拉 熊猫 熊市 孟加拉 孟买 秦皇岛 秦始皇 秦岭 赵六 張三 \
        任何 如何 为何 几何 郭靖 曹操 国王 女王 大王 紧张 夸张 主张",
    )
});
/// Words and places that begin like names and are no beginning of one.
const CHINESE_WHOLE: &[&str] =
    &["刘海", "王室", "王朝", "王妃", "王后", "王宫", "王府井", "陈设", "陈词", "孙女", "张家界", "张家口", "张嘴"];
/// Behind these a family name of one character counts before a form of address: `尊敬的马老师`, and not `历史老师`.
const BEFORE_CHINESE: &str = "的给找和与跟向系户叫问好";
/// What ends names of places and things, by one character and by two.
const EAST_ASIAN_PLACES: &str = "県市区町村駅川山島店線部社省县镇路街局院国语";

const JAPANESE_PLACES: &[&str] = &[
    "公園", "空港", "大学", "高校", "学園", "学院", "製薬", "工業", "商店", "商会", "商事", "病院", "医院", "銀行",
    "神社", "温泉", "球場", "本店", "支店", "物産", "建設", "運輸", "電機", "化学", "食品", "出版", "書店", "不動",
    "農園", "牧場",
];

const KOREAN: &str = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위표명기반탁봉옥맹";
const KOREAN_TITLES: &[&str] = &["고객님", "님", "씨", "선생님"];
/// Titles of offices, which stand behind teams and departments as well.
const KOREAN_OFFICES: &[&str] = &["대리", "과장", "차장", "부장", "팀장", "대표", "교수"];
const KOREAN_DEPARTMENTS: &str = "팀실부회처국과시";
/// Words of three syllables that begin like names, and the last syllables of more such words.
static KOREAN_WORDS: LazyLock<Groups> = LazyLock::new(|| {
    Groups::of_heads(
        "조교수 정교수 이사장 안내원 주인공 강아지 고양이 오늘날 마음씨 소개팅 이모님 이벤트 서비스 이메일 정보팀 기업체 유튜브 인스타 강의실 \
        이미지 이번주 임직원 유치원 전국구 위원장 우리말",
    )
});
const KOREAN_ENDS: &str = "자사가한은는의인된할를을신들께판어물위";
/// Given names that end like such words.
static KOREAN_GIVEN: LazyLock<Groups> =
    LazyLock::new(|| Groups::of_heads("영자 순자 경자 미자 춘자 옥자 숙자 복자 혜자 혜인 다인 서인 해인"));

/// No more kanji before a form of address are read.
const KANJI_MAX: usize = 8;

/// Names before Japanese and Chinese forms of address in the characters beyond ASCII that end at `end`, and a name that is all of the
/// string which a key called `name` has.
pub(super) fn chinese_or_japanese(text: &[u8], end: usize, report: &mut dyn FnMut(usize, usize)) {
    let head = text.get(..end).unwrap_or_default();
    let from = head.iter().rposition(u8::is_ascii).map_or(0, |last| last + 1);
    let mut titled = false;
    for (place, character) in head.get(from..).unwrap_or_default().windows(3).enumerate() {
        if matches!(character, [0xe3 | 0xe5 | 0xe6 | 0xe8, _, _])
            && begins_title(character)
            && let Some(length) = named_before(head, from + place)
        {
            titled = true;
            report(from + place - length, from + place);
        }
    }
    let quoted = |at: usize| text.get(at).is_some_and(|byte| b"\"'\\".contains(byte));
    if !titled
        && end - from <= 15
        && quoted(end)
        && quoted(from.wrapping_sub(1))
        && head.get(from..).and_then(|run| std::str::from_utf8(run).ok()).is_some_and(is_whole)
        && text.get(..from).is_some_and(|head| context::before(head) >= read::Context::Weak)
    {
        report(from, end);
    }
}

/// Whether a form of address may begin with this character: `様`, `さ`, `氏`, `殿`, `先`, `女`, `小`, `老`.
fn begins_title(character: &[u8]) -> bool {
    matches!(
        character,
        [0xe6, 0xa7, 0x98]
            | [0xe3, 0x81, 0x95]
            | [0xe6, 0xb0, 0x8f]
            | [0xe6, 0xae, 0xbf]
            | [0xe5, 0x85, 0x88]
            | [0xe5, 0xa5, 0xb3]
            | [0xe5, 0xb0, 0x8f]
            | [0xe8, 0x80, 0x81]
    )
}

/// The length of the name before the form of address that may stand at `at`.
fn named_before(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let begins = |title: &&&str| rest.starts_with(title.as_bytes());
    match JAPANESE_TITLES.iter().find(begins) {
        Some(title) => {
            let rest = rest.get(title.len()..)?;
            let other = JAPANESE_OTHERS.iter().any(|other| rest.starts_with(other.as_bytes()));
            let kanji = kanji_before(text, at);
            if other { None } else { parted_before(text, at - kanji.len(), kanji).or_else(|| japanese_before(kanji)) }
        }
        None => {
            CHINESE_TITLES.iter().find(begins)?;
            let head = kanji_before(text, at);
            japanese_before(head).or_else(|| chinese_before(head))
        }
    }
}

/// `黒柳 恵介様`: the length of a name whose given name is `given` and starts at `at`, behind a known family name and a blank.
fn parted_before(text: &[u8], at: usize, given: &str) -> Option<usize> {
    let head = text.get(..at)?;
    let blank = [" ", "\u{3000}"].iter().find(|blank| head.ends_with(blank.as_bytes()))?.len();
    let family = kanji_before(text, at - blank);
    ((1..=3).contains(&given.chars().count()) && JAPANESE.holds(family)).then_some(family.len() + blank + given.len())
}

/// The kanji directly before `at`, as many as a name and what tells it from a word may have.
fn kanji_before(text: &[u8], at: usize) -> &str {
    let head = text.get(..at).unwrap_or_default();
    let is_kanji = |character: &&[u8; 3]| matches!(character, [0xe4..=0xe9, _, _] | [0xe3, 0x80, 0x85]);
    let count = head.as_rchunks::<3>().1.iter().rev().take(KANJI_MAX).take_while(is_kanji).count();
    head.get(at - 3 * count..).and_then(|kanji| std::str::from_utf8(kanji).ok()).unwrap_or_default()
}

fn is_kanji(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '々')
}

/// The last `count` characters, each of three bytes, where so many are there.
fn last(text: &str, count: usize) -> Option<&str> {
    text.get(text.len().checked_sub(3 * count)?..)
}

/// The length of the Japanese name that is all of `run`, or that it ends with: `青木商店田中`.
fn japanese_before(run: &str) -> Option<usize> {
    // `田中` in a longer word is found below.
    let is_given = |given: &str| given.chars().count() <= 3 && !JAPANESE_PLACES.contains(&given) && given != "県";
    let given = |family: &str| run.get(family.len()..).is_some_and(is_given);
    if JAPANESE.beginning(run).any(given) {
        return Some(run.len());
    }
    [3, 2]
        .into_iter()
        .find(|count| last(run, *count).is_some_and(|family| JAPANESE.holds(family)))
        .map(|count| 3 * count)
}

/// The length of the Chinese name that `head` ends with: a family name, and a given name of one or two characters.
fn chinese_before(head: &str) -> Option<usize> {
    let double = |count: &usize| last(head, *count).is_some_and(|name| CHINESE_DOUBLE.beginning(name).next().is_some());
    if let Some(count) = (2..=4).rev().find(double) {
        return Some(3 * count);
    }
    let mut letters = head.chars().rev();
    let is_family = |letter: char| CHINESE.contains(letter) || CHINESE_TITLED.contains(letter);
    let (one, two, three) = (letters.next()?, letters.next(), letters.next());
    let count = match (two, three) {
        (two, Some(three)) if is_family(three) && !two.is_some_and(is_family) => 3,
        (Some(two), _) if is_family(two) => 2,
        // What begins a word where it stands behind another character: `关于老师`.
        (before, _) if is_family(one) => {
            before.is_none_or(|before| CHINESE.contains(one) || BEFORE_CHINESE.contains(before)).then_some(1)?
        }
        _ => return None,
    };
    let name = last(head, count)?;
    let ends = |count: usize| last(head, count).is_some_and(|word| CHINESE_WORDS.holds(word));
    let word = (2..=3).any(ends) || CHINESE_WORDS.beginning(name).next().is_some() || CHINESE_WHOLE.contains(&name);
    (!word).then_some(3 * count)
}

/// Whether all of `value` is a name of Japan or China.
fn is_whole(value: &str) -> bool {
    let count = value.chars().count();
    let placed = value.chars().next_back().is_some_and(|last| EAST_ASIAN_PLACES.contains(last));
    if placed || !value.chars().all(is_kanji) {
        return false;
    }
    let japanese = JAPANESE.beginning(value).any(|family| family.len() >= 6)
        && !last(value, 2).is_some_and(|end| JAPANESE_PLACES.contains(&end));
    let chinese = value.chars().next().is_some_and(|first| CHINESE.contains(first));
    let word = CHINESE_WORDS.beginning(value).next().is_some() || CHINESE_WHOLE.contains(&value);
    japanese && (4..=5).contains(&count) || chinese && !word && (2..=3).contains(&count)
}

/// Whether all of `value`, without blanks, is a name of these countries.
pub(super) fn is_person(value: &str) -> bool {
    let korean =
        value.chars().count() == 3 && is_korean_name(value) && !value.ends_with(['명', '값', '형', '름', '호']);
    korean || is_whole(value) || value.len() >= 6 && JAPANESE.holds(value)
}

/// A Korean name of three syllables before a form of address, in the same word or the next.
pub(super) fn korean(text: &[u8], end: usize) -> Option<Place> {
    let near = text.get(end.saturating_sub(WORD_MAX)..end).unwrap_or_default();
    let count = near.as_rchunks::<3>().1.iter().rev().take_while(|letter| matches!(letter[0], 0xea..=0xed)).count();
    let start = end - 3 * count;
    let rest = match count {
        0..3 => return None,
        3 if text.get(end) == Some(&b' ') => text.get(end + 1..)?,
        _ => text.get(start + 9..end)?,
    };
    if !begins_korean_title(rest) {
        return None;
    }
    let begins = |titles: &[&str]| titles.iter().any(|title| rest.starts_with(title.as_bytes()));
    let office = begins(KOREAN_OFFICES);
    let name = std::str::from_utf8(text.get(start..start + 9)?).ok()?;
    let department = office && name.chars().next_back().is_some_and(|last| KOREAN_DEPARTMENTS.contains(last));
    ((office || begins(KOREAN_TITLES)) && !department && is_korean_name(name)).then_some((start, start + 9))
}

fn is_korean_name(name: &str) -> bool {
    let given = name.get(3..).unwrap_or_default();
    let ends = name.chars().next_back().is_some_and(|last| KOREAN_ENDS.contains(last));
    let ordinary = ends && !KOREAN_GIVEN.holds(given) && !is_given_with_eun(given) || KOREAN_WORDS.holds(name);
    name.chars().next().is_some_and(|first| KOREAN.contains(first)) && !ordinary
}

/// `지은`, `하은`: as a particle `은` stands only behind a syllable that ends with a consonant.
fn is_given_with_eun(given: &str) -> bool {
    let mut syllables = given.chars();
    let open = syllables.next().is_some_and(|first| (u32::from(first).wrapping_sub(0xac00)) % 28 == 0);
    open && syllables.as_str() == "은"
}

/// Whether the text begins with `고`, `님`, `씨`, `선`, `대`, `과`, `차`, `부`, `팀` or `교`.
fn begins_korean_title(text: &[u8]) -> bool {
    matches!(
        text,
        [0xea, 0xb3, 0xa0 | 0xbc, ..]
            | [0xea, 0xb5, 0x90, ..]
            | [0xeb, 0x8b, 0x98, ..]
            | [0xeb, 0x8c, 0x80, ..]
            | [0xeb, 0xb6, 0x80, ..]
            | [0xec, 0x84, 0xa0, ..]
            | [0xec, 0x94, 0xa8, ..]
            | [0xec, 0xb0, 0xa8, ..]
            | [0xed, 0x8c, 0x80, ..]
    )
}
