//! The rules that are code rather than data.

use super::RuleInfo;
use super::rule::Class;

/// What the engine finds by itself, in order of precedence: where two overlap, the earlier names the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Builtin {
    UrlPassword,
    CommandPassword,
    AuthorizationHeader,
    PrivateKeyEnd,
    SeedPhrase,
    EncodedSecret,
    GenericPassword,
    GenericSecret,
    RandomToken,
    KnownSecret,
    KnownEmail,
    KnownName,
    KnownLogin,
    KnownHost,
    HomeUser,
    PersonName,
    StreetAddress,
    BirthDate,
    Passport,
    Phone,
    NationalId,
    Licence,
    Coordinates,
    Plate,
    Device,
}

impl Builtin {
    pub(super) const ALL: [Self; 25] = [
        Self::UrlPassword,
        Self::CommandPassword,
        Self::AuthorizationHeader,
        Self::PrivateKeyEnd,
        Self::SeedPhrase,
        Self::EncodedSecret,
        Self::GenericPassword,
        Self::GenericSecret,
        Self::RandomToken,
        Self::KnownSecret,
        Self::KnownEmail,
        Self::KnownName,
        Self::KnownLogin,
        Self::KnownHost,
        Self::HomeUser,
        Self::PersonName,
        Self::StreetAddress,
        Self::BirthDate,
        Self::Passport,
        Self::Phone,
        Self::NationalId,
        Self::Licence,
        Self::Coordinates,
        Self::Plate,
        Self::Device,
    ];

    /// Whether what is found can be found again by itself: no personal data, and no text that only holds a secret.
    pub(super) fn is_secret(self) -> bool {
        match self {
            Self::UrlPassword
            | Self::CommandPassword
            | Self::AuthorizationHeader
            | Self::GenericPassword
            | Self::GenericSecret
            | Self::PrivateKeyEnd
            | Self::SeedPhrase
            | Self::RandomToken => true,
            Self::EncodedSecret
            | Self::KnownSecret
            | Self::KnownEmail
            | Self::KnownName
            | Self::KnownLogin
            | Self::KnownHost
            | Self::HomeUser
            | Self::PersonName
            | Self::StreetAddress
            | Self::BirthDate
            | Self::Passport
            | Self::Phone
            | Self::NationalId
            | Self::Licence
            | Self::Coordinates
            | Self::Plate
            | Self::Device => false,
        }
    }

    /// Whether it finds secrets or personal data.
    fn class(self) -> Class {
        match self {
            Self::UrlPassword
            | Self::CommandPassword
            | Self::AuthorizationHeader
            | Self::GenericPassword
            | Self::GenericSecret
            | Self::PrivateKeyEnd
            | Self::SeedPhrase
            | Self::RandomToken
            | Self::EncodedSecret
            | Self::KnownSecret => Class::Secret,
            Self::KnownEmail
            | Self::KnownName
            | Self::KnownLogin
            | Self::KnownHost
            | Self::HomeUser
            | Self::PersonName
            | Self::StreetAddress
            | Self::BirthDate
            | Self::Passport
            | Self::Phone
            | Self::NationalId
            | Self::Licence
            | Self::Coordinates
            | Self::Plate
            | Self::Device => Class::Personal,
        }
    }

    /// What the rule is called.
    pub(super) fn info(self) -> RuleInfo {
        let (id, kind, description) = match self {
            Self::UrlPassword => ("url-password", "password", "password in the address of a server"),
            Self::CommandPassword => ("command-password", "password", "password among the arguments of a command"),
            Self::AuthorizationHeader => ("authorization-header", "token", "credentials after Bearer, Basic or Token"),
            Self::PrivateKeyEnd => ("private-key-end", "private-key", "last lines of a private key in PEM form"),
            Self::SeedPhrase => ("seed-phrase", "seed-phrase", "seed of a wallet, as the words of BIP-0039"),
            Self::EncodedSecret => {
                ("encoded-secret", "encoded", "base64, hex or percent-encoded text that holds a secret")
            }
            Self::GenericPassword => ("generic-password", "password", "value beside a name that says password"),
            Self::GenericSecret => ("generic-secret", "secret", "value beside a name that says secret, token or key"),
            Self::RandomToken => ("random-token", "token", "long random string without context"),
            Self::KnownSecret => ("known-secret", "secret", "value of a credential file of this machine"),
            Self::KnownEmail => ("known-email", "email", "e-mail address of this machine's user"),
            Self::KnownName => ("known-name", "name", "name of this machine's user"),
            Self::KnownLogin => ("known-login", "user", "login of this machine's user"),
            Self::KnownHost => ("known-host", "host", "name of this machine"),
            Self::HomeUser => ("home-user", "user", "user name in the path of a home folder"),
            Self::PersonName => ("person-name", "name", "name of a person, named as such or known as one"),
            Self::StreetAddress => ("street-address", "address", "street and number, with the town that follows"),
            Self::BirthDate => ("person-birth-date", "date-of-birth", "date in a column of dates of birth"),
            Self::Passport => ("person-passport", "passport-number", "number in a column of numbers of passports"),
            Self::Phone => ("person-phone", "phone", "number in a column of telephone numbers"),
            Self::NationalId => ("person-national-id", "national-id", "number in a column of persons' numbers"),
            Self::Coordinates => ("person-coordinates", "coordinates", "degrees in a column of them"),
            Self::Plate => ("person-plate", "vehicle-plate", "plate in a column of plates of vehicles"),
            Self::Device => ("person-device", "mac-address", "hardware address in a column of them"),
            Self::Licence => ("person-licence", "driving-licence", "number in a column of driving licences"),
        };
        RuleInfo { id: id.into(), kind: kind.into(), description: description.into(), class: self.class() }
    }
}
