//! The page of a record: its parts, its line, its files, and what hostile texts do there.

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::item::RawValue;
use musubi_domain::limits;
use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_service::client::client_register;
use musubi_service::record::{GivenItem, GivenRecord};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::async_on_both;
use musubi_testkit::hostile;

use super::stage::{LOGIN, PASSWORD, Reader, header, person, stage};

/// Bytes of a page at most.
const PAGE: usize = 60 * 1_024;
const TABS: [&str; 8] = ["overview", "line", "contacts", "cards", "files", "family", "referrers", "history"];

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("thread: people write to each other at a record", |engine| async move {
            writes(stage(engine).await).await;
        }),
        async_on_both("thread: files come in and go out as they are", |engine| async move {
            files(stage(engine).await).await;
        }),
        async_on_both("thread: who does not see a record sees no part of its page", |engine| async move {
            hides(stage(engine).await).await;
        }),
        async_on_both("thread: hostile texts are texts on every part of the page", |engine| async move {
            shows_texts(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A client of this name; the path of its page.
async fn client(app: &TestApp, name: &str) -> String {
    let value = RawValue::Text { value: name.to_owned(), ruby: Some("カイシャ".to_owned()) };
    let item = GivenItem { path: String::new(), item: client::NAME, item_type: "text_ruby".to_owned(), value };
    let given = GivenRecord { items: vec![item], by_system: true, ..GivenRecord::default() };
    let id = client_register(&app.service, &app.context(), given).await.unwrap();
    format!("/records/clients/{id}")
}

/// A form with files as browsers send it.
fn multipart(token: &str, files: &[(&str, &str)]) -> String {
    let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n");
    for (name, content) in files {
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str("--edge--\r\n");
    body
}

async fn upload(reader: &mut Reader<'_>, path: &str, files: &[(&str, &str)]) -> Answer {
    reader.get(&format!("{path}?tab=files")).await;
    let body = multipart(&reader.token, files);
    reader.post_as(&format!("{path}/attachments"), "multipart/form-data; boundary=edge", &body).await
}

async fn writes(app: TestApp) {
    person(&app, "sato", "佐藤", "花子").await;
    let path = client(&app, "株式会社結商事").await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get(&format!("{path}?tab=line")).await;
    let empty = reader.post(&format!("{path}/comments"), &[("text", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("必須です"), "{}", empty.text);
    let unknown = [("text", "残る本文"), ("to_typed", "だれもいない")];
    let unknown = reader.post(&format!("{path}/comments"), &unknown).await;
    assert!(unknown.status == 422 && unknown.text.contains("残る本文") && unknown.text.contains("だれもいない"));
    let fields = [("text", "見積をお願いします。\r\n<b>急ぎ</b>"), ("to_typed", "佐藤")];
    let posted = reader.post(&format!("{path}/comments"), &fields).await;
    assert_eq!(
        (posted.status.as_u16(), header(&posted, "location")),
        (303, format!("{path}?tab=line&done=comment").as_str())
    );
    let page = reader.get(&format!("{path}?tab=line&done=comment")).await;
    assert!(page.text.contains("コメントを追加しました。") && page.text.contains("@佐藤 花子"), "{}", page.text);
    assert!(page.text.contains("&#60;b&#62;急ぎ") && !page.text.contains("<b>急ぎ"));
    // A task: the day as people write it; without one the form comes back.
    let task = [("kind", "task"), ("text", "電話する"), ("due", "")];
    let refused = reader.post(&format!("{path}/activities"), &task).await;
    assert!(refused.status == 422 && refused.text.contains("電話する") && refused.text.contains("due-error"));
    let task = [("kind", "task"), ("text", "電話する"), ("due", "令和8年4月2日"), ("person", "佐藤")];
    assert_eq!(reader.post(&format!("{path}/activities"), &task).await.status, 303);
    let mut sato = Reader::new(&app);
    sato.sign_in("sato", PASSWORD, "/").await;
    let page = sato.get(&format!("{path}?tab=line")).await;
    for said in ["あなた宛のコメントが1件あります。", "2026-04-02", "完了にする", "→ 佐藤 花子"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    // Hers are neither edited nor deleted by another.
    let edit = super::stage::after(&page.text, "<li class=\"comment\" id=\"comment-", '"').to_owned();
    assert!(!page.text.contains("/edit\">編集</a>\n<details>"));
    assert_eq!(sato.get(&format!("{path}/comments/{edit}/edit")).await.status, 403);
    assert_eq!(sato.post(&format!("{path}/comments/{edit}/delete"), &[]).await.status, 403);
    assert_eq!(sato.get(&format!("{path}/comments/x/edit")).await.status, 404);
    assert_eq!(sato.post(&format!("{path}/mentions/read"), &[]).await.status, 303);
    assert!(!sato.get(&format!("{path}?tab=line")).await.text.contains("あなた宛の"));
    let task = super::stage::after(&page.text, "<li class=\"task\" id=\"activity-", '"').to_owned();
    assert_eq!(sato.post(&format!("{path}/activities/{task}/done"), &[("done", "1")]).await.status, 303);
    assert!(sato.get(&format!("{path}?tab=line")).await.text.contains("未完了に戻す"));
    // Their author does both.
    let page = reader.get(&format!("{path}/comments/{edit}/edit")).await;
    assert_eq!(page.status, 200);
    assert_eq!(reader.post(&format!("{path}/comments/{edit}/edit"), &[("text", "")]).await.status, 422);
    assert_eq!(reader.post(&format!("{path}/comments/{edit}/edit"), &[("text", "済み")]).await.status, 303);
    assert!(reader.get(&format!("{path}?tab=line")).await.text.contains("編集済み"));
    assert_eq!(reader.get(&format!("{path}/activities/{task}/edit")).await.status, 200);
    assert_eq!(reader.post(&format!("{path}/comments/{edit}/delete"), &[]).await.status, 303);
    let page = reader.get(&format!("{path}?tab=line")).await;
    assert!(page.text.contains("が削除しました。") && !page.text.contains("済み</p>"));
    for tab in TABS {
        let page = reader.get(&format!("{path}?tab={tab}")).await;
        assert!(page.status == 200 && page.text.len() < PAGE, "{tab}: {}", page.text.len());
    }
}

async fn files(app: TestApp) {
    let path = client(&app, "株式会社結商事").await;
    let mut reader = Reader::signed_in(&app).await;
    let kept =
        upload(&mut reader, &path, &[("..\\..\\か\u{3099}いさん <b>.pdf", "%PDF-1.7 内容"), ("b.txt", "二つ目")]).await;
    assert_eq!(header(&kept, "location"), format!("{path}?tab=files&done=file"), "{}", kept.text);
    let page = reader.get(&format!("{path}?tab=files")).await;
    assert!(page.text.contains(">がいさん _b_.pdf</a>") && page.text.contains(">b.txt</a>"), "{}", page.text);
    let file = reader.get(&format!("{path}/attachments/1")).await;
    assert_eq!(file.text, "%PDF-1.7 内容");
    assert_eq!(header(&file, "content-type"), "application/pdf");
    assert_eq!(header(&file, "x-content-type-options"), "nosniff");
    assert!(header(&file, "content-disposition").starts_with("attachment; "));
    assert!(
        header(&file, "content-disposition")
            .ends_with("filename*=UTF-8''%E3%81%8C%E3%81%84%E3%81%95%E3%82%93%20_b_.pdf")
    );
    assert!(header(&file, "content-security-policy").contains("default-src 'none'"));
    let shown = reader.get(&format!("{path}/attachments/1?show")).await;
    assert!(header(&shown, "content-disposition").starts_with("inline; "));
    let text = reader.get(&format!("{path}/attachments/2?show")).await;
    assert!(header(&text, "content-disposition").starts_with("attachment; "), "what is not looked at is not shown");
    for (name, content, said) in [
        ("a.html", "<html>", "この種類のファイルは添付できません"),
        ("a.pdf", "<html>", "ファイルの中身が、名前の拡張子と合いません"),
        ("a.txt", "", "ファイルが空か、選ばれていません"),
        ("", "", "ファイルが空か、選ばれていません"),
    ] {
        let refused = upload(&mut reader, &path, &[(name, content)]).await;
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.text.contains(said), "{name}: {}", refused.text);
    }
    let large = "a".repeat(usize::try_from(limits::ATTACHMENT_BYTES).unwrap() + 1);
    let refused = upload(&mut reader, &path, &[("a.txt", &large)]).await;
    assert!(refused.status == 422 && refused.text.contains("ファイルが大きすぎます(30 MB まで)"));
    let ten = large.get(..11 * 1_048_576).unwrap();
    assert_eq!(upload(&mut reader, &path, &[("ten.txt", ten)]).await.status, 303);
    // Neither without the token, nor broken off.
    let to = format!("{path}/attachments");
    for body in [multipart("", &[("a.txt", "a")]), "--edge\r\n".to_owned(), String::new()] {
        let answer = reader.post_as(&to, "multipart/form-data; boundary=edge", &body).await;
        assert!([400, 403, 408].contains(&answer.status.as_u16()), "{}", answer.status);
    }
    reader.get(&format!("{path}?tab=files")).await;
    let whole = multipart(&reader.token, &[("cut.txt", "halb")]);
    let cut = whole.split_once("halb").unwrap().0.to_owned() + "ha";
    let broken = reader.post_as(&to, "multipart/form-data; boundary=edge", &cut).await;
    assert_eq!(broken.status, 408, "{}", broken.text);
    assert!(!reader.get(&format!("{path}?tab=files")).await.text.contains("cut.txt"));
    assert_eq!(reader.post(&format!("{path}/attachments/2/delete"), &[]).await.status, 303);
    assert_eq!(reader.get(&format!("{path}/attachments/2")).await.status, 404);
}

async fn hides(app: TestApp) {
    let path = client(&app, "株式会社秘密").await;
    let mut reader = Reader::signed_in(&app).await;
    upload(&mut reader, &path, &[("a.txt", "秘密の内容")]).await;
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let own = users.iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let right = DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() };
    database_right_set(&app.service, &app.context(), own, client::DATABASE, right).await.unwrap();
    reader.get("/account").await;
    for tab in TABS {
        let page = reader.get(&format!("{path}?tab={tab}")).await;
        assert!(page.status == 404 && !page.text.contains("秘密"), "{tab}");
    }
    assert_eq!(reader.get(&format!("{path}/attachments/1")).await.status, 404);
    for to in ["comments", "activities", "mentions/read", "attachments/1/delete"] {
        assert_eq!(reader.post(&format!("{path}/{to}"), &[("text", "x")]).await.status, 404, "{to}");
    }
    for wrong in ["/records/clients/x", "/records/nothing/x", "/records/99999/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(reader.get(wrong).await.status, 404, "{wrong}");
    }
}

async fn shows_texts(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    for text in hostile::texts().iter().filter(|text| !text.trim().is_empty() && text.chars().count() < 200) {
        if text.chars().any(char::is_control) {
            continue;
        }
        let path = client(&app, text).await;
        reader.get(&format!("{path}?tab=line")).await;
        let posted = reader.post(&format!("{path}/comments"), &[("text", text)]).await;
        assert_eq!(posted.status, 303, "{text:?}");
        for tab in ["overview", "line", "family", "history"] {
            let page = reader.get(&format!("{path}?tab={tab}")).await;
            assert_eq!(page.status, 200, "{text:?}");
            let is_markup = text.contains('<') && page.text.contains(*text);
            assert!(!is_markup && page.text.len() < PAGE, "{text:?} on {tab}");
        }
    }
    // The longest comments make pages of one.
    let path = client(&app, "長").await;
    for _ in 0..3 {
        reader.get(&format!("{path}?tab=line")).await;
        let text = "\"'&<>".repeat(limits::COMMENT_CHARACTERS / 5);
        assert_eq!(reader.post(&format!("{path}/comments"), &[("text", &text)]).await.status, 303);
    }
    let page = reader.get(&format!("{path}?tab=line")).await;
    assert!(page.text.len() < PAGE && page.text.contains("さらに前を見る"), "{}", page.text.len());
}
