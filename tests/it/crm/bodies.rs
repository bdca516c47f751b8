//! Bodies: what is at a limit is judged like any body; the rest is 400 or 413 with appStatus, and nothing panics.

use libtest_mimic::Trial;
use musubi_domain::limits;
use musubi_testkit::app::{HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use serde_json::json;

use super::stage::{LIST, REGISTER, Stage, UPDATE, list_body, update_body};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("bodies: broken JSON, nesting, repeated members, broken UTF-8", |engine| async move {
            let stage = Stage::new(engine).await;
            refuses_what_is_no_body(&stage).await;
        }),
        async_on_both("bodies: at and over 10 MiB", |engine| async move {
            let stage = Stage::new(engine).await;
            judges_the_largest_body(&stage).await;
        }),
        async_on_both("bodies: every member with the wrong type says where", |engine| async move {
            let stage = Stage::new(engine).await;
            says_where(&stage).await;
        }),
        async_on_both("calls: method, content type and path are judged after the caller", |engine| async move {
            let stage = Stage::new(engine).await;
            judges_the_call(&stage).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn send(stage: &Stage, path: &str, body: Vec<u8>) -> musubi_testkit::app::Answer {
    stage.app.send(TestApp::request("POST", path, HOST, Some(&stage.token), body)).await
}

async fn refuses_what_is_no_body(stage: &Stage) {
    let nested = |depth: usize| {
        // The member itself stands at depth 1, so the rest of the depth is lists.
        format!("{{\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1)).into_bytes()
    };
    let cases: [(Vec<u8>, &str); 8] = [
        (b"".to_vec(), "not_json"),
        (b"{\"param\":".to_vec(), "not_json"),
        (b"{\"param\":{}} x".to_vec(), "not_json"),
        (b"{\"param\":\"\\ud800\"}".to_vec(), "not_json"),
        (b"\xff\xfe".to_vec(), "not_utf8"),
        (b"{\"param\":\"\xe3\x81\"}".to_vec(), "not_utf8"),
        (nested(65), "too_deep"),
        (b"{\"param\":{\"toData\":{},\"toData\":{}}}".to_vec(), "duplicate_member"),
    ];
    for path in [REGISTER, LIST] {
        for (body, code) in &cases {
            let answer = send(stage, path, body.clone()).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{}", answer.text);
            assert_eq!(answer.details(), [(String::new(), (*code).to_owned())]);
        }
        // At the limit the body is judged like any other: what is missing is said.
        let answer = send(stage, path, nested(64)).await;
        assert_eq!(answer.details(), [("param".to_owned(), "required".to_owned())]);
    }
    for body in ["null", "[]", "1", "\"x\""] {
        let answer = send(stage, REGISTER, body.into()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"), "{body}");
    }
}

async fn judges_the_largest_body(stage: &Stage) {
    let mut body = list_body(json!({}), 0, 10).to_string().into_bytes();
    body.resize(limits::BODY_BYTES, b' ');
    let answer = send(stage, LIST, body.clone()).await;
    assert_eq!(answer.code(), "S000");
    body.push(b' ');
    let over = send(stage, LIST, body).await;
    assert_eq!((over.status.as_u16(), over.code()), (413, "E199"));
    assert_eq!(over.details(), [(String::new(), "body_too_large".to_owned())]);
    // Ten mebibytes of one text are judged too: too long.
    let long = stage.register(&"あ".repeat(3_000_000), "", &[]).await;
    assert_eq!(
        long.details(),
        [("param.toData.clientRegisterInfo.clientItemList[0]".to_owned(), "too_long".to_owned())]
    );
}

async fn says_where(stage: &Stage) {
    let wrong = json!({"param": {"toData": {"clientRegisterInfo": {
        "clientItemList": [
            "x",
            {"itemID": 1, "itemType": "text_single"},
            {"itemID": "not-a-uuid", "itemType": null},
            {"itemID": "25c58fef-625c-4a47-a5a2-cc2c0c265bc6", "itemType": "text_single", "itemTextData": {"value": 5}},
            {"itemID": "9039dddf-9f34-4154-98f8-e3491d11b46f", "itemType": "number", "itemNumericData": {"value": 5}},
            {"itemID": "b2e11f58-0ab4-41b7-80ff-166d98e78474", "itemType": "pulldown", "itemSelectionData": {"values": ["1", null, 1.5]}},
            {"itemID": "f8ccf472-16db-4fcb-8e94-d0d92eba67e1", "itemType": "client_single", "itemUuidData": {"values": [true]}},
        ],
        "systemLinkageInfoList": [{"systemLinkageID": "999000001", "linkageIDValue": 1}, 7],
    }}}});
    let answer = stage.post(REGISTER, &wrong).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"));
    let info = "param.toData.clientRegisterInfo";
    let told: Vec<(String, String)> = answer.details();
    for (place, code) in [
        ("clientItemList[0]", "wrong_type"),
        ("clientItemList[1].itemID", "wrong_type"),
        ("clientItemList[2].itemID", "not_uuid"),
        ("clientItemList[2].itemType", "required"),
        ("clientItemList[3].itemTextData.value", "wrong_type"),
        ("clientItemList[4].itemNumericData.value", "wrong_type"),
        ("clientItemList[5].itemSelectionData.values[0]", "wrong_type"),
        ("clientItemList[5].itemSelectionData.values[1]", "required"),
        ("clientItemList[5].itemSelectionData.values[2]", "wrong_type"),
        ("clientItemList[6].itemUuidData.values[0]", "wrong_type"),
        ("systemLinkageInfoList[0].systemLinkageID", "wrong_type"),
        ("systemLinkageInfoList[0].linkageIDValue", "wrong_type"),
        ("systemLinkageInfoList[1]", "wrong_type"),
        ("clientItemList", "required"),
    ] {
        assert!(told.contains(&(format!("{info}.{place}"), code.to_owned())), "{place} {code} is not among {told:?}");
    }
    // Values that no database takes are told like others, whether a record is made or changed.
    let linkage = json!([{"systemLinkageID": 999000001, "linkageIDValue": "\u{0}M"}]);
    let mut register = stage.register_body("会社", "", &[]);
    register["param"]["toData"]["clientRegisterInfo"]["systemLinkageInfoList"] = linkage.clone();
    let mut update = update_body(stage.client("会社", &[]).await, &[]);
    update["param"]["toData"]["clientUpdateInfo"]["systemLinkageInfoList"] = linkage;
    for (path, info, body) in [(REGISTER, "clientRegisterInfo", register), (UPDATE, "clientUpdateInfo", update)] {
        let answer = stage.post(path, &body).await;
        let place = format!("param.toData.{info}.systemLinkageInfoList[0]");
        assert_eq!(answer.details(), [(place, "control_character".to_owned())], "{}", answer.text);
    }
    for (conditions, place, code) in [
        (json!({"clientName": 1}), "clientName", "wrong_type"),
        (json!({"clientName": "\u{0}"}), "clientName", "control_character"),
        (json!({"clientName": "あ".repeat(256)}), "clientName", "too_long"),
        (json!({"prefectures": "東京都"}), "prefectures", "wrong_type"),
        (json!({"prefectures": [null]}), "prefectures[0]", "required"),
        (json!({"salesPersonUserIDList": ["x"]}), "salesPersonUserIDList[0]", "not_uuid"),
        (json!({"createDateFrom": "2026/01/01"}), "createDateFrom", "not_date_or_moment"),
        (json!({"updateDateTo": 20260101}), "updateDateTo", "wrong_type"),
    ] {
        let answer = stage.post(LIST, &list_body(conditions, 0, 10)).await;
        assert_eq!(answer.details(), [(format!("param.optionalConditions.searchConditions.{place}"), code.to_owned())]);
    }
    for (offset, limit, place) in [(-1, 10, "offset"), (0, 0, "limit"), (0, 101, "limit")] {
        let answer = stage.post(LIST, &list_body(json!(null), offset, limit)).await;
        assert_eq!(
            answer.details(),
            [(format!("param.requiredConditions.pagination.{place}"), "out_of_range".to_owned())]
        );
    }
}

async fn judges_the_call(stage: &Stage) {
    let get = stage.app.send(TestApp::request("GET", LIST, HOST, Some(&stage.token), "")).await;
    assert_eq!((get.status.as_u16(), get.code()), (405, "E199"));
    assert_eq!(get.headers.get("allow").unwrap(), "POST");
    let unauthorized = stage.app.send(TestApp::request("GET", LIST, HOST, None, "")).await;
    assert_eq!((unauthorized.status.as_u16(), unauthorized.code()), (401, "E281"));
    let mut form = TestApp::request("POST", LIST, HOST, Some(&stage.token), "{}");
    form.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    let form = stage.app.send(form).await;
    assert_eq!((form.status.as_u16(), form.code()), (415, "E199"));
    let mut utf8 = TestApp::request("POST", LIST, HOST, Some(&stage.token), list_body(json!({}), 0, 1).to_string());
    utf8.headers_mut().insert("content-type", "Application/JSON; charset=UTF-8".parse().unwrap());
    assert_eq!(stage.app.send(utf8).await.code(), "S000");
}
