//! The headings of a list: what stands in a column, and how the list is sorted by it.

use musubi_domain::item::{Display, Item};
use musubi_service::record_page::DatabaseSeen;
use uuid::Uuid;

use super::asked::Asked;
use super::column;
use crate::frame::Frame;

/// The heading of a column.
pub(crate) struct Heading {
    /// What it says.
    pub(crate) label: String,
    /// The link that sorts by it; "" where nothing can be sorted by it.
    pub(crate) link: String,
    /// How it is sorted, as programs that read aloud know it: ascending, descending; "" where it is not.
    pub(crate) sorted: &'static str,
    /// Which of several it is sorted by; "" where it is the only one.
    pub(crate) rank: String,
    /// Whether figures stand in it.
    pub(crate) figure: bool,
}

/// The heading of the name.
pub(super) fn of_name(seen: &DatabaseSeen, asked: &Asked, frame: &Frame, path: &str) -> Heading {
    let first = seen.template.detail.display_items.first().and_then(|item| seen.template.item_numbered(*item));
    let item = first.filter(|item| !item.hidden && seen.sight.sees(item.number));
    let label = item.map_or_else(|| frame.say.list.name.to_owned(), |item| item.name.clone());
    let id = item.map(|item| item.id);
    Heading { label, figure: false, ..sortable(id, asked, path) }
}

/// The headings of the columns.
pub(super) fn of_columns(seen: &DatabaseSeen, asked: &Asked, _: &Frame, path: &str) -> Vec<Heading> {
    let heading = |item: &&Item| Heading {
        label: item.name.clone(),
        figure: item.item_type.row().display == Display::Number,
        ..sortable(Some(item.id), asked, path)
    };
    column::columns(&seen.template, &seen.sight, &asked.columns).iter().map(heading).collect()
}

fn sortable(item: Option<Uuid>, asked: &Asked, path: &str) -> Heading {
    let standing = item.and_then(|item| asked.sorts.iter().position(|(id, _)| *id == item));
    let sorted = match standing.and_then(|at| asked.sorts.get(at)) {
        Some((_, true)) => "descending",
        Some((_, false)) => "ascending",
        None => "",
    };
    let rank = standing.filter(|_| asked.sorts.len() > 1).map(|at| (at + 1).to_string()).unwrap_or_default();
    let link = item.map(|item| format!("{path}?all=1&{}", asked.query_sorted(item))).unwrap_or_default();
    Heading { label: String::new(), link, sorted, rank, figure: false }
}
