//! The requests of lists: a page, and conditions.

use musubi_domain::client;
use musubi_domain::condition::{Field, Operand};
use musubi_domain::contact;
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::time::{DayBounds, Timestamp, parse_date};
use musubi_service::record_filter::{Asked, Filter};
use uuid::Uuid;

use super::within;
use crate::crm::wire::read_uuid;
use crate::extract::json::{Json, Problems, Reader};

/// A page that is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pagination {
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// What a list is asked for.
pub(crate) struct ListRequest {
    pub(crate) asked: Vec<Asked>,
    pub(crate) page: Pagination,
}

/// A member of `searchConditions`, and what it searches.
pub(crate) struct Searched {
    name: &'static str,
    by: By,
}

enum By {
    Part(&'static [Uuid]),
    Names(Uuid),
    Ids(Uuid),
}

const fn part(name: &'static str, items: &'static [Uuid]) -> Searched {
    Searched { name, by: By::Part(items) }
}

/// The conditions of get-client-list, but for times.
pub(crate) const CLIENT: &[Searched] = &[
    part("clientName", &[client::NAME]),
    Searched { name: "prefectures", by: By::Names(client::PREFECTURE) },
    part("address", &[client::PREFECTURE, client::CITY]),
    Searched { name: "salesPersonDepartmentIDList", by: By::Ids(client::SALES_ORGANIZATION) },
    Searched { name: "salesPersonUserIDList", by: By::Ids(client::SALES_USER) },
];

/// The conditions of get-client-responsible-list, but for times.
pub(crate) const CONTACT: &[Searched] = &[
    part("clientResponsibleFamilyName", &[contact::FAMILY_NAME]),
    part("clientResponsibleFirstName", &[contact::FIRST_NAME]),
    Searched { name: "prefectures", by: By::Names(contact::PREFECTURE) },
    part("address", &[contact::PREFECTURE, contact::CITY]),
    Searched { name: "salesPersonDepartmentIDList", by: By::Ids(contact::SALES_ORGANIZATION) },
    Searched { name: "salesPersonUserIDList", by: By::Ids(contact::SALES_USER) },
];

/// The members with the bounds of a time.
const TIMES: [(Field, &str, &str); 2] =
    [(Field::CreatedAt, "createDateFrom", "createDateTo"), (Field::UpdatedAt, "updateDateFrom", "updateDateTo")];

/// `pagination`.
pub(crate) fn pagination(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Pagination> {
    if !at.object(problems) {
        return None;
    }
    let offset = at.member("offset").required_integer(0, limits::LIST_OFFSET, problems);
    let limit = at.member("limit").required_integer(1, limits::LIST_ROWS, problems);
    Some(Pagination { offset: offset?, limit: limit? })
}

/// The request of a list.
pub(crate) fn list(body: &Json<'_>, members: &[Searched]) -> Result<ListRequest, Problems> {
    let mut problems = Problems::new();
    let required = within(body, &["param", "requiredConditions"], &mut problems);
    let page = required.and_then(|required| pagination(&required.member("pagination"), &mut problems));
    let optional = Reader::new(body).member("param").member("optionalConditions");
    let mut asked = Vec::new();
    if optional.optional_object(&mut problems) {
        let conditions = optional.member("searchConditions");
        if conditions.optional_object(&mut problems) {
            asked.extend(members.iter().filter_map(|member| searched(member, &conditions, &mut problems)));
            asked.extend(TIMES.iter().filter_map(|times| between(times, &conditions, &mut problems)));
        }
    }
    match page {
        Some(page) if problems.is_empty() => Ok(ListRequest { asked, page }),
        _ => Err(problems),
    }
}

fn searched(member: &Searched, conditions: &Reader<'_, '_>, problems: &mut Problems) -> Option<Asked> {
    let at = conditions.member(member.name);
    let what = match member.by {
        By::Part(items) => Filter::Part(items, searched_text(&at, problems)?),
        By::Names(item) => Filter::OneOf(item, texts(&at, problems).into_iter().map(Operand::Text).collect()),
        By::Ids(item) => Filter::OneOf(item, ids(&at, problems).into_iter().map(Operand::Id).collect()),
    };
    // An empty list is no condition.
    let is_condition = !matches!(&what, Filter::OneOf(_, values) if values.is_empty());
    is_condition.then(|| Asked { path: at.path(), what })
}

fn between(
    (field, from, to): &(Field, &'static str, &'static str),
    conditions: &Reader<'_, '_>,
    problems: &mut Problems,
) -> Option<Asked> {
    let (from, to) = (conditions.member(from), conditions.member(to));
    let first = moment(&from, problems).map(|(first, _)| first);
    let last = moment(&to, problems).map(|(_, last)| last);
    let path = if first.is_some() { from.path() } else { to.path() };
    (first.is_some() || last.is_some()).then_some(Asked { path, what: Filter::Between(*field, first, last) })
}

/// A text that is looked for; "" is no condition.
pub(super) fn searched_text(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<String> {
    let text = at.text(problems).filter(|text| !text.is_empty())?;
    if text.contains('\0') {
        at.refuse(Message::ControlCharacter, problems);
    } else if text.chars().count() > limits::CONDITION_CHARACTERS {
        at.refuse(Message::TooLong { most: limits::CONDITION_CHARACTERS }, problems);
    }
    Some(text.to_owned())
}

pub(super) fn elements<'t, 'a>(at: &Reader<'t, 'a>, problems: &mut Problems) -> Vec<Reader<'t, 'a>> {
    let elements = at.list(problems);
    if elements.len() > limits::CONDITION_VALUES {
        at.refuse(Message::TooMany { most: limits::CONDITION_VALUES }, problems);
        return Vec::new();
    }
    elements
}

fn texts(at: &Reader<'_, '_>, problems: &mut Problems) -> Vec<String> {
    elements(at, problems).iter().filter_map(|element| element.required_text(problems)).map(str::to_owned).collect()
}

fn ids(at: &Reader<'_, '_>, problems: &mut Problems) -> Vec<Uuid> {
    elements(at, problems).iter().filter_map(|element| read_uuid(element, problems)).collect()
}

/// The first and the last moment that a bound means: a date is a whole day in Japan, a moment without a fraction its whole second.
fn moment(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<(Timestamp, Timestamp)> {
    let text = at.text(problems).filter(|text| !text.is_empty())?;
    if let Some(day) = parse_date(text).and_then(DayBounds::of_jst) {
        return Some((day.first, day.last));
    }
    let Some(moment) = Timestamp::parse_bound(text) else {
        at.refuse(Message::NotDateOrMoment, problems);
        return None;
    };
    let last = if moment.has_fraction() { moment } else { Timestamp::from_micros(moment.micros() + 999_999) };
    Some((moment, last))
}
