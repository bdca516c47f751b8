//! What stands for the values of items where people read them: names in place of ids.

use std::collections::HashMap;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::item::{InquiryRouteRef, Item, ItemValue, Target};
use uuid::Uuid;

use crate::context::Service;

/// Names by what they stand for. What is not there any more has none.
#[derive(Clone, Debug, Default)]
pub struct ValueNames {
    /// Of people, organizations and records; of a record that the caller may not see, that he may not.
    pub ids: HashMap<Uuid, String>,
    /// Of inquiry routes, with their category: `展示会 / 東京`.
    pub routes: HashMap<InquiryRouteRef, String>,
}

/// The names of everything that these values point at: one query per database, the rest from memory.
///
/// # Errors
/// Where the database does not answer.
pub async fn value_names(service: &Service, context: &Context, values: &[(&Item, ItemValue)]) -> Result<ValueNames> {
    let (mut names, mut records) = (ValueNames::default(), Vec::new());
    for (item, value) in values {
        match (value, item.item_type.row().target) {
            (ItemValue::References(ids), Some(Target::User)) => {
                for id in ids {
                    let user = service.user_named(context.tenant, *id).await?;
                    names.ids.extend(user.map(|user| (*id, user.display_name())));
                }
            }
            (ItemValue::References(ids), Some(Target::Organization)) => {
                for id in ids {
                    let found = service.organization_named(context.tenant, *id).await?;
                    names.ids.extend(found.map(|organization| (*id, organization.name.clone())));
                }
            }
            (ItemValue::References(ids), _) => {
                if let Some(database) = service.target_database(context.tenant, item).await? {
                    records.extend(ids.iter().map(|id| (database, *id)));
                }
            }
            (ItemValue::InquiryRoutes(routes), _) => {
                for route in routes {
                    let found = service.inquiry_route_named(context.tenant, *route).await?;
                    let name = found.map(|found| format!("{} / {}", found.category, found.route));
                    names.routes.extend(name.map(|name| (*route, name)));
                }
            }
            _ => {}
        }
    }
    let found = service.display_names(context, &records).await?;
    names.ids.extend(found.into_iter().map(|((_, id), name)| (id, name)));
    Ok(names)
}
