use pipeline::pack::{Seq, Spooled};
use pipeline::seal::Label;
use pipeline::time::Wall;
use scrubber::DataClass;

fn main() {
    let _spooled = Spooled {
        seq: Seq(1),
        class: DataClass::Internal,
        label: Label::new("policy", "consent", scrubber::ProjectTag::NONE),
        lines: 1,
        bytes: 3,
        stored: Wall(0),
    };
}
