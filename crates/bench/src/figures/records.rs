//! E: the record engine below the wire. Whether an operation costs the same in one database of a million records and in a thousand
//! databases of a thousand, and what a record of 500 items costs.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use musubi_domain::context::Context;
use musubi_domain::id::TenantNo;
use musubi_domain::item::RawValue;
use musubi_domain::template::ItemDefinition;
use musubi_service::database::{DatabaseCreate, database_create};
use musubi_service::record::{
    Changes, Expected, GivenItem, GivenRecord, RecordKey, record_delete, record_get, record_judge, record_register,
    record_register_in, record_update,
};
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_service::{DbSettings, Service};
use musubi_store::db::{Lane, Tx};
use serde_json::json;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::bench::Bench;
use crate::draws::Draws;
use crate::pairs::median;
use crate::report::{Line, grouped, per_second, ratio, say};
use crate::seed::{service, told};

/// Records of each of the many databases.
const EACH: u64 = 1_000;
/// How many hundredths an operation may cost in many databases of what it costs in one.
const SAME: u64 = 130;
/// Operations of one run.
const OPERATIONS: u64 = 3_000;
/// Operations at a time.
const AT_A_TIME: u64 = 64;
/// Records of one slice of the filling.
const SLICE: u64 = 500;
/// Items of the wide record.
const WIDE: usize = 496;

/// What is done to a record.
#[derive(Clone, Copy)]
enum Work {
    Register,
    Update,
    Get,
    Delete,
}

impl Work {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Get, "get"),
        (Self::Register, "register"),
        (Self::Update, "update"),
        (Self::Delete, "register and delete"),
    ];
}

/// Databases with their records.
struct Place {
    service: Service,
    tenant: TenantNo,
    databases: Vec<String>,
    ids: Vec<(usize, Uuid)>,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let records = bench.measure.clients;
    let many = usize::try_from((records / EACH).max(1))?;
    let root = bench.scratch("records")?;
    let mut places = Vec::new();
    for (name, databases) in [("one", 1), ("many", many)] {
        say(&format!("records: filling {databases} database(s) with {} records", grouped(records)));
        let folder = root.join(name);
        places.push(Arc::new(runtime.block_on(filled(&folder, databases, records))?));
    }
    let mut lines = Vec::new();
    for (work, name) in Work::ALL {
        let mut times: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
        for run in 0..bench.measure.runs {
            for (place, times) in places.iter().zip(&mut times) {
                let took = run_of(&runtime, place, work, u64::try_from(run)?)?;
                times.push(u64::try_from(took.as_nanos())? / OPERATIONS);
            }
        }
        let [one, many_took] = times.map(|times| median(times.into_iter()));
        let described = |nanoseconds: u64| per_second(1_000_000_000_000_u64.checked_div(nanoseconds).unwrap_or(0));
        lines.push(
            Line::new(
                "E",
                format!("{name}, {} databases of {}", grouped(u64::try_from(many)?), grouped(EACH)),
                described(many_took),
            )
            .against(format!("one database of {}: {}", grouped(records), described(one)), ratio(many_took, one))
            .at_most(SAME),
        );
    }
    if let Some(place) = places.first() {
        lines.extend(wide(&runtime, place)?);
    }
    for place in places {
        place.service.db().close();
    }
    // What is left is removed by the next run.
    let _ = std::fs::remove_dir_all(&root);
    Ok(lines)
}

fn items(count: usize) -> Result<Vec<ItemDefinition>> {
    let item = |at: usize| json!({"itemType": "text_single", "itemName": format!("項目{at}")});
    Ok(serde_json::from_value((0..count).map(item).collect())?)
}

async fn filled(folder: &Path, databases: usize, records: u64) -> Result<Place> {
    std::fs::create_dir_all(folder)?;
    let service = service(folder, DbSettings::default())?;
    let command =
        TenantCreate { code: "bench".to_owned(), name: "bench".to_owned(), hosts: Vec::new(), administrator: None };
    let tenant = tenant_create(&service, command).await.map_err(told)?;
    let mut place = Place { service, tenant, databases: Vec::new(), ids: Vec::new() };
    for at in 0..databases {
        let command = DatabaseCreate { name: format!("db{at}"), items: items(8)?, display: Vec::new() };
        database_create(&place.service, &place.service.system_context(tenant), command).await.map_err(told)?;
        place.databases.push(format!("db{at}"));
    }
    let mut draws = Draws::new(7);
    let each = records / u64::try_from(databases)?.max(1);
    for at in 0..databases {
        let mut left = each;
        while left > 0 {
            let count = left.min(SLICE);
            let ids = slice(&place, at, count, &mut draws).await?;
            place.ids.extend(ids.into_iter().map(|id| (at, id)));
            left -= count;
        }
    }
    Ok(place)
}

/// Values of a record: a text in each item.
async fn given(place: &Place, database: &str, draws: &mut Draws) -> Result<GivenRecord> {
    let template = place.service.template(place.tenant, database).await.map_err(told)?;
    let value = |draws: &mut Draws| RawValue::Text { value: format!("値{:016x}", draws.number()), ruby: None };
    let items = template.items().iter().filter(|item| !item.read_only);
    let items = items.map(|item| GivenItem {
        path: String::new(),
        item: item.id,
        item_type: item.item_type.row().wire.to_owned(),
        value: value(draws),
    });
    Ok(GivenRecord { items: items.collect(), ..GivenRecord::default() })
}

async fn slice(place: &Place, at: usize, count: u64, draws: &mut Draws) -> Result<Vec<Uuid>> {
    let context = place.service.system_context(place.tenant);
    let database = place.databases.get(at).context("a database")?;
    let mut judged = Vec::new();
    for _ in 0..count {
        let given = given(place, database, draws).await?;
        judged.push(record_judge(&place.service, &context, database, given).await.map_err(told)?);
    }
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, "bench.fill", None)?;
        let written =
            judged.iter().map(|judged| record_register_in(tx, &mut changes, judged).map(|written| written.id));
        let ids = written.collect::<musubi_domain::error::Result<Vec<_>>>()?;
        changes.finish(tx)?;
        Ok(ids)
    };
    place.service.db().write(&context, Lane::Background, write).await.map_err(told)
}

/// How long the operations of one run take, 64 at a time.
fn run_of(runtime: &Runtime, place: &Arc<Place>, work: Work, run: u64) -> Result<Duration> {
    let begun = Instant::now();
    runtime.block_on(async {
        let tasks = (0..AT_A_TIME).map(|task| {
            let place = Arc::clone(place);
            tokio::spawn(async move {
                let mut draws = Draws::new(run * 1_000 + task);
                for _ in 0..OPERATIONS / AT_A_TIME {
                    operation(&place, work, &mut draws).await?;
                }
                anyhow::Ok(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await??;
        }
        anyhow::Ok(())
    })?;
    Ok(begun.elapsed())
}

async fn operation(place: &Place, work: Work, draws: &mut Draws) -> Result<()> {
    let (at, id) = *draws.pick(&place.ids);
    let database = place.databases.get(at).context("a database")?.clone();
    let context: Arc<Context> = place.service.system_context(place.tenant);
    let key = RecordKey::Id(id);
    match work {
        Work::Get => record_get(&place.service, &context, &database, key, "id").await.map(drop).map_err(told),
        Work::Update => {
            let mut given = given(place, &database, draws).await?;
            given.items.truncate(1);
            let kind = (database.as_str(), "bench.update");
            record_update(&place.service, &context, kind, (key, "id"), Expected::default(), given)
                .await
                .map(drop)
                .map_err(told)
        }
        Work::Register | Work::Delete => {
            let given = given(place, &database, draws).await?;
            let written =
                record_register(&place.service, &context, &database, "bench.register", given).await.map_err(told)?;
            if matches!(work, Work::Register) {
                return Ok(());
            }
            let keys = vec![(RecordKey::Id(written.id), String::new())];
            record_delete(&place.service, &context, (&database, "bench.delete"), keys, false)
                .await
                .map(drop)
                .map_err(told)
        }
    }
}

/// A record with as many items as a template may have.
fn wide(runtime: &Runtime, place: &Place) -> Result<Vec<Line>> {
    runtime.block_on(async {
        let command = DatabaseCreate { name: "wide".to_owned(), items: items(WIDE)?, display: Vec::new() };
        let context = place.service.system_context(place.tenant);
        database_create(&place.service, &context, command).await.map_err(told)?;
        let mut draws = Draws::new(11);
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..200 {
            let context = place.service.system_context(place.tenant);
            let whole = given(place, "wide", &mut draws).await?;
            let mut change = whole.clone();
            let begun = Instant::now();
            let id = record_register(&place.service, &context, "wide", "bench.register", whole).await.map_err(told)?.id;
            let registered = begun.elapsed();
            change.items.truncate(1);
            change
                .items
                .iter_mut()
                .for_each(|item| item.value = RawValue::Text { value: "新".to_owned(), ruby: None });
            let begun = Instant::now();
            let kind = ("wide", "bench.update");
            record_update(&place.service, &context, kind, (RecordKey::Id(id), "id"), Expected::default(), change)
                .await
                .map_err(told)?;
            let updated = begun.elapsed();
            let begun = Instant::now();
            record_get(&place.service, &context, "wide", RecordKey::Id(id), "id").await.map_err(told)?;
            for (times, took) in times.iter_mut().zip([registered, updated, begun.elapsed()]) {
                times.push(u64::try_from(took.as_micros())?);
            }
        }
        let [registered, updated, read] = times.map(|times| median(times.into_iter()));
        Ok(vec![Line::new(
            "E",
            format!("a record of {WIDE} items, one at a time"),
            format!("register {registered} µs, update {updated} µs, get {read} µs"),
        )])
    })
}
