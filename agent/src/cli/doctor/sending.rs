//! Checks of the way out: the sink's settings, the proxy, what a running agent met, and what a call meets now.

use super::Found;
use super::world::World;
use crate::config::Sink;
use crate::driver::sinks::AnySink;
use crate::driver::status::explain;

/// Certificates, endpoint, region, names of streams. Connects to nothing.
pub(super) fn sink(world: &World<'_>) -> Found {
    let context = world.context;
    let finding = AnySink::check(&context.config, &context.paths).err().map(|error| {
        let causes: Vec<String> = anyhow::Error::from(error).chain().map(ToString::to_string).collect();
        causes.join(": ")
    });
    Found::of(finding, "see `bcce-agent config show`")
}

/// Only looks at how they are written: a proxy's address may hold a password.
pub(super) fn proxy(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return Found::Skipped("events stay on this computer");
    }
    let wrong = world.proxies.iter().find(|(_, value)| {
        let address = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
        let scheme = value.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        address.is_empty()
            || address.contains(char::is_whitespace)
            || scheme.is_some_and(|scheme| !matches!(scheme.as_str(), "http" | "https" | "socks5" | "socks5h"))
    });
    match wrong {
        None => Found::Well,
        Some((name, _)) => {
            Found::problem(format!("{name} is not the address of a proxy"), "write it like http://proxy.example:8080")
        }
    }
}

/// What the running agent met when it last sent, and whether events wait for too long.
pub(super) fn sending(world: &World<'_>) -> Found {
    let Some(live) = &world.running else { return Found::Skipped("the agent is not running") };
    match &live.finding {
        None => Found::Well,
        Some((finding, remedy)) => Found::problem(finding.clone(), *remedy),
    }
}

/// Credentials, permission, network, TLS and clock in one: a call that delivers nothing.
pub(super) fn stream(world: &World<'_>) -> Found {
    if matches!(world.context.config.sink, Sink::Directory(_)) {
        return Found::Skipped("events stay on this computer");
    }
    match world.probe {
        None => Found::Skipped("only with --probe, which makes a call"),
        Some(Ok(())) => Found::Well,
        Some(Err(trouble)) => {
            let (finding, remedy) = explain(trouble);
            Found::problem(finding, remedy)
        }
    }
}
