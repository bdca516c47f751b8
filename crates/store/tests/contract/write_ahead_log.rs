//! SQLite's write-ahead log stays small under load, and is gone after closing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_store::db::Settings;
use musubi_testkit::engine::Engine;

use crate::fixture::{TENANT, World, note, noted, on_one};

const WHY: &str = "PostgreSQL looks after its own";
/// From here on the log is to begin anew.
const LIMIT: u64 = 4 << 20;
/// As far as it may get: on a busy machine a reader can hold it up once, and then it is tried again that much later.
const MOST: u64 = 3 * LIMIT;
const WRITERS: i64 = 48;
const WRITES_EACH: i64 = 500;

pub(crate) fn trials() -> Vec<Trial> {
    [
        on_one(
            Engine::Sqlite,
            WHY,
            "the_log_stays_bounded_under_writers_and_readers_and_is_gone_after_closing",
            the_log_stays_bounded,
        ),
        on_one(Engine::Sqlite, WHY, "a_quiet_database_is_not_checkpointed_after_every_commit", checkpoints_are_rare),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn the_log_stays_bounded(engine: Engine) {
    let world = Arc::new(World::with(engine, Settings { wal_restart_bytes: LIMIT, ..Settings::default() }).await);
    let highest = Arc::new(AtomicU64::new(0));
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (world, highest, done) = (Arc::clone(&world), Arc::clone(&highest), Arc::clone(&done));
            tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    let hold = world.db.page(TENANT, |snapshot| {
                        noted(snapshot, "x")?;
                        std::thread::sleep(Duration::from_millis(5));
                        noted(snapshot, "x")
                    });
                    hold.await.unwrap();
                    highest.fetch_max(
                        std::fs::metadata(world.place.file("musubi.db-wal")).unwrap().len(),
                        Ordering::Relaxed,
                    );
                }
            })
        })
        .collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for step in 0..WRITES_EACH {
                    world
                        .write(move |tx| note(tx, &format!("{writer} {step} {}", "x".repeat(200)), step))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    let (highest, stats) = (highest.load(Ordering::Relaxed), world.db.stats());
    let (batches, checkpoints) = (stats.commits.load(Ordering::Relaxed), stats.checkpoints.load(Ordering::Relaxed));
    assert!(highest > 1 << 20, "the trial wrote enough to see something: {highest}");
    assert!(highest < MOST, "{highest} bytes, {batches} batches, {checkpoints} checkpoints");
    assert!(checkpoints < batches / 4, "{checkpoints} checkpoints for {batches} batches");
    world.db.close();
    let left = std::fs::metadata(world.place.file("musubi.db-wal")).map_or(0, |file| file.len());
    assert_eq!(left, 0, "closing tidies up");
}

/// A log that once was long is not checkpointed for its length for ever after.
async fn checkpoints_are_rare(engine: Engine) {
    let world = World::with(engine, Settings { wal_restart_bytes: LIMIT, ..Settings::default() }).await;
    world
        .write(|tx| (0..2_000).try_for_each(|step| note(tx, &format!("{step} {}", "x".repeat(3_000)), step)))
        .await
        .unwrap();
    let before = world.db.stats().checkpoints.load(Ordering::Relaxed);
    for step in 0..200 {
        world.write(move |tx| note(tx, "little", step)).await.unwrap();
    }
    let checkpoints = world.db.stats().checkpoints.load(Ordering::Relaxed) - before;
    assert!(checkpoints <= 4, "{checkpoints} checkpoints for 200 small commits");
}
