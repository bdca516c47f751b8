//! Pages of rights: the table, what is changed and when it counts, why somebody does not see a record.

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::item::RawValue;
use musubi_domain::rights::{DatabaseRight, named};
use musubi_domain::user::RIGHTS;
use musubi_screens::router::routes;
use musubi_service::record::{GivenItem, GivenRecord, record_register};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile::texts;

use super::stage::{LOGIN, PASSWORD, Reader, header, person, stage, value};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: rights are shown, changed after a look, and count at once", |engine| async move {
            changes(stage(engine).await).await;
        }),
        async_on_both("screens: of two who change a right nobody's work is lost", |engine| async move {
            met(stage(engine).await).await;
        }),
        async_on_both(
            "screens: a right in a database is previewed, saved, copied and given to others",
            |engine| async move {
                in_database(stage(engine).await).await;
            },
        ),
        async_on_both("screens: who may not give rights sees no page of them", |engine| async move {
            refused(stage(engine).await).await;
        }),
        async_on_both(
            "screens: the table of rights holds hostile names, and stays small with 200 people",
            |engine| async move {
                crowd(stage(engine).await).await;
            },
        ),
        async_on_both("screens: who may only read clients changes nothing by any form", |engine| async move {
            only_reads(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn give(app: &TestApp, login: &str, rights: &[&str]) {
    let rights = rights.iter().map(|&right| right.to_owned()).collect();
    user_right_set(&app.service, &app.context(), login.to_owned(), rights, false).await.unwrap();
}

/// 山田 may give rights; 鈴木 is a clerk.
async fn house(app: &TestApp) -> (Reader<'_>, Reader<'_>) {
    give(app, LOGIN, &RIGHTS).await;
    person(app, "suzuki", "鈴木", "花子").await;
    let admin = Reader::signed_in(app).await;
    let mut clerk = Reader::new(app);
    clerk.sign_in("suzuki", PASSWORD, "/").await;
    (admin, clerk)
}

async fn changes(app: TestApp) {
    let (mut admin, mut clerk) = house(&app).await;
    assert_eq!(clerk.get("/admin/rights").await.status, 403);
    let page = admin.get("/admin/rights").await;
    assert!(page.text.contains("鈴木 花子") && page.text.contains("システム設定"), "{}", page.text);
    let one = admin.get("/admin/rights?q=%E9%88%B4%E6%9C%A8").await.text;
    assert!(one.contains("鈴木 花子") && !one.contains("<small>yamada"), "{one}");
    let with = admin.get("/admin/rights?right=2").await.text;
    assert!(with.contains("<small>yamada") && !with.contains("<small>suzuki"), "{with}");
    assert!(admin.get("/admin/rights?organization=%E7%84%A1%E3%81%97").await.text.contains("組織は見つかりません"));
    assert!(admin.get("/admin/rights?q=zzz").await.text.contains("条件に合う人はいません。"));
    // What changes is shown first, and nothing is saved by that.
    admin.get("/admin/rights/users/suzuki").await;
    let fields = [("from", "suzuki"), ("people[]", "suzuki"), ("seen~suzuki", ""), ("own~suzuki[]", "2")];
    let review = admin.post("/admin/rights", &fields).await;
    assert_eq!(review.status, 200, "{}", review.text);
    assert!(review.text.contains("権限付与") && review.text.contains("鈴木 花子"), "{}", review.text);
    assert_eq!(clerk.get("/admin/rights").await.status, 403);
    let fields = [fields.as_slice(), &[("step", "save")]].concat();
    let saved = admin.post("/admin/rights", &fields).await;
    assert_eq!(header(&saved, "location"), "/admin/rights/users/suzuki?done=saved", "{}", saved.text);
    assert!(admin.get("/admin/rights/users/suzuki?done=saved").await.text.contains("権限を保存しました。"));
    // It counts at once, in a session that was there before.
    assert_eq!(clerk.get("/admin/rights").await.status, 200);
    // The last two: one takes the other's right, and cannot give up his own then.
    clerk.get("/admin/rights").await;
    let seen = ("seen~yamada", "0,1,2,3,4,5,6,7,8");
    let none = clerk.post("/admin/rights", &[("people[]", LOGIN), seen, ("step", "save")]).await;
    assert_eq!(none.status, 422);
    assert!(none.text.contains("権限「ユーザ設定」を持つ人がいなくなります"), "{}", none.text);
    let own = [("people[]", LOGIN), seen, ("own~yamada[]", "1"), ("step", "save")];
    assert_eq!(clerk.post("/admin/rights", &own).await.status, 303);
    assert_eq!(admin.get("/admin/rights").await.status, 403);
    let last = clerk.post("/admin/rights", &[("people[]", "suzuki"), ("seen~suzuki", "2"), ("step", "save")]).await;
    assert_eq!(last.status, 422);
    assert!(last.text.contains("権限「権限付与」を持つ人がいなくなります"), "{}", last.text);
    // Who lacks a right is told whom to ask.
    assert!(admin.get("/rights/granters").await.text.contains("鈴木 花子"));
    let file = clerk.get("/admin/rights/download").await;
    assert_eq!(header(&file, "content-type"), "text/csv; charset=utf-8");
    assert!(file.text.starts_with('\u{feff}') && file.text.contains("suzuki,鈴木 花子,,,,個別,"), "{}", file.text);
}

async fn met(app: TestApp) {
    let (mut admin, _) = house(&app).await;
    admin.get("/admin/rights?edit=1").await;
    give(&app, "suzuki", &["台帳管理"]).await;
    let fields = [("people[]", "suzuki"), ("seen~suzuki", ""), ("own~suzuki[]", "8"), ("step", "save")];
    let answer = admin.post("/admin/rights", &fields).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert!(answer.text.contains("いまの権限: 台帳管理") && answer.text.contains("ほかの人が先に変更しました"));
    // The form holds what was wanted, over what stands there now.
    assert_eq!(
        (value(&answer.text, "seen~suzuki"), value(&answer.text, "own~suzuki[]")),
        ("7".to_owned(), "8".to_owned())
    );
    let fields = [("people[]", "suzuki"), ("seen~suzuki", "7"), ("own~suzuki[]", "8"), ("step", "save")];
    assert_eq!(admin.post("/admin/rights", &fields).await.status, 303);
    let page = admin.get("/admin/rights?right=8&q=suzuki").await.text;
    assert!(page.contains("鈴木 花子"), "{page}");
}

const RIGHT: &str = "/admin/rights/users/suzuki/clients";

async fn in_database(app: TestApp) {
    let (mut admin, mut clerk) = house(&app).await;
    assert_eq!(clerk.get("/records/clients").await.status, 200);
    let page = admin.get(RIGHT).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.len() < 60_000, "{}", page.text.len());
    let stamp = value(&page.text, "stamp");
    let fields = [("stamp", stamp.as_str()), ("read", "1"), ("rows", "own"), ("step", "review")];
    let preview = admin.post(RIGHT, &fields).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    assert!(preview.text.contains("0 件(いまは 0 件)"), "{}", preview.text);
    let previewed = value(&preview.text, "previewed");
    let with = |step: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let kept = [("stamp", stamp.as_str()), ("previewed", previewed.as_str()), ("step", "save")];
        kept.iter().chain(step).map(|(name, text)| (*name, (*text).to_owned())).collect()
    };
    let send = async |admin: &mut Reader<'_>, fields: &[(&'static str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        admin.post(RIGHT, &fields).await
    };
    // What was not previewed is not saved, but shown.
    let other = send(&mut admin, &with(&[("rows", "own")])).await;
    assert!(other.status == 200 && other.text.contains("right-preview"), "{}", other.text);
    let saved = send(&mut admin, &with(&[("read", "1"), ("rows", "own")])).await;
    assert_eq!(header(&saved, "location"), "/admin/rights/users/suzuki?done=saved", "{}", saved.text);
    let page = admin.get("/admin/rights/users/suzuki").await.text;
    assert!(page.contains("自分のデータだけ") && page.contains("制限あり"), "{page}");
    // The same form once more meets what was saved meanwhile.
    let again = send(&mut admin, &with(&[("read", "1"), ("rows", "own")])).await;
    assert_eq!(again.status, 409, "{}", again.text);
    // A condition that says nothing is not taken for a rule.
    let empty = admin.post(RIGHT, &[("stamp", stamp.as_str()), ("read", "1"), ("rows", "condition")]).await;
    assert_eq!(empty.status, 422, "{}", empty.text);
    // Copied, and given to another.
    let copied = admin.get("/admin/rights/users/yamada/clients?copy=suzuki").await.text;
    assert!(copied.contains("鈴木 花子 の権限を入れました") && copied.contains("value=\"own\" checked"), "{copied}");
    assert!(admin.get("/admin/rights/users/yamada/clients?copy=zzz").await.text.contains("この人は見つかりません"));
    let apply = admin.get(&format!("{RIGHT}/apply")).await;
    let (stamp, chosen) = (value(&apply.text, "stamp"), value(&apply.text, "people[]"));
    assert!(chosen.starts_with("yamada~"), "{}", apply.text);
    let nobody = admin.post(&format!("{RIGHT}/apply"), &[("stamp", stamp.as_str())]).await;
    assert_eq!(nobody.status, 422);
    let fields = [("stamp", stamp.as_str()), ("people[]", chosen.as_str())];
    assert_eq!(admin.post(&format!("{RIGHT}/apply"), &fields).await.status, 200);
    let fields = [fields.as_slice(), &[("step", "save")]].concat();
    assert_eq!(admin.post(&format!("{RIGHT}/apply"), &fields).await.status, 303);
    assert!(admin.get("/admin/rights/users/yamada").await.text.contains("自分のデータだけ"));
    assert_eq!(admin.post(&format!("{RIGHT}/apply"), &fields).await.status, 409, "it was changed meanwhile");
    // No read: the other page refuses at once.
    let clerk_id = user_list(&app.service, &app.context())
        .await
        .unwrap()
        .into_iter()
        .find(|user| user.login_id == "suzuki")
        .unwrap()
        .id;
    let none = DatabaseRight { read: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), clerk_id, client::DATABASE, none).await.unwrap();
    assert_eq!(clerk.get("/records/clients").await.status, 403);
    let why =
        admin.get("/admin/rights/why?user=suzuki&database=clients&record=00000000-0000-0000-0000-000000000000").await;
    assert!(why.text.contains("鈴木 花子 には見えません。"), "{}", why.text);
    assert!(
        why.text.contains("閲覧が許可されていません") && why.text.contains("この ID のデータはありません"),
        "{}",
        why.text
    );
    assert!(admin.get("/admin/rights/why?user=zzz&database=clients").await.text.contains("この人は見つかりません"));
}

async fn refused(app: TestApp) {
    let (_, mut clerk) = house(&app).await;
    give(&app, "suzuki", &RIGHTS.into_iter().filter(|right| *right != named::GRANTS).collect::<Vec<_>>()).await;
    for path in ["/admin/rights", "/admin/rights/download", "/admin/rights/users/suzuki", RIGHT, "/admin/rights/why"] {
        assert_eq!(clerk.get(path).await.status, 403, "{path}");
    }
    assert_eq!(clerk.get(&format!("{RIGHT}/apply")).await.status, 403);
    clerk.get("/account").await;
    let own = [("people[]", "suzuki"), ("seen~suzuki", ""), ("own~suzuki[]", "2"), ("step", "save")];
    assert_eq!(clerk.post("/admin/rights", &own).await.status, 403, "nobody gives himself a right");
    let right = [("read", "1"), ("rows", "all"), ("step", "save")];
    assert_eq!(clerk.post(RIGHT, &right).await.status, 403);
    assert_eq!(clerk.post(&format!("{RIGHT}/apply"), &[("people[]", "yamada~x")]).await.status, 403);
    assert_eq!(clerk.get("/rights/granters").await.status, 200);
}

/// Forms that change no record: what is only read or shown again, what somebody says of a record, what is his own, and what needs another
/// right.
const CHANGES_NO_RECORD: [&str; 8] = [
    "/records/{database}/duplicates",
    "/records/{database}/export",
    "/records/{database}/index",
    "/records/{database}/select",
    "/records/{database}/views",
    "/records/{database}/{id}/comments",
    "/records/{database}/{id}/comments/{number}/edit",
    "/records/{database}/{id}/mentions/read",
];

async fn only_reads(app: TestApp) {
    let (_, mut clerk) = house(&app).await;
    let template = app.service.template(app.tenant, client::DATABASE).await.unwrap();
    let item = template.item(client::NAME).unwrap();
    let name = format!("i{}", item.number);
    let value = RawValue::Text { value: "株式会社甲".to_owned(), ruby: Some("コウ".to_owned()) };
    let item_type = item.item_type.row().wire.to_owned();
    let items = vec![GivenItem { path: name.clone(), item: client::NAME, item_type, value }];
    let given = GivenRecord { items, by_system: true, ..GivenRecord::default() };
    let made = record_register(&app.service, &app.context(), client::DATABASE, "client.register", given).await.unwrap();
    let id = made.id.to_string();
    let clerk_id = user_list(&app.service, &app.context())
        .await
        .unwrap()
        .into_iter()
        .find(|user| user.login_id == "suzuki")
        .unwrap()
        .id;
    let read = DatabaseRight { write: false, delete: false, run: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), clerk_id, client::DATABASE, read).await.unwrap();
    let record = async || {
        let key = musubi_service::record::RecordKey::Id(id.parse().unwrap());
        let seen = musubi_service::record::record_get(&app.service, &app.context(), client::DATABASE, key, "id")
            .await
            .unwrap();
        (seen.record.version, seen.record.display_name)
    };
    let before = record().await;
    assert_eq!(clerk.get("/records/clients").await.status, 200);
    clerk.get("/account").await;
    let mut open = Vec::new();
    for route in routes().filter(|route| route.path.starts_with("/records/{database}")) {
        if !route.methods.contains("POST") || CHANGES_NO_RECORD.contains(&route.path) {
            continue;
        }
        let path = route.path.replace("{database}", "clients").replace("{id}", &id).replace("{number}", "1");
        let fields = [
            (name.as_str(), "乙"),
            ("version", "1"),
            ("id", id.as_str()),
            ("ids[]", id.as_str()),
            ("with", id.as_str()),
        ];
        let answer = clerk.post(&path, &fields).await;
        // Of comments, activities and files that stand at a record there are none here: those are not found.
        let is_refused = answer.status == 403 || (answer.status == 404 && route.path.contains("{number}"));
        if !is_refused {
            open.push(format!("{} {}", route.path, answer.status));
        }
    }
    assert_eq!(open, [""; 0]);
    assert_eq!(record().await, before);
}

async fn crowd(app: TestApp) {
    let (mut admin, _) = house(&app).await;
    for (at, text) in texts().iter().filter(|text| !text.chars().any(char::is_control)).enumerate().take(60) {
        let name: String = text.chars().take(40).collect();
        person(&app, &format!("p{at}"), &name, "\"><script>").await;
    }
    let mut path = "/admin/rights?edit=1".to_owned();
    let mut pages = 0;
    loop {
        let page = admin.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.len() < 60_000, "{path}: {}", page.text.len());
        assert!(!page.text.contains("\"><script>"));
        pages += 1;
        let Some((_, rest)) = page.text.split_once("href=\"/admin/rights?edit=1&#38;after=") else { break };
        path = format!("/admin/rights?edit=1&after={}", rest.split('"').next().unwrap());
    }
    assert!(pages >= 1);
    assert_eq!(admin.get("/admin/rights/download").await.status, 200);
}
