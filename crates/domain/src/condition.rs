//! The one condition tree: lists, menus, saved searches, row rights and automations speak it.
//!
//! It names items by number, is stored as JSON with a version, and has two readers: the compiler of the store, which makes
//! SQL of it, and [`Condition::matches`], its twin in memory, which checks what an index can only propose and what the
//! property tests compare the compiler with.
//!
//! A stored condition may speak of whoever looks ([`Operand::Me`] and the like). Such words are replaced by
//! [`Condition::resolved`] before anything is asked with it, and spans that are told from today by [`Condition::dated`]; unresolved, they
//! match nothing.

mod explained;
mod operand;
mod operator;
mod period;
mod row;

use std::borrow::Cow;

use jiff::civil::Date;
use musubi_text::search_key::fold;
use serde::{Deserialize, Serialize};

pub use explained::{Explained, PartOf};
pub use operand::{Operand, Viewer};
pub use operator::Operator;
pub use period::{PERIOD_DAYS, Period};
pub use row::{Group, Grouped, Join, Row, period_words};

use crate::error::Problem;
use crate::id::{ItemNo, UserNo};
use crate::item::{ItemValue, KeyKind};
use crate::key::{Component, Likeness};
use crate::limits;
use crate::messages::Message;
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
    /// The field has a value within a span of days that is told from today.
    Within {
        /// The field: one that holds days or moments.
        field: Field,
        /// The span.
        period: Period,
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

    /// How the values of a field are compared, if it has one. What is of another kind is like none of them.
    fn key_kind(&self, field: Field) -> Option<KeyKind> {
        match field {
            Field::Item(item) => self.item(item).map(|value| value.key_kind()),
            Field::Likeness { .. } => Some(KeyKind::Text),
            Field::CreatedAt | Field::UpdatedAt => Some(KeyKind::Moment),
            Field::CreatedBy | Field::UpdatedBy => Some(KeyKind::User),
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
                let (own, kind) = (record.components(*field), record.key_kind(*field));
                values.iter().any(|value| value.is_of(kind) && own.contains(&value.component()))
            }
            Self::Between { field, from, to } => {
                let kind = record.key_kind(*field);
                let is_comparable = |bound: &Option<Operand>| bound.as_ref().is_none_or(|bound| bound.is_of(kind));
                is_comparable(from)
                    && is_comparable(to)
                    && record.components(*field).iter().any(|own| {
                        *own != Component::null()
                            && from.as_ref().is_none_or(|from| *own >= from.lowest())
                            && to.as_ref().is_none_or(|to| *own <= to.highest())
                    })
            }
            Self::Within { .. } => false,
            Self::Contains { items, text } => contains(items, &fold(text), record),
            Self::Empty { field } => record.components(*field).contains(&Component::null()),
        }
    }

    /// The condition with the words that speak of whoever looks replaced by what they mean for `viewer`.
    #[must_use]
    pub fn resolved(&self, viewer: &Viewer) -> Self {
        self.replaced(&|field, value| value.resolved(field, viewer))
    }

    /// The condition with every value that a field may have replaced by what `replace` makes of it: none, one or several.
    #[must_use]
    pub fn replaced(&self, replace: &impl Fn(Field, &Operand) -> Vec<Operand>) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.replaced(replace)).collect();
        match self {
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::Not(inner) => Self::Not(Box::new(inner.replaced(replace))),
            Self::OneOf { field, values } => {
                Self::OneOf { field: *field, values: values.iter().flat_map(|value| replace(*field, value)).collect() }
            }
            other => other.clone(),
        }
    }

    /// Whether the condition speaks of days that are told from today.
    #[must_use]
    pub fn has_periods(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_periods),
            Self::Not(inner) => inner.has_periods(),
            Self::Within { .. } => true,
            Self::OneOf { .. } | Self::Between { .. } | Self::Contains { .. } | Self::Empty { .. } => false,
        }
    }

    /// The condition with spans that are told from today replaced by what they mean on `today`, a day in Japan.
    #[must_use]
    pub fn dated(&self, today: Date) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.dated(today)).collect();
        match self {
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::Not(inner) => Self::Not(Box::new(inner.dated(today))),
            Self::Within { field, period } => period.condition(*field, today),
            other => other.clone(),
        }
    }

    /// Calls `see` with every field that the condition looks at.
    pub fn fields(&self, see: &mut impl FnMut(Field)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.fields(see)),
            Self::Not(inner) => inner.fields(see),
            Self::OneOf { field, .. }
            | Self::Between { field, .. }
            | Self::Within { field, .. }
            | Self::Empty { field } => see(*field),
            Self::Contains { items, .. } => items.iter().for_each(|item| see(Field::Item(*item))),
        }
    }

    /// How many parts the condition has, itself and the values that it names included.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Not(inner) => 1 + inner.size(),
            Self::OneOf { values, .. } => 1 + values.len(),
            Self::Contains { items, .. } => 1 + items.len(),
            Self::Between { .. } | Self::Empty { .. } => 1,
            // Days and moments: what it is made into.
            Self::Within { .. } => 3,
        }
    }

    /// How deep its parts nest: 1 for a part without parts.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(inner) => 1 + inner.depth(),
            Self::OneOf { .. } | Self::Between { .. } | Self::Contains { .. } | Self::Empty { .. } => 1,
            Self::Within { .. } => 2,
        }
    }

    /// What is too much of the condition, said of `path`.
    #[must_use]
    pub fn problems(&self, path: &str) -> Vec<Problem> {
        let mut messages = Vec::new();
        if self.depth() > limits::CONDITION_DEPTH {
            messages.push(Message::TooDeep { most: limits::CONDITION_DEPTH });
        }
        if self.size() > limits::CONDITION_PARTS {
            messages.push(Message::TooMany { most: limits::CONDITION_PARTS });
        }
        self.leaf_problems(&mut messages);
        messages.dedup();
        messages.into_iter().map(|message| Problem { path: path.to_owned(), item: None, message }).collect()
    }

    fn leaf_problems(&self, messages: &mut Vec<Message>) {
        let is_long = |text: &str| text.chars().count() > limits::CONDITION_CHARACTERS;
        let too_long = Message::TooLong { most: limits::CONDITION_CHARACTERS };
        let is_long_operand = |value: &Operand| matches!(value, Operand::Text(text) if is_long(text));
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.leaf_problems(messages)),
            Self::Not(inner) => inner.leaf_problems(messages),
            Self::OneOf { values, .. } => {
                if values.len() > limits::CONDITION_VALUES {
                    messages.push(Message::TooMany { most: limits::CONDITION_VALUES });
                }
                messages.extend(values.iter().any(is_long_operand).then_some(too_long));
            }
            Self::Between { from, to, .. } => {
                messages.extend(from.iter().chain(to).any(is_long_operand).then_some(too_long));
            }
            Self::Contains { items, text } => {
                if items.len() > limits::TEMPLATE_ITEMS {
                    messages.push(Message::TooMany { most: limits::TEMPLATE_ITEMS });
                }
                messages.extend(is_long(text).then_some(too_long));
            }
            Self::Within { .. } | Self::Empty { .. } => {}
        }
    }
}

/// Whether the texts of these items contain what is looked for, which comes in folded: see [`Condition::Contains`].
pub fn contains(items: &[ItemNo], folded: &str, record: &impl RecordView) -> bool {
    if let [item] = items {
        let value = record.item(*item);
        return value.is_some_and(|value| value.texts().iter().any(|text| fold(text).contains(folded)));
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

    use uuid::Uuid;

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
    fn what_is_of_another_kind_is_like_no_value() {
        let (name, kinds) = (Field::Item(ItemNo(1)), Field::Item(ItemNo(4)));
        let odd = [Operand::Number(1.into()), Operand::User(UserNo(1)), Operand::Text("1".into()), Operand::Me];
        for value in odd {
            let is_met = |condition: Condition| condition.matches(&Client);
            assert!(!is_met(Condition::OneOf { field: kinds, values: vec![value.clone()] }), "{value:?}");
            assert!(!is_met(Condition::Between { field: kinds, from: Some(value.clone()), to: None }), "{value:?}");
            assert!(!is_met(Condition::Between { field: kinds, from: None, to: Some(value.clone()) }), "{value:?}");
        }
        assert!(!Condition::Between { field: name, from: Some(Operand::Choice(0)), to: None }.matches(&Client));
        assert!(Condition::Between { field: name, from: None, to: None }.matches(&Client));
        assert!(
            !Condition::OneOf { field: Field::CreatedBy, values: vec![Operand::Choice(7)] }.matches(&Client),
            "a choice of the same number is nobody"
        );
    }

    #[test]
    fn too_much_of_a_condition_is_told() {
        let codes = |condition: &Condition| -> Vec<_> {
            condition.problems("filter").into_iter().map(|problem| problem.message.code()).collect()
        };
        let nested = |depth| (1..depth).fold(Condition::always(), |inner, _| Condition::Not(Box::new(inner)));
        assert!(codes(&nested(limits::CONDITION_DEPTH)).is_empty());
        assert_eq!(codes(&nested(limits::CONDITION_DEPTH + 1)), ["too_deep"]);
        let values = |count: usize| Condition::OneOf {
            field: Field::CreatedBy,
            values: (0..count).map(|_| Operand::Me).collect(),
        };
        assert!(codes(&values(limits::CONDITION_VALUES)).is_empty());
        assert_eq!(codes(&values(limits::CONDITION_VALUES + 1)), ["too_many"]);
        assert_eq!(codes(&Condition::All(vec![values(1_000); 5])), ["too_many"]);
        let text = |length| Condition::Contains { items: vec![ItemNo(1)], text: "𠮷".repeat(length) };
        assert!(codes(&text(limits::CONDITION_CHARACTERS)).is_empty());
        assert_eq!(codes(&text(limits::CONDITION_CHARACTERS + 1)), ["too_long"]);
    }

    #[test]
    fn a_field_is_empty_or_it_is_not() {
        let empty = |item| Condition::Empty { field: Field::Item(ItemNo(item)) };
        assert!(empty(9).matches(&Client) && !empty(1).matches(&Client));
        assert!(!Condition::Not(Box::new(empty(9))).matches(&Client));
        assert!(!Condition::Empty { field: Field::CreatedAt }.matches(&Client));
    }
}
