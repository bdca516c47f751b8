//! The review of business cards (名寄せの確認).

use libtest_mimic::Trial;
use musubi_domain::item::RawValue;
use musubi_domain::rights::DatabaseRight;
use musubi_domain::{business_card, client, contact};
use musubi_service::business_card::{CardDecision, CardOutcome, card_register, card_settle};
use musubi_service::record::{GivenItem, GivenRecord};
use musubi_service::rights::database_right_set;
use musubi_service::user::user_list;
use musubi_testkit::app::TestApp;
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use super::job::{client, context_of, office};
use super::stage::{LOGIN, Reader, header};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("screens: cards are reviewed one after the other, and each decision can be undone", reviewed),
        async_on_both("screens: a card that somebody else has settled is passed over", settled_meanwhile),
        async_on_both("screens: the review shows hostile names as text, and nothing to whoever may not see it", held),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Registers a card of which the rules cannot say whose it is.
pub(crate) async fn doubtful(app: &TestApp, company: &str, person: &str) -> Uuid {
    let template = app.service.template(app.tenant, business_card::DATABASE).await.unwrap();
    let values = [(business_card::COMPANY, company), (business_card::FAMILY_NAME, person)];
    let item = |(id, value): (Uuid, &str)| GivenItem {
        path: "items".into(),
        item: id,
        item_type: template.item(id).unwrap().item_type.row().wire.to_owned(),
        value: RawValue::Text { value: value.to_owned(), ruby: Some(String::new()) },
    };
    let items = values.into_iter().map(item).collect();
    let given = GivenRecord { items, items_path: "items".into(), ..GivenRecord::default() };
    let card = card_register(&app.service, &context_of(app, LOGIN).await, given).await.unwrap();
    assert_eq!(card.outcome, CardOutcome::Review);
    card.id
}

/// Two clients of one name.
pub(crate) async fn namesakes(app: &TestApp) -> [Uuid; 2] {
    [
        client(app, &context_of(app, LOGIN).await, "株式会社山田商事").await,
        client(app, &context_of(app, LOGIN).await, "山田商事株式会社").await,
    ]
}

async fn reviewed(engine: Engine) {
    let app = office(engine).await;
    let mut reader = Reader::signed_in(&app).await;
    assert!(reader.get("/cards/review").await.text.contains("確認を待っている名刺はありません。"));
    let [one, other] = namesakes(&app).await;
    let (first, second, third) = (
        doubtful(&app, "山田商事", "佐藤").await,
        doubtful(&app, "山田商事", "鈴木").await,
        doubtful(&app, "山田商事", "高橋").await,
    );
    let page = reader.get("/cards/review").await;
    assert!(page.text.contains("確認待ち 3 件") && page.text.contains("どの取引先の名刺ですか"), "{}", page.text);
    assert!(page.text.contains("data-key=\"1\"") && page.text.contains("data-key=\"2\""), "{}", page.text);
    assert!(page.text.contains("class=\"reasons\"") && page.text.contains("会社名"), "{}", page.text);
    assert!(page.text.contains(&format!("client={one}")) && page.text.contains(&format!("client={other}")));
    let skipped = reader.get("/cards/review?skipped=1").await;
    assert!(skipped.text.contains(&format!("value=\"{second}\"")), "{}", skipped.text);

    let step = reader.get(&format!("/cards/review?card={first}&client={one}")).await;
    assert!(step.text.contains("だれの名刺ですか") && step.text.contains("新しい担当者として登録"), "{}", step.text);
    let (card, client) = (first.to_string(), one.to_string());
    let accept = [("card", card.as_str()), ("decision", "accept"), ("client", client.as_str())];
    let answer = reader.post("/cards/review", &accept).await;
    let to = header(&answer, "location").to_owned();
    assert!(to.starts_with("/cards/review?done=joined&undo="), "{to} {}", answer.text);
    let page = reader.get(&to).await;
    assert!(
        page.text.contains("名刺を紐付けました。") && page.text.contains(&format!("value=\"{second}\"")),
        "{}",
        page.text
    );
    // Undone, the card waits again.
    let undo = to.split("undo=").last().unwrap();
    let answer = super::job::post_at_work(&app, &mut reader, &format!("/changes/{undo}/undo"), &[]).await;
    assert_eq!(answer.status, 303);
    assert!(reader.get("/cards/review").await.text.contains("確認待ち 3 件"));

    let card = second.to_string();
    let answer = reader.post("/cards/review", &[("card", card.as_str()), ("decision", "new")]).await;
    assert!(header(&answer, "location").starts_with("/cards/review?done=new&undo="), "{}", answer.text);
    let card = third.to_string();
    let answer =
        reader.post("/cards/review", &[("card", card.as_str()), ("decision", "reject"), ("skipped", "1")]).await;
    assert!(header(&answer, "location").starts_with("/cards/review?skipped=1&done=rejected&undo="));
    assert!(reader.get("/cards/review").await.text.contains("確認待ち 1 件"));
    for wrong in [vec![("card", "x"), ("decision", "new")], vec![("card", card.as_str()), ("decision", "eat")]] {
        assert_eq!(reader.post("/cards/review", &wrong).await.status, 400, "{wrong:?}");
    }
}

async fn settled_meanwhile(engine: Engine) {
    let app = office(engine).await;
    let [one, _] = namesakes(&app).await;
    let card = doubtful(&app, "山田商事", "佐藤").await;
    let mut reader = Reader::signed_in(&app).await;
    reader.get("/cards/review").await;
    let decision = CardDecision::Accept { client: one, contact: None };
    card_settle(&app.service, &context_of(&app, LOGIN).await, (card, "card"), decision).await.unwrap();
    let (card, client) = (card.to_string(), one.to_string());
    let accept = [("card", card.as_str()), ("decision", "accept"), ("client", client.as_str())];
    let answer = reader.post("/cards/review", &accept).await;
    assert_eq!(header(&answer, "location"), "/cards/review?done=meanwhile");
    let page = reader.get("/cards/review?done=meanwhile").await;
    assert!(page.text.contains("ほかの人が先に確認を済ませた名刺でした。"), "{}", page.text);
    assert!(!page.text.contains("/undo\""), "{}", page.text);

    // What was chosen is gone: the card is shown again, and says so.
    let card = doubtful(&app, "山田商事", "鈴木").await.to_string();
    reader.get("/cards/review").await;
    let gone = Uuid::from_u128(7).to_string();
    let accept = [("card", card.as_str()), ("decision", "accept"), ("client", gone.as_str())];
    let answer = reader.post("/cards/review", &accept).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("role=\"alert\"") && answer.text.contains(&card), "{}", answer.text);
}

async fn held(engine: Engine) {
    let app = office(engine).await;
    for _ in 0..2 {
        client(&app, &context_of(&app, LOGIN).await, "株式会社<img src=x>﨑").await;
    }
    doubtful(&app, "<img src=x>﨑", "\"'><b>髙").await;
    let mut reader = Reader::signed_in(&app).await;
    let page = reader.get("/cards/review").await;
    assert!(page.text.contains("&#60;img src=x&#62;﨑") && !page.text.contains("<img"), "{}", page.text);
    let users = user_list(&app.service, &app.context()).await.unwrap();
    let own = users.into_iter().find(|user| user.login_id == LOGIN).unwrap().id;
    let blind = DatabaseRight { read: false, write: false, delete: false, ..DatabaseRight::default() };
    for database in [client::DATABASE, contact::DATABASE] {
        database_right_set(&app.service, &app.context(), own, database, blind.clone()).await.unwrap();
    }
    let page = reader.get("/cards/review").await;
    assert!(page.status == 200 && !page.text.contains("株式会社&#60;img"), "{} {}", page.status, page.text);
    database_right_set(&app.service, &app.context(), own, business_card::DATABASE, blind).await.unwrap();
    assert_eq!(reader.get("/cards/review").await.status, 403);
}
