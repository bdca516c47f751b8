//! Changes of an item as a whole, by somebody who has looked at it before: what others changed meanwhile is not written over.

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_domain::template::{ItemDefinition, ItemPlace, in_order};
use musubi_store::db::{Lane, Tx};
use uuid::Uuid;

use super::discard::discard_forget_in;
use super::item::template_item_move_in;
use super::{items_in, order_write, template_in};
use crate::context::Service;

/// Where what is given for one item stands.
const ITEM: &str = "item";

/// Changes an item as its definition has it. `seen` is the [`ItemDefinition::mark`] of the definition that the caller looked at.
///
/// # Errors
/// Forbidden without the right; NotFound at `item`; Conflict at `item` where it has changed since; Invalid, with everything that is wrong
/// at once, at `item` with the member behind a point.
pub async fn template_item_change(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    definition: ItemDefinition,
    seen: String,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| template_item_change_in(tx, &name, &definition, &seen);
    service.db().write(context, Lane::Interactive, write).await
}

fn template_item_change_in(tx: &mut Tx<'_>, database: &str, definition: &ItemDefinition, seen: &str) -> Result<()> {
    let template = template_in(tx, database)?;
    let known = definition.item_id.and_then(|id| template.item(id)).ok_or_else(|| Error::not_found(ITEM))?;
    if ItemDefinition::of(known).mark() != seen {
        return Err(Error::conflict(ITEM, Message::ChangedMeanwhile));
    }
    let items = items_in(tx, &template, std::slice::from_ref(definition), |_| ITEM.to_owned())?;
    order_write(tx, &template, &in_order(&template, items))?;
    if !definition.hidden_flag {
        discard_forget_in(tx, &template, known.number)?;
    }
    tx.record_operation(&Operation::new("template.item.set", known.name.clone()))
}

/// Moves an item to another place among those that the caller saw: those of this version of the template.
///
/// # Errors
/// Forbidden without the right; NotFound at `item`; Conflict at `place` where the template has changed since; Invalid at `place` where that
/// names no item.
pub async fn template_item_place(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    (item, place): (Uuid, ItemPlace),
    version: i64,
) -> Result<()> {
    service.check_named_right(context, named::DATABASES).await?;
    let name = database.to_owned();
    let write = move |tx: &mut Tx<'_>| {
        if template_in(tx, &name)?.version != version {
            return Err(Error::conflict("place", Message::ChangedMeanwhile));
        }
        template_item_move_in(tx, &name, item, place)
    };
    service.db().write(context, Lane::Interactive, write).await
}
