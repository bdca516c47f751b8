//! Importing files and merging records at the pages.

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::rights::DatabaseRight;
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::engine::{Engine, async_on_both};

use super::job::{client, context_of, import, office, post_at_work, rows};
use super::stage::{LOGIN, Reader, after, header};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: a file is checked, then imported as a whole or without its wrong rows", imported),
        async_on_both("screens: two records are merged, and parted again", merged),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn imported(engine: Engine) {
    let app = office(engine).await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/records/clients/import").await;
    assert!(page.text.contains("取引先正式名称") && page.text.contains("multipart/form-data"), "{}", page.text);
    let columns = reader.get("/records/clients/import/columns").await;
    assert!(
        columns.text.starts_with('\u{feff}') && columns.text.contains("取引先正式名称フリガナ"),
        "{}",
        columns.text
    );
    assert_eq!(reader.get("/records/nothing/import").await.status, 404);

    let own = context_of(&app, LOGIN).await;
    let file = format!("{}<b>悪い行,なし,nobody\n", rows(&["株式会社一"]));
    let check = import(&app, &own, true, &file).await;
    app.run_jobs().await;
    let page = reader.get(&format!("/jobs/{check}")).await;
    assert!(
        page.text.contains("登録できない行があります。") && page.text.contains("エラーの行を除いて登録する"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("<td data-label=\"行\">3</td>") && !page.text.contains("value=\"all\""),
        "{}",
        page.text
    );
    assert_eq!(reader.post(&format!("/jobs/{check}/import"), &[("rows", "few")]).await.status, 400);
    let answer = reader.post(&format!("/jobs/{check}/import"), &[("rows", "good")]).await;
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with("/jobs/"), "{to} {}", answer.text);
    app.run_jobs().await;
    let page = reader.get(&to).await;
    assert!(
        page.text.contains("エラーの行を除いて登録しました。") && page.text.contains("href=\"/changes/"),
        "{}",
        page.text
    );
    assert_eq!(reader.post(&format!("{to}/import"), &[("rows", "all")]).await.status, 409, "it was no check");
    assert!(reader.get("/changes").await.text.contains("登録 1 件"));

    let users = user_list(&app.service, &app.context()).await.unwrap();
    let id = users.into_iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let reading = DatabaseRight { write: false, delete: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), id, client::DATABASE, reading).await.unwrap();
    for path in ["/records/clients/import", "/records/clients/import/columns"] {
        assert_eq!(reader.get(path).await.status, 403, "{path}");
    }
    assert_eq!(reader.post(&format!("/jobs/{check}/import"), &[("rows", "good")]).await.status, 403);
}

async fn merged(engine: Engine) {
    let app = office(engine).await;
    let one = client(&app, &context_of(&app, LOGIN).await, "株式会社<b>山田</b>").await;
    let other = client(&app, &context_of(&app, LOGIN).await, "山田商事株式会社").await;
    let mut reader = Reader::signed_in(&app).await;
    let path = format!("/records/clients/{one}/merge");
    let found =
        reader.get(&format!("{path}?q=山田商事").replace("山田商事", "%E5%B1%B1%E7%94%B0%E5%95%86%E4%BA%8B")).await;
    assert!(found.text.contains(&format!("with={other}")), "{}", found.text);
    let page = reader.get(&format!("{path}?with={other}")).await;
    assert!(page.text.contains("値が異なる項目") && page.text.contains("&#60;b&#62;山田"), "{}", page.text);
    let item = after(&page.text, "type=\"radio\" name=\"", '"').to_owned();
    let with = other.to_string();
    let answer = reader.post(&path, &[("with", with.as_str()), (item.as_str(), "gone")]).await;
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with(&format!("/records/clients/{one}?done=merged&undo=")), "{to} {}", answer.text);
    let page = reader.get(&to).await;
    assert!(page.text.contains("レコードを統合しました。") && page.text.contains("山田商事株式会社"), "{}", page.text);
    let undo = to.split("undo=").last().unwrap();
    post_at_work(&app, &mut reader, &format!("/changes/{undo}/undo"), &[]).await;
    assert_eq!(reader.get(&format!("/records/clients/{other}")).await.status, 200);
    let itself = one.to_string();
    let answer = reader.post(&path, &[("with", itself.as_str())]).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(reader.post(&path, &[("with", "x")]).await.status, 404);
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let id = users.into_iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let writing = DatabaseRight { delete: false, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), id, client::DATABASE, writing).await.unwrap();
    assert_eq!(reader.get(&path).await.status, 403);
    assert_eq!(reader.post(&path, &[("with", with.as_str())]).await.status, 403);
}
