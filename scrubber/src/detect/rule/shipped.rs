//! The rule files that are built into the product, in order of precedence: what names a provider comes first, what
//! only looks like a secret comes last.

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Name and text of each file.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../config/rules/", $name)))),+];
    };
}

files![
    "cloud.toml",
    "ai.toml",
    "source-hosting.toml",
    "chat-and-mail.toml",
    "payment.toml",
    "monitoring.toml",
    "data.toml",
    "registries.toml",
    "identity.toml",
    "ai-tools.toml",
    "mail-and-sms.toml",
    "commerce.toml",
    "markets-and-chains.toml",
    "operations.toml",
    "work-apps.toml",
    "social.toml",
    "keys.toml",
    "connections.toml",
    "personal.toml",
    "national-ids.toml",
];
