use pipeline::seal::{Header, KeyId, Sealed};

fn make(header: Header) -> Sealed {
    Sealed { header, key: KeyId(0), nonce: [0; 12], ciphertext: b"{}\n".to_vec() }
}

fn main() {}
