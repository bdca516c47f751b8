//! A real mail server for tests: aiosmtpd, a process of its own. Mails to `refused@` are refused for ever, those to `later@` for now.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::tool::{Tool, program};

/// The server. It ends when it is dropped.
pub struct SmtpServer {
    child: Child,
    _tether: ChildStdin,
    lines: Mutex<Receiver<String>>,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
}

impl SmtpServer {
    /// A server that takes mails from anybody.
    #[must_use]
    pub fn open() -> Self {
        Self::start(&[])
    }

    /// A server that asks for STARTTLS with this certificate, and for the user `musubi` with the password `p@ss:wörd`.
    #[must_use]
    pub fn closed(certificate: &Path, key: &Path) -> Self {
        Self::start(&[certificate, key])
    }

    fn start(arguments: &[&Path]) -> Self {
        let python = program(Tool::SmtpServer).expect("the trial asks for the tool first");
        let mut command = Command::new(python);
        command.args(["-c", include_str!("smtp_server.py")]).args(arguments);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.expect("Python starts");
        let (tether, output) = (child.stdin.take(), child.stdout.take());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            let lines = output.into_iter().flat_map(|output| BufReader::new(output).lines());
            lines.map_while(Result::ok).try_for_each(|line| tell.send(line).map_err(drop))
        });
        let mut server =
            Self { child, _tether: tether.expect("its input is a pipe"), lines: Mutex::new(lines), port: 0 };
        server.port = server.line().and_then(|line| line.parse().ok()).expect("the mail server says its port");
        server
    }

    fn line(&self) -> Option<String> {
        let lines = self.lines.lock().expect("nobody panics who waits for a line");
        lines.recv_timeout(Duration::from_secs(20)).ok()
    }

    /// Its URL, for a server without TLS.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// The next mail that it took.
    ///
    /// # Panics
    /// Where none comes.
    pub fn mail(&self) -> Value {
        let line = self.line().expect("a mail comes");
        serde_json::from_str(&line).expect("the server prints JSON")
    }

    /// Whether it took a mail that nobody has looked at.
    pub fn has_mail(&self) -> bool {
        self.lines.lock().is_ok_and(|lines| lines.try_recv().is_ok())
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        // One that has ended already needs no more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
