//! Forms held to what somebody may see and change.

use libtest_mimic::Trial;
use musubi_domain::item::ItemValue;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use super::{Filled, LOGIN, desk, field, led, number, reader, things};
use crate::record::stage::{Stage, THINGS, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: a form shows what may be read and takes what may be changed", items),
        async_on_both("screens: records that somebody does not see have no form", rows),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn clerk(stage: &Stage) -> Uuid {
    let users = user_list(&stage.app.service, &stage.context()).await.unwrap();
    users.into_iter().find(|user| user.login_id == LOGIN).unwrap().id
}

async fn restrict(stage: &Stage, database: &str, right: DatabaseRight) {
    let user = clerk(stage).await;
    database_right_set(&stage.app.service, &stage.context(), user, database, right).await.unwrap();
}

async fn items(engine: Engine) {
    let stage = desk(engine).await;
    let id = stage.thing("名", &[("url", text("https://secret.jp")), ("code", text("K-1"))]).await.unwrap().id;
    let items = vec![
        (number(&stage, THINGS, "url").await, ItemAccess::Hidden),
        (number(&stage, THINGS, "code").await, ItemAccess::Read),
    ];
    restrict(&stage, THINGS, DatabaseRight { items, ..DatabaseRight::default() }).await;
    let (mut reader, edit) = (reader(&stage).await, format!("{}/{id}/edit", things(&stage).await));
    let page = reader.get(&edit).await;
    let [url, code, phone] = [
        field(&stage, THINGS, "url").await,
        field(&stage, THINGS, "code").await,
        field(&stage, THINGS, "phone_number").await,
    ];
    assert!(!page.text.contains("secret") && !page.text.contains(&format!("\"{url}\"")), "{}", page.text);
    assert!(page.text.contains("K-1") && !page.text.contains(&format!("name=\"{code}\"")), "{}", page.text);
    // A form that says more than it was shown changes no more.
    let filled = Filled::of(&page.text);
    let more = format!("{},{},{}", filled.get("items"), url.trim_start_matches('i'), code.trim_start_matches('i'));
    let forged = filled.with("items", &more).with(&url, "https://x.jp").with(&code, "K-9").with(&phone, "03-1");
    assert!(led(&forged.send(&mut reader, &edit).await).1.starts_with("done=updated-gone"));
    let values = stage.values(THINGS, id).await;
    assert_eq!(values["url"], ItemValue::Text("https://secret.jp".into()));
    assert_eq!(values["code"], ItemValue::Text("K-1".into()));
    assert_eq!(values["phone_number"], ItemValue::Text("03-1".into()));
}

async fn rows(engine: Engine) {
    let stage = desk(engine).await;
    let (path, client) = (things(&stage).await, stage.client("山田商事", &[]).await.unwrap().id);
    let id = stage.thing("名", &[]).await.unwrap().id;
    restrict(&stage, THINGS, DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() }).await;
    restrict(&stage, "clients", DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() }).await;
    let mut reader = reader(&stage).await;
    for page in ["edit", "delete"] {
        assert_eq!(reader.get(&format!("{path}/{id}/{page}")).await.status, 404, "{page}");
    }
    reader.get(&format!("{path}/new")).await;
    for page in ["edit", "delete"] {
        assert_eq!(reader.post(&format!("{path}/{id}/{page}"), &[]).await.status, 404, "{page}");
    }
    assert!(reader.get("/candidates/clients?q=").await.text.contains("見つかりません"));
    let name = field(&stage, "clients", "取引先正式名称").await;
    let typed = Filled::of(&reader.get("/records/clients/new").await.text).with(&name, "山田商事");
    let part = typed.send(&mut reader, "/records/clients/duplicates").await;
    assert!(part.status == 200 && !part.text.contains("/records/clients/"), "what is not seen is like nothing");
    // A client that is not seen is told of by nothing but that there is one.
    let page = reader.get(&format!("{path}/new?client={client}")).await;
    assert!(!page.text.contains("山田商事"), "{}", page.text);

    restrict(&stage, THINGS, DatabaseRight { write: false, delete: false, ..DatabaseRight::default() }).await;
    for page in ["new", "trash", &format!("{id}/edit"), &format!("{id}/delete")] {
        assert_eq!(reader.get(&format!("{path}/{page}")).await.status, 403, "{page}");
        reader.get("/account").await;
        assert_eq!(reader.post(&format!("{path}/{page}"), &[]).await.status, 403, "{page}");
    }
}
