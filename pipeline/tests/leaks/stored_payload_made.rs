use pipeline::seal::{Header, Payload};

fn make(header: Header) -> Payload {
    Payload { header, member: b"{}\n".to_vec() }
}

fn main() {}
