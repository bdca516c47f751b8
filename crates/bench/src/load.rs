//! The load generator: N keep-alive connections on two threads, each sending its next request when the answer to the one
//! before has come in. Requests are bytes made beforehand; of answers only the end is looked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::answer;
use crate::draws::Draws;
use crate::histogram::Histogram;

/// Threads that load, as many as the machine of the aims has cores.
const THREADS: usize = 2;
/// How long after the end of a load its last answers may take.
const GRACE: Duration = Duration::from_secs(90);
/// Bytes that are read at once.
const READ: usize = 64 * 1024;

/// Gives each connection numbers of its own, in this run of the program.
static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// Requests of one kind.
pub(crate) trait Requests: Send + Sync {
    /// Appends the bytes of the request that `draw` stands for, a number that is drawn anew for each.
    fn write(&self, draw: u64, into: &mut Vec<u8>);
}

/// What is loaded, and for how long.
#[derive(Clone)]
pub(crate) struct Load {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// What is asked.
    pub(crate) requests: Arc<dyn Requests>,
    /// Connections.
    pub(crate) connections: usize,
    /// What goes before and is not counted.
    pub(crate) warm_up: Duration,
    /// What is counted.
    pub(crate) measured: Duration,
}

/// What a load came to.
#[derive(Clone, Default)]
pub(crate) struct Outcome {
    /// Answers with a status of 2xx in a thousand seconds: the slowest peer gives less than one per second.
    pub(crate) rate: u64,
    /// How long answers took, from the first byte sent to the last received.
    pub(crate) times: Histogram,
    /// Answers of any kind, those before and after the measured time too.
    pub(crate) answers: u64,
    /// The processor time of the server for one of them, where it was looked at. It tells more than the rate where others
    /// use the machine, the load generator among them.
    pub(crate) processor: Option<Duration>,
    /// Answers with another status.
    pub(crate) failed: u64,
    /// The status of one of them.
    pub(crate) failure: Option<u16>,
}

impl Outcome {
    /// Refuses what is no measurement: a load without answers, or with any that failed.
    ///
    /// # Errors
    /// Says how many failed.
    pub(crate) fn sound(self, what: &str) -> Result<Self> {
        if let Some(status) = self.failure {
            bail!("{what}: {} of {} answers failed, one with status {status}", self.failed, self.answers);
        }
        if self.times.total() == 0 {
            bail!("{what}: not one answer came in time");
        }
        Ok(self)
    }
}

/// When counting begins and ends.
#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    until: Instant,
}

/// Loads a server.
///
/// # Errors
/// Where a connection fails, or the last answers do not come in time.
pub(crate) fn run(load: &Load) -> Result<Outcome> {
    let from = Instant::now() + load.warm_up;
    let window = Window { from, until: from + load.measured };
    let shares: Vec<usize> = (0..THREADS).map(|thread| (load.connections + thread) / THREADS).collect();
    let outcomes: Vec<Result<Outcome>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || run_share(load, share, window))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a loading thread does not panic")).collect()
    });
    let mut whole = Outcome::default();
    for outcome in outcomes {
        whole.add(&outcome?);
    }
    let micros = u64::try_from(load.measured.as_micros()).unwrap_or(u64::MAX);
    whole.rate = (whole.times.total() * 1_000_000_000).checked_div(micros).unwrap_or(0);
    Ok(whole)
}

impl Outcome {
    fn add(&mut self, other: &Self) {
        self.times.add(&other.times);
        self.answers += other.answers;
        self.failed += other.failed;
        self.failure = self.failure.or(other.failure);
    }
}

/// The connections of one thread.
fn run_share(load: &Load, connections: usize, window: Window) -> Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime to load with")?;
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            tasks.spawn(run_connection(load.address, Arc::clone(&load.requests), window));
        }
        let mut whole = Outcome::default();
        let until = tokio::time::Instant::from_std(window.until + GRACE);
        while let Some(ended) =
            tokio::time::timeout_at(until, tasks.join_next()).await.context("the last answers did not come in time")?
        {
            whole.add(&ended.context("a connection ended in a panic")??);
        }
        Ok(whole)
    })
}

async fn run_connection(address: SocketAddr, requests: Arc<dyn Requests>, window: Window) -> Result<Outcome> {
    let stream = TcpStream::connect(address).await.context("the server takes no connection")?;
    stream.set_nodelay(true).context("a connection cannot be set up")?;
    let mut exchange = Exchange { stream, buffer: vec![0; READ], filled: 0 };
    let mut draws = Draws::new(CONNECTIONS.fetch_add(1, Ordering::Relaxed).wrapping_mul(0xA076_1D64_78BD_642F));
    let mut request = Vec::new();
    let mut outcome = Outcome::default();
    loop {
        request.clear();
        requests.write(draws.number(), &mut request);
        let begun = Instant::now();
        if begun >= window.until {
            return Ok(outcome);
        }
        let status = exchange.run(&request).await?;
        let ended = Instant::now();
        outcome.answers += 1;
        if !(200..300).contains(&status) {
            outcome.failed += 1;
            outcome.failure = Some(status);
        } else if ended > window.from && ended <= window.until {
            outcome.times.note(ended - begun);
        }
    }
}

/// A connection and what has come in on it.
struct Exchange {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Exchange {
    /// Sends a request and gives the status of its answer.
    async fn run(&mut self, request: &[u8]) -> Result<u16> {
        let mut rest = request;
        while !rest.is_empty() {
            match self.stream.try_write(rest) {
                Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error).context("a request could not be sent"),
            }
        }
        loop {
            if self.filled > 0
                && let Some(answer) = answer::read(self.buffer.get(..self.filled).unwrap_or_default())?
            {
                self.buffer.copy_within(answer.length..self.filled, 0);
                self.filled -= answer.length;
                return Ok(answer.status);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        loop {
            match self.stream.try_read(self.buffer.get_mut(self.filled..).unwrap_or_default()) {
                Ok(0) => bail!("the server closed a connection before it answered"),
                Ok(read) => {
                    self.filled += read;
                    return Ok(());
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => self.stream.readable().await?,
                Err(error) => return Err(error).context("an answer could not be read"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;
    use crate::requests::Same;

    /// A server that answers whatever it reads.
    fn server(answers: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let (mut stream, mut part) = (stream, [0; 1_024]);
                    while stream.read(&mut part).is_ok_and(|read| read > 0) {
                        // In two parts, so that an answer does not come whole.
                        let (head, tail) = answers.split_at(answers.len() / 2);
                        if stream.write_all(head).and_then(|()| stream.write_all(tail)).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    fn load(address: SocketAddr) -> Load {
        let requests = Arc::new(Same(crate::call::request("GET", "/", "", "")));
        Load {
            address,
            requests,
            connections: 5,
            warm_up: Duration::from_millis(30),
            measured: Duration::from_millis(300),
        }
    }

    #[test]
    fn answers_in_the_measured_time_are_counted() {
        let outcome = run(&load(server(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))).unwrap();
        let outcome = outcome.sound("the load").unwrap();
        assert!(outcome.rate > 0);
        assert_eq!(outcome.rate, outcome.times.total() * 1_000_000 / 300);
        assert!(outcome.answers > outcome.times.total());
        assert!(outcome.times.quantile(500) > Duration::ZERO);
    }

    #[test]
    fn a_load_whose_answers_fail_is_not_sound() {
        let outcome = run(&load(server(b"HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))).unwrap();
        assert_eq!((outcome.rate, outcome.failure), (0, Some(503)));
        assert!(outcome.sound("the load").is_err());
        assert!(run(&load(server(b"HTTP/1.1 200 OK\r\n\r\n"))).is_err(), "an answer without an end");
    }
}
