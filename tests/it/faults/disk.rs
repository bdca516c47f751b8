//! The disk is full, or does not confirm. What was answered is true, reads go on, writing works again when there is room.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use musubi_testkit::fsync_shim;
use musubi_testkit::process::{Connection, ServerProcess};
use musubi_testkit::tool::{Tool, need};
use serde_json::{Value, json};

use super::stage::{Installation, LIST, REGISTER, Writers};

/// Writes that a full disk must refuse at the latest.
const ENOUGH: usize = 20_000;

pub(crate) fn trials() -> Vec<Trial> {
    let sqlite = |name: &str, test: fn() -> Result<(), Failed>| Trial::test(name, test).with_kind("sqlite");
    vec![
        sqlite("faults: a file size limit refuses writes and nothing else", file_size_limit),
        sqlite("faults: a full file system refuses writes and nothing else", full_file_system),
        sqlite("faults: a failed fsync ends the process", failed_fsync),
    ]
}

/// Registers clients until one is refused; what was acknowledged, and the refusal.
fn fill(connection: &mut Connection, installation: &Installation, prefix: &str) -> (BTreeSet<String>, (u16, Value)) {
    let mut acknowledged = BTreeSet::new();
    for at in 0..ENOUGH {
        let name = format!("{prefix}-{at}");
        let answer = connection.post(REGISTER, &installation.token, &installation.register_body(&name)).unwrap();
        if answer.0 != 200 {
            return (acknowledged, answer);
        }
        acknowledged.insert(name);
    }
    panic!("{ENOUGH} clients were registered on a full disk");
}

fn refuses_for_want_of_room(answer: &(u16, Value)) {
    let (status, body) = answer;
    assert_eq!((*status, body["appStatus"]["code"].as_str()), (503, Some("E199")), "{body}");
    assert_eq!(body["appStatus"]["details"][0]["code"], "storage_full", "{body}");
}

fn reads(connection: &mut Connection, installation: &Installation) {
    let body = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 100}}}}).to_string();
    let (status, list) = connection.post(LIST, &installation.token, &body).unwrap();
    assert_eq!(status, 200, "{list}");
    assert!(!list["clientListInfo"]["clientList"].as_array().unwrap().is_empty());
}

/// Fills the disk by one writer and by many, makes room, writes again, and judges.
fn full_and_free_again(installation: Installation, mut server: ServerProcess, make_room: impl FnOnce(&ServerProcess)) {
    let installation = Arc::new(installation);
    let mut connection = Connection::open(server.address).unwrap();
    let (mut acknowledged, refusal) = fill(&mut connection, &installation, "one");
    refuses_for_want_of_room(&refusal);
    reads(&mut connection, &installation);
    let writers = Writers::start(&installation, &[server.address], "many", 32);
    reads(&mut connection, &installation);
    acknowledged.append(&mut writers.acknowledged());
    make_room(&server);
    let (status, answer) =
        connection.post(REGISTER, &installation.token, &installation.register_body("again")).unwrap();
    assert_eq!(status, 200, "{answer}");
    acknowledged.insert("again".to_owned());
    server.signal("TERM");
    assert!(server.wait().success());
    installation.judge(&acknowledged);
}

fn file_size_limit() -> Result<(), Failed> {
    let installation = Installation::at(None, None);
    // Blocks of 512 bytes: 4 MiB.
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -S -f 8192; exec \"$@\"",
        "sh",
        env!("CARGO_BIN_EXE_musubi"),
        "serve",
        "--listen",
        "127.0.0.1:0",
    ]);
    command.args(installation.place()).env("LANG", "C");
    let server = installation.serve_with(command);
    full_and_free_again(installation, server, |server| {
        let status = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &server.id().to_string()]).status();
        assert!(status.unwrap().success());
    });
    Ok(())
}

/// A small tmpfs, unmounted when dropped.
struct SmallDisk(PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).status());
    }
}

fn full_file_system() -> Result<(), Failed> {
    if !need(Tool::Tmpfs) {
        return Ok(());
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk(folder.path().to_owned());
    assert!(
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(&disk.0).status().unwrap().success()
    );
    let ballast = disk.0.join("ballast");
    std::fs::write(&ballast, vec![0; 4 << 20]).unwrap();
    let installation = Installation::at(None, Some(disk.0.join("data")));
    let server = installation.serve();
    full_and_free_again(installation, server, |_| std::fs::remove_file(&ballast).unwrap());
    Ok(())
}

fn failed_fsync() -> Result<(), Failed> {
    let Some(shim) = fsync_shim::build() else { return Ok(()) };
    let installation = Installation::at(None, None);
    let folder = tempfile::tempdir().unwrap();
    let trigger = folder.path().join("fail");
    let mut command = installation.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("LD_PRELOAD", shim).env(fsync_shim::FAIL_FILE, &trigger);
    let mut server = installation.serve_with(command);
    let mut connection = Connection::open(server.address).unwrap();
    let (status, answer) =
        connection.post(REGISTER, &installation.token, &installation.register_body("before")).unwrap();
    assert_eq!(status, 200, "{answer}");
    std::fs::write(&trigger, "").unwrap();
    let after = connection.post(REGISTER, &installation.token, &installation.register_body("after"));
    assert!(!matches!(after, Ok((200, _))), "a write that the disk did not confirm was acknowledged");
    assert_eq!(server.wait().code(), Some(1));
    assert!(server.errors().contains("did not confirm"), "the log does not say why");
    installation.judge(&BTreeSet::from(["before".to_owned()]));
    Ok(())
}
