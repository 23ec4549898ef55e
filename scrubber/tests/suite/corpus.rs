//! Replays the inputs that fuzzing kept, and some made at hand, on the compiler that everybody has.

#[path = "../../../fuzz/checks.rs"]
mod checks;

use std::path::Path;

fn replay(target: &str, check: fn(&[u8])) -> std::io::Result<usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        check(&std::fs::read(entry?.path())?);
        count += 1;
    }
    Ok(count)
}

#[test]
fn the_kept_inputs_hold() -> std::io::Result<()> {
    for (target, check) in [
        ("text", checks::text as fn(&[u8])),
        ("line", checks::line as fn(&[u8])),
        ("rules", checks::rules as fn(&[u8])),
    ] {
        assert!(replay(target, check)? > 0, "{target} has no inputs");
    }
    Ok(())
}
