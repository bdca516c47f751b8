//! The requests of the organization calls: the names of their members begin with a capital letter.

use musubi_domain::limits;
use musubi_domain::user::Keywords;
use musubi_service::user::UserFilter;
use uuid::Uuid;

use super::list::{Pagination, elements, searched_text};
use super::within;
use crate::crm::wire::read_uuid;
use crate::extract::json::{Json, Problems, Reader};

/// The request of get-organization-list.
pub(crate) fn organization_list(body: &Json<'_>) -> Result<Pagination, Problems> {
    let mut problems = Problems::new();
    let options = options(body, &mut problems).ok_or_else(|| std::mem::take(&mut problems))?;
    let page = pagination(&options, &mut problems);
    page.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The request of get-user-list.
pub(crate) fn user_list(body: &Json<'_>) -> Result<(UserFilter, Pagination), Problems> {
    let mut problems = Problems::new();
    let options = options(body, &mut problems).ok_or_else(|| std::mem::take(&mut problems))?;
    let page = pagination(&options, &mut problems);
    let words = elements(&options.member("SearchKeyword"), &mut problems);
    let words: Vec<String> = words
        .iter()
        .filter_map(|word| {
            word.required_text(&mut problems)?;
            searched_text(word, &mut problems)
        })
        .collect();
    let organization = optional_uuid(&options.member("OrganizationID"), &mut problems);
    let filter = UserFilter { keywords: Keywords::new(&words), organization };
    page.filter(|_| problems.is_empty()).map(|page| (filter, page)).ok_or(problems)
}

/// `Param.Options`, which must be there.
fn options<'t, 'a>(body: &'t Json<'a>, problems: &mut Problems) -> Option<Reader<'t, 'a>> {
    within(body, &["Param", "Options"], problems)
}

fn pagination(options: &Reader<'_, '_>, problems: &mut Problems) -> Option<Pagination> {
    let at = options.member("Pagination");
    if !at.object(problems) {
        return None;
    }
    let offset = at.member("Offset").required_integer(0, limits::LIST_OFFSET, problems);
    let limit = at.member("Limit").required_integer(1, limits::LIST_ROWS, problems);
    offset.zip(limit).map(|(offset, limit)| Pagination { offset, limit })
}

/// A UUID; null and "" are none.
fn optional_uuid(at: &Reader<'_, '_>, problems: &mut Problems) -> Option<Uuid> {
    let text = at.text(problems)?;
    if text.is_empty() { None } else { read_uuid(at, problems) }
}
