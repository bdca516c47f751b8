//! Whatever is asked of whatever database by whomever: lists, counts, orders, names and refusals are what the twin in memory says.

use std::collections::HashSet;
use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::condition::{Condition, Field, Operand, Period, Viewer};
use musubi_domain::error::{Kind, Result};
use musubi_domain::id::{ItemNo, RecordNo, UserNo};
use musubi_domain::item::{ItemType, KeyKind, TYPES};
use musubi_domain::messages::Message;
use musubi_domain::rights::{DatabaseRight, ItemAccess, RowRule};
use musubi_domain::sight::Sight;
use musubi_domain::sort::{Sort, compare, sort_key};
use musubi_store::db::Snapshot;
use musubi_store::query::{
    Cursor, Effort, RecordCount, RecordQuery, record_count_step, record_list, record_list_step, record_names,
};
use musubi_store::record::record_by_id;
use musubi_testkit::engine::{Engine, async_on_both, on_both};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::any_template::{Database, Known, PEOPLE, RECORDS, id};
use crate::fixture::World;

/// Templates that are tried: together they have every type of item.
const ROUNDS: usize = 3;
const CASES: u32 = 500;

pub(crate) fn trials() -> Vec<Trial> {
    let both = on_both("whatever_is_asked_of_a_list_the_twin_says_the_same", |engine| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        whatever_is_asked(engine, &runtime);
        Ok(())
    });
    [both, async_on_both("keys_stand_in_the_order_of_what_they_are_made_of", keys_stand_in_order)]
        .into_iter()
        .flatten()
        .collect()
}

/// Everything that is asked at once.
#[derive(Clone, Debug)]
struct Case {
    condition: Condition,
    sorts: Vec<Sort>,
    right: DatabaseRight,
    viewer: Viewer,
    offset: i64,
    limit: i64,
    effort: Effort,
}

fn one_of(fields: &[(Field, Vec<Operand>)]) -> BoxedStrategy<Condition> {
    let everything: Vec<Operand> = fields.iter().flat_map(|(_, pool)| pool.iter().take(8).cloned()).collect();
    let own = select(fields.to_vec()).prop_flat_map(|(field, pool)| (Just(field), vec(select(pool), 0..9)));
    let many = select(fields.to_vec()).prop_flat_map(|(field, pool)| {
        let odd = (1..900_i64).map(|number| Operand::Choice(1_000 + number));
        (Just(field), vec(select(pool), 1..3).prop_map(move |values| values.into_iter().chain(odd.clone()).collect()))
    });
    let other = (select(fields.to_vec()).prop_map(|(field, _)| field), vec(select(everything), 0..4));
    // Numbers that are alike as keys and of another kind.
    let numbered = |field: &Field| !matches!(field, Field::Likeness { .. } | Field::CreatedAt | Field::UpdatedAt);
    let names: Vec<Field> = fields.iter().map(|(field, _)| *field).filter(numbered).collect();
    let number =
        prop_oneof![(1..4_i64).prop_map(Operand::Choice), (1..4_i64).prop_map(|user| Operand::User(UserNo(user)))];
    let alike = (select(names), vec(number, 1..3));
    prop_oneof![8 => own, 1 => many, 2 => other, 2 => alike]
        .prop_map(|(field, values)| Condition::OneOf { field, values })
        .boxed()
}

fn between(fields: &[(Field, Vec<Operand>)]) -> BoxedStrategy<Condition> {
    let everything: Vec<Operand> = fields.iter().flat_map(|(_, pool)| pool.iter().take(8).cloned()).collect();
    let bounds = |pool: Vec<Operand>| (option::of(select(pool.clone())), option::of(select(pool)));
    let own = select(fields.to_vec()).prop_flat_map(move |(field, pool)| (Just(field), bounds(pool)));
    let other = (select(fields.to_vec()).prop_map(|(field, _)| field), bounds(everything));
    prop_oneof![6 => own, 1 => other].prop_map(|(field, (from, to))| Condition::Between { field, from, to }).boxed()
}

fn contains(database: &Database) -> BoxedStrategy<Condition> {
    let template = &database.template;
    let items: Vec<ItemNo> = template.items().iter().map(|item| item.number).collect();
    let has_text = |item: &ItemNo| template.key_kind(Field::Item(*item)) == Some(KeyKind::Text);
    let texts: Vec<ItemNo> = items.iter().copied().filter(has_text).collect();
    let detail = &template.detail;
    let several = prop_oneof![
        4 => select(texts.clone()).prop_map(|item| vec![item]),
        2 => Just(detail.display_items.clone()),
        2 => Just(detail.joined_items.clone()),
        1 => subsequence(items, 0..4).prop_shuffle(),
    ];
    let one = (several, select(database.texts.clone()));
    let one = one.prop_map(|(items, text)| Condition::Contains { items, text });
    let keyword = (subsequence(texts.clone(), 1..=texts.len()), select(database.texts.clone()));
    let keyword = keyword.prop_map(|(items, text)| {
        Condition::Any(
            items.iter().map(|item| Condition::Contains { items: vec![*item], text: text.clone() }).collect(),
        )
    });
    prop_oneof![3 => one, 1 => keyword].boxed()
}

fn leaf(database: &Database) -> BoxedStrategy<Condition> {
    let (fields, names) = (&database.fields, database.fields.iter().map(|(field, _)| *field).collect::<Vec<_>>());
    let empty = prop_oneof![6 => select(names), 1 => Just(Field::Item(ItemNo(999_999)))]
        .prop_map(|field| Condition::Empty { field });
    prop_oneof![4 => one_of(fields), 3 => between(fields), 3 => contains(database), 1 => within(fields), 1 => empty]
        .boxed()
}

/// A span of days told from a day: as it is asked with, or, forgotten, without one.
fn within(fields: &[(Field, Vec<Operand>)]) -> BoxedStrategy<Condition> {
    let names: Vec<Field> = fields.iter().map(|(field, _)| *field).collect();
    let days = (1_i64..4_000).prop_flat_map(|days| select(vec![Period::LastDays(days), Period::NextDays(days)]));
    let named =
        select(vec![Period::Today, Period::BeforeToday, Period::AfterToday, Period::ThisYear, Period::LastMonth]);
    let today =
        (1990_i16..2035, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"));
    (select(names), prop_oneof![days, named], today, proptest::bool::weighted(0.9))
        .prop_map(|(field, period, today, is_dated)| {
            let condition = Condition::Within { field, period };
            if is_dated { condition.dated(today.parse().unwrap()) } else { condition }
        })
        .boxed()
}

fn condition(database: &Database) -> BoxedStrategy<Condition> {
    let nested = leaf(database).prop_recursive(3, 9, 3, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(Condition::All),
            2 => vec(inner.clone(), 0..4).prop_map(Condition::Any),
            1 => inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    });
    prop_oneof![1 => Just(Condition::always()), 3 => leaf(database), 4 => nested].boxed()
}

/// A condition and fields to sort by: any; or the fields that an index ends with, and values for those that it begins with.
fn list(database: &Database) -> BoxedStrategy<(Condition, Vec<Sort>)> {
    let fields: Vec<Field> = database.fields.iter().map(|(field, _)| *field).collect();
    let sort = (select(fields), any::<bool>()).prop_map(|(field, descending)| Sort { field, descending });
    let free = (condition(database), vec(sort, 0..=3));
    let indexes: Vec<Vec<Field>> = database.template.indexes().iter().map(|index| index.fields.clone()).collect();
    let pools = database.fields.clone();
    let walked = (select(indexes), any::<bool>(), any::<Index>(), any::<Index>(), condition(database));
    let walked = walked.prop_map(move |(fields, descending, from, value, condition)| {
        let (pinned, sorted) = fields.split_at(from.index(fields.len()));
        let pin = |field: &Field| {
            let (_, pool) = pools.iter().find(|(other, _)| other == field)?;
            Some(Condition::OneOf { field: *field, values: vec![pool[value.index(pool.len())].clone()] })
        };
        let pins = pinned.iter().filter_map(pin).chain([condition]).collect();
        let sorts = sorted.iter().map(|field| Sort { field: *field, descending }).collect();
        (Condition::All(pins), sorts)
    });
    prop_oneof![free, walked].boxed()
}

fn right(database: &Database) -> BoxedStrategy<DatabaseRight> {
    let items: Vec<ItemNo> = database.template.items().iter().map(|item| item.number).collect();
    let rows = prop_oneof![
        8 => Just(RowRule::All),
        2 => Just(RowRule::Own),
        2 => Just(RowRule::OwnOrganization),
        2 => condition(database).prop_map(RowRule::Condition),
    ];
    let access = select(vec![ItemAccess::Hidden, ItemAccess::Read]);
    let items = prop_oneof![2 => Just(Vec::new()), 1 => vec((select(items), access), 0..3)];
    (rows, items, proptest::bool::weighted(0.97))
        .prop_map(|(rows, items, read)| DatabaseRight { read, rows, items, ..DatabaseRight::default() })
        .boxed()
}

fn viewer() -> impl Strategy<Value = Viewer> {
    let ids = || subsequence((1..=PEOPLE).collect::<Vec<_>>(), 0..3);
    (1..=PEOPLE, ids(), ids()).prop_map(|(user, organizations, colleagues)| Viewer {
        user: Some((UserNo(user), id(user))),
        organizations: organizations.iter().copied().map(id).collect(),
        organizations_and_below: organizations.into_iter().chain([4]).map(id).collect(),
        colleagues: colleagues.into_iter().chain([user]).map(|user| (UserNo(user), id(user))).collect(),
    })
}

fn case(database: &Database) -> impl Strategy<Value = Case> + use<> {
    let efforts = [(2_000, 1_000, 10_000), (7, 0, 15), (50, 0, 10_000), (7, 5, 15), (2_000, 0, 15)];
    let effort = select(efforts.map(|(looked, few, sorted)| Effort { looked, few, sorted }).to_vec());
    let most = i64::try_from(RECORDS).unwrap();
    let window = (prop_oneof![2 => Just(0), 1 => 0..most], prop_oneof![Just(0_i64), 1..20_i64, Just(1_000)]);
    let asked = (list(database), right(database), viewer());
    (asked, window, effort).prop_map(|(((condition, sorts), right, viewer), (offset, limit), effort)| Case {
        condition,
        sorts,
        right,
        viewer,
        offset,
        limit,
        effort,
    })
}

/// What is to be told of a case, by the twin alone.
struct Told {
    /// Everything that is in the list, in order.
    list: Vec<Known>,
    sight: Sight,
    /// Whether the condition or the order looks at something hidden.
    refused: bool,
}

fn told(database: &Database, case: &Case) -> Told {
    let sight = Sight::of(&case.right, &database.template, &case.viewer);
    let is_met = |record: &&Known| {
        case.condition.matches(&record.facts) && sight.rows().is_none_or(|rows| rows.matches(&record.facts))
    };
    let mut list: Vec<Known> = database.records.iter().filter(is_met).cloned().collect();
    let key = |record: &Known| sort_key(&case.sorts, &record.facts);
    list.sort_by(|one, other| compare(&case.sorts, &key(one), &key(other)).then(one.number.cmp(&other.number)));
    // The last word on an item counts.
    let hidden = |item: ItemNo| {
        case.right
            .items
            .iter()
            .rev()
            .find(|(other, _)| *other == item)
            .is_some_and(|(_, access)| *access == ItemAccess::Hidden)
    };
    let mut refused = case.sorts.iter().any(|sort| sort.field.item().is_some_and(hidden));
    case.condition.fields(&mut |field| refused |= field.item().is_some_and(hidden));
    Told { list, sight, refused }
}

/// A list as it is got in pages and steps.
#[derive(Debug, PartialEq, Eq)]
struct Got {
    page: Vec<RecordNo>,
    more: bool,
    steps: Vec<RecordNo>,
    going_on: Vec<RecordNo>,
    counts: (RecordCount, RecordCount),
}

fn numbers(rows: &[musubi_domain::record::RecordSummary]) -> Vec<RecordNo> {
    rows.iter().map(|row| row.number).collect()
}

fn get(snapshot: &mut Snapshot<'_>, sight: &Sight, query: &RecordQuery, effort: &Effort) -> Result<Got> {
    let page = record_list(snapshot, sight, query)?;
    // The same page by steps that look at few records each.
    let (mut steps, mut cursor) = (Vec::new(), Cursor::default());
    let more = loop {
        let left = query.limit - i64::try_from(steps.len()).unwrap();
        let step = record_list_step(snapshot, sight, &RecordQuery { limit: left, ..query.clone() }, &cursor, effort)?;
        steps.extend(numbers(&step.rows));
        cursor = step.cursor;
        if step.finished {
            break step.more;
        }
    };
    assert_eq!(more, page.more, "steps and page");
    // All that follows, page after page from where the last one ended.
    let (mut going_on, mut cursor) = (Vec::new(), Cursor::default());
    loop {
        let step = record_list_step(snapshot, sight, &RecordQuery { limit: 13, ..query.clone() }, &cursor, effort)?;
        going_on.extend(numbers(&step.rows));
        cursor = step.cursor;
        if step.finished && !step.more {
            break;
        }
    }
    let counts = (count(snapshot, sight, query, effort, 1_000)?, count(snapshot, sight, query, effort, 9)?);
    Ok(Got { page: numbers(&page.rows), more: page.more, steps, going_on, counts })
}

fn count(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    query: &RecordQuery,
    effort: &Effort,
    most: i64,
) -> Result<RecordCount> {
    let (mut total, mut cursor) = (0, Cursor::default());
    loop {
        let of = (query.template.as_ref(), &query.condition);
        let step = record_count_step(snapshot, sight, of, &cursor, effort, most - total)?;
        total += step.count.count;
        cursor = step.cursor;
        if step.finished {
            return Ok(RecordCount { count: total, exact: step.count.exact });
        }
    }
}

/// What names and single records show to whoever looks.
fn seen(
    snapshot: &mut Snapshot<'_>,
    database: &Database,
    told: &Told,
    right: &DatabaseRight,
) -> std::result::Result<(), TestCaseError> {
    let template = &database.template;
    let mut asked: Vec<Uuid> = database.records.iter().map(|record| record.id).collect();
    asked.push(Uuid::nil());
    let names = record_names(snapshot, &told.sight, template, &asked).unwrap();
    prop_assert_eq!(names.len(), database.records.len(), "what is not there has no name");
    let readable = template.detail.display_items.iter().all(|item| {
        let word = right.items.iter().rev().find(|(other, _)| other == item);
        word.is_none_or(|(_, access)| *access == ItemAccess::Read)
    });
    for record in &database.records {
        let is_seen = told.sight.rows().is_none_or(|rows| rows.matches(&record.facts));
        let name = (is_seen && readable).then(|| record.facts.display_name(template));
        prop_assert_eq!(&names[&record.id], &name);
        let found = record_by_id(snapshot, &told.sight, template, record.id).unwrap();
        prop_assert_eq!(found.is_some(), is_seen, "a record by its id");
    }
    Ok(())
}

fn check(snapshot: &mut Snapshot<'_>, database: &Database, case: &Case) -> std::result::Result<(), TestCaseError> {
    let told = told(database, case);
    let template = Arc::clone(&database.template);
    let refused = told.sight.check(&template, &case.condition, &case.sorts, "filter");
    prop_assert_eq!(refused.is_err(), told.refused, "refusals");
    if let Err(error) = refused {
        prop_assert_eq!(error.kind(), Kind::Invalid);
        return Ok(());
    }
    seen(snapshot, database, &told, &case.right)?;
    let query = RecordQuery {
        template,
        condition: case.condition.clone(),
        sorts: case.sorts.clone(),
        offset: case.offset,
        limit: case.limit,
    };
    let got = match get(snapshot, &told.sight, &query, &case.effort) {
        Err(error) if case.effort.sorted < 100 && !case.sorts.is_empty() => {
            let messages: Vec<_> = error.problems().iter().map(|problem| problem.message.clone()).collect();
            prop_assert_eq!(messages, vec![Message::NeedsIndex { most: case.effort.sorted }]);
            return Ok(());
        }
        got => got.map_err(|error| TestCaseError::fail(format!("{error:?}")))?,
    };
    let all: Vec<_> = told.list.iter().map(|record| record.number).collect();
    let (skip, take) = (usize::try_from(case.offset).unwrap(), usize::try_from(case.limit).unwrap());
    let window: Vec<_> = all.iter().skip(skip).take(take).copied().collect();
    let counted =
        |most: usize| RecordCount { count: i64::try_from(all.len().min(most)).unwrap(), exact: all.len() <= most };
    let wanted = Got {
        page: window.clone(),
        more: all.len() > skip + take,
        steps: window,
        going_on: all.iter().skip(skip).copied().collect(),
        counts: (counted(1_000), counted(9)),
    };
    prop_assert_eq!(got, wanted);
    Ok(())
}

fn whatever_is_asked(engine: Engine, runtime: &tokio::runtime::Runtime) {
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let world = runtime.block_on(World::new(engine));
    for round in 0..ROUNDS {
        let database = Arc::new(runtime.block_on(Database::new(&world, &mut runner, round, false)));
        let outcome = runner.run(&case(&database), |case| {
            let own = Arc::clone(&database);
            let checked = runtime.block_on(world.scan(move |snapshot| Ok(check(snapshot, &own, &case))));
            checked.map_err(|error| TestCaseError::fail(format!("{error:?}")))?
        });
        outcome.unwrap();
    }
    world.db.close();
}

/// The bytes of keys in the order of the database, beside the values in the order of the twin, for every type of item.
async fn keys_stand_in_order(engine: Engine) {
    let mut runner = TestRunner::new(Config::default());
    let world = World::new(engine).await;
    let mut seen: HashSet<ItemType> = HashSet::new();
    for round in 0..ROUNDS {
        let database = Database::new(&world, &mut runner, round, true).await;
        for index in database.template.indexes().to_vec() {
            let sorts: Vec<_> = index.fields.iter().map(|field| Sort { field: *field, descending: false }).collect();
            let mut wanted: Vec<_> =
                database.records.iter().map(|known| (sort_key(&sorts, &known.facts), known.number)).collect();
            wanted.sort_by(|(one, first), (other, second)| compare(&sorts, one, other).then(first.cmp(second)));
            let numbers = world.scan(move |snapshot| {
                let sql =
                    "SELECT record_no FROM record_key WHERE tenant_no = ?1 AND index_no = ?2 ORDER BY key, record_no";
                let rows = snapshot.rows(sql, &[index.number.0.into()])?;
                rows.into_iter().map(|mut row| row.take().map(RecordNo)).collect::<Result<Vec<_>>>()
            });
            // Of a set, its least value.
            let (mut found, mut known) = (numbers.await.unwrap(), HashSet::new());
            found.retain(|number| known.insert(*number));
            let wanted: Vec<_> = wanted.into_iter().map(|(_, number)| number).collect();
            assert_eq!(found, wanted, "{:?}", index.fields);
        }
        seen.extend(database.template.items().iter().map(|item| item.item_type));
    }
    assert_eq!(seen.len(), TYPES.len(), "every type has stood in an index");
}
