//! The settings: an administrator finds and changes them, nobody else does, and nothing that was typed is lost.

use libtest_mimic::Trial;
use musubi_domain::top_page::Block;
use musubi_domain::user::RIGHTS;
use musubi_service::group::{GroupCreate, group_create};
use musubi_service::top_page::top_page;
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;

use super::stage::{LOGIN, PASSWORD, Reader, after, header, person, stage, value};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("settings: everybody sees of the index what he may change", |engine| async move {
            shows_the_index(administered(engine).await).await;
        }),
        async_on_both("settings: who has no right is turned away from every page", |engine| async move {
            turns_away(administered(engine).await).await;
        }),
        async_on_both("settings: items are added, moved, changed, removed and brought back", |engine| async move {
            edits_a_template(administered(engine).await).await;
        }),
        async_on_both("settings: two people who change an item lose nothing", |engine| async move {
            keeps_both(administered(engine).await).await;
        }),
        async_on_both("settings: choices are added by lines, renamed, moved and hidden", |engine| async move {
            edits_choices(administered(engine).await).await;
        }),
        async_on_both("settings: a database is made, exported and read in again", |engine| async move {
            makes_a_database(administered(engine).await).await;
        }),
        async_on_both("settings: nobody locks himself out", |engine| async move {
            locks_nobody_out(administered(engine).await).await;
        }),
        async_on_both("settings: linkage slots and inquiry routes are named and removed", |engine| async move {
            names_slots_and_routes(administered(engine).await).await;
        }),
        async_on_both("settings: notices and blocks of the top page reach whom they are for", |engine| async move {
            lays_out_the_top_page(administered(engine).await).await;
        }),
        async_on_both("settings: hostile texts are shown as they are", |engine| async move {
            shows_hostile_texts(administered(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The stage, with 山田 太郎 as its administrator.
async fn administered(engine: Engine) -> TestApp {
    let app = stage(engine).await;
    administers(&app).await;
    app
}

/// Gives 山田 太郎 all rights.
pub(super) async fn administers(app: &TestApp) {
    let rights = RIGHTS.into_iter().map(str::to_owned).collect();
    user_right_set(&app.service, &app.context(), LOGIN.to_owned(), rights, false).await.unwrap();
}

const CLIENTS: &str = "/admin/templates/clients";

/// A form was taken, and leads here.
fn leads(answer: &Answer, to: &str) {
    assert_eq!((answer.status.as_u16(), header(answer, "location")), (303, to), "{}", answer.text);
}

async fn clerk(app: &TestApp, rights: &[&str]) {
    person(app, "sato", "佐藤", "花子").await;
    let rights = rights.iter().map(|right| (*right).to_owned()).collect();
    user_right_set(&app.service, &app.context(), "sato".to_owned(), rights, false).await.unwrap();
}

async fn as_clerk(app: &TestApp) -> Reader<'_> {
    let mut reader = Reader::new(app);
    leads(&reader.sign_in("sato", PASSWORD, "/").await, "/");
    reader
}

async fn shows_the_index(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/admin").await;
    for path in ["/admin/users", "/admin/databases", "/connections", "/admin/security", "/changes", "/admin/system"] {
        assert!(page.text.contains(&format!("<a href=\"{path}\">")), "{path}");
    }
    let page = reader.get("/admin?q=%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89").await;
    assert!(page.text.contains("href=\"/admin/security\"") && !page.text.contains("href=\"/admin/linkage\""));
    assert!(reader.get("/admin?q=zzzz").await.text.contains("「zzzz」に合う設定はありません"));
    clerk(&app, &["DB設定"]).await;
    let mut clerk = as_clerk(&app).await;
    let page = clerk.get("/admin").await;
    assert!(page.text.contains("href=\"/admin/databases\"") && !page.text.contains("href=\"/admin/security\""));
    assert_eq!(clerk.get("/admin/databases").await.status, 200);
    assert_eq!(clerk.get("/admin/security").await.status, 403);
}

async fn turns_away(app: TestApp) {
    clerk(&app, &["監査閲覧"]).await;
    let mut reader = as_clerk(&app).await;
    reader.get("/account").await;
    for path in [
        "/admin",
        "/admin/databases",
        "/admin/databases/new",
        "/admin/inquiry-routes",
        "/admin/linkage",
        "/admin/security",
        CLIENTS,
        "/admin/templates/clients/export",
        "/admin/templates/clients/import",
        "/admin/templates/clients/items/new",
        "/admin/templates/clients/items/1",
        "/admin/templates/clients/preview",
        "/admin/tenant",
        "/admin/top-page",
        "/admin/top-page/blocks/0",
        "/admin/top-page/notices/new",
    ] {
        assert_eq!(reader.get(path).await.status, 403, "{path}");
    }
    for (path, fields) in [
        ("/admin/databases/new", vec![("name", "商談"), ("first", "件名")]),
        ("/admin/inquiry-routes", vec![("category", "展示会"), ("name", "東京")]),
        ("/admin/inquiry-routes/order", vec![("move", "up:00000000-0000-0000-0000-000000000001")]),
        ("/admin/linkage", vec![("name-999000001", "会計")]),
        ("/admin/security", vec![("password", "x")]),
        ("/admin/templates/clients/items/new", vec![("name", "x"), ("type", "text_single")]),
        ("/admin/templates/clients/items/1/remove", vec![]),
        ("/admin/templates/clients/order", vec![("move", "1:before:2"), ("version", "1")]),
        ("/admin/tenant", vec![("name", "x")]),
        ("/admin/top-page/blocks/0", vec![("do", "reset")]),
        ("/admin/top-page/notices/new", vec![("text", "x")]),
    ] {
        assert_eq!(reader.post(path, &fields).await.status, 403, "{path}");
    }
    let mut administrator = Reader::signed_in(&app).await;
    for path in [
        "/admin/templates/no-such",
        "/admin/templates/clients/items/999999",
        "/admin/templates/clients/items/x",
        "/admin/linkage/1/remove",
        "/admin/inquiry-routes/x",
        "/admin/top-page/notices/9",
        "/admin/top-page/blocks/9",
    ] {
        assert_eq!(administrator.get(path).await.status, 404, "{path}");
    }
}

fn item_path(page: &str, name: &str) -> String {
    let (before, _) = page.split_once(&format!(">{name}</a>")).unwrap_or_else(|| panic!("no {name} in {page}"));
    before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned()
}

async fn edits_a_template(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/templates/clients/items/new").await;
    let fields =
        [("name", "得意先ランク"), ("type", "pulldown"), ("choices", "A\nB\r\n\nC"), ("place", "2"), ("key", "")];
    leads(
        &reader.post("/admin/templates/clients/items/new", &fields).await,
        "/admin/templates/clients?done=item-added",
    );
    let page = reader.get(CLIENTS).await;
    let path = item_path(&page.text, "得意先ランク");
    let number = path.rsplit('/').next().unwrap().to_owned();
    let up = after(&page.text, &format!("value=\"{number}:before:"), '"').to_owned();
    let version = value(&page.text, "version");
    let order = [("move", format!("{number}:before:{up}")), ("version", version), ("from", "0".to_owned())];
    let order: Vec<_> = order.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = reader.post("/admin/templates/clients/order", &order).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = reader.get(header(&answer, "location").split('#').next().unwrap()).await;
    assert!(page.text.contains("並び順を変更しました。"));
    let first = after(&page.text, "data-item=\"", '"');
    assert_eq!(first, number, "it came to stand first");
    // The same look at the list again: it is another version by now, and the list is shown as it stands.
    let answer = reader.post("/admin/templates/clients/order", &order).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("ほかの人がこの内容を変更しました"));

    // What is wrong stands beside its field, and nothing is lost.
    let page = reader.get(&path).await;
    let seen = value(&page.text, "seen");
    let wrong = reader.post(&path, &[("seen", &seen), ("name", ""), ("required", "1"), ("place", "1")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("id=\"name-error\"")
            && wrong.text.contains("name=\"required\" type=\"checkbox\" value=\"1\" checked")
    );
    let changed = [("seen", seen.as_str()), ("name", "ランク"), ("required", "1"), ("place", "3")];
    leads(&reader.post(&path, &changed).await, "/admin/templates/clients?done=saved");
    let page = reader.get(CLIENTS).await;
    assert_ne!(after(&page.text, "data-item=\"", '"'), number, "it was moved by its number");
    assert!(item_path(&page.text, "ランク") == path);

    // What is built in stays.
    let built_in = format!("{CLIENTS}/items/{up}");
    let page = reader.get(&format!("{built_in}/remove")).await;
    assert!(page.text.contains("標準の項目は") && !page.text.contains("class=\"danger\""), "{}", page.text);
    assert_eq!(reader.post(&format!("{built_in}/remove"), &[]).await.status, 422);

    // What people added goes, and comes back for thirty days.
    let page = reader.get(&format!("{path}/remove")).await;
    assert!(page.text.contains("値が入っているデータ: 0 件") && page.text.contains("30日間"), "{}", page.text);
    leads(&reader.post(&format!("{path}/remove"), &[]).await, "/admin/templates/clients?done=discarded");
    let page = reader.get("/admin/templates/clients?done=discarded").await;
    assert!(page.text.contains("id=\"discarded\"") && !page.text.contains(&format!("id=\"item-{number}\"")));
    leads(&reader.post(&format!("{path}/restore"), &[]).await, "/admin/templates/clients?done=restored");
    let page = reader.get(CLIENTS).await;
    assert!(!page.text.contains("id=\"discarded\"") && page.text.contains(&format!("id=\"item-{number}\"")));
    assert_eq!(reader.post(&format!("{path}/restore"), &[]).await.status, 404);
    assert!(reader.get("/admin/templates/clients/preview").await.text.contains("ランク"));
    app.leave_jobs();
}

async fn keeps_both(app: TestApp) {
    let mut one = Reader::signed_in(&app).await;
    let mut other = Reader::signed_in(&app).await;
    one.get("/admin/templates/clients/items/new").await;
    one.post("/admin/templates/clients/items/new", &[("name", "備考2"), ("type", "text_multiple")]).await;
    let path = item_path(&one.get(CLIENTS).await.text, "備考2");
    let seen = value(&one.get(&path).await.text, "seen");
    other.get(&path).await;
    let first = other.post(&path, &[("seen", &seen), ("name", "メモ"), ("place", "1")]).await;
    assert_eq!(first.status, 303, "{}", first.text);
    let late = one.post(&path, &[("seen", &seen), ("name", "覚え書き"), ("hidden", "1"), ("place", "1")]).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("現在の内容は「メモ」です"), "{}", late.text);
    assert!(
        late.text.contains("value=\"覚え書き\"")
            && late.text.contains("name=\"hidden\" type=\"checkbox\" value=\"1\" checked")
    );
    let seen = value(&late.text, "seen");
    let again = one.post(&path, &[("seen", &seen), ("name", "覚え書き"), ("place", "1")]).await;
    assert_eq!(again.status, 303, "whoever has seen it decides");
}

async fn edits_choices(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/templates/clients/items/new").await;
    let fields = [("name", "商圏"), ("type", "linkage_pulldown"), ("choices", "関東\n関西")];
    reader.post("/admin/templates/clients/items/new", &fields).await;
    let path = format!("{}/choices", item_path(&reader.get(CLIENTS).await.text, "商圏"));
    let seen = value(&reader.get(&path).await.text, "seen");
    let part = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let body = |token: &str, seen: &str, rows: &[(&str, &str)], rest: &[(&str, &str)]| {
        let mut pairs = vec![("token", token), ("seen", seen)];
        for (value, label) in rows {
            pairs.extend([("value[]", *value), ("label[]", *label)]);
        }
        pairs.extend(rest);
        pairs.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect::<Vec<_>>().join("&")
    };
    // A button moves a choice, and keeps what was typed into the names.
    let sent =
        body(&reader.token, &seen, &[("1", "関東圏"), ("2", "関西")], &[("do", "down:1"), ("lines", "九州\n\n沖縄")]);
    let answer = reader.post_raw(&path, &sent).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = reader.get(&path).await;
    let labels: Vec<&str> =
        page.text.split("name=\"label[]\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(labels, ["関西", "関東圏", "九州", "沖縄"]);
    let seen = value(&page.text, "seen");
    let sent = body(&reader.token, &seen, &[], &[("under", "1"), ("lines", "東京\n神奈川"), ("do", "save")]);
    assert_eq!(reader.post_raw(&path, &sent).await.status, 303);
    let page = reader.get(&format!("{path}?under=1")).await;
    assert!(page.text.contains("value=\"神奈川\"") && page.text.contains("下の段 (0)"), "{}", page.text);
    let seen = value(&page.text, "seen");
    let sent =
        body(&reader.token, &seen, &[("1", "東京"), ("2", "")], &[("under", "1"), ("lines", "千葉"), ("do", "save")]);
    let wrong = reader.post_raw(&path, &sent).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("千葉</textarea>"), "{}", wrong.text);
    let sent = body(&reader.token, &seen, &[], &[("under", "1"), ("do", "flip:2")]);
    assert_eq!(reader.post_raw(&path, &sent).await.status, 303);
    assert!(reader.get(&format!("{path}?under=1")).await.text.contains("class=\"is-hidden\""));
    assert_eq!(reader.get(&format!("{path}?under=77")).await.status, 404);
}

async fn makes_a_database(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/databases/new").await;
    let wrong = reader.post("/admin/databases/new", &[("name", ""), ("first", "件名")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("id=\"name-error\"") && wrong.text.contains("value=\"件名\""), "{}", wrong.text);
    let made = reader.post("/admin/databases/new", &[("name", "商談"), ("first", "件名")]).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = header(&made, "location").split('?').next().unwrap().to_owned();
    assert!(reader.get("/admin/databases").await.text.contains("商談"));
    let add = format!("{path}/items/new");
    reader.get(&add).await;
    let fields = [("name", "番号"), ("type", "auto_number"), ("prefix", "S-"), ("digits", "6")];
    assert_eq!(reader.post(&add, &fields).await.status, 303);
    let fields = [("name", "金額"), ("type", "amount_integer"), ("after", "円"), ("required", "1")];
    assert_eq!(reader.post(&add, &fields).await.status, 303);
    let reference = [("name", "取引先"), ("type", "reference"), ("target", "")];
    let wrong = reader.post(&add, &reference).await;
    assert!(wrong.status == 422 && wrong.text.contains("id=\"target-error\""), "{}", wrong.text);
    let file = reader.get(&format!("{path}/export")).await;
    assert!(header(&file, "content-disposition").starts_with("attachment"), "{}", file.text);
    let import = format!("{path}/import");
    reader.get(&import).await;
    let bad = reader.post(&import, &[("text", "[{]")]).await;
    assert!(bad.status == 422 && bad.text.contains("[{]</textarea>"), "{}", bad.text);
    let changed = file.text.replace("\"金額\"", "\"見込み金額\"");
    leads(&reader.post(&import, &[("text", &changed)]).await, &format!("{path}?done=imported"));
    let item = item_path(&reader.get(&path).await.text, "見込み金額");
    leads(&reader.post(&format!("{item}/index"), &[]).await, &format!("{item}?done=added"));
    assert!(reader.get(&item).await.text.contains("使用中"));
    // What has an index is needed.
    let page = reader.get(&format!("{item}/remove")).await;
    assert!(page.text.contains("次で使われているため削除できません。"), "{}", page.text);
}

async fn locks_nobody_out(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/admin/security").await;
    let own = after(&page.text, "現在のアドレス: ", '<').to_owned();
    let with = |password: &'static str, addresses: &str| {
        [
            ("password", password.to_owned()),
            ("idle", "60".to_owned()),
            ("hours", "２４".to_owned()),
            ("rate", "1,000".to_owned()),
            ("addresses", addresses.to_owned()),
            ("origins", "https://app.example.co.jp".to_owned()),
        ]
    };
    let send = async |reader: &mut Reader<'_>, fields: [(&'static str, String); 6]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        reader.post("/admin/security", &fields).await
    };
    for (fields, error) in [
        (with("7", ""), "password-error"),
        (with("八", ""), "password-error"),
        (with("8", "192.0.2.0/33"), "addresses-error"),
        (with("8", "192.0.2.0/24"), "addresses-error"),
    ] {
        let answer = send(&mut reader, fields).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains(&format!("id=\"{error}\"")) && answer.text.contains("https://app.example.co.jp"));
    }
    let answer = send(&mut reader, with("8", "192.0.2.0/24")).await;
    assert!(answer.text.contains(&format!("現在のアドレス {own} が含まれていません")), "{}", answer.text);
    let answer = send(&mut reader, with("10", &format!("192.0.2.77/24\r\n{own}"))).await;
    leads(&answer, "/admin/security?done=saved");
    let page = reader.get("/admin/security").await;
    assert!(
        page.text.contains("192.0.2.0/24")
            && page.text.contains("value=\"10\"")
            && page.text.contains("value=\"1000\"")
    );

    // Nor by the name under which he is here.
    let page = reader.get("/admin/tenant").await;
    let host = after(&page.text, "aria-describedby=\"hosts-hint\">\n", '<').to_owned();
    let known = [("name", value(&page.text, "name")), ("hosts", "other.example".to_owned())];
    let known: Vec<_> = known.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = reader.post("/admin/tenant", &known).await;
    assert!(answer.status == 422 && answer.text.contains("id=\"hosts-error\""), "{}", answer.text);
    let hosts = format!("{host}\nother.example");
    let whole = [("name", "株式会社むすび"), ("hosts", hosts.as_str()), ("mail", "x"), ("city", "港区")];
    let answer = reader.post("/admin/tenant", &whole).await;
    assert!(
        answer.status == 422 && answer.text.contains("id=\"mail-error\"") && answer.text.contains("value=\"港区\"")
    );
    let whole = [("name", "株式会社むすび"), ("hosts", hosts.as_str()), ("mail", "x@example.jp"), ("city", "港区")];
    leads(&reader.post("/admin/tenant", &whole).await, "/admin/tenant?done=saved");
    assert!(reader.get("/admin/tenant").await.text.contains("other.example"));
}

async fn names_slots_and_routes(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/linkage").await;
    leads(&reader.post("/admin/linkage", &[("name-999000003", "会計システム")]).await, "/admin/linkage?done=saved");
    let page = reader.get("/admin/linkage").await;
    assert!(page.text.contains("value=\"会計システム\"") && page.text.contains("/admin/linkage/999000003/remove"));
    let wrong = reader.post("/admin/linkage", &[("name-999000003", ""), ("name-999000004", "販売")]).await;
    assert!(
        wrong.status == 422 && wrong.text.contains("id=\"error-999000003\"") && wrong.text.contains("value=\"販売\"")
    );
    assert!(reader.get("/admin/linkage/999000003/remove").await.text.contains("IDが入っているデータはありません。"));
    leads(&reader.post("/admin/linkage/999000003/remove", &[]).await, "/admin/linkage?done=removed");
    assert_eq!(reader.get("/admin/linkage/999000003/remove").await.status, 404);

    let routes = "/admin/inquiry-routes";
    assert!(reader.get(routes).await.text.contains("引合経路がまだありません"));
    for name in ["東京", "大阪"] {
        let answer = reader.post(routes, &[("category", "展示会"), ("name", name)]).await;
        leads(&answer, "/admin/inquiry-routes?done=added");
    }
    let wrong = reader.post(routes, &[("category", "紹介"), ("name", "")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("value=\"紹介\"") && wrong.text.contains("id=\"name-error\""));
    let page = reader.get(routes).await;
    let down = after(&page.text, "value=\"down:", '"').to_owned();
    let answer = reader.post("/admin/inquiry-routes/order", &[("move", &format!("down:{down}"))]).await;
    assert_eq!(answer.status, 303);
    let page = reader.get(routes).await;
    assert!(page.text.find(">大阪</a>").unwrap() < page.text.find(">東京</a>").unwrap(), "{}", page.text);
    let one = format!("{routes}/{down}");
    let wrong = reader.post(&one, &[("name", "大阪")]).await;
    assert_eq!(wrong.status, 422, "the name is another's");
    leads(&reader.post(&one, &[("name", "東京 <ビッグサイト>")]).await, "/admin/inquiry-routes?done=saved");
    assert!(reader.get(&format!("{one}/remove")).await.text.contains("この経路が入っているデータ: 0 件"));
    leads(&reader.post(&format!("{one}/remove"), &[]).await, "/admin/inquiry-routes?done=removed");
    assert_eq!(reader.get(&one).await.status, 404);
}

async fn lays_out_the_top_page(app: TestApp) {
    let context = app.context();
    let command =
        GroupCreate { name: "営業".to_owned(), members: vec![LOGIN.to_owned()], allowed_addresses: Vec::new() };
    group_create(&app.service, &context, command).await.unwrap();
    let mut reader = Reader::signed_in(&app).await;
    let path = "/admin/top-page";
    assert!(reader.get(path).await.text.contains("お知らせはありません"));
    let add = "/admin/top-page/notices/new";
    reader.get(add).await;
    for (fields, error) in [
        (vec![("text", " "), ("from", "")], "text-error"),
        (vec![("text", "休業"), ("from", "2026-02-30")], "from-error"),
        (vec![("text", "休業"), ("from", "2026-12-01"), ("until", "2026-11-01")], "until-error"),
    ] {
        let answer = reader.post(add, &fields).await;
        assert!(answer.status == 422 && answer.text.contains(&format!("id=\"{error}\"")), "{fields:?} {}", answer.text);
    }
    let text = "年末年始の<b>休業</b>\r\n12月29日から";
    leads(&reader.post(add, &[("text", text), ("important", "1")]).await, "/admin/top-page?done=added");
    leads(&reader.post(add, &[("text", "営業へ"), ("group", "1")]).await, "/admin/top-page?done=added");
    leads(&reader.post(add, &[("text", "昔のこと"), ("until", "2000-01-01")]).await, "/admin/top-page?done=added");
    let page = reader.get(path).await;
    assert!(
        page.text.contains("&#60;b&#62;休業") && page.text.contains("重要") && page.text.contains("終了"),
        "{}",
        page.text
    );
    let person = |login: &'static str| {
        let (service, context) = (app.service.clone(), context.clone());
        async move {
            let user = musubi_service::user::user_list(&service, &context).await.unwrap();
            let user = user.into_iter().find(|user| user.login_id == login).unwrap().number;
            let actor = musubi_domain::actor::Actor { user, ..context.actor.clone() };
            let own = musubi_domain::context::Context { actor, ..musubi_domain::context::Context::clone(&context) };
            top_page(&service, &std::sync::Arc::new(own)).await.unwrap()
        }
    };
    clerk(&app, &["監査閲覧"]).await;
    let own = person(LOGIN).await;
    let texts: Vec<&str> = own.notices.iter().map(|notice| notice.notice.text.as_str()).collect();
    assert_eq!(texts, ["年末年始の<b>休業</b>\n12月29日から", "営業へ"]);
    assert_eq!(person("sato").await.notices.len(), 1, "what is for a group is for nobody else");
    assert_eq!(person("sato").await.blocks, Block::ALL);

    let blocks = "/admin/top-page/blocks/1";
    reader.get(blocks).await;
    let wrong = reader.post(blocks, &[("show-jobs", "1"), ("place-jobs", "9")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("value=\"9\""), "{}", wrong.text);
    let fields = [("show-jobs", "1"), ("place-jobs", "2"), ("show-recent", "1"), ("place-recent", "1")];
    leads(&reader.post(blocks, &fields).await, "/admin/top-page?done=saved");
    assert_eq!(person(LOGIN).await.blocks, [Block::Recent, Block::Jobs]);
    assert_eq!(person("sato").await.blocks, Block::ALL);
    leads(&reader.post(blocks, &[("do", "reset")]).await, "/admin/top-page?done=reset");
    assert_eq!(person(LOGIN).await.blocks, Block::ALL);
    let notice = "/admin/top-page/notices/1";
    assert!(reader.get(&format!("{notice}/remove")).await.text.contains("12月29日から"));
    leads(&reader.post(&format!("{notice}/remove"), &[]).await, "/admin/top-page?done=removed");
    assert_eq!(reader.get(notice).await.status, 404);
}

async fn shows_hostile_texts(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/admin/templates/clients/items/new").await;
    let lines: Vec<&str> = hostile::texts()
        .iter()
        .copied()
        .filter(|text| !text.contains(['\n', '\r']) && text.chars().count() <= 200 && text.trim() == *text)
        .filter(|text| !text.is_empty())
        .collect();
    for (at, text) in lines.iter().enumerate().take(40) {
        let name = format!("{at} {text}");
        let answer =
            reader.post("/admin/templates/clients/items/new", &[("name", &name), ("type", "text_single")]).await;
        assert_eq!(answer.status, 303, "{text}: {}", answer.text);
    }
    let page = reader.get(CLIENTS).await;
    assert!(page.text.len() < 60_000, "{}", page.text.len());
    assert!(!page.text.contains("<script>") && !page.text.contains("<img"), "{}", page.text);
    for text in hostile::texts().iter().filter(|text| !text.trim().is_empty()).take(200) {
        let answer = reader.post("/admin/top-page/notices/new", &[("text", text)]).await;
        assert_eq!(answer.status, 303, "{text}: {}", answer.text);
    }
    let page = reader.get("/admin/top-page").await;
    assert!(!page.text.contains("<script>") && page.text.len() < 160_000, "{}", page.text.len());
}
