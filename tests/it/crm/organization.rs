//! The two organization calls: pages, keywords, organizations, and failures under names with a capital letter.

use libtest_mimic::Trial;
use musubi_domain::user::{UserField, UserFields};
use musubi_service::organization::{organization_create, organization_remove};
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_service::user::{UserCreate, UserSet, user_create, user_set};
use musubi_testkit::app::{Answer, HOST, TestApp};
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{ORGANIZATIONS, Stage, USERS, options_body};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("organizations: pages are exact, and removed ones are not in them", |engine| async move {
            pages_organizations(Stage::new(engine).await).await;
        }),
        async_on_both("people: pages are exact, and only active people are in them", |engine| async move {
            pages_people(Stage::new(engine).await).await;
        }),
        async_on_both("people: every keyword must be found, however it is written", |engine| async move {
            finds_by_keywords(Stage::new(engine).await).await;
        }),
        async_on_both("people: an organization means itself alone", |engine| async move {
            finds_by_organization(Stage::new(engine).await).await;
        }),
        async_on_both("people: what is given comes back, and is found", |engine| async move {
            gives_back_any_text(Stage::new(engine).await).await;
        }),
        async_on_both("organizations: failures have names with a capital letter", |engine| async move {
            fails_in_capitals(Stage::new(engine).await).await;
        }),
        async_on_both("organizations: requests say what is wrong and where", |engine| async move {
            says_where(Stage::new(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The values of a member of the rows of a page, and whether there are more.
fn page(answer: &Answer, name: &str) -> (Vec<String>, bool) {
    assert_eq!(answer.code(), "S000", "{}", answer.text);
    let is_of_organizations = name.starts_with("Organization");
    let (info, list) =
        if is_of_organizations { ("OrganizationListInfo", "OrganizationList") } else { ("UserListInfo", "UserList") };
    let rows = answer.body[info][list].as_array().unwrap();
    let names = rows.iter().map(|row| row[name].as_str().unwrap().to_owned()).collect();
    (names, answer.body[info]["GetMoreFlag"].as_bool().unwrap())
}

async fn organizations(stage: &Stage, offset: i64, limit: i64) -> (Vec<String>, bool) {
    page(&stage.post(ORGANIZATIONS, &options_body(json!({}), offset, limit)).await, "OrganizationName")
}

async fn logins(stage: &Stage, conditions: Value, offset: i64, limit: i64) -> (Vec<String>, bool) {
    page(&stage.post(USERS, &options_body(conditions, offset, limit)).await, "LoginID")
}

async fn add(stage: &Stage, login: &str, organizations: &[Uuid], fields: UserFields) {
    let command = UserCreate {
        login_id: login.into(),
        family_name: "佐藤".into(),
        first_name: "ハナコ".into(),
        mail: format!("{login}@hanako.example"),
        organizations: organizations.to_vec(),
        fields,
        ..UserCreate::default()
    };
    user_create(&stage.app.service, &stage.app.context(), command).await.unwrap();
}

async fn change(stage: &Stage, login: &str, change: UserSet) {
    user_set(&stage.app.service, &stage.app.context(), login.to_owned(), change).await.unwrap();
}

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

async fn pages_organizations(stage: Stage) {
    let (service, context) = (&stage.app.service, || stage.app.context());
    let mut removed = Uuid::nil();
    for name in ["経理部", "総務部", "開発部"] {
        let id = organization_create(service, &context(), name.into(), Some(stage.organization)).await.unwrap();
        removed = if name == "総務部" { id } else { removed };
    }
    organization_remove(service, &context(), removed).await.unwrap();
    assert_eq!(organizations(&stage, 0, 100).await, (names(["営業部", "経理部", "開発部"]), false));
    assert_eq!(organizations(&stage, 0, 3).await, (names(["営業部", "経理部", "開発部"]), false));
    assert_eq!(organizations(&stage, 0, 2).await, (names(["営業部", "経理部"]), true));
    assert_eq!(organizations(&stage, 2, 2).await, (names(["開発部"]), false));
    assert_eq!(organizations(&stage, 3, 1).await, (Vec::new(), false));
    assert_eq!(organizations(&stage, 1_000_000_000, 100).await, (Vec::new(), false));
    let first = stage.post(ORGANIZATIONS, &options_body(json!({}), 0, 1)).await;
    let row = json!({"OrganizationID": stage.organization, "OrganizationName": "営業部"});
    let info = json!({"OrganizationList": [row], "GetMoreFlag": true});
    assert_eq!(first.body, json!({"OrganizationListInfo": info, "AppStatus": {"Code": "S000", "Message": "ok"}}));
    // Another tenant has its own.
    let other = TenantCreate {
        code: "other".into(),
        name: "別会社".into(),
        hosts: vec!["other.example.jp".into()],
        administrator: None,
    };
    let other = tenant_create(service, other).await.unwrap();
    organization_create(service, &service.command_context(other), "別の部".into(), None).await.unwrap();
    assert_eq!(organizations(&stage, 0, 100).await.0.len(), 3);
}

async fn pages_people(stage: Stage) {
    for login in ["c", "b", "a"] {
        add(&stage, login, &[], UserFields::new()).await;
    }
    // A program's user is there, and no person.
    stage.app.token("crm:read").await;
    change(&stage, "b", UserSet { active: Some(false), ..UserSet::default() }).await;
    let all = names(["yamada", "suzuki", "c", "a"]);
    for conditions in [
        json!({}),
        json!({"SearchKeyword": null, "OrganizationID": null}),
        json!({"SearchKeyword": [], "OrganizationID": ""}),
        json!({"SearchKeyword": ["", ""], "Unknown": 1}),
        // With a keyword people are looked at one by one; pages are the same.
        json!({"SearchKeyword": ["example"]}),
    ] {
        for limit in 1..=5 {
            let mut found = Vec::new();
            loop {
                let (rows, more) = logins(&stage, conditions.clone(), i64::try_from(found.len()).unwrap(), limit).await;
                found.extend(rows);
                assert_eq!(more, found.len() < all.len(), "{conditions} {limit}");
                if !more {
                    break;
                }
            }
            assert_eq!(found, all, "{conditions}");
        }
        assert_eq!(logins(&stage, conditions, 4, 10).await, (Vec::new(), false));
    }
    change(&stage, "b", UserSet { active: Some(true), ..UserSet::default() }).await;
    assert_eq!(logins(&stage, json!({}), 2, 3).await, (names(["c", "b", "a"]), false));
}

async fn finds_by_keywords(stage: Stage) {
    let fields = UserFields::from([
        (UserField::ViewName, "ハナ(R&D)".to_owned()),
        (UserField::Department, "ﾃﾞｰﾀ推進部".to_owned()),
        (UserField::StaffId, "EMP-００７".to_owned()),
        (UserField::Title, "主任".to_owned()),
        (UserField::Extension, "4521".to_owned()),
    ]);
    add(&stage, "Sato.Hanako", &[], fields).await;
    let found = async |words: &[&str]| logins(&stage, json!({"SearchKeyword": words}), 0, 10).await.0;
    for words in [
        &["sato.h"][..],
        &["ＳＡＴＯ"],
        &["ｒ＆ｄ"],
        &["佐藤"],
        &["はなこ"],
        &["ﾊﾅｺ"],
        &["@hanako.example"],
        &["データ推進"],
        &["emp-007"],
        &["佐藤", "でーた", "", "EMP"],
    ] {
        assert_eq!(found(words).await, ["Sato.Hanako"], "{words:?}");
    }
    // The view name that is set stands in place of both names; title and extension are not searched.
    for words in [&["佐藤 ハナコ"][..], &["主任"], &["4521"], &["佐藤", "鈴木"], &["%"], &["佐_"]] {
        assert_eq!(found(words).await, Vec::<String>::new(), "{words:?}");
    }
    assert_eq!(found(&["山田 太郎"]).await, ["yamada"]);
    assert_eq!(found(&["EXAMPLE", "a"]).await, ["yamada", "suzuki", "Sato.Hanako"]);
}

async fn finds_by_organization(stage: Stage) {
    let (service, context) = (&stage.app.service, || stage.app.context());
    let below = organization_create(service, &context(), "第一課".into(), Some(stage.organization)).await.unwrap();
    add(&stage, "below", &[below], UserFields::new()).await;
    add(&stage, "both", &[below, stage.organization], UserFields::new()).await;
    let of = async |id: &str, words: &[&str], limit| {
        logins(&stage, json!({"OrganizationID": id, "SearchKeyword": words}), 0, limit).await
    };
    let (above_id, below_id) = (stage.organization.to_string(), below.to_string().to_uppercase());
    assert_eq!(of(&above_id, &[], 10).await, (names(["yamada", "suzuki", "both"]), false));
    assert_eq!(of(&above_id, &[], 2).await, (names(["yamada", "suzuki"]), true));
    assert_eq!(of(&below_id, &[], 10).await, (names(["below", "both"]), false));
    assert_eq!(of(&below_id, &["ハナコ"], 1).await, (names(["below"]), true));
    assert_eq!(of(&above_id, &["ハナコ"], 1).await, (names(["both"]), false));
    assert_eq!(of(&Uuid::max().to_string(), &[], 10).await, (Vec::new(), false));
    assert_eq!(of(&stage.user.to_string(), &["山田"], 10).await, (Vec::new(), false));
    // His organizations are replaced, and the removed one is as good as unknown.
    let moves = UserSet { organizations: Some(vec![stage.organization]), ..UserSet::default() };
    change(&stage, "below", moves).await;
    change(&stage, "both", UserSet { organizations: Some(Vec::new()), ..UserSet::default() }).await;
    assert_eq!(of(&above_id, &[], 10).await, (names(["yamada", "suzuki", "below"]), false));
    organization_remove(service, &context(), below).await.unwrap();
    assert_eq!(of(&below_id, &[], 10).await, (Vec::new(), false));
}

async fn gives_back_any_text(stage: Stage) {
    for text in hostile::texts() {
        let title = text.replace(char::is_control, "").chars().take(255).collect::<String>();
        let fields = UserFields::from([(UserField::Department, title.clone()), (UserField::ViewName, title.clone())]);
        change(&stage, "yamada", UserSet { fields, ..UserSet::default() }).await;
        let answer = stage.post(USERS, &options_body(json!({"SearchKeyword": [title]}), 0, 1)).await;
        let row = &answer.body["UserListInfo"]["UserList"][0];
        let view = if title.is_empty() { "山田 太郎" } else { title.as_str() };
        assert_eq!((&row["UserDepartment"], &row["UserViewName"]), (&json!(title), &json!(view)), "{text:?}");
    }
    let nothing = UserFields::from([(UserField::Department, String::new()), (UserField::ViewName, String::new())]);
    change(&stage, "yamada", UserSet { fields: nothing, ..UserSet::default() }).await;
    let answer = stage.post(USERS, &options_body(json!({}), 0, 1)).await;
    let row = json!({
        "UserID": stage.user, "LoginID": "yamada", "UserViewName": "山田 太郎", "UserFamilyName": "山田",
        "UserFirstName": "太郎", "UserMiddleName": "", "UserMailAddress": "yamada@example.com", "UserDepartment": "",
        "UserBusinessUnit": "", "UserStaffID": "", "UserExtension": "", "UserMobilePhone": "", "UserTitle": "",
        "UserCompanyPhone": "", "UserRole": "",
    });
    assert_eq!(answer.body["UserListInfo"]["UserList"], json!([row]));
}

async fn fails_in_capitals(stage: Stage) {
    let send = async |method: &str, path: &str, token: Option<&str>, language: &str, content_type: &str| {
        let mut request = TestApp::request(method, path, HOST, token, "{}");
        request.headers_mut().insert("accept-language", language.parse().unwrap());
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        stage.app.send(request).await
    };
    let (json, own) = ("application/json", Some(stage.token.as_str()));
    let powerless = stage.app.token("crm:read crm:write").await;
    let unknown = "/api/organization/get-nothing";
    for path in [ORGANIZATIONS, USERS] {
        let nobody = send("POST", path, None, "en", json).await;
        assert_eq!(nobody.status, 401);
        assert_eq!(nobody.body, json!({"AppStatus": {"Code": "E281", "Message": "トークンが不正です"}}));
        let refused = send("POST", path, Some(&powerless), "en", json).await;
        assert_eq!(refused.status, 403);
        assert_eq!(refused.body, json!({"AppStatus": {"Code": "E284", "Message": "トークンのスコープ外です"}}));
        let get = send("GET", path, own, "en", json).await;
        let form = send("POST", path, own, "ja", "text/plain").await;
        for (answer, status, code) in [(&get, 405, "method_not_allowed"), (&form, 415, "not_json_type")] {
            assert_eq!((answer.status.as_u16(), answer.code()), (status, "E199"));
            let status = answer.body["AppStatus"].as_object().unwrap();
            assert_eq!(status.keys().collect::<Vec<_>>(), ["Code", "Details", "Message", "RequestID"]);
            assert_eq!(status["RequestID"], answer.headers["x-request-id"].to_str().unwrap());
            assert_eq!(answer.details(), [(String::new(), code.to_owned())]);
        }
        assert_eq!(get.headers["allow"], "POST");
        let reason = |answer: &Answer| answer.body["AppStatus"]["Details"][0]["Reason"].as_str().unwrap().to_owned();
        assert!(reason(&get).is_ascii() && !reason(&form).is_ascii());
        let told = send("POST", path, own, "en", json).await;
        let detail = json!({"Path": "Param", "ItemID": null, "Code": "required", "Reason": "A value is required."});
        assert_eq!(told.status, 400);
        assert_eq!(
            told.body,
            json!({"AppStatus": {"Code": "E041", "Message": "INVALID_PARAMETER", "Details": [detail]}})
        );
    }
    // Every path beside them speaks so too; the others keep their small letters.
    assert_eq!(send("POST", unknown, own, "ja", json).await.body["AppStatus"]["Code"], "E284");
    assert_eq!(send("POST", "/api/crm/get-nothing", own, "ja", json).await.body["appStatus"]["code"], "E284");
}

async fn says_where(stage: Stage) {
    let wrong = options_body(
        json!({"SearchKeyword": ["山田", 1, null, "あ".repeat(256), "\u{0}"], "OrganizationID": "x"}),
        -1,
        101,
    );
    let answer = stage.post(USERS, &wrong).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "E041"));
    let options = "Param.Options";
    let told = [
        ("Pagination.Offset", "out_of_range"),
        ("Pagination.Limit", "out_of_range"),
        ("SearchKeyword[1]", "wrong_type"),
        ("SearchKeyword[2]", "required"),
        ("SearchKeyword[3]", "too_long"),
        ("SearchKeyword[4]", "control_character"),
        ("OrganizationID", "not_uuid"),
    ];
    assert_eq!(answer.details(), told.map(|(place, code)| (format!("{options}.{place}"), code.to_owned())));
    for (body, place, code) in [
        (json!([]), "", "wrong_type"),
        (json!({"param": {}}), "Param", "required"),
        (json!({"Param": {"Options": 1}}), "Param.Options", "wrong_type"),
        (json!({"Param": {"Options": {}}}), "Param.Options.Pagination", "required"),
        (json!({"Param": {"Options": {"Pagination": []}}}), "Param.Options.Pagination", "wrong_type"),
    ] {
        for path in [ORGANIZATIONS, USERS] {
            let answer = stage.post(path, &body).await;
            assert_eq!(answer.details(), [(place.to_owned(), code.to_owned())], "{body}");
        }
    }
    let texts = json!({"Param": {"Options": {"Pagination": {"Offset": "0", "Limit": 1.5}, "SearchKeyword": "山田"}}});
    let answer = stage.post(USERS, &texts).await;
    let told =
        [("Pagination.Offset", "wrong_type"), ("Pagination.Limit", "wrong_type"), ("SearchKeyword", "wrong_type")];
    assert_eq!(answer.details(), told.map(|(place, code)| (format!("{options}.{place}"), code.to_owned())));
    let answer = stage.post(ORGANIZATIONS, &json!({"Param": {"Options": {"Pagination": {"Limit": null}}}})).await;
    let told = [("Pagination.Offset", "required"), ("Pagination.Limit", "required")];
    assert_eq!(answer.details(), told.map(|(place, code)| (format!("{options}.{place}"), code.to_owned())));
}
