//! 名刺: the cards of a contact.

use libtest_mimic::Trial;
use musubi_domain::business_card as card;
use musubi_domain::item::{ItemType, RawValue};
use musubi_domain::rights::{DatabaseRight, ItemAccess};
use musubi_service::record::{GivenItem, GivenRecord, record_register};
use musubi_service::rights::database_right_set;
use musubi_service::user::{UserSet, user_set};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{CARD_LIST, Stage, delete_body, id};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("cards: the newest exchange first, page by page", newest_first),
        async_on_both("cards: owner, route and dates as they are", meta),
        async_on_both("cards: the contact is named by id or slot, and has to be there", key),
        async_on_both("cards: what a person may not read is left out", hidden),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn item(item: Uuid, item_type: ItemType, value: RawValue) -> GivenItem {
    GivenItem { path: String::new(), item, item_type: item_type.row().wire.into(), value }
}

fn text(value: &str) -> RawValue {
    RawValue::Text { value: value.into(), ruby: None }
}

/// A card of a contact.
async fn card(stage: &Stage, contact: Uuid, name: &str, exchanged: Option<&str>, more: Vec<GivenItem>) -> Uuid {
    let mut items = vec![
        item(card::FAMILY_NAME, ItemType::TextRuby, text(name)),
        item(card::CONTACT, ItemType::ContactSingle, RawValue::Uuids(vec![contact])),
    ];
    items.extend(exchanged.map(|day| item(card::EXCHANGED_ON, ItemType::Date, text(day))));
    items.extend(more);
    let given = GivenRecord { items, by_system: true, ..GivenRecord::default() };
    let context = stage.app.context();
    record_register(&stage.app.service, &context, card::DATABASE, "test.register", given).await.unwrap().id
}

fn body(contact: Uuid, offset: i64, limit: i64) -> Value {
    let page = json!({"offset": offset, "limit": limit});
    json!({"param": {"conditions": {"clientResponsibleID": contact, "pagination": page}}})
}

async fn rows(stage: &Stage, contact: Uuid, offset: i64, limit: i64) -> (Vec<Value>, bool) {
    let answer = stage.ok(CARD_LIST, &body(contact, offset, limit)).await;
    let info = &answer.body["clientResponsibleBusinesscardListInfo"];
    (info["businessCardList"].as_array().unwrap().clone(), info["getMoreFlag"].as_bool().unwrap())
}

async fn newest_first(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let (contact, other) = (stage.contact(client, "佐藤", &[]).await, stage.contact(client, "鈴木", &[]).await);
    for (name, day) in [
        ("甲", Some("2026-01-05")),
        ("乙", None),
        ("丙", Some("2026-03-01")),
        ("丁", Some("2025-12-31")),
        ("戊", Some("2026-03-01")),
    ] {
        card(&stage, contact, name, day, vec![]).await;
        stage.app.source.advance_seconds(1);
    }
    card(&stage, other, "己", Some("2026-04-01"), vec![]).await;
    let mut names = Vec::new();
    loop {
        let (page, more) = rows(&stage, contact, i64::try_from(names.len()).unwrap(), 2).await;
        names.extend(page.iter().map(|row| row["personNameLast"].as_str().unwrap().to_owned()));
        if !more {
            break;
        }
    }
    assert_eq!(names, ["戊", "丙", "甲", "丁", "乙"]);
    assert!(!rows(&stage, contact, 4, 1).await.1);
    assert_eq!(rows(&stage, contact, 5, 10).await, (vec![], false));
}

async fn meta(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let more = vec![
        item(card::FIRST_NAME, ItemType::TextRuby, text("花子")),
        item(card::DEPARTMENT, ItemType::TextSingle, text("営業部")),
        item(card::TITLE, ItemType::TextSingle, text("課長")),
        item(card::OWNER, ItemType::UserSingle, RawValue::Uuids(vec![stage.second_user])),
        item(card::INQUIRY_ROUTE, ItemType::InquiryRoute, RawValue::InquiryRoutes(vec![stage.route])),
    ];
    let id = card(&stage, contact, "佐藤", Some("2026-03-31"), more).await;
    let mut wanted = json!({
        "cardID": id, "departmentName": "営業部", "titleName": "課長", "personNameLast": "佐藤", "personNameFirst": "花子",
        "cardMetaInfo": {
            "cardOwnerUserID": stage.second_user, "cardOwnerName": "鈴木 花子", "cardOwnerDeleteFlag": false,
            "sentDate": "2026-04-01T00:00:00Z", "cardExchangeDate": "2026-03-30T15:00:00Z",
            "inquiryRouteID": stage.route.route, "inquiryRouteName": "東京ビックサイト",
        },
    });
    assert_eq!(rows(&stage, contact, 0, 10).await, (vec![wanted.clone()], false));
    let left = UserSet { active: Some(false), ..UserSet::default() };
    user_set(&stage.app.service, &stage.app.context(), "suzuki".into(), left).await.unwrap();
    wanted["cardMetaInfo"]["cardOwnerDeleteFlag"] = json!(true);
    assert_eq!(rows(&stage, contact, 0, 10).await.0, [wanted]);
    let bare = stage.contact(client, "鈴木", &[]).await;
    card(&stage, bare, "鈴木", None, vec![]).await;
    let row = rows(&stage, bare, 0, 10).await.0.remove(0);
    for member in ["departmentName", "titleName", "personNameFirst"] {
        assert_eq!(row[member], Value::Null, "{member}");
    }
    for member in ["cardOwnerUserID", "cardOwnerName", "cardOwnerDeleteFlag", "cardExchangeDate", "inquiryRouteID"] {
        assert_eq!(row["cardMetaInfo"][member], Value::Null, "{member}");
    }
}

async fn key(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let mut given = stage.contact_body(client, "佐藤", &[]);
    given["param"]["toData"]["clientResponsibleRegisterInfo"]["systemLinkageInfoList"] =
        json!([{"systemLinkageID": 999000001, "linkageIDValue": "K1"}]);
    let registered = stage.ok(super::stage::CONTACT_REGISTER, &given).await;
    let contact = id(&registered.body["registerClientResponsibleResult"]["clientResponsibleID"]);
    card(&stage, contact, "佐藤", None, vec![]).await;
    let by = async |conditions: Value| {
        let answer = stage.post(CARD_LIST, &json!({"param": {"conditions": conditions}})).await;
        (answer.code().to_owned(), answer.details())
    };
    let page = json!({"offset": 0, "limit": 10});
    let slot = json!({"systemLinkageID": 999000001, "linkageIDValue": "K1", "pagination": page});
    assert_eq!(by(slot).await, ("S000".to_owned(), vec![]));
    // Where both are given the id decides.
    let both = json!({"clientResponsibleID": contact, "systemLinkageID": 999000001, "linkageIDValue": "-", "pagination": page});
    assert_eq!(by(both).await.0, "S000");
    let said = |path: &str, code: &str| vec![(format!("param.conditions{path}"), code.to_owned())];
    let stranger = json!({"clientResponsibleID": client, "pagination": page});
    assert_eq!(by(stranger).await, ("E051".to_owned(), said(".clientResponsibleID", "not_found")));
    let wrong = json!({"systemLinkageID": 999000001, "linkageIDValue": "K2", "pagination": page});
    assert_eq!(by(wrong).await, ("E051".to_owned(), said(".linkageIDValue", "not_found")));
    assert_eq!(by(json!({"pagination": page})).await, ("E041".to_owned(), said("", "one_required")));
    let no_page = json!({"clientResponsibleID": contact});
    assert_eq!(by(no_page).await, ("E041".to_owned(), said(".pagination", "required")));
    let long = json!({"clientResponsibleID": contact, "pagination": {"offset": 0, "limit": 101}});
    assert_eq!(by(long).await, ("E041".to_owned(), said(".pagination.limit", "out_of_range")));
    stage.ok(super::stage::DELETE, &delete_body(&[client], None)).await;
    assert_eq!(by(json!({"clientResponsibleID": contact, "pagination": page})).await.0, "E051");
}

async fn hidden(engine: Engine) {
    let mut stage = Stage::new(engine).await;
    let client = stage.client("一", &[]).await;
    let contact = stage.contact(client, "佐藤", &[]).await;
    let owner = item(card::OWNER, ItemType::UserSingle, RawValue::Uuids(vec![stage.second_user]));
    card(&stage, contact, "佐藤", Some("2026-03-31"), vec![owner]).await;
    let template = stage.app.service.template(stage.app.tenant, card::DATABASE).await.unwrap();
    let hide = async |stage: &Stage, items: &[Uuid]| {
        let items = items.iter().map(|id| (template.item(*id).unwrap().number, ItemAccess::Hidden)).collect();
        let right = DatabaseRight { items, ..DatabaseRight::default() };
        let context = stage.app.context();
        database_right_set(&stage.app.service, &context, stage.user, card::DATABASE, right).await.unwrap();
    };
    stage.token = stage.token_of("yamada").await;
    hide(&stage, &[card::OWNER, card::EXCHANGED_ON]).await;
    let row = rows(&stage, contact, 0, 10).await.0.remove(0);
    assert_eq!(row["personNameLast"], "佐藤");
    for member in ["cardOwnerUserID", "cardOwnerName", "cardExchangeDate"] {
        assert_eq!(row["cardMetaInfo"][member], Value::Null, "{member}");
    }
    // Who may not know whose a card is sees none of a contact.
    hide(&stage, &[card::CONTACT]).await;
    assert_eq!(rows(&stage, contact, 0, 10).await, (vec![], false));
}
