//! What a record must have elsewhere: keys in indexes, values that it alone holds.

use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, RecordNo};
use musubi_domain::limits;
use musubi_domain::record::Facts;
use musubi_domain::template::Template;
use musubi_domain::verify::{Flaw, Spot};

use super::Found;
use super::lookup::{Kind, Question, ask};
use super::record::{Sound, Stored, stored_between};
use crate::db::{Snapshot, Value};

const KEY: Question<'_> = Question {
    key: &[("index_no", Kind::Number), ("key", Kind::Bytes), ("record_no", Kind::Number)],
    answers: &["SELECT k.record_no FROM record_key k
                WHERE k.tenant_no = ?1 AND k.index_no = w.index_no AND k.key = w.key AND k.record_no = w.record_no"],
};
const HOLDER: Question<'_> = Question {
    key: &[("database_no", Kind::Number), ("index_no", Kind::Number), ("key", Kind::Text)],
    answers: &[
        "SELECT u.record_no FROM record_unique u
                WHERE u.tenant_no = ?1 AND u.database_no = w.database_no AND u.index_no = w.index_no AND u.key = w.key",
    ],
};

/// The keys that indexes lack. One that is being filled may lack any.
pub(super) fn keys_missing(snapshot: &mut Snapshot<'_>, template: &Template, live: &[Sound<'_>]) -> Result<Vec<Found>> {
    let ready: Vec<_> = template.indexes().iter().filter(|index| index.ready).collect();
    let (mut owners, mut keys): (Vec<(&Sound<'_>, IndexNo)>, Vec<Vec<Value>>) = Default::default();
    for sound in live {
        for (index, key) in ready.iter().flat_map(|index| sound.facts.keys_in(index)) {
            owners.push((sound, index));
            keys.push(vec![index.0.into(), key.into(), sound.number().0.into()]);
        }
    }
    let mut found: Vec<Found> = Vec::new();
    for ((sound, index), answer) in owners.into_iter().zip(ask(snapshot, &KEY, &keys)?) {
        let missing = Found::of(sound.stored, Flaw::KeyMissing, Spot::Index(index));
        // A record that lacks several keys of an index is told once.
        if answer == [None] && found.last() != Some(&missing) {
            found.push(missing);
        }
    }
    Ok(found)
}

/// What a record alone may hold: values of key items and linkage values, each with the number that it stands under.
pub(super) fn held(template: &Template, stored: &Stored, facts: &Facts) -> Vec<(i64, String)> {
    let keys = facts.unique_keys(template).into_iter().map(|(item, key)| (item.0, key));
    keys.chain(stored.record.linkage.iter().map(|value| (value.slot, value.value.clone()))).collect()
}

/// Where a value stands that one record alone may hold.
pub(super) fn held_spot(of: i64) -> Spot {
    if of >= limits::LINKAGE_SLOT_FIRST { Spot::Slot(of) } else { Spot::Item(musubi_domain::id::ItemNo(of)) }
}

/// The values that are not noted as held by who has them.
pub(super) fn uniques_missing(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    live: &[Sound<'_>],
) -> Result<Vec<Found>> {
    let mut asked = Vec::new();
    for sound in live {
        asked.extend(held(template, sound.stored, &sound.facts).into_iter().map(|(of, key)| (sound, of, key)));
    }
    let key =
        |(_, of, key): &(&Sound<'_>, i64, String)| vec![template.database.0.into(), (*of).into(), key.as_str().into()];
    let answers = ask(snapshot, &HOLDER, &asked.iter().map(key).collect::<Vec<_>>())?;
    let mut found = Vec::new();
    for ((sound, of, key), answer) in asked.into_iter().zip(answers) {
        let holder = answer.first().copied().flatten().map(RecordNo);
        if holder == Some(sound.number()) {
            continue;
        }
        let flaw = match holder {
            Some(holder) if claims(snapshot, template, holder, of, &key)? => Flaw::UniqueClash,
            _ => Flaw::UniqueMissing,
        };
        found.push(Found::of(sound.stored, flaw, held_spot(of)));
    }
    Ok(found)
}

/// Whether a record of the template's database has a value that one alone may have. One that cannot be judged is believed.
pub(super) fn claims(
    snapshot: &mut Snapshot<'_>,
    template: &Template,
    record: RecordNo,
    of: i64,
    key: &str,
) -> Result<bool> {
    let stored = stored_between(snapshot, RecordNo(record.0 - 1), record, 1)?.into_iter().next();
    Ok(stored.is_some_and(|stored| {
        let is_damaged = !stored.flaws(template).is_empty();
        stored.is_live() && (is_damaged || holds(template, &stored, of, key))
    }))
}

/// Whether a record that is sound has a value under this number.
pub(super) fn holds(template: &Template, stored: &Stored, of: i64, key: &str) -> bool {
    let facts = stored.record.facts(template);
    stored.database == template.database
        && held(template, stored, &facts).iter().any(|(held_of, held)| *held_of == of && held == key)
}
