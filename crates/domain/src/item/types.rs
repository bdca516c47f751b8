//! The one declared table of item types: name, wire, length, form, key, search, display.
//!
//! What a type is in one place is a row here; the members of other facades take their forms and lengths from the same words.

use serde::{Deserialize, Serialize};

/// The type of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    /// テキスト(1行).
    TextSingle,
    /// テキスト(複数行).
    TextMultiple,
    /// 数字.
    Number,
    /// 金額(整数).
    AmountInteger,
    /// 金額(小数).
    AmountDecimal,
    /// 日付.
    Date,
    /// 日時.
    Datetime,
    /// プルダウン.
    Pulldown,
    /// 連携プルダウン.
    LinkagePulldown,
    /// チェックボックス.
    Checkbox,
    /// 電話番号.
    PhoneNumber,
    /// URL.
    Url,
    /// メールアドレス.
    MailAddress,
    /// 郵便番号.
    PostalCode,
    /// 都道府県.
    Prefectures,
    /// ユーザー(単数).
    UserSingle,
    /// ユーザー(複数).
    UserMultiple,
    /// 部署(単数).
    DivisionSingle,
    /// 部署(複数).
    DivisionMultiple,
    /// 取引先(単数).
    ClientSingle,
    /// 取引先(複数).
    ClientMultiple,
    /// 取引先担当者(単数).
    #[serde(rename = "clientresponsible_single")]
    ContactSingle,
    /// 取引先担当者(複数).
    #[serde(rename = "clientresponsible_multiple")]
    ContactMultiple,
    /// 商品(単数).
    ProductSingle,
    /// 商品(複数).
    ProductMultiple,
    /// 引合経路.
    InquiryRoute,
    /// フリガナ付きテキスト.
    TextRuby,
    /// 自動採番. A type of our own, for the databases that people make.
    AutoNumber,
    /// 参照: a record of another database. A type of our own, for the databases that people make.
    Reference,
}

/// Which data object carries the value of a type on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// `itemTextData`.
    Text,
    /// `itemNumericData`.
    Numeric,
    /// `itemSelectionData`.
    Selection,
    /// `itemUuidData`, `itemUuidDataList`.
    Uuid,
    /// `itemInquiryRouteData`, `itemInquiryRouteDataList`.
    InquiryRoute,
}

/// What the UUIDs of a type point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// People.
    User,
    /// Organizations.
    Organization,
    /// Clients.
    Client,
    /// Contacts.
    Contact,
    /// Products.
    Product,
    /// Records of the database that the item names.
    Record,
}

/// What a value must look like. The validators stand in `item/form.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One line: no line breaks, no control characters.
    Line,
    /// Lines: line breaks, no other control characters.
    Lines,
    /// One line with a reading that is one too.
    Reading,
    /// ASCII digits, and a point where digits may follow one.
    Decimal,
    /// A day of the calendar, `YYYY-MM-DD`.
    Date,
    /// A moment in one of two forms.
    Datetime,
    /// The number of one choice.
    Choice,
    /// Numbers of choices from level 1 down.
    ChoicePath,
    /// Numbers of choices, none twice.
    ChoiceSet,
    /// ASCII digits, + and -.
    PhoneNumber,
    /// An http or https address.
    Url,
    /// One mail address.
    MailAddress,
    /// ASCII digits and -.
    PostalCode,
    /// One of the 47 names.
    Prefecture,
    /// One outside id, or a set of them.
    Ids,
    /// Pairs of category and route.
    InquiryRoutes,
    /// A prefix and digits that the product gives out.
    AutoNumber,
}

/// How values of a type are compared and sorted: the encoding of their keys (`key.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Folded text.
    Text,
    /// An exact number.
    Number,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// The number of a choice.
    Choice,
    /// An outside id.
    Id,
    /// An inquiry route.
    InquiryRoute,
    /// A person or a system user by number: who created or changed a record. No type of item is compared like this.
    User,
}

/// What people are shown for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// The text itself.
    Text,
    /// The number in groups of three, between the item's units.
    Number,
    /// The day.
    Date,
    /// The moment in Japan.
    Moment,
    /// The labels of choices.
    Labels,
    /// The names of what is pointed at.
    Names,
}

/// What all items of a type have in common: one row of the declared table.
#[derive(Clone, Copy, Debug)]
pub struct TypeRow {
    /// The type.
    pub item_type: ItemType,
    /// Its name on the wire.
    pub wire: &'static str,
    /// The data object that carries its value.
    pub data: DataKind,
    /// What it must look like.
    pub form: Form,
    /// Characters at most (digits before the point for numbers; 0 where another rule bounds the value).
    pub most: usize,
    /// Digits after the point at most.
    pub fraction: usize,
    /// Whether it holds a set of values.
    pub multiple: bool,
    /// What its UUIDs point at.
    pub target: Option<Target>,
    /// How it is compared and sorted.
    pub key: KeyKind,
    /// Whether its text is found by search.
    pub searched: bool,
    /// What people are shown.
    pub display: Display,
}

const fn text(item_type: ItemType, wire: &'static str, form: Form, most: usize, searched: bool) -> TypeRow {
    TypeRow {
        item_type,
        wire,
        data: DataKind::Text,
        form,
        most,
        fraction: 0,
        multiple: false,
        target: None,
        key: KeyKind::Text,
        searched,
        display: Display::Text,
    }
}

const fn numeric(item_type: ItemType, wire: &'static str, most: usize, fraction: usize) -> TypeRow {
    let row = text(item_type, wire, Form::Decimal, most, false);
    TypeRow { data: DataKind::Numeric, fraction, key: KeyKind::Number, display: Display::Number, ..row }
}

const fn selection(item_type: ItemType, wire: &'static str, form: Form, multiple: bool) -> TypeRow {
    let row = text(item_type, wire, form, 0, false);
    TypeRow { data: DataKind::Selection, multiple, key: KeyKind::Choice, display: Display::Labels, ..row }
}

const fn reference(item_type: ItemType, wire: &'static str, multiple: bool, target: Target) -> TypeRow {
    let row = text(item_type, wire, Form::Ids, 0, false);
    TypeRow { data: DataKind::Uuid, multiple, target: Some(target), key: KeyKind::Id, display: Display::Names, ..row }
}

/// The declared table. Its order is that of the source; types of our own follow.
pub const TYPES: [TypeRow; 29] = [
    text(ItemType::TextSingle, "text_single", Form::Line, 255, true),
    text(ItemType::TextMultiple, "text_multiple", Form::Lines, 2_000, false),
    numeric(ItemType::Number, "number", 9, 0),
    numeric(ItemType::AmountInteger, "amount_integer", 15, 0),
    numeric(ItemType::AmountDecimal, "amount_decimal", 15, 2),
    TypeRow { key: KeyKind::Date, display: Display::Date, ..text(ItemType::Date, "date", Form::Date, 0, false) },
    TypeRow {
        key: KeyKind::Moment,
        display: Display::Moment,
        ..text(ItemType::Datetime, "datetime", Form::Datetime, 0, false)
    },
    selection(ItemType::Pulldown, "pulldown", Form::Choice, false),
    selection(ItemType::LinkagePulldown, "linkage_pulldown", Form::ChoicePath, true),
    selection(ItemType::Checkbox, "checkbox", Form::ChoiceSet, true),
    text(ItemType::PhoneNumber, "phone_number", Form::PhoneNumber, 25, true),
    text(ItemType::Url, "url", Form::Url, 255, false),
    text(ItemType::MailAddress, "mail_address", Form::MailAddress, 255, true),
    text(ItemType::PostalCode, "postal_code", Form::PostalCode, 8, false),
    text(ItemType::Prefectures, "prefectures", Form::Prefecture, 0, true),
    reference(ItemType::UserSingle, "user_single", false, Target::User),
    reference(ItemType::UserMultiple, "user_multiple", true, Target::User),
    reference(ItemType::DivisionSingle, "division_single", false, Target::Organization),
    reference(ItemType::DivisionMultiple, "division_multiple", true, Target::Organization),
    reference(ItemType::ClientSingle, "client_single", false, Target::Client),
    reference(ItemType::ClientMultiple, "client_multiple", true, Target::Client),
    reference(ItemType::ContactSingle, "clientresponsible_single", false, Target::Contact),
    reference(ItemType::ContactMultiple, "clientresponsible_multiple", true, Target::Contact),
    reference(ItemType::ProductSingle, "product_single", false, Target::Product),
    reference(ItemType::ProductMultiple, "product_multiple", true, Target::Product),
    TypeRow {
        data: DataKind::InquiryRoute,
        multiple: true,
        key: KeyKind::InquiryRoute,
        display: Display::Names,
        ..text(ItemType::InquiryRoute, "inquiry_route", Form::InquiryRoutes, 0, false)
    },
    text(ItemType::TextRuby, "text_ruby", Form::Reading, 255, true),
    text(ItemType::AutoNumber, "auto_number", Form::AutoNumber, 40, true),
    reference(ItemType::Reference, "reference", false, Target::Record),
];

impl ItemType {
    /// The type's row of the declared table.
    #[must_use]
    pub fn row(self) -> &'static TypeRow {
        TYPES.iter().find(|row| row.item_type == self).expect("a test checks that every type has its row")
    }

    /// The type of this name on the wire.
    #[must_use]
    pub fn from_wire(name: &str) -> Option<Self> {
        TYPES.iter().find(|row| row.wire == name).map(|row| row.item_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_one_row_and_one_wire_name() {
        for row in &TYPES {
            assert_eq!(row.item_type.row().wire, row.wire);
            assert_eq!(ItemType::from_wire(row.wire), Some(row.item_type));
            let named = serde_json::to_value(row.item_type).unwrap();
            assert_eq!(named, serde_json::json!(row.wire));
        }
    }
}
