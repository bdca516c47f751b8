//! Clients (取引先).

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::{Event, Operation};
use musubi_domain::id::{ChangeSetNo, TenantNo};
use musubi_domain::item::{DataKind, InquiryRouteRef, ItemType, ItemValue, Target};
use musubi_domain::messages::Message;
use musubi_domain::record::{Facts, NewRecord, Record};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};
use musubi_store::inquiry_route::InquiryRouteNames;
use musubi_store::query::{RecordPage, RecordQuery};
use uuid::Uuid;

use crate::context::Service;
use crate::record::{GivenItem, GivenLinkage, Judged, check_named, judge_linkage, judge_new, links_in};

/// A client to be registered.
#[derive(Clone, Debug, Default)]
pub struct ClientRegister {
    /// The values of its items.
    pub items: Vec<GivenItem>,
    /// Where the list of items stood, for problems with items that are not in it.
    pub items_path: String,
    /// Its keys in other systems.
    pub linkage: Vec<GivenLinkage>,
    /// What is wrong already with items and linkage values that could not be read.
    pub problems: Vec<Problem>,
}

/// A client that has been judged by everything but the database.
#[derive(Debug)]
pub struct ClientJudged {
    template: Arc<Template>,
    judged: Judged,
    linkage: Vec<GivenLinkage>,
}

/// Registers a client and gives its id.
///
/// # Errors
/// Invalid, with all failing items at once.
pub async fn client_register(service: &Service, context: &Arc<Context>, command: ClientRegister) -> Result<Uuid> {
    let client = Arc::new(client_judge(service, context.tenant, command).await?);
    service.db().write(context, Lane::Interactive, move |tx| client_register_in(tx, &client)).await
}

/// Judges a client by the template, by linkage slots, people, organizations and routes: outside the transaction, since all
/// of it is cached under the tenant's epoch.
///
/// # Errors
/// Invalid, with all failing items at once, unless references to records or linkage values may fail as well; then the
/// transaction reports them together.
pub async fn client_judge(service: &Service, tenant: TenantNo, command: ClientRegister) -> Result<ClientJudged> {
    let template = service.template(tenant, client::DATABASE).await?;
    let slots = service.linkage_slots(tenant).await?;
    let mut judged = judge_new(&template, command.items, &command.items_path, command.problems);
    judged.problems.extend(judge_linkage(&slots, &command.linkage));
    check_named(service, tenant, &template, &mut judged).await?;
    Ok(ClientJudged { template, judged, linkage: command.linkage })
}

/// As [`client_register`], within a transaction.
///
/// # Errors
/// As there.
pub fn client_register_in(tx: &mut Tx<'_>, client: &ClientJudged) -> Result<Uuid> {
    let template = &client.template;
    let mut problems = client.judged.problems.clone();
    let links = links_in(tx, template, &client.judged, &mut problems)?;
    let held: Vec<_> = client.linkage.iter().filter(|given| !given.value.value.is_empty()).collect();
    for given in &held {
        if store::unique::unique_holder(tx, template.database, given.value.slot, &given.value.value)?.is_some() {
            problems.push(Problem { path: given.path.clone(), item: None, message: Message::LinkageTaken });
        }
    }
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let record = NewRecord {
        id: tx.next_id(),
        facts: Facts::new(client.judged.values.iter().cloned(), tx.context().now, tx.context().actor.user),
        linkage: held.iter().map(|given| given.value.clone()).collect(),
    };
    let number = store::record::record_insert(tx, template, &record, &links, ChangeSetNo(0))?;
    for given in held {
        if !store::unique::unique_insert(tx, number, given.value.slot, &given.value.value)? {
            return Err(Error::invalid_at(given.path.clone(), Message::LinkageTaken));
        }
    }
    tx.record_event(&Event { kind: "client.created", record: number, record_id: record.id, version: 1 })?;
    let operation = Operation {
        kind: "client.register",
        database: Some(template.database),
        target: record.facts.display_name(template),
        count: 1,
    };
    tx.record_operation(&operation)?;
    Ok(record.id)
}

/// Which clients a list is to show. What is absent is no condition.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// A part of the name or its reading.
    pub name: Option<String>,
    /// Full names of prefectures, any of them.
    pub prefectures: Vec<String>,
    /// A part of prefecture and address, joined.
    pub address: Option<String>,
    /// Organizations in charge, any of them, without those below.
    pub organizations: Vec<Uuid>,
    /// People in charge, any of them.
    pub users: Vec<Uuid>,
    /// Created from here on.
    pub created_from: Option<Timestamp>,
    /// Created up to here.
    pub created_to: Option<Timestamp>,
    /// Last changed from here on.
    pub updated_from: Option<Timestamp>,
    /// Last changed up to here.
    pub updated_to: Option<Timestamp>,
}

impl ClientFilter {
    /// The filter as a condition over the items of the template.
    fn condition(self, template: &Template) -> Result<Condition> {
        let number = |id| {
            template
                .item(id)
                .map(|item| item.number)
                .ok_or_else(|| Error::internal("a built-in item of clients is missing"))
        };
        let mut parts = Vec::new();
        if let Some(text) = self.name {
            parts.push(Condition::Contains { items: vec![number(client::NAME)?], text });
        }
        if let Some(text) = self.address {
            parts.push(Condition::Contains { items: vec![number(client::PREFECTURE)?, number(client::CITY)?], text });
        }
        let mut one_of = |item, values: Vec<Operand>| -> Result<()> {
            if !values.is_empty() {
                parts.push(Condition::OneOf { field: Field::Item(number(item)?), values });
            }
            Ok(())
        };
        one_of(client::PREFECTURE, self.prefectures.into_iter().map(Operand::Text).collect())?;
        one_of(client::SALES_ORGANIZATION, self.organizations.into_iter().map(Operand::Id).collect())?;
        one_of(client::SALES_USER, self.users.into_iter().map(Operand::Id).collect())?;
        let spans = [
            (Field::CreatedAt, self.created_from, self.created_to),
            (Field::UpdatedAt, self.updated_from, self.updated_to),
        ];
        for (field, from, to) in spans {
            if from.is_some() || to.is_some() {
                parts.push(Condition::Between { field, from: from.map(Operand::Moment), to: to.map(Operand::Moment) });
            }
        }
        Ok(Condition::All(parts))
    }
}

/// A page of clients, with the slots that each row is to list.
#[derive(Clone, Debug)]
pub struct ClientPage {
    /// The rows.
    pub page: RecordPage,
    /// The linkage slots that have been set up.
    pub slots: Arc<Vec<(i64, String)>>,
}

/// Gives a page of the clients that the filter lets through, in order of creation.
///
/// # Errors
/// Busy; where the database does not answer.
pub async fn client_list(
    service: &Service,
    context: &Arc<Context>,
    filter: ClientFilter,
    offset: i64,
    limit: i64,
) -> Result<ClientPage> {
    let template = service.template(context.tenant, client::DATABASE).await?;
    let slots = service.linkage_slots(context.tenant).await?;
    let condition = filter.condition(&template)?;
    let query = RecordQuery { template, condition, offset, limit };
    let sight = Sight::all();
    let page =
        service.db().page(context.tenant, move |snapshot| store::query::record_list(snapshot, &sight, &query)).await?;
    Ok(ClientPage { page, slots })
}

/// How a client is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientKey {
    /// By its id.
    Id(Uuid),
    /// By its value in a linkage slot.
    Linkage {
        /// The slot.
        slot: i64,
        /// The value.
        value: String,
    },
}

/// A client with everything that its page shows.
#[derive(Debug)]
pub struct ClientDetail {
    /// The template.
    pub template: Arc<Template>,
    /// What the caller may see.
    pub sight: Sight,
    /// The record.
    pub record: Record,
    /// The ids of creator and last changer.
    pub users: (Uuid, Uuid),
    /// What is shown for the ids that items hold.
    pub names: HashMap<Uuid, String>,
    /// The names of the inquiry routes that items hold.
    pub routes: HashMap<InquiryRouteRef, Arc<InquiryRouteNames>>,
    /// The linkage slots that have been set up.
    pub slots: Arc<Vec<(i64, String)>>,
}

/// Gives one client.
///
/// # Errors
/// NotFound at `path` where the key points at nothing that the caller may see.
pub async fn client_get(service: &Service, context: &Arc<Context>, key: ClientKey, path: &str) -> Result<ClientDetail> {
    let tenant = context.tenant;
    let template = service.template(tenant, client::DATABASE).await?;
    let slots = service.linkage_slots(tenant).await?;
    let sight = Sight::all();
    let (own_sight, own_template) = (sight.clone(), Arc::clone(&template));
    let found = service
        .db()
        .get(tenant, move |keyed| match &key {
            ClientKey::Id(id) => store::record::record_by_id(keyed, &own_sight, &own_template, *id),
            ClientKey::Linkage { slot, value } => {
                match store::unique::unique_holder(keyed, own_template.database, *slot, value)? {
                    Some(number) => store::record::record_by_number(keyed, &own_sight, &own_template, number),
                    None => Ok(None),
                }
            }
        })
        .await?;
    let record = found.ok_or_else(|| Error::not_found(path))?;
    let mut detail = ClientDetail {
        template,
        sight,
        record,
        users: (Uuid::nil(), Uuid::nil()),
        names: HashMap::new(),
        routes: HashMap::new(),
        slots,
    };
    name_references(service, tenant, &mut detail).await?;
    Ok(detail)
}

/// Looks up what is shown for everything that the record's items name.
async fn name_references(service: &Service, tenant: TenantNo, detail: &mut ClientDetail) -> Result<()> {
    let template = Arc::clone(&detail.template);
    let document = detail.record.document.clone();
    for (number, json) in document.members() {
        let Some(item) = template.item_numbered(number).filter(|item| detail.sight.sees(item.number)) else { continue };
        match (reference_value(item.item_type, json), item.item_type.row().target) {
            (Some(ItemValue::References(ids)), Some(target)) => {
                for id in ids {
                    if let Some(name) = display_name_of(service, tenant, &template, target, id).await? {
                        detail.names.insert(id, name);
                    }
                }
            }
            (Some(ItemValue::InquiryRoutes(routes)), _) => {
                for route in routes {
                    if let Some(names) = service.inquiry_route_named(tenant, route).await? {
                        detail.routes.insert(route, names);
                    }
                }
            }
            _ => {}
        }
    }
    let mut person = async |number| -> Result<Uuid> {
        let user = service.user(tenant, number).await?.ok_or_else(|| Error::internal("a record was made by nobody"))?;
        detail.names.insert(user.id, user.display_name());
        Ok(user.id)
    };
    let creator = person(detail.record.created_by).await?;
    let updater = person(detail.record.updated_by).await?;
    detail.users = (creator, updater);
    Ok(())
}

async fn display_name_of(
    service: &Service,
    tenant: TenantNo,
    template: &Template,
    target: Target,
    id: Uuid,
) -> Result<Option<String>> {
    Ok(match target {
        Target::User => service.user_named(tenant, id).await?.map(|user| user.display_name()),
        Target::Organization => {
            service.organization_named(tenant, id).await?.map(|organization| organization.name.clone())
        }
        Target::Client => {
            let database = template.database;
            let found =
                service.db().get(tenant, move |keyed| store::record::record_reference(keyed, database, id)).await?;
            found.map(|(_, name)| name)
        }
        Target::Contact | Target::Product | Target::Record => None,
    })
}

/// The value of an item that names something; items that name nothing are not read.
fn reference_value(item_type: ItemType, json: &str) -> Option<ItemValue> {
    matches!(item_type.row().data, DataKind::Uuid | DataKind::InquiryRoute)
        .then(|| ItemValue::read_json(item_type, json))
        .flatten()
}
