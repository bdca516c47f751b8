//! One test, both engines: what a test of the store or of the app asserts holds on SQLite and on PostgreSQL. The
//! harness is libtest-mimic; the engine is the kind of a trial, shown as `[sqlite] name` and `[postgres] name`.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Duration,
};

use libtest_mimic::{Failed, Trial};

use crate::tool::{self, Tool};

/// Where the data lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A schema of the server of [`crate::postgres::server`].
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// The test as a trial per engine. Without PostgreSQL the second is left out, with the line of [`tool::need`]; with
/// `MUSUBI_TEST_REQUIRE=all` it stays and fails.
pub fn on_both<F>(name: &str, test: F) -> Vec<Trial>
where
    F: Fn(Engine) -> Result<(), Failed> + Clone + Send + 'static,
{
    let mut engines = vec![Engine::Sqlite];
    if tool::required() || tool::need(Tool::Postgres) {
        engines.push(Engine::Postgres);
    }
    let trial = |engine: Engine| {
        let test = test.clone();
        let run = move || {
            if engine == Engine::Postgres {
                tool::need(Tool::Postgres);
            }
            test(engine)
        };
        Trial::test(name, run).with_kind(engine.to_string())
    };
    engines.into_iter().map(trial).collect()
}

/// [`on_both`] for an async test, which fails by panicking. Each trial has a runtime of its own.
pub fn async_on_both<F, Fut>(name: &str, test: F) -> Vec<Trial>
where
    F: Fn(Engine) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()>,
{
    on_both(name, move |engine| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
        let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(engine))));
        // A blocking task that a failed test left behind must not keep its failure from being told.
        runtime.shutdown_timeout(Duration::from_secs(10));
        outcome.map_err(|panic| resume_unwind(panic))
    })
}
