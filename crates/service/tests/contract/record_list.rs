//! Lists that have to look at records one by one: within a time, in turns.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Operand};
use musubi_domain::error::Kind;
use musubi_domain::id::TenantNo;
use musubi_domain::item::ItemValue;
use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_domain::sight::Sight;
use musubi_service::record_list::{Looked, Patience, RecordListPage, record_count, record_list};
use musubi_service::rights::database_right_set;
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_store::query::{Cursor, RecordQuery};
use musubi_testkit::engine::{Engine, async_on_both};

use crate::stage::{Stage, one_of};

/// More than the first step looks at.
const RECORDS: i64 = 1_100;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("when_the_time_is_up_there_is_a_part_and_going_on_gives_the_rest", there_is_a_part),
        async_on_both("a_tenant_scans_once_at_a_time_and_two_in_all", scans_take_turns),
        async_on_both("what_an_index_answers_waits_for_no_turn", what_an_index_answers_waits_for_no_turn),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const NOW: Patience = Patience::Part(Duration::ZERO);

/// Clients of which two are of the postal code that is looked for, which has no index: one in the beginning, one at the end.
async fn filled(engine: Engine) -> Stage {
    let stage = Stage::new(engine).await;
    let code = |text: &str| [(client::POSTAL_CODE, ItemValue::Text(text.to_owned()))];
    stage.add(["初め".to_owned()], stage.head, &code("100-0001")).await;
    stage.add((2..RECORDS).map(|number| format!("株式会社{number}")), stage.head, &code("530-0001")).await;
    stage.add(["終わり".to_owned()], stage.head, &code("100-0001")).await;
    stage
}

fn wanted(stage: &Stage) -> Condition {
    one_of(stage.item(client::POSTAL_CODE), Operand::Text("100-0001".to_owned()))
}

impl Stage {
    async fn list(
        &self,
        sight: &Sight,
        condition: Condition,
        limit: i64,
        (cursor, patience): (Option<Cursor>, Patience),
    ) -> musubi_domain::error::Result<RecordListPage> {
        let template = Arc::clone(&self.template);
        let query = RecordQuery { template, condition, sorts: Vec::new(), offset: 0, limit };
        record_list(&self.app.service, &self.app.context(), sight, query, cursor, patience, "filter").await
    }
}

fn names(page: &RecordListPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.display_name.as_str()).collect()
}

async fn there_is_a_part(engine: Engine) {
    let stage = filled(engine).await;
    let all = Sight::all();
    let part = stage.list(&all, wanted(&stage), 10, (None, NOW)).await.unwrap();
    assert_eq!((names(&part), part.more), (vec!["初め"], false));
    assert_eq!(part.part, Some(Looked { looked: 1_000, total: Some(RECORDS) }));
    // A cursor goes through the hands of whoever is to come back with it.
    let cursor = serde_json::to_string(&part.next.unwrap()).unwrap();
    let rest = stage.list(&all, wanted(&stage), 10, (serde_json::from_str(&cursor).unwrap(), NOW)).await.unwrap();
    assert_eq!((names(&rest), rest.more, rest.part, rest.next.is_none()), (vec!["終わり"], false, None, true));
    let late = stage.list(&all, wanted(&stage), 10, (None, Patience::Whole(Duration::ZERO))).await;
    assert_eq!(late.unwrap_err().kind(), Kind::Busy, "a part is of no use to a program");
    let whole = stage.list(&all, wanted(&stage), 10, (None, Patience::CALL)).await.unwrap();
    assert_eq!((names(&whole), whole.part), (vec!["初め", "終わり"], None));
    // A page that is full needs no more than it has looked at.
    let first = stage.list(&all, wanted(&stage), 1, (None, Patience::CALL)).await.unwrap();
    assert_eq!((names(&first), first.more), (vec!["初め"], true));
    let next = stage.list(&all, wanted(&stage), 1, (first.next, Patience::CALL)).await.unwrap();
    assert_eq!((names(&next), next.more), (vec!["終わり"], false));
    counts(&stage).await;
    // Who sees only some of the records is not told how many there are.
    let right = DatabaseRight { rows: RowRule::Own, ..DatabaseRight::default() };
    let (service, context) = (&stage.app.service, stage.app.context());
    database_right_set(service, &context, stage.head.id, client::DATABASE, right).await.unwrap();
    let own = service.sight(&stage.context_of(stage.head, Default::default()), &stage.template).await.unwrap();
    let part = stage.list(&own, wanted(&stage), 10, (None, NOW)).await.unwrap();
    assert_eq!((names(&part), part.part), (vec!["初め"], Some(Looked { looked: 1_000, total: None })));
}

async fn counts(stage: &Stage) {
    let (service, context, condition) = (&stage.app.service, stage.app.context(), wanted(stage));
    let count = async |most, patience| {
        let of = (&stage.template, &condition);
        let counted = record_count(service, &context, &Sight::all(), of, most, patience, "filter").await;
        counted.map(|counted| (counted.count, counted.exact)).map_err(|error| error.kind())
    };
    assert_eq!(count(10, Patience::SCREEN).await, Ok((2, true)));
    assert_eq!(count(10, NOW).await, Ok((1, false)), "as far as it came");
    assert_eq!(count(1, Patience::CALL).await, Ok((1, false)), "one, and more");
    assert_eq!(count(10, Patience::Whole(Duration::ZERO)).await, Err(Kind::Busy));
}

async fn scans_take_turns(engine: Engine) {
    let stage = filled(engine).await;
    let (service, own) = (&stage.app.service, stage.app.tenant);
    let scan = async || {
        stage.list(&Sight::all(), wanted(&stage), 10, (None, Patience::CALL)).await.map(|page| page.rows.len())
    };
    let kind = |scanned: musubi_domain::error::Result<usize>| scanned.map_err(|error| error.kind());
    let turn = service.scan_turn(own).await.unwrap();
    assert_eq!(kind(scan().await), Err(Kind::Busy), "its own tenant scans");
    drop(turn);
    assert_eq!(kind(scan().await), Ok(2));
    let (second, third) = (TenantNo(own.0 + 1), TenantNo(own.0 + 2));
    let one = service.scan_turn(second).await.unwrap();
    assert_eq!(kind(scan().await), Ok(2), "another tenant scans beside it");
    let two = service.scan_turn(third).await.unwrap();
    assert_eq!(kind(scan().await), Err(Kind::Busy), "two others scan");
    drop(one);
    assert_eq!(kind(scan().await), Ok(2), "there is room again");
    assert!(service.scan_turn(second).await.is_ok(), "and a scan that has ended holds no turn");
    drop(two);
    // Whoever waits gets his turn when there is one.
    let turn = service.scan_turn(own).await.unwrap();
    let (waited, ()) = tokio::join!(scan(), async { drop(turn) });
    assert_eq!(kind(waited), Ok(2));
}

async fn what_an_index_answers_waits_for_no_turn(engine: Engine) {
    let stage = filled(engine).await;
    let service = &stage.app.service;
    let command = TenantCreate {
        code: "other".to_owned(),
        name: "株式会社よそ".to_owned(),
        hosts: vec!["other.example.jp".to_owned()],
        administrator: None,
    };
    let other = tenant_create(service, command).await.unwrap();
    let _turns = (service.scan_turn(stage.app.tenant).await.unwrap(), service.scan_turn(other).await.unwrap());
    let named = Condition::Contains { items: vec![stage.item(client::NAME)], text: "終わり".to_owned() };
    for condition in [named, Condition::always()] {
        let page = stage.list(&Sight::all(), condition, 1, (None, Patience::CALL)).await.unwrap();
        assert_eq!((page.rows.len(), page.part), (1, None));
    }
}
