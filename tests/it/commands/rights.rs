//! Programs that are held to rights.

use serde_json::{Value, json};

use super::Desk;

/// Clients and tokens that are held to rights.
pub(super) fn named_rights(desk: &Desk, client_id: &str) {
    let held = desk.admin_json(&["client", "create", "--name", "held", "--right", "台帳管理", "--right", "監査閲覧"]);
    let held = held["client_id"].as_str().unwrap();
    let client = |id: &str| {
        let clients = desk.admin_json(&["client", "list"]);
        clients.as_array().unwrap().iter().find(|client| client["client_id"] == id).unwrap().clone()
    };
    assert_eq!(client(held)["rights"], json!(["台帳管理", "監査閲覧"]));
    assert_eq!(client(client_id)["rights"], Value::Null);
    let changed =
        ["--name", "改", "--scope", "crm:read", "--redirect-uri", "https://a.example/", "--claims", "standard"];
    desk.admin(&[&["client", "set", held], &changed[..], &["--rotate-refresh", "true", "--all-rights"]].concat());
    let after = client(held);
    assert_eq!((&after["name"], &after["rights"]), (&json!("改"), &Value::Null));
    assert_eq!((&after["redirect_uris"], &after["claims"]), (&json!(["https://a.example/"]), &json!("standard")));
    assert_eq!((&after["rotate_refresh"], &after["public"]), (&json!(true), &json!(false)));
    desk.admin(&["client", "set", held, "--right", "DB設定"]);
    assert_eq!((&client(held)["rights"], &client(held)["scope"]), (&json!(["DB設定"]), &json!("crm:read")));
    desk.admin(&["token", "--scope", "crm:read", "--right", "DB設定"]);
    desk.admin(&["token", "--scope", "crm:read", "--client", held]);
    let tokens = desk.admin_json(&["token", "list"]);
    let rights: Vec<_> = tokens.as_array().unwrap().iter().map(|token| token["rights"].clone()).collect();
    assert_eq!(rights, [Value::Null, json!(["DB設定"]), json!(["DB設定"])]);
    for words in [
        &["admin", "client", "set", held, "--right", "なし"][..],
        &["admin", "client", "set", "nobody", "--name", "x"],
        &["admin", "token", "--scope", "crm:read", "--right", "なし"],
        &["admin", "token", "--scope", "crm:read", "--right", "DB設定", "--user", "admin"],
    ] {
        assert_eq!(desk.run(words).status, Some(1), "{words:?}");
    }
    for words in [&["admin", "client", "set", held][..], &["admin", "token", "list", "--right", "DB設定"]] {
        assert_eq!(desk.run(words).status, Some(2), "{words:?}");
    }
}
