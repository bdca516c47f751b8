//! People as an administrator looks for them and at them.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::group::Group;
use musubi_domain::id::UserNo;
use musubi_domain::limits;
use musubi_domain::permission_template::in_order;
use musubi_domain::rights::named;
use musubi_domain::user::{Keywords, RIGHTS, User};
use musubi_store as store;
use musubi_store::db::{Keyed, Snapshot};
use uuid::Uuid;

use super::UserPage;
use crate::context::Service;
use crate::organization::CHUNK;
use crate::record_list::Patience;

/// Which people an administrator looks for.
#[derive(Clone, Debug, Default)]
pub struct UserSearch {
    /// Words that each of them must have, readings and titles included.
    pub words: Keywords,
    /// Whether they are active; none: either way.
    pub active: Option<bool>,
    /// The organization to which they belong; not those below it.
    pub organization: Option<Uuid>,
    /// The name of the permission template that they have.
    pub permission_template: Option<String>,
}

impl UserSearch {
    fn finds(&self, user: &User, members: Option<&HashSet<UserNo>>) -> bool {
        !user.system
            && self.active.is_none_or(|active| user.active == active)
            && self.permission_template.as_ref().is_none_or(|name| user.permission_template == *name)
            && members.is_none_or(|members| members.contains(&user.number))
            && self.words.find_anywhere(user)
    }
}

/// People in order of creation, active or not. They are looked at in chunks that hold nothing between them.
///
/// # Errors
/// Forbidden without the right for people; Busy where it took too long.
pub async fn user_search(
    service: &Service,
    context: &Arc<Context>,
    search: UserSearch,
    offset: i64,
    limit: i64,
) -> Result<UserPage> {
    service.check_named_right(context, named::PEOPLE).await?;
    let members = match search.organization {
        Some(organization) => Some(members_of(service, context, organization).await?),
        None => None,
    };
    let wanted = usize::try_from(offset.saturating_add(limit).saturating_add(1)).unwrap_or(usize::MAX);
    let (begun, mut after, mut found) = (Instant::now(), Some(UserNo(0)), Vec::new());
    while let Some(number) = after.filter(|_| found.len() < wanted) {
        Patience::CALL.allows(begun)?;
        let read = move |snapshot: &mut Snapshot<'_>| store::user::user_list(snapshot, number, CHUNK);
        let users = service.db().page(context.tenant, read).await?;
        after = users.last().map(|last| last.number);
        found.extend(users.into_iter().filter(|user| search.finds(user, members.as_ref())));
    }
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(found.len());
    Ok(UserPage::of(found.split_off(offset), limit))
}

async fn members_of(service: &Service, context: &Context, organization: Uuid) -> Result<HashSet<UserNo>> {
    let mut members = HashSet::new();
    let found = service.organization_named(context.tenant, organization).await?;
    let Some(number) = found.map(|organization| organization.number) else { return Ok(members) };
    let mut after = UserNo(0);
    loop {
        let read =
            move |snapshot: &mut Snapshot<'_>| store::user::user_organization_members(snapshot, number, after, CHUNK);
        let rows = service.db().page(context.tenant, read).await?;
        let Some(last) = rows.last() else { return Ok(members) };
        after = *last;
        members.extend(rows);
    }
}

/// Everything about a person.
#[derive(Clone, Debug)]
pub struct UserView {
    /// The person.
    pub user: Arc<User>,
    /// The outside ids of the organizations to which he belongs.
    pub organizations: Vec<Uuid>,
    /// The groups that he is in.
    pub groups: Vec<Group>,
    /// The rights that he was given himself, in the order of the table.
    pub own_rights: Vec<String>,
    /// The rights that he has, those of his permission template included.
    pub rights: Vec<String>,
    /// He has a password, and so can sign in.
    pub has_password: bool,
    /// He has a second factor.
    pub has_totp: bool,
}

/// A person, by his outside id.
///
/// # Errors
/// Forbidden without the right for people; NotFound where there is no such person.
pub async fn user_get(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<UserView> {
    service.check_named_right(context, named::PEOPLE).await?;
    let found = service.user_named(context.tenant, id).await?.filter(|user| !user.system);
    let user = found.ok_or_else(|| Error::not_found("id"))?;
    let (number, template) = (user.number, user.permission_template.clone());
    let most = i64::try_from(RIGHTS.len()).unwrap_or(limits::LIST_ROWS);
    let read = move |snapshot: &mut Snapshot<'_>| {
        let organizations = store::user::user_organization_ids(snapshot, number)?;
        let rights = store::user::user_right_list(snapshot, UserNo(number.0 - 1), number, most)?;
        Ok((organizations, rights))
    };
    let (organizations, own) = service.db().page(context.tenant, read).await?;
    let read = move |keyed: &mut Keyed<'_>| {
        let groups = store::group::groups_of_user(keyed, number)?;
        let template = store::permission_template::permission_template_by_name(keyed, &template)?;
        let has_totp = store::totp::totp_of_user(keyed, number)?.is_some();
        let credential = store::password::password_of_user(keyed, number)?;
        Ok((groups, template, has_totp, credential.is_some_and(|known| known.password_hash.is_some())))
    };
    let (groups, template, has_totp, has_password) = service.db().get(context.tenant, read).await?;
    let own: Vec<String> = own.into_iter().map(|(_, right)| right).collect();
    let mut rights = own.clone();
    rights.extend(template.map(|template| template.rights).unwrap_or_default());
    let (own_rights, rights) = (in_order(&own), in_order(&rights));
    Ok(UserView { user, organizations, groups, own_rights, rights, has_password, has_totp })
}
