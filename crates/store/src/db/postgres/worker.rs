//! One thread: takes work, runs it in a transaction, tries again after a collision.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::super::failure::Failure;
use super::super::queue::{Lane, Taken, Waiting};
use super::super::tx::{Connection, Lent, Tx};
use super::super::work::{Outcome, ReadWork, WriteWork};
use super::session::{Session, Told};
use super::{Shared, Work};

/// Tries of one transaction.
const TRIES: u32 = 5;
/// Tries beside others; after them the tenant's other writers wait, so that a row that everybody wants is nobody's end.
const TRIES_BESIDE_OTHERS: u32 = 3;
/// How often a connection is tried before a request is answered that there is none.
const CONNECTS: u32 = 3;

/// Runs until the engine is closed.
pub(super) fn run(shared: &Shared, served: &[Lane]) {
    let mut session: Option<Session> = None;
    loop {
        match shared.queue.take_one(served, Duration::from_secs(3_600)) {
            Taken::Work(works) => works.into_iter().for_each(|waiting| serve(shared, &mut session, waiting)),
            Taken::Nothing => {}
            Taken::Closed => return,
        }
    }
}

fn serve(shared: &Shared, session: &mut Option<Session>, waiting: Waiting<Work>) {
    let stale = waiting.since.elapsed() > shared.settings.queue_patience;
    match waiting.work {
        Work::Read(_, work) if stale => work.refuse(),
        Work::Write(work) if stale && !work.waits_for_ever() => work.refuse(),
        Work::Read(lane, mut work) => {
            read(shared, session, lane, work.as_mut());
            work.answer();
        }
        Work::Write(mut work) => {
            write(shared, session, work.as_mut());
            work.answer();
        }
    }
    if session.as_ref().is_some_and(Session::is_lost) {
        *session = None;
    }
}

/// The connection, made anew where it is gone.
fn connected<'a>(shared: &Shared, session: &'a mut Option<Session>) -> Told<&'a mut Session> {
    if session.as_ref().is_some_and(Session::is_lost) {
        *session = None;
    }
    let mut tries = 0;
    while session.is_none() {
        tries += 1;
        match shared.connector.connect() {
            Ok(made) => *session = Some(made),
            Err(told) if tries >= CONNECTS || shared.is_closed() => return Err(told),
            Err(_) => {
                shared.rest(Duration::from_millis(100 * u64::from(tries)));
            }
        }
    }
    session.as_mut().ok_or((Failure::Lost, "no connection".to_owned()))
}

/// Runs a read, on a new connection where the one at hand turns out to be gone: nobody notices a server that was restarted.
fn read(shared: &Shared, session: &mut Option<Session>, lane: Lane, work: &mut dyn ReadWork) {
    for _ in 0..CONNECTS {
        let live = match connected(shared, session) {
            Ok(live) => live,
            Err((failure, cause)) => return work.fail(failure.error(cause)),
        };
        if let Err((failure, cause)) = read_once(shared, live, lane, work) {
            work.fail(failure.error(cause));
        }
        if !live.is_lost() {
            return;
        }
    }
}

fn read_once(shared: &Shared, session: &mut Session, lane: Lane, work: &mut dyn ReadWork) -> Told<()> {
    let milliseconds = shared.settings.snapshot_limit.as_millis();
    let begin = match lane {
        Lane::Interactive => "BEGIN READ ONLY",
        Lane::Background => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    session.begin(&format!("{begin}; SET LOCAL statement_timeout = {milliseconds}"))?;
    let deadline = Instant::now() + shared.settings.snapshot_limit;
    work.run(Lent::new(Connection::Postgres(session), Some(deadline)));
    end(session, "COMMIT");
    Ok(())
}

/// What became of one try to write.
enum Tried {
    /// The closure has its own answer.
    Answered,
    /// Nothing of it is there, and the same again may succeed.
    Again(Failure, String),
    /// It failed for good.
    Failed(Failure, String),
}

impl Tried {
    /// Of something that failed while nothing was committed.
    fn undone((failure, cause): (Failure, String)) -> Self {
        match failure {
            Failure::Collision | Failure::Lost => Self::Again(failure, cause),
            _ => Self::Failed(failure, cause),
        }
    }
}

fn write(shared: &Shared, session: &mut Option<Session>, work: &mut dyn WriteWork) {
    let begun = Instant::now();
    for attempt in 1..=TRIES {
        let tried = match connected(shared, session) {
            Ok(live) if attempt > TRIES_BESIDE_OTHERS => write_alone(shared, live, work),
            Ok(live) => {
                let lock = format!("SELECT pg_advisory_xact_lock_shared({})", writers_lock(work));
                write_once(shared, live, work, &format!("BEGIN ISOLATION LEVEL SERIALIZABLE; {lock}"))
            }
            Err((failure, cause)) => Tried::Failed(failure, cause),
        };
        match tried {
            Tried::Answered => break,
            Tried::Again(Failure::Collision, _) if attempt < TRIES => {
                shared.published.stats.retries.fetch_add(1, Ordering::Relaxed);
                shared.rest(jitter(work, attempt));
            }
            Tried::Again(..) if attempt < TRIES => {}
            Tried::Again(failure, cause) | Tried::Failed(failure, cause) => {
                work.fail(failure.error(cause));
                break;
            }
        }
    }
    shared.published.stats.note_batch(begun.elapsed());
}

/// The key of the lock that a tenant's writers share, and that one of them can have alone.
fn writers_lock(work: &dyn WriteWork) -> String {
    format!("hashtextextended(current_schema(), {})", work.context().tenant)
}

/// One try while no other writer of the tenant is in a transaction. The lock is the session's and is taken before the
/// transaction: a transaction would wait for it with an old picture of what there is.
fn write_alone(shared: &Shared, session: &mut Session, work: &mut dyn WriteWork) -> Tried {
    if let Err(told) = session.command(&format!("SELECT pg_advisory_lock({})", writers_lock(work))) {
        return Tried::undone(told);
    }
    let tried = write_once(shared, session, work, "BEGIN ISOLATION LEVEL SERIALIZABLE");
    end(session, "SELECT pg_advisory_unlock_all()");
    tried
}

fn write_once(shared: &Shared, session: &mut Session, work: &mut dyn WriteWork, begin: &str) -> Tried {
    if let Err(told) = session.begin(begin) {
        return Tried::undone(told);
    }
    let mut tx = Tx::new(Lent::new(Connection::Postgres(session), None), work.context());
    let outcome = work.run(&mut tx);
    let (failed, raised, jobs) = (tx.take_failure(), std::mem::take(&mut tx.raised), tx.jobs);
    drop(tx);
    if outcome == Outcome::Discard {
        end(session, "ROLLBACK");
        return match failed {
            // Whatever the closure made of it.
            Some(told @ (Failure::Collision | Failure::Lost, _)) => Tried::undone(told),
            _ => Tried::Answered,
        };
    }
    match session.command("COMMIT") {
        Ok(()) => {}
        // Nobody knows whether it was committed: it must not run again.
        Err((Failure::Lost, cause)) => return Tried::Failed(Failure::Lost, cause),
        Err(told) => return Tried::undone(told),
    }
    shared.published.stats.commits.fetch_add(1, Ordering::Relaxed);
    shared.published.stats.writes.fetch_add(1, Ordering::Relaxed);
    shared.published.epochs.publish(raised);
    if jobs {
        shared.published.arrivals.publish();
    }
    Tried::Answered
}

fn end(session: &mut Session, command: &str) {
    if let Err((failure, cause)) = session.command(command) {
        tracing::debug!(?failure, cause, "a transaction could not be ended");
    }
}

/// A few milliseconds that differ from request to request: its own seed is random enough.
fn jitter(work: &dyn WriteWork, attempt: u32) -> Duration {
    let spread = work.context().seed.first().copied().unwrap_or(0).rotate_left(attempt);
    Duration::from_micros(500 * u64::from(attempt) * u64::from(attempt) + 20 * u64::from(spread))
}
