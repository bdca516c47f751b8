//! Templates: export and apply. Changes of single items stand in [`item`], their removal in [`removal`].

pub mod change;
pub mod discard;
pub mod item;
pub mod removal;

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::ItemNo;
use musubi_domain::item::Item;
use musubi_domain::messages::Message;
use musubi_domain::rights::{Action, named};
use musubi_domain::sight::Sight;
use musubi_domain::template::{Edit, ItemDefinition, Template, in_order};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;

/// Where the items of a file stand.
const LIST: &str = "templateList";

/// The template of a database as a caller sees it.
#[derive(Clone, Debug)]
pub struct TemplateSeen {
    /// The template.
    pub template: Arc<Template>,
    /// What the caller may read and change of it.
    pub sight: Sight,
    /// The linkage slots that have been set up.
    pub slots: Arc<Vec<(i64, String)>>,
}

/// The template of a database as the caller sees it.
///
/// # Errors
/// NotFound where there is no such database; Forbidden where the caller may not read it.
pub async fn template_get(service: &Service, context: &Arc<Context>, database: &str) -> Result<TemplateSeen> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let slots = service.linkage_slots(context.tenant).await?;
    Ok(TemplateSeen { template, sight, slots })
}

/// The items of a database, hidden ones too, as a file that can be applied.
///
/// # Errors
/// Forbidden without the right; NotFound where there is no such database.
pub async fn template_export(service: &Service, context: &Arc<Context>, database: &str) -> Result<Vec<ItemDefinition>> {
    service.check_named_right(context, named::DATABASES).await?;
    let template = service.template(context.tenant, database).await?;
    let mut definitions = Vec::new();
    for item in template.items().iter().filter(|item| !item.aside) {
        let mut definition = ItemDefinition::of(item);
        if let Some(database) = item.refers_to {
            definition.database = Some(service.template_numbered(context.tenant, database).await?.name.clone());
        }
        definitions.push(definition);
    }
    Ok(definitions)
}

/// Adds the items that a database lacks and changes those that it has: name, required, units, choices, whether hidden. A file that names
/// every item decides the order too; else the items stay where they stand and new ones follow at the end. A choice that is not given any
/// more stays, and cannot be chosen anew. Gives how many were added and how many changed.
///
/// # Errors
/// Forbidden without the right; Invalid, with everything that is wrong at once; then nothing is changed.
pub async fn template_apply(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    definitions: Vec<ItemDefinition>,
) -> Result<(usize, usize)> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    service.db().write(context, Lane::Interactive, move |tx| template_apply_in(tx, &name, &definitions)).await
}

/// As [`template_apply`], within a transaction.
///
/// # Errors
/// As there.
pub fn template_apply_in(tx: &mut Tx<'_>, database: &str, definitions: &[ItemDefinition]) -> Result<(usize, usize)> {
    let template = template_in(tx, database)?;
    let items = items_in(tx, &template, definitions, |at| format!("{LIST}[{at}]"))?;
    let added = items.iter().filter(|item| item.number.0 == 0).count();
    let is_changed = |item: &&Item| template.item_numbered(item.number).is_some_and(|known| known != *item);
    let changed = items.iter().filter(is_changed).count();
    order_write(tx, &template, &in_order(&template, items))?;
    tx.record_operation(&Operation::new("template.apply", database))?;
    Ok((added, changed))
}

/// The template of a database.
pub(super) fn template_in(tx: &mut Tx<'_>, database: &str) -> Result<Template> {
    store::template::template_by_name(tx, database)?.ok_or_else(|| Error::not_found("--database"))
}

/// The items that definitions come to; `path` says where each stands. New ones have the number 0.
///
/// # Errors
/// Invalid, with everything that is wrong at once.
fn items_in(
    tx: &mut Tx<'_>,
    template: &Template,
    definitions: &[ItemDefinition],
    path: impl Fn(usize) -> String,
) -> Result<Vec<Item>> {
    let has_records = store::record::record_highest(tx, template.database)?.is_some();
    let edit = Edit { template, has_records };
    let mut problems = edit.problems(definitions, LIST, &path);
    problems.extend(databases_missing(tx, definitions, &path)?);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let item = |definition: &ItemDefinition| match edit.known(definition) {
        Some(item) => Ok(edit.changed(item, definition)),
        None => new_item(tx, &edit, definition),
    };
    definitions.iter().map(item).collect()
}

/// The databases that references name and that are not there.
fn databases_missing(
    tx: &mut Tx<'_>,
    definitions: &[ItemDefinition],
    path: impl Fn(usize) -> String,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for (at, definition) in definitions.iter().enumerate() {
        let Some(name) = &definition.database else { continue };
        if store::template::database_number(tx, name)?.is_none() {
            let path = format!("{}.database", path(at));
            problems.push(Problem { path, item: definition.item_id, message: Message::NotFound });
        }
    }
    Ok(problems)
}

fn new_item(tx: &mut Tx<'_>, edit: &Edit<'_>, definition: &ItemDefinition) -> Result<Item> {
    let fresh = tx.next_id();
    let id = definition.item_id.unwrap_or(fresh);
    let refers_to = definition.database.as_ref().map(|name| store::template::database_number(tx, name));
    let new = Item::new(ItemNo(0), id, definition.item_name.clone(), definition.item_type);
    Ok(Item { refers_to: refers_to.transpose()?.flatten(), ..edit.changed(&new, definition) })
}

/// Writes the items of a template in this order, those that stand there already not, and raises its version.
fn order_write(tx: &mut Tx<'_>, template: &Template, items: &[Item]) -> Result<()> {
    for (position, item) in (1..).zip(items) {
        let stands = usize::try_from(position - 1).ok().and_then(|at| template.items().get(at));
        if stands != Some(item) {
            store::template::item_put(tx, template.database, position, item)?;
        }
    }
    store::template::template_version_raise(tx, template.database)
}
