//! Keys: byte strings that sort as the values do, so that both engines sort and compare alike.
//!
//! A key is one to three components. A component begins with 0 (no value: sorts first) or 1; what follows depends on the
//! type and is either of fixed length or ends with a byte below every character of a text. Items that hold a set give one key
//! per value.

use jiff::civil::Date;
use musubi_text::company::company_key;
use musubi_text::contact_point::{mail_domain, phone_digits, website_domain};
use musubi_text::search_key::fold;
use musubi_text::variant_kanji::usual_forms;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::item::{InquiryRouteRef, ItemValue};
use crate::time::Timestamp;

/// Characters of a text by which it sorts. Of what is longer, the rest counts as a number by which texts differ but do not sort.
const TEXT_CHARACTERS: usize = 64;
/// Digits after the point that a number's key holds.
pub(crate) const NUMBER_SCALE: u32 = 6;

/// One component of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component(Vec<u8>);

impl Component {
    /// No value.
    #[must_use]
    pub fn null() -> Self {
        Self(vec![0])
    }

    /// Like no component that a value has.
    #[must_use]
    pub fn nothing() -> Self {
        Self(vec![0xFF])
    }

    /// A text, under the folding that search uses.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let folded = fold(text);
        let mut bytes = Vec::with_capacity(folded.len() + 2);
        bytes.push(1);
        match folded.char_indices().nth(TEXT_CHARACTERS).map(|(at, _)| folded.split_at(at)) {
            None => {
                bytes.extend_from_slice(folded.as_bytes());
                bytes.push(0);
            }
            Some((begin, rest)) => {
                bytes.extend_from_slice(begin.as_bytes());
                // Above the end of a shorter text, below every character.
                bytes.push(1);
                bytes.extend_from_slice(&fingerprint(rest).to_be_bytes());
            }
        }
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
        let components: Vec<Self> = match value {
            None => Vec::new(),
            Some(ItemValue::Text(text) | ItemValue::Ruby { value: text, .. }) => vec![Self::text(text)],
            Some(ItemValue::Number(number)) => vec![Self::number(*number)],
            Some(ItemValue::Date(date)) => vec![Self::date(*date)],
            Some(ItemValue::Datetime(moment)) => vec![Self::moment(*moment)],
            Some(ItemValue::Choices(values)) => values.iter().map(|value| Self::integer(*value)).collect(),
            Some(ItemValue::References(ids)) => ids.iter().map(|id| Self::id(*id)).collect(),
            Some(ItemValue::InquiryRoutes(routes)) => routes.iter().map(|route| Self::inquiry_route(*route)).collect(),
        };
        // An empty set is no value: every record has a key in every index.
        if components.is_empty() { vec![Self::null()] } else { components }
    }

    /// The integer that [`Component::integer`] made the component of.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        let bytes = self.0.strip_prefix(&[1])?.try_into().ok()?;
        Some(i64::from_be_bytes(bytes) ^ i64::MIN)
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

/// A number by which texts differ, the same in every release: FNV-1a, 64 bits.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// In which respect two texts that are written differently are alike: what blocks candidates for 名寄せ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same firm: without its form (株式会社), spaces and punctuation, each kanji in its usual form (髙 as 高).
    Company,
    /// The same house: the domain of a mail address or of a web site.
    Domain,
    /// The same line: the digits of a telephone number.
    Phone,
    /// The same person's name: folded, without spaces.
    Name,
}

impl Likeness {
    /// What a text comes down to in this respect; `None` where nothing remains.
    #[must_use]
    pub fn of(self, text: &str) -> Option<String> {
        let key = match self {
            Self::Company => Some(usual_forms(&company_key(text))),
            Self::Domain => mail_domain(text).or_else(|| website_domain(text)),
            Self::Phone => phone_digits(text),
            Self::Name => Some(fold(text).split_whitespace().collect()),
        };
        key.filter(|key| !key.is_empty())
    }

    /// The key components of a value: one for its text, one for its reading; the null component where there is none.
    #[must_use]
    pub fn components(self, value: Option<&ItemValue>) -> Vec<Component> {
        let texts = value.map(ItemValue::texts).unwrap_or_default();
        let mut components: Vec<_> =
            texts.into_iter().filter_map(|text| self.of(text)).map(|key| Component::text(&key)).collect();
        components.dedup();
        if components.is_empty() { vec![Component::null()] } else { components }
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
            prop_assert_eq!(Component::integer(a).as_integer(), Some(a));
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
    fn long_texts_sort_by_their_beginning_and_differ_by_all_of_it() {
        let long = |end: &str| Component::text(&format!("{}{end}", "あ".repeat(TEXT_CHARACTERS)));
        assert!(long("") < long("い") && long("") < long("ア"));
        assert_ne!(long("い"), long("う"));
        assert_eq!(long("い"), long("イ"));
        let before = Component::text(&format!("{}あ", "あ".repeat(TEXT_CHARACTERS - 1)));
        let after = Component::text(&format!("{}い", "あ".repeat(TEXT_CHARACTERS - 1)));
        assert!(before < long("ん") && long("ん") < after);
    }

    #[test]
    fn texts_are_alike_in_one_respect_and_not_in_another() {
        for (likeness, one, other) in [
            (Likeness::Company, "株式会社山田商事", "山田商事㈱"),
            (Likeness::Company, "髙橋商事", "株式会社高橋商事"),
            (Likeness::Domain, "taro@yamada.example", "hanako@YAMADA.example"),
            (Likeness::Phone, "03-1111-2222", "０３（１１１１）２２２２"),
            (Likeness::Name, "山田 太郎", "山田　太郎"),
        ] {
            assert_eq!(likeness.of(one), likeness.of(other), "{likeness:?}");
            assert!(likeness.of(one).is_some());
        }
        assert_ne!(Likeness::Company.of("山田商事"), Likeness::Company.of("山本商事"));
        assert_eq!(Likeness::Phone.of("なし"), None);
        assert_eq!(Likeness::Company.components(None), [Component::null()]);
        let ruby = ItemValue::Ruby { value: "株式会社山田".into(), ruby: "ヤマダ".into() };
        assert_eq!(Likeness::Company.components(Some(&ruby)).len(), 2);
    }

    #[test]
    fn no_value_sorts_first_and_sets_give_a_key_per_value() {
        assert!(Component::null() < Component::integer(i64::MIN));
        assert!(Component::null() < Component::text(""));
        let set = Component::of(Some(&ItemValue::Choices(vec![1, 2])));
        assert_eq!(keys(&[set, vec![Component::null()]]).len(), 2);
        assert_eq!(Component::of(Some(&ItemValue::Choices(Vec::new()))), vec![Component::null()]);
        let days: Vec<_> = ["0009-12-31", "2023-12-31", "2024-01-01"]
            .iter()
            .map(|day| Component::date(day.parse().unwrap()))
            .collect();
        assert!(days.is_sorted());
    }
}
