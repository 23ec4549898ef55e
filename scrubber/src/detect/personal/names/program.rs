//! Programs that sign commits as people do: `Co-Authored-By: Claude <noreply@…>`.

use crate::detect::validate::PROGRAM_ADDRESSES;

/// What such programs are called, in small letters.
const PROGRAMS: [&[u8]; 22] = [
    b"claude",
    b"copilot",
    b"github",
    b"dependabot",
    b"renovate",
    b"github-actions",
    b"cursor",
    b"devin",
    b"codex",
    b"chatgpt",
    b"openai",
    b"gemini",
    b"jules",
    b"aider",
    b"amp",
    b"cline",
    b"windsurf",
    b"opencode",
    b"goose",
    b"grok",
    b"sweep",
    b"warp",
];

/// What may follow such a name: models, and what companies add.
const MORE: [&[u8]; 22] = [
    b"code",
    b"opus",
    b"sonnet",
    b"haiku",
    b"fable",
    b"ai",
    b"agent",
    b"bot",
    b"actions",
    b"action",
    b"copilot",
    b"cli",
    b"gpt",
    b"pro",
    b"flash",
    b"mini",
    b"max",
    b"assist",
    b"assistant",
    b"web",
    b"integration",
    b"context",
];

/// The longest name with its address.
const SIGNED_MAX: usize = 120;

/// Whether the name that `rest` begins with is that of a program, and the address behind it is one of a program.
///
/// The name alone tells nothing: there are people called Claude and Devin.
pub(super) fn is_program(rest: &[u8]) -> bool {
    let rest = rest.get(..rest.len().min(SIGNED_MAX)).unwrap_or_default();
    let Some(open) = memchr::memchr2(b'<', b'\n', rest) else { return false };
    let Some(close) = memchr::memchr(b'>', rest) else { return false };
    let (Some(name), Some(address)) = (rest.get(..open), rest.get(open + 1..close)) else { return false };
    let (name, address) = (name.to_ascii_lowercase(), address.to_ascii_lowercase());
    is_name(name.trim_ascii_end()) && is_address(&address)
}

fn is_name(name: &[u8]) -> bool {
    let mut words = name.split(|byte| b" ()\"'".contains(byte)).filter(|word| !word.is_empty());
    let follows = |word: &[u8]| {
        MORE.contains(&word)
            || word.iter().any(u8::is_ascii_digit)
            || word.split(|byte| *byte == b'-').all(|part| MORE.contains(&part) || PROGRAMS.contains(&part))
    };
    name.ends_with(b"[bot]") || words.next().is_some_and(|first| PROGRAMS.contains(&first)) && words.all(follows)
}

fn is_address(address: &[u8]) -> bool {
    let Some(at) = memchr::memrchr(b'@', address) else { return false };
    let (local, domain) = (address.get(..at).unwrap_or_default(), address.get(at..).unwrap_or_default());
    let account = local.rsplit(|byte| *byte == b'+').next().unwrap_or_default();
    let nobodys = account == b"noreply" || account == b"no-reply";
    // Accounts of people have such addresses as well.
    let account_is_program = domain.starts_with(b"@users.noreply.")
        && (account.ends_with(b"[bot]") || account.ends_with(b"-bot") || PROGRAMS.contains(&account));
    nobodys || account_is_program || PROGRAM_ADDRESSES.contains(&address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_people_by_their_address() {
        for (text, expected) in [
            ("Claude <noreply@anthropic.com>", true),
            ("Claude Opus 4.5 (1M context) <noreply@anthropic.com>", true),
            ("Copilot <198982749+Copilot@users.noreply.github.com>", true),
            ("GitHub Copilot <copilot@github.com>", true),
            ("Cursor Agent <cursoragent@cursor.com>", true),
            ("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", true),
            ("Devin AI <158243242+devin-ai-integration[bot]@users.noreply.github.com>", true),
            ("aider (gpt-4o) <noreply@aider.chat>", true),
            ("Claude Quelibar <noreply@acme.test>", false),
            ("Claude <claude.q@acme.test>", false),
            ("Devin <1234+xquelibar@users.noreply.github.com>", false),
            ("Xan Quelibar <xan@users.noreply.github.com>", false),
            ("Claude\nXan Quelibar <noreply@acme.test>", false),
        ] {
            assert_eq!(is_program(text.as_bytes()), expected, "{text}");
        }
    }
}
