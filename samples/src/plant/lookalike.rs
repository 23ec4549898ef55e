//! Values that look like secrets or personal data and must survive: hashes, ids, placeholders, example addresses.

use crate::dice::Dice;

/// A kind of look-alike: the lines it stands in hold `{}` for the value.
pub(crate) struct Decoy {
    pub(crate) id: &'static str,
    pub(crate) make: fn(&mut Dice) -> String,
    pub(crate) carriers: &'static [&'static str],
}

/// All kinds of look-alikes.
pub(crate) const DECOYS: &[Decoy] = &[
    Decoy { id: "commit-sha", make: |d| d.hex(40), carriers: &["commit {}", "reverts {}", "HEAD is now at {}"] },
    Decoy { id: "uuid", make: Dice::uuid, carriers: &["request id {}", "\"id\": \"{}\"", "job {} done"] },
    Decoy {
        id: "integrity",
        make: |d| format!("sha512-{}==", d.base62(86)),
        carriers: &["      \"integrity\": \"{}\",", "  integrity {}"],
    },
    Decoy {
        id: "sha256-digest",
        make: |d| d.hex(64),
        carriers: &["checksum = \"{}\"", "Digest: sha256:{}", "{}  dist.tar.gz"],
    },
    Decoy { id: "md5", make: |d| d.hex(32), carriers: &["ETag: \"{}\"", "md5 {}"] },
    Decoy { id: "go-sum", make: |d| format!("h1:{}=", d.base62(43)), carriers: &["golang.org/x/text v0.14.0 {}"] },
    Decoy {
        id: "placeholder",
        make: |d| {
            let choices = [
                "<your-token>",
                "changeme",
                "xxxxxxxxxxxx",
                "YOUR_API_KEY_HERE",
                "${GITHUB_TOKEN}",
                "process.env.API_KEY",
            ];
            d.pick(&choices).to_owned()
        },
        carriers: &["API_KEY={}", "token: {}", "password = \"{}\""],
    },
    Decoy {
        id: "documentation-key",
        make: |_| ["AK", "IA", "IOSFODNN7", "EXAMPLE"].concat(),
        carriers: &["aws_access_key_id = {}"],
    },
    Decoy {
        id: "example-address",
        make: |d| {
            format!("{}@example.{}", d.pick(&["user", "jane.doe", "admin", "test"]), d.pick(&["com", "org", "net"]))
        },
        carriers: &["email: {}", "send it to {}", "<{}>"],
    },
    Decoy { id: "no-reply", make: |_| "noreply@github.com".into(), carriers: &["Committer: GitHub <{}>"] },
    Decoy {
        id: "private-ip",
        make: |d| match d.below(3) {
            0 => format!("192.168.{}.{}", d.below(255), d.between(1, 254)),
            1 => format!("10.{}.{}.{}", d.below(255), d.below(255), d.between(1, 254)),
            _ => "127.0.0.1".into(),
        },
        carriers: &["listening on {}:8080", "from {} port 22", "ping {}"],
    },
    Decoy { id: "documentation-ip", make: |d| format!("203.0.113.{}", d.between(1, 254)), carriers: &["A record {}"] },
    Decoy {
        id: "package-version",
        make: |d| format!("{}.{}.{}", d.below(9), d.below(30), d.below(20)),
        carriers: &["version {}", "v{}"],
    },
    Decoy { id: "order-number", make: |d| format!("ORD-2025-{}", d.digits(6)), carriers: &["order {} shipped"] },
    Decoy { id: "tool-id", make: |d| format!("toolu_01{}", d.base62(22)), carriers: &["call {}"] },
    Decoy { id: "milliseconds", make: |d| format!("17{}", d.digits(11)), carriers: &["ts={}", "\"updatedAt\": {},"] },
];
