//! Drivers and probes: which records a part of a condition gives, and what it asks of a record, in SQL.

use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::error::Result;
use musubi_domain::id::{IndexNo, RecordNo};
use musubi_domain::template::Template;
use musubi_text::bigram::Phrase;
use musubi_text::search_key::fold;

use crate::db::{Dialect, SearchColumn, SearchSource, Snapshot, Value};

/// Ends a subquery that PostgreSQL is to ask of each record: without it, it may make a join of it and read all records that
/// the index has for these values, where a page needs a hundred.
const EACH: &str = " LIMIT 1 OFFSET 0";

/// How far candidates are counted before they are "many".
const CAP: i64 = 1_000;
/// Values of a set that are asked of each record in SQL; beyond, the twin in memory asks.
const PROBED_VALUES: usize = 20;

/// Where record numbers come from.
#[derive(Debug)]
pub(super) enum Driver {
    /// All records of the database, in order.
    Order,
    /// One value of an index: in order.
    Value(IndexNo, Vec<u8>),
    /// Several values of an index: to be sorted.
    Values { index: IndexNo, values: Vec<Vec<u8>>, repeats: bool },
    /// A range of an index: to be sorted.
    Range { index: IndexNo, from: Vec<u8>, to: Vec<u8>, repeats: bool },
    /// What the search index proposes: in order.
    Search(SearchSource),
}

/// A text of SQL that grows together with its parameters, which begin with `?2`.
#[derive(Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) parameters: Vec<Value>,
}

impl Sql {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) {
        self.parameters.push(value.into());
        self.text.push('?');
        self.text.push_str(&(self.parameters.len() + 1).to_string());
    }

    fn bind_list(&mut self, values: &[Vec<u8>]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value.as_slice());
        }
    }
}

impl Driver {
    /// `FROM ... WHERE ...` of the driver; the column of the record number is [`Driver::record_no`].
    pub(super) fn write(&self, template: &Template, sql: &mut Sql) {
        let key = |sql: &mut Sql, index: IndexNo| {
            sql.push("FROM record_key d WHERE d.tenant_no = ?1 AND d.index_no = ");
            sql.bind(index.0);
        };
        match self {
            Self::Order => {
                sql.push("FROM record d WHERE d.tenant_no = ?1 AND d.database_no = ");
                sql.bind(template.database.0);
                sql.push(" AND d.deleted_at IS NULL");
            }
            Self::Value(index, value) => {
                key(sql, *index);
                sql.push(" AND d.key = ");
                sql.bind(value.as_slice());
            }
            Self::Values { index, values, .. } => {
                key(sql, *index);
                sql.push(" AND d.key IN (");
                sql.bind_list(values);
                sql.push(")");
            }
            Self::Range { index, from, to, .. } => {
                key(sql, *index);
                sql.push(" AND d.key >= ");
                sql.bind(from.as_slice());
                sql.push(" AND d.key <= ");
                sql.bind(to.as_slice());
            }
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
            _ => "d.record_no",
        }
    }

    /// Whether a record can come twice: where the field is a set, of which several values are asked for.
    pub(super) const fn repeats(&self) -> bool {
        matches!(self, Self::Values { repeats: true, .. } | Self::Range { repeats: true, .. })
    }

    /// Whether its records have to be sorted before the first can be given.
    pub(super) const fn sorts(&self) -> bool {
        matches!(self, Self::Values { .. } | Self::Range { .. })
    }

    /// How many records it gives, counted up to one more than [`CAP`].
    pub(super) fn count(&self, snapshot: &mut Snapshot<'_>, template: &Template) -> Result<i64> {
        let mut sql = Sql::default();
        sql.push("SELECT count(*) FROM (SELECT 1 ");
        self.write(template, &mut sql);
        sql.push(" LIMIT ");
        sql.bind(CAP + 1);
        sql.push(") counted");
        let rows = snapshot.rows(&sql.text, &sql.parameters)?;
        rows.into_iter().next().map_or(Ok(0), |mut row| row.take())
    }
}

/// Whether a text condition asks for the display item alone, which has a column of the search index to itself.
pub(super) fn is_title(template: &Template, part: &Condition) -> bool {
    let display = &template.detail.display_items;
    matches!(part, Condition::Contains { items, .. } if items == display || matches!(items.as_slice(), [item] if display.contains(item)))
}

/// Whether the text of these items stands in the body of the search index in one piece.
fn is_searched(template: &Template, part: &Condition) -> bool {
    let Condition::Contains { items, .. } = part else { return false };
    match items.as_slice() {
        [item] => {
            !template.detail.joined_items.contains(item)
                && template.item_numbered(*item).is_some_and(|item| item.item_type.row().searched)
        }
        _ => *items == template.detail.joined_items,
    }
}

fn keys_of(values: &[Operand]) -> Vec<Vec<u8>> {
    values.iter().map(|value| value.component().as_bytes().to_vec()).collect()
}

/// The driver that a part could be.
pub(super) fn driver_of(dialect: Dialect, template: &Template, part: &Condition) -> Option<Driver> {
    match part {
        Condition::OneOf { field, values } => {
            let index = template.index_on(*field)?;
            let mut keys = keys_of(values);
            keys.sort_unstable();
            keys.dedup();
            Some(if keys.len() == 1 {
                Driver::Value(index, keys.remove(0))
            } else {
                Driver::Values { index, values: keys, repeats: template.has_many(*field) }
            })
        }
        Condition::Between { field, from, to } => {
            let index = template.index_on(*field)?;
            let bound = |operand: &Option<Operand>, open: &[u8]| {
                operand.as_ref().map_or_else(|| open.to_vec(), |operand| operand.component().as_bytes().to_vec())
            };
            // Above the null component, below every longer key that begins alike.
            Some(Driver::Range {
                index,
                from: bound(from, &[1]),
                to: bound(to, &[2]),
                repeats: template.has_many(*field),
            })
        }
        Condition::Contains { text, .. } => {
            let column = if is_title(template, part) {
                SearchColumn::Title
            } else if is_searched(template, part) {
                SearchColumn::Body
            } else {
                return None;
            };
            let phrase = Phrase::parse(&fold(text))?;
            let (lowest, highest) = RecordNo::range(template.database);
            Some(Driver::Search(dialect.search_source(column, &phrase, template.database, (lowest.0, highest.0))))
        }
        Condition::Empty { .. } | Condition::Not(_) | Condition::All(_) | Condition::Any(_) => None,
    }
}

/// Whether a part can be asked of one record in SQL with a look at one place.
pub(super) fn is_probed(template: &Template, part: &Condition) -> bool {
    match part {
        Condition::OneOf { field, values } => template.index_on(*field).is_some() && values.len() <= PROBED_VALUES,
        Condition::Between { field, from, to } => {
            let is_moment = |bound: &Option<Operand>| matches!(bound, None | Some(Operand::Moment(_)));
            matches!(field, Field::CreatedAt | Field::UpdatedAt) && is_moment(from) && is_moment(to)
        }
        Condition::Contains { .. }
        | Condition::Empty { .. }
        | Condition::Not(_)
        | Condition::All(_)
        | Condition::Any(_) => false,
    }
}

pub(super) fn write_probe(template: &Template, part: &Condition, number: &str, sql: &mut Sql) {
    match part {
        Condition::OneOf { field, values } => {
            sql.push("EXISTS (SELECT 1 FROM record_key p WHERE p.tenant_no = ?1 AND p.index_no = ");
            sql.bind(template.index_on(*field).map_or(0, |index| index.0));
            sql.push(" AND p.key IN (");
            sql.bind_list(&keys_of(values));
            sql.push(&format!(") AND p.record_no = {number}{EACH})"));
        }
        Condition::Between { field, from, to } => {
            let column = if *field == Field::CreatedAt { "created_at" } else { "updated_at" };
            sql.push(&format!("EXISTS (SELECT 1 FROM record p WHERE p.tenant_no = ?1 AND p.record_no = {number}"));
            for (operand, sign) in [(from, ">="), (to, "<=")] {
                if let Some(Operand::Moment(moment)) = operand {
                    sql.push(&format!(" AND p.{column} {sign} "));
                    sql.bind(moment.micros());
                }
            }
            sql.push(EACH);
            sql.push(")");
        }
        Condition::Contains { .. }
        | Condition::Empty { .. }
        | Condition::Not(_)
        | Condition::All(_)
        | Condition::Any(_) => sql.push("1 = 1"),
    }
}
