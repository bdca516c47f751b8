//! The example clients run against the real program, as somebody types them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use libtest_mimic::Trial;
use musubi_testkit::engine::Engine;
use musubi_testkit::process::ServerProcess;
use musubi_testkit::tool::{Tool, need, program};

use crate::faults::stage::Installation;

pub(crate) fn trials() -> Vec<Trial> {
    let on_sqlite = |name: &str, test: fn(&Desk)| {
        Trial::test(name, move || {
            test(&Desk::new());
            Ok(())
        })
        .with_kind("sqlite")
    };
    let mut trials = Vec::new();
    if need(Tool::Python) {
        trials.push(on_sqlite("examples: the client in Python does what its guide says", python));
    }
    if need(Tool::Curl) {
        trials.push(on_sqlite("examples: the client of curl does what its guide says", curl));
    }
    trials
}

/// A server and somebody who calls it.
struct Desk {
    installation: Installation,
    server: ServerProcess,
}

impl Desk {
    fn new() -> Self {
        let installation = Installation::new(Engine::Sqlite);
        let server = installation.serve();
        Self { installation, server }
    }

    fn run(&self, program: PathBuf, example: &str, words: &[&str]) -> Output {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/crm").join(example);
        let mut command = Command::new(program);
        command.arg(file).args(words).stdin(Stdio::null()).env("PYTHONIOENCODING", "utf-8");
        command
            .env("MUSUBI_URL", format!("http://{}", self.server.address))
            .env("MUSUBI_TOKEN", &self.installation.token);
        command.output().unwrap()
    }

    fn python(&self, words: &[&str]) -> String {
        said(self.run(program(Tool::Python).unwrap(), "client.py", words))
    }

    fn shell(&self, words: &[&str]) -> String {
        said(self.run("/bin/sh".into(), "client.sh", words))
    }
}

/// What a program that succeeded said.
fn said(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn python(desk: &Desk) {
    let Installation { organization, user, .. } = &desk.installation;
    assert!(desk.python(&["template"]).contains("2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7 text_ruby 取引先正式名称 必須"));
    let id = desk.python(&["register", "株式会社はじめて", "ハジメテ", organization, user]);
    let id = id.trim();
    let changed = ["update", id, "従業員数=120", "評価=重点", "業種=製造業", "住所(都道府県)=東京都"];
    assert_eq!(desk.python(&changed).trim(), id);
    let detail: serde_json::Value = serde_json::from_str(&desk.python(&["detail", id])).unwrap();
    let items = detail["clientItemList"].as_array().unwrap();
    assert!(items.iter().any(|item| item["itemNumericData"]["value"] == "120"), "{detail}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clients.csv");
    let head = "\u{feff}連携ID,取引先正式名称,営業主担当部署,営業主担当者,従業員数";
    let rows = |name: &str, count: &str| {
        let row = |id: &str, name: &str| format!("{id},{name},{organization},{user},{count}\n");
        format!("{head}\n{}{}", row("C-1", name), row("C-2", "\"みどり、\"\"物産\"\"/ミドリ\""))
    };
    let path = file.to_str().unwrap();
    std::fs::write(&file, rows("株式会社あおば/アオバ", "10")).unwrap();
    let first = desk.python(&["sync", path]);
    assert_eq!(first.lines().filter(|line| line.starts_with("登録 ")).count(), 2, "{first}");
    std::fs::write(&file, rows("株式会社青葉/アオバ", "")).unwrap();
    assert_eq!(desk.python(&["sync", path]), first.replace("登録", "更新"));
    let listed = desk.python(&["list", "あおば"]);
    assert!(listed.ends_with("株式会社青葉\n"), "{listed}");
    assert_eq!(desk.python(&["list"]).lines().count(), 3);

    assert_eq!(desk.python(&["delete", id]).trim(), id);
    let again = desk.run(program(Tool::Python).unwrap(), "client.py", &["delete", id]);
    assert_eq!((again.status.code(), again.stdout.is_empty()), (Some(1), true));
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(told.starts_with("E051 NOT_EXIST_DATA\n  param.toData.deleteClientInfo.deleteClientList[0]: "), "{told}");
}

fn curl(desk: &Desk) {
    let Installation { organization, user, .. } = &desk.installation;
    assert!(desk.shell(&["template"]).contains("取引先正式名称"));
    desk.shell(&["register", "C-1", "有限会社 \"みどり\"", "ミドリ", organization, user]);
    assert!(desk.shell(&["detail", "C-1"]).contains(r#"{"value":"有限会社 \"みどり\"","ruby":"ミドリ"}"#));
    desk.shell(&["rename", "C-1", "みどり物産"]);
    let listed = desk.shell(&["list", "みどり"]);
    assert_eq!(listed.matches("みどり物産").count(), 1, "{listed}");
    desk.shell(&["delete", "C-1"]);
    let again = desk.run("/bin/sh".into(), "client.sh", &["detail", "C-1"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stdout).unwrap().contains("E051"));
    assert_eq!(desk.run("/bin/sh".into(), "client.sh", &[]).status.code(), Some(2));
}
