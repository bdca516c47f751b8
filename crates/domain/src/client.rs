//! Clients (取引先): the built-in items of their template, by the ids of the source (Knowledge Suite+ external API, 取引先テンプレート).

use uuid::{Uuid, uuid};

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
