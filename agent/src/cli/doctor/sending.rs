//! Checks of the way out: the sink's settings, the proxy, what a running agent met, and what a call meets now.

use super::state::unwritable;
use super::world::World;
use super::{DECLINED, Found};
use crate::cli::USABLE_LAKE;
use crate::config::Sink;
use crate::driver::sinks::{AnySink, Reached, Source};
use crate::driver::status::{explain, help};
use pipeline::ship::Trouble;
use scrubber::DataClass;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

const UNPROBED: Found = Found::Skipped("only with --probe, which makes calls");
const STAYS: Found = Found::Skipped("events stay on this computer");
/// AWS refuses signatures that are five minutes off (reference of Signature Version 4, checked 2026-11).
const SKEW_S: u64 = 300;

/// Certificates, endpoint, region, names of streams; of a folder whether it can be written. Connects to nothing.
pub(super) fn sink(world: &World<'_>) -> Found {
    let context = world.context;
    if let Sink::Directory(directory) = &context.config.sink {
        return Found::of(lake(directory.path.as_ref().unwrap_or(&context.paths.lake)), USABLE_LAKE);
    }
    let finding = AnySink::check(&context.config, &context.paths).err().map(|error| {
        let causes: Vec<String> = anyhow::Error::from(error).chain().map(ToString::to_string).collect();
        causes.join(": ")
    });
    Found::of(finding, "see `bcce-agent config show`")
}

/// What keeps the lake from its folder, or from being made in the first folder above that is there.
fn lake(folder: &Path) -> Option<String> {
    for folder in folder.ancestors() {
        match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => return unwritable(folder),
            Ok(_) => return Some(format!("{} is no folder", folder.display())),
            // What is no folder above is met next.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Some(format!("{} cannot be read ({})", folder.display(), error.kind())),
        }
    }
    None
}

/// Only looks at how they are written: a proxy's address may hold a password.
pub(super) fn proxy(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return STAYS;
    }
    // Only the first is asked.
    let wrong = world.proxies.first().filter(|(_, value)| {
        let address = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
        let scheme = value.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        address.is_empty()
            || address.contains(char::is_whitespace)
            || scheme.is_some_and(|scheme| !matches!(scheme.as_str(), "http" | "https"))
    });
    match wrong {
        None => Found::Well,
        Some((name, _)) => {
            let finding =
                format!("{name} is not the address of an http or https proxy, and the agent speaks to no other");
            Found::problem(finding, "write it like http://proxy.example:8080")
        }
    }
}

/// What the running agent met when it last sent, and whether events wait for too long.
pub(super) fn sending(world: &World<'_>) -> Found {
    let Some(live) = &world.running else { return Found::Skipped("the agent is not running") };
    match &live.finding {
        // What it left is of before the machine slept, say: nobody knows what it meets now.
        None if live.silent_minutes(world.now).is_some() => Found::Skipped("the agent tells nothing: see \"reading\""),
        None => Found::Well,
        Some((finding, remedy)) => Found::problem(finding.clone(), remedy.clone()),
    }
}

/// Who calls, as the token service says; without `--probe` whether there is anybody to ask for credentials.
pub(super) fn credentials(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return STAYS;
    }
    let trouble = match world.probe.as_ref().map(|probe| &probe.caller) {
        None if world.declined => return DECLINED,
        None => return credentials_source(world),
        Some(Ok(caller)) => return Found::Told(caller.to_string()),
        Some(Err(trouble)) => *trouble,
    };
    let (words, remedy) = (explain(trouble).0, help(trouble, &world.context.config));
    match trouble {
        Trouble::CredentialsMissing | Trouble::CredentialsExpired | Trouble::RoleRefused | Trouble::ClockSkew => {
            Found::problem(words, remedy)
        }
        Trouble::AccessDenied | Trouble::Rejected => {
            Found::problem("the credentials are refused", "check sink.firehose.profile, or ask your administrator")
        }
        Trouble::Throttled
        | Trouble::Unavailable
        | Trouble::OutcomeUnknown
        | Trouble::Offline
        | Trouble::CaptivePortal
        | Trouble::Proxy
        | Trouble::Tls
        | Trouble::TlsVersion
        | Trouble::Certificate
        | Trouble::CertificateDate
        | Trouble::CertificateName
        | Trouble::StreamMissing
        | Trouble::EncryptionKey
        | Trouble::Disk => Found::problem(format!("the token service did not say who calls: {words}"), remedy),
    }
}

fn credentials_source(world: &World<'_>) -> Found {
    match world.credentials {
        Some(Source::Profile) => Found::Told("a profile is set up; --probe asks whose it is".to_owned()),
        Some(Source::WebIdentity) => Found::Told("a web identity is set up; --probe asks whose it is".to_owned()),
        Some(Source::Environment) => Found::Told(
            "keys stand in this environment, which a service does not see; --probe asks whose they are".to_owned(),
        ),
        None => {
            let remedy = help(Trouble::CredentialsMissing, &world.context.config);
            Found::problem("no source of AWS credentials is set up", remedy)
        }
    }
}

/// The way to the stream's service: network, proxy, certificates.
pub(super) fn tls(world: &World<'_>) -> Found {
    let Sink::Firehose(firehose) = &world.context.config.sink else { return STAYS };
    match world.probe.as_ref().map(|probe| probe.way) {
        None => UNPROBED,
        Some(Ok(_)) if firehose.endpoint_url.as_ref().is_some_and(|url| url.starts_with("http:")) => {
            Found::Skipped("the endpoint is on this computer, without TLS")
        }
        Some(Ok(Reached { by_proxy, .. })) => {
            let way = if by_proxy { "through a proxy" } else { "without a proxy" };
            let bundle = firehose.ca_bundle.is_some();
            let trust =
                if bundle { "by the system's certificates and ca_bundle" } else { "by the system's certificates" };
            Found::Told(format!("{way}, trusted {trust}"))
        }
        Some(Err(trouble)) => Found::problem(explain(trouble).0, help(trouble, &world.context.config)),
    }
}

/// This machine's clock against that of the service.
pub(super) fn clock_skew(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return STAYS;
    }
    let ahead_s = match world.probe.as_ref().map(|probe| probe.way) {
        None => return UNPROBED,
        Some(Err(_)) => return Found::Skipped("the service was not reached"),
        Some(Ok(Reached { ahead_s: None, .. })) => return Found::Skipped("the service tells no time"),
        Some(Ok(Reached { ahead_s: Some(ahead_s), .. })) => ahead_s,
    };
    if ahead_s.unsigned_abs() <= SKEW_S {
        return Found::Well;
    }
    let side = if ahead_s > 0 { "ahead of" } else { "behind" };
    let minutes = ahead_s.unsigned_abs() / 60;
    Found::problem(
        format!(
            "this machine's clock is {minutes} minutes {side} that of AWS, which refuses signatures from 5 minutes on"
        ),
        "set the clock, or let the system set it from the network",
    )
}

/// Permission to write to each stream that may be used: a call that delivers nothing.
pub(super) fn stream(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return STAYS;
    }
    let Some(probe) = &world.probe else { return UNPROBED };
    let names = |classes: Vec<DataClass>| classes.into_iter().map(DataClass::as_str).collect::<Vec<_>>().join(", ");
    let troubled = probe.streams.iter().find_map(|(_, answer)| answer.err());
    let Some(trouble) = troubled else {
        return Found::Told(format!("takes {} events", names(probe.streams.iter().map(|(class, _)| *class).collect())));
    };
    // Others may have met something else: they are asked again once this is mended.
    let same = probe.streams.iter().filter(|(_, answer)| *answer == Err(trouble)).map(|(class, _)| *class);
    let (words, remedy) = (explain(trouble).0, help(trouble, &world.context.config));
    Found::problem(format!("{words} (stream for {} events)", names(same.collect())), remedy)
}
