//! The search index: bigrams of folded texts.

use musubi_domain::error::Result;
use musubi_domain::id::RecordNo;
use musubi_domain::record::SearchTexts;
use musubi_text::bigram::index_text;

use crate::db::Tx;

/// Adds the search row of a record.
///
/// # Errors
/// What the database says.
pub fn search_insert(tx: &mut Tx<'_>, record: RecordNo, texts: &SearchTexts) -> Result<()> {
    let dialect = tx.dialect();
    let tokens = |fields: &[String]| dialect.search_text(record.database(), index_text(fields));
    let (title, body) = (tokens(&texts.title), tokens(&texts.body));
    tx.execute(dialect.search_insert(), &[record.0.into(), title.into(), body.into()]).map(drop)
}

/// Takes the search row of a record away.
///
/// # Errors
/// What the database says.
pub fn search_delete(tx: &mut Tx<'_>, record: RecordNo) -> Result<()> {
    let sql = tx.dialect().search_delete();
    tx.execute(sql, &[record.0.into()]).map(drop)
}
