//! What a row of the table of commands says, and the short forms in which rows are written.

/// Where the password stands, beside the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Only after flags.
    Flags,
    /// The same, inside of a statement that makes or changes an account.
    Statement,
    /// The word with this number among those that are no flags, from 1.
    Word(usize),
    /// The same, and it must look like a token: such commands are written about as well.
    Token(usize),
    /// Between two signs of any word.
    Between(u8, u8),
    /// After a sign in the first word.
    Pair(u8),
    /// After the equals sign of any word: `secrets set NAME=…`.
    Set,
    /// What `s/NAME/…/` puts in the place of the name of a secret, or of what stands for one.
    Replaced,
    /// The literal with this number among the arguments of a call.
    Argument(usize),
    /// What is fed to the command in place of a file: `<<< '…'`.
    Here,
    /// The first word that is no flag, no drive and no folder.
    Bare,
    /// The last word.
    Last,
    /// After a sign that begins a word.
    Behind(u8),
    /// The name is that of an account, perhaps with its host: `root@db / …`, `admin:…`.
    Login,
    /// Any word of the sentence that the name begins.
    Sentence,
    /// What is written to a file whose name is that of a secret: `… > token.txt`.
    Written,
}

/// What the value has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Anything but a placeholder, a variable or code.
    None,
    /// A password that no word of a sentence can be.
    Said,
    /// The same, and no id, hash, version or path either: what is kept beside secrets.
    MadeUp,
    /// A number of four to eight digits.
    Number,
    /// Made by a machine.
    Machine,
    /// The same, or words that are written as one.
    Chosen,
    /// What no text holds by chance.
    Striking,
    /// The same in quotes, and no sentence.
    Literal,
    /// Any word that is all of a setting in its line, a number or a right before or behind it left out.
    Setting,
    /// What is hashed: a literal with a digit, or with a capital and a sign.
    Hashed,
    /// An account and a password that a colon joins.
    Account,
}

/// One command.
pub(super) struct Row {
    pub name: &'static str,
    /// One of these must stand in the line.
    pub needs: &'static [&'static str],
    /// The next word is the password. Flags of more than one letter hold in any case.
    pub flags: &'static [&'static str],
    /// The rest of the word is.
    pub glued: &'static [&'static str],
    /// The next word, or the rest of this one, is a user and the password, parted by one of `parts`.
    pub pairs: &'static [&'static str],
    pub parts: &'static [u8],
    pub place: Place,
    pub proof: Proof,
    /// One of these must stand near, before or after.
    pub near: &'static [&'static str],
}

pub(super) const NOTHING: Row = Row {
    name: "",
    needs: &[],
    flags: &[],
    glued: &[],
    pairs: &[],
    parts: b":",
    place: Place::Flags,
    proof: Proof::None,
    near: &[],
};

/// A row that has nothing but its name yet.
pub(super) const fn named(name: &'static str) -> Row {
    Row { name, ..NOTHING }
}
pub(super) const fn flags(name: &'static str, flags: &'static [&'static str]) -> Row {
    Row { name, flags, ..NOTHING }
}
pub(super) const fn login(name: &'static str) -> Row {
    Row { name, needs: &["login "], flags: &["-p"], glued: &["-p="], ..NOTHING }
}
pub(super) const fn glued(name: &'static str) -> Row {
    Row { name, glued: &["-p"], ..NOTHING }
}
pub(super) const fn word(name: &'static str, needs: &'static [&'static str], number: usize) -> Row {
    Row { name, needs, place: Place::Word(number), ..NOTHING }
}
pub(super) const fn token(name: &'static str, number: usize) -> Row {
    Row { name, place: Place::Token(number), ..NOTHING }
}
pub(super) const fn call(name: &'static str, number: usize) -> Row {
    Row { name, place: Place::Argument(number), ..NOTHING }
}
pub(super) const fn pairs(name: &'static str, pairs: &'static [&'static str], parts: &'static [u8]) -> Row {
    Row { name, pairs, parts, ..NOTHING }
}

/// What people and routers write: a password that is no word.
pub(super) const fn said(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Said, ..NOTHING }
}
/// The same of letters alone, for an account that rules the others.
pub(super) const fn chosen(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Chosen, needs: &["admin/", "admin / ", "root/", "root / "], ..NOTHING }
}
/// What is typed beside a password: a number that people tell.
pub(super) const fn number(name: &'static str) -> Row {
    Row { name, place: Place::Word(1), proof: Proof::Number, ..NOTHING }
}
/// A command that keeps as a secret what it is given under any name.
pub(super) const fn kept(name: &'static str, needs: &'static [&'static str]) -> Row {
    Row { needs, place: Place::Set, proof: Proof::MadeUp, name, ..NOTHING }
}
/// An editor that puts a secret in the place of its name.
pub(super) const fn replaced(name: &'static str) -> Row {
    Row { needs: &["s/", "s|", "s#"], place: Place::Replaced, proof: Proof::MadeUp, name, ..NOTHING }
}
pub(super) const fn striking(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Striking, ..NOTHING }
}
pub(super) const fn said_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::Said, ..call(name, number) }
}
/// What a router or a service is set to in a line of its own.
pub(super) const fn setting(name: &'static str) -> Row {
    Row { proof: Proof::Setting, ..word(name, &[], 1) }
}
/// A call that makes or compares the hash of a password.
pub(super) const fn hashed_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::Hashed, ..call(name, number) }
}
/// A call that may be given more than an account and its password.
pub(super) const fn made_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::MadeUp, ..call(name, number) }
}
pub(super) const fn keyed_call(name: &'static str, number: usize) -> Row {
    Row { proof: Proof::Machine, ..call(name, number) }
}
/// A call that fills in a field of a form, or types at a prompt for a password.
pub(super) const fn typed(name: &'static str, number: usize) -> Row {
    const FIELDS: &[&str] =
        &["assw", "assphrase", "'pass'", "\"pass", "#pass", "=pass", "'pwd'", "\"pwd", "#pwd", "=pwd"];
    Row { near: FIELDS, ..said_call(name, number) }
}
/// The same of a field for a key or a token.
pub(super) const fn typed_key(name: &'static str) -> Row {
    const FIELDS: &[&str] =
        &["API key", "API Key", "Api key", "api key", "api-key", "api_key", "apikey", "apiKey", "oken", "ecret"];
    Row { near: FIELDS, ..keyed_call(name, 1) }
}
/// What is made of an account and its password before it is sent.
pub(super) const fn account_call(name: &'static str) -> Row {
    Row { proof: Proof::Account, ..call(name, 1) }
}
/// What a test compares with a value near whose name it stands.
pub(super) const fn compared(name: &'static str, place: Place) -> Row {
    Row { name, place, proof: Proof::Literal, near: &["assw", "assphrase", "ecret", "oken"], ..NOTHING }
}
pub(super) const fn machine(name: &'static str, flags: &'static [&'static str]) -> Row {
    Row { name, flags, proof: Proof::Machine, ..NOTHING }
}
pub(super) const fn here(name: &'static str) -> Row {
    Row { name, place: Place::Here, needs: &["<<"], ..NOTHING }
}
/// What is typed at the prompt of a protocol.
pub(super) const fn prompt(name: &'static str, number: usize, near: &'static [&'static str]) -> Row {
    Row { name, place: Place::Word(number), proof: Proof::Said, near, ..NOTHING }
}
