//! Finding what a file names: people by login ID or name, organizations and inquiry routes by name, records by key.

use std::collections::HashMap;
use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::item::{InquiryRouteRef, Item, RawValue, Target};
use musubi_domain::messages::Message;
use musubi_domain::user::login_key;
use musubi_store as store;
use musubi_text::search_key::fold;
use uuid::Uuid;

use crate::context::Service;
use crate::inquiry_route::inquiry_route_list;
use crate::organization::organization_list;
use crate::user::user_list;

/// People, organizations and inquiry routes by what a file calls them. A name that several have names nobody.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    logins: HashMap<String, Uuid>,
    users: HashMap<String, Option<Uuid>>,
    organizations: HashMap<String, Option<Uuid>>,
    routes: HashMap<String, Option<InquiryRouteRef>>,
}

fn name_key(name: &str) -> String {
    fold(name).split_whitespace().collect()
}

fn note<T: Copy + PartialEq>(map: &mut HashMap<String, Option<T>>, name: String, value: T) {
    map.entry(name).and_modify(|known| *known = known.filter(|known| *known == value)).or_insert(Some(value));
}

impl Directory {
    pub(crate) async fn load(service: &Service, context: &Arc<Context>) -> Result<Self> {
        let mut directory = Self::default();
        for user in user_list(service, context).await?.into_iter().filter(|user| user.active && !user.system) {
            for name in [user.display_name(), user.full_name()] {
                note(&mut directory.users, name_key(&name), user.id);
            }
            directory.logins.insert(login_key(&user.login_id), user.id);
        }
        for organization in organization_list(service, context).await?.into_iter().filter(|found| found.active) {
            note(&mut directory.organizations, name_key(&organization.name), organization.id);
        }
        for (route, names) in inquiry_route_list(service, context, false).await? {
            note(&mut directory.routes, name_key(&format!("{}/{}", names.category, names.route)), route);
            note(&mut directory.routes, name_key(&names.route), route);
        }
        Ok(directory)
    }

    /// The value of an item that points at what these names stand for.
    pub(crate) async fn find(
        &self,
        service: &Service,
        context: &Arc<Context>,
        item: &Item,
        names: &[String],
    ) -> Result<std::result::Result<RawValue, Message>> {
        let Some(target) = item.item_type.row().target else {
            let found: Option<Vec<_>> = names.iter().map(|name| self.routes.get(&name_key(name)).copied()?).collect();
            return Ok(found.map(RawValue::InquiryRoutes).ok_or(Message::NoSuchInquiryRoute));
        };
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let by_name = |map: &HashMap<String, Option<Uuid>>, key: String| map.get(&key).copied().flatten();
            let (found, message) = match target {
                _ if name.parse::<Uuid>().is_ok() => (name.parse().ok(), Message::NotUuid),
                Target::User => {
                    // A login ID is one person's alone, whoever else is called so.
                    let by_login = self.logins.get(&login_key(name)).copied();
                    (by_login.or_else(|| by_name(&self.users, name_key(name))), Message::NoSuchUser)
                }
                Target::Organization => (by_name(&self.organizations, name_key(name)), Message::NoSuchOrganization),
                Target::Client | Target::Contact | Target::Product | Target::Record => {
                    (record_by_key(service, context, item, name).await?, Message::NoSuchRecord)
                }
            };
            match found {
                Some(id) => ids.push(id),
                None => return Ok(Err(message)),
            }
        }
        Ok(Ok(RawValue::Uuids(ids)))
    }
}

/// The record whose key item holds this value, in the database that an item points into.
async fn record_by_key(service: &Service, context: &Arc<Context>, item: &Item, key: &str) -> Result<Option<Uuid>> {
    let Some(database) = service.target_database(context.tenant, item).await? else { return Ok(None) };
    let template = service.template_numbered(context.tenant, database).await?;
    let key_items: Vec<_> = template.items().iter().filter(|item| item.unique).map(|item| item.number).collect();
    let key = key.to_owned();
    let find = move |keyed: &mut store::db::Keyed<'_>| {
        for item in &key_items {
            if let Some(number) = store::unique::unique_holder(keyed, database, item.0, &key)? {
                return store::record::record_identity(keyed, number).map(|found| found.map(|(id, _)| id));
            }
        }
        Ok(None)
    };
    service.db().get(context.tenant, find).await
}
