//! What is made of records: told as what it is, and mended.

use musubi_domain::id::RecordNo;
use musubi_domain::verify::Flaw;
use musubi_testkit::engine::Engine;

use super::played::{Played, codes_of, sealed};
use crate::record::stage::THINGS;

pub(super) async fn derived(engine: Engine) {
    let played = Played::new(engine).await;
    let (client, parent) =
        (played.record("clients", played.client).await, played.record("clients", played.parent).await);
    let contact = played.record("contacts", played.contact).await.number;
    let (client, parent, trashed) = (client.number, parent.number, played.trashed);
    played
        .meddle(&format!("UPDATE record SET display_name = '別' WHERE tenant_no = ?1 AND record_no = {client}"))
        .await;
    let report = played.run(false).await;
    let finding = &report.findings[0];
    let place = (finding.tenant.as_deref(), finding.database.as_deref(), finding.record);
    assert_eq!((finding.flaw, place), (Flaw::DisplayName, (Some("ro7jrw"), Some("clients"), Some(played.client))));
    played.mends(&["display_name.differs"], &[]).await;
    assert_eq!(played.record("clients", played.client).await.display_name, "株式会社子");

    let item = played.item("clients", "住所(都道府県)").await;
    let index = format!(
        "SELECT index_no FROM record_index WHERE tenant_no = ?1 AND CAST(fields AS TEXT) = '[{{\"item\":{item}}}]'"
    );
    let index = played.number(&index).await;
    let of_index = format!("tenant_no = ?1 AND index_no = {index}");
    played.meddle(&format!("DELETE FROM record_key WHERE {of_index} AND record_no = {client}")).await;
    played.mends(&["key.missing"], &[]).await;
    let absent = client.0 + 1_000_000;
    for record in [parent.0, trashed.0, absent] {
        played
            .meddle(&format!(
                "INSERT INTO record_key (tenant_no, index_no, key, record_no)
                 SELECT ?1, index_no, key, {record} FROM record_key WHERE {of_index} AND record_no = {client}"
            ))
            .await;
        played.mends(&["key.stray"], &[]).await;
    }
    played
        .meddle(&format!(
            "INSERT INTO record_key (tenant_no, index_no, key, record_no) SELECT ?1, 4711, key, record_no FROM record_key WHERE {of_index}"
        ))
        .await;
    let leftover = played.run(false).await;
    assert_eq!((leftover.errors, leftover.warnings), (0, 1));
    played.mends(&["index.leftover"], &[]).await;

    let item = played.item("contacts", "取引先").await;
    played
        .meddle(&format!("DELETE FROM record_link WHERE tenant_no = ?1 AND record_no = {contact} AND item_no = {item}"))
        .await;
    played.mends(&["link.missing"], &[]).await;
    for (target, record) in [(parent.0, contact.0), (parent.0, trashed.0), (absent, contact.0), (parent.0, absent)] {
        played
            .meddle(&format!(
                "INSERT INTO record_link (tenant_no, target_no, item_no, record_no) VALUES (?1, {target}, {item}, {record})"
            ))
            .await;
        played.mends(&["link.stray"], &[]).await;
    }
    search_rows(&played, client, trashed).await;
    operations(&played).await;
}

async fn search_rows(played: &Played, client: RecordNo, trashed: RecordNo) {
    let is_sqlite = played.engine == Engine::Sqlite;
    let delete = |record: RecordNo| {
        let of = if is_sqlite { "?1 = ?1 AND rowid" } else { "tenant_no = ?1 AND record_no" };
        format!("DELETE FROM search WHERE {of} = {record}")
    };
    let insert = |record: RecordNo| {
        if is_sqlite {
            return format!("INSERT INTO search (rowid, title, body) SELECT {record}, 'ab', 'ab cd' WHERE ?1 = ?1");
        }
        format!(
            "INSERT INTO search (tenant_no, record_no, title, body) VALUES (?1, {record}, CAST('ab' AS tsvector), CAST('ab' AS tsvector))"
        )
    };
    played.meddle(&delete(client)).await;
    played.mends(&["search.missing"], &[]).await;
    played.meddle(&delete(client)).await;
    played.meddle(&insert(client)).await;
    played.mends(&["search.differs"], &[]).await;
    played.meddle(&insert(trashed)).await;
    played.mends(&["search.stray"], &[]).await;
}

/// Holds that what was mended stands in the operation log, and that the log holds.
async fn operations(played: &Played) {
    sealed(played).await;
    let logged = "SELECT count(*) FROM operation_log WHERE tenant_no = ?1 AND kind = 'verify.repair'";
    assert!(played.number(logged).await >= 10);
    let last = "SELECT count(*) FROM operation_log WHERE tenant_no = ?1 AND kind = 'verify.repair' AND target = 'search.stray 1' AND record_count = 1";
    assert_eq!(played.number(last).await, 1);
    played.finds(&[]).await;
}

pub(super) async fn unique_values(engine: Engine) {
    let played = Played::new(engine).await;
    let (keyed, thing) = (played.record(THINGS, played.keyed).await, played.record(THINGS, played.thing).await);
    let (database, keyed, thing) = (keyed.number.database(), keyed.number, thing.number);
    for value in ["K-1", "A-1"] {
        played.meddle(&format!("DELETE FROM record_unique WHERE tenant_no = ?1 AND key = '{value}'")).await;
        played.mends(&["unique.missing"], &[]).await;
    }
    for record in [thing.0, played.trashed.0, keyed.0 + 1_000_000] {
        played
            .meddle(&format!(
                "INSERT INTO record_unique (tenant_no, database_no, index_no, key, record_no) VALUES (?1, {database}, 999000001, 'Z', {record})"
            ))
            .await;
        played.mends(&["unique.stray"], &[]).await;
    }
    // Whoever holds the value does not have it: it goes to the one that does, in one go.
    played.meddle(&format!("UPDATE record_unique SET record_no = {thing} WHERE tenant_no = ?1 AND key = 'K-1'")).await;
    played.finds(&["unique.missing", "unique.stray"]).await;
    let report = played.run(true).await;
    assert_eq!((codes_of(&report.mended), report.findings), (vec!["unique.missing"], vec![]));
    played.finds(&[]).await;
    // Two that have the same value: nobody but a person can say whose it is.
    let linkage = format!("(SELECT linkage FROM record WHERE tenant_no = ?1 AND record_no = {keyed})");
    played.meddle(&format!("UPDATE record SET linkage = {linkage} WHERE tenant_no = ?1 AND record_no = {thing}")).await;
    played.mends(&["unique.clash"], &["unique.clash"]).await;
    played.meddle("DELETE FROM record_unique WHERE tenant_no = ?1 AND key = 'A-1'").await;
    let report = played.run(true).await;
    assert_eq!((codes_of(&report.mended), codes_of(&report.findings)), (vec!["unique.missing"], vec!["unique.clash"]));
    played.meddle(&format!("UPDATE record SET linkage = '{{}}' WHERE tenant_no = ?1 AND record_no = {thing}")).await;
    assert_eq!(played.run(true).await.findings, []);
    played.finds(&[]).await;
}
