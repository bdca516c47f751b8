//! Linkage slots (システム連携ID).

use std::sync::Arc;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Result};
use musubi_domain::event::Operation;
use musubi_domain::id::DatabaseNo;
use musubi_domain::limits;
use musubi_domain::linkage;
use musubi_domain::messages::Message;
use musubi_domain::rights::named;
use musubi_store as store;
use musubi_store::db::{Lane, Tx};

use crate::context::Service;
use crate::record::check_name;

/// Names the system of a slot (連携システム名) and so sets it up.
///
/// # Errors
/// Forbidden without the right. Invalid where the slot is out of range or the name cannot be used.
pub async fn linkage_slot_set(service: &Service, context: &Arc<Context>, slot: i64, name: String) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    if !linkage::is_slot(slot) {
        let (least, most) = (limits::LINKAGE_SLOT_FIRST, limits::LINKAGE_SLOT_LAST);
        return Err(Error::invalid_at("SLOT", Message::OutOfRange { least, most }));
    }
    check_name("--name", &name)?;
    service.db().write(context, Lane::Interactive, move |tx| linkage_slot_set_in(tx, slot, &name)).await
}

/// As [`linkage_slot_set`], within a transaction; slot and name have been checked.
pub(crate) fn linkage_slot_set_in(tx: &mut Tx<'_>, slot: i64, name: &str) -> Result<()> {
    store::linkage::linkage_slot_set(tx, slot, name)?;
    tx.record_operation(&Operation::new("linkage_slot.set", name.to_owned()))
}

/// Takes a slot down, where no record holds a value in it.
///
/// # Errors
/// Forbidden without the right. Invalid where records hold values; NotFound.
pub async fn linkage_slot_remove(service: &Service, context: &Arc<Context>, slot: i64) -> Result<()> {
    service.check_named_right(context, named::SYSTEM).await?;
    service
        .db()
        .write(context, Lane::Interactive, move |tx| {
            for database in store::template::database_list(tx, DatabaseNo(0))? {
                if store::linkage::linkage_slot_is_used(tx, database, slot)? {
                    return Err(Error::invalid_at("SLOT", Message::StillUsed));
                }
            }
            if !store::linkage::linkage_slot_delete(tx, slot)? {
                return Err(Error::not_found("SLOT"));
            }
            tx.record_operation(&Operation::new("linkage_slot.remove", slot.to_string()))
        })
        .await
}

/// How many records hold a value in a slot, up to `most`.
///
/// # Errors
/// Forbidden without the right.
pub async fn linkage_slot_uses(service: &Service, context: &Arc<Context>, slot: i64, most: i64) -> Result<i64> {
    service.check_named_right(context, named::SYSTEM).await?;
    let count = move |snapshot: &mut store::db::Snapshot<'_>| {
        let mut count = 0;
        for database in store::template::database_list(snapshot, DatabaseNo(0))? {
            count += store::linkage::linkage_slot_count(snapshot, database, slot, most - count)?;
            if count >= most {
                break;
            }
        }
        Ok(count)
    };
    service.db().page(context.tenant, count).await
}
