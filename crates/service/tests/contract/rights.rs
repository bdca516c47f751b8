//! Rights in databases: who sees which records and items, may do what, and how that is set.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::actor::{Actor, Door};
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind};
use musubi_domain::id::{ItemNo, TokenNo};
use musubi_domain::item::{Item, ItemType, ItemValue, system};
use musubi_domain::limits;
use musubi_domain::messages::{Locale, Message};
use musubi_domain::record::RecordSummary;
use musubi_domain::rights::{Action, DatabaseRight, ItemAccess, RowRule, named};
use musubi_domain::template::{ItemDefinition, ItemPlace};
use musubi_service::access::Call;
use musubi_service::inquiry_route::inquiry_route_create;
use musubi_service::linkage::{linkage_slot_remove, linkage_slot_set};
use musubi_service::oauth_client::{
    OauthClientCreate, OauthClientSet, OauthClientSettings, oauth_client_create, oauth_client_set,
};
use musubi_service::organization::organization_create;
use musubi_service::permission_template::{permission_template_create, permission_template_set};
use musubi_service::record_list::{Patience, record_count, record_list};
use musubi_service::request::Peer;
use musubi_service::rights::{database_right_list, database_right_remove, database_right_set};
use musubi_service::template::item::{ItemChange, template_item_add, template_item_move, template_item_set};
use musubi_service::template::removal::template_item_remove;
use musubi_service::template::{template_apply, template_export};
use musubi_service::token::{TokenCreate, token_create, token_list};
use musubi_service::user::{UserSet, user_set};
use musubi_store::db::{Lane, Tx};
use musubi_store::query::RecordQuery;
use musubi_store::user::user_right_insert;
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::stage::{Person, Stage, one_of};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_person_sees_what_his_right_says_and_from_then_on", a_person_sees_what_his_right_says),
        async_on_both("what_a_person_may_not_do_is_forbidden", what_a_person_may_not_do_is_forbidden),
        async_on_both("a_right_that_cannot_be_is_refused_whole", a_right_that_cannot_be_is_refused),
        async_on_both("conditions_name_people_by_their_outside_ids", conditions_name_people),
        async_on_both("names_of_records_are_held_to_the_sight_of_their_database", names_are_held_to_the_sight),
        async_on_both("what_a_right_is_needed_for_is_refused_without_it", named_rights),
        async_on_both("nobody_gives_a_program_or_a_template_what_he_has_not", nobody_gives_what_he_has_not),
        async_on_both("a_job_has_the_rights_of_whoever_asked_for_it", rights_of_jobs),
        async_on_both("a_right_is_judged_by_the_template_of_its_transaction", a_right_beside_a_removal),
        async_on_both("a_program_is_held_to_the_rights_of_its_token_and_its_client", rights_of_programs),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn names(rows: &[RecordSummary]) -> Vec<&str> {
    rows.iter().map(|row| row.display_name.as_str()).collect()
}

impl Stage {
    async fn set(&self, person: Person, right: DatabaseRight) -> Result<(), Error> {
        database_right_set(&self.app.service, &self.app.context(), person.id, client::DATABASE, right).await
    }

    /// The clients that somebody is shown of those that meet a condition.
    async fn seen(&self, context: &Arc<Context>, condition: Condition) -> Result<Vec<RecordSummary>, Error> {
        let service = &self.app.service;
        let sight = service.sight(context, &self.template).await?;
        let condition = service.condition_settled(context, &self.template, &condition).await?;
        let count =
            record_count(service, context, &sight, (&self.template, &condition), 100, Patience::CALL, "filter").await?;
        let template = Arc::clone(&self.template);
        let query = RecordQuery { template, condition, sorts: Vec::new(), offset: 0, limit: 100 };
        let page = record_list(service, context, &sight, query, None, Patience::CALL, "filter").await?;
        assert_eq!(usize::try_from(count.count).unwrap(), page.rows.len());
        assert!(count.exact && !page.more && page.next.is_none() && page.part.is_none());
        Ok(page.rows)
    }
}

fn rows(rows: RowRule) -> DatabaseRight {
    DatabaseRight { rows, ..DatabaseRight::default() }
}

async fn a_person_sees_what_his_right_says(engine: Engine) {
    let stage = Stage::new(engine).await;
    let people = |id: Uuid| [(client::SALES_USER, ItemValue::References(vec![id]))];
    stage.add(["head".to_owned()], stage.head, &[]).await;
    stage.add(["member".to_owned()], stage.member, &[]).await;
    stage.add(["outsider".to_owned()], stage.outsider, &[]).await;
    stage.add(["charge".to_owned()], stage.outsider, &people(stage.member.id)).await;
    let placed = [(client::SALES_ORGANIZATION, ItemValue::References(vec![stage.branch]))];
    stage.add(["branch".to_owned()], stage.outsider, &placed).await;
    let (head, member) = (stage.context_of(stage.head, Locale::Ja), stage.context_of(stage.member, Locale::Ja));
    let everything = ["head", "member", "outsider", "charge", "branch"];
    let seen = async |context: &Arc<Context>| {
        let rows = stage.seen(context, Condition::always()).await.unwrap();
        rows.into_iter().map(|row| row.display_name).collect::<Vec<_>>()
    };
    assert_eq!(seen(&member).await, everything, "nothing has been said");
    stage.set(stage.member, rows(RowRule::Own)).await.unwrap();
    assert_eq!(seen(&member).await, ["member", "charge"], "his own");
    stage.set(stage.member, rows(RowRule::OwnOrganization)).await.unwrap();
    assert_eq!(seen(&member).await, ["member", "charge", "branch"], "not the organization above");
    stage.set(stage.head, rows(RowRule::OwnOrganization)).await.unwrap();
    assert_eq!(seen(&head).await, ["head", "member", "charge", "branch"], "and those below");
    let named = Condition::Contains { items: vec![stage.item(client::NAME)], text: "h".to_owned() };
    stage.set(stage.member, rows(RowRule::Condition(named))).await.unwrap();
    assert_eq!(seen(&member).await, ["head", "charge", "branch"]);
    stage.set(stage.member, DatabaseRight { read: false, ..DatabaseRight::default() }).await.unwrap();
    assert_eq!(seen(&member).await, [""; 0]);
    let own = (&stage.app.service, stage.app.context());
    database_right_remove(own.0, &own.1, stage.member.id, client::DATABASE).await.unwrap();
    assert_eq!(seen(&member).await, everything);
    let again = database_right_remove(own.0, &own.1, stage.member.id, client::DATABASE).await;
    assert_eq!(again.unwrap_err().kind(), Kind::NotFound);
    // Commands are bound by nothing, and a program without a person neither.
    assert!(own.0.sight(&own.1, &stage.template).await.unwrap().is_all());
    let program = Person { id: Uuid::nil(), number: musubi_service::context::SYSTEM_USER };
    assert!(own.0.sight(&stage.context_of(program, Locale::Ja), &stage.template).await.unwrap().is_all());
}

async fn what_a_person_may_not_do_is_forbidden(engine: Engine) {
    let stage = Stage::new(engine).await;
    let member = stage.context_of(stage.member, Locale::Ja);
    let may = async |context: &Arc<Context>, action| {
        let right = stage.app.service.check_right(context, &stage.template, action).await;
        right.map_err(|error| (error.kind(), error.problems()[0].message.code()))
    };
    assert_eq!(may(&member, Action::Delete).await, Ok(DatabaseRight::default()));
    let right = DatabaseRight { write: false, delete: false, ..DatabaseRight::default() };
    stage.set(stage.member, right.clone()).await.unwrap();
    assert_eq!(may(&member, Action::Read).await, Ok(right));
    for action in [Action::Write, Action::Delete] {
        assert_eq!(may(&member, action).await, Err((Kind::Forbidden, "no_right")));
        assert!(may(&stage.app.context(), action).await.is_ok(), "a command may");
    }
    assert!(may(&stage.context_of(stage.head, Locale::Ja), Action::Write).await.is_ok(), "others may");
}

async fn a_right_that_cannot_be_is_refused(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hidden, nowhere) = (stage.item(client::PHONE), ItemNo(999_999));
    let items = |items: &[ItemNo]| DatabaseRight {
        items: items.iter().map(|item| (*item, ItemAccess::Hidden)).collect(),
        ..DatabaseRight::default()
    };
    let deep = (0..limits::CONDITION_DEPTH).fold(Condition::always(), |inner, _| Condition::Not(Box::new(inner)));
    for (right, wanted) in [
        (items(&[nowhere]), ("items[0]", "unknown_item")),
        (items(&[hidden, hidden]), ("items[1]", "item_twice")),
        (rows(RowRule::Condition(Condition::Empty { field: Field::Item(nowhere) })), ("rows", "unknown_item")),
        (rows(RowRule::Condition(deep)), ("rows", "too_deep")),
    ] {
        let error = stage.set(stage.member, right).await.unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!((problem.path.as_str(), problem.message.code()), wanted);
    }
    let nobody = Person { id: Uuid::nil(), ..stage.member };
    assert_eq!(stage.set(nobody, items(&[hidden])).await.unwrap_err().problems()[0].message.code(), "no_such_user");
    let all = async || database_right_list(&stage.app.service, &stage.app.context()).await.unwrap();
    assert_eq!(all().await, vec![], "none of them is kept");
    // A condition is kept in numbers; the words for whoever looks stay words.
    let by = |values| Condition::OneOf { field: Field::Item(stage.item(system::CREATED_BY)), values };
    let own = rows(RowRule::Condition(by(vec![Operand::Me, Operand::Id(stage.head.id), Operand::Id(Uuid::nil())])));
    stage.set(stage.member, own).await.unwrap();
    let kept =
        Condition::OneOf { field: Field::CreatedBy, values: vec![Operand::Me, Operand::User(stage.head.number)] };
    assert_eq!(all().await[0].right, rows(RowRule::Condition(kept)));
    stage.set(stage.member, DatabaseRight::default()).await.unwrap();
    assert_eq!(all().await, vec![], "a right to everything is none that is kept");
    assert_eq!(operations(&stage, engine).await, 2, "each is in the operation log");
}

/// Rights that were set, by the operation log; on PostgreSQL an entry waits for its number.
async fn operations(stage: &Stage, engine: Engine) -> i64 {
    let waiting = match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " UNION ALL SELECT kind FROM operation_log_pending WHERE tenant_no = ?1",
    };
    let sql = format!(
        "SELECT count(*) FROM (SELECT kind FROM operation_log WHERE tenant_no = ?1{waiting}) log WHERE kind = 'database_right.set'"
    );
    let count =
        stage.app.service.db().page(stage.app.tenant, move |snapshot| snapshot.rows(&sql, &[])?.remove(0).take());
    count.await.unwrap()
}

async fn conditions_name_people(engine: Engine) {
    let stage = Stage::new(engine).await;
    stage.add(["h".to_owned()], stage.head, &[]).await;
    stage.add(["m".to_owned()], stage.member, &[]).await;
    let member = stage.context_of(stage.member, Locale::Ja);
    let by = |value| one_of(stage.item(system::CREATED_BY), value);
    for (value, wanted) in [
        (Operand::Id(stage.head.id), vec!["h"]),
        (Operand::Me, vec!["m"]),
        (Operand::MyColleagues, vec!["m"]),
        (Operand::Id(Uuid::nil()), vec![]),
        (Operand::Text("head".to_owned()), vec![]),
    ] {
        let rows = stage.seen(&member, by(value.clone())).await.unwrap();
        assert_eq!(names(&rows), wanted, "{value:?}");
    }
    // Hidden, it is refused, whether the item is named or what stands behind it.
    let items = vec![(stage.item(system::CREATED_BY), ItemAccess::Hidden)];
    stage.set(stage.member, DatabaseRight { items, ..DatabaseRight::default() }).await.unwrap();
    let behind = Condition::OneOf { field: Field::CreatedBy, values: vec![Operand::Me] };
    for condition in [by(Operand::Me), behind] {
        let error = stage.seen(&member, condition).await.unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!(
            (error.kind(), problem.path.as_str(), problem.message.code()),
            (Kind::Invalid, "filter", "hidden_item")
        );
        assert_eq!(problem.item, Some(system::CREATED_BY));
    }
}

async fn names_are_held_to_the_sight(engine: Engine) {
    let stage = Stage::new(engine).await;
    let own = stage.add(["株式会社甲".to_owned()], stage.member, &[]).await[0].1;
    let other = stage.add(["株式会社乙".to_owned()], stage.head, &[]).await[0].1;
    let database = stage.template.database;
    let asked = [own, other, own, Uuid::nil()].map(|id| (database, id));
    let shown = async |locale| {
        let context = stage.context_of(stage.member, locale);
        let names = stage.app.service.display_names(&context, &asked).await.unwrap();
        assert_eq!(names.len(), 2, "what is not there has no name");
        [own, other].map(|id| names[&(database, id)].clone())
    };
    assert_eq!(shown(Locale::Ja).await, ["株式会社甲", "株式会社乙"]);
    stage.set(stage.member, rows(RowRule::Own)).await.unwrap();
    assert_eq!(shown(Locale::Ja).await, ["株式会社甲", "(閲覧権限なし)"]);
    let items = vec![(stage.item(client::NAME), ItemAccess::Hidden)];
    stage.set(stage.member, DatabaseRight { items, ..DatabaseRight::default() }).await.unwrap();
    assert_eq!(shown(Locale::En).await, ["(no permission to view)", "(no permission to view)"]);
    let listed = stage.seen(&stage.context_of(stage.member, Locale::Ja), Condition::always()).await.unwrap();
    assert_eq!(names(&listed), ["(閲覧権限なし)", "(閲覧権限なし)"], "in lists as well");
    let elsewhere = [(musubi_domain::id::DatabaseNo(999), own)];
    let context = stage.context_of(stage.member, Locale::Ja);
    assert!(stage.app.service.display_names(&context, &elsewhere).await.unwrap().is_empty());
}

/// What needs one of the named rights, done by somebody: the right, and what came of it.
async fn administer(stage: &Stage, context: &Arc<Context>) -> Vec<(&'static str, Result<(), Error>)> {
    let service = &stage.app.service;
    let new = Item::new(ItemNo(0), Uuid::nil(), format!("項目{}", context.request_id), ItemType::Date);
    let new = ItemDefinition { item_id: None, ..ItemDefinition::of(&new) };
    let database = client::DATABASE;
    let right = DatabaseRight { delete: false, ..DatabaseRight::default() };
    let memo = stage.template.items().iter().find(|item| item.name == "メモ").unwrap().id;
    let last = ItemPlace::Last;
    vec![
        (named::GRANTS, database_right_set(service, context, stage.outsider.id, database, right).await),
        (named::GRANTS, database_right_remove(service, context, stage.outsider.id, database).await),
        (named::DATABASES, template_export(service, context, database).await.map(drop)),
        (named::DATABASES, template_apply(service, context, database, Vec::new()).await.map(drop)),
        (named::DATABASES, template_item_add(service, context, database, new, last).await.map(drop)),
        (named::DATABASES, template_item_move(service, context, database, memo, last).await),
        (named::DATABASES, template_item_set(service, context, database, memo, ItemChange::Hidden(true)).await),
        (named::SYSTEM, linkage_slot_set(service, context, 999_000_001, "A".to_owned()).await),
        (named::SYSTEM, linkage_slot_remove(service, context, 999_000_001).await),
        (named::SYSTEM, inquiry_route_create(service, context, "A".to_owned(), "B".to_owned()).await.map(drop)),
        (named::PEOPLE, organization_create(service, context, "A".to_owned(), None).await.map(drop)),
    ]
}

async fn named_rights(engine: Engine) {
    let stage = Stage::new(engine).await;
    let nobody = stage.context_of(stage.member, Locale::Ja);
    for (right, done) in administer(&stage, &nobody).await {
        let error = done.unwrap_err();
        assert_eq!(
            (error.kind(), error.problems()[0].message.clone()),
            (Kind::Forbidden, Message::NoNamedRight { right })
        );
    }
    let removed = template_item_remove(&stage.app.service, &nobody, client::DATABASE, (Uuid::nil(), "x")).await;
    assert_eq!(removed.unwrap_err().kind(), Kind::Forbidden);
    // A right that is given counts from then on, and counts for itself alone.
    let number = stage.member.number;
    let give = move |tx: &mut Tx<'_>| user_right_insert(tx, number, named::SYSTEM);
    stage.app.service.db().write(&stage.app.context(), Lane::Interactive, give).await.unwrap();
    for (right, done) in administer(&stage, &stage.context_of(stage.member, Locale::Ja)).await {
        assert_eq!(done.is_ok(), right == named::SYSTEM, "{right}: {done:?}");
    }
    // A permission template takes the place of what he had, and its rights count.
    let (service, held) = (&stage.app.service, vec![named::GRANTS.to_owned()]);
    permission_template_create(service, &stage.app.context(), "付与係".to_owned(), held).await.unwrap();
    let template = UserSet { permission_template: Some("付与係".to_owned()), ..UserSet::default() };
    user_set(service, &stage.app.context(), "member".to_owned(), template).await.unwrap();
    let member = stage.context_of(stage.member, Locale::Ja);
    for right in [named::SYSTEM, named::GRANTS, named::DATABASES] {
        let may = service.check_named_right(&member, right).await.is_ok();
        assert_eq!(may, right == named::GRANTS, "{right}");
    }
    // Commands on the machine and the product itself may.
    for (right, done) in administer(&stage, &stage.app.context()).await {
        assert!(done.is_ok(), "{right}: {done:?}");
    }
}

async fn rights_of_programs(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, tenant) = (&stage.app.service, stage.app.tenant);
    let client = async |rights: &[&str]| {
        let rights = (!rights.is_empty()).then(|| rights.iter().map(|&name| name.to_owned()).collect());
        let settings = OauthClientSettings { rights, scope: "crm:read".to_owned(), ..OauthClientSettings::default() };
        let command = OauthClientCreate { name: "app".to_owned(), settings };
        oauth_client_create(service, &stage.app.context(), command).await.map(|made| made.client_id)
    };
    let token = async |client: Option<&str>, rights: &[&str]| {
        let command = TokenCreate {
            scope: "crm:read".to_owned(),
            client: client.map(str::to_owned),
            rights: rights.iter().map(|&name| name.to_owned()).collect(),
            ..TokenCreate::default()
        };
        token_create(service, &stage.app.context(), command).await
    };
    let may = async |token: &str| {
        let call = Call {
            peer: &Peer::default(),
            bearer: Some(token),
            path: "/api/crm/get-client-list",
            locale: Locale::Ja,
            request_id: service.new_request_id(),
        };
        let context = service.caller(tenant, call).await.unwrap();
        let mut may = Vec::new();
        for right in [named::SYSTEM, named::GRANTS, named::DATABASES] {
            if service.check_named_right(&context, right).await.is_ok() {
                may.push(right);
            }
        }
        may
    };
    let all = [named::SYSTEM, named::GRANTS, named::DATABASES];
    assert_eq!(may(&token(None, &[]).await.unwrap()).await, all);
    assert_eq!(may(&token(None, &[named::DATABASES]).await.unwrap()).await, [named::DATABASES]);
    let (free, held) = (client(&[]).await.unwrap(), client(&[named::SYSTEM, named::GRANTS]).await.unwrap());
    assert_eq!(may(&token(Some(&free), &[]).await.unwrap()).await, all);
    let given = token(Some(&held), &[]).await.unwrap();
    assert_eq!(may(&given).await, [named::SYSTEM, named::GRANTS]);
    assert_eq!(may(&token(Some(&held), &[named::GRANTS, named::DATABASES]).await.unwrap()).await, [named::GRANTS]);
    // What is changed of a client holds for the tokens that it has.
    let change = OauthClientSet { rights: Some(Some(vec![named::DATABASES.to_owned()])), ..OauthClientSet::default() };
    oauth_client_set(service, &stage.app.context(), held.clone(), change).await.unwrap();
    assert_eq!(may(&given).await, [named::DATABASES]);
    let change = OauthClientSet { rights: Some(None), name: Some("新".to_owned()), ..OauthClientSet::default() };
    oauth_client_set(service, &stage.app.context(), held, change).await.unwrap();
    assert_eq!(may(&given).await, all);
    // A person has his own rights, whatever was said of the client.
    let command =
        TokenCreate { scope: "crm:read".to_owned(), user: Some("member".to_owned()), ..TokenCreate::default() };
    let own = token_create(service, &stage.app.context(), command.clone()).await.unwrap();
    assert_eq!(may(&own).await, Vec::<&str>::new());
    let code = |error: Error| error.problems()[0].message.code();
    let both = TokenCreate { rights: vec![named::GRANTS.to_owned()], ..command };
    assert_eq!(code(token_create(service, &stage.app.context(), both).await.unwrap_err()), "not_with_user");
    assert_eq!(code(token(None, &["x"]).await.unwrap_err()), "no_such_right");
    assert_eq!(code(client(&["x"]).await.unwrap_err()), "no_such_right");
    let listed = token_list(service, &stage.app.context()).await.unwrap();
    assert_eq!(listed[1].rights.as_deref(), Some([named::DATABASES.to_owned()].as_slice()));
}

fn owned(rights: &[&str]) -> Vec<String> {
    rights.iter().map(|&name| name.to_owned()).collect()
}

impl Stage {
    /// What a program without a person does that is held to rights.
    fn held(&self, rights: &[&str]) -> Arc<Context> {
        let actor = Actor {
            user: musubi_service::context::SYSTEM_USER,
            door: Door::Token { token: TokenNo(1), client: None },
            rights: Some(owned(rights).into()),
        };
        self.app.service.context(self.app.tenant, actor, Locale::Ja, Uuid::nil())
    }

    async fn give(&self, person: Person, right: &'static str) {
        let give = move |tx: &mut Tx<'_>| user_right_insert(tx, person.number, right);
        self.app.service.db().write(&self.app.context(), Lane::Interactive, give).await.unwrap();
    }
}

/// What gives rights to a program, done by somebody: a token with these rights, a new client, an old one.
async fn give_to_programs(stage: &Stage, by: &Arc<Context>, old: &str, rights: Option<&[&str]>) -> Vec<bool> {
    let service = &stage.app.service;
    // Each use case has a context of its own: ids come from it.
    let context = || service.context(by.tenant, by.actor.clone(), by.locale, by.request_id);
    let token = TokenCreate {
        scope: "crm:read".to_owned(),
        rights: rights.map(owned).unwrap_or_default(),
        ..TokenCreate::default()
    };
    let settings = OauthClientSettings { rights: rights.map(owned), ..OauthClientSettings::default() };
    let client = OauthClientCreate { name: "app".to_owned(), settings };
    let change = OauthClientSet { rights: Some(rights.map(owned)), ..OauthClientSet::default() };
    vec![
        token_create(service, &context(), token).await.is_ok(),
        oauth_client_create(service, &context(), client).await.is_ok(),
        oauth_client_set(service, &context(), old.to_owned(), change).await.is_ok(),
    ]
}

async fn nobody_gives_what_he_has_not(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let client = OauthClientCreate { name: "app".to_owned(), settings: OauthClientSettings::default() };
    let old = oauth_client_create(service, &stage.app.context(), client).await.unwrap().client_id;
    stage.give(stage.member, named::SYSTEM).await;
    let both: &[&str] = &[named::SYSTEM, named::DATABASES];
    for context in [stage.held(&[named::SYSTEM]), stage.context_of(stage.member, Locale::Ja)] {
        for (rights, may) in [(None, false), (Some(both), false), (Some(&both[..1]), true)] {
            assert_eq!(give_to_programs(&stage, &context, &old, rights).await, [may; 3], "{rights:?}");
        }
        // What is not said of the rights may be changed.
        let name = OauthClientSet { name: Some("新".to_owned()), ..OauthClientSet::default() };
        oauth_client_set(service, &context, old.clone(), name).await.unwrap();
        // A token of a person has his rights.
        let of_person =
            TokenCreate { scope: "crm:read".to_owned(), user: Some("head".to_owned()), ..TokenCreate::default() };
        let refused = token_create(service, &context, of_person).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Forbidden);
        assert_eq!(refused.problems()[0].message, Message::NoNamedRight { right: named::GRANTS });
    }
    assert_eq!(give_to_programs(&stage, &stage.app.context(), &old, None).await, [true; 3]);
    stage.give(stage.member, named::GRANTS).await;
    let of_person =
        TokenCreate { scope: "crm:read".to_owned(), user: Some("head".to_owned()), ..TokenCreate::default() };
    token_create(service, &stage.context_of(stage.member, Locale::Ja), of_person).await.unwrap();

    // A permission template gives what it has to whoever has it.
    permission_template_create(service, &stage.app.context(), "係".to_owned(), owned(&[named::PEOPLE])).await.unwrap();
    let keeper = stage.held(&[named::TEMPLATES]);
    let set = async |context: &Arc<Context>, name: Option<&str>, rights: &[&str]| {
        let name = name.map(str::to_owned);
        permission_template_set(service, context, "係".to_owned(), name, Some(owned(rights))).await
    };
    let refused = set(&keeper, None, &[named::PEOPLE, named::GRANTS]).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
    let created = permission_template_create(service, &keeper, "新".to_owned(), owned(&[named::GRANTS])).await;
    assert_eq!(created.unwrap_err().kind(), Kind::Forbidden);
    permission_template_create(service, &keeper, "新".to_owned(), Vec::new()).await.unwrap();
    set(&keeper, None, &[named::PEOPLE]).await.unwrap();
    set(&stage.held(&[named::TEMPLATES, named::GRANTS]), None, both).await.unwrap();
    set(&keeper, Some("係2"), &[named::SYSTEM]).await.unwrap();
}

async fn rights_of_jobs(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let job = |actor: Actor| service.context(stage.app.tenant, actor, Locale::Ja, Uuid::nil());
    let may = async |context: &Context| {
        let mut may = Vec::new();
        for right in [named::SYSTEM, named::DATABASES] {
            if service.check_named_right(context, right).await.is_ok() {
                may.push(right);
            }
        }
        may
    };
    let of_member = job(Actor::system(stage.member.number));
    assert_eq!(may(&of_member).await, [""; 0]);
    stage.give(stage.member, named::DATABASES).await;
    assert_eq!(may(&of_member).await, [named::DATABASES], "what he has now");
    let system = Actor::system(musubi_service::context::SYSTEM_USER);
    assert_eq!(may(&job(system.clone())).await, [named::SYSTEM, named::DATABASES]);
    let held = Actor { rights: Some(owned(&[named::SYSTEM]).into()), ..system };
    assert_eq!(may(&job(held)).await, [named::SYSTEM]);
}

async fn a_right_beside_a_removal(engine: Engine) {
    let stage = Stage::new(engine).await;
    let (service, other) = (&stage.app.service, stage.app.instance().await);
    let new = Item::new(ItemNo(0), Uuid::nil(), "項目", ItemType::Date);
    let new = ItemDefinition { item_id: None, ..ItemDefinition::of(&new) };
    let id = template_item_add(service, &stage.app.context(), client::DATABASE, new, ItemPlace::Last).await.unwrap();
    let number = service.template(stage.app.tenant, client::DATABASE).await.unwrap().item(id).unwrap().number;
    // Another server removes the item; this one may not have heard of it yet.
    template_item_remove(&other.service, &other.context(), client::DATABASE, (id, "x")).await.unwrap();
    let right = DatabaseRight { items: vec![(number, ItemAccess::Hidden)], ..DatabaseRight::default() };
    let set = stage.set(stage.member, right).await.unwrap_err();
    let is_refused = set.kind() == Kind::Busy || set.problems()[0].message == Message::UnknownItem;
    assert!(is_refused, "{set:?}");
    let listed = database_right_list(service, &stage.app.context()).await.unwrap();
    assert_eq!(listed, [], "no right names what is not there");
}
