//! Changes of single items, each a transaction of its own, judged by the same rules as a template that is applied.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::item::{Choice, Item, ItemType};
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::template::{ItemDefinition, ItemPlace, Template, in_order};
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use super::{items_in, order_write, template_in};
use crate::context::Service;

/// Where what is given for one item stands.
const ITEM: &str = "item";
/// Where the place of an item stands.
const PLACE: &str = "place";

/// Adds an item in its place and gives its id.
///
/// # Errors
/// Forbidden without the right; NotFound where there is no such database; Invalid, with everything that is wrong at once, at `item` with
/// the member behind a point, or at `place`.
pub async fn template_item_add(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    definition: ItemDefinition,
    place: ItemPlace,
) -> Result<Uuid> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| template_item_add_in(tx, &name, &definition, place);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`template_item_add`], within a transaction.
///
/// # Errors
/// As there.
pub fn template_item_add_in(
    tx: &mut Tx<'_>,
    database: &str,
    definition: &ItemDefinition,
    place: ItemPlace,
) -> Result<Uuid> {
    let template = template_in(tx, database)?;
    if definition.item_id.is_some_and(|id| template.item(id).is_some()) {
        return Err(Error::invalid_at(format!("{ITEM}.itemID"), Message::Taken));
    }
    let items = items_in(tx, &template, std::slice::from_ref(definition), |_| ITEM.to_owned())?;
    let item = items.into_iter().next().ok_or_else(|| Error::internal("a definition gives no item"))?;
    let id = item.id;
    put(tx, &template, item, place)?;
    tx.record_operation(&Operation::new("template.item.add", definition.item_name.clone()))?;
    Ok(id)
}

fn put(tx: &mut Tx<'_>, template: &Template, item: Item, place: ItemPlace) -> Result<()> {
    let others = template.items().iter().filter(|other| other.id != item.id).cloned().collect();
    let items = place.put(item, others).ok_or_else(|| Error::invalid_at(PLACE, Message::UnknownItem))?;
    order_write(tx, template, &items)
}

/// What is changed of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemChange {
    /// Its name.
    Name(String),
    /// Whether a value must be given.
    Required(bool),
    /// What stands before and after a number; none: nothing.
    Units {
        /// Before it.
        before: Option<String>,
        /// After it.
        after: Option<String>,
    },
    /// The choices of a pull-down, a check box or a linked pull-down. One that is not among them any more stays, and cannot be chosen
    /// anew.
    Choices(Vec<Choice>),
    /// Whether it is hidden from everybody.
    Hidden(bool),
}

impl ItemChange {
    fn apply(&self, definition: &mut ItemDefinition) {
        match self {
            Self::Name(name) => definition.item_name.clone_from(name),
            Self::Required(required) => definition.required_flag = *required,
            Self::Units { before, after } => {
                definition.before_unit.clone_from(before);
                definition.after_unit.clone_from(after);
            }
            Self::Choices(choices) if definition.item_type == ItemType::LinkagePulldown => {
                definition.linkage_selection_values = Some(choices.clone());
            }
            Self::Choices(choices) => definition.selection_values = Some(choices.clone()),
            Self::Hidden(hidden) => definition.hidden_flag = *hidden,
        }
    }

    const fn operation(&self) -> &'static str {
        match self {
            Self::Name(_) => "template.item.rename",
            Self::Required(_) => "template.item.require",
            Self::Units { .. } => "template.item.units",
            Self::Choices(_) => "template.item.choices",
            Self::Hidden(true) => "template.item.hide",
            Self::Hidden(false) => "template.item.show",
        }
    }
}

/// Changes one thing of an item: its name, whether it is required, its units, its choices, whether it is hidden.
///
/// # Errors
/// Forbidden without the right; NotFound at `item` where there is no such item; Invalid, with everything that is wrong at once, at
/// `item` with the member behind a point.
pub async fn template_item_set(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    item: Uuid,
    change: ItemChange,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| template_item_set_in(tx, &name, item, &change);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`template_item_set`], within a transaction.
///
/// # Errors
/// As there.
pub fn template_item_set_in(tx: &mut Tx<'_>, database: &str, item: Uuid, change: &ItemChange) -> Result<()> {
    let template = template_in(tx, database)?;
    let known = template.item(item).ok_or_else(|| Error::not_found(ITEM))?;
    if matches!(change, ItemChange::Choices(_)) && known.item_type == ItemType::Prefectures {
        return Err(Error::invalid_at(format!("{ITEM}.selectionValues"), Message::NotForThisType));
    }
    let mut definition = ItemDefinition::of(known);
    change.apply(&mut definition);
    let items = items_in(tx, &template, &[definition], |_| ITEM.to_owned())?;
    order_write(tx, &template, &in_order(&template, items))?;
    tx.record_operation(&Operation::new(change.operation(), known.name.clone()))
}

/// Moves an item to another place.
///
/// # Errors
/// Forbidden without the right; NotFound at `item` where there is no such item; Invalid at `place` where that names none.
pub async fn template_item_move(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    item: Uuid,
    place: ItemPlace,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| template_item_move_in(tx, &name, item, place);
    service.db().write(context, Lane::Interactive, write).await
}

/// As [`template_item_move`], within a transaction.
///
/// # Errors
/// As there.
pub fn template_item_move_in(tx: &mut Tx<'_>, database: &str, item: Uuid, place: ItemPlace) -> Result<()> {
    let template = template_in(tx, database)?;
    let item = template.item(item).ok_or_else(|| Error::not_found(ITEM))?;
    put(tx, &template, item.clone(), place)?;
    tx.record_operation(&Operation::new("template.item.move", item.name.clone()))
}
