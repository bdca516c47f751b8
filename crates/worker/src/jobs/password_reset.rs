//! Looks whose password somebody has forgotten, and has a link sent.

use musubi_domain::error::Result;
use musubi_domain::job::JobLane;
use musubi_service::Service;
use musubi_service::job::run::JobRun;
use musubi_service::password_reset::{PASSWORD_RESET_ASK, PasswordResetAsk};
use serde_json::{Value, json};

use crate::kind::JobKind;

/// Each is one short transaction.
const LIMIT: usize = 2;

pub(crate) fn kind() -> JobKind {
    JobKind::new(PASSWORD_RESET_ASK, JobLane::Fast, LIMIT, ask)
}

async fn ask(service: Service, run: JobRun) -> Result<Value> {
    let ask: PasswordResetAsk = run.payload()?;
    let (typed, key) = (ask.open(&service, run.tenant())?, service.reset_key());
    // A run that was broken off after its only slice has nothing left to do.
    let sent = match run.cursor::<i64>()? {
        Some(sent) => sent,
        None => run.step(&service, move |tx| ask.slice_in(tx, &key, &typed)).await?,
    };
    Ok(json!({ "links": sent }))
}
