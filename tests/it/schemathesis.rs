//! Schemathesis calls the real program with whatever its OpenAPI document allows, and much that it does not: no answer is a fault of
//! the server, and no answer is outside the document.
//!
//! `MUSUBI_TEST_SCHEMATHESIS` is how many seconds it calls; a few unless it is set.

use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;
use musubi_testkit::engine::Engine;
use musubi_testkit::process::{Connection, ServerProcess};
use musubi_testkit::tool::{Tool, need, program};
use serde_json::{Map, Value, json};

use crate::faults::stage::Installation;

/// Seconds of a run of the trial.
const SECONDS: u64 = 40;
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance";
const CLIENTS: usize = 20;

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

fn every_answer_is_documented() {
    let installation = Installation::new(Engine::Sqlite);
    let server = installation.serve();
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records.json");
    std::fs::write(&records, fill(&installation, &server).to_string()).unwrap();
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it/schemathesis");
    let seconds = std::env::var("MUSUBI_TEST_SCHEMATHESIS").map_or(SECONDS, |text| text.parse().unwrap());
    let mut command = Command::new(program(Tool::Schemathesis).unwrap());
    command.args(["run", &format!("http://{}/openapi/crm.json", server.address)]);
    command.args(["--phases", "examples,fuzzing", "--checks", CHECKS, "--seed", "20261122", "--continue-on-failure"]);
    command.args(["--max-time", &seconds.to_string(), "--generation-database", "none", "--no-color"]);
    command.args(["--header", &format!("Authorization:Bearer {}", installation.token), "--warnings", "off"]);
    command.current_dir(folder.path()).stdin(Stdio::null());
    command.env("PYTHONPATH", hooks).env("PYTHONDONTWRITEBYTECODE", "1").env("SCHEMATHESIS_HOOKS", "hooks");
    command.env("MUSUBI_RECORDS", &records);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Test cases:"), "{said}");
}

/// Registers clients with a contact each, and tells what is there by the members of the calls.
fn fill(installation: &Installation, server: &ServerProcess) -> Value {
    let mut connection = Connection::open(server.address).unwrap();
    let mut post = |path: &str, body: Value| {
        let (status, answer) =
            connection.post(&format!("/api/crm/{path}"), &installation.token, &body.to_string()).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let (mut clients, mut contacts, mut client_of) = (Vec::new(), Vec::new(), Map::new());
    for number in 0..CLIENTS {
        let body = installation.register_body(&format!("会社{number}"));
        let client =
            post("client/register", serde_json::from_str(&body).unwrap())["registerClientResult"]["clientID"].clone();
        let uuid = |id: &str, item_type: &str, value: &str| json!({"itemID": id, "itemType": item_type, "itemUuidData": {"values": [value]}});
        let info = json!({"clientID": client, "clientResponsibleItemList": [
            {"itemID": "9b9e4a9f-2d99-4195-b136-de0ea63c494e", "itemType": "text_ruby", "itemTextData": {"value": "高橋"}},
            uuid("a214bb83-f81d-4631-9f1e-7c7efca08521", "division_single", &installation.organization),
            uuid("e9ba034d-e8de-415c-a059-6c5096aa9daf", "user_single", &installation.user),
        ], "systemLinkageInfoList": [{"systemLinkageID": 999000001, "linkageIDValue": format!("会社{number}")}]});
        let answer =
            post("client-responsible/register", json!({"param": {"toData": {"clientResponsibleRegisterInfo": info}}}));
        let contact = answer["registerClientResponsibleResult"]["clientResponsibleID"].clone();
        client_of.insert(contact.as_str().unwrap().to_owned(), client.clone());
        clients.push(client);
        contacts.push(contact);
    }
    let mut items = |path: &str, info: &str| -> Vec<Value> {
        let answer = post(path, json!({}));
        answer[info]["templateList"].as_array().unwrap().iter().map(item).collect()
    };
    let client_items = items("get-client-template", "clientTemplateInfo");
    let contact_items = items("get-client-responsible-template", "clientResponsibleTemplateInfo");
    json!({
        "clientID": clients,
        "clientResponsibleID": contacts,
        "clientOf": client_of,
        "systemLinkageID": [999_000_001],
        "linkageIDValue": (0..CLIENTS).map(|number| format!("会社{number}")).collect::<Vec<_>>(),
        "user": [installation.user],
        "organization": [installation.organization],
        "clientItemList": client_items,
        "clientResponsibleItemList": contact_items,
    })
}

/// An item of a template, with the values of its first level of choices.
fn item(item: &Value) -> Value {
    let choices = ["selectionValues", "linkageSelectionValues"].map(|member| item[member].as_array().cloned());
    let choices: Vec<_> = choices.into_iter().flatten().flatten().map(|choice| choice["value"].clone()).collect();
    json!({"itemID": item["itemID"], "itemType": item["itemType"], "choices": choices})
}
