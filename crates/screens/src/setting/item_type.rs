//! What the types of items are called, and what they are for.

use musubi_domain::item::ItemType;

use crate::texts::Texts;

/// What a type is called, and what it is for with an example.
pub(crate) const fn words(say: &Texts, item_type: ItemType) -> (&'static str, &'static str) {
    let say = &say.item_type;
    match item_type {
        ItemType::TextSingle => (say.text_single, say.text_single_text),
        ItemType::TextMultiple => (say.text_multiple, say.text_multiple_text),
        ItemType::Number => (say.number, say.number_text),
        ItemType::AmountInteger => (say.amount_integer, say.amount_integer_text),
        ItemType::AmountDecimal => (say.amount_decimal, say.amount_decimal_text),
        ItemType::Date => (say.date, say.date_text),
        ItemType::Datetime => (say.datetime, say.datetime_text),
        ItemType::Pulldown => (say.pulldown, say.pulldown_text),
        ItemType::LinkagePulldown => (say.linkage_pulldown, say.linkage_pulldown_text),
        ItemType::Checkbox => (say.checkbox, say.checkbox_text),
        ItemType::PhoneNumber => (say.phone_number, say.phone_number_text),
        ItemType::Url => (say.url, say.url_text),
        ItemType::MailAddress => (say.mail_address, say.mail_address_text),
        ItemType::PostalCode => (say.postal_code, say.postal_code_text),
        ItemType::Prefectures => (say.prefectures, say.prefectures_text),
        ItemType::UserSingle => (say.user_single, say.user_single_text),
        ItemType::UserMultiple => (say.user_multiple, say.user_multiple_text),
        ItemType::DivisionSingle => (say.division_single, say.division_single_text),
        ItemType::DivisionMultiple => (say.division_multiple, say.division_multiple_text),
        ItemType::ClientSingle => (say.client_single, say.client_single_text),
        ItemType::ClientMultiple => (say.client_multiple, say.client_multiple_text),
        ItemType::ContactSingle => (say.contact_single, say.contact_single_text),
        ItemType::ContactMultiple => (say.contact_multiple, say.contact_multiple_text),
        ItemType::ProductSingle => (say.product_single, say.product_single_text),
        ItemType::ProductMultiple => (say.product_multiple, say.product_multiple_text),
        ItemType::InquiryRoute => (say.inquiry_route, say.inquiry_route_text),
        ItemType::TextRuby => (say.text_ruby, say.text_ruby_text),
        ItemType::AutoNumber => (say.auto_number, say.auto_number_text),
        ItemType::Reference => (say.reference, say.reference_text),
    }
}
