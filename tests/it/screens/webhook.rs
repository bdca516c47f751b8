//! Connections: webhooks from the empty list to a delivery that is sent again, mail, and how the system stands.

use libtest_mimic::Trial;
use musubi_domain::rights::named;
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::TestApp;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::receiver::{Receiver, Reply};
use musubi_testkit::smtp::SmtpServer;
use musubi_testkit::tool::{Tool, need, required};

use super::browser::{Site, look_at};
use super::job::client;
use super::stage::{LOGIN, Reader, after, header, person, stage};

const NAME: &str = "受注<b>\u{202e}システム\"'&髙﨑";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        async_on_both("screens: a webhook from its form to a delivery that is sent again", |engine| async move {
            walk(office(engine).await).await;
        }),
        async_on_both("screens: what is wrong with a webhook is told beside its field", |engine| async move {
            wrong(office(engine).await).await;
        }),
        async_on_both("screens: connections and the state of the system are for who sets it up", |engine| async move {
            turned_away(stage(engine).await).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if required() || need(Tool::SmtpServer) {
        trials.extend(async_on_both("screens: a test mail says what the mail server answered", mails));
    }
    let tools = [Tool::Chromium, Tool::ChromeDriver];
    if required() || tools.into_iter().all(need) {
        let run = || {
            in_browser(&Site::new());
            Ok(())
        };
        trials
            .push(Trial::test("screens: connections in a browser, live, in light and dark", run).with_kind("chromium"));
    }
    trials
}

async fn allow(app: &TestApp) {
    let rights = vec![named::SYSTEM.to_owned()];
    user_right_set(&app.service, &app.context(), LOGIN.to_owned(), rights, false).await.unwrap();
}

async fn office(engine: Engine) -> TestApp {
    let app = super::job::office(engine).await;
    allow(&app).await;
    app
}

fn fields<'f>(name: &'f str, url: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("name", name),
        ("url", url),
        ("events[]", "client.created"),
        ("events[]", "contact.deleted"),
        ("enabled", "1"),
    ]
}

async fn walk(app: TestApp) {
    let receiver = Receiver::open().await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/connections/webhooks").await;
    assert!(page.text.contains("Webhook はまだありません"), "{}", page.text);
    reader.get("/connections/webhooks/new").await;
    let made = reader.post("/connections/webhooks", &fields(NAME, &receiver.url("/受け口"))).await;
    let secret = after(&made.text, "class=\"secret\">", '<').to_owned();
    assert!(made.status == 200 && secret.starts_with("whsec_"), "{}", made.text);
    let path = after(&made.text, "class=\"button\" href=\"", '"').to_owned();
    let page = reader.get(&path).await;
    assert!(page.text.contains("受注&#60;b&#62;") && !page.text.contains("whsec_"), "{}", page.text);
    assert!(reader.get("/connections/webhooks").await.text.contains(&path));
    // A test, and what came of it.
    let sent = reader.post(&format!("{path}/test"), &[]).await;
    let delivery = header(&sent, "location").to_owned();
    let page = reader.get(&delivery).await;
    assert!(page.text.contains("送信待ち") && page.text.contains("data-events"), "{}", page.text);
    app.run_jobs().await;
    let page = reader.get(&delivery).await;
    assert!(
        page.text.contains("HTTP ステータス 200") && page.text.contains("Musubi-Signature: t=•••"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("data-events") && !page.text.contains(&secret), "{}", page.text);
    assert_eq!(receiver.take().len(), 1);
    // What fails is in its tab, with what the receiver said, and is sent again.
    receiver.reply([Reply::Answer(404, "", "<script>alert('だめ')</script>".to_owned())]);
    client(&app, &app.context(), "株式会社結").await;
    app.run_jobs().await;
    let page = reader.get(&format!("{path}?state=queued")).await;
    let failing = format!("{path}/deliveries/{}", after(&page.text, &format!("{path}/deliveries/"), '"'));
    let page = reader.get(&failing).await;
    assert!(page.text.contains("HTTP ステータス 404") && page.text.contains("&#60;script&#62;"), "{}", page.text);
    assert!(page.text.contains("次の試行") && page.text.contains("株式会社結"), "{}", page.text);
    let again = reader.post(&format!("{failing}/again"), &[]).await;
    assert_eq!(header(&again, "location"), format!("{failing}?done=again"));
    app.run_jobs().await;
    assert!(reader.get(&failing).await.text.contains("完了"));
    let received = receiver.take();
    assert_eq!((received.len(), &received[0].body), (2, &received[1].body));
    assert!(reader.get(&format!("{path}?state=failed")).await.text.contains("この状態の記録はありません"));
    app.source.advance_seconds(60);
    app.run_jobs().await;
    ends(&app, &mut reader, &path, &secret).await;
}

/// Changed, with a new secret, and removed.
async fn ends(app: &TestApp, reader: &mut Reader<'_>, path: &str, secret: &str) {
    reader.get(&format!("{path}/edit")).await;
    let changed = reader.post(&format!("{path}/edit"), &fields("別の名前", "https://example.jp/")).await;
    let page = reader.get(header(&changed, "location")).await;
    assert!(page.text.contains("保存しました") && page.text.contains("別の名前"), "{}", page.text);
    reader.get(&format!("{path}/secret")).await;
    let renewed = reader.post(&format!("{path}/secret"), &[]).await;
    assert_ne!(after(&renewed.text, "class=\"secret\">", '<'), secret);
    client(app, &app.context(), "株式会社待つ").await;
    let page = reader.get(&format!("{path}/remove")).await;
    assert!(page.text.contains("送信待ちの 1 件は送られません"), "{}", page.text);
    let removed = reader.post(&format!("{path}/remove"), &[]).await;
    let page = reader.get(header(&removed, "location")).await;
    assert!(page.text.contains("削除しました") && page.text.contains("まだありません"), "{}", page.text);
    assert_eq!(reader.get(path).await.status, 404);
    app.run_jobs().await;
    let page = reader.get("/admin/system").await;
    assert!(page.text.contains("スキーマ") && page.text.contains("失敗した処理はありません"), "{}", page.text);
    let page = reader.get("/connections").await;
    assert!(page.text.contains("メールサーバーが設定されていません"), "{}", page.text);
}

async fn wrong(app: TestApp) {
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/connections/webhooks/new").await;
    let answer = reader.post("/connections/webhooks", &[("name", ""), ("url", "javascript:alert(1)")]).await;
    assert_eq!(answer.status, 422);
    for part in ["id=\"name-error\"", "id=\"url-error\"", "id=\"events-error\"", "<title>エラー", "javascript:alert(1)"]
    {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    let answer = reader.post("/connections/webhooks", &fields(NAME, "https://u:p@example.jp/")).await;
    assert!(answer.status == 422 && answer.text.contains("受注&#60;b&#62;"), "{}", answer.text);
    assert_eq!(answer.text.matches(" checked").count(), 3);
    for path in [
        "/connections/webhooks/x",
        "/connections/webhooks/019d4657-0000-7dac-b839-9460e8f46e51",
        "/connections/mail/1",
        "/connections/mail/x",
    ] {
        assert_eq!(reader.get(path).await.status, 404, "{path}");
    }
}

async fn turned_away(app: TestApp) {
    person(&app, "suzuki", "鈴木", "花子").await;
    let mut reader = Reader::new(&app);
    reader.sign_in("suzuki", super::stage::PASSWORD, "/").await;
    reader.get("/account").await;
    let id = "019d4657-0000-7dac-b839-9460e8f46e51";
    for path in [
        "",
        "/webhooks",
        "/webhooks/new",
        "/mail",
        "/mail/1",
        &format!("/webhooks/{id}"),
        &format!("/webhooks/{id}/edit"),
    ] {
        assert_eq!(reader.get(&format!("/connections{path}")).await.status, 403, "{path}");
    }
    assert_eq!(reader.get("/admin/system").await.status, 403);
    reader.get("/account").await;
    for path in [
        "/webhooks".to_owned(),
        "/mail".to_owned(),
        format!("/webhooks/{id}/test"),
        format!("/webhooks/{id}/remove"),
        format!("/webhooks/{id}/secret"),
        format!("/webhooks/{id}/deliveries/{id}/again"),
    ] {
        let answer = reader.post(&format!("/connections{path}"), &fields("a", "https://a.jp/")).await;
        assert_eq!(answer.status, 403, "{path}");
    }
}

async fn mails(engine: Engine) {
    let server = SmtpServer::open();
    let app = TestApp::with_mail(engine, &server).await;
    person(&app, LOGIN, "山田", "太郎").await;
    allow(&app).await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/connections/mail").await;
    assert!(page.text.contains("yamada@example.jp"), "{}", page.text);
    let sent = reader.post("/connections/mail", &[]).await;
    let path = header(&sent, "location").to_owned();
    assert!(reader.get(&path).await.text.contains("data-events"));
    app.run_jobs().await;
    let page = reader.get(&path).await;
    assert!(page.text.contains("メールサーバーに渡しました") && page.text.contains("250"), "{}", page.text);
    assert!(server.mail().to_string().contains("yamada@example.jp"));
}

/// Live without a click, and every page as a picture.
fn in_browser(site: &Site) {
    let receiver = site.runtime.block_on(Receiver::open());
    site.runtime.block_on(allow(&site.app));
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.sign_in(&browser, "/connections");
    site.arrive(&browser, "/connections");
    look_at(&browser, "connections");
    site.go(&browser, "/connections/webhooks");
    look_at(&browser, "webhooks empty");
    site.go(&browser, "/connections/webhooks/new");
    browser.click("main button");
    look_at(&browser, "webhook new");
    browser.fill("#name", "受注システム");
    browser.fill("#url", &receiver.url("/hooks/musubi"));
    browser.click("main form.sheet button");
    browser.wait_for_url(|url| url.ends_with("/connections/webhooks"));
    look_at(&browser, "webhook secret");
    browser.click("main .actions a");
    browser.wait_for_url(|url| !url.ends_with("/connections/webhooks"));
    receiver.reply([Reply::Answer(503, "", "{\"error\":\"メンテナンス中です\"}".to_owned())]);
    browser.click("main .head form button");
    browser.wait_for_url(|url| url.contains("/deliveries/"));
    site.runtime.block_on(site.app.run_jobs());
    // The page follows its delivery by itself.
    browser.wait_until("document.querySelector('.try') !== null");
    look_at(&browser, "delivery");
    browser.click("main .crumbs a:last-child");
    browser.wait_for_url(|url| !url.contains("/deliveries/"));
    look_at(&browser, "webhook");
    site.go(&browser, "/connections/webhooks");
    look_at(&browser, "webhooks");
    site.go(&browser, "/connections/mail");
    look_at(&browser, "mail");
    site.go(&browser, "/admin/system");
    look_at(&browser, "system");
}
