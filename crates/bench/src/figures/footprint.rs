//! P11: how soon the first answer comes, how much memory is held, how large the program is.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use super::list::WORDS;
use crate::bench::Bench;
use crate::call;
use crate::load::Requests;
use crate::pairs::median;
use crate::pocketbase::{PocketBase, Running};
use crate::process::Process;
use crate::report::{Line, megabytes, milliseconds, ratio, say};
use crate::requests::{DETAIL, Detail, LIST, Register, Same, list};
use crate::sample::Samples;

/// The longest until the first answer.
const FIRST: Duration = Duration::from_millis(300);
/// Bytes of memory, idle.
const IDLE: u64 = 60_000_000;
/// Bytes of memory after the load.
const LOADED: u64 = 200_000_000;
/// Bytes of the program.
const PROGRAM: u64 = 40_000_000;
/// How long a server rests before its memory is looked at.
const REST: Duration = Duration::from_secs(1);
/// How long the first answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a server came to.
struct Footprint {
    first: Duration,
    idle: u64,
    loaded: u64,
    program: u64,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let (samples, pocketbase) = (bench.samples(&filled)?, bench.pocketbase(&filled)?);
    let copy = bench.copy(&filled)?;
    let token = bench.token(&copy)?;
    let ids = Arc::new(copy.ids()?);
    let detail: Arc<dyn Requests> = Arc::new(Detail::new(DETAIL, &token, Arc::clone(&ids))?);
    let mut loads = vec![Arc::clone(&detail), Arc::new(Register::new(&token, &samples)?)];
    loads.extend(WORDS.iter().map(|(word, _)| -> Arc<dyn Requests> { Arc::new(Same(list(LIST, &token, word))) }));
    say("the product: start, memory");
    let start = || bench.product(&copy, None);
    let ours = footprint(
        bench,
        start,
        |process| first_answer(process, &detail),
        |_| Ok(loads.clone()),
        |process| process,
        bench.program_bytes()?,
    )?;
    let theirs = pocketbase.as_ref().map(|peer| of_pocketbase(bench, peer, &samples)).transpose()?;
    copy.remove();
    Ok(lines(&ours, theirs.as_ref()))
}

fn of_pocketbase(bench: &Bench, peer: &PocketBase, samples: &Samples) -> Result<Footprint> {
    say("PocketBase: start, memory");
    let loads = |running: &Running| {
        let mut loads = vec![running.view()?, running.create(samples)?];
        loads.extend(WORDS.iter().map(|(word, _)| running.list(word)));
        Ok(loads)
    };
    let measured = footprint(
        bench,
        || peer.start(),
        |running| Ok(running.first),
        loads,
        |running| &running.process,
        peer.program_bytes()?,
    )?;
    peer.take_back()?;
    Ok(measured)
}

/// Starts a server some times, then loads the last one.
fn footprint<S>(
    bench: &Bench,
    start: impl Fn() -> Result<S>,
    first: impl Fn(&S) -> Result<Duration>,
    loads: impl Fn(&S) -> Result<Vec<Arc<dyn Requests>>>,
    process: impl Fn(&S) -> &Process,
    program: u64,
) -> Result<Footprint> {
    let mut times = Vec::new();
    let mut server = start()?;
    for _ in 1..bench.measure.runs {
        times.push(first(&server)?);
        drop(server);
        server = start()?;
    }
    times.push(first(&server)?);
    rest();
    let idle = process(&server).memory()?;
    for requests in loads(&server)? {
        bench.load_patiently(process(&server), &requests)?.sound("the load")?;
    }
    let loaded = process(&server).memory()?;
    let nanoseconds = times.iter().map(|time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    Ok(Footprint { first: Duration::from_nanos(median(nanoseconds)), idle, loaded, program })
}

/// Waits for the first answer with 200 and gives the time since the start.
fn first_answer(process: &Process, requests: &Arc<dyn Requests>) -> Result<Duration> {
    let mut request = Vec::new();
    requests.write(0, &mut request);
    loop {
        let answer = call::send(process.address(), &request);
        let took = process.begun().elapsed();
        match answer {
            Ok((200, _)) => return Ok(took),
            Ok((status, _)) if took > PATIENCE => bail!("the first answers have status {status}"),
            Err(error) if took > PATIENCE => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "memory at rest is looked at after a rest: there is nothing to wait on")]
fn rest() {
    std::thread::sleep(REST);
}

fn lines(ours: &Footprint, theirs: Option<&Footprint>) -> Vec<Line> {
    let line = |work: &str, own: String, peer: &dyn Fn(&Footprint) -> (String, u64)| {
        let line = Line::new("P11", work, own);
        theirs.map_or(line.clone(), |theirs| {
            let (text, ratio) = peer(theirs);
            line.against(format!("PocketBase {text}"), ratio)
        })
    };
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    vec![
        line("start to first answer", milliseconds(ours.first), &|peer| {
            (milliseconds(peer.first), ratio(micros(ours.first), micros(peer.first)))
        })
        .aim("≤ 300 ms", ours.first <= FIRST),
        line("memory, idle", megabytes(ours.idle), &|peer| (megabytes(peer.idle), ratio(ours.idle, peer.idle)))
            .aim("≤ 60 MB", ours.idle <= IDLE),
        line("memory, after the loads of P1-P3", megabytes(ours.loaded), &|peer| {
            (megabytes(peer.loaded), ratio(ours.loaded, peer.loaded))
        })
        .aim("≤ 200 MB", ours.loaded <= LOADED),
        line("the program", megabytes(ours.program), &|peer| {
            (megabytes(peer.program), ratio(ours.program, peer.program))
        })
        .aim("≤ 40 MB", ours.program <= PROGRAM),
    ]
}
