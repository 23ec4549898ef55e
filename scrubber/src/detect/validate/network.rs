//! Addresses of machines and places: IP, coordinates.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether the address is routed on the internet, per the IANA special-purpose registry
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml>), and the text around
/// it does not make it a version number or a chapter. Resolvers that everybody uses tell nothing.
pub(super) fn is_public_ipv4(value: &[u8], before: &[u8], after: &[u8]) -> bool {
    let Some(address) = std::str::from_utf8(value).ok().and_then(|text| text.parse::<Ipv4Addr>().ok()) else {
        return false;
    };
    let [a, b, c, d] = address.octets();
    // Masks, and the way versions look: 1.2.3.4, 4.0.0.0, 10.x is private anyway.
    // 2.5 and 1.3 begin object identifiers.
    let version_like = (c == 0 && d == 0)
        || (a, b) == (2, 5)
        || (a, b) == (1, 3)
        || (a < 10 && b < 10 && c < 10 && d < 10)
        || (a < 10 && b < 10 && c < 32 && d < 32 && !is_address_context(before, after))
        || ([b, c, d].iter().all(|part| *part < 20) && is_chapter(before, after))
        || a < 64 && is_behind_standard(before);
    // `-.165.248.7.7`: fractions of a drawing.
    let fraction = before.ends_with(b".") && !before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic);
    is_routed(address)
        && !RESOLVERS.contains(&address.octets())
        && !version_like
        && !fraction
        && !is_version_context(before)
        && !is_version_suffix(after)
        && !is_drawing(before, after)
}

/// The same of an address in the name of a host, which hyphens part: `ec2-18-194-201-33`.
pub(super) fn is_public_host(value: &[u8]) -> bool {
    let dotted = std::str::from_utf8(value).map(|text| text.replace('-', "."));
    dotted.is_ok_and(|text| text.parse().is_ok_and(is_routed))
}

fn is_routed(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_broadcast()
        || matches!(
            (a, b, c),
            (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _) | (192, 88, 99) | (240..=255, ..)
        );
    !special
}

/// Public resolvers of Google, Cloudflare, Quad9 and OpenDNS, as those publish them.
const RESOLVERS: [[u8; 4]; 10] = [
    [8, 8, 8, 8],
    [8, 8, 4, 4],
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [1, 1, 1, 2],
    [1, 1, 1, 3],
    [9, 9, 9, 9],
    [149, 112, 112, 112],
    [208, 67, 222, 222],
    [208, 67, 220, 220],
];
/// The same with IPv6.
const RESOLVERS_V6: [Ipv6Addr; 6] = [
    Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888),
    Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8844),
    Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111),
    Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1001),
    Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe),
    Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 9),
];

/// Whether a number whose parts are small is that of a standard's chapter: `[22.2.1.2]`, `// 27.7.3.9 Insertion`, `per 17.4.4.4`,
/// `C++11 27.7.3.9`.
fn is_chapter(before: &[u8], after: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [b"per", b"clause", b"section", b"chapter", b"spec", b"\xc2\xa7"];
    let head = before.strip_suffix(b"\xc2\xa0").unwrap_or(before).trim_ascii_end();
    let comment = [b"//".as_slice(), b"/*", b"\n *", b"\n  *"].iter().any(|sign| head.ends_with(sign))
        && head.len() < before.len();
    let bracket = before.ends_with(b"[") && after.starts_with(b"]");
    // `<strong>3.12.2.1.</strong>`, `<h4>34.5.1.2. Results`, `standard.html#7.18.2.4`
    let title = after.strip_prefix(b". ").or_else(|| after.strip_prefix(b".\xc2\xa0"));
    let titled = after.starts_with(b".<") || title.and_then(<[u8]>::first).is_some_and(u8::is_ascii_uppercase);
    let heading = (before.ends_with(b">") || before.ends_with(b"\"")) && titled || before.ends_with(b"#");
    let word = head.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    comment
        || bracket
        || heading
        || WORDS.iter().any(|said| word.eq_ignore_ascii_case(said))
        || word.starts_with(b"C++")
}

/// Whether the word before a number is that of a standard or of a program that has no address: `ECMA-262 19.1.2.4`,
/// `802.11-2012, 8.4.2.97`, `Python 3.11.4.1`.
fn is_behind_standard(before: &[u8]) -> bool {
    const STANDARDS: [&[u8]; 4] = [b"ecma-", b"802.", b"iso/iec", b"ibta"];
    const PROGRAMS: [&[u8]; 13] = [
        b"python",
        b"jdk",
        b"java",
        b"glibc",
        b"openssl",
        b"sqlite",
        b"directx",
        b"dpkg",
        b"cuda",
        b"cudnn",
        b"clr",
        b"electron",
        b"adobeair",
    ];
    let Some(head) = before.strip_suffix(b" ") else { return false };
    let word = head.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    let word = word.strip_suffix(b",").unwrap_or(word).to_ascii_lowercase();
    STANDARDS.iter().any(|standard| word.starts_with(standard)) && word.iter().filter(|byte| **byte == b'.').count() < 2
        || PROGRAMS.contains(&word.as_slice())
}

/// Whether the text around a dotted number says that it is an address: one of small numbers is that of a chapter more often.
fn is_address_context(before: &[u8], after: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"ip",
        b"host",
        b"addr",
        b"server",
        b"client",
        b"peer",
        b"remote",
        b"node",
        b"dns",
        b"gateway",
        b"inet",
        b"connect",
        b"from ",
        b"ping ",
        b"ssh ",
        b"curl ",
        b"nslookup ",
        b"dig ",
        b"//",
        b"@",
    ];
    let lower = before.to_ascii_lowercase();
    let follows = matches!(after, [b':' | b'/', digit, ..] if digit.is_ascii_digit());
    follows || WORDS.iter().any(|word| lower.windows(word.len()).any(|part| part == *word))
}

/// Whether the text on both sides is that of a drawing's path, in which `3.51.98.32` is three numbers: nothing but numbers,
/// what parts them and the letters of its commands, with a letter or two fractions, and no further address.
fn is_drawing(before: &[u8], after: &[u8]) -> bool {
    let is_command = |byte: &u8| b"MmLlHhVvCcSsQqTtAaZz".contains(byte);
    let is_path = |byte: &u8| byte.is_ascii_digit() || b" ,.-".contains(byte) || is_command(byte);
    let is_end = |byte: &u8| b"\"'\\/>".contains(byte);
    let from = before.iter().rposition(is_end).map_or(0, |at| at + 1);
    let end = after.iter().position(is_end).unwrap_or(after.len());
    let (before, after) = (before.get(from..).unwrap_or_default(), after.get(..end).unwrap_or_default());
    // Only `z` has no numbers of its own behind it.
    let is_word = |pair: &[u8]| pair.iter().all(u8::is_ascii_alphabetic) && !pair.starts_with(b"z");
    let sides = || [before, after].into_iter();
    if sides().any(|side| side.is_empty() || !side.iter().all(is_path) || side.windows(2).any(is_word)) {
        return false;
    }
    let dots = |token: &[u8]| token.iter().filter(|byte| **byte == b'.').count();
    let tokens = || sides().flat_map(|side| side.split(|byte| b" ,-".contains(byte) || is_command(byte)));
    let (fractions, quads) = (tokens().filter(|token| dots(token) > 0).count(), tokens().any(|token| dots(token) == 3));
    !quads && (fractions >= 2 || sides().flatten().any(is_command))
}

/// Whether the text before a dotted number calls it a version or an object identifier.
fn is_version_context(before: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"version",
        b"ver",
        b"release",
        b"firmware",
        b"driver",
        b"kernel",
        b"rev",
        b"revision",
        b"oid",
        b"build",
        b"==",
        b">=",
        b"<=",
        b"~=",
        b"^",
        b"section",
        b"sections",
        b"sec",
        b"chapter",
        b"including",
        b"since",
        b"dateof",
        b"appendix",
        b"\xc2\xa7",
    ];
    // What a line says of its number says nothing of one on the next.
    let line = before.iter().rposition(|byte| *byte == b'\n').and_then(|at| before.get(at..)).unwrap_or(before);
    let lower = line.to_ascii_lowercase();
    let end = lower.iter().rposition(|byte| !b" \t\"':=@(/[`".contains(byte)).map_or(0, |index| index + 1);
    let head = lower.get(..end).unwrap_or_default();
    let named = WORDS
        .iter()
        .any(|word| head.strip_suffix(*word).is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphabetic)));
    // Packages of Debian may have an epoch before their version: `(>= 2:1.2.99.4)`.
    let epoch = matches!(lower.as_slice(), [.., b' ', digit, b':'] if digit.is_ascii_digit());
    let wanted = lower.get(..lower.len() - if epoch { 2 } else { 0 }).unwrap_or_default();
    let operator = [b"==".as_slice(), b">=", b"<=", b"~=", b"!=", b"(=", b"(<<", b"(>>"]
        .iter()
        .any(|operator| wanted.trim_ascii_end().ends_with(operator));
    let chrome = lower.ends_with(b"/") && !lower.ends_with(b"//");
    let told = [b"version".as_slice(), b"bump ", b"upgrade", b"oid!", b"oid(", b"oid_", b"oid,", b"identifier", b",v "]
        .iter()
        .any(|word| lower.windows(word.len()).any(|w| w == *word));
    // `RFC 5280 4.2.1.10`
    let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let document = head.get(..head.len() - digits).unwrap_or_default();
    let part = (3..=5).contains(&digits) && (document.ends_with(b"rfc ") || document.ends_with(b"rfc"));
    // `patch V8 to 9.4.146.26`
    let engine =
        [b"v8 to ".as_slice(), b"v8 from ", b"v8 ", b"v8: update to ", b"v8**: update to "].iter().any(|words| {
            lower.strip_suffix(*words).is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphanumeric))
        });
    told || named
        || operator
        || part
        || engine
        || is_step(&lower)
        || (chrome && head.last().is_some_and(u8::is_ascii_alphabetic))
}

/// `from 3.20.1 to `: the number before has one or two dots, as versions have and addresses do not.
fn is_step(before: &[u8]) -> bool {
    let Some(rest) = before.strip_suffix(b" to ") else { return false };
    let length = rest.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let (head, number) = rest.split_at(rest.len() - length);
    let dots = number.iter().filter(|byte| **byte == b'.').count();
    matches!(dots, 1 | 2) && number.first().is_some_and(u8::is_ascii_digit) && head.ends_with(b"from ")
}

fn is_version_suffix(after: &[u8]) -> bool {
    [b"-alpha".as_slice(), b"-beta", b"-rc", b"-dev", b"+", b"_"].iter().any(|suffix| after.starts_with(suffix))
}

/// Whether coordinates were measured: those worked out from whole minutes, such as `5.31666666666`, say where a town is.
pub(super) fn is_measured(value: &[u8]) -> bool {
    let mut numbers = value.split(|byte| b",;/ ".contains(byte)).filter(|number| !number.is_empty());
    !value.windows(5).any(|run| run.iter().all(|digit| run.first() == Some(digit))) && !numbers.all(is_of_minutes)
}

/// Whether groups of a private address stand directly before, `fd12:3456:`: the number of a line may stand so as well.
pub(super) fn is_within_groups(before: &[u8]) -> bool {
    if !before.ends_with(b":") {
        return false;
    }
    let groups = before.iter().rev().take_while(|byte| byte.is_ascii_hexdigit() || **byte == b':').count();
    let (head, groups) = before.split_at(before.len() - groups);
    let apart = !head.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let private = matches!(
        groups.to_ascii_lowercase().as_slice(),
        [b'f', b'c' | b'd', _, _, b':', ..] | [b'f', b'e', b'8' | b'9' | b'a' | b'b', _, b':', ..]
    );
    apart && private
}

/// Whether a number of degrees is one of whole minutes, as far as its digits tell: `47.3833` is 47° 23'.
fn is_of_minutes(number: &[u8]) -> bool {
    let decimals = number.iter().rev().take_while(|byte| **byte != b'.').count();
    let Some(degrees) = std::str::from_utf8(number).ok().and_then(|text| text.parse::<f64>().ok()) else {
        return false;
    };
    let step = (0..decimals).fold(1.0, |step, _| step / 10.0);
    let minutes = degrees * 60.0;
    (minutes - minutes.round()).abs() <= 60.0 * step / 2.0 + f64::EPSILON
}

/// Whether coordinates behind this text are the first of an outline: lists of lists of positions are those of countries and
/// towns, and people are at one position or on a way.
pub(super) fn is_outline(before: &[u8]) -> bool {
    before.iter().rev().take_while(|byte| b"[ \t\r\n-".contains(byte)).filter(|byte| **byte == b'[').count() >= 3
}

/// Whether the text near before a number says how long something is, `how long: 12.3456` with no latitude on either side, or how
/// late it is, `lat_ms=12.3456`.
pub(super) fn is_length(near: &[u8], before: &[u8], after: &[u8]) -> bool {
    let has = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    is_latency(near)
        || has(near, b"latenc")
        || has(near, b"long") && !has(near, b"longi") && !has(before, b"lat") && !has(after, b"lat")
}

/// `lat_ms`, `lat_p99`: the name ends with a unit of time or a kind of mean, and not as `lat_start` and `lat_min` do.
fn is_latency(near: &[u8]) -> bool {
    const NAME: &[u8] = b"lat_";
    near.windows(NAME.len()).enumerate().filter(|(_, part)| part.eq_ignore_ascii_case(NAME)).any(|(at, _)| {
        let rest = near.get(at + NAME.len()..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match rest.get(..length).unwrap_or_default() {
            b"ms" | b"us" | b"ns" | b"s" | b"avg" | b"mean" => true,
            [b'p', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
            _ => false,
        }
    })
}

/// Whether the address is global unicast and not kept for documentation
/// (<https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml>).
pub(super) fn is_public_ipv6(value: &[u8]) -> bool {
    let Some(address) = std::str::from_utf8(value).ok().and_then(|text| text.parse::<Ipv6Addr>().ok()) else {
        return false;
    };
    let [first, second, ..] = address.segments();
    let global = (0x2000..=0x3fff).contains(&first);
    let documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    let protocol = first == 0x2001 && second < 0x0200;
    // The prefix of 6to4 with no address in it.
    let bare = first == 0x2002 && address.segments().iter().skip(1).all(|group| *group == 0);
    global && !documentation && !protocol && !bare && !RESOLVERS_V6.contains(&address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_and_lengths_are_no_coordinates_and_the_bounds_of_a_place_are() {
        for near in ["lat_ms=", "\"lat_p99\": ", "lat_s,", "lat_avg: ", "latency: ", "how long: "] {
            assert!(is_length(near.as_bytes(), near.as_bytes(), b""), "{near}");
        }
        for near in ["lat_min=", "\"lat_start\": ", "lat_point: ", "lat_p: ", "lat: ", "longitude: ", "lat_long: "] {
            assert!(!is_length(near.as_bytes(), near.as_bytes(), b""), "{near}");
        }
    }

    #[test]
    fn what_packages_and_standards_number_is_no_address() {
        for (before, value) in [
            ("libxi6 (>= 2:", "1.2.99.4"),
            ("libc6 (<< ", "2.31.40.9"),
            ("linux (= ", "22.31.40.9"),
            ("per ECMA-262 ", "19.1.2.44"),
            ("IEEE Std 802.11-2012, ", "8.4.2.97"),
            ("Python ", "3.11.4.1"),
        ] {
            assert!(!is_public_ipv4(value.as_bytes(), before.as_bytes(), b""), "{before}{value}");
        }
        for (before, value) in [
            ("port 2:", "93.184.216.34"),
            ("hosts = ", "93.184.216.34"),
            ("python server ", "93.184.216.34"),
            ("802.1.2.3 ", "93.184.216.34"),
            ("java.io, ", "23.184.216.34"),
        ] {
            assert!(is_public_ipv4(value.as_bytes(), before.as_bytes(), b""), "{before}{value}");
        }
    }

    #[test]
    fn numbers_of_a_drawing_are_no_address() {
        for (before, after, expected) in [
            ("a2.12 2.12 0 0 1 2.12 ", " 1.5a3.5", false),
            ("<path d=\"M2.12 ", " 5.1z\"", false),
            ("1.25 4.5 2.12,", "\" fill", true),
            ("1.25 4.5c-2.12,", " 4.2z\" f", false),
            ("1066036250.603 345 ", " TCP_MIS", true),
            ("0.003 ", " - - [1", true),
            ("\"at ", " at 1\"", true),
            ("10.0.0.5,443,80,", ",200,51", true),
            ("1017,443,0,", ",200,51", true),
        ] {
            assert_eq!(is_public_ipv4(b"93.184.216.34", before.as_bytes(), after.as_bytes()), expected, "{before}");
        }
        assert!(!is_public_ipv4(b"1.3.101.112", b"", b""));
    }

    #[test]
    fn chapters_of_standards_are_no_address() {
        for (before, after) in [("[", "]"), ("x;\n// ", " Insertion"), ("see C++11 ", ","), ("per ", " para. 2")] {
            assert!(!is_public_ipv4(b"27.7.3.9", before.as_bytes(), after.as_bytes()), "{before}");
            assert!(is_public_ipv4(b"27.7.33.9", before.as_bytes(), after.as_bytes()), "{before}");
        }
        assert!(is_public_ipv4(b"27.7.3.9", b"host ", b""));
    }

    #[test]
    fn only_routed_ipv4_addresses_are_public() {
        for (text, expected) in [
            ("93.184.216.34", true),
            ("1.1.1.1", false),
            ("208.67.222.222", false),
            ("10.1.2.3", false),
            ("192.168.1.1", false),
            ("172.16.0.1", false),
            ("127.0.0.1", false),
            ("169.254.1.1", false),
            ("192.0.2.44", false),
            ("198.51.100.7", false),
            ("203.0.113.9", false),
            ("100.64.3.2", false),
            ("224.0.0.251", false),
            ("255.255.255.0", false),
            ("1.2.3.4", false),
            ("300.1.1.1", false),
        ] {
            assert_eq!(is_public_ipv4(text.as_bytes(), b"", b""), expected, "{text}");
        }
    }

    #[test]
    fn a_version_is_no_address() {
        for before in [
            "version ",
            "\"version\": \"",
            "v==",
            "Chrome/",
            "release=",
            "OID: ",
            "Bump agent version to ",
            "RFC 5280 ",
            "oid, \"",
            "update V8 to ",
            "acme-jdbc from 3.20.1 to ",
            "firmware ",
            "$Revision: ",
            "a.c,v ",
            "x != ",
            "0-.",
        ] {
            assert!(!is_public_ipv4(b"93.184.216.34", before.as_bytes(), b""), "{before}");
        }
        for before in [
            "version 6.5.10\nclient=",
            "server ",
            "http://",
            "host=",
            "from ",
            "from 10.0.0.1 to ",
            "moved 3.2 to ",
            "(",
            "Host: ",
        ] {
            assert!(is_public_ipv4(b"93.184.216.34", before.as_bytes(), b""), "{before}");
        }
    }

    #[test]
    fn numbers_of_chapters_are_no_addresses() {
        for before in ["<!-- ", "forall ", "clause ", "in "] {
            assert!(!is_public_ipv4(b"4.4.12.14", before.as_bytes(), b" x"), "{before}");
        }
        for (before, after) in [("ip=", ""), ("", ":443"), ("", "/24"), ("ping ", ""), ("http://", ""), ("from ", "")] {
            assert!(is_public_ipv4(b"4.4.12.14", before.as_bytes(), after.as_bytes()), "{before}{after}");
        }
        assert!(is_public_ipv4(b"4.40.12.14", b"in ", b"") && is_public_ipv4(b"81.4.12.14", b"in ", b""));
    }

    #[test]
    fn numbers_of_headings_are_no_addresses() {
        for (before, after) in [("<strong>", ".</strong>"), ("/c/n1256.html#", "\"")] {
            assert!(!is_public_ipv4(b"37.12.2.4", before.as_bytes(), after.as_bytes()), "{before}");
            assert!(is_public_ipv4(b"37.120.2.4", before.as_bytes(), after.as_bytes()), "{before}");
        }
        assert!(is_public_ipv4(b"37.12.2.4", b"<td>", b"</td>"));
    }

    #[test]
    fn addresses_in_names_of_hosts_are_those_of_the_internet() {
        for (text, expected) in [
            ("18-194-201-33", true),
            ("3-12-2-1", true),
            ("203-0-113-12", false),
            ("10-0-0-5", false),
            ("0-0-0-0", false),
            ("300-1-1-1", false),
        ] {
            assert_eq!(is_public_host(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_first_point_of_an_outline_is_nobodys_place() {
        assert!(is_outline(b"coordinates\": [ [ [ -") && is_outline(b"[[["));
        assert!(!is_outline(b"coordinates\": [") && !is_outline(b"[[") && !is_outline(b"lat: "));
    }

    #[test]
    fn coordinates_of_whole_minutes_are_those_of_towns() {
        assert!(is_measured(b"52.520008, 13.404954"));
        assert!(
            !is_measured(b"5.316666666666666")
                && !is_measured(b"9.033333333333333")
                && !is_measured(b"36.78333333333334")
        );
    }

    #[test]
    fn only_global_ipv6_addresses_are_public() {
        for (text, expected) in [
            ("2a00:1450:4001:81b::200e", true),
            ("2001:db8::1", false),
            ("fe80::1", false),
            ("::1", false),
            ("fd12:3456::1", false),
            ("ff02::1", false),
            ("2001:0:1::1", false),
            ("2606:4700:4700::1111", false),
            ("2606:4700:4701::1111", true),
        ] {
            assert_eq!(is_public_ipv6(text.as_bytes()), expected, "{text}");
        }
    }
}
