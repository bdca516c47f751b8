//! Records: one row each, whose document holds the values of its items, neutral to facades.

mod document;

use musubi_text::search_key::fold;
use uuid::Uuid;

pub use document::{Document, DocumentBuilder, Members};

use crate::condition::{Field, RecordView};
use crate::id::{IndexNo, ItemNo, RecordNo};
use crate::item::ItemValue;
use crate::key::{self, Component};
use crate::linkage::LinkageValue;
use crate::template::Template;
use crate::time::Timestamp;

/// What a new record is made of.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// The outside id.
    pub id: Uuid,
    /// The text that stands for the record where it is referred to.
    pub display_name: String,
    /// The values of its items.
    pub values: Vec<(ItemNo, ItemValue)>,
    /// Its keys in other systems.
    pub linkage: Vec<LinkageValue>,
    /// When it is created.
    pub created_at: Timestamp,
}

/// What a list shows of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSummary {
    /// The number.
    pub number: RecordNo,
    /// The outside id.
    pub id: Uuid,
    /// The display name.
    pub display_name: String,
    /// Its keys in other systems.
    pub linkage: Vec<LinkageValue>,
}

/// A record as it is stored.
#[derive(Clone, Debug)]
pub struct Record {
    /// The number.
    pub number: RecordNo,
    /// The outside id.
    pub id: Uuid,
    /// The version, from 1.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: crate::id::UserNo,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: crate::id::UserNo,
    /// Its keys in other systems.
    pub linkage: Vec<LinkageValue>,
    /// The values of its items.
    pub document: Document,
}

/// The search texts of a record, folded: what its title and its body are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchTexts {
    /// The display item's text and reading.
    pub title: Vec<String>,
    /// All searched items, and the joined texts that conditions ask for.
    pub body: Vec<String>,
}

impl NewRecord {
    /// The keys of the record in every index of the template.
    #[must_use]
    pub fn keys(&self, template: &Template) -> Vec<(IndexNo, Vec<u8>)> {
        let keys_of = |fields: &[Field]| {
            let parts: Vec<_> = fields.iter().map(|field| self.components(*field)).collect();
            key::keys(&parts)
        };
        template
            .indexes()
            .iter()
            .flat_map(|index| keys_of(&index.fields).into_iter().map(|key| (index.number, key)))
            .collect()
    }

    fn components(&self, field: Field) -> Vec<Component> {
        match field {
            Field::Item(item) => Component::of(self.item(item).as_ref()),
            Field::CreatedAt | Field::UpdatedAt => vec![Component::moment(self.created_at)],
        }
    }

    /// The texts that search looks at.
    #[must_use]
    pub fn search_texts(&self, template: &Template) -> SearchTexts {
        let mut texts = SearchTexts::default();
        let joined = &template.detail.joined_items;
        let mut joined_texts = vec![""; joined.len()];
        for (number, value) in &self.values {
            let searched = template.item_numbered(*number).is_some_and(|item| item.item_type.row().searched);
            if template.detail.display_item == Some(*number) {
                texts.title.extend(value.texts().into_iter().map(fold));
            }
            if let Some(slot) = joined.iter().position(|item| item == number).and_then(|at| joined_texts.get_mut(at)) {
                *slot = value.texts().first().copied().unwrap_or_default();
            } else if searched {
                texts.body.extend(value.texts().into_iter().map(fold));
            }
        }
        let address = fold(&joined_texts.concat());
        if !address.is_empty() {
            texts.body.push(address);
        }
        texts
    }
}

impl RecordView for NewRecord {
    fn item(&self, item: ItemNo) -> Option<ItemValue> {
        self.values.iter().find(|(number, _)| *number == item).map(|(_, value)| value.clone())
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.created_at
    }
}

/// A stored record as conditions look at it.
#[derive(Debug)]
pub struct StoredView<'a> {
    /// The template, which knows the types.
    pub template: &'a Template,
    /// The values.
    pub document: &'a Document,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl RecordView for StoredView<'_> {
    fn item(&self, item: ItemNo) -> Option<ItemValue> {
        let item_type = self.template.item_numbered(item)?.item_type;
        self.document
            .members()
            .find(|(number, _)| *number == item)
            .and_then(|(_, json)| ItemValue::read_json(item_type, json))
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}
