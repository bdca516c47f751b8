//! Whole-app tests, one binary: a file per word under its facade, faults apart.
//!
//! The harness is libtest-mimic, so that a trial says on which engine it ran: `[sqlite] name`, `[postgres] name`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test fails by panicking and hands values over as they come; its harness is its own, so the lints cannot know that it is one"
)]

mod attacks;
mod commands;
mod crm;
mod door;
mod examples;
mod faults;
mod metrics;
mod oidc;
mod record;
mod reference;
mod relying_parties;
mod schemathesis;
mod screens;
mod verify;
mod webhook;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let trials: Vec<Trial> = [
        attacks::trials(),
        commands::trials(),
        crm::trials(),
        door::trials(),
        examples::trials(),
        faults::trials(),
        metrics::trials(),
        oidc::trials(),
        record::trials(),
        reference::trials(),
        relying_parties::trials(),
        schemathesis::trials(),
        screens::trials(),
        verify::trials(),
        webhook::trials(),
    ]
    .into_iter()
    .flatten()
    .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
