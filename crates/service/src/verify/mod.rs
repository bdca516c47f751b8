//! Verifying what is stored, and mending what is made of it (`musubi verify`).
//!
//! It may run beside servers: it reads in chunks, each of one snapshot, and what a chunk finds wrong is looked at once more before it is
//! called so. Mending goes through the background lane in slices; each looks at the record again within its transaction.

mod mend;
mod report;
mod tenant;
mod walk;

use musubi_domain::error::Result;
use musubi_domain::id::TenantNo;
use musubi_store as store;
use musubi_store::db::Snapshot;
use musubi_store::keys::Keys;
use musubi_store::verify::{SearchSums, TokenPlace};

use crate::context::Service;
use tenant::Visit;
use walk::Pace;

pub use report::{Checked, Report};

/// Tokens of the search index that one read looks at.
const TOKENS: i64 = 200_000;
/// Records that one read asks the search index for one by one.
const SUSPECTS: i64 = 20;
/// No tenant: what belongs to none is read under it.
const NOBODY: TenantNo = TenantNo(0);

/// What is to be verified, and how.
#[derive(Clone, Debug, Default)]
pub struct Verify {
    /// The code of the tenant; none: all of them.
    pub tenant: Option<String>,
    /// Whether what is made of documents is made anew where it is wrong.
    pub repair: bool,
    /// Whether nobody else works on the data: then a read may take as long as it takes, and the engine checks itself whole.
    pub alone: bool,
}

/// What is being looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The engine.
    Engine,
    /// Records with what is made of them, and their history.
    Records,
    /// The keys of indexes.
    Keys,
    /// The values that one record alone may hold.
    UniqueValues,
    /// The links between records.
    Links,
    /// The rows of the search index.
    SearchRows,
    /// Change sets.
    ChangeSets,
    /// The operation log.
    Log,
    /// The feed of events.
    Events,
    /// Counters.
    Counters,
    /// The content of the search index.
    SearchContent,
}

impl Part {
    /// Its word, for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Records => "records",
            Self::Keys => "keys",
            Self::UniqueValues => "unique_values",
            Self::Links => "links",
            Self::SearchRows => "search_rows",
            Self::ChangeSets => "change_sets",
            Self::Log => "log",
            Self::Events => "events",
            Self::Counters => "counters",
            Self::SearchContent => "search_content",
        }
    }
}

/// How far it has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The code of the tenant, where it is at one.
    pub tenant: Option<&'a str>,
    /// The name of the database, where it is at one.
    pub database: Option<&'a str>,
    /// What is being looked at.
    pub part: Part,
    /// Rows of it that have been looked at.
    pub done: i64,
}

/// Verifies what is stored; `on_progress` is called after each chunk. What is wrong is in the report, and is no error.
///
/// # Errors
/// Invalid at `--tenant` where there is no such tenant; Unavailable or StorageFull, where the database cannot be used.
pub async fn verify(
    service: &Service,
    keys: &Keys,
    command: Verify,
    on_progress: impl FnMut(&Progress<'_>) + Send,
) -> Result<Report> {
    let tenants = tenants(service, command.tenant.as_deref()).await?;
    let mut verifier = Verifier {
        service,
        keys,
        repair: command.repair,
        report: Report::default(),
        on_progress: Box::new(on_progress),
        sums: None,
    };
    verifier.engine(command.alone).await?;
    let mut visits = Vec::with_capacity(tenants.len());
    for (number, code) in tenants {
        let mut visit = Visit::new(number, code);
        verifier.tenant(&mut visit).await?;
        visits.push(visit);
    }
    verifier.search_content(&mut visits).await?;
    for visit in &visits {
        verifier.log_repair(visit).await?;
    }
    Ok(verifier.report)
}

async fn tenants(service: &Service, code: Option<&str>) -> Result<Vec<(TenantNo, String)>> {
    if let Some(code) = code {
        return Ok(vec![(service.tenant_chosen(Some(code)).await?, code.to_owned())]);
    }
    let (mut tenants, mut after) = (Vec::new(), NOBODY);
    loop {
        let rows = service.db().get_unscoped(move |unscoped| store::tenant::tenant_list(unscoped, after)).await?;
        let Some((last, _)) = rows.last() else { return Ok(tenants) };
        after = *last;
        tenants.extend(rows.into_iter().map(|(number, tenant)| (number, tenant.code)));
    }
}

/// What a run works with.
struct Verifier<'s> {
    service: &'s Service,
    keys: &'s Keys,
    repair: bool,
    report: Report,
    on_progress: Box<dyn FnMut(&Progress<'_>) + Send + 's>,
    /// What the search index must hold, where its content is compared as a whole.
    sums: Option<SearchSums>,
}

impl Verifier<'_> {
    /// Asks the engine what it thinks of its file.
    async fn engine(&mut self, alone: bool) -> Result<()> {
        let mut visit = Visit::new(NOBODY, String::new());
        let pace = &mut Pace::of_a_whole();
        let begin = |snapshot: &mut Snapshot<'_>, _| SearchSums::begin(snapshot);
        self.sums = self.look(&visit, Part::SearchContent, pace, begin).await?.flatten();
        let tables =
            self.look(&visit, Part::Engine, pace, |snapshot, _| store::verify::engine_tables(snapshot)).await?;
        let Some(Some(tables)) = tables else { return Ok(()) };
        self.report.checked.engine = true;
        let checks = if alone { vec![None] } else { tables.into_iter().map(Some).collect() };
        for (done, table) in (1..).zip(checks) {
            let pace = &mut Pace::of_a_whole();
            let look = move |snapshot: &mut Snapshot<'_>, _| store::verify::engine_look(snapshot, table.as_deref());
            let found = self.look(&visit, Part::Engine, pace, look).await?.unwrap_or_default();
            self.settle(&mut visit, found).await?;
            self.progress(&visit, Part::Engine, done);
        }
        Ok(())
    }

    /// Holds the content of the search index against what the records of all visits make, where that is done as a whole.
    async fn search_content(&mut self, visits: &mut [Visit]) -> Result<()> {
        let (Some(mut sums), Some(first)) = (self.sums.take(), visits.first_mut()) else { return Ok(()) };
        let (mut place, mut pace) = (Some(TokenPlace::default()), Pace::of(TOKENS));
        while let Some(from) = place {
            let look = move |snapshot: &mut Snapshot<'_>, most| store::verify::tokens_look(snapshot, &from, most);
            let Some(part) = self.look(first, Part::SearchContent, &mut pace, look).await? else { return Ok(()) };
            part.prints.iter().for_each(|(record, print)| sums.take_away(*record, *print));
            self.report.checked.search_tokens += part.count;
            self.progress(first, Part::SearchContent, self.report.checked.search_tokens);
            place = part.next;
        }
        for visit in visits {
            let databases: Vec<_> = visit.databases.keys().copied().collect();
            for database in databases {
                for (after, until) in sums.unequal(database) {
                    let look = move |snapshot: &mut Snapshot<'_>, after: &_, most| {
                        store::verify::search_suspects_look(snapshot, (*after, until), most)
                    };
                    self.walk(visit, (Part::SearchContent, Some(database)), after, SUSPECTS, look).await?;
                }
            }
        }
        Ok(())
    }
}
