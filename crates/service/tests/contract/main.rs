//! What the use cases promise, on both engines: who sees what, and how lists are read within a time.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect has failed, and there is nobody to tell but its reader"
)]

mod explain;
mod group;
mod password;
mod password_reset;
mod record_list;
mod rights;
mod session;
mod sign_in;
mod stage;
mod thread;
mod user;
mod user_right;

use libtest_mimic::{Arguments, run};

fn main() {
    let trials = [
        explain::trials(),
        group::trials(),
        rights::trials(),
        user_right::trials(),
        record_list::trials(),
        password::trials(),
        password_reset::trials(),
        session::trials(),
        sign_in::trials(),
        thread::trials(),
        user::trials(),
    ]
    .into_iter()
    .flatten()
    .collect();
    run(&Arguments::from_args(), trials).exit();
}
