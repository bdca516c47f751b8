//! `musubi admin linkage-slot`: システム連携ID.

use clap::Subcommand;
use musubi_service::linkage::{linkage_slot_remove, linkage_slot_set};

use super::Session;
use crate::failure::Failure;
use crate::output::Column;

const COLUMNS: [Column; 2] = [("slot", "システム連携ID", "slot"), ("name", "連携システム名", "name")];

#[derive(Debug, Subcommand)]
pub(crate) enum LinkageSlot {
    /// Name the system of a slot and so set it up.
    Set {
        /// The slot: 999000001-999000020.
        #[arg(value_name = "SLOT")]
        slot: i64,
        /// The name of the linked system.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// List the slots that are set up.
    List,
    /// Take down a slot in which no record holds a value.
    Remove {
        /// The slot: 999000001-999000020.
        #[arg(value_name = "SLOT")]
        slot: i64,
    },
}

pub(crate) async fn run(command: LinkageSlot, session: &Session) -> Result<(), Failure> {
    let context = session.context().await?;
    match command {
        LinkageSlot::Set { slot, name } => Ok(linkage_slot_set(&session.service, &context, slot, name).await?),
        LinkageSlot::List => {
            let slots = session.service.linkage_slots(context.tenant).await?;
            let rows: Vec<_> = slots.iter().map(|(slot, name)| vec![(*slot).into(), name.as_str().into()]).collect();
            session.rows(&COLUMNS, &rows)
        }
        LinkageSlot::Remove { slot } => Ok(linkage_slot_remove(&session.service, &context, slot).await?),
    }
}
