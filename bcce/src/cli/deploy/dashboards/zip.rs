//! A zip file of a few texts, as they are: the bundle is small, and goes to one server once.
//!
//! Written by <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, version 6.3.10, checked 2026-11-26.

use anyhow::Context as _;

/// 2.0, the first that knows folders.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day that the format knows: the same files make the same bytes.
const DAY: u16 = 0x21;

/// Packs files by path and text.
///
/// # Errors
/// When there are more, or larger ones, than the format's small form can count.
pub(super) fn zip(files: &[(String, String)]) -> anyhow::Result<Vec<u8>> {
    let too_much = "the bundle is too large";
    let mut packed = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let place = u32::try_from(packed.len()).context(too_much)?;
        let size = u32::try_from(text.len()).context(too_much)?;
        let name_size = u16::try_from(name.len()).context(too_much)?;
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let mut common = Vec::new();
        // Stored, at midnight.
        for number in [VERSION, FLAGS, 0, 0, DAY] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(name_size.to_le_bytes());
        // No extra field.
        common.extend(0_u16.to_le_bytes());
        packed.extend(b"PK\x03\x04");
        packed.extend(&common);
        packed.extend(name.as_bytes());
        packed.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // No comment, first disk, no attributes of two kinds.
        directory.extend([0; 10]);
        directory.extend(place.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).context(too_much)?;
    let place = u32::try_from(packed.len()).context(too_much)?;
    let size = u32::try_from(directory.len()).context(too_much)?;
    packed.extend(directory);
    packed.extend(b"PK\x05\x06");
    // The one disk, twice.
    packed.extend([0; 4]);
    packed.extend(count.to_le_bytes());
    packed.extend(count.to_le_bytes());
    packed.extend(size.to_le_bytes());
    packed.extend(place.to_le_bytes());
    packed.extend(0_u16.to_le_bytes());
    Ok(packed)
}
