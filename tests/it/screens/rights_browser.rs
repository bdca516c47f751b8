//! Pages of rights in a real browser: what is changed counts for somebody else at once, and nothing keeps people out.

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_domain::user::RIGHTS;
use musubi_service::permission_template::permission_template_create;
use musubi_service::rights::database_right_set;
use musubi_service::user::{UserCreate, UserSet, user_create, user_list, user_set};
use musubi_service::user_right::user_right_set;
use musubi_testkit::browser::{Browser, Look};
use musubi_testkit::tool::{Tool, axe, need, required};

use super::browser::{Site, keep_picture, violations};
use super::stage::{LOGIN, PASSWORD, person};

pub(crate) fn trials() -> Vec<Trial> {
    let tools = [Tool::Chromium, Tool::ChromeDriver];
    if !required() && !tools.into_iter().all(need) {
        return Vec::new();
    }
    let run = move || {
        tools.into_iter().all(need);
        walk(&Site::new());
        Ok(())
    };
    vec![
        Trial::test(
            "screens: a right that is given counts in another window, and all pages of rights can be used",
            run,
        )
        .with_kind("chromium"),
    ]
}

/// 山田 may give rights; with 200 people beside, some of whom may do less.
async fn house(site: &Site) {
    let (app, context) = (&site.app, || site.app.context());
    let owned = |rights: &[&str]| rights.iter().map(|&right| right.to_owned()).collect::<Vec<_>>();
    user_right_set(&app.service, &context(), LOGIN.to_owned(), owned(&RIGHTS), false).await.unwrap();
    permission_template_create(&app.service, &context(), "営業管理者".to_owned(), owned(&RIGHTS[4..8])).await.unwrap();
    person(app, "suzuki", "鈴木", "花子").await;
    let names = ["佐藤", "高橋", "田中", "伊藤", "渡辺", "中村", "小林", "加藤", "吉田", "山本"];
    for at in 0..200_usize {
        let command = UserCreate {
            login_id: format!("user{at:03}"),
            family_name: names[at % names.len()].to_owned(),
            first_name: ["一郎", "さくら", "健", "美咲"][at % 4].to_owned(),
            mail: format!("user{at}@example.jp"),
            rights: if at % 7 == 0 { owned(&RIGHTS[7..9]) } else { Vec::new() },
            ..UserCreate::default()
        };
        user_create(&app.service, &context(), command).await.unwrap();
        if at % 5 == 0 && at < 40 {
            let change = UserSet { permission_template: Some("営業管理者".to_owned()), ..UserSet::default() };
            user_set(&app.service, &context(), format!("user{at:03}"), change).await.unwrap();
        }
    }
    let template = app.service.template(app.tenant, client::DATABASE).await.unwrap();
    let item = |id| template.item(id).unwrap().number;
    let own = Condition::OneOf { field: Field::Item(item(client::SALES_USER)), values: vec![Operand::Me] };
    let named = Condition::Contains { items: vec![item(client::NAME)], text: "東京".to_owned() };
    for (at, user) in user_list(&app.service, &context()).await.unwrap().into_iter().skip(2).take(30).enumerate() {
        if user.system || at % 2 == 0 {
            continue;
        }
        let right = DatabaseRight {
            delete: false,
            run: at % 3 > 0,
            rows: match at % 4 {
                1 => RowRule::OwnOrganization,
                _ => RowRule::Condition(Condition::All(vec![own.clone(), named.clone()])),
            },
            items: vec![(item(client::PHONE), ItemAccess::Hidden)],
            ..DatabaseRight::default()
        };
        database_right_set(&app.service, &context(), user.id, client::DATABASE, right).await.unwrap();
    }
}

fn walk(site: &Site) {
    site.runtime.block_on(house(site));
    let admin = Browser::open(Look { scripts: true, ..Look::default() });
    site.sign_in(&admin, "/");
    site.arrive(&admin, "/");
    let clerk = Browser::open(Look { scripts: true, ..Look::default() });
    site.go(&clerk, "/sign-in?continue=/");
    clerk.fill("#login_id", "suzuki");
    clerk.fill("#password", PASSWORD);
    clerk.click("main button");
    site.arrive(&clerk, "/");
    site.go(&clerk, "/admin/rights");
    assert!(clerk.title().contains("できません") || !clerk.text().contains("佐藤"), "{}", clerk.text());
    site.go(&admin, "/admin/rights/users/suzuki");
    admin.click("input[name='own~suzuki[]'][value='2']");
    admin.click("main form .actions button");
    admin.wait_for_url(|url| url.ends_with("/admin/rights"));
    keep_picture(&admin, "rights review");
    admin.resize(1280, 900);
    admin.click("main form .actions button");
    site.arrive(&admin, "/admin/rights/users/suzuki?done=saved");
    site.go(&clerk, "/admin/rights");
    assert!(clerk.text().contains("佐藤"), "{}", clerk.text());
    // A right in a database, previewed and saved.
    site.go(&admin, "/admin/rights/users/suzuki/clients");
    admin.click("input[name=rows][value=own]");
    admin.click("button[name=step][value=review]");
    admin.wait_for_url(|url| url.ends_with("/clients"));
    assert!(admin.text_of(".right-preview").contains("0 件"));
    keep_picture(&admin, "rights preview");
    admin.resize(1280, 900);
    admin.click(".right-preview button");
    site.arrive(&admin, "/admin/rights/users/suzuki?done=saved");
    if need(Tool::Axe) {
        looks(site, &admin);
    }
}

const PAGES: [&str; 8] = [
    "/admin/rights",
    "/admin/rights?edit=1&q=user00",
    "/admin/rights?q=nobody-at-all",
    "/admin/rights/users/user000",
    "/admin/rights/users/user002/clients",
    "/admin/rights/users/user002/clients/apply",
    "/admin/rights/why?user=user002&database=clients&record=00000000-0000-0000-0000-000000000000",
    "/rights/granters",
];

fn looks(site: &Site, browser: &Browser) {
    let script = std::fs::read_to_string(axe().unwrap()).unwrap();
    for page in PAGES {
        site.go(browser, page);
        for (scheme, width, height) in
            [("light", 1280, 900), ("dark", 1280, 900), ("light", 375, 812), ("dark", 320, 256)]
        {
            browser.prefer("prefers-color-scheme", scheme);
            browser.resize(width, height);
            let wide = browser.run("return document.documentElement.scrollWidth");
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{page} at {width}: {wide}");
            let found = violations(browser, &script);
            keep_picture(browser, &format!("{page} {scheme} {width}"));
            assert!(found.is_empty(), "{page} {scheme} {width}: {found:#?}");
        }
    }
    browser.prefer("prefers-color-scheme", "light");
}
