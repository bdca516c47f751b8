//! Search for everything (全体を検索): the same words in every database that somebody may read.

use std::sync::Arc;
use std::time::Duration;

use musubi_domain::context::Context;
use musubi_domain::error::{Kind, Result};
use musubi_domain::id::DatabaseNo;
use musubi_domain::limits;
use musubi_domain::record::RecordSummary;
use musubi_domain::rights::Action;
use musubi_domain::search::{everywhere, found_in, in_name, words};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use musubi_store as store;
use musubi_store::query::RecordQuery;
use uuid::Uuid;

use crate::context::Service;
use crate::record_list::{Patience, record_list};

/// How long each database is looked at.
const PATIENCE: Patience = Patience::Part(Duration::from_millis(500));
/// Items that show why a record was found.
const REASONS: usize = 2;

/// What was found in a database.
#[derive(Clone, Debug)]
pub struct SearchGroup {
    /// The template of the database.
    pub template: Arc<Template>,
    /// The records: those whose names have the words first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more.
    pub more: bool,
    /// Whether the time was up before all of the database was looked at.
    pub part: bool,
}

/// A record that was found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// Its id.
    pub id: Uuid,
    /// Its display name.
    pub name: String,
    /// Where else a word was found: the names of items and their texts.
    pub reasons: Vec<(String, String)>,
}

/// Searches every database that the caller may read for records in which every word of `typed` is found. Databases in which nothing was
/// found are left out.
///
/// # Errors
/// Where the database does not answer.
pub async fn search(service: &Service, context: &Arc<Context>, typed: &str) -> Result<Vec<SearchGroup>> {
    let words: Arc<[String]> = words(typed).into();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let list = |snapshot: &mut store::db::Snapshot<'_>| store::template::database_list(snapshot, DatabaseNo(0));
    let mut groups = Vec::new();
    for database in service.db().page(context.tenant, list).await?.into_iter().take(limits::SEARCH_DATABASES) {
        let template = service.template_numbered(context.tenant, database).await?;
        let sight = match service.sight_for(context, &template, Action::Read).await {
            Ok(sight) => sight,
            Err(error) if error.kind() == Kind::Forbidden => continue,
            Err(error) => return Err(error),
        };
        groups.extend(in_database(service, context, &template, &sight, &words).await?);
    }
    Ok(groups)
}

async fn in_database(
    service: &Service,
    context: &Arc<Context>,
    template: &Arc<Template>,
    sight: &Sight,
    words: &Arc<[String]>,
) -> Result<Option<SearchGroup>> {
    const MOST: usize = limits::SEARCH_HITS;
    let (mut rows, mut more, mut part): (Vec<RecordSummary>, _, _) = (Vec::new(), false, false);
    // What is called so comes before what has the words elsewhere.
    for condition in [in_name(template, sight, words), everywhere(template, sight, words)].into_iter().flatten() {
        let query = RecordQuery {
            template: Arc::clone(template),
            condition,
            sorts: Vec::new(),
            offset: 0,
            limit: i64::try_from(MOST).unwrap_or(limits::LIST_ROWS),
        };
        let page = record_list(service, context, sight, query, None, PATIENCE, "").await?;
        (more, part) = (page.more, page.part.is_some());
        for row in page.rows {
            if rows.iter().any(|known| known.number == row.number) {
                continue;
            }
            if rows.len() < MOST {
                rows.push(row);
            } else {
                more = true;
            }
        }
    }
    if rows.is_empty() && !part {
        return Ok(None);
    }
    let hits = with_reasons(service, context, template, sight, rows, words).await?;
    Ok(Some(SearchGroup { template: Arc::clone(template), hits, more, part }))
}

/// The records with the places in which words were found.
async fn with_reasons(
    service: &Service,
    context: &Context,
    template: &Arc<Template>,
    sight: &Sight,
    rows: Vec<RecordSummary>,
    words: &Arc<[String]>,
) -> Result<Vec<SearchHit>> {
    let (template, sight, words) = (Arc::clone(template), sight.clone(), Arc::clone(words));
    let read = move |snapshot: &mut store::db::Snapshot<'_>| {
        let mut hits = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = store::record::record_by_number(snapshot, &sight, &template, row.number)?;
            let found = record.map(|record| found_in(&template, &sight, &record, &words)).unwrap_or_default();
            let reasons = found.into_iter().take(REASONS).map(|(item, text)| (item.name.clone(), text)).collect();
            hits.push(SearchHit { id: row.id, name: row.display_name.clone(), reasons });
        }
        Ok(hits)
    };
    service.db().page(context.tenant, read).await
}
