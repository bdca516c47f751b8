//! A walk through all pages of the demo tenant, by whatever links there are.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use libtest_mimic::Trial;
use musubi_domain::route::{Guard, Route};
use musubi_domain::user::RIGHTS;
use musubi_screens::router::routes;
use musubi_service::demo::{DemoSize, demo_create};
use musubi_service::tenant::{TenantSet, tenant_set};
use musubi_service::user::{UserCreate, user_create};
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::async_on_both;

use super::stage::{LOGIN, PASSWORD, Reader, header};

/// The host of the demo tenant.
const DEMO: &str = "demo.example.jp";
/// The most bytes of a page (the documents that it shows are no part of it).
const PAGE_BYTES: usize = 60 * 1024;
/// Pages of a kind that are looked at.
const OF_A_KIND: usize = 3;

/// Paths that are no page of the walk: they sign out or choose a language, or are no pages of ours.
const LEFT_OUT: [&str; 4] = ["/sign-out", "/language", "/assets/", "/openapi/"];

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: every page of an administrator is sound, and reached by links", |engine| async move {
            let app = TestApp::new(engine).await;
            demo(&app, &RIGHTS).await;
            let walked = walk(&app).await;
            let reached: BTreeSet<&str> = walked.keys().filter_map(|path| pattern(path)).collect();
            let is_page = |route: &&Route| {
                let is_of_one_thing = route.path.contains('{');
                route.guard == Guard::Session && route.methods.contains("GET") && !is_of_one_thing
            };
            let pages = routes().filter(is_page).map(|route| route.path);
            let missing: Vec<&str> = pages.filter(|path| !reached.contains(path) && !UNLINKED.contains(path)).collect();
            assert!(missing.is_empty(), "no link leads to {missing:?}");
        }),
        async_on_both("screens: no link leads somebody to what he may not do", |engine| async move {
            let app = TestApp::new(engine).await;
            demo(&app, &[]).await;
            walk(&app).await;
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Pages to which a form leads, or a page that says what somebody may not do.
const UNLINKED: [&str; 2] = ["/search", "/rights/granters"];

/// The demo tenant in small, with somebody of these rights.
async fn demo(app: &TestApp, rights: &[&str]) {
    let size = DemoSize { clients: 40, contacts: 60, cards: 40 };
    let tenant = demo_create(&app.service, size).await.unwrap();
    let context = || app.service.command_context(tenant);
    let hosts = TenantSet { hosts: vec![DEMO.to_owned()], ..TenantSet::default() };
    tenant_set(&app.service, &context(), hosts).await.unwrap();
    let command = UserCreate {
        login_id: LOGIN.to_owned(),
        family_name: "山田".to_owned(),
        first_name: "太郎".to_owned(),
        mail: "yamada@example.jp".to_owned(),
        password: Some(PASSWORD.to_owned()),
        ..UserCreate::default()
    };
    user_create(&app.service, &context(), command).await.unwrap();
    let rights: Vec<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    if !rights.is_empty() {
        user_right_set(&app.service, &context(), LOGIN.to_owned(), rights, false).await.unwrap();
    }
}

/// Goes from the home page wherever links lead, to a few pages of each kind, and looks at each.
async fn walk(app: &TestApp) -> BTreeMap<String, u16> {
    let mut reader = Reader::at(app, DEMO);
    assert_eq!(reader.sign_in(LOGIN, PASSWORD, "/").await.status, 303);
    let mut seen: BTreeMap<String, u16> = BTreeMap::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    let mut queue = VecDeque::from([("/".to_owned(), "nowhere".to_owned())]);
    while let Some((path, from)) = queue.pop_front() {
        let of_kind = kinds.entry(kind(&path)).or_default();
        if seen.contains_key(&path) || *of_kind == OF_A_KIND {
            continue;
        }
        *of_kind += 1;
        let answer = reader.get(&path).await;
        seen.insert(path.clone(), answer.status.as_u16());
        match answer.status.as_u16() {
            200 => {}
            303 => {
                queue.push_back((header(&answer, "location").to_owned(), path));
                continue;
            }
            other => {
                faults.push(format!("{path}, to which {from} leads, answers {other}"));
                continue;
            }
        }
        if header(&answer, "content-type").starts_with("text/html") {
            faults.extend(look(&answer).into_iter().map(|fault| format!("{path}: {fault}")));
            queue.extend(links(&answer.text).into_iter().map(|link| (link, path.clone())));
        }
    }
    assert!(faults.is_empty(), "of {} pages: {faults:#?}", seen.len());
    seen
}

/// What a page has that it should not, or has not that it should.
fn look(answer: &Answer) -> Vec<String> {
    let page = &answer.text;
    let mut faults = Vec::new();
    if page.len() > PAGE_BYTES {
        faults.push(format!("{} bytes", page.len()));
    }
    let headings = page.matches("<h1").count();
    if headings != 1 {
        faults.push(format!("{headings} headings of the first level"));
    }
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    if title.strip_suffix(" | Musubi").is_none_or(str::is_empty) {
        faults.push(format!("the title is {title:?}"));
    }
    let mut ids: Vec<&str> = values(page, " id=\"").collect();
    ids.sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| format!("the id {} stands twice", pair[0]));
    faults.extend(twice);
    for form in page.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
        let tag = form.split('>').next().unwrap();
        if tag.contains("method=\"post\"") && !form.contains("name=\"token\"") {
            faults.push(format!("a form has no token:{tag}"));
        }
    }
    let named = values(page, "<label for=\"").filter(|label| !page.contains(&format!("id=\"{label}\"")));
    faults.extend(named.map(|label| format!("a label names {label}, which is not there")));
    faults
}

/// The values of an attribute, as they stand in a page.
fn values<'p>(page: &'p str, begin: &'p str) -> impl Iterator<Item = &'p str> {
    page.split(begin).skip(1).filter_map(|rest| rest.split('"').next())
}

/// Where the links of a page lead within the site.
fn links(page: &str) -> Vec<String> {
    let own = values(page, "href=\"").filter(|link| link.starts_with('/') && !link.starts_with("//"));
    own.filter(|link| !LEFT_OUT.iter().any(|left| link.starts_with(left)))
        .map(|link| link.split('#').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

/// What a path is one of: without ids and numbers, and with the names of its query only.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| {
        let is_id = part.contains(|sign: char| sign.is_ascii_digit());
        if is_id { "{}".to_owned() } else { part.to_owned() }
    };
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{names:?}", path.split('/').map(part).collect::<Vec<_>>().join("/"))
}

/// The route of a path.
fn pattern(path: &str) -> Option<&'static str> {
    let path = path.split('?').next()?;
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &&str| {
        let own: Vec<&str> = route.split('/').collect();
        own.len() == parts.len() && own.iter().zip(&parts).all(|(own, part)| own.starts_with('{') || own == part)
    };
    // A part that is said goes before one that may be anything.
    routes().map(|route| route.path).filter(fits).min_by_key(|route| route.matches('{').count())
}
