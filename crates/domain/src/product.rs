//! Products (商品): the built-in items of their template. The source names products and leaves open what they consist of.

use uuid::{Uuid, uuid};

use crate::template::ShippedField;

/// The name under which the database is known to commands.
pub const DATABASE: &str = "products";
/// 商品コード.
pub const CODE: Uuid = uuid!("b8856777-9465-4b9b-8a44-3b6c61b4609a");
/// 商品名.
pub const NAME: Uuid = uuid!("46786736-14ef-42c0-ab4b-8044523c3362");
/// 単価.
pub const UNIT_PRICE: Uuid = uuid!("8f46f48f-209d-4eda-8a77-f7dbf4643d8c");
/// 単位.
pub const UNIT: Uuid = uuid!("5f30cbfa-268e-4eb8-ba7d-8fc3e37221e2");
/// 税率.
pub const TAX_RATE: Uuid = uuid!("fe1f37c7-5f47-4fde-b2d7-0d4c07c653bf");
/// 販売状態.
pub const STATUS: Uuid = uuid!("0c1d5778-9b70-45dd-828c-32a5cf3f3f55");
/// 詳細.
pub const DETAIL: Uuid = uuid!("bff0665b-4917-432a-bdab-228de16a00fd");

/// The fields that have an index from the beginning.
pub(crate) const INDEXES: &[ShippedField] = &[
    ShippedField::Item(CODE),
    ShippedField::Item(STATUS),
    ShippedField::CreatedAt,
    ShippedField::UpdatedAt,
    ShippedField::CreatedBy,
];
