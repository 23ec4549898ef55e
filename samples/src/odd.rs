//! Lines that crashes, full disks and strange programs leave behind.

use crate::json::{Json, obj};
use crate::ledger::Fate;
use crate::maker::{Draft, Label, Maker};
use crate::session::Session;

/// A private-use character that stands for the damage until the record is bytes.
const MARK: &str = "\u{e000}";

#[derive(Clone, Copy, Debug)]
enum Oddity {
    Cut,
    Glued,
    NulLine,
    NulPrefix,
    RawNewline,
    LoneSurrogate,
    NulEscape,
    InvalidUtf8,
    Deep,
    Empty,
    NotAnObject,
    TwiceTheKey,
}

const ALL: &[Oddity] = &[
    Oddity::Cut,
    Oddity::Glued,
    Oddity::NulLine,
    Oddity::NulPrefix,
    Oddity::RawNewline,
    Oddity::LoneSurrogate,
    Oddity::NulEscape,
    Oddity::InvalidUtf8,
    Oddity::Deep,
    Oddity::Empty,
    Oddity::NotAnObject,
    Oddity::TwiceTheKey,
];

/// Adds the next kind of damage to the records of a turn.
pub(crate) fn damage(maker: &mut Maker, session: &mut Session) {
    match maker.next_of("odd", ALL) {
        Oddity::Cut => tear(maker, b"\n", Fate::Event),
        Oddity::Glued => tear(maker, b"", Fate::Optional),
        Oddity::RawNewline => split(maker),
        Oddity::NulLine => junk(maker, session, &[&[0; 512], b"\n".as_slice()].concat()),
        Oddity::NulPrefix => {
            junk(maker, session, &[0; 512]);
            marked(maker, session, Fate::Optional, b"x");
        }
        Oddity::LoneSurrogate => marked(maker, session, Fate::Optional, b"\\ud83d"),
        Oddity::NulEscape => marked(maker, session, Fate::Event, b"\\u0000"),
        Oddity::InvalidUtf8 => marked(maker, session, Fate::Optional, &[0xC3, 0x28, 0xFF]),
        Oddity::Deep => {
            let deep = [vec![b'['; 300], vec![b']'; 300]].concat();
            marked(maker, session, Fate::Optional, &[b"\",\"deep\":".as_slice(), &deep, b",\"x\":\""].concat());
        }
        Oddity::Empty => {
            let line = maker.dice.pick(&["\n", "   \n", "\r\n"]);
            junk(maker, session, line.as_bytes());
        }
        Oddity::NotAnObject => {
            let line = maker.dice.pick(&["null\n", "[]\n", "\"text\"\n", "42\n", "{}\n", "{\"type\":7}\n"]);
            junk(maker, session, line.as_bytes());
        }
        Oddity::TwiceTheKey => marked(maker, session, Fate::Optional, b"\",\"role\":\"assistant\",\"content\":\"again"),
    }
}

/// A whole record that is longer than the limits of readers.
pub(crate) fn long_line(maker: &mut Maker, session: &mut Session, bytes: usize) {
    let text = maker.dice.base64(bytes);
    let mut lane = session.main.clone();
    let body = obj! {"message" => obj!{"role" => "user", "content" => text}};
    session.write(maker, &mut lane, "user", body, Label::fated("user", Fate::TooLong));
    session.main = lane;
}

/// A record whose text holds the given bytes in place of a mark; right behind it stands the rest of the string.
fn marked(maker: &mut Maker, session: &mut Session, fate: Fate, bytes: &[u8]) {
    let mut lane = session.main.clone();
    let text = maker.plain("the {a} {n} ") + MARK + &maker.plain(" and the {n}");
    let body = obj! {"message" => obj!{"role" => "user", "content" => text}};
    session.write(maker, &mut lane, "user", body, Label::fated("user", fate));
    session.main = lane;
    if let Some(draft) = maker.out.last_mut() {
        let mark = MARK.as_bytes();
        if let Some(at) = draft.bytes.windows(mark.len()).position(|window| window == mark) {
            draft.bytes.splice(at..at + mark.len(), bytes.iter().copied());
        }
    }
}

/// Bytes that are no record.
fn junk(maker: &mut Maker, session: &Session, bytes: &[u8]) {
    maker.emit(session.main.file.clone(), &session.id, &Json::Null, Label::fated("(junk)", Fate::Broken));
    if let Some(draft) = maker.out.last_mut() {
        draft.bytes = bytes.to_vec();
    }
}

/// A record of the turn that holds no token counts and has a later one of the same file behind it: both indexes.
fn pair(maker: &mut Maker) -> Option<(usize, usize)> {
    let plain = |draft: &Draft| {
        draft.usage.is_none() && draft.fate == Fate::Event && draft.uuid.is_some() && draft.bytes.len() > 200
    };
    let drafts = &maker.out;
    let pairs: Vec<(usize, usize)> = (0..drafts.len())
        .filter(|first| plain(&drafts[*first]))
        .filter_map(|first| {
            let next = (first + 1..drafts.len()).find(|next| drafts[*next].file == drafts[first].file)?;
            plain(&drafts[next]).then_some((first, next))
        })
        .collect();
    (!pairs.is_empty()).then(|| maker.dice.pick(&pairs))
}

/// Cuts a record in the middle; what follows it stands on the same line unless `end` is a newline.
fn tear(maker: &mut Maker, end: &[u8], next_fate: Fate) {
    let Some((first, next)) = pair(maker) else { return };
    let draft = &mut maker.out[first];
    let half = draft.bytes.len() / 2;
    draft.bytes.truncate(half);
    draft.bytes.extend_from_slice(end);
    draft.fate = Fate::Broken;
    maker.out[next].fate = next_fate;
}

/// Puts a raw newline into the middle of a record, which makes two broken lines of it.
fn split(maker: &mut Maker) {
    let Some((first, _)) = pair(maker) else { return };
    let draft = &mut maker.out[first];
    let half = draft.bytes.len() / 2;
    draft.bytes.insert(half, b'\n');
    draft.fate = Fate::Broken;
}
