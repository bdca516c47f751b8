//! Items (項目): the one declared table of their types, and what belongs to an item of a template.
//!
//! The types are those of the source, the external API of Knowledge Suite+; what it leaves open is settled in
//! docs/guide/crm-api.md.

mod choice;
mod prefecture;
mod validate;
mod value;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use choice::Choice;
pub use prefecture::{built_in_order, custom_order, is_prefecture};
pub use validate::validate;
pub use value::{InquiryRouteRef, ItemValue, RawValue};

use crate::id::ItemNo;

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
    /// Characters at most (digits before the point for numbers; 0 where another rule bounds the value).
    pub most: usize,
    /// Digits after the point at most.
    pub fraction: usize,
    /// Whether it holds a set of values.
    pub multiple: bool,
    /// What its UUIDs point at.
    pub target: Option<Target>,
    /// Whether its text is found by search.
    pub searched: bool,
}

const fn text(item_type: ItemType, wire: &'static str, most: usize, searched: bool) -> TypeRow {
    TypeRow { item_type, wire, data: DataKind::Text, most, fraction: 0, multiple: false, target: None, searched }
}

const fn numeric(item_type: ItemType, wire: &'static str, most: usize, fraction: usize) -> TypeRow {
    TypeRow { item_type, wire, data: DataKind::Numeric, most, fraction, multiple: false, target: None, searched: false }
}

const fn selection(item_type: ItemType, wire: &'static str, multiple: bool) -> TypeRow {
    TypeRow {
        item_type,
        wire,
        data: DataKind::Selection,
        most: 0,
        fraction: 0,
        multiple,
        target: None,
        searched: false,
    }
}

const fn reference(item_type: ItemType, wire: &'static str, multiple: bool, target: Target) -> TypeRow {
    TypeRow {
        item_type,
        wire,
        data: DataKind::Uuid,
        most: 0,
        fraction: 0,
        multiple,
        target: Some(target),
        searched: false,
    }
}

/// The declared table. Its order is that of the source.
pub const TYPES: [TypeRow; 27] = [
    text(ItemType::TextSingle, "text_single", 255, true),
    text(ItemType::TextMultiple, "text_multiple", 2_000, false),
    numeric(ItemType::Number, "number", 9, 0),
    numeric(ItemType::AmountInteger, "amount_integer", 15, 0),
    numeric(ItemType::AmountDecimal, "amount_decimal", 15, 2),
    text(ItemType::Date, "date", 0, false),
    text(ItemType::Datetime, "datetime", 0, false),
    selection(ItemType::Pulldown, "pulldown", false),
    selection(ItemType::LinkagePulldown, "linkage_pulldown", true),
    selection(ItemType::Checkbox, "checkbox", true),
    text(ItemType::PhoneNumber, "phone_number", 25, true),
    text(ItemType::Url, "url", 255, false),
    text(ItemType::MailAddress, "mail_address", 255, true),
    text(ItemType::PostalCode, "postal_code", 8, false),
    text(ItemType::Prefectures, "prefectures", 0, true),
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
        item_type: ItemType::InquiryRoute,
        wire: "inquiry_route",
        data: DataKind::InquiryRoute,
        most: 0,
        fraction: 0,
        multiple: true,
        target: None,
        searched: false,
    },
    text(ItemType::TextRuby, "text_ruby", 255, true),
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

/// The items that the system fills: the same ids in every template of the source.
pub mod system {
    use uuid::{Uuid, uuid};

    /// 作成日.
    pub const CREATED_AT: Uuid = uuid!("abaf7064-0eba-497c-a907-386a41ec71d3");
    /// 作成者.
    pub const CREATED_BY: Uuid = uuid!("c3fdda6a-9eb5-427b-af55-45037f3889dd");
    /// 最終更新日.
    pub const UPDATED_AT: Uuid = uuid!("b91ed3f4-d0a0-4337-8d25-4117cb823d83");
    /// 最終更新者.
    pub const UPDATED_BY: Uuid = uuid!("612017e9-b88e-4ba7-90fe-7322590a6ddc");
}

/// An item of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The number inside, under which documents hold its value.
    pub number: ItemNo,
    /// The id outside.
    pub id: Uuid,
    /// Other ids under which it is accepted.
    pub aliases: Vec<Uuid>,
    /// The name that people see.
    pub name: String,
    /// The type.
    pub item_type: ItemType,
    /// A value must be given.
    pub required: bool,
    /// Filled by the system.
    pub read_only: bool,
    /// Ships with the product: cannot be removed and keeps its id.
    pub built_in: bool,
    /// What stands before a number.
    pub before_unit: Option<String>,
    /// What stands after a number.
    pub after_unit: Option<String>,
    /// The choices of a pull-down, a check box or a linked pull-down (with children).
    pub choices: Vec<Choice>,
}

impl Item {
    /// The name of the prefecture that `number` means in this item (from 1).
    #[must_use]
    pub fn prefecture(&self, number: i64) -> Option<&'static str> {
        let order = if self.built_in { built_in_order() } else { custom_order() };
        usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).and_then(|at| order.get(at)).copied()
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
