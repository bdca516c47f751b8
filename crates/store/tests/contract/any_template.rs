//! Random databases: templates with items of every type, indexes over some of them, and records in which much is alike, much is
//! absent, and the texts are those that break software.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::actor::Actor;
use musubi_domain::condition::{Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, ItemNo, RecordNo, UserNo};
use musubi_domain::item::{InquiryRouteRef, Item, ItemType, ItemValue, KeyKind, TYPES};
use musubi_domain::key::Likeness;
use musubi_domain::record::{Facts, NewRecord, RecordChange};
use musubi_domain::sight::Sight;
use musubi_domain::template::{DatabaseDetail, Template};
use musubi_domain::time::Timestamp;
use musubi_store::db::{Lane, Tx};
use musubi_store::record::{LinkChange, record_by_number, record_insert, record_update};
use musubi_store::template::{database_detail_set, database_insert, index_insert, item_put, template_by_name};
use musubi_testkit::hostile;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::{BoxedStrategy, ValueTree};
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::fixture::World;

/// Records of one database.
pub(crate) const RECORDS: usize = 110;
/// People who create and change them.
pub(crate) const PEOPLE: i64 = 4;
/// The first moment at which something happens: 2025-06-01T03:00:00Z.
const DAWN: i64 = 1_748_746_800_000_000;

/// A database and what is in it.
pub(crate) struct Database {
    pub(crate) template: Arc<Template>,
    pub(crate) records: Vec<Known>,
    /// Every field of the template with values that it has, and some that it has not.
    pub(crate) fields: Vec<(Field, Vec<Operand>)>,
    /// Texts to look for: whole ones, parts, and such as are nowhere.
    pub(crate) texts: Vec<String>,
}

/// A record as the trial knows it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) number: RecordNo,
    pub(crate) id: Uuid,
    pub(crate) facts: Facts,
}

/// The outside id of a person or an organization of the trial.
pub(crate) fn id(number: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(number).unwrap())
}

/// What a template is made of.
#[derive(Clone, Debug)]
struct Plan {
    types: Vec<ItemType>,
    display: Vec<usize>,
    joined: Vec<usize>,
    /// Fields of indexes: items by their place, and beyond them what the system keeps and likenesses.
    indexes: Vec<Vec<usize>>,
}

/// Templates of twelve types each: one after the other they have all of them.
fn plan(round: usize) -> impl Strategy<Value = Plan> {
    let all: Vec<ItemType> = TYPES.iter().map(|row| row.item_type).collect();
    let own: Vec<_> = all.iter().cycle().skip(10 * round).take(10).copied().collect();
    let types = vec![ItemType::TextSingle, ItemType::TextRuby].into_iter().chain(own).collect::<Vec<_>>();
    let texts: Vec<_> = (0..types.len()).filter(|at| types[*at].row().key == KeyKind::Text).collect();
    let indexes = vec(subsequence((0..types.len() + 6).collect::<Vec<_>>(), 1..=3).prop_shuffle(), 6..14);
    (subsequence(texts.clone(), 1..=2), subsequence(texts, 0..=2), indexes)
        .prop_map(move |(display, joined, indexes)| Plan { types: types.clone(), display, joined, indexes })
}

fn text() -> BoxedStrategy<String> {
    let pool = vec!["株式会社あ", "あ株式会社", "株", "ｶﾌﾞ&Co.", "東京都", "カ", "か゛", "a", "Ａ", "10", "9"];
    let long = (select(vec!["あ", "寿限無", "Z"]), 60..70_usize, select(vec!["", "い", "ア", "x"]));
    prop_oneof![
        6 => select(pool).prop_map(str::to_owned),
        2 => select(hostile::texts()).prop_map(str::to_owned),
        1 => long.prop_map(|(unit, times, end)| unit.repeat(times) + end),
    ]
    .boxed()
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (-3..8_i64).prop_map(|step| Timestamp::from_micros(DAWN + step * 86_400_000_000))
}

fn route() -> impl Strategy<Value = InquiryRouteRef> {
    (1..3_u128, 1..3_u128).prop_map(|(category, route)| InquiryRouteRef {
        category: Uuid::from_u128(category),
        route: Uuid::from_u128(route),
    })
}

/// Values of a type, as the rules let them through.
fn value(item_type: ItemType) -> BoxedStrategy<ItemValue> {
    let row = item_type.row();
    let most = if row.multiple { 4 } else { 2 };
    match row.key {
        KeyKind::Text if item_type == ItemType::TextRuby => (text(), prop_oneof![Just(String::new()), text()])
            .prop_map(|(value, ruby)| ItemValue::Ruby { value, ruby })
            .boxed(),
        KeyKind::Text => text().prop_map(ItemValue::Text).boxed(),
        KeyKind::Number => (-2..12_i64, 0..3_u32, any::<bool>())
            .prop_map(|(number, scale, large)| {
                let large = if large { 999_999_999_999_900 } else { 0 };
                ItemValue::Number(Decimal::new(number + large, scale))
            })
            .boxed(),
        KeyKind::Date => select(vec!["0001-01-01", "1999-12-31", "2024-02-29", "2025-06-01", "9999-12-31"])
            .prop_map(|day| ItemValue::Date(day.parse().unwrap()))
            .boxed(),
        KeyKind::Moment => moment().prop_map(ItemValue::Datetime).boxed(),
        KeyKind::Choice => {
            subsequence(vec![1_i64, 2, 3, 21, 300], 1..most).prop_shuffle().prop_map(ItemValue::Choices).boxed()
        }
        KeyKind::Id => subsequence((1..=PEOPLE).map(id).collect::<Vec<_>>(), 1..most)
            .prop_shuffle()
            .prop_map(ItemValue::References)
            .boxed(),
        KeyKind::InquiryRoute => vec(route(), 1..3)
            .prop_map(|mut routes| {
                routes.dedup();
                ItemValue::InquiryRoutes(routes)
            })
            .boxed(),
        KeyKind::User => unreachable!("no type of item is compared like this"),
    }
}

/// A value that is given to a condition for such a value.
fn operands(value: &ItemValue) -> Vec<Operand> {
    match value {
        ItemValue::Text(text) => vec![Operand::Text(text.clone())],
        ItemValue::Ruby { value, ruby } => vec![Operand::Text(value.clone()), Operand::Text(ruby.clone())],
        ItemValue::Number(number) => vec![Operand::Number(*number)],
        ItemValue::Date(date) => vec![Operand::Date(*date)],
        ItemValue::Datetime(moment) => vec![Operand::Moment(*moment)],
        ItemValue::Choices(values) => values.iter().copied().map(Operand::Choice).collect(),
        ItemValue::References(ids) => ids.iter().copied().map(Operand::Id).collect(),
        ItemValue::InquiryRoutes(routes) => routes.iter().copied().map(Operand::InquiryRoute).collect(),
    }
}

impl Plan {
    /// The field at a place: the items, then what the system keeps, then two likenesses.
    fn field(&self, at: usize, items: &[ItemNo]) -> Field {
        let likeness = |likeness| Field::Likeness { item: items[1], likeness };
        let others = [
            Field::CreatedAt,
            Field::UpdatedAt,
            Field::CreatedBy,
            Field::UpdatedBy,
            likeness(Likeness::Name),
            likeness(Likeness::Phone),
        ];
        items.get(at).map_or_else(|| others[at - items.len()], |item| Field::Item(*item))
    }

    fn make(&self, tx: &mut Tx<'_>, name: &str) -> Result<Template> {
        let id = tx.next_id();
        let database = database_insert(tx, id, name)?;
        let mut items = Vec::new();
        for (position, item_type) in (1..).zip(&self.types) {
            let item = Item::new(ItemNo(0), tx.next_id(), format!("項目{position}"), *item_type);
            items.push(item_put(tx, database, position, &item)?);
        }
        let numbers = |places: &[usize]| places.iter().map(|at| items[*at]).collect();
        let detail = DatabaseDetail {
            display_items: numbers(&self.display),
            joined_items: numbers(&self.joined),
            ..DatabaseDetail::default()
        };
        database_detail_set(tx, database, &detail)?;
        for index in &self.indexes {
            let fields: Vec<_> = index.iter().map(|at| self.field(*at, &items)).collect();
            index_insert(tx, database, &fields, true)?;
        }
        Ok(template_by_name(tx, name)?.unwrap())
    }
}

/// What becomes of a record: its first values, who creates it and when, and what is changed afterwards by whom.
type Life = (Vec<Option<ItemValue>>, i64, Option<(usize, Option<ItemValue>, i64)>);

fn life(types: &[ItemType]) -> impl Strategy<Value = Life> + use<> {
    let values: Vec<_> = types.iter().map(|item_type| option::weighted(0.7, value(*item_type))).collect();
    let types = types.to_vec();
    let change = (0..types.len()).prop_flat_map(move |at| (Just(at), option::of(value(types[at])), 1..=PEOPLE));
    (values, 1..=PEOPLE, option::weighted(0.4, change))
}

impl Database {
    /// Makes a database whose template is the one of this round, with some indexes, or with one over each field.
    pub(crate) async fn new(world: &World, runner: &mut TestRunner, round: usize, is_all_indexed: bool) -> Self {
        let mut plan = plan(round).new_tree(runner).unwrap().current();
        if is_all_indexed {
            plan.indexes.extend((0..plan.types.len() + 6).map(|at| vec![at]));
        }
        let name = format!("any{round}");
        let own = plan.clone();
        let template = Arc::new(world.write(move |tx| own.make(tx, &name)).await.unwrap());
        let lives = vec(life(&plan.types), RECORDS).new_tree(runner).unwrap().current();
        let mut records = Vec::new();
        for (at, life) in lives.into_iter().enumerate() {
            records.push(live(world, &template, at, life).await);
        }
        let (fields, texts) = (fields(&plan, &template, &records), texts(&records));
        Self { template, records, fields, texts }
    }
}

/// The context of somebody else than the product, at a moment that others share.
fn context(world: &World, at: usize, user: i64) -> Arc<Context> {
    let context = world.context();
    let step = i64::try_from(at / 3).unwrap();
    let now = Timestamp::from_micros(DAWN + step * 3_600_000_000 + 7);
    Arc::new(Context { actor: Actor::system(UserNo(user)), now, ..(*context).clone() })
}

async fn live(world: &World, template: &Arc<Template>, at: usize, (values, user, change): Life) -> Known {
    let items: Vec<_> = template.items().iter().map(|item| item.number).collect();
    let values: Vec<_> = items.iter().zip(values).filter_map(|(item, value)| Some((*item, value?))).collect();
    let change = change.map(|(at, value, by)| (items[at], value, by));
    let created = context(world, at, user);
    let own = Arc::clone(template);
    let (number, id, mut facts) = world
        .db
        .write(&created, Lane::Interactive, move |tx| {
            let facts = Facts::new(values.clone(), tx.context().now, tx.context().actor.user);
            let new = NewRecord { id: tx.next_id(), facts: facts.clone(), linkage: Vec::new() };
            Ok((record_insert(tx, &own, &new, &[], ChangeSetNo(0))?, new.id, facts))
        })
        .await
        .unwrap();
    if let Some((item, value, by)) = change {
        let changed = context(world, at + 5, by);
        facts.updated_at = changed.now;
        facts.updated_by = UserNo(by);
        match value.clone() {
            Some(value) => facts.values.insert(item, value),
            None => facts.values.remove(&item),
        };
        let own = Arc::clone(template);
        let change = RecordChange { items: BTreeMap::from([(item, value)]), linkage: Vec::new() };
        let updated = world.db.write(&changed, Lane::Interactive, move |tx| {
            let old = record_by_number(tx, &Sight::all(), &own, number)?.unwrap();
            record_update(tx, &own, &old, &change, &LinkChange::default(), ChangeSetNo(0))
        });
        assert_eq!(updated.await.unwrap(), Some(2));
    }
    Known { number, id, facts }
}

fn fields(plan: &Plan, template: &Template, records: &[Known]) -> Vec<(Field, Vec<Operand>)> {
    let items: Vec<_> = template.items().iter().map(|item| item.number).collect();
    let of = |at: usize| {
        let field = plan.field(at, &items);
        let mut pool: Vec<Operand> = records
            .iter()
            .flat_map(|record| match field {
                Field::Item(item) => record.facts.values.get(&item).map(operands).unwrap_or_default(),
                Field::CreatedAt => vec![Operand::Moment(record.facts.created_at)],
                Field::UpdatedAt => vec![Operand::Moment(record.facts.updated_at)],
                Field::CreatedBy => vec![Operand::User(record.facts.created_by)],
                Field::UpdatedBy => vec![Operand::User(record.facts.updated_by)],
                Field::Likeness { item, likeness } => {
                    let texts = record.facts.values.get(&item).map(|value| value.texts()).unwrap_or_default();
                    texts.into_iter().filter_map(|text| likeness.of(text)).map(Operand::Text).collect()
                }
            })
            .collect();
        pool.truncate(60);
        pool.extend([
            Operand::Text("どこにもない".to_owned()),
            Operand::Number("3.0000001".parse().unwrap()),
            Operand::Choice(7),
            Operand::Id(Uuid::nil()),
            Operand::Me,
        ]);
        (field, pool)
    };
    (0..items.len() + 6).map(of).collect()
}

/// Texts of the records, their parts, and others.
fn texts(records: &[Known]) -> Vec<String> {
    let all = records.iter().flat_map(|record| record.facts.values.values().flat_map(ItemValue::texts));
    let mut texts: Vec<String> = all.take(120).map(str::to_owned).collect();
    let parts = |text: &String| {
        let characters: Vec<char> = text.chars().collect();
        let part = |from: usize, to: usize| characters.get(from..to).map(|part| part.iter().collect::<String>());
        [part(0, 1), part(1, 3), part(0, 3), part(2, 6)]
    };
    let parts: Vec<String> = texts.iter().flat_map(parts).flatten().collect();
    texts.extend(parts);
    texts.extend(["", "無い", "\0", "\u{10FEFF}", "%", "株式", "都か"].map(str::to_owned));
    texts
}
