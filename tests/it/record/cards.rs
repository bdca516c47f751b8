//! Business cards and 名寄せ: joined, made, or left to a person.

use libtest_mimic::Trial;
use musubi_domain::business_card::Matching;
use musubi_domain::change_set::ChangeSetState;
use musubi_domain::error::Kind;
use musubi_domain::item::{ItemValue, RawValue};
use musubi_domain::matching::Code;
use musubi_service::business_card::{
    CardDecision, CardOutcome, CardRegistered, card_candidates, card_register, card_review_list, card_settle,
};
use musubi_service::change_set::{change_set_list, change_set_undo};
use musubi_testkit::engine::{Engine, async_on_both};
use uuid::Uuid;

use super::stage::{Stage, ids, problems, ruby, text};

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("cards: a card makes the client and the contact that are missing", makes_what_is_missing),
        async_on_both("cards: a card is joined to what is there", joined),
        async_on_both("cards: what is uncertain waits for a person", review),
        async_on_both("cards: a card and what it made are undone as one", undone),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn card(stage: &Stage, values: &[(&str, RawValue)]) -> CardRegistered {
    let mut given = stage.given("business_cards", values).await;
    if !values.iter().any(|(name, _)| *name == "名刺所有者") {
        given.items.extend(stage.given("business_cards", &[("名刺所有者", ids(&stage.users[..1]))]).await.items);
    }
    card_register(&stage.app.service, &stage.context(), given).await.unwrap()
}

fn yamada() -> Vec<(&'static str, RawValue)> {
    vec![
        ("会社名", ruby("株式会社山田商事", "ヤマダショウジ")),
        ("部署", text("営業部")),
        ("役職", text("課長")),
        ("姓", ruby("佐藤", "サトウ")),
        ("名", ruby("一郎", "イチロウ")),
        ("メールアドレス", text("sato@yamada-shoji.example")),
        ("電話番号", text("03-1234-5678")),
        ("郵便番号", text("100-0001")),
        ("住所(都道府県)", text("東京都")),
        ("住所(市区町村以下)", text("千代田区千代田1-1")),
        ("名刺交換日", text("2026-04-01")),
    ]
}

async fn joins(stage: &Stage, card: Uuid) -> (Option<Uuid>, Option<Uuid>, Matching) {
    let values = stage.values("business_cards", card).await;
    let one = |name: &str| match values.get(name) {
        Some(ItemValue::References(ids)) => Some(ids[0]),
        _ => None,
    };
    let matching = [Matching::Settled, Matching::Review, Matching::Passed]
        .into_iter()
        .find(|matching| values["名寄せ"] == ItemValue::Choices(vec![matching.choice()]));
    (one("取引先"), one("取引先担当者"), matching.unwrap())
}

async fn makes_what_is_missing(engine: Engine) {
    let stage = Stage::new(engine).await;
    let made = card(&stage, &yamada()).await;
    assert_eq!(made.outcome, CardOutcome::Joined);
    let (client, contact, matching) = joins(&stage, made.id).await;
    assert_eq!(matching, Matching::Settled);
    let values = stage.values("clients", client.unwrap()).await;
    assert_eq!(values["取引先正式名称"].texts(), ["株式会社山田商事", "ヤマダショウジ"]);
    assert_eq!(values["代表電話番号"].texts(), ["03-1234-5678"]);
    assert_eq!(values["営業主担当者"], ItemValue::References(vec![stage.users[0]]));
    assert_eq!(values["営業主担当部署"], ItemValue::References(vec![stage.organizations[0]]));
    let values = stage.values("contacts", contact.unwrap()).await;
    assert_eq!(values["取引先"], ItemValue::References(vec![client.unwrap()]));
    assert_eq!(values["役職"].texts(), ["課長"]);
    assert_eq!(stage.get("contacts", contact.unwrap()).await.unwrap().record.display_name, "佐藤 一郎");
    // A card that names no person makes no contact.
    let company = card(&stage, &[("会社名", ruby("有限会社海", ""))]).await;
    let (client, contact, matching) = joins(&stage, company.id).await;
    assert!(client.is_some() && contact.is_none() && matching == Matching::Settled);
    // 名寄せ is filled by the system.
    let given =
        stage.given("business_cards", &[("会社名", ruby("川", "")), ("名寄せ", RawValue::Selection(vec![1]))]).await;
    let error = card_register(&stage.app.service, &stage.context(), given).await.unwrap_err();
    assert_eq!(problems(&error), [("名寄せ".to_owned(), "read_only")]);
}

async fn joined(engine: Engine) {
    let stage = Stage::new(engine).await;
    let first = card(&stage, &yamada()).await;
    let (client, contact, _) = joins(&stage, first.id).await;
    // The same person, written otherwise.
    let again = [
        ("会社名", ruby("山田商事㈱", "")),
        ("姓", ruby("佐藤", "")),
        ("名", ruby("一郎", "")),
        ("メールアドレス", text("SATO@yamada-shoji.example")),
        ("電話番号", text("03-1234-5678")),
    ];
    let second = card(&stage, &again).await;
    assert_eq!(joins(&stage, second.id).await, (client, contact, Matching::Settled));
    // A colleague: the same house, another person.
    let colleague = [
        ("会社名", ruby("㈱山田商事", "")),
        ("姓", ruby("鈴木", "")),
        ("名", ruby("花子", "")),
        ("メールアドレス", text("suzuki@yamada-shoji.example")),
    ];
    let third = card(&stage, &colleague).await;
    let (same, other, matching) = joins(&stage, third.id).await;
    assert_eq!((same, matching), (client, Matching::Settled));
    assert!(other.is_some() && other != contact);
    // What a person says goes before the rules.
    let ocean = stage.client("海洋株式会社", &[]).await.unwrap().id;
    let mut said = yamada();
    said.push(("取引先", ids(&[ocean])));
    assert_eq!(joins(&stage, card(&stage, &said).await.id).await, (Some(ocean), None, Matching::Settled));
}

async fn review(engine: Engine) {
    let stage = Stage::new(engine).await;
    let one = stage.client("株式会社山田商事", &[("住所(都道府県)", text("東京都"))]).await.unwrap().id;
    let other = stage.client("山田商事株式会社", &[("住所(都道府県)", text("大阪府"))]).await.unwrap().id;
    let named = [("会社名", ruby("山田商事", "")), ("姓", ruby("佐藤", "")), ("名", ruby("一郎", ""))];
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let registered = card(&stage, &named).await;
        assert_eq!(registered.outcome, CardOutcome::Review);
        waiting.push(registered.id);
    }
    let (service, context) = (&stage.app.service, stage.context());
    let (page, more) = card_review_list(service, &context, 0, 2).await.unwrap();
    assert!(page.len() == 2 && more && page[0].id == waiting[0]);
    let (page, more) = card_review_list(service, &context, 2, 2).await.unwrap();
    assert!(page.len() == 1 && !more && page[0].id == waiting[2]);
    let candidates = card_candidates(service, &context, waiting[0], "card").await.unwrap();
    let mut shown: Vec<_> = candidates.clients.iter().map(|candidate| candidate.id).collect();
    shown.sort_unstable();
    let mut wanted = vec![one, other];
    wanted.sort_unstable();
    assert_eq!(shown, wanted);
    assert!(candidates.clients[0].score.reasons.iter().any(|reason| reason.code == Code::CompanyName));
    // Accepted: the contact is made of the card.
    let accept = CardDecision::Accept { client: one, contact: None };
    card_settle(service, &context, (waiting[0], "card"), accept).await.unwrap();
    let (client, contact, matching) = joins(&stage, waiting[0]).await;
    assert_eq!((client, matching), (Some(one), Matching::Settled));
    // A contact of another client is refused.
    let wrong = CardDecision::Accept { client: other, contact };
    let error = card_settle(service, &context, (waiting[1], "card"), wrong).await.unwrap_err();
    assert_eq!(problems(&error), [("contact".to_owned(), "no_such_record")]);
    let right = CardDecision::Accept { client: one, contact };
    card_settle(service, &context, (waiting[1], "card"), right).await.unwrap();
    assert_eq!(joins(&stage, waiting[1]).await, (Some(one), contact, Matching::Settled));
    // Decided once: somebody who had the list open decides no second time.
    let error = card_settle(service, &context, (waiting[1], "card"), CardDecision::New).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert_eq!(joins(&stage, waiting[1]).await, (Some(one), contact, Matching::Settled));
    card_settle(service, &context, (waiting[2], "card"), CardDecision::Reject).await.unwrap();
    assert_eq!(joins(&stage, waiting[2]).await, (None, None, Matching::Passed));
    assert!(card_review_list(service, &context, 0, 10).await.unwrap().0.is_empty());
    // New: both are made.
    let fresh = card(&stage, &named).await;
    card_settle(service, &context, (fresh.id, "card"), CardDecision::New).await.unwrap();
    let (client, contact, matching) = joins(&stage, fresh.id).await;
    assert!(client.is_some_and(|id| id != one && id != other) && contact.is_some() && matching == Matching::Settled);
}

async fn undone(engine: Engine) {
    let stage = Stage::new(engine).await;
    let made = card(&stage, &yamada()).await;
    let (client, contact, _) = joins(&stage, made.id).await;
    let set = change_set_list(&stage.app.service, &stage.context(), None, 1).await.unwrap().remove(0);
    assert_eq!((set.counts.created, set.kind.as_str()), (3, "business_card.register"));
    change_set_undo(&stage.app.service, &stage.context(), set.id, "id").await.unwrap();
    stage.app.run_jobs().await;
    let sets = change_set_list(&stage.app.service, &stage.context(), None, 2).await.unwrap();
    assert_eq!(sets[1].state, ChangeSetState::Undone);
    for (database, id) in [("business_cards", made.id), ("clients", client.unwrap()), ("contacts", contact.unwrap())] {
        assert!(stage.get(database, id).await.is_err(), "{database}");
    }
}
