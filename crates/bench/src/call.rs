//! One call at a time, for what is not measured: bodies are read whole.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::answer;

/// How long a call may take.
const LIMIT: Duration = Duration::from_secs(60);

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Whole {
    /// The status.
    pub(crate) status: u16,
    /// Its lines before the body.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Sends the bytes of a request and gives status and body of the answer.
///
/// # Errors
/// Where the server does not answer.
pub(crate) fn send(address: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>)> {
    exchange(address, request).map(|whole| (whole.status, whole.body))
}

/// As [`send`], with the head of the answer.
///
/// # Errors
/// Where the server does not answer.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Result<Whole> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT).context("the server takes no connection")?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.set_nodelay(true)?;
    stream.write_all(request).context("a request could not be sent")?;
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        if let Some(answer) = answer::read(&bytes)? {
            let body = answer.body.iter().filter_map(|part| bytes.get(part.clone())).flatten().copied().collect();
            let head = bytes.get(..answer.head).unwrap_or_default();
            return Ok(Whole { status: answer.status, head: String::from_utf8_lossy(head).into_owned(), body });
        }
        match stream.read(&mut part).context("an answer could not be read")? {
            0 => bail!("the server closed the connection before it answered"),
            read => bytes.extend_from_slice(part.get(..read).unwrap_or_default()),
        }
    }
}

/// The bytes of a request. `head` holds whole lines beyond Host and lengths.
pub(crate) fn request(method: &str, path: &str, head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Calls with JSON and gives the JSON of the answer.
///
/// # Errors
/// Where the server does not answer, or not with 2xx.
pub(crate) fn json(address: SocketAddr, method: &str, path: &str, head: &str, body: &Value) -> Result<Value> {
    let (status, answer) = send(address, &request(method, path, head, &body.to_string()))?;
    if !(200..300).contains(&status) {
        let answer = String::from_utf8_lossy(&answer);
        bail!("{method} {path}: status {status}: {}", answer.chars().take(300).collect::<String>());
    }
    serde_json::from_slice(&answer).with_context(|| format!("{method} {path}: the answer is no JSON"))
}
