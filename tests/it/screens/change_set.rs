//! The list of changes, and what is seen of each.

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::engine::{Engine, async_on_both};

use super::job::{client, context_of, import, office, post_at_work, rows};
use super::stage::{LOGIN, PASSWORD, Reader, header, person};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: changes are listed, looked at and undone", listed),
        async_on_both("screens: what a change did is for whoever may see it", for_whom),
        async_on_both("screens: a large change is asked about before it is undone", large),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const HOSTILE: &str = "<script>alert(1)</script>\u{202e}髙﨑𠮷㈱";

async fn listed(engine: Engine) {
    let app = office(engine).await;
    let mut reader = Reader::signed_in(&app).await;
    assert!(reader.get("/changes").await.text.contains("まだ変更がありません。"));
    client(&app, &context_of(&app, LOGIN).await, HOSTILE).await;
    let page = reader.get("/changes").await;
    assert!(page.text.contains("取引先の登録") && page.text.contains("山田 太郎"), "{}", page.text);
    assert!(page.text.contains("登録 1 件") && page.text.contains("&#60;script&#62;"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    for (query, is_there) in [
        ("own=yes", true),
        ("database=clients", true),
        ("database=contacts", false),
        ("verb=register", true),
        ("verb=update", false),
        ("from=2026-04-01&to=2026-04-01", true),
        ("from=2026-04-02", false),
        ("to=2026-03-31", false),
        ("before=1", false),
        ("before=x&verb=%00", true),
    ] {
        let page = reader.get(&format!("/changes?{query}")).await;
        assert_eq!(page.text.contains("<td data-label=\"内容\">"), is_there, "{query}: {}", page.text);
    }
    let page = reader.get("/changes").await;
    let id = super::stage::after(&page.text, "href=\"/changes/", '"').to_owned();
    let whole = reader.get(&format!("/changes/{id}")).await;
    assert!(whole.text.contains("元に戻す") && whole.text.contains("&#60;script&#62;"), "{}", whole.text);
    assert!(whole.text.contains("href=\"/records/clients/"), "{}", whole.text);
    let answer = post_at_work(&app, &mut reader, &format!("/changes/{id}/undo"), &[]).await;
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with(&format!("/changes/{id}?done=undone&undo=")), "{to}");
    let whole = reader.get(&to).await;
    assert!(whole.text.contains("取り消し済み") && whole.text.contains("元に戻した内容を見る"), "{}", whole.text);
    for path in ["/changes/x", "/changes/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(reader.get(path).await.status, 404, "{path}");
    }
}

async fn for_whom(engine: Engine) {
    let app = office(engine).await;
    person(&app, "suzuki", "鈴木", "花子").await;
    client(&app, &context_of(&app, LOGIN).await, "秘密商事").await;
    let mut other = Reader::new(&app);
    other.sign_in("suzuki", PASSWORD, "/").await;
    let page = other.get("/changes").await;
    assert!(page.text.contains("秘密商事"), "who may do everything sees everything");
    let id = super::stage::after(&page.text, "href=\"/changes/", '"').to_owned();
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let named = |login: &str| users.iter().find(|user| user.login_id == login).unwrap().id;
    let own = DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), named("suzuki"), client::DATABASE, own).await.unwrap();
    let page = other.get("/changes").await;
    assert!(!page.text.contains("秘密商事") && page.text.contains("まだ変更がありません"), "{}", page.text);
    let path = format!("/changes/{id}");
    let whole = other.get(&path).await;
    assert_eq!(whole.status, 403);
    assert!(!whole.text.contains("秘密商事"), "{}", whole.text);
    other.get("/account").await;
    assert_eq!(other.post(&format!("{path}/undo"), &[]).await.status, 403);
    let ask = other.get(&format!("{path}/undo")).await;
    assert!(!ask.text.contains("秘密商事"), "{}", ask.text);

    // Who may no longer write does not undo what he wrote.
    let narrowed = DatabaseRight { write: false, delete: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), named(LOGIN), client::DATABASE, narrowed).await.unwrap();
    let mut reader = Reader::signed_in(&app).await;
    let whole = reader.get(&path).await;
    assert!(whole.text.contains("秘密商事") && !whole.text.contains("/undo\""), "{}", whole.text);
    assert_eq!(reader.post(&format!("{path}/undo"), &[]).await.status, 403);
    let blind = DatabaseRight { read: false, write: false, delete: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), named(LOGIN), client::DATABASE, blind).await.unwrap();
    let whole = reader.get(&path).await;
    assert!(whole.text.contains("閲覧権限のないレコード"), "{}", whole.text);
}

async fn large(engine: Engine) {
    let app = office(engine).await;
    let own = context_of(&app, LOGIN).await;
    let names: Vec<String> = (0..130).map(|at| format!("株式会社{at}番")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    import(&app, &own, false, &rows(&names)).await;
    app.run_jobs().await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/changes").await;
    assert!(page.text.contains("取引先のインポート") && page.text.contains("登録 130 件"), "{}", page.text);
    let id = super::stage::after(&page.text, "href=\"/changes/", '"').to_owned();
    let whole = reader.get(&format!("/changes/{id}")).await;
    let next = super::stage::after(&whole.text, "href=\"/changes/", '"');
    assert!(whole.text.len() < 60_000 && next.contains("?before="), "{} {next}", whole.text.len());
    assert!(reader.get(&format!("/changes/{next}")).await.text.contains("先頭に戻る"));
    let answer = reader.post(&format!("/changes/{id}/undo"), &[]).await;
    assert_eq!(header(&answer, "location"), format!("/changes/{id}/undo"));
    let ask = reader.get(&format!("/changes/{id}/undo")).await;
    assert!(ask.text.contains("登録した 130 件をごみ箱に移動します。"), "{}", ask.text);
    let sent = [("sure", "yes"), ("back", "/records/clients")];
    let answer = post_at_work(&app, &mut reader, &format!("/changes/{id}/undo"), &sent).await;
    let to = header(&answer, "location");
    assert!(to.starts_with("/records/clients?done=undone") || to.starts_with("/jobs/"), "{to}");
}
