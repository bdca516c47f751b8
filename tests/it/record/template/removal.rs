//! Clearing away what was made of the values of removed items, and how many there may be.

use musubi_domain::id::ItemNo;
use musubi_domain::item::RawValue;
use musubi_domain::limits;
use musubi_domain::template::RemovedItem;
use musubi_service::Tx;
use musubi_service::inquiry_route::{inquiry_route_create, inquiry_route_list, inquiry_route_remove};
use musubi_service::job::{job_cancel, job_get};
use musubi_service::template::item::ItemChange;
use musubi_service::template::removal::{ClearCursor, ItemClear, item_clear_slice_in, template_item_remove};
use musubi_service::verify::{Verify, verify};
use musubi_store::template::database_detail_set;
use musubi_testkit::app::keys;
use musubi_testkit::engine::Engine;
use uuid::Uuid;

use crate::record::stage::{Stage, THINGS, ids, problems, ruby, text};

pub(super) async fn cleared_in_slices(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社青葉", &[]).await.unwrap().id;
    let values = [("text_ruby", ruby("消える文字", "キエル")), ("reference", ids(&[client]))];
    let mut things = Vec::new();
    for name in ["一", "二", "三", "四"] {
        things.push(stage.thing(name, &values).await.unwrap().id);
    }
    let service = &stage.app.service;
    let mut clears: Vec<ItemClear> = Vec::new();
    for name in ["text_ruby", "reference"] {
        stage.set_item(THINGS, name, ItemChange::Hidden(true)).await.unwrap();
        let id = stage.id_of(THINGS, name).await;
        let job = template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await.unwrap().unwrap();
        clears.push(serde_json::from_value(job_get(service, &stage.context(), job).await.unwrap().payload).unwrap());
    }
    for clear in &clears {
        let (clear, mut cursor) = (*clear, ClearCursor::default());
        while !cursor.done {
            let from = cursor;
            cursor = stage.app.write(move |tx| item_clear_slice_in(tx, clear, from, 1)).await.unwrap();
            assert!(cursor.looked - from.looked <= 1);
            stage.is_sound().await;
            let at = usize::try_from(cursor.looked % 4).unwrap();
            stage
                .update(THINGS, things[at], &[("number", RawValue::Numeric(cursor.looked.to_string()))])
                .await
                .unwrap();
        }
        assert_eq!(cursor.looked, 4);
    }
    // Begun anew, it finds nothing more to do, and comes to the same.
    stage.app.run_jobs().await;
    stage.is_sound().await;
    let links = "SELECT count(*) FROM record_link WHERE tenant_no = ?1 AND item_no = ?2";
    assert_eq!(stage.count(links, clears[1].item.0).await, 0);
    assert_eq!(stage.delete("clients", &[client], false).await.unwrap(), 1);
}

pub(super) async fn cleared_after_all(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    let client = stage.client("株式会社青葉", &[]).await.unwrap().id;
    let values = [("mail_address", text("aoba@example.jp")), ("client_multiple", ids(&[client]))];
    let full = stage.thing("一", &values).await.unwrap();
    let empty = stage.thing("二", &[("url", text("https://aoba.example"))]).await.unwrap();
    let (mut removed, mut jobs) = (Vec::new(), Vec::new());
    for name in ["mail_address", "client_multiple"] {
        stage.set_item(THINGS, name, ItemChange::Hidden(true)).await.unwrap();
        let id = stage.id_of(THINGS, name).await;
        removed.push(stage.field(THINGS, name).await.item().unwrap().0);
        jobs.push(template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await.unwrap().unwrap());
    }
    for job in jobs {
        assert!(job_cancel(service, &stage.context(), job).await.unwrap());
    }
    let found = async |repair| {
        let report = verify(service, &keys(), Verify { repair, ..Verify::default() }, |_| {}).await.unwrap();
        let mut codes: Vec<_> = report.findings.iter().map(|finding| (finding.flaw.code(), finding.record)).collect();
        codes.sort_unstable();
        codes
    };
    assert_eq!(found(false).await, [], "what waits to be cleared is no finding");
    // What the removed items do not explain is one: a text, and a link of a record that held none.
    let (number, target) = (empty.number.0, stage.get("clients", client).await.unwrap().record.number.0);
    let text = if engine == Engine::Sqlite {
        format!("UPDATE search SET title = 'ab', body = 'ab cd' WHERE ?1 = ?1 AND rowid = {number}")
    } else {
        format!("UPDATE search SET body = CAST('ab' AS tsvector) WHERE tenant_no = ?1 AND record_no = {number}")
    };
    let link = format!(
        "INSERT INTO record_link (tenant_no, target_no, item_no, record_no) VALUES (?1, {target}, {}, {number})",
        removed[1]
    );
    for sql in [text, link] {
        stage.app.write(move |tx| tx.execute(&sql, &[])).await.unwrap();
    }
    let both = [("link.stray", Some(empty.id)), ("search.differs", Some(empty.id))];
    assert_eq!(found(false).await, both);
    // Mending takes the clearing up again, once for each item.
    for _ in 0..2 {
        assert_eq!(found(true).await, []);
    }
    let queued = "SELECT count(*) FROM job WHERE tenant_no = ?1 AND kind = 'template.item.clear' AND state = 'queued' AND 0 < ?2";
    assert_eq!(stage.count(queued, 1).await, 2);
    stage.app.run_jobs().await;
    let template = service.template(stage.app.tenant, THINGS).await.unwrap();
    assert!(template.detail.removed_items.iter().all(|removed| removed.cleared));
    let links = "SELECT count(*) FROM record_link WHERE tenant_no = ?1 AND item_no = ?2";
    assert_eq!(stage.count(links, removed[1]).await, 0);
    assert!(stage.get(THINGS, full.id).await.is_ok());
    stage.is_sound().await;
}

pub(super) async fn limited(engine: Engine) {
    let stage = Stage::new(engine).await;
    let service = &stage.app.service;
    stage.thing("一", &[]).await.unwrap();
    let template = service.template(stage.app.tenant, THINGS).await.unwrap();
    let mut detail = template.detail.clone();
    let removed = |at: usize| RemovedItem { number: ItemNo(1_000_000 + i64::try_from(at).unwrap()), cleared: true };
    detail.removed_items = (0..limits::REMOVED_ITEMS).map(removed).collect();
    let database = template.database;
    stage.app.write(move |tx| database_detail_set(tx, database, &detail)).await.unwrap();
    stage.set_item(THINGS, "url", ItemChange::Hidden(true)).await.unwrap();
    let id = stage.id_of(THINGS, "url").await;
    let refused = template_item_remove(service, &stage.context(), THINGS, (id, "ITEM_ID")).await.unwrap_err();
    assert_eq!(problems(&refused), [("ITEM_ID".to_owned(), "too_many")]);

    let (category, more) = (stage.routes[0].category, limits::INQUIRY_ROUTES - 3);
    let fill = "INSERT INTO inquiry_route (tenant_no, category_id, route_id, name, place) VALUES (?1, ?2, ?3, ?4, ?5)";
    let fill = move |tx: &mut Tx<'_>| {
        for at in 1..=more {
            let id = Uuid::from_u128(u128::try_from(at).unwrap());
            tx.execute(fill, &[category.into(), id.into(), format!("経路{at}").into(), (at + 2).into()])?;
        }
        Ok(())
    };
    stage.app.write(fill).await.unwrap();
    let create = async |name: &str| {
        inquiry_route_create(service, &stage.context(), "展示会".into(), name.into()).await.map_err(|e| problems(&e))
    };
    let last = create("最後").await.unwrap();
    let too_many = [("--name".to_owned(), "too_many")];
    assert_eq!(create("余分").await.unwrap_err(), too_many);
    assert_eq!(create("最後").await.unwrap(), last, "what is there is there");
    assert_eq!(
        i64::try_from(inquiry_route_list(service, &stage.context(), true).await.unwrap().len()).unwrap(),
        limits::INQUIRY_ROUTES
    );
    inquiry_route_remove(service, &stage.context(), last.route).await.unwrap();
    assert_eq!(create("余分").await.unwrap_err(), too_many, "removed ones count");
}
