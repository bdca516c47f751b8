//! Looks at what is stored: whole whatever the size of a chunk, of one tenant alone, and true of the engine and of the search index.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::error::Result;
use musubi_domain::event::{Event, Operation};
use musubi_domain::history::{HistoryKind, OldValues};
use musubi_domain::id::{ChangeSetNo, DatabaseNo, IndexNo, ItemNo, RecordNo, TenantNo};
use musubi_domain::item::ItemValue;
use musubi_domain::linkage::LinkageValue;
use musubi_domain::record::{Document, Facts, NewRecord, SearchTexts};
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_domain::verify::Flaw;
use musubi_store::db::{Lane, Settings, Snapshot, Tx};
use musubi_store::verify::{
    Found, LogPlace, Looked, SearchSums, TokenPlace, change_sets_look, counters_look, databases_look, engine_look,
    engine_tables, events_look, index_with_keys, keys_look, links_look, log_look, places_look, records_look,
    search_rows_look, search_suspects_look, tokens_look, uniques_look,
};
use musubi_store::{history, record, search, unique};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use crate::fixture::{TENANT, World, keys, on_one, until};

const OTHER: TenantNo = TenantNo(2);
const SLOT: i64 = 999_000_001;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("a_look_is_whole_whatever_the_size_of_a_chunk", chunks_of_any_size),
        async_on_both("a_look_keeps_to_its_tenant", a_look_keeps_to_its_tenant),
        async_on_both("a_search_row_with_the_tokens_of_another_record_is_found_out", swapped_search_rows),
        on_one(
            Engine::Sqlite,
            "PostgreSQL does not check itself",
            "the_engine_says_what_is_wrong_with_its_file",
            a_damaged_file,
        ),
        on_one(
            Engine::Postgres,
            "it has nothing with which it checks itself",
            "an_engine_that_does_not_check_itself_says_so",
            no_check_of_the_engine,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Adds records that refer to the one before, each with a linkage value, its event and its operation.
fn fill(tx: &mut Tx<'_>, template: &Template, count: i64) -> Result<Vec<RecordNo>> {
    let (name, parent) = (template.item(client::NAME).unwrap().number, template.item(client::PARENT).unwrap().number);
    let mut made: Vec<(RecordNo, Uuid)> = Vec::new();
    for at in 0..count {
        let mut values = vec![(name, ItemValue::Ruby { value: format!("株式会社{at}号"), ruby: "カブ".to_owned() })];
        let above = made.last().copied();
        values.extend(above.map(|(_, id)| (parent, ItemValue::References(vec![id]))));
        let facts = Facts::new(values, tx.context().now, tx.context().actor.user);
        let linkage = vec![LinkageValue { slot: SLOT, value: format!("L{at}") }];
        let new = NewRecord { id: tx.next_id(), facts, linkage };
        let links: Vec<_> = above.map(|(number, _)| (parent, number)).into_iter().collect();
        let number = record::record_insert(tx, template, &new, &links, ChangeSetNo(0))?;
        unique::unique_insert(tx, number, SLOT, &format!("L{at}"))?;
        tx.record_event(&Event { kind: "client.created", record: number, record_id: new.id, version: 1 })?;
        tx.record_operation(&Operation::new("client.register", format!("{at}")))?;
        made.push((number, new.id));
    }
    Ok(made.into_iter().map(|(number, _)| number).collect())
}

async fn filled(engine: Engine, count: i64) -> (World, Vec<RecordNo>) {
    let world = World::new(engine).await;
    world.place.meddle("INSERT INTO counter (tenant_no, name, value) VALUES (0, 'tenant', 2)");
    let template = Arc::clone(&world.template);
    let records = world.write(move |tx| fill(tx, &template, count)).await.unwrap();
    sealed(&world, count).await;
    (world, records)
}

async fn sealed(world: &World, count: i64) {
    until("all is sealed", std::time::Duration::from_secs(5), || {
        world.place.number("SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM operation_log)") >= 2 * count
    })
    .await;
}

/// Walks to the end; how many rows there were, and what is wrong.
fn to_the_end<C>(begin: C, mut look: impl FnMut(&C) -> Result<Looked<C>>) -> Result<(i64, Vec<Found>)> {
    let (mut place, mut count, mut found) = (Some(begin), 0, Vec::new());
    while let Some(from) = place {
        let looked = look(&from)?;
        count += looked.count;
        found.extend(looked.found);
        place = looked.next;
    }
    Ok((count, found))
}

type Walked = Result<(i64, Vec<Found>)>;

/// Every look at what belongs to a tenant, with chunks of `most` rows.
fn looks(snapshot: &mut Snapshot<'_>, database: DatabaseNo, most: i64) -> Vec<(&'static str, Walked)> {
    let lowest = RecordNo::range(database).0;
    let mut walked = vec![
        ("records", to_the_end(lowest, |after| Ok(records_look(snapshot, database, *after, most)?.looked))),
        ("keys", all_keys(snapshot, most)),
        ("unique values", to_the_end((DatabaseNo(0), 0, String::new()), |place| uniques_look(snapshot, place, most))),
        ("links", to_the_end((RecordNo(0), ItemNo(0), RecordNo(0)), |place| links_look(snapshot, place, most))),
        ("search rows", to_the_end(lowest, |after| search_rows_look(snapshot, database, *after, most))),
        ("events", to_the_end(i64::MIN, |after| events_look(snapshot, *after, most))),
        ("log", to_the_end(LogPlace::default(), |place| log_look(snapshot, &keys().seal_key(), place))),
    ];
    let sets = |snapshot: &mut Snapshot<'_>, after: &_| {
        change_sets_look(snapshot, *after, most, Timestamp::from_micros(0)).map(|(looked, _)| looked)
    };
    walked.push(("change sets", to_the_end(ChangeSetNo(0), |after| sets(snapshot, after))));
    walked.push(("databases", to_the_end(DatabaseNo(0), |after| Ok(databases_look(snapshot, *after, most)?.looked))));
    walked.push(("places", places_look(snapshot, &BTreeSet::from([database])).map(|found| (0, found))));
    walked.push(("counters", counters_look(snapshot, &[database], &BTreeMap::new()).map(|found| (0, found))));
    walked
}

fn all_keys(snapshot: &mut Snapshot<'_>, most: i64) -> Walked {
    let (mut index, mut count, mut found) = (IndexNo(0), 0, Vec::new());
    while let Some((next, true)) = index_with_keys(snapshot, index)? {
        index = next;
        let begin = (Vec::new(), RecordNo(i64::MIN));
        let (keys, wrong) = to_the_end(begin, |place| keys_look(snapshot, index, place, most))?;
        count += keys;
        found.extend(wrong);
    }
    Ok((count, found))
}

/// What the search index holds of each record, read in parts of about `most` tokens.
fn all_tokens(snapshot: &mut Snapshot<'_>, most: i64) -> Result<(i64, BTreeMap<RecordNo, u64>)> {
    let (mut place, mut count, mut prints) = (Some(TokenPlace::default()), 0, BTreeMap::new());
    while let Some(from) = place {
        let part = tokens_look(snapshot, &from, most)?;
        for (record, print) in part.prints {
            let sum: &mut u64 = prints.entry(record).or_default();
            *sum = sum.wrapping_add(print);
        }
        count += part.count;
        place = part.next;
    }
    Ok((count, prints))
}

async fn chunks_of_any_size(engine: Engine) {
    const COUNT: i64 = 23;
    let (world, _) = filled(engine, COUNT).await;
    let database = world.template.database;
    let counts = world
        .scan(move |snapshot| {
            let mut counts: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
            for most in [1, 2, 23, 24, 1_000] {
                for (name, walked) in looks(snapshot, database, most) {
                    let (count, found) = walked.unwrap_or_else(|error| panic!("{name} by {most}: {error:?}"));
                    assert_eq!(found, [], "{name} by {most}");
                    counts.entry(name).or_default().insert(count);
                }
            }
            Ok(counts)
        })
        .await
        .unwrap();
    let of = |name: &str| counts[name].iter().copied().collect::<Vec<_>>();
    for name in ["records", "unique values", "search rows", "events", "log"] {
        assert_eq!(of(name), [COUNT], "{name}");
    }
    assert_eq!(of("links"), [COUNT - 1]);
    assert_eq!(of("keys"), [world.place.number("SELECT count(*) FROM record_key")]);
    assert_eq!(of("databases"), [1]);
    let read = |most| world.scan(move |snapshot| all_tokens(snapshot, most));
    let whole = read(1_000_000).await.unwrap();
    let wanted = world.scan(move |snapshot| records_look(snapshot, database, RecordNo(0), 100)).await.unwrap().prints;
    assert_eq!(whole.1, wanted.into_iter().collect());
    for most in [1, 2, 7, 100] {
        assert_eq!(read(most).await.unwrap(), whole, "{most}");
    }
    assert_eq!(whole.0 > 0, engine == Engine::Sqlite);
}

async fn a_look_keeps_to_its_tenant(engine: Engine) {
    let (world, _) = filled(engine, 5).await;
    let other = world.found(OTHER).await;
    let (own_database, other_database) = (world.template.database, other.database);
    let fill_other = move |tx: &mut Tx<'_>| fill(tx, &other, 5);
    let records = world.db.write(&world.context_of(OTHER), Lane::Interactive, fill_other).await.unwrap();
    sealed(&world, 10).await;
    let (first, last) = (records[0], records[4]);
    let search = if engine == Engine::Sqlite { "rowid" } else { "record_no" };
    let absent = last.0 + 1_000;
    for (name, damage) in [
        ("records", format!("DELETE FROM record_key WHERE record_no = {first}")),
        ("search rows", "UPDATE record SET deleted_at = 1 WHERE tenant_no = 2".to_owned()),
        ("records", format!("DELETE FROM search WHERE {search} = {last}")),
        ("keys", format!("UPDATE record_key SET record_no = {absent} WHERE record_no = {last}")),
        ("unique values", format!("UPDATE record_unique SET record_no = {absent} WHERE record_no = {last}")),
        ("links", format!("UPDATE record_link SET record_no = {absent} WHERE record_no = {last}")),
        ("events", "DELETE FROM event WHERE tenant_no = 2 AND number = 3".to_owned()),
        ("log", "DELETE FROM operation_log WHERE tenant_no = 2 AND number = 3".to_owned()),
        (
            "change sets",
            "INSERT INTO change_set (tenant_no, change_set_no, change_set_id, kind, user_no, door, at, database_no, target, created_count,
               updated_count, deleted_count, restored_count, state, undoes_no)
             SELECT 2, 1, record_id, '', 1, '', 1, NULL, '', 7, 0, 0, 0, 'done', NULL FROM record WHERE tenant_no = 2 LIMIT 1"
                .to_owned(),
        ),
        ("counters", "UPDATE counter SET value = 0 WHERE tenant_no = 2 AND name = 'item'".to_owned()),
        ("places", format!("UPDATE record SET database_no = 77 WHERE record_no = {first}")),
        ("databases", "UPDATE record_database SET detail = '{}' WHERE tenant_no = 2".to_owned()),
    ] {
        world.place.meddle(&damage);
        let own = world.scan(move |snapshot| Ok(looks(snapshot, own_database, 100))).await.unwrap();
        for (look, walked) in own {
            assert_eq!(walked.unwrap().1, [], "{look} after {damage}");
        }
        let others = world.db.scan(OTHER, move |snapshot| Ok(looks(snapshot, other_database, 100))).await.unwrap();
        let found = others.into_iter().find(|(look, _)| *look == name).unwrap().1.unwrap().1;
        assert!(!found.is_empty(), "{damage}");
    }
}

/// Where the rows of two records are swapped whose texts are equally long, only the tokens tell.
async fn swapped_search_rows(engine: Engine) {
    let (world, records) = filled(engine, 9).await;
    let (database, swapped) = (world.template.database, [records[3], records[5]]);
    let texts = |at: usize| SearchTexts {
        title: vec![format!("株式会社{at}号"), "カブ".to_owned()],
        body: vec![format!("株式会社{at}号"), "カブ".to_owned()],
    };
    let folded = move |at: usize| {
        let fold = |texts: Vec<String>| texts.iter().map(|text| musubi_text::search_key::fold(text)).collect();
        SearchTexts { title: fold(texts(at).title), body: fold(texts(at).body) }
    };
    let put = |titles: [usize; 2]| {
        world.write(move |tx| {
            for (record, at) in swapped.into_iter().zip(titles) {
                search::search_delete(tx, record)?;
                search::search_insert(tx, record, &folded(at))?;
            }
            Ok(())
        })
    };
    let differing = || {
        world.scan(move |snapshot| {
            let chunk = records_look(snapshot, database, RecordNo(0), 100)?;
            let mut found = chunk.looked.found;
            if let Some(mut sums) = SearchSums::begin(snapshot)? {
                sums.take_in(database);
                chunk.prints.iter().for_each(|(record, print)| sums.add(*record, *print));
                for (record, print) in all_tokens(snapshot, 10)?.1 {
                    sums.take_away(record, print);
                }
                for (after, until) in sums.unequal(database) {
                    found.extend(to_the_end(after, |after| search_suspects_look(snapshot, (*after, until), 1))?.1);
                }
            }
            assert!(found.iter().all(|found| found.flaw == Flaw::SearchDiffers), "{found:?}");
            Ok(found.into_iter().filter_map(|found| found.number).collect::<Vec<_>>())
        })
    };
    assert_eq!(differing().await.unwrap(), []);
    put([3, 5]).await.unwrap();
    assert_eq!(differing().await.unwrap(), [], "written as they were");
    put([5, 3]).await.unwrap();
    assert_eq!(differing().await.unwrap(), swapped);
    put([3, 5]).await.unwrap();
    assert_eq!(differing().await.unwrap(), []);
}

async fn a_damaged_file(engine: Engine) {
    let (world, records) = filled(engine, 9).await;
    // History too, so that no table is empty.
    let old = || OldValues { items: Document::of_members(std::iter::empty()), linkage: Vec::new() };
    let record = records[0];
    world
        .write(move |tx| history::history_insert(tx, record, 2, HistoryKind::Updated, &old(), ChangeSetNo(1)))
        .await
        .unwrap();
    let all = |snapshot: &mut Snapshot<'_>| {
        let tables = engine_tables(snapshot)?.expect("SQLite checks itself");
        assert!(
            tables.len() > 30
                && ["record", "history", "search_data"].iter().all(|name| tables.iter().any(|table| table == name))
        );
        let mut found = BTreeMap::new();
        for table in tables {
            found.insert(table.clone(), engine_look(snapshot, Some(&table))?.len());
        }
        found.insert(String::new(), engine_look(snapshot, None)?.len());
        found.retain(|_, count| *count > 0);
        Ok(found)
    };
    assert_eq!(world.scan(all).await.unwrap(), BTreeMap::new());
    world.db.close();
    let reopened = |damage: &str| {
        world.place.meddle(&format!("PRAGMA writable_schema = ON; {damage}"));
        world.place.open(Settings::default())
    };
    // An index that holds another column than it says: only the whole check looks.
    let db = reopened(
        "UPDATE sqlite_schema SET sql = replace(sql, 'change_set_no', 'version') WHERE name = 'record_by_change_set'",
    );
    let found = db.scan(TENANT, all).await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), [""]);
    db.close();
    let db = reopened(
        "UPDATE sqlite_schema SET sql = replace(sql, 'deleted_at INTEGER,', 'deleted_at INTEGER NOT NULL,') WHERE name = 'record'",
    );
    let found = db.scan(TENANT, all).await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["", "record"]);
}

async fn no_check_of_the_engine(engine: Engine) {
    let world = World::new(engine).await;
    assert_eq!(world.scan(engine_tables).await.unwrap(), None);
    assert_eq!(world.scan(|snapshot| engine_look(snapshot, None)).await.unwrap(), []);
}
