//! The rule files that are built into the product, in order of precedence: what names a provider comes first, what
//! only looks like a secret comes last.

/// Name and text of each file.
pub(super) const FILES: &[(&str, &str)] =
    &[("source-hosting.toml", include_str!("../../../../config/rules/source-hosting.toml"))];
