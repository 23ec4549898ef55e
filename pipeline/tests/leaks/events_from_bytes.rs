use scrubber::Events;

fn main() {
    let _events = Events::from(b"{}\n".to_vec());
}
