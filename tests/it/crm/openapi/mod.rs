//! The OpenAPI document: the calls that exist, the answers that they give, the requests that they take.

mod answers;
mod requests;
mod schema;

use std::collections::BTreeSet;
use std::path::Path;

use libtest_mimic::Trial;
use musubi_domain::route::Guard;
use musubi_domain::scope;
use musubi_http::openapi;
use musubi_http::router::ROUTES;
use musubi_testkit::engine::async_on_both;
use serde_json::{Value, json};

use self::schema::{problems, resolve};
use super::stage::Stage;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("openapi: the document has the calls that the router has", || {
            has_the_calls();
            Ok(())
        }),
        Trial::test("openapi: examples and the source's samples are what the schemas say", || {
            has_sound_examples();
            Ok(())
        }),
    ];
    trials.extend(async_on_both("openapi: answers are what the document says", |engine| async move {
        answers::as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: callers are turned away as the document says", |engine| async move {
        answers::turned_away_as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: the server takes what the schemas take", |engine| async move {
        requests::takes_as_documented(Stage::new(engine).await).await;
    }));
    trials.extend(async_on_both("openapi: what is at a limit is taken, what is over it is not", |engine| async move {
        requests::takes_up_to_the_limits(Stage::new(engine).await).await;
    }));
    trials
}

/// Every operation of the document: path, method, and the operation.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (path.clone(), method.to_uppercase(), operation))
        })
        .collect()
}

fn has_the_calls() {
    let document = openapi::crm();
    let operations = operations(&document);
    let documented: BTreeSet<_> = operations.iter().map(|(path, method, _)| (path.clone(), method.clone())).collect();
    let guarded = ROUTES.iter().filter(|route| route.guard == Guard::Scope);
    let routed: BTreeSet<(String, String)> = guarded
        .flat_map(|route| route.methods.split([',', ' ']).map(|method| (route.path.to_owned(), method.to_owned())))
        .filter(|(_, method)| !method.is_empty())
        .collect();
    assert_eq!(documented, routed);
    let ids: BTreeSet<_> =
        operations.iter().map(|(_, _, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len(), "{ids:?}");
    for (path, method, operation) in &operations {
        let scopes: Vec<Value> =
            scope::SHIPPED.iter().filter(|(own, _)| own == path).map(|(_, scope)| json!({"bearer": [scope]})).collect();
        assert!(!scopes.is_empty());
        assert_eq!(operation["security"], json!(scopes), "{method} {path}");
    }
}

fn content(part: &Value) -> &Value {
    &part["content"]["application/json"]
}

/// The schema of the bodies that a call takes.
fn request_schema<'d>(document: &'d Value, path: &str) -> &'d Value {
    &content(&document["paths"][path]["post"]["requestBody"])["schema"]
}

fn has_sound_examples() {
    let document = openapi::crm();
    let check = |schema: &Value, value: &Value, of: &str| {
        assert_eq!(problems(&document, schema, value), Vec::<String>::new(), "{of}");
    };
    for (path, method, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().values().map(|answer| resolve(&document, answer));
        let body = operation.get("requestBody");
        assert_eq!(body.is_some(), method == "POST", "{path}");
        for part in answers.chain(body) {
            let examples = content(part)["examples"].as_object().unwrap();
            assert!(!examples.is_empty(), "{path}");
            examples.iter().for_each(|(name, example)| {
                check(&content(part)["schema"], &example["value"], &format!("{method} {path} {name}"));
            });
        }
    }
    let mut sampled = BTreeSet::new();
    for (name, path, text) in samples() {
        let mut value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        if name == "api_crm_get-client-detail.response.1.json" {
            with_names(&mut value);
        }
        let operation = &document["paths"][path.as_str()]["post"];
        let schema = if name.contains(".request.") {
            request_schema(&document, &path)
        } else {
            &content(&operation["responses"]["200"])["schema"]
        };
        assert!(schema.is_object(), "{name} is of no call");
        check(schema, &value, &name);
        sampled.insert(path);
    }
    let documented: BTreeSet<_> = operations(&document).into_iter().map(|(path, _, _)| path).collect();
    assert_eq!(sampled, documented, "every call has a sample");
}

/// The source's sample of a detail has ids without their names, which its table demands.
fn with_names(detail: &mut Value) {
    for item in detail["clientDetailInfo"]["clientItemList"].as_array_mut().unwrap() {
        let ids = item["itemUuidData"]["values"].as_array().cloned().unwrap_or_default();
        if !ids.is_empty() {
            let named = |id: &Value| json!({"itemUuid": id, "itemDisplayValue": ""});
            item["itemUuidDataList"] = ids.iter().map(named).collect();
        }
    }
}

/// The source's samples: name, path of the call, text with ids in place of what stands for them.
fn samples() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/it/samples");
    let id = "00000000-0000-4000-8000-000000000001";
    let places = ["UUID-AAA", "UUID-BBB", "UUID-PARENT-CLIENT", "UUID-DIVISION", "UUID-USER"];
    let sample = |entry: std::io::Result<std::fs::DirEntry>| {
        let file = entry.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let path = format!("/{}", name.split('.').next().unwrap().replace('_', "/"));
        let text = std::fs::read_to_string(&file).unwrap();
        let text = places.iter().fold(text, |text, place| text.replace(place, id));
        (name, path, text.replace("\"clientID\": \"string\"", &format!("\"clientID\": \"{id}\"")))
    };
    std::fs::read_dir(folder).unwrap().map(sample).collect()
}
