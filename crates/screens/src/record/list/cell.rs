//! Cells of a list: a value of an item, as short as it can be read.

use musubi_domain::item::{Display, Item, ItemType, ItemValue};
use musubi_domain::preference::DateStyle;
use musubi_service::value_name::ValueNames;

use crate::record::entry::shown;
use crate::texts::Texts;

/// Characters of a cell; of what is longer the whole is told where one points at it.
const CHARACTERS: usize = 60;

/// A cell.
pub(crate) struct Cell {
    /// What is read.
    pub(crate) text: String,
    /// The whole, where the cell holds its beginning; "" where it holds all.
    pub(crate) whole: String,
    /// Where it leads; "" where it leads nowhere.
    pub(crate) link: String,
    /// Whether it is a figure, which stands on the right.
    pub(crate) figure: bool,
    /// Whether it is short by its kind and stays on one line.
    pub(crate) short: bool,
    /// The name of its column, for narrow screens.
    pub(crate) label: String,
}

/// The cell of an item.
pub(crate) fn cell(item: &Item, value: Option<&ItemValue>, names: &ValueNames, say: &Texts, dates: DateStyle) -> Cell {
    let figure = item.item_type.row().display == Display::Number;
    let full = match value {
        None => String::new(),
        Some(ItemValue::Date(date)) => dates.date(*date),
        Some(ItemValue::Datetime(moment)) => dates.moment(*moment),
        Some(ItemValue::Ruby { value, .. }) => value.clone(),
        Some(value) => shown(item, value, names, say).join(say.list_comma),
    };
    let plain = full.replace(['\n', '\r', '\t'], " ");
    let text = match plain.char_indices().nth(CHARACTERS) {
        Some((at, _)) => format!("{}…", plain.get(..at).unwrap_or_default()),
        None => plain.clone(),
    };
    let whole = if text == full { String::new() } else { full };
    let short = matches!(
        item.item_type,
        ItemType::PhoneNumber | ItemType::PostalCode | ItemType::Date | ItemType::Datetime | ItemType::Prefectures
    );
    Cell { link: link(item, value), text, whole, figure, short, label: item.name.clone() }
}

/// Telephone numbers, mail addresses and web sites lead where one expects it.
fn link(item: &Item, value: Option<&ItemValue>) -> String {
    let Some(ItemValue::Text(text)) = value else { return String::new() };
    match item.item_type {
        ItemType::PhoneNumber => format!("tel:{text}"),
        ItemType::MailAddress => format!("mailto:{text}"),
        ItemType::Url if text.starts_with("https://") || text.starts_with("http://") => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use musubi_domain::id::ItemNo;
    use musubi_domain::messages::Locale;
    use uuid::Uuid;

    use super::*;
    use crate::texts::texts;

    fn of(item_type: ItemType, value: &ItemValue) -> Cell {
        let item = Item { after_unit: Some("円".into()), ..Item::new(ItemNo(1), Uuid::nil(), "項目", item_type) };
        cell(&item, Some(value), &ValueNames::default(), texts(Locale::Ja), DateStyle::default())
    }

    #[test]
    fn a_cell_is_short_and_leads_where_it_should() {
        let text = |text: &str| ItemValue::Text(text.to_owned());
        let long = of(ItemType::TextMultiple, &text(&"𠮷\n".repeat(100)));
        assert_eq!((long.text.chars().count(), long.whole.chars().count()), (CHARACTERS + 1, 200));
        assert_eq!(of(ItemType::PhoneNumber, &text("03-1111-2222")).link, "tel:03-1111-2222");
        assert_eq!(of(ItemType::Url, &text("javascript:alert(1)")).link, "");
        assert_eq!(of(ItemType::MailAddress, &text("a@example.com")).link, "mailto:a@example.com");
        let amount = of(ItemType::AmountInteger, &ItemValue::Number(1_234_567.into()));
        assert!(amount.figure && amount.text == "1,234,567円" && amount.whole.is_empty());
    }
}
