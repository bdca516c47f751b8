//! No read lasts for ever, and no queue grows for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use musubi_domain::error::{Error, Kind};
use musubi_store::db::{Lane, Settings};
use musubi_testkit::engine::{Engine, async_on_both};

use crate::fixture::{TENANT, World, note, noted, until};
use crate::transactions::hold_the_writer;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_scan_that_takes_too_long_ends_and_the_next_one_works", a_long_statement_ends),
        async_on_both("a_read_of_endless_short_statements_ends", an_endless_loop_ends),
        async_on_both(
            "a_full_queue_refuses_at_once_and_scans_do_not_fill_the_queue_of_pages",
            a_full_queue_refuses_at_once,
        ),
        async_on_both("a_scan_that_nobody_pushes_along_is_served", a_lone_scan_is_served),
        async_on_both("background_work_has_its_turn_however_busy_people_are", background_work_has_its_turn),
        async_on_both("what_waited_too_long_is_refused_before_it_starts", what_waited_too_long_is_refused),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn short() -> Settings {
    Settings { snapshot_limit: Duration::from_millis(200), ..Settings::default() }
}

/// Minutes of work, but not without end.
const LONG: &str =
    "WITH RECURSIVE counted(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < 1000000000)
                    SELECT count(*) FROM counted WHERE CAST(?1 AS BIGINT) IS NOT NULL";

async fn a_long_statement_ends(engine: Engine) {
    let world = World::with(engine, short()).await;
    for _ in 0..2 {
        let begun = Instant::now();
        assert_eq!(world.scan(|snapshot| snapshot.rows(LONG, &[])).await.unwrap_err().kind(), Kind::Busy);
        assert_eq!(world.db.page(TENANT, |snapshot| snapshot.rows(LONG, &[])).await.unwrap_err().kind(), Kind::Busy);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        // More than there are threads: each of them works again.
        for _ in 0..12 {
            world.scan(|snapshot| noted(snapshot, "x")).await.unwrap();
            world.db.page(TENANT, |snapshot| noted(snapshot, "x")).await.unwrap();
        }
    }
}

async fn an_endless_loop_ends(engine: Engine) {
    let world = World::with(engine, short()).await;
    let begun = Instant::now();
    let answer: Result<(), Error> = world
        .scan(|snapshot| {
            loop {
                noted(snapshot, "x")?;
            }
        })
        .await;
    assert_eq!(answer.unwrap_err().kind(), Kind::Busy);
    assert!(begun.elapsed() < Duration::from_secs(2));
    world.scan(|snapshot| noted(snapshot, "x")).await.unwrap();
}

/// Reads that wait until they are let go, so that nobody else is served.
struct Blockers {
    release: Vec<mpsc::Sender<()>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Blockers {
    async fn block_pages(world: &Arc<World>, threads: usize) -> Self {
        let mut blockers = Self { release: Vec::new(), tasks: Vec::new() };
        for _ in 0..threads {
            let (release, released) = mpsc::channel::<()>();
            let (begin, begun) = mpsc::channel::<()>();
            let world = Arc::clone(world);
            blockers.release.push(release);
            blockers.tasks.push(tokio::spawn(async move {
                let read = world.db.page(TENANT, move |_| {
                    let _ = begin.send(());
                    let _ = released.recv_timeout(Duration::from_secs(20));
                    Ok(())
                });
                read.await.unwrap();
            }));
            until("a thread is blocked", Duration::from_secs(5), || begun.try_recv().is_ok()).await;
        }
        blockers
    }

    async fn release(self) {
        drop(self.release);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

const fn page_threads(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 4,
        Engine::Postgres => 8,
    }
}

async fn a_full_queue_refuses_at_once(engine: Engine) {
    let settings = Settings { pages_waiting: 2, scans_waiting: 1, ..Settings::default() };
    let world = Arc::new(World::with(engine, settings).await);
    let blockers = Blockers::block_pages(&world, page_threads(engine)).await;
    let read = |world: &Arc<World>| {
        let world = Arc::clone(world);
        tokio::spawn(async move {
            world.db.page(TENANT, |snapshot| noted(snapshot, "x")).await.map_err(|error| error.kind())
        })
    };
    let mut waiting = Vec::new();
    let begun = Instant::now();
    while waiting.len() < 6 {
        waiting.push(read(&world));
    }
    until("four are refused", Duration::from_secs(1), || waiting.iter().filter(|read| read.is_finished()).count() == 4)
        .await;
    assert!(begun.elapsed() < Duration::from_secs(1), "at once, not after a wait");
    blockers.release().await;
    let mut answers = Vec::new();
    for read in waiting {
        answers.push(read.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| **answer == Ok(None)).count(), 2);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(Kind::Busy)).count(), 4);
    assert_eq!(read(&world).await.unwrap(), Ok(None));
}

/// Of several threads that wait, some do not serve scans: one that does must wake.
async fn a_lone_scan_is_served(engine: Engine) {
    let world = World::new(engine).await;
    for _ in 0..50 {
        let scan = tokio::time::timeout(Duration::from_secs(2), world.scan(|snapshot| noted(snapshot, "x"))).await;
        scan.expect("served at once").unwrap();
        // Another thread is the next to be woken.
        world.db.page(TENANT, |snapshot| noted(snapshot, "x")).await.unwrap();
        let context = world.context();
        let slice = world.db.write(&context, Lane::Background, |tx| note(tx, "slice", 1));
        tokio::time::timeout(Duration::from_secs(2), slice).await.expect("served at once").unwrap();
    }
}

async fn what_waited_too_long_is_refused(engine: Engine) {
    let settings = Settings { queue_patience: Duration::from_millis(100), ..Settings::default() };
    let world = Arc::new(World::with(engine, settings).await);
    let (holder, blockers) = match engine {
        Engine::Sqlite => (Some(hold_the_writer(&world).await), None),
        Engine::Postgres => (None, Some(Blockers::block_pages(&world, page_threads(engine)).await)),
    };
    let started = Arc::new(AtomicBool::new(false));
    let (own, seen) = (Arc::clone(&world), Arc::clone(&started));
    let interactive = tokio::spawn(async move {
        own.write(move |tx| {
            seen.store(true, Ordering::Relaxed);
            note(tx, "late", 1)
        })
        .await
    });
    let own = Arc::clone(&world);
    let background =
        tokio::spawn(
            async move { own.db.write(&own.context(), Lane::Background, |tx| note(tx, "background", 1)).await },
        );
    until("both wait", Duration::from_secs(5), || world.db.waiting() == (1, 1)).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    if let Some((release, holding)) = holder {
        release.send(()).unwrap();
        holding.await.unwrap().unwrap();
    }
    if let Some(blockers) = blockers {
        blockers.release().await;
    }
    assert_eq!(interactive.await.unwrap().unwrap_err().kind(), Kind::Busy);
    assert!(!started.load(Ordering::Relaxed), "it is refused before it starts");
    background.await.unwrap().expect("background work has no hurry");
    let found = world.scan(|snapshot| Ok((noted(snapshot, "late")?, noted(snapshot, "background")?))).await.unwrap();
    assert_eq!(found, (None, Some(1)));
}

async fn background_work_has_its_turn(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let done = Arc::new(AtomicBool::new(false));
    let people: Vec<_> = (0..40)
        .map(|person| {
            let (world, done) = (Arc::clone(&world), Arc::clone(&done));
            tokio::spawn(async move {
                let mut step = 0;
                while !done.load(Ordering::Relaxed) {
                    world.write(move |tx| note(tx, &format!("person {person}"), step)).await.unwrap();
                    step += 1;
                }
            })
        })
        .collect();
    for slice in 0..10 {
        let context = world.context();
        let write = world.db.write(&context, Lane::Background, move |tx| note(tx, "slice", slice));
        tokio::time::timeout(Duration::from_secs(3), write).await.expect("its turn comes").unwrap();
        let scan = world.scan(|snapshot| noted(snapshot, "slice"));
        let found = tokio::time::timeout(Duration::from_secs(3), scan).await.expect("its turn comes").unwrap();
        assert_eq!(found, Some(slice));
    }
    done.store(true, Ordering::Relaxed);
    for person in people {
        person.await.unwrap();
    }
}
