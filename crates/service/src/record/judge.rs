//! Given values, judged by everything but the records in the database: template, rights, people, organizations, routes, slots. All of
//! that is cached, so nothing has touched the write queue yet.
//!
//! What may not be set anew is noted, not refused: a value that stands there already always passes, so that what a caller was given
//! can be sent back. Only the transaction knows what stands there.

use std::collections::HashSet;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Problem, Result};
use musubi_domain::id::{DatabaseNo, ItemNo, TenantNo, UserNo};
use musubi_domain::item::{self, Item, ItemType, ItemValue, Part, Target, system};
use musubi_domain::limits;
use musubi_domain::linkage;
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;

use super::{GivenItem, GivenLinkage};
use crate::context::Service;

/// What is given for a record.
#[derive(Clone, Debug, Default)]
pub struct GivenRecord {
    /// The values of its items.
    pub items: Vec<GivenItem>,
    /// Where the list of items stood, for problems with items that are not in it.
    pub items_path: String,
    /// Its keys in other systems.
    pub linkage: Vec<GivenLinkage>,
    /// What is wrong already with items and linkage values that could not be read.
    pub problems: Vec<Problem>,
    /// Given by the product itself: it fills what people cannot, and need not give what people must.
    pub by_system: bool,
}

/// One item of what is given, judged.
#[derive(Clone, Debug)]
pub(crate) struct JudgedItem {
    pub(crate) item: ItemNo,
    pub(crate) path: String,
    /// The value; none clears the item.
    pub(crate) value: Option<ItemValue>,
    /// What of it may not be set anew, and why.
    pub(crate) refused: Vec<(Part, Message)>,
    /// The database that its ids point into, where they point at records.
    pub(crate) points_into: Option<DatabaseNo>,
    /// Who is named as creator or last changer, which only the system fills.
    pub(crate) person: Option<UserNo>,
}

/// What is given for a record, judged by everything but the records.
#[derive(Clone, Debug)]
pub struct Judged {
    pub(crate) template: Arc<Template>,
    pub(crate) sight: Sight,
    pub(crate) items: Vec<JudgedItem>,
    pub(crate) items_path: String,
    pub(crate) linkage: Vec<GivenLinkage>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) by_system: bool,
    /// Numbers for the items that number themselves, should a record be registered.
    pub(crate) numbers: Vec<(ItemNo, ItemValue)>,
}

impl Judged {
    /// The template that it was judged by.
    #[must_use]
    pub fn template(&self) -> &Arc<Template> {
        &self.template
    }

    /// What is wrong so far, and where.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether an item's value, given and wrong or not, was given at all.
    pub(crate) fn gives(&self, item: &Item) -> bool {
        let named = |problem: &Problem| {
            problem.item.and_then(|id| self.template.item(id)).is_some_and(|other| other.number == item.number)
        };
        self.items.iter().any(|given| given.item == item.number) || self.problems.iter().any(named)
    }
}

/// Judges what is given for a record of a database.
///
/// # Errors
/// NotFound where there is no such database; Forbidden where the caller may not write in it. What is wrong with the values is in the
/// outcome.
pub async fn record_judge(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    given: GivenRecord,
) -> Result<Judged> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Write).await?;
    let slots = service.linkage_slots(context.tenant).await?;
    let mut judged = Judged {
        template,
        sight,
        items: Vec::with_capacity(given.items.len()),
        items_path: given.items_path,
        problems: given.problems,
        by_system: given.by_system,
        linkage: Vec::new(),
        numbers: Vec::new(),
    };
    judge_linkage(&slots, given.linkage, &mut judged);
    let mut seen = HashSet::new();
    for given in given.items {
        let (path, id) = (given.path.clone(), given.item);
        match judge_item(service, context.tenant, &judged, given, &mut seen).await? {
            Ok(item) => judged.items.push(item),
            Err(message) => judged.problems.push(Problem { path, item: Some(id), message }),
        }
    }
    Ok(judged)
}

async fn judge_item(
    service: &Service,
    tenant: TenantNo,
    judged: &Judged,
    given: GivenItem,
    seen: &mut HashSet<ItemNo>,
) -> Result<std::result::Result<JudgedItem, Message>> {
    let Some(item) = judged.template.shown_item(given.item) else { return Ok(Err(Message::UnknownItem)) };
    if !seen.insert(item.number) {
        return Ok(Err(Message::ItemTwice));
    }
    let row = item.item_type.row();
    if given.item_type != row.wire {
        return Ok(Err(Message::WrongItemType { expected: row.wire }));
    }
    // Whether a hidden value would pass because it stands there already is nothing that the caller may learn.
    if !judged.sight.sees(item.number) {
        return Ok(Err(Message::ReadOnly));
    }
    let value = match item::read(item, given.value) {
        Ok(value) => value,
        Err(message) => return Ok(Err(message)),
    };
    let mut refused = Vec::new();
    let filled_by_system = item.read_only || item.item_type == ItemType::AutoNumber;
    if !judged.by_system && (filled_by_system || !judged.sight.writes(item.number)) {
        refused.push((Part::Whole, Message::ReadOnly));
    }
    if let Some(value) = &value {
        refused.extend(item::refusals(item, value));
        refused.extend(named_refusals(service, tenant, item, value).await?);
    }
    let points_into = service.target_database(tenant, item).await?;
    let person = person_of(service, tenant, item, value.as_ref()).await?;
    Ok(Ok(JudgedItem { item: item.number, path: given.path, value, refused, points_into, person }))
}

/// Who is named in an item that shows who created or last changed a record.
async fn person_of(
    service: &Service,
    tenant: TenantNo,
    item: &Item,
    value: Option<&ItemValue>,
) -> Result<Option<UserNo>> {
    match value {
        Some(ItemValue::References(ids)) if [system::CREATED_BY, system::UPDATED_BY].contains(&item.id) => {
            let Some(id) = ids.first() else { return Ok(None) };
            Ok(service.user_named(tenant, *id).await?.map(|user| user.number))
        }
        _ => Ok(None),
    }
}

/// Judges linkage values: slots that the source knows, each once, set up where a value is given. What is wrong is not looked up later.
fn judge_linkage(slots: &[(i64, String)], given: Vec<GivenLinkage>, judged: &mut Judged) {
    let mut seen = HashSet::new();
    for given in given {
        let GivenLinkage { path, value } = &given;
        let message = if !linkage::is_slot(value.slot) {
            Some(Message::OutOfRange { least: limits::LINKAGE_SLOT_FIRST, most: limits::LINKAGE_SLOT_LAST })
        } else if !seen.insert(value.slot) {
            Some(Message::SlotTwice)
        } else if !value.value.is_empty() && !slots.iter().any(|(slot, _)| *slot == value.slot) {
            Some(Message::NoSuchSlot)
        } else {
            linkage::check_value(&value.value).err()
        };
        match message {
            Some(message) => judged.problems.push(Problem { path: path.clone(), item: None, message }),
            None => judged.linkage.push(given),
        }
    }
}

/// The people, organizations and inquiry routes of a value that do not exist or cannot be chosen.
async fn named_refusals(
    service: &Service,
    tenant: TenantNo,
    item: &Item,
    value: &ItemValue,
) -> Result<Vec<(Part, Message)>> {
    let mut refused = Vec::new();
    match (value, item.item_type.row().target) {
        (ItemValue::References(ids), Some(Target::User)) => {
            for id in ids {
                let message = match service.user_named(tenant, *id).await? {
                    Some(user) if user.active && !user.system => continue,
                    Some(user) if !user.system => Message::InactiveUser,
                    _ => Message::NoSuchUser,
                };
                refused.push((Part::Id(*id), message));
            }
        }
        (ItemValue::References(ids), Some(Target::Organization)) => {
            for id in ids {
                if service.organization_named(tenant, *id).await?.is_none_or(|organization| !organization.active) {
                    refused.push((Part::Id(*id), Message::NoSuchOrganization));
                }
            }
        }
        (ItemValue::InquiryRoutes(routes), _) => {
            for route in routes {
                if service.inquiry_route_named(tenant, *route).await?.is_none_or(|names| !names.active) {
                    refused.push((Part::InquiryRoute(*route), Message::NoSuchInquiryRoute));
                }
            }
        }
        _ => {}
    }
    Ok(refused)
}

/// Takes numbers for the items of a template that number themselves.
pub(crate) async fn take_numbers(service: &Service, context: &Arc<Context>, judged: &mut Judged) -> Result<()> {
    judged.numbers = template_numbers(service, context, &judged.template).await?;
    Ok(())
}

/// A number for each item of a template that numbers itself.
pub(crate) async fn template_numbers(
    service: &Service,
    context: &Arc<Context>,
    template: &Template,
) -> Result<Vec<(ItemNo, ItemValue)>> {
    let mut numbers = Vec::new();
    for item in template.items() {
        let Some(numbering) = &item.numbering else { continue };
        let number = service.number_of_block(context, &format!("item {}", item.number), limits::NUMBER_BLOCK).await?;
        numbers.push((item.number, ItemValue::Text(numbering.text(number))));
    }
    Ok(numbers)
}
