//! A filled database of the release before: brought up to date whole, and written to by its servers while they still run beside.

use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::error::Result;
use musubi_domain::id::{OauthClientNo, OrganizationNo, TenantNo, TokenNo, UserNo};
use musubi_domain::item::InquiryRouteRef;
use musubi_domain::job::{JobState, NewJob};
use musubi_store::db::{Db, Lane, Settings, Snapshot};
use musubi_store::job::lease::job_claim;
use musubi_store::job::{job_by_number, job_insert};
use musubi_store::{inquiry_route, oauth_client, organization, rights, token, user};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{Clock, Place, TENANT};

pub(crate) fn trials() -> Vec<Trial> {
    [async_on_both("a_filled_database_of_the_release_before_is_brought_up_to_date", brought_up_to_date)]
        .into_iter()
        .flatten()
        .collect()
}

/// The schema of the release before, step by step.
const STEPS: [(&str, &str); 3] = [
    (include_str!("../../migrations/0001_house.sqlite.sql"), include_str!("../../migrations/0001_house.postgres.sql")),
    (
        include_str!("../../migrations/0002_records.sqlite.sql"),
        include_str!("../../migrations/0002_records.postgres.sql"),
    ),
    (include_str!("../../migrations/0003_jobs.sqlite.sql"), include_str!("../../migrations/0003_jobs.postgres.sql")),
];

const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// An id as SQL of the engine.
fn sql_id(engine: Engine, number: u128) -> String {
    let hex = id(number).simple();
    if engine == Engine::Sqlite { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") }
}

/// A database of the release before with one of everything that was changed since. Categories and routes stand in the order of their ids.
fn filled(engine: Engine) -> Place {
    let place = Place::new(engine);
    let version = if engine == Engine::Sqlite { "INTEGER PRIMARY KEY) STRICT" } else { "BIGINT PRIMARY KEY)" };
    place.meddle(&format!("CREATE TABLE schema_version (version {version}"));
    for (version, (sqlite, postgres)) in (1..).zip(STEPS) {
        place.meddle(if engine == Engine::Sqlite { sqlite } else { postgres });
        place.meddle(&format!("INSERT INTO schema_version VALUES ({version})"));
    }
    let id = |number| sql_id(engine, number);
    place.meddle(&format!(
        "INSERT INTO tenant VALUES (1, {}, 'aoba', '株式会社青葉', '{{}}', 1), (2, {}, 'wakaba', '株式会社若葉', '{{}}', 1);
         INSERT INTO organization VALUES (1, 1, {}, NULL, '本社', 1, 1), (1, 2, {}, 1, '支店', 1, 1);
         INSERT INTO user_account VALUES
           (1, 1, {}, 'system', 'system', 'musubi', '', '', NULL, 1, 1, 1),
           (1, 2, {}, 'yamada', 'yamada', '山田', '太郎', 'yamada@example.jp', NULL, 1, 0, 1);
         INSERT INTO user_organization VALUES (1, 2, 1), (1, 2, 2);
         INSERT INTO user_right VALUES (1, 2, 'DB設定');
         INSERT INTO oauth_client VALUES (1, 1, 'app', '連携', NULL, 1, '{{\"scope\": \"crm:read\"}}', 1);
         INSERT INTO token (tenant_no, token_no, generation, token_hash, scope, user_no, client_no, expires_at, created_at)
           VALUES (1, 1, 1, {}, 'crm:read', 1, 1, 9000000000000000, 1), (1, 2, 1, {}, 'crm:read', 2, NULL, 9000000000000000, 1);",
        id(1), id(2), id(11), id(12), id(21), id(22), id(31), id(32),
    ));
    place.meddle(&format!(
        "INSERT INTO inquiry_route_category VALUES (1, {}, '展示会'), (1, {}, 'Web'), (2, {}, '展示会');
         INSERT INTO inquiry_route VALUES (1, {}, {}, '東京'), (1, {}, {}, '大阪'), (1, {}, {}, 'フォーム'), (2, {}, {}, '東京');
         INSERT INTO job (tenant_no, job_no, kind, state, attempt, failures, progress_done, payload, user_no, door, created_at, run_after)
           VALUES (1, 1, 'count', 'queued', 0, 0, 0, '\"x\"', 2, 'api', 1, 1);
         INSERT INTO counter VALUES (1, 'job', 1);",
        id(42), id(41), id(43), id(42), id(52), id(42), id(51), id(41), id(53), id(43), id(54),
    ));
    place
}

/// What a server of the release before says to add a category and a route.
fn released(engine: Engine) -> String {
    let id = |number| sql_id(engine, number);
    format!(
        "INSERT INTO inquiry_route_category (tenant_no, category_id, name) VALUES (1, {}, 'Web')
         ON CONFLICT (tenant_no, name) DO UPDATE SET name = excluded.name;
         INSERT INTO inquiry_route (tenant_no, category_id, route_id, name) VALUES (1, {}, {}, 'チャット')
         ON CONFLICT (tenant_no, category_id, name) DO UPDATE SET name = excluded.name;
         INSERT INTO job (tenant_no, job_no, kind, state, attempt, failures, progress_done, payload, user_no, door, created_at, run_after)
         VALUES (1, 9, 'count', 'queued', 0, 0, 0, '\"y\"', 2, 'api', 1, 1);
         INSERT INTO token (tenant_no, token_no, generation, token_hash, scope, user_no, client_no, expires_at, created_at)
         VALUES (1, 3, 1, {}, 'crm:read', 2, NULL, 9000000000000000, 1);",
        id(49), id(41), id(55), id(33),
    )
}

async fn read<T: Send + 'static>(db: &Db, read: impl FnMut(&mut Snapshot<'_>) -> Result<T> + Send + 'static) -> T {
    db.scan(TENANT, read).await.unwrap()
}

async fn routes(db: &Db, removed: bool) -> Vec<String> {
    let listed = read(db, move |snapshot| inquiry_route::inquiry_route_list(snapshot, removed)).await;
    listed.into_iter().map(|(_, names)| format!("{}/{}", names.category, names.route)).collect()
}

async fn brought_up_to_date(engine: Engine) {
    let place = filled(engine);
    let (db, clock) = (place.open(Settings::default()), Clock::default());
    let users = read(&db, |snapshot| user::user_list(snapshot, UserNo(0), 10)).await;
    let names: Vec<_> = users.iter().map(|user| (user.number, user.full_name(), user.fields.clone())).collect();
    assert_eq!(names[1], (UserNo(2), "山田 太郎".to_owned(), Default::default()));
    assert_eq!(users[1].permission_template, "");
    let organizations = read(&db, |snapshot| user::user_organization_ids(snapshot, UserNo(2))).await;
    assert_eq!(organizations, [id(11), id(12)]);
    let tree = read(&db, |snapshot| organization::organization_list(snapshot, OrganizationNo(0), 10)).await;
    assert_eq!(tree.len(), 2);
    let named = read(&db, |snapshot| rights::named_rights_get(snapshot, UserNo(2))).await;
    assert_eq!(named, ["DB設定"]);
    let clients = read(&db, |snapshot| oauth_client::oauth_client_list(snapshot, OauthClientNo(0), 10)).await;
    assert_eq!((clients.len(), clients[0].settings.rights.clone()), (1, None));
    let tokens = read(&db, |snapshot| token::token_list(snapshot, TokenNo(0), 10)).await;
    assert!(tokens.len() == 2 && tokens.iter().all(|token| token.rights.is_none()), "{tokens:?}");
    assert_eq!(routes(&db, false).await, ["Web/フォーム", "展示会/大阪", "展示会/東京"]);
    let tokyo = InquiryRouteRef { category: id(42), route: id(52) };
    let found = read(&db, move |snapshot| inquiry_route::inquiry_route_names(snapshot, tokyo)).await.unwrap();
    assert_eq!((found.category.as_str(), found.route.as_str(), found.active), ("展示会", "東京", true));

    // A server of the release before still runs.
    place.meddle(&released(engine));
    let context = clock.context(TENANT);
    let removed = db.write(&context, Lane::Interactive, move |tx| {
        inquiry_route::inquiry_route_remove(tx, tokyo)?;
        inquiry_route::inquiry_route_insert(tx, tokyo.category, "東京", id(59))
    });
    assert_eq!(removed.await.unwrap(), id(59), "its name is free for another one");
    let wanted = ["Web/チャット", "Web/フォーム", "展示会/大阪", "展示会/東京"];
    assert_eq!(routes(&db, false).await, wanted);
    assert_eq!(routes(&db, true).await.len(), 5);
    assert_eq!(db.scan(TenantNo(2), |s| inquiry_route::inquiry_route_list(s, false)).await.unwrap().len(), 1);
    jobs(&db, &clock).await;
    db.close();
}

/// A job keeps the rights to which whoever asked for it was held; those of the release before have none.
async fn jobs(db: &Db, clock: &Clock) {
    let context = clock.context(TENANT);
    let mut held = (*context).clone();
    held.actor.rights = Some(vec!["DB設定".to_owned(), "監査閲覧".to_owned()].into());
    let job = NewJob::new("count", json!("z"));
    let new = db.write(&held.into(), Lane::Interactive, move |tx| job_insert(tx, &job)).await.unwrap();
    let mut rights = Vec::new();
    for number in [musubi_domain::id::JobNo(1), musubi_domain::id::JobNo(9), new] {
        let claim = move |tx: &mut musubi_store::db::Tx<'_>| job_claim(tx, number, id(99), Duration::from_secs(60));
        let claimed = db.write(&clock.context(TENANT), Lane::Background, claim).await.unwrap().unwrap();
        rights.push(claimed.rights.map(|rights| rights.to_vec()));
        let seen = db.get(TENANT, move |keyed| job_by_number(keyed, number)).await.unwrap().unwrap();
        assert_eq!(seen.state, JobState::Running);
    }
    assert_eq!(rights, [None, None, Some(vec!["DB設定".to_owned(), "監査閲覧".to_owned()])]);
}
