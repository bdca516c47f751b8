//! Servers that the bench starts: each under a small shell that ends it when the bench ends, in whatever way.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How long a server may take to say where it listens: a large database is opened, perhaps recovered.
const START_LIMIT: Duration = Duration::from_secs(120);

/// What the system counts processor time in: a hundredth of a second, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// Runs the command of its arguments and says its process number. At the end of the input, which comes with the end of
/// the bench too, it asks the command to end, and after ten seconds makes it. Its own end of the output is closed, so that
/// the output ends with the command.
const SCRIPT: &str = r#"
"$@" &
pid=$!
echo "pid $pid"
exec >&-
read -r line
kill -TERM "$pid" 2>/dev/null
turns=0
while kill -0 "$pid" 2>/dev/null && [ "$turns" -lt 200 ]; do
    sleep 0.05
    turns=$((turns + 1))
done
kill -KILL "$pid" 2>/dev/null
wait "$pid"
"#;

/// A running server. Ends with the value.
pub(crate) struct Process {
    /// The shell of [`SCRIPT`]; it holds the other end of our pipe.
    shell: Child,
    pid: u32,
    address: SocketAddr,
    begun: Instant,
}

impl Process {
    /// Starts a server and waits until it says where it listens: `http://ADDRESS:PORT` in a line of its output. What it
    /// says on its error output goes to the file `log`.
    ///
    /// # Errors
    /// Where it does not start, or says nothing in time.
    pub(crate) fn start(command: &Command, log: &Path) -> Result<Self> {
        let begun = Instant::now();
        let name = command.get_program().to_string_lossy().into_owned();
        let mut shell = under_shell(command, log).spawn().with_context(|| format!("{name} cannot be started"))?;
        let lines = read_lines(shell.stdout.take().context("the output is a pipe")?);
        // From here on the shell is waited for, whatever happens.
        let mut process = Self { shell, pid: 0, address: SocketAddr::from(([0, 0, 0, 0], 0)), begun };
        // The shell and the server write to the same pipe, in either order.
        while process.pid == 0 || process.address.port() == 0 {
            let left = START_LIMIT.saturating_sub(begun.elapsed());
            let Ok(line) = lines.recv_timeout(left) else {
                bail!("{name} does not say where it listens; see {}", log.display());
            };
            if let Some(pid) = line.strip_prefix("pid ") {
                process.pid = pid.parse().context("the shell names the process by a number")?;
            } else if let Some(address) = address_in(&line) {
                process.address = address;
            }
        }
        Ok(process)
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// When it was started.
    pub(crate) const fn begun(&self) -> Instant {
        self.begun
    }

    /// The bytes of memory that it holds at the moment.
    ///
    /// # Errors
    /// Where the system does not say.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).context("the server has ended")?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("the system does not say how much memory is held")?;
        let kibibytes: u64 =
            line.trim().trim_end_matches("kB").trim().parse().context("the memory held is no number")?;
        Ok(kibibytes * 1_024)
    }

    /// The processor time that it has used so far, in itself and in the system for it.
    ///
    /// # Errors
    /// Where the system does not say.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).context("the server has ended")?;
        // The name, which may hold anything, ends with the last parenthesis; user and system time are fields 14 and 15.
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(TICK * u32::try_from(ticks).unwrap_or(u32::MAX))
    }
}

/// Asks it to end and waits until it has.
impl Drop for Process {
    fn drop(&mut self) {
        // Waiting closes our end of the pipe first.
        let _ = self.shell.wait();
    }
}

/// The command under the shell, deaf to what is typed at the bench.
fn under_shell(command: &Command, log: &Path) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", SCRIPT, "musubi-bench", "env"]);
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            let mut setting = name.to_os_string();
            setting.push("=");
            setting.push(value);
            shell.arg(setting);
        }
    }
    shell.arg(command.get_program()).args(command.get_args()).process_group(0);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MUSUBI_")) {
        // Only what the bench says is to be in force.
        shell.env_remove(name);
    }
    shell.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped());
    shell.stderr(File::create(log).map_or_else(|_| Stdio::null(), Stdio::from));
    shell
}

/// The lines of an output, read for as long as it lasts: nobody is held up by a full pipe.
fn read_lines(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // The lines after the address interest nobody.
            let _ = sender.send(line);
        }
    });
    lines
}

/// The address of the first URL in a line.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    rest.split(|sign: char| sign == '/' || sign.is_whitespace()).next()?.parse().ok()
}

/// Runs a command that ends by itself and gives what it says.
///
/// # Errors
/// Where it fails, with what it says of it.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_says_where_it_listens_is_known_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let ended = folder.path().join("ended");
        let mut command = Command::new("/bin/sh");
        let script = r#"trap 'echo "$0" >"$1"; exit' TERM; echo starting; echo "listening on http://127.0.0.1:81"; while :; do sleep 0.02; done"#;
        command.env("IGNORED", "x").args(["-c", script, "bye"]).arg(&ended);
        let process = Process::start(&command, &folder.path().join("log")).unwrap();
        assert_eq!(process.address(), "127.0.0.1:81".parse().unwrap());
        assert!(process.memory().unwrap() > 100_000);
        assert!(process.processor_time().unwrap() < Duration::from_secs(5));
        drop(process);
        assert_eq!(std::fs::read_to_string(ended).unwrap(), "bye\n");
    }

    #[test]
    fn a_server_that_ends_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo no >&2; exit 3"]);
        let begun = Instant::now();
        assert!(Process::start(&command, &folder.path().join("log")).is_err());
        assert!(begun.elapsed() < START_LIMIT);
        assert_eq!(std::fs::read_to_string(folder.path().join("log")).unwrap(), "no\n");
    }

    #[test]
    fn addresses_are_found_in_lines() {
        assert_eq!(address_in("listening on http://127.0.0.1:4000"), "127.0.0.1:4000".parse().ok());
        assert_eq!(address_in("Server started at http://[::1]:80/api/"), "[::1]:80".parse().ok());
        assert_eq!(address_in("nothing yet"), None);
    }
}
