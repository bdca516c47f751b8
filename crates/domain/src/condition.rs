//! The one condition tree: lists, menus, saved searches, row rights and automations speak it.
//!
//! It names items by number, is stored as JSON with a version, and has two readers: the compiler of the store, which makes
//! SQL of it, and [`Condition::matches`], its twin in memory, which checks what an index can only propose and what the
//! property tests compare the compiler with.

use musubi_text::search_key::fold;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::ItemNo;
use crate::item::ItemValue;
use crate::key::Component;
use crate::time::Timestamp;

/// The version of the stored form.
pub const VERSION: u32 = 1;

/// What a record must meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one of these; none: always met.
    All(Vec<Condition>),
    /// At least one of these; none: never met.
    Any(Vec<Condition>),
    /// The field has one of these values.
    OneOf {
        /// The field.
        field: Field,
        /// The values; none: never met.
        values: Vec<Operand>,
    },
    /// The field has a value within these bounds, both included.
    Between {
        /// The field.
        field: Field,
        /// The lowest value, if bounded below.
        from: Option<Operand>,
        /// The highest value, if bounded above.
        to: Option<Operand>,
    },
    /// The folded text of these items contains the folded `text`. A text with reading is looked at in both, one by one.
    Contains {
        /// The items. Their texts are joined in this order, without anything between them, where there are several.
        items: Vec<ItemNo>,
        /// What is looked for, as it was typed.
        text: String,
    },
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// An item of the template.
    Item(ItemNo),
    /// When the record was created.
    CreatedAt,
    /// When the record was last changed.
    UpdatedAt,
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A text, compared folded.
    Text(String),
    /// The number of a choice.
    Choice(i64),
    /// An outside id.
    Id(Uuid),
    /// A moment.
    Moment(Timestamp),
}

impl Operand {
    /// The operand as a key component.
    #[must_use]
    pub fn component(&self) -> Component {
        match self {
            Self::Text(text) => Component::text(text),
            Self::Choice(value) => Component::integer(*value),
            Self::Id(id) => Component::id(*id),
            Self::Moment(moment) => Component::moment(*moment),
        }
    }
}

/// What a condition can ask of a record.
pub trait RecordView {
    /// The value of an item, if it has one.
    fn item(&self, item: ItemNo) -> Option<ItemValue>;
    /// When it was created.
    fn created_at(&self) -> Timestamp;
    /// When it was last changed.
    fn updated_at(&self) -> Timestamp;
}

impl Condition {
    /// Always met.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether a record meets the condition.
    pub fn matches(&self, record: &impl RecordView) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(record)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(record)),
            Self::OneOf { field, values } => {
                let own = components(*field, record);
                values.iter().any(|value| own.contains(&value.component()))
            }
            Self::Between { field, from, to } => components(*field, record).iter().any(|own| {
                *own != Component::null()
                    && from.as_ref().is_none_or(|from| *own >= from.component())
                    && to.as_ref().is_none_or(|to| *own <= to.component())
            }),
            Self::Contains { items, text } => contains(items, &fold(text), record),
        }
    }
}

fn components(field: Field, record: &impl RecordView) -> Vec<Component> {
    match field {
        Field::Item(item) => Component::of(record.item(item).as_ref()),
        Field::CreatedAt => vec![Component::moment(record.created_at())],
        Field::UpdatedAt => vec![Component::moment(record.updated_at())],
    }
}

fn contains(items: &[ItemNo], folded: &str, record: &impl RecordView) -> bool {
    let value = |item: &ItemNo| record.item(*item);
    if let [item] = items {
        return value(item).is_some_and(|value| value.texts().iter().any(|text| fold(text).contains(folded)));
    }
    let joined: String = items
        .iter()
        .filter_map(value)
        .filter_map(|value| value.texts().first().map(|text| (*text).to_owned()))
        .collect();
    fold(&joined).contains(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Client;

    impl RecordView for Client {
        fn item(&self, item: ItemNo) -> Option<ItemValue> {
            match item.0 {
                1 => Some(ItemValue::Ruby {
                    value: "ブルーテック株式会社".into(), ruby: "ブルーテック".into()
                }),
                2 => Some(ItemValue::Text("東京都".into())),
                3 => Some(ItemValue::Text("港区六本木１-2-3".into())),
                4 => Some(ItemValue::Choices(vec![1, 3])),
                _ => None,
            }
        }
        fn created_at(&self) -> Timestamp {
            Timestamp::from_micros(10)
        }
        fn updated_at(&self) -> Timestamp {
            Timestamp::from_micros(20)
        }
    }

    fn contains(items: &[i64], text: &str) -> bool {
        Condition::Contains { items: items.iter().map(|item| ItemNo(*item)).collect(), text: text.into() }
            .matches(&Client)
    }

    #[test]
    fn text_is_found_under_folding_and_across_joined_items() {
        assert!(contains(&[1], "ぶるー") && contains(&[1], "株式") && !contains(&[1], "東京"));
        assert!(contains(&[2, 3], "都港区") && contains(&[2, 3], "1-2") && !contains(&[3], "都港区"));
        assert!(!contains(&[9], "x") && contains(&[1], ""));
    }

    #[test]
    fn values_and_bounds_are_inclusive() {
        let choice = |values: &[i64]| Condition::OneOf {
            field: Field::Item(ItemNo(4)),
            values: values.iter().map(|value| Operand::Choice(*value)).collect(),
        };
        assert!(
            choice(&[3]).matches(&Client)
                && choice(&[9, 1]).matches(&Client)
                && !choice(&[2]).matches(&Client)
                && !choice(&[]).matches(&Client)
        );
        let between = |from, to| Condition::Between { field: Field::CreatedAt, from, to };
        let moment = |micros| Some(Operand::Moment(Timestamp::from_micros(micros)));
        assert!(between(moment(10), moment(10)).matches(&Client));
        assert!(!between(moment(11), None).matches(&Client) && !between(None, moment(9)).matches(&Client));
    }

    #[test]
    fn the_stored_form_reads_back() {
        let condition = Condition::All(vec![
            Condition::Any(vec![]),
            Condition::OneOf { field: Field::Item(ItemNo(7)), values: vec![Operand::Text("東京都".into())] },
        ]);
        let stored = serde_json::to_string(&condition).unwrap();
        assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition);
    }
}
