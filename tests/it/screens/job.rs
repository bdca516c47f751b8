//! Jobs while they run, and what undoing leads to.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::actor::Actor;
use musubi_domain::client;
use musubi_domain::context::Context;
use musubi_domain::id::{JobNo, SessionNo};
use musubi_domain::item::RawValue;
use musubi_domain::messages::Locale;
use musubi_domain::rights::named;
use musubi_service::import::{Import, import_begin};
use musubi_service::job::{job_input_append, job_input_complete};
use musubi_service::organization::{organization_create, organization_list};
use musubi_service::record::{GivenItem, GivenRecord, record_register};
use musubi_service::user::user_list;
use musubi_service::user_right::user_right_set;
use musubi_testkit::app::{Answer, TestApp};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use super::stage::{LOGIN, PASSWORD, Reader, header, person, stage};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: an import is followed from its page to its report", followed),
        async_on_both("screens: a job is for whoever asked for it, and for who sets the system up", for_whom),
        async_on_both("screens: pages that follow a job end with it, with the server, and are few", streams_end),
        async_on_both("screens: a job is stopped from its page", stopped),
        async_on_both("screens: a small change is undone at once, and done again", undone),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What somebody who has signed in works with.
pub(crate) async fn context_of(app: &TestApp, login: &str) -> Arc<Context> {
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let user = users.into_iter().find(|user| user.login_id == login).unwrap();
    let actor = Actor::session(user.number, SessionNo(0));
    app.service.context(app.tenant, actor, Locale::Ja, app.service.new_request_id())
}

/// A file of clients of these names.
pub(crate) fn rows(names: &[&str]) -> String {
    let rows = names.iter().map(|name| format!("{name},営業部,{LOGIN}\n"));
    format!("取引先正式名称,営業主担当部署,営業主担当者\n{}", rows.collect::<String>())
}

/// As the stage of every trial, with the organization of which people and clients are.
pub(crate) async fn office(engine: Engine) -> TestApp {
    let app = stage(engine).await;
    organization_create(&app.service, &app.context(), "営業部".into(), None).await.unwrap();
    app
}

/// Begins an import of clients by somebody.
pub(crate) async fn import(app: &TestApp, context: &Arc<Context>, dry_run: bool, csv: &str) -> JobNo {
    let import = Import {
        database: client::DATABASE.to_owned(),
        file_name: "顧客<b>.csv".to_owned(),
        encoding: None,
        dry_run,
        skips_bad_rows: false,
    };
    let job = import_begin(&app.service, context, import).await.unwrap();
    job_input_append(&app.service, context, job, csv.as_bytes()).await.unwrap();
    job_input_complete(&app.service, context, job).await.unwrap();
    job
}

/// Registers a client by somebody.
pub(crate) async fn client(app: &TestApp, context: &Arc<Context>, name: &str) -> Uuid {
    let template = app.service.template(app.tenant, client::DATABASE).await.unwrap();
    let organization = organization_list(&app.service, &app.context()).await.unwrap()[0].id;
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let user = users.into_iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let values = [
        (client::NAME, RawValue::Text { value: name.to_owned(), ruby: None }),
        (client::SALES_ORGANIZATION, RawValue::Uuids(vec![organization])),
        (client::SALES_USER, RawValue::Uuids(vec![user])),
    ];
    let item = |(id, value): (Uuid, RawValue)| {
        let item_type = template.item(id).unwrap().item_type.row().wire.to_owned();
        GivenItem { path: "items".into(), item: id, item_type, value }
    };
    let items = values.into_iter().map(item).collect();
    let given = GivenRecord { items, items_path: "items".into(), ..GivenRecord::default() };
    record_register(&app.service, context, client::DATABASE, "client.register", given).await.unwrap().id
}

/// Sends a form while the worker works beside it.
pub(crate) async fn post_at_work(
    app: &TestApp,
    reader: &mut Reader<'_>,
    path: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let work = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        app.run_jobs().await;
    };
    tokio::join!(reader.post(path, fields), work).0
}

async fn followed(engine: Engine) {
    let app = office(engine).await;
    let own = context_of(&app, LOGIN).await;
    let mut reader = Reader::signed_in(&app).await;
    let job = import(&app, &own, false, &rows(&["株式会社一", "株式会社二"])).await;
    let page = reader.get(&format!("/jobs/{job}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("インポート: 顧客&#60;b&#62;.csv"), "{}", page.text);
    assert!(page.text.contains("順番待ち") && page.text.contains("更新"), "{}", page.text);
    assert!(page.text.contains(&format!("data-events=\"/jobs/{job}/events\"")), "{}", page.text);
    assert!(page.text.contains("中止する") && !page.text.contains("http-equiv"), "{}", page.text);
    assert_eq!(reader.get(&format!("/jobs/{job}/report")).await.status, 404, "there is none yet");

    let live = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.run_jobs().await;
    };
    let events = format!("/jobs/{job}/events");
    let (events, ()) = tokio::join!(reader.get(&events), live);
    assert_eq!(header(&events, "content-type"), "text/event-stream");
    assert_eq!(header(&events, "cache-control"), "no-store");
    assert!(events.text.contains("event: part\ndata: ") && events.text.contains("順番待ち"), "{}", events.text);
    assert!(events.text.ends_with(&format!("event: end\ndata: /jobs/{job}\n\n")), "{}", events.text);

    let page = reader.get(&format!("/jobs/{job}")).await;
    assert!(page.text.contains("すべての行を登録しました。"), "{}", page.text);
    assert!(!page.text.contains("data-events") && !page.text.contains("中止する"), "{}", page.text);
    let report = reader.get(&format!("/jobs/{job}/report")).await;
    assert_eq!(header(&report, "content-type"), "text/csv; charset=utf-8");
    assert_eq!(header(&report, "content-disposition"), format!("attachment; filename=\"musubi-job-{job}.csv\""));
    assert!(report.text.starts_with("\u{feff}行,結果,ID,理由\r\n2,登録,"), "{}", report.text);
    for path in ["/jobs/0", "/jobs/x", "/jobs/99999999999999999999", "/jobs/0/events", "/jobs/-1/report"] {
        assert_eq!(reader.get(path).await.status, 404, "{path}");
    }
}

async fn for_whom(engine: Engine) {
    let app = office(engine).await;
    person(&app, "suzuki", "鈴木", "花子").await;
    let own = context_of(&app, LOGIN).await;
    let job = import(&app, &own, true, &rows(&["株式会社一"])).await;
    let mut other = Reader::new(&app);
    other.sign_in("suzuki", PASSWORD, "/").await;
    other.get("/account").await;
    for path in ["", "/events", "/report"] {
        assert_eq!(other.get(&format!("/jobs/{job}{path}")).await.status, 404, "{path}");
    }
    assert_eq!(other.post(&format!("/jobs/{job}/stop"), &[]).await.status, 404);
    let suzuki = user_list(&app.service, &app.context()).await.unwrap();
    let suzuki = suzuki.into_iter().find(|user| user.login_id == "suzuki").unwrap();
    let rights = vec![named::SYSTEM.to_owned()];
    user_right_set(&app.service, &app.context(), suzuki.login_id.clone(), rights, false).await.unwrap();
    let page = other.get(&format!("/jobs/{job}")).await;
    assert_eq!(page.status, 200, "who sets the system up looks at every job");
    app.run_jobs().await;
    assert!(other.get(&format!("/jobs/{job}")).await.text.contains("まだ何も登録していません"));
}

async fn streams_end(engine: Engine) {
    let app = office(engine).await;
    let own = context_of(&app, LOGIN).await;
    let job = import(&app, &own, true, &rows(&["株式会社一"])).await;
    let places: Vec<_> = (0..4).map(|_| app.service.live_place(&own).unwrap()).collect();
    let mut reader = Reader::signed_in(&app).await;
    let events = format!("/jobs/{job}/events");
    assert_eq!(reader.get(&events).await.status, 204, "a browser is not to ask again");
    drop(places);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.service.live_end();
    };
    let (answer, ()) = tokio::join!(reader.get(&events), ending);
    assert!(answer.text.contains("event: part") && !answer.text.contains("event: end"), "{}", answer.text);
    assert!(app.service.live_place(&own).is_err(), "a server that stops begins nothing that goes on");
    app.leave_jobs();
}

async fn stopped(engine: Engine) {
    let app = office(engine).await;
    let own = context_of(&app, LOGIN).await;
    let job = import(&app, &own, false, &rows(&["株式会社一"])).await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get(&format!("/jobs/{job}")).await;
    for _ in 0..2 {
        let answer = reader.post(&format!("/jobs/{job}/stop"), &[]).await;
        assert_eq!((answer.status.as_u16(), header(&answer, "location")), (303, format!("/jobs/{job}").as_str()));
    }
    let page = reader.get(&format!("/jobs/{job}")).await;
    assert!(page.text.contains("処理を中止しました。"), "{}", page.text);
    app.run_jobs().await;
}

async fn undone(engine: Engine) {
    let app = office(engine).await;
    let own = context_of(&app, LOGIN).await;
    client(&app, &own, "株式会社一").await;
    let sets = musubi_service::change_set::change_set_list(&app.service, &own, None, 1).await.unwrap();
    let id = sets[0].id;
    let mut reader = Reader::signed_in(&app).await;
    let ask = reader.get(&format!("/changes/{id}/undo")).await;
    assert!(ask.text.contains("登録した 1 件をごみ箱に移動します。"), "{}", ask.text);
    let path = format!("/changes/{id}/undo");
    let answer = post_at_work(&app, &mut reader, &path, &[("back", "/account?x=1")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with("/account?x=1&done=undone&undo="), "{to}");
    let page = reader.get(&to).await;
    assert!(page.text.contains("元に戻しました。") && page.text.contains("やり直す"), "{}", page.text);
    assert_eq!(reader.post(&path, &[]).await.status, 409, "nothing is undone twice");

    let redo = to.split("undo=").last().unwrap().to_owned();
    let answer =
        post_at_work(&app, &mut reader, &format!("/changes/{redo}/undo"), &[("back", "https://evil.example/")]).await;
    assert!(header(&answer, "location").starts_with("/?done=undone&undo="), "{}", header(&answer, "location"));
    // Without a worker the page of the job takes over.
    let own = context_of(&app, LOGIN).await;
    client(&app, &own, "株式会社二").await;
    let sets = musubi_service::change_set::change_set_list(&app.service, &own, None, 1).await.unwrap();
    let answer = reader.post(&format!("/changes/{}/undo", sets[0].id), &[]).await;
    assert!(header(&answer, "location").starts_with("/jobs/"), "{}", header(&answer, "location"));
    app.run_jobs().await;
    assert_eq!(reader.get("/changes/00000000-0000-0000-0000-000000000000/undo").await.status, 404);
    assert_eq!(reader.get("/changes/x/undo").await.status, 404);
}
