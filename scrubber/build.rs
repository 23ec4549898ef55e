//! Packs the rule files: whole, for tests of the rules, and without their examples, for those who search. That is half of the text to
//! be read at each start, and in the program both together take a third of the room of the files.

use std::error::Error;
use std::path::Path;
use std::{env, fs, io};

use flate2::Compression;
use flate2::read::ZlibEncoder;
use toml::de::DeTable;

const RULES: &str = "../config/rules";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={RULES}");
    let out = env::var("OUT_DIR")?;
    for file in fs::read_dir(RULES)? {
        let path = file?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml")) else { continue };
        let text = fs::read_to_string(&path)?;
        let bare = without_examples(&text).ok_or_else(|| format!("{name}.toml does not parse as TOML"))?;
        for (form, text) in [("whole", text), ("bare", bare)] {
            let mut packed = ZlibEncoder::new(text.as_bytes(), Compression::best());
            io::copy(&mut packed, &mut fs::File::create(Path::new(&out).join(format!("{name}.{form}")))?)?;
        }
    }
    Ok(())
}

fn without_examples(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let rules = document.get_ref().get("rule")?.get_ref().as_array()?;
    let fields = rules.iter().filter_map(|rule| rule.get_ref().as_table()).flat_map(|rule| rule.iter());
    let mut spans: Vec<_> = fields
        .filter(|(key, _)| ["examples", "counter_examples"].contains(&key.get_ref().as_ref()))
        .map(|(key, value)| key.span().start..value.span().end)
        .collect();
    spans.sort_by_key(|span| span.start);
    let (mut bare, mut from) = (String::new(), 0);
    for span in spans {
        bare.push_str(text.get(from..span.start)?);
        from = span.end;
    }
    bare.push_str(text.get(from..)?);
    Some(bare)
}
