//! People, organizations, groups, permission templates, and handing over, as an administrator sees them.

use libtest_mimic::Trial;
use musubi_service::user::{UserCreate, UserSet, user_create, user_set};
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{LOGIN, PASSWORD, Reader, header, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: pages of people are for those who may set up people", |engine| async move {
            turns_away(stage(engine).await).await;
        }),
        async_on_both("screens: a person is added, changed, deactivated and let in again", |engine| async move {
            administers(administrated(engine).await).await;
        }),
        async_on_both(
            "screens: what is wrong with a person is said beside its field, and nothing is lost",
            |engine| async move { says_what_is_wrong(administrated(engine).await).await },
        ),
        async_on_both("screens: the last administrator stays one", |engine| async move {
            keeps_the_last(administrated(engine).await).await;
        }),
        async_on_both("screens: nobody opens the door of somebody with more rights", |engine| async move {
            keeps_doors(administrated(engine).await).await;
        }),
        async_on_both("screens: organizations, groups and permission templates", |engine| async move {
            sets_up_a_house(administrated(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 山田 with all that pages of the administration ask for.
pub(crate) async fn administrated(engine: musubi_testkit::engine::Engine) -> TestApp {
    let app = stage(engine).await;
    let rights =
        ["システム設定", "ユーザ設定", "権限付与", "権限テンプレート設定", "DB設定"].map(str::to_owned).to_vec();
    user_right_set(&app.service, &app.context(), LOGIN.to_owned(), rights, false).await.unwrap();
    app
}

/// Somebody with these rights who has signed in.
pub(crate) async fn with_rights<'a>(app: &'a TestApp, login: &str, rights: &[&str]) -> Reader<'a> {
    super::stage::person(app, login, "鈴木", "一郎").await;
    let rights = rights.iter().map(|right| (*right).to_owned()).collect();
    user_right_set(&app.service, &app.context(), login.to_owned(), rights, false).await.unwrap();
    let mut reader = Reader::new(app);
    assert_eq!(reader.sign_in(login, PASSWORD, "/").await.status, 303);
    reader.get("/account").await;
    reader
}

/// The pages, with the right that each asks for.
const PAGES: [(&str, &str); 9] = [
    ("/admin/users", "ユーザ設定"),
    ("/admin/users/new", "ユーザ設定"),
    ("/admin/organizations", "ユーザ設定"),
    ("/admin/organizations/new", "ユーザ設定"),
    ("/admin/groups", "ユーザ設定"),
    ("/admin/groups/new", "ユーザ設定"),
    ("/admin/handover", "ユーザ設定"),
    ("/admin/permission-templates", "権限テンプレート設定"),
    ("/admin/permission-templates/new", "権限テンプレート設定"),
];

async fn turns_away(app: TestApp) {
    let mut clerk = Reader::signed_in(&app).await;
    let home = clerk.get("/").await;
    assert!(!home.text.contains("/admin"), "{}", home.text);
    let id = id_of(&app, LOGIN).await;
    for (path, _) in PAGES {
        assert_eq!(clerk.get(path).await.status, 403, "{path}");
        clerk.get("/account").await;
        if path.ends_with("/new") || path.ends_with("handover") {
            let fields = [("name", "部"), ("login", "x"), ("from", id.as_str())];
            assert_eq!(clerk.post(path, &fields).await.status, 403, "{path}");
        }
    }
    for word in ["", "/active", "/edit", "/password", "/totp"] {
        assert_eq!(clerk.get(&format!("/admin/users/{id}{word}")).await.status, 403, "{word}");
    }
    clerk.get("/account").await;
    for word in ["/active", "/edit", "/password", "/totp", "/sessions", "/consents", "/reset-mail"] {
        let path = format!("/admin/users/{id}{word}");
        assert_eq!(clerk.post(&path, &[("end", "all"), ("new", "a"), ("again", "a")]).await.status, 403, "{word}");
    }
    let mut people = with_rights(&app, "suzuki", &["ユーザ設定"]).await;
    let mut templates = with_rights(&app, "sato", &["権限テンプレート設定"]).await;
    for (path, right) in PAGES {
        let is_people = right == "ユーザ設定";
        assert_eq!(people.get(path).await.status, if is_people { 200 } else { 403 }, "{path}");
        assert_eq!(templates.get(path).await.status, if is_people { 403 } else { 200 }, "{path}");
    }
    for path in [
        "/admin/users/x",
        "/admin/users/00000000-0000-0000-0000-000000000000",
        "/admin/organizations/x",
        "/admin/groups/9",
    ] {
        assert_eq!(people.get(path).await.status, 404, "{path}");
    }
    let system = id_of(&app, "system:musubi").await;
    assert_eq!(people.get(&format!("/admin/users/{system}")).await.status, 404, "programs are no people");
}

pub(crate) async fn id_of(app: &TestApp, login: &str) -> String {
    let users = musubi_service::user::user_list(&app.service, &app.context()).await.unwrap();
    users.into_iter().find(|user| user.login_id == login).unwrap().id.to_string()
}

async fn administers(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/users/new").await;
    let fields = [
        ("login", "hanako"),
        ("family_name", "佐藤"),
        ("first_name", "花子"),
        ("family_name_kana", "サトウ"),
        ("mail", "hanako@example.jp"),
        ("title", "主任"),
        ("password", PASSWORD),
    ];
    let made = reader.post("/admin/users/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let id = id_of(&app, "hanako").await;
    assert_eq!(header(&made, "location"), format!("/admin/users/{id}?done=created"));
    let page = reader.get(header(&made, "location")).await;
    for shown in ["佐藤 花子", "hanako@example.jp", "主任", "ユーザーを追加しました。", "サトウ", "設定済み"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    for (query, is_found) in
        [("q=さとう", true), ("q=ﾊﾅｺ", false), ("q=HANAKO+主任", true), ("state=left", false), ("state=all", true)]
    {
        let list = reader.get(&format!("/admin/users?{query}")).await;
        assert_eq!(list.text.contains(&id), is_found, "{query}");
        assert!(list.text.len() < 60_000);
    }
    let mut hanako = Reader::new(&app);
    assert_eq!(hanako.sign_in("hanako", PASSWORD, "/").await.status, 303);
    let path = format!("/admin/users/{id}");
    let edit = reader.get(&format!("{path}/edit")).await;
    assert!(edit.text.contains("value=\"サトウ\"") && !edit.text.contains("name=\"login\""), "{}", edit.text);
    let changed = [("family_name", "鈴木"), ("first_name", "花子"), ("mail", "suzuki@example.jp"), ("title", "")];
    assert_eq!(header(&reader.post(&format!("{path}/edit"), &changed).await, "location"), format!("{path}?done=saved"));
    let page = reader.get(&path).await;
    assert!(page.text.contains("鈴木 花子") && !page.text.contains("主任"), "{}", page.text);
    assert_eq!(page.text.matches("name=\"session\"").count(), 1);

    let ask = reader.get(&format!("{path}/active")).await;
    assert!(ask.text.contains("サインイン中の端末(1台)"), "{}", ask.text);
    let left = reader.post(&format!("{path}/active"), &[]).await;
    assert_eq!(header(&left, "location"), format!("/admin/handover?from={id}&done=left"));
    assert!(reader.get(header(&left, "location")).await.text.contains("この人が担当しているデータはありません"));
    assert_eq!(hanako.get("/account").await.status, 303, "the session has ended");
    assert_eq!(Reader::new(&app).sign_in("hanako", PASSWORD, "/").await.status, 422);
    assert!(reader.get(&path).await.text.contains("停止中"));
    reader.get(&format!("{path}/active")).await;
    assert_eq!(header(&reader.post(&format!("{path}/active"), &[]).await, "location"), format!("{path}?done=back"));
    assert_eq!(hanako.sign_in("hanako", PASSWORD, "/").await.status, 303);

    let new = "川と海のあいだ 2026";
    reader.get(&format!("{path}/password")).await;
    for fields in [[("new", ""), ("again", "")], [("new", new), ("again", "x")], [("new", "a"), ("again", "a")]] {
        let refused = reader.post(&format!("{path}/password"), &fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(refused.text.contains("-error\"") && !refused.text.contains(new), "{}", refused.text);
    }
    let set = reader.post(&format!("{path}/password"), &[("new", new), ("again", new)]).await;
    assert_eq!(header(&set, "location"), format!("{path}?done=password"));
    assert_eq!(hanako.get("/account").await.status, 303);
    assert_eq!(hanako.sign_in("hanako", new, "/").await.status, 303);
    reader.get(&path).await;
    let ended = reader.post(&format!("{path}/sessions"), &[("end", "all")]).await;
    assert_eq!(header(&ended, "location"), format!("{path}?done=sessions"));
    assert_eq!(hanako.get("/account").await.status, 303);
    assert_eq!(reader.post(&format!("{path}/reset-mail"), &[]).await.status, 400, "no mail server is set");
    assert_eq!(reader.post(&format!("{path}/consents"), &[("client", "x")]).await.status, 404);
    assert_eq!(reader.post(&format!("{path}/totp"), &[]).await.status, 303);
}

async fn says_what_is_wrong(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/users/new").await;
    let fields = [("login", LOGIN), ("family_name", "佐藤"), ("first_name", "花子"), ("mail", "hanako@example.jp")];
    let taken = reader.post("/admin/users/new", &fields).await;
    assert_eq!(taken.status, 422);
    assert!(taken.text.contains("id=\"login-error\"") && taken.text.contains("<title>エラー: "), "{}", taken.text);
    assert!(taken.text.contains("value=\"花子\""), "nothing is lost");
    let fields = [
        ("login", "結"),
        ("family_name", ""),
        ("first_name", "花子"),
        ("mail", "x"),
        ("title", "a\u{7}"),
        ("password", "abc"),
    ];
    let wrong = reader.post("/admin/users/new", &fields).await;
    assert_eq!(wrong.status, 422);
    for name in ["login", "family_name", "mail", "title"] {
        assert!(wrong.text.contains(&format!("id=\"{name}-error\"")), "{name}: {}", wrong.text);
    }
    assert_eq!(wrong.text.matches("autofocus").count(), 1);
    for (at, text) in hostile::texts().iter().enumerate() {
        let login = format!("h{at}");
        let fields = [
            ("login", login.as_str()),
            ("family_name", text),
            ("first_name", text),
            ("mail", "h@example.jp"),
            ("department", text),
        ];
        let made = reader.post("/admin/users/new", &fields).await;
        assert!([303, 422, 400].contains(&made.status.as_u16()), "{text:?}: {}", made.status);
        if made.status == 303 {
            let page = reader.get(header(&made, "location")).await;
            assert_eq!(page.status, 200, "{text:?}");
            assert!(!page.text.contains("<script>"), "{text:?}");
        }
    }
    let list = reader.get("/admin/users?state=all").await;
    assert!(list.status == 200 && list.text.len() < 60_000 && !list.text.contains("<script>"));
    for query in ["q=%00", "page=-1", "page=99999999999", "organization=x&template=%3Cscript%3E", "state=%27"] {
        assert_eq!(reader.get(&format!("/admin/users?{query}")).await.status, 200, "{query}");
    }
}

async fn keeps_the_last(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let path = format!("/admin/users/{}", id_of(&app, LOGIN).await);
    reader.get(&format!("{path}/active")).await;
    let refused = reader.post(&format!("{path}/active"), &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("権限「ユーザ設定」を持つ人がいなくなります"), "{}", refused.text);
    // By a template as well: whoever is let in by it is the last one too.
    let mut other = with_rights(&app, "suzuki", &[]).await;
    assert_eq!(other.get("/admin/users").await.status, 403);
    reader.get("/admin/permission-templates/new").await;
    let fields = [("name", "管理者"), ("rights[]", "ユーザ設定"), ("rights[]", "権限付与")];
    assert_eq!(reader.post("/admin/permission-templates/new", &fields).await.status, 303);
    let given = UserSet { permission_template: Some("管理者".to_owned()), ..UserSet::default() };
    user_set(&app.service, &app.context(), "suzuki".to_owned(), given).await.unwrap();
    assert_eq!(reader.post(&format!("{path}/active"), &[]).await.status, 303, "somebody else can let him in again");
    other.get("/account").await;
    let path = format!("/admin/users/{}", id_of(&app, "suzuki").await);
    let refused = other.post(&format!("{path}/active"), &[]).await;
    assert_eq!(refused.status, 422, "now he is the last one");
    let none = [("family_name", "鈴木"), ("first_name", "一郎"), ("mail", "suzuki@example.jp"), ("template", "")];
    let refused = other.post(&format!("{path}/edit"), &none).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("role=\"alert\""), "{}", refused.text);
    assert_eq!(other.get("/admin/users").await.status, 200);
}

async fn keeps_doors(app: TestApp) {
    let mut people = with_rights(&app, "suzuki", &["ユーザ設定"]).await;
    let admin = format!("/admin/users/{}", id_of(&app, LOGIN).await);
    let new = "川と海のあいだ 2026";
    let set = people.post(&format!("{admin}/password"), &[("new", new), ("again", new)]).await;
    assert_eq!(set.status, 422);
    assert!(set.text.contains("権限「権限付与」がありません"), "{}", set.text);
    assert_eq!(people.post(&format!("{admin}/totp"), &[]).await.status, 422);
    let fields = [("family_name", "山田"), ("first_name", "太郎"), ("mail", "mine@example.jp")];
    let moved = people.post(&format!("{admin}/edit"), &fields).await;
    assert_eq!(moved.status, 422);
    assert!(moved.text.contains("id=\"mail-error\""), "{}", moved.text);
    assert!(!moved.text.contains("name=\"template\""), "who may not grant rights is not offered a template");
    let kept = [("family_name", "山田"), ("first_name", "次郎"), ("mail", "yamada@example.jp")];
    assert_eq!(people.post(&format!("{admin}/edit"), &kept).await.status, 303);
    let given =
        [("login", "new"), ("family_name", "a"), ("first_name", "b"), ("mail", "a@example.jp"), ("template", "管理者")];
    assert_eq!(people.post("/admin/users/new", &given).await.status, 403);
    assert_eq!(Reader::new(&app).sign_in(LOGIN, PASSWORD, "/").await.status, 303, "the password is as it was");
    // Of a clerk it may be set.
    let clerk = UserCreate {
        login_id: "clerk".into(),
        family_name: "田中".into(),
        first_name: "花".into(),
        mail: "c@example.jp".into(),
        ..UserCreate::default()
    };
    let id = user_create(&app.service, &app.context(), clerk).await.unwrap();
    let set = people.post(&format!("/admin/users/{id}/password"), &[("new", new), ("again", new)]).await;
    assert_eq!(set.status, 303, "{}", set.text);
}

async fn sets_up_a_house(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    assert!(reader.get("/admin/organizations").await.text.contains("組織はまだありません"));
    reader.get("/admin/organizations/new").await;
    assert_eq!(reader.post("/admin/organizations/new", &[("name", "")]).await.status, 422);
    assert_eq!(reader.post("/admin/organizations/new", &[("name", "営業部")]).await.status, 303);
    let list = reader.get("/admin/organizations").await;
    let top = super::stage::after(&list.text, "/admin/organizations/new?parent=", '"').to_owned();
    let below = [("name", "第一課"), ("parent", top.as_str())];
    assert_eq!(reader.post("/admin/organizations/new", &below).await.status, 303);
    assert_eq!(reader.post("/admin/organizations/new", &[("name", "x"), ("parent", "y")]).await.status, 422);
    let all = musubi_service::organization::organization_list(&app.service, &app.context()).await.unwrap();
    let section = all.iter().find(|own| own.name == "第一課").unwrap().id;
    let turned = reader
        .post(&format!("/admin/organizations/{top}"), &[("name", "営業部"), ("parent", &section.to_string())])
        .await;
    assert_eq!(turned.status, 422, "nothing stands below itself");
    assert!(turned.text.contains("id=\"parent-error\""), "{}", turned.text);
    let ask = reader.get(&format!("/admin/organizations/{top}/remove")).await;
    assert!(ask.text.contains("下位の組織があります(1件)"), "{}", ask.text);
    reader.get("/account").await;
    assert_eq!(reader.post(&format!("/admin/organizations/{top}/remove"), &[]).await.status, 422);
    let yamada = format!("/admin/users/{}", id_of(&app, LOGIN).await);
    let placed = [
        ("family_name", "山田"),
        ("first_name", "太郎"),
        ("mail", "yamada@example.jp"),
        ("organizations[]", top.as_str()),
        ("organizations[]", &section.to_string()),
    ];
    assert_eq!(reader.post(&format!("{yamada}/edit"), &placed).await.status, 303);
    assert!(reader.get(&yamada).await.text.contains("営業部 › 第一課"));
    assert!(reader.get(&format!("/admin/users?organization={section}")).await.text.contains("山田 太郎"));
    assert!(
        reader
            .get(&format!("/admin/organizations/{section}/remove"))
            .await
            .text
            .contains("所属している人がいます(1人)")
    );

    reader.get("/admin/groups/new").await;
    let fields = [("name", "社外"), ("members", "yamada\nnobody"), ("addresses", "")];
    let unknown = reader.post("/admin/groups/new", &fields).await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text.contains("id=\"members-error\"") && unknown.text.contains("nobody"), "{}", unknown.text);
    let fields = [("name", "社外"), ("members", "YAMADA"), ("addresses", "203.0.113.0/24 x")];
    let wrong = reader.post("/admin/groups/new", &fields).await;
    assert!(wrong.status == 422 && wrong.text.contains("id=\"addresses-error\""), "{}", wrong.text);
    let fields = [("name", "社外"), ("members", "YAMADA"), ("addresses", "")];
    assert_eq!(reader.post("/admin/groups/new", &fields).await.status, 303);
    let same = reader.post("/admin/groups/new", &fields).await;
    assert!(same.status == 422 && same.text.contains("id=\"name-error\""));
    assert!(reader.get("/admin/groups/1").await.text.contains("yamada"));
    assert_eq!(
        reader.post("/admin/groups/1", &[("name", "出先"), ("members", ""), ("addresses", "")]).await.status,
        303
    );
    assert!(reader.get("/admin/groups/1/remove").await.text.contains("メンバー(0人)"));
    assert_eq!(reader.post("/admin/groups/1/remove", &[]).await.status, 303);

    reader.get("/admin/permission-templates/new").await;
    let fields = [("name", "営業"), ("rights[]", "台帳管理"), ("rights[]", "何でも")];
    let wrong = reader.post("/admin/permission-templates/new", &fields).await;
    assert!(wrong.status == 422 && wrong.text.contains("id=\"rights-error\""), "{}", wrong.text);
    let fields = [("name", "営業"), ("rights[]", "台帳管理")];
    assert_eq!(reader.post("/admin/permission-templates/new", &fields).await.status, 303);
    let list = reader.get("/admin/permission-templates?done=created").await;
    assert!(list.text.contains("権限テンプレートを追加しました。") && list.text.matches('✓').count() == 1);
    let given = [("family_name", "山田"), ("first_name", "太郎"), ("mail", "yamada@example.jp"), ("template", "営業")];
    let given = reader.post(&format!("{yamada}/edit"), &given).await;
    assert_eq!(given.status, 422, "a template takes the place of his own rights");
    assert!(given.text.contains("持つ人がいなくなります"), "{}", given.text);
    let mut templates = with_rights(&app, "sato", &["権限テンプレート設定"]).await;
    let more = [("name", "営業"), ("rights[]", "台帳管理"), ("rights[]", "監査閲覧")];
    let refused = templates.post("/admin/permission-templates/1", &more).await;
    assert_eq!(refused.status, 422, "who may not grant adds no right: {}", refused.text);
    assert!(refused.text.contains("権限「権限付与」がありません"));
    assert_eq!(
        templates.post("/admin/permission-templates/1", &[("name", "営業"), ("rights[]", "台帳管理")]).await.status,
        303
    );
    assert_eq!(templates.post("/admin/permission-templates/1/remove", &[]).await.status, 303);
}
