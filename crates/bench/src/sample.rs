//! The clients of the bench: as many items as the register call's sample has, values that pass the rules of their types,
//! and of each client all forms that somebody needs: a command for the service, a request body, plain texts for a peer.

use anyhow::{Context as _, Result};
use musubi_domain::item::{InquiryRouteRef, RawValue, built_in_order};
use musubi_domain::linkage::LinkageValue;
use musubi_domain::template::{ItemDefinition, SHIPPED};
use musubi_service::record::{GivenItem, GivenLinkage, GivenRecord};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::draws::{Draws, one_of};
use crate::words::{FAMILIES, FORMS, GIVEN, PLACES, RARE, SENTENCES, TRADES, Word};

/// Every so many clients one has the rare word in its name: six in a million.
const RARE_EVERY: u64 = 166_667;
/// Bytes of a stored document whose description is empty, on the average.
const BARE_DOCUMENT: usize = 920;
/// Bytes that one character of a description takes in UTF-8.
const CHARACTER_BYTES: usize = 3;
/// Characters of a description at most, which is the limit of its type.
const DESCRIPTION_MOST: usize = 2_000;
/// The linkage slot that clients have a value in.
const SLOT: i64 = 999_000_001;
/// Linkage slots that the source's samples send, all but one empty.
const SLOTS: i64 = 20;

/// What the values of clients refer to: ids of the data folder.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct References {
    /// Organizations.
    pub(crate) organizations: Vec<Uuid>,
    /// People.
    pub(crate) users: Vec<Uuid>,
    /// Clients that others belong to.
    pub(crate) parents: Vec<Uuid>,
    /// The category and the route of the one inquiry route.
    pub(crate) route: (Uuid, Uuid),
}

/// Makes clients.
pub(crate) struct Samples {
    items: Vec<ItemDefinition>,
    references: References,
}

/// A client.
pub(crate) struct Sample {
    values: Vec<Given>,
    linkage: String,
}

/// The value of one item.
struct Given {
    item: Uuid,
    wire: &'static str,
    value: RawValue,
}

/// The two sizes of clients.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// As the data folder has them: some without a parent, a description of so many characters on the average.
    Stored { description: usize },
    /// As the register call's sample has them: every item, short texts.
    Sent,
}

impl Shape {
    /// As the data folder has them, where documents are to have so many bytes on the average.
    pub(crate) fn documents(bytes: usize) -> Self {
        Self::Stored {
            description: (bytes.saturating_sub(BARE_DOCUMENT) / CHARACTER_BYTES).min(DESCRIPTION_MOST * 4 / 5),
        }
    }
}

impl Samples {
    /// Clients that refer to these.
    ///
    /// # Errors
    /// Where the template that ships cannot be read.
    pub(crate) fn new(references: References) -> Result<Self> {
        let items = SHIPPED[0].items().map_err(|error| anyhow::anyhow!("the shipped template: {error:?}"))?;
        Ok(Self { items, references })
    }

    /// The client of a number, the same every time.
    ///
    /// # Errors
    /// Where the template lacks an item.
    pub(crate) fn sample(&self, number: u64, shape: Shape) -> Result<Sample> {
        let mut draws = Draws::new(number ^ 0x6D75_7375_6269);
        let mut values = Vec::with_capacity(32);
        for (name, value) in self.named_values(number, shape, &mut draws) {
            let item = self
                .items
                .iter()
                .find(|item| item.item_name == name)
                .with_context(|| format!("the template has no {name}"))?;
            values.push(Given {
                item: item.item_id.context("a shipped item has an id")?,
                wire: item.item_type.row().wire,
                value,
            });
        }
        Ok(Sample { values, linkage: format!("B{number:015}") })
    }

    fn named_values(&self, number: u64, shape: Shape, draws: &mut Draws) -> Vec<(&'static str, RawValue)> {
        let name = name(number, draws);
        let (family, first) = (*draws.pick(&FAMILIES), *draws.pick(&GIVEN));
        let (place, kind) = (*draws.pick(&PLACES), draws.between(1, 3));
        let (line, staff) = (draws.between(1_000, 9_998), draws.between(5, 5_000));
        let exchange = draws.between(100, 999);
        let parent = match shape {
            Shape::Stored { .. } if !draws.percent(14) => Vec::new(),
            _ => vec![*draws.pick(&self.references.parents)],
        };
        let (category, route) = self.references.route;
        vec![
            ("取引先正式名称", ruby((&name.0, &name.1))),
            ("取引先略称", text(&name.2)),
            ("業種", RawValue::Selection(self.path("業種", draws))),
            (
                "設立年月日",
                text(&format!("{}-{:02}-{:02}", draws.between(1948, 2024), draws.between(1, 12), draws.between(1, 28))),
            ),
            ("資本金", RawValue::Numeric((draws.between(1, 99) * 1_000_000).to_string())),
            ("年間売上", RawValue::Numeric((staff * draws.between(8, 60) * 1_000_000).to_string())),
            ("決算日", text("3月31日")),
            ("代表者姓", ruby(family)),
            ("代表者名", ruby(first)),
            ("代表電話番号", text(&format!("03-0{exchange}-{line}"))),
            ("代表FAX番号", text(&format!("03-0{exchange}-{}", line + 1))),
            ("WEBサイト1", text(&format!("https://www.client-{number}.example.com/"))),
            ("WEBサイト2", text(&format!("https://recruit.client-{number}.example.com/"))),
            ("従業員数", RawValue::Numeric(staff.to_string())),
            ("引合経路", RawValue::InquiryRoutes(vec![InquiryRouteRef { category, route }])),
            ("郵便番号", text(&format!("{:03}-{:04}", draws.below(1_000), draws.below(10_000)))),
            ("住所(都道府県)", text(one_of::<&str>(built_in_order(), draws.number()))),
            (
                "住所(市区町村以下)",
                text(&format!(
                    "{}市中央{}-{}-{}",
                    place.0,
                    draws.between(1, 9),
                    draws.between(1, 40),
                    draws.between(1, 28)
                )),
            ),
            ("支社支店・拠点", text(&format!("{}支店", place.0))),
            ("部署", text("購買部")),
            ("取引先種別", RawValue::Selection(vec![1])),
            ("評価", RawValue::Selection(vec![i64::try_from(kind).unwrap_or(1)])),
            ("詳細情報", text(&description(shape, draws))),
            ("リスト名", text("重点開拓リスト")),
            ("メモ", text(one_of::<&str>(&SENTENCES, draws.number()))),
            ("手書きメモ", text("来週あらためて電話する。")),
            ("親取引先", RawValue::Uuids(parent)),
            ("営業主担当部署", RawValue::Uuids(vec![*draws.pick(&self.references.organizations)])),
            ("営業主担当者", RawValue::Uuids(vec![*draws.pick(&self.references.users)])),
        ]
    }

    /// A path of two levels among the choices of an item.
    fn path(&self, name: &str, draws: &mut Draws) -> Vec<i64> {
        let choices = self
            .items
            .iter()
            .find(|item| item.item_name == name)
            .and_then(|item| item.linkage_selection_values.as_deref());
        let Some(choices) = choices.filter(|choices| !choices.is_empty()) else { return Vec::new() };
        let first = draws.pick(choices);
        let second = (!first.children.is_empty()).then(|| draws.pick(&first.children).value);
        std::iter::once(first.value).chain(second).collect()
    }
}

/// The name, its reading, and the name without the form.
fn name(number: u64, draws: &mut Draws) -> (String, String, String) {
    let form = if draws.percent(43) { *one_of(&FORMS, 0) } else { *one_of(&FORMS, 1 + draws.below(4)) };
    let (before, place, trade) = (draws.percent(60), draws.pick(&PLACES), draws.pick(&TRADES));
    let family = if number % RARE_EVERY == 5 { RARE } else { *draws.pick(&FAMILIES) };
    let place = if draws.percent(50) { *place } else { ("", "") };
    let base = [place, family, *trade];
    let join = |part: fn(&Word) -> &'static str| base.iter().map(part).collect::<String>();
    let (short, reading) = (join(|word| word.0), join(|word| word.1));
    if before {
        (format!("{}{short}", form.0), format!("{}{reading}", form.1), short)
    } else {
        (format!("{short}{}", form.0), format!("{reading}{}", form.1), short)
    }
}

/// Sentences of the wanted length, which varies by a fifth up and down.
fn description(shape: Shape, draws: &mut Draws) -> String {
    let Shape::Stored { description } = shape else { return "詳細メモです。".to_owned() };
    let mean = u64::try_from(description).unwrap_or(0);
    let wanted = usize::try_from(draws.between(mean * 4 / 5, mean * 6 / 5)).unwrap_or(0);
    let mut text = String::with_capacity(CHARACTER_BYTES * (wanted + 64));
    let mut length = 0;
    while length < wanted {
        let sentence: &str = draws.pick::<&str>(&SENTENCES);
        let room = wanted - length;
        text.extend(sentence.chars().take(room));
        length += sentence.chars().count().min(room);
    }
    text
}

fn text(value: &str) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: None }
}

fn ruby((value, reading): (&str, &str)) -> RawValue {
    RawValue::Text { value: value.to_owned(), ruby: Some(reading.to_owned()) }
}

impl Sample {
    /// As the service takes it.
    pub(crate) fn command(self) -> GivenRecord {
        let given = |given: Given| GivenItem {
            path: String::new(),
            item: given.item,
            item_type: given.wire.to_owned(),
            value: given.value,
        };
        let linkage = GivenLinkage { path: String::new(), value: LinkageValue { slot: SLOT, value: self.linkage } };
        GivenRecord {
            items: self.values.into_iter().map(given).collect(),
            linkage: vec![linkage],
            ..GivenRecord::default()
        }
    }

    /// As the register call takes it, with all linkage slots as in the source's sample; the first holds `linkage`.
    pub(crate) fn body(&self, linkage: &str) -> String {
        let items: Vec<Value> = self.values.iter().map(Given::wire_form).collect();
        let slots: Vec<Value> = (0..SLOTS)
            .map(|slot| json!({"systemLinkageID": SLOT + slot, "linkageIDValue": if slot == 0 { linkage } else { "" }}))
            .collect();
        json!({"param": {"toData": {"clientRegisterInfo": {"clientItemList": items, "systemLinkageInfoList": slots}}}})
            .to_string()
    }

    /// The values as texts, one for each item, for a peer that has text fields; the name first.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.values.iter().map(Given::plain).collect()
    }
}

impl Given {
    fn wire_form(&self) -> Value {
        let (member, data) = match &self.value {
            RawValue::Empty => ("itemTextData", Value::Null),
            RawValue::Text { value, ruby: Some(ruby) } => ("itemTextData", json!({"value": value, "ruby": ruby})),
            RawValue::Text { value, ruby: None } => ("itemTextData", json!({"value": value})),
            RawValue::Numeric(value) => ("itemNumericData", json!({"value": value})),
            RawValue::Selection(values) => ("itemSelectionData", json!({"values": values})),
            RawValue::Uuids(ids) => (
                "itemUuidDataList",
                ids.iter().map(|id| json!({"itemUuid": id, "itemDisplayValue": "表示名"})).collect(),
            ),
            RawValue::InquiryRoutes(routes) => {
                let route = |route: &InquiryRouteRef| {
                    json!({"inquiryRouteCategoryId": route.category, "inquiryRouteCategoryName": "Web",
                        "inquiryRouteId": route.route, "inquiryRouteName": "問い合わせフォーム"})
                };
                ("itemInquiryRouteData", json!({"values": routes.iter().map(route).collect::<Vec<_>>()}))
            }
        };
        json!({"itemID": self.item, "itemType": self.wire, member: data})
    }

    fn plain(&self) -> String {
        match &self.value {
            RawValue::Empty => String::new(),
            RawValue::Text { value, ruby } => {
                ruby.as_ref().map_or_else(|| value.clone(), |ruby| format!("{value} {ruby}"))
            }
            RawValue::Numeric(value) => value.clone(),
            RawValue::Selection(values) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            RawValue::Uuids(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
            RawValue::InquiryRoutes(routes) => {
                routes.iter().map(|route| format!("{},{}", route.category, route.route)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use musubi_domain::id::ItemNo;
    use musubi_domain::item::{Item, ItemValue, validate};
    use musubi_domain::record::DocumentBuilder;

    fn samples() -> Samples {
        let ids: Vec<Uuid> = (1..=20).map(Uuid::from_u128).collect();
        let route = (Uuid::from_u128(1), Uuid::from_u128(2));
        Samples::new(References { organizations: ids.clone(), users: ids.clone(), parents: ids, route }).unwrap()
    }

    fn item(definition: &ItemDefinition) -> Item {
        Item {
            required: definition.required_flag,
            read_only: definition.read_only_flag,
            choices: definition.choices(),
            ..Item::new(ItemNo(1), definition.item_id.unwrap(), definition.item_name.clone(), definition.item_type)
        }
    }

    /// The values of a client as they are stored.
    fn judged(samples: &Samples, number: u64, shape: Shape) -> Vec<(ItemNo, ItemValue)> {
        let sample = samples.sample(number, shape).unwrap();
        let judge = |(at, given): (i64, &Given)| {
            let definition = samples.items.iter().find(|item| item.item_id == Some(given.item)).unwrap();
            let value = validate(&item(definition), given.value.clone());
            assert!(value.is_ok(), "{}: {:?}: {value:?}", definition.item_name, given.value);
            value.unwrap().map(|value| (ItemNo(at), value))
        };
        (1..).zip(&sample.values).filter_map(judge).collect()
    }

    #[test]
    fn every_value_passes_the_rules_and_documents_are_as_large_as_asked() {
        let samples = samples();
        for wanted in [1_600, 4_096, 5_500] {
            let size =
                |number| DocumentBuilder::build(&judged(&samples, number, Shape::documents(wanted))).as_str().len();
            let average = (0..400).map(size).sum::<usize>() / 400;
            assert!(average.abs_diff(wanted) < 100, "{average} bytes, not {wanted}");
        }
        for number in 0..200 {
            assert_eq!(judged(&samples, number, Shape::Sent).len(), 29);
        }
    }

    #[test]
    fn words_come_as_often_as_they_are_said_to() {
        let count = |word: &str, numbers: std::ops::Range<u64>| {
            numbers.filter(|number| name(*number, &mut Draws::new(*number)).0.contains(word)).count()
        };
        assert_eq!(count("薬袋", 0..400_000), 3);
        let tokyo = count("東京", 0..60_000);
        assert!((420..580).contains(&tokyo), "{tokyo} of 60,000");
        let form = count("株式", 0..60_000);
        assert!((25_000..26_600).contains(&form), "{form} of 60,000");
    }

    #[test]
    fn the_same_number_gives_the_same_client() {
        let (samples, shape) = (samples(), Shape::documents(4_096));
        assert_eq!(samples.sample(7, shape).unwrap().texts(), samples.sample(7, shape).unwrap().texts());
        assert_ne!(samples.sample(7, shape).unwrap().texts(), samples.sample(8, shape).unwrap().texts());
    }
}
