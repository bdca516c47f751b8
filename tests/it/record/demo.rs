//! The demo tenant: what it holds once everything has gone through the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use musubi_domain::business_card::{self, Matching};
use musubi_domain::id::{RecordNo, TenantNo};
use musubi_domain::item::ItemValue;
use musubi_domain::record::Record;
use musubi_domain::template::Template;
use musubi_domain::{client, contact};
use musubi_service::business_card::{card_candidates, card_review_list};
use musubi_service::demo::{DemoSize, demo_create};
use musubi_service::user::user_list;
use musubi_service::verify::{Verify, verify};
use musubi_testkit::app::{TestApp, keys};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("demo: exactly so many records, joined as the rules of cards say", holds),
        async_on_both("demo: the same seed gives the same records", repeats),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The records of one database of the demo.
struct Records {
    template: Arc<Template>,
    records: Vec<Record>,
}

impl Records {
    async fn of(app: &TestApp, tenant: TenantNo, database: &str) -> Self {
        let template = app.service.template(tenant, database).await.unwrap();
        let number = template.database;
        let walk = move |snapshot: &mut musubi_store::db::Snapshot<'_>| {
            let (mut records, mut after): (Vec<Record>, RecordNo) = (Vec::new(), RecordNo::range(number).0);
            loop {
                let page = musubi_store::record::record_walk(snapshot, number, after, 500)?;
                let Some(last) = page.last() else { return Ok(records) };
                after = last.number;
                records.extend(page);
            }
        };
        let records = app.service.db().page(tenant, walk).await.unwrap();
        Self { template, records }
    }

    fn value(&self, record: &Record, id: Uuid) -> Option<ItemValue> {
        let number = self.template.item(id).unwrap().number;
        record.facts(&self.template).values.get(&number).cloned()
    }

    fn reference(&self, record: &Record, id: Uuid) -> Option<Uuid> {
        match self.value(record, id) {
            Some(ItemValue::References(ids)) => ids.first().copied(),
            _ => None,
        }
    }

    fn text(&self, record: &Record, id: Uuid) -> Option<String> {
        self.value(record, id).and_then(|value| value.texts().first().map(|text| (*text).to_owned()))
    }

    fn named(&self, name: &str) -> Uuid {
        self.template.items().iter().find(|item| item.name == name).unwrap().id
    }
}

/// Begins the demo beside the tenant that every app has.
async fn begin(engine: Engine) -> (TestApp, TenantNo) {
    let app = TestApp::new(engine).await;
    let tenant = demo_create(&app.service, DemoSize::default()).await.unwrap();
    (app, tenant)
}

async fn holds(engine: Engine) {
    let (app, tenant) = begin(engine).await;
    let clients = Records::of(&app, tenant, client::DATABASE).await;
    let contacts = Records::of(&app, tenant, contact::DATABASE).await;
    let cards = Records::of(&app, tenant, business_card::DATABASE).await;
    assert_eq!((clients.records.len(), contacts.records.len(), cards.records.len()), (200, 400, 300));
    assert_clients(&clients);
    assert_contacts(&clients, &contacts);
    assert_cards(&app, tenant, &contacts, &cards).await;
    let people = user_list(&app.service, &app.service.command_context(tenant)).await.unwrap();
    assert_eq!(people.iter().filter(|person| !person.system).count(), 30);
    if engine == Engine::Postgres {
        sealed(&app, tenant).await;
    }
    let report = verify(&app.service, &keys(), Verify::default(), |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
}

fn assert_clients(clients: &Records) {
    let parent = clients.named("親取引先");
    let above: HashMap<Uuid, Uuid> =
        clients.records.iter().filter_map(|record| Some((record.id, clients.reference(record, parent)?))).collect();
    let depth = |id: Uuid| std::iter::successors(Some(id), |id| above.get(id).copied()).count();
    assert_eq!(clients.records.iter().map(|record| depth(record.id)).max(), Some(3));
    let prefectures: BTreeSet<_> =
        clients.records.iter().filter_map(|record| clients.text(record, client::PREFECTURE)).collect();
    assert_eq!(prefectures.len(), 47);
    let industries: BTreeSet<String> = clients
        .records
        .iter()
        .filter_map(|record| clients.value(record, clients.named("業種")))
        .map(|value| format!("{value:?}"))
        .collect();
    assert_eq!(industries.len(), 53, "every choice of the second level");
    let routed = clients.records.iter().filter(|it| clients.value(it, clients.named("引合経路")).is_some()).count();
    assert!(routed >= 140, "{routed}");
    let linked: Vec<usize> = clients.records.iter().map(|record| record.linkage.len()).collect();
    assert_eq!(linked.iter().filter(|count| **count == 0).count(), 6, "those that cards have made");
    assert!(linked.contains(&2) && linked.contains(&1));
}

fn assert_contacts(clients: &Records, contacts: &Records) {
    let known: BTreeSet<Uuid> = clients.records.iter().map(|record| record.id).collect();
    let mut mails = BTreeSet::new();
    let mut of_client: BTreeMap<Uuid, usize> = BTreeMap::new();
    for record in &contacts.records {
        let client = contacts.reference(record, contact::CLIENT).unwrap();
        assert!(known.contains(&client));
        *of_client.entry(client).or_default() += 1;
        assert!(contacts.text(record, contact::MAIL).is_none_or(|mail| mails.insert(mail)), "{record:?}");
        let family = contacts.value(record, contact::FAMILY_NAME);
        assert!(matches!(family, Some(ItemValue::Ruby { ruby, .. }) if !ruby.is_empty()), "{record:?}");
        let charge = [contact::SALES_ORGANIZATION, contact::SALES_USER].map(|item| contacts.reference(record, item));
        let client = clients.records.iter().find(|record| record.id == client).unwrap();
        let of_client = [client::SALES_ORGANIZATION, client::SALES_USER].map(|item| clients.reference(client, item));
        assert_eq!(charge, of_client, "in charge are those of the client");
    }
    assert!(mails.len() > 250 && of_client.len() < 190 && of_client.values().any(|count| *count >= 6));
    let routed = contacts.records.iter().filter(|it| contacts.value(it, contact::INQUIRY_ROUTES).is_some()).count();
    assert!(routed >= 150, "{routed}");
    assert!(contacts.records.iter().filter(|record| !record.linkage.is_empty()).count() >= 100);
}

async fn assert_cards(app: &TestApp, tenant: TenantNo, contacts: &Records, cards: &Records) {
    let of_contact: HashMap<Uuid, Option<Uuid>> =
        contacts.records.iter().map(|record| (record.id, contacts.reference(record, contact::CLIENT))).collect();
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for record in &cards.records {
        let Some(ItemValue::Choices(state)) = cards.value(record, business_card::MATCHING) else {
            panic!("a card without a state: {record:?}")
        };
        *counts.entry(state[0]).or_default() += 1;
        let client = cards.reference(record, business_card::CLIENT);
        let contact = cards.reference(record, business_card::CONTACT);
        if state == [Matching::Settled.choice()] {
            assert!(client.is_some() && contact.is_some_and(|contact| of_contact[&contact] == client), "{record:?}");
        } else {
            assert_eq!(contact, None, "{record:?}");
        }
        assert!(cards.reference(record, business_card::OWNER).is_some());
        assert!(cards.value(record, business_card::EXCHANGED_ON).is_some());
    }
    let count = |matching: Matching| counts.get(&matching.choice()).copied().unwrap_or_default();
    assert_eq!(count(Matching::Passed), 5);
    assert!((20..=40).contains(&count(Matching::Review)), "{counts:?}");
    let context = app.service.command_context(tenant);
    let (queue, more) = card_review_list(&app.service, &context, 0, 100).await.unwrap();
    assert_eq!((queue.len(), more), (count(Matching::Review), false));
    for card in &queue {
        let candidates = card_candidates(&app.service, &context, card.id, "card").await.unwrap();
        assert!(!candidates.clients.is_empty(), "nothing to choose from: {card:?}");
    }
}

/// Waits until all that has happened has its number.
async fn sealed(app: &TestApp, tenant: TenantNo) {
    let begun = Instant::now();
    loop {
        let read = |snapshot: &mut musubi_store::db::Snapshot<'_>| {
            let sql = "SELECT tenant_no FROM event_pending WHERE tenant_no = ?1
                UNION ALL SELECT tenant_no FROM operation_log_pending WHERE tenant_no = ?1 LIMIT 1";
            snapshot.rows(sql, &[]).map(|rows| rows.len())
        };
        if app.service.db().page(tenant, read).await.unwrap() == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What stands in the records, ids included: clock and randomness are those of a test.
async fn content(app: &TestApp, tenant: TenantNo) -> Vec<String> {
    let mut content = Vec::new();
    for database in [client::DATABASE, contact::DATABASE, business_card::DATABASE] {
        let Records { template, records } = Records::of(app, tenant, database).await;
        content.extend(records.iter().map(|record| {
            format!("{} {} {:?} {:?}", record.id, record.display_name, record.facts(&template).values, record.linkage)
        }));
    }
    content
}

async fn repeats(engine: Engine) {
    let (one, other) = (begin(engine).await, begin(engine).await);
    let (one, other) = (content(&one.0, one.1).await, content(&other.0, other.1).await);
    assert_eq!(one.len(), 900);
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
}
