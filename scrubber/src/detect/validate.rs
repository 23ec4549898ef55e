//! Checks that a matched value has to pass beyond its shape, named in rule files.
//!
//! A validator says no when the value cannot be what the rule looks for: a check digit is wrong, an address is private,
//! a token is a placeholder. A token that its prefix gives away needs no checksum: a mistyped or cut one is still
//! replaced. Checksums decide only where the shape alone is ambiguous.
//!
//! Start at [`Validator`]; the algorithms stand in the submodules, each with its source.

use std::ops::Range;

pub(super) use checksum::is_wif;
pub(super) use mail::PROGRAMS as PROGRAM_ADDRESSES;
pub(super) use text::is_packed;

mod called;
mod checksum;
mod devices;
mod east;
mod house;
mod mail;
mod national;
mod network;
mod phone;
mod text;
mod token;
mod versions;
mod world;

macro_rules! validators {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal => $check:expr;)+) => {
        /// A check by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Validator {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Validator {
            /// Every validator.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The validator that rule files call `name`.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|validator| validator.name() == name)
            }

            /// What rule files call it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Whether the value at `value` in `text` passes. The text around it is looked at only where the
            /// validator's description says so.
            pub fn accepts(self, text: &[u8], value: Range<usize>) -> bool {
                let Some(bytes) = text.get(value.clone()) else { return false };
                let around = Around { text, value };
                match self {
                    $(Self::$variant => {
                        let check: fn(&[u8], &Around<'_>) -> bool = $check;
                        check(bytes, &around)
                    })+
                }
            }
        }
    };
}

/// The text around a value.
struct Around<'a> {
    text: &'a [u8],
    value: Range<usize>,
}

impl Around<'_> {
    /// Up to `most` bytes before the value.
    fn before(&self, most: usize) -> &[u8] {
        self.text.get(self.value.start.saturating_sub(most)..self.value.start).unwrap_or_default()
    }

    /// Up to `most` bytes after the value.
    fn after(&self, most: usize) -> &[u8] {
        let end = self.text.len().min(self.value.end.saturating_add(most));
        self.text.get(self.value.end..end).unwrap_or_default()
    }
}

/// As much around a number is looked at for those beside it in a list.
const LIST: usize = 96;
/// Numbers on either side that are looked at.
const BESIDE: usize = 2;
/// Digits of a number beside which another may be one of its kind by chance.
const CONSTANT_MIN: usize = 11;

impl Around<'_> {
    /// Whether the number is one of a list that has a line for each, and those beside it are as long and of another kind: the
    /// check digits of some constants of a program are right by chance.
    fn is_constant(&self, value: &[u8], is_kind: fn(&[u8]) -> bool) -> bool {
        let (before, after) = (self.before(LIST), self.after(LIST));
        let mut above = before.rsplit(|byte| *byte == b'\n');
        let mut below = after.split(|byte| *byte == b'\n');
        let (Some(left), Some(right)) = (above.next(), below.next()) else { return false };
        let ends = matches!(right.trim_ascii(), b"" | b",");
        if !ends || !left.trim_ascii().is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return false;
        }
        // Of several in a line the one next to it counts.
        let number = |piece: &[u8]| -> Option<Vec<u8>> {
            let number = piece.trim_ascii();
            (number.len() >= CONSTANT_MIN && number.iter().all(u8::is_ascii_digit)).then(|| number.to_vec())
        };
        let last = |line: &[u8]| {
            line.trim_ascii_end().strip_suffix(b",")?.rsplit(|byte| *byte == b',').next().and_then(number)
        };
        let first = |line: &[u8]| line.split(|byte| *byte == b',').next().and_then(number);
        let goes_on = right.trim_ascii() == b",";
        let below: Vec<_> = below.take(BESIDE).map_while(first).filter(|_| goes_on).collect();
        let beside: Vec<_> = above.take(BESIDE).map_while(last).chain(below).collect();
        let alike = beside.iter().filter(|number| is_kind(number)).count();
        beside.len() > alike * 2
    }
}

validators! {
    /// Payment card number: Luhn digit and an issuer's range with its length; no fraction, no id or count by its name, and none of a
    /// list of other numbers, a line each.
    Card = "card" => |value, around| {
        around.before(1) != b"."
            && checksum::is_card(value)
            && !(value.iter().all(u8::is_ascii_digit) && called::is_count(around.before(32)))
            && !around.is_constant(value, checksum::is_card)
    };
    /// Luhn digit.
    Luhn = "luhn" => |value, _| checksum::luhn(value);
    /// Verhoeff digit.
    Verhoeff = "verhoeff" => |value, _| checksum::verhoeff(value);
    /// IBAN: the country's length, and the remainder by 97.
    Iban = "iban" => |value, _| checksum::is_iban(value);
    /// US social security number: areas, groups and serials that are issued, and none of the well-known samples; no number of an
    /// article, and with blanks between its groups no part of a row of numbers.
    Ssn = "ssn" => |value, around| {
        national::is_ssn(value)
            && !called::is_article(around.before(24))
            && !(value.contains(&b' ') && text::is_in_row(around.before(8), around.after(8)))
    };
    /// Not called the number of an article by the word before it.
    NotArticle = "not-article" => |_, around| !called::is_article(around.before(24));
    /// UK national insurance number: prefixes that are issued.
    Nino = "nino" => |value, _| national::is_nino(value);
    /// UK National Health Service number: remainder by 11.
    NhsNumber = "nhs-number" => |value, _| national::is_nhs_number(value);
    /// German tax id: ISO 7064 MOD 11,10 and the rule on repeated digits.
    SteuerId = "steuer-id" => |value, _| national::is_steuer_id(value);
    /// French NIR: key by 97; none of a list of other numbers, a line each.
    Nir = "nir" => |value, around| national::is_nir(value) && !around.is_constant(value, national::is_nir);
    /// Spanish DNI and NIE: letter by 23.
    Dni = "dni" => |value, _| national::is_dni(value);
    /// Italian codice fiscale: check letter.
    CodiceFiscale = "codice-fiscale" => |value, _| national::is_codice_fiscale(value);
    /// Dutch BSN: the eleven test.
    Bsn = "bsn" => |value, _| national::is_bsn(value);
    /// Belgian national number: key by 97.
    Rijksregister = "rijksregister" => |value, _| national::is_rijksregister(value);
    /// Polish PESEL: weighted sum by 10.
    Pesel = "pesel" => |value, _| national::is_pesel(value);
    /// Finnish personal identity code: check character by 31.
    Hetu = "hetu" => |value, _| national::is_hetu(value);
    /// Norwegian birth number: two digits by 11.
    Fodselsnummer = "fodselsnummer" => |value, _| national::is_fodselsnummer(value);
    /// Swedish personal number: a date and a Luhn digit.
    Personnummer = "personnummer" => |value, _| national::is_personnummer(value);
    /// Swiss AHV number: EAN-13 digit.
    Ahv = "ahv" => |value, _| national::is_ahv(value);
    /// Portuguese NIF: digit by 11.
    Nif = "nif" => |value, _| national::is_nif(value);
    /// Brazilian CPF: two digits by 11.
    Cpf = "cpf" => |value, _| national::is_cpf(value);
    /// Brazilian CNPJ: two digits by 11.
    Cnpj = "cnpj" => |value, _| national::is_cnpj(value);
    /// Chinese resident identity number: a date and ISO 7064 MOD 11-2.
    ResidentId = "resident-id" => |value, _| national::is_resident_id(value);
    /// Korean resident registration number: a date and a digit by 11.
    Rrn = "rrn" => |value, _| national::is_rrn(value);
    /// Singapore NRIC and FIN: check letter.
    Nric = "nric" => |value, _| national::is_nric(value);
    /// Australian tax file number: remainder by 11.
    Tfn = "tfn" => |value, _| national::is_tfn(value);
    /// Turkish identity number: two check digits.
    Tckn = "tckn" => |value, _| national::is_tckn(value);
    /// Israeli identity number: Luhn over nine digits.
    Teudat = "teudat-zehut" => |value, _| national::is_teudat_zehut(value);
    /// South African identity number: a date and a Luhn digit.
    SouthAfricanId = "south-african-id" => |value, _| national::is_south_african_id(value);
    /// Mexican CURP: a date and a check digit.
    Curp = "curp" => |value, _| national::is_curp(value);
    /// IPv4 address that is routed on the internet; the text before it does not call it a version.
    PublicIpv4 = "public-ipv4" => |value, around| {
        network::is_public_ipv4(value, around.before(24), around.after(8))
            && !versions::are_around(value, around.before(240), around.after(240))
    };
    /// The same as a part of a host's name, parted by hyphens.
    PublicHost = "public-host" => |value, _| network::is_public_host(value);
    /// Near words of Vault: ids of secrets elsewhere are no secrets.
    OfVault = "of-vault" => |_, around| token::is_of_vault(around.before(240)) || token::is_of_vault(around.after(80));
    /// Coordinates that were measured: not worked out from whole minutes, not the first of an outline, and not how long something is.
    Measured = "measured" => |value, around| {
        network::is_measured(value)
            && !network::is_outline(around.before(16))
            && !network::is_length(around.before(16), around.before(64), around.after(64))
    };
    /// IPv6 address that is routed on the internet, and no end of a longer one.
    PublicIpv6 = "public-ipv6" => |value, around| {
        network::is_public_ipv6(value) && !network::is_within_groups(around.before(40))
    };
    /// MAC address of one device: no broadcast, multicast, all-zero or sample address.
    DeviceMac = "device-mac" => |value, around| {
        devices::is_device_mac(value)
            && !devices::ends_dump(around.before(48))
            && (value.iter().any(u8::is_ascii_alphabetic) || devices::names_device(around.before(32)))
    };
    /// E-mail address of a person or team: no example domain, no no-reply, no `git@host`.
    RealEmail = "real-email" => |value, around| mail::is_real_email(value, around.before(64), around.after(8));
    /// Telephone number: a plausible count of digits, not all alike, none of the ranges kept for fiction.
    Phone = "phone" => |value, around| phone::is_phone(value, around.before(24), around.after(16));
    /// Telephone number that the text names as one: seven digits are enough; no date and no address.
    NamedPhone = "named-phone" => |value, around| phone::is_named_phone(value, around.before(24));
    /// Not the zero bytes of packed data, which Base64 writes as rows of `A`; a random token has none.
    NotPacked = "not-packed" => |value, _| !is_packed(value);
    /// Payment card number that the text names as one: twelve to nineteen digits with a Luhn digit, and no end of a longer number.
    NamedCard = "named-card" => |value, around| {
        checksum::is_named_card(value) && !matches!(around.before(2), [digit, b' ' | b'-'] if digit.is_ascii_digit())
    };
    /// Number that the text names as one of a person: six digits that are not all alike, and no date.
    NamedId = "named-id" => |value, _| world::is_named_id(value);
    /// Plate of a vehicle in up to four groups of capitals and digits: no date, no standard, no size of paper, and not what
    /// the next line begins with.
    Plate = "plate" => |value, around| national::is_plate(value) && around.before(1) != b"\n";
    /// Passport number: at least five digits, and no other number between it and the word for it.
    Passport = "passport" => |value, around| {
        world::is_passport(value) && !world::names_a_library(around.before(40)) && !world::follows_number(around.before(24))
    };
    /// Address of a house: no port, no unit of measure, no sign of code.
    Address = "address" => |value, around| house::is_address(value) && !house::begins_sentence(value, around.before(16));
    /// No part of a longer row of groups of digits.
    NotInRow = "not-in-row" => |_, around| !text::is_in_row(around.before(8), around.after(8));
    /// Not the rest of Base64 that goes on from what stands before it: a longer run of it, or a digest.
    NotAmidData = "not-amid-data" => |_, around| !text::is_amid_data(around.before(80));
    /// Austrian social security number: a date and a digit by 11.
    Svnr = "svnr" => |value, _| east::is_svnr(value);
    /// Czech and Slovak birth number: a date, and a multiple of 11.
    RodneCislo = "rodne-cislo" => |value, _| east::is_rodne_cislo(value);
    /// Romanian personal code: a date and a digit by 11.
    Cnp = "cnp" => |value, _| east::is_cnp(value);
    /// Bulgarian citizen number: a date and a digit by 11.
    Egn = "egn" => |value, _| east::is_egn(value);
    /// Croatian personal number: ISO 7064 MOD 11,10.
    Oib = "oib" => |value, _| east::is_oib(value);
    /// Citizen number of Yugoslavia's successors: a date and a digit by 11.
    Jmbg = "jmbg" => |value, _| east::is_jmbg(value);
    /// Estonian and Lithuanian personal code: a date and a digit by 11.
    Isikukood = "isikukood" => |value, _| east::is_isikukood(value);
    /// Latvian personal code: a date and a digit by 11, or the newer form that begins with 32.
    PersonasKods = "personas-kods" => |value, _| east::is_personas_kods(value);
    /// Greek tax number: digit by 11.
    Afm = "afm" => |value, _| east::is_afm(value);
    /// Greek social security number: a date and a Luhn digit.
    Amka = "amka" => |value, _| east::is_amka(value);
    /// Hungarian health number: digit by 10.
    Taj = "taj" => |value, _| east::is_taj(value);
    /// Hungarian tax number of a person: digit by 11.
    Adoazonosito = "adoazonosito" => |value, _| east::is_adoazonosito(value);
    /// Icelandic identity number: a date and a digit by 11.
    Kennitala = "kennitala" => |value, _| east::is_kennitala(value);
    /// Luxembourg's identity number: a date, a Luhn and a Verhoeff digit.
    Matricule = "matricule" => |value, _| east::is_matricule(value);
    /// Ukrainian tax number: digit by 11.
    Rnokpp = "rnokpp" => |value, _| east::is_rnokpp(value);
    /// Russian insurance number: key by 101.
    Snils = "snils" => |value, _| east::is_snils(value);
    /// Russian tax number of a person: two digits by 11.
    Inn = "inn" => |value, _| east::is_inn(value);
    /// Kazakh identity number: a date and a digit by 11.
    Iin = "iin" => |value, _| east::is_iin(value);
    /// Polish tax number: digit by 11.
    Nip = "nip" => |value, _| east::is_nip(value);
    /// Irish personal public service number: letter by 23.
    Ppsn = "ppsn" => |value, _| east::is_ppsn(value);
    /// Argentine CUIT and CUIL: digit by 11.
    Cuit = "cuit" => |value, _| world::is_cuit(value);
    /// Chilean RUT: digit or `K` by 11.
    Rut = "rut" => |value, around| world::is_rut(value) && !world::is_dated_version(value, around.before(24));
    /// Ecuadorian identity number: a province and a Luhn digit.
    Cedula = "cedula" => |value, _| world::is_cedula(value);
    /// Uruguayan identity number: digit by 10.
    UruguayanCi = "uruguayan-ci" => |value, _| world::is_uruguayan_ci(value);
    /// Mexican tax number of a person: a date within it.
    Rfc = "rfc" => |value, _| world::is_rfc(value);
    /// Taiwanese identity number: digit by 10.
    TaiwanId = "taiwan-id" => |value, _| world::is_taiwan_id(value);
    /// Hong Kong identity card: digit or `A` by 11.
    Hkid = "hkid" => |value, _| world::is_hkid(value);
    /// Thai identity number: digit by 11.
    ThaiId = "thai-id" => |value, _| world::is_thai_id(value);
    /// Malaysian identity number: a date and a place.
    Mykad = "mykad" => |value, _| world::is_mykad(value);
    /// Indonesian identity number: a province and a date.
    Nik = "nik" => |value, _| world::is_nik(value);
    /// Japanese individual number: digit by 11.
    MyNumber = "my-number" => |value, _| world::is_my_number(value);
    /// Emirates identity number: a year of birth.
    EmiratesId = "emirates-id" => |value, _| world::is_emirates_id(value);
    /// Iranian national code: digit by 11.
    IranianCode = "iranian-code" => |value, _| world::is_iranian_code(value);
    /// Egyptian identity number: a century and a date.
    EgyptianId = "egyptian-id" => |value, _| world::is_egyptian_id(value);
    /// New Zealand tax number: digit by 11.
    Ird = "ird" => |value, _| world::is_ird(value);
    /// Australian Medicare number: digit by 10.
    Medicare = "medicare" => |value, _| world::is_medicare(value);
    /// US provider number: Luhn digit with 80840 before it.
    Npi = "npi" => |value, _| world::is_npi(value);
    /// US number of those who may prescribe: digit by 10.
    Dea = "dea" => |value, _| world::is_dea(value);
    /// GitHub's token checksum: the last six characters are the base62 CRC32 of the characters after the prefix.
    GithubCrc32 = "github-crc32" => |value, _| token::github_crc32(value);
    /// JSON Web Token: the header decodes to a JSON object that names an algorithm.
    Jwt = "jwt" => |value, _| token::is_jwt(value);
    /// AWS access key id: the characters after the prefix are base32, and it is not the documentation's sample.
    AwsKeyId = "aws-key-id" => |value, _| token::is_aws_key_id(value);
    /// Recovery password of BitLocker: groups that are multiples of eleven.
    Bitlocker = "bitlocker" => |value, _| checksum::is_bitlocker(value);
    /// PEM: a body of base64 with some variety between the lines of dashes.
    PemBody = "pem-body" => |value, _| token::is_pem_body(value);
    /// Base64 that decodes to text with a colon in it, as `Authorization: Basic` has it.
    BasicAuth = "basic-auth" => |value, _| token::is_basic_auth(value);
    /// No placeholder: not one character repeated, no `example`, `your-`, `xxxx`, `<…>`, `${…}`, counting sequence.
    NotPlaceholder = "not-placeholder" => |value, _| !text::is_placeholder(value);
    /// No part of the name of a resource of AWS, `arn:…`; what stands before the value is looked at.
    NotResource = "not-resource" => |_, around| !super::search::is_resource_name(around.text, around.value.start);
    /// None of the words that samples have for a password: `password`, `secret`, `pass`, `changeme`.
    NotSamplePassword = "not-sample-password" => |value, _| {
        !text::is_sample_password(value) && !super::judge::value::is_common_word(value)
    };
    /// Not only hex digits of the length of a common digest (MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512).
    NotHexDigest = "not-hex-digest" => |value, _| !text::is_hex_digest(value);
    /// No UUID.
    NotUuid = "not-uuid" => |value, _| !text::is_uuid(value);
    /// At least one letter and one digit, or letters that no word has.
    LettersAndDigits = "letters-and-digits" => |value, _| text::has_letters_and_digits(value);
    /// Letters, digits and signs by turns, as a generator of passwords draws them: no formula has so many kinds of them.
    JumbledSigns = "jumbled-signs" => |value, _| super::judge::value::is_drawn_from_signs(value);
    /// At least three of: lower case, upper case, digits, other characters; or letters that no word has.
    MixedClasses = "mixed-classes" => |value, _| text::class_count(value) >= 3 || super::judge::value::is_jumbled(value);
    /// No name of an algorithm or a protocol that holds a digit: `ed25519`, `OAuth2`.
    NotAlgorithm = "not-algorithm" => |value, _| !super::judge::generic::is_algorithm(value);
    /// A password that no word of a sentence can be.
    Chosen = "chosen-password" => |value, _| super::judge::generic::is_said_password(value);
    /// Not the person in an e-mail address: no `mailto:` or a label of such stands before it.
    NotMailed = "not-mailed" => |_, around| !mail::is_label(around.before(16));
    /// No code: not a call, a variable, a member access or a type, as in `password = get_password()`.
    NotCode = "not-code" => |value, around| !text::is_code(value, around.after(2));
    /// No dictionary-like identifier: `my_secret_name` in one case with separators and no digits.
    NotIdentifier = "not-identifier" => |value, _| !text::is_identifier(value);
    /// Not public by its form and the name or the place beside it: a head of a token, a key that pages show, a default login.
    NotPublic = "not-public" => |_, around| !super::judge::public::is_public(around.text, around.value.start, around.value.end);
    /// The first or last name of a person, beside the other one.
    NameCell = "name-cell" => |value, around| super::personal::names::is_cell_of_pair(value, around.before(64), around.after(64));
    /// The login of somebody, not that of a system, a service or a placeholder.
    Somebody = "somebody" => |value, _| super::personal::known::is_login(value);
    /// Not when a file was made, as `stat` and Node print it.
    NotFileTime = "not-file-time" => |_, around| !text::is_file_time(around.before(24), around.after(24));
    /// Not in a line of bytes with their offset before them, as `hexdump` and `xxd` print it.
    NotInDump = "not-in-dump" => |_, around| !text::is_in_dump(around.before(96), around.after(32));
    /// Not what signs a request, whose headers are named before it.
    NotSignature = "not-signature" => |_, around| !around.before(10).eq_ignore_ascii_case(b"signature=");
    /// Not the same digit all over, where a zero or a nine, as samples have it.
    NotFilledIn = "not-filled-in" => |value, _| ![b'0', b'9'].iter().any(|digit| value.iter().all(|byte| byte == digit));
    /// No part of a row of characters' codes in hex.
    NotAmidCodes = "not-amid-codes" => |_, around| !text::is_amid_codes(around.before(8), around.after(8));
    /// No public key by the name right before it: `public-key="…"`, `PublicKey = …`.
    NotPublicKey = "not-public-key" => |_, around| !text::is_named_public(around.before(24));
    /// No count of something, no whole thousands, no date and no year, and no pin of a board: `1024 bytes`, `30000`, `(2024`, `gpio pin`.
    NotCounted = "not-counted" => |value, around| !text::is_counted(value, around.before(16), around.after(16));
    /// No path or URL of the web.
    NotPath = "not-path" => |value, _| !text::is_path(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_a_program_are_told_from_lists_of_cards() {
        let card = ["453957", "8763621486"].concat();
        let accepts = |text: &str| {
            let start = text.find(&card).unwrap_or(0);
            Validator::Card.accepts(text.as_bytes(), start..start + card.len())
        };
        let (other, second) = ("425987919032274", ["542523", "3430109903"].concat());
        for text in [
            format!("[\n    {card},\n    {other},\n]"),
            format!("[\n    {other},\n    {card},\n    837766094556764,\n]"),
            format!("    442562545713235, {other},\n    {card}\n"),
        ] {
            assert!(!accepts(&text), "{text}");
        }
        for text in [
            card.clone(),
            format!("{card}, {other}"),
            format!("id,{card},\n{other}"),
            format!("{card}\n{other}\n"),
            format!("[\n    {card},\n    {second},\n]"),
            format!("[\n    {second},\n    {card},\n    {other},\n]"),
            format!("[\n    {card},\n    12,\n]"),
        ] {
            assert!(accepts(&text), "{text}");
        }
    }

    #[test]
    fn names_of_validators_differ_and_lead_back_to_them() {
        for validator in Validator::ALL {
            assert_eq!(Validator::named(validator.name()), Some(*validator));
        }
    }
}
