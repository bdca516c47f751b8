//! Names of records that others refer to: one statement for all of a database.

use std::collections::HashMap;

use musubi_domain::error::Result;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
use uuid::Uuid;

use super::part::Part;
use super::plan::split;
use super::probe::write_probes;
use super::read::{FACTS, is_met};
use super::sql::Sql;
use crate::db::Snapshot;

/// Records that one statement reads.
const CHUNK: usize = 256;

/// See [`super::record_names`].
pub(super) fn names(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Option<String>>> {
    let rows = sight.rows().map_or_else(Vec::new, |rows| Part::of(template, rows).into_conjuncts());
    let (probes, residual) = split(template, rows);
    let document = if residual.is_empty() { "'{}'" } else { "r.document" };
    let mut names = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let mut sql = Sql::default();
        sql.push("SELECT r.record_id, r.display_name, r.deleted_at, CASE WHEN ");
        write_probes(&probes, "r.record_no", &mut sql);
        sql.push(&format!(
            " THEN 1 ELSE 0 END, {FACTS}, {document} FROM record r WHERE r.tenant_no = ?1 AND r.database_no = "
        ));
        sql.bind(template.database.0);
        sql.push(" AND r.record_id IN (");
        sql.bind_list(chunk);
        sql.push(")");
        for mut row in sql.rows(snapshot)? {
            let (id, name, deleted_at) = (row.take()?, row.take()?, row.take::<Option<i64>>()?);
            let is_seen = row.take::<i64>()? != 0 && is_met(&mut row, template, &residual)?;
            if deleted_at.is_none() {
                names.insert(id, Some(name).filter(|_| is_seen && sight.sees_name(template)));
            }
        }
    }
    Ok(names)
}
