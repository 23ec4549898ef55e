//! Text in UTF-16, as Windows writes it: read as UTF-8, and written back as it was.

use std::io::{self, Read, Write};

const CHUNK_BYTES: usize = 64 * 1024;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// In UTF-8, or in any other encoding that keeps ASCII.
    Bytes,
    /// In UTF-16 with a byte order mark; the least significant byte comes first.
    Utf16Le,
    /// The same with the most significant byte first.
    Utf16Be,
}

impl Encoding {
    fn unit(self, bytes: [u8; 2]) -> u16 {
        if self == Self::Utf16Be { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn bytes(self, unit: u16) -> [u8; 2] {
        if self == Self::Utf16Be { unit.to_be_bytes() } else { unit.to_le_bytes() }
    }
}

/// Tells the encoding of `input` by its byte order mark, and gives what is to be read as UTF-8. Half a character becomes U+FFFD.
///
/// # Errors
/// What reading gives.
pub fn decoded<'a>(mut input: impl Read + 'a) -> io::Result<(Encoding, Box<dyn Read + 'a>)> {
    let mut mark = Vec::new();
    input.by_ref().take(2).read_to_end(&mut mark)?;
    let encoding = match mark.as_slice() {
        [0xff, 0xfe] => Encoding::Utf16Le,
        [0xfe, 0xff] => Encoding::Utf16Be,
        _ => return Ok((Encoding::Bytes, Box::new(io::Cursor::new(mark).chain(input)))),
    };
    Ok((encoding, Box::new(Decoder { input, encoding, raw: Vec::new(), text: String::new(), given: 0 })))
}

/// Writes UTF-8 to `output` in `encoding`, the byte order mark first.
///
/// # Errors
/// What writing gives.
pub fn encoded<'a>(output: &'a mut dyn Write, encoding: Encoding) -> io::Result<Box<dyn Write + 'a>> {
    if encoding == Encoding::Bytes {
        return Ok(Box::new(output));
    }
    output.write_all(&encoding.bytes(0xfeff))?;
    Ok(Box::new(Encoder { output, encoding, held: Vec::new() }))
}

struct Decoder<R> {
    input: R,
    encoding: Encoding,
    /// Bytes that are no whole character yet.
    raw: Vec<u8>,
    text: String,
    /// Bytes of `text` that were given.
    given: usize,
}

impl<R: Read> Decoder<R> {
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() {
            let read = self.input.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.raw)?;
            let ended = read < CHUNK_BYTES;
            let (pairs, odd) = self.raw.as_chunks::<2>();
            let cut = pairs.last().is_some_and(|pair| matches!(self.encoding.unit(*pair), 0xd800..=0xdbff));
            let whole = pairs.len() - usize::from(cut && !ended);
            let units = pairs.iter().take(whole).map(|pair| self.encoding.unit(*pair));
            let characters = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
            self.text.extend(characters);
            if ended {
                self.text.extend((!odd.is_empty()).then_some(char::REPLACEMENT_CHARACTER));
                self.raw.clear();
                return Ok(());
            }
            self.raw.drain(..2 * whole);
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.fill()?;
        }
        let rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let count = rest.len().min(to.len());
        for (to, byte) in to.iter_mut().zip(rest) {
            *to = *byte;
        }
        self.given += count;
        Ok(count)
    }
}

struct Encoder<'a> {
    output: &'a mut dyn Write,
    encoding: Encoding,
    /// Bytes that are no whole character yet.
    held: Vec<u8>,
}

impl Write for Encoder<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(text);
        let whole = match std::str::from_utf8(&self.held) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.held.len(),
        };
        let rest = self.held.split_off(whole);
        let characters = String::from_utf8_lossy(&self.held);
        let bytes: Vec<u8> = characters.encode_utf16().flat_map(|unit| self.encoding.bytes(unit)).collect();
        self.output.write_all(&bytes)?;
        self.held = rest;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    const TEXT: &str = "naïve 🦀\r\nlast";

    fn utf16(encoding: Encoding) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(TEXT.encode_utf16()).flat_map(|unit| encoding.bytes(unit)).collect()
    }

    fn read(bytes: &[u8]) -> (Encoding, String) {
        let (encoding, mut input) = decoded(bytes).unwrap();
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        (encoding, text)
    }

    #[test]
    fn text_in_utf_16_is_read_and_written_back_as_it_was() {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            assert_eq!(read(&utf16(encoding)), (encoding, TEXT.to_owned()));
            for size in 1..=TEXT.len() {
                let mut written = Vec::new();
                let mut output = encoded(&mut written, encoding).unwrap();
                TEXT.as_bytes().chunks(size).for_each(|part| output.write_all(part).unwrap());
                drop(output);
                assert_eq!(written, utf16(encoding), "{size}");
            }
        }
    }

    #[test]
    fn characters_are_whole_wherever_a_chunk_ends() {
        for blanks in CHUNK_BYTES / 2 - 3..CHUNK_BYTES / 2 + 1 {
            let text = format!("{}🦀.", " ".repeat(blanks));
            let bytes: Vec<u8> =
                [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            assert!(read(&bytes).1 == text, "{blanks}");
        }
    }

    #[test]
    fn other_text_is_given_as_it_stands_and_half_a_character_is_marked() {
        for text in ["", "a", "\u{feff}é", "two\nlines"] {
            assert_eq!(read(text.as_bytes()), (Encoding::Bytes, text.to_owned()));
        }
        assert_eq!(read(b"\xff\xfea\0b").1, "a\u{fffd}");
        assert_eq!(read(b"\xff\xfea\0\x00\xd8").1, "a\u{fffd}");
    }
}
