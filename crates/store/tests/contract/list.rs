//! The compiler of conditions and its twin in memory agree, page by page.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::id::{ItemNo, RecordNo, UserNo};
use musubi_domain::item::{ItemType, ItemValue};
use musubi_domain::record::Facts;
use musubi_domain::time::Timestamp;
use musubi_store::template::{index_insert, template_by_name};
use musubi_testkit::engine::{Engine, async_on_both, on_both};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::fixture::{World, add_in};

const RECORDS: usize = 120;
const CASES: u32 = 600;

pub(crate) fn trials() -> Vec<Trial> {
    let both = on_both("lists_hold_what_their_conditions_say", |engine| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        lists_hold_what_their_conditions_say(engine, &runtime);
        Ok(())
    });
    [both, async_on_both("a_long_list_is_read_to_its_end_in_pages", a_long_list_is_read_in_pages)]
        .into_iter()
        .flatten()
        .collect()
}

const PREFECTURES: [&str; 3] = ["東京都", "京都府", "北海道"];
const NAMES: [&str; 5] = ["株式会社あ", "あ株式会社", "株", "ｶﾌﾞ&Co.", "東京都"];

/// What a record of the trial is made of; each index is into a small set of values, so that much is equal.
#[derive(Clone, Debug)]
struct Seed {
    name: &'static str,
    prefecture: Option<&'static str>,
    organization: Option<u128>,
    kinds: Vec<i64>,
    rating: Option<i64>,
    moment: i64,
}

fn seed() -> impl Strategy<Value = Seed> {
    let parts = (
        select(&NAMES[..]),
        option::of(select(&PREFECTURES[..])),
        option::of(1..4_u128),
        vec(1..4_i64, 0..3),
        option::of(1..3_i64),
        0..6_i64,
    );
    parts.prop_map(|(name, prefecture, organization, mut kinds, rating, moment)| {
        kinds.sort_unstable();
        kinds.dedup();
        Seed { name, prefecture, organization, kinds, rating, moment }
    })
}

/// The items that records and conditions of the trial speak of.
#[derive(Clone, Debug)]
struct Items {
    name: ItemNo,
    prefecture: ItemNo,
    city: ItemNo,
    organization: ItemNo,
    kinds: ItemNo,
    rating: ItemNo,
}

fn values(items: &Items, seed: &Seed) -> Vec<(ItemNo, ItemValue)> {
    let mut values = vec![(items.name, ItemValue::Text(seed.name.to_owned()))];
    values.extend(seed.prefecture.map(|name| (items.prefecture, ItemValue::Text(name.to_owned()))));
    values.extend(seed.organization.map(|id| (items.organization, ItemValue::References(vec![Uuid::from_u128(id)]))));
    if !seed.kinds.is_empty() {
        values.push((items.kinds, ItemValue::Choices(seed.kinds.clone())));
    }
    values.extend(seed.rating.map(|value| (items.rating, ItemValue::Choices(vec![value]))));
    values
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        select(&PREFECTURES[..]).prop_map(|text| Operand::Text(text.to_owned())),
        (1..4_i64).prop_map(Operand::Choice),
        (1..4_u128).prop_map(|id| Operand::Id(Uuid::from_u128(id))),
        (0..6_i64).prop_map(|moment| Operand::Moment(Timestamp::from_micros(moment))),
    ]
}

/// A field with values of its kind, and now and then of another.
fn field_and_values(items: &Items) -> impl Strategy<Value = (Field, Vec<Operand>)> + use<> {
    let texts = vec(select(&PREFECTURES[..]).prop_map(|text| Operand::Text(text.to_owned())), 0..3);
    let ids = vec((1..4_u128).prop_map(|id| Operand::Id(Uuid::from_u128(id))), 0..3);
    let moments = vec((0..6_i64).prop_map(|moment| Operand::Moment(Timestamp::from_micros(moment))), 0..3);
    let (prefecture, organization, kinds, rating) = (items.prefecture, items.organization, items.kinds, items.rating);
    prop_oneof![
        4 => (Just(Field::Item(prefecture)), texts),
        4 => (Just(Field::Item(organization)), ids),
        4 => (select(vec![Field::Item(kinds), Field::Item(rating)]), vec((1..4_i64).prop_map(Operand::Choice), 0..3)),
        4 => (select(vec![Field::CreatedAt, Field::UpdatedAt]), moments),
        1 => (select(vec![Field::Item(prefecture), Field::Item(kinds), Field::CreatedAt]), vec(operand(), 0..3)),
    ]
}

fn leaf(items: &Items) -> impl Strategy<Value = Condition> + use<> {
    let one_of = field_and_values(items).prop_map(|(field, values)| Condition::OneOf { field, values });
    let between = (field_and_values(items), any::<bool>()).prop_map(|((field, values), from_first)| {
        let mut bounds = values.into_iter();
        let (first, second) = (bounds.next(), bounds.next());
        if from_first {
            Condition::Between { field, from: first, to: second }
        } else {
            Condition::Between { field, from: second, to: first }
        }
    });
    let (name, joined, city) = (vec![items.name], vec![items.prefecture, items.city], vec![items.city]);
    let text =
        select(vec!["株", "株式", "式会社", "カブ", "&c", "都", "東京都", "海道", "無", ""]).prop_map(str::to_owned);
    let contains =
        (select(vec![name, joined, city]), text).prop_map(|(items, text)| Condition::Contains { items, text });
    prop_oneof![3 => one_of, 2 => between, 2 => contains]
}

fn condition(items: &Items) -> impl Strategy<Value = Condition> + use<> {
    leaf(items).prop_recursive(3, 8, 3, |inner| {
        prop_oneof![3 => vec(inner.clone(), 0..4).prop_map(Condition::All), 1 => vec(inner, 0..3).prop_map(Condition::Any)]
    })
}

/// A world whose template has an index over a set of choices as well.
async fn world_with_a_set_index(engine: Engine) -> World {
    let world = World::new(engine).await;
    let (database, kinds) = (world.template.database, world.item_of(ItemType::Checkbox));
    let template = world.write(move |tx| {
        index_insert(tx, database, &[Field::Item(kinds)], true)?;
        template_by_name(tx, client::DATABASE)
    });
    let template = Arc::new(template.await.unwrap().unwrap());
    World { template, ..world }
}

fn lists_hold_what_their_conditions_say(engine: Engine, runtime: &tokio::runtime::Runtime) {
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let world = runtime.block_on(world_with_a_set_index(engine));
    let items = Items {
        name: world.item(client::NAME),
        prefecture: world.item(client::PREFECTURE),
        city: world.item(client::CITY),
        organization: world.item(client::SALES_ORGANIZATION),
        kinds: world.item_of(ItemType::Checkbox),
        rating: world.item_of(ItemType::Pulldown),
    };
    let mut records: Vec<(RecordNo, Facts)> = Vec::new();
    for _ in 0..RECORDS {
        let seed = seed().new_tree(&mut runner).unwrap().current();
        let mut values = values(&items, &seed);
        let created_at = Timestamp::from_micros(seed.moment);
        // The display item is a text with reading.
        values[0].1 = ItemValue::Ruby { value: seed.name.to_owned(), ruby: String::new() };
        let number = runtime.block_on(world.add(values.clone(), Some(created_at)));
        records.push((number, Facts::new(values, created_at, UserNo(1))));
    }
    let windows = (
        0..2 * i64::try_from(RECORDS).unwrap() / 3,
        prop_oneof![Just(0_i64), Just(1), 2..20_i64, Just(1_000)],
        any::<bool>(),
    );
    let outcome = runner.run(&(condition(&items), windows), |(condition, (offset, limit, from_start))| {
        let offset = if from_start { 0 } else { offset };
        let wanted: Vec<_> =
            records.iter().filter(|(_, record)| condition.matches(record)).map(|(number, _)| *number).collect();
        let page = runtime
            .block_on(world.list(condition, offset, limit))
            .map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        let found: Vec<_> = page.rows.iter().map(|row| row.number).collect();
        let (skip, take) = (usize::try_from(offset).unwrap(), usize::try_from(limit).unwrap());
        let window: Vec<_> = wanted.iter().skip(skip).take(take).copied().collect();
        prop_assert_eq!(found, window);
        prop_assert_eq!(page.more, wanted.len() > skip + take);
        Ok(())
    });
    outcome.unwrap();
    world.db.close();
}

/// More records than are looked at in one piece, of which few are wanted: by an indexed item, by documents, by both.
async fn a_long_list_is_read_in_pages(engine: Engine) {
    let world = World::new(engine).await;
    let (name, prefecture, rating) =
        (world.item(client::NAME), world.item(client::PREFECTURE), world.item_of(ItemType::Pulldown));
    let template = Arc::clone(&world.template);
    for start in [0, 500] {
        let template = Arc::clone(&template);
        let added = world.write(move |tx| {
            (start..start + 500_i64).try_for_each(|number| {
                let named = ItemValue::Ruby { value: format!("株式会社{number}"), ruby: String::new() };
                let placed = ItemValue::Text(PREFECTURES[usize::from(number % 7 == 0)].to_owned());
                let values = vec![(name, named), (prefecture, placed), (rating, ItemValue::Choices(vec![number % 5]))];
                add_in(tx, &template, values, None).map(drop)
            })
        });
        added.await.unwrap();
    }
    let in_kyoto =
        Condition::OneOf { field: Field::Item(prefecture), values: vec![Operand::Text("京都府".to_owned())] };
    let rated = Condition::OneOf { field: Field::Item(rating), values: vec![Operand::Choice(3)] };
    let named = Condition::Contains { items: vec![name], text: "株式会社".to_owned() };
    for (condition, every, first) in [
        (Condition::always(), 1, 0),
        (in_kyoto.clone(), 7, 0),
        (rated.clone(), 5, 3),
        (named.clone(), 1, 0),
        (Condition::All(vec![named, rated, in_kyoto]), 35, 28),
    ] {
        let wanted: Vec<_> = (first..1_000_i64).step_by(every).map(|number| format!("株式会社{number}")).collect();
        let mut found = Vec::new();
        loop {
            let page = world.list(condition.clone(), i64::try_from(found.len()).unwrap(), 90).await.unwrap();
            found.extend(page.rows.into_iter().map(|row| row.display_name));
            if !page.more {
                break;
            }
        }
        assert_eq!(found, wanted, "{condition:?}");
    }
}
