//! The settings in a real browser: an item from its first name to a record, by the keyboard; what keeps people out.

use libtest_mimic::Trial;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::tool::{Tool, need, required};

use super::browser::{Site, look_at};
use super::setting::administers;

const ENTER: &str = "\u{e007}";

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
        trial("settings: an item is added, moved by the keyboard, and used in a record", adds_an_item),
        trial("settings: nothing keeps people out of the settings", keeps_nobody_out),
    ]
}

/// An administrator adds an item, moves it without a pointer, and finds it in the form of a record.
fn adds_an_item(site: &Site) {
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.runtime.block_on(administers(&site.app));
    site.sign_in(&browser, "/admin");
    site.arrive(&browser, "/admin");
    browser.click("a[href='/admin/databases']");
    site.arrive(&browser, "/admin/databases");
    browser.click("a[href='/admin/templates/clients']");
    site.arrive(&browser, "/admin/templates/clients");
    browser.click(".head a.button:not(.second)");
    site.arrive(&browser, "/admin/templates/clients/items/new");
    browser.fill("#name", "決裁者メモ");
    browser.click("main form button[type=submit]");
    site.arrive(&browser, "/admin/templates/clients?done=item-added");
    let find = "[...document.querySelectorAll('[data-item]')].find(row => row.textContent.includes('決裁者メモ'))";
    let place = || browser.run(&format!("const row = {find}; return [...row.parentNode.children].indexOf(row)"));
    let before = place().as_u64().unwrap();
    browser.run(&format!("{find}.querySelector('button').focus()"));
    browser.type_keys(ENTER);
    browser.wait_for_url(|url| url.contains("done=moved"));
    assert_eq!(place().as_u64().unwrap(), before - 1);
    let label = "return document.activeElement.getAttribute('aria-label')";
    assert_eq!(browser.run(label), "決裁者メモ を上へ移動", "the same button again");
    site.go(&browser, "/records/clients/new");
    assert!(browser.text().contains("決裁者メモ"));
}

const SETTINGS: [&str; 15] = [
    "/admin",
    "/admin?q=zzz",
    "/admin/databases",
    "/admin/databases/new",
    "/admin/templates/clients",
    "/admin/templates/clients/items/new",
    "/admin/templates/clients/items/3/choices",
    "/admin/templates/clients/preview",
    "/admin/linkage",
    "/admin/inquiry-routes",
    "/admin/security",
    "/admin/tenant",
    "/admin/top-page",
    "/admin/top-page/blocks/0",
    "/admin/top-page/notices/new",
];

fn keeps_nobody_out(site: &Site) {
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.runtime.block_on(administers(&site.app));
    site.sign_in(&browser, "/");
    site.arrive(&browser, "/");
    for path in SETTINGS {
        site.go(&browser, path);
        look_at(&browser, path);
    }
}
