//! Demo data: believable, and the same for the same seed. No person or firm of it exists.
//!
//! What there is to be is drawn first, without a database, by word: `people.rs`, `clients.rs`, `contacts.rs`, `cards.rs`. Then it is
//! registered as a caller would, in slices; cards go through 名寄せ.

mod brands;
mod cards;
mod clients;
mod contacts;
mod doubts;
mod given;
mod habits;
mod people;
mod people_names;
mod places;
mod random;
#[cfg(test)]
mod tests;
mod trades;
mod vocabulary;
mod words;

use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use musubi_domain::item::InquiryRouteRef;
use musubi_domain::{business_card, client, contact};
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use crate::business_card::{CardDecision, CardJudged, card_judge_given, card_register_in, card_settle};
use crate::context::Service;
use crate::inquiry_route::inquiry_route_create_in;
use crate::linkage::linkage_slot_set_in;
use crate::organization::organization_create_in;
use crate::permission_template::permission_template_create_in;
use crate::record::{Changes, Judged, record_judge, record_register_in};
use crate::tenant::{TenantCreate, tenant_create};
use crate::user::{UserCreate, user_create_in};

use cards::{DemoCard, cards};
use clients::{DemoClient, client_stream};
use contacts::{ContactCounts, DemoContact, contacts};
use given::{ACCOUNTING_SLOT, CARD_SLOT, CORE_SLOT};
use people::{DemoPerson, Sellers, people};

/// The seed of the demo data that ships.
const SEED: u64 = 20_261_122;
/// People of the demo tenant.
const PEOPLE: usize = 30;
/// Records that one transaction registers.
const SLICE: usize = 100;
/// For how many cards one makes a client, and for how many one makes a contact of a client that is there.
const CARDS_PER_CLIENT: usize = 50;
const CARDS_PER_CONTACT: usize = 20;

/// How much demo data there is to be.
#[derive(Clone, Copy, Debug)]
pub struct DemoSize {
    /// Clients, those included that cards make.
    pub clients: usize,
    /// Contacts, those included that cards make.
    pub contacts: usize,
    /// Business cards.
    pub cards: usize,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self { clients: 200, contacts: 400, cards: 300 }
    }
}

/// All that there is to be, drawn and not yet registered.
struct Demo {
    people: Vec<DemoPerson>,
    clients: Vec<DemoClient>,
    /// Clients at the end of the list that cards make.
    clients_by_card: usize,
    contacts: Vec<DemoContact>,
    cards: Vec<DemoCard>,
}

impl Demo {
    fn draw(seed: u64, size: DemoSize) -> Self {
        let people = people(seed, PEOPLE);
        let sellers = Sellers::of(&people);
        let clients: Vec<DemoClient> = client_stream(seed, sellers.clone()).take(size.clients).collect();
        let clients_by_card = (size.cards / CARDS_PER_CLIENT).min(size.clients).min(size.contacts);
        let counts = ContactCounts { all: size.contacts, clients_by_card, by_card: size.cards / CARDS_PER_CONTACT };
        let contacts = contacts(seed, &clients, counts);
        let cards = cards(seed, &clients, &contacts, &sellers, size.cards);
        Self { people, clients, clients_by_card, contacts, cards }
    }
}

/// What the records of the demo refer to.
struct Ground {
    organizations: Vec<Uuid>,
    /// Each with where the organization stands.
    people: Vec<(Uuid, usize)>,
    routes: Vec<InquiryRouteRef>,
}

impl Ground {
    /// A person and the person's organization.
    fn person(&self, index: usize) -> Result<(Uuid, Uuid)> {
        let (person, organization) = *self.people.get(index).ok_or_else(|| missing("person"))?;
        Ok((person, *self.organizations.get(organization).ok_or_else(|| missing("organization"))?))
    }

    fn routes(&self, indexes: impl IntoIterator<Item = usize>) -> Vec<InquiryRouteRef> {
        indexes.into_iter().filter_map(|index| self.routes.get(index).copied()).collect()
    }
}

fn missing(what: &str) -> Error {
    Error::internal(format!("the demo refers to a {what} that it has not"))
}

/// Begins a tenant with demo data and gives its number.
///
/// # Errors
/// Where the database does not answer, or the tenant is there already.
pub async fn demo_create(service: &Service, size: DemoSize) -> Result<TenantNo> {
    let name = "株式会社むすび商事".to_owned();
    let tenant =
        tenant_create(service, TenantCreate { code: "demo".to_owned(), name, hosts: Vec::new(), administrator: None })
            .await?;
    let demo = Demo::draw(SEED, size);
    let ground = ground_create(service, tenant, demo.people.clone()).await?;
    let clients = clients_create(service, tenant, &demo, &ground).await?;
    contacts_create(service, tenant, &demo, &ground, &clients).await?;
    cards_create(service, tenant, &demo, &ground).await?;
    Ok(tenant)
}

/// Slots, routes, organizations, permission templates and people.
async fn ground_create(service: &Service, tenant: TenantNo, people: Vec<DemoPerson>) -> Result<Ground> {
    let write = move |tx: &mut Tx<'_>| {
        for (slot, name) in
            [(CORE_SLOT, "基幹システムA"), (ACCOUNTING_SLOT, "会計システム"), (CARD_SLOT, "名刺管理サービス")]
        {
            linkage_slot_set_in(tx, slot, name)?;
        }
        let routes = habits::ROUTES.iter().map(|(category, name, _)| inquiry_route_create_in(tx, category, name));
        let routes = routes.collect::<Result<Vec<_>>>()?;
        let mut organizations: Vec<Uuid> = Vec::new();
        for demo in people::organizations() {
            let parent = demo.parent.and_then(|parent| organizations.get(parent)).copied();
            organizations.push(organization_create_in(tx, demo.name, parent)?);
        }
        for (name, rights) in people::PERMISSION_TEMPLATES {
            let rights: Vec<_> = rights.iter().map(|right| (*right).to_owned()).collect();
            permission_template_create_in(tx, name, &rights)?;
        }
        let mut created = Vec::new();
        for person in &people {
            let organization = organizations.get(person.organization).copied();
            let id = user_create_in(tx, &person_command(person, organization), None)?;
            created.push((id, person.organization));
        }
        Ok(Ground { organizations, people: created, routes })
    };
    write_once(service, tenant, write).await
}

/// A person as an administrator would add one.
fn person_command(person: &DemoPerson, organization: Option<Uuid>) -> UserCreate {
    UserCreate {
        login_id: person.login_id.clone(),
        family_name: person.family.text.to_owned(),
        first_name: person.first.text.to_owned(),
        mail: person.mail.clone(),
        organizations: organization.into_iter().collect(),
        rights: person.rights.iter().map(|right| (*right).to_owned()).collect(),
        permission_template: Some(person.permission_template.to_owned()),
        fields: person.fields(),
        password: None,
    }
}

/// Registers the clients that no card makes, and gives their ids in their order.
async fn clients_create(service: &Service, tenant: TenantNo, demo: &Demo, ground: &Ground) -> Result<Vec<Uuid>> {
    let template = service.template(tenant, client::DATABASE).await?;
    let context = service.system_context(tenant);
    let mut ids: Vec<Uuid> = Vec::new();
    let mut slice = Vec::new();
    for client in demo.clients.iter().take(demo.clients.len() - demo.clients_by_card) {
        // A parent of the same slice has no id yet.
        if slice.len() >= SLICE || client.parent.is_some_and(|parent| parent >= ids.len()) {
            ids.extend(slice_register(service, tenant, std::mem::take(&mut slice)).await?);
        }
        let parent = client.parent.and_then(|parent| ids.get(parent)).copied();
        let command = given::client(&template, client, ground, parent)?;
        slice.push(record_judge(service, &context, client::DATABASE, command).await?);
    }
    ids.extend(slice_register(service, tenant, slice).await?);
    Ok(ids)
}

/// Registers the contacts that no card makes.
async fn contacts_create(
    service: &Service,
    tenant: TenantNo,
    demo: &Demo,
    ground: &Ground,
    clients: &[Uuid],
) -> Result<()> {
    let template = service.template(tenant, contact::DATABASE).await?;
    let context = service.system_context(tenant);
    let known: Vec<&DemoContact> = demo.contacts.iter().filter(|contact| !contact.is_by_card).collect();
    for chunk in known.chunks(SLICE) {
        let mut slice = Vec::new();
        for contact in chunk {
            let client = demo.clients.get(contact.client).zip(clients.get(contact.client).copied());
            let command = given::contact(&template, contact, client.ok_or_else(|| missing("client"))?, ground)?;
            slice.push(record_judge(service, &context, contact::DATABASE, command).await?);
        }
        slice_register(service, tenant, slice).await?;
    }
    Ok(())
}

async fn slice_register(service: &Service, tenant: TenantNo, slice: Vec<Judged>) -> Result<Vec<Uuid>> {
    let write = move |tx: &mut Tx<'_>| {
        let mut changes = Changes::begin(tx, "demo.create", None)?;
        let registered = slice.iter().map(|record| record_register_in(tx, &mut changes, record));
        let ids = registered.map(|written| written.map(|written| written.id)).collect::<Result<_>>()?;
        changes.finish(tx)?;
        Ok(ids)
    };
    write_once(service, tenant, write).await
}

/// Writes with a context of its own: two transactions of one context would give out the same ids.
async fn write_once<T: Send + 'static>(
    service: &Service,
    tenant: TenantNo,
    write: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    service.db().write(&service.system_context(tenant), Lane::Background, write).await
}

/// Registers the cards, which finds or makes their clients and contacts, and passes those that somebody passes.
async fn cards_create(service: &Service, tenant: TenantNo, demo: &Demo, ground: &Ground) -> Result<()> {
    let template = service.template(tenant, business_card::DATABASE).await?;
    let context = service.system_context(tenant);
    let mut passed = Vec::new();
    for chunk in demo.cards.chunks(SLICE) {
        let mut slice: Vec<CardJudged> = Vec::new();
        for card in chunk {
            let command = given::card(&template, card, ground)?;
            slice.push(card_judge_given(service, &context, command).await?);
        }
        let write = move |tx: &mut Tx<'_>| {
            let mut changes = Changes::begin(tx, "demo.create", None)?;
            let registered = slice.iter().map(|card| card_register_in(tx, &mut changes, card));
            let ids = registered.map(|card| card.map(|card| card.id)).collect::<Result<Vec<_>>>()?;
            changes.finish(tx)?;
            Ok(ids)
        };
        let ids = write_once(service, tenant, write).await?;
        passed.extend(chunk.iter().zip(ids).filter(|(card, _)| card.is_passed).map(|(_, id)| id));
    }
    for id in passed {
        card_settle(service, &service.system_context(tenant), (id, "card"), CardDecision::Reject).await?;
    }
    Ok(())
}

/// Whether a text is a reading: katakana and the long vowel.
#[cfg(test)]
fn is_katakana(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| ('ァ'..='ヴ').contains(&letter) || letter == 'ー')
}
