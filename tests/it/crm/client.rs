//! 取引先: what is registered is found again as the rules say.

use libtest_mimic::Trial;
use musubi_service::oauth_client::{
    OauthClientCreate, OauthClientSet, OauthClientSettings, oauth_client_create, oauth_client_set,
};
use musubi_service::template::item::{ItemChange, template_item_set};
use musubi_service::token::{TokenCreate, token_create};
use musubi_testkit::app::ALL_SCOPES;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;
use serde_json::{Value, json};

use super::stage::{DETAIL, REGISTER, Stage, TEMPLATE, UPDATE, text, uuids};

const NAME: &str = "2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7";
const PREFECTURE: &str = "8a87f4ef-19d6-4189-b3ca-6a9788b9ebc7";
const CITY: &str = "25c58fef-625c-4a47-a5a2-cc2c0c265bc6";
const NOTES: &str = "0a244d28-0e66-49ef-8cd9-8aa53760e6d8";

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("clients: all failing items are told at once, in both languages", |engine| async move {
            tells_all(Stage::new(engine).await).await;
        }),
        async_on_both("clients: what is refused leaves nothing behind", |engine| async move {
            leaves_nothing(Stage::new(engine).await).await;
        }),
        async_on_both("clients: lists filter by name, reading, address, place, people and time", |engine| async move {
            filters(Stage::new(engine).await).await;
        }),
        async_on_both("clients: pages are exact and stable", |engine| async move {
            pages(Stage::new(engine).await).await;
        }),
        async_on_both("clients: hostile text comes back as it went in and is found", |engine| async move {
            keeps_hostile_text(Stage::new(engine).await).await;
        }),
        async_on_both("clients: a path of choices has up to three levels", |engine| async move {
            takes_paths_of_choices(Stage::new(engine).await).await;
        }),
        async_on_both("clients: a hidden item is neither taken nor given", |engine| async move {
            keeps_hidden_items(Stage::new(engine).await).await;
        }),
        async_on_both("clients: what a program made shows its name of now", |engine| async move {
            shows_the_name_of_a_program(Stage::new(engine).await).await;
        }),
        async_on_both("clients: a linkage value is one client's alone, also among 64 at once", |engine| async move {
            holds_linkage_values_apart(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn shows_the_name_of_a_program(mut stage: Stage) {
    let (service, context) = (stage.app.service.clone(), stage.app.context());
    let settings = OauthClientSettings { scope: ALL_SCOPES.to_owned(), ..OauthClientSettings::default() };
    let client = OauthClientCreate { name: "旧連携".to_owned(), settings };
    let program = oauth_client_create(&service, &context, client).await.unwrap().client_id;
    let command = TokenCreate { scope: ALL_SCOPES.to_owned(), client: Some(program.clone()), ..TokenCreate::default() };
    stage.token = token_create(&service, &stage.app.context(), command).await.unwrap();
    let made = stage.client("株式会社青葉", &[]).await;
    let shown = async || stage.ok(DETAIL, &json!({"param": {"clientID": made}})).await.text;
    assert!(shown().await.contains("旧連携"));
    let name = OauthClientSet { name: Some("新連携".to_owned()), ..OauthClientSet::default() };
    oauth_client_set(&service, &stage.app.context(), program, name).await.unwrap();
    let text = shown().await;
    assert!(text.contains("新連携") && !text.contains("旧連携"), "{text}");
}

async fn tells_all(stage: Stage) {
    let items = json!([
        {"itemID": CITY, "itemType": "text_single", "itemTextData": {"value": "あ".repeat(256)}},
        {"itemID": PREFECTURE, "itemType": "prefectures", "itemTextData": {"value": "東京"}},
        {"itemID": "9039dddf-9f34-4154-98f8-e3491d11b46f", "itemType": "text_single", "itemTextData": {"value": "1"}},
        {"itemID": "00000000-0000-4000-8000-000000000000", "itemType": "text_single"},
        {"itemID": "abaf7064-0eba-497c-a907-386a41ec71d3", "itemType": "datetime", "itemTextData": {"value": "2026-01-01 00:00:00"}},
        {"itemID": "88795555-0d22-46fd-bc6d-8a14c5d0dc7a", "itemType": "user_single", "itemUuidData": {"values": ["00000000-0000-4000-8000-000000000001"]}},
        {"itemID": "f8ccf472-16db-4fcb-8e94-d0d92eba67e1", "itemType": "client_single", "itemUuidData": {"values": ["00000000-0000-4000-8000-000000000002"]}},
        {"itemID": CITY.to_uppercase(), "itemType": "text_single", "itemTextData": {"value": "again"}},
    ]);
    let linkage = json!([
        {"systemLinkageID": 999000001, "linkageIDValue": "x".repeat(256)},
        {"systemLinkageID": 999000001, "linkageIDValue": ""},
        {"systemLinkageID": 999000002, "linkageIDValue": "x"},
        {"systemLinkageID": 999000021, "linkageIDValue": ""},
    ]);
    let body = json!({"param": {"toData": {"clientRegisterInfo": {"clientItemList": items, "systemLinkageInfoList": linkage}}}});
    let answer = stage.post(REGISTER, &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{}", answer.text);
    let info = "param.toData.clientRegisterInfo";
    let told = answer.details();
    for (place, code) in [
        ("clientItemList[0]", "too_long"),
        ("clientItemList[1]", "not_prefecture"),
        ("clientItemList[2]", "wrong_item_type"),
        ("clientItemList[3]", "unknown_item"),
        ("clientItemList[4]", "read_only"),
        ("clientItemList[5]", "no_such_user"),
        ("clientItemList[6]", "no_such_record"),
        ("clientItemList", "required"),
        ("systemLinkageInfoList[0]", "too_long"),
        ("systemLinkageInfoList[1]", "slot_twice"),
        ("systemLinkageInfoList[2]", "no_such_slot"),
        ("systemLinkageInfoList[3]", "out_of_range"),
    ] {
        assert!(told.contains(&(format!("{info}.{place}"), code.to_owned())), "{place} {code} is not among {told:?}");
    }
    // The name and the organization in charge are missing.
    assert_eq!(told.iter().filter(|(path, code)| path.ends_with("clientItemList") && code == "required").count(), 2);
    let reason = |answer: &musubi_testkit::app::Answer| {
        answer.body["appStatus"]["details"][0]["reason"].as_str().unwrap().to_owned()
    };
    assert!(reason(&answer).contains("255 文字"));
    let mut english = musubi_testkit::app::TestApp::request(
        "POST",
        REGISTER,
        musubi_testkit::app::HOST,
        Some(&stage.token),
        body.to_string(),
    );
    english.headers_mut().insert("accept-language", "en-US,en;q=0.9".parse().unwrap());
    assert!(reason(&stage.app.send(english).await).contains("255 characters"));
}

async fn leaves_nothing(stage: Stage) {
    let linkage = |value: &str| json!([{"systemLinkageID": 999000001, "linkageIDValue": value}]);
    let mut body = stage.register_body("先の会社", "サキノカイシャ", &[]);
    body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("C1");
    assert_eq!(stage.post(REGISTER, &body).await.code(), "S000");
    let mut second = stage.register_body("後の会社", "アトノカイシャ", &[]);
    second["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("C1");
    let refused = stage.post(REGISTER, &second).await;
    assert_eq!(
        refused.details(),
        [("param.toData.clientRegisterInfo.systemLinkageInfoList[0]".to_owned(), "linkage_taken".to_owned())]
    );
    assert_eq!(stage.names(json!({}), 0, 100).await, (vec!["先の会社".to_owned()], false));
    assert_eq!(stage.names(json!({"clientName": "後の"}), 0, 100).await.0, Vec::<String>::new());
    // Values are compared exactly.
    second["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage("c1");
    assert_eq!(stage.post(REGISTER, &second).await.code(), "S000");
}

async fn filters(stage: Stage) {
    let place = |prefecture: &str, city: &str| {
        vec![
            text(PREFECTURE, "prefectures", json!({"value": prefecture})),
            text(CITY, "text_single", json!({"value": city})),
        ]
    };
    let second = |stage: &Stage| uuids("182651e5-4c24-4190-b41b-5708d2342c22", "user_multiple", &[stage.second_user]);
    stage.register("ブルーテック株式会社", "ブルーテック", &place("東京都", "港区六本木1-2-3")).await;
    stage.app.source.advance_seconds(86_400);
    stage.register("株式会社東京食品", "トウキョウショクヒン", &place("大阪府", "大阪市北区梅田1-1")).await;
    stage.app.source.advance_seconds(86_400);
    stage
        .register(
            "ＡＢＣ商事",
            "エービーシーショウジ",
            &[second(&stage), text(NOTES, "text_multiple", json!({"value": "東京都港区の倉庫"}))],
        )
        .await;
    let id = |id: &uuid::Uuid| json!([id]);
    let nobody = json!(["00000000-0000-4000-8000-000000000001"]);
    for (conditions, names) in [
        (json!({}), vec!["ブルーテック株式会社", "株式会社東京食品", "ＡＢＣ商事"]),
        (
            json!({"clientName": null, "prefectures": [], "address": "", "createDateFrom": ""}),
            vec!["ブルーテック株式会社", "株式会社東京食品", "ＡＢＣ商事"],
        ),
        (json!({"clientName": "ぶるー"}), vec!["ブルーテック株式会社"]),
        (json!({"clientName": "株式会社"}), vec!["ブルーテック株式会社", "株式会社東京食品"]),
        (json!({"clientName": "ｼｮｸﾋﾝ"}), vec!["株式会社東京食品"]),
        (json!({"clientName": "abc"}), vec!["ＡＢＣ商事"]),
        (json!({"clientName": "社"}), vec!["ブルーテック株式会社", "株式会社東京食品"]),
        (json!({"clientName": "社東"}), vec!["株式会社東京食品"]),
        (json!({"clientName": "会社ブルー"}), vec![]),
        (json!({"address": "東京都港区"}), vec!["ブルーテック株式会社"]),
        (json!({"address": "都港"}), vec!["ブルーテック株式会社"]),
        (json!({"address": "１－２－３"}), vec!["ブルーテック株式会社"]),
        (json!({"address": "1"}), vec!["ブルーテック株式会社", "株式会社東京食品"]),
        (json!({"prefectures": ["大阪府", "北海道"]}), vec!["株式会社東京食品"]),
        (json!({"prefectures": ["東京都", "大阪府"]}), vec!["ブルーテック株式会社", "株式会社東京食品"]),
        (json!({"prefectures": ["東京"]}), vec![]),
        (json!({"prefectures": ["東京都"], "clientName": "株式会社"}), vec!["ブルーテック株式会社"]),
        (json!({"salesPersonDepartmentIDList": id(&stage.organization), "clientName": "商事"}), vec!["ＡＢＣ商事"]),
        (
            json!({"salesPersonUserIDList": id(&stage.user)}),
            vec!["ブルーテック株式会社", "株式会社東京食品", "ＡＢＣ商事"],
        ),
        (json!({"salesPersonUserIDList": nobody}), vec![]),
        (json!({"createDateFrom": "2026-04-02"}), vec!["株式会社東京食品", "ＡＢＣ商事"]),
        (json!({"createDateTo": "2026-04-01"}), vec!["ブルーテック株式会社"]),
        (json!({"createDateFrom": "2026-04-02", "updateDateTo": "2026-04-02"}), vec!["株式会社東京食品"]),
        (
            json!({"createDateFrom": "2026-04-01T00:00:00Z", "createDateTo": "2026-04-01T09:00:00+09:00"}),
            vec!["ブルーテック株式会社"],
        ),
        (json!({"updateDateFrom": "2026-04-02 09:00:01"}), vec!["ＡＢＣ商事"]),
    ] {
        assert_eq!(
            stage.names(conditions.clone(), 0, 100).await,
            (names.iter().map(|name| (*name).to_owned()).collect(), false),
            "{conditions}"
        );
    }
}

async fn pages(stage: Stage) {
    for number in 0..25 {
        stage.register(&format!("会社{number:02}"), "", &[]).await;
    }
    for conditions in [
        json!({}),
        json!({"clientName": "会社"}),
        json!({"createDateFrom": "2026-04-01"}),
        json!({"salesPersonUserIDList": [stage.user]}),
    ] {
        let mut seen = Vec::new();
        loop {
            let (names, more) = stage.names(conditions.clone(), i64::try_from(seen.len()).unwrap(), 10).await;
            seen.extend(names);
            if !more {
                break;
            }
        }
        assert_eq!(seen, (0..25).map(|number| format!("会社{number:02}")).collect::<Vec<_>>(), "{conditions}");
        assert!(!stage.names(conditions.clone(), 15, 10).await.1, "exactly the last page");
        assert!(stage.names(conditions.clone(), 14, 10).await.1, "one more");
        assert_eq!(stage.names(conditions, 1_000_000_000, 10).await, (vec![], false));
    }
}

async fn keeps_hostile_text(stage: Stage) {
    for hostile in hostile::texts() {
        let is_one_line =
            !hostile.chars().any(char::is_control) && hostile.chars().count() <= 255 && !hostile.is_empty();
        let is_notes = !hostile.is_empty()
            && hostile.chars().count() <= 2_000
            && !hostile.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\r');
        let name = if is_one_line { *hostile } else { "改行あり" };
        let notes = if is_notes { vec![text(NOTES, "text_multiple", json!({"value": hostile}))] } else { vec![] };
        let answer = stage.register(name, "", &notes).await;
        assert_eq!(answer.code(), "S000", "{hostile:?} {}", answer.text);
        let id = answer.body["registerClientResult"]["clientID"].clone();
        let detail = stage.post(DETAIL, &json!({"param": {"clientID": id}})).await;
        let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
        let value =
            |id: &str| items.iter().find(|item| item["itemID"] == id).map(|item| item["itemTextData"]["value"].clone());
        assert_eq!(value(NAME), Some(Value::from(name)));
        if is_notes {
            assert_eq!(value(NOTES), Some(Value::from(*hostile)));
        }
        if is_one_line {
            let (names, _) = stage.names(json!({"clientName": hostile}), 0, 100).await;
            assert!(names.contains(&name.to_owned()), "{hostile:?} is not found");
        }
    }
    for refused in hostile::refused_controls() {
        let answer = stage.register(refused, "", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{refused:?}");
        assert_eq!(answer.details()[0].1, "control_character");
    }
}

async fn holds_linkage_values_apart(stage: Stage) {
    let stage = std::sync::Arc::new(stage);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..64 {
        let stage = std::sync::Arc::clone(&stage);
        tasks.spawn(async move {
            let mut body = stage.register_body(&format!("会社{number}"), "", &[]);
            body["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] =
                json!([{"systemLinkageID": 999000001, "linkageIDValue": format!("C{}", number % 8)}]);
            stage.post(REGISTER, &body).await
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.code() == "S000").count(), 8);
    assert!(
        answers.iter().filter(|answer| answer.code() != "S000").all(|answer| answer.details()[0].1 == "linkage_taken")
    );
    assert_eq!(stage.names(json!({}), 0, 100).await.0.len(), 8);
}

/// 連携項目 of the stage: 11 has a child 11, which has a child 13.
const LINKED: &str = "a25d97d4-6c0f-43d0-8400-3c22802cbe4f";
/// 自由記入 of the stage: a text.
const CUSTOM: &str = "8bf11d62-7607-4bc8-bfb3-641f68f6be79";

impl Stage {
    /// What get-client-detail gives for an item of a client, if anything.
    async fn detail_of(&self, client: &Value, item: &str) -> Option<Value> {
        let detail = self.post(DETAIL, &json!({"param": {"clientID": client}})).await;
        let items = detail.body["clientDetailInfo"]["clientItemList"].as_array().unwrap().clone();
        items.into_iter().find(|given| given["itemID"] == item)
    }
}

async fn takes_paths_of_choices(stage: Stage) {
    let path = |values: &[i64]| json!({"itemID": LINKED, "itemType": "linkage_pulldown", "itemSelectionData": {"values": values}});
    for (values, refused) in [
        (&[11][..], None),
        (&[11, 11], None),
        (&[11, 11, 13], None),
        (&[13], Some("no_such_choice")),
        (&[11, 13], Some("not_a_path")),
        (&[11, 11, 13, 1], Some("not_a_path")),
    ] {
        let answer = stage.register("段階商事", "", &[path(values)]).await;
        if let Some(code) = refused {
            assert_eq!((answer.code(), answer.details()[0].1.as_str()), ("E041", code), "{values:?}");
            continue;
        }
        assert_eq!(answer.code(), "S000", "{}", answer.text);
        let given = stage.detail_of(&answer.body["registerClientResult"]["clientID"], LINKED).await.unwrap();
        assert_eq!(given["itemSelectionData"]["values"], json!(values));
    }
}

async fn keeps_hidden_items(stage: Stage) {
    let custom = [text(CUSTOM, "text_single", json!({"value": "目印"}))];
    let answer = stage.register("隠れ商事", "", &custom).await;
    let client = &answer.body["registerClientResult"]["clientID"];
    assert!(stage.detail_of(client, CUSTOM).await.is_some());
    let (service, id) = (&stage.app.service, CUSTOM.parse().unwrap());
    let set = async |hidden| {
        template_item_set(service, &stage.app.context(), "clients", id, ItemChange::Hidden(hidden)).await.unwrap();
    };
    set(true).await;
    assert_eq!(stage.detail_of(client, CUSTOM).await, None);
    let refused = stage.register("隠れ商事", "", &custom).await;
    assert_eq!((refused.code(), refused.details()[0].1.as_str()), ("E041", "unknown_item"));
    assert_eq!(stage.names(json!({"clientName": "目印"}), 0, 10).await.0, Vec::<String>::new());
    let update = |items: &[Value]| {
        let info = json!({"clientInfo": {"clientID": client}, "clientItemList": items});
        json!({"param": {"toData": {"clientUpdateInfo": info}}})
    };
    let refused = stage.post(UPDATE, &update(&custom)).await;
    assert_eq!((refused.code(), refused.details()[0].1.as_str()), ("E041", "unknown_item"), "{}", refused.text);
    let changed = stage.post(UPDATE, &update(&[text(CITY, "text_single", json!({"value": "港区"}))])).await;
    assert_eq!(changed.code(), "S000", "{}", changed.text);
    let listed = stage.post(TEMPLATE, &json!({})).await.body["clientTemplateInfo"]["templateList"].clone();
    assert!(listed.as_array().unwrap().iter().all(|item| item["itemID"] != CUSTOM));
    set(false).await;
    assert_eq!(stage.detail_of(client, CUSTOM).await.unwrap()["itemTextData"]["value"], "目印");
}
