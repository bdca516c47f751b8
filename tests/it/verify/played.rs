//! A stage on which a lot has happened, and ways to damage it and to hold what is found.

use std::time::{Duration, Instant};

use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::item::RawValue;
use musubi_domain::record::Record;
use musubi_domain::verify::Finding;
use musubi_service::record::record_merge;
use musubi_service::verify::{Report, Verify, verify};
use musubi_testkit::app::keys;
use musubi_testkit::engine::Engine;
use uuid::Uuid;

use crate::record::stage::{Stage, THINGS, ids, ruby, text};

/// The number of a card, to which nothing refers.
pub(super) const FIRST_CARD: &str = "SELECT min(r.record_no) FROM record r, record_database d
    WHERE r.tenant_no = ?1 AND d.tenant_no = ?1 AND d.database_no = r.database_no AND d.name = 'business_cards'";

/// A stage on which a lot has happened.
pub(super) struct Played {
    pub(super) engine: Engine,
    pub(super) stage: Stage,
    /// A live client with a contact, a card and a parent.
    pub(super) client: Uuid,
    pub(super) parent: Uuid,
    pub(super) contact: Uuid,
    /// A live thing with a value of every kind of item.
    pub(super) thing: Uuid,
    /// A live thing with a key and a linkage value.
    pub(super) keyed: Uuid,
    /// A thing in the trash.
    pub(super) trashed: RecordNo,
}

impl Played {
    pub(super) async fn new(engine: Engine) -> Self {
        let stage = Stage::new(engine).await;
        let parent = stage.client("親会社", &[]).await.unwrap().id;
        let more =
            [("親取引先", ids(&[parent])), ("代表電話番号", text("03-1111-2222")), ("住所(都道府県)", text("東京都"))];
        let client = stage.client("株式会社子", &more).await.unwrap().id;
        let contact = stage.contact(client, "佐藤").await.unwrap().id;
        let card = [("会社名", ruby("株式会社子", "")), ("取引先", ids(&[client])), ("取引先担当者", ids(&[contact]))];
        stage.register("business_cards", &card).await.unwrap();
        let product = [("商品コード", text("P-1")), ("商品名", text("部品"))];
        let product = stage.register("products", &product).await.unwrap().id;
        let thing = every_item(&stage, client, contact, product).await;
        let keyed = [("text_single", text("鍵")), ("code", text("K-1"))];
        let keyed = stage.register_linked(THINGS, &keyed, "A-1").await.unwrap().id;
        merged(&stage, client).await;
        let trashed = gone_and_back(&stage).await;
        Self { engine, stage, client, parent, contact, thing, keyed, trashed }
    }

    pub(super) async fn record(&self, database: &str, id: Uuid) -> Record {
        self.stage.get(database, id).await.unwrap().record
    }

    pub(super) async fn item(&self, database: &str, name: &str) -> ItemNo {
        let template = self.stage.app.service.template(self.stage.app.tenant, database).await.unwrap();
        template.items().iter().find(|item| item.name == name).unwrap().number
    }

    /// Runs a statement past the store; `?1` is the tenant. Something must come of it.
    pub(super) async fn meddle(&self, sql: &str) {
        let own = sql.to_owned();
        let touched = self.stage.app.write(move |tx| tx.execute(&own, &[])).await;
        assert!(touched.unwrap_or_else(|error| panic!("{sql}: {error:?}")) > 0, "{sql}");
    }

    /// A number that a statement gives.
    pub(super) async fn number(&self, sql: &str) -> i64 {
        let own = sql.to_owned();
        let read = self.stage.app.write(move |tx| tx.rows(&own, &[])?.remove(0).take());
        read.await.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    pub(super) async fn set_document(&self, record: RecordNo, json: &str) {
        let json = json.to_owned();
        let sql = "UPDATE record SET document = ?3 WHERE tenant_no = ?1 AND record_no = ?2";
        let write = self.stage.app.write(move |tx| tx.execute(sql, &[record.0.into(), json.as_str().into()]));
        assert_eq!(write.await.unwrap(), 1);
    }

    /// Gives something another outside id.
    pub(super) async fn rename(&self, (table, column): (&str, &str), from: Uuid, to: Uuid) {
        let sql = format!("UPDATE {table} SET {column} = ?3 WHERE tenant_no = ?1 AND {column} = ?2");
        let write = self.stage.app.write(move |tx| tx.execute(&sql, &[from.into(), to.into()]));
        assert_eq!(write.await.unwrap(), 1);
    }

    pub(super) async fn run(&self, repair: bool) -> Report {
        run(&self.stage, repair).await
    }

    /// Holds that exactly this is wrong.
    pub(super) async fn finds(&self, codes: &[&str]) {
        let report = self.run(false).await;
        assert_eq!(codes_of(&report.findings), sorted(codes), "{:#?}", report.findings);
        assert!(report.mended.is_empty());
    }

    /// Holds that exactly this is wrong, that mending leaves nothing but `left`, and that this is found again.
    pub(super) async fn mends(&self, codes: &[&str], left: &[&str]) {
        self.finds(codes).await;
        let report = self.run(true).await;
        assert_eq!(codes_of(&report.findings), sorted(left), "{:#?}", report.findings);
        let mended: Vec<_> = codes.iter().copied().filter(|code| !left.contains(code)).collect();
        assert_eq!(codes_of(&report.mended), sorted(&mended), "{:#?}", report.mended);
        self.finds(left).await;
    }
}

async fn run(stage: &Stage, repair: bool) -> Report {
    let command = Verify { repair, ..Verify::default() };
    verify(&stage.app.service, &keys(), command, |_| {}).await.unwrap()
}

pub(super) fn codes_of(findings: &[Finding]) -> Vec<&'static str> {
    let mut codes: Vec<_> = findings.iter().map(|finding| finding.flaw.code()).collect();
    codes.sort_unstable();
    codes
}

fn sorted<'c>(codes: &[&'c str]) -> Vec<&'c str> {
    let mut codes = codes.to_vec();
    codes.sort_unstable();
    codes
}

/// Waits until all that has happened has its number.
pub(super) async fn sealed(played: &Played) {
    let pending = "SELECT (SELECT count(*) FROM event_pending) + (SELECT count(*) FROM operation_log_pending) WHERE CAST(?1 AS BIGINT) > 0";
    let begun = Instant::now();
    while played.engine == Engine::Postgres && played.number(pending).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A thing with a value of every kind of item, changed a few times.
async fn every_item(stage: &Stage, client: Uuid, contact: Uuid, product: Uuid) -> Uuid {
    let numeric = |text: &str| RawValue::Numeric(text.to_owned());
    let values = [
        ("text_single", text("すべての項目 & <記号> \"引用\"")),
        ("text_multiple", text("一行目\n二行目")),
        ("number", numeric("42")),
        ("amount_integer", numeric("1000000")),
        ("amount_decimal", numeric("12.50")),
        ("date", text("2024-02-29")),
        ("datetime", text("2024-02-29T23:59:59Z")),
        ("pulldown", RawValue::Selection(vec![2])),
        ("linkage_pulldown", RawValue::Selection(vec![1, 11, 111])),
        ("checkbox", RawValue::Selection(vec![1, 2])),
        ("phone_number", text("03-1111-2222")),
        ("url", text("https://example.jp/")),
        ("mail_address", text("a@example.jp")),
        ("postal_code", text("100-0001")),
        ("prefectures", text("北海道")),
        ("user_single", ids(&[stage.users[1]])),
        ("user_multiple", ids(&[stage.users[0], stage.users[2]])),
        ("division_single", ids(&[stage.organizations[1]])),
        ("division_multiple", ids(&[stage.organizations[0], stage.organizations[2]])),
        ("client_single", ids(&[client])),
        ("client_multiple", ids(&[client])),
        ("clientresponsible_single", ids(&[contact])),
        ("clientresponsible_multiple", ids(&[contact])),
        ("product_single", ids(&[product])),
        ("product_multiple", ids(&[product])),
        ("inquiry_route", RawValue::InquiryRoutes(stage.routes.clone())),
        ("text_ruby", ruby("株式会社結", "ムスビ")),
        ("reference", ids(&[client])),
    ];
    let thing = stage.register(THINGS, &values).await.unwrap().id;
    stage.update(THINGS, thing, &[("checkbox", RawValue::Empty), ("amount_decimal", numeric("0.5"))]).await.unwrap();
    stage.update(THINGS, thing, &[("checkbox", RawValue::Selection(vec![2]))]).await.unwrap();
    thing
}

/// Two clients become one, to which something refers.
async fn merged(stage: &Stage, client: Uuid) {
    let gone = stage.client("㈱子", &[("WEBサイト1", text("https://ko.example.jp"))]).await.unwrap().id;
    stage.thing("統合先を参照", &[("client_multiple", ids(&[gone]))]).await.unwrap();
    let kind = ("clients", "client.merge");
    record_merge(
        &stage.app.service,
        &stage.context(),
        kind,
        (client, "stays"),
        (gone, "gone"),
        std::collections::BTreeSet::new(),
    )
    .await
    .unwrap();
}

/// Things that went to the trash and came back, and one that stayed there, which held a key.
async fn gone_and_back(stage: &Stage) -> RecordNo {
    let back = stage.thing("戻る", &[("checkbox", RawValue::Selection(vec![1]))]).await.unwrap().id;
    let client = stage.client("消える会社", &[]).await.unwrap().id;
    stage.contact(client, "鈴木").await.unwrap();
    stage.update(THINGS, back, &[("client_single", ids(&[client]))]).await.unwrap();
    stage.delete("clients", &[client], true).await.unwrap();
    stage.delete(THINGS, &[back], false).await.unwrap();
    stage.restore(THINGS, back).await.unwrap();
    let stays = [("text_single", text("ごみ箱")), ("code", text("K-2"))];
    let stays = stage.register_linked(THINGS, &stays, "A-2").await.unwrap();
    stage.delete(THINGS, &[stays.id], false).await.unwrap();
    stays.number
}
