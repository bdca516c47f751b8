//! A PostgreSQL that goes away and comes back, and one that is not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Kind, Result};
use musubi_store::db::{Db, Lane, Settings, Target, Tx};
use musubi_testkit::engine::Engine;
use musubi_testkit::postgres::{PostgresServer, server, start_private};

use crate::fixture::{Clock, TENANT, keys, note, noted, on_one, until};

const WHY: &str = "SQLite is part of the process";

pub(crate) fn trials() -> Vec<Trial> {
    [
        on_one(
            Engine::Postgres,
            WHY,
            "no_acknowledged_write_is_lost_when_the_server_crashes_under_16_writers",
            a_crash_loses_nothing,
        ),
        on_one(
            Engine::Postgres,
            WHY,
            "a_server_that_was_restarted_while_nobody_asked_is_not_noticed",
            a_restart_at_rest_is_not_noticed,
        ),
        on_one(Engine::Postgres, WHY, "a_server_that_is_not_there_is_named", a_missing_server_is_named),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Adds one to a count at the beginning and one to a count at the end: done twice it shows 2, done by half it shows one side only.
fn count(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    for side in ["begin", "end"] {
        tx.execute(
            "INSERT INTO counter (tenant_no, name, value) VALUES (?1, ?2, 1) ON CONFLICT (tenant_no, name) DO UPDATE SET value = counter.value + 1",
            &[format!("{name} {side}").into()],
        )?;
    }
    Ok(())
}

async fn a_crash_loses_nothing(_: Engine) {
    let mut server = start_private(false);
    let db = Db::open(&Target::Url(server.fresh_schema_url()), &keys(), Settings::default()).unwrap();
    let clock = Arc::new(Clock::default());
    let (done, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let (db, clock, done, acknowledged) =
                (db.clone(), Arc::clone(&clock), Arc::clone(&done), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                let mut answers = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    let name = format!("{writer} {}", answers.len());
                    let answer = db.write(&clock.context(TENANT), Lane::Interactive, move |tx| count(tx, &name)).await;
                    if let Err(error) = &answer {
                        assert_eq!(error.kind(), Kind::Unavailable, "{error:?}");
                    }
                    acknowledged.fetch_add(i64::from(answer.is_ok()), Ordering::Relaxed);
                    answers.push(answer.is_ok());
                }
                answers
            })
        })
        .collect();
    for _ in 0..2 {
        let so_far = acknowledged.load(Ordering::Relaxed);
        until("writes are acknowledged", Duration::from_secs(30), || {
            acknowledged.load(Ordering::Relaxed) > so_far + 300
        })
        .await;
        server = tokio::task::spawn_blocking(move || {
            server.restart_hard();
            server
        })
        .await
        .unwrap();
    }
    let so_far = acknowledged.load(Ordering::Relaxed);
    until("writes are acknowledged again", Duration::from_secs(30), || {
        acknowledged.load(Ordering::Relaxed) > so_far + 300
    })
    .await;
    done.store(true, Ordering::Relaxed);
    let mut failed = 0;
    for (writer, answers) in (0..).zip(writers) {
        for (step, acknowledged) in (0..).zip(answers.await.unwrap()) {
            let sides = db.scan(TENANT, move |snapshot| {
                Ok(["begin", "end"].map(|side| noted(snapshot, &format!("{writer} {step} {side}")).unwrap()))
            });
            let sides = sides.await.unwrap();
            let is_there = sides == [Some(1), Some(1)];
            assert!(
                is_there || !acknowledged && sides == [None, None],
                "write {writer} {step}, acknowledged: {acknowledged}, {sides:?}"
            );
            failed += i64::from(!acknowledged);
        }
    }
    // Each thread can be in one transaction when the server goes; the rest is tried again.
    assert!(failed <= 2 * 8 * 3, "{failed} requests failed");
    tokio::task::spawn_blocking(move || {
        db.close();
        drop(server);
    })
    .await
    .unwrap();
}

async fn a_restart_at_rest_is_not_noticed(_: Engine) {
    let mut server = start_private(false);
    let db = Db::open(&Target::Url(server.fresh_schema_url()), &keys(), Settings::default()).unwrap();
    let clock = Clock::default();
    for round in 0..3 {
        for step in 0..20 {
            db.write(&clock.context(TENANT), Lane::Interactive, move |tx| note(tx, "step", step)).await.unwrap();
            assert_eq!(db.page(TENANT, |snapshot| noted(snapshot, "step")).await.unwrap(), Some(step), "round {round}");
            assert_eq!(db.scan(TENANT, |snapshot| noted(snapshot, "step")).await.unwrap(), Some(step), "round {round}");
        }
        server = tokio::task::spawn_blocking(move || {
            server.restart_hard();
            server
        })
        .await
        .unwrap();
    }
    let epoch = db.epochs().of(TENANT);
    db.write(&clock.context(TENANT), Lane::Interactive, |tx| tx.raise_epoch()).await.unwrap();
    assert_eq!(db.epochs().of(TENANT), epoch + 1);
    tokio::task::spawn_blocking(move || {
        assert!(connections(&server) > 0);
        db.close();
        assert_eq!(connections(&server), 0, "no thread is left behind");
        drop(server);
    })
    .await
    .unwrap();
}

/// Connections of the store to a server that it has to itself.
fn connections(server: &PostgresServer) -> i64 {
    let mut client = postgres::Client::connect(server.url(), postgres::NoTls).unwrap();
    // A connection that was closed is listed until its process has ended.
    for _ in 0..100 {
        let count = client.query_one("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'musubi'", &[]);
        let count: i64 = count.unwrap().get(0);
        if count == 0 {
            return 0;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    1
}

async fn a_missing_server_is_named(_: Engine) {
    let url = server().expect("the trial is left out without it").fresh_schema_url();
    let open = |url: String| Db::open(&Target::Url(url), &keys(), Settings::default());
    for (bad, says) in [
        ("nonsense".to_owned(), "URL"),
        ("postgresql://postgres@%2Fnowhere/postgres".to_owned(), "No such file"),
        ("postgresql://postgres@127.0.0.1:1/postgres".to_owned(), "refused"),
        (url.replace("/postgres?", "/elsewhere?"), "elsewhere"),
        (url.replace("postgres@", "nobody_of_that_name@"), "nobody_of_that_name"),
    ] {
        let Err(error) = open(bad.clone()) else { panic!("{bad} is opened") };
        assert_eq!(error.kind(), Kind::Unavailable, "{bad}");
        let cause = error.cause().map(|cause| cause.for_log().to_owned()).unwrap_or_default();
        assert!(cause.contains(says), "{bad}: {cause}");
    }
    let db = open(url.replace("postgres@", "postgres@%2Fnowhere,")).expect("the second of two hosts is there");
    db.write(&Clock::default().context(TENANT), Lane::Interactive, |tx| note(tx, "x", 1)).await.unwrap();
}
