//! One request, one transaction: durable when answered, undone alone, tried again when it must.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_store::counter::counter_next;
use musubi_store::db::Settings;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;

use crate::fixture::{Place, TENANT, World, note, noted, on_one, until};

pub(crate) const ON_PURPOSE: &str = "a panic on purpose";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("an_answered_write_is_in_the_files_and_read_by_others", an_answered_write_is_there),
        async_on_both("an_error_or_a_panic_undoes_its_own_request_only", an_error_undoes_its_own_request_only),
        async_on_both("a_closure_cannot_go_on_after_a_statement_that_failed", a_failed_statement_ends_the_closure),
        async_on_both(
            "writers_that_collide_are_both_done_once_with_the_same_ids_on_each_try",
            colliding_writers_are_both_done_once,
        ),
        async_on_both("sixty_four_at_once_get_the_numbers_one_to_sixty_four", parallel_counts_have_no_hole),
        async_on_both("hostile_texts_come_back_as_they_were_and_nul_is_refused", texts_come_back_as_they_were),
        on_one(
            Engine::Sqlite,
            "PostgreSQL has no batches",
            "what_fails_at_the_commit_fails_alone",
            what_fails_at_the_commit_fails_alone,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn an_answered_write_is_there(engine: Engine) {
    let world = World::new(engine).await;
    for step in 0..20 {
        let name = format!("answered {step}");
        let own = name.clone();
        world.write(move |tx| note(tx, &own, step)).await.unwrap();
        assert_eq!(
            world.scan(move |snapshot| noted(snapshot, &name)).await.unwrap(),
            Some(step),
            "another connection reads it"
        );
    }
    if engine == Engine::Sqlite {
        // What a crash at this moment would leave behind: the files, but not what only the process knows.
        let after_crash = Place::new(engine);
        for file in ["musubi.db", "musubi.db-wal"] {
            std::fs::copy(world.place.file(file), after_crash.file(file)).unwrap();
        }
        let db = after_crash.open(Settings::default());
        let last = db.scan(TENANT, |snapshot| noted(snapshot, "answered 19")).await.unwrap();
        assert_eq!(last, Some(19));
    }
}

async fn an_error_undoes_its_own_request_only(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let before =
        (world.db.stats().commits.load(Ordering::Relaxed), world.db.stats().void_batches.load(Ordering::Relaxed));
    let (release, holding) = hold_the_writer(&world).await;
    let requests: Vec<_> = (0..40_i64)
        .map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                world
                    .write(move |tx| {
                        note(tx, &format!("request {number}"), number)?;
                        match number % 4 {
                            1 => Err(Error::new(Kind::Conflict)),
                            2 => panic!("{}", ON_PURPOSE),
                            _ => Ok(number),
                        }
                    })
                    .await
            })
        })
        .collect();
    if engine == Engine::Sqlite {
        until("all wait", Duration::from_secs(5), || world.db.waiting().0 == 40).await;
    }
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    for (number, request) in (0..).zip(requests) {
        let answer = request.await.unwrap();
        let wanted = match number % 4 {
            1 => Err(Kind::Conflict),
            2 => Err(Kind::Internal),
            _ => Ok(number),
        };
        assert_eq!(answer.map_err(|error| error.kind()), wanted, "request {number}");
        let found = world.scan(move |snapshot| noted(snapshot, &format!("request {number}"))).await.unwrap();
        assert_eq!(found, wanted.ok(), "request {number}");
    }
    if engine == Engine::Sqlite {
        let commits = world.db.stats().commits.load(Ordering::Relaxed) - before.0;
        assert_eq!(commits, 2, "the holder and one batch of forty");
        assert_eq!(world.db.stats().void_batches.load(Ordering::Relaxed), before.1);
    }
}

/// Has a request hold a writer until something is sent, so that others gather behind it.
pub(crate) async fn hold_the_writer(
    world: &Arc<World>,
) -> (mpsc::Sender<()>, tokio::task::JoinHandle<musubi_domain::error::Result<()>>) {
    let (release, released) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel::<()>();
    let own = Arc::clone(world);
    let holding = tokio::spawn(async move {
        own.write(move |_| {
            begin.send(()).map_err(|_| Error::new(Kind::Internal))?;
            released.recv_timeout(Duration::from_secs(20)).map_err(|_| Error::new(Kind::Internal))
        })
        .await
    });
    until("the writer is held", Duration::from_secs(5), || begun.try_recv().is_ok()).await;
    (release, holding)
}

async fn a_failed_statement_ends_the_closure(engine: Engine) {
    let world = World::new(engine).await;
    let answer = world
        .write(|tx| {
            note(tx, "before", 1)?;
            let failed = tx.execute("INSERT INTO tenant_epoch (tenant_no, epoch) VALUES (?1, NULL)", &[]);
            assert!(failed.is_err());
            drop(note(tx, "after", 1));
            Ok(())
        })
        .await;
    assert_eq!(answer.unwrap_err().kind(), Kind::Internal, "contentment after a failed statement is no content");
    let found = world.scan(|snapshot| Ok((noted(snapshot, "before")?, noted(snapshot, "after")?))).await.unwrap();
    assert_eq!(found, (None, None));
    world.write(|tx| note(tx, "next", 1)).await.unwrap();
}

async fn colliding_writers_are_both_done_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    world.write(|tx| note(tx, "sum", 0)).await.unwrap();
    // SQLite has one writer, which would wait for itself.
    let both_have_read = Arc::new(Barrier::new(if engine == Engine::Postgres { 2 } else { 1 }));
    let runs = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = [1, 10]
        .into_iter()
        .map(|amount| {
            let (world, both_have_read, runs) = (Arc::clone(&world), Arc::clone(&both_have_read), Arc::clone(&runs));
            tokio::spawn(async move {
                let ids = Arc::new(Mutex::new(Vec::new()));
                let (own_ids, mut tries) = (Arc::clone(&ids), 0);
                let answer = world.write(move |tx| {
                    tries += 1;
                    runs.fetch_add(1, Ordering::Relaxed);
                    own_ids.lock().unwrap().push([tx.next_id(), tx.next_id()]);
                    let sum = noted(tx, "sum")?.unwrap();
                    if tries == 1 {
                        both_have_read.wait();
                    }
                    note(tx, "sum", sum + amount)?;
                    counter_next(tx, "done")
                });
                answer.await.unwrap();
                let ids = ids.lock().unwrap().clone();
                assert!(ids.iter().all(|tried| *tried == ids[0]), "the same ids on each try");
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let (sum, done) = world.scan(|snapshot| Ok((noted(snapshot, "sum")?, noted(snapshot, "done")?))).await.unwrap();
    assert_eq!((sum, done), (Some(11), Some(2)));
    let retries = world.db.stats().retries.load(Ordering::Relaxed);
    assert_eq!(runs.load(Ordering::Relaxed), 2 + retries);
    assert_eq!(retries > 0, engine == Engine::Postgres, "both had read before either wrote");
}

async fn parallel_counts_have_no_hole(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..8 {
        let counting: Vec<_> = (0..64)
            .map(|_| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { world.write(move |tx| counter_next(tx, &format!("things {round}"))).await })
            })
            .collect();
        let mut numbers = BTreeSet::new();
        for count in counting {
            numbers.insert(count.await.unwrap().unwrap());
        }
        assert_eq!(numbers, (1..=64).collect());
    }
}

async fn texts_come_back_as_they_were(engine: Engine) {
    let world = World::new(engine).await;
    let wanted: Vec<_> = hostile::texts()
        .iter()
        .chain(hostile::refused_controls())
        .filter(|text| !text.contains('\0'))
        .copied()
        .collect();
    for (number, text) in (0..).zip(wanted.iter().copied()) {
        world.write(move |tx| note(tx, text, number)).await.unwrap();
    }
    let found = world.scan(|snapshot| {
        let rows = snapshot.rows("SELECT name FROM counter WHERE tenant_no = ?1 ORDER BY value", &[])?;
        rows.into_iter().map(|mut row| row.take::<String>()).collect()
    });
    let found: Vec<String> = found.await.unwrap();
    assert_eq!(found.iter().filter(|text| wanted.contains(&text.as_str())).count(), wanted.len());
    for text in hostile::refused_controls().iter().filter(|text| text.contains('\0')) {
        assert_eq!(world.write(move |tx| note(tx, text, 1)).await.unwrap_err().kind(), Kind::Internal, "{text:?}");
        assert_eq!(
            world.scan(move |snapshot| noted(snapshot, text)).await.unwrap_err().kind(),
            Kind::Internal,
            "{text:?}"
        );
    }
    world.write(|tx| note(tx, "next", 1)).await.unwrap();
}

/// A deferred constraint passes every savepoint and meets the commit. (Our schema has none; this trial lends it one.)
async fn what_fails_at_the_commit_fails_alone(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    world.place.meddle(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);",
    );
    let (release, holding) = hold_the_writer(&world).await;
    let requests: Vec<_> = (0..6)
        .map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                world
                    .write(move |tx| {
                        note(tx, &format!("request {number}"), number)?;
                        if number == 3 {
                            tx.execute("INSERT INTO child (id) VALUES (?1 + 900)", &[])?;
                        }
                        Ok(())
                    })
                    .await
            })
        })
        .collect();
    until("all wait", Duration::from_secs(5), || world.db.waiting().0 == 6).await;
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    for (number, request) in (0..).zip(requests) {
        let answer = request.await.unwrap();
        assert_eq!(answer.is_ok(), number != 3, "request {number}");
        let found = world.scan(move |snapshot| noted(snapshot, &format!("request {number}"))).await.unwrap();
        assert_eq!(found.is_some(), number != 3, "request {number}");
    }
    assert_eq!(world.db.stats().void_batches.load(Ordering::Relaxed), 1);
}
