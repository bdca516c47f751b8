//! Lists that are read step by step: each step looks at few records, holds nothing between, and goes on where the last one ended.

use std::collections::HashMap;
use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand, Viewer};
use musubi_domain::error::Kind;
use musubi_domain::id::{ChangeSetNo, ItemNo, RecordNo, UserNo};
use musubi_domain::item::{ItemType, ItemValue};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store::query::{Cursor, Effort, RecordQuery, Step, record_count_step, record_list, record_list_step};
use musubi_store::record::{key_insert, record_by_number, record_trash, record_walk};
use musubi_store::template::{index_insert, template_by_name};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::fixture::{World, add_in};

const RECORDS: i64 = 900;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_step_looks_at_no_more_than_it_may", a_step_looks_at_no_more_than_it_may),
        async_on_both("going_on_gives_each_record_once_while_others_come_and_go", going_on_gives_each_record_once),
        async_on_both("a_condition_as_large_as_may_be_is_answered", a_condition_as_large_as_may_be),
        async_on_both("what_cannot_be_sorted_is_refused_and_an_index_helps", what_cannot_be_sorted_is_refused),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Clients with a name, a number without an index, and a day of which an index is made.
struct Clients {
    world: World,
    name: ItemNo,
    amount: ItemNo,
    day: ItemNo,
}

impl Clients {
    async fn new(engine: Engine) -> Self {
        let world = World::new(engine).await;
        let (name, amount, day) =
            (world.item(client::NAME), world.item_of(ItemType::AmountInteger), world.item_of(ItemType::Date));
        let mut clients = Self { world, name, amount, day };
        clients.index(Field::Item(day)).await;
        for start in (0..RECORDS).step_by(300) {
            clients.add(start..start + 300).await;
        }
        clients
    }

    async fn index(&mut self, field: Field) {
        let database = self.world.template.database;
        let made = self.world.write(move |tx| {
            index_insert(tx, database, &[field], true)?;
            Ok(template_by_name(tx, client::DATABASE)?.unwrap())
        });
        self.world.template = Arc::new(made.await.unwrap());
    }

    async fn add(&self, numbers: std::ops::Range<i64>) {
        let (template, items) = (Arc::clone(&self.world.template), (self.name, self.amount, self.day));
        let added = self.world.write(move |tx| {
            numbers.clone().try_for_each(|number| add_in(tx, &template, values(items, number), None).map(drop))
        });
        added.await.unwrap();
    }

    /// Moves the clients whose number is divisible so to the trash.
    async fn trash(&self, numbers: Vec<RecordNo>) {
        let template = Arc::clone(&self.world.template);
        let trashed = self.world.write(move |tx| {
            numbers.iter().try_for_each(|number| {
                let record = record_by_number(tx, &Sight::all(), &template, *number)?.unwrap();
                record_trash(tx, &template, &record, ChangeSetNo(0)).map(drop)
            })
        });
        trashed.await.unwrap();
    }

    fn query(&self, condition: Condition, sorts: Vec<Sort>, limit: i64) -> RecordQuery {
        RecordQuery { template: Arc::clone(&self.world.template), condition, sorts, offset: 0, limit }
    }

    async fn step(&self, query: &RecordQuery, cursor: &Cursor, effort: Effort) -> Step {
        let (query, cursor) = (query.clone(), cursor.clone());
        let step = self.world.scan(move |snapshot| record_list_step(snapshot, &Sight::all(), &query, &cursor, &effort));
        step.await.unwrap()
    }

    /// Every third client, by an item without an index.
    fn third(&self) -> Condition {
        let values = (0..RECORDS * 2).filter(|number| number % 3 == 0).map(|number| Operand::Number(number.into()));
        Condition::OneOf { field: Field::Item(self.amount), values: values.collect() }
    }
}

fn values((name, amount, day): (ItemNo, ItemNo, ItemNo), number: i64) -> Vec<(ItemNo, ItemValue)> {
    let date = format!("2025-{:02}-{:02}", number % 3 + 1, number % 7 + 1);
    vec![
        (name, ItemValue::Ruby { value: format!("株式会社{number}"), ruby: String::new() }),
        (amount, ItemValue::Number(number.into())),
        (day, ItemValue::Date(date.parse().unwrap())),
    ]
}

fn by(item: ItemNo, descending: bool) -> Vec<Sort> {
    vec![Sort { field: Field::Item(item), descending }]
}

async fn a_step_looks_at_no_more_than_it_may(engine: Engine) {
    let clients = Clients::new(engine).await;
    let last = Condition::OneOf { field: Field::Item(clients.amount), values: vec![Operand::Number(850.into())] };
    let effort = Effort { looked: 200, ..Effort::default() };
    for sorts in [Vec::new(), by(clients.day, false), by(clients.day, true)] {
        // An index is walked only where there are more than a few.
        let effort = Effort { few: 10, ..effort };
        let query = clients.query(last.clone(), sorts, 5);
        let (mut cursor, mut found, mut looked) = (Cursor::default(), Vec::new(), Vec::new());
        loop {
            let step = clients.step(&query, &cursor, effort).await;
            looked.push(step.cursor.looked());
            found.extend(step.rows);
            cursor = step.cursor;
            if step.finished {
                assert!(!step.more);
                break;
            }
        }
        assert_eq!(looked, [200, 400, 600, 800, 900], "a part of the list each time");
        assert_eq!(found.iter().map(|row| row.display_name.as_str()).collect::<Vec<_>>(), ["株式会社850"]);
    }
    let (template, mut cursor, mut counted) = (Arc::clone(&clients.world.template), Cursor::default(), Vec::new());
    loop {
        let (own, condition, from) = (Arc::clone(&template), clients.third(), cursor);
        let step = clients.world.scan(move |snapshot| {
            record_count_step(snapshot, &Sight::all(), (&own, &condition), &from, &effort, 1_000)
        });
        let step = step.await.unwrap();
        counted.push(step.count.count);
        cursor = step.cursor;
        if step.finished {
            assert!(step.count.exact);
            break;
        }
    }
    assert_eq!((counted.len(), counted.iter().sum::<i64>()), (5, 300));
}

async fn going_on_gives_each_record_once(engine: Engine) {
    for sorts in [None, Some(false), Some(true)] {
        let clients = Clients::new(engine).await;
        let sorts = sorts.map(|descending| by(clients.day, descending)).unwrap_or_default();
        let effort = Effort { looked: 110, few: 10, ..Effort::default() };
        let query = clients.query(clients.third(), sorts, 40);
        let whole = (RecordQuery { limit: 1_000, ..query.clone() }, Effort { looked: 10_000, ..effort });
        let all = clients.step(&whole.0, &Cursor::default(), whole.1).await;
        let before: Vec<RecordNo> = all.rows.iter().map(|row| row.number).collect();
        assert_eq!(before.len(), 300);
        let (mut cursor, mut found) = (Cursor::default(), Vec::new());
        let (mut gone, mut new) = (Vec::new(), RECORDS);
        loop {
            let step = clients.step(&query, &cursor, effort).await;
            found.extend(step.rows.iter().map(|row| row.number));
            cursor = step.cursor;
            if step.finished && !step.more {
                break;
            }
            // Of those that have come already one goes, and one of those that have not; others are added.
            let came = found.last().copied().filter(|number| !gone.contains(number));
            let next = before.iter().rev().find(|number| !found.contains(number) && !gone.contains(number)).copied();
            let going: Vec<_> = came.into_iter().chain(next).collect();
            clients.trash(going.clone()).await;
            gone.extend(going);
            clients.add(new..new + 6).await;
            new += 6;
        }
        let mut times: HashMap<RecordNo, usize> = HashMap::new();
        found.iter().for_each(|number| *times.entry(*number).or_default() += 1);
        assert!(times.values().all(|times| *times == 1), "none comes twice");
        let missed: Vec<_> =
            before.iter().filter(|number| !gone.contains(number) && !times.contains_key(number)).collect();
        assert_eq!(missed, Vec::<&RecordNo>::new(), "what stays where it is comes");
    }
}

/// Conditions at their limits, and a caller with more colleagues than a statement has room for.
async fn a_condition_as_large_as_may_be(engine: Engine) {
    let clients = Clients::new(engine).await;
    let template = Arc::clone(&clients.world.template);
    let (day, name) = (Field::Item(clients.day), clients.name);
    let ids = |field, from: i64| Condition::OneOf {
        field,
        values: (from..from + 1_000)
            .map(|number| match field {
                Field::CreatedBy | Field::UpdatedBy => Operand::User(UserNo(number)),
                _ => Operand::Moment(Timestamp::from_micros(number)),
            })
            .collect(),
    };
    let a_day = |number: i64| Operand::Date(format!("2025-01-{:02}", number % 28 + 1).parse().unwrap());
    let one = |number| Condition::OneOf { field: day, values: vec![a_day(number)] };
    let not = |inner: Condition| Condition::Not(Box::new(inner));
    let range = |number| Condition::Between { field: day, from: Some(a_day(number)), to: Some(a_day(number + 3)) };
    let text = |number: i64| Condition::Contains { items: vec![name], text: format!("株式会社{number}") };
    let by = || ids(Field::CreatedBy, 1);
    let large = [
        Condition::All(vec![
            by(),
            not(ids(Field::CreatedAt, 0)),
            not(ids(Field::UpdatedAt, 0)),
            ids(Field::UpdatedBy, 1),
        ]),
        Condition::Any((0..1_000).map(range).collect()),
        Condition::All((0..800).map(|number| not(Condition::All(vec![one(number), text(number)]))).collect()),
        Condition::Any((0..2_000).map(text).collect()),
        (1..limits::CONDITION_DEPTH).fold(one(1), |inner, _| not(inner)),
        (1..limits::CONDITION_DEPTH).fold(one(1), |inner, at| {
            let also = Condition::Any(vec![text(7), one(3)]);
            if at % 2 == 0 { Condition::All(vec![inner, also]) } else { Condition::Any(vec![inner, one(2)]) }
        }),
    ];
    let colleagues = (2..3_002).map(|number| (UserNo(number), Uuid::from_u128(9))).collect();
    let viewer = Viewer { colleagues, ..Viewer::default() };
    let others =
        Sight::of(&DatabaseRight { rows: RowRule::OwnOrganization, ..DatabaseRight::default() }, &template, &viewer);
    for condition in large {
        assert_eq!(condition.problems(""), vec![]);
        let wanted: Vec<_> = {
            let template = Arc::clone(&template);
            let all = clients.world.scan(move |snapshot| {
                let first = record_walk(snapshot, template.database, RecordNo(0), 500)?;
                let rest = record_walk(snapshot, template.database, first.last().unwrap().number, 500)?;
                Ok(first
                    .into_iter()
                    .chain(rest)
                    .map(|record| (record.number, record.facts(&template)))
                    .collect::<Vec<_>>())
            });
            all.await
                .unwrap()
                .into_iter()
                .filter(|(_, facts)| condition.matches(facts))
                .map(|(number, _)| number)
                .collect()
        };
        for (sight, is_seen) in [(Sight::all(), true), (others.clone(), false)] {
            let query = clients.query(condition.clone(), Vec::new(), 1_000);
            let page = clients.world.scan(move |snapshot| record_list(snapshot, &sight, &query)).await.unwrap();
            let found: Vec<_> = page.rows.iter().map(|row| row.number).collect();
            assert_eq!(found, if is_seen { wanted.clone() } else { Vec::new() });
        }
    }
}

async fn what_cannot_be_sorted_is_refused(engine: Engine) {
    let mut clients = Clients::new(engine).await;
    let effort = Effort { sorted: 500, few: 100, ..Effort::default() };
    let query = clients.query(Condition::always(), by(clients.amount, true), 3);
    let own = query.clone();
    let refused = clients
        .world
        .scan(move |snapshot| record_list_step(snapshot, &Sight::all(), &own, &Cursor::default(), &effort).map(drop));
    let error = refused.await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert_eq!(error.problems()[0].message, Message::NeedsIndex { most: 500 });
    // Few of them can be sorted.
    let few = Condition::OneOf { field: Field::CreatedAt, values: vec![] };
    assert!(
        clients
            .step(&RecordQuery { condition: few, ..query.clone() }, &Cursor::default(), effort)
            .await
            .rows
            .is_empty()
    );
    let some = Condition::Contains { items: vec![clients.name], text: "株式会社10".to_owned() };
    let step = clients.step(&RecordQuery { condition: some, ..query.clone() }, &Cursor::default(), effort).await;
    let names: Vec<_> = step.rows.iter().map(|row| row.display_name.as_str()).collect();
    assert_eq!(names, ["株式会社109", "株式会社108", "株式会社107"]);
    // With the index that is offered, all of them; records that were there before are in it when it is ready.
    let fill = Field::Item(clients.amount);
    clients.index(fill).await;
    fill_index(&clients.world, fill).await;
    let query = RecordQuery { template: Arc::clone(&clients.world.template), ..query };
    let step = clients.step(&query, &Cursor::default(), effort).await;
    let names: Vec<_> = step.rows.iter().map(|row| row.display_name.as_str()).collect();
    assert_eq!(names, ["株式会社899", "株式会社898", "株式会社897"]);
}

/// Gives every record its keys in the index over a field.
async fn fill_index(world: &World, field: Field) {
    let template: Arc<Template> = Arc::clone(&world.template);
    let filled = world.write(move |tx| {
        let index = template.indexes().iter().find(|index| index.fields == [field]).unwrap();
        let records = record_walk(tx, template.database, RecordNo(0), 500)?;
        let last = records.last().unwrap().number;
        let more = record_walk(tx, template.database, last, 500)?;
        for record in records.iter().chain(&more) {
            for (index, key) in record.facts(&template).keys_in(index) {
                key_insert(tx, index, &key, record.number)?;
            }
        }
        Ok(())
    });
    filled.await.unwrap();
}
