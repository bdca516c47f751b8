//! How the value of an item can stand to what people ask for, by the type of the item.

use crate::item::{Form, Item, KeyKind, system};

/// How a value stands to the values of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Its text contains the text.
    Contains,
    /// It does not.
    NotContains,
    /// It is one of the values.
    Is,
    /// It is none of the values.
    IsNot,
    /// It is the value or above.
    From,
    /// It is the value or below.
    To,
    /// It is within two bounds, both included.
    Between,
    /// It is within a span of days told from today.
    Within,
    /// There is none.
    Empty,
    /// There is one.
    NotEmpty,
}

/// Operators with their words in links and forms.
const WORDS: [(&str, Operator); 10] = [
    ("contains", Operator::Contains),
    ("not-contains", Operator::NotContains),
    ("is", Operator::Is),
    ("is-not", Operator::IsNot),
    ("from", Operator::From),
    ("to", Operator::To),
    ("between", Operator::Between),
    ("within", Operator::Within),
    ("empty", Operator::Empty),
    ("not-empty", Operator::NotEmpty),
];

/// For texts.
const OF_TEXT: &[Operator] =
    &[Operator::Contains, Operator::NotContains, Operator::Is, Operator::IsNot, Operator::Empty, Operator::NotEmpty];
/// For what is compared by size.
const OF_SIZE: &[Operator] = &[
    Operator::Between,
    Operator::From,
    Operator::To,
    Operator::Is,
    Operator::IsNot,
    Operator::Empty,
    Operator::NotEmpty,
];
/// For days.
const OF_DAYS: &[Operator] = &[
    Operator::Within,
    Operator::Between,
    Operator::From,
    Operator::To,
    Operator::Is,
    Operator::Empty,
    Operator::NotEmpty,
];
/// For what is one of some.
const OF_ONE: &[Operator] = &[Operator::Is, Operator::IsNot, Operator::Empty, Operator::NotEmpty];

impl Operator {
    /// The operators that an item can have, first the one that is meant most often. What the system fills is never empty.
    #[must_use]
    pub fn of(item: &Item) -> &'static [Self] {
        let row = item.item_type.row();
        let all = match row.key {
            KeyKind::Text if row.form == Form::Prefecture => OF_ONE,
            KeyKind::Text => OF_TEXT,
            KeyKind::Number => OF_SIZE,
            KeyKind::Date | KeyKind::Moment => OF_DAYS,
            KeyKind::Choice | KeyKind::Id | KeyKind::InquiryRoute | KeyKind::User => OF_ONE,
        };
        let by_system = [system::CREATED_AT, system::CREATED_BY, system::UPDATED_AT, system::UPDATED_BY];
        let asked = if by_system.contains(&item.id) { all.len().saturating_sub(2) } else { all.len() };
        all.get(..asked).unwrap_or(all)
    }

    /// The word of the operator in links and forms.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }

    /// The operator of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(own, _)| *own == word).map(|(_, operator)| *operator)
    }

    /// The operator that is met where this one is not, if there is one.
    #[must_use]
    pub const fn negated(self) -> Option<Self> {
        match self {
            Self::Contains => Some(Self::NotContains),
            Self::Is => Some(Self::IsNot),
            Self::Empty => Some(Self::NotEmpty),
            _ => None,
        }
    }
}
