//! Keys: byte strings that sort as the values do, so that both engines sort and compare alike.
//!
//! A key is one to three components. A component begins with 0 (no value: sorts first) or 1; what follows depends on the
//! type and is either of fixed length or ends with a zero byte, which no text contains. Items that hold a set give one key
//! per value.

use jiff::civil::Date;
use musubi_text::search_key::fold;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::item::{InquiryRouteRef, ItemValue};
use crate::time::Timestamp;

/// Text beyond this many characters of a key does not sort; it still differs in the document.
const TEXT_CHARACTERS: usize = 64;
/// Digits after the point that a number's key holds.
const NUMBER_SCALE: u32 = 6;

/// One component of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component(Vec<u8>);

impl Component {
    /// No value.
    #[must_use]
    pub fn null() -> Self {
        Self(vec![0])
    }

    /// A text, under the folding that search uses.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut bytes = vec![1];
        for sign in fold(text).chars().take(TEXT_CHARACTERS) {
            bytes.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
        }
        bytes.push(0);
        Self(bytes)
    }

    /// An integer.
    #[must_use]
    pub fn integer(value: i64) -> Self {
        Self::present(&(value ^ i64::MIN).to_be_bytes())
    }

    /// An exact number.
    #[must_use]
    pub fn number(value: Decimal) -> Self {
        let mut scaled = value;
        scaled.rescale(NUMBER_SCALE);
        Self::present(&(scaled.mantissa() ^ i128::MIN).to_be_bytes())
    }

    /// A day.
    #[must_use]
    pub fn date(date: Date) -> Self {
        let parts = [i64::from(date.year()), i64::from(date.month()), i64::from(date.day())];
        Self::integer(parts.iter().fold(0, |number, part| number * 100 + part))
    }

    /// A moment.
    #[must_use]
    pub fn moment(moment: Timestamp) -> Self {
        Self::integer(moment.micros())
    }

    /// An outside id.
    #[must_use]
    pub fn id(id: Uuid) -> Self {
        Self::present(id.as_bytes())
    }

    /// An inquiry route.
    #[must_use]
    pub fn inquiry_route(route: InquiryRouteRef) -> Self {
        let mut bytes = vec![1];
        bytes.extend_from_slice(route.category.as_bytes());
        bytes.extend_from_slice(route.route.as_bytes());
        Self(bytes)
    }

    /// The components of a value: one, or one per value of a set; for no value the null component.
    #[must_use]
    pub fn of(value: Option<&ItemValue>) -> Vec<Self> {
        match value {
            None => vec![Self::null()],
            Some(ItemValue::Text(text) | ItemValue::Ruby { value: text, .. }) => vec![Self::text(text)],
            Some(ItemValue::Number(number)) => vec![Self::number(*number)],
            Some(ItemValue::Date(date)) => vec![Self::date(*date)],
            Some(ItemValue::Datetime(moment)) => vec![Self::moment(*moment)],
            Some(ItemValue::Choices(values)) => values.iter().map(|value| Self::integer(*value)).collect(),
            Some(ItemValue::References(ids)) => ids.iter().map(|id| Self::id(*id)).collect(),
            Some(ItemValue::InquiryRoutes(routes)) => routes.iter().map(|route| Self::inquiry_route(*route)).collect(),
        }
    }

    /// The bytes, as they stand in a key of one component.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn present(bytes: &[u8]) -> Self {
        let mut all = Vec::with_capacity(bytes.len() + 1);
        all.push(1);
        all.extend_from_slice(bytes);
        Self(all)
    }
}

/// The keys of an index over `parts`: every combination of their components.
#[must_use]
pub fn keys(parts: &[Vec<Component>]) -> Vec<Vec<u8>> {
    let mut keys = vec![Vec::new()];
    for part in parts {
        keys = keys
            .iter()
            .flat_map(|key: &Vec<u8>| part.iter().map(|component| [key.as_slice(), component.as_bytes()].concat()))
            .collect();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_sort_as_their_keys(a: i64, b: i64) {
            prop_assert_eq!(a.cmp(&b), Component::integer(a).cmp(&Component::integer(b)));
        }

        #[test]
        fn numbers_sort_as_their_keys(a in -9_999_999_999_999_999i64..9_999_999_999_999_999, b in -9_999_999_999_999_999i64..9_999_999_999_999_999, scale_a in 0u32..4, scale_b in 0u32..4) {
            let (a, b) = (Decimal::new(a, scale_a), Decimal::new(b, scale_b));
            prop_assert_eq!(a.cmp(&b), Component::number(a).cmp(&Component::number(b)));
        }

        #[test]
        fn folded_texts_sort_as_their_keys(a in "[あ-んア-ンa-zA-Z株式会社0-9]{0,8}", b in "[あ-んア-ンa-zA-Z株式会社0-9]{0,8}") {
            prop_assert_eq!(fold(&a).cmp(&fold(&b)), Component::text(&a).cmp(&Component::text(&b)));
        }
    }

    #[test]
    fn no_value_sorts_first_and_sets_give_a_key_per_value() {
        assert!(Component::null() < Component::integer(i64::MIN));
        assert!(Component::null() < Component::text(""));
        let set = Component::of(Some(&ItemValue::Choices(vec![1, 2])));
        assert_eq!(keys(&[set, vec![Component::null()]]).len(), 2);
        let days: Vec<_> = ["0009-12-31", "2023-12-31", "2024-01-01"]
            .iter()
            .map(|day| Component::date(day.parse().unwrap()))
            .collect();
        assert!(days.is_sorted());
    }
}
