//! Lists of records filtered by built-in items, as the CRM calls have them: every condition says where it stood.

use std::sync::Arc;

use musubi_domain::condition::{Condition, Field, Operand};
use musubi_domain::context::Context;
use musubi_domain::error::{Error, Problem, Result};
use musubi_domain::id::ItemNo;
use musubi_domain::record::RecordSummary;
use musubi_domain::rights::Action;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_domain::time::Timestamp;
use musubi_store::query::RecordQuery;
use uuid::Uuid;

use crate::context::Service;
use crate::record_list::{Patience, RecordListPage, record_list};

/// One condition, and where it stood.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where it stood, for problems.
    pub path: String,
    /// What it asks for.
    pub what: Filter,
}

/// What a condition of a list asks for. Items are named by their outside ids.
#[derive(Clone, Debug)]
pub enum Filter {
    /// A part of the text of an item or its reading, or of the texts of several items, joined.
    Part(&'static [Uuid], String),
    /// Any of these values.
    OneOf(Uuid, Vec<Operand>),
    /// From a moment on, up to a moment.
    Between(Field, Option<Timestamp>, Option<Timestamp>),
}

impl Asked {
    /// As a condition over the items of the template.
    fn condition(&self, template: &Template) -> Result<Condition> {
        Ok(match self.what.clone() {
            Filter::Part(items, text) => Condition::Contains {
                items: items.iter().map(|id| number(template, *id)).collect::<Result<_>>()?,
                text,
            },
            Filter::OneOf(item, values) => Condition::OneOf { field: Field::Item(number(template, item)?), values },
            Filter::Between(field, from, to) => {
                Condition::Between { field, from: from.map(Operand::Moment), to: to.map(Operand::Moment) }
            }
        })
    }
}

fn number(template: &Template, id: Uuid) -> Result<ItemNo> {
    template.item(id).map(|item| item.number).ok_or_else(|| Error::internal("a built-in item is missing"))
}

/// All conditions as one. A condition on what the caller may not read is a problem where it stood.
fn condition(template: &Template, sight: &Sight, asked: &[Asked]) -> Result<Condition> {
    let (mut parts, mut problems): (Vec<Condition>, Vec<Problem>) = (Vec::new(), Vec::new());
    for one in asked {
        let part = one.condition(template)?;
        if let Err(error) = sight.check(template, &part, &[], &one.path) {
            problems.extend_from_slice(error.problems());
        }
        parts.push(part);
    }
    if problems.is_empty() { Ok(Condition::All(parts)) } else { Err(Error::invalid(problems)) }
}

/// A page of records, with what each row shows beside itself.
#[derive(Clone, Debug)]
pub struct FilteredPage {
    /// The template.
    pub template: Arc<Template>,
    /// What the caller may see.
    pub sight: Sight,
    /// The rows.
    pub rows: Vec<RecordSummary>,
    /// Whether more follow: exact.
    pub more: bool,
    /// The linkage slots that have been set up.
    pub slots: Arc<Vec<(i64, String)>>,
}

/// Gives a page of the records of a database that all conditions let through, in order of creation.
///
/// # Errors
/// Invalid where a condition looks at what the caller may not read; Forbidden where he may not read the database; Busy where it took
/// too long.
pub async fn record_filtered(
    service: &Service,
    context: &Arc<Context>,
    database: &str,
    asked: &[Asked],
    offset: i64,
    limit: i64,
) -> Result<FilteredPage> {
    let template = service.template(context.tenant, database).await?;
    let sight = service.sight_for(context, &template, Action::Read).await?;
    let slots = service.linkage_slots(context.tenant).await?;
    let condition = condition(&template, &sight, asked)?;
    let query = RecordQuery { template: Arc::clone(&template), condition, sorts: Vec::new(), offset, limit };
    let RecordListPage { rows, more, .. } =
        record_list(service, context, &sight, query, None, Patience::CALL, "").await?;
    Ok(FilteredPage { template, sight, rows, more, slots })
}
