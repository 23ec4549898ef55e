use pipeline::seal::Payload;

fn main() {
    let _payload: Result<Payload, _> = serde_json::from_str("{}");
}
