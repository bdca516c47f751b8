//! Merging two records.

use libtest_mimic::Trial;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_service::record::{RecordKey, record_find, record_merge};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use super::stage::{Stage, THINGS, ids, linkage, problems, text};
use super::undo::wholly_undone;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("record: a merge takes over what is missing and all that refers", merged),
        async_on_both("record: a merge within a tree leaves no cycle", within_a_tree),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) async fn merge(stage: &Stage, stays: Uuid, gone: Uuid) -> musubi_domain::error::Result<()> {
    let kind = ("clients", "client.merge");
    record_merge(
        &stage.app.service,
        &stage.context(),
        kind,
        (stays, "stays"),
        (gone, "gone"),
        std::collections::BTreeSet::new(),
    )
    .await
    .map(drop)
}

async fn merged(engine: Engine) {
    let stage = Stage::new(engine).await;
    let stays = stage.client("株式会社山田", &[("代表電話番号", text("03-1111-2222"))]).await.unwrap().id;
    let more = [("代表電話番号", text("03-9999-9999")), ("郵便番号", text("100-0001"))];
    let gone = stage.client("山田㈱", &more).await.unwrap().id;
    let given = musubi_service::record::GivenRecord { linkage: vec![linkage("A-1")], ..Default::default() };
    stage.update_given("clients", gone, None, given).await.unwrap();
    let contact = stage.contact(gone, "佐藤").await.unwrap().id;
    let thing = stage.thing("物", &[("client_multiple", ids(&[gone, stays]))]).await.unwrap().id;
    assert_eq!(problems(&merge(&stage, stays, stays).await.unwrap_err()), [("gone".to_owned(), "repeated")]);
    merge(&stage, stays, gone).await.unwrap();
    assert!(stage.get("clients", gone).await.is_err());
    let values = stage.values("clients", stays).await;
    assert_eq!(values["代表電話番号"].texts(), ["03-1111-2222"]);
    assert_eq!(values["郵便番号"].texts(), ["100-0001"]);
    assert_eq!(values["取引先正式名称"].texts(), ["株式会社山田"]);
    assert_eq!(stage.values("contacts", contact).await["取引先"], ItemValue::References(vec![stays]));
    assert_eq!(stage.values(THINGS, thing).await["client_multiple"], ItemValue::References(vec![stays]));
    let key = RecordKey::Linkage { slot: super::stage::SLOT, value: "A-1".into() };
    let template = stage.app.service.template(stage.app.tenant, "clients").await.unwrap();
    let found =
        stage.app.service.db().get(stage.app.tenant, move |keyed| {
            record_find(keyed, &musubi_domain::sight::Sight::all(), &template, &key)
        });
    assert_eq!(found.await.unwrap().unwrap().id, stays);
}

async fn within_a_tree(engine: Engine) {
    let stage = Stage::new(engine).await;
    let parent = |id: Uuid| vec![("親取引先", ids(&[id]))];
    let top = stage.client("頂", &[]).await.unwrap().id;
    let upper = stage.client("上", &parent(top)).await.unwrap().id;
    let middle = stage.client("中", &parent(upper)).await.unwrap().id;
    let lower = stage.client("下", &parent(middle)).await.unwrap().id;
    // The one that stays stands two below the one that goes.
    merge(&stage, lower, upper).await.unwrap();
    let above = async |id| match stage.values("clients", id).await.get("親取引先") {
        Some(ItemValue::References(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    assert_eq!((above(lower).await, above(middle).await), (vec![top], vec![lower]));
    // Taking that back, the lower record waits until the one above it is where it was.
    wholly_undone(&stage).await;
    assert_eq!((above(lower).await, above(middle).await, above(upper).await), (vec![middle], vec![upper], vec![top]));
    merge(&stage, lower, upper).await.unwrap();
    // And the other way round: the one that goes stands two below the one that stays, which is at the top.
    merge(&stage, top, middle).await.unwrap();
    assert_eq!((above(top).await, above(lower).await), (vec![], vec![top]));
    stage.update("clients", lower, &[("親取引先", RawValue::Empty)]).await.unwrap();
}
