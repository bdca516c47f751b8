//! Search finds exactly what a scan finds, whatever the text.

use std::sync::Arc;

use libtest_mimic::Trial;
use musubi_domain::client;
use musubi_domain::condition::Condition;
use musubi_domain::id::{ItemNo, RecordNo};
use musubi_domain::item::{ItemType, ItemValue};
use musubi_testkit::engine::{Engine, on_both};
use musubi_testkit::hostile;
use musubi_text::search_key::fold;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::fixture::{World, add_in};

/// Random records, beside those of the hostile texts.
const RECORDS: usize = 150;
const CASES: u32 = 250;

pub(crate) fn trials() -> Vec<Trial> {
    on_both("search_finds_what_a_scan_finds", |engine| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        search_finds_what_a_scan_finds(engine, &runtime);
        Ok(())
    })
}

/// Few characters, so that texts repeat themselves and near misses are common.
fn character() -> impl Strategy<Value = char> {
    const COMMON: &str = "ああかガ株式会社東京都";
    const OTHERS: &str = "&・.%_\"'\\ 　-*():|!<>,;？ーｶﾞﾊﾟｱｰ〜−aAzZ09９Ｒ々〇髙﨑𠮷ヴ゛\n\u{2028}\u{3099}é👍🏽";
    prop_oneof![3 => select(COMMON.chars().collect::<Vec<_>>()), 2 => select(OTHERS.chars().collect::<Vec<_>>())]
}

fn text(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    vec(character(), length).prop_map(|characters| characters.into_iter().collect())
}

/// The texts of a record that search is to find.
#[derive(Clone, Debug)]
struct Texts {
    name: String,
    ruby: String,
    prefecture: String,
    city: String,
    memo: String,
}

fn texts() -> impl Strategy<Value = Texts> {
    let prefecture = prop_oneof![Just(""), Just("東京都"), Just("京都府"), Just("北海道")].prop_map(str::to_owned);
    (text(1..=12), text(0..=6), prefecture, text(0..=8), text(0..=20))
        .prop_map(|(name, ruby, prefecture, city, memo)| Texts { name, ruby, prefecture, city, memo })
}

struct Corpus {
    world: World,
    memo: ItemNo,
    records: Vec<(RecordNo, Texts)>,
}

impl Corpus {
    async fn make(engine: Engine, runner: &mut TestRunner) -> Self {
        let mut all: Vec<_> = (0..RECORDS).map(|_| texts().new_tree(runner).unwrap().current()).collect();
        let hostile = hostile::texts().iter().zip(hostile::texts().iter().rev()).map(|(one, other)| Texts {
            name: (*one).to_owned(),
            ruby: String::new(),
            prefecture: "東京都".to_owned(),
            city: (*other).to_owned(),
            memo: format!("{one}{other}"),
        });
        all.extend(hostile);
        all.extend("株a&あ𠮷 ".chars().map(|one| Texts {
            name: one.to_string(),
            ruby: one.to_string(),
            prefecture: String::new(),
            city: one.to_string(),
            memo: String::new(),
        }));
        let world = World::new(engine).await;
        let memo = world.item_of(ItemType::TextMultiple);
        let mut records = Vec::new();
        for texts in all {
            let values = values(&world, memo, &texts);
            let template = Arc::clone(&world.template);
            records.push((world.write(move |tx| add_in(tx, &template, values.clone(), None)).await.unwrap(), texts));
        }
        Self { world, memo, records }
    }

    /// Holds what is found under a condition against what a scan of the texts finds.
    async fn compare(&self, items: Vec<ItemNo>, query: &str, fields: impl Fn(&Texts) -> Vec<String>) {
        let wanted: Vec<_> = self
            .records
            .iter()
            .filter(|(_, texts)| fields(texts).iter().any(|text| fold(text).contains(&fold(query))))
            .map(|(number, _)| *number)
            .collect();
        let page = self.world.list(Condition::Contains { items, text: query.to_owned() }, 0, 10_000).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| row.number).collect();
        let differing = self
            .records
            .iter()
            .filter(|(number, _)| wanted.contains(number) != found.contains(number))
            .collect::<Vec<_>>();
        assert_eq!(found, wanted, "{query:?} in {differing:?}");
    }
}

fn values(world: &World, memo: ItemNo, texts: &Texts) -> Vec<(ItemNo, ItemValue)> {
    let mut values =
        vec![(world.item(client::NAME), ItemValue::Ruby { value: texts.name.clone(), ruby: texts.ruby.clone() })];
    for (item, text) in [
        (world.item(client::PREFECTURE), &texts.prefecture),
        (world.item(client::CITY), &texts.city),
        (memo, &texts.memo),
    ] {
        if !text.is_empty() {
            values.push((item, ItemValue::Text(text.clone())));
        }
    }
    values
}

/// What is looked for: a part of a text that is there, put together from any of its sides, or anything.
fn query() -> impl Strategy<Value = (Index, u8, Index, usize, String)> {
    (any::<Index>(), 0..6_u8, any::<Index>(), 1..=6_usize, text(1..=6))
}

fn written_query(corpus: &Corpus, (record, side, start, length, random): &(Index, u8, Index, usize, String)) -> String {
    let texts = &record.get(&corpus.records).1;
    let source = match side {
        0 => texts.name.clone(),
        1 => texts.ruby.clone(),
        2 => format!("{}{}", texts.prefecture, texts.city),
        3 => texts.memo.clone(),
        4 => fold(&texts.name),
        _ => return random.clone(),
    };
    let characters: Vec<char> = source.chars().collect();
    if characters.is_empty() {
        return random.clone();
    }
    characters.iter().skip(start.index(characters.len())).take(*length).collect()
}

/// Private-use characters that stand for ASCII signs in the index: a text that holds them is found too often, which the
/// documentation of the index says.
fn is_reserved(character: char) -> bool {
    ('\u{10FE00}'..='\u{10FEFF}').contains(&character)
}

fn search_finds_what_a_scan_finds(engine: Engine, runtime: &tokio::runtime::Runtime) {
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let corpus = runtime.block_on(Corpus::make(engine, &mut runner));
    let (name, prefecture, city) =
        (corpus.world.item(client::NAME), corpus.world.item(client::PREFECTURE), corpus.world.item(client::CITY));
    let check = |query: &str| {
        runtime.block_on(async {
            corpus
                .compare(vec![name], query, |texts| {
                    vec![texts.name.clone(), texts.ruby.clone()].into_iter().filter(|text| !text.is_empty()).collect()
                })
                .await;
            corpus
                .compare(vec![prefecture, city], query, |texts| vec![format!("{}{}", texts.prefecture, texts.city)])
                .await;
            let memo = |texts: &Texts| if texts.memo.is_empty() { vec![] } else { vec![texts.memo.clone()] };
            corpus.compare(vec![corpus.memo], query, memo).await;
        });
    };
    for sign in "&・.%_\"'\\*:| 　株a".chars() {
        check(&sign.to_string());
    }
    for text in hostile::texts().iter().filter(|text| !text.contains(is_reserved)) {
        check(text);
    }
    let outcome = runner.run(&query(), |query| {
        let query = written_query(&corpus, &query);
        if !query.contains(is_reserved) {
            check(&query);
        }
        Ok(())
    });
    outcome.unwrap();
    corpus.world.db.close();
}
