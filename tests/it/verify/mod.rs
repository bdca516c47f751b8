//! Verifying: a sound database is left in peace, every damage is told as what it is, and what can be made again is.

mod derived;
mod played;
mod random;
mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use musubi_domain::condition::Field;
use musubi_domain::error::Kind;
use musubi_domain::item::RawValue;
use musubi_domain::verify::Flaw;
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_service::index::index_create;
use musubi_service::record::{GivenRecord, record_merge};
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_service::verify::{Verify, verify};
use musubi_service::{Db, DbSettings, Reach, Service};
use musubi_testkit::app::{TestData, keys};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::source::SteppedSource;
use uuid::Uuid;

use crate::record::stage::{Stage, THINGS, ids, linkage, text};
use played::{FIRST_CARD, Played, sealed};

/// How long others write beside a run.
const LOAD: Duration = Duration::from_secs(1);
const WRITERS: usize = 8;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("verify: a sound database is left in peace", sound),
        async_on_both("verify: what is made of records is told and mended", derived::derived),
        async_on_both("verify: values that one record alone may hold", derived::unique_values),
        async_on_both("verify: damaged documents are told, and nothing is made of them", told::documents),
        async_on_both("verify: references that lead nowhere or round", told::references),
        async_on_both("verify: history and change sets", told::history),
        async_on_both("verify: feeds and the log", told::feeds),
        async_on_both("verify: counters, templates, records out of place", told::the_rest),
        async_on_both("verify: what cannot be read is told, and the rest is looked at", unreadable),
        // Of PostgreSQL this limit is one of reads by key as well, and nothing at all could be asked.
        async_on_both("verify: what takes too long is told", too_long).into_iter().take(1).collect(),
        async_on_both("verify: nothing is found beside writers", beside_writers),
        async_on_both("verify: whatever is done to records, and undone, leaves them sound", random::whatever_is_done),
    ]
    .into_iter()
    .flatten()
    .chain([Trial::test("verify: the guide names every finding", || {
        let guide = include_str!("../../../docs/guide/verify.md");
        let untold: Vec<_> =
            Flaw::ALL.iter().map(|flaw| format!("`{}`", flaw.code())).filter(|code| !guide.contains(code)).collect();
        assert_eq!(untold, Vec::<String>::new());
        Ok(())
    })])
    .collect()
}

async fn sound(engine: Engine) {
    let played = Played::new(engine).await;
    let (stage, app) = (&played.stage, &played.stage.app);
    sealed(&played).await;
    let report = played.run(false).await;
    assert_eq!(report.findings, []);
    let checked = report.checked;
    assert_eq!((checked.engine, checked.tenants, checked.databases), (engine == Engine::Sqlite, 1, 5));
    assert!(checked.counts().iter().all(|(name, count)| *count > 0 || *name == "search_tokens"), "{checked:?}");
    assert_eq!(checked.records, played.number("SELECT count(*) FROM record WHERE tenant_no = ?1").await);
    assert_eq!(checked.keys, played.number("SELECT count(*) FROM record_key WHERE tenant_no = ?1").await);
    assert_eq!(checked.log_entries, played.number("SELECT count(*) FROM operation_log WHERE tenant_no = ?1").await);

    // An index that is being filled lacks keys and has right ones.
    let template = app.service.template(app.tenant, THINGS).await.unwrap();
    let (database, item) = (template.database, played.item(THINGS, "checkbox").await);
    let fields = vec![Field::Item(item), Field::CreatedAt];
    let (_, job) = index_create(&app.service, &stage.context(), THINGS, fields).await.unwrap();
    assert!(job.is_some());
    stage.thing("あと", &[("checkbox", RawValue::Selection(vec![1, 2]))]).await.unwrap();
    played.finds(&[]).await;
    app.run_jobs().await;
    played.finds(&[]).await;

    // Everything is undone, the newest first, and looked at while it is and afterwards.
    let sets = change_set_list(&app.service, &stage.context(), None, 100).await.unwrap();
    for set in sets.iter().take(20) {
        change_set_undo(&app.service, &stage.context(), set.id, "id").await.unwrap();
        if set.kind != "test.register" {
            played.finds(&[]).await;
        }
        app.run_jobs().await;
    }
    played.finds(&[]).await;

    // Records that have gone for good leave their change sets behind.
    app.source.advance_seconds(40 * 86_400);
    app.leave_jobs();
    let purged = app.write(move |tx| musubi_service::record::trash_purge_in(tx, database, 100)).await.unwrap();
    assert!(purged > 0);
    played.finds(&[]).await;
    let none = Verify { tenant: Some("nobody".into()), ..Verify::default() };
    let unknown = verify(&app.service, &keys(), none, |_| {}).await.unwrap_err();
    assert_eq!((unknown.kind(), unknown.problems()[0].path.as_str()), (Kind::Invalid, "--tenant"));
}

async fn unreadable(engine: Engine) {
    let played = Played::new(engine).await;
    sealed(&played).await;
    let card = played.number(FIRST_CARD).await;
    let put = |id: Vec<u8>| {
        let sql = "UPDATE record SET record_id = ?3 WHERE tenant_no = ?1 AND record_no = ?2";
        played.stage.app.write(move |tx| tx.execute(sql, &[card.into(), id.as_slice().into()]))
    };
    let sql = "SELECT record_id FROM record WHERE tenant_no = ?1 AND record_no = ?2";
    let id = played.stage.app.write(move |tx| tx.rows(sql, &[card.into()])?.remove(0).take::<Vec<u8>>()).await.unwrap();
    put(vec![1]).await.unwrap();
    let report = played.run(true).await;
    assert!(report.findings.iter().all(|finding| finding.flaw == Flaw::Unreadable), "{:#?}", report.findings);
    let parts: Vec<_> = report.findings.iter().map(|finding| finding.spot_value.as_str()).collect();
    assert!(["records", "keys", "links", "search_rows"].iter().all(|part| parts.contains(part)), "{parts:?}");
    let checked = report.checked;
    assert!(checked.records > 10 && checked.change_sets > 10 && checked.log_entries > 10 && checked.events > 10);
    put(id).await.unwrap();
    played.finds(&[]).await;
}

async fn too_long(engine: Engine) {
    let data = TestData::new(engine);
    let open = |limit| {
        let (target, settings) = (data.target.clone(), DbSettings { snapshot_limit: limit, ..DbSettings::default() });
        tokio::task::spawn_blocking(move || Db::open(&target, &keys(), settings).unwrap())
    };
    let service = |db| Service::new(db, &keys(), Arc::new(SteppedSource::default()), Reach::default());
    let usual = service(open(Duration::from_secs(5)).await.unwrap());
    let create = TenantCreate { code: "main".into(), name: "自社".into(), ..TenantCreate::default() };
    tenant_create(&usual, create).await.unwrap();
    let hurried = service(open(Duration::from_nanos(1)).await.unwrap());
    let report = verify(&hurried, &keys(), Verify::default(), |_| {}).await.unwrap();
    assert!(report.errors == 0 && report.warnings > 5, "{:#?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.flaw == Flaw::Skipped));
    let report = verify(&usual, &keys(), Verify::default(), |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
}

/// What a writer does in a round; others may be in its way. In the end it undoes what somebody did.
async fn round(stage: &Stage, writer: usize, round: usize) -> musubi_domain::error::Result<()> {
    let name = format!("書き手{writer}の{round}");
    let client = stage.client(&name, &[("代表電話番号", text("03-3333-4444"))]).await?.id;
    let below = stage.client(&format!("{name}の子"), &[("親取引先", ids(&[client]))]).await?.id;
    let contact = stage.contact(client, "高橋").await?.id;
    let values = [
        ("code", text(&name)),
        ("client_multiple", ids(&[client, below])),
        ("clientresponsible_single", ids(&[contact])),
    ];
    let thing = stage.thing(&name, &values).await?.id;
    let given = GivenRecord {
        linkage: vec![linkage(&name)],
        ..stage.given(THINGS, &[("checkbox", RawValue::Selection(vec![1, 2]))]).await
    };
    stage.update_given(THINGS, thing, None, given).await?;
    let kind = ("clients", "client.merge");
    record_merge(
        &stage.app.service,
        &stage.context(),
        kind,
        (client, "stays"),
        (below, "gone"),
        std::collections::BTreeSet::new(),
    )
    .await?;
    stage.delete(THINGS, &[thing], false).await?;
    stage.restore(THINGS, thing).await?;
    stage.update(THINGS, thing, &[("text_single", text("改名")), ("client_multiple", RawValue::Empty)]).await?;
    if round.is_multiple_of(2) {
        stage.delete(THINGS, &[thing], true).await?;
        stage.delete("clients", &[client], true).await?;
    }
    let sets = change_set_list(&stage.app.service, &stage.context(), None, 3).await?;
    let last = sets.last().map_or(Uuid::nil(), |set| set.id);
    change_set_undo(&stage.app.service, &stage.context(), last, "id").await.map(drop)
}

async fn beside_writers(engine: Engine) {
    let played = Arc::new(Played::new(engine).await);
    // A run of its own beside the instance that writes, as the command is.
    let instance = played.stage.app.instance().await;
    let (is_over, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (played, is_over, rounds) = (Arc::clone(&played), Arc::clone(&is_over), Arc::clone(&rounds));
            tokio::spawn(async move {
                let mut own = 0;
                while !is_over.load(Ordering::Relaxed) {
                    // Where others are in the way, the round ends where it stands.
                    drop(round(&played.stage, writer, own).await);
                    own += 1;
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let fields = vec![Field::Item(played.item(THINGS, "checkbox").await), Field::UpdatedAt];
    index_create(&played.stage.app.service, &played.stage.context(), THINGS, fields).await.unwrap();
    let (worked, over) = (Arc::clone(&played), Arc::clone(&is_over));
    let jobs = tokio::spawn(async move {
        while !over.load(Ordering::Relaxed) {
            worked.stage.app.run_jobs().await;
            tokio::task::yield_now().await;
        }
    });
    let begun = Instant::now();
    let mut runs = 0;
    while begun.elapsed() < LOAD || runs < 4 {
        let command = Verify { repair: runs % 2 == 1, ..Verify::default() };
        let report = verify(&instance.service, &keys(), command, |_| {}).await.unwrap();
        assert_eq!((report.findings, report.mended), (vec![], vec![]), "run {runs}");
        runs += 1;
    }
    is_over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    jobs.await.unwrap();
    assert!(rounds.load(Ordering::Relaxed) >= WRITERS);
    played.stage.app.run_jobs().await;
    sealed(&played).await;
    played.finds(&[]).await;
}
