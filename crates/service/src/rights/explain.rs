//! Why somebody sees a record or does not: the rules by which lists and pages go, told one by one.

use std::sync::Arc;

use musubi_domain::condition::{Condition, Explained, Field};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::{ItemNo, TenantNo, UserNo};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::record::{Facts, Record};
use musubi_domain::rights::{DatabaseRight, ItemAccess, named};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::{Keyed, Snapshot};
use uuid::Uuid;

use crate::context::Service;

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the others.
    Live,
    /// In the trash.
    Trash,
    /// Nowhere: it was never there, is gone for good, or belongs to another house.
    Nowhere,
}

/// What somebody may do with an item, and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemReason {
    /// See and change it.
    Free,
    /// See it.
    ReadOnly,
    /// Nothing: his right in the database hides it.
    HiddenByRight,
    /// Nothing: the template hides it from everybody.
    HiddenByTemplate,
}

/// Everything that decides whether somebody sees a record.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The person.
    pub user: Arc<User>,
    /// The template of the database.
    pub template: Arc<Template>,
    /// What he may do in the database.
    pub right: DatabaseRight,
    /// Where the record is.
    pub place: Place,
    /// The rule for rows, part by part, as the record stands to it; none where he sees all rows or there is no record.
    pub rows: Option<Explained>,
    /// What he may do with the item that was asked for.
    pub item: Option<ItemReason>,
    /// The record, as far as whoever asks may see it.
    pub shown: Option<Shown>,
}

/// A record of which somebody is told why another sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What stands for it; none where whoever asks may not read that.
    pub name: Option<String>,
    /// The values that whoever asks may see.
    pub facts: Facts,
    /// The name of who created it; "" where whoever asks may not see that.
    pub created_by: String,
}

impl Explanation {
    /// Whether he sees the record.
    #[must_use]
    pub fn sees_record(&self) -> bool {
        self.user.active
            && self.right.read
            && self.place == Place::Live
            && self.rows.as_ref().is_none_or(|rows| rows.met)
    }

    /// Whether he sees everything that was asked for.
    #[must_use]
    pub fn sees(&self) -> bool {
        let hidden = [Some(ItemReason::HiddenByRight), Some(ItemReason::HiddenByTemplate)];
        self.sees_record() && !hidden.contains(&self.item)
    }
}

/// People among whom was looked for those who see a record.
#[derive(Clone, Debug, Default)]
pub struct Viewers {
    /// Those who see it.
    pub seeing: Vec<User>,
    /// How many were looked at.
    pub looked: usize,
    /// After whom the next look begins; none at the end.
    pub next: Option<UserNo>,
}

impl Service {
    /// What a person sees of the records of a template on a day, and his right there.
    pub(super) async fn right_and_sight(
        &self,
        context: &Context,
        user: &User,
        template: &Template,
    ) -> Result<(DatabaseRight, Sight)> {
        let right = self.database_right(context.tenant, user.number, template.database).await?;
        let sight = self.sight_of(context.tenant, user, template).await?;
        Ok(((*right).clone(), sight.dated(context.now.jst_date())))
    }
}

/// Tells why a person sees a record and an item of it, or does not. Whoever asks is shown of the record what he may see himself.
///
/// # Errors
/// Forbidden without the right to give rights; Invalid at `user` where there is no such person; NotFound where there is no such
/// database.
pub async fn record_explain(
    service: &Service,
    context: &Arc<Context>,
    login_id: &str,
    (database, id): (&str, Uuid),
    item: Option<ItemNo>,
) -> Result<Explanation> {
    service.check_named_right(context, named::GRANTS).await?;
    let user = person_named(service, context.tenant, login_id).await?;
    let template = service.template(context.tenant, database).await?;
    let right = service.database_right(context.tenant, user.number, template.database).await?;
    let right = (*right).clone();
    let record = record_anywhere(service, context.tenant, &template, id).await?;
    let place = place_of(record.as_ref());
    let (mut rows, mut shown) = (None, None);
    if let Some(record) = &record {
        let facts = record.facts(&template);
        if let Some(rule) = right.rows.condition(&template) {
            let (viewer, today) = (service.viewer_of(context.tenant, &user).await?, context.now.jst_date());
            let resolve = |leaf: &Condition| leaf.resolved(&viewer).dated(today);
            rows = Some(template.settled(&rule).explained(&facts, &resolve));
        }
        shown = shown_to(service, context, &template, record, facts).await?;
    }
    let item = item.and_then(|number| template.item_numbered(number)).map(|item| {
        let access = right.items.iter().find(|(own, _)| *own == item.number).map(|(_, access)| *access);
        match access {
            _ if template.shown_item(item.id).is_none() => ItemReason::HiddenByTemplate,
            Some(ItemAccess::Hidden) => ItemReason::HiddenByRight,
            Some(ItemAccess::Read) => ItemReason::ReadOnly,
            None => ItemReason::Free,
        }
    });
    Ok(Explanation { user, template, right, place, rows, item, shown })
}

fn is_seen(sight: &Sight, record: &Record, template: &Template) -> bool {
    sight.rows().is_none_or(|rows| rows.matches(&record.facts(template)))
}

const fn place_of(record: Option<&Record>) -> Place {
    match record {
        None => Place::Nowhere,
        Some(Record { deleted_at: None, .. }) => Place::Live,
        Some(_) => Place::Trash,
    }
}

/// A record, whoever may see it, in the trash too.
async fn record_anywhere(
    service: &Service,
    tenant: TenantNo,
    template: &Arc<Template>,
    id: Uuid,
) -> Result<Option<Record>> {
    let template = Arc::clone(template);
    let find = move |keyed: &mut Keyed<'_>| store::record::record_or_trash_by_id(keyed, &Sight::all(), &template, id);
    service.db().get(tenant, find).await
}

/// What whoever asks may see of a record.
async fn shown_to(
    service: &Service,
    context: &Context,
    template: &Template,
    record: &Record,
    mut facts: Facts,
) -> Result<Option<Shown>> {
    let sight = service.sight(context, template).await?;
    if !is_seen(&sight, record, template) {
        return Ok(None);
    }
    facts.values.retain(|item, _| sight.sees(*item));
    let name = sight.sees_name(template).then(|| record.display_name.clone());
    let author = service.user(context.tenant, record.created_by).await?;
    let author = author.filter(|_| sight.sees_field(template, Field::CreatedBy));
    let created_by = author.map(|author| author.display_name()).unwrap_or_default();
    Ok(Some(Shown { name, facts, created_by }))
}

/// The person of a login ID.
pub(super) async fn person_named(service: &Service, tenant: TenantNo, login_id: &str) -> Result<Arc<User>> {
    let login = login_id.to_owned();
    let find = move |keyed: &mut Keyed<'_>| store::user::user_by_login(keyed, &login);
    let user = service.db().get(tenant, find).await?.filter(|user| !user.system);
    user.map(Arc::new).ok_or_else(|| Error::invalid_at("user", Message::NoSuchUser))
}

/// Active people who see a record, among the [`limits::VIEWERS_LOOKED`] after a person.
///
/// # Errors
/// Forbidden without the right to give rights; NotFound where there is no such database.
pub async fn record_viewers(
    service: &Service,
    context: &Arc<Context>,
    (database, id): (&str, Uuid),
    after: UserNo,
) -> Result<Viewers> {
    service.check_named_right(context, named::GRANTS).await?;
    let template = service.template(context.tenant, database).await?;
    let Some(record) = record_anywhere(service, context.tenant, &template, id).await? else {
        return Ok(Viewers::default());
    };
    let read = move |snapshot: &mut Snapshot<'_>| {
        store::user::user_people_after(snapshot, None, after, limits::VIEWERS_LOOKED.saturating_add(1))
    };
    let mut people = service.db().page(context.tenant, read).await?;
    let most = usize::try_from(limits::VIEWERS_LOOKED).unwrap_or(usize::MAX);
    let is_more = people.len() > most;
    people.truncate(most);
    let mut viewers = Viewers { looked: people.len(), ..Viewers::default() };
    viewers.next = people.last().map(|last| last.number).filter(|_| is_more);
    for user in people {
        let (right, sight) = service.right_and_sight(context, &user, &template).await?;
        if right.read && record.deleted_at.is_none() && is_seen(&sight, &record, &template) {
            viewers.seeing.push(user);
        }
    }
    Ok(viewers)
}

/// The login ID of a person of an outside id; none where there is no such person.
///
/// # Errors
/// Forbidden without the right to give rights.
pub async fn login_id_of(service: &Service, context: &Arc<Context>, id: Uuid) -> Result<Option<String>> {
    service.check_named_right(context, named::GRANTS).await?;
    let user = service.user_named(context.tenant, id).await?.filter(|user| !user.system);
    Ok(user.map(|user| user.login_id.clone()))
}

/// The login ID of a person as it is kept, of one that was typed; none where there is no such person.
///
/// # Errors
/// Forbidden without the right to give rights.
pub async fn login_id_known(service: &Service, context: &Arc<Context>, typed: &str) -> Result<Option<String>> {
    service.check_named_right(context, named::GRANTS).await?;
    let login = typed.to_owned();
    let find = move |keyed: &mut Keyed<'_>| store::user::user_by_login(keyed, &login);
    let user = service.db().get(context.tenant, find).await?.filter(|user| !user.system);
    Ok(user.map(|user| user.login_id))
}
