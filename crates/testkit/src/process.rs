//! The product as a process of its own, and a plain HTTP client for it: for what only a whole process can show.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// How long a server may take to begin, and an answer to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct ServerProcess {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it wrote to its standard output before it was ready.
    pub greeting: Vec<String>,
    readers: Vec<JoinHandle<Vec<String>>>,
}

impl ServerProcess {
    /// Starts a server and waits until it says where it listens.
    ///
    /// # Errors
    /// What it wrote, where it ended without listening.
    pub fn start(mut command: Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("the output was piped");
        let stderr = child.stderr.take().expect("the errors were piped");
        let out = std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody listens once the server is ready.
                drop(sender.send(line));
            }
            Vec::new()
        });
        let errors =
            std::thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>());
        match wait_until_ready(&lines) {
            Ok((address, greeting)) => Ok(Self { child, address, greeting, readers: vec![out, errors] }),
            Err(mut said) => {
                drop(child.kill());
                let status = child.wait().map_err(|error| error.to_string())?;
                said.extend(errors.join().unwrap_or_default());
                Err(format!("{status}: {}", said.join("\n")))
            }
        }
    }

    /// Ends it as kill -9 does.
    pub fn kill(&mut self) {
        self.child.kill().expect("a running process can be killed");
        self.wait();
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.expect("kill is there").success());
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a child can be waited for")
    }

    /// What it wrote to its standard error; waits for its end.
    pub fn errors(&mut self) -> String {
        self.wait();
        self.readers.pop().map(|reader| reader.join().unwrap_or_default().join("\n")).unwrap_or_default()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn wait_until_ready(lines: &Receiver<String>) -> Result<(SocketAddr, Vec<String>), Vec<String>> {
    let mut said = Vec::new();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => match listened_on(&line).and_then(|address| address.parse().ok()) {
                Some(address) => return Ok((address, said)),
                None => said.push(line),
            },
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(said),
        }
    }
}

/// The address of the line that says where a server listens, by http or https.
fn listened_on(line: &str) -> Option<&str> {
    let (scheme, address) = line.strip_prefix("listening on ")?.split_once("://")?;
    matches!(scheme, "http" | "https").then_some(address)
}

/// One connection to a server, kept alive.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Posts JSON and gives status and body.
    ///
    /// # Errors
    /// The operating system's; an answer that ends early.
    pub fn post(&mut self, path: &str, token: &str, body: &str) -> io::Result<(u16, Value)> {
        self.head(path, token, body.len(), "")?;
        self.send(body.as_bytes())?;
        self.answer()
    }

    /// Sends the head of a POST with JSON alone, and waits until the server asks for the body.
    ///
    /// # Errors
    /// The operating system's; an answer without a look at the body.
    pub fn send_head(&mut self, path: &str, token: &str, length: usize) -> io::Result<()> {
        self.head(path, token, length, "Expect: 100-continue\r\n")?;
        let mut interim = String::new();
        while self.stream.read_line(&mut interim)? > 2 {}
        if interim.starts_with("HTTP/1.1 100 ") { Ok(()) } else { Err(io::Error::other(interim)) }
    }

    fn head(&mut self, path: &str, token: &str, length: usize, expect: &str) -> io::Result<()> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n{expect}\r\n"
        );
        self.send(head.as_bytes())
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// The operating system's.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads one answer.
    ///
    /// # Errors
    /// The operating system's; an answer that ends early or is not of HTTP/1.1 with a length.
    pub fn answer(&mut self) -> io::Result<(u16, Value)> {
        let odd = || io::Error::new(io::ErrorKind::InvalidData, "no answer of HTTP/1.1 with a length");
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(odd)?;
        let mut length = None;
        loop {
            let mut header = String::new();
            self.stream.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let mut body = vec![0; length.ok_or_else(odd)?];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }
}
