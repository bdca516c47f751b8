//! Search for everything, and the keys.

use libtest_mimic::Trial;
use musubi_domain::item::RawValue;
use musubi_domain::{client, limits};
use musubi_service::client::client_register;
use musubi_service::record::{GivenItem, GivenRecord};
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{Reader, encoded, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both(
            "screens: search finds every word in whatever item it stands, names first",
            |engine| async move {
                finds(stage(engine).await).await;
            },
        ),
        async_on_both("screens: search takes whatever is typed, and shows it as text", |engine| async move {
            takes_anything(stage(engine).await).await;
        }),
        async_on_both("screens: the list of keys is a page", |engine| async move {
            let app = stage(engine).await;
            let page = Reader::signed_in(&app).await.get("/keys").await;
            assert!(page.status == 200 && page.text.contains("<kbd>/</kbd>"), "{}", page.text);
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Registers a client of this name, at this place, with this number.
pub(crate) async fn client(app: &TestApp, name: &str, ruby: &str, city: &str, phone: &str) {
    let text = |value: &str, ruby: Option<&str>| RawValue::Text { value: value.into(), ruby: ruby.map(Into::into) };
    let item =
        |item, item_type: &str, value| GivenItem { path: String::new(), item, item_type: item_type.to_owned(), value };
    let mut items = vec![item(client::NAME, "text_ruby", text(name, Some(ruby)))];
    if !city.is_empty() {
        items.push(item(client::PREFECTURE, "prefectures", text("東京都", None)));
        items.push(item(client::CITY, "text_single", text(city, None)));
    }
    if !phone.is_empty() {
        items.push(item(client::PHONE, "phone_number", text(phone, None)));
    }
    // What people must give is not what this is about.
    let given = GivenRecord { items, by_system: true, ..GivenRecord::default() };
    client_register(&app.service, &app.context(), given).await.unwrap();
}

async fn finds(app: TestApp) {
    client(&app, "山川物産株式会社", "ヤマカワブッサン", "港区芝 1-2-3", "03-1111-2222").await;
    client(&app, "株式会社港印刷", "ミナトインサツ", "中央区銀座", "").await;
    for at in 1..=limits::SEARCH_HITS {
        client(&app, &format!("つばめ商会{at}"), "ツバメショウカイ", "", "").await;
    }
    let mut reader = Reader::signed_in(&app).await;
    let search =
        async |reader: &mut Reader<'_>, q: &str| reader.get(&format!("/search?{}", encoded(&[("q", q)]))).await.text;
    let place = |page: &str, text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
    let page = search(&mut reader, "港").await;
    assert!(place(&page, "株式会社港印刷</a>") < place(&page, "山川物産株式会社</a>"), "its name comes first");
    assert!(page.contains("住所(市区町村以下): 港区芝 1-2-3"), "why it was found: {page}");
    for found in ["やまかわ", "ﾔﾏｶﾜ", "山川　1111", "東京都港区", "03-1111", "物産 港区芝"] {
        let page = search(&mut reader, found).await;
        assert!(page.contains("山川物産株式会社</a>") && !page.contains("港印刷</a>"), "{found}: {page}");
        assert!(!page.contains("すべて見る"), "{found}");
    }
    for missing in ["山川 銀座", "ない会社", "大阪"] {
        let page = search(&mut reader, missing).await;
        assert!(page.contains("見つかりませんでした。") && page.contains("/records/clients/new"), "{missing}: {page}");
    }
    let page = search(&mut reader, "つばめ").await;
    assert_eq!(page.matches(">つばめ商会").count(), limits::SEARCH_HITS);
    assert!(!page.contains("すべて見る"), "these are all: {page}");
    client(&app, "つばめ運輸", "ツバメウンユ", "", "").await;
    let page = search(&mut reader, "つばめ").await;
    assert!(page.contains("href=\"/records/clients?q=%E3%81%A4%E3%81%B0%E3%82%81\">すべて見る"), "{page}");
}

async fn takes_anything(app: TestApp) {
    let plain: Vec<&str> = hostile::texts().iter().copied().filter(|text| !text.contains('\0')).collect();
    let mut reader = Reader::signed_in(&app).await;
    for text in
        ["<script>alert(1)</script>", "\"><img src=x>", "%", "_", "'", "\" OR \"\"=\"", "　"].iter().chain(&plain)
    {
        let answer = reader.get(&format!("/search?{}", encoded(&[("q", text)]))).await;
        assert_eq!(answer.status, 200, "{text:?}");
        assert!(!answer.text.contains("<script>") && !answer.text.contains("<img"), "{text:?}: {}", answer.text);
    }
    let long = "山".repeat(4_000);
    assert_eq!(reader.get(&format!("/search?{}", encoded(&[("q", &long)]))).await.status, 200);
    assert!(reader.get("/search").await.text.contains("上の検索欄に"));
}
