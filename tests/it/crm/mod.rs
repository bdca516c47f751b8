//! The facade of the CRM API.

mod bodies;
mod business_card;
mod callers;
mod client;
mod contact;
mod crowd;
mod delete;
mod event;
mod openapi;
mod organization;
mod rights;
mod round_trip;
mod samples;
pub(crate) mod stage;
mod template;
mod update;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [
        client::trials(),
        contact::trials(),
        business_card::trials(),
        update::trials(),
        delete::trials(),
        round_trip::trials(),
        template::trials(),
        rights::trials(),
        event::trials(),
        crowd::trials(),
        samples::trials(),
        bodies::trials(),
        callers::trials(),
        organization::trials(),
        openapi::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
