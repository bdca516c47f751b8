//! Random items of every type: what is accepted reads back, what is refused changes nothing.

use libtest_mimic::Trial;
use musubi_domain::item::{InquiryRouteRef, ItemType, RawValue, TYPES, read, validate};
use musubi_testkit::engine::{Engine, async_on_both};
use musubi_testkit::hostile;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use super::stage::{Stage, THINGS, text};

/// Records that are registered and changed; each has up to all items.
const RECORDS: usize = 120;

pub(crate) fn trials() -> Vec<Trial> {
    [
        async_on_both("record: what is accepted reads back, and what is refused changes nothing", random_items),
        async_on_both("record: hostile texts come back as they went in", hostile_texts),
        async_on_both("record: numbers of automatic items rise and cannot be set", automatic_numbers),
        async_on_both("record: 500 items in one record", many_items),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the values of references can be.
struct Known {
    users: Vec<Uuid>,
    organizations: Vec<Uuid>,
    clients: Vec<Uuid>,
    contacts: Vec<Uuid>,
    products: Vec<Uuid>,
    routes: Vec<InquiryRouteRef>,
}

fn some_of(known: &[Uuid]) -> BoxedStrategy<RawValue> {
    // A stranger now and then.
    let known = vec(prop::sample::select(known.to_vec()), 0..4);
    prop_oneof![200 => known, 1 => Just(vec![Uuid::from_u128(7)])].prop_map(RawValue::Uuids).boxed()
}

/// Values of a type, right and wrong ones.
fn values(item_type: ItemType, known: &Known) -> BoxedStrategy<RawValue> {
    let texts =
        |strategy: BoxedStrategy<String>| strategy.prop_map(|value| RawValue::Text { value, ruby: None }).boxed();
    let given = match item_type {
        ItemType::TextSingle | ItemType::TextMultiple => {
            let hostile: Vec<String> = hostile::texts().iter().map(|text| (*text).to_owned()).collect();
            texts(
                prop_oneof![prop::sample::select(hostile), ".{0,40}", "[あ-んア-ン漢字𠮷]{250,260}", "a\n?b\r?\nc"]
                    .boxed(),
            )
        }
        ItemType::TextRuby => ("[山田佐藤髙﨑a-z ]{0,6}", ".{0,5}")
            .prop_map(|(value, ruby)| RawValue::Text { value, ruby: Some(ruby) })
            .boxed(),
        ItemType::Number | ItemType::AmountInteger | ItemType::AmountDecimal => {
            "(0{0,3}[0-9]{0,17}(\\.[0-9]{0,3})?|１|-1)".prop_map(RawValue::Numeric).boxed()
        }
        ItemType::Date => texts("(0001|1868|2023|2024|9999)-(02|12)-(01|28|29|30|31)".boxed()),
        ItemType::Datetime => texts("20(00|24)-02-29(T| )23:59:5[0-9](\\.[0-9]{1,3})?(Z|\\+09:00)?".boxed()),
        ItemType::Pulldown => vec(0..4_i64, 0..3).prop_map(RawValue::Selection).boxed(),
        ItemType::Checkbox => vec(0..4_i64, 0..4).prop_map(RawValue::Selection).boxed(),
        ItemType::LinkagePulldown => {
            prop::sample::select(vec![vec![], vec![1], vec![1, 11], vec![1, 11, 111], vec![2, 11], vec![9], vec![11]])
                .prop_map(RawValue::Selection)
                .boxed()
        }
        ItemType::PhoneNumber => texts("[0-9+-]{0,27}".boxed()),
        ItemType::Url => texts("(https://|http://|ftp://)?[a-z例]{0,8}(\\.jp|\\.example/?)".boxed()),
        ItemType::MailAddress => texts("[a-z.+]{1,6}@[a-z-]{1,6}\\.(jp|com)".boxed()),
        ItemType::PostalCode => texts("[0-9]{3}-?[0-9]{4}(-1)?".boxed()),
        ItemType::Prefectures => prop_oneof![
            texts(prop::sample::select(vec!["東京都".to_owned(), "大阪府".to_owned(), "東京".to_owned()]).boxed()),
            vec(0..49_i64, 0..2).prop_map(RawValue::Selection),
        ]
        .boxed(),
        ItemType::UserSingle | ItemType::UserMultiple => some_of(&known.users),
        ItemType::DivisionSingle | ItemType::DivisionMultiple => some_of(&known.organizations),
        ItemType::ClientSingle | ItemType::ClientMultiple | ItemType::Reference => some_of(&known.clients),
        ItemType::ContactSingle | ItemType::ContactMultiple => some_of(&known.contacts),
        ItemType::ProductSingle | ItemType::ProductMultiple => some_of(&known.products),
        ItemType::InquiryRoute => {
            vec(prop::sample::select(known.routes.clone()), 0..3).prop_map(RawValue::InquiryRoutes).boxed()
        }
        ItemType::AutoNumber => Just(RawValue::Empty).boxed(),
    };
    prop_oneof![1 => Just(RawValue::Empty), 12 => given].boxed()
}

async fn random_items(engine: Engine) {
    let stage = Stage::new(engine).await;
    let client = stage.client("株式会社一", &[]).await.unwrap().id;
    let other = stage.client("株式会社二", &[]).await.unwrap().id;
    let contact = stage.contact(client, "佐藤").await.unwrap().id;
    let product = [("商品コード", text("P-1")), ("商品名", text("部品"))];
    let product = stage.register("products", &product).await.unwrap().id;
    let known = Known {
        users: stage.users.clone(),
        organizations: stage.organizations.clone(),
        clients: vec![client, other],
        contacts: vec![contact],
        products: vec![product],
        routes: stage.routes.clone(),
    };
    let template = stage.app.service.template(stage.app.tenant, THINGS).await.unwrap();
    let item = |item_type: ItemType| template.items().iter().find(|item| item.item_type == item_type).unwrap();
    let mut runner = TestRunner::deterministic();
    runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, runner.new_rng());
    let (mut accepted, mut refused) = (0, 0);
    let mut last: Option<Uuid> = None;
    for _ in 0..RECORDS {
        let mut given = Vec::new();
        for row in TYPES.iter().filter(|row| row.item_type != ItemType::AutoNumber) {
            let raw = values(row.item_type, &known).new_tree(&mut runner).unwrap().current();
            // Most values right, so that whole records are.
            let keeps = validate(item(row.item_type), raw.clone()).is_ok()
                || (0..40_u8).new_tree(&mut runner).unwrap().current() == 0;
            if keeps {
                given.push((row.wire, raw));
            }
        }
        let stood = match last {
            Some(id) => Some((id, stage.get(THINGS, id).await.unwrap().record)),
            None => None,
        };
        let written = match &stood {
            Some((id, _)) => stage.update(THINGS, *id, &given).await,
            None => stage.register(THINGS, &given).await,
        };
        match written {
            Ok(written) => {
                accepted += 1;
                let seen = stage.get(THINGS, written.id).await.unwrap();
                assert_eq!(seen.record.version, written.version);
                let read_back = seen.values();
                for (name, raw) in &given {
                    let item = template.items().iter().find(|item| item.name == *name).unwrap();
                    let wanted = read(item, raw.clone()).unwrap();
                    assert_eq!(read_back.get(&item.number), wanted.as_ref(), "{name}: {raw:?}");
                }
                // What was read is given once more: nothing changes.
                let again = stage.update(THINGS, written.id, &given).await.unwrap();
                assert!(!again.changed, "{given:?}");
                let once_more = stage.get(THINGS, written.id).await.unwrap().record;
                assert_eq!((once_more.version, once_more.document), (seen.record.version, seen.record.document));
                last = if written.version > 8 { None } else { Some(written.id) };
            }
            Err(error) => {
                refused += 1;
                assert!(!error.problems().is_empty(), "{error:?}");
                if let Some((id, before)) = stood {
                    let after = stage.get(THINGS, id).await.unwrap().record;
                    assert_eq!((after.version, after.document), (before.version, before.document));
                }
            }
        }
    }
    assert!(accepted > RECORDS / 4 && refused > RECORDS / 20, "{accepted} accepted, {refused} refused");
}

async fn hostile_texts(engine: Engine) {
    let stage = Stage::new(engine).await;
    let id = stage.thing("始", &[]).await.unwrap().id;
    for hostile in hostile::texts() {
        let is_line = !hostile.contains(['\n', '\r']);
        let lines = [("text_multiple", text(hostile))];
        let both = [("text_single", text(hostile)), ("text_multiple", text(hostile))];
        stage
            .update(THINGS, id, if is_line { &both } else { &lines })
            .await
            .unwrap_or_else(|error| panic!("{hostile:?}: {error:?}"));
        let seen = stage.values(THINGS, id).await;
        assert_eq!(seen["text_multiple"].texts(), [*hostile]);
        if is_line {
            assert_eq!(seen["text_single"].texts(), [*hostile]);
            assert_eq!(stage.get(THINGS, id).await.unwrap().record.display_name, *hostile);
        }
    }
    for hostile in hostile::refused_controls() {
        let error = stage.update(THINGS, id, &[("text_multiple", text(hostile))]).await.unwrap_err();
        assert_eq!(error.problems()[0].message.code(), "control_character_in_lines", "{hostile:?}");
    }
}

async fn automatic_numbers(engine: Engine) {
    let stage = Stage::new(engine).await;
    let mut numbers = Vec::new();
    for at in 0..3 {
        let id = stage.thing(&format!("物{at}"), &[]).await.unwrap().id;
        numbers.push(stage.values(THINGS, id).await["auto_number"].texts()[0].to_owned());
    }
    assert_eq!(numbers, ["E-000000001", "E-000000002", "E-000000003"]);
    // A further instance has a block of its own.
    let other = Stage { app: stage.app.instance().await, ..stage };
    let id = other.thing("別", &[]).await.unwrap().id;
    assert_eq!(other.values(THINGS, id).await["auto_number"].texts(), ["E-000000101"]);
    let error = other.update(THINGS, id, &[("auto_number", text("E-000000001"))]).await.unwrap_err();
    assert_eq!(error.problems()[0].message.code(), "read_only");
    let same = other.update(THINGS, id, &[("auto_number", text("E-000000101"))]).await.unwrap();
    assert!(!same.changed);
}

async fn many_items(engine: Engine) {
    let stage = Stage::new(engine).await;
    let items: Vec<_> =
        (0..496).map(|at| serde_json::json!({"itemType": "text_single", "itemName": format!("項目{at}")})).collect();
    let command = musubi_service::database::DatabaseCreate {
        name: "wide".into(),
        items: serde_json::from_value(serde_json::Value::Array(items)).unwrap(),
        display: Vec::new(),
    };
    musubi_service::database::database_create(&stage.app.service, &stage.context(), command).await.unwrap();
    let names: Vec<String> = (0..496).map(|at| format!("項目{at}")).collect();
    let values: Vec<_> = names.iter().map(|name| (name.as_str(), text(&format!("{name}の値")))).collect();
    let id = stage.register("wide", &values).await.unwrap().id;
    assert_eq!(stage.values("wide", id).await.len(), 496);
    let written = stage.update("wide", id, &[("項目495", text("新"))]).await.unwrap();
    assert!(written.changed);
    assert_eq!(stage.values("wide", id).await["項目495"].texts(), ["新"]);
    assert_eq!(stage.history("wide", id).await[0].items.len(), 1);
}
