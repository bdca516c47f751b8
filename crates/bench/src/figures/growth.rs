//! P12: how P1, P2 and P3 change from ten thousand clients over a hundred thousand to a million.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::list::WORDS;
use super::runs;
use crate::bench::Bench;
use crate::load::Requests;
use crate::pairs::{Contender, Runs, in_turn};
use crate::process::Process;
use crate::report::{Line, grouped, ratio, say};
use crate::requests::{DETAIL, Detail, LIST, Register, Same, list};
use crate::seed::Filled;

/// How many hundredths P1 and P2 may cost of what they cost with the fewest clients.
const FLAT: u64 = 130;
/// Clients at least.
const LEAST: u64 = 1_000;

/// A server with its clients, and what it is asked.
struct Sized {
    clients: u64,
    process: Process,
    folder: Filled,
    detail: Arc<dyn Requests>,
    register: Arc<dyn Requests>,
    lists: Vec<Arc<dyn Requests>>,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let most = bench.measure.clients;
    let mut sizes = vec![(most / 100).max(LEAST), (most / 10).max(LEAST), most];
    sizes.dedup();
    let servers: Vec<Sized> = sizes.into_iter().map(|clients| sized(bench, clients)).collect::<Result<_>>()?;
    let mut lines = Vec::new();
    say("growth: get-client-detail");
    lines.extend(grown(bench, &servers, "get-client-detail", |server| Ok(Arc::clone(&server.detail)), |_, _| FLAT)?);
    for (at, (word, _)) in WORDS.iter().enumerate() {
        say(&format!("growth: get-client-list, {word}"));
        let list = |server: &Sized| server.lists.get(at).map(Arc::clone).context("every word has its request");
        lines.extend(grown(bench, &servers, &format!("get-client-list, {word}"), list, logarithms)?);
    }
    say("growth: client/register");
    lines.extend(grown(bench, &servers, "client/register", |server| Ok(Arc::clone(&server.register)), |_, _| FLAT)?);
    for server in servers {
        drop(server.process);
        server.folder.remove();
    }
    Ok(lines)
}

fn sized(bench: &Bench, clients: u64) -> Result<Sized> {
    let filled = bench.filled(clients)?;
    let folder = bench.copy(&filled)?;
    let token = bench.token(&folder)?;
    let detail = Arc::new(Detail::new(DETAIL, &token, Arc::new(folder.ids()?))?);
    let register = Arc::new(Register::new(&token, &bench.samples(&folder)?)?);
    let lists =
        WORDS.iter().map(|(word, _)| -> Arc<dyn Requests> { Arc::new(Same(list(LIST, &token, word))) }).collect();
    let process = bench.product(&folder, None)?;
    folder.warm()?;
    Ok(Sized { clients, process, folder, detail, register, lists })
}

/// A line for each size: what a request costs there, in machine time, over what it costs with the fewest clients.
fn grown(
    bench: &Bench,
    servers: &[Sized],
    work: &str,
    requests: impl Fn(&Sized) -> Result<Arc<dyn Requests>>,
    most: impl Fn(u64, u64) -> u64,
) -> Result<Vec<Line>> {
    let mut contenders = Vec::new();
    for server in servers {
        let requests = requests(server)?;
        contenders.push(Contender::new(format!("{} clients", grouped(server.clients)), move || {
            bench.load(&server.process, &requests)
        }));
    }
    let measured = in_turn(bench.measure.runs, contenders)?;
    let (first, fewest) = (runs(&measured, 0)?, servers.first().context("there is a size")?.clients);
    let line = |(server, own): (&Sized, &Runs)| {
        let line = Line::new("P12", format!("{work}, {} clients", grouped(server.clients)), own.described());
        if server.clients == fewest {
            return line;
        }
        line.against(first.named(), first.over(own)).at_most(most(fewest, server.clients))
    };
    Ok(servers.iter().zip(&measured).map(line).collect())
}

/// How a logarithm grows from `few` to `many`, in hundredths.
fn logarithms(few: u64, many: u64) -> u64 {
    let tenths = |number: u64| u64::from(number.max(2).ilog2());
    ratio(tenths(many), tenths(few))
}
