//! The definition's text: a file of `packaging/` with this installation's words in it.

use super::{Manager, Service};

const UNIT: &str = include_str!("../../../packaging/linux/bcce-agent.service");
const AGENT: &str = include_str!("../../../packaging/macos/io.github.bcce-agent.plist");
const TASK: &str = include_str!("../../../packaging/windows/bcce-agent-task.xml");

/// What the files hold where the words go. A test holds that each has it once.
pub(super) const PLACES: [(&str, &str); 3] = [
    (UNIT, "/usr/bin/bcce-agent run --wait"),
    (
        AGENT,
        "        <string>/usr/local/bin/bcce-agent</string>\n        <string>run</string>\n        <string>--wait</string>\n",
    ),
    (TASK, "\"@PROGRAM@\" run --wait"),
];

/// A path or a name cannot stand in a definition.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a path of this installation holds characters that a service definition cannot hold")]
pub struct Unwritable;

impl Service {
    /// The text of the definition.
    ///
    /// # Errors
    /// When a path holds control characters, or quotes on Windows.
    pub fn definition(&self) -> Result<String, Unwritable> {
        let words: Vec<&str> = self.words().collect();
        let forbidden = |c: char| c.is_control() || (self.manager == Manager::TaskScheduler && c == '"');
        if words.iter().any(|word| word.contains(forbidden)) || self.user.contains(forbidden) {
            return Err(Unwritable);
        }
        let [unit, agent, task] = PLACES;
        let text = match self.manager {
            Manager::Systemd => put(unit, &words.iter().map(|word| unit_word(word)).collect::<Vec<_>>().join(" ")),
            Manager::Launchd => {
                let strings = words.iter().map(|word| format!("        <string>{}</string>\n", xml(word)));
                put(agent, &strings.collect::<String>())
            }
            Manager::TaskScheduler => {
                let words = words.iter().enumerate().map(|(n, word)| windows_word(word, n == 0));
                put(task, &xml(&words.collect::<Vec<_>>().join(" "))).replace("@USER@", &xml(&self.user))
            }
        };
        Ok(text.replace("\r\n", "\n"))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        [self.program.as_str(), "run", "--wait"].into_iter().chain(self.options.iter().map(String::as_str))
    }

    /// The definition as bytes of the file: schtasks wants UTF-16 with a byte order mark.
    ///
    /// # Errors
    /// As [`Service::definition`].
    pub fn definition_bytes(&self) -> Result<Vec<u8>, Unwritable> {
        let text = self.definition()?;
        Ok(match self.manager {
            Manager::Systemd | Manager::Launchd => text.into_bytes(),
            Manager::TaskScheduler => {
                let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
        })
    }
}

fn put((text, place): (&str, &str), words: &str) -> String {
    text.replace("\r\n", "\n").replacen(place, words, 1)
}

/// A word of `ExecStart=` (systemd.service(5), "Command lines"; specifiers of systemd.unit(5)).
fn unit_word(word: &str) -> String {
    let mut quoted = String::new();
    for c in word.chars() {
        match c {
            '%' => quoted.push_str("%%"),
            '$' => quoted.push_str("$$"),
            '"' | '\\' => quoted.extend(['\\', c]),
            _ => quoted.push(c),
        }
    }
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { quoted } else { format!("\"{quoted}\"") }
}

/// A word of a command line as the C runtime of Windows takes it apart: backslashes count only before a quote.
fn windows_word(word: &str, always: bool) -> String {
    if !always && !word.is_empty() && !word.contains([' ', '\t']) {
        return word.to_owned();
    }
    let backslashes = word.chars().rev().take_while(|&c| c == '\\').count();
    format!("\"{word}{}\"", "\\".repeat(backslashes))
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
