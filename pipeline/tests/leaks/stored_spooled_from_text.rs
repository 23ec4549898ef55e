use pipeline::pack::{Seq, Spooled};
use pipeline::time::Wall;

fn main() {
    let _spooled = Spooled::after_commit(Seq(1), "{}\n", Wall(0));
}
