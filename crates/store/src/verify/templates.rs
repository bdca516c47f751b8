//! The templates of one snapshot, read as they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use musubi_domain::error::Result;
use musubi_domain::id::DatabaseNo;
use musubi_domain::item::{Item, Target};
use musubi_domain::template::Template;
use musubi_domain::{client, contact, product};

use crate::db::Snapshot;
use crate::template::{database_number, template_by_number};

/// Templates by database, and databases by the name under which they ship.
#[derive(Default)]
pub(super) struct Templates {
    by_number: BTreeMap<DatabaseNo, Option<Arc<Template>>>,
    numbers: BTreeMap<&'static str, Option<DatabaseNo>>,
}

impl Templates {
    /// The template of a database; none where there is none, or where it cannot be read, which is told elsewhere.
    pub(super) fn of(&mut self, snapshot: &mut Snapshot<'_>, database: DatabaseNo) -> Option<Arc<Template>> {
        let load = || template_by_number(snapshot, database).ok().flatten().map(Arc::new);
        self.by_number.entry(database).or_insert_with(load).clone()
    }

    /// The database that the references of an item point into, where they point at records.
    pub(super) fn points_into(&mut self, snapshot: &mut Snapshot<'_>, item: &Item) -> Result<Option<DatabaseNo>> {
        let name = match item.item_type.row().target {
            Some(Target::Client) => client::DATABASE,
            Some(Target::Contact) => contact::DATABASE,
            Some(Target::Product) => product::DATABASE,
            Some(Target::Record) => return Ok(item.refers_to),
            Some(Target::User | Target::Organization) | None => return Ok(None),
        };
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = database_number(snapshot, name)?;
        self.numbers.insert(name, number);
        Ok(number)
    }
}
