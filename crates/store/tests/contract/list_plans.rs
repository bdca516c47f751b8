//! How the engines run what the compiler of lists writes: every kind of statement finds its rows by key, and where a walk in order is
//! promised, nothing is sorted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use libtest_mimic::Trial;
use musubi_domain::condition::{Condition, Field, Operand, Viewer};
use musubi_domain::error::Result;
use musubi_domain::id::{ItemNo, RecordNo, UserNo};
use musubi_domain::item::{Item, ItemType, ItemValue};
use musubi_domain::rights::{DatabaseRight, RowRule};
use musubi_domain::sight::Sight;
use musubi_domain::sort::Sort;
use musubi_domain::template::{DatabaseDetail, Template};
use musubi_store::db::Snapshot;
use musubi_store::query::{
    Cursor, Effort, RecordQuery, record_count_step, record_list_step, record_list_total, record_names, record_whole,
};
use musubi_store::template::{database_detail_set, database_insert, index_insert, item_put, template_by_name};
use musubi_testkit::engine::{Engine, async_on_both};
use serde_json::Value as Json;
use tracing::field::{Field as Told, Visit};
use tracing::span;
use uuid::Uuid;

use crate::any_template::id;
use crate::fixture::{Place, World, add_in};

const RECORDS: i64 = 20_000;

pub(crate) fn trials() -> Vec<Trial> {
    async_on_both("every_list_finds_its_rows_by_key_and_sorts_only_what_it_must", |engine| async move {
        let (world, template) = filled(engine).await;
        every_list_finds_its_rows_by_key(engine, &world, &template).await;
        a_filter_and_a_sort_by_one_index(engine, &world, &template).await;
    })
}

/// Notes the statements of lists while a closure runs on this thread.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Listener {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("musubi_store::query")
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Sql(&self.0));
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Sql<'a>(&'a Mutex<Vec<String>>);

impl Visit for Sql<'_> {
    fn record_str(&mut self, field: &Told, value: &str) {
        if field.name() == "sql" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }
    fn record_debug(&mut self, _: &Told, _: &dyn std::fmt::Debug) {}
}

/// What work gives, and the statements that it asked.
fn listening<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let listener = Listener::default();
    let given = tracing::subscriber::with_default(listener.clone(), work);
    let statements = std::mem::take(&mut *listener.0.lock().unwrap());
    (given, statements)
}

/// The items of the trial's database, by their place in its template.
struct Items {
    name: ItemNo,
    short: ItemNo,
    note: ItemNo,
    kind: ItemNo,
    day: ItemNo,
    amount: ItemNo,
    person: ItemNo,
    tags: ItemNo,
    prefecture: ItemNo,
    city: ItemNo,
}

impl Items {
    fn of(template: &Template) -> Self {
        let at = |at: usize| template.items()[at].number;
        Self {
            name: at(0),
            short: at(1),
            note: at(2),
            kind: at(3),
            day: at(4),
            amount: at(5),
            person: at(6),
            tags: at(7),
            prefecture: at(8),
            city: at(9),
        }
    }
}

const TYPES: [ItemType; 10] = [
    ItemType::TextRuby,
    ItemType::TextSingle,
    ItemType::TextMultiple,
    ItemType::Pulldown,
    ItemType::Date,
    ItemType::Number,
    ItemType::UserSingle,
    ItemType::Checkbox,
    ItemType::Prefectures,
    ItemType::TextSingle,
];

/// A database with indexes over one, two and three fields, filled.
async fn filled(engine: Engine) -> (World, Arc<Template>) {
    let world = World::new(engine).await;
    let made = world.write(|tx| {
        let id = tx.next_id();
        let database = database_insert(tx, id, "orders")?;
        let mut items = Vec::new();
        for (position, item_type) in (1..).zip(TYPES) {
            let item = Item::new(ItemNo(0), tx.next_id(), format!("項目{position}"), item_type);
            items.push(item_put(tx, database, position, &item)?);
        }
        let detail = DatabaseDetail {
            display_items: vec![items[0]],
            joined_items: vec![items[8], items[9]],
            ..DatabaseDetail::default()
        };
        database_detail_set(tx, database, &detail)?;
        let item = |at: usize| Field::Item(items[at]);
        for fields in [
            vec![item(3)],
            vec![item(6)],
            vec![item(7)],
            vec![Field::CreatedAt],
            vec![item(3), item(4)],
            vec![item(7), item(5), item(4)],
            vec![item(5)],
        ] {
            index_insert(tx, database, &fields, true)?;
        }
        Ok(template_by_name(tx, "orders")?.unwrap())
    });
    let template = Arc::new(made.await.unwrap());
    for start in (0..RECORDS).step_by(1_000) {
        let own = Arc::clone(&template);
        let added = world.write(move |tx| {
            (start..start + 1_000).try_for_each(|number| add_in(tx, &own, values(&own, number), None).map(drop))
        });
        added.await.unwrap();
    }
    world.place.meddle("ANALYZE");
    (world, template)
}

fn values(template: &Template, number: i64) -> Vec<(ItemNo, ItemValue)> {
    let items = Items::of(template);
    let day = format!("20{:02}-{:02}-{:02}", number % 25, number % 12 + 1, number % 28 + 1);
    vec![
        (items.name, ItemValue::Ruby { value: format!("株式会社{}商事", number % 97), ruby: "カブ".to_owned() }),
        (items.short, ItemValue::Text(format!("略{}", number % 13))),
        (items.note, ItemValue::Text(format!("備考{number}"))),
        (items.kind, ItemValue::Choices(vec![number % 4])),
        (items.day, ItemValue::Date(day.parse().unwrap())),
        (items.amount, ItemValue::Number((number * 7_919 % 10_007).into())),
        (items.person, ItemValue::References(vec![id(number % 40 + 1)])),
        (items.tags, ItemValue::Choices(vec![number % 3, 3 + number % 5])),
        (items.prefecture, ItemValue::Text("東京都".to_owned())),
        (items.city, ItemValue::Text(format!("港区{}", number % 31))),
    ]
}

fn one_of(field: Field, values: impl IntoIterator<Item = Operand>) -> Condition {
    Condition::OneOf { field, values: values.into_iter().collect() }
}

/// One condition of every kind that drives, is probed, or is looked at in memory.
fn parts(items: &Items) -> Vec<Condition> {
    let (kind, tags, amount) = (Field::Item(items.kind), Field::Item(items.tags), Field::Item(items.amount));
    let contains = |items: &[ItemNo], text: &str| Condition::Contains { items: items.to_vec(), text: text.to_owned() };
    let not = |inner: Condition| Condition::Not(Box::new(inner));
    let number = |number: i64| Some(Operand::Number(number.into()));
    vec![
        one_of(kind, [Operand::Choice(1)]),
        one_of(tags, [Operand::Choice(1), Operand::Choice(4)]),
        one_of(Field::Item(items.person), (1..30).map(|number| Operand::Id(id(number)))),
        one_of(Field::CreatedBy, [Operand::User(UserNo(1))]),
        not(one_of(kind, [Operand::Choice(1)])),
        Condition::Between { field: amount, from: number(10), to: number(9_000) },
        Condition::Between { field: amount, from: number(10), to: number(12) },
        Condition::Between { field: Field::CreatedAt, from: None, to: None },
        Condition::Empty { field: kind },
        Condition::Any(vec![one_of(kind, [Operand::Choice(2)]), one_of(amount, [Operand::Number(5.into())])]),
        Condition::Any(vec![one_of(Field::UpdatedBy, [Operand::User(UserNo(1))]), Condition::Empty { field: amount }]),
        contains(&[items.name], "株"),
        contains(&[items.name], "株式会社1"),
        contains(&[items.short], "略1"),
        contains(&[items.prefecture, items.city], "都港"),
        contains(&[items.note], "備考1999"),
        Condition::Any(vec![contains(&[items.name], "商事"), contains(&[items.short], "商事")]),
    ]
}

fn conditions(items: &Items) -> Vec<Condition> {
    let parts = parts(items);
    let pair = |one: usize, other: usize| Condition::All(vec![parts[one].clone(), parts[other].clone()]);
    let pairs = [(0, 1), (0, 5), (0, 12), (2, 5), (3, 11), (6, 13), (9, 4), (10, 7), (16, 2)];
    [Condition::always()].into_iter().chain(parts.clone()).chain(pairs.map(|(one, other)| pair(one, other))).collect()
}

fn orders(items: &Items) -> Vec<Vec<Sort>> {
    let sorts = |fields: &[ItemNo], descending| {
        fields.iter().map(|item| Sort { field: Field::Item(*item), descending }).collect::<Vec<_>>()
    };
    let created = |descending| vec![Sort { field: Field::CreatedAt, descending }];
    vec![
        Vec::new(),
        sorts(&[items.amount], false),
        sorts(&[items.amount], true),
        sorts(&[items.kind, items.day], true),
        sorts(&[items.day], false),
        sorts(&[items.amount, items.day], true),
        sorts(&[items.note], false),
        created(false),
        created(true),
    ]
}

fn sights(template: &Template, items: &Items) -> Vec<Sight> {
    let people: Vec<_> = (1..6).map(|number| (UserNo(number), id(number))).collect();
    let viewer = Viewer { user: Some((UserNo(2), id(2))), colleagues: people, ..Viewer::default() };
    let condition = one_of(Field::Item(items.kind), [Operand::Choice(3), Operand::Choice(1)]);
    let rules = [RowRule::Own, RowRule::OwnOrganization, RowRule::Condition(condition)];
    let restricted =
        rules.map(|rows| Sight::of(&DatabaseRight { rows, ..DatabaseRight::default() }, template, &viewer));
    [Sight::all(), Sight::all()].into_iter().chain(restricted).collect()
}

/// Everything that is done with a query, from the beginning, from further on, and from where it stood.
fn run(snapshot: &mut Snapshot<'_>, sight: &Sight, query: &RecordQuery, effort: &Effort) -> Result<()> {
    let start = Cursor::default();
    for offset in [0, 15_000] {
        let query = RecordQuery { offset, ..query.clone() };
        match record_list_step(snapshot, sight, &query, &start, effort) {
            Ok(step) => drop(record_list_step(snapshot, sight, &query, &step.cursor, effort)?),
            Err(error) if error.problems().is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    record_list_total(snapshot, sight, query)?;
    record_count_step(snapshot, sight, (&query.template, &query.condition), &start, effort, 100)?;
    record_names(snapshot, sight, &query.template, &[Uuid::nil(), id(1)])?;
    let numbers = [1, 2, 3].map(|sequence| RecordNo::new(query.template.database, sequence));
    record_whole(snapshot, sight, &query.template, &numbers)?;
    Ok(())
}

async fn every_list_finds_its_rows_by_key(engine: Engine, world: &World, template: &Arc<Template>) {
    let items = Items::of(template);
    let mut statements: BTreeMap<String, String> = BTreeMap::new();
    for condition in conditions(&items) {
        for (at, sorts) in orders(&items).into_iter().enumerate() {
            let seen = if at % 3 == 0 { 5 } else { 2 };
            let (own, sights, asked) = (Arc::clone(template), sights(template, &items), format!("{condition:?}"));
            let query = RecordQuery { template: own, condition: condition.clone(), sorts, offset: 0, limit: 20 };
            let heard = world.scan(move |snapshot| {
                let mut heard = Vec::new();
                for (sight, (few, sorted)) in sights.iter().take(seen).zip([(1_000, 1_500), (0, 0)].into_iter().cycle())
                {
                    let effort = Effort { looked: 60, few, sorted };
                    let (done, said) = listening(|| run(snapshot, sight, &query, &effort));
                    done?;
                    heard.extend(said);
                }
                Ok(heard)
            });
            for statement in heard.await.unwrap() {
                statements.entry(statement).or_insert_with(|| asked.clone());
            }
        }
    }
    assert!(statements.len() > 200, "{} statements are few", statements.len());
    let odd =
        ["SELECT record_no FROM record WHERE display_name = ''", "SELECT key FROM record_key WHERE tenant_no = ?1"];
    let asked: Vec<_> = statements.keys().map(String::as_str).chain(odd).collect();
    let troubles = troubles(engine, &world.place, &asked);
    let seen: Vec<_> = troubles.iter().filter(|(sql, _)| odd.contains(&sql.as_str())).collect();
    assert_eq!(seen.len(), odd.len(), "the trial sees a scan where there is one");
    let first = troubles.iter().find(|(sql, _)| !odd.contains(&sql.as_str()));
    assert!(first.is_none(), "{:?}: {first:#?}", first.and_then(|(sql, _)| statements.get(sql)));
}

/// The statements that the engine would run otherwise than it should, and what it would do.
fn troubles(engine: Engine, place: &Place, statements: &[&str]) -> Vec<(String, String)> {
    let trouble = |sql: &str, trouble: Option<String>| trouble.map(|trouble| (sql.to_owned(), trouble));
    if engine == Engine::Sqlite {
        let connection = place.sqlite();
        return statements.iter().filter_map(|sql| trouble(sql, sqlite_trouble(&connection, sql))).collect();
    }
    let index = place.number("SELECT min(index_no) FROM record_index WHERE CAST(fields AS TEXT) LIKE '%created%'");
    let database = place.number("SELECT max(database_no) FROM record_database");
    place.postgres(|client| {
        let asked = |sql: &&str| trouble(sql, postgres_trouble(client, sql, &with_values((index, database), sql)));
        statements.iter().filter_map(asked).collect()
    })
}

/// Whether the order of a statement's rows is promised to come out of an index.
fn is_walk(sql: &str) -> bool {
    let is_driven_by_many = sql.contains("DISTINCT") || sql.contains("UNION ALL") || is_list_of_keys(sql);
    let is_driven_by_range = sql.contains("d.key >= ") && !sql.contains("ORDER BY d.key");
    sql.contains("ORDER BY") && !is_driven_by_many && !is_driven_by_range
}

/// Whether more than one key drives.
fn is_list_of_keys(sql: &str) -> bool {
    sql.split_once("d.key IN (").and_then(|(_, rest)| rest.split_once(')')).is_some_and(|(list, _)| list.contains(','))
}

/// A step of SQLite that reads a whole table or index, makes an index of its own, or sorts where a walk is promised.
fn sqlite_trouble(connection: &rusqlite::Connection, sql: &str) -> Option<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let nothing = rusqlite::params_from_iter(vec![rusqlite::types::Null; statement.parameter_count()]);
    let steps: Vec<String> =
        statement.query_map(nothing, |row| row.get(3)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
    assert!(!steps.is_empty(), "{sql}");
    // What is read from a subquery has been found there.
    let is_derived = |alias: &str| {
        steps.iter().any(|step| *step == format!("CO-ROUTINE {alias}") || *step == format!("MATERIALIZE {alias}"))
    };
    let is_found = |step: &String| {
        if let Some(scanned) = step.strip_prefix("SCAN ") {
            return scanned == "page"
                || scanned == "counted"
                || scanned.starts_with("s VIRTUAL TABLE INDEX")
                || scanned.ends_with("CONSTANT ROWS")
                || scanned == "CONSTANT ROW"
                || is_derived(scanned);
        }
        if step.starts_with("SEARCH ") {
            return !step.contains("AUTOMATIC")
                && ["rowid=?", "index_no=?", "database_no=?", "rowid>?"].iter().any(|key| step.contains(key));
        }
        !(step.contains("TEMP B-TREE") && is_walk(sql))
    };
    let odd = steps.iter().find(|step| !is_found(step)).cloned();
    odd.map(|odd| format!("{odd} among {steps:#?}"))
}

/// The same of PostgreSQL, which is asked with values. Hits of its search index come in no order.
fn postgres_trouble(client: &mut postgres::Client, sql: &str, with_values: &str) -> Option<String> {
    // So few texts are read sooner than an index of them; that there is a way through the index is what is asked.
    let seqscan = if sql.contains("tsquery") { "off" } else { "on" };
    client.batch_execute(&format!("SET enable_seqscan = {seqscan}")).unwrap();
    let rows = client.simple_query(&format!("EXPLAIN (FORMAT JSON) {with_values}")).unwrap();
    let text = |row: &postgres::SimpleQueryMessage| {
        if let postgres::SimpleQueryMessage::Row(row) = row { row.get(0).map(str::to_owned) } else { None }
    };
    let plan: Json = serde_json::from_str(&rows.iter().find_map(text).unwrap()).unwrap();
    node_trouble(&plan[0]["Plan"], is_walk(sql) && !sql.contains("tsquery"))
}

/// A key, as PostgreSQL writes it.
const KEY: &str = r"'\x018000000000000001'";

/// A statement with values of the right kind in place of its parameters: PostgreSQL plans by them.
fn with_values((index, database): (i64, i64), sql: &str) -> String {
    let mut pieces = sql.split('?');
    let mut text = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let digits = piece.chars().take_while(char::is_ascii_digit).count();
        let before = text.trim_end_matches(|sign: char| "<>=( ".contains(sign));
        let ends = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
        let value = if ends(&["tenant_no"]) {
            "1".to_owned()
        } else if ends(&["index_no"]) {
            index.to_string()
        } else if ends(&["database_no"]) {
            database.to_string()
        } else if ends(&["LIMIT"]) {
            "21".to_owned()
        } else if ends(&["OFFSET"]) {
            "0".to_owned()
        } else if ends(&["CAST(CAST"]) {
            format!("'''{database}:30'''")
        } else if ends(&["d.key", "p.key", "key IN", "key) IN", "record_id IN"]) || text.ends_with(&format!("{KEY}, "))
        {
            KEY.to_owned()
        } else {
            ((database << 40) + 20_000).to_string()
        };
        text.push_str(&value);
        text.push_str(piece.split_at(digits).1);
    }
    text
}

fn node_trouble(node: &Json, is_sorting_trouble: bool) -> Option<String> {
    let kind = node["Node Type"].as_str().unwrap();
    let condition = node["Index Cond"].as_str().unwrap_or_default();
    let keys = ["record_no", "record_id", "index_no", "database_no", "@@"];
    let is_read_whole = kind == "Seq Scan" || kind.contains("Index") && !keys.iter().any(|key| condition.contains(key));
    if is_read_whole || is_sorting_trouble && kind.contains("Sort") {
        return Some(node.to_string());
    }
    node["Plans"].as_array().into_iter().flatten().find_map(|node| node_trouble(node, is_sorting_trouble))
}

/// A list filtered by one item and sorted by another, deep in it: one statement finds the page, in the order of the index, and the
/// records of that page alone are read.
async fn a_filter_and_a_sort_by_one_index(engine: Engine, world: &World, template: &Arc<Template>) {
    let items = Items::of(template);
    for descending in [false, true] {
        let query = RecordQuery {
            template: Arc::clone(template),
            condition: one_of(Field::Item(items.kind), [Operand::Choice(1)]),
            sorts: vec![Sort { field: Field::Item(items.day), descending }],
            offset: 4_500,
            limit: 50,
        };
        let own = query.clone();
        let (step, statements) = world
            .scan(move |snapshot| {
                let step = |snapshot: &mut Snapshot<'_>| {
                    record_list_step(snapshot, &Sight::all(), &own, &Cursor::default(), &Effort::default())
                };
                let (step, statements) = listening(|| step(snapshot));
                Ok((step?, statements))
            })
            .await
            .unwrap();
        let mut wanted: Vec<i64> = (0..RECORDS).filter(|number| number % 4 == 1).collect();
        let day = |number: i64| values(template, number)[4].1.clone();
        let key = |number: &i64| if let ItemValue::Date(day) = day(*number) { day } else { panic!("not a day") };
        wanted.sort_by_key(|number| (key(number), *number));
        if descending {
            wanted.sort_by_key(|number| (std::cmp::Reverse(key(number)), *number));
        }
        let names: Vec<_> = step.rows.iter().map(|row| row.display_name.clone()).collect();
        let page = wanted.iter().skip(4_500).take(50).map(|number| format!("株式会社{}商事", number % 97));
        assert_eq!(names, page.collect::<Vec<_>>());
        assert!(step.more && step.finished);
        let walks: Vec<_> = statements.iter().filter(|sql| sql.contains("ORDER BY d.key")).collect();
        assert_eq!(walks.len(), 1, "{statements:#?}");
        assert!(!statements.iter().any(|sql| sql.contains("r.document")), "no document is read");
        let asked: Vec<_> = statements.iter().map(String::as_str).collect();
        assert_eq!(troubles(engine, &world.place, &asked), vec![]);
    }
}
