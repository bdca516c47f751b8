//! Forms of records in a real browser: registering by the keyboard alone, readings, candidates, what two people change, axe.

use libtest_mimic::Trial;
use musubi_domain::item::ItemValue;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::engine::Engine;
use musubi_testkit::tool::{Tool, axe, need, required};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::super::browser::{ENTER, TAB, keep_picture, violations};
use super::super::stage::PASSWORD;
use super::{LOGIN, desk, field, number, things};
use crate::record::stage::{Stage, THINGS, text};

const DOWN: &str = "\u{e015}";

pub(crate) fn trials() -> Vec<Trial> {
    let tools = [Tool::Chromium, Tool::ChromeDriver];
    if !required() && !tools.into_iter().all(need) {
        return Vec::new();
    }
    let trial = |name: &str, walk: fn(&Site)| {
        let run = move || {
            tools.into_iter().all(need);
            walk(&Site::new());
            Ok(())
        };
        Trial::test(name, run).with_kind("chromium")
    };
    vec![
        trial("screens: a client is registered with the keyboard alone", keyboard),
        trial("screens: a form with scripts, and two people at one record", with_scripts),
        trial("screens: nothing keeps people out of forms of records", accessible),
    ]
}

struct Site {
    runtime: Runtime,
    stage: Stage,
    url: String,
}

impl Site {
    fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let stage = runtime.block_on(desk(Engine::Sqlite));
        let url = format!("http://127.0.0.1:{}", runtime.block_on(stage.app.listen()));
        Self { runtime, stage, url }
    }

    fn go(&self, browser: &Browser, path: &str) {
        browser.go(&format!("{}{path}", self.url));
    }

    fn signed_in(&self, scripts: bool) -> Browser {
        let browser = Browser::open(Look { scripts, ..Look::default() });
        self.go(&browser, "/sign-in?continue=/account");
        browser.fill("#login_id", LOGIN);
        browser.fill("#password", PASSWORD);
        browser.click("main button");
        browser.wait_for_url(|url| url.ends_with("/account"));
        browser
    }

    fn field(&self, database: &str, name: &str) -> String {
        self.runtime.block_on(field(&self.stage, database, name))
    }
}

fn keyboard(site: &Site) {
    let browser = site.signed_in(true);
    site.go(&browser, "/");
    browser.type_keys("n");
    browser.wait_for_url(|url| url.ends_with("/records/clients/new"));
    let name = site.field("clients", "取引先正式名称");
    assert_eq!(browser.focus(), name, "one begins to type at once");
    browser.type_keys("川口製作所");
    let place = site.field("clients", "営業主担当部署");
    for _ in 0..60 {
        if browser.focus() == place {
            break;
        }
        browser.type_keys(TAB);
    }
    assert_eq!(browser.focus(), place, "the tabulator comes there");
    browser.type_keys("営業");
    browser.wait_until(&format!("document.querySelectorAll('#{place}-list [role=option]').length === 1"));
    browser.type_keys(DOWN);
    let active = browser.property(&format!("#{place}"), "ariaActiveDescendantElement");
    assert!(!active.is_null(), "a candidate is marked");
    browser.type_keys(ENTER);
    assert_eq!(browser.property(&format!("#{place}"), "value"), "営業部");
    assert!(browser.url().ends_with("/new"), "choosing sends nothing");
    browser.type_keys(ENTER);
    browser.wait_for_url(|url| url.contains("/records/clients/") && url.contains("done=registered"));
}

fn with_scripts(site: &Site) {
    let client = site.runtime.block_on(site.stage.client("株式会社山田商事", &[])).unwrap().id;
    let browser = site.signed_in(true);
    site.go(&browser, "/records/clients/new");
    let name = site.field("clients", "取引先正式名称");
    // What the input method composes is the reading of what it becomes.
    for (composed, becomes) in [("やまだ", "山田"), ("しょうじ", "商事")] {
        let length = composed.chars().count();
        let composing = json!({ "text": composed, "selectionStart": length, "selectionEnd": length });
        browser.command("Input.imeSetComposition", &composing);
        browser.command("Input.insertText", &json!({ "text": becomes }));
    }
    assert_eq!(browser.property(&format!("#{name}"), "value"), "山田商事");
    assert_eq!(browser.property(&format!("#{name}r"), "value"), "ヤマダショウジ");
    browser.wait_until("document.querySelectorAll('#duplicates li').length === 1");
    assert!(browser.text_of("#duplicates").contains("株式会社山田商事"));
    keep_picture(&browser, "duplicates");

    // Two people at one record: only what both changed is asked about.
    let values = [("url", text("https://a.jp")), ("code", text("K-1"))];
    let id = site.runtime.block_on(site.stage.thing("名", &values)).unwrap().id;
    let edit = format!("{}/{id}/edit", site.runtime.block_on(things(&site.stage)));
    site.go(&browser, &edit);
    let (url, code) = (site.field(THINGS, "url"), site.field(THINGS, "code"));
    let theirs = [("url", text("https://theirs.jp")), ("code", text("K-2"))];
    site.runtime.block_on(site.stage.update(THINGS, id, &theirs)).unwrap();
    browser.fill(&format!("#{url}"), "https://mine.jp");
    // Levels of choices: the second follows the first.
    let levels = site.field(THINGS, "linkage_pulldown");
    browser.run(&format!(
        "const all = document.getElementById('{levels}').closest('.levels').children; \
         all[0].value = '1'; all[0].dispatchEvent(new Event('change')); all[1].value = '11'; all[1].dispatchEvent(new Event('change'))"
    ));
    // One of several: chosen by the pointer, and taken away by its box.
    let many = site.field(THINGS, "client_multiple");
    browser.fill(&format!("#{many}"), "山田");
    browser.click(&format!("#{many}-list [role=option]"));
    browser.click(".save button");
    browser.wait_until("document.querySelectorAll('.sides').length === 1");
    keep_picture(&browser, "conflict");
    browser.click(&format!("[name={url}k][value=mine]"));
    browser.click(".save button");
    browser.wait_for_url(|url| url.contains("done=updated-merged"));
    let values = site.runtime.block_on(site.stage.values(THINGS, id));
    assert_eq!(values["url"], ItemValue::Text("https://mine.jp".into()));
    assert_eq!(values["code"], ItemValue::Text("K-2".into()));
    assert_eq!(values["linkage_pulldown"], ItemValue::Choices(vec![1, 11]));
    assert_eq!(values["client_multiple"], ItemValue::References(vec![client]));
    assert!(!code.is_empty());
}

fn accessible(site: &Site) {
    if !need(Tool::Axe) {
        return;
    }
    let script = std::fs::read_to_string(axe().unwrap()).unwrap();
    let client = site.runtime.block_on(site.stage.client("山田商事", &[])).unwrap().id;
    site.runtime.block_on(site.stage.contact(client, "森")).unwrap();
    let thing = site.runtime.block_on(site.stage.thing("名", &[("url", text("https://a.jp"))])).unwrap().id;
    let gone = site.runtime.block_on(site.stage.thing("旧", &[])).unwrap().id;
    site.runtime.block_on(site.stage.delete(THINGS, &[gone], false)).unwrap();
    let path = site.runtime.block_on(things(&site.stage));
    let browser = site.signed_in(true);
    let look = |page: &str| {
        for (scheme, width, height) in
            [("light", 1280, 900), ("dark", 1280, 900), ("light", 390, 844), ("dark", 320, 256)]
        {
            browser.prefer("prefers-color-scheme", scheme);
            browser.resize(width, height);
            let wide = browser.run("return document.documentElement.scrollWidth");
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{page} at {width}: {wide}");
            keep_picture(&browser, &format!("{page} {scheme} {width}"));
            let found = violations(&browser, &script);
            assert!(found.is_empty(), "{page} {scheme} {width}: {found:#?}");
        }
        browser.resize(1280, 900);
    };
    for (name, path) in [
        ("new client", "/records/clients/new".to_owned()),
        ("new thing", format!("{path}/new")),
        ("edit thing", format!("{path}/{thing}/edit")),
        ("delete client", format!("/records/clients/{client}/delete")),
        ("trash", format!("{path}/trash")),
        ("candidates", "/candidates/clients?q=".to_owned()),
    ] {
        site.go(&browser, &path);
        look(name);
    }
    site.go(&browser, &format!("{path}/new"));
    let number = site.runtime.block_on(number(&site.stage, THINGS, "number"));
    browser.fill(&format!("#i{number}"), "x");
    browser.click(".save button");
    browser.wait_until("document.querySelector('[role=alert]') !== null");
    look("wrong thing");
}
