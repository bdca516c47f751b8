//! kill -9 under 64 writers, 20 times: every acknowledged write is there, none twice, no half record, the feed has no hole.

use std::collections::BTreeSet;
use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_testkit::engine::on_both;

use super::stage::{Installation, Writers};

/// How often the server is killed, unless said otherwise.
const ROUNDS: usize = 20;
/// The environment variable that says otherwise; the bench asks for 200.
const ROUNDS_VARIABLE: &str = "MUSUBI_TEST_KILLS";
const WRITERS: usize = 64;

pub(crate) fn trials() -> Vec<Trial> {
    on_both("faults: kill -9 under 64 writers, again and again", |engine| {
        let installation = Arc::new(Installation::new(engine));
        let mut acknowledged = BTreeSet::new();
        let rounds = std::env::var(ROUNDS_VARIABLE).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
        for round in 0..rounds {
            let mut server = installation.serve();
            let writers = Writers::start(&installation, &[server.address], &format!("r{round}"), WRITERS);
            // A different moment in each round.
            writers.wait_for(1 + round * 7 % 60);
            server.kill();
            acknowledged.append(&mut writers.acknowledged());
        }
        assert!(acknowledged.len() >= rounds, "hardly anything was written: {}", acknowledged.len());
        installation.judge(&acknowledged);
        Ok(())
    })
}
