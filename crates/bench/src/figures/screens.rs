//! The pages of the list of clients, as a person who has signed in through the form loads them, against a page of the same size that is
//! only sent.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use musubi_domain::client;
use musubi_domain::condition::Field;
use musubi_domain::rights::Action;
use musubi_domain::template::Template;
use musubi_service::index::index_create;
use musubi_service::record_page::database_seen;
use musubi_service::{DbSettings, FolderLock};
use uuid::Uuid;

use super::runs;
use crate::bench::Bench;
use crate::load::Requests;
use crate::pairs::{Contender, in_turn};
use crate::peers::STATIC;
use crate::process::Process;
use crate::report::{Line, decimal, say};
use crate::requests::Same;
use crate::seed::{Filled, service, told};
use crate::visit::{CLIENTS, Visit, person_add};

const LOGIN: &str = "bench.list";
/// Connections: people at work, and a house in a hurry.
const CONNECTIONS: [usize; 2] = [4, 64];
/// Words of the quick filter in URL form, as they are read, and how many names hold them.
pub(crate) const WORDS: [(&str, &str); 2] =
    [("%E8%96%AC%E8%A2%8B", "薬袋 (6 in a million)"), ("%E6%9D%B1%E4%BA%AC", "東京 (1 in 120)")];
/// The item that the filter asks for.
const ASKED: &str = "評価";
/// The item that the page is sorted by, which has an index.
const SORTED: &str = "資本金";
/// How many pages are turned.
const TURNS: u32 = 100;
/// The time that 99 in a hundred pages may take.
const MOST: Duration = Duration::from_millis(50);
/// How long an index may take to be filled.
const FILLING: Duration = Duration::from_secs(3_600);

/// A page that is loaded.
struct Work {
    name: String,
    path: String,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let copy = bench.copy(&filled)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let (asked, sorted) = runtime.block_on(prepare(&copy))?;
    let product = bench.product(&copy, None)?;
    runtime.block_on(indexed(&copy.database()))?;
    drop(runtime);
    copy.warm()?;
    let visit = Visit::begin(product.address(), LOGIN)?;
    let mut works = vec![Work { name: "clients, from the beginning".to_owned(), path: CLIENTS.to_owned() }];
    works.extend(
        WORDS.map(|(word, said)| Work { name: format!("clients, {said}"), path: format!("{CLIENTS}?all=1&q={word}") }),
    );
    works.push(Work {
        name: format!("clients, {ASKED} filtered, sorted by {SORTED}"),
        path: format!("{CLIENTS}?c1={asked}&c1o=is&c1v%5B%5D=2&sort%5B%5D=-{sorted}"),
    });
    works.push(deep(&visit)?);
    let mut lines = Vec::new();
    for work in &works {
        lines.extend(of_work(bench, &copy, (&product, &visit), work)?);
    }
    drop(product);
    copy.remove();
    Ok(lines)
}

/// A line for each number of connections.
fn of_work(bench: &Bench, filled: &Filled, (product, visit): (&Process, &Visit), work: &Work) -> Result<Vec<Line>> {
    let page = visit.look(&work.path)?;
    if page.rows.is_empty() && bench.measure.clients >= 1_000_000 {
        bail!("{} has no rows", work.path);
    }
    let (kilobytes, rows) = (decimal(u64::try_from(page.bytes / 10)?), page.rows.len());
    let peer = bench.read_peer(filled, page.bytes)?;
    let ours: Arc<dyn Requests> = Arc::new(Same(visit.request(&work.path)));
    let limit: Arc<dyn Requests> = Arc::new(Same(visit.request(STATIC)));
    let mut lines = Vec::new();
    for connections in CONNECTIONS {
        let name = format!("{}: {rows} rows, {kilobytes} KB, {connections} connections", work.name);
        say(&name);
        let measured = in_turn(
            bench.measure.runs,
            vec![
                Contender::new("page", || bench.load_by(product, &ours, connections)),
                Contender::new("static page", || bench.load_by(&peer, &limit, connections)),
            ],
        )?;
        let (own, fixed) = (runs(&measured, 0)?, runs(&measured, 1)?);
        let line = Line::new("screens", name, own.described()).against(fixed.named(), own.over(fixed));
        lines.push(line.aim("p99 ≤ 50 ms", own.time(990) <= MOST));
    }
    Ok(lines)
}

/// The page that one comes to by turning pages.
fn deep(visit: &Visit) -> Result<Work> {
    let (mut path, mut turned) = (CLIENTS.to_owned(), 0);
    while turned < TURNS {
        let Some(next) = visit.look(&path)?.next else { break };
        path = next;
        turned += 1;
    }
    Ok(Work { name: format!("clients, page {} by turning", turned + 1), path })
}

/// Adds who looks, and the index; gives the items that are asked for and sorted by.
async fn prepare(copy: &Filled) -> Result<(Uuid, Uuid)> {
    let _lock = FolderLock::take(&copy.data()).map_err(told)?;
    let service = service(&copy.data(), DbSettings::default())?;
    let context = service.command_context(service.tenant_chosen(None).await.map_err(told)?);
    person_add(&service, &context, LOGIN, Vec::new(), None).await?;
    let seen = database_seen(&service, &context, client::DATABASE, Action::Read).await.map_err(told)?;
    let (asked, _) = item(&seen.template, ASKED)?;
    let (sorted, field) = item(&seen.template, SORTED)?;
    index_create(&service, &context, client::DATABASE, vec![field]).await.map_err(told)?;
    tokio::task::spawn_blocking(move || service.db().close()).await?;
    Ok((asked, sorted))
}

fn item(template: &Template, name: &str) -> Result<(Uuid, Field)> {
    let item = template.items().iter().find(|item| item.name == name);
    let item = item.with_context(|| format!("the template has no {name}"))?;
    Ok((item.id, Field::Item(item.number)))
}

/// Waits until the product has filled every index.
async fn indexed(database: &Path) -> Result<()> {
    let begun = Instant::now();
    let watched = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    watched.busy_timeout(Duration::from_secs(10))?;
    let filling = "SELECT count(*) FROM record_index WHERE ready = 0";
    while watched.query_row(filling, [], |row| row.get::<_, i64>(0))? > 0 {
        if begun.elapsed() > FILLING {
            bail!("the index is not filled after {} s", FILLING.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    say(&format!("the index over {SORTED} was filled in {} s", begun.elapsed().as_secs()));
    Ok(())
}
