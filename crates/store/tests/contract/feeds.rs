//! Feeds: numbers without a hole, each entry once, in the order of commits; the operation log shows what was done to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::event::{Event, Operation};
use musubi_domain::id::{DatabaseNo, RecordNo};
use musubi_store::db::{Db, Settings, Tx};
use musubi_store::seal::{events_after, log_chain_break};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::fixture::{TENANT, World, keys, on_one};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_feed_has_every_entry_once_and_no_hole_under_64_writers", a_feed_has_no_hole),
        async_on_both("what_follows_is_numbered_after_what_it_followed", causes_come_before_effects),
        async_on_both("a_changed_log_is_found_out_where_it_was_changed", a_changed_log_is_found_out),
        async_on_both("the_log_of_one_tenant_does_not_pass_for_that_of_another", a_borrowed_log_is_found_out),
        on_one(
            Engine::Postgres,
            "SQLite has one writer, which seals",
            "two_instances_seal_one_feed",
            two_instances_seal_one_feed,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An event and an operation of a request that is told by its number.
fn happen(tx: &mut Tx<'_>, number: u128) -> Result<()> {
    let record_id = Uuid::from_u128(number);
    tx.record_event(&Event { kind: "client.created", record: RecordNo::new(DatabaseNo(1), 1), record_id, version: 1 })?;
    tx.record_operation(&Operation {
        kind: "client.register",
        database: Some(DatabaseNo(1)),
        target: format!("株式会社{number}"),
        count: 1,
    })
}

/// The records that the events name, in the order of the feed; fails on a hole.
async fn told(db: &Db) -> Vec<u128> {
    let events = db.scan(TENANT, |snapshot| events_after(snapshot, 0, 100_000)).await.unwrap();
    let numbers: Vec<_> = events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    events.iter().map(|event| event.record_id.as_u128()).collect()
}

/// Waits until as many events are sealed: within a second, says the design.
async fn told_all(db: &Db, count: usize) -> Vec<u128> {
    let begun = std::time::Instant::now();
    loop {
        let events = told(db).await;
        if events.len() >= count || begun.elapsed() > Duration::from_secs(2) {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn chain_break(db: &Db) -> Option<i64> {
    db.scan(TENANT, |snapshot| log_chain_break(snapshot, &keys().seal_key())).await.unwrap()
}

async fn a_feed_has_no_hole(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let writers: Vec<_> = (0..64_u128)
        .map(|writer| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                for step in 0..5 {
                    let number = writer * 10 + step;
                    let answer = world.write(move |tx| {
                        happen(tx, number)?;
                        if step == 3 { Err(Error::new(Kind::Conflict)) } else { Ok(()) }
                    });
                    assert_eq!(answer.await.is_ok(), step != 3);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let mut events = told_all(&world.db, 64 * 4).await;
    for writer in 0..64 {
        let own: Vec<_> = events.iter().filter(|event| **event / 10 == writer).map(|event| event % 10).collect();
        assert_eq!(
            own,
            [0, 1, 2, 4],
            "each of a writer's entries once, in its order, and none of the request that failed"
        );
    }
    assert_eq!(events.len(), 64 * 4);
    events.sort_unstable();
    events.dedup();
    assert_eq!(events.len(), 64 * 4);
    let count = world.place.number("SELECT count(*) FROM operation_log");
    assert_eq!((count, world.place.number("SELECT max(number) FROM operation_log")), (256, 256));
    assert_eq!(chain_break(&world.db).await, None);
}

async fn causes_come_before_effects(engine: Engine) {
    let world = World::new(engine).await;
    // All within one millisecond of the clock, several to a transaction.
    let context = world.context();
    for request in 0..20_u128 {
        let context = Arc::new(musubi_domain::context::Context {
            seed: [u8::try_from(255 - request).unwrap(); 32],
            ..(*context).clone()
        });
        let write = world.db.write(&context, musubi_store::db::Lane::Interactive, move |tx| {
            (0..5).try_for_each(|step| happen(tx, 5 * request + step))
        });
        write.await.unwrap();
    }
    assert_eq!(told_all(&world.db, 100).await, (0..100).collect::<Vec<_>>());
}

async fn a_changed_log_is_found_out(engine: Engine) {
    let world = World::new(engine).await;
    for number in 0..12 {
        world.write(move |tx| happen(tx, number)).await.unwrap();
        // One block for each, so that what is found is the very entry.
        told_all(&world.db, usize::try_from(number).unwrap() + 1).await;
        let sealed = || {
            world.place.number("SELECT coalesce(max(last_number), 0) FROM operation_log_block")
                > i64::try_from(number).unwrap()
        };
        crate::fixture::until("the log is sealed", Duration::from_secs(2), sealed).await;
    }
    world.db.close();
    let copy = |sql: &str| {
        let sealless = Settings { seals: false, ..Settings::default() };
        world.place.meddle(sql);
        world.place.open(sealless)
    };
    let keep = "CREATE TABLE kept_log AS SELECT * FROM operation_log; CREATE TABLE kept_block AS SELECT * FROM operation_log_block;
                CREATE TABLE kept_seal AS SELECT * FROM seal;";
    let restore = "DELETE FROM operation_log; INSERT INTO operation_log SELECT * FROM kept_log;
                   DELETE FROM operation_log_block; INSERT INTO operation_log_block SELECT * FROM kept_block;
                   DELETE FROM seal; INSERT INTO seal SELECT * FROM kept_seal;";
    assert_eq!(chain_break(&copy(keep)).await, None);
    let swap =
        "UPDATE operation_log SET number = 1000 WHERE number = 4; UPDATE operation_log SET number = 4 WHERE number = 5;
                UPDATE operation_log SET number = 5 WHERE number = 1000;";
    let changes = BTreeMap::from([
        ("UPDATE operation_log SET target = '株式会社別' WHERE number = 7", 7),
        ("UPDATE operation_log SET record_count = 2 WHERE number = 1", 1),
        ("UPDATE operation_log SET database_no = NULL WHERE number = 12", 12),
        ("DELETE FROM operation_log WHERE number = 9", 9),
        (swap, 4),
        ("DELETE FROM operation_log WHERE number = 3; DELETE FROM operation_log_block WHERE last_number = 3", 3),
        ("DELETE FROM operation_log WHERE number > 10", 11),
        ("DELETE FROM operation_log WHERE number > 10; DELETE FROM operation_log_block WHERE last_number > 10", 11),
        ("DELETE FROM operation_log; DELETE FROM operation_log_block", 1),
        ("DELETE FROM seal", 1),
        ("UPDATE seal SET chain = (SELECT chain FROM kept_block WHERE last_number = 3)", 13),
        (
            "INSERT INTO operation_log SELECT tenant_no, 13, operation_id, at, kind, user_no, door, request_id, database_no, target, record_count FROM kept_log WHERE number = 1",
            13,
        ),
        (
            "INSERT INTO operation_log SELECT tenant_no, 0, operation_id, at, kind, user_no, door, request_id, database_no, target, record_count FROM kept_log WHERE number = 1",
            0,
        ),
    ]);
    for (change, entry) in changes {
        assert_eq!(chain_break(&copy(change)).await, Some(entry), "{change}");
        assert_eq!(chain_break(&copy(restore)).await, None);
    }
}

async fn a_borrowed_log_is_found_out(engine: Engine) {
    let world = World::new(engine).await;
    for number in 0..3 {
        world.write(move |tx| happen(tx, number)).await.unwrap();
    }
    told_all(&world.db, 3).await;
    world.db.close();
    let columns = "operation_id, at, kind, user_no, door, request_id, database_no, target, record_count";
    world.place.meddle(&format!(
        "INSERT INTO operation_log (tenant_no, number, {columns}) SELECT 2, number, {columns} FROM operation_log;
         INSERT INTO operation_log_block (tenant_no, last_number, first_number, key_version, chain) SELECT 2, last_number, first_number, key_version, chain FROM operation_log_block;
         INSERT INTO seal (tenant_no, feed, last_number, chain) SELECT 2, feed, last_number, chain FROM seal;"
    ));
    let db = world.place.open(Settings { seals: false, ..Settings::default() });
    let found = db
        .scan(musubi_domain::id::TenantNo(2), |snapshot| log_chain_break(snapshot, &keys().seal_key()))
        .await
        .unwrap();
    assert_eq!((chain_break(&db).await, found), (None, Some(1)));
}

async fn two_instances_seal_one_feed(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let other = world.place.open(Settings::default());
    let instances = [world.db.clone(), other];
    let writers: Vec<_> = (0..32_u128)
        .map(|writer| {
            let (world, db) = (Arc::clone(&world), instances[usize::try_from(writer % 2).unwrap()].clone());
            tokio::spawn(async move {
                for step in 0..20 {
                    let context = world.context();
                    db.write(&context, musubi_store::db::Lane::Interactive, move |tx| happen(tx, writer * 100 + step))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let written = std::time::Instant::now();
    let events = told_all(&world.db, 640).await;
    assert!(written.elapsed() < Duration::from_secs(1), "sealed within a second: {:?}", written.elapsed());
    assert_eq!(events.len(), 640);
    for writer in 0..32 {
        let own: Vec<_> = events.iter().filter(|event| **event / 100 == writer).map(|event| event % 100).collect();
        assert_eq!(own, (0..20).collect::<Vec<_>>());
    }
    assert_eq!(chain_break(&world.db).await, None);
    assert_eq!(
        world.place.number("SELECT count(*) FROM event_pending")
            + world.place.number("SELECT count(*) FROM operation_log_pending"),
        0
    );
}
