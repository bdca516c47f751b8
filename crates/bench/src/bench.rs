//! What every figure needs: the programs, the folders, how long and how wide to load.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use musubi_testkit::fsync_shim;
use musubi_testkit::tool::{Tool, program};
use uuid::Uuid;

use crate::call;
use crate::load::{self, Load, Outcome, Requests};
use crate::pocketbase::{PocketBase, Running};
use crate::process::{Process, output_of};
use crate::report::say;
use crate::requests::{DETAIL, Detail};
use crate::sample::{Samples, Shape};
use crate::seed::{self, Filled};

/// A peer whose answer takes longer is loaded by few connections: more would only wait for one another.
const SLOW: Duration = Duration::from_millis(5);
/// Connections for a slow peer: as many as keep the machine busy.
const FEW: usize = 4;
/// How many answers of a slow peer are waited for.
const SLOW_ANSWERS: u32 = 12;
/// The longest that a slow peer is measured.
const SLOW_MOST: Duration = Duration::from_secs(30);
/// Answers that are looked at to know how large they are.
const LOOKED_AT: usize = 64;
/// Seconds that the token of a run lives.
const TOKEN_SECONDS: &str = "86400";

/// How it is measured.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    /// How long one run lasts.
    pub(crate) run: Duration,
    /// Runs of which the median counts.
    pub(crate) runs: usize,
    /// Connections.
    pub(crate) connections: usize,
    /// Clients of the data folder.
    pub(crate) clients: u64,
    /// Bytes of a stored document, on the average.
    pub(crate) document_bytes: usize,
}

/// The bench, set up.
pub(crate) struct Bench {
    /// How it is measured.
    pub(crate) measure: Measure,
    work: PathBuf,
    musubi: PathBuf,
    own: PathBuf,
    pocketbase: Option<PathBuf>,
}

impl Bench {
    /// Finds the programs, building the product where none is named, and makes the folder to work in.
    ///
    /// # Errors
    /// Where there is no product to measure.
    pub(crate) fn new(
        measure: Measure,
        work: PathBuf,
        musubi: Option<PathBuf>,
        pocketbase: Option<PathBuf>,
    ) -> Result<Self> {
        std::fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
        let own = std::env::current_exe().context("the bench does not know where it lies")?;
        let musubi = match musubi {
            Some(musubi) => musubi,
            None => build(&own)?,
        };
        let pocketbase = pocketbase.or_else(|| program(Tool::PocketBase));
        if pocketbase.is_none() {
            say("left out: comparison with PocketBase, which is not in PATH; name it with --pocketbase");
        }
        Ok(Self { measure, work, musubi, own, pocketbase })
    }

    /// The data folder with so many clients.
    ///
    /// # Errors
    /// Where it cannot be filled.
    pub(crate) fn filled(&self, clients: u64) -> Result<Filled> {
        seed::filled(&self.work, clients, self.measure.document_bytes)
    }

    /// An empty folder of this name to work in, in place of an earlier one.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A copy of a data folder that may be written to.
    ///
    /// # Errors
    /// Where there is no room.
    pub(crate) fn copy(&self, filled: &Filled) -> Result<Filled> {
        filled.copy(&self.work.join(format!("copy-{}", filled.facts.clients)))
    }

    /// PocketBase with as many clients as the data folder, where it is installed.
    ///
    /// # Errors
    /// Where it cannot be filled.
    pub(crate) fn pocketbase(&self, filled: &Filled) -> Result<Option<PocketBase>> {
        let Some(program) = &self.pocketbase else { return Ok(None) };
        let bytes = self.measure.document_bytes;
        let samples = self.samples(filled)?;
        let peer =
            PocketBase::filled(program, &self.work, filled.facts.clients, &samples, Shape::documents(bytes), bytes)?;
        peer.warm()?;
        Ok(Some(peer))
    }

    /// As [`Bench::pocketbase`], running.
    ///
    /// # Errors
    /// Where it cannot be filled or does not start.
    pub(crate) fn pocketbase_running(&self, filled: &Filled) -> Result<Option<Running>> {
        self.pocketbase(filled)?.map(|peer| peer.start()).transpose()
    }

    /// Clients that refer to what the folder has.
    ///
    /// # Errors
    /// Where the template cannot be read.
    pub(crate) fn samples(&self, filled: &Filled) -> Result<Samples> {
        Samples::new(filled.facts.references.clone())
    }

    /// A token for the calls that are measured.
    ///
    /// # Errors
    /// Where the product gives none.
    pub(crate) fn token(&self, filled: &Filled) -> Result<String> {
        let mut command = Command::new(&self.musubi);
        command
            .args(["admin", "token", "--scope", "crm:read crm:write", "--expires", TOKEN_SECONDS, "--data"])
            .arg(filled.data());
        let token = output_of(command.env("LC_ALL", "C"))?;
        if token.is_empty() || token.contains(char::is_whitespace) {
            bail!("musubi admin token says something else than a token");
        }
        Ok(token)
    }

    /// The product on a data folder, its fsyncs so much slower.
    ///
    /// # Errors
    /// Where it does not start.
    pub(crate) fn product(&self, filled: &Filled, delay: Option<Duration>) -> Result<Process> {
        let mut command = Command::new(&self.musubi);
        command.arg("serve").arg("--data").arg(filled.data()).args(["--listen", "127.0.0.1:0"]);
        self.start(command, delay, "musubi")
    }

    /// The product with a commit for each request.
    ///
    /// # Errors
    /// Where it does not start.
    pub(crate) fn commit_peer(&self, filled: &Filled, delay: Option<Duration>) -> Result<Process> {
        let mut command = Command::new(&self.own);
        command.args(["peer", "commit", "--data"]).arg(filled.data());
        self.start(command, delay, "commit-peer")
    }

    /// The limits of reading, which answer with so many bytes.
    ///
    /// # Errors
    /// Where it does not start.
    pub(crate) fn read_peer(&self, filled: &Filled, answer_bytes: usize) -> Result<Process> {
        let mut command = Command::new(&self.own);
        command.args(["peer", "read", "--database"]).arg(filled.database()).arg("--names").arg(filled.names());
        command.args(["--answer-bytes", &answer_bytes.to_string()]);
        self.start(command, None, "read-peer")
    }

    fn start(&self, mut command: Command, delay: Option<Duration>, name: &str) -> Result<Process> {
        if let Some(delay) = delay {
            let library = fsync_shim::build().context("without a C compiler there is no slow disk")?;
            command.env("LD_PRELOAD", library).env(fsync_shim::DELAY_MICROS, delay.as_micros().to_string());
        }
        Process::start(&command, &self.work.join(format!("{name}.log")))
    }

    /// The load of all connections on one kind of request.
    ///
    /// # Errors
    /// Where a connection fails.
    pub(crate) fn load(&self, process: &Process, requests: &Arc<dyn Requests>) -> Result<Outcome> {
        run(process, &self.full(process, requests))
    }

    /// As [`Bench::load`], with so many connections.
    ///
    /// # Errors
    /// Where a connection fails.
    pub(crate) fn load_by(
        &self,
        process: &Process,
        requests: &Arc<dyn Requests>,
        connections: usize,
    ) -> Result<Outcome> {
        run(process, &Load { connections, ..self.full(process, requests) })
    }

    /// As [`Bench::load`], of a peer that may be slow: then with few connections and for as long as it takes.
    ///
    /// # Errors
    /// Where a connection fails.
    pub(crate) fn load_patiently(&self, process: &Process, requests: &Arc<dyn Requests>) -> Result<Outcome> {
        let mut load = self.full(process, requests);
        let mut request = Vec::new();
        requests.write(0, &mut request);
        call::send(process.address(), &request)?;
        let begun = Instant::now();
        call::send(process.address(), &request)?;
        let single = begun.elapsed();
        if single > SLOW {
            load.connections = load.connections.min(FEW);
            load.measured = load.measured.max((single * SLOW_ANSWERS).min(SLOW_MOST));
            load.warm_up = load.warm_up.max(single.min(SLOW_MOST));
        }
        run(process, &load)
    }

    fn full(&self, process: &Process, requests: &Arc<dyn Requests>) -> Load {
        let warm_up = (self.measure.run / 5).clamp(Duration::from_millis(200), Duration::from_secs(2));
        let connections = self.measure.connections;
        Load {
            address: process.address(),
            requests: Arc::clone(requests),
            connections,
            warm_up,
            measured: self.measure.run,
        }
    }

    /// The bytes of the answers to detail requests, on the average.
    ///
    /// # Errors
    /// Where one fails.
    pub(crate) fn answer_bytes(&self, process: &Process, token: &str, ids: &Arc<Vec<Uuid>>) -> Result<usize> {
        let detail = Detail::new(DETAIL, token, Arc::clone(ids))?;
        let step = (ids.len() / LOOKED_AT).max(1);
        let (mut bytes, mut count) = (0, 0);
        for draw in (0..ids.len()).step_by(step) {
            let mut request = Vec::new();
            detail.write(u64::try_from(draw)?, &mut request);
            let (status, body) = call::send(process.address(), &request)?;
            if status != 200 {
                bail!(
                    "get-client-detail answers {status}: {}",
                    String::from_utf8_lossy(&body).chars().take(300).collect::<String>()
                );
            }
            bytes += body.len();
            count += 1;
        }
        Ok(bytes / count.max(1))
    }

    /// The bytes of the product's program.
    ///
    /// # Errors
    /// Where it is not there.
    pub(crate) fn program_bytes(&self) -> Result<u64> {
        Ok(std::fs::metadata(&self.musubi)?.len())
    }
}

/// Loads a process and looks at the processor time that it takes for that.
fn run(process: &Process, load: &Load) -> Result<Outcome> {
    let before = process.processor_time()?;
    let mut outcome = load::run(load)?;
    let used = process.processor_time()?.saturating_sub(before);
    outcome.processor = u32::try_from(outcome.answers).ok().and_then(|answers| used.checked_div(answers));
    Ok(outcome)
}

/// Builds the product beside this program, in the same profile.
fn build(own: &Path) -> Result<PathBuf> {
    let folder = own.parent().context("the bench lies in a folder")?;
    let musubi = folder.join("musubi");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--package", "musubi"]);
        if let Some(target) = folder.parent() {
            command.arg("--target-dir").arg(target);
        }
        if folder.ends_with("release") {
            command.arg("--release");
        }
        let built = command.status().context("cargo cannot be started")?;
        if !built.success() {
            bail!("musubi is not built");
        }
    }
    if !musubi.exists() {
        bail!("{} is not there: build it, or name one with --musubi", musubi.display());
    }
    Ok(musubi)
}
