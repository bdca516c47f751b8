//! A full disk: the truth to every request of the batch, reads go on, writing works again with room.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::{Kind, Result};
use musubi_store::db::{Settings, Tx};
use musubi_testkit::engine::Engine;
use musubi_testkit::tool::{self, Tool};

use crate::fixture::{TENANT, World, note, noted, on_one, until};
use crate::transactions::hold_the_writer;

const WHY: &str = "PostgreSQL has no limit of its own on the size of a database, and its disk is not ours to fill";

pub(crate) fn trials() -> Vec<Trial> {
    [
        on_one(
            Engine::Sqlite,
            WHY,
            "of_three_requests_in_a_batch_the_one_that_needs_room_fails_alone",
            the_one_that_needs_room_fails_alone,
        ),
        on_one(
            Engine::Sqlite,
            WHY,
            "a_full_database_is_read_and_deleted_from_and_written_again_with_room",
            a_full_database_recovers,
        ),
        on_one(
            Engine::Sqlite,
            WHY,
            "a_disk_that_is_full_at_the_commit_fails_the_request_that_filled_it",
            a_full_disk_at_the_commit,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn pages(count: u32) -> Settings {
    Settings { max_page_count: Some(count), ..Settings::default() }
}

/// Writes 64 KB under each of `count` names.
fn fill(tx: &mut Tx<'_>, name: &str, count: i64) -> Result<()> {
    let padding = "満".repeat(64 * 1024 / 3);
    (0..count).try_for_each(|number| note(tx, &format!("{name} {number} {padding}"), number))
}

/// The first is small, the second needs 8 MB, the third is small again: all in one batch.
async fn three_requests(world: &Arc<World>) -> Vec<Result<()>> {
    let (release, holding) = hold_the_writer(world).await;
    let mut requests = Vec::new();
    for number in 0..3_i64 {
        let own = Arc::clone(world);
        requests.push(tokio::spawn(async move {
            own.write(move |tx| {
                note(tx, &format!("begin {number}"), number)?;
                if number == 1 {
                    fill(tx, "much", 128)?;
                }
                note(tx, &format!("end {number}"), number)
            })
            .await
        }));
        until("it waits", Duration::from_secs(5), || world.db.waiting().0 == requests.len()).await;
    }
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    let mut answers = Vec::new();
    for request in requests {
        answers.push(request.await.unwrap());
    }
    answers
}

/// Each request is there wholly where it was answered with content, and not at all where it was not.
async fn assert_truthful(world: &World, answers: &[Result<()>]) {
    for (number, answer) in answers.iter().enumerate() {
        let found = world.scan(move |snapshot| {
            Ok((
                noted(snapshot, &format!("begin {number}"))?.is_some(),
                noted(snapshot, &format!("end {number}"))?.is_some(),
            ))
        });
        assert_eq!(found.await.unwrap(), (answer.is_ok(), answer.is_ok()), "request {number}: {answer:?}");
    }
    let much = world.scan(|snapshot| {
        let rows = snapshot.rows("SELECT count(*) FROM counter WHERE tenant_no = ?1 AND name LIKE 'much %'", &[])?;
        rows.into_iter().next().unwrap().take::<i64>()
    });
    assert_eq!(much.await.unwrap(), 0, "nothing of the one that failed");
}

async fn the_one_that_needs_room_fails_alone(engine: Engine) {
    // An empty database has some 130 pages.
    let mut world = Arc::new(World::with(engine, pages(600)).await);
    let answers = three_requests(&world).await;
    let kinds: Vec<_> = answers.iter().map(|answer| answer.as_ref().map_err(|error| error.kind()).copied()).collect();
    assert_eq!(kinds, [Ok(()), Err(Kind::StorageFull), Ok(())]);
    assert_truthful(&world, &answers).await;
    world.db.close();
    let reopened = world.place.open(Settings::default());
    Arc::get_mut(&mut world).unwrap().db = reopened;
    assert_truthful(&world, &answers).await;
    world.write(|tx| fill(tx, "room again", 128)).await.unwrap();
}

async fn a_full_database_recovers(engine: Engine) {
    let world = World::with(engine, pages(300)).await;
    let mut kept = 0;
    let full = loop {
        match world.write(move |tx| fill(tx, &format!("small {kept}"), 1)).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(full.kind(), Kind::StorageFull);
    assert!(kept > 1);
    // To the last page.
    for number in 0..100 {
        let answer = world.write(move |tx| note(tx, &format!("smaller {number} {}", "x".repeat(3_000)), number)).await;
        if let Err(error) = answer {
            assert_eq!(error.kind(), Kind::StorageFull);
            break;
        }
    }
    let count = "SELECT count(*) FROM counter WHERE tenant_no = ?1 AND name LIKE 'small %'";
    let counted =
        world.scan(move |snapshot| snapshot.rows(count, &[])?.into_iter().next().unwrap().take::<i64>()).await.unwrap();
    assert_eq!(counted, kept, "reads go on");
    let deleted = world
        .write(|tx| tx.execute("DELETE FROM counter WHERE tenant_no = ?1 AND name LIKE 'small %'", &[]))
        .await
        .unwrap();
    assert_eq!(deleted, u64::try_from(kept).unwrap());
    world.write(|tx| fill(tx, "again", 1)).await.unwrap();
}

/// In write-ahead mode nothing is written to the disk before the commit, so a disk that is really full shows there.
async fn a_full_disk_at_the_commit(engine: Engine) {
    if !tool::need(Tool::Tmpfs) {
        return;
    }
    let world = World::new(engine).await;
    let disk = SmallDisk::mount(&world.place.file("disk"), "6m");
    let place_on_it = musubi_store::db::Target::Folder(disk.0.clone());
    let db = musubi_store::db::Db::open(&place_on_it, &crate::fixture::keys(), Settings::default()).unwrap();
    let world = Arc::new(World { db, ..world });
    world.found(TENANT).await;
    let answers = three_requests(&world).await;
    let kinds: Vec<_> = answers.iter().map(|answer| answer.as_ref().map_err(|error| error.kind()).copied()).collect();
    assert_eq!(kinds, [Ok(()), Err(Kind::StorageFull), Ok(())]);
    assert_truthful(&world, &answers).await;
    world.write(|tx| note(tx, "room again", 1)).await.unwrap();
    world.db.close();
    drop(disk);
    drop(world);
}

/// A file system of its own, taken away at the end.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(folder: &std::path::Path, size: &str) -> Self {
        std::fs::create_dir(folder).unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder)
            .status();
        assert!(mounted.unwrap().success());
        Self(folder.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(std::process::Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}
