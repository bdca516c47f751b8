//! The runtime, and the signals that end the server.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;

/// Threads at least: reads by key run in place, and one that waits for the disk must not hold up the others.
const WORKERS: usize = 4;
/// SIGXFSZ on Linux and macOS.
const FILE_TOO_LARGE: i32 = 25;

/// The runtime of a server or a command.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let cores = std::thread::available_parallelism().map_or(WORKERS, usize::from);
    let trouble = |error: io::Error| {
        Failure::plain(format!("スレッドを開始できません ({error})"), format!("no thread could be started ({error})"))
    };
    let runtime =
        Builder::new_multi_thread().worker_threads(cores.max(WORKERS)).enable_all().build().map_err(trouble)?;
    let _inside = runtime.enter();
    // A file that reaches its size limit is to fail as a write, not to end the process. The handler stays for good.
    drop(signal(SignalKind::from_raw(FILE_TOO_LARGE)).map_err(trouble)?);
    Ok(runtime)
}

/// Becomes true with the first SIGINT or SIGTERM; the second ends the process at once.
pub(crate) fn stop_on_signal() -> Result<watch::Receiver<bool>, Failure> {
    let trouble = |error: io::Error| {
        Failure::plain(format!("シグナルを受け取れません ({error})"), format!("signals cannot be received ({error})"))
    };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(trouble)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(trouble)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        next(&mut interrupt, &mut terminate).await;
        tracing::info!("stopping; a second signal ends at once");
        sender.send_replace(true);
        std::process::exit(next(&mut interrupt, &mut terminate).await);
    });
    Ok(receiver)
}

/// Waits for a signal and gives the exit status that shells give to a process that it killed.
async fn next(interrupt: &mut Signal, terminate: &mut Signal) -> i32 {
    tokio::select! {
        _ = interrupt.recv() => 128 + SignalKind::interrupt().as_raw_value(),
        _ = terminate.recv() => 128 + SignalKind::terminate().as_raw_value(),
    }
}
