//! The pages in a real browser, without scripts but where the test itself needs one.

use std::path::PathBuf;

use axum::Router;
use axum::response::Html;
use libtest_mimic::Trial;
use musubi_testkit::app::TestApp;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::engine::Engine;
use musubi_testkit::tool::{Tool, axe, need, required};
use musubi_testkit::totp::code;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::authorization::{client, request};
use super::stage::{LOGIN, PASSWORD, stage};

pub(super) const TAB: &str = "\u{e004}";
pub(super) const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

pub(crate) fn trials() -> Vec<Trial> {
    let tools = [Tool::Chromium, Tool::ChromeDriver];
    if !required() && !tools.into_iter().all(need) {
        return Vec::new();
    }
    // A browser is heavy, so each trial is a walk through several pages.
    let trial = |name: &str, walk: fn(&Site)| {
        let run = move || {
            tools.into_iter().all(need);
            walk(&Site::new());
            Ok(())
        };
        Trial::test(name, run).with_kind("chromium")
    };
    vec![
        trial("screens: sign-in with wrong and right passwords, the account, sign-out", signs_in),
        trial("screens: the keyboard alone is enough", keyboard),
        trial("screens: an application that asks for a sign-in gets its answer, and signs out", consents),
        trial("screens: a second factor by the codes of a device", second_factor),
        trial("screens: a person is added, leaves and hands over, and an application is registered", administers),
        trial("screens: nothing keeps people out, in light and dark, on a phone, enlarged", accessible),
    ]
}

/// An app behind a port.
pub(super) struct Site {
    pub(super) runtime: Runtime,
    pub(super) app: TestApp,
    url: String,
}

impl Site {
    pub(super) fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let app = runtime.block_on(stage(Engine::Sqlite));
        let url = format!("http://127.0.0.1:{}", runtime.block_on(app.listen()));
        Self { runtime, app, url }
    }

    pub(super) fn go(&self, browser: &Browser, path: &str) {
        browser.go(&format!("{}{path}", self.url));
    }

    /// Waits until the browser is on a path.
    pub(super) fn arrive(&self, browser: &Browser, path: &str) {
        let whole = format!("{}{path}", self.url);
        browser.wait_for_url(|url| url == whole);
    }

    pub(super) fn sign_in(&self, browser: &Browser, continue_to: &str) {
        self.go(browser, &format!("/sign-in?continue={continue_to}"));
        browser.fill("#login_id", LOGIN);
        browser.fill("#password", PASSWORD);
        browser.click("main button");
    }
}

fn signs_in(site: &Site) {
    let browser = Browser::open(Look::default());
    site.go(&browser, "/account");
    site.arrive(&browser, "/sign-in?continue=/account");
    assert_eq!(browser.focus(), "login_id");
    browser.fill("#login_id", LOGIN);
    browser.fill("#password", "違うパスワード");
    browser.click("main button");
    browser.wait_for_url(|url| url.ends_with("/sign-in"));
    assert_eq!(browser.title(), "エラー: サインイン | Musubi");
    assert!(browser.text_of("[role=alert]").contains("ログインIDまたはパスワードが違います"));
    assert_eq!(browser.property("#login_id", "value"), LOGIN);
    assert_eq!(browser.property("#password", "value"), "");
    assert_eq!(browser.focus(), "password");
    browser.fill("#password", PASSWORD);
    browser.click("main button");
    site.arrive(&browser, "/account");
    assert!(browser.text().contains("山田 太郎") && browser.text().contains("Chrome / Linux"));
    browser.click(".bottom a[hreflang]");
    site.arrive(&browser, "/account");
    assert_eq!(browser.title(), "Account | Musubi");

    // The same person elsewhere is signed out from here.
    let other = Browser::open(Look::default());
    site.sign_in(&other, "/account");
    site.arrive(&other, "/account");
    site.go(&browser, "/account");
    browser.click("button[value=others]");
    site.arrive(&browser, "/account?done=sessions");
    assert!(browser.text_of("[role=status]").contains("All other browsers have been signed out."));
    site.go(&other, "/account");
    site.arrive(&other, "/sign-in?continue=/account");

    browser.click(".out button");
    site.arrive(&browser, "/signed-out");
    site.go(&browser, "/account");
    site.arrive(&browser, "/sign-in?continue=/account");
}

/// The form of a page may lead, over several redirects, to an application of another origin: the policy of the page has to say so.
fn consents(site: &Site) {
    let listener = site.runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
    let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let page =
        Router::new().fallback(|| async { Html("<!doctype html><title>経費精算</title><p>戻りました") });
    site.runtime.spawn(axum::serve(listener, page).into_future());
    let (back, bye) = (format!("{url}/back"), format!("{url}/bye"));
    let made = site.runtime.block_on(client(&site.app, "経費精算", &back, &bye));
    let asked = format!("/oidc-auth/authorize?{}", request(&made.client_id, &back, "openid profile offline_access"));

    let browser = Browser::open(Look::default());
    site.go(&browser, &asked);
    browser.wait_for_url(|url| url.contains("/sign-in?continue="));
    browser.fill("#login_id", LOGIN);
    browser.fill("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_url(|url| url.contains("/oidc-auth/authorize?"));
    assert!(browser.text().contains("経費精算 がアカウントへのアクセスを求めています"), "{}", browser.text());
    keep_picture(&browser, "consent");
    browser.click("button[value=deny]");
    let arrived = browser.wait_for_url(|arrived| arrived.starts_with(&back));
    assert!(arrived.contains("error=access_denied"), "{arrived}");
    assert_eq!(browser.title(), "経費精算");

    site.go(&browser, &asked);
    browser.click("button[value=allow]");
    let arrived = browser.wait_for_url(|arrived| arrived.starts_with(&back));
    assert!(arrived.contains("code="), "{arrived}");
    // Allowed once, and signed in again because it is asked for: from the form of the sign-in page to the application.
    site.go(&browser, &format!("{asked}&prompt=login"));
    browser.wait_for_url(|url| url.contains("/sign-in?continue="));
    assert_eq!(browser.property("#login_id", "value"), LOGIN);
    browser.fill("#password", PASSWORD);
    browser.click("main button");
    let arrived = browser.wait_for_url(|arrived| arrived.starts_with(&back));
    assert!(arrived.contains("code="), "{arrived}");

    site.go(&browser, &format!("/oidc-auth/logout?client_id={}&post_logout_redirect_uri={bye}", made.client_id));
    browser.click("main button");
    browser.wait_for_url(|arrived| arrived == bye);
    assert_eq!(browser.title(), "経費精算");
    site.go(&browser, "/account");
    site.arrive(&browser, "/sign-in?continue=/account");
}

fn second_factor(site: &Site) {
    let browser = Browser::open(Look::default());
    site.sign_in(&browser, "/account");
    site.arrive(&browser, "/account");
    browser.click("a[href='/account/totp']");
    site.arrive(&browser, "/account/totp");
    let secret = browser.text_of(".secret").replace(' ', "");
    browser.fill("#code", "000000");
    browser.fill("#password", PASSWORD);
    browser.click("main button");
    browser.wait_for_url(|_| browser.title().starts_with("エラー"));
    assert_eq!((browser.focus().as_str(), browser.text_of(".secret").replace(' ', "")), ("code", secret.clone()));
    browser.fill("#code", &code(&secret, site.app.service.now()));
    browser.fill("#password", PASSWORD);
    browser.click("main button");
    site.arrive(&browser, "/account?done=totp");
    assert!(browser.text().contains("2段階認証を有効にしました。"));
    browser.click(".out button");
    site.arrive(&browser, "/signed-out");

    site.app.source.advance_seconds(30);
    site.sign_in(&browser, "/account");
    assert_eq!(browser.property("#code", "autocomplete"), "one-time-code");
    assert_eq!(browser.focus(), "code");
    keep_picture(&browser, "totp step");
    browser.fill("#code", "000000");
    browser.click("main button");
    browser.wait_for_url(|url| url.ends_with("/sign-in/totp"));
    assert_eq!(browser.title(), "エラー: 2段階認証 | Musubi");
    browser.fill("#code", &code(&secret, site.app.service.now()));
    browser.click("main button");
    site.arrive(&browser, "/account");
    keep_picture(&browser, "account with totp");
}

fn keyboard(site: &Site) {
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    site.go(&browser, "/");
    site.arrive(&browser, "/sign-in?continue=/");
    browser.type_keys(&format!("{LOGIN}{TAB}{PASSWORD}{ENTER}"));
    site.arrive(&browser, "/");
    // The first stop of the tabulator leads past the menu.
    browser.type_keys(TAB);
    assert_eq!(browser.text_of(":focus"), "本文へ移動");
    browser.type_keys(ENTER);
    browser.type_keys(TAB);
    assert_eq!(browser.text_of(":focus"), "取引先を登録");
    // Keys are for whoever is in no field: home, the list of keys over the page, the search.
    browser.type_keys("?");
    browser.wait_until("document.querySelector('dialog[open] kbd') !== null");
    browser.type_keys(ESCAPE);
    browser.wait_until("document.querySelector('dialog') === null");
    browser.type_keys("/");
    assert_eq!(browser.focus(), "find");
    browser.type_keys(&format!("ない会社?{ENTER}"));
    browser.wait_for_url(|url| url.contains("/search?q="));
    assert!(browser.text().contains("見つかりませんでした。"), "{}", browser.text());
    site.go(&browser, "/account");
    for _ in 0..40 {
        browser.type_keys(TAB);
        if browser.text_of(":focus") == "サインアウト" {
            browser.type_keys(ENTER);
            site.arrive(&browser, "/signed-out");
            return;
        }
    }
    panic!("the tabulator never comes to the button that signs out");
}

/// The pages that somebody who has not signed in can open, and those of somebody who has.
const OPEN: [&str; 6] =
    ["/sign-in", "/sign-in?ui_locales=en", "/signed-out", "/password/forgot", "/password/reset", "/no-such-page"];
const OWN: [&str; 4] = ["/", "/account", "/account?ui_locales=en&done=password", "/account/totp"];

fn accessible(site: &Site) {
    if !need(Tool::Axe) {
        return;
    }
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    let look = |page: &str| look_at(&browser, page);
    for path in OPEN {
        site.go(&browser, path);
        look(path);
    }
    site.go(&browser, "/sign-in");
    browser.run("document.querySelector('form').noValidate = true");
    browser.click("main button");
    browser.wait_for_url(|url| url.ends_with("/sign-in"));
    look("sign-in empty");
    site.sign_in(&browser, "/");
    site.arrive(&browser, "/");
    for path in OWN {
        site.go(&browser, path);
        look(path);
    }
}

/// Looks at the page where the browser is: in light and dark, wide and narrow. Nothing of it keeps people out, where axe is there to say so.
pub(super) fn look_at(browser: &Browser, page: &str) {
    for (scheme, width, height) in [("light", 1280, 900), ("dark", 1280, 900), ("light", 390, 844), ("dark", 320, 256)]
    {
        browser.prefer("prefers-color-scheme", scheme);
        browser.resize(width, height);
        // At 320 pixels, which 1280 are at 400 %, nothing is scrolled sideways (WCAG 2.2, 1.4.10).
        let wide = browser.run("return document.documentElement.scrollWidth");
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{page} at {width}: {wide}");
        keep_picture(browser, &format!("{page} {scheme} {width}"));
        if need(Tool::Axe) {
            let script = std::fs::read_to_string(axe().unwrap()).unwrap();
            let found = violations(browser, &script);
            assert!(found.is_empty(), "{page} {scheme} {width}: {found:#?}");
        }
    }
    browser.resize(1280, 900);
}

/// An administrator adds two people, has one of them leave, is led to what he had, and registers an application; axe looks at every page.
fn administers(site: &Site) {
    let rights = ["システム設定", "ユーザ設定", "権限付与", "権限テンプレート設定"].map(str::to_owned).to_vec();
    let context = site.app.context();
    let given =
        musubi_service::user_right::user_right_set(&site.app.service, &context, LOGIN.to_owned(), rights, false);
    site.runtime.block_on(given).unwrap();
    let browser = Browser::open(Look { scripts: true, ..Look::default() });
    let script = axe().map(|file| std::fs::read_to_string(file).unwrap());
    let look = |name: &str| {
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 375), ("dark", 320)] {
            browser.prefer("prefers-color-scheme", scheme);
            browser.resize(width, 900);
            let wide = browser.run("return document.documentElement.scrollWidth");
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{name} at {width}: {wide}");
            if let Some(script) = &script {
                let found = violations(&browser, script);
                assert!(found.is_empty(), "{name} {scheme} {width}: {found:#?}");
            }
        }
        browser.resize(1280, 900);
    };
    site.sign_in(&browser, "/admin/users");
    site.arrive(&browser, "/admin/users");
    look("users");
    browser.click(".head .button");
    site.arrive(&browser, "/admin/users/new");
    for (field, text) in
        [("#login", "hanako"), ("#family_name", "佐藤"), ("#first_name", "花子"), ("#mail", "h@example.jp")]
    {
        browser.fill(field, text);
    }
    look("a new person");
    browser.click(".form-sheet button[type=submit]");
    browser.wait_for_url(|url| url.ends_with("?done=created"));
    assert!(browser.text_of("[role=status]").contains("ユーザーを追加しました。"));
    look("a person");
    browser.click(".head .second");
    browser.wait_for_url(|url| url.ends_with("/active"));
    look("leaving");
    browser.click("button.danger");
    browser.wait_for_url(|url| url.contains("/admin/handover?from="));
    assert!(browser.text().contains("この人が担当しているデータはありません"), "{}", browser.text());
    look("handing over");
    site.go(&browser, "/admin/openid/clients/new");
    browser.fill("#name", "経費精算");
    browser.fill("#redirect_uris", "https://example.jp/cb");
    look("a new client");
    browser.click(".form-sheet button[type=submit]");
    browser.wait_for_url(|_| browser.title().contains("クライアントの準備ができました"));
    look("a secret");
    browser.click(".actions .button");
    browser.wait_for_url(|url| url.contains("/admin/openid/clients/"));
    look("a client");
    for path in
        ["organizations", "groups", "permission-templates", "openid", "openid/scopes", "openid/tokens", "openid/keys"]
    {
        site.go(&browser, &format!("/admin/{path}"));
        look(path);
    }
}

/// What axe finds that is wrong: WCAG 2.2 A and AA, and what it holds for good practice.
pub(super) fn violations(browser: &Browser, script: &str) -> Vec<Value> {
    let run = format!(
        "{script}; const done = arguments[arguments.length - 1]; axe.run().then(result => done(result.violations.map(found => \
         ({{ rule: found.id, why: found.help, where: found.nodes.map(node => [node.html, node.failureSummary]) }}))), error => done(['' + error]));"
    );
    browser.run_until_called(&run).as_array().unwrap().clone()
}

/// With `MUSUBI_TEST_PICTURES` set to a folder, keeps a picture of the page there, for somebody to look at.
pub(super) fn keep_picture(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var_os("MUSUBI_TEST_PICTURES") else { return };
    let height = browser.run("return document.documentElement.scrollHeight").as_u64().unwrap();
    let width = browser.run("return innerWidth").as_u64().unwrap();
    browser.resize(u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    let file = format!("{}.png", name.trim_matches('/').replace(['/', '?', '=', ' '], "_"));
    std::fs::write(PathBuf::from(folder).join(file), browser.picture()).unwrap();
}
