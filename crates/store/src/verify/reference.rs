//! References: what they point at, their links, and records that stand below one another.

use std::collections::{BTreeMap, BTreeSet};

use musubi_domain::error::Result;
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo};
use musubi_domain::item::{Item, ItemValue, Target};
use musubi_domain::template::Template;
use musubi_domain::verify::{Flaw, Spot};
use uuid::Uuid;

use super::Found;
use super::lookup::{Kind, Question, ask};
use super::record::Sound;
use super::templates::Templates;
use crate::db::{Snapshot, Value};
use crate::link::links_of_item;

/// The state is asked of the record that was found: on PostgreSQL a condition on it leads to an index of all that is live, which looks as
/// good as that of ids as long as the table has no figures.
const RECORD: Question<'_> = Question {
    key: &[("database_no", Kind::Number), ("id", Kind::Bytes)],
    answers: &["SELECT CASE WHEN r.deleted_at IS NULL THEN r.record_no END FROM record r
                WHERE r.tenant_no = ?1 AND r.database_no = w.database_no AND r.record_id = w.id"],
};
const USER: Question<'_> = Question {
    key: &[("id", Kind::Bytes)],
    answers: &["SELECT u.user_no FROM user_account u WHERE u.tenant_no = ?1 AND u.user_id = w.id"],
};
const ORGANIZATION: Question<'_> = Question {
    key: &[("id", Kind::Bytes)],
    answers: &["SELECT o.organization_no FROM organization o WHERE o.tenant_no = ?1 AND o.organization_id = w.id"],
};
const LINK: Question<'_> = Question {
    key: &[("target_no", Kind::Number), ("item_no", Kind::Number), ("record_no", Kind::Number)],
    answers: &["SELECT l.record_no FROM record_link l
                WHERE l.tenant_no = ?1 AND l.target_no = w.target_no AND l.item_no = w.item_no AND l.record_no = w.record_no"],
};

/// What the ids of an item point at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Users,
    Organizations,
    Records(DatabaseNo),
    /// Into a database that is not there.
    Nothing,
}

/// One id that a record holds.
struct Reference<'a> {
    of: &'a Sound<'a>,
    item: ItemNo,
    aim: Aim,
    id: Uuid,
}

impl Reference<'_> {
    fn flaw(&self, flaw: Flaw) -> Found {
        Found::of(self.of.stored, flaw, Spot::Item(self.item)).detailed(self.id.to_string())
    }
}

/// The links that a record must have: its references that point at a live record.
pub(super) fn links_wanted(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    template: &Template,
    sound: &Sound<'_>,
) -> Result<Vec<(ItemNo, RecordNo)>> {
    let references = references(snapshot, templates, template, std::slice::from_ref(sound))?;
    let to_records: Vec<_> = references.iter().filter(|reference| matches!(reference.aim, Aim::Records(_))).collect();
    let targets = targets(snapshot, &to_records)?;
    Ok(to_records.iter().zip(targets).filter_map(|(reference, target)| Some((reference.item, target?))).collect())
}

/// References that point at nothing, and those whose link is missing.
pub(super) fn references_look(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    template: &Template,
    live: &[Sound<'_>],
) -> Result<Vec<Found>> {
    let references = references(snapshot, templates, template, live)?;
    let mut found = Vec::new();
    for (aim, question) in [(Aim::Users, &USER), (Aim::Organizations, &ORGANIZATION)] {
        let named: Vec<_> = references.iter().filter(|reference| reference.aim == aim).collect();
        let ids: BTreeSet<Uuid> = named.iter().map(|reference| reference.id).collect();
        let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
        let answers = ask(snapshot, question, &keys)?;
        let unknown = ids.into_iter().zip(answers).filter(|(_, answer)| *answer == [None]);
        let unknown: BTreeSet<Uuid> = unknown.map(|(id, _)| id).collect();
        found.extend(named.iter().filter(|named| unknown.contains(&named.id)).map(|named| named.flaw(Flaw::Reference)));
    }
    found.extend(
        references.iter().filter(|reference| reference.aim == Aim::Nothing).map(|lost| lost.flaw(Flaw::Reference)),
    );
    let to_records: Vec<_> = references.iter().filter(|reference| matches!(reference.aim, Aim::Records(_))).collect();
    let targets = targets(snapshot, &to_records)?;
    let mut linked = Vec::new();
    for (reference, target) in to_records.into_iter().zip(targets) {
        match target {
            None => found.push(reference.flaw(Flaw::Reference)),
            Some(target) => linked.push((reference, target)),
        }
    }
    let link = |(reference, target): &(&Reference<'_>, RecordNo)| {
        vec![target.0.into(), reference.item.0.into(), reference.of.number().0.into()]
    };
    let answers = ask(snapshot, &LINK, &linked.iter().map(link).collect::<Vec<_>>())?;
    let missing = linked.iter().zip(answers).filter(|(_, answer)| *answer == [None]);
    found.extend(missing.map(|((reference, _), _)| reference.flaw(Flaw::LinkMissing)));
    Ok(found)
}

fn references<'a>(
    snapshot: &mut Snapshot<'_>,
    templates: &mut Templates,
    template: &Template,
    live: &'a [Sound<'a>],
) -> Result<Vec<Reference<'a>>> {
    let mut aims: BTreeMap<ItemNo, Aim> = BTreeMap::new();
    for item in template.items() {
        aims.extend(aim_of(snapshot, templates, item)?.map(|aim| (item.number, aim)));
    }
    let mut all = Vec::new();
    for sound in live {
        for (item, value) in &sound.facts.values {
            let (ItemValue::References(ids), Some(aim)) = (value, aims.get(item)) else { continue };
            all.extend(ids.iter().map(|id| Reference { of: sound, item: *item, aim: *aim, id: *id }));
        }
    }
    Ok(all)
}

fn aim_of(snapshot: &mut Snapshot<'_>, templates: &mut Templates, item: &Item) -> Result<Option<Aim>> {
    Ok(match item.item_type.row().target {
        None => None,
        Some(Target::User) => Some(Aim::Users),
        Some(Target::Organization) => Some(Aim::Organizations),
        Some(Target::Client | Target::Contact | Target::Product | Target::Record) => {
            Some(templates.points_into(snapshot, item)?.map_or(Aim::Nothing, Aim::Records))
        }
    })
}

/// The live records that references point at.
fn targets(snapshot: &mut Snapshot<'_>, references: &[&Reference<'_>]) -> Result<Vec<Option<RecordNo>>> {
    let key = |reference: &&Reference<'_>| match reference.aim {
        Aim::Records(database) => vec![database.0.into(), reference.id.into()],
        Aim::Users | Aim::Organizations | Aim::Nothing => vec![Value::Integer(0), reference.id.into()],
    };
    let answers = ask(snapshot, &RECORD, &references.iter().map(key).collect::<Vec<_>>())?;
    Ok(answers.into_iter().map(|answer| answer.first().copied().flatten().map(RecordNo)).collect())
}

/// Records that stand below themselves, each round told once, of its lowest number. Ways that lead to the top are walked once.
pub(super) fn cycles_look(snapshot: &mut Snapshot<'_>, template: &Template, live: &[Sound<'_>]) -> Result<Vec<Found>> {
    let Some(parent_item) = template.detail.parent_item else { return Ok(Vec::new()) };
    let mut known: BTreeSet<RecordNo> = BTreeSet::new();
    let mut found = Vec::new();
    for sound in live.iter().filter(|sound| sound.facts.values.contains_key(&parent_item)) {
        let mut way = vec![sound.number()];
        let mut on_the_way = BTreeSet::from([sound.number()]);
        let mut round = None;
        while let Some(last) = way.last().filter(|last| !known.contains(last)) {
            let Some(above) = links_of_item(snapshot, *last, parent_item)?.into_iter().next() else { break };
            if !on_the_way.insert(above) {
                round = Some(above);
                break;
            }
            way.push(above);
        }
        let Some(begin) = round else {
            known.extend(way);
            continue;
        };
        if way.iter().skip_while(|number| **number != begin).min() == Some(&sound.number()) {
            found.push(Found::of(sound.stored, Flaw::ParentCycle, Spot::Item(parent_item)));
        }
    }
    Ok(found)
}
