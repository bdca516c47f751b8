//! Webhooks, from what happens to a receiver on loopback that listens for real.

use std::time::Duration;

use aws_lc_rs::digest::{Context as Digest, SHA256};
use libtest_mimic::Trial;
use musubi_domain::error::Kind;
use musubi_domain::event::WEBHOOK_EVENTS;
use musubi_domain::id::{DeliveryNo, SessionNo, UserNo};
use musubi_domain::job::{JobLane, JobProgress};
use musubi_domain::limits;
use musubi_domain::outgoing::CallFault;
use musubi_domain::rights::{DatabaseRight, ItemAccess};
use musubi_domain::webhook::{AttemptFault, DeliveryState, GivenWebhook, Webhook};
use musubi_service::job::run::{JobSlice, JobTerms, job_claim, job_due};
use musubi_service::rights::database_right_set;
use musubi_service::webhook::delivery::{
    DeliveryView, delivery_get, delivery_keep_house, delivery_list, delivery_send_again, webhook_test,
};
use musubi_service::webhook::send::{DELIVER, Prepared, delivery_begin_in, delivery_prepare};
use musubi_service::webhook::{
    webhook_change, webhook_create, webhook_get, webhook_list, webhook_remove, webhook_renew_secret,
};
use musubi_testkit::app::ALL_SCOPES;
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use musubi_testkit::receiver::{Received, Receiver, Reply};
use musubi_testkit::tool::{Tool, program};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::crm::stage::{DELETE, delete_body};
use crate::record::import::imported;
use crate::record::stage::{Stage, ruby};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("webhooks: what happens arrives once, signed, as its owner may see it", arrives),
        async_on_both("webhooks: calls of the API and changes of nothing tell nothing", tells_nothing),
        async_on_both("webhooks: an import and its undo are one delivery for each event", import_is_one),
        async_on_both("webhooks: every hostile text arrives as it was written", hostile_texts),
        async_on_both("webhooks: what fails is tried for a day, and sent again by hand", tried_again),
        async_on_both("webhooks: a try that was broken off is unknown, and sent again under its id", broken_off),
        async_on_both("webhooks: what is not public is refused, and redirects are not followed", refused),
        async_on_both("webhooks: one that is off, removed or without an owner sends nothing", sends_nothing),
        async_on_both("webhooks: who may not set the system up sees none", turned_away),
        async_on_both("webhooks: deliveries are forgotten after thirty days", forgotten),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn given(url: &str) -> GivenWebhook {
    let events = WEBHOOK_EVENTS.map(str::to_owned).to_vec();
    GivenWebhook { name: "受注システム".to_owned(), url: url.to_owned(), events, is_enabled: true }
}

struct Hook {
    stage: Stage,
    receiver: Receiver,
    id: Uuid,
    secret: String,
}

impl Hook {
    async fn new(engine: Engine) -> Self {
        let (stage, receiver) = (Stage::new(engine).await, Receiver::open().await);
        let made = webhook_create(&stage.app.service, &stage.context(), given(&receiver.url("/hook"))).await.unwrap();
        Self { stage, receiver, id: made.id, secret: made.secret }
    }

    /// Runs what is due and gives what arrived of it.
    async fn arrived(&self) -> Vec<Received> {
        self.stage.app.run_jobs().await;
        let received = self.receiver.take();
        received.iter().for_each(|received| verify(received, &self.secret));
        received
    }

    async fn log(&self, state: Option<DeliveryState>) -> Vec<Uuid> {
        let page = delivery_list(&self.stage.app.service, &self.stage.context(), self.id, state, None).await.unwrap();
        page.deliveries.into_iter().map(|delivery| delivery.id).collect()
    }

    async fn delivery(&self, id: Uuid) -> DeliveryView {
        delivery_get(&self.stage.app.service, &self.stage.context(), (self.id, id)).await.unwrap()
    }

    /// Makes somebody the owner.
    async fn own(&self, owner: UserNo) {
        let id = self.id;
        let write = move |tx: &mut musubi_service::Tx<'_>| {
            let webhook = musubi_store::webhook::webhook_by_id(tx, id)?.unwrap();
            musubi_store::webhook::webhook_set(tx, &Webhook { owner, ..webhook })
        };
        self.stage.app.write(write).await.unwrap();
    }

    async fn send_again(&self, id: Uuid) {
        delivery_send_again(&self.stage.app.service, &self.stage.context(), (self.id, id)).await.unwrap();
    }
}

async fn user_number(hook: &Hook, id: Uuid) -> UserNo {
    let read = move |keyed: &mut musubi_store::db::Keyed<'_>| musubi_store::user::user_by_id(keyed, id);
    hook.stage.app.service.db().get(hook.stage.app.tenant, read).await.unwrap().unwrap().number
}

fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.body).unwrap()
}

/// Checks a signature as a receiver does, by the definition of HMAC (RFC 2104) and nothing of the product.
fn verify(received: &Received, secret: &str) {
    let (moment, tag) = received.header("musubi-signature").split_once(',').unwrap();
    let (moment, tag) = (moment.strip_prefix("t=").unwrap(), tag.strip_prefix("v1=").unwrap());
    let hash = |parts: [&[u8]; 2]| {
        let mut digest = Digest::new(&SHA256);
        parts.into_iter().for_each(|part| digest.update(part));
        digest.finish()
    };
    let mut key = [0_u8; 64];
    key[..secret.len()].copy_from_slice(secret.as_bytes());
    let message = [moment.as_bytes(), b".", &received.body].concat();
    let inner = hash([key.map(|byte| byte ^ 0x36).as_slice(), &message]);
    let outer = hash([key.map(|byte| byte ^ 0x5c).as_slice(), inner.as_ref()]);
    let hex: String = outer.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(tag, hex);
    assert_eq!(received.header("content-type"), "application/json; charset=utf-8");
    let body = body(received);
    assert_eq!(
        (&body["event"], &body["id"]),
        (&json!(received.header("musubi-event")), &json!(received.header("musubi-delivery")))
    );
}

/// The sample of the guide says of what arrived that it is ours, and of anything else that it is not.
fn sample_verifies(received: &Received, secret: &str) {
    let Some(python) = program(Tool::SmtpServer) else { return };
    let guide = include_str!("../../docs/guide/webhooks.md");
    let sample = guide.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let asked = "\nimport sys\nsecret, header, body = sys.argv[1:4]\nmoment = int(header.split(',')[0][2:])\n\
                 print(is_from_musubi(secret, header, body.encode(), moment), is_from_musubi(secret, header, body.encode() + b' ', moment), \
                 is_from_musubi('whsec_x', header, body.encode(), moment), is_from_musubi(secret, header, body.encode(), moment + 400))";
    let script = format!("{sample}{asked}");
    let header = received.header("musubi-signature");
    let ran =
        std::process::Command::new(python).args(["-c", &script, secret, header, &received.text()]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout).trim(),
        "True False False False",
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn item<'b>(body: &'b Value, name: &str) -> Option<&'b Value> {
    body["items"].as_array().unwrap().iter().find(|item| item["name"] == name).map(|item| &item["value"])
}

async fn arrives(engine: Engine) {
    let hook = Hook::new(engine).await;
    let client = hook.stage.client("株式会社髙﨑", &[]).await.unwrap();
    let arrived = hook.arrived().await;
    assert_eq!(arrived.len(), 1);
    let told = body(&arrived[0]);
    assert_eq!(
        (&told["event"], &told["tenant"], &told["database"]),
        (&json!("client.created"), &json!("ro7jrw"), &json!("clients"))
    );
    assert_eq!((&told["record"], &told["count"]), (&json!({"id": client.id, "version": 1}), &json!(1)));
    assert_eq!(item(&told, "取引先正式名称"), Some(&json!({"value": "株式会社髙﨑", "ruby": ""})));
    assert!(told["changeSet"].is_string() && told["time"].is_string() && told["by"]["loginID"].is_string(), "{told}");
    sample_verifies(&arrived[0], &hook.secret);
    // Of a change, what changed and nothing else.
    hook.stage.update("clients", client.id, &[("取引先正式名称", ruby("株式会社高崎", ""))]).await.unwrap();
    let told = body(&hook.arrived().await[0]);
    assert_eq!((&told["event"], &told["record"]["version"]), (&json!("client.updated"), &json!(2)));
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    // Each record that goes with another is told of; what comes back is there anew.
    hook.stage.contact(client.id, "佐藤").await.unwrap();
    assert_eq!(body(&hook.arrived().await[0])["event"], "contact.created");
    hook.stage.delete("clients", &[client.id], true).await.unwrap();
    let mut events: Vec<_> = hook.arrived().await.iter().map(|received| body(received)["event"].clone()).collect();
    events.sort_by_key(ToString::to_string);
    assert_eq!(events, ["client.deleted", "contact.deleted"]);
    hook.stage.restore("clients", client.id).await.unwrap();
    let told = hook.arrived().await;
    let back = told.iter().map(body).find(|told| told["event"] == "client.created").unwrap();
    assert_eq!(item(&back, "取引先正式名称"), Some(&json!({"value": "株式会社高崎", "ruby": ""})));
    // The log says what was sent and what came back.
    let view = hook.delivery(hook.log(Some(DeliveryState::Done)).await[0]).await;
    let outcome = view.attempts[0].outcome.as_ref().unwrap();
    assert_eq!((outcome.status, outcome.answer.as_slice(), outcome.fault), (Some(200), b"ok".as_slice(), None));
    assert_eq!(view.delivery.body.unwrap(), told.last().unwrap().text());
    owner_sees_less(&hook, client.id).await;
}

/// Items that the owner may not read are left out, and records that he may not see are not told of at all.
async fn owner_sees_less(hook: &Hook, client: Uuid) {
    let (service, context) = (&hook.stage.app.service, hook.stage.context());
    let owner = hook.stage.users[0];
    let number = user_number(hook, owner).await;
    let template = service.template(context.tenant, "clients").await.unwrap();
    let name = template.items().iter().find(|item| item.name == "取引先正式名称").unwrap().number;
    hook.own(number).await;
    let right = DatabaseRight { items: vec![(name, ItemAccess::Hidden)], ..DatabaseRight::default() };
    database_right_set(service, &context, owner, "clients", right).await.unwrap();
    hook.stage.update("clients", client, &[("取引先正式名称", ruby("秘密", ""))]).await.unwrap();
    let arrived = hook.arrived().await;
    assert_eq!((arrived.len(), arrived[0].text().contains("秘密")), (1, false));
    let right = DatabaseRight { read: false, ..DatabaseRight::default() };
    database_right_set(service, &context, owner, "clients", right).await.unwrap();
    hook.stage.update("clients", client, &[("取引先正式名称", ruby("もっと秘密", ""))]).await.unwrap();
    assert!(hook.arrived().await.is_empty());
}

async fn tells_nothing(engine: Engine) {
    let hook = Hook::new(engine).await;
    let client = hook.stage.client("株式会社結", &[]).await.unwrap();
    assert_eq!(hook.arrived().await.len(), 1);
    let same = hook.stage.update("clients", client.id, &[("取引先正式名称", ruby("株式会社結", ""))]).await.unwrap();
    assert!(!same.changed);
    hook.stage.thing("物", &[]).await.unwrap();
    let token = hook.stage.app.token(ALL_SCOPES).await;
    let answer = hook.stage.app.post(DELETE, &token, &delete_body(&[client.id], Some(true))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(hook.stage.get("clients", client.id).await.is_err(), "{}", answer.text);
    assert!(hook.arrived().await.is_empty());
    let (service, context) = (&hook.stage.app.service, hook.stage.context());
    let contacts = GivenWebhook { events: vec!["contact.created".to_owned()], ..given(&hook.receiver.url("/")) };
    webhook_change(service, &context, hook.id, contacts).await.unwrap();
    hook.stage.client("株式会社別", &[]).await.unwrap();
    assert!(hook.arrived().await.is_empty(), "nobody asked to hear of it");
}

async fn import_is_one(engine: Engine) {
    let hook = Hook::new(engine).await;
    let file =
        "会社名,姓,名,メールアドレス\r\n株式会社甲,佐藤,一郎,a@kou.example\r\n株式会社乙,鈴木,花子,b@otsu.example\r\n";
    imported(&hook.stage, "business_cards", file).await;
    let mut told: Vec<_> = hook.arrived().await.iter().map(body).collect();
    told.sort_by_key(|told| told["event"].to_string());
    let short = |told: &[Value]| {
        told.iter()
            .map(|told| (told["event"].as_str().unwrap().to_owned(), told["count"].as_i64().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(short(&told), [("client.created".to_owned(), 2), ("contact.created".to_owned(), 2)]);
    assert!(told[0].get("record").is_none() && told[0]["changeSet"] == told[1]["changeSet"]);
    let set = told[0]["changeSet"].as_str().unwrap().parse().unwrap();
    let (service, context) = (&hook.stage.app.service, hook.stage.context());
    musubi_service::change_set::change_set_undo(service, &context, set, "id").await.unwrap();
    let mut told: Vec<_> = hook.arrived().await.iter().map(body).collect();
    told.sort_by_key(|told| told["event"].to_string());
    assert_eq!(short(&told), [("client.deleted".to_owned(), 2), ("contact.deleted".to_owned(), 2)]);
}

async fn hostile_texts(engine: Engine) {
    let hook = Hook::new(engine).await;
    let client = hook.stage.client("株式会社結", &[]).await.unwrap();
    hook.arrived().await;
    for text in hostile::texts().iter().filter(|text| !text.trim().is_empty()) {
        let written = hook.stage.update("clients", client.id, &[("取引先正式名称", ruby(text, ""))]).await;
        if !written.is_ok_and(|written| written.changed) {
            continue;
        }
        let kept = hook.stage.values("clients", client.id).await["取引先正式名称"].texts()[0].to_owned();
        let told = body(&hook.arrived().await[0]);
        assert_eq!(item(&told, "取引先正式名称").unwrap()["value"], json!(kept), "{text:?}");
    }
}

async fn tried_again(engine: Engine) {
    let hook = Hook::new(engine).await;
    let app = &hook.stage.app;
    app.leave_jobs();
    hook.receiver.reply([
        Reply::Answer(500, "", "だめ".to_owned()),
        Reply::Answer(503, "retry-after: 120\r\n", String::new()),
        Reply::HangUp,
    ]);
    hook.stage.client("株式会社結", &[]).await.unwrap();
    let first = hook.arrived().await;
    assert_eq!(first.len(), 1);
    assert!(hook.arrived().await.is_empty(), "not before ten seconds have passed");
    app.source.advance_seconds(10);
    assert_eq!(hook.arrived().await.len(), 1);
    app.source.advance_seconds(61);
    assert!(hook.arrived().await.is_empty(), "the receiver asked for two minutes");
    app.source.advance_seconds(60);
    assert_eq!(hook.arrived().await.len(), 1);
    app.source.advance_seconds(300);
    let last = hook.arrived().await;
    assert_eq!((last[0].body.clone(), last[0].header("musubi-attempt")), (first[0].body.clone(), "4"));
    let view = hook.delivery(hook.log(None).await[0]).await;
    let outcomes: Vec<_> = view.attempts.iter().rev().map(|attempt| attempt.outcome.clone().unwrap()).collect();
    let faults: Vec<_> = outcomes.iter().map(|outcome| outcome.fault).collect();
    let status = Some(AttemptFault::Call(CallFault::Status));
    assert_eq!(faults, [status, status, Some(AttemptFault::Call(CallFault::Answer)), None]);
    assert_eq!((outcomes[0].status, outcomes[0].answer.as_slice()), (Some(500), "だめ".as_bytes()));
    assert_eq!(view.delivery.state, DeliveryState::Done);
    given_up_after_a_day(&hook).await;
}

async fn given_up_after_a_day(hook: &Hook) {
    let app = &hook.stage.app;
    hook.receiver.reply((0..30).map(|_| Reply::Answer(500, "", String::new())));
    hook.stage.client("株式会社乙", &[]).await.unwrap();
    let begun = app.service.now();
    let mut tries = 0;
    for _ in 0..30 {
        tries += hook.arrived().await.len();
        app.source.advance_seconds(3_600);
    }
    assert!((8..=12).contains(&tries), "{tries}");
    let failed = hook.log(Some(DeliveryState::Failed)).await;
    let view = hook.delivery(failed[0]).await;
    let last = view.attempts[0].started_at.micros() - begun.micros();
    assert!(last <= 24 * 3_600_000_000, "{last}");
    assert_eq!(webhook_get(&app.service, &app.context(), hook.id).await.unwrap().failed, 1);
    // By hand it is sent at once, and counted from then on.
    hook.receiver.reply([Reply::Answer(500, "", String::new())]);
    let rest = hook.receiver.take().len();
    assert_eq!(rest, 0);
    hook.send_again(failed[0]).await;
    assert_eq!(hook.arrived().await.len(), 1);
    assert_eq!(hook.delivery(failed[0]).await.delivery.state, DeliveryState::Queued);
    // The try that waits does not send it a second time.
    hook.receiver.reply([]);
    drain(hook).await;
    hook.send_again(failed[0]).await;
    let again = hook.arrived().await;
    assert_eq!((again.len(), again[0].header("musubi-delivery")), (1, failed[0].to_string().as_str()));
    app.source.advance_seconds(90_000);
    assert!(hook.arrived().await.is_empty());
}

/// Uses up the answers that are left.
async fn drain(hook: &Hook) {
    let url = hook.receiver.url("/drain");
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    for _ in 0..40 {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        if answer.starts_with("HTTP/1.1 200") {
            break;
        }
    }
    let _ = hook.receiver.take();
}

/// A process that ends between sending and saying so: the next one finds the delivery, says that its outcome is not known, and sends it.
async fn broken_off(engine: Engine) {
    let hook = Hook::new(engine).await;
    let app = &hook.stage.app;
    hook.stage.client("株式会社結", &[]).await.unwrap();
    let due = job_due(&app.service, DELIVER, 1).await.unwrap()[0];
    let terms = JobTerms { lane: JobLane::Outside, lease: Duration::ZERO, stop: watch::channel(false).1 };
    let run = job_claim(&app.service, due, terms).await.unwrap().unwrap();
    let (job, number) = (run.number(), run.payload::<DeliveryNo>().unwrap());
    let Prepared::Send(sending) = delivery_prepare(&app.service, app.tenant, number).await.unwrap() else { panic!() };
    let begin = move |tx: &mut musubi_service::Tx<'_>| {
        let cursor = delivery_begin_in(tx, &sending, job)?;
        Ok(JobSlice { cursor, progress: JobProgress::default() })
    };
    assert_eq!(run.step(&app.service, begin).await.unwrap(), Some(1));
    let id = hook.log(Some(DeliveryState::Sending)).await[0];
    let again = delivery_send_again(&app.service, &app.context(), (hook.id, id)).await;
    assert_eq!(again.unwrap_err().kind(), Kind::Conflict, "it is on its way");
    drop(run);
    let next = app.instance().await;
    next.run_jobs().await;
    let arrived = hook.receiver.take();
    assert_eq!((arrived.len(), arrived[0].header("musubi-attempt")), (1, "2"));
    assert_eq!(arrived[0].header("musubi-delivery"), id.to_string());
    let view = hook.delivery(id).await;
    let faults: Vec<_> = view.attempts.iter().map(|attempt| attempt.outcome.as_ref().unwrap().fault).collect();
    assert_eq!((view.delivery.state, faults), (DeliveryState::Done, vec![None, Some(AttemptFault::Interrupted)]));
}

async fn refused(engine: Engine) {
    let hook = Hook::new(engine).await;
    let service = &hook.stage.app.service;
    hook.stage.app.leave_jobs();
    let other = Receiver::open().await;
    let location: &'static str = Box::leak(format!("location: {}\r\n", other.url("/")).into_boxed_str());
    hook.receiver.reply([Reply::Answer(307, location, String::new())]);
    let id = webhook_test(service, &hook.stage.context(), hook.id).await.unwrap();
    assert_eq!(hook.arrived().await.len(), 1);
    assert!(other.received().is_empty());
    assert_eq!(hook.delivery(id).await.delivery.state, DeliveryState::Failed, "a test is tried once");
    for url in
        ["http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[::1]:9/", "http://2852039166/"]
    {
        webhook_change(service, &hook.stage.context(), hook.id, given(url)).await.unwrap();
        let id = webhook_test(service, &hook.stage.context(), hook.id).await.unwrap();
        hook.stage.app.run_jobs().await;
        let view = hook.delivery(id).await;
        assert_eq!(
            view.attempts[0].outcome.as_ref().unwrap().fault,
            Some(AttemptFault::Call(CallFault::Address)),
            "{url}"
        );
    }
}

async fn sends_nothing(engine: Engine) {
    let hook = Hook::new(engine).await;
    let (service, context) = (&hook.stage.app.service, hook.stage.context());
    hook.stage.client("株式会社甲", &[]).await.unwrap();
    let off = GivenWebhook { is_enabled: false, ..given(&hook.receiver.url("/hook")) };
    webhook_change(service, &context, hook.id, off).await.unwrap();
    hook.stage.client("株式会社乙", &[]).await.unwrap();
    assert!(hook.arrived().await.is_empty());
    let failed = hook.log(Some(DeliveryState::Failed)).await;
    let view = hook.delivery(failed[0]).await;
    assert_eq!((failed.len(), view.attempts[0].outcome.as_ref().unwrap().fault), (1, Some(AttemptFault::Off)));
    // What happened while it was off is not made up for; a test is heard all the same.
    webhook_test(service, &context, hook.id).await.unwrap();
    assert_eq!(hook.arrived().await.len(), 1);
    webhook_change(service, &context, hook.id, given(&hook.receiver.url("/hook"))).await.unwrap();
    hook.send_again(failed[0]).await;
    let late = hook.arrived().await;
    assert_eq!((late.len(), &body(&late[0])["event"]), (1, &json!("client.created")));
    let renewed = webhook_renew_secret(service, &context, hook.id).await.unwrap().secret;
    assert_ne!(renewed, hook.secret);
    hook.stage.client("株式会社丙", &[]).await.unwrap();
    hook.stage.app.run_jobs().await;
    verify(&hook.receiver.take()[0], &renewed);
    hook.stage.client("株式会社丁", &[]).await.unwrap();
    webhook_remove(service, &context, hook.id).await.unwrap();
    hook.stage.app.run_jobs().await;
    assert!(hook.receiver.take().is_empty() && webhook_list(service, &context).await.unwrap().is_empty());
}

async fn turned_away(engine: Engine) {
    let hook = Hook::new(engine).await;
    let service = &hook.stage.app.service;
    let tenant = hook.stage.app.tenant;
    let user = user_number(&hook, hook.stage.users[0]).await;
    let actor = musubi_domain::actor::Actor::session(user, SessionNo(0));
    let context = service.context(tenant, actor, musubi_domain::messages::Locale::Ja, service.new_request_id());
    let kinds = [
        webhook_list(service, &context).await.map(drop).unwrap_err().kind(),
        webhook_get(service, &context, hook.id).await.map(drop).unwrap_err().kind(),
        webhook_create(service, &context, given("https://a.jp/")).await.map(drop).unwrap_err().kind(),
        webhook_change(service, &context, hook.id, given("https://a.jp/")).await.map(drop).unwrap_err().kind(),
        webhook_renew_secret(service, &context, hook.id).await.map(drop).unwrap_err().kind(),
        webhook_remove(service, &context, hook.id).await.unwrap_err().kind(),
        webhook_test(service, &context, hook.id).await.map(drop).unwrap_err().kind(),
        delivery_list(service, &context, hook.id, None, None).await.map(drop).unwrap_err().kind(),
        delivery_get(service, &context, (hook.id, hook.id)).await.map(drop).unwrap_err().kind(),
        delivery_send_again(service, &context, (hook.id, hook.id)).await.unwrap_err().kind(),
    ];
    assert!(kinds.iter().all(|kind| *kind == Kind::Forbidden), "{kinds:?}");
}

async fn forgotten(engine: Engine) {
    let hook = Hook::new(engine).await;
    let app = &hook.stage.app;
    hook.stage.client("株式会社結", &[]).await.unwrap();
    assert_eq!(hook.arrived().await.len(), 1);
    assert_eq!(delivery_keep_house(&app.service).await.unwrap(), 0);
    app.source.advance_seconds(limits::DELIVERY_DAYS * 86_400 + 60);
    assert_eq!(delivery_keep_house(&app.service).await.unwrap(), 1);
    assert!(hook.log(None).await.is_empty());
}
