use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::id::{DatabaseNo, ItemNo};
use crate::item::{ItemType, TYPES, system};
use crate::template::DatabaseDetail;

/// An item of each type, and those that the system fills.
fn template() -> Template {
    let number = |at: usize| ItemNo(i64::try_from(at).unwrap() + 1);
    let mut items: Vec<Item> = TYPES
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let mut above = Choice::leaf(1, "製造業");
            above.children = vec![Choice::leaf(21, "食料品")];
            let choices = vec![above, Choice::leaf(2, "卸売業"), Choice::leaf(3, "小売業")];
            Item { choices, ..Item::new(number(at), Uuid::from_u128(1_000 + at as u128), row.wire, row.item_type) }
        })
        .collect();
    let by_system = [
        (system::CREATED_AT, ItemType::Datetime),
        (system::CREATED_BY, ItemType::UserSingle),
        (system::UPDATED_AT, ItemType::Datetime),
        (system::UPDATED_BY, ItemType::UserSingle),
    ];
    for (id, item_type) in by_system {
        let at = number(items.len());
        items.push(Item { read_only: true, ..Item::new(at, id, "system", item_type) });
    }
    Template::new(DatabaseNo(1), "clients", 1, DatabaseDetail::default(), items, Vec::new())
}

fn value(item: &Item) -> BoxedStrategy<String> {
    let ids = || (0_u128..4).prop_map(|id| Uuid::from_u128(id).to_string());
    match item.item_type.row().key {
        KeyKind::Text if item.item_type == ItemType::Prefectures => {
            select(vec!["東京都", "北海道"]).prop_map(str::to_owned).boxed()
        }
        KeyKind::Text if item.item_type == ItemType::TextSingle || item.item_type == ItemType::TextRuby => {
            "[ぁ-んァ-ヶ一-龠𠮷髙a-zA-Z0-9&=+%#;'\"<>-]{1,9}".boxed()
        }
        KeyKind::Text => "[a-z0-9]{1,9}".boxed(),
        KeyKind::Number => {
            (-99_999_i64..99_999, 0_u32..3).prop_map(|(n, scale)| Decimal::new(n, scale).to_string()).boxed()
        }
        KeyKind::Date | KeyKind::Moment => {
            (1900_i16..2100, 1_i8..13, 1_i8..29).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")).boxed()
        }
        KeyKind::Choice => select(vec!["1", "2", "3", "21"]).prop_map(str::to_owned).boxed(),
        KeyKind::Id | KeyKind::User => {
            prop_oneof![ids(), select(vec!["me", "mine", "mine-below", "colleagues", "#7"]).prop_map(str::to_owned)]
                .boxed()
        }
        KeyKind::InquiryRoute => (ids(), ids()).prop_map(|(one, other)| format!("{one}~{other}")).boxed(),
    }
}

fn row() -> impl Strategy<Value = Row> {
    select(template().items().to_vec()).prop_flat_map(|item| {
        let operator = select(Operator::of(&item).to_vec());
        let days = 1..=PERIOD_DAYS;
        let words = select(period_words().collect::<Vec<_>>());
        (operator, vec(value(&item), 1..4), value(&item), words, days).prop_map(
            move |(operator, values, to, word, days)| {
                let one = || values.iter().take(1).cloned().collect();
                let is_moment = item.item_type.row().key == KeyKind::Moment;
                let (values, to) = match operator {
                    Operator::Is if is_moment => (one(), String::new()),
                    Operator::Is | Operator::IsNot => (values, String::new()),
                    Operator::Between => (one(), to),
                    Operator::Within => {
                        let days = if word.ends_with("-days") { days.to_string() } else { String::new() };
                        (vec![word.to_owned()], days)
                    }
                    Operator::Empty | Operator::NotEmpty => (Vec::new(), String::new()),
                    _ => (one(), String::new()),
                };
                Row { item: item.id, operator, values, to }
            },
        )
    })
}

fn join() -> impl Strategy<Value = Join> {
    select(vec![Join::All, Join::Any])
}

fn grouped() -> impl Strategy<Value = Grouped> {
    let group = (join(), vec(row(), 1..4)).prop_map(|(join, rows)| Group { join, rows });
    (join(), vec(group, 0..4)).prop_map(|(join, groups)| Grouped { join, groups })
}

proptest! {
    #[test]
    fn rows_become_a_condition_and_the_same_rows_again(asked in grouped()) {
        let template = template();
        let condition = asked.condition(&template).unwrap();
        let again = Grouped::of(&template, &condition).unwrap();
        prop_assert_eq!(again.condition(&template), Ok(condition.clone()));
        // How things belong together is only said where there are several.
        let rows = |grouped: &Grouped| grouped.groups.iter().flat_map(|group| group.rows.clone()).collect::<Vec<_>>();
        let plain = |row: Row| {
            let is_same_day = row.operator == Operator::Between && row.values.first() == Some(&row.to);
            let item = template.item(row.item).unwrap();
            let is_moment = item.item_type.row().key == KeyKind::Moment;
            if is_same_day && is_moment { Row { operator: Operator::Is, to: String::new(), ..row } } else { row }
        };
        prop_assert_eq!(rows(&again), rows(&asked).into_iter().map(plain).collect::<Vec<_>>());
        let stored = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition);
    }

    #[test]
    fn no_text_of_a_row_breaks_anything(item in select(template().items().to_vec()), values in vec(any::<String>(), 0..3), to in any::<String>()) {
        for operator in Operator::of(&item) {
            let row = Row { item: item.id, operator: *operator, values: values.clone(), to: to.clone() };
            if let Ok(condition) = row.condition(&template()) {
                let _ = Row::of(&template(), &condition);
            }
        }
    }

    #[test]
    fn words_of_operators_are_their_own(operators in subsequence(template().items().to_vec(), 1..9)) {
        for operator in operators.iter().flat_map(Operator::of) {
            prop_assert_eq!(Operator::from_word(operator.word()), Some(*operator));
        }
    }
}

#[test]
fn what_is_wrong_with_a_row_is_told_where_it_stands() {
    let template = template();
    let row = |item_type: ItemType, operator, value: &str| {
        let item = template.items().iter().find(|item| item.item_type == item_type).unwrap();
        Row { item: item.id, operator, values: vec![value.to_owned()], to: String::new() }
    };
    let unknown = Row { item: Uuid::nil(), ..row(ItemType::TextSingle, Operator::Contains, "x") };
    for (row, message) in [
        (row(ItemType::TextSingle, Operator::Contains, "  "), Message::Required),
        (row(ItemType::AmountInteger, Operator::From, "百"), Message::NotDecimal),
        (row(ItemType::Date, Operator::From, "2025-02-30"), Message::NotDate),
        (row(ItemType::Date, Operator::Contains, "2025"), Message::NotForThisType),
        (row(ItemType::Pulldown, Operator::Is, "9"), Message::NoSuchChoice),
        (row(ItemType::Prefectures, Operator::Is, "江戸"), Message::NotPrefecture),
        (row(ItemType::UserSingle, Operator::Is, "山田"), Message::NotUuid),
        (row(ItemType::Date, Operator::Within, "last-days"), Message::Required),
        (row(ItemType::Date, Operator::Between, "2025-01-01"), Message::Required),
        (unknown, Message::UnknownItem),
    ] {
        assert_eq!(row.condition(&template), Err(message), "{row:?}");
    }
    let good = row(ItemType::TextSingle, Operator::Contains, "x");
    let bad = row(ItemType::AmountInteger, Operator::From, "百");
    let asked = Grouped {
        join: Join::All,
        groups: vec![
            Group { join: Join::Any, rows: vec![good.clone()] },
            Group { join: Join::All, rows: vec![good, bad] },
        ],
    };
    assert_eq!(asked.condition(&template), Err(vec![(1, 1, Message::NotDecimal)]));
}

#[test]
fn what_people_write_is_read_as_elsewhere() {
    let template = template();
    let item = |item_type: ItemType| template.items().iter().find(|item| item.item_type == item_type).unwrap();
    let of = |item_type, operator, value: &str| {
        let row = Row { item: item(item_type).id, operator, values: vec![value.to_owned()], to: String::new() };
        row.condition(&template).unwrap()
    };
    let field = |item_type| Field::Item(item(item_type).number);
    assert_eq!(
        of(ItemType::Date, Operator::From, "令和7年4月1日"),
        Condition::Between {
            field: field(ItemType::Date),
            from: Some(Operand::Date("2025-04-01".parse().unwrap())),
            to: None
        }
    );
    assert_eq!(
        of(ItemType::AmountInteger, Operator::To, "１，０００"),
        Condition::Between {
            field: field(ItemType::AmountInteger),
            from: None,
            to: Some(Operand::Number(1_000.into()))
        }
    );
    assert_eq!(
        of(ItemType::Prefectures, Operator::Is, "東京"),
        Condition::OneOf { field: field(ItemType::Prefectures), values: vec![Operand::Text("東京都".into())] }
    );
}

#[test]
fn a_period_is_met_by_days_and_by_moments_in_japan() {
    struct Visit;
    impl crate::condition::RecordView for Visit {
        fn item(&self, item: ItemNo) -> Option<std::borrow::Cow<'_, crate::item::ItemValue>> {
            let day = crate::item::ItemValue::Date("2026-11-24".parse().unwrap());
            // Half past eight in the morning of the 25th in Japan.
            let moment =
                crate::item::ItemValue::Datetime(crate::time::Timestamp::parse("2026-11-24T23:30:00Z").unwrap());
            Some(std::borrow::Cow::Owned(if item == ItemNo(1) { day } else { moment }))
        }
        fn created_at(&self) -> crate::time::Timestamp {
            crate::time::Timestamp::parse("2026-11-24T15:00:00Z").unwrap()
        }
        fn updated_at(&self) -> crate::time::Timestamp {
            self.created_at()
        }
        fn created_by(&self) -> UserNo {
            UserNo(1)
        }
        fn updated_by(&self) -> UserNo {
            UserNo(1)
        }
    }
    let is_met =
        |field, period, today: &str| Condition::Within { field, period }.dated(today.parse().unwrap()).matches(&Visit);
    let (day, moment) = (Field::Item(ItemNo(1)), Field::Item(ItemNo(2)));
    assert!(is_met(day, Period::Today, "2026-11-24") && !is_met(day, Period::Today, "2026-11-25"));
    assert!(is_met(moment, Period::Today, "2026-11-25") && !is_met(moment, Period::Today, "2026-11-24"));
    assert!(
        is_met(Field::CreatedAt, Period::Today, "2026-11-25") && !is_met(Field::CreatedAt, Period::Today, "2026-11-24")
    );
    assert!(is_met(day, Period::ThisFiscalYear, "2027-03-31") && is_met(day, Period::BeforeToday, "2026-11-25"));
    assert!(!Condition::Within { field: day, period: Period::Today }.matches(&Visit), "without a day it is never met");
}
