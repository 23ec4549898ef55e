//! The named pipe by which metrics are read: this user's alone, and of this machine alone.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use interprocess::os::windows::named_pipe::PipeListenerOptions;
use interprocess::os::windows::named_pipe::pipe_mode::{Bytes, None as Nothing};
use interprocess::os::windows::named_pipe::tokio::{PipeListener, SendPipeStream};
use interprocess::os::windows::security_descriptor::SecurityDescriptor;
use ring::digest::{SHA256, digest};
use widestring::U16CString;

/// Who may do anything with the pipe: its owner, of whom this is the well-known SID
/// (<https://learn.microsoft.com/previous-versions/windows/it-pro/windows-vista/cc749445(v=ws.10)>). Nothing is inherited
/// (<https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format>; both checked 2026-11-28).
const OWNER_ALONE: &str = "D:P(A;;GA;;;S-1-3-4)";
/// Whoever else has made a pipe of this name could answer for ever.
const ANSWER_MAX: u64 = 16 << 20;
/// Whoever has made a pipe of this name may know who reads, and cannot act as them.
const SECURITY_IDENTIFICATION: u32 = 0x0001_0000;
/// All instances of the pipe are taken: the next one comes at once.
const ERROR_PIPE_BUSY: i32 = 231;
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// A pipe that is there as long as this lives.
pub struct Socket(PipeListener<Nothing, Bytes>);

/// The name of a state folder's pipe. All users see it, so it tells no path.
fn name(state_dir: &Path) -> String {
    let hash = digest(&SHA256, state_dir.as_os_str().as_encoded_bytes());
    let digits: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!(r"\\.\pipe\bcce-agent-{digits}")
}

/// Makes the pipe.
///
/// # Errors
/// When it cannot be made, as where somebody else has one of that name.
pub fn listen(state_dir: &Path) -> io::Result<Socket> {
    let access = U16CString::from_str(OWNER_ALONE).map_err(io::Error::other)?;
    let options = PipeListenerOptions::new()
        .path(name(state_dir))
        .security_descriptor(Some(SecurityDescriptor::deserialize(&access)?));
    options.create_tokio().map(Socket)
}

/// Everything that the pipe of a state folder answers.
///
/// # Errors
/// When nobody answers.
pub fn read(state_dir: &Path) -> io::Result<String> {
    let name = name(state_dir);
    let mut tries = 0;
    loop {
        match OpenOptions::new().read(true).security_qos_flags(SECURITY_IDENTIFICATION).open(&name) {
            Ok(pipe) => return io::read_to_string(pipe.take(ANSWER_MAX)),
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) && tries < TRIES => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}

impl Socket {
    /// The next client.
    ///
    /// # Errors
    /// What the system gives.
    pub async fn accept(&self) -> io::Result<SendPipeStream<Bytes>> {
        self.0.accept().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[tokio::test]
    async fn each_client_is_told_once_and_the_name_tells_no_path() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(!name(folder.path()).contains("Users"));
        let socket = listen(folder.path())?;
        assert!(listen(folder.path()).is_err(), "one agent for each folder");
        for _ in 0..2 {
            let place = folder.path().to_owned();
            let reader = tokio::task::spawn_blocking(move || read(&place));
            let mut client = socket.accept().await?;
            client.write_all(b"told 1\n").await?;
            client.flush().await?;
            drop(client);
            assert_eq!(reader.await.map_err(io::Error::other)??, "told 1\n");
        }
        Ok(())
    }
}
