//! What a database is opened with, and by how many at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_store::db::{Db, Lane, Settings, schema_version};
use musubi_store::keys::Keys;
use musubi_testkit::engine::{Engine, on_both};

use crate::fixture::{Clock, Place, TENANT, World, keys, note, noted, on_one};

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name, test: fn(Engine)| {
        on_both(name, move |engine| {
            test(engine);
            Ok(())
        })
    };
    let beside = "PostgreSQL is made for it";
    [
        on_one(Engine::Sqlite, beside, "two_processes_write_beside_one_another", two_processes_write),
        on_one(Engine::Sqlite, beside, "who_meets_a_locked_database_waits_for_it", a_locked_database_is_waited_for),
        trial("a_database_is_not_opened_with_other_keys", other_keys_are_refused),
        trial("a_database_of_a_newer_release_is_refused_and_left_alone", a_newer_schema_is_refused),
        trial("a_database_is_brought_up_to_date_once", migrations_run_once),
        trial("several_that_open_a_new_database_at_once_all_succeed", several_open_at_once),
        trial("of_several_with_different_keys_one_begins_the_database", one_of_several_begins),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn kind_of_failure(opened: musubi_domain::error::Result<Db>) -> Option<Kind> {
    opened.err().map(|error| error.kind())
}

fn other_keys_are_refused(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    let opened = Db::open(&place.target(), &Keys::new([8; 32]), Settings::default());
    let cause = opened
        .as_ref()
        .err()
        .and_then(|error| error.cause().map(|cause| cause.for_log().to_owned()))
        .unwrap_or_default();
    assert!(cause.contains("key file") && cause.contains(&keys().fingerprint()), "{cause}");
    assert_eq!(kind_of_failure(opened), Some(Kind::Conflict));
    place.open(Settings::default()).close();
}

fn a_newer_schema_is_refused(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    let newer = schema_version() + 1;
    place.meddle(&format!("INSERT INTO schema_version VALUES ({newer})"));
    assert_eq!(kind_of_failure(Db::open(&place.target(), &keys(), Settings::default())), Some(Kind::Conflict));
    assert_eq!(place.number("SELECT max(version) FROM schema_version"), newer);
    place.meddle(&format!("DELETE FROM schema_version WHERE version = {newer}"));
    place.open(Settings::default()).close();
}

fn migrations_run_once(engine: Engine) {
    let place = Place::new(engine);
    for _ in 0..3 {
        place.open(Settings::default()).close();
        assert_eq!(place.number("SELECT count(*) FROM schema_version"), schema_version());
        assert_eq!(place.number("SELECT max(version) FROM schema_version"), schema_version());
    }
}

fn open_at_once(place: &Place, each: &[Keys]) -> Vec<musubi_domain::error::Result<Db>> {
    let barrier = Barrier::new(each.len());
    std::thread::scope(|scope| {
        let opening: Vec<_> = each
            .iter()
            .map(|keys| {
                scope.spawn(|| {
                    barrier.wait();
                    Db::open(&place.target(), keys, Settings::default())
                })
            })
            .collect();
        opening.into_iter().map(|opening| opening.join().unwrap()).collect()
    })
}

fn several_open_at_once(engine: Engine) {
    for _ in 0..8 {
        let place = Place::new(engine);
        for opened in open_at_once(&place, &[keys(), keys(), keys(), keys(), keys()]) {
            opened.unwrap().close();
        }
        assert_eq!(place.number("SELECT count(*) FROM schema_version"), schema_version());
    }
}

fn one_of_several_begins(engine: Engine) {
    let place = Place::new(engine);
    let opened = open_at_once(&place, &[Keys::new([1; 32]), Keys::new([2; 32]), Keys::new([3; 32])]);
    let kinds: Vec<_> = opened.into_iter().map(kind_of_failure).collect();
    assert_eq!(kinds.iter().filter(|kind| kind.is_none()).count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == Some(Kind::Conflict)).count(), 2, "{kinds:?}");
}

/// A command writes beside a server that is never idle.
async fn two_processes_write(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let done = Arc::new(AtomicBool::new(false));
    let server: Vec<_> = (0..8)
        .map(|writer| {
            let (world, done) = (Arc::clone(&world), Arc::clone(&done));
            tokio::spawn(async move {
                let mut count = 0;
                while !done.load(Ordering::Relaxed) {
                    world.write(move |tx| note(tx, &format!("server {writer} {count}"), count)).await.unwrap();
                    count += 1;
                }
                count
            })
        })
        .collect();
    let command = world.place.open(Settings::default());
    let clock = Clock::default();
    for count in 0..20 {
        let context = clock.context(TENANT);
        let own = command.write(&context, Lane::Interactive, move |tx| note(tx, &format!("command {count}"), count));
        tokio::time::timeout(Duration::from_secs(10), own).await.expect("the command has its turn").unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let mut served = 0;
    for writer in server {
        served += writer.await.unwrap();
    }
    let counted = |name: &str| world.place.number(&format!("SELECT count(*) FROM counter WHERE name LIKE '{name} %'"));
    assert_eq!((counted("server"), counted("command")), (served, 20));
}

async fn a_locked_database_is_waited_for(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let other = world.place.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let waiting: Vec<_> = (0..20)
        .map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.write(move |tx| note(tx, &format!("{number}"), number)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(waiting.iter().all(|request| !request.is_finished()));
    assert_eq!(world.scan(|snapshot| noted(snapshot, "1")).await.unwrap(), None, "reads go on");
    other.execute_batch("COMMIT").unwrap();
    for request in waiting {
        request.await.unwrap().unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}
