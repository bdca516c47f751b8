//! An app with a database of every type of item, and short ways to do things with records.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::history::HistoryView;
use musubi_domain::id::{IndexNo, RecordNo};
use musubi_domain::item::{InquiryRouteRef, ItemType, ItemValue, RawValue};
use musubi_domain::linkage::LinkageValue;
use musubi_service::database::{DatabaseCreate, database_create};
use musubi_service::inquiry_route::inquiry_route_create;
use musubi_service::linkage::linkage_slot_set;
use musubi_service::organization::organization_create;
use musubi_service::record::{
    Expected, GivenItem, GivenLinkage, GivenRecord, RecordKey, RecordSeen, Restored, Written, record_delete,
    record_get, record_history, record_register, record_restore, record_update,
};
use musubi_service::user::{UserCreate, user_create};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::Engine;
use serde_json::{Value, json};
use uuid::Uuid;

/// The database that has an item of every type, each named after its type.
pub(crate) const THINGS: &str = "things";
pub(crate) const SLOT: i64 = 999_000_001;

pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) organizations: Vec<Uuid>,
    pub(crate) users: Vec<Uuid>,
    pub(crate) routes: Vec<InquiryRouteRef>,
}

impl Stage {
    pub(crate) async fn new(engine: Engine) -> Self {
        let app = TestApp::new(engine).await;
        let (mut organizations, mut users, mut routes) = (Vec::new(), Vec::new(), Vec::new());
        for name in ["営業部", "管理部", "開発部"] {
            organizations.push(organization_create(&app.service, &app.context(), name.into(), None).await.unwrap());
        }
        for (login_id, at) in [("yamada", 0), ("suzuki", 1), ("tanaka", 2)] {
            let command = UserCreate {
                login_id: login_id.into(),
                family_name: login_id.into(),
                first_name: "太郎".into(),
                mail: format!("{login_id}@example.com"),
                organizations: vec![organizations[at]],
                ..UserCreate::default()
            };
            users.push(user_create(&app.service, &app.context(), command).await.unwrap());
        }
        for name in ["東京", "大阪"] {
            routes
                .push(inquiry_route_create(&app.service, &app.context(), "展示会".into(), name.into()).await.unwrap());
        }
        linkage_slot_set(&app.service, &app.context(), SLOT, "基幹システムA".into()).await.unwrap();
        let command = DatabaseCreate {
            name: THINGS.into(),
            items: serde_json::from_value(items()).unwrap(),
            display: vec!["text_single".into()],
        };
        database_create(&app.service, &app.context(), command).await.unwrap();
        Self { app, organizations, users, routes }
    }

    pub(crate) fn context(&self) -> Arc<Context> {
        self.app.context()
    }

    /// What is given: items by name, with the values that a facade would hand in.
    pub(crate) async fn given(&self, database: &str, values: &[(&str, RawValue)]) -> GivenRecord {
        let template = self.app.service.template(self.app.tenant, database).await.unwrap();
        let item = |(name, value): &(&str, RawValue)| {
            let item =
                template.items().iter().find(|item| item.name == *name).unwrap_or_else(|| panic!("no item {name}"));
            let item_type = item.item_type.row().wire.to_owned();
            GivenItem { path: (*name).to_owned(), item: item.id, item_type, value: value.clone() }
        };
        let items = values.iter().map(item).collect();
        GivenRecord { items, items_path: "items".into(), ..GivenRecord::default() }
    }

    pub(crate) async fn register(&self, database: &str, values: &[(&str, RawValue)]) -> Result<Written> {
        let given = self.given(database, values).await;
        record_register(&self.app.service, &self.context(), database, "test.register", given).await
    }

    pub(crate) async fn register_linked(
        &self,
        database: &str,
        values: &[(&str, RawValue)],
        code: &str,
    ) -> Result<Written> {
        let given = GivenRecord { linkage: vec![linkage(code)], ..self.given(database, values).await };
        record_register(&self.app.service, &self.context(), database, "test.register", given).await
    }

    pub(crate) async fn update(&self, database: &str, id: Uuid, values: &[(&str, RawValue)]) -> Result<Written> {
        let given = self.given(database, values).await;
        self.update_given(database, id, None, given).await
    }

    pub(crate) async fn update_given(
        &self,
        database: &str,
        id: Uuid,
        version: Option<i64>,
        given: GivenRecord,
    ) -> Result<Written> {
        let key = (RecordKey::Id(id), "id");
        let kind = (database, "test.update");
        record_update(&self.app.service, &self.context(), kind, key, Expected { version }, given).await
    }

    pub(crate) async fn delete(&self, database: &str, ids: &[Uuid], force: bool) -> Result<i64> {
        let key = |(at, id): (usize, &Uuid)| (RecordKey::Id(*id), format!("ids[{at}]"));
        let keys = ids.iter().enumerate().map(key).collect();
        let kind = (database, "test.delete");
        let deleted = record_delete(&self.app.service, &self.context(), kind, keys, force).await?;
        Ok(deleted.counts.deleted)
    }

    pub(crate) async fn restore(&self, database: &str, id: Uuid) -> Result<Restored> {
        record_restore(&self.app.service, &self.context(), (database, "test.restore"), id, "id").await
    }

    pub(crate) async fn get(&self, database: &str, id: Uuid) -> Result<RecordSeen> {
        record_get(&self.app.service, &self.context(), database, RecordKey::Id(id), "id").await
    }

    pub(crate) async fn history(&self, database: &str, id: Uuid) -> Vec<HistoryView> {
        let key = (RecordKey::Id(id), "id");
        record_history(&self.app.service, &self.context(), database, key, 100).await.unwrap()
    }

    /// The values of a record by the names of its items.
    pub(crate) async fn values(&self, database: &str, id: Uuid) -> BTreeMap<String, ItemValue> {
        let seen = self.get(database, id).await.unwrap();
        let name = |number| seen.template.item_numbered(number).unwrap().name.clone();
        seen.values().into_iter().map(|(number, value)| (name(number), value)).collect()
    }

    /// The live records whose keys in an index are not those that they should have, and how many keys belong to no live record.
    pub(crate) async fn index_differences(&self, database: &str, index: IndexNo) -> (Vec<Uuid>, usize) {
        let template = self.app.service.template(self.app.tenant, database).await.unwrap();
        let read = move |snapshot: &mut musubi_store::db::Snapshot<'_>| {
            let own = template.indexes().iter().find(|own| own.number == index).unwrap();
            let rows = snapshot.rows(
                "SELECT key, record_no FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 ORDER BY key, record_no LIMIT 100000",
                &[index.0.into()],
            )?;
            let mut stored: BTreeMap<RecordNo, Vec<Vec<u8>>> = BTreeMap::new();
            for mut row in rows {
                let (key, record): (Vec<u8>, i64) = (row.take()?, row.take()?);
                stored.entry(RecordNo(record)).or_default().push(key);
            }
            let mut wrong = Vec::new();
            let mut after = RecordNo::range(template.database).0;
            loop {
                let records = musubi_store::record::record_walk(snapshot, template.database, after, 500)?;
                let Some(last) = records.last() else { break };
                after = last.number;
                for record in records.into_iter().filter(|record| record.deleted_at.is_none()) {
                    let wanted: Vec<_> = record.facts(&template).keys_in(own).into_iter().map(|(_, key)| key).collect();
                    if stored.remove(&record.number) != Some(wanted) {
                        wrong.push(record.id);
                    }
                }
            }
            Ok((wrong, stored.len()))
        };
        self.app.service.db().page(self.app.tenant, read).await.unwrap()
    }

    /// A client with the items that must be given.
    pub(crate) async fn client(&self, name: &str, more: &[(&str, RawValue)]) -> Result<Written> {
        let mut values = vec![
            ("取引先正式名称", ruby(name, "")),
            ("営業主担当部署", ids(&[self.organizations[0]])),
            ("営業主担当者", ids(&[self.users[0]])),
        ];
        values.extend_from_slice(more);
        self.register("clients", &values).await
    }

    /// A contact of a client with the items that must be given.
    pub(crate) async fn contact(&self, client: Uuid, family_name: &str) -> Result<Written> {
        let values = [
            ("取引先担当者姓", ruby(family_name, "")),
            ("取引先", ids(&[client])),
            ("営業主担当部署", ids(&[self.organizations[0]])),
            ("営業主担当者", ids(&[self.users[0]])),
        ];
        self.register("contacts", &values).await
    }

    /// A thing with its required item.
    pub(crate) async fn thing(&self, name: &str, more: &[(&str, RawValue)]) -> Result<Written> {
        let mut values = vec![("text_single", text(name))];
        values.extend_from_slice(more);
        self.register(THINGS, &values).await
    }
}

pub(crate) fn text(value: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: None }
}

pub(crate) fn ruby(value: &str, ruby: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: Some(ruby.to_owned()) }
}

pub(crate) fn ids(ids: &[Uuid]) -> RawValue {
    RawValue::Uuids(ids.to_vec())
}

pub(crate) fn linkage(value: &str) -> GivenLinkage {
    GivenLinkage { path: "linkage".into(), value: LinkageValue { slot: SLOT, value: value.to_owned() } }
}

/// The paths and codes of what is wrong.
pub(crate) fn problems(error: &Error) -> Vec<(String, &'static str)> {
    error.problems().iter().map(|problem| (problem.path.clone(), problem.message.code())).collect()
}

/// An item of every type; one of them required, one a key item.
fn items() -> Value {
    let choice = |value: i64, shown: bool, children: Value| json!({"label": format!("選択肢{value}"), "displayFlag": shown, "value": value, "children": children});
    let flat = json!([choice(1, true, json!([])), choice(2, true, json!([])), choice(3, false, json!([]))]);
    let tree = json!([
        choice(1, true, json!([choice(11, true, json!([choice(111, true, json!([]))]))])),
        choice(2, true, json!([]))
    ]);
    let of_type = |row: &musubi_domain::item::TypeRow| {
        let mut item = json!({"itemType": row.wire, "itemName": row.wire});
        match row.item_type {
            ItemType::TextSingle => item["requiredFlag"] = json!(true),
            ItemType::Pulldown | ItemType::Checkbox => item["selectionValues"] = flat.clone(),
            ItemType::LinkagePulldown => item["linkageSelectionValues"] = tree.clone(),
            ItemType::AutoNumber => item["numbering"] = json!({"prefix": "E-", "digits": 9}),
            ItemType::Reference => item["database"] = json!("clients"),
            _ => {}
        }
        item
    };
    let mut items: Vec<Value> = musubi_domain::item::TYPES.iter().map(of_type).collect();
    items.push(json!({"itemType": "text_single", "itemName": "code", "keyFlag": true}));
    Value::Array(items)
}
