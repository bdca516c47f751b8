//! One thread that keeps house: hears of raised epochs, polls them each second, and seals what was committed.

use std::time::{Duration, Instant};

use super::super::tx::{Connection, Lent};
use super::Shared;
use super::session::Session;
use crate::seal;

/// How often committed entries are sealed: at least twice a second.
const SEAL: Duration = Duration::from_millis(250);
/// How often epochs are read where no notification came.
const POLL: Duration = Duration::from_secs(1);

/// Runs until the engine is closed.
pub(super) fn run(shared: &Shared) {
    while !shared.is_closed() {
        match shared.connector.connect() {
            Ok(mut session) => {
                if let Err(cause) = keep(shared, &mut session) {
                    tracing::warn!(cause, "the keeper of the database begins anew");
                }
            }
            Err((_, cause)) => tracing::warn!(cause, "the keeper of the database has no connection"),
        }
        if shared.rest(SEAL) {
            return;
        }
    }
}

fn keep(shared: &Shared, session: &mut Session) -> Result<(), String> {
    let rows = session.query("SELECT current_schema()", &[]).map_err(|(_, cause)| cause)?;
    let schema: String = rows.into_iter().next().and_then(|mut row| row.take().ok()).unwrap_or_default();
    session.command(&format!("LISTEN \"musubi_epoch_{}\"", schema.replace('"', "\"\""))).map_err(|(_, cause)| cause)?;
    let mut polled: Option<Instant> = None;
    while !shared.is_closed() {
        let notified = session.wait_for_notification(SEAL).map_err(|(_, cause)| cause)?;
        if notified || polled.is_none_or(|polled| polled.elapsed() >= POLL) {
            polled = Some(Instant::now());
            let epochs = super::super::read_epochs(&mut Lent::new(Connection::Postgres(session), None));
            shared.published.epochs.publish(epochs.map_err(|error| format!("{error:?}"))?);
        }
        if shared.settings.seals {
            while seal_some(shared, session)? {}
        }
    }
    Ok(())
}

/// Seals a block of entries in one transaction; whether there may be more.
fn seal_some(shared: &Shared, session: &mut Session) -> Result<bool, String> {
    session.command("BEGIN ISOLATION LEVEL READ COMMITTED").map_err(|(_, cause)| cause)?;
    let sealed = seal::seal_pending(&mut Lent::new(Connection::Postgres(session), None), &shared.seal_key);
    match sealed {
        Ok(more) => session.command("COMMIT").map(|()| more).map_err(|(_, cause)| cause),
        Err(error) => {
            session.command("ROLLBACK").map_err(|(_, cause)| cause)?;
            Err(format!("{error:?}"))
        }
    }
}
