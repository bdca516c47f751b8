//! The home page: what needs somebody today, and where he was last.

use libtest_mimic::Trial;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::async_on_both;

use super::stage::{Reader, stage};

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("screens: the home page of somebody new says where to begin", |engine| async move {
        begins(stage(engine).await).await;
    })
}

async fn begins(app: TestApp) {
    let page = Reader::signed_in(&app).await.get("/").await.text;
    for block in ["tasks", "mentions", "cards", "jobs", "recent"] {
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
