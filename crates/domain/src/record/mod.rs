//! Records: one row each, whose document holds the values of its items, neutral to facades.

mod document;

use std::borrow::Cow;
use std::collections::BTreeMap;

use musubi_text::search_key::fold;
use uuid::Uuid;

pub use document::{Document, DocumentBuilder, Members};

use crate::condition::{RecordView, joined_texts};
use crate::id::{IndexNo, ItemNo, RecordNo, UserNo};
use crate::item::ItemValue;
use crate::key;
use crate::linkage::LinkageValue;
use crate::template::{DatabaseDetail, Index, Template};
use crate::time::Timestamp;

/// What a new record is made of.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// The outside id.
    pub id: Uuid,
    /// The values of its items.
    pub facts: Facts,
    /// Its keys in other systems.
    pub linkage: Vec<LinkageValue>,
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
    /// The text that stands for it where it is referred to.
    pub display_name: String,
    /// The version, from 1.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserNo,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserNo,
    /// When it was moved to the trash, where it is there.
    pub deleted_at: Option<Timestamp>,
    /// Its keys in other systems.
    pub linkage: Vec<LinkageValue>,
    /// The values of its items.
    pub document: Document,
}

impl Record {
    /// The record as conditions, keys and search look at it, read once.
    #[must_use]
    pub fn facts(&self, template: &Template) -> Facts {
        Facts {
            values: read_values(template, &self.document),
            created_at: self.created_at,
            created_by: self.created_by,
            updated_at: self.updated_at,
            updated_by: self.updated_by,
        }
    }

    /// The outside id of the record that this one belongs to ([`crate::template::DatabaseDetail::owner_item`]).
    #[must_use]
    pub fn owner(&self, template: &Template) -> Option<Uuid> {
        let item = template.item_numbered(template.detail.owner_item?)?;
        match ItemValue::read_json(item.item_type, self.document.json(item.number)?)? {
            ItemValue::References(ids) => ids.first().copied(),
            _ => None,
        }
    }
}

/// The values of a document, by item.
#[must_use]
pub fn read_values(template: &Template, document: &Document) -> BTreeMap<ItemNo, ItemValue> {
    let read = |(number, json)| {
        let item_type = template.item_numbered(number)?.item_type;
        Some((number, ItemValue::read_json(item_type, json)?))
    };
    document.members().filter_map(read).collect()
}

/// The search texts of a record, folded: what its title and its body are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchTexts {
    /// The texts and readings of the display items.
    pub title: Vec<String>,
    /// All searched items, and the joined texts that conditions ask for.
    pub body: Vec<String>,
}

/// What a record says of itself: values by item, and what the system keeps beside them. Keys, search texts and display name come
/// from it, for a new record as for a changed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The values of its items.
    pub values: BTreeMap<ItemNo, ItemValue>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserNo,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserNo,
}

impl Facts {
    /// The facts of a record that `user` creates at `now`.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = (ItemNo, ItemValue)>, now: Timestamp, user: UserNo) -> Self {
        Self {
            values: values.into_iter().collect(),
            created_at: now,
            created_by: user,
            updated_at: now,
            updated_by: user,
        }
    }

    /// The document that holds the values.
    #[must_use]
    pub fn document(&self) -> Document {
        let members: Vec<_> = self.values.iter().map(|(number, value)| (*number, Some(value.to_json()))).collect();
        Document::of_members(members.iter().map(|(number, json)| (*number, json.as_deref())))
    }

    /// The text that stands for the record: the display items, with a space between.
    #[must_use]
    pub fn display_name(&self, template: &Template) -> String {
        let texts = template.detail.display_items.iter().filter_map(|item| self.values.get(item));
        let texts: Vec<&str> = texts.filter_map(|value| value.texts().first().copied()).collect();
        texts.join(" ")
    }

    /// The keys of the record in every index of the template.
    #[must_use]
    pub fn keys(&self, template: &Template) -> Vec<(IndexNo, Vec<u8>)> {
        template.indexes().iter().flat_map(|index| self.keys_in(index)).collect()
    }

    /// The keys of the record in one index, none twice.
    #[must_use]
    pub fn keys_in(&self, index: &Index) -> Vec<(IndexNo, Vec<u8>)> {
        let parts: Vec<_> = index.fields.iter().map(|field| self.components(*field)).collect();
        let mut keys = key::keys(&parts);
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().map(|key| (index.number, key)).collect()
    }

    /// The keys that this record alone may hold, by key item.
    #[must_use]
    pub fn unique_keys(&self, template: &Template) -> Vec<(ItemNo, String)> {
        let key_items = template.items().iter().filter(|item| item.unique);
        key_items.filter_map(|item| Some((item.number, unique_key(self.values.get(&item.number)?)?))).collect()
    }

    /// The texts that search looks at.
    #[must_use]
    pub fn search_texts(&self, template: &Template) -> SearchTexts {
        let mut texts = SearchTexts::default();
        let DatabaseDetail { display_items, joined_items, .. } = &template.detail;
        for item in display_items {
            let value = self.values.get(item);
            texts.title.extend(value.map(ItemValue::texts).unwrap_or_default().into_iter().map(fold));
        }
        if display_items.len() > 1 {
            texts.title.extend(joined_texts(display_items, self));
        }
        for (number, value) in &self.values {
            let is_searched = template.item_numbered(*number).is_some_and(|item| item.item_type.row().searched);
            if is_searched && !joined_items.contains(number) {
                texts.body.extend(value.texts().into_iter().map(fold));
            }
        }
        texts.body.extend(joined_texts(joined_items, self));
        texts
    }

    /// Whether a change of these items changes what search looks at.
    #[must_use]
    pub fn is_searched(template: &Template, mut items: impl Iterator<Item = ItemNo>) -> bool {
        let detail = &template.detail;
        items.any(|number| {
            detail.display_items.contains(&number)
                || detail.joined_items.contains(&number)
                || template.item_numbered(number).is_some_and(|item| item.item_type.row().searched)
        })
    }
}

/// The text under which a value of a key item is held: exact for texts; numbers that are equal are the same key.
#[must_use]
pub fn unique_key(value: &ItemValue) -> Option<String> {
    match value {
        ItemValue::Text(text) => Some(text.clone()),
        ItemValue::Number(number) => Some(number.normalize().to_string()),
        ItemValue::Date(date) => Some(date.to_string()),
        ItemValue::Datetime(moment) => Some(moment.to_rfc3339()),
        _ => None,
    }
}

impl RecordView for Facts {
    fn item(&self, item: ItemNo) -> Option<Cow<'_, ItemValue>> {
        self.values.get(&item).map(Cow::Borrowed)
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    fn created_by(&self) -> UserNo {
        self.created_by
    }

    fn updated_by(&self) -> UserNo {
        self.updated_by
    }
}

/// A stored record as conditions look at it: only what is asked for is read.
#[derive(Debug)]
pub struct StoredView<'a> {
    /// The template, which knows the types.
    pub template: &'a Template,
    /// The values.
    pub document: &'a Document,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: UserNo,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserNo,
}

impl<'a> StoredView<'a> {
    /// The view of a record.
    #[must_use]
    pub const fn of(template: &'a Template, record: &'a Record) -> Self {
        Self {
            template,
            document: &record.document,
            created_at: record.created_at,
            created_by: record.created_by,
            updated_at: record.updated_at,
            updated_by: record.updated_by,
        }
    }
}

impl RecordView for StoredView<'_> {
    fn item(&self, item: ItemNo) -> Option<Cow<'_, ItemValue>> {
        let item_type = self.template.item_numbered(item)?.item_type;
        ItemValue::read_json(item_type, self.document.json(item)?).map(Cow::Owned)
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    fn created_by(&self) -> UserNo {
        self.created_by
    }

    fn updated_by(&self) -> UserNo {
        self.updated_by
    }
}

/// What is changed of a record, with the value that each changed thing is to have; none and "" remove it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordChange {
    /// Values of items.
    pub items: BTreeMap<ItemNo, Option<ItemValue>>,
    /// Values of linkage slots.
    pub linkage: Vec<LinkageValue>,
}

impl RecordChange {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.linkage.is_empty()
    }
}
