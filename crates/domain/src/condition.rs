//! The one condition tree: lists, menus, saved searches, row rights and automations speak it.
//!
//! It names items by number, is stored as JSON with a version, and has two readers: the compiler of the store, which makes
//! SQL of it, and [`Condition::matches`], its twin in memory, which checks what an index can only propose and what the
//! property tests compare the compiler with.
//!
//! A stored condition may speak of whoever looks ([`Operand::Me`] and the like). Such words are replaced by
//! [`Condition::resolved`] before anything is asked with it; unresolved, they match nothing.

use std::borrow::Cow;

use jiff::civil::Date;
use musubi_text::search_key::fold;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{ItemNo, UserNo};
use crate::item::ItemValue;
use crate::key::{Component, Likeness};
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
    /// Met where the inner one is not.
    Not(Box<Condition>),
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
        /// The items. Where there are several, their texts are joined in this order without anything between them, and so are their
        /// readings.
        items: Vec<ItemNo>,
        /// What is looked for, as it was typed.
        text: String,
    },
    /// The field has no value.
    Empty {
        /// The field.
        field: Field,
    },
}

/// What a condition looks at, what a list is sorted by, what an index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// An item of the template.
    Item(ItemNo),
    /// When the record was created.
    CreatedAt,
    /// When the record was last changed.
    UpdatedAt,
    /// Who created the record.
    CreatedBy,
    /// Who changed the record last.
    UpdatedBy,
    /// What two texts of an item that mean the same have in common.
    Likeness {
        /// The item.
        item: ItemNo,
        /// In which respect.
        likeness: Likeness,
    },
}

impl Field {
    /// The item that the field looks at, if it looks at one.
    #[must_use]
    pub const fn item(self) -> Option<ItemNo> {
        match self {
            Self::Item(item) | Self::Likeness { item, .. } => Some(item),
            Self::CreatedAt | Self::UpdatedAt | Self::CreatedBy | Self::UpdatedBy => None,
        }
    }
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A text, compared folded.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// A day.
    Date(Date),
    /// The number of a choice.
    Choice(i64),
    /// An outside id.
    Id(Uuid),
    /// A moment.
    Moment(Timestamp),
    /// A person or a system user, where the field is who created or changed the record.
    User(UserNo),
    /// Whoever looks.
    Me,
    /// The organizations of whoever looks.
    MyOrganizations,
    /// The organizations of whoever looks and those below them.
    MyOrganizationsAndBelow,
    /// All people of the organizations of whoever looks and of those below them.
    MyColleagues,
}

/// Who looks, as conditions speak of him.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The person: number inside, id outside.
    pub user: Option<(UserNo, Uuid)>,
    /// His organizations.
    pub organizations: Vec<Uuid>,
    /// His organizations and those below them.
    pub organizations_and_below: Vec<Uuid>,
    /// The people of those, he among them.
    pub colleagues: Vec<(UserNo, Uuid)>,
}

impl Operand {
    /// The operand as a key component. A word that is not resolved is like no value of any record.
    #[must_use]
    pub fn component(&self) -> Component {
        match self {
            Self::Text(text) => Component::text(text),
            Self::Number(number) => Component::number(*number),
            Self::Date(date) => Component::date(*date),
            Self::Choice(value) => Component::integer(*value),
            Self::Id(id) => Component::id(*id),
            Self::Moment(moment) => Component::moment(*moment),
            Self::User(user) => Component::integer(user.0),
            Self::Me | Self::MyOrganizations | Self::MyOrganizationsAndBelow | Self::MyColleagues => {
                Component::nothing()
            }
        }
    }

    fn resolved(&self, field: Field, viewer: &Viewer) -> Vec<Self> {
        let people = |people: &[(UserNo, Uuid)]| -> Vec<Self> {
            let by_number = matches!(field, Field::CreatedBy | Field::UpdatedBy);
            people.iter().map(|(number, id)| if by_number { Self::User(*number) } else { Self::Id(*id) }).collect()
        };
        match self {
            Self::Me => people(viewer.user.as_slice()),
            Self::MyColleagues => people(&viewer.colleagues),
            Self::MyOrganizations => viewer.organizations.iter().copied().map(Self::Id).collect(),
            Self::MyOrganizationsAndBelow => viewer.organizations_and_below.iter().copied().map(Self::Id).collect(),
            other => vec![other.clone()],
        }
    }
}

/// What a condition can ask of a record.
pub trait RecordView {
    /// The value of an item, if it has one.
    fn item(&self, item: ItemNo) -> Option<Cow<'_, ItemValue>>;
    /// When it was created.
    fn created_at(&self) -> Timestamp;
    /// When it was last changed.
    fn updated_at(&self) -> Timestamp;
    /// Who created it.
    fn created_by(&self) -> UserNo;
    /// Who changed it last.
    fn updated_by(&self) -> UserNo;

    /// The key components of a field: one, or one per value of a set; the null component for no value.
    fn components(&self, field: Field) -> Vec<Component> {
        match field {
            Field::Item(item) => Component::of(self.item(item).as_deref()),
            Field::Likeness { item, likeness } => likeness.components(self.item(item).as_deref()),
            Field::CreatedAt => vec![Component::moment(self.created_at())],
            Field::UpdatedAt => vec![Component::moment(self.updated_at())],
            Field::CreatedBy => vec![Component::integer(self.created_by().0)],
            Field::UpdatedBy => vec![Component::integer(self.updated_by().0)],
        }
    }
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
            Self::Not(inner) => !inner.matches(record),
            Self::OneOf { field, values } => {
                let own = record.components(*field);
                values.iter().any(|value| own.contains(&value.component()))
            }
            Self::Between { field, from, to } => record.components(*field).iter().any(|own| {
                *own != Component::null()
                    && from.as_ref().is_none_or(|from| *own >= from.component())
                    && to.as_ref().is_none_or(|to| *own <= to.component())
            }),
            Self::Contains { items, text } => contains(items, &fold(text), record),
            Self::Empty { field } => record.components(*field).contains(&Component::null()),
        }
    }

    /// The condition with the words that speak of whoever looks replaced by what they mean for `viewer`.
    #[must_use]
    pub fn resolved(&self, viewer: &Viewer) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.resolved(viewer)).collect();
        match self {
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::Not(inner) => Self::Not(Box::new(inner.resolved(viewer))),
            Self::OneOf { field, values } => {
                let values = values.iter().flat_map(|value| value.resolved(*field, viewer)).collect();
                Self::OneOf { field: *field, values }
            }
            other => other.clone(),
        }
    }

    /// Calls `see` with every field that the condition looks at.
    pub fn fields(&self, see: &mut impl FnMut(Field)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.fields(see)),
            Self::Not(inner) => inner.fields(see),
            Self::OneOf { field, .. } | Self::Between { field, .. } | Self::Empty { field } => see(*field),
            Self::Contains { items, .. } => items.iter().for_each(|item| see(Field::Item(*item))),
        }
    }

    /// How many parts the condition has, itself included.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Not(inner) => 1 + inner.size(),
            Self::OneOf { values, .. } => 1 + values.len(),
            Self::Between { .. } | Self::Contains { .. } | Self::Empty { .. } => 1,
        }
    }
}

fn contains(items: &[ItemNo], folded: &str, record: &impl RecordView) -> bool {
    let value = |item: &ItemNo| record.item(*item);
    if let [item] = items {
        return value(item).is_some_and(|value| value.texts().iter().any(|text| fold(text).contains(folded)));
    }
    joined_texts(items, record).iter().any(|text| text.contains(folded))
}

/// The texts of these items put together, folded, and once more with readings where there are any: what [`Condition::Contains`] of
/// several items looks at, and what the search index holds of items that are searched as one.
pub fn joined_texts(items: &[ItemNo], record: &impl RecordView) -> Vec<String> {
    let joined = |pick: fn(&ItemValue) -> Option<String>| {
        fold(&items.iter().filter_map(|item| record.item(*item)).filter_map(|value| pick(&value)).collect::<String>())
    };
    let mut texts = vec![
        joined(|value| value.texts().first().map(|text| (*text).to_owned())),
        joined(|value| value.texts().last().map(|text| (*text).to_owned())),
    ];
    texts.dedup();
    texts.retain(|text| !text.is_empty());
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Client;

    impl RecordView for Client {
        fn item(&self, item: ItemNo) -> Option<Cow<'_, ItemValue>> {
            let value = match item.0 {
                1 => Some(ItemValue::Ruby {
                    value: "ブルーテック株式会社".into(), ruby: "ブルーテック".into()
                }),
                2 => Some(ItemValue::Text("東京都".into())),
                3 => Some(ItemValue::Text("港区六本木１-2-3".into())),
                4 => Some(ItemValue::Choices(vec![1, 3])),
                _ => None,
            };
            value.map(Cow::Owned)
        }
        fn created_at(&self) -> Timestamp {
            Timestamp::from_micros(10)
        }
        fn updated_at(&self) -> Timestamp {
            Timestamp::from_micros(20)
        }
        fn created_by(&self) -> UserNo {
            UserNo(7)
        }
        fn updated_by(&self) -> UserNo {
            UserNo(8)
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

    #[test]
    fn words_for_whoever_looks_mean_nothing_until_they_are_resolved() {
        let (me, organization) = ((UserNo(7), Uuid::from_u128(7)), Uuid::from_u128(70));
        let viewer = Viewer {
            user: Some(me),
            organizations: vec![organization],
            organizations_and_below: vec![organization, Uuid::from_u128(71)],
            colleagues: vec![me, (UserNo(9), Uuid::from_u128(9))],
        };
        let by = |field, word: Operand| Condition::OneOf { field, values: vec![word] };
        let own = by(Field::CreatedBy, Operand::Me);
        assert!(!own.matches(&Client) && own.resolved(&viewer).matches(&Client));
        assert!(!own.resolved(&Viewer::default()).matches(&Client));
        assert!(!by(Field::UpdatedBy, Operand::MyColleagues).resolved(&viewer).matches(&Client));
        let item = Field::Item(ItemNo(5));
        assert_eq!(
            by(item, Operand::MyColleagues).resolved(&viewer),
            Condition::OneOf { field: item, values: vec![Operand::Id(me.1), Operand::Id(Uuid::from_u128(9))] }
        );
        let Condition::OneOf { values, .. } = by(item, Operand::MyOrganizationsAndBelow).resolved(&viewer) else {
            panic!("another kind of condition")
        };
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn a_field_is_empty_or_it_is_not() {
        let empty = |item| Condition::Empty { field: Field::Item(ItemNo(item)) };
        assert!(empty(9).matches(&Client) && !empty(1).matches(&Client));
        assert!(!Condition::Not(Box::new(empty(9))).matches(&Client));
        assert!(!Condition::Empty { field: Field::CreatedAt }.matches(&Client));
    }
}
