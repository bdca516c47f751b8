//! Closing loses nothing, and a caller who goes away cancels nothing.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_store::db::{Lane, Settings};
use musubi_testkit::engine::{Engine, async_on_both};

use crate::fixture::{TENANT, World, note, noted, on_one, until};
use crate::transactions::hold_the_writer;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("closing_finishes_what_is_queued", closing_finishes_what_is_queued),
        async_on_both("a_caller_who_goes_away_cancels_no_write", a_caller_who_goes_away_cancels_nothing),
        async_on_both("a_closed_database_answers_everyone", a_closed_database_answers),
        async_on_both("the_last_to_let_go_may_be_a_closure", the_last_to_let_go_may_be_a_closure),
        on_one(
            Engine::Sqlite,
            "the other engine has no files of ours",
            "a_database_that_is_let_go_holds_no_file",
            no_file_is_held,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn closing_finishes_what_is_queued(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let (release, holding) = hold_the_writer(&world).await;
    let requests: Vec<_> = (0..30)
        .map(|number| {
            let world = Arc::clone(&world);
            let lane = if number % 3 == 0 { Lane::Background } else { Lane::Interactive };
            tokio::spawn(async move {
                world.db.write(&world.context(), lane, move |tx| note(tx, &format!("{number}"), number)).await
            })
        })
        .collect();
    if engine == Engine::Sqlite {
        until("all wait", Duration::from_secs(5), || world.db.waiting() == (20, 10)).await;
    } else {
        until("all are queued or done", Duration::from_secs(5), || {
            world.db.waiting() == (0, 0) && requests.iter().any(|request| request.is_finished())
        })
        .await;
    }
    let closed = world.db.clone();
    let closing = tokio::task::spawn_blocking(move || closed.close());
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!closing.is_finished());
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    for request in requests {
        request.await.unwrap().unwrap();
    }
    tokio::time::timeout(Duration::from_secs(5), closing).await.expect("closing comes to its end").unwrap();
    let reopened = world.place.open(Settings::default());
    for number in 0..30 {
        assert_eq!(
            reopened.scan(TENANT, move |snapshot| noted(snapshot, &format!("{number}"))).await.unwrap(),
            Some(number)
        );
    }
}

async fn a_caller_who_goes_away_cancels_nothing(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    if engine == Engine::Sqlite {
        goes_away_while_it_waits(&world).await;
    }
    let (begin, begun) = mpsc::channel::<()>();
    let (release, released) = mpsc::channel::<()>();
    let own = Arc::clone(&world);
    let request = tokio::spawn(async move {
        own.write(move |tx| {
            let _ = begin.send(());
            let _ = released.recv_timeout(Duration::from_secs(20));
            note(tx, "begun", 1)
        })
        .await
    });
    until("it runs", Duration::from_secs(5), || begun.try_recv().is_ok()).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    drop(release);
    for _ in 0..500 {
        if world.scan(|snapshot| noted(snapshot, "begun")).await.unwrap() == Some(1) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the write was cancelled");
}

async fn goes_away_while_it_waits(world: &Arc<World>) {
    let (release, holding) = hold_the_writer(world).await;
    let own = Arc::clone(world);
    let request = tokio::spawn(async move { own.write(|tx| note(tx, "waiting", 1)).await });
    until("it waits", Duration::from_secs(5), || world.db.waiting().0 == 1).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    world.write(|tx| note(tx, "next", 1)).await.unwrap();
    assert_eq!(world.scan(|snapshot| noted(snapshot, "waiting")).await.unwrap(), Some(1));
}

async fn a_closed_database_answers(engine: Engine) {
    let world = World::new(engine).await;
    world.db.close();
    world.db.close();
    let begun = std::time::Instant::now();
    assert!(world.write(|tx| note(tx, "x", 1)).await.is_err());
    assert!(world.scan(|snapshot| noted(snapshot, "x")).await.is_err());
    assert!(world.db.page(TENANT, |snapshot| noted(snapshot, "x")).await.is_err());
    assert!(world.db.get(TENANT, musubi_store::tenant::tenant_settings).await.is_err());
    assert!(begun.elapsed() < Duration::from_millis(500));
}

/// The last handle of a database may end up in a closure of its own, which its own thread lets go.
async fn the_last_to_let_go_may_be_a_closure(engine: Engine) {
    let World { db, place, .. } = World::new(engine).await;
    let context = crate::fixture::Clock::default().context(TENANT);
    let (release, released) = mpsc::channel::<()>();
    let (inner, outer) = (db.clone(), db);
    let task = tokio::spawn(async move {
        outer
            .write(&context, Lane::Interactive, move |tx| {
                let _ = released.recv();
                note(tx, "mine", i64::try_from(inner.waiting().0).unwrap() + 1)
            })
            .await
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    task.abort();
    drop(task.await);
    drop(release);
    let reopened = place.open(Settings::default());
    for _ in 0..500 {
        if reopened.scan(TENANT, |snapshot| noted(snapshot, "mine")).await.unwrap() == Some(1) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(reopened.scan(TENANT, |snapshot| noted(snapshot, "mine")).await.unwrap(), Some(1));
    tokio::time::sleep(Duration::from_millis(50)).await;
    let said = crate::PANICKED.lock().unwrap().iter().find(|said| said.contains("join")).cloned();
    assert_eq!(said, None, "a thread waited for itself");
}

/// A thread left behind would hold its connection's files.
async fn no_file_is_held(engine: Engine) {
    let World { db, place, .. } = World::new(engine).await;
    let held = || {
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let folder = place.file("");
        open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
            .filter(|target| target.starts_with(&folder))
            .count()
    };
    db.get(TENANT, musubi_store::tenant::tenant_settings).await.unwrap();
    assert!(held() > 0);
    drop(db);
    assert_eq!(held(), 0);
}
