//! Which file this is, and where reading it goes on: what the store keeps per file.

use ring::hmac;
use std::ops::Range;

/// Bytes of the head window at most: enough to tell most sessions apart, never enough alone to decide.
pub const HEAD_BYTES_MAX: u64 = 1024;
/// Bytes of the window before the offset at most: more than four times the median line.
pub const TAIL_BYTES_MAX: u64 = 4096;

/// The file itself, whatever it is called now: device and inode, or volume and file index.
///
/// What was before consent in a file stays held back wherever it is found under its number again. So a number that is given to
/// another file must be told apart by when that was made; where no system tells this, too much of the other is held back, not too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId {
    /// Device number, or volume serial number on Windows.
    pub device: u64,
    /// Inode number, above it on Linux when the file was made; or file index on Windows (128 bits on `ReFS`).
    pub inode: u128,
}

/// A keyed hash of a file's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathHash(pub [u8; 16]);

/// A keyed hash of a window of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowHash(pub [u8; 16]);

/// Under which a position is stored: an inode may be used again at another path, a path by another inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey {
    /// The file.
    pub id: FileId,
    /// Where it lay when the position was stored.
    pub path: PathHash,
}

/// What the byte at a position's offset is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Resume {
    /// The start of a line.
    #[default]
    LineStart,
    /// A line above the limit, counted already: skip to the next line end.
    SkipLine,
    /// A line begun before consent: skip to the next line end, and count it there.
    SkipBegun,
}

/// Where reading goes on in a file, and how to tell that the content before it is still the same. Holds no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Offset of the next byte to read; everything before it has been dealt with.
    pub offset: u64,
    /// What the byte at the offset is part of.
    pub resume: Resume,
    /// Keyed hash of the first [`head_len`](Self::head_len) bytes.
    pub head: WindowHash,
    /// Keyed hash of the last [`tail_len`](Self::tail_len) bytes before the offset.
    pub tail: WindowHash,
}

/// What the store keeps per file, one row under `key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRecord {
    /// The row's key.
    pub key: FileKey,
    /// Where reading goes on.
    pub position: Position,
    /// Where what stood in the file before consent ends, and how to tell that it is still the same; `None` where all of it
    /// may be read.
    pub floor: Option<Position>,
    /// When the row was written, in milliseconds since 1970 UTC.
    pub updated_ms: i64,
}

/// Makes the keyed hashes of paths and windows. Without the key they tell nothing.
pub struct Fingerprint(hmac::Key);

impl Position {
    /// How many bytes the head window spans.
    pub fn head_len(&self) -> u64 {
        self.offset.min(HEAD_BYTES_MAX)
    }

    /// How many bytes the window before the offset spans.
    pub fn tail_len(&self) -> u64 {
        self.offset.min(TAIL_BYTES_MAX)
    }

    /// The start of a file, of which nothing was read.
    pub fn start() -> Self {
        let empty = WindowHash([0; 16]);
        Self { offset: 0, resume: Resume::LineStart, head: empty, tail: empty }
    }

    /// The bytes of the file that [`head`](Self::head) was made of.
    pub fn head_range(&self) -> Range<u64> {
        0..self.head_len()
    }

    /// The bytes of the file that [`tail`](Self::tail) was made of.
    pub fn tail_range(&self) -> Range<u64> {
        self.offset - self.tail_len()..self.offset
    }

    /// Says whether both windows are full and apart, so that equal windows mean a copy and not merely a common start.
    pub fn has_full_windows(&self) -> bool {
        self.offset >= HEAD_BYTES_MAX + TAIL_BYTES_MAX
    }
}

impl Resume {
    /// The number in the database.
    pub const fn code(self) -> u8 {
        match self {
            Self::LineStart => 0,
            Self::SkipLine => 1,
            Self::SkipBegun => 2,
        }
    }

    /// Reads the number in the database; `None` when no version of the agent wrote it.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::LineStart),
            1 => Some(Self::SkipLine),
            2 => Some(Self::SkipBegun),
            3..=u8::MAX => None,
        }
    }
}

impl Fingerprint {
    /// Takes 32 secret bytes, derived for this purpose alone.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Hashes a path, given as the bytes of its name.
    pub fn path(&self, path: &[u8]) -> PathHash {
        PathHash(self.hash(b"path", path))
    }

    /// Hashes a window of content.
    pub fn window(&self, content: &[u8]) -> WindowHash {
        WindowHash(self.hash(b"window", content))
    }

    fn hash(&self, domain: &[u8], bytes: &[u8]) -> [u8; 16] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(domain);
        context.update(&[0]);
        context.update(bytes);
        let tag = context.sign();
        let mut hash = [0; 16];
        hash.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        hash
    }
}
