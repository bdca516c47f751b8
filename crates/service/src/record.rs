//! What all records have in common: their template, the judgement of given values, the names that references show.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::id::{DatabaseNo, ItemNo, RecordNo, TenantNo};
use musubi_domain::item::{self, Item, ItemValue, RawValue, Target};
use musubi_domain::limits;
use musubi_domain::linkage::{self, LinkageValue};
use musubi_domain::messages::Message;
use musubi_domain::organization::Organization;
use musubi_domain::template::Template;
use musubi_domain::user::User;
use musubi_store as store;
use musubi_store::db::Tx;
use uuid::Uuid;

use crate::cache::Cache;
use crate::context::Service;

/// What is remembered of templates and of those whom items name.
#[derive(Debug, Default)]
pub(crate) struct RecordCaches {
    templates: Cache<(TenantNo, String), Arc<Template>>,
    users: Cache<(TenantNo, Uuid), Arc<User>>,
    organizations: Cache<(TenantNo, Uuid), Arc<Organization>>,
    routes: Cache<(TenantNo, item::InquiryRouteRef), Arc<store::inquiry_route::InquiryRouteNames>>,
    slots: Cache<TenantNo, Arc<Vec<(i64, String)>>>,
}

/// A value that is given for an item, and where it stood.
#[derive(Clone, Debug)]
pub struct GivenItem {
    /// Where it stood, for problems.
    pub path: String,
    /// The item.
    pub item: Uuid,
    /// The type that was said with it.
    pub item_type: String,
    /// The value.
    pub value: RawValue,
}

/// A linkage value that is given, and where it stood.
#[derive(Clone, Debug)]
pub struct GivenLinkage {
    /// Where it stood, for problems.
    pub path: String,
    /// The value.
    pub value: LinkageValue,
}

/// Refuses a name that is empty, too long, or has control characters.
pub(crate) fn check_name(path: &str, name: &str) -> Result<()> {
    let message = if name.trim().is_empty() {
        Message::Required
    } else if name.chars().any(char::is_control) {
        Message::ControlCharacter
    } else if name.chars().count() > limits::NAME_CHARACTERS {
        Message::TooLong { most: limits::NAME_CHARACTERS }
    } else {
        return Ok(());
    };
    Err(Error::invalid_at(path, message))
}

impl Service {
    /// The template of a database.
    ///
    /// # Errors
    /// NotFound where there is no database of this name.
    pub async fn template(&self, tenant: TenantNo, database: &str) -> Result<Arc<Template>> {
        let load = async {
            let name = database.to_owned();
            let template =
                self.db().page(tenant, move |snapshot| store::template::template_by_name(snapshot, &name)).await?;
            Ok(template.map(Arc::new))
        };
        let key = (tenant, database.to_owned());
        let template = self.record_caches().templates.get(&key, self.epoch(tenant), load).await?;
        template.ok_or_else(|| Error::not_found("--database"))
    }

    /// The linkage slots that have been set up, with the names of the linked systems.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn linkage_slots(&self, tenant: TenantNo) -> Result<Arc<Vec<(i64, String)>>> {
        let load =
            async { self.db().get(tenant, store::linkage::linkage_slots).await.map(|slots| Some(Arc::new(slots))) };
        Ok(self.record_caches().slots.get(&tenant, self.epoch(tenant), load).await?.unwrap_or_default())
    }

    /// The user of an outside id.
    pub(crate) async fn user_named(&self, tenant: TenantNo, id: Uuid) -> Result<Option<Arc<User>>> {
        let load =
            async { Ok(self.db().get(tenant, move |keyed| store::user::user_by_id(keyed, id)).await?.map(Arc::new)) };
        self.record_caches().users.get(&(tenant, id), self.epoch(tenant), load).await
    }

    /// The organization of an outside id.
    pub(crate) async fn organization_named(&self, tenant: TenantNo, id: Uuid) -> Result<Option<Arc<Organization>>> {
        let load = async {
            Ok(self
                .db()
                .get(tenant, move |keyed| store::organization::organization_by_id(keyed, id))
                .await?
                .map(Arc::new))
        };
        self.record_caches().organizations.get(&(tenant, id), self.epoch(tenant), load).await
    }

    /// The names of an inquiry route.
    pub(crate) async fn inquiry_route_named(
        &self,
        tenant: TenantNo,
        route: item::InquiryRouteRef,
    ) -> Result<Option<Arc<store::inquiry_route::InquiryRouteNames>>> {
        let load = async {
            Ok(self
                .db()
                .get(tenant, move |keyed| store::inquiry_route::inquiry_route_names(keyed, route))
                .await?
                .map(Arc::new))
        };
        self.record_caches().routes.get(&(tenant, route), self.epoch(tenant), load).await
    }
}

/// Values that have been judged, with where they stood, and all that is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) values: Vec<(ItemNo, ItemValue)>,
    pub(crate) paths: HashMap<ItemNo, String>,
    pub(crate) problems: Vec<Problem>,
}

/// Judges the items of a new record by the template alone. `problems` are those of items that could not be read.
pub(crate) fn judge_new(template: &Template, given: Vec<GivenItem>, list_path: &str, problems: Vec<Problem>) -> Judged {
    let mut judged = Judged { problems, ..Judged::default() };
    for given in given {
        match judge(template, &given, &judged.paths) {
            Ok((item, value)) => {
                judged.paths.insert(item.number, given.path);
                judged.values.extend(value.map(|value| (item.number, value)));
            }
            Err(message) => judged.problems.push(Problem { path: given.path, item: Some(given.item), message }),
        }
    }
    for item in template.items().iter().filter(|item| item.required) {
        let is_given = judged.values.iter().any(|(number, _)| *number == item.number);
        let is_judged = judged.problems.iter().any(|problem| {
            problem.item.and_then(|id| template.item(id)).is_some_and(|other| other.number == item.number)
        });
        if !is_given && !is_judged {
            let path = judged.paths.get(&item.number).cloned().unwrap_or_else(|| list_path.to_owned());
            judged.problems.push(Problem { path, item: Some(item.id), message: Message::Required });
        }
    }
    judged
}

fn judge<'a>(
    template: &'a Template,
    given: &GivenItem,
    seen: &HashMap<ItemNo, String>,
) -> std::result::Result<(&'a Item, Option<ItemValue>), Message> {
    let item = template.item(given.item).ok_or(Message::UnknownItem)?;
    if seen.contains_key(&item.number) {
        return Err(Message::ItemTwice);
    }
    let expected = item.item_type.row();
    if given.item_type != expected.wire {
        return Err(Message::WrongItemType { expected: expected.wire });
    }
    let value = item::validate(item, given.value.clone())?;
    if item.read_only && value.is_some() {
        return Err(Message::ReadOnly);
    }
    Ok((item, value))
}

/// Judges linkage values: slots that the source knows, each once, set up where a value is given.
pub(crate) fn judge_linkage(slots: &[(i64, String)], given: &[GivenLinkage]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    for GivenLinkage { path, value } in given {
        let message = if !linkage::is_slot(value.slot) {
            Some(Message::OutOfRange { least: limits::LINKAGE_SLOT_FIRST, most: limits::LINKAGE_SLOT_LAST })
        } else if seen.contains(&value.slot) {
            Some(Message::SlotTwice)
        } else if !value.value.is_empty() && !slots.iter().any(|(slot, _)| *slot == value.slot) {
            Some(Message::NoSuchSlot)
        } else {
            linkage::check_value(&value.value).err()
        };
        seen.push(value.slot);
        problems.extend(message.map(|message| Problem { path: path.clone(), item: None, message }));
    }
    problems
}

/// Asks whether the people, organizations and inquiry routes that values name exist and may be chosen.
pub(crate) async fn check_named(
    service: &Service,
    tenant: TenantNo,
    template: &Template,
    judged: &mut Judged,
) -> Result<()> {
    let mut problems = Vec::new();
    for (number, value) in &judged.values {
        let Some(item) = template.item_numbered(*number) else { continue };
        let message = match (value, item.item_type.row().target) {
            (ItemValue::References(ids), Some(Target::User)) => users_problem(service, tenant, ids).await?,
            (ItemValue::References(ids), Some(Target::Organization)) => {
                organizations_problem(service, tenant, ids).await?
            }
            (ItemValue::InquiryRoutes(routes), _) => routes_problem(service, tenant, routes).await?,
            _ => None,
        };
        problems.extend(message.map(|message| problem_of(judged, item, message)));
    }
    judged.problems.extend(problems);
    Ok(())
}

fn problem_of(judged: &Judged, item: &Item, message: Message) -> Problem {
    Problem { path: judged.paths.get(&item.number).cloned().unwrap_or_default(), item: Some(item.id), message }
}

async fn users_problem(service: &Service, tenant: TenantNo, ids: &[Uuid]) -> Result<Option<Message>> {
    for id in ids {
        match service.user_named(tenant, *id).await? {
            None => return Ok(Some(Message::NoSuchUser)),
            Some(user) if user.system => return Ok(Some(Message::NoSuchUser)),
            Some(user) if !user.active => return Ok(Some(Message::InactiveUser)),
            Some(_) => {}
        }
    }
    Ok(None)
}

async fn organizations_problem(service: &Service, tenant: TenantNo, ids: &[Uuid]) -> Result<Option<Message>> {
    for id in ids {
        if service.organization_named(tenant, *id).await?.is_none_or(|organization| !organization.active) {
            return Ok(Some(Message::NoSuchOrganization));
        }
    }
    Ok(None)
}

async fn routes_problem(
    service: &Service,
    tenant: TenantNo,
    routes: &[item::InquiryRouteRef],
) -> Result<Option<Message>> {
    for route in routes {
        if service.inquiry_route_named(tenant, *route).await?.is_none() {
            return Ok(Some(Message::NoSuchInquiryRoute));
        }
    }
    Ok(None)
}

/// The records that the values refer to. Those that do not exist are problems.
///
/// Clients refer to clients so far, so the database is the template's own; contacts and products have no database yet.
pub(crate) fn links_in(
    tx: &mut Tx<'_>,
    template: &Template,
    judged: &Judged,
    problems: &mut Vec<Problem>,
) -> Result<Vec<(ItemNo, RecordNo)>> {
    let mut links = Vec::new();
    for (number, value) in &judged.values {
        let Some(item) = template.item_numbered(*number) else { continue };
        let (ItemValue::References(ids), Some(target)) = (value, item.item_type.row().target) else { continue };
        let database: Option<DatabaseNo> = match target {
            Target::Client => Some(template.database),
            Target::Contact | Target::Product | Target::Record => None,
            Target::User | Target::Organization => continue,
        };
        for id in ids {
            let found = database.map_or(Ok(None), |database| store::record::record_reference(tx, database, *id))?;
            match found {
                Some((record, _)) => links.push((*number, record)),
                None => problems.push(problem_of(judged, item, Message::NoSuchRecord)),
            }
        }
    }
    Ok(links)
}
