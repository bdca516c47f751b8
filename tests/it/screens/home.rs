//! The home page: what needs somebody today, and where he was last.

use libtest_mimic::Trial;
use musubi_domain::id::ItemNo;
use musubi_domain::item::{Item, ItemType};
use musubi_domain::rights::DatabaseRight;
use musubi_domain::template::ItemDefinition;
use musubi_service::database::{DatabaseCreate, database_create};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use uuid::Uuid;

use super::search::client;
use super::stage::{LOGIN, Reader, after, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: the home page of somebody new says where to begin", |engine| async move {
            begins(stage(engine).await).await;
        }),
        async_on_both(
            "screens: home names the records that somebody looked at last, and no others",
            |engine| async move {
                remembers(stage(engine).await).await;
            },
        ),
        async_on_both("screens: the menu has the databases that somebody may read", |engine| async move {
            has_databases(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn begins(app: TestApp) {
    let page = Reader::signed_in(&app).await.get("/").await.text;
    for block in ["tasks", "mentions", "cards", "jobs", "recent", "changes"] {
        assert!(page.contains(&format!("id=\"home-{block}\"")), "{block}: {page}");
    }
    for told in [
        "未読のコメントはありません。",
        "取引先の一覧から始めましょう。",
        "href=\"/records/clients/new\" data-key=\"n\"",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(page.len() < 20_000, "{}", page.len());
}

async fn remembers(app: TestApp) {
    for name in ["山川物産株式会社", "株式会社港印刷", "つばめ商会"] {
        client(&app, name, "", "", "").await;
    }
    let mut reader = Reader::signed_in(&app).await;
    let list = reader.get("/records/clients").await.text;
    let pages: Vec<String> = list
        .split("href=\"/records/clients/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|id| id.len() == 36)
        .map(|id| format!("/records/clients/{id}"))
        .collect();
    let [first, second, ..] = pages.as_slice() else { panic!("{list}") };
    for path in [first, second, first] {
        app.source.advance_seconds(1);
        assert_eq!(reader.get(path).await.status, 200);
    }
    let home = reader.get("/").await.text;
    let block = after(&home, "id=\"home-recent\"", '\u{0}');
    let place = |path: &str| block.find(path).unwrap_or_else(|| panic!("{path}: {block}"));
    assert!(place(first) < place(second), "the last comes first");
    assert_eq!(block.matches("href=\"/records/clients/").count(), 2, "each once: {block}");
    // Who may no longer read them is not reminded of them.
    let right = DatabaseRight { read: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), reader_id(&app).await, "clients", right).await.unwrap();
    let home = reader.get("/").await.text;
    assert!(!home.contains(first.as_str()) && !home.contains("山川物産"), "{home}");
}

async fn has_databases(app: TestApp) {
    let items = vec![ItemDefinition::of(&Item::new(ItemNo(0), Uuid::nil(), "件名", ItemType::TextSingle))];
    let items = items.into_iter().map(|item| ItemDefinition { item_id: None, ..item }).collect();
    let command = DatabaseCreate { name: "備品<台帳>".to_owned(), items, display: Vec::new() };
    let database = database_create(&app.service, &app.context(), command).await.unwrap();
    let mut reader = Reader::signed_in(&app).await;
    let link = format!("href=\"/records/{database}\"");
    let page = reader.get("/account").await.text;
    assert!(page.contains(&link) && page.contains("備品&#60;台帳&#62;"), "{page}");
    let right = DatabaseRight { read: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), reader_id(&app).await, "備品<台帳>", right).await.unwrap();
    assert!(!reader.get("/account").await.text.contains(&link));
}

/// The id of who reads.
async fn reader_id(app: &TestApp) -> Uuid {
    let people = user_list(&app.service, &app.context()).await.unwrap();
    people.iter().find(|user| user.login_id == LOGIN).unwrap().id
}
