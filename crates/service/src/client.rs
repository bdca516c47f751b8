//! Clients (取引先).

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::client;
use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use musubi_domain::item::{DataKind, InquiryRouteRef, Item, ItemType, ItemValue, Target};
use musubi_domain::record::Record;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store::inquiry_route::InquiryRouteNames;
use musubi_store::query::{RecordPage, RecordQuery};
use uuid::Uuid;

use crate::context::Service;
use crate::record::{GivenRecord, RecordKey, RecordSeen, record_get, record_register};
use crate::record_list::{Patience, RecordListPage, record_list};

/// Registers a client and gives its id.
///
/// # Errors
/// Invalid, with all failing items at once.
pub async fn client_register(service: &Service, context: &Arc<Context>, given: GivenRecord) -> Result<Uuid> {
    let written = record_register(service, context, client::DATABASE, "client.register", given).await?;
    Ok(written.id)
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
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let slots = service.linkage_slots(context.tenant).await?;
    let condition = filter.condition(&template)?;
    let query = RecordQuery { template, condition, sorts: Vec::new(), offset, limit };
    let RecordListPage { rows, more, .. } =
        record_list(service, context, &sight, query, None, Patience::CALL, "").await?;
    Ok(ClientPage { page: RecordPage { rows, more }, slots })
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
pub async fn client_get(service: &Service, context: &Arc<Context>, key: RecordKey, path: &str) -> Result<ClientDetail> {
    let tenant = context.tenant;
    let RecordSeen { template, sight, record } = record_get(service, context, client::DATABASE, key, path).await?;
    let slots = service.linkage_slots(tenant).await?;
    let mut detail = ClientDetail {
        template,
        sight,
        record,
        users: (Uuid::nil(), Uuid::nil()),
        names: HashMap::new(),
        routes: HashMap::new(),
        slots,
    };
    name_references(service, context, &mut detail).await?;
    Ok(detail)
}

/// Looks up what is shown for everything that the record's items name.
async fn name_references(service: &Service, context: &Context, detail: &mut ClientDetail) -> Result<()> {
    let tenant = context.tenant;
    let mut records = Vec::new();
    let template = Arc::clone(&detail.template);
    let document = detail.record.document.clone();
    for (number, json) in document.members() {
        let Some(item) = template.item_numbered(number).filter(|item| detail.sight.sees(item.number)) else { continue };
        match reference_value(item.item_type, json) {
            Some(ItemValue::References(ids)) => {
                if let Some(database) = service.target_database(tenant, item).await? {
                    records.extend(ids.into_iter().map(|id| (database, id)));
                } else {
                    for id in ids {
                        let name = display_name_of(service, tenant, item, id).await?;
                        detail.names.extend(name.map(|name| (id, name)));
                    }
                }
            }
            Some(ItemValue::InquiryRoutes(routes)) => {
                for route in routes {
                    if let Some(names) = service.inquiry_route_named(tenant, route).await? {
                        detail.routes.insert(route, names);
                    }
                }
            }
            _ => {}
        }
    }
    let names = service.display_names(context, &records).await?;
    detail.names.extend(names.into_iter().map(|((_, id), name)| (id, name)));
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

async fn display_name_of(service: &Service, tenant: TenantNo, item: &Item, id: Uuid) -> Result<Option<String>> {
    match item.item_type.row().target {
        Some(Target::User) => Ok(service.user_named(tenant, id).await?.map(|user| user.display_name())),
        Some(Target::Organization) => {
            Ok(service.organization_named(tenant, id).await?.map(|organization| organization.name.clone()))
        }
        _ => Ok(None),
    }
}

/// The value of an item that names something; items that name nothing are not read.
fn reference_value(item_type: ItemType, json: &str) -> Option<ItemValue> {
    matches!(item_type.row().data, DataKind::Uuid | DataKind::InquiryRoute)
        .then(|| ItemValue::read_json(item_type, json))
        .flatten()
}
