//! What becomes of what is wrong: told, or mended where it is made of something that is right.

use std::collections::BTreeMap;

use musubi_domain::error::{Kind, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, IndexNo, RecordNo};
use musubi_domain::verify::{Finding, Flaw, Spot};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::verify::{Found, Mend};

use super::Verifier;
use super::tenant::Visit;
use crate::template::removal::item_clears_resume_in;

/// Records that one slice mends.
const RECORDS: usize = 20;
/// Rows without a record that one slice takes away.
const STRAYS: usize = 50;
/// Keys of an index that is not there any more that one slice takes away.
const KEYS: i64 = 500;
/// How often a slice is tried that others are in the way of.
const TRIES: u32 = 5;

impl Verifier<'_> {
    /// Mends what can be mended, where that is asked for, and tells the rest.
    pub(super) async fn settle(&mut self, visit: &mut Visit, found: Vec<Found>) -> Result<()> {
        let (derived, rest): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| self.repair && found.flaw.is_derived());
        for found in rest {
            self.tell(visit, found).await;
        }
        let (leftovers, derived): (Vec<_>, Vec<_>) =
            derived.into_iter().partition(|found| found.flaw == Flaw::IndexLeftover);
        let (strays, of_records): (Vec<_>, Vec<_>) = derived.into_iter().partition(|found| found.stray.is_some());
        for found in leftovers {
            self.mend_leftover(visit, found).await?;
        }
        for slice in strays.chunks(STRAYS) {
            let rows: Vec<_> = slice.iter().filter_map(|found| found.stray.clone()).collect();
            let mends = self.write(visit, move |tx| store::verify::strays_mend(tx, &rows)).await?;
            self.told_of(visit, slice.to_vec(), mends).await;
        }
        self.mend_records(visit, of_records).await
    }

    async fn mend_records(&mut self, visit: &mut Visit, found: Vec<Found>) -> Result<()> {
        let mut by_record: BTreeMap<RecordNo, Vec<Found>> = BTreeMap::new();
        for found in found {
            if let Some(number) = found.number {
                by_record.entry(number).or_default().push(found);
            }
        }
        let records: Vec<_> = by_record.into_iter().collect();
        for slice in records.chunks(RECORDS) {
            let flaws =
                |found: &[Found]| found.iter().map(|found| (found.flaw, found.spot.clone())).collect::<Vec<_>>();
            let wanted: Vec<_> = slice.iter().map(|(number, found)| (*number, flaws(found))).collect();
            let write = move |tx: &mut Tx<'_>| {
                let mut mends = Vec::new();
                for (number, flaws) in &wanted {
                    mends.extend(store::verify::record_mend(tx, *number, flaws)?);
                }
                Ok(mends)
            };
            let mends = self.write(visit, write).await?;
            let found = slice.iter().flat_map(|(_, found)| found.iter().cloned()).collect();
            self.told_of(visit, found, mends).await;
        }
        Ok(())
    }

    async fn mend_leftover(&mut self, visit: &mut Visit, found: Found) -> Result<()> {
        let Spot::Index(index) = found.spot else { return Ok(()) };
        let mend = match self.keys_taken_away(visit, index).await? {
            None => Mend::Left,
            Some(0) => Mend::Gone,
            Some(_) => Mend::Mended,
        };
        self.told_of(visit, vec![found], Some(vec![mend])).await;
        Ok(())
    }

    /// How many keys of an index that is not there any more were taken away; none where others were in the way.
    async fn keys_taken_away(&mut self, visit: &Visit, index: IndexNo) -> Result<Option<i64>> {
        let mut all = 0;
        loop {
            let slice = self.write(visit, move |tx| store::verify::leftover_mend(tx, index, KEYS)).await?;
            match slice {
                None => return Ok(None),
                Some(0) => return Ok(Some(all)),
                Some(count) => all += count,
            }
        }
    }

    /// Lets what is left of removed items be cleared away, where the job for it has failed or was cancelled.
    pub(super) async fn resume_clears(&mut self, visit: &Visit, database: DatabaseNo) -> Result<()> {
        let is_left = self.service.template_numbered(visit.number, database).await?;
        if is_left.detail.removed_items.iter().any(|removed| !removed.cleared) {
            self.write(visit, move |tx| item_clears_resume_in(tx, database)).await?;
        }
        Ok(())
    }

    /// Runs a slice of background work; none where others were in its way for too long.
    async fn write<T, F>(&mut self, visit: &Visit, write: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Clone + Send + 'static,
    {
        for _ in 0..TRIES {
            let context = self.service.command_context(visit.number);
            match self.service.db().write(&context, Lane::Background, write.clone()).await {
                Err(error) if error.kind() == Kind::Busy => {}
                other => return other.map(Some),
            }
        }
        Ok(None)
    }

    /// Tells what became of what was to be mended; none: nothing.
    async fn told_of(&mut self, visit: &mut Visit, found: Vec<Found>, mends: Option<Vec<Mend>>) {
        let mends = mends.unwrap_or_else(|| vec![Mend::Left; found.len()]);
        for (found, mend) in found.into_iter().zip(mends) {
            match mend {
                Mend::Gone => {}
                Mend::Left => self.tell(visit, found).await,
                Mend::Taken => self.tell(visit, Found { flaw: Flaw::UniqueClash, ..found }).await,
                Mend::Mended => {
                    *visit.mended.entry(found.flaw).or_default() += 1;
                    let finding = self.finding(visit, found).await;
                    self.report.tell_mended(finding);
                }
            }
        }
    }

    pub(super) async fn tell(&mut self, visit: &Visit, found: Found) {
        let finding = self.finding(visit, found).await;
        self.report.tell(finding);
    }

    /// What was found, in words that people know.
    async fn finding(&self, visit: &Visit, found: Found) -> Finding {
        let database = found.database.or(visit.at);
        let name = database.map(|number| visit.databases.get(&number).cloned().unwrap_or_else(|| number.to_string()));
        let mut spot_value = found.spot.value();
        if let (Spot::Item(item), Some(database)) = (&found.spot, database) {
            let template = self.service.template_numbered(visit.number, database).await.ok();
            let item = template.as_ref().and_then(|template| template.item_numbered(*item));
            spot_value = item.map_or(spot_value, |item| item.name.clone());
        }
        Finding {
            flaw: found.flaw,
            tenant: (!visit.code.is_empty()).then(|| visit.code.clone()),
            database: name,
            record: found.record,
            spot: found.spot,
            spot_value,
            detail: found.detail,
        }
    }

    /// Notes in the operation log of a tenant what was mended of it.
    pub(super) async fn log_repair(&mut self, visit: &Visit) -> Result<()> {
        if visit.mended.is_empty() {
            return Ok(());
        }
        let said: Vec<_> = visit.mended.iter().map(|(flaw, count)| format!("{} {count}", flaw.code())).collect();
        let (target, count) = (said.join(", "), visit.mended.values().sum());
        let context = self.service.command_context(visit.number);
        let write = move |tx: &mut Tx<'_>| {
            tx.record_operation(&Operation { kind: "verify.repair", database: None, target: target.clone(), count })
        };
        self.service.db().write(&context, Lane::Interactive, write).await
    }
}
