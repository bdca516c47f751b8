//! P4: the list for somebody whose right is held to his organizations, through whoever is in charge and the organization in charge, and
//! who does not see one item, against the same list for somebody who sees everything.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use musubi_domain::client;
use musubi_domain::rights::{Action, DatabaseRight, ItemAccess, RowRule};
use musubi_service::organization::organization_list;
use musubi_service::record_page::database_seen;
use musubi_service::{DbSettings, FolderLock};

use super::runs;
use super::screens::WORDS;
use crate::bench::Bench;
use crate::load::Requests;
use crate::pairs::{Contender, in_turn};
use crate::process::Process;
use crate::report::{Line, decimal, say};
use crate::requests::Same;
use crate::seed::{Filled, service, told};
use crate::visit::{CLIENTS, Visit, person_add};

/// Sees everything.
const FREE: &str = "bench.free";
/// Belongs to the organization above all others, so that the rule lets him see the same rows.
const HEAD: &str = "bench.head";
/// Belongs to one organization, so that the rule leaves most rows out.
const MEMBER: &str = "bench.member";
/// The item that is hidden; no page of the list shows it from the beginning.
const HIDDEN: &str = "メモ";
/// What a list with rights is to reach of the same one without, in hundredths.
const AIM: u64 = 50;

/// Who has signed in.
struct People {
    free: Visit,
    head: Visit,
    member: Visit,
}

/// Measures it.
///
/// # Errors
/// Where something could not be measured.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Line>> {
    let filled = bench.filled(bench.measure.clients)?;
    let copy = bench.copy(&filled)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    runtime.block_on(prepare(&copy))?;
    drop(runtime);
    let product = bench.product(&copy, None)?;
    copy.warm()?;
    let visit = |login| Visit::begin(product.address(), login);
    let people = People { free: visit(FREE)?, head: visit(HEAD)?, member: visit(MEMBER)? };
    let mut lines = of_page(bench, &product, &people, "clients, from the beginning", CLIENTS)?;
    for (word, said) in WORDS {
        lines.extend(of_page(
            bench,
            &product,
            &people,
            &format!("clients, {said}"),
            &format!("{CLIENTS}?all=1&q={word}"),
        )?);
    }
    drop(product);
    copy.remove();
    Ok(lines)
}

/// The same rows with the right and without, which is held to the aim; and what is left for somebody further down.
fn of_page(bench: &Bench, product: &Process, people: &People, work: &str, path: &str) -> Result<Vec<Line>> {
    say(work);
    let (without, with, part) = (people.free.look(path)?, people.head.look(path)?, people.member.look(path)?);
    if without.rows != with.rows {
        bail!("{path}: {} rows without the right and others with it, {}", without.rows.len(), with.rows.len());
    }
    let request = |visit: &Visit| -> Arc<dyn Requests> { Arc::new(Same(visit.request(path))) };
    let (free, head, member) = (request(&people.free), request(&people.head), request(&people.member));
    let measured = in_turn(
        bench.measure.runs,
        vec![
            Contender::new("without", || bench.load(product, &free)),
            Contender::new("with, all rows", || bench.load(product, &head)),
            Contender::new("with, one organization", || bench.load(product, &member)),
        ],
    )?;
    let (free, head, member) = (runs(&measured, 0)?, runs(&measured, 1)?, runs(&measured, 2)?);
    let kilobytes = decimal(u64::try_from(with.bytes / 10)?);
    let same = format!("{work}, with rights: the same {} rows, {kilobytes} KB", with.rows.len());
    let fewer = format!("{work}, with rights: {} rows of one organization", part.rows.len());
    Ok(vec![
        Line::new("P4", same, head.described()).against(free.named(), head.over(free)).at_least(AIM),
        Line::new("P4", fewer, member.described()).against(free.named(), member.over(free)),
    ])
}

/// Adds the people with their rights.
async fn prepare(copy: &Filled) -> Result<()> {
    let _lock = FolderLock::take(&copy.data()).map_err(told)?;
    let service = service(&copy.data(), DbSettings::default())?;
    let context = service.command_context(service.tenant_chosen(None).await.map_err(told)?);
    let seen = database_seen(&service, &context, client::DATABASE, Action::Read).await.map_err(told)?;
    let hidden = seen.template.items().iter().find(|item| item.name == HIDDEN);
    let hidden = hidden.with_context(|| format!("the template has no {HIDDEN}"))?.number;
    let right = || DatabaseRight {
        rows: RowRule::OwnOrganization,
        items: vec![(hidden, ItemAccess::Hidden)],
        ..DatabaseRight::default()
    };
    let organizations = organization_list(&service, &context).await.map_err(told)?;
    let top = organizations.iter().find(|one| one.active && one.parent.is_none()).context("something is above all")?;
    let is_leaf = |number| organizations.iter().all(|other| other.parent != Some(number));
    let leaf = organizations.iter().find(|one| one.active && is_leaf(one.number)).context("one is below the others")?;
    person_add(&service, &context, FREE, vec![top.id], None).await?;
    person_add(&service, &context, HEAD, vec![top.id], Some(right())).await?;
    person_add(&service, &context, MEMBER, vec![leaf.id], Some(right())).await?;
    tokio::task::spawn_blocking(move || service.db().close()).await?;
    Ok(())
}
