//! Items that are hidden, shown again and removed, under records that hold values.

mod removal;

use libtest_mimic::Trial;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::item::{Choice, ItemType, RawValue};
use musubi_domain::job::JobState;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_domain::template::{ItemDefinition, ItemPlace};
use musubi_service::index::index_create;
use musubi_service::inquiry_route::{
    inquiry_route_create, inquiry_route_list, inquiry_route_remove, inquiry_route_set,
};
use musubi_service::job::job_get;
use musubi_service::record::{RecordKey, record_referrers};
use musubi_service::record_list::{Patience, record_list};
use musubi_service::rights::{database_right_remove, database_right_set};
use musubi_service::template::item::{ItemChange, template_item_add, template_item_move, template_item_set};
use musubi_service::template::removal::template_item_remove;
use musubi_service::template::{template_apply, template_export};
use musubi_service::verify::{Verify, verify};
use musubi_store::query::RecordQuery;
use musubi_testkit::app::keys;
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;
use uuid::Uuid;

use super::import::imported;
use super::stage::{Stage, THINGS, ids, problems, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("template: a hidden item is unknown to everybody, and its values come back", hidden),
        async_on_both("template: a removed item leaves nothing that anybody follows or finds", removed),
        async_on_both(
            "template: a removed item is cleared away slice by slice beside writers",
            removal::cleared_in_slices,
        ),
        async_on_both(
            "template: a clearing that was cancelled hides nothing and is begun again",
            removal::cleared_after_all,
        ),
        async_on_both("template: what something needs is not removed, and all of it is told", needed),
        async_on_both("template: items are added, renamed, moved and changed one by one", one_by_one),
        async_on_both("template: choices that are not given any more stay where they stand", choices_stay),
        async_on_both("template: removed items and inquiry routes have their limits", removal::limited),
        async_on_both("inquiry routes: a removed one stays where it stands", routes),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Stage {
    async fn id_of(&self, database: &str, name: &str) -> Uuid {
        let template = self.app.service.template(self.app.tenant, database).await.unwrap();
        template.items().iter().find(|item| item.name == name).unwrap_or_else(|| panic!("no item {name}")).id
    }

    async fn set_item(&self, database: &str, name: &str, change: ItemChange) -> Result<()> {
        let id = self.id_of(database, name).await;
        template_item_set(&self.app.service, &self.context(), database, id, change).await
    }

    async fn names(&self, database: &str) -> Vec<String> {
        let items = template_export(&self.app.service, &self.context(), database).await.unwrap();
        items.into_iter().map(|item| item.item_name).collect()
    }

    /// The display names of the records of a database whose item holds a text, or whose item has this number.
    async fn list(&self, database: &str, condition: Condition) -> Result<Vec<String>> {
        let service = &self.app.service;
        let template = service.template(self.app.tenant, database).await?;
        let sight = service.sight(&self.context(), &template).await?;
        let query = RecordQuery { template, condition, sorts: Vec::new(), offset: 0, limit: 100 };
        let page = record_list(service, &self.context(), &sight, query, None, Patience::CALL, "filter").await?;
        Ok(page.rows.into_iter().map(|row| row.display_name).collect())
    }

    async fn field(&self, database: &str, name: &str) -> Field {
        let template = self.app.service.template(self.app.tenant, database).await.unwrap();
        Field::Item(template.items().iter().find(|item| item.name == name).unwrap().number)
    }

    async fn found(&self, database: &str, name: &str, text: &str) -> Result<Vec<String>> {
        let items = vec![self.field(database, name).await.item().unwrap()];
        self.list(database, Condition::Contains { items, text: text.to_owned() }).await
    }

    async fn is_sound(&self) {
        let report = verify(&self.app.service, &keys(), Verify::default(), |_| {}).await.unwrap();
        assert_eq!(report.findings, []);
    }

    async fn count(&self, sql: &str, number: i64) -> i64 {
        let own = sql.to_owned();
        self.app.write(move |tx| tx.rows(&own, &[number.into()])?.remove(0).take()).await.unwrap()
    }
}

fn codes(error: &Error) -> Vec<&'static str> {
    error.problems().iter().map(|problem| problem.message.code()).collect()
}

async fn hidden(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社青葉", &[]).await.unwrap().id;
    let values = [("phone_number", text("03-1234-5678")), ("client_single", ids(&[client]))];
    let id = stage.thing("一", &values).await.unwrap().id;
    let field = stage.field(THINGS, "phone_number").await;
    assert_eq!(stage.found(THINGS, "phone_number", "1234").await.unwrap(), ["一"]);
    stage.set_item(THINGS, "phone_number", ItemChange::Required(true)).await.unwrap();
    for name in ["phone_number", "client_single"] {
        stage.set_item(THINGS, name, ItemChange::Hidden(true)).await.unwrap();
    }
    // Nobody reads it: not in a record, its history, a list, an order, a search.
    let seen = stage.values(THINGS, id).await;
    assert!(!seen.contains_key("phone_number") && !seen.contains_key("client_single"), "{seen:?}");
    assert_eq!(codes(&stage.found(THINGS, "phone_number", "1234").await.unwrap_err()), ["hidden_item"]);
    let empty = stage.list(THINGS, Condition::Empty { field }).await;
    assert_eq!(codes(&empty.unwrap_err()), ["hidden_item"]);
    let template = stage.app.service.template(stage.app.tenant, THINGS).await.unwrap();
    assert!(template.listed_items().all(|item| item.name != "phone_number"));
    // Nobody gives it, and nobody has to.
    let given = [("phone_number", text("03-1234-5678"))];
    let wanted = [("phone_number".to_owned(), "unknown_item")];
    assert_eq!(problems(&stage.update(THINGS, id, &given).await.unwrap_err()), wanted);
    assert_eq!(problems(&stage.thing("二", &given).await.unwrap_err()), wanted);
    stage.thing("二", &[]).await.unwrap();
    let column = imported(&stage, THINGS, "text_single,phone_number\r\n三,03-1\r\n").await;
    assert!(column.failure.as_ref().is_some_and(|failure| failure.ja.contains("phone_number")), "{column:?}");
    let row = imported(&stage, THINGS, "text_single\r\n三\r\n").await;
    assert_eq!(row.state, JobState::Done);
    // Its values stay, whatever else changes, and are sound; what refers still refers.
    assert!(stage.update(THINGS, id, &[("text_single", text("壱"))]).await.unwrap().changed);
    let history = stage.history(THINGS, id).await;
    assert!(history.iter().all(|view| view.items.iter().all(|(item, ..)| Some(*item) != field.item())));
    stage.is_sound().await;
    assert_eq!(codes(&stage.delete("clients", &[client], false).await.unwrap_err()), ["still_referred"]);
    for name in ["phone_number", "client_single"] {
        stage.set_item(THINGS, name, ItemChange::Hidden(false)).await.unwrap();
    }
    let seen = stage.values(THINGS, id).await;
    assert!(seen.contains_key("phone_number") && seen.contains_key("client_single"), "{seen:?}");
    assert_eq!(stage.found(THINGS, "phone_number", "1234").await.unwrap(), ["壱"]);
    assert_eq!(problems(&stage.thing("四", &[]).await.unwrap_err()), [("items".to_owned(), "required")]);
    // What the product needs is not hidden.
    let hide = ItemChange::Hidden(true);
    for (database, name) in [
        ("clients", "取引先正式名称"),
        ("clients", "住所(都道府県)"),
        ("clients", "営業主担当者"),
        ("clients", "親取引先"),
        ("clients", "作成日"),
        ("contacts", "取引先"),
        (THINGS, "text_single"),
    ] {
        let error = stage.set_item(database, name, hide.clone()).await.unwrap_err();
        let found = problems(&error);
        assert!(
            !found.is_empty() && found.iter().all(|it| *it == ("item.hiddenFlag".to_owned(), "item_needed")),
            "{name}: {found:?}"
        );
    }
    stage.set_item("clients", "WEBサイト2", hide).await.unwrap();
}

async fn removed(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社青葉", &[]).await.unwrap().id;
    let values = [
        ("mail_address", text("aoba@example.jp")),
        ("client_multiple", ids(&[client])),
        ("number", RawValue::Numeric("5".into())),
    ];
    let mut things = Vec::new();
    for name in ["一", "二", "三"] {
        things.push(stage.thing(name, &values).await.unwrap().id);
    }
    stage.delete(THINGS, &things[2..], false).await.unwrap();
    let service = &stage.app.service;
    let remove = async |name: &str| {
        let id = stage.id_of(THINGS, name).await;
        template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await
    };
    assert_eq!(problems(&remove("mail_address").await.unwrap_err()), [("ITEM_ID".to_owned(), "hide_first")]);
    let (mail, reference) = (stage.field(THINGS, "mail_address").await, stage.field(THINGS, "client_multiple").await);
    let before = stage.names(THINGS).await;
    let mut jobs = Vec::new();
    for name in ["mail_address", "client_multiple", "number"] {
        stage.set_item(THINGS, name, ItemChange::Hidden(true)).await.unwrap();
        jobs.push(remove(name).await.unwrap().unwrap());
    }
    let wanted: Vec<_> = before
        .into_iter()
        .filter(|name| !["mail_address", "client_multiple", "number"].contains(&name.as_str()))
        .collect();
    assert_eq!(stage.names(THINGS).await, wanted, "the others stand in their order");
    // Before the job has run nothing is wrong, nothing stands in the way, and records are written like any.
    stage.is_sound().await;
    let key = (RecordKey::Id(client), "id");
    assert_eq!(record_referrers(service, &stage.context(), "clients", key, 10).await.unwrap(), (vec![], false));
    assert!(stage.update(THINGS, things[0], &[("text_single", text("壱"))]).await.unwrap().changed);
    stage.restore(THINGS, things[2]).await.unwrap();
    stage.delete("clients", &[client], false).await.unwrap();
    let unknown = stage.list(THINGS, Condition::OneOf { field: mail, values: vec![Operand::Text("a".into())] }).await;
    assert_eq!(codes(&unknown.unwrap_err()), ["unknown_item"]);
    stage.is_sound().await;
    stage.app.run_jobs().await;
    for job in jobs {
        let job = job_get(service, &stage.context(), job).await.unwrap();
        assert_eq!((job.state, job.progress.done), (JobState::Done, 3));
    }
    stage.is_sound().await;
    let links = "SELECT count(*) FROM record_link WHERE tenant_no = ?1 AND item_no = ?2";
    assert_eq!(stage.count(links, reference.item().unwrap().0).await, 0);
    // An item of the same name is another one, and takes no number that was used.
    let new = definition("mail_address", ItemType::MailAddress);
    template_item_add(service, &stage.context(), THINGS, new, ItemPlace::Last).await.unwrap();
    assert!(stage.field(THINGS, "mail_address").await > mail);
    assert!(!stage.values(THINGS, things[1]).await.contains_key("mail_address"));
    assert!(stage.update(THINGS, things[1], &[("mail_address", text("neu@example.jp"))]).await.unwrap().changed);
    assert_eq!(stage.found(THINGS, "mail_address", "aoba").await.unwrap(), Vec::<String>::new());
    assert_eq!(stage.found(THINGS, "mail_address", "neu").await.unwrap(), ["二"]);
    assert_eq!(stage.history(THINGS, things[1]).await.len(), 1);
    // Merged, deleted and undone, documents keep what nobody reads.
    stage.delete(THINGS, &things[..1], false).await.unwrap();
    stage.restore(THINGS, things[0]).await.unwrap();
    stage.is_sound().await;
}

fn definition(name: &str, item_type: ItemType) -> ItemDefinition {
    serde_json::from_value(json!({"itemName": name, "itemType": item_type.row().wire})).unwrap()
}

async fn needed(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let refused = async |database: &str, name: &str| {
        let id = stage.id_of(database, name).await;
        let removed = template_item_remove(service, &stage.context(), database, (id, "ITEM_ID")).await;
        codes(&removed.unwrap_err())
    };
    assert_eq!(refused("clients", "WEBサイト2").await, ["built_in_item"]);
    assert_eq!(refused(THINGS, "text_single").await, ["item_needed"]);
    assert_eq!(refused(THINGS, "code").await, ["item_needed"]);
    assert_eq!(refused(THINGS, "auto_number").await, ["item_needed"]);
    index_create(service, &stage.context(), THINGS, vec![stage.field(THINGS, "date").await]).await.unwrap();
    assert_eq!(refused(THINGS, "date").await, ["item_needed"]);
    let field = stage.field(THINGS, "number").await;
    let named = DatabaseRight {
        rows: RowRule::Condition(Condition::Empty { field }),
        items: vec![(stage.field(THINGS, "url").await.item().unwrap(), ItemAccess::Read)],
        ..DatabaseRight::default()
    };
    database_right_set(service, &stage.context(), stage.users[0], THINGS, named).await.unwrap();
    assert_eq!(refused(THINGS, "number").await, ["item_needed"]);
    assert_eq!(refused(THINGS, "url").await, ["item_needed"]);
    database_right_remove(service, &stage.context(), stage.users[0], THINGS).await.unwrap();
    // Where there never was a record, nothing has to be hidden first.
    let id = stage.id_of(THINGS, "number").await;
    assert_eq!(template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await.unwrap(), None);
    let again = template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await;
    assert_eq!(again.unwrap_err().kind(), Kind::NotFound);
    stage.is_sound().await;
}

async fn one_by_one(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, count) = (&stage.app.service, stage.names(THINGS).await.len());
    let first = stage.id_of(THINGS, "text_single").await;
    let add = async |name: &str, item_type, place| {
        template_item_add(service, &stage.context(), THINGS, definition(name, item_type), place).await
    };
    let amount = add("金額", ItemType::AmountInteger, ItemPlace::Before(first)).await.unwrap();
    let rank = add("ランク", ItemType::Pulldown, ItemPlace::After(first)).await.unwrap();
    assert_eq!(stage.names(THINGS).await[..3], ["金額", "text_single", "ランク"]);
    let taken = add("金額", ItemType::Date, ItemPlace::Last).await.unwrap_err();
    assert_eq!(problems(&taken), [("item.itemName".to_owned(), "taken")]);
    let nowhere = add("日", ItemType::Date, ItemPlace::After(Uuid::nil())).await.unwrap_err();
    assert_eq!(problems(&nowhere), [("place".to_owned(), "unknown_item")]);
    let set = async |id, change| template_item_set(service, &stage.context(), THINGS, id, change).await;
    let units = ItemChange::Units { before: Some("¥".into()), after: None };
    set(amount, units.clone()).await.unwrap();
    set(amount, ItemChange::Name("単価".into())).await.unwrap();
    set(amount, ItemChange::Required(true)).await.unwrap();
    set(rank, ItemChange::Choices(vec![Choice::leaf(1, "A")])).await.unwrap();
    for (id, change, path, code) in [
        (rank, units, "item.beforeUnit", "not_for_this_type"),
        (amount, ItemChange::Choices(vec![Choice::leaf(1, "A")]), "item.selectionValues", "not_for_this_type"),
        (rank, ItemChange::Choices(vec![Choice::leaf(0, "A")]), "item.selectionValues", "out_of_range"),
        (rank, ItemChange::Choices(vec![Choice::leaf(1, " ")]), "item.selectionValues", "required"),
        (amount, ItemChange::Name("x".repeat(256)), "item.itemName", "too_long"),
        (amount, ItemChange::Units { before: None, after: Some("y".repeat(21)) }, "item.afterUnit", "too_long"),
        (
            amount,
            ItemChange::Units { before: Some("a\nb".into()), after: None },
            "item.beforeUnit",
            "control_character",
        ),
    ] {
        assert_eq!(problems(&set(id, change).await.unwrap_err()), [(path.to_owned(), code)]);
    }
    assert_eq!(set(Uuid::nil(), ItemChange::Required(true)).await.unwrap_err().kind(), Kind::NotFound);
    template_item_move(service, &stage.context(), THINGS, amount, ItemPlace::After(rank)).await.unwrap();
    let items = template_export(service, &stage.context(), THINGS).await.unwrap();
    let names: Vec<_> = items.iter().take(3).map(|item| item.item_name.as_str()).collect();
    assert_eq!((names, items.len()), (vec!["text_single", "ランク", "単価"], count + 2));
    let price = &items[2];
    assert_eq!(
        (price.before_unit.as_deref(), price.after_unit.as_deref(), price.required_flag),
        (Some("¥"), None, true)
    );
    assert_eq!(items[1].selection_values, Some(vec![Choice::leaf(1, "A")]));
    columns_of_the_same_name(&stage).await;
    // What is exported can be applied, and changes nothing.
    assert_eq!(template_apply(service, &stage.context(), THINGS, items).await.unwrap(), (0, 0));
}

/// An item that people added is called like a built-in one, as the source has it: of two columns the first is the built-in one's.
async fn columns_of_the_same_name(stage: &Stage) {
    let service = &stage.app.service;
    let built_in = stage.id_of("products", "商品名").await;
    let own = ItemDefinition { required_flag: true, ..definition("商品名", ItemType::TextSingle) };
    let own = template_item_add(service, &stage.context(), "products", own, ItemPlace::Last).await.unwrap();
    let one = imported(stage, "products", "商品コード,商品名\r\nP-1,x\r\n").await.failure.unwrap();
    assert!(one.ja.contains("商品名: 必須"), "the added one is missing: {one:?}");
    let both = imported(stage, "products", "商品名,商品コード,商品名\r\n甲,P-1,乙\r\n").await;
    assert_eq!((both.state, &both.failure), (JobState::Done, &None));
    let third = imported(stage, "products", "商品名,商品名,商品名\r\n甲,P-1,乙\r\n").await.failure.unwrap();
    assert_eq!(third.code, "item_twice");
    let optional = ItemChange::Required(false);
    template_item_set(service, &stage.context(), "products", own, optional).await.unwrap();
    let one = imported(stage, "products", "商品コード,商品名\r\nP-2,丙\r\n").await;
    assert_eq!((one.state, &one.failure), (JobState::Done, &None));
    let template = service.template(stage.app.tenant, "products").await.unwrap();
    for (item, text, wanted) in
        [(built_in, "甲", 1), (own, "乙", 1), (own, "甲", 0), (built_in, "丙", 1), (own, "丙", 0)]
    {
        let items = vec![template.item(item).unwrap().number];
        let found = stage.list("products", Condition::Contains { items, text: text.to_owned() }).await.unwrap();
        assert_eq!(found.len(), wanted, "{text}: {found:?}");
    }
}

async fn choices_stay(engine: Engine) {
    let stage = Stage::new(engine).await;
    let values =
        [("linkage_pulldown", RawValue::Selection(vec![1, 11, 111])), ("checkbox", RawValue::Selection(vec![1, 2]))];
    let id = stage.thing("一", &values).await.unwrap().id;
    let leaf = |value| Choice::leaf(value, format!("選択肢{value}"));
    let levels = Choice { children: vec![Choice { children: vec![leaf(112)], ..leaf(11) }], ..leaf(1) };
    stage.set_item(THINGS, "linkage_pulldown", ItemChange::Choices(vec![levels])).await.unwrap();
    stage.set_item(THINGS, "checkbox", ItemChange::Choices(vec![leaf(2)])).await.unwrap();
    let stands = stage.values(THINGS, id).await;
    assert!(!stage.update(THINGS, id, &values).await.unwrap().changed, "what stands passes");
    assert!(stage.update(THINGS, id, &[("text_single", text("壱"))]).await.unwrap().changed);
    assert_eq!(stage.values(THINGS, id).await["checkbox"], stands["checkbox"]);
    let mut found = problems(&stage.thing("二", &values).await.unwrap_err());
    found.sort();
    assert_eq!(found, [("checkbox".to_owned(), "hidden_choice"), ("linkage_pulldown".to_owned(), "hidden_choice")]);
    stage.thing("二", &[("linkage_pulldown", RawValue::Selection(vec![1, 11, 112]))]).await.unwrap();
    let four = Choice {
        children: vec![Choice { children: vec![Choice { children: vec![leaf(4)], ..leaf(3) }], ..leaf(2) }],
        ..leaf(1)
    };
    let error = stage.set_item(THINGS, "linkage_pulldown", ItemChange::Choices(vec![four])).await.unwrap_err();
    assert_eq!(problems(&error), [("item.linkageSelectionValues".to_owned(), "too_deep")]);
    stage.is_sound().await;
}

async fn routes(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, tokyo, osaka) = (&stage.app.service, stage.routes[0], stage.routes[1]);
    let given = |route| [("inquiry_route", RawValue::InquiryRoutes(vec![route]))];
    let id = stage.thing("一", &given(tokyo)).await.unwrap().id;
    let listed = async |removed| {
        let routes = inquiry_route_list(service, &stage.context(), removed).await.unwrap();
        routes.into_iter().map(|(_, names)| format!("{}/{}", names.category, names.route)).collect::<Vec<_>>()
    };
    assert_eq!(listed(false).await, ["展示会/東京", "展示会/大阪"], "in the order in which they were made");
    let taken = inquiry_route_set(service, &stage.context(), osaka.route, "東京".into()).await.unwrap_err();
    assert_eq!(problems(&taken), [("--name".to_owned(), "taken")]);
    inquiry_route_set(service, &stage.context(), tokyo.category, "催事".into()).await.unwrap();
    inquiry_route_remove(service, &stage.context(), tokyo.route).await.unwrap();
    assert_eq!(listed(false).await, ["催事/大阪"]);
    assert_eq!(listed(true).await, ["催事/東京", "催事/大阪"]);
    assert!(!stage.update(THINGS, id, &given(tokyo)).await.unwrap().changed, "it passes where it stands");
    let refused = [("inquiry_route".to_owned(), "no_such_inquiry_route")];
    assert_eq!(problems(&stage.thing("二", &given(tokyo)).await.unwrap_err()), refused);
    // Its name is free again, for another one.
    let again = inquiry_route_create(service, &stage.context(), "催事".into(), "東京".into()).await.unwrap();
    assert!(again.category == tokyo.category && again.route != tokyo.route);
    inquiry_route_remove(service, &stage.context(), tokyo.category).await.unwrap();
    assert_eq!((listed(false).await, listed(true).await.len()), (vec![], 3));
    let gone = inquiry_route_remove(service, &stage.context(), osaka.route).await.unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound);
    assert_eq!(problems(&stage.thing("二", &given(osaka)).await.unwrap_err()), refused);
    stage.is_sound().await;
}
