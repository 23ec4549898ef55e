use scrubber::Events;

fn main() {
    let _events = Events::default();
}
