//! Business cards (名刺): the built-in items of their template, and where each stands with 名寄せ.

use uuid::{Uuid, uuid};

use crate::template::ShippedField;

/// The name under which the database is known to commands.
pub const DATABASE: &str = "business_cards";
/// 会社名.
pub const COMPANY: Uuid = uuid!("d9c3173c-908a-4743-a8ab-f75d1f7dc376");
/// 支社支店・拠点.
pub const BRANCH: Uuid = uuid!("143c1b89-cfc7-456d-b7d8-cc040b262763");
/// 部署.
pub const DEPARTMENT: Uuid = uuid!("a212c1b5-0d28-48ec-acab-39a15b919cab");
/// 役職.
pub const TITLE: Uuid = uuid!("9aa36f78-576e-4655-9867-4e5991a77faf");
/// 姓.
pub const FAMILY_NAME: Uuid = uuid!("28be08d4-89e3-412d-9846-3d3a7df5292a");
/// 名.
pub const FIRST_NAME: Uuid = uuid!("f6b41467-2653-488b-aa37-4ff931c50de3");
/// メールアドレス.
pub const MAIL: Uuid = uuid!("cb76000b-f773-4056-8701-44ed13d18927");
/// 電話番号.
pub const PHONE: Uuid = uuid!("928442cb-a606-439b-abdd-d1d186678f6d");
/// 携帯電話番号.
pub const MOBILE: Uuid = uuid!("96e5a4b3-a348-48fd-924b-b68187a17bc3");
/// FAX番号.
pub const FAX: Uuid = uuid!("531c8ef0-95ae-4078-a4bd-c55569f447cb");
/// 郵便番号.
pub const POSTAL_CODE: Uuid = uuid!("6ddddc5a-b61f-4bcf-b524-4cc539170840");
/// 住所(都道府県).
pub const PREFECTURE: Uuid = uuid!("30c08bd9-967d-4d2a-8fd2-c35c21dc686b");
/// 住所(市区町村以下).
pub const CITY: Uuid = uuid!("5e449964-2248-4c82-9669-3e82dfbc4e78");
/// WEBサイト.
pub const WEBSITE: Uuid = uuid!("8927698b-0c8b-4de5-8c9a-af70e21bac85");
/// 名刺交換日.
pub const EXCHANGED_ON: Uuid = uuid!("96d9073a-f688-4cfc-98df-06d045aee2e7");
/// 名刺所有者.
pub const OWNER: Uuid = uuid!("006d9af4-78d1-4d6d-9795-2406e3b80620");
/// 引合経路.
pub const INQUIRY_ROUTE: Uuid = uuid!("3a1223de-89f3-4ae7-82be-9b9c2a46bb4c");
/// メモ.
pub const NOTE: Uuid = uuid!("08d9705d-025f-4e3e-bef8-40a48d5fa5e5");
/// 取引先.
pub const CLIENT: Uuid = uuid!("070fa850-8317-4561-a21b-4d4baaf7180d");
/// 取引先担当者.
pub const CONTACT: Uuid = uuid!("9ba94a32-254d-437d-ad1c-566ea67f8dd4");
/// 名寄せ.
pub const MATCHING: Uuid = uuid!("8601362b-d0a3-423e-b85f-744a02f49e0c");

/// The fields that have an index from the beginning.
pub(crate) const INDEXES: &[ShippedField] = &[
    ShippedField::Item(CLIENT),
    ShippedField::Item(CONTACT),
    ShippedField::Item(MATCHING),
    ShippedField::Item(OWNER),
    ShippedField::CreatedAt,
    ShippedField::UpdatedAt,
    ShippedField::CreatedBy,
];

/// Where a card stands with 名寄せ: the choices of the item [`MATCHING`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matching {
    /// It is joined to its client and contact.
    Settled,
    /// Somebody has to say whose it is.
    Review,
    /// Somebody has said that it is to be joined to nobody.
    Passed,
}

impl Matching {
    /// The value of the choice.
    #[must_use]
    pub const fn choice(self) -> i64 {
        match self {
            Self::Settled => 1,
            Self::Review => 2,
            Self::Passed => 3,
        }
    }
}
