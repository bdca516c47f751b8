//! The databases that ship with every tenant.

use uuid::Uuid;

use super::ItemDefinition;
use crate::error::{Error, Result};
use crate::key::Likeness;
use crate::{business_card, client, contact, product};

/// A database that ships with every tenant.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name under which commands know it.
    pub name: &'static str,
    items: &'static str,
    /// The items that stand for a record.
    pub display: &'static [Uuid],
    /// The items that are searched as one.
    pub joined: &'static [Uuid],
    /// The item by which records stand below one another.
    pub parent: Option<Uuid>,
    /// The item that says whose a record is.
    pub owner: Option<Uuid>,
    /// The fields that have an index from the beginning.
    pub indexes: &'static [ShippedField],
}

/// A field of a database that ships.
#[derive(Clone, Copy, Debug)]
pub enum ShippedField {
    /// An item.
    Item(Uuid),
    /// What texts of an item have in common.
    Alike(Uuid, Likeness),
    /// When the record was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Who created it: what a right to one's own records asks first.
    CreatedBy,
}

/// The name of a database as people know it: those that ship have one, the others are called what people called them.
#[must_use]
pub fn label(name: &str) -> &str {
    match name {
        client::DATABASE => "取引先",
        contact::DATABASE => "取引先担当者",
        product::DATABASE => "商品",
        business_card::DATABASE => "名刺",
        other => other,
    }
}

/// The databases that ship, each after those that its items point at.
pub const SHIPPED: [Shipped; 4] = [
    Shipped {
        name: client::DATABASE,
        items: include_str!("../client_items.json"),
        display: &[client::NAME],
        joined: &[client::PREFECTURE, client::CITY],
        parent: Some(client::PARENT),
        owner: None,
        indexes: client::INDEXES,
    },
    Shipped {
        name: contact::DATABASE,
        items: include_str!("../contact_items.json"),
        display: &[contact::FAMILY_NAME, contact::FIRST_NAME],
        joined: &[contact::PREFECTURE, contact::CITY],
        parent: None,
        owner: Some(contact::CLIENT),
        indexes: contact::INDEXES,
    },
    Shipped {
        name: product::DATABASE,
        items: include_str!("../product_items.json"),
        display: &[product::NAME],
        joined: &[],
        parent: None,
        owner: None,
        indexes: product::INDEXES,
    },
    Shipped {
        name: business_card::DATABASE,
        items: include_str!("../business_card_items.json"),
        display: &[business_card::COMPANY, business_card::FAMILY_NAME, business_card::FIRST_NAME],
        joined: &[business_card::PREFECTURE, business_card::CITY],
        parent: None,
        owner: None,
        indexes: business_card::INDEXES,
    },
];

impl Shipped {
    /// The items, in order.
    ///
    /// # Errors
    /// Internal, if the shipped file is damaged; a test reads it.
    pub fn items(&self) -> Result<Vec<ItemDefinition>> {
        serde_json::from_str(self.items)
            .map_err(|error| Error::internal(format!("the shipped template of {} cannot be read: {error}", self.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_templates_are_sound_and_have_the_items_that_rules_name() {
        for shipped in &SHIPPED {
            let items = shipped.items().unwrap();
            for (at, item) in items.iter().enumerate() {
                assert_eq!(item.problems(&at.to_string()), vec![], "{}", shipped.name);
            }
            let known = |id: &Uuid| items.iter().any(|item| item.item_id == Some(*id));
            let indexed = shipped.indexes.iter().filter_map(|field| match field {
                ShippedField::Item(id) | ShippedField::Alike(id, _) => Some(id),
                ShippedField::CreatedAt | ShippedField::UpdatedAt | ShippedField::CreatedBy => None,
            });
            assert!(shipped.display.iter().chain(shipped.joined).chain(indexed).all(known), "{}", shipped.name);
            let by_system = if shipped.name == business_card::DATABASE { 5 } else { 4 };
            assert_eq!(items.iter().filter(|item| item.read_only_flag).count(), by_system, "{}", shipped.name);
            let mut ids: Vec<_> = items.iter().map(|item| item.item_id.unwrap()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), items.len(), "{}: no id twice", shipped.name);
        }
        let clients = SHIPPED[0].items().unwrap();
        assert_eq!((clients.len(), SHIPPED[1].items().unwrap().len()), (33, 30));
        assert!(clients.iter().any(|item| item.item_id == Some(client::PARENT)));
    }
}
