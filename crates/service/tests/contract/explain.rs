//! What is told of why somebody sees a record is what lists show him.

use std::collections::HashSet;
use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::Kind;
use musubi_domain::id::UserNo;
use musubi_domain::item::ItemValue;
use musubi_domain::messages::Locale;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule, named};
use musubi_service::record::{RecordKey, record_delete};
use musubi_service::record_list::{Patience, record_list};
use musubi_service::rights::change::{
    RightOf, database_right_change, database_right_of, database_right_preview, right_databases,
};
use musubi_service::rights::database_right_set;
use musubi_service::rights::explain::{ItemReason, Place, record_explain, record_viewers};
use musubi_store::query::RecordQuery;
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::stage::{Person, Stage, one_of};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("what_is_told_of_a_record_is_what_lists_show", told_as_shown),
        async_on_both("a_right_is_seen_before_it_is_changed", seen_before_changed),
        async_on_both("only_who_may_give_rights_is_told", told_to_whom),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A row of numbers that looks random and is the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn condition(&mut self, stage: &Stage, depth: u64) -> Condition {
        let name = stage.item(client::NAME);
        let by = |word: Operand| Condition::OneOf { field: Field::CreatedBy, values: vec![word] };
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => by(Operand::Me),
            1 => by(Operand::MyColleagues),
            2 => by(Operand::User(stage.head.number)),
            3 => one_of(stage.item(client::SALES_USER), Operand::Me),
            4 => one_of(stage.item(client::SALES_ORGANIZATION), Operand::MyOrganizationsAndBelow),
            5 => Condition::Contains { items: vec![name], text: "乙".to_owned() },
            6 => Condition::Empty { field: Field::Item(stage.item(client::SALES_USER)) },
            7 => Condition::Not(Box::new(self.condition(stage, depth - 1))),
            kind => {
                let parts = (0..=self.below(2)).map(|_| self.condition(stage, depth - 1)).collect();
                if kind == 8 { Condition::All(parts) } else { Condition::Any(parts) }
            }
        }
    }

    fn right(&mut self, stage: &Stage) -> DatabaseRight {
        let rows = match self.below(5) {
            0 => RowRule::All,
            1 => RowRule::Own,
            2 => RowRule::OwnOrganization,
            _ => RowRule::Condition(self.condition(stage, 2)),
        };
        let access = if self.below(2) == 0 { ItemAccess::Hidden } else { ItemAccess::Read };
        let items = if self.below(2) == 0 { vec![(stage.item(client::PHONE), access)] } else { Vec::new() };
        DatabaseRight { read: self.below(8) > 0, rows, items, ..DatabaseRight::default() }
    }
}

async fn shown(stage: &Stage, context: &Arc<Context>) -> HashSet<Uuid> {
    let service = &stage.app.service;
    let sight = service.sight(context, &stage.template).await.unwrap();
    let (template, condition) = (Arc::clone(&stage.template), Condition::always());
    let query = RecordQuery { template, condition, sorts: Vec::new(), offset: 0, limit: 100 };
    let page = record_list(service, context, &sight, query, None, Patience::CALL, "filter").await.unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn records(stage: &Stage) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for (name, by) in [("甲", stage.head), ("乙", stage.member), ("丙乙", stage.outsider)] {
        let charge = [(client::SALES_USER, ItemValue::References(vec![stage.member.id]))];
        let placed = [(client::SALES_ORGANIZATION, ItemValue::References(vec![stage.branch]))];
        for beside in [&[][..], &charge, &placed] {
            ids.push(stage.add([name.to_owned()], by, beside).await[0].1);
        }
    }
    ids
}

async fn told_as_shown(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let (ids, mut numbers) = (records(&stage).await, Numbers(0x5eed_cafe));
    let phone = stage.item(client::PHONE);
    for round in 0..20 {
        let mut seeing: Vec<(&str, HashSet<Uuid>)> = Vec::new();
        for (login, person) in [("head", stage.head), ("member", stage.member), ("outsider", stage.outsider)] {
            let right = numbers.right(&stage);
            database_right_set(service, &stage.app.context(), person.id, client::DATABASE, right.clone())
                .await
                .unwrap();
            let own = stage.context_of(person, Locale::Ja);
            let list = shown(&stage, &own).await;
            let sight = service.sight(&own, &stage.template).await.unwrap();
            for id in &ids {
                let of = (client::DATABASE, *id);
                let told = record_explain(service, &stage.app.context(), login, of, Some(phone)).await.unwrap();
                assert_eq!(told.sees_record(), list.contains(id), "{round} {login}: {right:?}");
                let hides = told.item == Some(ItemReason::HiddenByRight);
                assert_eq!(hides, !sight.sees(phone), "{round} {login}");
            }
            let looked =
                database_right_preview(service, &stage.app.context(), login, client::DATABASE, &right).await.unwrap();
            assert_eq!(usize::try_from(looked.after.count).unwrap(), list.len(), "{round} {login}: {right:?}");
            assert_eq!((looked.before, looked.examples.len()), (looked.after, list.len().min(3)));
            seeing.push((login, list));
        }
        for id in &ids {
            let found =
                record_viewers(service, &stage.app.context(), (client::DATABASE, *id), UserNo(0)).await.unwrap();
            let found: HashSet<String> = found.seeing.into_iter().map(|user| user.login_id).collect();
            for (login, list) in &seeing {
                assert_eq!(found.contains(*login), list.contains(id), "{round} {login}");
            }
        }
    }
    // What is not there is nobody's to see, and says why.
    let place = async |id| {
        let told = record_explain(service, &stage.app.context(), "HEAD", (client::DATABASE, id), None).await.unwrap();
        (told.place, told.sees())
    };
    assert_eq!(place(Uuid::nil()).await, (Place::Nowhere, false));
    let keys = vec![(RecordKey::Id(ids[0]), "id".to_owned())];
    record_delete(service, &stage.app.context(), (client::DATABASE, "client.delete"), keys, false).await.unwrap();
    assert_eq!(place(ids[0]).await, (Place::Trash, false));
}

async fn seen_before_changed(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let seen = async |login: &str| {
        let seen = database_right_of(service, &stage.app.context(), login, client::DATABASE).await.unwrap();
        (RightOf { login_id: login.to_owned(), stamp: seen.stamp }, seen.right)
    };
    let change = async |people: Vec<RightOf>, right: DatabaseRight| {
        database_right_change(service, &stage.app.context(), people, client::DATABASE, right).await.unwrap()
    };
    let right = DatabaseRight { write: false, ..DatabaseRight::default() };
    let ((head, _), (member, _)) = (seen("head").await, seen("member").await);
    assert_eq!(change(vec![head.clone(), member.clone()], right.clone()).await, Vec::<String>::new());
    assert_eq!((seen("head").await.1, seen("member").await.1), (right.clone(), right.clone()));
    // Who saw it as it was before changes nothing of anybody.
    let (fresh, _) = seen("head").await;
    assert_eq!(change(vec![fresh.clone(), member], DatabaseRight::default()).await, ["member"]);
    assert_eq!((seen("head").await.1, seen("member").await.1), (right.clone(), right));
    assert_eq!(change(vec![fresh], DatabaseRight::default()).await, Vec::<String>::new());
    assert_eq!(seen("head").await.1, DatabaseRight::default());
    assert_eq!(right_databases(service, &stage.app.context()).await.unwrap().len(), 4);
}

async fn told_to_whom(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let id = stage.add(["甲".to_owned()], stage.head, &[]).await[0].1;
    let asks = async |person: Person| {
        let context = stage.context_of(person, Locale::Ja);
        let of = (client::DATABASE, id);
        let right = DatabaseRight::default();
        let kinds = [
            record_explain(service, &context, "head", of, None).await.map(drop),
            record_viewers(service, &context, of, UserNo(0)).await.map(drop),
            database_right_of(service, &context, "head", client::DATABASE).await.map(drop),
            database_right_preview(service, &context, "head", client::DATABASE, &right).await.map(drop),
            database_right_change(service, &context, Vec::new(), client::DATABASE, right).await.map(drop),
            right_databases(service, &context).await.map(drop),
        ];
        kinds.map(|told| told.map_err(|error| error.kind()))
    };
    assert_eq!(asks(stage.member).await, [Err(Kind::Forbidden); 6]);
    musubi_service::user_right::user_right_set(
        service,
        &stage.app.context(),
        "member".to_owned(),
        vec![named::GRANTS.to_owned()],
        false,
    )
    .await
    .unwrap();
    assert_eq!(asks(stage.member).await, [Ok(()); 6]);
    // Who may give rights is shown of a record what he may see himself.
    let own = DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() };
    database_right_set(service, &stage.app.context(), stage.member.id, client::DATABASE, own).await.unwrap();
    let context = stage.context_of(stage.member, Locale::Ja);
    let told = record_explain(service, &context, "head", (client::DATABASE, id), None).await.unwrap();
    assert!(told.sees() && told.shown.is_none());
}
