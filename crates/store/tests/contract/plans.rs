//! Reads by key find their rows by key: both engines are asked how they would run each of them.

use libtest_mimic::Trial;
use musubi_store::db::Settings;
use musubi_store::{pages, points};
use musubi_testkit::engine::{Engine, on_both};
use serde_json::Value as Json;

use crate::fixture::Place;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = on_both("every_read_by_key_is_a_search", |engine| {
        every_read_by_key_is_a_search(engine);
        Ok(())
    });
    trials.extend(on_both("due_jobs_come_from_their_index_in_order", |engine| {
        due_jobs_come_from_their_index(engine);
        Ok(())
    }));
    trials.extend(on_both("a_record_is_found_by_its_id_alone", |engine| {
        a_record_is_found_by_its_id(engine);
        Ok(())
    }));
    trials.extend(on_both("every_page_is_read_by_an_index", |engine| {
        every_page_is_read_by_an_index(engine);
        Ok(())
    }));
    trials.push(Trial::test("every_read_by_key_is_listed", || {
        every_read_by_key_is_listed();
        Ok(())
    }));
    trials
}

fn every_read_by_key_is_a_search(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    for point in points() {
        let trouble = match engine {
            Engine::Sqlite => sqlite_trouble(&place, point.sql()),
            Engine::Postgres => postgres_trouble(&place, point.sql()),
        };
        assert_eq!(trouble, None, "{}", point.sql());
    }
    let scan = "SELECT code FROM tenant WHERE name = ?1";
    let found = if engine == Engine::Sqlite { sqlite_trouble(&place, scan) } else { postgres_trouble(&place, scan) };
    assert!(found.is_some(), "the trial sees a scan where there is one");
}

/// What is looked for every second: the index that holds what is open gives it in its order, however much is queued.
fn due_jobs_come_from_their_index(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    let due = points().into_iter().find(|point| point.sql().contains("run_after <= ?2")).unwrap();
    let steps = match engine {
        Engine::Sqlite => sqlite_steps(&place, due.sql()).join("\n"),
        Engine::Postgres => postgres_plan(&place, due.sql()).to_string(),
    };
    assert!(steps.contains("job_in_turn"), "{steps}");
    assert!(!steps.contains("TEMP B-TREE") && !steps.contains("Sort"), "{steps}");
}

/// By the index of ids, also while a table has no figures: another one leads to all records of the database.
fn a_record_is_found_by_its_id(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    let by_id: Vec<_> = points().into_iter().filter(|point| point.sql().contains("record_id = ?3")).collect();
    assert!(by_id.len() >= 3);
    for point in by_id {
        let steps = match engine {
            Engine::Sqlite => sqlite_steps(&place, point.sql()).join("\n"),
            Engine::Postgres => postgres_plan(&place, point.sql()).to_string(),
        };
        assert!(steps.contains("record_by_id"), "{}: {steps}", point.sql());
    }
}

fn every_page_is_read_by_an_index(engine: Engine) {
    let place = Place::new(engine);
    place.open(Settings::default()).close();
    assert!(pages().len() > 10);
    for sql in pages() {
        let trouble = match engine {
            // What a subquery has found is walked; that was found by its index.
            Engine::Sqlite => sqlite_steps(&place, sql)
                .into_iter()
                .filter(|step| !["created", "changed", "touched"].iter().any(|name| *step == format!("SCAN {name}")))
                .find(|step| step.starts_with("SCAN") && !step.starts_with("SCAN (subquery")),
            Engine::Postgres => postgres_trouble(&place, sql),
        };
        assert_eq!(trouble, None, "{sql}");
    }
}

/// The highest `?n` of a statement.
fn parameters(sql: &str) -> usize {
    (1..10).rev().find(|number| sql.contains(&format!("?{number}"))).unwrap_or(0)
}

/// A step that walks a whole table or index.
fn sqlite_trouble(place: &Place, sql: &str) -> Option<String> {
    sqlite_steps(place, sql)
        .into_iter()
        .find(|step| step.starts_with("SCAN") && step != "SCAN CONSTANT ROW" && !step.starts_with("SCAN (subquery"))
}

fn sqlite_steps(place: &Place, sql: &str) -> Vec<String> {
    let connection = place.sqlite();
    let nothing = rusqlite::params_from_iter(vec![rusqlite::types::Null; parameters(sql)]);
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps: Vec<String> = statement.query_map(nothing, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(!steps.is_empty(), "{sql}");
    steps
}

/// A step that reads a table or an index without a condition on the index.
fn postgres_trouble(place: &Place, sql: &str) -> Option<String> {
    node_trouble(&postgres_plan(place, sql)[0]["Plan"])
}

fn postgres_plan(place: &Place, sql: &str) -> Json {
    let nulls = vec!["NULL"; parameters(sql)].join(", ");
    let prepare = format!("PREPARE asked AS {}", sql.replace('?', "$"));
    let plan = place.postgres(move |client| {
        client.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").unwrap();
        client.batch_execute(&prepare).unwrap();
        let rows = client.simple_query(&format!("EXPLAIN (FORMAT JSON) EXECUTE asked({nulls})")).unwrap();
        rows.iter()
            .find_map(|row| {
                if let postgres::SimpleQueryMessage::Row(row) = row { row.get(0).map(str::to_owned) } else { None }
            })
            .unwrap()
    });
    serde_json::from_str(&plan).unwrap()
}

fn node_trouble(node: &Json) -> Option<String> {
    let kind = node["Node Type"].as_str().unwrap();
    if kind == "Seq Scan" || kind.contains("Index") && node["Index Cond"].is_null() {
        return Some(node.to_string());
    }
    node["Plans"].as_array().into_iter().flatten().find_map(node_trouble)
}

/// A statement that is in no list is never asked about.
fn every_read_by_key_is_listed() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut count = 0;
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("statement.rs") {
                count += std::fs::read_to_string(&path).unwrap().matches("Point::new(").count();
            }
        }
    }
    assert_eq!(count, points().len(), "every Point stands in the POINTS of its module, and every module in points()");
}
