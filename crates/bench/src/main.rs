//! The figures that the product must reach, each with its peer or limit measured in the same run.
//!
//! One command prints one table. It starts the product as anybody would, loads it over the loopback, and holds what it came
//! to against servers that stand for a limit or do the same work in another way. A figure that is not met is a line of the
//! table, not a failure: timings fail no build.

mod answer;
mod bench;
mod call;
mod draws;
mod figures;
mod histogram;
mod load;
mod pairs;
mod peers;
mod pocketbase;
mod process;
mod report;
mod requests;
mod sample;
mod seed;
mod visit;
mod words;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use bench::{Bench, Measure};
use figures::Figure;
use report::{Line, grouped, say, table};

/// Measures the product beside its limits and peers, and prints one table.
#[derive(Debug, Parser)]
#[command(name = "musubi-bench", version)]
struct Options {
    /// Clients of the data folder.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    clients: u64,
    /// Seconds of one run.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Runs of which the median counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=25))]
    runs: u16,
    /// Connections.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    connections: u16,
    /// Bytes of a stored document, on the average. With 1,000 an answer of get-client-detail has between 4 and 5 KB.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(1_000..=5_500))]
    document_bytes: u16,
    /// Only these figures.
    #[arg(long, value_delimiter = ',', value_enum, ignore_case = true)]
    only: Vec<Figure>,
    /// The program of PocketBase, if it is not in PATH.
    #[arg(long)]
    pocketbase: Option<PathBuf>,
    /// The program that is measured; without it, it is built.
    #[arg(long)]
    musubi: Option<PathBuf>,
    /// Where data folders are kept from one run to the next.
    #[arg(long, default_value = "target/bench")]
    work: PathBuf,
    /// A short look: 10,000 clients, one run of a second.
    #[arg(long, conflicts_with_all = ["clients", "seconds", "runs"])]
    quick: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// What the bench starts to compare with.
    #[command(subcommand, hide = true)]
    Peer(peers::Peer),
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        Some(Command::Peer(peer)) => peers::serve(peer).map(|()| true),
        None => measure(options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints; false where a figure could not be measured.
fn measure(options: Options) -> Result<bool> {
    let (clients, seconds, runs) =
        if options.quick { (10_000, 1, 1) } else { (options.clients, options.seconds, options.runs) };
    let measure = Measure {
        run: Duration::from_secs(seconds),
        runs: runs.into(),
        connections: options.connections.into(),
        clients,
        document_bytes: options.document_bytes.into(),
    };
    let bench = Bench::new(measure, options.work, options.musubi, options.pocketbase)?;
    let mut lines = Vec::new();
    let mut whole = true;
    for figure in Figure::ALL.into_iter().filter(|figure| options.only.is_empty() || options.only.contains(figure)) {
        say(figure.name());
        lines.extend(figure.measure(&bench).unwrap_or_else(|error| {
            whole = false;
            vec![Line::new(figure.name(), "not measured", format!("{error:#}"))]
        }));
    }
    let head = format!(
        "{} clients, documents of {} bytes, {} connections, {runs} runs of {seconds} s in turn (medians), {} cores, {} build",
        grouped(clients),
        grouped(options.document_bytes.into()),
        options.connections,
        std::thread::available_parallelism().map_or(1, usize::from),
        if cfg!(debug_assertions) { "debug" } else { "release" },
    );
    // A closed stdout is nobody's failure.
    let _ = write!(
        std::io::stdout(),
        "{head}\nµs: processor time of the server for one answer, without that of the load generator\n\n{}",
        table(&lines)
    );
    Ok(whole)
}
