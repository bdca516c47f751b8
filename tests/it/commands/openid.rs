//! The OpenID console as commands.

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::Desk;

/// Clients, scopes, what is known of the company, keys.
pub(super) fn console(desk: &Desk) -> Result<(), Failed> {
    let server = desk.serve();
    clients(desk);
    drop(server);
    scopes(desk);
    company(desk);
    keys(desk);
    Ok(())
}

fn refused(desk: &Desk, words: &[&str]) {
    assert_eq!(desk.run(words).status, Some(1), "{words:?}");
}

fn clients(desk: &Desk) {
    let words = [
        "client",
        "create",
        "--name",
        "app",
        "--scope",
        "openid offline_access",
        "--logout-uri",
        "https://a.example/bye",
    ];
    let made =
        desk.admin_json(&[&words[..], &["--redirect-uri", "com.example.app:/cb", "--refresh-days", "7"]].concat());
    let id = made["client_id"].as_str().unwrap();
    let renewed = desk.admin_json(&["client", "secret", id]);
    assert_eq!(renewed["client_id"], made["client_id"]);
    assert_ne!(renewed["client_secret"], made["client_secret"]);
    let listed = &desk.admin_json(&["client", "list"])[0];
    assert_eq!((&listed["refresh_days"], &listed["rotate_refresh"]), (&json!(7), &json!(false)));
    assert_eq!(listed["logout_uris"], json!(["https://a.example/bye"]));
    desk.admin(&["client", "set", id, "--refresh-days", "0"]);
    assert_eq!(desk.admin_json(&["client", "list"])[0]["refresh_days"], json!(30));
    let public = desk.admin_json(&["client", "create", "--name", "page", "--public"]);
    assert_eq!(desk.admin_json(&["client", "list"])[1]["rotate_refresh"], json!(true), "a public client rotates");
    refused(desk, &["admin", "client", "secret", public["client_id"].as_str().unwrap()]);
    for option in [
        ["--scope", "openid crm:reed"],
        ["--redirect-uri", "javascript:alert(1)"],
        ["--redirect-uri", "https://a.example/#x"],
        ["--logout-uri", "/bye"],
        ["--refresh-days", "3651"],
    ] {
        refused(desk, &[&["admin", "client", "create", "--name", "x"], &option[..]].concat());
    }
    refused(desk, &["admin", "client", "set", id, "--scope", "unknown"]);
    refused(desk, &["admin", "token", "--scope", "crm:reed"]);
    refused(desk, &["admin", "token", "--scope", "crm:read", "--client", id]);
    desk.admin(&["token", "--scope", "openid", "--user", "admin", "--client", id]);
    let of = |login: &str| desk.admin_json(&["token", "list", "--user", login]).as_array().unwrap().len();
    assert_eq!((of("ADMIN"), of("nobody")), (1, 0));
    assert_eq!(desk.admin_json(&["consent", "list", "--user", "admin"]), json!([]));
    refused(desk, &["admin", "consent", "remove", "--user", "admin", "--client", id]);
    refused(desk, &["admin", "consent", "list", "--user", "nobody"]);
}

fn scopes(desk: &Desk) {
    let scope = |name: &str| {
        let listed = desk.admin_json(&["scope", "list"]);
        listed.as_array().unwrap().iter().find(|scope| scope["name"] == name).cloned().unwrap_or(Value::Null)
    };
    assert_eq!(scope("profile")["enabled"], json!(true));
    assert_eq!(scope("ks3_custom_attribute")["claims"], json!(["ks3_custom_attribute"]));
    desk.admin(&[
        "scope",
        "create",
        "--name",
        "ks3_x",
        "--claims",
        "department,staff_id",
        "--title-ja",
        "部門と社員番号",
    ]);
    assert_eq!(scope("ks3_x")["claims"], json!(["department", "staff_id"]));
    desk.admin(&["scope", "create", "--name", "ks3_x", "--claims", "department"]);
    assert_eq!(scope("ks3_x")["claims"], json!(["department"]));
    desk.admin(&["scope", "disable", "--name", "email"]);
    assert_eq!(scope("email")["enabled"], json!(false));
    desk.admin(&["scope", "enable", "--name", "email"]);
    desk.admin(&["scope", "remove", "--name", "ks3_x"]);
    assert_eq!(scope("ks3_x"), Value::Null);
    for words in [
        &["remove", "--name", "openid"][..],
        &["create", "--name", "openid", "--claims", "email"],
        &["create", "--name", "crm:read", "--claims", "email"],
        &["create", "--name", "ks3_y", "--claims", "shoe_size"],
        &["create", "--name", "profile", "--api", "/api/crm/get-client-list"],
        &["create", "--name", "own", "--api", "/api/crm/no-such-call"],
        &["disable", "--name", "nothing"],
    ] {
        refused(desk, &[&["admin", "scope"], words].concat());
    }
    desk.admin(&["scope", "create", "--name", "own", "--api", "/api/crm/get-client-list", "/API/v2/api/"]);
    assert_eq!(desk.run(&["admin", "scope", "create", "--name", "own"]).status, Some(2));
}

fn company(desk: &Desk) {
    let set = ["tenant", "set", "--phone", "0312345678", "--prefecture", "東京都", "--attribute", "部署=営業=1"];
    desk.admin(&set);
    desk.admin(&["tenant", "set", "--remove-attribute", "部署"]);
    refused(desk, &["admin", "tenant", "set", "--remove-attribute", "部署"]);
    refused(desk, &["admin", "tenant", "set", "--attribute", "値だけ"]);
    refused(desk, &["admin", "tenant", "set", "--mail", "no address"]);
}

fn keys(desk: &Desk) {
    let states = || {
        let keys = desk.admin_json(&["signing-key", "list"]);
        keys.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(), ["used"]);
    desk.admin(&["signing-key", "rotate"]);
    assert_eq!(states(), ["used", "next"]);
    desk.admin(&["signing-key", "rotate", "--at-once"]);
    assert_eq!(states(), ["replaced", "next", "used"]);
}
