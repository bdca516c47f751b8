//! A real HTTP receiver for tests, on loopback: it keeps what it is sent, byte by byte, and answers as it is told. Its own few lines of
//! HTTP, so that nothing of the product reads what the product writes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the receiver was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The first line: method, path, version.
    pub line: String,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// A header; "" where it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the receiver does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers with a status, further header lines, and a body.
    Answer(u16, &'static str, String),
    /// Answers without an end: bytes for ever.
    Endless,
    /// Says nothing, and keeps the connection.
    Silence,
    /// Ends the connection.
    HangUp,
    /// Answers with these bytes.
    Raw(&'static [u8]),
}

#[derive(Default)]
struct Shared {
    received: Vec<Received>,
    replies: VecDeque<Reply>,
    first: &'static [u8],
}

/// The receiver. It ends with the runtime.
#[derive(Clone)]
pub struct Receiver {
    port: u16,
    shared: Arc<Mutex<Shared>>,
}

impl Receiver {
    /// A receiver that answers 200 with "ok".
    ///
    /// # Panics
    /// The machine has no port left.
    pub async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("the machine has a free port");
        let port = listener.local_addr().expect("a bound port is known").port();
        let shared = Arc::<Mutex<Shared>>::default();
        let receiver = Self { port, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&shared)));
            }
        });
        receiver
    }

    /// A URL that leads to it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its port, on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What the next requests are answered, in this order; after them 200 again.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.lock().replies.extend(replies);
    }

    /// From now on it says this before it is asked anything.
    pub fn speak_first(&self, bytes: &'static [u8]) {
        self.lock().first = bytes;
    }

    /// What it has been sent so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.lock().received.clone()
    }

    /// What it has been sent since it was last asked so.
    #[must_use]
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.lock().received)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn converse(mut stream: TcpStream, shared: Arc<Mutex<Shared>>) {
    let first = shared.lock().unwrap_or_else(PoisonError::into_inner).first;
    let _ = stream.write_all(first).await;
    let Some(received) = read(&mut stream).await else { return };
    let reply = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.received.push(received);
        shared.replies.pop_front().unwrap_or_else(|| Reply::Answer(200, "", "ok".to_owned()))
    };
    // Whoever called may have gone by now; then there is nobody to answer.
    let _ = answer(&mut stream, reply).await;
}

async fn answer(stream: &mut TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Answer(status, headers, body) => {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n");
            stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            let chunk = [b"4000\r\n".as_slice(), &[b'a'; 0x4000], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Reply::Silence => std::future::pending().await,
        Reply::HangUp => Ok(()),
        Reply::Raw(bytes) => stream.write_all(bytes).await,
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut body = bytes.split_off(head + 4);
    let text = String::from_utf8(bytes).ok()?;
    let mut lines = text.trim_end().lines();
    let line = lines.next()?.to_owned();
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers: Vec<_> = lines.filter_map(header).collect();
    let mut received = Received { line, headers, body: Vec::new() };
    let length = received.header("content-length").parse().unwrap_or(0);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    received.body = body;
    Some(received)
}
