//! `policy keygen|sign|check`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use agent::cli::config::check_file;
use agent::cli::output::Output;
use agent::cli::{Exit, hinted, hinted_exit};
use agent::config::{CheckAs, ConfigError, KEY_FILE, check_text, ineffective, signature_file, text_of};
use anyhow::Context as _;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use super::Context;
use super::args::{PolicyKeygenArgs, PolicySignArgs};

const PEM_BEGIN: &str = concat!("-----BEGIN ", "PRIVATE KEY-----");
const PEM_END: &str = concat!("-----END ", "PRIVATE KEY-----");

/// Makes a key pair: the private half into a file that only its owner can read, the public half on stdout.
///
/// # Errors
/// When the file exists or cannot be written.
pub(super) fn keygen(context: &Context, arguments: &PolicyKeygenArgs) -> anyhow::Result<Exit> {
    let path = &arguments.key;
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).ok().context("cannot make a key")?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).ok().context("cannot make a key")?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let what = format!("{} exists, and what laptops trust may hang on it", path.display());
            return Err(hinted(what, "name a file that is not there, or move this one away"));
        }
        opened => opened.with_context(|| format!("cannot make {}", path.display()))?,
    };
    let written = pem(document.as_ref());
    file.write_all(written.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let public = base64(pair.public_key().as_ref());
    if context.global.json {
        context.output.line(json!({"key": path, "public_key": public}))?;
    } else {
        context.output.line(&public)?;
        context.output.note(format_args!(
            "{} holds the private key: keep it where only who signs can read it.\n\
             The line above goes into {KEY_FILE} beside policy.toml on every laptop.",
            path.display()
        ));
    }
    Ok(Exit::Done)
}

/// Signs a policy that a laptop would take.
///
/// # Errors
/// All its problems; or when it, the key or the signature's file cannot be read or written.
pub(super) fn sign(context: &Context, arguments: &PolicySignArgs) -> anyhow::Result<Exit> {
    let policy = &arguments.file;
    let bytes = fs::read(policy).with_context(|| format!("cannot read {}", policy.display()))?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{} is not UTF-8", policy.display()))?;
    // A byte order mark is signed with the rest, and passed over by who reads it.
    check_text(text.strip_prefix('\u{feff}').unwrap_or(text), policy, CheckAs::Policy, None)?;
    let pair = read_key(&arguments.key)?;
    let public = base64(pair.public_key().as_ref());
    let path = signature_file(policy);
    fs::write(&path, format!("{}\n", base64(pair.sign(&bytes).as_ref())))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let pinned = policy.with_file_name(KEY_FILE);
    let is_pinned = fs::read_to_string(&pinned).is_ok_and(|keys| keys.lines().any(|line| line.trim() == public));
    if context.global.json {
        context.output.line(json!({"signature": path, "public_key": public, "pinned_beside": is_pinned}))?;
    } else {
        context.output.line(path.display())?;
        if !is_pinned {
            context.output.note(format_args!("note: laptops take it only where {KEY_FILE} holds {public}"));
        }
    }
    Ok(Exit::Done)
}

/// Checks a policy as a laptop would, and says all its problems, those of its signature included, and what of it has no effect.
///
/// # Errors
/// When it cannot be read.
pub(super) fn check(context: &Context, file: &Path) -> anyhow::Result<Exit> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with("policy") {
        return Err(hinted_exit(
            Exit::Usage,
            format!("{} is not named as a policy", file.display()),
            "the file's name begins with `policy`, as on a laptop: policy.toml",
        ));
    }
    let quiet = Output::to(std::io::sink(), std::io::sink(), std::io::sink());
    let checked = check_file(file, Some(CheckAs::Policy), if context.global.json { &quiet } else { &context.output });
    let problems = match &checked {
        Ok(_) => Vec::new(),
        Err(error) => match error.downcast_ref::<ConfigError>() {
            Some(found) => found.problems.iter().map(ToString::to_string).collect(),
            None => return checked,
        },
    };
    if context.global.json {
        // A text that cannot be read is among the problems.
        let text = fs::read(file).ok().and_then(|bytes| text_of(bytes, &CheckAs::Policy.origin(file)).ok());
        let idle = ineffective(&text.unwrap_or_default(), file).iter().map(ToString::to_string).collect::<Vec<_>>();
        context
            .output
            .line(json!({"file": file, "ok": problems.is_empty(), "problems": problems, "without_effect": idle}))?;
    } else if let Err(error) = &checked {
        context.output.error(error);
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::No })
}

fn read_key(path: &Path) -> anyhow::Result<Ed25519KeyPair> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let body: String = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != PEM_BEGIN)
        .skip(1)
        .take_while(|line| *line != PEM_END)
        .collect();
    let decoded = base64_simd::STANDARD.decode_to_vec(body).ok().filter(|document| !document.is_empty());
    // Keys of OpenSSL (`genpkey -algorithm ed25519`) have no public half in them.
    let pair = decoded.and_then(|document| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).ok());
    pair.ok_or_else(|| {
        hinted(
            format!("{} holds no Ed25519 private key as PKCS #8 in PEM", path.display()),
            "`bcce policy keygen --key FILE` makes one, and so does `openssl genpkey -algorithm ed25519`",
        )
    })
}

fn pem(document: &[u8]) -> String {
    let body = base64(document);
    let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", lines.join("\n"))
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}
