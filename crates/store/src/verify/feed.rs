//! The feeds: numbers without a hole up to the seal, nothing beyond it, and the chain of the operation log.

use std::ops::ControlFlow;

use musubi_domain::error::Result;
use musubi_domain::verify::{Flaw, Spot};

use super::{Found, Looked};
use crate::db::Snapshot;
use crate::seal::{ChainBreak, ChainPlace, SealKey, chain_step, events_sealed};

/// How far the operation log has been followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPlace(ChainPlace);

/// Follows the numbers of the feed of events from one on, at most `most`; the first begins at `i64::MIN`.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn events_look(snapshot: &mut Snapshot<'_>, after: i64, most: i64) -> Result<Looked<i64>> {
    let sealed = events_sealed(snapshot)?;
    let mut looked = Looked { found: Vec::new(), count: 0, next: None };
    let (mut expected, mut last) = (after.clamp(0, sealed) + 1, None);
    let mut beyond = after > sealed;
    let sql = "SELECT number FROM event WHERE tenant_no = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    snapshot.each(sql, &[after.into(), most.into()], |mut row| {
        let number: i64 = row.take()?;
        looked.count += 1;
        last = Some(number);
        if number < 1 || number > sealed {
            // What follows one that is beyond is so too.
            if number < 1 || !beyond {
                looked.found.push(entry(Flaw::EventBeyond, number, number));
            }
            beyond = number > sealed;
            return Ok(ControlFlow::Continue(()));
        }
        if number != expected {
            looked.found.push(entry(Flaw::EventHole, expected, number - 1));
        }
        expected = number + 1;
        Ok(ControlFlow::Continue(()))
    })?;
    looked.next = last.filter(|_| looked.count == most);
    if looked.next.is_none() && expected <= sealed {
        looked.found.push(entry(Flaw::EventHole, expected, sealed));
    }
    Ok(looked)
}

/// Follows the operation log by some blocks.
///
/// # Errors
/// What the database says; Busy where it took too long.
pub fn log_look(snapshot: &mut Snapshot<'_>, key: &SealKey, place: &LogPlace) -> Result<Looked<LogPlace>> {
    let step = chain_step(snapshot, key, place.0.clone())?;
    let told = |found: ChainBreak| match found {
        ChainBreak::Missing(first, last) => entry(Flaw::LogHole, first, last),
        ChainBreak::Changed(first, last) => entry(Flaw::LogChain, first, last),
        ChainBreak::Seal(number) => entry(Flaw::LogSeal, number, number),
        ChainBreak::Beyond(number) => entry(Flaw::LogBeyond, number, number),
    };
    Ok(Looked { found: step.breaks.into_iter().map(told).collect(), count: step.count, next: step.next.map(LogPlace) })
}

fn entry(flaw: Flaw, first: i64, last: i64) -> Found {
    let detail = if first < last { format!("{first}–{last}") } else { String::new() };
    Found::new(flaw, Spot::Entry(first)).detailed(detail)
}
