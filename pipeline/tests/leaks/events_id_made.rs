use scrubber::EventId;

fn main() {
    let _id = EventId([0; 16]);
}
