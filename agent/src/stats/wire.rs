//! Numbers and texts as bytes, for the cache.

/// Writes a number that is mostly small: seven bits a byte, the lowest first.
pub(super) fn put(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Writes a number that is mostly close to zero, on either side.
pub(super) fn put_signed(to: &mut Vec<u8>, number: i64) {
    put(to, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Writes a hash: eight bytes.
pub(super) fn put_hash(to: &mut Vec<u8>, hash: u64) {
    to.extend(hash.to_le_bytes());
}

/// Writes bytes and before them their length.
pub(super) fn put_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    put(to, bytes.len() as u64);
    to.extend(bytes);
}

/// Reads what was written; each call gives `None` where that is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    #[inline]
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    #[inline]
    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    #[inline]
    pub(super) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    #[inline]
    pub(super) fn hash(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*first))
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?.try_into().ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_a_cut_shows() {
        let mut bytes = Vec::new();
        for number in [0, 1, 127, 128, u64::from(u32::MAX), u64::MAX] {
            put(&mut bytes, number);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            put_signed(&mut bytes, number);
        }
        put_hash(&mut bytes, 7);
        put_bytes(&mut bytes, b"text");
        let read = |bytes: &[u8]| {
            let mut reader = Reader(bytes);
            let numbers = (0..6).map(|_| reader.number()).collect::<Option<Vec<_>>>()?;
            let signed = (0..5).map(|_| reader.signed()).collect::<Option<Vec<_>>>()?;
            Some((numbers, signed, reader.hash()?, reader.bytes()?.to_vec()))
        };
        let expected = (
            vec![0, 1, 127, 128, u64::from(u32::MAX), u64::MAX],
            vec![0, -1, 1, i64::MIN, i64::MAX],
            7,
            b"text".to_vec(),
        );
        assert_eq!(read(&bytes), Some(expected));
        for end in 0..bytes.len() {
            assert_eq!(read(bytes.get(..end).unwrap_or_default()), None, "{end}");
        }
        assert_eq!(Reader(&[0xff; 11]).number(), None);
    }
}
