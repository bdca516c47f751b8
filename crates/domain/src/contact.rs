//! Contacts (取引先担当者): the built-in items of their template, by the ids of the source (Knowledge Suite+ external API, 取引先担当者テンプレート).

use uuid::{Uuid, uuid};

use crate::key::Likeness;
use crate::template::ShippedField;

/// The name under which the database is known to commands.
pub const DATABASE: &str = "contacts";
/// 取引先担当者姓.
pub const FAMILY_NAME: Uuid = uuid!("9b9e4a9f-2d99-4195-b136-de0ea63c494e");
/// 取引先担当者名.
pub const FIRST_NAME: Uuid = uuid!("4e797881-4042-4dd5-beb6-d3f2ba0d9790");
/// 取引先.
pub const CLIENT: Uuid = uuid!("e8f4b11d-41c4-4c05-afe8-a3c008fa2ce7");
/// 支社支店・拠点.
pub const BRANCH: Uuid = uuid!("3f5ba10e-40d2-4b29-85b6-b7e7d1fff077");
/// 部署.
pub const DEPARTMENT: Uuid = uuid!("5b558456-d616-4d4f-ae93-cae4023a6dd7");
/// 役職.
pub const TITLE: Uuid = uuid!("691c9ac2-01e8-4166-81fb-899149fcd416");
/// 電話番号1.
pub const PHONE: Uuid = uuid!("bd2f1841-f095-48f6-b634-35ea90bba0bd");
/// 電話番号2.
pub const PHONE_2: Uuid = uuid!("d3f1bb48-85c2-49ea-b24d-a3e94e4c2221");
/// 携帯電話番号1.
pub const MOBILE: Uuid = uuid!("41fe574b-712e-4a29-8dd0-e06607a0e962");
/// FAX番号1.
pub const FAX: Uuid = uuid!("b307ba2b-3cb2-41a5-90ea-6a30d853ef8e");
/// メールアドレス1.
pub const MAIL: Uuid = uuid!("4e881466-88b5-46b3-b398-da99ad6cfb79");
/// メールアドレス2.
pub const MAIL_2: Uuid = uuid!("7b9b4c8e-f56c-45a7-93ab-00c7a9e1046e");
/// 郵便番号.
pub const POSTAL_CODE: Uuid = uuid!("f11a121e-3afa-44ce-9972-6e2d90799fb1");
/// 住所(都道府県).
pub const PREFECTURE: Uuid = uuid!("ba86c3a5-bdb4-483b-88ec-a870f9975ed8");
/// 住所(市区町村以下).
pub const CITY: Uuid = uuid!("9fcc9ed9-586e-4707-8cd5-140d3eca35bc");
/// 営業主担当部署.
pub const SALES_ORGANIZATION: Uuid = uuid!("a214bb83-f81d-4631-9f1e-7c7efca08521");
/// 営業主担当者.
pub const SALES_USER: Uuid = uuid!("e9ba034d-e8de-415c-a059-6c5096aa9daf");
/// 引合経路: kept beside the items of the template, as the calls of the source have it.
pub const INQUIRY_ROUTES: Uuid = uuid!("a1209240-953f-44c4-a53e-e3baf55afe2e");

/// The fields that have an index from the beginning.
pub(crate) const INDEXES: &[ShippedField] = &[
    ShippedField::Item(CLIENT),
    ShippedField::Item(SALES_ORGANIZATION),
    ShippedField::Item(SALES_USER),
    ShippedField::Item(MAIL),
    ShippedField::Alike(MAIL, Likeness::Domain),
    ShippedField::CreatedAt,
    ShippedField::UpdatedAt,
    ShippedField::CreatedBy,
];
