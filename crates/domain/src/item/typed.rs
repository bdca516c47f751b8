//! What people type or a file from Excel holds, read as the value of an item: wider than the wire, where nothing is guessed. Width,
//! commas, units, dates of the Japanese calendar, labels of choices. What was meant is never in doubt, else it is refused.

use musubi_text::search_key::fold;
use musubi_text::wareki;
use musubi_text::width::to_half_width_ascii;

use super::{Choice, Form, Item, RawValue, is_prefecture};
use crate::messages::Message;

/// A text read for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A value, to be judged like any other.
    Value(RawValue),
    /// Names of what the item points at: whoever has a database finds them.
    Names(Vec<String>),
}

/// Reads a text as the value of an item.
///
/// # Errors
/// What is wrong, where it cannot be read.
pub fn typed(item: &Item, text: &str) -> Result<Typed, Message> {
    if text.trim().is_empty() {
        return Ok(Typed::Value(RawValue::Empty));
    }
    let plain = |value: String| Ok(Typed::Value(RawValue::Text { value, ruby: None }));
    match item.item_type.row().form {
        Form::Line | Form::Lines | Form::Reading | Form::AutoNumber => plain(text.to_owned()),
        Form::Url | Form::MailAddress => plain(to_half_width_ascii(text).trim().to_owned()),
        Form::PhoneNumber => plain(phone_number(text)),
        Form::PostalCode => plain(hyphens(text).trim_start_matches('〒').trim().to_owned()),
        Form::Prefecture => prefecture(text.trim()).map_or(Err(Message::NotPrefecture), plain),
        Form::Decimal => Ok(Typed::Value(RawValue::Numeric(number(item, text)))),
        Form::Date => wareki::parse(text).map_or(Err(Message::NotDate), |date| plain(date.to_string())),
        Form::Datetime => plain(moment(text)),
        Form::Choice => choices(&item.choices, &[text.trim()]).map(|values| Typed::Value(RawValue::Selection(values))),
        Form::ChoiceSet => choices(&item.choices, &parts(text)).map(|values| Typed::Value(RawValue::Selection(values))),
        Form::ChoicePath => path(&item.choices, text).map(|values| Typed::Value(RawValue::Selection(values))),
        Form::Ids | Form::InquiryRoutes => Ok(Typed::Names(parts(text).into_iter().map(str::to_owned).collect())),
    }
}

/// The parts of a text that names several things.
fn parts(text: &str) -> Vec<&str> {
    text.split([';', '；', '、', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// ASCII, with every sign that is typed for a hyphen as one.
fn hyphens(text: &str) -> String {
    let is_hyphen = |sign: char| matches!(sign, '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '－');
    to_half_width_ascii(&text.chars().map(|sign| if is_hyphen(sign) { '-' } else { sign }).collect::<String>())
}

/// A telephone number with hyphens between its parts, whatever stood there: 03(1111)2222 is 03-1111-2222.
fn phone_number(text: &str) -> String {
    let mut number = String::new();
    for sign in hyphens(text).trim().chars() {
        match sign {
            '(' | ')' | '.' | ' ' | '-' if number.ends_with('-') || number.is_empty() => {}
            '(' | ')' | '.' | ' ' => number.push('-'),
            other => number.push(other),
        }
    }
    number.trim_end_matches('-').to_owned()
}

/// A number without commas between thousands and without the item's units.
fn number(item: &Item, text: &str) -> String {
    let half = hyphens(text).replace(['¥', '￥', '\\'], "");
    let unit = |unit: &Option<String>| unit.as_deref().map(to_half_width_ascii).unwrap_or_default();
    let (before, after) = (unit(&item.before_unit), unit(&item.after_unit));
    let bare = half.trim();
    let bare = bare.strip_prefix(before.as_str()).unwrap_or(bare);
    let bare = bare.strip_suffix(after.as_str()).unwrap_or(bare).trim();
    if has_thousands(bare) { bare.replace(',', "") } else { bare.to_owned() }
}

/// Whether the commas of a number stand between groups of three digits, and nowhere else.
fn has_thousands(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().map_or(0, str::len);
    text.matches(',').count() == whole.matches(',').count()
        && (1..=3).contains(&first)
        && groups.all(|group| group.len() == 3)
}

/// A moment as the wire has it: slashes as hyphens, seconds where they were left out.
fn moment(text: &str) -> String {
    let half = to_half_width_ascii(text).trim().replace('/', "-");
    let Some((day, time)) = half.split_once(' ') else { return half };
    let Ok(date) = wareki::parse(day) else { return half };
    let time = time.trim();
    let (hour, rest) = time.split_once(':').unwrap_or((time, ""));
    let seconds = if rest.contains(':') { "" } else { ":00" };
    format!("{date} {hour:0>2}:{rest}{seconds}")
}

fn prefecture(text: &str) -> Option<String> {
    ["", "都", "府", "県"].iter().map(|suffix| format!("{text}{suffix}")).find(|name| is_prefecture(name))
}

/// The choices of these labels or numbers.
fn choices(choices: &[Choice], names: &[&str]) -> Result<Vec<i64>, Message> {
    names.iter().map(|name| choice(choices, name).map(|choice| choice.value)).collect()
}

fn choice<'a>(choices: &'a [Choice], name: &str) -> Result<&'a Choice, Message> {
    let by_label = choices.iter().find(|choice| choice.label == name);
    let alike = || choices.iter().find(|choice| fold(&choice.label) == fold(name));
    let by_value = || name.parse::<i64>().ok().and_then(|value| choices.iter().find(|choice| choice.value == value));
    by_label.or_else(alike).or_else(by_value).ok_or(Message::NoSuchChoice)
}

/// The choices of a path, `上位 > 下位`; a label that stands for one choice alone may stand for the whole path.
fn path(choices: &[Choice], text: &str) -> Result<Vec<i64>, Message> {
    let names: Vec<&str> = text.split(['>', '＞', '/', '／']).map(str::trim).filter(|name| !name.is_empty()).collect();
    if let [name] = names.as_slice() {
        let mut found = Vec::new();
        paths_of(choices, name, &mut Vec::new(), &mut found);
        if found.len() == 1 {
            return Ok(found.remove(0));
        }
    }
    let mut level = choices;
    names
        .into_iter()
        .map(|name| {
            let chosen = choice(level, name)?;
            level = &chosen.children;
            Ok(chosen.value)
        })
        .collect()
}

fn paths_of(choices: &[Choice], label: &str, above: &mut Vec<i64>, found: &mut Vec<Vec<i64>>) {
    for choice in choices {
        above.push(choice.value);
        if fold(&choice.label) == fold(label) {
            found.push(above.clone());
        }
        paths_of(&choice.children, label, above, found);
        above.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ItemNo;
    use crate::item::{ItemType, validate};
    use uuid::Uuid;

    fn item(item_type: ItemType) -> Item {
        let mut industry = Choice::leaf(1, "製造業");
        industry.children = vec![Choice::leaf(21, "食料品"), Choice::leaf(22, "その他")];
        let mut trade = Choice::leaf(2, "卸売業");
        trade.children = vec![Choice::leaf(41, "その他")];
        Item {
            after_unit: Some("円".into()),
            choices: vec![industry, trade],
            ..Item::new(ItemNo(1), Uuid::nil(), "項目", item_type)
        }
    }

    #[test]
    fn what_people_write_is_read_as_what_they_mean() {
        let text = |value: &str| RawValue::Text { value: value.into(), ruby: None };
        let numeric = |value: &str| RawValue::Numeric(value.into());
        for (item_type, written, meant) in [
            (ItemType::Date, "令和7年4月1日", text("2025-04-01")),
            (ItemType::Date, "2025/4/1", text("2025-04-01")),
            (ItemType::Datetime, "2025/4/1 9:05", text("2025-04-01 09:05:00")),
            (ItemType::Datetime, "2025-04-01T09:05:00Z", text("2025-04-01T09:05:00Z")),
            (ItemType::AmountInteger, "１，２３４，５６７円", numeric("1234567")),
            (ItemType::AmountInteger, "¥1,000", numeric("1000")),
            (ItemType::AmountDecimal, "1234.50", numeric("1234.50")),
            (ItemType::PhoneNumber, "０３（１１１１）２２２２", text("03-1111-2222")),
            (ItemType::PhoneNumber, "03ー1111−2222", text("03-1111-2222")),
            (ItemType::PhoneNumber, "+81 3 1111 2222", text("+81-3-1111-2222")),
            (ItemType::PostalCode, "〒１００－０００１", text("100-0001")),
            (ItemType::Prefectures, "東京", text("東京都")),
            (ItemType::Prefectures, "北海道", text("北海道")),
            (ItemType::MailAddress, " ａ@example.com ", text("a@example.com")),
            (ItemType::Pulldown, "製造業", RawValue::Selection(vec![1])),
            (ItemType::Checkbox, "卸売業、製造業", RawValue::Selection(vec![2, 1])),
            (ItemType::LinkagePulldown, "製造業 > その他", RawValue::Selection(vec![1, 22])),
            (ItemType::LinkagePulldown, "食料品", RawValue::Selection(vec![1, 21])),
            (ItemType::Pulldown, "2", RawValue::Selection(vec![2])),
            (ItemType::TextSingle, "　そのまま ", text("　そのまま ")),
            (ItemType::TextMultiple, "  ", RawValue::Empty),
        ] {
            assert_eq!(typed(&item(item_type), written), Ok(Typed::Value(meant.clone())), "{written}");
            assert!(validate(&item(item_type), meant).is_ok(), "{written}");
        }
    }

    #[test]
    fn what_is_in_doubt_is_refused() {
        for (item_type, written, message) in [
            (ItemType::Date, "25/4/1", Message::NotDate),
            (ItemType::Date, "平成31年5月1日", Message::NotDate),
            (ItemType::Pulldown, "小売業", Message::NoSuchChoice),
            (ItemType::LinkagePulldown, "その他", Message::NoSuchChoice),
            (ItemType::Prefectures, "江戸", Message::NotPrefecture),
        ] {
            assert_eq!(typed(&item(item_type), written), Err(message), "{written}");
        }
        // Commas elsewhere than between thousands are left for the judgement to refuse.
        for written in ["1,00", "1,2345", ",100", "1.000,5"] {
            let Ok(Typed::Value(value)) = typed(&item(ItemType::AmountDecimal), written) else { panic!("{written}") };
            assert!(validate(&item(ItemType::AmountDecimal), value).is_err(), "{written}");
        }
    }

    #[test]
    fn what_points_at_something_is_named() {
        let names = |names: &[&str]| Ok(Typed::Names(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(typed(&item(ItemType::UserMultiple), "山田 太郎；suzuki"), names(&["山田 太郎", "suzuki"]));
        assert_eq!(typed(&item(ItemType::InquiryRoute), "展示会/東京"), names(&["展示会/東京"]));
    }
}
