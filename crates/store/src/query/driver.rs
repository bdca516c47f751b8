//! Drivers: where record numbers come from.

use musubi_domain::condition::Field;
use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, ItemNo, RecordNo};
use musubi_domain::item::KeyKind;
use musubi_domain::template::{Index, Template};
use musubi_text::bigram::Phrase;

use super::part::{Contains, Keys, Part, above};
use super::sql::{Sql, padded};
use crate::db::{Dialect, SearchColumn, SearchSource, Snapshot};

/// Pieces of indexes that are put together at most.
const SPANS: usize = 16;
/// Values that the pieces name at most.
const VALUES: usize = 4_096;

/// Where record numbers come from.
#[derive(Debug)]
pub(super) enum Driver {
    /// All records of the database, in order.
    Order,
    /// Pieces of indexes: in order where it is one key of one index, else to be sorted.
    Spans { spans: Vec<Span>, repeats: bool },
    /// What the search index proposes: in order.
    Search(SearchSource),
}

/// A piece of an index.
#[derive(Clone, Debug)]
pub(super) struct Span {
    index: IndexNo,
    keys: SpanKeys,
}

#[derive(Clone, Debug)]
enum SpanKeys {
    /// These keys.
    Points(Vec<Vec<u8>>),
    /// From the first on, below the second.
    Range(Vec<u8>, Vec<u8>),
}

impl Span {
    /// `FROM ... WHERE ...` of the piece.
    fn write(&self, alias: &str, sql: &mut Sql) {
        sql.push(&format!("FROM record_key {alias} WHERE {alias}.tenant_no = ?1 AND {alias}.index_no = "));
        sql.bind(self.index.0);
        match &self.keys {
            SpanKeys::Points(keys) => {
                sql.push(&format!(" AND {alias}.key IN ("));
                sql.bind_list(keys);
                sql.push(")");
            }
            SpanKeys::Range(low, above) => {
                sql.push(&format!(" AND {alias}.key >= "));
                sql.bind(low.as_slice());
                sql.push(&format!(" AND {alias}.key < "));
                sql.bind(above.as_slice());
            }
        }
    }
}

impl Driver {
    /// `FROM ... WHERE ...` of the driver; the column of the record number is [`Driver::record_no`].
    pub(super) fn write(&self, template: &Template, sql: &mut Sql) {
        match self {
            Self::Order => {
                sql.push("FROM record d WHERE d.tenant_no = ?1 AND d.database_no = ");
                sql.bind(template.database.0);
                sql.push(" AND d.deleted_at IS NULL");
            }
            Self::Spans { spans, .. } => match spans.as_slice() {
                [span] => span.write("d", sql),
                spans => write_union(spans, sql),
            },
            Self::Search(source) => {
                let mut rest = source.from_where.as_str();
                for (at, value) in source.parameters.iter().enumerate() {
                    let Some((before, after)) = rest.split_once(&format!("{{{at}}}")) else { break };
                    sql.push(before);
                    sql.bind(value.clone());
                    rest = after;
                }
                sql.push(rest);
            }
        }
    }

    pub(super) const fn record_no(&self) -> &'static str {
        match self {
            Self::Search(source) => source.record_no,
            Self::Order | Self::Spans { .. } => "d.record_no",
        }
    }

    /// The record number as the list is ordered by it. Where the records have to be sorted, it is dressed up: the engines would else
    /// rather walk through all keys of the tenant in the order of records than sort those that are asked for.
    pub(super) fn ordered_no(&self) -> &'static str {
        if self.sorts() { "d.record_no + 0" } else { self.record_no() }
    }

    /// What a count ends with: for all records of a database an order, so that PostgreSQL goes by their index and does not read the
    /// table, where others' records stand as well.
    pub(super) const fn counting_order(&self) -> &'static str {
        match self {
            Self::Order => " ORDER BY d.record_no",
            Self::Spans { .. } | Self::Search(_) => "",
        }
    }

    /// Whether a record can come twice: where several keys of an index are asked for, of which it has several.
    pub(super) const fn repeats(&self) -> bool {
        matches!(self, Self::Spans { repeats: true, .. })
    }

    /// Whether its records have to be sorted before the first can be given.
    pub(super) fn sorts(&self) -> bool {
        match self {
            Self::Order | Self::Search(_) => false,
            Self::Spans { spans, .. } => {
                !matches!(spans.as_slice(), [Span { keys: SpanKeys::Points(points), .. }] if points.len() == 1)
            }
        }
    }

    /// How many records it gives, counted up to one more than `most`. One that comes twice may count twice.
    pub(super) fn count(&self, snapshot: &mut Snapshot<'_>, template: &Template, most: i64) -> Result<i64> {
        let mut sql = Sql::default();
        sql.push("SELECT count(*) FROM (SELECT 1 ");
        self.write(template, &mut sql);
        sql.push(self.counting_order());
        sql.push(" LIMIT ");
        sql.bind(most.saturating_add(1));
        sql.push(") counted");
        Ok(sql.number(snapshot)?.unwrap_or(0))
    }
}

fn write_union(spans: &[Span], sql: &mut Sql) {
    sql.push("FROM (");
    for (at, span) in spans.iter().enumerate() {
        sql.push(if at > 0 { " UNION ALL SELECT k.record_no " } else { "SELECT k.record_no " });
        span.write("k", sql);
    }
    sql.push(") d WHERE 1 = 1");
}

/// The index whose first field is `field`, rather one that has no other, and that holds every record.
pub(super) fn index_for(template: &Template, field: Field) -> Option<&Index> {
    let leads = |index: &&Index| index.ready && index.fields.first() == Some(&field);
    template.indexes().iter().filter(leads).min_by_key(|index| index.fields.len())
}

/// The pieces of an index that hold these keys.
fn spans(template: &Template, keys: &Keys) -> Option<Vec<Span>> {
    let index = index_for(template, keys.field).filter(|_| padded(keys.points.len()) <= VALUES)?;
    let span = |keys| Span { index: index.number, keys };
    let ranges = keys.ranges.iter().map(|range| span(SpanKeys::Range(range.low(), range.above())));
    let points = keys.points.iter().map(|point| point.as_bytes().to_vec());
    let spans: Vec<_> = if index.fields.len() == 1 {
        let points: Vec<_> = points.collect();
        let points = if points.is_empty() { None } else { Some(span(SpanKeys::Points(points))) };
        points.into_iter().chain(ranges).take(SPANS + 1).collect()
    } else {
        // Further components follow.
        let points = points.map(|point| {
            let above = above(&point);
            span(SpanKeys::Range(point, above))
        });
        points.chain(ranges).take(SPANS + 1).collect()
    };
    (spans.len() <= SPANS).then_some(spans)
}

/// Whether a record can stand in these pieces more than once.
fn can_repeat(template: &Template, spans: &[Span]) -> bool {
    let [span] = spans else { return true };
    let index = template.indexes().iter().find(|index| index.number == span.index);
    let has_many = index.is_none_or(|index| index.fields.iter().any(|field| template.has_many(*field)));
    has_many && !matches!(&span.keys, SpanKeys::Points(points) if points.len() == 1)
}

/// The driver that a part could be, and whether what it gives certainly meets the part.
pub(super) fn driver_of(dialect: Dialect, template: &Template, part: &Part) -> Option<(Driver, bool)> {
    let indexed = |spans: Vec<Span>| {
        let repeats = can_repeat(template, &spans);
        (Driver::Spans { spans, repeats }, true)
    };
    match part {
        Part::Keys(keys) => spans(template, keys).map(indexed),
        Part::Contains(text) => {
            let column = column_of(template, text)?;
            let phrase = Phrase::parse(&text.folded)?;
            let source = search_source(dialect, template, column, &phrase);
            let exact = source.exact && is_the_title(template, text) && !has_reserved(&text.folded);
            Some((Driver::Search(source), exact))
        }
        Part::Any(parts) => any_spans(template, parts).map(indexed).or_else(|| any_text(dialect, template, parts)),
        Part::All(_) | Part::Not(_) => None,
    }
}

/// Where each of the parts is in an index, the pieces of all of them.
fn any_spans(template: &Template, parts: &[Part]) -> Option<Vec<Span>> {
    let each = parts.iter().map(|part| if let Part::Keys(keys) = part { spans(template, keys) } else { None });
    if parts.iter().map(Part::values).sum::<usize>() > VALUES {
        return None;
    }
    let all = each.collect::<Option<Vec<_>>>()?.concat();
    (all.len() <= SPANS).then_some(all)
}

/// Where each of the parts looks for the same text, in whichever items: what the column that all of them are in proposes.
fn any_text(dialect: Dialect, template: &Template, parts: &[Part]) -> Option<(Driver, bool)> {
    let texts: Vec<_> = parts
        .iter()
        .map(|part| if let Part::Contains(text) = part { Some(text) } else { None })
        .collect::<Option<_>>()?;
    let folded = &texts.first()?.folded;
    if texts.iter().any(|text| text.folded != *folded) {
        return None;
    }
    let column = if texts.iter().all(|text| is_in_body(template, &text.items)) {
        SearchColumn::Body
    } else if texts.iter().all(|text| is_in_title(template, &text.items)) {
        SearchColumn::Title
    } else {
        return None;
    };
    Some((Driver::Search(search_source(dialect, template, column, &Phrase::parse(folded)?)), false))
}

fn search_source(dialect: Dialect, template: &Template, column: SearchColumn, phrase: &Phrase) -> SearchSource {
    let (lowest, highest) = RecordNo::range(template.database);
    dialect.search_source(column, phrase, template.database, (lowest.0, highest.0))
}

/// The column of the search index in which the text of these items stands in one piece.
fn column_of(template: &Template, text: &Contains) -> Option<SearchColumn> {
    if is_in_title(template, &text.items) {
        Some(SearchColumn::Title)
    } else {
        is_in_body(template, &text.items).then_some(SearchColumn::Body)
    }
}

/// The items of a list whose texts are put together.
fn with_text<'a>(template: &'a Template, items: &'a [ItemNo]) -> impl Iterator<Item = ItemNo> + 'a {
    items.iter().copied().filter(|item| template.key_kind(Field::Item(*item)) == Some(KeyKind::Text))
}

/// Whether what stands for a record is asked for: each of its texts is in the title by itself, and all of them put together.
fn is_in_title(template: &Template, items: &[ItemNo]) -> bool {
    let display = &template.detail.display_items;
    match items {
        [item] => display.contains(item),
        items => with_text(template, display).eq(items.iter().copied()),
    }
}

/// Whether the text of these items is in the body: searched items by themselves, those that are searched as one only so.
fn is_in_body(template: &Template, items: &[ItemNo]) -> bool {
    let joined = &template.detail.joined_items;
    match items {
        [item] => {
            !joined.contains(item) && template.item_numbered(*item).is_some_and(|item| item.item_type.row().searched)
        }
        items => with_text(template, joined).eq(items.iter().copied()),
    }
}

/// Whether the title holds the texts of these items and no others: only there a record that is found certainly has the text.
fn is_the_title(template: &Template, text: &Contains) -> bool {
    matches!(text.items.as_slice(), [item] if template.detail.display_items == [*item])
}

/// Whether a text has characters by which the search index marks something else.
fn has_reserved(folded: &str) -> bool {
    folded.chars().any(|character| ('\u{10FE00}'..='\u{10FEFF}').contains(&character))
}
