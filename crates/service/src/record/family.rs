//! What stands above and below a record (parent and child companies), as a tree of bounded size.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::limits;
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::db::Snapshot;
use uuid::Uuid;

use crate::context::Service;

/// Levels above a record that are shown.
const LEVELS_ABOVE: usize = 10;

/// A record of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyMember {
    /// Its outside id.
    pub record: Uuid,
    /// What stands for it; none where the caller may not know.
    pub display_name: Option<String>,
    /// The place of the member above it in the list; none at the top.
    pub above: Option<usize>,
    /// How many stand below it that are not shown, as far as they were counted.
    pub left_out: usize,
}

/// A tree: whoever stands above somebody comes before him in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    /// The members, the top first.
    pub members: Vec<FamilyMember>,
    /// Whether there is more above the top.
    pub has_more_above: bool,
}

/// The tree in which a record stands: up to ten levels above it, and what is below its top, at most [`limits::FAMILY_RECORDS`] in all
/// and [`limits::FAMILY_CHILDREN`] below one. The record and those above it are there in any case. Where the caller does not see the
/// item that says what is above, or the database has none, the record is alone.
///
/// # Errors
/// NotFound at `record` where the caller may not see it; Forbidden where he may not read the database.
pub async fn record_family(service: &Service, context: &Arc<Context>, database: &str, record: Uuid) -> Result<Family> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let read = move |snapshot: &mut Snapshot<'_>| {
        let found = store::record::record_by_id(snapshot, &sight, &template, record)?;
        let own = found.ok_or_else(|| Error::not_found("record"))?;
        let item = template.detail.parent_item.filter(|item| sight.sees(*item));
        let look = Look { sight: &sight, template: &template };
        match item {
            Some(item) => look.family(snapshot, item, &own),
            None => Ok(Family { members: vec![look.member(&own, None)], has_more_above: false }),
        }
    };
    service.db().page(context.tenant, read).await
}

struct Look<'a> {
    sight: &'a Sight,
    template: &'a Template,
}

impl Look<'_> {
    fn member(&self, record: &Record, above: Option<usize>) -> FamilyMember {
        let display_name = Some(record.display_name.clone()).filter(|_| self.sight.sees_name(self.template));
        FamilyMember { record: record.id, display_name, above, left_out: 0 }
    }

    fn seen(&self, snapshot: &mut Snapshot<'_>, number: RecordNo) -> Result<Option<Record>> {
        store::record::record_by_number(snapshot, self.sight, self.template, number)
    }

    /// The record and those above it, the top first. What the caller may not see ends it.
    fn line_above(&self, snapshot: &mut Snapshot<'_>, item: ItemNo, own: &Record) -> Result<(VecDeque<Record>, bool)> {
        let mut line = VecDeque::from([own.clone()]);
        loop {
            let top = line.front().map_or(own.number, |record| record.number);
            let Some(number) = store::link::links_of_item(snapshot, top, item)?.first().copied() else {
                return Ok((line, false));
            };
            // Nothing stands above itself; were it so, this would end all the same.
            let is_known = line.iter().any(|record| record.number == number);
            match self.seen(snapshot, number)?.filter(|_| !is_known && line.len() <= LEVELS_ABOVE) {
                Some(record) => line.push_front(record),
                None => return Ok((line, true)),
            }
        }
    }

    fn family(&self, snapshot: &mut Snapshot<'_>, item: ItemNo, own: &Record) -> Result<Family> {
        let (line, has_more_above) = self.line_above(snapshot, item, own)?;
        let kept: BTreeSet<RecordNo> = line.iter().map(|record| record.number).collect();
        let mut family = Family { members: Vec::new(), has_more_above };
        let (mut known, mut waiting) = (kept.clone(), VecDeque::new());
        // Those of the line are there before anybody beside it takes their place.
        let mut room = limits::FAMILY_RECORDS.saturating_sub(line.len());
        if let Some(top) = line.front() {
            family.members.push(self.member(top, None));
            waiting.push_back((0, top.number));
        }
        while let Some((place, number)) = waiting.pop_front() {
            let children = store::link::referrers_by_item(snapshot, number, item, RecordNo(0), limits::ACTION_RECORDS)?;
            let (first, others): (Vec<_>, Vec<_>) = children.into_iter().partition(|child| kept.contains(child));
            let mut shown = 0;
            for child in first.into_iter().chain(others) {
                let is_of_line = kept.contains(&child);
                let is_full = shown >= limits::FAMILY_CHILDREN || room == 0;
                if !is_of_line && (is_full || known.contains(&child)) {
                    if let Some(member) = family.members.get_mut(place) {
                        member.left_out += 1;
                    }
                    continue;
                }
                let Some(record) = self.seen(snapshot, child)? else { continue };
                known.insert(child);
                shown += 1;
                room -= usize::from(!is_of_line);
                family.members.push(self.member(&record, Some(place)));
                waiting.push_back((family.members.len() - 1, child));
            }
        }
        Ok(family)
    }
}
