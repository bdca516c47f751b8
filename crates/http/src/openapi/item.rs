//! Items: how the value of each type is written, and the schemas of items that are given and answered.

use std::fmt::Write as _;

use musubi_domain::item::{DataKind, ItemType, TYPES, TypeRow};
use musubi_domain::limits;
use serde_json::{Value, json};

use super::schema::{Member, always, closed, list, nullable, open, reference, set, text, text_to, uuid};

/// How a value of this type is written, in Japanese and in English.
#[must_use]
pub const fn item_form(item_type: ItemType) -> (&'static str, &'static str) {
    match item_type {
        ItemType::TextSingle => ("改行・制御文字は不可", "no line breaks, no control characters"),
        ItemType::TextMultiple => ("改行は可、ほかの制御文字は不可", "line breaks, no other control characters"),
        ItemType::Number | ItemType::AmountInteger => ("半角数字のみ(符号なし)", "ASCII digits, no sign"),
        ItemType::AmountDecimal => {
            ("半角数字、小数点は 1 つまで(符号なし)", "ASCII digits, at most one point, no sign")
        }
        ItemType::Date => ("実在する日付 YYYY-MM-DD", "a date of the calendar, YYYY-MM-DD"),
        ItemType::Datetime => (
            "RFC 3339、または YYYY-MM-DD HH:MM:SS(日本時間)。応答は RFC 3339 の UTC(秒まで)",
            "RFC 3339, or YYYY-MM-DD HH:MM:SS (Japan time); answered as RFC 3339 in UTC, whole seconds",
        ),
        ItemType::Pulldown => ("選択肢の値を 1 つ", "the value of one choice"),
        ItemType::LinkagePulldown => {
            ("選択肢の値を第 1 階層から順に(3 階層まで)", "values of choices from level 1 down (at most 3 levels)")
        }
        ItemType::Checkbox => ("選択肢の値、重複不可", "values of choices, none twice"),
        ItemType::PhoneNumber => ("半角数字と + -", "ASCII digits, + and -"),
        ItemType::Url => ("http または https の URL", "an http or https URL"),
        ItemType::MailAddress => ("メールアドレス 1 件", "one mail address"),
        ItemType::PostalCode => ("半角数字と -", "ASCII digits and -"),
        ItemType::Prefectures => (
            "都道府県名(東京都 など)。登録時は itemSelectionData.values に選択肢の値 1 つでも可",
            "the full name of a prefecture; when given, also as one choice in itemSelectionData.values",
        ),
        ItemType::UserSingle => ("ユーザーID", "the id of a person"),
        ItemType::UserMultiple => ("ユーザーID、重複不可", "ids of people, none twice"),
        ItemType::DivisionSingle => ("組織ID", "the id of an organization"),
        ItemType::DivisionMultiple => ("組織ID、重複不可", "ids of organizations, none twice"),
        ItemType::ClientSingle => ("取引先ID", "the id of a client"),
        ItemType::ClientMultiple => ("取引先ID、重複不可", "ids of clients, none twice"),
        ItemType::ContactSingle => ("取引先担当者ID", "the id of a contact"),
        ItemType::ContactMultiple => ("取引先担当者ID、重複不可", "ids of contacts, none twice"),
        ItemType::ProductSingle => ("商品ID", "the id of a product"),
        ItemType::ProductMultiple => ("商品ID、重複不可", "ids of products, none twice"),
        ItemType::InquiryRoute => (
            "引合経路カテゴリIDと引合経路IDの組、重複不可",
            "pairs of inquiry route category and inquiry route, none twice",
        ),
        ItemType::TextRuby => (
            "値とフリガナ。改行・制御文字は不可。フリガナだけの指定は不可",
            "text and reading, each without line breaks and control characters; no reading without a text",
        ),
        ItemType::AutoNumber => ("自動採番。指定はできません", "a number that the product gives out; it cannot be set"),
        ItemType::Reference => {
            ("参照先データベースのデータのID", "the id of a record of the database that the item names")
        }
    }
}

/// How long a value of this type may be, in Japanese and in English; "-" where its form says it.
#[must_use]
pub fn item_length(row: &TypeRow) -> (String, String) {
    let TypeRow { most, fraction, .. } = *row;
    match row.data {
        DataKind::Text if most == 0 => ("-".to_owned(), "-".to_owned()),
        DataKind::Text => (format!("{most} 文字"), format!("{most} characters")),
        DataKind::Numeric if fraction == 0 => (format!("{most} 桁"), format!("{most} digits")),
        DataKind::Numeric => {
            (format!("整数部 {most} 桁、小数部 {fraction} 桁"), format!("{most} digits, {fraction} after the point"))
        }
        DataKind::Selection if row.item_type == ItemType::LinkagePulldown => ("-".to_owned(), "-".to_owned()),
        DataKind::Selection | DataKind::Uuid | DataKind::InquiryRoute => {
            let values = if row.multiple { limits::SET_VALUES } else { 1 };
            (format!("{values} 個"), format!("{values} {}", if values == 1 { "value" } else { "values" }))
        }
    }
}

/// The member that carries the value of items of this kind.
#[must_use]
pub const fn data_member(data: DataKind) -> &'static str {
    match data {
        DataKind::Text => "itemTextData",
        DataKind::Numeric => "itemNumericData",
        DataKind::Selection => "itemSelectionData",
        DataKind::Uuid => "itemUuidData",
        DataKind::InquiryRoute => "itemInquiryRouteData",
    }
}

/// The schemas of items, by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let mut schemas = vec![
        ("ItemType", item_type()),
        ("GivenItem", given_item()),
        ("GivenInquiryRoute", given_route()),
        ("Item", items(false)),
        ("ClientResponsibleItem", items(true)),
        ("ItemUuidDataElement", uuid_element()),
        ("InquiryRoute", inquiry_route()),
    ];
    schemas.extend(ANSWERED.iter().map(|answered| (answered.name, answered.schema())));
    schemas
}

fn item_type() -> Value {
    let mut description = "項目タイプ。値を入れるメンバーと書き方は次のとおりです。\n\n".to_owned();
    description.push_str("| 項目タイプ | メンバー | 最大 | 書き方 |\n| --- | --- | --- | --- |\n");
    for row in &TYPES {
        let (form, length) = (item_form(row.item_type).0, item_length(row).0);
        // Writing to a text cannot fail.
        let _ = writeln!(description, "| {} | {} | {length} | {form} |", row.wire, data_member(row.data));
    }
    let names: Vec<_> = TYPES.iter().map(|row| row.wire).collect();
    json!({"type": "string", "enum": names, "description": description})
}

fn longest(data: DataKind) -> usize {
    let characters = |row: &TypeRow| if row.fraction == 0 { row.most } else { row.most + 1 + row.fraction };
    TYPES.iter().filter(|row| row.data == data).map(characters).max().unwrap_or_default()
}

fn choice() -> Value {
    json!({"type": "integer", "format": "int64", "description": "選択肢の値。"})
}

fn given_item() -> Value {
    let values = |items| open("", vec![nullable("values", list("値。[] は値なし。", items))]);
    let described = |description: &str, mut schema: Value| {
        set(&mut schema, "description", json!(description));
        schema
    };
    let route = || reference("GivenInquiryRoute");
    let text_data = vec![
        nullable("value", text_to(longest(DataKind::Text), "値。\"\" は値なし。")),
        nullable(
            "ruby",
            text_to(ItemType::TextRuby.row().most, "フリガナ。項目タイプが text_ruby のときだけ使います。"),
        ),
    ];
    let number = text_to(longest(DataKind::Numeric), "値。数値も文字列で書きます。\"\" は値なし。");
    let uuids = list(
        "itemUuidData の代わりに使えます。両方あるときは itemUuidData.values を使います。",
        open("", vec![always("itemUuid", uuid("ID。"))]),
    );
    let members = vec![
        always("itemID", uuid("項目ID。大文字と小文字は区別しません。")),
        always("itemType", reference("ItemType")),
        nullable("itemTextData", open("文字列の値。", text_data)),
        nullable("itemNumericData", open("数値。", vec![nullable("value", number)])),
        nullable("itemSelectionData", described("選択肢の値。", values(choice()))),
        nullable("itemUuidData", described("ID の値。", values(uuid("ID。")))),
        nullable("itemUuidDataList", uuids),
        nullable("itemInquiryRouteDataList", list("引合経路の値。", route())),
        nullable(
            "itemInquiryRouteData",
            described(
                "itemInquiryRouteDataList の代わりに使えます。両方あるときは itemInquiryRouteDataList を使います。",
                values(route()),
            ),
        ),
    ];
    open(
        "項目とその値。値を入れるメンバーは項目タイプで決まります。そのメンバーがない、null、\"\"、[] のときは値なしとして扱います。",
        members,
    )
}

fn given_route() -> Value {
    let members = vec![
        always("inquiryRouteCategoryId", uuid("引合経路カテゴリID。")),
        always("inquiryRouteId", uuid("そのカテゴリに属する引合経路のID。")),
    ];
    open("引合経路と、そのカテゴリ。", members)
}

/// The items of answers; the calls of contacts have some in a form of their own.
fn items(of_contacts: bool) -> Value {
    let answered = || ANSWERED.iter().filter(move |answered| answered.is_in(of_contacts));
    let schemas: Vec<_> = answered().map(|answered| reference(answered.name)).collect();
    let of =
        |answered: &Answered| answered.rows().map(|row| row.wire).map(|wire| (wire, answered.name)).collect::<Vec<_>>();
    let mapping: Value = answered()
        .flat_map(of)
        .map(|(wire, name)| (wire.to_owned(), json!(format!("#/components/schemas/{name}"))))
        .collect();
    json!({
        "description": "項目とその値。値を入れるメンバーは項目タイプで決まります。",
        "oneOf": schemas,
        "discriminator": {"propertyName": "itemType", "mapping": mapping},
    })
}

/// The calls whose answers have an item in this form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calls {
    All,
    Clients,
    Contacts,
}

/// Items with the same members in answers.
struct Answered {
    name: &'static str,
    description: &'static str,
    data: DataKind,
    ruby: bool,
    calls: Calls,
}

const fn answered(name: &'static str, description: &'static str, data: DataKind, calls: Calls) -> Answered {
    Answered { name, description, data, ruby: false, calls }
}

const ANSWERED: [Answered; 8] = [
    answered("TextItem", "文字列の項目。", DataKind::Text, Calls::Clients),
    answered("ClientResponsibleTextItem", "文字列の項目。", DataKind::Text, Calls::Contacts),
    Answered {
        name: "RubyItem",
        description: "フリガナ付きの文字列の項目。",
        data: DataKind::Text,
        ruby: true,
        calls: Calls::All,
    },
    answered("NumericItem", "数値の項目。", DataKind::Numeric, Calls::All),
    answered("SelectionItem", "選択肢の項目。", DataKind::Selection, Calls::All),
    answered("UuidItem", "ユーザー・組織・取引先などを指す項目。", DataKind::Uuid, Calls::Clients),
    answered("ClientResponsibleUuidItem", "ユーザー・組織・取引先などを指す項目。", DataKind::Uuid, Calls::Contacts),
    answered("InquiryRouteItem", "引合経路の項目。", DataKind::InquiryRoute, Calls::All),
];

impl Answered {
    fn is_in(&self, contacts: bool) -> bool {
        self.calls == Calls::All || (self.calls == Calls::Contacts) == contacts
    }

    fn rows(&self) -> impl Iterator<Item = &'static TypeRow> {
        let (data, ruby) = (self.data, self.ruby);
        TYPES.iter().filter(move |row| row.data == data && (row.item_type == ItemType::TextRuby) == ruby)
    }

    fn schema(&self) -> Value {
        let names: Vec<_> = self.rows().map(|row| row.wire).collect();
        let mut members = vec![
            always("itemID", uuid("項目ID(小文字)。")),
            always("itemType", json!({"type": "string", "enum": names, "description": "項目タイプ。"})),
        ];
        members.extend(self.data_members());
        closed(self.description, members)
    }

    fn data_members(&self) -> Vec<Member> {
        let values = |items| closed("", vec![always("values", list("値。", items))]);
        let value = || always("value", text("値。"));
        let data = match self.data {
            DataKind::Text if self.ruby => {
                closed("", vec![value(), always("ruby", text("フリガナ。ないときは \"\"。"))])
            }
            DataKind::Text if self.calls == Calls::Contacts => {
                let ruby = json!({"type": "null", "description": "いつも null です。"});
                closed("", vec![value(), always("ruby", ruby)])
            }
            DataKind::Text => closed("", vec![value()]),
            DataKind::Numeric => {
                closed("", vec![always("value", text("値。先頭の 0 は省き、小数部は登録された桁のまま返します。"))])
            }
            DataKind::Selection => values(choice()),
            DataKind::Uuid => values(uuid("ID(小文字)。")),
            DataKind::InquiryRoute => values(reference("InquiryRoute")),
        };
        let named = || always("itemUuidDataList", list("ID と、その表示名。", reference("ItemUuidDataElement")));
        match (self.data, self.calls) {
            (DataKind::Uuid, Calls::Contacts) => vec![named()],
            (DataKind::Uuid, _) => vec![always(data_member(self.data), data), named()],
            _ => vec![always(data_member(self.data), data)],
        }
    }
}

fn uuid_element() -> Value {
    let members = vec![
        always("itemUuid", uuid("ID(小文字)。")),
        always("itemDisplayValue", text("ユーザー名、組織名、取引先名などの表示名。分からないときは \"\"。")),
    ];
    closed("ID と表示名。", members)
}

fn inquiry_route() -> Value {
    let members = vec![
        always("inquiryRouteCategoryId", uuid("引合経路カテゴリID。")),
        always("inquiryRouteCategoryName", text("引合経路カテゴリ名。")),
        always("inquiryRouteId", uuid("引合経路ID。")),
        always("inquiryRouteName", text("引合経路名。")),
    ];
    closed("引合経路と、そのカテゴリ。", members)
}
