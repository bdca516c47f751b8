//! What the record engine keeps of a tenant's records, and a question for each of its reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::change_set::{ChangeCounts, ChangeSet, ChangeSetState, LeftReason};
use musubi_domain::client;
use musubi_domain::condition::Field;
use musubi_domain::error::Result;
use musubi_domain::id::{ChangeSetNo, DatabaseNo, IndexNo, ItemNo, JobNo, OrganizationNo, RecordNo, UserNo};
use musubi_domain::item::ItemValue;
use musubi_domain::key::Likeness;
use musubi_domain::record::{Facts, NewRecord, RecordChange};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store::db::Tx;
use musubi_store::record::LinkChange;
use musubi_store::{change_set, counter, history, link, record, template, user};
use uuid::Uuid;

use super::{Owned, Question};
use crate::fixture::TENANT;

/// What the engine has of a tenant.
#[derive(Clone, Default)]
pub(super) struct Kept {
    set: Option<ChangeSetNo>,
    set_id: Uuid,
    /// A record that refers to the tenant's first.
    child: Option<RecordNo>,
    /// A record in the trash.
    gone: Option<(RecordNo, Uuid)>,
    item: Option<ItemNo>,
    index: Option<(IndexNo, Vec<u8>)>,
}

/// Adds a record that refers to `parent`, one in the trash, a change with its history, and their change set.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    template: &Arc<Template>,
    parent: RecordNo,
    word: &str,
    (user, organization): (UserNo, OrganizationNo),
) -> Result<Kept> {
    let set = counter::change_set_number_next(tx)?;
    let name = template.item(client::NAME).unwrap().number;
    let item = template.item(client::PARENT).unwrap().number;
    let named = |word: &str| [(name, ItemValue::Ruby { value: word.to_owned(), ruby: String::new() })];
    let (now, actor) = (tx.context().now, tx.context().actor.user);
    let add = |tx: &mut Tx<'_>, links: &[(ItemNo, RecordNo)]| -> Result<(RecordNo, Uuid)> {
        let new = NewRecord { id: tx.next_id(), facts: Facts::new(named(word), now, actor), linkage: Vec::new() };
        Ok((record::record_insert(tx, template, &new, links, set)?, new.id))
    };
    let (child, _) = add(tx, &[(item, parent)])?;
    let gone = add(tx, &[])?;
    let trashed = record::record_by_number(tx, &Sight::all(), template, gone.0)?.unwrap();
    record::record_trash(tx, template, &trashed, set)?;
    let stands = record::record_by_number(tx, &Sight::all(), template, child)?.unwrap();
    let value = ItemValue::Ruby { value: format!("{word}改"), ruby: String::new() };
    let change = RecordChange { items: BTreeMap::from([(name, Some(value))]), linkage: Vec::new() };
    record::record_update(tx, template, &stands, &change, &LinkChange::default(), set)?;
    let changed = record::record_by_number(tx, &Sight::all(), template, child)?.unwrap();
    let set_id = tx.next_id();
    change_set::change_set_insert(
        tx,
        &ChangeSet {
            number: set,
            id: set_id,
            kind: "test".to_owned(),
            user: actor,
            door: "system".to_owned(),
            at: now,
            database: Some(template.database),
            target: word.to_owned(),
            counts: ChangeCounts::default(),
            state: ChangeSetState::Done,
            undoes: Some(set),
        },
    )?;
    change_set::change_set_job_set(tx, set, JobNo(1))?;
    change_set::change_set_left_insert(tx, set, child, LeftReason::ChangedSince)?;
    // The other tenant has a person and an organization of the same numbers, who do not belong together.
    if tx.tenant() == TENANT {
        user::user_organization_insert(tx, user, organization)?;
    }
    // By its name: every tenant has indexes of these numbers, and records without a prefecture.
    let likeness = template.index_on(Field::Likeness { item: name, likeness: Likeness::Company }).unwrap();
    let index = changed.facts(template).keys(template).into_iter().find(|(index, _)| *index == likeness);
    Ok(Kept { set: Some(set), set_id, child: Some(child), gone: Some(gone), item: Some(item), index })
}

/// One question for each read: does it give what is owned?
pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let o = owned;
    let kept = &o.kept;
    let (set, child, item) = (kept.set, kept.child, kept.item);
    let (record, template, index, gone) = (o.record, o.template.clone(), kept.index.clone(), kept.gone);
    let database = template.as_ref().map_or(DatabaseNo(0), |template| template.database);
    let before = (RecordNo::range(database).0, RecordNo(i64::MAX));
    let (id, user, set_id) = (o.id, o.user, kept.set_id);
    let all = Sight::all();
    let mut questions: Vec<(&'static str, Question)> = Vec::new();
    let mut ask = |name, question: Question| questions.push((name, question));
    ask("change_set_by_number", Box::new(move |s| Ok(change_set::change_set_by_number(s, set.unwrap())?.is_some())));
    ask("change_set_number_by_id", Box::new(move |s| Ok(change_set::change_set_number_by_id(s, set_id)?.is_some())));
    ask(
        "change_set_list",
        Box::new(move |s| Ok(change_set::change_set_list(s, None, 100)?.iter().any(|found| Some(found.number) == set))),
    );
    ask(
        "change_set_records",
        Box::new(move |s| Ok(!change_set::change_set_records(s, set.unwrap(), None, 10)?.is_empty())),
    );
    ask("change_set_created", Box::new(move |s| change_set::change_set_created(s, set.unwrap(), child.unwrap())));
    ask("change_set_job", Box::new(move |s| Ok(change_set::change_set_job(s, set.unwrap())?.is_some())));
    ask("change_set_undoing", Box::new(move |s| Ok(change_set::change_set_undoing(s, set.unwrap())?.is_some())));
    ask(
        "change_set_left",
        Box::new(move |s| Ok(!change_set::change_set_left(s, set.unwrap(), RecordNo(0), 10)?.is_empty())),
    );
    ask("history_of_record", Box::new(move |s| Ok(!history::history_of_record(s, child.unwrap(), 10)?.is_empty())));
    ask(
        "history_in_change_set",
        Box::new(move |s| Ok(!history::history_in_change_set(s, set.unwrap(), child.unwrap())?.is_empty())),
    );
    ask("referrers", Box::new(move |s| Ok(!link::referrers(s, record.unwrap(), None, 10)?.is_empty())));
    ask(
        "referrers_by_item",
        Box::new(move |s| Ok(!link::referrers_by_item(s, record.unwrap(), item.unwrap(), RecordNo(0), 10)?.is_empty())),
    );
    ask("links_of_item", Box::new(move |s| Ok(!link::links_of_item(s, child.unwrap(), item.unwrap())?.is_empty())));
    ask(
        "records_by_key",
        Box::new(move |s| {
            let (index, key) = index.as_ref().unwrap();
            Ok(!record::records_by_key(s, *index, key, RecordNo(0), 10)?.is_empty())
        }),
    );
    let (sight, own) = (all.clone(), template.clone());
    ask(
        "record_or_trash_by_id",
        Box::new(move |s| {
            Ok(record::record_or_trash_by_id(s, &sight, own.as_ref().unwrap(), gone.unwrap().1)?.is_some())
        }),
    );
    let (sight, own) = (all.clone(), template.clone());
    ask(
        "record_or_trash_by_number",
        Box::new(move |s| {
            Ok(record::record_or_trash_by_number(s, &sight, own.as_ref().unwrap(), gone.unwrap().0)?.is_some())
        }),
    );
    ask("record_identity", Box::new(move |s| Ok(record::record_identity(s, record.unwrap())?.is_some())));
    ask("record_walk", Box::new(move |s| Ok(!record::record_walk(s, database, before.0, 10)?.is_empty())));
    ask("record_highest", Box::new(move |s| Ok(record::record_highest(s, database)?.is_some())));
    ask("record_count_all", Box::new(move |s| Ok(record::record_count_all(s, database)? > 0)));
    let (sight, own) = (all, template);
    ask(
        "trash_list",
        Box::new(move |s| Ok(!record::trash_list(s, &sight, own.as_ref().unwrap(), None, 10)?.0.is_empty())),
    );
    ask("template_by_number", Box::new(move |s| Ok(template::template_by_number(s, database)?.is_some())));
    ask("template_version", Box::new(move |s| Ok(template::template_version(s, database)?.is_some())));
    ask("database_number", Box::new(move |s| Ok(template::database_number(s, client::DATABASE)? == Some(database))));
    ask("database_name", Box::new(move |s| Ok(template::database_name(s, database)?.is_some())));
    ask("database_list", Box::new(move |s| Ok(template::database_list(s, DatabaseNo(0))?.contains(&database))));
    ask("user_organization_ids", Box::new(move |s| Ok(user::user_organization_ids(s, user.unwrap())?.contains(&id))));
    questions
}
