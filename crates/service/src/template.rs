//! Templates: export and apply.

use std::collections::HashSet;
use std::sync::Arc;

use crate::context::Service;
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::ItemNo;
use musubi_domain::item::{Item, ItemType};
use musubi_domain::limits;
use musubi_domain::messages::Message;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::{ItemDefinition, Template};
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

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

/// The items of a database, as a file that can be applied.
///
/// # Errors
/// NotFound where there is no such database.
pub async fn template_export(service: &Service, context: &Arc<Context>, database: &str) -> Result<Vec<ItemDefinition>> {
    let template = service.template(context.tenant, database).await?;
    let mut definitions = Vec::new();
    for item in template.listed_items() {
        let mut definition = ItemDefinition::of(item);
        if let Some(database) = item.refers_to {
            definition.database = Some(service.template_numbered(context.tenant, database).await?.name.clone());
        }
        definitions.push(definition);
    }
    Ok(definitions)
}

/// Adds the items that a database lacks and changes those that it has: name, required, units, choices. A file that names every
/// item decides the order too; else the items stay where they stand and new ones follow at the end. Gives how many were
/// added and how many changed.
///
/// # Errors
/// Invalid, with everything that is wrong at once; then nothing is changed.
pub async fn template_apply(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    definitions: Vec<ItemDefinition>,
) -> Result<(usize, usize)> {
    let name = database.to_owned();
    service.db().write(context, Lane::Interactive, move |tx| template_apply_in(tx, &name, &definitions)).await
}

/// As [`template_apply`], within a transaction.
///
/// # Errors
/// As there.
pub fn template_apply_in(tx: &mut Tx<'_>, database: &str, definitions: &[ItemDefinition]) -> Result<(usize, usize)> {
    let template = store::template::template_by_name(tx, database)?.ok_or_else(|| Error::not_found("--database"))?;
    let problems = problems(&template, definitions);
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let problems = problems_in(tx, &template, definitions)?;
    if !problems.is_empty() {
        return Err(Error::invalid(problems));
    }
    let mut items: Vec<Item> = Vec::new();
    let (mut added, mut changed) = (0, 0);
    for definition in definitions {
        let known = definition.item_id.and_then(|id| template.item(id));
        let item = match known {
            Some(item) => changed_item(item, definition),
            None => new_item(tx, definition)?,
        };
        added += usize::from(known.is_none());
        changed += usize::from(known.is_some_and(|known| *known != item));
        items.push(item);
    }
    for (position, item) in (1..).zip(in_order(&template, items)) {
        let stands = usize::try_from(position - 1).ok().and_then(|at| template.items().get(at));
        if stands != Some(&item) {
            store::template::item_put(tx, template.database, position, &item)?;
        }
    }
    store::template::template_version_raise(tx, template.database)?;
    tx.record_operation(&Operation::new("template.apply", database))?;
    Ok((added, changed))
}

/// The items of the template as the file has them. A file that names every item decides the order; else the items stay where
/// they stand and new ones follow at the end.
fn in_order(template: &Template, given: Vec<Item>) -> Vec<Item> {
    if template.items().iter().all(|item| given.iter().any(|given| given.id == item.id)) {
        return given;
    }
    let (known, new): (Vec<_>, Vec<_>) = given.into_iter().partition(|given| given.number.0 != 0);
    let own = |item: &Item| known.iter().find(|known| known.id == item.id).unwrap_or(item).clone();
    template.items().iter().map(own).chain(new).collect()
}

/// What only the database can say of definitions: the database that a reference names must be there, and an item becomes a key item only
/// while nothing can stand twice in it.
fn problems_in(tx: &mut Tx<'_>, template: &Template, definitions: &[ItemDefinition]) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for (at, definition) in definitions.iter().enumerate() {
        let mut say = |member: &str, message| {
            let path = format!("templateList[{at}].{member}");
            problems.push(Problem { path, item: definition.item_id, message });
        };
        if let Some(name) = &definition.database
            && store::template::database_number(tx, name)?.is_none()
        {
            say("database", Message::NotFound);
        }
        let known = definition.item_id.and_then(|id| template.item(id));
        let becomes_key = known.is_some_and(|item| item.unique != definition.key_flag);
        if becomes_key && store::record::record_highest(tx, template.database)?.is_some() {
            say("keyFlag", Message::StillUsed);
        }
    }
    Ok(problems)
}

fn new_item(tx: &mut Tx<'_>, definition: &ItemDefinition) -> Result<Item> {
    let fresh = tx.next_id();
    let id = definition.item_id.unwrap_or(fresh);
    let refers_to = definition.database.as_ref().map(|name| store::template::database_number(tx, name));
    Ok(Item {
        required: definition.required_flag,
        before_unit: definition.before_unit.clone(),
        after_unit: definition.after_unit.clone(),
        choices: definition.choices(),
        unique: definition.key_flag,
        numbering: definition.numbering.clone(),
        refers_to: refers_to.transpose()?.flatten(),
        ..Item::new(ItemNo(0), id, definition.item_name.clone(), definition.item_type)
    })
}

fn changed_item(item: &Item, definition: &ItemDefinition) -> Item {
    Item {
        name: definition.item_name.clone(),
        required: definition.required_flag,
        before_unit: definition.before_unit.clone(),
        after_unit: definition.after_unit.clone(),
        choices: definition.choices(),
        unique: definition.key_flag,
        numbering: definition.numbering.clone(),
        ..item.clone()
    }
}

fn problems(template: &Template, definitions: &[ItemDefinition]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for (at, definition) in definitions.iter().enumerate() {
        let path = format!("templateList[{at}]");
        problems.extend(definition.problems(&path));
        let known = definition.item_id.and_then(|id| template.item(id));
        let mut say = |member: &str, message| {
            problems.push(Problem { path: format!("{path}.{member}"), item: definition.item_id, message });
        };
        if definition.item_id.is_some_and(|id| !seen.insert(known.map_or(id, |item| item.id))) {
            say("itemID", Message::ItemTwice);
        }
        if known.is_none() && definition.item_type == ItemType::Reference && definition.database.is_none() {
            say("database", Message::Required);
        }
        if known.is_some_and(|item| item.item_type != definition.item_type) {
            say("itemType", Message::TypeIsFixed);
        }
        if definition.read_only_flag != known.is_some_and(|item| item.read_only) {
            say("readOnlyFlag", Message::ReadOnly);
        }
    }
    let fresh =
        definitions.iter().filter(|definition| definition.item_id.is_none_or(|id| template.item(id).is_none())).count();
    if template.items().len() + fresh > limits::TEMPLATE_ITEMS {
        problems.push(Problem {
            path: "templateList".to_owned(),
            item: None,
            message: Message::TooMany { most: limits::TEMPLATE_ITEMS },
        });
    }
    problems
}
