//! Passwords among the arguments of commands and calls that say little by themselves: `curl -u ann:pw`, `mysql -ppw`,
//! `SetBasicAuth("ann", "pw")`; and the values of a Kubernetes secret.
//!
//! A row of [`programs`], [`settings`], [`phrases`] or [`calls`] names where the password stands. [`passwords`] reads the command's words and looks the row up.

mod arguments;
mod asked;
mod behind;
mod blocks;
mod calls;
mod kept;
mod line;
mod listed;
mod may;
mod near;
mod phrases;
mod printed;
mod programs;
mod proof;
mod row;
mod settings;
mod starts;
mod table;
mod words;

use super::mentioned;
use crate::detect::judge::{generic, value};
use arguments::argument;
use kept::{is_kept, replaced, set};
use line::{is_echo, own_line, within_code_span};
use proof::is_proved;
use row::{Place, Proof, Row};
use table::Command;
use words::Words;

pub(in crate::detect) use may::may_have_password;
pub(in crate::detect) use printed::{any_prints, is_answer};
pub(in crate::detect) use table::COMMANDS;

/// Words of a command line that are looked at.
const WORDS_MAX: usize = 32;

/// Bytes of a command line that are looked at.
const LINE_MAX: usize = 768;

/// Those of a line that `echo` or `printf` prints: words that stand in half of all scripts.
const ECHO_MAX: usize = 320;

/// What a test logs in to, as the first argument.
const PAGES: [&str; 9] =
    ["page,", "ctx,", "context,", "browser,", "driver,", "request,", "this.page,", "client,", "app,"];

/// Bytes before and after a command in which what a row asks for may stand.
const NEAR_MAX: usize = 200;

/// Bytes of a sentence that are looked at.
const SENTENCE_MAX: usize = 160;

/// As many passwords are found for one command.
const FOUND_MAX: usize = 8;

/// Where passwords stand.
pub(in crate::detect) type Found = [Option<(usize, usize)>; FOUND_MAX];

/// The places of passwords in the command line, call or block that starts at `at`.
pub(in crate::detect) fn passwords(text: &[u8], at: usize) -> Found {
    let mut found = Found::default();
    let text_after = text.get(at..).unwrap_or_default();
    let line_max = if is_echo(text_after) { ECHO_MAX } else { LINE_MAX };
    let line = text_after.get(..text_after.len().min(line_max)).unwrap_or_default();
    let line = within_code_span(text, at, line);
    if line.starts_with(b"data") || line.starts_with(b"stringData") {
        return blocks::secret_values(text, at);
    }
    if behind::NAMES.iter().any(|name| line.starts_with(name.as_bytes())) {
        let found = behind::password(text, at);
        if found[0].is_some() {
            return found;
        }
    }
    if asked::may_ask(text, at) {
        return asked::answer(text, at);
    }
    if blocks::is_account_list(line) {
        return blocks::accounts(text, at);
    }
    for read in [listed::secrets, printed::below] {
        let found = read(text, at);
        if found[0].is_some() {
            return found;
        }
    }
    let mut slots = found.iter_mut();
    for command in table::rows(line) {
        let row = command.row;
        let (line, own) = own_line(row, line);
        if !is_near(text, at, line, command) {
            continue;
        }
        of_row(row, own, &mut |place| {
            if let Some(slot) = slots.next() {
                *slot = Some((at + place.0, at + place.1));
            }
        });
    }
    found
}

/// Whether what a row asks for stands in the line, or near it.
fn is_near(text: &[u8], at: usize, line: &[u8], command: &Command) -> bool {
    let Command { row, needs, near } = command;
    needs.stands_in(line)
        && near.stands_in(text.get(at.saturating_sub(NEAR_MAX)..text.len().min(at + NEAR_MAX)).unwrap_or_default())
        && (row.place != Place::Statement || in_statement(text, at + row.name.len()))
        && (row.proof != Proof::Setting || begins_line(text, at))
}

/// Whether nothing but blanks, a prompt or the number of a line stands before `at` in its line.
fn begins_line(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(48)..at).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).and_then(|end| before.get(end + 1..)).unwrap_or(before);
    let line = line.trim_ascii();
    line.iter().all(u8::is_ascii_digit)
        || line.ends_with("\u{2192}".as_bytes())
        || line.ends_with(b"#")
        || line.ends_with(b">")
}

/// `login(page, "ann", …)`, `login(page, "admin")`: behind what it is logged in to stands the account.
fn is_account_on_page(row: &Row, line: &[u8], (start, end): (usize, usize)) -> bool {
    let on_page =
        PAGES.iter().any(|page| line.get(row.name.len()..).is_some_and(|rest| rest.starts_with(page.as_bytes())));
    let more = line.get(end + 1) == Some(&b',');
    on_page && (more || !line.get(start..end).is_some_and(generic::is_short_password))
}

/// The passwords in a line that begins with the name of the row.
fn of_row(row: &Row, line: &[u8], found: &mut dyn FnMut((usize, usize))) {
    if let Place::Argument(wanted) = row.place {
        let place = argument(line, row.name.len(), wanted).filter(|place| is_proved(row, line, *place));
        let place = place.filter(|place| !(wanted == 2 && is_account_on_page(row, line, *place)));
        return place.into_iter().for_each(found);
    }
    if row.place == Place::Sentence {
        return sentence(line, row.name.len(), found);
    }
    if row.place == Place::Login {
        return login(line, row.name.len()).filter(|place| is_proved(row, line, *place)).into_iter().for_each(found);
    }
    let mut words = Words::new(line, row.name.len());
    let (mut position, mut last) = (0, None);
    for _ in 0..WORDS_MAX {
        let Some(word) = words.next() else { break };
        // The switches of Windows may stand anywhere: `net user /add ann …`.
        if row.name.starts_with("net ") && line.get(word.0) == Some(&b'/') {
            continue;
        }
        let place = flagged(row, line, word, &mut words).filter(|place| is_literal(row, line, *place)).or_else(|| {
            position += usize::from(!line.get(word.0..word.1).is_some_and(|word| word.starts_with(b"-")));
            positional(row, line, word, position, &mut words)
        });
        let stop = |place: (usize, usize)| row.proof == Proof::Number && line.get(place.1 - 1) == Some(&b'.');
        let place = place.map(|place| (place.0, place.1 - usize::from(stop(place))));
        // A command is fed once.
        let fed = row.place == Place::Here && place.is_some();
        if let Some(place) = place.filter(|place| is_value(line, *place) && is_proved(row, line, *place)) {
            found(place);
            if row.place == Place::Bare {
                return;
            }
        }
        if fed {
            return;
        }
        last = Some(word);
    }
    if row.place == Place::Last
        && let Some((start, end)) = last
    {
        let sign = line.get(start..end).and_then(|word| memchr::memchr(b':', word)).map_or(0, |sign| sign + 1);
        Some((start + sign, end))
            .filter(|it| is_value(line, *it) && is_proved(row, line, *it))
            .into_iter()
            .for_each(found);
    }
}

/// The striking words of the sentence that `line` starts with.
fn sentence(line: &[u8], name: usize, found: &mut dyn FnMut((usize, usize))) {
    let mut at = name;
    while let Some((start, end)) = mentioned::next_word(line, at, line.len().min(SENTENCE_MAX)) {
        at = end;
        let (start, end) = mentioned::trimmed(line, start, end);
        if end < SENTENCE_MAX
            && let Some(place) = mentioned::striking_part(line, start, end)
        {
            found(place);
        }
    }
}

/// The word behind the account that `line` starts with, its host and a sign.
fn login(line: &[u8], name: usize) -> Option<(usize, usize)> {
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    let host = if line.get(name) == Some(&b'@') {
        1 + line.get(name + 1..)?.iter().take(64).take_while(|byte| is_host(byte)).count()
    } else {
        0
    };
    let rest = line.get(name + host..)?;
    let arrow = [" -> ", " => ", " \u{2192} "].iter().find(|arrow| rest.starts_with(arrow.as_bytes()));
    let gap =
        arrow.map_or_else(|| rest.iter().take(3).take_while(|byte| b" :/".contains(byte)).count(), |arrow| arrow.len());
    let start = name + host + gap;
    let signed = arrow.is_some() || rest.iter().take(gap).any(|byte| b":/".contains(byte));
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`),;".contains(byte);
    let length = line.get(start..)?.iter().position(ends).unwrap_or(line.len() - start);
    let word = line.get(start..start + length)?;
    let length = word.strip_suffix(b".").unwrap_or(word).len();
    (signed && length > 0).then_some((start, start + length))
}

/// The password that a flag introduces or holds.
fn flagged(row: &Row, line: &[u8], word: (usize, usize), words: &mut Words<'_>) -> Option<(usize, usize)> {
    let (start, end) = word;
    let text = line.get(start..end)?;
    if row
        .flags
        .iter()
        .any(|flag| text.eq_ignore_ascii_case(flag.as_bytes()) && flag.len() > 2 || text == flag.as_bytes())
    {
        let next = words.next();
        // `IDENTIFIED BY VALUES '…'`: the hash of a password.
        let told = next.and_then(|(start, end)| line.get(start..end));
        let hash =
            row.place == Place::Statement && matches!(told, Some(b"PASSWORD" | b"VALUES" | b"password" | b"values"));
        return if hash { words.next() } else { next };
    }
    if let Some(flag) = row.glued.iter().find(|flag| text.starts_with(flag.as_bytes()) && text.len() > flag.len()) {
        let value = text.get(flag.len()..)?;
        let quote = usize::from(value.first().is_some_and(|byte| b"\"'".contains(byte)));
        return (value.len() >= 3 && value.first() != Some(&b'=')).then_some((start + flag.len() + quote, end));
    }
    let bundled = row.name == "curl" && text.len() <= 5 && text.ends_with(b"u") && is_bundle(text);
    let parted = if bundled { Some(&"-u") } else { None };
    let text = if bundled { b"-u".as_slice() } else { text };
    let parted = parted.or_else(|| row.pairs.iter().find(|flag| text.starts_with(flag.as_bytes())))?;
    let pair = if text.len() == parted.len() {
        words.next()?
    } else {
        let glued = text.get(parted.len()..)?;
        (start + parted.len() + usize::from(glued.first() == Some(&b'=')), end)
    };
    let user = line.get(pair.0..pair.1)?;
    let sign = user.iter().position(|byte| row.parts.contains(byte))?;
    let password = (pair.0 + sign + 1, pair.1);
    // `curl` takes the pair as a whole, and some users are tokens.
    let whole = row.name == "curl" && row.proof == Proof::None || row.name == "http";
    // `curl -u …:`: a token in place of an account.
    if row.name == "curl" && password.0 == password.1 {
        let token = user.get(..sign).is_some_and(is_account_token);
        return token.then_some((pair.0, pair.0 + sign));
    }
    is_value(line, password).then_some(if whole { pair } else { password })
}

/// What stands where an account does and no name is: a token.
fn is_account_token(text: &[u8]) -> bool {
    let form = value::shape(text);
    let mixed = form.length >= 16 && form.digit >= 2 && form.upper >= 2 && form.lower >= 2;
    generic::is_told_token(text) || mixed && !value::is_wordlike(text) && !value::is_placeholder(text)
}

/// `-sSu`: flags of one letter in one word.
fn is_bundle(text: &[u8]) -> bool {
    text.strip_prefix(b"-").is_some_and(|flags| flags.iter().all(u8::is_ascii_alphabetic))
}

/// Statements name a password in quotes, or one that is no word.
fn is_literal(row: &Row, line: &[u8], (start, end): (usize, usize)) -> bool {
    let quote = start.checked_sub(1).and_then(|at| line.get(at));
    row.place != Place::Statement
        || quote.is_some_and(|byte| b"\"'".contains(byte))
        || line.get(start..end).is_some_and(generic::is_given_password)
}

/// The password that stands at a place among the words that are no flags.
fn positional(
    row: &Row,
    line: &[u8],
    word: (usize, usize),
    position: usize,
    words: &mut Words<'_>,
) -> Option<(usize, usize)> {
    match row.place {
        Place::Word(wanted) if wanted == position => Some(word),
        Place::Token(wanted) if wanted == position => {
            line.get(word.0..word.1).is_some_and(generic::is_machine_made).then_some(word)
        }
        Place::Between(before, after) => {
            let text = line.get(word.0..word.1)?;
            let from = text.iter().position(|byte| *byte == before)? + 1;
            let to = from + text.get(from..)?.iter().position(|byte| *byte == after)?;
            Some((word.0 + from, word.0 + to))
        }
        Place::Pair(sign) if position == 1 => {
            let text = line.get(word.0..word.1)?;
            let from = text.iter().position(|byte| *byte == sign)? + 1;
            Some((word.0 + from, word.1))
        }
        Place::Set => set(line.get(word.0..word.1)?).map(|start| (word.0 + start, word.1)),
        Place::Replaced => replaced(line.get(word.0..word.1)?).map(|(from, to)| (word.0 + from, word.0 + to)),
        Place::Here => {
            let text = line.get(word.0..word.1)?;
            let fed = match text.strip_prefix(b"<<<") {
                Some(b"" | b"$") => words.next()?,
                Some(rest) => (word.1 - rest.len(), word.1),
                // What is fed stands in the line below.
                None => text.strip_prefix(b"<<").filter(|end| !end.is_empty()).and_then(|_| words.next())?,
            };
            // An account and its password.
            let sign = line.get(fed.0..fed.1).and_then(|text| memchr::memchr(b':', text)).map_or(0, |sign| sign + 1);
            Some((fed.0 + sign, fed.1))
        }
        Place::Bare => {
            let text = line.get(word.0..word.1)?;
            let other =
                text.ends_with(b":") || text.contains(&b'\\') || text.first().is_some_and(|byte| b"-/*".contains(byte));
            (!other).then_some(word)
        }
        Place::Behind(sign) => {
            let text = line.get(word.0..word.1)?;
            (text.first() == Some(&sign)).then_some((word.0 + 1, word.1))
        }
        Place::Word(_)
        | Place::Token(_)
        | Place::Pair(_)
        | Place::Argument(_)
        | Place::Flags
        | Place::Statement
        | Place::Login
        | Place::Sentence
        | Place::Last => None,
        Place::Written => {
            let one = !line.get(word.0..word.1)?.iter().any(u8::is_ascii_whitespace);
            (position <= 2 && one && is_kept(line.get(word.1..)?)).then_some(word)
        }
    }
}

/// Whether words of a statement about an account stand before `at`.
fn in_statement(text: &[u8], at: usize) -> bool {
    const WORDS: &[&str] = &[
        "create user",
        "alter user",
        "create role",
        "grant ",
        "set password",
        "create login",
        "user if",
        "database link",
    ];
    let before = text.get(at.saturating_sub(160)..at).unwrap_or_default();
    let before = before.rsplit(|byte| *byte == b';').next().unwrap_or_default().to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&before, word.as_bytes()).is_some())
}

/// Whether a word may be a password: no placeholder, no variable, no code.
fn is_value(line: &[u8], (start, end): (usize, usize)) -> bool {
    let Some(word) = line.get(start..end) else { return false };
    let variable = word.starts_with(b"$") && !value::ends_like_a_password(word) && !value::is_scrambled(word);
    // ``:class:`Credentials` ``, as Sphinx refers to it.
    let role = word.starts_with(b"class:`");
    word.len() >= 3 && !value::is_placeholder(word) && !generic::is_marker(word) && !variable && !role
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<&str> {
        let at = COMMANDS.iter().filter_map(|name| line.find(name)).min().unwrap_or(0);
        let found = passwords(line.as_bytes(), at);
        found.into_iter().flatten().filter_map(|(start, end)| line.get(start..end)).collect()
    }

    #[test]
    fn passwords_follow_the_flags_of_their_commands() {
        for (line, expected) in [
            ("curl -u ann:open1 https://x.test", Some("ann:open1")),
            ("curl -s --user 'ann:op en' https://x.test", Some("ann:op en")),
            ("curl -u ann:'op en1' https://x.test", Some("ann:'op en1")),
            ("curl -u ann https://x.test", None),
            ("mysql -uroot -popen1 db", Some("open1")),
            ("mysql -uroot -p'open1' db", Some("open1")),
            ("mysql -p db", None),
            ("sshpass -p open1 ssh host", Some("open1")),
            ("redis-cli -a open1 ping", Some("open1")),
            ("docker login -u ann -p open1 r.test", Some("open1")),
            ("docker run -p 80:80 x", None),
            ("curl https://x.test \\\n  -u ann:open1", Some("ann:open1")),
            ("CREATE USER a IDENTIFIED BY 'open1';", Some("open1")),
            ("all columns identified by \"colUsed\"", None),
            ("machine x.test login ann password open1", Some("open1")),
            ("az login --service-principal -u app -p open1 --tenant t", Some("open1")),
            ("zip -P open1 a.zip a.txt", Some("open1")),
            ("zip -r a.zip a.txt", None),
            ("7z x -popen1 a.7z", Some("open1")),
            ("smbclient //files/share -U ann%open1", Some("open1")),
            ("net use Z: \\\\files\\share /user:ann open1", Some("open1")),
            ("net use Z: \n", None),
            ("net use Z: \nas\\data open1 /user:ann", Some("open1")),
            ("net user ann open1 /add", Some("open1")),
            ("fly secrets set A=Open-1987 B=b", Some("Open-1987")),
            ("kubectl create secret generic a --from-literal=user=ann --from-literal=b='Open-1987'", Some("Open-1987")),
            ("vault kv put secret/a user=ann pin=Open-1987", Some("Open-1987")),
            ("vault kv put secret/a user=ann host=db.internal region=us-east-1", None),
            ("vault kv put secret/a api=xQ4YpALA8mF3rT7q", Some("xQ4YpALA8mF3rT7q")),
            ("vault kv put secret/a mail=2ab2376a8acbad261ab2376a7acbad26", None),
            ("gh secret set A --body Open-1987", Some("Open-1987")),
            ("net user /add ann open1 /domain", Some("open1")),
            ("net user /add ann", None),
            ("echo 'open1' | sudo -S ls", Some("open1")),
            ("echo 'ann:open1' | chpasswd", Some("open1")),
            ("echo 'open1' > a.txt", None),
            ("htpasswd -b -c .htpasswd ann open1", Some("open1")),
            ("sqlplus app/open1@//db:1521/shop", Some("open1")),
            ("rabbitmqctl add_user app open1", Some("open1")),
            ("rabbitmqctl list_users", None),
            ("mc alias set acme https://s3.test minio open1", Some("open1")),
            ("lftp -u ann,open1 files.test", Some("open1")),
            ("snmpwalk -v3 -u ann -A open1 10.0.0.5", Some("open1")),
            ("req.SetBasicAuth(\"admin\", \"open1\")", Some("open1")),
            ("requests.get(url, auth=('admin', 'open1'))", Some("open1")),
            ("mysqli_connect('localhost', 'root', 'open1', 'shop')", Some("open1")),
            ("getConnection(url, \"sa\", \"open1\");", Some("open1")),
            ("SetBasicAuth(user, password)", None),
            ("if basic_auth:\n    h[\"a\"] = \"Basic \" + x", None),
        ] {
            assert_eq!(all(line).first().copied(), expected, "{line}");
        }
    }

    #[test]
    fn passwords_stand_at_their_place_in_what_servers_and_calls_are_told() {
        for (line, expected) in [
            ("a001 LOGIN ann Open-1987!", Some("Open-1987!")),
            ("a001 LOGIN \"ann@x.test\" \"Open-1987!\"", Some("Open-1987!")),
            ("a001 LOGIN failed again", None),
            ("CREATE LOGIN ann Open-1987!", None),
            ("NickServ IDENTIFY Open-1987!", Some("Open-1987!")),
            ("NickServ :identify ann Open-1987!", Some("Open-1987!")),
            ("NickServ identify yourself", None),
            ("createUser ann SHA \"Open-1987!\" AES", Some("Open-1987!")),
            ("describe(ann, \"Open-1987!\")", None),
            ("op signin x.test ann@x.test A3-Q7ZP4X-W2LR9T", Some("A3-Q7ZP4X-W2LR9T")),
            ("op signin --account x.test", None),
            ("networksetup -setairportnetwork en0 Office Open-1987!", Some("Open-1987!")),
            ("printf '%s' Open-1987! | su - root", Some("Open-1987!")),
            ("sp_addlogin 'ann', 'Open-1987!';", Some("Open-1987!")),
            ("strcpy(password, \"Open-1987!\");", Some("Open-1987!")),
            ("strcpy(name, \"Open-1987!\");", None),
            ("strcpy(password, \"unknown\");", None),
            ("SecretKeySpec(\"Open-1987!\".getBytes(), \"AES\")", Some("Open-1987!")),
        ] {
            assert_eq!(all(line).first().copied(), expected, "{line}");
        }
    }

    #[test]
    fn values_of_a_kubernetes_secret_are_found_whatever_their_names() {
        let text = "kind: Secret\napiVersion: v1\ndata:\n  a: b3BlbjE=\n  # b\n  user: \"YW5uYmVs\"\ntype: Opaque\nx: y3BlbjE=\n";
        assert_eq!(all(text), ["b3BlbjE=", "YW5uYmVs"]);
        let after = "data:\n\textra: YWRtaW46cGFzcw==\nkind: secret\n";
        assert_eq!(all(after), ["YWRtaW46cGFzcw=="]);
        assert!(all("kind: ConfigMap\ndata:\n  a: b3BlbjE=\n").is_empty());
    }
}
