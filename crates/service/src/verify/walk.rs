//! Reading on chunk by chunk, and looking twice before anything is called wrong.

use musubi_domain::error::{Kind, Result};
use musubi_domain::id::DatabaseNo;
use musubi_domain::verify::{Flaw, Spot};
use musubi_store::db::Snapshot;
use musubi_store::verify::{Found, Looked};

use super::tenant::Visit;
use super::{Part, Progress, Verifier};

/// How often a chunk that cannot be made smaller is tried.
const TRIES: u32 = 3;

/// How many rows a chunk has: fewer after one that took too long, then more again.
pub(super) struct Pace {
    most: i64,
    now: i64,
    tries: u32,
}

impl Pace {
    pub(super) const fn of(most: i64) -> Self {
        Self { most, now: most, tries: TRIES }
    }

    /// Of something whole, which would take as long once more.
    pub(super) const fn of_a_whole() -> Self {
        Self { most: 1, now: 1, tries: 1 }
    }

    /// Holds chunks to this many rows.
    pub(super) fn hold_to(&mut self, most: i64) {
        self.now = self.now.min(most).max(1);
    }

    fn quicken(&mut self) {
        self.now = self.now.saturating_mul(2).min(self.most);
    }

    /// Whether there is another try.
    fn slow_down(&mut self) -> bool {
        self.tries -= u32::from(self.now == 1 && self.tries > 0);
        self.now = (self.now / 4).max(1);
        self.tries > 0
    }
}

impl Verifier<'_> {
    /// What a look at a chunk gives; none where it cannot be had, which is told.
    pub(super) async fn look<T, F>(&mut self, visit: &Visit, part: Part, pace: &mut Pace, look: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: Fn(&mut Snapshot<'_>, i64) -> Result<T> + Clone + Send + 'static,
    {
        loop {
            let (own, most) = (look.clone(), pace.now);
            let error = match self.service.db().scan(visit.number, move |snapshot| own(snapshot, most)).await {
                Ok(looked) => {
                    pace.quicken();
                    return Ok(Some(looked));
                }
                Err(error) => error,
            };
            let flaw = match error.kind() {
                Kind::Busy if pace.slow_down() => continue,
                Kind::Busy => Flaw::Skipped,
                Kind::Internal => Flaw::Unreadable,
                _ => return Err(error),
            };
            let cause = error.cause().map_or("", |cause| cause.for_log()).to_owned();
            let spot = Spot::Table(part.word().to_owned());
            let found = Found { detail: cause, ..Found::new(flaw, spot) };
            self.tell(visit, found).await;
            return Ok(None);
        }
    }

    /// The same, looked at once more where anything is wrong: only what both looks say is.
    pub(super) async fn look_twice<T, F>(
        &mut self,
        visit: &Visit,
        part: Part,
        pace: &mut Pace,
        (look, found): (F, fn(&mut T) -> &mut Vec<Found>),
    ) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: Fn(&mut Snapshot<'_>, i64) -> Result<T> + Clone + Send + 'static,
    {
        let Some(mut first) = self.look(visit, part, pace, look.clone()).await? else { return Ok(None) };
        if found(&mut first).is_empty() {
            return Ok(Some(first));
        }
        let Some(mut second) = self.look(visit, part, pace, look).await? else { return Ok(None) };
        let suspects = std::mem::take(found(&mut first));
        found(&mut second).retain(|found| suspects.iter().any(|suspect| suspect.is_same(found)));
        Ok(Some(second))
    }

    /// Walks to the end, chunk by chunk, and settles what is wrong; how many rows there were.
    pub(super) async fn walk<C, F>(
        &mut self,
        visit: &mut Visit,
        (part, database): (Part, Option<DatabaseNo>),
        begin: C,
        most: i64,
        look: F,
    ) -> Result<i64>
    where
        C: Clone + Send + Sync + 'static,
        F: Fn(&mut Snapshot<'_>, &C, i64) -> Result<Looked<C>> + Clone + Send + 'static,
    {
        let (mut place, mut pace, mut count) = (Some(begin), Pace::of(most), 0);
        visit.at = database;
        while let Some(from) = place {
            let own = look.clone();
            let chunk = move |snapshot: &mut Snapshot<'_>, most| own(snapshot, &from, most);
            let found: fn(&mut Looked<C>) -> &mut Vec<Found> = |looked| &mut looked.found;
            let Some(looked) = self.look_twice(visit, part, &mut pace, (chunk, found)).await? else { break };
            count += looked.count;
            place = looked.next;
            self.settle(visit, looked.found).await?;
            self.progress(visit, part, count);
        }
        visit.at = None;
        Ok(count)
    }

    pub(super) fn progress(&mut self, visit: &Visit, part: Part, done: i64) {
        let tenant = (!visit.code.is_empty()).then_some(visit.code.as_str());
        let database = visit.at.and_then(|database| visit.databases.get(&database)).map(String::as_str);
        (self.on_progress)(&Progress { tenant, database, part, done });
    }
}
