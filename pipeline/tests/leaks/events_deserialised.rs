use scrubber::Events;

fn main() {
    let _events: Result<Events, _> = serde_json::from_str("{}");
}
