//! The document of a record: `{"item number": value, ...}` in canonical form, and the walk over its top level.
//!
//! Documents are made here only, so the walk trusts their form: no spaces, members in order of item number. It finds where
//! each value ends without parsing it, which makes an answer of a stored record a matter of copying.

use crate::id::ItemNo;
use crate::item::ItemValue;

/// The document of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(String);

impl Document {
    /// A document as it is stored.
    #[must_use]
    pub const fn from_stored(json: String) -> Self {
        Self(json)
    }

    /// The text, as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The members of the top level, each with the JSON of its value, in order of item number.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        Members { rest: self.0.get(1..).unwrap_or_default() }
    }

    /// The JSON of an item's value, if it has one.
    #[must_use]
    pub fn json(&self, item: ItemNo) -> Option<&str> {
        self.members()
            .take_while(|(number, _)| *number <= item)
            .find(|(number, _)| *number == item)
            .map(|(_, json)| json)
    }

    /// The document with these items set to the JSON given for each, or without them where none is. What is not named stays as it
    /// is, byte for byte. `changes` is in order of item number and names each item once.
    #[must_use]
    pub fn with(&self, changes: &[(ItemNo, Option<String>)]) -> Self {
        let mut builder = DocumentBuilder::new(self.0.len() + 64 * changes.len());
        let mut own = self.members().peekable();
        for (item, json) in changes {
            while let Some((number, stays)) = own.next_if(|(number, _)| number < item) {
                builder.push(number, stays);
            }
            own.next_if(|(number, _)| number == item);
            if let Some(json) = json {
                builder.push(*item, json);
            }
        }
        own.for_each(|(number, stays)| builder.push(number, stays));
        builder.finish()
    }

    /// The document of these members, in order of item number; `null` where a member has no value.
    #[must_use]
    pub fn of_members<'a>(members: impl Iterator<Item = (ItemNo, Option<&'a str>)>) -> Self {
        let mut builder = DocumentBuilder::new(64);
        members.for_each(|(number, json)| builder.push(number, json.unwrap_or("null")));
        builder.finish()
    }
}

/// Writes a document member by member.
#[derive(Debug)]
pub struct DocumentBuilder(String);

impl DocumentBuilder {
    fn new(capacity: usize) -> Self {
        let mut json = String::with_capacity(capacity);
        json.push('{');
        Self(json)
    }

    fn begin(&mut self, number: ItemNo) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(&number.to_string());
        self.0.push_str("\":");
    }

    fn push(&mut self, number: ItemNo, json: &str) {
        self.begin(number);
        self.0.push_str(json);
    }

    fn finish(mut self) -> Document {
        self.0.push('}');
        Document(self.0)
    }

    /// The document of these values, whatever order they come in.
    #[must_use]
    pub fn build(values: &[(ItemNo, ItemValue)]) -> Document {
        let mut ordered: Vec<_> = values.iter().collect();
        ordered.sort_by_key(|(number, _)| *number);
        let mut builder = Self::new(64 * ordered.len() + 2);
        for (number, value) in ordered {
            builder.begin(*number);
            value.write_json(&mut builder.0);
        }
        builder.finish()
    }
}

/// The members of a document. See [`Document::members`].
#[derive(Debug)]
pub struct Members<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Members<'a> {
    type Item = (ItemNo, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (number, rest) = self.rest.strip_prefix('"')?.split_once("\":")?;
        let end = value_end(rest.as_bytes());
        let value = rest.get(..end)?;
        self.rest = rest.get(end + 1..).unwrap_or_default();
        Some((ItemNo(number.parse().ok()?), value))
    }
}

/// Where the JSON value at the start of `bytes` ends: at the comma or brace that belongs to the level above.
///
/// Nearly all bytes of a document stand within texts, so those are passed over in strides.
fn value_end(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = text_end(bytes, at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b'}' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Where the quote stands that ends a text whose first byte is at `at`.
fn text_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at;
        }
        // A backslash and what it escapes.
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::ItemType;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = (ItemType, ItemValue)> {
        prop_oneof![
            ".*".prop_map(|text| (ItemType::TextMultiple, ItemValue::Text(text))),
            (".{1,20}", ".{0,20}").prop_map(|(value, ruby)| (ItemType::TextRuby, ItemValue::Ruby { value, ruby })),
            proptest::collection::vec(any::<i64>(), 1..4)
                .prop_map(|values| (ItemType::Checkbox, ItemValue::Choices(values))),
            proptest::collection::vec(any::<u128>(), 1..4).prop_map(|ids| (
                ItemType::UserMultiple,
                ItemValue::References(ids.into_iter().map(uuid::Uuid::from_u128).collect())
            )),
            (0i64..99_999_999_999_999_999)
                .prop_map(|number| (ItemType::AmountDecimal, ItemValue::Number(rust_decimal::Decimal::new(number, 2)))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_built_walks_and_reads_back(values in proptest::collection::vec(any_value(), 0..12)) {
            let mut numbered: Vec<_> = (1..).zip(&values).map(|(number, (_, value))| (ItemNo(number), value.clone())).collect();
            numbered.reverse();
            let document = DocumentBuilder::build(&numbered);
            let parsed: serde_json::Value = serde_json::from_str(document.as_str()).unwrap();
            prop_assert_eq!(parsed.as_object().unwrap().len(), values.len());
            let walked: Vec<_> = document.members().collect();
            prop_assert_eq!(walked.len(), values.len());
            for ((number, json), (at, (item_type, value))) in walked.into_iter().zip((1..).zip(&values)) {
                prop_assert_eq!(number, ItemNo(at));
                prop_assert_eq!(ItemValue::read_json(*item_type, json), Some(value.clone()));
            }
        }
    }
    proptest! {
        #[test]
        fn a_document_with_changes_is_the_document_of_the_changed_values(
            before in proptest::collection::btree_map(1i64..12, any_value(), 0..8),
            changes in proptest::collection::btree_map(1i64..14, proptest::option::of(any_value()), 0..8),
        ) {
            let values = |map: &std::collections::BTreeMap<i64, (ItemType, ItemValue)>| {
                map.iter().map(|(number, (_, value))| (ItemNo(*number), value.clone())).collect::<Vec<_>>()
            };
            let mut after = before.clone();
            for (number, change) in &changes {
                match change {
                    Some(value) => after.insert(*number, value.clone()),
                    None => after.remove(number),
                };
            }
            let written: Vec<_> = changes
                .iter()
                .map(|(number, change)| (ItemNo(*number), change.as_ref().map(|(_, value)| value.to_json())))
                .collect();
            let changed = DocumentBuilder::build(&values(&before)).with(&written);
            prop_assert_eq!(&changed, &DocumentBuilder::build(&values(&after)));
            for (number, (_, value)) in &after {
                let json = value.to_json();
                prop_assert_eq!(changed.json(ItemNo(*number)), Some(json.as_str()));
            }
            prop_assert_eq!(changed.json(ItemNo(99)), None);
        }
    }
}
