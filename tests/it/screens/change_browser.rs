//! Cards, merging, imports and changes in a real browser; what keeps people out of their pages.

use libtest_mimic::Trial;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::tool::{Tool, need, required};
use musubi_worker::{Means, Worker, WorkerSettings};
use tokio::sync::watch;

use super::browser::{Site, look_at};
use super::card::{doubtful, namesakes};
use super::job::rows;
use musubi_service::organization::organization_create;

pub(crate) fn trials() -> Vec<Trial> {
    let tools = [Tool::Chromium, Tool::ChromeDriver];
    if !required() && !tools.into_iter().all(need) {
        return Vec::new();
    }
    let trial = |name: &str, walk: fn(&Site)| {
        let run = move || {
            tools.into_iter().all(need);
            let site = Site::new();
            site.runtime.block_on(async {
                organization_create(&site.app.service, &site.app.context(), "営業部".into(), None).await.unwrap();
            });
            let worker = Worker::new(
                site.app.service.clone(),
                musubi_worker::kinds(Means::default()),
                WorkerSettings::default(),
            );
            let (_working, stop) = watch::channel(false);
            site.runtime.spawn(async move { worker.run(stop).await });
            walk(&site);
            Ok(())
        };
        Trial::test(name, run).with_kind("chromium")
    };
    vec![
        trial("changes: a file is checked, imported and undone, live", imports),
        trial("changes: cards are settled by keys, records merged, and both undone", settles_and_merges),
    ]
}

/// Chooses a file in the form of an import, and sends it.
fn send(browser: &Browser, csv: &str) {
    let script = format!(
        "const files = new DataTransfer(); files.items.add(new File([{}], '顧客.csv')); \
         document.querySelector('#file').files = files.files",
        serde_json::Value::String(csv.to_owned())
    );
    browser.run(&script);
    browser.click("main form button[type=submit]");
}

fn imports(site: &Site) {
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.sign_in(&browser, "/records/clients/import");
    site.arrive(&browser, "/records/clients/import");
    look_at(&browser, "import");
    send(&browser, &format!("{}悪い行,なし,nobody\n", rows(&["株式会社一", "髙﨑商店"])));
    browser.wait_for_url(|url| url.contains("/jobs/"));
    // The page follows the job by itself, and comes anew when it has ended.
    browser.wait_until("document.body.textContent.includes('登録できない行があります。')");
    look_at(&browser, "check");
    browser.click("button[value=good]");
    browser.wait_until("document.body.textContent.includes('エラーの行を除いて登録しました。')");
    look_at(&browser, "imported");
    browser.click("a[href^='/changes/']");
    browser.wait_for_url(|url| url.contains("/changes/"));
    look_at(&browser, "change");
    browser.click(".head form button");
    browser.wait_for_url(|url| url.contains("done=undone") || url.contains("/jobs/"));
    browser.wait_until("document.body.textContent.includes('元に戻しました。')");
    site.go(&browser, "/changes");
    assert!(browser.text().contains("取り消し済み"), "{}", browser.text());
    look_at(&browser, "changes");
}

fn settles_and_merges(site: &Site) {
    let [one, other] = site.runtime.block_on(namesakes(&site.app));
    site.runtime.block_on(async {
        doubtful(&site.app, "山田商事", "佐藤").await;
        doubtful(&site.app, "山田商事", "鈴木").await;
    });
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.sign_in(&browser, "/cards/review");
    site.arrive(&browser, "/cards/review");
    look_at(&browser, "review");
    browser.type_keys("1");
    browser.wait_for_url(|url| url.contains("client="));
    look_at(&browser, "review contact");
    browser.type_keys("a");
    browser.wait_for_url(|url| url.contains("done=joined"));
    assert!(browser.text().contains("確認待ち 1 件"), "{}", browser.text());
    browser.click(".told button");
    browser.wait_for_url(|url| url.contains("done=undone"));
    assert!(browser.text().contains("確認待ち 2 件"), "{}", browser.text());

    site.go(&browser, &format!("/records/clients/{one}/merge"));
    look_at(&browser, "merge find");
    browser.click(&format!("a[href$='with={other}']"));
    browser.wait_for_url(|url| url.contains("with="));
    look_at(&browser, "merge");
    browser.click("main form button[type=submit]");
    browser.wait_for_url(|url| url.contains("done=merged"));
    browser.click(".told button");
    browser.wait_for_url(|url| url.contains("done=undone"));
    site.go(&browser, &format!("/records/clients/{other}"));
    assert!(browser.text().contains("山田商事株式会社"), "{}", browser.text());
}
