//! Clients (取引先): the built-in items of their template, by the ids of the source (Knowledge Suite+ external API, 取引先テンプレート).

use uuid::{Uuid, uuid};

use crate::key::Likeness;
use crate::template::ShippedField;

/// The name under which the database is known to commands.
pub const DATABASE: &str = "clients";
/// 取引先正式名称: the display name.
pub const NAME: Uuid = uuid!("2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7");
/// 住所(都道府県).
pub const PREFECTURE: Uuid = uuid!("8a87f4ef-19d6-4189-b3ca-6a9788b9ebc7");
/// 住所(市区町村以下).
pub const CITY: Uuid = uuid!("25c58fef-625c-4a47-a5a2-cc2c0c265bc6");
/// 親取引先.
pub const PARENT: Uuid = uuid!("f8ccf472-16db-4fcb-8e94-d0d92eba67e1");
/// 営業主担当部署.
pub const SALES_ORGANIZATION: Uuid = uuid!("81818574-827d-4084-8b12-97b5b9a8d593");
/// 営業主担当者.
pub const SALES_USER: Uuid = uuid!("88795555-0d22-46fd-bc6d-8a14c5d0dc7a");
/// 取引先略称.
pub const SHORT_NAME: Uuid = uuid!("f1315967-bac4-4704-aa9d-43d2ac707b84");
/// 代表電話番号.
pub const PHONE: Uuid = uuid!("b70b0359-fe8d-4293-b227-bb5692871c7a");
/// WEBサイト1.
pub const WEBSITE: Uuid = uuid!("84e21e7c-5c08-4097-9cd0-b9eaffd4fb6d");
/// 郵便番号.
pub const POSTAL_CODE: Uuid = uuid!("494cafbb-aa8d-41cc-8aac-2fe37c960c9b");
/// 支社支店・拠点.
pub const BRANCH: Uuid = uuid!("844fd803-117d-46ba-ad55-2d7950c2df3b");
/// 部署.
pub const DEPARTMENT: Uuid = uuid!("d154848f-295d-4d27-b4db-8454bcfbf308");

/// The fields that have an index from the beginning.
pub(crate) const INDEXES: &[ShippedField] = &[
    ShippedField::Item(PREFECTURE),
    ShippedField::Item(SALES_ORGANIZATION),
    ShippedField::Item(SALES_USER),
    ShippedField::CreatedAt,
    ShippedField::UpdatedAt,
    ShippedField::CreatedBy,
    ShippedField::Item(PARENT),
    ShippedField::Alike(NAME, Likeness::Company),
    ShippedField::Alike(PHONE, Likeness::Phone),
];
