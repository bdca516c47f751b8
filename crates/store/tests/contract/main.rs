//! What the store promises, on both engines. One file per theme; each trial fails where its promise is broken.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets what it did not expect has failed, and there is nobody to tell but its reader"
)]

mod any_list;
mod any_template;
mod ending;
mod epochs;
mod failing_disk;
mod feeds;
mod fixture;
mod isolation;
mod jobs;
mod list;
mod list_plans;
mod list_steps;
mod migrations;
mod opening;
mod plans;
mod restart;
mod search;
mod storage_full;
mod time_limits;
mod transactions;
mod verify;
mod write_ahead_log;

use std::sync::Mutex;

use libtest_mimic::{Arguments, run};

fn main() {
    if failing_disk::was_the_writer() {
        return;
    }
    let trials = [
        transactions::trials(),
        storage_full::trials(),
        failing_disk::trials(),
        plans::trials(),
        time_limits::trials(),
        write_ahead_log::trials(),
        feeds::trials(),
        epochs::trials(),
        restart::trials(),
        search::trials(),
        list::trials(),
        any_list::trials(),
        list_plans::trials(),
        list_steps::trials(),
        opening::trials(),
        migrations::trials(),
        isolation::trials(),
        jobs::trials(),
        ending::trials(),
        verify::trials(),
    ];
    keep_expected_panics_quiet();
    run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit();
}

/// What threads of the store said when they ended in a panic, which nobody else may hear of.
static PANICKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A panic that a trial is about is no news.
fn keep_expected_panics_quiet() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() == Some(transactions::ON_PURPOSE) {
            return;
        }
        if std::thread::current().name().is_some_and(|name| name.starts_with("musubi-")) {
            PANICKED.lock().unwrap().push(panic.to_string());
        }
        loud(panic);
    }));
}
