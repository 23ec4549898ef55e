//! What an input is by its beginning: a transcript or plain text.

use pipeline::tail::is_whole_record;
use std::io::{self, Read};

/// Of an input no more than this is looked at.
const LOOK_BYTES_MAX: usize = 64 * 1024;
/// Bytes read at a time.
const CHUNK_BYTES: usize = 4 * 1024;

/// How an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One record a line.
    Transcript,
    /// In pieces that end with a line.
    Text,
}

/// Tells the form of `input`, and gives all of it to be read, what was looked at included. A transcript begins with a line that is an
/// object to its end; anything else is text, also a first line that is longer than 64 KiB. Waits for no more than the first line.
///
/// # Errors
/// What reading gives.
pub fn told<'a>(mut input: impl Read + 'a) -> io::Result<(Form, Box<dyn Read + 'a>)> {
    let mut head = Vec::new();
    let form = loop {
        if let Some(form) = form_of(&head) {
            break form;
        }
        let mut chunk = [0; CHUNK_BYTES];
        let room = LOOK_BYTES_MAX.saturating_sub(head.len());
        let read = match input.by_ref().take(room as u64).read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        head.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if read == 0 {
            // The last line needs no newline.
            break if room > 0 { of_line(head.trim_ascii_start()) } else { Form::Text };
        }
    };
    Ok((form, Box::new(io::Cursor::new(head).chain(input))))
}

/// `None` where more is to be read first.
fn form_of(head: &[u8]) -> Option<Form> {
    let text = head.trim_ascii_start();
    if *text.first()? != b'{' {
        return Some(Form::Text);
    }
    memchr::memchr(b'\n', text).map(|end| of_line(text.get(..end).unwrap_or_default()))
}

fn of_line(line: &[u8]) -> Form {
    if is_whole_record(line) { Form::Transcript } else { Form::Text }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_begins_with_a_whole_object_and_nothing_that_was_looked_at_is_lost() {
        let check = |text: &str, expected: Form| {
            let (form, mut input) = told(text.as_bytes()).unwrap();
            let mut read = String::new();
            input.read_to_string(&mut read).unwrap();
            assert!(form == expected && read == text, "{form:?}: {}", text.get(..40).unwrap_or(text));
        };
        check("{\"type\":\"user\"}\nthe rest", Form::Transcript);
        check("\n  {\"type\":\"user\"} \r\n", Form::Transcript);
        check("{}", Form::Transcript);
        check("", Form::Text);
        check(" \n", Form::Text);
        check("PASSWORD=x\n{}\n", Form::Text);
        check("{\n  \"type\": 1\n}\n", Form::Text);
        check("{\"type\":", Form::Text);
        check("{{- if .Values.db }}\npassword: x\n", Form::Text);
        check("{% extends \"a\" %}\n", Form::Text);
        check("[{}]\n", Form::Text);
        let line = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        check(&format!("{}\nthe rest", line(LOOK_BYTES_MAX - 1)), Form::Transcript);
        check(&format!("{}\nthe rest", line(LOOK_BYTES_MAX)), Form::Text);
        check(&"\n".repeat(2 * LOOK_BYTES_MAX), Form::Text);
    }

    /// Gives a line, and then nothing that ends: who reads on never comes back.
    struct Open<'a>(Option<&'a [u8]>);

    impl Read for Open<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.0.take().map_or_else(|| panic!("reads on"), |mut line| line.read(to))
        }
    }

    #[test]
    fn a_pipe_that_stays_open_is_told_by_its_first_line() {
        assert_eq!(told(Open(Some(b"{}\n"))).unwrap().0, Form::Transcript);
        assert_eq!(told(Open(Some(b"x"))).unwrap().0, Form::Text);
    }
}
