//! A desktop notification by the system's own tool, so that a question is not missed where there is no terminal.
//!
//! Promises: constant texts alone are shown; nothing is waited for, and nobody learns whether it was seen; the tool is the
//! system's own at its own place, and of the environment it gets only where the session's bus is. No library: one that draws by
//! itself would bring a bus, a window system or unsafe code.
//!
//! Left out on purpose: Windows. `msg.exe` is not on every edition and puts a box over whatever is being done; a toast wants a
//! program registered with the Start menu, or a script for PowerShell of the kind that endpoint protection stops. There an
//! administrator's own mail or portal asks. Start at [`show`].

use std::path::Path;
use std::process::{Command, Stdio};

use crate::service::Call;

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nobody was asked yet.
    AsksForConsent,
    /// What was agreed to no longer covers what would be done.
    AsksAgain,
}

/// Which desktop's tool shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desktop {
    /// `notify-send` of libnotify, which all desktops of freedesktop.org answer.
    Freedesktop,
    /// `osascript`, which is part of macOS.
    MacOs,
}

const TITLE: &str = "BCCE Agent waits for your answer";
/// Variables by which `notify-send` finds the session's bus. Without them it would start one of its own where it finds a screen.
const BUS: [&str; 2] = ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"];

/// Shows a notice where the system has a tool for it, and goes on at once.
pub fn show(notice: Notice) {
    let Some(desktop) = Desktop::here() else { return };
    let call = call(desktop, notice);
    if !Path::new(call.program).exists() {
        return;
    }
    let mut command = Command::new(call.program);
    command.args(&call.arguments).env_clear();
    command.envs(BUS.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        tracing::debug!("the desktop's tool for notices cannot be started");
        return;
    };
    // So that what has ended does not stay in the list of processes.
    let waits = std::thread::Builder::new().name("notice".to_owned()).spawn(move || child.wait());
    if waits.is_err() {
        tracing::debug!("the system gives no thread to wait for the tool for notices");
    }
}

impl Desktop {
    const fn here() -> Option<Self> {
        if cfg!(target_os = "macos") {
            Some(Self::MacOs)
        } else if cfg!(unix) {
            Some(Self::Freedesktop)
        } else {
            None
        }
    }
}

impl Notice {
    /// In plain words, without a character that AppleScript or a desktop's markup would read otherwise.
    const fn words(self) -> &'static str {
        match self {
            Self::AsksForConsent => {
                "May usage events of Claude Code be sent from this computer? Nothing is read or sent until you say yes. \
                 Type this in a terminal to see what would leave, and to say yes or no: bcce-agent consent grant"
            }
            Self::AsksAgain => {
                "What would be sent, or where to, is no longer what you said yes to. Nothing is read or sent until you say yes again. \
                 Type this in a terminal to see what would leave, and to say yes or no: bcce-agent consent grant"
            }
        }
    }
}

/// The command that shows it.
fn call(desktop: Desktop, notice: Notice) -> Call {
    let words = notice.words();
    match desktop {
        Desktop::Freedesktop => Call {
            program: "/usr/bin/notify-send",
            arguments: vec!["--app-name=BCCE Agent".to_owned(), "--".to_owned(), TITLE.to_owned(), words.to_owned()],
        },
        Desktop::MacOs => Call {
            program: "/usr/bin/osascript",
            arguments: vec!["-e".to_owned(), format!("display notification \"{words}\" with title \"{TITLE}\"")],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_desktops_own_tool_is_called_at_its_own_place() {
        let lines = [Desktop::Freedesktop, Desktop::MacOs]
            .into_iter()
            .flat_map(|desktop| [Notice::AsksForConsent, Notice::AsksAgain].map(|notice| call(desktop, notice)))
            .map(|call| format!("{}\n  {}\n", call.program, call.arguments.join("\n  ")));
        insta::assert_snapshot!(lines.collect::<String>());
    }

    #[test]
    fn the_words_name_the_command_and_mean_the_same_in_markup_and_in_scripts() {
        for notice in [Notice::AsksForConsent, Notice::AsksAgain] {
            let words = notice.words();
            assert!(words.ends_with("bcce-agent consent grant"), "{words}");
            assert!(words.contains("Nothing is read or sent until you say yes"), "{words}");
            // What macOS and most desktops show of a notice before it is unfolded is less; all of it is kept.
            assert!(words.len() < 256, "{}", words.len());
            for text in [words, TITLE] {
                assert!(!text.contains(['"', '\\', '<', '>', '&', '\n', '\'']) && text.is_ascii(), "{text}");
            }
        }
    }

    /// The tool starts a program and speaks to the session's bus, a unix socket.
    #[test]
    fn the_units_sandboxes_let_it_through() {
        let unit = include_str!("../../../packaging/linux/bcce-agent.service");
        let families = unit.lines().find_map(|line| line.strip_prefix("RestrictAddressFamilies="));
        assert!(families.is_some_and(|families| families.split(' ').any(|family| family == "AF_UNIX")), "{families:?}");
        for text in [unit, include_str!("../../../packaging/linux/hardened.conf")] {
            let settings = text.lines().filter(|line| !line.starts_with('#'));
            let forbidding = settings.filter(|line| {
                [
                    "ExecPaths",
                    "InaccessiblePaths",
                    "ProtectHome=yes",
                    "ProtectHome=tmpfs",
                    "PrivateIPC",
                    "RootDirectory",
                ]
                .iter()
                .any(|word| line.contains(word))
                    || (line.starts_with("SystemCallFilter=~") && line.contains("@process"))
            });
            assert_eq!(forbidding.collect::<Vec<_>>(), Vec::<&str>::new());
        }
    }
}
