//! Why a record meets a condition or does not, part by part.

use super::{Condition, RecordView};

/// What a part of a condition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// Met where every part is.
    All,
    /// Met where one part is.
    Any,
    /// Met where its only part is not.
    Not,
    /// A part without parts, as it was written: its words for whoever looks are still there.
    Leaf(Condition),
}

/// A part of a condition, and how a record stands to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What it is.
    pub part: PartOf,
    /// Whether the record meets it.
    pub met: bool,
    /// Its parts.
    pub parts: Vec<Explained>,
}

impl Condition {
    /// How a record stands to the condition and to each of its parts. `resolve` makes of a part without parts what is asked with it: it
    /// replaces the words for whoever looks and for today.
    pub fn explained(&self, record: &impl RecordView, resolve: &impl Fn(&Self) -> Self) -> Explained {
        let all =
            |parts: &[Self]| -> Vec<Explained> { parts.iter().map(|part| part.explained(record, resolve)).collect() };
        match self {
            Self::All(parts) => {
                let parts = all(parts);
                Explained { part: PartOf::All, met: parts.iter().all(|part| part.met), parts }
            }
            Self::Any(parts) => {
                let parts = all(parts);
                Explained { part: PartOf::Any, met: parts.iter().any(|part| part.met), parts }
            }
            Self::Not(inner) => {
                let inner = inner.explained(record, resolve);
                Explained { part: PartOf::Not, met: !inner.met, parts: vec![inner] }
            }
            leaf => {
                Explained { part: PartOf::Leaf(leaf.clone()), met: resolve(leaf).matches(record), parts: Vec::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::condition::{Field, Operand, Viewer};
    use crate::id::{ItemNo, UserNo};
    use crate::item::ItemValue;
    use crate::record::Facts;
    use crate::time::Timestamp;
    use uuid::Uuid;

    fn any_leaf() -> impl Strategy<Value = Condition> {
        let by = |word: Operand| Condition::OneOf { field: Field::CreatedBy, values: vec![word] };
        let text = |text: &str| Condition::Contains { items: vec![ItemNo(1)], text: text.to_owned() };
        prop_oneof![
            Just(by(Operand::Me)),
            Just(by(Operand::MyColleagues)),
            Just(by(Operand::User(UserNo(9)))),
            Just(Condition::Empty { field: Field::Item(ItemNo(2)) }),
            Just(text("東京")),
            Just(text("大阪")),
        ]
    }

    fn any_condition() -> impl Strategy<Value = Condition> {
        any_leaf().prop_recursive(4, 24, 4, |inner| {
            let parts = || prop::collection::vec(inner.clone(), 0..4);
            prop_oneof![
                parts().prop_map(Condition::All),
                parts().prop_map(Condition::Any),
                inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
            ]
        })
    }

    fn is_told_truly(told: &Explained, condition: &Condition, facts: &Facts, viewer: &Viewer) {
        assert_eq!(told.met, condition.resolved(viewer).matches(facts), "{condition:?}");
        let parts: Vec<&Condition> = match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().collect(),
            Condition::Not(inner) => vec![inner],
            _ => Vec::new(),
        };
        assert_eq!(told.parts.len(), parts.len());
        told.parts.iter().zip(parts).for_each(|(told, part)| is_told_truly(told, part, facts, viewer));
    }

    proptest! {
        #[test]
        fn every_part_is_told_as_the_filter_takes_it(condition in any_condition(), by in 7_i64..10, tokyo: bool) {
            let text = if tokyo { "東京都" } else { "京都府" };
            let values = BTreeMap::from([(ItemNo(1), ItemValue::Text(text.to_owned()))]);
            let facts = Facts { created_by: UserNo(by), ..Facts::new(values, Timestamp::from_micros(1), UserNo(1)) };
            let me = (UserNo(7), Uuid::from_u128(7));
            let viewer = Viewer { user: Some(me), colleagues: vec![me, (UserNo(8), Uuid::from_u128(8))], ..Viewer::default() };
            let told = condition.explained(&facts, &|leaf| leaf.resolved(&viewer));
            is_told_truly(&told, &condition, &facts, &viewer);
        }
    }
}
