//! What belongs to one tenant is not found from another, by any read of the store.

mod engine;
mod openid;
mod people;
mod sign_in;
mod thread;
mod webhook;

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::error::Result;
use musubi_domain::event::{Event, Operation};
use musubi_domain::id::{
    ChangeSetNo, DatabaseNo, JobNo, OauthClientNo, OrganizationNo, RecordNo, TenantNo, TokenNo, UserNo,
};
use musubi_domain::item::{InquiryRouteRef, ItemValue};
use musubi_domain::job::{JobFile, NewJob};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::{Facts, NewRecord};
use musubi_domain::rights::DatabaseRight;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::tenant::TenantSettings;
use musubi_domain::time::Timestamp;
use musubi_domain::token::{Token, TokenSource};
use musubi_store::db::{Lane, Snapshot, Tx};
use musubi_store::oauth_client::{OauthClient, OauthClientSettings};
use musubi_store::query::{
    Cursor, Effort, RecordQuery, record_count_step, record_list, record_list_step, record_list_total, record_names,
    record_whole,
};
use musubi_store::user::NewUser;
use musubi_store::{
    api_scope, inquiry_route, job, job_file, linkage, oauth_client, organization, record, rights, seal, template,
    tenant, token, unique, user,
};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::fixture::{TENANT, World, keys, until};

const OTHER: TenantNo = TenantNo(2);
const SLOT: i64 = 999_000_001;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = async_on_both("no_read_gives_what_belongs_to_another_tenant", no_read_gives_what_is_anothers);
    trials.push(Trial::test("every_read_is_asked_for_what_belongs_to_another_tenant", || {
        assert_eq!(
            reads_in_the_sources(),
            questions(&Owned::default()).len(),
            "a read of the store is missing among the questions"
        );
        Ok(())
    }));
    trials
}

/// What one tenant has one of.
#[derive(Clone, Default)]
struct Owned {
    id: Uuid,
    record: Option<RecordNo>,
    organization: Option<OrganizationNo>,
    child: Option<OrganizationNo>,
    user: Option<UserNo>,
    client: Option<OauthClientNo>,
    token: Option<TokenNo>,
    job: Option<JobNo>,
    route: Option<InquiryRouteRef>,
    template: Option<Arc<Template>>,
    kept: engine::Kept,
    stands: Option<thread::Stands>,
    hook: (Uuid, Uuid),
}

/// Fills a tenant; the two differ in every text.
fn fill(tx: &mut Tx<'_>, template: &Arc<Template>) -> Result<Owned> {
    let (word, id) = (format!("株式会社{}", tx.tenant()), tx.next_id());
    api_scope::api_scope_insert(tx, &word)?;
    api_scope::api_scope_path_insert(tx, "/path", &word)?;
    let category = inquiry_route::inquiry_route_category(tx, &word, id)?;
    let route = inquiry_route::inquiry_route_insert(tx, category, &word, id)?;
    linkage::linkage_slot_set(tx, SLOT, &word)?;
    let organization = organization::organization_insert(tx, id, None, &word)?;
    // The other tenant has an organization of the same number, but none below it, and one route only.
    let child_id = tx.next_id();
    let child = if tx.tenant() == TENANT {
        inquiry_route::inquiry_route_insert(tx, category, "2", child_id)?;
        Some(organization::organization_insert(tx, child_id, Some(organization), &word)?)
    } else {
        None
    };
    let new = NewUser { login_id: word.clone(), family_name: word.clone(), ..NewUser::default() };
    let user = user::user_insert(tx, id, &new)?.unwrap();
    if tx.tenant() != TENANT {
        let further = NewUser { login_id: format!("{word}の二人目"), ..new.clone() };
        assert!(user::user_insert(tx, Uuid::from_u128(2), &further)?.is_some());
    }
    let settings = OauthClientSettings::default();
    let made = OauthClient { number: OauthClientNo(0), client_id: word.clone(), name: word.clone(), user, settings };
    let client = oauth_client::oauth_client_insert(tx, &made, None)?;
    if tx.tenant() == TENANT {
        user::user_organization_insert(tx, user, organization)?;
        user::user_right_insert(tx, user, "DB設定")?;
    }
    people::keep(tx, user, &word)?;
    sign_in::keep(tx, user, &word)?;
    openid::keep(tx, user, client, &word)?;
    let hook = webhook::keep(tx, user, &word)?;
    rights::database_right_set(tx, user, template.database, &DatabaseRight { run: false, ..DatabaseRight::default() })?;
    let number = token::token_number_next(tx)?;
    let held = Token {
        tenant: tx.tenant(),
        number,
        scope: word.clone(),
        user,
        client: None,
        rights: None,
        expires_at: Timestamp::from_micros(i64::MAX),
        revoked: false,
        grant: None,
        source: TokenSource::Hand,
    };
    token::token_insert(tx, &held, word.as_bytes())?;
    let queued = job::job_insert(tx, &NewJob::new("count", word.as_str().into()))?;
    job_file::job_file_append(tx, queued, JobFile::Input, word.as_bytes())?;
    tx.execute("UPDATE job SET cursor = payload WHERE tenant_no = ?1 AND job_no = ?2", &[queued.0.into()])?;
    tenant::tenant_settings_set(
        tx,
        &TenantSettings { failures_answer_200: tx.tenant() == TENANT, ..TenantSettings::default() },
    )?;
    let name = template.item(client::NAME).unwrap().number;
    let prefecture = template.item(client::PREFECTURE).unwrap().number;
    let values = vec![
        (name, ItemValue::Ruby { value: word.clone(), ruby: String::new() }),
        (prefecture, ItemValue::Text("東京都".to_owned())),
    ];
    let linked = vec![LinkageValue { slot: SLOT, value: word.clone() }];
    let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
    let new = NewRecord { id, facts, linkage: linked };
    let record = record::record_insert(tx, template, &new, &[], ChangeSetNo(0))?;
    unique::unique_insert(tx, record, SLOT, &word)?;
    let kept = engine::keep(tx, template, record, &word, (user, organization))?;
    let stands = thread::keep(tx, user, record, &word)?;
    tx.record_event(&Event { kind: "client.created", record, record_id: id, version: 1 })?;
    tx.record_operation(&Operation {
        kind: "client.register",
        database: Some(template.database),
        target: word,
        count: 1,
    })?;
    let route = Some(InquiryRouteRef { category, route });
    let (organization, child) = (Some(organization), child);
    Ok(Owned {
        id,
        record: Some(record),
        organization,
        child,
        user: Some(user),
        client: Some(client),
        token: Some(number),
        job: Some(queued),
        route,
        template: Some(Arc::clone(template)),
        kept,
        stands,
        hook,
    })
}

type Question = Box<dyn FnMut(&mut Snapshot<'_>) -> Result<bool> + Send>;

/// One question for each read of the store: does it give what is owned? Texts of the owner hold the number 1.
fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let mut questions = engine::questions(owned);
    let o = owned.clone();
    questions.push((
        "api_scopes_of_path",
        Box::new(move |s| Ok(api_scope::api_scopes_of_path(s, "/path")?.contains(&word()))),
    ));
    questions.push((
        "api_scope_list",
        Box::new(move |s| Ok(api_scope::api_scope_list(s)?.iter().any(|scope| scope.0 == word()))),
    ));
    questions.push((
        "inquiry_route_names",
        Box::new(move |s| Ok(inquiry_route::inquiry_route_names(s, o.route.unwrap())?.is_some())),
    ));
    questions.push((
        "inquiry_route_list",
        Box::new(move |s| {
            Ok(inquiry_route::inquiry_route_list(s, true)?.iter().any(|(_, names)| names.route == word()))
        }),
    ));
    let o = owned.clone();
    questions.push((
        "inquiry_route_places",
        Box::new(move |s| {
            let category = o.route.unwrap().category;
            let has = |places: Vec<(Uuid, i64)>, id| places.iter().any(|(own, _)| *own == id);
            Ok(has(inquiry_route::inquiry_route_places(s, None)?, category)
                || has(inquiry_route::inquiry_route_places(s, Some(category))?, o.route.unwrap().route))
        }),
    ));
    questions.push(("inquiry_route_count", Box::new(|s| Ok(inquiry_route::inquiry_route_count(s)? == 2))));
    let o = owned.clone();
    questions.push((
        "inquiry_route_spot",
        Box::new(move |s| Ok(inquiry_route::inquiry_route_spot(s, o.route.unwrap().route)?.is_some())),
    ));
    questions.push(("linkage_slots", Box::new(move |s| Ok(linkage::linkage_slots(s)?.contains(&(SLOT, word()))))));
    let o = owned.clone();
    questions.push((
        "job_by_number",
        Box::new(move |s| Ok(job::job_by_number(s, o.job.unwrap())?.is_some_and(|found| found.payload == word()))),
    ));
    questions.push((
        "job_cursor",
        Box::new(move |s| Ok(job::job_cursor(s, o.job.unwrap())?.is_some_and(|cursor| cursor == word()))),
    ));
    questions.push((
        "job_list",
        Box::new(move |s| Ok(job::job_list(s, None, 10)?.iter().any(|found| found.payload == word()))),
    ));
    let o = owned.clone();
    questions.push((
        "job_file_chunk",
        Box::new(move |s| {
            let chunk = job_file::job_file_chunk(s, o.job.unwrap(), JobFile::Input, 0)?;
            Ok(chunk.as_deref() == Some(word().as_bytes()))
        }),
    ));
    let o = owned.clone();
    questions.push((
        "linkage_slot_is_used",
        Box::new(move |s| linkage::linkage_slot_is_used(s, o.template.as_ref().unwrap().database, SLOT)),
    ));
    let o = owned.clone();
    questions.push((
        "linkage_slot_count",
        Box::new(move |s| Ok(linkage::linkage_slot_count(s, o.template.as_ref().unwrap().database, SLOT, 10)? > 0)),
    ));
    let o = owned.clone();
    questions.push((
        "unique_holder",
        Box::new(
            move |s| Ok(unique::unique_holder(s, o.template.as_ref().unwrap().database, SLOT, &word())?.is_some()),
        ),
    ));
    questions
        .push(("oauth_client_by_id", Box::new(move |s| Ok(oauth_client::oauth_client_by_id(s, &word())?.is_some()))));
    let o = owned.clone();
    questions.push((
        "oauth_client_by_number",
        Box::new(move |s| {
            let found = oauth_client::oauth_client_by_number(s, o.client.unwrap())?;
            Ok(found.is_some_and(|client| client.name == word()))
        }),
    ));
    questions.push((
        "oauth_client_list",
        Box::new(move |s| {
            Ok(oauth_client::oauth_client_list(s, OauthClientNo(0), 10)?.iter().any(|client| client.name == word()))
        }),
    ));
    let o = owned.clone();
    questions.push(("organization_by_id", Box::new(move |s| Ok(organization::organization_by_id(s, o.id)?.is_some()))));
    let o = owned.clone();
    questions.push((
        "organization_parent",
        Box::new(move |s| Ok(organization::organization_parent(s, o.child.unwrap())?.is_some())),
    ));
    questions.push((
        "organization_list",
        Box::new(move |s| {
            Ok(organization::organization_list(s, OrganizationNo(0), 10)?.iter().any(|found| found.name == word()))
        }),
    ));
    let o = owned.clone();
    questions.push((
        "organization_is_used",
        Box::new(move |s| organization::organization_is_used(s, o.organization.unwrap())),
    ));
    let o = owned.clone();
    questions.push((
        "record_list",
        Box::new(move |s| {
            let query = RecordQuery {
                template: Arc::clone(o.template.as_ref().unwrap()),
                condition: Condition::always(),
                sorts: Vec::new(),
                offset: 0,
                limit: 10,
            };
            Ok(!record_list(s, &Sight::all(), &query)?.rows.is_empty())
        }),
    ));
    questions.extend(list_questions(owned));
    questions.extend(right_questions(owned));
    questions.extend(people::questions(owned));
    questions.extend(sign_in::questions(owned));
    questions.extend(openid::questions(owned));
    questions.extend(thread::questions(owned));
    questions.extend(webhook::questions(owned));
    let o = owned.clone();
    questions.push((
        "record_by_id",
        Box::new(move |s| Ok(record::record_by_id(s, &Sight::all(), o.template.as_ref().unwrap(), o.id)?.is_some())),
    ));
    let o = owned.clone();
    questions.push((
        "record_by_number",
        Box::new(move |s| {
            Ok(record::record_by_number(s, &Sight::all(), o.template.as_ref().unwrap(), o.record.unwrap())?.is_some())
        }),
    ));
    let o = owned.clone();
    questions.push((
        "record_reference",
        Box::new(move |s| Ok(record::record_reference(s, o.template.as_ref().unwrap().database, o.id)?.is_some())),
    ));
    let o = owned.clone();
    questions.push((
        "events_after",
        Box::new(move |s| Ok(seal::events_after(s, 0, 10)?.iter().any(|event| event.record_id == o.id))),
    ));
    // A log that is not the tenant's own would not hold together with its own.
    questions.push((
        "log_chain_break",
        Box::new(|s| Ok(s.tenant() == TENANT && seal::log_chain_break(s, &keys().seal_key())?.is_none())),
    ));
    let o = owned.clone();
    questions.push((
        "template_by_name",
        Box::new(move |s| {
            Ok(template::template_by_name(s, client::DATABASE)?
                .is_some_and(|found| found.database == o.template.as_ref().unwrap().database))
        }),
    ));
    questions
        .push(("tenant_hosts", Box::new(|s| Ok(tenant::tenant_hosts(s)?.contains(&format!("t{TENANT}.example"))))));
    questions.push(("tenant_settings", Box::new(|s| Ok(tenant::tenant_settings(s)?.failures_answer_200))));
    questions.push((
        "token_list",
        Box::new(move |s| Ok(token::token_list(s, TokenNo(0), 10)?.iter().any(|token| token.scope == word()))),
    ));
    let o = owned.clone();
    questions.push(("user_by_id", Box::new(move |s| Ok(user::user_by_id(s, o.id)?.is_some()))));
    let o = owned.clone();
    questions.push((
        "user_by_number",
        Box::new(move |s| Ok(user::user_by_number(s, o.user.unwrap())?.is_some_and(|user| user.login_id == word()))),
    ));
    questions.push(("user_by_login", Box::new(move |s| Ok(user::user_by_login(s, &word())?.is_some()))));
    questions.push((
        "user_list",
        Box::new(move |s| Ok(user::user_list(s, UserNo(0), 10)?.iter().any(|user| user.login_id == word()))),
    ));
    questions
}

/// Steps, counts and names of records.
fn list_questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let all = |o: &Owned| RecordQuery {
        template: Arc::clone(o.template.as_ref().unwrap()),
        condition: Condition::always(),
        sorts: Vec::new(),
        offset: 0,
        limit: 10,
    };
    let [list, total, count, names, whole] = [(); 5].map(|()| owned.clone());
    vec![
        (
            "record_list_step",
            Box::new(move |s| {
                let step = record_list_step(s, &Sight::all(), &all(&list), &Cursor::default(), &Effort::default())?;
                Ok(step.rows.iter().any(|row| row.id == list.id))
            }),
        ),
        ("record_list_total", Box::new(move |s| Ok(record_list_total(s, &Sight::all(), &all(&total))? > 0))),
        (
            "record_count_step",
            Box::new(move |s| {
                let (template, always) = (count.template.as_ref().unwrap(), Condition::always());
                let effort = Effort::default();
                let of = (template.as_ref(), &always);
                Ok(record_count_step(s, &Sight::all(), of, &Cursor::default(), &effort, 9)?.count.count > 0)
            }),
        ),
        (
            "record_names",
            Box::new(move |s| {
                let template = names.template.as_ref().unwrap();
                Ok(!record_names(s, &Sight::all(), template, &[names.id])?.is_empty())
            }),
        ),
        (
            "record_whole",
            Box::new(move |s| {
                let template = whole.template.as_ref().unwrap();
                Ok(!record_whole(s, &Sight::all(), template, &[whole.record.unwrap()])?.is_empty())
            }),
        ),
    ]
}

/// Rights, and who somebody is to conditions.
fn right_questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let [one, rights_of, list, viewer, named] = [(); 5].map(|()| owned.clone());
    vec![
        ("named_rights_get", Box::new(move |s| Ok(!rights::named_rights_get(s, named.user.unwrap())?.is_empty()))),
        (
            "database_right_get",
            Box::new(move |s| {
                let database = one.template.as_ref().unwrap().database;
                Ok(rights::database_right_get(s, one.user.unwrap(), database)?.is_some())
            }),
        ),
        (
            "database_rights_of",
            Box::new(move |s| {
                let held = rights::database_rights_of(s, rights_of.user.unwrap())?;
                let own = rights_of.template.as_ref().unwrap().database;
                Ok(held.iter().any(|(database, _)| *database == own))
            }),
        ),
        (
            "database_right_list",
            Box::new(move |s| {
                let held = rights::database_right_list(s, (UserNo(0), DatabaseNo(0)), 10)?;
                Ok(held.iter().any(|held| held.database == list.template.as_ref().unwrap().database))
            }),
        ),
        (
            "viewer_get",
            Box::new(move |s| {
                let viewer = rights::viewer_get(s, viewer.user.unwrap(), viewer.id)?;
                Ok(viewer.organizations_and_below.len() == 2)
            }),
        ),
    ]
}

/// Lists come in several ways; each must keep to its tenant.
fn list_conditions(template: &Template) -> Vec<Condition> {
    let (name, prefecture, city) = (
        template.item(client::NAME).unwrap().number,
        template.item(client::PREFECTURE).unwrap().number,
        template.item(client::CITY).unwrap().number,
    );
    let one_of = |values: &[&str]| Condition::OneOf {
        field: Field::Item(prefecture),
        values: values.iter().map(|text| Operand::Text((*text).to_owned())).collect(),
    };
    vec![
        Condition::always(),
        one_of(&["東京都"]),
        one_of(&["東京都", "京都府"]),
        Condition::Between { field: Field::CreatedAt, from: None, to: None },
        Condition::Contains { items: vec![name], text: "株式会社".to_owned() },
        Condition::Contains { items: vec![name], text: "株".to_owned() },
        Condition::Contains { items: vec![prefecture, city], text: "東京".to_owned() },
        Condition::All(vec![
            one_of(&["東京都"]),
            Condition::Contains { items: vec![name], text: "株式会社1".to_owned() },
        ]),
    ]
}

async fn no_read_gives_what_is_anothers(engine: Engine) {
    let world = World::new(engine).await;
    let other = world.found(OTHER).await;
    let own = Arc::clone(&world.template);
    let owned = world.write(move |tx| fill(tx, &own)).await.unwrap();
    world.db.write(&world.context_of(OTHER), Lane::Interactive, move |tx| fill(tx, &other)).await.unwrap();
    until("both are sealed", std::time::Duration::from_secs(2), || {
        world.place.number("SELECT count(*) FROM operation_log") == 2
    })
    .await;
    for (name, mut question) in questions(&owned) {
        let question = Arc::new(std::sync::Mutex::new(move |snapshot: &mut Snapshot<'_>| question(snapshot)));
        for (tenant, wanted) in [(TENANT, true), (OTHER, false)] {
            let asked = Arc::clone(&question);
            let answer = world.db.scan(tenant, move |snapshot| (asked.lock().unwrap())(snapshot)).await.unwrap();
            assert_eq!(answer, wanted, "{name} of tenant {tenant}");
        }
    }
    for condition in list_conditions(&world.template) {
        for (tenant, wanted) in [(TENANT, true), (OTHER, false)] {
            let query = RecordQuery {
                template: Arc::clone(&world.template),
                condition: condition.clone(),
                sorts: Vec::new(),
                offset: 0,
                limit: 10,
            };
            let page =
                world.db.scan(tenant, move |snapshot| record_list(snapshot, &Sight::all(), &query)).await.unwrap();
            let found = page.rows.iter().any(|row| row.id == owned.id);
            assert_eq!(found, wanted, "{condition:?} of tenant {tenant}");
        }
    }
    let (client, token) = (owned.client.unwrap(), owned.token.unwrap());
    assert_eq!((client.0, token.0), (1, 1), "numbers are of the tenant: the other has them too");
}

/// Public functions that are lent a connection which is held to a tenant.
fn reads_in_the_sources() -> usize {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = [sources.clone(), sources.join("record"), sources.join("webhook")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let is_read = |signature: &&str| {
        signature.contains("keyed: &mut Keyed<'_>") || signature.contains("snapshot: &mut Snapshot<'_>")
    };
    let in_file = |text: String| {
        text.split("\npub fn ").skip(1).filter_map(|rest| rest.split('{').next()).filter(is_read).count()
    };
    files.map(|file| in_file(std::fs::read_to_string(file).unwrap())).sum()
}
