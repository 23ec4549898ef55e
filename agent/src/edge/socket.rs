//! The socket in the state folder by which metrics are read: this user's alone.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// A socket that lies there as long as this lives.
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

/// Where the socket of a state folder lies.
pub fn path(state_dir: &Path) -> PathBuf {
    state_dir.join("metrics.sock")
}

/// Makes the socket anew. The caller holds the installation's lock, so one that is there was left by a dead process.
///
/// # Errors
/// When it cannot be made, as where the folder's path is longer than sockets allow (about 100 bytes).
pub fn listen(state_dir: &Path) -> io::Result<Socket> {
    let path = path(state_dir);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // The folder is this user's alone already.
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(Socket { listener, path })
}

/// Everything that the socket of a state folder answers.
///
/// # Errors
/// When nobody answers.
pub fn read(state_dir: &Path) -> io::Result<String> {
    io::read_to_string(std::os::unix::net::UnixStream::connect(path(state_dir))?)
}

impl Socket {
    /// The next client.
    ///
    /// # Errors
    /// What the system gives.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(client, _)| client)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // One that is left behind is removed by the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}
