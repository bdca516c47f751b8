//! What these calls do is in the feed and the log, and calls no webhooks.

use libtest_mimic::Trial;
use musubi_domain::context::Context;
use musubi_service::event::event_list;
use musubi_service::record::{RecordKey, record_delete};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;

use super::stage::{
    CONTACT_DELETE, CONTACT_UPDATE, DELETE, Stage, UPDATE, contact_update_body, delete_body, text, update_body,
};

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("events: what the calls change is in the feed and calls no webhooks", calls_none)
}

async fn events(stage: &Stage, context: &std::sync::Arc<Context>) -> Vec<(String, bool)> {
    let events = event_list(&stage.app.service, context, 0, 100).await.unwrap();
    events.into_iter().map(|event| (event.kind, event.calls_webhooks)).collect()
}

async fn calls_none(engine: Engine) {
    let stage = Stage::new(engine).await;
    let context = stage.app.context();
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let name = text("2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7", "text_ruby", json!({"value": "二"}));
    stage.ok(UPDATE, &update_body(client, &[name])).await;
    // Nothing changed: no event.
    stage.ok(UPDATE, &update_body(client, &[])).await;
    let title = text("691c9ac2-01e8-4166-81fb-899149fcd416", "text_single", json!({"value": "部長"}));
    stage.ok(CONTACT_UPDATE, &contact_update_body(client, contact, &[title])).await;
    let second = stage.contact(client, "鈴木", &[]).await;
    let list = json!([{"clientID": client, "clientResponsibleID": second}]);
    let body = json!({"param": {"toData": {"deleteClientResponsibleInfo": {"deleteClientResponsibleList": list}}}});
    stage.ok(CONTACT_DELETE, &body).await;
    stage.ok(DELETE, &delete_body(&[client], None)).await;
    let other = stage.client("三", &[]).await;
    let own = |kinds: &[&str]| kinds.iter().map(|kind| ((*kind).to_owned(), false)).collect::<Vec<_>>();
    let mut wanted = own(&[
        "client.created",
        "contact.created",
        "client.updated",
        "contact.updated",
        "contact.created",
        "contact.deleted",
        "client.deleted",
        "contact.deleted",
        "client.created",
    ]);
    // The same done on the machine does call them.
    let keys = vec![(RecordKey::Id(other), String::new())];
    record_delete(&stage.app.service, &context, ("clients", "client.delete"), keys, false).await.unwrap();
    wanted.push(("client.deleted".to_owned(), true));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let mut told = events(&stage, &context).await;
    while told.len() < wanted.len() && std::time::Instant::now() < deadline {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        told = events(&stage, &context).await;
    }
    assert_eq!(told, wanted);
}
