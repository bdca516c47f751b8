//! Commands beside a running server: what they change is true in the server within one second.

use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use musubi_testkit::engine::on_both;
use musubi_testkit::process::Connection;
use serde_json::json;

use super::stage::{Installation, LIST, REGISTER};

/// How long a change may take to be true everywhere.
const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn trials() -> Vec<Trial> {
    on_both("admin: what a second process changes is true in the server within one second", |engine| {
        changes(&Installation::new(engine))
    })
}

fn changes(installation: &Installation) -> Result<(), Failed> {
    let server = installation.serve();
    let mut connection = Connection::open(server.address).unwrap();
    let body = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 1}}}}).to_string();
    let mut code =
        |token: &str| connection.post(LIST, token, &body).unwrap().1["appStatus"]["code"].as_str().unwrap().to_owned();
    let mut becomes = |token: &str, wanted: &str| {
        let begun = Instant::now();
        while code(token) != wanted {
            assert!(begun.elapsed() < SECOND, "{wanted} took longer than a second");
        }
    };
    let token = installation.admin(&["token", "--scope", "crm:read", "--user", "yamada"]).trim().to_owned();
    becomes(&token, "S000");
    installation.admin(&["scope", "disable", "--name", "crm:read"]);
    becomes(&token, "E284");
    installation.admin(&["scope", "enable", "--name", "crm:read"]);
    becomes(&token, "S000");
    installation.admin(&["user", "set", "--login", "yamada", "--deactivate"]);
    becomes(&token, "E282");
    installation.admin(&["user", "set", "--login", "yamada", "--activate"]);
    becomes(&token, "S000");
    installation.admin(&["token", "remove", &token]);
    becomes(&token, "E282");

    // A new item of the template and a new slot can be used as soon as the command has ended.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.json");
    let item = json!({"templateList": [{"itemID": "8bf11d62-7607-4bc8-bfb3-641f68f6be79", "itemType": "text_single", "itemName": "追加項目"}]});
    std::fs::write(&file, item.to_string()).unwrap();
    installation.admin(&["template", "apply", "--database", "clients", &file.display().to_string()]);
    let mut register: serde_json::Value = serde_json::from_str(&installation.register_body("新しい項目")).unwrap();
    let items =
        register.pointer_mut("/param/toData/clientRegisterInfo/clientItemList").unwrap().as_array_mut().unwrap();
    items.push(json!({"itemID": "8bf11d62-7607-4bc8-bfb3-641f68f6be79", "itemType": "text_single", "itemTextData": {"value": "値"}}));
    let begun = Instant::now();
    while connection.post(REGISTER, &installation.token, &register.to_string()).unwrap().0 != 200 {
        assert!(begun.elapsed() < SECOND, "the new item took longer than a second");
    }
    Ok(())
}
