use scrubber::{Place, RawLine};

fn main() {
    let line = RawLine::new(b"{}", Place { offset: 0, length: 3 });
    println!("{line}");
}
