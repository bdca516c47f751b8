//! What a link to a list asks for: text, conditions, order, columns, size, where to begin.

use musubi_domain::condition::Condition;
use musubi_domain::limits;
use musubi_domain::sort::Sort;
use musubi_domain::template::Template;
use uuid::Uuid;

use super::column::COLUMNS;
use crate::continue_to::query_value;
use crate::form::Form;
use crate::record::condition::{Conditions, is_ours};

/// How many rows a page can have.
pub(crate) const SIZES: [i64; 3] = [50, 100, 200];
/// Pages that can be turned to by their number.
const PAGES: i64 = 1_000_000;

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// A part of the name or its reading.
    pub(crate) text: String,
    /// The conditions.
    pub(crate) conditions: Conditions,
    /// The order: items, and whether each is sorted downwards.
    pub(crate) sorts: Vec<(Uuid, bool)>,
    /// The columns that were chosen; none: those from the beginning.
    pub(crate) columns: Vec<Uuid>,
    /// Rows of a page.
    pub(crate) size: i64,
    /// The number of the page, from 1.
    pub(crate) page: i64,
    /// Where the page before it ended.
    pub(crate) after: String,
    /// The saved view that it began with.
    pub(crate) view: Option<Uuid>,
}

impl Asked {
    /// Reads a query or a form.
    pub(crate) fn read(template: &Template, form: &Form) -> Self {
        let given = form.get("size").parse().unwrap_or(0);
        let sort = |text: &String| {
            let (text, descending) = text.strip_prefix('-').map_or((text.as_str(), false), |rest| (rest, true));
            Some((text.parse().ok()?, descending))
        };
        let mut columns: Vec<Uuid> =
            form.list("column[]").iter().filter_map(|id| id.parse().ok()).take(COLUMNS).collect();
        let raised = form.given("up").and_then(|id| id.parse::<Uuid>().ok());
        if let Some(at) = raised.and_then(|id| columns.iter().position(|own| *own == id)).filter(|at| *at > 0) {
            columns.swap(at, at - 1);
        }
        let text: String = form.get("q").trim().chars().take(limits::CONDITION_CHARACTERS).collect();
        Self {
            text,
            conditions: Conditions::read(template, form),
            sorts: form.list("sort[]").iter().filter_map(sort).take(limits::SORTS).collect(),
            columns,
            size: SIZES.into_iter().find(|size| *size == given).unwrap_or(SIZES[0]),
            page: form.get("page").parse::<i64>().unwrap_or(1).clamp(1, PAGES),
            after: form.get("after").to_owned(),
            view: form.given("view").and_then(|id| id.parse().ok()),
        }
    }

    /// The condition: the text in the names, and what the conditions say.
    pub(crate) fn condition(&self, template: &Template) -> Condition {
        let mut parts = Vec::new();
        // Each word by itself, so that 「東京 商事」 finds what has both.
        for word in self.text.split_whitespace().take(limits::SEARCH_WORDS) {
            parts.push(Condition::Contains { items: template.detail.display_items.clone(), text: word.to_owned() });
        }
        match self.conditions.condition(template) {
            Condition::All(all) => parts.extend(all),
            other => parts.push(other),
        }
        Condition::All(parts)
    }

    /// The order in the fields of the template; what is not there is left out.
    pub(crate) fn order(&self, template: &Template, sees: impl Fn(&musubi_domain::item::Item) -> bool) -> Vec<Sort> {
        let known = self.sorts.iter().filter_map(|(id, descending)| {
            let item = template.shown_item(*id).filter(|item| sees(item))?;
            Some(Sort { field: template.field(item.number), descending: *descending })
        });
        known.collect()
    }

    /// The fields of a link that shows the same, from the first page.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q".to_owned(), self.text.clone()));
        }
        pairs.extend(self.conditions.pairs());
        pairs.extend(self.look_pairs());
        pairs
    }

    /// Those of order, columns and size.
    pub(crate) fn look_pairs(&self) -> Vec<(String, String)> {
        let sort = |(id, descending): &(Uuid, bool)| format!("{}{id}", if *descending { "-" } else { "" });
        let mut pairs: Vec<(String, String)> = self.sorts.iter().map(|one| ("sort[]".to_owned(), sort(one))).collect();
        pairs.extend(self.columns.iter().map(|id| ("column[]".to_owned(), id.to_string())));
        if self.size != SIZES[0] {
            pairs.push(("size".to_owned(), self.size.to_string()));
        }
        pairs.extend(self.view.map(|view| ("view".to_owned(), view.to_string())));
        pairs
    }

    /// The query of a link that shows the same, from the first page.
    pub(crate) fn query(&self) -> String {
        query_of(&self.pairs())
    }

    /// The link with other conditions.
    pub(crate) fn query_with(&self, conditions: &[(String, String)]) -> String {
        let text = Some(("q".to_owned(), self.text.clone())).filter(|(_, text)| !text.is_empty());
        query_of(&text.into_iter().chain(conditions.iter().cloned()).chain(self.look_pairs()).collect::<Vec<_>>())
    }

    /// The query of what a press on a heading asks for: up, then down, then no more; it becomes the first of the order.
    pub(crate) fn query_sorted(&self, item: Uuid) -> String {
        let standing = self.sorts.iter().position(|(id, _)| *id == item);
        let mut sorts: Vec<_> = self.sorts.iter().copied().filter(|(id, _)| *id != item).collect();
        match standing.and_then(|at| self.sorts.get(at)) {
            Some((_, true)) => {}
            Some((_, false)) => sorts.insert(0, (item, true)),
            None => sorts.insert(0, (item, false)),
        }
        sorts.truncate(limits::SORTS);
        Self { sorts, ..self.clone() }.query()
    }

    /// Whether anything is asked of the records.
    pub(crate) fn filters(&self) -> bool {
        !self.text.is_empty() || self.conditions.count() > 0
    }
}

/// Whether a query says what a list is to show, so that no view is taken in its place.
pub(crate) fn is_asked(form: &Form) -> bool {
    let names = ["q", "sort[]", "column[]", "size", "page", "after", "all", "up"];
    form.fields().any(|(name, _)| names.contains(&name) || is_ours(name))
}

/// Fields as a query.
pub(crate) fn query_of(pairs: &[(String, String)]) -> String {
    let parts = pairs.iter().map(|(name, value)| format!("{name}={}", query_value(value)));
    parts.collect::<Vec<_>>().join("&")
}
