use pipeline::pack::Batch;
use scrubber::DataClass;

fn main() {
    let _batch = Batch { class: DataClass::Internal, records: Vec::new() };
}
