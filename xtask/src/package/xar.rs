//! A flat package's outer archive: a compressed table of contents, then the files. Written, and read back with its checksums.
//!
//! Form: <https://github.com/apple-oss-distributions/xar> (`xar/include/xar.h.in`, checked 2026-11-26).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

const MAGIC: &[u8] = b"xar!";
const HEADER: u16 = 28;
/// The number of SHA-1, which every installer knows.
const SHA1: u32 = 1;
const SUM: usize = 20;

/// Writes files in their order.
pub(super) fn write(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut toc = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xar><toc><creation-time>1970-01-01T00:00:00</creation-time>",
    );
    write!(toc, "<checksum style=\"sha1\"><offset>0</offset><size>{SUM}</size></checksum>")?;
    let mut offset = SUM;
    for (id, (name, content)) in (1..).zip(files) {
        let (length, sum) = (content.len(), hex(content));
        write!(
            toc,
            "<file id=\"{id}\"><name>{name}</name><type>file</type><mode>0644</mode><uid>0</uid><gid>0</gid><data>\
             <archived-checksum style=\"sha1\">{sum}</archived-checksum>\
             <extracted-checksum style=\"sha1\">{sum}</extracted-checksum><size>{length}</size><offset>{offset}</offset>\
             <encoding style=\"application/octet-stream\"/><length>{length}</length></data></file>"
        )?;
        offset += length;
    }
    toc.push_str("</toc></xar>\n");
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(toc.as_bytes())?;
    let packed = packed.finish()?;
    let mut out = MAGIC.to_vec();
    out.extend(HEADER.to_be_bytes());
    out.extend(1_u16.to_be_bytes());
    out.extend((packed.len() as u64).to_be_bytes());
    out.extend((toc.len() as u64).to_be_bytes());
    out.extend(SHA1.to_be_bytes());
    out.extend(&packed);
    out.extend(digest(&SHA1_FOR_LEGACY_USE_ONLY, &packed).as_ref());
    files.iter().for_each(|(_, content)| out.extend(*content));
    Ok(out)
}

/// Reads the files of an archive.
///
/// # Errors
/// When it is cut, or a checksum is another.
pub(super) fn read(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    ensure!(bytes.starts_with(MAGIC), "this is no xar archive");
    let length = |at: usize| -> Result<usize> {
        let bytes = bytes.get(at..at + 8).context("the archive is cut")?;
        Ok(usize::try_from(u64::from_be_bytes(bytes.try_into()?))?)
    };
    let heap = usize::from(HEADER) + length(8)?;
    let packed = bytes.get(usize::from(HEADER)..heap).context("the archive is cut")?;
    let mut toc = String::new();
    ZlibDecoder::new(packed).read_to_string(&mut toc).context("the table of contents is damaged")?;
    ensure!(toc.len() == length(16)?, "the table of contents has another length");
    let sum = digest(&SHA1_FOR_LEGACY_USE_ONLY, packed);
    ensure!(bytes.get(heap..heap + SUM) == Some(sum.as_ref()), "the table of contents has another checksum");
    let toc = roxmltree::Document::parse(&toc).context("the table of contents is no XML")?;
    let mut files = BTreeMap::new();
    for file in toc.descendants().filter(|node| node.has_tag_name("file")) {
        let text = |tag: &str| -> Result<&str> {
            let node = file.descendants().find(|node| node.has_tag_name(tag));
            node.and_then(|node| node.text()).with_context(|| format!("a file lacks {tag}"))
        };
        let (name, offset, length) =
            (text("name")?, text("offset")?.parse::<usize>()?, text("length")?.parse::<usize>()?);
        let content = bytes.get(heap + offset..heap + offset + length).with_context(|| format!("{name} is cut"))?;
        ensure!(hex(content) == text("archived-checksum")?, "{name} has another checksum");
        files.insert(name.to_owned(), content.to_vec());
    }
    Ok(files)
}

fn hex(content: &[u8]) -> String {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, content).as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_damage_is_found() -> Result<()> {
        let whole = write(&[("Bom", b"bill"), ("Payload", b"load")])?;
        let files = read(&whole)?;
        assert_eq!(files.len(), 2);
        assert_eq!(files["Bom"], b"bill");
        assert_eq!(files["Payload"], b"load");
        for at in usize::from(HEADER)..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert!(read(&damaged).is_err(), "{at}");
        }
        assert!(read(&whole[..whole.len() - 1]).is_err());
        Ok(())
    }
}
