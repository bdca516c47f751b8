//! What is told and never mended: documents, references, history, feeds, counters.

use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::verify::Flaw;
use musubi_service::change_set::change_set_undo;
use musubi_testkit::engine::Engine;
use uuid::Uuid;

use super::played::{FIRST_CARD, Played, codes_of, sealed};
use crate::record::stage::THINGS;

pub(super) async fn documents(engine: Engine) {
    let played = Played::new(engine).await;
    let record = played.record(THINGS, played.thing).await;
    let (number, document) = (record.number, record.document);
    let (date, name) = (played.item(THINGS, "date").await, played.item(THINGS, "text_single").await);
    let with = |item: ItemNo, json: &str| document.with(&[(item, Some(json.to_owned()))]).as_str().to_owned();
    for (json, code) in [
        (format!("{} ", document.as_str()), "document.form"),
        (with(name, "\"\\u0041\""), "document.form"),
        (with(ItemNo(999_999), "\"x\""), "document.item"),
        (with(date, "\"昨日\""), "document.value"),
        (with(date, "null"), "document.value"),
    ] {
        played.set_document(number, &json).await;
        // What was made of it when it was sound is all that is left of it.
        played.mends(&[code], &[code]).await;
    }
    let report = played.run(false).await;
    assert_eq!((report.findings[0].record, report.findings[0].spot_value.as_str()), (Some(played.thing), "date"));
    played.meddle(&format!("DELETE FROM record_link WHERE tenant_no = ?1 AND record_no = {number}")).await;
    played.mends(&["document.value"], &["document.value"]).await;
    played.set_document(number, document.as_str()).await;
    let repaired = played.run(true).await;
    assert!(repaired.findings.is_empty() && repaired.mended.iter().all(|mended| mended.flaw == Flaw::LinkMissing));
    played.finds(&[]).await;

    let keyed = played.record(THINGS, played.keyed).await.number;
    let linkage =
        |json: &str| format!("UPDATE record SET linkage = '{json}' WHERE tenant_no = ?1 AND record_no = {keyed}");
    for json in ["{ }", "[]", "{\"999000001\":\"\"}"] {
        played.meddle(&linkage(json)).await;
        played.mends(&["linkage.form"], &["linkage.form"]).await;
    }
    played.meddle(&linkage("{\"999000001\":\"A-1\"}")).await;
    played.finds(&[]).await;
}

pub(super) async fn references(engine: Engine) {
    let played = Played::new(engine).await;
    let stranger = Uuid::from_u128(99);
    let user = ("user_account", "user_id");
    played.rename(user, played.stage.users[1], stranger).await;
    played.mends(&["reference.broken"], &["reference.broken"]).await;
    played.rename(user, stranger, played.stage.users[1]).await;
    let organization = ("organization", "organization_id");
    played.rename(organization, played.stage.organizations[1], stranger).await;
    played.mends(&["reference.broken"], &["reference.broken"]).await;
    played.rename(organization, stranger, played.stage.organizations[1]).await;

    // A contact that a card and two items of a thing refer to.
    played.rename(("record", "record_id"), played.contact, stranger).await;
    let broken = ["reference.broken"; 3];
    played.mends(&[&broken[..], &["link.stray"; 3]].concat(), &broken).await;
    played.rename(("record", "record_id"), stranger, played.contact).await;
    played.mends(&["link.missing"; 3], &[]).await;

    // The parent comes to stand below its child.
    let parent = played.record("clients", played.parent).await;
    let item = played.item("clients", "親取引先").await;
    let below = parent.document.with(&[(item, Some(format!("[\"{}\"]", played.client)))]);
    played.set_document(parent.number, below.as_str()).await;
    let repaired = played.run(true).await;
    assert_eq!(codes_of(&repaired.mended), ["key.missing", "key.stray", "link.missing"]);
    played.mends(&["parent.cycle"], &["parent.cycle"]).await;
    let itself = parent.document.with(&[(item, Some(format!("[\"{}\"]", played.parent)))]);
    played.set_document(parent.number, itself.as_str()).await;
    played.run(true).await;
    played.finds(&["parent.cycle"]).await;
    played.set_document(parent.number, parent.document.as_str()).await;
    played.run(true).await;
    played.finds(&[]).await;
}

pub(super) async fn history(engine: Engine) {
    let played = Played::new(engine).await;
    let thing = played.record(THINGS, played.thing).await;
    assert_eq!(thing.version, 3);
    let number = thing.number;
    let entry = |version| format!("tenant_no = ?1 AND record_no = {number} AND version = {version}");
    let set_of = |version| format!("SELECT change_set_no FROM history WHERE {}", entry(version));
    let (second, third) = (played.number(&set_of(2)).await, played.number(&set_of(3)).await);
    let made = format!("SELECT change_set_no FROM record WHERE tenant_no = ?1 AND record_no = {number}");
    let made = played.number(&made).await;
    let history = |set: &str, version| format!("UPDATE history SET {set} WHERE {}", entry(version));
    let record = |set: &str| format!("UPDATE record SET {set} WHERE tenant_no = ?1 AND record_no = {number}");
    let set = |set: &str, number: i64| {
        format!("UPDATE change_set SET {set} WHERE tenant_no = ?1 AND change_set_no = {number}")
    };
    let away =
        |number| format!("UPDATE change_set SET tenant_no = 99 WHERE tenant_no = ?1 AND change_set_no = {number}");
    let back = "UPDATE change_set SET tenant_no = ?1 WHERE tenant_no = 99".to_owned();
    let date = played.item(THINGS, "date").await;
    let old = format!("SELECT CAST(old_items AS TEXT) FROM history WHERE {}", entry(3));
    let old = played.stage.app.write(move |tx| tx.rows(&old, &[])?.remove(0).take::<String>()).await.unwrap();
    for (damage, codes, undo) in [
        (record("version = version + 1"), &["history.version"][..], record("version = version - 1")),
        (record("version = version - 1"), &["history.version"], record("version = version + 1")),
        (history("version = 900", 2), &["history.version"], history("version = 2", 900)),
        (history("kind = 'restored'", 3), &["change_set.count", "history.order"], history("kind = 'updated'", 3)),
        (history("kind = 'other'", 3), &["change_set.count", "history.order"], history("kind = 'updated'", 3)),
        (history("old_linkage = '[]'", 3), &["history.value"], history("old_linkage = '{}'", 3)),
        (
            history(&format!("old_items = '{{\"{date}\":\"昨日\"}}'"), 3),
            &["history.value"],
            history(&format!("old_items = '{old}'"), 3),
        ),
        (away(second), &["history.change_set"], back.clone()),
        (away(made), &["record.change_set"], back),
        (
            set("updated_count = updated_count + 1", second),
            &["change_set.count"],
            set("updated_count = updated_count - 1", second),
        ),
        (set("created_count = 0", made), &["change_set.count"], set("created_count = 1", made)),
        (set("state = 'undoing'", second), &["change_set.state"], set("state = 'done'", second)),
        (set("state = 'nothing'", second), &["change_set.state"], set("state = 'done'", second)),
        (set(&format!("undoes_no = {second}"), third), &["change_set.state"], set("undoes_no = NULL", third)),
        (set("undoes_no = 900000", third), &["change_set.undoes"], set("undoes_no = NULL", third)),
    ] {
        played.meddle(&damage).await;
        played.mends(codes, codes).await;
        played.meddle(&undo).await;
        played.finds(&[]).await;
    }
    undone(&played, second).await;
    played
        .meddle(&format!(
            "INSERT INTO history (tenant_no, record_no, version, change_set_no, kind, at, user_no, old_items, old_linkage)
             SELECT tenant_no, record_no + 1000000, version, change_set_no, 'other', at, user_no, old_items, old_linkage FROM history WHERE {}",
            entry(3)
        ))
        .await;
    played.mends(&["history.stray"], &["history.stray"]).await;
}

/// An undo that goes on, one that nobody goes on with, and one that is done.
async fn undone(played: &Played, set: i64) {
    let app = &played.stage.app;
    let id = format!("SELECT change_set_id FROM change_set WHERE tenant_no = ?1 AND change_set_no = {set}");
    let id = app.write(move |tx| tx.rows(&id, &[])?.remove(0).take::<Uuid>()).await.unwrap();
    change_set_undo(&app.service, &played.stage.context(), id, "id").await.unwrap();
    played.finds(&[]).await;
    let jobs = |set: &str| format!("UPDATE job SET {set} WHERE tenant_no = ?1 AND kind = 'change_set.undo'");
    played.meddle(&jobs("finished_at = 1")).await;
    played.mends(&["change_set.state"], &["change_set.state"]).await;
    played.meddle(&jobs("finished_at = NULL")).await;
    app.run_jobs().await;
    played.finds(&[]).await;
    let state = format!("UPDATE change_set SET state = 'open' WHERE tenant_no = ?1 AND undoes_no = {set}");
    played.meddle(&state).await;
    played.finds(&["change_set.state", "change_set.state"]).await;
    played.meddle(&state.replace("'open'", "'done'")).await;
    played.finds(&[]).await;
}

pub(super) async fn feeds(engine: Engine) {
    let played = Played::new(engine).await;
    sealed(&played).await;
    let last = |table: &str| format!("SELECT max(number) FROM {table} WHERE tenant_no = ?1");
    let (events, entries) = (played.number(&last("event")).await, played.number(&last("operation_log")).await);
    let away = |table: &str, at: &str| format!("UPDATE {table} SET tenant_no = 99 WHERE tenant_no = ?1 AND {at}");
    let back = |table: &str| format!("UPDATE {table} SET tenant_no = ?1 WHERE tenant_no = 99");
    let renumber = |table: &str, from: i64, to: i64| {
        format!("UPDATE {table} SET number = {to} WHERE tenant_no = ?1 AND number = {from}")
    };
    let log = |set: &str, at: i64| format!("UPDATE operation_log SET {set} WHERE tenant_no = ?1 AND number = {at}");
    let seal = |set: &str, feed: &str| format!("UPDATE seal SET {set} WHERE tenant_no = ?1 AND feed = '{feed}'");
    let block = "SELECT chain FROM operation_log_block WHERE tenant_no = ?1 ORDER BY last_number";
    for (damage, codes, undo) in [
        (away("event", "number = 3"), &["event.hole"][..], back("event")),
        (away("event", &format!("number = {events}")), &["event.hole"], back("event")),
        (renumber("event", events, events + 5), &["event.beyond", "event.hole"], renumber("event", events + 5, events)),
        (renumber("event", 1, 0), &["event.beyond", "event.hole"], renumber("event", 0, 1)),
        (away("seal", "feed = 'event'"), &["event.beyond"], back("seal")),
        (
            seal("last_number = last_number + 2", "event"),
            &["event.hole"],
            seal("last_number = last_number - 2", "event"),
        ),
        (away("operation_log", "number = 2"), &["log.hole"], back("operation_log")),
        (away("operation_log", &format!("number = {entries}")), &["log.hole"], back("operation_log")),
        (log("record_count = record_count + 1", 2), &["log.chain"], log("record_count = record_count - 1", 2)),
        (away("operation_log_block", &format!("last_number = {entries}")), &["log.chain"], back("operation_log_block")),
        (away("seal", "feed = 'operation_log'"), &["log.beyond"], back("seal")),
        (
            seal("last_number = last_number + 2", "operation_log"),
            &["log.hole"],
            seal("last_number = last_number - 2", "operation_log"),
        ),
        (
            seal(&format!("chain = ({block} LIMIT 1)"), "operation_log"),
            &["log.seal"],
            seal(&format!("chain = ({block} DESC LIMIT 1)"), "operation_log"),
        ),
    ] {
        played.meddle(&damage).await;
        let report = played.run(false).await;
        assert_eq!(codes_of(&report.findings), codes, "{damage}: {:#?}", report.findings);
        played.meddle(&undo).await;
        played.finds(&[]).await;
    }
    // A link that was changed is one finding: what hangs on the right one is right.
    let first = "SELECT min(last_number) FROM operation_log_block WHERE tenant_no = ?1";
    let damage = format!(
        "UPDATE operation_log_block SET chain = (SELECT chain FROM seal WHERE tenant_no = ?1 AND feed = 'operation_log')
         WHERE tenant_no = ?1 AND last_number = ({first})"
    );
    played.meddle(&damage).await;
    played.finds(&["log.chain"]).await;
}

pub(super) async fn the_rest(engine: Engine) {
    let played = Played::new(engine).await;
    let number = played.item(THINGS, "auto_number").await;
    for name in ["user".to_owned(), "index".to_owned(), format!("item {number}")] {
        let counter = |change: &str| {
            format!("UPDATE counter SET value = value {change} 1000000 WHERE tenant_no = ?1 AND name = '{name}'")
        };
        played.meddle(&counter("-")).await;
        played.mends(&["counter.behind"], &["counter.behind"]).await;
        played.meddle(&counter("+")).await;
    }
    for (name, sequence) in [("record", "record_sequence"), ("change_set", "change_set_sequence")] {
        let set = |to: &str| match engine {
            Engine::Sqlite => format!(
                "UPDATE counter SET value = {to} WHERE tenant_no = 0 AND name = '{name}' AND ?1 = ?1 RETURNING value"
            ),
            Engine::Postgres => format!("SELECT setval('{sequence}', {to}) WHERE CAST(?1 AS BIGINT) > 0"),
        };
        played.number(&set("1")).await;
        played.finds(&["counter.behind"]).await;
        played.number(&set("1000")).await;
        played.finds(&[]).await;
    }
    let card = played.number(FIRST_CARD).await;
    let own = RecordNo(card).database();
    let moved = |to: i64| format!("UPDATE record SET database_no = {to} WHERE tenant_no = ?1 AND record_no = {card}");
    played.meddle(&moved(own.0 - 1)).await;
    played.mends(&["record.place"], &["record.place"]).await;
    played.meddle(&moved(4_711)).await;
    played.mends(&["record.database"], &["record.database"]).await;
    played.meddle(&moved(own.0)).await;
    played.finds(&[]).await;
    played.meddle("UPDATE record_database SET detail = '{}' WHERE tenant_no = ?1 AND name = 'products'").await;
    played.mends(&["template.unreadable"], &["template.unreadable"]).await;
}
