//! What the worker promises, on both engines. Each trial fails where its promise is broken.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect has failed, and there is nobody to tell but its reader"
)]

mod ends;
mod fixture;
mod input;
mod killed;
mod places;
mod slices;
mod takeover;

use libtest_mimic::{Arguments, run};

fn main() {
    if killed::was_the_worker() {
        return;
    }
    let trials =
        [slices::trials(), ends::trials(), takeover::trials(), killed::trials(), places::trials(), input::trials()];
    keep_expected_panics_quiet();
    run(&Arguments::from_args(), trials.into_iter().flatten().collect()).exit();
}

/// A panic that a trial is about is no news.
fn keep_expected_panics_quiet() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        if said != ends::ON_PURPOSE && !said.contains("that the test leaves behind") {
            loud(panic);
        }
    }));
}
