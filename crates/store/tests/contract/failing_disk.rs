//! A disk that does not confirm what it was given: nothing more is written, and what was answered is there.
//!
//! The failing disk is a library that stands before fsync in a process of its own: this very program, told by a variable
//! to be the one that writes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_store::db::{Db, Lane, Settings, Target};
use musubi_testkit::engine::Engine;
use musubi_testkit::fsync_shim;

use crate::fixture::{Clock, Place, TENANT, keys, note, noted, on_one};

/// The variable with the folder that the other process writes to.
const CHILD: &str = "MUSUBI_CONTRACT_WRITES_TO";
/// Writes that the other process tries after the disk has failed.
const AFTERWARDS: usize = 20;

pub(crate) fn trials() -> Vec<Trial> {
    on_one(
        Engine::Sqlite,
        "PostgreSQL ends itself, and is the one to know",
        "after_a_disk_that_did_not_confirm_nothing_is_written",
        nothing_is_written,
    )
}

/// Whether this process is the one that writes; then it has done so.
pub(crate) fn was_the_writer() -> bool {
    let Some(folder) = std::env::var_os(CHILD) else { return false };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(write_until_it_fails(PathBuf::from(folder)));
    true
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

async fn write_until_it_fails(folder: PathBuf) {
    let settings = Settings { fatal: Arc::new(|_| tell("fatal")), ..Settings::default() };
    let db = Db::open(&Target::Folder(folder), &keys(), settings).unwrap();
    let (clock, mut refused) = (Clock::default(), 0);
    for number in 0.. {
        let context = clock.context(TENANT);
        match db.write(&context, Lane::Interactive, move |tx| note(tx, &format!("{number}"), number)).await {
            Ok(()) => tell(&format!("written {number}")),
            Err(_) => {
                refused += 1;
                tell("refused");
            }
        }
        if refused == AFTERWARDS {
            break;
        }
    }
    let read = db.scan(TENANT, |snapshot| noted(snapshot, "0")).await.unwrap();
    tell(&format!("read {read:?}"));
}

async fn nothing_is_written(engine: Engine) {
    let Some(library) = fsync_shim::build() else { return };
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    let switch = place.file("fail");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(CHILD, place.file(""))
        .env("LD_PRELOAD", library)
        .env(fsync_shim::FAIL_FILE, &switch)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut written = lines.by_ref().take(30).collect::<Vec<_>>();
    assert!(written.iter().all(|line| line.starts_with("written ")), "{written:?}");
    std::fs::write(&switch, "").unwrap();
    written.extend(lines.by_ref().take_while(|line| line != "fatal"));
    // The disk works again, but what it holds is not known.
    std::fs::remove_file(&switch).unwrap();
    let afterwards: Vec<_> = lines.collect();
    assert!(child.wait().unwrap().success());
    let mut wanted = vec!["refused".to_owned(); AFTERWARDS];
    wanted.push("read Some(0)".to_owned());
    assert_eq!(afterwards, wanted, "told once, everything refused, and reads go on");
    let db = place.open(Settings::default());
    for number in 0..i64::try_from(written.len()).unwrap() {
        let found = db.scan(TENANT, move |snapshot| noted(snapshot, &format!("{number}")));
        let found = tokio::time::timeout(Duration::from_secs(5), found).await.unwrap().unwrap();
        assert_eq!(found, Some(number));
    }
    db.write(&Clock::default().context(TENANT), Lane::Interactive, |tx| note(tx, "again", 1)).await.unwrap();
}
