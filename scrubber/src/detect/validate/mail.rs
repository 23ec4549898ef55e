//! Addresses of e-mail: which belong to nobody.

/// Domains whose addresses identify nobody, besides `example.*`: RFC 2606 and RFC 6761 names, and hosts that never receive mail for people.
const NOBODYS_DOMAINS: &[&[u8]] = &[
    b"test",
    b"invalid",
    b"localhost",
    b"local",
    b"localdomain",
    b"users.noreply.github.com",
    b"noreply.github.com",
    b"users.noreply.gitlab.com",
    b"email.com",
    b"domain.com",
    b"yourdomain.com",
    b"company.com",
    b"mydomain.com",
    b"foo.com",
    b"bar.com",
    b"foo.bar",
    b"test.com",
    b"mail.com",
    b"somewhere.com",
    b"site.com",
    // Accounts of programs at Google: they name a project.
    b"gserviceaccount.com",
    // The names of algorithms are written so.
    b"openssh.com",
    b"libssh.org",
];

/// Local parts that name no person and get no answer.
const NOBODYS_NAMES: &[&[u8]] =
    &[b"noreply", b"no-reply", b"no_reply", b"donotreply", b"do-not-reply", b"git", b"hg", b"nobody", b"mailer-daemon"];

/// Addresses that programs sign commits with, besides those that get no answer.
pub(crate) const PROGRAMS: [&[u8]; 6] = [
    b"cursoragent@cursor.com",
    b"codex@openai.com",
    b"aider@aider.chat",
    b"copilot@github.com",
    b"support@github.com",
    b"bot@renovateapp.com",
];

/// File name endings that follow `@` in asset names such as `logo@2x.png`, and suffixes of package versions.
const NO_TOP_LEVEL_DOMAINS: &[&[u8]] = &[
    b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"js", b"ts", b"tsx", b"jsx", b"css", b"scss", b"json", b"yaml",
    b"yml", b"toml", b"lock", b"html", b"go", b"java", b"rb", b"php", b"dll", b"exe", b"service", b"timer", b"socket",
    b"tld", b"target", b"plist", b"xml", b"txt", b"class", b"map", b"mjs", b"cjs",
];

/// Files that most programs in Rust have, whose ending is that of Serbia as well.
const FILES_IN_RUST: [&[u8]; 4] = [b"lib.rs", b"main.rs", b"mod.rs", b"build.rs"];

/// `:12`, behind the name of a file.
fn is_line_number(after: &[u8]) -> bool {
    matches!(after, [b':', digit, ..] if digit.is_ascii_digit())
}

/// Whether a label before the top-level domain is a name: neither a version, as in `pkg@2.0.beta`, nor a single letter.
fn has_name(domain: &[u8]) -> bool {
    let is_number = |label: &[u8]| label.iter().all(u8::is_ascii_digit);
    let labels = || domain.rsplit(|byte| *byte == b'.').skip(1);
    let version = labels().last().is_some_and(|first| first.strip_prefix(b"v").is_some_and(is_number));
    let numbers = labels().filter(|label| is_number(label)).count();
    labels().any(|label| label.len() > 1) && !version && numbers < 2
}

/// The local part that stands behind the number of a line, as `grep` prints those around what it found, and listings all of them:
/// `a.conf-12-git@…`, `12→git@…`.
fn behind_line_number(local: &[u8]) -> &[u8] {
    let arrow = "\u{2192}".as_bytes();
    let local = memchr::memmem::rfind(local, arrow).and_then(|at| local.get(at + arrow.len()..)).unwrap_or(local);
    let sign = memchr::memrchr(b'-', local).filter(|sign| *sign > 0);
    let numbered = sign.filter(|sign| {
        let head = local.get(..*sign).unwrap_or_default();
        let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && head.get(..head.len() - digits).is_some_and(|before| before.is_empty() || before.ends_with(b"-"))
    });
    numbered.and_then(|sign| local.get(sign + 1..)).unwrap_or(local)
}

/// `postgres://ann:`: a password goes on to the `@`, or what stands for one.
fn is_after_user(before: &[u8]) -> bool {
    let Some(scheme) = memchr::memmem::rfind(before, b"://") else { return false };
    let user = before.get(scheme + 3..).unwrap_or_default();
    user.contains(&b':')
        && user.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._%+-:$(){}<>[]!*#&=~".contains(byte))
}

/// Whether an address may belong to somebody. `git@host:path`, `user@host` of a URL with a password, example domains and
/// no-reply addresses do not count.
pub(super) fn is_real_email(value: &[u8], before: &[u8], after: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let sign = lower.iter().position(|byte| *byte == b'@').map(|at| (at, 1));
    // In a query the sign is encoded.
    let encoded = || lower.windows(3).position(|three| three == b"%40").map(|at| (at, 3));
    let Some((at, length)) = sign.or_else(encoded) else { return false };
    let (local, domain) = (lower.get(..at).unwrap_or_default(), lower.get(at + length..).unwrap_or_default());
    let nobodys_domain = NOBODYS_DOMAINS
        .iter()
        .any(|known| domain.strip_suffix(*known).is_some_and(|rest| rest.is_empty() || rest.ends_with(b".")));
    let is_example = domain.split(|byte| *byte == b'.').any(|label| label == b"example");
    let top = domain.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    // A line that a difference adds or takes away may begin with the address.
    let base = local.strip_prefix(b"+").or_else(|| local.strip_prefix(b"-")).unwrap_or(local);
    let base = behind_line_number(base.split(|byte| *byte == b'+').next().unwrap_or_default());
    let program = PROGRAMS.iter().any(|known| known.strip_prefix(base) == lower.get(at..));
    let nobodys_name = NOBODYS_NAMES.iter().any(|name| base == *name || (base.ends_with(name) && name.len() > 5))
        || [b"noreply".as_slice(), b"no-reply", b"donotreply"].iter().any(|name| base.starts_with(name));
    let remote =
        after.starts_with(b":") && after.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'~');
    let in_uri = before.ends_with(b"://") || before.ends_with(b"://$") || is_after_user(before);
    // `DB_PASS@db`: a host's name would have capitals as well.
    let is_constant = local.contains(&b'_')
        && !value.iter().take(at).any(u8::is_ascii_lowercase)
        && value.iter().skip(at).any(u8::is_ascii_lowercase);
    let dotted_badly = local.starts_with(b".") || local.ends_with(b".") || local.windows(2).any(|pair| pair == b"..");
    !(program
        || nobodys_domain
        || is_example
        || nobodys_name
        || (remote && base == b"git")
        || in_uri
        || is_constant
        || dotted_badly)
        && !NO_TOP_LEVEL_DOMAINS.contains(&top)
        && !FILES_IN_RUST.contains(&domain)
        && !(top == b"rs" && (local.contains(&b'/') || local == b"head" || is_line_number(after)))
        && has_name(domain)
        && top.iter().any(u8::is_ascii_alphabetic)
}

/// Whether this text ends with what leads to an e-mail address, or to what has the form of one: `mailto:`, `From:`, the `UID:` of a date.
pub(super) fn is_label(before: &[u8]) -> bool {
    const LABELS: [&str; 13] =
        ["mailto", "email", "e-mail", "mail", "from", "to", "cc", "bcc", "sip", "xmpp", "contact", "author", "uid"];
    let Some(head) = before.strip_suffix(b":") else { return false };
    let letters = head.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-').count();
    let word = head.get(head.len() - letters..).unwrap_or_default();
    LABELS.iter().any(|label| word.eq_ignore_ascii_case(label.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_nobody_survive() {
        for (text, after, expected) in [
            ("maria.lopez@contoso.io", "", true),
            ("jane@example.com", "", false),
            ("jane@mail.example.org", "", false),
            ("jane@example.co.uk", "", false),
            ("noreply@contoso.io", "", false),
            ("12345+jane@users.noreply.github.com", "", false),
            ("git@github.com", ":acme/x.git", false),
            ("deploy@acme-prod-42.iam.gserviceaccount.com", "", false),
            ("hg@bitbucket.org", "", false),
            ("icon@2x.png", "", false),
            ("getty@tty1.service", "", false),
            ("pkg@2.0.beta", "", false),
            ("pkg@v1.2.next", "", false),
            ("a@b.co", "", false),
            ("lihua@163.com", "", true),
            ("ivana@posta.rs", "", true),
            ("HEAD@lib.rs", "", false),
            ("HEAD@schema.rs", "", false),
            ("origin/main@tokenizer.rs", "", false),
            ("thread@pool.rs", ":88", false),
            ("team@main.rs", ":12", false),
            ("aes256-gcm@openssh.com", "", false),
            ("-git@github.com", ":acme/x.git", false),
            ("+noreply@github.com", "", false),
            ("a.conf-12-git@github.com", ":acme/x.git", false),
            ("-support@github.com", "", false),
            ("12\u{2192}git@github.com", ":acme/x.git", false),
            ("a-12-ann@acme-corp.io", "", true),
            ("maria1990-git@acme-corp.io", "", true),
            ("+maria.lopez@contoso.io", "", true),
        ] {
            assert_eq!(is_real_email(text.as_bytes(), b"", after.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_password_is_no_address() {
        for (before, text, expected) in [
            ("postgres://ann:", "password@db.contoso.io", false),
            ("https://x:$", "TOKEN@contoso.io", false),
            ("https://$", "token@contoso.io", false),
            ("u:$", "DB_PASS@db.contoso.io", false),
            ("see https://contoso.io/a:", "maria@contoso.io", true),
            ("https://contoso.io:443,", "maria@contoso.io", true),
            ("mailto:", "maria@contoso.io", true),
            ("", "MARIA_LOPEZ@CONTOSO.IO", true),
        ] {
            assert_eq!(is_real_email(text.as_bytes(), before.as_bytes(), b""), expected, "{before}{text}");
        }
    }
}
