//! Seals runs of events into segments, the unit that the spool stores and settles.
//!
//! Promises: a [`Sealed`] segment is made from [`Events`] alone, and a [`Payload`] from a segment that opens under its
//! key, so its bytes were events. A segment holds one gzip member of whole NDJSON lines of one data class and one project,
//! made under one policy and one consent; all of that is bound to the ciphertext and cannot be swapped.
//!
//! Left out on purpose: chance (key and nonce prefix are handed in) and storage. Start at [`Sealer::seal`] and
//! [`Opener::open`].

mod gzip;

use std::fmt;
use std::sync::Arc;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use scrubber::{DataClass, Events, Policy, ProjectTag};

pub use gzip::UnpackError;
use gzip::{Packing, unpack};

/// Bytes of NDJSON at which a segment is closed.
pub const SEGMENT_BYTES: usize = 256 * 1024;
/// Lines at which a segment is closed: the deaggregation limit of Amazon Data Firehose, records of one KPL record
/// (<https://docs.aws.amazon.com/firehose/latest/dev/limits.html>, checked 2026-11-24).
pub const SEGMENT_LINES: u32 = 500;
/// Bytes that one event may have: a Firehose record of 1,000 KiB (same page, same day).
pub const SEGMENT_BYTES_MAX: usize = 1000 * 1024;

/// Says which key sealed a segment, without telling the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The policy and the consent under which events were made, and the project that they belong to. Holds ids only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    policy: Arc<str>,
    consent: Arc<str>,
    project: ProjectTag,
}

impl Label {
    /// Puts together the ids as they are known or were stored.
    pub fn new(policy_id: &str, consent_id: &str, project: ProjectTag) -> Self {
        Self { policy: policy_id.into(), consent: consent_id.into(), project }
    }

    /// The same for another project.
    fn of(&self, project: ProjectTag) -> Self {
        Self { policy: Arc::clone(&self.policy), consent: Arc::clone(&self.consent), project }
    }

    /// The policy's id.
    pub fn policy_id(&self) -> &str {
        &self.policy
    }

    /// The consent's id.
    pub fn consent_id(&self) -> &str {
        &self.consent
    }

    /// The project of every event.
    pub fn project(&self) -> ProjectTag {
        self.project
    }
}

/// What is known of a segment without opening it. Holds no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The data class of every event within.
    pub class: DataClass,
    /// Policy and consent of every event within.
    pub label: Label,
    /// Events within.
    pub lines: u32,
    /// Bytes of NDJSON within.
    pub bytes: u32,
}

/// A segment of events, compressed and encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    header: Header,
    key: KeyId,
    nonce: [u8; NONCE_LEN],
    ciphertext: Vec<u8>,
}

/// A 256-bit key that seals segments.
pub struct SealKey {
    key: LessSafeKey,
    id: KeyId,
}

/// Seals runs of events under one key.
pub struct Sealer {
    key: SealKey,
    nonce_prefix: [u8; 8],
    nonce_counter: u32,
    packing: Packing,
}

/// What became of a run of events.
#[derive(Debug, Default)]
pub struct SealedRun {
    /// The segments in order; none for an empty run.
    pub segments: Vec<Sealed>,
    /// Events left out because they are longer than [`SEGMENT_BYTES_MAX`]; to be counted as `TooLarge`.
    pub too_large: u64,
}

/// Opens segments under the present key and older ones.
pub struct Opener {
    keys: Vec<SealKey>,
}

/// An opened segment: bytes that were events when they were sealed.
pub struct Payload {
    header: Header,
    member: Vec<u8>,
}

/// Sealing failed; nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The sealer used up its nonces; the next one needs a fresh prefix.
    #[error("this sealer's nonces are used up")]
    NoncesUsedUp,
    /// The compressor failed.
    #[error("cannot compress a segment")]
    Compression,
    /// The cipher failed.
    #[error("cannot encrypt a segment")]
    Cipher,
}

/// A segment cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No key at hand has the segment's key id.
    #[error("the segment was sealed under a key that is not at hand")]
    KeyUnknown,
    /// The segment or what is stored beside it was altered.
    #[error("the segment is damaged")]
    Damaged,
}

impl SealKey {
    /// Takes 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = match UnboundKey::new(&AES_256_GCM, secret) {
            Ok(key) => LessSafeKey::new(key),
            Err(ring::error::Unspecified) => unreachable!("the key has the algorithm's length"),
        };
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"bcce seal key id");
        let id = tag.as_ref().iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte));
        Self { key, id: KeyId(id) }
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        self.id
    }
}

impl Sealer {
    /// Seals under `key`. `nonce_prefix` must be fresh random bytes for every sealer: with the counter it makes the nonce.
    pub fn new(key: SealKey, nonce_prefix: [u8; 8]) -> Self {
        Self { key, nonce_prefix, nonce_counter: 0, packing: Packing::new() }
    }

    /// The id of the key in use.
    pub fn key_id(&self) -> KeyId {
        self.key.id
    }

    /// Gives the compressor's memory back until something is sealed again.
    pub fn rest(&mut self) {
        self.packing = Packing::new();
    }

    /// Compresses and encrypts a run that `policy` made into segments of one project and at most [`SEGMENT_BYTES`] and
    /// [`SEGMENT_LINES`]; a longer event gets a segment of its own.
    ///
    /// # Errors
    ///
    /// Fails when the nonces are used up (after 2^32 segments) or compressor or cipher fail.
    pub fn seal(&mut self, events: &Events, policy: &Policy) -> Result<SealedRun, SealError> {
        let label = Label::new(policy.id().as_str(), policy.consent_id(), ProjectTag::NONE);
        let lines = events.iter().map(|event| (event.line().len(), event.project()));
        self.seal_lines(events.tier().data_class(), &label, events.ndjson(), lines)
    }

    fn seal_lines(
        &mut self,
        class: DataClass,
        label: &Label,
        ndjson: &[u8],
        all: impl Iterator<Item = (usize, ProjectTag)>,
    ) -> Result<SealedRun, SealError> {
        let mut run = SealedRun::default();
        let (mut start, mut end, mut lines) = (0, 0, 0);
        let mut label = label.clone();
        for (length, project) in all {
            let full = lines == SEGMENT_LINES || end - start + length > SEGMENT_BYTES;
            if lines > 0 && (full || project != label.project) {
                let part = ndjson.get(start..end).unwrap_or_default();
                run.segments.push(self.seal_segment(class, &label, part, lines)?);
                (start, lines) = (end, 0);
            }
            if project != label.project {
                label = label.of(project);
            }
            end += length;
            if length > SEGMENT_BYTES_MAX {
                run.too_large += 1;
                start = end;
            } else {
                lines += 1;
            }
        }
        if lines > 0 {
            run.segments.push(self.seal_segment(class, &label, ndjson.get(start..end).unwrap_or_default(), lines)?);
        }
        Ok(run)
    }

    fn seal_segment(
        &mut self,
        class: DataClass,
        label: &Label,
        ndjson: &[u8],
        lines: u32,
    ) -> Result<Sealed, SealError> {
        let bytes = u32::try_from(ndjson.len()).map_err(|_| SealError::Compression)?;
        let header = Header { class, label: label.clone(), lines, bytes };
        let nonce = self.next_nonce()?;
        let mut ciphertext = self.packing.pack(ndjson, AES_256_GCM.tag_len()).map_err(|_| SealError::Compression)?;
        let aad = Aad::from(header.associated_data(self.key.id));
        self.key
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut ciphertext)
            .map_err(|ring::error::Unspecified| SealError::Cipher)?;
        Ok(Sealed { header, key: self.key.id, nonce, ciphertext })
    }

    fn next_nonce(&mut self) -> Result<[u8; NONCE_LEN], SealError> {
        let counter = self.nonce_counter;
        self.nonce_counter = counter.checked_add(1).ok_or(SealError::NoncesUsedUp)?;
        let mut nonce = [0; NONCE_LEN];
        let parts = self.nonce_prefix.iter().chain(&counter.to_le_bytes()).copied().collect::<Vec<_>>();
        nonce.copy_from_slice(&parts);
        Ok(nonce)
    }
}

impl Header {
    fn associated_data(&self, key: KeyId) -> Vec<u8> {
        // What was sealed before segments knew their project has none.
        let without_project = self.label.project == ProjectTag::NONE;
        let mut data = if without_project { b"bcce.segment.v1".to_vec() } else { b"bcce.segment.v2".to_vec() };
        data.extend(key.0.to_le_bytes());
        data.extend(self.lines.to_le_bytes());
        data.extend(self.bytes.to_le_bytes());
        for part in [self.class.as_str(), self.label.policy_id(), self.label.consent_id()] {
            data.extend((part.len() as u64).to_le_bytes());
            data.extend(part.as_bytes());
        }
        if !without_project {
            data.extend(self.label.project.0.to_le_bytes());
        }
        data
    }
}

impl Sealed {
    /// Puts a segment together from stored parts. Whether they belong together shows when it is opened.
    pub fn from_stored(header: Header, key: KeyId, nonce: [u8; NONCE_LEN], ciphertext: Vec<u8>) -> Self {
        Self { header, key, nonce, ciphertext }
    }

    /// What is known without opening.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The key that sealed it.
    pub fn key_id(&self) -> KeyId {
        self.key
    }

    /// The nonce, used once under its key.
    pub fn nonce(&self) -> &[u8; NONCE_LEN] {
        &self.nonce
    }

    /// The encrypted gzip member with its tag.
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }
}

impl Opener {
    /// Opens under any of `keys`.
    pub fn new(keys: Vec<SealKey>) -> Self {
        Self { keys }
    }

    /// Decrypts a segment.
    ///
    /// # Errors
    ///
    /// Fails when its key is not at hand, or when segment, class, policy, consent or counts were altered.
    pub fn open(&self, sealed: Sealed) -> Result<Payload, OpenError> {
        let Sealed { header, key: id, nonce, mut ciphertext } = sealed;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(OpenError::KeyUnknown)?;
        let aad = Aad::from(header.associated_data(id));
        let length = key
            .key
            .open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut ciphertext)
            .map_err(|ring::error::Unspecified| OpenError::Damaged)?
            .len();
        ciphertext.truncate(length);
        Ok(Payload { header, member: ciphertext })
    }
}

impl Payload {
    /// What was known before opening.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The NDJSON lines as one gzip member (RFC 1952); members may follow one another in a file.
    pub fn member(&self) -> &[u8] {
        &self.member
    }

    /// Appends the NDJSON lines, each ending with `\n`, to `out`.
    ///
    /// # Errors
    ///
    /// Fails when the member does not unpack to the promised length; `out` is then as it was.
    pub fn unpack(&self, out: &mut Vec<u8>) -> Result<(), UnpackError> {
        unpack(&self.member, self.header.bytes as usize, out)
    }
}

#[cfg(test)]
mod tests;
