use scrubber::{Events, Tier};

fn main() {
    let _events = Events { tier: Tier::Content, ndjson: b"{}\n".to_vec(), index: Vec::new() };
}
