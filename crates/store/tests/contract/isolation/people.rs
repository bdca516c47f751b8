//! What is kept of people beside their names, and a question for each of its reads.

use musubi_domain::error::Result;
use musubi_domain::id::{
    DatabaseNo, GroupNo, OrganizationNo, PermissionTemplateNo, RecordNo, SavedViewNo, TenantNo, UserNo,
};
use musubi_domain::preference::Preference;
use musubi_domain::saved_view::SavedView;
use musubi_domain::top_page::{Layout, NewNotice};
use musubi_domain::user::User;
use musubi_store::db::Tx;
use musubi_store::permission_template::{
    permission_template_by_name, permission_template_insert, permission_template_is_used, permission_template_list,
};
use musubi_store::{group, organization, preference, saved_view, top_page, user};
use uuid::Uuid;

use super::{Owned, Question};
use crate::fixture::TENANT;

/// A permission template and a group of each tenant,
/// of the same numbers; the first alone has put somebody into them, and given a right.
pub(super) fn keep(tx: &mut Tx<'_>, person: UserNo, word: &str) -> Result<()> {
    permission_template_insert(tx, word, &["台帳管理".to_owned()])?;
    let template = permission_template_by_name(tx, word)?.unwrap();
    if tx.tenant() == TENANT {
        user::user_permission_template_set(tx, person, Some(template.number))?;
        user::user_right_insert(tx, person, "監査閲覧")?;
        preference::preference_set(tx, person, Preference::default())?;
        preference::visit_note(tx, person, RecordNo(1), 10)?;
    }
    let number = group::group_insert(tx, word, &[word.to_owned()])?.unwrap();
    if tx.tenant() == TENANT {
        group::group_member_insert(tx, number, person)?;
        top_page::top_page_layout_set(tx, &Layout { group: None, blocks: Vec::new() })?;
    }
    saved_view::saved_view_insert(tx, &own_view(tx.tenant(), word))?;
    if tx.tenant() == TENANT {
        saved_view::saved_view_first_set(tx, person, DatabaseNo(1), Some(SavedViewNo(1)))?;
    }
    top_page::notice_insert(tx, &NewNotice { text: word.to_owned(), ..NewNotice::default() })?;
    Ok(())
}

/// A shared view of each tenant.
fn own_view(tenant: TenantNo, word: &str) -> SavedView {
    SavedView {
        number: SavedViewNo(0),
        id: view_id(tenant),
        database: DatabaseNo(1),
        user: UserNo(1),
        shared: true,
        name: word.to_owned(),
        query: String::new(),
    }
}

fn view_id(tenant: TenantNo) -> Uuid {
    Uuid::from_u128(700 + u128::try_from(tenant.0).unwrap())
}

pub(super) fn questions(owned: &Owned) -> Vec<(&'static str, Question)> {
    let word = || "株式会社1".to_owned();
    let (organization, person) = (owned.organization, owned.user);
    let has = move |people: Vec<User>| people.iter().any(|user| user.login_id == word());
    vec![
        ("group_by_name", Box::new(move |s| Ok(group::group_by_name(s, &word())?.is_some()))),
        ("groups_of_user", Box::new(move |s| Ok(!group::groups_of_user(s, person.unwrap())?.is_empty()))),
        (
            "group_list",
            Box::new(move |s| Ok(group::group_list(s, GroupNo(0), 10)?.iter().any(|group| group.name == word()))),
        ),
        (
            "group_member_list",
            Box::new(move |s| Ok(!group::group_member_list(s, (GroupNo(0), UserNo(0)), 10)?.is_empty())),
        ),
        (
            "organization_active_page",
            Box::new(move |s| {
                let page = organization::organization_active_page(s, 0, 10)?;
                Ok(page.iter().any(|organization| organization.name == word()))
            }),
        ),
        ("permission_template_by_name", Box::new(move |s| Ok(permission_template_by_name(s, &word())?.is_some()))),
        ("permission_template_is_used", Box::new(move |s| permission_template_is_used(s, PermissionTemplateNo(1)))),
        (
            "permission_template_list",
            Box::new(move |s| Ok(permission_template_list(s)?.iter().any(|template| template.name == word()))),
        ),
        ("preference_of_user", Box::new(move |s| Ok(preference::preference_of_user(s, person.unwrap())?.is_some()))),
        ("visit_list", Box::new(move |s| Ok(!preference::visit_list(s, person.unwrap(), 10)?.is_empty()))),
        ("saved_view_by_id", Box::new(|s| Ok(saved_view::saved_view_by_id(s, view_id(TENANT))?.is_some()))),
        (
            "saved_view_first",
            Box::new(move |s| Ok(saved_view::saved_view_first(s, person.unwrap(), DatabaseNo(1))?.is_some())),
        ),
        (
            "saved_view_list",
            Box::new(move |s| {
                let views = saved_view::saved_view_list(s, DatabaseNo(1), person.unwrap(), 10)?;
                Ok(views.iter().any(|view| view.name == word()))
            }),
        ),
        ("top_page_layouts", Box::new(|s| Ok(!top_page::top_page_layouts(s)?.is_empty()))),
        ("notices", Box::new(move |s| Ok(top_page::notices(s)?.iter().any(|notice| notice.notice.text == word())))),
        (
            "user_organization_counts",
            Box::new(move |s| Ok(!user::user_organization_counts(s, OrganizationNo(0), 10)?.is_empty())),
        ),
        (
            "user_organization_members",
            Box::new(
                move |s| Ok(!user::user_organization_members(s, organization.unwrap(), UserNo(0), 10)?.is_empty()),
            ),
        ),
        (
            "user_people_page",
            Box::new(move |s| {
                let member = has(user::user_people_page(s, organization, 0, 10)?);
                Ok(has(user::user_people_page(s, None, 0, 10)?) || member)
            }),
        ),
        (
            "user_people_after",
            Box::new(move |s| {
                let member = has(user::user_people_after(s, organization, UserNo(0), 10)?);
                Ok(has(user::user_people_after(s, None, UserNo(0), 10)?) || member)
            }),
        ),
        ("user_with_right", Box::new(move |s| Ok(has(user::user_with_right(s, "監査閲覧", 10)?)))),
        (
            "user_right_list",
            Box::new(move |s| Ok(!user::user_right_list(s, UserNo(0), UserNo(i64::MAX), 10)?.is_empty())),
        ),
    ]
}
