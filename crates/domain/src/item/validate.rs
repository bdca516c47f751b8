//! The validation of every item type (Knowledge Suite+ external API, データ登録時のバリデーション).

use std::collections::HashSet;
use std::hash::Hash;

use uuid::Uuid;

use super::form::{decimal, whole_seconds};
use super::{Choice, DataKind, Form, InquiryRouteRef, Item, ItemValue, RawValue};
use crate::limits;
use crate::messages::Message;
use crate::time::parse_date;

/// Judges a value for an item in which nothing stands yet. `Ok(None)` clears the item: no value, "" or [].
///
/// Whether people, organizations, records and routes exist is for the caller to ask, who has a database.
///
/// # Errors
/// The message that says what is wrong with the value.
pub fn validate(item: &Item, raw: RawValue) -> Result<Option<ItemValue>, Message> {
    let value = read(item, raw)?;
    let refused = value.as_ref().and_then(|value| refusals(item, value).into_iter().next());
    refused.map_or(Ok(value), |(_, message)| Err(message))
}

/// Reads a value for an item by its form alone. `Ok(None)` clears the item.
///
/// A value that has the form may still not be set anew, see [`refusals`]; one that stands there already always passes, so that
/// what a caller was given can be sent back.
///
/// # Errors
/// The message that says what is wrong with the form.
pub fn read(item: &Item, raw: RawValue) -> Result<Option<ItemValue>, Message> {
    let row = item.item_type.row();
    match (row.data, raw) {
        (_, RawValue::Empty) => Ok(None),
        (DataKind::Text, RawValue::Text { value, ruby }) => text(item, value, ruby),
        // One sample of the source gives a prefecture by its number among the item's choices.
        (DataKind::Text, RawValue::Selection(values)) if row.form == Form::Prefecture => {
            prefecture_number(item, &values)
        }
        (DataKind::Numeric, RawValue::Numeric(value)) if value.is_empty() => Ok(None),
        (DataKind::Numeric, RawValue::Numeric(value)) => {
            decimal(&value, row.most, row.fraction).map(|number| Some(ItemValue::Number(number)))
        }
        (DataKind::Selection, RawValue::Selection(values)) if row.form == Form::ChoicePath => {
            Ok((!values.is_empty()).then_some(ItemValue::Choices(values)))
        }
        (DataKind::Selection, RawValue::Selection(values)) => Ok(set(values, row.multiple)?.map(ItemValue::Choices)),
        (DataKind::Uuid, RawValue::Uuids(ids)) => Ok(set(ids, row.multiple)?.map(ItemValue::References)),
        (DataKind::InquiryRoute, RawValue::InquiryRoutes(routes)) => {
            Ok(set(routes, true)?.map(ItemValue::InquiryRoutes))
        }
        _ => Err(Message::NotForThisType),
    }
}

/// A part of a value that is judged by itself: what stands there already is kept, whatever else of the value changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A choice of a set.
    Choice(i64),
    /// An outside id of a set.
    Id(Uuid),
    /// An inquiry route of a set.
    InquiryRoute(InquiryRouteRef),
}

/// Whether a value holds a part. Of a value that is judged as a whole none stays when it changes.
#[must_use]
pub fn has_part(value: &ItemValue, part: Part) -> bool {
    match (value, part) {
        (ItemValue::Choices(values), Part::Choice(choice)) => values.contains(&choice),
        (ItemValue::References(ids), Part::Id(id)) => ids.contains(&id),
        (ItemValue::InquiryRoutes(routes), Part::InquiryRoute(route)) => routes.contains(&route),
        _ => false,
    }
}

/// The parts of a value of the right form that may not be set anew, each with the reason: choices must exist and be shown.
#[must_use]
pub fn refusals(item: &Item, value: &ItemValue) -> Vec<(Part, Message)> {
    match (item.item_type.row().form, value) {
        (Form::ChoicePath, ItemValue::Choices(values)) => {
            path(&item.choices, values).err().map(|message| (Part::Whole, message)).into_iter().collect()
        }
        (Form::Choice | Form::ChoiceSet, ItemValue::Choices(values)) => {
            let refused =
                |value: &i64| choose(&item.choices, *value).err().map(|message| (Part::Choice(*value), message));
            values.iter().filter_map(refused).collect()
        }
        _ => Vec::new(),
    }
}

fn text(item: &Item, value: String, ruby: Option<String>) -> Result<Option<ItemValue>, Message> {
    let row = item.item_type.row();
    if row.form == Form::Reading {
        return text_with_ruby(value, ruby.unwrap_or_default(), row.most);
    }
    if value.is_empty() {
        return Ok(None);
    }
    row.form.check(&value, row.most)?;
    Ok(match row.form {
        Form::Date => parse_date(&value).map(ItemValue::Date),
        Form::Datetime => whole_seconds(&value).map(ItemValue::Datetime),
        _ => Some(ItemValue::Text(value)),
    })
}

fn text_with_ruby(value: String, ruby: String, most: usize) -> Result<Option<ItemValue>, Message> {
    if value.is_empty() {
        // A reading of nothing would be lost without a word.
        return if ruby.is_empty() { Ok(None) } else { Err(Message::Required) };
    }
    Form::Line.check(&value, most)?;
    Form::Line.check(&ruby, most)?;
    Ok(Some(ItemValue::Ruby { value, ruby }))
}

fn prefecture_number(item: &Item, values: &[i64]) -> Result<Option<ItemValue>, Message> {
    match values {
        [] => Ok(None),
        [number] => {
            item.prefecture(*number).map(|name| Some(ItemValue::Text(name.to_owned()))).ok_or(Message::NotPrefecture)
        }
        _ => Err(Message::OnlyOne),
    }
}

/// A path from level 1 down, each value a child of the one before.
fn path(choices: &[Choice], values: &[i64]) -> Result<(), Message> {
    let mut level = choices;
    for (depth, value) in values.iter().enumerate() {
        let chosen = choose(level, *value).map_err(|message| match message {
            Message::NoSuchChoice if depth > 0 => Message::NotAPath,
            other => other,
        })?;
        level = &chosen.children;
    }
    Ok(())
}

fn choose(choices: &[Choice], value: i64) -> Result<&Choice, Message> {
    let choice = choices.iter().find(|choice| choice.value == value).ok_or(Message::NoSuchChoice)?;
    if choice.display_flag { Ok(choice) } else { Err(Message::HiddenChoice) }
}

/// A set: no value twice, not too many; one only unless `multiple`.
fn set<T: Eq + Hash + Copy>(values: Vec<T>, multiple: bool) -> Result<Option<Vec<T>>, Message> {
    if values.is_empty() {
        return Ok(None);
    }
    if !multiple && values.len() > 1 {
        return Err(Message::OnlyOne);
    }
    if values.len() > limits::SET_VALUES {
        return Err(Message::TooMany { most: limits::SET_VALUES });
    }
    let mut seen = HashSet::with_capacity(values.len());
    if values.iter().all(|value| seen.insert(*value)) { Ok(Some(values)) } else { Err(Message::Repeated) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ItemNo;
    use crate::item::ItemType;
    use uuid::Uuid;

    fn item(item_type: ItemType) -> Item {
        let mut hidden = Choice::leaf(3, "旧");
        hidden.display_flag = false;
        let mut first = Choice::leaf(1, "金融");
        first.children = vec![Choice { children: vec![Choice::leaf(121, "地銀")], ..Choice::leaf(21, "銀行") }];
        let choices = vec![first, Choice::leaf(2, "製造"), hidden];
        Item { built_in: true, choices, ..Item::new(ItemNo(1), Uuid::nil(), "項目", item_type) }
    }

    fn text(item_type: ItemType, value: &str) -> Result<Option<ItemValue>, Message> {
        validate(&item(item_type), RawValue::Text { value: value.into(), ruby: None })
    }

    fn numeric(item_type: ItemType, value: &str) -> Result<Option<ItemValue>, Message> {
        validate(&item(item_type), RawValue::Numeric(value.into()))
    }

    #[test]
    fn lengths_count_characters_and_the_limit_itself_fits() {
        let most = |item_type: ItemType, sign: &str| {
            (item_type, sign.repeat(item_type.row().most), format!("{}{sign}", sign.repeat(item_type.row().most)))
        };
        for (item_type, fits, over) in [
            most(ItemType::TextSingle, "𠮷"),
            most(ItemType::TextMultiple, "あ"),
            most(ItemType::PhoneNumber, "0"),
            most(ItemType::PostalCode, "1"),
        ] {
            assert_eq!(text(item_type, &fits), Ok(Some(ItemValue::Text(fits))));
            assert_eq!(text(item_type, &over), Err(Message::TooLong { most: item_type.row().most }));
        }
    }

    #[test]
    fn nothing_is_trimmed_and_controls_are_refused() {
        assert_eq!(text(ItemType::TextSingle, "  株式会社　"), Ok(Some(ItemValue::Text("  株式会社　".into()))));
        for value in ["a\nb", "a\tb", "\u{0}", "\u{85}", "\u{7f}"] {
            assert_eq!(text(ItemType::TextSingle, value), Err(Message::ControlCharacter), "{value:?}");
        }
        assert_eq!(text(ItemType::TextMultiple, "一\r\n二\n"), Ok(Some(ItemValue::Text("一\r\n二\n".into()))));
        assert_eq!(text(ItemType::TextMultiple, "a\tb"), Err(Message::ControlCharacterInLines));
    }

    #[test]
    fn numbers_are_exact_and_ascii() {
        let digits = |text: &str| Ok(Some(ItemValue::Number(text.parse().unwrap())));
        assert_eq!(numeric(ItemType::Number, "000123456"), digits("123456"));
        assert_eq!(numeric(ItemType::Number, "1234567890"), Err(Message::TooManyDigits { whole: 9, fraction: 0 }));
        for value in ["１２", "-1", "+1", "1.0", " 1", "1e3"] {
            assert_eq!(numeric(ItemType::Number, value), Err(Message::NotDigits), "{value}");
        }
        assert_eq!(numeric(ItemType::AmountInteger, "999999999999999"), digits("999999999999999"));
        assert_eq!(numeric(ItemType::AmountDecimal, "999999999999999.99"), digits("999999999999999.99"));
        let Ok(Some(ItemValue::Number(kept))) = numeric(ItemType::AmountDecimal, "1.50") else { panic!("refused") };
        assert_eq!(kept.to_string(), "1.50");
        for value in [".5", "1.", "1.2.3", "1,000", "."] {
            assert_eq!(numeric(ItemType::AmountDecimal, value), Err(Message::NotDecimal), "{value}");
        }
        assert_eq!(numeric(ItemType::AmountDecimal, "1.234"), Err(Message::TooManyDigits { whole: 15, fraction: 2 }));
    }

    #[test]
    fn choices_must_exist_be_shown_and_follow_each_other() {
        let select = |item_type, values: &[i64]| validate(&item(item_type), RawValue::Selection(values.to_vec()));
        assert_eq!(select(ItemType::Pulldown, &[2]), Ok(Some(ItemValue::Choices(vec![2]))));
        assert_eq!(select(ItemType::Pulldown, &[1, 2]), Err(Message::OnlyOne));
        assert_eq!(select(ItemType::Pulldown, &[3]), Err(Message::HiddenChoice));
        assert_eq!(select(ItemType::Checkbox, &[1, 2]), Ok(Some(ItemValue::Choices(vec![1, 2]))));
        assert_eq!(select(ItemType::Checkbox, &[1, 1]), Err(Message::Repeated));
        assert_eq!(select(ItemType::Checkbox, &[9]), Err(Message::NoSuchChoice));
        assert_eq!(select(ItemType::LinkagePulldown, &[1, 21, 121]), Ok(Some(ItemValue::Choices(vec![1, 21, 121]))));
        assert_eq!(select(ItemType::LinkagePulldown, &[1]), Ok(Some(ItemValue::Choices(vec![1]))));
        assert_eq!(select(ItemType::LinkagePulldown, &[2, 21]), Err(Message::NotAPath));
        assert_eq!(select(ItemType::LinkagePulldown, &[21]), Err(Message::NoSuchChoice));
        assert_eq!(select(ItemType::Prefectures, &[13]), Ok(Some(ItemValue::Text("東京都".into()))));
        assert_eq!(select(ItemType::Prefectures, &[0]), Err(Message::NotPrefecture));
        assert_eq!(select(ItemType::TextSingle, &[1]), Err(Message::NotForThisType));
    }

    #[test]
    fn forms_are_told_from_what_only_looks_like_them() {
        for (item_type, good, bad) in [
            (
                ItemType::Url,
                vec!["https://example.com", "http://例え.jp/道?a=1#b", "https://[::1]:8080/"],
                vec![
                    "ftp://a.jp",
                    "https://",
                    "https:// a.jp",
                    "javascript:alert(1)",
                    "https://a.jp:99999",
                    "example.com",
                ],
            ),
            (
                ItemType::MailAddress,
                vec!["a@example.com", "山田@例え.jp", "a..b.@docomo.ne.jp"],
                vec!["a@b", "a@b@c.jp", "a b@c.jp", "a@c.jp,b@c.jp", "@c.jp", "a@-c.jp", "a@c..jp", "山田 <a@c.jp>"],
            ),
            (ItemType::PhoneNumber, vec!["03-1111-2222", "+81-3-1111-2222"], vec!["03(1111)2222", "０３", "03 1111"]),
            (ItemType::PostalCode, vec!["100-0001", "1000001"], vec!["〒100-0001", "100+0001"]),
            (ItemType::Prefectures, vec!["東京都", "北海道"], vec!["東京", "Tokyo"]),
            (ItemType::Date, vec!["2024-02-29"], vec!["2023-02-29", "2024/01/01"]),
            (ItemType::Datetime, vec!["2025-06-01 12:00:01", "2025-06-01T12:00:01.5Z"], vec!["2025-06-01"]),
        ] {
            for value in good {
                assert!(matches!(text(item_type, value), Ok(Some(_))), "{value}");
            }
            for value in bad {
                assert!(text(item_type, value).is_err(), "{value}");
            }
        }
    }

    #[test]
    fn a_reading_without_its_text_is_not_lost_silently() {
        let ruby = |value: &str, ruby: &str| {
            validate(&item(ItemType::TextRuby), RawValue::Text { value: value.into(), ruby: Some(ruby.into()) })
        };
        assert_eq!(ruby("", ""), Ok(None));
        assert_eq!(ruby("", "カナ"), Err(Message::Required));
        assert_eq!(ruby("名", ""), Ok(Some(ItemValue::Ruby { value: "名".into(), ruby: String::new() })));
        assert_eq!(ruby("名", &"ナ".repeat(256)), Err(Message::TooLong { most: 255 }));
    }
}
