use scrubber::Events;

fn copy(events: &Events) -> Events {
    events.clone()
}

fn main() {}
