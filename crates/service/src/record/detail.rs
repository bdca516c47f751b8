//! One record with everything that is shown of it: what stands for whatever its items name, and its linkage slots.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::id::TenantNo;
use musubi_domain::item::{DataKind, InquiryRouteRef, Item, ItemType, ItemValue, Target};
use musubi_domain::record::Record;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store::inquiry_route::InquiryRouteNames;
use uuid::Uuid;

use super::read::{RecordSeen, record_get};
use super::write::RecordKey;
use crate::context::Service;

/// A record with everything that is shown of it.
#[derive(Debug)]
pub struct RecordDetail {
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

/// Gives one record of a database with everything that is shown of it.
///
/// # Errors
/// NotFound at `path` where the key points at nothing that the caller may see; Forbidden where he may not read the database.
pub async fn record_detail(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    key: RecordKey,
    path: &str,
) -> Result<RecordDetail> {
    let tenant = context.tenant;
    let RecordSeen { template, sight, record } = record_get(service, context, database, key, path).await?;
    let slots = service.linkage_slots(tenant).await?;
    let mut detail = RecordDetail {
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
async fn name_references(service: &Service, context: &Context, detail: &mut RecordDetail) -> Result<()> {
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
