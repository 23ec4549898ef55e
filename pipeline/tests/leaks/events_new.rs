use scrubber::{Events, Tier};

fn main() {
    let _events = Events::new(Tier::Content);
}
