//! Values known to identify this machine's user, and user names in the paths of home folders.

use std::sync::LazyLock;

use crate::detect::KnownIdentities;
use crate::detect::builtin::Builtin;
use crate::detect::judge::value;
use crate::detect::search::{AHEAD, Search, byte_at};
use crate::detect::sets::lexicon::List;
use crate::detect::sets::literals::{Literal, Target};

/// Shorter values would be found in ordinary words.
const LENGTH_MIN: usize = 3;
/// Bytes before `home` or `Users` that tell whether home folders lie there.
const MOUNT_MAX: usize = 64;

/// One known value in one spelling.
pub(in crate::detect) struct Known {
    pub builtin: Builtin,
}

/// Names of home folders and logins that belong to nobody in particular.
const NOBODY: &str = "\
    runner ubuntu root shared public user users username user_name your-name yourname your_name you me name \
    admin administrator guest default node vscode codespace ec2-user debian centos fedora pi vagrant docker \
    jenkins gitlab-runner git linuxbrew travis circleci app www-data nobody home dev developer claude agent \
    staff wheel daemon bin sys adm games man mail news backup sudo docker systemd everyone oauth oauth2 token anonymous \
    x-access-token x-token-auth svn hg ftp gerrit messagebus sshd \
    src utmp kmem disk dialout plugdev crontab shadow audio video netdev apache tomcat \
    build builder test nixbld appuser jovyan sandbox someone foo bar example localhost local host unknown \
    workspace xxx alice bob postgres mysql redis nginx coder gitpod deploy defaultuser publicuser library \
    polkitd ssl-cert avahi colord geoclue rtkit uuidd tcpdump chrony dnsmasq unbound postfix opendkim dovecot vmail \
    libvirt-qemu fwupd-refresh pollinate elasticsearch kibana logstash rabbitmq grafana prometheus influxdb mongodb mongod \
    memcache memcached cassandra zookeeper kafka airflow keycloak haproxy nextjs nodejs appgroup webapp nonroot nogroup wwwrun \
    minio gitea clickhouse etcd \
    containeradministrator runneradmin vsts sbx_user1051 opc azureuser core admin_user john jane johndoe janedoe";

/// Whether a login or folder name tells nothing about a person.
pub(in crate::detect) fn is_nobody(name: &[u8]) -> bool {
    static NAMES: LazyLock<List> = LazyLock::new(|| List::new(NOBODY));
    NAMES.holds(name)
}

/// Whether a login may be somebody's, perhaps with a host behind an `@`.
pub(in crate::detect) fn is_login(text: &[u8]) -> bool {
    let name = text.split(|byte| *byte == b'@').next().unwrap_or_default();
    name.len() >= LENGTH_MIN
        && name.iter().any(u8::is_ascii_lowercase)
        && !is_nobody(name)
        && !name.starts_with(b"_")
        && !name.starts_with(b"systemd")
        && !value::is_placeholder(name)
}

/// The literals for all known values.
pub(in crate::detect) fn literals(known: &KnownIdentities) -> (Vec<Known>, Vec<Literal>) {
    let mut values = Vec::new();
    let mut literals = Vec::new();
    let mut add = |builtin, text: &str, ignore_case| {
        let text = text.trim();
        let nobody = builtin != Builtin::KnownEmail && is_nobody(text.as_bytes());
        if text.len() < LENGTH_MIN || nobody {
            return;
        }
        let target = Target::Known(values.len() as u16);
        values.push(Known { builtin });
        literals.push(Literal { bytes: text.as_bytes().to_vec(), before: 0, ignore_case, target });
    };
    for email in &known.emails {
        add(Builtin::KnownEmail, email, true);
    }
    for name in &known.names {
        add(Builtin::KnownName, name, true);
        // A full name also stands in user names and addresses: `Ada.Lovelace`, `ada_lovelace`.
        if name.split_whitespace().count() > 1 {
            for joint in [".", "_", "-", ""] {
                let joined: Vec<_> = name.split_whitespace().collect();
                add(Builtin::KnownName, &joined.join(joint), true);
            }
        }
    }
    for host in &known.hosts {
        add(Builtin::KnownHost, host, true);
        if let Some((first, _)) = host.split_once('.') {
            add(Builtin::KnownHost, first, true);
        }
    }
    for login in &known.logins {
        add(Builtin::KnownLogin, login, true);
    }
    for home in &known.homes {
        if let Some(name) = home.rsplit(['/', '\\']).find(|part| !part.is_empty()) {
            add(Builtin::KnownLogin, name, true);
        }
    }
    for word in ["home", "Users", "Documents and Settings", "run/media"] {
        literals.push(Literal { bytes: word.as_bytes().to_vec(), before: 0, ignore_case: true, target: Target::Home });
    }
    (values, literals)
}

impl Search<'_> {
    /// A known value may stand at `word`.
    pub(in crate::detect) fn known_value(&mut self, literal: &Literal, index: usize, word: usize) {
        self.open(word, AHEAD);
        let place = self.window.place(word);
        let Some(start) = literal.start_in(self.window.bytes(), place) else { return };
        let end = start + literal.bytes.len();
        let bytes = self.window.bytes();
        if !ends_with_letter(bytes.get(..start).unwrap_or_default())
            && !starts_with_letter(bytes.get(end..).unwrap_or_default())
            && let Some(known) = self.parts.known.get(index)
        {
            self.report_places(known.builtin, start, end);
        }
    }

    /// `home` or `Users` ends at `end`: the next part of the path is somebody's name.
    pub(in crate::detect) fn home(&mut self, word: usize, end: usize) {
        let text = self.text;
        let joint = byte_at(text, end);
        let lead = byte_at(text, word.wrapping_sub(1));
        if !matches!(joint, b'/' | b'\\' | b'-') || (lead != joint && !(lead == b'/' && joint == b'\\')) || word == 0 {
            return;
        }
        let slashes = text
            .get(..word)
            .unwrap_or_default()
            .iter()
            .rev()
            .take(16)
            .take_while(|byte| **byte == lead || **byte == b'\\')
            .count();
        let root = word - slashes;
        let before = byte_at(text, root.wrapping_sub(1));
        let drive = before == b':'
            || (before.is_ascii_alphabetic() && matches!(byte_at(text, root.wrapping_sub(2)), b'/' | b'\\'));
        let windows = text.get(word) == Some(&b'U') || joint == b'\\';
        let letter = ends_with_letter(text.get(..root).unwrap_or_default());
        let head = text.get(..root).unwrap_or_default();
        let media = text.get(word) == Some(&b'r');
        let rooted = root == 0 || !(letter || b"_.-~}>)*]".contains(&before)) || !media && is_mounted(head, joint);
        let drive = drive || head.ends_with(b"%3A") || head.ends_with(b"%3a");
        // `\n/home/x`: the letter belongs to an escape.
        let escaped = matches!(before, b'n' | b't' | b'r') && byte_at(text, root.wrapping_sub(2)) == b'\\';
        if !(rooted || escaped || (windows && (drive || joint == b'-')))
            || (text.get(word) == Some(&b'u') && joint != b'\\')
        {
            return;
        }
        let mut start = end;
        while byte_at(text, start) == joint && start - end < 16 {
            start += 1;
        }
        let quoted = b"\"'".contains(&before);
        let stop = user_end(text, start, joint);
        let stop = further_names(text, stop, joint, quoted);
        let name = text.get(start..stop).unwrap_or_default();
        let follows = byte_at(text, stop);
        let variable = matches!(follows, b'$' | b'{' | b'<' | b'*' | b'[' | b'(' | b'%');
        let page = follows != joint && is_page(name);
        // No system lets a login begin with a full stop.
        let hidden = name.first() == Some(&b'.');
        if name.len() < 2 || variable || page || hidden || is_nobody(name) || (joint == b'-' && follows != b'-') {
            return;
        }
        self.report(Builtin::HomeUser, start, stop);
    }
}

/// A file of a folder or a site that is called `home`: `/home/index.html`, `(/home/index.js:3:14)`.
fn is_page(name: &[u8]) -> bool {
    const EXTENSIONS: [&[u8]; 16] = [
        b".js", b".mjs", b".cjs", b".jsx", b".ts", b".tsx", b".vue", b".svelte", b".html", b".htm", b".php", b".py",
        b".css", b".scss", b".json", b".svg",
    ];
    EXTENSIONS.iter().any(|extension| name.len() > extension.len() && name.ends_with(extension))
}

/// Whether the last character is a letter or a digit of any script. An arrow, a quote or a dash is none, although it is not
/// ASCII either: tools number lines as in `5\u{2192}/home/ada`.
fn ends_with_letter(text: &[u8]) -> bool {
    let character = text.len() - text.iter().rev().take(4).take_while(|byte| **byte & 0xc0 == 0x80).count().min(3);
    let start = if text.last().is_some_and(u8::is_ascii) { text.len() } else { character };
    let last = std::str::from_utf8(text.get(start.saturating_sub(1)..).unwrap_or_default()).ok();
    last.and_then(|last| last.chars().next()).is_some_and(char::is_alphanumeric)
}

/// Whether the first character is a letter or a digit of any script.
fn starts_with_letter(text: &[u8]) -> bool {
    let first = text.get(..text.len().min(4)).unwrap_or_default().utf8_chunks().next();
    first.and_then(|first| first.valid().chars().next()).is_some_and(char::is_alphanumeric)
}

/// Whether home folders lie in the folder at the end of `head`: on other volumes, or on another machine, `\\\\server\\users`.
fn is_mounted(head: &[u8], joint: u8) -> bool {
    const FOLDERS: [&[u8]; 12] = [
        b"/var", b"/export", b"/data", b"/Data", b"/mnt", b"/net", b"/nfs", b"/hostfs", b"/rootfs", b"/host", b"/file",
        b"/usr",
    ];
    let near = head.get(head.len().saturating_sub(MOUNT_MAX)..).unwrap_or_default();
    if joint == b'/' {
        let volume = near.iter().rposition(|byte| *byte == b'/').and_then(|at| near.get(..at));
        return FOLDERS.iter().any(|folder| near.ends_with(folder))
            || volume.is_some_and(|it| it.ends_with(b"/Volumes"));
    }
    if joint != b'\\' {
        return false;
    }
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"\\.$_-".contains(byte);
    let path = near.get(near.len() - near.iter().rev().take_while(is_part).count()..).unwrap_or_default();
    let slashes = |text: &[u8]| text.iter().take_while(|byte| **byte == b'\\').count();
    let first = slashes(path);
    // The name of the server follows twice as many backslashes as any other part.
    let next =
        path.get(first..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\').and_then(|at| rest.get(at..)));
    first >= 2 && first < path.len() && next.is_none_or(|rest| slashes(rest) * 2 <= first)
}

/// The end of the further words of a user's name with blanks in it that ends at `stop`: only where the path goes on behind them.
fn further_names(text: &[u8], stop: usize, joint: u8, quoted: bool) -> usize {
    let mut end = stop;
    for _ in 0..3 {
        let rest = text.get(end..).unwrap_or_default();
        let blank = if rest.starts_with(b"%20") { 3 } else { usize::from(rest.starts_with(b" ")) };
        let word = rest.get(blank..).unwrap_or_default();
        let length = word
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte) || **byte >= 0x80)
            .count();
        let capital = word.first().is_some_and(|first| first.is_ascii_uppercase() || *first >= 0x80);
        if blank == 0 || length == 0 || joint == b'-' || !(capital || quoted || blank == 3) {
            break;
        }
        end += blank + length;
    }
    if byte_at(text, end) == joint { end } else { stop }
}

/// The end of a user's name that starts at `start` in a path whose parts are joined by `joint`.
fn user_end(text: &[u8], start: usize, joint: u8) -> usize {
    let dashed = joint == b'-';
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.iter().take(64).take_while(|byte| {
        byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80 || (!dashed && b".-@".contains(byte))
    });
    let mut end = start + length.count();
    while end > start && text.get(end - 1).is_some_and(|byte| b".-@".contains(byte)) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_common_names_are_not_known_values() {
        let known = KnownIdentities {
            logins: vec!["ab".into(), "root".into(), "zuleika".into()],
            ..KnownIdentities::default()
        };
        let (values, _) = literals(&known);
        assert_eq!(values.len(), 1);
    }

    #[test]
    fn letters_of_any_script_are_told_from_other_characters() {
        for (text, expected) in [("", false), ("a", true), ("7", true), (":", false), ("x\u{2192}", false)] {
            assert_eq!(ends_with_letter(text.as_bytes()), expected, "{text}");
        }
        for (text, expected) in
            [("é", true), ("\u{2192}", false), ("\u{1f600}", false), ("日", true), ("\u{201c}", false)]
        {
            assert_eq!(ends_with_letter(text.as_bytes()), expected, "{text}");
            assert_eq!(starts_with_letter(format!("{text}abcd").as_bytes()), expected, "{text}");
        }
        assert!(!ends_with_letter(b"a\x92") && !starts_with_letter(b"\x92a") && !starts_with_letter(b""));
    }

    #[test]
    fn a_user_name_ends_with_its_path_part() {
        assert_eq!(user_end(b"jo.ann-x/src", 0, b'/'), 8);
        assert_eq!(user_end(b"joann-src", 0, b'-'), 5);
        assert_eq!(user_end(b"joann.", 0, b'/'), 5);
    }
}
