//! Databases that people make, beside those that ship.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::{DatabaseNo, ItemNo};
use musubi_domain::item::{Item, ItemType, system};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::{Action, named};
use musubi_domain::template::{DatabaseDetail, ItemDefinition, Template};
use musubi_domain::{business_card, client, contact, product};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;
use crate::record::check_name;
use crate::template::template_apply_in;

/// A database that is to be made.
#[derive(Clone, Debug)]
pub struct DatabaseCreate {
    /// Its name: no other database of the tenant has it.
    pub name: String,
    /// Its items, in order. The items that the system fills come after them by themselves.
    pub items: Vec<ItemDefinition>,
    /// The names of the items whose texts stand for a record; none: the first item.
    pub display: Vec<String>,
}

/// The databases that ship, which have places of their own in the menu.
const SHIPPED: [&str; 4] = [client::DATABASE, contact::DATABASE, business_card::DATABASE, product::DATABASE];

impl Service {
    /// The databases that people made and that whoever acts may read, oldest first, at most [`limits::MENU_DATABASES`]: number and name.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn own_databases(&self, context: &Context) -> Result<Vec<(DatabaseNo, String)>> {
        let tenant = context.tenant;
        let load = async {
            let list = |snapshot: &mut store::db::Snapshot<'_>| store::template::database_list(snapshot, DatabaseNo(0));
            Ok(Some(Arc::new(self.db().page(tenant, list).await?)))
        };
        let all = self.record_caches().databases.get(&tenant, self.epoch(tenant), load).await?.unwrap_or_default();
        let mut own = Vec::new();
        for number in all.iter() {
            let template = self.template_numbered(tenant, *number).await?;
            if own.len() == limits::MENU_DATABASES {
                break;
            }
            if !SHIPPED.contains(&template.name.as_str()) && self.may(context, &template, Action::Read).await? {
                own.push((*number, template.name.clone()));
            }
        }
        Ok(own)
    }

    /// Whether whoever acts may do this in the database of a template.
    async fn may(&self, context: &Context, template: &Template, action: Action) -> Result<bool> {
        match self.check_right(context, template, action).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == Kind::Forbidden => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Makes a database.
///
/// # Errors
/// Forbidden without the right. Invalid where the name is taken or cannot be used, or with everything that is wrong with the items.
pub async fn database_create(service: &Service, context: &Arc<Context>, command: DatabaseCreate) -> Result<DatabaseNo> {
    service.check_named_right(context, named::DATABASES).await?;
    check_name("--name", &command.name)?;
    service.db().write(context, Lane::Interactive, move |tx| database_create_in(tx, &command)).await
}

/// As [`database_create`], within a transaction.
///
/// # Errors
/// As there.
pub fn database_create_in(tx: &mut Tx<'_>, command: &DatabaseCreate) -> Result<DatabaseNo> {
    if store::template::database_number(tx, &command.name)?.is_some() {
        return Err(Error::invalid_at("--name", Message::Taken));
    }
    let id = tx.next_id();
    let database = store::template::database_insert(tx, id, &command.name)?;
    template_apply_in(tx, &command.name, &command.items)?;
    let after = i64::try_from(command.items.len()).unwrap_or(i64::MAX);
    let system_items = [
        (system::CREATED_AT, "作成日", ItemType::Datetime),
        (system::CREATED_BY, "作成者", ItemType::UserSingle),
        (system::UPDATED_AT, "最終更新日", ItemType::Datetime),
        (system::UPDATED_BY, "最終更新者", ItemType::UserSingle),
    ];
    for (position, (id, name, item_type)) in (after + 1..).zip(system_items) {
        let item = Item { read_only: true, built_in: true, ..Item::new(ItemNo(0), id, name, item_type) };
        store::template::item_put(tx, database, position, &item)?;
    }
    let template = store::template::template_by_number(tx, database)?;
    let template = template.ok_or_else(|| Error::internal("a database that was just made is not there"))?;
    let named = |name: &String| template.shown_items().find(|item| item.name == *name).map(|item| item.number);
    let mut display_items = Vec::new();
    for name in &command.display {
        display_items.push(named(name).ok_or_else(|| Error::invalid_at("--display", Message::UnknownItem))?);
    }
    if display_items.is_empty() {
        display_items.extend(template.shown_items().next().map(|item| item.number));
    }
    let detail = DatabaseDetail { display_items, ..DatabaseDetail::default() };
    store::template::database_detail_set(tx, database, &detail)?;
    store::template::template_version_raise(tx, database)?;
    tx.record_operation(&Operation::new("database.create", command.name.clone()))?;
    Ok(database)
}

/// The templates of all databases, oldest first.
///
/// # Errors
/// Forbidden without the right.
pub async fn database_list(service: &Service, context: &Arc<Context>) -> Result<Vec<Arc<Template>>> {
    service.check_named_right(context, named::DATABASES).await?;
    let list = |snapshot: &mut store::db::Snapshot<'_>| store::template::database_list(snapshot, DatabaseNo(0));
    let numbers = service.db().page(context.tenant, list).await?;
    let mut templates = Vec::new();
    for number in numbers {
        templates.push(service.template_numbered(context.tenant, number).await?);
    }
    Ok(templates)
}
