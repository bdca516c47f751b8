//! Probes: what is asked of one record in SQL, with a look at one place.

use musubi_domain::condition::Field;
use musubi_domain::id::IndexNo;
use musubi_domain::template::Template;

use super::driver::index_for;
use super::part::{Keys, Part, above};
use super::sql::Sql;

/// Ends a subquery that PostgreSQL is to ask of each record: without it, it may make a join of it and read all records that
/// the index has for these values, where a page needs a hundred.
const EACH: &str = " LIMIT 1 OFFSET 0)";
/// Values that one part asks for in SQL at most; beyond, the records are looked at in memory.
const VALUES: usize = 2_048;
/// Ranges that one part asks for in SQL at most.
const RANGES: usize = 64;
/// Values of which each is looked for by itself; of more, the few that a record has are read and looked up among them.
const SOUGHT: usize = 4;

/// A part that can be asked of one record in SQL.
#[derive(Clone, Debug)]
pub(super) enum Probe {
    /// Every one of these.
    All(Vec<Probe>),
    /// At least one of these.
    Any(Vec<Probe>),
    /// Not this.
    Not(Box<Probe>),
    /// A column of the record: single values, and bounds of which either can be absent.
    Column { column: &'static str, values: Vec<i64>, bounds: Vec<(Option<i64>, Option<i64>)>, indexed: bool },
    /// The keys of the record in an index: single keys, and ranges whose end is excluded.
    Keys { index: IndexNo, keys: Vec<Vec<u8>>, ranges: Vec<(Vec<u8>, Vec<u8>)> },
}

impl Probe {
    /// The part as a probe, where everything that it asks for is kept under a key.
    pub(super) fn of(template: &Template, part: &Part) -> Option<Self> {
        let each = |parts: &[Part]| parts.iter().map(|part| Self::of(template, part)).collect::<Option<Vec<_>>>();
        match part {
            Part::All(parts) => each(parts).map(Self::All),
            Part::Any(parts) => each(parts).map(Self::Any),
            Part::Not(inner) => Self::of(template, inner).map(|inner| Self::Not(Box::new(inner))),
            Part::Keys(keys) if part.values() > VALUES || keys.ranges.len() > RANGES => None,
            Part::Keys(keys) => column(keys.field)
                .map_or_else(|| Self::of_keys(template, keys), |column| Some(Self::of_column(column, template, keys))),
            Part::Contains(_) => None,
        }
    }

    fn of_column(column: &'static str, template: &Template, keys: &Keys) -> Self {
        let integer = |bound: &Option<_>| bound.as_ref().and_then(musubi_domain::key::Component::as_integer);
        Self::Column {
            column,
            values: keys.points.iter().filter_map(|point| point.as_integer()).collect(),
            bounds: keys.ranges.iter().map(|range| (integer(&range.from), integer(&range.to))).collect(),
            indexed: index_for(template, keys.field).is_some(),
        }
    }

    fn of_keys(template: &Template, part: &Keys) -> Option<Self> {
        let index = index_for(template, part.field)?;
        let keys: Vec<_> = part.points.iter().map(|point| point.as_bytes().to_vec()).collect();
        let ranges: Vec<_> = part.ranges.iter().map(|range| (range.low(), range.above())).collect();
        if index.fields.len() == 1 {
            return Some(Self::Keys { index: index.number, keys, ranges });
        }
        // Further components follow.
        let begun = keys.into_iter().map(|key| (key.clone(), above(&key)));
        let ranges: Vec<_> = begun.chain(ranges).collect();
        (ranges.len() <= RANGES).then_some(Self::Keys { index: index.number, keys: Vec::new(), ranges })
    }

    /// How many places it looks at.
    pub(super) fn places(&self) -> usize {
        match self {
            Self::All(probes) | Self::Any(probes) => probes.iter().map(Self::places).sum(),
            Self::Not(inner) => inner.places(),
            Self::Column { .. } | Self::Keys { .. } => 1,
        }
    }

    /// Whether the records that it lets through may be few although no index says so: it may take long to find a page of them.
    pub(super) fn is_loose(&self) -> bool {
        match self {
            Self::All(probes) | Self::Any(probes) => probes.iter().any(Self::is_loose),
            Self::Not(_) => true,
            Self::Column { indexed, .. } => !indexed,
            Self::Keys { .. } => false,
        }
    }

    /// Asks it of the record whose number is the expression `number`.
    pub(super) fn write(&self, number: &str, sql: &mut Sql) {
        match self {
            Self::All(probes) => write_each(probes, (" AND ", "1 = 1"), number, sql),
            Self::Any(probes) => write_each(probes, (" OR ", "1 = 0"), number, sql),
            Self::Not(inner) => {
                sql.push("NOT ");
                inner.write(number, sql);
            }
            Self::Column { column, values, bounds, .. } => write_column(column, values, bounds, number, sql),
            Self::Keys { index, keys, ranges } => write_keys(*index, keys, ranges, number, sql),
        }
    }
}

/// Asks all of these of a record.
pub(super) fn write_probes(probes: &[Probe], number: &str, sql: &mut Sql) {
    write_each(probes, (" AND ", "1 = 1"), number, sql);
}

/// Selects `columns`, and whether the probes are met by the record of each row.
pub(super) fn write_told(columns: &str, probes: &[Probe], sql: &mut Sql) {
    sql.push(&format!("SELECT {columns}, "));
    if probes.is_empty() {
        return sql.push("1");
    }
    sql.push("CASE WHEN ");
    write_probes(probes, "page.record_no", sql);
    sql.push(" THEN 1 ELSE 0 END");
}

/// The column of the record in which a field stands.
const fn column(field: Field) -> Option<&'static str> {
    match field {
        Field::CreatedAt => Some("created_at"),
        Field::UpdatedAt => Some("updated_at"),
        Field::CreatedBy => Some("created_by"),
        Field::UpdatedBy => Some("updated_by"),
        Field::Item(_) | Field::Likeness { .. } => None,
    }
}

fn write_each(probes: &[Probe], (word, nothing): (&str, &str), number: &str, sql: &mut Sql) {
    sql.push("(");
    for (at, probe) in probes.iter().enumerate() {
        sql.push(if at > 0 { word } else { "" });
        probe.write(number, sql);
    }
    sql.push(if probes.is_empty() { nothing } else { "" });
    sql.push(")");
}

fn write_column(column: &str, values: &[i64], bounds: &[(Option<i64>, Option<i64>)], number: &str, sql: &mut Sql) {
    sql.push(&format!("EXISTS (SELECT 1 FROM record p WHERE p.tenant_no = ?1 AND p.record_no = {number} AND ("));
    if !values.is_empty() {
        sql.push(&format!("p.{column} IN ("));
        sql.bind_list(values);
        sql.push(")");
    }
    for (at, (from, to)) in bounds.iter().enumerate() {
        sql.push(if at > 0 || !values.is_empty() { " OR (1 = 1" } else { "(1 = 1" });
        for (bound, sign) in [(from, ">="), (to, "<=")] {
            if let Some(bound) = bound {
                sql.push(&format!(" AND p.{column} {sign} "));
                sql.bind(*bound);
            }
        }
        sql.push(")");
    }
    sql.push(if values.is_empty() && bounds.is_empty() { "1 = 0)" } else { ")" });
    sql.push(EACH);
}

fn write_keys(index: IndexNo, keys: &[Vec<u8>], ranges: &[(Vec<u8>, Vec<u8>)], number: &str, sql: &mut Sql) {
    sql.push(&format!("EXISTS (SELECT 1 FROM record_key p WHERE p.tenant_no = ?1 AND p.record_no = {number}"));
    sql.push(" AND p.index_no = ");
    sql.bind(index.0);
    sql.push(" AND (");
    if !keys.is_empty() {
        // What a function gives is in no index: the engines read the record's keys, instead of seeking each of many.
        sql.push(if keys.len() > SOUGHT { "coalesce(p.key, p.key) IN (" } else { "p.key IN (" });
        sql.bind_list(keys);
        sql.push(")");
    }
    for (at, (low, above)) in ranges.iter().enumerate() {
        sql.push(if at > 0 || !keys.is_empty() { " OR (p.key >= " } else { "(p.key >= " });
        sql.bind(low.as_slice());
        sql.push(" AND p.key < ");
        sql.bind(above.as_slice());
        sql.push(")");
    }
    sql.push(if keys.is_empty() && ranges.is_empty() { "1 = 0)" } else { ")" });
    sql.push(EACH);
}
