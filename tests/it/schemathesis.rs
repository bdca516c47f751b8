//! Schemathesis calls the real program with whatever its OpenAPI document allows, and much that it does not: no answer is a fault of
//! the server, and no answer is outside the document.
//!
//! `MUSUBI_TEST_SCHEMATHESIS` is how many seconds it calls; some calls to each path unless it is set.

use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use musubi_domain::route::Guard;
use musubi_http::router::ROUTES;
use musubi_testkit::app::ALL_SCOPES;
use musubi_testkit::process::{Connection, ServerProcess};
use musubi_testkit::tool::{Tool, need, program};
use serde_json::{Map, Value, json};

/// Generated calls of each path and method.
const CALLS: &str = "25";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance";

pub(crate) fn trials() -> Vec<Trial> {
    if !need(Tool::Schemathesis) {
        return Vec::new();
    }
    vec![
        Trial::test("schemathesis: every answer is in the document", || {
            every_answer_is_documented();
            Ok(())
        })
        .with_kind("sqlite"),
    ]
}

/// The real program, on data in this folder.
fn musubi(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_musubi"));
    command.args(words).arg("--data").arg(folder.join("data")).current_dir(folder).env("LANG", "C");
    command
}

fn every_answer_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let server = ServerProcess::start(musubi(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0"])).unwrap();
    let token = musubi(folder.path(), &["admin", "token", "--scope", ALL_SCOPES]).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let (records, events) = (folder.path().join("records.json"), folder.path().join("events.txt"));
    std::fs::write(&records, what_is_there(&server, &token).to_string()).unwrap();
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it/schemathesis");
    let mut command = Command::new(program(Tool::Schemathesis).unwrap());
    command.args(["run", &format!("http://{}/openapi/crm.json", server.address)]);
    command.args(["--phases", "examples,fuzzing", "--checks", CHECKS, "--seed", "20261122", "--continue-on-failure"]);
    match std::env::var("MUSUBI_TEST_SCHEMATHESIS") {
        Ok(seconds) => command.args(["--max-time", &seconds]),
        Err(_) => command.args(["--max-examples", CALLS]),
    };
    command.args(["--generation-database", "none", "--no-color"]);
    command.args(["--header", &format!("Authorization:Bearer {token}"), "--warnings", "off"]);
    command.current_dir(folder.path()).stdin(Stdio::null());
    command.env("PYTHONPATH", hooks).env("PYTHONDONTWRITEBYTECODE", "1").env("SCHEMATHESIS_HOOKS", "hooks");
    command.env("MUSUBI_RECORDS", &records).env("MUSUBI_EVENTS", &events);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    // Each line is a call and the status it ended with. Without successes it would say little.
    let seen = std::fs::read_to_string(&events).unwrap();
    for route in ROUTES.iter().filter(|route| route.guard == Guard::Scope) {
        assert!(
            seen.lines().any(|line| line == format!("{} 200", route.path)),
            "{} never succeeded\n{said}",
            route.path
        );
    }
}

/// Ids, linkage values and items of the demo, by the members of the calls.
fn what_is_there(server: &ServerProcess, token: &str) -> Value {
    let mut connection = Connection::open(server.address).unwrap();
    let mut post = |path: &str, body: Value| {
        let (status, answer) = connection.post(&format!("/api/{path}"), token, &body.to_string()).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let page = json!({"param": {"requiredConditions": {"pagination": {"offset": 0, "limit": 100}}}});
    let options = json!({"Param": {"Options": {"Pagination": {"Offset": 0, "Limit": 100}}}});
    let clients = post("crm/get-client-list", page.clone())["clientListInfo"]["clientList"].clone();
    let contacts =
        post("crm/get-client-responsible-list", page)["clientResponsibleListInfo"]["clientResponsibleList"].clone();
    let people = post("organization/get-user-list", options.clone())["UserListInfo"]["UserList"].clone();
    let organizations =
        post("organization/get-organization-list", options)["OrganizationListInfo"]["OrganizationList"].clone();
    let client_template = post("crm/get-client-template", json!({}))["clientTemplateInfo"]["templateList"].clone();
    let contact_template =
        post("crm/get-client-responsible-template", json!({}))["clientResponsibleTemplateInfo"]["templateList"].clone();
    let values =
        [&clients, &contacts].into_iter().flat_map(rows).map(|row| &row["systemLinkageInfoList"][0]["linkageIDValue"]);
    let values: Vec<_> = values.filter(|value| *value != "").collect();
    let client_of: Map<String, Value> = rows(&contacts)
        .map(|row| (row["clientResponsibleID"].as_str().unwrap().to_owned(), row["clientID"].clone()))
        .collect();
    json!({
        "clientID": column(&clients, "clientID"),
        "clientResponsibleID": column(&contacts, "clientResponsibleID"),
        "clientOf": client_of,
        "systemLinkageID": [999_000_001],
        "linkageIDValue": values,
        "user": column(&people, "UserID"),
        "organization": column(&organizations, "OrganizationID"),
        "clientItemList": rows(&client_template).map(item).collect::<Vec<_>>(),
        "clientResponsibleItemList": rows(&contact_template).map(item).collect::<Vec<_>>(),
    })
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

fn column(list: &Value, name: &str) -> Vec<Value> {
    rows(list).map(|row| row[name].clone()).collect()
}

/// An item of a template: whether it must be given, and the values of its first level of choices.
fn item(item: &Value) -> Value {
    let choices = ["selectionValues", "linkageSelectionValues"].map(|member| item[member].as_array().cloned());
    let choices: Vec<_> = choices.into_iter().flatten().flatten().map(|choice| choice["value"].clone()).collect();
    json!({"itemID": item["itemID"], "itemType": item["itemType"], "required": item["requiredFlag"], "choices": choices})
}
