//! OpenAPI documents, written from the tables of the source: paths, scopes, item types, limits, messages.
//!
//! A test holds them to the router (every call is there), to the answers (they are what the schemas say) and to the judgement
//! of requests (the server takes what the schemas take).

mod answers;
mod business_card;
mod call;
mod client;
mod contact;
mod crm;
mod item;
mod linkage;
mod organization;
mod record;
mod schema;
mod template;
mod text;

use std::sync::LazyLock;

pub use crm::crm;
pub use item::{data_member, item_form, item_length};

/// The document of the CRM calls, as text: the same text each time, members in an order made for reading.
#[must_use]
pub fn crm_text() -> String {
    static TEXT: LazyLock<String> = LazyLock::new(|| text::write(&crm()));
    TEXT.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_document() {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&crm_text()).unwrap(), crm());
    }
}
