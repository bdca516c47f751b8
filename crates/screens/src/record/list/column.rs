//! The columns of a list: which items, in which order.

use musubi_domain::id::ItemNo;
use musubi_domain::item::{Form, Item, system};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::{business_card, client, contact, product};
use uuid::Uuid;

/// Columns of a list at most, beside that of the name.
pub(crate) const COLUMNS: usize = 20;
/// Columns of a list of a database that somebody made, as long as nobody has chosen any.
const FIRST: usize = 5;

const CLIENTS: &[Uuid] = &[
    client::PREFECTURE,
    client::CITY,
    client::PHONE,
    client::SALES_ORGANIZATION,
    client::SALES_USER,
    system::UPDATED_AT,
];
const CONTACTS: &[Uuid] = &[
    contact::CLIENT,
    contact::DEPARTMENT,
    contact::TITLE,
    contact::PHONE,
    contact::MAIL,
    contact::SALES_USER,
    system::UPDATED_AT,
];
const CARDS: &[Uuid] = &[
    business_card::DEPARTMENT,
    business_card::TITLE,
    business_card::MAIL,
    business_card::PHONE,
    business_card::EXCHANGED_ON,
    business_card::OWNER,
    business_card::MATCHING,
];
const PRODUCTS: &[Uuid] =
    &[product::CODE, product::UNIT_PRICE, product::UNIT, product::TAX_RATE, product::STATUS, system::UPDATED_AT];

/// The items of columns that were chosen, as far as they are there and may be seen; those that a database has from the beginning where none
/// was chosen.
pub(crate) fn columns<'a>(template: &'a Template, sight: &Sight, chosen: &[Uuid]) -> Vec<&'a Item> {
    let seen = |id: &Uuid| template.shown_item(*id).filter(|item| sight.sees(item.number));
    let mut found: Vec<&Item> = Vec::new();
    for item in chosen.iter().filter_map(seen) {
        if found.len() < COLUMNS && found.iter().all(|other| other.number != item.number) {
            found.push(item);
        }
    }
    if found.is_empty() { from_the_beginning(template, sight) } else { found }
}

/// Columns that are not there any more or may not be seen.
pub(crate) fn lost(template: &Template, sight: &Sight, chosen: &[Uuid]) -> usize {
    chosen.iter().filter(|id| template.shown_item(**id).is_none_or(|item| !sight.sees(item.number))).count()
}

fn from_the_beginning<'a>(template: &'a Template, sight: &Sight) -> Vec<&'a Item> {
    let shipped: &[Uuid] = match template.name.as_str() {
        client::DATABASE => CLIENTS,
        contact::DATABASE => CONTACTS,
        business_card::DATABASE => CARDS,
        product::DATABASE => PRODUCTS,
        _ => &[],
    };
    let seen = |item: &&Item| sight.sees(item.number);
    if !shipped.is_empty() {
        return shipped.iter().filter_map(|id| template.shown_item(*id)).filter(seen).collect();
    }
    let is_name = |item: ItemNo| template.detail.display_items.contains(&item);
    let is_short = |item: &&Item| {
        item.item_type.row().form != Form::Lines && !item.read_only && !is_name(item.number) && sight.sees(item.number)
    };
    let last = template.item(system::UPDATED_AT).into_iter().filter(seen);
    template.listed_items().filter(is_short).take(FIRST).chain(last).collect()
}
