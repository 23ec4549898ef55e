//! The value in a here document of one line: `password = <<EOT`, the value, `EOT`.

use super::{Joint, Value};

/// Bytes of the word that ends a document, and of the line in it.
const WORD_MAX: usize = 24;
const LINE_MAX: usize = 512;

/// The line between `<<WORD` at `at` and that word, which a shell may read it with: `$(cat <<WORD`.
pub(super) fn line(text: &[u8], at: usize) -> Option<Value> {
    let rest = text.get(at..)?;
    let rest = rest.strip_prefix(b"$(cat ").unwrap_or(rest).strip_prefix(b"<<")?;
    // `<<<` of PHP, `<<-` and `<<~` of documents that are indented.
    let rest = rest.strip_prefix(b"<").or(rest.strip_prefix(b"-")).or(rest.strip_prefix(b"~")).unwrap_or(rest);
    let quote = rest.first().copied().filter(|byte| b"'\"".contains(byte));
    let rest = rest.get(usize::from(quote.is_some())..)?;
    let length = rest.iter().take(WORD_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let (word, rest) = rest.split_at(length);
    let rest = quote.map_or(Some(rest), |quote| rest.strip_prefix(&[quote]))?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let end = memchr::memchr(b'\n', rest.get(..rest.len().min(LINE_MAX))?)?;
    let value = rest.get(..end)?.trim_ascii();
    let closed = rest.get(end..)?.trim_ascii_start().starts_with(word);
    let start = text.len() - rest.get(..end)?.trim_ascii_start().len() - rest.get(end..)?.len();
    let fills = length >= 2 && !value.is_empty() && closed;
    let value = Value { start, end: start + value.len(), joint: Joint::Assigned, quoted: true, literal: false };
    fills.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_line_of_a_document_of_one_line_is_its_value() {
        for (text, expected) in [
            ("<<EOT\nopen 1\nEOT\n", Some("open 1")),
            ("<<~EOS\n    open1\n  EOS", Some("open1")),
            ("<<-'EOF'\r\nopen1\r\nEOF", Some("open1")),
            ("<<<TXT\nopen1\nTXT;", Some("open1")),
            ("$(cat <<'E'\nopen1\nEND", None),
            ("$(cat <<'EOF'\nopen1\nEOF\n)", Some("open1")),
            ("<<EOT\nopen1\nmore\nEOT\n", None),
            ("<<EOT\n\nEOT\n", None),
            ("<< 2\nopen1\n2", None),
        ] {
            let found = line(text.as_bytes(), 0).and_then(|value| text.get(value.start..value.end));
            assert_eq!(found, expected, "{text}");
        }
    }
}
