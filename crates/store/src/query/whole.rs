//! The records of a page, whole: one statement for all of them.

use std::collections::HashMap;

use musubi_domain::error::Result;
use musubi_domain::id::RecordNo;
use musubi_domain::record::Record;
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;

use super::sql::Sql;
use crate::db::Snapshot;
use crate::record::{COLUMNS, is_seen, read};

/// Records that one statement reads.
const CHUNK: usize = 256;

/// See [`super::record_whole`].
pub(super) fn whole(
    snapshot: &mut Snapshot<'_>,
    sight: &Sight,
    template: &Template,
    numbers: &[RecordNo],
) -> Result<HashMap<RecordNo, Record>> {
    let mut records = HashMap::new();
    let own: Vec<_> = numbers.iter().filter(|number| number.database() == template.database).map(|own| own.0).collect();
    for chunk in own.chunks(CHUNK) {
        let mut sql = Sql::default();
        let from = snapshot.dialect().records_by_number();
        // As where one is read by its id: nothing here may lead to the index of all that is live.
        sql.push(&format!(
            "SELECT {COLUMNS} FROM {from} WHERE tenant_no = ?1 AND coalesce(deleted_at, 0) = 0 AND record_no IN ("
        ));
        sql.bind_list(chunk);
        sql.push(")");
        for row in sql.rows(snapshot)? {
            let record = read(row)?;
            if is_seen(sight, template, &record) {
                records.insert(record.number, record);
            }
        }
    }
    Ok(records)
}
