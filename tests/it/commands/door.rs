//! Commands that say who gets in: groups, security settings, and what clients may.

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::on_both;
use serde_json::json;

use super::Desk;

pub(super) fn trials() -> Vec<Trial> {
    on_both("commands: who gets in is said, shown and taken back", |engine| gets_in(&Desk::new(engine)))
}

/// What is said of an administrator's command that is refused.
fn refused(desk: &Desk, words: &[&str]) -> String {
    let answer = desk.run(&[&["admin"], words].concat());
    assert_eq!((answer.status, answer.out.as_str()), (Some(1), ""), "{words:?}: {}", answer.errors);
    answer.errors
}

fn gets_in(desk: &Desk) -> Result<(), Failed> {
    desk.begin();
    let shown = || desk.admin_json(&["security", "show"]);
    let defaults = json!({
        "password_characters": 8, "session_idle_minutes": 120, "session_hours": 24, "allowed_addresses": [],
        "requests_per_minute": 0, "cors_origins": [],
    });
    assert_eq!(shown(), defaults);
    let set = [
        "security",
        "set",
        "--password-characters",
        "12",
        "--session-idle-minutes",
        "30",
        "--session-hours",
        "8",
        "--address",
        "192.0.2.77/24",
        "--address",
        "2001:db8::/32",
        "--requests-per-minute",
        "600",
        "--cors-origin",
        "https://App.example.co.jp",
    ];
    desk.admin(&set);
    let changed = json!({
        "password_characters": 12, "session_idle_minutes": 30, "session_hours": 8,
        "allowed_addresses": ["192.0.2.0/24", "2001:db8::/32"], "requests_per_minute": 600,
        "cors_origins": ["https://app.example.co.jp"],
    });
    assert_eq!(shown(), changed);
    // Everything that is wrong at once, and nothing is changed.
    let wrong = ["security", "set", "--session-hours", "0", "--address", "x", "--cors-origin", "https://a.example/"];
    let said = refused(desk, &wrong);
    let lines: Vec<_> = said.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(lines, ["--session-hours", "--address", "--cors-origin"], "{said}");
    assert_eq!(shown(), changed);
    desk.admin(&["security", "set", "--any-address", "--no-cors-origin", "--requests-per-minute", "0"]);
    assert_eq!((&shown()["allowed_addresses"], &shown()["cors_origins"]), (&json!([]), &json!([])));
    assert!(desk.admin(&["security", "show"]).contains("session idle minutes"));

    desk.admin(&["group", "create", "--name", "拠点", "--member", "admin", "--address", "192.0.2.0/25"]);
    let groups = || desk.admin_json(&["group", "list"]);
    assert_eq!(groups(), json!([{"name": "拠点", "members": ["admin"], "allowed_addresses": ["192.0.2.0/25"]}]));
    desk.admin(&["group", "set", "拠点", "--name", "本社", "--remove-member", "ADMIN", "--any-address"]);
    assert_eq!(groups(), json!([{"name": "本社", "members": [], "allowed_addresses": []}]));
    assert!(refused(desk, &["group", "set", "本社", "--member", "nobody"]).contains("--member"));
    desk.admin(&["group", "remove", "本社"]);
    assert_eq!(groups(), json!([]));

    let create = ["client", "create", "--name", "app", "--address", "192.0.2.9/24", "--requests-per-minute", "60"];
    let id = desk.admin_json(&create)["client_id"].as_str().unwrap().to_owned();
    let client = || {
        let client = desk.admin_json(&["client", "list"])[0].clone();
        (client["allowed_addresses"].clone(), client["requests_per_minute"].clone())
    };
    assert_eq!(client(), (json!(["192.0.2.0/24"]), json!(60)));
    desk.admin(&["client", "set", &id, "--any-address", "--requests-as-tenant"]);
    assert_eq!(client(), (json!([]), json!(null)));
    let said = refused(desk, &["client", "set", &id, "--address", "x", "--requests-per-minute", "1000001"]);
    assert!(said.contains("--address: ") && said.contains("--requests-per-minute: "), "{said}");
    Ok(())
}
