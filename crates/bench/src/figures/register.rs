//! P2: a client registered, durably, on the disk as it is and on slower ones.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use musubi_testkit::tool::{Tool, need};

use super::runs;
use crate::bench::Bench;
use crate::load::{Outcome, Requests};
use crate::pairs::{Contender, in_turn};
use crate::pocketbase::PocketBase;
use crate::report::{Line, say};
use crate::requests::Register;
use crate::sample::Samples;
use crate::seed::Filled;

/// How much slower than it is the disk is made, how that is called, and how many hundredths of commit per request are
/// aimed at then.
const DISKS: [(Option<Duration>, &str, u64); 3] = [
    (None, "fsync as it is", 180),
    (Some(Duration::from_millis(1)), "fsync + 1 ms", 800),
    (Some(Duration::from_millis(4)), "fsync + 4 ms", 2_000),
];
/// The time that 99 in a hundred registrations may take on the disk as it is.
const MOST: Duration = Duration::from_millis(15);

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let pocketbase = bench.pocketbase(&filled)?;
    let samples = bench.samples(&filled)?;
    let copy = bench.copy(&filled)?;
    let register = Register::new(&bench.token(&copy)?, &samples)?;
    say(&format!("a register request has {} bytes on the average", register.bytes()));
    let requests: Arc<dyn Requests> = Arc::new(register);
    let mut lines = Vec::new();
    for (delay, disk, aim) in DISKS {
        if delay.is_some() && !need(Tool::CCompiler) {
            continue;
        }
        say(&format!("client/register, {disk}"));
        let peer = pocketbase.as_ref().filter(|_| delay.is_none());
        lines.extend(on_disk(bench, &copy, &requests, (delay, disk, aim), peer, &samples)?);
    }
    copy.remove();
    if let Some(pocketbase) = &pocketbase {
        pocketbase.take_back()?;
    }
    Ok(lines)
}

fn on_disk(
    bench: &Bench,
    copy: &Filled,
    requests: &Arc<dyn Requests>,
    (delay, disk, aim): (Option<Duration>, &str, u64),
    pocketbase: Option<&PocketBase>,
    samples: &Samples,
) -> Result<Vec<Line>> {
    // Both write to the same folder, one after the other: a server of its own for each run.
    let mut contenders = vec![
        Contender::new("client/register", || bench.load(&bench.product(copy, delay)?, requests)),
        Contender::new("commit per request", || bench.load(&bench.commit_peer(copy, delay)?, requests)),
    ];
    if let Some(peer) = pocketbase {
        contenders.push(Contender::new("PocketBase create", move || create(bench, peer, samples)));
    }
    let measured = in_turn(bench.measure.runs, contenders)?;
    let (ours, alone) = (runs(&measured, 0)?, runs(&measured, 1)?);
    let line = || Line::new("P2", format!("client/register, {disk}"), ours.described());
    let mut lines =
        vec![line().against(format!("commit per request {}", alone.described()), ours.over(alone)).at_least(aim)];
    if delay.is_none() {
        lines.push(line().aim("p99 ≤ 15 ms", ours.time(990) <= MOST));
    }
    if pocketbase.is_some() {
        let theirs = runs(&measured, 2)?;
        lines
            .push(line().against(format!("PocketBase create {}", theirs.described()), ours.over(theirs)).at_least(500));
    }
    Ok(lines)
}

fn create(bench: &Bench, peer: &PocketBase, samples: &Samples) -> Result<Outcome> {
    let running = peer.start()?;
    let requests = running.create(samples)?;
    bench.load(&running.process, &requests)
}
