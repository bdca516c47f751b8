//! How requests name records.

use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_service::record::RecordKey;
use uuid::Uuid;

use super::list::{Pagination, pagination};
use super::within;
use crate::crm::wire::read_uuid;
use crate::crm::words::Words;
use crate::extract::json::{Json, Problems, Reader};

/// Records that one call deletes.
const MOST: i64 = limits::ACTION_RECORDS;

/// A key, and where it stood.
pub(crate) type KeyAt = (RecordKey, String);

/// The keys of a delete call.
pub(crate) struct DeleteRequest {
    pub(crate) keys: Vec<KeyAt>,
    pub(crate) force: bool,
}

/// The key of a detail call.
pub(crate) fn detail(body: &Json<'_>, words: &Words) -> Result<KeyAt, Problems> {
    let mut problems = Problems::new();
    let at = within(body, &["param"], &mut problems);
    at.and_then(|at| id_or_linkage(&at, words, &mut problems)).filter(|_| problems.is_empty()).ok_or(problems)
}

/// The key and the page of the list of a contact's cards.
pub(crate) fn cards(body: &Json<'_>, words: &Words) -> Result<(KeyAt, Pagination), Problems> {
    let mut problems = Problems::new();
    let at = within(body, &["param", "conditions"], &mut problems);
    let asked = at.and_then(|at| {
        let key = id_or_linkage(&at, words, &mut problems);
        let page = pagination(&at.member("pagination"), &mut problems);
        key.zip(page)
    });
    asked.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The id, else slot and value; where both are given the id decides.
fn id_or_linkage(at: &Reader<'_, '_>, words: &Words, problems: &mut Problems) -> Option<KeyAt> {
    let id = at.member(words.id);
    if id.is_given() {
        return read_uuid(&id, problems).map(|uuid| (RecordKey::Id(uuid), id.path()));
    }
    if !at.member("systemLinkageID").is_given() && !at.member("linkageIDValue").is_given() {
        at.refuse(Message::OneRequired { members: words.detail_keys }, problems);
        return None;
    }
    linkage(at, problems).map(|key| (key, at.member("linkageIDValue").path()))
}

/// `systemLinkageID` and `linkageIDValue` as a key.
fn linkage(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<RecordKey> {
    let slot = at.member("systemLinkageID");
    let slot = slot.required_integer(limits::LINKAGE_SLOT_FIRST, limits::LINKAGE_SLOT_LAST, problems);
    let member = at.member("linkageIDValue");
    let value = member.required_text(problems);
    if value.is_some_and(|value| value.contains('\0')) {
        member.refuse(Message::ControlCharacter, problems);
        return None;
    }
    Some(RecordKey::Linkage { slot: slot?, value: value?.to_owned() })
}

/// The ids that name a record: its own, and where it has one that of what it belongs to.
fn ids(at: &Reader<'_, '_>, words: &Words, problems: &mut Problems) -> Option<RecordKey> {
    let mut read = |name| read_uuid(&at.member(name), problems);
    let owner: Option<Option<Uuid>> = match words.owner {
        Some(owner) => read(owner).map(Some),
        None => Some(None),
    };
    let id = read(words.id);
    Some(match owner? {
        Some(owner) => RecordKey::Owned { owner, id: id? },
        None => RecordKey::Id(id?),
    })
}

/// The key of an update call: exactly one of the two ways.
pub(crate) fn update(at: &Reader<'_, '_>, words: &Words, problems: &mut Problems) -> Option<KeyAt> {
    let (info, slot) = (at.member(words.info), at.member("systemLinkageInfo"));
    match (info.is_given(), slot.is_given()) {
        (true, true) => at.refuse(Message::OnlyOneOf { members: words.update_keys }, problems),
        (false, false) => at.refuse(Message::OneRequired { members: words.update_keys }, problems),
        (true, false) if info.object(problems) => {
            return ids(&info, words, problems).map(|key| (key, info.path()));
        }
        (false, true) if slot.object(problems) => {
            return linkage(&slot, problems).map(|key| (key, slot.path()));
        }
        _ => {}
    }
    None
}

/// The request of a delete call: exactly one of the two lists, with 1-1,000 elements.
pub(crate) fn delete(body: &Json<'_>, words: &Words) -> Result<DeleteRequest, Problems> {
    let mut problems = Problems::new();
    let Some(at) = within(body, &["param", "toData", words.delete], &mut problems) else { return Err(problems) };
    let force = at.member("forceDeleteFlag").flag(&mut problems).unwrap_or_default();
    let (by_id, by_slot) = (at.member(words.delete_list), at.member("deleteSystemLinkageList"));
    let (ids_given, slots_given) = (by_id.list(&mut problems), by_slot.list(&mut problems));
    let (list, elements) = match (ids_given.is_empty(), slots_given.is_empty()) {
        (false, true) => (by_id, ids_given),
        (true, false) => (by_slot, slots_given),
        (false, false) => {
            at.refuse(Message::OnlyOneOf { members: words.delete_keys }, &mut problems);
            return Err(problems);
        }
        (true, true) => {
            at.refuse(Message::OneRequired { members: words.delete_keys }, &mut problems);
            return Err(problems);
        }
    };
    if i64::try_from(elements.len()).is_ok_and(|count| count > MOST) {
        list.refuse(Message::TooManyRecords { most: MOST }, &mut problems);
        return Err(problems);
    }
    let is_by_id = list.path().ends_with(words.delete_list);
    let mut keys: Vec<KeyAt> = Vec::with_capacity(elements.len());
    for element in elements {
        if !element.object(&mut problems) {
            continue;
        }
        let key = if is_by_id { ids(&element, words, &mut problems) } else { linkage(&element, &mut problems) };
        keys.extend(key.map(|key| (key, element.path())));
    }
    if problems.is_empty() { Ok(DeleteRequest { keys, force }) } else { Err(problems) }
}
