//! Business cards (名刺): registering them, and 名寄せ: each is joined to a client and a contact that are there, makes them where they are
//! not, or waits in the review list until somebody says whose it is.

mod duplicate;
mod facts;
mod list;
mod place;
mod review;

use std::sync::Arc;

use musubi_domain::business_card::{self, Matching};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Problem, Result};
use musubi_domain::id::{ItemNo, RecordNo, TenantNo, UserNo};
use musubi_domain::item::{ItemType, ItemValue, RawValue};
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::template::Template;
use musubi_domain::{client, contact};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

pub use duplicate::{Duplicate, record_duplicates};
pub use list::{CardPage, CardRow, contact_card_list};
pub(crate) use place::by_likeness;
pub use review::{
    CardCandidate, CardCandidates, CardDecision, card_candidates, card_candidates_at, card_review_list, card_settle,
};

use crate::context::Service;
use crate::record::{
    Changes, GivenItem, GivenRecord, JUDGEMENTS, Judged, Templates, check_template, judges_again, outdated, ready_in,
    record_judge, register_ready, take_numbers, template_numbers,
};
use facts::Values;
use place::{Placement, place};

/// The templates of the three databases that 名寄せ works in.
#[derive(Clone, Debug)]
pub(crate) struct CardTemplates {
    pub(crate) cards: Arc<Template>,
    pub(crate) clients: Arc<Template>,
    pub(crate) contacts: Arc<Template>,
}

impl CardTemplates {
    /// Refuses what was judged by templates that have changed since: an index may have been added to any of them.
    fn check(&self, tx: &mut Tx<'_>) -> Result<()> {
        [&self.cards, &self.clients, &self.contacts].into_iter().try_for_each(|template| check_template(tx, template))
    }

    async fn load(service: &Service, tenant: TenantNo) -> Result<Self> {
        Ok(Self {
            cards: service.template(tenant, business_card::DATABASE).await?,
            clients: service.template(tenant, client::DATABASE).await?,
            contacts: service.template(tenant, contact::DATABASE).await?,
        })
    }
}

/// Who is responsible for what a card makes: its owner, and the owner's organization.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Responsible {
    user: Option<Uuid>,
    organization: Option<Uuid>,
}

/// A card that has been judged by everything but the records.
#[derive(Clone, Debug)]
pub struct CardJudged {
    judged: Judged,
    templates: CardTemplates,
    responsible: Responsible,
    /// Numbers for the items of clients and contacts that number themselves.
    numbers: Values,
    /// Whether clients and contacts may be made of it: the caller may write in both databases.
    makes: bool,
}

/// What became of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardOutcome {
    /// It is joined to a client, and to a contact where it names a person.
    Joined,
    /// It waits for somebody to say whose it is.
    Review,
}

/// A card that was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardRegistered {
    /// Its outside id.
    pub id: Uuid,
    /// What became of it.
    pub outcome: CardOutcome,
    /// The change set that undoes it, once it is closed.
    pub change_set: Option<Uuid>,
}

/// Registers a card and finds its client and contact.
///
/// # Errors
/// Invalid, with everything that is wrong at once; Forbidden where the caller may not write cards.
pub async fn card_register(service: &Service, context: &Arc<Context>, given: GivenRecord) -> Result<CardRegistered> {
    for attempt in 1..=JUDGEMENTS {
        let registered = register_once(service, context, given.clone()).await;
        if !judges_again(attempt, &registered) {
            return registered;
        }
    }
    Err(outdated())
}

async fn register_once(service: &Service, context: &Arc<Context>, given: GivenRecord) -> Result<CardRegistered> {
    let card = card_judge_given(service, context, given).await?;
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, "business_card.register", Some(card.judged.template().database))?;
        let registered = card_register_in(tx, &mut changes, &card)?;
        let (_, change_set) = changes.finish_named(tx)?;
        Ok(CardRegistered { change_set, ..registered })
    };
    service.db().write(context, Lane::Interactive, write).await
}

/// Judges a card by everything but the records. A card without an owner is its registrar's.
///
/// # Errors
/// Forbidden where the caller may not write cards. What is wrong with the values is in the outcome.
pub async fn card_judge_given(service: &Service, context: &Arc<Context>, mut given: GivenRecord) -> Result<CardJudged> {
    let templates = CardTemplates::load(service, context.tenant).await?;
    let registrar = service.user(context.tenant, context.actor.user).await?.filter(|user| !user.system && user.active);
    let has_owner = |item: &GivenItem| item.item == business_card::OWNER && item.value != RawValue::Uuids(Vec::new());
    if let Some(registrar) =
        registrar.filter(|_| !given.items.iter().any(|item| has_owner(item) && item.value != RawValue::Empty))
    {
        given.items.retain(|item| item.item != business_card::OWNER);
        given.items.push(GivenItem {
            path: given.items_path.clone(),
            item: business_card::OWNER,
            item_type: ItemType::UserSingle.row().wire.to_owned(),
            value: RawValue::Uuids(vec![registrar.id]),
        });
    }
    let mut judged = record_judge(service, context, business_card::DATABASE, given).await?;
    take_numbers(service, context, &mut judged).await?;
    let owner = value_of(&judged, business_card::OWNER).and_then(first_id);
    let responsible = responsible(service, context.tenant, owner).await?;
    let makes = may_write(service, context, &templates.clients).await?
        && may_write(service, context, &templates.contacts).await?;
    let numbers = numbers(service, context, &templates).await?;
    Ok(CardJudged { judged, templates, responsible, numbers, makes })
}

/// Numbers for one client and one contact, where their templates have items that number themselves.
async fn numbers(service: &Service, context: &Arc<Context>, templates: &CardTemplates) -> Result<Values> {
    let mut numbers = Values::new();
    for template in [&templates.clients, &templates.contacts] {
        numbers.extend(template_numbers(service, context, template).await?);
    }
    Ok(numbers)
}

async fn may_write(service: &Service, context: &Arc<Context>, template: &Template) -> Result<bool> {
    match service.check_right(context, template, Action::Write).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == Kind::Forbidden => Ok(false),
        Err(error) => Err(error),
    }
}

async fn responsible(service: &Service, tenant: TenantNo, owner: Option<Uuid>) -> Result<Responsible> {
    let Some(owner) = owner else { return Ok(Responsible::default()) };
    let Some(user) = service.user_named(tenant, owner).await? else { return Ok(Responsible::default()) };
    let number: UserNo = user.number;
    let organizations =
        move |snapshot: &mut store::db::Snapshot<'_>| store::user::user_organization_ids(snapshot, number);
    let organization = service.db().page(tenant, organizations).await?.into_iter().next();
    Ok(Responsible { user: Some(owner), organization })
}

fn value_of(judged: &Judged, id: Uuid) -> Option<&ItemValue> {
    let number = judged.template().item(id)?.number;
    judged.items.iter().find(|given| given.item == number).and_then(|given| given.value.as_ref())
}

fn first_id(value: &ItemValue) -> Option<Uuid> {
    if let ItemValue::References(ids) = value { ids.first().copied() } else { None }
}

/// As [`card_register`], within a transaction and a change set.
///
/// # Errors
/// As there; what is wrong is found before anything is written.
pub fn card_register_in(tx: &mut Tx<'_>, changes: &mut Changes, card: &CardJudged) -> Result<CardRegistered> {
    card.templates.check(tx)?;
    let mut ready = ready_in(tx, &card.judged)?;
    let cards = &card.templates.cards;
    let number = |id: Uuid| cards.item(id).map(|item| item.number);
    let is_placed = |id: Uuid| number(id).is_some_and(|item| ready.values.contains_key(&item));
    // What a person said of the card goes before what the rules say.
    let placement = if is_placed(business_card::CLIENT) || is_placed(business_card::CONTACT) {
        check_placed(tx, card, &ready.links)?;
        Placement::settled()
    } else {
        place(tx, changes, &mut Templates::default(), card, &ready.values)?
    };
    let points = [(business_card::CLIENT, placement.client), (business_card::CONTACT, placement.contact)];
    for (item, target) in points.into_iter().filter_map(|(id, target)| number(id).zip(target)) {
        let (record, id) = target;
        ready.values.insert(item, ItemValue::References(vec![id]));
        ready.links.push((item, record));
    }
    if let Some(item) = number(business_card::MATCHING) {
        ready.values.insert(item, matching_value(placement.matching));
    }
    let written = register_ready(tx, changes, &card.judged, ready)?;
    let outcome = if placement.matching == Matching::Review { CardOutcome::Review } else { CardOutcome::Joined };
    Ok(CardRegistered { id: written.id, outcome, change_set: None })
}

/// Refuses a contact that is not one of the client, where a person named both.
fn check_placed(tx: &mut Tx<'_>, card: &CardJudged, links: &[(ItemNo, RecordNo)]) -> Result<()> {
    let target = |id| {
        let item = item_no(&card.templates.cards, id)?;
        links.iter().find(|(number, _)| *number == item).map(|(_, target)| *target)
    };
    match (target(business_card::CLIENT), target(business_card::CONTACT)) {
        (Some(client), Some(contact)) if !is_contact_of(tx, &card.templates.contacts, contact, client)? => {
            let item = card.templates.cards.item(business_card::CONTACT).map(|item| item.id);
            let path = card.judged.items_path.clone();
            Err(Error::invalid(vec![Problem { path, item, message: Message::NoSuchRecord }]))
        }
        _ => Ok(()),
    }
}

/// Whether a contact is one of a client.
fn is_contact_of(tx: &mut Tx<'_>, contacts: &Template, contact: RecordNo, client: RecordNo) -> Result<bool> {
    let Some(item) = item_no(contacts, contact::CLIENT) else { return Ok(false) };
    Ok(store::link::links_of_item(tx, contact, item)?.contains(&client))
}

pub(crate) fn matching_value(matching: Matching) -> ItemValue {
    ItemValue::Choices(vec![matching.choice()])
}

/// The number of a built-in item.
pub(crate) fn item_no(template: &Template, id: Uuid) -> Option<ItemNo> {
    template.item(id).map(|item| item.number)
}
