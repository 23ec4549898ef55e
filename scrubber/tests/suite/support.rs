//! What several tests of the engine share.

use std::sync::OnceLock;

use scrubber::detect::{Engine, KnownIdentities, Scratch};

/// The engine that is shipped, which knows nobody.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| match Engine::new(&KnownIdentities::default()) {
        Ok(engine) => engine,
        Err(error) => panic!("{error}"),
    })
}

/// The text as it stands within so many layers of JSON strings.
pub(crate) fn escaped(text: &str, layers: usize) -> String {
    (0..layers).fold(text.to_owned(), |text, _| {
        let quoted = serde_json::Value::String(text).to_string();
        quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
    })
}

/// The text with what is found in it left out.
pub(crate) fn rest(engine: &Engine, text: &str) -> String {
    let mut scratch = Scratch::default();
    let (mut rest, mut at) = (String::new(), 0);
    for found in engine.scan(text.as_bytes(), &mut scratch) {
        rest.push_str(text.get(at..found.start).unwrap_or_default());
        rest.push('\u{b6}');
        at = found.end;
    }
    rest + text.get(at..).unwrap_or_default()
}
