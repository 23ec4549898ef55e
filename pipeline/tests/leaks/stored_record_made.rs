use pipeline::pack::Record;

fn main() {
    let _record = Record::from(b"{}\n".to_vec());
}
