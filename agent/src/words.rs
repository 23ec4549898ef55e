//! Numbers of things in words.

/// A number of things, whose plural ends with s, or with ies in place of y.
pub fn counted(count: u64, thing: &str) -> String {
    format!("{count} {}", things(count, thing))
}

/// The word for so many things, for who writes the number in another way.
pub fn things(count: u64, thing: &str) -> String {
    match (count, thing.strip_suffix('y')) {
        (1, _) => thing.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{thing}s"),
    }
}
