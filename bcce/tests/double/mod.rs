//! A server on loopback that answers as a test says, and remembers what it was asked. It stands for AWS, or for Grafana.

pub(crate) mod answers;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Method and path.
    pub(crate) line: String,
    /// What follows it, until the body.
    pub(crate) headers: String,
    /// The body.
    pub(crate) body: String,
}

impl Call {
    /// The action of a service that takes forms; method and path of others.
    pub(crate) fn action(&self) -> &str {
        let action = self.body.strip_prefix("Action=").and_then(|rest| rest.split('&').next());
        action.unwrap_or(&self.line)
    }
}

/// The server.
pub(crate) struct Double {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Double {
    /// Answers with status and body what `answer` says, which also learns how often the same action came before.
    pub(crate) fn new(answer: impl Fn(&Call, usize) -> (u16, String) + Send + 'static) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}", listener.local_addr()?);
        let calls = Arc::new(Mutex::new(Vec::<Call>::new()));
        let seen = Arc::clone(&calls);
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(call) = read(&stream) else { continue };
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                let before = seen.iter().filter(|one| one.action() == call.action()).count();
                let (status, body) = answer(&call, before);
                seen.push(call);
                let _ = write!(
                    &stream,
                    "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Ok(Self { url, calls })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it was asked.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The actions that it was asked for.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.calls().iter().map(|call| call.action().to_owned()).collect()
    }

    /// The program, with this server for AWS and an environment of its own.
    pub(crate) fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bcce"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> std::io::Result<Output> {
        self.command(arguments, environment).output()
    }
}

fn read(stream: &TcpStream) -> std::io::Result<Call> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = String::new();
    while reader.read_line(&mut headers)? > 2 {}
    let length = headers.lines().find_map(|header| header.strip_prefix("content-length: "));
    let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let line = line.trim().trim_end_matches(" HTTP/1.1").to_owned();
    Ok(Call { line, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
