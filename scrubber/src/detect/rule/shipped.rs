//! The rule files that are built into the product, in order of precedence: what names a provider comes first, what
//! only looks like a secret comes last.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::Examples;

/// A file, as the build script packed it.
pub(super) struct File {
    pub(super) name: &'static str,
    whole: &'static [u8],
    /// Without examples.
    bare: &'static [u8],
}

impl File {
    /// The text; `None` where the program does not hold all of it.
    pub(super) fn text(&self, examples: Examples) -> Option<String> {
        let packed = match examples {
            Examples::Kept => self.whole,
            Examples::LeftOut => self.bare,
        };
        let mut text = String::new();
        ZlibDecoder::new(packed).read_to_string(&mut text).is_ok().then_some(text)
    }
}

macro_rules! packed {
    ($name:literal, $form:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, $form))
    };
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        pub(super) const FILES: &[File] = &[$(File {
            name: concat!($name, ".toml"),
            whole: packed!($name, ".whole"),
            bare: packed!($name, ".bare"),
        }),+];
    };
}

files![
    "cloud",
    "ai",
    "source-hosting",
    "chat-and-mail",
    "payment",
    "monitoring",
    "data",
    "registries",
    "identity",
    "ai-tools",
    "mail-and-sms",
    "commerce",
    "markets-and-chains",
    "operations",
    "work-apps",
    "social",
    "keys",
    "connections",
    "personal",
    "national-ids",
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::super::RuleSet;
    use super::*;

    #[test]
    fn who_searches_has_every_rule_as_it_is_written_but_for_its_examples() {
        let mut whole = RuleSet::shipped().unwrap();
        assert!(whole.rules().iter().all(|rule| !rule.examples.is_empty()));
        whole.forget_examples();
        assert_eq!(format!("{whole:?}"), format!("{:?}", RuleSet::shipped_with(Examples::LeftOut).unwrap()));
    }

    #[test]
    fn a_file_that_is_not_whole_is_no_file() {
        let file = FILES.first().unwrap();
        let cut = File { bare: file.bare.split_last().unwrap().1, ..*file };
        assert!(file.text(Examples::LeftOut).is_some() && cut.text(Examples::LeftOut).is_none());
    }
}
