//! The facade of the CRM API.

mod bodies;
mod callers;
mod client;
mod openapi;
mod samples;
mod stage;

use libtest_mimic::Trial;

pub(crate) fn trials() -> Vec<Trial> {
    [client::trials(), samples::trials(), bodies::trials(), callers::trials(), openapi::trials()]
        .into_iter()
        .flatten()
        .collect()
}
