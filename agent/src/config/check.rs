//! Checks of single values. Messages never repeat the value.

use std::net::IpAddr;

/// Anything that is not blank.
pub(super) fn some_text(text: &str) -> Result<(), &'static str> {
    if text.trim().is_empty() { Err("is empty") } else { Ok(()) }
}

/// A kind of credential files.
pub(super) fn credential_source(text: &str) -> Result<(), &'static str> {
    if super::CREDENTIAL_SOURCES.contains(&text) {
        Ok(())
    } else {
        Err("must be one of aws, netrc, npmrc, pypirc, docker, kube, gh, glab, git, ssh, env")
    }
}

/// A kind of found values of which the last four signs may stay: long numbers that people tell apart by their ends.
pub(super) fn kept_kind(text: &str) -> Result<(), &'static str> {
    if super::KINDS_WITH_LAST4.contains(&text) { Ok(()) } else { Err("must be one of payment-card, iban, phone") }
}

/// A domain of e-mail addresses, in small letters.
pub(super) fn domain(text: &str) -> Result<(), &'static str> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label) {
        Ok(())
    } else {
        Err("not a domain in small letters, such as acme.example")
    }
}

/// A path that does not depend on where the agent was started.
pub(super) fn absolute_path(text: &str) -> Result<(), &'static str> {
    if text.starts_with("~/") || text.starts_with("~\\") || std::path::Path::new(text).is_absolute() {
        Ok(())
    } else {
        Err("not an absolute path (or one that starts with ~/)")
    }
}

/// An entry of the allow-list of findings.
pub(super) fn allowed(text: &str) -> Result<(), &'static str> {
    let what = "not rule:ID or sha256: and 64 hexadecimal digits (`bcce-agent rules hash` makes those of a value)";
    text.parse::<scrubber::detect::Allowed>().map(|_| ()).map_err(|_| what)
}

/// A glob over folders.
pub(super) fn folder_glob(text: &str) -> Result<(), &'static str> {
    let anchored = text.starts_with("~/") || text.starts_with('/') || text.starts_with("**/") || is_windows_path(text);
    if !anchored {
        return Err("a folder glob starts with /, ~/, **/ or a drive letter");
    }
    glob(text, LetterCase::Counts).map(|_| ()).map_err(|_| "not a valid glob")
}

/// Whether capitals make a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterCase {
    Counts,
    Ignored,
}

/// Compiles a glob over folders or remotes: `*` stays within one name, backslashes are those of Windows paths.
pub(crate) fn glob(text: &str, case: LetterCase) -> Result<globset::Glob, globset::Error> {
    let text = text.replace('\\', "/");
    globset::GlobBuilder::new(text.trim_end_matches('/'))
        .literal_separator(true)
        .case_insensitive(case == LetterCase::Ignored)
        .build()
}

/// Says whether a path is written the Windows way: `C:\…`, `C:/…` or `\\server\…`.
pub(crate) fn is_windows_path(text: &str) -> bool {
    let mut chars = text.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && matches!(chars.next(), Some('\\' | '/'));
    drive || text.starts_with("\\\\")
}

/// A glob over remotes: `host/owner/name`, without scheme, user or `.git`.
pub(super) fn remote_glob(text: &str) -> Result<(), &'static str> {
    if text.contains("://") || text.contains('@') || text.contains(':') || text.ends_with(".git") {
        return Err("a remote is written host/owner/name, like github.com/acme/*");
    }
    if !text.contains('/') {
        return Err("a remote glob names host and owner, like github.com/acme/*");
    }
    glob(text, LetterCase::Counts).map(|_| ()).map_err(|_| "not a valid glob")
}

/// The name of an AWS region.
pub(super) fn region(text: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = text.split('-').collect();
    let last_is_number = parts.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()));
    let words = parts.iter().rev().skip(1).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
    if (3..=5).contains(&parts.len()) && last_is_number && words {
        Ok(())
    } else {
        Err("not the name of an AWS region, like eu-central-1")
    }
}

/// The name of a delivery stream: up to 64 letters, digits, `_`, `.`, `-` (API reference of CreateDeliveryStream, checked 2026-11).
pub(super) fn stream(text: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err("not the name of a delivery stream (1 to 64 letters, digits, _ . -)")
    }
}

/// The ARN of a role.
pub(super) fn role_arn(text: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, role]
            if partition.starts_with("aws")
                && account.len() == 12
                && account.bytes().all(|b| b.is_ascii_digit())
                && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()) =>
        {
            Ok(())
        }
        _ => Err("not the ARN of a role, like arn:aws:iam::123456789012:role/name"),
    }
}

/// An external id: 2 to 1,224 letters, digits and `+=,.@:/-_` (API reference of AssumeRole, checked 2026-11).
pub(super) fn external_id(text: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@:/-_".contains(&b);
    if (2..=1224).contains(&text.len()) && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err("not an external id (2 to 1224 letters, digits, + = , . @ : / - _)")
    }
}

/// An endpoint: https anywhere, plain http only on this machine; no user, no query.
pub(super) fn endpoint(text: &str) -> Result<(), &'static str> {
    let (scheme, rest) = text.split_once("://").ok_or("not a URL that starts with https://")?;
    if rest.contains(['@', '?', '#', '\\']) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("an endpoint has no user, query, fragment or blanks");
    }
    let host = endpoint_host(text).ok_or("names no host")?;
    match scheme {
        "https" => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        "http" => Err("plain http is for this machine only (127.0.0.1, [::1], localhost); use https"),
        _ => Err("not a URL that starts with https://"),
    }
}

/// The host of an endpoint, without port and brackets.
pub(crate) fn endpoint_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?.0,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{endpoint, folder_glob, region, remote_glob, role_arn};

    #[test]
    fn plain_http_is_for_loopback_only() {
        let check = |url, ok: bool| assert_eq!(endpoint(url).is_ok(), ok, "{url}");
        check("https://vpce-1.firehose.eu-central-1.vpce.amazonaws.com", true);
        check("http://127.0.0.1:5000", true);
        check("http://[::1]:5000/", true);
        check("http://localhost:4566", true);
        check("http://127.0.0.1.example.com", false);
        check("http://localhost@example.com", false);
        check("http://localhost:1\\@example.com", false);
        check("http://10.0.0.1", false);
        check("ftp://127.0.0.1", false);
        check("https://", false);
        check("localhost", false);
    }

    #[test]
    fn names_of_regions_roles_and_globs_are_checked() {
        let check = |ok: bool, result: Result<(), &str>, what| assert_eq!(result.is_ok(), ok, "{what}");
        check(true, region("eu-central-1"), "region");
        check(true, region("us-gov-west-1"), "region of a partition");
        check(false, region("eu-central"), "region without number");
        check(false, region("EU-CENTRAL-1"), "region in capitals");
        check(true, role_arn("arn:aws:iam::123456789012:role/firehose/put"), "role");
        check(false, role_arn("arn:aws:iam::123456789012:user/me"), "user");
        check(true, folder_glob("~/jobs/**"), "home");
        check(true, folder_glob("C:\\work\\*"), "drive");
        check(false, folder_glob("work"), "relative");
        check(false, folder_glob("/srv/[a"), "broken");
        check(true, remote_glob("github.com/acme/*"), "remote");
        check(false, remote_glob("git@github.com:acme/x"), "ssh form");
        check(false, remote_glob("github.com"), "host only");
    }
}
