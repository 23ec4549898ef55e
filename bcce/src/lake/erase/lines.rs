//! Lines of events without those of some users.

use base64_simd::STANDARD as BASE64;
use scrubber::schema::ERASURE_KIND;
use serde::Deserialize;
use serde_json::Value;

use super::{Pseudonyms, RewriteError};

/// What was kept of some lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    pub(super) left: u64,
    pub(super) erased: u64,
}

#[derive(Deserialize)]
struct Whose {
    user: Option<String>,
    kind: Option<String>,
}

/// Leaves out the events of these users. A line that Firehose keeps of what a table refused is unpacked, since it holds the lines
/// that the agent sent. Lines that stay do so byte by byte.
pub(super) fn without(text: &[u8], of: &Pseudonyms) -> Result<Kept, RewriteError> {
    let mut kept = Kept::default();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) {
            kept.bytes.extend_from_slice(line);
        } else if let Some(refused) = refused(line) {
            kept.refused(line, refused, of)?;
        } else if is_of(line, of) {
            kept.erased += 1;
        } else {
            kept.left += 1;
            kept.bytes.extend_from_slice(line);
        }
    }
    Ok(kept)
}

impl Kept {
    fn refused(&mut self, line: &[u8], mut refused: Value, of: &Pseudonyms) -> Result<(), RewriteError> {
        let packed = refused.get("rawData").and_then(Value::as_str).unwrap_or_default();
        let sent = BASE64.decode_to_vec(packed).map_err(|_| RewriteError::Refused)?;
        let inner = without(&sent, of)?;
        self.erased += inner.erased;
        self.left += inner.left;
        if inner.erased == 0 {
            self.bytes.extend_from_slice(line);
        } else if inner.left > 0 {
            refused["rawData"] = BASE64.encode_to_string(&inner.bytes).into();
            self.bytes.extend_from_slice(refused.to_string().as_bytes());
            self.bytes.push(b'\n');
        }
        Ok(())
    }
}

/// The line as Firehose's record of what was refused, if it is one.
fn refused(line: &[u8]) -> Option<Value> {
    memchr::memmem::find(line, b"\"rawData\"")?;
    let value: Value = serde_json::from_slice(line).ok()?;
    value.get("rawData")?.is_string().then_some(value)
}

/// Whether a line is of one of these users. One that cannot be read and names one is taken for theirs.
fn is_of(line: &[u8], of: &Pseudonyms) -> bool {
    // Most lines name none of them. An agent writes no digit with an escape.
    of.are_named_in(line)
        && match serde_json::from_slice::<Whose>(line) {
            Ok(Whose { user, kind }) => {
                user.is_some_and(|user| of.has(user.as_bytes())) && kind.as_deref() != Some(ERASURE_KIND)
            }
            Err(_) => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GONE: &str = "00000000000000aa";

    fn check(text: &str, wanted: &str, erased: u64) {
        let kept = without(text.as_bytes(), &Pseudonyms::of(&[GONE.to_owned()]));
        let kept = kept.ok().map(|kept| (String::from_utf8_lossy(&kept.bytes).into_owned(), kept.erased));
        assert_eq!(kept, Some((wanted.to_owned(), erased)), "{text}");
    }

    #[test]
    fn only_the_events_of_the_user_go() {
        let (gone, other) = (format!(r#"{{"user":"{GONE}"}}"#), r#"{"user":"00000000000000bb", "x":1}"#);
        check(&format!("{other}\n{gone}\n\n{other}\n{gone}"), &format!("{other}\n\n{other}\n"), 2);
        let asked = format!(r#"{{"kind":"erasure_request","user":"{GONE}"}}"#);
        check(&format!("{gone}\n{asked}\n"), &format!("{asked}\n"), 1);
        let mentions = format!(r#"{{"user":"00000000000000bb","text":"{GONE}"}}"#);
        check(&mentions, &mentions, 0);
        let broken = format!(r#"{{"user":"{GONE}","#);
        check(&broken, "", 1);
    }

    #[test]
    fn what_a_table_refused_is_unpacked() {
        let (gone, other) = (format!("{{\"user\":\"{GONE}\"}}\n"), "{\"user\":\"00000000000000bb\"}\n");
        let refused = |sent: &str| format!("{{\"a\":1,\"rawData\":\"{}\"}}\n", BASE64.encode_to_string(sent));
        check(&refused(&gone), "", 1);
        check(&refused(other), &refused(other), 0);
        check(&refused(&format!("{gone}{other}{gone}")), &refused(other), 2);
        let torn = without(b"{\"rawData\":\"?\"}", &Pseudonyms::of(&[GONE.to_owned()]));
        assert_eq!(torn, Err(RewriteError::Refused));
    }
}
